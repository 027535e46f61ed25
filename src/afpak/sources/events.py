"""Counts from an event table: by month, by province and year, by day, and what of it an edition may see."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from afpak.problems import InputError
from afpak.sources import sql
from afpak.sources.summary import SUMMARY, Told, as_json, read_told

CUT = "afpak_cut"
_NAMES = {"ucdp": "UCDP GED", "acled": "ACLED", "gtd": "Global Terrorism Database"}
_DEATHS = ("deaths_best", "deaths_low", "deaths_high", "deaths_civilians")


@dataclass(frozen=True)
class Cut:
    """What of an event table an edition sees: read = kept + later + unpublished."""

    as_of: str
    read: int
    kept: int
    later: int
    unpublished: int


@dataclass(frozen=True)
class Events:
    """An event table as an edition sees it.

    Parameters
    ----------
    path : Path
        The Parquet file.
    told : Told
        What the importer told of it, before any cut.
    cut : Cut
        What the as-of date left of it.
    """

    path: Path
    told: Told
    cut: Cut

    @property
    def provider(self) -> str:
        """Short name of the provider."""
        return self.told.provider

    @property
    def name(self) -> str:
        """Name of the provider's data, in words."""
        return _NAMES.get(self.provider, self.provider)

    @property
    def version(self) -> str:
        """Versions of the files, in words; empty if none is known."""
        return ", ".join(dict.fromkeys(one.version for one in self.told.files if one.version))

    @property
    def source(self) -> str:
        """What stands under a figure: the data, their version and their files."""
        files = ", ".join(one.file for one in self.told.files)
        version = f" {self.version}" if self.version else ""
        return f"{self.name}{version}, counted from an event file of the reader's own ({files})"

    @property
    def what_enters(self) -> str:
        """What of the table an edition sees, in a line."""
        reasons = [(self.cut.later, "happened later"), (self.cut.unpublished, "were not public by then")]
        left = "; ".join(f"{events:,} {why}" for events, why in reasons if events)
        since = [one.published for one in self.told.files if one.published > self.cut.as_of]
        hint = (
            f" (public by {min(since)}: see --published of afpak events import)"
            if self.cut.unpublished and since
            else ""
        )
        return f"{self.path.name}: {self.cut.kept:,} of {self.cut.read:,} events enter as of {self.cut.as_of}" + (
            f"; {left}{hint}" if left else ""
        )

    @property
    def first(self) -> date:
        """First day covered of any country."""
        return min(date.fromisoformat(one.first) for one in self.told.coverage)

    @property
    def last(self) -> date:
        """Last day covered of any country, and not after the as-of date."""
        last = max(date.fromisoformat(one.last) for one in self.told.coverage)
        return min(last, date.fromisoformat(self.cut.as_of)) if self.cut.as_of else last

    def months(self) -> pd.DataFrame:
        """Events and deaths by country, armed organisation and month.

        Returns
        -------
        pandas.DataFrame
            Columns place (country), group (``all``; ``militant``; of the militant events those of each armed
            organisation, ``other`` with none that is known, ``unattributed``), month (``YYYY-MM``, or ``YYYY`` for
            events known to the year only), events, deaths_best, deaths_low, deaths_high, deaths_civilians (Int64;
            missing where no event has a number). Every month that a file covers has a row for each group of its
            country, zero where nothing happened; an event of two organisations counts for both.
        """
        counted = self._counts(
            "CASE date_precision WHEN 'year' THEN strftime(date_start, '%Y') ELSE strftime(date_start, '%Y-%m') END"
        ).rename(columns={"unit": "month", "country": "place"})
        groups = counted.groupby("place")["group"].unique()
        covered = [
            {"place": country, "group": group, "month": month}
            for country, names in groups.items()
            for group in names
            for month in self._months_covered(str(country))
        ]
        keys = ["place", "group", "month"]
        whole = pd.DataFrame(covered, columns=keys).merge(counted, on=keys, how="outer", indicator="where")
        # A month that is covered in part, up to the as-of date, would look like a quiet one.
        whole = whole[(whole["where"] != "right_only") | (whole["month"].str.len() == len("2021"))]
        # No event: nobody died in one. Events whose deaths nobody knows stay without a number.
        quiet = whole["events"].isna()
        for column in ("events", *_DEATHS):
            whole[column] = whole[column].astype("Int64").mask(quiet, 0)
        whole = whole[[*keys, "events", *_DEATHS]]
        return whole.sort_values(keys).reset_index(drop=True)

    def provinces(self) -> pd.DataFrame:
        """Events and deaths by first-level division and year.

        Returns
        -------
        pandas.DataFrame
            Columns country, place (of the table of places, or ``unknown``), group (``all`` or ``militant``), year
            (Int64), events and deaths as in `months`. Only divisions and years with an event have a row.
        """
        counted = self._counts("CAST(year AS VARCHAR)", "coalesce(place, 'unknown')", organisations=False)
        counted = counted.rename(columns={"unit": "year", "within": "place"})
        counted["year"] = counted["year"].astype("Int64")
        keys = ["country", "place", "group", "year"]
        return counted[[*keys, "events", *_DEATHS]].sort_values(keys).reset_index(drop=True)

    def days(self) -> pd.DataFrame:
        """Events known to the day, by country, armed organisation and day.

        Returns
        -------
        pandas.DataFrame
            Columns country, group (as in `months`), day (datetime.date), events and deaths (Int64). Only days with an
            event have a row.
        """
        counted = self._counts("CAST(date_start AS VARCHAR)", where="date_precision = 'day' AND date_start = date_end")
        counted = counted.rename(columns={"unit": "day"})
        counted["day"] = [date.fromisoformat(text) for text in counted["day"]]
        keys = ["country", "group", "day"]
        return counted[[*keys, "events", *_DEATHS]].sort_values(keys).reset_index(drop=True)

    def _counts(
        self, unit: str, within: str = "NULL", where: str = "true", *, organisations: bool = True
    ) -> pd.DataFrame:
        """Events and deaths by country, group and some unit, of the countries whose divisions are known."""
        named = (
            """
            UNION ALL SELECT * REPLACE (unnest(groups) AS label) FROM labelled WHERE militant
            UNION ALL SELECT * REPLACE ('unattributed' AS label) FROM labelled WHERE militant AND unattributed
            UNION ALL SELECT * REPLACE ('other' AS label) FROM labelled
                WHERE militant AND len(groups) = 0 AND NOT coalesce(unattributed, false)
            """
            if organisations
            else ""
        )
        # Where one toll is shared over several events the parts are fractions; only sums are whole.
        sums = ", ".join(
            f"CAST(round(sum({column})) AS BIGINT) AS {name}"
            for column, name in zip((*_DEATHS[:3], "deaths_civilian"), _DEATHS, strict=True)
        )
        query = f"""
            WITH known AS (
                SELECT * FROM events
                WHERE country IN (SELECT country FROM events WHERE place IS NOT NULL) AND {where}
            ), labelled AS (SELECT *, 'all' AS label FROM known), every AS (
                SELECT * FROM labelled
                UNION ALL SELECT * REPLACE ('militant' AS label) FROM labelled WHERE militant
                {named}
            )
            SELECT country, {within} AS within, label AS "group", {unit} AS unit, count(*) AS events, {sums}
            FROM every GROUP BY ALL ORDER BY ALL
        """
        with duckdb.connect() as con:
            con.execute(f"CREATE VIEW events AS SELECT * FROM read_parquet({sql.quoted(self.path)})")
            frame = con.execute(query).df()
        return frame.astype(dict.fromkeys(("events", *_DEATHS), "Int64"))

    def _months_covered(self, country: str) -> list[str]:
        """Months wholly covered of a country by any file, and over by the as-of date."""
        months: set[pd.Period] = set()
        for one in self.told.coverage:
            if one.country == country:
                months |= set(pd.period_range(one.first, one.last, freq="M"))
        over = [month for month in months if not self.cut.as_of or month.end_time.date().isoformat() <= self.cut.as_of]
        return [str(month) for month in sorted(over)]


