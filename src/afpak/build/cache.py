"""Results of chapters kept from build to build, found again by all that they depend on.

A result is one file, put in place whole and never changed, so builds that run at once can share the folder. In the
folder named by what is known before a chapter runs lies one file for each state of the tables that it read then.
Chapters that fail leave nothing here but a note that they did.
"""

from __future__ import annotations

import gzip
import json
import os
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from afpak.build.dependencies import Depends, differences
from afpak.build.hashing import digest

LIMIT = 500_000_000
_ENDING = ".json.gz"
_ATTEMPTS = 100


@dataclass(frozen=True)
class Kept:
    """What a chapter gave when it ran.

    Parameters
    ----------
    outputs : str
        As `afpak.build.executed.outputs_of` gives it.
    read : mapping of str to str
        Hashes of the files that it read: the tables by their paths in the data folder, others by whole paths.
    seconds : float
        How long it took.
    """

    outputs: str
    read: Mapping[str, str]
    seconds: float


@dataclass(frozen=True)
class Cache:
    """The folder of kept results.

    Parameters
    ----------
    folder : Path
        May not exist yet.
    limit : int
        Bytes that it may hold after `bound`; those used longest ago go first.
    """

    folder: Path
    limit: int = LIMIT

    def find(self, depends: Depends) -> Kept | None:
        """The result of a run with the same of everything that it depended on, if one is kept."""
        for path in _results_in(self._results / depends.key):
            # Another build may take it away at any time, or the disk may have spoilt it.
            with suppress(OSError, EOFError, ValueError, zlib.error), gzip.open(path, "rt", encoding="utf-8") as file:
                head = json.loads(file.readline())
                if all(depends.now(name) == value for name, value in head["read"].items()):
                    kept = Kept(file.read(), head["read"], head["seconds"])
                    os.utime(path)
                    return kept
        return None

    def has_any(self, depends: Depends) -> bool:
        """Whether a result is kept that might serve, whatever the tables hold."""
        return bool(_results_in(self._results / depends.key))

    def keep(self, depends: Depends, kept: Kept) -> None:
        """Keep a result."""
        head = {"read": dict(kept.read), "seconds": kept.seconds}
        name = digest(json.dumps(head["read"], sort_keys=True))
        path = self._results / depends.key / f"{name}{_ENDING}"
        _put(path, gzip.compress(f"{json.dumps(head)}\n{kept.outputs}".encode(), compresslevel=1, mtime=0))

    def last(self, edition: str, chapter: str) -> Mapping[str, Any] | None:
        """What a chapter depended on when it was last part of a build of this edition; None if it never was."""
        with suppress(OSError, ValueError):
            content: Mapping[str, Any] = json.loads(self._note(edition, chapter).read_text(encoding="utf-8"))
            return content
        return None

    def note(self, edition: str, chapter: str, depends: Depends, kept: Kept | None) -> None:
        """Note what a chapter of a build depended on, for the next to say what changed; no ``kept`` if it failed."""
        content = {
            "known": dict(depends.known),
            "read": dict(kept.read) if kept else {},
            "seconds": kept.seconds if kept else 0.0,
            "failed": kept is None,
        }
        _put(self._note(edition, chapter), json.dumps(content, sort_keys=True).encode())

    def why(self, edition: str, chapter: str, depends: Depends) -> tuple[str, ...]:
        """Why no kept result serves, in words, a line each."""
        last = self.last(edition, chapter)
        if last is None:
            return ("it was in no build of this edition yet",)
        if last["failed"]:
            return ("it failed when it last ran",)
        read = {f"file {name}": value for name, value in last["read"].items()}
        now = {f"file {name}": depends.now(name) for name in last["read"]}
        told = differences(last["known"], depends.known) + differences(read, now)
        return tuple(told) or ("its kept result is gone: the cache was emptied or is full",)

    def bound(self) -> None:
        """Take away what was used longest ago until the rest is within the limit."""
        found = sorted(self._sizes(), reverse=True)
        held = 0
        for _, path, size in found:
            held += size
            if held > self.limit:
                with suppress(OSError):
                    path.unlink()
                with suppress(OSError):
                    path.parent.rmdir()

    def _sizes(self) -> Iterator[tuple[float, Path, int]]:
        for folder in _entries(self._results):
            for path in _results_in(folder):
                with suppress(OSError):
                    told = path.stat()
                    yield told.st_mtime, path, told.st_size

    @property
    def _results(self) -> Path:
        return self.folder / "results"

    def _note(self, edition: str, chapter: str) -> Path:
        return self.folder / "notes" / edition / f"{chapter}.json"


def _entries(folder: Path) -> list[Path]:
    """What lies in a folder, in order of the names; nothing if another build has just taken it away."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _results_in(folder: Path) -> list[Path]:
    return [path for path in _entries(folder) if path.name.endswith(_ENDING)]


def _put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    for left in reversed(range(_ATTEMPTS)):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            number, name = tempfile.mkstemp(dir=path.parent, prefix=".")
            break
        except (FileNotFoundError, FileExistsError):
            # Another build that bounds the cache took the folder away while it was empty.
            if not left:
                raise
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
