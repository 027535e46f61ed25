"""Verdicts that later evidence changed, and since when they could have been known to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd

from afpak.audit.evidence import knowable
from afpak.audit.findings import Finding
from afpak.audit.registry import findings
from afpak.tables import Inputs, load_inputs
from afpak.tables.dates import bounds
from afpak.tables.inputs import parse_day

COLUMNS = ["claim", "before", "now", "since", "sentence"]


def changes(inputs: Inputs, since: str, at: Callable[[str], Inputs] = load_inputs) -> pd.DataFrame:
    """Claims whose verdict as of an edition differs from that as of an earlier date.

    Parameters
    ----------
    inputs : Inputs
        What the edition may know.
    since : str
        The earlier date, as ``YYYY-MM-DD``.
    at : callable
        Gives the inputs as of a date; the tables beside the chapter by default.

    Returns
    -------
    pandas.DataFrame
        One row per changed claim, in the order of the paper: claim, before, now (verdicts), since (the first
        day on which the evidence known gave the present verdict, as ``YYYY-MM-DD``; missing if no dated row of
        evidence tells), sentence (of the present finding). Empty if the edition is no later than ``since``.
    """
    if parse_day(since) >= inputs.as_of:
        return pd.DataFrame(columns=COLUMNS)
    at = cache(at)
    rows = []
    for before, now in zip(findings(at(since)), findings(inputs), strict=True):
        if before.verdict is not now.verdict:
            first = _first_day(inputs, now, parse_day(since), at)
            rows.append((now.claim, str(before.verdict), str(now.verdict), first, now.sentence))
    return pd.DataFrame(rows, columns=COLUMNS)


def change_notes(data: Path, since: str, claims: Sequence[str]) -> dict[str, tuple[str, str | None]]:
    """What the paper says in some claims, and since when their present verdicts could be known.

    Parameters
    ----------
    data : Path
        A data folder; its tables as of the day on which they were compiled or frozen give the present verdicts.
    since : str
        Only later days are looked at, as ``YYYY-MM-DD``.
    claims : sequence of str
        Identifiers; those that the tables do not have are left out.

    Returns
    -------
    dict of str to (str, str or None)
        By claim: its text, and the day as `changes` gives it.
    """
    inputs = load_inputs(data=data)
    at = cache(lambda day: load_inputs(day, data))
    text = inputs["claims"].set_index("claim")["text"]
    found = findings(inputs, [claim for claim in claims if claim in text.index])
    return {one.claim: (text[one.claim], _first_day(inputs, one, parse_day(since), at)) for one in found}


def _first_day(inputs: Inputs, finding: Finding, since: date, at: Callable[[str], Inputs]) -> str | None:
    """First day after another on which the evidence known gave the verdict of a finding."""
    due = inputs["claims"].set_index("claim")["judge_by"].get(finding.claim)
    days = _candidates(inputs, finding, due, since)
    return next((day for day in days if _verdict(at(day), finding.claim) == finding.verdict), None)


def _candidates(inputs: Inputs, finding: Finding, judge_by: object, since: date) -> list[str]:
    """Days after ``since`` on which a row that the finding rests on became known, or the claim fell due."""
    told = [*knowable(inputs, finding.evidence), *([judge_by] if isinstance(judge_by, str) else [])]
    days = {bounds(text).latest for text in told}
    return [day.isoformat() for day in sorted(days) if since < day <= inputs.as_of]


def _verdict(inputs: Inputs, claim: str) -> str:
    (finding,) = findings(inputs, [claim])
    return finding.verdict
