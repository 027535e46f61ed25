"""Files of the Global Terrorism Database: every row here is made up."""

import gzip
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from afpak.problems import InputError
from afpak.sources.gtd import MISSING_YEARS, SERIES_BREAKS, mended, recognise, version

from .conftest import Imported, write_table

LATE_TEXT = """
    eventid iyear imonth iday approxdate extended resolution country country_txt region region_txt provstate city
    latitude longitude specificity vicinity location summary crit1 crit2 crit3 doubtterr alternative alternative_txt
    multiple success suicide attacktype1 attacktype1_txt attacktype2 attacktype2_txt attacktype3 attacktype3_txt
    targtype1 targtype1_txt targsubtype1 targsubtype1_txt corp1 target1 natlty1 natlty1_txt targtype2 targtype2_txt
    targsubtype2 targsubtype2_txt corp2 target2 natlty2 natlty2_txt targtype3 targtype3_txt targsubtype3
    targsubtype3_txt corp3 target3 natlty3 natlty3_txt gname gsubname gname2 gsubname2 gname3 gsubname3 motive
    guncertain1 guncertain2 guncertain3 individual nperps nperpcap claimed claimmode claimmode_txt claim2 claimmode2
    claimmode2_txt claim3 claimmode3 claimmode3_txt compclaim weaptype1 weaptype1_txt weapsubtype1 weapsubtype1_txt
    weaptype2 weaptype2_txt weapsubtype2 weapsubtype2_txt weaptype3 weaptype3_txt weapsubtype3 weapsubtype3_txt
    weaptype4 weaptype4_txt weapsubtype4 weapsubtype4_txt weapdetail nkill nkillus nkillter nwound nwoundus nwoundte
    property propextent propextent_txt propvalue propcomment ishostkid nhostkid nhostkidus nhours ndays divert
    kidhijcountry ransom ransomamt ransomamtus ransompaid ransompaidus ransomnote hostkidoutcome hostkidoutcome_txt
    nreleased addnotes scite1 scite2 scite3 dbsource INT_LOG INT_IDEO INT_MISC INT_ANY related
"""
LATE = LATE_TEXT.split()
_AT = LATE.index("gsubname3")
# The release of 2016 had three columns more before the third faction, and none for individuals.
EARLY = [
    *LATE[:_AT],
    *("ingroup", "ingroup2", "ingroup3"),
    *(name for name in LATE[_AT:] if name != "individual"),
]
ROW = {
    "eventid": "201403090001",
    "iyear": "2014",
    "imonth": "3",
    "iday": "9",
    "extended": "0",
    "country": "153",
    "country_txt": "Pakistan",
    "provstate": "Khyber Pakhtunkhwa",
    "city": "Made-up Town",
    "latitude": "34.0",
    "longitude": "71.5",
    "specificity": "1",
    "vicinity": "0",
    "summary": "A made-up summary that must not be shown.",
    "doubtterr": "0",
    "alternative_txt": ".",
    "suicide": "1",
    "attacktype1_txt": "Bombing/Explosion",
    "targtype1_txt": "Police",
    "target1": "A made-up checkpoint",
    "gname": "Made-up Movement",
    "gsubname": "Made-up Faction",
    "gname2": "Second Movement",
    "gname3": "Third Movement",
    "gsubname3": "Third Faction",
    "guncertain1": "0",
    "nperps": "-99",
    "claimed": "-9",
    "nkill": "6",
    "nkillter": "2",
    "nwound": "11",
    "scite1": "A made-up paper, March 2014.",
    "scite3": "A made-up agency, March 2014.",
}
Import = Callable[..., Imported]


def each(folder: Path, imported: Import, *cells: dict[str, str]) -> list[dict[str, Any]]:
    """The events that the row becomes with each of these sets of cells in it, in one import."""
    rows = [ROW | {"eventid": f"20140309{number:04}"} | other for number, other in enumerate(cells)]
    result = imported(write_table(folder / "gtd.csv", LATE, rows))
    return sorted(result.events, key=lambda event: event["event_id"])


