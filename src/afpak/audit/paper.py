"""Checks on claims that the paper makes about itself, and its statements set beside the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from afpak.analysis.sourcing import partners, talks
from afpak.audit import join
from afpak.audit.evidence import row_of
from afpak.audit.findings import Finding, NotKnownError, Verdict
from afpak.audit.registry import check
from afpak.audit.statements import Attribute, Statement, said
from afpak.tables import Inputs

_FOUR, _SECOND, _LAST = 4, "2", "4"
_TTP = ("TTP", "Tehreek-e-Taliban")


@check("organisation-03")
def four_sections(inputs: Inputs) -> Finding:
    """Has the study four numbered sections?"""
    numbered = _numbered(inputs)
    return Finding(
        "organisation-03",
        Verdict.SUPPORTED if len(numbered) == _FOUR else Verdict.CONTRADICTED,
        f"The paper has {len(numbered)} numbered sections; the summary and the parts before section 1, the "
        "introduction among them, have no number.",
        tuple(f"sections: {section}" for section in numbered["section"]),
        "Sections of the table that are headed by a number and hold other sections.",
    )


@check("organisation-04")
def war_in_the_second_section(inputs: Inputs) -> Finding:
    """Does a part of section 2 treat a war of the TTP with IS-K?"""
    parts = inputs["sections"][inputs["sections"]["parent"] == _SECOND]
    wars = parts[parts["title"].str.contains(r"\bWar\b")]
    between = wars[wars["title"].map(lambda title: any(name in title for name in _TTP))]
    titles = "; ".join(f"{row.section}, {row.title}" for row in wars.itertuples())
    return Finding(
        "organisation-04",
        Verdict.CONTRADICTED if between.empty else Verdict.SUPPORTED,
        f"Parts of section {_SECOND} that are headed as a war: {titles or 'none'}. "
        + ("None of them names the TTP as a side." if between.empty else "The TTP is named as a side."),
        tuple(f"sections: {section}" for section in wars["section"]),
        "Titles of the parts of the section; a war whose title names the TTP would bear the claim out.",
    )


@check("organisation-05")
def conclusion_after_the_sections(inputs: Inputs) -> Finding:
    """Do conclusion and recommendations stand outside section 4?"""
    rows = inputs["sections"]
    ends = rows[rows["title"].str.contains("Conclusion|Recommendations")]
    if ends.empty:
        raise NotKnownError("where conclusion and recommendations stand")
    inside = ends["parent"] == _LAST
    verdict = Verdict.CONTRADICTED if inside.all() else Verdict.CONTESTED if inside.any() else Verdict.SUPPORTED
    return Finding(
        "organisation-05",
        verdict,
        "; ".join(
            f"{row.title} is {row.section}, " + (f"a part of section {row.parent}" if _is(row.parent) else "on its own")
            for row in ends.itertuples()
        )
        + ".",
        tuple(f"sections: {section}" for section in ends["section"]),
        "Numbers and places of the sections whose titles name a conclusion or recommendations.",
    )


@check("methodology-01")
def interviews_held(inputs: Inputs) -> Finding:
    """Do the notes cite interviews with experts?"""
    held = _talks(inputs)
    cited, people = held[held["cited"]], partners(held)
    return Finding(
        "methodology-01",
        # The claim is of a series, structured and open-ended; that talks were held is all that the notes show.
        Verdict.UNVERIFIABLE,
        f"Footnotes cite {len(cited)} talks, and the bibliography {len(held) - len(cited)} more, with "
        f"{len(people)} persons in all. Whether one was structured or open-ended is not said of any; how many were "
        "held is not said in the text.",
        _evidence(held),
        "Talks among the references, each counted once. They show talks, and nothing of their form.",
    )


@check("methodology-02")
def government_and_academia(inputs: Inputs) -> Finding:
    """Do the notes show partners from the government and from academia?"""
    held = _talks(inputs)
    people = partners(held)
    officials = people[people["official"]]
    academic = held[(held["partner"] + " " + held["note"]).str.contains(r"(?i)\b(?:universit|professor|academ)")]
    both = len(officials) > 0 and len(academic) > 0
    return Finding(
        "methodology-02",
        Verdict.SUPPORTED if both else Verdict.UNVERIFIABLE,
        f"Of {len(people)} persons in the notes {len(officials)} are officials, none of them named. The notes give "
        f"{academic['partner'].nunique() or 'none'} of them a post at a university; the named ones are introduced as "
        "heads or analysts of institutes and of a commission.",
        _evidence(held),
        "How the notes introduce each person; supported if both kinds occur. Someone may teach without the note "
        "saying so, so that a lack does not contradict.",
    )


@check("methodology-03")
def journal_articles(inputs: Inputs) -> Finding:
    """Are journal articles among the sources?"""
    references = inputs["references"]
    rows = references[references["kind"] == "journal"]
    own = int(rows["marks"].fillna("").str.contains("self-citation").sum())
    return Finding(
        "methodology-03",
        # Journal articles there are; that some were reviewed by peers and others not is the other half of the claim.
        Verdict.CONTRADICTED if rows.empty else Verdict.UNVERIFIABLE,
        f"{len(rows)} of {int((references['list'] == 'footnote').sum())} works and talks in footnotes are articles "
        f"in journals, {own} of them by the author. Which of them were peer-reviewed the tables don’t tell.",
        _evidence(rows.rename(columns={"reference": "talk"})),
        "Kind of source in the table of references.",
    )


@check("methodology-04")
def group_discussions(inputs: Inputs) -> Finding:
    """Do the notes show a discussion with a group?"""
    held = _talks(inputs)
    grouped = held[(held["partner"] + " " + held["note"]).str.contains(r"(?i)\b(?:group|participants|workshop)")]
    return Finding(
        "methodology-04",
        Verdict.UNVERIFIABLE if grouped.empty else Verdict.SUPPORTED,
        f"Talks in the notes that are said to have been held with a group: {len(grouped) or 'none'} of {len(held)}; "
        "the others name one partner each. A discussion that no note cites leaves no trace in the paper.",
        _evidence(held),
        "How the notes introduce each talk; their silence does not contradict.",
    )


@check("methodology-05")
def snowball_sampling(inputs: Inputs) -> Finding:
    """Do the notes show how the persons were found?"""
    held = _talks(inputs)
    people = partners(held)
    again = people[people["talks"] > 1]
    return Finding(
        "methodology-05",
        Verdict.UNVERIFIABLE,
        f"No note says who led to whom. {int(again['talks'].sum())} of {len(held)} talks were with "
        f"{len(again)} persons who were asked more than once"
        + (f" ({', '.join(again['partner'])})" if len(again) else "")
        + ", which a chain of referrals neither needs nor excludes.",
        _evidence(held),
        "Snowball sampling can only be seen from a record of who named whom, and the paper prints none.",
    )


def beside_the_record(inputs: Inputs, claims: Sequence[str], types: Sequence[str] = ("date", "number")) -> pd.DataFrame:
    """Statements of the paper’s text, each beside what the record has on the same fact and time.

    Parameters
    ----------
    inputs : Inputs
        What the edition may know.
    claims : sequence of str
        Identifiers, in the order wanted. Those that state nothing in the vocabulary are left out.
    types : sequence of str
        Types of value that are wanted: date, number, name, organisation.

    Returns
    -------
    pandas.DataFrame
        One row per statement: claim, statement, about, what, paper (the value in words), record (values in words,
        each with the date on which it became known, separated by ``; ``; missing if there is none), other_times
        (the same for times of which the statement does not speak), verdict (of this statement alone, by the join),
        source, url (of both, separated by `` | ``; missing if none).
    """
    book = join.prepare(inputs)
    rows = []
    for claim in claims:
        for statement in book.paper.get(claim, ()):
            word = book.words[statement.attribute]
            if word.type not in types:
                continue
            evidence = join.evidence_of(statement, book)
            others = [one for one in book.record.get(_fact(statement), ()) if one not in evidence]
            sources: dict[str, str] = {}
            for one in (*evidence, *others):
                row = row_of(inputs, one.row) or {}
                titles, urls = str(row.get("source", "")).split(" | "), str(row.get("url", "")).split(" | ")
                sources.update(zip(titles, urls, strict=True))
            rows.append(
                {
                    "claim": claim,
                    "statement": statement.row.partition(": ")[2],
                    "about": book.names.get(statement.subject, statement.subject),
                    "what": word.meaning,
                    "paper": said(statement, word, book.names),
                    "record": _told(inputs, evidence, word, book.names),
                    "other_times": _told(inputs, others, word, book.names),
                    "verdict": str(join.verdict_of(statement, evidence, word)),
                    "source": " | ".join(sources) or pd.NA,
                    "url": " | ".join(sources.values()) or pd.NA,
                }
            )
    columns = ["claim", "statement", "about", "what", "paper", "record", "other_times", "verdict", "source", "url"]
    return pd.DataFrame(rows, columns=columns)


def _fact(statement: Statement) -> tuple[str, str]:
    return statement.subject, statement.attribute


def _told(inputs: Inputs, statements: Sequence[Statement], word: Attribute, names: Mapping[str, str]) -> str | None:
    """Values in words, each with the date on which it became known, without repetition; None if there are none."""
    values = []
    for one in statements:
        known = (row_of(inputs, one.row) or {}).get("known_since")
        value = said(one, word, names) + (", as a differing report" if one.alternative else "")
        values.append(f"{value}, known {known}" if isinstance(known, str) else value)
    return "; ".join(dict.fromkeys(values)) or None


def _numbered(inputs: Inputs) -> pd.DataFrame:
    rows = inputs["sections"]
    return rows[rows["section"].str.fullmatch(r"\d+") & rows["section"].isin(rows["parent"])]


def _talks(inputs: Inputs) -> pd.DataFrame:
    return talks(inputs["references"], inputs["claims"])


def _evidence(rows: pd.DataFrame) -> tuple[str, ...]:
    return tuple(f"references: {name}" for name in rows["talk"])


def _is(value: object) -> bool:
    return isinstance(value, str) and bool(value)
