"""What a chapter shows: figures and tables that can't lack a text alternative or a source, and numbers.

A notebook shows these by ending a cell with one of them. They write no file: JupyterLab shows the HTML
that they carry, and the build takes the rest (drawing, data, words) out of the executed notebook.
"""

from __future__ import annotations

import base64
import html
import io
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd
from IPython.display import display
from matplotlib.figure import Figure as Drawing
from tabulate import tabulate

from afpak import bundles
from afpak.figures import style
from afpak.figures.style import Page
from afpak.figures.verdicts import chip

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# A text alternative shorter than this can name a picture but not say what it shows.
_SHORTEST_ALTERNATIVE = 40
_SHORT_CELL = 28
_NOT_KNOWN = "not known"
_NO_ROW = "none"
# What is drawn and written here may be used again under this licence; LICENSE-DATA says what it covers.
LICENCE = "CC BY 4.0"
_DOTS_PER_INCH = 200


class IncompleteError(ValueError):
    """Something to show lacks what a reader needs: a name, a text alternative, a caption or a source."""


@dataclass(frozen=True)
class Figure:
    """A drawing with everything that a reader needs to read, trust and reuse it.

    Parameters
    ----------
    draw : callable
        Makes the drawing for a page, the same for the same page: with names and panels where that has room for them.
    name : str
        Name within the chapter, lower case with hyphens; part of the file names and of the reference.
    caption : str
        What is shown, for all readers.
    alternative : str
        What the drawing shows, in words, for those who can't see it: at least 40 characters.
    source : str
        Where the figures drawn come from.
    data : pandas.DataFrame
        The figures drawn, for download.
    card : callable, optional
        Makes a drawing that says the main thing in a third of a column, for pages that lead to the figure.

    Raises
    ------
    IncompleteError
        If any of these is missing.
    """

    draw: Callable[[Page], Drawing]
    name: str
    caption: str
    alternative: str
    source: str
    data: pd.DataFrame = field(repr=False)
    card: Callable[[Page], Drawing] | None = None

    def __post_init__(self) -> None:
        named(self.name, self.caption, self.source)
        if len(self.alternative.strip()) < _SHORTEST_ALTERNATIVE:
            raise IncompleteError(
                f"figure {self.name}: its text alternative must say what the drawing shows, "
                f"in at least {_SHORTEST_ALTERNATIVE} characters"
            )
        if self.data.empty:
            raise IncompleteError(f"figure {self.name}: no data to download; nothing was drawn from data")

    @cached_property
    def drawing(self) -> Drawing:
        """The drawing for a column of the book, closed to pyplot, so that it is shown once."""
        return style.drawn(self.draw, style.COLUMN)

    @cached_property
    def narrow(self) -> Drawing:
        """The drawing for the screen of a phone."""
        return style.drawn(self.draw, style.PHONE)

    @cached_property
    def svg(self) -> str:
        """The drawing for a column as SVG."""
        return self._as_svg(self.drawing)

    @cached_property
    def svgs(self) -> dict[str, str]:
        """The drawings for other pages as SVG, by the name of the page."""
        card = {style.CARD.name: style.drawn(self.card, style.CARD)} if self.card else {}
        return {page: self._as_svg(one) for page, one in ({style.PHONE.name: self.narrow} | card).items()}

    def _as_svg(self, drawing: Drawing) -> str:
        """The same for the same drawing: no date, no random names."""
        from matplotlib import rc_context

        buffer = io.StringIO()
        with rc_context({"svg.hashsalt": self.name, "svg.fonttype": "path"}):
            drawing.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        return buffer.getvalue()

    @cached_property
    def png(self) -> bytes:
        """The drawing for a column as PNG, for those who can't use SVG, 200 dots to the inch.

        It is drawn anew and laid out for these dots: where the SVG put its words some would run out of the picture.
        """
        buffer = io.BytesIO()
        style.drawn(self.draw, style.COLUMN).savefig(
            buffer, format="png", dpi=_DOTS_PER_INCH, metadata={"Software": None}
        )
        return buffer.getvalue()

    @property
    def csv(self) -> str:
        """The figures drawn, as the file that a reader downloads."""
        return str(self.data.to_csv(index=False, lineterminator="\n"))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        svg = self.svg
        picture = base64.b64encode(svg.encode()).decode()
        return {
            "text/plain": f"{self.caption}\n{self.alternative}\nSource: {self.source}",
            "text/html": (
                f'<figure><img alt="{html.escape(self.alternative)}" style="max-width:100%" '
                f'src="data:image/svg+xml;base64,{picture}">'
                f"<figcaption>{html.escape(self.caption)}<br>Source: {html.escape(self.source)}</figcaption>"
                f"</figure>"
            ),
            bundles.FIGURE: {
                "name": self.name,
                "caption": self.caption,
                "alternative": self.alternative,
                "source": self.source,
                "licence": LICENCE,
                "svg": svg,
                "svgs": self.svgs,
                "png": base64.b64encode(self.png).decode(),
                "csv": self.csv,
            },
        }


