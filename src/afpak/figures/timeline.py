"""Figures and tables of the paper's dates beside the recorded ones."""

from __future__ import annotations

import itertools
import math
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

from afpak.analysis.timeline import EARLIER, LATER
from afpak.figures import narrow, style
from afpak.figures.shown import Figure, IncompleteError, Records, Table, cited, p_value, written
from afpak.figures.style import Page
from afpak.figures.verdicts import LOOKS, ORDER

_EACH_ENTRY = "the paper, and the pages named in each entry"
_RECORD = "<"

# Behind names of rows that stand on lines.

Entry = dict[str, Any]


@dataclass(frozen=True)
class _Measures:
    """Of the time line: places and heights in inches, sizes of letters in points, lengths of lines in letters.

    Marks of the paper that are nearer to each other than `near` stand beside each other, `step` apart.
    """

    paper_at: float
    record_at: float
    text_at: float
    near: float
    step: float
    name_line: float
    date_line: float
    pad: float
    head: float
    name_wrap: int
    date_wrap: int
    column_size: float
    title_size: float
    name_size: float
    date_size: float
    legend_size: float
    legend_line: float
    legend_columns: int


_WIDE = _Measures(
    paper_at=0.4, record_at=1.35, text_at=1.75, near=0.13, step=0.16,
    name_line=0.225, date_line=0.205, pad=0.15, head=0.42, name_wrap=50, date_wrap=55,
    column_size=12, title_size=13, name_size=12.5, date_size=11.5,
    legend_size=10, legend_line=0.24, legend_columns=3,
)  # fmt: skip
# Two columns of marks just far enough apart for their headings, so that the words get the rest.
_NARROW = _Measures(
    paper_at=0.23, record_at=0.78, text_at=0.95, near=0.14, step=0.125,
    name_line=0.175, date_line=0.155, pad=0.13, head=0.34, name_wrap=27, date_wrap=31,
    column_size=style.SMALL, title_size=11, name_size=10, date_size=style.SMALL,
    legend_size=style.SMALL, legend_line=0.19, legend_columns=2,
)  # fmt: skip


