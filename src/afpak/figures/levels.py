"""Figures and tables of the withdrawal: troop levels, prisoners, dates."""

from __future__ import annotations

import textwrap
from datetime import date, timedelta
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, MonthLocator, YearLocator
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

from afpak.analysis.levels import HAPPENED, NOTE, PAPER, RECORD, SAYS, SET
from afpak.figures import narrow, style
from afpak.figures.shown import Figure, Records, Table, cited, span, written
from afpak.figures.style import Page

_STATEMENTS = "the paper, and publications named row by row in the table record-statements"
_DATES = f"{_STATEMENTS} and in the table dates"
# Marker, colour and words of a recorded number, by how it is put.
_BOUNDS = {
    "exact": ("o", style.BLUE, "recorded"),
    "about": ("o", style.BLUE, "recorded"),
    "at-least": ("^", style.ORANGE, "recorded as at least"),
    "at-most": ("v", style.GREEN, "recorded as at most"),
}
_WHO = {PAPER: ("D", style.VERMILION), NOTE: ("s", style.PURPLE), RECORD: ("o", style.BLUE)}
_BEFORE = {"at-least": "at least ", "at-most": "at most ", "about": "about "}
_LIMITS = {"before": "<", "after": ">"}  # markers of a date that is a limit
_SPAN_DRAWN = 40  # days from which a time is drawn as a span
_CLOSE = 25  # days within which two letters would lie on each other
_BESIDE = 0.1  # share of a panel within which the labels of two claims would lie on each other
_PANEL, _LINE = 150, 12  # about the height of the levels in a panel, and that of a label, in points
_LABEL, _NARROW_LABEL = 34, 41  # characters of a line of a label, beside its row and over it
# Of words that would else be struck through by an upright line.


def troops(
    record: pd.DataFrame, paper: pd.DataFrame, turns: pd.DataFrame, near: date, as_of: date, unit: str
) -> Figure:
    """Recorded levels over time with the paper's, the last years again on a scale of their own.

    Parameters
    ----------
    record, paper : pandas.DataFrame
        As `afpak.analysis.levels.recorded` and `stated` return them.
    turns : pandas.DataFrame
        As `afpak.analysis.levels.decisions` returns them.
    near : datetime.date
        First day of the second panel.
    as_of : datetime.date
        Right edge, if the levels go on so long.
    unit : str
        Of the levels.
    """
    last = min(as_of, max([*record["last"], *paper["last"], *turns["day"]]) + timedelta(days=60))
    begin = min(record["first"].min(), paper["first"].min()) - timedelta(days=200)
    near = min(near, last - timedelta(days=365))

    def draw(page: Page) -> Drawing:
        keys = [_turn(row, page) for row in _rows(turns)]
        key_lines = sum(key.count("\n") + 1 for key in keys)
        height = 6.7 if page.narrow else 6.4
        drawing, (above, below) = page.subplots(height + 0.17 * key_lines, 2, 1, height_ratios=[1, 1])
        for axes, first in ((above, begin), (below, near)):
            # Where there is little room a claim of the shaded time has its label only below.
            _levels(axes, record, paper, first, last, near if page.narrow and axes is above else last, page)
            steps = _letters(axes, turns, first, near if axes is above else last, page)
            axes.set_xlim(first, last)
            axes.yaxis.set_major_formatter(FuncFormatter(_thousands))
            axes.set_ylabel(unit)
            if page.narrow:
                # Over its panel, and over the letters, the same label leaves the width to the years.
                axes.yaxis.label.set_visible(False)
                axes.set_title(unit if axes is above else f"{unit},\nthe shaded time", pad=18 + 11 * steps)
        above.xaxis.set_major_locator(YearLocator(4))
        above.xaxis.set_major_formatter(DateFormatter("%Y"))
        above.axvspan(near, last, color=style.PALE, alpha=0.5, zorder=0)
        shown = record[(record["last"] >= near) & (record["first"] <= last)]
        stated = paper[(paper["last"] >= near) & (paper["first"] <= last)]
        tops = [*shown["high"], *stated["high"]]
        below.set_ylim(-0.05 * max(tops, default=1), (1.2 if page.narrow else 1.12) * max(tops, default=1))
        if page.narrow:
            # Labels of the highest claims stay under the letters.
            above.set_ylim(top=1.2 * max([*record["high"], *paper["high"]]))
        below.xaxis.set_major_locator(YearLocator() if page.narrow else MonthLocator(bymonth=(1, 7)))
        below.xaxis.set_major_formatter(DateFormatter("%Y" if page.narrow else "%b %Y"))
        if not page.narrow:
            below.tick_params(axis="x", labelsize=9)
            below.set_title("The shaded time")
        columns = 1 if page.narrow else 2
        drawing.legend(handles=_legend(record), loc="outside upper left", ncols=columns, fontsize=9)
        lines = [Line2D([], [], linestyle="none", label=key) for key in keys]
        drawing.legend(handles=lines, loc="outside lower left", ncols=1, fontsize=9, handlelength=0, labelspacing=0.25)
        return drawing

    told = "; ".join(f"{_time(row['at'])}: {_said(row)}" for row in record.to_dict("records"))
    says = "; ".join(f"{row['claim']}, {_time(row['at'])}: {_said(row)}" for row in _dicts(paper))
    # A bar is dashed only where the paper gives no date.
    undated = (
        ""
        if all(paper["dated"])
        else "; with a dashed bar, the paper gives no date and its words allow all of that time"
    )
    marked = "; ".join(f"{row.letter} {_time(row.date)}, {row.name}" for row in _rows(turns))
    return Figure(
        draw,
        "troop-levels",
        f"Recorded numbers of {unit} by the time for which they were given, up to {as_of}, and under it the last part "
        "on a scale of its own. A bar: the number was given for a longer time. The thin line only joins the numbers "
        f"and says nothing of the time between them. Open squares: numbers that the paper states{undated}. Letters: "
        "decisions and turns.",
        f"Dots in time in two panels. Recorded: {told}. The paper: {says or 'nothing'}. Letters: {marked or 'none'}.",
        _DATES,
        pd.concat(
            [
                record[["statement", "low", "high", "bound", "at"]].rename(columns={"statement": "row"}),
                paper[["claim", "low", "high", "bound", "at"]].rename(columns={"claim": "row"}),
            ],
            ignore_index=True,
        ),
    )


