from __future__ import annotations

import csv
from datetime import date
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.tsa.holtwinters import SimpleExpSmoothing
from statsmodels.tsa.statespace.structural import UnobservedComponents

from afpak.analysis import forecasts, trends
from afpak.analysis.versions import all_versions, preferred

REPOSITORY = Path(__file__).resolve().parents[2]
SEARCH = {"method": "nm", "maxiter": 10_000, "disp": 0, "cov_type": "none"}
Z80, Z95 = 1.2815515655446004, 1.959963984540054  # of a table of the normal distribution


def years(first: int, *counts: float | None) -> pd.Series:
    index = pd.RangeIndex(first, first + len(counts), name="year")
    return pd.Series([np.nan if count is None else count for count in counts], index=index, dtype=float)


def model(level: str):
    return partial(UnobservedComponents, level=level, use_exact_diffuse=True)


# Which series, and which of their counts


WIDE = pd.DataFrame(
    {
        "long": [5.0, 6.0, np.nan, 7.0, 8.0, 9.0, np.nan],
        "short": [np.nan, np.nan, np.nan, 1.0, 2.0, 3.0, 4.0],
        "zero": [5.0, 5.0, 5.0, 5.0, 0.0, 5.0, 5.0],
        "early": [5.0, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan],
    },
    index=pd.RangeIndex(2010, 2017, name="year"),
)


def test_a_series_is_used_if_it_has_the_years_and_no_zero() -> None:
    table = forecasts.choice(WIDE, 2011, 4).set_index("series")
    assert table["used"].to_dict() == {"long": True, "short": True, "zero": False, "early": False}
    # long from 2011: 2011, 2013, 2014, 2015; 2012 is missing between them
    assert table.loc["long", ["first", "last", "years", "missing"]].tolist() == [2011, 2015, 4, 1]
    assert table.loc["zero", "why"] == "a count of zero has no logarithm"
    assert table.loc["early", "why"] == "too few years"
    assert table.loc["early", ["first", "last"]].isna().all()
    assert table.loc["early", "years"] == 0
    assert not forecasts.choice(WIDE, 2010, 5).set_index("series").loc["short", "used"]


def test_a_zero_before_the_first_year_does_no_harm() -> None:
    assert forecasts.choice(WIDE, 2015, 1).set_index("series").loc["zero", "used"]


def test_no_series_with_enough_years_is_an_error_that_says_so() -> None:
    with pytest.raises(ValueError, match="no series has 9 years with a count from 2010 on"):
        forecasts.choice(WIDE, 2010, 9)


def test_training_keeps_gaps_and_ends_where_the_counts_end() -> None:
    counts = forecasts.training(WIDE, forecasts.choice(WIDE, 2011, 4), 2011)
    assert list(counts) == ["long", "short"]
    assert list(counts["long"].index) == [2011, 2012, 2013, 2014, 2015]
    np.testing.assert_array_equal(counts["long"].to_numpy(), [6, np.nan, 7, 8, 9])
    assert list(counts["short"].index) == [2013, 2014, 2015, 2016]


