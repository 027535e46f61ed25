"""The pages have the colours of the figures, and both those that Okabe and Ito published."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from afpak.figures import style
from afpak.figures.verdicts import LOOKS

CSS = (Path(__file__).parents[2] / "book" / "_static" / "afpak.css").read_text(encoding="utf-8")
NAMES = ("black", "orange", "sky", "green", "yellow", "blue", "vermilion", "purple", "grey", "pale")
# Okabe and Ito (2008), red, green and blue from 0 to 255; their black, grey and pale are the book's own.
PUBLISHED = {
    "orange": (230, 159, 0),
    "sky": (86, 180, 233),
    "green": (0, 158, 115),
    "yellow": (240, 228, 66),
    "blue": (0, 114, 178),
    "vermilion": (213, 94, 0),
    "purple": (204, 121, 167),
}


def variables() -> dict[str, str]:
    return dict(re.findall(r"--afpak-(\w+): (#[0-9a-f]{6});", CSS))


@pytest.mark.parametrize("name", NAMES)
def test_a_colour_of_the_pages_is_that_of_the_figures(name: str) -> None:
    assert variables()[name] == getattr(style, name.upper())
    if name in PUBLISHED:
        assert tuple(bytes.fromhex(variables()[name][1:])) == PUBLISHED[name]


def test_the_pages_name_each_colour_once() -> None:
    assert set(variables()) == set(NAMES)
    assert re.findall(r"(?<!: )#[0-9a-f]{6}\b", CSS) == []


def test_a_verdict_has_the_colour_on_pages_that_it_has_in_figures() -> None:
    rules = dict(re.findall(r'\[data-verdict="([\w ]+)"\] \{ --afpak-verdict: var\(--afpak-(\w+)\)', CSS))
    assert {verdict: getattr(style, name.upper()) for verdict, name in rules.items()} == {
        verdict: look.colour for verdict, look in LOOKS.items()
    }
