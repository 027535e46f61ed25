"""Editions: a named set of parameters and an as-of date, in editions/*.yaml."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from afpak.problems import InputError, Problem
from afpak.tables.inputs import parse_day

_KEYS = ("title", "as_of", "parameters", "chapters", "compare_with")


@dataclass(frozen=True)
class Edition:
    """What an edition file says.

    Parameters
    ----------
    name : str
        Name of the file without its ending.
    title : str
        Title shown in the book.
    as_of : str
        Day as ``YYYY-MM-DD``; nothing later enters.
    parameters : mapping of str to Any
        Values for every chapter that takes a parameter of that name.
    chapters : mapping of str to mapping
        Values for single chapters; these win.
    compare_with : str
        Name of another edition that the book of this one is compared with; empty if with none.
    """

    name: str
    title: str
    as_of: str
    parameters: Mapping[str, Any]
    chapters: Mapping[str, Mapping[str, Any]]
    compare_with: str = ""


def read_edition(folder: Path, name: str) -> Edition:
    """Read one edition.

    Raises
    ------
    InputError
        If there is no such edition, the file is not YAML, or a key or the date is wrong.
    """
    path = folder / f"{name}.yaml"
    known = sorted(file.stem for file in folder.glob("*.yaml"))
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" did you mean {near[0]!r}?" if near else ""
        raise InputError([f"no edition {name!r};{hint} known: {', '.join(known)}"])
    place = f"{folder.name}/{path.name}"
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
        raise InputError([Problem(place, mark.line + 1 if mark else None, "", "", f"not YAML: {said}")]) from error
    except UnicodeDecodeError as error:
        raise InputError([Problem(place, None, "", "", "not UTF-8 text; save it as UTF-8")]) from error
    except ValueError as error:  # PyYAML builds dates while it parses: 2022-02-30 fails here
        raise InputError([Problem(place, None, "", "", f"an impossible date: {error}")]) from error
    if not isinstance(content, dict):
        raise InputError([Problem(place, None, "", "", f"expected the keys {', '.join(_KEYS)}")])
    problems = [
        Problem(place, None, str(key), "", f"no such key; known: {', '.join(_KEYS)}")
        for key in content
        if key not in _KEYS
    ]
    problems += [
        Problem(place, None, key, "", "expected, and missing") for key in ("title", "as_of") if key not in content
    ]
    for key in ("parameters", "chapters"):
        if not isinstance(content.get(key) or {}, dict):
            problems.append(Problem(place, None, key, str(content[key]), "expected names and values"))
    if isinstance(content.get("chapters"), dict):
        for chapter, values in content["chapters"].items():
            if not isinstance(values or {}, dict):
                problems.append(Problem(place, None, f"chapters, {chapter}", str(values), "expected names and values"))
    if problems:
        raise InputError(problems)
    as_of = str(content["as_of"])
    try:
        parse_day(as_of)
    except InputError as error:
        raise InputError([Problem(place, None, "as_of", as_of, str(error.problems[0]))]) from error
    return Edition(
        name=name,
        title=str(content["title"]),
        as_of=as_of,
        parameters=content.get("parameters") or {},
        chapters={chapter: values or {} for chapter, values in (content.get("chapters") or {}).items()},
        compare_with=str(content.get("compare_with") or ""),
    )
