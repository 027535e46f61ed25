"""Comparing dates of different precision."""

from __future__ import annotations

from collections.abc import Iterable

from afpak.audit.findings import Verdict
from afpak.tables.dates import bounds


def overlap(first: str, second: str) -> bool:
    """Whether two partial dates can mean the same day: ``2018`` and ``2018-06-13`` can."""
    a, b = bounds(first), bounds(second)
    return a.earliest <= b.latest and b.earliest <= a.latest


def compare(stated: str, recorded: str, alternatives: Iterable[str] = ()) -> Verdict:
    """Verdict on a stated date: supported by the record, by another source only, or by none.

    A less precise date agrees with a more precise one inside it. A date that only an alternative of the
    record agrees with is contested.
    """
    if overlap(stated, recorded):
        return Verdict.SUPPORTED
    if any(overlap(stated, other) for other in alternatives):
        return Verdict.CONTESTED
    return Verdict.CONTRADICTED
