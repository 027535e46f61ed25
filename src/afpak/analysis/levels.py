"""Stated and recorded numbers of one thing: by what factor they differ, which can hold at once, what came first."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from afpak.tables.dates import bounds, listed

# The words that give a number of prisoners; each says something else of them.
PRISONERS = ("demanded", "promised", "released")
PAPER, NOTE, RECORD = "paper", "the paper’s note", "record"
SAME_TIME, AROUND, NONE = "at the same time", "before and after", "nothing recorded"
SAYS, SET, HAPPENED = "the paper says", "set or announced", "recorded"
_NOT_DATED = "not dated by the paper"


def stated(
    statements: pd.DataFrame, subject: str, attribute: str, claims: pd.DataFrame, undated: Mapping[str, str]
) -> pd.DataFrame:
    """Numbers that the paper's text states of one thing, with the time of each.

    Parameters
    ----------
    statements : pandas.DataFrame
        The paper's statements.
    subject, attribute : str
        What they are about.
    claims : pandas.DataFrame
        Columns claim and stated.
    undated : mapping of str to str
        Claims that state such a number without a date, with the span ``FIRST/LAST`` over
        which their words let it stand. Their number is read from ``stated``. A claim that has a dated statement of
        the kind is not read again.

    Returns
    -------
    pandas.DataFrame
        One row per number in the order of time: claim, low, high (numbers), bound, at, first, last
        (`datetime.date`), dated (bool: by the paper itself), note.
    """
    own = statements[
        (statements["subject"] == subject) & (statements["attribute"] == attribute) & statements["said_by"].isna()
    ]
    own = own[own["at"].notna()]
    rows = [_number(row.claim, row.value, row.bound, row.at, row.note) | {"dated": True} for row in own.itertuples()]
    text = claims.set_index("claim")["stated"]
    for claim, span in undated.items():
        if claim not in set(own["claim"]):
            rows.append(_number(claim, text[claim].replace(",", ""), "exact", span, _NOT_DATED) | {"dated": False})
    columns = ["claim", "low", "high", "bound", "at", "first", "last", "dated", "note"]
    frame = pd.DataFrame(rows).rename(columns={"name": "claim"}).reindex(columns=columns)
    return frame.sort_values("first", ignore_index=True)


def recorded(statements: pd.DataFrame, subject: str, attribute: str) -> pd.DataFrame:
    """Numbers that the record has of one thing, with the time of each.

    Parameters
    ----------
    statements : pandas.DataFrame
        The statements of the record: statement, subject, attribute, value, bound, at, source, url, known_since,
        note.
    subject, attribute : str
        What they are about.

    Returns
    -------
    pandas.DataFrame
        One row per dated number, in the order of its time: statement, low, high (numbers), bound, at, first, last,
        middle (`datetime.date`), source, url, known_since, note. Numbers without a date are left out.
    """
    own = statements[
        (statements["subject"] == subject) & (statements["attribute"] == attribute) & statements["at"].notna()
    ]
    rows = [
        _number(row.statement, row.value, row.bound, row.at, row.note)
        | {"source": row.source, "url": row.url, "known_since": row.known_since, "middle": bounds(row.at).middle}
        for row in own.itertuples()
    ]
    columns = [
        "statement", "low", "high", "bound", "at", "first", "last", "middle", "source", "url", "known_since", "note",
    ]  # fmt: skip
    frame = pd.DataFrame(rows).rename(columns={"name": "statement"}).reindex(columns=columns)
    return frame.sort_values(["middle", "first", "statement"], ignore_index=True)


def factors(paper: pd.DataFrame, record: pd.DataFrame, about: float) -> pd.DataFrame:
    """By what factor each stated number differs from those recorded of its time.

    Only recorded numbers that are put as exact or about are divided by; a limit has no ratio. Where none of them
    lies in the stated time, those nearest before and nearest after it are taken.

    Parameters
    ----------
    paper, record : pandas.DataFrame
        As `stated` and `recorded` return them.
    about : float
        How far a number put as "about" may be off, as a share of it; used for ``last_match`` only.

    Returns
    -------
    pandas.DataFrame
        One row per stated number: claim, stated (number), bound, at, dated, compared (one of `SAME_TIME`, `AROUND`,
        `NONE`), recorded_low, recorded_high, factor_low, factor_high (stated divided by recorded; missing if there is
        nothing, or if the record is nought), rows (statements compared, separated by `` | ``), last_match (the last
        time at which the record has that number; missing if never).
    """
    known = record[record["bound"].isin(["exact", "about"])]
    found = []
    for one in paper.itertuples():
        compared, how = known[(known["first"] <= one.last) & (one.first <= known["last"])], SAME_TIME
        if compared.empty:
            compared, how = _around(known, one.first, one.last), AROUND
        lowest, highest = compared["low"].min(), compared["high"].max()
        same = known[[_meet((one.low, one.high), _extent(row, about)) for row in known.to_dict("records")]]
        found.append(
            {
                "claim": one.claim,
                "stated": one.low,
                "bound": one.bound,
                "at": one.at,
                "dated": one.dated,
                "compared": how if len(compared) else NONE,
                "recorded_low": lowest,
                "recorded_high": highest,
                "factor_low": one.low / highest if highest else math.nan,
                "factor_high": one.high / lowest if lowest else math.nan,
                "rows": " | ".join(compared["statement"]),
                "last_match": same.sort_values("last")["at"].iloc[-1] if len(same) else pd.NA,
            }
        )
    return pd.DataFrame(found)


def decisions(dates: pd.DataFrame, targets: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Dated decisions and turns, lettered in the order of time.

    Parameters
    ----------
    dates : pandas.DataFrame
        Dated events: date_id, date, name.
    targets : pandas.DataFrame
        Announced dates, as `announced` returns them.
    names : sequence of str
        Identifiers of the events wanted; those not known are left out.

    Returns
    -------
    pandas.DataFrame
        letter, day (`datetime.date`, the middle of what the date may mean), date (text), name, in the order of time.
    """
    rows = [
        (row.date, row.name)
        for row in dates[dates["date_id"].isin(list(names))][["date", "name"]].itertuples(index=False)
    ]
    rows += [(row.said, f"the withdrawal set for {row.value}") for row in targets.itertuples() if row.ordered]
    ordered = sorted(rows, key=lambda row: (bounds(row[0]).middle, row[1]))
    return pd.DataFrame(
        [(chr(ord("A") + i), bounds(day).middle, day, name) for i, (day, name) in enumerate(ordered)],
        columns=["letter", "day", "date", "name"],
    )