@pytest.mark.parametrize(
    ("series", "metric", "last"), [("NACTA/MoI", "terrorist_incidents", 2019), ("PIPS", "terrorist_attacks", 2021)]
)
def test_the_forecast_learns_from_the_file_and_from_nothing_published_later(series, metric, last, paper) -> None:
    told: dict[int, tuple[str, float]] = {}
    with (REPOSITORY / "data/series/annual.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if (row["series"], row["metric"], row["place"], row["group"]) != (series, metric, "Pakistan", "all"):
                continue
            if row["published"] and row["published"][:7] <= "2022-01" and int(row["period"]) >= 2008:
                dated = row["published"] + {4: "-12-31", 7: "-31", 10: ""}[len(row["published"])]
                told[int(row["period"])] = max(told.get(int(row["period"]), ("", 0.0)), (dated, float(row["value"])))
    wide = trends.side_by_side(preferred(paper["annual"]), paper["series"], "incident_metric")
    counts = forecasts.training(wide, forecasts.choice(wide, 2008, 10), 2008)[series]
    assert counts.dropna().to_dict() == {year: value for year, (_, value) in told.items()}
    assert counts.index[-1] == max(told) == last


def test_two_series_have_ten_years_when_the_paper_was_written(paper) -> None:
    wide = trends.side_by_side(preferred(paper["annual"]), paper["series"], "incident_metric")
    table = forecasts.choice(wide, 2008, 10).set_index("series")
    assert sorted(table.index[table["used"]]) == ["NACTA/MoI", "PIPS"]
    # PIPS 2008 to 2021 without 2012; PICSS from 2015; the annex of the State Department 2012, 2014, 2015
    assert table["years"].to_dict() == {
        "CRSS": 4,
        "NACTA/MoI": 12,
        "PICSS": 7,
        "PIPS": 13,
        "US State Dept annex": 3,
    }


# The forecast


def test_a_local_level_is_exponential_smoothing_and_its_interval_widens_as_worked_out_by_hand() -> None:
    # With a level that moves half as much as the noise, q = 1/2, the weight of the latest count is
    # (-q + sqrt(q² + 4 q)) / 2 = (-1/2 + 3/2) / 2 = 1/2. The level is then known with a variance of one half of the
    # noise, each year ahead adds q, and the count its own noise.
    logs = np.random.default_rng(3).normal(6, 1, 60)
    counts = pd.Series(np.exp(logs), index=pd.RangeIndex(1960, 2020))
    result = model("local level")(np.log(counts.to_numpy())).smooth([1.0, 0.5])
    lines = forecasts.back_transformed(result, counts, 2023)
    level = logs[0]
    for value in logs[1:]:
        level = 0.5 * value + 0.5 * level
    for ahead, row in enumerate(lines.itertuples(), start=1):
        spread = np.sqrt(0.5 + 0.5 * ahead + 1)
        assert row.year == 2019 + ahead
        assert row.ahead == ahead
        assert np.log(row.middle) == pytest.approx(level, abs=1e-9)
        assert np.log(row.low_80) == pytest.approx(level - Z80 * spread, abs=1e-9)
        assert np.log(row.high_80) == pytest.approx(level + Z80 * spread, abs=1e-9)
        assert np.log(row.low_95) == pytest.approx(level - Z95 * spread, abs=1e-9)
        assert np.log(row.high_95) == pytest.approx(level + Z95 * spread, abs=1e-9)
        assert row.naive == pytest.approx(np.exp(logs[-1]))
    other = SimpleExpSmoothing(logs, initialization_method="known", initial_level=logs[0])
    assert np.log(lines["middle"].iloc[0]) == pytest.approx(other.fit(0.5, optimized=False).forecast(1)[0], abs=1e-9)


def test_a_missing_year_adds_a_year_of_uncertainty_and_is_not_filled() -> None:
    # A random walk without noise that is not seen for a year: the change over the gap counts for two years.
    counts = years(2010, 100, 200, None, 100, 200)
    fitted = model("random walk")(np.log(counts.to_numpy())).fit(**SEARCH)
    # Squared changes over their years: log(2)² (1 + 1/2 + 1) / 3
    variance = np.log(2) ** 2 * 2.5 / 3
    assert fitted.params[0] == pytest.approx(variance, rel=1e-3)
    line = forecasts.back_transformed(fitted, counts, 2015).iloc[0]
    assert line["middle"] == pytest.approx(200)
    assert line["high_80"] == pytest.approx(200 * np.exp(Z80 * np.sqrt(variance)), rel=1e-3)


def test_a_forecast_begins_after_the_last_count_and_needs_one() -> None:
    counts = years(2010, 100, 120, 110, 130)
    result = model("random walk")(np.log(counts.to_numpy())).smooth([0.04])
    assert forecasts.back_transformed(result, counts, 2016)["year"].tolist() == [2014, 2015, 2016]
    with pytest.raises(ValueError, match="run to 2013; there is nothing to forecast up to 2013"):
        forecasts.back_transformed(result, counts, 2013)
    with pytest.raises(ValueError, match="of 2013, is missing"):
        forecasts.back_transformed(result, years(2010, 100, 120, 110, None), 2016)


def simulated_coverage(length: int, repeats: int, seed: int) -> float:
    """Share of simulated next counts inside the inner interval of a model fitted to the counts before."""
    draw = np.random.default_rng(seed)
    inside = 0
    for _ in range(repeats):
        logs = 6 + np.cumsum(draw.normal(0, 0.25, length + 1)) + draw.normal(0, 0.15, length + 1)
        counts = pd.Series(np.exp(logs[:-1]), index=pd.RangeIndex(2000, 2000 + length))
        result = model("local level")(logs[:-1]).fit(**SEARCH)
        row = forecasts.back_transformed(result, counts, 2000 + length).iloc[0]
        inside += bool(row["low_80"] <= np.exp(logs[-1]) <= row["high_80"])
    return inside / repeats


def test_the_inner_interval_holds_four_in_five_of_long_simulated_series() -> None:
    # 200 tries: two standard errors are 2 sqrt(0.8 * 0.2 / 200) = 0.057
    assert simulated_coverage(60, 200, 20) == pytest.approx(0.8, abs=0.057)


def test_the_inner_interval_of_a_dozen_years_is_rather_too_narrow_but_no_guess() -> None:
    assert 0.65 < simulated_coverage(12, 200, 21) <= 0.82


def test_a_forecast_that_only_carries_the_last_count_on_is_told() -> None:
    lines = pd.DataFrame(
        {"series": ["A", "A", "B", "B"], "middle": [100.5, 99.5, 100.0, 102.0], "naive": [100.0, 100.0, 100.0, 100.0]}
    )
    assert forecasts.carried_on(lines) == ["A"]
    assert forecasts.carried_on(lines, 0.05) == ["A", "B"]


# The test on earlier years


COUNTS = years(2010, 100, 200, 100, None, 400, 200)


def walked(past: pd.Series, ahead: int) -> tuple[float, float, float]:
    """Middle and bounds of the inner interval of a random walk, by hand."""
    known = past.dropna()
    steps = [(np.log(known.loc[b] / known.loc[a])) ** 2 / (b - a) for a, b in pairwise(known.index)]
    spread = Z80 * np.sqrt(np.mean(steps) * ahead)
    return known.iloc[-1], known.iloc[-1] * np.exp(-spread), known.iloc[-1] * np.exp(spread)


def test_a_rolling_origin_forecasts_each_later_count_from_those_before() -> None:
    table = forecasts.rolling_origin(COUNTS, model("random walk"), SEARCH, fewest=3, ahead=3)
    # Three counts by 2012, then 2014; 2013 has none and is neither origin nor target; 2015 has nothing after it.
    assert table[["origin", "year", "ahead", "count"]].to_numpy().tolist() == [
        [2012, 2014, 2, 400],
        [2012, 2015, 3, 200],
        [2014, 2015, 1, 200],
    ]
    for row in table.itertuples():
        middle, low, high = walked(COUNTS.loc[: row.origin], row.ahead)
        assert row.middle == pytest.approx(middle, rel=1e-3)
        assert row.naive == COUNTS.loc[row.origin]
        assert row.low_80 == pytest.approx(low, rel=5e-3)
        assert row.high_80 == pytest.approx(high, rel=5e-3)
    # 2014 from 2012: 100 exp(1.2816 log(2) sqrt(2)) = 351 is below 400; the outer 100 exp(1.96 * 0.980) = 683 is not.
    assert table["place"].tolist() == [
        "above the inner interval",
        "inside the inner interval",
        "inside the inner interval",
    ]


def test_a_rolling_origin_knows_nothing_of_what_came_later() -> None:
    other = COUNTS.copy()
    other.loc[2015] = 9000.0
    columns = ["middle", "low_80", "high_80", "low_95", "high_95"]
    first = forecasts.rolling_origin(COUNTS, model("local level"), SEARCH, 3, 3)[columns]
    second = forecasts.rolling_origin(other, model("local level"), SEARCH, 3, 3)[columns]
    pd.testing.assert_frame_equal(first, second)


def test_a_series_too_short_for_any_origin_is_refused() -> None:
    with pytest.raises(ValueError, match="5 years with a count leave none to forecast after the first 5"):
        forecasts.rolling_origin(COUNTS, model("random walk"), SEARCH, 5, 1)


def test_scores_are_those_worked_out_by_hand() -> None:
    backtest = pd.DataFrame(
        {
            "ahead": [1, 1, 1, 2],
            "count": [100.0, 50.0, 200.0, 80.0],
            "middle": [110.0, 60.0, 100.0, 80.0],
            "naive": [120.0, 40.0, 150.0, 80.0],
            "low_80": [90.0, 55.0, 80.0, 70.0],
            "high_80": [130.0, 65.0, 130.0, 90.0],
            "low_95": [80.0, 50.0, 60.0, 60.0],
            "high_95": [140.0, 70.0, 150.0, 99.0],
        }
    )
    one, two = forecasts.scores(backtest).to_dict("records")
    # Errors 10, 10, 100 beside 20, 10, 50. The second count lies on the outer bound, which is inside.
    assert one == {
        "ahead": 1,
        "forecasts": 3,
        "inside_80": 1,
        "inside_95": 2,
        "error": pytest.approx(40),
        "naive_error": pytest.approx(80 / 3),
        "ratio": pytest.approx(1.5),
    }
    assert (two["inside_80"], two["error"], two["naive_error"]) == (1, 0, 0)
    assert np.isnan(two["ratio"])


# What came


LINE = SimpleNamespace(low_80=100.0, high_80=200.0, low_95=50.0, high_95=400.0)


@pytest.mark.parametrize(
    ("count", "where"),
    [
        (49.9, "below the outer interval"),
        (50.0, "below the inner interval"),
        (99.9, "below the inner interval"),
        (100.0, "inside the inner interval"),
        (200.0, "inside the inner interval"),
        (200.1, "above the inner interval"),
        (400.0, "above the inner interval"),
        (400.1, "above the outer interval"),
    ],
)
def test_a_count_lies_where_the_bounds_say(count, where) -> None:
    assert forecasts.place(count, LINE) == where


@given(st.floats(0, 1000), st.floats(0, 1000))
def test_a_higher_count_never_lies_lower(first, second) -> None:
    low, high = sorted([first, second])
    order = forecasts.PLACES.index
    assert order(forecasts.place(low, LINE)) <= order(forecasts.place(high, LINE))


def lines_of(series: str, *of: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "series": series,
            "year": of,
            "ahead": range(1, len(of) + 1),
            "middle": 150.0,
            "low_80": 100.0,
            "high_80": 200.0,
            "low_95": 50.0,
            "high_95": 400.0,
            "naive": 140.0,
        }
    )


