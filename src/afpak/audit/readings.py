"""Readings: what a person found in sources that can't be put as subject, attribute and value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from afpak.audit.findings import Basis, Finding, Verdict
from afpak.tables import Inputs
from afpak.tables.dates import listed

METHOD = (
    "A person’s reading of the sources named. Supported if all of them that were known by the edition’s date speak for "
    "the claim, contradicted if all speak against it, contested if they are divided."
)
_FOR, _AGAINST = "for", "against"


def by_claim(inputs: Inputs) -> dict[str, list[Any]]:
    """Rows of the table of judgements by claim."""
    rows: dict[str, list[Any]] = {}
    for row in inputs["judgements"].itertuples():
        rows.setdefault(row.claim, []).append(row)
    return rows


def judged(claim: str, readings: Mapping[str, Sequence[Any]]) -> Finding | None:
    """The finding that readings of sources give; nothing if none was known by the edition's date.

    A reading that leaves the claim open is shown and decides nothing. ``readings`` are as `by_claim` returns them.
    """
    rows = readings.get(claim)
    if not rows:
        return None
    bearings = {row.bearing for row in rows}
    if {_FOR, _AGAINST} <= bearings:
        verdict = Verdict.CONTESTED
    elif _FOR in bearings:
        verdict = Verdict.SUPPORTED
    else:
        verdict = Verdict.CONTRADICTED if _AGAINST in bearings else Verdict.UNVERIFIABLE
    # What speaks for the claim comes first, then what speaks against it, then what leaves it open.
    order = {_FOR: 0, _AGAINST: 1}
    told = sorted(rows, key=lambda row: (order.get(row.bearing, 2), row.judgement))
    return Finding(
        claim,
        verdict,
        " ".join(f"{_label(row.bearing)}: {row.reason.rstrip('.')} ({listed(row.source)[0]})." for row in told),
        tuple(f"judgements: {row.judgement}" for row in told),
        METHOD,
        Basis.READING,
    )


def _label(bearing: str) -> str:
    return {_FOR: "For", _AGAINST: "Against"}.get(bearing, "Open")
