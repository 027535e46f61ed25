"""How verdicts look, everywhere: a mark, a colour and the word, never the colour alone."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass

from afpak.figures import style


@dataclass(frozen=True)
class Look:
    """Mark in text, marker of a drawing, colour, and hatch of a bar."""

    mark: str
    marker: str
    colour: str
    hatch: str


LOOKS: Mapping[str, Look] = {
    "supported": Look("✓", "o", style.BLUE, ""),
    "contested": Look("≈", "D", style.ORANGE, "//"),
    "inconsistent": Look("≠", "s", style.PURPLE, "xx"),
    "contradicted": Look("✗", "X", style.VERMILION, "\\\\"),
    "unverifiable": Look("?", "v", style.GREY, ".."),
    "pending": Look("…", "P", style.SKY, "--"),
    "not testable": Look("–", "h", style.PALE, ""),
}
ORDER = tuple(LOOKS)


def look(verdict: str) -> Look:
    """The look of a verdict; KeyError if there is no such verdict."""
    return LOOKS[verdict]


def chip(verdict: str, claim: str = "") -> str:
    """A verdict in HTML: its mark, hidden from those who hear the page, and the word.

    Parameters
    ----------
    verdict : str
        The verdict.
    claim : str
        Whose verdict it is, for the build to make a link of it; none if not given.
    """
    whose = f' data-claim="{html.escape(claim)}"' if claim else ""
    return (
        f'<span class="afpak-verdict" data-verdict="{html.escape(verdict)}"{whose}>'
        f'<span aria-hidden="true">{html.escape(look(verdict).mark)}</span> {html.escape(verdict)}</span>'
    )
