"""Reading and writing one table as its declaration says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from afpak.tables.declaration import Declaration, Table, row_key

_DTYPES = {"string": "str", "integer": "Int64", "number": "float64", "boolean": "boolean"}


def read_table(declaration: Declaration, name: str) -> pd.DataFrame:
    """Read one validated table.

    Parameters
    ----------
    declaration : Declaration
        Where the tables lie and what their columns are.
    name : str
        Name of the table in the declaration.

    Returns
    -------
    pandas.DataFrame
        One row per row of the file, columns in the order declared. Text and partial dates are ``str``,
        integers ``Int64``, numbers ``Float64``; a blank cell is missing, never zero and never empty text.
    """
    table = declaration.tables[name]
    frame = pd.read_csv(
        declaration.root / table.path,
        dtype={column.name: _DTYPES[column.type] for column in table.columns},
        keep_default_na=False,
        na_values=[""],
        encoding="utf-8",
        # The plain parser may be off in the last digit of a number.
        float_precision="round_trip",
    )[[column.name for column in table.columns]]
    numbers = [column.name for column in table.columns if column.type == "number"]
    return frame.astype(dict.fromkeys(numbers, "Float64"))


def row_keys(frame: pd.DataFrame, table: Table) -> pd.Series:
    """Name of each row: the cells of its primary key, as `afpak.tables.declaration.row_key` joins them."""
    rows = frame[list(table.primary_key)].itertuples(index=False)
    return pd.Series([row_key(row) for row in rows], index=frame.index, dtype="str")


def write_table(frame: pd.DataFrame, table: Table, root: Path) -> Path:
    """Write a table where its declaration says, under another root; return the path."""
    path = root / table.path
    path.parent.mkdir(parents=True, exist_ok=True)
    written = frame.copy()
    for column in table.columns:
        # 2061.0 and 2061 are one number; the file says it the shorter way, as the source did.
        if column.type == "number":
            written[column.name] = [_shortest(value) for value in frame[column.name]]
    written.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    return path


def _shortest(value: Any) -> str:
    if pd.isna(value):
        return ""
    number = float(value)
    # Beyond 2**53 a number has no last digits to write out.
    return str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)
