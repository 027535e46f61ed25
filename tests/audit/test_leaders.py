from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import pytest

from afpak.audit import Verdict, findings
from afpak.audit.findings import NotKnownError
from afpak.audit.leaders import listed_as_killed, tenure
from afpak.tables import Inputs

FOUR = ["is-k-hafiz-saeed-khan", "is-k-abdul-hasib", "is-k-abu-sayed", "is-k-abu-saad-erhabi"]


def changed(inputs: Inputs, changes: Mapping[str, Mapping[str, object]], table: str = "leaders") -> Inputs:
    """A copy of the inputs with some cells changed, by key of the row and name of the column."""
    frame = inputs[table].copy(deep=True)
    key = frame.columns[0]
    for name, cells in changes.items():
        assert (frame[key] == name).sum() == 1
        for column, value in cells.items():
            frame.loc[frame[key] == name, column] = value
    return replace(inputs, tables={**inputs.tables, table: frame})


def without(inputs: Inputs, names: list[str]) -> Inputs:
    frame = inputs["leaders"]
    return replace(inputs, tables={**inputs.tables, "leaders": frame[~frame["tenure"].isin(names)]})


def verdict(inputs: Inputs, claim: str) -> Verdict:
    return findings(inputs, [claim])[0].verdict


def causes(*names: object) -> dict[str, dict[str, object]]:
    return {name: {"end_cause": cause} for name, cause in zip(FOUR, names, strict=True)}


def test_the_four_of_footnote_51_come_in_order_of_their_dates(paper) -> None:
    assert listed_as_killed(paper)["tenure"].tolist() == FOUR


def test_an_unknown_tenure_is_refused(paper) -> None:
    with pytest.raises(NotKnownError, match="nobody"):
        tenure(paper, "nobody")


@pytest.mark.parametrize(
    ("recorded", "expected"),
    [
        (("drone strike",) * 4, Verdict.SUPPORTED),
        (("drone strike", "airstrike", "drone strike", "drone strike"), Verdict.CONTESTED),
        (("airstrike",) * 4, Verdict.CONTESTED),
        (("drone strike", "ground raid", "drone strike", "drone strike"), Verdict.CONTRADICTED),
        (("airstrike", "ground raid", "drone strike", "drone strike"), Verdict.CONTRADICTED),
        ((pd.NA, "drone strike", "drone strike", "drone strike"), Verdict.CONTRADICTED),
    ],
)
def test_four_emirs_by_drone_depends_on_the_recorded_causes(recorded, expected, paper) -> None:
    assert verdict(changed(paper, causes(*recorded)), "1.4-14") is expected


def test_without_the_four_there_is_nothing_to_check(paper) -> None:
    assert verdict(without(paper, FOUR), "1.4-14") is Verdict.UNVERIFIABLE
    assert verdict(without(paper, FOUR), "1.4-31") is Verdict.UNVERIFIABLE


def test_four_emirs_counts_the_causes_and_names_who_disagrees(paper) -> None:
    # Raw rows: two drone strikes, one ground raid, one airstrike; all four have a differing report.
    (found,) = findings(paper, ["1.4-14"])
    assert found.verdict is Verdict.CONTRADICTED
    for words in (
        "4 heads",
        "2 by drone strike",
        "1 by ground raid",
        "1 by airstrike",
        "Abu Saad Erhabi (drone strike or ground raid",
    ):
        assert words in found.sentence
    assert found.evidence == tuple(f"leaders: {name}" for name in FOUR)


@pytest.mark.parametrize(
    ("began", "expected"),
    [
        ("2017", Verdict.CONTRADICTED),  # 31 December 2017 is before 25 August 2018
        ("2018-08-24", Verdict.CONTRADICTED),
        ("2018", Verdict.CONTESTED),  # may be either
        ("2018-08-25", Verdict.SUPPORTED),
        ("2018-09", Verdict.SUPPORTED),
    ],
)
def test_the_split_is_set_against_the_last_death(began, expected, paper) -> None:
    assert verdict(changed(paper, {"is-k-north-moawiya": {"tenure_start": began}}), "1.4-15") is expected


def test_the_split_came_before_the_last_death(paper) -> None:
    (found,) = findings(paper, ["1.4-15"])
    assert found.verdict is Verdict.CONTRADICTED
    assert "2017" in found.sentence and "2018-08-25" in found.sentence


