"""The page of the book that tells what changed since another edition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from string import Template
from types import MappingProxyType

import pandas as pd

from afpak.build.diff import Difference, FindingChange, Rows, TableChange
from afpak.build.report import (
    NOT_THERE,
    by_transition,
    cell_told,
    counted,
    figure_told,
    first_sentence,
    key_told,
    signed,
    value_told,
)
from afpak.figures import Records, Table
from afpak.figures.verdicts import LOOKS

NAME = "what-changed"
_SOURCE = "computed from the results of both editions when the book was built"
_MOST_ROWS = 12


def pointer(title: str) -> str:
    """The sentence with which the front page leads to the page; ``title`` is that of the edition compared with."""
    return f" [What changed]({NAME}) compares it with another edition: “{title}”."


def filled(book: Path, difference: Difference, titles: Mapping[str, str] = MappingProxyType({})) -> str:
    """The page as Markdown.

    Parameters
    ----------
    book : Path
        Folder of the prose pages; the prose of this one holds a ``$name`` for each number and table.
    difference : Difference
        What the two editions differ in.
    titles : mapping of str to str
        Titles of chapters by their names; one that has none is called by its name.

    Returns
    -------
    str
        The prose with all of it filled in.
    """
    compared, changed = difference.compared, difference.changed_verdicts
    values = {
        "before_title": difference.before.title,
        "before_as_of": difference.before.as_of,
        "after_title": difference.after.title,
        "after_as_of": difference.after.as_of,
        "summary": _summary(difference),
        "verdicts_changed": f"{len(changed):,}",
        "verdicts_compared": f"{compared['findings']:,}",
        "verdicts_dated": f"{sum(one.since is not None for one in changed):,}",
        "reworded": f"{len(difference.reworded):,}",
        "transitions": _transitions(difference),
        "verdicts": _verdicts(changed),
        "numbers_changed": f"{len(difference.numbers):,}",
        "numbers_compared": f"{compared['numbers']:,}",
        "numbers": _numbers(difference, titles),
        "figures_changed": f"{len(difference.figures):,}",
        "figures_compared": f"{compared['figures']:,}",
        "figures": _figures(difference),
        "tables_changed": f"{len(difference.tables):,}",
        "tables_compared": f"{compared['tables']:,}",
        "tables": _tables(difference.tables),
        "parameters": _parameters(difference),
    }
    return Template((book / f"{NAME}.md").read_text(encoding="utf-8")).substitute(values)


def _summary(difference: Difference) -> str:
    rows = [one.rows for one in difference.tables]
    compared = difference.compared
    frame = pd.DataFrame(
        [
            ("verdicts", len(difference.changed_verdicts), compared["findings"]),
            ("numbers in the prose", len(difference.numbers), compared["numbers"]),
            ("figures, by their data", len(difference.figures), compared["figures"]),
            ("tables", len(rows), compared["tables"]),
            ("parameters", len(difference.parameters), pd.NA),
        ],
        columns=["what", "differ", "compared"],
    ).astype({"differ": "Int64", "compared": "Int64"})
    return _table(frame, "summary", "How much differs between the two editions.")


def _transitions(difference: Difference) -> str:
    groups = by_transition(difference.changed_verdicts)
    frame = pd.DataFrame(
        [(_marked(before), _marked(after), len(found)) for (before, after), found in groups],
        columns=["was", "is now", "claims"],
    )
    return _table(frame, "transitions", "Claims whose verdict differs, by the verdict before and now.")


def _verdicts(changed: Iterable[FindingChange]) -> str:
    blocks = []
    for (before, after), found in by_transition(changed):
        frame = pd.DataFrame(
            {
                "claim": [one.claim for one in found],
                "the paper says": [one.text for one in found],
                "the evidence said": [one.sentence_before for one in found],
                "the evidence says now": [one.sentence_after for one in found],
                "could be known since": [one.since for one in found],
                "rows that differ": [_evidence(one) for one in found],
            }
        )
        name = f"{NAME}-{before}-{after}".replace(" ", "-")
        caption = f"{counted(len(found), 'claim')}: {before} before, {after} now."
        records = Records(frame, ["claim"], name, caption, _SOURCE, links=["rows that differ"])
        blocks.append(f"### {_marked(before)} → {_marked(after)}\n\n{_markdown(records)}")
    return "\n\n".join(blocks)


def _evidence(one: FindingChange) -> str:
    told = [f"{_row_told(row.row)} {row.status}" for row in one.rows[:_MOST_ROWS]]
    more = len(one.rows) - len(told)
    return "; ".join([*told, *([f"and {more} more"] if more else [])])


def _row_told(evidence: str) -> str:
    """A row of evidence, which findings have as ``table: key``."""
    table, _, key = evidence.partition(": ")
    return f"row {_code(key)} of *{table}*" if key else _code(table)


def _numbers(difference: Difference, titles: Mapping[str, str]) -> str:
    blocks = []
    for chapter, group in groupby(difference.numbers, key=lambda one: one.chapter):
        found = list(group)
        frame = pd.DataFrame(
            {
                "number": [one.name.replace("-", " ") for one in found],
                "was": [NOT_THERE if one.before is None else one.before for one in found],
                "is now": [NOT_THERE if one.after is None else one.after for one in found],
                "difference": [None if one.difference is None else signed(one.difference) for one in found],
            }
        )
        title = titles.get(chapter, chapter)
        table = _table(frame, f"numbers-{chapter}", f"Numbers that differ in “{title}”.")
        blocks.append(_folded(f"{title}: {counted(len(found), 'number')}", f"In {_link(chapter)}:\n\n{table}"))
    return "\n\n".join(blocks)


def _figures(difference: Difference) -> str:
    frame = pd.DataFrame(
        {
            "chapter": [_link(one.chapter) for one in difference.figures],
            "figure": [
                # A figure that only the other edition has is on no page of this book.
                _caption(one.caption)
                if one.status == "removed"
                else f'<a href="{one.chapter}.html#figure-{one.chapter}-{one.name}">{_caption(one.caption)}</a>'
                for one in difference.figures
            ],
            "rows of its data": [figure_told(one) for one in difference.figures],
        }
    )
    return _table(frame, "figures", "Figures whose data differ.", links=["chapter", "figure"])


def _tables(tables: Sequence[TableChange]) -> str:
    frame = pd.DataFrame(
        {
            "table": [one.table for one in tables],
            "added": [len(one.rows.added) for one in tables],
            "removed": [len(one.rows.removed) for one in tables],
            "changed": [len(one.rows.changed) for one in tables],
            "rows before": [one.rows.before for one in tables],
            "rows now": [one.rows.after for one in tables],
        }
    )
    counts = _table(frame, "tables", "Rows of the tables that differ.")
    return "\n\n".join([counts, *(_folded(f"Rows of {one.table} that differ", _rows(one.rows)) for one in tables)])


def _rows(rows: Rows) -> str:
    """The keys of the rows, and the cells that changed."""
    lines = [f"Named by {', '.join(rows.key)}."]
    for what, keys in (("Added", rows.added), ("Removed", rows.removed)):
        if keys:
            lines.append(f"{what} ({len(keys):,}): " + " · ".join(_code(key_told(key)) for key in keys))
    if rows.changed:
        lines.append(f"Changed ({len(rows.changed):,}):")
        lines.append(
            "\n".join(
                f"- {_code(key_told(row.key))}: "
                + "; ".join(f"{cell.column} {_cell(cell.before, cell.after)}" for cell in row.cells)
                for row in rows.changed
            )
        )
    return "\n\n".join(lines)


def _cell(before: str, after: str) -> str:
    return " → ".join(_code(told) for told in cell_told(before, after))


def _parameters(difference: Difference) -> str:
    frame = pd.DataFrame(
        {
            "parameter": [one.name for one in difference.parameters],
            "was": [value_told(one.before) for one in difference.parameters],
            "is now": [value_told(one.after) for one in difference.parameters],
            "in": [
                "every chapter"
                if len(one.chapters) == difference.compared["chapters"]
                else ", ".join(_link(chapter) for chapter in one.chapters)
                for one in difference.parameters
            ],
        }
    )
    return _table(frame, "parameters", "Parameters that differ.", links=["in"])


def _table(frame: pd.DataFrame, name: str, caption: str, links: Sequence[str] = ()) -> str:
    """A table, or the sentence that there is nothing to put into one."""
    if frame.empty:
        return "None differs."
    return _markdown(Table(frame, f"{NAME}-{name}", caption, _SOURCE, links, decimals=0))


def _markdown(shown: Table | Records) -> str:
    return str(shown._repr_mimebundle_()["text/markdown"])


def _folded(title: str, content: str) -> str:
    """Content folded away under a title; its fence is longer than any within."""
    return f"::::::{{dropdown}} {title}\n{content}\n::::::"


def _marked(verdict: str) -> str:
    return f"{LOOKS[verdict].mark} {verdict}"


def _caption(text: str) -> str:
    """The first sentence of a caption, which is Markdown already, for a cell of a table."""
    return first_sentence(text).replace("|", r"\|")


def _link(chapter: str) -> str:
    """A link to a chapter, with its title as the words."""
    return f"[]({chapter})"


def _code(text: str) -> str:
    """Text as it is, whatever marks are in it."""
    return f"``{text}``" if "`" in text else f"`{' '.join(text.split())}`"
