"""Validation of every table against the declaration: all errors at once, each with its place.

Frictionless checks types, constraints, primary and foreign keys. What it can't know is checked here: that
a partial date is a day of the calendar, that a row names as many addresses as sources, and that sums and
orders which the declaration states hold in every published version.
"""

from __future__ import annotations

import csv
import difflib
import graphlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frictionless
import pandas as pd

from afpak.problems import InputError, Problem
from afpak.tables.corrections import apply_corrections
from afpak.tables.dates import Bounds, bounds, listed
from afpak.tables.declaration import DECLARATION, Declaration, Table
from afpak.tables.files import BLANK_ROW, EXTRA_CELL, MISSING_CELL, header_problems
from afpak.tables.inputs import CORRECTIONS, parse_day
from afpak.tables.overlay import ALTERNATIVES, located, told_dates
from afpak.tables.read import read_table

# How far apart, in shares of the larger one, two published versions of one figure may lie unexplained.
UNEXPLAINED_REVISION = 0.10

_RULES = {
    "primary-key": "the primary key must be unique and not blank",
    "extra-cell": EXTRA_CELL,
    "missing-cell": MISSING_CELL,
    "blank-row": BLANK_ROW,
}
_TYPES = {
    "integer": "expected a whole number",
    "number": "expected a number with a decimal point and without thousands separators",
}
_COMPILED = f"the day on which the tables were compiled; set created in {DECLARATION} if that is so"
_HEADER_ERRORS = ("blank-label", "duplicate-label", "extra-label", "incorrect-label", "missing-label")


def validate(declaration: Declaration) -> list[Problem]:
    """Check every declared table; return everything that is wrong, in order of file and row.

    Parameters
    ----------
    declaration : Declaration
        The tables and where they lie.

    Returns
    -------
    list of Problem
        Empty if every table is valid. Checks on meaning run only once the form is right. What is wrong in a
        person's own table is told with that file and its rows.
    """
    return [located(problem, declaration) for problem in _problems(declaration)]


def _problems(declaration: Declaration) -> list[Problem]:
    problems = sorted(_form(declaration))
    if problems:
        return problems
    for table in declaration.tables.values():
        problems.extend(_cells(declaration, table))
    problems.extend(_references(declaration))
    for table in declaration.tables.values():
        problems.extend(_required(declaration.root, table))
        problems.extend(_typed(declaration, table))
        problems.extend(_circles(declaration.root, table))
    if problems:
        return problems
    tables = {name: read_table(declaration, name) for name in declaration.tables}
    try:
        tables = apply_corrections(tables, tables[CORRECTIONS], declaration)
    except InputError as error:
        return [problem for problem in error.problems if isinstance(problem, Problem)]
    for name, table in declaration.tables.items():
        problems.extend(_sums(table, tables[name]))
        problems.extend(_orders(table, tables[name]))
        problems.extend(_versions(table, tables[name]))
    return problems


def _form(declaration: Declaration) -> Iterator[Problem]:
    """Headers by hand, since nothing in a file with another header can be trusted; the rest by Frictionless."""
    by_path = {table.path: table for table in declaration.tables.values()}
    unreadable = set()
    for table in by_path.values():
        for problem in header_problems(declaration.root / table.path, table.path, table):
            yield problem
            if problem.row is None:
                unreadable.add(table.path)
    report = frictionless.Package(str(declaration.root / DECLARATION)).validate()
    for error in report.errors:
        yield Problem(DECLARATION, None, "", "", error.note)
    for task in report.tasks:
        if task.place in unreadable:
            continue
        table = by_path[task.place]
        for error in task.errors:
            if error.type in _HEADER_ERRORS:
                continue
            columns, values = _where(error, table)
            yield Problem(
                task.place,
                getattr(error, "row_number", None),
                ", ".join(columns),
                ", ".join("" if value is None else str(value) for value in values),
                _expected(error, table, declaration),
            )


def _where(error: Any, table: Table) -> tuple[tuple[str, ...], tuple[object, ...]]:
    """Columns and values that an error of Frictionless is about."""
    if error.type == "foreign-key":
        return tuple(error.field_names), tuple(error.field_cells)
    if error.type == "primary-key":
        cells = dict(zip((column.name for column in table.columns), error.cells, strict=False))
        return table.primary_key, tuple(cells.get(name) for name in table.primary_key)
    name = getattr(error, "field_name", "")
    value = getattr(error, "cell", None)
    return ((name,) if name else (), () if value is None else (value,))


