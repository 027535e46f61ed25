from __future__ import annotations

import csv
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test
from lifelines.utils import median_survival_times
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from afpak.analysis import attrition

REPOSITORY = Path(__file__).resolve().parents[2]
AS_OF = date(2022, 1, 31)
COLUMNS = [
    "tenure",
    "organisation",
    "person",
    "rank",
    "tenure_start",
    "tenure_end",
    "status",
    "last_seen",
    "known_since",
]


def leaders(*rows: dict[str, str]) -> pd.DataFrame:
    """A table of leaders; whatever a row leaves out is missing, or the plainest value."""
    plain = {"organisation": "x", "rank": "head", "status": "ended"}
    records = [plain | {"tenure": f"t{i}", "person": f"P{i}"} | row for i, row in enumerate(rows)]
    return pd.DataFrame(records, columns=COLUMNS)


def one(**row: str) -> dict:
    table = attrition.tenures(leaders(row), AS_OF, ["x"], ["head", "deputy"])
    assert len(table) == 1
    return dict(table.iloc[0])


@pytest.mark.parametrize(
    ("start", "end", "shortest", "longest"),
    [
        ("2015-01-26", "2016-07-26", 547, 547),  # 365 days to 26 January 2016, then 182 in a leap year
        ("2019-04", "2020-04-04", 340, 369),  # from 30 April: 366 - 26; from 1 April: 366 + 3
        # 31 December 2018 to 1 April 2019: 1 + 31 + 28 + 31; 1 January 2018 to 30 April 2019: 365 + 31 + 28 + 31 + 29
        ("2018", "2019-04", 91, 484),
        # 31 December 2016 to 1 January 2018: 1 + 365; 1 January 2016 to 31 December 2018: 366 + 365 + 364
        ("2016", "2018", 366, 1095),
    ],
)
def test_the_bounds_of_a_tenure_follow_from_the_precision_of_its_dates(start, end, shortest, longest) -> None:
    row = one(tenure_start=start, tenure_end=end)
    assert (row["days_min"], row["days_max"]) == (shortest, longest)
    assert row["days_min"] <= row["days"] <= row["days_max"]


def test_the_middle_runs_from_the_middle_of_the_start_to_the_middle_of_the_end() -> None:
    row = one(tenure_start="2019-04", tenure_end="2020-04-04")
    # 1 April + 29 // 2 = 15 April 2019; to 15 April 2020 366 days, less 11.
    assert row["days"] == 355


def test_start_and_end_in_one_year_can_be_no_shorter_than_nothing() -> None:
    row = one(tenure_start="2017", tenure_end="2017")
    assert row["days_min"] == 0
    assert row["days_max"] == 364


def test_a_start_can_not_be_after_it_was_known() -> None:
    row = one(tenure_start="2016", tenure_end="2017-04-27", known_since="2016-11-19")
    assert row["start_latest"] == date(2016, 11, 19)
    # 19 November to 27 April: 11 + 31 + 31 + 28 + 31 + 27 = 159
    assert row["days_min"] == 159


def test_a_start_can_not_be_after_its_own_end() -> None:
    assert one(tenure_start="2017", tenure_end="2017-07-11")["start_latest"] == date(2017, 7, 11)


def test_what_became_known_later_does_not_widen_a_start() -> None:
    row = one(tenure_start="2016-03", tenure_end="2017", known_since="2019")
    assert (row["start_earliest"], row["start_latest"]) == (date(2016, 3, 1), date(2016, 3, 31))


def test_a_head_can_not_begin_before_the_head_before_him_ended() -> None:
    table = attrition.tenures(
        leaders(
            {"tenure_start": "2015-01-26", "tenure_end": "2016-07"},
            {"tenure_start": "2016", "tenure_end": "2017-04-27"},
        ),
        AS_OF,
        ["x"],
    )
    # The first may have ended on 1 July already, so the second can have begun then.
    assert table["start_earliest"].tolist() == [date(2015, 1, 26), date(2016, 7, 1)]
    # 1 July 2016 to 27 April 2017: 184 to the end of the year, then 31 + 28 + 31 + 26 = 116
    assert table["days_max"].iloc[1] == 300


def test_succession_narrows_heads_only_and_within_an_organisation_only() -> None:
    rows = leaders(
        {"tenure_start": "2015", "tenure_end": "2016-07"},
        {"tenure_start": "2016", "tenure_end": "2017-04-27", "rank": "deputy"},
        {"tenure_start": "2016", "tenure_end": "2017-04-27", "organisation": "y"},
    )
    table = attrition.tenures(rows, AS_OF, ["x", "y"], ["head", "deputy"])
    assert table["start_earliest"].tolist()[1:] == [date(2016, 1, 1), date(2016, 1, 1)]


