"""Editions: a named set of parameters and an as-of date, in editions/*.yaml."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from afpak.problems import InputError, Problem
from afpak.tables.inputs import parse_day

_KEYS = ("title", "as_of", "parameters", "parts", "chapters", "tables", "events", "compare_with")


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
        Values for single chapters; these win over those of the part, and those over those of the book.
    compare_with : str
        Name of another edition that the book of this one is compared with; empty if with none.
    parts : mapping of str to mapping
        Values for the chapters of a part of the book, which is named by its caption in the table of contents.
    tables : mapping of str to str
        By name of a table, a file whose rows replace those of the book with the same key and add the others; relative
        to the folder of the checkout.
    events : str
        An imported event table, relative to the folder of the checkout; empty if the edition has none.
    """

    name: str
    title: str
    as_of: str
    parameters: Mapping[str, Any]
    chapters: Mapping[str, Mapping[str, Any]]
    compare_with: str = ""
    parts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    events: str = ""


def edition_names(folder: Path) -> list[str]:
    """Names of all editions, in order."""
    return sorted(file.stem for file in folder.glob("*.yaml"))


def read_edition(folder: Path, name: str) -> Edition:
    """Read one edition.

    Raises
    ------
    InputError
        If there is no such edition, the file is not YAML, a key or the date is wrong, or the edition to compare with
        does not exist. Whether chapters, parts, tables and files exist is not looked at.
    """
    path = folder / f"{name}.yaml"
    known = edition_names(folder)
    if name not in known:
        raise InputError([f"no edition {name!r};{_nearest(name, known)} known: {', '.join(known)}"])
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
    for key in ("parameters", "parts", "chapters", "tables"):
        if not isinstance(content.get(key) or {}, dict):
            problems.append(Problem(place, None, key, str(content[key]), "expected names and values"))
    for key in ("parts", "chapters"):
        if isinstance(content.get(key), dict):
            for one, values in content[key].items():
                if not isinstance(values or {}, dict):
                    problems.append(Problem(place, None, f"{key}, {one}", str(values), "expected names and values"))
    if isinstance(content.get("tables"), dict):
        for table, file in content["tables"].items():
            if not isinstance(file, str) or not file:
                expected = "expected the path of a CSV file"
                problems.append(Problem(place, None, f"tables, {table}", str(file or ""), expected))
    if not isinstance(content.get("events") or "", str):
        problems.append(Problem(place, None, "events", str(content["events"]), "expected the path of an event table"))
    other = str(content.get("compare_with") or "")
    if other == name:
        problems.append(Problem(place, None, "compare_with", other, "expected another edition than this one"))
    elif other and other not in known:
        expected = f"no such edition;{_nearest(other, known)} known: {', '.join(known)}"
        problems.append(Problem(place, None, "compare_with", other, expected))
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
        chapters=_values(content, "chapters"),
        compare_with=other,
        parts=_values(content, "parts"),
        tables=content.get("tables") or {},
        events=content.get("events") or "",
    )


def _values(content: Mapping[str, Any], key: str) -> dict[str, Mapping[str, Any]]:
    """Values by part or chapter; YAML may read a name as a number, as in a part that is called 1."""
    return {str(name): values or {} for name, values in (content.get(key) or {}).items()}


def _nearest(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f" did you mean {near[0]!r}?" if near else ""
