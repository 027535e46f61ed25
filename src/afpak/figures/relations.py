"""Figures and tables of relations between actors: the signed network, its triads, and what would have to change."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D

from afpak.analysis.balance import AGAINST, MIXED, TOGETHER, UNBALANCED, Period
from afpak.figures import style
from afpak.figures.shown import Figure, Records, Table, cited, span
from afpak.figures.style import Page

# Colour, dash, mark and words for each sign of a pair.
SIGNS: Mapping[int, tuple[str, Any, str, str]] = {
    TOGETHER: (style.BLUE, "-", "+", "together"),
    AGAINST: (style.VERMILION, (0, (4, 2)), "_", "against"),
    MIXED: (style.BLACK, (0, (1, 1.6)), "$±$", "mixed"),
}
_STATES = ("state", "state body", "alliance")
_COMPUTED = "computed from the relations of this book"
# Inches: a panel without its title, a letter, a line of text, half an actor, room around the actors and names.
_HEIGHT, _LETTER, _LINE, _NODE, _MARGIN = 3.2, 0.077, 0.145, 0.06, 0.1
_LINE_OF_NAME = 8  # letters, if its words allow it
# Inches by which a name is nearer to its own actor than to others; what it costs if it is by less, and, more than any
# lines, if it is not nearer at all.
_NEARER, _DOUBTFUL, _ASTRAY = 0.04, 60.0, 400.0
_CLEAR = 0.1  # how far a line keeps from an actor that it does not end at, in radii


def short_names(organisations: pd.DataFrame, actors: Iterable[str]) -> dict[str, str]:
    """Short name of each actor; for one that no source knew by the as-of date, its identifier in plain letters."""
    known = organisations.set_index("organisation")["short"].to_dict()
    return {actor: known.get(actor, actor.replace("-", " ").title()) for actor in actors}


def network(
    ties: pd.DataFrame,
    threes: pd.DataFrame,
    spans: Sequence[Period],
    places: pd.DataFrame,
    organisations: pd.DataFrame,
    whose: str,
    source: str,
) -> Figure:
    """The signed network, one panel per period, every actor at the same place in all of them.

    Parameters
    ----------
    ties : pandas.DataFrame
        As `afpak.analysis.balance.edges` returns them.
    threes : pandas.DataFrame
        As `afpak.analysis.balance.triads` returns them; pairs of unbalanced ones are drawn thick.
    spans : sequence of Period
        One panel each.
    places : pandas.DataFrame
        As `afpak.analysis.balance.places` returns them; actors without a place are not drawn.
    organisations : pandas.DataFrame
        The table of organisations, for short names and kinds.
    whose : str
        ``paper`` or ``record``: part of the name, and of the caption as ``the paper``, ``the record``.
    source : str
        Where the relations come from.
    """
    names = short_names(organisations, [*ties["first"], *ties["second"], *places["actor"]])
    kinds = organisations.set_index("organisation")["kind"].to_dict()
    spots = {row.actor: np.array([row.x, row.y]) for row in places.itertuples()}
    drawn = ties[ties["first"].isin(list(spots)) & ties["second"].isin(list(spots))]
    shown = {actor: textwrap.fill(names[actor], _LINE_OF_NAME, break_long_words=False) for actor in spots}

    def draw(page: Page) -> Drawing:
        columns = 1 if page.narrow else 2
        rows = -(-len(spans) // columns)
        drawing, grid = page.subplots((1.3 if page.narrow else 0.9) + 3.5 * rows, rows, columns, squeeze=False)
        scale = _scale(spots, shown, page.width / columns - 0.06)
        labels = _labels(
            spots, shown, scale, [_course(*pair, spots) for pair in zip(drawn["first"], drawn["second"], strict=True)]
        )
        panels = list(itertools.chain.from_iterable(grid))
        for axes in panels:
            axes.set_axis_off()
        for axes, period in zip(panels, spans, strict=False):
            own = drawn[drawn["period"] == period.label]
            _panel(axes, own, _in_unbalanced(threes, period.label), spots, labels, kinds)
            axes.set_xlim(-scale.half_width, scale.half_width)
            axes.set_ylim(-scale.half_height, scale.half_height)
            axes.set_axis_on()
            axes.set_title(period.label, fontsize=10, loc="center")
        drawing.legend(
            handles=_legend(kinds.keys() >= spots.keys()),
            # On a phone the last panel is some screens below the first.
            loc="outside upper center" if page.narrow else "outside lower center",
            ncols=1 if page.narrow else 3,
            fontsize=9,
            handlelength=3.4,
        )
        return drawing

    told = ". ".join(f"{period.label}: {_told(drawn[drawn['period'] == period.label], names)}" for period in spans)
    left_out = len(ties) - len(drawn)
    return Figure(
        draw,
        f"network-{whose}",
        f"Who stood with whom and who against whom, as the {whose} has it, by period. Blue solid lines with a plus: "
        "together; orange dashed lines with a minus: against each other; dotted lines with both: mixed. Thick lines "
        "belong to at least one unbalanced triad. Squares are states and alliances, circles armed groups; pale names "
        "have no relation in the period. Pairs not drawn, counted once a period, because one of the two has too few "
        f"partners: {left_out}.",
        f"{len(spans)} drawings of a network with {len(spots)} actors on a circle. {told}.",
        source,
        _with_names(drawn, names),
    )


def _panel(
    axes: Any,
    own: pd.DataFrame,
    bad: set[tuple[str, str]],
    spots: Mapping[str, Any],
    labels: Mapping[str, _Label],
    kinds: Mapping[str, str],
) -> None:
    """One period: lines, their marks, actors and names."""
    # Marks keep clear of actors and of the names of those that have a line.
    busy = {*own["first"], *own["second"]}
    taken = [*spots.values(), *(point for actor in busy & set(spots) for point in labels[actor].points)]
    pairs = own.sort_values(["first", "second"]).to_dict("records")
    courses = [_course(tie["first"], tie["second"], spots) for tie in pairs]
    for tie, course in zip(pairs, courses, strict=True):
        colour, dash, _, _ = SIGNS[tie["sign"]]
        width = 2.6 if (tie["first"], tie["second"]) in bad else 1.1
        axes.plot(course[:, 0], course[:, 1], color=colour, linestyle=dash, linewidth=width, zorder=1)
    for tie, course in zip(pairs, courses, strict=True):
        colour, _, mark, _ = SIGNS[tie["sign"]]
        at = _free_place(course, taken)
        taken.append(at)
        axes.plot(*at, marker="o", markersize=8.5, color="white", linestyle="none", zorder=2)
        axes.plot(
            *at, marker=mark, markersize=6.5, markeredgewidth=_thick(mark), color=colour, linestyle="none", zorder=3
        )
    for actor, (x, y) in spots.items():
        axes.plot(
            [x],
            [y],
            marker=_shape(kinds.get(actor)),
            markersize=6.5,
            color=style.BLACK if actor in busy else style.PALE,
            linestyle="none",
            zorder=4,
        )
        label = labels[actor]
        axes.text(
            label.x,
            label.y,
            label.text,
            ha=label.ha,
            va=label.va,
            fontsize=9,
            linespacing=0.95,
            color=style.BLACK if actor in busy else style.GREY,
            fontstyle="normal" if actor in busy else "italic",
            bbox=style.PLATE,  # where a line has to pass under it
            zorder=5,
        )
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(False)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _thick(mark: str) -> float:
    """Width of the pen for a mark; one made of letters has its own."""
    return 0.4 if mark.startswith("$") else 1.5


@dataclass(frozen=True)
class _Scale:
    """How large things are in a panel, whose unit is the radius of the circle of actors."""

    half_width: float
    half_height: float
    across: float  # of an inch
    up: float


def _scale(spots: Mapping[str, Any], shown: Mapping[str, str], width: float) -> _Scale:
    """Circle and names fill a panel that is so many inches wide."""
    letters = max((len(line) for text in shown.values() for line in text.split("\n")), default=0)
    lines = max((text.count("\n") + 1 for text in shown.values()), default=0)
    furthest = np.abs(np.array([*spots.values(), np.array([1.0, 1.0])])).max(axis=0)
    across, up = furthest / (
        width / 2 - _MARGIN - _NODE - _LETTER * letters,
        _HEIGHT / 2 - _MARGIN - _NODE - _LINE * lines,
    )
    return _Scale(across * width / 2, up * _HEIGHT / 2, across, up)


_Box = tuple[float, float, float, float]  # left, bottom, right, top


@dataclass(frozen=True)
class _Label:
    """A name beside its actor: its lines, where it is anchored, how, and how large it is."""

    text: str
    x: float
    y: float
    ha: str
    va: str
    width: float
    height: float

    @property
    def box(self) -> _Box:
        """As far as the letters are of usual width."""
        left = self.x - {"left": 0.0, "center": 0.5, "right": 1.0}[self.ha] * self.width
        bottom = self.y - {"bottom": 0.0, "center": 0.5, "top": 1.0}[self.va] * self.height
        return left, bottom, left + self.width, bottom + self.height

    @property
    def points(self) -> list[Any]:
        """Points along the middle of the name, a letter or two apart."""
        left, bottom, right, top = self.box
        across = np.linspace(left, right, max(2, max(map(len, self.text.split("\n"))) // 2))
        return [np.array([x, (bottom + top) / 2]) for x in across]

    def lies_on(self, box: _Box) -> float:
        """Area that the name shares with a box."""
        own = self.box
        wide, high = (min(own[i + 2], box[i + 2]) - max(own[i], box[i]) for i in (0, 1))
        return max(wide, 0.0) * max(high, 0.0)

    def away(self, spot: Any, scale: _Scale) -> float:
        """Inches between the name and a point."""
        left, bottom, right, top = self.box
        across = max(left - spot[0], spot[0] - right, 0.0) / scale.across
        up = max(bottom - spot[1], spot[1] - top, 0.0) / scale.up
        return float(np.hypot(across, up))

    def lies_over(self, points: Any) -> int:
        """How many points lie under the name."""
        left, bottom, right, top = self.box
        inside = (points[:, 0] > left) & (points[:, 0] < right) & (points[:, 1] > bottom) & (points[:, 1] < top)
        return int(inside.sum())


def _labels(
    spots: Mapping[str, Any], shown: Mapping[str, str], scale: _Scale, courses: Sequence[Any]
) -> dict[str, _Label]:
    """A place for every name near its actor, clear of other names, actors, the edge, and of lines, if there is one.

    A name that were as near to another actor as to its own would seem to name that one.
    Each name is placed again after the others, since those may have left it a better place.
    """
    wide, high, far = scale.half_width, scale.half_height, 9.0
    edges = [(-far, -far, -wide, far), (wide, -far, far, far), (-far, -far, far, -high), (-far, high, far, far)]
    nodes = {
        actor: (x - _NODE * scale.across, y - _NODE * scale.up, x + _NODE * scale.across, y + _NODE * scale.up)
        for actor, (x, y) in spots.items()
    }
    inked = np.concatenate([np.empty((0, 2)), *map(_dotted, courses)])
    placed: dict[str, _Label] = {}
    for actor, spot in [*spots.items()] * 3:
        others = [*edges, *nodes.values(), *(one.box for name, one in placed.items() if name != actor)]
        choices = _around(spot, shown[actor], scale)
        rest = [at for name, at in spots.items() if name != actor]
        costs = [
            cost
            + 2000 * sum(label.lies_on(box) for box in others)
            + label.lies_over(inked)
            + sum(_astray(label.away(at, scale) - label.away(spot, scale)) for at in rest)
            for cost, label in choices
        ]
        placed[actor] = choices[int(np.argmin(costs))][1]
    return placed


def _astray(by: float) -> float:
    """What it costs that a name is nearer to its own actor than to another by so many inches."""
    return _ASTRAY if by <= 0 else _DOUBTFUL * max(0.0, 1 - by / _NEARER)


def _around(spot: Any, text: str, scale: _Scale) -> list[tuple[float, _Label]]:
    """Places for a name around its actor, each with what it costs to stand there: outward and near is best."""
    x, y = spot
    width = _LETTER * scale.across * max(map(len, text.split("\n")))
    height = _LINE * scale.up * (text.count("\n") + 1)
    outward = np.arctan2(y, x)
    choices = []
    for away in (0.09, 0.15, 0.22):  # inches
        for turn in range(-8, 10):
            right, up = np.cos(outward + turn * np.pi / 9), np.sin(outward + turn * np.pi / 9)
            ha = "left" if right > 0.4 else "right" if right < -0.4 else "center"
            va = "bottom" if up > 0.6 else "top" if up < -0.6 else "center"
            at = x + away * scale.across * right, y + away * scale.up * up
            choices.append((40 * (away - 0.09) + 1.5 * abs(turn), _Label(text, *at, ha, va, width, height)))
    return choices


def _dotted(course: Any) -> Any:
    """Points along a line, a fiftieth of a radius apart."""
    begins, ends = course[:-1], course[1:]
    counts = np.maximum(1, np.ceil(50 * np.hypot(*(ends - begins).T))).astype(int)
    return np.concatenate(
        [np.linspace(begin, end, count) for begin, end, count in zip(begins, ends, counts, strict=True)]
    )


def _course(first: str, second: str, spots: Mapping[str, Any]) -> Any:
    """Points of the line between two actors: straight, or bent where it would run through a third one."""
    begin, end = spots[first], spots[second]
    along = end - begin
    across = np.array([-along[1], along[0]]) / np.hypot(*along)
    bend = 0.0
    for actor, spot in spots.items():
        share = float(np.dot(spot - begin, along) / np.dot(along, along))
        off = float(np.dot(spot - begin, across))
        if actor not in (first, second) and 0 < share < 1 and abs(off) < _CLEAR and not bend:
            # At its share a curve is away from the straight line by 2 share (1 - share) of the bend.
            bend = (-1 if off > 0 else 1) * (_CLEAR + 0.04 - abs(off)) / (2 * share * (1 - share))
    if not bend:
        return np.array([begin, end])
    middle = (begin + end) / 2 + float(np.clip(bend, -0.5, 0.5)) * across
    t = np.linspace(0, 1, 31)[:, np.newaxis]
    return (1 - t) ** 2 * begin + 2 * t * (1 - t) * middle + t**2 * end


def _free_place(course: Any, taken: Sequence[Any]) -> Any:
    """Where on a line its mark is clear of actors and other marks, the middle first; else where it is clearest."""
    best, most = course[0], -1.0
    for share in (0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.73):
        position = share * (len(course) - 1)
        before = int(position)
        at = course[before] + (position - before) * (course[min(before + 1, len(course) - 1)] - course[before])
        room = min((float(np.hypot(*(at - other))) for other in taken), default=1.0)
        if room > 0.17:
            return at
        if room > most:
            best, most = at, room
    return best


def _shape(kind: str | None) -> str:
    return "D" if kind is None else "s" if kind in _STATES else "o"


def _legend(every_kind_known: bool) -> list[Line2D]:
    words = {TOGETHER: "stand together", AGAINST: "against each other", MIXED: "mixed: both are said"}
    lines = [
        Line2D(
            [],
            [],
            color=colour,
            linestyle=dash,
            marker=mark,
            markersize=7,
            markeredgewidth=_thick(mark),
            label=words[sign],
        )
        for sign, (colour, dash, mark, _) in SIGNS.items()
    ]
    thick = Line2D([], [], color=style.GREY, linewidth=2.8, label="in an unbalanced triad")
    state = Line2D([], [], color=style.BLACK, marker="s", markersize=6.5, linestyle="none", label="state or alliance")
    group = Line2D([], [], color=style.BLACK, marker="o", markersize=6.5, linestyle="none", label="armed group")
    other = Line2D([], [], color=style.BLACK, marker="D", markersize=6.5, linestyle="none", label="sort not known")
    return [*lines, thick, state, group, *([] if every_kind_known else [other])]


def _in_unbalanced(threes: pd.DataFrame, period: str) -> set[tuple[str, str]]:
    own = threes[(threes["period"] == period) & (threes["state"] == UNBALANCED)]
    return {
        pair
        for row in own.itertuples()
        for pair in ((row.first, row.second), (row.first, row.third), (row.second, row.third))
    }


def _told(own: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Pairs of one period in words, by sign and first actor."""
    parts = []
    for sign, (*_, word) in SIGNS.items():
        chosen = own[own["sign"] == sign]
        if len(chosen):
            pairs = "; ".join(
                f"{names[first]} and {', '.join(names[second] for second in group['second'])}"
                for first, group in chosen.groupby("first")
            )
            parts.append(f"{word} ({len(chosen)}): {pairs}")
    return " – ".join(parts) or "no relation"


