"""Before and after a leader's removal: windows, placebo dates, and what is left out."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from afpak.analysis import removals

from .test_months import made_up


def test_the_permutation_by_hand() -> None:
    # Months 3 to 9 have events; two on either side of 5 to 7 lie within them.
    counts = pd.Series([0, 0, 0, 4, 1, 2, 3, 0, 0, 6, 1], index=range(11), dtype=float)
    table = removals.ratios(counts.loc[3:], 2)
    assert table["before"].to_dict() == {5: 5, 6: 3, 7: 5, 8: 3}
    assert table["after"].to_dict() == {5: 3, 6: 0, 7: 6, 8: 7}
    found = removals.permutation(counts, 6, 2)
    assert found is not None
    assert (found.before, found.after, found.dates) == (3, 0, 4)
    assert found.ratio == pytest.approx(0.5 / 3.5)
    # Ratios 3.5/5.5, 0.5/3.5, 6.5/5.5, 7.5/3.5: that of 6 is the least of four, so 2 * 1/4.
    assert found.p == pytest.approx(0.5)
    # That of 7 is the second from the top: 2 * 2/4.
    assert removals.permutation(counts, 7, 2).p == 1.0


def test_equal_ratios_count_on_both_sides() -> None:
    counts = pd.Series(np.ones(12))
    found = removals.permutation(counts, 5, 3)
    assert found.p == 1.0 and found.ratio == 1 and found.dates == 6
    assert (found.usual_low, found.usual_high) == (1, 1)


@pytest.mark.parametrize("at", [0, 1, 10, 11, 40])
def test_a_window_over_the_end_is_not_admissible(at) -> None:
    assert removals.permutation(pd.Series(np.ones(12)), at, 2) is None


def test_time_that_is_not_covered_and_time_before_the_first_event_is_not_admissible() -> None:
    counts = pd.Series([0, 0, 1, 1, 1, np.nan, 1, 1, 1, 1, 1.0])
    assert list(removals.ratios(counts, 1).index) == [1, 2, 3, 7, 8, 9]
    assert removals.permutation(counts, 1, 1) is None  # before the first event
    assert removals.permutation(counts, 3, 1).dates == 4
    assert removals.permutation(pd.Series(np.zeros(9)), 4, 1) is None


def leaders(*given: tuple[str, str, str, str | None]) -> pd.DataFrame:
    frame = pd.DataFrame(given, columns=["organisation", "rank", "end_cause", "tenure_end"])
    return frame.assign(person=[f"leader {i}" for i in range(len(frame))])


def test_only_those_killed_or_captured_are_removed() -> None:
    table = leaders(
        ("a", "head", "arrest", "2012"),
        ("a", "head", "drone strike", "2010-05-01"),
        ("a", "deputy", "killed", "2011-01-01"),
        ("a", "head", "resigned", "2011-01-01"),
        ("a", "head", "bombing", None),
    )
    assert removals.removed(table, ["head"])["person"].tolist() == ["leader 1", "leader 0"]
    assert removals.removed(table, ["deputy"])["person"].tolist() == ["leader 2"]


def counted(organisation: str = "a", place: str = "P") -> pd.DataFrame:
    """Forty months from January 2010 with three events each, and five each from the twentieth on."""
    frame = made_up("2010-01", 40)
    return pd.DataFrame({"place": place, "group": organisation, "month": frame["month"], "events": [3] * 20 + [5] * 20})


def test_months_are_counted_around_the_removal_and_its_month_is_left_out() -> None:
    # The window of 90 days is of three months. August 2011 is the twentieth month, with three events.
    told = removals.table(leaders(("a", "head", "arrest", "2011-08")), counted(), None, ["P"], 90)
    (row,) = told.to_dict("records")
    assert (row["unit"], row["width"], row["before"], row["after"]) == ("month", 3, 9, 15)
    assert row["why"] == "" and row["dates"] == 34 and row["ratio"] == pytest.approx(15.5 / 9.5)
    # Of 34 dates two have all three months before low and all three after high: August 2011 and the month after it,
    # since the month of the date is in neither window.
    assert row["p"] == pytest.approx(2 * 2 / 34)


def test_what_can_not_be_tested_is_told_with_the_reason() -> None:
    given = leaders(
        ("a", "head", "arrest", "2011"),
        ("a", "head", "arrest", "2010-02-01"),
        ("b", "head", "arrest", "2011-08-01"),
        ("a", "head", "arrest", "2011-08-01"),
    )
    told = removals.table(given, counted(), None, ["P", "Q"], 180, fewest=1000)
    assert [why.split(",")[0] for why in told["why"]] == [
        "its date is known only to the year",
        "a window reaches out of the time covered",
        "the source has no counts of this organisation",
        "fewer than 1000 events in both windows together",
    ]
    assert told["ratio"].isna().all() and told["place"].isna().tolist() == [False, False, True, False]


def test_a_window_shorter_than_a_month_is_refused() -> None:
    with pytest.raises(ValueError, match="30 or more"):
        removals.table(leaders(), counted(), None, ["P"], 10)


def test_with_days_windows_are_of_days_and_the_day_itself_is_left_out() -> None:
    day = date(2011, 8, 15)
    happened = [
        day - timedelta(days=30),
        day,
        day + timedelta(days=1),
        day + timedelta(days=30),
        day + timedelta(days=31),
    ]
    days = pd.DataFrame(
        {"country": "P", "group": "a", "day": [date(2010, 1, 5), *happened], "events": [1, 2, 50, 3, 4, 9]}
    )
    told = removals.table(leaders(("a", "head", "killed", "2011-08-15")), counted(), days, ["P"], 30, fewest=1)
    (row,) = told.to_dict("records")
    assert (row["unit"], row["width"], row["before"], row["after"]) == ("day", 30, 2, 7)
    # From 30 days after the first event, 5 January 2010, to 30 days before the end, 30 April 2013.
    assert row["dates"] == (date(2013, 3, 31) - date(2010, 2, 4)).days + 1


def test_a_removal_known_to_the_month_is_counted_in_months_though_there_are_days() -> None:
    days = pd.DataFrame({"country": ["P"], "group": ["a"], "day": [date(2010, 1, 5)], "events": [1]})
    told = removals.table(leaders(("a", "head", "killed", "2011-08")), counted(), days, ["P"], 90)
    assert told["unit"].tolist() == ["month"]


def test_days_of_months_that_are_not_covered_are_missing() -> None:
    frame = counted().drop(index=1)  # without February 2010
    days = pd.DataFrame({"country": ["P"], "group": ["a"], "day": [date(2010, 1, 5)], "events": [2]})
    daily = removals.by_day(days, frame, "P", "a")
    assert daily.loc["2010-01-05"] == 2 and daily.loc["2010-01-06"] == 0
    assert daily.loc["2010-02"].isna().all() and len(daily.loc["2010-02"]) == 28
    assert daily.loc["2010-03"].notna().all()
