"""Findings as readers meet them, and what the build takes along."""

from __future__ import annotations

import csv
import json
import xml.etree.ElementTree as ElementTree
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import pytest

from afpak import audit, bundles
from afpak.audit import presentation, registry
from afpak.audit.findings import Basis, Finding, Verdict
from afpak.figures.verdicts import LOOKS, chip
from afpak.tables import Inputs

from .test_registry import claim, edition

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture
def small(monkeypatch) -> Inputs:
    """Four claims: one contradicted by the record and by the paper, its opposite, one with a check, a norm."""

    def own(_: Inputs) -> Finding:
        return Finding("1.2-01", Verdict.CONTESTED, "Two <of> four.", ("references: fn01",), "Count & compare.")

    monkeypatch.setattr(registry, "_CHECKS", {"1.2-01": own})
    rows = [
        claim("1.1-01", actors="ttp | x", also_in="2.2 ¶4 | 4.1 ¶7", footnotes="fn01 | fn02", text="Kills > 100."),
        claim("1.1-02", "count", paragraph=3),
        claim("1.2-01", actors="nobody-known", footnotes="fn01"),
        claim("2.1-01", "norm"),
    ]
    paper = [
        ("1.1-01", None, "x", "killed", "128", "exact", None),
        ("1.1-02", None, "x", "killed", "170", "exact", None),
    ]
    tables = {
        "organisations": pd.DataFrame(
            [("ttp", "Tehreek", "TTP", None, None, "S", "https://s.org")],
            columns=["organisation", "name", "short", "formed", "parent", "source", "url"],
        ),
        "subjects": pd.DataFrame([("x", "person", "Mullah X", None)], columns=["subject", "kind", "name", "spellings"]),
        "references": pd.DataFrame(
            [("fn01", 'A "note" & more', "https://n.org/?a=1&b=2")], columns=["reference", "title", "url"]
        ),
    }
    return edition(rows, paper, [("x", "killed", "170", "exact", None)], **tables)


def test_each_finding_stands_beside_the_words_of_its_claim(small) -> None:
    found = registry.findings(small, ["1.2-01", "1.1-01"])
    table = presentation.table(small, found)
    assert list(table.columns) == ["claim", "verdict", "the paper says", "the evidence says", "rests on"]
    assert table["claim"].tolist() == ["1.2-01", "1.1-01"]
    assert table["verdict"].tolist() == ["contested", "contradicted"]
    assert table["the paper says"].tolist() == ["Words of 1.2-01.", "Kills > 100."]
    assert table["the evidence says"].tolist() == ["Two <of> four.", found[1].sentence]
    assert table["rests on"].tolist() == ["a check of its own", "statements joined with the record"]


def test_what_a_verdict_can_rest_on_is_said_in_words() -> None:
    assert set(presentation.BASES) == {str(basis) for basis in Basis}
    assert len(set(presentation.BASES.values())) == len(presentation.BASES)


def test_no_findings_are_an_empty_table(small) -> None:
    assert presentation.table(small, []).empty


def test_findings_shown_carry_themselves_for_the_build(small) -> None:
    shown = audit.shown(small, ["1.2-01", "2.1-01"], "some")
    bundle = shown._repr_mimebundle_()
    assert bundle[bundles.FINDINGS] == [asdict(one) for one in registry.findings(small, ["1.2-01", "2.1-01"])]
    first = json.loads(json.dumps(bundle[bundles.FINDINGS]))[0]
    assert first == {
        "claim": "1.2-01", "verdict": "contested", "sentence": "Two <of> four.", "evidence": ["references: fn01"],
        "method": "Count & compare.", "basis": "check", "linked": [],
    }  # fmt: skip
    markdown = bundle["text/markdown"]
    assert ":name: table-some" in markdown and "2022-01-31" in markdown
    assert f"1.2-01 · {chip('contested', '1.2-01')}\n" in markdown
    assert f"2.1-01 · {chip('not testable', '2.1-01')}\n" in markdown
    assert "Two \\<of\\> four." in markdown


def test_a_chapter_shows_the_claims_asked_for_and_no_others(small) -> None:
    assert [one.claim for one in audit.shown(small, ["2.1-01", "1.1-01"]).found] == ["2.1-01", "1.1-01"]
    assert ":name: table-findings\n" in audit.shown(small, ["2.1-01"])._repr_mimebundle_()["text/markdown"]


def test_the_caption_says_whether_the_claims_are_all_of_their_sections() -> None:
    made = edition([claim("1.1-01"), claim("1.1-02"), claim("1.2-01", section="1.2")], [])
    assert audit.shown(made, ["1.1-01", "1.1-02"]).content.caption.startswith("The claims of this chapter as of ")
    assert audit.shown(made, ["1.1-02", "1.2-01"]).content.caption.startswith(
        "Claims that this chapter bears on as of "
    )
    assert audit.shown(made, ["1.1-02"], what="These").content.caption.startswith("These as of ")


