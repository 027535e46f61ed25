"""Naming actors and places: organisations by the table of actors, divisions by their names since 2018."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from afpak.sources import sql
from afpak.sources.names import ANY, Names
from afpak.sources.schema import EVENT_FIELDS
from afpak.sources.staging import ADDED
from afpak.sources.summary import SHOWN_NAMES, SUMMARY, Tally, Told, as_json

# A division's name without a word such as province after it; the table of places is stripped in the same way.
_STRIPPED = r"lower(regexp_replace(live.adm1_given, '(?i)\s+(province|(capital )?territory)$', ''))"


def learn(con: duckdb.DuckDBPyConnection, names: Names, provider: str) -> None:
    """Put the names into tables of the database."""
    actors = names.actors[names.actors["provider"] == provider]
    if actors.empty:
        # A table of the user's own calls organisations as the table of organisations does.
        actors = names.actors[names.actors["provider"] == ANY]
    con.execute(
        "CREATE TABLE actors "
        "(actor VARCHAR, country VARCHAR, since DATE, until DATE, organisation VARCHAR, kind VARCHAR)"
    )
    _fill(con, "actors", actors[["actor", "country", "since", "until", "organisation", "kind"]].itertuples(index=False))
    con.execute("CREATE TABLE divisions (country VARCHAR, spelling VARCHAR, place VARCHAR, name VARCHAR)")
    _fill(con, "divisions", names.places[["country", "spelling", "place", "name"]].itertuples(index=False))
    con.execute("CREATE TABLE districts (country VARCHAR, spelling VARCHAR, name VARCHAR, place VARCHAR)")
    _fill(con, "districts", names.districts[["country", "spelling", "name", "place"]].itertuples(index=False))


def _fill(con: duckdb.DuckDBPyConnection, table: str, rows: Any) -> None:
    values = [[None if value is None or value != value else value for value in row] for row in rows]
    if values:
        con.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values[0]))})", values)


def write_events(con: duckdb.DuckDBPyConnection, path: Path, told: Told) -> None:
    """Name actors and places and write the event table, in order of time and, within a day, of the files."""
    provider = told.provider
    joins, names = [], []
    for i in (1, 2, 3):
        for sort, condition in (("own", "= live.country"), ("any", "IS NULL")):
            joins.append(
                f"LEFT JOIN actors AS {sort}{i} ON {sort}{i}.actor = live.actor{i} AND {sort}{i}.country {condition} "
                f"AND live.date_start BETWEEN coalesce({sort}{i}.since, DATE '0001-01-01') "
                f"AND coalesce({sort}{i}.until, DATE '9999-12-31')"
            )
        names.append(
            f"coalesce(own{i}.organisation, any{i}.organisation) AS organisation{i}, "
            f"coalesce(own{i}.kind, any{i}.kind) AS kind{i}"
        )
    others = ", ".join(f"live.{field.name}" for field in EVENT_FIELDS if field.name not in (*ADDED, "published"))
    con.execute(
        "CREATE TABLE beside AS SELECT map_from_entries(list({'k': actor, 'v': organisation})) AS organisations "
        "FROM (SELECT actor, min(organisation) AS organisation FROM actors "
        "WHERE kind = 'organisation' AND organisation IS NOT NULL GROUP BY actor)"
    )
    con.execute(
        rf"""
        COPY (
            SELECT {", ".join(field.name for field in EVENT_FIELDS)}
            FROM (
                SELECT *, CASE
                    WHEN len(groups) > 0 THEN false
                    WHEN 'unattributed' IN (kind1, kind2, kind3) THEN true
                    WHEN actor1 IS NULL AND actor2 IS NULL THEN NULL
                    ELSE false END AS unattributed
                FROM (
                    SELECT *, CAST(list_distinct(list_filter([
                        CASE WHEN kind1 = 'organisation' THEN organisation1 END,
                        CASE WHEN kind2 = 'organisation' THEN organisation2 END,
                        CASE WHEN kind3 = 'organisation' THEN organisation3 END
                    ] || CASE WHEN associates IS NULL THEN [] ELSE list_transform(
                        string_split(associates, ';'), lambda one: organisations[trim(one)]
                    ) END, lambda one: one IS NOT NULL)) AS VARCHAR[]) AS groups
                    FROM (
                        SELECT {sql.quoted(provider + ":")} || live._id AS event_id, {sql.quoted(provider)} AS source,
                            nullif(files.version, '') AS source_version, nullif(files.kind, '') AS release_kind,
                            coalesce(live.published, files.published) AS published,
                            CASE WHEN known.country IS NULL THEN live.adm1_given
                                ELSE coalesce(of_district.name, division.name) END AS adm1,
                            coalesce(of_district.place, division.place) AS place,
                            coalesce(district.name,
                                regexp_replace(live.adm2_given, '(?i)\s+(tribal )?(district|agency)$', '')) AS adm2,
                            live.flags, live._file, live._row, {others}, {", ".join(names)}, beside.organisations
                        FROM live JOIN files USING (_file)
                        {" ".join(joins)}
                        LEFT JOIN (SELECT DISTINCT country FROM divisions) AS known ON known.country = live.country
                        LEFT JOIN divisions AS division
                            ON division.country = live.country
                            AND division.spelling = {_STRIPPED}
                        LEFT JOIN districts AS district
                            ON district.country = live.country AND district.spelling = lower(live.adm2_given)
                        LEFT JOIN (SELECT DISTINCT place, name FROM divisions) AS of_district
                            ON of_district.place = district.place
                        CROSS JOIN beside
                    )
                )
            )
            ORDER BY date_start, _file, _row
        ) TO {sql.quoted(path)} ({sql.PARQUET}, KV_METADATA {{{SUMMARY}: {sql.quoted(as_json(told))}}})
        """
    )


def unknown_names(con: duckdb.DuckDBPyConnection) -> tuple[tuple[Tally, ...], tuple[Tally, ...]]:
    """The most frequent actors, and divisions of known countries, that the tables of names don't hold."""
    actors = con.execute(
        f"""
        SELECT name, sum(events)::BIGINT FROM (
            SELECT unnest([actor1, actor2, actor3]) AS name, events
            FROM (SELECT actor1, actor2, actor3, count(*) AS events FROM live GROUP BY ALL)
        )
        ANTI JOIN (SELECT actor AS name FROM actors) USING (name)
        WHERE name IS NOT NULL GROUP BY name ORDER BY 2 DESC, 1 LIMIT {SHOWN_NAMES}
        """
    ).fetchall()
    places = con.execute(
        f"""
        SELECT adm1_given || ' (' || country || ')', events FROM (
            SELECT country, adm1_given, count(*) AS events FROM live WHERE adm1_given IS NOT NULL GROUP BY ALL
        ) AS live
        SEMI JOIN (SELECT country FROM divisions) USING (country)
        ANTI JOIN divisions ON divisions.country = live.country AND divisions.spelling = {_STRIPPED}
        ORDER BY events DESC, 1 LIMIT {SHOWN_NAMES}
        """
    ).fetchall()
    return tuple(Tally(name, "", rows) for name, rows in actors), tuple(Tally(name, "", rows) for name, rows in places)
