"""A comparison of two builds for the terminal and for other programs."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from afpak.build.diff import (
    KINDS,
    Difference,
    FigureChange,
    FindingChange,
    NamedChange,
    NumberChange,
    Rows,
    TableChange,
)
from afpak.figures.verdicts import ORDER

FORMAT = 1
NOT_THERE = "not there"
_WIDTH = 100
_SHOWN = 10
_LONGEST = 160
_CONTEXT = 30
_SENTENCE = 300
# Where a sentence ends and another begins; not after an initial.
_END = re.compile(r"(?<=[a-z0-9)%]\.)\s+(?=[A-Z])")
_HASH = 12


def as_record(difference: Difference, only: Sequence[str] = ()) -> dict[str, Any]:
    """A comparison as JSON has it: the fields of `afpak.build.diff.Difference`, nested, under their names.

    Parameters
    ----------
    difference : Difference
        What `afpak.build.diff.diff` found.
    only : sequence of str
        Keys of ``KINDS`` to keep; all if none is given.

    Returns
    -------
    dict
        ``format`` (1; another number if the meaning of a field changes), ``before`` and ``after`` (name, title,
        as_of), ``differ``, ``compared`` (how many were held against each other), ``chapters_added`` and
        ``chapters_removed``, and lists, empty if nothing differs: ``verdicts`` and ``reworded`` (claim, before,
        after, sentence_before, sentence_after, rows of evidence with their status, text, since), ``numbers`` (chapter,
        name, before, after, difference), ``figures`` (chapter, name, caption, status, rows), ``tables`` (table,
        rows), ``files`` and ``versions`` (name, before, after), ``parameters`` (name, chapters, before, after).
        Rows of a figure or a table: key (columns), added and removed (lists of keys), changed (key, and cells with
        column, before, after), columns_added, columns_removed, before, after (numbers of rows). What a build lacks
        is null; a blank cell is empty text.
    """
    record = {"format": FORMAT, "differ": difference.differ(only), **asdict(difference)}
    left_out = {field for name, fields in KINDS.items() if only and name not in only for field in fields}
    return {field: value for field, value in record.items() if field not in left_out}


def as_json(difference: Difference, only: Sequence[str] = ()) -> str:
    """`as_record` as text."""
    return json.dumps(as_record(difference, only), indent=2, ensure_ascii=False, sort_keys=True)


def as_lines(difference: Difference, only: Sequence[str] = (), everything: bool = False) -> str:
    """A comparison to read: a summary, then a section for each kind of difference.

    Parameters
    ----------
    difference : Difference
        What `afpak.build.diff.diff` found.
    only : sequence of str
        Keys of ``KINDS`` to show; all if none is given.
    everything : bool
        Whether long lists are shown whole; else each is cut and counted.
    """
    before, after = difference.before, difference.after
    head = [f"{before.name}, as of {before.as_of} → {after.name}, as of {after.as_of}"]
    wanted = [name for name in KINDS if not only or name in only]
    summary = summarised(difference)
    head += [f"  {name:<10}  {summary[name]}" for name in wanted]
    blocks = ["\n".join(head)]
    for name in wanted:
        if any(getattr(difference, field) for field in KINDS[name]):
            lines = _WORDED[name](difference, None if everything else _SHOWN)
            blocks.append("\n".join([name.capitalize(), *lines]))
    return "\n\n".join(blocks)


def summarised(difference: Difference) -> dict[str, str]:
    """In one line for each kind of difference, how many there are of how many."""
    compared, verdicts = difference.compared, difference.changed_verdicts
    alone = len(difference.verdicts) - len(verdicts)
    alone_in = len(difference.chapters_added) + len(difference.chapters_removed)
    rows = [change.rows for change in difference.tables]
    counts = (
        ("added", sum(len(one.added) for one in rows)),
        ("removed", sum(len(one.removed) for one in rows)),
        ("changed", sum(len(one.changed) for one in rows)),
    )
    told = f"rows: {', '.join(f'{count:,} {what}' for what, count in counts)}"
    files = f"; {counted(len(difference.files), 'other file')}" if difference.files else ""
    return {
        "verdicts": f"{len(verdicts):,} of {compared['findings']:,} differ"
        + (f", {alone:,} only in one build" if alone else "")
        + (f"; in {len(difference.reworded):,} more only the sentence" if difference.reworded else ""),
        "numbers": f"{len(difference.numbers):,} of {compared['numbers']:,} differ",
        "figures": f"the data of {len(difference.figures):,} of {compared['figures']:,} differ",
        "inputs": (f"{told}, in {len(rows)} of {compared['tables']} tables" if rows else "no row differs") + files,
        "parameters": f"{len(difference.parameters):,} changed"
        + (f"; {counted(alone_in, 'chapter')} only in one build" if alone_in else ""),
        "versions": f"{len(difference.versions):,} changed",
    }


def counted(number: int, noun: str) -> str:
    """A number with its noun: ``1 row``, ``1,208 rows``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def rows_told(rows: Rows) -> str:
    """How the rows of one table or figure differ, in words: ``822 rows added, 1 removed``."""
    counts = (("added", rows.added), ("removed", rows.removed), ("changed", rows.changed))
    told = [f"{len(found):,} {what}" for what, found in counts if found]
    told += [f"column {name} added" for name in rows.columns_added]
    told += [f"column {name} removed" for name in rows.columns_removed]
    return ", ".join(told)