def paper_relations(rows: pd.DataFrame, names: Mapping[str, str]) -> Records:
    """Rows of the table of the paper's relations."""
    return Records(
        pd.DataFrame(
            {
                "relation": rows["relation"],
                "of": _of(rows, "actor_a", "actor_b", names),
                "sign": [_word(sign) for sign in rows["sign"]],
                "kind": rows["kind"],
                "from": rows["from"],
                "to": rows["to"],
                "claim": rows["claim"],
                "note": rows["note"],
            }
        ),
        ["relation", "of", "sign"],
        "relations-of-the-paper",
        "The relations as the paper has them, each with the claim that says it.",
        "the paper, at the claim named in each entry",
    )


def record_relations(rows: pd.DataFrame, names: Mapping[str, str]) -> Records:
    """Rows of the table of relations on record."""
    return Records(
        pd.DataFrame(
            {
                "relation": rows["relation"],
                "of": _of(rows, "actor_a", "actor_b", names),
                "sign": [_word(sign) for sign in rows["sign"]],
                "kind": rows["kind"],
                "from": rows["from"],
                "to": rows["to"],
                "what the source shows": rows["summary"],
                "sources": [cited(source, url) for source, url in zip(rows["source"], rows["url"], strict=True)],
            }
        ),
        ["relation", "of", "sign"],
        "relations-on-record",
        "The relations as published sources have them.",
        "the pages named in each entry",
        links=["sources"],
    )