def refusals(folder: Path, imported: Import, *cells: dict[str, str]) -> list[list[str]]:
    """What is said of the row with each of these sets of cells in it, in one import."""
    rows = [ROW | {"eventid": f"20140309{number:04}"} | other for number, other in enumerate(cells)]
    with pytest.raises(InputError) as refused:
        imported(write_table(folder / "gtd.csv", LATE, rows))
    lines = str(refused.value).splitlines()
    return [[line for line in lines if line.startswith(f"gtd.csv, row {row},")] for row in range(2, len(rows) + 2)]


def test_both_layouts_are_recognised() -> None:
    assert (len(LATE), len(EARLY)) == (135, 137)
    late, early = (recognise([name.lower() for name in header]) for header in (LATE, EARLY))
    assert late is not None and early is not None
    assert (late.layout, early.layout) == ("GTD, layout of 135 columns", "GTD, layout of 137 columns")
    assert recognise(["id", "side_a", "date_start"]) is None


@pytest.mark.parametrize("header", [LATE, EARLY])
def test_every_column_of_the_event_table(tmp_path: Path, imported: Import, header: list[str]) -> None:
    event = imported(write_table(tmp_path / "globalterrorismdb_0522dist.csv", header, [ROW])).event
    assert (event["event_id"], event["source"], event["source_version"]) == ("gtd:201403090001", "gtd", "2022-05")
    day = date(2014, 3, 9)
    assert (event["date_start"], event["date_end"], event["date_precision"]) == (day, day, "day")
    assert (event["year"], event["country"], event["adm1_given"]) == (2014, "Pakistan", "Khyber Pakhtunkhwa")
    assert (event["latitude"], event["longitude"], event["place_precision"]) == (34.0, 71.5, "exact")
    groups = ("Made-up Movement", "Second Movement", "Third Movement")
    assert (event["actor1"], event["actor2"], event["actor3"]) == groups
    assert event["associates"] == "Made-up Faction; Third Faction"
    assert (event["target"], event["event_type"]) == ("Police: A made-up checkpoint", "Bombing/Explosion")
    assert (event["deaths_best"], event["injured"]) == (6, 11)
    # There is no range; the dead who are no perpetrators are not all civilians.
    assert (event["deaths_low"], event["deaths_high"], event["deaths_civilian"]) == (None, None, None)
    assert (event["suicide"], event["doubt"], event["militant"]) == (True, False, True)
    assert event["source_text"] == "A made-up paper, March 2014. | A made-up agency, March 2014."
    assert event["flags"] == []
    # The summary is the database's own text.
    assert "made-up summary" not in repr(event)


def test_unknown_day_or_month(tmp_path: Path, imported: Import) -> None:
    cells = [
        {"imonth": "2", "iday": "0"},
        {"imonth": "0", "iday": "0"},
        # A day of an unknown month says nothing.
        {"imonth": "0", "iday": "17"},
        {"imonth": "12", "iday": ""},
        {"iyear": "2012", "imonth": "2", "iday": "0"},
        {"imonth": "-9", "iday": "-9"},
        {"imonth": "04.0", "iday": "5.0"},
    ]
    events = each(tmp_path, imported, *cells)
    assert [(event["date_start"], event["date_end"], event["date_precision"]) for event in events] == [
        (date(2014, 2, 1), date(2014, 2, 28), "month"),
        (date(2014, 1, 1), date(2014, 12, 31), "year"),
        (date(2014, 1, 1), date(2014, 12, 31), "year"),
        (date(2014, 12, 1), date(2014, 12, 31), "month"),
        (date(2012, 2, 1), date(2012, 2, 29), "month"),
        (date(2014, 1, 1), date(2014, 12, 31), "year"),
        (date(2014, 4, 5), date(2014, 4, 5), "day"),
    ]
    assert [event["year"] for event in events] == [2014, 2014, 2014, 2014, 2012, 2014, 2014]


