"""A person's own tables, laid over the book's: read, checked, cut, frozen, and where each row came from."""

import csv
import hashlib
import json
from datetime import date

import pandas as pd
import pytest

from afpak.analysis.attrition import tenures
from afpak.problems import InputError
from afpak.tables import load_inputs, read_declaration
from afpak.tables.inputs import freeze, inputs_of
from afpak.tables.overlay import OwnFile, lay_over
from afpak.tables.validate import validate

TODAY = date(2026, 12, 24)
# A tenure that no source tells of, for tests alone.
ROW = {
    "tenure": "is-k-invented",
    "organisation": "is-k",
    "person": "Nobody",
    "role": "Head, for a test",
    "rank": "head",
    "tenure_start": "2019-01-01",
    "tenure_end": "2019-01-31",
    "status": "ended",
    "end_cause": "resigned",
    "source": "A test (2019)",
    "url": "https://example.org/a",
    "known_since": "2019-02-01",
    "end_known_since": "2019-02-01",
}


@pytest.fixture
def write(tmp_path):
    """Write a person's table; columns are those of the first row."""

    def of(*rows, name="my_leaders.csv", text=None):
        path = tmp_path / name
        if text is not None:
            path.write_bytes(text)
            return OwnFile(path, f"../{name}")
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), restval="")
            writer.writeheader()
            writer.writerows(rows)
        return OwnFile(path, f"../{name}")

    return of


@pytest.fixture
def laid(checkout, tmp_path):
    """Lay files over the tables of the repository."""

    def of(today=TODAY, **files):
        folder = tmp_path / f"laid-{len(list(tmp_path.glob('laid-*')))}"
        return lay_over(read_declaration(checkout.data), files, folder, today)

    return of


def refused(laid, own):
    with pytest.raises(InputError) as caught:
        laid(leaders=own)
    return caught.value.problems


def own_of(inputs, table="leaders"):
    return next(account.own for account in inputs.accounts if account.table == table)


def test_a_tenure_that_is_added_changes_the_tenures(laid, write, paper):
    inputs = inputs_of(laid(leaders=write(ROW)), "2022-01-31")
    before, after = (tenures(one["leaders"], one.as_of, ["is-k"]) for one in (paper, inputs))
    assert set(after["tenure"]) - set(before["tenure"]) == {"is-k-invented"}
    # From 1 to 31 January, both known to the day.
    assert after.set_index("tenure").loc["is-k-invented", ["days_min", "days_max"]].tolist() == [30, 30]
    assert inputs.origins == {"leaders": {"is-k-invented": "my_leaders.csv"}}
    assert (own_of(inputs).added, own_of(inputs).replaced, own_of(inputs).cut) == (1, 0, ())


def test_a_row_with_a_key_of_the_book_replaces_it_in_its_place(laid, write, checkout, lines):
    records = lines(checkout.data / "record/leaders.csv").records()
    key = records[3]["tenure"]
    inputs = inputs_of(laid(leaders=write(ROW, ROW | {"tenure": key, "person": "Somebody else"})), "2026-11-22")
    leaders = inputs["leaders"]
    assert leaders["tenure"].tolist() == [record["tenure"] for record in records] + ["is-k-invented"]
    assert leaders.at[3, "person"] == "Somebody else"
    # All cells are the person's, the blank ones too.
    assert pd.isna(leaders.at[3, "paper_says"])
    assert (own_of(inputs).added, own_of(inputs).replaced) == (1, 1)
    assert set(inputs.origins["leaders"]) == {"is-k-invented", key}


def test_columns_stand_in_any_order_and_those_that_may_be_blank_may_be_left_out(laid, write):
    declaration = laid(leaders=write(dict(reversed(ROW.items()))))
    assert validate(declaration) == []
    row = inputs_of(declaration, "2022-01-31")["leaders"].set_index("tenure").loc["is-k-invented"]
    assert (row["person"], row["known_since"]) == ("Nobody", "2019-02-01")
    assert pd.isna(row["aliases"])


