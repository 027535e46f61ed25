"""A person's own tables laid over the book's: rows with the same primary key are replaced, the others added.

The tables laid over each other are written as a data folder like the repository's, so that everything that
reads and checks the book's tables does the same to the person's, with the same rules: a row may refer to any
row of all tables together. Which row came from which file is kept beside, so that what is wrong is told with
the person's own file and row.
"""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from afpak.problems import InputError, Problem
from afpak.tables.dates import bounds, listed
from afpak.tables.declaration import Declaration, Overlay, Table, row_key
from afpak.tables.files import BLANK_ROW, EXTRA_CELL, MISSING_CELL, header_problems

# Columns that list several dates in a cell.
ALTERNATIVES = ("date_alternatives", "start_alternatives", "end_alternatives")


@dataclass(frozen=True)
class OwnFile:
    """A person's own table: where it lies, and how the person named it."""

    path: Path
    given: str


def lay_over(declaration: Declaration, files: Mapping[str, OwnFile], folder: Path, today: date) -> Declaration:
    """Lay a person's own tables over those of the book.

    Parameters
    ----------
    declaration : Declaration
        The book's tables.
    files : mapping of str to OwnFile
        By name of a declared table, a CSV file with its columns in any order; columns whose cells may be blank may
        be left out, and are blank then.
    folder : Path
        Folder to write, which must not exist: all tables and their declaration.
    today : datetime.date
        Last day that the person's rows may tell of. The book's own rows may not be later than the day on which they
        were compiled, as ever.

    Returns
    -------
    Declaration
        Of the tables in ``folder``. A row of the book that is replaced stays in its place; rows that are added
        follow in their order.

    Raises
    ------
    InputError
        With all that keeps the files from being read row by row. What their cells hold is not looked at.
    """
    shutil.copytree(declaration.root, folder)
    overlays, problems = {}, []
    for name, own in files.items():
        table = declaration.tables[name]
        rows, found = _read(own, table)
        problems += found
        if not found:
            overlays[name] = _merged(folder / table.path, table, rows, own, declaration.created)
    if problems:
        raise InputError(problems)
    return replace(declaration, root=folder, overlays=overlays, until=today.isoformat())


def located(problem: Problem, declaration: Declaration) -> Problem:
    """The same problem, told with the person's own file and row if it is there that it stands.

    A problem of a whole table that a file was laid over is one of both.
    """
    for name, overlay in declaration.overlays.items():
        path = declaration.tables[name].path
        if problem.file != path:
            continue
        if problem.row is None:
            return replace(problem, file=f"{path} with {overlay.given}")
        if problem.row in overlay.rows:
            return replace(problem, file=overlay.given, row=overlay.rows[problem.row])
    return problem


def _read(own: OwnFile, table: Table) -> tuple[list[tuple[int, dict[str, str]]], list[Problem]]:
    """Rows of a file with their numbers, and what keeps it from being read."""
    problems = list(header_problems(own.path, own.given, table, own=True))
    if problems:
        return [], problems
    rows = []
    with own.path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        try:
            for number, cells in enumerate(reader, start=2):
                if len(cells) == len(header):
                    rows.append((number, dict(zip(header, cells, strict=True))))
                else:
                    fault = MISSING_CELL if cells else BLANK_ROW
                    expected = EXTRA_CELL if len(cells) > len(header) else fault
                    problems.append(Problem(own.given, number, "", "", expected))
        except csv.Error as error:
            problems.append(Problem(own.given, len(rows) + 2, "", "", f"not CSV: {error}"))
    if not rows and not problems:
        problems.append(Problem(own.given, None, "", "", "no row below the header; expected at least one"))
    return rows, problems


def _merged(
    path: Path, table: Table, rows: Sequence[tuple[int, Mapping[str, str]]], own: OwnFile, created: str
) -> Overlay:
    """Write the rows over those of a table of the book, and tell what that did."""
    names = [column.name for column in table.columns]
    with path.open(encoding="utf-8-sig", newline="") as file:
        merged: list[Mapping[str, str]] = list(csv.DictReader(file))
    places = {row_key(row[name] or "" for name in table.primary_key): place for place, row in enumerate(merged)}
    book = frozenset(places)
    numbers, added, replaced = {}, set(), set()
    for number, row in rows:
        key = row_key(row.get(name, "") for name in table.primary_key)
        # A key that the file has twice is left to stand twice, for the check of keys to find.
        if key in book and key not in replaced:
            place = places[key]
            merged[place] = row
            replaced.add(key)
        else:
            place = len(merged)
            merged.append(row)
            if key not in book:
                added.add(key)
        numbers[place + 2] = number
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(merged)
    return Overlay(
        file=own.path.name,
        sha256=hashlib.sha256(own.path.read_bytes()).hexdigest(),
        undated=_undated([row for _, row in rows], table, created),
        added=frozenset(added),
        replaced=frozenset(replaced),
        given=own.given,
        rows=numbers,
    )


def _undated(rows: Sequence[Mapping[str, str]], table: Table, created: str) -> str:
    """Day on which a row of the file without a date of publication counts as published.

    For the book's rows that is the day on which its tables were compiled, since by then they were public. When a
    person's file was compiled nobody has told. It can't have been before the last day that any of its dates may
    mean; and, so that a row does not enter earlier for standing in a file of its own, not before the book's tables
    were compiled either. The later of the two is the same whenever the book is built, which today's date would not
    be. Who knows better dates the row.
    """
    days = [created]
    for row in rows:
        for name in told_dates(table):
            for text in listed(row.get(name) or None):
                try:
                    days.append(bounds(text).latest.isoformat())
                except ValueError:
                    continue  # the check of cells tells of it
    return max(days)


def told_dates(table: Table) -> list[str]:
    """Columns with dates of what has happened or was published; a due date may lie in the future."""
    return [
        column.name
        for column in table.columns
        if column.semantics in ("partial-date", "span") or column.name in ("period", *ALTERNATIVES)
    ]
