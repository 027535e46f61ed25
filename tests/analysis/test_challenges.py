from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from statsmodels.stats.proportion import proportion_confint

from afpak.analysis import challenges

REPOSITORY = Path(__file__).resolve().parents[2]
DAY = date(2021, 8, 15)
DEFINITIONS = pd.DataFrame(
    {"series": ["A", "B"], "incident_metric": ["attacks", None], "deaths_metric": ["killed", "killed"]}
)


def figures(*rows: tuple[str, str, str, str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["series", "metric", "place", "group", "period", "value"])
    return frame.assign(version="v", published="2023", value=frame["value"].astype("Float64"))


def known(*rows: tuple[str, str, str, str, str, float], spans: pd.DataFrame | None = None) -> pd.DataFrame:
    empty = figures() if spans is None else spans
    return challenges.known(figures(*rows), empty, DEFINITIONS, "Pakistan")


YEARS = [
    ("A", "attacks", "Pakistan", "all", "2017", 10.0),
    ("A", "attacks", "Pakistan", "all", "2019", 20.0),
    ("A", "attacks", "Pakistan", "all", "2021", 25.0),
    ("A", "attacks", "Pakistan", "all", "2023", 60.0),
    ("A", "attacks", "Pakistan", "all", "2025", 90.0),
]


# What is counted


def test_only_what_a_series_counts_as_attacks_or_deaths_in_the_country_is_known() -> None:
    table = known(
        ("A", "attacks", "Pakistan", "all", "2020", 1.0),
        ("A", "injured", "Pakistan", "all", "2020", 2.0),
        ("A", "killed", "Pakistan: Sindh", "all", "2020", 3.0),
        ("A", "killed", "Afghanistan", "all", "2020", 4.0),
        ("B", "killed", "Pakistan", "TTP", "2020", 5.0),
        ("B", "attacks", "Pakistan", "all", "2020", 6.0),
    )
    assert sorted(zip(table["value"], table["counted"], strict=True)) == [
        (1.0, "attacks"), (3.0, "deaths"), (5.0, "deaths"),
    ]  # fmt: skip
    assert set(table["first"]) == {date(2020, 1, 1)} and set(table["last"]) == {date(2020, 12, 31)}


def test_the_version_published_last_stands_for_a_figure() -> None:
    rows = figures(
        ("A", "attacks", "Pakistan", "all", "2020", 187.0), ("A", "attacks", "Pakistan", "all", "2020", 188.0)
    )
    rows["published"] = ["2021-01", "2021-12"]
    rows["version"] = ["z", "a"]
    assert challenges.known(rows, figures(), DEFINITIONS, "Pakistan")["value"].tolist() == [188.0]


# Pairs


def test_the_nearest_whole_years_on_either_side_are_taken() -> None:
    table = challenges.pairs(known(*YEARS), DAY, 3)
    assert len(table) == 1
    assert table.loc[0, ["basis", "period_before", "period_after"]].tolist() == [challenges.NEAREST, "2019", "2023"]
    assert table.loc[0, ["before", "after", "days_before", "days_after"]].tolist() == [20, 60, 365, 365]


@pytest.mark.parametrize(("reach", "expected"), [(1, None), (2, "2023"), (9, "2023")])
def test_a_year_out_of_reach_is_not_taken(reach, expected) -> None:
    table = challenges.pairs(known(*YEARS), DAY, reach)
    assert table["period_after"].tolist() == ([] if expected is None else [expected])
    # of two years before, both in reach, the nearer one
    assert table["period_before"].tolist() == ([] if expected is None else ["2019"])


def test_the_year_of_the_day_stands_in_only_where_no_later_year_is_known() -> None:
    table = challenges.pairs(known(*YEARS[:3]), DAY, 3)
    assert table.loc[0, ["basis", "period_before", "period_after"]].tolist() == [challenges.MIXED, "2019", "2021"]


def test_spans_that_meet_at_the_day_are_taken_and_others_are_not() -> None:
    spans = figures(
        ("A", "attacks", "Pakistan", "all", "2020-08-15/2021-08-14", 165.0),
        ("A", "attacks", "Pakistan", "all", "2021-08-15/2022-08-14", 250.0),
        ("A", "killed", "Pakistan", "all", "2020-08-15/2021-08-14", 294.0),
        ("A", "killed", "Pakistan", "all", "2021-08-16/2022-08-15", 433.0),
        ("B", "killed", "Pakistan", "all", "2020-08-15/2021-08-14", 7.0),
        ("B", "killed", "Pakistan", "all", "2021-08-15/2023-05-30", 8.0),
    )
    table = challenges.pairs(known(*YEARS[:3], spans=spans), DAY, 3)
    # the year of the day does not stand in beside spans that say more
    assert table["basis"].tolist() == [challenges.EXACT]
    assert table.loc[0, ["before", "after", "days_before", "days_after"]].tolist() == [165, 250, 365, 365]


def test_scopes_are_never_mixed() -> None:
    table = challenges.pairs(
        known(
            ("A", "attacks", "Pakistan", "all", "2020", 1.0),
            ("A", "attacks", "Pakistan", "TTP", "2022", 2.0),
            ("A", "attacks", "Pakistan: Sindh", "all", "2022", 3.0),
            ("A", "killed", "Pakistan", "all", "2022", 4.0),
        ),
        DAY,
        3,
    )
    assert table.empty


# Ratios


def both(before: float, after: float, days_before: int = 365, days_after: int = 365, counted: str = "attacks"):
    return pd.DataFrame(
        {
            "counted": [counted], "before": [before], "after": [after],
            "days_before": [days_before], "days_after": [days_after],
        }
    )  # fmt: skip


def ratio(frame: pd.DataFrame) -> pd.Series:
    share = proportion_confint(frame["after"], frame["before"] + frame["after"], method="beta")
    return challenges.ratios(frame, share).iloc[0]


@pytest.mark.parametrize(("before", "after"), [(165, 250), (82, 89), (3, 1), (5, 5)])
def test_the_interval_is_that_of_the_exact_binomial_test(before, after) -> None:
    found = ratio(both(before, after))
    exact = binomtest(after, before + after).proportion_ci(0.95, "exact")
    assert found["ratio"] == pytest.approx(after / before)
    assert found["low"] == pytest.approx(exact.low / (1 - exact.low))
    assert found["high"] == pytest.approx(exact.high / (1 - exact.high))


def test_unequal_exposures_change_ratio_and_interval_alike() -> None:
    one, two = ratio(both(10, 20)), ratio(both(10, 20, days_before=730))
    assert two["ratio"] == pytest.approx(4.0)
    assert two["low"] == pytest.approx(2 * one["low"]) and two["high"] == pytest.approx(2 * one["high"])


def test_deaths_have_no_interval_and_nothing_before_is_infinite() -> None:
    deaths = ratio(both(10, 20, counted="deaths"))
    assert deaths["ratio"] == pytest.approx(2.0) and np.isnan(deaths["low"]) and np.isnan(deaths["high"])
    none = ratio(both(0, 4))
    # 0.025 ** (1/4) is the lower limit of a share of 4 in 4
    assert np.isinf(none["ratio"]) and np.isinf(none["high"])
    assert none["low"] == pytest.approx(0.025**0.25 / (1 - 0.025**0.25))


def test_coverage_counts_each_side_of_the_day() -> None:
    row = challenges.coverage(known(*YEARS), DAY).iloc[0]
    assert row[["before", "around", "after"]].tolist() == [2, 1, 2]
    assert row[["before_last", "after_first"]].tolist() == ["2019", "2023"]


def test_coverage_has_no_nearest_period_where_there_is_none() -> None:
    row = challenges.coverage(known(*YEARS[:1]), DAY).iloc[0]
    assert row[["before", "around", "after"]].tolist() == [1, 0, 0]
    assert row["after_first"] is None


# Groups


def test_the_remainder_is_what_is_laid_to_none_of_the_groups() -> None:
    table = challenges.attribution(
        known(
            ("A", "attacks", "Pakistan", "all", "2021", 200.0),
            ("A", "attacks", "Pakistan", "TTP", "2021", 90.0),
            ("A", "attacks", "Pakistan", "IS-K", "2021", 10.0),
            ("A", "attacks", "Pakistan", "BLA", "2021", 40.0),
            ("A", "attacks", "Pakistan", "all", "2022", 100.0),
            ("A", "attacks", "Pakistan", "TTP", "2022", 25.0),
            ("A", "attacks", "Pakistan", "all", "2023", 100.0),
            ("A", "attacks", "Pakistan", "TTP", "2024", 100.0),
            ("A", "attacks", "Pakistan", "all", "2001", 5.0),
            ("A", "attacks", "Pakistan", "TTP", "2001", 5.0),
        ),
        ["TTP", "IS-K"],
        2013,
    )
    assert table["year"].tolist() == [2021, 2022]
    assert table["remainder"].tolist() == [100, 75]
    assert table["share"].tolist() == [0.5, 0.75]
    assert np.isnan(table.loc[1, "IS-K"])


def test_groups_that_no_publisher_counts_give_no_row() -> None:
    assert challenges.attribution(known(*YEARS), ["TTP"], 2000).empty


# Strikes and heads


def test_strikes_of_the_real_tables_are_those_of_the_file(latest) -> None:
    with (REPOSITORY / "data/series/annual.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["metric"] == "drone_strikes"]
    expected = {(row["series"], int(row["period"])): float(row["value"]) for row in rows}
    table = challenges.strikes(latest["annual"], "Pakistan")
    found = {(row.series, row.year): row.strikes for row in table.itertuples()}
    assert found == expected
    ends = challenges.last_strikes(table).set_index("series")
    for series in ends.index:
        assert ends.at[series, "last"] == max(year for name, year in expected if name == series)
        assert ends.at[series, "years"] == sum(name == series for name, _ in expected)


def test_a_year_without_a_strike_is_not_the_last() -> None:
    table = pd.DataFrame(
        {"series": "A", "year": [2010, 2011, 2012], "strikes": [3.0, 9.0, 0.0], "killed_min": 0.0, "killed_max": 0.0}
    )
    row = challenges.last_strikes(table).iloc[0]
    assert row[["years", "first", "last", "at_last", "most_in", "most"]].tolist() == [2, 2010, 2011, 9, 2011, 9]


def test_heads_are_those_killed_in_strikes_and_raids_with_their_country() -> None:
    leaders = pd.DataFrame(
        {
            "organisation": "x",
            "person": ["a", "b", "c", "d", "e", "f"],
            "rank": ["head", "head", "deputy", "head", "head", "head"],
            "tenure_end": ["2013-11-01", "2009", "2010", "2011", "2018", None],
            "end_cause": ["drone strike", "airstrike", "drone strike", "arrest", "ground raid", "drone strike"],
            "ended_by": "y",
            "end_place": ["North Waziristan, Pakistan", "Kunar, Afghanistan", "Pakistan", "Pakistan",
                          "Paktika, Afghanistan, or Pakistan", "Pakistan"],
            "source": "s",
            "url": "u",
        }
    )  # fmt: skip
    table = challenges.heads_struck(leaders)
    assert table["person"].tolist() == ["b", "a", "e"]
    assert table["country"].tolist() == ["Afghanistan", "Pakistan", "either"]
    assert table["day"].tolist() == [date(2009, 7, 2), date(2013, 11, 1), date(2018, 7, 2)]


# Readings


READINGS = pd.DataFrame(
    {
        "judgement": ["J1", "J2", "J3", "J4"],
        "claim": ["x", "y", "x", "z"],
        "bearing": ["for", "against", "open", "for"],
        "known_since": [None, "2021-09", "2021-09-02", "2020"],
        "reason": "r",
        "source": "s",
        "url": "u",
    }
)


def test_readings_are_ordered_by_the_last_day_of_their_date_undated_last() -> None:
    read = challenges.readings(READINGS, ["x", "y"])
    assert read["bearing"].tolist() == ["open", "against", "for"]


def test_bearings_count_and_keep_claims_without_a_reading() -> None:
    counts = challenges.bearings(challenges.readings(READINGS, ["w", "x", "y"]), ["w", "x", "y"])
    assert counts.to_dict("index") == {
        "w": {"for": 0, "against": 0, "open": 0},
        "x": {"for": 1, "against": 0, "open": 1},
        "y": {"for": 0, "against": 1, "open": 0},
    }
    assert challenges.bearings(READINGS[:0], ["w"]).to_numpy().tolist() == [[0, 0, 0]]


# Truces


def events(*rows: tuple[str, str, str], subject: str = "g", other: str = "pakistan") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "event": [f"e{i}" for i in range(len(rows))],
            "date": [row[0] for row in rows],
            "date_alternatives": [row[2] or None for row in rows],
            "kind": [row[1] for row in rows],
            "subject": subject,
            "object": other,
            "person": "p",
            "source": [f"s{i}" for i in range(len(rows))],
            "url": [f"u{i}" for i in range(len(rows))],
        }
    )


