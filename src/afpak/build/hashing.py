"""Hashes of what a build is made of."""

from __future__ import annotations

import hashlib
import sysconfig
from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def digest(content: str | bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def package_hashes() -> dict[str, str]:
    """Hashes of this package's modules by their paths in it: its version stays while it is being changed."""
    return {path.relative_to(PACKAGE).as_posix(): digest(path.read_bytes()) for path in sorted(PACKAGE.rglob("*.py"))}


def installed() -> list[str]:
    """Names and versions of all installed libraries, which are the names of the folders with their metadata."""
    folders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    return sorted(path.name for folder in folders for path in Path(folder).glob("*.dist-info"))
