from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text

from afpak.analysis import measures
from afpak.figures import Figure
from afpak.figures import measures as draw
from afpak.figures.shown import IncompleteError

from .test_drawings import apart, corners, out_of_the_canvas, overlapping, texts, tick_labels

SOURCE = "a source"
MATRIX = pd.DataFrame(
    [
        {"side": "external", "name": "Global terrorism", "detail": "IS-K", "claim": "1.5-19", "series": "PIPS, GTD"},
        {"side": "external", "name": "Security of a corridor with a long name", "detail": None, "claim": "1.5-20",
         "series": None},
        {"side": "internal", "name": "Criminal justice", "detail": "Weak and run down " * 3, "claim": "1.5-26",
         "series": None},
    ]
)  # fmt: skip
COUNTS = pd.DataFrame({"year": [2008, 2009, 2010, 2013, 2014], "count": [900.0, 1200.0, 800.0, 400.0, 300.0]})


def known(*rows: tuple[str, str, str, str | None, str | None, list[str]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measures from (measure, category, means, claim, recorded date, the paper's dates), and the paper's dates."""
    table = pd.DataFrame(
        [
            {"measure": name, "category": category, "means": means, "claim": claim, "note": None}
            for name, category, means, claim, _, _ in rows
        ]
    )
    dates = pd.DataFrame(
        [
            {
                "date_id": name, "date": when, "date_alternatives": None, "paper_sections": None, "note": "A note",
                "name": f"A rather long name of the measure called {name}", "source": "A page | Another",
                "url": "https://example.org/a | https://example.org/b", "known_since": when,
            }
            for name, _, _, _, when, _ in rows
            if when
        ]
    )  # fmt: skip
    said = [(name, claim, value) for name, _, _, claim, _, values in rows for value in values]
    statements = pd.DataFrame(
        [
            {
                "statement": f"{claim}{'abc'[i % 3]}", "claim": claim, "said_by": None, "subject": name,
                "attribute": "date", "value": value, "bound": "exact", "at": None,
            }
            for i, (name, claim, value) in enumerate(said)
        ]
    )  # fmt: skip
    subjects = pd.DataFrame({"subject": ["undated"], "name": ["Sweeps"], "paper_sections": ["1.5"]})
    return measures.catalogue(table, dates, statements, subjects), measures.stated(table, dates, statements)


LISTED, STATED = known(
    ("act", "legislative", "non-kinetic", "1.5-33", "1997", ["1997"]),
    ("operation", "tactical", "kinetic", "1.5-16", "2013-09-05", ["2013-12"]),
    ("second", "tactical", "kinetic", "1.5-14", "2014-06-15", ["2014-05", "2014-06"]),
    ("third", "tactical", "kinetic", "1.5-15", None, ["2014-06"]),
    ("plan", "policy", "non-kinetic", "1.5-11", "2014-12-24", []),
    ("courts", "legislative", "kinetic", None, "2015-01-07", []),
    ("undated", "tactical", "kinetic", "1.5-38", None, []),
    *((f"policy-{i}", "policy", "non-kinetic", "1.5-12", "2018-01", ["2017"]) for i in range(4)),
)


def timeline(source: str = SOURCE) -> Figure:
    return draw.timeline(LISTED, STATED, COUNTS, "NACTA/MoI", "terrorist incidents", date(2022, 1, 31), source)


PLACEBO = pd.DataFrame(
    {
        "year": [2010, 2011, 2012],
        "ratio": [0.8, 0.5, 1.5],
        "low": [0.7, 0.45, 1.3],
        "high": [0.9, 0.55, 1.8],
        "measures": [2, 0, 5],
        "numbers": ["1, 2", "", "3, 4, 5, 6, 7"],
        "dispersion": [21.0, 4.0, np.nan],
        "quasi_low": [0.4, 0.3, np.nan],
        "quasi_high": [1.6, 0.8, np.nan],
    }
)


def placebo(source: str = SOURCE) -> Figure:
    return draw.placebo(PLACEBO, "NACTA/MoI", source)


FIGURES = {"security-matrix": lambda source=SOURCE: draw.matrix(MATRIX, source), "measures": timeline,
           "placebo-years": placebo}  # fmt: skip
every_figure = pytest.mark.parametrize("name", FIGURES)


def on_each_other(drawing) -> list[tuple[str, str]]:
    placed = texts(drawing)
    renderer = drawing.canvas.get_renderer()
    ticks = {id(label) for axes in drawing.axes for side in tick_labels(axes) for label in side}
    boxes = [(text, corners(text, renderer)) for text, _ in placed]
    return [
        (a.get_text(), b.get_text())
        for i, (a, box) in enumerate(boxes)
        for b, other in boxes[i + 1 :]
        if not (id(a) in ticks and id(b) in ticks) and not apart(box, other)
    ]


@every_figure
def test_no_text_of_a_figure_runs_out_or_lies_on_another(name) -> None:
    drawing = FIGURES[name]().drawing
    assert out_of_the_canvas(drawing) == []
    assert overlapping(drawing) == []
    assert on_each_other(drawing) == []


@every_figure
def test_no_text_is_smaller_than_nine_points(name) -> None:
    assert min(text.get_fontsize() for text in FIGURES[name]().drawing.findobj(Text) if text.get_text()) >= 9


@every_figure
def test_a_figure_made_twice_is_the_same_and_needs_a_source(name) -> None:
    assert (FIGURES[name]().svg == FIGURES[name]().svg) is True
    with pytest.raises(IncompleteError, match="source"):
        FIGURES[name](" ")


@every_figure
def test_a_figure_tells_in_words_what_it_shows(name) -> None:
    figure = FIGURES[name]()
    assert figure.name == name and not figure.data.empty
    for words in (figure.alternative, figure.caption):
        for missing in ("nan", "None", "NaT", "<NA>"):
            assert missing not in words


def test_the_matrix_tells_every_challenge_what_is_specified_and_what_counts_it() -> None:
    told = draw.matrix(MATRIX, SOURCE).alternative
    assert "External challenges: Global terrorism (IS-K), counted in PIPS, GTD; Security of a corridor" in told
    assert "Of 3 challenges 1 have a series" in told


def test_the_words_of_a_box_stay_inside_it_and_off_each_other() -> None:
    drawing = draw.matrix(MATRIX, SOURCE).drawing
    texts(drawing)  # draws
    renderer = drawing.canvas.get_renderer()
    boxes = [patch.get_window_extent(renderer) for patch in drawing.findobj(FancyBboxPatch)]
    assert len(boxes) == 3
    # The axes are switched off, so that the words are not among those that `texts` gives.
    placed = [(text.get_text(), text.get_window_extent(renderer)) for text in drawing.axes[0].texts]
    words = [(text, box) for text, box in placed if not text.endswith(" challenges")]
    assert len(placed) - len(words) == 2 and len(words) > 6
    for _, box in words:
        assert any(one.x0 <= box.x0 and box.x1 <= one.x1 and one.y0 <= box.y0 and box.y1 <= one.y1 for one in boxes)
    for i, (_, one) in enumerate(placed):
        # A pixel of touch between two lines is allowed.
        assert not any(_overlap(one, other) for _, other in placed[i + 1 :])


def _overlap(one, other) -> bool:
    return min(one.x1, other.x1) - max(one.x0, other.x0) > 1 and min(one.y1, other.y1) - max(one.y0, other.y0) > 1


def test_a_side_without_challenges_can_be_drawn() -> None:
    assert "External challenges: none" in draw.matrix(MATRIX[MATRIX["side"] == "internal"], SOURCE).alternative


def test_the_time_line_tells_each_measure_with_both_dates_and_whether_the_paper_has_it() -> None:
    told = timeline().alternative
    assert "2013-09-05, 2013-12 in the paper" in told
    assert "2014-06-15, 2014-05 in the paper" in told
    assert "2015-01-07, not in the paper" in told
    assert "Sweeps, tactical, kinetic, no dated source" in told
    assert "highest in 2009 with 1,200" in told


def test_every_dated_measure_has_a_mark_with_its_number_and_every_measure_its_line_in_the_key() -> None:
    drawing = timeline().drawing
    _, lanes = drawing.axes
    inside = [text.get_text() for text in lanes.texts]
    # 2 and 3 have a cross for the paper's date beside their mark, the policies one each; 'third' has the cross alone.
    numbers = LISTED.set_index("measure")["number"]
    for measure, times in {"act": 1, "plan": 1, "operation": 2, "second": 2, "third": 1, "undated": 0}.items():
        assert inside.count(str(numbers[measure])) == times
    key = [text.get_text() for legend in drawing.legends for text in legend.get_texts()]
    for row in LISTED.itertuples():
        (line,) = [one for one in key if one.startswith(f"{row.number} ")]
        assert " ".join(line.split()).endswith(f"({row.recorded or 'no dated source'})")


def test_marks_that_would_touch_stand_on_lines_of_their_own() -> None:
    lanes, depths = draw._lanes(LISTED.to_dict("records"), dict.fromkeys(LISTED["number"], ()), 1.15, 1.0)
    policies = LISTED.loc[LISTED["measure"].str.startswith("policy-"), "number"]
    assert sorted(lanes[number] for number in policies) == [0, 1, 2, 3]
    assert depths == {"policy": 4, "legislative": 1, "tactical": 2}


def test_open_marks_are_those_that_the_paper_leaves_out() -> None:
    _, lanes = timeline().drawing.axes
    open_marks = [line for line in lanes.lines if line.get_marker() in "so" and line.get_markerfacecolor() == "white"]
    assert len(open_marks) == 1
    # 7 January 2015, on an axis on which 2015 is the middle of that year.
    assert open_marks[0].get_xdata()[0] == pytest.approx(2014.5 + 7 / 365, abs=0.01)
    assert open_marks[0].get_marker() == "s"


def test_a_year_of_the_series_without_a_count_breaks_the_line() -> None:
    above, _ = timeline().drawing.axes
    assert [list(line.get_xdata()) for line in above.lines] == [[2008, 2009, 2010], [2013, 2014]]


def test_placebo_tells_every_year_with_both_intervals() -> None:
    told = placebo().alternative
    assert "2010 (measures 1, 2): 0.80 (0.70 to 0.90, widened 0.40 to 1.60)" in told
    assert "2011: 0.50 (0.45 to 0.55, widened 0.30 to 0.80)" in told
    assert "2012 (measures 3, 4, 5, 6, 7): 1.50 (1.30 to 1.80)" in told
    assert "2 lie under one" in told


def test_the_bar_of_an_interval_ends_at_its_limits() -> None:
    (axes,) = placebo().drawing.axes
    bars = [line for line in axes.lines if line.get_linewidth() == 15]
    assert [tuple(bar.get_ydata()) for bar in bars] == [(0.7, 0.9), (0.45, 0.55), (1.3, 1.8)]
    # A cap that projects would make a narrow interval look wide.
    assert {bar.get_solid_capstyle() for bar in bars} == {"butt"}


def test_a_ratio_without_bound_can_be_drawn_and_told() -> None:
    table = PLACEBO.assign(ratio=[np.inf, 0.0, 1.0], low=[0.5, 0.0, 0.9], high=[np.inf, 0.4, 1.1])
    figure = draw.placebo(table, "A", SOURCE)
    assert "without bound (0.50 to without bound" in figure.alternative
    low, high = figure.drawing.axes[0].get_ylim()
    assert 0 < low < 0.5 and 1.6 < high < 31


# Tables


def cells(table) -> list[list[str]]:
    lines = [line for line in table._repr_mimebundle_()["text/markdown"].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in (lines[0], *lines[2:])]


def test_the_table_of_measures_has_both_dates_and_whether_they_agree() -> None:
    rows = {row[1][-6:]: row for row in cells(draw.measures_table(LISTED))[1:]}
    assert rows["ration"][5:8] == ["2013-12 (1.5-16)", "2013-09-05", "differs"]
    assert rows["courts"][4:8] == ["–", "–", "2015-01-07", "not in the paper"]
    assert rows["Sweeps"][5:8] == ["–", "none found", "not dated in the paper"]


def test_measures_have_their_sources_and_notes_in_a_list_and_those_without_either_are_left_out() -> None:
    text = draw.measures_notes(LISTED)._repr_mimebundle_()["text/markdown"]
    assert text.count("*note:* A note.") == int(LISTED["recorded"].notna().sum())
    assert "*sources:* [A page](<https://example.org/a>); [Another](<https://example.org/b>)" in text
    assert "Sweeps" not in text


def test_rates_are_told_with_their_intervals_and_years_outside_the_series_as_dashes() -> None:
    table = measures.before_and_after(pd.DataFrame({"year": range(2010, 2017), "count": [40.0] * 3 + [9] + [0.0] * 3}),
                                      [1997, 2013], 3).assign(numbers=["1", "2"])  # fmt: skip
    _, first, second = cells(draw.rates(table, "A", "attacks", SOURCE))
    assert first == ["1997", "1", "0", "–", "–", "0", "–", "–", "–"]
    # 120 in three years; nought in three years has an upper limit of -ln 0.025 / 3 = 1.23.
    assert second[:5] == ["2013", "2", "3", "120", "40 (33 to 48)"]
    assert second[5:8] == ["3", "0", "0 (0 to 1)"]
    # The upper limit of a share of nought of 120 is 1 - 0.025^(1/120) = 0.0303; over one less itself 0.03.
    assert second[8] == "0.00 (0.00 to 0.03)"


def test_ratios_by_series_stand_in_a_column_each() -> None:
    each = pd.DataFrame(
        {"series": ["A", "A", "B"], "year": [2012, 2013, 2013], "ratio": [0.5, np.inf, 2.0], "low": [0.4, 3.0, 1.0],
         "high": [0.6, np.inf, np.inf]}
    )  # fmt: skip
    assert cells(draw.ratios_by_series(each, SOURCE)) == [
        ["year left out", "A", "B"],
        ["2012", "0.50 (0.40 to 0.60)", "–"],
        ["2013", "∞ (from 3.00)", "2.00 (1.00 to ∞)"],
    ]


def test_no_series_with_enough_years_is_a_table_that_says_so() -> None:
    empty = measures.by_series(pd.DataFrame(), [2012], 2, 2010)
    assert cells(draw.ratios_by_series(empty, SOURCE)) == [["year left out"], ["none"]]


def test_dispersions_and_summary_show_what_is_missing_as_a_dash() -> None:
    rows = cells(draw.dispersions(PLACEBO, "A", SOURCE))
    assert rows[1] == ["2010", "1, 2", "21.00", "0.80", "0.70 to 0.90", "0.40 to 1.60"]
    assert rows[3][2] == "–" and rows[3][5] == "–"
    summary = cells(draw.placebo_summary(measures.placebo_summary(PLACEBO[PLACEBO["measures"] > 0]), SOURCE))
    assert summary[1][:6] == ["with a measure", "2", "1", "1", "0", "1.15"]
    assert summary[2] == ["without one", "0", "0", "0", "0", "–", "–", "–"]


def test_ratios_in_a_sentence() -> None:
    assert draw.in_words(PLACEBO.iloc[:2]) == "2010: 0.80 (0.70 to 0.90); 2011: 0.50 (0.45 to 0.55)"
    assert draw.in_words(PLACEBO.iloc[:0]) == "none could be computed"
