from __future__ import annotations

import itertools
import math
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afpak.analysis import balance
from afpak.problems import InputError

AS_OF = date(2020, 12, 31)
SPANS = balance.periods(["2000-01-01", "2010-06-15"], AS_OF)
FIRST, SECOND = (span.label for span in SPANS)


def relations(*rows: tuple[str, str, int, str | None, str | None]) -> pd.DataFrame:
    """Relations from (one actor, the other, sign, from, to), numbered in the order given."""
    columns = ["actor_a", "actor_b", "sign", "from", "to"]
    frame = pd.DataFrame(rows, columns=columns).astype({"from": object, "to": object})
    return frame.assign(relation=[f"r{i:02d}" for i in range(1, len(rows) + 1)])


def network(signs: dict[str, int], period: str = FIRST) -> pd.DataFrame:
    """Ties of one period from signs by pair, each pair written as two letters."""
    return pd.DataFrame(
        [
            {
                "period": period,
                "first": min(pair),
                "second": max(pair),
                "sign": sign,
                "since": "2001",
                "relations": f"r-{pair}",
                "together": "",
                "against": "",
            }
            for pair, sign in signs.items()
        ],
        columns=["period", "first", "second", "sign", "since", "relations", "together", "against"],
    )


def where(*rows: tuple[str, str, int, str | None, str | None], until: date = AS_OF) -> list[list[int]]:
    """For each relation the numbers of the periods in which it stands."""
    frame = relations(*rows)
    placed = balance.in_periods(frame, SPANS, until)
    return [
        [(FIRST, SECOND).index(period) for period in placed.loc[placed["relation"] == one, "period"]]
        for one in frame["relation"]
    ]


# Periods


def test_periods_follow_each_other_without_gap_up_to_the_as_of_date() -> None:
    spans = balance.periods(["2010-06-15", "2000-01-01", "2025-01-01", "2010-06-15"], AS_OF)
    assert [(span.start, span.end) for span in spans] == [
        (date(2000, 1, 1), date(2010, 6, 14)),
        (date(2010, 6, 15), AS_OF),
    ]
    assert [span.label for span in spans] == ["1 Jan 2000 – 14 Jun 2010", "15 Jun 2010 – 31 Dec 2020"]


def test_a_period_may_begin_on_the_as_of_date() -> None:
    assert [span.label for span in balance.periods(["2020-12-31"], AS_OF)] == ["31 Dec 2020 – 31 Dec 2020"]


def test_a_boundary_that_is_no_day_is_refused() -> None:
    with pytest.raises(InputError, match="2010-06"):
        balance.periods(["2010-06"], AS_OF)


def test_there_must_be_a_period() -> None:
    with pytest.raises(ValueError, match="no period begins by 2020-12-31"):
        balance.periods(["2021-01-01"], AS_OF)


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        ("1990", "1999-12-31", []),
        ("1990", "2000-01-02", [0]),
        ("2003", "2004", [0]),
        ("2003", None, [0, 1]),
        ("2010-06-14", "2010-06-14", [0]),
        ("2010-06-15", "2010-06-15", [1]),
        ("2003", "2010-06-15", [0]),  # ends on the day on which the next period begins
        ("2003", "2010-06-16", [0, 1]),
        ("2010", None, [1]),  # may have begun on 31 December 2010
        ("2003", "2010", [0]),  # may have ended on 1 January 2010
        ("2010", "2010", [0, 1]),  # nothing sure: each in which it may have been
        ("2010-06", "2010-06", [0, 1]),
        ("2010-07", "2010-07", [1]),
        (None, "2005", [0]),  # only its end is known
        (None, None, [1]),  # the time of the table itself
        ("2021", None, []),
    ],
)
def test_a_relation_belongs_to_the_periods_that_its_shortest_span_overlaps(begin, end, expected) -> None:
    assert where(("a", "b", 1, begin, end)) == [expected]