# The ledger


class Ledger:
    """The ledger's HTML, read by a parser that refuses what is not well formed."""

    def __init__(self, made: Inputs) -> None:
        self.bundle = audit.ledger(made)._repr_mimebundle_()
        self.root = ElementTree.fromstring(self.bundle["text/html"])
        self.rows = {row.get("id"): row for row in self.root.findall(".//tbody/tr")}

    def cells(self, place: str) -> dict[str, ElementTree.Element]:
        return {cell.get("data-label"): cell for cell in self.rows[place].findall("td")}

    def details(self, place: str) -> dict[str, ElementTree.Element]:
        (entries,) = self.rows[place].findall(".//dl")
        return {name.text: told for name, told in zip(entries.findall("dt"), entries.findall("dd"), strict=True)}

    def told(self, place: str) -> dict[str, str]:
        """What a row says by column, whether it is shown at once or folded away."""
        return {name: text(cell) for name, cell in (self.cells(place) | self.details(place)).items()}


def text(element: ElementTree.Element) -> str:
    """Its words, without what is folded away in it."""
    inner = "".join(text(child) + (child.tail or "") for child in element if child.tag != "details")
    return (element.text or "") + inner


def test_the_ledger_has_every_claim_in_its_place_in_the_order_of_the_paper(small) -> None:
    ledger = Ledger(small)
    assert list(ledger.rows) == ["claim-1-1-01", "claim-1-1-02", "claim-1-2-01", "claim-2-1-01"]
    anchors = ledger.bundle[bundles.ANCHORS]
    # The search finds a claim by what it says, and shows its verdict.
    assert anchors.pop("entries")[0] == {
        "place": "claim-1-1-01", "name": "1.1-01", "sort": "contradicted", "spellings": [], "told": "Kills > 100.",
    }  # fmt: skip
    assert anchors == {
        "once": False,
        "places": {
            "1.1-01": "claim-1-1-01", "1.1-02": "claim-1-1-02", "1.2-01": "claim-1-2-01", "2.1-01": "claim-2-1-01",
        },
    }  # fmt: skip
    assert [one["claim"] for one in ledger.bundle[bundles.FINDINGS]] == ["1.1-01", "1.1-02", "1.2-01", "2.1-01"]


def test_the_ledger_shows_words_verdict_and_names_and_keeps_signs_as_text(small) -> None:
    ledger = Ledger(small)
    told = ledger.told("claim-1-1-01")
    assert told["the paper says"] == "Kills > 100."
    assert told["verdict"] == f"{LOOKS['contradicted'].mark} contradicted"
    assert told["about"] == "TTP, Mullah X"
    assert (told["section"], told["kind"], told["rests on"]) == ("1.1", "event", "statements joined with the record")
    assert ledger.told("claim-1-2-01")["the evidence says"] == "Two <of> four."
    # What is in the first four columns is read without opening anything.
    for column in ("claim", "verdict", "the paper says", "the evidence says"):
        assert column in ledger.cells("claim-1-1-01")


def test_an_actor_without_a_name_is_shown_by_its_identifier_and_no_actor_by_nothing(small) -> None:
    ledger = Ledger(small)
    assert ledger.told("claim-1-2-01")["about"] == "nobody-known"
    assert ledger.told("claim-2-1-01").get("about", "") == ""


def test_the_ledger_can_be_filtered_by_what_each_row_says_of_itself(small) -> None:
    ledger = Ledger(small)
    assert ledger.root.get("data-filters") == "section verdict kind about rests-on"
    row = ledger.rows["claim-1-1-01"]
    told = {name: row.get(f"data-{name}") for name in ledger.root.get("data-filters", "").split()}
    assert told == {
        "section": "1.1", "verdict": "contradicted", "kind": "event", "about": "TTP | Mullah X",
        "rests-on": "statements joined with the record",
    }  # fmt: skip


def test_the_ledger_says_where_the_paper_says_it_and_what_it_cites(small) -> None:
    ledger = Ledger(small)
    assert (
        text(ledger.details("claim-1-1-01")["in the paper"]) == "1.1 ¶1; 2.2 ¶4; 4.1 ¶7; cites footnote 1, footnote 2"
    )
    assert text(ledger.details("claim-1-1-02")["in the paper"]) == "1.1 ¶3; cites nothing"


