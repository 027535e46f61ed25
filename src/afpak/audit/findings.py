"""A finding: what the tables say of one claim."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a claim stands to the evidence of an edition."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    CONTESTED = "contested"  # sources disagree
    INCONSISTENT = "inconsistent"  # the paper contradicts itself
    UNVERIFIABLE = "unverifiable"  # nothing in the tables bears on it
    NOT_TESTABLE = "not testable"  # opinion or norm
    PENDING = "pending"  # a forecast that is not yet due


class NotKnownError(LookupError):
    """What a check needs was not known as of the edition's date; the message says what, for the reader."""


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Parameters
    ----------
    claim : str
        Identifier of the claim.
    verdict : Verdict
        Computed from the edition's inputs.
    sentence : str
        One sentence for the reader, with the numbers filled in.
    evidence : tuple of str
        Rows that it rests on, as ``table: key``.
    method : str
        How the verdict was reached, in one sentence.
    """

    claim: str
    verdict: Verdict
    sentence: str
    evidence: tuple[str, ...]
    method: str
