from pathlib import Path

import pytest

from afpak.build.edition import Edition
from afpak.build.given import Given, read_given
from afpak.build.paths import Checkout
from afpak.problems import InputError
from afpak.tables.overlay import OwnFile

KNOWN = ("annual", "leaders")


def edition(tables=None, events=""):
    return Edition("some", "Some", "2022-01-31", {}, {}, tables=tables or {}, events=events)


def refused(*arguments, **options):
    with pytest.raises(InputError) as caught:
        read_given(*arguments, **options)
    return [str(problem) for problem in caught.value.problems]


def test_without_files_nothing_is_given(tmp_path):
    given = read_given(Checkout(tmp_path), edition(), KNOWN)
    assert given == Given() and not given


def test_paths_of_an_edition_are_relative_to_the_checkout_and_the_command_lines_to_where_one_is(tmp_path):
    for name in ("ged.parquet", "mine.parquet"):
        (tmp_path / name).touch()
    checkout = Checkout(tmp_path)
    chosen = edition({"annual": "own/a.csv", "leaders": "own/b.csv"}, "ged.parquet")
    annual = OwnFile(tmp_path / "own/a.csv", "own/a.csv")
    given = read_given(checkout, chosen, KNOWN)
    assert given.tables == {"annual": annual, "leaders": OwnFile(tmp_path / "own/b.csv", "own/b.csv")}
    assert given.events == tmp_path / "ged.parquet"
    # The command line wins, table by table.
    given = read_given(checkout, chosen, KNOWN, ["leaders = ../c=d.csv"], tmp_path / "mine.parquet")
    assert given.tables == {"annual": annual, "leaders": OwnFile(Path("../c=d.csv"), "../c=d.csv")}
    assert given.events == tmp_path / "mine.parquet"


@pytest.mark.parametrize("text", ["leaders", "leaders=", "=a.csv", ""])
def test_another_form_than_table_and_file_is_refused(tmp_path, text):
    (told,) = refused(Checkout(tmp_path), edition(), KNOWN, [text])
    assert told == f"--table {text!r}: expected TABLE=FILE, such as --table leaders=my_leaders.csv"


def test_all_that_names_nothing_is_told_with_its_place(tmp_path):
    chosen = edition({"anual": "a.csv"}, "ged.parquet")
    told = refused(Checkout(tmp_path), chosen, KNOWN, ["leders=a.csv", "leaders=a.csv", "leaders=b.csv"])
    assert told[0] == "--table 'leaders=b.csv': the table leaders is given twice; put the rows into one file"
    assert told[1].startswith("--table: leders: no such name; did you mean 'leaders'?")
    assert told[2].startswith("editions/some.yaml, tables: anual: no such name; did you mean 'annual'?")
    assert told[3].startswith("editions/some.yaml, events: found 'ged.parquet'; no such file")
    (told,) = refused(Checkout(tmp_path), edition(), KNOWN, events=tmp_path / "none.parquet")
    assert told.startswith("--events: found ") and "none.parquet" in told
