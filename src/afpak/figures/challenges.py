"""Figures and tables of the challenges after August 2021: counts on either side, strikes, readings, truces."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from datetime import date
from itertools import accumulate
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.transforms import offset_copy

from afpak.analysis.challenges import ATTACKS, DEATHS, EXACT, MIXED, NEAREST
from afpak.figures import narrow, style
from afpak.figures.shown import Figure, Records, Table, cited, span, written
from afpak.figures.style import Page
from afpak.figures.verdicts import LOOKS

# Marker, colour and whether it is filled, for each way in which the two sides were chosen.
BASES: Mapping[str, tuple[str, str, bool]] = {
    EXACT: ("D", style.VERMILION, True),
    NEAREST: ("o", style.BLUE, True),
    MIXED: ("o", style.BLACK, False),
}
_LISTS = (("o", style.BLUE), ("s", style.VERMILION), ("^", style.GREEN))
_LANES = ("Pakistan", "either", "Afghanistan")
_EACH_ENTRY = "the pages named in each entry"
_AND = "\N{NO-BREAK SPACE}and\N{NO-BREAK SPACE}"
_CLOSE, _ASIDE = 6, 4.5  # points between crosses of which one hides another, and by which each then makes way
_MAJOR = (0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 4, 6, 10)


def forest(compared: pd.DataFrame, day: date, as_of: date, source: str) -> Figure:
    """Ratios of the rates after to before a day, one row per series and scope, attacks over deaths.

    Parameters
    ----------
    compared : pandas.DataFrame
        As `afpak.analysis.challenges.ratios` returns them, one row at least.
    day : datetime.date
        The day between the two sides.
    as_of : datetime.date
        For the caption.
    source : str
        Where the counts come from.
    """
    parts = [(kind, compared[compared["counted"] == kind]) for kind in (ATTACKS, DEATHS)]
    parts = [(kind, rows) for kind, rows in parts if len(rows)]
    ends = compared[["ratio", "low", "high"]].to_numpy(float)
    ends = ends[np.isfinite(ends) & (ends > 0)]
    low, high = min(0.8, ends.min() / 1.15), max(1.25, ends.max() * 1.15)

    def draw(page: Page) -> Drawing:
        names = [[_over(row) if page.narrow else _row(row) for row in rows.to_dict("records")] for _, rows in parts]
        depths = [[_depth(name) if page.narrow else 1.0 for name in each] for each in names]
        heights = [sum(each) + 0.6 for each in depths]
        drawing, grid = page.subplots(
            1.6 + 0.42 * sum(heights) + 0.3 * len(parts),
            len(parts),
            1,
            sharex=True,
            height_ratios=heights,
            squeeze=False,
        )
        for axes, (kind, rows), labels, each in zip(grid[:, 0], parts, names, depths, strict=True):
            places = [end - 1 for end in accumulate(each)]
            if page.narrow:
                # Words stand over their rows: the line would run through them.
                for i in places:
                    axes.plot([1, 1], [i - 0.18, i + 0.18], color=style.BLACK, linewidth=1, zorder=1)
            else:
                axes.axvline(1, color=style.BLACK, linewidth=1)
            for i, row in zip(places, rows.to_dict("records"), strict=True):
                marker, colour, filled = BASES[row["basis"]]
                if np.isfinite(row["low"]):
                    axes.plot([row["low"], row["high"]], [i, i], color=colour, linewidth=1.6)
                axes.plot(
                    [min(max(row["ratio"], low), high)],
                    [i],
                    marker=marker,
                    color=colour,
                    markerfacecolor=colour if filled else "white",
                    markersize=7,
                    linestyle="none",
                )
                if not page.narrow:
                    axes.text(1.02, i, _told(row), transform=axes.get_yaxis_transform(), fontsize=9, va="center")
            narrow.name_rows(axes, page, places, labels)
            axes.set_ylim(sum(each) - (0.6 if page.narrow else 0.4), -1.0 if page.narrow else -0.6)
            axes.set_title(kind.capitalize())
            axes.grid(axis="y", visible=False)
            axes.set_xscale("log")
            axes.set_xlim(low, high)
            ticks = [tick for tick in _MAJOR if low <= tick <= high]
            if len(ticks) > 6:
                ticks = [tick for tick in ticks if tick not in (0.3, 0.7, 1.5, 3, 6)]
            axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
            axes.minorticks_off()
        grid[-1, 0].set_xlabel("rate after ÷ rate before" + ("\n" if page.narrow else " ") + "(1 = no change)")
        used = [basis for basis in BASES if (compared["basis"] == basis).any()]
        drawing.legend(handles=[_basis(basis, page) for basis in used], loc="outside lower center", ncols=1, fontsize=9)
        return drawing

    told = _flat("; ".join(f"{row['counted']}, {_row(row)}: {_told(row)}" for row in compared.to_dict("records")))
    return Figure(
        draw,
        "before-and-after",
        f"Rates after {day:%d %B %Y} as multiples of those before, as of {as_of}, by series, place and group. With "
        "each mark stand the two counts, the ratio and, for attacks, its exact 95% interval. Deaths come many at a "
        "time, so they have none.",
        f"One mark for each of {len(compared)} comparisons on a logarithmic scale, "
        f"{int((compared['ratio'] > 1).sum())} of them above one. {told}.",
        source,
        compared,
    )


def compared(ratios: pd.DataFrame, known: pd.DataFrame, day: date, as_of: date, source: str) -> Figure | Table:
    """The forest of ratios, or, where no series has a figure on both sides, what the series do have.

    Parameters
    ----------
    ratios : pandas.DataFrame
        As `afpak.analysis.challenges.ratios` returns them.
    known : pandas.DataFrame
        As `afpak.analysis.challenges.coverage` returns it.
    day, as_of : datetime.date
        As for `forest`.
    source : str
        Where the counts come from.
    """
    if len(ratios):
        return forest(ratios, day, as_of, source)
    caption = f"No series has figures on both sides of {day:%d %B %Y} as of {as_of}. What each has:"
    return _coverage(known, "before-and-after", caption, source)


def one_sided(known: pd.DataFrame, ratios: pd.DataFrame, source: str) -> Table:
    """Scopes with a figure around or after the day that could not be compared."""
    scope = ["series", "metric", "place", "group"]
    paired = set(map(tuple, ratios[scope].to_numpy()))
    rows = known[(known["around"] + known["after"]) > 0]
    unpaired = pd.Series([tuple(row) not in paired for row in rows[scope].to_numpy()], index=rows.index, dtype=bool)
    rows = rows[unpaired]
    caption = (
        "Series and scopes with a figure for the year of the date or later, and none near enough before it: number of "
        "figures before, around and after the date, and the nearest periods."
    )
    return _coverage(rows, "one-sided", caption, source)


def attribution(table: pd.DataFrame, source: str) -> Table:
    """Attacks by group beside all attacks, as `afpak.analysis.challenges.attribution` returns them."""
    return Table(
        table.assign(year=table["year"].astype(str), share=100 * table["share"]).rename(
            columns={"all": "all attacks", "remainder": "of others or of nobody named", "share": "per cent of all"}
        ),
        "attribution",
        "Attacks laid to each group beside all attacks of the same publisher and year. The remainder holds attacks "
        "laid to other groups and those that nobody is named for. A dash: the publisher gives no figure.",
        source,
        decimals=0,
    )


def hopes(claims: pd.DataFrame, verdicts: Mapping[str, str], bearings: pd.DataFrame) -> Table:
    """Claims with their verdicts and how many readings bear on each.

    Parameters
    ----------
    claims : pandas.DataFrame
        The table of claims.
    verdicts : mapping of str to str
        Verdict by claim.
    bearings : pandas.DataFrame
        As `afpak.analysis.challenges.bearings` returns it.
    """
    text = claims.set_index("claim")["text"]
    return Table(
        pd.DataFrame(
            {
                "claim": list(bearings.index),
                "the paper says": [text[claim] for claim in bearings.index],
                "for": bearings["for"].to_list(),
                "against": bearings["against"].to_list(),
                "open": bearings["open"].to_list(),
                "verdict": [f"{LOOKS[verdicts[claim]].mark} {verdicts[claim]}" for claim in bearings.index],
            }
        ),
        "hopes-and-acts",
        "What was hoped for and what the Afghan Taliban did, as the paper has it: readings of sources for, against and "
        "open, and the verdict. A claim without readings is judged otherwise, or not at all.",
        "the tables claims and judgements of this book",
        decimals=0,
    )


def readings(read: pd.DataFrame) -> Records:
    """Readings by date, as `afpak.analysis.challenges.readings` returns them."""
    return Records(
        pd.DataFrame(
            {
                "known since": read["known_since"].fillna("undated"),
                "claim": read["claim"],
                "bearing": read["bearing"],
                "what the source says": read["reason"],
                "source": _cited(read),
            }
        ),
        ["known since", "claim", "bearing"],
        "readings",
        "Readings of sources, by the day on which each could be known.",
        _EACH_ENTRY,
        links=["source"],
    )


def strikes(by_year: pd.DataFrame, heads: pd.DataFrame, day: date, as_of: date, source: str) -> Figure:
    """Drone strikes and the range of the killed by year, over the heads of groups killed in strikes and raids.

    Parameters
    ----------
    by_year : pandas.DataFrame
        As `afpak.analysis.challenges.strikes` returns them, one row at least.
    heads : pandas.DataFrame
        As `afpak.analysis.challenges.heads_struck` returns them.
    day : datetime.date
        Drawn as a line if it is not after ``as_of``.
    as_of : datetime.date
        Right edge.
    source : str
        Where the counts and dates come from.
    """
    lists = list(dict.fromkeys(by_year["series"]))

    def draw(page: Page) -> Drawing:
        heights = [2, 2, 2.4] if page.narrow else [2, 2, 1.5]
        drawing, grid = page.subplots(8.0 if page.narrow else 6.9, 3, 1, sharex=True, height_ratios=heights)
        apart, width, size = (0.4, 1.2, 3) if page.narrow else (0.24, 1.6, 4)
        first = min([*by_year["year"], *(one.year for one in heads["day"])])
        last = as_of.year + 1
        for i, series in enumerate(lists):
            own, (marker, colour) = by_year[by_year["series"] == series], _LISTS[i]
            shift = 0.5 + apart * (i - (len(lists) - 1) / 2)
            place = own["year"] + shift
            grid[0].plot(
                place, own["strikes"], marker=marker, markersize=3.5 if page.narrow else 5, color=colour,
                linestyle=style.DASHES[i], label=series,
            )  # fmt: skip
            for row, x in zip(own.to_dict("records"), place, strict=True):
                ends = [row[end] for end in ("killed_min", "killed_max") if np.isfinite(row[end])]
                grid[1].plot([x] * len(ends), ends, marker=marker, markersize=size, color=colour, linewidth=width)
        _heads(drawing, grid[2], heads, (page.width - (0.6 if page.narrow else 1.4)) * 72 / (last - first))
        if day <= as_of:
            for axes in grid:
                axes.axvline(day.year + day.timetuple().tm_yday / 365.25, color=style.GREY, linestyle="--", linewidth=1)
        for axes, label in zip(grid, ("strikes per year", "killed per year,\nlowest and highest"), strict=False):
            axes.set_ylabel(label)
            style.thousands(axes.yaxis)
            if page.narrow:
                # Over its panel the same label leaves the width to the years.
                axes.yaxis.label.set_visible(False)
                axes.set_title(label)
        # The names stand over the numbers of the marks.
        lanes = ["in Pakistan", "in one or other", "in Afghanistan"]
        narrow.name_rows(grid[2], page, range(len(_LANES)), lanes, above=17.0, fontsize=11)
        grid[2].set_ylim(-0.9 if page.narrow else -0.6, len(_LANES) - 0.4)
        grid[2].invert_yaxis()
        grid[2].grid(axis="y", visible=False)
        grid[2].set_title("Heads of groups killed" + ("\n" if page.narrow else " ") + "in a strike or raid")
        for axes in grid[:2]:
            axes.set_ylim(bottom=0)
        grid[2].set_xlim(first, last)
        step = 2 if last - first <= (10 if page.narrow else 20) else 4
        years = range(first + first % 2, last, step)
        grid[2].set_xticks([year + 0.5 for year in years], [str(year) for year in years])
        handles = [
            Line2D([], [], marker=_LISTS[i][0], color=_LISTS[i][1], linestyle=style.DASHES[i], label=series)
            for i, series in enumerate(lists)
        ]
        if day <= as_of:
            handles.append(Line2D([], [], color=style.GREY, linestyle="--", linewidth=1, label=f"{day:%d %B %Y}"))
        drawing.legend(handles=handles, loc="outside lower center", ncols=1 if page.narrow else 3, fontsize=9)
        return drawing

    counts = "; ".join(
        f"{series}: "
        + ", ".join(
            f"{row['year']} {written(row['strikes'])}"
            + (f" (killed {_range(row)})" if np.isfinite([row["killed_min"], row["killed_max"]]).any() else "")
            for row in by_year[by_year["series"] == series].to_dict("records")
        )
        for series in lists
    )
    killed = "; ".join(
        f"{i} {row['person']}, {row['date']}, {_where(row['country'])}"
        for i, row in enumerate(heads.to_dict("records"), start=1)
    )
    return Figure(
        draw,
        "strikes",
        "US drone strikes in Pakistan by year, the lowest and highest number reported killed in them, and the heads of "
        f"groups killed in strikes and raids on both sides of the border, as known on {as_of}. A year without a mark "
        "is a year without a figure. A year’s tick stands at its middle. Numbers are those of the list of heads.",
        f"Three panels over years. Strikes by list, {counts}. Heads killed, numbered: {killed or 'none'}.",
        source,
        by_year,
    )


def strikes_table(by_year: pd.DataFrame, source: str) -> Table:
    """Strikes by list and year, as `afpak.analysis.challenges.strikes` returns them."""
    return Table(
        pd.DataFrame(
            {
                "year": by_year["year"].astype(str),
                "list": by_year["series"],
                "strikes": by_year["strikes"],
                "killed, lowest": by_year["killed_min"],
                "killed, highest": by_year["killed_max"],
            }
        )
        .sort_values(["year", "list"])
        .reset_index(drop=True),
        "strikes-by-year",
        "US drone strikes in Pakistan, with the lowest and highest number reported killed, by list and year.",
        source,
        decimals=0,
    )


def heads(struck: pd.DataFrame, names: Mapping[str, str]) -> Records:
    """Heads killed in strikes and raids, as `afpak.analysis.challenges.heads_struck` returns them."""
    return Records(
        pd.DataFrame(
            {
                "no.": [str(number) for number in range(1, len(struck) + 1)],
                "head": struck["person"],
                "of": [names.get(group, group) for group in struck["organisation"]],
                "date": struck["date"],
                "cause": struck["cause"],
                "by": struck["by"],
                "place": struck["place"],
                "sources": _cited(struck),
            }
        ),
        ["no.", "head", "of", "date"],
        "heads-struck",
        "Heads of groups killed in a strike or a raid, numbered as in the figure. The cause is the one that the table "
        "of leaders holds first; other reports are in the chapter on leaders.",
        _EACH_ENTRY,
        links=["sources"],
    )


def truces(spells: pd.DataFrame, names: Mapping[str, str], as_of: date, source: str) -> Figure:
    """Truces and agreements as bars of days, one per line.

    Parameters
    ----------
    spells : pandas.DataFrame
        As `afpak.analysis.challenges.truces` returns them, one row at least.
    names : mapping of str to str
        Names of the groups by identifier.
    as_of : datetime.date
        For the caption.
    source : str
        Where the dates come from.
    """
    rows = spells.to_dict("records")
    longest = max([1.0, *(float(row["days_max"]) for row in rows if not pd.isna(row["days_max"]))])
    looks = {"truce": (style.ORANGE, "//"), "agreement": (style.SKY, "")}

    def draw(page: Page) -> Drawing:
        drawing, axes = page.subplots(1.5 + (0.46 if page.narrow else 0.42) * len(rows))
        height = 0.42 if page.narrow else 0.6  # of a bar; the rest of its row is for its name on a narrow page
        for i, row in enumerate(rows):
            colour, hatch = looks[row["kind"]]
            if pd.isna(row["days_max"]):
                told = "end not recorded" if isinstance(row["began"], str) else "beginning not recorded"
                axes.plot([0], [i], marker="o", markersize=7, color=style.BLACK, markerfacecolor="white", clip_on=False)
                axes.text(longest * (0.05 if page.narrow else 0.02), i, told, va="center", fontsize=9)
                continue
            shortest, most = float(row["days_min"]), float(row["days_max"])
            axes.barh(i, most, height=height, color=colour, alpha=0.35, linewidth=0)
            axes.barh(i, shortest, height=height, facecolor=colour, hatch=hatch, edgecolor=style.BLACK, linewidth=0.8)
            axes.text(
                most + longest * (0.03 if page.narrow else 0.015),
                i,
                f"{span(shortest, most)} days",
                va="center",
                fontsize=9,
            )
        between = " " if page.narrow else "\n"
        labels = [f"{names.get(row['group'], row['group'])}{between}{_from_to(row)}" for row in rows]
        narrow.name_rows(axes, page, range(len(rows)), labels, above=8.0)
        axes.set_ylim(len(rows) - 0.4, -0.9 if page.narrow else -0.6)
        axes.set_xlim(0, longest * (1.5 if page.narrow else 1.22))
        axes.grid(axis="y", visible=False)
        axes.set_xlabel("days from its beginning to its end")
        handles: list[Any] = [
            Patch(facecolor=colour, hatch=hatch, edgecolor=style.BLACK, label=kind)
            for kind, (colour, hatch) in looks.items()
        ]
        handles.append(Patch(facecolor=style.GREY, alpha=0.35, label="longest that the dates allow"))
        drawing.legend(handles=handles, loc="outside lower center", ncols=1 if page.narrow else 3, fontsize=9)
        return drawing

    told = "; ".join(
        f"{names.get(row['group'], row['group'])}, {row['kind']}, {_from_to(row)}, {_length(row)}" for row in rows
    )
    return Figure(
        draw,
        "truces",
        f"Truces and agreements of armed groups with Pakistan, in the order of their beginnings, as known on {as_of}. "
        "Full bars: the shortest length that the dates allow; pale: the longest. An open mark has no length.",
        f"Horizontal bars in days for {len(rows)} truces and agreements: {told}.",
        source,
        spells.drop(columns=["source", "url"]),
    )


def truces_table(spells: pd.DataFrame, names: Mapping[str, str]) -> Table:
    """Truces and agreements, as `afpak.analysis.challenges.truces` returns them."""
    return Table(
        pd.DataFrame(
            {
                "group": [names.get(group, group) for group in spells["group"]],
                "kind": spells["kind"],
                "began": spells["began"].fillna("not recorded"),
                "ended": spells["ended"].str.replace(" | ", ", ").fillna("not recorded"),
                "days": [_length(row) for row in spells.to_dict("records")],
                "events": [
                    ", ".join(one for one in (row.begin_event, row.end_event) if isinstance(one, str)).replace(
                        " | ", ", "
                    )
                    for row in spells.itertuples()
                ],
                "source": _cited(spells),
            }
        ),
        "truces-table",
        "Truces and agreements with Pakistan, with their lengths. Events are rows of the table faction-events.",
        _EACH_ENTRY,
        links=["source"],
    )


def in_words(ratios: pd.DataFrame) -> str:
    """Ratios of attacks for a sentence, with their intervals; says so if there is none."""
    told = [f"{_row(row)}: {_told(row)}" for row in ratios.to_dict("records")]
    return _flat("; ".join(told)) or "none"


def _coverage(rows: pd.DataFrame, name: str, caption: str, source: str) -> Table:
    return Table(
        pd.DataFrame(
            {
                "series": rows["series"],
                "metric": rows["metric"].str.replace("_", " "),
                "place": rows["place"],
                "group": rows["group"],
                "before": rows["before"],
                "around": rows["around"],
                "after": rows["after"],
                "nearest before": rows["before_last"].str.replace("/", " to "),
                "nearest after": rows["after_first"].str.replace("/", " to "),
            }
        ),
        name,
        caption,
        source,
        decimals=0,
    )


def _heads(drawing: Drawing, axes: Axes, heads: pd.DataFrame, year: float) -> None:
    """Numbered marks of heads killed, in lanes; ``year`` is the length of a year in points."""
    ends: dict[tuple[int, bool], float] = {}
    places = [day.year + (day.timetuple().tm_yday - 0.5) / 365.25 for day in heads["day"]]
    for i, row in enumerate(heads.to_dict("records")):
        lane, place = _LANES.index(row["country"]), places[i]
        near = [
            other
            for other, country in zip(places, heads["country"], strict=True)
            if country == row["country"] and abs(other - place) * year < _CLOSE
        ]
        above = sum(heads["country"].iloc[:i] == row["country"]) % 2 == 0
        # Marks that would hide each other, of which one is the place itself, make way to the side of their numbers.
        aside = (1 if above else -1) * (_ASIDE if len(near) > 1 else 0.0)
        axes.plot(
            [place], [lane], marker="X", color=style.BLACK, markersize=8, markeredgecolor="white", linestyle="none",
            transform=offset_copy(axes.transData, drawing, y=aside, units="points"),
        )  # fmt: skip
        # Numbers are six points a digit; one that would touch the last one is moved to the right.
        number = str(i + 1)
        begin = place * year - 3 * len(number)
        moved = max(0.0, ends.get((lane, above), begin) - begin)
        ends[lane, above] = begin + moved + 6 * len(number) + 2
        axes.annotate(
            number,
            (place, lane),
            xytext=(moved, aside + (6 if above else -6)),
            textcoords="offset points",
            ha="center",
            va="bottom" if above else "top",
            fontsize=9,
        )


def _flat(text: str) -> str:
    """A label of several lines as it stands in a sentence."""
    return text.replace("\n(", " (").replace("\n", ", ")


def _basis(basis: str, page: Page) -> Line2D:
    marker, colour, filled = BASES[basis]
    words = {
        EXACT: "two spans of the same length that meet at the date",
        NEAREST: "nearest whole calendar years before and after",
        MIXED: "the year of the date itself against one before it",
    }
    return Line2D(
        [], [], marker=marker, color=colour, markerfacecolor=colour if filled else "white", markersize=7,
        linestyle="none", label=textwrap.fill(words[basis], 36) if page.narrow else words[basis],
    )  # fmt: skip


def _row(row: Mapping[Any, Any]) -> str:
    """A label: who counts, where and whom, and the two periods."""
    place = row["place"].partition(": ")[2]
    scope = ", ".join(part for part in (place, "" if row["group"] == "all" else row["group"]) if part)
    periods = (
        f"{row['days_before']} days each side"
        if row["basis"] == EXACT
        else f"{row['period_before']} and {row['period_after']}".replace("/", " to ")
    )
    return f"{row['series']}{f', {scope}' if scope else ''}\n{periods}"


def _over(row: Mapping[Any, Any]) -> str:
    """A label that stands over a row, with all its numbers; no line breaks within the two periods."""
    return f"{textwrap.fill(_flat(_row(row)).replace(' and ', _AND), 40)}\n{_flat(_told(row))}"


def _depth(label: str) -> float:
    """Of a row with its label over it, in rows with a label beside them."""
    return 0.4 * (label.count("\n") + 1) + 0.55


def _told(row: Mapping[Any, Any]) -> str:
    ratio = "∞" if np.isinf(row["ratio"]) else written(row["ratio"], 2)
    interval = f"\n({span(row['low'], row['high'], 2)})" if np.isfinite([row["low"], row["high"]]).all() else ""
    return f"{written(row['before'])} → {written(row['after'])}: ×{ratio}{interval}"


def _range(row: Mapping[Any, Any]) -> str:
    low, high = row["killed_min"], row["killed_max"]
    if np.isfinite(low) and np.isfinite(high):
        return span(low, high)
    return f"at least {written(low)}" if np.isfinite(low) else f"at most {written(high)}"


def _where(country: str) -> str:
    return "in Pakistan or Afghanistan" if country == "either" else f"in {country}"


def _from_to(row: Mapping[Any, Any]) -> str:
    if not isinstance(row["began"], str):
        return f"until {row['ended']}"
    return f"from {row['began']}"


def _length(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["days_max"]):
        return "length not recorded"
    return f"{span(float(row['days_min']), float(row['days_max']))} days"


def _cited(frame: pd.DataFrame) -> list[str]:
    return [cited(source, url) for source, url in zip(frame["source"], frame["url"], strict=True)]