def test_dates_that_there_are_not(tmp_path: Path, imported: Import) -> None:
    wrong = [("iday", "31", "2"), ("iday", "29", "2"), ("imonth", "13", "5"), ("iday", "x", "2"), ("iyear", "14", "3")]
    cells = [{"iday" if column != "iday" else "imonth": other, column: value} for column, value, other in wrong]
    for (column, value, _), said in zip(wrong, refusals(tmp_path, imported, *cells), strict=True):
        assert len(said) == 1 and f"column {column}: found '{value}'" in said[0]


def test_an_incident_that_lasts_ends_with_its_resolution(tmp_path: Path, imported: Import) -> None:
    unreadable = "day on which it ended is unreadable or before its beginning"
    written = ["2014-03-20", "2014-03-20 00:00:00", "3/20/2014", "", "some weeks later", "2014-03-01", "4/2/2014"]
    events = each(tmp_path, imported, *({"extended": "1", "resolution": one} for one in written))
    start, end = date(2014, 3, 9), date(2014, 3, 20)
    assert [event["date_end"] for event in events] == [end, end, end, start, start, start, date(2014, 4, 2)]
    flags = [[], [], [], [], [unreadable], [unreadable], ["spans two months or more"]]
    assert [event["flags"] for event in events] == flags
    # Of an incident that does not last, the field says nothing about its end.
    (short,) = each(tmp_path, imported, {"extended": "0", "resolution": "2014-03-20"})
    assert short["date_end"] == start


def test_what_says_that_nothing_is_known(tmp_path: Path, imported: Import) -> None:
    counts = ["", "NA", ".", "-9", "-99", "-99.0", "0"]
    events = each(tmp_path, imported, *({"nkill": one, "nwound": one, "nkillter": one} for one in counts))
    assert [event["deaths_best"] for event in events] == [None] * 6 + [0]
    assert [event["injured"] for event in events] == [None] * 6 + [0]
    codes = ["1", "1.0", "0", "-9", "-9.0", "NA", ""]
    events = each(tmp_path, imported, *({"doubtterr": one, "suicide": one} for one in codes))
    assert [event["doubt"] for event in events] == [True, True, False, None, None, None, None]
    assert [event["suicide"] for event in events] == [True, True, False, None, None, None, None]
    nothing = dict.fromkeys(
        ("provstate", "gsubname", "gname2", "gname3", "gsubname3", "target1", "scite1", "scite3"), "NA"
    )
    (event,) = each(tmp_path, imported, nothing | {"targtype1_txt": ".", "latitude": "NA", "longitude": "NA"})
    blank = ("adm1_given", "actor2", "actor3", "associates", "target", "source_text", "latitude", "longitude")
    assert [event[name] for name in blank] == [None] * 8


def test_deaths_of_linked_incidents_are_shares(tmp_path: Path, imported: Import) -> None:
    linked = [{"nkill": "6.75"}, {"nkill": "3.75"}, {"nkill": "4.5"}, {"nkill": "5.0"}]
    events = each(tmp_path, imported, *linked)
    assert [event["deaths_best"] for event in events] == [6.75, 3.75, 4.5, 5]
    assert sum(event["deaths_best"] for event in events) == 20
    flag = "deaths shared over linked incidents, not whole"
    assert [event["flags"] for event in events] == [[flag], [flag], [flag], []]


def test_flags(tmp_path: Path, imported: Import) -> None:
    cells = [
        {"nkill": "1", "nkillter": "2"},
        {"eventid": "201403080001"},
        {"guncertain1": "1"},
        {"guncertain1": "1.0"},
        {"guncertain3": "1"},
        {"guncertain1": "-9", "nkill": "", "nkillter": "3"},
    ]
    result = imported(
        write_table(
            tmp_path / "gtd.csv",
            LATE,
            [ROW | {"eventid": f"201403090{number}0"} | other for number, other in enumerate(cells, start=10)],
        )
    )
    suspicion = "attributed to the group on suspicion only"
    by_number = {event["event_id"]: event["flags"] for event in result.events}
    assert by_number == {
        "gtd:201403090100": ["more perpetrators killed than deaths in all"],
        "gtd:201403080001": ["day in the event's number differs from its date"],
        "gtd:201403090120": [suspicion],
        "gtd:201403090130": [suspicion],
        "gtd:201403090140": [suspicion],
        # Unknown deaths are not fewer than three.
        "gtd:201403090150": [],
    }


