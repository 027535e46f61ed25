"""Any other table of events, by a file that says which of its columns is what.

The mapping is YAML. This one reads a list of suicide attacks with the least and the most deaths reported:

.. code-block:: yaml

    name: suicide-attacks            # stands before every event's number, and in the book
    columns:                         # column of the event table: column of the file
      event_id: S#
      date_start: Date
      adm1_given: Province
      latitude: Latitude
      longitude: Longitude
      target: Target Type
      deaths_low: Killed Min
      deaths_high: Killed Max
      deaths_best: [Killed Max, Killed Min]   # the first that is not blank
      injured: [Injured Max, Injured Min]
      source_text: Influencing Event/Event
    date:
      format: ["%A-%B %d-%Y", "%A-%b-%d-%Y", "%m/%d/%Y"]   # tried in this order; names of days and months in English
    values:                          # cells that stand for something else; all others stay as they are
      date_start:
        Sturday-Nov-26-2016: 11/26/2016
    constants:                       # what is true of every row
      country: Pakistan
      date_precision: day
      suicide: true
      militant: true
    missing: ["N/A", "-99"]          # cells that say that nothing is known

``event_id`` and ``date_start`` must be columns; ``country`` a column or a constant. What is not mapped stays blank.
Columns are matched without regard to case or to blanks around their names. A row with neither an event's number nor a
day, such as a line of totals, is left out and counted; every other cell that can't be read is an error, to be put right
in the file or under ``values``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import yaml

from afpak.problems import InputError, Problem
from afpak.sources.reading import (
    Note,
    Reading,
    Rule,
    bounded,
    counted,
    dated,
    day,
    literal,
    number,
    one_of,
    quoted,
)
from afpak.sources.schema import EVENT_FIELDS, PROVIDERS

DATE_PRECISIONS = ("day", "days", "week", "month", "year")
PLACE_PRECISIONS = (
    "exact",
    "near",
    "second-level division",
    "first-level division",
    "part of the country",
    "country",
    "sea or air",
)
_KEYS = ("name", "columns", "date", "values", "constants", "missing")
_FORMATS = ("%Y-%m-%d",)
_TYPES = {field.name: field.type for field in EVENT_FIELDS}
# What the importer finds out by itself.
_OWN = {
    "source",
    "source_version",
    "release_kind",
    "adm1",
    "adm2",
    "place",
    "organisation1",
    "organisation2",
    "organisation3",
    "groups",
    "unattributed",
    "flags",
}
_FIELDS = tuple(field.name for field in EVENT_FIELDS if field.name not in _OWN)
_WORDS = {"date_precision": DATE_PRECISIONS, "place_precision": PLACE_PRECISIONS}
_DEATHS = ("deaths_best", "deaths_low", "deaths_high", "deaths_civilian", "injured")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class _Mapping:
    """A mapping whose every part was found to be right.

    Parameters
    ----------
    name : str
        The provider.
    columns : mapping of str to tuple of str
        The file's columns, in lower case, by column of the event table.
    formats : tuple of str
        Of days.
    values : mapping of str to mapping of str to str
        What cells stand for, by column of the event table.
    constants : mapping of str to str
        By column of the event table.
    missing : tuple of str
        Cells that are blank.
    """

    name: str
    columns: Mapping[str, tuple[str, ...]]
    formats: tuple[str, ...]
    values: Mapping[str, Mapping[str, str]]
    constants: Mapping[str, str]
    missing: tuple[str, ...]


def read_mapping(path: Path, file_name: str, header: Sequence[str]) -> Reading:
    """Read a mapping and make of it how the rows of a file are read.

    Parameters
    ----------
    path : Path
        The YAML file.
    file_name : str
        The file that it maps, for messages.
    header : sequence of str
        That file's columns, in lower case.

    Returns
    -------
    Reading
        Its provider is the mapping's name.

    Raises
    ------
    InputError
        If the YAML file can't be read, or names keys, columns, formats or values that there are not: all at once, each
        with the key, what stands there and what is expected.
    """
    content = _content(path)
    problems: list[Problem | str] = []
    mapping = _checked(path.name, content, file_name, header, problems)
    if problems:
        raise InputError(problems)
    return _reading(mapping)


def _content(path: Path) -> dict[str, Any]:
    """What the YAML file says, as names and values."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError([f"{path}: there is no such file; --map takes a YAML file"]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or "unreadable"
        raise InputError([Problem(path.name, mark.line + 1 if mark else None, "", "", f"not YAML: {said}")]) from error
    except ValueError as error:  # bytes that are no UTF-8, or an impossible date
        raise InputError([Problem(path.name, None, "", "", f"can't be read as YAML in UTF-8: {error}")]) from error
    if not isinstance(content, dict):
        raise InputError([Problem(path.name, None, "", "", f"expected the keys {', '.join(_KEYS)}")])
    return content


