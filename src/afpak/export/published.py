"""The published book that is taken away: it must be there, and be what stands in the checkout now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from afpak.build.current import Request, fingerprint, is_current
from afpak.build.edition import Edition, read_edition
from afpak.build.paths import Checkout
from afpak.build.results import MANIFEST, find_build
from afpak.problems import InputError
from afpak.tables.inputs import EVENTS


@dataclass(frozen=True)
class Published:
    """A built edition.

    Parameters
    ----------
    checkout : Checkout
        Where it was built.
    edition : Edition
        What the edition's file says.
    folder : Path
        Folder of the build.
    manifest : mapping of str to Any
        What the build was made from.
    """

    checkout: Checkout
    edition: Edition
    folder: Path
    manifest: Mapping[str, Any]

    @property
    def parameters(self) -> Mapping[str, Mapping[str, Any]]:
        """Values by chapter, of those that the edition holds."""
        parameters: Mapping[str, Mapping[str, Any]] = self.manifest["parameters"]
        return parameters

    @property
    def asked_for(self) -> Path:
        """Where exports go that name no file."""
        return self.checkout.builds / "exports"


def find_published(checkout: Checkout, name: str) -> Published:
    """The book of an edition, if it may be taken away.

    Raises
    ------
    InputError
        If there is no such edition; if it is not built, or was built from other sources than stand in the checkout
        now, since what is taken away would not hang together; or if it rests on an event file, whose rows most
        providers do not allow to be passed on.
    """
    edition = read_edition(checkout.editions, name)
    folder = find_build(checkout, name)
    request = Request(name)
    if not is_current(checkout, request, fingerprint(checkout, request)):
        raise InputError(
            [f"{name}: something that it is made of has changed since it was built; run: afpak build {name}"]
        )
    if edition.events or (folder / "data" / EVENTS).is_file():
        raise InputError(
            [
                f"{name}: built with an event file, whose rows most providers do not allow to be passed on; take an "
                "edition without one"
            ]
        )
    return Published(checkout, edition, folder, json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