def lengths(*rows: tuple[str, str, str]) -> list[tuple[str, float, float]]:
    table = challenges.truces(events(*rows), "pakistan")
    return [
        (row.kind, *(None if pd.isna(days) else float(days) for days in (row.days_min, row.days_max)))
        for row in table.itertuples()
    ]


def test_a_truce_runs_from_its_declaration_to_its_end() -> None:
    # 9 November to 9 December: thirty days
    assert lengths(("2021-11-09", "ceasefire", ""), ("2021-12-09", "ceasefire-end", "")) == [("truce", 30, 30)]


def test_imprecise_and_other_dates_widen_a_length() -> None:
    # from 1 March to 10 or 16 April 2014: 40 or 46 days
    assert lengths(("2014-03-01", "ceasefire", ""), ("2014-04-16", "ceasefire-end", "2014-04-10")) == [
        ("truce", 40, 46)
    ]
    # from some day of March 2007 to some day of June 2009: 31 March to 1 June and 1 March to 30 June
    assert lengths(("2007-03", "talks", ""), ("2009-06", "ceasefire-end", "")) == [
        (
            "agreement",
            (date(2009, 6, 1) - date(2007, 3, 31)).days,
            (date(2009, 6, 30) - date(2007, 3, 1)).days,
        )
    ]


