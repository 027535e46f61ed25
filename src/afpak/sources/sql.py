"""Names and text in SQL."""

from __future__ import annotations

from pathlib import Path


def name(column: str) -> str:
    """A column's name in SQL."""
    return '"' + column.replace('"', '""') + '"'


def quoted(text: str | Path) -> str:
    """Text in SQL."""
    return "'" + str(text).replace("'", "''") + "'"
