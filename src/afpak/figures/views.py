"""A picture to hover over and choose in, under the still figure that is its twin.

A view is a Vega-Lite specification with its rows in it, and the controls that choose among them. The page holds both;
the book's script (`book/_on_demand/_static/afpak-views.js`) makes the controls and draws when it is asked to. Without
scripts, and on paper, the still figure stands for it.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd
from altair.utils.schemapi import validate_jsonschema
from altair.vegalite.v6.schema.core import load_schema

from afpak import bundles
from afpak.figures import style
from afpak.figures.shown import Figure, IncompleteError, named

_SHORTEST_ALTERNATIVE = 40
# For each of matplotlib's marks that the still figures use: Vega's shape, and a letter that looks like it.
_X = "M-.9,-.5L-.5,-.9L0,-.4L.5,-.9L.9,-.5L.4,0L.9,.5L.5,.9L0,.4L-.5,.9L-.9,.5L-.4,0Z"
_STAR = "M0,-1L.22,-.31L.95,-.31L.36,.12L.59,.81L0,.38L-.59,.81L-.36,.12L-.95,-.31L-.22,-.31Z"
SHAPES: Mapping[str, tuple[str, str]] = {
    "o": ("circle", "●"),
    "s": ("square", "■"),
    "^": ("triangle-up", "▲"),
    "D": ("diamond", "◆"),
    "v": ("triangle-down", "▼"),
    "P": ("cross", "✚"),
    "X": (_X, "✖\ufe0e"),
    "*": (_STAR, "★"),
    "|": ("M-.25,-1L.25,-1L.25,1L-.25,1Z", "┃"),
    "<": ("triangle-left", "◀\ufe0e"),
    ">": ("triangle-right", "▶\ufe0e"),
}
CONFIG: Mapping[str, Any] = {
    "background": "white",
    "font": "DejaVu Sans, Verdana, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelColor": style.BLACK,
        "titleColor": style.BLACK,
        "gridColor": style.PALE,
    },
}
# Marks that are not of what was chosen stay as faint as this, so that what surrounds a line is still seen.
LIT: Mapping[str, Any] = {"condition": {"test": "datum.lit !== false", "value": 1}, "value": 0.15}
# The ring round the mark that is told of.
NOW: Mapping[str, Any] = {"condition": {"test": "datum.now", "value": 1}, "value": 0}
AUTOSIZE: Mapping[str, Any] = {"type": "fit-x", "contains": "padding"}


@dataclass(frozen=True)
class Key:
    """A mark and what it stands for."""

    mark: str
    colour: str
    word: str


@dataclass(frozen=True)
class Option:
    """One value that a control offers.

    Parameters
    ----------
    value, label : str
        As it stands in the rows, and as a reader sees it.
    mark, colour : str
        Drawn before the label, if the control is a key too.
    note : str
        Shown under the view while the option is chosen.
    sets : sequence of (path, value)
        What of the specification it sets: the path is a list of names and places.
    """

    value: str
    label: str
    mark: str = ""
    colour: str = ""
    note: str = ""
    sets: Sequence[tuple[Sequence[str | int], Any]] = ()


@dataclass(frozen=True)
class Control:
    """A choice among rows, or of how they are drawn.

    Parameters
    ----------
    label : str
        What is chosen.
    options : sequence of Option
        In the order shown.
    chosen : sequence of str
        Values chosen at first; one, unless ``several``.
    field : str
        Field of the rows by which it chooses: a text, or a list of texts of which one must match. Rows without the
        field are not touched. Empty for a control that only sets parts of the specification.
    act : {"keep", "light"}
        Whether other rows are left out, or only drawn faint (their field ``lit`` is false). For the latter an option
        with the value ``""`` chooses all.
    several : bool
        Checkboxes, with all and none, in place of a list of which one is chosen.
    """

    label: str
    options: Sequence[Option]
    chosen: Sequence[str]
    field: str = ""
    act: Literal["keep", "light"] = "keep"
    several: bool = False


@dataclass(frozen=True)
class View:
    """A specification with its rows, its controls, and the still figure that stands for it.

    Parameters
    ----------
    name : str
        Name within the chapter, lower case with hyphens.
    caption : str
        What can be chosen and seen.
    alternative : str
        What it shows, in words: at least 40 characters.
    source : str
        Where the rows come from.
    data : pandas.DataFrame
        The values as a table that is read without the view, columns named as a reader should see them.
    spec : mapping of str to Any
        Vega-Lite, its rows under ``datasets``. Each row of ``told`` has a field ``told``, what is said of it.
    controls : sequence of Control
        What the reader can choose.
    twin : Figure
        The still figure, which the chapter shows before the view.
    told : str
        Name of the rows that a reader can step through.
    key : sequence of Key
        Marks that no control explains.

    Raises
    ------
    IncompleteError
        If any of these is missing or does not fit the others.
    """

    name: str
    caption: str
    alternative: str
    source: str
    data: pd.DataFrame = field(repr=False)
    spec: Mapping[str, Any] = field(repr=False)
    controls: Sequence[Control] = field(repr=False)
    twin: Figure = field(repr=False)
    told: str = "points"
    key: Sequence[Key] = ()

    def __post_init__(self) -> None:
        named(self.name, self.caption, self.source)
        if len(self.alternative.strip()) < _SHORTEST_ALTERNATIVE:
            raise IncompleteError(
                f"view {self.name}: its text alternative must say what it shows, "
                f"in at least {_SHORTEST_ALTERNATIVE} characters"
            )
        if self.data.empty:
            raise IncompleteError(f"view {self.name}: no values for its table; nothing was drawn from data")
        if not isinstance(self.twin, Figure):
            raise IncompleteError(f"view {self.name}: needs the still figure that stands for it on paper")
        held = self.spec.get("datasets", {})
        if not held.get(self.told):
            raise IncompleteError(f"view {self.name}: its specification has no rows named {self.told}")
        if not all(str(row.get("told", "")).strip() for row in held[self.told]):
            raise IncompleteError(f"view {self.name}: a row of {self.told} says nothing of itself in the field told")
        for control in self.controls:
            self._check(control, held)
        # From a schema of several hundred kilobytes, which altair reads once.
        if wrong := validate_jsonschema(dict(self.spec), load_schema(), raise_error=False):
            raise IncompleteError(f"view {self.name}: no valid specification of Vega-Lite: {wrong.message}")

    def _check(self, control: Control, held: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        values = [option.value for option in control.options]
        if not control.label.strip() or not values or len(set(values)) < len(values):
            raise IncompleteError(f"view {self.name}: a control needs a label, and options that differ")
        if not set(control.chosen) <= set(values) or (not control.several and len(control.chosen) != 1):
            raise IncompleteError(f"view {self.name}: {control.label}: what is chosen at first is no option")
        if control.field and not any(control.field in row for rows in held.values() for row in rows):
            raise IncompleteError(f"view {self.name}: {control.label}: no row has the field {control.field}")

    @property
    def held(self) -> dict[str, Any]:
        """What the page's script needs: specification, controls and keys."""
        return {
            "caption": self.caption,
            "told": self.told,
            "key": [{"mark": one.mark, "colour": one.colour, "word": one.word} for one in self.key],
            "controls": [
                {
                    "label": control.label,
                    "field": control.field,
                    "act": control.act,
                    "several": control.several,
                    "chosen": list(control.chosen),
                    "options": [
                        {
                            "value": option.value,
                            "label": option.label,
                            "mark": option.mark,
                            "colour": option.colour,
                            "note": option.note,
                            "sets": [{"path": list(path), "value": value} for path, value in option.sets],
                        }
                        for option in control.options
                    ],
                }
                for control in self.controls
            ],
            "spec": {"config": CONFIG, **self.spec, "description": self.alternative},
        }

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        still = self.twin._repr_mimebundle_()["text/html"]
        values = self.data.astype(object).where(self.data.notna(), "–")
        table = values.to_html(index=False, border=0, escape=True)
        words = f"{html.escape(self.caption)}<br>Source: {html.escape(self.source)}"
        return {
            "text/plain": f"{self.caption}\n{self.alternative}\nSource: {self.source}",
            "text/html": (
                f"{still}<p>{words}</p><p>The book has this figure to choose and hover in; here it stands still.</p>"
                f"<details><summary>The values</summary>{table}</details>"
            ),
            bundles.VIEW: {
                "name": self.name,
                "caption": self.caption,
                "source": self.source,
                "twin": self.twin.name,
                "table": table,
                # As text, so that no program on the way changes a number or the order of the names.
                "held": json.dumps(
                    self.held, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"), default=str
                ),
            },
        }
