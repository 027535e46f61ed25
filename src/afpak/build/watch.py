"""Building again whenever something changes that the build is made of."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

import watchfiles

from afpak.build.hashing import PACKAGE
from afpak.build.paths import Checkout


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
    watched = [checkout.data, checkout.book, checkout.notebooks, checkout.editions, PACKAGE, *given]
    watched += [checkout.root / "_config.yml", checkout.root / "_toc.yml"]
    # It would say how it was stopped, which whoever stops it knows.
    logging.getLogger("watchfiles").setLevel(logging.ERROR)
    changes = watchfiles.watch(*watched, raise_interrupt=False)
    last = ""
    while True:
        # What is saved while a build runs is built next.
        while (now := made_of()) != last:
            last = now
            build()
        saved = next(changes, None)
        if saved is None:
            return
        if any(Path(path).is_relative_to(PACKAGE) and path.endswith(".py") for _, path in saved):
            # This process has the old package; a new one takes its place.
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
