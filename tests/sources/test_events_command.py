"""`afpak events` as a person uses it, from the file to the numbers."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from afpak.build.paths import Checkout
from afpak.cli import main

from .ged import row, written

Command = Callable[..., Result]


@pytest.fixture
def afpak(copied: Checkout, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.chdir(copied.root)
    return lambda *arguments: CliRunner().invoke(main, list(arguments))


@pytest.mark.parametrize("command", ["import", "show", "totals"])
def test_help_shows_an_example(command: str) -> None:
    result = CliRunner().invoke(main, ["events", command, "--help"])
    assert result.exit_code == 0
    assert f"Example: afpak events {command}" in " ".join(result.output.split())


def test_a_file_becomes_a_table_and_the_table_tells_of_it(afpak: Command, copied: Checkout) -> None:
    written(copied.root / "GEDEvent_v25_1.csv", [row(1), row(2, low="9"), row(3, side_b="IS")])
    result = afpak("events", "import", "GEDEvent_v25_1.csv", "--report", "report.csv")
    assert result.exit_code == 0, result.output
    assert "3 rows read, 3 kept" in result.output
    assert "public by 2025-06-11" in result.output
    assert "Use it: afpak build latest --events events/GEDEvent_v25_1.parquet" in result.output
    assert "flag,GEDEvent_v25_1.csv,3,2,,,low estimate above the best" in Path("report.csv").read_text()
    shown = afpak("events", "show", "events/GEDEvent_v25_1.parquet")
    assert shown.output.splitlines() == [
        line for line in result.output.splitlines() if not line.startswith(("Report:", "Wrote"))
    ]
    summary = json.loads(afpak("events", "show", "events/GEDEvent_v25_1.parquet", "--json").output)
    assert summary["events"] == 3
    assert {one["name"]: one["rows"] for one in summary["groups"]} == {"ttp": 2, "is-k": 1}


def test_totals_are_csv_for_other_tools_or_rows_for_the_tables(afpak: Command, copied: Checkout) -> None:
    written(copied.root / "GEDEvent_v22_1.csv", [row(1), row(2)])
    afpak("events", "import", "GEDEvent_v22_1.csv")
    days = afpak("events", "totals", "events/GEDEvent_v22_1.parquet", "--by", "day").output.splitlines()
    assert days[0].startswith("country,group,day,events,deaths_best")
    assert "Pakistan,ttp,2021-03-01,2,6,4,8,0" in days
    of_release = ("events", "totals", "events/GEDEvent_v22_1.parquet", "--by", "province", "--release", "ucdp-ged-22.1")
    assert "ucdp-ged-22.1,Pakistan,pk-kp,militant,2021,2,6,4,8,0,2022-06-27" in afpak(*of_release).output
    refused = afpak("events", "totals", "events/GEDEvent_v22_1.parquet", "--by", "day", "--release", "ucdp-ged-22.1")
    assert refused.exit_code == 2


def test_a_malformed_file_ends_with_status_2_and_its_report(afpak: Command, copied: Checkout) -> None:
    written(copied.root / "GEDEvent_v25_1.csv", [row(1, best="several"), row(2)])
    result = afpak("events", "import", "GEDEvent_v25_1.csv", "--report", "errors.csv")
    assert result.exit_code == 2
    assert "GEDEvent_v25_1.csv, row 2, column best: found 'several'" in result.stderr
    assert "All of them are in errors.csv" in result.stderr
    assert "error,GEDEvent_v25_1.csv,2,1,best,several" in Path("errors.csv").read_text()
    assert not (copied.root / "events" / "GEDEvent_v25_1.parquet").exists()
    left_out = afpak("events", "import", "GEDEvent_v25_1.csv", "--report", "errors.csv", "--leave-out-errors")
    assert left_out.exit_code == 0
    assert "2 rows read, 1 kept" in left_out.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["import", "nowhere.csv"], "nowhere.csv: there is no such file"),
        (["import", "README.md", "--leave-out-errors"], "needs --report FILE"),
        (["import", "README.md", "--published", "June 2025"], "is not a day of the calendar"),
        (["import", "README.md", "--as", "table"], "needs --map FILE"),
        (["show", "nowhere.parquet"], "make one with: afpak events import"),
        (["show", "data/corrections.csv"], "no event table of this project"),
    ],
)
def test_what_is_wrong_is_said_in_words(afpak: Command, copied: Checkout, arguments: list[str], said: str) -> None:
    (copied.root / "README.md").write_text("Title,Text\n1,2\n")
    result = afpak("events", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
