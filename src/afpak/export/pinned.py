"""The package as a wheel, and all that it needs, pinned with hashes: one command installs it."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from afpak.build.hashing import digest
from afpak.problems import InputError

# A library and its version, and below it, indented, its hashes.
_ENTRY = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)==[^\n]*(?:\n[ \t][^\n]*)*", re.MULTILINE)
# The first moment that a zip knows, in seconds: when it was built is no part of what the package is.
_MOMENT = "315532800"


def build_wheel(root: Path) -> tuple[str, bytes]:
    """The package of a checkout as a wheel: its file's name and its bytes, the same for the same source.

    Raises
    ------
    InputError
        If the folder is no checkout of the package, or hatchling, which builds it, is not installed.
    """
    lacking = [name for name in ("pyproject.toml", "README.md", "LICENSE", "src") if not (root / name).exists()]
    if lacking:
        raise InputError([f"{root}: the package can't be built here, for it lacks {', '.join(lacking)}"])
    if importlib.util.find_spec("hatchling") is None:
        raise InputError(
            ["hatchling, which builds the package, is not installed; run: python -m pip install hatchling"]
        )
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder]
        environment = os.environ | {"SOURCE_DATE_EPOCH": _MOMENT}
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, env=environment, check=False)
        wheels = sorted(Path(folder).glob("*.whl"))
        if done.returncode or len(wheels) != 1:
            said = (done.stdout + done.stderr).strip().splitlines() or ["it said nothing"]
            raise InputError([f"pyproject.toml: hatchling could not build the package: {said[-1]}"])
        return wheels[0].name, wheels[0].read_bytes()


def requirements(root: Path, name: str, wheel: bytes) -> str:
    """What pip is given: the wheel beside this file, and every library that it needs, each with its hashes.

    The lock holds what any system and any Python may need, which no single environment can tell. So all of it stays
    but what is known to be there for the tools of development alone.

    Parameters
    ----------
    root : Path
        The checkout.
    name, wheel : str, bytes
        The wheel's file.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    tools = [one for group in project.get("optional-dependencies", {}).values() for one in group]
    dropped = required_by(tools) - required_by(project["dependencies"])
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    entries = [entry.group() for entry in _ENTRY.finditer(lock) if canonicalize_name(entry["name"]) not in dropped]
    own = f"./{name} \\\n    --hash=sha256:{digest(wheel)}"
    return "\n".join(["# python -m pip install -r requirements.txt", own, *entries]) + "\n"


def required_by(listed: Iterable[str]) -> frozenset[str]:
    """Names of all that some requirements need, on any system, as far as it is installed here."""
    waiting = [Requirement(one) for one in listed]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = waiting.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            needed = [Requirement(one) for one in metadata.requires(name) or []]
        except metadata.PackageNotFoundError:
            continue
        waiting += [one for one in needed if _wanted(one, extras)]
    return frozenset(name for name, _ in seen)


def _wanted(requirement: Requirement, extras: frozenset[str]) -> bool:
    """Whether it is needed without an extra, or for one of these; for which system or Python does not matter."""
    asked = re.findall(r"extra\s*==\s*[\"']([^\"']+)[\"']", str(requirement.marker or ""))
    return not asked or any(canonicalize_name(one) in map(canonicalize_name, extras) for one in asked)
