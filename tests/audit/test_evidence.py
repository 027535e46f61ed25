"""Rows that findings name, what they cite and when they became known; on tables of a few rows."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from afpak.audit.evidence import knowable, row_of, sources_of
from afpak.tables import Inputs

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture
def made() -> Inputs:
    leaders = pd.DataFrame(
        [
            ("t1", "2013-11-07", "2018-06-13", "2013-11-08", "2018-06-15", "One | Two", "https://1.org | https://2.org"),
            ("t2", "2018-06-23", None, "2018-06-24", None, "Two", "https://2.org"),
        ],
        columns=["tenure", "tenure_start", "tenure_end", "known_since", "end_known_since", "source", "url"],
    )  # fmt: skip
    dates = pd.DataFrame(
        [("doha", "2020-02-29", "2020-03", "Two", "https://2.org"), ("old", "1973", None, "Three", "https://3.org")],
        columns=["date_id", "date", "known_since", "source", "url"],
    )
    references = pd.DataFrame(
        [
            ("fn01", "News of the day", "https://n.org", "2021-08"),
            ("fn02", "A talk", None, None),
            ("fn03", None, None, "2020"),
        ],
        columns=["reference", "title", "url", "date"],
    )
    statements = pd.DataFrame([("1.1-01a", "2016")], columns=["statement", "value"])
    row = {"published": "2022-01-05", "source": "Four", "url": "https://4.org"}
    annual = pd.DataFrame([{"series": "PIPS", "period": "2021"} | row])
    spans = pd.DataFrame([{"span": "s1"} | row])
    tables = {"leaders": leaders, "dates": dates, "references": references, "statements": statements}
    keys = {
        "leaders": "tenure",
        "dates": "date_id",
        "references": "reference",
        "statements": "statement",
        "spans": "span",
    }
    return Inputs(date(2022, 1, 31), {**tables, "annual": annual, "spans": spans}, {}, keys)


def test_the_row_that_is_named_is_found(made) -> None:
    row = row_of(made, "leaders: t2")
    assert row is not None and row["tenure_start"] == "2018-06-23"
    row = row_of(made, "statements: 1.1-01a")
    assert row is not None and row["value"] == "2016"


@pytest.mark.parametrize(
    "evidence",
    [
        "leaders: nobody",
        "leaders: t",  # not a part of a key
        "leaders: all with organisation ttp",
        "leaders",
        "leaders:t1",
        "annual: PIPS, 2021",  # no single column names a row
        "a computation",
        "",
    ],
)
def test_what_names_no_single_row_has_none(evidence, made) -> None:
    assert row_of(made, evidence) is None


def test_every_publication_is_cited_once_in_the_order_of_the_evidence(made) -> None:
    assert sources_of(made, ["dates: doha", "leaders: t1", "leaders: t2"]) == [
        ("Two", "https://2.org"),
        ("One", "https://1.org"),
    ]
    assert sources_of(made, ["leaders: t1", "dates: doha", "dates: old"]) == [
        ("One", "https://1.org"),
        ("Two", "https://2.org"),
        ("Three", "https://3.org"),
    ]


def test_a_footnote_is_cited_by_its_title_and_address(made) -> None:
    assert sources_of(made, ["references: fn01"]) == [("News of the day", "https://n.org")]


def test_rows_without_an_address_and_what_is_no_row_cite_nothing(made) -> None:
    nothing = ["references: fn02", "references: fn03", "statements: 1.1-01a", "annual: PIPS, 2021", "leaders: nobody"]
    assert sources_of(made, nothing) == []
    assert sources_of(made, []) == []


def test_the_same_title_at_two_addresses_is_two_publications(made) -> None:
    made["dates"].loc[0, "url"] = "https://other.org"
    assert sources_of(made, ["leaders: t2", "dates: doha"]) == [("Two", "https://2.org"), ("Two", "https://other.org")]


def test_the_days_on_which_rows_became_known_are_listed_once_in_order(made) -> None:
    # Of the first tenure: begin and end became known on different days, and the end itself has one.
    assert knowable(made, ["leaders: t1"]) == ["2013-11-08", "2018-06-13", "2018-06-15"]
    assert knowable(made, ["leaders: t2"]) == ["2018-06-24"]
    assert knowable(made, ["dates: doha", "leaders: t2", "dates: doha"]) == ["2018-06-24", "2020-02-29", "2020-03"]
    assert knowable(made, ["spans: s1"]) == ["2022-01-05"]


def test_what_is_undated_or_names_no_row_tells_no_day(made) -> None:
    assert knowable(made, ["dates: old"]) == ["1973"]  # its own date, but not when it became known
    assert knowable(made, ["references: fn02", "statements: 1.1-01a", "annual: PIPS, 2021", "leaders: nobody"]) == []


def test_the_rows_of_the_real_tables_are_found_by_the_key_that_is_declared(latest) -> None:
    with (DATA / "record/leaders.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["tenure"]: row for row in csv.DictReader(file)}
    for tenure, row in rows.items():
        there = row_of(latest, f"leaders: {tenure}")
        assert there is not None and there["person"] == row["person"]
        pairs = list(zip(row["source"].split(" | "), row["url"].split(" | "), strict=True))
        assert sources_of(latest, [f"leaders: {tenure}"]) == list(dict.fromkeys(pairs))
