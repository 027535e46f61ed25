"""Tables read by a mapping: the layout is that of a published list of suicide attacks, the rows are made up."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from afpak.problems import InputError
from afpak.sources import mapped
from afpak.sources.mapped import read_mapping
from afpak.sources.schema import DATE_PRECISIONS, EVENT_FIELDS, PLACE_PRECISIONS

from .conftest import Imported, write_table

HEADER = [
    "S#",
    "Date",
    "Blast Day Type",
    "City",
    "Latitude",
    "Longitude",
    "Province",
    "Target Type",
    "Killed Min",
    "Killed Max",
    "Injured Min",
    "Injured Max",
    "No. of Suicide Blasts",
    "Influencing Event/Event",
]
ROW = {
    "S#": "7",
    "Date": "Sunday-November 19-1995",
    "City": "Islamabad",
    "Latitude": "33.7",
    "Longitude": "73.1",
    "Province": "Capital",
    "Target Type": "Made-up target",
    "Killed Min": "14",
    "Killed Max": "15",
    "Injured Max": "60",
}
# The example of the module's own description is the mapping that most tests use, so it can't become wrong unseen.
EXAMPLE = re.sub(
    r"(?m)^    ", "", str(mapped.__doc__).split(".. code-block:: yaml\n\n")[1].split("\n\n``event_id``")[0]
)
SMALL = """
name: small
columns:
  event_id: No
  date_start: Day
  country: State
