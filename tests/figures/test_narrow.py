"""What drawings for a narrow page do otherwise."""

from __future__ import annotations

from datetime import date

import pytest
from matplotlib.text import Annotation

from afpak.figures import narrow, style

from .test_drawings import texts


def test_names_of_rows_stand_beside_them_in_a_column_and_above_them_on_a_phone() -> None:
    for page, beside in ((style.COLUMN, ["first", "second"]), (style.PHONE, ["", ""])):
        drawing, axes = page.subplots(2)
        axes.set_ylim(-0.5, 1.5)
        narrow.name_rows(axes, page, [0, 1], ["first", "second"])
        assert [label.get_text() for label in axes.get_yticklabels()] == beside
        drawing.draw_without_rendering()
        written = [text for text in axes.texts if text.get_visible()]
        assert [text.get_text() for text in written] == ([] if beside[0] else ["first", "second"])
        for text, row in zip(written, (0, 1), strict=False):
            box = text.get_window_extent()
            left, middle = axes.transData.transform((axes.get_xlim()[0], row))
            assert box.x0 == pytest.approx(left, abs=2) and box.y0 > middle
        assert axes.spines["left"].get_visible() == (not page.narrow)


def test_few_dates_stand_on_a_narrow_axis() -> None:
    told = {}
    for page in (style.COLUMN, style.PHONE):
        drawing, axes = page.subplots(2)
        axes.plot([date(2001, 1, 1), date(2026, 1, 1)], [0, 1])
        narrow.few_years(axes, page)
        drawing.draw_without_rendering()
        told[page.name] = [label.get_text() for label in axes.get_xticklabels()]
        assert all(text.isdigit() and len(text) == 4 for text in told[page.name])
    assert 3 <= len(told["phone"]) <= 7


def test_words_of_a_key_break_on_a_phone_alone() -> None:
    words = "Minister of State for Interior to the Senate 2017-04"
    assert narrow.for_key(words, style.COLUMN) == words
    lines = narrow.for_key(words, style.PHONE).split("\n")
    assert " ".join(lines) == words
    assert len(lines) == 2


@pytest.mark.parametrize("years", [(2000, 2001, 2002), (2000.1, 2010, 2019.9), (2017, 2019.5, 2019.9)])
def test_dates_above_lie_neither_on_each_other_nor_beside_the_drawing(years) -> None:
    drawing, axes = style.PHONE.subplots(3)
    axes.set_xlim(2000, 2020)
    narrow.dates_above(axes, [(year, "Aug 2021") for year in years])
    placed = [box for text, box in texts(drawing) if isinstance(text, Annotation)]
    assert len(placed) == len(years)
    assert not any(a.overlaps(b) for i, a in enumerate(placed) for b in placed[i + 1 :])
    assert all(box.x0 >= 0 and box.x1 <= drawing.bbox.width for box in placed)
