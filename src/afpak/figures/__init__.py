"""Figures and tables: results in, something to show with its text alternative and source out.

Nothing here computes; what is drawn was worked out in `afpak.analysis`.
"""

from afpak.figures.shown import Figure, Table, cited, glue

__all__ = ["Figure", "Table", "cited", "glue"]