CAME = pd.DataFrame(
    [
        ("A", 2021, 150.0, "too early to be forecast", "2022-01"),
        ("A", 2022, 190.0, "first", "2023-01"),
        ("A", 2022, 210.0, "second", "2024-01"),
        ("A", 2024, 500.0, "first", "2025-01"),
        ("B", 2022, 500.0, "of another series", "2023-01"),
    ],
    columns=["series", "year", "value", "version", "published"],
)


def test_every_version_of_a_forecast_year_is_judged_and_no_other() -> None:
    lines = lines_of("A", 2022, 2023, 2024)
    table = forecasts.judged(lines, CAME)
    assert table[["year", "version", "place"]].to_numpy().tolist() == [
        [2022, "first", "inside the inner interval"],
        [2022, "second", "above the inner interval"],
        [2024, "first", "above the outer interval"],
    ]
    by_year = forecasts.by_year(lines, table)
    assert by_year["versions"].tolist() == [2, 0, 1]
    assert by_year["place"].tolist() == [
        "inside the inner interval to above the inner interval",
        None,
        "above the outer interval",
    ]
    assert by_year.loc[0, ["lowest", "highest"]].tolist() == [190, 210]
    assert by_year.loc[1, ["lowest", "highest"]].isna().all()


def test_that_nothing_has_come_is_no_error() -> None:
    lines = lines_of("A", 2022, 2023)
    table = forecasts.judged(lines, CAME[CAME["year"] < 2022])
    assert table.empty
    by_year = forecasts.by_year(lines, table)
    assert by_year["versions"].tolist() == [0, 0]
    assert by_year["place"].isna().all()