def troops_table(record: pd.DataFrame) -> Table:
    """Recorded levels with their sources, as `afpak.analysis.levels.recorded` returns them."""
    return Table(
        pd.DataFrame(
            {
                "time": record["at"].str.replace("/", " to "),
                "number": [_said(row) for row in _dicts(record)],
                "known since": record["known_since"],
                "note": record["note"],
                "source": [cited(source, url) for source, url in zip(record["source"], record["url"], strict=True)],
            }
        ),
        "troop-levels-table",
        "Recorded numbers of American troops in Afghanistan.",
        "the pages named in each row",
        links=["source"],
    )


def factors(compared: pd.DataFrame) -> Table:
    """The paper's levels beside the recorded ones, as `afpak.analysis.levels.factors` returns them."""
    return Table(
        pd.DataFrame(
            {
                "claim": compared["claim"],
                "stated": compared["stated"],
                "time": [
                    _time(at) + ("" if dated else " (not dated by the paper)")
                    for at, dated in zip(compared["at"], compared["dated"], strict=True)
                ],
                "recorded": [
                    "–" if pd.isna(row.recorded_low) else span(row.recorded_low, row.recorded_high)
                    for row in _rows(compared)
                ],
                "recorded when": compared["compared"],
                "stated as a multiple of it": [
                    "–" if pd.isna(row.factor_low) else span(row.factor_low, row.factor_high, 2)
                    for row in _rows(compared)
                ],
                "last time on record": compared["last_match"].str.replace("/", " to "),
            }
        ),
        "factors",
        "Levels that the paper states, beside those recorded of the same time, or, where none was, the nearest before "
        "and after it; and the last time for which the record has about the stated number.",
        _STATEMENTS,
        decimals=0,
    )


def factors_in_words(compared: pd.DataFrame) -> str:
    """Each stated level and what multiple of the recorded one it is, for a sentence."""
    told = [
        f"{row.claim}: {written(row.stated)}, "
        + (
            f"{span(row.factor_low, row.factor_high, 2)} times what is recorded {row.compared}"
            if pd.notna(row.factor_low)
            else "nothing to compare with"
        )
        for row in _rows(compared)
    ]
    return "; ".join(told) or "none"


