"""What a conclusion stands on: an argument as a directed graph, and how doubt travels through it.

Nothing here knows what the claims say; a verdict on a premise is one of a few words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import igraph
import pandas as pd

# Edges along which one thing rests on another, and whether it needs that other one or merely adds it up.
ADDS = ("supports", "concludes", "recommends")
NEEDS = "assumes"
OPPOSES = "opposes"
# Verdicts after which a premise no longer holds, and those that leave it in doubt.
BROKEN = ("contradicted",)
DOUBTFUL = ("contested", "inconsistent", "unverifiable")
HOLDS = ("supported",)
WEAK = BROKEN + DOUBTFUL


class Footing(StrEnum):
    """How firmly something stands on what it rests on."""

    FIRM = "firm"  # nothing under it is in doubt, and something under it was tested
    SHAKEN = "shaken"  # something under it is in doubt, something else still carries it
    FALLEN = "fallen"  # what it needs, or all that it rests on, does not hold
    UNTESTED = "untested"  # nothing under it could be put to evidence


class CycleError(ValueError):
    """An argument that rests on itself; the message names the claims of the circle."""


@dataclass(frozen=True)
class Weakness:
    """A weak premise of a claim, and the shortest way from it to the claim.

    Parameters
    ----------
    premise, verdict : str
        The premise and its verdict.
    path : tuple of str
        From the premise to the claim, both included.
    """

    premise: str
    verdict: str
    path: tuple[str, ...]


@dataclass(frozen=True)
class Stand:
    """What one claim stands on.

    Parameters
    ----------
    claim : str
        The claim, conclusion, recommendation or question.
    footing : Footing
        By the rule of `footings`.
    premises : tuple of str
        All that it rests on, directly or not, in the order of the graph.
    weak : tuple of Weakness
        Premises that are contradicted, contested, inconsistent or unverifiable, with the way to the claim.
    opposed_by : tuple of str
        Claims of the paper that speak against it and are supported.
    """

    claim: str
    footing: Footing
    premises: tuple[str, ...]
    weak: tuple[Weakness, ...]
    opposed_by: tuple[str, ...]


@dataclass(frozen=True)
class Overview:
    """A whole argument, its premises gathered by section.

    Parameters
    ----------
    sections : pandas.DataFrame
        One row per section that gives direct reasons, in the order of the table of claims: section, claims (how
        many are direct reasons), weak (how many of them are weak).
    ends : pandas.DataFrame
        One row per conclusion or recommendation: claim, label, role, footing, answers (questions that it answers
        directly, separated by ``, ``).
    links : pandas.DataFrame
        One row per pair that is linked directly: source (a section, or another conclusion or recommendation),
        target (a conclusion or recommendation).
    """

    sections: pd.DataFrame
    ends: pd.DataFrame
    links: pd.DataFrame


def overview(stands: list[Stand], edges: pd.DataFrame, claims: pd.DataFrame, verdicts: Mapping[str, str]) -> Overview:
    """Gather a whole argument for one drawing.

    Parameters
    ----------
    stands : list of Stand
        Conclusions and recommendations, as `stands` returns them.
    edges : pandas.DataFrame
        Columns source, relation, target.
    claims : pandas.DataFrame
        Indexed by claim, in the order of the paper, with columns section, role and label.
    verdicts : mapping of str to str
        Verdict by claim.
    """
    ends = [stand.claim for stand in stands]
    built = graph(edges)
    links: dict[tuple[str, str], None] = {}
    given: dict[str, set[str]] = {}
    answers: dict[str, list[str]] = {end: [] for end in ends}
    for edge in built.es:
        first, second = built.vs[edge.source]["name"], built.vs[edge.target]["name"]
        if first in answers and second not in claims.index:
            answers[first].append(second)
        if second not in answers:
            continue
        begin = first if first in answers else str(claims.at[first, "section"])
        links[begin, second] = None
        if first not in answers:
            given.setdefault(begin, set()).add(first)
    in_order = [section for section in claims["section"].drop_duplicates() if section in given]
    return Overview(
        pd.DataFrame(
            {
                "section": in_order,
                "claims": [len(given[section]) for section in in_order],
                "weak": [sum(verdicts.get(claim) in WEAK for claim in given[section]) for section in in_order],
            }
        ),
        pd.DataFrame(
            {
                "claim": ends,
                "label": [claims.at[end, "label"] for end in ends],
                "role": [claims.at[end, "role"] for end in ends],
                "footing": [str(stand.footing) for stand in stands],
                "answers": [", ".join(dict.fromkeys(answers[end])) for end in ends],
            }
        ),
        pd.DataFrame(list(links), columns=["source", "target"]),
    )


def graph(edges: pd.DataFrame) -> igraph.Graph:
    """The argument as a graph whose edges lead from what is given to what rests on it.

    An edge ``a assumes b`` is turned round, since ``a`` rests on ``b``. Opposing edges are left out: they
    carry nothing.

    Parameters
    ----------
    edges : pandas.DataFrame
        Columns source, relation, target.

    Returns
    -------
    igraph.Graph
        Directed; vertices named after claims, edges with ``relation``.

    Raises
    ------
    CycleError
        If a claim rests on itself.
    """
    carrying = edges[edges["relation"] != OPPOSES]
    pairs = [
        (row.target, row.source, row.relation) if row.relation == NEEDS else (row.source, row.target, row.relation)
        for row in carrying.itertuples()
    ]
    names = list(dict.fromkeys(name for row in edges.itertuples() for name in (row.source, row.target)))
    built = igraph.Graph(directed=True)
    built.add_vertices(names)
    built.add_edges([(first, second) for first, second, _ in pairs])
    built.es["relation"] = [relation for _, _, relation in pairs]
    if not built.is_dag():
        loops = [[edge.source] for edge in built.es if edge.source == edge.target]
        circle = [names[vertex] for vertex in (loops or [max(built.connected_components("strong"), key=len)])[0]]
        raise CycleError(f"the argument rests on itself: {', '.join(sorted(circle))}")
    return built


def footings(edges: pd.DataFrame, verdicts: Mapping[str, str]) -> dict[str, Footing]:
    """How firmly every claim of an argument stands.

    The rule. A claim stands first on its own verdict: contradicted, it has fallen; contested, inconsistent
    or unverifiable, it is shaken at best; supported, it is firm until something below says otherwise. Then
    on what it rests on. What it assumes it needs: if that has fallen, so has the claim. What supports it,
    or what it is concluded from, adds up: the claim has fallen only if all of that has fallen and its own
    verdict is not that it is supported. In any other case it is shaken if anything that it rests on is
    fallen or shaken, or if a supported claim of the paper opposes it. Where neither its own verdict nor
    anything below could be put to evidence, it is untested; what is untested neither carries nor shakes
    what stands on it.

    Parameters
    ----------
    edges : pandas.DataFrame
        Columns source, relation, target.
    verdicts : mapping of str to str
        Verdict by claim; claims without one (research questions) have none of their own.

    Returns
    -------
    dict of str to Footing
        For every claim of the argument.
    """
    built = graph(edges)
    against = opponents(edges, verdicts)
    found: dict[str, Footing] = {}
    for index in built.topological_sorting():
        vertex = built.vs[index]
        incoming = [(edge["relation"], found[built.vs[edge.source]["name"]]) for edge in vertex.in_edges()]
        found[vertex["name"]] = _footing(verdicts.get(vertex["name"], ""), incoming, bool(against.get(vertex["name"])))
    return found


def opponents(edges: pd.DataFrame, verdicts: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Supported claims of the paper that oppose a claim, by the claim that they oppose."""
    rows = edges[
        (edges["relation"] == OPPOSES) & edges["source"].map(lambda name: verdicts.get(name) in HOLDS).astype(bool)
    ]
    return {str(target): tuple(group["source"]) for target, group in rows.groupby("target", sort=False)}


