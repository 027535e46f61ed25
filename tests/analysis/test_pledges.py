"""Moves to the Islamic State and founding dates, worked out by hand or read from the raw tables."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afpak import audit
from afpak.analysis import pledges
from afpak.audit.statements import ABOUT_DAYS, recorded, stated
from afpak.tables.dates import Bounds, bounds

DATA = Path(__file__).resolve().parents[2] / "data"
FLAGS = ["islamic-state", "is-k"]


def raw(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def events(*rows: tuple[str, str, str, str, str, str | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["event", "date", "kind", "subject", "object", "paper_sections"])
    return frame.assign(
        date_alternatives=None, person=None, summary="what happened", note=None, source="a", url="https://example.org/a"
    )


ORGANISATIONS = pd.DataFrame(
    [
        ("islamic-state", "IS", None), ("is-k", "IS-K", "islamic-state"), ("tiger", "Tigers", "ttp"),
        ("lion", "Lions", None), ("ttp", "TTP", None),
    ],
    columns=["organisation", "short", "parent"],
)  # fmt: skip
EVENTS = events(
    ("fe3", "2015-02", "joined", "lion", "is-k", None),
    ("fe1", "2014-07", "pledged", "tiger", "islamic-state", "1.3"),
    ("fe2", "2015-01-26", "formed", "is-k", "islamic-state", "1.3"),
    ("fe4", "2016-01-03", "split", "lion", "is-k", None),
    ("fe5", "2016", "merged", "lion", "ttp", None),
    ("fe6", "2016", "pledged", "is-k", "islamic-state", None),
    ("fe7", "2016-05", "talks", "lion", "is-k", None),
)


def test_moves_by_hand() -> None:
    moved = pledges.moves(EVENTS, ORGANISATIONS, FLAGS)
    assert list(moved["event"]) == ["fe1", "fe3", "fe4"]
    assert list(moved["direction"]) == [pledges.TOWARDS, pledges.TOWARDS, pledges.AWAY]
    assert list(moved["short"]) == ["Tigers", "Lions", "Lions"]
    assert moved["origin"].to_list()[0] == "ttp" and pd.isna(moved["origin"].to_list()[1])
    assert list(moved["in_paper"]) == [True, False, False]
    first = moved.iloc[0]
    assert (first["earliest"], first["latest"], first["middle"]) == (
        date(2014, 7, 1),
        date(2014, 7, 31),
        date(2014, 7, 16),
    )
    assert list(pledges.left_out(moved)["event"]) == ["fe3", "fe4"]


def test_no_move_is_an_empty_frame() -> None:
    moved = pledges.moves(EVENTS, ORGANISATIONS, ["ttp-that-nobody-joins"])
    assert moved.empty and "direction" in moved.columns
    assert pledges.left_out(moved).empty


def test_moves_of_the_tables_are_those_of_the_raw_file(latest) -> None:
    moved = pledges.moves(latest["faction-events"], latest["organisations"], FLAGS)
    expected = {
        row["event"]
        for row in raw("record/faction_events.csv")
        if row["object"] in FLAGS
        and row["subject"] not in FLAGS
        and row["kind"] in ("pledged", "joined", "merged", "split", "expelled")
    }
    assert set(moved["event"]) == expected
    assert {"tehreek-e-khilafat-pakistan", "jundullah-pakistan", "imu"} <= set(moved["group"])


def test_what_the_paper_names_beside_the_moves_by_hand() -> None:
    moved = pledges.moves(EVENTS, ORGANISATIONS, FLAGS)
    claims = pd.DataFrame(
        [
            ("1-01", "Tigers pledged.", "tiger | islamic-state", None, "fn01"),
            ("1-02", "Men of the TTP joined.", "ttp | is-k", None, None),
            ("1-03", "Bears joined.", "is-k", None, None),
        ],
        columns=["claim", "text", "actors", "also_in", "footnotes"],
    )
    said = pd.DataFrame(
        [
            ("1-01", "pledged", "2014-07-11", "before", "fn01"),
            ("1-01", "strength", "20", "exact", ""),
            ("1-02", "joined", "2014", "exact", ""),
        ],
        columns=["claim", "attribute", "value", "bound", "said_by"],
    )
    verdicts = dict.fromkeys(["1-01", "1-02", "1-03"], "supported")
    told = pledges.named(claims, ["1-03", "1-01", "1-02"], said, moved, FLAGS, verdicts).set_index("claim")
    assert list(told.index) == ["1-03", "1-01", "1-02"]
    assert told.loc["1-01", "groups"] == ("tiger",)
    assert told.loc["1-01", "own"] == ("fe1",) and told.loc["1-01", "through"] == ()
    assert (
        told.loc["1-01", "note_dates"] == (("2014-07-11", "before", "fn01"),) and told.loc["1-01", "text_dates"] == ()
    )
    # The Tigers came out of the TTP: their move is no move of the TTP itself.
    assert told.loc["1-02", "own"] == () and told.loc["1-02", "through"] == ("fe1",)
    assert told.loc["1-02", "text_dates"] == (("2014", "exact", ""),)
    assert told.loc["1-03", "groups"] == ()
    assert list(pledges.without_move(told.reset_index())["claim"]) == ["1-03"]


def test_everybody_with_a_move_is_possible_too() -> None:
    assert pledges.without_move(pd.DataFrame({"claim": [], "own": [], "through": []})).empty


def test_chechens_and_uighurs_have_no_dated_move(paper) -> None:
    moved = pledges.moves(paper["faction-events"], paper["organisations"], FLAGS)
    said = {row["text"]: row["claim"] for row in raw("paper/claims.csv") if row["section"] == "1.3"}
    telling = [said["Chechen Islamists joined IS-K."], said["Uighur Islamists joined IS-K."]]
    verdicts = {one.claim: one.verdict for one in audit.findings(paper, telling)}
    told = pledges.named(paper["claims"], telling, pd.DataFrame(stated(paper)), moved, FLAGS, verdicts)
    assert list(pledges.without_move(told)["claim"]) == telling


def statement(subject, attribute, value, bound="exact", said_by="", source="", alternative=False, claim="") -> dict:
    return {
        "subject": subject, "attribute": attribute, "value": value, "bound": bound, "said_by": said_by,
        "source": source, "alternative": alternative, "claim": claim,
    }  # fmt: skip


SAID = pd.DataFrame(
    [
        statement("is-k", "formed", "2014-07", claim="1-01"),
        statement("is-k", "formed", "2014-09", claim="2-01"),
        statement("is-k", "formed", "2007", "about", claim="3-01"),
        statement("is-k", "formed", "2014-09", said_by="fn09", claim="2-01"),
        statement("is-k", "split", "2016", claim="4-01"),
    ]
)
TOLD = pd.DataFrame(
    [
        statement("announced", "date", "2015-01-26", source="Journal"),
        statement("announced", "date", "2015-01-10", source="Journal", alternative=True),
        statement("announced", "date", "2015-01-11", source="Journal", alternative=True),
        statement("is-k", "formed", "2015-01-26", source="Review"),
        statement("is-k", "formed", "2015-01-10", source="Gazette"),
        statement("tiger", "formed", "2010", source="Gazette"),
    ]
)


def founding() -> pd.DataFrame:
    moved = pledges.moves(EVENTS, ORGANISATIONS, FLAGS)
    return pledges.foundings(SAID, TOLD, moved, "is-k", "announced", 31)


def test_founding_dates_by_hand() -> None:
    rows = founding()
    assert list(zip(rows["date"], rows["sayer"], rows["who"], strict=True)) == [
        ("2007", pledges.TEXT, "3-01"),
        ("2014-07", pledges.TEXT, "1-01"),
        ("2014-07", pledges.PLEDGE, "Tigers"),  # the Lions joined in February 2015, after the last date
        ("2014-09", pledges.TEXT, "2-01"),
        ("2014-09", pledges.NOTE, "fn09"),
        ("2015-01-10", pledges.RECORD, "Gazette"),  # the differing report of the same day is left out
        ("2015-01-11", pledges.REPORT, "Journal"),
        ("2015-01-26", pledges.RECORD, "Journal; Review"),
    ]
    assert rows.iloc[0]["latest"] == date(2008, 1, 31)


def test_precise_dates_leave_out_pledges_years_and_what_is_about_something() -> None:
    fixed = pledges.precise(founding())
    assert list(fixed["date"]) == ["2014-07", "2014-09", "2014-09", "2015-01-10", "2015-01-11", "2015-01-26"]
    # From 31 July to 26 January, and from 1 July.
    assert pledges.spread(fixed) == (179, 209)


def test_the_spread_of_one_date_is_what_it_may_mean() -> None:
    assert pledges.spread(founding().iloc[[1]]) == (0, 30)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("2014-09-03", "2015-01-26", pledges.BEFORE),
        ("2014-09-03", "2014-07", pledges.AFTER),
        ("2014-09-03", "2014-09", pledges.OPEN),
        ("2014-09-03", "2014", pledges.OPEN),
        ("2014-09-03", "2014-09-03", pledges.SAME),
        ("2014-09", "2014-09", pledges.OPEN),
        ("2014-09", "2014-10", pledges.BEFORE),
    ],
)
def test_orders_by_hand(first, second, expected) -> None:
    assert pledges.order(bounds(first), bounds(second)) == expected


@given(st.tuples(*[st.dates(date(2014, 1, 1), date(2014, 3, 1))] * 4))
def test_an_order_is_told_only_if_it_holds_for_all_days_that_the_dates_may_mean(days) -> None:
    (a, b), (c, d) = sorted(days[:2]), sorted(days[2:])
    found = pledges.order(Bounds(a, b), Bounds(c, d))
    pairs = [(x, y) for x in (a, b) for y in (c, d)]
    assert (found == pledges.BEFORE) == all(x < y for x, y in pairs)
    assert (found == pledges.AFTER) == all(x > y for x, y in pairs)
    assert (found == pledges.SAME) == all(x == y for x, y in pairs)


def test_the_founding_date_decides_the_order() -> None:
    table = pledges.orders(founding(), ["2014-09-03"])
    assert list(table["2014-09-03"]) == [
        pledges.AFTER, pledges.AFTER, pledges.AFTER, pledges.OPEN, pledges.OPEN, pledges.BEFORE, pledges.BEFORE,
        pledges.BEFORE,
    ]  # fmt: skip


def test_dates_of_a_fact_leave_out_reports_notes_and_what_is_not_exact() -> None:
    assert pledges.dates_of(SAID, "is-k", "formed") == ["2014-07", "2014-09"]
    assert pledges.dates_of(TOLD, "announced", "date") == ["2015-01-26"]


def test_the_papers_dates_of_the_tables_are_among_the_founding_dates(paper) -> None:
    moved = pledges.moves(paper["faction-events"], paper["organisations"], FLAGS)
    found = pledges.foundings(
        pd.DataFrame(stated(paper)), pd.DataFrame(recorded(paper)), moved, "is-k", "isk-announced", ABOUT_DAYS
    )
    expected = {
        row["value"]
        for row in raw("paper/statements.csv")
        if (row["subject"], row["attribute"], row["said_by"]) == ("is-k", "formed", "")
    }
    assert set(found.loc[found["sayer"] == pledges.TEXT, "date"]) == expected
    assert {"2014-07", "2014-09"} <= expected
    announced = next(row["date"] for row in raw("record/dates.csv") if row["date_id"] == "isk-announced")
    assert announced in set(found.loc[found["sayer"] == pledges.RECORD, "date"])
