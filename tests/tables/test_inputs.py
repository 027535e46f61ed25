import csv
import json
from dataclasses import asdict
from datetime import date

import pandas as pd
import pytest

from afpak.problems import InputError
from afpak.tables import load_inputs, read_declaration
from afpak.tables.inputs import freeze, parse_day

# Equal tables are missing the same cells in the same way; pandas warns of unlike ones.
pytestmark = pytest.mark.filterwarnings("error:Mismatched null-like:FutureWarning")


@pytest.fixture(scope="module")
def frozen(checkout, paper, tmp_path_factory):
    root = tmp_path_factory.mktemp("frozen") / "data"
    written = freeze(paper, read_declaration(checkout.data), root)
    return root, written


def assert_same_tables(found, expected):
    assert list(found.tables) == list(expected.tables)
    for name, frame in expected.tables.items():
        pd.testing.assert_frame_equal(found[name], frame)


@pytest.mark.parametrize("day", ["1990-01-01", "2015-06-30", "2022-01-31", "2026-11-22"])
def test_every_row_is_dropped_cut_or_kept(checkout, lines, day):
    inputs = load_inputs(day, checkout.data)
    tables = read_declaration(checkout.data).tables
    corrections = lines(checkout.data / "corrections.csv").records()
    assert [account.table for account in inputs.accounts] == list(tables)
    for account in inputs.accounts:
        rows = len(lines(checkout.data / tables[account.table].path).rows)
        drops = [row for row in corrections if (row["table"], row["action"]) == (account.table, "drop")]
        assert account.rows_read == rows == account.dropped + account.cut + account.kept
        assert account.dropped == len(drops)
        assert account.kept == len(inputs[account.table])


def test_nothing_is_cut_on_the_day_of_compilation(checkout):
    assert {account.cut for account in load_inputs("2026-11-22", checkout.data).accounts} == {0}


def test_a_day_after_the_compilation_is_refused(checkout):
    with pytest.raises(InputError, match="2026-11-23: the tables were compiled on 2026-11-22"):
        load_inputs("2026-11-23", checkout.data)


def test_without_a_date_the_day_of_compilation_holds(checkout):
    created = json.loads((checkout.data / "datapackage.json").read_text())["created"][:10]
    assert load_inputs(data=checkout.data).as_of == date.fromisoformat(created)


def test_coverage_says_what_the_accounts_say(paper):
    rows = [[value for name, value in asdict(account).items() if name != "own"] for account in paper.accounts]
    assert paper.coverage.values.tolist() == rows


def test_the_first_and_last_day_are_those_of_the_rows_kept(paper):
    account = next(account for account in paper.accounts if account.table == "annual")
    years = paper["annual"]["period"].astype(int)
    assert (account.first, account.last) == (f"{years.min()}-01-01", f"{years.max()}-12-31")


def test_a_dropped_figure_does_not_appear(checkout):
    annual = load_inputs(data=checkout.data)["annual"]
    version = annual["version"] == "GTI 2025, as reported by Sakshi Post (IANS)"
    ttp = annual[version & (annual["group"] == "TTP") & (annual["metric"] == "killed") & (annual["period"] == "2024")]
    assert ttp.empty  # c003


def test_the_tables_are_found_from_the_working_directory(checkout, monkeypatch, paper):
    monkeypatch.chdir(checkout.notebooks)
    assert_same_tables(load_inputs("2022-01-31"), paper)


def test_a_frozen_folder_loads_to_equal_tables(frozen, paper):
    root, _ = frozen
    again = load_inputs(data=root)
    assert again.as_of == paper.as_of
    assert_same_tables(again, paper)


def test_freezing_names_every_file_it_wrote_the_declaration_first(frozen):
    root, written = frozen
    assert written[0] == root / "datapackage.json"
    assert sorted(written) == sorted(path for path in root.rglob("*") if path.is_file())


def test_frozen_tables_are_not_corrected_again_and_keep_the_account_of_what_was_cut(frozen, checkout):
    again = load_inputs(data=frozen[0])
    with (checkout.data / "series/annual.csv").open(encoding="utf-8", newline="") as file:
        in_repository = sum(1 for _ in csv.reader(file)) - 1
    with (checkout.data / "corrections.csv").open(encoding="utf-8", newline="") as file:
        # All are applied at any date; the frozen table of corrections lacks those whose reason came later.
        drops = [row for row in csv.DictReader(file) if (row["table"], row["action"]) == ("annual", "drop")]
    with (frozen[0] / "series/annual.csv").open(encoding="utf-8", newline="") as file:
        in_build = sum(1 for _ in csv.reader(file)) - 1
    annual = next(account for account in again.accounts if account.table == "annual")
    assert (annual.rows_read, annual.kept) == (in_repository, in_build)
    assert annual.dropped == len(drops) > len(again["corrections"]) > 0
    assert annual.cut == in_repository - in_build - annual.dropped


def test_frozen_tables_refuse_a_later_date(frozen):
    with pytest.raises(InputError, match="frozen at 2022-01-31") as caught:
        load_inputs("2022-02-01", frozen[0])
    assert caught.value.problems[0].value == "2022-02-01"


def test_frozen_tables_give_an_earlier_date_as_the_repository_does(frozen, checkout):
    assert_same_tables(load_inputs("2015-06-30", frozen[0]), load_inputs("2015-06-30", checkout.data))


def test_freezing_into_a_folder_that_exists_is_refused(frozen, paper, checkout):
    with pytest.raises(FileExistsError):
        freeze(paper, read_declaration(checkout.data), frozen[0])


@pytest.mark.parametrize("day", [*(f"{year}-01-01" for year in range(2005, 2027)), "2022-01-31"])
def test_what_a_row_names_is_in_the_tables_of_the_same_date(day, checkout):
    inputs = load_inputs(day, checkout.data)
    organisations, series = set(inputs["organisations"]["organisation"]), set(inputs["series"]["series"])
    naming = [
        ("leaders", "organisation", organisations),
        ("faction-events", "subject", organisations),
        ("faction-events", "object", organisations),
        ("organisations", "parent", organisations),
        ("annual", "series", series),
        ("monthly", "series", series),
        ("spans", "series", series),
    ]
    missing = {(table, column): set(inputs[table][column].dropna()) - known for table, column, known in naming}
    assert {place: names for place, names in missing.items() if names} == {}


@pytest.mark.parametrize(
    "text",
    ["2022-02-30", "2022-13-01", "2022-1-1", "20220101", "2022", "2022-W01-1", "01.02.2022", "", "tomorrow!!"],
)
def test_only_a_day_of_the_calendar_is_a_day(text):
    with pytest.raises(InputError, match="expected YYYY-MM-DD"):
        parse_day(text)


def test_a_day_is_parsed():
    assert parse_day("2024-02-29") == date(2024, 2, 29)