def stands(edges: pd.DataFrame, verdicts: Mapping[str, str], claims: list[str]) -> list[Stand]:
    """What each of some claims stands on, with the shortest way from every weak premise to it.

    Parameters
    ----------
    edges, verdicts
        As for `footings`.
    claims : list of str
        Conclusions, recommendations and questions to look at; one that is not in the argument stands on
        nothing and is untested unless it has a verdict of its own.

    Returns
    -------
    list of Stand
        In the order given.
    """
    built, all_footings = graph(edges), footings(edges, verdicts)
    against = opponents(edges, verdicts)
    known = set(built.vs["name"])
    found = []
    for claim in claims:
        if claim not in known:
            found.append(Stand(claim, _footing(verdicts.get(claim, ""), [], False), (), (), ()))
            continue
        below = [built.vs[index]["name"] for index in built.subcomponent(claim, mode="in")]
        premises = tuple(name for name in built.vs["name"] if name in set(below) and name != claim)
        weak = tuple(
            Weakness(premise, verdicts[premise], _path(built, premise, claim))
            for premise in premises
            if verdicts.get(premise) in WEAK
        )
        found.append(Stand(claim, all_footings[claim], premises, weak, against.get(claim, ())))
    return found


def _path(built: igraph.Graph, premise: str, claim: str) -> tuple[str, ...]:
    """The shortest way; of several, the one whose names sort first, so that it never depends on the order of rows."""
    paths = built.get_all_shortest_paths(premise, to=claim, mode="out")
    return min(tuple(built.vs[index]["name"] for index in path) for path in paths)


def _footing(verdict: str, incoming: list[tuple[str, Footing]], opposed: bool) -> Footing:
    """The rule of `footings` for one claim."""
    needed = [footing for relation, footing in incoming if relation == NEEDS]
    added = [footing for relation, footing in incoming if relation != NEEDS and footing is not Footing.UNTESTED]
    if verdict in BROKEN or Footing.FALLEN in needed:
        return Footing.FALLEN
    if added and all(footing is Footing.FALLEN for footing in added) and verdict not in HOLDS:
        return Footing.FALLEN
    below = [*needed, *added]
    if verdict in DOUBTFUL or opposed or Footing.FALLEN in below or Footing.SHAKEN in below:
        return Footing.SHAKEN
    return Footing.FIRM if verdict in HOLDS or Footing.FIRM in below else Footing.UNTESTED