def prisoners(rows: pd.DataFrame, as_of: date) -> Figure:
    """Every number given of prisoners, by what it is a number of.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `afpak.analysis.levels.numbers` returns them.
    as_of : datetime.date
        For the caption.
    """
    things = list(dict.fromkeys(rows["thing"]))
    most = rows["high"].max()

    def draw(page: Page) -> Drawing:
        groups = [rows[rows["thing"] == thing].to_dict("records") for thing in things]
        headings = [f"{group[0]['about']}: {group[0]['what']}" for group in groups]
        if page.narrow:
            # The numbers stand with the names, over the marks.
            headings = [textwrap.fill(heading, 34) for heading in headings]
            labels = [[_over(_whose(row), _said(row)) for row in group] for group in groups]
        else:
            labels = [[_whose(row) for row in group] for group in groups]
        # From a row to the next, and from the last of a thing to its heading and on, in rows of a wide page.
        deep = [[0.55 * (label.count("\n") + 1) + 0.6 if page.narrow else 1 for label in each] for each in labels]
        lines = [0.6 * heading.count("\n") for heading in headings]
        between = 1.15 if page.narrow else 1.35
        drawing, axes = page.subplots(1.3 + 0.29 * (sum(map(sum, deep)) + sum(lines) + between * len(things)))
        place, ticks = 0.0, []
        for group, heading, more, each in zip(groups, headings, lines, deep, strict=True):
            place += more / 2
            axes.text(
                0 if page.narrow else 0.012, place, heading, transform=axes.get_yaxis_transform(),
                fontweight="bold", fontsize=9, va="center", ha="left",
                bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none"},
            )  # fmt: skip
            place += more / 2
            for row, depth in zip(group, each, strict=True):
                place += depth
                _number(axes, row, place, most, page)
                ticks.append(place)
            place += between
        narrow.name_rows(axes, page, ticks, [label for each in labels for label in each], above=5.0)
        axes.set_ylim(place - 0.6, -0.7)
        axes.set_xlim(0, most * (1.15 if page.narrow else 1.47))
        axes.xaxis.set_major_formatter(FuncFormatter(_thousands))
        axes.set_xlabel("persons")
        axes.grid(axis="y", visible=False)
        handles = [
            Line2D([], [], linestyle="none", marker=_WHO[who][0], color=_WHO[who][1], markersize=7, label=who,
                   markerfacecolor=_WHO[who][1] if who == RECORD else "white")
            for who in _WHO if who in set(rows["who"])
        ]  # fmt: skip
        drawing.legend(handles=handles, loc="outside lower center", ncols=3, fontsize=9)
        return drawing

    told = "; ".join(
        f"{row['about']}, {row['what']}, {_time(row['at'])}: {_said(row)} ({row['who']}, {row['says']})"
        for row in _dicts(rows)
    )
    return Figure(
        draw,
        "prisoners",
        f"Numbers of prisoners whose release was promised, demanded or reported, up to {as_of}. An arrow: at least, or "
        "at most; a pale bar: about, or a range. Numbers under different headings are numbers of different things.",
        f"Dots on a scale of persons, grouped by what they are a number of. {told}.",
        _STATEMENTS,
        rows[["thing", "who", "says", "row", "low", "high", "bound", "at"]],
    )


def prisoners_table(rows: pd.DataFrame) -> Records:
    """Numbers of prisoners in words, as `afpak.analysis.levels.numbers` returns them."""
    return Records(
        pd.DataFrame(
            {
                "of whom": rows["about"],
                "what": rows["what"],
                "number": [_said(row) for row in _dicts(rows)],
                "time": rows["at"].str.replace("/", " to "),
                "said by": [f"the paper, {row.says}" if row.who == PAPER else row.says for row in _rows(rows)],
                "note": rows["note"],
                "source": [
                    cited(source, url) if isinstance(url, str) else None
                    for source, url in zip(rows["source"], rows["url"], strict=True)
                ],
            }
        ),
        ["of whom", "what", "number", "said by"],
        "prisoners-table",
        "Every number of prisoners, with who says it and of whom.",
        "the paper, and the pages named in each entry",
        links=["source"],
    )


def agreement(things: pd.DataFrame) -> Table:
    """Whether the numbers of one thing agree, as `afpak.analysis.levels.agreement` returns them."""
    return Table(
        pd.DataFrame(
            {
                "of whom": things["about"],
                "what": things["what"],
                "numbers": things["numbers"],
                "from the paper": things["paper"],
                "all can be so": [
                    "only one"
                    if row.numbers == 1
                    else "no"
                    if pd.isna(row.low)
                    else f"yes: {_between(row.low, row.high)}"
                    for row in _rows(things)
                ],
                "pairs apart": [f"{row.apart} of {row.pairs}" if row.pairs else "–" for row in _rows(things)],
                "which": things["apart_rows"],
            }
        ),
        "agreement",
        "Numbers of the same thing: whether one number could be behind all of them, and pairs that can’t both hold.",
        _STATEMENTS,
        decimals=0,
    )


