from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afpak.tables.declaration import Column, Declaration, Table, read_declaration
from afpak.tables.read import read_table, write_table

TABLE = Table(
    "things",
    "folder/things.csv",
    "Things",
    "Things of every type",
    (
        Column("key", "string", "a key"),
        Column("text", "string", "a text"),
        Column("count", "integer", "a count"),
        Column("value", "number", "a value"),
    ),
    ("key",),
)
# What a table may hold: a blank cell is missing, so empty text is no value; control characters have no place.
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1)
ROWS = st.lists(
    st.tuples(
        TEXTS,
        st.none() | TEXTS,
        st.none() | st.integers(-(2**53), 2**53),
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
    ),
    max_size=8,
)


def declared(root: Path) -> Declaration:
    return Declaration(root, "2026-01-01", {"things": TABLE})


def written(root: Path, content: str) -> Declaration:
    (root / "folder").mkdir(parents=True)
    (root / "folder" / "things.csv").write_text(content, encoding="utf-8")
    return declared(root)


def test_types_are_those_declared(tmp_path):
    frame = read_table(written(tmp_path, "key,text,count,value\na,b,3,2.5\n"), "things")
    assert pd.api.types.is_string_dtype(frame["key"])
    assert (str(frame["count"].dtype), str(frame["value"].dtype)) == ("Int64", "Float64")
    assert frame.loc[0].tolist() == ["a", "b", 3, 2.5]


def test_a_blank_cell_is_missing_and_neither_zero_nor_empty_text(tmp_path):
    frame = read_table(written(tmp_path, "key,text,count,value\na,,,\nb,x,0,0\n"), "things")
    assert frame.loc[0, ["text", "count", "value"]].isna().all()
    assert frame.loc[1, ["text", "count", "value"]].tolist() == ["x", 0, 0.0]


@pytest.mark.parametrize("text", ["NA", "N/A", "nan", "NaN", "null", "None", "-", "0123", "1.0", "True"])
def test_text_that_looks_like_something_else_stays_text(tmp_path, text):
    frame = read_table(written(tmp_path, f"key,text,count,value\n{text},{text},1,1\n"), "things")
    assert frame.loc[0, ["key", "text"]].tolist() == [text, text]


def test_columns_come_in_the_order_declared(tmp_path):
    frame = read_table(written(tmp_path, "value,count,text,key\n1.5,2,b,a\n"), "things")
    assert frame.columns.tolist() == ["key", "text", "count", "value"]
    assert frame.loc[0, "key"] == "a"


@given(ROWS)
def test_what_is_written_is_read_back_the_same(tmp_path_factory, rows):
    columns = list(zip(*rows, strict=True)) or [()] * 4
    frame = pd.DataFrame(
        {
            "key": pd.Series(columns[0], dtype="str"),
            "text": pd.Series(columns[1], dtype=object),
            "count": pd.array(list(columns[2]), dtype="Int64"),
            "value": pd.array(list(columns[3]), dtype="Float64"),
        }
    )
    root = tmp_path_factory.mktemp("written")
    assert write_table(frame, TABLE, root) == root / "folder" / "things.csv"
    again = read_table(declared(root), "things")
    found = [tuple(None if pd.isna(cell) else cell for cell in row) for row in again.itertuples(index=False)]
    assert found == rows


def test_a_whole_number_is_written_without_a_decimal_point(tmp_path):
    frame = read_table(written(tmp_path / "one", "key,text,count,value\na,,,2061.0\nb,,,0.1\nc,,,\n"), "things")
    path = write_table(frame, TABLE, tmp_path / "other")
    assert path.read_text(encoding="utf-8") == "key,text,count,value\na,,,2061\nb,,,0.1\nc,,,\n"


def test_every_committed_cell_is_read_as_the_csv_module_reads_it(checkout, lines):
    declaration = read_declaration(checkout.data)
    for name, table in declaration.tables.items():
        frame = read_table(declaration, name)
        records = lines(checkout.data / table.path).records()
        assert len(frame) == len(records)
        for column in table.columns:
            text = [record[column.name] for record in records]
            assert frame[column.name].isna().tolist() == [cell == "" for cell in text]
            parse = {"integer": int, "number": float}.get(column.type, str)
            assert frame[column.name].dropna().tolist() == [parse(cell) for cell in text if cell]