def _checked(
    file: str, content: dict[str, Any], table: str, header: Sequence[str], problems: list[Problem | str]
) -> _Mapping:
    """The mapping, with everything that is wrong with it put to the problems."""

    def wrong(key: str, value: object, expected: str) -> None:
        problems.append(Problem(file, None, key, "" if value is None else str(value), expected))

    def unknown(key: str, value: str, known: Sequence[str], what: str) -> None:
        near = difflib.get_close_matches(value, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known)}"
        wrong(key, value, f"no such {what}{hint}")

    def part(key: str) -> dict[str, Any]:
        value = content.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            wrong(key, value, "expected names and values, one a line")
            return {}
        return {str(name): given for name, given in value.items()}

    for key in content:
        if key not in _KEYS:
            unknown(str(key), str(key), _KEYS, "key")
    name = str(content.get("name") or "")
    if not _NAME.fullmatch(name):
        wrong("name", name or None, "expected a short name in lower case, such as suicide-attacks")
    elif name in (*PROVIDERS, "table"):
        wrong("name", name, "the name of a provider whose files are read without a mapping; choose another")

    columns: dict[str, tuple[str, ...]] = {}
    for field, given in part("columns").items():
        place = f"columns, {field}"
        if field not in _FIELDS:
            unknown(place, field, _FIELDS, "column of the event table")
            continue
        wanted = given if isinstance(given, list) else [given]
        if not wanted or any(one is None or isinstance(one, dict | list) for one in wanted):
            wrong(place, given, "expected a column of the file, or a list of columns")
            continue
        names = tuple(str(one).strip().lower() for one in wanted)
        for one, plain in zip(wanted, names, strict=True):
            if plain not in header:
                unknown(place, str(one), header, f"column in {table}")
        if field == "event_id" and len(names) > 1:
            wrong(place, given, "expected one column; an event has one number")
        columns[field] = names

    constants: dict[str, str] = {}
    for field, given in part("constants").items():
        place = f"constants, {field}"
        if field not in _FIELDS:
            unknown(place, field, _FIELDS, "column of the event table")
        elif field in columns:
            wrong(place, given, "stands under columns too; it can be only one of them")
        elif field in ("event_id", "date_start"):
            wrong(place, given, "differs from row to row; map a column of the file to it")
        else:
            constants[field] = _plain(given)
            expected = _not_a(field, constants[field])
            if expected:
                wrong(place, given, expected)

    for field in ("event_id", "date_start", "country"):
        if (
            field not in columns
            and field not in constants
            and not any(isinstance(one, Problem) and one.column == f"constants, {field}" for one in problems)
        ):
            more = " or a constant" if field == "country" else ""
            wrong(f"columns, {field}", None, f"expected, and missing: a column of {table}{more}")

    values: dict[str, dict[str, str]] = {}
    for field, given in part("values").items():
        place = f"values, {field}"
        if field not in columns:
            unknown(place, field, tuple(columns), "column of the event table under columns")
        elif not isinstance(given, dict):
            wrong(place, given, "expected cells and what they stand for, one a line")
        else:
            values[field] = {_plain(cell): _plain(meant) for cell, meant in given.items()}
            for meant in values[field].values():
                expected = "" if _TYPES[field] == "DATE" else _not_a(field, meant)
                if expected:
                    wrong(place, meant, expected)

    for key in part("date"):
        if key != "format":
            unknown(f"date, {key}", key, ("format",), "key")
    formats = part("date").get("format", list(_FORMATS))
    formats = tuple(_plain(one) for one in (formats if isinstance(formats, list) else [formats]))
    for one in formats:
        said = _no_format(one)
        if said:
            wrong("date, format", one, said)

    missing = content.get("missing") or []
    return _Mapping(
        name=name,
        columns=columns,
        formats=formats,
        values=values,
        constants=constants,
        missing=tuple(_plain(one) for one in (missing if isinstance(missing, list) else [missing])),
    )