def recurring(rows: pd.DataFrame) -> Table:
    """Numbers that stand for several things, as `afpak.analysis.levels.recurring` returns them."""
    return Table(
        rows.assign(times=rows["times"].str.replace("/", " to ")).rename(
            columns={"about": "of whom", "times": "when", "says": "said by"}
        ),
        "recurring",
        "Numbers that sources give of more than one thing.",
        _STATEMENTS,
        decimals=0,
    )


def withdrawal(rows: pd.DataFrame, as_of: date) -> Figure:
    """Stated, set and recorded dates of the withdrawal on one axis, a row each.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `afpak.analysis.levels.withdrawal` returns them.
    as_of : datetime.date
        For the caption.
    """
    marks = {SAYS: ("D", style.VERMILION), SET: (">", style.ORANGE), HAPPENED: ("o", style.BLUE)}
    lanes = list(dict.fromkeys(rows["lane"]))

    def draw(page: Page) -> Drawing:
        if page.narrow:
            # The dates stand with the names, over the marks.
            lines = [_over(_what(row), _when(row)) for row in _dicts(rows)]
            heights = [0.155 * (text.count("\n") + 1) + 0.25 for text in lines]
        else:
            lines = [textwrap.fill(_what(row), _LABEL) for row in _dicts(rows)]
            heights = [max(0.36, 0.19 * (text.count("\n") + 1)) for text in lines]
        drawing, axes = page.subplots(0.9 + sum(heights) + 0.3 * len(lanes))
        place, ticks, lane = 0.0, [], ""
        for row, height in zip(_dicts(rows), heights, strict=True):
            if row["lane"] != lane:
                lane = row["lane"]
                place += 0.3
                axes.text(
                    0 if page.narrow else 0.01, place - 0.13, lane.capitalize() if lane != SAYS else "The paper says",
                    transform=axes.get_yaxis_transform(), fontweight="bold", fontsize=9, va="center",
                    bbox=style.PLATE,
                )  # fmt: skip
            middle = place + (height - 0.14 if page.narrow else height / 2)
            marker, colour = marks[row["lane"]]
            face = "white" if row["lane"] == SAYS else colour
            marker = _LIMITS.get(row["bound"], marker)
            if isinstance(row["said"], str):
                axes.plot(
                    [date.fromisoformat(row["said"]), row["first"]], [middle] * 2, color=colour, linestyle="--",
                    linewidth=1.2,
                )  # fmt: skip
                axes.plot([date.fromisoformat(row["said"])], [middle], marker="|", color=colour, markersize=9)
            if row["last"] > row["first"]:
                axes.plot([row["first"], row["last"]], [middle] * 2, color=colour, linewidth=5, alpha=0.35)
            centre = row["first"] + (row["last"] - row["first"]) / 2
            axes.plot([centre], [middle], marker=marker, color=colour, markerfacecolor=face, markersize=7, zorder=4)
            if not page.narrow:
                axes.text(
                    row["last"] + timedelta(days=20), middle, _when(row), fontsize=9, va="center", zorder=5,
                    bbox=style.PLATE,
                )  # fmt: skip
            ticks.append(middle)
            place += height
        for row in _dicts(rows[rows["lane"] == HAPPENED]):
            axes.axvline(row["first"], color=style.BLUE, linewidth=0.9, linestyle=":", zorder=1)
        narrow.name_rows(axes, page, ticks, lines, above=5.0)
        axes.set_ylim(place + 0.1, 0)
        right = timedelta(days=40 if page.narrow else 210)
        axes.set_xlim(rows["first"].min() - timedelta(days=30), rows["last"].max() + right)
        axes.xaxis.set_major_locator(MonthLocator(bymonth=(1, 7)))
        axes.xaxis.set_major_formatter(DateFormatter("%b %Y"))
        axes.tick_params(axis="x", labelsize=9)
        axes.grid(axis="y", visible=False)
        return drawing

    told = "; ".join(
        f"{row['lane']}: {_what(row)}, {_when(row)}" + (f", set {row['said']}" if isinstance(row["said"], str) else "")
        for row in _dicts(rows)
    )
    return Figure(
        draw,
        "withdrawal",
        f"Dates of the withdrawal up to {as_of}. A dashed line runs from the day on which a date was set to that date. "
        "A pale bar: a date given as a month or year only. An open triangle: before, or after, that date. Dotted "
        "uprights: the recorded days.",
        f"Marks in time, a row each, in three lanes. {told}.",
        _DATES,
        rows[["lane", "what", "date", "bound", "said", "who"]],
    )