def balance_by_period(counts: Mapping[str, pd.DataFrame], name: str = "balance-by-period") -> Table:
    """Triads and line index by period; for ``paper`` and ``record`` as `afpak.analysis.balance.by_period` has it."""
    rows = pd.concat([frame.assign(whose=whose) for whose, frame in counts.items()], ignore_index=True)
    return Table(
        pd.DataFrame(
            {
                "period": rows["period"],
                "as told by": rows["whose"],
                "actors": rows["actors"],
                "pairs": rows["pairs"],
                "mixed pairs": rows["mixed"],
                "triads": rows["triads"],
                "balanced": rows["balanced"],
                "unbalanced": rows["unbalanced"],
                "of these all against": rows["all_against"],
                "undecided": rows["undecided"],
                "unbalanced, bounds": _spans(rows, "fewest", "most"),
                "pairs to change": _spans(rows, "index_low", "index_high"),
            }
        ),
        name,
        "Triads by period, and the least number of pairs that would have to change sign (the line index). A triad is "
        "undecided if one of its pairs is mixed; the bounds set the mixed pairs in every way.",
        _COMPUTED,
        decimals=0,
    )


def unbalanced_triads(runs: pd.DataFrame, whose: str, names: Mapping[str, str], said: Mapping[str, str]) -> Records:
    """Unbalanced triads, as `afpak.analysis.balance.unbalanced` returns them.

    Parameters
    ----------
    runs : pandas.DataFrame
        One row per triad and run of periods.
    whose : str
        ``paper`` or ``record``.
    names : mapping of str to str
        Short names by actor.
    said : mapping of str to str
        For each relation what it rests on, as MyST Markdown: its claim, or its sources.
    """
    three = [names[a] for a in runs["first"]], [names[b] for b in runs["second"]], [names[c] for c in runs["third"]]
    signs = runs[["first_second", "first_third", "second_third"]].to_numpy().tolist()
    told = [
        "; ".join(
            f"{one} {_JOINS[sign]} {other}" for sign, (one, other) in zip(own, ((a, b), (a, c), (b, c)), strict=True)
        )
        for own, a, b, c in zip(signs, *three, strict=True)
    ]
    return Records(
        pd.DataFrame(
            {
                "triad": [" · ".join(actors) for actors in zip(*three, strict=True)],
                "signs": told,
                "unbalanced in": [
                    row.begins if row.periods == 1 else f"{row.begins}, up to {row.ends}" for row in runs.itertuples()
                ],
                "the last of its relations begins": runs["since"],
                "rests on": [_rests_on(relations, said) for relations in runs["relations"]],
            },
            columns=["triad", "signs", "unbalanced in", "the last of its relations begins", "rests on"],
        ),
        ["triad"],
        f"unbalanced-{whose}",
        f"The unbalanced triads as the {whose} has them, with the relations that make them so ({len(runs)}).",
        f"the relations of the {whose}, each named in its entry",
        links=["rests on"],
    )