def by_transition(verdicts: Iterable[FindingChange]) -> list[tuple[tuple[str, str], list[FindingChange]]]:
    """Findings by the verdict before and the verdict after, those that were decided before first.

    Where a build has no finding the verdict is ``not there``.
    """
    order = {verdict: place for place, verdict in enumerate((*ORDER, NOT_THERE))}

    def transition(one: FindingChange) -> tuple[str, str]:
        return one.before or NOT_THERE, one.after or NOT_THERE

    def place(one: FindingChange) -> tuple[int, ...]:
        return tuple(order[verdict] for verdict in transition(one))

    return [(pair, list(group)) for pair, group in groupby(sorted(verdicts, key=place), key=transition)]


def signed(difference: float) -> str:
    """A difference with its sign, thousands separators and a true minus: ``+1,208``, ``−0.03``."""
    return f"{difference:+,.10g}".replace("-", "−")


def _verdicts(difference: Difference, limit: int | None) -> list[str]:
    lines = []
    for (before, after), found in by_transition(difference.verdicts):
        lines.append(f"  {before} → {after} ({len(found)})")
        lines += _cut(found, limit, lambda one: _finding(one, limit), 4)
    if difference.reworded:
        lines.append(f"  the same verdict with another sentence ({len(difference.reworded)})")
        if limit is None:
            lines += [line for one in difference.reworded for line in _finding(one, limit)]
        else:
            lines += _filled(", ".join(one.claim for one in difference.reworded[:limit]), 4)
            lines += _rest(len(difference.reworded), limit, 4)
    return lines


def _finding(one: FindingChange, limit: int | None) -> list[str]:
    """A finding, its sentence and its rows cut where lists are."""
    since = f", could be known since {one.since}" if one.since else ""
    sentence, told = one.sentence_after or one.sentence_before, one.rows[:limit]
    rows = "; ".join([f"{row.row} ({row.status})" for row in told] + ["…"] * (len(one.rows) > len(told)))
    lines = [f"    {one.claim}{since}"]
    lines += _filled(one.text, 6)
    lines += _filled(f"→ {sentence if limit is None else textwrap.shorten(sentence, _SENTENCE, placeholder=' …')}", 6)
    return lines + (_filled(f"rows: {rows}", 6) if rows else [])


def _numbers(difference: Difference, limit: int | None) -> list[str]:
    lines = []
    for chapter, found in groupby(difference.numbers, key=lambda one: one.chapter):
        group = list(found)
        lines.append(f"  {chapter} ({len(group)})")
        lines += _cut(group, limit, _number, 4)
    return lines


def _number(one: NumberChange) -> list[str]:
    change = f" ({signed(one.difference)})" if one.difference is not None else ""
    return _filled(f"{one.name}: {' → '.join(cell_told(one.before, one.after))}{change}", 4)


def _figures(difference: Difference, limit: int | None) -> list[str]:
    lines = []
    for one in difference.figures:
        lines += _filled(f"{one.chapter}, {one.name}: {figure_told(one)}", 2)
        lines += _filled(first_sentence(one.caption), 6)
        if limit is None and one.rows is not None:
            lines += _rows(one.rows, limit)
    return lines


def first_sentence(text: str) -> str:
    """The first sentence of a caption."""
    return _END.split(text, maxsplit=1)[0]


def figure_told(one: FigureChange) -> str:
    """What became of a figure, in words."""
    return f"only {'after' if one.status == 'added' else 'before'}" if one.rows is None else rows_told(one.rows)


