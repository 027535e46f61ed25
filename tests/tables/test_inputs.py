import builtins
import csv
import io
import json
import shutil
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from afpak.problems import InputError
from afpak.sources.summary import SUMMARY, Coverage, Told, as_json
from afpak.tables import Inputs, load_inputs, read_declaration
from afpak.tables import inputs as module
from afpak.tables.inputs import freeze, parse_day, with_events

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


# Each table is read when it is first asked for


@pytest.fixture
def own_frozen(frozen, tmp_path):
    """A frozen folder that a test may change."""
    return Path(shutil.copytree(frozen[0], tmp_path / "data"))


@pytest.fixture
def reading(monkeypatch):
    """Names of the tables that are read from now on."""
    read, really = [], module.read_table

    def read_table(declaration, name):
        read.append(name)
        return really(declaration, name)

    monkeypatch.setattr(module, "read_table", read_table)
    return read


@pytest.fixture
def opening(monkeypatch):
    """Names of the files that are opened from now on, or would be if they were there."""
    opened, really = [], io.open

    def open_(file, *args, **kwargs):
        opened.append(Path(file).name)
        return really(file, *args, **kwargs)

    # Two names of one function.
    monkeypatch.setattr(io, "open", open_)
    monkeypatch.setattr(builtins, "open", open_)
    return opened


def test_a_frozen_table_is_read_when_it_is_first_asked_for_and_once(frozen, reading):
    inputs = load_inputs(data=frozen[0])
    assert "annual" in inputs.tables and len(inputs.tables) == len(list(inputs.tables)) > 20
    assert inputs.origins.get("leaders", {}) == {}
    assert inputs.read.empty
    assert reading == []
    assert inputs["leaders"] is inputs["leaders"] is inputs.tables["leaders"]
    assert inputs.account_of["leaders"].kept == len(inputs["leaders"])
    assert inputs.read["table"].tolist() == ["leaders"]
    assert reading == ["leaders"]


def test_a_frozen_folder_without_one_file_still_serves_the_other_tables(own_frozen, paper):
    (own_frozen / "series/annual.csv").unlink()
    inputs = load_inputs(data=own_frozen)
    for name in paper.tables:
        if name != "annual":
            pd.testing.assert_frame_equal(inputs[name], paper[name])
    expected = paper.coverage[paper.coverage["table"] != "annual"].reset_index(drop=True)
    pd.testing.assert_frame_equal(inputs.read, expected)
    with pytest.raises(FileNotFoundError, match=r"annual\.csv"):
        inputs["annual"]


def test_the_repository_is_read_at_once_so_that_corrections_that_do_not_fit_are_told(checkout, reading):
    load_inputs(data=checkout.data)
    assert sorted(reading) == sorted(read_declaration(checkout.data).tables)


@pytest.mark.parametrize("day", ["2015-06-30", "2022-01-31"])
@pytest.mark.parametrize("names", [[], ["annual"], ["series", "claims", "annual"], ["leaders", "leaders", "claims"]])
def test_read_tells_of_what_was_asked_for_in_the_order_of_the_declaration(names, day, frozen, checkout):
    package = json.loads((checkout.data / "datapackage.json").read_text(encoding="utf-8"))
    expected = [one["name"] for one in package["resources"] if one["name"] in names]
    told = []
    for data in (frozen[0], checkout.data):
        inputs = load_inputs(day, data)
        for name in names:
            inputs[name]
        assert inputs.read["table"].tolist() == inputs.read["table"].tolist() == expected
        told.append(inputs.read)
        # All tables are asked for here, and from now on.
        coverage = inputs.coverage
        pd.testing.assert_frame_equal(inputs.read, coverage)
        rows = coverage[coverage["table"].isin(names)].reset_index(drop=True)
        pd.testing.assert_frame_equal(told[-1], rows, check_dtype=bool(names))
    pd.testing.assert_frame_equal(*told)


def test_every_inputs_keeps_a_book_of_its_own(frozen):
    one, other = load_inputs(data=frozen[0]), load_inputs("2015-06-30", frozen[0])
    one["annual"], other["leaders"]
    assert (one.read["table"].tolist(), other.read["table"].tolist()) == (["annual"], ["leaders"])


