"""Which rows stand for an event: none twice, none of an export by actor, none that a better release replaces."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from afpak.problems import Problem
from afpak.sources import sql
from afpak.sources.staging import Staged, file_row, table


def repeated_rows(con: duckdb.DuckDBPyConnection, staged: Sequence[Staged]) -> list[Problem | str]:
    """What is wrong with the first file in which rows of one identifier differ, since deaths would count twice."""
    con.execute("CREATE TABLE clashing (_file INTEGER, _row BIGINT)")
    con.execute("CREATE TABLE again (_file INTEGER, _row BIGINT, _id VARCHAR, _hash UBIGINT)")
    for one in staged:
        mine = f"_file = {one.number} AND _drop = 0 AND _errors = 0"
        repeated = f"SELECT _id FROM staged WHERE {mine} GROUP BY _id HAVING count(*) > 1"
        if con.execute(f"{repeated} LIMIT 1").fetchone() is None:
            continue
        # Only now are whole rows compared: most files have no identifier twice.
        every = ", ".join(sql.name(column) for column in one.readable.header)
        con.execute(
            f"""
            INSERT INTO again SELECT {one.number}, _row, _id, _hash
            FROM (
                SELECT row_number() OVER () + {one.readable.first_row - 1} AS _row, hash({every}) AS _hash
                FROM {table(one.readable, one.encoding, again=True)}
            ) JOIN (SELECT _row, _id FROM staged WHERE {mine} AND _id IN ({repeated})) USING (_row)
            """
        )
        con.execute(
            f"""
            CREATE OR REPLACE TABLE differing AS
            SELECT _id, count(*) AS rows, min({file_row(one)}) AS first, max({file_row(one)}) AS last
            FROM again WHERE _file = {one.number} GROUP BY _id HAVING count(DISTINCT _hash) > 1
            """
        )
        con.execute("INSERT INTO clashing SELECT _file, _row FROM again SEMI JOIN differing USING (_id)")
        found = con.execute("SELECT * FROM differing ORDER BY first LIMIT 5").fetchall()
        if not found:
            continue
        number = con.execute("SELECT count(*) FROM differing").fetchone()
        column, name = one.reading.identifier, one.readable.name
        shown: list[Problem | str] = [
            Problem(name, first, column, identifier, f"stands in {rows} rows that differ (the last is row {last})")
            for identifier, rows, first, last in found
        ]
        total = number[0] if number else 0
        if one.reading.monadic:
            why = (
                f"{name}: {total:,} events stand in several rows, as in a monadic export with a row per actor; deaths "
                "would be counted once for each. Export the dyadic form, with one row per event, and import that"
            )
        else:
            why = (
                f"{name}: {total:,} events stand in several rows that differ; only one can be right. Remove the others"
            )
        return [*shown, why]
    return []


def choose(con: duckdb.DuckDBPyConnection, staged: Sequence[Staged]) -> None:
    """Rows that another row stands for: the same again, or of a release that a better one replaces.

    A year and country that a final release covers is taken from it alone: events that only a Candidate release has
    were dropped by the provider. Among Candidate releases the later one stands for the months that it covers.
    """
    con.execute("CREATE TABLE lost (_file INTEGER, _row BIGINT, reason VARCHAR)")
    con.execute("CREATE TABLE files (_file INTEGER, version VARCHAR, kind VARCHAR, published DATE, rank INTEGER)")
    ranks = sorted({one.rank for one in staged})
    rows = [(one.number, one.version, one.kind, one.published, ranks.index(one.rank)) for one in staged]
    con.executemany("INSERT INTO files VALUES (?, ?, ?, ?, ?)", rows)
    con.execute("CREATE VIEW sound AS SELECT * FROM staged WHERE _drop = 0 AND _errors = 0")
    con.execute("CREATE VIEW live AS SELECT * FROM sound ANTI JOIN lost USING (_file, _row)")
    con.execute(
        """
        INSERT INTO lost SELECT _file, _row, 'the same row again' FROM (
            SELECT _file, _row, row_number() OVER (PARTITION BY _file, _id ORDER BY _row) AS place FROM again
        ) WHERE place > 1
        """
    )
    if len(staged) == 1:
        return
    con.execute(
        """
        CREATE TABLE covered AS
        SELECT rank, kind, country, min(year) AS first, max(year) AS last,
            min(date_trunc('month', date_start)) AS since, max(date_trunc('month', date_start)) AS until
        FROM live JOIN files USING (_file) WHERE kind <> '' GROUP BY rank, kind, country
        """
    )
    con.execute(
        """
        INSERT INTO lost SELECT DISTINCT _file, _row, 'its year or month is covered by a final or later release'
        FROM live JOIN files USING (_file) JOIN covered ON covered.country = live.country AND covered.rank > files.rank
        WHERE CASE covered.kind
            WHEN 'final' THEN live.year BETWEEN covered.first AND covered.last
            ELSE files.kind <> 'final'
                AND date_trunc('month', live.date_start) BETWEEN covered.since AND covered.until END
        """
    )
    con.execute(
        """
        INSERT INTO lost SELECT _file, _row, 'the same or a later version of the event stands in another file' FROM (
            SELECT _file, _row, row_number() OVER (
                PARTITION BY _id ORDER BY rank DESC, coalesce(live.published, files.published) DESC, _file DESC
            ) AS place
            FROM live JOIN files USING (_file)
            SEMI JOIN (SELECT _id FROM live GROUP BY _id HAVING count(*) > 1) USING (_id)
        ) WHERE place > 1
        """
    )
