from __future__ import annotations

import math
from datetime import date

import pandas as pd
import pytest

from afpak.analysis import levels

ABOUT = 0.10


def statements(*rows: dict[str, object]) -> pd.DataFrame:
    blank = {
        "claim": "2.1-01", "said_by": None, "subject": "troops", "attribute": "troop-level", "bound": "exact",
        "at": None, "note": None, "source": "A Paper: title (2020)", "url": "https://example.org/a",
        "known_since": "2020",
    }  # fmt: skip
    return pd.DataFrame([{"statement": f"X{i:03d}"} | blank | row for i, row in enumerate(rows, start=1)])


CLAIMS = pd.DataFrame({"claim": ["2.1-01", "2.1-14"], "stated": ["8,000 in 2021-02", "14,000"]})


def test_stated_levels_come_with_those_that_have_no_date() -> None:
    paper = statements(
        {"value": "8000", "at": "2021-02", "bound": "about"}, {"value": "9000", "at": "2021-02", "said_by": "fn57"},
        {"value": "7", "at": "2021-02", "attribute": "corps"},
    )  # fmt: skip
    table = levels.stated(paper, "troops", "troop-level", CLAIMS, {"2.1-14": "2017-01-20/2021-01-20"})
    assert table["claim"].tolist() == ["2.1-14", "2.1-01"]
    assert table["low"].tolist() == [14000, 8000]
    assert table["dated"].tolist() == [False, True]
    assert table.at[0, "first"] == date(2017, 1, 20)
    assert table.at[1, "last"] == date(2021, 2, 28)
    # A statement without a date is read with the span that is given for it.
    paper = pd.concat([paper, statements({"claim": "2.1-14", "value": "14000"})])
    assert levels.stated(paper, "troops", "troop-level", CLAIMS, {"2.1-14": "2017/2021"})["dated"].tolist() == [
        False,
        True,
    ]
    # Once it has a statement of its own, the claim is not read a second time.
    again = levels.stated(paper, "troops", "troop-level", CLAIMS, {"2.1-01": "2017/2021"})
    assert again["claim"].tolist() == ["2.1-01"]


RECORD = statements(
    {"value": "2500", "at": "2021-01-15"},
    {"value": "3500", "at": "2021-03", "bound": "about"},
    {"value": "2500", "at": "2021-03", "bound": "about"},
    {"value": "8000", "at": "2020-09", "bound": "about"},
    {"value": "5000", "at": "2021-02-10", "bound": "at-most"},
    {"value": "100000/101000", "at": "2010", "bound": "exact"},
    {"value": "0", "at": "2021-08-30"},
    {"value": "1", "at": None},
)


def recorded() -> pd.DataFrame:
    return levels.recorded(RECORD, "troops", "troop-level")


def test_recorded_levels_come_in_the_order_of_their_time_without_the_undated() -> None:
    table = recorded()
    assert table["statement"].tolist() == ["X006", "X004", "X001", "X005", "X002", "X003", "X007"]
    assert table.at[0, "middle"] == date(2010, 7, 2)
    assert (table.at[0, "low"], table.at[0, "high"]) == (100000, 101000)


def paper_level(value: str, at: str) -> pd.DataFrame:
    return levels.stated(statements({"value": value, "at": at}), "troops", "troop-level", CLAIMS, {})


def test_a_level_of_a_month_without_a_record_is_held_against_its_neighbours() -> None:
    row = levels.factors(paper_level("8000", "2021-02"), recorded(), ABOUT).iloc[0]
    assert row["compared"] == levels.AROUND
    # 8,000 / 3,500 and 8,000 / 2,500; the limit of 10 February is no number to divide by.
    assert row["factor_low"] == pytest.approx(2.285714, abs=1e-6)
    assert row["factor_high"] == pytest.approx(3.2)
    assert set(row["rows"].split(" | ")) == {"X001", "X002", "X003"}
    assert row["last_match"] == "2020-09"


