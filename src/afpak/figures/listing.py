"""A long table that readers can search, filter and sort, and link to row by row.

It is an ordinary table of HTML: it reads, prints and links without any script. The book's own script,
where it runs, adds a search field, a choice for each filter and sorting by the headings.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from afpak import bundles
from afpak.figures.shown import IncompleteError, named


@dataclass(frozen=True)
class Listing:
    """Rows with a filter for some columns and an anchor for each row.

    Parameters
    ----------
    frame : pandas.DataFrame
        What to show, column names as a reader should see them; all text.
    name, caption, source : str
        As in `afpak.figures.Table`.
    key : str
        Column that names a row; its anchor is made of ``anchor`` and this.
    anchor : str
        First part of every anchor: ``claim`` gives ``claim-1-4-14``.
    filters : sequence of str
        Columns with a choice of their values; cells may hold several values, separated by `` | ``.
    marks : mapping of str to mapping of str to str
        For a column, the mark put before each of its values.
    details : sequence of str
        Columns shown folded away under the last one, each under its name.
    html_columns : sequence of str
        Columns whose cells are HTML already.
    once : bool
        Whether another page links to a row with the first mention of its name only.
    words : mapping of str to sequence of str
        Words that lead to a row, by key; the key itself if not given.
    sort : str
        Column that says what sort of thing a row is; shown with a row that the book's search finds.
    spellings : str
        Column with other ways of writing the key, separated by ``; ``, by which the search finds a row too.
    told : str
        Column with what a row says, in which the search looks as well; without it the search finds no row.
    """

    frame: pd.DataFrame
    name: str
    caption: str
    source: str
    key: str
    anchor: str
    filters: Sequence[str] = ()
    marks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    details: Sequence[str] = ()
    html_columns: Sequence[str] = ()
    once: bool = False
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sort: str = ""
    spellings: str = ""
    told: str = ""

    def __post_init__(self) -> None:
        named(self.name, self.caption, self.source)
        if self.frame[self.key].astype(str).map(self.place).duplicated().any():
            raise IncompleteError(
                f"{self.name}: two rows have the same {self.key}, so that no link can tell them apart"
            )

    def place(self, key: str) -> str:
        """Anchor of a row."""
        return place(self.anchor, key)

    @property
    def anchors(self) -> dict[str, str]:
        """Anchor by every word that leads to a row."""
        return {word: self.place(key) for key in map(str, self.frame[self.key]) for word in self.words.get(key, (key,))}

    @property
    def entries(self) -> list[dict[str, Any]]:
        """What the book's search knows of each row: place, name, sort, spellings and what it says."""

        def text(row: Mapping[str, Any], column: str) -> str:
            return str(row[column]) if column and not pd.isna(row[column]) else ""

        return [
            {
                "place": self.place(str(row[self.key])),
                "name": str(row[self.key]),
                "sort": text(row, self.sort).replace(" | ", ", "),
                "spellings": [one.rstrip("*") for one in text(row, self.spellings).split("; ") if one],
                "told": text(row, self.told).replace(" | ", ", "),
            }
            for row in self.frame.to_dict("records")
        ]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        shown = [column for column in self.frame.columns if column not in self.details]
        head = "".join(f'<th scope="col" data-column="{_class(column)}">{html.escape(column)}</th>' for column in shown)
        body = "\n".join(self._row(row, shown) for row in self.frame.to_dict("records"))
        filters = " ".join(_class(column) for column in self.filters)
        return {
            "text/plain": f"{self.caption}\n{self.frame[shown].to_string(index=False)}\nSource: {self.source}",
            "text/html": (
                f'<div class="afpak-listing" id="listing-{self.name}" data-filters="{filters}">\n'
                f"<table><caption>{html.escape(self.caption)}</caption>\n<thead><tr>{head}</tr></thead>\n"
                f'<tbody class="list">\n{body}\n</tbody></table>\n'
                f'<p class="afpak-source">Source: {html.escape(self.source)}</p></div>'
            ),
            bundles.ANCHORS: {"once": self.once, "places": self.anchors}
            | ({"entries": self.entries} if self.told else {}),
        }

    def _row(self, row: Mapping[str, Any], shown: Sequence[str]) -> str:
        key = str(row[self.key])
        cells = []
        for column in shown:
            text = "" if pd.isna(row[column]) else str(row[column])
            content = self._content(column, row)
            if text in self.marks.get(column, {}):
                mark = html.escape(self.marks[column][text])
                content = (
                    f'<span class="afpak-verdict" data-verdict="{html.escape(text)}">'
                    f'<span aria-hidden="true">{mark}</span> {content}</span>'
                )
            if column == self.key:
                content = f'<a href="#{self.place(key)}">{content}</a>'
            if column == shown[-1]:
                content += self._details(row)
            cells.append(f'<td class="{_class(column)}" data-label="{html.escape(column)}">{content}</td>')
        values = "".join(
            f' data-{_class(column)}="{html.escape("" if pd.isna(row[column]) else str(row[column]))}"'
            for column in self.filters
        )
        return f'<tr id="{self.place(key)}"{values}>{"".join(cells)}</tr>'

    def _content(self, column: str, row: Mapping[str, Any]) -> str:
        text = "" if pd.isna(row[column]) else str(row[column])
        return text if column in self.html_columns else html.escape(text.replace(" | ", ", "))

    def _details(self, row: Mapping[str, Any]) -> str:
        told = [(column, content) for column in self.details if (content := self._content(column, row))]
        if not told:
            return ""
        entries = "".join(f"<dt>{html.escape(column)}</dt><dd>{content}</dd>" for column, content in told)
        return f"<details><summary>how it was reached</summary><dl>{entries}</dl></details>"


def place(anchor: str, key: str) -> str:
    """Anchor of a row by its key: ``claim-1-4-14`` for claim 1.4-14."""
    return f"{anchor}-{re.sub(r'[^0-9A-Za-z]+', '-', key)}"


def _class(column: str) -> str:
    return column.lower().replace(" ", "-")
