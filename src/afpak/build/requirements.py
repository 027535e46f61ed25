"""What a chapter can't do without: rows of a table, or an event file.

A notebook says it in its metadata, ``{"afpak": {"requires": ["events|event-months"]}}``: each entry names a
table that must have rows as of the edition's date, or ``events`` for an event file; alternatives are separated
by ``|``. A chapter whose requirements an edition does not meet is left out of it, and a page says so.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from pathlib import Path

import nbformat

from afpak.problems import InputError, Problem
from afpak.tables import Inputs

EVENTS = "events"


def read_requirements(notebook: Path, tables: Collection[str]) -> tuple[tuple[str, ...], ...]:
    """Requirements of a chapter, each as its alternatives.

    Parameters
    ----------
    notebook : Path
        The chapter.
    tables : collection of str
        Names of the declared tables.

    Raises
    ------
    InputError
        If it is not a list of names, or a name is neither that of a table nor ``events``.
    """
    said = nbformat.read(notebook, as_version=4).metadata.get("afpak", {}).get("requires", [])
    place = f"{notebook.name}, metadata"
    if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
        raise InputError([Problem(place, None, "requires", str(said), 'expected a list, such as ["event-months"]')])
    found = tuple(tuple(name.strip() for name in entry.split("|")) for entry in said)
    problems = []
    for name in (name for entry in found for name in entry):
        if name not in (EVENTS, *tables):
            near = difflib.get_close_matches(name, [EVENTS, *tables], n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            expected = f"{hint}expected {EVENTS!r} or the name of a declared table"
            problems.append(Problem(place, None, "requires", name, expected))
    if problems:
        raise InputError(problems)
    return found


def unmet(requirements: Sequence[Sequence[str]], inputs: Inputs, has_events: bool) -> str:
    """What an edition lacks for a chapter, in one sentence; empty if nothing."""
    lacking = [
        entry
        for entry in requirements
        if not any(has_events if name == EVENTS else len(inputs[name]) for name in entry)
    ]
    if not lacking:
        return ""
    words = "; and ".join(" or ".join(map(_in_words, entry)) for entry in lacking)
    return f"it needs {words}, which this edition does not have as of {inputs.as_of}"


def _in_words(name: str) -> str:
    return "an event file" if name == EVENTS else f"rows of the table {name}"
