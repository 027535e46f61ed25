"""Figures and tables of the paper's options, of stated beside recorded values, and of measures after a date."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D

from afpak.analysis.options import EITHER, KINETIC, NEEDED, NOT_SAID
from afpak.figures import narrow, style
from afpak.figures.shown import Figure, Records, Table, cited, span, written
from afpak.figures.style import Page
from afpak.figures.verdicts import LOOKS

# Verdicts from the worst on, to name one for the grounds of an option; what no observation could decide comes last,
# since it neither carries nor shakes what stands on it.
WORST = ("contradicted", "contested", "inconsistent", "unverifiable", "pending", "supported", "not testable")
YES, NO, NEITHER = "yes", "no", "not said"
_CELLS: Mapping[str, tuple[str, str, str]] = {
    YES: ("s", style.BLUE, style.BLUE),
    NO: ("s", style.BLUE, "white"),
    NEITHER: ("_", style.GREY, style.GREY),
}
_WHOSE: Mapping[str, tuple[str, str]] = {"paper": ("s", style.VERMILION), "record": ("o", style.BLUE)}
_COLUMNS = ("by force", "needs\nKabul’s help", "possible\nwithout it", "rows in\nthe tables", "its grounds")
_NARROW_COLUMNS = ("by\nforce", "needs\nKabul’s\nhelp", "possible\nwithout\nit", "rows\nin the\ntables", "its\ngrounds")
_EACH_ENTRY = "the pages named in each entry"
_WRAP, _LABEL, _LINES, _CUT = 31, 38, 4, " …"
# On a narrow page the name of a row stands over it; both in lines of the drawing.
_NAME_LINE, _MARK_LINES = 0.85, 1.5
# Parts and milieus that are no organisations of the tables, in words.
_WORDS: Mapping[str, str] = {
    "Taliban-factions": "factions of the Taliban",
    "Uyghurs": "ethnic Uyghurs",
    "Chechens": "Chechens",
    "members-of-Al-Qaeda": "members of Al-Qaeda",
    "university-cells": "radicalised cells of university students",
    "former-cells-of-Al-Qaeda": "former cells linked to Al-Qaeda",
}


def matrix(options: pd.DataFrame, as_of: date, source: str) -> Figure:
    """Options down, conditions across.

    Parameters
    ----------
    options : pandas.DataFrame
        As `afpak.analysis.options.options` returns them.
    as_of : datetime.date
        For the caption.
    source : str
        Where the options are and what they were coded from.
    """
    rows = options.to_dict("records")
    cells = [_conditions(row) for row in rows]

    def draw(page: Page) -> Drawing:
        wrap = _LABEL if page.narrow else _WRAP
        labels = ["\n".join(textwrap.wrap(f"{row['claim']} {row['short']}", wrap)) for row in rows]
        depths, places = _rows(page, labels, [max(label.count("\n") + 1, 2) for label in labels])
        # The left edge, the places of the mark and of the words of the grounds, and the right edge, in columns.
        left, mark, words, right = (-0.42, 3.74, 3.98, 5.48) if page.narrow else (-0.5, 3.78, 3.95, 4.9)
        drawing, axes = page.subplots(1.35 + 0.2 * sum(depths) + 0.06 * len(rows))
        for row, answers, y in zip(rows, cells, places, strict=True):
            for x, answer in enumerate(answers):
                marker, edge, face = _CELLS[answer]
                axes.plot(
                    [x], [y], marker=marker, color=edge, markerfacecolor=face, markersize=13, markeredgewidth=1.6,
                    linestyle="none",
                )  # fmt: skip
            if isinstance(row["verdict"], str):
                look = LOOKS[row["verdict"]]
                axes.plot(
                    [mark], [y], marker=look.marker, color=look.colour, markersize=10, linestyle="none",
                    markeredgecolor=style.BLACK, markeredgewidth=0.7,
                )  # fmt: skip
                axes.text(words, y, row["verdict"], fontsize=9, va="center")
            else:
                axes.text(words, y, "none given", fontsize=9, va="center", color=style.GREY)
        for under in np.cumsum(depths)[:-1]:
            axes.axhline(under, color=style.PALE, linewidth=0.8)
        narrow.name_rows(axes, page, places, labels, above=10.0)
        axes.set_ylim(sum(depths), 0)
        axes.set_xlim(left, right)
        axes.xaxis.tick_top()
        columns = _NARROW_COLUMNS if page.narrow else _COLUMNS
        axes.set_xticks([*range(len(columns) - 1), mark + 0.22], columns, fontsize=9)
        axes.tick_params(length=0)
        axes.grid(visible=False)
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        drawing.legend(
            handles=[
                Line2D(
                    [], [], marker=marker, color=edge, markerfacecolor=face, markersize=10, markeredgewidth=1.6,
                    linestyle="none", label=answer,
                )
                for answer, (marker, edge, face) in _CELLS.items()
            ],
            loc="outside lower center",
            ncols=3,
            fontsize=9,
        )  # fmt: skip
        return drawing

    told = "; ".join(
        f"{row['claim']}, {row['short']}: "
        + ", ".join(f"{_plain(column)} {answer}" for column, answer in zip(_COLUMNS, answers, strict=False))
        + f", its grounds {row['verdict'] if isinstance(row['verdict'], str) else 'none given'}"
        for row, answers in zip(rows, cells, strict=True)
    )
    data = pd.DataFrame(cells, columns=[_plain(column) for column in _COLUMNS[:-1]])
    data.insert(0, "claim", options["claim"].to_list())
    data["grounds"] = options["verdict"].to_list()
    return Figure(
        draw,
        "options",
        f"The paper’s options of section 3 against five conditions, as of {as_of}: whether the section is one of "
        "force; whether the wording needs the help of the Afghan Taliban; whether, by that wording, it could be done "
        "without; whether the tables hold rows that would change with it; and the worst verdict on the grounds that "
        "the paper gives beside it and on what the table of the argument has it assume.",
        f"A grid of {len(rows)} options by five conditions. {told}.",
        source,
        data,
    )


def options_records(options: pd.DataFrame, verdicts: Mapping[str, str]) -> Records:
    """The options with every reason of the coding.

    Parameters
    ----------
    options : pandas.DataFrame
        As `afpak.analysis.options.options` returns them.
    verdicts : mapping of str to str
        Verdict by claim.
    """
    return Records(
        pd.DataFrame(
            {
                "claim": options["claim"],
                "short": options["short"],
                "the paper says": options["text"],
                "to act": options["addressee"],
                "means, by the title of the section": options["means"],
                "help of the Afghan Taliban": options["kabul"] + ": " + options["kabul_reason"],
                "rows in the tables": [
                    f"{written(row.rows)}. {row.measured}" if row.rows else f"none. {row.measured}"
                    for row in options.itertuples()
                ],
                "grounds given beside it": [_claims(reasons, verdicts) or "none" for reasons in options["reasons"]],
                "assumed, by the table of the argument": [
                    _claims(assumed, verdicts) or "nothing entered" for assumed in options["assumed"]
                ],
            }
        ),
        ["claim", "short"],
        "options-coded",
        "The options, with the reason for each coding.",
        "the tables claims, sections and argument of this book; the coding is a reading of the wording",
    )


def stated(
    values: pd.DataFrame, name: str, what: str, unit: str, as_of: date, source: str, scale: float = 1.0
) -> Figure:
    """Numbers that were stated of one thing, one row each, with their bounds and who states them.

    Parameters
    ----------
    values : pandas.DataFrame
        As `afpak.analysis.options.values` returns them, one row at least.
    name : str
        Name of the figure.
    what, unit : str
        What the numbers are of, and in what unit they are drawn.
    as_of : datetime.date
        For the caption.
    source : str
        Where the numbers come from.
    scale : float
        Numbers are divided by it.
    """
    rows = values.to_dict("records")
    labels = [_label(row) for row in rows]
    ends = values[["low", "high"]].to_numpy(float) / scale
    width = ends.max() - ends.min() or ends.max() * 0.1
    left, right = max(ends.min() - 0.18 * width, 0), ends.max() + 0.18 * width
    own = values[values["whose"] == "paper"]
    spread, wide = (values["low"] < values["high"]).any(), (own["low"] < own["high"]).any()
    band = "a pale band is" if wide else "a pale upright line is" if len(own) else ""

    def draw(page: Page) -> Drawing:
        depths, places = _rows(page, labels, [label.count("\n") + 1.4 for label in labels])
        drawing, axes = page.subplots(1.35 + 0.18 * sum(depths))
        for row, y in zip(rows, places, strict=True):
            marker, colour = _WHOSE[row["whose"]]
            low, high = row["low"] / scale, row["high"] / scale
            exact = row["bound"] == "exact"
            if row["whose"] == "paper":
                axes.axvspan(low, high, color=colour, alpha=0.1 if high > low else 0.35, linewidth=1)
            axes.plot([low, high], [y, y], color=colour, linewidth=2.4, linestyle="-" if exact else (0, (2, 1)))
            for end in dict.fromkeys((low, high)):
                axes.plot(
                    [end], [y], marker=marker, color=colour, markerfacecolor=colour if exact else "white",
                    markersize=7, linestyle="none",
                )  # fmt: skip
            for bound, tip in (("at-most", left), ("at-least", right)):
                if row["bound"] == bound:
                    axes.annotate(
                        "", (tip, y), (low, y), arrowprops={"arrowstyle": "->", "color": colour, "linewidth": 1.6}
                    )
        narrow.name_rows(axes, page, places, labels)
        axes.set_ylim(sum(depths), 0)
        axes.set_xlim(left, right)
        axes.xaxis.set_major_formatter(lambda value, _: written(value))
        axes.locator_params(axis="x", nbins=4 if page.narrow else 6)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel(unit)
        handles = [
            Line2D([], [], marker=marker, color=colour, markersize=7, linestyle="-" if spread else "none", label=whose)
            for whose, (marker, colour) in _WHOSE.items()
            if (values["whose"] == whose).any()
        ]
        if (values["bound"] != "exact").any():
            handles.append(
                Line2D(
                    [], [], marker="o", color=style.GREY, markerfacecolor="white", markersize=7,
                    linestyle=(0, (2, 1)) if spread else "none", label="open: about, or a bound",
                )
            )  # fmt: skip
        drawing.legend(handles=handles, loc="outside lower center", ncols=2 if page.narrow else 3, fontsize=9)
        return drawing

    told = "; ".join(f"{_when(row)}, {row['who']}: {_number(row, scale)}" for row in rows)
    return Figure(
        draw,
        name,
        f"{what}: what the paper states and what is recorded, as known on {as_of}, in the order of the dates to which "
        "the numbers belong (or on which they were published)."
        + (" A line between two marks is a range." if spread else "")
        + (f" Behind the rows {band} what the paper states." if band else "")
        + (" Long descriptions are cut here and stand in full in the table." if any(map(_is_cut, labels)) else "")
        + (" The axis does not begin at nought." if left > 0 else ""),
        f"One row for each of {len(rows)} numbers, in {unit}. {told}.",
        source,
        values.drop(columns=["source", "url", "day"]),
    )


def stated_table(values: pd.DataFrame, name: str, what: str, unit: str, scale: float = 1.0) -> Table:
    """The same numbers with their sources; parameters as for `stated`."""
    return Table(
        pd.DataFrame(
            {
                "date": [_when(row) for row in values.to_dict("records")],
                unit: [_number(row, scale) for row in values.to_dict("records")],
                "of whom or what": values["who"],
                "source": [cited(source, url) for source, url in zip(values["source"], values["url"], strict=True)],
            }
        ),
        name,
        f"{what}, as stated and recorded.",
        "the paper, and the pages named in each row",
        links=["source"],
    )


def composition(parts: pd.DataFrame, names: Mapping[str, str], whole: str) -> Table:
    """Parts of a group with their pledges, as `afpak.analysis.options.composition` returns them."""
    return Table(
        pd.DataFrame(
            {
                "part": [_name(part, names) for part in parts["part"]],
                "listed by the paper": [row.claim if row.listed else "no" for row in parts.itertuples()],
                "recorded pledge": parts["pledged"].fillna("none"),
                "named by the record as a part": ["yes" if named else "no" for named in parts["named"]],
                "source": [cited(source, url) for source, url in zip(parts["source"], parts["url"], strict=True)],
            }
        ),
        "composition",
        f"What {whole} is made up of: the paper’s list beside dated pledges and the record.",
        _EACH_ENTRY,
        links=["source"],
    )


def pools(
    grounds: pd.DataFrame, names: Mapping[str, str], verdicts: Mapping[str, str], read: Collection[str] = ()
) -> Table:
    """Recruiting grounds that the paper names, as `afpak.analysis.options.pools` returns them.

    ``read`` are the claims whose verdicts rest on readings of sources.
    """
    silent = pd.Series(
        [
            "nothing in the record’s statements"
            + ("; the verdict is from readings of sources" if claim in read else "")
            for claim in grounds["claim"]
        ],
        index=grounds.index,
        dtype=object,
    )
    return Table(
        pd.DataFrame(
            {
                "the paper’s unverified claim": [_name(pool, names) for pool in grounds["pool"]],
                "claim": grounds["claim"],
                "recorded of it": grounds["note"].where(grounds["recorded"], silent),
                "verdict": [f"{LOOKS[verdicts[claim]].mark} {verdicts[claim]}" for claim in grounds["claim"]],
                "source": [cited(source, url) for source, url in zip(grounds["source"], grounds["url"], strict=True)],
            }
        ),
        "recruiting-grounds",
        "Recruiting grounds as the paper lists them, without a source. That a group or milieu is listed says nothing "
        "of it beyond what the record adds. Readings of sources stand in the findings.",
        "the paper, and the pages named in each row",
        links=["source"],
    )


def since(measures: pd.DataFrame, policy: str) -> Table:
    """Measures by date, as `afpak.analysis.options.since` returns them; ``policy`` names the one between."""
    return Table(
        pd.DataFrame(
            {
                "measure": measures["name"],
                "date": measures["date"],
                "also given as": measures["others"].str.replace(" | ", ", "),
                "means": measures["means"],
                "in the paper": measures["claim"].fillna("no"),
                "before or after it": measures["place"],
                "source": [cited(source, url) for source, url in zip(measures["source"], measures["url"], strict=True)],
            }
        ),
        "measures-since",
        f"Measures with a recorded date, by whether they lie before or after this one: {policy}.",
        _EACH_ENTRY,
        links=["source"],
    )


def listed_names(parts: pd.Series, names: Mapping[str, str]) -> str:
    """Names for a sentence; says so if there is none."""
    return ", ".join(_name(part, names) for part in parts) or "none"


def in_words(values: pd.DataFrame, whose: str, scale: float = 1.0) -> str:
    """Numbers of the paper or of the record for a sentence, without repetition."""
    rows = values[values["whose"] == whose].to_dict("records")
    return "; ".join(dict.fromkeys(_number(row, scale) for row in rows)) or "none"


def _conditions(row: Mapping[Any, Any]) -> list[str]:
    means = NEITHER if row["means"] == NOT_SAID else YES if row["means"] == KINETIC else NO
    kabul = YES if row["kabul"] == NEEDED else NO
    return [means, kabul, YES if row["alone"] or row["kabul"] == EITHER else NO, YES if row["rows"] else NO]


def _claims(claims: tuple[str, ...], verdicts: Mapping[str, str]) -> str:
    return ", ".join(f"{claim} ({LOOKS[verdicts[claim]].mark} {verdicts[claim]})" for claim in claims)


def _rows(page: Page, labels: Sequence[str], beside: Sequence[float]) -> tuple[list[float], list[float]]:
    """Depths of rows and the places of their marks, in lines from the top.

    ``beside`` are the depths of rows with their labels beside them; their marks stand in the middle.
    """
    if page.narrow:
        depths = [_NAME_LINE * (label.count("\n") + 1) + _MARK_LINES for label in labels]
        return depths, [end - _MARK_LINES / 2 for end in accumulate(depths)]
    return [*beside], [end - depth / 2 for end, depth in zip(accumulate(beside), beside, strict=True)]


def _label(row: Mapping[Any, Any]) -> str:
    return "\n".join(textwrap.wrap(f"{_when(row)}: {row['who']}", _LABEL, max_lines=_LINES, placeholder=_CUT))


def _is_cut(label: str) -> bool:
    return label.endswith(_CUT)


def _when(row: Mapping[Any, Any]) -> str:
    return row["dated"].replace("/", " to ") if isinstance(row["dated"], str) else "undated"


def _number(row: Mapping[Any, Any], scale: float) -> str:
    before = {"about": "about ", "at-least": "at least ", "at-most": "at most "}.get(row["bound"], "")
    return before + span(row["low"] / scale, row["high"] / scale)


def _name(identifier: str, names: Mapping[str, str]) -> str:
    return names.get(identifier, _WORDS.get(identifier, identifier.replace("-", " ")))


def _plain(column: str) -> str:
    return column.replace("\n", " ")
