"""What differs between the results of two builds: frozen, pure, and the same both ways round.

Rows are held against each other by the columns that name them, so that a row is added, removed or changed;
numbers, parameters and verdicts by their names. Nothing here reads a file or words anything.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

import pandas as pd

Status = Literal["added", "removed", "changed"]
# What the audit can tell of claims: by claim, what the paper says, and since when the verdict could be known.
Notes = Mapping[str, tuple[str, str | None]]

# Kinds of difference that can be asked for alone, and the fields of `Difference` that hold them.
KINDS: Mapping[str, tuple[str, ...]] = {
    "verdicts": ("verdicts", "reworded"),
    "numbers": ("numbers",),
    "figures": ("figures",),
    "inputs": ("tables", "files"),
    "parameters": ("parameters", "chapters_added", "chapters_removed"),
    "versions": ("versions",),
}
LINE = "row"
# The last digits of a computed number depend on the machine; a difference below this share of it is none.
_SAME = 1e-9
_NUMBER = re.compile(r"([-−+]?\d[\d,]*(?:\.\d+)?)(%|(?: [^\W\d]+)*)")


@dataclass(frozen=True)
class TableRead:
    """A table as a build saw it: its rows as text, a blank cell being empty text, and the columns that name a row."""

    key: tuple[str, ...]
    rows: pd.DataFrame = field(repr=False)


@dataclass(frozen=True)
class FigureRead:
    """A figure of a chapter: its caption, and its data as text."""

    caption: str
    data: pd.DataFrame = field(repr=False)


@dataclass(frozen=True)
class Build:
    """What a build was made from and what it came to.

    Parameters
    ----------
    name, title, as_of : str
        The edition, its title, and its as-of date.
    parameters : mapping of str to mapping
        By chapter, every parameter with its value.
    tables : mapping of str to TableRead
        Every table as the build saw it.
    files : mapping of str to str
        Hash of every other file that was read, by name.
    versions : mapping of str to str
        Of Python, the libraries and this package.
    numbers : mapping of str to mapping
        By chapter, the numbers and words that its prose takes.
    figures : mapping of str to mapping of str to FigureRead
        By chapter and name.
    findings : mapping of str to mapping
        By claim, as findings.json has them.
    """

    name: str
    title: str
    as_of: str
    parameters: Mapping[str, Mapping[str, Any]]
    tables: Mapping[str, TableRead]
    files: Mapping[str, str]
    versions: Mapping[str, str]
    numbers: Mapping[str, Mapping[str, str]]
    figures: Mapping[str, Mapping[str, FigureRead]]
    findings: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Side:
    """Which build stands on one side of a comparison."""

    name: str
    title: str
    as_of: str


@dataclass(frozen=True)
class Cell:
    """A cell that changed; blank is empty text."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class ChangedRow:
    """A row that both builds have, and its cells that differ."""

    key: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Rows:
    """How the rows of one table or figure differ.

    Parameters
    ----------
    key : tuple of str
        Columns that name a row; ``row`` alone if rows are held against each other by their place, counted
        from 1; every column if only whole rows can be compared.
    added, removed : tuple of tuple of str
        Keys of the rows that only one build has.
    changed : tuple of ChangedRow
        Rows that both have, with cells that differ.
    columns_added, columns_removed : tuple of str
        Columns that only one build has; their cells count as no change of a row.
    before, after : int
        Number of rows.
    """

    key: tuple[str, ...]
    added: tuple[tuple[str, ...], ...]
    removed: tuple[tuple[str, ...], ...]
    changed: tuple[ChangedRow, ...]
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    before: int
    after: int

    @property
    def differ(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.removed or self.changed or self.columns_added or self.columns_removed)


@dataclass(frozen=True)
class ParameterChange:
    """A parameter with another value, and all chapters in which it changed so; None where a chapter lacks it."""

    name: str
    chapters: tuple[str, ...]
    before: Any
    after: Any


@dataclass(frozen=True)
class TableChange:
    """A table with other rows; one that only one build has has no rows in the other."""

    table: str
    rows: Rows


