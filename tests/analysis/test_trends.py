from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, special, stats

from afpak.analysis import trends
from afpak.analysis.versions import preferred

REPOSITORY = Path(__file__).resolve().parents[2]
BREAKS = ("2014-06-15", "2021-08-15")
HAC = {"cov_type": "HAC", "cov_kwds": {"maxlags": 1}}


def from_the_file(series: str, metric: str) -> dict[int, float]:
    """Counts by year, the version published last, straight from the file."""
    last: dict[int, tuple[str, str, float]] = {}
    with (REPOSITORY / "data/series/annual.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if (row["series"], row["metric"], row["place"], row["group"]) != (series, metric, "Pakistan", "all"):
                continue
            published = row["published"] + {0: "", 4: "-12-31", 7: "-31", 10: ""}[len(row["published"])]
            year = int(row["period"])
            last[year] = max(last.get(year, ("", "", 0.0)), (published, row["version"], float(row["value"])))
    return {year: value for year, (_, _, value) in sorted(last.items())}


def rows(*values: tuple[str, str, int, float]) -> pd.DataFrame:
    """Chosen figures from (series, metric, year, value)."""
    return pd.DataFrame(
        [
            {
                "series": series, "metric": metric, "place": "Pakistan", "group": "all", "period": str(year),
                "value": value, "lowest": value, "highest": value, "versions": 1,
            }
            for series, metric, year, value in values
        ]
    )  # fmt: skip


# Counts by year


@pytest.mark.parametrize(
    ("series", "metric"),
    [("NACTA/MoI", "terrorist_incidents"), ("PIPS", "terrorist_attacks"), ("CRSS", "terror_attacks")],
)
def test_a_series_by_year_is_what_the_file_holds(series, metric, latest) -> None:
    frame = trends.by_year(preferred(latest["annual"]), series, metric)
    assert dict(zip(frame["year"], frame["count"], strict=True)) == from_the_file(series, metric)
    assert frame["year"].is_monotonic_increasing


def test_the_spread_of_versions_stands_beside_the_count(paper) -> None:
    frame = trends.by_year(preferred(paper["annual"]), "NACTA/MoI", "terrorist_incidents").set_index("year")
    # 2014: 1816 in 2017, 1861 in 2018, 1816 in 2019
    assert frame.loc[2014, ["count", "lowest", "highest", "versions"]].tolist() == [1816, 1816, 1861, 3]


def test_a_metric_that_a_series_lacks_is_refused_with_those_it_has() -> None:
    chosen = rows(("S", "attacks", 2014, 1.0), ("S", "killed", 2014, 2.0))
    with pytest.raises(ValueError, match=r"'S' has no metric 'wounded'.*attacks, killed"):
        trends.by_year(chosen, "S", "wounded")
    with pytest.raises(ValueError, match="it has: none"):
        trends.by_year(chosen, "T", "attacks")


def test_counts_of_a_group_are_not_counts_of_all() -> None:
    chosen = rows(("S", "attacks", 2014, 1.0), ("S", "attacks", 2015, 2.0))
    chosen.loc[1, "group"] = "TTP"
    assert trends.by_year(chosen, "S", "attacks")["year"].tolist() == [2014]


def test_series_side_by_side_are_never_filled_and_never_spliced() -> None:
    chosen = rows(
        ("A", "attacks", 2010, 1.0), ("A", "attacks", 2012, 3.0), ("A", "attacks", 2014, 5.0),
        ("B", "strikes", 2011, 20.0), ("B", "strikes", 2012, 30.0), ("B", "strikes", 2013, 40.0),
        ("C", "attacks", 2010, 7.0), ("C", "attacks", 2011, 7.0),
        ("D", "attacks", 2010, 7.0), ("D", "attacks", 2011, 7.0), ("D", "attacks", 2012, 7.0),
    )  # fmt: skip
    definitions = pd.DataFrame(
        {"series": ["B", "A", "C", "D", "E"], "incident_metric": ["strikes", "attacks", "attacks", np.nan, "attacks"]}
    )
    wide = trends.side_by_side(chosen, definitions, "incident_metric")
    # C has two years only, D no metric, E no figure.
    assert list(wide.columns) == ["A", "B"]
    assert list(wide.index) == [2010, 2011, 2012, 2013, 2014]
    expected = [[1, np.nan], [np.nan, 20], [3, 30], [np.nan, 40], [5, np.nan]]
    np.testing.assert_array_equal(wide.to_numpy(float), np.array(expected, float))


def test_real_series_side_by_side_hold_the_figures_of_the_file_and_no_more(latest) -> None:
    wide = trends.side_by_side(preferred(latest["annual"]), latest["series"], "incident_metric")
    told = dict(zip(latest["series"]["series"], latest["series"]["incident_metric"], strict=True))
    for name in wide.columns:
        own = wide[name].dropna()
        assert dict(zip(own.index, own, strict=True)) == from_the_file(name, told[name])


# Agreement


SMALL = pd.DataFrame(
    {"A": [10.0, 20.0, 30.0, 40.0, 50.0, 60.0], "B": [2.0, 1.0, 3.0, 5.0, 4.0, 6.0]},
    index=pd.RangeIndex(2010, 2016, name="year"),
)


def test_the_rank_correlation_and_its_interval_are_those_worked_out_by_hand() -> None:
    row = trends.agreement(SMALL).iloc[0]
    # Ranks of A are 1..6, of B 2 1 3 5 4 6: differences -1 1 0 -1 1 0, squares sum to 4.
    # rho = 1 - 6 * 4 / (6 * 35) = 1 - 24/210 = 31/35
    rho = 31 / 35
    assert row["rho"] == pytest.approx(rho, abs=1e-12)
    # Bonett and Wright: variance of atanh(rho) is (1 + rho^2 / 2) / (n - 3), n = 6.
    half = 1.959963984540054 * ((1 + rho * rho / 2) / 3) ** 0.5
    middle = 0.5 * np.log((1 + rho) / (1 - rho))
    low, high = (np.exp(2 * end) - 1 for end in (middle - half, middle + half))
    assert row["low"] == pytest.approx(low / (low + 2), abs=1e-9)
    assert row["high"] == pytest.approx(high / (high + 2), abs=1e-9)
    assert (row["years"], row["from"], row["to"]) == (6, 2010, 2015)
    # Ratios A / B: 5, 20, 10, 8, 12.5, 10
    assert (row["ratio_low"], row["ratio_high"]) == (5.0, 20.0)


def test_the_rank_correlation_is_that_of_scipy_on_the_years_in_common(latest) -> None:
    wide = trends.side_by_side(preferred(latest["annual"]), latest["series"], "incident_metric")
    table = trends.agreement(wide)
    assert len(table) > 3
    for row in table.to_dict("records"):
        both = wide[[row["first"], row["second"]]].dropna()
        # Spearman is Pearson on mid-ranks.
        ranks = both.rank().to_numpy(float)
        assert row["rho"] == pytest.approx(np.corrcoef(ranks.T)[0, 1], abs=1e-12)
        assert row["rho"] == pytest.approx(stats.spearmanr(*both.to_numpy(float).T).statistic, abs=1e-12)
        assert row["years"] == len(both)


def test_ties_share_their_rank() -> None:
    wide = pd.DataFrame({"A": [1.0, 1.0, 2.0, 3.0], "B": [1.0, 2.0, 3.0, 4.0]}, index=range(2010, 2014))
    # Mid-ranks of A: 1.5 1.5 3 4; of B: 1 2 3 4. Deviations: -1 -1 .5 1.5 and -1.5 -.5 .5 1.5.
    # Products: 1.5 + .5 + .25 + 2.25 = 4.5; squares: 4.5 and 5. rho = 4.5 / sqrt(22.5)
    assert trends.agreement(wide)["rho"].iloc[0] == pytest.approx(4.5 / 22.5**0.5)


def test_below_six_common_years_there_is_no_interval_and_below_three_no_row() -> None:
    five = trends.agreement(SMALL.iloc[:5]).iloc[0]
    assert np.isnan(five["low"]) and np.isnan(five["high"]) and five["years"] == 5
    assert trends.agreement(SMALL.iloc[:2]).empty


def test_a_perfect_correlation_has_no_interval() -> None:
    row = trends.agreement(SMALL.assign(B=SMALL["A"] * 2)).iloc[0]
    assert row["rho"] == pytest.approx(1.0)
    assert np.isnan(row["low"]) and np.isnan(row["high"])


def test_a_higher_level_gives_a_wider_interval() -> None:
    narrow, wide = (trends.agreement(SMALL, level).iloc[0] for level in (0.8, 0.99))
    assert wide["low"] < narrow["low"] < narrow["rho"] < narrow["high"] < wide["high"] <= 1


def test_a_year_of_zero_has_no_ratio() -> None:
    wide = SMALL.copy()
    wide.loc[2011, "B"] = 0.0
    row = trends.agreement(wide).iloc[0]
    # Left: 5, 10, 8, 12.5, 10
    assert (row["ratio_low"], row["ratio_high"]) == (5.0, 12.5)


def test_the_larger_over_the_smaller_is_the_same_whichever_comes_first() -> None:
    wide = pd.DataFrame({"A": [10.0, 30.0, 0.0, 6.0], "B": [40.0, 20.0, 5.0, 6.0]}, index=[2010, 2011, 2012, 2013])
    # 40/10, 30/20, nothing over zero, 6/6
    for order in (["A", "B"], ["B", "A"]):
        row = trends.agreement(wide[order]).iloc[0]
        assert (row["times_low"], row["times_high"]) == (1.0, 4.0)


def test_ratios_are_the_base_over_each_other_series() -> None:
    wide = pd.DataFrame(
        {"A": [10.0, 20.0, np.nan, 5.0], "B": [5.0, 0.0, 2.0, np.nan], "C": [2.0, 4.0, 1.0, np.nan]},
        index=pd.RangeIndex(2010, 2014, name="year"),
    )
    table = trends.ratios(wide, "A")
    assert list(table.columns) == ["B", "C"]
    # 2010: 10/5 and 10/2; 2011: nothing over zero and 20/4; 2012: no base; 2013: no other.
    assert list(table.index) == [2010, 2011]
    assert table.loc[2010].tolist() == [2.0, 5.0]
    assert pd.isna(table.at[2011, "B"]) and table.at[2011, "C"] == 5.0


# Extremes


def test_the_peak_is_the_first_of_equals_and_the_trough_comes_after_it() -> None:
    wide = pd.DataFrame({"A": [1.0, 9.0, 4.0, 9.0, 3.0, np.nan, 3.0, 5.0]}, index=pd.RangeIndex(2010, 2018))
    row = trends.extremes(wide).iloc[0]
    assert (row["peak"], row["at_peak"], row["trough"], row["at_trough"]) == (2011, 9.0, 2014, 3.0)
    assert (row["first"], row["last"], row["years"], row["missing"], row["last_count"]) == (2010, 2017, 7, 1, 5.0)


def test_a_series_that_peaks_in_its_last_year_has_no_trough() -> None:
    row = trends.extremes(pd.DataFrame({"A": [1.0, 2.0, 3.0]}, index=[2010, 2011, 2012])).iloc[0]
    assert row["peak"] == 2012
    assert pd.isna(row["trough"]) and np.isnan(row["at_trough"])


def test_a_low_before_the_peak_is_no_trough() -> None:
    row = trends.extremes(pd.DataFrame({"A": [0.0, 9.0, 5.0]}, index=[2010, 2011, 2012])).iloc[0]
    assert (row["trough"], row["at_trough"]) == (2012, 5.0)


def test_the_real_peaks_are_those_of_the_file(paper) -> None:
    wide = trends.side_by_side(preferred(paper["annual"]), paper["series"], "incident_metric")
    table = trends.extremes(wide).set_index("series")
    # NACTA: 2061 in 2010 is the largest of all; 482 in 2019 the least after it.
    assert table.loc["NACTA/MoI", ["peak", "at_peak", "trough", "at_trough"]].tolist() == [2010, 2061, 2019, 482]


# The design of an interrupted time series


def years(first: int, last: int, *without: int) -> pd.DataFrame:
    kept = [year for year in range(first, last + 1) if year not in without]
    return pd.DataFrame({"year": kept, "count": [100.0] * len(kept)})


def test_the_level_is_the_share_of_the_year_after_the_break() -> None:
    terms, _ = trends.design(years(2010, 2019), ["2014-06-15"])
    level = terms.set_index("year")["level_2014_06"]
    # From 15 June to the end of 2014: 16 days of June, 184 of July to December: 200 of 365.
    assert level[2014] == pytest.approx(200 / 365)
    assert level.loc[:2013].eq(0).all() and level.loc[2015:].eq(1).all()


def test_the_slope_is_the_time_since_the_break_averaged_over_the_year() -> None:
    terms, _ = trends.design(years(2010, 2019), ["2014-06-15"])
    slope = terms.set_index("year")["slope_2014_06"]
    # In the year of the break the integral of t from 0 to s = 200/365 is s^2 / 2.
    assert slope[2014] == pytest.approx((200 / 365) ** 2 / 2)
    # In 2015 t runs from 200 days to 565 days: on average 382.5 days. In years:
    assert slope[2015] == pytest.approx(382.5 / 365.25, abs=0.002)
    assert slope[2019] - slope[2018] == pytest.approx(1.0, abs=0.004)
    assert slope.loc[:2013].eq(0).all()


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2009, 1, 1), date(2016, 12, 31)))
def test_level_and_slope_are_averages_over_the_days_of_the_year(day: date) -> None:
    terms, (told,) = trends.design(years(2001, 2024), [day.isoformat()])
    for row in terms.to_dict("records"):
        first = date(row["year"], 1, 1)
        days = [first + timedelta(days=i) for i in range((date(row["year"] + 1, 1, 1) - first).days)]
        after = np.array([one >= day for one in days], float)
        since = np.array([max((one - day).days + 0.5, 0) / 365.25 for one in days])
        assert row[told.level] == pytest.approx(after.mean(), abs=1e-12)
        assert row[told.slope] == pytest.approx(since.mean(), abs=0.003)


