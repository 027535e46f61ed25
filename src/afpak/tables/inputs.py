"""The inputs of an edition: all tables, corrected and cut at the as-of date."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from afpak.problems import InputError, Problem
from afpak.tables.asof import cut
from afpak.tables.corrections import apply_corrections
from afpak.tables.dates import bounds
from afpak.tables.declaration import DECLARATION, Declaration, Table, find_data, read_declaration
from afpak.tables.own import OwnRows, own_rows, own_rows_since
from afpak.tables.read import read_table, row_keys, write_table

if TYPE_CHECKING:
    from afpak.sources.events import Events

CORRECTIONS = "corrections"
# Where a build puts the event table of its edition, beside the tables that it froze.
EVENTS = "events.parquet"
# Column of the coverage that names the person's own file that was laid over a table.
OWN_FILE = "file laid over it"


@dataclass(frozen=True)
class Account:
    """What became of a table's rows: read = dropped by a correction + cut at the as-of date + kept.

    ``own`` tells of a person's own table among them.
    """

    table: str
    rows_read: int
    dropped: int
    cut: int
    kept: int
    first: str
    last: str
    own: OwnRows | None = None


@dataclass(frozen=True)
class Inputs:
    """All tables as an edition may see them.

    Parameters
    ----------
    as_of : datetime.date
        As-of date, itself included.
    tables : mapping of str to pandas.DataFrame
        The tables by name; ``inputs["leaders"]`` is short for ``inputs.tables["leaders"]``.
    accounts : tuple of Account
        Where every row of every table went.
    keys : mapping of str to str
        By table, the column that names a row; tables that need several columns for it are left out.
    events : Events or None
        The event table of an edition that has one, cut at the same date.
    origins : mapping of str to mapping of str to str
        By table and row, the person's own file that the row is from; rows of the book are left out. A row is named by
        its primary key, the cells of several columns joined by `` | ``.
    """

    as_of: date
    tables: Mapping[str, pd.DataFrame]
    accounts: tuple[Account, ...]
    keys: Mapping[str, str] = field(default_factory=dict)
    events: Events | None = None
    origins: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    @property
    def coverage(self) -> pd.DataFrame:
        """Rows read, dropped, cut and kept, and the first and last date, one row per table.

        Where a person's own table was laid over one of the book's, further columns name the file and say how many rows
        it added and replaced.
        """
        frame = pd.DataFrame(
            [
                {
                    "table": account.table,
                    "rows read": account.rows_read,
                    "dropped by a correction": account.dropped,
                    "cut at the as-of date": account.cut,
                    "rows kept": account.kept,
                    "first": account.first,
                    "last": account.last,
                }
                for account in self.accounts
            ]
        )
        own = [account.own for account in self.accounts]
        if any(own):
            frame[OWN_FILE] = [one.file if one else "" for one in own]
            frame["rows added by it"] = pd.array([one.added if one else None for one in own], dtype="Int64")
            frame["rows replaced by it"] = pd.array([one.replaced if one else None for one in own], dtype="Int64")
        return frame


def load_inputs(as_of: str | None = None, data: Path | None = None) -> Inputs:
    """Load every declared table, corrected and cut at an as-of date.

    Parameters
    ----------
    as_of : str, optional
        Day as ``YYYY-MM-DD``. If not given, the day on which the tables were compiled or frozen.
    data : Path, optional
        The data folder; the nearest one above the working directory if not given.

    Returns
    -------
    Inputs
        The tables and where their rows went.

    Raises
    ------
    InputError
        If the date is impossible, if a correction no longer fits, or if frozen tables are asked for a
        later date than they were frozen at.
    """
    return inputs_of(read_declaration(data or find_data()), as_of)


def inputs_of(declaration: Declaration, as_of: str | None = None) -> Inputs:
    """Load the tables of a declaration, as `load_inputs` does."""
    day = parse_day(as_of or declaration.frozen_as_of or declaration.created)
    _refuse_later(day, declaration)
    read = {name: read_table(declaration, name) for name in declaration.tables}
    # Tables that a build froze are corrected already.
    corrected = read if declaration.frozen_as_of else apply_corrections(read, read[CORRECTIONS], declaration)
    tables, accounts, origins = {}, [], {}
    for name, table in declaration.tables.items():
        before = declaration.frozen_accounts.get(name, {})
        overlay, own = declaration.overlays.get(name), None
        if overlay is None:
            tables[name] = cut(corrected[name], table, day, declaration.created)
        else:
            is_own = row_keys(corrected[name], table).isin(overlay.keys)
            undated = is_own.map({True: overlay.undated, False: declaration.created})
            tables[name] = cut(corrected[name], table, day, undated)
            own = own_rows(table, overlay, corrected[name], tables[name], undated, day)
            own = own_rows_since(before.get("own"), own)
            origins[name] = {key: overlay.file for key in row_keys(tables[name], table) if key in overlay.keys}
        accounts.append(_account(table, read[name], corrected[name], tables[name], before, own))
    events = _events(declaration.root / EVENTS, day)
    if events is not None:
        accounts.append(_account_of_events(events))
    keys = {name: table.primary_key[0] for name, table in declaration.tables.items() if len(table.primary_key) == 1}
    return Inputs(day, tables, tuple(accounts), keys, events, origins)


def _refuse_later(day: date, declaration: Declaration) -> None:
    """Refuse a date on which nothing that the tables hold could be told from what they lack."""
    if declaration.frozen_as_of:
        if day > parse_day(declaration.frozen_as_of):
            expected = f"these tables were frozen at {declaration.frozen_as_of}; ask for that day or an earlier one"
            raise InputError([Problem(DECLARATION, None, "as_of", day.isoformat(), expected)])
    elif declaration.until:
        if day > parse_day(declaration.until):
            raise InputError([f"as of {day}: later than today, {declaration.until}; ask for today or an earlier day"])
    elif day > parse_day(declaration.created):
        raise InputError(
            [
                f"as of {day}: the tables were compiled on {declaration.created} and hold nothing later; ask for that "
                "day or an earlier one, or give later rows with --table TABLE=FILE or --events FILE; if you have added "
                f"them to the tables themselves, set created in {DECLARATION}"
            ]
        )


def freeze(inputs: Inputs, declaration: Declaration, root: Path) -> list[Path]:
    """Write the tables as the edition sees them into a folder of their own.

    The folder is a data folder like the repository's: chapters read it in the same way. Its declaration
    says at which date it was frozen, so that nothing is corrected twice and nothing later can be asked
    of it.

    Returns
    -------
    list of Path
        Every file written, the declaration first.
    """
    root.mkdir(parents=True)
    package = json.loads((declaration.root / DECLARATION).read_text(encoding="utf-8"))
    package["frozen"] = {
        "asOf": inputs.as_of.isoformat(),
        "accounts": {
            one.table: {"rows_read": one.rows_read, "dropped": one.dropped, "cut": one.cut}
            | ({"own": asdict(one.own)} if one.own else {})
            for one in inputs.accounts
        },
    }
    if declaration.overlays:
        package["frozen"]["overlays"] = {
            name: {
                "file": one.file,
                "sha256": one.sha256,
                "undated": one.undated,
                "added": sorted(one.added),
                "replaced": sorted(one.replaced),
            }
            for name, one in declaration.overlays.items()
        }
    path = root / DECLARATION
    path.write_text(json.dumps(package, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    written = [path]
    written += [write_table(inputs[name], table, root) for name, table in declaration.tables.items()]
    if inputs.events is not None:
        from afpak.sources.events import write_cut

        written.append(write_cut(inputs.events, root / EVENTS))
    return written


def with_events(inputs: Inputs, path: Path) -> Inputs:
    """The inputs with an imported event table, cut at their date.

    Raises
    ------
    InputError
        If it is no event table, or nothing of it had happened and was public by the date.
    """
    from afpak.sources.events import cut_at, read_events

    events = cut_at(read_events(path), inputs.as_of)
    return replace(inputs, events=events, accounts=(*inputs.accounts, _account_of_events(events)))


def parse_day(text: str) -> date:
    """Parse ``YYYY-MM-DD``; InputError with what was expected if it is not a day of the calendar."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # fromisoformat takes other forms too, such as 2022-W01-1.
    if day is None or day.isoformat() != text:
        raise InputError([f"{text!r} is not a day of the calendar; expected YYYY-MM-DD, such as 2022-01-31"])
    return day