def announced(statements: pd.DataFrame, subject: str, events: Sequence[str]) -> pd.DataFrame:
    """Dates that were set or announced for one thing, and since when.

    Parameters
    ----------
    statements : pandas.DataFrame
        The statements of the record, with the span at which each target held.
    subject : str
        The thing, whose attribute ``date`` is read.
    events : sequence of str
        Days (``YYYY-MM-DD``) of events that stand among the dated ones already, so that a target set on one of them
        is not a decision of its own.

    Returns
    -------
    pandas.DataFrame
        statement, value (the target), bound, said (first day on which it held), ordered (bool: a decision of its own:
        exact, and not set on one of ``events``), note, source, url, in the order of the day.
    """
    own = statements[
        (statements["subject"] == subject) & (statements["attribute"] == "date") & statements["at"].notna()
    ]
    said = own["at"].map(lambda text: bounds(text).earliest.isoformat())
    frame = own.assign(said=said, ordered=(own["bound"] == "exact") & ~said.isin(list(events)))
    columns = ["statement", "value", "bound", "said", "ordered", "note", "source", "url"]
    return frame.sort_values("said", ignore_index=True)[columns]


def numbers(
    paper: pd.DataFrame, record: pd.DataFrame, references: pd.DataFrame, names: Mapping[str, str]
) -> pd.DataFrame:
    """Every number of prisoners: of whom, asked for or freed, and who says it.

    Parameters
    ----------
    paper, record : pandas.DataFrame
        The paper's statements and those of the record.
    references : pandas.DataFrame
        Columns reference and url: a row of the record whose source the paper cites is named so.
    names : mapping of str to str
        Names by subject.

    Returns
    -------
    pandas.DataFrame
        One row per number, things in the order of time and the paper first: thing (subject and attribute), subject,
        what (attribute), about (name), who (`PAPER`, `NOTE`, `RECORD`), says (claim or publisher), row, low, high,
        bound, at, note, source, url (missing for the paper).
    """
    urls = references.dropna(subset=["url"]).set_index("url")["reference"]
    rows = []
    for one in paper[paper["attribute"].isin(PRISONERS)].itertuples():
        who = NOTE if isinstance(one.said_by, str) else PAPER
        says = f"{one.claim}, {one.said_by}" if who == NOTE else one.claim
        number = _number(one.statement, one.value, one.bound, one.at, one.note)
        rows.append({**number, "who": who, "says": says, "subject": one.subject, "what": one.attribute})
    for one in record[record["attribute"].isin(PRISONERS)].itertuples():
        cited = [urls[url] for url in listed(one.url) if url in urls.index]
        publisher = listed(one.source)[0].partition(":")[0].partition(",")[0]
        number = _number(one.statement, one.value, one.bound, one.at, one.note)
        rows.append(
            {
                **number,
                "who": RECORD,
                "says": publisher + (f" ({cited[0]})" if cited else ""),
                "subject": one.subject,
                "what": one.attribute,
                "source": one.source,
                "url": one.url,
            }
        )
    frame = pd.DataFrame(rows).rename(columns={"name": "row"})
    frame["thing"] = frame["subject"] + " " + frame["what"]
    frame["about"] = [names.get(subject, subject) for subject in frame["subject"]]
    begins = frame.groupby("thing")["last"].transform("min")
    order = frame.assign(begins=begins, other=frame["who"] == RECORD)
    ordered = order.sort_values(["begins", "thing", "other", "first", "row"], ignore_index=True)
    columns = [
        "thing", "subject", "what", "about", "who", "says", "row", "low", "high", "bound", "at", "note", "source",
        "url",
    ]  # fmt: skip
    return ordered.reindex(columns=columns)


