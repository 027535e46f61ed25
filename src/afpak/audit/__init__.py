"""The audit: each claim of the paper put to the tables, with a verdict that is computed."""

from afpak.audit.changes import change_notes, changes
from afpak.audit.findings import Finding, Verdict
from afpak.audit.presentation import contradictions, ledger, shown
from afpak.audit.registry import findings, of_sections
from afpak.audit.rules import rules_in_force

# Importing a module of checks registers them.
from afpak.audit import factions, incidents, leaders, paper  # noqa: F401  isort: skip

__all__ = [
    "Finding",
    "Verdict",
    "change_notes",
    "changes",
    "contradictions",
    "findings",
    "ledger",
    "of_sections",
    "rules_in_force",
    "shown",
]
