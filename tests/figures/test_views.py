from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import altair
import pandas as pd
import pytest

from afpak import bundles
from afpak.analysis import balance, factions, published, trends, versions
from afpak.figures import Figure, credit, style, view_genealogy, view_relations, view_series
from afpak.figures import factions as draw_factions
from afpak.figures import relations as draw_relations
from afpak.figures.shown import IncompleteError
from afpak.figures.views import SHAPES, Control, Option, View
from afpak.tables import Inputs

DATA = Path(__file__).resolve().parents[2] / "data"
STARTS = ("1994-01-01", "2001-10-07", "2007-12-14", "2014-06-15", "2021-08-15")
SORTS = {"incidents": "incident_metric", "deaths": "deaths_metric"}
LEFT_OUT = ["talks", "ceasefire", "ceasefire-end"]
LONG = "A line that rises from one in 2001 to two in 2002, in words."


def still() -> Figure:
    return Figure(lambda page: page.subplots(2)[0], "still", "A caption", LONG, "A source", pd.DataFrame({"x": [1]}))


def spec() -> dict[str, Any]:
    return {
        "datasets": {"points": [{"x": 1, "sort": "a", "told": "One"}, {"x": 2, "sort": "b", "told": "Two"}]},
        "data": {"name": "points"},
        "mark": "point",
        "encoding": {"x": {"field": "x", "type": "quantitative"}},
    }


def view(**changes: Any) -> View:
    whole = View(
        "a-view",
        "A caption",
        LONG,
        "A source",
        pd.DataFrame({"x": [1, 2]}),
        spec(),
        [Control("Sort", [Option("a", "A"), Option("b", "B")], ["a"], "sort")],
        still(),
    )
    return replace(whole, **changes)


def held(shown: View) -> dict[str, Any]:
    return dict(json.loads(shown._repr_mimebundle_()[bundles.VIEW]["held"]))


def rows(shown: View, name: str = "points") -> list[dict[str, Any]]:
    return list(shown.spec["datasets"][name])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "A View"}, "expected a name"),
        ({"caption": " "}, "needs a caption"),
        ({"source": ""}, "needs a source"),
        ({"alternative": "A chart"}, "text alternative"),
        ({"data": pd.DataFrame()}, "no values"),
        ({"twin": None}, "still figure"),
        ({"told": "others"}, "no rows named others"),
        ({"spec": spec() | {"datasets": {"points": [{"x": 1, "sort": "a", "told": " "}]}}}, "says nothing of itself"),
        ({"spec": spec() | {"mark": "blob"}}, "no valid specification"),
        ({"controls": [Control("Sort", [Option("a", "A")], ["c"], "sort")]}, "is no option"),
        ({"controls": [Control("Sort", [Option("a", "A"), Option("b", "B")], ["a", "b"], "sort")]}, "is no option"),
        ({"controls": [Control("Sort", [Option("a", "A"), Option("a", "B")], ["a"], "sort")]}, "options that differ"),
        ({"controls": [Control("", [Option("a", "A")], ["a"], "sort")]}, "needs a label"),
        ({"controls": [Control("Sort", [Option("a", "A")], ["a"], "kind")]}, "no row has the field kind"),
    ],
)
def test_a_view_that_lacks_something_is_refused(changes, told) -> None:
    with pytest.raises(IncompleteError, match=told):
        view(**changes)


def test_a_view_carries_its_words_its_values_and_all_that_the_script_needs() -> None:
    bundle = view()._repr_mimebundle_()
    assert set(bundle[bundles.VIEW]) == {"name", "caption", "source", "twin", "table", "held"}
    assert bundle[bundles.VIEW]["twin"] == "still"
    told = json.loads(bundle[bundles.VIEW]["held"])
    assert told["spec"]["description"] == LONG
    assert told["controls"][0]["chosen"] == ["a"]
    assert re.findall(r"<t[hd]>([^<]*)</t[hd]>", bundle[bundles.VIEW]["table"]) == ["x", "1", "2"]
    # JupyterLab shows the still figure.
    assert '<img alt="A line that rises' in bundle["text/html"]
    assert bundle["text/plain"] == f"A caption\n{LONG}\nSource: A source"


def test_a_view_is_the_same_each_time_it_is_made() -> None:
    assert view()._repr_mimebundle_()[bundles.VIEW] == view()._repr_mimebundle_()[bundles.VIEW]


def test_every_mark_of_the_still_figures_has_a_shape() -> None:
    assert set(style.MARKERS) <= set(SHAPES)
    assert {mark for mark, *_ in draw_factions.KINDS.values()} <= set(SHAPES)
    assert len({letter for _, letter in SHAPES.values()}) == len(SHAPES)


