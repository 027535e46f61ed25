from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

import pytest

from afpak import audit
from afpak.audit import registry
from afpak.audit.findings import Finding, Verdict
from afpak.tables import load_inputs

DATA = Path(__file__).resolve().parents[2] / "data"


def claims() -> list[str]:
    with (DATA / "paper/claims.csv").open(encoding="utf-8", newline="") as file:
        return [row["claim"] for row in csv.DictReader(file)]


def test_every_claim_has_a_check_and_every_check_a_claim() -> None:
    assert set(registry.registered()) == set(claims())
    assert len(claims()) == len(set(claims()))


def test_a_claim_can_not_have_two_checks() -> None:
    before = registry.registered()
    with pytest.raises(ValueError, match=r"1\.4-14 has a check already: four_emirs_by_drone"):
        registry.check("1.4-14")(lambda inputs: None)
    assert registry.registered() == before


def test_a_new_check_is_registered_and_run(paper, monkeypatch) -> None:
    monkeypatch.setattr(registry, "_CHECKS", {})
    found = Finding("1.4-14", Verdict.PENDING, "s", (), "m")
    registry.check("1.4-14")(lambda inputs: found)
    assert registry.registered() == ("1.4-14",)
    assert registry.findings(paper, ["1.4-14"]) == [found]


def test_unknown_claims_are_all_named(paper) -> None:
    with pytest.raises(KeyError, match=r"9\.9-01, 9\.9-02"):
        registry.findings(paper, ["9.9-01", "1.4-14", "9.9-02"])


def test_a_claim_without_a_check_is_named(paper, monkeypatch) -> None:
    monkeypatch.setattr(registry, "_CHECKS", {})
    with pytest.raises(KeyError, match=r"1\.4-14"):
        registry.findings(paper, ["1.4-14"])


def test_findings_come_in_the_order_asked_for(paper) -> None:
    wanted = ["2.5-18", "1.2-09", "summary-02"]
    assert [found.claim for found in audit.findings(paper, wanted)] == wanted


def test_the_table_of_findings_puts_each_beside_its_claim(paper) -> None:
    found = registry.findings(paper, ["1.4-14", "2.5-18"])
    table = registry.table(paper, found)
    with (DATA / "paper/claims.csv").open(encoding="utf-8", newline="") as file:
        text = {row["claim"]: row["text"] for row in csv.DictReader(file)}
    assert table["claim"].tolist() == ["1.4-14", "2.5-18"]
    assert table["what the paper says"].tolist() == [text["1.4-14"], text["2.5-18"]]
    assert table["verdict"].tolist() == ["contradicted", "contradicted"]
    assert table["what the tables say"].tolist() == [one.sentence for one in found]


def test_findings_shown_carry_themselves_for_the_build(paper) -> None:
    bundle = audit.shown(paper, ["1.4-14"])._repr_mimebundle_()
    (found,) = bundle[registry.FINDINGS_MIME]
    assert found["claim"] == "1.4-14"
    assert found["verdict"] == "contradicted"
    assert {"sentence", "evidence", "method"} <= set(found)
    assert "2022-01-31" in bundle["text/markdown"]


def test_every_finding_has_a_sentence_and_a_method(paper, latest) -> None:
    for inputs in (paper, latest):
        for found in registry.findings(inputs, claims()):
            assert found.sentence.endswith((".", "?")) and "nan" not in found.sentence.lower().split()
            assert found.method.endswith(".")
            assert isinstance(found.verdict, Verdict)


def exists(inputs, evidence: str) -> bool:
    """Whether the rows that a piece of evidence names are in the tables of the edition."""
    table, _, key = evidence.partition(": ")
    frame = inputs[table]
    if table == "annual":
        series, _, when = key.partition(", ")
        rows = frame[frame["series"] == series]
        return len(rows) > 0 and all((rows["period"] == year).any() for year in re.findall(r"\d{4}", when))
    if whole := re.fullmatch(r"all with (\w+) (\S+)", key):
        return bool((frame[whole[1]] == whole[2]).any())
    return bool((frame.iloc[:, 0] == key).any())


@pytest.mark.parametrize("claim", claims())
def test_the_evidence_of_a_finding_names_rows_that_exist(claim, paper, latest) -> None:
    for inputs in (paper, latest):
        (found,) = registry.findings(inputs, [claim])
        assert found.evidence
        assert [one for one in found.evidence if not exists(inputs, one)] == []


def test_evidence_that_names_no_row_would_be_noticed(paper) -> None:
    assert not exists(paper, "leaders: nobody")
    assert not exists(paper, "annual: PIPS, 1901")
    assert not exists(paper, "faction-events: all with object nobody")


early = cache(lambda as_of: load_inputs(as_of, data=DATA))


@pytest.mark.parametrize("as_of", ["2005-06-30", "2013-06-30", "2016-12-31", "2018-06-30"])
@pytest.mark.parametrize("claim", claims())
def test_every_check_has_an_answer_at_an_early_date(claim, as_of) -> None:
    # An edition can be cut at any date; what was not known then leaves a claim unverifiable, not the build broken.
    (found,) = registry.findings(early(as_of), [claim])
    assert found.verdict in set(Verdict)
