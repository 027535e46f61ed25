"""The words and the JSON of a comparison, held against the small builds of the tests of `diff`."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from afpak.build.diff import FigureRead, diff, with_notes
from afpak.build.report import as_json, as_lines, by_transition, cell_told, key_told, signed, summarised

from .test_diff import AFTER, BEFORE, finding, frame

FOUND = with_notes(diff(BEFORE, AFTER), {"1-01": ("Fazlullah leads.", "2022-01-05")})


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_summary_comes_first_and_counts():
    head, *_ = as_lines(FOUND).split("\n\n")
    assert head.splitlines() == [
        "early, as of 2020-12-31 → late, as of 2022-06-30",
        "  verdicts    1 of 3 differ, 2 only in one build; in 1 more only the sentence",
        "  numbers     5 of 5 differ",
        "  figures     the data of 3 of 4 differ",
        "  inputs      rows: 2 added, 1 removed, 1 changed, in 2 of 3 tables; 2 other files",
        "  parameters  2 changed; 2 chapters only in one build",
        "  versions    2 changed",
    ]


def test_every_kind_of_difference_has_its_section():
    text = words(as_lines(FOUND))
    for part in (
        "supported → contradicted (1) 1-01, could be known since 2022-01-05 Fazlullah leads. → No more. "
        "rows: leaders: noor (added); leaders: wali (changed)",
        "pending → not there (1) 1-03",
        "not there → supported (1) 1-05",
        "attacks: 2,061 → 2,586 (+525)",
        "share: 34% → 29% (−5)",
        "first: 2004-06-17 → 2002-01-15",
        "new: not there → 7",
        "one, line: 1 added, 1 changed A line to 2021",
        "one, gone: only before",
        "one, bars: only after",
        "leaders: 1 added, 1 removed, 1 changed + noor - umar ~ wali end: (blank) → 2022 cause: (blank) → bomb",
        "+ PIPS, 2021",
        "my.parquet: not there → cccccccccccc…",
        'as_of: "2020-12-31" → "2022-06-30", in all 2 chapters',
        "years: [1, 2] → [1, 2, 3], in one",
        "chapters only before: gone chapters only after: new",
        "duckdb: not there → 1.5",
    ):
        assert part in text


def test_builds_that_do_not_differ_get_a_summary_alone():
    text = as_lines(diff(BEFORE, BEFORE))
    assert "\n\n" not in text
    assert "verdicts    0 of 4 differ" in text and "no row differs" in text


@pytest.mark.parametrize(
    ("only", "there", "not_there"),
    [("verdicts", "1-01", "attacks"), ("numbers", "attacks", "1-01"), ("inputs", "noor", "attacks")],
)
def test_a_report_can_be_narrowed(only, there, not_there):
    text = as_lines(FOUND, [only])
    assert there in text and not_there not in text
    assert text.splitlines()[1].split()[0] == only and len(text.split("\n\n")) == 2


def test_long_lists_are_cut_and_counted_unless_all_is_asked_for():
    many = {f"n{place:02}": str(place) for place in range(15)}
    found = diff(replace(BEFORE, numbers={"one": {}}), replace(BEFORE, numbers={"one": many}))
    short, whole = as_lines(found), as_lines(found, everything=True)
    assert "n09" in short and "n10" not in short
    assert "… and 5 more; --all shows them" in short
    assert "n14" in whole and "more" not in whole


def test_a_long_sentence_is_cut_unless_all_is_asked_for():
    def build(verdict: str, sentence: str):
        return replace(BEFORE, findings={"1-01": finding("1-01", verdict, sentence)})

    found = diff(build("supported", "Short."), build("contested", "word " * 100 + "stop"))
    assert "stop" not in as_lines(found) and "word …" in as_lines(found)
    assert "stop" in as_lines(found, everything=True)
    reworded = diff(build("supported", "Short."), build("supported", "Another."))
    assert "1-01" in as_lines(reworded) and "Another." not in as_lines(reworded)
    assert "Another." in as_lines(reworded, everything=True)


def test_all_shows_the_rows_of_figures_too():
    assert "year" not in as_lines(FOUND, ["figures"])
    assert "~ 2020 value: 146.0 → 147.0" in words(as_lines(FOUND, ["figures"], everything=True))


def test_transitions_begin_with_what_was_decided():
    def build(**verdicts: str):
        return replace(BEFORE, findings={claim: finding(claim, verdict, "") for claim, verdict in verdicts.items()})

    found = diff(
        build(a="pending", b="unverifiable", c="contradicted", d="supported", e="supported"),
        build(a="supported", b="contested", c="contested", d="contradicted", e="contested"),
    )
    assert [pair for pair, _ in by_transition(found.verdicts)] == [
        ("supported", "contested"), ("supported", "contradicted"), ("contradicted", "contested"),
        ("unverifiable", "contested"), ("pending", "supported"),
    ]  # fmt: skip


def test_the_json_holds_everything_under_stable_names():
    record = json.loads(as_json(FOUND))
    assert set(record) == {
        "format", "differ", "before", "after", "compared", "chapters_added", "chapters_removed", "verdicts", "reworded",
        "numbers", "figures", "tables", "files", "parameters", "versions",
    }  # fmt: skip
    assert (record["format"], record["differ"]) == (1, True)
    assert record["before"] == {"name": "early", "title": "Early", "as_of": "2020-12-31"}
    assert record["verdicts"][0] == {
        "claim": "1-01", "before": "supported", "after": "contradicted", "sentence_before": "So it is.",
        "sentence_after": "No more.", "text": "Fazlullah leads.", "since": "2022-01-05",
        "rows": [{"row": "leaders: noor", "status": "added"}, {"row": "leaders: wali", "status": "changed"}],
    }  # fmt: skip
    assert record["numbers"][0] == {
        "chapter": "one", "name": "attacks", "before": "2,061", "after": "2,586", "difference": 525.0,
    }  # fmt: skip
    assert record["tables"][0]["rows"]["changed"] == [
        {
            "key": ["wali"],
            "cells": [
                {"column": "end", "before": "", "after": "2022"},
                {"column": "cause", "before": "", "after": "bomb"},
            ],
        }
    ]


def test_the_json_leaves_out_what_is_not_asked_for():
    record = json.loads(as_json(FOUND, ["versions"]))
    assert "versions" in record and "verdicts" not in record and "tables" not in record
    assert record["differ"] is True
    assert json.loads(as_json(diff(BEFORE, BEFORE), ["versions"]))["differ"] is False


@pytest.mark.parametrize(
    ("difference", "told"), [(525.0, "+525"), (-5.0, "−5"), (1208.0, "+1,208"), (0.097, "+0.097"), (0.0, "+0")]
)
def test_a_difference_has_its_sign(difference, told):
    assert signed(difference) == told


def test_a_blank_part_of_a_key_is_said_to_be_blank():
    assert key_told(("PIPS", "", "2021")) == "PIPS, (blank), 2021"


def test_one_figure_of_other_columns_is_told_by_them():
    first, second = ({"one": {"x": FigureRead("X", frame(text))}} for text in ("key a\nk 1", "key b\nk 1"))
    text = as_lines(diff(replace(BEFORE, figures=first), replace(BEFORE, figures=second)))
    assert "column b added, column a removed" in text
    assert summarised(diff(BEFORE, BEFORE))["figures"] == "the data of 0 of 3 differ"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("", "2022", ("(blank)", "2022")),
        (None, "7", ("not there", "7")),
        ("a" * 300 + "x", "a" * 300 + "y", ("… " + "a" * 30 + "x", "… " + "a" * 30 + "y")),
        ("b", "c" * 200, ("b", "c" * 160 + " …")),
    ],
)
def test_long_cells_are_cut_to_where_they_differ(before, after, told):
    assert cell_told(before, after) == told
