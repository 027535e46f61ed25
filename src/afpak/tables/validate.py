"""Validation of every table against the declaration: all errors at once, each with its place.

Frictionless checks types, constraints, primary and foreign keys. What it can't know is checked here: that
a partial date is a day of the calendar, that a row names as many addresses as sources, and that sums and
orders which the declaration states hold in every published version.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frictionless
import pandas as pd

from afpak.problems import InputError, Problem
from afpak.tables.corrections import apply_corrections
from afpak.tables.dates import bounds, listed
from afpak.tables.declaration import DECLARATION, Declaration, Table
from afpak.tables.inputs import CORRECTIONS
from afpak.tables.read import read_table

# How far apart, in shares of the larger one, two published versions of one figure may lie unexplained.
UNEXPLAINED_REVISION = 0.10

_RULES = {
    "primary-key": "the primary key must be unique and not blank",
    "foreign-key": "must name a row of the table that it refers to",
}


def validate(declaration: Declaration) -> list[Problem]:
    """Check every declared table; return everything that is wrong, in order of file and row.

    Parameters
    ----------
    declaration : Declaration
        The tables and where they lie.

    Returns
    -------
    list of Problem
        Empty if every table is valid. Checks on meaning run only once the form is right.
    """
    problems = sorted(_form(declaration))
    if problems:
        return problems
    for table in declaration.tables.values():
        problems.extend(_cells(declaration.root, table))
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
    """Types, constraints and keys, by Frictionless."""
    by_path = {table.path: table for table in declaration.tables.values()}
    report = frictionless.Package(str(declaration.root / DECLARATION)).validate()
    for error in report.errors:
        yield Problem(DECLARATION, None, "", "", error.note)
    for task in report.tasks:
        table = by_path.get(task.place)
        for error in task.errors:
            columns, values = _where(error, table)
            rule = _RULES.get(error.type)
            yield Problem(
                task.place,
                getattr(error, "row_number", None),
                ", ".join(columns),
                ", ".join("" if value is None else str(value) for value in values),
                f"{rule} ({error.note})" if rule else f"expected: {error.note}",
            )


def _where(error: Any, table: Table | None) -> tuple[tuple[str, ...], tuple[object, ...]]:
    """Columns and values that an error of Frictionless is about."""
    if error.type == "foreign-key":
        return tuple(error.field_names), tuple(error.field_cells)
    if error.type == "primary-key" and table is not None:
        cells = dict(zip((column.name for column in table.columns), error.cells, strict=False))
        return table.primary_key, tuple(cells.get(name) for name in table.primary_key)
    name = getattr(error, "field_name", "")
    value = getattr(error, "cell", None) or getattr(error, "label", None)
    return ((name,) if name else (), () if value is None else (value,))


def _cells(root: Path, table: Table) -> Iterator[Problem]:
    """Dates that exist, lists of equal length: read as text so that the file's own lines are named."""
    names = {column.name for column in table.columns}
    dates = [column.name for column in table.columns if column.semantics == "partial-date"]
    dates += [name for name in ("period",) if name in names]
    alternatives = [name for name in ("date_alternatives", "start_alternatives", "end_alternatives") if name in names]
    with (root / table.path).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            line = reader.line_num
            for name in dates + alternatives:
                for text in listed(row[name]) if name in alternatives else filter(None, [row[name]]):
                    try:
                        bounds(text)
                    except ValueError as error:
                        yield Problem(table.path, line, name, text, f"{error}")
            if {"source", "url"} <= names and len(listed(row["source"])) != len(listed(row["url"])):
                yield Problem(
                    table.path,
                    line,
                    "url",
                    row["url"],
                    f"expected one address for each of the {len(listed(row['source']))} sources",
                )


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
