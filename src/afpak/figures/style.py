"""The one visual language: sizes, colours and marks of every figure.

Colours are those of Okabe and Ito (2008), which readers with any of the common forms of colour blindness
tell apart; each stands with a marker or a dash, so that no meaning rests on colour alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.axis import Axis
from matplotlib.figure import Figure as Drawing

BLACK, ORANGE, SKY, GREEN = "#1a1a1a", "#e69f00", "#56b4e9", "#009e73"
YELLOW, BLUE, VERMILION, PURPLE = "#f0e442", "#0072b2", "#d55e00", "#cc79a7"
GREY, PALE = "#6b6b6b", "#d9d9d9"

CYCLE = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK, GREY)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES = ("-", "--", ":", "-.", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)), (0, (7, 3)))

SMALL = 9  # points, the smallest letters
# Behind words that lines pass under. A rim around the letters would write each letter twice, as a path of its own.
PLATE: Mapping[str, Any] = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
_SETTINGS = {
    "figure.facecolor": "white",
    "figure.dpi": 100,
    "savefig.facecolor": "white",
    "font.family": "DejaVu Sans",  # ships with matplotlib, so every machine draws the same
    "font.size": 11,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": PALE,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
}


@dataclass(frozen=True)
class Page:
    """The page that a drawing is made for; its words are as large there as those around it.

    Parameters
    ----------
    name : str
        What it is called, lower case; drawings of the same figure differ by it.
    width : float
        Of the drawing, in inches.
    """

    name: str
    width: float

    @property
    def narrow(self) -> bool:
        """Whether it has no room for names beside what they name, nor for panels side by side."""
        return self.width < COLUMN.width

    def subplots(self, height: float, rows: int = 1, columns: int = 1, **options: Any) -> tuple[Drawing, Any]:
        """An empty drawing of this page's width.

        Parameters
        ----------
        height : float
            In inches.
        rows, columns : int
            Panels.
        **options
            Passed to `matplotlib.figure.Figure.subplots`.

        Returns
        -------
        drawing, axes
            As `matplotlib.figure.Figure.subplots` returns the axes.
        """
        drawing = Drawing(figsize=(self.width, height), layout="constrained")
        return drawing, drawing.subplots(rows, columns, **options)


COLUMN = Page("column", 7.0)  # that of a page of the book on a wide screen and on paper
PHONE = Page("phone", 3.2)  # a little more than a screen of 320 pixels, much less than the others
CARD = Page("card", 2.5)  # a third of a column, for a picture that leads elsewhere


def drawn(draw: Callable[[Page], Drawing], page: Page) -> Drawing:
    """What a function draws for a page, in the book's style."""
    with mpl.rc_context(_SETTINGS):
        return draw(page)


def thousands(axis: Axis) -> None:
    """Write the numbers of an axis of counts with separators, as they are written in the text."""
    axis.set_major_formatter(lambda value, _: f"{value:,.10g}")
