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
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import yaml

from afpak.problems import InputError, Problem
from afpak.sources import sql
from afpak.sources.reading import (
    Note,
    Reading,
    Rule,
    bounded,
    counted,
    dated,
    day,
    number,
    one_of,
)
from afpak.sources.schema import DATE_PRECISIONS, EVENT_FIELDS, PLACE_PRECISIONS, PROVIDERS

_KEYS = ("name", "columns", "date", "values", "constants", "missing")
_TYPES = {one.name: one.type for one in EVENT_FIELDS}
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
_FIELDS = tuple(one.name for one in EVENT_FIELDS if one.name not in _OWN)
_WORDS = {"date_precision": DATE_PRECISIONS, "place_precision": PLACE_PRECISIONS}
_NEEDED = {"event_id": "the event's number", "date_start": "a day", "country": "a country"}
_FLAGS = (
    Note("low estimate above the best", "deaths_low > deaths_best"),
    Note("best estimate above the high", "deaths_best > deaths_high"),
    Note("low estimate above the high", "deaths_low > deaths_high"),
    Note("ends before it begins", "date_end < date_start"),
    Note("filed under another year than that of its first day", "year <> year(date_start)"),
    # Neither country has a point north of 39 degrees or west of 60, so the one can't be taken for the other.
    Note(
        "latitude and longitude look exchanged",
        "country IN ('Afghanistan', 'Pakistan') AND latitude BETWEEN 60 AND 78 AND longitude BETWEEN 23 AND 39",
    ),
)
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
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
    check = _Check(path.name, file_name, tuple(header))
    mapping = check.mapping(content)
    if check.problems:
        raise InputError(check.problems)
    return _reading(mapping)


