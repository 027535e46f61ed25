"""Figures and tables of the audit and of the argument's footing."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import igraph
import pandas as pd
from matplotlib.patches import FancyArrowPatch

from afpak.analysis.footing import Footing, Overview, Stand
from afpak.figures import style
from afpak.figures.shown import Figure, Records, Table
from afpak.figures.verdicts import LOOKS, ORDER

COMPUTED = "the findings of this book"
READ = "the paper’s argument as this book reads it (table argument), and the findings of this book"
_FOOTINGS = {"firm": "●", "shaken": "◐", "fallen": "○", "untested": "·"}


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
    with style.drawing(1.5 + 0.33 * len(counts)) as (drawing, axes):
        left = pd.Series(0.0, index=counts.index)
        positions = range(len(counts))
        for verdict in ORDER:
            look = LOOKS[verdict]
            widths = counts[verdict]
            bars = axes.barh(
                positions,
                widths,
                left=left,
                height=0.72,
                color=look.colour,
                hatch=look.hatch,
                edgecolor="white",
                linewidth=0.6,
                label=f"{look.mark} {verdict}",
            )
            for bar, width in zip(bars, widths, strict=True):
                if width >= max(2, counts["all"].max() * 0.035):
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
        axes.set_yticks(list(positions), [str(value) for value in counts.index])
        axes.invert_yaxis()
        axes.set_xlabel("claims")
        axes.set_ylabel(label)
        axes.grid(axis="y", visible=False)
        drawing.legend(loc="outside lower center", ncols=4, fontsize=9)
    told = "; ".join(
        f"{value}: {row['all']} claims, " + ", ".join(f"{row[verdict]} {verdict}" for verdict in ORDER if row[verdict])
        for value, row in counts.iterrows()
    )
    return Figure(drawing, name, caption, f"Stacked bars of claims by verdict. {told}.", COMPUTED, counts.reset_index())


def footing(
    stand: Stand, edges: pd.DataFrame, verdicts: Mapping[str, str], label: str, name: str, height: float = 0.0
) -> Figure:
    """What one conclusion or recommendation stands on, in layers from premises to it.

    Parameters
    ----------
    stand : Stand
        As `afpak.analysis.footing.stands` returns it, with at least one premise.
    edges : pandas.DataFrame
        The argument: source, relation, target.
    verdicts : mapping of str to str
        Verdict by claim.
    label : str
        The conclusion in a few words.
    name : str
        Of the figure.
    height : float
        In inches; chosen by the number of premises if zero.
    """
    inside = {stand.claim, *stand.premises, *stand.opposed_by}
    kept = edges[edges["source"].isin(inside) & edges["target"].isin(inside)]
    names = [one for one in dict.fromkeys([*stand.premises, *stand.opposed_by, stand.claim]) if one in inside]
    pairs = [
        (row.target, row.source, row.relation) if row.relation == "assumes" else (row.source, row.target, row.relation)
        for row in kept.itertuples()
    ]
    places = _layers(names, [(first, second) for first, second, _ in pairs], stand.claim)
    tallest = max(sum(x == one for x, _ in places.values()) for one in {x for x, _ in places.values()})
    with style.drawing(height or max(2.4, 0.9 + 0.3 * tallest)) as (drawing, axes):
        for first, second, relation in pairs:
            axes.add_patch(
                FancyArrowPatch(
                    places[first],
                    places[second],
                    arrowstyle="-|>",
                    mutation_scale=9,
                    shrinkA=9,
                    shrinkB=9,
                    color=style.VERMILION if relation == "opposes" else style.GREY,
                    linewidth=1.5 if relation == "assumes" else 0.8,
                    linestyle=":" if relation == "opposes" else "--" if relation == "assumes" else "-",
                    zorder=1,
                )
            )
        for one in names:
            x, y = places[one]
            look = LOOKS.get(verdicts.get(one, ""), LOOKS["not testable"])
            axes.plot(
                [x],
                [y],
                look.marker,
                color=look.colour,
                markersize=10,
                markeredgecolor=style.BLACK,
                markeredgewidth=0.7,
                zorder=3,
            )
            axes.text(
                x,
                y + 0.3,
                f"{look.mark} {one}" if one != stand.claim else one,
                ha="center",
                va="bottom",
                fontsize=9,
                fontweight="bold" if one == stand.claim else "normal",
                zorder=4,
                bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
            )
        xs, ys = [x for x, _ in places.values()], [y for _, y in places.values()]
        axes.set_xlim(min(xs) - 0.45, max(xs) + 0.45)
        axes.set_ylim(min(ys) - 0.6, max(ys) + 1.0)
        axes.axis("off")
        present = [verdict for verdict in ORDER if verdict in {verdicts.get(one) for one in names}]
        handles = [
            axes.plot(
                [],
                [],
                LOOKS[v].marker,
                color=LOOKS[v].colour,
                markeredgecolor=style.BLACK,
                label=f"{LOOKS[v].mark} {v}",
            )[0]
            for v in present
        ]
        drawing.legend(handles=handles, loc="outside lower center", ncols=min(4, max(1, len(handles))), fontsize=9)
    weak = ", ".join(f"{one.premise} ({one.verdict})" for one in stand.weak) or "none"
    data = pd.DataFrame(
        {
            "claim": names,
            "verdict": [verdicts.get(one, "") for one in names],
            "shortest way": [
                next((" → ".join(weakness.path) for weakness in stand.weak if weakness.premise == one), "")
                for one in names
            ],
        }
    )
    return Figure(
        drawing,
        name,
        f"What {stand.claim} stands on: {label}. Arrows lead from what is given to what rests on it; dashed ones are "
        f"taken for granted, dotted ones speak against. Footing: {stand.footing}.",
        f"A layered graph that ends in {stand.claim}, which is {stand.footing}. It rests on {len(stand.premises)} "
        f"claims; weak ones: {weak}.",
        READ,
        data,
    )


def _layers(names: Sequence[str], pairs: Sequence[tuple[str, str]], last: str) -> dict[str, tuple[float, float]]:
    """Places in layers, fewest crossings: the layout of Sugiyama, Tagawa and Toda (1981), as igraph computes it."""
    built = igraph.Graph(directed=True)
    built.add_vertices(list(names))
    built.add_edges(list(pairs))
    distance = built.distances(target=last, mode="out")
    far = [row[0] if row[0] != float("inf") else 1 for row in distance]
    layers = [max(int(value) for value in far) - int(value) for value in far]
    layout = built.layout_sugiyama(layers=layers, hgap=1, vgap=1, maxiter=1000)
    chosen = list(layout.coords)[: len(names)]
    places = {}
    for layer in sorted(set(layers)):
        # igraph gives the order within a layer; the rows are spread evenly over the height of the drawing.
        members = sorted(
            (index for index, value in enumerate(layers) if value == layer), key=lambda index: chosen[index][0]
        )
        tallest = max(layers.count(value) for value in set(layers))
        step = tallest / len(members)
        for row, index in enumerate(members):
            places[names[index]] = (float(layer), -(row + 0.5) * step)
    return places


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
    with style.drawing(1.3 + 0.27 * len(rows)) as (drawing, axes):
        positions = range(len(rows))
        holds, weak = [row[1] for row in rows], [row[2] for row in rows]
        axes.barh(positions, holds, height=0.7, color=style.BLUE, label="not weak")
        axes.barh(
            positions,
            weak,
            left=holds,
            height=0.7,
            color=style.VERMILION,
            hatch="//",
            edgecolor="white",
            linewidth=0,
            label="weak",
        )
        axes.set_yticks(list(positions), [wrapped(row[0], 54) for row in rows], fontsize=9)
        axes.invert_yaxis()
        axes.set_xlabel("claims that it rests on, directly or not")
        axes.grid(axis="y", visible=False)
        drawing.legend(loc="outside lower center", ncols=2, fontsize=9)
    told = "; ".join(f"{one.claim}: {one.footing}, {len(one.premises)} claims, {len(one.weak)} weak" for one in found)
    return Figure(
        drawing,
        "premises",
        "What each conclusion and recommendation rests on. Footing: ● firm, ◐ shaken, ○ fallen, · untested.",
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
    columns = {
        "section": [
            (row.section, f"{row.section}\n{row.claims} claims, {row.weak} weak") for row in whole.sections.itertuples()
        ],
        "conclusion": _boxes(whole.ends, "conclusion"),
        "recommendation": _boxes(whole.ends, "recommendation"),
    }
    height = 0.56 * max(len(boxes) for boxes in columns.values()) + 1.0
    left = {"section": 0.0, "conclusion": 1.75, "recommendation": 4.6}
    wide = {"section": 1.3, "conclusion": 2.4, "recommendation": 2.4}
    middle: dict[str, tuple[float, float, float]] = {}
    with style.drawing(height) as (drawing, axes):
        for name, boxes in columns.items():
            axes.text(left[name], height - 0.3, f"{name}s", fontsize=10, fontweight="bold", va="center")
            step = (height - 0.7) / max(1, len(boxes))
            for row, (key, text) in enumerate(boxes):
                y = height - 0.6 - (row + 0.5) * step
                middle[key] = (left[name], left[name] + wide[name], y)
                axes.text(
                    left[name],
                    y,
                    text,
                    fontsize=9,
                    va="center",
                    linespacing=1.05,
                    bbox={
                        "boxstyle": "round,pad=0.15",
                        "facecolor": "white",
                        "edgecolor": style.GREY,
                        "linewidth": 0.6,
                    },
                    zorder=3,
                )
        for number, row in enumerate(whole.links.itertuples()):
            begin, end = middle[row.source], middle[row.target]
            # Between two boxes of one column the line bows out to the right.
            same = begin[0] == end[0]
            axes.add_patch(
                FancyArrowPatch(
                    (begin[1], begin[2]),
                    (end[1] if same else end[0] - 0.05, end[2]),
                    connectionstyle="arc3,rad=-0.35" if same else "arc3,rad=0",
                    arrowstyle="-|>",
                    mutation_scale=7,
                    linewidth=0.7,
                    color=(style.BLUE, style.GREY, style.GREEN, style.PURPLE)[number % 4],
                    alpha=0.6,
                    zorder=1,
                )
            )
        axes.set_xlim(-0.05, 7.05)
        axes.set_ylim(0, height)
        axes.axis("off")
    links: dict[str, list[str]] = {}
    for row in whole.links.itertuples():
        links.setdefault(str(row.target), []).append(str(row.source))
    told = "; ".join(
        f"{row.claim}, {row.label}, {row.footing}, "
        f"from {', '.join(links.get(row.claim, ['nothing that the paper says']))}"
        + (f", answers {row.answers}" if row.answers else "")
        for row in whole.ends.itertuples()
    )
    return Figure(
        drawing,
        "argument",
        "The argument of the paper, premises gathered by section. Footing: ● firm, ◐ shaken, ○ fallen, · untested; Q1 "
        "and Q2 are the research questions that a conclusion or recommendation answers. Colours of lines only tell them "
        "apart.",
        f"Three columns of boxes joined by arrows: sections, conclusions, recommendations. {told}.",
        READ,
        whole.links.merge(whole.ends, left_on="target", right_on="claim", how="right"),
    )


def _boxes(ends: pd.DataFrame, role: str) -> list[tuple[str, str]]:
    """Key and text of the boxes of one column."""
    return [
        (
            row.claim,
            wrapped(
                f"{_FOOTINGS[Footing(row.footing)]} {row.claim} {row.label}"
                + (f" ({row.answers})" if row.answers else ""),
                31,
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


def stands(found: Sequence[Stand], texts: Mapping[str, str], name: str) -> Records:
    """Conclusions or recommendations with what they stand on, as `afpak.analysis.footing.stands` returns them."""
    rows = [
        {
            "claim": stand.claim,
            "footing": f"{_FOOTINGS[stand.footing]} {stand.footing}",
            "says": texts[stand.claim],
            "rests on": f"{len(stand.premises)} claims, {len(stand.weak)} of them weak"
            if stand.premises
            else "nothing that the paper says",
            "weak premises": "; ".join(f"{one.premise} {one.verdict}" for one in stand.weak),
            "shortest ways": "; ".join(" → ".join(one.path) for one in stand.weak),
            "opposed by": ", ".join(stand.opposed_by),
        }
        for stand in found
    ]
    return Records(pd.DataFrame(rows), ["claim", "footing"], name, "What each stands on.", READ)


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
                "reference": rows["reference"],
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
