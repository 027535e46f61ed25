"""Maps and tables of events by first-level division."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from afpak.analysis.provinces import UNKNOWN, class_of, classes
from afpak.figures import style
from afpak.figures.shown import Figure, Table, written
from afpak.figures.style import Page

_HEIGHT = 6.4
# Width of a letter and height of a line of the smallest type, in degrees at the size of the map.
_LETTER, _LINE = 0.24, 0.45
# How many times as small the map of a narrow page is.
_SMALLER = 1.9
# There, how many places for a name are tried in each direction, and how much of it its own outline has at least.
_STEPS, _OWN = 30, 0.4
# Detail of an outline that the size of the map can't show, in degrees.
_FINEST = 0.03
# Divisions smaller than this, in square degrees, go without a name: the table has them all.
_ROOM = 2.5
_OWN_CLASSES = "Each map has classes of its own, so that its shades can’t be held against those of another."
_DISPUTED = (
    "Borders drawn with dashes are disputed: the lines in and around Kashmir are those of the outlines used and say "
    "nothing of any claim."
)


def provinces(counts: pd.DataFrame, outlines: pd.DataFrame, name: str, when: str, what: str, source: str) -> Figure:
    """Events of each division over some years, in classes from pale to dark.

    Parameters
    ----------
    counts : pandas.DataFrame
        As `afpak.analysis.provinces.by_place` returns them.
    outlines : pandas.DataFrame
        Columns place and wkt (polygons in degrees east and north). A division without an outline is not drawn, and
        said in the caption.
    name : str
        Name of the figure.
    when, what, source : str
        Time and group in words, and where the counts come from.
    """
    whole = shapely.from_wkt(outlines["wkt"].to_numpy())
    # All at once, so that neighbours keep their common border.
    shapes = dict(zip(outlines["place"], shapely.coverage_simplify(whole, _FINEST), strict=True))
    known = counts[counts["place"] != UNKNOWN]
    drawn = known[known["place"].isin(list(shapes))]
    bands = classes(known["events"].dropna().astype(int).tolist())
    # Pale to dark in one hue: the order stays when printed in grey.
    colours = [colormaps["Blues"](0.15 + 0.8 * i / max(len(bands) - 1, 1)) for i in range(len(bands))]

    def draw(page: Page) -> Drawing:
        key = _key(bands, colours, drawn, page)
        columns = 2 if page.narrow else 3
        # The map of a narrow page has the whole width.
        height = 3.55 + 0.18 * (1 + -(-len(key) // columns)) if page.narrow else _HEIGHT
        drawing, axes = page.subplots(height)
        for row in drawn.itertuples():
            face: Any = "white"
            hatch = ""
            if not row.covered:
                face, hatch = style.PALE, "xx"
            elif row.events:
                face = colours[class_of(int(row.events), bands)]
            for path in _paths(shapes[row.place]):
                axes.add_patch(
                    PathPatch(path, facecolor=face, hatch=hatch, edgecolor=style.GREY, linewidth=0.6, zorder=2)
                )
        for row in drawn[drawn["disputed"] != ""].itertuples():
            for path in _paths(shapes[row.place]):
                axes.add_patch(PathPatch(path, fill=False, edgecolor="white", linewidth=1.6, zorder=3))
                axes.add_patch(
                    PathPatch(path, fill=False, edgecolor=style.BLACK, linestyle=(0, (3, 2)), linewidth=1.1, zorder=4)
                )
        _frame(axes, [shapes[place] for place in drawn["place"]])
        covered = drawn[drawn["covered"]]
        _label(axes, {str(row.name): shapes[row.place] for row in covered.itertuples(index=False)}, page)
        title = "events" if page.narrow else None
        drawing.legend(
            handles=key, loc="outside lower center", ncols=columns, fontsize=9, title=title, title_fontsize=9
        )
        return drawing

    lacking = sorted(known.loc[~known["place"].isin(list(shapes)), "name"])
    caption = (
        f"{what[:1].upper()}{what[1:]}, {when}, by first-level division under its present name.",
        _OWN_CLASSES,
        _unknown(counts),
        _not_covered(known),
        f"No outline for {', '.join(lacking)}." if lacking else "",
        _DISPUTED if (drawn["disputed"] != "").any() else "",
    )
    return Figure(
        draw,
        name,
        " ".join(part for part in caption if part),
        f"Map of divisions shaded by number of events, {when}. {_listed(known)} {_not_covered(known)}".strip(),
        source,
        counts,
    )


def by_province(counts: pd.DataFrame, name: str, when: str, what: str, source: str) -> Table:
    """The counts that `provinces` draws, most events first; countries that are not covered are left out."""
    shown = counts[counts["covered"]].sort_values(["events", "country", "name"], ascending=[False, True, True])
    total = shown.groupby("country")["events"].transform("sum").astype(float)
    return Table(
        pd.DataFrame(
            {
                "division": shown["name"].where(shown["place"] != UNKNOWN, "not known"),
                "country": shown["country"],
                "events": shown["events"],
                "share of the country, %": 100 * shown["events"].astype(float) / total.where(total > 0),
                "deaths (best estimate)": shown["deaths_best"],
                "borders": ["disputed" if text else None for text in shown["disputed"]],
            }
        ),
        name,
        f"{what[:1].upper()}{what[1:]}, {when}, by division.",
        source,
        decimals=0,
    )


def _paths(shape: Any) -> Iterator[Path]:
    """Each polygon as a path, its holes left open."""
    for polygon in getattr(shape, "geoms", [shape]):
        rings = [np.asarray(ring.coords) for ring in (polygon.exterior, *polygon.interiors)]
        codes = [code for ring in rings for code in (Path.MOVETO, *[Path.LINETO] * (len(ring) - 2), Path.CLOSEPOLY)]
        yield Path(np.concatenate(rings), codes)


def _label(axes: Axes, shapes: Mapping[str, Any], page: Page) -> None:
    """Write the names of the larger outlines, the largest first, where none lies on another."""
    # The letters of a smaller map are as large, so that a name needs more of it, and less in each line.
    scale, breaks = (_SMALLER, r" |(?<=-)") if page.narrow else (1.0, " ")
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    frame = shapely.box(west, south, east, north)
    taken: list[Any] = []
    for name, shape in sorted(shapes.items(), key=lambda item: -item[1].area):
        lines = re.split(breaks, name)
        if shape.area < _ROOM:
            continue
        half, rise = scale * _LETTER * max(map(len, lines)) / 2, scale * _LINE * len(lines) / 2
        # Where the outline is widest.
        place = shapely.maximum_inscribed_circle(shape).interpolate(0)
        if page.narrow:
            place = _with_room(shape, place, half, rise, frame, taken)
        box = shapely.box(place.x - half, place.y - rise, place.x + half, place.y + rise)
        if any(box.intersects(other) for other in taken):
            continue
        taken.append(box)
        axes.text(
            place.x, place.y, "\n".join(lines), ha="center", va="center", fontsize=9, color=style.BLACK, zorder=5,
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )  # fmt: skip


def _with_room(shape: Any, widest: Any, half: float, rise: float, frame: Any, taken: Sequence[Any]) -> Any:
    """Where words lie on no others and, as far as they can, within their outline, near to where it is widest.

    Parameters
    ----------
    shape, widest : shapely geometries
        The outline that is named, and the point where it is widest: there the words go if there is no such place.
    half, rise : float
        Half the width and half the height of the words.
    frame : shapely geometry
        What the words stay within.
    taken : sequence of shapely geometries
        Boxes of other words.
    """
    west, south, east, north = shape.bounds
    x, y = (axis.ravel() for axis in np.meshgrid(np.linspace(west, east, _STEPS), np.linspace(south, north, _STEPS)))
    boxes = shapely.box(x - half, y - rise, x + half, y + rise)
    free = shapely.within(boxes, frame) & ~shapely.intersects(boxes, shapely.union_all(list(taken)))
    share = shapely.area(shapely.intersection(shape, boxes)) / (4 * half * rise)
    free &= share > _OWN
    if not free.any():
        return widest
    # A tenth of the words counts as much as two degrees.
    best = np.argmax(np.where(free, share - 0.05 * np.hypot(x - widest.x, y - widest.y), -np.inf))
    return shapely.Point(x[best], y[best])


def _frame(axes: Axes, shapes: Sequence[Any]) -> None:
    """Limits around all outlines; a degree north as long as it is beside a degree east at their middle."""
    west, south, east, north = shapely.union_all(list(shapes)).bounds
    axes.set_xlim(west - 0.3, east + 0.3)
    axes.set_ylim(south - 0.3, north + 0.3)
    axes.set_aspect(1 / math.cos(math.radians((south + north) / 2)))
    axes.grid(visible=False)
    axes.set_axis_off()


def _key(bands: Sequence[tuple[int, int]], colours: Sequence[Any], drawn: pd.DataFrame, page: Page) -> list[Patch]:
    """What each look means; on a narrow page the key has the unit in its title."""
    unit = "" if page.narrow else " events"
    edge: Mapping[str, Any] = {"edgecolor": style.GREY, "linewidth": 0.6}
    handles = []
    if (drawn["events"] == 0).any():
        handles.append(Patch(facecolor="white", label="no event", **edge))
    handles += [
        Patch(facecolor=colour, label=f"{low:,} to {high:,}{unit}", **edge)
        for (low, high), colour in zip(bands, colours, strict=True)
    ]
    if not drawn["covered"].all():
        handles.append(Patch(facecolor=style.PALE, hatch="xx", label="not covered", **edge))
    if (drawn["disputed"] != "").any():
        handles.append(
            Patch(facecolor="none", edgecolor=style.BLACK, linestyle=(0, (3, 2)), linewidth=1.1, label="disputed")
        )
    return handles


def _unknown(counts: pd.DataFrame) -> str:
    rows = counts[(counts["place"] == UNKNOWN) & (counts["events"] > 0)]
    if rows.empty:
        return "Every event has a division."
    told = " and ".join(f"{written(int(row.events))} in {row.country}" for row in rows.itertuples())
    return f"Events of which no division is known, and which the map lacks: {told}."


def _not_covered(known: pd.DataFrame) -> str:
    countries = sorted(known.loc[~known["covered"], "country"].unique())
    return f"Not covered, or not in the same months: {' and '.join(countries)}." if countries else ""


def _listed(known: pd.DataFrame) -> str:
    """Every covered division with its count, most first, in words."""
    rows = known[known["covered"]].sort_values(["events", "name"], ascending=[False, True])
    some, none = rows[rows["events"] > 0], rows[rows["events"] == 0]
    told = ", ".join(f"{row.name} {written(int(row.events))}" for row in some.itertuples(index=False))
    quiet = f" No event: {', '.join(none['name'])}." if len(none) else ""
    return f"{told or 'No division has an event'}.{quiet}"