def test_a_head_known_only_by_year_follows_the_head_whose_start_is_known_to_the_month() -> None:
    # The second is dated 2016 like the first, ended two years later, and can only have come after him.
    rows = leaders(
        {"person": "first", "tenure_start": "2016-02", "tenure_end": "2016-10"},
        {"person": "second", "tenure_start": "2016", "tenure_end": "2018"},
    )
    table = attrition.tenures(rows, AS_OF, ["x"]).set_index("person")
    assert list(table.index) == ["first", "second"]
    assert table.at["first", "start_earliest"] == date(2016, 2, 1)
    assert table.at["second", "start_earliest"] == date(2016, 10, 1)


def test_dates_that_contradict_a_succession_keep_a_start_that_is_possible() -> None:
    rows = leaders(
        {"tenure_start": "2015-01-01", "tenure_end": "2016-12-31"},
        {"tenure_start": "2016-03-01", "tenure_end": "2017-01-01"},
    )
    second = attrition.tenures(rows, AS_OF, ["x"]).iloc[1]
    assert (second["start_earliest"], second["start_latest"]) == (date(2016, 3, 1), date(2016, 3, 1))


def test_an_incumbent_is_censored_at_the_as_of_date() -> None:
    row = one(tenure_start="2018-06-23", status="incumbent", last_seen="2021")
    assert not row["ended"]
    assert (row["end_earliest"], row["end_latest"]) == (AS_OF, AS_OF)
    # 23 June 2018 to 23 June 2021: 1096; to 31 January 2022: 7 + 31 + 31 + 30 + 31 + 30 + 31 + 31 = 222
    assert row["days"] == 1096 + 222


def test_one_whose_end_is_not_known_is_censored_when_last_seen() -> None:
    row = one(tenure_start="2017-01-01", status="unknown", last_seen="2017-06")
    assert not row["ended"]
    assert (row["end_earliest"], row["end_latest"]) == (date(2017, 6, 1), date(2017, 6, 30))
    assert (row["days_min"], row["days_max"]) == (151, 180)


def test_one_who_was_never_seen_again_is_censored_at_the_start() -> None:
    row = one(tenure_start="2017", status="unknown")
    assert (row["days_min"], row["days_max"]) == (0, 364)


def test_organisations_come_in_the_order_asked_and_others_stay_out() -> None:
    rows = leaders(
        {"organisation": "a", "tenure_start": "2010", "tenure_end": "2011"},
        {"organisation": "b", "tenure_start": "2009", "tenure_end": "2010"},
        {"organisation": "c", "tenure_start": "2008", "tenure_end": "2009"},
        {"organisation": "b", "tenure_start": "2008", "tenure_end": "2009"},
    )
    table = attrition.tenures(rows, AS_OF, ["b", "a"])
    assert table[["organisation", "tenure_start"]].values.tolist() == [["b", "2008"], ["b", "2009"], ["a", "2010"]]


def test_no_tenure_gives_an_empty_table_with_all_columns() -> None:
    table = attrition.tenures(leaders(), AS_OF, ["x"])
    assert table.empty
    assert {"days", "days_min", "days_max", "ended"} <= set(table.columns)


def real() -> dict[str, dict[str, str]]:
    with (REPOSITORY / "data/record/leaders.csv").open(encoding="utf-8", newline="") as file:
        return {row["tenure"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("is-k-hafiz-saeed-khan", 547),
        ("ttp-baitullah-mehsud", 600),  # 14 December 2007 to 5 August 2009: 366 + 18 + 31 + 28 + ... = 600
        ("ttp-hakimullah-mehsud", 1532),  # 22 August 2009 to 1 November 2013: 4 years 1461, then 71
        ("ttp-fazlullah", 1679),  # 7 November 2013 to 13 June 2018: 4 years 1461, then 218
    ],
)
def test_real_tenures_known_to_the_day_are_the_difference_of_their_dates(name, days, paper) -> None:
    row = real()[name]
    assert (date.fromisoformat(row["tenure_end"]) - date.fromisoformat(row["tenure_start"])).days == days
    table = attrition.tenures(paper["leaders"], paper.as_of, ["is-k", "ttp"]).set_index("tenure")
    assert table.loc[name, ["days_min", "days", "days_max"]].tolist() == [days] * 3


def test_the_real_tenures_of_heads_are_those_of_the_file(paper, latest) -> None:
    for inputs, last in ((paper, date(2022, 1, 31)), (latest, date(2026, 11, 22))):
        table = attrition.tenures(inputs["leaders"], inputs.as_of, ["is-k", "ttp"])
        assert (table["days_min"] <= table["days"]).all() and (table["days"] <= table["days_max"]).all()
        assert set(table["tenure"]) == {
            name for name, row in real().items() if row["organisation"] in ("is-k", "ttp") and row["rank"] == "head"
        }
        # Noor Wali Mehsud, in office since 23 June 2018
        noor = table.set_index("tenure").loc["ttp-noor-wali-mehsud"]
        assert (noor["days"], noor["ended"]) == ((last - date(2018, 6, 23)).days, False)