def test_a_level_of_the_same_time_is_held_against_that_only() -> None:
    row = levels.factors(paper_level("100000", "2010/2011"), recorded(), ABOUT).iloc[0]
    assert row["compared"] == levels.SAME_TIME
    assert (row["recorded_low"], row["recorded_high"]) == (100000, 101000)
    assert row["factor_low"] == pytest.approx(100 / 101)
    assert row["factor_high"] == 1


def test_nothing_recorded_and_nought_recorded_have_no_factor() -> None:
    nothing = levels.factors(paper_level("8000", "2021-02"), recorded().iloc[:0], ABOUT).iloc[0]
    assert nothing["compared"] == levels.NONE
    assert math.isnan(nothing["factor_low"]) and pd.isna(nothing["last_match"])
    nought = levels.factors(paper_level("8000", "2021-08-30"), recorded(), ABOUT).iloc[0]
    assert nought["compared"] == levels.SAME_TIME
    assert math.isnan(nought["factor_low"]) and math.isnan(nought["factor_high"])


def test_the_number_of_february_2021_on_the_real_tables(paper) -> None:
    record = levels.recorded(paper["record-statements"], "us-forces-afghanistan", "troop-level")
    own = levels.stated(paper["statements"], "us-forces-afghanistan", "troop-level", paper["claims"], {})
    row = levels.factors(own, record, ABOUT).set_index("claim").loc["2.1-16"]
    # The raw rows: 2,500 from 28 January to 3 February 2021, which is in the month stated; 8,000 in September 2020.
    assert (row["recorded_low"], row["recorded_high"], row["last_match"]) == (2500, 2500, "2020-09")


TARGETS = statements(
    {"subject": "target", "attribute": "date", "value": "2021-09-11", "at": "2021-04-14/2021-07-08"},
    {"subject": "target", "attribute": "date", "value": "2021-05-01", "at": "2020-02-29/2021-04-14"},
    {"subject": "target", "attribute": "date", "value": "2021-07-04", "at": "2021-06-24", "bound": "about"},
    {"subject": "target", "attribute": "date", "value": "2021-08-31"},
)
DATES = pd.DataFrame(
    {
        "date_id": ["accord", "kabul", "left", "other"],
        "date": ["2020-02-29", "2021-08-15", "2021-08-30", "2014"],
        "date_alternatives": [None, None, "2021-08-31", None],
        "name": ["Accord signed", "Kabul falls", "Last troops leave", "Other"],
    }
)


def test_targets_are_decisions_of_their_own_unless_set_with_an_event() -> None:
    targets = levels.announced(TARGETS, "target", ["2020-02-29"])
    assert targets["value"].tolist() == ["2021-05-01", "2021-09-11", "2021-07-04"]
    assert targets["said"].tolist() == ["2020-02-29", "2021-04-14", "2021-06-24"]
    assert targets["ordered"].tolist() == [False, True, False]
    turns = levels.decisions(DATES, targets, ["accord", "kabul", "unknown"])
    assert turns["letter"].tolist() == ["A", "B", "C"]
    assert turns["date"].tolist() == ["2020-02-29", "2021-04-14", "2021-08-15"]


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [("2020-02-29", 14, "2021-04-29"), ("2020-02-28", 14, "2021-04-28"), ("2020-12-31", 2, "2021-02-28")],
)
def test_months_are_counted_by_the_calendar(day, months, end) -> None:
    assert levels.months_after(day, months) == end


def test_days_between_take_differing_dates_in() -> None:
    assert levels.days_between(DATES, "kabul", "left") == (15, 16)
    assert levels.days_between(DATES, "left", "kabul") == (-16, -15)
    assert all(math.isnan(days) for days in levels.days_between(DATES, "kabul", "nowhere"))


