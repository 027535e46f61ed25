"""Findings as chapters show them, with what the build takes along."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from afpak import bundles
from afpak.audit import join
from afpak.audit.evidence import sources_of
from afpak.audit.findings import Finding
from afpak.audit.registry import findings
from afpak.audit.rules import PAGE, rule_of
from afpak.audit.statements import names_of
from afpak.figures import Records
from afpak.figures.listing import Listing, place
from afpak.figures.shown import reference_in_words
from afpak.figures.verdicts import LOOKS
from afpak.tables import Inputs

SOURCE = "the tables of this book; each verdict is computed when the book is built"
BASES = {
    "check": "a check of its own",
    "join": "statements joined with the record",
    "reading": "a person’s reading of sources",
    "paper": "the paper alone",
    "none": "nothing in the tables",
}


@dataclass(frozen=True)
class Shown:
    """Something that a chapter shows for readers, with the findings themselves for the build."""

    content: Any
    found: tuple[Finding, ...]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = dict(self.content._repr_mimebundle_())
        bundle[bundles.FINDINGS] = [asdict(finding) for finding in self.found]
        return bundle


def table(inputs: Inputs, found: Sequence[Finding]) -> pd.DataFrame:
    """Findings beside their claims: columns claim, verdict, the paper says, the evidence says, rests on."""
    text = inputs["claims"].set_index("claim")["text"]
    return pd.DataFrame(
        {
            "claim": [finding.claim for finding in found],
            "verdict": [str(finding.verdict) for finding in found],
            "the paper says": [text[finding.claim] for finding in found],
            "the evidence says": [finding.sentence for finding in found],
            "rests on": [BASES[finding.basis] for finding in found],
        }
    )


def shown(inputs: Inputs, claims: Sequence[str], name: str = "findings", what: str = "") -> Shown:
    """Findings on some claims, ready to end a cell with.

    Parameters
    ----------
    inputs : Inputs
        What the edition may know.
    claims : sequence of str
        Their identifiers.
    name : str
        Name of what is shown.
    what : str
        Which claims they are, for the caption. If not given it says that they are those of the chapter, which are
        all claims of some sections; else that the chapter bears on them.
    """
    found = findings(inputs, claims)
    what = what or _which(inputs, claims)
    return Shown(
        Records(
            table(inputs, found),
            ["claim", "verdict"],
            name,
            f"{what} as of {inputs.as_of}.",
            SOURCE,
            marked="verdict",
        ),
        tuple(found),
    )


def _which(inputs: Inputs, claims: Sequence[str]) -> str:
    """Which claims these are: all of their sections, as a chapter's own are, or a choice."""
    section = inputs["claims"].set_index("claim")["section"]
    whole = set(section[section.isin(section[list(claims)])].index) == set(claims)
    return "The claims of this chapter" if whole else "Claims that this chapter bears on"


def ledger(inputs: Inputs) -> Shown:
    """Every claim of the paper with its finding, as one listing with a place of its own for each."""
    found = findings(inputs)
    claims = inputs["claims"].set_index("claim")
    actors = names_of(inputs)
    frame = table(inputs, found).assign(
        section=[claims.at[finding.claim, "section"] for finding in found],
        kind=[claims.at[finding.claim, "kind"] for finding in found],
        about=[
            " | ".join(actors.get(name, name) for name in _listed(claims.at[finding.claim, "actors"]))
            for finding in found
        ],
        place=[_place(claims.loc[finding.claim]) for finding in found],
        method=[html.escape(finding.method) for finding in found],
        check=[_check(finding) for finding in found],
        shown=[_shown_in(finding.claim) for finding in found],
        evidence=[_evidence(inputs, finding) for finding in found],
        sources=[_sources(inputs, finding) for finding in found],
        against=[
            ", ".join(f'<a href="#{place("claim", other)}">{other}</a>' for other in finding.linked)
            for finding in found
        ],
    )
    columns = {
        "claim": "claim",
        "verdict": "verdict",
        "the paper says": "the paper says",
        "the evidence says": "the evidence says",
        "section": "section",
        "kind": "kind",
        "about": "about",
        "rests on": "rests on",
        "place": "in the paper",
        "against": "contradicts the paper’s own",
        "method": "method",
        "check": "check",
        "shown": "shown in",
        "evidence": "rows",
        "sources": "sources",
    }
    said = ("the paper says", "the evidence says")
    return Shown(
        Listing(
            frame[list(columns)].rename(columns=columns),
            "claims",
            f"Every checkable claim of the paper, with its verdict as of {inputs.as_of}.",
            SOURCE,
            key="claim",
            anchor="claim",
            filters=["section", "verdict", "kind", "about", "rests on"],
            marks={"verdict": {verdict: look.mark for verdict, look in LOOKS.items()}},
            html_columns=[
                *("in the paper", "contradicts the paper’s own", "method", "check", "shown in", "rows", "sources")
            ],
            details=[name for name in columns.values() if name not in ("claim", "verdict", *said)],
            sort="verdict",
            told="the paper says",
        ),
        tuple(found),
    )


def contradictions(inputs: Inputs) -> pd.DataFrame:
    """The paper's contradictions of itself and of its notes.

    Returns
    -------
    pandas.DataFrame
        One row per pair of statements: contradiction, claims (separated by `` | ``), where (``text`` or
        ``text and note``), sentence.
    """
    found = join.prepare(inputs).contradictions
    return pd.DataFrame(
        {
            "contradiction": [one.identifier for one in found],
            "claims": [" | ".join(one.claims) for one in found],
            "where": ["text" if one.within_the_text else "text and note" for one in found],
            "sentence": [one.sentence for one in found],
        }
    )


def _listed(text: object) -> list[str]:
    return text.split(" | ") if isinstance(text, str) and text else []


def _place(claim: Any) -> str:
    """Where the paper says it, and what it cites there."""
    places = [f"{claim['section']} ¶{claim['paragraph']}", *_listed(claim["also_in"])]
    notes = [reference_in_words(note) for note in _listed(claim["footnotes"])]
    return html.escape("; ".join(places) + (f"; cites {', '.join(notes)}" if notes else "; cites nothing"))


def _check(finding: Finding) -> str:
    """The function that gave the verdict, and the place of the book where it can be read."""
    rule = rule_of(finding)
    return f'<a href="{PAGE}.html#{rule.place}"><code>{html.escape(rule.name)}</code></a>'


def _shown_in(claim: str) -> str:
    """A place for the chapters that show the finding, which the build knows."""
    return f'<span data-shown-in="{html.escape(claim)}">in the built book, links to its chapters</span>'


def _evidence(inputs: Inputs, finding: Finding) -> str:
    return html.escape("; ".join(finding.evidence))


def _sources(inputs: Inputs, finding: Finding) -> str:
    return "; ".join(
        f'<a href="{html.escape(url)}">{html.escape(title)}</a>' for title, url in sources_of(inputs, finding.evidence)
    )
