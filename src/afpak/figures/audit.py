"""Figures and tables of the audit and of the argument's footing."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import igraph
import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Rectangle

from afpak.analysis.footing import Footing, Overview, Stand
from afpak.figures import narrow, style
from afpak.figures.shown import Figure, Records, Table, reference_in_words
from afpak.figures.style import Page
from afpak.figures.verdicts import LOOKS, ORDER

COMPUTED = "the findings of this book"
_ANSWER, _ANSWERS = "the paper answers, in its summary", "further answers of the paper"
_WAYS = "weak premises, each with its shortest way"
READ = "the paper’s argument as this book reads it (table argument), and the findings of this book"
# Inches of the drawing of a footing: a row, a letter, a line of letters, from a mark to its label, half a mark.
_ROW, _LETTER, _LINE, _GAP, _MARK = 0.37, 0.08, 0.15, 0.09, 0.07
_HEAD = 0.11  # from a mark to the tip of an arrow that leads to it
_WORDS = 38  # letters of a line on a narrow page
_NARROW_ROW = 0.23  # inches of a claim in the drawing of a footing on a narrow page
_ROLES = ("conclusion", "recommendation")
_FOOTINGS = {"firm": "●", "shaken": "◐", "fallen": "○", "untested": "⊘"}


@dataclass(frozen=True)
class _Rows:
    """Bars below each other: where each is, how high, and how much room all take; names are wrapped already."""

    names: Sequence[str]
    places: Sequence[float]
    bar: float
    limits: tuple[float, float]  # of the axis, bottom and top
    inches: float

    def name(self, axes: Axes, page: Page, **words: Any) -> None:
        """Write the names and set the limits of the axis."""
        narrow.name_rows(axes, page, self.places, self.names, above=72 * self.bar / 2 + 1, **words)
        axes.set_ylim(*self.limits)


def _rows(names: Sequence[str], page: Page, wide: float, bar: float, bar_on_narrow: float) -> _Rows:
    """Rows of bars for a page: of one height, or on a narrow page as high as the lines of their names need.

    `wide` is the height of a row in inches and `bar` that of its bar in rows; `bar_on_narrow` is in inches, as all is
    there.
    """
    if not page.narrow:
        return _Rows(names, range(len(names)), bar, (len(names) - 0.4, -0.6), wide * len(names))
    heights = [_LINE * (one.count("\n") + 1) + bar_on_narrow + 0.12 for one in names]
    places = [end - bar_on_narrow / 2 for end in itertools.accumulate(heights)]
    return _Rows(names, places, bar_on_narrow, (sum(heights) + 0.05, 0.0), sum(heights))


def verdict_bars(counts: pd.DataFrame, name: str, caption: str, label: str) -> Figure:
    """Claims by verdict as stacked bars, one bar per row.

    Parameters
    ----------
    counts : pandas.DataFrame
        As `afpak.analysis.verdicts.counted` returns them.
    name, caption : str
        Of the figure.
    label : str
        What the rows are, for the axis.
    """
    present = [verdict for verdict in ORDER if counts[verdict].any()]

    def draw(page: Page) -> Drawing:
        rows = _rows([str(value) for value in counts.index], page, wide=0.33, bar=0.72, bar_on_narrow=0.18)
        drawing, axes = page.subplots(1.5 + rows.inches + (0.3 if page.narrow else 0.0))
        left = pd.Series(0.0, index=counts.index)
        for verdict in present:
            look = LOOKS[verdict]
            widths = counts[verdict]
            bars = axes.barh(
                rows.places,
                widths,
                left=left,
                height=rows.bar,
                color=look.colour,
                hatch=look.hatch,
                edgecolor="white",
                linewidth=0.6,
                label=f"{look.mark} {verdict}",
            )
            for bar, width in zip(bars, widths, strict=True):
                # On a narrow page a number takes more of the bar, and the more the longer it is.
                share = 0.015 + 0.026 * len(f"{width:.0f}") if page.narrow else 0.035
                if width >= max(2, counts["all"].max() * share):
                    axes.text(
                        bar.get_x() + bar.get_width() / 2,
                        bar.get_y() + bar.get_height() / 2,
                        f"{width:.0f}",
                        ha="center",
                        va="center",
                        fontsize=9,
                        color=style.BLACK,
                        bbox={"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none"},
                    )
            left = left + widths
        rows.name(axes, page, fontsize=style.SMALL if page.narrow else mpl.rcParams["ytick.labelsize"])
        axes.set_xlabel("claims")
        axes.set_ylabel("" if page.narrow else label)
        axes.grid(axis="y", visible=False)
        drawing.legend(loc="outside lower center", ncols=2 if page.narrow else 4, fontsize=9)
        return drawing

    told = "; ".join(
        f"{value}: {row['all']} claims, " + ", ".join(f"{row[verdict]} {verdict}" for verdict in ORDER if row[verdict])
        for value, row in counts.iterrows()
    )
    return Figure(draw, name, caption, f"Stacked bars of claims by verdict. {told}.", COMPUTED, counts.reset_index())


def footing(stand: Stand, edges: pd.DataFrame, verdicts: Mapping[str, str], label: str) -> Figure:
    """What one conclusion or recommendation stands on: its direct reasons, and the ways from its weak premises.

    Premises that are neither are left out of the drawing and counted in its caption.

    Parameters
    ----------
    stand : Stand
        As `afpak.analysis.footing.stands` returns it.
    edges : pandas.DataFrame
        The argument: source, relation, target.
    verdicts : mapping of str to str
        Verdict by claim.
    label : str
        The conclusion in a few words.
    """
    relations = {
        (row.target, row.source) if row.relation == "assumes" else (row.source, row.target): row.relation
        for row in edges.itertuples()
    }
    direct = [(first, second) for first, second in relations if second == stand.claim and first in stand.premises]
    ways = [step for weakness in stand.weak for step in itertools.pairwise(weakness.path)]
    pairs = list(dict.fromkeys([*direct, *ways, *((one, stand.claim) for one in stand.opposed_by)]))
    names = list(dict.fromkeys([*(name for pair in pairs for name in pair), stand.claim]))
    places = _layers(names, pairs, stand.claim)
    kinds = {
        (first, second): "opposes" if first in stand.opposed_by else relations[first, second] for first, second in pairs
    }

    def draw(page: Page) -> Drawing:
        plan = _indented(names, pairs, stand.claim) if page.narrow else _layered(places, pairs, page)
        drawing, axes = page.subplots(plan.inches)
        # Indented ways share a line at their end, where those drawn last are seen: those of direct reasons.
        for first, second in reversed(pairs) if page.narrow else pairs:
            relation, cut = kinds[first, second], plan.cut.get((first, second))
            axes.add_patch(
                FancyArrowPatch(
                    plan.places[first],
                    cut or plan.places[second],
                    connectionstyle=plan.bend,
                    arrowstyle="-|>",
                    mutation_scale=9,
                    shrinkA=7,
                    shrinkB=1 if cut else 8,
                    color=style.VERMILION if relation == "opposes" else style.GREY,
                    linewidth=1.6 if relation == "assumes" else 0.8,
                    linestyle=":" if relation == "opposes" else plan.dash if relation == "assumes" else "-",
                    zorder=1,
                )
            )
        for one in names:
            x, y = plan.places[one]
            look = LOOKS.get(verdicts.get(one, ""), LOOKS["not testable"])
            axes.plot(
                [x],
                [y],
                look.marker,
                color=look.colour,
                markersize=9,
                markeredgecolor=style.BLACK,
                markeredgewidth=0.7,
                zorder=3,
            )
            right, up = plan.labels[one]
            axes.text(
                x + right,
                y + up,
                f"{look.mark} {one}",
                ha="left" if right else "center",
                va="bottom" if up > 0 else "top" if up < 0 else "center",
                fontsize=9,
                fontweight="bold" if one == stand.claim else "normal",
                zorder=4,
                # No wider than the letters, so that arrows are seen between them.
                bbox=style.PLATE,
            )
        axes.set_xlim(*plan.across)
        axes.set_ylim(*plan.down)
        axes.axis("off")
        present = {verdicts.get(one) for one in names}
        handles = [
            Line2D(
                [],
                [],
                linestyle="none",
                marker=LOOKS[verdict].marker,
                color=LOOKS[verdict].colour,
                markeredgecolor=style.BLACK,
                label=f"{LOOKS[verdict].mark} {verdict}",
            )
            for verdict in ORDER
            if verdict in present
        ]
        most = 2 if page.narrow else 4
        drawing.legend(handles=handles, loc="outside lower center", ncols=min(most, max(1, len(handles))), fontsize=9)
        return drawing

    told = "; ".join(f"{one.premise}, {one.verdict}, by way of {' → '.join(one.path)}" for one in stand.weak) or "none"
    left_out = len([one for one in stand.premises if one not in names])
    shortest = {one.premise: " → ".join(one.path) for one in stand.weak}
    return Figure(
        draw,
        f"footing-{stand.claim.replace('.', '-')}",
        f"What {stand.claim} stands on ({label}): its direct reasons, and the shortest way from every weak premise. "
        f"{_arrows(set(kinds.values()))}Numbers are those of claims, whose words are in the audit. Not drawn: "
        f"{left_out or 'no'} more premise{'' if left_out == 1 else 's'}. Footing: {stand.footing}.",
        f"A graph that ends in {stand.claim}, which is {stand.footing}. It rests on "
        f"{_claims(len(stand.premises))}. Weak ones: {told}.",
        READ,
        pd.DataFrame(
            {
                "claim": names,
                "verdict": [verdicts.get(one, "") for one in names],
                "shortest way": [shortest.get(one, "") for one in names],
            }
        ),
    )


def _arrows(kinds: set[str]) -> str:
    """What the arrows that are not solid mean, of those that are drawn."""
    words = {"assumes": "dashed arrows: taken for granted", "opposes": "dotted arrows: speaks against"}
    told = "; ".join(told for kind, told in words.items() if kind in kinds)
    return f"{told[0].upper()}{told[1:]}. " if told else ""


@dataclass(frozen=True)
class _Plan:
    """How the claims of a footing are arranged on a page."""

    places: Mapping[str, tuple[float, float]]
    labels: Mapping[str, tuple[float, float]]  # each from its mark; beside it, or in the middle above or below it
    bend: str  # of the ways
    dash: Any  # of those from what is taken for granted
    across: tuple[float, float]  # limits
    down: tuple[float, float]
    inches: float
    # Where ways end that would run under the label of what they lead to, with their heads.
    cut: Mapping[tuple[str, str], tuple[float, float]] = field(default_factory=dict)


def _layered(places: Mapping[str, tuple[float, float]], pairs: Sequence[tuple[str, str]], page: Page) -> _Plan:
    """From left to right, what is given before what rests on it."""
    across, down = [x for x, _ in places.values()], [y for _, y in places.values()]
    column = page.width / (max(across) - min(across) + 0.9)
    labels = _label_offsets(places, pairs, column)
    at = {one: (x * column, y * _ROW) for one, (x, y) in places.items()}
    ends = {
        (first, second): _before_label(at[first], at[second], _label_box(second, at[second], labels[second]))
        for first, second in pairs
    }
    return _Plan(
        places,
        {one: (0.0, up) for one, up in labels.items()},
        "arc3,rad=0",
        "--",
        (min(across) - 0.45, max(across) + 0.45),
        (min(down) - (0.75 if min(labels.values()) < 0 else 0.5), max(down) + 0.9),
        max(2.2, 0.9 + _ROW * max(map(across.count, across))),
        {pair: (end[0] / column, end[1] / _ROW) for pair, end in ends.items() if end},
    )


def _indented(names: Sequence[str], pairs: Sequence[tuple[str, str]], last: str) -> _Plan:
    """From top to bottom, the conclusion first and under each claim what it rests on, a step to the right."""
    depth: dict[str, int] = {}
    waiting = [(last, 0)]
    while waiting:
        one, steps = waiting.pop()
        if one not in depth:
            depth[one] = steps
            waiting += [(first, steps + 1) for first, second in reversed(pairs) if second == one]
    wide = 2.95  # inches from the first mark to the edge
    step = min(0.3, (wide - _LETTER * (max(map(len, names)) + 3)) / max(1, *depth.values()))
    return _Plan(
        {one: (step * steps, -_NARROW_ROW * row) for row, (one, steps) in enumerate(depth.items())},
        dict.fromkeys(depth, (0.115, 0.0)),
        "angle,angleA=180,angleB=90,rad=0",
        (0, (2.2, 1.2)),  # shorter than the others, since a step is short
        (-0.12, wide),
        (-_NARROW_ROW * (len(depth) - 0.5), _NARROW_ROW / 2),
        0.9 + _NARROW_ROW * len(depth),
    )


def _layers(names: Sequence[str], pairs: Sequence[tuple[str, str]], last: str) -> dict[str, tuple[float, float]]:
    """Places in layers, fewest crossings: the layout of Sugiyama, Tagawa and Toda (1981), as igraph computes it."""
    built = igraph.Graph(directed=True)
    built.add_vertices(list(names))
    built.add_edges(list(pairs))
    distance = [int(row[0]) for row in built.distances(target=last, mode="out")]
    layers = [max(distance) - steps for steps in distance]
    order = built.layout_sugiyama(layers=layers, hgap=1, vgap=1, maxiter=1000).coords
    tallest = max(layers.count(layer) for layer in layers)
    places: dict[str, tuple[float, float]] = {}
    for layer in sorted(set(layers)):
        # igraph gives the order within a layer; its members are spread evenly over the height of the drawing.
        members = sorted((i for i, one in enumerate(layers) if one == layer), key=lambda i: order[i][0])
        step = tallest / len(members)
        # Every second layer lies half a row lower, so that long names beside each other do not meet.
        lower = 0.5 * (layer % 2)
        places |= {names[i]: (float(layer), -round((row + 0.5) * step - 0.5) - lower) for row, i in enumerate(members)}
    return places


def _label_offsets(
    places: Mapping[str, tuple[float, float]], pairs: Sequence[tuple[str, str]], column: float
) -> dict[str, float]:
    """How far above or below its mark each label stands, in rows, clear of labels, marks and ways if it can be.

    Labels of the fullest columns are placed first, since those have the least room; then each is placed again, since
    those that came later may have left it a better place. `column` is in inches.
    """
    across = [x for x, _ in places.values()]
    at = {one: (x * column, y * _ROW) for one, (x, y) in places.items()}
    taken = {one: (x - _MARK, y - _MARK, x + _MARK, y + _MARK) for one, (x, y) in at.items()}
    ways = np.concatenate([np.empty((0, 2)), *(np.linspace(at[first], at[second], 60) for first, second in pairs)])
    up: dict[str, float] = {}
    for one in sorted(places, key=lambda name: -across.count(places[name][0])) * 3:
        others = [*taken.values(), *(_label_box(name, at[name], side) for name, side in up.items() if name != one)]
        costs = {}
        for side in (_GAP / _ROW, -_GAP / _ROW):
            left, bottom, right, top = box = _label_box(one, at[one], side)
            under = (ways[:, 0] > left) & (ways[:, 0] < right) & (ways[:, 1] > bottom) & (ways[:, 1] < top)
            costs[side] = 100 * _covered(box, others) + 0.01 * float(under.sum())
        up[one] = min(costs, key=costs.__getitem__)
    return up


_Box = tuple[float, float, float, float]  # left, bottom, right, top, in inches


def _label_box(name: str, at: tuple[float, float], up: float) -> _Box:
    """Where the label of a claim lies that stands so many rows above or below its mark."""
    x, y = at
    half = _LETTER * (len(name) + 2) / 2  # the mark of the verdict and a blank stand before the name
    return (
        (x - half, y + _GAP, x + half, y + _GAP + _LINE) if up > 0 else (x - half, y - _GAP - _LINE, x + half, y - _GAP)
    )


def _before_label(begin: tuple[float, float], end: tuple[float, float], box: _Box) -> tuple[float, float] | None:
    """Where a way to a mark meets the label of it; none if it does not before it is at the mark."""
    way = np.linspace(begin, end, 400)
    way = way[np.hypot(*(way - np.array(end)).T) > _HEAD]
    left, bottom, right, top = box
    under = (way[:, 0] > left) & (way[:, 0] < right) & (way[:, 1] > bottom) & (way[:, 1] < top)
    if not under.any():
        return None
    x, y = way[int(np.argmax(under))]
    return float(x), float(y)


def _covered(box: _Box, others: Sequence[_Box]) -> float:
    """Area that a box (left, bottom, right, top) shares with others."""
    sides = [[min(box[i + 2], other[i + 2]) - max(box[i], other[i]) for i in (0, 1)] for other in others]
    return sum(max(wide, 0.0) * max(high, 0.0) for wide, high in sides)


def footings_by_premises(found: Sequence[Stand], labels: Mapping[str, str]) -> Figure:
    """Conclusions and recommendations with how many premises each has, and how many of them are weak.

    Parameters
    ----------
    found : sequence of Stand
        As `afpak.analysis.footing.stands` returns them.
    labels : mapping of str to str
        What each says, in a few words.
    """
    rows = [
        (f"{_FOOTINGS[one.footing]} {one.claim} {labels[one.claim]}", len(one.premises) - len(one.weak), len(one.weak))
        for one in found
    ]
    holds, weak = [row[1] for row in rows], [row[2] for row in rows]

    def draw(page: Page) -> Drawing:
        letters = _WORDS if page.narrow else 54
        bars = _rows([wrapped(row[0], letters) for row in rows], page, wide=0.27, bar=0.7, bar_on_narrow=0.13)
        drawing, axes = page.subplots(1.3 + bars.inches)
        axes.barh(bars.places, holds, height=bars.bar, color=style.BLUE, label="not weak")
        axes.barh(
            bars.places,
            weak,
            left=holds,
            height=bars.bar,
            color=style.VERMILION,
            hatch="//",
            edgecolor="white",
            linewidth=0,
            label="weak",
        )
        bars.name(axes, page)
        axes.set_xlabel("claims that it rests on, directly or not")
        axes.grid(axis="y", visible=False)
        drawing.legend(loc="outside lower center", ncols=2, fontsize=9)
        return drawing

    told = "; ".join(f"{one.claim}: {one.footing}, {_claims(len(one.premises))}, {len(one.weak)} weak" for one in found)
    return Figure(
        draw,
        "premises",
        "What each conclusion and recommendation rests on. Footing: ● firm, ◐ shaken, ○ fallen, ⊘ untested.",
        f"Horizontal bars, one per conclusion or recommendation. {told}.",
        READ,
        pd.DataFrame(
            {
                "claim": [one.claim for one in found],
                "footing": [str(one.footing) for one in found],
                "premises": [len(one.premises) for one in found],
                "weak": weak,
            }
        ),
    )


def overview(whole: Overview) -> Figure:
    """Draw the whole argument: sections, conclusions, recommendations.

    Parameters
    ----------
    whole : Overview
        As `afpak.analysis.footing.overview` returns it.
    """
    sections = set(whole.sections["section"])
    given = [(row.section, _given(row)) for row in whole.sections.itertuples()]
    links: dict[str, list[str]] = {}
    for row in whole.links.itertuples():
        links.setdefault(str(row.target), []).append(str(row.source))
    columns = {"section": given} | {role: _boxes(whole.ends, role, 30) for role in _ROLES}
    left = {"section": 0.0, "conclusion": 1.62, "recommendation": 4.37}
    wide = {"section": 1.25, "conclusion": 2.4, "recommendation": 2.4}
    height, tall = 0.56 * max(len(boxes) for boxes in columns.values()) + 0.6, 0.47
    middle: dict[str, tuple[float, float, float]] = {}

    def draw(page: Page) -> Drawing:
        if page.narrow:
            return _overview_list(page, given, whole.ends, links)
        drawing, axes = page.subplots(height)
        for name, boxes in columns.items():
            axes.text(left[name], height - 0.25, f"{name}s", fontsize=10, fontweight="bold", va="center")
            step = (height - 0.5) / max(1, len(boxes))
            for row, (key, text) in enumerate(boxes):
                y = height - 0.5 - (row + 0.5) * step
                middle[key] = (left[name], left[name] + wide[name], y)
                _box(axes, left[name], y, wide[name], tall, text)
        for row in whole.links.itertuples():
            begin, end = middle[row.source], middle[row.target]
            # Between two boxes of one column, or back to an earlier one, the line bows out to the right.
            bows = begin[0] >= end[0]
            bow = 0.5 / max(abs(begin[2] - end[2]), 1.0) * (1 if begin[2] < end[2] else -1)
            axes.add_patch(
                FancyArrowPatch(
                    (begin[1], begin[2]),
                    (end[1], end[2]) if bows else (end[0], end[2]),
                    connectionstyle=f"arc3,rad={bow}" if bows else "arc3,rad=0",
                    arrowstyle="-|>",
                    mutation_scale=7,
                    shrinkA=0,
                    shrinkB=0,
                    alpha=0.7,
                    zorder=1,
                    **_line(row.source in sections),
                )
            )
        axes.set_xlim(-0.05, 7.1)
        axes.set_ylim(0, height)
        axes.axis("off")
        return drawing

    told = "; ".join(
        f"{row.claim}, {row.label}, {row.footing}, "
        f"from {', '.join(links.get(row.claim, ['nothing that the paper says']))}"
        + (f", answers {row.answers}" if row.answers else "")
        for row in whole.ends.itertuples()
    )
    return Figure(
        draw,
        "argument",
        "The argument of the paper, premises gathered by section. Footing: ● firm, ◐ shaken, ○ fallen, ⊘ untested; Q1 "
        "and Q2 are the research questions that a conclusion or recommendation answers. Solid arrows come from "
        "sections, dashed ones from other conclusions and recommendations.",
        f"Boxes of sections, conclusions and recommendations, with arrows from what each rests on. {told}.",
        READ,
        whole.links.merge(whole.ends, left_on="target", right_on="claim", how="right"),
    )


def _line(given: bool) -> dict[str, Any]:
    """Look of an arrow from a section, whose claims are given, or from a conclusion or recommendation."""
    return {"linewidth": 0.8, "linestyle": "-" if given else "--", "color": style.GREY if given else style.BLUE}


def _box(axes: Axes, left: float, middle: float, wide: float, tall: float, text: str) -> None:
    axes.add_patch(
        Rectangle(
            (left, middle - tall / 2), wide, tall, facecolor="white", edgecolor=style.GREY, linewidth=0.7, zorder=2
        )
    )
    axes.text(left + 0.05, middle, text, fontsize=9, va="center", linespacing=1.05, zorder=3)


def _overview_list(
    page: Page, given: Sequence[tuple[str, str]], ends: pd.DataFrame, links: Mapping[str, Sequence[str]]
) -> Drawing:
    """The whole argument from top to bottom, in inches.

    What leads to a box is named in it behind an arrow: lines along so many boxes could not be followed.
    """
    sections = {key for key, _ in given}
    wide, gap, pad, heading = page.width - 0.1, 0.07, 0.1, 0.32
    section_tall = 2 * _LINE + pad
    pairs = -(-len(given) // 2)
    boxes = {
        role: [(*box, _origins(links.get(box[0], []), sections)) for box in _boxes(ends, role, _WORDS)]
        for role in _ROLES
    }
    lines = {
        key: [text.count("\n") + 1, *(words.count("\n") + 1 for _, words in origins)]
        for column in boxes.values()
        for key, text, origins in column
    }
    height = 3 * heading + pairs * (section_tall + gap) + sum(_LINE * sum(own) + pad + gap for own in lines.values())
    drawing, axes = page.subplots(height)
    axes.set_xlim(0, wide + 0.02)
    axes.set_ylim(-height, 0)
    axes.axis("off")

    def head(role: str, top: float) -> float:
        axes.text(0.01, top - heading / 2, f"{role}s", fontsize=10, fontweight="bold", va="center")
        return top - heading

    top = head("section", 0.0)
    for i, (_, text) in enumerate(given):
        half = (wide - gap) / 2
        middle = top - (i // 2) * (section_tall + gap) - section_tall / 2
        _box(axes, 0.01 + (i % 2) * (half + gap), middle, half, section_tall, text)
    top -= pairs * (section_tall + gap)
    for role, column in boxes.items():
        top = head(role, top)
        for key, text, origins in column:
            tall = _LINE * sum(lines[key]) + pad
            _box(axes, 0.01, top - tall / 2, wide, tall, "")
            y = top - pad / 2
            axes.text(0.06, y - _LINE * lines[key][0] / 2, text, fontsize=9, va="center", linespacing=1.05, zorder=3)
            y -= _LINE * lines[key][0]
            for (from_section, words), count in zip(origins, lines[key][1:], strict=True):
                axes.add_patch(
                    FancyArrowPatch(
                        (0.1, y - _LINE / 2),
                        (0.4, y - _LINE / 2),
                        arrowstyle="-|>",
                        mutation_scale=7,
                        shrinkA=0,
                        shrinkB=0,
                        zorder=3,
                        **_line(from_section),
                    )
                )
                axes.text(0.46, y - _LINE * count / 2, words, fontsize=9, va="center", linespacing=1.05, zorder=3)
                y -= _LINE * count
            top -= tall + gap
    return drawing


def _origins(sources: Sequence[str], sections: set[str]) -> list[tuple[bool, str]]:
    """What leads to a box, in lines: sections, then conclusions and recommendations, if there are any."""
    two = [one for one in sources if one in sections], [one for one in sources if one not in sections]
    return [(own is two[0], wrapped(", ".join(own), 32)) for own in two if own]


def _given(row: Any) -> str:
    return f"{row.section}\n{_claims(row.claims)}, {row.weak} weak"


def _claims(number: int) -> str:
    return f"{number} claim{'' if number == 1 else 's'}"


def _boxes(ends: pd.DataFrame, role: str, letters: int) -> list[tuple[str, str]]:
    """Key and text of the boxes of one role, in lines of so many letters."""
    return [
        (
            row.claim,
            wrapped(
                f"{_FOOTINGS[Footing(row.footing)]} {row.claim} {row.label}"
                + (f" ({row.answers})" if row.answers else ""),
                letters,
            ),
        )
        for row in ends[ends["role"] == role].itertuples()
    ]


def questions(asked: pd.DataFrame) -> Records:
    """The research questions; rows of the table of questions."""
    return Records(
        pd.DataFrame(
            {
                "question": asked["question"],
                "asks": asked["text"],
                "in the paper": asked["section"] + " ¶" + asked["paragraph"].astype(str),
            }
        ),
        ["question"],
        "questions",
        "The research questions of the paper, in this book’s words.",
        "the paper, section Research Questions",
    )


def stands(found: Sequence[Stand], texts: Mapping[str, str], name: str, answers: pd.DataFrame | None = None) -> Records:
    """Conclusions, recommendations or questions with what they stand on.

    Parameters
    ----------
    found : sequence of Stand
        As `afpak.analysis.footing.stands` returns them.
    texts : mapping of str to str
        What each says, or asks.
    name : str
        Of the records.
    answers : pandas.DataFrame, optional
        What the paper answers, if these are questions: question, claim, verdict, text. Answers of its summary are
        shown, the others folded away.
    """
    given = pd.DataFrame(columns=["question", "claim", "verdict", "text"]) if answers is None else answers
    says = "says" if answers is None else "asks"
    told = {
        stand.claim: [f"{row.text} ({row.claim}, {row.verdict})" for row in rows.itertuples()]
        for stand in found
        for rows in [given[given["question"] == stand.claim]]
    }
    first = {stand.claim: [one for one in told[stand.claim] if "(summary-" in one] for stand in found}
    rows = [
        {
            "claim": stand.claim,
            "footing": f"{_FOOTINGS[stand.footing]} {stand.footing}",
            says: texts[stand.claim],
            _ANSWER: " ".join(first[stand.claim]),
            _ANSWERS: [one for one in told[stand.claim] if one not in first[stand.claim]],
            "rests on": f"{_claims(len(stand.premises))}, {len(stand.weak) or 'none'} of them weak"
            if stand.premises
            else "nothing that the paper says",
            "opposed by": ", ".join(stand.opposed_by),
            _WAYS: [f"{one.premise} ({one.verdict}) → {' → '.join(one.path[1:])}" for one in stand.weak],
        }
        for stand in found
    ]
    columns = ["claim", "footing", says, _ANSWER, "rests on", "opposed by", _ANSWERS, _WAYS]
    frame = pd.DataFrame(rows, columns=columns)
    caption = "What each stands on." if answers is None else "What the paper answers, and what its answers stand on."
    return Records(frame, ["claim", "footing"], name, caption, READ, folded=[_ANSWERS, _WAYS])


def coverage(sections: pd.DataFrame, titles: Mapping[str, str]) -> Table:
    """Claims put to evidence by section, as `afpak.analysis.verdicts.coverage` returns them."""
    return Table(
        pd.DataFrame(
            {
                "section": [
                    f"{section} {titles[section]}" if section[0].isdigit() else titles[section]
                    for section in sections["section"]
                ],
                "claims": sections["claims"],
                "own check": sections["check"],
                "join": sections["join"],
                "reading": sections["reading"],
                "the paper alone": sections["paper"],
                "nothing": sections["none"],
                "executed": [f"{share:.0%}" for share in sections["executed"]],
                "decided": [f"{share:.0%}" for share in sections["decided"]],
            }
        ),
        "coverage",
        "Claims by section and by what their verdicts rest on. Executed: judged by a check, a join, or the paper’s "
        "disagreement with itself; decided: the verdict is neither unverifiable, nor not testable, nor pending.",
        COMPUTED,
        decimals=0,
    )


def contradictions(rows: pd.DataFrame) -> Records:
    """The paper's contradictions of itself, as `afpak.audit.contradictions` returns them."""
    return Records(
        rows.assign(claims=rows["claims"].str.replace(" | ", ", "))[["claims", "where", "sentence"]],
        ["claims", "where"],
        "contradictions",
        "Statements of the paper that can’t both be so.",
        "the table statements of this book, joined with itself",
    )


