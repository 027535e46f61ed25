"""Putting a complete build in place of the one before, and its manifest."""

from __future__ import annotations

import json
import platform
import shutil
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from filelock import FileLock

from afpak.build.hashing import digest, package_hashes

_LIBRARIES = (
    "jupyter-book",
    "matplotlib",
    "myst-nb",
    "numpy",
    "pandas",
    "papermill",
    "scipy",
    "sphinx",
    "statsmodels",
)


def sha256(path: Path) -> str:
    """Hash of a file's bytes, in hexadecimal."""
    return digest(path.read_bytes())


def versions() -> dict[str, str]:
    """Versions of Python, of the libraries that results depend on, and of this package with a hash of its source."""
    # While the package is being changed its version stays, what it computes does not.
    source = digest(json.dumps(package_hashes(), sort_keys=True))
    own = {"afpak": metadata.version("afpak"), "afpak source": source}
    return {"python": platform.python_version()} | own | {name: metadata.version(name) for name in _LIBRARIES}


def manifest(
    edition: Mapping[str, str],
    inputs: Mapping[str, Path],
    given: Mapping[str, str],
    parameters: Mapping[str, Mapping[str, Any]],
    accounts: Sequence[Mapping[str, Any]],
    seconds: Mapping[str, float],
    finished: str,
    made_of: str = "",
    asked: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What a build was made from.

    Parameters
    ----------
    edition : mapping of str to str
        Name, title and as-of date.
    inputs : mapping of str to Path
        Every file read, by its name in the manifest.
    given : mapping of str to str
        Hashes of a person's own files, by their names in the manifest.
    parameters : mapping of str to mapping
        Values by chapter.
    accounts : sequence of mapping
        What became of each table's rows.
    seconds : mapping of str to float
        How long each chapter took that was executed; kept under ``times`` with the time of the build, apart from all
        else, since these differ between builds of the same inputs.
    finished : str
        When the build ended, ISO 8601.
    made_of : str
        One hash of all that the build was made of, as `afpak.build.current` takes it.
    asked : mapping of str to Any, optional
        What the build was asked for with.

    Returns
    -------
    dict
        Keys asked, edition, fingerprint, inputs (sha256 by name), parameters, tables, versions, times.
    """
    return {
        "edition": dict(edition),
        "asked": dict(asked or {}),
        "fingerprint": made_of,
        "inputs": dict(sorted(({name: sha256(path) for name, path in inputs.items()} | dict(given)).items())),
        "parameters": {chapter: dict(values) for chapter, values in sorted(parameters.items())},
        "tables": list(accounts),
        "versions": versions(),
        "times": {
            "finished": finished,
            "seconds": {name: round(value, 2) for name, value in seconds.items()},
        },
    }


def write_json(content: Any, path: Path) -> None:
    """Write JSON that people can read and that is the same for the same content."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


def put_in_place(complete: Path, published: Path, lock: Path) -> None:
    """Rename a complete build into place; the one before is removed only then.

    Parameters
    ----------
    complete : Path
        The new build, on the same file system as ``published``.
    published : Path
        Where it goes. If the second of the two renames fails, the former build is put back.
    lock : Path
        File that is locked meanwhile: of two builds that end at once, each finds the place in order.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock):
        _put_in_place(complete, published)


def _put_in_place(complete: Path, published: Path) -> None:
    published.parent.mkdir(parents=True, exist_ok=True)
    former = published.with_name(f".{published.name}.former")
    if former.exists() and not published.exists():
        # A build was killed between its two renames: its former book is the one that stands.
        former.rename(published)
    shutil.rmtree(former, ignore_errors=True)
    try:
        if published.exists():
            published.rename(former)
        complete.rename(published)
    except BaseException:
        if former.exists() and not published.exists():
            former.rename(published)
        raise
    shutil.rmtree(former, ignore_errors=True)
