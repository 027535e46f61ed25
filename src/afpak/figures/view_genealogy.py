"""The factions in time, to follow one of them through its splits, mergers and returns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from afpak.figures import style
from afpak.figures.factions import KINDS
from afpak.figures.shown import Figure
from afpak.figures.views import AUTOSIZE, LIT, NOW, SHAPES, Control, Key, Option, View

_LANE = 21  # pixels
_KNOWN = {4: "known to the year", 7: "known to the month", 10: "known to the day"}


def genealogy(
    events: pd.DataFrame,
    lanes: pd.DataFrame,
    organisations: pd.DataFrame,
    umbrella: str,
    as_of: date,
    source: str,
    twin: Figure,
) -> View:
    """Lanes, events and the lines between groups; one organisation can be followed.

    Parameters
    ----------
    events : pandas.DataFrame
        As `afpak.analysis.factions.in_order` returns them.
    lanes : pandas.DataFrame
        As `afpak.analysis.factions.lanes` returns them.
    organisations : pandas.DataFrame
        The table of organisations: full names, dates and sources.
    umbrella : str
        Organisation drawn as the thick first lane.
    as_of : datetime.date
        Right edge.
    source : str
        Where the events come from.
    twin : Figure
        The still figure.
    """
    rows = {row["organisation"]: row for row in lanes.to_dict("records")}
    known = organisations.set_index("organisation")
    left = min(lanes["begin"].min(), events["middle"].min())
    shown = [event for event in events.to_dict("records") if event["subject"] in rows]
    points = [_event(event, rows, known) for event in shown]
    bars = [_lane(row, known.loc[name], name == umbrella) for name, row in rows.items()]
    leads = [
        {"begin": _year(left), "end": _year(row["begin"]), "lane": int(row["lane"]), "groups": [name]}
        for name, row in rows.items()
        if not row["formed"]
    ]
    links = [
        {
            "day": _year(event["middle"]),
            "lane": int(rows[event["subject"]]["lane"]),
            "other": int(rows[event["object"]]["lane"]),
            "colour": KINDS[event["kind"]][1],
            "loose": event["kind"] == "pledged",
            "groups": [event["subject"], event["object"]],
        }
        for event in shown
        if event["object"] in rows
    ]
    kinds = [kind for kind in KINDS if any(event["kind"] == kind for event in shown)]
    by_name = sorted(rows.values(), key=lambda row: (row["organisation"] != umbrella, str(row["short"]).casefold()))
    return View(
        "genealogy-to-follow",
        f"The factions in time, up to {as_of}: choose an organisation to follow its line, with the events that it has "
        "part in; hover, or step from event to event, to read what happened, when, and who says so. A date known only "
        "to the month or year stands at its middle.",
        f"{len(rows)} horizontal lanes, one for each organisation, with {len(points)} marks for events, in order: "
        + "; ".join(f"{event['date']} {rows[event['subject']]['short']} {KINDS[event['kind']][2]}" for event in shown)
        + ".",
        source,
        _table(shown, rows, known),
        _spec(points, bars, leads, links, [str(row["short"]) for row in rows.values()], (left, as_of)),
        [
            Control(
                "Follow",
                [
                    Option("", "all organisations"),
                    *(Option(row["organisation"], _full(row, known)) for row in by_name),
                ],
                [""],
                "groups",
                "light",
            )
        ],
        twin,
        key=[Key(SHAPES[KINDS[kind][0]][1], KINDS[kind][1], KINDS[kind][2]) for kind in kinds],
    )


def _full(row: Mapping[str, Any], known: pd.DataFrame) -> str:
    name = str(known.loc[row["organisation"], "name"])
    return name if name == row["short"] else f"{row['short']} ({name})"


def _precise(text: str) -> str:
    return f"{text} ({_KNOWN.get(len(text), 'imprecise')})"


def _short(actor: Any, rows: Mapping[str, Mapping[str, Any]], known: pd.DataFrame) -> str:
    """Short name of an organisation with a lane, or of a state, which has none; else its identifier in plain words."""
    if actor in rows:
        return str(rows[actor]["short"])
    return str(known.loc[actor, "short"]) if actor in known.index else str(actor).replace("-", " ").title()


def _event(event: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]], known: pd.DataFrame) -> dict[str, Any]:
    other = f" – {_short(event['object'], rows, known)}" if isinstance(event["object"], str) else ""
    also = (
        f", also dated {event['date_alternatives'].replace(' | ', ', ')}" if _text(event, "date_alternatives") else ""
    )
    return {
        "day": _year(event["middle"]),
        "lane": int(rows[event["subject"]]["lane"]),
        "kind": event["kind"],
        "groups": [actor for actor in (event["subject"], event["object"]) if isinstance(actor, str)],
        "told": f"{_precise(event['date'])}{also}. {_short(event['subject'], rows, known)}: "
        f"{KINDS[event['kind']][2]}{other}. {event['summary']}. Source: {str(event['source']).replace(' | ', '; ')}",
    }


def _year(day: date) -> float:
    """A day as a year with its part gone by: a date would be read in the clock of the reader."""
    first, after = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    return round(day.year + (day - first).days / (after - first).days, 4)


def _text(row: Mapping[str, Any], column: str) -> bool:
    return isinstance(row.get(column), str) and bool(row[column])


def _lane(row: Mapping[str, Any], known: Mapping[str, Any], thick: bool) -> dict[str, Any]:
    begun = f"formed {_precise(known['formed'])}" if row["formed"] else "when it began is not known here"
    ended = f"; ended {_precise(known['ended'])}" if row["ended"] else ""
    return {
        "begin": _year(row["begin"]),
        "end": _year(row["end"]),
        "lane": int(row["lane"]),
        "thick": thick,
        "groups": [row["organisation"]],
        "told": f"{known['name']}: {begun}{ended}. Source: {str(known['source']).replace(' | ', '; ')}",
    }


def _table(shown: list[dict[Any, Any]], rows: Mapping[str, Mapping[str, Any]], known: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "date": [_precise(event["date"]) for event in shown],
            "organisation": [_short(event["subject"], rows, known) for event in shown],
            "event": [KINDS[event["kind"]][2] for event in shown],
            "other organisation": [
                _short(event["object"], rows, known) if isinstance(event["object"], str) else None for event in shown
            ],
            "what happened": [event["summary"] for event in shown],
            "sources": [str(event["source"]).replace(" | ", "; ") for event in shown],
        }
    )


def _spec(
    points: list[dict[str, Any]],
    bars: list[dict[str, Any]],
    leads: list[dict[str, Any]],
    links: list[dict[str, Any]],
    names: list[str],
    span: tuple[date, date],
) -> dict[str, Any]:
    quoted = ",".join("'" + name.replace("\\", "\\\\").replace("'", "\\'") + "'" for name in names)
    across = {
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [_year(day) for day in span], "nice": False, "zero": False},
        "axis": {"format": "d", "tickMinStep": 1, "labelOverlap": True, "orient": "top"},
    }
    down = {
        "field": "lane",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [-0.7, len(names) - 0.3], "nice": False, "reverse": True, "zero": False},
        "axis": {
            "values": list(range(len(names))),
            "labelExpr": f"[{quoted}][datum.value]",
            "labelOverlap": False,
            "labelLimit": 125,
            "labelFontSize": 11,
            "grid": False,
            "ticks": False,
            "domain": False,
        },
    }
    telling = {"tooltip": {"field": "told", "type": "nominal"}, "description": {"field": "told", "type": "nominal"}}
    along = {
        "x": {"field": "begin", **across},
        "x2": {"field": "end"},
        "y": down,
        "opacity": LIT,
    }
    kinds = list(KINDS)
    colours = [KINDS[kind][1] for kind in kinds]
    return {
        "datasets": {"points": points, "lanes": bars, "leads": leads, "links": links},
        "width": "container",
        "height": _LANE * len(names),
        "autosize": AUTOSIZE,
        "layer": [
            {
                # Under the marks, so that they are what is hovered over.
                "data": {"name": "points"},
                "mark": {"type": "point", "size": 500, "stroke": style.BLACK, "strokeWidth": 2.5, "aria": False},
                "encoding": {"x": {"field": "day", **across}, "y": down, "opacity": NOW},
            },
            {
                "data": {"name": "leads"},
                "mark": {"type": "rule", "color": style.GREY, "strokeDash": [1, 3], "aria": False},
                "encoding": along,
            },
            {
                "data": {"name": "lanes"},
                "mark": {"type": "rule"},
                "encoding": {
                    **along,
                    "color": {"condition": {"test": "datum.thick", "value": style.BLUE}, "value": "#8a8a8a"},
                    "strokeWidth": {"condition": {"test": "datum.thick", "value": 8}, "value": 4},
                    **telling,
                },
            },
            {
                "data": {"name": "links"},
                "mark": {"type": "rule", "aria": False},
                "encoding": {
                    "x": {"field": "day", **across},
                    "y": down,
                    "y2": {"field": "other"},
                    "color": {"field": "colour", "type": "nominal", "scale": None},
                    "strokeDash": {"condition": {"test": "datum.loose", "value": [2, 2]}, "value": [1, 0]},
                    "opacity": LIT,
                },
            },
            {
                "data": {"name": "points"},
                "mark": {"type": "point", "filled": True, "size": 95, "stroke": style.BLACK, "strokeWidth": 0.6},
                "encoding": {
                    "x": {"field": "day", **across},
                    "y": down,
                    "fill": {
                        "field": "kind",
                        "type": "nominal",
                        "scale": {"domain": kinds, "range": colours},
                        "legend": None,
                    },
                    "shape": {
                        "field": "kind",
                        "type": "nominal",
                        "scale": {"domain": kinds, "range": [SHAPES[KINDS[kind][0]][0] for kind in kinds]},
                        "legend": None,
                    },
                    "opacity": LIT,
                    **telling,
                },
            },
        ],
    }
