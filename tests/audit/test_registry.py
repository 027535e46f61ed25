"""The way from a claim to its finding: on small tables whose verdicts are worked out by hand, and on the real ones."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from afpak import audit
from afpak.audit import registry
from afpak.audit.findings import Basis, Finding, NotKnownError, Verdict
from afpak.tables import Inputs, load_inputs

from .test_join import inputs

DATA = Path(__file__).resolve().parents[2] / "data"
COLUMNS = [
    "claim", "section", "paragraph", "text", "kind", "role", "label", "actors", "stated", "also_in", "footnotes",
    "judge_by", "horizon", "untestable",
]  # fmt: skip
KEYS = {
    "leaders": "tenure", "faction-events": "event", "organisations": "organisation", "subjects": "subject",
    "dates": "date_id", "judgements": "judgement", "statements": "statement", "record-statements": "statement",
    "claims": "claim", "sections": "section", "references": "reference",
}  # fmt: skip


def claim(identifier: str, kind: str = "event", paragraph: int = 1, **cells: object) -> dict[str, object]:
    """A row of the table of claims, in the section that its identifier begins with."""
    plain = dict.fromkeys(COLUMNS) | {"claim": identifier, "section": identifier.rpartition("-")[0], "kind": kind}
    return plain | {"paragraph": paragraph, "text": f"Words of {identifier}.", "role": "premise"} | cells


def edition(
    claims: Sequence[dict[str, object]],
    paper: Sequence[tuple] = (),
    record: Sequence[tuple] = (),
    judgements: Sequence[tuple] = (),
    as_of: str = "2022-01-31",
    sections: Sequence[str] = (),
    **tables: pd.DataFrame,
) -> Inputs:
    """An edition of a few claims; statements and readings as `test_join.inputs` takes them.

    Sections come in the order given, or in that of the claims.
    """
    made = inputs(list(paper), list(record), list(judgements))
    names = list(sections) or list(dict.fromkeys(str(row["section"]) for row in claims))
    frames = {
        "claims": pd.DataFrame(claims, columns=COLUMNS),
        "sections": pd.DataFrame({"section": names, "order": range(1, len(names) + 1), "title": names}),
    }
    return Inputs(date.fromisoformat(as_of), {**made.tables, **frames, **tables}, {}, KEYS)


def found(made: Inputs, identifier: str = "1.1-01") -> Finding:
    (one,) = registry.findings(made, [identifier])
    assert one.claim == identifier
    return one


@pytest.fixture
def no_checks(monkeypatch) -> None:
    """No claim has a function of its own."""
    monkeypatch.setattr(registry, "_CHECKS", {})


STATED = ("1.1-01", None, "x", "killed", "128", "exact", None)
AGREES, DIFFERS = ("x", "killed", "128", "exact", None), ("x", "killed", "170", "exact", None)


# A claim with a function of its own


def test_a_claim_can_not_have_two_checks() -> None:
    before = registry.registered()
    with pytest.raises(ValueError, match=r"1\.4-14 has a check already: four_emirs_by_drone"):
        registry.check("1.4-14")(lambda inputs: None)
    assert registry.registered() == before


def test_a_check_is_found_by_its_claim_and_a_claim_without_one_has_none() -> None:
    function = registry.check_of("1.4-14")
    assert function is not None and function.__name__ == "four_emirs_by_drone"
    assert registry.check_of("9.9-99") is None


def test_the_function_of_a_claim_goes_before_join_and_readings(no_checks) -> None:
    own = Finding("1.1-01", Verdict.CONTESTED, "By the function.", (), "m.")
    registry.check("1.1-01")(lambda _: own)
    assert registry.registered() == ("1.1-01",)
    assert found(edition([claim("1.1-01")], [STATED], [AGREES], [("1.1-01", "against", "No")])) == own


def test_what_a_function_needs_and_is_not_known_leaves_the_claim_unverifiable(no_checks) -> None:
    @registry.check("1.1-01")
    def function(_: Inputs) -> Finding:
        raise NotKnownError("who led")

    one = found(edition([claim("1.1-01")], [STATED], [AGREES], as_of="2014-06-14"))
    assert (one.verdict, one.evidence) == (Verdict.UNVERIFIABLE, ())
    assert one.sentence == "As of 2014-06-14 the tables don’t tell who led."


def test_any_other_failure_of_a_function_is_not_hidden(no_checks) -> None:
    registry.check("1.1-01")(lambda made: made["nothing"])
    with pytest.raises(KeyError, match="nothing"):
        found(edition([claim("1.1-01")]))


# Join and readings


def test_a_statement_is_judged_by_the_join(no_checks) -> None:
    one = found(edition([claim("1.1-01")], [STATED], [DIFFERS]))
    assert (one.verdict, one.basis) == (Verdict.CONTRADICTED, Basis.JOIN)
    assert one.evidence == ("statements: 1.1-01a", "record-statements: R000")
    assert "The paper: 128 persons. The record: 170 persons (Source 0 (2020))" in one.sentence


def test_a_statement_on_which_the_record_is_silent_says_so(no_checks) -> None:
    one = found(edition([claim("1.1-01")], [STATED]))
    assert (one.verdict, one.basis) == (Verdict.UNVERIFIABLE, Basis.JOIN)
    assert "The record: nothing." in one.sentence


def test_a_claim_that_states_nothing_is_judged_by_readings(no_checks) -> None:
    one = found(edition([claim("1.1-01")], judgements=[("1.1-01", "against", "No one did")]))
    assert (one.verdict, one.basis) == (Verdict.CONTRADICTED, Basis.READING)
    assert one.evidence == ("judgements: JX000",)


@pytest.mark.parametrize(
    ("record", "bearings", "verdict", "basis"),
    [
        ([AGREES], ["for"], Verdict.SUPPORTED, Basis.JOIN),
        ([AGREES], ["open"], Verdict.SUPPORTED, Basis.JOIN),
        ([AGREES], ["against"], Verdict.CONTRADICTED, Basis.READING),
        ([AGREES], ["for", "against"], Verdict.CONTESTED, Basis.READING),
        ([DIFFERS], ["for"], Verdict.CONTRADICTED, Basis.JOIN),
        ([DIFFERS, AGREES], ["for"], Verdict.CONTESTED, Basis.JOIN),
        ([DIFFERS, AGREES], ["against"], Verdict.CONTRADICTED, Basis.READING),
        ([], ["for"], Verdict.SUPPORTED, Basis.READING),
        ([], ["against"], Verdict.CONTRADICTED, Basis.READING),
    ],
)
def test_join_and_readings_together_are_as_good_as_the_weaker(record, bearings, verdict, basis, no_checks) -> None:
    readings = [("1.1-01", bearing, f"Reason {i}") for i, bearing in enumerate(bearings)]
    one = found(edition([claim("1.1-01")], [STATED], record, readings))
    assert (one.verdict, one.basis) == (verdict, basis)
    assert one.evidence[0] == "statements: 1.1-01a"
    assert set(one.evidence[-len(readings) :]) == {f"judgements: JX{i:03d}" for i in range(len(readings))}
    assert "The paper: 128 persons." in one.sentence and "Reason 0" in one.sentence


def test_neither_join_nor_reading_may_decide(no_checks) -> None:
    one = found(edition([claim("1.1-01")], [STATED], [], [("1.1-01", "open", "It may be")]))
    assert (one.verdict, one.basis) == (Verdict.UNVERIFIABLE, Basis.READING)  # somebody did look


# Norms, what can't be tested, forecasts


def test_a_norm_is_not_put_to_the_data(no_checks) -> None:
    one = found(edition([claim("1.1-01", "norm")]))
    assert (one.verdict, one.basis, one.evidence) == (Verdict.NOT_TESTABLE, Basis.NONE, ())


def test_a_norm_that_sources_were_read_for_is_judged_by_them(no_checks) -> None:
    one = found(edition([claim("1.1-01", "norm")], judgements=[("1.1-01", "for", "It was done")]))
    assert (one.verdict, one.basis) == (Verdict.SUPPORTED, Basis.READING)


@pytest.mark.parametrize("reason", ["Ranks unlike things", "Ranks unlike things."])
def test_what_no_observation_could_decide_says_why_whatever_bears_on_it(reason, no_checks) -> None:
    registry.check("1.1-01")(lambda _: Finding("1.1-01", Verdict.SUPPORTED, "s", (), "m"))
    one = found(edition([claim("1.1-01", untestable=reason)], [STATED], [AGREES], [("1.1-01", "for", "So")]))
    assert (one.verdict, one.basis, one.evidence) == (Verdict.NOT_TESTABLE, Basis.NONE, ())
    assert one.sentence == "Ranks unlike things."


@pytest.mark.parametrize(
    ("judge_by", "as_of", "pending"),
    [
        ("2022-01-31", "2022-01-30", True),
        ("2022-01-31", "2022-01-31", False),  # on the day itself it is due
        ("2022", "2022-12-30", True),  # a year is over on its last day
        ("2022", "2022-12-31", False),
        ("2023-02", "2023-02-27", True),
        ("2023-02", "2023-02-28", False),
    ],
)
def test_a_forecast_is_pending_until_its_date_has_passed(judge_by, as_of, pending, no_checks) -> None:
    row = claim("1.1-01", "forecast", judge_by=judge_by, horizon="a year after the paper")
    one = found(edition([row], [STATED], [AGREES], as_of=as_of))
    assert one.verdict is (Verdict.PENDING if pending else Verdict.SUPPORTED)
    if pending:
        assert (one.basis, one.evidence) == (Basis.NONE, ())
        assert as_of in one.sentence and judge_by in one.sentence and "a year after the paper" in one.sentence


def test_a_forecast_that_no_observation_could_decide_is_pending_first_and_not_testable_then(no_checks) -> None:
    row = claim("1.1-01", "forecast", judge_by="2023", horizon="h", untestable="Vague")
    assert found(edition([row])).verdict is Verdict.PENDING
    assert found(edition([row], as_of="2024-01-01")).verdict is Verdict.NOT_TESTABLE


def test_only_a_forecast_can_be_pending(no_checks) -> None:
    assert found(edition([claim("1.1-01", "event", judge_by="2030")])).verdict is Verdict.UNVERIFIABLE


@pytest.mark.parametrize(("footnotes", "says"), [(None, True), ("fn01", False), ("fn01 | fn02", False)])
def test_a_claim_without_evidence_says_so_and_whether_the_paper_has_any(footnotes, says, no_checks) -> None:
    one = found(edition([claim("1.1-01", footnotes=footnotes)]))
    assert (one.verdict, one.basis, one.evidence) == (Verdict.UNVERIFIABLE, Basis.NONE, ())
    assert "As of 2022-01-31 no public source" in one.sentence
    assert ("the paper names none" in one.sentence) is says


# The paper's contradictions of itself

TWO = [claim("1.1-01"), claim("2.1-01")]
OTHER = ("2.1-01", None, "x", "killed", "170", "exact", None)


def test_where_the_record_is_silent_the_papers_contradiction_is_the_verdict_of_both(no_checks) -> None:
    made = edition(TWO, [STATED, OTHER])
    for one, other in (("1.1-01", "2.1-01"), ("2.1-01", "1.1-01")):
        finding = found(made, one)
        assert (finding.verdict, finding.basis, finding.linked) == (Verdict.INCONSISTENT, Basis.PAPER, (other,))
        assert "The paper contradicts itself: " in finding.sentence
        assert "128 persons (1.1-01); 170 persons (2.1-01)" in finding.sentence


def test_where_the_record_decides_the_contradiction_is_told_and_no_verdict(no_checks) -> None:
    made = edition(TWO, [STATED, OTHER], [DIFFERS])
    first, second = found(made), found(made, "2.1-01")
    assert (first.verdict, second.verdict) == (Verdict.CONTRADICTED, Verdict.SUPPORTED)
    assert first.basis is second.basis is Basis.JOIN
    assert (first.linked, second.linked) == (("2.1-01",), ("1.1-01",))
    assert "The paper contradicts itself" in first.sentence and "The paper contradicts itself" in second.sentence


def test_a_note_that_differs_makes_the_claim_inconsistent_with_itself_and_links_nothing(no_checks) -> None:
    made = edition([claim("1.1-01")], [STATED, ("1.1-01", "fn07", "x", "killed", "170", "exact", None)])
    one = found(made)
    assert (one.verdict, one.basis, one.linked) == (Verdict.INCONSISTENT, Basis.PAPER, ())
    assert "Its own sources have another: " in one.sentence and "170 persons (footnote 7)" in one.sentence
    assert "The paper contradicts itself" not in one.sentence


def test_a_contradiction_about_something_whose_name_has_a_colon_is_told_whole(no_checks) -> None:
    # The table of dates has such names: "Military courts for civilians: Twenty-first Amendment signed".
    names = pd.DataFrame(
        [("x", "event", "Courts: amendment signed", None)], columns=["subject", "kind", "name", "spellings"]
    )
    one = found(edition(TWO, [STATED, OTHER], subjects=names))
    told = "Courts: amendment signed, number of people killed: 128 persons (1.1-01); 170 persons (2.1-01)."
    assert f"The paper contradicts itself: {told}" in one.sentence


def test_what_is_pending_or_not_testable_stays_so_beside_a_contradiction(no_checks) -> None:
    rows = [claim("1.1-01", "forecast", judge_by="2030", horizon="h"), claim("2.1-01", untestable="Vague")]
    made = edition(rows, [STATED, OTHER])
    first, second = found(made), found(made, "2.1-01")
    assert (first.verdict, second.verdict) == (Verdict.PENDING, Verdict.NOT_TESTABLE)
    assert (first.linked, second.linked) == (("2.1-01",), ("1.1-01",))


def test_a_claim_that_is_not_part_of_a_contradiction_has_no_word_of_it(no_checks) -> None:
    one = found(edition([*TWO, claim("3.1-01")], [STATED, OTHER]), "3.1-01")
    assert one.verdict is Verdict.UNVERIFIABLE and one.linked == () and "contradict" not in one.sentence


# Which claims, and in which order


@pytest.fixture
def ordered() -> Inputs:
    rows = [claim("2.1-02", paragraph=2), claim("1.1-10", paragraph=1), claim("2.1-03", paragraph=1)]
    rows += [claim("1.1-02", paragraph=1), claim("summary-01"), claim("1.1-01", paragraph=12)]
    return edition(rows, sections=["summary", "1", "1.1", "2.1"])


def test_claims_come_in_the_order_of_section_paragraph_and_number(ordered) -> None:
    assert registry.of_sections(ordered, "2.1", "1.1") == ["1.1-02", "1.1-10", "1.1-01", "2.1-03", "2.1-02"]
    assert registry.of_sections(ordered, "1") == []  # a section holds its own claims only
    assert registry.of_sections(ordered) == []


def test_claims_of_some_paragraphs_only(ordered) -> None:
    assert registry.of_sections(ordered, "1.1", "2.1", paragraphs=[2, 12]) == ["1.1-01", "2.1-02"]
    assert registry.of_sections(ordered, "1.1", paragraphs=[9]) == []


def test_every_unknown_section_is_named(ordered) -> None:
    with pytest.raises(KeyError, match=r"9\.9, 8\.8"):
        registry.of_sections(ordered, "9.9", "1.1", "8.8")


def test_all_claims_are_judged_in_the_order_of_the_paper_and_some_in_the_order_asked_for(ordered) -> None:
    every = ["summary-01", "1.1-02", "1.1-10", "1.1-01", "2.1-03", "2.1-02"]
    assert [one.claim for one in registry.findings(ordered)] == every
    assert [one.claim for one in registry.findings(ordered, every[::-1])] == every[::-1]
    assert registry.findings(ordered, []) == []


def test_unknown_claims_are_all_named(paper) -> None:
    with pytest.raises(KeyError, match=r"9\.9-01, 9\.9-02"):
        registry.findings(paper, ["9.9-01", "1.4-14", "9.9-02"])


# The real tables


def rows_of(path: str) -> list[dict[str, str]]:
    with (DATA / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def claims() -> list[str]:
    return [row["claim"] for row in rows_of("paper/claims.csv")]


EDITIONS = ("2022-01-31", "2026-11-22")
EARLY = ("2005-06-30", "2013-06-30", "2016-12-31", "2018-06-30")
at = cache(lambda as_of: load_inputs(as_of, data=DATA))
judged = cache(lambda as_of: audit.findings(at(as_of)))


def test_every_function_belongs_to_a_claim() -> None:
    assert set(registry.registered()) <= set(claims())
    assert len(claims()) == len(set(claims()))


@pytest.mark.parametrize("as_of", EDITIONS)
def test_every_claim_has_a_finding_in_the_order_of_the_paper(as_of) -> None:
    order = {row["section"]: int(row["order"]) for row in rows_of("paper/sections.csv")}
    rows = sorted(
        rows_of("paper/claims.csv"), key=lambda row: (order[row["section"]], int(row["paragraph"]), row["claim"])
    )
    assert [one.claim for one in judged(as_of)] == [row["claim"] for row in rows]


@pytest.mark.parametrize("as_of", EDITIONS)
def test_every_finding_has_a_sentence_a_method_a_verdict_and_a_basis(as_of) -> None:
    for one in judged(as_of):
        assert one.sentence.endswith((".", "?", ".)")) and one.method.endswith("."), one
        assert not re.search(r"\b(nan|NaT|None(?! of))\b|<NA>", one.sentence + one.method), one
        assert isinstance(one.verdict, Verdict) and isinstance(one.basis, Basis)


@pytest.mark.parametrize("as_of", EDITIONS)
def test_exactly_the_forecasts_that_are_not_due_are_pending(as_of) -> None:
    def last_day(text: str) -> str:
        return text if len(text) == 10 else f"{text}-12-31" if len(text) == 4 else f"{text}-31"  # only compared as text

    due = {row["claim"]: row["judge_by"] for row in rows_of("paper/claims.csv") if row["kind"] == "forecast"}
    assert all(due.values()), "a forecast has no date to judge it by"
    pending = {one.claim for one in judged(as_of) if one.verdict is Verdict.PENDING}
    assert pending == {name for name, text in due.items() if last_day(text) > as_of}


@pytest.mark.parametrize("as_of", EDITIONS)
def test_what_no_observation_could_decide_is_never_judged(as_of) -> None:
    untestable = {row["claim"] for row in rows_of("paper/claims.csv") if row["untestable"]}
    verdicts = {one.verdict for one in judged(as_of) if one.claim in untestable}
    assert verdicts <= {Verdict.NOT_TESTABLE, Verdict.PENDING}


@pytest.mark.parametrize("as_of", EDITIONS)
def test_links_between_contradicting_claims_go_both_ways(as_of) -> None:
    linked = {one.claim: set(one.linked) for one in judged(as_of)}
    assert any(linked.values())
    for name, others in linked.items():
        assert name not in others
        assert all(name in linked[other] for other in others)


def exists(made: Inputs, evidence: str) -> bool:
    """Whether the rows that a piece of evidence names are in the tables of the edition."""
    table, _, key = evidence.partition(": ")
    frame = made[table]
    if table == "annual":
        series, _, when = key.partition(", ")
        rows = frame[frame["series"] == series]
        return len(rows) > 0 and all((rows["period"] == year).any() for year in re.findall(r"\d{4}", when))
    if whole := re.fullmatch(r"all with (\w+) (\S+)", key):
        return bool((frame[whole[1]] == whole[2]).any())
    return bool((frame.iloc[:, 0] == key).any())


@pytest.mark.parametrize("as_of", EDITIONS)
def test_the_evidence_of_every_finding_names_rows_that_exist(as_of) -> None:
    named = [(one.claim, row) for one in judged(as_of) for row in one.evidence]
    assert [(name, row) for name, row in named if not exists(at(as_of), row)] == []


@pytest.mark.parametrize("as_of", EDITIONS)
def test_a_verdict_that_speaks_for_or_against_has_evidence(as_of) -> None:
    speaks = (Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.CONTESTED)
    assert [one.claim for one in judged(as_of) if one.verdict in speaks and not one.evidence] == []
    assert [one.claim for one in judged(as_of) if one.basis is Basis.NONE and one.evidence] == []


def test_evidence_that_names_no_row_would_be_noticed(paper) -> None:
    assert not exists(paper, "leaders: nobody")
    assert not exists(paper, "annual: PIPS, 1901")
    assert not exists(paper, "faction-events: all with object nobody")


@pytest.mark.parametrize("as_of", EARLY)
def test_every_claim_has_an_answer_at_an_early_date(as_of) -> None:
    # An edition can be cut at any date; what was not known then leaves a claim unverifiable, not the build broken.
    assert {one.claim for one in judged(as_of)} == set(claims())


def test_a_new_row_of_the_record_is_found_without_any_code(paper) -> None:
    # Section 2.5 has Aslam Farooqi arrested in 2019, the record in April 2020; a row that agrees makes it contested.
    row: dict[str, Any] = dict(paper["record-statements"].iloc[0])
    row |= {"statement": "Z999", "subject": "aslam-farooqi", "attribute": "arrested", "value": "2019-11"}
    row |= {"bound": "exact", "at": None}
    more = pd.concat([paper["record-statements"], pd.DataFrame([row])], ignore_index=True)
    made = replace(paper, tables={**paper.tables, "record-statements": more})
    assert found(paper, "2.5-18").verdict is Verdict.CONTRADICTED
    assert found(made, "2.5-18").verdict is Verdict.CONTESTED
    assert "record-statements: Z999" in found(made, "2.5-18").evidence
