"""Which check belongs to which claim, and running them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from afpak.audit.findings import Finding, NotKnownError, Verdict
from afpak.tables import Inputs

Check = Callable[[Inputs], Finding]
_CHECKS: dict[str, Check] = {}
FINDINGS_MIME = "application/vnd.afpak.findings+json"


def check(claim: str) -> Callable[[Check], Check]:
    """Register a function as the check of a claim; ValueError if the claim has one already."""

    def register(function: Check) -> Check:
        if claim in _CHECKS:
            raise ValueError(f"claim {claim} has a check already: {_CHECKS[claim].__name__}")
        _CHECKS[claim] = function
        return function

    return register


def registered() -> tuple[str, ...]:
    """Claims that have a check."""
    return tuple(sorted(_CHECKS))


def findings(inputs: Inputs, claims: Sequence[str]) -> list[Finding]:
    """Put claims to the inputs of an edition.

    Parameters
    ----------
    inputs : Inputs
        What the edition may know.
    claims : sequence of str
        Identifiers, in the order wanted.

    Raises
    ------
    KeyError
        If a claim is not in the table of claims or has no check.
    """
    known = set(inputs["claims"]["claim"])
    missing = [claim for claim in claims if claim not in known or claim not in _CHECKS]
    if missing:
        raise KeyError(f"no such claim, or no check for it: {', '.join(missing)}")
    return [_put(claim, inputs) for claim in claims]


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


@dataclass(frozen=True)
class Shown:
    """Findings as a chapter shows them: records for readers, the findings themselves for the build."""

    records: Any
    found: tuple[Finding, ...]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = dict(self.records._repr_mimebundle_())
        bundle[FINDINGS_MIME] = [asdict(finding) for finding in self.found]
        return bundle


def table(inputs: Inputs, found: Sequence[Finding]) -> pd.DataFrame:
    """Findings beside their claims: columns claim, what the paper says, verdict, what the tables say."""
    text = inputs["claims"].set_index("claim")["text"]
    return pd.DataFrame(
        {
            "claim": [finding.claim for finding in found],
            "what the paper says": [text[finding.claim] for finding in found],
            "verdict": [str(finding.verdict) for finding in found],
            "what the tables say": [finding.sentence for finding in found],
            "how it was reached": [finding.method for finding in found],
        }
    )


def shown(inputs: Inputs, claims: Sequence[str], name: str = "findings") -> Shown:
    """Findings on some claims, ready to end a cell with."""
    from afpak.figures import Records

    found = findings(inputs, claims)
    return Shown(
        Records(
            table(inputs, found),
            ["claim", "verdict"],
            name,
            f"The claims of this chapter as of {inputs.as_of}.",
            "the tables of this book; each verdict is computed when the book is built",
        ),
        tuple(found),
    )
