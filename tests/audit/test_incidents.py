from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from afpak.audit import Finding, Verdict, findings
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
UNNAMED = ("PIPS", "terrorist_attacks", "unattributed")
TOTAL = {2015: 100.0, 2016: 100.0, 2017: 100.0}


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ({TTP: {2015: 60.0, 2016: 45.0}, ISK: {2016: 10.0}}, Verdict.SUPPORTED),
        ({TTP: {2015: 60.0, 2016: 40.0}, ISK: {2016: 10.0}}, Verdict.CONTESTED),
        ({TTP: {2015: 60.0, 2016: 40.0}, UNNAMED: {2016: 5.0}}, Verdict.CONTESTED),
        ({TTP: {2015: 40.0, 2016: 40.0}, UNNAMED: {2015: 5.0, 2016: 9.0}}, Verdict.CONTRADICTED),
        ({TTP: {2015: 40.0}, UNNAMED: {2015: 20.0}}, Verdict.UNVERIFIABLE),  # 40 to 60 of 100
        ({TTP: {2015: 40.0}}, Verdict.UNVERIFIABLE),  # how many no one is named for is not known
        ({TTP: {2015: 50.0}, UNNAMED: {2015: 0.0}}, Verdict.UNVERIFIABLE),  # a half is neither more nor less
        ({}, Verdict.UNVERIFIABLE),
        ({ISK: {2015: 90.0}}, Verdict.UNVERIFIABLE),  # no count of the TTP
        ({TTP: {2010: 90.0}}, Verdict.UNVERIFIABLE),  # no total for that year
    ],
)
def test_most_attacks_is_more_than_half_of_each_total(groups, expected, paper) -> None:
    assert found(inputs_with(paper, {PIPS: TOTAL, **groups}), "1.5-01").verdict is expected


def test_the_widest_count_of_the_ttp_is_used_and_never_the_sum(paper) -> None:
    finding = found(
        inputs_with(paper, {PIPS: TOTAL, TTP: {2015: 30.0}, ALLIED: {2015: 40.0}, ISK: {2015: 5.0}}), "1.5-01"
    )
    assert "45% to 45% of all in 1 series-years" in finding.sentence


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
    shares = []
    for year in {year for group, year in value if group.startswith("TTP")}:
        ttp = max(v for (group, when), (_, v) in value.items() if when == year and group.startswith("TTP"))
        isk = max(
            (v for (group, when), (_, v) in value.items() if when == year and group in ("IS-K", "IS")), default=0.0
        )
        shares.append((ttp + isk) / value[("all", year)][1])
    finding = found(paper, "1.5-01")
    assert f"{min(shares):.0%} to {max(shares):.0%} of all in {len(shares)} series-years" in finding.sentence
    assert f"more than half in {sum(share > 0.5 for share in shares)}" in finding.sentence


UP, DOWN = {2019: 9.0, 2020: 10.0, 2021: 12.0}, {2019: 9.0, 2020: 10.0, 2021: 8.0}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({NACTA: UP, PIPS: UP}, Verdict.SUPPORTED),
        ({NACTA: UP, PIPS: DOWN}, Verdict.CONTESTED),
        ({NACTA: DOWN, PIPS: DOWN}, Verdict.CONTRADICTED),
        ({NACTA: {2019: 1.0, 2020: 1.0, 2021: 1.0}}, Verdict.CONTRADICTED),  # as many is not more
        ({NACTA: {2018: 1.0, 2019: 1.0, 2020: 1.0}}, Verdict.UNVERIFIABLE),
        ({NACTA: {2018: 1.0, 2019: 1.0, 2020: 1.0}, PIPS: {2017: 1.0, 2018: 1.0, 2021: 9.0}}, Verdict.UNVERIFIABLE),
        ({}, Verdict.UNVERIFIABLE),
    ],
)
def test_the_rise_is_told_by_2021_against_2020(counts, expected, paper) -> None:
    assert found(inputs_with(paper, counts), "summary-02").verdict is expected


def test_the_real_rise_has_the_counts_of_the_three_series(paper) -> None:
    # CRSS 260 and 403, PICSS 188 and 294, PIPS 146 and 207
    finding = found(paper, "summary-02")
    assert finding.verdict is Verdict.SUPPORTED
    for words in ("CRSS 260 to 403", "PICSS 188 to 294", "PIPS 146 to 207", "3 of 3"):
        assert words in finding.sentence
