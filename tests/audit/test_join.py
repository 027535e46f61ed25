"""The join of statements, on small tables whose verdicts are worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afpak.audit import join, readings
from afpak.audit.findings import Verdict, combined
from afpak.audit.statements import Attribute, Statement, agree, comparable, said
from afpak.tables import Inputs

WORDS = [
    # attribute, type, unit, tolerance, values, meaning
    ("died", "date", None, None, "one", "date of death"),
    ("pledged", "date", None, None, "many", "date of a pledge"),
    ("killed", "number", "persons", None, "one", "number of people killed"),
    ("troops", "number", "persons", 0.05, "one", "number of troops"),
    ("origin", "name", None, None, "one", "place of origin"),
    ("area", "name", None, None, "many", "area of activity"),
]
EMPTY = {
    "leaders": "tenure organisation person aliases role rank tenure_start start_alternatives tenure_end "
    "end_alternatives status end_cause cause_alternatives source",
    "faction-events": "event date date_alternatives kind subject source",
    "organisations": "organisation name short formed parent source",
    "subjects": "subject kind name spellings",
    "dates": "date_id date date_alternatives name source",
    "judgements": "judgement claim bearing reason source url known_since",
}


def inputs(paper: list[tuple], record: list[tuple], judgements: list[tuple] = (), **tables: pd.DataFrame) -> Inputs:
    """An edition of a few statements: (claim, said_by, subject, attribute, value, bound, at); the record likewise."""
    frames = {name: pd.DataFrame(columns=columns.split()) for name, columns in EMPTY.items()}
    frames["attributes"] = pd.DataFrame(WORDS, columns=["attribute", "type", "unit", "tolerance", "values", "meaning"])
    frames["statements"] = pd.DataFrame(
        [(f"{row[0]}{chr(97 + i)}", *row) for i, row in enumerate(paper)],
        columns=["statement", "claim", "said_by", "subject", "attribute", "value", "bound", "at"],
    )
    frames["record-statements"] = pd.DataFrame(
        [(f"R{i:03d}", *row, f"Source {i} (2020)", "https://example.org") for i, row in enumerate(record)],
        columns=["statement", "subject", "attribute", "value", "bound", "at", "source", "url"],
    )
    frames["judgements"] = pd.DataFrame(
        [(f"JX{i:03d}", *row, f"Page {i}", "https://example.org", "2020") for i, row in enumerate(judgements)],
        columns=EMPTY["judgements"].split(),
    )
    return Inputs(date(2022, 1, 31), frames | tables, {})


def verdict(paper: tuple, *record: tuple) -> Verdict:
    edition = inputs([("1.1-01", None, *paper)], list(record))
    found = join.judged("1.1-01", join.prepare(edition))
    assert found is not None
    return found.verdict


def test_a_year_agrees_with_a_day_in_it_and_not_with_another() -> None:
    stated = ("x", "died", "2016", "exact", None)
    assert verdict(stated, ("x", "died", "2016-06-13", "exact", None)) is Verdict.SUPPORTED
    assert verdict(stated, ("x", "died", "2018-06-13", "exact", None)) is Verdict.CONTRADICTED


def test_nothing_recorded_leaves_it_unverifiable() -> None:
    stated = ("x", "died", "2016", "exact", None)
    assert verdict(stated) is Verdict.UNVERIFIABLE
    assert verdict(stated, ("y", "died", "2016", "exact", None)) is Verdict.UNVERIFIABLE
    assert verdict(stated, ("x", "killed", "2016", "exact", None)) is Verdict.UNVERIFIABLE


def test_sources_on_both_sides_make_it_contested() -> None:
    stated = ("x", "origin", "buner", "exact", None)
    swat, buner = ("x", "origin", "swat", "exact", None), ("x", "origin", "buner", "exact", None)
    assert verdict(stated, swat, buner) is Verdict.CONTESTED
    assert verdict(stated, swat, swat) is Verdict.CONTRADICTED


def test_where_many_values_may_be_another_one_excludes_nothing() -> None:
    stated = ("x", "area", "kunar", "exact", None)
    kunar, logar = ("x", "area", "kunar", "exact", None), ("x", "area", "logar", "exact", None)
    assert verdict(stated, kunar, logar) is Verdict.SUPPORTED
    assert verdict(stated, logar) is Verdict.UNVERIFIABLE


@pytest.mark.parametrize(
    ("stated", "recorded", "expected"),
    [
        (("2300", "at-least"), ("2300", "about"), Verdict.SUPPORTED),
        (("2300", "at-least"), ("900", "exact"), Verdict.CONTRADICTED),
        (("128", "exact"), ("170", "at-least"), Verdict.CONTRADICTED),
        (("128", "exact"), ("120/130", "exact"), Verdict.SUPPORTED),
        (("2000/5000", "exact"), ("2500/4000", "exact"), Verdict.SUPPORTED),
        (("2000/5000", "exact"), ("1999", "at-most"), Verdict.CONTRADICTED),
        (("100", "about"), ("109", "exact"), Verdict.SUPPORTED),
        (("100", "about"), ("112", "exact"), Verdict.CONTRADICTED),
    ],
)
def test_numbers_agree_as_their_bounds_leave_them(stated, recorded, expected) -> None:
    assert verdict(("x", "killed", *stated, None), ("x", "killed", *recorded, None)) is expected


def test_a_tolerance_is_a_share_of_the_larger_number() -> None:
    # 5 per cent of 8,400 is 420: 8,000 is within it, 7,900 is not.
    recorded = ("x", "troops", "8400", "exact", None)
    assert verdict(("x", "troops", "8000", "exact", None), recorded) is Verdict.SUPPORTED
    assert verdict(("x", "troops", "7900", "exact", None), recorded) is Verdict.CONTRADICTED


def test_values_of_different_times_are_not_held_against_each_other() -> None:
    stated = ("x", "troops", "8000", "exact", "2021-02")
    assert verdict(stated, ("x", "troops", "8600", "exact", "2020-07/2020-11")) is Verdict.UNVERIFIABLE
    assert verdict(stated, ("x", "troops", "2500", "exact", "2021-01-15/2021-04")) is Verdict.CONTRADICTED
    assert verdict(stated, ("x", "troops", "2500", "exact", None)) is Verdict.CONTRADICTED


def test_a_differing_report_alone_makes_it_contested_and_beside_the_record_does_not_weigh() -> None:
    row = {"date_id": "x", "date": "2013-09-05", "date_alternatives": "2013-12", "name": "X", "source": "S"}
    words = pd.DataFrame([("date", "date", None, None, "one", "date")], columns=EMPTY_WORDS)
    for stated, expected in (
        ("2013-12", Verdict.CONTESTED),
        ("2013-09", Verdict.SUPPORTED),
        ("2012", Verdict.CONTRADICTED),
    ):
        edition = inputs(
            [("1.1-01", None, "x", "date", stated, "exact", None)], [], dates=pd.DataFrame([row]), attributes=words
        )
        found = join.judged("1.1-01", join.prepare(edition))
        assert found is not None and found.verdict is expected
        assert found.evidence == ("statements: 1.1-01a", "dates: x")


EMPTY_WORDS = ["attribute", "type", "unit", "tolerance", "values", "meaning"]


def test_leaders_events_and_organisations_speak_for_themselves() -> None:
    leaders = pd.DataFrame(
        [{"tenure": "t1", "organisation": "ttp", "person": "Mullah X", "rank": "head", "tenure_start": "2013-11-07",
          "tenure_end": "2018-06-13", "end_alternatives": "2018-06-14", "end_cause": "drone strike", "source": "S"}],
        columns=EMPTY["leaders"].split(),
    )  # fmt: skip
    subjects = pd.DataFrame([("mullah-x", "person", "Mullah X", None)], columns=EMPTY["subjects"].split())
    events = pd.DataFrame(
        [("fe1", "2015-08-06", None, "pledged", "imu", "S"), ("fe2", "2015-09", None, "talks", "imu", "S")],
        columns=EMPTY["faction-events"].split(),
    )
    edition = inputs(
        [
            ("1.1-01", None, "mullah-x", "died", "2016", "exact", None),
            ("1.1-02", None, "imu", "pledged", "2015", "exact", None),
        ],
        [],
        leaders=leaders,
        subjects=subjects,
        **{"faction-events": events},
    )
    book = join.prepare(edition)
    died, pledged = join.judged("1.1-01", book), join.judged("1.1-02", book)
    assert died is not None and died.verdict is Verdict.CONTRADICTED
    assert died.evidence == ("statements: 1.1-01a", "leaders: t1")
    assert "2018-06-13" in died.sentence and "Mullah X" in died.sentence
    assert pledged is not None and pledged.verdict is Verdict.SUPPORTED


def test_a_claim_is_as_good_as_its_weakest_statement() -> None:
    edition = inputs(
        [
            ("1.1-01", None, "x", "died", "2013-11", "exact", None),
            ("1.1-01", None, "x", "origin", "south", "exact", None),
        ],
        [("x", "died", "2013-11-01", "exact", None), ("x", "origin", "north", "exact", None)],
    )
    found = join.judged("1.1-01", join.prepare(edition))
    assert found is not None and found.verdict is Verdict.CONTRADICTED


def test_combined_verdicts() -> None:
    v = Verdict
    assert combined((v.SUPPORTED, v.CONTESTED, v.CONTRADICTED)) is v.CONTRADICTED
    assert combined((v.SUPPORTED, v.CONTESTED)) is v.CONTESTED
    assert combined((v.SUPPORTED, v.UNVERIFIABLE)) is v.SUPPORTED
    assert combined((v.UNVERIFIABLE,)) is v.UNVERIFIABLE
    assert combined(()) is v.UNVERIFIABLE


def test_the_paper_contradicts_itself_where_one_thing_has_two_values() -> None:
    edition = inputs(
        [
            ("1.3-01", None, "is-k", "died", "2014-07", "exact", None),
            ("2.5-01", None, "is-k", "died", "2014-09", "exact", None),
            ("3.4-01", None, "is-k", "died", "2014", "exact", None),
            ("1.3-02", None, "is-k", "area", "kunar", "exact", None),
            ("2.5-02", None, "is-k", "area", "logar", "exact", None),
        ],
        [],
    )
    (found,) = join.prepare(edition).contradictions
    assert found.claims == ("1.3-01", "2.5-01")
    assert found.within_the_text
    assert "2014-07 (1.3-01); 2014-09 (2.5-01)." in found.sentence
    assert join.linked("1.3-01", join.prepare(edition)) == ("2.5-01",)
    assert join.linked("3.4-01", join.prepare(edition)) == ()


def test_a_note_that_differs_from_its_text_is_found_and_two_notes_that_differ_are_not() -> None:
    edition = inputs(
        [
            ("1.2-21", None, "x", "died", "2016", "exact", None),
            ("1.2-21", "fn31", "x", "died", "2018-06", "exact", None),
            ("1.2-21", "fn32", "x", "died", "2018-05", "exact", None),
        ],
        [],
    )
    found = join.prepare(edition).contradictions
    assert [one.places for one in found] == [("text", "fn31"), ("text", "fn32")]
    assert "2016 (1.2-21); 2018-06 (footnote 31)." in found[0].sentence
    # What a note says is the paper's evidence, not a statement of the text.
    assert len(join.prepare(edition).paper["1.2-21"]) == 1


def test_a_new_row_of_the_record_changes_the_verdict_by_itself() -> None:
    paper = [("1.1-01", None, "x", "killed", "128", "exact", None)]
    more, same = ("x", "killed", "170", "exact", None), ("x", "killed", "128", "exact", None)
    found = [join.judged("1.1-01", join.prepare(inputs(paper, record))) for record in ([], [more], [more, same])]
    assert [one.verdict for one in found if one] == ["unverifiable", "contradicted", "contested"]


def test_readings_are_weighed_as_rows() -> None:
    def judged(*bearings: str):
        rows = [("1.1-01", bearing, f"It says {i}.") for i, bearing in enumerate(bearings)]
        return readings.judged("1.1-01", readings.by_claim(inputs([], [], rows)))

    assert judged() is None
    for bearings, expected in {
        ("for",): "supported",
        ("against", "against"): "contradicted",
        ("for", "against", "open"): "contested",
        ("for", "open"): "supported",
        ("open",): "unverifiable",
    }.items():
        found = judged(*bearings)
        assert found is not None and found.verdict == expected
    found = judged("open", "against", "for")
    assert found is not None
    assert found.evidence == ("judgements: JX002", "judgements: JX001", "judgements: JX000")
    assert found.sentence == "For: It says 2 (Page 2). Against: It says 1 (Page 1). Open: It says 0 (Page 0)."


DATE = Attribute("died", "date", "", 0.0, False, "date of death")
NUMBER = Attribute("killed", "number", "persons", 0.0, False, "number of people killed")
one_date = st.dates(date(1970, 1, 1), date(2030, 1, 1)).flatmap(
    lambda day: st.sampled_from([day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]])
)
bound = st.sampled_from(["exact", "about", "at-least", "at-most", "before", "after"])


@given(one_date, bound, one_date, bound)
def test_agreement_of_dates_has_no_order(first, first_bound, second, second_bound) -> None:
    a, b = Statement("", "x", "died", first, first_bound), Statement("", "x", "died", second, second_bound)
    assert agree(a, b, DATE) == agree(b, a, DATE)
    assert agree(a, replace(a), DATE)


@given(st.integers(0, 10**6), bound, st.integers(0, 10**6), bound)
def test_agreement_of_numbers_has_no_order(first, first_bound, second, second_bound) -> None:
    a = Statement("", "x", "killed", str(first), first_bound)
    b = Statement("", "x", "killed", str(second), second_bound)
    assert agree(a, b, NUMBER) == agree(b, a, NUMBER)
    assert agree(a, replace(a), NUMBER)


def test_a_tolerance_of_days_stretches_a_date() -> None:
    near = replace(DATE, tolerance=1.0)
    a, b, c = (Statement("", "x", "died", day) for day in ("2013-12-13", "2013-12-14", "2013-12-15"))
    assert not agree(a, b, DATE)
    assert agree(a, b, near)
    assert not agree(a, c, near)


def test_times_compare_as_spans() -> None:
    at = [Statement("", "x", "troops", "1", at=text) for text in ("", "2020", "2020-06/2021-02", "2021")]
    held = [[comparable(a, b) for b in at] for a in at]
    assert held == [
        [True, True, True, True],
        [True, True, True, False],
        [True, True, True, True],
        [True, False, True, True],
    ]


def test_values_are_said_in_words() -> None:
    names = {"lashkar-e-taiba": "Lashkar-e-Taiba"}
    name = Attribute("former", "organisation", "", 0.0, False, "former group")
    assert said(Statement("", "x", "killed", "2300", "at-least"), NUMBER, names) == "at least 2,300 persons"
    assert said(Statement("", "x", "killed", "2000/5000", at="2022"), NUMBER, names) == "2,000 to 5,000 persons (2022)"
    assert said(Statement("", "x", "former", "lashkar-e-taiba"), name, names) == "Lashkar-e-Taiba"
    assert said(Statement("", "x", "former", "north-waziristan"), name, names) == "north waziristan"
