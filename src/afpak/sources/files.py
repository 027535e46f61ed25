"""Opening what a user has: CSV, TSV, XLSX or Parquet, plain, gzipped or zipped, as something DuckDB can scan.

Nothing is read whole: a workbook is written row by row into a text file, an archive's member is unpacked to disk.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from afpak.problems import InputError, Problem
from afpak.sources import ucdp

_DATA = (".csv", ".tsv", ".txt", ".tab", ".xlsx", ".parquet", ".gz")
_SEPARATORS = (",", ";", "\t", "|")
# The longest row of a provider's file seen had some 60 kB; this leaves room.
MAX_ROW = 4_000_000
# What is read at a time; it must hold the longest row.
BUFFER = 16_000_000
# Of the start of a text file this much is looked at, to find its header and first row.
_HEAD = 4_000_000


@dataclass(frozen=True)
class Readable:
    """A file that can be scanned.

    Parameters
    ----------
    name : str
        As the person knows it, for messages: the file, and the archive's member in it.
    path : Path
        What DuckDB reads.
    parquet : bool
        Whether it is Parquet; else it is delimited text.
    header : tuple of str
        Names of its columns in lower case, without what a wrong decoding put before the first.
    separator : str
        Between the fields of a text file.
    first_row : int
        Row of the file, counted from 1 with a cell's line breaks not counted, on which the data begin.
    ragged : bool
        Whether every row has one field more than the header has names.
    fractions : frozenset of str
        Columns of a Parquet file that are floating-point numbers; whole ones are written without a fraction, since
        some programs know no other numbers.
    """

    name: str
    path: Path
    parquet: bool
    header: tuple[str, ...]
    separator: str = ","
    first_row: int = 2
    ragged: bool = False
    fractions: frozenset[str] = frozenset()


def opened(path: Path, scratch: Path) -> list[Readable]:
    """Open a file; an archive gives one readable for each data file in it.

    Parameters
    ----------
    path : Path
        What the user named.
    scratch : Path
        An empty folder for what has to be unpacked.

    Raises
    ------
    InputError
        If there is no such file, or it is none that can be read, with what it looks like and what to do.
    """
    if not path.is_file():
        raise InputError([f"{path}: there is no such file"])
    return [_readable(one, name, scratch) for name, one in _unpacked(path, path.name, scratch)]


def _unpacked(path: Path, name: str, scratch: Path) -> Iterator[tuple[str, Path]]:
    """The data files that a file is or holds, each with its name for messages."""
    with path.open("rb") as file:
        start = file.read(512)
    if not start.strip():
        raise InputError([f"{name}: the file is empty"])
    if start.startswith(b"version https://git-lfs"):
        raise InputError([f"{name}: only a pointer to a file that Git LFS keeps elsewhere; fetch the file itself"])
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError([f"{name}: a workbook in the old format (.xls); save it as .xlsx or CSV"])
    if re.match(rb"\s*<(!doctype|html)", start, re.IGNORECASE):
        raise InputError([f"{name}: a web page, not a data file; the download may have needed a login"])
    if start.startswith(b"\x1f\x8b"):
        plain = _free(scratch / _stem(name, ".gz"))
        try:
            with gzip.open(path) as packed, plain.open("wb") as out:
                shutil.copyfileobj(packed, out, 1 << 20)
        except (OSError, EOFError) as error:
            raise InputError([f"{name}: the gzip file is damaged ({error}); download it again"]) from error
        yield from _unpacked(plain, name, scratch)
    elif start.startswith(b"PK\x03\x04"):
        yield from _of_archive(path, name, scratch)
    else:
        yield name, path


def _of_archive(path: Path, name: str, scratch: Path) -> Iterator[tuple[str, Path]]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.namelist()
            if "xl/workbook.xml" in members:
                yield name, path
                return
            # Archives made on a Mac carry a shadow of every file.
            data = [
                member
                for member in members
                if member.lower().endswith(_DATA)
                and not member.startswith("__MACOSX/")
                and not Path(member).name.startswith(".")
            ]
            if not data:
                held = ", ".join(members[:5]) or "nothing"
                raise InputError([f"{name}: no data file in the archive; it holds {held}"])
            for member in data:
                plain = _free(scratch / Path(member).name)
                with archive.open(member) as packed, plain.open("wb") as out:
                    shutil.copyfileobj(packed, out, 1 << 20)
                yield from _unpacked(plain, f"{name}: {Path(member).name}", scratch)
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise InputError([f"{name}: the archive is damaged ({error}); download it again"]) from error


def _readable(path: Path, name: str, scratch: Path) -> Readable:
    with path.open("rb") as file:
        start = file.read(4)
    if start == b"PAR1":
        return Readable(name, path, True, (), first_row=1)
    if start.startswith(b"PK"):
        path = _as_text(path, name, scratch)
    elif start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        wide = _free(scratch / f"{path.stem}.utf8.csv")
        with path.open(encoding="utf-16", newline="") as source, wide.open("w", encoding="utf-8", newline="") as out:
            shutil.copyfileobj(source, out, 1 << 20)
        path = wide
    return _delimited(path, name)


def _delimited(path: Path, name: str) -> Readable:
    """Separator, header and first row of a text file."""
    with path.open("rb") as file:
        start = file.read(_HEAD)
    # Latin-1 reads every byte; names of columns are plain letters in any encoding that is met here.
    text = start.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    if "\x00" in text[:1000]:
        raise InputError([f"{name}: not a text file, a workbook (.xlsx) or a Parquet file"])
    line = text.splitlines()[0]
    separator = max(_SEPARATORS, key=lambda one: len(next(csv.reader([line], delimiter=one), [])))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    first, second = next(rows, []), next(rows, [])
    if ucdp.header_less(first):
        return Readable(name, path, False, ucdp.COLUMNS, separator, first_row=1)
    header = _names(first)
    twice = sorted({one for one in header if header.count(one) > 1})
    if twice:
        raise InputError([Problem(name, 1, ", ".join(twice), "", "the column stands in the header more than once")])
    return Readable(name, path, False, header, separator, ragged=len(second) == len(header) + 1 and not second[-1])


def _names(fields: Sequence[str]) -> tuple[str, ...]:
    """Names of columns in lower case; a byte order mark that was decoded wrongly is no part of a name."""
    names = []
    for number, field in enumerate(fields, start=1):
        # Such as "\xef»¿eventid" and the "ï..eventid" that R makes of it.
        plain = re.sub(r"^(\ufeff|\xef\xbb\xbf|\xef\.\.|\xef»¿|x\.u\.feff\.)", "", field.strip(), flags=re.IGNORECASE)
        names.append(plain.strip().strip('"').lower() or f"column {number}")
    return tuple(names)


def _as_text(path: Path, name: str, scratch: Path) -> Path:
    """The first worksheet that is not empty, as CSV."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    plain = _free(scratch / f"{path.stem}.csv")
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise InputError([f"{name}: the workbook can't be read ({error})"]) from error
    try:
        for sheet in book.worksheets:
            # Some writers state a wrong size, and the reader would believe it.
            sheet.reset_dimensions()
            width = 0
            with plain.open("w", encoding="utf-8", newline="") as out:
                writer = csv.writer(out)
                for row in sheet.iter_rows(values_only=True):
                    cells = [_cell(value) for value in row]
                    width = width or len(cells)
                    writer.writerow(cells + [""] * (width - len(cells)))
            if width > 1:
                return plain
    finally:
        book.close()
    raise InputError([f"{name}: no worksheet with more than one column"])


def _cell(value: Any) -> str:
    """A cell of a workbook as the text that a CSV file of the same provider has."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time().isoformat() != "00:00:00" else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _stem(name: str, ending: str) -> str:
    short = Path(name.rpartition(": ")[2]).name
    return short[: -len(ending)] if short.lower().endswith(ending) else f"{short}.unpacked"


def _free(path: Path) -> Path:
    """The path, or one beside it if the name is taken."""
    number = 1
    free = path
    while free.exists():
        number += 1
        free = path.with_name(f"{number}-{path.name}")
    return free
