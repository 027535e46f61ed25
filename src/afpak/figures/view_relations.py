"""Who stood with whom in a period, as a table of signs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from afpak.analysis.balance import Period
from afpak.figures import style
from afpak.figures.relations import SIGNS
from afpak.figures.shown import Figure
from afpak.figures.views import AUTOSIZE, LIT, Control, Key, Option, View

_CELL = 24  # pixels
# A true minus sign is as wide as a plus.
_MARKS: Mapping[int, str] = {1: "+", -1: "−", 0: "±"}


def relations(
    ties: Mapping[str, pd.DataFrame],
    placed: Mapping[str, pd.DataFrame],
    spans: Sequence[Period],
    order: Iterable[str],
    names: Mapping[str, str],
    source: str,
    twin: Figure,
) -> View:
    """Signs by pair, for one period and one teller at a time.

    Parameters
    ----------
    ties : mapping of str to pandas.DataFrame
        For ``paper`` and ``record`` as `afpak.analysis.balance.edges` returns them.
    placed : mapping of str to pandas.DataFrame
        The relations behind them, as `afpak.analysis.balance.in_periods` returns them.
    spans : sequence of Period
        The periods.
    order : iterable of str
        Actors in the order in which they are wanted; those not named come after them, by name.
    names : mapping of str to str
        Short names by actor.
    source : str
        Where the relations come from.
    twin : Figure
        The still figure.
    """
    said = {whose: {(row["period"], row["relation"]): _said(row) for row in _records(placed[whose])} for whose in ties}
    upper: list[dict[str, Any]] = []
    lower: list[dict[str, Any]] = []
    table: list[dict[str, str]] = []
    for whose, rows in ties.items():
        for tie in _records(rows):
            colour, _, _, word = SIGNS[tie["sign"]]
            first, second = names[tie["first"]], names[tie["second"]]
            behind = [said[whose][tie["period"], one] for one in tie["relations"].split(" | ")]
            cell = {
                "period": tie["period"],
                "whose": whose,
                "groups": [tie["first"], tie["second"]],
                "mark": _MARKS[tie["sign"]],
                "colour": colour,
                "told": f"{first} and {second}: {word}, as the {whose} has it, {tie['period']}. " + ". ".join(behind),
            }
            upper.append({**cell, "row": first, "column": second})
            lower.append({**cell, "row": second, "column": first})
            table.append(
                {
                    "period": tie["period"],
                    "as told by": f"the {whose}",
                    "pair": f"{first} and {second}",
                    "sign": f"{_MARKS[tie['sign']]} {word}",
                    "rests on": ". ".join(behind),
                }
            )
    actors = {actor for rows in ties.values() for actor in (*rows["first"], *rows["second"])}
    ahead = [actor for actor in order if actor in actors]
    ordered = [*ahead, *sorted(actors - set(ahead), key=lambda actor: names[actor].casefold())]
    tellers = {"paper": "the paper", "record": "the record"}
    return View(
        "relations-to-choose",
        "Who stood with whom and who against whom: choose a period and whose account, and an actor to follow. Plus: "
        "together; minus: against each other; both: mixed. An empty field means that nothing is told of the pair in "
        "that period, and an actor of whom nothing is told is not shown. Hover, or step from pair to pair, to read "
        "what the sign rests on.",
        f"A square table of signs for {len(ordered)} actors, by period. "
        + " ".join(
            f"{period.label}: {len(own)} pairs told by {tellers[whose]}, "
            + ", ".join(f"{int((own['sign'] == sign).sum())} {SIGNS[sign][3]}" for sign in SIGNS)
            + "."
            for period in spans
            for whose, own in ((whose, rows[rows["period"] == period.label]) for whose, rows in ties.items())
        ),
        source,
        pd.DataFrame(table),
        _spec(upper, lower, [names[actor] for actor in ordered]),
        [
            Control(
                "Period",
                [Option(period.label, period.label) for period in spans],
                [spans[-1].label],
                "period",
            ),
            Control("As told by", [Option(whose, tellers[whose]) for whose in ties], [[*ties][-1]], "whose"),
            Control(
                "Follow",
                [
                    Option("", "all actors"),
                    *(Option(actor, names[actor]) for actor in sorted(actors, key=lambda one: names[one].casefold())),
                ],
                [""],
                "groups",
                "light",
            ),
        ],
        twin,
        key=[Key(_MARKS[sign], colour, word) for sign, (colour, _, _, word) in SIGNS.items()],
    )


def _records(rows: pd.DataFrame) -> list[dict[Any, Any]]:
    return list(rows.to_dict("records"))


def _said(row: Mapping[str, Any]) -> str:
    """One relation in words: its kind, its time, what shows it, and who says so."""
    begin, end = (row[side] if isinstance(row[side], str) else None for side in ("from", "to"))
    if begin and end:
        time = begin if begin == end else f"{begin} to {end}"
    elif begin or end:
        time = f"from {begin}, no end given" if begin else f"until {end}, no beginning given"
    else:
        time = "undated"
    what = row.get("summary", row.get("note"))
    told = f": {what}" if isinstance(what, str) else ""
    if isinstance(row.get("claim"), str):
        return f"{str(row['kind']).capitalize()} ({time}){told} [claim {row['claim']}]"
    return f"{str(row['kind']).capitalize()} ({time}){told} [{str(row['source']).replace(' | ', '; ')}]"


def _spec(upper: list[dict[str, Any]], lower: list[dict[str, Any]], names: list[str]) -> dict[str, Any]:
    place = {
        "x": {
            "field": "column",
            "type": "nominal",
            "sort": names,
            "title": None,
            "axis": {"orient": "top", "labelAngle": -90, "labelLimit": 110, "labelFontSize": 11,
                     "grid": True, "tickBand": "extent"},
        },
        "y": {
            "field": "row",
            "type": "nominal",
            "sort": names,
            "title": None,
            "axis": {"labelLimit": 110, "labelFontSize": 11, "grid": True, "tickBand": "extent"},
        },
    }  # fmt: skip
    telling = {"tooltip": {"field": "told", "type": "nominal"}, "description": {"field": "told", "type": "nominal"}}
    colour = {"field": "colour", "type": "nominal", "scale": None}
    layers: list[dict[str, Any]] = []
    for name in ("points", "mirror"):
        layers += [
            {
                "data": {"name": name},
                # White, so that the whole field can be hovered over.
                "mark": {"type": "rect", "fill": "white", "strokeWidth": 1.2, "aria": name == "points"},
                "encoding": {**place, "stroke": colour, "opacity": LIT, **telling},
            },
            {
                "data": {"name": name},
                "mark": {"type": "text", "fontSize": 17, "fontWeight": "bold", "aria": False},
                "encoding": {**place, "text": {"field": "mark"}, "color": colour, "opacity": LIT,
                             "tooltip": telling["tooltip"]},
            },
        ]  # fmt: skip
    ring = {
        "data": {"name": "points"},
        "transform": [{"filter": "datum.now"}],
        "mark": {"type": "rect", "filled": False, "stroke": style.BLACK, "strokeWidth": 3, "aria": False},
        "encoding": place,
    }
    return {
        "datasets": {"points": upper, "mirror": lower},
        "width": "container",
        "height": {"step": _CELL},
        "autosize": AUTOSIZE,
        "layer": [*layers, ring],
    }
