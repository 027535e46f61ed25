"""Event files and the book: the names that the importer needs, where tables of events lie, totals for the tables."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from afpak.build.paths import Checkout
from afpak.problems import InputError
from afpak.sources.names import ANY, Names, Release
from afpak.tables import load_inputs, read_declaration
from afpak.tables.dates import bounds, listed
from afpak.tables.validate import validate

ACTORS, PLACES, DISTRICTS, RELEASES = "event-actors", "places", "districts", "event-releases"
# As the importer strips it from a division's name.
_SORT = re.compile(r"\s+(province|(capital )?territory)$", re.IGNORECASE)


def read_names(checkout: Checkout) -> Names:
    """The names in the book's tables, whole: a name of today is the name of a past event's place too.

    Raises
    ------
    InputError
        If a table is not valid.
    """
    problems = validate(read_declaration(checkout.data))
    if problems:
        raise InputError(problems)
    return names_of(load_inputs(data=checkout.data).tables)


def names_of(tables: Mapping[str, pd.DataFrame]) -> Names:
    """Shape the tables of names for the importer's joins."""
    actors = tables[ACTORS].rename(columns={"from": "since", "to": "until"})
    actors = actors[["provider", "actor", "country", "since", "until", "organisation", "kind"]].copy()
    actors["since"] = [None if pd.isna(text) else bounds(text).earliest.isoformat() for text in actors["since"]]
    actors["until"] = [None if pd.isna(text) else bounds(text).latest.isoformat() for text in actors["until"]]
    actors = pd.concat([actors, _organisations(tables["organisations"])], ignore_index=True)
    divisions = {
        (str(row.country), _SORT.sub("", spelling).casefold()): (str(row.place), str(row.name))
        for row in tables[PLACES][["country", "place", "name", "spellings"]].itertuples(index=False)
        for spelling in (row.name, *listed(row.spellings))
    }
    districts = tables[DISTRICTS][["country", "given", "name", "place"]].rename(columns={"given": "spelling"})
    districts["spelling"] = districts["spelling"].str.casefold()
    releases = {
        (str(row.provider), str(row.version)): Release(
            "" if pd.isna(row.published) else bounds(row.published).latest.isoformat(),
            "" if pd.isna(row.first_day) else bounds(row.first_day).earliest.isoformat(),
            "" if pd.isna(row.last_day) else bounds(row.last_day).latest.isoformat(),
        )
        for row in tables[RELEASES].itertuples()
    }
    places = pd.DataFrame(
        [(*spelling, *place) for spelling, place in divisions.items()], columns=["country", "spelling", "place", "name"]
    )
    return Names(actors, places, districts, releases)


def _organisations(organisations: pd.DataFrame) -> pd.DataFrame:
    """Organisations by every name that the book knows, for tables of the user's own; a name of two is nobody's."""
    rows = [
        (name, row.organisation, "state" if row.kind in ("state", "state body") else "organisation")
        for row in organisations[["organisation", "name", "short", "aliases", "kind"]].itertuples(index=False)
        for name in dict.fromkeys([row.name, row.short, *listed(row.aliases)])
    ]
    frame = pd.DataFrame(
        [(ANY, name, None, None, None, organisation, kind) for name, organisation, kind in rows],
        columns=["provider", "actor", "country", "since", "until", "organisation", "kind"],
    )
    return frame[~frame["actor"].duplicated(keep=False)]


def default_output(checkout: Checkout, files: tuple[Path, ...]) -> Path:
    """Where an event table goes if not told: ``events/`` of the checkout, which git ignores, named like the file."""
    stem = files[0].name.split(".")[0]
    return checkout.root / "events" / f"{stem}.parquet"


def rows_for_tables(checkout: Checkout, counted: pd.DataFrame, release: str) -> pd.DataFrame:
    """Totals as rows of the tables ``event-months`` and ``event-provinces``.

    Parameters
    ----------
    checkout : Checkout
        The project.
    counted : pandas.DataFrame
        As `afpak.sources.events.Events` counts by month or by province.
    release : str
        Row of the table of releases that the file is.

    Raises
    ------
    InputError
        If there is no such release.
    """
    releases = load_inputs(data=checkout.data)[RELEASES].set_index("release")
    if release not in releases.index:
        near = difflib.get_close_matches(release, list(releases.index), n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise InputError([f"--release {release!r}: no row of the table {RELEASES}; {hint}add it there first"])
    rows = counted.copy()
    rows.insert(0, "release", release)
    rows["published"] = releases.at[release, "published"]
    return rows
