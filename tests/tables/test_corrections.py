from itertools import permutations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afpak.problems import InputError
from afpak.tables.corrections import apply_corrections
from afpak.tables.declaration import Column, Declaration, Table

COLUMNS = (
    Column("name", "string", "a name"),
    Column("year", "string", "a year"),
    Column("count", "integer", "a count"),
    Column("value", "number", "a value"),
    Column("note", "string", "a note"),
)
DECLARATION = Declaration(
    root=None,
    created="2026-01-01",
    tables={name: Table(name, f"{name}.csv", name, name, COLUMNS, ("name", "year")) for name in ("one", "two")},
)
HEADER = ["correction", "table", "key", "column", "expected", "action", "corrected"]


def tables():
    one = pd.DataFrame(
        {
            "name": ["a", "a", "b", "b"],
            "year": ["2001", "2002", "2001", "2002"],
            "count": pd.array([1, 2, None, 4], dtype="Int64"),
            "value": pd.array([10.0, 20.5, 30.0, None], dtype="Float64"),
            "note": ["x", None, "y", "z"],
        }
    )
    return {"one": one, "two": one.head(1).copy()}


def corrections(*rows):
    return pd.DataFrame([(f"c{n:03}", *row) for n, row in enumerate(rows, start=1)], columns=HEADER, dtype=object)


def corrected(*rows):
    return apply_corrections(tables(), corrections(*rows), DECLARATION)


def problems(*rows):
    with pytest.raises(InputError) as caught:
        corrected(*rows)
    return caught.value.problems


@pytest.mark.parametrize(
    ("column", "expected", "wanted", "value"),
    [("value", "20.5", "21.25", 21.25), ("count", "2", "3", 3), ("note", None, "why", "why")],
)
def test_a_change_replaces_one_cell_by_a_value_of_its_type(column, expected, wanted, value):
    before, after = (
        tables()["one"],
        corrected(("one", "name=a | year=2002", column, expected, "change", wanted))["one"],
    )
    assert after.at[1, column] == value
    assert after[column].dtype == before[column].dtype
    after.at[1, column] = before.at[1, column]
    pd.testing.assert_frame_equal(after, before)


def test_a_change_can_empty_a_cell():
    after = corrected(("one", "name=a | year=2001", "value", "10", "change", None))["one"]
    assert after["value"].isna().tolist() == [True, False, False, True]


def test_a_drop_removes_one_row_and_renumbers():
    after = corrected(("one", "name=a | year=2002", "value", "20.5", "drop", None))["one"]
    assert list(zip(after["name"], after["year"], strict=True)) == [("a", "2001"), ("b", "2001"), ("b", "2002")]
    assert after.index.tolist() == [0, 1, 2]


def test_the_tables_given_are_left_as_they_were():
    given_tables = tables()
    apply_corrections(
        given_tables,
        corrections(
            ("one", "name=a | year=2001", "value", "10", "change", "11"),
            ("one", "name=b | year=2001", "value", "30", "drop", None),
        ),
        DECLARATION,
    )
    for name, frame in tables().items():
        pd.testing.assert_frame_equal(given_tables[name], frame)


@pytest.mark.parametrize("expected", ["20.5", "20.50", "2.05e1"])
def test_a_number_is_expected_as_a_number_however_it_is_written(expected):
    after = corrected(("one", "name=a | year=2002", "value", expected, "change", "1"))["one"]
    assert after.at[1, "value"] == 1


@pytest.mark.parametrize(
    ("key", "column", "expected"),
    [
        ("name=a | year=2002", "value", "20"),
        ("name=a | year=2002", "value", None),
        ("name=b | year=2002", "value", "5"),
        ("name=a | year=2001", "note", "X"),
    ],
    ids=["another value", "a value, blank expected", "blank, a value expected", "another text"],
)
def test_a_mended_source_stops_the_correction(key, column, expected):
    (problem,) = problems(("one", key, column, expected, "drop", None))
    assert (problem.file, problem.row, problem.column) == ("corrections.csv", 2, "expected")
    assert "remove this correction" in problem.expected


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        (("three", "name=a", "value", "1", "drop", None), "table", "three"),
        (("one", "colour=red", "value", "1", "drop", None), "key", "colour"),
        (("one", "name=a | year=2001", "colour", "1", "drop", None), "key", "colour"),
        (("one", "name=c | year=2001", "value", "1", "drop", None), "key", "name=c | year=2001"),
        (("one", "name=a", "value", "10", "drop", None), "key", "name=a"),
        (("one", "name", "value", "10", "drop", None), "key", "name"),
    ],
    ids=["table", "key column", "column", "no row", "two rows", "key without a value"],
)
def test_a_correction_that_names_nothing_is_reported(row, column, value):
    (problem,) = problems(row)
    assert (problem.file, problem.row, problem.column, problem.value) == ("corrections.csv", 2, column, value)


@pytest.mark.parametrize(("expected", "wanted"), [("many", "3"), ("10", "many")], ids=["expected", "corrected"])
def test_a_number_column_corrected_with_words_is_reported(expected, wanted):
    (problem,) = problems(("one", "name=a | year=2001", "value", expected, "change", wanted))
    assert (problem.file, problem.row, problem.value) == ("corrections.csv", 2, "many")


def test_all_that_do_not_fit_are_reported_with_their_lines():
    found = problems(
        ("three", "name=a", "value", "1", "drop", None),
        ("one", "name=a | year=2001", "value", "10", "drop", None),
        ("one", "name=a | year=2002", "value", "1", "drop", None),
    )
    assert [problem.row for problem in found] == [2, 4]


CHANGES = [
    ("one", "name=a | year=2001", "value", "10", "change", "11"),
    ("one", "name=a | year=2001", "count", "1", "change", "7"),
    ("one", "name=a | year=2002", "value", "20.5", "drop", None),
    ("one", "name=b | year=2001", "value", "30", "change", "31"),
    ("two", "name=a | year=2001", "note", "x", "change", "w"),
]


@given(st.permutations(CHANGES))
def test_the_order_of_the_file_does_not_matter(rows):
    after = corrected(*rows)
    assert after["one"]["value"].tolist()[:2] == [11, 31]
    assert after["one"]["count"].tolist() == [7, pd.NA, 4]
    assert after["two"]["note"].tolist() == ["w"]


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_a_key_names_the_row_as_published_even_if_another_correction_changes_that_key(order):
    rows = [
        ("one", "name=a | year=2001", "year", "2001", "change", "2003"),
        ("one", "name=a | year=2001", "value", "10", "change", "11"),
    ]
    after = corrected(*[rows[number] for number in order])["one"]
    assert after.loc[0, ["year", "value"]].tolist() == ["2003", 11]


def test_without_corrections_nothing_changes():
    for name, frame in apply_corrections(tables(), corrections(), DECLARATION).items():
        pd.testing.assert_frame_equal(frame, tables()[name])
