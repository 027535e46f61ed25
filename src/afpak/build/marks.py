"""Verdicts as readers meet them in the book: marks that lead from a chapter to the list of all findings and back.

What a chapter shows marks each verdict with `afpak.figures.verdicts.chip`; here the marks become links. A page that
lists findings leaves a place for the chapters that show each, which only the build knows.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import nbformat

from afpak import bundles
from afpak.figures.listing import place
from afpak.figures.verdicts import ORDER, chip, look

FOUND = ":class: afpak-found"
BOX = ":class: afpak-paper"
_CHIP = re.compile(
    r'<span class="afpak-verdict" (data-verdict="[^"]*") data-claim="([^"]*)">(<span[^>]*>.*?</span>[^<]*)</span>'
)
_CLAIM = re.compile(r"(?<![\w./-])[a-z0-9][\w.]*-\d+\b(?![\w/-])")
_SHOWN_IN = re.compile(r'<span data-shown-in="([^"]*)">.*?</span>')


def finding_place(claim: str) -> str:
    """Where on the page of a chapter its finding on a claim stands."""
    return place("finding", claim)


def counts(findings: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Claims by verdict, in the order in which verdicts are always told; each claim counts once."""
    verdicts = {finding["claim"]: finding["verdict"] for finding in findings}
    told = list(verdicts.values())
    return {verdict: told.count(verdict) for verdict in ORDER if verdict in told}


def counted(verdict: str, count: int, address: str) -> str:
    """A verdict with the number of claims that have it, as a link."""
    return (
        f'<a class="afpak-chip" data-verdict="{html.escape(verdict)}" href="{html.escape(address)}">'
        f"{chip(verdict)} {count:,}</a>"
    )


def linked(verdict: str, address: str) -> str:
    """A verdict as a link."""
    return chip(verdict).replace("<span", f'<a href="{html.escape(address)}"', 1).removesuffix("</span>") + "</a>"


def signed(text: str, verdicts: Mapping[str, str]) -> str:
    """Prose with the sign of its verdict after each claim that it names."""

    def sign(match: re.Match[str]) -> str:
        verdict = verdicts.get(match.group())
        if verdict is None:
            return match.group()
        return (
            f'{match.group()}&nbsp;<span class="afpak-sign" role="img" aria-label="{html.escape(verdict)}" '
            f'title="{html.escape(verdict)}">{html.escape(look(verdict).mark)}</span>'
        )

    return _CLAIM.sub(sign, text)


def all_counted(findings: Iterable[Mapping[str, Any]], page: str) -> str:
    """Claims by verdict, each number a link to those claims in the list of all findings on a page."""
    found = counts(findings)
    return " ".join(counted(verdict, found[verdict], f"{page}.html#verdict={quote(verdict)}") for verdict in found)


def opening(findings: Sequence[Mapping[str, Any]]) -> str:
    """The line under the boxes of a chapter: its own claims by verdict, each leading to the first such finding."""
    found = counts(findings)
    first: dict[str, str] = {}
    for finding in findings:
        first.setdefault(finding["verdict"], f"#{finding_place(finding['claim'])}")
    claims = sum(found.values())
    chips = " ".join(counted(verdict, count, first[verdict]) for verdict, count in found.items())
    return (
        f":::{{div}} afpak-verdicts\n{claims:,} {'claim' if claims == 1 else 'claims'} of the paper put to the tables "
        f"here: {chips}\n:::\n"
    )


def shown_in(notebook: Any) -> set[str]:
    """Claims whose findings the page of a notebook shows with marks that can be led to."""
    return {html.unescape(claim) for data in _outputs(notebook) for _, claim, _ in _CHIP.findall(_markdown(data))}


