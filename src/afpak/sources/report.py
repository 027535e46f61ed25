"""What is said of an import: errors with their places, the account of each file, the report with every row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from afpak.problems import SHOWN_AT_MOST, InputError, Problem
from afpak.sources import sql
from afpak.sources.staging import Staged, cells, file_row, table
from afpak.sources.summary import Coverage, FileAccount, Tally


def broken_rules(con: duckdb.DuckDBPyConnection, staged: Sequence[Staged]) -> list[Tally]:
    """How many rows break each rule, in all files."""
    tallies = []
    for one in staged:
        tallies += [Tally(problem.expected, "", 1) for problem in one.malformed]
        for i, rule in enumerate(one.reading.rules):
            rows = _count(con, f"_file = {one.number} AND _errors & {1 << i} <> 0")
            if rows:
                tallies.append(Tally(rule.expected, rule.column, rows))
    return tallies


def _count(con: duckdb.DuckDBPyConnection, condition: str) -> int:
    row = con.execute(f"SELECT count(*) FROM staged WHERE {condition}").fetchone()
    return int(row[0]) if row else 0


def worded_errors(
    con: duckdb.DuckDBPyConnection, staged: Sequence[Staged], errors: Sequence[Tally], path: Path | None
) -> InputError:
    """The first errors with their places, and how many there are in all, rule by rule."""
    shown: list[Problem | str] = []
    for one in staged:
        shown += one.malformed
        rows = con.execute(f"{_wrong_values(one)} ORDER BY row, position LIMIT {SHOWN_AT_MOST}").fetchall()
        shown += [Problem(one.readable.name, row, column, value or "", rule) for row, column, value, rule, _, _ in rows]
    by_rule: dict[tuple[str, str], int] = {}
    for tally in errors:
        by_rule[(tally.column, tally.name)] = by_rule.get((tally.column, tally.name), 0) + tally.rows
    closing = ["By rule:"] + [
        f"  {rows:,} × {f'column {column}: ' if column else ''}{name}" for (column, name), rows in by_rule.items()
    ]
    told = f"All of them are in {path}" if path else "--report FILE writes all of them"
    closing.append(f"Nothing was imported. {told}; with --leave-out-errors beside it the other rows are imported.")
    return InputError(shown[:SHOWN_AT_MOST], sum(tally.rows for tally in errors), closing)


def _wrong_values(one: Staged) -> str:
    """Query for every value that breaks a rule: row, column, value, rule, id, position of the rule."""
    pieces = [
        f"CASE WHEN {rule.wrong} THEN {{'column': {sql.quoted(rule.column)}, 'value': {sql.name(rule.column)}, "
        f"'rule': {sql.quoted(rule.expected)}, 'position': {i}}} END"
        for i, rule in enumerate(one.reading.rules)
    ]
    drop = " OR ".join(f"coalesce({note.applies}, false)" for note in one.reading.drops) or "false"
    return f"""
        SELECT {file_row(one)} AS row, wrong.column AS column, wrong.value AS value, wrong.rule AS rule,
            _id AS id, wrong.position AS position
        FROM (
            SELECT _row, {sql.name(one.reading.identifier)} AS _id,
                unnest(list_filter([{", ".join(pieces)}], lambda piece: piece IS NOT NULL)) AS wrong
            FROM (
                SELECT row_number() OVER () + {one.readable.first_row - 1} AS _row, {cells(one.readable, one.reading)}
                FROM {table(one.readable, one.encoding, again=True)}
            )
            WHERE NOT ({drop})
        )
    """


def accounts(con: duckdb.DuckDBPyConnection, staged: Sequence[Staged]) -> tuple[FileAccount, ...]:
    """What became of each file's rows: read = kept + left out, with every reason."""
    accounts = []
    for one in staged:
        mine = f"_file = {one.number}"
        left_out = [Tally("rows that have no form", "", len(one.malformed))]
        left_out += [
            Tally(note.name, note.column, _count(con, f"{mine} AND _drop = {i}"))
            for i, note in enumerate(one.reading.drops, start=1)
        ]
        left_out.append(Tally("rows with errors", "", _count(con, f"{mine} AND _drop = 0 AND _errors <> 0")))
        left_out += [
            Tally(reason, "", rows)
            for reason, rows in con.execute(
                f"SELECT reason, count(*) FROM lost WHERE {mine} GROUP BY reason ORDER BY reason"
            ).fetchall()
        ]
        kept = _count(con, f"{mine} AND _drop = 0 AND _errors = 0") - sum(
            tally.rows for tally in left_out[len(one.reading.drops) + 2 :]
        )
        repaired = [
            Tally(note.name, note.column, _count(con, f"{mine} AND _drop = 0 AND _repairs & {1 << i} <> 0"))
            for i, note in enumerate(one.reading.repairs)
        ]
        flagged = con.execute(
            f"SELECT flag, count(*) FROM (SELECT unnest(flags) AS flag FROM live WHERE {mine}) "
            "GROUP BY flag ORDER BY flag"
        ).fetchall()
        accounts.append(
            FileAccount(
                file=one.readable.name,
                layout=one.reading.layout,
                version=one.version,
                kind=one.kind,
                published=one.published,
                publication=one.publication,
                missing=tuple(name for name in one.reading.optional if name not in one.readable.header),
                encoding="" if one.readable.parquet else one.encoding,
                read=_count(con, mine) + len(one.malformed),
                kept=kept,
                left_out=tuple(tally for tally in left_out if tally.rows),
                repaired=tuple(tally for tally in repaired if tally.rows),
                flagged=tuple(Tally(name, "", rows) for name, rows in flagged),
            )
        )
    return tuple(accounts)


