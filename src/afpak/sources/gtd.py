"""The Global Terrorism Database of START: the layouts of 137 columns (2016) and 135 columns (since 2017).

What the columns mean: the database's codebook. Its licence forbids showing rows, so none is in this repository, and
the summary of an incident is left out of the event table. What a reader of the table must know:

- Incidents are acts of non-state actors by the database's definition, so ``militant`` is true for all of them, also
  where the target is another armed group. Failed attacks are included.
- ``nkill`` counts all deaths, those of perpetrators too; blank is unknown. Where one toll is known for several linked
  incidents, each has a share of it, which need not be whole: only totals are to be rounded.
- A day or month of 0 is unknown: the event lies between the first and last day of that month or year.
- ``doubt`` says that it may be no terrorism proper. It is kept; whoever counts decides.
- 1993 is missing, and three changes in how incidents were collected break the series.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import ftfy
from ftfy.fixes import fix_c1_controls

from afpak.sources import sql
from afpak.sources.reading import (
    Note,
    Reading,
    Rule,
    code,
    coded,
    counted,
    day,
    ending,
    number,
    one_of,
)

# The records of that year were lost; no release has incidents for it.
MISSING_YEARS = (1993,)
# First days on which another team or method collected incidents (START's answers to frequent questions; the field
# dbsource tells of each incident).
SERIES_BREAKS = (date(1998, 1, 1), date(2008, 4, 1), date(2012, 1, 1))

# Specificity 2 and 3 are the centre of the smallest division known, which is of the second level or smaller; 5 is used
# where not even the first level is known.
_PLACES = {
    "1": "exact",
    "2": "second-level division",
    "3": "second-level division",
    "4": "first-level division",
    "5": "country",
}
_YES_NO = {"0": "no", "1": "yes"}
_NEEDED = ("iyear", "imonth", "iday", "country_txt", "gname", "nkill")
_OPTIONAL = (
    "extended",
    "resolution",
    "provstate",
    "latitude",
    "longitude",
    "specificity",
    "vicinity",
    "doubtterr",
    "suicide",
    "attacktype1_txt",
    "targtype1_txt",
    "target1",
    "gsubname",
    "gname2",
    "gsubname2",
    "gname3",
    "gsubname3",
    "guncertain1",
    "guncertain2",
    "guncertain3",
    "nkillter",
    "nwound",
    "scite1",
    "scite2",
    "scite3",
)
# Columns of text that the event table has something of.
_TEXTS = (
    "provstate",
    "target1",
    "gname",
    "gsubname",
    "gname2",
    "gsubname2",
    "gname3",
    "gsubname3",
    "scite1",
    "scite2",
    "scite3",
)
# What UTF-8 looks like after it was read as Latin-1 or Windows-1252, and what those leave of each other.
_SUSPECT = "[ÃÂâ\u0080-\u009f]"
_RELEASE = re.compile(r"_([01][0-9])([0-9]{2})dist", re.IGNORECASE)


def recognise(header: Sequence[str]) -> Reading | None:
    """The reading for a header, in lower case; None if it is no file of the database."""
    identifier = ending(header, "eventid")
    if not identifier or not {"iyear", "imonth", "iday"} <= set(header):
        return None
    if "ingroup" in header:
        layout = "GTD, layout of 137 columns"
    elif "individual" in header:
        layout = "GTD, layout of 135 columns"
    else:
        layout = "GTD, fewer columns"
    return _reading(layout, identifier)


def version(name: str) -> tuple[str, str]:
    """The month of a release, as its file's name tells; the database has no kinds of release.

    Examples
    --------
    >>> version("globalterrorismdb_0522dist.xlsx"), version("terror.csv")
    (('2022-05', ''), ('', ''))
    """
    match = _RELEASE.search(name)
    return (f"20{match[2]}-{match[1]}", "") if match else ("", "")


def mended(text: str | None) -> str | None:
    """Text without the marks of a wrong decoding.

    Parameters
    ----------
    text : str or None
        Perhaps UTF-8 that was read as Latin-1 or Windows-1252, once or several times, or Windows-1252 that was read as
        Latin-1.

    Returns
    -------
    str or None
        The text as it was meant, by the library ftfy; unchanged where nothing is certain to be wrong.
    """
    return None if text is None else str(fix_c1_controls(ftfy.fix_encoding(text)))


def _known(column: str) -> str:
    """The column, missing where it says so in words."""
    return f"(CASE WHEN {column} NOT IN ('NA', '.') THEN {column} END)"


def _coded(column: str) -> str:
    """The column as a code or count; missing also where the code is one for unknown."""
    return f"(CASE WHEN {code(column)} NOT IN ('NA', '.', '-9', '-99') THEN {code(column)} END)"


def _whole(column: str) -> str:
    """A part of the date as a whole number; 0 where it is unknown, missing where it is no such number."""
    part = f"coalesce({_coded(column)}, '0')"
    return f"(CASE WHEN regexp_full_match({part}, '[0-9]{{1,4}}') THEN try_cast({part} AS INTEGER) END)"


def _text(column: str) -> str:
    """The column as text that was decoded rightly; the repair is asked of suspects only, since it is slow."""
    return (
        f"(CASE WHEN {column} IN ('NA', '.') THEN NULL "
        f"WHEN regexp_matches({column}, '{_SUSPECT}') THEN mended({column}) ELSE {column} END)"
    )


def _mends(column: str) -> str:
    """Whether the repair of text changes the column."""
    return f"(CASE WHEN regexp_matches({column}, '{_SUSPECT}') THEN mended({column}) <> {column} ELSE false END)"


def _impossible(column: str, most: int) -> str:
    """Whether a coordinate is a number that none can be."""
    return f"coalesce({number(_known(column))} NOT BETWEEN -{most} AND {most}, false)"


def _joined(separator: str, *texts: str) -> str:
    """Texts one after the other; missing where all of them are."""
    return f"nullif(concat_ws({sql.quoted(separator)}, {', '.join(texts)}), '')"


def _reading(layout: str, identifier: str) -> Reading:
    event = sql.name(identifier)
    year, month, of_month = _whole("iyear"), _whole("imonth"), _whole("iday")
    precision = f"(CASE WHEN {month} = 0 THEN 'year' WHEN {of_month} = 0 THEN 'month' ELSE 'day' END)"
    start = f"TRY(make_date({year}, greatest({month}, 1), CASE {precision} WHEN 'day' THEN {of_month} ELSE 1 END))"
    end = (
        f"(CASE {precision} WHEN 'year' THEN make_date({year}, 12, 31) "
        f"WHEN 'month' THEN last_day({start}) ELSE {start} END)"
    )
    # The day on which an incident of more than a day ended. The field of approximate dates is free text, and not used.
    resolution = _known("resolution")
    resolved = day(resolution, "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y")
    lasting = f"coalesce({_coded('extended')} = '1', false)"
    after = f"coalesce({resolved} >= {start}, false)"
    specificity, deaths = _coded("specificity"), _coded("nkill")
    uncertain = " OR ".join(f"coalesce({_coded(f'guncertain{i}')} = '1', false)" for i in (1, 2, 3))
    return Reading(
        provider="gtd",
        layout=layout,
        identifier=identifier,
        needed=(identifier, *_NEEDED),
        optional=_OPTIONAL,
        columns={
            "year": year,
            "date_start": start,
            "date_end": f"CASE WHEN {lasting} AND {after} THEN {resolved} ELSE {end} END",
            "date_precision": precision,
            "country": _known("country_txt"),
            "adm1_given": _text("provstate"),
            "latitude": f"CASE WHEN NOT {_impossible('latitude', 90)} THEN {number(_known('latitude'))} END",
            "longitude": f"CASE WHEN NOT {_impossible('longitude', 180)} THEN {number(_known('longitude'))} END",
            # Of a place near a town, the point is the town's.
            "place_precision": (
                f"CASE WHEN {specificity} = '1' AND {_coded('vicinity')} = '1' THEN 'near' "
                f"ELSE {coded(specificity, _PLACES)} END"
            ),
            "actor1": _text("gname"),
            "actor2": _text("gname2"),
            "actor3": _text("gname3"),
            "associates": _joined("; ", _text("gsubname"), _text("gsubname2"), _text("gsubname3")),
            "target": _joined(": ", _known("targtype1_txt"), _text("target1")),
            "event_type": _known("attacktype1_txt"),
            "militant": "true",
            "deaths_best": number(deaths),
            "injured": number(_coded("nwound")),
            "suicide": f"{_coded('suicide')} = '1'",
            "doubt": f"{_coded('doubtterr')} = '1'",
            "source_text": _joined(" | ", _text("scite1"), _text("scite2"), _text("scite3")),
        },
        rules=(
            Rule(
                identifier,
                f"{event} IS NULL OR NOT regexp_full_match({event}, '[0-9]{{12}}')",
                "expected twelve digits, the day and a number; a spreadsheet or a decimal type may have changed it: "
                "take the file as the provider gives it, or export this column as text",
            ),
            Rule("iyear", f"coalesce({year} NOT BETWEEN 1900 AND 2099, true)", "expected a year, such as 2014"),
            Rule("imonth", f"coalesce({month} > 12, true)", "expected a month, 1 to 12, or 0 if not known"),
            Rule(
                "iday",
                f"{of_month} IS NULL OR ({year} BETWEEN 1900 AND 2099 AND {month} <= 12 AND {start} IS NULL)",
                "expected a day of that month, or 0 if not known",
            ),
            Rule("country_txt", f"{_known('country_txt')} IS NULL", "blank; expected a country"),
            Rule("gname", f"{_known('gname')} IS NULL", "blank; expected a group, or Unknown"),
            counted("nkill", "deaths", whole=False, read=deaths),
            counted("nkillter", "deaths of perpetrators", whole=False, read=_coded("nkillter")),
            counted("nwound", "injured people", whole=False, read=_coded("nwound")),
            one_of("specificity", _PLACES, "a precision of the place", blank=True, read=specificity),
            one_of("suicide", _YES_NO, "whether it was a suicide attack", blank=True, read=_coded("suicide")),
            one_of("doubtterr", _YES_NO, "whether it is in doubt", blank=True, read=_coded("doubtterr")),
            *(
                Rule(
                    column,
                    f"{_known(column)} IS NOT NULL AND {number(_known(column))} IS NULL",
                    f"expected a {column}, a number of degrees, or blank",
                )
                for column in ("latitude", "longitude")
            ),
        ),
        repairs=(
            *(Note("text that was decoded wrongly is mended", _mends(column), column) for column in _TEXTS),
            Note("a latitude that no place has is left blank", _impossible("latitude", 90), "latitude"),
            Note("a longitude that no place has is left blank", _impossible("longitude", 180), "longitude"),
        ),
        flags=(
            Note("deaths shared over linked incidents, not whole", "deaths_best <> floor(deaths_best)", "nkill"),
            Note("more perpetrators killed than deaths in all", "_perpetrators > deaths_best", "nkillter"),
            Note("day in the event's number differs from its date", "_numbered <> _dated", identifier),
            Note("attributed to the group on suspicion only", "_uncertain", "guncertain1"),
            Note("day on which it ended is unreadable or before its beginning", "_unresolved", "resolution"),
            Note(
                "spans two months or more",
                "date_trunc('month', date_start) <> date_trunc('month', date_end)",
                "iday",
            ),
        ),
        extra={
            "_perpetrators": number(_coded("nkillter")),
            "_numbered": f"left({event}, 8)",
            "_dated": f"printf('%04d%02d%02d', {year}, {month}, {of_month})",
            "_uncertain": uncertain,
            "_unresolved": f"{lasting} AND {resolution} IS NOT NULL AND NOT {after}",
        },
    )
