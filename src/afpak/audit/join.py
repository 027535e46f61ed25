"""The first check of every claim that states a fact: its statements joined with the record's.

And the paper's contradictions of itself, which are a join of its statements with each other.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from afpak.audit.findings import Basis, Finding, Verdict, combined
from afpak.audit.statements import (
    Attribute,
    Statement,
    agree,
    by_fact,
    comparable,
    names_of,
    recorded,
    said,
    stated,
    vocabulary,
)
from afpak.figures.shown import reference_in_words
from afpak.tables import Inputs

METHOD = (
    "Statements of the claim joined with those of the record on subject and attribute. Values agree if, as precise as "
    "they are put and within the attribute’s tolerance, they can be the same. Supported if the record agrees, "
    "contradicted if it differs, contested if sources of the record stand on both sides or only a differing report "
    "agrees. A claim of several statements is as good as its weakest; those on which the record is silent do not count "
    "against it."
)


@dataclass(frozen=True)
class Contradiction:
    """Two statements of the paper that can't both be so.

    Parameters
    ----------
    identifier : str
        The two statements, joined by an unequal sign.
    claims : tuple of str
        Their claims, without repetition, in the order of the paper's table.
    places : tuple of str
        Who says each: ``text`` or a footnote or bibliography entry.
    subject, attribute : str
        What they are about.
    values : tuple of str
        The two values in words.
    who : tuple of str
        Who has each, in words: a claim, a footnote or an entry of the bibliography.
    about : str
        Subject and attribute in words.
    sentence : str
        The contradiction in a sentence.
    """

    identifier: str
    claims: tuple[str, ...]
    places: tuple[str, str]
    subject: str
    attribute: str
    values: tuple[str, str]
    who: tuple[str, str]
    about: str
    sentence: str

    @property
    def within_the_text(self) -> bool:
        """Whether both statements are the text's own, and not one of them a source's that it cites."""
        return self.places == ("text", "text")


@dataclass(frozen=True)
class Book:
    """Everything the join reads of an edition, prepared once.

    Parameters
    ----------
    words : mapping of str to Attribute
        The vocabulary.
    names : mapping of str to str
        Names by identifier.
    record : mapping
        Statements of the record by subject and attribute.
    paper : mapping of str to list of Statement
        The text's own statements by claim.
    contradictions : tuple of Contradiction
        Where the paper contradicts itself or its notes.
    """

    words: Mapping[str, Attribute]
    names: Mapping[str, str]
    record: Mapping[tuple[str, str], Sequence[Statement]]
    paper: Mapping[str, Sequence[Statement]]
    contradictions: tuple[Contradiction, ...]


def prepare(inputs: Inputs) -> Book:
    """Read an edition's statements once, for many claims."""
    words, names = vocabulary(inputs), names_of(inputs)
    statements = stated(inputs)
    paper: dict[str, list[Statement]] = {}
    for statement in statements:
        if not statement.said_by:
            paper.setdefault(statement.claim, []).append(statement)
    return Book(words, names, by_fact(recorded(inputs)), paper, contradictions(statements, words, names))


def contradictions(
    statements: Sequence[Statement], words: Mapping[str, Attribute], names: Mapping[str, str]
) -> tuple[Contradiction, ...]:
    """Pairs of the paper's statements on one subject, attribute and time whose values can't be the same.

    Attributes of which a subject may have many values can't contradict each other. Two footnotes that
    differ from each other are not the paper's contradiction; a footnote that differs from the text is.
    """
    found = []
    for (subject, attribute), group in by_fact(statements).items():
        word = words[attribute]
        if word.many:
            continue
        for first, second in itertools.combinations(group, 2):
            if first.said_by and second.said_by:
                continue
            if first.claim == second.claim and not (first.said_by or second.said_by):
                continue
            if comparable(first, second) and not agree(first, second, word):
                found.append(_contradiction(first, second, subject, word, names))
    return tuple(found)


def evidence_of(statement: Statement, book: Book) -> list[Statement]:
    """Statements of the record on the same subject, attribute and time."""
    return [one for one in book.record.get((statement.subject, statement.attribute), ()) if comparable(statement, one)]


def verdict_of(statement: Statement, evidence: Sequence[Statement], word: Attribute) -> Verdict:
    """Verdict on one statement of the paper, given those of the record that it can be held against."""
    yes = [one for one in evidence if agree(statement, one, word)]
    held, only_reported = [one for one in yes if not one.alternative], [one for one in yes if one.alternative]
    against = [one for one in evidence if not one.alternative and one not in yes]
    if held:
        return Verdict.CONTESTED if against and not word.many else Verdict.SUPPORTED
    if only_reported:
        return Verdict.CONTESTED
    # Where there may be many values, another one recorded does not exclude the one that is stated.
    return Verdict.CONTRADICTED if against and not word.many else Verdict.UNVERIFIABLE


