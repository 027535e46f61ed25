"""Importing event files: read, check, name, and write one Parquet table, within a bounded memory.

Each file is scanned once, by DuckDB, into a staged table with a bit for every rule that a row breaks; what is
counted, listed, left out and kept is asked of that table. The files are scanned again only to show wrong values.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from afpak.problems import InputError, Problem
from afpak.sources import acled, gtd, mapped, sql, ucdp
from afpak.sources.choosing import choose, repeated_rows
from afpak.sources.files import Readable, opened
from afpak.sources.names import Names, Release
from afpak.sources.naming import learn, unknown_names, write_events
from afpak.sources.reading import Note, Reading
from afpak.sources.report import accounts, broken_rules, coverage, worded_errors, write_report
from afpak.sources.staging import FORM, Staged, rejected, scan
from afpak.sources.summary import Summary, Told, read_summary


@dataclass(frozen=True)
class _Provider:
    """What a provider's module knows: its layouts, the version in a file's name, the order of versions, its sums."""

    recognise: Callable[[Sequence[str]], Reading | None]
    version: Callable[[str], tuple[str, str]]
    rank: Callable[[str, str], tuple[int, ...]]
    no_event_file: Callable[[Sequence[str]], str]


_PROVIDERS = {
    "ucdp": _Provider(ucdp.recognise, ucdp.version, ucdp.rank, lambda header: ""),
    "acled": _Provider(acled.recognise, acled.version, lambda version, kind: (), acled.no_event_file),
    "gtd": _Provider(gtd.recognise, gtd.version, lambda version, kind: (), lambda header: ""),
}


@dataclass(frozen=True)
class Options:
    """How to import.

    Parameters
    ----------
    provider : str
        ``ucdp``, ``acled``, ``gtd`` or ``table``; empty to find it out by the layout.
    mapping : Path or None
        For ``table``: the YAML file that says which column is what.
    version : str
        Version of the provider's data where a file's name does not tell it.
    published : str
        Day by which the data were public, ``YYYY-MM-DD``; empty to take it from the rows, or from the table of
        releases, or else ``today``.
    today : str
        The day of the import.
    report : Path or None
        CSV file for every error, repair, flag and row left out.
    leave_out_errors : bool
        Whether rows with errors are left out and listed instead of stopping the import.
    memory : str
        What DuckDB may use of memory, such as ``1GB``; beyond it, it goes to disk.
    """

    today: str
    provider: str = ""
    mapping: Path | None = None
    version: str = ""
    published: str = ""
    report: Path | None = None
    leave_out_errors: bool = False
    memory: str = "1GB"


def import_events(files: Sequence[Path], output: Path, names: Names, options: Options) -> Summary:
    """Import files of one provider into one event table.

    Parameters
    ----------
    files : sequence of Path
        What the user has; several files of one provider are brought together.
    output : Path
        The Parquet file to write; replaced only by a complete one.
    names : Names
        How actors and places are called.
    options : Options
        How to import.

    Returns
    -------
    Summary
        What was read, kept and left out, and sums to hold against the provider's own. It is kept in the file too.

    Raises
    ------
    InputError
        If a file can't be read or is of no known layout, rows have errors, or an export has a row per actor.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    # Beside the output, so that the last step is a renaming and a small system disk does not matter.
    with tempfile.TemporaryDirectory(prefix=".import-", dir=output.parent) as folder, _database(folder, options) as con:
        scratch = Path(folder)
        found = [
            (readable, _reading(readable, options))
            for readable in (_described(con, one) for file in files for one in opened(file, scratch))
        ]
        providers = sorted({reading.provider for _, reading in found})
        if len(providers) > 1:
            raise InputError(
                [f"files of {' and '.join(providers)}: they count different things, so import each by itself"]
            )
        learn(con, names, providers[0])
        later = Note("later than the day of the import", f"date_start > DATE '{options.today}'")
        found = [(readable, replace(reading, flags=(*reading.flags, later))) for readable, reading in found]
        staged = [
            _stage(con, number, readable, reading, names, options, scratch)
            for number, (readable, reading) in enumerate(found, start=1)
        ]
        # Rows are staged in the file's order, so their place tells the file's row.
        con.execute(
            "CREATE VIEW staged AS SELECT *, file_row_number + _first AS _row "
            f"FROM read_parquet({[str(one.path) for one in staged]}, file_row_number = true)"
        )
        errors = broken_rules(con, staged)
        if errors and not (options.leave_out_errors and options.report):
            write_report(con, staged, options.report)
            raise worded_errors(con, staged, errors, options.report)
        repeated = repeated_rows(con, staged)
        if repeated:
            write_report(con, staged, options.report)
            raise InputError(repeated)
        choose(con, staged)
        if con.execute("SELECT 1 FROM live LIMIT 1").fetchone() is None:
            raise InputError([f"{', '.join(one.readable.name for one in staged)}: no event in it that could be kept"])
        write_report(con, staged, options.report)
        told = Told(providers[0], options.today, accounts(con, staged), coverage(con, staged), *unknown_names(con))
        complete = scratch / "complete.parquet"
        write_events(con, complete, told)
        complete.replace(output)
    return read_summary(output)


