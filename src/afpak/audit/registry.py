"""From a claim to its finding: which check it has, and what is said where it has none.

A claim with a function of its own is judged by that function. Any other that states a fact in the
vocabulary is judged by the join with the record, and by readings of sources where there are some; a norm,
and what no observation could decide, is not testable; a forecast is pending until the date by which it can
be judged. What is left has no evidence in the tables, and its finding says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from afpak.audit import join, readings
from afpak.audit.findings import Basis, Finding, NotKnownError, Verdict, combined
from afpak.tables import Inputs
from afpak.tables.dates import bounds, listed

Check = Callable[[Inputs], Finding]
Readings = Mapping[str, Sequence[Any]]
_CHECKS: dict[str, Check] = {}


def check(claim: str) -> Callable[[Check], Check]:
    """Register a function as the check of a claim; ValueError if the claim has one already."""

    def register(function: Check) -> Check:
        if claim in _CHECKS:
            raise ValueError(f"claim {claim} has a check already: {_CHECKS[claim].__name__}")
        _CHECKS[claim] = function
        return function

    return register


def registered() -> tuple[str, ...]:
    """Claims that have a function of their own."""
    return tuple(sorted(_CHECKS))


def check_of(claim: str) -> Check | None:
    """The function of a claim; None if it has none of its own."""
    return _CHECKS.get(claim)


def of_sections(inputs: Inputs, *sections: str, paragraphs: Sequence[int] = ()) -> list[str]:
    """Claims that first stand in some sections, in the order of the paper.

    Parameters
    ----------
    inputs : Inputs
        What the edition may know.
    *sections : str
        Identifiers of sections.
    paragraphs : sequence of int
        Paragraphs of these sections; all if not given.

    Raises
    ------
    KeyError
        If a section does not exist.
    """
    known = inputs["sections"].set_index("section")["order"]
    unknown = [section for section in sections if section not in known.index]
    if unknown:
        raise KeyError(f"no such section: {', '.join(unknown)}")
    claims = inputs["claims"]
    rows = claims[claims["section"].isin(sections)]
    if paragraphs:
        rows = rows[rows["paragraph"].isin(list(paragraphs))]
    ordered = rows.assign(order=rows["section"].map(known)).sort_values(["order", "paragraph", "claim"])
    return list(ordered["claim"])


def findings(inputs: Inputs, claims: Sequence[str] | None = None) -> list[Finding]:
    """Put claims to the inputs of an edition.

    Parameters
    ----------
    inputs : Inputs
        What the edition may know.
    claims : sequence of str, optional
        Identifiers, in the order wanted; all claims in the order of the paper if not given.

    Returns
    -------
    list of Finding
        One for each claim; a claim without evidence has a finding that says so.

    Raises
    ------
    KeyError
        If a claim is not in the table of claims.
    """
    if claims is None:
        claims = of_sections(inputs, *inputs["sections"]["section"])
    rows = {row["claim"]: row for row in inputs["claims"].to_dict("records")}
    missing = [claim for claim in claims if claim not in rows]
    if missing:
        raise KeyError(f"no such claim: {', '.join(missing)}")
    book, read = join.prepare(inputs), readings.by_claim(inputs)
    return [_finding(rows[claim], inputs, book, read) for claim in claims]


def _finding(row: dict[str, Any], inputs: Inputs, book: join.Book, read: Readings) -> Finding:
    """The finding on one claim, with the paper's contradictions of itself told beside it."""
    finding = _judged(row, inputs, book, read)
    opposed = join.of_claim(row["claim"], book)
    if not opposed:
        return finding
    inside = [one for one in opposed if one.within_the_text]
    cited = [one for one in opposed if not one.within_the_text]
    told = [finding.sentence]
    told += [f"The paper contradicts itself: {join.told(inside)}"] if inside else []
    told += [f"Its own sources have another: {join.told(cited)}"] if cited else []
    finding = replace(finding, sentence=" ".join(told), linked=join.linked(row["claim"], book))
    if finding.verdict is Verdict.UNVERIFIABLE:
        # Where the record does not decide, the paper's disagreement with itself is what can be said.
        return replace(
            finding,
            verdict=Verdict.INCONSISTENT,
            basis=Basis.PAPER,
            method="Statements of the paper, and those of its notes, joined with each other; the record does not "
            "decide.",
        )
    return finding


def _judged(row: dict[str, Any], inputs: Inputs, book: join.Book, read: Readings) -> Finding:
    """What decides one claim: its day, its kind, a check of its own, the join and readings, or nothing at all."""
    claim = row["claim"]
    if row["kind"] == "forecast" and bounds(row["judge_by"]).latest > inputs.as_of:
        return Finding(
            claim,
            Verdict.PENDING,
            f"Not due as of {inputs.as_of}; to be judged by {row['judge_by']} ({row['horizon']}).",
            (),
            "A forecast is judged once its date has passed.",
            Basis.NONE,
        )
    if isinstance(row["untestable"], str):
        return Finding(
            claim,
            Verdict.NOT_TESTABLE,
            f"{row['untestable'].rstrip('.')}.",
            (),
            "No observation could decide it.",
            Basis.NONE,
        )
    if claim in _CHECKS:
        return _put(claim, inputs)
    found = [one for one in (join.judged(claim, book), readings.judged(claim, read)) if one is not None]
    if found:
        return _both(found)
    if row["kind"] == "norm":
        return Finding(
            claim,
            Verdict.NOT_TESTABLE,
            "It says what should be done, which no observation can show to be so. What it rests on is told in the "
            "chapter on its footing.",
            (),
            "A norm is not put to the data.",
            Basis.NONE,
        )
    return Finding(
        claim,
        Verdict.UNVERIFIABLE,
        f"As of {inputs.as_of} no public source in the tables bears on it"
        + ("." if listed(row["footnotes"]) else ", and the paper names none."),
        (),
        "No row of the record bears on it.",
        Basis.NONE,
    )


def _both(found: Sequence[Finding]) -> Finding:
    """One finding of the join and of readings together: a claim is as good as its weakest part."""
    if len(found) == 1:
        return found[0]
    first, second = found
    verdict = combined((first.verdict, second.verdict))
    decides = first if first.verdict is verdict and first.verdict is not Verdict.UNVERIFIABLE else second
    return Finding(
        first.claim,
        verdict,
        f"{first.sentence} {second.sentence}",
        first.evidence + second.evidence,
        f"{first.method} {second.method}",
        decides.basis,
    )


def _put(claim: str, inputs: Inputs) -> Finding:
    """Run one check; what was not yet known as of the edition's date makes a claim unverifiable, not an error."""
    try:
        return _CHECKS[claim](inputs)
    except NotKnownError as error:
        return Finding(
            claim,
            Verdict.UNVERIFIABLE,
            f"As of {inputs.as_of} the tables don’t tell {error}.",
            (),
            "What the check of this claim needs is not in the tables as of the edition’s date.",
        )