def _content(path: Path) -> dict[str, Any]:
    """What the YAML file says, as names and values."""
    try:
        # Every scalar as the text that stands there: a cell may say Yes, and -99 is text until it is read.
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    except FileNotFoundError as error:
        raise InputError([f"{path}: there is no such file; --map takes a YAML file"]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or "unreadable"
        raise InputError([Problem(path.name, mark.line + 1 if mark else None, "", "", f"not YAML: {said}")]) from error
    except UnicodeDecodeError as error:
        raise InputError([Problem(path.name, None, "", "", "not UTF-8 text; save it as UTF-8")]) from error
    if not isinstance(content, dict):
        raise InputError([Problem(path.name, None, "", "", f"expected the keys {', '.join(_KEYS)}")])
    return content


@dataclass(frozen=True)
class _Check:
    """What a mapping says, taken part by part, with everything that is wrong with it.

    Parameters
    ----------
    file, table : str
        The mapping and the file that it maps, for messages.
    header : tuple of str
        That file's columns, in lower case.
    problems : list
        What was found so far.
    """

    file: str
    table: str
    header: tuple[str, ...]
    problems: list[Problem | str] = field(default_factory=list)

    def mapping(self, content: Mapping[str, Any]) -> _Mapping:
        """The mapping; of use only if there are no problems."""
        for key in content:
            if key not in _KEYS:
                self.unknown(str(key), str(key), _KEYS, "key")
        columns = self.columns(self.part(content, "columns"))
        constants = self.constants(self.part(content, "constants"), columns)
        for name in _NEEDED:
            if name not in columns and name not in constants:
                either = " or a constant" if name == "country" else ""
                self.wrong(f"columns, {name}", None, f"expected, and missing: a column of {self.table}{either}")
        return _Mapping(
            name=self.name(content.get("name", "")),
            columns=columns,
            formats=self.formats(self.part(content, "date"), "date_precision" in {*columns, *constants}),
            values=self.values(self.part(content, "values"), columns),
            constants=constants,
            missing=tuple(str(one).strip() for one in _several(content.get("missing"))),
        )

    def wrong(self, key: str, value: object, expected: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(self.file, None, key, "" if value is None else str(value), expected))

    def unknown(self, key: str, value: str, known: Sequence[str], what: str) -> None:
        """Note a name that there is not, with the nearest that there is."""
        near = difflib.get_close_matches(value.lower(), known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known)}"
        self.wrong(key, value, f"no such {what}{hint}")

    def part(self, content: Mapping[str, Any], key: str) -> dict[str, Any]:
        """A part that has names and values."""
        given = content.get(key)
        if not given:
            return {}
        if not isinstance(given, dict):
            self.wrong(key, given, "expected names and values, one a line")
            return {}
        return {str(name): value for name, value in given.items()}

    def name(self, given: object) -> str:
        """The provider's name."""
        name = str(given).strip()
        if not _NAME.fullmatch(name):
            self.wrong("name", name or None, "expected a short name in lower case, such as suicide-attacks")
        elif name in (*PROVIDERS, "table"):
            self.wrong("name", name, "a provider whose files are read without a mapping has this name; choose another")
        return name

    def columns(self, given: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        """The file's columns by column of the event table."""
        columns = {}
        for name, value in given.items():
            key, wanted = f"columns, {name}", _several(value)
            if name not in _FIELDS:
                self.unknown(key, name, _FIELDS, "column of the event table")
                continue
            names = tuple(one.strip() for one in wanted if isinstance(one, str))
            columns[name] = tuple(one.lower() for one in names)
            if not wanted or len(names) < len(wanted):
                self.wrong(key, value, f"expected a column of {self.table}, or a list of columns")
                continue
            if name == "event_id" and len(names) > 1:
                self.wrong(key, value, "expected one column; an event has one number")
            for one in names:
                if one.lower() not in self.header:
                    self.unknown(key, one, self.header, f"column in {self.table}")
        return columns

    def constants(self, given: Mapping[str, Any], columns: Mapping[str, object]) -> dict[str, str]:
        """What is true of every row, by column of the event table."""
        constants = {}
        for name, value in given.items():
            key = f"constants, {name}"
            if name not in _FIELDS:
                self.unknown(key, name, _FIELDS, "column of the event table")
                continue
            constants[name] = str(value).strip()
            if name in columns:
                self.wrong(key, value, "stands under columns too; it can be only one of them")
            elif name in ("event_id", "date_start"):
                self.wrong(key, value, f"differs from row to row; expected under columns, as a column of {self.table}")
            elif not constants[name]:
                self.wrong(key, value, "blank; leave it out, and it stays blank")
            elif expected := _not_a(name, constants[name]):
                self.wrong(key, value, expected)
        return constants

    def values(self, given: Mapping[str, Any], columns: Mapping[str, object]) -> dict[str, dict[str, str]]:
        """What cells stand for, by column of the event table."""
        values = {}
        for name, cells in given.items():
            key = f"values, {name}"
            if name not in columns:
                self.unknown(key, name, tuple(columns), "name under columns")
            elif not isinstance(cells, dict):
                self.wrong(key, cells, "expected cells and what they stand for, one a line")
            else:
                values[name] = {cell.strip(): str(meant).strip() for cell, meant in cells.items()}
                for meant in values[name].values():
                    # A day is written as the file's other days are; whether it can be read is asked of the row.
                    expected = "" if _TYPES[name] == "DATE" else _not_a(name, meant)
                    if expected:
                        self.wrong(key, meant, expected)
        return values

    def formats(self, given: Mapping[str, Any], precision: bool) -> tuple[str, ...]:
        """The formats of days; one without a day needs the precision to be said."""
        for key in given:
            if key != "format":
                self.unknown(f"date, {key}", key, ("format",), "key")
        formats = tuple(str(one).strip() for one in _several(given.get("format", "%Y-%m-%d")))
        if not formats:
            self.wrong("date, format", None, "expected a format of days such as %d/%m/%Y, or a list of formats")
        for one in formats:
            expected = _no_format(one)
            if not expected and not precision and not re.search(r"%-?[dj]", one):
                expected = (
                    "has no day in it; say by date_precision, as a column or a constant, that it is a month or year"
                )
            if expected:
                self.wrong("date, format", one, expected)
        return formats


def _several(value: object) -> list[object]:
    """A value or a list of them, as a list; a blank is none."""
    if isinstance(value, list):
        return value
    return [value] if value else []


def _not_a(name: str, text: str) -> str:
    """Why the text is no value for a column of the event table; empty if it is one, or blank."""
    if not text:
        return ""
    if name in _WORDS:
        return "" if text in _WORDS[name] else f"expected one of: {', '.join(_WORDS[name])}"
    kind = _TYPES[name]
    if kind == "BOOLEAN":
        return "" if text in ("true", "false") else "expected true or false"
    if kind == "DATE":
        return "" if _is_day(text) else "expected a day, such as 2021-08-15"
    if kind in ("DOUBLE", "INTEGER"):
        return "" if _NUMBER.fullmatch(text) else "expected a number"
    return ""


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


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
    cells = {name: _cell(mapping, name) for name in mapping.columns}
    days = {name: day(cells[name], *mapping.formats) for name in cells if _TYPES[name] == "DATE"}
    columns = {}
    for name, cell in cells.items():
        if name == "event_id":
            continue
        kind = _TYPES[name]
        if kind == "DATE":
            columns[name] = days[name]
        elif kind in ("DOUBLE", "INTEGER"):
            columns[name] = number(cell)
        elif kind == "BOOLEAN":
            columns[name] = f"CASE {cell} WHEN 'true' THEN true WHEN 'false' THEN false END"
        else:
            columns[name] = cell
    for name, text in mapping.constants.items():
        if text:
            columns[name] = f"CAST({sql.quoted(text)} AS {_TYPES[name]})"
    start = days["date_start"]
    columns.setdefault("year", f"year({start})")
    if "date_end" not in columns:
        # Of a month or a year that is known no better, the first and the last day that it may mean.
        precision = columns.get("date_precision", "CAST(NULL AS VARCHAR)")
        columns["date_start"] = (
            f"CASE WHEN {precision} IN ('month', 'year') THEN date_trunc({precision}, {start}) ELSE {start} END"
        )
        columns["date_end"] = (
            f"CASE {precision} WHEN 'month' THEN last_day({start}) "
            f"WHEN 'year' THEN make_date(year({start}), 12, 31) ELSE {start} END"
        )
    identifier = mapping.columns["event_id"][0]
    return Reading(
        provider=mapping.name,
        layout=f"table, read by the mapping {mapping.name}",
        identifier=identifier,
        needed=tuple(dict.fromkeys(name for names in mapping.columns.values() for name in names)),
        columns=columns,
        rules=_rules(mapping),
        drops=(
            Note(
                "row with neither an event's number nor a day, such as a line of totals",
                f"{sql.name(identifier)} IS NULL AND {cells['date_start']} IS NULL",
            ),
        ),
        flags=_FLAGS,
    )


def _cell(mapping: _Mapping, name: str, *columns: str) -> str:
    """The text of a column of the event table, in what it stands for: of the first of the columns that has some.

    The columns are those of the mapping, if none are given.
    """
    gone = ", ".join(sql.quoted(one) for one in mapping.missing)
    known = [
        f"CASE WHEN {sql.name(column)} NOT IN ({gone}) THEN {sql.name(column)} END" if gone else sql.name(column)
        for column in columns or mapping.columns[name]
    ]
    text = f"coalesce({', '.join(known)}, NULL)"
    meant = mapping.values.get(name, {})
    if not meant:
        return text
    cases = " ".join(f"WHEN {sql.quoted(one)} THEN {sql.quoted(other)}" for one, other in meant.items())
    return f"nullif(CASE {text} {cases} ELSE {text} END, '')"


def _rules(mapping: _Mapping) -> tuple[Rule, ...]:
    """What must stand in the columns: something, where it is needed, and what the event table can hold."""
    rules = [
        Rule(mapping.columns[name][0], f"{_cell(mapping, name)} IS NULL", f"blank; expected {meaning}")
        for name, meaning in _NEEDED.items()
        if name in mapping.columns
    ]
    for name, columns in mapping.columns.items():
        rules += [rule for column in columns if (rule := _rule(mapping, name, column))]
    # One column can stand for several of the event table.
    return tuple(dict.fromkeys(rules))


def _rule(mapping: _Mapping, name: str, column: str) -> Rule | None:
    """What must stand in one column, if anything."""
    cell, kind = _cell(mapping, name, column), _TYPES[name]
    if kind == "DATE":
        example = date(2016, 11, 26).strftime(mapping.formats[0])
        return dated(column, day(cell, *mapping.formats), example, blank=True, read=cell)
    if kind == "BOOLEAN":
        return one_of(column, ("true", "false"), f"true or false for {name}", blank=True, read=cell)
    if name in _WORDS:
        return one_of(column, _WORDS[name], f"a value for {name}", blank=True, read=cell)
    if name == "year":
        wrong = f"{cell} IS NOT NULL AND NOT regexp_full_match({cell}, '(19|20)[0-9]{{2}}')"
        return Rule(column, wrong, "expected a year, such as 2016, or blank")
    if name in ("latitude", "longitude"):
        most = 90 if name == "latitude" else 180
        return bounded(column, -most, most, f"a {name}", read=cell)
    if kind == "DOUBLE":
        return counted(column, "people", whole=False, read=cell)
    return None
