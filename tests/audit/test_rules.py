"""The functions that give verdicts, as readers look them up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from afpak import audit
from afpak.audit import registry
from afpak.audit.findings import Basis
from afpak.audit.rules import Rules, rule_of, rules_in_force
from afpak.tables import Inputs

ROOM = Path(__file__).resolve().parents[2] / "src/afpak/audit"


@pytest.fixture(scope="module")
def both(paper: Inputs) -> tuple[Rules, Rules]:
    return rules_in_force(paper)


def test_every_check_stands_there_once_with_its_claim(both: tuple[Rules, Rules]) -> None:
    checks, _ = both
    # As the files themselves have them.
    written = [
        (claim, name)
        for path in sorted(ROOM.glob("*.py"))
        for claim, name in re.findall(r'(?m)^@check\("([^"]+)"\)\ndef (\w+)', path.read_text(encoding="utf-8"))
    ]
    told = [(one.claim, rule.function.__name__) for rule, found in checks.told for one in found]
    assert told == written
    assert len(written) >= 15


def test_every_claim_is_decided_by_one_rule(both: tuple[Rules, Rules], paper: Inputs) -> None:
    claims = [one.claim for rules in both for _, found in rules.told for one in found]
    assert sorted(claims) == sorted(paper["claims"]["claim"])


def test_the_source_is_that_of_the_file(both: tuple[Rules, Rules]) -> None:
    for rule, _ in (told for rules in both for told in rules.told):
        module = ROOM / f"{rule.function.__module__.rpartition('.')[2]}.py"
        assert rule.source in module.read_text(encoding="utf-8")
        assert f"def {rule.function.__name__}(" in rule.source
        assert rule.asks and "\n" not in rule.asks


def test_places_are_unique_and_those_that_the_audit_leads_to(both: tuple[Rules, Rules], paper: Inputs) -> None:
    markdown = "\n".join(rules._repr_mimebundle_()["text/markdown"] for rules in both)
    places = re.findall(r"(?m)^:name: (\S+)$", markdown)
    assert len(places) == len(set(places))
    led_to = set(re.findall(r'href="checks\.html#([^"]+)"', audit.ledger(paper)._repr_mimebundle_()["text/html"]))
    assert led_to <= set(places)
    assert len(led_to) == len(registry.registered()) + 4


def test_a_finding_leads_to_what_gave_it(paper: Inputs) -> None:
    found = {one.claim: one for one in registry.findings(paper, ["1.4-14", "1.2-21"])}
    assert rule_of(found["1.4-14"]).name == "afpak.audit.leaders.four_emirs_by_drone"
    assert found["1.2-21"].basis is Basis.JOIN
    assert rule_of(found["1.2-21"]).place == "rule-join-judged"


def test_a_check_is_shown_with_its_question_verdict_and_source(both: tuple[Rules, Rules]) -> None:
    markdown = both[0]._repr_mimebundle_()["text/markdown"]
    assert ":::{rubric} Are the four heads that the paper lists recorded as killed in drone strikes?\n" in markdown
    assert (
        'Decides <span class="afpak-whole">1.4-14: <span class="afpak-verdict" data-verdict="contradicted">' in markdown
    )
    assert '```python\n@check("1.4-14")\ndef four_emirs_by_drone(' in markdown
