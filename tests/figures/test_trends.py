"""What is particular to the drawings of the counts by year for a phone."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure as Drawing

from afpak.figures import Figure, trends

from .test_drawings import texts

RATIOS = pd.DataFrame(
    [
        ("A", "level_2021_08", "level, later", 0.5, 0.4, 0.6),
        ("B", "slope_2014_06", "each year, earlier", 1.1, 1.0, 1.2),
        ("B", "level_2021_08", "level, later", 2.0, 1.5, 3.0),
        ("B", "level_2014_06", "level, earlier", 0.8, 0.7, 0.9),
    ],
    columns=["series", "term", "meaning", "ratio", "low", "high"],
)


def words(drawing: Drawing) -> list[str]:
    return [text.get_text() for text, _ in texts(drawing)]


def test_terms_stand_in_the_order_of_their_dates_and_rows_without_an_estimate_say_so() -> None:
    figure = trends.ratio_forest(RATIOS, "a source")
    for drawing in (figure.drawing, figure.narrow):
        placed = sorted(texts(drawing), key=lambda one: -one[1].y0)
        headings = [text.get_text() for text, _ in placed if text.get_fontweight() == "bold"]
        assert headings == ["level, earlier", "each year, earlier", "level, later"]
    assert words(figure.drawing).count("can’t be told from its years") == 2
    assert "too few years" in figure.caption
    full = trends.ratio_forest(RATIOS[RATIOS["series"] == "B"], "a source")
    assert "can’t be told from its years" not in words(full.drawing)
    assert "too few years" not in full.caption


COUNTS = pd.DataFrame({"year": [2013, 2014, 2015], "count": [1800.0, 2500.0, 900.0]})


def versions(changes: dict[str, float], number: int = 20) -> pd.DataFrame:
    """So many versions of every year, of which some give another count for the first."""
    rows = [
        (year, changes.get(f"version {i}", count) if year == 2013 else count, f"version {i}")
        for i in range(number)
        for year, count in zip(COUNTS["year"], COUNTS["count"], strict=True)
    ]
    return pd.DataFrame(rows, columns=["year", "value", "version"])


def published(changes: dict[str, float]) -> Figure:
    return trends.published_counts(COUNTS, versions(changes), "A", "incidents", (), "a source")


def looks_of(figure: Figure) -> list[tuple[str, str, str]]:
    (legend,) = figure.drawing.legends
    return [
        (words.get_text(), line.get_marker(), line.get_color())
        for words, line in zip(legend.get_texts(), legend.get_lines(), strict=True)
    ]


def test_versions_that_agree_share_one_mark() -> None:
    figure = published({})
    assert [words for words, *_ in looks_of(figure)] == ["published version", "version published last"]
    assert "all agree with it" in figure.caption and "the data file lists them" in figure.caption
    assert len(figure.data) == 60


def test_each_version_that_differs_has_a_mark_of_its_own() -> None:
    changes = {f"version {i}": 1700.0 - i for i in range(12)}
    looks = looks_of(published(changes))
    assert [words for words, *_ in looks] == ["versions that agree", *sorted(changes), "version published last"]
    assert len({(marker, colour) for _, marker, colour in looks}) == len(looks) == 14
    assert "have a mark of their own" in published(changes).caption


def test_counts_have_separators_and_a_year_stands_at_its_middle() -> None:
    figure = published({})
    assert "2,500" in words(figure.drawing)
    assert "A year’s tick stands at its middle." in figure.caption


def fitted(high: float) -> Figure:
    lines = pd.DataFrame({"year": [2013, 2014], "count": [10.0, 12.0], "fitted": [10.0, 12.0]})
    lines = lines.assign(fitted_low=9.0, fitted_high=13.0, without=11.0, without_low=9.0, without_high=high)
    return trends.interrupted(lines, (), "A", "incidents", "a source")


def test_an_interval_above_the_top_is_told_only_where_there_is_one() -> None:
    assert "above the top" in fitted(100.0).caption
    assert "above the top" not in fitted(13.0).caption


def test_only_a_wide_page_has_a_row_for_a_series_that_can_not_tell() -> None:
    figure = trends.ratio_forest(RATIOS, "a source")
    assert words(figure.drawing).count("A") == 3 and words(figure.narrow).count("A") == 1
    for drawing in (figure.drawing, figure.narrow):
        assert words(drawing).count("B") == 3
        assert len(drawing.axes[0].containers) == len(RATIOS)