def agreement(rows: pd.DataFrame, about: float) -> pd.DataFrame:
    """Whether the numbers given of one thing can all be so.

    A number is the interval that its wording leaves open; two can both be so if their intervals meet.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `numbers` returns them.
    about : float
        How far a number put as "about" may be off, as a share of it.

    Returns
    -------
    pandas.DataFrame
        One row per thing in their order: thing, about (name), what, numbers, paper, pairs, apart (int: pairs that
        can't both be so), paper_apart (of them those with a number of the paper's text), low, high (ends of what all
        leave open, if they can all be so; ``inf`` if there is no upper end), apart_rows (text: such pairs).
    """
    found = []
    for thing, group in rows.groupby("thing", sort=False):
        records = group.to_dict("records")
        pairs = list(itertools.combinations(records, 2))
        apart = [(a, b) for a, b in pairs if not _meet(_extent(a, about), _extent(b, about))]
        ends = [_extent(one, about) for one in records]
        low, high = max(end[0] for end in ends), min(end[1] for end in ends)
        found.append(
            {
                "thing": thing,
                "about": records[0]["about"],
                "what": records[0]["what"],
                "numbers": len(records),
                "paper": sum(one["who"] == PAPER for one in records),
                "pairs": len(pairs),
                "apart": len(apart),
                "paper_apart": sum(PAPER in (a["who"], b["who"]) for a, b in apart),
                "low": low if low <= high else math.nan,
                "high": high if low <= high else math.nan,
                "apart_rows": "; ".join(f"{a['says']} and {b['says']}" for a, b in apart),
            }
        )
    return pd.DataFrame(found)


def recurring(rows: pd.DataFrame) -> pd.DataFrame:
    """Numbers that stand for more than one thing.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `numbers` returns them. Both ends of a range count.

    Returns
    -------
    pandas.DataFrame
        One row per number and thing, for numbers given of two things or more: number, about, what, times (dates,
        separated by ``; ``), says (who, separated by ``; ``).
    """
    ends = [
        {"number": number, **{key: row[key] for key in ("thing", "about", "what", "at", "says")}}
        for row in rows.to_dict("records")
        for number in dict.fromkeys((row["low"], row["high"]))
    ]
    frame = pd.DataFrame(ends)
    several = frame.groupby("number")["thing"].transform("nunique") > 1
    grouped = (
        frame[several]
        .groupby(["number", "thing"], sort=False, as_index=False)
        .agg(about=("about", "first"), what=("what", "first"), times=("at", _joined), says=("says", _joined))
    )
    return grouped.sort_values("number", kind="stable", ignore_index=True).drop(columns="thing")


def months_after(day: str, months: int) -> str:
    """The day so many calendar months later, the last of the month if there is no such day: ``2021-04-29``."""
    end: date = (pd.Timestamp(day) + pd.DateOffset(months=months)).date()
    return end.isoformat()