def test_forecasts_of_several_series_stand_in_one_frame() -> None:
    frames = {name: lines_of(name, 2022).drop(columns="series") for name in ("B", "A")}
    table = forecasts.together(frames)
    assert table["series"].tolist() == ["B", "A"]
    assert table.columns[0] == "series"


def test_nothing_was_published_of_the_forecast_years_when_the_paper_was_written(paper, latest) -> None:
    lines = lines_of("PIPS", 2022, 2023, 2024, 2025, 2026)
    metric = "terrorist_attacks"
    early = all_versions(paper["annual"], "PIPS", metric).assign(series="PIPS")
    assert forecasts.judged(lines, early).empty
    late = forecasts.judged(lines, all_versions(latest["annual"], "PIPS", metric).assign(series="PIPS"))
    # As the reports for 2022 to 2025 have it
    assert dict(zip(late["year"], late["value"], strict=True)) == {2022: 262, 2023: 306, 2024: 521, 2025: 699}


# The paper's own forecasts


CLAIMS = pd.DataFrame(
    [
        ("4.1-03", "4.1", "3", "Third.", "forecast", "2025-12", "no date in the paper; end of 2025 chosen"),
        ("4.1-01", "4.1", "1", "First.", "forecast", "2022-06-15", "the paper: by the middle of June"),
        ("4.1-02", "4.1", "2", "Second.", "forecast", "2023-12", "no date in the paper; end of 2023 chosen"),
        ("4.1-04", "4.1", "10", "Fourth.", "forecast", None, None),
        ("4.1-05", "4.1", "2", "A norm.", "norm", None, None),
        ("4.2-01", "4.2", "1", "Another section.", "forecast", "2022-06", "the paper"),
    ],
    columns=["claim", "section", "paragraph", "text", "kind", "judge_by", "horizon"],
)
VERDICTS = {"4.1-01": "supported", "4.1-02": "pending", "4.1-03": "pending", "4.1-04": "unverifiable"}
WRITTEN = date(2022, 1, 31)