def test_only_a_relation_whose_dates_leave_the_period_open_is_uncertain() -> None:
    frame = relations(
        ("a", "b", 1, "2010", "2010"), ("a", "b", 1, "2010-07", "2010-07"), ("a", "b", 1, "2003", None)
    )  # fmt: skip
    placed = balance.in_periods(frame, SPANS, AS_OF)
    assert placed[["relation", "certain"]].values.tolist() == [
        ["r01", False], ["r03", True], ["r01", False], ["r02", True], ["r03", True],
    ]  # fmt: skip


def test_a_relation_without_an_end_lasts_until_the_day_given() -> None:
    assert where(("a", "b", 1, "2003", None), until=date(2009, 1, 1)) == [[0]]


@pytest.mark.parametrize(
    ("begin", "end", "known", "lasting", "expected"),
    [
        (None, None, "2005", True, [0, 1]),  # seen in 2005, and without an end
        (None, None, "2005", False, [0]),
        ("2003", None, "2005-03", False, [0]),
        ("2003", None, "2015", False, [0, 1]),
        ("2003", "2004", "2015", False, [0]),  # its end is known
        (None, "2004", "2015", True, [0]),
        ("2003", None, None, False, [0, 1]),
        (None, None, None, True, []),  # no date at all
    ],
)
def test_the_publication_of_a_source_stands_for_a_beginning_and_if_asked_for_an_end(
    begin, end, known, lasting, expected
) -> None:
    frame = relations(("a", "b", 1, begin, end)).assign(known_since=[known]).astype({"known_since": object})
    placed = balance.in_periods(frame, SPANS, AS_OF, lasting=lasting)
    assert [(FIRST, SECOND).index(period) for period in placed["period"]] == expected


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (("a", "a", 1, "2003", None), "two actors"),
        (("a", "b", 0, "2003", None), "sign 1 or -1"),
        (("a", "b", 1, "2003", "2002"), "ends before it begins"),
    ],
)
def test_a_relation_that_is_none_is_refused(row, told) -> None:
    with pytest.raises(ValueError, match=f"r01.*{told}"):
        balance.in_periods(relations(row), SPANS, AS_OF)


def test_no_relation_has_no_place() -> None:
    placed = balance.in_periods(relations(), SPANS, AS_OF)
    assert placed.empty
    assert balance.edges(placed).empty


# Pairs


def test_a_pair_has_one_sign_a_period_whichever_way_it_is_written() -> None:
    frame = relations(
        ("b", "a", 1, "2003", "2004"), ("a", "b", 1, "2002", "2015"), ("a", "b", -1, "2012", "2013"),
        ("a", "c", -1, "2012", None),
    )  # fmt: skip
    ties = balance.edges(balance.in_periods(frame, SPANS, AS_OF))
    assert ties.values.tolist() == [
        [FIRST, "a", "b", 1, "2002", "r01 | r02", "r01 | r02", ""],
        [SECOND, "a", "b", 0, "2002", "r02 | r03", "r02", "r03"],
        [SECOND, "a", "c", -1, "2012", "r04", "", "r04"],
    ]


def test_a_pair_of_which_one_beginning_is_unknown_is_not_dated() -> None:
    frame = relations(("a", "b", 1, "2011", None), ("a", "b", 1, None, "2012"))
    ties = balance.edges(balance.in_periods(frame, SPANS, AS_OF))
    assert ties["since"].tolist() == [None]


# Triads


@pytest.mark.parametrize(
    ("signs", "state", "negative"),
    [
        ((1, 1, 1), "balanced", 0),
        ((1, -1, -1), "balanced", 2),
        ((1, 1, -1), "unbalanced", 1),
        ((-1, -1, -1), "unbalanced", 3),
        ((1, 0, 1), "undecided", 0),
        ((0, -1, -1), "undecided", 2),
    ],
)
def test_a_triad_is_balanced_if_its_product_is_positive(signs, state, negative) -> None:
    for order in itertools.permutations(signs):
        table = balance.triads(network(dict(zip(("ab", "ac", "bc"), order, strict=True))))
        assert table[["first", "second", "third", "state", "negative"]].values.tolist() == [
            ["a", "b", "c", state, negative]
        ]
        assert table[["first_second", "first_third", "second_third"]].values.tolist() == [list(order)]


