from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pandas as pd

from afpak.analysis import published
from afpak.tables import Inputs

DATA = Path(__file__).resolve().parents[2] / "data"
SORTS = {"incidents": "incident_metric", "deaths": "deaths_metric"}
DEFINITIONS = pd.DataFrame(
    {"series": ["A", "B"], "incident_metric": ["attacks", None], "deaths_metric": ["killed"] * 2}
)


def figure(
    series: str, metric: str, period: str, version: str, value: float, when: str, **other: str
) -> dict[str, object]:
    row = {"series": series, "metric": metric, "place": "Pakistan", "group": "all", "period": period}
    told = {"version": version, "value": value, "published": when, "bound": "exact", "source": "S", "url": "U"}
    return {**row, **told, **other}


ROWS = pd.DataFrame(
    [
        figure("A", "attacks", "2001", "first", 10, "2002"),
        figure("A", "attacks", "2001", "second", 12, "2003-05", bound="at-least"),
        figure("A", "attacks", "2002", "first", 7, "2003"),
        figure("A", "attacks", "2002", "again", 7, "2004"),
        figure("A", "attacks", "2005", "first", 3, "2006"),
        figure("A", "attacks", "2005", "of a group", 1, "2007", group="ttp"),
        figure("A", "attacks", "2005", "elsewhere", 99, "2007", place="Sindh"),
        figure("B", "killed", "2003", "first", 5, "2004"),
    ]
)


def made() -> pd.DataFrame:
    return published.figures_by_sort(ROWS, DEFINITIONS, SORTS, {"incidents": ["A"], "deaths": ["B"]})


def test_every_value_has_a_row_and_the_one_published_last_stands_for_the_year() -> None:
    table = made()
    told = table[["series", "sort", "year", "value", "version", "bound", "chosen"]].to_records(index=False).tolist()
    assert told == [
        ("A", "incidents", 2001, 10.0, "first", "exact", False),
        ("A", "incidents", 2001, 12.0, "second", "at-least", True),
        # Two versions that agree are one value, told as the later has it.
        ("A", "incidents", 2002, 7.0, "again", "exact", True),
        ("A", "incidents", 2005, 3.0, "first", "exact", True),
        ("B", "deaths", 2003, 5.0, "first", "exact", True),
    ]


def test_years_without_a_figure_part_the_runs() -> None:
    runs = made().query("series == 'A'").groupby("year")["run"].first()
    assert runs[2001] == runs[2002]
    assert runs[2002] != runs[2005]


def test_without_series_there_are_no_rows() -> None:
    empty = published.figures_by_sort(ROWS, DEFINITIONS, SORTS, {"incidents": [], "deaths": []})
    assert list(empty.columns) == list(published.COLUMNS)
    assert empty.empty


def test_on_the_tables_it_holds_every_value_of_the_file(latest: Inputs) -> None:
    table = published.figures_by_sort(
        latest["annual"], latest["series"], SORTS, {"incidents": ["NACTA/MoI"], "deaths": []}
    )
    with (DATA / "series" / "annual.csv").open(encoding="utf-8", newline="") as file:
        values = defaultdict(set)
        for row in csv.DictReader(file):
            if (row["series"], row["metric"], row["place"], row["group"]) == (
                "NACTA/MoI", "terrorist_incidents", "Pakistan", "all",
            ):  # fmt: skip
                values[int(row["period"])].add(float(row["value"]))
    assert {year: set(own["value"]) for year, own in table.groupby("year")} == values
    assert table[table["chosen"]]["year"].is_unique