@pytest.mark.parametrize(
    ("end", "alternatives", "expected"),
    [
        ("2017-04-27", pd.NA, Verdict.SUPPORTED),
        ("2017-06-01", "2017-04-30", Verdict.CONTESTED),
        ("2017-06-01", "2017-05", Verdict.CONTRADICTED),
    ],
)
def test_the_four_months_agree_only_if_each_does(end, alternatives, expected, paper) -> None:
    cells = {"is-k-abdul-hasib": {"tenure_end": end, "end_alternatives": alternatives}}
    assert verdict(changed(paper, cells), "1.4-31") is expected


def test_a_contradicted_month_outweighs_a_contested_one(paper) -> None:
    cells = {
        "is-k-abdul-hasib": {"tenure_end": "2017-06-01", "end_alternatives": "2017-04"},
        "is-k-abu-sayed": {"tenure_end": "2016-01-01", "end_alternatives": pd.NA},
    }
    (found,) = findings(changed(paper, cells), ["1.4-31"])
    assert found.verdict is Verdict.CONTRADICTED
    assert found.sentence.startswith("2 of the 4 months agree")


@pytest.mark.parametrize(("claim", "name"), [("2.5-18", "is-k-aslam-farooqi"), ("1.2-21", "ttp-fazlullah")])
@pytest.mark.parametrize(
    ("stated", "recorded", "other", "expected"),
    [
        ("2019", "2019-04-04", pd.NA, Verdict.SUPPORTED),
        ("2019", "2020-04-04", "2019-12", Verdict.CONTESTED),
        ("2019", "2020-04-04", "2020-04-03", Verdict.CONTRADICTED),
        ("2020-04", "2020-04-04", "2019-12", Verdict.SUPPORTED),
    ],
)
def test_a_stated_end_is_compared_with_the_record_and_with_other_sources(
    claim, name, stated, recorded, other, expected, paper
) -> None:
    inputs = changed(paper, {name: {"tenure_end": recorded, "end_alternatives": other}})
    assert verdict(changed(inputs, {f"{claim}a": {"value": stated}}, "statements"), claim) is expected


@pytest.mark.parametrize(("claim", "name"), [("2.5-18", "is-k-aslam-farooqi"), ("1.2-21", "ttp-fazlullah")])
def test_both_stated_ends_are_a_year_or_more_from_the_recorded_ones(claim, name, paper, latest) -> None:
    # Farooqi: 2019 against 4 April 2020; Fazlullah: 2016 against 13 June 2018.
    for inputs in (paper, latest):
        (found,) = findings(inputs, [claim])
        assert found.verdict is Verdict.CONTRADICTED
        assert found.evidence[:2] == (f"statements: {claim}a", f"leaders: {name}")


def test_the_papers_own_footnotes_on_fazlullah_are_named_where_they_differ(paper) -> None:
    (found,) = findings(paper, ["1.2-21"])
    # fn31 is dated 23 June 2018 and fn32 15 June 2018 and report it as news; the sentence says 2016.
    assert "Its own sources have another" in found.sentence
    assert "2016 (1.2-21); 2018-06 (footnote 31, footnote 32" in found.sentence
    assert found.linked == ()


def test_footnotes_that_agree_are_not_held_against_the_paper(paper) -> None:
    (found,) = findings(changed(paper, {"1.2-21a": {"value": "2018"}}, "statements"), ["1.2-21"])
    assert found.verdict is Verdict.SUPPORTED
    assert "footnote" not in found.sentence


HAKIMULLAH, FAZLULLAH = "ttp-hakimullah-mehsud", "ttp-fazlullah"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, Verdict.SUPPORTED),
        ({FAZLULLAH: {"tenure_start": "2014-01-02"}}, Verdict.CONTRADICTED),
        ({HAKIMULLAH: {"end_cause": "ground raid"}}, Verdict.CONTRADICTED),
        ({HAKIMULLAH: {"tenure_end": "2013-12-01"}}, Verdict.CONTRADICTED),
    ],
)
def test_the_succession_of_2013_needs_year_cause_and_order(cells, expected, paper) -> None:
    assert verdict(changed(paper, cells), "1.2-09") is expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"end_place": "Dande Darpa Khel, North Waziristan, Pakistan"}, Verdict.CONTRADICTED),
        ({"end_place": "Ladha, South Waziristan, Pakistan"}, Verdict.SUPPORTED),
        ({"end_place": "Ladha, South Waziristan, Pakistan", "tenure_end": "2013-10-31"}, Verdict.CONTRADICTED),
    ],
)
def test_hakimullahs_end_needs_month_and_place(cells, expected, paper) -> None:
    assert verdict(changed(paper, {HAKIMULLAH: cells}), "1.2-15") is expected