def test_a_chain_and_a_ring_of_four_hold_no_triad() -> None:
    assert balance.triads(network({"ab": 1, "bc": -1})).empty
    assert balance.triads(network({"ab": 1, "bc": -1, "cd": 1, "da": 1})).empty


def test_a_triad_needs_its_three_pairs_in_one_period() -> None:
    ties = pd.concat([network({"ab": 1, "bc": -1}), network({"ac": 1}, SECOND)])
    assert balance.triads(ties).empty


def test_a_triad_is_as_old_as_its_youngest_pair() -> None:
    ties = network({"ab": 1, "ac": 1, "bc": -1}).assign(since=["2001", "2003-05", "2002-12"])
    assert balance.triads(ties)["since"].tolist() == ["2003-05"]
    assert balance.triads(ties.assign(since=["2001", None, "2002"]))["since"].tolist() == [None]


K4 = {"ab": -1, "ac": 1, "ad": 1, "bc": 1, "bd": 1, "cd": 1}


def test_four_actors_with_one_negative_pair_have_two_unbalanced_triads_and_one_sign_to_change() -> None:
    table = balance.by_period(network(K4), SPANS)
    # abc and abd hold the negative pair, acd and bcd do not.
    assert table.iloc[0].to_dict() == {
        "period": FIRST, "actors": 4, "pairs": 6, "mixed": 0, "triads": 4, "balanced": 2, "unbalanced": 2,
        "undecided": 0, "all_against": 0, "fewest": 2, "most": 2, "index_low": 1, "index_high": 1, "sets": 1,
    }  # fmt: skip
    assert table.iloc[1].drop("period").tolist() == [0] * 12 + [1]
    assert balance.line_index(network(K4)).parts == ((frozenset({("a", "b")}),),)


def test_three_enemies_are_counted_apart() -> None:
    assert balance.by_period(network({"ab": -1, "ac": -1, "bc": -1}), SPANS)["all_against"].tolist() == [1, 0]


def test_mixed_pairs_are_set_together_not_triad_by_triad() -> None:
    # ab is mixed; abc is balanced if it is positive, abd if it is negative: one of the two is always unbalanced.
    ties = network({"ab": 0, "ac": 1, "bc": 1, "ad": 1, "bd": -1})
    assert balance.unbalanced_bounds(balance.triads(ties)) == (1, 1)
    # With both on the same side they are unbalanced together or not at all.
    ties = network({"ab": 0, "ac": 1, "bc": 1, "ad": 1, "bd": 1})
    assert balance.unbalanced_bounds(balance.triads(ties)) == (0, 2)
    # ab and ac are mixed, all else is positive: abc is unbalanced if they differ, abd with ab negative, acd with ac
    # negative. So 0 of them, or 2 in each of the three other cases.
    ties = network({"ab": 0, "ac": 0, "bc": 1, "ad": 1, "bd": 1, "cd": 1})
    assert balance.unbalanced_bounds(balance.triads(ties)) == (0, 2)
    # Two mixed pairs in one triad can be set either way.
    assert balance.unbalanced_bounds(balance.triads(network({"ab": 0, "ac": 0, "bc": -1}))) == (0, 1)


def brute_bounds(signs: dict[str, int]) -> tuple[int, int]:
    """Unbalanced triads for every setting of the mixed pairs, counted one by one."""
    mixed = [pair for pair, sign in signs.items() if sign == 0]
    counts = []
    for setting in itertools.product((1, -1), repeat=len(mixed)):
        full = {**signs, **dict(zip(mixed, setting, strict=True))}
        by_pair = {frozenset(pair): sign for pair, sign in full.items()}
        actors = sorted({actor for pair in full for actor in pair})
        count = 0
        for a, b, c in itertools.combinations(actors, 3):
            sides = [by_pair.get(frozenset(two)) for two in ((a, b), (a, c), (b, c))]
            count += None not in sides and math.prod(side for side in sides if side is not None) < 0
        counts.append(count)
    return min(counts), max(counts)


