"""Names: one entry for everyone and everything that has one, whatever ways there are of writing it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from afpak.tables.dates import bounds, listed

COLUMNS = ("entry", "kind", "short", "spellings", "capitals", "shared", "meaning", "offices", "sections", "rows")
ORGANISATION, PERSON, EVENT = "organisation", "person", "event"
STATE = f"{ORGANISATION} | state"
# Words that have an entry but are met in their ordinary sense too.
ORDINARY = frozenset(
    {"banned", "caliphate", "corps", "counterterrorism", "deradicalisation", "deradicalization", "emir", "evacuation",
     "kinetic", "pledge", "proscribed", "province", "surge", "sweeps"}
)  # fmt: skip
# Words before a name that are no part of it.
TITLES = frozenset(
    {"general", "haji", "king", "maulana", "maulvi", "mawlawi", "mufti", "mullah", "president", "qari", "shaikh",
     "sheikh"}
)  # fmt: skip
_SHORTEST_LINKED, _SHORTEST_COMPARED = 3, 4
_JOINED = " | "
# Capitals that stand for words, at most one small letter after each: TTP, IS-K, LeJA, CTDs.
_ABBREVIATION = re.compile(r"[A-Z][a-z]?(?:-?[A-Z][a-z]?)+")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_TIME = re.compile(rf"(?:(?:(\d{{1,2}}) )?({'|'.join(_MONTHS)}) )?\b((?:19|20)\d\d)(-\d\d)?(-\d\d)?\b")


class AmbiguousNameError(ValueError):
    """A name that leads to two entries, so that nobody can be told by it."""


@dataclass
class _Entry:
    """An entry while it is put together."""

    name: str
    kinds: list[str]
    row: str
    short: str = ""
    spellings: list[str] = field(default_factory=list)
    meaning: str = ""
    offices: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rows.insert(0, self.row)

    @property
    def own(self) -> set[str]:
        """Name and short name, in lower case."""
        return {text.casefold() for text in (self.name, self.short) if text}

    @property
    def known(self) -> set[str]:
        """Name, short name and spellings, in lower case."""
        return self.own | {text.casefold() for text in self.spellings}

    def is_same(self, other: _Entry) -> bool:
        """Whether the name or short name of one is a name or spelling of the other."""
        return (
            (PERSON in self.kinds) == (PERSON in other.kinds)
            and (ORGANISATION in self.kinds) == (ORGANISATION in other.kinds)
            and bool(self.own & other.known or other.own & self.known)
        )

    def absorb(self, other: _Entry) -> None:
        self.kinds += [kind for kind in other.kinds if kind not in self.kinds]
        self.short = self.short or other.short
        self.spellings += [other.name, *filter(None, [other.short]), *other.spellings]
        self.meaning = self.meaning or other.meaning
        self.offices += other.offices
        self.sections += other.sections
        self.rows += other.rows


def entries(
    organisations: pd.DataFrame, subjects: pd.DataFrame, leaders: pd.DataFrame, as_of: date, order: list[str]
) -> pd.DataFrame:
    """One entry for each organisation, person, body, document, operation, place and term.

    Persons of the table of leaders and rows of the table of subjects are one entry if the name or short name of one
    is a name or spelling of the other; a matter is never one with a person, nor with an organisation. Subjects of
    kind ``event`` are matters of the audit without a name of their own and are left out.

    A spelling that is another entry's name is that entry's alone. One that several entries have, and that is the
    name of none, stays with each of them as shared: it leads to none of them.

    Parameters
    ----------
    organisations, subjects, leaders : pandas.DataFrame
        The tables, cut at the as-of date.
    as_of : datetime.date
        What is said of a later time, clause by clause, is left out of meanings and of what became of organisations.
    order : list of str
        Sections of the paper in reading order; others, such as footnotes, are left out.

    Returns
    -------
    pandas.DataFrame
        One row per entry in alphabetical order, all text, empty where there is nothing: entry (its name, unique),
        kind (an organisation has two), short, spellings (others than these, each once, whatever their capitals),
        capitals (spellings that differ from those by their capitals only), shared (spellings that other entries have
        too), meaning, offices, sections and rows (``table: key``). Cells that hold several separate them by `` | ``.

    Raises
    ------
    AmbiguousNameError
        If two organisations have one name, or if a row could be either of two entries.
    """
    found: list[_Entry] = []
    for one in (*_organisations(organisations, as_of), *_subjects(subjects, as_of), *_persons(leaders, organisations)):
        same = [other for other in found if other.is_same(one)]
        if len(same) > 1 or (same and ORGANISATION in one.kinds):
            raise AmbiguousNameError(f"{one.row}: {one.name} could be {' or '.join(other.row for other in same)}")
        if same:
            same[0].absorb(one)
        else:
            found.append(one)
    named: dict[str, set[int]] = defaultdict(set)
    having = Counter(spelling for one in found for spelling in one.known)
    for i, one in enumerate(found):
        for text in one.own:
            named[text].add(i)
    double = sorted(text for text, places in named.items() if len(places) > 1)
    if double:
        told = "; ".join(f"{text}: {' and '.join(found[i].row for i in sorted(named[text]))}" for text in double)
        raise AmbiguousNameError(f"names of two entries: {told}")
    rows = []
    for i, one in sorted(enumerate(found), key=lambda pair: pair[1].name.casefold()):
        # A spelling that is another entry's name is left to that one.
        own = [text for text in one.spellings if named[text.casefold()] <= {i}]
        spellings = _once(own, one.own)
        written = {one.name, one.short, *spellings}
        rows.append(
            {
                "entry": one.name,
                "kind": _JOINED.join(one.kinds),
                "short": one.short,
                "spellings": _JOINED.join(text for text in spellings if having[text.casefold()] == 1),
                "capitals": _JOINED.join(
                    text for text in dict.fromkeys(own) if text not in written and having[text.casefold()] == 1
                ),
                "shared": _JOINED.join(text for text in spellings if having[text.casefold()] > 1),
                "meaning": one.meaning,
                "offices": _JOINED.join(one.offices),
                "sections": _JOINED.join(section for section in order if section in one.sections),
                "rows": _JOINED.join(one.rows),
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def resolve(found: pd.DataFrame, spelling: str) -> str:
    """The one entry that a spelling leads to, whatever its capitals.

    Parameters
    ----------
    found : pandas.DataFrame
        As `entries` returns them.
    spelling : str
        A name, a short name or another spelling.

    Raises
    ------
    AmbiguousNameError
        If it leads to two entries.
    KeyError
        If it leads to none.
    """
    sought = spelling.casefold()
    places = [row.entry for row in found.itertuples() if sought in {text.casefold() for text in _all(row)}]
    if len(places) > 1:
        raise AmbiguousNameError(f"{spelling} leads to {' and '.join(places)}")
    if not places:
        raise KeyError(spelling)
    return str(places[0])


def shared(found: pd.DataFrame) -> pd.DataFrame:
    """Spellings that several entries have: spelling, entries (separated by `` | ``), number (of entries)."""
    places: dict[str, list[str]] = defaultdict(list)
    written: dict[str, str] = {}
    for row in found.itertuples():
        for text in listed(row.shared):
            written.setdefault(text.casefold(), text)
            places[text.casefold()].append(row.entry)
    return pd.DataFrame(
        {
            "spelling": [written[text] for text in sorted(places)],
            "entries": [_JOINED.join(places[text]) for text in sorted(places)],
            "number": [len(places[text]) for text in sorted(places)],
        }
    )


def counted(found: pd.DataFrame) -> pd.DataFrame:
    """Ways of writing each name, abbreviations apart.

    Parameters
    ----------
    found : pandas.DataFrame
        As `entries` returns them.

    Returns
    -------
    pandas.DataFrame
        One row per entry, those with most ways first and then by name: entry, kind, spellings (its name and the
        others, separated by `` | ``), number (int, at least 1).
    """
    ways = [
        [text for text in _all(row) if text == row.entry or not is_abbreviation(text)] for row in found.itertuples()
    ]
    counts = pd.DataFrame(
        {
            "entry": found["entry"],
            "kind": found["kind"],
            "spellings": [_JOINED.join(texts) for texts in ways],
            "number": [len(texts) for texts in ways],
        }
    )
    return counts.sort_values("number", ascending=False, kind="stable", ignore_index=True)


def variants(found: pd.DataFrame) -> pd.DataFrame:
    """Words of names that are written in more than one way: ``Fazlullah`` and ``Fazalullah``.

    Two words of one entry are the same word if they have the same consonants in the same order, where a doubled one
    counts once, ``q`` is ``k``, and ``h``, ``v``, ``w`` and ``y``, which stand for vowels in many transliterations,
    don't count. Titles, abbreviations, words of fewer than four letters and a word that only adds an ``i`` to another
    (``Pakistani``) are left out. Two different words of one
    entry that share their consonants would be taken for one, and a slip that changes a consonant is missed.

    Parameters
    ----------
    found : pandas.DataFrame
        As `entries` returns them.

    Returns
    -------
    pandas.DataFrame
        One row per word, those with most ways first and then by entry: entry, kind, ways (separated by `` | ``),
        number (int, at least 2).
    """
    rows = []
    for row in found.itertuples():
        alike: dict[str, list[str]] = defaultdict(list)
        for word in _once([part for text in _all(row) for part in re.split(r"[^\w'’]+", text)], set(TITLES)):
            if len(word) >= _SHORTEST_COMPARED and word[0].isupper() and not is_abbreviation(word):
                alike[_consonants(word)].append(word)
        for group in alike.values():
            ways = [word for word in group if word.removesuffix("i") == word or word.removesuffix("i") not in group]
            if len(ways) > 1:
                rows.append({"entry": row.entry, "kind": row.kind, "ways": _JOINED.join(ways), "number": len(ways)})
    table = pd.DataFrame(rows, columns=["entry", "kind", "ways", "number"])
    return table.sort_values("number", ascending=False, kind="stable", ignore_index=True)


def abbreviations(found: pd.DataFrame) -> pd.DataFrame:
    """Abbreviations in alphabetical order: abbreviation, entry, kind; one row for each entry that has it."""
    rows = [
        {"abbreviation": text, "entry": row.entry, "kind": row.kind}
        for row in found.itertuples()
        for text in _all(row)
        if is_abbreviation(text)
    ]
    table = pd.DataFrame(rows, columns=["abbreviation", "entry", "kind"])
    return table.sort_values(["abbreviation", "entry"], key=lambda column: column.str.casefold(), ignore_index=True)


def is_abbreviation(text: str) -> bool:
    """Whether a spelling is made of capitals that stand for words: ``TTP``, ``IS-K``, ``LeJ``, ``CTDs``."""
    return bool(_ABBREVIATION.fullmatch(text))


def words(found: pd.DataFrame) -> dict[str, list[str]]:
    """Words that may be taken, wherever they stand, for the name of an entry.

    Left out are spellings that several entries have; that have fewer than three letters; that are ordinary words,
    as is a word in small letters; that are phrases with no capital but the first, unless the entry itself is called
    so; of persons a single name that is a part of somebody else's; and states of which the entry tells nothing.

    Parameters
    ----------
    found : pandas.DataFrame
        As `entries` returns them.

    Returns
    -------
    dict of str to list of str
        By entry; every entry has a list, which can be empty.
    """
    persons = found[found["kind"] == PERSON]
    parts = Counter(part for row in persons.itertuples() for part in {p for text in _all(row) for p in text.split()})
    safe: dict[str, list[str]] = {}
    for row in found.itertuples():
        own = {row.entry.casefold(), row.short.casefold()}
        texts = dict.fromkeys([row.entry, row.short, *listed(row.spellings), *listed(row.capitals)])
        untold = row.kind == STATE and not row.meaning
        safe[row.entry] = [
            text for text in texts
            if not untold and _is_safe(text, own) and not (row.kind == PERSON and parts[text] > 1)
        ]  # fmt: skip
    return safe


def _is_safe(text: str, own: set[str]) -> bool:
    if sum(character.isalpha() for character in text) < _SHORTEST_LINKED or text.casefold() in ORDINARY:
        return False
    if not re.search(r"\s", text):
        return text != text.lower()
    return text.casefold() in own or text[1:] != text[1:].lower()


def up_to(text: str, as_of: date) -> str:
    """The clauses of a text, separated by semicolons, that name no time that may be after a date.

    Parameters
    ----------
    text : str
        Times in it are years, alone or after a month, or dates as ``2014-07-15``.
    as_of : datetime.date
        Itself included.
    """
    kept = [clause for clause in text.split(";") if all(day <= as_of for day in _times(clause))]
    kept_text = ";".join(kept).strip()
    return kept_text[:1].upper() + kept_text[1:]


def _times(text: str) -> Iterator[date]:
    """The last day that each time named in a text may mean."""
    for day, month, year, month_number, day_number in _TIME.findall(text):
        number = f"-{_MONTHS.index(month) + 1:02d}" if month else month_number
        yield bounds(f"{year}{number}" + (f"-{int(day):02d}" if day else day_number)).latest


def _consonants(word: str) -> str:
    single = re.sub(r"(.)\1+", r"\1", word.casefold())
    return re.sub(r"[aeiouhvwy'’]", "", single).replace("q", "k")


def _organisations(table: pd.DataFrame, as_of: date) -> Iterator[_Entry]:
    short = dict(zip(table["organisation"], table["short"], strict=True))
    for row in table.itertuples():
        parent = _text(row.parent)
        facts = [
            f"belongs to or came out of {short.get(parent, parent)}" if parent else "",
            f"formed {row.formed}" if _text(row.formed) else "",
            f"ended {row.ended}" if _text(row.ended) else "",
        ]
        told = "; ".join(fact for fact in facts if fact)
        fate = up_to(_text(row.fate), as_of)
        yield _Entry(
            row.name,
            [ORGANISATION, row.kind],
            f"organisations: {row.organisation}",
            short=_text(row.short),
            spellings=list(listed(row.aliases)),
            meaning=". ".join(part[:1].upper() + part[1:] for part in (told, fate) if part),
            sections=list(listed(row.paper_sections)),
        )


def _subjects(table: pd.DataFrame, as_of: date) -> Iterator[_Entry]:
    for row in table[table["kind"] != EVENT].itertuples():
        yield _Entry(
            row.name,
            [row.kind],
            f"subjects: {row.subject}",
            short=_text(row.short),
            spellings=list(listed(row.spellings)),
            meaning=up_to(row.meaning, as_of),
            sections=list(listed(row.paper_sections)),
        )


def _persons(leaders: pd.DataFrame, organisations: pd.DataFrame) -> Iterator[_Entry]:
    """Persons of the table of leaders, each once, with the offices that they held in order of time."""
    short = dict(zip(organisations["organisation"], organisations["short"], strict=True))
    for person, tenures in leaders.groupby("person", sort=False):
        first, *others = tenures.sort_values("tenure_start", kind="stable").itertuples()
        yield _Entry(
            str(person),
            [PERSON],
            f"leaders: {first.tenure}",
            spellings=[text for row in (first, *others) for text in listed(row.aliases)],
            offices=[f"{short.get(row.organisation, row.organisation)}: {_office(row)}" for row in (first, *others)],
            sections=[text for row in (first, *others) for text in listed(row.paper_sections)],
            rows=[f"leaders: {row.tenure}" for row in others],
        )


def _office(tenure: Any) -> str:
    # TTP stays as it is.
    role = tenure.role if tenure.role[:2].isupper() else tenure.role[:1].lower() + tenure.role[1:]
    if _text(tenure.tenure_end):
        return f"{role}, {tenure.tenure_start} to {tenure.tenure_end}"
    if tenure.status == "incumbent":
        return f"{role}, since {tenure.tenure_start}"
    return f"{role}, from {tenure.tenure_start}, end not known"


def _all(row: Any) -> list[str]:
    """Name, short name and every spelling of an entry, each once, whatever its capitals."""
    return _once([row.entry, row.short, *listed(row.spellings), *listed(row.shared)], set())


def _once(texts: list[str], without: set[str]) -> list[str]:
    seen = set(without)
    kept = []
    for text in texts:
        if text and text.casefold() not in seen:
            seen.add(text.casefold())
            kept.append(text)
    return kept


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
