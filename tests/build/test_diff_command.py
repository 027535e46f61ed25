"""`afpak diff` on two small builds on disk."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from afpak.build.diff import KINDS
from afpak.cli import main

from .test_diff import AFTER, BEFORE
from .test_results import lay_out


@pytest.fixture
def afpak(copied, monkeypatch):
    """Run a command inside a copy of the project."""
    monkeypatch.chdir(copied.root)
    return lambda *arguments: CliRunner().invoke(main, list(arguments))


@pytest.fixture
def two_builds(copied, monkeypatch):
    """Two small builds, and an audit that knows one date."""
    for build in (BEFORE, AFTER):
        lay_out(build, copied.published(build.name))
    monkeypatch.setattr("afpak.audit.change_notes", lambda data, since, claims: {"1-01": ("Said.", "2022-01-05")})


@pytest.mark.usefixtures("two_builds")
def test_diff_says_what_differs_and_ends_with_zero(afpak):
    result = afpak("diff", "early", "late")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("early, as of 2020-12-31 → late, as of 2022-06-30\n")
    for part in ("1-01, could be known since 2022-01-05", "attacks: 2,061 → 2,586 (+525)", "+ PIPS, 2021"):
        assert part in result.stdout


@pytest.mark.usefixtures("two_builds")
def test_diff_of_folders_is_that_of_names(afpak):
    assert afpak("diff", "_build/early", "_build/late").stdout == afpak("diff", "early", "late").stdout


@pytest.mark.usefixtures("two_builds")
@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["early", "late"], 1),
        (["early", "early"], 0),
        (["early", "late", "--only", "numbers"], 1),
        (["early", "early", "--only", "numbers", "--json"], 0),
    ],
)
def test_diff_tells_by_its_status_if_asked_to(afpak, arguments, status):
    assert afpak("diff", *arguments, "--exit-code").exit_code == status
    assert afpak("diff", *arguments).exit_code == 0


@pytest.mark.usefixtures("two_builds")
def test_diff_prints_json_and_narrows_it(afpak):
    record = json.loads(afpak("diff", "early", "late", "--json").stdout)
    assert record["verdicts"][0]["since"] == "2022-01-05"
    narrowed = json.loads(afpak("diff", "early", "late", "--json", "--only", "numbers").stdout)
    assert narrowed["numbers"] == record["numbers"] and "verdicts" not in narrowed


def test_the_kinds_that_diff_offers_are_those_that_it_knows():
    (only,) = [one for one in main.commands["diff"].params if one.name == "only"]
    assert list(only.type.choices) == list(KINDS)
