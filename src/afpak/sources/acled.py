"""ACLED, the Armed Conflict Location & Event Data: exports of the layouts before and since 20 March 2023.

What the columns mean: ACLED's codebook and its guide to the changes of columns of 2023. The two layouts have the same
number of columns and are told apart by their names. What a reader of the table must know:

- ``fatalities`` is one cautious number for all sides: the lowest where sources differ, and 0 where sources mention no
  deaths. There is no range, and civilians are not counted apart.
- Neither side is the attacker by its place in the row.
- Where only the week is known, the day given is its middle; where only the month is known, the middle, the first or
  the last day of it. The event table has the whole week or month.
- ``suicide`` is the type "Suicide bomb" alone. Raids in which attackers meant to die are typed as clashes or attacks;
  where the notes speak of them, the row is flagged.
- A country is not covered before the first day in ``COVERED_SINCE``: no events is not peace.
- Demonstrations and strategic developments stay in the table, with ``militant`` false. "Political militia" includes
  unidentified armed groups and groups on a government's side.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from afpak.sources import sql
from afpak.sources.reading import (
    Note,
    Reading,
    Rule,
    bounded,
    code,
    coded,
    counted,
    dated,
    day,
    ending,
    number,
    one_of,
)

# First day of the countries' coverage: the table of countries in ACLED's R package acledR.
COVERED_SINCE: Mapping[str, date] = MappingProxyType({"Pakistan": date(2010, 1, 1), "Afghanistan": date(2017, 1, 1)})

_DATES = {"1": "day", "2": "week", "3": "month"}
# Precision 3 is a larger region, stood for by a natural feature or the capital of the province.
_PLACES = {"1": "exact", "2": "near", "3": "part of the country"}
# By code, every label met, in lower case: those of today's exports, of the R package, and of early codebooks.
_SIDES = {
    "0": ("0", "none"),
    "1": ("1", "state forces", "state force", "government or mutinous force"),
    "2": ("2", "rebel group", "rebel groups", "rebel force", "rebel forces"),
    "3": ("3", "political militia", "political militias"),
    "4": ("4", "identity militia", "identity militias", "ethnic militia", "communal militia"),
    "5": ("5", "rioters", "rioter"),
    "6": ("6", "protesters", "protester", "protestors"),
    "7": ("7", "civilians", "civilian"),
    "8": (
        "8",
        "external/other forces",
        "external/other force",
        "external/other",
        "other",
        "others",
        "outside/external force",
        "outside/external force (e.g. un)",
    ),
}
_VIOLENT = ("Battles", "Explosions/Remote violence", "Violence against civilians")
_NEEDED = (
    "event_date",
    "year",
    "time_precision",
    "event_type",
    "sub_event_type",
    "actor1",
    "inter1",
    "actor2",
    "inter2",
    "country",
    "geo_precision",
    "fatalities",
)
_OPTIONAL = (
    "civilian_targeting",
    "assoc_actor_1",
    "assoc_actor_2",
    "admin1",
    "admin2",
    "latitude",
    "longitude",
    "source",
    "notes",
    "timestamp",
)
_SUICIDE = r"(?i)\bsuicide (attack|bomb|blast|mission|raid|vest|jacket|squad|car|vehicle)"
_SUMS = ("events", "event_count", "number of events", "number_of_events", "total_events")
_PERIODS = ("week", "month", "month_year", "year")
# English in every locale.
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_UPDATED = re.compile(r"((?:19|20)[0-9]{2})[_-]([A-Za-z]{3})([0-9]{2})(?![0-9])")


def recognise(header: Sequence[str]) -> Reading | None:
    """The reading for a header, in lower case; None if it is no event file of ACLED's."""
    identifier = ending(header, "event_id_cnty")
    if not identifier or "event_date" not in header:
        return None
    names = set(header)
    if names & {"disorder_type", "civilian_targeting", "tags"}:
        layout = "ACLED, layout since 20 March 2023"
    elif names & {"data_id", "event_id_no_cnty", "iso3"}:
        layout = "ACLED, layout before 20 March 2023"
    else:
        layout = "ACLED, fewer columns"
    return _reading(layout, identifier)


def no_event_file(header: Sequence[str]) -> str:
    """Why a header is one of sums instead of events; empty if it is not.

    Both ACLED and the Humanitarian Data Exchange publish sums by division and week or month.
    """
    sums = [name for name in _SUMS if name in header]
    if not sums or ending(header, "event_id_cnty"):
        return ""
    periods = [name for name in _PERIODS if name in header]
    by = f" by {' and '.join(periods)}" if periods else ""
    return (
        f"every row is a sum{by} (column {sums[0]}), not an event: its days and actors can't be had from it. "
        "Export events, one per row with its event_id_cnty, from ACLED's data export tool or interface"
    )


def version(name: str) -> tuple[str, str]:
    """The day to which a regional file is updated, as its name tells; ACLED has no other versions, nor kinds.

    Examples
    --------
    >>> version("South_Asia_2010-2021_May07.xlsx"), version("2020-01-01-2021-01-01-Pakistan.csv")
    (('2021-05-07', ''), ('', ''))
    """
    match = _UPDATED.search(name)
    if match is None or match[2].lower() not in _MONTHS:
        return "", ""
    return f"{match[1]}-{_MONTHS.index(match[2].lower()) + 1:02}-{match[3]}", ""


