"""The one visual language: sizes, colours and marks of every figure.

Colours are those of Okabe and Ito (2008), which readers with any of the common forms of colour blindness
tell apart; each stands with a marker or a dash, so that no meaning rests on colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure as Drawing

BLACK, ORANGE, SKY, GREEN = "#1a1a1a", "#e69f00", "#56b4e9", "#009e73"
YELLOW, BLUE, VERMILION, PURPLE = "#f0e442", "#0072b2", "#d55e00", "#cc79a7"
GREY, PALE = "#6b6b6b", "#d9d9d9"

CYCLE = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK, GREY)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES = ("-", "--", ":", "-.", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)), (0, (7, 3)))

WIDTH = 7.0  # inches, at which the text of a figure is as large as that of the page around it
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


@contextmanager
def drawing(height: float, rows: int = 1, columns: int = 1, **options: Any) -> Iterator[tuple[Drawing, Any]]:
    """Open a drawing in the book's style.

    Parameters
    ----------
    height : float
        In inches; the width is the book's column.
    rows, columns : int
        Panels.
    **options
        Passed to `matplotlib.figure.Figure.subplots`.

    Yields
    ------
    drawing, axes
        As `matplotlib.figure.Figure.subplots` returns the axes.
    """
    with mpl.rc_context(_SETTINGS):
        figure = Drawing(figsize=(WIDTH, height), layout="constrained")
        yield figure, figure.subplots(rows, columns, **options)