"""
Import = Callable[..., Imported]


@pytest.fixture
def attacks(tmp_path: Path, imported: Import) -> Callable[..., Imported]:
    """Import made-up rows of the list with the example."""

    def run(*cells: dict[str, str], mapping: str = EXAMPLE, header: list[str] = HEADER) -> Imported:
        rows = [ROW | {"S#": str(number)} | other for number, other in enumerate(cells, start=1)]
        path = write_table(tmp_path / "attacks.csv", header, rows)
        (tmp_path / "mapping.yaml").write_text(mapping, encoding="utf-8")
        return imported(path, provider="table", mapping=tmp_path / "mapping.yaml")

    return run


@pytest.fixture
def small(tmp_path: Path, imported: Import) -> Callable[..., Imported]:
    """Import a small table with a mapping of its own."""

    def run(mapping: str, header: list[str], *rows: list[str]) -> Imported:
        path = write_table(tmp_path / "small.csv", header, [dict(zip(header, row, strict=True)) for row in rows])
        (tmp_path / "small.yaml").write_text(mapping, encoding="utf-8")
        return imported(path, provider="table", mapping=tmp_path / "small.yaml")

    return run


def said_of(tmp_path: Path, text: str, header: tuple[str, ...] = ("no", "day", "state", "killed")) -> list[str]:
    """What is wrong with a mapping, in lines."""
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_mapping(path, "list.csv", header)
    return [str(problem) for problem in refused.value.problems]


def test_every_column_of_the_event_table(attacks: Callable[..., Imported]) -> None:
    event = attacks({}).event
    assert (event["event_id"], event["source"]) == ("suicide-attacks:1", "suicide-attacks")
    day = date(1995, 11, 19)
    assert (event["date_start"], event["date_end"], event["date_precision"], event["year"]) == (day, day, "day", 1995)
    assert (event["country"], event["adm1_given"]) == ("Pakistan", "Capital")
    assert (event["latitude"], event["longitude"]) == (33.7, 73.1)
    assert (event["deaths_low"], event["deaths_high"], event["deaths_best"]) == (14, 15, 15)
    assert (event["injured"], event["target"]) == (60, "Made-up target")
    assert (event["suicide"], event["militant"]) == (True, True)
    blank = ("actor1", "actor2", "doubt", "event_type", "deaths_civilian", "place_precision", "source_text")
    assert [event[name] for name in blank] == [None] * 7


def test_the_first_column_with_something_known_counts(attacks: Callable[..., Imported]) -> None:
    events = attacks(
        {"Killed Max": ""}, {"Killed Max": "N/A"}, {"Killed Min": ""}, {"Killed Min": "", "Killed Max": "-99"}
    )
    assert [event["deaths_best"] for event in events.events] == [14, 14, 15, None]
    assert [event["deaths_low"] for event in events.events] == [14, 14, None, None]
    assert [event["deaths_high"] for event in events.events] == [None, None, 15, None]


def test_formats_of_dates_in_turn_and_a_cell_put_right(attacks: Callable[..., Imported]) -> None:
    written = ["Sunday-November 19-1995", "Sturday-Nov-26-2016", "Saturday-Nov-26-2016", "11/19/1995"]
    events = attacks(*({"Date": one} for one in written)).events
    by_number = {event["event_id"][-1]: event["date_start"] for event in events}
    assert by_number == {
        "1": date(1995, 11, 19),
        "2": date(2016, 11, 26),
        "3": date(2016, 11, 26),
        "4": date(1995, 11, 19),
    }


def test_a_line_of_totals_is_left_out_and_told(attacks: Callable[..., Imported]) -> None:
    totals = dict.fromkeys(ROW, "") | {"Killed Max": "7000"}
    result = attacks({}, totals)
    assert [event["deaths_best"] for event in result.events] == [15]
    assert result.tallied("left_out") == {"row with neither an event's number nor a day, such as a line of totals": 1}


def test_cells_that_cannot_be_read_are_errors_with_their_place(attacks: Callable[..., Imported]) -> None:
    wrong = [
        ("Killed Max", "40+"),
        ("Injured Min", "http://example.org/report"),
        ("Longitude", "_71.456944"),
        ("Latitude", "133.7"),
        ("Date", "19 Brumaire"),
        ("Date", ""),
        ("S#", ""),
    ]
    with pytest.raises(InputError) as refused:
        attacks(*({column: value} for column, value in wrong))
    lines = str(refused.value).splitlines()
    for row, (column, value) in enumerate(wrong, start=2):
        said = [line for line in lines if line.startswith(f"attacks.csv, row {row},")]
        found = f"found '{value}'; " if value else ""
        # Messages name columns in lower case, as they are matched.
        assert len(said) == 1 and said[0].startswith(f"attacks.csv, row {row}, column {column.lower()}: {found}")


def test_estimates_in_the_wrong_order_and_exchanged_coordinates_are_kept_and_flagged(
    attacks: Callable[..., Imported],
) -> None:
    result = attacks({"Killed Min": "20"}, {"Latitude": "73.1", "Longitude": "33.7"})
    assert [event["flags"] for event in result.events] == [
        ["low estimate above the best", "low estimate above the high"],
        ["latitude and longitude look exchanged"],
    ]
    assert result.events[0]["deaths_low"] == 20


def test_columns_are_matched_without_regard_to_case_and_outer_blanks(small: Callable[..., Imported]) -> None:
    result = small(
        SMALL + "  deaths_best: killed  MAX\n", [" NO ", "day", "State  ", "Killed  Max"], ["1", "2016-02-15", "X", "4"]
    )
    assert result.event["deaths_best"] == 4


def test_a_month_or_year_alone_means_all_its_days(small: Callable[..., Imported]) -> None:
    mapping = SMALL + "  date_precision: Known\n  deaths_best: Killed\ndate: {format: ['%Y-%m-%d', '%Y-%m', '%Y']}\n"
    header = ["No", "Day", "State", "Known", "Killed"]
    result = small(
        mapping,
        header,
        ["1", "2016-02-15", "Pakistan", "day", "1"],
        ["2", "2016-02", "Pakistan", "month", "2"],
        ["3", "2016", "Pakistan", "year", "3"],
        ["4", "2016-02-15", "Pakistan", "month", ""],
    )
    spans = {event["event_id"]: (event["date_start"], event["date_end"]) for event in result.events}
    assert spans == {
        "small:1": (date(2016, 2, 15), date(2016, 2, 15)),
        "small:2": (date(2016, 2, 1), date(2016, 2, 29)),
        "small:3": (date(2016, 1, 1), date(2016, 12, 31)),
        "small:4": (date(2016, 2, 1), date(2016, 2, 29)),
    }


def test_words_for_codes(small: Callable[..., Imported]) -> None:
    mapping = (
        SMALL
        + "  suicide: Suicide?\n  doubt: Doubt\n"
        + "values:\n  suicide: {Yes: true, No: false, '?': ''}\n  doubt: {1: true, 0: false}\n"
    )
    header = ["No", "Day", "State", "Suicide?", "Doubt"]
    day = ["2016-02-15", "Pakistan"]
    result = small(mapping, header, ["1", *day, "Yes", "1"], ["2", *day, "No", "0"], ["3", *day, "?", ""])
    assert [(event["suicide"], event["doubt"]) for event in result.events] == [
        (True, True),
        (False, False),
        (None, None),
    ]
    with pytest.raises(InputError, match="row 2, column suicide\\?: found 'Perhaps'; expected true or false"):
        small(mapping, header, ["1", *day, "Perhaps", ""])


def test_quotation_marks_in_names_cells_and_formats(small: Callable[..., Imported]) -> None:
    mapping = (
        "name: small\n"
        'columns: {event_id: "No", date_start: \'the "last" day\', target: "whose\'"}\n'
        'constants: {country: "Côte d\'Ivoire"}\n'
        'date: {format: "%d \'%B %Y"}\n'
        'values: {target: {"p\'s": "q\'s"}}\n'
        'missing: ["n\'a"]\n'
    )
    header = ["No", 'the "last" day', "whose'"]
    result = small(mapping, header, ["1", "5 'May 2016", "p's"], ["2", "5 'May 2016", "n'a"])
    assert [event["target"] for event in result.events] == ["q's", None]
    assert [event["country"] for event in result.events] == ["Côte d'Ivoire"] * 2
    assert result.events[0]["date_start"] == date(2016, 5, 5)


def test_repeated_numbers_are_refused(attacks: Callable[..., Imported]) -> None:
    with pytest.raises(InputError, match="stands in 2 rows that differ"):
        attacks({"S#": "1"}, {"S#": "1", "Killed Max": "9"})


def test_the_example_says_what_it_means() -> None:
    content: dict[str, Any] = yaml.safe_load(EXAMPLE)
    assert set(content) == {"name", "columns", "date", "values", "constants", "missing"}


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    said = said_of(
        tmp_path,
        """
