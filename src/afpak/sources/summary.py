"""What an import read, kept and left out, and sums that can be held against the provider's own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from afpak.problems import InputError
from afpak.sources import sql

SUMMARY = "afpak_summary"
# Of names that the tables don't know, the most frequent are shown.
SHOWN_NAMES = 10


@dataclass(frozen=True)
class Tally:
    """How many rows something was true of; the column that it is about, if any."""

    name: str
    column: str
    rows: int


@dataclass(frozen=True)
class FileAccount:
    """What became of one file's rows: read = kept + all of ``left_out``.

    ``missing`` are the columns that the file lacks and the table could use. ``publication`` says where the day comes
    from by which the file was public. ``repaired`` and ``flagged`` rows are among those kept, unless a row was left out
    for another reason.
    """

    file: str
    layout: str
    version: str
    kind: str
    published: str
    publication: str
    missing: tuple[str, ...]
    encoding: str
    read: int
    kept: int
    left_out: tuple[Tally, ...]
    repaired: tuple[Tally, ...]
    flagged: tuple[Tally, ...]


@dataclass(frozen=True)
class YearCount:
    """Events and deaths in a country under one year; deaths are missing where no event has a number."""

    year: int
    country: str
    events: int
    deaths_best: float | None
    deaths_low: float | None
    deaths_high: float | None


@dataclass(frozen=True)
class Coverage:
    """Days that a file covers of a country, both included: a day within without an event is a day without one."""

    country: str
    first: str
    last: str


@dataclass(frozen=True)
class Told:
    """What the importer tells of a table, and the table can't tell by itself; it is kept in the file.

    Parameters
    ----------
    provider, imported : str
        Who made the data; day of the import.
    files : tuple of FileAccount
        Every file read.
    coverage : tuple of Coverage
        By file and country.
    unknown_actors, unknown_places : tuple of Tally
        The most frequent actors that no row of the table of actors names, and divisions of known countries that no
        row of the table of places names.
    """

    provider: str
    imported: str
    files: tuple[FileAccount, ...]
    coverage: tuple[Coverage, ...]
    unknown_actors: tuple[Tally, ...]
    unknown_places: tuple[Tally, ...]


@dataclass(frozen=True)
class Summary:
    """What an event table holds and how it came about.

    Parameters
    ----------
    told : Told
        What the importer told.
    events : int
        Rows of the table.
    first, last : str
        First and last day of an event.
    without_deaths : int
        Events without a number of deaths: not events without deaths.
    years : tuple of YearCount
        By year and country.
    groups : tuple of Tally
        Events by armed organisation; an event with two counts for both.
    unattributed, militant : int
        Events whose actor is named by a placeholder only; events of militant violence.
    """

    told: Told
    events: int
    first: str
    last: str
    without_deaths: int
    years: tuple[YearCount, ...]
    groups: tuple[Tally, ...]
    unattributed: int
    militant: int


def as_json(told: Told) -> str:
    """What the importer told, as the file keeps it."""
    return json.dumps(asdict(told), ensure_ascii=False)


def read_told(path: Path) -> Told:
    """What an event table keeps of its making.

    Raises
    ------
    InputError
        If there is no such file, or it is no event table.
    """
    if not path.is_file():
        raise InputError([f"{path}: there is no such file; make one with: afpak events import FILE"])
    with duckdb.connect() as con:
        try:
            row = con.execute(
                "SELECT value FROM parquet_kv_metadata(?) WHERE key = ?", [str(path), SUMMARY.encode()]
            ).fetchone()
        except duckdb.Error:
            row = None
    if row is None:
        raise InputError([f"{path}: no event table of this project; make one with: afpak events import {path.name}"])
    return _typed(json.loads(bytes(row[0]).decode("utf-8")))


def read_summary(path: Path) -> Summary:
    """Count what an event table holds; InputError as `read_told` raises it."""
    told = read_told(path)
    with duckdb.connect() as con:
        con.execute(f"CREATE VIEW events AS SELECT * FROM read_parquet({sql.quoted(path)})")
        whole = con.execute(
            "SELECT count(*), min(date_start), max(date_end), count(*) FILTER (deaths_best IS NULL), "
            "count(*) FILTER (unattributed), count(*) FILTER (militant) FROM events"
        ).fetchone() or (0, None, None, 0, 0, 0)
        years = con.execute(
            "SELECT year, country, count(*), sum(deaths_best), sum(deaths_low), sum(deaths_high) FROM events "
            "GROUP BY year, country ORDER BY year, country"
        ).fetchall()
        groups = con.execute(
            "SELECT name, count(*) FROM (SELECT unnest(groups) AS name FROM events) GROUP BY name ORDER BY 2 DESC, 1"
        ).fetchall()
    return Summary(
        told=told,
        events=whole[0],
        first=str(whole[1] or ""),
        last=str(whole[2] or ""),
        without_deaths=whole[3],
        years=tuple(YearCount(*row) for row in years),
        groups=tuple(Tally(name, "", rows) for name, rows in groups),
        unattributed=whole[4],
        militant=whole[5],
    )


def _typed(content: Mapping[str, Any]) -> Told:
    def tallies(rows: Any) -> tuple[Tally, ...]:
        return tuple(Tally(**row) for row in rows)

    files = tuple(
        FileAccount(
            **{
                **one,
                "missing": tuple(one["missing"]),
                **{key: tallies(one[key]) for key in ("left_out", "repaired", "flagged")},
            }
        )
        for one in content["files"]
    )
    return Told(
        provider=content["provider"],
        imported=content["imported"],
        files=files,
        coverage=tuple(Coverage(**one) for one in content["coverage"]),
        unknown_actors=tallies(content["unknown_actors"]),
        unknown_places=tallies(content["unknown_places"]),
    )


def worded(summary: Summary) -> str:
    """The summary as lines for a terminal."""
    lines = []
    for one in summary.told.files:
        release = " ".join(part for part in (one.version, one.kind) if part)
        lines.append(f"{one.file}: {one.layout}" + (f", {release}" if release else ""))
        lines.append(f"  public by {one.published}, {one.publication}")
        if one.missing:
            lines.append(f"  columns that it lacks: {', '.join(one.missing)}")
        if one.encoding and one.encoding != "utf-8":
            lines.append(f"  read as {one.encoding}, since it is not UTF-8")
        lines.append(f"  {one.read:,} rows read, {one.kept:,} kept")
        lines += _listed("  left out", one.left_out) + _listed("  repaired", one.repaired)
        lines += _listed("  kept and flagged", one.flagged)
    lines.append(f"{summary.events:,} events from {summary.first} to {summary.last}")
    if summary.without_deaths:
        lines.append(f"  {summary.without_deaths:,} without a number of deaths (which is not a zero)")
    lines.append(f"  {summary.militant:,} of militant violence; {summary.unattributed:,} that name nobody")
    lines.append("Events and deaths (best, low to high) by year and country, to hold against the provider's own:")
    lines += [
        f"  {one.year}  {one.country:<14} {one.events:>8,} {_number(one.deaths_best):>10}"
        + (f"  {_number(one.deaths_low)} to {_number(one.deaths_high)}" if one.deaths_low is not None else "")
        for one in _condensed(summary.years)
    ]
    lines += _listed("Events by organisation", summary.groups)
    lines += _listed("Actors without a row in the table of actors, the most frequent", summary.told.unknown_actors)
    lines += _listed("Divisions without a row in the table of places", summary.told.unknown_places)
    return "\n".join(lines)


# A global file has more than a hundred countries for each year.
_COUNTRIES = 8


def _condensed(years: tuple[YearCount, ...]) -> list[YearCount]:
    """Rows by year and country, or, of a file with many countries, by country over all years."""
    countries = sorted({one.country for one in years})
    if len(countries) <= _COUNTRIES:
        return list(years)
    rows = []
    for year in sorted({one.year for one in years}):
        own = [one for one in years if one.year == year]
        rows.append(
            YearCount(
                year,
                f"{len(own)} countries",
                sum(one.events for one in own),
                *(
                    sum(value for one in own if (value := getattr(one, name)) is not None)
                    for name in ("deaths_best", "deaths_low", "deaths_high")
                ),
            )
        )
    return rows


def _listed(title: str, tallies: tuple[Tally, ...]) -> list[str]:
    if not tallies:
        return []
    indent = " " * (len(title) - len(title.lstrip()) + 2)
    return [f"{title}:", *(f"{indent}{one.rows:,}  {one.name}" for one in tallies)]


def _number(value: float | None) -> str:
    if value is None:
        return "not known"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"
