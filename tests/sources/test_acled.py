"""ACLED's files: every row here is made up."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from afpak.problems import InputError
from afpak.sources.acled import COVERED_SINCE, no_event_file, recognise, version

from .conftest import Imported, write_table

BEFORE_TEXT = """
    data_id iso event_id_cnty event_id_no_cnty event_date year time_precision event_type sub_event_type actor1
    assoc_actor_1 inter1 actor2 assoc_actor_2 inter2 interaction region country admin1 admin2 admin3 location latitude
    longitude geo_precision source source_scale notes fatalities timestamp iso3
"""
SINCE_TEXT = """
    event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1 assoc_actor_1 inter1
    actor2 assoc_actor_2 inter2 interaction civilian_targeting iso region country admin1 admin2 admin3 location latitude
    longitude geo_precision source source_scale notes fatalities tags timestamp
"""
BEFORE, SINCE = BEFORE_TEXT.split(), SINCE_TEXT.split()
ROW = {
    "event_id_cnty": "PAK9000001",
    "event_date": "2023-01-31",
    "year": "2023",
    "time_precision": "1",
    "event_type": "Battles",
    "sub_event_type": "Armed clash",
    "actor1": "Made-up Rebels",
    "assoc_actor_1": "Made-up Faction; Made-up Cell",
    "inter1": "Rebel group",
    "actor2": "Military Forces of Pakistan (2022-)",
    "inter2": "State forces",
    "country": "Pakistan",
    "admin1": "Khyber Pakhtunkhwa",
    "admin2": "Made-up District",
    "latitude": "34.0151",
    "longitude": "71.5249",
    "geo_precision": "1",
    "source": "Made-up Daily; Made-up Radio",
    "notes": "On 31 January 2023, made-up rebels clashed with soldiers.",
    "fatalities": "4",
    "timestamp": "1675900000",
}
Import = Callable[..., Imported]


def each(folder: Path, imported: Import, *cells: dict[str, str]) -> list[dict[str, Any]]:
    """The events that the row becomes with each of these sets of cells in it, in one import."""
    rows = [ROW | {"event_id_cnty": f"PAK{number}"} | other for number, other in enumerate(cells, start=100)]
    events = imported(write_table(folder / "acled.csv", SINCE, rows)).events
    return sorted(events, key=lambda event: event["event_id"])


def refusals(folder: Path, imported: Import, *cells: dict[str, str]) -> list[str]:
    """What is said of the row with each of these sets of cells in it, in one import: a line for each."""
    rows = [ROW | {"event_id_cnty": f"PAK{number}"} | other for number, other in enumerate(cells, start=100)]
    with pytest.raises(InputError) as refused:
        imported(write_table(folder / "acled.csv", SINCE, rows))
    lines = str(refused.value).splitlines()
    found = [[line for line in lines if line.startswith(f"acled.csv, row {row},")] for row in range(2, len(rows) + 2)]
    assert [len(one) for one in found] == [1] * len(rows), lines
    return [one[0] for one in found]


def test_both_layouts_have_31_columns_and_are_told_apart_by_names() -> None:
    assert len(BEFORE) == len(SINCE) == 31
    before, since = recognise(BEFORE), recognise(SINCE)
    assert before is not None and since is not None
    assert (before.layout, since.layout) == (
        "ACLED, layout before 20 March 2023",
        "ACLED, layout since 20 March 2023",
    )


def test_population_columns_and_another_order_make_no_difference(tmp_path: Path, imported: Import) -> None:
    header = [*reversed(SINCE), "population_1km", "population_best"]
    with_population = ROW | {"population_1km": "1200", "population_best": "5400"}
    assert imported(write_table(tmp_path / "a.csv", header, [with_population])).event["deaths_best"] == 4


def test_files_of_other_providers_are_not_taken_for_acled() -> None:
    assert recognise(["id", "type_of_violence", "side_a", "event_date"]) is None
    assert recognise(["eventid", "iyear", "imonth", "iday"]) is None


def test_every_column_of_the_event_table(tmp_path: Path, imported: Import) -> None:
    event = imported(write_table(tmp_path / "acled.csv", SINCE, [ROW])).event
    assert event["event_id"] == "acled:PAK9000001"
    assert event["source"] == "acled"
    day = date(2023, 1, 31)
    assert (event["date_start"], event["date_end"], event["date_precision"]) == (day, day, "day")
    assert (event["year"], event["country"]) == (2023, "Pakistan")
    assert (event["adm1_given"], event["adm2_given"]) == ("Khyber Pakhtunkhwa", "Made-up District")
    assert (event["latitude"], event["longitude"], event["place_precision"]) == (34.0151, 71.5249, "exact")
    sides = ("Made-up Rebels", "Military Forces of Pakistan (2022-)", None)
    assert (event["actor1"], event["actor2"], event["actor3"]) == sides
    assert event["associates"] == "Made-up Faction; Made-up Cell"
    assert event["event_type"] == "Battles: Armed clash"
    assert event["source_text"] == "Made-up Daily; Made-up Radio"
    # One number for all sides: no range, no civilians, no injured; doubt is not said.
    assert event["deaths_best"] == 4
    unsaid = ("deaths_low", "deaths_high", "deaths_civilian", "injured", "doubt", "target")
    assert [event[name] for name in unsaid] == [None] * 6
    assert event["suicide"] is False
    assert event["flags"] == []


def test_styles_of_dates(tmp_path: Path, imported: Import) -> None:
    # The day stands before the month.
    written = ["2023-01-31", "31 January 2023", "31-01-2023", "2023-01-31 00:00:00", "05-01-2023"]
    events = each(tmp_path, imported, *({"event_date": one} for one in written))
    assert [event["date_start"] for event in events] == [date(2023, 1, 31)] * 4 + [date(2023, 1, 5)]


def test_dates_that_cannot_be_read(tmp_path: Path, imported: Import) -> None:
    written = ["1/31/2023", "01-31-2023", "31 Januar 2023", "31-01-23", "44957", ""]
    said = refusals(tmp_path, imported, *({"event_date": one} for one in written))
    for value, line in zip(written, said, strict=True):
        assert "column event_date" in line and "31 January 2023" in line
        assert not value or f"found '{value}'" in line


def test_precision_of_the_date_says_which_days_it_may_mean(tmp_path: Path, imported: Import) -> None:
    events = each(tmp_path, imported, *({"time_precision": one} for one in ("1", "2", "3")))
    assert [(event["date_start"], event["date_end"], event["date_precision"]) for event in events] == [
        (date(2023, 1, 31), date(2023, 1, 31), "day"),
        # Of a week the middle is given: three days on either side.
        (date(2023, 1, 28), date(2023, 2, 3), "week"),
        (date(2023, 1, 1), date(2023, 1, 31), "month"),
    ]
    assert [event["flags"] for event in events] == [[], ["spans two months or more"], []]


def test_precision_of_the_place(tmp_path: Path, imported: Import) -> None:
    events = each(tmp_path, imported, *({"geo_precision": one} for one in ("1", "2", "3")))
    assert [event["place_precision"] for event in events] == ["exact", "near", "part of the country"]


def test_types_of_actors_as_codes_and_as_labels(tmp_path: Path, imported: Import) -> None:
    rebels = ["2", "2.0", "Rebel group", "Rebel Groups", "rebel group", "Rebel force"]
    states = ["1", "1.0", "State forces", "State Forces", "state forces", "Government or mutinous force"]
    pairs = zip(rebels, states, strict=True)
    events = each(tmp_path, imported, *({"inter1": rebel, "inter2": state} for rebel, state in pairs))
    assert [event["militant"] for event in events] == [True] * 6


def test_militant_violence(tmp_path: Path, imported: Import) -> None:
    cases = [
        ("Battles", "Rebel group", "State forces", True),
        ("Battles", "State forces", "Political militia", True),
        ("Violence against civilians", "Political militia", "Civilians", True),
        # A bomb by the road: nobody stands on the other side.
        ("Explosions/Remote violence", "Rebel group", "", True),
        ("Explosions/Remote violence", "2", "0", True),
        ("Battles", "Rebel group", "External/Other forces", True),
        ("Battles", "Rebel group", "Rebel group", False),
        ("Battles", "Rebel group", "Identity militia", False),
        ("Battles", "State forces", "Identity militia", False),
        ("Violence against civilians", "State forces", "Civilians", False),
        ("Protests", "Protesters", "", False),
        ("Strategic developments", "Rebel group", "State forces", False),
    ]
    events = each(
        tmp_path,
        imported,
        *({"event_type": kind, "inter1": first, "inter2": second} for kind, first, second, _ in cases),
    )
    assert [event["militant"] for event in events] == [militant for *_, militant in cases]


def test_target(tmp_path: Path, imported: Import) -> None:
    events = each(
        tmp_path,
        imported,
        {"actor2": "Civilians (Pakistan)", "inter2": "Civilians"},
        {"actor2": "Made-up Aid Workers", "inter2": "7"},
        {"actor2": "Protesters (Pakistan)", "inter2": "Protesters", "civilian_targeting": "Civilian targeting"},
        {},
    )
    targets = ["Civilians (Pakistan)", "Made-up Aid Workers", "Protesters (Pakistan)", None]
    assert [event["target"] for event in events] == targets


def test_suicide_is_the_type_alone_and_the_notes_a_second_sign(tmp_path: Path, imported: Import) -> None:
    bomb, raid = each(
        tmp_path,
        imported,
        {"event_type": "Explosions/Remote violence", "sub_event_type": "Suicide bomb", "notes": "A suicide bomber."},
        {"notes": "Four Suicide attackers stormed a made-up post."},
    )
    assert (bomb["suicide"], bomb["flags"]) == (True, [])
    assert (raid["suicide"], raid["flags"]) == (False, ["notes speak of a suicide attack, the type does not"])


def test_public_since_the_last_change(tmp_path: Path, imported: Import) -> None:
    # Midnight that began 9 February 2023 was second 1675900800: a second before, it was still the 8th.
    written = ["1675900799", "1675900800", "1675900800.0", "2023-02-09", "2023-02-09 12:30:00", ""]
    events = each(tmp_path, imported, *({"timestamp": one} for one in written))
    eighth, ninth, of_import = date(2023, 2, 8), date(2023, 2, 9), date(2026, 11, 25)
    # Without it, the day of the import is all that is certain.
    assert [event["published"] for event in events] == [eighth, ninth, ninth, ninth, ninth, of_import]


def test_a_blank_number_of_deaths_is_no_zero(tmp_path: Path, imported: Import) -> None:
    blank, none = each(tmp_path, imported, {"fatalities": ""}, {"fatalities": "0"})
    assert (blank["deaths_best"], none["deaths_best"]) == (None, 0)
    assert blank["flags"] == ["no number of deaths, though the provider gives one for every event"]
    assert none["flags"] == []


def test_deaths_must_be_a_count(tmp_path: Path, imported: Import) -> None:
    written = ["-1", "2.5", "several", "nan", "inf", "40+"]
    said = refusals(tmp_path, imported, *({"fatalities": one} for one in written))
    for value, line in zip(written, said, strict=True):
        assert f"column fatalities: found '{value}'" in line and "a whole number of 0 or more" in line


def test_values_that_break_a_rule(tmp_path: Path, imported: Import) -> None:
    wrong = [
        ("latitude", "91"),
        ("longitude", "-180.5"),
        ("longitude", "71,5"),
        ("time_precision", "4"),
        ("geo_precision", ""),
        ("year", "23"),
        ("year", "2023.5"),
        ("inter2", "9"),
        ("timestamp", "yesterday"),
        ("country", ""),
        ("event_type", ""),
        ("event_id_cnty", ""),
    ]
    said = refusals(tmp_path, imported, *({column: value} for column, value in wrong))
    for (column, value), line in zip(wrong, said, strict=True):
        assert f"column {column}: {f'found {value!r}; ' if value else ''}" in line


def test_events_before_a_country_is_covered(tmp_path: Path, imported: Import) -> None:
    days = [
        ("Pakistan", "2009-12-31", True),
        ("Pakistan", "2010-01-01", False),
        ("Afghanistan", "2016-12-31", True),
        ("Afghanistan", "2017-01-01", False),
        ("India", "2009-12-31", False),
    ]
    rows = [{"country": country, "event_date": day, "year": day[:4]} for country, day, _ in days]
    flags = [event["flags"] for event in each(tmp_path, imported, *rows)]
    flag = "before the provider's coverage of the country begins"
    assert flags == [[flag] if early else [] for *_, early in days]
    assert dict(COVERED_SINCE) == {"Pakistan": date(2010, 1, 1), "Afghanistan": date(2017, 1, 1)}


def test_filed_under_another_year(tmp_path: Path, imported: Import) -> None:
    other, same = each(tmp_path, imported, {"year": "2022"}, {"year": "2023.0"})
    assert (other["year"], other["flags"]) == (2022, ["filed under another year than that of its day"])
    assert (same["year"], same["flags"]) == (2023, [])


def test_layout_before_2023_with_numbers_for_types(tmp_path: Path, imported: Import) -> None:
    row = {name: cell for name, cell in ROW.items() if name in BEFORE} | {
        "event_date": "31-01-2023",
        "inter1": "2",
        "inter2": "7",
        "actor2": "Civilians (Pakistan)",
        "interaction": "27",
        "event_type": "Violence against civilians",
        "sub_event_type": "Attack",
    }
    event = imported(write_table(tmp_path / "old.csv", BEFORE, [row])).event
    assert (event["date_start"], event["militant"], event["target"]) == (
        date(2023, 1, 31),
        True,
        "Civilians (Pakistan)",
    )


def test_workbook_with_names_in_capitals_and_days_as_days(tmp_path: Path, imported: Import) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([name.upper() for name in BEFORE])
    numbers = {"inter1": 2, "inter2": 1, "fatalities": 4, "year": 2023, "latitude": 34.0151, "timestamp": 1675900800}
    row: dict[str, Any] = ROW | numbers | {"event_date": date(2023, 1, 31), "time_precision": 1, "geo_precision": 1}
    sheet.append([row.get(name) for name in BEFORE])
    book.save(tmp_path / "south_asia.xlsx")
    event = imported(tmp_path / "south_asia.xlsx").event
    assert (event["date_start"], event["deaths_best"], event["militant"]) == (date(2023, 1, 31), 4, True)
    assert event["published"] == date(2023, 2, 9)


@pytest.mark.parametrize(
    ("separator", "encoding"), [(";", "utf-8"), (",", "utf-8-sig"), (";", "utf-8-sig"), ("\t", "utf-8")]
)
def test_separators_and_a_byte_order_mark(tmp_path: Path, imported: Import, separator: str, encoding: str) -> None:
    path = write_table(tmp_path / "portal.csv", SINCE, [ROW], separator=separator, encoding=encoding)
    assert imported(path).event["associates"] == "Made-up Faction; Made-up Cell"


def test_a_byte_order_mark_decoded_wrongly_stays_out_of_the_first_name() -> None:
    reading = recognise(["xyzevent_id_cnty", *SINCE[1:]])
    assert reading is not None and reading.identifier == "xyzevent_id_cnty"


def test_an_export_with_a_row_per_actor_is_refused(tmp_path: Path, imported: Import) -> None:
    other = ROW | {"actor1": ROW["actor2"], "inter1": ROW["inter2"], "actor2": "", "inter2": ""}
    path = write_table(tmp_path / "monadic.csv", SINCE, [ROW, other])
    with pytest.raises(InputError, match="monadic") as refused:
        imported(path)
    assert "PAK9000001" in str(refused.value)


def test_the_same_row_again_counts_once(tmp_path: Path, imported: Import) -> None:
    result = imported(write_table(tmp_path / "twice.csv", SINCE, [ROW, ROW]))
    assert result.event["deaths_best"] == 4
    assert result.tallied("left_out") == {"the same row again": 1}


def test_of_two_exports_the_later_change_stands(tmp_path: Path, imported: Import) -> None:
    later = write_table(tmp_path / "a.csv", SINCE, [ROW | {"fatalities": "6", "timestamp": "1685900800"}])
    earlier = write_table(tmp_path / "b.csv", SINCE, [ROW])
    assert imported(later, earlier).event["deaths_best"] == 6


WEEKLY = ["week", "region", "country", "admin1", "event_type", "sub_event_type", "events", "fatalities"]
MONTHLY = ["country", "admin1", "admin2", "iso3", "month", "year", "events", "fatalities"]


@pytest.mark.parametrize(("header", "by"), [(WEEKLY, "by week"), (MONTHLY, "by month and year")])
def test_tables_of_sums_are_refused_with_the_reason(
    tmp_path: Path, imported: Import, header: list[str], by: str
) -> None:
    assert recognise(header) is None
    path = write_table(tmp_path / "sums.csv", header, [dict.fromkeys(header, "1")])
    with pytest.raises(InputError) as refused:
        imported(path)
    assert f"sums.csv: every row is a sum {by} (column events)" in str(refused.value)


def test_event_files_are_no_sums() -> None:
    assert no_event_file(SINCE) == no_event_file(BEFORE) == ""
    assert no_event_file(["event_id_cnty", "event_date", "events"]) == ""


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("South_Asia_2010-2021_May07.xlsx", "2021-05-07"),
        ("south-asia_2010-2024_sep13.xlsx", "2024-09-13"),
        ("2010-01-01-2023-01-31-Pakistan.csv", ""),
        ("acled_2021_Abc07.csv", ""),
    ],
)
def test_version_by_name(name: str, told: str) -> None:
    assert version(name) == (told, "")
