"""Figures and tables of what the paper rests on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import MaxNLocator

from afpak.analysis.sourcing import GROUPS, UNDATED
from afpak.figures import style
from afpak.figures.shown import (
    Figure,
    Records,
    Table,
    cited,
    p_value,
    reference_in_words,
    span,
    with_interval,
    written,
)
from afpak.figures.style import Page
from afpak.figures.verdicts import LOOKS

_REFERENCES = "the footnotes and the bibliography of the paper: table references of this book"
_CLAIMS = "tables claims and references of this book"
_COMPUTED = "the findings of this book"
_LINE = 0.06  # of the height of the years’ axes on a narrow page, a line of letters
# Colour and hatch of a group of kinds.
_LOOKS: Mapping[str, tuple[str, str]] = dict(
    zip(GROUPS, ((style.BLUE, ""), (style.ORANGE, "//"), (style.GREEN, "xx")), strict=True)
)


def kinds(counts: pd.DataFrame) -> Table:
    """Entries by kind, as `afpak.analysis.sourcing.by_kind` returns them."""
    return Table(
        counts.assign(share=[f"{100 * share:.0f}%" for share in counts["share"]]).rename(
            columns={"share": "share of footnotes"}
        ),
        "kinds",
        "Footnotes and bibliography entries by kind. A footnote that cites two works counts twice; ibid stands for the "
        "work of the footnote before.",
        _REFERENCES,
        decimals=0,
    )


def kinds_by_section(counts: pd.DataFrame) -> Figure:
    """Footnotes by section and kind, as squares with their number.

    Parameters
    ----------
    counts : pandas.DataFrame
        As `afpak.analysis.sourcing.kinds_by_section` returns them.
    """

    def draw(page: Page) -> Drawing:
        # On a narrow page the squares of a row have half the room.
        smallest, more, letters, names = (105, 85, style.SMALL, style.SMALL) if page.narrow else (110, 260, 10, 11)
        drawing, axes = page.subplots(1.2 + (0.28 if page.narrow else 0.33) * len(counts))
        most = max(int(counts.to_numpy().max()), 1)
        for y, (_, row) in enumerate(counts.iterrows()):
            for x, number in enumerate(row):
                if number:
                    size = smallest + more * number / most
                    axes.scatter([x], [y], s=size, marker="s", color=style.SKY, edgecolor=style.BLUE, zorder=2)
                    axes.text(x, y, str(number), ha="center", va="center", fontsize=letters, zorder=3)
        headings = list(counts.columns) if page.narrow else [name.replace(" ", "\n") for name in counts.columns]
        axes.set_xticks(range(len(headings)), headings, fontsize=9, rotation=90 if page.narrow else 0)
        axes.set_yticks(range(len(counts)), [str(section) for section in counts.index], fontsize=names)
        axes.set_xlim(-0.6, len(counts.columns) - 0.4)
        axes.set_ylim(len(counts) - 0.4, -0.6)
        axes.tick_params(axis="x", top=True, labeltop=True, bottom=False, labelbottom=False)
        axes.set_ylabel("section of the paper", fontsize=names)
        axes.spines["left"].set_visible(False)
        axes.spines["bottom"].set_visible(False)
        return drawing

    told = "; ".join(
        f"{section}: " + ", ".join(f"{number} {kind}" for kind, number in row.items() if number)
        for section, row in counts.iterrows()
    )
    return Figure(
        draw,
        "kinds-by-section",
        "Footnotes by the section that calls them and by kind of source; the larger the square, the more. Sections "
        "without a footnote are left out.",
        f"A grid of numbered squares, sections down and kinds of source across. {told}.",
        _REFERENCES,
        counts.rename_axis("section").reset_index(),
    )


def by_year(counts: pd.DataFrame) -> Figure:
    """Footnotes by year of their date, stacked by group of kinds.

    Parameters
    ----------
    counts : pandas.DataFrame
        As `afpak.analysis.sourcing.by_year` returns them.
    """

    def draw(page: Page) -> Drawing:
        drawing, axes = page.subplots(4.5 if page.narrow else 3.9)
        # The undated stand apart from the years.
        places = [i + (2 if year == UNDATED else 0) for i, year in enumerate(counts["year"])]
        bottom = pd.Series(0, index=counts.index)
        for group, (colour, hatch) in _LOOKS.items():
            axes.bar(
                places, counts[group], bottom=bottom, color=colour, hatch=hatch, edgecolor="white", linewidth=0.6,
                label=group,
            )  # fmt: skip
            bottom = bottom + counts[group]
        # On a narrow page numbers of years beside each other would be read as one: the second stands a line higher.
        line, before, last = _LINE * (bottom.max() + 2) if page.narrow else 0.0, -2, 0.0
        for place, total in zip(places, bottom, strict=True):
            if total:
                height = total + 0.2
                if place - before == 1 and abs(height - last) < line:
                    height = last + line
                axes.text(place, height, str(total), ha="center", va="bottom", fontsize=9)
                before, last = place, height
        ticks = [
            (place, year) for place, year in zip(places, counts["year"], strict=True)
            if year == UNDATED or int(year) % 5 == 0
        ]  # fmt: skip
        axes.set_xticks([place for place, _ in ticks], [year for _, year in ticks])
        if page.narrow:
            axes.tick_params(axis="x", rotation=90)
        axes.set_ylim(0, bottom.max() + 2)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_ylabel("footnotes")
        axes.set_xlabel("year of the date printed")
        axes.grid(axis="x", visible=False)
        drawing.legend(loc="outside lower center", ncols=1 if page.narrow else 2, fontsize=9)
        return drawing

    told = "; ".join(
        f"{row['year']}: " + ", ".join(f"{row[group]} {group}" for group in GROUPS if row[group])
        for row in counts.to_dict("records")
        if any(row[group] for group in GROUPS)
    )
    return Figure(
        draw,
        "by-year",
        "Footnotes by the year of the date that the paper prints for the source, with those that print none at the "
        "right. Notes without a source and repetitions are left out.",
        f"Stacked bars of footnotes by year and group of sources. {told}.",
        _REFERENCES,
        counts,
    )


def talks(held: pd.DataFrame) -> Records:
    """Interviews and discussions, as `afpak.analysis.sourcing.talks` returns them."""
    return Records(
        pd.DataFrame(
            {
                "partner": held["partner"],
                "date": held["dates"].str.replace(" | ", " or ").fillna("not dated"),
                "named": held["named"].map({True: "yes", False: "no"}),
                "where": [", ".join(map(reference_in_words, held_in.split(" | "))) for held_in in held["references"]],
                "section": held["section"],
                "claims that rest on it": held["claims"].astype(str),
                "as the paper prints it": held["note"],
            }
        ),
        ["partner", "date"],
        "talks",
        "The interviews and discussions that the paper’s notes and bibliography name, each once.",
        _REFERENCES,
    )


def footnoted(shares: pd.DataFrame) -> Figure:
    """Share of claims with a footnote, by section.

    Parameters
    ----------
    shares : pandas.DataFrame
        As `afpak.analysis.sourcing.footnoted` returns them.
    """
    percent = 100 * shares["share"]

    def draw(page: Page) -> Drawing:
        drawing, axes = page.subplots(0.9 + 0.26 * len(shares))
        places = range(len(shares))
        axes.barh(places, percent, height=0.62, color=style.BLUE)
        for place, row, width in zip(places, shares.to_dict("records"), percent, strict=True):
            axes.text(
                width + 1.5, place, f"{row['footnoted']} of {row['claims']}", va="center", fontsize=9,
                bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none"},
            )  # fmt: skip
        axes.set_yticks(places, list(shares["section"]))
        axes.set_ylim(len(shares) - 0.4, -0.6)
        # Room for the words beside the longest bar.
        axes.set_xlim(0, 140 if page.narrow else 116)
        axes.set_xticks(range(0, 101, 50 if page.narrow else 20))
        axes.set_xlabel("share of claims with{}a footnote, in per cent".format("\n" if page.narrow else " "))
        axes.set_ylabel("section of the paper")
        axes.grid(axis="y", visible=False)
        return drawing

    told = "; ".join(f"{row['section']}: {row['footnoted']} of {row['claims']}" for row in shares.to_dict("records"))
    return Figure(
        draw,
        "footnoted",
        "Claims that cite a footnote, as a share of all claims that first stand in the section.",
        f"Horizontal bars, one per section. {told}.",
        _CLAIMS,
        shares,
    )


def verdicts(counts: pd.DataFrame) -> Table:
    """Verdicts by footnote, as `afpak.analysis.sourcing.verdicts_by_footnote` returns them."""
    return Table(
        pd.DataFrame(
            {
                "verdict": [f"{LOOKS[verdict].mark} {verdict}" for verdict in counts["verdict"]],
                "claims with a footnote": counts["with_footnote"],
                "claims without": counts["without"],
            }
        ),
        "verdicts-by-footnote",
        "Verdicts on claims with and without a footnote.",
        _COMPUTED,
        decimals=0,
    )


def footnote_tests(tests: pd.DataFrame) -> Table:
    """Exact tests of two-by-two tables.

    Parameters
    ----------
    tests : pandas.DataFrame
        Columns asked, with_hit, with_all, without_hit, without_all (counts), odds_ratio, low, high, fisher, barnard
        (p-values).
    """
    return Table(
        pd.DataFrame(
            {
                "asked": tests["asked"],
                "with a footnote": _of(tests, "with_hit", "with_all"),
                "without": _of(tests, "without_hit", "without_all"),
                "odds ratio": [
                    with_interval(ratio, low, high) if all(map(math.isfinite, (ratio, low, high))) else "–"
                    for ratio, low, high in zip(tests["odds_ratio"], tests["low"], tests["high"], strict=True)
                ],
                "p, Fisher": tests["fisher"].map(p_value),
                "p, Barnard": tests["barnard"].map(p_value),
            }
        ),
        "footnote-tests",
        "Claims with and without a footnote: exact tests of equal chances, and the odds ratio (with to without) with "
        "its exact 95% interval.",
        _COMPUTED,
    )


def out_of_time(rows: pd.DataFrame) -> Records:
    """Sources whose date does not fit, as `afpak.analysis.sourcing.out_of_time` returns them."""
    return Records(
        pd.DataFrame(
            {
                "source": rows["reference"].map(reference_in_words),
                "date": rows["source_date"],
                "mark": rows["mark"].str.replace("-", " "),
                "cited for claim": rows["claim"],
                "the paper’s date of it": rows["stated"].str.replace("/", " to "),
                "days from that to the source": _days(rows, "days_min", "days_max"),
                "recorded date": rows["recorded"],
                "days from the recorded date to the source": _days(rows, "recorded_min", "recorded_max"),
                "why it is marked": rows["note"],
            }
        ),
        ["source", "date", "mark", "cited for claim"],
        "out-of-time",
        "Sources marked as older or younger than what they are cited for. A negative number of days: the source is "
        "the older one.",
        "tables references, claims and statements of this book, and its record",
    )


def beside_the_record(rows: pd.DataFrame, found: Mapping[str, str]) -> Records:
    """The paper's numbers beside the record.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `afpak.audit.paper.beside_the_record` returns them.
    found : mapping of str to str
        Verdict by claim.
    """
    return Records(
        pd.DataFrame(
            {
                "claim": rows["claim"],
                "about": rows["about"],
                "what": rows["what"],
                "the paper": rows["paper"],
                "the record": rows["record"].fillna("nothing on that time"),
                "the record on other times": rows["other_times"],
                "this statement alone": [f"{LOOKS[one].mark} {one}" for one in rows["verdict"]],
                "the claim in all": [f"{LOOKS[found[one]].mark} {found[one]}" for one in rows["claim"]],
                "sources": [cited(source, url) for source, url in zip(rows["source"], rows["url"], strict=True)],
            }
        ),
        ["claim", "about", "what"],
        "numbers-of-the-introduction",
        "What the paper states in its front matter, beside what the record has; after each value of the record the day "
        "on which it became known.",
        "the paper, and the pages named in each entry",
        links=["sources"],
    )


def _of(rows: pd.DataFrame, hit: str, among: str) -> list[str]:
    return [
        f"{part} of {whole}" + (f" ({100 * part / whole:.0f}%)" if whole else "")
        for part, whole in zip(rows[hit], rows[among], strict=True)
    ]


def _days(rows: pd.DataFrame, low: str, high: str) -> list[Any]:
    return [
        None if pd.isna(first) else span(first, last) if first != last else written(first)
        for first, last in zip(rows[low], rows[high], strict=True)
    ]
