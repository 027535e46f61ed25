"""The foot of each chapter in the book: how to cite it, and what it was computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from afpak.problems import InputError, Problem

_DIGITS = 12


@dataclass(frozen=True)
class Citation:
    """Who made the book, under which title and in which version."""

    authors: tuple[str, ...]
    title: str
    version: str


@dataclass(frozen=True)
class Foot:
    """What the feet of a book's chapters tell.

    Parameters
    ----------
    citation : Citation
        Of the book.
    edition, as_of : str
        Title and date of the edition.
    read : mapping of str to mapping of str to str
        By chapter, the files of tables that it read with their hashes.
    parameters : mapping of str to mapping
        By chapter, the values in force.
    """

    citation: Citation
    edition: str
    as_of: str
    read: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def read_citation(path: Path) -> Citation:
    """Read what a citation file (CITATION.cff) says of the book.

    Raises
    ------
    InputError
        If it can't be read, or names no author, no title or no version.
    """
    place = path.name
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError([Problem(place, None, "", "", "expected beside _config.yml: chapters cite it")]) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError([Problem(place, None, "", "", f"expected a citation file in YAML: {error}")]) from None
    said = said if isinstance(said, dict) else {}
    authors = said.get("authors")
    names = tuple(filter(None, map(_name, authors))) if isinstance(authors, list) else ()
    lacking = [key for key in ("title", "version") if not said.get(key)] + ([] if names else ["authors"])
    if lacking:
        raise InputError([Problem(place, None, key, "", "expected in a citation file") for key in lacking])
    return Citation(names, str(said["title"]), str(said["version"]))


def foot(told: Foot, chapter: str, title: str) -> str:
    """The foot of a chapter as Markdown."""
    citation = told.citation
    authors = "; ".join(citation.authors)
    cited = (
        f"{authors.removesuffix('.')}. “{title}”. In: *{citation.title}*, version {citation.version}. "
        f"Edition “{told.edition}”, as of {told.as_of}."
    )
    return "\n".join(
        [
            "## How to cite this chapter\n",
            f":::{{div}} afpak-cite\n{cited}\n:::\n",
            f"Nothing that happened, or was published, after {told.as_of} enters it.\n",
            ":::::{dropdown} What this chapter was computed from\n:class-container: afpak-inputs\n",
            _inputs(told.read.get(chapter, {})),
            _parameters(told.parameters.get(chapter, {})),
            ":::::\n",
        ]
    )


def _inputs(read: Mapping[str, str]) -> str:
    if not read:
        return "It read no table.\n"
    rows = "\n".join(f"| `{path}` | `{sha256[:_DIGITS]}` |" for path, sha256 in sorted(read.items()))
    return (
        f"Files that it read, each with the first {_DIGITS} digits of its SHA-256 hash; `manifest.json`, which lies "
        f"beside the book, has them whole.\n\n| file | SHA-256 |\n| --- | --- |\n{rows}\n"
    )


def _parameters(values: Mapping[str, Any]) -> str:
    if not values:
        return "It takes no parameters.\n"
    return "Parameters in force:\n\n" + "\n".join(f"- `{name} = {value!r}`" for name, value in values.items()) + "\n"


def _name(author: Any) -> str:
    """An author as a list of references has it: an entity by its name, a person by the family name first."""
    if not isinstance(author, dict):
        return ""
    person = ", ".join(str(author[key]) for key in ("family-names", "given-names") if author.get(key))
    return str(author.get("name") or person)
