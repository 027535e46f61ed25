"""The declaration of the tables: data/datapackage.json as typed, frozen objects.

A Frictionless Data Package (version 2) with three properties of this project's own, which the format
allows: ``semantics`` of a column (``partial-date``, ``span``, ``due-date`` or ``list``), ``asOf`` of a
table (which columns say when a row happened and when it was published) and ``checks`` of a table (sums and
orders that its figures must keep, and columns that refer to any one of several tables, for which the format
has no word).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from afpak.problems import InputError

DECLARATION = "datapackage.json"


@dataclass(frozen=True)
class Column:
    """One column: its Frictionless type, unit, meaning and this project's semantics."""

    name: str
    type: str
    meaning: str
    unit: str = ""
    semantics: str = ""
    required: bool = False
    allowed: tuple[str, ...] = ()
    pattern: str = ""


@dataclass(frozen=True)
class Mask:
    """Columns that are emptied while what they tell was not yet known.

    ``replacements`` gives the values that other columns take then: a tenure whose end was not yet known
    is that of an incumbent.
    """

    happened: str
    published: str
    columns: tuple[str, ...]
    replacements: Mapping[str, str]


@dataclass(frozen=True)
class AsOf:
    """Which columns say when a row happened and when it was published."""

    happened: str
    published: str
    masks: tuple[Mask, ...] = ()


@dataclass(frozen=True)
class Sum:
    """Metrics of one series whose sum another metric must equal, within a tolerance in its unit."""

    series: str
    parts: tuple[str, ...]
    total: str
    tolerance: float


@dataclass(frozen=True)
class Order:
    """Metrics of one series that must not decrease in the order given."""

    series: str
    metrics: tuple[str, ...]


@dataclass(frozen=True)
class Reference:
    """A column whose items each name a row of one of several tables, or are one of a few words besides.

    Targets are pairs of a table and its column.
    """

    column: str
    targets: tuple[tuple[str, str], ...]
    besides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Typed:
    """A column whose type another column of the row names: ``by`` is a row of ``table``, whose ``type`` says it."""

    column: str
    by: str
    table: str
    type: str


@dataclass(frozen=True)
class Edges:
    """Columns that make a table the edges of a graph without circles.

    Rows whose ``relation`` is in ``turned`` lead the other way; those in ``left_out`` count for nothing.
    """

    source: str
    target: str
    relation: str
    turned: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Requirement:
    """Columns that must be filled in rows whose ``column`` has a value, and in no others."""

    column: str
    value: str
    required: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One table as declared."""

    name: str
    path: str
    title: str
    meaning: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    as_of: AsOf | None = None
    sums: tuple[Sum, ...] = ()
    orders: tuple[Order, ...] = ()
    versioned: str = ""
    never_before: tuple[tuple[str, str], ...] = ()
    refers_to: tuple[Reference, ...] = ()
    typed: tuple[Typed, ...] = ()
    edges: tuple[Edges, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    prefixes: tuple[tuple[str, str], ...] = ()

    def column(self, name: str) -> Column:
        """Return the column of that name; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True)
class Overlay:
    """A table of the person's own that was laid over one of the book's.

    Parameters
    ----------
    file : str
        Name of the file, without its folder: so it is named in the book.
    sha256 : str
        Hash of the file's bytes, in hexadecimal.
    undated : str
        Day on which its rows without a date of publication count as published.
    added, replaced : frozenset of str
        Its rows, each named as `row_key` does: those that the book's table did not have, and those that it had.
    given : str
        The file as the person named it, for errors; empty in the tables of a build.
    rows : mapping of int to int
        By row of the tables laid over each other, the row of the person's file; empty in the tables of a build.
    """

    file: str
    sha256: str
    undated: str
    added: frozenset[str]
    replaced: frozenset[str]
    given: str = ""
    rows: Mapping[int, int] = field(default_factory=dict)

    @property
    def keys(self) -> frozenset[str]:
        """All its rows."""
        return self.added | self.replaced


@dataclass(frozen=True)
class Declaration:
    """All tables, and where they lie.

    Parameters
    ----------
    root : Path
        Folder that holds datapackage.json; table paths are relative to it.
    created : str
        Day on which the tables were compiled: all that stands in them was public by then.
    tables : mapping of str to Table
        The tables by name, in the order declared.
    frozen_as_of : str
        As-of date at which the tables were already cut and corrected by a build; empty for the tables
        of the repository.
    frozen_accounts : mapping of str to mapping
        What that build read, dropped and cut of each table; empty for the tables of the repository.
    overlays : mapping of str to Overlay
        By table, the person's own table that was laid over it.
    until : str
        Last day that a table of the person's own, or an event file, may tell of; empty if there is none.
    """

    root: Path
    created: str
    tables: Mapping[str, Table]
    frozen_as_of: str = ""
    frozen_accounts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    overlays: Mapping[str, Overlay] = field(default_factory=dict)
    until: str = ""


