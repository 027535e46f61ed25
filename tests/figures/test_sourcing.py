"""Figures and tables of sourcing, on the real tables, made as the chapter makes them."""

from __future__ import annotations

import itertools
import math
import re

import pandas as pd
import pytest

from afpak.analysis import sourcing
from afpak.figures import Figure
from afpak.figures import sourcing as draw
from afpak.tables import Inputs

from .test_drawings import apart, corners, out_of_the_canvas, overlapping, texts, tick_labels


def kinds_by_section(inputs: Inputs) -> Figure:
    return draw.kinds_by_section(sourcing.kinds_by_section(inputs["references"], inputs["sections"]))


def by_year(inputs: Inputs) -> Figure:
    return draw.by_year(sourcing.by_year(inputs["references"]))


def footnoted(inputs: Inputs) -> Figure:
    return draw.footnoted(sourcing.footnoted(inputs["claims"], inputs["sections"]))


MADE = {"kinds-by-section": kinds_by_section, "by-year": by_year, "footnoted": footnoted}


def on_each_other(figure: Figure) -> list[tuple[str, str]]:
    drawing = figure.drawing
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


@pytest.mark.parametrize("name", MADE)
def test_a_figure_is_legible_and_tells_what_it_shows(name, paper) -> None:
    figure = MADE[name](paper)
    assert figure.name == name
    assert len(figure.alternative) > 80
    assert not re.search(r"\bnan\b|<NA>|None", figure.alternative + figure.caption)
    assert out_of_the_canvas(figure.drawing) == []
    assert overlapping(figure.drawing) == []
    assert on_each_other(figure) == []
    assert min(text.get_fontsize() for text, _ in texts(figure.drawing)) >= 9


def test_the_words_hold_the_numbers_drawn(paper) -> None:
    # Counted in the raw file: 1.2 has eleven news items; the oldest source is of 1998.
    assert "1.2: 11 news" in kinds_by_section(paper).alternative
    assert "1998: 1 press: news and opinion" in by_year(paper).alternative
    assert "methodology: 0 of 5" in footnoted(paper).alternative


def plain(shown) -> str:
    return shown._repr_mimebundle_()["text/plain"]


def test_talks_name_partner_and_date(paper) -> None:
    told = plain(draw.talks(sourcing.talks(paper["references"], paper["claims"])))
    assert "2022-01-19 or 2019-05-19" in told
    assert "not dated" in told


def test_an_endless_odds_ratio_is_a_dash() -> None:
    row = {
        "asked": "x",
        "with_hit": 2,
        "with_all": 2,
        "without_hit": 0,
        "without_all": 3,
        "fisher": 0.1,
        "barnard": 0.05,
    }
    tests = pd.DataFrame([row | {"odds_ratio": math.inf, "low": 0.5, "high": math.inf}])
    table = draw.footnote_tests(tests).frame
    assert table.at[0, "odds ratio"] == "–"
    assert table.at[0, "with a footnote"] == "2 of 2 (100%)"
    tests = pd.DataFrame([row | {"odds_ratio": 2.0, "low": 0.5, "high": 8.0}])
    assert draw.footnote_tests(tests).frame.at[0, "odds ratio"] == "2.00 (0.50 to 8.00)"


def test_verdicts_have_their_marks() -> None:
    counts = pd.DataFrame({"verdict": ["supported"], "with_footnote": [3], "without": [4]})
    assert draw.verdicts(counts).frame.at[0, "verdict"] == "✓ supported"


def test_days_out_of_time_are_written_as_spans(paper) -> None:
    row = {
        "reference": "fn31", "mark": "after-the-fact", "source_date": "2018-06-23", "claim": "1.2-21", "stated": "2016",
        "days_min": 539.0, "days_max": 904.0, "recorded": "2018-06-13", "recorded_min": 10.0, "recorded_max": 10.0,
        "note": "Of June 2018.",
    }  # fmt: skip
    frame = draw.out_of_time(pd.DataFrame([row, row | {"days_min": math.nan, "days_max": math.nan}])).frame
    assert frame["days from that to the source"].tolist() == ["539 to 904", None]
    assert frame["days from the recorded date to the source"].tolist() == ["10", "10"]


def test_kinds_have_shares_in_per_cent(paper) -> None:
    told = draw.kinds(sourcing.by_kind(paper["references"])).frame.set_index("kind")
    # 38 of 72 footnotes are news.
    assert told.at["news", "share of footnotes"] == "53%"


def test_on_a_phone_numbers_of_years_beside_each_other_are_not_one_number(paper) -> None:
    drawing = by_year(paper).narrow
    shown = {id(text): box for text, box in texts(drawing)}
    boxes = [shown[id(text)] for text in drawing.axes[0].texts]
    width = min(box.width for box in boxes)
    beside = [(a, b) for a, b in itertools.pairwise(boxes) if b.x0 - a.x1 < width / 2]
    assert beside
    for a, b in beside:
        assert abs(a.y0 - b.y0) > a.height / 2
