from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from afpak.audit import Verdict, findings
from afpak.audit.paper import beside_the_record
from afpak.tables import Inputs


def with_table(inputs: Inputs, name: str, frame: pd.DataFrame) -> Inputs:
    return replace(inputs, tables={**inputs.tables, name: frame})


def found(inputs: Inputs, claim: str):
    return findings(inputs, [claim])[0]


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("organisation-03", Verdict.SUPPORTED),  # sections 1 to 4
        ("organisation-04", Verdict.CONTRADICTED),  # 2.5 is the war of the Afghan Taliban and IS-K
        ("organisation-05", Verdict.CONTRADICTED),  # they are 4.2 and 4.3
        ("methodology-01", Verdict.UNVERIFIABLE),  # ten talks in footnotes, and nothing of their form
        ("methodology-02", Verdict.UNVERIFIABLE),  # officials, but nobody introduced as an academic
        ("methodology-03", Verdict.UNVERIFIABLE),  # fn37, fn39, fn41, fn48; which were reviewed is not told
        ("methodology-04", Verdict.UNVERIFIABLE),
        ("methodology-05", Verdict.UNVERIFIABLE),
    ],
)
def test_claims_about_the_paper_itself(claim, expected, paper, latest) -> None:
    for inputs in (paper, latest):
        finding = found(inputs, claim)
        assert finding.verdict is expected
        assert finding.basis == "check"


def test_a_fifth_section_would_contradict_the_number(paper) -> None:
    sections = paper["sections"]
    more = sections[sections["section"].isin(["4", "4.1"])].assign(
        section=["5", "5.1"], parent=[None, "5"], order=[98, 99]
    )
    changed = with_table(paper, "sections", pd.concat([sections, more], ignore_index=True))
    finding = found(changed, "organisation-03")
    assert finding.verdict is Verdict.CONTRADICTED
    assert "5 numbered sections" in finding.sentence


def sections_with(inputs: Inputs, section: str, column: str, value: object) -> Inputs:
    frame = inputs["sections"].copy()
    frame.loc[frame["section"] == section, column] = value
    return with_table(inputs, "sections", frame)


def test_a_title_that_names_the_ttp_as_a_side_would_bear_the_war_out(paper) -> None:
    changed = sections_with(paper, "2.5", "title", "The TTP-IS-K War")
    assert found(changed, "organisation-04").verdict is Verdict.SUPPORTED


def test_a_conclusion_of_its_own_would_be_after_the_sections(paper) -> None:
    half = sections_with(paper, "4.2", "parent", None)
    assert found(half, "organisation-05").verdict is Verdict.CONTESTED
    assert found(sections_with(half, "4.3", "parent", None), "organisation-05").verdict is Verdict.SUPPORTED


def references_with(inputs: Inputs, name: str, **cells: object) -> Inputs:
    frame = inputs["references"].copy()
    for column, value in cells.items():
        frame.loc[frame["reference"] == name, column] = value
    return with_table(inputs, "references", frame)


def test_without_talks_or_articles_the_method_is_not_borne_out(paper) -> None:
    references = paper["references"]
    none = with_table(paper, "references", references[~references["kind"].isin(["interview", "journal"])])
    assert found(none, "methodology-01").verdict is Verdict.UNVERIFIABLE
    assert found(none, "methodology-03").verdict is Verdict.CONTRADICTED


def test_an_academic_and_a_group_would_be_found(paper) -> None:
    changed = references_with(paper, "fn55", note="A professor in Singapore.")
    assert found(changed, "methodology-02").verdict is Verdict.SUPPORTED
    changed = references_with(paper, "fn55", note="A workshop in Singapore.")
    assert found(changed, "methodology-04").verdict is Verdict.SUPPORTED


def test_statements_stand_beside_the_record(paper) -> None:
    table = beside_the_record(paper, ["introduction-10", "introduction-25", "introduction-11"]).set_index("claim")
    # introduction-11 states no number and no date.
    assert table.index.tolist() == ["introduction-10", "introduction-25"]
    row = table.loc["introduction-10"]
    assert row["paper"] == "at least 150,000 persons (2021-08)"
    assert "124,334 persons (2021-08), known 2021-09-02" in row["record"]
    # The limit agrees, the count does not.
    assert row["verdict"] == "contested"
    assert row["url"].count(" | ") == row["source"].count(" | ") == 2
    # The paper speaks of the first months of 2022, the record of 2021.
    forecast = table.loc["introduction-25"]
    assert pd.isna(forecast["record"])
    assert "about 30% (2021), known 2021-10-19" in forecast["other_times"]


def test_what_was_not_known_does_not_stand_beside_the_paper(paper, latest) -> None:
    early = beside_the_record(paper, ["introduction-25"]).iloc[0]["other_times"]
    late = beside_the_record(latest, ["introduction-25"]).iloc[0]["other_times"]
    assert "2022-10-18" not in early
    assert "about 20% (2021), known 2022-10-18" in late


def test_words_are_taken_if_wanted(paper) -> None:
    table = beside_the_record(paper, ["introduction-11"], ("name",))
    assert table["what"].tolist() == ["control of the country"]
