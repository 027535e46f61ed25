"""Figures and tables of counter-terrorism measures."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch

from afpak.analysis.measures import CATEGORIES
from afpak.figures import narrow, style
from afpak.figures.shown import Figure, Records, Table, cited, span, with_interval, written
from afpak.figures.style import Page

# Marker and colour of the means: whether force is one.
MEANS: Mapping[str, tuple[str, str]] = {"kinetic": ("s", style.VERMILION), "non-kinetic": ("o", style.BLUE)}
_SIDES: Mapping[str, str] = {"external": style.BLUE, "internal": style.VERMILION}
_EACH_ENTRY = "the paper, and the pages named in each entry"
_COMPUTED = "computed from the counts above"

# Of the matrix, in inches.
_PAD, _GAP = 0.1, 0.13
# Of the time line: lines of a lane between two lanes, and how far under a mark the paper's date and the bar stand.
_BETWEEN, _UNDER, _BAR = 0.35, 0.5, 0.33


@dataclass(frozen=True)
class _Letters:
    """Of the matrix: sizes in points, lines in inches, and characters that a line holds."""

    heading: float
    size: float
    line: float
    wrap: int
    small: float
    small_line: float
    small_wrap: int


_WIDE = _Letters(heading=14, size=13, line=0.235, wrap=27, small=12, small_line=0.215, small_wrap=31)
_NARROW = _Letters(heading=12, size=11, line=0.2, wrap=27, small=10, small_line=0.18, small_wrap=34)


def matrix(challenges: pd.DataFrame, source: str) -> Figure:
    """The security matrix as two groups of boxes, external and internal challenges.

    Parameters
    ----------
    challenges : pandas.DataFrame
        As `afpak.analysis.measures.counted` returns them.
    source : str
        Where the challenges are named.
    """

    def draw(page: Page) -> Drawing:
        letters = _NARROW if page.narrow else _WIDE
        boxes = {side: [_box(row, letters) for row in _of(challenges, side)] for side in _SIDES}
        depths = [sum(height + _GAP for *_, height in column) + 0.62 for column in boxes.values()]
        # One side under the other where there is no room for two.
        height = sum(depths) if page.narrow else max(depths)
        width = page.width - 0.3 if page.narrow else 3.25
        drawing, axes = page.subplots(height)
        drawing.set_layout_engine("none")
        axes.set_position((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, page.width)
        axes.set_ylim(height, 0)
        for i, (side, column) in enumerate(boxes.items()):
            left, above = (0.1, i * depths[0]) if page.narrow else (0.1 + i * 3.45, 0.0)
            top = above + 0.55
            axes.text(
                left + 0.05, above + 0.3, f"{side.capitalize()} challenges", fontsize=letters.heading,
                fontweight="bold", va="center",
            )  # fmt: skip
            for title, detail, series, box_height in column:
                axes.add_patch(
                    FancyBboxPatch(
                        (left + 0.05, top + 0.05),
                        width,
                        box_height - 0.1,
                        boxstyle="round,pad=0.05",
                        facecolor="white",
                        edgecolor=_SIDES[side],
                        linewidth=2.4 if series else 1.2,
                        linestyle="-" if series else "--",
                    )
                )
                line = top + _PAD
                for text, step, size, weight, colour in (
                    (title, letters.line, letters.size, "bold", style.BLACK),
                    (detail, letters.small_line, letters.small, "normal", style.BLACK),
                    (series, letters.small_line, letters.small, "normal", style.GREY),
                ):
                    for words in text:
                        axes.text(
                            left + 0.14,
                            line + step / 2,
                            words,
                            fontsize=size,
                            fontweight=weight,
                            color=colour,
                            va="center",
                        )
                        line += step
                top += box_height + _GAP
        return drawing

    told = {
        side: "; ".join(
            row["name"]
            + (f" ({row['detail']})" if _has(row["detail"]) else "")
            + (f", counted in {row['series']}" if _has(row["series"]) else "")
            for row in _of(challenges, side)
        )
        for side in _SIDES
    }
    measured = int(challenges["series"].notna().sum())
    return Figure(
        draw,
        "security-matrix",
        "Pakistan’s security challenges, rebuilt from the paragraph that explains the paper’s picture. A thick "
        "unbroken frame: a series in this book counts attacks of that sort. A dashed frame: no series does.",
        f"Two groups of boxes. External challenges: {told['external'] or 'none'}. Internal challenges: "
        f"{told['internal'] or 'none'}. Of {len(challenges)} challenges {measured} have a series.",
        source,
        challenges[["side", "name", "detail", "claim", "series"]],
    )


def matrix_table(challenges: pd.DataFrame, source: str) -> Table:
    """The data of the matrix, as `afpak.analysis.measures.counted` returns them."""
    return Table(
        pd.DataFrame(
            {
                "side": challenges["side"],
                "challenge": challenges["name"],
                "what the paper specifies": challenges["detail"],
                "claim": challenges["claim"],
                "series that count attacks of that sort": challenges["series"],
            }
        ),
        "security-matrix-data",
        "The challenges of the matrix, as the paragraph names them. A dash: nothing specified, or no series.",
        source,
    )


def timeline(
    measures: pd.DataFrame,
    stated: pd.DataFrame,
    counts: pd.DataFrame,
    series: str,
    unit: str,
    as_of: date,
    source: str,
) -> Figure:
    """Measures in three lanes under the counts of one series, with a numbered key.

    Parameters
    ----------
    measures : pandas.DataFrame
        As `afpak.analysis.measures.catalogue` returns them.
    stated : pandas.DataFrame
        The paper's dates, as `afpak.analysis.measures.stated` returns them.
    counts : pandas.DataFrame
        Columns year and count.
    series, unit : str
        For axis and caption.
    as_of : datetime.date
        Right edge.
    source : str
        Where counts and dates come from.
    """
    rows = measures.to_dict("records")
    differing = {
        row["number"]: [
            (_place(one["middle"]), one["value"])
            for one in stated[(stated["measure"] == row["measure"]) & ~stated["agrees"]].to_dict("records")
        ]
        for row in rows
    }
    marked = [int(_place(row["middle"]) + 0.5) for row in rows if row["middle"] is not None]
    years = [*counts["year"], *marked, as_of.year]

    def draw(page: Page) -> Drawing:
        # Years as long as a mark with its number is wide, and as the number at a cross is.
        apart, number = (0.08 * (max(years) - min(years)), 3.0) if page.narrow else (1.15, 1.0)
        lanes, depths = _lanes(rows, differing, apart, number)
        key = [_key(row, 40 if page.narrow else 44) for row in rows]
        key_lines = sum(text.count("\n") + 1 for text in key)
        columns, key_height = (1, 0.17 * key_lines + 0.7) if page.narrow else (2, 0.19 * (key_lines / 2 + 2))
        between = 1.0 if page.narrow else _BETWEEN
        lanes_height = 0.43 * (sum(depths.values()) + between * len(depths))
        drawing, (above, below) = page.subplots(
            2.3 + lanes_height + key_height + 0.75, 2, 1, sharex=True, height_ratios=[2.3, lanes_height]
        )
        runs = (counts["year"].diff() > 1).cumsum()
        for _, run in counts.groupby(runs):
            above.plot(run["year"], run["count"], color=style.BLACK, marker="o")
        above.set_ylim(bottom=0)
        above.set_ylabel(unit)
        style.thousands(above.yaxis)
        above.set_title(series)
        if page.narrow:
            # Over its panel the same label leaves the width to the years.
            above.yaxis.label.set_visible(False)
            above.set_title(f"{series}: {unit}")
        top = 0.0
        ticks = []
        for category in CATEGORIES:
            if top:
                below.axhline(top - 0.5 - between * (0.7 if page.narrow else 0.25), color=style.GREY, linewidth=0.8)
            ticks.append(top if page.narrow else top + (depths[category] - 1) / 2)
            for row in rows:
                if row["category"] == category and row["number"] in lanes:
                    _measure(below, row, differing[row["number"]], top + lanes[row["number"]])
            top += depths[category] + between
        narrow.name_rows(below, page, ticks, CATEGORIES, above=9.0, fontsize=11)
        below.set_ylim(top - (between if page.narrow else 0) - 0.5, -0.6 - (between - _BETWEEN))
        below.grid(axis="y", visible=False)
        _years(below, years, page)
        drawing.legend(handles=_legend(rows, differing), loc="outside upper left", ncols=columns, fontsize=9)
        drawing.legend(
            handles=[_handle(row, text) for row, text in zip(rows, key, strict=True)],
            loc="outside lower left",
            ncols=columns,
            fontsize=9,
            handletextpad=0.4,
            columnspacing=1.2,
            labelspacing=0.35,
        )
        return drawing

    told = "; ".join(
        f"{row['number']} {row['name']}, {row['category']}, {row['means']}, {row['recorded'] or 'no dated source'}"
        + "".join(f", {value} in the paper" for _, value in differing[row["number"]])
        + ("" if row["in_paper"] else ", not in the paper")
        for row in rows
    )
    columns = ["number", "measure", "name", "category", "means", "where", "stated", "recorded", "agreement"]
    peak = counts.loc[counts["count"].idxmax()]
    return Figure(
        draw,
        "measures",
        f"{series}: {unit} by year, and under it the measures at their recorded dates, up to {as_of}. A date known "
        "only to the month or year stands at its middle, with a bar under it for all that it may mean. A cross is a "
        "date that the paper gives and the record doesn’t bear out. An open mark is a measure that the paper leaves "
        "out. A year’s tick stands at its middle.",
        f"Line of {unit} by year, highest in {peak['year']:.0f} with {written(peak['count'])}, over three lanes of "
        f"numbered marks for {len(rows)} measures. {told}.",
        source,
        measures[columns],
    )


def measures_table(measures: pd.DataFrame) -> Table:
    """The measures, as `afpak.analysis.measures.catalogue` returns them."""
    others = measures["alternatives"].map(" (also {})".format, na_action="ignore").fillna("")
    return Table(
        pd.DataFrame(
            {
                "no.": measures["number"],
                "measure": measures["name"],
                "category": measures["category"],
                "means": measures["means"],
                "in the paper": measures["where"],
                "the paper’s date": measures["stated"],
                "recorded date": (measures["recorded"].fillna("none found") + others).str.replace("/", " to "),
                "the two": measures["agreement"],
            }
        ),
        "measures-table",
        "All measures, with the paper’s date (its claim in brackets) beside the recorded one.",
        "publications named measure by measure in the list below the table",
        decimals=0,
    )


def measures_notes(measures: pd.DataFrame) -> Records:
    """Sources of the measures, and what a reader must know of single ones; those with neither are left out."""
    told = measures[measures["note"].notna() | measures["source"].notna()]
    return Records(
        pd.DataFrame(
            {
                "no.": told["number"].astype(str),
                "measure": told["name"],
                "note": told["note"],
                "sources": [cited(source, url) for source, url in zip(told["source"], told["url"], strict=True)],
            }
        ),
        ["no.", "measure"],
        "measures-notes",
        "Sources of the recorded dates, and notes on the measures.",
        _EACH_ENTRY,
        links=["sources"],
    )


def rates(table: pd.DataFrame, series: str, unit: str, source: str) -> Table:
    """Rates around the years of measures, as `afpak.analysis.measures.before_and_after` returns them.

    The frame also has the columns measures and numbers of `afpak.analysis.measures.years_of`.
    """
    return Table(
        pd.DataFrame(
            {
                "year left out": table["year"].astype(str),
                "measures": table["numbers"],
                "years before": table["years_before"],
                "count before": table["count_before"],
                "rate before": _intervals(table, "rate_before", "rate_before_low", "rate_before_high", 0),
                "years after": table["years_after"],
                "count after": table["count_after"],
                "rate after": _intervals(table, "rate_after", "rate_after_low", "rate_after_high", 0),
                "ratio after to before": _intervals(table, "ratio", "low", "high", 2),
            }
        ),
        "rates",
        f"{series}: {unit} in the whole years before and after the year in which measures began (numbers of the "
        "measures as in the table above), rates per year and their ratio, with exact 95% intervals. Years: those with "
        "a count. A dash: no year with a count, or too few for a ratio.",
        source,
        decimals=0,
    )


def in_words(table: pd.DataFrame) -> str:
    """Ratios with their exact intervals by year, for a sentence; says so if there is none."""
    told = [
        f"{row['year']}: {_ratio(row['ratio'])} ({_ratio(row['low'])} to {_ratio(row['high'])})"
        for row in table.to_dict("records")
    ]
    return "; ".join(told) or "none could be computed"


def ratios_by_series(each: pd.DataFrame, source: str) -> Table:
    """Ratios in every series, as `afpak.analysis.measures.by_series` returns them: years down, series across."""
    told = each.assign(told=_intervals(each, "ratio", "low", "high", 2), year=each["year"].astype(str))
    wide = told.pivot(index="year", columns="series", values="told").rename_axis(columns=None).reset_index()
    return Table(
        wide.rename(columns={"year": "year left out"}),
        "ratios-by-series",
        "Ratio of the rates after to before, by series, with exact 95% intervals. A dash: too few years with a count.",
        source,
    )


def placebo(table: pd.DataFrame, series: str, source: str) -> Figure:
    """Ratio of rates around every year, those in which measures began marked.

    Parameters
    ----------
    table : pandas.DataFrame
        As `afpak.analysis.measures.placebo` returns it, with quasi_low and quasi_high of `widened`.
    series : str
        For the caption.
    source : str
        Where the counts come from.
    """
    bounds = table[["low", "high", "ratio", "quasi_low", "quasi_high"]].to_numpy(float)
    finite = bounds[np.isfinite(bounds) & (bounds > 0)]
    # An interval from a handful of years can be enormous; its ends may lie outside the drawing.
    bottom, top = max(finite.min() / 1.15, 0.03), min(finite.max() * 1.3, 30.0)
    longest = max(map(len, table["numbers"]), default=0)
    deepest = max((row.count(",") + 1 for row in table["numbers"] if row), default=1)

    def draw(page: Page) -> Drawing:
        drawing, axes = page.subplots((5.6 if page.narrow else 4.4) + 0.15 * deepest)
        block = 9 if page.narrow else 15  # points, less than a year
        axes.axhline(1, color=style.BLACK, linewidth=1, zorder=1)
        for row in table.to_dict("records"):
            own = row["measures"] > 0
            colour = style.VERMILION if own else style.BLUE
            if np.isfinite(row["quasi_low"]):
                axes.plot([row["year"]] * 2, [row["quasi_low"], row["quasi_high"]], color=colour, linewidth=1, zorder=2)
                for end in (row["quasi_low"], row["quasi_high"]):
                    if bottom < end < top:
                        axes.plot([row["year"]], [end], marker="_", markersize=9, color=colour, zorder=2)
            low, high = max(row["low"], bottom), min(row["high"], top)
            axes.plot(
                [row["year"]] * 2, [low, high], color=colour, linewidth=block, alpha=0.35, solid_capstyle="butt",
                zorder=3,
            )  # fmt: skip
            axes.plot(
                [row["year"]],
                [min(max(row["ratio"], bottom), top)],
                marker="s" if own else "o",
                color=colour,
                markerfacecolor=colour if own else "white",
                markersize=3.5 if page.narrow else 5.5,
                linestyle="none",
                zorder=4,
            )
            # The numbers of the measures over their year: one under the other, or upwards where years are close.
            axes.text(
                row["year"],
                1.02,
                row["numbers"] if page.narrow else row["numbers"].replace(", ", "\n"),
                rotation=90 if page.narrow else 0,
                transform=axes.get_xaxis_transform(),
                fontsize=9,
                ha="center",
                va="bottom",
            )
        if page.narrow:
            axes.set_title("numbers of measures", fontsize=9, pad=8 + 5 * longest)
        else:
            axes.text(
                -0.02, 1.02, "numbers of\nmeasures", transform=axes.transAxes, fontsize=9, ha="right", va="bottom"
            )
        axes.set_yscale("log")
        axes.set_ylim(bottom, top)
        steps = [step for step in (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10, 20) if bottom <= step <= top]
        if len(steps) > 9:
            steps = [step for step in steps if step not in (0.3, 0.7, 1.5, 3)]
        axes.set_yticks(steps, [f"{step:g}" for step in steps])
        axes.minorticks_off()
        if page.narrow:
            axes.set_ylabel("ratio of rates, after to before (1 = no change)", fontsize=style.SMALL)
        else:
            axes.set_ylabel("ratio of rates, after to before\n(1 = no change)")
        axes.set_xlabel("year left out")
        _years(axes, table["year"], page)
        handles = [
            Line2D([], [], marker="s", color=style.VERMILION, linestyle="none", markersize=7, label="measures began"),
            Line2D(
                [], [], marker="o", color=style.BLUE, markerfacecolor="white", linestyle="none", markersize=7,
                label="no measure began",
            ),
            Line2D([], [], color=style.GREY, linewidth=5, alpha=0.5, label="exact 95% interval (Poisson)"),
            Line2D(
                [], [], color=style.GREY, linewidth=1, marker="_", markersize=9,
                label="widened by the dispersion (quasi-Poisson)",
            ),
        ]  # fmt: skip
        drawing.legend(handles=handles, loc="outside lower center", ncols=1 if page.narrow else 2, fontsize=9)
        return drawing

    told = "; ".join(
        f"{row['year']}"
        + (f" (measures {row['numbers']})" if row["measures"] else "")
        + f": {_ratio(row['ratio'])} ({_ratio(row['low'])} to {_ratio(row['high'])}"
        + (
            f", widened {_ratio(row['quasi_low'])} to {_ratio(row['quasi_high'])})"
            if np.isfinite(row["quasi_low"])
            else ")"
        )
        for row in table.to_dict("records")
    )
    below = int((table["ratio"] < 1).sum())
    return Figure(
        draw,
        "placebo-years",
        f"{series}: the ratio of the yearly rate after to that before, for every year that has enough years with a "
        "count on either side, whether or not a measure began in it. Pale block: the exact 95% interval. Thin line: "
        "the same, widened by the dispersion; it may run on beyond the drawing.",
        f"One mark with two bars for each of {len(table)} years on a logarithmic scale; {below} lie under one. {told}.",
        source,
        table,
    )


def placebo_summary(summary: pd.DataFrame, source: str) -> Table:
    """Years with a measure beside years without, as `afpak.analysis.measures.placebo_summary` returns them."""
    return Table(
        pd.DataFrame(
            {
                "years": summary["years"],
                "number": summary["number"].astype(str),
                "ratio under one": summary["below"].astype(str),
                "exact interval under one": summary["exact_below"].astype(str),
                "widened interval under one": summary["quasi_below"].astype(str),
                "median ratio": summary["median"],
                "lowest": summary["lowest"],
                "highest": summary["highest"],
            }
        ),
        "placebo-summary",
        "Years in which measures began beside years in which none did.",
        source,
    )


def dispersions(table: pd.DataFrame, series: str, source: str) -> Table:
    """Dispersion within the windows, and the ratio with its exact and its widened interval.

    The frame is that of `placebo` for the years of measures.
    """
    return Table(
        pd.DataFrame(
            {
                "year left out": table["year"].astype(str),
                "measures": table["numbers"],
                "dispersion": table["dispersion"],
                "ratio": table["ratio"],
                "exact interval": _spans(table, "low", "high"),
                "widened interval": _spans(table, "quasi_low", "quasi_high"),
            }
        ),
        "dispersions",
        f"{series}: Pearson’s chi-squared of the yearly counts within each window over its degrees of freedom (one for "
        "Poisson counts), and the ratio with its exact 95% interval and with the one widened by that dispersion.",
        source,
    )


def _of(challenges: pd.DataFrame, side: str) -> list[dict[Any, Any]]:
    return list(challenges[challenges["side"] == side].to_dict("records"))


def _has(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _box(row: Mapping[Any, Any], letters: _Letters) -> tuple[list[str], list[str], list[str], float]:
    """Lines of a box: name, detail, series; and its height in inches."""
    title = textwrap.wrap(row["name"], letters.wrap)
    detail = textwrap.wrap(row["detail"], letters.small_wrap) if _has(row["detail"]) else []
    series = textwrap.wrap(f"Counted in: {row['series']}", letters.small_wrap) if _has(row["series"]) else []
    small = (len(detail) + len(series)) * letters.small_line
    return title, detail, series, len(title) * letters.line + small + 2 * _PAD


def _place(day: date) -> float:
    """A day on an axis on which a calendar year is centred on its number."""
    return day.year + day.timetuple().tm_yday / 366 - 0.5


def _lanes(
    rows: Sequence[Mapping[Any, Any]],
    differing: Mapping[int, Sequence[tuple[float, str]]],
    apart: float,
    number: float,
) -> tuple[dict[int, int], dict[str, int]]:
    """Line within its lane for each measure drawn, so that no two marks touch; and how many lines a lane has.

    A mark is ``apart`` years wide, the number of a date of the paper, to the left of its cross, ``number`` years.
    """
    places: dict[int, int] = {}
    depths: dict[str, int] = {}
    for category in CATEGORIES:
        ends: list[float] = []
        for row in sorted((r for r in rows if r["category"] == category), key=lambda r: r["number"]):
            spots = [spot for place, _ in differing[row["number"]] for spot in (place - number, place)]
            if row["middle"] is not None:
                spots += [_place(row["middle"]), _place(row["earliest"]), _place(row["latest"])]
            if not spots:
                continue
            free = next((i for i, end in enumerate(ends) if min(spots) - end >= apart), len(ends))
            if free == len(ends):
                ends.append(0.0)
            ends[free] = max(spots)
            places[row["number"]] = free
        depths[category] = max(len(ends), 1)
    return places, depths


def _measure(axes: Axes, row: Mapping[Any, Any], differing: Sequence[tuple[float, str]], height: float) -> None:
    """One measure: its mark with its number, what its date may mean, and the paper's date where it differs."""
    marker, colour = MEANS[row["means"]]
    recorded = None if row["middle"] is None else _place(row["middle"])
    under = height if recorded is None else height + _UNDER
    for place, _ in differing:
        if recorded is not None:
            axes.plot([recorded, place], [height, under], color=style.GREY, linewidth=1, linestyle=":", zorder=2)
        axes.plot([place], [under], marker="x", color=style.BLACK, markersize=6.5, markeredgewidth=2, zorder=5)
        axes.annotate(
            str(row["number"]),
            (place, under),
            xytext=(-5, 0),
            textcoords="offset points",
            fontsize=9,
            ha="right",
            va="center",
        )
    if recorded is None:
        return
    if row["earliest"] != row["latest"]:
        ends = [_place(row["earliest"]), _place(row["latest"])]
        # Under the mark, which would hide it.
        axes.plot(ends, [height + _BAR] * 2, color=colour, linewidth=2.5, solid_capstyle="butt", zorder=2)
    axes.plot(
        [recorded],
        [height],
        marker=marker,
        markersize=14,
        color=colour,
        markerfacecolor=colour if row["in_paper"] else "white",
        markeredgewidth=1.6,
        zorder=3,
    )
    axes.text(
        recorded,
        height,
        str(row["number"]),
        fontsize=9,
        ha="center",
        va="center_baseline",
        color="white" if row["in_paper"] else style.BLACK,
        fontweight="bold",
        zorder=4,
    )