@contextmanager
def _database(scratch: str, options: Options) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that goes to disk beyond its limit."""
    try:
        con = duckdb.connect(config={"memory_limit": options.memory, "temp_directory": scratch})
    except duckdb.Error as error:
        raise InputError([f"--memory {options.memory!r}: expected a size such as 1GB"]) from error
    try:
        # Fixed, so that the file does not depend on where it is made.
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET enable_progress_bar = false")
        con.create_function("mended", gtd.mended, ["VARCHAR"], "VARCHAR")
        yield con
    except duckdb.OutOfMemoryException as error:
        raise InputError([f"--memory {options.memory} is too little for this file; give it more"]) from error
    finally:
        con.close()


def _described(con: duckdb.DuckDBPyConnection, readable: Readable) -> Readable:
    """A Parquet file with the names of its columns."""
    if not readable.parquet:
        return readable
    columns = con.execute(f"DESCRIBE SELECT * FROM read_parquet({sql.quoted(readable.path)})").fetchall()
    return replace(
        readable,
        header=tuple(str(name).lower() for name, *_ in columns),
        fractions=frozenset(str(name).lower() for name, sort, *_ in columns if sort in ("DOUBLE", "FLOAT")),
    )


def _reading(readable: Readable, options: Options) -> Reading:
    """The reading of a file: as told, or as its header shows."""
    if options.provider == "table":
        if options.mapping is None:
            raise InputError(["--as table needs --map FILE: which column is what"])
        return mapped.read_mapping(options.mapping, readable.name, readable.header)
    chosen = [options.provider] if options.provider else list(_PROVIDERS)
    for provider in chosen:
        reading = _PROVIDERS[provider].recognise(readable.header)
        if reading is not None:
            missing = [column for column in reading.needed if column not in readable.header]
            if missing:
                raise InputError(
                    [
                        Problem(readable.name, 1, column, "", f"the column is missing; {reading.layout} needs it")
                        for column in missing
                    ]
                )
            return reading
    for provider in _PROVIDERS:
        reason = _PROVIDERS[provider].no_event_file(readable.header)
        if reason:
            raise InputError([f"{readable.name}: {reason}"])
    shown = ", ".join(readable.header[:12]) + (" …" if len(readable.header) > 12 else "")
    sort = f"no file of {options.provider}'s" if options.provider else "no layout of UCDP, ACLED or GTD"
    raise InputError(
        [
            f"{readable.name}: {sort} known here; its columns are: {shown}. "
            "Any table can be read with --as table --map FILE"
        ]
    )


def _stage(
    con: duckdb.DuckDBPyConnection,
    number: int,
    readable: Readable,
    reading: Reading,
    names: Names,
    options: Options,
    scratch: Path,
) -> Staged:
    """Scan a file into a staged table: its event columns, its own row numbers, and what is wrong with each row."""
    path = scratch / f"staged-{number}.parquet"
    provider = _PROVIDERS.get(reading.provider)
    # An archive's member tells more than the archive.
    version, kind = provider.version(readable.name.rpartition(": ")[2]) if provider else ("", "")
    version = options.version or version
    release = names.releases.get((reading.provider, version), Release("", "", ""))
    published, publication = _publication(options, release, reading)
    malformed: tuple[Problem, ...] = ()
    for encoding in ("utf-8", "latin-1"):
        con.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
        con.execute(f"COPY ({scan(number, readable, reading, encoding)}) TO {sql.quoted(path)} ({sql.STAGED})")
        without_form = rejected(con, readable)
        if encoding == "latin-1" or not any(sort == "INVALID ENCODING" for _, sort, _ in without_form):
            malformed = tuple(
                Problem(readable.name, line, "", text[:60], FORM.get(error, "a row that can't be read"))
                for line, error, text in without_form
            )
            break
    if not kind and reading.candidate:
        marked = con.execute(
            f"SELECT coalesce(bool_or(_candidate), false) FROM read_parquet({sql.quoted(path)}) WHERE _drop = 0"
        ).fetchone()
        kind = "candidate" if marked and marked[0] else "final"
    rank = provider.rank(version, kind) if provider else ()
    return Staged(
        number, readable, reading, version, kind, rank, published, publication, release, path, encoding, malformed
    )


def _publication(options: Options, release: Release, reading: Reading) -> tuple[str, str]:
    """Day by which a file was public, and where that comes from."""
    if options.published:
        return options.published, "as told"
    if release.published:
        return release.published, "by the table of releases"
    if "published" in reading.columns:
        return options.today, "the day of the import, where a row does not say when it was last changed"
    return options.today, "the day of the import, since nothing else is known; --published sets it"
