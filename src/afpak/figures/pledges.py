"""Figures and tables of pledges to the Islamic State and of its competing founding dates."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D

from afpak.analysis.pledges import AFTER, BEFORE, NOTE, OPEN, PLEDGE, RECORD, REPORT, SAME, SAYERS, TEXT, TOWARDS
from afpak.figures import narrow, style
from afpak.figures.shown import Figure, IncompleteError, Records, Table, cited
from afpak.figures.style import Page
from afpak.figures.verdicts import LOOKS

# Marker and colour of whoever gives a founding date.
SAID_BY: Mapping[str, tuple[str, str]] = {
    TEXT: ("o", style.BLUE),
    NOTE: ("s", style.SKY),
    RECORD: ("D", style.BLACK),
    REPORT: ("v", style.GREY),
    PLEDGE: ("P", style.PURPLE),
}
_ORDERS: Mapping[str, str] = {
    BEFORE: "it came before",
    AFTER: "it came after",
    SAME: "it came on the same day",
    OPEN: "the order can’t be told",
}
_MOVE, _FOUNDED, _NOTED = "P", "*", "s"
_EACH_ENTRY = "the paper, and the pages named in each entry"
# Letters in a line of a name beside its lane and above it.
_WRAP, _WRAP_ABOVE = 24, 42
_NO_MOVE = "no dated move in the table"


def flow(
    moved: pd.DataFrame,
    told: pd.DataFrame,
    founded: pd.DataFrame,
    names: Mapping[str, str],
    flag: str,
    as_of: date,
    source: str,
) -> Figure:
    """Dated moves as arrows from a lane per group into the lane of the Islamic State.

    Groups of which the paper tells and no dated move is recorded have a dotted lane on top without an arrow.

    Parameters
    ----------
    moved : pandas.DataFrame
        As `afpak.analysis.pledges.moves` returns them; at least one.
    told : pandas.DataFrame
        As `afpak.analysis.pledges.named` returns them.
    founded : pandas.DataFrame
        Faction events of kind formed that are marked on the lane below: date, subject.
    names : mapping of str to str
        Names of organisations.
    flag : str
        Name of the lane below.
    as_of : datetime.date
        For the caption.
    source : str
        Where the moves come from.

    Raises
    ------
    IncompleteError
        If no move was known as of the date.
    """
    if moved.empty:
        raise IncompleteError(f"figure flow: no move to {flag} is known as of {as_of}")
    lanes = _lanes(moved, told, names)
    first, last = moved["earliest"].min(), moved["latest"].max()
    room = (last - first) * 0.30 + timedelta(days=20)

    def draw(page: Page) -> Drawing:
        labels = [
            textwrap.fill(lane["label"], _WRAP_ABOVE if page.narrow else _WRAP, break_on_hyphens=False)
            for lane in lanes
        ]
        place, top = _places(lanes, labels, page)
        below = top + (0.5 if page.narrow else 0.35)
        drawing, axes = page.subplots(top + (2.6 if page.narrow else 2.15))
        left, right = first - room, last + room * 0.45
        axes.plot([left, right], [below] * 2, color=style.VERMILION, linewidth=7, solid_capstyle="butt", zorder=2)
        for lane in lanes:
            y = place[lane["key"]]
            own = lane["recorded"]
            axes.plot([left, right], [y] * 2, color="#9a9a9a", linewidth=2 if own else 1, linestyle="-" if own else ":")
            if not own:
                axes.text(
                    left + (right - left) / 2,
                    y,
                    _NO_MOVE,
                    fontsize=10,
                    ha="center",
                    va="center",
                    backgroundcolor="white",
                )
            _noted(axes, told, lane["key"], y)
        for group, rows in moved.groupby("group", sort=False):
            for i, row in enumerate(rows.to_dict("records")):
                _arrow(axes, row, place[str(group)], below, to_the_left=i == 0)
        for row in founded.to_dict("records"):
            axes.plot([pd.Timestamp(row["date"])], [below], marker=_FOUNDED, color=style.BLACK, markersize=13, zorder=5)
            axes.annotate(
                f"{names[row['subject']]} announced {row['date']}",
                (pd.Timestamp(row["date"]), below),
                xytext=(0, -11),
                textcoords="offset points",
                ha="center",
                va="top",
                fontsize=10,
            )
        # On a narrow page over the dates of the moves, and on the arrows.
        looks: dict[str, Any] = {"zorder": 4} if page.narrow else {"fontsize": 10.5}
        narrow.name_rows(axes, page, [*place.values(), below], [*labels, flag], above=15, **looks)
        axes.set_ylim(below + 0.5, -0.1)
        axes.set_xlim(left, right)
        narrow.few_years(axes, page)
        axes.tick_params(axis="x", rotation=45)
        axes.grid(axis="y", visible=False)
        handles = [
            Line2D([], [], marker=_MOVE, color=style.PURPLE, linestyle="none", markersize=9, label="recorded move"),
            Line2D([], [], color=style.PURPLE, linewidth=6, alpha=0.45, label="span of an imprecise date"),
            Line2D(
                [], [], marker=_NOTED, color=style.BLUE, markerfacecolor="white", linestyle="none", markersize=8,
                label="date that a note of the paper implies",
            ),
            Line2D([], [], marker=_FOUNDED, color=style.BLACK, linestyle="none", markersize=12, label="announcement"),
        ]  # fmt: skip
        drawing.legend(
            handles=handles,
            loc="outside lower center",
            ncols=1 if page.narrow else 2,
            fontsize=style.SMALL if page.narrow else 9.5,
        )
        return drawing

    said = "; ".join(
        f"{row['date']} {row['short']} {row['kind']}" + ("" if row["in_paper"] else ", not in the paper")
        for row in moved.to_dict("records")
    )
    silent = [lane["label"] for lane in lanes if not lane["recorded"]]
    towards = int((moved["direction"] == TOWARDS).sum())
    return Figure(
        draw,
        "flow",
        f"Dated moves to {flag} up to {as_of}, one lane for each group, with an arrow at the date of each. A date "
        "known only to the month is a band. Dotted lanes: the paper tells of them, and no dated move is in the table.",
        f"{len(lanes)} lanes above the lane of {flag}; {towards} arrows lead into it and {len(moved) - towards} out of "
        f"it. {said}. Without an arrow: {'; '.join(silent) or 'none'}.",
        source,
        moved[["event", "date", "direction", "kind", "group", "object", "in_paper", "summary"]],
    )


def moves_table(moved: pd.DataFrame, names: Mapping[str, str]) -> Records:
    """The recorded moves with their sources, as `afpak.analysis.pledges.moves` returns them."""
    return Records(
        pd.DataFrame(
            {
                "event": moved["event"],
                "date": moved["date"],
                "group": moved["short"],
                "out of": moved["origin"].map(names),
                "kind": moved["kind"],
                "to": moved["object"].map(names),
                "direction": moved["direction"],
                "what happened": moved["summary"],
                "public role": moved["person"].str.replace(" | ", ", "),
                "other dates": moved["date_alternatives"].str.replace(" | ", ", "),
                "in the paper": moved["paper_sections"].str.replace(" | ", ", ").fillna("not mentioned"),
                "note": moved["note"],
                "sources": [cited(source, url) for source, url in zip(moved["source"], moved["url"], strict=True)],
            }
        ),
        ["date", "group", "kind", "to"],
        "moves",
        "The recorded moves.",
        _EACH_ENTRY,
        links=["sources"],
    )


def named_table(told: pd.DataFrame, moved: pd.DataFrame) -> Table:
    """What the paper says of each group beside the recorded moves, as `afpak.analysis.pledges.named` returns it."""
    when = moved.set_index("event")["date"] + " " + moved.set_index("event")["short"]
    rows = told.to_dict("records")
    return Table(
        pd.DataFrame(
            {
                "claim": [row["claim"] for row in rows],
                "the paper says": [row["text"] for row in rows],
                "its date": [_dates(row["text_dates"]) for row in rows],
                "what its notes imply": [_dates(row["note_dates"]) for row in rows],
                "recorded moves of the group": ["; ".join(when[event] for event in row["own"]) or None for row in rows],
                "of groups that came out of it": [
                    "; ".join(when[event] for event in row["through"]) or None for row in rows
                ],
                "verdict": [f"{LOOKS[row['verdict']].mark} {row['verdict']}" for row in rows],
            }
        ),
        "named",
        "Who went over, as the paper has it, beside the dated moves on record. A dash: none.",
        "the paper; table faction-events of this book",
    )


def founding(dates: pd.DataFrame, name: str, source: str) -> Figure:
    """All founding dates on one line of time, each with who gives it.

    Parameters
    ----------
    dates : pandas.DataFrame
        As `afpak.analysis.pledges.foundings` returns them.
    name : str
        Whose founding.
    source : str
        Where the dates come from.
    """
    rows = dates.to_dict("records")
    drawn = dates[dates["bound"] == "exact"]
    left, right = drawn["earliest"].min(), drawn["latest"].max()
    margin = (right - left) * 0.06

    def draw(page: Page) -> Drawing:
        labels = [textwrap.wrap(_label(row), _WRAP_ABOVE if page.narrow else 34) for row in rows]
        heights = [(0.26 + 0.16 * len(label)) if page.narrow else (0.16 + 0.2 * len(label)) for label in labels]
        drawing, axes = page.subplots((1.7 if page.narrow else 1.5) + sum(heights))
        top = 0.0
        places = []
        for row, height in zip(rows, heights, strict=True):
            # Where the names stand above their rows, a row ends with its mark.
            y = top + height - 0.12 if page.narrow else top + height / 2
            places.append(y)
            top += height
            marker, colour = SAID_BY[row["sayer"]]
            begin, end = max(row["earliest"], left), min(row["latest"], right)
            if row["latest"] < left:
                # Long before all others: an arrow at the edge instead of an axis that would squeeze the rest.
                axes.annotate(
                    "",
                    xy=(left - margin * 0.9, y),
                    xytext=(left + margin * 1.2, y),
                    arrowprops={"arrowstyle": "->", "color": colour, "linewidth": 1.6},
                )
                axes.plot([left + margin * 1.2], [y], marker=marker, color=colour, markersize=8, zorder=4)
                continue
            if end > begin:
                axes.plot([begin, end], [y, y], color=colour, linewidth=6, alpha=0.4, solid_capstyle="butt", zorder=2)
            axes.plot([begin + (end - begin) / 2], [y], marker=marker, color=colour, markersize=8, zorder=4)
        size = style.SMALL if page.narrow else 10
        narrow.name_rows(axes, page, places, ["\n".join(label) for label in labels], above=6, fontsize=size)
        axes.set_ylim(top + (0.1 if page.narrow else 0), 0)
        axes.set_xlim(left - margin, right + margin)
        narrow.few_years(axes, page)
        axes.tick_params(axis="x", rotation=45)
        present = [sayer for sayer in SAYERS if (dates["sayer"] == sayer).any()]
        handles = [
            Line2D([], [], marker=SAID_BY[one][0], color=SAID_BY[one][1], linestyle="none", markersize=8, label=one)
            for one in present
        ]
        columns = 2 if page.narrow else 4
        drawing.legend(handles=handles, loc="outside lower center", ncols=columns, fontsize=9.5)
        return drawing

    told = "; ".join(f"{row['sayer']}: {_label(row)}" for row in rows)
    outside = (dates["latest"] < left).any()
    edge = " An arrow at the edge leads to a date long before the others." if outside else ""
    return Figure(
        draw,
        "founding-dates",
        f"When {name} was founded, by who says so. A bar is what a month or a year may mean.{edge} Pledges are not "
        "foundings: they are what came before the announcement.",
        f"{len(rows)} dates on one line of time, one row each. {told}.",
        source,
        dates[["date", "bound", "sayer", "who"]],
    )


def order_table(dates: pd.DataFrame, others: Sequence[str], name: str, other: str, source: str) -> Table:
    """Under each founding date, whether another event came before it, as `afpak.analysis.pledges.orders` returns it."""
    return Table(
        pd.DataFrame(
            {
                f"founding of {name}": [_when(row) for row in dates.to_dict("records")],
                "by": dates["sayer"],
                "who": dates["who"],
                **{f"{other}, {day}": dates[day] for day in others},
            }
        ),
        "orders",
        f"Choose a founding date of {name}, and {other} came before it or after it. No order can be told where a month "
        "or a year may mean days on both sides.",
        source,
    )


def dates_in_words(dates: pd.DataFrame) -> str:
    """Founding dates as they are put, for a sentence."""
    return "; ".join(dict.fromkeys(_when(row) for row in dates.to_dict("records"))) or "none"


def orders_in_words(dates: pd.DataFrame, other: str) -> str:
    """How many founding dates put the other event before, after or neither, for a sentence."""
    counts = dates[other].value_counts()
    return "; ".join(f"{_ORDERS[word]} under {counts[word]}" for word in _ORDERS if word in counts.index)


def _lanes(moved: pd.DataFrame, told: pd.DataFrame, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Lanes from the top: those without a move, then the groups from the latest first move to the earliest."""
    rows = told.to_dict("records")
    silent = [
        {"key": row["claim"], "label": _lane(row["text"].rstrip("."), [row["claim"]]), "recorded": False}
        for row in rows
        if not row["own"] and not row["through"]
    ]
    groups = []
    for group, own in moved.groupby("group", sort=False):
        claims = [row["claim"] for row in rows if group in row["groups"]]
        origin = own["origin"].iloc[0]
        out_of = f", out of the {names[origin]}" if isinstance(origin, str) else ""
        label = _lane(f"{own['short'].iloc[0]}{out_of}", claims)
        groups.append({"key": group, "label": label, "recorded": True})
    return [*silent, *reversed(groups)]