def readings(judgements: pd.DataFrame) -> Records:
    """Readings of sources on some claims: rows of the table of judgements."""
    return Records(
        pd.DataFrame(
            {
                "claim": judgements["claim"],
                "bearing": judgements["bearing"],
                "known since": judgements["known_since"],
                "what the source says": judgements["reason"],
                "source": [
                    cited(source, url) for source, url in zip(judgements["source"], judgements["url"], strict=True)
                ],
            }
        ),
        ["claim", "bearing", "known since"],
        "readings",
        "Readings of sources, for the claim, against it, or leaving it open.",
        "the pages named in each entry",
        links=["source"],
    )


def _levels(
    axes: Axes, record: pd.DataFrame, paper: pd.DataFrame, first: date, last: date, until: date, page: Page
) -> None:
    """Dots of the record, a thin line through those that are no limits, and the paper's open squares.

    A claim whose mark stands after ``until`` has no label.
    """
    joined = record[record["bound"].isin(["exact", "about"])]
    # A number given for a span is joined where the span begins.
    places = joined["first"].where(joined["at"].str.contains("/"), joined["middle"])
    line = joined.assign(place=places).sort_values("place", kind="stable")
    axes.plot(line["place"], line["high"], color=style.GREY, linewidth=0.8, zorder=1)
    for row in _dicts(record):
        marker, colour, _ = _BOUNDS[row["bound"]]
        if (row["last"] - row["first"]).days > _SPAN_DRAWN:
            axes.plot([row["first"], row["last"]], [row["high"]] * 2, color=colour, linewidth=2.2, alpha=0.5, zorder=2)
        axes.plot([row["middle"]], [row["high"]], marker=marker, color=colour, markersize=5.5, zorder=3)
    labelled: list[tuple[float, float]] = []
    beside = _BESIDE * style.COLUMN.width / page.width
    tops = [row["high"] for row in (*_dicts(record), *_dicts(paper)) if row["last"] >= first and row["first"] <= last]
    highest = max(tops, default=0) or 1
    for row in _dicts(paper.sort_values(["first", "last"])):
        if row["last"] < first or row["first"] > last:
            continue
        begin, end = max(row["first"], first), min(row["last"], last)
        middle = begin + (end - begin) / 2
        if (end - begin).days > _SPAN_DRAWN:
            axes.plot(
                [begin, end], [row["high"]] * 2, color=style.VERMILION, linewidth=1.4,
                linestyle="-" if row["dated"] else "--", zorder=4,
            )  # fmt: skip
        axes.plot(
            [middle], [row["high"]], marker="s", markerfacecolor="white", color=style.VERMILION, markersize=8,
            markeredgewidth=1.8, zorder=5,
        )  # fmt: skip
        if middle > until:
            continue
        # A label that would lie on one before it stands lines higher.
        share, height = (middle - first) / (last - first), row["high"] / highest * _PANEL
        while any(abs(share - x) < beside and abs(height - y) < _LINE for x, y in labelled):
            height += _LINE
        labelled.append((share, height))
        axes.annotate(
            row["claim"], (middle, row["high"]), xytext=(0, 8 + height - row["high"] / highest * _PANEL),
            textcoords="offset points", ha="left" if page.narrow and share < beside / 2 else "center", va="bottom",
            fontsize=9, color=style.VERMILION, fontweight="bold",
        )  # fmt: skip


