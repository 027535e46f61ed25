from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from afpak.audit import Verdict, findings
from afpak.tables import Inputs, load_inputs

DATA = Path(__file__).resolve().parents[2] / "data"


def verdict(inputs: Inputs, claim: str) -> Verdict:
    return findings(inputs, [claim])[0].verdict


def with_table(inputs: Inputs, name: str, frame: pd.DataFrame) -> Inputs:
    return replace(inputs, tables={**inputs.tables, name: frame})


def changed(inputs: Inputs, table: str, row: str, **cells: object) -> Inputs:
    frame = inputs[table].copy(deep=True)
    there = frame.iloc[:, 0] == row
    assert there.sum() == 1
    for column, value in cells.items():
        frame.loc[there, column] = value
    return with_table(inputs, table, frame)


def with_events(inputs: Inputs, *rows: tuple[str, str, str]) -> Inputs:
    """The inputs with further events towards the umbrella, from (date, subject, kind)."""
    more = pd.DataFrame(
        [
            {"event": f"x{i}", "date": day, "subject": who, "kind": kind, "object": "ttp", "summary": "made for a test"}
            for i, (day, who, kind) in enumerate(rows)
        ],
        columns=["event", "date", "subject", "kind", "object", "summary"],
    )
    return with_table(inputs, "faction-events", pd.concat([inputs["faction-events"], more], ignore_index=True))


@pytest.mark.parametrize(
    ("head", "named", "expected"),
    [
        ("Omar Khalid Khorasani", "Qasim Khorasani", Verdict.SUPPORTED),
        ("Qasim Khorasani", "Qasim Khorasani | Omar Khalid Khorasani", Verdict.CONTESTED),
        ("Qasim Khorasani", "Qasim Khorasani", Verdict.CONTRADICTED),
    ],
)
def test_the_founder_is_the_first_head_or_at_least_named(head, named, expected, paper) -> None:
    inputs = changed(paper, "leaders", "jua-qasim-khorasani", person=head)
    assert verdict(changed(inputs, "faction-events", "fe050", person=named), "1.2-12") is expected


OPERATION = ["1.2-19", "1.5-14"]


def stating(inputs: Inputs, **months: str) -> Inputs:
    """The inputs with other months that the two sections give for the operation: ``may`` of 1.2, ``june`` of 1.5."""
    for name, month in months.items():
        row = {"may": "1.2-19a", "june": "1.5-14a"}[name]
        inputs = changed(inputs, "statements", row, value=month)
    return inputs


@pytest.mark.parametrize("claim", OPERATION)
@pytest.mark.parametrize(
    ("stated", "recorded", "others", "expected"),
    [
        ("2014-05", "2014-05-31", None, Verdict.SUPPORTED),
        ("2014-05", "2014", None, Verdict.SUPPORTED),  # a year may mean its May
        ("2014-05", "2014-06-15", None, Verdict.CONTRADICTED),
        ("2014-05", "2014-06-15", "2014-07 | 2014-06-14", Verdict.CONTRADICTED),
        ("2014-05", "2014-06-15", "2014-07 | 2014-05-20", Verdict.CONTESTED),
        ("2014-06", "2014-06-15", "2014-05-20", Verdict.SUPPORTED),
    ],
)
def test_a_stated_month_of_the_operation_stands_or_falls_by_the_record(
    claim, stated, recorded, others, expected, paper
) -> None:
    inputs = changed(paper, "dates", "zarb-e-azb", date=recorded, date_alternatives=others)
    assert verdict(stating(inputs, may=stated, june=stated), claim) is expected


def test_of_the_two_months_of_the_operation_the_record_has_the_second(paper, latest) -> None:
    # The table of dates has 15 June 2014; section 1.2 has May, section 1.5 June.
    for inputs in (paper, latest):
        assert verdict(inputs, "1.2-19") is Verdict.CONTRADICTED
        assert verdict(inputs, "1.5-14") is Verdict.SUPPORTED


@pytest.mark.parametrize("claim", OPERATION)
@pytest.mark.parametrize(("second", "contradicts"), [("2014-06", True), ("2014-05-31", False), ("2014", False)])
def test_that_the_paper_contradicts_itself_is_told_and_is_no_verdict(claim, second, contradicts, paper) -> None:
    (found,) = findings(stating(paper, may="2014-05", june=second), [claim])
    assert ("The paper contradicts itself" in found.sentence) is contradicts
    assert found.linked == (tuple(other for other in OPERATION if other != claim) if contradicts else ())
    assert found.verdict is not Verdict.INCONSISTENT