def to_change(pairs: Mapping[str, pd.DataFrame], names: Mapping[str, str]) -> Table:
    """Pairs in smallest sets of changes, as `afpak.analysis.balance.to_change` returns them, by ``whose``."""
    rows = pd.concat([frame.assign(whose=whose) for whose, frame in pairs.items()], ignore_index=True)
    return Table(
        pd.DataFrame(
            {
                "period": rows["period"],
                "as told by": rows["whose"],
                "pair": _of(rows, "first", "second", names),
                "now": [_word(sign) for sign in rows["sign"]],
                "share of the smallest sets, %": 100 * rows["share"].astype(float),
            }
        ),
        "to-change",
        "Pairs that stand in a smallest set of changes. 100 means that no set of so few changes leaves the pair as it "
        "is. Mixed pairs are left out: each is set as it suits.",
        _COMPUTED,
        decimals=0,
    )


def smallest_sets(sets: Mapping[str, pd.DataFrame], names: Mapping[str, str]) -> Table:
    """Every smallest set of changes, as `afpak.analysis.balance.smallest_sets` returns them, by ``whose``."""
    rows = pd.concat([frame.assign(whose=whose) for whose, frame in sets.items()], ignore_index=True)
    told = rows.assign(pair=_of(rows, "first", "second", names))
    joined = told.groupby(["whose", "period", "part", "set"], sort=False)["pair"].agg("; ".join).reset_index()
    return Table(
        pd.DataFrame(
            {
                "period": joined["period"],
                "as told by": joined["whose"],
                "part": joined["part"].astype(str),
                "set": joined["set"].astype(str),
                "pairs that change": joined["pair"],
            }
        ),
        "smallest-sets",
        "Every smallest set of pairs whose change would balance the network. Parts of a network are balanced each by "
        "itself: take one set of each part.",
        _COMPUTED,
    )