def _key(row: Mapping[Any, Any], width: int) -> str:
    when = f"({row['recorded'].replace('/', ' to ')})" if row["recorded"] else "(no dated source)"
    return textwrap.fill(f"{row['number']} {row['name']} {when}", width, subsequent_indent="    ")


def _handle(row: Mapping[Any, Any], text: str) -> Line2D:
    marker, colour = MEANS[row["means"]]
    return Line2D(
        [],
        [],
        linestyle="none",
        marker=marker if row["recorded"] else "None",
        color=colour,
        markerfacecolor=colour if row["in_paper"] else "white",
        label=text,
    )


def _legend(rows: Sequence[Mapping[Any, Any]], differing: Mapping[int, Sequence[Any]]) -> list[Line2D]:
    """Handles of what the marks mean, only of those that are drawn."""
    handles = [
        Line2D([], [], linestyle="none", marker=marker, color=colour, markersize=9, label=means)
        for means, (marker, colour) in MEANS.items()
        if any(row["means"] == means for row in rows)
    ]
    if any(not row["in_paper"] for row in rows):
        handles.append(
            Line2D(
                [],
                [],
                linestyle="none",
                marker="o",
                color=style.GREY,
                markerfacecolor="white",
                markersize=9,
                label="open mark: the paper leaves it out",
            )
        )  # fmt: skip
    if any(differing.values()):
        handles.append(
            Line2D(
                [],
                [],
                linestyle="none",
                marker="x",
                color=style.BLACK,
                markersize=8,
                markeredgewidth=2,
                label="the paper’s date, where it differs",
            )
        )  # fmt: skip
    return handles


