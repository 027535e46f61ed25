"""The archive: whole, the same bytes twice, and described as RO-Crate asks."""

from __future__ import annotations

import hashlib
import importlib.resources
import json
from pathlib import Path
from typing import ClassVar

import pytest
import yaml
from rocrate_validator import services
from rocrate_validator.models import Severity
from rocrate_validator.utils.http import HttpRequester

from afpak.export.crate import METADATA, crate, zenodo

ROOT = Path(__file__).parents[2]
FILES = {
    "data/a.csv": b"a\n1\n",
    "notebooks/one.ipynb": b"{}",
    "editions/e.yaml": b"title: x\n",
    "pyproject.toml": b"[project]\n",
    "built/findings.json": b"[]\n",
    "README.md": b"# x\n",
}
MANIFEST = {
    "edition": {"name": "e", "title": "Made up", "as_of": "2020-01-31"},
    "parameters": {"one": {"as_of": "2020-01-31", "years": [1, 2]}},
    "versions": {"python": "3.11.7"},
}


@pytest.fixture
def citation() -> dict:
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


@pytest.fixture
def validated(monkeypatch, no_network):
    """Hold a folder against the profile of RO-Crate 1.2, without a network.

    The only context at hand is that of 1.3, which rocrate carries; it has the terms of 1.2.
    """
    context = json.loads((importlib.resources.files("rocrate") / "data" / "ro-crate.jsonld").read_text("utf-8"))

    class Response:
        status_code, text, content = 200, json.dumps(context), json.dumps(context).encode()
        headers: ClassVar = {"Content-Type": "application/ld+json"}

        def json(self):
            return context

    monkeypatch.setattr(HttpRequester, "get", lambda *_, **__: Response(), raising=False)
    monkeypatch.setattr(HttpRequester, "head", lambda *_, **__: Response(), raising=False)

    def validate(folder: Path) -> list[str]:
        settings = services.ValidationSettings(
            rocrate_uri=str(folder),
            profile_identifier="ro-crate-1.2",
            requirement_severity=Severity.REQUIRED,
            cache_path=folder.parent / "cache",
            offline=True,
        )
        return [f"{issue.check.identifier}: {issue.message}" for issue in services.validate(settings).get_issues()]

    return validate


def written(folder: Path, citation: dict) -> dict:
    for path, content in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    (folder / METADATA).write_bytes(crate(FILES, MANIFEST, citation, "built"))
    return json.loads((folder / METADATA).read_text(encoding="utf-8"))


def test_the_metadata_is_a_valid_ro_crate(tmp_path, citation, validated) -> None:
    folder = tmp_path / "crate"
    content = written(folder, citation)
    assert validated(folder) == []
    root = next(one for one in content["@graph"] if one["@id"] == "./")
    del root["license"], root["name"]
    (folder / METADATA).write_text(json.dumps(content))
    assert validated(folder) != []


def test_every_file_has_its_hash_and_its_format(tmp_path, citation) -> None:
    entities = {one["@id"]: one for one in written(tmp_path, citation)["@graph"]}
    for path, content in FILES.items():
        assert entities[path]["sha256"] == hashlib.sha256(content).hexdigest()
    assert entities["data/a.csv"]["encodingFormat"] == "text/csv"
    assert "SoftwareSourceCode" in entities["notebooks/one.ipynb"]["@type"]
    assert entities["#build"]["result"] == [{"@id": "built/findings.json"}]
    assert entities["#parameter/one/years"]["value"] == "[1, 2]"


def test_the_metadata_is_the_same_twice_and_has_no_date_but_that_of_the_release(citation) -> None:
    first = crate(FILES, MANIFEST, citation, "built")
    assert first == crate(dict(reversed(FILES.items())), MANIFEST, citation, "built")
    root = next(one for one in json.loads(first)["@graph"] if one["@id"] == "./")
    assert root["datePublished"] == str(citation["date-released"])
    assert root["temporalCoverage"] == "../2020-01-31"


def test_a_deposit_is_described_by_the_citation_file_and_the_edition(citation) -> None:
    told = json.loads(zenodo(MANIFEST, citation))
    assert told["title"] == f"{citation['title']} (edition e)"
    assert told["creators"] == [{"name": "The afpak project"}]
    assert told["license"] == "mit"
    assert "CC-BY-4.0" in told["description"]