@dataclass(frozen=True)
class Table:
    """A table with its caption and source.

    Parameters
    ----------
    frame : pandas.DataFrame
        What to show, column names as a reader should see them; missing values show as an en dash. Without any
        row the table says that there is none.
    name : str
        Name within the chapter, lower case with hyphens.
    caption : str
        What the rows are.
    source : str
        Where the content comes from.
    links : sequence of str
        Columns whose cells are MyST Markdown already (links made by `cited`) and are not escaped.
    decimals : int
        Decimals of numbers that are not whole.
    """

    frame: pd.DataFrame
    name: str
    caption: str
    source: str
    links: Sequence[str] = ()
    decimals: int = 2

    def __post_init__(self) -> None:
        named(self.name, self.caption, self.source)

    def _cells(self) -> pd.DataFrame:
        shown = self.frame.copy().astype(object)
        for column in shown.columns:
            escape = column not in self.links
            shown[column] = [_cell(value, self.decimals, escape) for value in self.frame[column]]
        return shown

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        cells = self._cells()
        numeric = [pd.api.types.is_numeric_dtype(dtype) for dtype in self.frame.dtypes]
        # Headings alone would look like a table that was cut off.
        rows = cells.values.tolist() or [[_NO_ROW, *[""] * (len(cells.columns) - 1)]]
        pipes = tabulate(
            rows,
            headers=[_escaped(str(column)) for column in cells.columns],
            tablefmt="pipe",
            colalign=["right" if flag else "left" for flag in numeric] if len(cells) else None,
            disable_numparse=True,
        )
        # Short cells stay on one line, so that no date is broken in two; the table then scrolls sideways.
        short = max((len(text) for column in cells.columns for text in cells[column]), default=0) <= _SHORT_CELL
        markdown = (
            f"::::{{table}} {_line(self.caption)}\n:name: table-{self.name}\n"
            f":class: afpak-table{' afpak-short' if short else ''}\n\n{pipes}\n::::\n\n"
            f":::{{div}} afpak-source\nSource: {_line(self.source)}\n:::\n"
        )
        return {
            "text/plain": f"{self.caption}\n{self.frame.to_string(index=False)}\nSource: {self.source}",
            "text/html": (
                self.frame.to_html(index=False, na_rep="–", border=0, float_format=f"{{:,.{self.decimals}f}}".format)
                + f"<p>{html.escape(self.caption)}<br>Source: {html.escape(self.source)}</p>"
            ),
            "text/markdown": markdown,
        }