def _years(axes: Axes, years: Any, page: Page) -> None:
    first, last = int(min(years)), int(max(years))
    step = 1 if last - first < 14 else 2
    axes.set_xticks(range(first, last + 1, 2 * step if page.narrow else step))
    axes.set_xlim(first - (1.4 if page.narrow else 0.8), last + 0.8)
    axes.tick_params(axis="x", rotation=45 if last - first >= 10 else 0)


def _ratio(value: float) -> str:
    return "without bound" if np.isinf(value) else written(value, 2)


def _intervals(frame: pd.DataFrame, value: str, low: str, high: str, decimals: int) -> list[str | None]:
    rows = zip(frame[value], frame[low], frame[high], strict=True)
    return [
        None
        if np.isnan(number)
        else f"∞ (from {written(first, decimals)})"
        if np.isinf(number)
        else f"{written(number, decimals)} ({written(first, decimals)} to ∞)"
        if np.isinf(last)
        else with_interval(number, first, last, decimals)
        for number, first, last in rows
    ]


def _spans(frame: pd.DataFrame, low: str, high: str) -> list[str | None]:
    return [
        None if np.isnan(first) else f"{written(first, 2)} to ∞" if np.isinf(last) else span(first, last, 2)
        for first, last in zip(frame[low], frame[high], strict=True)
    ]
