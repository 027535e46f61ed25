"""Corrections: rows that change or drop a published figure or date, with their reason.

The tables keep what was published. What must not be used as it stands is named in data/corrections.csv,
with the value that the correction expects to find; once the table no longer holds that value the
correction fails, so that no correction outlives its cause.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from afpak.problems import InputError, Problem
from afpak.tables.dates import listed
from afpak.tables.declaration import Declaration
from afpak.tables.read import row_keys

FILE = "corrections.csv"


def apply_corrections(
    tables: Mapping[str, pd.DataFrame], corrections: pd.DataFrame, declaration: Declaration
) -> dict[str, pd.DataFrame]:
    """Apply every correction to the book's own rows of the tables as read.

    Rows of a person's own table are taken as they are, and a correction of a row that one of them replaces has
    nothing left to correct.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        All tables, uncorrected.
    corrections : pandas.DataFrame
        Columns correction, table, key (``column=value`` joined by `` | ``, naming one row), column,
        expected, action (``change`` or ``drop``), corrected, reason, source, url.
    declaration : Declaration
        For the types of the columns.

    Returns
    -------
    dict of str to pandas.DataFrame
        The corrected tables; those without a correction are the same objects.

    Raises
    ------
    InputError
        With every correction that names an unknown table or column, that matches no row or several, or
        that finds another value than it expects.
    """
    corrected = dict(tables)
    problems: list[Problem] = []
    drops: dict[str, list[int]] = {}
    for line, row in enumerate(corrections.itertuples(index=False), start=2):
        name = str(row.table)
        if name not in tables:
            problems.append(_problem(line, "table", name, f"expected one of: {', '.join(tables)}"))
            continue
        # Rows are found and compared as the table was read, so that the order of the file does not matter.
        frame = tables[name]
        pairs = [item.partition("=") for item in listed(row.key)]
        if not pairs or not all(equals for _, equals, _ in pairs):
            problems.append(_problem(line, "key", str(row.key), "expected column=value pairs separated by ' | '"))
            continue
        column = str(row.column)
        unknown = [named for named in (*(key for key, _, _ in pairs), column) if named not in frame.columns]
        if unknown:
            problems.append(_problem(line, "key", unknown[0], f"table {name} has no such column"))
            continue
        match = pd.Series(True, index=frame.index)
        for key, _, value in pairs:
            match &= frame[key].astype("str") == value
        overlay = declaration.overlays.get(name)
        if overlay is not None:
            keys = row_keys(frame, declaration.tables[name])
            if (match & keys.isin(overlay.replaced)).any():
                continue
            match &= ~keys.isin(overlay.added)
        index = frame.index[match]
        if len(index) != 1:
            expected = f"expected to name one row of {name}, names {len(index)}"
            problems.append(_problem(line, "key", str(row.key), expected))
            continue
        type_ = declaration.tables[name].column(column).type
        found = frame.at[index[0], column]
        cells = {"expected": row.expected, "corrected": row.corrected}
        words = [name_ for name_, cell in cells.items() if not _fits(cell, type_)]
        if words:
            expected = f"expected a number, as column {column} holds"
            problems += [_problem(line, cell, str(cells[cell]), expected) for cell in words]
            continue
        expected_value, corrected_value = _typed(row.expected, type_), _typed(row.corrected, type_)
        if (None if pd.isna(found) else _typed(str(found), type_)) != expected_value:
            expected = f"{name} holds {found!r} there now; the source may have been mended: remove this correction"
            problems.append(_problem(line, "expected", str(row.expected), expected))
        elif row.action == "drop":
            drops.setdefault(name, []).append(index[0])
        else:
            if corrected[name] is frame:
                corrected[name] = frame.copy()
            corrected[name].at[index[0], column] = pd.NA if corrected_value is None else corrected_value
    if problems:
        raise InputError(problems)
    for name, rows in drops.items():
        corrected[name] = corrected[name].drop(index=rows).reset_index(drop=True)
    return corrected


def _typed(text: object, type_: str) -> str | float | int | None:
    """A cell of the corrections as a value of the column's type; None for a blank."""
    if not isinstance(text, str):
        return None
    if type_ == "integer":
        return int(float(text))
    return float(text) if type_ == "number" else text


def _fits(text: object, type_: str) -> bool:
    try:
        _typed(text, type_)
    except ValueError:
        return False
    return True


def _problem(line: int, column: str, value: str, expected: str) -> Problem:
    return Problem(FILE, line, column, value, expected)
