"""Differences worked out by hand between two small builds."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afpak.build.diff import (
    Build,
    Cell,
    ChangedRow,
    EvidenceRow,
    FigureRead,
    NamedChange,
    NumberChange,
    ParameterChange,
    Rows,
    TableRead,
    compare_rows,
    diff,
    naming_columns,
    number_of,
    with_notes,
)


def frame(text: str) -> pd.DataFrame:
    """Rows written as lines with spaces between cells; a dot is a blank cell."""
    head, *rows = (line.split() for line in text.strip().splitlines())
    return pd.DataFrame([["" if cell == "." else cell for cell in row] for row in rows], columns=head, dtype=str)


def finding(claim: str, verdict: str, sentence: str, *evidence: str) -> dict:
    return {"claim": claim, "verdict": verdict, "sentence": sentence, "evidence": list(evidence)}


BEFORE = Build(
    name="early",
    title="Early",
    as_of="2020-12-31",
    parameters={"one": {"as_of": "2020-12-31", "years": [1, 2]}, "two": {"as_of": "2020-12-31"}, "gone": {"a": 1}},
    tables={
        "leaders": TableRead(
            ("leader",),
            frame("""
                leader  end    cause
                fazl    2018   strike
                wali    .      .
                umar    2017   strike
            """),
        ),
        "annual": TableRead(("series", "year"), frame("series year value\nPIPS 2019 229\nPIPS 2020 146")),
        "same": TableRead(("key",), frame("key value\na 1")),
    },
    files={"book/index.md": "a" * 64, "notebooks/one.ipynb": "b" * 64},
    versions={"python": "3.11.7", "pandas": "2.3.3"},
    numbers={"one": {"attacks": "2,061", "share": "34%", "first": "2004-06-17", "old": "1"}, "gone": {"x": "1"}},
    figures={
        "one": {
            "line": FigureRead("A line", frame("year value\n2019 229.0\n2020 146.0")),
            "gone": FigureRead("A picture that goes", frame("a\n1")),
            "same": FigureRead("As of 2020", frame("a b\nx 0.1")),
        }
    },
    findings={
        "1-01": finding("1-01", "supported", "So it is.", "leaders: fazl", "leaders: wali"),
        "1-02": finding("1-02", "contested", "Two say two things."),
        "1-03": finding("1-03", "pending", "Not due."),
        "1-04": finding("1-04", "supported", "4 of 7."),
    },
)
AFTER = Build(
    name="late",
    title="Late",
    as_of="2022-06-30",
    parameters={"one": {"as_of": "2022-06-30", "years": [1, 2, 3]}, "two": {"as_of": "2022-06-30"}, "new": {"b": 2}},
    tables={
        "leaders": TableRead(
            ("leader",),
            frame("""
                leader  end    cause
                fazl    2018   strike
                wali    2022   bomb
                noor    .      .
            """),
        ),
        "annual": TableRead(
            ("series", "year"), frame("series year value\nPIPS 2019 229\nPIPS 2020 146\nPIPS 2021 207")
        ),
        "same": BEFORE.tables["same"],
    },
    files={"book/index.md": "a" * 64, "my.parquet": "c" * 64, "notebooks/one.ipynb": "d" * 64},
    versions={"python": "3.11.7", "pandas": "2.3.4", "duckdb": "1.5"},
    numbers={"one": {"attacks": "2,586", "share": "29%", "first": "2002-01-15", "new": "7"}, "new": {"y": "1"}},
    figures={
        "one": {
            "line": FigureRead("A line to 2021", frame("year value\n2019 229.0\n2020 147.0\n2021 207.0")),
            "same": FigureRead("As of 2022", frame("a b\nx 0.1")),
            "bars": FigureRead("Bars that come", frame("a\n1")),
        }
    },
    findings={
        "1-01": finding("1-01", "contradicted", "No more.", "leaders: noor", "leaders: fazl", "leaders: wali"),
        "1-02": finding("1-02", "contested", "Two say two things."),
        "1-04": finding("1-04", "supported", "5 of 8."),
        "1-05": finding("1-05", "supported", "New."),
    },
)


@pytest.fixture(scope="module")
def found():
    return diff(BEFORE, AFTER)


def test_a_build_does_not_differ_from_itself():
    for build in (BEFORE, AFTER):
        same = diff(build, build)
        assert not same.differ()
        assert (same.verdicts, same.tables, same.numbers, same.figures, same.parameters) == ((), (), (), (), ())


def test_rows_are_added_removed_and_changed_by_their_key(found):
    leaders, annual = found.tables
    assert (leaders.table, annual.table) == ("leaders", "annual")
    assert leaders.rows == Rows(
        ("leader",),
        (("noor",),),
        (("umar",),),
        (ChangedRow(("wali",), (Cell("end", "", "2022"), Cell("cause", "", "bomb"))),),
        (),
        (),
        3,
        3,
    )
    assert annual.rows.added == (("PIPS", "2021"),)
    assert annual.rows.removed == annual.rows.changed == ()


def test_a_table_that_only_one_build_has_has_no_rows_in_the_other():
    without = replace(BEFORE, tables={name: one for name, one in BEFORE.tables.items() if name != "same"})
    (change,) = diff(without, BEFORE).tables
    assert (change.table, change.rows.added, change.rows.before, change.rows.after) == ("same", (("a",),), 0, 1)


def test_numbers_of_chapters_that_both_have_are_told_with_their_difference(found):
    assert found.numbers == (
        NumberChange("one", "attacks", "2,061", "2,586", 525.0),
        NumberChange("one", "share", "34%", "29%", -5.0),
        NumberChange("one", "first", "2004-06-17", "2002-01-15", None),
        NumberChange("one", "old", "1", None, None),
        NumberChange("one", "new", None, "7", None),
    )
    assert (found.chapters_added, found.chapters_removed) == (("new",), ("gone",))


def test_figures_differ_by_their_data_and_not_by_their_caption(found):
    line, gone, bars = found.figures
    assert (line.name, line.caption, line.status) == ("line", "A line to 2021", "changed")
    assert line.rows.key == ("year",)
    assert line.rows.added == (("2021",),)
    assert line.rows.changed == (ChangedRow(("2020",), (Cell("value", "146.0", "147.0"),)),)
    assert (gone.name, gone.status, gone.rows) == ("gone", "removed", None)
    assert (bars.name, bars.status, bars.caption) == ("bars", "added", "Bars that come")


def test_verdicts_carry_both_sentences_and_the_rows_that_differ(found):
    first, pending, new = found.verdicts
    assert (first.claim, first.before, first.after) == ("1-01", "supported", "contradicted")
    assert (first.sentence_before, first.sentence_after) == ("So it is.", "No more.")
    assert first.rows == (EvidenceRow("leaders: noor", "added"), EvidenceRow("leaders: wali", "changed"))
    assert (pending.claim, pending.before, pending.after) == ("1-03", "pending", None)
    assert (new.claim, new.before, new.after) == ("1-05", None, "supported")
    assert found.changed_verdicts == (first,)
    assert [one.claim for one in found.reworded] == ["1-04"]


def test_one_change_of_a_parameter_in_several_chapters_is_told_once(found):
    assert found.parameters == (
        ParameterChange("as_of", ("one", "two"), "2020-12-31", "2022-06-30"),
        ParameterChange("years", ("one",), [1, 2], [1, 2, 3]),
    )


def test_files_and_versions_are_told_by_name(found):
    assert found.files == (
        NamedChange("my.parquet", None, "c" * 64),
        NamedChange("notebooks/one.ipynb", "b" * 64, "d" * 64),
    )
    assert found.versions == (NamedChange("duckdb", None, "1.5"), NamedChange("pandas", "2.3.3", "2.3.4"))


def test_how_many_were_compared_is_counted(found):
    assert found.compared == {"chapters": 2, "findings": 3, "numbers": 5, "figures": 4, "tables": 3}


def test_kinds_can_be_asked_for_alone(found):
    assert found.differ() and found.differ(["verdicts"]) and found.differ(["numbers", "versions"])
    alone = diff(BEFORE, replace(BEFORE, versions={"python": "3.12.0", "pandas": "2.3.3"}))
    assert alone.differ() and alone.differ(["versions"])
    assert not alone.differ(["verdicts", "numbers", "figures", "inputs", "parameters"])


def test_notes_are_put_to_the_verdicts_that_they_are_on(found):
    noted = with_notes(found, {"1-01": ("Fazlullah leads.", "2022-01-05")}).verdicts
    assert [(one.claim, one.text, one.since) for one in noted] == [
        ("1-01", "Fazlullah leads.", "2022-01-05"), ("1-03", "", None), ("1-05", "", None),
    ]  # fmt: skip


# Rows without a declared key


def test_naming_columns_are_the_first_that_name_each_row_in_both():
    first = frame("group value year\na 1.5 2019\na 2.5 2020\nb 1.5 2019")
    assert naming_columns(first, first) == ("group", "year")
    twice = frame("group value year\na 1.5 2019\na 2.5 2019")
    assert naming_columns(first, twice) is None


def test_rows_that_nothing_names_are_compared_by_their_place_if_there_are_as_many():
    first, second = frame("value other\n1.5 a\n1.5 a"), frame("value other\n1.5 a\n2.5 a")
    assert compare_rows(first, second) == Rows(
        ("row",), (), (), (ChangedRow(("2",), (Cell("value", "1.5", "2.5"),)),), (), (), 2, 2
    )


def test_rows_that_nothing_names_are_compared_whole_if_there_are_more():
    first, second = frame("value\n1.5\n1.5"), frame("value\n1.5\n2.5\n2.5")
    rows = compare_rows(first, second)
    assert (rows.key, rows.added, rows.removed) == (("value",), (("2.5",), ("2.5",)), (("1.5",),))


def test_columns_that_only_one_has_are_named_and_change_no_row():
    rows = compare_rows(frame("key old\na 1"), frame("key new\na 2"), ["key"])
    assert (rows.columns_added, rows.columns_removed, rows.changed) == (("new",), ("old",), ())
    assert rows.differ


def test_the_last_digits_of_a_computed_number_are_no_change():
    first, second = frame("key value\na 0.1234567890123"), frame("key value\na 0.1234567890124")
    assert not compare_rows(first, second).differ
    assert compare_rows(first, frame("key value\na 0.1234568")).differ
    # A blank is not a zero.
    assert compare_rows(frame("key value\na ."), frame("key value\na 0")).differ


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2,061", (Decimal(2061), "")),
        ("34%", (Decimal(34), "%")),
        ("−0.03", (Decimal("-0.03"), "")),
        ("194 days", (Decimal(194), " days")),
        ("2014-06-15", None),
        ("2021-08", None),
        ("15 June 2014", None),
        ("1 to 3", None),
        ("not known", None),
        ("", None),
    ],
)
def test_a_number_of_the_prose_is_read_with_its_unit_and_a_date_is_none(text, number):
    assert number_of(text) == number


def test_units_that_differ_give_no_difference():
    def build(text: str) -> Build:
        return replace(BEFORE, numbers={"one": {"x": text}})

    (change,) = diff(build("3 days"), build("4 years")).numbers
    assert change.difference is None


# Both ways round

words = st.sampled_from(["a", "b", "c", "1.5", "2", ""])
frames = st.lists(st.tuples(words, words), max_size=6).map(
    lambda rows: pd.DataFrame(rows, columns=["key", "value"], dtype=str)
)
keyed = frames.map(lambda rows: rows.drop_duplicates("key", ignore_index=True))


def mirrored(rows: Rows) -> Rows:
    return replace(
        rows,
        added=rows.removed,
        removed=rows.added,
        changed=tuple(
            replace(row, cells=tuple(Cell(cell.column, cell.after, cell.before) for cell in row.cells))
            for row in rows.changed
        ),
        columns_added=rows.columns_removed,
        columns_removed=rows.columns_added,
        before=rows.after,
        after=rows.before,
    )


def in_order(rows: Rows) -> Rows:
    """Changed rows stand in the order of the first table, which exchanging the two changes."""
    return replace(rows, changed=tuple(sorted(rows.changed, key=lambda row: row.key)))


@given(frames, frames)
def test_rows_compared_the_other_way_round_are_mirrored(first, second):
    assert in_order(compare_rows(second, first)) == in_order(mirrored(compare_rows(first, second)))


@given(keyed, keyed)
def test_rows_with_a_key_add_up(first, second):
    rows = compare_rows(first, second, ["key"])
    assert len(first) - len(rows.removed) + len(rows.added) == len(second)
    assert in_order(compare_rows(second, first, ["key"])) == in_order(mirrored(rows))


@given(frames)
def test_rows_do_not_differ_from_themselves_in_any_order(rows):
    assert not compare_rows(rows, rows).differ
    assert not compare_rows(rows, rows.iloc[::-1].reset_index(drop=True)).differ or naming_columns(rows, rows) is None


def test_builds_compared_the_other_way_round_are_mirrored(found):
    back = diff(AFTER, BEFORE)
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    assert (back.before, back.after) == (found.after, found.before)
    assert (back.chapters_added, back.chapters_removed) == (found.chapters_removed, found.chapters_added)
    assert {(one.claim, one.before, one.after, one.sentence_before) for one in back.verdicts} == {
        (one.claim, one.after, one.before, one.sentence_after) for one in found.verdicts
    }
    assert {(row.row, turned[row.status]) for one in back.verdicts for row in one.rows} == {
        (row.row, row.status) for one in found.verdicts for row in one.rows
    }
    assert {(one.name, one.before, one.after, one.difference) for one in back.numbers} == {
        (one.name, one.after, one.before, None if one.difference is None else -one.difference) for one in found.numbers
    }
    assert {one.table: in_order(one.rows) for one in back.tables} == {
        one.table: in_order(mirrored(one.rows)) for one in found.tables
    }
    assert {(one.name, one.status) for one in back.figures} == {(one.name, turned[one.status]) for one in found.figures}
    assert {(one.name, one.before, one.after) for one in (*back.files, *back.versions)} == {
        (one.name, one.after, one.before) for one in (*found.files, *found.versions)
    }
    assert {(one.name, json.dumps(one.before), json.dumps(one.after)) for one in back.parameters} == {
        (one.name, json.dumps(one.after), json.dumps(one.before)) for one in found.parameters
    }
