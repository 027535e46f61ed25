"""Drawings that say the main thing of a figure in a third of a column, for pages that lead to it.

A card has the marks and colours of its figure, fewer words, and nothing that the figure lacks.
"""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import MaxNLocator

from afpak.figures import style
from afpak.figures.shown import written
from afpak.figures.style import Page

_HEIGHT = 1.9  # inches, of all, so that they stand in a row


def counts_by_year(page: Page, counts: pd.DataFrame) -> Drawing:
    """Counts by year, the highest and the last in words; columns year and count as `published_counts` takes them."""
    drawing, axes = page.subplots(_HEIGHT)
    runs = (counts["year"].diff() > 1).cumsum()
    for _, run in counts.groupby(runs):
        axes.plot(run["year"], run["count"], color=style.BLUE, marker="o", markersize=3.5, linewidth=1.5)
    peak, last = counts.loc[counts["count"].idxmax()], counts.iloc[-1]
    for row in [peak] if peak["year"] == last["year"] else [peak, last]:
        axes.annotate(
            written(row["count"]),
            (row["year"], row["count"]),
            xytext=(0, 5),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=style.SMALL,
        )
    axes.set_ylim(0, 1.25 * peak["count"])
    axes.margins(x=0.1)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: written(value))
    _years(axes, int(counts["year"].min()), int(counts["year"].max()))
    return drawing


def tenures(page: Page, lengths: pd.DataFrame, as_of: date) -> Drawing:
    """Tenures of the heads of the first organisation, each with its name where there is room; as `lanes` takes them."""
    rows = lengths[lengths["organisation"] == lengths["organisation"].iloc[0]].to_dict("records")
    drawing, axes = page.subplots(_HEIGHT)
    begin = min(row["start_earliest"] for row in rows)
    end = max(as_of, *(row["end_latest"] for row in rows))
    near = (end - begin) / 40
    for y, row in enumerate(rows):
        first, last = row["start_earliest"], row["end_latest"]
        axes.barh(y, last - first, left=first, height=0.5, color=style.SKY, alpha=0.5)
        if row["end_earliest"] > row["start_latest"]:
            axes.barh(
                y, row["end_earliest"] - row["start_latest"], left=row["start_latest"], height=0.5, color=style.BLUE
            )
        after = first - begin < end - last
        axes.text(
            last + near if after else first - near,
            y,
            row["person"],
            ha="left" if after else "right",
            va="center",
            fontsize=style.SMALL,
        )
    axes.set_xlim(begin - timedelta(days=60), end + timedelta(days=60))
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    years = range(begin.year + 1, end.year + 1, max(1, -(-(end.year - begin.year) // 4)))
    axes.set_xticks([date(year, 1, 1) for year in years], [str(year) for year in years], fontsize=style.SMALL)
    axes.grid(axis="y", visible=False)
    return drawing


def came_and_left(page: Page, counts: pd.DataFrame) -> Drawing:
    """Groups that came in, up, and groups that left, down, by year; as `splits_and_mergers` takes them."""
    drawing, axes = page.subplots(_HEIGHT)
    axes.bar(counts["year"], counts["came"], color=style.GREEN)
    axes.bar(counts["year"], -counts["left"], color=style.VERMILION, hatch="//", edgecolor="white")
    axes.axhline(0, color=style.BLACK, linewidth=1)
    high, low = max(1, int(counts["came"].max())), max(1, int(counts["left"].max()))
    axes.set_ylim(-1.5 * low, 1.5 * high)
    for place, words, side in ((0.98, "groups that came in", "top"), (0.02, "groups that left", "bottom")):
        axes.text(0.02, place, words, transform=axes.transAxes, ha="left", va=side, fontsize=style.SMALL)
    ticks = sorted({-low, 0, high})
    axes.set_yticks(ticks, [written(abs(tick)) for tick in ticks], fontsize=style.SMALL)
    _years(axes, int(counts["year"].min()), int(counts["year"].max()))
    return drawing


def _years(axes: Axes, first: int, last: int) -> None:
    """Years that end a lustrum, or each where there are few."""
    step = 5 if last - first > 8 else 2 if last - first > 4 else 1
    years = [year for year in range(first, last + 1) if year % step == 0]
    axes.set_xticks(years, [str(year) for year in years], fontsize=style.SMALL)
    axes.tick_params(axis="y", labelsize=style.SMALL)
