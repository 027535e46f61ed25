"""Files of the person's own that an edition or the command line names: tables to lay over the book's, events."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from afpak.build.edition import Edition
from afpak.build.parameters import unknown_names
from afpak.build.paths import Checkout
from afpak.problems import InputError, Problem
from afpak.tables.overlay import OwnFile


@dataclass(frozen=True)
class Given:
    """A person's own tables, by name of the table that each is laid over, and the event table; None if there is none.

    Empty if the book's own tables are all there is.
    """

    tables: dict[str, OwnFile] = field(default_factory=dict)
    events: Path | None = None

    def __bool__(self) -> bool:
        return bool(self.tables) or self.events is not None


def read_given(
    checkout: Checkout,
    edition: Edition,
    known: Collection[str],
    tables: Sequence[str] = (),
    events: Path | None = None,
) -> Given:
    """Which files an edition is built with.

    Parameters
    ----------
    checkout : Checkout
        The project; the edition's paths are relative to its folder.
    edition : Edition
        Its files are used where the command line names no other.
    known : collection of str
        Names of the declared tables.
    tables : sequence of str
        ``TABLE=FILE`` from the command line, paths relative to the working directory.
    events : Path, optional
        An imported event table from the command line, likewise.

    Raises
    ------
    InputError
        If an assignment has another form, a table is not declared or named twice, or there is no such event table.
    """
    problems: list[Problem | str] = []
    typed: dict[str, OwnFile] = {}
    for text in tables:
        name, equals, file = (part.strip() for part in text.partition("="))
        if not (equals and name and file):
            problems.append(f"--table {text!r}: expected TABLE=FILE, such as --table leaders=my_leaders.csv")
        elif name in typed:
            problems.append(f"--table {text!r}: the table {name} is given twice; put the rows into one file")
        else:
            typed[name] = OwnFile(Path(file).expanduser(), file)
    place = f"editions/{edition.name}.yaml"
    problems += unknown_names("--table", typed, known)
    problems += unknown_names(f"{place}, tables", edition.tables, known)
    used = {name: OwnFile(checkout.root / file, file) for name, file in edition.tables.items()} | typed
    chosen = events or (checkout.root / edition.events if edition.events else None)
    if chosen is not None and not chosen.is_file():
        said, where = (str(events), "--events") if events else (edition.events, f"{place}, events")
        expected = "no such file; expected an event table, as afpak events import writes it"
        problems.append(Problem(where, None, "", said, expected))
    if problems:
        raise InputError(problems)
    return Given(used, chosen)