def test_what_is_wrong_in_rows_is_told_with_the_persons_file_and_row(laid, write):
    rows = [
        ROW,
        ROW | {"tenure": "is-k-a", "organisation": "is-q"},
        ROW | {"tenure": "is-k-b", "rank": "hed"},
        ROW | {"tenure": "is-k-c", "tenure_start": "2019-02-30"},
        ROW,
        ROW | {"tenure": "is-k-d", "person": ""},
    ]
    problems = validate(laid(leaders=write(*rows)))
    assert {problem.file for problem in problems} == {"../my_leaders.csv"}
    found = {(problem.row, problem.column): problem for problem in problems}
    # Checks on meaning run only once the form is right: the impossible date is not among these.
    assert set(found) == {(3, "organisation"), (4, "rank"), (6, "tenure"), (7, "person")}
    assert "did you mean 'is-k'?" in found[3, "organisation"].expected
    assert "did you mean 'head'?" in found[4, "rank"].expected
    assert "unique" in found[6, "tenure"].expected
    assert found[7, "person"].expected.startswith("blank; ")


def test_checks_on_meaning_tell_the_persons_file_and_row_too(laid, write):
    rows = [
        ROW | {"tenure": "is-k-a", "tenure_start": "2019-02-30"},
        ROW | {"tenure": "is-k-b", "end_known_since": "2026-12-25"},
        ROW | {"tenure": "is-k-c", "url": "https://example.org/a | https://example.org/b"},
    ]
    told = [str(problem) for problem in validate(laid(leaders=write(*rows)))]
    assert told == [
        "../my_leaders.csv, row 2, column tenure_start: found '2019-02-30'; " + told[0].partition("; ")[2],
        "../my_leaders.csv, row 3, column end_known_since: found '2026-12-25'; later than 2026-12-24, today",
        "../my_leaders.csv, row 4, column url: found 'https://example.org/a | https://example.org/b'; "
        "expected one address for each of the 1 sources",
    ]


def test_a_row_may_refer_to_a_row_of_another_of_the_persons_tables(laid, write, checkout, lines):
    own = ROW | {"organisation": "nobodys-band"}
    organisations = lines(checkout.data / "record/organisations.csv").records()
    band = organisations[0] | {"organisation": "nobodys-band", "name": "Band of a test", "short": "Band", "aliases": ""}
    assert [problem.value for problem in validate(laid(leaders=write(own)))] == ["nobodys-band"]
    assert validate(laid(leaders=write(own), organisations=write(band, name="bands.csv"))) == []


def test_a_fault_of_a_whole_table_names_both_files(laid, write, checkout, lines):
    annual = lines(checkout.data / "series/annual.csv").records()
    row = next(one for one in annual if one["bound"] == "exact" and float(one["value"]) > 100 and not one["note"])
    own = row | {"version": "a version of the test", "value": str(float(row["value"]) * 9)}
    (problem,) = validate(laid(annual=write(own, name="mine.csv")))
    assert problem.file == "series/annual.csv with ../mine.csv"
    assert "expected a note" in problem.expected


@pytest.mark.parametrize(
    ("text", "row", "column", "said"),
    [
        (b"", 1, "tenure", "the column is missing; expected tenure, organisation, person, role, rank"),
        (b"tenure;person\na;b\n", None, "", "the separator is ';'"),
        (b"tenure,person\n\xff,b\n", None, "", "not UTF-8 text (byte 14)"),
        (b"PK\x03\x04\xff", None, "", "not UTF-8 text"),
    ],
)
def test_a_file_that_can_not_be_read_is_refused(laid, write, text, row, column, said):
    problem = refused(laid, write(text=text))[0]
    assert (problem.file, problem.row, problem.column) == ("../my_leaders.csv", row, column)
    assert said in problem.expected


def test_every_missing_unknown_and_doubled_column_is_told(laid, write):
    header = ",".join(name for name in ROW if name != "rank") + ",persn,role"
    problems = refused(laid, write(text=header.encode() + b"\n"))
    assert [(problem.row, problem.column) for problem in problems] == [(1, "rank"), (1, "role"), (1, "persn")]
    assert "did you mean 'person'?" in problems[2].expected


def test_rows_with_another_number_of_cells_are_told_all_at_once(laid, write):
    whole = ",".join(ROW.values())
    text = "\n".join([",".join(ROW), whole.replace("Head, for a test", "Head"), "a,b", "", whole]) + "\n"
    problems = refused(laid, write(text=text.encode()))
    # The last has a comma in a cell that is not in quotes.
    assert [problem.row for problem in problems] == [3, 4, 5]
    assert [problem.expected.split()[0] for problem in problems] == ["fewer", "an", "more"]