def _account(
    table: Table,
    read: pd.DataFrame,
    corrected: pd.DataFrame,
    kept: pd.DataFrame,
    before: Mapping[str, Any],
    own: OwnRows | None,
) -> Account:
    """What became of a table's rows; ``before`` is what a build had dropped and cut when it froze the table."""
    first = last = ""
    dates = [] if table.as_of is None else kept[table.as_of.happened].dropna()
    if len(dates):
        spans = [bounds(text) for text in dates]
        first = min(span.earliest for span in spans).isoformat()
        last = max(span.latest for span in spans).isoformat()
    return Account(
        table=table.name,
        rows_read=before.get("rows_read", len(read)),
        dropped=before.get("dropped", 0) + len(read) - len(corrected),
        cut=before.get("cut", 0) + len(corrected) - len(kept),
        kept=len(kept),
        first=first,
        last=last,
        own=own,
    )


def _events(path: Path, day: date) -> Events | None:
    """The event table that a build froze with the tables, if it did; it can't be asked for another date."""
    if not path.is_file():
        return None
    # Most chapters have no event table; they need not wait for the library that reads it.
    from afpak.sources.events import read_events

    events = read_events(path)
    if events.cut.as_of != day.isoformat():
        raise InputError([f"{path.name}: this build's event table was cut at {events.cut.as_of}; ask for that day"])
    return events


def _account_of_events(events: Events) -> Account:
    cut = events.cut
    return Account(
        table=f"events ({events.name})",
        rows_read=cut.read,
        dropped=0,
        cut=cut.later + cut.unpublished,
        kept=cut.kept,
        first=events.first.isoformat(),
        last=events.last.isoformat(),
    )