@dataclass(frozen=True)
class NamedChange:
    """A file by its hash, or a library by its version; None where a build lacks it."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class NumberChange:
    """A number or a word of the prose; the difference if both are numbers in the same unit."""

    chapter: str
    name: str
    before: str | None
    after: str | None
    difference: float | None


@dataclass(frozen=True)
class FigureChange:
    """A figure whose data differ; rows are None if only one build has the figure."""

    chapter: str
    name: str
    caption: str
    status: Status
    rows: Rows | None


@dataclass(frozen=True)
class EvidenceRow:
    """A row that a finding rests on, as ``table: key``, and what became of it."""

    row: str
    status: Status


@dataclass(frozen=True)
class FindingChange:
    """A claim on which the builds found differently.

    Parameters
    ----------
    claim : str
        Identifier of the claim.
    before, after : str or None
        Verdicts; None where the build has no finding on it.
    sentence_before, sentence_after : str
        What the evidence said.
    rows : tuple of EvidenceRow
        Rows of the evidence that were added, removed or changed.
    text : str
        What the paper says; empty if nobody told.
    since : str or None
        First day on which the evidence known gave the verdict ``after``; None if no dated row tells.
    """

    claim: str
    before: str | None
    after: str | None
    sentence_before: str
    sentence_after: str
    rows: tuple[EvidenceRow, ...]
    text: str = ""
    since: str | None = None


@dataclass(frozen=True)
class Difference:
    """All that differs between two builds; empty tuples if nothing does.

    Numbers, figures and parameters are compared in the chapters that both builds have.
    ``compared`` counts, by kind, what was held against each other: findings that both have, and all else that either
    has.
    """

    before: Side
    after: Side
    chapters_added: tuple[str, ...]
    chapters_removed: tuple[str, ...]
    verdicts: tuple[FindingChange, ...]
    reworded: tuple[FindingChange, ...]
    numbers: tuple[NumberChange, ...]
    figures: tuple[FigureChange, ...]
    tables: tuple[TableChange, ...]
    files: tuple[NamedChange, ...]
    parameters: tuple[ParameterChange, ...]
    versions: tuple[NamedChange, ...]
    compared: Mapping[str, int]

    def differ(self, only: Sequence[str] = ()) -> bool:
        """Whether anything differs, or anything of some kinds alone, as ``KINDS`` names them."""
        fields = [field for name in only or KINDS for field in KINDS[name]]
        return any(getattr(self, field) for field in fields)

    @property
    def changed_verdicts(self) -> tuple[FindingChange, ...]:
        """Claims on which both builds have a finding, with another verdict."""
        return tuple(one for one in self.verdicts if one.before and one.after)


def diff(before: Build, after: Build) -> Difference:
    """Hold two builds against each other.

    Parameters
    ----------
    before, after : Build
        As `afpak.build.results.read_build` reads them.

    Returns
    -------
    Difference
        With the builds exchanged, it has added for removed and before for after.
    """
    shared = [chapter for chapter in before.parameters if chapter in after.parameters]
    tables = _tables(before.tables, after.tables)
    verdicts, reworded = _findings(before, after, {one.table: one.rows for one in tables})
    return Difference(
        Side(before.name, before.title, before.as_of),
        Side(after.name, after.title, after.as_of),
        tuple(chapter for chapter in after.parameters if chapter not in before.parameters),
        tuple(chapter for chapter in before.parameters if chapter not in after.parameters),
        verdicts,
        reworded,
        _numbers(before, after, shared),
        _figures(before, after, shared),
        tables,
        _named(before.files, after.files),
        _parameters(before, after, shared),
        _named(before.versions, after.versions),
        {
            "chapters": len(shared),
            "findings": len(before.findings.keys() & after.findings.keys()),
            "numbers": sum(len(_both(before.numbers, after.numbers, chapter)) for chapter in shared),
            "figures": sum(len(_both(before.figures, after.figures, chapter)) for chapter in shared),
            "tables": len(before.tables.keys() | after.tables.keys()),
        },
    )


def with_notes(difference: Difference, notes: Notes) -> Difference:
    """The same with what the audit tells of the claims whose verdicts changed."""
    verdicts = tuple(
        replace(one, text=notes[one.claim][0], since=notes[one.claim][1]) if one.claim in notes else one
        for one in difference.verdicts
    )
    return replace(difference, verdicts=verdicts)


def compare_rows(before: pd.DataFrame, after: pd.DataFrame, key: Sequence[str] | None = None) -> Rows:
    """Hold the rows of two tables against each other.

    Parameters
    ----------
    before, after : pandas.DataFrame
        All text; a blank cell is empty text.
    key : sequence of str, optional
        Columns that name a row in both. If not given they are sought with `naming_columns`; if there are none,
        tables of the same shape are compared row by row, others by whole rows.

    Returns
    -------
    Rows
        Added, removed and changed rows, in the order of the tables.
    """
    shared = [column for column in before.columns if column in after.columns]
    named = tuple(key) if key is not None else naming_columns(before, after)
    if named:
        return _by_key(before, after, named, shared)
    if before.shape == after.shape and len(shared) == before.shape[1]:
        first, second = (frame.assign(**{LINE: _places(frame)}) for frame in (before, after))
        return _by_key(first, second, (LINE,), [column for column in shared if column != LINE])
    first_rows, second_rows = (Counter(_tuples(frame, shared)) for frame in (before, after))
    return Rows(
        tuple(shared),
        tuple((second_rows - first_rows).elements()),
        tuple((first_rows - second_rows).elements()),
        (),
        *_columns(before, after),
        len(before),
        len(after),
    )


def naming_columns(before: pd.DataFrame, after: pd.DataFrame) -> tuple[str, ...] | None:
    """The first columns that together name each row in both tables, measured quantities left out.

    A column with a decimal number in it is taken to measure; a name or a year is written without a point.
    """
    frames = before, after
    candidates = [
        column
        for column in before.columns
        if column in after.columns and not any(frame[column].str.fullmatch(r"-?\d+\.\d.*").any() for frame in frames)
    ]
    for length in range(1, len(candidates) + 1):
        key = candidates[:length]
        if not any(frame.duplicated(key).any() for frame in frames):
            return tuple(key)
    return None


def number_of(text: str) -> tuple[Decimal, str] | None:
    """A number of the prose and its unit, as `afpak.figures.glue` writes them; None if the text is anything else.

    Examples
    --------
    >>> number_of("2,061 incidents")
    (Decimal('2061'), ' incidents')
    >>> number_of("2014-06-15") is None
    True
    """
    match = _NUMBER.fullmatch(text.strip())
    return (Decimal(match[1].replace(",", "").replace("−", "-")), match[2]) if match else None


def _by_key(before: pd.DataFrame, after: pd.DataFrame, key: tuple[str, ...], shared: Iterable[str]) -> Rows:
    values = [column for column in shared if column not in key]
    first, second = (
        dict(zip(_tuples(frame, key), _tuples(frame, values), strict=True)) for frame in (before, after)
    )  # fmt: skip
    changed = []
    for name in first:
        if name in second and first[name] != second[name]:
            pairs = zip(values, first[name], second[name], strict=True)
            cells = tuple(Cell(column, old, new) for column, old, new in pairs if not _same(old, new))
            changed += [ChangedRow(name, cells)] if cells else []
    return Rows(
        key,
        tuple(name for name in second if name not in first),
        tuple(name for name in first if name not in second),
        tuple(changed),
        *_columns(before, after),
        len(before),
        len(after),
    )


def _columns(before: pd.DataFrame, after: pd.DataFrame) -> tuple[tuple[str, ...], tuple[str, ...]]:
    first, second = list(before.columns), list(after.columns)
    return tuple(c for c in second if c not in first), tuple(c for c in first if c not in second)


def _tuples(frame: pd.DataFrame, columns: Iterable[str]) -> list[tuple[str, ...]]:
    chosen = frame[list(columns)]
    return [tuple(row) for row in chosen.to_numpy()] if chosen.shape[1] else [()] * len(frame)


def _places(frame: pd.DataFrame) -> list[str]:
    return [str(place) for place in range(1, len(frame) + 1)]


def _same(before: str, after: str) -> bool:
    if before == after:
        return True
    try:
        return math.isclose(float(before), float(after), rel_tol=_SAME)
    except ValueError:
        return False


def _both(before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]], chapter: str) -> list[str]:
    """Names that a chapter has in either build, in their order."""
    return list(dict.fromkeys([*before.get(chapter, {}), *after.get(chapter, {})]))


def _named(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[NamedChange, ...]:
    return tuple(
        NamedChange(name, before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    )


def _parameters(before: Build, after: Build, chapters: Iterable[str]) -> tuple[ParameterChange, ...]:
    """The same change in many chapters is told once."""
    found: dict[tuple[str, str], ParameterChange] = {}
    for chapter in chapters:
        for name in _both(before.parameters, after.parameters, chapter):
            old, new = before.parameters[chapter].get(name), after.parameters[chapter].get(name)
            if old != new:
                told = found.setdefault((name, repr((old, new))), ParameterChange(name, (), old, new))
                found[name, repr((old, new))] = replace(told, chapters=(*told.chapters, chapter))
    return tuple(found[key] for key in sorted(found))


def _tables(before: Mapping[str, TableRead], after: Mapping[str, TableRead]) -> tuple[TableChange, ...]:
    changes = []
    for name in dict.fromkeys([*before, *after]):
        first, second = before.get(name), after.get(name)
        read = second or first
        assert read is not None
        none = read.rows.iloc[:0]
        rows = compare_rows(first.rows if first else none, second.rows if second else none, read.key)
        changes += [TableChange(name, rows)] if rows.differ else []
    return tuple(changes)


def _numbers(before: Build, after: Build, chapters: Iterable[str]) -> tuple[NumberChange, ...]:
    changes = []
    for chapter in chapters:
        first, second = before.numbers.get(chapter, {}), after.numbers.get(chapter, {})
        for name in _both(before.numbers, after.numbers, chapter):
            old, new = first.get(name), second.get(name)
            if old != new:
                changes.append(NumberChange(chapter, name, old, new, _difference(old, new)))
    return tuple(changes)


def _difference(before: str | None, after: str | None) -> float | None:
    first, second = number_of(before or ""), number_of(after or "")
    if first is None or second is None or first[1] != second[1]:
        return None
    return float(second[0] - first[0])


def _figures(before: Build, after: Build, chapters: Iterable[str]) -> tuple[FigureChange, ...]:
    changes = []
    for chapter in chapters:
        first, second = before.figures.get(chapter, {}), after.figures.get(chapter, {})
        for name in _both(before.figures, after.figures, chapter):
            if name not in first:
                changes.append(FigureChange(chapter, name, second[name].caption, "added", None))
            elif name not in second:
                changes.append(FigureChange(chapter, name, first[name].caption, "removed", None))
            else:
                rows = compare_rows(first[name].data, second[name].data)
                if rows.differ:
                    changes.append(FigureChange(chapter, name, second[name].caption, "changed", rows))
    return tuple(changes)


def _findings(
    before: Build, after: Build, tables: Mapping[str, Rows]
) -> tuple[tuple[FindingChange, ...], tuple[FindingChange, ...]]:
    """Findings with another verdict, and those with the same verdict in other words."""
    status = _status(tables)
    verdicts, reworded = [], []
    for claim in dict.fromkeys([*before.findings, *after.findings]):
        first, second = before.findings.get(claim, {}), after.findings.get(claim, {})
        evidence = dict.fromkeys([*first.get("evidence", ()), *second.get("evidence", ())])
        change = FindingChange(
            claim,
            first.get("verdict"),
            second.get("verdict"),
            first.get("sentence", ""),
            second.get("sentence", ""),
            tuple(sorted((EvidenceRow(row, status[row]) for row in evidence if row in status), key=lambda x: x.row)),
        )
        if change.before != change.after:
            verdicts.append(change)
        elif change.sentence_before != change.sentence_after:
            reworded.append(change)
    return tuple(verdicts), tuple(reworded)


def _status(tables: Mapping[str, Rows]) -> dict[str, Status]:
    """What became of each row, by the name under which findings cite it: ``table: key``."""
    found: dict[str, Status] = {}
    for table, rows in tables.items():
        if len(rows.key) == 1:
            found |= {f"{table}: {key[0]}": "added" for key in rows.added}
            found |= {f"{table}: {key[0]}": "removed" for key in rows.removed}
            found |= {f"{table}: {row.key[0]}": "changed" for row in rows.changed}
    return found
