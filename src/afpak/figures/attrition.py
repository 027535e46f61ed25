"""Figures of leaders' tenures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

import pandas as pd
from matplotlib.figure import Figure as Drawing

from afpak.figures import cards, style
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
    height = 1.6 + 0.34 * len(rows) + 0.4 * len(organisations)

    def draw(page: Page) -> Drawing:
        drawing, axes = page.subplots(height)
        position, ticks, labels = 0.0, [], []
        seen: set[str] = set()
        for organisation in organisations:
            axes.text(
                0.0,
                position + 0.1,
                names[organisation],
                transform=axes.get_yaxis_transform(),
                fontweight="bold",
                fontsize=10,
                va="center",
            )
            position -= 1
            for row in (row for row in rows if row["organisation"] == organisation):
                ticks.append(position)
                labels.append(row["person"])
                # What may have been: from the first day that the dates allow to the last; what must have been, solid.
                axes.barh(
                    position,
                    row["end_latest"] - row["start_earliest"],
                    left=row["start_earliest"],
                    height=0.34,
                    color=style.SKY,
                    alpha=0.5,
                )
                if row["end_earliest"] > row["start_latest"]:
                    axes.barh(
                        position,
                        row["end_earliest"] - row["start_latest"],
                        left=row["start_latest"],
                        height=0.34,
                        color=style.BLUE,
                    )
                cause = row["end_cause"] if isinstance(row["end_cause"], str) else ""
                end = row["end_earliest"] + (row["end_latest"] - row["end_earliest"]) / 2
                if cause:
                    marker, colour = ENDS[cause]
                    axes.plot(
                        [end],
                        [position],
                        marker=marker,
                        color=colour,
                        markersize=9,
                        markeredgecolor="white",
                        linestyle="none",
                        label=None if cause in seen else cause,
                        zorder=5,
                    )
                    seen.add(cause)
                elif not row["ended"]:
                    label = "in office at the as-of date" if row["status"] == "incumbent" else "last seen in the role"
                    axes.plot(
                        [end],
                        [position],
                        marker=5 if row["status"] == "incumbent" else "|",
                        color=style.BLACK,
                        markersize=10,
                        linestyle="none",
                        label=None if label in seen else label,
                        zorder=5,
                    )
                    seen.add(label)
                position -= 1
            position -= 0.4
        axes.set_yticks(ticks, labels)
        axes.set_ylim(position + 0.4, 0.8)
        axes.grid(axis="y", visible=False)
        axes.xaxis_date()
        drawing.legend(loc="outside lower center", ncols=3, fontsize=9)
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
        drawing, grid = page.subplots(3.9, 1, len(curves), sharey=True, sharex=True, squeeze=False)
        for i, (name, curve) in enumerate(curves.items()):
            axes = grid[0][i]
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
            axes.set_xlabel("days since the start of the tenure")
            axes.set_ylim(0, 1.03)
        longest = max(max([curve["day"].max(), *curve.attrs.get("censored", [])]) for curve in curves.values())
        grid[0][0].set_xlim(0, longest * 1.03)
        grid[0][0].set_ylabel("share still in office")
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
