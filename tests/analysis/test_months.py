"""Which counts stand, the months of a series, and its interrupted time series."""

from __future__ import annotations

import calendar
import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf

from afpak.analysis import months, trends
from afpak.problems import InputError

COUNTS = ("events", "deaths_best", "deaths_low", "deaths_high", "deaths_civilians")


def rows(*given: tuple[str, str, str, str, int | None]) -> pd.DataFrame:
    """Rows of event-months: release, place, group, month, events; twice as many deaths."""
    frame = pd.DataFrame(given, columns=["release", "place", "group", "month", "events"])
    frame["events"] = frame["events"].astype("Int64")
    for column in COUNTS[1:]:
        frame[column] = frame["events"] * 2
    return frame


def divisions(*given: tuple[str, str, str, str, int]) -> pd.DataFrame:
    frame = pd.DataFrame(given, columns=["release", "country", "place", "year", "events"]).assign(group="militant")
    return frame.assign(deaths_best=frame["events"], deaths_low=0, deaths_high=0, deaths_civilians=0)


RELEASES = pd.DataFrame(
    [
        ("early", "ucdp", "21.01.21.12", "candidate"),
        ("older", "ucdp", "9.1", "final"),
        ("newer", "ucdp", "22.1", "final"),
        ("others", "acled", "99", "final"),
    ],
    columns=["release", "provider", "version", "kind"],
)
MONTHS = rows(
    ("early", "Pakistan", "all", "2021-01", 1),
    ("early", "Pakistan", "ttp", "2021-01", 1),
    ("early", "Pakistan", "all", "2021", 1),
    ("early", "Pakistan", "all", "2022-01", 2),
    ("early", "Afghanistan", "all", "2021-01", 3),
    ("older", "Pakistan", "all", "2020-12", 4),
    ("older", "Pakistan", "all", "2021-01", 5),
    ("newer", "Pakistan", "all", "2021-01", 6),
    ("others", "Pakistan", "all", "2021-01", 7),
)
PLACES = divisions(
    ("early", "Pakistan", "pk-kp", "2021", 1),
    ("newer", "Pakistan", "pk-kp", "2021", 6),
    ("early", "Pakistan", "pk-kp", "2022", 2),
    ("early", "Afghanistan", "af-kabul", "2021", 3),
    ("older", "Pakistan", "pk-kp", "2020", 4),
    ("others", "Pakistan", "pk-kp", "2021", 7),
)


class File:
    """An event file, made up."""

    name = "Made-up data"
    provider = "acled"
    source = "made up"

    def __init__(self, number: int) -> None:
        self.number = number

    def months(self) -> pd.DataFrame:
        whole = made_up("2019-01", self.number)["month"]
        given = [("x", "Pakistan", "all", month, 1) for month in (*whole, "2020")]
        return rows(*given).drop(columns="release")

    def provinces(self) -> pd.DataFrame:
        return PLACES.drop(columns="release")

    def days(self) -> pd.DataFrame:
        return pd.DataFrame({"country": ["Pakistan"], "group": ["ttp"], "day": [date(2021, 1, 1)], "events": [1]})


def test_a_month_belongs_to_the_final_release_and_to_the_highest_version() -> None:
    counted = months.chosen(None, MONTHS, PLACES, RELEASES)
    told = counted.months.set_index(["place", "month", "group"])["events"]
    assert told.to_dict() == {
        ("Pakistan", "2020-12", "all"): 4,  # only the older final release covers it
        ("Pakistan", "2021-01", "all"): 6,  # version 22.1 is higher than 9.1, though its text sorts before
        ("Pakistan", "2022-01", "all"): 2,  # only the candidate covers it
        ("Afghanistan", "2021-01", "all"): 3,
    }


def test_neither_a_group_nor_a_year_of_the_replaced_release_is_kept() -> None:
    kept = months.chosen(None, MONTHS, PLACES, RELEASES).months
    assert not ((kept["group"] == "ttp") | (kept["month"] == "2021")).any()


def test_divisions_are_of_the_release_that_the_year_belongs_to() -> None:
    kept = months.chosen(None, MONTHS, PLACES, RELEASES).provinces
    assert sorted(zip(kept["country"], kept["year"], kept["events"], strict=True)) == [
        ("Afghanistan", "2021", 3),
        ("Pakistan", "2020", 4),
        ("Pakistan", "2021", 6),
        ("Pakistan", "2022", 2),
    ]


