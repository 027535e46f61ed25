"""Whether a published build is still what its inputs come to: told from their bytes alone, before anything is read.

So a build of which nothing has changed costs less than a second.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from afpak.build.hashing import digest, installed, package_hashes
from afpak.build.paths import Checkout

# Ends the names of builds that are asked for with other values than an edition has.
CHANGED = "-changed"
FINGERPRINT = "fingerprint"


@dataclass(frozen=True)
class Request:
    """What a build is asked for with, as it stands on the command line; the words are those of `afpak.build.inputs`.

    Parameters
    ----------
    edition : str
        Name of the edition.
    assignments : tuple of str
        ``name=value``.
    as_of : str or None
        As-of date that replaces the edition's.
    tables : tuple of str
        ``TABLE=FILE``.
    events : Path or None
        Event table.
    only : tuple of str
        The chapters to execute.
    """

    edition: str
    assignments: tuple[str, ...] = ()
    as_of: str | None = None
    tables: tuple[str, ...] = ()
    events: Path | None = None
    only: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of the build: that of the edition, or beside it if anything is asked for besides."""
        asked = (self.assignments, self.as_of is not None, self.tables, self.events, self.only)
        return f"{self.edition}{CHANGED}" if any(asked) else self.edition

    @property
    def files(self) -> list[Path]:
        """A person's own files among it."""
        named = [Path(text.partition("=")[2]) for text in self.tables if text.partition("=")[2]]
        return [*named, self.events] if self.events else named

    @property
    def asked(self) -> dict[str, Any]:
        """All of it for a manifest: of a person's own files their names, and not where they lie."""
        files = {f"table {text.partition('=')[0].strip()}": Path(text.partition("=")[2]).name for text in self.tables}
        return {
            "edition": self.edition,
            "assignments": list(self.assignments),
            "as_of": self.as_of,
            "only": list(self.only),
            "files": files | ({"events": self.events.name} if self.events else {}),
        }


def fingerprint(checkout: Checkout, request: Request) -> str:
    """Hash of everything that a build is made of: the request, the files, the package, the installed libraries.

    It is the same in every folder and at every time. A file that can't be read counts as empty: what is wrong with it
    is for the build to say.
    """
    files = {name: _hash(path) for name, path in checkout.sources.items()}
    files |= {path.relative_to(checkout.root).as_posix(): _hash(path) for path in checkout.tables}
    asked = [request.edition, request.assignments, request.as_of, request.only]
    given = [[path.name, _hash(path)] for path in request.files]
    given += [[text, _hash(checkout.root / text)] for text in of_editions(checkout)]
    overlaid = [text.partition("=")[0] for text in request.tables]
    return digest(json.dumps([asked, overlaid, files, given, package_hashes(), installed()], sort_keys=True))


def is_current(checkout: Checkout, request: Request, made_of: str) -> bool:
    """Whether the published build of this request was made of just this, and is whole."""
    folder = checkout.published(request.name)
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return manifest.get(FINGERPRINT) == made_of and (folder / "html" / "index.html").is_file()


def of_editions(checkout: Checkout) -> Iterator[str]:
    """Files that editions name; an edition that can't be read names none here and is refused by the build."""
    for path in sorted(checkout.editions.glob("*.yaml")):
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (yaml.YAMLError, ValueError):
            continue
        if isinstance(content, dict):
            tables = content.get("tables")
            yield from (str(file) for file in (tables.values() if isinstance(tables, dict) else []))
            if content.get("events"):
                yield str(content["events"])


def _hash(path: Path) -> str:
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""