def timeline(
    dates: pd.DataFrame, undated: pd.DataFrame, period_years: Sequence[int], as_of: date, source: str
) -> Figure:
    """The paper's dates and the recorded ones as two columns of marks, from the top downwards.

    The line of time is stretched where entries lie close: each entry has a row at the place of its recorded date. A
    paper's date that differs stays in the row, above or below, since in another it would seem to be of that entry.

    Parameters
    ----------
    dates : pandas.DataFrame
        As `afpak.analysis.timeline.beside` returns them.
    undated : pandas.DataFrame
        As `afpak.analysis.timeline.undated` returns them; drawn without a date of the paper.
    period_years : sequence of int
        Years with which a new band begins.
    as_of : datetime.date
        For the caption.
    source : str
        Where the dates come from.
    """
    shown = _entries(dates, undated)
    present = [verdict for verdict in ORDER if (dates["verdict"] == verdict).any()]

    def draw(page: Page) -> Drawing:
        use = _NARROW if page.narrow else _WIDE
        bands = _bands(shown, period_years, use)
        top = bands[-1]["bottom"]
        legend = _legend(present)
        height = top + 0.45 + use.legend_line * math.ceil(len(legend) / use.legend_columns)
        drawing, axes = page.subplots(height)
        drawing.set_layout_engine("none")
        axes.set_position((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, page.width)
        axes.set_ylim(height, 0)
        for x, word in ((use.paper_at, "paper"), (use.record_at, "record")):
            axes.text(x, 0.25, word, fontsize=use.column_size, fontweight="bold", ha="center", va="center")
        for i, band in enumerate(bands):
            if i % 2 == 0:
                axes.axhspan(band["top"], band["bottom"], color="#efefef", linewidth=0, zorder=0)
            axes.text(
                use.text_at,
                band["top"] + use.head / 2,
                band["title"],
                fontsize=use.title_size,
                fontweight="bold",
                va="center",
            )
        for x in (use.paper_at, use.record_at):
            axes.plot([x, x], [0.5, top], color="#bdbdbd", linewidth=1, zorder=1)
        _marks(axes, [entry for band in bands for entry in band["entries"]], use)
        for entry in (entry for band in bands for entry in band["entries"]):
            line = entry["y"]
            for text, step, size, colour in (
                (entry["name_lines"], use.name_line, use.name_size, style.BLACK),
                (entry["told_lines"], use.date_line, use.date_size, "#444444"),
            ):
                for words in text:
                    axes.text(use.text_at, line, words, fontsize=size, color=colour, va="center")
                    line += step
        drawing.legend(
            handles=legend,
            loc="lower center",
            ncols=use.legend_columns,
            fontsize=use.legend_size,
            bbox_to_anchor=(0.5, 0.0),
        )
        return drawing

    told = "; ".join(f"{entry['name']}: {entry['told']}" for entry in shown)
    compared = dates[dates["days"].notna()]
    return Figure(
        draw,
        "timeline",
        f"What the paper dates, up to {as_of}, in order of the recorded dates, from the top downwards. The line of "
        "time is stretched where entries lie close. A paper’s date that differs stands a little above the recorded one "
        "if it is earlier and a little below if it is later; a broken line joins the two. A mark is the verdict on the "
        "whole claim, which can fail on something else than its date.",
        f"A time line of {len(shown)} entries in two columns, the paper’s dates and the recorded ones. Of "
        f"{len(compared)} dates of the paper that can be compared, {int((compared['days'] == 0).sum())} agree. {told}.",
        source,
        pd.DataFrame(
            [
                {
                    "entry": entry["name"],
                    "claim": paper["claim"],
                    "paper": paper["put"],
                    "recorded": entry["recorded"],
                    "other_reports": entry["others"],
                    "days": paper["days"],
                    "verdict": paper["verdict"],
                }
                for entry in shown
                for paper in entry["paper"] or [dict.fromkeys(("claim", "put", "days", "verdict"))]
            ]
        ),
    )


def entries(dates: pd.DataFrame, undated: pd.DataFrame, sources: Mapping[str, Sequence[tuple[str, str]]]) -> Records:
    """Entry by entry: the paper's date, the recorded one, the verdict and the sources.

    Parameters
    ----------
    dates : pandas.DataFrame
        As `afpak.analysis.timeline.beside` returns them.
    undated : pandas.DataFrame
        As `afpak.analysis.timeline.undated` returns them.
    sources : mapping of str to sequence of (str, str)
        Title and address of each source, by row of the record as ``table: key``.
    """
    rows = [
        {
            "when": row["recorded_at"] or row["at"],
            "entry": row["name"],
            "verdict on the claim": f"{LOOKS[row['verdict']].mark} {row['verdict']}",
            "the paper": f"{_put(row['value'], row['bound'])} ({row['claim']})",
            "the record": _commas(row["recorded"]) or "no date by the as-of date",
            "differing reports": _commas(row["others"]),
            "the two": _apart(row["days"]),
            "cited for it": _commas(row["footnotes"]) or "nothing",
            "sources": _links([pair for place in row["rows"] for pair in sources.get(place, ())]),
        }
        for row in dates.to_dict("records")
    ] + [
        {
            "when": row["recorded_at"],
            "entry": row["name"],
            "verdict on the claim": None,
            "the paper": "no date",
            "the record": row["date"],
            "differing reports": _commas(row["date_alternatives"]),
            "the two": None,
            "cited for it": None,
            "sources": cited(row["source"], row["url"]),
        }
        for row in undated.to_dict("records")
    ]
    frame = pd.DataFrame(rows).sort_values("when", kind="stable").drop(columns="when")
    return Records(
        frame,
        ["entry", "verdict on the claim"],
        "timeline-entries",
        "The time line entry by entry, in order of the recorded dates.",
        _EACH_ENTRY,
        links=["sources"],
    )


def deviations(off: pd.DataFrame, agreeing: int, source: str) -> Figure:
    """How far each differing date lies from the record, early to the left and late to the right.

    Parameters
    ----------
    off : pandas.DataFrame
        As `afpak.analysis.timeline.directions` returns them.
    agreeing : int
        Dates of the paper that agree with the record, for the words.
    source : str
        Where the dates come from.

    Raises
    ------
    IncompleteError
        If no date differs: there is nothing to draw.
    """
    if off.empty:
        raise IncompleteError("figure deviations: no date differs from the record")
    marks = {EARLIER: ("<", style.VERMILION), LATER: (">", style.BLUE)}

    def draw(page: Page) -> Drawing:
        wrap, line, room = (42, 0.16, 0.26) if page.narrow else (34, 0.2, 0.12)
        names = ["\n".join(textwrap.wrap(f"{row.name} ({row.claim})", wrap)) for row in off.itertuples(index=False)]
        # Room for each label in proportion to its lines; where names stand above their rows, rows end with the mark.
        lines = [name.count("\n") + 1 for name in names]
        heights = np.array([line * number + room for number in lines])
        places = list(np.cumsum(heights) - (0.13 if page.narrow else heights / 2))
        drawing, axes = page.subplots(1.5 + line * sum(lines) + room * len(names))
        for y, row in zip(places, off.to_dict("records"), strict=True):
            marker, colour = marks[row["direction"]]
            days = int(row["days"])
            axes.plot([0, days], [y, y], color=colour, linewidth=1.4, zorder=2)
            axes.plot([days], [y], marker=marker, color=colour, markersize=8, linestyle="none", zorder=3)
            axes.annotate(
                written(abs(days)),
                (days, y),
                xytext=(-8 if days < 0 else 8, 0),
                textcoords="offset points",
                ha="right" if days < 0 else "left",
                va="center",
                fontsize=10,
            )
        if page.narrow:
            # Names stand over their rows: the line would run through them.
            for y in places:
                axes.plot([0, 0], [y - 0.09, y + 0.09], color=style.BLACK, linewidth=1.2, zorder=1)
        else:
            axes.axvline(0, color=style.BLACK, linewidth=1.2, zorder=1)
        axes.set_xscale("symlog", linthresh=1, linscale=0.5)
        # Room for the numbers beside the farthest marks.
        beside = 50.0 if page.narrow else 12.0
        low, high = beside * min(-1.0, float(off["days"].min())), beside * max(1.0, float(off["days"].max()))
        axes.set_xlim(low, high)
        ticks = [tick for tick in (-1000, -100, -10, -1, 0, 1, 10, 100, 1000) if low < tick < high]
        unnamed = (1, 100) if page.narrow else ()
        axes.set_xticks(ticks, ["" if abs(tick) in unnamed else written(abs(tick)) for tick in ticks])
        axes.minorticks_off()
        axes.set_xlabel("← days too early · days too late →", fontsize=10 if page.narrow else 11)
        if page.narrow:
            axes.tick_params(axis="x", labelsize=style.SMALL)
        narrow.name_rows(axes, page, places, names, above=7, fontsize=style.SMALL if page.narrow else 10)
        axes.set_ylim(float(sum(heights)), 0)
        axes.grid(axis="y", visible=False)
        return drawing

    told = "; ".join(
        f"{row['name']}, {_put(row['value'], row['bound'])} in {row['claim']} beside {_commas(row['recorded'])}: "
        f"{_apart(row['days'])}"
        for row in off.to_dict("records")
    )
    early = int((off["direction"] == EARLIER).sum())
    return Figure(
        draw,
        "deviations",
        "Facts that the paper dates otherwise than the record: days between the two dates at their nearest, on a scale "
        "that grows by tens. Each fact stands once, with the paper’s date that lies farthest off.",
        f"A horizontal line for each of {len(off)} facts, {early} to the left, where the paper is too early, and "
        f"{len(off) - early} to the right, where it is too late. {told}. Not drawn: {agreeing} dates that agree.",
        source,
        off[["statement", "name", "value", "bound", "recorded", "days", "direction"]],
    )


def precision_table(counts: pd.DataFrame, source: str) -> Table:
    """The paper's dates by precision, as `afpak.analysis.timeline.by_precision` returns them."""
    share = [None if np.isnan(value) else f"{written(100 * value)}%" for value in counts["differ_share"]]
    return Table(
        pd.DataFrame(
            {
                "precise to": counts["precision"],
                "dates": counts["dates"],
                "agree": counts["agree"],
                "too early": counts["early"],
                "too late": counts["late"],
                "no recorded date": counts["no_record"],
                "share that differs": share,
            }
        ),
        "precision",
        "The paper’s dates by how precise they are. A share is of those that have a recorded date.",
        source,
        decimals=0,
    )


def footnote_table(counts: pd.DataFrame, source: str) -> Table:
    """Dated claims with and without a footnote, as `afpak.analysis.timeline.by_footnote` returns them."""
    verdicts = [verdict for verdict in ORDER if verdict in counts.columns]
    return Table(
        pd.DataFrame(
            {
                "claims": ["with a footnote" if flag else "without one" for flag in counts["footnote"]],
                "all": counts["claims"],
                **{f"{LOOKS[verdict].mark} {verdict}": counts[verdict] for verdict in verdicts},
                "all dates agree": [f"{row.agree} of {row.compared}" for row in counts.itertuples()],
            }
        ),
        "footnotes",
        "Claims of the paper that state a date, with a footnote and without one, by verdict on the whole claim; and "
        "how many of those that have a recorded date agree with it in all their dates.",
        source,
        decimals=0,
    )


def sign_in_words(test: Any, enough: int) -> str:
    """A sign test of the directions, for a sentence; says so where too few dates differ.

    Parameters
    ----------
    test : scipy.stats.BinomTestResult
        Of the number of dates that are too early among those that differ.
    enough : int
        Fewest dates for which a test is worth its name.
    """
    if test.n < enough:
        return f"too few dates differ for a test ({test.n}, and {enough} are needed)"
    interval = test.proportion_ci(method="exact")
    return (
        f"{test.k} of {test.n} are too early, {written(100 * test.statistic)}% (exact 95% interval "
        f"{written(100 * interval.low)}% to {written(100 * interval.high)}%), exact p {p_value(test.pvalue)}"
    )


def missing_in_words(missing: pd.DataFrame) -> str:
    """The dates that have no counterpart in the record, for a sentence."""
    rows = missing.to_dict("records")
    return "; ".join(f"{row['name']}, {_put(row['value'], row['bound'])} ({row['claim']})" for row in rows) or "none"


def _entries(dates: pd.DataFrame, undated: pd.DataFrame) -> list[Entry]:
    """One entry per fact, with all the paper's dates of it, in order of time."""
    found = []
    for _, group in dates.groupby("fact", sort=False):
        rows = group.to_dict("records")
        # Where the record has several dates, the entry stands at the one nearest to any of the paper's.
        first = min(rows, key=lambda row: 0 if pd.isna(row["days"]) else abs(row["days"]))
        paper = [row | {"put": _put(row["value"], row["bound"])} for row in rows]
        said = "; ".join(f"{row['put']} {LOOKS[row['verdict']].mark} ({row['claim']})" for row in paper)
        recorded, others = _commas(first["recorded"]), _commas(first["others"])
        also = f" (also {others})" if others else ""
        found.append(
            _entry(
                first["name"],
                f"Paper {said}. Record {recorded or 'has no date'}{also}",
                first["recorded_at"] or first["at"],
                first["recorded_at"],
                recorded,
                others,
                paper,
            )
        )
    for row in undated.to_dict("records"):
        others = _commas(row["date_alternatives"])
        also = f" (also {others})" if others else ""
        told = f"Paper: no date. Record {row['date']}{also}"
        found.append(_entry(row["name"], told, row["recorded_at"], row["recorded_at"], row["date"], others, []))
    return sorted(found, key=lambda entry: entry["at"])


def _entry(
    name: str, told: str, at: date, recorded_at: date | None, recorded: str | None, others: str | None, paper: list[Any]
) -> Entry:
    return {
        "name": name,
        "told": told,
        "at": at,
        "recorded_at": recorded_at,
        "recorded": recorded,
        "others": others,
        "paper": paper,
    }


def _bands(entries_: list[Entry], period_years: Sequence[int], use: _Measures) -> list[dict[str, Any]]:
    """Entries by period, each with its lines and its place from the top; periods without an entry are left out."""
    starts = sorted(set(period_years))
    edges = [0, *starts, 9999]
    bands = []
    top = 0.5
    for first, after in itertools.pairwise(edges):
        own = [entry for entry in entries_ if first <= entry["at"].year < after]
        if not own:
            continue
        begin = str(first) if first else f"before {after}"
        title = begin if not first else f"{begin} and after" if after == edges[-1] else f"{begin} to {after - 1}"
        band = {"title": title if after != first + 1 else begin, "top": top}
        placed = []
        top += use.head
        for entry in own:
            name = textwrap.wrap(entry["name"], use.name_wrap)
            told = textwrap.wrap(entry["told"], use.date_wrap, break_on_hyphens=False)
            placed.append(entry | {"name_lines": name, "told_lines": told, "y": top + use.name_line / 2})
            top += len(name) * use.name_line + len(told) * use.date_line + use.pad
        bands.append(band | {"entries": placed, "bottom": top})
    return bands


def _marks(axes: Axes, entries_: list[Entry], use: _Measures) -> None:
    """Marks of both columns and the lines between them."""
    taken: list[tuple[float, float]] = []
    for entry in entries_:
        if entry["recorded_at"] is not None:
            axes.plot([use.record_at], [entry["y"]], marker=_RECORD, color=style.BLACK, markersize=8, zorder=4)
        for paper in entry["paper"]:
            agrees = pd.isna(paper["days"]) or paper["days"] == 0
            y = entry["y"]
            if not agrees:
                y += -use.near if paper["days"] < 0 else use.near
            x = use.paper_at
            while any(abs(x - other) < 0.9 * use.step and abs(y - height) < use.near for other, height in taken):
                x += use.step
            taken.append((x, y))
            look = LOOKS[paper["verdict"]]
            if entry["recorded_at"] is not None:
                axes.plot(
                    [x, use.record_at],
                    [y, entry["y"]],
                    color="#9a9a9a" if agrees else style.BLACK,
                    linewidth=1.1 if agrees else 1.5,
                    linestyle="-" if agrees else (0, (4, 2)),
                    zorder=2 if agrees else 3,
                )
            axes.plot(
                [x],
                [y],
                marker=look.marker,
                color=look.colour,
                markersize=9,
                markeredgecolor="white",
                markeredgewidth=0.6,
                zorder=5,
            )


def _legend(verdicts: Sequence[str]) -> list[Line2D]:
    return [
        *(
            Line2D(
                [],
                [],
                marker=LOOKS[verdict].marker,
                color=LOOKS[verdict].colour,
                linestyle="none",
                markersize=8,
                label=f"{LOOKS[verdict].mark} {verdict}",
            )
            for verdict in verdicts
        ),
        Line2D([], [], marker=_RECORD, color=style.BLACK, linestyle="none", markersize=8, label="recorded date"),
        Line2D([], [], color="#9a9a9a", linewidth=1.1, label="dates agree"),
        Line2D([], [], color=style.BLACK, linewidth=1.5, linestyle=(0, (4, 2)), label="dates differ"),
    ]


def _put(value: str, bound: str) -> str:
    """A date as it is put: ``before 2014-07``, ``1990 to 1999``."""
    text = value.replace("/", " to ")
    return text if bound == "exact" else f"{bound.replace('-', ' ')} {text}"


def _apart(days: Any) -> str | None:
    if pd.isna(days):
        return None
    if days == 0:
        return "agree"
    return f"{written(abs(days))} {'day' if abs(days) == 1 else 'days'} too {'early' if days < 0 else 'late'}"


def _commas(text: Any) -> str | None:
    return text.replace(" | ", ", ").replace("/", " to ") if isinstance(text, str) else None


def _links(pairs: Sequence[tuple[str, str]]) -> str | None:
    unique = list(dict.fromkeys(pairs))
    if not unique:
        return None
    return cited(" | ".join(title for title, _ in unique), " | ".join(url for _, url in unique))
