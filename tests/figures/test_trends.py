"""What is particular to the drawings of the counts by year for a phone."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure as Drawing

from afpak.figures import trends

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
