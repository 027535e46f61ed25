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

FILE = "corrections.csv"


def apply_corrections(
    tables: Mapping[str, pd.DataFrame], corrections: pd.DataFrame, declaration: Declaration
) -> dict[str, pd.DataFrame]:
    """Apply every correction to the tables as read.

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
    # The rows to drop are dropped after all changes, so that the order of the file does not matter.
    drops: dict[str, list[int]] = {}
    for line, row in enumerate(corrections.itertuples(index=False), start=2):
        name = str(row.table)
        if name not in corrected:
            problems.append(_problem(line, "table", name, f"expected one of: {', '.join(corrected)}"))
            continue
        frame = corrected[name]
        key = dict(item.split("=", 1) for item in listed(row.key))
        unknown = [column for column in (*key, str(row.column)) if column not in frame.columns]
        if unknown:
            problems.append(_problem(line, "key", unknown[0], f"table {name} has no such column"))
            continue
        match = pd.Series(True, index=frame.index)
        for column, value in key.items():
            match &= frame[column].astype("str") == value
        index = frame.index[match]
        if len(index) != 1:
            problems.append(
                _problem(line, "key", str(row.key), f"expected to name one row of {name}, names {len(index)}")
            )
            continue
        column = str(row.column)
        type_ = declaration.tables[name].column(column).type
        found = frame.at[index[0], column]
        if pd.isna(found) != pd.isna(row.expected) or (
            not pd.isna(found) and _typed(str(found), type_) != _typed(str(row.expected), type_)
        ):
            problems.append(
                _problem(
                    line,
                    "expected",
                    str(row.expected),
                    f"{name} holds {found!r} there now; the source may have been mended: remove this correction",
                )
            )
            continue
        if row.action == "drop":
            drops.setdefault(name, []).append(index[0])
        else:
            frame = frame.copy()
            frame.at[index[0], column] = pd.NA if pd.isna(row.corrected) else _typed(str(row.corrected), type_)
            corrected[name] = frame
    if problems:
        raise InputError(problems)
    for name, rows in drops.items():
        corrected[name] = corrected[name].drop(index=rows).reset_index(drop=True)
    return corrected


def _typed(text: str, type_: str) -> str | float | int:
    if type_ == "integer":
        return int(float(text))
    return float(text) if type_ == "number" else text


def _problem(line: int, column: str, value: str, expected: str) -> Problem:
    return Problem(FILE, line, column, value, expected)
