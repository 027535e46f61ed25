"""Figures and tables of the events by month."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from afpak.analysis import changepoints
from afpak.figures import Figure, Table, months

from .drawn import FIGURES, newest
from .test_drawings import out_of_the_canvas, texts

DATA = Path(__file__).resolve().parents[2] / "data"


def made_up(first: str, number: int) -> pd.DataFrame:
    """One event a month, and two in every January."""
    span = pd.period_range(first, periods=number, freq="M")
    return pd.DataFrame({"month": span.astype(str), "count": 1.0 + (span.month == 1), "days": span.days_in_month})


def rows(**wanted: str) -> list[dict[str, str]]:
    with (DATA / "series/event_months.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if all(row[key] == value for key, value in wanted.items())]


def test_the_monthly_counts_tell_the_highest_month_of_the_table() -> None:
    own = rows(place="Pakistan", group="militant", release="ucdp-ged-22.1")
    inside = [row for row in own if len(row["month"]) == 7 and row["month"] >= "2008-01"]
    most = max(inside, key=lambda row: int(row["events"]))
    deadliest = max(inside, key=lambda row: int(row["deaths_best"]))
    told = FIGURES["monthly-counts"](newest()).alternative
    assert f"highest in {most['month']} with {int(most['events']):,}" in told
    assert f"highest in {deadliest['month']} with {int(deadliest['deaths_best']):,}" in told
    assert f"from {int(deadliest['deaths_low']):,} to {int(deadliest['deaths_high']):,}" in told


def test_the_interrupted_series_says_what_the_months_can_not_tell() -> None:
    figure = FIGURES["interrupted-months"](newest())
    assert "15 August 2021: nothing (85 whole months before, 4 after)" in figure.caption
    alone = FIGURES["interrupted-months of few years"](newest())
    assert "No date could be estimated" in alone.alternative


def test_shares_tell_the_first_and_the_last_year() -> None:
    figure = FIGURES["attribution"](newest())
    of_year = {}
    for year in ("2008", "2021"):
        own = [row for row in rows(place="Pakistan", release="ucdp-ged-22.1") if row["month"].startswith(year)]
        mentions = sum(int(row["events"]) for row in own if row["group"] not in ("all", "militant"))
        of_year[year] = 100 * sum(int(row["events"]) for row in own if row["group"] == "ttp") / mentions
    for year, share in of_year.items():
        assert f"{year}: TTP {share:.0f}%" in figure.alternative
    assert "nobody named" in figure.alternative


def test_counts_without_any_number_of_deaths_are_drawn_alone() -> None:
    none = pd.DataFrame({"month": [], "best": [], "low": [], "high": []})
    figure = months.monthly_counts(made_up("2010-01", 30), none, [], "events", "P", "a source")
    assert len(figure.drawing.axes) == 1
    assert "deaths" not in figure.caption.lower() and "deaths" not in figure.alternative.lower()


def test_months_that_are_not_covered_break_the_line() -> None:
    counts = made_up("2010-01", 30).drop(index=[10, 11])
    none = pd.DataFrame({"month": [], "best": [], "low": [], "high": []})
    figure = months.monthly_counts(counts, none, [], "events", "P", "a source")
    assert sorted(len(line.get_xdata()) for line in figure.drawing.axes[0].lines) == [10, 18]


def test_no_change_point_can_be_drawn_and_is_said() -> None:
    counts = made_up("2010-01", 30)
    signal = changepoints.on_log_scale(counts)
    points = changepoints.found({1.0: [30]}, counts)
    stretches = changepoints.segments(counts, signal, [30])
    figure = months.change_points(counts, stretches, points, [date(2011, 1, 1)], 1.0, "P", "events", "a source")
    assert "none at any" in figure.alternative
    assert "2010-01 to 2012-06" in figure.alternative


TESTED = {
    "organisation": ["a"], "person": ["Somebody"], "ended": ["2011-08"], "cause": ["arrest"], "place": ["P"],
    "unit": ["month"], "width": [3], "before": [9.0], "after": [15.0], "ratio": [15.5 / 9.5], "p": [2 / 34],
    "dates": [34], "usual_low": [0.8], "usual_high": [1.5], "why": [""], "holm": [4 / 34],
}  # fmt: skip


def test_removals_are_drawn_or_the_table_says_why_not() -> None:
    tested = pd.DataFrame(TESTED)
    untested = tested.assign(why="its date is known only to the year")
    drawn = months.removals_or_none(tested, untested.iloc[:0], {"a": "A"}, 90, "a source")
    assert isinstance(drawn, Figure)
    assert "Somebody (A, P): 9 before, 15 after, ratio 1.63, usual 0.80 to 1.50" in drawn.alternative
    told = months.removals_or_none(tested.iloc[:0], untested, {"a": "A"}, 90, "a source")
    assert isinstance(told, Table)
    assert told.frame["why not"].tolist() == ["its date is known only to the year"]


def test_long_names_of_leaders_stay_on_a_narrow_page() -> None:
    tested = pd.concat([pd.DataFrame(TESTED)] * 2).assign(
        person=["Somebody", "Somebody with an unusually long name of his own"], place="Afghanistan"
    )
    names = {"a": "Harakat-ul-Mujahideen al-Alami"}
    drawing = months.removals(tested, names, 90, "a source").narrow
    assert out_of_the_canvas(drawing) == []
    placed = [box for text, box in texts(drawing) if "Somebody" in text.get_text()]
    assert len(placed) == 2 and not placed[0].overlaps(placed[1])


def test_a_key_with_long_names_stays_on_a_narrow_page() -> None:
    groups = ("a", "b", "unattributed", "further")
    shares = pd.DataFrame([(2020, group, 0.25, 10) for group in groups], columns=["year", "group", "share", "mentions"])
    names = {"a": "Lashkar-e-Jhangvi al-Alami", "b": "Jamaat-ul-Ahrar"}
    assert out_of_the_canvas(months.attribution(shares, names, "P", "events", "a source").narrow) == []


def test_removals_left_out_stand_under_their_reason() -> None:
    rows = pd.concat([pd.DataFrame(TESTED)] * 3, ignore_index=True)
    rows = rows.assign(why=["too few", "no counts", "too few"], place=["P", None, "P"], person=["One", "Two", "Three"])
    assert months.left_out(rows, {"a": "A"}, "a source").frame.values.tolist() == [
        ["too few", "P", "One (A, arrest, 2011-08); Three (A, arrest, 2011-08)"],
        ["no counts", None, "Two (A, arrest, 2011-08)"],
    ]


def test_the_table_of_removals_has_window_and_both_p() -> None:
    table = months.tested_removals(pd.DataFrame(TESTED), {"a": "A"}, 90, "a source")
    assert table.frame.iloc[0].drop("ratio").tolist() == [
        "Somebody (A, arrest, 2011-08)", "P", "9", "15", "34", "0.059", "0.118",
    ]  # fmt: skip
    assert "events in 3 months (the nearest to 90 days) before and after" in table.caption


@pytest.mark.parametrize(
    ("counted", "words"),
    [
        ([("month", 6)], "6 months (the nearest to 180 days)"),
        ([("day", 180), ("day", 180)], "180 days"),
        ([("day", 180), ("month", 6)], "180 days or 6 months (the nearest to 180 days)"),
        ([("month", 1), (None, pd.NA)], "1 month (the nearest to 180 days)"),
        ([(None, pd.NA)], "180 days"),
    ],
)
def test_a_window_is_told_as_it_was_counted(counted, words) -> None:
    assert months.window_in_words(pd.DataFrame(counted, columns=["unit", "width"]), 180) == words


def test_one_penalty_is_one_number() -> None:
    lasting = pd.DataFrame(
        {
            "month": ["2010-01", "2012-01"],
            "found": [1, 2],
            "share": [0.25, 0.5],
            "lowest": [0.5, 1],
            "highest": [0.5, 3],
        }
    )
    assert months.persistence(lasting, 4).frame["multiples"].tolist() == ["0.5", "1 to 3"]


def test_dates_stand_beside_what_happened_on_them() -> None:
    near = pd.DataFrame(
        {
            "day": [date(2014, 6, 15), date(2021, 8, 15)],
            "nearest": ["2014-05", ""],
            "apart": [-1, pd.NA],
            "by_chance": [0.14, None],
        }
    )
    frame = months.beside(near, {"2014-06-15": "an offensive"}, 1.0).frame
    assert frame["what"].tolist() == ["an offensive", None]
    assert frame["months from the date"].tolist() == ["−1", None]
    assert frame["nearest change point"].tolist() == ["2014-05", None]


@pytest.mark.parametrize(
    ("group", "words"),
    [("militant", "events with an armed organisation"), ("ttp", "events of TTP"), ("x", "events of x")],
)
def test_groups_in_words(group, words) -> None:
    assert months.group_in_words(group, {"ttp": "TTP"}) == words


def test_first_months_with_other_terms_leave_cells_blank() -> None:
    ratios = pd.DataFrame({"meaning": ["trend", "level"], "ratio": [1.0, 2.0], "low": [0.5, 1.0], "high": [2.0, 4.0]})
    frame = months.by_first_month({"2005-01": (24, ratios), "2010-01": (12, ratios.iloc[:1])}, "P").frame
    assert frame.to_dict("list") == {
        "first month": ["2005-01", "2010-01"],
        "months": [24, 12],
        "trend": ["1.00 (0.50 to 2.00)"] * 2,
        "level": ["2.00 (1.00 to 4.00)", None],
    }


def test_a_group_of_which_no_year_has_a_share_is_not_in_the_key() -> None:
    rows = [(2020, "a", 1.0, 10), (2020, "unattributed", 0.0, 0)]
    shares = pd.DataFrame(rows, columns=["year", "group", "share", "mentions"])
    figure = months.attribution(shares, {"a": "A"}, "P", "events", "a source")
    for drawing in (figure.drawing, figure.narrow):
        assert [text.get_text() for text in drawing.legends[0].get_texts()] == ["A"]


@pytest.mark.parametrize(("high", "told"), [(100.0, True), (13.0, False)])
def test_an_interval_above_the_top_is_told_only_where_there_is_one(high, told) -> None:
    lines = made_up("2010-01", 30).assign(
        count=10.0, fitted=10.0, fitted_low=9.0, fitted_high=12.0, without=11.0, without_low=9.0, without_high=high
    )
    figure = months.interrupted(lines, (), "none", "P", "events", "a source")
    assert ("above the top" in figure.caption) is told
    words = [text.get_text() for text in figure.drawing.legends[0].get_texts()]
    assert "earlier trend carried on, with its interval" in words


def test_on_a_narrow_page_the_line_of_no_change_keeps_clear_of_names() -> None:
    tested = pd.concat([pd.DataFrame(TESTED)] * 3)
    drawing = months.removals(tested, {"a": "A"}, 90, "a source").narrow
    names = [box for text, box in texts(drawing) if "Somebody" in text.get_text()]
    (axes,) = drawing.axes
    lines = [axes.transData.transform(line) for line in axes.collections[1].get_segments()]
    assert len(lines) == len(names) == 3
    for (_, below), (_, above) in lines:
        assert not any(box.y0 < above and below < box.y1 for box in names)