def by_actor(actors: Mapping[str, pd.DataFrame], name: str, names: Mapping[str, str]) -> Table:
    """Unbalanced triads through actors, as `afpak.analysis.balance.by_actor` returns them, by ``whose``."""
    rows = pd.concat([frame.assign(whose=whose) for whose, frame in actors.items()], ignore_index=True)
    return Table(
        pd.DataFrame(
            {
                "actor": rows["actor"].map(names),
                "period": rows["period"],
                "as told by": rows["whose"],
                "triads": rows["triads"],
                "undecided": rows["undecided"],
                "unbalanced": _spans(rows, "fewest", "most"),
                "rank by the fewest": _ranks(rows, "fewest"),
                "rank by the most": _ranks(rows, "most"),
            }
        ),
        name,
        "Triads through an actor; the bounds set the mixed pairs in every way. Rank 1 has most unbalanced triads; ties "
        "share a rank. An actor that is in no triad in a period has no row.",
        _COMPUTED,
        decimals=0,
    )


def if_changed(
    readings: Mapping[str, pd.DataFrame], pair: Sequence[str], names: Mapping[str, str], name: str = "if-changed"
) -> Table:
    """What one pair's sign does to the whole, as `afpak.analysis.balance.if_changed` returns it, by ``whose``."""
    rows = pd.concat([frame.assign(whose=whose) for whose, frame in readings.items()], ignore_index=True)
    return Table(
        pd.DataFrame(
            {
                "period": rows["period"],
                "as told by": rows["whose"],
                "the pair is": [_word(sign) for sign in rows["sign"]],
                "unbalanced if together": _spans(rows, "triads_together_low", "triads_together_high"),
                "unbalanced if against": _spans(rows, "triads_against_low", "triads_against_high"),
                "to change if together": _spans(rows, "index_together_low", "index_together_high"),
                "to change if against": _spans(rows, "index_against_low", "index_against_high"),
            }
        ),
        name,
        f"Unbalanced triads, and pairs to change, in the whole network with {' and '.join(names[one] for one in pair)} "
        "set together or against each other. Bounds are over the other mixed pairs.",
        _COMPUTED,
    )