def test_the_releases_in_use_are_told_and_no_other() -> None:
    counted = months.chosen(None, MONTHS[MONTHS["release"] != "older"], PLACES, RELEASES)
    assert counted.name == "UCDP 22.1 (final), 21.01.21.12 (candidate)"
    assert "9.1" not in counted.source and "event-months" in counted.source
    assert not counted.from_file and counted.days is None


def test_an_event_file_stands_alone() -> None:
    counted = months.chosen(File(24), MONTHS, PLACES, RELEASES)
    assert counted.from_file and counted.source == "made up" and counted.provider == "acled"
    assert len(counted.months) == 25 and set(counted.months["release"]) == {"Made-up data"}
    assert counted.days is not None and len(counted.days) == 1 and counted.passed_over == ""


def test_an_event_file_too_short_for_a_model_is_passed_over_and_that_is_told() -> None:
    counted = months.chosen(File(23), MONTHS, PLACES, RELEASES)
    assert not counted.from_file and counted.days is None
    assert counted.passed_over == "the event file has 23 whole months of Pakistan, where a model by month needs 24"
    with pytest.raises(ValueError, match=r"has 0 whole months of Afghanistan.*no count of 'ucdp'"):
        months.chosen(File(24), MONTHS.iloc[:0], PLACES, RELEASES, "Afghanistan")


def test_without_file_and_rows_there_is_nothing_to_choose() -> None:
    with pytest.raises(ValueError, match="no event file, and event-months has no count of 'ucdp'"):
        months.chosen(None, MONTHS.iloc[:0], PLACES.iloc[:0], RELEASES)
    with pytest.raises(ValueError, match="'gtd'"):
        months.chosen(None, MONTHS, PLACES, RELEASES, provider="gtd")


def test_a_release_is_called_the_same_everywhere() -> None:
    names = months.release_names(RELEASES)
    assert set(names) == set(RELEASES["release"])
    counted = months.chosen(None, MONTHS, PLACES, RELEASES)
    for release in set(counted.months["release"]):
        assert names[release] in counted.name


def test_what_is_covered_and_what_is_missing_between() -> None:
    spans = months.covered(months.chosen(None, MONTHS, PLACES, RELEASES).months)
    first = spans[spans["release"] == "early"].set_index("place")
    assert first.loc["Pakistan", ["first", "last", "months", "missing"]].tolist() == ["2022-01", "2022-01", 1, 0]
    gap = months.covered(
        rows(("x", "P", "all", "2020-01", 1), ("x", "P", "all", "2020-04", 1), ("x", "P", "all", "2020", 5))
    )
    assert gap.iloc[0][["months", "missing", "events"]].tolist() == [2, 2, 7]


def test_a_series_has_covered_months_in_order_with_their_lengths() -> None:
    frame = rows(
        ("x", "P", "all", "2020-03", 3),
        ("x", "P", "all", "2020-02", 0),
        ("x", "P", "all", "2020", 9),
        ("x", "P", "ttp", "2020-02", 8),
        ("x", "P", "all", "2020-04", None),
        ("x", "P", "all", "2020-06", 6),
    )
    counts = months.series(frame, "P", "all", "events", "2020-02", "2020-06")
    assert counts["month"].tolist() == ["2020-02", "2020-03", "2020-06"]
    assert counts["count"].tolist() == [0, 3, 6]
    assert counts["days"].tolist() == [29, 31, 30]
    assert months.missing(counts) == 2
    assert months.series(frame, "P", "all", "deaths_best", "2020-03", "2020-03")["count"].tolist() == [6]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("X", "all", "events"), "no counts of 'X'.*: P"),
        (("P", "is-k", "events"), "no group 'is-k' in P.*all"),
        (("P", "all", "injured"), "no metric 'injured'.*deaths_best"),
        (("P", "all", "events", "2030-01"), "no month of P is covered between 2030-01"),
    ],
)
def test_what_is_not_there_is_said_with_what_there_is(asked, told) -> None:
    with pytest.raises(ValueError, match=told):
        months.series(rows(("x", "P", "all", "2020-01", 1)), *asked)