signed_graphs = st.dictionaries(
    st.sampled_from(["".join(pair) for pair in itertools.combinations("abcdef", 2)]),
    st.sampled_from([1, -1]),
    max_size=9,
)
with_mixed = st.dictionaries(
    st.sampled_from(["".join(pair) for pair in itertools.combinations("abcde", 2)]),
    st.sampled_from([1, -1, 0]),
    max_size=8,
)


@given(with_mixed)
def test_bounds_of_triads_are_those_of_counting_each_setting(signs) -> None:
    assert balance.unbalanced_bounds(balance.triads(network(signs))) == brute_bounds(signs)


def test_too_many_mixed_pairs_are_refused() -> None:
    pairs = itertools.combinations("abcdefgh", 2)  # 28 pairs
    with pytest.raises(ValueError, match=r"28 mixed pairs in triads.*up to 20"):
        balance.unbalanced_bounds(balance.triads(network({"".join(pair): 0 for pair in pairs})))


def test_an_unbroken_run_of_periods_is_one_entry_and_a_broken_one_two() -> None:
    spans = balance.periods(["2000-01-01", "2001-01-01", "2002-01-01", "2003-01-01"], AS_OF)
    bad, good = {"ab": 1, "ac": 1, "bc": -1}, {"ab": 1, "ac": 1, "bc": 1}
    kinds = [bad, bad, good, bad]
    ties = pd.concat([network(kind, span.label) for kind, span in zip(kinds, spans, strict=True)])
    runs = balance.unbalanced(balance.triads(ties), spans)
    assert runs[["begins", "ends", "periods"]].values.tolist() == [
        [spans[0].label, spans[1].label, 2],
        [spans[3].label, spans[3].label, 1],
    ]
    assert runs[["first", "second", "third", "second_third"]].values.tolist() == [["a", "b", "c", -1]] * 2


# Line index


def brute_index(signs: dict[str, int]) -> tuple[int, set[frozenset[tuple[str, str]]]]:
    """Least number of pairs whose change balances a network, and all such sets: by trying sets of pairs by size.

    Whether a network is balanced is found by painting it: along a positive pair the same colour, along a negative one
    the other.
    """
    pairs = [(min(pair), max(pair)) for pair in signs]
    own = dict(zip(pairs, signs.values(), strict=True))
    for size in range(len(pairs) + 1):
        found = {
            frozenset(chosen)
            for chosen in itertools.combinations(pairs, size)
            if paintable({pair: -sign if pair in chosen else sign for pair, sign in own.items()})
        }
        if found:
            return size, found
    raise AssertionError


def paintable(own: dict[tuple[str, str], int]) -> bool:
    colour: dict[str, int] = {}
    for start in {actor for pair in own for actor in pair}:
        if start in colour:
            continue
        colour[start] = 1
        waiting = [start]
        while waiting:
            here = waiting.pop()
            for (a, b), sign in own.items():
                if here in (a, b):
                    there = b if here == a else a
                    if there not in colour:
                        colour[there] = colour[here] * sign
                        waiting.append(there)
                    elif colour[there] != colour[here] * sign:
                        return False
    return True


def every_set(index: balance.LineIndex) -> set[frozenset[tuple[str, str]]]:
    return {frozenset().union(*choice) for choice in itertools.product(*index.parts)}


@pytest.mark.parametrize(
    ("signs", "index", "sets"),
    [
        ({}, 0, 1),
        ({"ab": -1}, 0, 1),
        ({"ab": 1, "ac": -1, "bc": -1}, 0, 1),
        ({"ab": 1, "ac": 1, "bc": -1}, 1, 3),
        ({"ab": -1, "ac": -1, "bc": -1}, 1, 3),
        # Two camps, ab and cd.
        ({"ab": 1, "cd": 1, "ac": -1, "ad": -1, "bc": -1, "bd": -1}, 0, 1),
        # A ring of five with one negative pair: any of the five can change.
        ({"ab": 1, "bc": 1, "cd": 1, "de": 1, "ae": -1}, 1, 5),
        # Four who are all enemies: each pair of camps leaves two negative pairs inside; there are three such pairs.
        ({"ab": -1, "ac": -1, "ad": -1, "bc": -1, "bd": -1, "cd": -1}, 2, 3),
        # Two triangles that share an actor: three ways each.
        ({"ab": 1, "ac": 1, "bc": -1, "cd": 1, "ce": 1, "de": -1}, 2, 9),
    ],
)
def test_the_line_index_of_networks_whose_index_is_known(signs, index, sets) -> None:
    found = balance.line_index(network(signs))
    assert (found.lowest, found.highest, found.sets) == (index, index, sets)
    assert every_set(found) == brute_index(signs)[1]