def _inputs(difference: Difference, limit: int | None) -> list[str]:
    lines = []
    for one in difference.tables:
        lines += _table(one, limit)
    if difference.files:
        lines.append(f"  other files ({len(difference.files)})")
        lines += _cut(difference.files, limit, _name, 4)
    return lines


def _table(one: TableChange, limit: int | None) -> list[str]:
    return [f"  {one.table}: {rows_told(one.rows)}", *_rows(one.rows, limit)]


def _rows(rows: Rows, limit: int | None) -> list[str]:
    """Rows one by one: + added, - removed, ~ changed with the cells."""
    lines = [*_cut(rows.added, limit, lambda key: _filled(f"+ {key_told(key)}", 4), 4)]
    lines += _cut(rows.removed, limit, lambda key: _filled(f"- {key_told(key)}", 4), 4)
    for row in rows.changed if limit is None else rows.changed[:limit]:
        lines += _filled(f"~ {key_told(row.key)}", 4)
        for cell in row.cells:
            lines += _filled(f"{cell.column}: {' → '.join(cell_told(cell.before, cell.after))}", 6)
    return lines + _rest(len(rows.changed), limit, 4)


def cell_told(before: str | None, after: str | None) -> tuple[str, str]:
    """What stood and what stands, each cut to where long texts differ; said in words where nothing stands.

    Examples
    --------
    >>> cell_told("", "2022")
    ('(blank)', '2022')
    """
    both = before or "", after or ""
    same = next((place for place, (old, new) in enumerate(zip(*both, strict=False)) if old != new), min(map(len, both)))
    begin = max(same - _CONTEXT, 0) if max(map(len, both)) > _LONGEST else 0
    cut = [("… " if begin else "") + text[begin : begin + _LONGEST].strip() for text in both]
    cut = [told + (" …" if len(text) > begin + _LONGEST else "") for told, text in zip(cut, both, strict=True)]
    first, second = (
        NOT_THERE if text is None else told if text else "(blank)"
        for text, told in zip((before, after), cut, strict=True)
    )
    return first, second


def key_told(key: Sequence[str]) -> str:
    """The key of a row, in words."""
    return ", ".join(part or "(blank)" for part in key)


def _parameters(difference: Difference, limit: int | None) -> list[str]:
    lines = []
    for what, chapters in (("before", difference.chapters_removed), ("after", difference.chapters_added)):
        lines += _filled(f"chapters only {what}: {', '.join(chapters)}", 2) if chapters else []
    for one in difference.parameters:
        every = len(one.chapters) == difference.compared["chapters"] > 1
        where = f"all {len(one.chapters)} chapters" if every else ", ".join(one.chapters)
        lines += _filled(f"{one.name}: {value_told(one.before)} → {value_told(one.after)}, in {where}", 2)
    return lines


def _versions(difference: Difference, limit: int | None) -> list[str]:
    return [line for one in difference.versions for line in _name(one, 2)]


def _name(one: NamedChange, indent: int = 4) -> list[str]:
    return _filled(f"{one.name}: {hash_told(one.before)} → {hash_told(one.after)}", indent)


def hash_told(value: str | None) -> str:
    """A hash or a version as people tell them apart."""
    return NOT_THERE if value is None else f"{value[:_HASH]}…" if len(value) == 64 else value


def value_told(value: Any) -> str:
    """The value of a parameter as JSON writes it."""
    return NOT_THERE if value is None else json.dumps(value, ensure_ascii=False)


def _cut(found: Sequence[Any], limit: int | None, told: Callable[[Any], list[str]], indent: int) -> list[str]:
    lines = [line for one in (found if limit is None else found[:limit]) for line in told(one)]
    return lines + _rest(len(found), limit, indent)


def _rest(number: int, limit: int | None, indent: int) -> list[str]:
    return [f"{' ' * indent}… and {number - limit:,} more; --all shows them"] if limit and number > limit else []


def _filled(text: str, indent: int) -> list[str]:
    margin = " " * indent
    return textwrap.wrap(
        text, _WIDTH, initial_indent=margin, subsequent_indent=f"{margin}  ", break_on_hyphens=False,
        break_long_words=False,
    )  # fmt: skip


_WORDED: dict[str, Callable[[Difference, int | None], list[str]]] = {
    "verdicts": _verdicts,
    "numbers": _numbers,
    "figures": _figures,
    "inputs": _inputs,
    "parameters": _parameters,
    "versions": _versions,
}
