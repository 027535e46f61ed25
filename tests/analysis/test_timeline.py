"""The paper's dates beside the recorded ones, worked out by hand or by the audit's own comparison."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afpak import audit
from afpak.analysis import timeline
from afpak.audit import join
from afpak.audit.statements import ABOUT_DAYS, agree, names_of, recorded, stated, vocabulary
from afpak.tables.dates import Bounds, bounds

DATA = Path(__file__).resolve().parents[2] / "data"


def raw(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def of_edition(inputs) -> pd.DataFrame:
    verdicts = {one.claim: one.verdict for one in audit.findings(inputs)}
    return timeline.beside(
        pd.DataFrame(stated(inputs)),
        pd.DataFrame(recorded(inputs)),
        inputs["attributes"],
        inputs["claims"],
        verdicts,
        names_of(inputs),
        ABOUT_DAYS,
    )


@pytest.fixture(scope="module")
def of_paper(paper) -> pd.DataFrame:
    return of_edition(paper)


@pytest.fixture(scope="module")
def of_latest(latest) -> pd.DataFrame:
    return of_edition(latest)


ATTRIBUTES = pd.DataFrame(
    [("date", "date", "date"), ("died", "date", "date of death"), ("killed", "number", "number of dead")],
    columns=["attribute", "type", "meaning"],
)


def statement(row, subject, attribute, value, bound="exact", said_by="", alternative=False, claim="") -> dict:
    return {
        "row": row, "subject": subject, "attribute": attribute, "value": value, "bound": bound, "at": "",
        "said_by": said_by, "source": "", "alternative": alternative, "claim": claim,
    }  # fmt: skip


def small() -> pd.DataFrame:
    """Six dates of a made-up paper: early, late, agreeing, open, without record, and a second one of a fact."""
    said = [
        statement("statements: 1-01a", "war", "date", "2010", claim="1-01"),
        statement("statements: 1-02a", "peace", "date", "2012-05", claim="1-02"),
        statement("statements: 1-02b", "peace", "date", "2012-05-09", said_by="fn01", claim="1-02"),
        statement("statements: 1-03a", "king", "died", "2011", "before", claim="1-03"),
        statement("statements: 1-04a", "queen", "died", "2011", claim="1-04"),
        statement("statements: 1-05a", "war", "date", "2011-03-02", claim="1-05"),
        statement("statements: 1-06a", "rising", "date", "2009", claim="1-06"),
        statement("statements: 1-06b", "rising", "killed", "12", claim="1-06"),
    ]
    told = [
        statement("dates: war", "war", "date", "2011-03-01"),
        statement("dates: war", "war", "date", "2011-03-02", alternative=True),
        statement("dates: peace", "peace", "date", "2012-04-20"),
        statement("record-statements: A1", "king", "died", "2008-06-05"),
        statement("record-statements: A2", "rising", "date", "2009-07-01"),
        statement("record-statements: A3", "rising", "date", "2015", "after"),
    ]
    claims = pd.DataFrame(
        [
            ("1-01", "1", "fn01"), ("1-02", "1", None), ("1-03", "1", None), ("1-04", "2", "fn02"), ("1-05", "2", None),
            ("1-06", "2", "fn03"),
        ],
        columns=["claim", "section", "footnotes"],
    )  # fmt: skip
    verdicts = {
        "1-01": "contradicted", "1-02": "contradicted", "1-03": "supported", "1-04": "unverifiable",
        "1-05": "contested", "1-06": "supported",
    }  # fmt: skip
    names = {"war": "The war", "peace": "The peace", "king": "The king", "rising": "The rising"}
    return timeline.beside(pd.DataFrame(said), pd.DataFrame(told), ATTRIBUTES, claims, verdicts, names, 31)


@pytest.mark.parametrize(
    ("first", "second", "days"),
    [
        ("2021-07", "2021-08-30", -30),  # 31 July to 30 August
        ("2014-07", "2014-06-10", 21),  # 10 June to 1 July
        ("2018", "2018-06-13", 0),
        ("2014-02", "2014-02-28", 0),
        ("2014-12-31", "2015", -1),
        ("2015", "2014-12-31", 1),
        ("1990/1999", "2001", -367),  # 31 December 1999 to 1 January 2001: a leap year and a day
        ("2020-02-28", "2020-02-29", -1),
    ],
)
def test_days_apart_by_hand(first, second, days) -> None:
    assert timeline.apart(bounds(first), bounds(second)) == days


@given(st.tuples(*[st.dates(date(1900, 1, 1), date(2100, 1, 1))] * 4))
def test_days_apart_are_those_of_the_nearest_pair_and_turn_with_the_order(days) -> None:
    (a, b), (c, d) = sorted(days[:2]), sorted(days[2:])
    first, second = Bounds(a, b), Bounds(c, d)
    found = timeline.apart(first, second)
    assert found == -timeline.apart(second, first)
    # Two spans share a day if one of them begins inside the other.
    assert (found == 0) == (c <= a <= d or a <= c <= b)
    if found:
        assert abs(found) == min(abs((x - y).days) for x in (a, b) for y in (c, d))


@pytest.mark.parametrize(
    ("value", "bound", "earliest", "latest"),
    [
        ("2014-07", "exact", date(2014, 7, 1), date(2014, 7, 31)),
        ("2014-07", "before", date.min, date(2014, 7, 31)),
        ("2014-07", "at-most", date.min, date(2014, 7, 31)),
        ("2013-11", "after", date(2013, 11, 1), date.max),
        ("2013-11", "at-least", date(2013, 11, 1), date.max),
        ("2007", "about", date(2006, 12, 1), date(2008, 1, 31)),
    ],
)
def test_what_a_date_may_mean_as_it_is_put(value, bound, earliest, latest) -> None:
    assert timeline.extent(value, bound, 31) == Bounds(earliest, latest)


def test_dates_of_the_text_stand_beside_those_of_the_record() -> None:
    rows = small().set_index("statement")
    # A note's date and a number are no dates of the text.
    assert set(rows.index) == {"1-01a", "1-02a", "1-03a", "1-04a", "1-05a", "1-06a"}
    war = rows.loc["1-01a"]
    assert (war["name"], war["days"], war["recorded"], war["others"]) == ("The war", -60, "2011-03-01", "2011-03-02")
    assert (war["at"], war["recorded_at"]) == (date(2010, 12, 31), date(2011, 3, 1))
    assert not war["others_agree"]
    assert rows.loc["1-02a", "days"] == 11
    assert (rows.loc["1-02a", "at"], rows.loc["1-02a", "recorded_at"]) == (date(2012, 5, 1), date(2012, 4, 20))
    king = rows.loc["1-03a"]
    assert (king["name"], king["days"], king["precision"]) == ("The king: death", 0, "open on one side")
    assert king["at"] == king["recorded_at"] == date(2008, 6, 5)
    assert pd.isna(rows.loc["1-04a", "days"]) and pd.isna(rows.loc["1-04a", "recorded"])
    assert rows.loc["1-04a", "name"] == "Queen: death"
    assert rows.loc["1-05a", "days"] == 1 and rows.loc["1-05a", "others_agree"]
    # Of two recorded dates the nearer one counts.
    assert rows.loc["1-06a", "days"] == 0
    assert rows.loc["1-06a", "recorded"] == "2009-07-01 | after 2015"
    assert rows.loc["1-06a", "rows"] == ("record-statements: A2", "record-statements: A3")


def test_rows_are_in_order_of_the_recorded_day() -> None:
    assert list(small()["statement"]) == ["1-03a", "1-06a", "1-01a", "1-05a", "1-04a", "1-02a"]


def test_counts_by_precision_by_hand() -> None:
    counts = timeline.by_precision(small()).set_index("precision")
    assert list(counts.index) == ["day", "month", "year", "open on one side", "all"]
    assert counts.loc["year"].to_list() == [3, 1, 1, 0, 1, 0.5]
    assert counts.loc["all"].to_list() == [6, 2, 1, 2, 1, 0.6]


def test_counts_by_footnote_by_hand() -> None:
    counts = timeline.by_footnote(small(), ["supported", "contested", "contradicted", "pending", "unverifiable"])
    assert list(counts.columns) == [
        "footnote", "claims", "supported", "contested", "contradicted", "unverifiable", "agree", "compared",
    ]  # fmt: skip
    # With: 1-01, 1-04, 1-06; of these 1-01 and 1-06 are compared and 1-06 agrees. Without: 1-02, 1-03, 1-05.
    assert counts.iloc[0].to_list() == [True, 3, 1, 0, 1, 1, 1, 2]
    assert counts.iloc[1].to_list() == [False, 3, 1, 1, 1, 0, 1, 3]


def test_a_claim_agrees_only_if_all_its_dates_do() -> None:
    rows = small()
    rows["claim"] = rows["claim"].replace("1-05", "1-06")  # one date that differs, one that agrees
    counts = timeline.by_footnote(rows, ["supported"])
    assert counts["agree"].sum() == 1
    assert counts["compared"].sum() == 4


def test_a_fact_has_one_direction_that_of_its_farthest_date() -> None:
    off = timeline.directions(small())
    assert list(off["statement"]) == ["1-01a", "1-02a"]
    assert list(off["direction"]) == [timeline.EARLIER, timeline.LATER]


def test_entries_without_a_record_are_those_with_none() -> None:
    assert list(timeline.without_record(small())["statement"]) == ["1-04a"]


def test_every_date_of_the_text_is_there_and_no_other(of_paper) -> None:
    types = {row["attribute"]: row["type"] for row in raw("record/attributes.csv")}
    expected = {
        row["statement"]
        for row in raw("paper/statements.csv")
        if types[row["attribute"]] == "date" and not row["said_by"]
    }
    assert set(of_paper["statement"]) == expected
    assert len(of_paper) == len(expected)


@pytest.mark.parametrize("edition", ["of_paper", "of_latest"])
def test_dates_agree_where_the_audit_says_that_values_agree(edition, paper, latest, request) -> None:
    dates = request.getfixturevalue(edition).set_index("statement")
    inputs = {"of_paper": paper, "of_latest": latest}[edition]
    book, words = join.prepare(inputs), vocabulary(inputs)
    checked = 0
    for one in stated(inputs):
        identifier = one.row.removeprefix("statements: ")
        if identifier not in dates.index:
            continue
        main = [other for other in join.evidence_of(one, book) if not other.alternative]
        days = dates.loc[identifier, "days"]
        assert pd.isna(days) == (not main)
        if main:
            checked += 1
            assert (days == 0) == any(agree(one, other, words[one.attribute]) for other in main), identifier
    assert checked > 50


def test_known_slips_lie_as_many_days_off_as_the_tables_make_it(of_paper) -> None:
    rows = of_paper.set_index(["fact", "value"]).sort_index()
    dates = {row["date_id"]: row["date"] for row in raw("record/dates.csv")}
    mosul = date.fromisoformat(dates["fall-of-mosul"])
    assert rows.loc[("fall-of-mosul date", "2014-07"), "days"].max() == (date(2014, 7, 1) - mosul).days == 21
    moab = date.fromisoformat(dates["moab-strike"])
    assert rows.loc[("moab-strike date", "2018"), "days"].item() == (date(2018, 1, 1) - moab).days == 263
    doha = date.fromisoformat(dates["doha-agreement"])
    assert rows.loc[("doha-agreement date", "2020-02-28"), "days"].item() == (date(2020, 2, 28) - doha).days == -1


def test_events_that_a_section_tells_without_a_date(paper) -> None:
    found = timeline.undated(paper["dates"], pd.DataFrame(stated(paper)), ["1.1"])
    said = {row["subject"] for row in raw("paper/statements.csv") if not row["said_by"]}
    expected = {
        row["date_id"]
        for row in raw("record/dates.csv")
        if "1.1" in row["paper_sections"].split(" | ") and row["date_id"] not in said
    }
    assert set(found["date_id"]) == expected
    assert "saur-coup" in expected
    assert list(found["recorded_at"]) == sorted(found["recorded_at"])


def test_what_was_not_known_yet_has_no_record(checkout) -> None:
    from afpak.tables import load_inputs

    missing = timeline.without_record(of_edition(load_inputs("2020-12-31", checkout.data)))
    assert "fall-of-kabul date" in set(missing["fact"])
    assert "Fall of kabul" in set(missing["name"])
