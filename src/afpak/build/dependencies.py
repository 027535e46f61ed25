"""What a chapter's results depend on: its code and parameters, the package's modules, the libraries, the tables.

All but one can be told before a chapter runs; which tables it reads is known once it has.
"""

from __future__ import annotations

import ast
import json
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import grimp
import nbformat
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from afpak.build.hashing import PACKAGE, digest

# Tags with which a cell runs otherwise; all others are about how it is shown.
_EFFECTIVE = frozenset({"parameters", "raises-exception", "skip-execution"})
# The kernel itself, and the modules that prepare it and bring a result home.
_ALWAYS = ("afpak.build.kernel", "afpak.build.engine", "afpak.build.executed")
_KERNEL = ("ipykernel", "papermill", "nbclient")
# What nbformat raises of a file that is none.
NO_NOTEBOOK = (ValueError, AttributeError, nbformat.ValidationError)
# What IPython makes of a line or cell that begins with a percent sign.
_MAGIC = ("run_line_magic", "run_cell_magic")


@dataclass(frozen=True)
class Depends:
    """What the results of a chapter depend on, each thing with its value or its hash.

    Parameters
    ----------
    known : mapping of str to str
        What can be told before it runs, such as ``parameter first_year``, ``module afpak.analysis.trends``.
    files : mapping of str to str
        Hashes of all files that it could read, by their paths in the data folder; which of them it reads shows when
        it runs.
    """

    known: Mapping[str, str]
    files: Mapping[str, str]

    def now(self, path: str) -> str:
        """Hash of a file that a chapter read: a table, or any other by its whole path; empty if it is gone."""
        if path in self.files or not Path(path).is_absolute():
            return self.files.get(path, "")
        try:
            return digest(Path(path).read_bytes())
        except OSError:
            return ""

    @property
    def key(self) -> str:
        """One hash of all that is known before it runs."""
        return digest(json.dumps(self.known, sort_keys=True))


@dataclass(frozen=True)
class Imports:
    """What the code of a chapter imports, directly and through the package.

    Parameters
    ----------
    named : tuple of str
        Modules that its own cells name.
    modules : tuple of str
        Modules of this package.
    libraries : tuple of str
        Top-level names of all others, those of the standard library among them.
    """

    named: tuple[str, ...]
    modules: tuple[str, ...]
    libraries: tuple[str, ...]


def known(notebook: Path, parameters: Mapping[str, Any]) -> dict[str, str]:
    """All that can be told before a chapter runs, except of the tables.

    Parameters
    ----------
    notebook : Path
        The chapter. Of its prose, and of tags that say how a cell is shown, nothing enters.
    parameters : mapping of str to Any
        Values by name.
    """
    imports = imports_of(notebook)
    modules = {f"module {name}": _hash_of(name) for name in imports.modules}
    libraries = {f"library {name}": version for name, version in versions_of((*imports.libraries, *_KERNEL)).items()}
    return (
        {"code cells": digest(json.dumps(_code(notebook))), "python": platform.python_version()}
        | {f"parameter {name}": json.dumps(value, ensure_ascii=False) for name, value in parameters.items()}
        | modules
        | libraries
    )


def imports_of(notebook: Path) -> Imports:
    """What a chapter imports; a cell that is no Python imports nothing, and fails when it runs."""
    named = sorted({name for source, _ in _code(notebook) for name in _imported(source)})
    graph = import_graph()
    own = {name for name in (*named, *_ALWAYS) if name in graph.modules and not graph.is_module_squashed(name)}
    modules = set(own)
    for name in own:
        modules |= {one for one in graph.find_upstream_modules(name) if not graph.is_module_squashed(one)}
    # A module is imported with the packages that it lies in, and these with what they import.
    pending = [parent for name in modules for parent in _parents(name)]
    while pending:
        package = pending.pop()
        if package in modules:
            continue
        beyond = {one for one in graph.find_upstream_modules(package) if not graph.is_module_squashed(one)}
        pending += [parent for name in beyond for parent in _parents(name)]
        modules |= {package, *beyond}
    outside = {name.partition(".")[0] for name in named if name not in graph.modules}
    for name in modules:
        outside |= {one for one in graph.find_modules_directly_imported_by(name) if graph.is_module_squashed(one)}
    return Imports(tuple(named), tuple(sorted(modules)), tuple(sorted(outside)))


@cache
def import_graph() -> grimp.ImportGraph:
    """Who imports whom in this package, and which libraries; imports for types alone are left out."""
    return grimp.build_graph(
        "afpak", include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None
    )


