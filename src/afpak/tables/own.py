"""What became of the rows of a person's own table on their way into an edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from afpak.tables.dates import bounds
from afpak.tables.declaration import AsOf, Overlay, Table
from afpak.tables.read import row_keys

# As many rows as are named one by one on a line.
_FEW = 5


@dataclass(frozen=True)
class OwnRows:
    """What became of the rows of a person's own table that was laid over one of the book's.

    Parameters
    ----------
    file : str
        Name of the file.
    added, replaced : int
        Rows that entered: those that the book's table did not have, and those in place of a row of the book.
    cut : tuple of (str, str)
        Rows cut at the as-of date, by key, each with the reason in words. Such a row takes the one of the book that
        it replaces out with it: the person's row stands for it at every date.
    masked : tuple of str
        Rows that entered with less than they tell, since the rest was not known yet, by key.
    """

    file: str
    added: int
    replaced: int
    cut: tuple[tuple[str, str], ...] = ()
    masked: tuple[str, ...] = ()

    def told(self, as_of: date) -> str:
        """Say it on one line."""
        counted = f"{self.added:,} {'row' if self.added == 1 else 'rows'} added, {self.replaced:,} replaced"
        cut = [f"{key}: {reason}" for key, reason in self.cut]
        parts = [f"{len(cut):,} cut at {as_of} ({_few(cut)})"] if cut else []
        if self.masked:
            parts.append(f"{len(self.masked):,} shown only as far as known by {as_of} ({_few(self.masked)})")
        return f"{self.file}: {', '.join([counted, *parts])}"


def own_rows(
    table: Table, overlay: Overlay, read: pd.DataFrame, kept: pd.DataFrame, undated: pd.Series, day: date
) -> OwnRows:
    """What became of an overlay's rows.

    Parameters
    ----------
    table : Table
        The declaration of the table.
    overlay : Overlay
        Which of its rows are the person's own.
    read, kept : pandas.DataFrame
        The table before and after it was cut.
    undated : pandas.Series
        For each row of ``read``, the day on which it counts as published if it does not tell.
    day : datetime.date
        The as-of date.
    """
    before, after = _by_key(read, table), _by_key(kept, table)
    maskable = [column for mask in (table.as_of.masks if table.as_of else ()) for column in mask.columns]
    blanks = dict(zip(row_keys(read, table), undated, strict=True))
    own = [key for key in before if key in overlay.keys]
    return OwnRows(
        file=overlay.file,
        added=len(overlay.added & after.keys()),
        replaced=len(overlay.replaced & after.keys()),
        cut=tuple(
            (key, _why(before[key], table.as_of, blanks[key], day)) for key in own if key not in after and table.as_of
        ),
        masked=tuple(
            key
            for key in own
            if key in after
            and any(pd.notna(before[key][column]) and pd.isna(after[key][column]) for column in maskable)
        ),
    )


def own_rows_since(before: Mapping[str, Any] | None, own: OwnRows) -> OwnRows:
    """The same with what a build had cut and masked when it froze the table, as its declaration tells."""
    if before is None:
        return own
    told = tuple((key, reason) for key, reason in before["cut"])
    masked = tuple(dict.fromkeys([*before["masked"], *own.masked]))
    return OwnRows(own.file, own.added, own.replaced, told + own.cut, masked)


def _by_key(frame: pd.DataFrame, table: Table) -> dict[str, dict[str, Any]]:
    rows = ({str(name): value for name, value in row.items()} for row in frame.to_dict("records"))
    return dict(zip(row_keys(frame, table), rows, strict=True))


def _why(row: Mapping[str, Any], rule: AsOf, undated: str, day: date) -> str:
    """Why a row did not enter: it had not happened, or was not public."""
    happened, published = row[rule.happened], row[rule.published]
    told = rule.published.replace("_", " ")
    if rule.happened != rule.published and isinstance(happened, str) and bounds(happened).latest > day:
        return f"{rule.happened.replace('_', ' ')} {happened}"
    return f"{told} {published}" if isinstance(published, str) else f"{told} is blank, which counts as {undated}"


def _few(told: Sequence[str]) -> str:
    more = len(told) - _FEW
    return "; ".join([*told[:_FEW], *([f"and {more:,} more"] if more > 0 else [])])
