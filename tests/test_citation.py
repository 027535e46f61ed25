"""CITATION.cff is what its format asks for, and says the same as the package."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import yaml

ROOT = Path(__file__).parents[1]
# The schema of the Citation File Format 1.2.0, as cffconvert 2.0.0 carries it; tests/vendor/README.md.
SCHEMA = json.loads((ROOT / "tests" / "vendor" / "cff-1.2.0.schema.json").read_text(encoding="utf-8"))


def told() -> dict:
    # The schema is of JSON, in which a date is text.
    return json.loads(json.dumps(yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8")), default=str))


def faults(content: dict) -> list[str]:
    checker = jsonschema.FormatChecker(formats=["date"])
    return [error.message for error in jsonschema.Draft7Validator(SCHEMA, format_checker=checker).iter_errors(content)]


def test_the_citation_file_is_valid() -> None:
    assert faults(told()) == []


def test_a_citation_file_without_authors_or_with_an_impossible_date_is_refused() -> None:
    assert faults({key: value for key, value in told().items() if key != "authors"})
    assert faults(told() | {"date-released": "2026-02-30"})
    assert faults(told() | {"licence": "MIT"})


def test_it_has_the_version_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert told()["version"] == project["version"]