def test_dates_of_the_withdrawal_stand_in_three_lanes() -> None:
    paper = statements(
        {"claim": "a", "subject": "left", "attribute": "date", "value": "2021-07", "bound": "before"},
        {"claim": "b", "subject": "accord", "attribute": "months", "value": "14"},
        {"claim": "c", "subject": "accord", "attribute": "date", "value": "2020-02-28"},
        {"claim": "c", "subject": "accord", "attribute": "date", "value": "2020-02-29", "said_by": "fn58"},
    )
    targets = levels.announced(TARGETS, "target", [])
    rows = levels.withdrawal(paper, targets, DATES, ["accord", "kabul", "left"], "accord", {"left": "Left"})
    assert rows["lane"].tolist() == [levels.SAYS] * 2 + [levels.SET] * 4 + [levels.HAPPENED] * 3
    assert rows["date"].tolist() == [
        "2020-02-28", "2021-07", "2021-04-29", "2021-05-01", "2021-07-04", "2021-09-11", "2020-02-29", "2021-08-15",
        "2021-08-30",
    ]  # fmt: skip
    assert rows["bound"].tolist() == ["exact", "before", "exact", "exact", "about", "exact", *["exact"] * 3]
    assert rows.at[2, "said"] == "2020-02-29"
    # Without a recorded signing the months are counted from the paper's own.
    without = levels.withdrawal(paper, targets, DATES.iloc[:0], ["accord"], "accord", {})
    assert without.loc[without["who"] == "b", "date"].tolist() == ["2021-04-28"]


PRISONERS = {"attribute": "released", "subject": "ttp", "at": "2021-08"}
PAPER = statements(
    PRISONERS | {"claim": "2.2-14", "value": "2300", "bound": "at-least"},
    PRISONERS | {"claim": "2.6-05", "value": "200/999", "bound": "about"},
    PRISONERS | {"claim": "2.2-06", "value": "7000", "bound": "at-least", "subject": "all"},
)
OTHERS = statements(
    PRISONERS | {"value": "2300", "bound": "about"},
    PRISONERS | {"value": "2300", "bound": "at-least", "subject": "all"},
    PRISONERS | {"value": "7000", "attribute": "demanded", "subject": "taliban", "at": "2021-07-15"},
)
CITED = pd.DataFrame({"reference": ["fn60", "fn61"], "url": ["https://example.org/a", None]})


def numbers() -> pd.DataFrame:
    return levels.numbers(PAPER, OTHERS, CITED, {"ttp": "men of the TTP"})


def test_numbers_of_prisoners_stand_by_thing_the_paper_first() -> None:
    table = numbers()
    assert table["thing"].tolist() == ["taliban demanded"] + ["all released"] * 2 + ["ttp released"] * 3
    assert table["who"].tolist() == ["record", "paper", "record", "paper", "paper", "record"]
    assert table["says"].tolist() == [
        "A Paper (fn60)",
        "2.2-06",
        "A Paper (fn60)",
        "2.2-14",
        "2.6-05",
        "A Paper (fn60)",
    ]
    assert table["about"].iloc[-1] == "men of the TTP"


def test_numbers_that_exclude_each_other_are_counted() -> None:
    table = levels.agreement(numbers(), ABOUT).set_index("thing")
    # "Hundreds" reach to 999 and a tenth of it; "more than 2,300" begins above, "about 2,300" at 2,070.
    assert table.loc["ttp released", ["pairs", "apart", "paper_apart"]].tolist() == [3, 2, 2]
    assert math.isnan(table.at["ttp released", "low"])
    assert table.loc["all released", ["low", "high"]].tolist() == [7000, math.inf]
    assert table.at["all released", "apart"] == 0
    assert table.at["taliban demanded", "pairs"] == 0


def test_a_number_given_of_two_things_recurs() -> None:
    table = levels.recurring(numbers())
    assert table["number"].tolist() == [2300, 2300, 7000, 7000]
    assert table["about"].tolist() == ["all", "men of the TTP", "taliban", "all"]
