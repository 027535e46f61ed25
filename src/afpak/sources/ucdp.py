"""UCDP's Georeferenced Event Dataset: yearly (final) and Candidate releases, in every layout since version 20.

What the columns mean: Sundberg and Melander 2013 (Journal of Peace Research 50(4)) and the codebook of the version;
Candidate: Hegre, Croicu, Eck and Högbladh 2020 (doi 10.1177/2053168020935257). Columns are found by name, never by
place: the order of the estimates is best, high, low.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from afpak.sources.reading import Note, Reading, Rule, bounded, coded, counted, dated, day, number, one_of

# The standard names, in order: some releases came without a header.
COLUMNS = (
    "id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id", "conflict_new_id",
    "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id", "side_a_new_id", "side_a",
    "side_b_dset_id", "side_b_new_id", "side_b", "number_of_sources", "source_article", "source_office", "source_date",
    "source_headline", "source_original", "where_prec", "where_coordinates", "where_description", "adm_1", "adm_2",
    "latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region", "event_clarity",
    "date_prec", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best",
    "high", "low", "gwnoa", "gwnob",
)  # fmt: skip
_TYPES = {"1": "state-based", "2": "non-state", "3": "one-sided"}
_DATES = {"1": "day", "2": "days", "3": "week", "4": "month", "5": "year"}
_PLACES = {
    "1": "exact",
    "2": "near",
    "3": "second-level division",
    "4": "first-level division",
    "5": "part of the country",
    "6": "country",
    "7": "sea or air",
}
_NEEDED = (
    "id",
    "year",
    "type_of_violence",
    "side_a",
    "side_b",
    "country",
    "date_prec",
    "date_start",
    "date_end",
    "where_prec",
)
_OPTIONAL = (
    "code_status",
    "event_clarity",
    "adm_1",
    "adm_2",
    "latitude",
    "longitude",
    "deaths_a",
    "deaths_b",
    "deaths_civilians",
    "deaths_unknown",
    "source_article",
)
_PARTS = ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
_VERSION = re.compile(
    r"(?<![0-9])(?:v|ged_?|ged_v)?([0-9]{2})(?:[._]([0-9]{1,2}))(?:[._]([0-9]{2}))?(?:[._]([0-9]{1,2}))?(?![0-9])"
)


def recognise(header: Sequence[str]) -> Reading | None:
    """The reading for a header, in lower case; None if it is no file of UCDP's."""
    names = set(header)
    if not {"id", "type_of_violence", "side_a", "side_b", "date_start"} <= names:
        return None
    estimates = ("best", "high", "low")
    layout = f"UCDP GED, {len(COLUMNS)} columns" if names >= set(COLUMNS) else "UCDP GED, fewer columns"
    formats: tuple[str, ...] = ("%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d")
    example = "2021-08-26"
    if "best_est" in names:
        estimates = ("best_est", "high_est", "low_est")
        layout = "UCDP GED, export of the web portal"
        # The portal writes the month first.
        formats = ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y", *formats)
        example = "08/26/2021 00:00:00"
    elif "iso3" in names:
        layout = "UCDP GED, country file of the Humanitarian Data Exchange"
    return _reading(layout, estimates, formats, example)


def header_less(fields: Sequence[str]) -> bool:
    """Whether a first line is a row of the standard layout whose header is missing."""
    return len(fields) == len(COLUMNS) and fields[0].strip().isdigit() and "date_start" not in fields


def version(name: str) -> tuple[str, str]:
    """Version and kind of release as a file's name tells them; empty where it does not.

    Examples
    --------
    >>> version("GEDEvent_v25_1.csv"), version("GEDEvent_v21_01_21_12.csv"), version("ged251-csv.zip")
    (('25.1', 'final'), ('21.01.21.12', 'candidate'), ('25.1', 'final'))
    """
    short = re.search(r"ged([0-9]{2})([0-9])(?![0-9])", name.lower())
    if short:
        return f"{short[1]}.{short[2]}", "final" if short[2] == "1" else "candidate"
    match = _VERSION.search(name)
    if match:
        parts = [part for part in match.groups() if part]
        if parts[1:] == ["1"]:
            return ".".join(parts), "final"
        if len(parts) in (3, 4) and int(parts[1]) in (0, 1):
            return ".".join(parts), "candidate"
    return "", "candidate" if "candidate" in name.lower() else ""


