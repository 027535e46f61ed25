"""The map of events by division."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import PathPatch

from afpak.figures import maps

from .drawn import FIGURES, newest
from .test_drawings import texts

DATA = Path(__file__).resolve().parents[2] / "data"


def square(x: float, y: float, side: float = 2.0) -> str:
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
    return f"POLYGON (({', '.join(f'{a} {b}' for a, b in corners)}))"


COUNTS = pd.DataFrame(
    [
        ("a", "P", "Alpha", "", True, 40, 80),
        ("b", "P", "Beta", "claimed by two", True, 0, 0),
        ("c", "Q", "Gamma", "", False, None, None),
        ("d", "P", "Delta", "", True, 2, None),
        ("unknown", "P", "unknown", "", True, 7, 9),
    ],
    columns=["place", "country", "name", "disputed", "covered", "events", "deaths_best"],
).astype({"events": "Int64", "deaths_best": "Int64"})
OUTLINES = pd.DataFrame({"place": ["a", "b", "c"], "wkt": [square(60, 30), square(62, 30), square(64, 30)]})


@pytest.fixture(scope="module")
def drawn():
    return maps.provinces(COUNTS, OUTLINES, "provinces", "2020", "events", "a source")


def patches(figure) -> list[PathPatch]:
    return [patch for patch in figure.drawing.axes[0].patches if isinstance(patch, PathPatch)]


def test_the_caption_tells_what_the_map_lacks_and_what_is_disputed(drawn) -> None:
    assert "lacks: 7 in P" in drawn.caption
    assert "shades can’t be held against those of another" in drawn.caption
    assert "Not covered, or not in the same months: Q." in drawn.caption
    assert "No outline for Delta." in drawn.caption
    assert "disputed" in drawn.caption
    assert (
        "disputed"
        not in maps.provinces(COUNTS.assign(disputed=""), OUTLINES, "provinces", "2020", "events", "a source").caption
    )


def test_the_words_list_every_covered_division_and_those_without_an_event(drawn) -> None:
    assert "Alpha 40, Delta 2. No event: Beta." in drawn.alternative
    assert "Gamma" not in drawn.alternative


def test_no_event_not_covered_and_disputed_look_different(drawn) -> None:
    alpha, beta, gamma, *edges = patches(drawn)
    assert to_rgb(beta.get_facecolor()) == (1, 1, 1) and not beta.get_hatch()
    assert gamma.get_hatch() and to_rgb(gamma.get_facecolor()) != (1, 1, 1)
    assert not alpha.get_hatch()
    # A white line and dashes over it, around the one that is disputed.
    assert len(edges) == 2 and not any(patch.get_fill() for patch in edges)


def test_more_is_darker_in_grey_too() -> None:
    counts = COUNTS.iloc[[0, 0, 0]].assign(place=["a", "b", "c"], name=["A", "B", "C"], events=[1, 20, 2000])
    figure = maps.provinces(counts, OUTLINES, "provinces", "2020", "events", "a source")
    light = [0.299 * r + 0.587 * g + 0.114 * b for r, g, b in (to_rgb(one.get_facecolor()) for one in patches(figure))]
    assert light == sorted(light, reverse=True) and light[0] - light[-1] > 0.4


def test_names_on_a_narrow_page_lie_on_what_they_name() -> None:
    outlines = OUTLINES.assign(wkt=[square(60 + 4 * i, 30, 4.0) for i in range(3)])
    figure = maps.provinces(COUNTS, outlines, "provinces", "2020", "events", "a source")
    (axes,) = figure.narrow.axes
    middles = {
        text.get_text(): axes.transData.inverted().transform(((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2))
        for text, box in texts(figure.narrow)
    }
    assert 60 < middles["Alpha"][0] < 64 < middles["Beta"][0] < 68
    assert "Gamma" not in middles


def test_a_degree_north_is_as_long_as_it_is_beside_one_east(drawn) -> None:
    # The cosine of 31 degrees is 0.857.
    assert drawn.drawing.axes[0].get_aspect() == pytest.approx(1 / 0.8572, rel=1e-3)


def test_holes_stay_open() -> None:
    ring = "POLYGON ((60 30, 64 30, 64 34, 60 34, 60 30), (61 31, 63 31, 63 33, 61 33, 61 31))"
    outlines = pd.DataFrame({"place": ["a"], "wkt": [ring]})
    (patch,) = patches(maps.provinces(COUNTS.iloc[:1], outlines, "provinces", "2020", "events", "a source"))
    assert len(patch.get_path().vertices) == 10


def test_the_table_has_shares_of_the_country_and_leaves_out_what_is_not_covered() -> None:
    frame = maps.by_province(COUNTS, "by-division", "2020", "events", "a source").frame
    assert frame["division"].tolist() == ["Alpha", "not known", "Delta", "Beta"]
    assert frame["share of the country, %"].tolist() == pytest.approx([4000 / 49, 700 / 49, 200 / 49, 0])
    assert frame["borders"].tolist() == [None, None, None, "disputed"]


def test_the_map_tells_the_counts_of_the_table_of_provinces() -> None:
    with (DATA / "series/event_provinces.csv").open(encoding="utf-8", newline="") as file:
        own = [
            row
            for row in csv.DictReader(file)
            if row["release"] == "ucdp-ged-22.1" and row["group"] == "militant" and 2008 <= int(row["year"]) <= 2021
        ]
    told = FIGURES["provinces"](newest()).alternative
    for place, name in (("pk-kp", "Khyber Pakhtunkhwa"), ("pk-balochistan", "Balochistan")):
        assert f"{name} {sum(int(row['events']) for row in own if row['place'] == place):,}" in told
    assert re.search(r"Not covered, or not in the same months: Afghanistan", told)