def _lane(text: str, claims: Sequence[str]) -> str:
    return f"{text} ({', '.join(claims)})" if claims else text


def _places(lanes: Sequence[Mapping[str, Any]], labels: Sequence[str], page: Page) -> tuple[dict[str, float], float]:
    """Where each lane lies, from the top, and where the last ends; in inches."""
    place: dict[str, float] = {}
    top = 0.0
    for lane, label in zip(lanes, labels, strict=True):
        lines = label.count("\n") + 1
        if page.narrow:
            # The name above the lane and, below it, what notes of the paper imply.
            place[lane["key"]] = top + 0.24 + 0.16 * lines
            top = place[lane["key"]] + (0.27 if lane["recorded"] else 0.15)
        else:
            height = 0.3 + 0.19 * lines
            place[lane["key"]] = top + height / 2
            top += height
    return place, top


def _arrow(axes: Axes, row: Mapping[str, Any], y: float, below: float, to_the_left: bool) -> None:
    """One move: mark, span of its date, date in words, and the arrow between the lanes."""
    away = row["direction"] != TOWARDS
    if row["latest"] > row["earliest"]:
        axes.plot(
            [row["earliest"], row["latest"]], [y, y], color=style.PURPLE, linewidth=7, alpha=0.45,
            solid_capstyle="butt", zorder=3,
        )  # fmt: skip
    ends = [(row["middle"], below - 0.09), (row["middle"], y)]
    axes.annotate(
        "",
        xy=ends[1] if away else ends[0],
        xytext=ends[0] if away else ends[1],
        arrowprops={
            "arrowstyle": "->",
            "color": style.PURPLE,
            "linewidth": 1.5,
            "linestyle": "--" if away else "-",
            "shrinkA": 0,
            "shrinkB": 0,
        },
        zorder=3,
    )
    axes.plot([row["middle"]], [y], marker=_MOVE, color=style.PURPLE, markersize=9, markeredgecolor="white", zorder=5)
    edge = row["earliest"] if to_the_left else row["latest"]
    axes.annotate(
        row["date"],
        (edge, y),
        xytext=(-9 if to_the_left else 9, 7),
        textcoords="offset points",
        ha="right" if to_the_left else "left",
        va="center",
        fontsize=10,
    )


