"""Figures of the factions' history."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D

from afpak.figures import cards, narrow, style
from afpak.figures.shown import Figure, written
from afpak.figures.style import Page

# Marker, colour and words for each kind of event.
KINDS: Mapping[str, tuple[str, str, str]] = {
    "formed": ("o", style.BLACK, "formed"),
    "split": ("v", style.VERMILION, "split off"),
    "expelled": ("X", style.VERMILION, "expelled"),
    "joined": ("^", style.GREEN, "joined"),
    "merged": ("D", style.GREEN, "merged"),
    "pledged": ("P", style.PURPLE, "pledged allegiance"),
    "leader-change": ("|", style.BLUE, "leader change"),
    "talks": ("s", style.ORANGE, "talks"),
    "ceasefire": ("<", style.ORANGE, "cease-fire"),
    "ceasefire-end": (">", style.ORANGE, "end of a cease-fire"),
}
# A stroke has to be long and thick to be seen on a lane.
_CHANGE: Mapping[str, Any] = {"markersize": 11, "markeredgewidth": 2}
_BETWEEN = ("formed", "split", "expelled", "joined", "merged", "pledged")


def genealogy(events: pd.DataFrame, lanes: pd.DataFrame, umbrella: str, as_of: date, source: str) -> Figure:
    """Lanes of the factions in time, with their events and the lines between them.

    Parameters
    ----------
    events : pandas.DataFrame
        As `afpak.analysis.factions.in_order` returns them.
    lanes : pandas.DataFrame
        As `afpak.analysis.factions.lanes` returns them.
    umbrella : str
        Organisation drawn as the thick first lane.
    as_of : datetime.date
        Right edge.
    source : str
        Where the events come from.
    """
    place = lanes.set_index("organisation")["lane"]
    earliest = min(lanes["begin"].min(), events["middle"].min())
    # Room for the dots before a group that nothing precedes.
    unknown = not lanes.loc[lanes["begin"] == earliest, "formed"].all()
    left = earliest - (as_of - earliest) * 0.03 if unknown else earliest

    def draw(page: Page) -> Drawing:
        drawing, axes = page.subplots((1.9 if page.narrow else 1.6) + (0.36 if page.narrow else 0.31) * len(lanes))
        for lane in lanes.itertuples():
            _lane(axes, lane, left, lane.organisation == umbrella)
        for event in events.to_dict("records"):
            if event["subject"] in place.index:
                _event(axes, event, place)
        narrow.name_rows(axes, page, list(lanes["lane"]), list(lanes["short"]), above=5)
        axes.set_ylim(len(lanes) - 0.4, -0.8)
        axes.set_xlim(left, as_of)
        narrow.few_years(axes, page)
        axes.grid(axis="y", visible=False)
        axes.tick_params(axis="x", top=True, labeltop=True)
        kinds = [kind for kind in KINDS if kind in set(events["kind"])]
        handles = [
            Line2D(
                [], [], marker=KINDS[kind][0], color=KINDS[kind][1], linestyle="none", label=KINDS[kind][2],
                **(_CHANGE if kind == "leader-change" else {}),
            )
            for kind in kinds
        ]  # fmt: skip
        drawing.legend(handles=handles, loc="outside lower center", ncols=2 if page.narrow else 5, fontsize=9)
        return drawing

    short = lanes.set_index("organisation")["short"]
    both = events["subject"].isin(place.index) & events["object"].isin(place.index)
    pledged = (both & (events["kind"] == "pledged")).any()
    told = "; ".join(
        f"{event['date']} {short[event['subject']]} {KINDS[event['kind']][2]}"
        + (f" ({short[event['object']]})" if event["object"] in short.index else "")
        for event in events.to_dict("records")
        if event["kind"] in _BETWEEN and event["subject"] in short.index
    )
    columns = ["event", "date", "kind", "subject", "object", "person", "summary"]
    return Figure(
        draw,
        "genealogy",
        f"The factions in time, up to {as_of}: one lane each, the umbrella on top. Marks are events; thin upright "
        "lines, coloured as their marks, join the two groups of an event"
        + (", dotted where it is a pledge of allegiance" if pledged else "")
        + ". A mark for a date known only to the month or year stands at its middle. Grey dots "
        "lead to the first event "
        "of a group whose beginning is not known; a lane runs to the end unless the table says that the group ended.",
        f"{len(lanes)} horizontal lanes with marks. {told}.",
        source,
        events[columns],
    )


def outside_by_reign(steps: pd.DataFrame, reigns: pd.DataFrame, as_of: date, source: str) -> Figure:
    """Number of splinters outside the umbrella over time, with the reigns of its heads behind.

    Parameters
    ----------
    steps : pandas.DataFrame
        Columns day and count, as `afpak.analysis.factions.outside` returns them.
    reigns : pandas.DataFrame
        Tenures of the heads.
    as_of : datetime.date
        Right edge.
    source : str
        Where the events come from.
    """
    first = reigns["start_earliest"].min()
    before = pd.DataFrame({"day": [first], "count": [0]})
    last = pd.DataFrame({"day": [as_of], "count": [int(steps["count"].iloc[-1]) if len(steps) else 0]})
    line = pd.concat([before, steps, last], ignore_index=True)

    def draw(page: Page) -> Drawing:
        drawing, axes = page.subplots(4.5 if page.narrow else 4.2)
        top = (int(steps["count"].max()) if len(steps) else 0) + (0.5 if page.narrow else 1.5)
        for i, reign in enumerate(reigns.to_dict("records")):
            begin, end = reign["start_earliest"], reign["end_latest"]
            axes.axvspan(begin, end, color=style.PALE if i % 2 else "#efefef", zorder=0, linewidth=0)
            if page.narrow:
                _above(axes, begin, str(reign["person"]), len(reigns) - 1 - i)
                continue
            axes.text(
                begin + (end - begin) / 2,
                top - 0.12,
                str(reign["person"]).replace(" ", "\n", 1),
                ha="center",
                va="top",
                fontsize=9,
            )
        axes.step(line["day"], line["count"], where="post", color=style.VERMILION)
        axes.set_ylim(0, top)
        axes.set_xlim(first - timedelta(days=100), as_of)  # room for the name over a short first reign
        axes.set_yticks(range(int(top) + 1))
        axes.set_ylabel("splinters outside the umbrella")
        narrow.few_years(axes, page)
        return drawing

    peak = steps.loc[steps["count"].idxmax()] if len(steps) else None
    highest = f" It is highest, {peak['count']}, from {peak['day']}." if peak is not None else ""
    people = ", ".join(f"{row['person']} from {row['tenure_start']}" for row in reigns.to_dict("records"))
    return Figure(
        draw,
        "outside-by-reign",
        "Splinters outside the umbrella over time; the bands are the reigns of its heads.",
        f"Step line of the number of splinters outside the umbrella, over bands for the heads: {people}.{highest} "
        f"On {as_of} it stands at {last['count'].iloc[0]}.",
        source,
        line,
    )


def splits_and_mergers(counts: pd.DataFrame, source: str) -> Figure:
    """Groups that left and groups that came in, by year, as bars down and up.

    Parameters
    ----------
    counts : pandas.DataFrame
        Columns year, left, came.
    source : str
        Where the events come from.
    """

    def draw(page: Page) -> Drawing:
        drawing, axes = page.subplots(4.2 if page.narrow else 3.6)
        axes.bar(counts["year"], counts["came"], color=style.GREEN, label="came in (joined or merged)")
        axes.bar(
            counts["year"],
            -counts["left"],
            color=style.VERMILION,
            hatch="//",
            edgecolor="white",
            label="left (formed apart, split or expelled)",
        )
        axes.axhline(0, color=style.BLACK, linewidth=1)
        low, high = -int(counts["left"].max()) - 1, int(counts["came"].max()) + 1
        axes.set_yticks(range(low, high + 1), [str(abs(value)) for value in range(low, high + 1)])
        axes.set_ylabel("groups")
        step = math.ceil(len(counts) / 7) if page.narrow else 2 if len(counts) > 14 else 1
        axes.set_xticks(counts["year"][::step])
        axes.tick_params(axis="x", rotation=45)
        drawing.legend(loc="outside lower center", ncols=1 if page.narrow else 2, fontsize=9)
        return drawing

    told = "; ".join(
        f"{row.year}: {written(row.came)} came, {written(row.left)} left"
        for row in counts.itertuples()
        if row.came or row.left
    )
    return Figure(
        draw,
        "splits-and-mergers",
        "Groups that came into the umbrella (up) and groups that left it (down), by year, as far as the "
        "table of events holds them.",
        f"Bars by year. {told}.",
        source,
        counts,
        partial(cards.came_and_left, counts=counts),
    )


def _lane(axes: Axes, lane: Any, left: date, umbrella: bool) -> None:
    """The time of one group."""
    if not lane.formed:
        # When the group began is not known: dots as far back as the drawing goes.
        axes.plot(
            [left, lane.begin],
            [lane.lane, lane.lane],
            color="#9a9a9a",
            linewidth=1,
            linestyle=":",
            zorder=2,
        )
    axes.plot(
        [lane.begin, lane.end],
        [lane.lane, lane.lane],
        color=style.BLUE if umbrella else "#9a9a9a",
        linewidth=6 if umbrella else 3,
        solid_capstyle="butt",
        zorder=2,
    )


def _event(axes: Axes, event: Mapping[str, Any], place: pd.Series) -> None:
    """One event: its mark on the lane of its group, and a line to the lane of the other group."""
    marker, colour, _ = KINDS[event["kind"]]
    y = place[event["subject"]]
    if event["kind"] in _BETWEEN and event["object"] in place.index:
        axes.plot(
            [event["middle"]] * 2,
            [y, place[event["object"]]],
            color=colour,
            linewidth=0.9,
            linestyle=":" if event["kind"] == "pledged" else "-",
            alpha=0.75,
            zorder=1,
        )
    change = event["kind"] == "leader-change"
    look: Mapping[str, Any] = {"markersize": 6.5, "markeredgewidth": 0.6, "markeredgecolor": "white"}
    axes.plot(
        [event["middle"]],
        [y],
        marker=marker,
        color=colour,
        linestyle="none",
        zorder=4,
        **(_CHANGE if change else look),
    )


def _above(axes: Axes, day: date, name: str, row: int) -> None:
    """A name above the axes, at a line up from its day; those of earlier days stand in rows farther up."""
    at: dict[str, Any] = {
        "xy": (date2num(day), 1),
        "xycoords": axes.get_xaxis_transform(),
        "textcoords": "offset points",
        "va": "bottom",
    }
    height = 3 + 13 * row
    axes.annotate(name, xytext=(3, height), ha="left", fontsize=style.SMALL, **at)
    line = {"arrowstyle": "-", "color": style.GREY, "linewidth": 1, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", xytext=(0, height + 11), arrowprops=line, **at)
