from __future__ import annotations

import csv
import itertools
import math
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from afpak.analysis import balance
from afpak.figures import Figure, relations, style
from afpak.figures.shown import IncompleteError
from afpak.tables import Inputs

from .test_drawings import apart, corners, out_of_the_canvas, texts

DATA = Path(__file__).resolve().parents[2] / "data"
STARTS = ("1994-01-01", "2001-10-07", "2007-12-14", "2014-06-15", "2021-08-15")
SOURCE = "a source"
SPANS = balance.periods(["2000-01-01", "2010-01-01"], pd.Timestamp("2020-12-31").date())
FIRST, SECOND = (span.label for span in SPANS)
NAMES = {"a": "Alpha", "b": "Beta", "c": "Gamma", "d": "Delta"}

ROWS = pd.DataFrame(
    [
        ("r1", "9.9-01", "a", "b", 1, "alliance", "2001", None),
        ("r2", "9.9-02", "a", "c", 1, "alliance", "2001", None),
        ("r3", "9.9-03", "b", "c", -1, "war", "2003-05", None),
        ("r4", "9.9-04", "c", "d", 1, "truce", "2012", "2013"),
        ("r5", "9.9-05", "d", "c", -1, "war", "2012", "2014"),
    ],
    columns=["relation", "claim", "actor_a", "actor_b", "sign", "kind", "from", "to"],
).assign(
    note="A note",
    summary="What it shows",
    source="Paper: Title (3 Feb 2015) | Other: Title (2016)",
    url="https://example.org/a | https://example.org/b",
    known_since="2015",
)
ORGANISATIONS = pd.DataFrame({"organisation": list("abc"), "short": ["Alpha", "Beta", "Gamma"], "kind": ["state"] * 3})
TIES = balance.edges(balance.in_periods(ROWS, SPANS, SPANS[-1].end))


def draw(ties: pd.DataFrame = TIES, fewest: int = 1, source: str = SOURCE) -> Figure:
    places = balance.places(ties, fewest)
    return relations.network(ties, balance.triads(ties), SPANS, places, ORGANISATIONS, "paper", source)


def real(inputs: Inputs, table: str) -> Figure:
    spans = balance.periods(STARTS, inputs.as_of)
    both = {
        name: balance.edges(balance.in_periods(inputs[name], spans, inputs.as_of))
        for name in ("paper-relations", "relations")
    }
    places = balance.places(pd.concat(list(both.values())))
    triads = balance.triads(both[table])
    return relations.network(both[table], triads, spans, places, inputs["organisations"], "record", SOURCE)


def markdown(shown) -> str:
    return str(shown._repr_mimebundle_()["text/markdown"])


