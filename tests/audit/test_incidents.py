from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from afpak.audit import Finding, Verdict, findings
from afpak.audit.incidents import shares
from afpak.tables import Inputs

DATA = Path(__file__).resolve().parents[2] / "data"


def inputs_with(paper: Inputs, counts: Mapping[tuple[str, str, str], Mapping[int, float]]) -> Inputs:
    """The inputs with no other figures than these, by series, metric and group, and year."""
    annual = pd.DataFrame(
        [
            {
                "series": series, "metric": metric, "place": "Pakistan", "group": group, "period": str(year),
                "version": "v", "value": value, "bound": "exact", "unit": "attacks", "published": "2021-12-31",
                "source": "s", "url": "u", "note": None,
            }
            for (series, metric, group), by_year in counts.items()
            for year, value in by_year.items()
        ],
        columns=paper["annual"].columns,
    )  # fmt: skip
    return replace(paper, tables={**paper.tables, "annual": annual})


def found(inputs: Inputs, claim: str) -> Finding:
    return findings(inputs, [claim])[0]


NACTA, PIPS = ("NACTA/MoI", "terrorist_incidents", "all"), ("PIPS", "terrorist_attacks", "all")
FALLS = {2010: 100.0, 2011: 100.0, 2016: 40.0, 2017: 60.0}
RISES = {2010: 40.0, 2011: 60.0, 2016: 100.0, 2017: 100.0}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({NACTA: FALLS, PIPS: FALLS}, Verdict.UNVERIFIABLE),  # the fall is there, its cause is not shown
        ({NACTA: FALLS, PIPS: RISES}, Verdict.CONTESTED),
        ({NACTA: RISES, PIPS: RISES}, Verdict.CONTRADICTED),
        ({NACTA: {2010: 5.0, 2016: 4.0, 2017: 3.0}}, Verdict.UNVERIFIABLE),  # one year before
    ],
)
def test_a_fall_in_every_series_is_needed_and_not_enough(counts, expected, paper) -> None:
    assert found(inputs_with(paper, counts), "1.5-17").verdict is expected


def test_the_fall_is_the_ratio_of_the_two_means(paper) -> None:
    finding = found(inputs_with(paper, {NACTA: FALLS, PIPS: {**FALLS, 2014: 900.0, 2020: 900.0}}), "1.5-17")
    # (40 + 60) / 2 over 100; 2014 and 2020 lie outside both spans.
    assert "in 2 of 2 series (NACTA/MoI 0.50, PIPS 0.50" in finding.sentence


def test_the_real_fall_is_that_of_the_file(paper) -> None:
    # NACTA 2009 to 2013: 1938, 2061, 1680, 1316, 1571; 2015 to 2019: 1139, 785, 741, 584, 482.
    ratio = (1139 + 785 + 741 + 584 + 482) / (1938 + 2061 + 1680 + 1316 + 1571)
    assert f"NACTA/MoI {ratio:.2f}" in found(paper, "1.5-17").sentence


TTP, ISK = ("PIPS", "terrorist_attacks", "TTP"), ("PIPS", "terrorist_attacks", "IS-K")
ALLIED = ("PIPS", "terrorist_attacks", "TTP and allied")
IS = ("PIPS", "terrorist_attacks", "IS")
SPLINTERS = ("PIPS", "terrorist_attacks", "TTP and splinters")
RELIGIOUS = ("PIPS", "terrorist_attacks", "religious militants")
NATIONALISTS = ("PIPS", "terrorist_attacks", "nationalists")
STATED = ("PIPS", "share_attacks", "TTP and allied")
UNNAMED = ("PIPS", "terrorist_attacks", "unattributed")
TOTAL = {2015: 100.0, 2016: 100.0, 2017: 100.0}


def of_2015(inputs: Inputs) -> tuple[float | None, float | None]:
    """The least and the most of the one share found."""
    (share,) = shares(inputs)
    assert (share.series, share.year) == ("PIPS", 2015)
    return share.least, share.most