def _side(column: str) -> str:
    """The type of an actor as its code, from a code or a label; missing where it is blank or unknown."""
    cases = " ".join(
        f"WHEN lower({code(column)}) IN ({', '.join(sql.quoted(label) for label in labels)}) THEN '{number}'"
        for number, labels in _SIDES.items()
    )
    return f"CASE {cases} END"


def _side_rule(column: str) -> Rule:
    return Rule(
        column,
        f"{column} IS NOT NULL AND ({_side(column)}) IS NULL",
        "expected a type of actor: 0 to 8, or its label, such as State forces, Rebel group or Civilians, or blank",
    )


def _reading(layout: str, identifier: str) -> Reading:
    given = day("event_date", "%Y-%m-%d", "%d %B %Y", "%d-%m-%Y", "%Y-%m-%d %H:%M:%S")
    precision = code("time_precision")
    first, second = _side("inter1"), _side("inter2")
    # Of an export, the second of the last change; of some, a date.
    changed = (
        "CASE WHEN regexp_full_match(timestamp, '[0-9]{9,10}(\\.0+)?') "
        f"THEN CAST(epoch_ms(try_cast({code('timestamp')} AS BIGINT) * 1000) AS DATE) "
        f"ELSE {day('timestamp', '%Y-%m-%d', '%Y-%m-%d %H:%M:%S')} END"
    )
    violent = ", ".join(sql.quoted(kind) for kind in _VIOLENT)
    uncovered = " OR ".join(
        f"(country = {sql.quoted(country)} AND date_end < DATE '{since}')" for country, since in COVERED_SINCE.items()
    )
    return Reading(
        provider="acled",
        layout=layout,
        identifier=identifier,
        needed=(identifier, *_NEEDED),
        optional=_OPTIONAL,
        monadic=True,
        columns={
            "published": changed,
            "year": f"try_cast({code('year')} AS INTEGER)",
            # The codebook puts an event of an unknown day of a week in its middle.
            "date_start": (
                f"CASE {precision} WHEN '2' THEN {given} - 3 "
                f"WHEN '3' THEN CAST(date_trunc('month', {given}) AS DATE) ELSE {given} END"
            ),
            "date_end": (
                f"CASE {precision} WHEN '2' THEN {given} + 3 WHEN '3' THEN last_day({given}) ELSE {given} END"
            ),
            "date_precision": coded(precision, _DATES),
            "country": "country",
            "adm1_given": "admin1",
            "adm2_given": "admin2",
            "latitude": number("latitude"),
            "longitude": number("longitude"),
            "place_precision": coded(code("geo_precision"), _PLACES),
            "actor1": "actor1",
            "actor2": "actor2",
            "associates": "nullif(concat_ws('; ', assoc_actor_1, assoc_actor_2), '')",
            "target": (
                f"CASE WHEN actor2 ILIKE 'civilians%' OR ({second}) = '7' "
                "OR civilian_targeting ILIKE 'civilian targeting' THEN actor2 END"
            ),
            "event_type": "concat_ws(': ', event_type, sub_event_type)",
            # Rebels and political militias among themselves, or against militias of a community, fight no state.
            "militant": (
                f"event_type IN ({violent}) AND (coalesce({first}, '0') IN ('2', '3')) <> "
                f"(coalesce({second}, '0') IN ('2', '3')) "
                f"AND coalesce({first}, '0') <> '4' AND coalesce({second}, '0') <> '4'"
            ),
            "deaths_best": number("fatalities"),
            "suicide": "sub_event_type = 'Suicide bomb'",
            "source_text": "source",
        },
        rules=(
            Rule(
                identifier,
                f"{sql.name(identifier)} IS NULL",
                "blank; expected the event's identifier, such as PAK12345",
            ),
            Rule("event_type", "event_type IS NULL", "blank; expected a type of event"),
            Rule("country", "country IS NULL", "blank; expected a country"),
            dated("event_date", given, "2023-01-31, 31 January 2023 or 31-01-2023 (the day before the month)"),
            Rule(
                "year",
                f"year IS NULL OR NOT regexp_full_match({code('year')}, '(19|20)[0-9]{{2}}')",
                "expected a year, such as 2021",
            ),
            one_of("time_precision", _DATES, "a precision of the date", read=precision),
            one_of("geo_precision", _PLACES, "a precision of the place", read=code("geo_precision")),
            _side_rule("inter1"),
            _side_rule("inter2"),
            counted("fatalities", "deaths"),
            bounded("latitude", -90, 90, "a latitude"),
            bounded("longitude", -180, 180, "a longitude"),
            dated("timestamp", changed, "1700000000 (seconds since 1970) or 2023-01-31", blank=True),
        ),
        flags=(
            Note("before the provider's coverage of the country begins", uncovered, "event_date"),
            Note(
                "no number of deaths, though the provider gives one for every event",
                "deaths_best IS NULL",
                "fatalities",
            ),
            Note("notes speak of a suicide attack, the type does not", "_notes AND NOT suicide", "notes"),
            Note("filed under another year than that of its day", "year <> _year", "year"),
            Note(
                "spans two months or more",
                "date_trunc('month', date_start) <> date_trunc('month', date_end)",
                "event_date",
            ),
        ),
        extra={
            "_year": f"year({given})",
            "_notes": f"regexp_matches(notes, {sql.quoted(_SUICIDE)})",
        },
    )
