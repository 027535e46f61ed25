"""Statements: subject, attribute and value, the form in which the paper and the record can be joined.

The paper's statements stand in a table of their own. Those of the record stand in another, or are read
out of leaders, faction events, organisations and dated events, which carry them already.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from afpak.tables import Inputs
from afpak.tables.asof import title_date
from afpak.tables.dates import bounds, listed

# What "about" adds on either side: a share of a number, days of a date.
ABOUT_SHARE, ABOUT_DAYS = 0.10, 31
KILLED = ("drone strike", "airstrike", "ground raid", "bombing", "killed")
_DIED, _ARREST = (*KILLED, "died"), "arrest"
# Kinds of faction event that say a fact of their subject by themselves.
_EVENT_KINDS = ("formed", "split", "pledged", "merged", "joined")


@dataclass(frozen=True)
class Attribute:
    """A word of the vocabulary; ``tolerance`` in days for dates, a share for numbers."""

    name: str
    type: str
    unit: str
    tolerance: float
    many: bool
    meaning: str


@dataclass(frozen=True)
class Statement:
    """One statement, of the paper or of the record.

    Parameters
    ----------
    row : str
        Where it stands, as ``table: key``.
    subject, attribute, value, bound : str
        As in the tables; ``bound`` says whether the value is exact, about, at least, at most, before or after.
    at : str
        Date or span at which it held; empty if it is bound to no time.
    said_by : str
        A footnote or bibliography entry of the paper; empty for its text and for the record.
    source : str
        Title of the first source of a row of the record; empty for the paper.
    alternative : bool
        Whether the record itself holds it as a differing report only.
    claim : str
        Claim of the paper that it belongs to; empty for the record.
    """

    row: str
    subject: str
    attribute: str
    value: str
    bound: str = "exact"
    at: str = ""
    said_by: str = ""
    source: str = ""
    alternative: bool = False
    claim: str = ""


def vocabulary(inputs: Inputs) -> dict[str, Attribute]:
    """The vocabulary by word."""
    return {
        row.attribute: Attribute(
            row.attribute,
            row.type,
            _text(row.unit),
            0.0 if pd.isna(row.tolerance) else float(row.tolerance),
            row.values == "many",
            row.meaning,
        )
        for row in inputs["attributes"].itertuples()
    }


def stated(inputs: Inputs) -> list[Statement]:
    """Statements of the paper, of its text and of its footnotes, in the order of the table."""
    return [
        Statement(
            f"statements: {row.statement}",
            row.subject,
            row.attribute,
            row.value,
            row.bound,
            _text(row.at),
            _text(row.said_by),
            claim=row.claim,
        )
        for row in inputs["statements"].itertuples()
    ]


def recorded(inputs: Inputs) -> list[Statement]:
    """Statements of the record, from every table that carries some."""
    return [
        *_of_the_record(inputs),
        *_of_leaders(inputs),
        *_of_faction_events(inputs),
        *_of_organisations(inputs),
        *_of_dates(inputs),
    ]


def by_fact(statements: Sequence[Statement]) -> Mapping[tuple[str, str], list[Statement]]:
    """Statements by subject and attribute."""
    facts: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for statement in statements:
        facts[statement.subject, statement.attribute].append(statement)
    return facts


def comparable(first: Statement, second: Statement) -> bool:
    """Whether two statements of one subject and attribute speak of the same time."""
    if not first.at or not second.at:
        return True
    a, b = bounds(first.at), bounds(second.at)
    return a.earliest <= b.latest and b.earliest <= a.latest


def agree(first: Statement, second: Statement, attribute: Attribute) -> bool:
    """Whether two values can be the same, as precise as they are put and within the tolerance.

    A date is the span of days that it may mean, a number the interval that its bound leaves open; two
    agree if they overlap. Words agree if they are equal.
    """
    if attribute.type not in ("date", "number"):
        return first.value.casefold() == second.value.casefold()
    a, b = _extent(first, attribute), _extent(second, attribute)
    slack = attribute.tolerance
    if attribute.type == "number":
        finite = [abs(end) for end in (*a, *b) if math.isfinite(end)]
        slack *= max(finite, default=0.0)
    return a[0] <= b[1] + slack and b[0] <= a[1] + slack


def said(statement: Statement, attribute: Attribute, names: Mapping[str, str]) -> str:
    """The value in words: ``more than 2,300 persons``, ``2018-06-13``, ``Lashkar-e-Taiba``."""
    value = statement.value
    if attribute.type == "number":
        value = " to ".join(f"{float(part):,.10g}" for part in value.split("/"))
        if attribute.unit:
            value += "%" if attribute.unit == "per cent" else f" {attribute.unit}"
    elif attribute.type == "place":
        value = names.get(value, value.replace("-", " ").title())
    elif attribute.type == "date":
        value = value.replace("/", " to ")
    else:
        value = names.get(value, value.replace("-", " "))
    before = {"at-least": "at least ", "at-most": "at most ", "about": "about ", "before": "before ", "after": "after "}
    text = before.get(statement.bound, "") + value
    return f"{text} ({statement.at.replace('/', ' to ')})" if statement.at else text


def names_of(inputs: Inputs) -> dict[str, str]:
    """Names of all that statements are about and of what they take as values, by identifier."""
    names = dict(zip(inputs["dates"]["date_id"], inputs["dates"]["name"], strict=True))
    names |= dict(zip(inputs["subjects"]["subject"], inputs["subjects"]["name"], strict=True))
    names |= dict(zip(inputs["organisations"]["organisation"], inputs["organisations"]["short"], strict=True))
    return names


def _extent(statement: Statement, attribute: Attribute) -> tuple[float, float]:
    """First and last day, or lowest and highest number, that a value may mean."""
    if attribute.type == "date":
        span = bounds(statement.value)
        low, high, spread = float(span.earliest.toordinal()), float(span.latest.toordinal()), float(ABOUT_DAYS)
    else:
        parts = [float(part) for part in statement.value.split("/")]
        low, high = parts[0], parts[-1]
        spread = ABOUT_SHARE * high
    if statement.bound == "about":
        return low - spread, high + spread
    if statement.bound in ("at-least", "after"):
        return low, math.inf
    if statement.bound in ("at-most", "before"):
        return -math.inf, high
    return low, high


def _of_the_record(inputs: Inputs) -> Iterator[Statement]:
    for row in inputs["record-statements"].itertuples():
        yield Statement(
            f"record-statements: {row.statement}",
            row.subject,
            row.attribute,
            row.value,
            row.bound,
            _text(row.at),
            source=_first(row.source),
        )


def _of_leaders(inputs: Inputs) -> Iterator[Statement]:
    """Ends and starts of tenures as facts of the person who held them."""
    persons = persons_by_name(inputs)
    for row in inputs["leaders"].itertuples():
        person, place, source = persons.get(row.person, _slug(row.person)), f"leaders: {row.tenure}", _first(row.source)
        yield Statement(
            place, person, "headed" if row.rank == "head" else "held-rank-in", row.organisation, source=source
        )
        if row.rank == "head":
            yield from _dated(place, person, "became-head", row.tenure_start, row.start_alternatives, source)
        cause = _text(row.end_cause)
        attribute = "died" if cause in _DIED else "arrested" if cause == _ARREST else ""
        if attribute and isinstance(row.tenure_end, str):
            yield from _dated(place, person, attribute, row.tenure_end, row.end_alternatives, _of_the_end(row))
        if cause in _DIED:
            yield Statement(place, person, "cause-of-death", _slug(cause), source=_of_the_end(row))
            for other in listed(row.cause_alternatives):
                yield Statement(
                    place, person, "cause-of-death", _slug(other), source=_of_the_end(row), alternative=True
                )


def _of_the_end(row: Any) -> str:
    """The first source of a tenure that is not older than its end; the last one if none has a date that tells."""
    if not isinstance(row.tenure_end, str):
        return _first(row.source)
    end = bounds(row.tenure_end).earliest
    later = [title for title in listed(row.source) if (day := title_date(title)) is not None and day >= end]
    return later[0] if later else listed(row.source)[-1]


def _of_faction_events(inputs: Inputs) -> Iterator[Statement]:
    for row in inputs["faction-events"].itertuples():
        if row.kind in _EVENT_KINDS:
            place, source = f"faction-events: {row.event}", _first(row.source)
            yield from _dated(place, row.subject, row.kind, row.date, row.date_alternatives, source)


def _of_organisations(inputs: Inputs) -> Iterator[Statement]:
    for row in inputs["organisations"].itertuples():
        place, source = f"organisations: {row.organisation}", _first(row.source)
        if isinstance(row.formed, str):
            yield Statement(place, row.organisation, "formed", row.formed, source=source)
        if isinstance(row.parent, str):
            yield Statement(place, row.organisation, "parent", row.parent, source=source)


def _of_dates(inputs: Inputs) -> Iterator[Statement]:
    for row in inputs["dates"].itertuples():
        yield from _dated(
            f"dates: {row.date_id}", row.date_id, "date", row.date, row.date_alternatives, _first(row.source)
        )


def _dated(place: str, subject: str, attribute: str, day: str, others: object, source: str) -> Iterator[Statement]:
    """A dated fact, and the differing dates that the record holds of it."""
    yield Statement(place, subject, attribute, day, source=source)
    for other in listed(others):
        yield Statement(place, subject, attribute, other, source=source, alternative=True)


def persons_by_name(inputs: Inputs) -> dict[str, str]:
    """Identifiers of persons by every spelling of their name."""
    persons = inputs["subjects"][inputs["subjects"]["kind"] == "person"]
    found: dict[str, str] = {}
    for row in persons.itertuples():
        for name in (row.name, *listed(row.spellings)):
            found.setdefault(name, row.subject)
    return found


def _slug(name: str) -> str:
    return "-".join(name.lower().replace("’", "").split())


def _first(sources: object) -> str:
    return next(iter(listed(sources)), "")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