@pytest.mark.parametrize(
    ("groups", "least", "most"),
    [
        ({TTP: 30.0}, 0.15, None),
        ({TTP: 30.0, ISK: 10.0}, 0.20, None),
        ({TTP: 30.0, IS: 10.0, ISK: 14.0}, 0.22, None),  # two names of one count: the higher, never the sum
        ({TTP: 30.0, ISK: 10.0, UNNAMED: 50.0}, 0.20, 0.45),
        ({TTP: 30.0, UNNAMED: 0.0}, 0.15, 0.15),
        ({TTP: 30.0, ALLIED: 70.0}, 0.15, 0.35),
        ({TTP: 30.0, ALLIED: 70.0, SPLINTERS: 80.0, RELIGIOUS: 90.0}, 0.15, 0.45),  # the widest, never the sum
        ({TTP: 30.0, ALLIED: 90.0, SPLINTERS: 80.0, RELIGIOUS: 70.0}, 0.15, 0.45),
        ({TTP: 30.0, ALLIED: 70.0, UNNAMED: 160.0}, 0.15, 0.35),  # a class goes before those no one is named for
        ({TTP: 30.0, STATED: 61.0}, 0.15, 0.61),  # per cent of all
        ({TTP: 30.0, STATED: 61.0, ALLIED: 140.0}, 0.15, 0.70),
        ({TTP: 30.0, STATED: 61.0, ALLIED: 100.0}, 0.15, 0.61),
        ({RELIGIOUS: 120.0, ISK: 10.0, UNNAMED: 5.0}, None, 0.60),  # without the TTP by name there is no least
        ({STATED: 61.0}, None, 0.61),
    ],
)
def test_the_share_by_name_and_the_widest_share_are_parts_of_200(groups, least, most, paper) -> None:
    counts = {group: {2015: value} for group, value in groups.items()}
    found_least, found_most = of_2015(inputs_with(paper, {PIPS: dict.fromkeys(TOTAL, 200.0), **counts}))
    assert found_least == (None if least is None else pytest.approx(least))
    assert found_most == (None if most is None else pytest.approx(most))


@pytest.mark.parametrize(
    "groups",
    [
        {},
        {ISK: {2015: 90.0}, UNNAMED: {2015: 5.0}},  # no count of the TTP and no class that holds it
        {NATIONALISTS: {2015: 90.0}},
        {TTP: {2010: 90.0}, STATED: {2011: 61.0}},  # no total for those years
        {("CRSS", "terror_attacks", "TTP"): {2015: 90.0}},  # another publisher's total
    ],
)
def test_no_share_without_the_ttp_or_without_the_total_of_its_year(groups, paper) -> None:
    assert shares(inputs_with(paper, {PIPS: TOTAL, **groups})) == []


def test_every_year_with_a_count_has_its_own_share_and_total(paper) -> None:
    total = {2015: 100.0, 2016: 50.0, 2017: 200.0}
    groups = {TTP: {2015: 20.0, 2017: 20.0}, RELIGIOUS: {2016: 20.0, 2017: 150.0}}
    found = [(one.year, one.least, one.most) for one in shares(inputs_with(paper, {PIPS: total, **groups}))]
    assert found == [(2015, 0.2, None), (2016, None, 0.4), (2017, 0.1, 0.75)]