def _letters(axes: Axes, turns: pd.DataFrame, first: date, last: date, page: Page) -> int:
    """Upright lines of the turns within a time, each with its letter over the drawing; close ones step up.

    Returns how many steps the highest letter stands up.
    """
    before, step, highest = None, 0, 0
    close = _CLOSE * (last - first).days / 700 * style.COLUMN.width / page.width
    for row in _rows(turns):
        if not first <= row.day <= last:
            continue
        step = (step + 1) % 3 if before is not None and (row.day - before).days < close else 0
        highest = max(highest, step)
        axes.axvline(row.day, color=style.BLACK, linewidth=0.9, linestyle=":", zorder=1)
        axes.annotate(
            row.letter, (row.day, 1.0), xycoords=("data", "axes fraction"), xytext=(0, 2 + 11 * step),
            textcoords="offset points", ha="center", va="bottom", fontsize=9, fontweight="bold",
        )  # fmt: skip
        before = row.day
    return highest


def _turn(row: Any, page: Page) -> str:
    """What a letter stands for."""
    told = f"{row.letter}  {_time(row.date)}  {_capital(row.name)}"
    return textwrap.fill(told, 42, subsequent_indent="     ") if page.narrow else told


def _legend(record: pd.DataFrame) -> list[Line2D]:
    handles = {
        words: Line2D([], [], linestyle="none", marker=marker, color=colour, label=words)
        for bound, (marker, colour, words) in _BOUNDS.items()
        if bound in set(record["bound"])
    }
    own = Line2D(
        [], [], linestyle="none", marker="s", color=style.VERMILION, markerfacecolor="white", markeredgewidth=1.8,
        markersize=8, label="stated by the paper, with its claim",
    )  # fmt: skip
    return [*handles.values(), own]


def _whose(row: dict[str, Any]) -> str:
    """Who gives a number of prisoners, and of what time."""
    return ("" if row["who"] == RECORD else "paper ") + f"{row['says'].partition(' via ')[0]}, {_time(row['at'])}"


def _number(axes: Axes, row: dict[str, Any], place: float, most: float, page: Page) -> None:
    """One number of prisoners with what its wording leaves open, and on a wide page in words."""
    marker, colour = _WHO[row["who"]]
    face = colour if row["who"] == RECORD else "white"
    low, high = row["low"], row["high"]
    ends = [low, high] if high > low else [high]
    # The width of "about" is only hinted at, a little wider than the mark: the drawing shows the words, not a rule.
    pad = 0.035 * most if row["bound"] == "about" else 0.0
    if high > low or pad:
        axes.plot([low - pad, high + pad], [place] * 2, color=colour, linewidth=6, alpha=0.3, solid_capstyle="butt")
    if row["bound"] in ("at-least", "at-most"):
        length = 0.09 * most * (1 if row["bound"] == "at-least" else -1)
        axes.annotate(
            "", (high + length, place), (high, place),
            arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 1.4, "shrinkA": 0, "shrinkB": 0},
        )  # fmt: skip
    for end in ends:
        axes.plot(
            [end],
            [place],
            marker=marker,
            color=colour,
            markerfacecolor=face,
            markersize=7,
            markeredgewidth=1.6,
            zorder=3,
            clip_on=False,  # a few persons stand on the axis
        )
    if page.narrow:
        return
    right = high + (0.1 * most if row["bound"] == "at-least" else pad + 0.03 * most)
    axes.text(right, place, _said(row), fontsize=9, va="center")


def _over(name: str, said: str) -> str:
    """The name of a row over its mark, with what the mark says; the latter is not broken."""
    kept = said.replace(" ", "\N{NO-BREAK SPACE}")
    return textwrap.fill(f"{name}: {kept}", _NARROW_LABEL, break_on_hyphens=False)


def _time(at: str) -> str:
    """A day, month, year or time in words."""
    return at.replace("/", " to ")


def _what(row: dict[str, Any]) -> str:
    """The name of a row; a claim of the paper is named with it, a row of the tables is not."""
    claim = f" ({row['who']})" if row["lane"] != HAPPENED and "-" in row["who"] else ""
    return f"{_capital(row['what'])}{claim}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _when(row: dict[str, Any]) -> str:
    when = _time(row["date"])
    return when if row["bound"] == "exact" else f"{row['bound']} {when}"


def _said(row: dict[str, Any]) -> str:
    return _BEFORE.get(row["bound"], "") + span(row["low"], row["high"])


def _between(low: float, high: float) -> str:
    if high == float("inf"):
        return f"{written(low)} or more"
    return f"{written(high)} or fewer" if low == float("-inf") else span(low, high)


def _thousands(value: float, _: int) -> str:
    return written(value)


def _rows(frame: pd.DataFrame) -> list[Any]:
    return list(frame.itertuples())


def _dicts(frame: pd.DataFrame) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = frame.to_dict("records")
    return records
