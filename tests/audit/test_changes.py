"""Verdicts that later evidence changed: every day of a change is one that the small tables hold."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from afpak.audit import change_notes, changes, findings
from afpak.problems import InputError
from afpak.tables import Inputs, load_inputs

from .test_registry import claim, edition

DATA = Path(__file__).resolve().parents[2] / "data"
COLUMNS = ["claim", "before", "now", "since", "sentence"]
STATED = ("1.1-01", None, "x", "killed", "128", "exact", None)


class Tables:
    """Tables of which an edition sees what was known by its date: rows of the record with that date.

    A row is (known_since, last day that this may mean, subject, attribute, value); one without a date is only
    known on the last day of all.
    """

    LAST = "2026-11-22"

    def __init__(self, claims: list[dict], paper: list[tuple], record: list[tuple]) -> None:
        self.claims, self.paper, self.record = claims, paper, record
        self.asked: list[str] = []

    def at(self, as_of: str) -> Inputs:
        self.asked.append(as_of)
        made = edition(self.claims, self.paper, [(*row[2:], "exact", None) for row in self.record], as_of=as_of)
        known = pd.Series([row[0] for row in self.record], dtype=object)
        seen = [(row[1] or self.LAST) <= as_of for row in self.record]
        rows = made["record-statements"].assign(known_since=known)[pd.Series(seen, dtype=bool)]
        return Inputs(made.as_of, {**made.tables, "record-statements": rows}, {}, made.keys)

    def changes(self, now: str = LAST, since: str = "2022-01-31") -> list[tuple]:
        table = changes(self.at(now), since, self.at)
        assert list(table.columns) == COLUMNS
        return [tuple(None if pd.isna(cell) else cell for cell in row) for row in table[COLUMNS[:4]].values.tolist()]


def row(known: str, value: str, last: str = "", subject: str = "x") -> tuple:
    return (known, last or known, subject, "killed", value)


def test_a_verdict_that_a_later_row_changed_is_told_with_the_day_of_that_row() -> None:
    tables = Tables([claim("1.1-01")], [STATED], [row("2021-06-01", "128"), row("2022-03-10", "170")])
    assert tables.changes() == [("1.1-01", "supported", "contested", "2022-03-10")]
    table = changes(tables.at("2026-11-22"), "2022-01-31", tables.at)
    assert "170 persons" in table["sentence"].iloc[0]


@pytest.mark.parametrize(("now", "expected"), [("2022-03-09", 0), ("2022-03-10", 1)])
def test_an_edition_before_that_day_knows_of_no_change(now, expected) -> None:
    tables = Tables([claim("1.1-01")], [STATED], [row("2021-06-01", "128"), row("2022-03-10", "170")])
    assert len(tables.changes(now)) == expected


def test_more_of_the_same_changes_nothing() -> None:
    record = [row("2021-06-01", "128"), row("2023-03-10", "128")]
    assert Tables([claim("1.1-01")], [STATED], record).changes() == []


def test_since_is_the_first_day_of_the_present_verdict_not_of_any_change() -> None:
    # Nothing known, then contradicted in 2022, contested from 2023 on; the row of 2024 changes nothing more.
    record = [row("2022-05-02", "170"), row("2023-05-03", "128"), row("2024-05-04", "128")]
    assert Tables([claim("1.1-01")], [STATED], record).changes() == [
        ("1.1-01", "unverifiable", "contested", "2023-05-03")
    ]


@pytest.mark.parametrize(
    ("known", "last"), [("2022-02", "2022-02-28"), ("2024-02", "2024-02-29"), ("2023", "2023-12-31")]
)
def test_a_row_that_is_dated_to_a_month_or_a_year_counts_from_its_last_day(known, last) -> None:
    tables = Tables([claim("1.1-01")], [STATED], [row(known, "128", last)])
    assert tables.changes() == [("1.1-01", "unverifiable", "supported", last)]


def test_a_change_that_only_an_undated_row_explains_has_no_day() -> None:
    tables = Tables([claim("1.1-01")], [STATED], [(None, None, "x", "killed", "128")])
    assert tables.changes() == [("1.1-01", "unverifiable", "supported", None)]


FORECAST = claim("1.1-01", "forecast", judge_by="2023", horizon="two years")


def test_a_forecast_changes_on_the_day_on_which_it_falls_due() -> None:
    tables = Tables([FORECAST], [STATED], [row("2022-05-01", "128")])
    assert tables.changes() == [("1.1-01", "pending", "supported", "2023-12-31")]
    assert tables.changes("2023-12-30") == []
    assert tables.changes("2023-12-31") == [("1.1-01", "pending", "supported", "2023-12-31")]


def test_a_forecast_on_which_something_became_known_only_later_changes_then() -> None:
    tables = Tables([FORECAST], [STATED], [row("2024-02-02", "170")])
    assert tables.changes() == [("1.1-01", "pending", "contradicted", "2024-02-02")]


def test_a_forecast_that_falls_due_without_evidence_becomes_unverifiable_on_that_day() -> None:
    assert Tables([FORECAST], [], []).changes() == [("1.1-01", "pending", "unverifiable", "2023-12-31")]


def test_a_forecast_that_was_due_before_is_a_claim_like_any_other() -> None:
    tables = Tables([claim("1.1-01", "forecast", judge_by="2020", horizon="h")], [STATED], [row("2022-05-01", "128")])
    assert tables.changes() == [("1.1-01", "unverifiable", "supported", "2022-05-01")]


def test_changes_come_in_the_order_of_the_paper_and_only_where_there_are_some() -> None:
    rows = [claim("2.1-01", paragraph=2), claim("2.1-02", paragraph=1), claim("1.1-01")]
    paper = [
        ("2.1-01", None, "a", "killed", "1", "exact", None),
        ("2.1-02", None, "b", "killed", "1", "exact", None),
        ("1.1-01", None, "c", "killed", "1", "exact", None),
    ]
    record = [
        row("2022-02-01", "1", subject="a"),
        row("2022-02-02", "9", subject="b"),
        row("2021", "1", "2021-12-31", "c"),
    ]
    # Section 2.1 is the first of the small table; its second claim stands in the first paragraph.
    assert Tables(rows, paper, record).changes() == [
        ("2.1-02", "unverifiable", "contradicted", "2022-02-02"),
        ("2.1-01", "unverifiable", "supported", "2022-02-01"),
    ]


@pytest.mark.parametrize("since", ["2022-01-31", "2022-02-01", "2030-01-01"])
def test_an_edition_no_later_than_the_other_date_has_no_changes_and_asks_for_nothing(since) -> None:
    tables = Tables([claim("1.1-01")], [STATED], [row("2022-01-31", "128")])
    assert tables.changes("2022-01-31", since) == []
    assert tables.asked == ["2022-01-31"]


def test_each_date_is_loaded_once() -> None:
    rows = [claim("1.1-01"), claim("1.1-02")]
    paper = [STATED, ("1.1-02", None, "x", "killed", "130", "exact", None)]
    tables = Tables(rows, paper, [row("2022-05-01", "128"), row("2023-05-01", "130")])
    changes(tables.at("2026-11-22"), "2022-01-31", tables.at)
    assert len(tables.asked) == len(set(tables.asked))


def test_a_date_that_is_none_is_refused() -> None:
    tables = Tables([claim("1.1-01")], [], [])
    with pytest.raises(InputError, match="2022-02-30"):
        changes(tables.at("2026-11-22"), "2022-02-30", tables.at)


def test_on_the_real_tables_exactly_the_claims_with_another_verdict_are_told(paper, latest) -> None:
    def at(day: str) -> Inputs:
        return paper if day == "2022-01-31" else load_inputs(day, DATA)

    table = changes(latest, "2022-01-31", at)
    before = {one.claim: str(one.verdict) for one in findings(paper)}
    now = {one.claim: str(one.verdict) for one in findings(latest)}
    assert table["claim"].tolist() == [name for name in now if before[name] != now[name]]
    assert table["before"].tolist() == [before[name] for name in table["claim"]]
    assert table["now"].tolist() == [now[name] for name in table["claim"]]
    assert (table["before"] == "pending").any()
    days = table["since"].dropna()
    assert ((days > "2022-01-31") & (days <= "2026-11-22")).all()


def test_notes_give_the_text_of_a_claim_and_the_day_of_its_present_verdict() -> None:
    rows = pd.read_csv(DATA / "record/judgements.csv", dtype=str).set_index("judgement")
    texts = pd.read_csv(DATA / "paper/claims.csv", dtype=str).set_index("claim")["text"]
    # Contested by one reading alone, of a source of which only the year is known.
    assert (rows.at["JD056", "claim"], rows.at["JD056", "known_since"]) == ("2.4-19", "2022")
    found = change_notes(DATA, "2022-01-31", ["2.4-19", "no such claim"])
    assert found == {"2.4-19": (texts["2.4-19"], "2022-12-31")}


def test_notes_look_at_no_day_before_the_one_given() -> None:
    assert change_notes(DATA, "2022-12-31", ["2.4-19"])["2.4-19"][1] is None
