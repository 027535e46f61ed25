"""pyproject.toml, requirements.lock and environment.yml name the same dependencies."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
# conda-forge gives the Python packages of these libraries names of their own.
CONDA_NAMES = {"jupyter_client": "jupyter-client", "python-duckdb": "duckdb", "python-igraph": "igraph"}


def wanted() -> dict[str, Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return {requirement.name: requirement for requirement in map(Requirement, listed)}


def locked() -> dict[str, set[str]]:
    """Versions by name; several where they depend on the version of Python."""
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(
        r"^([a-zA-Z0-9._-]+)==([^ ;\\]+)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE
    ):
        versions.setdefault(name.lower().replace("_", "-"), set()).add(version)
    return versions


def conda() -> dict[str, str]:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    listed = [item for item in environment["dependencies"] if isinstance(item, str)]
    listed += [name for item in environment["dependencies"] if isinstance(item, dict) for name in item["pip"]]
    pairs = (item.split("==") for item in listed if "==" in item)
    return {CONDA_NAMES.get(name, name): version for name, version in pairs}


def test_every_direct_dependency_is_locked_at_a_version_that_it_allows() -> None:
    versions = locked()
    for name, requirement in wanted().items():
        assert versions.get(name), f"{name} is not in requirements.lock"
        assert all(requirement.specifier.contains(version) for version in versions[name]), name


def test_every_locked_version_has_a_hash() -> None:
    entries = re.split(r"\n(?=[a-zA-Z0-9])", (ROOT / "requirements.lock").read_text(encoding="utf-8").strip())
    assert len(entries) >= len(wanted())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_conda_users_get_the_same_dependencies_at_a_locked_version() -> None:
    environment, versions = conda(), locked()
    assert set(environment) == set(wanted())
    assert {name for name, version in environment.items() if version not in versions[name]} == set()


def test_every_direct_dependency_is_explained() -> None:
    explained = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert [name for name in wanted() if f"`{name}`" not in explained] == []