@given(signed_graphs)
def test_index_and_smallest_sets_are_those_of_trying_every_set_of_pairs(signs) -> None:
    found = balance.line_index(network(signs))
    size, sets = brute_index(signs)
    assert found.lowest == found.highest == size
    assert found.sets == len(sets)
    assert every_set(found) == sets


@given(signed_graphs, st.sampled_from("abcdef"))
def test_switching_all_signs_of_an_actor_changes_nothing(signs, actor) -> None:
    switched = {pair: -sign if actor in pair else sign for pair, sign in signs.items()}
    assert balance.line_index(network(switched)).lowest == balance.line_index(network(signs)).lowest


@given(with_mixed)
def test_the_bounds_of_the_index_are_those_of_every_setting_of_the_mixed_pairs(signs) -> None:
    mixed = [pair for pair, sign in signs.items() if sign == 0]
    indices = [
        brute_index({**signs, **dict(zip(mixed, setting, strict=True))})[0]
        for setting in itertools.product((1, -1), repeat=len(mixed))
    ]
    found = balance.line_index(network(signs))
    assert (found.lowest, found.highest) == (min(indices), max(indices))


def test_a_network_too_large_to_count_through_is_refused() -> None:
    names = [f"n{i:02d}" for i in range(23)]
    ring = [(names[i], names[(i + 1) % 23]) for i in range(23)]
    ties = pd.DataFrame(
        [{"period": FIRST, "first": min(pair), "second": max(pair), "sign": 1} for pair in ring]
    )  # fmt: skip
    with pytest.raises(ValueError, match=r"23 actors in one connected part.*up to 22"):
        balance.line_index(ties)
    # A chain of as many has no ring, so there is nothing to count.
    assert balance.line_index(ties.iloc[:-1]).lowest == 0


def test_the_share_of_the_smallest_sets_says_which_pair_has_to_change() -> None:
    # Two unbalanced triads share ab, so changing it mends both; nothing else does with one change.
    shares = balance.to_change(network({"ab": -1, "ac": 1, "bc": 1, "ad": 1, "bd": 1}))
    assert shares[["first", "second", "sign", "share"]].values.tolist() == [["a", "b", -1, 1.0]]
    shares = balance.to_change(network({"ab": 1, "ac": 1, "bc": -1}))
    assert shares["share"].tolist() == pytest.approx([1 / 3] * 3)


def test_smallest_sets_are_listed_pair_by_pair() -> None:
    ties = network({"ab": 1, "ac": 1, "bc": -1, "cd": 1, "ce": 1, "de": -1})
    table = balance.smallest_sets(ties)
    assert table[["part", "set"]].values.tolist() == [[1, 1], [1, 2], [1, 3], [2, 1], [2, 2], [2, 3]]
    assert set(zip(table["first"], table["second"], table["sign"], strict=True)) == {
        ("a", "b", 1), ("a", "c", 1), ("b", "c", -1), ("c", "d", 1), ("c", "e", 1), ("d", "e", -1),
    }  # fmt: skip


# Actors and one pair


