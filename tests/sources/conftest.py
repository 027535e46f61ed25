"""Event files made up for a test, and what importing them gives. No row of a provider's stands here."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from afpak.sources.imports import Options, import_events
from afpak.sources.names import Names
from afpak.sources.summary import Summary

NO_NAMES = Names(
    actors=pd.DataFrame(columns=["provider", "actor", "country", "since", "until", "organisation", "kind"]),
    places=pd.DataFrame(columns=["country", "spelling", "place", "name"]),
    districts=pd.DataFrame(columns=["country", "spelling", "name", "place"]),
    releases={},
)


@dataclass(frozen=True)
class Imported:
    """The event table's rows in its order, its summary, and the rows of the report."""

    events: list[dict[str, Any]]
    summary: Summary
    report: list[dict[str, str]]

    @property
    def event(self) -> dict[str, Any]:
        (only,) = self.events
        return only

    def tallied(self, sort: str) -> dict[str, int]:
        """How many rows were left out, repaired or flagged, by reason."""
        tallies: dict[str, int] = {}
        for file in self.summary.told.files:
            for tally in getattr(file, sort):
                tallies[tally.name] = tallies.get(tally.name, 0) + tally.rows
        return tallies


def write_table(
    path: Path,
    header: Sequence[str],
    rows: Sequence[Mapping[str, str]],
    *,
    separator: str = ",",
    encoding: str = "utf-8",
) -> Path:
    """Write rows as text, blank where a row has nothing for a column."""
    for row in rows:
        assert not set(row) - set(header), set(row) - set(header)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=separator)
        writer.writerow(header)
        writer.writerows([row.get(column, "") for column in header] for row in rows)
    return path


@pytest.fixture
def imported(tmp_path: Path) -> Callable[..., Imported]:
    """Import files and read what came of them."""

    def run(*files: Path, names: Names = NO_NAMES, **options: Any) -> Imported:
        output, report = tmp_path / "out" / "events.parquet", tmp_path / "report.csv"
        chosen = Options(today="2026-11-25", report=report, **options)
        summary = import_events(files, output, names, chosen)
        table = duckdb.sql(f"SELECT * FROM read_parquet('{output}')")
        events = [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()]
        with report.open(encoding="utf-8", newline="") as lines:
            return Imported(events, summary, list(csv.DictReader(lines)))

    return run
