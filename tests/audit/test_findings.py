from __future__ import annotations

import dataclasses

import pytest

from afpak.audit import Finding, Verdict


def test_there_are_seven_verdicts_in_the_words_of_the_book() -> None:
    assert {str(verdict) for verdict in Verdict} == {
        "supported", "contradicted", "contested", "inconsistent", "unverifiable", "not testable", "pending",
    }  # fmt: skip


def test_a_finding_can_not_be_changed() -> None:
    finding = Finding("1.4-14", Verdict.SUPPORTED, "sentence", (), "method")
    with pytest.raises(dataclasses.FrozenInstanceError):
        finding.verdict = Verdict.CONTRADICTED  # type: ignore[misc]