name: UCDP events
colums: {}
columns:
  event_id: No
  date_strat: Day
  deaths_best: Kiled
  source: State
constants:
  suicide: perhaps
  date_precision: hour
  latitude: north
  published: 2021-02-30
values:
  doubt: {x: true}
date:
  format: ["%d/%m/%y", "%Q"]
  formats: "%d"
""",
    )
    expected = [
        ("mine.yaml, column colums", "did you mean 'columns'?"),
        ("mine.yaml, column name: found 'UCDP events'", "a short name in lower case"),
        ("mine.yaml, column columns, date_strat", "did you mean 'date_start'?"),
        ("mine.yaml, column columns, deaths_best: found 'Kiled'", "no such column in list.csv; did you mean 'killed'?"),
        ("mine.yaml, column columns, source", "no such column of the event table"),
        ("mine.yaml, column columns, date_start", "expected, and missing: a column of list.csv"),
        ("mine.yaml, column columns, country", "a column of list.csv or a constant"),
        ("mine.yaml, column constants, suicide: found 'perhaps'", "expected true or false"),
        ("mine.yaml, column constants, date_precision: found 'hour'", "expected one of: day, days, week, month, year"),
        ("mine.yaml, column constants, latitude: found 'north'", "expected a number"),
        ("mine.yaml, column constants, published: found '2021-02-30'", "expected a day, such as"),
        ("mine.yaml, column values, doubt", "no such name under columns"),
        ("mine.yaml, column date, format: found '%d/%m/%y'", "a year with four digits"),
        ("mine.yaml, column date, format: found '%Q'", "no format of a day"),
        ("mine.yaml, column date, formats", "did you mean 'format'?"),
    ]
    assert len(said) == len(expected)
    for beginning, part in expected:
        assert any(line.startswith(beginning) and part in line for line in said), (beginning, said)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (SMALL + "constants: {country: Pakistan}\n", "stands under columns too"),
        (SMALL + "constants: {event_id: 1}\n", "stands under columns too"),
        (SMALL + "date: {format: '%Y-%m'}\n", "say by date_precision"),
        (SMALL + "date: {format: []}\n", "expected a format of days"),
        (SMALL + "constants: {suicide: }\n", "leave it out"),
        (SMALL + "values: [1, 2]\n", "expected names and values"),
        (SMALL + "values: {country: PK}\n", "expected cells and what they stand for"),
        (SMALL.replace("name: small", "name: gtd"), "choose another"),
        (SMALL.replace("name: small", ""), "expected a short name"),
        (SMALL.replace("event_id: No", "event_id: [No, Day]"), "an event has one number"),
        (SMALL.replace("event_id: No", "event_id: {No: Day}"), "expected a column of list.csv"),
        (SMALL.replace("  event_id: No\n", "") + "constants: {event_id: 5}\n", "differs from row to row"),
        ("- a\n- b\n", "expected the keys"),
        ("name: [\n", "not YAML"),
    ],
)
def test_one_thing_wrong(tmp_path: Path, text: str, part: str) -> None:
    (line,) = said_of(tmp_path, text)
    assert line.startswith("mine.yaml") and part in line


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        read_mapping(tmp_path / "none.yaml", "list.csv", ("no",))
    (tmp_path / "latin.yaml").write_bytes("name: caf\xe9".encode("latin-1"))
    with pytest.raises(InputError, match="not UTF-8"):
        read_mapping(tmp_path / "latin.yaml", "list.csv", ("no",))


def test_words_are_those_of_the_event_table() -> None:
    meanings = {field.name: field.meaning for field in EVENT_FIELDS}
    for name, words in (("date_precision", DATE_PRECISIONS), ("place_precision", PLACE_PRECISIONS)):
        said = re.split(r", | or ", meanings[name].split(": ")[1].split(";")[0].replace("sea or air", "sea-or-air"))
        assert [word.replace("sea-or-air", "sea or air") for word in said] == list(words)


def test_the_example_of_the_book_s_page_reads_such_a_list(imported, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "book" / "event-files.md").read_text(encoding="utf-8")
    mapping = tmp_path / "map.yaml"
    mapping.write_text(page.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    path = tmp_path / "list.csv"
    path.write_text(
        "S#,Date,Province,Target Type,Killed Min,Killed Max\n"
        "1,Sunday-November 19-1995,Capital,Foreigner,14,15\n"
        "2,11/20/1996,Sindh,Religious,N/A,2\n",
        encoding="utf-8",
    )
    events = imported(path, provider="table", mapping=mapping).events
    assert [event["deaths_low"] for event in events] == [14, None]
    assert [event["deaths_high"] for event in events] == [15, 2]
    assert [str(event["date_start"]) for event in events] == ["1995-11-19", "1996-11-20"]