def test_a_break_on_new_years_day_has_a_whole_year_and_half_a_year_of_slope() -> None:
    terms, _ = trends.design(years(2010, 2019), ["2014-01-01"])
    row = terms.set_index("year").loc[2014]
    assert (row["level_2014_01"], row["slope_2014_01"]) == (1.0, 0.5)


def test_time_is_counted_in_years_from_the_first_one_across_missing_years() -> None:
    terms, _ = trends.design(years(2010, 2014, 2012), [])
    assert terms["time"].tolist() == [0.0, 1.0, 3.0, 4.0]


@pytest.mark.parametrize(
    ("before", "after", "can"),
    [
        (1, 9, "nothing"), (9, 1, "nothing"), (2, 9, "level only"), (9, 2, "level only"), (3, 3, "level only"),
        (4, 4, "level and slope"), (4, 3, "level only"), (3, 4, "level only"), (0, 9, "nothing"),
    ],
)  # fmt: skip
def test_a_level_needs_two_whole_years_on_either_side_and_a_slope_four(before, after, can) -> None:
    terms, (told,) = trends.design(years(2014 - before, 2014 + after), ["2014-06-15"])
    assert told.estimable == can
    assert (told.before, told.after) == (before, after)
    assert [name for name in terms.columns if "_" in name] == list(told.terms)


