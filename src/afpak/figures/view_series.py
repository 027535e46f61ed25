"""The yearly counts of several publishers, to choose among."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from afpak.figures import style
from afpak.figures.shown import Figure, written
from afpak.figures.views import AUTOSIZE, NOW, SHAPES, Control, Option, View

# Vega's form of the dashes of `style`, in their order.
_DASHES = ([1, 0], [7, 3], [2, 2], [7, 2, 2, 2], [10, 2], [6, 2, 2, 2, 2, 2], [1, 1], [12, 4])
_LAYERS = 3  # of the specification
_BOUNDS: Mapping[str, str] = {"exact": "", "about": "about ", "at-least": "at least "}


def counts(figures: pd.DataFrame, definitions: pd.DataFrame, place: str, source: str, twin: Figure) -> View:
    """Series by year with every version that differs: which, of what sort, and on which scale.

    Parameters
    ----------
    figures : pandas.DataFrame
        As `afpak.analysis.published.figures_by_sort` returns them.
    definitions : pandas.DataFrame
        The table of series: publisher, and what each counts.
    place : str
        Where was counted, for words.
    source : str
        Where the counts come from.
    twin : Figure
        The still figure.
    """
    told_of = definitions.set_index("series")
    names = list(dict.fromkeys(figures["series"]))
    sorts = list(dict.fromkeys(sorted(figures["sort"], key=lambda sort: sort == "deaths")))
    points = [_point(row, told_of) for row in figures.to_dict("records")]
    colours = {name: style.CYCLE[i % len(style.CYCLE)] for i, name in enumerate(names)}
    # A ninth series has the colour of the first, but not its mark.
    marks = {name: style.MARKERS[(i + i // len(style.CYCLE)) % len(style.MARKERS)] for i, name in enumerate(names)}
    series = Control(
        "Series",
        [
            Option(
                name,
                name,
                SHAPES[marks[name]][1],
                colours[name],
                f"{name} ({told_of.loc[name, 'publisher']}) counts: {told_of.loc[name, 'counts']}.",
            )
            for name in names
        ],
        names,
        "series",
        several=True,
    )
    title = ("encoding", "y", "title")
    what = Control(
        "What is counted",
        [Option(sort, sort, sets=[(("layer", layer, *title), sort) for layer in range(_LAYERS)]) for sort in sorts],
        sorts[:1],
        "sort",
    )
    kinds = ["linear"] + (["log"] if (figures["value"] > 0).all() else [])
    words = {"linear": "linear, from zero", "log": "logarithmic: equal steps are equal ratios"}
    scale = Control(
        "Scale",
        [
            Option(
                kind,
                words[kind],
                sets=[(("layer", layer, "encoding", "y", "scale", "type"), kind) for layer in range(_LAYERS)],
            )
            for kind in kinds
        ],
        ["linear"],
    )
    spans = "; ".join(
        f"{name}, {sort}, {own['year'].min()} to {own['year'].max()}, highest {written(own['value'].max())} in "
        f"{own.loc[own['value'].idxmax(), 'year']}"
        for (name, sort), own in figures[figures["chosen"]].groupby(["series", "sort"])
    )
    return View(
        "counts-to-choose",
        f"Counts in {place} by year: choose series, incidents or deaths, and the scale. Filled marks are the version "
        "published last, which the line joins; open marks are other versions whose value differs. Nothing joins years "
        "without a figure. All chosen series stand on one scale, though they count different things.",
        f"Lines with marks by year, one for each series chosen: {spans}.",
        source,
        _table(figures, told_of),
        _spec(points, names, colours, marks, sorts[0]),
        [series, what, scale],
        twin,
    )


def _point(row: Mapping[str, Any], told_of: pd.DataFrame) -> dict[str, Any]:
    published = f", published {row['published']}" if isinstance(row["published"], str) else ""
    rank = "version published last" if row["chosen"] else "another version"
    return {
        "series": row["series"],
        "sort": row["sort"],
        "year": int(row["year"]),
        "value": float(row["value"]),
        "chosen": bool(row["chosen"]),
        "run": int(row["run"]),
        "told": f"{row['series']}, {row['year']}: {_value(row)} {row['sort']}. {rank.capitalize()}: "
        f"{row['version']}{published}. Publisher: {told_of.loc[row['series'], 'publisher']}",
    }


def _value(row: Mapping[str, Any]) -> str:
    return _BOUNDS[row["bound"]] + written(row["value"])


def _table(figures: pd.DataFrame, told_of: pd.DataFrame) -> pd.DataFrame:
    rows = figures.to_dict("records")
    return pd.DataFrame(
        {
            "series": figures["series"],
            "publisher": [told_of.loc[name, "publisher"] for name in figures["series"]],
            "counted": figures["metric"].str.replace("_", " "),
            "year": figures["year"].astype(str),
            "value": [_value(row) for row in rows],
            "version": figures["version"],
            "published": figures["published"],
            "stands for the year": ["yes" if flag else "no" for flag in figures["chosen"]],
            "read in": figures["source"],
        }
    )


def _spec(
    points: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    colours: Mapping[str, str],
    marks: Mapping[str, str],
    sort: str,
) -> dict[str, Any]:
    """A ring round the mark that is told of, lines, and marks: full for the versions that stand, open for others."""
    shape = {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": list(names), "range": [SHAPES[marks[name]][0] for name in names]},
        "legend": None,
    }
    colour = {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": list(names), "range": [colours[name] for name in names]},
        "legend": None,
    }
    dash = {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": list(names), "range": [_DASHES[i % len(_DASHES)] for i in range(len(names))]},
        "legend": None,
    }
    years = [point["year"] for point in points]

    def place() -> dict[str, Any]:
        # One for each layer, since each is set by itself.
        return {
            "x": {
                "field": "year",
                "type": "quantitative",
                "title": None,
                "axis": {"format": "d", "tickMinStep": 1, "grid": False},
                "scale": {"domain": [min(years) - 0.7, max(years) + 0.7], "nice": False},
            },
            "y": {"field": "value", "type": "quantitative", "title": sort, "scale": {"type": "linear"}},
        }

    telling = {"tooltip": {"field": "told", "type": "nominal"}, "description": {"field": "told", "type": "nominal"}}
    return {
        "datasets": {"points": list(points)},
        "data": {"name": "points"},
        "width": "container",
        "height": 360,
        "autosize": AUTOSIZE,
        "layer": [
            {
                # Under the marks, so that they are what is hovered over.
                "mark": {"type": "point", "size": 500, "stroke": style.BLACK, "strokeWidth": 2.5, "aria": False},
                "encoding": {**place(), "opacity": NOW},
            },
            {
                "transform": [{"filter": "datum.chosen"}],
                "mark": {"type": "line", "strokeWidth": 1.8, "aria": False},
                "encoding": {
                    **place(),
                    "color": colour,
                    "strokeDash": dash,
                    "detail": [{"field": "run", "type": "nominal"}],
                },
            },
            {
                "mark": {"type": "point", "filled": True, "opacity": 1},
                "encoding": {
                    **place(),
                    "shape": shape,
                    "fill": {"condition": {"test": "!datum.chosen", "value": "white"}, **colour},
                    "stroke": {"condition": {"test": "datum.chosen", "value": style.BLACK}, **colour},
                    "strokeWidth": {"condition": {"test": "datum.chosen", "value": 0.6}, "value": 2},
                    "size": {"condition": {"test": "datum.chosen", "value": 80}, "value": 110},
                    **telling,
                },
            },
        ],
    }