# The yearly counts


def counts(inputs: Inputs) -> View:
    chosen = versions.preferred(inputs["annual"])
    wide = {sort: trends.side_by_side(chosen, inputs["series"], column) for sort, column in SORTS.items()}
    every = published.figures_by_sort(inputs["annual"], inputs["series"], SORTS, wide)
    return view_series.counts(every, inputs["series"], "Pakistan", credit(inputs["series"], every["series"]), still())


def test_counts_hold_what_the_file_holds_and_say_it(paper: Inputs) -> None:
    shown = counts(paper)
    with (DATA / "series" / "annual.csv").open(encoding="utf-8", newline="") as file:
        expected = {
            float(row["value"])
            for row in csv.DictReader(file)
            if (row["series"], row["metric"], row["place"], row["group"], row["period"])
            == ("NACTA/MoI", "terrorist_incidents", "Pakistan", "all", "2014")
            and row["published"][:4] <= "2021"
        }
    own = [r for r in rows(shown) if (r["series"], r["sort"], r["year"]) == ("NACTA/MoI", "incidents", 2014)]
    assert {row["value"] for row in own} == expected
    assert len(expected) > 1
    assert [row["chosen"] for row in own].count(True) == 1
    for row in own:
        assert row["told"].startswith(f"NACTA/MoI, 2014: {row['value']:,.0f} incidents. ")
        assert "Publisher: National Counter Terrorism Authority" in row["told"]


def test_counts_offer_each_series_once_with_a_mark_of_its_own_and_what_it_counts(latest: Inputs) -> None:
    series, sort, scale = counts(latest).controls
    assert len({(option.mark, option.colour) for option in series.options}) == len(series.options)
    assert all(" counts: " in option.note for option in series.options)
    assert [option.value for option in sort.options] == ["incidents", "deaths"]
    assert [option.value for option in scale.options] == ["linear", "log"]
    assert series.several
    assert list(series.chosen) == [option.value for option in series.options]


def test_no_logarithmic_scale_is_offered_where_a_count_is_zero() -> None:
    definitions = pd.DataFrame({"series": ["A"], "publisher": ["P"], "counts": ["Attacks"]})
    row = {"series": "A", "sort": "incidents", "metric": "attacks", "bound": "exact", "version": "v", "source": "S"}
    figures = pd.DataFrame(
        [{**row, "year": 2001 + i, "value": float(i), "published": None, "chosen": True, "run": 0} for i in range(2)]
    )
    shown = view_series.counts(figures, definitions, "Pakistan", "S", still())
    assert [option.value for option in shown.controls[2].options] == ["linear"]


def test_what_a_control_sets_makes_a_valid_specification(latest: Inputs) -> None:
    told = held(counts(latest))
    for control in told["controls"]:
        for option in control["options"]:
            changed = json.loads(json.dumps(told["spec"]))
            for one in option["sets"]:
                target = changed
                for step in one["path"][:-1]:
                    target = target[step]
                assert one["path"][-1] in target
                target[one["path"][-1]] = one["value"]
            altair.Chart.from_dict(changed, validate=True)


# The factions in time


def genealogy(inputs: Inputs) -> View:
    every = factions.in_order(inputs["faction-events"])
    events = every[~every["kind"].isin(LEFT_OUT)].reset_index(drop=True)
    lanes = factions.lanes(events, inputs["organisations"], "ttp", inputs.as_of)
    return view_genealogy.genealogy(events, lanes, inputs["organisations"], "ttp", inputs.as_of, "A source", still())


def test_every_event_of_the_file_is_told_with_its_date_its_precision_and_its_source(latest: Inputs) -> None:
    told = [row["told"] for row in rows(genealogy(latest))]
    with (DATA / "record" / "faction_events.csv").open(encoding="utf-8", newline="") as file:
        events = [row for row in csv.DictReader(file) if row["kind"] not in LEFT_OUT]
    assert len(told) == len(events)
    precision = {4: "year", 7: "month", 10: "day"}
    for event in events:
        (own,) = [text for text in told if f". {event['summary']}. Source: " in text and event["date"] in text]
        assert own.startswith(f"{event['date']} (known to the {precision[len(event['date'])]})")
        assert own.endswith(event["source"].replace(" | ", "; "))