def cells(shown) -> list[list[str]]:
    lines = [line for line in markdown(shown).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


# The network


def test_the_network_tells_every_pair_of_every_period() -> None:
    told = draw().alternative
    assert told.startswith("2 drawings of a network with 4 actors on a circle. ")
    first, second = told.split(f"{SECOND}: ")
    assert "together (2): Alpha and Beta, Gamma – against (1): Beta and Gamma" in first
    assert "mixed" not in first
    # Nobody knows the name of d, so its identifier stands for it.
    assert "mixed (1): Gamma and D" in second


def test_actors_with_few_partners_are_left_out_and_the_caption_says_so() -> None:
    figure = draw(fewest=2)
    assert "with 3 actors" in figure.alternative
    assert "and D" not in figure.alternative
    assert "too few partners: 1." in figure.caption
    assert set(figure.data["first"]) | set(figure.data["second"]) == {"Alpha", "Beta", "Gamma"}


def test_a_period_without_relations_says_so() -> None:
    told = draw(TIES[TIES["period"] == FIRST]).alternative
    assert told.endswith(f"{SECOND}: no relation.")


def marks(axes) -> list[str]:
    return [line.get_marker() for line in axes.lines if len(line.get_xdata()) == 1]


def test_a_sign_is_told_by_colour_dash_and_mark_and_an_unbalanced_triad_by_width() -> None:
    axes = draw().drawing.axes
    own = [[line for line in one.lines if len(line.get_xdata()) == 2] for one in axes]
    # ab, ac, bc: plus, plus, minus, all three in one unbalanced triad; later cd, mixed and in none.
    assert [to_hex(line.get_color()) for line in own[0]] == [style.BLUE, style.BLUE, style.VERMILION]
    assert [line.get_linestyle() for line in own[0]] == ["-", "-", "--"]
    assert len({line.get_linewidth() for line in own[0]}) == 1
    thin = own[1][-1]
    assert to_hex(thin.get_color()) == style.BLACK
    assert thin.get_linewidth() < own[0][0].get_linewidth()
    assert [marks(axes[0]).count(mark) for mark in ("+", "_", "$±$")] == [2, 1, 0]
    assert [marks(axes[1]).count(mark) for mark in ("+", "_", "$±$")] == [2, 1, 1]


def test_every_sign_has_a_colour_a_dash_and_a_mark_of_its_own() -> None:
    for column in range(4):
        assert len({str(look[column]) for look in relations.SIGNS.values()}) == 3


def test_states_are_squares_groups_circles_and_what_is_not_known_a_diamond() -> None:
    organisations = ORGANISATIONS.assign(kind=["state", "faction", "armed group"])
    figure = relations.network(
        TIES, balance.triads(TIES), SPANS, balance.places(TIES, 1), organisations, "paper", SOURCE
    )
    shapes = [line.get_marker() for line in figure.drawing.axes[0].lines if line.get_zorder() == 4]
    assert sorted(shapes) == ["D", "o", "o", "s"]
    labels = [text.get_text() for text in figure.drawing.legends[0].get_texts()]
    assert "sort not known" in labels
    known = TIES[TIES["second"] != "d"]
    labels = [text.get_text() for text in draw(known).drawing.legends[0].get_texts()]
    assert "sort not known" not in labels


def test_actors_stand_at_the_same_place_in_every_panel() -> None:
    first, second = draw().drawing.axes[:2]
    spots = [
        {text.get_text(): text.get_position() for text in axes.texts} for axes in (first, second)
    ]  # fmt: skip
    assert spots[0] == spots[1]
    assert set(spots[0]) == {"Alpha", "Beta", "Gamma", "D"}


@pytest.mark.parametrize("y", [0.0, 0.05, -0.05])
def test_a_line_bends_round_an_actor_that_it_does_not_end_at(y) -> None:
    ties = TIES[(TIES["period"] == FIRST) & (TIES["second"] == "b")]
    places = pd.DataFrame({"actor": list("abc"), "x": [-1.0, 1.0, 0.4], "y": [0.0, 0.0, y]})
    figure = relations.network(ties, balance.triads(ties), SPANS, places, ORGANISATIONS, "paper", SOURCE)
    (line,) = [one for one in figure.drawing.axes[0].lines if len(one.get_xdata()) > 1]
    points = list(zip(line.get_xdata(), line.get_ydata(), strict=True))
    assert points[0] == pytest.approx((-1, 0))
    assert points[-1] == pytest.approx((1, 0))
    assert min(math.dist(point, (0.4, y)) for point in points) > 0.1
    straight = relations.network(
        ties, balance.triads(ties), SPANS, places.assign(y=[0, 0, 0.5]), ORGANISATIONS, "paper", SOURCE
    )
    (line,) = [one for one in straight.drawing.axes[0].lines if len(one.get_xdata()) > 1]
    assert len(line.get_xdata()) == 2


def test_there_are_never_more_than_two_panels_side_by_side() -> None:
    spans = balance.periods([f"{year}-01-01" for year in range(2000, 2005)], SPANS[-1].end)
    ties = balance.edges(balance.in_periods(ROWS, spans, spans[-1].end))
    figure = relations.network(ties, balance.triads(ties), spans, balance.places(ties, 1), ORGANISATIONS, "x", SOURCE)
    columns = {round(axes.get_position().x0, 3) for axes in figure.drawing.axes}
    assert len(columns) == 2
    assert [axes.get_title() for axes in figure.drawing.axes[:5]] == [span.label for span in spans]


def test_on_a_phone_panels_stand_below_each_other_and_the_legend_above_them() -> None:
    drawing = draw().narrow
    texts(drawing)  # lays it out
    boxes = [axes.get_position() for axes in drawing.axes]
    assert [axes.get_title() for axes in drawing.axes] == [FIRST, SECOND]
    assert boxes[0].x0 == pytest.approx(boxes[1].x0) and boxes[0].y0 > boxes[1].y1
    (legend,) = drawing.legends
    assert legend.get_window_extent().y0 > boxes[0].y1 * drawing.bbox.height


@pytest.mark.parametrize("page", ["drawing", "narrow"])
def test_a_name_keeps_clear_of_a_line_that_runs_where_it_would_stand(page) -> None:
    # From c to d a line runs right of b, where its name stands otherwise.
    ties = TIES[(TIES["period"] == FIRST) & (TIES["second"] == "b")]
    places = pd.DataFrame({"actor": list("abcd"), "x": [-1.0, 1.0, 1.2, 1.2], "y": [0.0, 0.0, 0.6, -0.6]})

    def box_of_beta(ties):
        figure = relations.network(ties, balance.triads(ties), SPANS, places, ORGANISATIONS, "paper", SOURCE)
        placed = texts(getattr(figure, page))
        axes = getattr(figure, page).axes[0]
        (box,) = [box for text, box in placed if text.get_text() == "Beta" and text.axes is axes]
        return box, axes.transData.transform((1.2, 0.0))

    box, point = box_of_beta(ties)
    assert box.contains(*point)
    crossing = pd.concat([ties, ties.assign(first="c", second="d")], ignore_index=True)
    box, point = box_of_beta(crossing)
    assert not box.x0 < point[0] < box.x1


def test_a_network_can_not_be_drawn_without_a_source() -> None:
    with pytest.raises(IncompleteError, match="needs a source"):
        draw(source=" ")


@pytest.mark.parametrize("edition", ["paper", "latest"])
@pytest.mark.parametrize("table", ["paper-relations", "relations"])
def test_no_name_of_the_real_networks_lies_on_another_or_out_of_the_canvas(edition, table, paper, latest) -> None:
    drawing = real({"paper": paper, "latest": latest}[edition], table).drawing
    assert out_of_the_canvas(drawing) == []
    placed = texts(drawing)
    renderer = drawing.canvas.get_renderer()
    boxes = [(text.get_text(), corners(text, renderer)) for text, _ in placed]
    assert [(a, b) for (a, one), (b, other) in itertools.combinations(boxes, 2) if not apart(one, other)] == []
    assert min(text.get_fontsize() for text, _ in placed) >= 9


@pytest.mark.parametrize("page", ["drawing", "narrow"])
@pytest.mark.parametrize("edition", ["paper", "latest"])
@pytest.mark.parametrize("table", ["paper-relations", "relations"])
def test_every_name_of_the_real_networks_is_nearest_to_its_own_actor(edition, table, page, paper, latest) -> None:
    drawing = getattr(real({"paper": paper, "latest": latest}[edition], table), page)
    placed = texts(drawing)
    found = 0
    for axes in drawing.axes:
        actors = [line.get_xydata()[0] for line in axes.lines if line.get_zorder() == 4]
        spots = axes.transData.transform(actors)
        names = [text for text in axes.texts if text.get_zorder() == 5]
        boxes = {id(text): box for text, box in placed}
        # Actors and names are drawn in the same order.
        for own, name in enumerate(names):
            box = boxes[id(name)]
            away = [math.hypot(max(box.x0 - x, x - box.x1, 0.0), max(box.y0 - y, y - box.y1, 0.0)) for x, y in spots]
            assert min(range(len(away)), key=away.__getitem__) == own, name.get_text()
            found += 1
    assert found > 10


@pytest.mark.parametrize("table", ["paper-relations", "relations"])
def test_the_real_networks_hold_the_pairs_of_the_raw_table(table, latest) -> None:
    figure = real(latest, table)
    path = {"paper-relations": "paper/relations.csv", "relations": "record/relations.csv"}[table]
    with (DATA / path).open(encoding="utf-8", newline="") as file:
        rows = {row["relation"]: row for row in csv.DictReader(file)}
    drawn = {one for joined in figure.data["relations"] for one in joined.split(" | ")}
    assert drawn <= set(rows)
    for tie in figure.data.to_dict("records"):
        signs = {int(rows[one]["sign"]) for one in tie["relations"].split(" | ")}
        assert tie["sign"] == (signs.pop() if len(signs) == 1 else 0)


# Tables


def test_short_names_fall_back_to_the_identifier() -> None:
    assert relations.short_names(ORGANISATIONS, ["a", "the-other-one"]) == {
        "a": "Alpha",
        "the-other-one": "The Other One",
    }


def test_relations_name_their_claim_or_their_sources() -> None:
    told = markdown(relations.paper_relations(ROWS, NAMES))
    assert "r3 · Beta and Gamma · against\n: *kind:* war\n: *from:* 2003-05\n: *claim:* 9.9-03" in told
    told = markdown(relations.record_relations(ROWS, NAMES))
    assert (
        "[Paper: Title (3 Feb 2015)](<https://example.org/a>); [Other: Title (2016)](<https://example.org/b>)" in told
    )
    assert "r5 · Delta and Gamma · against" in told


def test_balance_by_period_sets_paper_and_record_one_below_the_other() -> None:
    counts = balance.by_period(TIES, SPANS)
    rows = cells(relations.balance_by_period({"paper": counts, "record": counts.iloc[:1]}))
    # abc is unbalanced in both periods; cd is mixed in the second and in no triad.
    assert rows == [
        [FIRST, "paper", "3", "3", "0", "1", "0", "1", "0", "0", "1", "1"],
        [SECOND, "paper", "4", "4", "1", "1", "0", "1", "0", "0", "1", "1"],
        [FIRST, "record", "3", "3", "0", "1", "0", "1", "0", "0", "1", "1"],
    ]


def test_unbalanced_triads_tell_signs_periods_and_what_they_rest_on() -> None:
    runs = balance.unbalanced(balance.triads(TIES), SPANS)
    told = markdown(relations.unbalanced_triads(runs, "paper", NAMES, relations.claims_of(ROWS)))
    assert "Alpha · Beta · Gamma\n: *signs:* Alpha with Beta; Alpha with Gamma; Beta against Gamma" in told
    assert f": *unbalanced in:* {FIRST}, up to {SECOND}\n: *the last of its relations begins:* 2003-05" in told
    assert ": *rests on:* together, claim 9.9-01; together, claim 9.9-02; against, claim 9.9-03\n" in told
    assert "make them so (1)" in told
    none = relations.unbalanced_triads(runs.iloc[:0], "record", NAMES, {})
    assert "make them so (0)" in markdown(none)


def test_sources_are_links_in_what_a_triad_rests_on() -> None:
    said = relations.sources_of(ROWS)
    assert said["r3"].startswith("against, [Paper: Title (3 Feb 2015)](<https://example.org/a>)")
    assert "r3" not in said["r3"]


def test_pairs_to_change_have_their_share_in_per_cent() -> None:
    shares = {"paper": balance.to_change(TIES[TIES["period"] == FIRST])}
    assert cells(relations.to_change(shares, NAMES)) == [
        [FIRST, "paper", "Alpha and Beta", "together", "33"],
        [FIRST, "paper", "Alpha and Gamma", "together", "33"],
        [FIRST, "paper", "Beta and Gamma", "against", "33"],
    ]


def test_smallest_sets_stand_a_set_a_row() -> None:
    sets = {"paper": balance.smallest_sets(TIES[TIES["period"] == FIRST])}
    assert cells(relations.smallest_sets(sets, NAMES)) == [
        [FIRST, "paper", "1", "1", "Alpha and Beta"],
        [FIRST, "paper", "1", "2", "Alpha and Gamma"],
        [FIRST, "paper", "1", "3", "Beta and Gamma"],
    ]
    # Four who are all enemies: two pairs change in each set.
    enemies = pd.DataFrame(
        [
            {"period": FIRST, "first": a, "second": b, "sign": -1, "relations": "r"}
            for a, b in itertools.combinations("abcd", 2)
        ]
    )
    rows = cells(relations.smallest_sets({"record": balance.smallest_sets(enemies)}, NAMES))
    assert rows[0] == [FIRST, "record", "1", "1", "Alpha and Beta; Gamma and Delta"]
    assert len(rows) == 3


def test_nothing_to_change_is_a_table_that_says_so() -> None:
    fine = TIES[TIES["second"] == "b"]
    assert cells(relations.to_change({"paper": balance.to_change(fine)}, NAMES)) == [["none", "", "", "", ""]]
    assert cells(relations.smallest_sets({"paper": balance.smallest_sets(fine)}, NAMES)) == [["none", "", "", "", ""]]


def test_actors_have_no_rank_where_nothing_is_unbalanced() -> None:
    actors = balance.by_actor(TIES[TIES["period"] == FIRST], SPANS)
    rows = cells(relations.by_actor({"paper": actors}, "by-actor", NAMES))
    assert rows[0] == ["Alpha", FIRST, "paper", "1", "0", "1", "1 of 3", "1 of 3"]
    calm = balance.by_actor(TIES[TIES["period"] == FIRST].assign(sign=1), SPANS)
    rows = cells(relations.by_actor({"paper": calm}, "by-actor", NAMES))
    assert rows[0] == ["Alpha", FIRST, "paper", "1", "0", "0", "–", "–"]


def test_a_changed_pair_shows_both_readings() -> None:
    changed = {"paper": balance.if_changed(TIES, ["a", "b"], SPANS)}
    shown = relations.if_changed(changed, ["a", "b"], NAMES, "other")
    assert shown.name == "other"
    assert cells(shown) == [
        [FIRST, "paper", "together", "1", "0", "1", "0"],
        [SECOND, "paper", "together", "1", "0", "1", "0"],
    ]


def test_agreement_and_disagreements_of_paper_and_record() -> None:
    other = TIES.assign(sign=[-sign for sign in TIES["sign"]])
    sides = balance.agreement(TIES, other, SPANS)
    counts = balance.agreement_by_period(sides, SPANS)
    assert cells(relations.agreement_by_period(counts)) == [
        [FIRST, "0", "3", "0", "0", "0"],
        [SECOND, "0", "3", "1", "0", "0"],
    ]
    said = relations.claims_of(ROWS)
    told = markdown(relations.disagreements(sides[sides["outcome"] == "disagree"], NAMES, said))
    assert f"Alpha and Beta · {FIRST} · disagree\n: *the paper:* together\n" in told
    assert ": *it rests on:* together, claim 9.9-01\n: *the record:* against" in told
    assert "(6)" in told
