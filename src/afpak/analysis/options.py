"""The paper's options with their conditions; stated values beside recorded ones; measures after a date.

The conditions are coded by hand, each with its reason, from the words of the recommendation alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from afpak.tables.dates import bounds, listed

# Whether an option works only with Kabul, either way, or with Pakistan alone.
NEEDED, EITHER, ALONE = "needed", "with or without", "not asked for"
KINETIC, OTHER_MEANS, NOT_SAID = "force", "other means", "not said"
BEFORE, AFTER, OPEN = "before", "after", "can’t be told"


@dataclass(frozen=True)
class Coding:
    """What was read off the words of one recommendation.

    Parameters
    ----------
    claim : str
        The recommendation.
    short : str
        What it asks, in a few words.
    addressee : str
        Who is to act.
    kabul : str
        ``needed``, ``with or without`` or ``not asked for``: the help of the Afghan Taliban.
    kabul_reason : str
        The words that say so.
    reasons : tuple of str
        Claims that the paper gives beside it, in the same passage, as its ground.
    table : str
        Table with rows that would change if it were carried out; empty if there is none.
    where : mapping of str to tuple of str
        Values by column that those rows have; every column must fit.
    measured : str
        What the rows would show, or why there are none.
    """

    claim: str
    short: str
    addressee: str
    kabul: str
    kabul_reason: str
    reasons: tuple[str, ...]
    table: str
    measured: str
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_WITH_KABUL = {"actor_a": ("pakistan",), "actor_b": ("afghan-taliban",)}
CODINGS: tuple[Coding, ...] = (
    Coding(
        "3.1-08", "A mechanism against the TTP", "Pakistan", EITHER,
        "It is to hold with the support of the Afghan Taliban or without it.", ("3.1-02", "3.1-03"), "",
        "Nothing counts mechanisms. Attacks by the TTP would be its result, not the thing.",
    ),
    Coding(
        "3.2-09", "Police and counterterrorism departments to fight in the towns", "police", ALONE,
        "It speaks of Pakistan’s own police only.", (), "",
        "One date of one province’s department is recorded, and nothing of its work.",
    ),
    Coding(
        "3.2-10", "The military to keep to the borders", "military", ALONE, "It speaks of Pakistan’s own forces only.",
        ("3.2-04",), "dates", "Dated operations inside the country: a later one would speak against it.",
        {"date_id": ("zarb-e-azb", "radd-ul-fasaad", "karachi-operation", "combing-operations",
                     "intelligence-based-operations")},
    ),
    Coding(
        "3.2-11", "Joint planning and action with Kabul on both sides of the border", "Pakistan and Afghan Taliban",
        NEEDED, "It begins with the condition that the Afghan Taliban agree to be partners.", ("3.2-12",), "relations",
        "Dated relations of the two: joint action would be one of them.", _WITH_KABUL,
    ),
    Coding(
        "3.3-01", "Carry out the security policy of 2018", "Pakistan", ALONE, "It speaks of Pakistan’s own policy.",
        ("3.3-02",), "dates", "Dated steps of policy: a step to carry it out would be one of them.",
        {"date_id": ("nisp-2018", "revised-national-action-plan")},
    ),
    Coding(
        "3.3-03", "Bring NACTA back to life", "Pakistan", ALONE, "It speaks of Pakistan’s own body.", ("3.3-04",), "",
        "Readings of sources tell of single meetings; nothing counts its work.",
    ),
    Coding(
        "3.3-08", "Disrupt the ways in which groups communicate", "Pakistan", ALONE, "It names no one else.",
        ("3.3-09",), "", "Nothing counts channels closed or left open.",
    ),
    Coding(
        "3.3-10", "Challenge the TTP’s narratives", "Pakistan", ALONE, "It names no one else.", ("3.3-11",), "dates",
        "A dated ruling of scholars is such a step; its effect is not measured.", {"date_id": ("paigham-e-pakistan",)},
    ),
    Coding(
        "3.3-13", "Bridge gaps and build trust, above all with the young", "Pakistan", ALONE, "It names no one else.",
        ("3.3-12",), "", "No table holds figures on gaps or on trust.",
    ),
    Coding(
        "3.4-06", "Act against IS-K together with the Afghan Taliban", "Pakistan and Afghan Taliban", NEEDED,
        "It calls acting together the only course left.", ("3.4-05",), "relations",
        "Dated relations of the two: joint action would be one of them.", _WITH_KABUL,
    ),
    Coding(
        "3.4-07", "Secure the border with Afghanistan", "Pakistan", ALONE,
        "It asks Pakistan to secure it; what Kabul says of the border is not part of it.", ("3.4-08", "3.4-09"),
        "record-statements", "Recorded length and cost of the fence.", {"subject": ("border-fence",)},
    ),
)  # fmt: skip


def recommendations(claims: pd.DataFrame, sections: Sequence[str]) -> pd.DataFrame:
    """Claims that recommend something in some sections, in the order of the table."""
    rows = claims[(claims["role"] == "recommendation") & claims["section"].isin(list(sections))]
    return rows.reset_index(drop=True)


def options(
    claims: pd.DataFrame,
    sections: pd.DataFrame,
    argument: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    verdicts: Mapping[str, str],
    worst: Sequence[str],
    codings: Sequence[Coding] = CODINGS,
) -> pd.DataFrame:
    """The coded options with what the tables say of each.

    Parameters
    ----------
    claims, sections, argument : pandas.DataFrame
        The tables of these names.
    tables : mapping of str to pandas.DataFrame
        Tables that the codings name, cut at the as-of date.
    verdicts : mapping of str to str
        Verdict by claim.
    worst : sequence of str
        Verdicts from the worst to the best, to name one for several grounds.
    codings : sequence of Coding
        One per option.

    Returns
    -------
    pandas.DataFrame
        One row per coding: claim, text, short, addressee, means (force, other means, not said: by the title of its
        section), kabul, kabul_reason, alone (bool: whether Pakistan can do it without Kabul), measured (why), rows
        (int, rows of the tables that would change with it), reasons (claims, tuple), assumed (claims that the table of
        the argument has it assume, tuple), verdict (the worst of reasons and assumptions; missing if there are none).

    Raises
    ------
    KeyError
        If a coding names a claim that does not exist.
    """
    by_claim = claims.set_index("claim")
    titles = sections.set_index("section")["title"]
    assumes = argument[argument["relation"] == "assumes"]
    rows = []
    for coding in codings:
        assumed = tuple(assumes.loc[assumes["source"] == coding.claim, "target"])
        found = {verdicts[claim] for claim in (*coding.reasons, *assumed)}
        rows.append(
            {
                "claim": coding.claim,
                "text": by_claim.at[coding.claim, "text"],
                "short": coding.short,
                "addressee": coding.addressee,
                "means": _means(titles[by_claim.at[coding.claim, "section"]]),
                "kabul": coding.kabul,
                "kabul_reason": coding.kabul_reason,
                "alone": coding.kabul != NEEDED,
                "measured": coding.measured,
                "rows": _matching(tables[coding.table], coding.where) if coding.table else 0,
                "reasons": coding.reasons,
                "assumed": assumed,
                "verdict": next((verdict for verdict in worst if verdict in found), None),
            }
        )
    return pd.DataFrame(rows)


def values(
    statements: pd.DataFrame, recorded: pd.DataFrame, subject: str, attribute: str, notes: Mapping[str, str]
) -> pd.DataFrame:
    """Every number that the paper and the record state of one attribute of a subject.

    Parameters
    ----------
    statements, recorded : pandas.DataFrame
        The tables of the paper's statements and of the record's.
    subject, attribute : str
        What they are about.
    notes : mapping of str to str
        For a statement of the paper, where it stands, by its claim.

    Returns
    -------
    pandas.DataFrame
        One row per statement: statement, whose (paper, record), low, high (float, in the unit of the attribute),
        bound (exact, about, at-least, at-most), at (time to which it belongs as the table has it; missing where it has
        none), dated (that time, or else the day on which it could be known; missing if neither is told), day
        (datetime.date, its middle), who (of whom), source, url. Sorted by day, undated last.
    """
    own = statements[(statements["subject"] == subject) & (statements["attribute"] == attribute)]
    other = recorded[(recorded["subject"] == subject) & (recorded["attribute"] == attribute)]
    rows = [_value(row, "paper", None, f"the paper, {notes.get(row['claim'], row['claim'])}") for row in _dicts(own)]
    rows += [_value(row, "record", row["known_since"], _who(row)) for row in _dicts(other)]
    columns = ["statement", "whose", "low", "high", "bound", "at", "dated", "day", "who", "source", "url"]
    table = pd.DataFrame(rows, columns=columns)
    order = table["day"].map(lambda day: day.isoformat() if isinstance(day, date) else "~")
    return table.assign(_order=order).sort_values(["_order", "statement"]).drop(columns="_order").reset_index(drop=True)


def differences(table: pd.DataFrame) -> pd.DataFrame:
    """Each recorded value less the paper's, in per cent of the recorded one.

    Parameters
    ----------
    table : pandas.DataFrame
        As `values` returns it.

    Returns
    -------
    pandas.DataFrame
        One row per pair of a paper's value and a recorded one: paper, record (statements), stated, recorded (middle of
        each), difference (stated less recorded, in the unit) and percent (of the recorded one).
    """
    middle = table.assign(middle=(table["low"] + table["high"]) / 2)
    pairs = middle[middle["whose"] == "paper"].merge(middle[middle["whose"] == "record"], how="cross")
    difference = pairs["middle_x"] - pairs["middle_y"]
    return pd.DataFrame(
        {
            "paper": pairs["statement_x"],
            "record": pairs["statement_y"],
            "stated": pairs["middle_x"],
            "recorded": pairs["middle_y"],
            "difference": difference,
            "percent": 100 * difference / pairs["middle_y"],
        }
    )


def composition(
    statements: pd.DataFrame, events: pd.DataFrame, recorded: pd.DataFrame, section: str, whole: str, parent: str
) -> pd.DataFrame:
    """Groups that the paper lists as parts of another, with the dated pledge of each, if one is recorded.

    Parameters
    ----------
    statements, events, recorded : pandas.DataFrame
        The paper's statements, the faction events and the record's statements.
    section : str
        Section of the paper that holds the list.
    whole, parent : str
        The group made up of parts, and the one above it: a pledge to either counts.

    Returns
    -------
    pandas.DataFrame
        One row per part: part, claim (missing for a part that only the record has), listed (bool: by the paper),
        pledged (date of the first pledge as the table has it, missing if none), event, named (bool: the record names
        it as a part), source, url (of the pledge, or else of the record's statement; missing without either).
    """
    own = _of_section(statements, section, whole, "component")
    listed_parts = dict(zip(own["value"], own["claim"], strict=True))
    pledges = events[(events["kind"] == "pledged") & events["object"].isin([whole, parent])].sort_values("date")
    first = {row["subject"]: row for row in reversed(_dicts(pledges))}
    told = recorded[(recorded["subject"] == whole) & (recorded["attribute"] == "component")]
    named = {row["value"]: row for row in _dicts(told)}
    rows = []
    for part in dict.fromkeys([*listed_parts, *sorted(first), *sorted(named)]):
        evidence = first.get(part) or named.get(part) or {}
        rows.append(
            {
                "part": part,
                "claim": listed_parts.get(part),
                "listed": part in listed_parts,
                "pledged": first[part]["date"] if part in first else None,
                "event": first[part]["event"] if part in first else None,
                "named": part in named,
                "source": evidence.get("source"),
                "url": evidence.get("url"),
            }
        )
    return pd.DataFrame(rows, columns=["part", "claim", "listed", "pledged", "event", "named", "source", "url"])


def pools(statements: pd.DataFrame, recorded: pd.DataFrame, section: str, whole: str) -> pd.DataFrame:
    """Recruiting grounds that a section of the paper names, each with the record's statement, if there is one.

    Returns
    -------
    pandas.DataFrame
        claim, pool, recorded (bool), note (of the record), source, url (missing without a record).
    """
    own = _of_section(statements, section, whole, "recruits-from")
    told = recorded[(recorded["subject"] == whole) & (recorded["attribute"] == "recruits-from")]
    found = {row["value"]: row for row in _dicts(told)}
    return pd.DataFrame(
        [
            {
                "claim": row["claim"],
                "pool": row["value"],
                "recorded": row["value"] in found,
                "note": found.get(row["value"], {}).get("note"),
                "source": found.get(row["value"], {}).get("source"),
                "url": found.get(row["value"], {}).get("url"),
            }
            for row in _dicts(own)
        ],
        columns=["claim", "pool", "recorded", "note", "source", "url"],
    )


def since(measures: pd.DataFrame, dates: pd.DataFrame, after: str) -> pd.DataFrame:
    """Measures with a recorded date, before or after the recorded date of one of them.

    Parameters
    ----------
    measures, dates : pandas.DataFrame
        The tables of these names.
    after : str
        The measure after which the others are looked for.

    Returns
    -------
    pandas.DataFrame
        One row per dated measure but ``after`` itself: measure, name, date (as the table has it), others (other dates
        that the table gives), means, claim (missing where the paper leaves the measure out), place (``after`` if every
        date that the table gives lies after every one of ``after``, ``before`` if every one lies before, else that it
        can’t be told), source, url; by date. Empty if ``after`` has no date.
    """
    dated = measures.merge(dates, left_on="measure", right_on="date_id", how="inner", suffixes=("", "_of_date"))
    columns = ["measure", "name", "date", "others", "means", "claim", "place", "source", "url"]
    itself = dated[dated["measure"] == after]
    if itself.empty:
        return pd.DataFrame(columns=columns)
    first, last = _extent(_dicts(itself)[0])
    rows = []
    for row in _dicts(dated[dated["measure"] != after]):
        begin, end = _extent(row)
        place = AFTER if begin > last else BEFORE if end < first else OPEN
        rows.append({**row, "others": row["date_alternatives"], "place": place, "_day": begin})
    table = pd.DataFrame(rows).sort_values(["_day", "measure"])
    return table[columns].reset_index(drop=True)


def _of_section(statements: pd.DataFrame, section: str, subject: str, attribute: str) -> pd.DataFrame:
    kept = (statements["subject"] == subject) & (statements["attribute"] == attribute)
    return statements[kept & statements["claim"].str.startswith(f"{section}-")]


def _means(title: str) -> str:
    lower = title.lower()
    return OTHER_MEANS if "non-kinetic" in lower else KINETIC if "kinetic" in lower else NOT_SAID


def _matching(table: pd.DataFrame, where: Mapping[str, Sequence[str]]) -> int:
    """Rows whose columns have one of the values given."""
    kept = pd.Series(True, index=table.index)
    for column, allowed in where.items():
        kept &= table[column].isin(list(allowed))
    return int(kept.sum())


def _value(row: Mapping[str, Any], whose: str, known: Any, who: str) -> dict[str, Any]:
    parts = [float(part) for part in row["value"].split("/")]
    at = row["at"] if isinstance(row["at"], str) else None
    dated = at or (known if isinstance(known, str) else None)
    return {
        "statement": row["statement"],
        "whose": whose,
        "low": parts[0],
        "high": parts[-1],
        "bound": row["bound"],
        "at": at,
        "dated": dated,
        "day": bounds(dated).middle if dated else None,
        "who": who,
        "source": row.get("source"),
        "url": row.get("url"),
    }


def _who(row: Mapping[str, Any]) -> str:
    """Of whom a recorded number is, as its note has it; else its publication."""
    if isinstance(row["note"], str):
        return row["note"].rstrip(".")
    return next(iter(listed(row["source"])), "")


def _extent(row: Mapping[str, Any]) -> tuple[date, date]:
    spans = [bounds(text) for text in (row["date"], *listed(row["date_alternatives"]))]
    return min(span.earliest for span in spans), max(span.latest for span in spans)


def _dicts(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
