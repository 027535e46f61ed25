"""Figures of leaders' tenures."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from afpak.figures import cards, narrow, style
from afpak.figures.shown import Figure, written
from afpak.figures.style import Page

# Marker and colour for each way in which a tenure can end; several ways share a colour, none a marker.
ENDS: Mapping[str, tuple[str, str]] = {
    "drone strike": ("v", style.VERMILION),
    "airstrike": ("X", style.VERMILION),
    "ground raid": ("s", style.VERMILION),
    "bombing": ("*", style.VERMILION),
    "killed": ("P", style.VERMILION),
    "arrest": ("D", style.BLUE),
    "surrendered": ("<", style.BLUE),
    "removed": ("p", style.GREEN),
    "replaced": (">", style.GREEN),
    "resigned": ("h", style.GREEN),
    "promoted": ("^", style.GREEN),
    "merged": ("d", style.GREEN),
    "died": ("8", style.GREY),
}


def lanes(lengths: pd.DataFrame, names: Mapping[str, str], as_of: date, source: str) -> Figure:
    """Tenures as bars in time, one lane each, with a marker for how each ended.

    Parameters
    ----------
    lengths : pandas.DataFrame
        As `afpak.analysis.attrition.tenures` returns them.
    names : mapping of str to str
        Names of the organisations by identifier.
    as_of : datetime.date
        Where the bars of those in office stop.
    source : str
        Where the dates come from.
    """
    rows = lengths.to_dict("records")
    organisations = list(dict.fromkeys(row["organisation"] for row in rows))

    def draw(page: Page) -> Drawing:
        # A narrow page has the names between the bars.
        step = 0.44 if page.narrow else 0.34
        drawing, axes = page.subplots(1.6 + step * len(rows) + 0.4 * len(organisations))
        position, ticks, labels = 0.0, [], []
        seen: set[str] = set()
        for organisation in organisations:
            axes.annotate(
                names[organisation],
                (0.0, position + 0.1),
                xycoords=axes.get_yaxis_transform(),
                xytext=(0 if page.narrow else 8, 0),  # a wide page has a line there
                textcoords="offset points",
                fontweight="bold",
                fontsize=10,
                va="center",
            )
            position -= 1
            for row in (row for row in rows if row["organisation"] == organisation):
                ticks.append(position)
                labels.append(row["person"])
                _tenure(axes, row, position, seen, page)
                position -= 1
            position -= 0.4
        narrow.name_rows(axes, page, ticks, labels, above=7, fontsize=10 if page.narrow else 11)
        axes.set_ylim(position + 0.4, 0.8)
        axes.grid(axis="y", visible=False)
        narrow.few_years(axes, page)
        drawing.legend(loc="outside lower center", ncols=2 if page.narrow else 3, fontsize=9)
        return drawing

    told = "; ".join(
        f"{row['person']} ({names[row['organisation']]}), from {row['tenure_start']} "
        + (
            f"to {row['tenure_end']}, {row['end_cause']}"
            if row["ended"]
            else f"in office on {as_of}"
            if row["status"] == "incumbent"
            else "end not known"
        )
        for row in rows
    )
    return Figure(
        draw,
        "tenures",
        f"Tenures up to {as_of}. Dark bars: time certainly in the role; pale bars: time that the dates, as "
        "precise as the "
        f"sources give them, allow. Markers say how each tenure ended.",
        f"Horizontal bars in time, one per tenure: {told}.",
        source,
        lengths[
            [
                "organisation",
                "person",
                "rank",
                "tenure_start",
                "tenure_end",
                "status",
                "end_cause",
                "days_min",
                "days_max",
            ]
        ],
        partial(cards.tenures, lengths=lengths, as_of=as_of),
    )


def survival(curves: Mapping[str, pd.DataFrame], source: str) -> Figure:
    """Kaplan-Meier curves with pointwise intervals, one panel per organisation on shared axes.

    Parameters
    ----------
    curves : mapping of str to pandas.DataFrame
        By name of the organisation, as `afpak.analysis.attrition.survival_curve` returns them, with
        ``censored`` (days of censored tenures) in ``attrs``.
    source : str
        Where the dates come from.
    """

    def draw(page: Page) -> Drawing:
        height, rows, columns = (0.9 + 2.3 * len(curves), len(curves), 1) if page.narrow else (3.9, 1, len(curves))
        drawing, grid = page.subplots(height, rows, columns, sharey=True, sharex=True, squeeze=False)
        for i, (axes, (name, curve)) in enumerate(zip(grid.flat, curves.items(), strict=True)):
            colour = style.CYCLE[i]
            # Carried to the longest follow-up, so that a censored tenure at the end is on the line.
            end = max([curve["day"].max(), *curve.attrs.get("censored", [])])
            last = curve.iloc[[-1]].assign(day=end)
            steps = pd.concat([curve, last], ignore_index=True)
            axes.fill_between(
                steps["day"], steps["low"], steps["high"], step="post", color=colour, alpha=0.2, linewidth=0
            )
            axes.step(steps["day"], steps["survival"], where="post", color=colour, linestyle=style.DASHES[i % 2])
            for day in curve.attrs.get("censored", []):
                level = float(curve.loc[curve["day"] <= day, "survival"].iloc[-1])
                axes.plot([day], [level], marker="|", color=style.BLACK, markersize=11)
            axes.axhline(0.5, color=style.GREY, linewidth=0.8, linestyle=":")
            axes.set_title(f"{name} ({curve['at_risk'].iloc[0]:.0f} heads)")
            axes.set_ylim(0, 1.03)
        longest = max(max([curve["day"].max(), *curve.attrs.get("censored", [])]) for curve in curves.values())
        grid[0][0].set_xlim(0, longest * 1.03)
        for axes in grid[-1]:
            axes.set_xlabel("days since the start of the tenure", fontsize=10 if page.narrow else 11)
        for axes in grid[:, 0]:
            axes.set_ylabel("share still in office")
        return drawing

    told = "; ".join(
        f"{name}: {curve['at_risk'].iloc[0]:.0f} tenures, {curve['ended'].sum():.0f} ended, the share still "
        "in office falls to "
        f"{written(curve['survival'].iloc[-1], 2)} by day {written(curve['day'].iloc[-1])}"
        for name, curve in curves.items()
    )
    return Figure(
        draw,
        "survival",
        "Kaplan–Meier estimates of the share of heads still in office, with pointwise 95% intervals. "
        "Upright ticks are "
        "tenures cut off by the as-of date; the dotted line is one half.",
        f"Step curves, one panel per organisation. {told}.",
        source,
        pd.concat([curve.assign(organisation=name) for name, curve in curves.items()], ignore_index=True),
    )


def _bar(axes: Axes, position: float, begin: Any, end: Any, **look: Any) -> None:
    """The bar of a tenure between two days."""
    axes.barh(position, end - begin, left=begin, height=0.34, **look)


def _tenure(axes: Axes, row: Mapping[str, Any], position: float, seen: set[str], page: Page) -> None:
    """One tenure: its bars, and the marker of its end, which the legend names where it is the first of its kind."""
    # What may have been: from the first day that the dates allow to the last; what must have been, solid.
    _bar(axes, position, row["start_earliest"], row["end_latest"], color=style.SKY, alpha=0.5)
    if row["end_earliest"] > row["start_latest"]:
        _bar(axes, position, row["start_latest"], row["end_earliest"], color=style.BLUE)
    cause = row["end_cause"] if isinstance(row["end_cause"], str) else ""
    looks: dict[str, Any]
    if cause:
        looks = {"marker": ENDS[cause][0], "color": ENDS[cause][1], "markersize": 9, "markeredgecolor": "white"}
        label = cause
    elif not row["ended"]:
        incumbent = row["status"] == "incumbent"
        looks = {"marker": 5 if incumbent else "|", "color": style.BLACK, "markersize": 10}
        label = "in office at the as-of date" if incumbent else "last seen in the role"
    else:
        return
    axes.plot(
        [row["end_earliest"] + (row["end_latest"] - row["end_earliest"]) / 2],
        [position],
        linestyle="none",
        label=None if label in seen else textwrap.fill(label, 14) if page.narrow else label,
        zorder=5,
        **looks,
    )
    seen.add(label)