def test_lanes_are_the_forecasts_of_the_section_with_their_months() -> None:
    table = forecasts.statements(CLAIMS, VERDICTS, "4.1", WRITTEN, date(2022, 6, 15))
    assert table["claim"].tolist() == ["4.1-01", "4.1-02", "4.1-03", "4.1-04"]
    # Paragraph 1 leads in; January 2022 to June 2022, December 2023 and December 2025
    assert table["scenario"].tolist() == [0, 1, 2, 9]
    assert table["months"].tolist() == [5, 23, 47, pd.NA]
    assert table["due"].tolist() == [True, False, False, False]
    assert table["verdict"].tolist() == ["supported", "pending", "pending", "unverifiable"]


@pytest.mark.parametrize(("day", "due"), [(date(2023, 12, 30), False), (date(2023, 12, 31), True)])
def test_a_month_has_passed_with_its_last_day(day, due) -> None:
    table = forecasts.statements(CLAIMS, VERDICTS, "4.1", WRITTEN, day).set_index("claim")
    assert bool(table.loc["4.1-02", "due"]) is due


def test_a_statement_without_a_verdict_and_a_section_without_forecasts_are_refused() -> None:
    with pytest.raises(KeyError, match=r"4\.1-03"):
        forecasts.statements(CLAIMS, {"4.1-01": "pending"}, "4.1", WRITTEN, WRITTEN)
    with pytest.raises(ValueError, match=r"section '5\.1' makes no forecast"):
        forecasts.statements(CLAIMS, VERDICTS, "5.1", WRITTEN, WRITTEN)


@pytest.mark.parametrize(
    ("day", "months"), [(WRITTEN, 0), (date(2023, 1, 31), 12), (date(2026, 1, 31), 48), (date(2021, 1, 31), -12)]
)
def test_months_from_the_paper_to_a_day(day, months) -> None:
    assert forecasts.months_since(WRITTEN, day) == pytest.approx(months, abs=0.05)


def test_verdicts_are_tallied_the_most_frequent_first() -> None:
    told = forecasts.tally(["pending", "supported", "pending", "contradicted"])
    assert list(told.items()) == [("pending", 2), ("contradicted", 1), ("supported", 1)]
    assert forecasts.tally([]) == {}