def test_the_counts_by_group_of_the_extract_are_parts_of_the_total_of_the_whole(latest) -> None:
    total = {("GTD (via OWID)", "terrorist_incidents", "all"): TOTAL}
    groups = {
        ("GTD (extract)", "terrorist_incidents", "TTP"): {2016: 10.0},
        ("GTD (extract)", "terrorist_incidents", "unattributed"): {2016: 60.0},
    }
    (share,) = shares(inputs_with(latest, {**total, **groups}))
    assert (share.series, share.year, share.least, share.most) == ("GTD (extract)", 2016, 0.1, 0.7)


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ({TTP: {2015: 60.0, 2016: 45.0}, ISK: {2016: 10.0}}, Verdict.SUPPORTED),
        # A half is not more than half, and at the widest it may be more: open, not contested.
        ({TTP: {2015: 60.0, 2016: 40.0}, ISK: {2016: 10.0}}, Verdict.UNVERIFIABLE),
        ({TTP: {2015: 60.0, 2016: 40.0}, UNNAMED: {2016: 5.0}}, Verdict.CONTESTED),  # more than half, less than half
        ({TTP: {2015: 40.0}, RELIGIOUS: {2016: 60.0}}, Verdict.CONTESTED),  # by name not, at the widest it is
        ({TTP: {2015: 40.0}, RELIGIOUS: {2016: 50.0}}, Verdict.UNVERIFIABLE),
        ({RELIGIOUS: {2015: 60.0}}, Verdict.UNVERIFIABLE),  # how many of them the two carried out is not known
        ({RELIGIOUS: {2015: 40.0}}, Verdict.CONTRADICTED),
        ({STATED: {2015: 40.0, 2016: 49.0}}, Verdict.CONTRADICTED),
        ({TTP: {2015: 60.0}, RELIGIOUS: {2015: 70.0, 2016: 70.0}}, Verdict.UNVERIFIABLE),  # yes, and open
        ({TTP: {2015: 40.0, 2016: 40.0}, UNNAMED: {2015: 5.0, 2016: 9.0}}, Verdict.CONTRADICTED),
        ({TTP: {2015: 40.0}, UNNAMED: {2015: 20.0}}, Verdict.CONTESTED),  # 40 to 60 of 100
        ({TTP: {2015: 40.0}}, Verdict.UNVERIFIABLE),  # how many no one is named for is not known
        ({TTP: {2015: 50.0}, UNNAMED: {2015: 0.0}}, Verdict.UNVERIFIABLE),  # a half is neither more nor less
        ({}, Verdict.UNVERIFIABLE),
        ({ISK: {2015: 90.0}}, Verdict.UNVERIFIABLE),  # no count of the TTP
        ({TTP: {2010: 90.0}}, Verdict.UNVERIFIABLE),  # no total for that year
    ],
)
def test_most_attacks_is_more_than_half_of_each_total(groups, expected, paper) -> None:
    assert found(inputs_with(paper, {PIPS: TOTAL, **groups}), "1.5-01").verdict is expected


def test_the_sentence_tells_both_scopes_apart(paper) -> None:
    groups = {TTP: {2015: 30.0, 2016: 55.0}, ALLIED: {2015: 60.0}, ISK: {2015: 5.0}}
    finding = found(inputs_with(paper, {PIPS: TOTAL, **groups}), "1.5-01")
    by_name, widest = finding.sentence.split(" With every group")
    # By name (30 + 5) / 100 and 55 / 100; at the widest 60 / 100 in the one year that has it.
    assert "35% to 55% of all attacks in 2 series-years, more than half in 1 of them." in by_name
    assert "it is 60% in 1 series-year, more than half in it." in widest
    assert finding.evidence == ("annual: PIPS, 2015, by group", "annual: PIPS, 2016, by group")