def _noted(axes: Axes, told: pd.DataFrame, key: str, y: float) -> None:
    """Dates that notes of the paper imply, under the lane of their group."""
    for row in told.to_dict("records"):
        if key not in row["groups"]:
            continue
        for value, bound, _ in row["note_dates"]:
            day = pd.Period(value, freq="M" if len(value) == len("2014-07") else "D")
            middle = day.start_time + (day.end_time - day.start_time) / 2
            axes.plot(
                [middle], [y + 0.15], marker=_NOTED, color=style.BLUE, markerfacecolor="white", markersize=7, zorder=5
            )
            if bound == "before":
                axes.annotate(
                    "",
                    xy=(middle - pd.Timedelta(days=24), y + 0.15),
                    xytext=(middle, y + 0.15),
                    arrowprops={"arrowstyle": "->", "color": style.BLUE, "shrinkA": 4, "shrinkB": 0},
                    zorder=4,
                )


def _label(row: Mapping[str, Any]) -> str:
    """Date and who gives it; of many sources the first, since the table has all."""
    first, *more = row["who"].split("; ")
    first = f"claim {first}" if row["sayer"] == TEXT else first
    also = f" and {len(more)} more" if more else ""
    return f"{_when(row)}, {first.partition(':')[0]}{also}"


def _when(row: Mapping[str, Any]) -> str:
    return row["date"] if row["bound"] == "exact" else f"{row['bound']} {row['date']}"


def _dates(given: Sequence[tuple[str, str, str]]) -> str | None:
    told = [
        (value if bound == "exact" else f"{bound} {value}") + (f" ({note})" if note else "")
        for value, bound, note in given
    ]
    return ", ".join(told) or None