def test_the_date_is_that_of_the_fields_and_not_of_the_number(tmp_path: Path, imported: Import) -> None:
    (event,) = each(tmp_path, imported, {"eventid": "201401010001"})
    assert event["date_start"] == date(2014, 3, 9)


def test_precision_of_the_place(tmp_path: Path, imported: Import) -> None:
    cells = [{"specificity": one} for one in ("1", "2", "3", "4", "5", "1.0", "")]
    events = each(
        tmp_path, imported, *cells, {"specificity": "1", "vicinity": "1"}, {"specificity": "4", "vicinity": "1"}
    )
    assert [event["place_precision"] for event in events] == [
        "exact",
        "second-level division",
        "second-level division",
        "first-level division",
        "country",
        "exact",
        None,
        "near",
        "first-level division",
    ]


def test_impossible_coordinates_are_left_blank_and_told(tmp_path: Path, imported: Import) -> None:
    rows = [ROW | {"longitude": "-86185896"}, ROW | {"eventid": "201403090002", "latitude": "90.5"}]
    result = imported(write_table(tmp_path / "gtd.csv", LATE, rows))
    first, second = result.events
    assert (first["latitude"], first["longitude"]) == (34.0, None)
    assert (second["latitude"], second["longitude"]) == (None, 71.5)
    assert result.tallied("repaired") == {
        "a latitude that no place has is left blank": 1,
        "a longitude that no place has is left blank": 1,
    }
    assert {(line["sort"], line["row"], line["column"]) for line in result.report} == {
        ("repair", "2", "longitude"),
        ("repair", "3", "latitude"),
    }


def test_values_that_break_a_rule(tmp_path: Path, imported: Import) -> None:
    wrong = [
        ("eventid", "1.97E+11"),
        ("eventid", "197001010002.0"),
        ("eventid", ""),
        ("nkill", "-1"),
        ("nkill", "several"),
        ("nkill", "nan"),
        ("nwound", "40+"),
        ("nkillter", "x"),
        ("specificity", "6"),
        ("suicide", "2"),
        ("doubtterr", "yes"),
        ("latitude", "34,0"),
        ("country_txt", ""),
        ("gname", ""),
    ]
    said = refusals(tmp_path, imported, *({column: value} for column, value in wrong))
    for (column, value), lines in zip(wrong, said, strict=True):
        assert len(lines) == 1 and f"column {column}: {f'found {value!r}; ' if value else ''}" in lines[0]
    assert "a spreadsheet or a decimal type may have changed it" in said[0][0]


def test_text_decoded_twice_is_mended_and_told(tmp_path: Path, imported: Import) -> None:
    twice = "Markaz-é-Islami".encode().decode("latin-1")
    assert twice == "Markaz-Ã©-Islami"
    row = ROW | {"gsubname": twice, "target1": "caf\x92s of Peshawar", "provstate": "Âl-e-Made-up"}
    result = imported(write_table(tmp_path / "gtd.csv", LATE, [row]))
    assert result.event["associates"] == "Markaz-é-Islami; Third Faction"
    # Windows-1252's apostrophe, read as Latin-1.
    assert result.event["target"] == "Police: caf’s of Peshawar"
    # A letter that only looks suspicious stays.
    assert result.event["adm1_given"] == "Âl-e-Made-up"
    assert result.tallied("repaired") == {"text that was decoded wrongly is mended": 2}
    assert {line["column"] for line in result.report} == {"gsubname", "target1"}


