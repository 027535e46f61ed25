from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from afpak.audit import Verdict, findings
from afpak.tables import Inputs


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


@pytest.mark.parametrize("claim", ["1.2-19", "1.5-14"])
@pytest.mark.parametrize(
    ("second", "expected"),
    [("2014-06", Verdict.INCONSISTENT), ("2014-05-31", Verdict.SUPPORTED), ("2014", Verdict.SUPPORTED)],
)
def test_the_two_dates_of_one_operation_agree_or_are_inconsistent(claim, second, expected, paper) -> None:
    inputs = changed(changed(paper, "claims", "1.2-19", stated="2014-05"), "claims", "1.5-14", stated=second)
    assert verdict(inputs, claim) is expected


def test_unity_is_supported_if_fewer_left_and_more_came_back(paper) -> None:
    (found,) = findings(paper, ["1.2-22"])
    # Left from 7 November 2013 to 13 June 2018: ahrar-ul-hind, ttp-mehsud, jamaat-ul-ahrar, ttp-hakimullah-group,
    # shahidullah-defectors; back: jamaat-ul-ahrar, ttp-mehsud. After: none left; back: ttp-hakimullah-group,
    # punjabi-taliban, jamaat-ul-ahrar.
    assert found.verdict is Verdict.SUPPORTED
    assert "Under Fazlullah 5 groups left and 2 came back" in found.sentence
    assert "under Noor Wali 0 left and 3 came back" in found.sentence


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
        (("2018-09-01",), Verdict.SUPPORTED),
        (("2019-06-01", "2021-01-01"), Verdict.SUPPORTED),  # 353 days after 13 June 2018
        (("2019-07-01",), Verdict.CONTESTED),  # 383 days
        (("2017-01-01", "2020-01-01"), Verdict.CONTESTED),
        (("2018-06-13",), Verdict.UNVERIFIABLE),  # the day itself is not after it
        (("2018",), Verdict.UNVERIFIABLE),  # may have been before it
        ((), Verdict.UNVERIFIABLE),
    ],
)
def test_recovery_is_told_by_when_the_first_group_came_in(days, expected, paper) -> None:
    assert verdict(came_in_after(paper, *days), "1.2-20") is expected


def test_recovery_counts_the_arrivals_after_the_death(paper) -> None:
    (found,) = findings(paper, ["1.2-20"])
    # fe087 to fe090 in July and August 2020 and fe094 in August 2021;
    # 13 June 2018 to 1 July 2020 is 749 days, 2.05 years.
    assert found.evidence == tuple(
        f"faction-events: {event}" for event in ("fe087", "fe088", "fe089", "fe090", "fe094")
    )
    assert found.sentence.startswith("5 groups") and "2.1 years later" in found.sentence