def read_events(path: Path) -> Events:
    """An event table, as imported or as a build has cut it.

    Raises
    ------
    InputError
        If there is no such file, or it is no event table.
    """
    told = read_told(path)
    with duckdb.connect() as con:
        row = con.execute(
            "SELECT value FROM parquet_kv_metadata(?) WHERE key = ?", [str(path), CUT.encode()]
        ).fetchone()
        rows = con.execute(f"SELECT count(*) FROM read_parquet({sql.quoted(path)})").fetchone()
    every = rows[0] if rows else 0
    return Events(path, told, Cut(**json.loads(bytes(row[0]))) if row else Cut("", every, every, 0, 0))


def cut_at(events: Events, as_of: date) -> Events:
    """Say what of an imported table an edition may see; nothing is written yet.

    Parameters
    ----------
    events : Events
        The table as imported.
    as_of : datetime.date
        As-of date, itself included. An event counts as having happened once the last day that it may have happened
        on is over.

    Raises
    ------
    InputError
        If nothing is left, with the reason.
    """
    day = f"DATE '{as_of.isoformat()}'"
    with duckdb.connect() as con:
        row = con.execute(
            f"SELECT count(*), count(*) FILTER (date_end > {day}), "
            f"count(*) FILTER (date_end <= {day} AND published > {day}), min(published) "
            f"FROM read_parquet({sql.quoted(events.path)})"
        ).fetchone()
    read, later, unpublished, public = row or (0, 0, 0, None)
    cut = Cut(as_of.isoformat(), read, read - later - unpublished, later, unpublished)
    if not cut.kept:
        why = (
            f"{unpublished:,} of its {read:,} events were not public by {as_of} (the earliest counts as public on "
            f"{public}); import it again with --published DAY if it was public earlier, or give a later --as-of"
            if unpublished
            else f"all of its {read:,} events happened after {as_of}; build with a later --as-of"
        )
        raise InputError([f"{events.path.name}: nothing of it enters the edition: {why}"])
    return replace(events, cut=cut)


def write_cut(events: Events, path: Path) -> Path:
    """Write what an edition may see of a table, as `cut_at` says it; return the path."""
    day = f"DATE '{events.cut.as_of}'"
    metadata = {SUMMARY: as_json(events.told), CUT: json.dumps(asdict(events.cut))}
    pairs = ", ".join(f"{key}: {sql.quoted(value)}" for key, value in metadata.items())
    with duckdb.connect() as con:
        con.execute(
            f"COPY (SELECT * FROM read_parquet({sql.quoted(events.path)}) "
            f"WHERE date_end <= {day} AND published <= {day}) "
            f"TO {sql.quoted(path)} ({sql.PARQUET}, KV_METADATA {{{pairs}}})"
        )
    return path
