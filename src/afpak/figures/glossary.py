"""The glossary: the listing of names, the tables of their spellings and abbreviations, and a figure."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd
from matplotlib.figure import Figure as Drawing
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from afpak.figures import narrow, style
from afpak.figures.listing import Listing
from afpak.figures.shown import Figure, Table
from afpak.figures.style import Page

SOURCE = "tables organisations, subjects and leaders of this book"
# Colour and hatch of a bar, by the first kind of an entry.
_LOOKS: Mapping[str, tuple[str, str]] = {
    "person": (style.BLUE, ""),
    "organisation": (style.ORANGE, "//"),
    "other": (style.GREEN, "xx"),
}
_WRAP = 32


def listing(found: pd.DataFrame, words: Mapping[str, Sequence[str]], as_of: date) -> Listing:
    """All entries, with a place of its own for each, to which other pages link with its words.

    Parameters
    ----------
    found : pandas.DataFrame
        As `afpak.analysis.names.entries` returns them.
    words : mapping of str to sequence of str
        As `afpak.analysis.names.words` returns them.
    as_of : datetime.date
        For the caption.
    """
    rows = found.to_dict("records")
    return Listing(
        pd.DataFrame(
            {
                "name": [row["entry"] for row in rows],
                "kind": [row["kind"] for row in rows],
                "also written": ["; ".join(_others(row)) for row in rows],
                "who or what": [_told(row) for row in rows],
                "section": [row["sections"] for row in rows],
            }
        ),
        "glossary",
        "Names and terms. Persons and matters are described as they stood when the paper was written, "
        f"offices and the fate of organisations as of {as_of}. A spelling with a star leads to other entries "
        "too.",
        SOURCE,
        key="name",
        anchor="term",
        filters=["kind", "section"],
        once=True,
        words=words,
        sort="kind",
        spellings="also written",
        told="who or what",
    )


def variants(table: pd.DataFrame) -> Table:
    """Words written in more than one way, as `afpak.analysis.names.variants` returns them."""
    return Table(
        pd.DataFrame(
            {
                "entry": table["entry"],
                "written": table["ways"].str.replace(" | ", ", "),
                "ways": table["number"],
            }
        ),
        "variants",
        "Names of which a word is written in more than one way, by the paper or by its sources and this book’s.",
        SOURCE,
        decimals=0,
    )


def abbreviations(table: pd.DataFrame) -> Table:
    """Abbreviations, as `afpak.analysis.names.abbreviations` returns them."""
    return Table(
        pd.DataFrame(
            {
                "abbreviation": table["abbreviation"],
                "leads to": table["entry"],
                "kind": table["kind"].str.replace(" | ", ", "),
            }
        ),
        "abbreviations",
        "Abbreviations in the paper and in this book.",
        SOURCE,
    )


def shared(table: pd.DataFrame) -> Table:
    """Spellings that lead to several entries, as `afpak.analysis.names.shared` returns them."""
    return Table(
        pd.DataFrame({"written": table["spelling"], "can be": table["entries"].str.replace(" | ", " or ")}),
        "shared",
        "Spellings that can mean one of several entries, so that only the context tells which. No page links them.",
        SOURCE,
    )


def spellings(counts: pd.DataFrame, at_least: int) -> Figure:
    """Ways of writing per entry, as bars.

    Parameters
    ----------
    counts : pandas.DataFrame
        As `afpak.analysis.names.counted` returns them.
    at_least : int
        Entries with fewer ways are not drawn; if none has as many, those with most are.
    """
    least = min(at_least, int(counts["number"].max()))
    drawn = counts[counts["number"] >= least]
    groups = [_group(kind) for kind in drawn["kind"]]

    def draw(page: Page) -> Drawing:
        labels = [textwrap.fill(name, 40 if page.narrow else _WRAP) for name in drawn["entry"]]
        lines = [label.count("\n") + 1 for label in labels]
        # Where the names stand above the bars, each bar needs room of its own.
        thick, of_a_bar, of_a_line = (0.5, 0.2, 0.16) if page.narrow else (0.66, 0.12, 0.17)
        drawing, axes = page.subplots(1.4 + of_a_bar * len(drawn) + of_a_line * sum(lines))
        # As much room for a name as it has lines; the bars are as thick as each other.
        places, top = [], 0.0
        for number in lines:
            room = 1 + (0.4 * number if page.narrow else 0.7 * (number - 1))
            places.append(top + room - 0.4 if page.narrow else top + room / 2)
            top += room
        for place, group, number in zip(places, groups, drawn["number"], strict=True):
            colour, hatch = _LOOKS[group]
            axes.barh(place, number, height=thick, color=colour, hatch=hatch, edgecolor="white", linewidth=0.6)
            axes.text(number + 0.08, place, str(number), va="center", fontsize=9)
        narrow.name_rows(axes, page, places, labels, above=7, linespacing=0.95)
        axes.set_ylim(top, 0)
        axes.set_xlim(0, drawn["number"].max() * 1.08)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel("ways of writing the name,{}abbreviations apart".format("\n" if page.narrow else " "))
        axes.grid(axis="y", visible=False)
        handles = [
            Patch(facecolor=colour, hatch=hatch, edgecolor="white", label=group)
            for group, (colour, hatch) in _LOOKS.items()
            if group in groups
        ]
        drawing.legend(
            handles=handles, loc="outside lower center", ncols=3, fontsize=9, columnspacing=1.2 if page.narrow else 2
        )
        return drawing

    told = "; ".join(f"{entry}, {number}" for entry, number in zip(drawn["entry"], drawn["number"], strict=True))
    return Figure(
        draw,
        "spellings",
        f"Entries with {least} or more ways of writing their name, different names of one entry among them.",
        f"Horizontal bars, one for each of {len(drawn)} entries, longest first. {told}.",
        SOURCE,
        drawn,
    )


def _group(kind: str) -> str:
    first = kind.split(" | ")[0]
    return first if first in _LOOKS else "other"


def _others(row: Mapping[str, str]) -> list[str]:
    """Ways of writing beside the name, those of other entries too with a star."""
    short = [row["short"]] if row["short"] and row["short"].casefold() != row["entry"].casefold() else []
    own = [text for text in row["spellings"].split(" | ") if text]
    return [*short, *own, *(f"{text}*" for text in row["shared"].split(" | ") if text)]


def _told(row: Mapping[str, str]) -> str:
    """What an entry means, and the offices of a person."""
    offices = row["offices"].replace(" | ", "; ")
    return ". ".join(part for part in (row["meaning"], f"Offices: {offices}" if offices else "") if part)
