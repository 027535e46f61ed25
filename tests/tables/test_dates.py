import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afpak.tables.dates import Bounds, bounds, listed, precision

DAYS = st.dates()


@given(DAYS)
def test_a_day_is_its_own_bounds(day):
    found = bounds(day.isoformat())
    assert (found.earliest, found.latest, found.exact, found.middle) == (day, day, True, day)


@given(DAYS)
def test_a_month_lasts_from_its_first_to_its_last_day(day):
    last = calendar.monthrange(day.year, day.month)[1]
    found = bounds(day.isoformat()[:7])
    assert found == Bounds(date(day.year, day.month, 1), date(day.year, day.month, last))
    assert not found.exact


@given(DAYS)
def test_a_year_lasts_from_january_to_december(day):
    assert bounds(day.isoformat()[:4]) == Bounds(date(day.year, 1, 1), date(day.year, 12, 31))


@pytest.mark.parametrize(
    ("month", "last"), [("2000-02", 29), ("2012-02", 29), ("2014-02", 28), ("2100-02", 28), ("2014-11", 30)]
)
def test_leap_years_are_kept(month, last):
    assert bounds(month).latest.day == last


@given(DAYS, DAYS, st.sampled_from([4, 7, 10]), st.sampled_from([4, 7, 10]))
def test_a_span_runs_from_the_first_day_of_one_to_the_last_day_of_the_other(one, other, cut_one, cut_other):
    first, last = sorted([one, other])
    text = f"{first.isoformat()[:cut_one]}/{last.isoformat()[:cut_other]}"
    found = bounds(text)
    assert found.earliest == bounds(first.isoformat()[:cut_one]).earliest
    assert found.latest == bounds(last.isoformat()[:cut_other]).latest


@given(DAYS, st.timedeltas(min_value=timedelta(days=1), max_value=timedelta(days=10_000)))
def test_a_span_that_ends_before_it_begins_is_refused(last, apart):
    try:
        first = last + apart
    except OverflowError:
        return
    with pytest.raises(ValueError, match="ends before it begins"):
        bounds(f"{first.isoformat()}/{last.isoformat()}")


@pytest.mark.parametrize(
    "text",
    [
        "2014-13",
        "2014-00",
        "2014-02-30",
        "2013-02-29",
        "2014-04-31",
        "2014-7",
        "2014-07-5",
        "14",
        "20145",
        "July 2014",
        "text",
        "",
        " 2014",
        "2014-07-15\n",
        "2014-07-15T00:00",
        "2014-W07",
        "2014/",
        "/2014",
        "2014/text",
        "2014/2015/2016",
        "٢٠١٤",
        "0000",
    ],
)
def test_other_forms_are_refused_with_the_text_in_the_message(text):
    with pytest.raises(ValueError, match=r"form|calendar|ends before") as caught:
        bounds(text)
    assert any(repr(part) in str(caught.value) for part in (text, *text.split("/")))


@given(st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", fullmatch=True))
def test_a_day_is_accepted_only_if_the_calendar_has_it(text):
    try:
        expected = date.fromisoformat(text)
    except ValueError:
        with pytest.raises(ValueError, match="calendar"):
            bounds(text)
    else:
        assert bounds(text) == Bounds(expected, expected)


@pytest.mark.parametrize(("text", "said"), [("2014", "year"), ("2014-07", "month"), ("2014-07-15", "day")])
def test_precision_is_that_of_the_source(text, said):
    assert precision(text) == said


@pytest.mark.parametrize(
    ("text", "middle"),
    [
        ("2014-07", date(2014, 7, 16)),  # 31 days: the sixteenth has fifteen on each side
        ("2015", date(2015, 7, 2)),  # 365 days: day 183
        ("2014-07-10/2014-07-14", date(2014, 7, 12)),
        ("2014-07-10/2014-07-11", date(2014, 7, 10)),
    ],
)
def test_the_middle_lies_half_way(text, middle):
    assert bounds(text).middle == middle


@pytest.mark.parametrize(
    ("cell", "items"),
    [("a | b | c", ("a", "b", "c")), ("a|b", ("a|b",)), ("", ()), (None, ()), (float("nan"), ())],
)
def test_a_cell_of_several_items_is_split_at_spaced_bars(cell, items):
    assert listed(cell) == items