def versions_of(names: Iterable[str]) -> dict[str, str]:
    """Versions of the libraries that hold modules of these names, and of all that those libraries require.

    Names of the standard library are passed over; Python's own version stands for them.
    """
    pending = [one for name in names if name not in sys.stdlib_module_names for one in _holding(name)]
    found: dict[str, str] = {}
    while pending:
        name = canonicalize_name(pending.pop())
        library = None if name in found or name == "afpak" else _library(name)
        if library:
            found[name], required = library
            pending += required
    return dict(sorted(found.items()))


def hashes(folder: Path) -> dict[str, str]:
    """Hash of each file that a chapter could read in a folder of frozen tables.

    What the declaration says became of a table's rows is hashed with the table. The rest of the declaration is one
    entry, less the day on which the tables were compiled: of that matters only whether it lies before the edition's
    date.
    """
    # Whoever asks what a chapter imports need not wait for the library that reads tables.
    from afpak.tables.declaration import DECLARATION
    from afpak.tables.inputs import EVENTS

    package = json.loads((folder / DECLARATION).read_text(encoding="utf-8"))
    frozen = package.get("frozen", {})
    accounts, overlays = frozen.pop("accounts", {}), frozen.pop("overlays", {})
    package["created"] = package.get("created", "") <= frozen.get("asOf", "")
    about = {
        one["path"]: json.dumps([accounts.get(one["name"]), overlays.get(one["name"])], sort_keys=True)
        for one in package["resources"]
    }
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != DECLARATION)
    # A chapter that asks for the event table of an edition without one depends on its absence.
    found = {DECLARATION: digest(json.dumps(package, sort_keys=True)), EVENTS: ""}
    for path in paths:
        name = path.relative_to(folder).as_posix()
        found[name] = digest(path.read_bytes() + about.get(name, "").encode())
    return found


def differences(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """What changed from one set of things and values to another, in words, a line each."""
    told = []
    for name in sorted(before.keys() | now.keys()):
        if name not in before:
            told.append(f"{name} is new{_value(name, now[name])}")
        elif name not in now:
            told.append(f"{name} is gone")
        elif before[name] != now[name]:
            short = _value(name, before[name]) and f": {before[name]} before, now {now[name]}"
            told.append(f"{name} changed{short}")
    return told


def _value(name: str, value: str) -> str:
    """Values of parameters and versions are worth a word; hashes are not."""
    return f": {value}" if name.startswith(("parameter ", "library ", "python")) else ""


def _code(notebook: Path) -> list[tuple[str, Sequence[str]]]:
    """Sources of the code cells and the tags with which they run otherwise."""
    cells = nbformat.read(notebook, as_version=4).cells
    return [
        (cell.source, sorted(_EFFECTIVE & set(cell.metadata.get("tags", []))))
        for cell in cells
        if cell.cell_type == "code"
    ]


def _imported(source: str) -> set[str]:
    """Modules that a cell names: ``from a import b`` names ``a`` and, if there is such a module, ``a.b``."""
    try:
        tree = ast.parse(_plain(source))
    except SyntaxError:
        return set()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            submodules = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {node.module, *(submodules & import_graph().modules)}
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _MAGIC:
            # What stands under %%time, and the like, is the last thing handed to it.
            found |= {
                name for one in node.args[-1:] if isinstance(one, ast.Constant) for name in _imported(str(one.value))
            }
    return found


def _plain(source: str) -> str:
    """Python of a cell, in which IPython allows more, such as ``%time``."""
    try:
        ast.parse(source)
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager

        plain: str = TransformerManager().transform_cell(source)
        return plain
    return source


def _parents(module: str) -> list[str]:
    parts = module.split(".")[:-1]
    return [".".join(parts[: length + 1]) for length in range(len(parts))]


@cache
def _hash_of(module: str) -> str:
    """Hash of a module's source."""
    path = PACKAGE.joinpath(*module.split(".")[1:])
    return digest((path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_bytes())


@cache
def _holding(module: str) -> tuple[str, ...]:
    """Names of the libraries that hold a module; most have its name."""
    if _library(canonicalize_name(module)):
        return (module,)
    return tuple(metadata.packages_distributions().get(module, ()))


@cache
def _library(name: str) -> tuple[str, tuple[str, ...]] | None:
    """Version of a library and what it requires here, extras left out; None if it is not installed."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        # Required on other systems only.
        return None
    every = [Requirement(text) for text in about.get_all("Requires-Dist") or []]
    required = tuple(one.name for one in every if one.marker is None or one.marker.evaluate({"extra": ""}))
    return str(about["Version"]), required