def mark(
    notebook: Any,
    addresses: Mapping[str, str],
    pages: Mapping[str, Mapping[str, str]],
    verdicts: Mapping[str, str] = MappingProxyType({}),
) -> Any:
    """Make links of the marks of a staged notebook, and tell in and under its first boxes what its verdicts are.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        A chapter as the book shows it; it is changed.
    addresses : mapping of str to str
        Address of the row on each claim in the list of all findings; a mark of another claim leads nowhere.
    pages : mapping of str to mapping
        By claim, titles of the pages that show its finding, by their names.
    verdicts : mapping of str to str
        Verdict by claim, for those that the box of what the paper says names.

    Returns
    -------
    nbformat.NotebookNode
        The notebook.
    """
    marked: set[str] = set()

    def linked(match: re.Match[str]) -> str:
        verdict, claim, words = match.groups()
        name = html.unescape(claim)
        own = "" if name in marked else f' id="{finding_place(name)}"'
        marked.add(name)
        if name not in addresses:
            return f'<span class="afpak-verdict" {verdict}{own}>{words}</span>'
        return f'<a class="afpak-verdict" {verdict}{own} href="{addresses[name]}">{words}</a>'

    def chapters(match: re.Match[str]) -> str:
        found = pages.get(html.unescape(match.group(1)), {})
        links = [
            f'<a href="{page}.html#{finding_place(html.unescape(match.group(1)))}">{html.escape(title)}</a>'
            for page, title in found.items()
        ]
        return "; ".join(links) or "no chapter of this book"

    shown = shown_in(notebook)
    for data in _outputs(notebook):
        if "text/markdown" in data:
            data["text/markdown"] = _CHIP.sub(linked, _markdown(data))
        if "text/html" in data:
            data["text/html"] = _SHOWN_IN.sub(chapters, data["text/html"])
    found = [one for data in _outputs(notebook) for one in data.get(bundles.FINDINGS, []) if one["claim"] in shown]
    _sign_box(notebook, verdicts)
    after = _below_the_boxes(notebook) if found else None
    if after is not None:
        notebook.cells.insert(after, nbformat.v4.new_markdown_cell(opening(found), id="verdicts"))
    return notebook


def title_of(notebook: Any) -> str:
    """Title of a notebook, as its first heading has it; empty if it has none."""
    prose = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    headings = (line for text in prose for line in text.splitlines() if line.startswith("# "))
    return next(headings, "").removeprefix("# ").strip()


def _below_the_boxes(notebook: Any) -> int | None:
    """Index of the cell before which the line of verdicts goes: after the box of what was found, or of the paper's."""
    for box in (FOUND, BOX):
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type == "markdown" and box in cell.source.splitlines():
                _split(notebook, index, box)
                return index + 1
    return None


def _sign_box(notebook: Any, verdicts: Mapping[str, str]) -> None:
    """Put signs after the claims that the box of what the paper says names."""
    for cell in notebook.cells:
        lines = cell.source.splitlines()
        if cell.cell_type == "markdown" and BOX in lines:
            start = lines.index(BOX)
            end = _end_of_box(lines, start)
            inside = signed("\n".join(lines[start : end + 1]), verdicts)
            cell.source = "\n".join([*lines[:start], inside, *lines[end + 1 :]])
            return


def _end_of_box(lines: Sequence[str], start: int) -> int:
    """The line that closes the box of which one line is known."""
    fence = re.match(r":*", lines[start - 1])
    return next((i for i in range(start, len(lines)) if fence and lines[i].strip() == fence.group()), len(lines) - 1)


def _split(notebook: Any, index: int, box: str) -> None:
    """Part a cell of prose where its box ends, if it goes on after it."""
    cell = notebook.cells[index]
    lines = cell.source.splitlines()
    end = _end_of_box(lines, lines.index(box))
    rest = "\n".join(lines[end + 1 :]).strip()
    if rest:
        cell.source = "\n".join(lines[: end + 1]) + "\n"
        notebook.cells.insert(index + 1, nbformat.v4.new_markdown_cell(rest, id=f"{cell.id}-on"[:64]))


def _outputs(notebook: Any) -> list[Any]:
    return [output.data for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output]


def _markdown(data: Mapping[str, Any]) -> str:
    return str(data.get("text/markdown", ""))