def _ranks(rows: pd.DataFrame, bound: str) -> list[str | None]:
    """Rank among the actors; none where nothing is unbalanced, since all who have nothing share the same."""
    return [
        f"{rank} of {of}" if count else None
        for count, rank, of in zip(rows[bound], rows[f"rank_{bound}"], rows["of"], strict=True)
    ]


def agreement_by_period(counts: pd.DataFrame) -> Table:
    """Paper beside record, as `afpak.analysis.balance.agreement_by_period` returns it."""
    return Table(
        counts.rename(columns={"mixed": "one of them mixed"}),
        "agreement-by-period",
        "Pairs by period: paper and record give the same sign, the opposite, at least one of them gives both, or only "
        "one of them speaks.",
        _COMPUTED,
        decimals=0,
    )


def disagreements(pairs: pd.DataFrame, names: Mapping[str, str], said: Mapping[str, str]) -> Records:
    """Pairs on which paper and record differ, or of which one says both.

    Parameters
    ----------
    pairs : pandas.DataFrame
        Rows of `afpak.analysis.balance.agreement` whose outcome is ``disagree`` or ``mixed``.
    names : mapping of str to str
        Short names by actor.
    said : mapping of str to str
        For each relation what it rests on, as MyST Markdown.
    """
    return Records(
        pd.DataFrame(
            {
                "pair": _of(pairs, "first", "second", names),
                "period": pairs["period"],
                "outcome": pairs["outcome"],
                "the paper": [_word(sign) for sign in pairs["paper"]],
                "it rests on": [_rests_on(relations, said) for relations in pairs["paper_relations"]],
                "the record": [_word(sign) for sign in pairs["record"]],
                "that rests on": [_rests_on(relations, said) for relations in pairs["record_relations"]],
            }
        ),
        ["pair", "period", "outcome"],
        "disagreements",
        f"Pairs on which paper and record differ, or of which one says both ({len(pairs)}).",
        "the claims and pages named in each entry",
        links=["it rests on", "that rests on"],
    )


