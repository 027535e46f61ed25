"""The inputs of an edition: all tables, corrected and cut at the as-of date.

Of a build's frozen tables each is read when it is first asked for: a chapter opens the files that it needs and no
others, so that its results depend on these alone. Which they were, `Inputs.read` tells.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from afpak.problems import InputError, Problem
from afpak.tables.asof import cut
from afpak.tables.corrections import apply_corrections
from afpak.tables.dates import bounds
from afpak.tables.declaration import DECLARATION, Declaration, find_data, read_declaration
from afpak.tables.later import Later, asked
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

    What is a `Later` here is read when it is first asked for.

    Parameters
    ----------
    as_of : datetime.date
        As-of date, itself included.
    tables : mapping of str to pandas.DataFrame
        The tables by name; ``inputs["leaders"]`` is short for ``inputs.tables["leaders"]``.
    account_of : mapping of str to Account
        By table, where every row of it went; to ask for it is to ask for the table.
    keys : mapping of str to str
        By table, the column that names a row; tables that need several columns for it are left out.
    event_file : mapping of str to Events or None
        Under the name of its file, the event table of an edition that has one, cut at the same date; `events` is
        short for it.
    origins : mapping of str to mapping of str to str
        By table that a person's own was laid over, and by row, the file that the row is from; rows of the book are left
        out. A row is named by its primary key, the cells of several columns joined by `` | ``. To ask for it is to ask
        for the table.
    """

    as_of: date
    tables: Mapping[str, pd.DataFrame]
    account_of: Mapping[str, Account]
    keys: Mapping[str, str] = field(default_factory=dict)
    event_file: Mapping[str, Events | None] = field(default_factory=dict)
    origins: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    @property
    def events(self) -> Events | None:
        """The event table; None for an edition without one."""
        return self.event_file.get(EVENTS)

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Where every row of every table went, in their order, the event table last; this asks for all of them."""
        return (*self.account_of.values(), *_accounts_of_events(self.events))

    @property
    def coverage(self) -> pd.DataFrame:
        """Rows read, dropped, cut and kept, and the first and last date, one row per table; this asks for all tables.

        Where a person's own table was laid over one of the book's, further columns name the file and say how many rows
        it added and replaced.
        """
        return _as_frame(self.accounts)

    @property
    def read(self) -> pd.DataFrame:
        """The same as `coverage`, of the tables alone that were asked for until now, in their order."""
        accounts = [self.account_of[name] for name in asked(self.tables)]
        events = [account for name in asked(self.event_file) for account in _accounts_of_events(self.event_file[name])]
        return _as_frame([*accounts, *events])


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
        The tables and where their rows went; those that a build froze are read when they are first asked for.

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
    read = Later(declaration.tables, partial(read_table, declaration))
    # Tables that a build froze are corrected already. Those of the repository are read at once: corrections name rows
    # of many, and all of them must fit.
    corrected = read if declaration.frozen_as_of else apply_corrections(read, read[CORRECTIONS], declaration)

    def table_of(name: str) -> pd.DataFrame:
        return cut(corrected[name], declaration.tables[name], day, _undated(declaration, name, corrected[name]))

    tables = Later(declaration.tables, table_of)

    def account_of(name: str) -> Account:
        return _account(declaration, name, day, read[name], corrected[name], tables[name])

    def origins_of(name: str) -> Mapping[str, str]:
        overlay = declaration.overlays[name]
        keys = row_keys(tables[name], declaration.tables[name])
        return {key: overlay.file for key in keys if key in overlay.keys}

    return Inputs(
        day,
        tables,
        Later(declaration.tables, account_of),
        {name: table.primary_key[0] for name, table in declaration.tables.items() if len(table.primary_key) == 1},
        Later((EVENTS,), lambda name: _events(declaration.root / name, day)),
        Later(declaration.overlays, origins_of),
    )


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
    return replace(inputs, event_file=Later((EVENTS,), lambda _: events))


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


def _undated(declaration: Declaration, name: str, rows: pd.DataFrame) -> pd.Series:
    """For each row of a table, the day on which it counts as published if it does not tell."""
    overlay = declaration.overlays.get(name)
    if overlay is None:
        return pd.Series(declaration.created, index=rows.index)
    is_own = row_keys(rows, declaration.tables[name]).isin(overlay.keys)
    return is_own.map({True: overlay.undated, False: declaration.created})


def _account(
    declaration: Declaration, name: str, day: date, read: pd.DataFrame, corrected: pd.DataFrame, kept: pd.DataFrame
) -> Account:
    """What became of a table's rows; of one that a build froze, what it had dropped and cut is in the declaration."""
    table, overlay = declaration.tables[name], declaration.overlays.get(name)
    before = declaration.frozen_accounts.get(name, {})
    first = last = ""
    dates = [] if table.as_of is None else kept[table.as_of.happened].dropna()
    if len(dates):
        spans = [bounds(text) for text in dates]
        first = min(span.earliest for span in spans).isoformat()
        last = max(span.latest for span in spans).isoformat()
    own = None
    if overlay is not None:
        own = own_rows(table, overlay, corrected, kept, _undated(declaration, name, corrected), day)
        own = own_rows_since(before.get("own"), own)
    return Account(
        table=name,
        rows_read=before.get("rows_read", len(read)),
        dropped=before.get("dropped", 0) + len(read) - len(corrected),
        cut=before.get("cut", 0) + len(corrected) - len(kept),
        kept=len(kept),
        first=first,
        last=last,
        own=own,
    )


def _as_frame(accounts: Sequence[Account]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "table": [account.table for account in accounts],
            "rows read": [account.rows_read for account in accounts],
            "dropped by a correction": [account.dropped for account in accounts],
            "cut at the as-of date": [account.cut for account in accounts],
            "rows kept": [account.kept for account in accounts],
            "first": [account.first for account in accounts],
            "last": [account.last for account in accounts],
        }
    )
    own = [account.own for account in accounts]
    if any(own):
        frame[OWN_FILE] = [one.file if one else "" for one in own]
        frame["rows added by it"] = pd.array([one.added if one else None for one in own], dtype="Int64")
        frame["rows replaced by it"] = pd.array([one.replaced if one else None for one in own], dtype="Int64")
    return frame


def _events(path: Path, day: date) -> Events | None:
    """The event table that a build froze with the tables, if it did; it can't be asked for another date."""
    try:
        # DuckDB opens files without Python, and a build writes down which files a chapter opens through Python. One
        # that is not there is written down too: the chapter would give something else if it were.
        path.open("rb").close()
    except FileNotFoundError:
        return None
    # Most chapters have no event table; they need not wait for the library that reads it.
    from afpak.sources.events import read_events

    events = read_events(path)
    if events.cut.as_of != day.isoformat():
        raise InputError([f"{path.name}: this build's event table was cut at {events.cut.as_of}; ask for that day"])
    return events


def _accounts_of_events(events: Events | None) -> list[Account]:
    """What became of the rows of the event table, if there is one."""
    if events is None:
        return []
    cut = events.cut
    return [
        Account(
            table=f"events ({events.name})",
            rows_read=cut.read,
            dropped=0,
            cut=cut.later + cut.unpublished,
            kept=cut.kept,
            first=events.first.isoformat(),
            last=events.last.isoformat(),
        )
    ]