def test_the_real_starts_that_succession_narrows(paper) -> None:
    table = attrition.tenures(paper["leaders"], paper.as_of, ["is-k"]).set_index("tenure")
    # Abdul Hasib "2016": after Hafiz Saeed Khan's death on 26 July, known on 19 November.
    assert table.loc["is-k-abdul-hasib", ["days_min", "days_max"]].tolist() == [
        (date(2017, 4, 27) - date(2016, 11, 19)).days,
        (date(2017, 4, 27) - date(2016, 7, 26)).days,
    ]
    # Abu Sayed "2017": between the death of Abdul Hasib on 27 April and his own on 11 July.
    assert table.loc["is-k-abu-sayed", ["days_min", "days_max"]].tolist() == [
        0,
        (date(2017, 7, 11) - date(2017, 4, 27)).days,
    ]


# Gaps


def test_gaps_run_from_the_end_of_one_head_to_the_start_of_the_next() -> None:
    rows = leaders(
        {"person": "A", "tenure_start": "2010-01-01", "tenure_end": "2011-03-01"},
        {"person": "B", "tenure_start": "2011-03", "tenure_end": "2012-05-10"},
        {"person": "C", "tenure_start": "2012-06-01", "tenure_end": "2013"},
        {"person": "D", "tenure_start": "2013-07", "tenure_end": "2014"},
    )
    table = attrition.gaps(attrition.tenures(rows, AS_OF, ["x"]))
    assert table[["left", "followed_by"]].values.tolist() == [["A", "B"], ["B", "C"], ["C", "D"]]
    # A to B: 1 March to 1..31 March: 0 to 30. B to C: 10 May to 1 June: 22.
    # C to D: C may have ended on any day of 2013 after 1 January, D began in July:
    # 1 July less 31 December = -183; 31 July less 1 January = 211.
    assert table[["days_min", "days_max"]].values.tolist() == [[0, 30], [22, 22], [-183, 211]]


def test_there_is_no_gap_after_one_whose_end_is_not_known_nor_across_organisations() -> None:
    rows = leaders(
        {"tenure_start": "2010", "status": "unknown", "last_seen": "2010"},
        {"tenure_start": "2012", "tenure_end": "2013"},
        {"tenure_start": "2014", "tenure_end": "2015", "organisation": "y"},
    )
    assert attrition.gaps(attrition.tenures(rows, AS_OF, ["x", "y"])).empty


def test_deputies_leave_no_gap() -> None:
    rows = leaders(
        {"person": "A", "tenure_start": "2010-01-01", "tenure_end": "2011-01-01"},
        {"person": "deputy", "rank": "deputy", "tenure_start": "2010-06-01", "tenure_end": "2010-07-01"},
        {"person": "B", "tenure_start": "2011-01-05", "tenure_end": "2012-01-01"},
    )
    table = attrition.gaps(attrition.tenures(rows, AS_OF, ["x"], ["head", "deputy"]))
    assert table[["left", "followed_by", "days_min", "days_max"]].values.tolist() == [["A", "B", 4, 4]]


def test_the_real_gaps_between_heads_of_the_ttp(paper) -> None:
    table = attrition.gaps(attrition.tenures(paper["leaders"], paper.as_of, ["ttp"]))
    # 5 to 22 August 2009: 17; 1 to 7 November 2013: 6; 13 to 23 June 2018: 10.
    assert table[["days_min", "days_max"]].values.tolist() == [[17, 17], [6, 6], [10, 10]]


# Kaplan and Meier

SAMPLES = {
    "no ties": ([5, 12, 20, 33, 47, 60, 71], [1, 1, 0, 1, 1, 0, 1]),
    "ties": ([5, 5, 12, 12, 12, 30, 30, 44], [1, 1, 1, 0, 1, 1, 0, 0]),
    "last censored": ([3, 9, 14, 22], [1, 1, 1, 0]),
    "one ended": ([3, 9, 14, 22], [0, 1, 0, 0]),
    "from day nought": ([0, 9, 14, 22], [1, 1, 1, 0]),
}


def curve_of(days, ended, confidence: float = 0.95) -> pd.DataFrame:
    return attrition.survival_curve(SurvfuncRight(np.array(days, float), np.array(ended)), confidence)