def test_the_ledger_says_how_a_verdict_was_reached_and_from_which_rows(small) -> None:
    details = Ledger(small).details("claim-1-1-01")
    assert text(details["rows"]) == "statements: 1.1-01a; record-statements: R000"
    (source,) = details["sources"].findall("a")
    assert (source.text, source.get("href")) == ("Source 0 (2020)", "https://example.org")
    (rule,) = details["check"].findall("a")
    assert rule.get("href") == "checks.html#rule-join-judged"
    details = Ledger(small).details("claim-1-2-01")
    assert text(details["method"]) == "Count & compare."
    assert text(details["check"]) == f"{__name__}.own"
    (source,) = details["sources"].findall("a")
    assert (source.text, source.get("href")) == ('A "note" & more', "https://n.org/?a=1&b=2")


def test_the_ledger_leaves_a_place_for_the_chapters_that_show_a_claim(small) -> None:
    (place,) = Ledger(small).details("claim-1-1-01")["shown in"].findall("span")
    assert place.get("data-shown-in") == "1.1-01"


def test_the_ledger_leads_from_a_claim_to_the_one_that_contradicts_it(small) -> None:
    ledger = Ledger(small)
    (link,) = ledger.details("claim-1-1-01")["contradicts the paper’s own"].findall("a")
    assert (link.text, link.get("href")) == ("1.1-02", "#claim-1-1-02")
    (link,) = ledger.details("claim-1-1-02")["contradicts the paper’s own"].findall("a")
    assert link.get("href") == "#claim-1-1-01"
    assert "contradicts the paper’s own" not in ledger.details("claim-2-1-01")


def test_the_ledger_of_the_real_tables_is_whole(latest) -> None:
    ledger = Ledger(latest)
    with (DATA / "paper/claims.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["claim"]: row for row in csv.DictReader(file)}
    places = {name: f"claim-{name.replace('.', '-')}" for name in rows}
    assert set(ledger.rows) == set(places.values())
    for name, row in rows.items():
        assert text(ledger.cells(places[name])["the paper says"]) == row["text"].replace(" | ", ", ")
    inside = [link.get("href", "") for link in ledger.root.iter("a") if link.get("href", "").startswith("#")]
    assert {link.removeprefix("#") for link in inside} == set(ledger.rows)
    outside = {link.get("href", "") for link in ledger.root.iter("a")} - set(inside)
    assert all(link.startswith(("http://", "https://", "checks.html#rule-")) for link in outside)
    linked = {one["claim"]: one["linked"] for one in ledger.bundle[bundles.FINDINGS]}
    assert any(linked.values())


# Contradictions


def test_contradictions_are_rows_with_their_claims_and_who_says_it() -> None:
    made = edition(
        [claim("1.1-01"), claim("1.1-02")],
        [
            ("1.1-01", None, "x", "killed", "128", "exact", None),
            ("1.1-02", None, "x", "killed", "170", "exact", None),
            ("1.1-02", "bib05", "x", "killed", "200", "at-least", None),
            ("1.1-02", None, "x", "origin", "swat", "exact", None),
        ],
    )
    table = audit.contradictions(made)
    assert list(table.columns) == ["contradiction", "claims", "where", "sentence"]
    # 128 and 170; the entry's at least 200 agrees with neither.
    assert table[["contradiction", "claims", "where"]].values.tolist() == [
        ["1.1-01a ≠ 1.1-02b", "1.1-01 | 1.1-02", "text"],
        ["1.1-01a ≠ 1.1-02c", "1.1-01 | 1.1-02", "text and note"],
        ["1.1-02b ≠ 1.1-02c", "1.1-02", "text and note"],
    ]
    assert table["sentence"].tolist() == [
        "x, number of people killed: 128 persons (1.1-01); 170 persons (1.1-02).",
        "x, number of people killed: 128 persons (1.1-01); at least 200 persons (bibliography entry 5).",
        "x, number of people killed: 170 persons (1.1-02); at least 200 persons (bibliography entry 5).",
    ]


def test_a_paper_that_agrees_with_itself_has_none() -> None:
    made = edition([claim("1.1-01")], [("1.1-01", None, "x", "killed", "128", "exact", None)])
    table = audit.contradictions(made)
    assert table.empty and list(table.columns) == ["contradiction", "claims", "where", "sentence"]


def test_the_two_months_of_the_operation_are_among_the_papers_contradictions(paper) -> None:
    rows = audit.contradictions(paper)
    (row,) = rows[rows["contradiction"] == "1.2-19a ≠ 1.5-14a"].to_dict("records")
    assert (row["claims"], row["where"]) == ("1.2-19 | 1.5-14", "text")
    assert "2014-05 (1.2-19); 2014-06 (1.5-14)." in row["sentence"]