def test_an_organisation_can_be_followed_through_its_events_on_both_sides(latest: Inputs) -> None:
    shown = genealogy(latest)
    (follow,) = shown.controls
    assert follow.act == "light"
    assert [follow.options[0].value, follow.options[1].value] == ["", "ttp"]
    own = [row for row in rows(shown) if "jamaat-ul-ahrar" in row["groups"]]
    with (DATA / "record" / "faction_events.csv").open(encoding="utf-8", newline="") as file:
        expected = [
            row["event"]
            for row in csv.DictReader(file)
            if row["kind"] not in LEFT_OUT and "jamaat-ul-ahrar" in (row["subject"], row["object"])
        ]
    assert len(own) == len(expected) > 2
    # Each lane, lead and line between two lanes can be faint as well.
    assert all(row["groups"] for name in ("lanes", "leads", "links") for row in rows(shown, name))


@pytest.mark.parametrize(
    ("day", "year"), [(date(2014, 1, 1), 2014.0), (date(2014, 7, 2), 2014.4986), (date(2016, 12, 31), 2016.9973)]
)
def test_a_day_is_a_part_of_its_year(day, year) -> None:
    # 182 of 365 days, and 365 of 366, worked out by hand.
    assert view_genealogy._year(day) == year


# The relations


def relations(inputs: Inputs) -> View:
    spans = balance.periods(STARTS, inputs.as_of)
    placed = {
        "paper": balance.in_periods(inputs["paper-relations"], spans, min(inputs.as_of, date(2022, 1, 31))),
        "record": balance.in_periods(inputs["relations"], spans, inputs.as_of),
    }
    ties = {whose: balance.edges(frame) for whose, frame in placed.items()}
    both = pd.concat(list(ties.values()))
    order = balance.places(both)["actor"]
    names = draw_relations.short_names(inputs["organisations"], [*both["first"], *both["second"]])
    return view_relations.relations(ties, placed, spans, order, names, "A source", still())


def test_every_pair_is_told_with_a_mark_a_word_and_what_it_rests_on(paper: Inputs) -> None:
    shown = relations(paper)
    words = {"+": "together", "−": "against", "±": "mixed"}
    for row in rows(shown):
        pair, _, rest = row["told"].partition(": ")
        assert pair == f"{row['row']} and {row['column']}"
        assert rest.startswith(f"{words[row['mark']]}, as the {row['whose']} has it, {row['period']}. ")
        assert ("[claim " in rest) is (row["whose"] == "paper")
    assert {key.mark: key.word for key in shown.key} == words


def test_the_table_of_signs_is_the_same_on_both_sides_of_its_diagonal(paper: Inputs) -> None:
    shown = relations(paper)
    upper = {(r["period"], r["whose"], r["row"], r["column"], r["mark"]) for r in rows(shown)}
    lower = {(r["period"], r["whose"], r["column"], r["row"], r["mark"]) for r in rows(shown, "mirror")}
    assert upper == lower
    assert len(upper) == len(rows(shown))


def test_each_relation_of_the_paper_in_a_period_is_behind_a_sign(paper: Inputs) -> None:
    told = " ".join(row["told"] for row in rows(relations(paper)) if row["whose"] == "paper")
    with (DATA / "paper" / "relations.csv").open(encoding="utf-8", newline="") as file:
        claims = {row["claim"] for row in csv.DictReader(file) if not row["to"] or row["to"] >= "1995"}
    assert len(claims) > 20
    assert {claim for claim in claims if f"[claim {claim}]" not in told} == set()


@pytest.mark.parametrize(
    ("begin", "end", "told"),
    [
        ("1994", "2001", "War (1994 to 2001)"),
        ("1994", "1994", "War (1994)"),
        ("1994", None, "War (from 1994, no end given)"),
        (None, "2001", "War (until 2001, no beginning given)"),
        (None, None, "War (undated)"),
    ],
)
def test_the_time_of_a_relation_in_words(begin, end, told) -> None:
    row = {"kind": "war", "from": begin, "to": end, "summary": "What it shows", "source": "One | Two"}
    assert view_relations._said(row) == f"{told}: What it shows [One; Two]"


@pytest.mark.parametrize("make", [counts, genealogy, relations])
def test_a_view_is_small(make, latest: Inputs) -> None:
    bundle = make(latest)._repr_mimebundle_()[bundles.VIEW]
    assert len(bundle["held"].encode()) + len(bundle["table"].encode()) < 400_000


@pytest.mark.parametrize("make", [counts, genealogy, relations])
def test_no_view_of_the_papers_time_names_a_later_year(make, paper: Inputs) -> None:
    told = json.dumps(make(paper)._repr_mimebundle_()[bundles.VIEW])
    assert [year for year in range(2023, 2030) if f" {year}" in told or f"({year}" in told or f'"{year}' in told] == []