def test_the_curve_and_its_interval_are_those_worked_out_by_hand() -> None:
    curve = curve_of([2, 4, 6, 8], [1, 1, 0, 1]).set_index("day")
    # S(2) = 3/4; S(4) = 3/4 * 2/3 = 1/2; S(8) = 0. Greenwood at 4: 1/(4*3) + 1/(3*2) = 1/4.
    assert curve["survival"].tolist() == pytest.approx([1.0, 0.75, 0.5, 0.0])
    assert curve["at_risk"].tolist() == [4, 4, 3, 1]
    # log(-log): exponent z sqrt(1/4) / log(1/2)
    power = np.exp(1.959963984540054 * 0.5 / abs(np.log(0.5)))
    assert curve.at[4.0, "low"] == pytest.approx(0.5**power)
    assert curve.at[4.0, "high"] == pytest.approx(0.5 ** (1 / power))
    assert curve.loc[[0.0, 8.0], ["low", "high"]].isna().all(axis=None)


@pytest.mark.parametrize("confidence", [0.8, 0.95])
@pytest.mark.parametrize("sample", SAMPLES)
def test_the_curve_and_its_interval_are_those_of_lifelines(sample, confidence) -> None:
    days, ended = SAMPLES[sample]
    curve = curve_of(days, ended, confidence)
    fitter = KaplanMeierFitter(alpha=1 - confidence).fit(days, ended)
    theirs = fitter.confidence_interval_survival_function_
    for row in curve.iloc[1:].to_dict("records"):
        assert row["survival"] == pytest.approx(float(fitter.survival_function_.loc[row["day"]].iloc[0]))
        if 0 < row["survival"] < 1:
            low, high = theirs.loc[row["day"]]
            assert (row["low"], row["high"]) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_curve_begins_at_one_never_rises_and_stays_between_its_limits(sample) -> None:
    curve = curve_of(*SAMPLES[sample])
    assert curve.loc[0, ["day", "survival", "ended"]].tolist() == [0.0, 1.0, 0.0]
    assert curve.loc[0, "at_risk"] == len(SAMPLES[sample][0])
    assert (curve["survival"].diff().dropna() <= 0).all()
    inside = curve.dropna()
    assert ((inside["low"] > 0) & (inside["low"] < inside["survival"])).all()
    assert ((inside["survival"] < inside["high"]) & (inside["high"] < 1)).all()


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_median_is_the_first_day_on_which_at_most_half_are_left(sample) -> None:
    # In fractions, since one half is not exact in floating point (lifelines misses it where there are ties).
    days, ended = SAMPLES[sample]
    left, expected = Fraction(1), np.nan
    for day in sorted(set(days)):
        at_risk = sum(other >= day for other in days)
        left *= 1 - Fraction(sum(bool(e) for d, e in zip(days, ended, strict=True) if d == day), at_risk)
        if left <= Fraction(1, 2):
            expected = float(day)
            break
    median = attrition.median_survival(curve_of(days, ended))["median"]
    assert median == expected or (np.isnan(median) and np.isnan(expected))


def test_the_interval_of_the_median_is_where_the_limits_cross_one_half() -> None:
    days = list(range(10, 410, 10))
    median = attrition.median_survival(curve_of(days, [1] * 40))
    limits = median_survival_times(KaplanMeierFitter().fit(days, [1] * 40).confidence_interval_survival_function_)
    assert median.tolist() == [200.0, *limits.iloc[0].tolist()]
    assert median["low"] < median["median"] < median["high"]


def test_a_curve_that_never_falls_to_one_half_has_no_median() -> None:
    median = attrition.median_survival(curve_of([3, 9, 14, 22], [0, 1, 0, 0]))
    # The curve stays at 2/3 and its upper limit above that; only the lower limit falls below one half.
    assert np.isnan(median["median"]) and np.isnan(median["high"])
    assert median["low"] == 9.0


@pytest.mark.parametrize("reading", ["days_min", "days", "days_max"])
def test_curves_medians_and_log_rank_of_the_real_table_are_those_of_lifelines(reading, paper, latest) -> None:
    for inputs in (paper, latest):
        table = attrition.tenures(inputs["leaders"], inputs.as_of, ["is-k", "ttp"])
        groups = dict(list(table.groupby("organisation")))
        for group in groups.values():
            curve = curve_of(group[reading], group["ended"].astype(int))
            assert curve["survival"].between(0, 1).all()
            fitter = KaplanMeierFitter().fit(group[reading], group["ended"])
            for row in curve.iloc[1:].to_dict("records"):
                assert row["survival"] == pytest.approx(float(fitter.survival_function_.loc[row["day"]].iloc[0]))
            assert attrition.median_survival(curve)["median"] == fitter.median_survival_time_
        # The chapter's test, as the chapter calls it.
        statistic, p = survdiff(table[reading], table["ended"].astype(int), table["organisation"])
        theirs = logrank_test(
            groups["is-k"][reading], groups["ttp"][reading], groups["is-k"]["ended"], groups["ttp"]["ended"]
        )
        assert (statistic, p) == (pytest.approx(theirs.test_statistic), pytest.approx(theirs.p_value))
