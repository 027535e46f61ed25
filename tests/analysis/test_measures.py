from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from afpak.analysis import measures, trends
from afpak.analysis.versions import preferred


def counts(**by_year: float) -> pd.DataFrame:
    """Counts from y2010=5 and so on."""
    years = [int(name[1:]) for name in by_year]
    return pd.DataFrame({"year": years, "count": [float(value) for value in by_year.values()]})


def run(first: int, *values: float) -> pd.DataFrame:
    return pd.DataFrame({"year": range(first, first + len(values)), "count": [float(value) for value in values]})


# The tables, in the shape that the declaration gives them


def dates(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "date_id": name, "date": when, "date_alternatives": others, "name": f"{name} begins",
                "paper_sections": None, "note": None, "source": "A page", "url": "https://example.org/a",
                "known_since": when,
            }
            for name, when, others in rows
        ],
        columns=[
            "date_id", "date", "date_alternatives", "name", "paper_sections", "note", "source", "url", "known_since",
        ],
    )  # fmt: skip


def listing(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    """Measures from (measure, category, claim), all without force."""
    return pd.DataFrame(
        [
            {"measure": name, "category": category, "means": "non-kinetic", "claim": claim, "note": None}
            for name, category, claim in rows
        ]
    )


def statements(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Statements of the paper's text from (subject, attribute, value)."""
    columns = ["statement", "claim", "said_by", "subject", "attribute", "value", "bound", "at"]
    return pd.DataFrame(
        [
            {
                "statement": f"1.5-{i:02d}a", "claim": f"1.5-{i:02d}", "said_by": None, "subject": subject,
                "attribute": attribute, "value": value, "bound": "exact", "at": None,
            }
            for i, (subject, attribute, value) in enumerate(rows, start=1)
        ],
        columns=columns,
    )  # fmt: skip


def subjects(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["subject", "name", "paper_sections"])


NO_SUBJECTS, NOT_SAID = subjects(), statements()


def only(table: pd.DataFrame) -> dict[str, object]:
    (row,) = table.to_dict("records")
    return row


# The matrix


def challenge(name: str, detail: str | None) -> pd.DataFrame:
    return pd.DataFrame([{"challenge": "a", "side": "external", "name": name, "detail": detail, "claim": "1.5-01"}])


FIGURES = pd.DataFrame(
    [
        {"series": series, "metric": metric, "place": place, "group": group}
        for series, metric, place, group in (
            ("Z", "attacks", "Pakistan", "IS-K"),
            ("a", "attacks", "Pakistan: Sindh", "IS"),
            ("K", "attacks", "Afghanistan", "IS-K"),
            ("T", "attacks", "Pakistan", "TTP"),
            ("S", "sectarian_attacks", "Pakistan", "all"),
            ("N", "attacks", "Pakistan", "nationalists"),
            ("M", "attacks", "Pakistan", "religious militants"),
            ("all", "attacks", "Pakistan", "all"),
        )
    ]
)


@pytest.mark.parametrize(
    ("name", "detail", "series"),
    [
        ("Global terrorism", "IS-K", "a, Z"),
        ("Global terrorism", None, None),
        ("Sectarian strife", "growing", "S"),
        ("Iran", "sectarian influence and tension at the border", None),
        ("Ethnic disputes", None, "N"),
        ("Islamist terrorism", "TTP and others", "M, T"),
        ("Islamist extremism", None, None),
        ("Afghan refugees", None, None),
    ],
)
def test_a_challenge_has_the_series_that_count_attacks_of_its_sort_and_no_other(name, detail, series) -> None:
    row = only(measures.counted(challenge(name, detail), FIGURES))
    assert row["series"] == series
    assert (row["name"], row["claim"]) == (name, "1.5-01")


# The paper's dates beside the recorded ones


@pytest.mark.parametrize(
    ("stated", "recorded", "others", "words"),
    [
        (["2014-06"], "2014-06-15", None, measures.AGREES),
        (["2014"], "2014-06-15", None, measures.AGREES),
        (["2014-06-15"], "2014", None, measures.AGREES),
        (["2014-05"], "2014-06-15", None, measures.DIFFERS),
        (["2013-12"], "2013-09-05", None, measures.DIFFERS),
        (["2014-05", "2014-06"], "2014-06-15", None, measures.IN_PART),
        (["2017"], "2018-01", "2017-10 | 2016", measures.OTHER_SOURCE),
        (["2015"], "2018-01", "2017-10", measures.DIFFERS),
        ([], "2018-01", None, measures.NOT_DATED),
        (["2014"], None, None, measures.NO_RECORD),
    ],
)
def test_the_papers_date_agrees_if_both_can_mean_one_day(stated, recorded, others, words) -> None:
    known = dates(("a", recorded, others)) if recorded else dates()
    said = statements(*(("a", "date", value) for value in stated))
    row = only(measures.catalogue(listing(("a", "policy", "1.5-01")), known, said, NO_SUBJECTS))
    assert row["agreement"] == words
    assert row["recorded"] == recorded
    told = "; ".join(f"{value} (1.5-{i:02d})" for i, value in enumerate(stated, start=1))
    assert row["stated"] == (told or None)


@pytest.mark.parametrize(
    ("bound", "stated", "agrees"),
    [
        ("about", "2014", True), ("before", "2015", True), ("before", "2013", False), ("after", "2013", True),
        ("after", "2015", False), ("exact", "2013", False),
    ],
)  # fmt: skip
def test_a_date_stated_as_a_bound_agrees_with_what_lies_on_its_side(bound, stated, agrees) -> None:
    said = statements(("a", "began", stated)).assign(bound=bound)
    told = only(measures.stated(listing(("a", "policy", "1.5-01")), dates(("a", "2014-06-15", None)), said))
    assert told["agrees"] is agrees


def test_only_dates_that_the_text_itself_gives_a_measure_are_read() -> None:
    said = statements(
        ("a", "date", "2010"), ("a", "began", "2011"), ("a", "published", "2012"), ("a", "ended", "2013"),
        ("a", "points", "20"), ("b", "date", "2014"), ("a", "date", "2015"),
    )  # fmt: skip
    said.loc[6, "said_by"] = "fn10"
    told = measures.stated(listing(("a", "policy", "1.5-01")), dates(), said)
    assert told["value"].tolist() == ["2010", "2011", "2012"]
    assert told["middle"].tolist()[0] == date(2010, 7, 2)
    assert not told["agrees"].any()


def test_measures_come_by_date_and_those_without_one_last() -> None:
    table = measures.catalogue(
        listing(
            ("late", "policy", "1.5-01"), ("none", "tactical", "1.5-02"), ("month", "policy", "1.5-03"),
            ("year", "policy", "1.5-04"),
        ),
        dates(("late", "2018-05-31", None), ("month", "2014-06", None), ("year", "2014", None)),
        NOT_SAID,
        subjects(("none", "A name", None), ("month", "Another name", None)),
    )  # fmt: skip
    # The middle of June 2014 is the 15th, that of 2014 the 2nd of July.
    assert table["measure"].tolist() == ["month", "year", "late", "none"]
    assert table["number"].tolist() == [1, 2, 3, 4]
    assert table["name"].tolist() == ["Another name", "year begins", "late begins", "A name"]
    assert table["year"].tolist()[:3] == [2014, 2014, 2018] and pd.isna(table["year"].iloc[3])
    assert table.loc[0, ["earliest", "latest"]].tolist() == [date(2014, 6, 1), date(2014, 6, 30)]


def test_a_measure_that_the_paper_leaves_out_is_not_known_before_its_date_is() -> None:
    rows = listing(("in", "policy", "1.5-01"), ("out", "policy", None))
    both = measures.catalogue(rows, dates(("in", "2014", None), ("out", "2021", None)), NOT_SAID, NO_SUBJECTS)
    assert both["in_paper"].tolist() == [True, False]
    assert both["agreement"].tolist() == [measures.NOT_DATED, measures.NOT_IN_PAPER]
    # An edition whose table of dates ends before 2021.
    earlier = measures.catalogue(rows, dates(("in", "2014", None)), NOT_SAID, NO_SUBJECTS)
    assert earlier["measure"].tolist() == ["in"]


def test_a_measure_that_another_section_names_is_in_the_paper() -> None:
    rows = listing(("fence", "tactical", None), ("offensive", "tactical", None), ("courts", "legislative", None))
    known = dates(("fence", "2017", None), ("courts", "2015", None))
    known.loc[0, "paper_sections"] = "3.2 | 3.4"
    table = measures.catalogue(rows, known, NOT_SAID, subjects(("offensive", "Offensive", "3.2")))
    told = table.set_index("measure")
    assert told["in_paper"].to_dict() == {"courts": False, "fence": True, "offensive": True}
    assert told.at["fence", "where"] == "section 3.2, 3.4"
    assert told.at["offensive", "recorded"] is None


def test_a_date_that_may_lie_in_two_years_has_no_year() -> None:
    rows = listing(("one", "policy", "1.5-01"), ("two", "policy", "1.5-02"))
    known = dates(("one", "2014-06/2014-12", None), ("two", "2014-12/2015-01", None))
    table = measures.catalogue(rows, known, NOT_SAID, NO_SUBJECTS)
    assert table["year"].tolist()[0] == 2014 and pd.isna(table["year"].iloc[1])
    assert measures.years_of(table)["year"].tolist() == [2014]


def test_a_note_that_repeats_the_other_is_given_once() -> None:
    known = dates(("a", "2014", None), ("b", "2015", None), ("c", "2016", None)).assign(
        note=["Left out; one report has May", None, "Passed twice"]
    )
    rows = listing(("a", "policy", "1.5-01"), ("b", "policy", "1.5-01"), ("c", "policy", "1.5-01"))
    rows["note"] = ["Left out", "Called new", "A law."]
    table = measures.catalogue(rows, known, NOT_SAID, NO_SUBJECTS)
    assert table["note"].tolist() == ["Left out; one report has May.", "Called new.", "A law. Passed twice."]


def test_years_of_measures_hold_the_numbers_of_each() -> None:
    rows = listing(*((name, "policy", "1.5-01") for name in "abcd"))
    known = dates(("a", "2014-06", None), ("b", "2014-02", None), ("c", "2018", None))
    table = measures.years_of(measures.catalogue(rows, known, NOT_SAID, NO_SUBJECTS))
    assert table.to_dict("records") == [
        {"year": 2014, "measures": 2, "numbers": "1, 2", "names": "b begins; a begins"},
        {"year": 2018, "measures": 1, "numbers": "3", "names": "c begins"},
    ]
    assert measures.years_of(measures.catalogue(rows, dates(), NOT_SAID, NO_SUBJECTS)).empty


# Windows


def test_a_window_leaves_its_own_year_out() -> None:
    frame = measures.window(run(2010, 1, 2, 3, 4, 5, 6, 7, 8, 9), 2014, 3)
    assert frame["year"].tolist() == [2011, 2012, 2013, 2015, 2016, 2017]
    assert frame["count"].tolist() == [2, 3, 4, 6, 7, 8]
    assert frame["after"].tolist() == [0, 0, 0, 1, 1, 1]


def test_a_window_at_the_edge_or_over_a_gap_has_only_years_with_a_count() -> None:
    edge = measures.window(run(2013, 1, 2, 3), 2014, 3)
    assert edge["year"].tolist() == [2013, 2015]
    gap = measures.window(counts(y2016=9, y2011=1, y2013=3, y2014=4), 2014, 3)
    assert gap["year"].tolist() == [2011, 2013, 2016]
    assert gap["after"].tolist() == [0, 0, 1]
    # A year without a count can be left out too.
    assert measures.window(counts(y2012=1, y2013=2, y2015=3, y2016=4), 2014, 2)["count"].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("each_side", [0, -1])
def test_a_window_needs_a_year_on_either_side(each_side) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        measures.window(run(2010, 1, 2, 3), 2011, each_side)


def test_a_model_is_fitted_only_where_there_is_something_to_fit() -> None:
    kept = measures.windows(run(2010, 5, 6, 7, 8, 9, 10), range(2010, 2016), 2)
    # 2010 and 2011 have fewer than two years before, 2014 and 2015 fewer than two after.
    assert list(kept) == [2012, 2013]
    assert not measures.windows(run(2010, 0, 0, 7, 8, 9), [2012], 2)
    assert not measures.windows(run(2010, 5, 5, 7, 9, 9), [2012], 2)
    # One year on either side leaves nothing over to see how they vary.
    assert not measures.windows(run(2010, 5, 6, 9), [2011], 1)


# Rates


@pytest.mark.parametrize(("count", "years"), [(1, 1), (7, 3), (4567, 3), (12, 5)])
@pytest.mark.parametrize("level", [0.95, 0.8])
def test_the_interval_of_a_rate_is_garwoods(count, years, level) -> None:
    told, low, high = measures.rate(count, years, level)
    tail = (1 - level) / 2
    assert told == pytest.approx(count / years)
    assert low == pytest.approx(stats.chi2.ppf(tail, 2 * count) / 2 / years)
    assert high == pytest.approx(stats.chi2.ppf(1 - tail, 2 * count + 2) / 2 / years)


def test_the_interval_of_seven_counts_is_that_of_the_printed_tables() -> None:
    # Garwood's table for 7 at 95%: 2.81 to 14.42.
    _, low, high = measures.rate(7, 1)
    assert (round(low, 2), round(high, 2)) == (2.81, 14.42)


def test_nothing_counted_has_a_rate_of_nought_with_an_upper_limit() -> None:
    told, low, high = measures.rate(0, 2)
    # exp(-2 x) = 0.025 at the upper limit x.
    assert (told, low) == (0.0, 0.0)
    assert high == pytest.approx(-math.log(0.025) / 2)


def test_no_year_has_no_rate() -> None:
    assert all(math.isnan(value) for value in measures.rate(0, 0))


# Ratios of rates


@given(st.integers(1, 400), st.integers(1, 400), st.integers(1, 5), st.integers(1, 5))
def test_at_the_limits_of_a_ratio_the_tails_of_the_binomial_are_those_asked_for(before, after, n, m) -> None:
    ratio, low, high = measures.rate_ratio(before, n, after, m)
    assert ratio == pytest.approx(after / m / (before / n))
    # With a ratio of r, the count after is binomial with a share of r m / (r m + n) of the sum.
    assert stats.binom.sf(after - 1, before + after, low * m / (low * m + n)) == pytest.approx(0.025, rel=1e-6)
    assert stats.binom.cdf(after, before + after, high * m / (high * m + n)) == pytest.approx(0.025, rel=1e-6)


def test_a_worked_ratio() -> None:
    # 2 in one year before, 8 in one year after: Clopper and Pearson's interval for 8 of 10 is 0.4439 to 0.9748.
    ratio, low, high = measures.rate_ratio(2, 1, 8, 1)
    assert ratio == 4
    assert low == pytest.approx(0.4439 / 0.5561, abs=2e-3)
    assert high == pytest.approx(0.9748 / 0.0252, rel=2e-2)
    # Twice the exposure before halves its rate.
    assert measures.rate_ratio(2, 2, 8, 1) == pytest.approx((2 * ratio, 2 * low, 2 * high))


@given(st.integers(1, 10**6), st.integers(1, 5), st.integers(1, 5))
def test_equal_rates_have_a_ratio_of_exactly_one(rate, n, m) -> None:
    assert measures.rate_ratio(rate * n, n, rate * m, m)[0] == 1.0


def test_ratios_with_nothing_counted_on_a_side() -> None:
    ratio, low, high = measures.rate_ratio(5, 1, 0, 1)
    # (1 - p)^5 = 0.025 at the upper limit of the share.
    share = 1 - 0.025 ** (1 / 5)
    assert (ratio, low) == (0.0, 0.0)
    assert high == pytest.approx(share / (1 - share))
    ratio, low, high = measures.rate_ratio(0, 1, 5, 1)
    assert ratio == high == math.inf
    assert low == pytest.approx((1 - share) / share)
    assert all(math.isnan(value) for value in measures.rate_ratio(0, 1, 0, 1))


@pytest.mark.parametrize("years", [(0, 2), (2, 0)])
def test_a_side_without_a_year_has_no_ratio(years) -> None:
    assert all(math.isnan(value) for value in measures.rate_ratio(3, years[0], 4, years[1]))


# Before and after


def test_before_and_after_by_hand() -> None:
    table = measures.before_and_after(run(2010, 10, 20, 30, 99, 5, 5, 8), [2013], 3)
    row = only(table)
    assert (row["count_before"], row["years_before"], row["rate_before"]) == (60, 3, 20)
    assert (row["count_after"], row["years_after"], row["rate_after"]) == (18, 3, 6)
    assert row["ratio"] == pytest.approx(0.3)
    # (10-20)^2/20 + 0 + (30-20)^2/20 = 10; (5-6)^2/6 twice + (8-6)^2/6 = 1; 11 over 6 - 2.
    assert row["dispersion"] == pytest.approx(11 / 4)
    assert row["full"]


def test_too_few_years_have_rates_and_no_ratio() -> None:
    row = only(measures.before_and_after(run(2010, 10, 20, 99, 30), [2012], 3))
    assert (row["years_before"], row["years_after"]) == (2, 1)
    assert row["rate_after"] == 30 and row["rate_before"] == 15
    for missing in ("ratio", "low", "high", "dispersion"):
        assert math.isnan(row[missing])
    assert not row["full"]
    outside = only(measures.before_and_after(run(2010, 1, 2), [1990], 3))
    assert outside["years_before"] == outside["years_after"] == 0
    assert math.isnan(outside["count_before"]) and math.isnan(outside["rate_after"])


def test_one_year_on_either_side_is_enough_if_no_more_was_asked_for() -> None:
    row = only(measures.before_and_after(run(2010, 10, 99, 30), [2011], 1))
    assert row["ratio"] == 3
    assert math.isnan(row["dispersion"])


def test_a_gap_shortens_the_exposure_and_is_not_a_year_of_nought() -> None:
    row = only(measures.before_and_after(counts(y2010=10, y2012=20, y2014=30, y2015=30), [2013], 3))
    assert (row["years_before"], row["rate_before"], row["rate_after"]) == (2, 15, 30)
    assert row["ratio"] == 2 and not row["full"]


def test_the_real_counts_around_2014_are_those_of_the_file(paper, checkout, lines) -> None:
    records = lines(checkout.data / "series/annual.csv").records()
    own = {
        (row["period"], row["published"]): float(row["value"])
        for row in records
        if (row["series"], row["metric"], row["place"], row["group"])
        == ("NACTA/MoI", "terrorist_incidents", "Pakistan", "all")
    }
    last = {year: own[year, published] for year, published in sorted(own)}
    frame = trends.by_year(preferred(paper["annual"]), "NACTA/MoI", "terrorist_incidents")
    row = only(measures.before_and_after(frame, [2014], 3))
    assert row["count_before"] == sum(last[year] for year in ("2011", "2012", "2013")) == 4567
    assert row["count_after"] == sum(last[year] for year in ("2015", "2016", "2017")) == 2665


# The dispersion


def test_poisson_counts_have_a_dispersion_near_one_and_others_a_larger_one() -> None:
    random = np.random.default_rng(5)
    told = [
        measures.dispersion(measures.window(run(2000, *random.poisson(50, 7)), 2003, 3)) for _ in range(150)
    ]  # fmt: skip
    assert np.mean(told) == pytest.approx(1, abs=0.1)
    wide = [
        measures.dispersion(measures.window(run(2000, *random.negative_binomial(5, 5 / 55, 7)), 2003, 3))
        for _ in range(150)
    ]
    assert np.mean(wide) > 5


def quasi(frame: pd.DataFrame):
    return smf.glm("count ~ after", data=frame, family=sm.families.Poisson()).fit(scale="X2")


def test_the_widened_interval_is_the_one_worked_out_by_hand() -> None:
    frame = measures.window(run(2010, 10, 20, 30, 99, 5, 5, 8), 2013, 3)
    row = only(measures.widened({2013: quasi(frame)}))
    # 60 before and 18 after, dispersion 11/4, four degrees of freedom.
    half = 2.776445 * math.sqrt(11 / 4 * (1 / 60 + 1 / 18))
    assert row["scale"] == pytest.approx(11 / 4)
    assert row["quasi_ratio"] == pytest.approx(0.3)
    assert row["quasi_low"] == pytest.approx(0.3 * math.exp(-half), rel=1e-5)
    assert row["quasi_high"] == pytest.approx(0.3 * math.exp(half), rel=1e-5)


def test_a_dispersion_below_one_does_not_narrow_the_interval() -> None:
    frame = measures.window(run(2010, 20, 20, 21, 99, 10, 10, 11), 2013, 3)
    row = only(measures.widened({2013: quasi(frame)}))
    assert row["scale"] < 0.1
    half = 2.776445 * math.sqrt(1 / 61 + 1 / 31)
    assert row["quasi_high"] == pytest.approx(31 / 61 * math.exp(half), rel=1e-5)


# Placebo years


def test_placebo_years_are_all_that_have_two_years_on_either_side() -> None:
    years = pd.DataFrame({"year": [2012], "measures": [2], "numbers": ["3, 4"], "names": ["a; b"]})
    table = measures.placebo(run(2010, 10, 10, 10, 20, 20, 20), years, 2)
    assert table["year"].tolist() == [2012, 2013]
    # 2012: 10 + 10 before, 20 + 20 after; 2013: 10 + 10 before, 20 + 20 after.
    assert table["ratio"].tolist() == [2, 2]
    assert table["measures"].tolist() == [2, 0]
    assert table["numbers"].tolist() == ["3, 4", ""]


def test_a_year_without_a_count_can_be_a_placebo_year() -> None:
    none = pd.DataFrame({"year": [], "measures": [], "numbers": [], "names": []})
    table = measures.placebo(counts(y2010=10, y2011=10, y2013=5, y2014=5), none, 2)
    assert table[["year", "ratio"]].to_dict("records") == [{"year": 2012, "ratio": 0.5}]


@pytest.mark.parametrize("frame", [run(2010, 1, 2, 3), run(2010, 1, 2, 3).iloc[:0]])
def test_a_series_too_short_for_any_year_is_refused(frame) -> None:
    none = pd.DataFrame({"year": [], "measures": [], "numbers": [], "names": []})
    with pytest.raises(ValueError, match="no year has counts"):
        measures.placebo(frame, none, 3)


def test_years_with_a_measure_are_summed_up_beside_those_without() -> None:
    table = pd.DataFrame(
        {
            "measures": [1, 2, 0, 0, 0],
            "ratio": [0.5, 0.8, 0.9, 1.5, 2.0],
            "high": [0.6, 1.1, 0.95, 1.8, 3.0],
            "quasi_high": [0.9, 2.0, 1.4, np.nan, 5.0],
        }
    )
    own, others = measures.placebo_summary(table).to_dict("records")
    assert own == {
        "years": "with a measure", "number": 2, "below": 2, "exact_below": 1, "quasi_below": 1, "lowest": 0.5,
        "median": pytest.approx(0.65), "highest": 0.8,
    }  # fmt: skip
    assert (others["number"], others["below"], others["exact_below"], others["quasi_below"]) == (3, 1, 1, 0)
    assert others["median"] == 1.5
    empty = measures.placebo_summary(table[table["measures"] > 0]).to_dict("records")[1]
    assert empty["number"] == 0 and math.isnan(empty["median"])


# Overlaps


def test_pairs_of_measures_share_the_years_counted_by_hand() -> None:
    table = pd.DataFrame({"number": [1, 2, 3, 4], "year": pd.array([2010, 2012, 2012, pd.NA], dtype="Int64")})
    pairs = measures.overlaps(table, 2)
    # 2010: 2008 2009 2011 2012; 2012: 2010 2011 2013 2014. They share 2011.
    assert pairs.to_dict("records") == [
        {"first": 1, "second": 2, "shared": 1, "same": False},
        {"first": 1, "second": 3, "shared": 1, "same": False},
        {"first": 2, "second": 3, "shared": 4, "same": True},
    ]
    assert measures.overlaps(table.iloc[:1], 2).empty


def test_windows_far_apart_share_nothing() -> None:
    table = pd.DataFrame({"number": [1, 2], "year": pd.array([2005, 2012], dtype="Int64")})
    assert measures.overlaps(table, 3)["shared"].tolist() == [0]
    assert measures.overlaps(table, 4)["shared"].tolist() == [2]


# Every series


def test_every_series_has_its_own_years() -> None:
    wide = pd.DataFrame(
        {"A": [10, 10, 99, 5, 5, np.nan], "B": [np.nan, 8, 4, 99, 2, 2]}, index=pd.RangeIndex(2010, 2016, name="year")
    ).astype(float)
    table = measures.by_series(wide, [2012, 2013], 2, 2010)
    told = table[["series", "year", "ratio"]].to_dict("records")
    assert told == [
        {"series": "A", "year": 2012, "ratio": 0.5},
        {"series": "B", "year": 2013, "ratio": pytest.approx(1 / 3)},
    ]
    # Without 2010, A has one year before 2012.
    assert measures.by_series(wide, [2012, 2013], 2, 2011)["series"].tolist() == ["B"]
    assert measures.by_series(wide, [2030], 2, 2010).empty
    assert "series" in measures.by_series(pd.DataFrame(), [2012], 2, 2010).columns