def claims_of(rows: pd.DataFrame) -> dict[str, str]:
    """For each relation of the paper: sign and claim, as `unbalanced_triads` and `disagreements` want it."""
    return {row["relation"]: f"{_word(row['sign'])}, claim {row['claim']}" for row in _records(rows)}


def sources_of(rows: pd.DataFrame) -> dict[str, str]:
    """For each relation on record: sign and linked sources, as `unbalanced_triads` and `disagreements` want it."""
    return {row["relation"]: f"{_word(row['sign'])}, {cited(row['source'], row['url'])}" for row in _records(rows)}


_JOINS = {TOGETHER: "with", AGAINST: "against", MIXED: "with and against"}


def _records(rows: pd.DataFrame) -> list[dict[Any, Any]]:
    return list(rows.to_dict("records"))


def _rests_on(relations: str, said: Mapping[str, str]) -> str:
    return "; ".join(dict.fromkeys(said[one] for one in relations.split(" | ")))


def _word(sign: int) -> str:
    return SIGNS[int(sign)][3]


def _of(rows: pd.DataFrame, first: str, second: str, names: Mapping[str, str]) -> list[str]:
    return [f"{names[a]} and {names[b]}" for a, b in zip(rows[first], rows[second], strict=True)]


def _spans(rows: pd.DataFrame, low: str, high: str) -> list[str]:
    return [span(a, b) for a, b in zip(rows[low], rows[high], strict=True)]


def _with_names(ties: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    frame = ties[["period", "first", "second", "sign", "since", "relations"]]
    return frame.assign(first=frame["first"].map(names), second=frame["second"].map(names)).reset_index(drop=True)
