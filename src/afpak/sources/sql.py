"""Names and text in SQL."""

from __future__ import annotations

from pathlib import Path

# A group of rows is held in memory while it is written; with long texts the usual 122,880 rows would fill it.
PARQUET = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 8192"
# What is read again at once is packed as fast as can be.
STAGED = "FORMAT parquet, COMPRESSION lz4, ROW_GROUP_SIZE 8192"


def name(column: str) -> str:
    """A column's name in SQL."""
    return '"' + column.replace('"', '""') + '"'


def quoted(text: str | Path) -> str:
    """Text in SQL."""
    return "'" + str(text).replace("'", "''") + "'"