def test_tables_that_were_put_in_whole_can_be_read(paper):
    changed = replace(paper, tables={**paper.tables, "leaders": paper["leaders"].head(1)})
    assert len(changed["leaders"]) == 1
    assert changed.read["table"].tolist() == list(paper.tables)
    alone = Inputs(date(2022, 1, 31), {"leaders": paper["leaders"]}, {}, {"leaders": "tenure"})
    assert (alone.events, alone.accounts, dict(alone.origins)) == (None, (), {})


# The event table


@pytest.fixture
def event_table(tmp_path):
    """An event table as imported, of two events that had happened and one that had not, by 2022."""
    told = Told("ucdp", "2022-02-01", (), (Coverage("Pakistan", "2021-01-01", "2022-12-31"),), (), ())
    path = tmp_path / "imported.parquet"
    quoted = as_json(told).replace("'", "''")
    with duckdb.connect() as con:
        con.execute(
            "COPY (SELECT unnest([DATE '2021-01-05', DATE '2021-06-01', DATE '2022-06-01']) AS date_end, "
            f"DATE '2021-12-31' AS published) TO '{path}' (FORMAT parquet, KV_METADATA {{{SUMMARY}: '{quoted}'}})"
        )
    return path


@pytest.fixture
def with_table(paper, event_table, checkout, tmp_path):
    """What an edition sees that has an event table, and the folder that it froze."""
    inputs = with_events(load_inputs("2022-01-31", checkout.data), event_table)
    freeze(inputs, read_declaration(checkout.data), tmp_path / "frozen")
    return with_events(load_inputs("2022-01-31", checkout.data), event_table), tmp_path / "frozen"


def test_the_event_table_is_opened_when_it_is_asked_for_and_python_sees_it(with_table, opening):
    _, root = with_table
    inputs = load_inputs(data=root)
    inputs["leaders"], inputs.read
    assert set(opening) == {"datapackage.json", "leaders.csv"}
    assert inputs.events.cut.kept == 2
    assert opening[-1] == "events.parquet"


def test_that_there_is_no_event_table_is_seen_by_looking_for_it(frozen, opening):
    inputs = load_inputs(data=frozen[0])
    assert "events.parquet" not in opening
    assert inputs.events is None
    assert opening[-1] == "events.parquet"
    assert inputs.read.empty


def test_read_tells_of_the_event_table_last_and_only_if_it_was_asked_for(with_table):
    (edition, root), told = with_table, []
    for inputs in (edition, load_inputs(data=root)):
        inputs["leaders"]
        assert inputs.read["table"].tolist() == ["leaders"]
        assert inputs.events is not None
        told.append(inputs.read)
        assert inputs.coverage["table"].tolist() == [*inputs.tables, "events (UCDP GED)"]
    assert told[0]["table"].tolist() == ["leaders", "events (UCDP GED)"]
    # Two had happened by then; the files cover the months up to the date.
    assert told[0].iloc[1, 1:].tolist() == [3, 0, 1, 2, "2021-01-01", "2022-01-31"]
    pd.testing.assert_frame_equal(*told)


def test_a_frozen_event_table_is_refused_at_another_date_and_the_tables_are_not(with_table, paper):
    _, root = with_table
    earlier = load_inputs("2021-03-01", root)
    assert 0 < len(earlier["annual"]) < len(paper["annual"])
    with pytest.raises(InputError, match="cut at 2022-01-31; ask for that day"):
        _ = earlier.events
    # It is not passed over in a table of all that there is.
    with pytest.raises(InputError, match="cut at 2022-01-31; ask for that day"):
        _ = earlier.coverage


def test_a_file_that_is_no_event_table_is_told_when_it_is_asked_for(own_frozen):
    (own_frozen / "events.parquet").write_bytes(b"no Parquet")
    inputs = load_inputs(data=own_frozen)
    assert len(inputs["leaders"])
    with pytest.raises(InputError, match="no event table of this project"):
        _ = inputs.events


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