def withdrawal(
    paper: pd.DataFrame,
    targets: pd.DataFrame,
    dates: pd.DataFrame,
    events: Sequence[str],
    accord: str,
    names: Mapping[str, str],
) -> pd.DataFrame:
    """Dates of the withdrawal: as the paper has them, as they were set, and as they are recorded.

    Parameters
    ----------
    paper : pandas.DataFrame
        The paper's statements; those of its text with the attribute ``date`` on ``events`` or on the target are
        taken, and the months of the accord.
    targets : pandas.DataFrame
        As `announced` returns them.
    dates : pandas.DataFrame
        Dated events of the record: date_id, date, date_alternatives, name.
    events : sequence of str
        Events wanted, the accord and the target among them.
    accord : str
        Event from whose recorded date the months are counted; if the record has none, from the paper's.
    names : mapping of str to str
        Names by event.

    Returns
    -------
    pandas.DataFrame
        In the order of lanes and time: lane (`SAYS`, `SET`, `HAPPENED`), what, date (text), bound (exact, about,
        before, after), first, last (`datetime.date`), said (since when a target held; missing for others), who
        (claim, or row).
    """
    text = paper[paper["said_by"].isna()]
    happened = dates[dates["date_id"].isin(list(events))]
    rows = [
        (SAYS, names.get(row.subject, row.subject.replace("-", " ")), row.value, row.bound, pd.NA, row.claim)
        for row in text[(text["attribute"] == "date") & text["subject"].isin(list(events))].itertuples()
    ]
    known = [row.date for row in happened.itertuples() if row.date_id == accord]
    told = [row.value for row in text[(text["subject"] == accord) & (text["attribute"] == "date")].itertuples()]
    signed = next((day for day in (*known, *told) if len(day) == len("2020-02-29")), None)
    for row in text[(text["subject"] == accord) & (text["attribute"] == "months")].itertuples():
        if signed is not None:
            end = months_after(signed, int(row.value))
            rows.append((SET, f"end of the {row.value} months of the accord", end, "exact", signed, row.claim))
    rows += [
        (
            SET,
            f"{'target' if row.bound == 'exact' else 'aim'} of {row.said}",
            row.value,
            row.bound,
            row.said,
            row.statement,
        )
        for row in targets.itertuples()
    ]
    for row in happened.itertuples():
        rows.append((HAPPENED, row.name, row.date, "exact", pd.NA, row.date_id))
    frame = pd.DataFrame(rows, columns=["lane", "what", "date", "bound", "said", "who"])
    frame["first"] = [bounds(day).earliest for day in frame["date"]]
    frame["last"] = [bounds(day).latest for day in frame["date"]]
    lanes = {lane: i for i, lane in enumerate((SAYS, SET, HAPPENED))}
    order = frame.assign(place=frame["lane"].map(lanes)).sort_values(
        ["place", "first", "last", "who"], ignore_index=True
    )
    return order[["lane", "what", "date", "bound", "first", "last", "said", "who"]]


def days_between(dates: pd.DataFrame, first: str, second: str) -> tuple[float, float]:
    """Fewest and most days from one dated event to another, differing dates included; missing if one is unknown."""
    ends = []
    for event in (first, second):
        row = dates[dates["date_id"] == event]
        if row.empty:
            return math.nan, math.nan
        told = (row["date"].iloc[0], *listed(row["date_alternatives"].iloc[0]))
        spans = [bounds(text) for text in told]
        ends.append((min(one.earliest for one in spans), max(one.latest for one in spans)))
    (a, b), (c, d) = ends
    return float((c - b).days), float((d - a).days)


def _number(name: str, value: str, bound: str, at: object, note: object) -> dict[str, object]:
    """A number as a row: its ends, and the first and last day at which it held."""
    parts = [float(part) for part in value.split("/")]
    span = bounds(at) if isinstance(at, str) else None
    return {
        "name": name,
        "low": parts[0],
        "high": parts[-1],
        "bound": bound,
        "at": at,
        "first": span.earliest if span else None,
        "last": span.latest if span else None,
        "note": note,
    }


def _extent(row: Mapping[str, object] | Mapping[object, object], about: float) -> tuple[float, float]:
    """The interval that a number leaves open."""
    low, high, bound = float(str(row["low"])), float(str(row["high"])), row["bound"]
    if bound == "at-least":
        return low, math.inf
    if bound == "at-most":
        return -math.inf, high
    spread = about * high if bound == "about" else 0.0
    return low - spread, high + spread


def _meet(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return a[0] <= b[1] and b[0] <= a[1]


def _around(record: pd.DataFrame, first: date, last: date) -> pd.DataFrame:
    """Rows nearest before and nearest after a time."""
    before, after = record[record["last"] < first], record[record["first"] > last]
    return pd.concat(
        [
            before[before["last"] == before["last"].max()],
            after[after["first"] == after["first"].min()],
        ]
    )


def _joined(values: pd.Series) -> str:
    return "; ".join(dict.fromkeys(str(value) for value in values))