def _plain(value: object) -> str:
    """A value of a YAML file as the text that a cell would have."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value).strip()


def _not_a(field: str, text: str) -> str:
    """Why the text is no value for a column of the event table; empty if it is one, or blank."""
    if not text:
        return ""
    if field in _WORDS:
        return "" if text in _WORDS[field] else f"expected one of: {', '.join(_WORDS[field])}"
    kind = _TYPES[field]
    if kind == "BOOLEAN":
        return "" if text in ("true", "false") else "expected true or false"
    try:
        if kind == "DATE":
            date.fromisoformat(text)
        elif kind == "DOUBLE":
            float(text)
        elif kind == "INTEGER":
            int(text)
    except ValueError:
        return {"DATE": "expected a day, such as 2021-08-15"}.get(kind, "expected a number")
    return ""


def _no_format(text: str) -> str:
    """Why the text is no format of a day; empty if it is one."""
    try:
        with duckdb.connect() as con:
            con.execute("SELECT try_strptime('', ?)", [text]).fetchone()
    except duckdb.Error:
        return "no format of a day; expected one such as %d/%m/%Y"
    if "%Y" not in text:
        return "expected %Y: a year with four digits, since two leave the century open"
    return ""


def _reading(mapping: _Mapping) -> Reading:
    """How the rows are read."""
    cells = {field: _cell(mapping, field) for field in mapping.columns}
    days = {field: day(cells[field], *mapping.formats) for field in cells if _TYPES[field] == "DATE"}
    columns = {}
    for field, cell in cells.items():
        if field == "event_id":
            continue
        kind = _TYPES[field]
        if kind == "DATE":
            columns[field] = days[field]
        elif kind in ("DOUBLE", "INTEGER"):
            columns[field] = number(cell)
        elif kind == "BOOLEAN":
            columns[field] = f"CASE {cell} WHEN 'true' THEN true WHEN 'false' THEN false END"
        else:
            columns[field] = cell
    for field, text in mapping.constants.items():
        if text:
            columns[field] = f"CAST({literal(text)} AS {_TYPES[field]})"
    start = days["date_start"]
    columns.setdefault("year", f"year({start})")
    # Of a month or a year that is known no better, the last day that it may mean.
    columns.setdefault(
        "date_end",
        f"CASE {columns.get('date_precision', 'NULL')} WHEN 'month' THEN last_day({start}) "
        f"WHEN 'year' THEN make_date(year({start}), 12, 31) ELSE {start} END",
    )
    identifier = mapping.columns["event_id"][0]
    return Reading(
        provider=mapping.name,
        layout=f"table, read by the mapping {mapping.name}",
        identifier=identifier,
        needed=tuple(dict.fromkeys(name for names in mapping.columns.values() for name in names)),
        columns=columns,
        rules=_rules(mapping, cells, days),
        drops=(
            Note(
                "row with neither an event's number nor a day, such as a line of totals",
                f"{quoted(identifier)} IS NULL AND {cells['date_start']} IS NULL",
            ),
        ),
        flags=_flags(set(columns)),
    )


def _cell(mapping: _Mapping, field: str) -> str:
    """The text of a column of the event table: the first of its columns with something known, in what it stands for."""

    def known(column: str) -> str:
        if not mapping.missing:
            return quoted(column)
        gone = ", ".join(literal(one) for one in mapping.missing)
        return f"CASE WHEN {quoted(column)} NOT IN ({gone}) THEN {quoted(column)} END"

    text = f"coalesce({', '.join(known(column) for column in mapping.columns[field])}, NULL)"
    meant = mapping.values.get(field, {})
    if not meant:
        return text
    cases = " ".join(f"WHEN {literal(one)} THEN {literal(other)}" for one, other in meant.items())
    return f"nullif(CASE {text} {cases} ELSE {text} END, '')"


def _rules(mapping: _Mapping, cells: Mapping[str, str], days: Mapping[str, str]) -> tuple[Rule, ...]:
    """What the cells must be, by the types of the event table's columns."""
    rules = []
    for field, cell in cells.items():
        column, kind = mapping.columns[field][0], _TYPES[field]
        if field in ("event_id", "country"):
            rules.append(Rule(column, f"{cell} IS NULL", f"blank; expected {_meaning(field)}"))
        elif kind == "DATE":
            example = date(2016, 11, 26).strftime(mapping.formats[0])
            rules.append(dated(column, days[field], example, blank=field != "date_start", read=cell))
        elif field in _DEATHS:
            rules.append(counted(column, "people", whole=False, read=cell))
        elif field == "year":
            rules.append(
                Rule(
                    column,
                    f"{cell} IS NOT NULL AND NOT regexp_full_match({cell}, '(19|20)[0-9]{{2}}')",
                    "expected a year, such as 2016, or blank",
                )
            )
        elif field == "latitude":
            rules.append(bounded(column, -90, 90, "a latitude", read=cell))
        elif field == "longitude":
            rules.append(bounded(column, -180, 180, "a longitude", read=cell))
        elif kind == "BOOLEAN":
            rules.append(one_of(column, ("true", "false"), f"true or false for {field}", blank=True, read=cell))
        elif field in _WORDS:
            rules.append(one_of(column, _WORDS[field], f"a value for {field}", blank=True, read=cell))
    return tuple(rules)


def _meaning(field: str) -> str:
    return {"event_id": "the event's number", "country": "a country"}[field]


def _flags(known: set[str]) -> tuple[Note, ...]:
    """What is odd, asked of the columns that the mapping gives."""
    every = (
        Note("low estimate above the best", "deaths_low > deaths_best", "deaths_low"),
        Note("best estimate above the high", "deaths_best > deaths_high", "deaths_best"),
        Note("low estimate above the high", "deaths_low > deaths_high", "deaths_low"),
        Note("ends before it begins", "date_end < date_start", "date_end"),
        Note("filed under another year than that of its first day", "year <> year(date_start)", "year"),
        Note(
            "latitude and longitude look exchanged",
            "country IN ('Afghanistan', 'Pakistan') AND latitude BETWEEN 60 AND 78 AND longitude BETWEEN 23 AND 39",
            "latitude",
        ),
    )
    return tuple(note for note in every if note.column in known)
