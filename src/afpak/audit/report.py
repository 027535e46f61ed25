"""Findings for the terminal and for other programs."""

from __future__ import annotations

import difflib
import json
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from afpak.audit.findings import Finding, Verdict
from afpak.audit.registry import findings, of_sections
from afpak.problems import InputError
from afpak.tables import Inputs

_WIDTH = 100


def chosen(
    inputs: Inputs, claims: Sequence[str] = (), sections: Sequence[str] = (), verdicts: Sequence[str] = ()
) -> list[Finding]:
    """Findings on some claims, in the order of the paper; what is not given does not narrow.

    Parameters
    ----------
    inputs : Inputs
        What the edition may know.
    claims, sections, verdicts : sequence of str
        Identifiers of claims and of sections, and verdicts.

    Raises
    ------
    InputError
        With every name that is not known, and the nearest that is.
    """
    known = {
        "claim": (claims, list(inputs["claims"]["claim"])),
        "section": (sections, list(inputs["sections"]["section"])),
        "verdict": (verdicts, [str(verdict) for verdict in Verdict]),
    }
    problems = [
        f"no {kind} {name!r}{_known(kind, name, names)}"
        for kind, (given, names) in known.items()
        for name in given
        if name not in names
    ]
    if problems:
        raise InputError(problems)
    wanted = of_sections(inputs, *(sections or inputs["sections"]["section"]))
    if claims:
        wanted = [claim for claim in wanted if claim in claims]
    return [one for one in findings(inputs, wanted) if not verdicts or str(one.verdict) in verdicts]


def as_lines(inputs: Inputs, found: Sequence[Finding]) -> str:
    """Findings as paragraphs, with a count by verdict at the end."""
    text = inputs["claims"].set_index("claim")["text"]
    blocks = []
    for one in found:
        linked = [f"contradicts {', '.join(one.linked)}"] if one.linked else []
        lines = [
            text[one.claim],
            f"→ {one.sentence}",
            *linked,
            f"by {one.basis}; rows: {', '.join(one.evidence) or 'none'}",
        ]
        blocks.append("\n".join([f"{one.claim}  {one.verdict}", *map(_indented, lines)]))
    counts = Counter(str(one.verdict) for one in found)
    told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in map(str, Verdict) if counts[verdict])
    noun = "claim" if len(found) == 1 else "claims"
    return "\n\n".join([*blocks, f"{len(found)} {noun} as of {inputs.as_of}{f': {told}' if told else ''}."])


def as_records(found: Sequence[Finding]) -> str:
    """Findings as JSON, one record each, as ``findings.json`` of a build has them."""
    return json.dumps([asdict(one) for one in found], indent=2, ensure_ascii=False, sort_keys=True)


def _known(kind: str, name: str, names: Sequence[str]) -> str:
    """The nearest name, and all of them where they are few."""
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.7)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return hint if kind == "claim" else f"{hint or ';'} known: {', '.join(names)}"


def _indented(line: str) -> str:
    return textwrap.fill(line, _WIDTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)