def coverage(con: duckdb.DuckDBPyConnection, staged: Sequence[Staged]) -> tuple[Coverage, ...]:
    """Days that each file covers of each country in it.

    As its release is known to; else from the month of its first event to that of its last, among events whose month is
    known, since nothing tells of the days before and after.
    """
    found = []
    for one in staged:
        rows = con.execute(
            f"""
            SELECT country, date_trunc('month', min(date_start))::DATE, last_day(max(date_start))
            FROM sound WHERE _file = {one.number} AND coalesce(date_precision, 'day') <> 'year'
            GROUP BY country ORDER BY country
            """
        ).fetchall()
        found += [
            Coverage(country, one.release.first or str(first), one.release.last or str(last))
            for country, first, last in rows
        ]
    return tuple(dict.fromkeys(found))


def write_report(con: duckdb.DuckDBPyConnection, staged: Sequence[Staged], path: Path | None) -> None:
    """Every error, repair, flag and row left out, as CSV: what was done, where, and to what."""
    if path is None:
        return
    con.execute("CREATE OR REPLACE TABLE malformed (file VARCHAR, row BIGINT, value VARCHAR, what VARCHAR)")
    rows = [(problem.file, problem.row, problem.value, problem.expected) for one in staged for problem in one.malformed]
    if rows:
        con.executemany("INSERT INTO malformed VALUES (?, ?, ?, ?)", rows)
    pieces = ["SELECT 'error' AS sort, file, row, NULL AS event, NULL AS \"column\", value, what FROM malformed"]
    has_lost = con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'lost'").fetchone()
    has_clashing = con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'clashing'").fetchone()
    for one in staged:
        file, row, mine = sql.quoted(one.readable.name), file_row(one), f"_file = {one.number}"
        if _count(con, f"{mine} AND _errors <> 0"):
            pieces.append(f"SELECT 'error', {file}, row, id, \"column\", value, rule FROM ({_wrong_values(one)})")
        for i, note in enumerate(one.reading.drops, start=1):
            pieces.append(
                f"SELECT 'left out', {file}, {row}, _id, {sql.quoted(note.column)}, NULL, {sql.quoted(note.name)} "
                f"FROM staged WHERE {mine} AND _drop = {i}"
            )
        for i, note in enumerate(one.reading.repairs):
            pieces.append(
                f"SELECT 'repair', {file}, {row}, _id, {sql.quoted(note.column)}, NULL, {sql.quoted(note.name)} "
                f"FROM staged WHERE {mine} AND _drop = 0 AND _repairs & {1 << i} <> 0"
            )
        pieces.append(
            f"SELECT 'flag', {file}, {row}, _id, NULL, NULL, flag FROM "
            f"(SELECT _row, _id, unnest(flags) AS flag FROM staged WHERE {mine} AND _drop = 0)"
        )
        if has_clashing and has_clashing[0]:
            pieces.append(
                f"SELECT 'error', {file}, {row}, _id, {sql.quoted(one.reading.identifier)}, _id, "
                f"'another row of this event differs' FROM clashing JOIN staged USING (_file, _row) WHERE {mine}"
            )
        if has_lost and has_lost[0]:
            pieces.append(
                f"SELECT 'left out', {file}, {row}, _id, NULL, NULL, reason FROM lost JOIN staged USING (_file, _row) "
                f"WHERE {mine}"
            )
    beside = path.with_name(f".{path.name}.part")
    con.execute(
        f"COPY ({' UNION ALL '.join(pieces)} ORDER BY sort, file, row, what) "
        f"TO {sql.quoted(beside)} (FORMAT csv, HEADER)"
    )
    beside.replace(path)
