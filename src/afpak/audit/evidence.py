"""Rows that a finding rests on, and the publications that they cite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from afpak.tables import Inputs
from afpak.tables.dates import listed


def row_of(inputs: Inputs, evidence: str) -> Mapping[str, object] | None:
    """The row that an item of evidence names, as ``table: key``; None if it names a table's part or a computation."""
    table, _, key = evidence.partition(": ")
    if table not in inputs.keys:
        return None
    rows = inputs[table][inputs[table][inputs.keys[table]] == key]
    return None if rows.empty else dict(rows.iloc[0])


def sources_of(inputs: Inputs, evidence: Sequence[str]) -> list[tuple[str, str]]:
    """Title and address of every publication that rows of evidence cite, without repetition, in their order."""
    found: dict[tuple[str, str], None] = {}
    for item in evidence:
        row = row_of(inputs, item)
        if row is None:
            continue
        # A footnote of the paper has one title and may have an address.
        titles, urls = listed(row.get("source", row.get("title"))), listed(row.get("url"))
        for title, url in zip(titles, urls, strict=False):
            found[title, url] = None
    return list(found)


def knowable(inputs: Inputs, evidence: Sequence[str]) -> list[str]:
    """Dates on which rows of evidence became known, as the tables have them; undated rows are left out."""
    days = []
    for item in evidence:
        row = row_of(inputs, item) or {}
        for column in ("known_since", "end_known_since", "published", "date", "tenure_end"):
            value = row.get(column)
            if isinstance(value, str):
                days.append(value)
    return sorted(set(days))