def test_a_truce_declared_anew_soon_after_is_a_prolongation_and_later_another() -> None:
    assert lengths(
        ("2022-05-18", "ceasefire", ""), ("2022-06-02", "ceasefire", ""), ("2022-07-18", "ceasefire-end", "")
    ) == [("truce", 61, 61)]
    assert lengths(
        ("2008-04-23", "ceasefire", ""), ("2014-03-01", "ceasefire", ""), ("2014-03-31", "ceasefire-end", "")
    ) == [("truce", None, None), ("truce", 30, 30)]


def test_ends_that_follow_each_other_are_ends_of_one_truce_and_a_late_one_of_something_else() -> None:
    assert lengths(
        ("2022-05-18", "ceasefire", ""), ("2022-09-18", "ceasefire-end", ""), ("2022-11-28", "ceasefire-end", "")
    ) == [("truce", 123, 194)]
    assert lengths(
        ("2008-02-17", "talks", ""), ("2009-06-29", "ceasefire-end", ""), ("2014-05-30", "ceasefire-end", "")
    ) == [("agreement", 498, 498), ("agreement", None, None)]


def test_talks_that_no_end_closed_are_no_agreement_and_a_truce_takes_the_end() -> None:
    assert lengths(("2014-02-06", "talks", "")) == []
    assert lengths(
        ("2008-05-21", "talks", ""), ("2009-02-15", "ceasefire", ""), ("2009-02-25", "ceasefire-end", "")
    ) == [("truce", 10, 10)]