def test_years_without_a_count_do_not_make_a_break_estimable() -> None:
    _, (told,) = trends.design(years(2009, 2018, 2010, 2011, 2012), ["2014-06-15"])
    assert (told.before, told.after, told.estimable) == (2, 4, "level only")


def test_two_breaks_need_two_whole_years_between_them() -> None:
    # Between 15 June and 16 December 2014 lies no whole year: the two levels differ in one point, 2014, only,
    # so that one of them fits that point exactly and its error means nothing.
    terms, told = trends.design(years(2006, 2024), ["2014-06-15", "2014-12-16"])
    levels = [one.level for one in told if one.level]
    differing = [int((terms[a] != terms[b]).sum()) for a in levels for b in levels if a < b]
    assert all(count >= 2 for count in differing)


def test_a_slope_between_two_breaks_needs_four_whole_years_between_them() -> None:
    # 2015 is the only whole year between the breaks, and the first break's slope rests on it.
    _, (first, _) = trends.design(years(2004, 2024), ["2014-06-15", "2016-06-15"])
    assert not first.slope


def test_two_breaks_in_one_month_do_not_become_one_term() -> None:
    _, told = trends.design(years(2006, 2024), ["2014-06-01", "2014-06-29"])
    named = [term for one in told for term in one.terms]
    assert len(named) == len(set(named))