def test_a_file_without_a_row_or_that_is_not_there_is_refused(laid, write, tmp_path):
    (problem,) = refused(laid, write(text=",".join(ROW).encode() + b"\n"))
    assert "no row" in problem.expected
    (problem,) = refused(laid, OwnFile(tmp_path / "none.csv", "none.csv"))
    assert str(problem) == "none.csv: there is no such file"


def test_rows_that_are_cut_are_told_with_the_reason(laid, write):
    rows = [
        ROW,
        ROW | {"tenure": "is-k-later", "known_since": "2024-03"},
        ROW | {"tenure": "is-k-future", "tenure_start": "2023", "tenure_end": "", "status": "incumbent"},
        ROW | {"tenure": "is-k-undated", "known_since": ""},
        ROW | {"tenure": "is-k-partly", "end_known_since": "2023-05-01"},
    ]
    inputs = inputs_of(laid(leaders=write(*rows)), "2022-01-31")
    own = own_of(inputs)
    assert dict(own.cut) == {
        "is-k-later": "known since 2024-03",
        "is-k-future": "tenure start 2023",
        # The last day in the file is in 2024, that on which the book's tables were compiled is later.
        "is-k-undated": "known since is blank, which counts as 2026-11-22",
    }
    assert (own.added, own.masked) == (2, ("is-k-partly",))
    assert own.told(inputs.as_of) == (
        "my_leaders.csv: 2 rows added, 0 replaced, 3 cut at 2022-01-31 (is-k-later: known since 2024-03; "
        "is-k-future: tenure start 2023; is-k-undated: known since is blank, which counts as 2026-11-22), "
        "1 shown only as far as known by 2022-01-31 (is-k-partly)"
    )
    leaders = inputs["leaders"].set_index("tenure")
    assert leaders.at["is-k-partly", "status"] == "incumbent"
    assert not {"is-k-later", "is-k-future", "is-k-undated"} & set(leaders.index)


def test_a_replaced_row_that_is_cut_takes_the_books_row_with_it(laid, write, paper):
    key = paper["leaders"].at[0, "tenure"]
    inputs = inputs_of(laid(leaders=write(ROW | {"tenure": key, "known_since": "2023-01-01"})), "2022-01-31")
    assert key not in set(inputs["leaders"]["tenure"])
    assert own_of(inputs).cut == ((key, "known since 2023-01-01"),)


def test_later_days_may_be_asked_for_up_to_today(laid, write):
    later = ROW | {"tenure": "is-k-later", "known_since": "2026-12-01", "end_known_since": "2026-12-01"}
    undated = ROW | {"tenure": "is-k-undated", "known_since": ""}
    declaration = laid(leaders=write(ROW, later, undated))
    assert validate(declaration) == []
    own = {"is-k-invented", "is-k-later", "is-k-undated"}
    for day, entered in (
        ("2026-11-30", {"is-k-invented"}),
        # From the last day that the file tells of on, the row without a date enters.
        ("2026-12-01", own),
        ("2026-12-24", own),
    ):
        assert set(inputs_of(declaration, day).origins["leaders"]) == entered
    with pytest.raises(InputError, match="later than today, 2026-12-24"):
        inputs_of(declaration, "2026-12-25")


def test_the_books_own_rows_stay_limited_to_the_day_of_their_compilation(copied, write, tmp_path, lines):
    lines(copied.data / "record/leaders.csv").put(2, "end_known_since", "2026-12-01")
    declaration = lay_over(read_declaration(copied.data), {"leaders": write(ROW)}, tmp_path / "laid", TODAY)
    (problem,) = validate(declaration)
    assert (problem.file, problem.row) == ("record/leaders.csv", 2)
    assert "2026-11-22, the day on which the tables were compiled" in problem.expected


def corrected_rows(checkout, lines, action):
    """A correction of the table annual, and the row that it names."""
    corrections = lines(checkout.data / "corrections.csv").records()
    correction = next(one for one in corrections if (one["table"], one["action"]) == ("annual", action))
    named = dict(pair.split("=", 1) for pair in correction["key"].split(" | "))
    rows = lines(checkout.data / "series/annual.csv").records()
    (row,) = [one for one in rows if named.items() <= one.items()]
    return correction, row


