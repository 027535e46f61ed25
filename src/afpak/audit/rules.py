"""The functions that give verdicts, as readers can look them up: what each asks, what it decides, its source."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from afpak.audit import findings, join, readings, registry, statements
from afpak.audit.findings import Basis, Finding
from afpak.figures.listing import place
from afpak.figures.verdicts import ORDER, chip
from afpak.tables import Inputs

PAGE = "checks"  # of the book, where all of them stand


@dataclass(frozen=True)
class Rule:
    """A function that gives verdicts.

    Parameters
    ----------
    function : callable
        The function.
    """

    function: Callable[..., Any]

    @property
    def name(self) -> str:
        """Its module and name."""
        return f"{self.function.__module__}.{self.function.__name__}"

    @property
    def place(self) -> str:
        """Where it stands on the page."""
        return place("rule", self.name.removeprefix("afpak.audit."))

    @property
    def asks(self) -> str:
        """What it asks, as the first lines of its docstring say."""
        return " ".join((inspect.getdoc(self.function) or "").partition("\n\n")[0].split())

    @property
    def source(self) -> str:
        """Its source."""
        return inspect.getsource(self.function).rstrip()


# What judges a claim that has no check of its own, by what its verdict rests on.
_GENERAL = {
    Basis.JOIN: Rule(join.judged),
    Basis.READING: Rule(readings.judged),
    Basis.PAPER: Rule(registry._finding),
    Basis.NONE: Rule(registry._judged),
}
# What those call to reach it.
_CALLED = (Rule(join.verdict_of), Rule(statements.agree), Rule(findings.combined))


def rule_of(finding: Finding) -> Rule:
    """The function that gave a verdict."""
    own = registry.check_of(finding.claim)
    if own is not None and finding.basis is Basis.CHECK:
        return Rule(own)
    return _GENERAL[finding.basis]


@dataclass(frozen=True)
class Rules:
    """Some rules with the findings that each gave, for a page of the book.

    Parameters
    ----------
    told : sequence of tuple of Rule and sequence of Finding
        The rules in order, each with its findings.
    short : bool
        Whether findings are counted by verdict instead of told one by one.
    """

    told: Sequence[tuple[Rule, Sequence[Finding]]]
    short: bool = False

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {
            "text/plain": "\n\n".join(f"{rule.name}: {rule.asks}\n\n{rule.source}" for rule, _ in self.told),
            "text/markdown": "\n".join(self._section(rule, found) for rule, found in self.told),
        }

    def _section(self, rule: Rule, found: Sequence[Finding]) -> str:
        return (
            f":::{{rubric}} {_verbatim(rule.asks).rstrip('.')}\n:name: {rule.place}\n:heading-level: 3\n:::\n\n"
            f"{self._decided(found)} `{rule.name}`:\n\n"
            f"::::{{div}} afpak-rule\n```python\n{rule.source}\n```\n::::\n"
        )

    def _decided(self, found: Sequence[Finding]) -> str:
        if not found:
            return "Called by the other rules; it decides no claim by itself."
        if not self.short:
            return "Decides " + _listed([f"{one.claim}: {chip(str(one.verdict))}" for one in found])
        verdicts = [str(one.verdict) for one in found]
        counts = _listed([f"{verdicts.count(name):,} {chip(name)}" for name in ORDER if name in verdicts])
        return f"Decides {len(found):,} {'claim' if len(found) == 1 else 'claims'}: {counts}"


def _listed(told: Sequence[str]) -> str:
    """Parts of a sentence, each on one line with the sign that ends it: a badge stands with what it is told of."""
    last = len(told) - 1
    return " ".join(f'<span class="afpak-whole">{one}{"." if i == last else ";"}</span>' for i, one in enumerate(told))


def checks(found: Sequence[Finding]) -> Rules:
    """Every check of a claim of its own, by module and in the order in which they stand there."""
    functions = dict.fromkeys(registry.check_of(claim) for claim in registry.registered())
    ordered = sorted(
        (Rule(function) for function in functions if function is not None),
        key=lambda rule: (rule.function.__module__, rule.function.__code__.co_firstlineno),
    )
    return Rules([(rule, [one for one in found if registry.check_of(one.claim) is rule.function]) for rule in ordered])


def general(found: Sequence[Finding]) -> Rules:
    """The rules for all claims that have no check of their own, and what they call."""
    told = [(rule, [one for one in found if rule_of(one) == rule]) for rule in _GENERAL.values()]
    return Rules([*told, *((rule, []) for rule in _CALLED)], short=True)


def rules_in_force(inputs: Inputs) -> tuple[Rules, Rules]:
    """The checks and the general rules with what each decides in an edition."""
    found = registry.findings(inputs)
    return checks(found), general(found)


def _verbatim(text: str) -> str:
    """Words of a docstring as MyST shows them: names in double backticks become code."""
    return text.replace("``", "`")