def test_talks_after_an_ended_truce_begin_an_agreement_of_their_own() -> None:
    assert lengths(
        ("2020-01-01", "ceasefire", ""),
        ("2020-01-11", "ceasefire-end", ""),
        ("2020-01-21", "talks", ""),
        ("2020-02-20", "ceasefire-end", ""),
    ) == [("truce", 10, 10), ("agreement", 30, 30)]


def test_talks_among_groups_and_other_kinds_are_left_out() -> None:
    mixed = pd.concat(
        [
            events(("2014-09-01", "talks", ""), ("2014-10-01", "ceasefire-end", ""), other="ttp"),
            events(("2015-01-01", "split", "")),
        ]
    )
    assert challenges.truces(mixed, "pakistan").empty
    assert challenges.talks(mixed, "pakistan").empty


def test_a_truce_cites_both_events() -> None:
    row = challenges.truces(
        events(("2021-11-09", "ceasefire", ""), ("2021-12-09", "ceasefire-end", "")), "pakistan"
    ).iloc[0]
    assert row[["begin_event", "end_event", "source", "url"]].tolist() == ["e0", "e1", "s0 | s1", "u0 | u1"]


def test_the_truce_of_2021_in_the_real_tables_lasted_thirty_days(paper) -> None:
    spells = challenges.truces(paper["faction-events"], "pakistan")
    row = spells[(spells["group"] == "ttp") & (spells["began"] == "2021-11-09")].iloc[0]
    assert row[["ended", "days_min", "days_max"]].tolist() == ["2021-12-09", 30, 30]
