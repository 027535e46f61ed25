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


class Basis(StrEnum):
    """What a verdict rests on."""

    CHECK = "check"  # a function of its own
    JOIN = "join"  # statements of the paper joined with those of the record
    READING = "reading"  # a person's reading of sources
    PAPER = "paper"  # the paper alone: it contradicts itself
    NONE = "none"  # nothing bears on it; the finding says why


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
        What the evidence says, for the reader, with the numbers filled in.
    evidence : tuple of str
        Rows that it rests on, as ``table: key``.
    method : str
        How the verdict was reached, in one sentence.
    basis : Basis
        What the verdict rests on.
    linked : tuple of str
        Claims that the paper contradicts this one with.
    """

    claim: str
    verdict: Verdict
    sentence: str
    evidence: tuple[str, ...]
    method: str
    basis: Basis = Basis.CHECK
    linked: tuple[str, ...] = ()


def combined(verdicts: tuple[Verdict, ...]) -> Verdict:
    """Verdict of a claim of several parts, each with a verdict of its own.

    A claim holds only if all of it does: one part contradicted contradicts it, one contested leaves it
    contested. Parts that nothing bears on do not speak against the others.

    Examples
    --------
    >>> str(combined((Verdict.SUPPORTED, Verdict.UNVERIFIABLE)))
    'supported'
    """
    for verdict in (Verdict.CONTRADICTED, Verdict.CONTESTED, Verdict.SUPPORTED):
        if verdict in verdicts:
            return verdict
    return Verdict.UNVERIFIABLE