def rank(version: str, kind: str) -> tuple[int, ...]:
    """Order of releases: final ones after Candidate ones, later ones after earlier, unknown versions first."""
    parts = [int(part) for part in version.split(".") if part]
    year, last = (parts[0], parts[-1]) if parts else (0, 0)
    return (int(kind == "final"), year, last, int(len(parts) == 4))


def _reading(layout: str, estimates: tuple[str, str, str], formats: tuple[str, ...], example: str) -> Reading:
    best, high, low = estimates
    start, end = day("date_start", *formats), day("date_end", *formats)
    # Against civilians only the first side attacks; a state is "Government of ...".
    first, second = "side_a ILIKE 'government of %'", "side_b ILIKE 'government of %'"
    parts = " + ".join(number(name) for name in _PARTS)
    return Reading(
        provider="ucdp",
        layout=layout,
        identifier="id",
        needed=(*_NEEDED, *estimates),
        optional=_OPTIONAL,
        columns={
            "year": "try_cast(year AS INTEGER)",
            "date_start": start,
            "date_end": end,
            "date_precision": coded("date_prec", _DATES),
            "country": "country",
            "adm1_given": "adm_1",
            "adm2_given": "adm_2",
            "latitude": number("latitude"),
            "longitude": number("longitude"),
            "place_precision": coded("where_prec", _PLACES),
            "actor1": "side_a",
            "actor2": "side_b",
            "target": "CASE WHEN type_of_violence = '3' THEN side_b END",
            "event_type": coded("type_of_violence", _TYPES),
            "militant": (
                f"CASE type_of_violence WHEN '1' THEN ({first}) <> ({second}) "
                f"WHEN '3' THEN NOT ({first}) ELSE false END"
            ),
            "deaths_best": number(best),
            "deaths_low": number(low),
            "deaths_high": number(high),
            "deaths_civilian": number("deaths_civilians"),
            "doubt": (
                "CASE WHEN code_status IS NULL AND event_clarity IS NULL THEN NULL "
                "ELSE coalesce(code_status, 'Clear') <> 'Clear' OR coalesce(event_clarity, '1') = '2' END"
            ),
            "source_text": "source_article",
        },
        rules=(
            Rule("id", "id IS NULL OR try_cast(id AS BIGINT) IS NULL", "expected the event's number"),
            Rule("year", "try_cast(year AS INTEGER) IS NULL", "expected a year, such as 2021"),
            one_of("type_of_violence", _TYPES, "a type of violence"),
            Rule("country", "country IS NULL", "blank; expected a country"),
            Rule("side_a", "side_a IS NULL", "blank; expected an actor"),
            Rule("side_b", "side_b IS NULL", "blank; expected an actor"),
            one_of("date_prec", _DATES, "a precision of the date"),
            dated("date_start", start, example),
            dated("date_end", end, example),
            one_of("where_prec", _PLACES, "a precision of the place"),
            bounded("latitude", -90, 90, "a latitude"),
            bounded("longitude", -180, 180, "a longitude"),
            counted(best, "deaths", blank=False),
            counted(high, "deaths", blank=False),
            counted(low, "deaths", blank=False),
            *(counted(name, "deaths") for name in _PARTS),
            one_of("event_clarity", {"1": "clear", "2": "less clear"}, "a clarity", blank=True),
        ),
        drops=(Note("row of tags under the header", "id LIKE '#%' OR (id IS NULL AND year LIKE '#%')"),),
        flags=(
            Note("low estimate above the best", "deaths_low > deaths_best", low),
            Note("best estimate above the high", "deaths_best > deaths_high", best),
            Note("low estimate above the high", "deaths_low > deaths_high", low),
            Note("deaths by side do not add up to the best estimate", "_parts <> deaths_best", best),
            Note("ends before it begins", "date_end < date_start", "date_end"),
            Note("filed under another year than that of its first day", "year <> year(date_start)", "year"),
            Note(
                "spans two months or more",
                "date_trunc('month', date_start) <> date_trunc('month', date_end)",
                "date_end",
            ),
        ),
        extra={"_parts": parts},
        candidate="coalesce(code_status, 'Clear') <> 'Clear'",
    )
