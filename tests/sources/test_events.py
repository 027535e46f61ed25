"""Counts from an event table, each worked out by hand on a few made-up rows."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from afpak.problems import InputError
from afpak.sources.events import Events, cut_at, read_events, write_cut

from .ged import CANDIDATE, GED, NAMES, imported, raw, row, written


def table(folder: Path, rows: list[dict[str, str]], name: str = "GEDEvent_v19_1.csv", **options: str) -> Path:
    imported(written(folder / name, rows), **options)
    return folder / "out" / "events.parquet"


def cut_events(events: Events, as_of: date, path: Path) -> Events:
    return read_events(write_cut(cut_at(events, as_of), path))


def day(text: str, until: str = "") -> dict[str, str]:
    return {"date_start": text, "date_end": until or text, "year": text[:4]}


def test_months_have_zeros_where_nothing_happened_and_none_beyond_the_file(tmp_path: Path) -> None:
    rows = [row(1, **day("2021-01-03")), row(2, **day("2021-03-04"), side_b="XXX770", best="0", low="0")]
    months = read_events(table(tmp_path, rows)).months()
    assert sorted(set(months["month"])) == ["2021-01", "2021-02", "2021-03"]
    by_group = months.set_index(["group", "month"])["events"]
    assert by_group["all"].tolist() == [1, 0, 1]
    assert by_group["militant"].tolist() == [1, 0, 1]
    assert by_group["ttp"].tolist() == [1, 0, 0]
    assert by_group["unattributed"].tolist() == [0, 0, 1]
    assert months.set_index(["group", "month"]).at[("all", "2021-02"), "deaths_best"] == 0
    assert set(months["place"]) == {"Pakistan"}


def test_an_event_of_two_organisations_counts_for_both_and_once_in_all(tmp_path: Path) -> None:
    rows = [
        row(1, side_a="TTP", side_b="IS", type_of_violence="2"),
        row(2, side_a="Taleban", side_b="TTP", type_of_violence="1"),
        row(3, side_a="Government of Pakistan", side_b="A tribe's own"),
    ]
    months = read_events(table(tmp_path, rows)).months()
    counts = months.set_index("group")["events"].to_dict()
    # Fights between armed groups are in all events, not in militant violence against a state or civilians.
    assert counts == {"all": 3, "militant": 1, "other": 1}


def test_events_known_to_the_year_only_are_in_no_month(tmp_path: Path) -> None:
    rows = [row(1, **day("2021-01-01", "2021-12-31"), date_prec="5"), row(2, **day("2021-02-01"))]
    months = read_events(table(tmp_path, rows)).months()
    every = months[months["group"] == "all"].set_index("month")["events"].to_dict()
    assert every == {"2021": 1, "2021-02": 1}


def test_a_month_that_the_date_cuts_in_two_is_left_out(tmp_path: Path) -> None:
    path = table(tmp_path, [row(1, **day("2021-01-03")), row(2, **day("2021-02-04"))], published="2021-03-01")
    cut = cut_events(read_events(path), date(2021, 3, 15), tmp_path / "cut.parquet")
    assert sorted(set(cut.months()["month"])) == ["2021-01", "2021-02"]
    path = table(tmp_path, [row(1, **day("2021-01-03")), row(2, **day("2021-02-04"))], published="2021-02-01")
    cut = cut_events(read_events(path), date(2021, 2, 15), tmp_path / "cut.parquet")
    assert sorted(set(cut.months()["month"])) == ["2021-01"]
    assert cut.last == date(2021, 2, 15)


def test_the_cut_takes_what_happened_and_was_public_by_the_date(tmp_path: Path) -> None:
    rows = [row(1, **day("2021-01-03")), row(2, **day("2021-02-01", "2021-02-28")), row(3, **day("2021-04-01"))]
    path = table(tmp_path, rows, published="2021-02-10")
    cut = cut_events(read_events(path), date(2021, 2, 27), tmp_path / "cut.parquet")
    assert (cut.cut.read, cut.cut.kept, cut.cut.later, cut.cut.unpublished) == (3, 1, 2, 0)
    again = read_events(tmp_path / "cut.parquet")
    assert again.cut == cut.cut
    assert again.told == cut.told
    assert again.months().set_index(["group", "month"]).at[("all", "2021-01"), "events"] == 1
    with pytest.raises(InputError, match=r"3 of its 3 events were not public|1 of its 3 events were not public"):
        cut_events(read_events(path), date(2021, 2, 9), tmp_path / "none.parquet")
    with pytest.raises(InputError, match="happened after 2020-12-31"):
        cut_events(
            read_events(table(tmp_path, rows, published="2019-01-01")), date(2020, 12, 31), tmp_path / "x.parquet"
        )


def test_provinces_are_counted_by_year_and_those_not_known_apart(tmp_path: Path) -> None:
    rows = [row(1), row(2, adm_1="Balochistan province"), row(3, adm_1=""), row(4, **day("2020-05-05"))]
    provinces = read_events(table(tmp_path, rows)).provinces()
    every = provinces[provinces["group"] == "all"].set_index(["place", "year"])["events"].to_dict()
    assert every == {("pk-kp", 2020): 1, ("pk-kp", 2021): 1, ("pk-ba", 2021): 1, ("unknown", 2021): 1}


def test_days_are_of_events_known_to_the_day(tmp_path: Path) -> None:
    rows = [row(1), row(2), row(3, date_prec="2", **day("2021-03-01", "2021-03-04"))]
    days = read_events(table(tmp_path, rows)).days()
    own = days[days["group"] == "ttp"]
    assert own[["day", "events", "deaths_best"]].values.tolist() == [[date(2021, 3, 1), 2, 6]]


def test_deaths_that_nobody_knows_are_no_zero(tmp_path: Path) -> None:
    mapping = tmp_path / "map.yaml"
    mapping.write_text(
        "name: own-list\n"
        "columns: {event_id: number, date_start: day, country: land, adm1_given: province, deaths_best: dead}\n"
        "constants: {militant: true}\n"
    )
    path = tmp_path / "own.csv"
    path.write_text(
        "number,day,land,province,dead\n"
        "1,2021-01-05,Pakistan,Balochistan,\n"
        "2,2021-02-05,Pakistan,Balochistan,0\n"
        "3,2021-03-05,Pakistan,Balochistan,2\n"
        "4,2021-03-06,Pakistan,Balochistan,\n"
    )
    imported(path, provider="table", mapping=mapping)
    months = read_events(tmp_path / "out" / "events.parquet").months()
    deaths = months[months["group"] == "all"].set_index("month")["deaths_best"]
    assert pd.isna(deaths["2021-01"])
    assert deaths["2021-02"] == 0
    assert deaths["2021-03"] == 2


@pytest.mark.skipif(not GED.exists(), reason="the real files lie beside the repository only where they were put")
def test_months_of_the_real_files_equal_counts_of_the_raw_ones(tmp_path: Path) -> None:
    imported([GED, CANDIDATE], output=tmp_path / "both.parquet", names=NAMES)
    months = read_events(tmp_path / "both.parquet").months()
    own = months[(months["place"] == "Pakistan") & (months["group"] == "ttp")]
    expected: dict[str, int] = {}
    deaths: dict[str, int] = {}
    for one in raw(GED):
        if one["type_of_violence"] != "2" and "TTP" in (one["side_a"].strip(), one["side_b"].strip()):
            month = one["date_start"][:4] if one["date_prec"] == "5" else one["date_start"][:7]
            expected[month] = expected.get(month, 0) + 1
            deaths[month] = deaths.get(month, 0) + int(one["best"])
    found = own.set_index("month")
    assert found.loc[found["events"] > 0, "events"].to_dict() == expected
    assert {month: found.at[month, "deaths_best"] for month in expected} == deaths
    assert found["events"].sum() == sum(expected.values())


def test_what_enters_is_said_with_the_reason_for_the_rest(tmp_path: Path) -> None:
    rows = [row(1, **day("2021-01-03")), row(2, **day("2021-04-01")), row(3, **day("2020-01-01"))]
    events = read_events(table(tmp_path, rows, published="2021-02-10"))
    assert cut_at(events, date(2021, 3, 1)).what_enters == (
        "events.parquet: 2 of 3 events enter as of 2021-03-01; 1 happened later"
    )
    acled_like = read_events(table(tmp_path, rows, published="2021-06-01"))
    with pytest.raises(InputError, match=r"3 of its 3|2 of its 3"):
        cut_at(acled_like, date(2021, 3, 1))
