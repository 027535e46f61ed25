import pytest

from afpak.tables.declaration import Column, Table
from afpak.tables.files import header_problems

TABLE = Table(
    "some",
    "some.csv",
    "Some",
    "For tests",
    (Column("key", "string", "A key", required=True), Column("value", "number", "A value", required=True),
     Column("note", "string", "A note")),
    ("key",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("header", "book", "own"),
    [
        ("key,value,note", [], []),
        ("value,key,note", [""], []),
        ("value,key", ["note"], []),
        ("note,key", ["value"], ["value"]),
        ("key,value,nota", ["note", "nota"], ["nota"]),
        ("key,value,note,value", ["value"], ["value"]),
    ],
)
def test_the_books_columns_are_strict_and_a_persons_are_in_any_order(tmp_path, header, book, own):
    path = tmp_path / "some.csv"
    path.write_text(header + "\n", encoding="utf-8")
    for expected, is_own in ((book, False), (own, True)):
        problems = list(header_problems(path, "shown.csv", TABLE, own=is_own))
        assert [problem.column for problem in problems] == expected
        assert {(problem.file, problem.row) for problem in problems} <= {("shown.csv", 1)}


def test_a_folder_is_no_table(tmp_path):
    (problem,) = header_problems(tmp_path, "folder", TABLE, own=True)
    assert problem.expected == "can't be read: Is a directory"