def test_breaks_come_in_order_of_date_and_the_formula_names_their_terms() -> None:
    _, told = trends.design(years(2006, 2024), ["2021-08-15", "2014-06-15"])
    assert [one.day for one in told] == [date(2014, 6, 15), date(2021, 8, 15)]
    # 2022 to 2024 are three whole years after the second.
    assert trends.formula(told) == "count ~ time + level_2014_06 + slope_2014_06 + level_2021_08"
    assert trends.formula(()) == "count ~ time"


def test_the_terms_of_the_design_can_be_told_apart(latest) -> None:
    for terms, told in long(latest).values():
        names = ["time", *(name for one in told for name in one.terms)]
        matrix = np.column_stack([np.ones(len(terms)), terms[names]])
        assert np.linalg.matrix_rank(matrix) == matrix.shape[1] < len(terms)


def long(inputs, first: int = 2006, last: int = 2025):
    wide = trends.side_by_side(preferred(inputs["annual"]), inputs["series"], "incident_metric")
    return trends.long_enough(wide, BREAKS, first, last)


def test_a_series_too_short_for_any_break_is_left_out() -> None:
    wide = pd.DataFrame(
        {"long": [5.0] * 10, "late": [np.nan] * 5 + [5.0] * 5, "none": [np.nan] * 10},
        index=pd.RangeIndex(2010, 2020, name="year"),
    )
    designs = trends.long_enough(wide, ["2014-06-15"], 2010, 2019)
    assert list(designs) == ["long"]
    assert trends.long_enough(wide, ["2014-06-15"], 2013, 2019) == {}


# Fitting it


def matrix_of(terms: pd.DataFrame, told) -> np.ndarray:
    names = [name for one in told for name in one.terms]
    return np.column_stack([np.ones(len(terms)), terms["time"], *(terms[name] for name in names)])


