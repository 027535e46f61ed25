"""Views in the staged book: the block of HTML that a page holds, which is a table until a script makes more of it."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from afpak import bundles

SCRIPT, STYLE = "_static/afpak-views.mjs", "_static/afpak-views.css"


def faults(notebook: Any, figures: Collection[str]) -> Iterator[str]:
    """What is wrong with the views of an executed notebook.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The executed chapter.
    figures : collection of str
        Names of its figures.
    """
    seen: set[str] = set()
    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        if view := output.get("data", {}).get(bundles.VIEW):
            if view["twin"] not in figures:
                yield f"the view {view['name']} has no still figure: no cell shows {view['twin']}"
            if view["name"] in seen:
                yield f"two views are named {view['name']}"
            seen.add(view["name"])


def block(view: Mapping[str, str], chapter: str) -> str:
    """The view as HTML: its values in a table, and all that the script needs, in the page itself.

    Parameters
    ----------
    view : mapping of str to str
        As `afpak.figures.views.View` carries it.
    chapter : str
        The page, for an identifier that is unique in the book.
    """
    # No tag can be closed or opened from within a script.
    held = view["held"].replace("<", "\\u003c")
    caption = html.escape(view["caption"])
    return (
        f'<div class="afpak-view" id="view-{chapter}-{view["name"]}" data-twin="figure-{chapter}-{view["twin"]}">\n'
        f'<link rel="stylesheet" href="{STYLE}">\n'
        f'<script type="application/json" class="afpak-view-held">{held}</script>\n'
        f'<details class="afpak-view-values"><summary>The values behind this figure, as a table</summary>\n'
        f'<div class="afpak-view-scroll" role="region" tabindex="0" aria-label="Values: {caption}">'
        f"{view['table']}</div>\n"
        f'<p class="afpak-source">Source: {html.escape(view["source"])}</p></details>\n'
        f'<script defer src="{SCRIPT}"></script>\n</div>'
    )
