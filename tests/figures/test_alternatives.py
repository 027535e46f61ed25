"""The text alternatives hold the numbers that the drawings show."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from .drawn import FIGURES

DATA = Path(__file__).resolve().parents[2] / "data"


def words(name: str, inputs) -> str:
    return FIGURES[name](inputs).alternative


def test_published_counts_tell_begin_peak_end_and_the_years_that_differ(paper, latest) -> None:
    told = words("published-counts", paper)
    # NACTA: 110 in 2001, 2061 in 2010, 482 in 2019
    for part in (
        "110 in 2001",
        "highest in 2010 with 2,061",
        "482 in 2019",
        "2002, 2003, 2004, 2005, 2006, 2014, 2017",
    ):
        assert part in told
    assert "1,514 in 2023" in words("published-counts", latest)


def test_small_multiples_tell_span_and_peak_of_each_series(paper) -> None:
    told = words("incidents-side-by-side", paper)
    assert "NACTA/MoI from 2001 to 2019, highest in 2010 with 2,061" in told
    count = int(re.match(r"\d+", told)[0])
    assert count == told.count("highest in")


@pytest.mark.parametrize("name", ["incidents-side-by-side", "deaths-side-by-side"])
def test_small_multiples_have_a_panel_for_each_series_and_its_data(name, paper, latest) -> None:
    for inputs in (paper, latest):
        figure = FIGURES[name](inputs)
        series = [column for column in figure.data.columns if column != "year"]
        titles = [axes.get_title(loc="left") or axes.get_title() for axes in figure.drawing.axes if axes.axison]
        assert titles == series


def test_the_interrupted_series_tells_the_last_year_with_and_without_the_break(paper) -> None:
    figure = FIGURES["interrupted-series of NACTA"](paper)
    last = figure.data.iloc[-1]
    assert last["year"] == 2019
    for column in ("fitted", "without", "without_low", "without_high"):
        assert f"{last[column]:,.0f}" in figure.alternative
    assert "June 2014: level and slope" in figure.caption
    assert "August 2021: nothing" in figure.caption


def test_the_forest_tells_every_ratio_with_its_interval(latest) -> None:
    figure = FIGURES["rate-ratios-by-series"](latest)
    assert len(figure.data) > 4
    for row in figure.data.to_dict("records"):
        told = f"{row['series']}, {row['meaning']}: {row['ratio']:.2f} ({row['low']:.2f} to {row['high']:.2f})"
        assert told in figure.alternative


def test_coverage_tells_the_years_of_each_series(latest) -> None:
    years: dict[str, set[int]] = {}
    with (DATA / "series/annual.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["place"] == "Pakistan":
                years.setdefault(row["series"], set()).add(int(row["period"]))
    told = words("coverage", latest)
    for series, own in years.items():
        assert f"{series} {min(own)} to {max(own)} ({len(own)} years)" in told


def test_tenures_tell_begin_end_and_cause_of_each(paper) -> None:
    told = words("tenures", paper)
    assert "Hafiz Saeed Khan (IS-K), from 2015-01-26 to 2016-07-26, drone strike" in told
    assert "Abdul Hasib (IS-K), from 2016 to 2017-04-27, ground raid" in told
    assert "Noor Wali Mehsud (TTP), from 2018-06-23 in office on 2022-01-31" in told
    assert told.count("from ") == 11


def test_every_way_in_which_a_tenure_ended_has_a_mark_of_its_own() -> None:
    from afpak.figures.attrition import ENDS

    with (DATA / "record/leaders.csv").open(encoding="utf-8", newline="") as file:
        causes = {row["end_cause"] for row in csv.DictReader(file)} - {""}
    assert causes <= set(ENDS)
    assert len({marker for marker, _ in ENDS.values()}) == len(ENDS)


def test_every_kind_of_event_has_a_mark_of_its_own() -> None:
    from afpak.figures.factions import KINDS

    with (DATA / "record/faction_events.csv").open(encoding="utf-8", newline="") as file:
        kinds = {row["kind"] for row in csv.DictReader(file)}
    assert kinds <= set(KINDS)
    assert len({marker for marker, _, _ in KINDS.values()}) == len(KINDS)


def test_survival_tells_tenures_ends_and_the_last_step(paper) -> None:
    told = words("survival", paper)
    # Seven heads of IS-K of whom one is in office, four of the TTP of whom one is.
    assert "IS-K: 7 tenures, 6 ended" in told
    # TTP: 600, 1318 and in office, 1532, 1679 days. 3/4, then 3/4 * 1/2 = 3/8, then nought.
    assert "TTP: 4 tenures, 3 ended, the share still in office falls to 0.00 by day 1,679" in told


def test_genealogy_tells_departures_and_returns_and_has_an_event_for_each_mark(paper) -> None:
    figure = FIGURES["genealogy"](paper)
    for part in ("2014-05-28", "split off (TTP)", "expelled (TTP)", "2020-08-17"):
        assert part in figure.alternative
    with (DATA / "record/faction_events.csv").open(encoding="utf-8", newline="") as file:
        kinds = {row["event"]: row["kind"] for row in csv.DictReader(file)}
    assert set(figure.data["kind"]) == {kinds[event] for event in figure.data["event"]}


def test_the_number_outside_tells_its_highest_and_its_last(paper, latest) -> None:
    told = words("outside-by-reign", paper)
    # Out: Bahadur's group 2008, Kurram 2011, Punjabi Taliban 2013, Ahrar-ul-Hind February to August 2014, Mehsuds May
    # 2014, Jamaat-ul-Ahrar August 2014, Hakimullah group September, defectors October: seven from 21 October 2014.
    assert "highest, 7, from 2014-10-21" in told
    # Not back by January 2022: Bahadur's group, Kurram and the Punjabi Taliban, of whom only members joined.
    assert "On 2022-01-31 it stands at 3" in told
    for head in ("Baitullah Mehsud", "Hakimullah Mehsud", "Mullah Fazlullah", "Noor Wali Mehsud"):
        assert head in told
    assert "On 2026-11-22 it stands at 3" in words("outside-by-reign", latest)


def test_splits_and_mergers_tell_every_year_with_an_event(paper) -> None:
    told = words("splits-and-mergers", paper)
    # 2014: ahrar-ul-hind, ttp-mehsud, jamaat-ul-ahrar, ttp-hakimullah-group, shahidullah-defectors left;
    # Lashkar-e-Islam only allied itself and came in 2015
    assert "2014: 0 came, 5 left" in told
    # 2020: ttp-hakimullah-group, amjad-farooqi-group, usman-saifullah-group, punjabi-taliban-members, jamaat-ul-ahrar,
    # hizb-ul-ahrar
    assert "2020: 6 came, 0 left" in told
    assert "2016" not in told


def test_nobody_outside_can_be_drawn(paper) -> None:
    import pandas as pd

    from afpak.analysis import attrition
    from afpak.figures.factions import outside_by_reign

    reigns = attrition.tenures(paper["leaders"], paper.as_of, ["ttp"])
    figure = outside_by_reign(pd.DataFrame({"day": [], "count": []}), reigns, date(2022, 1, 31), "a source")
    assert "stands at 0" in figure.alternative