def test_a_correction_of_a_row_that_is_replaced_has_nothing_left_to_correct(laid, write, checkout, lines):
    _, row = corrected_rows(checkout, lines, "drop")
    declaration = laid(annual=write(row | {"value": "7"}, name="mine.csv"))
    assert validate(declaration) == []
    inputs = inputs_of(declaration, "2026-11-22")
    (key,) = inputs.origins["annual"]
    annual = inputs["annual"]
    values = annual.loc[
        [key == " | ".join(cells) for cells in annual[list(declaration.tables["annual"].primary_key)].values], "value"
    ]
    assert values.tolist() == [7.0]


def test_frozen_tables_tell_of_the_persons_rows_as_the_build_did(laid, write, checkout, tmp_path):
    own = write(ROW, ROW | {"tenure": "is-k-later", "known_since": "2024-03-01"})
    declaration = laid(leaders=own)
    inputs = inputs_of(declaration, "2022-01-31")
    freeze(inputs, declaration, tmp_path / "frozen")
    again = load_inputs(data=tmp_path / "frozen")
    assert again.accounts == inputs.accounts
    assert again.origins == inputs.origins == {"leaders": {"is-k-invented": "my_leaders.csv"}}
    pd.testing.assert_frame_equal(again.coverage, inputs.coverage)
    pd.testing.assert_frame_equal(again["leaders"], inputs["leaders"])
    overlay = read_declaration(tmp_path / "frozen").overlays["leaders"]
    assert overlay.sha256 == hashlib.sha256(own.path.read_bytes()).hexdigest()
    # Asked for an earlier day, what was cut at the first is still told.
    earlier = own_of(load_inputs("2019-01-15", tmp_path / "frozen"))
    assert [key for key, _ in earlier.cut] == ["is-k-later", "is-k-invented"]


def test_where_rows_are_from_is_read_with_their_table_alone(laid, write, tmp_path):
    declaration = laid(leaders=write(ROW))
    freeze(inputs_of(declaration, "2022-01-31"), declaration, tmp_path / "frozen")
    for name, table in declaration.tables.items():
        if name not in ("leaders", "claims"):
            (tmp_path / "frozen" / table.path).unlink()
    again = load_inputs(data=tmp_path / "frozen")
    assert list(again.origins) == ["leaders"]
    assert len(again["claims"])
    # A chapter that does not read the person's table shows nothing of it.
    assert "file laid over it" not in again.read.columns
    assert again.origins["leaders"] == {"is-k-invented": "my_leaders.csv"}
    assert dict(zip(again.read["table"], again.read["file laid over it"], strict=True)) == {
        "claims": "",
        "leaders": "my_leaders.csv",
    }


def test_frozen_tables_name_no_folder_of_the_person(laid, write, tmp_path):
    declaration = laid(leaders=write(ROW))
    freeze(inputs_of(declaration, "2022-01-31"), declaration, tmp_path / "frozen")
    text = (tmp_path / "frozen" / "datapackage.json").read_text(encoding="utf-8")
    assert json.loads(text)["frozen"]["overlays"]["leaders"]["file"] == "my_leaders.csv"
    assert str(tmp_path) not in text and "../" not in text


def test_coverage_shows_a_persons_table_only_where_there_is_one(laid, write, paper):
    coverage = inputs_of(laid(leaders=write(ROW)), "2022-01-31").coverage.set_index("table")
    added = ["file laid over it", "rows added by it", "rows replaced by it"]
    assert [*paper.coverage.columns[1:], *added] == list(coverage.columns)
    assert coverage.loc["leaders", added].tolist() == ["my_leaders.csv", 1, 0]
    assert (coverage.drop(index="leaders")["file laid over it"] == "").all()
    assert coverage.at["leaders", "rows read"] == paper.coverage.set_index("table").at["leaders", "rows read"] + 1


def test_the_tables_of_the_repository_are_left_as_they_were(laid, write, checkout):
    before = (checkout.data / "record/leaders.csv").read_bytes()
    laid(leaders=write(ROW))
    assert (checkout.data / "record/leaders.csv").read_bytes() == before
