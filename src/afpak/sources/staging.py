"""Scanning a file into a staged table: its event columns as one scan gives them, and a bit for every rule broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from afpak.problems import Problem
from afpak.sources import sql
from afpak.sources.files import BUFFER, MAX_ROW, Readable
from afpak.sources.names import Release
from afpak.sources.reading import Reading
from afpak.sources.schema import EVENT_FIELDS

# What the importer itself adds to the columns that a reading gives.
ADDED = (
    "event_id", "source", "source_version", "release_kind", "adm1", "adm2", "place", "organisation1", "organisation2",
    "organisation3", "groups", "unattributed", "flags",
)  # fmt: skip
FORM = {
    "MISSING COLUMNS": "fewer cells than the header has columns; if it is the last row, the download may be incomplete",
    "TOO MANY COLUMNS": "more cells than the header has columns; a cell that holds the separator must stand in quotes",
    "UNQUOTED VALUE": "a quotation mark without its partner",
    "LINE SIZE OVER MAXIMUM": "a row too long to be one; a quotation mark may lack its partner",
}


@dataclass(frozen=True)
class Staged:
    """A file as staged: its number, what it is, its table, its encoding, and its rows that have no form."""

    number: int
    readable: Readable
    reading: Reading
    version: str
    kind: str
    rank: tuple[int, ...]
    published: str
    publication: str
    release: Release
    path: Path
    encoding: str
    malformed: tuple[Problem, ...]


def scan(number: int, readable: Readable, reading: Reading, encoding: str) -> str:
    """The query that turns a file's rows, as text, into staged ones."""
    fields = [
        f"CAST({reading.columns.get(field.name, 'NULL')} AS {field.type}) AS {field.name}"
        for field in EVENT_FIELDS
        if field.name not in ADDED
    ]
    extra = [f"{expression} AS {name}" for name, expression in reading.extra.items()]
    drop = " ".join(f"WHEN {note.applies} THEN {i}" for i, note in enumerate(reading.drops, start=1))
    dropped = f"CASE {drop} ELSE 0 END" if drop else "0"
    flags = ", ".join(f"CASE WHEN {note.applies} THEN {sql.quoted(note.name)} END" for note in reading.flags)
    return f"""
        SELECT *, CAST(list_filter([{flags}], lambda flag: flag IS NOT NULL) AS VARCHAR[]) AS flags
        FROM (
            SELECT {number} AS _file, {readable.first_row} AS _first, {sql.name(reading.identifier)} AS _id,
                {dropped} AS _drop,
                CASE WHEN {dropped} = 0 THEN {_bits([rule.wrong for rule in reading.rules])} ELSE 0 END AS _errors,
                {_bits([note.applies for note in reading.repairs])} AS _repairs,
                {reading.candidate or "false"} AS _candidate,
                {", ".join([*fields, *extra])}
            FROM (SELECT {cells(readable, reading)} FROM {table(readable, encoding)})
        )
    """


def cells(readable: Readable, reading: Reading) -> str:
    """The columns that a reading uses, trimmed; blank where the file has no such column."""
    used = [*reading.needed, *(column for column in reading.optional if column not in reading.needed)]
    return ", ".join(f"{_cell(readable, column)} AS {sql.name(column)}" for column in used)


def _cell(readable: Readable, column: str) -> str:
    if column not in readable.header:
        return "CAST(NULL AS VARCHAR)"
    text = f"CAST({sql.name(column)} AS VARCHAR)"
    if column in readable.fractions:
        text = f"regexp_replace({text}, '\\.0$', '')"
    return f"nullif(trim({text}), '')"


def table(readable: Readable, encoding: str, *, again: bool = False) -> str:
    """The file as a table of text; rows that have no form are passed over, and kept apart at the first scan."""
    if readable.parquet:
        return f"read_parquet({sql.quoted(readable.path)})"
    header = [*readable.header, *(["_after_the_last"] if readable.ragged else [])]
    columns = ", ".join(f"{sql.quoted(column)}: 'VARCHAR'" for column in header)
    header_row = "true" if readable.first_row > 1 else "false"
    return (
        f"read_csv({sql.quoted(readable.path)}, auto_detect = false, header = {header_row}, "
        f"delim = {sql.quoted(readable.separator)}, quote = '\"', escape = '\"', columns = {{{columns}}}, "
        f"max_line_size = {MAX_ROW}, buffer_size = {BUFFER}, encoding = '{encoding}', ignore_errors = true"
        + ("" if again else ", store_rejects = true, rejects_limit = 0")
        + ")"
    )


def _bits(conditions: Sequence[str]) -> str:
    """A number with a bit for each condition that holds; one that is neither true nor false does not."""
    terms = [f"coalesce(CAST(({condition}) AS BIGINT), 0) * {1 << i}" for i, condition in enumerate(conditions)]
    return f"CAST({' + '.join(terms) or '0'} AS BIGINT)"


def rejected(con: duckdb.DuckDBPyConnection, readable: Readable) -> list[tuple[int, str, str]]:
    """Rows that have no form: row, what is wrong, text."""
    if readable.parquet:
        return []
    rows = con.execute(
        "SELECT line, any_value(CAST(error_type AS VARCHAR)), any_value(csv_line) FROM reject_errors "
        "GROUP BY line ORDER BY line"
    ).fetchall()
    return [(int(line), str(error), str(text or "").strip()) for line, error, text in rows]


def file_row(one: Staged) -> str:
    """The file's row: those that have no form are not counted by the scan, and each moves the later ones down."""
    before = sorted(problem.row or 0 for problem in one.malformed)
    moved = [f"(CASE WHEN _row >= {line - i} THEN 1 ELSE 0 END)" for i, line in enumerate(before[:1000])]
    return " + ".join(["_row", *moved])
