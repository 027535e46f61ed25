"""Small arguments whose footing is worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afpak.analysis.footing import CycleError, Footing, Weakness, footings, graph, opponents, stands


def argument(*edges: str) -> pd.DataFrame:
    """Edges written as ``a supports b``."""
    return pd.DataFrame([edge.split() for edge in edges], columns=["source", "relation", "target"])


def test_supported_premises_make_a_conclusion_firm() -> None:
    edges = argument("a supports c", "b concludes c")
    assert footings(edges, {"a": "supported", "b": "supported"}) == {"a": "firm", "b": "firm", "c": "firm"}


def test_one_doubtful_premise_among_others_shakes_it() -> None:
    edges = argument("a supports c", "b supports c")
    for verdict in ("contested", "inconsistent", "unverifiable", "contradicted"):
        assert footings(edges, {"a": "supported", "b": verdict})["c"] is Footing.SHAKEN


def test_it_falls_if_all_that_supports_it_is_contradicted() -> None:
    edges = argument("a supports c", "b supports c")
    assert footings(edges, {"a": "contradicted", "b": "contradicted"})["c"] is Footing.FALLEN


def test_a_supported_claim_survives_the_fall_of_its_supports() -> None:
    edges = argument("a supports c")
    assert footings(edges, {"a": "contradicted", "c": "supported"})["c"] is Footing.SHAKEN


def test_what_is_assumed_is_needed() -> None:
    edges = argument("c assumes a", "b supports c")
    assert footings(edges, {"a": "contradicted", "b": "supported"})["c"] is Footing.FALLEN
    assert footings(edges, {"a": "contested", "b": "supported"})["c"] is Footing.SHAKEN
    assert footings(edges, {"a": "supported", "b": "supported"})["c"] is Footing.FIRM


def test_a_contradicted_claim_has_fallen_whatever_supports_it() -> None:
    assert footings(argument("a supports c"), {"a": "supported", "c": "contradicted"})["c"] is Footing.FALLEN


def test_a_supported_opponent_shakes_and_any_other_does_not() -> None:
    edges = argument("a supports c", "o opposes c")
    assert footings(edges, {"a": "supported", "o": "supported"})["c"] is Footing.SHAKEN
    assert footings(edges, {"a": "supported", "o": "contested"})["c"] is Footing.FIRM
    assert opponents(edges, {"o": "supported"}) == {"c": ("o",)}


def test_what_is_untested_neither_carries_nor_shakes() -> None:
    edges = argument("n supports c", "a supports c", "n supports d")
    found = footings(edges, {"n": "not testable", "a": "supported", "d": "not testable"})
    assert found == {"n": "untested", "a": "firm", "c": "firm", "d": "untested"}
    # Beside one that has fallen, an untested one does not hold the conclusion up.
    assert footings(edges, {"n": "pending", "a": "contradicted"})["c"] is Footing.FALLEN


def test_doubt_travels_all_the_way() -> None:
    edges = argument("a supports b", "b concludes c", "c recommends d", "e assumes d", "x supports b")
    found = footings(edges, {"a": "contested", "x": "supported"})
    assert [found[name] for name in "bcde"] == ["shaken"] * 4
    fallen = footings(argument("a supports b", "b concludes c", "c recommends d", "e assumes d"), {"a": "contradicted"})
    assert [fallen[name] for name in "bcde"] == ["fallen"] * 4


def test_a_circle_is_refused_with_its_names() -> None:
    with pytest.raises(CycleError, match="a, b, c"):
        graph(argument("a supports b", "b supports c", "c supports a", "x supports a"))
    # b assumes a and a assumes b is one too, once the edges are turned round.
    with pytest.raises(CycleError):
        graph(argument("a assumes b", "b assumes a"))
    with pytest.raises(CycleError, match=r"itself: b$"):
        graph(argument("a supports b", "b supports b"))
    # Opposing each other is none.
    assert graph(argument("a opposes b", "b opposes a")).ecount() == 0


def test_the_shortest_way_from_each_weak_premise_is_given() -> None:
    edges = argument("a supports b", "b supports d", "d concludes e", "a supports c", "c concludes e", "e recommends r")
    (stand,) = stands(edges, {"a": "contradicted", "b": "supported", "c": "unverifiable"}, ["r"])
    assert set(stand.premises) == {"a", "b", "c", "d", "e"}
    assert stand.weak == (
        Weakness("a", "contradicted", ("a", "c", "e", "r")),
        Weakness("c", "unverifiable", ("c", "e", "r")),
    )


def test_of_two_ways_of_one_length_the_first_by_name_is_taken_whatever_the_order_of_rows() -> None:
    rows = ["a supports z", "a supports b", "z concludes r", "b concludes r"]
    for edges in (argument(*rows), argument(*reversed(rows))):
        (stand,) = stands(edges, {"a": "contested"}, ["r"])
        assert stand.weak == (Weakness("a", "contested", ("a", "b", "r")),)


def test_a_claim_outside_the_argument_stands_on_nothing() -> None:
    alone, tested = stands(argument("a supports b"), {"s": "supported"}, ["q", "s"])
    assert (alone.footing, alone.premises, alone.weak) == (Footing.UNTESTED, (), ())
    assert tested.footing is Footing.FIRM


def test_an_opponent_is_no_premise() -> None:
    (stand,) = stands(argument("o opposes r", "a recommends r"), {"o": "supported", "a": "supported"}, ["r"])
    assert stand.premises == ("a",)
    assert stand.opposed_by == ("o",)


VERDICTS = ("supported", "contested", "contradicted", "unverifiable", "not testable")
RANK = {Footing.FIRM: 0, Footing.UNTESTED: 0, Footing.SHAKEN: 1, Footing.FALLEN: 2}


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(1, 4)), min_size=1, max_size=12),
    st.lists(st.sampled_from(VERDICTS), min_size=11, max_size=11),
    st.integers(0, 10),
)
def test_contradicting_a_premise_never_makes_anything_firmer(steps, verdicts, spoiled) -> None:
    edges = pd.DataFrame(
        [(f"n{first}", "supports", f"n{first + step}") for first, step in dict.fromkeys(steps)],
        columns=["source", "relation", "target"],
    )
    before = {f"n{i}": verdict for i, verdict in enumerate(verdicts)}
    worse = before | {f"n{spoiled}": "contradicted"}
    first, second = footings(edges, before), footings(edges, worse)
    assert all(RANK[second[name]] >= RANK[first[name]] for name in first)