@dataclass(frozen=True)
class Part:
    """One statement of a claim, held against the record."""

    verdict: Verdict
    evidence: tuple[str, ...]


def parts(claim: str, book: Book) -> list[Part]:
    """The statements of a claim, each with its verdict, in the order of the table."""
    found = []
    for statement in book.paper.get(claim, ()):
        word = book.words[statement.attribute]
        evidence = evidence_of(statement, book)
        found.append(
            Part(
                verdict_of(statement, evidence, word),
                tuple(dict.fromkeys((statement.row, *(one.row for one in evidence)))),
            )
        )
    return found


def of_claim(claim: str, book: Book) -> tuple[Contradiction, ...]:
    """Contradictions that a claim is one side of."""
    return tuple(one for one in book.contradictions if claim in one.claims)


def linked(claim: str, book: Book) -> tuple[str, ...]:
    """Other claims that the paper contradicts this one with."""
    others = (other for one in of_claim(claim, book) for other in one.claims)
    return tuple(dict.fromkeys(other for other in others if other != claim))


def judged(claim: str, book: Book) -> Finding | None:
    """The finding of the join; nothing if the claim states nothing in the vocabulary."""
    found = parts(claim, book)
    if not found:
        return None
    return Finding(
        claim,
        combined(tuple(part.verdict for part in found)),
        " ".join(_sentences(book.paper[claim], book)),
        tuple(dict.fromkeys(row for part in found for row in part.evidence)),
        METHOD,
        Basis.JOIN,
    )


def told(found: Sequence[Contradiction]) -> str:
    """Contradictions in words, those on one subject and attribute together."""
    by_fact: dict[str, dict[str, dict[str, None]]] = {}
    for one in found:
        for who, value in zip(one.who, one.values, strict=True):
            by_fact.setdefault(one.about, {}).setdefault(value, {})[who] = None
    return " ".join(f"{about}: {_who_says(values)}." for about, values in by_fact.items())


def _who_says(values: Mapping[str, Iterable[str]]) -> str:
    """Values, each with who has it: ``2016 (1.2-21); 2018-06 (footnote 31, footnote 32)``."""
    return "; ".join(f"{value} ({', '.join(who)})" for value, who in values.items())


def _sentences(statements: Sequence[Statement], book: Book) -> list[str]:
    """What the paper and the record have, a sentence for each subject and attribute."""
    found = []
    for (subject, attribute), group in by_fact(statements).items():
        word = book.words[attribute]
        values = list(dict.fromkeys(said(one, word, book.names) for one in group))
        begin = f"{book.names.get(subject, subject)}, {word.meaning}. The paper: {', '.join(values)}"
        evidence = list({id(one): one for statement in group for one in evidence_of(statement, book)}.values())
        found.append(f"{begin}. The record: {_recorded(evidence, word, book.names)}.")
    return found


def _recorded(evidence: Sequence[Statement], word: Attribute, names: Mapping[str, str]) -> str:
    """Values of the record, each with the first source that has it and how many more do."""
    by_value: dict[str, list[Statement]] = {}
    for one in evidence:
        by_value.setdefault(said(one, word, names), []).append(one)
    told = []
    for value, rows in by_value.items():
        sources = list(dict.fromkeys(one.source for one in rows if one.source))
        where = f" ({sources[0]}{f' and {len(sources) - 1} more' if len(sources) > 1 else ''})" if sources else ""
        told.append(f"{value}{', as a differing report' if all(one.alternative for one in rows) else ''}{where}")
    return "; ".join(told) or "nothing"


def _contradiction(
    first: Statement, second: Statement, subject: str, word: Attribute, names: Mapping[str, str]
) -> Contradiction:
    values = (said(first, word, names), said(second, word, names))
    who = (_who(first), _who(second))
    about = f"{names.get(subject, subject)}, {word.meaning}"
    return Contradiction(
        f"{first.row.partition(': ')[2]} ≠ {second.row.partition(': ')[2]}",
        tuple(dict.fromkeys((first.claim, second.claim))),
        (first.said_by or "text", second.said_by or "text"),
        subject,
        word.name,
        values,
        who,
        about,
        f"{about}: {values[0]} ({who[0]}); {values[1]} ({who[1]}).",
    )


def _who(statement: Statement) -> str:
    if not statement.said_by:
        return statement.claim
    return reference_in_words(statement.said_by)
