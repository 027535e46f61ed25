import pandas as pd

from afpak.analysis import attrition
from afpak.figures import tables
from afpak.tables.inputs import OWN_FILE


def shown(latest, origins):
    lengths = attrition.tenures(latest["leaders"], latest.as_of, ["is-k"])
    return lengths, tables.tenures(lengths, {"is-k": "IS-K"}, latest.as_of, "publications", origins)


def test_rows_of_a_persons_own_table_are_marked_and_the_mark_is_explained_under_the_table(latest):
    key = attrition.tenures(latest["leaders"], latest.as_of, ["is-k"]).at[1, "tenure"]
    lengths, table = shown(latest, {key: "mine.csv"})
    assert table.frame["head"].tolist() == [
        f"{person} †" if tenure == key else person
        for tenure, person in zip(lengths["tenure"], lengths["person"], strict=True)
    ]
    assert "† Rows from `mine.csv`" in table.source


def test_without_such_rows_nothing_is_said_of_them(latest):
    for origins in ({}, {"a row of another organisation": "mine.csv"}):
        lengths, table = shown(latest, origins)
        assert table.frame["head"].tolist() == lengths["person"].tolist()
        assert table.source == "publications"


def test_the_coverage_says_which_tables_these_are(latest):
    rest = ", as of 2026-11-22: rows read, dropped by a correction, cut at the as-of date, and kept."
    assert tables.coverage(latest.coverage, latest.as_of).caption == f"Tables that this chapter reads{rest}"
    assert tables.coverage(latest.coverage, latest.as_of, "All tables").caption == f"All tables{rest}"


def test_the_coverage_explains_a_persons_own_table_only_where_there_is_one(latest):
    plain = tables.coverage(latest.coverage, latest.as_of)
    assert "own" not in plain.caption and plain.source == "the tables of this book"
    own = tables.coverage(latest.coverage.assign(**{OWN_FILE: "mine.csv"}), latest.as_of)
    assert "table of the reader’s own" in own.caption and own.source.endswith("the files named")
    assert isinstance(own.frame, pd.DataFrame) and OWN_FILE in own.frame.columns