def _expected(error: Any, table: Table, declaration: Declaration) -> str:
    """What should stand there, in plain words."""
    if error.type == "foreign-key":
        return _no_such(error, declaration)
    if error.type in _RULES:
        return _RULES[error.type]
    column = next((one for one in table.columns if one.name == getattr(error, "field_name", "")), None)
    if column is None:
        return f"expected: {error.note or error.title}"
    if error.type == "type-error":
        return _TYPES.get(column.type, f"expected {column.type}")
    if '"required"' in error.note:
        return f"blank; expected {column.meaning[0].lower()}{column.meaning[1:]}"
    if '"enum"' in error.note:
        near = difflib.get_close_matches(str(error.cell), column.allowed, n=1)
        return (f"did you mean {near[0]!r}? " if near else "") + f"expected one of: {', '.join(column.allowed)}"
    if '"pattern"' in error.note:
        if column.semantics == "partial-date":
            return "expected a date as YYYY, YYYY-MM or YYYY-MM-DD"
        if column.name == "url":
            return "expected an address that begins with http:// or https://; several are separated by ' | '"
        return f"expected the form {column.pattern}: {column.meaning[0].lower()}{column.meaning[1:]}"
    if '"unique"' in error.note:
        return "expected a value that no other row has"
    return f"expected: {error.note}"


