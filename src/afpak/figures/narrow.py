"""What drawings for a narrow page do otherwise, and what does nothing on a wide one."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.dates import AutoDateFormatter, AutoDateLocator

from afpak.figures import style
from afpak.figures.style import Page

# Letters of a line beside the mark of a key; width of a month and its year, as a share of the axes.
_LETTERS, _DATE = 39, 0.26


def name_rows(
    axes: Axes, page: Page, places: Sequence[float], names: Sequence[str], above: float = 6.0, **words: Any
) -> None:
    """Write the names of rows: beside the axis, and on a narrow page in the axes above each row, at the left.

    There the axis has no line, and lines that pass under a name end at a white plate.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where the rows are.
    page : Page
        That of the drawing.
    places, names : sequence
        Of the rows, as long as each other.
    above : float
        On a narrow page, the distance of the words from the middle of the row, in points.
    **words
        Passed to the text: fontsize, color.
    """
    words = {"fontsize": style.SMALL, "bbox": plate(page)} | words
    if not page.narrow:
        axes.set_yticks(places, names, **words)
        return
    axes.set_yticks(places, [""] * len(places))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    for place, name in zip(places, names, strict=True):
        axes.annotate(
            name,
            (0, place),
            xycoords=axes.get_yaxis_transform(),
            xytext=(0, above),
            textcoords="offset points",
            ha="left",
            va="bottom",
            **words,
        )


def few_years(axes: Axes, page: Page) -> None:
    """Make an axis one of dates, on a narrow page with as few of them as it has room for."""
    axes.xaxis_date()
    if page.narrow:
        locator = AutoDateLocator(minticks=3, maxticks=6)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(AutoDateFormatter(locator))


def small_words(axes: Axes, page: Page) -> None:
    """On a narrow page, small letters on both axes: large ones would take the width from what is drawn."""
    if page.narrow:
        axes.tick_params(labelsize=style.SMALL)
        for axis in (axes.xaxis, axes.yaxis):
            axis.label.set_fontsize(style.SMALL)


def for_key(words: str, page: Page) -> str:
    """What a key says, on a narrow page in lines that fit beside its mark."""
    return "\n".join(textwrap.wrap(words, _LETTERS)) if page.narrow else words


def plate(page: Page) -> Mapping[str, Any] | None:
    """White behind words that stand among the data of a narrow page, so that no line runs through them."""
    return style.PLATE if page.narrow else None


def dates_above(axes: Axes, dates: Sequence[tuple[float, str]]) -> None:
    """Write dates above the axes, where on a narrow page they lie neither on each other nor on what is drawn.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        With its limits set.
    dates : sequence of (float, str)
        Places, from left to right, and words.
    """
    low, high = axes.get_xlim()
    end, height = -1.0, 0
    for where, words in dates:
        share = (where - low) / (high - low)
        side, start = ("center", share - _DATE / 2) if share < 0.92 else ("right", share - _DATE)
        # One that would lie on the one before it stands above that.
        height = height + 1 if start < end else 0
        end = start + _DATE
        axes.annotate(
            words,
            (where, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 2 + 12 * height),
            textcoords="offset points",
            fontsize=style.SMALL,
            color=style.GREY,
            ha=side,
            va="bottom",
        )