def test_latin_1_is_read(tmp_path: Path, imported: Import) -> None:
    path = write_table(tmp_path / "gtd.csv", LATE, [ROW | {"target1": "Café"}], encoding="latin-1")
    result = imported(path)
    assert result.event["target"] == "Police: Café"
    assert result.summary.told.files[0].encoding == "latin-1"
    assert result.tallied("repaired") == {}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (None, None),
        ("plain", "plain"),
        ("Café", "Café"),
        ("CafÃ©", "Café"),
        # Twice over.
        ("Café".encode().decode("latin-1").encode().decode("latin-1"), "Café"),
        ("it\x92s", "it’s"),
        ("itâ\x80\x99s", "it’s"),
    ],
)
def test_mended(text: str | None, meant: str | None) -> None:
    assert mended(text) == meant


def test_a_mangled_first_name_and_a_column_of_row_numbers(tmp_path: Path, imported: Import) -> None:
    plain = write_table(tmp_path / "plain.csv", LATE, [ROW])
    text = plain.read_text(encoding="utf-8")
    lines = text.split("\n", 1)
    for number, mark in enumerate(("ï..", "ï»¿", "xyz.")):
        (tmp_path / f"{number}.csv").write_text(f"{mark}{lines[0]}\n{lines[1]}", encoding="utf-8")
        event = imported(tmp_path / f"{number}.csv").event
        assert event["event_id"] == "gtd:201403090001"
    numbered = "\n".join(
        f'"{number or ""}",{line}' for number, line in enumerate(text.replace("\r", "").strip().split("\n"))
    )
    (tmp_path / "r.csv").write_text(numbered.replace("eventid", "ï..eventid", 1), encoding="latin-1")
    assert imported(tmp_path / "r.csv").event["event_id"] == "gtd:201403090001"


def test_workbook_gzip_and_parquet(tmp_path: Path, imported: Import) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(LATE)
    numbers: dict[str, Any] = ROW | {"eventid": 201403090001, "iyear": 2014, "imonth": 3, "iday": 9, "nkill": 6.75}
    sheet.append([numbers.get(name) for name in LATE])
    book.save(tmp_path / "gtd.xlsx")
    assert imported(tmp_path / "gtd.xlsx").event["deaths_best"] == 6.75
    plain = write_table(tmp_path / "gtd.csv", LATE, [ROW])
    with gzip.open(tmp_path / "gtd.csv.gz", "wb") as packed:
        packed.write(plain.read_bytes())
    assert imported(tmp_path / "gtd.csv.gz").event["date_start"] == date(2014, 3, 9)
    duckdb.sql(f"COPY (SELECT * FROM read_csv('{plain}')) TO '{tmp_path / 'gtd.parquet'}'")
    assert imported(tmp_path / "gtd.parquet").event["event_id"] == "gtd:201403090001"


def test_a_file_with_few_columns_leaves_the_rest_blank(tmp_path: Path, imported: Import) -> None:
    few = ["eventid", "iyear", "imonth", "iday", "country_txt", "gname", "nkill"]
    event = imported(write_table(tmp_path / "few.csv", few, [{name: ROW[name] for name in few}])).event
    blank = ("suicide", "doubt", "injured", "latitude", "place_precision", "event_type", "target", "source_text")
    assert [event[name] for name in blank] == [None] * 8
    assert event["flags"] == []


def test_a_missing_column_is_named(tmp_path: Path, imported: Import) -> None:
    without = [name for name in LATE if name != "nkill"]
    row = {name: cell for name, cell in ROW.items() if name != "nkill"}
    with pytest.raises(InputError, match="column nkill: the column is missing"):
        imported(write_table(tmp_path / "gtd.csv", without, [row]))


def test_years_without_data_and_breaks() -> None:
    assert MISSING_YEARS == (1993,)
    assert [day.isoformat() for day in SERIES_BREAKS] == ["1998-01-01", "2008-04-01", "2012-01-01"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("globalterrorismdb_0522dist.xlsx", "2022-05"),
        ("globalterrorismdb_2021Jan-June_1222dist.xlsx", "2022-12"),
        ("globalterrorismdb_0718dist.csv", "2018-07"),
        ("gtd.csv", ""),
    ],
)
def test_version_by_name(name: str, told: str) -> None:
    assert version(name) == (told, "")
