from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from afpak.analysis import sourcing

DATA = Path(__file__).resolve().parents[2] / "data"


def raw(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def references(*rows: dict[str, object]) -> pd.DataFrame:
    blank = {
        "list": "footnote", "section": "1.1", "author": None, "outlet": None, "date": None, "kind": "news",
        "counterpart": None, "marks": None, "note": "",
    }  # fmt: skip
    return pd.DataFrame([blank | row for row in rows])


SECTIONS = pd.DataFrame(
    {
        "section": ["1", "1.2", "1.1", "bibliography", "scope"],
        "order": [2, 4, 3, 5, 1],
        "title": ["One", "Second", "First", "Bibliography", "Scope"],
        "paragraphs": [0, 2, 1, 9, 1],
    }
)


def test_marks_are_found_among_several_and_not_as_parts_of_words() -> None:
    frame = references({"marks": "no-counterpart | undated"}, {"marks": "undated-too"}, {})
    assert sourcing.marked(frame, "undated").tolist() == [True, False, False]
    assert sourcing.marked(frame, "undated", "undated-too").tolist() == [True, True, False]


def test_kinds_are_counted_by_list_with_shares_of_the_footnotes() -> None:
    frame = references({"kind": "journal"}, {"kind": "news"}, {"kind": "news"}, {"kind": "news"},
                       {"kind": "book", "list": "bibliography"})  # fmt: skip
    table = sourcing.by_kind(frame)
    assert table["kind"].tolist() == ["news", "book", "journal"]
    assert table["footnotes"].tolist() == [3, 0, 1]
    assert table["bibliography"].tolist() == [0, 1, 0]
    assert table["share"].tolist() == [0.75, 0.0, 0.25]


def test_kinds_of_the_paper_are_those_of_the_raw_file(paper) -> None:
    table = sourcing.by_kind(paper["references"]).set_index("kind")
    rows = raw("paper/references.csv")
    for kind in {row["kind"] for row in rows}:
        for name, column in (("footnote", "footnotes"), ("bibliography", "bibliography")):
            assert table.at[kind, column] == sum(row["kind"] == kind and row["list"] == name for row in rows)


def test_sections_come_in_reading_order_and_only_with_footnotes() -> None:
    frame = references({"section": "1.2"}, {"section": "1.1", "kind": "note"}, {"section": "1.2", "kind": "book"},
                       {"section": None, "list": "bibliography"})  # fmt: skip
    table = sourcing.kinds_by_section(frame, SECTIONS)
    assert table.index.tolist() == ["1.1", "1.2"]
    assert table.columns.tolist() == ["news", "book", "note"]
    assert table.loc["1.2"].tolist() == [1, 1, 0]


def test_years_have_no_gap_and_the_undated_come_last() -> None:
    frame = references(
        {"date": "2018-03-01"}, {"date": "2020"}, {"date": "2020-02", "kind": "journal"}, {"kind": "interview"},
        {"kind": "note"}, {"date": "2011", "list": "bibliography"},
    )  # fmt: skip
    table = sourcing.by_year(frame)
    assert table["year"].tolist() == ["2018", "2019", "2020", "undated"]
    press, studies, interviews = sourcing.GROUPS
    assert table[press].tolist() == [1, 0, 1, 0]
    assert table[studies].tolist() == [0, 0, 1, 0]
    assert table[interviews].tolist() == [0, 0, 0, 1]


def test_a_work_is_counted_once_however_often_it_is_named() -> None:
    frame = references(
        {"reference": "fn01", "outlet": "Dawn", "counterpart": "bib01"},
        {"reference": "fn02", "outlet": "Post", "marks": "self-citation"},
        {"reference": "fn03", "kind": "ibid"},
        {"reference": "fn04", "kind": "note"},
        {"reference": "fn05", "kind": "interview"},
        {"reference": "bib01", "list": "bibliography", "outlet": "Dawn International", "counterpart": "fn01"},
        {"reference": "bib02", "list": "bibliography", "kind": "book"},
    )  # fmt: skip
    table = sourcing.works(frame)
    assert table["references"].tolist() == ["fn01 | bib01", "fn02 | fn03", "bib02"]
    assert table["own"].tolist() == [False, True, False]
    assert table["outlet"].tolist()[:2] == ["Dawn", "Post"]


def test_works_of_the_paper_add_up(paper) -> None:
    # Published references, less ibid, less each bibliography entry that repeats a footnote.
    rows = raw("paper/references.csv")
    published = [row for row in rows if row["kind"] in sourcing.PUBLISHED]
    repeats = [row for row in published if row["list"] == "bibliography" and row["counterpart"].startswith("fn")]
    assert len(sourcing.works(paper["references"])) == len(published) - len(repeats)


def test_talks_of_the_paper(paper) -> None:
    held = sourcing.talks(paper["references"], paper["claims"])
    # Ten in footnotes (fn13, 22, 43, 44, 54, 55, 63, 65, 68, 70); bib13 and bib14 repeat two, bib17 stands alone.
    assert len(held) == 11
    assert held["cited"].sum() == 10
    assert held.set_index("talk").at["fn54", "dates"] == "2022-01-19 | 2019-05-19"
    people = sourcing.partners(held).set_index("partner")
    assert people.index[people["named"]].tolist() == [
        "Haris Khalique", "Imtiaz Gul", "Mohammad Amir Rana", "Abdul Basit",
    ]  # fmt: skip
    assert people["official"].sum() == 3  # Balochistan, Punjab, NACTA
    assert people.loc["Abdul Basit", "talks"] == 3
    claims = [row for row in raw("paper/claims.csv") if "fn63" in row["footnotes"].split(" | ")]
    assert held.set_index("talk").at["fn63", "claims"] == len(claims)


CLAIMS = pd.DataFrame(
    {
        "claim": ["1.2-01", "1.2-02", "1.1-01", "scope-01"],
        "section": ["1.2", "1.2", "1.1", "scope"],
        "kind": ["date", "date", "count", "count"],
        "footnotes": ["fn01 | fn02", None, "fn01", None],
    }
)


def test_shares_of_footnoted_claims_come_by_section_in_reading_order() -> None:
    table = sourcing.footnoted(CLAIMS, SECTIONS)
    assert table["section"].tolist() == ["scope", "1.1", "1.2"]
    assert table["footnoted"].tolist() == [0, 1, 1]
    assert table["share"].tolist() == [0.0, 1.0, 0.5]


def test_footnotes_without_a_claim_count_nought() -> None:
    frame = references({"reference": "fn01"}, {"reference": "fn02"}, {"reference": "fn03"})
    assert sourcing.claims_per_footnote(CLAIMS, frame)["claims"].tolist() == [2, 1, 0]


JUDGED = pd.DataFrame(
    {
        "claim": list("abcdefgh"),
        "section": "1.1",
        "kind": ["date"] * 4 + ["count"] * 4,
        "footnoted": [True, True, False, False, True, False, True, False],
        "verdict": [
            "supported", "contradicted", "supported", "contested", "supported", "supported", "unverifiable", "pending",
        ],
    }
)  # fmt: skip
DECIDED = ["supported", "contested", "contradicted"]


def test_two_by_two_counts_only_the_claims_compared() -> None:
    table = sourcing.two_by_two(JUDGED, ["supported"], DECIDED)
    # With: a, b, e; without: c, d, f.
    assert table.loc[True].tolist() == [2, 1]
    assert table.loc[False].tolist() == [2, 1]
    assert sourcing.two_by_two(JUDGED, ["pending"], ["pending"]).to_numpy().tolist() == [[0, 0], [1, 0]]


def test_strata_without_anything_to_compare_are_left_out() -> None:
    # Among the counts both decided claims hold, so that nothing can be compared.
    assert list(sourcing.strata(JUDGED, "kind", ["supported"], DECIDED)) == ["date"]


def test_verdicts_are_joined_and_counted() -> None:
    found = pd.DataFrame({"claim": ["1.2-01", "1.2-02"], "verdict": ["supported", "contested"]})
    judged = sourcing.with_verdicts(CLAIMS, found)
    assert judged["footnoted"].tolist() == [True, False]
    table = sourcing.verdicts_by_footnote(judged, ["supported", "contested", "pending"])
    assert table["with_footnote"].tolist() == [1, 0, 0]
    assert table["without"].tolist() == [0, 1, 0]


def statement(**cells: object) -> dict[str, object]:
    blank = {"subject": "x", "attribute": "died", "bound": "exact", "at": "", "said_by": "", "dated": True}
    return blank | cells


def test_days_from_a_fact_to_its_source_keep_their_bounds() -> None:
    frame = references(
        {"reference": "fn01", "date": "2018-06-23", "marks": "after-the-fact", "note": "A. Not in the bibliography."},
        {"reference": "fn02", "date": "2014-01-21", "marks": "before-the-fact | undated", "note": "Early."},
        {"reference": "fn03", "date": "2014-01-21", "marks": "undated"},
        {"reference": "fn04", "date": "2010-05-25", "marks": "before-the-fact"},
    )  # fmt: skip
    claims = pd.DataFrame({"claim": ["a", "b"], "footnotes": ["fn01", "fn02"]})
    stated = pd.DataFrame(
        [
            statement(claim="a", value="2016"),
            statement(claim="a", value="2018-06", said_by="fn01"),
            statement(claim="b", value="2013-11", bound="after", attribute="formed"),
            statement(claim="b", value="7", dated=False, at="2014-01-31", attribute="number"),
        ]
    )
    recorded = pd.DataFrame(
        {
            "subject": ["x", "x"],
            "attribute": ["died", "died"],
            "value": ["2018-06-14", "2018-06-13"],
            "alternative": [True, False],
        }
    )
    table = sourcing.out_of_time(frame, claims, stated, recorded)
    assert table["reference"].tolist() == ["fn01", "fn02", "fn02", "fn04"]
    first = table.iloc[0]
    # From 31 December 2016 to 23 June 2018 are 539 days, from 1 January 904; from 13 June 2018 ten.
    assert (first["days_min"], first["days_max"], first["recorded_min"]) == (539, 904, 10)
    assert first["note"] == "A."
    assert table.at[1, "stated"] == "after 2013-11"
    assert pd.isna(table.at[1, "days_min"])
    assert (table.at[2, "days_min"], table.at[2, "days_max"]) == (-10, -10)
    assert pd.isna(table.at[3, "claim"])


@pytest.mark.parametrize("edition", ["paper", "latest"])
def test_sources_out_of_time_are_all_that_are_marked(edition, request) -> None:
    from afpak.audit import statements

    inputs = request.getfixturevalue(edition)
    words = statements.vocabulary(inputs)
    stated = pd.DataFrame(statements.stated(inputs))
    stated["dated"] = [words[word].type == "date" for word in stated["attribute"]]
    table = sourcing.out_of_time(
        inputs["references"], inputs["claims"], stated, pd.DataFrame(statements.recorded(inputs))
    )
    marked = {row["reference"] for row in raw("paper/references.csv") if "-the-fact" in row["marks"]}
    assert set(table["reference"]) == marked
