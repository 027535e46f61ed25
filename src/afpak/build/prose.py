"""What a page of prose takes from chapters: a number, a picture, a verdict, the count of all verdicts.

Each is a role: ``{glue:text}`CHAPTER/NAME` ``, ``{picture}`CHAPTER/NAME` ``, ``{verdict}`CHAPTER/CLAIM` `` and
``{verdicts}`CHAPTER` ``, where the chapter of verdicts is the one that lists all findings. A block, which is what
stands between blank lines, that takes anything else from a chapter which this build did not execute is left out
whole, so that no page tells of what is not there; of a verdict only the verdict is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from afpak.build import marks
from afpak.build.pictures import twin
from afpak.figures.listing import place
from afpak.figures.style import CARD

if TYPE_CHECKING:
    from afpak.build.stage import Outputs

_TAKES = re.compile(r"\{(glue:text|picture|verdicts?)\}`([^`]+)`")
_VERDICT = re.compile(r" ?\{verdict\}`([^`/]+)/[^`]+`")
# Code, in which a role is only shown.
_CODE = re.compile(r"(?ms)^(`{3,})[^\n]*\n.*?^\1[ \t]*$|(?<!`)``[^`].*?``(?!`)")


class OutputError(Exception):
    """A page, or an executed chapter, that promises more than the chapters give."""


def filled(text: str, page: str, held: Mapping[str, Outputs], left_out: Collection[str] = ()) -> str:
    """A page with all that it takes from chapters.

    Parameters
    ----------
    text : str
        Markdown.
    page : str
        Its name, for the error.
    held : mapping of str to Outputs
        What each executed chapter holds.
    left_out : collection of str
        Chapters that there are, of which this build may not have executed all.

    Raises
    ------
    OutputError
        If there is no such chapter, or it gives no such thing.
    """
    parts, end = [], 0
    for gap in _CODE.finditer(text):
        parts += [_outside(text[end : gap.start()], page, held, left_out), gap.group()]
        end = gap.end()
    return "".join([*parts, _outside(text[end:], page, held, left_out)])


def _outside(text: str, page: str, held: Mapping[str, Outputs], left_out: Collection[str]) -> str:
    blocks = re.split(r"(\n{2,})", text)
    gone = set(left_out) - held.keys()
    kept = []
    for block in blocks:
        # A sentence does not need the verdict on what it says.
        block = _VERDICT.sub(lambda match: "" if match.group(1) in gone else match.group(), block)
        chapters = {name.partition("/")[0] for _, name in _TAKES.findall(block)}
        unknown = sorted(chapters - held.keys() - set(left_out))
        if unknown:
            raise OutputError(f"page {page}: it takes something from {', '.join(unknown)}, which is no chapter")
        if chapters <= held.keys():
            kept.append(_TAKES.sub(lambda match: _taken(match, page, held), block))
    return "".join(kept)


def _taken(match: re.Match[str], page: str, held: Mapping[str, Outputs]) -> str:
    role, name = match.groups()
    chapter, _, what = name.partition("/")
    return _ROLES[role](chapter, what, page, held)


def _number(chapter: str, name: str, page: str, held: Mapping[str, Outputs]) -> str:
    return str(_given(held[chapter].numbers, name, f"page {page}: it takes the number {chapter}/{name}"))


def _picture(chapter: str, name: str, page: str, held: Mapping[str, Outputs]) -> str:
    """The card of a figure as a link to its chapter."""
    figure = _given(held[chapter].figures, name, f"page {page}: it takes the figure {chapter}/{name}")
    if CARD.name not in figure["svgs"]:
        raise OutputError(f"page {page}: it takes the figure {chapter}/{name} as a picture, but that has no card")
    alternative = re.sub(r"([\\`*_{}\[\]<>|$~#!])", r"\\\1", " ".join(figure["alternative"].split()))
    return f"[![{alternative}]({twin(f'figures/{chapter}/{name}.svg', CARD.name)})]({chapter})"


def _verdict(chapter: str, name: str, page: str, held: Mapping[str, Outputs]) -> str:
    """The verdict on a claim, as a link to its row."""
    verdicts = {finding["claim"]: finding["verdict"] for one in held.values() for finding in one.findings}
    verdict = _given(verdicts, name, f"page {page}: it takes the verdict on {name}")
    return marks.linked(str(verdict), f"{chapter}.html#{place('claim', name)}")


def _verdicts(chapter: str, name: str, page: str, held: Mapping[str, Outputs]) -> str:
    if name or not held[chapter].findings:
        raise OutputError(f"page {page}: it counts the verdicts of {chapter}, which lists no findings")
    return marks.all_counted((finding for one in held.values() for finding in one.findings), chapter)


def _given(things: Mapping[str, Any], name: str, what: str) -> Any:
    if name not in things:
        raise OutputError(f"{what}, which its cells don’t give; given: {', '.join(sorted(things)) or 'nothing'}")
    return things[name]


_ROLES: Mapping[str, Callable[[str, str, str, Mapping[str, Any]], str]] = {
    "glue:text": _number,
    "picture": _picture,
    "verdict": _verdict,
    "verdicts": _verdicts,
}