def test_real_shares_of_the_two_groups_are_those_of_the_file(paper) -> None:
    # PIPS, rows published by January 2022, the last version of each, divided by hand.
    value: dict[tuple[str, str], tuple[str, float]] = {}
    with (DATA / "series/annual.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["series"] == "PIPS" and row["metric"] == "terrorist_attacks" and row["place"] == "Pakistan":
                published = row["published"] + {0: "", 4: "-12-31", 7: "-31", 10: ""}[len(row["published"])]
                if published and published <= "2022-01-31":
                    key = (row["group"], row["period"])
                    value[key] = max(value.get(key, ("", 0.0)), (published, float(row["value"])))
    least = {
        year: (count + max(value.get((name, year), ("", 0.0))[1] for name in ("IS-K", "IS"))) / value[("all", year)][1]
        for (group, year), (_, count) in value.items()
        if group == "TTP"
    }
    classes = ("TTP and allied", "TTP and splinters", "religious militants")
    # The report on 2013 gives the share itself, 61 per cent. No row has attacks that no one is named for.
    most = {"2013": 0.61}
    for (group, year), (_, count) in value.items():
        if group in classes:
            most[year] = max(most.get(year, 0.0), count / value[("all", year)][1])
    assert set(least) == {"2013", "2019", "2021"} and set(most) == {"2013", "2017", "2018", "2019", "2020"}
    finding = found(paper, "1.5-01")
    for part in (least, most):
        low, high, over = min(part.values()), max(part.values()), sum(share > 0.5 for share in part.values())
        told = {0: "none", len(part): "all"}.get(over, over)
        assert f"{low:.0%} to {high:.0%}" in finding.sentence
        assert f"in {len(part)} series-years, more than half in {told} of them." in finding.sentence
    # By name less than half in all of them, at the widest more than half in all: it depends on the scope.
    assert max(least.values()) < 0.5 < min(most.values())
    assert finding.verdict is Verdict.CONTESTED


UP, DOWN = {2019: 9.0, 2020: 10.0, 2021: 12.0}, {2019: 9.0, 2020: 10.0, 2021: 8.0}
CHANGE = ("PIPS", "increase_vs_previous_year", "TTP")
OTHERS = ("PIPS", "increase_vs_previous_year", "Baloch groups")


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({NACTA: UP, PIPS: UP, CHANGE: {2021: 84.0}}, Verdict.SUPPORTED),
        ({NACTA: UP, PIPS: UP}, Verdict.UNVERIFIABLE),  # all groups rose; of the TTP nothing is known
        ({NACTA: UP, PIPS: UP, CHANGE: {2020: 84.0}}, Verdict.UNVERIFIABLE),  # the change of another year
        ({NACTA: UP, PIPS: UP, OTHERS: {2021: 84.0}}, Verdict.UNVERIFIABLE),  # the change of another group
        ({NACTA: UP, PIPS: UP, CHANGE: {2021: 0.0}}, Verdict.CONTESTED),
        ({NACTA: UP, PIPS: UP, CHANGE: {2021: -5.0}}, Verdict.CONTESTED),
        ({NACTA: UP, PIPS: DOWN, CHANGE: {2021: 84.0}}, Verdict.CONTESTED),
        ({NACTA: UP, PIPS: DOWN}, Verdict.UNVERIFIABLE),
        ({NACTA: DOWN, PIPS: DOWN, CHANGE: {2021: 84.0}}, Verdict.CONTESTED),
        ({NACTA: DOWN, PIPS: DOWN, CHANGE: {2021: 0.0}}, Verdict.CONTRADICTED),
        ({NACTA: DOWN, PIPS: DOWN, CHANGE: {2021: -5.0}}, Verdict.CONTRADICTED),
        ({NACTA: DOWN, PIPS: DOWN}, Verdict.CONTRADICTED),
        ({CHANGE: {2021: 84.0}}, Verdict.UNVERIFIABLE),  # no count by all groups
        ({NACTA: {2019: 1.0, 2020: 1.0, 2021: 1.0}}, Verdict.CONTRADICTED),  # as many is not more
        ({NACTA: {2018: 1.0, 2019: 1.0, 2020: 1.0}}, Verdict.UNVERIFIABLE),
        ({NACTA: {2018: 1.0, 2019: 1.0, 2020: 1.0}, PIPS: {2017: 1.0, 2018: 1.0, 2021: 9.0}}, Verdict.UNVERIFIABLE),
        ({}, Verdict.UNVERIFIABLE),
    ],
)
def test_the_rise_is_told_by_2021_against_2020(counts, expected, paper) -> None:
    assert found(inputs_with(paper, counts), "summary-02").verdict is expected


def test_the_real_rise_has_the_counts_of_the_three_series(paper) -> None:
    # CRSS 260 and 403, PICSS 188 and 294, PIPS 146 and 207; PIPS has the TTP's up by 84 per cent.
    finding = found(paper, "summary-02")
    assert finding.verdict is Verdict.SUPPORTED
    for words in (
        "CRSS 260 to 403",
        "PICSS 188 to 294",
        "PIPS 146 to 207",
        "3 of 3",
        "TTP rose by 84 per cent in 2021",
    ):
        assert words in finding.sentence


def test_the_published_change_and_the_counts_of_the_ttp_are_two_statements(paper) -> None:
    # PIPS printed a change of 84 per cent; its counts are 82 (2019) and 87 (2021), and that of 2020 was not found.
    sentence = found(paper, "summary-02").sentence
    assert (
        "in 2021, against 2020. Its own counts of them are 82 for 2019 and 87 for 2021; for 2020 no count is known."
        in (sentence)
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [(84.0, "rose by 84 per cent in 2021"), (-5.0, "fell by 5 per cent in 2021"), (0.0, "were as many in 2021 as")],
)
def test_a_published_change_is_told_by_its_sign(change, words, paper) -> None:
    sentence = found(inputs_with(paper, {NACTA: UP, PIPS: UP, CHANGE: {2021: change}}), "summary-02").sentence
    assert f"PIPS reports that those of the TTP {words}" in sentence