def row_key(cells: Iterable[object]) -> str:
    """Name of a row: the cells of its primary key, joined as lists in a cell are."""
    return " | ".join(str(cell) for cell in cells)


def find_data(start: Path | None = None) -> Path:
    """Find the nearest data folder at or above a folder.

    Notebooks run in ``notebooks/`` beside ``data/``, in the repository and in a build alike, so looking
    upward finds the tables that belong to them.

    Parameters
    ----------
    start : Path, optional
        Where to begin; the working directory if not given.

    Raises
    ------
    InputError
        If no folder above holds data/datapackage.json.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "data" / DECLARATION).is_file():
            return folder / "data"
    raise InputError(
        [f"{here}: no data/{DECLARATION} here or in any folder above; run this inside the project's folder"]
    )


def read_declaration(root: Path) -> Declaration:
    """Read datapackage.json of a data folder.

    Raises
    ------
    InputError
        If the file is missing or is not JSON.
    """
    path = root / DECLARATION
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError([f"{path}: not found; the tables are declared there"]) from error
    except json.JSONDecodeError as error:
        raise InputError([f"{path}, row {error.lineno}: not JSON ({error.msg})"]) from error
    tables = {resource["name"]: _table(resource) for resource in package["resources"]}
    frozen = package.get("frozen", {})
    overlays = {
        name: Overlay(one["file"], one["sha256"], one["undated"], frozenset(one["added"]), frozenset(one["replaced"]))
        for name, one in frozen.get("overlays", {}).items()
    }
    return Declaration(
        root, package["created"][:10], tables, frozen.get("asOf", ""), frozen.get("accounts", {}), overlays
    )


def _table(resource: Mapping[str, Any]) -> Table:
    schema = resource["schema"]
    checks = resource.get("checks", {})
    return Table(
        name=resource["name"],
        path=resource["path"],
        title=resource["title"],
        meaning=resource["description"],
        columns=tuple(
            Column(
                name=field["name"],
                type=field["type"],
                meaning=field["description"],
                unit=field.get("unit", ""),
                semantics=field.get("semantics", ""),
                required=field.get("constraints", {}).get("required", False),
                allowed=tuple(field.get("constraints", {}).get("enum", [])),
                pattern=field.get("constraints", {}).get("pattern", ""),
            )
            for field in schema["fields"]
        ),
        primary_key=tuple(schema["primaryKey"]),
        as_of=_as_of(resource["asOf"]) if "asOf" in resource else None,
        sums=tuple(
            Sum(rule["series"], tuple(rule["parts"]), rule["total"], rule.get("tolerance", 0))
            for rule in checks.get("sums", [])
        ),
        orders=tuple(Order(rule["series"], tuple(rule["metrics"])) for rule in checks.get("orders", [])),
        versioned=checks.get("versioned", ""),
        never_before=tuple((pair[0], pair[1]) for pair in checks.get("neverBefore", [])),
        refers_to=tuple(
            Reference(rule["column"], tuple(_pair(target) for target in rule["tables"]), tuple(rule.get("besides", ())))
            for rule in checks.get("refersTo", [])
        ),
        typed=tuple(Typed(rule["column"], rule["by"], *_pair(rule["typedIn"])) for rule in checks.get("typedBy", [])),
        edges=tuple(
            Edges(rule["source"], rule["target"], rule["relation"], tuple(rule["turned"]), tuple(rule["leftOut"]))
            for rule in checks.get("acyclic", [])
        ),
        requirements=tuple(
            Requirement(rule["column"], rule["value"], tuple(rule["required"])) for rule in checks.get("requires", [])
        ),
        prefixes=tuple((rule[0], rule[1]) for rule in checks.get("beginsWith", [])),
    )


def _pair(target: str) -> tuple[str, str]:
    table, _, column = target.partition(".")
    return table, column


def _as_of(rule: Mapping[str, Any]) -> AsOf:
    return AsOf(
        rule["happened"],
        rule["published"],
        tuple(
            Mask(mask["happened"], mask["published"], tuple(mask["columns"]), mask.get("set", {}))
            for mask in rule.get("masks", [])
        ),
    )
