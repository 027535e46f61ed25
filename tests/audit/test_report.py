"""Findings for the terminal and for other programs."""

from __future__ import annotations

import json
import re

import pytest

from afpak.audit import registry
from afpak.audit.findings import Basis, Finding, Verdict
from afpak.audit.report import as_lines, as_records, chosen
from afpak.build.publish import write_json
from afpak.problems import InputError
from afpak.tables import Inputs

from .test_registry import claim, edition


@pytest.fixture
def small(monkeypatch) -> Inputs:
    """By claim: 1.1-01 supported, 1.1-02 unverifiable, 2.1-01 supported, 2.1-02 contested, 3-01 not testable."""
    monkeypatch.setattr(registry, "_CHECKS", {})
    rows = [claim("1.1-01"), claim("1.1-02"), claim("2.1-02", paragraph=2), claim("2.1-01"), claim("3-01", "norm")]
    readings = [("1.1-01", "for", "A"), ("2.1-01", "for", "B"), ("2.1-02", "for", "C"), ("2.1-02", "against", "D")]
    return edition(rows, judgements=readings)


def names(found: list[Finding]) -> list[str]:
    return [one.claim for one in found]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["1.1-01", "1.1-02", "2.1-01", "2.1-02", "3-01"]),
        ({"claims": ["2.1-02", "1.1-01"]}, ["1.1-01", "2.1-02"]),  # in the order of the paper
        ({"claims": ["1.1-01", "1.1-01"]}, ["1.1-01"]),
        ({"sections": ["2.1"]}, ["2.1-01", "2.1-02"]),
        ({"sections": ["3", "1.1"]}, ["1.1-01", "1.1-02", "3-01"]),
        ({"verdicts": ["supported"]}, ["1.1-01", "2.1-01"]),
        ({"verdicts": ["contested", "not testable"]}, ["2.1-02", "3-01"]),
        ({"sections": ["2.1"], "verdicts": ["supported"]}, ["2.1-01"]),
        ({"claims": ["1.1-01", "2.1-01"], "sections": ["2.1"]}, ["2.1-01"]),
        ({"claims": ["1.1-01"], "verdicts": ["contested"]}, []),
        ({"claims": ["1.1-01"], "sections": ["2.1"]}, []),
        ({"verdicts": ["pending"]}, []),
    ],
)
def test_what_is_given_narrows_and_what_is_not_does_not(options, expected, small) -> None:
    assert names(chosen(small, **options)) == expected


def test_every_unknown_name_is_told_at_once_with_the_nearest_that_is_known(small) -> None:
    sections = ", ".join(small["sections"]["section"])
    with pytest.raises(InputError) as caught:
        chosen(small, ["1.1-1", "1.1-01", "zzzzzz"], ["2.1.", "1.1"], ["suported", "contested"])
    assert list(caught.value.problems) == [
        "no claim '1.1-1'; did you mean '1.1-01'?",
        "no claim 'zzzzzz'",
        f"no section '2.1.'; did you mean '2.1'? known: {sections}",
        "no verdict 'suported'; did you mean 'supported'? known: supported, contradicted, contested, inconsistent, "
        "unverifiable, not testable, pending",
    ]


def test_names_that_exist_and_name_nothing_together_are_no_error(small) -> None:
    assert chosen(small, sections=["3"], verdicts=["supported"]) == []


def test_a_finding_is_a_paragraph_with_claim_verdict_words_evidence_and_basis(small) -> None:
    text = as_lines(small, chosen(small, ["1.1-01"]))
    assert text == (
        "1.1-01  supported\n"
        "    Words of 1.1-01.\n"
        "    → For: A (Page 0).\n"
        "    by reading; rows: judgements: JX000\n"
        "\n"
        "1 claim as of 2022-01-31: 1 supported."
    )


def test_findings_are_counted_by_verdict_at_the_end_in_the_order_of_verdicts(small) -> None:
    text = as_lines(small, chosen(small))
    assert text.splitlines()[-1] == (
        "5 claims as of 2022-01-31: 2 supported, 1 contested, 1 unverifiable, 1 not testable."
    )
    assert re.findall(r"(?m)^(\S+)  ([a-z ]+)$", text) == [
        ("1.1-01", "supported"), ("1.1-02", "unverifiable"), ("2.1-01", "supported"), ("2.1-02", "contested"),
        ("3-01", "not testable"),
    ]  # fmt: skip
    assert "    by none; rows: none\n" in text


def test_no_findings_are_said_to_be_none(small) -> None:
    assert as_lines(small, []) == "0 claims as of 2022-01-31."


def test_a_claim_that_is_contradicted_by_the_paper_names_the_other(small) -> None:
    found = [Finding("1.1-01", Verdict.INCONSISTENT, "s.", (), "m.", Basis.PAPER, ("1.1-02", "3-01"))]
    assert "\n    contradicts 1.1-02, 3-01\n" in as_lines(small, found)
    assert "contradicts" not in as_lines(small, chosen(small))


def test_long_lines_are_broken_for_a_terminal_and_no_name_is_broken(small) -> None:
    rows = tuple(f"record-statements: a-long-name-of-a-row-{i}" for i in range(40))
    text = as_lines(small, [Finding("1.1-01", Verdict.SUPPORTED, "word " * 60 + "end.", rows, "m.", Basis.JOIN)])
    lines = text.splitlines()
    assert max(map(len, lines)) <= 100 and len(lines) > 10
    assert f"rows: {', '.join(rows)}" in " ".join(text.split())
    assert text.count("word") == 60


def test_json_has_one_record_each_as_a_build_writes_them(small, tmp_path) -> None:
    found = chosen(small, ["2.1-02", "3-01"])
    records = json.loads(as_records(found))
    assert records[0] == {
        "claim": "2.1-02", "verdict": "contested", "sentence": "For: C (Page 2). Against: D (Page 3).",
        "evidence": ["judgements: JX002", "judgements: JX003"], "basis": "reading", "linked": [],
        "method": found[0].method,
    }  # fmt: skip
    assert (records[1]["claim"], records[1]["verdict"], records[1]["basis"]) == ("3-01", "not testable", "none")
    path = tmp_path / "findings.json"
    write_json(records, path)
    assert path.read_text(encoding="utf-8") == as_records(found) + "\n"


def test_json_of_nothing_is_an_empty_list_and_letters_are_kept(small) -> None:
    assert json.loads(as_records([])) == []
    assert "’" in as_records([Finding("1.1-01", Verdict.SUPPORTED, "Fazlullah’s", (), "m.")])


def test_on_the_real_tables_the_counts_add_up(paper) -> None:
    found = chosen(paper)
    last = as_lines(paper, found).splitlines()[-1]
    numbers = [int(number) for number in re.findall(r"(?<= )\d+(?= [a-z])", last.partition(":")[2])]
    assert sum(numbers) == len(found) == len(paper["claims"])
    assert last.startswith(f"{len(found)} claims as of 2022-01-31: ")
