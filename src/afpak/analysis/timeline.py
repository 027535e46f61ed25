"""The paper's dates beside the recorded ones: how far apart, how precise, and in which direction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from afpak.tables.dates import Bounds, bounds, listed, precision

PRECISIONS = ("day", "month", "year", "span of years", "open on one side")
EARLIER, LATER, AGREES = "too early", "too late", "agrees"
# With fewer dates even a sign test whose signs are all the same has no p under one in twenty.
ENOUGH = 6

_COLUMNS = [
    "statement", "claim", "section", "fact", "name", "value", "bound", "precision", "recorded", "others",
    "recorded_precision", "days", "others_agree", "at", "recorded_at", "verdict", "footnotes", "rows",
]  # fmt: skip


def beside(
    stated: pd.DataFrame,
    recorded: pd.DataFrame,
    attributes: pd.DataFrame,
    claims: pd.DataFrame,
    verdicts: Mapping[str, str],
    names: Mapping[str, str],
    about: int,
) -> pd.DataFrame:
    """Every date that the paper's text states, beside the dates that the record has of the same fact.

    A date is the span of days that it may mean: a year is all its days, a date put as *before* or *after* is open
    on that side, and one put as *about* is wider on both sides. Two dates that share a day agree.

    Parameters
    ----------
    stated, recorded : pandas.DataFrame
        Statements of the paper and of the record: row, subject, attribute, value, bound (exact, about, at-least,
        at-most, before, after), said_by, alternative (bool), claim.
    attributes : pandas.DataFrame
        The vocabulary: attribute, type, meaning.
    claims : pandas.DataFrame
        The table of claims: claim, section, footnotes.
    verdicts : mapping of str to str
        Verdict by claim.
    names : mapping of str to str
        Names of subjects.
    about : int
        Days that *about* adds on either side.

    Returns
    -------
    pandas.DataFrame
        One row per statement of the text whose attribute is a date, ordered by ``recorded_at`` (or ``at`` where
        the record has nothing), then by claim: statement, claim, section, fact (subject and attribute), name,
        value, bound, precision (one of `PRECISIONS`), recorded (dates of the record, joined by `` | ``; missing if
        none), others (dates that the record holds as differing reports only), recorded_precision (of the most
        precise), days (signed: negative where the paper is too early, positive where it is too late, 0 where the
        nearest recorded date agrees; Int64, missing if the record has none), others_agree (bool: a differing
        report agrees), at (datetime.date: the day of the paper's date that lies nearest to the record, or the
        middle of it), recorded_at (the day of the record that lies nearest to the paper's date; missing if none),
        verdict (of the whole claim), footnotes, rows (tuple of rows of the record).
    """
    word = attributes.set_index("attribute")
    claim_rows = claims.set_index("claim")
    is_date = set(word.index[word["type"] == "date"])
    record: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in recorded[recorded["attribute"].isin(is_date)].to_dict("records"):
        record.setdefault((one["subject"], one["attribute"]), []).append(one)
    own = stated[stated["attribute"].isin(is_date) & (stated["said_by"] == "")]
    rows = []
    for statement in own.to_dict("records"):
        every = record.get((statement["subject"], statement["attribute"]), [])
        main, others = _parted(every)
        span = extent(statement["value"], statement["bound"], about)
        gaps = [(apart(span, other := extent(one["value"], one["bound"], about)), other) for one in main]
        days, nearest = min(gaps, key=lambda gap: abs(gap[0]), default=(None, None))
        at, recorded_at = _places(span, nearest)
        meaning = str(word.at[statement["attribute"], "meaning"])
        rows.append(
            {
                "statement": statement["row"].removeprefix("statements: "),
                "claim": statement["claim"],
                "section": claim_rows.at[statement["claim"], "section"],
                "fact": f"{statement['subject']} {statement['attribute']}",
                "name": _named(names.get(statement["subject"]) or _words(statement["subject"]), meaning),
                "value": statement["value"],
                "bound": statement["bound"],
                "precision": _precision(statement["value"], statement["bound"]),
                "recorded": _joined(main),
                "others": _joined(others),
                "recorded_precision": _finest(main),
                "days": days,
                "others_agree": any(apart(span, extent(one["value"], one["bound"], about)) == 0 for one in others),
                "at": at,
                "recorded_at": recorded_at,
                "verdict": str(verdicts[statement["claim"]]),
                "footnotes": claim_rows.at[statement["claim"], "footnotes"],
                "rows": tuple(dict.fromkeys(one["row"] for one in every)),
            }
        )
    rows.sort(key=lambda row: (row["recorded_at"] or row["at"], row["claim"], row["statement"]))
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    frame["days"] = frame["days"].astype("Int64")
    return frame


def extent(value: str, bound: str, about: int) -> Bounds:
    """The first and the last day that a date may mean as it is put.

    Parameters
    ----------
    value : str
        Partial date or span FIRST/LAST.
    bound : str
        exact, about, before (or at-most) or after (or at-least); an open side runs to the end of the calendar.
    about : int
        Days that *about* adds on either side.
    """
    span = bounds(value)
    if bound == "about":
        return Bounds(span.earliest - timedelta(days=about), span.latest + timedelta(days=about))
    if bound in ("before", "at-most"):
        return Bounds(date.min, span.latest)
    if bound in ("after", "at-least"):
        return Bounds(span.earliest, date.max)
    return span


def apart(first: Bounds, second: Bounds) -> int:
    """Days from the second span to the first at their nearest: negative if the first is earlier, 0 if they share a day.

    Examples
    --------
    >>> apart(bounds("2021-07"), bounds("2021-08-30"))
    -30
    >>> apart(bounds("2018"), bounds("2018-07-12"))
    0
    """
    if first.latest < second.earliest:
        return (first.latest - second.earliest).days
    return max(0, (first.earliest - second.latest).days)


def undated(dates: pd.DataFrame, stated: pd.DataFrame, sections: Sequence[str]) -> pd.DataFrame:
    """Recorded events that some sections tell of while the paper's text dates them nowhere.

    Parameters
    ----------
    dates : pandas.DataFrame
        The table of dated events.
    stated : pandas.DataFrame
        Statements of the paper: subject, said_by.
    sections : sequence of str
        Sections.

    Returns
    -------
    pandas.DataFrame
        Rows of ``dates`` in order of time, with recorded_at (datetime.date, the middle of what the date may mean).
    """
    said = set(stated.loc[stated["said_by"] == "", "subject"])
    told = [bool(set(listed(cell)) & set(sections)) for cell in dates["paper_sections"]]
    rows = dates[pd.Series(told, index=dates.index, dtype=bool) & ~dates["date_id"].isin(said)]
    rows = rows.assign(recorded_at=[bounds(text).middle for text in rows["date"]])
    return rows.sort_values(["recorded_at", "date_id"]).reset_index(drop=True)


def without_record(dates: pd.DataFrame) -> pd.DataFrame:
    """Rows of `beside` for which the record has no date at all."""
    return dates[dates["recorded"].isna()].reset_index(drop=True)


def by_precision(dates: pd.DataFrame) -> pd.DataFrame:
    """How the paper's dates fare by how precise they are.

    Returns
    -------
    pandas.DataFrame
        One row per precision that occurs, in the order of `PRECISIONS`, and a last one for all: precision, dates,
        agree, early, late, no_record (int), differ_share (of those with a recorded date, 0 to 1; missing if none).
    """
    rows = [
        {"precision": name, **_counted(dates[dates["precision"] == name])}
        for name in PRECISIONS
        if (dates["precision"] == name).any()
    ]
    return pd.DataFrame([*rows, {"precision": "all", **_counted(dates)}])


def by_footnote(dates: pd.DataFrame, verdicts: Sequence[str]) -> pd.DataFrame:
    """How the paper's dated claims fare with a footnote and without one.

    Parameters
    ----------
    dates : pandas.DataFrame
        As `beside` returns them. A claim with several dates counts once.
    verdicts : sequence of str
        Verdicts in the order wanted; those that no claim has are left out.

    Returns
    -------
    pandas.DataFrame
        Two rows, with and without: footnote (bool), claims (int), a column (int) per verdict, agree (claims all of
        whose dates agree with the record), compared (claims of which the record has at least one date).
    """
    claims = dates.drop_duplicates("claim")
    kept = [verdict for verdict in verdicts if (claims["verdict"] == verdict).any()]
    compared = dates[dates["days"].notna()]
    agreeing = (compared["days"] == 0).groupby(compared["claim"]).all()
    rows = []
    for footnote in (True, False):
        own = claims[claims["footnotes"].notna() == footnote]
        rows.append(
            {
                "footnote": footnote,
                "claims": len(own),
                **{verdict: int((own["verdict"] == verdict).sum()) for verdict in kept},
                "agree": int(agreeing.reindex(own["claim"]).fillna(False).astype(bool).sum()),
                "compared": int(own["claim"].isin(agreeing.index).sum()),
            }
        )
    return pd.DataFrame(rows)


def directions(dates: pd.DataFrame) -> pd.DataFrame:
    """Facts that the paper dates otherwise than the record, each once, with the direction.

    Two statements of one fact are not two independent errors, so each fact counts once, by the statement that
    lies farthest from the record.

    Parameters
    ----------
    dates : pandas.DataFrame
        As `beside` returns them.

    Returns
    -------
    pandas.DataFrame
        Rows of ``dates`` with ``direction`` (`EARLIER` or `LATER`), from the earliest to the latest by days.
    """
    off = dates[dates["days"].notna() & (dates["days"] != 0)]
    off = off.assign(size=off["days"].abs()).sort_values(["size", "statement"], ascending=[False, True])
    off = off.drop_duplicates("fact").drop(columns="size")
    off = off.assign(direction=np.where(off["days"] < 0, EARLIER, LATER))
    return off.sort_values(["days", "statement"]).reset_index(drop=True)


def _parted(every: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Recorded statements, and those that the record holds as differing reports only."""
    return [one for one in every if not one["alternative"]], [one for one in every if one["alternative"]]


def _counted(rows: pd.DataFrame) -> dict[str, Any]:
    days = rows["days"].dropna()
    return {
        "dates": len(rows),
        "agree": int((days == 0).sum()),
        "early": int((days < 0).sum()),
        "late": int((days > 0).sum()),
        "no_record": len(rows) - len(days),
        "differ_share": float((days != 0).mean()) if len(days) else np.nan,
    }


def _places(span: Bounds, nearest: Bounds | None) -> tuple[date, date | None]:
    """Where the paper's date and the recorded one stand on a line of time: at their nearest days."""
    if nearest is None:
        return _inside(span).middle, None
    if span.latest < nearest.earliest:
        return span.latest, nearest.earliest
    if nearest.latest < span.earliest:
        return span.earliest, nearest.latest
    shared = _inside(Bounds(max(span.earliest, nearest.earliest), min(span.latest, nearest.latest)))
    return shared.middle, shared.middle


def _inside(span: Bounds) -> Bounds:
    """A span without an open side: the day at which it begins or ends."""
    earliest = span.latest if span.earliest == date.min else span.earliest
    latest = span.earliest if span.latest == date.max else span.latest
    return Bounds(earliest, latest)


def _named(name: str, meaning: str) -> str:
    """What a date is the date of: the event itself, or what happened to a subject."""
    what = meaning.removeprefix("date").removeprefix(" of ").removeprefix("its ").removeprefix("a ")
    return f"{name}: {what}" if what else name


def _words(identifier: str) -> str:
    """An identifier as words, for what has no name as of the edition's date."""
    return identifier.replace("-", " ").capitalize()


def _precision(value: str, bound: str) -> str:
    if bound not in ("exact", "about"):
        return PRECISIONS[-1]
    return "span of years" if "/" in value else precision(value)


def _finest(rows: Sequence[dict[str, Any]]) -> str | None:
    found = {_precision(one["value"], one["bound"]) for one in rows}
    return next((name for name in PRECISIONS if name in found), None)


def _joined(rows: Sequence[dict[str, Any]]) -> str | None:
    """Dates as the table has them, each once, in order of time."""
    values = sorted({one["value"] for one in rows}, key=lambda value: (bounds(value).earliest, value))
    put = {one["value"]: "" if one["bound"] == "exact" else f"{one['bound']} " for one in rows}
    return " | ".join(f"{put[value]}{value}" for value in values) or None
