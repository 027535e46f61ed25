"""What is particular to the drawings of the counts by year for a phone."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.figure import Figure as Drawing
from matplotlib.text import Annotation

from afpak.figures import style, trends

from .test_drawings import texts

RATIOS = pd.DataFrame(
    [("A", "level", 0.5, 0.4, 0.6), ("B", "level", 2.0, 1.5, 3.0), ("B", "each year", 1.1, 1.0, 1.2)],
    columns=["series", "meaning", "ratio", "low", "high"],
)


def words(drawing: Drawing) -> list[str]:
    return [text.get_text() for text, _ in texts(drawing)]


def test_only_a_wide_page_has_a_row_for_a_series_that_can_not_tell() -> None:
    figure = trends.ratio_forest(RATIOS, "a source")
    assert words(figure.drawing).count("A") == 2 and words(figure.narrow).count("A") == 1
    for drawing in (figure.drawing, figure.narrow):
        assert words(drawing).count("B") == 2
        assert len(drawing.axes[0].containers) == len(RATIOS)


@pytest.mark.parametrize("years", [(2000, 2001, 2002), (2000.1, 2010, 2019.9), (2017, 2019.5, 2019.9)])
def test_dates_above_lie_neither_on_each_other_nor_beside_the_drawing(years) -> None:
    drawing, axes = style.PHONE.subplots(3)
    axes.set_xlim(2000, 2020)
    trends.dates_above(axes, [(year, "Aug 2021") for year in years])
    placed = [box for text, box in texts(drawing) if isinstance(text, Annotation)]
    assert len(placed) == len(years)
    assert not any(a.overlaps(b) for i, a in enumerate(placed) for b in placed[i + 1 :])
    assert all(box.x0 >= 0 and box.x1 <= drawing.bbox.width for box in placed)
