"""Building again whenever something changes that the build is made of."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

import watchfiles

from afpak.build.current import of_editions
from afpak.build.hashing import PACKAGE, installed, package_hashes
from afpak.build.paths import Checkout

# Milliseconds after which the first word comes that nothing has changed: from then on nothing is missed.
_READY = 100


def rebuild(checkout: Checkout, given: list[Path], made_of: Callable[[], str], build: Callable[[], None]) -> None:
    """Build, and again after each change, until interrupted.

    Parameters
    ----------
    checkout : Checkout
        The project; its tables, chapters, pages, editions and settings are watched, and this package.
    given : list of Path
        A person's own files that are watched too.
    made_of : callable
        Gives a hash of all that the build is made of: a file that is saved as it was is no change.
    build : callable
        Builds, and says itself what is wrong if it can't.
    """
    # It would say how it was stopped, which whoever stops it knows.
    logging.getLogger("watchfiles").setLevel(logging.ERROR)
    loaded = _code()
    last = ""
    while True:
        # Each time anew: an editor that puts a new file in the place of the old one ends the watch of a single file.
        changes = watchfiles.watch(
            *_watched(checkout, given), raise_interrupt=False, yield_on_timeout=True, rust_timeout=_READY
        )
        if next(changes, None) is None:
            return
        # What is saved while a build runs is built next.
        while (now := made_of()) != last:
            if _code() != loaded:
                # This process has the old package; a new one takes its place.
                os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
            last = now
            build()
        if next((saved for saved in changes if saved), None) is None:
            return


def _watched(checkout: Checkout, given: list[Path]) -> list[Path]:
    """All that is there of what a build is made of."""
    folders = [checkout.data, checkout.book, checkout.notebooks, checkout.editions, PACKAGE]
    files = [checkout.root / "_config.yml", checkout.root / "_toc.yml", *given]
    files += [checkout.root / text for text in of_editions(checkout)]
    return [path for path in (*folders, *files) if path.exists()]


def _code() -> tuple[dict[str, str], list[str]]:
    """What this process has loaded, or is going to."""
    return package_hashes(), installed()