def irls(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Poisson maximum likelihood by iteratively reweighted least squares, written out."""
    beta = np.linalg.lstsq(x, np.log(y), rcond=None)[0]
    for _ in range(200):
        mu = np.exp(x @ beta)
        step = np.linalg.solve(x.T @ (mu[:, None] * x), x.T @ (y - mu))
        beta = beta + step
        if np.abs(step).max() < 1e-13:
            break
    return beta


def newey_west(scores: np.ndarray, bread: np.ndarray, lags: int, corrected: bool) -> np.ndarray:
    """Sandwich with Bartlett weights 1 - l / (lags + 1), and the small-sample factor n / (n - k) if asked."""
    meat = scores.T @ scores
    for lag in range(1, lags + 1):
        cross = scores[lag:].T @ scores[:-lag]
        meat = meat + (1 - lag / (lags + 1)) * (cross + cross.T)
    n, k = scores.shape
    return bread @ meat @ bread * (n / (n - k) if corrected else 1.0)


@pytest.fixture(scope="module")
def nacta(paper):
    """The series of the chapter from 2006 on: terms, breaks, design matrix and counts."""
    counts = trends.by_year(preferred(paper["annual"]), "NACTA/MoI", "terrorist_incidents")
    frame = counts[counts["year"].between(2006, 2025)].reset_index(drop=True)
    terms, told = trends.design(frame, BREAKS)
    return terms, told, matrix_of(terms, told), frame["count"].to_numpy(float)


def test_a_poisson_model_gives_back_the_coefficients_that_made_the_counts() -> None:
    terms, told = trends.design(years(2005, 2024), ["2014-06-15"])
    known = {"Intercept": 6.0, "time": 0.05, "level_2014_06": -0.7, "slope_2014_06": -0.12}
    made = np.exp(sum(value * terms.get(name, 1.0) for name, value in known.items()))
    result = smf.poisson(trends.formula(told), data=terms.assign(count=made)).fit(disp=0, maxiter=200)
    for name, value in known.items():
        assert result.params[name] == pytest.approx(value, abs=1e-6)


def test_the_poisson_fit_to_nacta_is_the_maximum_of_the_likelihood(nacta) -> None:
    terms, told, x, y = nacta
    assert len(y) == 14  # 2006 to 2019
    result = smf.poisson(trends.formula(told), data=terms).fit(disp=0)
    beta = irls(x, y)
    np.testing.assert_allclose(result.params.to_numpy(), beta, atol=1e-6)
    mu = np.exp(x @ beta)
    assert result.llf == pytest.approx(stats.poisson.logpmf(y, mu).sum(), abs=1e-6)
    information = x.T @ (mu[:, None] * x)
    np.testing.assert_allclose(result.bse, np.sqrt(np.diag(np.linalg.inv(information))), rtol=1e-4)


def nb2(parameters: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Log-likelihood of each count, variance mu + alpha mu^2."""
    mu, size = np.exp(x @ parameters[:-1]), 1 / parameters[-1]
    return (
        special.gammaln(y + size) - special.gammaln(size) - special.gammaln(y + 1)
        + size * np.log(size / (size + mu)) + y * np.log(mu / (size + mu))
    )  # fmt: skip


def fitted_nb2(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    start = np.r_[irls(x, y), np.log(0.02)]
    scale = np.r_[np.full(x.shape[1], 1.0), 1.0]

    def loss(p: np.ndarray) -> float:
        return -float(nb2(np.r_[p[:-1], np.exp(p[-1])], x, y).sum())

    best = optimize.minimize(
        loss,
        start * scale,
        method="Nelder-Mead",
        options={"maxiter": 40000, "maxfev": 40000, "xatol": 1e-9, "fatol": 1e-12},
    )
    best = optimize.minimize(loss, best.x, method="BFGS", options={"gtol": 1e-7})
    return np.r_[best.x[:-1], np.exp(best.x[-1])]


def nb2_scores(p: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Derivatives of each count's log-likelihood, by hand."""
    mu, alpha = np.exp(x @ p[:-1]), p[-1]
    size = 1 / alpha
    towards_beta = ((y - mu) / (1 + alpha * mu))[:, None] * x
    towards_size = (
        special.digamma(y + size) - special.digamma(size) + np.log(size / (size + mu)) + 1 - (y + size) / (size + mu)
    )
    return np.column_stack([towards_beta, -towards_size / alpha**2])


def nb2_hessian(p: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Central differences of the analytic scores."""
    columns = []
    for i in range(len(p)):
        step = np.zeros_like(p)
        step[i] = 1e-6 * max(abs(p[i]), 1e-2)
        columns.append((nb2_scores(p + step, x, y).sum(0) - nb2_scores(p - step, x, y).sum(0)) / (2 * step[i]))
    return np.column_stack(columns)


def test_the_negative_binomial_fit_to_nacta_is_the_maximum_of_the_likelihood(nacta) -> None:
    terms, told, x, y = nacta
    result = smf.negativebinomial(trends.formula(told), data=terms).fit(disp=0, maxiter=500, **HAC)
    assert result.mle_retvals["converged"]
    best = fitted_nb2(x, y)
    assert result.llf == pytest.approx(nb2(best, x, y).sum(), abs=1e-4)
    # The same density from scipy's parameters: n = 1 / alpha, p = n / (n + mu).
    mu, size = np.exp(x @ best[:-1]), 1 / best[-1]
    assert nb2(best, x, y).sum() == pytest.approx(stats.nbinom.logpmf(y, size, size / (size + mu)).sum())
    np.testing.assert_allclose(result.params, best, rtol=2e-3, atol=2e-4)


CORRECTED = {"cov_type": "HAC", "cov_kwds": {"maxlags": 1, "use_correction": True}}
BOTH_ERRORS = pytest.mark.parametrize(("errors", "corrected"), [(HAC, False), (CORRECTED, True)])


@BOTH_ERRORS
def test_the_robust_errors_of_the_poisson_model_are_a_newey_west_sandwich(errors, corrected, nacta) -> None:
    terms, told, x, y = nacta
    result = smf.poisson(trends.formula(told), data=terms).fit(disp=0, **errors)
    mu = np.exp(x @ irls(x, y))
    covariance = newey_west((y - mu)[:, None] * x, np.linalg.inv(x.T @ (mu[:, None] * x)), 1, corrected)
    np.testing.assert_allclose(result.bse, np.sqrt(np.diag(covariance)), rtol=1e-4)


@BOTH_ERRORS
def test_the_robust_errors_of_the_negative_binomial_model_are_a_newey_west_sandwich(errors, corrected, nacta) -> None:
    terms, told, x, y = nacta
    result = smf.negativebinomial(trends.formula(told), data=terms).fit(disp=0, maxiter=500, **errors)
    at = result.params.to_numpy()
    bread = np.linalg.inv(nb2_hessian(at, x, y))
    covariance = newey_west(nb2_scores(at, x, y), bread, 1, corrected)
    np.testing.assert_allclose(result.bse, np.sqrt(np.diag(covariance)), rtol=2e-3)


@pytest.fixture(scope="module", params=["poisson", "negativebinomial"])
def fit(request, nacta):
    terms, told, x, _ = nacta
    family = {"poisson": smf.poisson, "negativebinomial": smf.negativebinomial}[request.param]
    return family(trends.formula(told), data=terms).fit(disp=0, maxiter=500, **HAC), terms, told, x


def test_rate_ratios_are_the_exponentials_of_the_parameters_with_their_intervals(fit) -> None:
    result, _, told, _ = fit
    table = trends.rate_ratios(result).set_index("term")
    assert list(table.index) == ["time", *(name for one in told for name in one.terms)]
    for name in table.index:
        beta, error = result.params[name], result.bse[name]
        assert table.at[name, "ratio"] == pytest.approx(np.exp(beta))
        assert table.at[name, "low"] == pytest.approx(np.exp(beta - 1.959963984540054 * error))
        assert table.at[name, "high"] == pytest.approx(np.exp(beta + 1.959963984540054 * error))
        assert table.at[name, "p"] == pytest.approx(2 * stats.norm.sf(abs(beta / error)))


def test_a_lower_level_gives_a_narrower_interval_of_the_ratio(fit) -> None:
    result, *_ = fit
    narrow = trends.rate_ratios(result, 0.5).set_index("term").loc["time"]
    beta, error = result.params["time"], result.bse["time"]
    assert narrow["low"] == pytest.approx(np.exp(beta - 0.6744897501960817 * error))


def test_terms_are_told_in_words(fit) -> None:
    meanings = trends.rate_ratios(fit[0]).set_index("term")["meaning"]
    assert meanings["time"] == "each year, before any break"
    assert meanings["level_2014_06"] == "level after June 2014"
    assert "June 2014" in meanings["slope_2014_06"] and "each year" in meanings["slope_2014_06"]


def test_yearly_changes_add_up_the_slopes_with_the_interval_of_their_sum(fit) -> None:
    result, _, told, _ = fit
    table = trends.yearly_changes(result, told)
    # The counts end in 2019, so that August 2021 ends no stretch.
    assert table["since"].tolist() == [None, date(2014, 6, 15)]
    assert table["until"].tolist() == [date(2014, 6, 15), None]
    time = trends.rate_ratios(result).set_index("term").loc["time"]
    assert table.iloc[0][["ratio", "low", "high"]].tolist() == pytest.approx(time[["ratio", "low", "high"]].tolist())
    both = result.params["time"] + result.params["slope_2014_06"]
    cov = np.asarray(result.cov_params())
    i, j = (list(result.params.index).index(name) for name in ("time", "slope_2014_06"))
    error = (cov[i, i] + cov[j, j] + 2 * cov[i, j]) ** 0.5
    ends = [np.exp(both + sign * 1.959963984540054 * error) for sign in (0, -1, 1)]
    assert table.iloc[1][["ratio", "low", "high"]].tolist() == pytest.approx(ends)


def test_yearly_changes_give_back_those_that_made_the_counts() -> None:
    terms, told = trends.design(years(2005, 2024), ["2014-06-15"])
    made = np.exp(6 + 0.05 * terms["time"] - 0.7 * terms["level_2014_06"] - 0.12 * terms["slope_2014_06"])
    result = smf.poisson(trends.formula(told), data=terms.assign(count=made)).fit(disp=0, maxiter=200)
    assert trends.yearly_changes(result, told)["ratio"].tolist() == pytest.approx(np.exp([0.05, -0.07]), rel=1e-5)


def test_changes_are_told_in_per_cent_and_what_can_not_be_told_is_said() -> None:
    day, later = date(2014, 6, 15), date(2021, 8, 15)
    breaks = [trends.Break(day, 8, 7, "level", "slope"), trends.Break(later, 7, 2, "level", "")]
    changes = pd.DataFrame(
        [
            {"since": None, "until": day, "ratio": 0.78, "low": 0.74, "high": 0.81},
            {"since": day, "until": None, "ratio": 0.9997, "low": 0.95, "high": 1.1},
        ],
        dtype=object,
    )
    assert trends.told_changes(changes, breaks, "attacks", "2006", "2023", "years") == (
        "From 2006 to June 2014 attacks fell by 22% a year (95% interval 19% to 26%). "
        "From June 2014 to 2023 attacks neither clearly rose nor fell: 0% a year (95% interval −5% to +10%). "
        "How attacks moved after August 2021 beyond a step can’t be told: too few whole years lie beside it."
    )
    rose = pd.DataFrame([{"since": None, "until": None, "ratio": 1.5, "low": 1.25, "high": 2.0}], dtype=object)
    assert "rose by 50% a year (95% interval 25% to 100%)" in trends.told_changes(rose, [], "a", "1", "2", "years")


def test_steps_are_told_as_multiples() -> None:
    table = pd.DataFrame(
        {
            "term": ["time", "level_2014_06", "level_2021_08"],
            "meaning": ["each year, before any break", "level after June 2014", "level after August 2021"],
            "ratio": [1.0, 0.46, 0.88], "low": [0.9, 0.37, 0.57], "high": [1.1, 0.58, 1.35],
        }
    )  # fmt: skip
    assert trends.told_levels(table) == (
        "Right after June 2014 the count is 0.46 times what the earlier trend leads to (0.37 to 0.58). "
        "Right after August 2021 the count is 0.88 times what the earlier trend leads to (0.57 to 1.35), which is no "
        "clear step."
    )
    assert trends.told_levels(table.iloc[:1]) == "No step at a date can be estimated."


def test_the_earlier_trend_carried_on_has_no_break_in_it(fit) -> None:
    result, terms, told, x = fit
    lines = trends.counterfactual(result, terms, told)
    k = x.shape[1]
    beta = result.params.to_numpy()[:k]
    covariance = result.cov_params().to_numpy()[:k, :k]
    absent = x.copy()
    absent[:, 2:] = 0.0
    for matrix, name in ((x, "fitted"), (absent, "without")):
        line = matrix @ beta
        # The linear predictor has variance x V x'; its interval is carried through the exponential.
        half = 1.959963984540054 * np.sqrt(np.einsum("ij,jk,ik->i", matrix, covariance, matrix))
        shown = lines["year"].to_numpy() >= (2014 if name == "without" else 0)
        np.testing.assert_allclose(lines[name][shown], np.exp(line)[shown], rtol=1e-6)
        np.testing.assert_allclose(lines[f"{name}_low"][shown], np.exp(line - half)[shown], rtol=1e-6)
        np.testing.assert_allclose(lines[f"{name}_high"][shown], np.exp(line + half)[shown], rtol=1e-6)
        assert lines.loc[~shown, [name, f"{name}_low", f"{name}_high"]].isna().all(axis=None)


def test_without_a_break_nothing_is_carried_on() -> None:
    frame = years(2010, 2019).assign(count=np.arange(10.0) + 5)
    terms, told = trends.design(frame, ["2018-06-15"])
    result = smf.poisson(trends.formula(told), data=terms).fit(disp=0)
    lines = trends.counterfactual(result, terms, told)
    assert lines[["without", "without_low", "without_high"]].isna().all(axis=None)
    assert lines["fitted"].notna().all()


# Dispersion and autocorrelation


def poisson_fit(y: np.ndarray):
    frame = pd.DataFrame({"count": y, "time": np.arange(len(y), dtype=float)})
    return smf.poisson("count ~ time", data=frame).fit(disp=0)


def dean(y: np.ndarray, mu: np.ndarray) -> float:
    """Dean (1992), her statistic for the variance mu + a mu^2: sum of (y - mu)^2 - y over sqrt(2 sum mu^2)."""
    return float(((y - mu) ** 2 - y).sum() / np.sqrt(2 * (mu**2).sum()))


def test_deans_statistic_is_the_one_worked_out_by_hand(nacta) -> None:
    terms, told, x, y = nacta
    tests = trends.dispersion(smf.poisson(trends.formula(told), data=terms).fit(disp=0)).set_index("method")
    statistic = dean(y, np.exp(x @ irls(x, y)))
    assert tests.at["Dean B", "statistic"] == pytest.approx(statistic, rel=1e-5)
    assert tests.at["Dean B", "p"] == pytest.approx(2 * stats.norm.sf(abs(statistic)), rel=1e-4, abs=1e-300)


def test_cameron_and_trivedis_regression_is_that_of_its_variance(nacta) -> None:
    terms, told, x, y = nacta
    tests = trends.dispersion(smf.poisson(trends.formula(told), data=terms).fit(disp=0)).set_index("method")
    mu = np.exp(x @ irls(x, y))
    z = ((y - mu) ** 2 - y) / mu

    def t(g: np.ndarray) -> float:
        """The t of a regression of z on g without a constant."""
        slope = float(g @ z / (g @ g))
        return slope / float(np.sqrt(((z - slope * g) ** 2).sum() / (len(z) - 1) / (g @ g)))

    # Variance mu + a mu^2: z on mu. The library's regression for mu + a mu is that of mu + a mu^2 again: left out.
    assert tests.at["CT nb2", "statistic"] == pytest.approx(t(mu), rel=1e-4)
    assert [name for name in tests.index if "nb1" in name] == []


def test_counts_that_scatter_more_than_poisson_are_called_overdispersed() -> None:
    y = np.array([200, 20, 180, 30, 220, 10, 190, 40, 210, 25, 170, 35], float)
    assert trends.overdispersed(trends.dispersion(poisson_fit(y)))


def test_counts_that_scatter_as_poisson_does_are_not_called_overdispersed() -> None:
    # Twelve counts around 100 with a variance of about 100: the deviations are -10 and 10 in turn.
    y = np.array([110, 90, 90, 110, 110, 90, 90, 110, 110, 90, 90, 110], float)
    result = poisson_fit(y)
    assert abs(dean(y, result.predict().astype(float))) < 1
    assert not trends.overdispersed(trends.dispersion(result))


def test_counts_that_scatter_less_than_poisson_are_not_called_overdispersed() -> None:
    y = np.full(60, 500.0)
    y[::2] += 1
    tests = trends.dispersion(poisson_fit(y))
    row = tests.set_index("method").loc["Dean B"]
    # 60 counts whose variance is 0.25 where 500 is expected: -60 * 500 / (500 sqrt(120)) = -5.5, far out on the left.
    assert row["statistic"] == pytest.approx(-60 / 120**0.5, rel=0.01)
    assert row["p"] < 0.001
    assert not trends.overdispersed(tests)


def test_the_level_of_the_test_can_be_chosen() -> None:
    tests = pd.DataFrame({"method": ["Dean A", "Dean B"], "statistic": [9.0, 2.1], "p": [0.0, 0.036]})
    assert trends.overdispersed(tests)
    assert not trends.overdispersed(tests, level=0.01)


def test_the_nacta_counts_are_overdispersed(nacta) -> None:
    _, _, x, y = nacta
    terms, told, *_ = nacta
    assert dean(y, np.exp(x @ irls(x, y))) > 1.96
    assert trends.overdispersed(trends.dispersion(smf.poisson(trends.formula(told), data=terms).fit(disp=0)))


def test_ljung_and_boxs_statistic_is_the_one_worked_out_by_hand() -> None:
    e = np.array([1.0, 2.0, -1.0, 0.5, -2.0, -0.5, 1.5, -1.5])
    d = e - e.mean()
    r = [float((d[lag:] * d[: len(d) - lag]).sum() / (d * d).sum()) for lag in (1, 2)]
    q1 = 8 * 10 * r[0] ** 2 / 7
    q2 = q1 + 8 * 10 * r[1] ** 2 / 6
    table = trends.autocorrelation(e)
    assert table["lag"].tolist() == [1, 2]
    assert table["statistic"].tolist() == pytest.approx([q1, q2])
    assert table["p"].tolist() == pytest.approx([stats.chi2.sf(q1, 1), stats.chi2.sf(q2, 2)])


def test_residuals_that_follow_each_other_are_told_from_those_that_do_not() -> None:
    wave = np.repeat([1.0, -1.0, 1.0, -1.0, 1.0, -1.0], 5)
    noise = np.random.default_rng(20140615).normal(size=30)
    assert trends.autocorrelation(wave)["p"].iloc[0] < 0.01
    assert trends.autocorrelation(noise)["p"].iloc[0] > 0.05