def changes(rows: pd.DataFrame, texts: Mapping[str, str]) -> Records:
    """Verdicts that later evidence changed, as `afpak.audit.changes` returns them."""
    return Records(
        pd.DataFrame(
            {
                "claim": rows["claim"],
                "verdict": rows["before"] + " → " + rows["now"],
                "the paper says": rows["claim"].map(dict(texts)),
                "could be known since": rows["since"],
                "the evidence says now": rows["sentence"],
            }
        ),
        ["claim", "verdict"],
        "changes",
        "Claims whose verdict differs from the one that could be known when the paper was written.",
        COMPUTED,
    )


def unused(references: pd.DataFrame) -> Table:
    """Footnotes and bibliography entries that no claim rests on, as `afpak.analysis.verdicts.footnotes` marks them."""
    rows = references[~references["used"]]
    return Table(
        pd.DataFrame(
            {
                "reference": rows["reference"].map(reference_in_words),
                "kind": rows["kind"],
                "title": rows["title"].fillna(rows["author"]),
                "date": rows["date"],
            }
        ),
        "unused-references",
        "Footnotes and bibliography entries that no claim of the ledger rests on.",
        "the tables references and claims of this book",
        decimals=0,
    )


def headline(counts: Mapping[str, int]) -> Table:
    """Claims by verdict, one row each."""
    rows: list[dict[str, Any]] = [
        {"verdict": f"{LOOKS[verdict].mark} {verdict}", "claims": counts.get(verdict, 0)} for verdict in ORDER
    ]
    return Table(pd.DataFrame(rows), "headline", "All claims of the paper by verdict.", COMPUTED, decimals=0)


def wrapped(text: str, width: int) -> str:
    """Text broken into lines for a box of a drawing."""
    return "\n".join(textwrap.wrap(text, width, break_long_words=False))