@pytest.mark.parametrize("claim", OPERATION)
def test_before_the_operation_was_announced_only_the_paper_can_tell(claim, paper) -> None:
    for inputs in (with_table(paper, "dates", paper["dates"].iloc[:0]), load_inputs("2014-06-14", data=DATA)):
        assert verdict(inputs, claim) is Verdict.INCONSISTENT
        assert verdict(stating(inputs, june="2014-05"), claim) is Verdict.UNVERIFIABLE
    # The operation was announced on 15 June and known on that day.
    announced = load_inputs("2014-06-15", data=DATA)
    assert verdict(announced, claim) is (Verdict.CONTRADICTED if claim == "1.2-19" else Verdict.SUPPORTED)


def test_unity_is_supported_if_fewer_left_and_more_came_back(paper) -> None:
    (found,) = findings(paper, ["1.2-22"])
    # Left from 7 November 2013 to 13 June 2018: ahrar-ul-hind, ttp-mehsud, jamaat-ul-ahrar, ttp-hakimullah-group,
    # shahidullah-defectors and, from jamaat-ul-ahrar, hizb-ul-ahrar; back: jamaat-ul-ahrar, ttp-mehsud. After: none
    # left; back: ttp-hakimullah-group, jamaat-ul-ahrar, hizb-ul-ahrar. Of the punjabi-taliban only members joined.
    assert found.verdict is Verdict.SUPPORTED
    assert "Under Fazlullah 6 groups left and 2 came back" in found.sentence
    assert "under Noor Wali 0 left and 3 came back" in found.sentence
    # Outside on 23 June 2018: hafiz-gul-bahadur-group, kurram-ttp, punjabi-taliban, ttp-hakimullah-group,
    # hizb-ul-ahrar; ahrar-ul-hind and the defectors were elsewhere, jamaat-ul-ahrar and ttp-mehsud back.
    assert "outside went from 5 to 3" in found.sentence


def test_unity_is_contested_if_only_one_of_the_two_moved(paper) -> None:
    more = [(f"2019-0{i}-01", f"group-{i}", "split") for i in range(1, 7)]
    assert verdict(with_events(paper, *more), "1.2-22") is Verdict.CONTESTED


def test_unity_is_contradicted_if_neither_moved(paper) -> None:
    more = [(f"2019-0{i}-01", f"group-{i}", "split") for i in range(1, 7)]
    back = [(f"2015-0{i}-01", "ttp-hakimullah-group", "merged") for i in range(1, 4)]
    assert verdict(with_events(paper, *more, *back), "1.2-22") is Verdict.CONTRADICTED


def came_in_after(paper: Inputs, *days: str) -> Inputs:
    """The inputs with arrivals only on some days."""
    events = paper["faction-events"]
    rest = events[~((events["object"] == "ttp") & events["kind"].isin(["joined", "merged"]))]
    return with_events(with_table(paper, "faction-events", rest), *[(day, f"group-{day}", "joined") for day in days])


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (("2018-09-01",), 1),
        (("2018-06-14",), 1),  # the day after 13 June 2018
        (("2019",), 1),
        (("2017-01-01", "2020-01-01"), 1),
        (("2017-01-01",), 0),
        (("2018-06-13",), 0),  # the day itself is not after it
        (("2018",), 0),  # may have been before it
        ((), 0),
    ],
)
def test_arrivals_after_the_death_are_counted_and_do_not_show_strength(days, expected, paper) -> None:
    (found,) = findings(came_in_after(paper, *days), ["1.2-20"])
    assert found.verdict is Verdict.UNVERIFIABLE
    assert len(found.evidence) == expected


def test_recovery_tells_how_many_came_in_after_the_death_and_when_the_first(paper) -> None:
    (found,) = findings(came_in_after(paper, "2020-12-13", "2017-01-01", "2019-12-13"), ["1.2-20"])
    # 13 June 2018 to 13 December 2019 is 548 days, 1.50 years; that of 2017 is not counted.
    assert found.sentence.startswith("At least 2 groups") and "1.5 years later, in 2019-12-13" in found.sentence
    assert found.evidence == ("faction-events: x2", "faction-events: x0")


def test_recovery_counts_the_arrivals_after_the_death(paper) -> None:
    (found,) = findings(paper, ["1.2-20"])
    # By the middle of each date: fe087 and fe088 in 2020 (1 July), fe086 in July 2020 (the 16th), fe089 in August (the
    # 16th), fe090 and fe091 on 17 August, fe094 in August 2021; fe092 of December 2020 was not known before 2025.
    # 13 June 2018 to 1 July 2020 is 749 days, 2.05 years.
    expected = ("fe087", "fe088", "fe086", "fe089", "fe090", "fe091", "fe094")
    assert found.evidence == tuple(f"faction-events: {event}" for event in expected)
    assert found.sentence.startswith("At least 7 groups") and "2.1 years later, in 2020" in found.sentence