def test_actors_are_ranked_by_the_unbalanced_triads_through_them() -> None:
    # abc and abd are unbalanced: a and b are in both, c and d in one each.
    table = balance.by_actor(network({"ab": -1, "ac": 1, "bc": 1, "ad": 1, "bd": 1}), SPANS)
    assert table[["actor", "triads", "fewest", "most", "rank_fewest", "rank_most", "of"]].values.tolist() == [
        ["a", 2, 2, 2, 1, 1, 4],
        ["b", 2, 2, 2, 1, 1, 4],
        ["c", 1, 1, 1, 3, 3, 4],
        ["d", 1, 1, 1, 3, 3, 4],
    ]


def test_a_mixed_pair_gives_its_actors_bounds() -> None:
    table = balance.by_actor(network({"ab": 0, "ac": 1, "bc": 1}), SPANS)
    assert table[["undecided", "fewest", "most"]].values.tolist() == [[1, 0, 1]] * 3


def test_without_a_triad_no_actor_is_ranked() -> None:
    assert balance.by_actor(network({"ab": 1}), SPANS).empty


def test_setting_a_pair_either_way() -> None:
    ties = pd.concat([network({"ab": 0, "ac": 1, "bc": -1}), network({"ac": 1}, SECOND)])
    table = balance.if_changed(ties, ["b", "a"], SPANS)
    assert table.values.tolist() == [[FIRST, 0, 1, 1, 0, 0, 1, 1, 0, 0]]
    assert list(table.columns[2:6]) == [
        "triads_together_low", "triads_together_high", "triads_against_low", "triads_against_high",
    ]  # fmt: skip


@pytest.mark.parametrize("pair", [["a"], ["a", "a"], ["a", "b", "c"]])
def test_a_pair_is_two_actors(pair) -> None:
    with pytest.raises(ValueError, match="two different actors"):
        balance.if_changed(network({"ab": 1}), pair, SPANS)


# Paper and record


def test_paper_and_record_agree_differ_or_only_one_speaks() -> None:
    paper = network({"ab": 1, "ac": 1, "ad": 0, "ae": 1, "af": 0, "ag": 1})
    record = pd.concat([network({"ab": 1, "ac": -1, "ad": 1, "af": 0, "ag": 0}), network({"bc": 1}, SECOND)])
    table = balance.agreement(paper, record, SPANS)
    assert table[["period", "first", "second", "outcome"]].values.tolist() == [
        [FIRST, "a", "b", "agree"],
        [FIRST, "a", "c", "disagree"],
        [FIRST, "a", "d", "mixed"],
        [FIRST, "a", "e", "paper only"],
        [FIRST, "a", "f", "mixed"],
        [FIRST, "a", "g", "mixed"],
        [SECOND, "b", "c", "record only"],
    ]
    assert table["record"].isna().tolist() == [False, False, False, True, False, False, False]
    counts = balance.agreement_by_period(table, SPANS)
    assert counts.values.tolist() == [[FIRST, 1, 1, 3, 1, 0], [SECOND, 0, 0, 0, 0, 1]]
    assert list(counts.columns) == ["period", "agree", "disagree", "mixed", "paper only", "record only"]


# Places


def test_only_actors_with_enough_partners_over_all_periods_have_a_place() -> None:
    ties = pd.concat([network({"ab": 1, "cd": 1}), network({"ac": -1}, SECOND)])
    table = balance.places(ties, 2)
    assert dict(zip(table["actor"], table["partners"], strict=True)) == {"a": 2, "c": 2}
    assert set(balance.places(ties, 1)["actor"]) == set("abcd")
    assert balance.places(ties, 3).empty


def test_places_are_apart_the_same_each_time_and_do_not_hang_on_the_order_of_rows() -> None:
    ties = network({"".join(pair): 1 if "a" in pair else -1 for pair in itertools.combinations("abcdefghij", 2)})
    table = balance.places(ties)
    again = balance.places(ties.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(table, again)
    spots = list(zip(table["x"], table["y"], strict=True))
    # Ten actors a tenth of a turn apart: neighbours on the unit circle would lie 2 sin(pi / 10) = 0.618 apart.
    assert min(math.dist(p, q) for p, q in itertools.combinations(spots, 2)) > 0.618
    assert {round(math.hypot(x, y), 6) for x, y in spots} == {1.0, 1.18}
