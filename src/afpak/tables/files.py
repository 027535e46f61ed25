"""What can be wrong with a file of rows before its cells are looked at."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterator
from pathlib import Path

from afpak.problems import Problem
from afpak.tables.declaration import Table

EXTRA_CELL = "more cells than the header has columns; a cell that holds a comma must stand in quotes"
MISSING_CELL = "fewer cells than the header has columns"
BLANK_ROW = "an empty line; remove it"


def header_problems(path: Path, shown: str, table: Table, own: bool = False) -> Iterator[Problem]:
    """What is wrong with a file as a whole, without a row, or with its first line.

    Parameters
    ----------
    path : Path
        The file.
    shown : str
        The file as the person knows it.
    table : Table
        Which columns are expected.
    own : bool
        Whether it is a person's own table, in which columns may stand in any order and those whose cells may be
        blank may be left out.
    """
    names = [column.name for column in table.columns]
    needed = [column.name for column in table.columns if column.required] if own else names
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        told = "there is no such file" if own else "there is no such file; the declaration names it"
        yield Problem(shown, None, "", "", told)
        return
    except OSError as error:
        yield Problem(shown, None, "", "", f"can't be read: {error.strerror}")
        return
    except UnicodeDecodeError as error:
        where = f"byte {error.start}"
        yield Problem(shown, None, "", "", f"not UTF-8 text ({where}); save it as CSV UTF-8 (comma delimited)")
        return
    first = next(csv.reader(text.splitlines()), [])
    if len(first) == 1 and len(names) > 1:
        for separator in ";\t":
            if separator in first[0]:
                yield Problem(shown, None, "", "", f"the separator is {separator!r}; expected a comma")
                return
    for name in needed:
        if name not in first:
            yield Problem(shown, 1, name, "", f"the column is missing; expected {', '.join(needed)}")
    for name in dict.fromkeys(first):
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            expected = f"no such column is declared; {hint}expected {', '.join(names)}"
            yield Problem(shown, 1, name, "", expected)
        elif first.count(name) > 1:
            yield Problem(shown, 1, name, "", "the column stands there more than once")
    if not own and sorted(first) == sorted(names) and first != names:
        yield Problem(shown, 1, "", "", f"the columns stand in another order; expected {', '.join(names)}")