@pytest.mark.parametrize("text", ["2020", "2020-13", "2020-1", "2020-01-01", ""])
def test_what_is_no_month_is_refused(text) -> None:
    with pytest.raises(InputError, match="expected YYYY-MM"):
        months.month_number(text)


def test_months_can_be_counted_with() -> None:
    assert months.month_number("2020-01") - months.month_number("2019-12") == 1
    assert months.month_text(months.month_number("1999-12") + 2) == "2000-02"


def test_estimates_keep_what_is_missing() -> None:
    frame = rows(("x", "P", "all", "2020-02", 2), ("x", "P", "all", "2020-01", 1))
    frame["deaths_low"] = pd.array([None, 1], dtype="Int64")
    told = months.estimates(frame, "P", "all")
    assert told["month"].tolist() == ["2020-01", "2020-02"]
    assert told["best"].tolist() == [2, 4]
    assert told["low"].iloc[0] == 1 and math.isnan(told["low"].iloc[1])
    frame["deaths_best"] = pd.array([None, None], dtype="Int64")
    assert months.estimates(frame, "P", "all").empty


def made_up(first: str, number: int, counts: np.ndarray | None = None) -> pd.DataFrame:
    start = months.month_number(first)
    texts = [months.month_text(start + i) for i in range(number)]
    days = [calendar.monthrange(int(text[:4]), int(text[5:]))[1] for text in texts]
    return pd.DataFrame({"month": texts, "count": np.ones(number) if counts is None else counts, "days": days})


def test_the_design_by_hand() -> None:
    terms, (one,) = months.design(made_up("2012-06", 48), ["2014-06-15"])
    assert (one.before, one.after) == (24, 23)
    # 24 months before, but only 23 whole ones after: no slope.
    assert one.terms == ("level_2014_06",)
    terms, (one,) = months.design(made_up("2012-06", 49), ["2014-06-15"])
    assert one.terms == ("level_2014_06", "slope_2014_06")
    at = terms.set_index("month")
    assert at.loc["2014-05", ["level_2014_06", "slope_2014_06"]].tolist() == [0, 0]
    # June 2014: of 30 days the 16 from the 15th on lie after it, on average 8 days after, and 14 days not at all.
    assert at.at["2014-06", "level_2014_06"] == pytest.approx(16 / 30)
    assert at.at["2014-06", "slope_2014_06"] == pytest.approx(16 / 30 * 8 / 365.25)
    # The middle of July lies 16 + 15.5 days after the 15th of June.
    assert at.loc["2014-07", ["level_2014_06", "slope_2014_06"]].tolist() == pytest.approx([1, 31.5 / 365.25])
    # From the middle of June 2012 (30 days) to that of July (31): 15 + 15.5 days.
    assert at["time"].iloc[0] == 0 and at["time"].iloc[1] == pytest.approx(30.5 / 365.25)
    assert at.loc["2013-01", list(months.SEASON)].tolist() == pytest.approx([0, 1, 0, 1])
    assert at.loc["2013-04", list(months.SEASON)].tolist() == pytest.approx([1, 0, 0, -1])
    assert at.at["2013-02", "log_rate"] == pytest.approx(math.log(1.5 / 28))


def test_a_series_too_short_for_a_season_is_refused() -> None:
    with pytest.raises(ValueError, match=r"23 months with a count are too few.*needs 24"):
        months.design(made_up("2010-01", 23), [])
    terms, dates = months.design(made_up("2010-01", 24), [])
    assert dates == () and len(terms) == 24


def test_months_are_counted_to_the_next_break() -> None:
    _, (first, second) = months.design(made_up("2010-01", 60), ["2012-01-01", "2011-01-01"])
    assert (first.day, first.before, first.after) == (date(2011, 1, 1), 12, 12)
    assert (second.before, second.after) == (12, 36)
    assert first.terms == ("level_2011_01",) and second.terms == ("level_2012_01",)


def test_a_break_with_too_little_after_it_is_not_estimated_and_said_so() -> None:
    _, dates = months.design(made_up("2015-01", 84), ["2021-08-15", "2030-01-01"])
    assert dates[0].terms == () and dates[1].terms == ()
    assert months.told(dates[:1]) == "15 August 2021: nothing (79 whole months before, 4 after)"
    assert months.formula(dates) == "count ~ time + sine_year + cosine_year + sine_half_year + cosine_half_year"
    assert [f"{day}" for day in months.marked(made_up("2015-01", 84), ["2021-08-15", "2030-01-01"])] == ["2021-08-15"]


