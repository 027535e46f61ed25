"""What an archive holds, in terms that other programs read: RO-Crate metadata, and Zenodo's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from afpak.build.hashing import digest

METADATA, ZENODO = "ro-crate-metadata.json", ".zenodo.json"
# Each system knows other endings: what is said of a file must not depend on it.
_FORMATS = {
    "": "text/plain",
    ".css": "text/css",
    ".gif": "image/gif",
    ".html": "text/html",
    ".ico": "image/vnd.microsoft.icon",
    ".map": "application/json",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".ttf": "font/ttf",
    ".txt": "text/plain",
    ".woff": "font/woff",
    ".xml": "application/xml",
    ".bib": "application/x-bibtex",
    ".cff": "application/yaml",
    ".csv": "text/csv",
    ".ipynb": "application/x-ipynb+json",
    ".js": "text/javascript",
    ".json": "application/json",
    ".lock": "text/plain",
    ".md": "text/markdown",
    ".py": "text/x-python",
    ".svg": "image/svg+xml",
    ".toml": "application/toml",
    ".woff2": "font/woff2",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}
_PYTHON, _SOFTWARE, _RUN = "#python", "#package", "#build"
_LICENCES = {"MIT": "MIT License", "CC-BY-4.0": "Creative Commons Attribution 4.0 International"}


def crate(files: Mapping[str, bytes], manifest: Mapping[str, Any], citation: Mapping[str, Any], built: str) -> bytes:
    """RO-Crate metadata of an archive, version 1.2, the same for the same files.

    Parameters
    ----------
    files : mapping of str to bytes
        Content by path in the archive.
    manifest : mapping of str to Any
        Of the build.
    citation : mapping of str to Any
        What CITATION.cff says.
    built : str
        Folder of the archive with what the build came to.
    """
    made = ROCrate(version="1.2")
    for path in sorted(files):
        made.add_file(dest_path=path, properties=_described(path, files[path]))
    authors = [
        _entity(made, f"#author-{number}", "Organization" if "name" in one else "Person", name=_name(one))
        for number, one in enumerate(citation["authors"], start=1)
    ]
    licences = [
        _entity(made, f"https://spdx.org/licenses/{one}", "CreativeWork", name=_LICENCES.get(one, one))
        for one in _listed(citation["license"])
    ]
    _entity(
        made,
        _PYTHON,
        "ComputerLanguage",
        name="Python",
        version=manifest["versions"]["python"],
        url="https://www.python.org/",
    )
    package = _entity(
        made, _SOFTWARE, "SoftwareApplication", name="afpak", version=str(citation["version"]), url="./pyproject.toml"
    )
    values = [
        _entity(made, f"#parameter/{chapter}/{name}", "PropertyValue", name=f"{name} of {chapter}", value=_text(value))
        for chapter, own in sorted(manifest["parameters"].items())
        for name, value in sorted(own.items())
    ]
    inputs = [{"@id": path} for path in sorted(files) if path.split("/")[0] in ("data", "notebooks", "editions")]
    results = [{"@id": path} for path in sorted(files) if path.startswith(f"{built}/")]
    run = _entity(
        made,
        _RUN,
        "CreateAction",
        name=f"Build of the edition {manifest['edition']['name']}",
        instrument={"@id": package},
        object=[*inputs, *({"@id": one} for one in values)],
        result=results,
    )
    root = made.root_dataset
    root["name"] = title(manifest, citation)
    root["description"] = description(manifest, citation)
    # When the work was released; when the archive was made is no part of it.
    root["datePublished"] = str(citation["date-released"])
    root["temporalCoverage"] = f"../{manifest['edition']['as_of']}"
    root["version"] = str(citation["version"])
    root["keywords"] = ", ".join(citation["keywords"])
    root["license"] = _one_or_all([{"@id": one} for one in licences])
    root["author"] = _one_or_all([{"@id": one} for one in authors])
    root["mentions"] = {"@id": run}
    content = made.metadata.generate()
    content["@graph"] = sorted(content["@graph"], key=lambda entity: str(entity["@id"]))
    return (json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode()


def zenodo(manifest: Mapping[str, Any], citation: Mapping[str, Any]) -> bytes:
    """The metadata of a deposit at Zenodo, which takes one licence: the first; the description names all."""
    licences = _listed(citation["license"])
    content = {
        "access_right": "open",
        "creators": [{"name": _name(one)} for one in citation["authors"]],
        "description": f"<p>{description(manifest, citation)}</p><p>Licences: {', '.join(licences)}.</p>",
        "keywords": citation["keywords"],
        "language": "eng",
        "license": licences[0].lower(),
        "publication_date": str(citation["date-released"]),
        "references": [_reference(one) for one in citation.get("references", [])],
        "title": title(manifest, citation),
        "upload_type": citation["type"],
        "version": str(citation["version"]),
    }
    return (json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode()


def title(manifest: Mapping[str, Any], citation: Mapping[str, Any]) -> str:
    """Title of the work with the name of the edition."""
    return f"{citation['title']} (edition {manifest['edition']['name']})"


def description(manifest: Mapping[str, Any], citation: Mapping[str, Any]) -> str:
    """What the work is, and what the edition may see."""
    edition = manifest["edition"]
    return f"{citation['abstract']} Edition “{edition['title']}”: nothing published after {edition['as_of']} is used."


def _described(path: str, content: bytes) -> dict[str, Any]:
    ending = PurePosixPath(path).suffix
    described: dict[str, Any] = {
        "@type": "File",
        "name": path,
        "encodingFormat": _FORMATS.get(ending, "application/octet-stream"),
        "contentSize": str(len(content)),
        "sha256": digest(content),
    }
    if ending in (".ipynb", ".py"):
        described |= {"@type": ["File", "SoftwareSourceCode"], "programmingLanguage": {"@id": _PYTHON}}
    return described


def _entity(made: ROCrate, identifier: str, kind: str, **properties: Any) -> str:
    made.add(ContextEntity(made, identifier, properties={"@type": kind, **properties}))
    return identifier


def _one_or_all(references: Sequence[Mapping[str, str]]) -> Any:
    return references[0] if len(references) == 1 else list(references)


def _listed(licence: str | Sequence[str]) -> list[str]:
    return [licence] if isinstance(licence, str) else list(licence)


def _name(author: Mapping[str, str]) -> str:
    return author.get("name") or ", ".join(filter(None, (author.get("family-names"), author.get("given-names"))))


def _reference(reference: Mapping[str, Any]) -> str:
    names = "; ".join(_name(one) for one in reference["authors"])
    return f"{names} ({reference['year']}): {reference['title']}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
