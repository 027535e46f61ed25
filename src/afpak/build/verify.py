"""Building a published book once more, from nothing kept, and telling what differs.

Two builds of the same inputs must be the same byte for byte, the manifest but for its times.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from afpak.build.current import Request
from afpak.build.hashing import digest
from afpak.problems import InputError, Problem

MANIFEST = "manifest.json"
TIMES = "times"
# Kinds of files of a build in the order in which they are told of.
_KINDS = ("html", "notebooks", "figures", "data")
_SHOWN = 160


@dataclass(frozen=True)
class Unlike:
    """A file of two builds that is not the same.

    Parameters
    ----------
    path : str
        Its path in the folder of a build.
    how : str
        In words: where it differs, or which build lacks it.
    """

    path: str
    how: str


@dataclass(frozen=True)
class Verified:
    """What came of holding two builds against each other.

    Parameters
    ----------
    counted : mapping of str to int
        How many files of the published build there are of each kind.
    unlike : tuple of Unlike
        Those that differ.
    """

    counted: Mapping[str, int]
    unlike: tuple[Unlike, ...]


def held_against(published: Path, again: Path) -> Verified:
    """Hold two builds against each other, file by file.

    Parameters
    ----------
    published, again : Path
        Folders of builds.
    """
    before, after = _files(published), _files(again)
    counted: dict[str, int] = {}
    for path in before:
        kind = path.partition("/")[0]
        kind = kind if kind in _KINDS else "results"
        counted[kind] = counted.get(kind, 0) + 1
    unlike = []
    for path in sorted(before.keys() | after.keys()):
        if path not in after:
            unlike.append(Unlike(path, "only in the published build"))
        elif path not in before:
            unlike.append(Unlike(path, "only in the build made now"))
        elif path == MANIFEST:
            first, second = (json.loads((folder / path).read_text(encoding="utf-8")) for folder in (published, again))
            names = sorted(name for name in first.keys() | second.keys() if name != TIMES)
            differing = [name for name in names if first.get(name) != second.get(name)]
            unlike += [Unlike(f"{path}, {name}", _told(first.get(name), second.get(name))) for name in differing]
        elif before[path] != after[path]:
            unlike.append(Unlike(path, _where((published / path).read_bytes(), (again / path).read_bytes())))
    return Verified(counted, tuple(unlike))


def request_of(published: Path, tables: Sequence[str] = (), events: Path | None = None) -> Request:
    """What a build was asked for with, as its manifest tells it.

    Parameters
    ----------
    published : Path
        Folder of the build.
    tables, events : sequence of str, Path
        A person's own files once more: a manifest tells their names and hashes, but not where they lie.

    Raises
    ------
    InputError
        If the build was made with files of a person's own that are not given, or with others than those given.
    """
    manifest = json.loads((published / MANIFEST).read_text(encoding="utf-8"))
    asked = manifest.get("asked")
    if not asked:
        # Made by an earlier version, or not by the command.
        raise InputError([f"{published.name} does not say what it was built with; run: afpak build {published.name}"])
    given = {f"table {text.partition('=')[0].strip()}": Path(text.partition("=")[2].strip()) for text in tables}
    given |= {"events": events} if events else {}
    wanted = {name: asked["files"][name] for name in sorted(asked["files"])}
    problems: list[Problem | str] = []
    for name, file in wanted.items():
        option = "--events FILE" if name == "events" else f"--table {name.removeprefix('table ')}=FILE"
        if name not in given:
            problems.append(f"{published.name} was built with {file}; give it again: {option}")
        elif not given[name].is_file():
            problems.append(Problem(str(given[name]), None, "", "", "there is no such file"))
        elif digest(given[name].read_bytes()) != manifest["inputs"].get(f"{name}: {file}"):
            expected = f"is not the file that {published.name} was built with, {file}"
            problems.append(Problem(str(given[name]), None, "", "", expected))
    problems += [f"{published.name} was built without {name}" for name in given if name not in wanted]
    if problems:
        raise InputError(problems)
    return Request(
        asked["edition"], tuple(asked["assignments"]), asked["as_of"], tuple(tables), events, tuple(asked["only"])
    )


def as_lines(name: str, verified: Verified) -> str:
    """What came of it, in words."""
    kinds = [kind for kind in (*_KINDS, "results") if kind in verified.counted]
    counted = ", ".join(f"{verified.counted[kind]} of {kind}" for kind in kinds)
    if not verified.unlike:
        return (
            f"{name} is verified. Built again from nothing kept, every file is the same byte for byte, the manifest "
            f"but for its times: {counted}."
        )
    lines = [f"{name} is not the same when it is built again. Files held against each other: {counted}. Differences:"]
    return "\n".join([*lines, *(f"  {one.path}: {one.how}" for one in verified.unlike)])


def _files(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): digest(path.read_bytes()) for path in _walk(folder)}


def _walk(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _told(first: Any, second: Any) -> str:
    """Where two values of a manifest differ; mappings are told of by their keys."""
    if isinstance(first, dict) and isinstance(second, dict):
        keys = sorted(key for key in first.keys() | second.keys() if first.get(key) != second.get(key))
        return f"{', '.join(keys[:5])}{f' and {len(keys) - 5} more' if len(keys) > 5 else ''}"
    return f"{json.dumps(first)[:_SHOWN]} before, now {json.dumps(second)[:_SHOWN]}"


def _where(first: bytes, second: bytes) -> str:
    """The first place at which two files differ: the line if they are text, the byte if not."""
    try:
        lines = first.decode().splitlines(), second.decode().splitlines()
    except UnicodeDecodeError:
        return f"differs from byte {_first_unlike(first, second) + 1} on"
    if lines[0] == lines[1]:
        return f"line endings differ from byte {_first_unlike(first, second) + 1} on"
    number = _first_unlike(*lines)
    if number == min(map(len, lines)):
        return f"{len(lines[0])} lines before, now {len(lines[1])}"
    before, now = lines[0][number], lines[1][number]
    start = max(0, _first_unlike(before, now) - 20)
    return f"line {number + 1}: {before[start : start + _SHOWN]!r} before, now {now[start : start + _SHOWN]!r}"


def _first_unlike(first: Sequence[Any], second: Sequence[Any]) -> int:
    """Index of the first item that differs; the length of the shorter one if none does."""
    shorter = min(len(first), len(second))
    return next((place for place in range(shorter) if first[place] != second[place]), shorter)