@dataclass(frozen=True)
class Records:
    """Rows too wordy for a table: each under its own heading, one line per field.

    Parameters
    ----------
    frame : pandas.DataFrame
        What to show, column names as a reader should see them. Missing values are left out.
    heading : sequence of str
        Columns that make up the heading of each row.
    name, caption, source : str
        As in `Table`.
    links : sequence of str
        Columns whose cells are MyST Markdown already.
    marked : str
        Column of the heading that holds verdicts, each shown with its mark, and in the book as a link to the
        place that the first column of the heading names.
    folded : sequence of str
        Columns whose cells are sequences of text: each a list under its name and its length, folded away.
    """

    frame: pd.DataFrame
    heading: Sequence[str]
    name: str
    caption: str
    source: str
    links: Sequence[str] = ()
    marked: str = ""
    folded: Sequence[str] = ()

    def __post_init__(self) -> None:
        named(self.name, self.caption, self.source)

    def _marked(self, present: dict[str, Any]) -> str:
        return chip(str(present[self.marked]), str(present[self.heading[0]]))

    def _rows(self, escape: bool) -> list[tuple[str, list[tuple[str, str]]]]:
        rows = []
        for record in self.frame.to_dict("records"):
            present = {
                str(key): value
                for key, value in record.items()
                if key not in self.folded and not pd.isna(value) and value != ""
            }
            heading = " · ".join(
                self._marked(present) if key == self.marked and escape else _cell(present[key], 0, escape)
                for key in self.heading
                if key in present
            )
            fields = [
                (key, _cell(value, 2, escape and key not in self.links))
                for key, value in present.items()
                if key not in self.heading
            ]
            rows.append((heading, fields))
        return rows

    def _folds(self) -> list[list[tuple[str, Sequence[str]]]]:
        """Of each row, what is folded away: a title and the items of its list."""
        return [
            [(f"{key} ({len(record[key])})", record[key]) for key in self.folded if len(record[key])]
            for record in self.frame.to_dict("records")
        ]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        markdown = [f"::::{{div}} afpak-records\n:name: table-{self.name}\n", f"{_line(self.caption)}\n"]
        for (heading, fields), folds in zip(self._rows(escape=True), self._folds(), strict=True):
            lines = [f": *{key}:* {text}" for key, text in fields]
            for title, items in folds:
                listed = "\n".join(f"  - {_escaped(item)}" for item in items)
                lines.append(f": :::{{dropdown}} {title}\n{listed}\n  :::")
            markdown.append(f"{heading}\n" + ("\n".join(lines) or ": –") + "\n")
        markdown.append(f":::{{div}} afpak-source\nSource: {_line(self.source)}\n:::\n::::\n")
        entries = "".join(
            f"<dt>{html.escape(heading)}</dt>"
            + "".join(f"<dd>{html.escape(key)}: {html.escape(text)}</dd>" for key, text in fields)
            + "".join(
                f"<dd><details><summary>{html.escape(title)}</summary><ul>"
                f"{''.join(f'<li>{html.escape(item)}</li>' for item in items)}</ul></details></dd>"
                for title, items in folds
            )
            for (heading, fields), folds in zip(self._rows(escape=False), self._folds(), strict=True)
        )
        words = f"{html.escape(self.caption)}<br>Source: {html.escape(self.source)}"
        return {
            "text/plain": f"{self.caption}\n{self.frame.to_string(index=False)}\nSource: {self.source}",
            "text/html": f"<dl>{entries}</dl><p>{words}</p>",
            "text/markdown": "\n".join(markdown),
        }


def glue(name: str, value: object, unit: str = "", decimals: int = 0) -> None:
    """Give a number or a word to the prose, with its format and unit.

    The prose takes it with ``{glue:text}`name` ``, which the build replaces by the text. JupyterLab shows the
    name and the text under the cell, since its prose can't take them.

    Parameters
    ----------
    name : str
        Lower case with hyphens, unique in the chapter.
    value : object
        A number is written with thousands separators and ``decimals`` decimals; text stays as it is; a
        missing value is written as ``not known``.
    unit : str
        Written after the number: ``incidents``, ``days``, ``%``.
    decimals : int
        Decimals of a number.

    Raises
    ------
    IncompleteError
        If the name has another form, or the value is an infinite number.
    """
    if not _NAME.fullmatch(name):
        raise IncompleteError(f"glue {name!r}: expected lower case letters, digits and hyphens")
    text = written(value, decimals)
    if unit and text != _NOT_KNOWN:
        text += unit if unit == "%" else f" {unit}"
    display({"text/plain": f"{name}: {text}", bundles.NUMBER: {"name": name, "text": text}}, raw=True)