@pytest.mark.parametrize(("number", "lags"), [(50, 3), (100, 4), (168, 4), (300, 5)])
def test_the_rule_of_newey_and_west(number, lags) -> None:
    # 4 (n/100)^(2/9): 3.43, 4, 4.49 and 5.11
    assert months.newey_west_lags(number) == lags


TRUTH = {"time": -0.15, "level_2014_06": -0.7, "slope_2014_06": 0.25}


def simulated(seed: int) -> pd.DataFrame:
    """Negative binomial counts whose mean falls, steps down in June 2014, and then rises."""
    frame = made_up("2008-01", 168)
    terms, _ = months.design(frame, ["2014-06-15"])
    logs = 0.8 + sum(terms[name] * value for name, value in TRUTH.items()) + 0.2 * terms["sine_year"]
    mean = np.exp(logs.to_numpy(float)) * frame["days"].to_numpy()
    return frame.assign(count=np.random.default_rng(seed).negative_binomial(8, 8 / (8 + mean)).astype(float))


def fitted(frame: pd.DataFrame, lags: int = 4):
    terms, dates = months.design(frame, ["2014-06-15"])
    model = smf.glm(months.formula(dates), data=terms, offset=np.log(terms["days"]), family=sm.families.Poisson())
    return terms, dates, model.fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})


def test_the_model_finds_what_was_put_in() -> None:
    inside = dict.fromkeys(TRUTH, 0)
    for seed in range(20):
        ratios = months.rate_ratios(fitted(simulated(seed))[2]).set_index("term")
        assert list(ratios.index) == list(TRUTH)
        for name, value in TRUTH.items():
            inside[name] += ratios.at[name, "low"] <= math.exp(value) <= ratios.at[name, "high"]
    # Of 20 intervals at 95% one is expected to miss; four or more would have a chance of one in sixty.
    assert min(inside.values()) >= 16


def test_the_errors_are_those_of_newey_and_west_worked_out_in_full() -> None:
    terms, dates, result = fitted(simulated(1), lags=3)
    names = ["time", *dates[0].terms, *months.SEASON]
    x = np.column_stack([np.ones(len(terms)), terms[names].to_numpy(float)])
    mean = np.exp(x @ result.params.to_numpy() + np.log(terms["days"].to_numpy()))
    score = x * (terms["count"].to_numpy() - mean)[:, None]
    middle = score.T @ score
    for lag in (1, 2, 3):
        shifted = score[lag:].T @ score[:-lag]
        middle += (1 - lag / 4) * (shifted + shifted.T)
    bread = np.linalg.inv(x.T @ (x * mean[:, None]))
    n, k = x.shape
    expected = bread @ middle @ bread * n / (n - k)
    assert np.sqrt(np.diag(expected)) == pytest.approx(result.bse.to_numpy(), rel=1e-5)


def test_the_line_of_comparison_leaves_the_break_out_and_keeps_the_season() -> None:
    terms, dates, result = fitted(simulated(2))
    lines = months.counterfactual(result, terms, dates).set_index("month")
    b = result.params
    at = terms.set_index("month").loc["2020-02"]
    season = sum(b[name] * at[name] for name in months.SEASON)
    without = math.exp(b["Intercept"] + b["time"] * at["time"] + season) * 29
    assert lines.at["2020-02", "without"] == pytest.approx(without)
    step = b["level_2014_06"] + b["slope_2014_06"] * at["slope_2014_06"]
    assert lines.at["2020-02", "fitted"] == pytest.approx(without * math.exp(step))
    assert math.isnan(lines.at["2014-05", "without"]) and not math.isnan(lines.at["2014-06", "without"])
    assert (lines["fitted_low"] < lines["fitted"]).all() and (lines["fitted"] < lines["fitted_high"]).all()


def test_ratios_of_the_season_are_left_out() -> None:
    _, _, result = fitted(simulated(3))
    assert len(trends.rate_ratios(result, without=months.SEASON)) == 3
