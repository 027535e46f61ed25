"""Figures and tables: results in, something to show with its text alternative and source out.

Nothing here computes; what is drawn was worked out in `afpak.analysis`.
"""

from afpak.figures.shown import (
    Figure,
    Records,
    Table,
    cited,
    credit,
    glue,
    listed_in_words,
    p_value,
    share_in_words,
    span,
    with_interval,
)

__all__ = [
    "Figure",
    "Records",
    "Table",
    "cited",
    "credit",
    "glue",
    "listed_in_words",
    "p_value",
    "share_in_words",
    "span",
    "with_interval",
]
