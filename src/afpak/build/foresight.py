"""Which chapters a build is likely to execute, told from the bytes of the notebooks alone.

While the tables are read and checked the parent of the kernels can import what these chapters need. If the guess is
wrong nothing is lost but that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress

from afpak.build.current import Request
from afpak.build.dependencies import NO_NOTEBOOK, imports_of
from afpak.build.hashing import digest
from afpak.build.paths import Checkout


def likely(checkout: Checkout, request: Request, fresh: bool) -> list[str]:
    """Chapters whose notebooks changed since the published build of the request; all if there is none.

    Parameters
    ----------
    checkout : Checkout
        The project.
    request : Request
        What is asked for.
    fresh : bool
        Whether all are executed anyway.
    """
    chapters = [chapter for chapter in checkout.chapters if not request.only or chapter in request.only]
    try:
        manifest = json.loads((checkout.published(request.name) / "manifest.json").read_text(encoding="utf-8"))
        inputs = dict(manifest["inputs"])
    except (OSError, ValueError, KeyError):
        return chapters
    if fresh:
        return chapters
    return [
        one for one in chapters if inputs.get(f"notebooks/{one}.ipynb") != digest(checkout.chapter(one).read_bytes())
    ]


def imported(checkout: Checkout, chapters: Iterable[str]) -> list[str]:
    """Modules that chapters name, for the parent of their kernels to import."""
    found: set[str] = set()
    for chapter in chapters:
        # One that can't be read is for the build to refuse.
        with suppress(*NO_NOTEBOOK):
            found |= set(imports_of(checkout.chapter(chapter)).named)
    return sorted(found)