def _no_such(error: Any, declaration: Declaration) -> str:
    """A name that another table does not hold, with the nearest that it does."""
    other = declaration.tables.get(error.reference_name)
    place, field = (other.path if other else "this table"), error.reference_field_names[0]
    near: list[str] = []
    if other is not None:
        with (declaration.root / other.path).open(encoding="utf-8-sig", newline="") as file:
            known = sorted({row.get(field) or "" for row in csv.DictReader(file)})
        near = difflib.get_close_matches(str(error.field_cells[0]), known, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"must name a row of the table that it refers to: column {field} of {place}{hint}"


def _cells(declaration: Declaration, table: Table) -> Iterator[Problem]:
    """What Frictionless can't know of a row, read as text so that the file's own rows are named."""
    names = {column.name for column in table.columns}
    due = {column.name for column in table.columns if column.semantics == "due-date"}
    overlay = declaration.overlays.get(table.name)
    for line, row in _lines(declaration.root / table.path):
        own = overlay is not None and line in overlay.rows
        last, why = (declaration.until, "today") if own else (declaration.created, _COMPILED)
        spans: dict[str, Bounds] = {}
        for name in [*told_dates(table), *due]:
            for text in listed(row[name]) if name in ALTERNATIVES else filter(None, [row[name]]):
                try:
                    spans[name] = bounds(text)
                except ValueError as error:
                    yield Problem(table.path, line, name, text, f"{error}")
                    continue
                if name not in due and spans[name].earliest > parse_day(last):
                    yield Problem(table.path, line, name, text, f"later than {last}, {why}")
        for first, second in table.never_before:
            if first in spans and second in spans and spans[second].latest < spans[first].earliest:
                yield Problem(table.path, line, second, row[second], f"before {first}, {row[first]}")
        if {"source", "url"} <= names and len(listed(row["source"])) != len(listed(row["url"])):
            yield Problem(
                table.path,
                line,
                "url",
                row["url"],
                f"expected one address for each of the {len(listed(row['source']))} sources",
            )


def _references(declaration: Declaration) -> Iterator[Problem]:
    """Items that must name a row of one of several tables, and name none."""
    known: dict[tuple[str, str], set[str]] = {}
    for table in declaration.tables.values():
        for rule in table.refers_to:
            for target in rule.targets:
                if target not in known:
                    rows = _lines(declaration.root / declaration.tables[target[0]].path)
                    known[target] = {row[target[1]] for _, row in rows}
            names = set(rule.besides).union(*(known[target] for target in rule.targets))
            places = " or ".join(f"{column} of {declaration.tables[name].path}" for name, column in rule.targets)
            places += f", or be {' or '.join(rule.besides)}" if rule.besides else ""
            for line, row in _lines(declaration.root / table.path):
                for item in listed(row[rule.column]):
                    if item not in names:
                        near = difflib.get_close_matches(item, sorted(names), n=1)
                        hint = f"; did you mean {near[0]!r}?" if near else ""
                        expected = f"must name a row of another table: {places}{hint}"
                        yield Problem(table.path, line, rule.column, item, expected)


def _required(root: Path, table: Table) -> Iterator[Problem]:
    """Cells that rows of one kind need and others may not have, and identifiers that begin with another cell."""
    if not table.requirements and not table.prefixes:
        return
    for line, row in _lines(root / table.path):
        for rule in table.requirements:
            for name in rule.required:
                needed = row[rule.column] == rule.value
                if needed and not row[name]:
                    yield Problem(table.path, line, name, "", f"blank; expected where {rule.column} is {rule.value}")
                elif not needed and row[name]:
                    expected = f"expected blank unless {rule.column} is {rule.value}"
                    yield Problem(table.path, line, name, row[name], expected)
        for name, begin in table.prefixes:
            if not row[name].startswith(row[begin]):
                yield Problem(table.path, line, name, row[name], f"expected to begin with {begin}, {row[begin]}")


# An identifier, or the words of a name, whose capitals tell nothing apart.
_WORD = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_WORDS = re.compile(r"[A-Za-z0-9’]+(-[A-Za-z0-9’]+)*")


def _typed(declaration: Declaration, table: Table) -> Iterator[Problem]:
    """Values that are not of the type that their row names."""
    for rule in table.typed:
        words = declaration.tables[rule.table]
        types = {row[words.primary_key[0]]: row[rule.type] for _, row in _lines(declaration.root / words.path)}
        for line, row in _lines(declaration.root / table.path):
            value, type_ = row[rule.column], types.get(row[rule.by], "")
            expected = ""
            if type_ == "date":
                try:
                    bounds(value)
                except ValueError as error:
                    expected = f"{error}"
            elif type_ == "number":
                if not re.fullmatch(r"[0-9]+(\.[0-9]+)?(/[0-9]+(\.[0-9]+)?)?", value):
                    expected = "expected a number without separators, or a range LOW/HIGH"
            elif type_ == "name":
                if not _WORDS.fullmatch(value):
                    expected = "expected a word or words joined by hyphens"
            elif type_ and not _WORD.fullmatch(value):
                expected = "expected a word in lower case, its parts joined by hyphens"
            if expected:
                expected = f"{expected}, since {rule.by} {row[rule.by]} is of type {type_}"
                yield Problem(table.path, line, rule.column, value, expected)


def _circles(root: Path, table: Table) -> Iterator[Problem]:
    """A circle of edges, told once, at the last row that closes it."""
    for rule in table.edges:
        before: dict[str, set[str]] = {}
        for line, row in _lines(root / table.path):
            if row[rule.relation] in rule.left_out:
                continue
            first, second = row[rule.source], row[rule.target]
            if row[rule.relation] in rule.turned:
                first, second = second, first
            before.setdefault(second, set()).add(first)
            try:
                graphlib.TopologicalSorter(before).prepare()
            except graphlib.CycleError as error:
                circle = " → ".join(dict.fromkeys(error.args[1]))
                expected = f"closes a circle in which each rests on the one before: {circle}; take one edge out"
                yield Problem(table.path, line, rule.target, row[rule.target], expected)
                return


def _lines(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a file as text, each with its number; the header is row 1, as in a spreadsheet and in Frictionless."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from enumerate(csv.DictReader(file), start=2)


def _sums(table: Table, frame: pd.DataFrame) -> Iterator[Problem]:
    for rule in table.sums:
        for place, wide in _wide(frame, rule.series, (*rule.parts, rule.total)):
            off = (wide[list(rule.parts)].sum(axis=1) - wide[rule.total]).abs()
            for period in wide.index[off > rule.tolerance]:
                parts = " + ".join(f"{wide.at[period, part]:g}" for part in rule.parts)
                yield Problem(
                    table.path,
                    None,
                    rule.total,
                    f"{wide.at[period, rule.total]:g}",
                    f"{rule.series}, {place}, {period}: expected the sum of its parts, {parts}",
                )


def _orders(table: Table, frame: pd.DataFrame) -> Iterator[Problem]:
    for rule in table.orders:
        for place, wide in _wide(frame, rule.series, rule.metrics):
            for lower, higher in zip(rule.metrics, rule.metrics[1:], strict=False):
                for period in wide.index[wide[lower] > wide[higher]]:
                    yield Problem(
                        table.path,
                        None,
                        lower,
                        f"{wide.at[period, lower]:g}",
                        f"{rule.series}, {place}, {period}: expected no more than {higher}, "
                        f"{wide.at[period, higher]:g}",
                    )


def _versions(table: Table, frame: pd.DataFrame) -> Iterator[Problem]:
    """Versions of one figure that lie far apart must be explained in a note."""
    if not table.versioned:
        return
    key = [name for name in table.primary_key if name != table.versioned]
    for figure, group in frame.groupby(key, sort=True):
        low, high = float(group["value"].min()), float(group["value"].max())
        if high and (high - low) / high > UNEXPLAINED_REVISION and group["note"].isna().all():
            yield Problem(
                table.path,
                None,
                "note",
                "",
                f"{', '.join(map(str, figure))}: versions from {low:g} to {high:g} differ by more than "
                f"{UNEXPLAINED_REVISION:.0%}; expected a note on at least one that says why",
            )


def _wide(frame: pd.DataFrame, series: str, metrics: tuple[str, ...]) -> Iterator[tuple[str, pd.DataFrame]]:
    """For each place and version, one row per period and one column per metric; only whole rows."""
    rows = frame[(frame["series"] == series) & frame["metric"].isin(metrics) & (frame["group"] == "all")]
    for (place, _version), group in rows.groupby(["place", "version"]):
        wide = group.pivot(index="period", columns="metric", values="value").astype("float64")
        if set(metrics) <= set(wide.columns):
            yield str(place), wide.dropna(subset=list(metrics))
