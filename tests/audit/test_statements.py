"""How tables that carry facts are read as statements; every statement written out by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from afpak.audit.statements import (
    Attribute,
    Statement,
    by_fact,
    names_of,
    persons_by_name,
    recorded,
    said,
    stated,
    vocabulary,
)
from afpak.tables import Inputs

from .test_join import EMPTY, inputs

DATA = Path(__file__).resolve().parents[2] / "data"


def rows(table: str, *cells: dict[str, object]) -> pd.DataFrame:
    """Some rows of a table as `test_join` declares it; what is not given is blank."""
    return pd.DataFrame(list(cells), columns=EMPTY[table].split())


def of(made: Inputs) -> list[tuple[str, str, str, bool]]:
    """Subject, attribute, value and whether it is a differing report, in the order read."""
    return [(one.subject, one.attribute, one.value, one.alternative) for one in recorded(made)]


# The paper's


def test_statements_of_the_paper_are_read_as_they_stand() -> None:
    made = inputs(
        [
            ("2.1-05", None, "x", "troops", "8000/8600", "about", "2020-07/2020-11"),
            ("1.2-21", "fn31", "y", "died", "2018-06", "exact", None),
            ("1.2-21", float("nan"), "y", "died", "2016", "before", float("nan")),
        ],
        [],
    )
    assert stated(made) == [
        Statement(
            "statements: 2.1-05a", "x", "troops", "8000/8600", "about", at="2020-07/2020-11", said_by="", claim="2.1-05"
        ),
        Statement("statements: 1.2-21b", "y", "died", "2018-06", "exact", at="", said_by="fn31", claim="1.2-21"),
        Statement("statements: 1.2-21c", "y", "died", "2016", "before", at="", said_by="", claim="1.2-21"),
    ]


# The record's


def test_a_row_of_the_record_keeps_bound_and_time_and_its_first_source() -> None:
    made = inputs([], [("x", "troops", "2500", "at-least", "2021-01-15"), ("x", "origin", "swat", "exact", None)])
    made["record-statements"].loc[1, "source"] = "First (2019) | Second (2020)"
    assert recorded(made) == [
        Statement("record-statements: R000", "x", "troops", "2500", "at-least", "2021-01-15", source="Source 0 (2020)"),
        Statement("record-statements: R001", "x", "origin", "swat", "exact", "", source="First (2019)"),
    ]


HEAD = {
    "tenure": "t1",
    "organisation": "ttp",
    "person": "Mullah X",
    "rank": "head",
    "tenure_start": "2013-11",
    "source": "S",
}


def test_a_head_that_was_killed_says_office_start_end_and_cause() -> None:
    ended = {"start_alternatives": "2013-12 | 2014", "tenure_end": "2018-06-13", "end_alternatives": "2018-06-14"}
    cause = {"end_cause": "drone strike", "cause_alternatives": "airstrike | ground raid"}
    made = inputs([], [], leaders=rows("leaders", HEAD | ended | cause))
    assert of(made) == [
        ("mullah-x", "headed", "ttp", False),
        ("mullah-x", "became-head", "2013-11", False),
        ("mullah-x", "became-head", "2013-12", True),
        ("mullah-x", "became-head", "2014", True),
        ("mullah-x", "died", "2018-06-13", False),
        ("mullah-x", "died", "2018-06-14", True),
        ("mullah-x", "cause-of-death", "drone-strike", False),
        ("mullah-x", "cause-of-death", "airstrike", True),
        ("mullah-x", "cause-of-death", "ground-raid", True),
    ]
    assert {(one.row, one.source, one.bound, one.at, one.claim) for one in recorded(made)} == {
        ("leaders: t1", "S", "exact", "", "")
    }


@pytest.mark.parametrize(
    ("end", "sources", "of_the_end"),
    [
        ("2018-06-13", "A (8 Nov 2013) | B (24 Jun 2018) | C (2019)", "B (24 Jun 2018)"),
        ("2018-06-13", "A (8 Nov 2013) | C (13 Jun 2018) | D", "C (13 Jun 2018)"),  # on the very day
        ("2018-06-13", "A (12 Jun 2018) | C (Jun 2018) | D (2018)", "D (2018)"),  # may all be older: the last one
        ("2018-06", "A (31 May 2018) | B (Jun 2018) | C", "B (Jun 2018)"),
        ("2018-06-13", "A (8 Nov 2013) | B", "B"),
        ("2018-06-13", "A | B", "B"),
        ("2018-06-13", "A (8 Nov 2013)", "A (8 Nov 2013)"),
    ],
)
def test_an_end_is_told_with_a_source_that_can_know_of_it_and_a_start_with_the_first(end, sources, of_the_end) -> None:
    row = HEAD | {"tenure_end": end, "end_cause": "bombing", "cause_alternatives": "airstrike", "source": sources}
    told: dict[str, set[str]] = {}
    for one in recorded(inputs([], [], leaders=rows("leaders", row))):
        told.setdefault(one.attribute, set()).add(one.source)
    first = sources.split(" | ")[0]
    assert told == {
        "headed": {first}, "became-head": {first}, "died": {of_the_end}, "cause-of-death": {of_the_end},
    }  # fmt: skip


def test_a_deputy_holds_a_rank_and_does_not_become_head() -> None:
    made = inputs([], [], leaders=rows("leaders", HEAD | {"rank": "deputy", "tenure_end": "2017", "end_cause": "died"}))
    assert of(made) == [
        ("mullah-x", "held-rank-in", "ttp", False),
        ("mullah-x", "died", "2017", False),
        ("mullah-x", "cause-of-death", "died", False),
    ]


@pytest.mark.parametrize(
    ("cause", "attribute"),
    [
        ("drone strike", "died"), ("airstrike", "died"), ("ground raid", "died"), ("bombing", "died"),
        ("killed", "died"), ("died", "died"), ("arrest", "arrested"), ("replaced", None), (None, None),
    ],
)  # fmt: skip
def test_only_a_death_or_an_arrest_is_a_fact_of_the_person(cause, attribute) -> None:
    made = inputs([], [], leaders=rows("leaders", HEAD | {"tenure_end": "2019-04", "end_cause": cause}))
    told = {name for _, name, _, _ in of(made)} - {"headed", "became-head"}
    assert told == ({attribute} if attribute == "arrested" else {"died", "cause-of-death"} if attribute else set())
    if attribute:
        assert ("mullah-x", attribute, "2019-04", False) in of(made)


def test_a_tenure_without_an_end_has_none() -> None:
    assert of(inputs([], [], leaders=rows("leaders", HEAD))) == [
        ("mullah-x", "headed", "ttp", False),
        ("mullah-x", "became-head", "2013-11", False),
    ]


def test_a_person_is_found_by_any_spelling_and_otherwise_named_by_the_name_itself() -> None:
    subjects = rows(
        "subjects",
        {"subject": "fazlullah", "kind": "person", "name": "Mullah Fazlullah", "spellings": "Fazlullah | Radio Mullah"},
        {"subject": "other", "kind": "person", "name": "Other", "spellings": "Fazlullah"},
        {"subject": "radio", "kind": "body", "name": "Radio Free", "spellings": None},
    )
    made = inputs([], [], subjects=subjects)
    # The first row that has a spelling keeps it; what is no person is not found.
    assert persons_by_name(made) == {
        "Mullah Fazlullah": "fazlullah",
        "Fazlullah": "fazlullah",
        "Radio Mullah": "fazlullah",
        "Other": "other",
    }
    leaders = [HEAD | {"tenure": f"t{i}", "person": name} for i, name in enumerate(("Radio Mullah", "Qari ’Abd Khan"))]
    made = inputs([], [], subjects=subjects, leaders=rows("leaders", *leaders))
    assert [subject for subject, name, _, _ in of(made) if name == "headed"] == ["fazlullah", "qari-abd-khan"]


def test_kinds_of_events_that_say_a_fact_of_their_subject() -> None:
    kinds = ("formed", "split", "pledged", "merged", "joined", "talks", "ceasefire", "expelled", "leader-change")
    events = [{"event": f"fe{i}", "kind": kind, "date": "2014-08", "subject": "jua"} for i, kind in enumerate(kinds)]
    events[1]["date_alternatives"] = "2014-09 | 2014-10-01"
    made = inputs([], [], **{"faction-events": rows("faction-events", *events)})
    assert [(one.row, one.attribute, one.value, one.alternative) for one in recorded(made)] == [
        ("faction-events: fe0", "formed", "2014-08", False),
        ("faction-events: fe1", "split", "2014-08", False),
        ("faction-events: fe1", "split", "2014-09", True),
        ("faction-events: fe1", "split", "2014-10-01", True),
        ("faction-events: fe2", "pledged", "2014-08", False),
        ("faction-events: fe3", "merged", "2014-08", False),
        ("faction-events: fe4", "joined", "2014-08", False),
    ]


def test_an_organisation_says_when_it_was_formed_and_out_of_what_if_that_is_known() -> None:
    organisations = rows(
        "organisations",
        {"organisation": "jua", "short": "JuA", "formed": "2014-08", "parent": "ttp", "source": "A | B"},
        {"organisation": "ttp", "short": "TTP", "formed": "2007-12-14"},
        {"organisation": "hua", "short": "HuA", "parent": "jua"},
        {"organisation": "let", "short": "LeT"},
    )
    made = inputs([], [], organisations=organisations)
    assert recorded(made) == [
        Statement("organisations: jua", "jua", "formed", "2014-08", source="A"),
        Statement("organisations: jua", "jua", "parent", "ttp", source="A"),
        Statement("organisations: ttp", "ttp", "formed", "2007-12-14"),
        Statement("organisations: hua", "hua", "parent", "jua"),
    ]


def test_a_dated_event_says_its_date_and_the_differing_ones() -> None:
    row = {"date_id": "doha", "date": "2020-02-29", "date_alternatives": "2020-02-28", "name": "Doha", "source": "S"}
    assert recorded(inputs([], [], dates=rows("dates", row))) == [
        Statement("dates: doha", "doha", "date", "2020-02-29", source="S"),
        Statement("dates: doha", "doha", "date", "2020-02-28", source="S", alternative=True),
    ]


def test_all_tables_are_read_and_their_facts_gathered_by_subject_and_attribute() -> None:
    made = inputs(
        [],
        [("jua", "formed", "2014-09", "exact", None), ("jua", "origin", "mohmand", "exact", None)],
        organisations=rows("organisations", {"organisation": "jua", "short": "JuA", "formed": "2014-08"}),
        **{
            "faction-events": rows(
                "faction-events", {"event": "fe1", "kind": "formed", "date": "2014-08-26", "subject": "jua"}
            )
        },
    )
    facts = by_fact(recorded(made))
    assert set(facts) == {("jua", "formed"), ("jua", "origin")}
    assert [one.row for one in facts["jua", "formed"]] == [
        "record-statements: R000",
        "faction-events: fe1",
        "organisations: jua",
    ]


def test_an_edition_that_knows_nothing_records_nothing() -> None:
    assert recorded(inputs([], [])) == []
    assert stated(inputs([], [])) == []


# Words and names


def test_the_vocabulary_fills_what_is_blank() -> None:
    words = vocabulary(inputs([], []))
    assert words["troops"] == Attribute("troops", "number", "persons", 0.05, False, "number of troops")
    assert words["pledged"] == Attribute("pledged", "date", "", 0.0, True, "date of a pledge")


def test_names_of_subjects_organisations_and_events() -> None:
    made = inputs(
        [],
        [],
        dates=rows(
            "dates", {"date_id": "doha", "name": "Doha agreement", "date": "2020"}, {"date_id": "z", "name": "date"}
        ),
        subjects=rows("subjects", {"subject": "x", "name": "Mullah X"}, {"subject": "z", "name": "s"}),
        organisations=rows(
            "organisations",
            {"organisation": "ttp", "name": "Tehreek", "short": "TTP"},
            {"organisation": "z", "short": "o"},
        ),
    )
    # An organisation is called by its short name; where one identifier stands in several tables it goes first.
    assert names_of(made) == {"doha": "Doha agreement", "x": "Mullah X", "ttp": "TTP", "z": "o"}


NUMBER = Attribute("killed", "number", "persons", 0.0, False, "number of people killed")


@pytest.mark.parametrize(
    ("statement", "unit", "text"),
    [
        (("65", "exact", ""), "per cent", "65%"),
        (("60/65", "about", ""), "per cent", "about 60 to 65%"),
        (("1234567", "at-most", ""), "", "at most 1,234,567"),
        (("2.5", "exact", ""), "rupees", "2.5 rupees"),
        (("100", "about", "2021-10/2021-12"), "persons", "about 100 persons (2021-10 to 2021-12)"),
    ],
)
def test_numbers_are_said_with_bound_unit_and_time(statement, unit, text) -> None:
    value, bound, at = statement
    word = Attribute("a", "number", unit, 0.0, False, "m")
    assert said(Statement("", "x", "a", value, bound, at), word, {}) == text


def test_dates_are_said_as_they_stand_with_before_and_after() -> None:
    word = Attribute("died", "date", "", 0.0, False, "date of death")
    assert said(Statement("", "x", "died", "2014-05"), word, {}) == "2014-05"
    assert said(Statement("", "x", "died", "2014-05", "before"), word, {}) == "before 2014-05"
    assert said(Statement("", "x", "died", "2014-05", "after"), word, {"2014-05": "May"}) == "after 2014-05"


# The real tables


def file(path: str) -> list[dict[str, str]]:
    with (DATA / path).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_the_record_of_fazlullah_as_the_file_of_leaders_has_it(latest) -> None:
    (row,) = [row for row in file("record/leaders.csv") if row["tenure"] == "ttp-fazlullah"]
    facts = by_fact(recorded(latest))
    died = facts["fazlullah", "died"]
    assert [one.value for one in died] == [row["tenure_end"], *row["end_alternatives"].split(" | ")]
    assert [one.alternative for one in died] == [False] + [True] * (len(died) - 1)
    assert "2013-11-07" in [one.value for one in facts["fazlullah", "became-head"]]


def test_every_statement_of_paper_and_record_is_in_the_vocabulary_and_reads_as_its_type(latest) -> None:
    words = vocabulary(latest)
    for one in (*stated(latest), *recorded(latest)):
        assert one.attribute in words, one
        assert said(one, words[one.attribute], {}), one


def test_every_leader_that_the_paper_names_is_a_subject_so_that_the_two_can_be_joined(latest) -> None:
    known = {row["subject"] for row in file("record/subjects.csv")}
    named = {f"leaders: {row['tenure']}": row["person"] for row in file("record/leaders.csv") if row["paper_sections"]}
    subjects = {one.row: one.subject for one in recorded(latest) if one.row in named}
    assert set(subjects) == set(named)
    assert {named[place] for place, subject in subjects.items() if subject not in known} == set()


def test_every_subject_of_the_paper_has_a_name(latest) -> None:
    names = names_of(latest)
    assert sorted({one.subject for one in stated(latest)} - set(names)) == []