def written(value: Any, decimals: int = 0) -> str:
    """A number as prose writes it: thousands separators, a fixed number of decimals, a true minus sign."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return _NOT_KNOWN
    if isinstance(value, bool | str):
        return str(value)
    number = float(value)
    if math.isinf(number):
        raise IncompleteError("an infinite number can't stand in prose; say in words what it means")
    if round(number, decimals) == 0:
        number = 0.0  # no minus before a zero
    return f"{number:,.{decimals}f}".replace("-", "−")


def share_in_words(part: int, whole: int) -> str:
    """A part of a whole where either may be nought.

    Examples
    --------
    >>> share_in_words(0, 11), share_in_words(5, 11), share_in_words(11, 11), share_in_words(2, 2)
    ('none of 11', '5 of 11', 'all 11', 'both')
    """
    if part == whole > 1:
        return "both" if whole == 2 else f"all {written(whole)}"
    if whole == 0:
        return "none"
    return f"{written(part) if part else 'none'} of {written(whole)}"


def listed_in_words(parts: Sequence[str]) -> str:
    """Parts of a sentence one after the other: ``a, b and c``; ``none`` if there are none."""
    first, last = list(parts[:-1]), list(parts[-1:])
    return " and ".join([*([", ".join(first)] if first else []), *last]) or "none"


def reference_in_words(identifier: str) -> str:
    """A row of the table of references: ``footnote 22`` for ``fn22``, ``bibliography entry 7`` for ``bib07``."""
    place, number = re.sub(r"[0-9].*", "", identifier), identifier.lstrip("fnbi").lstrip("0")
    return f"{'footnote' if place == 'fn' else 'bibliography entry'} {number}"


def p_value(p: float) -> str:
    """A p-value as tables write it: three decimals, and never zero."""
    return "<\u00a00.001" if p < 0.001 else f"{p:.3f}"


def span(low: float, high: float, decimals: int = 0) -> str:
    """Two bounds as tables write them: ``159 to 275``, or one number where they are the same."""
    first, last = written(low, decimals), written(high, decimals)
    return first if first == last else f"{first} to {last}"


def with_interval(value: float, low: float, high: float, decimals: int = 2) -> str:
    """A number with its interval in brackets, or alone where the interval is missing."""
    text = written(value, decimals)
    return text if math.isnan(low) and math.isnan(high) else f"{text} ({span(low, high, decimals)})"


def credit(definitions: pd.DataFrame, series: Iterable[str]) -> str:
    """Name the publishers of some series, for the source line of a figure that draws them."""
    publishers = definitions.set_index("series")["publisher"]
    named = dict.fromkeys(publishers[name] for name in series)
    return "; ".join(named) + ". Publications: table annual of this book, row by row"


def cited(sources: object, urls: object) -> str:
    """Sources with their addresses, as links: cells of the tables hold both separated by `` | ``."""
    if not isinstance(sources, str) or not isinstance(urls, str):
        return "–"
    pairs = zip(sources.split(" | "), urls.split(" | "), strict=True)
    return "; ".join(f"[{_escaped(title)}](<{url}>)" for title, url in pairs)


def named(name: str, caption: str, source: str) -> None:
    """Refuse what lacks a name, a caption or a source; IncompleteError says which."""
    if not _NAME.fullmatch(name):
        raise IncompleteError(f"{name!r}: expected a name of lower case letters, digits and hyphens")
    if not caption.strip():
        raise IncompleteError(f"{name}: needs a caption")
    if not source.strip():
        raise IncompleteError(f"{name}: needs a source")


def _cell(value: Any, decimals: int, escape: bool) -> str:
    if value is None or pd.isna(value) or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return _escaped(value) if escape else _line(value)
    if isinstance(value, int):
        return written(value)
    number = float(value)
    if math.isinf(number):
        return "∞"
    text = f"{number:,.0f}" if number.is_integer() and decimals == 0 else f"{number:,.{decimals}f}"
    return text.replace("-", "−")


def _line(text: str) -> str:
    return " ".join(text.split())


def _escaped(text: str) -> str:
    """Text as MyST shows it unchanged: no emphasis, no table bar, no role, no mathematics."""
    return re.sub(r"([\\`*_{}\[\]<>|$~#])", r"\\\1", _line(text))
