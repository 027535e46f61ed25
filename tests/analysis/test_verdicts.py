"""Counts of verdicts, worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afpak.analysis.verdicts import counted, coverage, footnotes

VERDICTS = ["supported", "contested", "contradicted", "unverifiable", "not testable", "pending"]
FOUND = pd.DataFrame(
    [
        ("1.1", "date", "supported", "join"),
        ("1.1", "date", "contradicted", "check"),
        ("1.1", "count", "supported", "reading"),
        ("1.1", "norm", "not testable", "none"),
        ("summary", "count", "unverifiable", "join"),
        ("summary", "forecast", "pending", "none"),
        ("4.1", "forecast", "contested", "reading"),
        ("4.1", "date", "inconsistent", "paper"),
    ],
    columns=["section", "kind", "verdict", "basis"],
)


def test_claims_are_counted_by_section_in_the_order_wanted() -> None:
    table = counted(FOUND, "section", ["summary", "1.1", "2.1", "4.1"], [*VERDICTS, "inconsistent"])
    assert table.index.tolist() == ["summary", "1.1", "4.1"]  # 2.1 has no claim
    assert table.columns.tolist() == [*VERDICTS, "inconsistent", "all"]
    assert table.values.tolist() == [
        # supported, contested, contradicted, unverifiable, not testable, pending, inconsistent, all
        [0, 0, 0, 1, 0, 1, 0, 2],
        [2, 0, 1, 0, 1, 0, 0, 4],
        [0, 1, 0, 0, 0, 0, 1, 2],
    ]
    assert all(pd.api.types.is_integer_dtype(dtype) for dtype in table.dtypes)


def test_claims_are_counted_by_any_column() -> None:
    table = counted(FOUND, "kind", ["norm", "forecast", "date"], ["pending", "supported"])
    # Of the dates one is supported; the contradicted and the inconsistent one are of no verdict asked for.
    assert table["pending"].to_dict() == {"norm": 0, "forecast": 1, "date": 0}
    assert table["supported"].to_dict() == {"norm": 0, "forecast": 0, "date": 1}


def test_a_verdict_that_no_claim_has_is_a_column_of_noughts() -> None:
    assert counted(FOUND, "section", ["1.1"], ["pending"]).loc["1.1"].to_dict() == {"pending": 0, "all": 0}


def test_coverage_by_hand() -> None:
    table = coverage(FOUND, ["summary", "1.1", "3", "4.1"])
    assert table["section"].tolist() == ["summary", "1.1", "4.1"]
    assert table[["claims", "check", "join", "reading", "paper", "none"]].values.tolist() == [
        [2, 0, 1, 0, 0, 1],
        [4, 1, 1, 1, 0, 1],
        [2, 0, 0, 1, 1, 0],
    ]
    # summary: one of two by the join, and neither decided. 1.1: check and join of four, three of four decided.
    # 4.1: the paper's contradiction of itself of two; both are decided.
    assert table["executed"].tolist() == [0.5, 0.5, 0.5]
    assert table["decided"].tolist() == [0.0, 0.75, 1.0]
    assert list(table.columns) == [
        "section", "claims", "check", "join", "reading", "paper", "none", "executed", "decided",
    ]  # fmt: skip


def test_a_reading_decides_and_is_not_executed() -> None:
    found = pd.DataFrame([("1", "supported", "reading")], columns=["section", "verdict", "basis"])
    assert coverage(found, ["1"])[["executed", "decided"]].values.tolist() == [[0.0, 1.0]]


@pytest.mark.parametrize("verdict", ["supported", "contested", "contradicted", "inconsistent"])
def test_four_verdicts_decide(verdict) -> None:
    found = pd.DataFrame([("1", verdict, "join"), ("1", "pending", "none")], columns=["section", "verdict", "basis"])
    assert coverage(found, ["1"])["decided"].tolist() == [0.5]


BASES = ["check", "join", "reading", "paper", "none"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(VERDICTS), st.sampled_from(BASES)), min_size=1))
def test_no_claim_is_lost_or_counted_twice(rows) -> None:
    found = pd.DataFrame(rows, columns=["section", "verdict", "basis"])
    assert counted(found, "section", list("cab"), VERDICTS)["all"].sum() == len(rows)
    table = coverage(found, list("cab"))
    assert table["claims"].sum() == len(rows) == int(table[BASES].to_numpy().sum())
    assert ((table["executed"] >= 0) & (table["executed"] <= 1)).all()
    assert table["section"].tolist() == [name for name in "cab" if name in set(found["section"])]


# Footnotes

REFERENCES = pd.DataFrame(
    [
        ("fn01", "footnote", "bib02"),
        ("fn02", "footnote", None),
        ("fn03", "footnote", None),
        ("fn28b", "footnote", "bib03"),
        ("bib01", "bibliography", None),
        ("bib02", "bibliography", "fn01"),
        ("bib03", "bibliography", "fn28b"),
        ("bib04", "bibliography", "fn03"),
        ("bib05", "bibliography", None),
    ],
    columns=["reference", "list", "counterpart"],
)
CLAIMS = pd.DataFrame(
    [("1.1-01", "fn01 | fn02"), ("1.1-02", "fn02"), ("1.1-03", None), ("1.2-01", "fn01")],
    columns=["claim", "footnotes"],
)
SAID = pd.DataFrame(
    [("1.1-03", "fn28b"), ("1.1-01", "fn01"), ("1.2-01", None), ("1.2-01", "bib05")], columns=["claim", "said_by"]
)


def used(references: pd.DataFrame = REFERENCES) -> dict[str, str | None]:
    table = footnotes(CLAIMS, SAID, references)
    assert table["used"].tolist() == table["claims"].notna().tolist()
    return {row.reference: None if pd.isna(row.claims) else row.claims for row in table.itertuples()}


def test_the_claims_that_use_each_note_and_entry_by_hand() -> None:
    assert used() == {
        "fn01": "1.1-01 | 1.2-01",  # cited by both, and once more by its own words
        "fn02": "1.1-01 | 1.1-02",
        "fn03": None,
        "fn28b": "1.1-03",  # only by its own words
        "bib01": None,
        "bib02": "1.1-01 | 1.2-01",  # through the note on the same work
        "bib03": "1.1-03",
        "bib04": None,  # the note on the same work is not used either
        "bib05": "1.2-01",  # by its own words
    }


def test_a_note_is_not_used_because_its_entry_of_the_bibliography_is() -> None:
    references = pd.DataFrame(
        [("fn07", "footnote", "bib05"), ("bib05", "bibliography", "fn07")], columns=["reference", "list", "counterpart"]
    )
    assert used(references) == {"fn07": None, "bib05": "1.2-01"}


def test_an_entry_for_a_work_of_two_notes_is_used_if_either_is() -> None:
    # The table of references declares counterpart as a list, separated by ' | '.
    references = pd.DataFrame(
        [("fn02", "footnote", "bib09"), ("fn03", "footnote", "bib09"), ("bib09", "bibliography", "fn02 | fn03")],
        columns=["reference", "list", "counterpart"],
    )
    assert used(references)["bib09"] == "1.1-01 | 1.1-02"


def test_the_other_columns_and_the_order_of_rows_stay(latest) -> None:
    table = footnotes(latest["claims"], latest["statements"], latest["references"])
    pd.testing.assert_frame_equal(table.drop(columns=["claims", "used"]), latest["references"])
    cited = {note for cell in latest["claims"]["footnotes"].dropna() for note in cell.split(" | ")}
    assert cited <= set(table.loc[table["used"], "reference"])


def test_a_paper_without_notes_uses_none() -> None:
    claims = pd.DataFrame({"claim": ["1"], "footnotes": pd.array([np.nan], dtype="object")})
    table = footnotes(claims, SAID.iloc[:0], REFERENCES)
    assert not table["used"].any() and table["claims"].isna().all()
