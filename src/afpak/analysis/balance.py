"""Relations as a signed network: who stood with whom by period, and how far from two camps the signs are.

Structural balance is Heider's (1946, Journal of Psychology 21:107-112) in the form of Cartwright and Harary (1956,
Psychological Review 63:277-293): a triad of actors is balanced if the product of its three signs is positive, and a
network is balanced if its actors can be parted into two camps with every tie within a camp positive and every tie
between the camps negative. It describes signs; it is no law that actors obey.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import igraph
import numpy as np
import pandas as pd

from afpak.tables.dates import bounds
from afpak.tables.inputs import parse_day

TOGETHER, AGAINST, MIXED = 1, -1, 0
BALANCED, UNBALANCED, UNDECIDED = "balanced", "unbalanced", "undecided"
OUTCOMES = ("agree", "disagree", "mixed", "paper only", "record only")
# What is counted through doubles with each actor and with each mixed pair; beyond these it would take minutes.
MOST_ACTORS, MOST_MIXED, MOST_IN_ALL = 22, 20, 32
OUTER = 1.18  # radius at which actors with few partners are placed
_COUNTED = (("triads", "index"), ("together", "against"), ("low", "high"))

Pair = tuple[str, str]


@dataclass(frozen=True)
class Period:
    """A span of days, both included."""

    start: date
    end: date

    @property
    def label(self) -> str:
        """First and last day in words, the same in every figure and table."""
        return f"{self.start.day} {self.start:%b %Y} – {self.end.day} {self.end:%b %Y}"


@dataclass(frozen=True)
class LineIndex:
    """How many pairs would have to change sign for a network to fall into two camps.

    Parameters
    ----------
    lowest, highest : int
        The index with every mixed pair set so as to make it least, and most.
    parts : tuple
        For each part of the network that has to change, on its own and apart from the others, every smallest set
        of pairs whose change balances it. One set of each part makes a smallest set of the whole. Mixed pairs
        are left out of it, as in ``lowest``.
    """

    lowest: int
    highest: int
    parts: tuple[tuple[frozenset[Pair], ...], ...]

    @property
    def sets(self) -> int:
        """How many smallest sets there are in the whole network; 1, the empty one, if nothing has to change."""
        return math.prod(len(part) for part in self.parts)


def periods(boundaries: Sequence[str], as_of: date) -> tuple[Period, ...]:
    """Periods that begin at each boundary and end before the next, the last at the as-of date.

    Parameters
    ----------
    boundaries : sequence of str
        Days, ``YYYY-MM-DD``, in any order; those after ``as_of`` begin nothing.
    as_of : datetime.date
        Last day of the last period.

    Raises
    ------
    InputError
        If a boundary is not a day of the calendar.
    ValueError
        If no boundary lies at or before the as-of date.
    """
    starts = sorted({day for text in boundaries if (day := parse_day(text)) <= as_of})
    if not starts:
        raise ValueError(f"no period begins by {as_of}: give a boundary on or before that day")
    ends = [start - timedelta(days=1) for start in starts[1:]] + [as_of]
    return tuple(Period(start, end) for start, end in zip(starts, ends, strict=True))


def in_periods(relations: pd.DataFrame, spans: Sequence[Period], until: date, *, lasting: bool = True) -> pd.DataFrame:
    """Relations by the periods that their spans overlap.

    A date known to the month or year is read so that the span is the shortest that the dates allow: a relation
    from 2001 on is not taken into a period that ends in October 2001. Where nothing is left of the span when read
    so (``2014`` to ``2014``), the relation is taken into every period in which it may have been. A relation that
    ended on the first day of a period belongs to the period before. A relation without a known beginning counts
    from when its source was published, or, where the table has no such date or it had ended by then, on its last day
    only; one of which a table of sources gives no date at all can't be placed and is left out.

    Parameters
    ----------
    relations : pandas.DataFrame
        Columns relation, actor_a, actor_b, sign, from, to (partial dates, missing where unknown), and known_since
        (when the source was published) if the table has it.
    spans : sequence of Period
        As `periods` returns them.
    until : datetime.date
        Last day on which a relation without an end can be told to last.
    lasting : bool
        Whether a relation without an end lasts until then; if not, it is followed only as far as to the publication
        of its source, where that is dated.

    Returns
    -------
    pandas.DataFrame
        One row per relation and period, in order of period: period (its label), the columns of ``relations``,
        and certain (bool: whether the dates are precise enough to tell that it belongs there).

    Raises
    ------
    ValueError
        If a relation joins an actor to itself, has another sign than 1 and -1, or ends before it begins.
    """
    rows = []
    for record in relations.to_dict("records"):
        if record["actor_a"] == record["actor_b"] or record["sign"] not in (TOGETHER, AGAINST):
            raise ValueError(f"relation {record['relation']}: expected two actors and the sign 1 or -1")
        shortest = _shortest(record, until, lasting)
        if shortest is None:
            continue
        (first, last), certain = shortest
        for number, span in enumerate(spans):
            if first <= span.end and (last > span.start or first >= span.start):
                rows.append({"number": number, "period": span.label, **record, "certain": certain})
    # A span read at its widest that lies within one period is certain to be there.
    frame = pd.DataFrame(rows, columns=["number", "period", *relations.columns, "certain"])
    alone = frame.groupby("relation")["number"].transform("size") == 1
    frame["certain"] = frame["certain"].astype(bool) | alone
    ordered = frame.sort_values("number", kind="stable")
    return ordered.drop(columns="number").reset_index(drop=True)


def edges(placed: pd.DataFrame) -> pd.DataFrame:
    """One row per pair and period: together, against, or mixed where its relations have both signs.

    Parameters
    ----------
    placed : pandas.DataFrame
        As `in_periods` returns them.

    Returns
    -------
    pandas.DataFrame
        Columns period, first, second (actors, sorted), sign (1, -1, or 0 for mixed), since (earliest ``from``
        of its relations, as the table has it; missing if one of them has none), relations (identifiers separated by
        `` | ``), together and against (the identifiers of either sign; empty text if none).
    """
    rows = []
    ends = [tuple(sorted(pair)) for pair in zip(placed["actor_a"], placed["actor_b"], strict=True)]
    paired = placed.assign(first=[pair[0] for pair in ends], second=[pair[1] for pair in ends])
    for (period, first, second), group in paired.groupby(["period", "first", "second"], sort=False):
        signs = set(group["sign"])
        rows.append(
            {
                "period": period,
                "first": first,
                "second": second,
                "sign": MIXED if len(signs) > 1 else int(signs.pop()),
                "since": None if group["from"].isna().any() else min(group["from"], key=_begins),
                "relations": " | ".join(group["relation"]),
                "together": " | ".join(group.loc[group["sign"] == TOGETHER, "relation"]),
                "against": " | ".join(group.loc[group["sign"] == AGAINST, "relation"]),
            }
        )
    columns = ["period", "first", "second", "sign", "since", "relations", "together", "against"]
    return pd.DataFrame(rows, columns=columns)


def triads(ties: pd.DataFrame) -> pd.DataFrame:
    """Every three actors of whom each has a relation with both others in the same period.

    Parameters
    ----------
    ties : pandas.DataFrame
        As `edges` returns them.

    Returns
    -------
    pandas.DataFrame
        Columns period, first, second, third (sorted), first_second, first_third, second_third (signs, 0 for
        mixed), state (balanced, unbalanced, undecided: one of its pairs is mixed), negative (how many pairs stand
        against each other; mixed ones not counted), since (the latest beginning of the three pairs, as the table
        has it; missing if that of one is), relations (identifiers separated by `` | ``).
    """
    rows = []
    for period, group in ties.groupby("period", sort=False):
        by_pair = {(tie["first"], tie["second"]): tie for tie in group.to_dict("records")}
        graph, names = _graph(list(by_pair))
        found = sorted(tuple(sorted(names[i] for i in triangle)) for triangle in graph.list_triangles())
        for a, b, c in found:
            three = [by_pair[a, b], by_pair[a, c], by_pair[b, c]]
            signs = [tie["sign"] for tie in three]
            product = math.prod(signs)
            rows.append(
                {
                    "period": period,
                    "first": a,
                    "second": b,
                    "third": c,
                    **dict(zip(("first_second", "first_third", "second_third"), signs, strict=True)),
                    "state": {1: BALANCED, -1: UNBALANCED, 0: UNDECIDED}[product],
                    "negative": signs.count(AGAINST),
                    "since": None
                    if any(tie["since"] is None for tie in three)
                    else max((tie["since"] for tie in three), key=_begins),
                    "relations": " | ".join(tie["relations"] for tie in three),
                }
            )
    columns = [
        *("period", "first", "second", "third", "first_second", "first_third", "second_third"),
        *("state", "negative", "since", "relations"),
    ]
    return pd.DataFrame(rows, columns=columns)


def by_period(ties: pd.DataFrame, spans: Sequence[Period]) -> pd.DataFrame:
    """Actors, pairs and triads of each period, how many are unbalanced, and how many have to change.

    Parameters
    ----------
    ties : pandas.DataFrame
        As `edges` returns them.
    spans : sequence of Period
        Periods; one without relations has a row of zeros.

    Returns
    -------
    pandas.DataFrame
        Columns period, actors, pairs, mixed (pairs), triads, balanced, unbalanced, undecided, all_against
        (unbalanced triads of three negative signs, which Davis (1967, Human Relations 20:181-187) does not count as
        unbalanced), fewest and most (unbalanced triads over every way to set the mixed pairs), index_low and
        index_high (line index of balance, likewise), sets (smallest sets of pairs to change).
    """
    rows = []
    for span in spans:
        own = ties[ties["period"] == span.label]
        threes = triads(own)
        counts = threes["state"].value_counts()
        fewest, most = unbalanced_bounds(threes)
        index = line_index(own)
        rows.append(
            {
                "period": span.label,
                "actors": len({*own["first"], *own["second"]}),
                "pairs": len(own),
                "mixed": int((own["sign"] == MIXED).sum()),
                "triads": len(threes),
                **{state: int(counts.get(state, 0)) for state in (BALANCED, UNBALANCED, UNDECIDED)},
                "all_against": int(((threes["state"] == UNBALANCED) & (threes["negative"] == 3)).sum()),
                "fewest": fewest,
                "most": most,
                "index_low": index.lowest,
                "index_high": index.highest,
                "sets": index.sets,
            }
        )
    return pd.DataFrame(rows)


def unbalanced_bounds(threes: pd.DataFrame) -> tuple[int, int]:
    """Fewest and most unbalanced triads over every way to set their mixed pairs.

    Mixed pairs are set together, not triad by triad: one pair can't be positive in one triad and negative in the
    next.

    Parameters
    ----------
    threes : pandas.DataFrame
        Triads of one period, as `triads` returns them.

    Raises
    ------
    ValueError
        If more pairs are mixed than can be counted through.
    """
    sure = int((threes["state"] == UNBALANCED).sum())
    open_ones = threes[threes["state"] == UNDECIDED].to_dict("records")
    positions: dict[Pair, int] = {}
    known = []
    for three in open_ones:
        for sign, pair in _sides(three):
            if sign == MIXED:
                positions.setdefault(pair, len(positions))
        known.append(math.prod(sign for sign, _ in _sides(three) if sign != MIXED))
    _refuse_many("mixed pairs in triads", len(positions), MOST_MIXED)
    numbers = np.arange(2 ** len(positions))
    counts = np.zeros(len(numbers), dtype=int)
    for three, product in zip(open_ones, known, strict=True):
        odd = np.zeros(len(numbers), dtype=int)
        for sign, pair in _sides(three):
            if sign == MIXED:
                odd ^= (numbers >> positions[pair]) & 1  # 1 sets the pair against each other
        counts += odd if product > 0 else 1 - odd
    return sure + int(counts.min()), sure + int(counts.max())


def unbalanced(threes: pd.DataFrame, spans: Sequence[Period]) -> pd.DataFrame:
    """Unbalanced triads, one row for each unbroken run of periods in which one is unbalanced.

    Parameters
    ----------
    threes : pandas.DataFrame
        As `triads` returns them.
    spans : sequence of Period
        All periods in order.

    Returns
    -------
    pandas.DataFrame
        Columns first, second, third, first_second, first_third, second_third (signs in the first period of the
        run), begins and ends (labels of the first and last period), periods (how many), since (the latest beginning
        of its three pairs in the first period), relations (in the first period). In order of first period.
    """
    labels = [span.label for span in spans]
    bad = threes[threes["state"] == UNBALANCED]
    rows = []
    for _, group in bad.groupby(["first", "second", "third"], sort=False):
        by_number = {labels.index(row["period"]): row for row in group.to_dict("records")}
        for number in sorted(by_number):
            if number - 1 in by_number:
                continue
            last = next(i for i in itertools.count(number) if i + 1 not in by_number)
            kept = {
                key: value for key, value in by_number[number].items() if key not in ("period", "state", "negative")
            }
            run = {"begins": labels[number], "ends": labels[last], "periods": last - number + 1}
            rows.append({**kept, **run, "number": number})
    columns = [
        *("first", "second", "third", "first_second", "first_third", "second_third"),
        *("begins", "ends", "periods", "since", "relations", "number"),
    ]
    frame = pd.DataFrame(rows, columns=columns).sort_values(["number", "first", "second", "third"], kind="stable")
    return frame.drop(columns="number").reset_index(drop=True)


def line_index(ties: pd.DataFrame) -> LineIndex:
    """Least number of pairs whose change of sign balances the network of one period, exactly.

    The line index of balance of Harary (1959, Behavioral Science 4:316-323), also known as the frustration index
    (Aref and Wilson 2019, Journal of Complex Networks 7:163-189). Every partition of the actors into two camps is
    counted through: positive pairs between the camps and negative ones within a camp would have to change. Since a
    cycle lies within one block (biconnected part) of a network, blocks are counted through apart and added up.

    Parameters
    ----------
    ties : pandas.DataFrame
        Rows of one period, as `edges` returns them.

    Raises
    ------
    ValueError
        If a block has more actors, or more mixed pairs, than can be enumerated.
    """
    signed = {(row.first, row.second): int(row.sign) for row in ties.itertuples()}
    decided = {pair: sign for pair, sign in signed.items() if sign != MIXED}
    parts = []
    for block in _blocks(list(decided)):
        sets = _smallest(block, decided)
        if sets[0]:
            parts.append(sets)
    lowest = sum(len(part[0]) for part in parts)
    # Set as it suits each partition, a mixed pair never has to change: the lowest is that without mixed pairs.
    highest = sum(_worst(block, signed) for block in _blocks(list(signed)))
    return LineIndex(lowest, highest, tuple(parts))


def to_change(ties: pd.DataFrame) -> pd.DataFrame:
    """Pairs that stand in a smallest set of changes, and in what share of these sets.

    Parameters
    ----------
    ties : pandas.DataFrame
        As `edges` returns them.

    Returns
    -------
    pandas.DataFrame
        Columns period, first, second, sign, share (1.0: in every smallest set, so that the pair has to change),
        relations. In order of period and share.
    """
    rows = []
    for period, own in ties.groupby("period", sort=False):
        index = line_index(own)
        by_pair = {(tie["first"], tie["second"]): tie for tie in own.to_dict("records")}
        shares = {
            pair: sum(pair in one for one in part) / len(part)
            for part in index.parts
            for pair in frozenset().union(*part)
        }
        for pair, share in sorted(shares.items(), key=lambda item: (-item[1], item[0])):
            kept = {key: by_pair[pair][key] for key in ("first", "second", "sign")}
            rows.append({"period": period, **kept, "share": share, "relations": by_pair[pair]["relations"]})
    return pd.DataFrame(rows, columns=["period", "first", "second", "sign", "share", "relations"])


def smallest_sets(ties: pd.DataFrame) -> pd.DataFrame:
    """Every smallest set of pairs to change, by period and part of the network.

    Returns
    -------
    pandas.DataFrame
        One row per pair of a set: period, part and set (numbers from 1), first, second, sign. A smallest set of
        the whole network takes one set of each part.
    """
    rows = []
    for period, own in ties.groupby("period", sort=False):
        signs = {(row.first, row.second): int(row.sign) for row in own.itertuples()}
        for part, sets in enumerate(line_index(own).parts, start=1):
            for number, pairs in enumerate(sets, start=1):
                for first, second in sorted(pairs):
                    rows.append((period, part, number, first, second, signs[first, second]))
    return pd.DataFrame(rows, columns=["period", "part", "set", "first", "second", "sign"])


def by_actor(ties: pd.DataFrame, spans: Sequence[Period]) -> pd.DataFrame:
    """Triads and unbalanced triads through each actor, by period.

    Parameters
    ----------
    ties : pandas.DataFrame
        As `edges` returns them.
    spans : sequence of Period
        Periods in order.

    Returns
    -------
    pandas.DataFrame
        Columns period, actor, triads, undecided, fewest and most (unbalanced triads over every way to set the mixed
        pairs), rank_fewest and rank_most (1 for the actor with most unbalanced triads by either count; actors with
        as many share the better rank), of (actors in a triad). Actors in no triad have no row. In order of period,
        rank and actor.
    """
    columns = ["period", "actor", "triads", "undecided", "fewest", "most", "rank_fewest", "rank_most", "of"]
    frames = []
    for span in spans:
        threes = triads(ties[ties["period"] == span.label])
        sides = threes[["first", "second", "third"]]
        rows = []
        for actor in sorted({actor for side in sides for actor in sides[side]}):
            own = threes[(sides == actor).any(axis=1)]
            fewest, most = unbalanced_bounds(own)
            undecided = int((own["state"] == UNDECIDED).sum())
            rows.append((span.label, actor, len(own), undecided, fewest, most))
        if not rows:
            continue
        frame = pd.DataFrame(rows, columns=columns[:6])
        for bound in ("fewest", "most"):
            frame[f"rank_{bound}"] = frame[bound].rank(method="min", ascending=False).astype(int)
        frame["of"] = len(frame)
        frames.append(frame.sort_values(["rank_fewest", "rank_most", "actor"], kind="stable"))
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def if_changed(ties: pd.DataFrame, pair: Sequence[str], spans: Sequence[Period]) -> pd.DataFrame:
    """Unbalanced triads and line index of each period with one pair set together, and set against each other.

    Parameters
    ----------
    ties : pandas.DataFrame
        As `edges` returns them.
    pair : sequence of str
        Two actors.
    spans : sequence of Period
        Periods. One in which the pair has no relation has no row.

    Returns
    -------
    pandas.DataFrame
        Columns period, sign (as it is, 0 for mixed), and for ``together`` and ``against``: triads_together_low,
        triads_together_high (unbalanced triads), index_together_low, index_together_high, and so on. Bounds are
        over the other mixed pairs.

    Raises
    ------
    ValueError
        If the pair is not two different actors.
    """
    if len(pair) != 2 or pair[0] == pair[1]:
        raise ValueError(f"expected two different actors, not {', '.join(pair)}")
    first, second = sorted(pair)
    rows = []
    for span in spans:
        own = ties[ties["period"] == span.label]
        chosen = (own["first"] == first) & (own["second"] == second)
        if not chosen.any():
            continue
        row: dict[str, Any] = {"period": span.label, "sign": int(own.loc[chosen, "sign"].iloc[0])}
        for word, sign in (("together", TOGETHER), ("against", AGAINST)):
            changed = own.assign(sign=own["sign"].mask(chosen, sign))
            row[f"triads_{word}_low"], row[f"triads_{word}_high"] = unbalanced_bounds(triads(changed))
            index = line_index(changed)
            row[f"index_{word}_low"], row[f"index_{word}_high"] = index.lowest, index.highest
        rows.append(row)
    counts = [f"{what}_{word}_{bound}" for what, word, bound in itertools.product(*_COUNTED)]
    return pd.DataFrame(rows, columns=["period", "sign", *counts])


def agreement(paper: pd.DataFrame, record: pd.DataFrame, spans: Sequence[Period]) -> pd.DataFrame:
    """Paper and record side by side, for each pair and period of which either speaks.

    Parameters
    ----------
    paper, record : pandas.DataFrame
        As `edges` returns them.
    spans : sequence of Period
        Periods in order.

    Returns
    -------
    pandas.DataFrame
        Columns period, first, second, paper and record (signs, 0 for mixed, missing where one is silent),
        outcome (agree, disagree, mixed, paper only, record only), paper_relations, record_relations (missing
        where one is silent). ``mixed`` is where both speak and at least one of them says both.
    """
    key = ["period", "first", "second"]
    both = paper[[*key, "sign", "relations"]].merge(
        record[[*key, "sign", "relations"]], on=key, how="outer", suffixes=("_paper", "_record"), sort=False
    )
    both = both.rename(
        columns={
            **{"sign_paper": "paper", "sign_record": "record"},
            **{"relations_paper": "paper_relations", "relations_record": "record_relations"},
        }
    )
    outcomes = [_outcome(own, other) for own, other in zip(both["paper"], both["record"], strict=True)]
    both = both.assign(paper=both["paper"].astype("Int64"), record=both["record"].astype("Int64"), outcome=outcomes)
    columns = [*key, "paper", "record", "outcome", "paper_relations", "record_relations"]
    order = _in_order([span.label for span in spans])
    return both[columns].sort_values(key, key=order, kind="stable", ignore_index=True)


def agreement_by_period(pairs: pd.DataFrame, spans: Sequence[Period]) -> pd.DataFrame:
    """How many pairs of each period have each outcome: columns period and those of `OUTCOMES`."""
    counts = pd.crosstab(pairs["period"], pairs["outcome"])
    labels = [span.label for span in spans]
    counts = counts.reindex(index=labels, columns=list(OUTCOMES), fill_value=0)
    return counts.rename_axis(index="period", columns=None).reset_index()


def places(ties: pd.DataFrame, fewest: int = 2) -> pd.DataFrame:
    """Places on a circle for every actor with enough partners, so that friends tend to lie on the same side.

    The order on the circle is that of the angles in a layout by forces (Kamada and Kawai 1989, begun from a circle
    and so without chance, by igraph) of the network of positive and mixed pairs of all periods together, so that the
    places are the same in every period; actors with many partners and with few take turns.

    Parameters
    ----------
    ties : pandas.DataFrame
        As `edges` returns them; those of several tables can be put one below the other.
    fewest : int
        Actors with fewer partners over all periods have no place; an actor with a single partner can't be in a
        triad.

    Returns
    -------
    pandas.DataFrame
        Columns actor, x, y (the busier half on the unit circle, the others a little outside it), partners (over all
        periods). In order around the circle, from the top, clockwise.
    """
    partners: dict[str, set[str]] = {}
    for row in ties.itertuples():
        partners.setdefault(row.first, set()).add(row.second)
        partners.setdefault(row.second, set()).add(row.first)
    actors = sorted(actor for actor, others in partners.items() if len(others) >= fewest)
    close = {
        (row.first, row.second)
        for row in ties.itertuples()
        if row.sign != AGAINST and row.first in actors and row.second in actors
    }
    number = {actor: i for i, actor in enumerate(actors)}
    graph = igraph.Graph(n=len(actors), edges=sorted((number[a], number[b]) for a, b in close))
    start = graph.layout_circle()
    forced = graph.layout_kamada_kawai(seed=start).coords if actors else []
    centre = np.mean(forced, axis=0) if forced else (0.0, 0.0)
    angle = {actor: math.atan2(y - centre[1], x - centre[0]) for actor, (x, y) in zip(actors, forced, strict=True)}
    # Rounded, so that the order does not hang on the last digits of a machine's arithmetic.
    turned = sorted(actors, key=lambda actor: (-round(angle[actor], 6), actor))
    # The busier half takes every second place, so that their many lines do not crowd in one corner.
    busy = set(sorted(actors, key=lambda actor: (-len(partners[actor]), actor))[: (len(actors) + 1) // 2])
    halves = [actor for actor in turned if actor in busy], [actor for actor in turned if actor not in busy]
    around = [actor for two in itertools.zip_longest(*halves) for actor in two if actor is not None]
    turns = [math.pi / 2 - 2 * math.pi * i / max(len(around), 1) for i in range(len(around))]
    # The others stand a little outside, clear of the lines between their neighbours.
    radii = [1.0 if actor in busy else OUTER for actor in around]
    return pd.DataFrame(
        {
            "actor": around,
            "x": [radius * math.cos(turn) for radius, turn in zip(radii, turns, strict=True)],
            "y": [radius * math.sin(turn) for radius, turn in zip(radii, turns, strict=True)],
            "partners": [len(partners[actor]) for actor in around],
        }
    )


def _shortest(record: dict[str, Any], until: date, lasting: bool) -> tuple[tuple[date, date], bool] | None:
    """First and last day of the shortest span that a relation's dates allow, and whether they allow one.

    If not, the first and last day of the longest span. None for a relation on record with no date at all.
    """
    begin, end, known = (
        bounds(record[column]) if isinstance(record.get(column), str) else None
        for column in ("from", "to", "known_since")
    )
    if begin is not None and end is not None and end.latest < begin.earliest:
        raise ValueError(f"relation {record['relation']}: ends before it begins")
    last = end.earliest if end is not None else until
    if end is None and known is not None and not lasting:
        # A source can't have been published before what it tells of began.
        last = min(max(known.latest, begin.latest if begin is not None else known.latest), until)
    if begin is None and end is None and known is None and "known_since" in record:
        return None
    if begin is None:
        return (min(known.latest, last) if known is not None else last, last), True
    if begin.latest <= last:
        return (begin.latest, last), True
    return (begin.earliest, end.latest if end is not None else last), False


def _begins(text: str) -> tuple[date, date]:
    span = bounds(text)
    return span.middle, span.earliest


def _sides(three: dict[str, Any]) -> Iterator[tuple[int, Pair]]:
    """Signs and pairs of a triad."""
    yield three["first_second"], (three["first"], three["second"])
    yield three["first_third"], (three["first"], three["third"])
    yield three["second_third"], (three["second"], three["third"])


def _graph(pairs: Sequence[Pair]) -> tuple[Any, list[str]]:
    """Undirected graph of some pairs, and the names of its vertices."""
    names = sorted({actor for pair in pairs for actor in pair})
    number = {name: i for i, name in enumerate(names)}
    return igraph.Graph(n=len(names), edges=[(number[a], number[b]) for a, b in pairs]), names


def _blocks(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """Pairs of each biconnected part that holds a cycle."""
    graph, names = _graph(pairs)
    found = []
    for members in graph.biconnected_components():
        if len(members) > 2:
            inside = {names[i] for i in members}
            # Two blocks share one vertex at most, so both ends inside means that the pair is of this block.
            found.append([pair for pair in pairs if inside.issuperset(pair)])
    return sorted(found)


def _camps(block: Sequence[Pair]) -> tuple[Any, dict[str, int]]:
    """Every partition of a block's actors into two camps as a number, and the bit that holds each actor's camp.

    The last actor's camp is always the same, since turning all camps round changes nothing.
    """
    actors = sorted({actor for pair in block for actor in pair})
    _refuse_many("actors in one connected part", len(actors), MOST_ACTORS)
    return np.arange(2 ** (len(actors) - 1)), {actor: i for i, actor in enumerate(actors)}


def _split(pair: Pair, partitions: Any, bit: Mapping[str, int]) -> Any:
    """Whether partitions put a pair into different camps, 1 or 0."""
    return ((partitions >> bit[pair[0]]) ^ (partitions >> bit[pair[1]])) & 1


def _costs(block: Sequence[Pair], signed: Mapping[Pair, int], partitions: Any, bit: Mapping[str, int]) -> Any:
    """How many decided pairs would have to change for each partition."""
    costs = np.zeros(len(partitions), dtype=np.int16)
    for pair in block:
        if signed[pair] != MIXED:
            split = _split(pair, partitions, bit).astype(np.int16)
            costs += split if signed[pair] == TOGETHER else 1 - split
    return costs


def _smallest(block: Sequence[Pair], signed: Mapping[Pair, int]) -> tuple[frozenset[Pair], ...]:
    """Every smallest set of pairs whose change balances a block; only the empty one if it is balanced."""
    partitions, bit = _camps(block)
    costs = _costs(block, signed, partitions, bit)
    best = partitions[costs == costs.min()]
    sets = {
        frozenset(pair for pair in block if bool(_split(pair, int(one), bit)) == (signed[pair] == TOGETHER))
        for one in best
    }
    return tuple(sorted(sets, key=sorted))


def _worst(block: Sequence[Pair], signed: Mapping[Pair, int]) -> int:
    """Highest line index of a block over every way to set its mixed pairs."""
    mixed = [pair for pair in block if signed[pair] == MIXED]
    partitions, bit = _camps(block)
    _refuse_many("actors and mixed pairs in one connected part", len(bit) + len(mixed), MOST_IN_ALL)
    costs = _costs(block, signed, partitions, bit)
    # All mixed pairs begin as together; in the order of a Gray code one of them turns at each step.
    splits = [_split(pair, partitions, bit).astype(np.int16) for pair in mixed]
    turned = [1 - 2 * split for split in splits]
    for split in splits:
        costs += split
    state = [TOGETHER] * len(mixed)
    worst = int(costs.min())
    for step in range(1, 2 ** len(mixed)):
        i = (step & -step).bit_length() - 1
        costs += turned[i] if state[i] == TOGETHER else -turned[i]
        state[i] = -state[i]
        worst = max(worst, int(costs.min()))
    return worst


def _refuse_many(what: str, number: int, most: int) -> None:
    if number > most:
        raise ValueError(f"{number} {what}: counting through every case is possible up to {most}")


def _in_order(labels: Any) -> Callable[[Any], Any]:
    """Key for sorting that puts periods in the order given and leaves other columns as they are."""
    place = {label: i for i, label in enumerate(dict.fromkeys(labels))}

    def key(column: Any) -> Any:
        return column.map(place) if column.name == "period" else column

    return key


def _outcome(paper: Any, record: Any) -> str:
    if pd.isna(record):
        return "paper only"
    if pd.isna(paper):
        return "record only"
    if MIXED in (paper, record):
        return "mixed"
    return "agree" if paper == record else "disagree"
