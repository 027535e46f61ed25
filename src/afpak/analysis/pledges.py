"""Who went over to the Islamic State and when, and which of its competing founding dates comes before what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from afpak.analysis.timeline import extent
from afpak.tables.dates import Bounds, bounds, listed

TOWARDS, AWAY = "towards", "away"
_COMING = ("pledged", "joined", "merged")
_LEAVING = ("split", "expelled")

# Who gives a founding date: the paper's text, its notes, the record, the record as a differing report, or nobody: a
# pledge that came before the announcement.
TEXT, NOTE, RECORD, REPORT, PLEDGE = "paper", "note of the paper", "record", "differing report", "pledge"
SAYERS = (TEXT, NOTE, RECORD, REPORT, PLEDGE)
BEFORE, AFTER, SAME, OPEN = "before", "after", "the same day", "can’t tell"

_MOVES = [
    "event", "date", "date_alternatives", "earliest", "latest", "middle", "direction", "kind", "group", "short",
    "origin", "object", "person", "summary", "in_paper", "paper_sections", "note", "source", "url",
]  # fmt: skip
_FOUNDINGS = ["date", "bound", "sayer", "who", "earliest", "latest", "middle"]


def moves(events: pd.DataFrame, organisations: pd.DataFrame, flags: Sequence[str]) -> pd.DataFrame:
    """Dated moves of groups towards some flags and away from them.

    A group moves towards a flag when it pledges itself to it, joins it or merges into it, and away when it splits
    from it or is expelled by it. What one flag does towards another is no move.

    Parameters
    ----------
    events : pandas.DataFrame
        The table of faction events, cut at the as-of date.
    organisations : pandas.DataFrame
        The table of organisations: organisation, short, parent.
    flags : sequence of str
        Organisations that are moved to.

    Returns
    -------
    pandas.DataFrame
        One row per event, by the middle of what its date may mean: event, date, date_alternatives, earliest, latest,
        middle (datetime.date), direction (`TOWARDS` or `AWAY`), kind, group, short (its name), origin
        (organisation that it came out of; missing if none), object, person, summary, in_paper (bool: a section of
        the paper mentions it), paper_sections, note, source, url.
    """
    table = organisations.set_index("organisation")
    rows: list[dict[str, Any]] = []
    for event in events.to_dict("records"):
        direction = TOWARDS if event["kind"] in _COMING else AWAY if event["kind"] in _LEAVING else None
        if direction is None or event["object"] not in flags or event["subject"] in flags:
            continue
        span = bounds(event["date"])
        origin = table.at[event["subject"], "parent"]
        rows.append(
            event
            | {
                "earliest": span.earliest,
                "latest": span.latest,
                "middle": span.middle,
                "direction": direction,
                "group": event["subject"],
                "short": table.at[event["subject"], "short"],
                "origin": origin if isinstance(origin, str) else None,
                "in_paper": isinstance(event["paper_sections"], str),
            }
        )
    rows.sort(key=lambda row: (row["middle"], row["event"]))
    return pd.DataFrame(rows, columns=_MOVES)


def named(
    claims: pd.DataFrame,
    telling: Sequence[str],
    stated: pd.DataFrame,
    moved: pd.DataFrame,
    flags: Sequence[str],
    verdicts: Mapping[str, str],
) -> pd.DataFrame:
    """What the paper says of each group that went over, beside the recorded moves.

    Parameters
    ----------
    claims : pandas.DataFrame
        The table of claims: claim, text, actors, also_in, footnotes.
    telling : sequence of str
        Claims that say that somebody went over.
    stated : pandas.DataFrame
        Statements of the paper and its notes: claim, attribute, value, bound, said_by.
    moved : pandas.DataFrame
        As `moves` returns them.
    flags : sequence of str
        Organisations that are moved to.
    verdicts : mapping of str to str
        Verdict by claim.

    Returns
    -------
    pandas.DataFrame
        One row per claim in the order given: claim, text, also_in, footnotes, groups (tuple of organisations
        named, without the flags), text_dates, note_dates (tuples of (value, bound, said_by)), own (tuple of events
        of a group named), through (tuple of events of groups that came out of one named), verdict.
    """
    table = claims.set_index("claim")
    dated = stated[stated["attribute"].isin(_COMING)]
    rows = []
    for claim in telling:
        groups = tuple(name for name in listed(table.at[claim, "actors"]) if name not in flags)
        own = [
            (row["value"], row["bound"], row["said_by"]) for row in dated[dated["claim"] == claim].to_dict("records")
        ]
        rows.append(
            {
                "claim": claim,
                "text": table.at[claim, "text"],
                "also_in": table.at[claim, "also_in"],
                "footnotes": table.at[claim, "footnotes"],
                "groups": groups,
                "text_dates": tuple(one for one in own if not one[2]),
                "note_dates": tuple(one for one in own if one[2]),
                "own": tuple(moved.loc[moved["group"].isin(groups), "event"]),
                "through": tuple(moved.loc[moved["origin"].isin(groups) & ~moved["group"].isin(groups), "event"]),
                "verdict": str(verdicts[claim]),
            }
        )
    columns = [
        "claim", "text", "also_in", "footnotes", "groups", "text_dates", "note_dates", "own", "through", "verdict",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def without_move(told: pd.DataFrame) -> pd.DataFrame:
    """Rows of `named` for which no dated move is recorded, neither of a group named nor of one out of it."""
    return told[[not row.own and not row.through for row in told.itertuples()]].reset_index(drop=True)


def left_out(moved: pd.DataFrame) -> pd.DataFrame:
    """Rows of `moves` that no section of the paper mentions."""
    return moved[~moved["in_paper"].astype(bool)].reset_index(drop=True)


def foundings(
    stated: pd.DataFrame,
    recorded: pd.DataFrame,
    moved: pd.DataFrame,
    organisation: str,
    announcement: str,
    about: int,
) -> pd.DataFrame:
    """Every date that somebody gives for the founding of an organisation, and the pledges before the last of them.

    Parameters
    ----------
    stated, recorded : pandas.DataFrame
        Statements of the paper and of the record: subject, attribute, value, bound, said_by, source, alternative,
        claim.
    moved : pandas.DataFrame
        As `moves` returns them.
    organisation : str
        Whose founding.
    announcement : str
        Dated event by which it was announced.
    about : int
        Days that *about* adds on either side of a date.

    Returns
    -------
    pandas.DataFrame
        One row per date and sort of sayer, by the middle of what the date may mean: date, bound, sayer (one of
        `SAYERS`), who (claims, notes, titles of sources, or groups that pledged; joined by ``; ``), earliest, latest,
        middle (datetime.date). Pledges made after the last founding date are left out.
    """
    given: dict[tuple[str, str, str], list[str]] = {}

    def add(value: str, bound: str, sayer: str, who: str) -> None:
        given.setdefault((value, bound, sayer), []).append(who)

    for row in stated.to_dict("records"):
        if (row["subject"], row["attribute"]) == (organisation, "formed"):
            note = row["said_by"]
            add(row["value"], row["bound"], NOTE if note else TEXT, note or row["claim"])
    for row in recorded.to_dict("records"):
        if (row["subject"], row["attribute"]) in ((organisation, "formed"), (announcement, "date")):
            add(row["value"], row["bound"], REPORT if row["alternative"] else RECORD, row["source"])
    known = [(extent(value, bound, about), sayer) for value, bound, sayer in given]
    last = max((span.latest for span, _ in known if span.latest != date.max), default=date.max)
    for row in moved[moved["direction"] == TOWARDS].to_dict("records"):
        if row["latest"] <= last:
            add(row["date"], "exact", PLEDGE, row["short"])
    rows = []
    for (value, bound, sayer), who in given.items():
        # A differing report of one row that another row of the record holds as its own date says nothing new.
        if sayer == REPORT and (value, bound, RECORD) in given:
            continue
        span = extent(value, bound, about)
        rows.append(
            {
                "date": value,
                "bound": bound,
                "sayer": sayer,
                "who": "; ".join(dict.fromkeys(filter(None, who))),
                "earliest": span.earliest,
                "latest": span.latest,
                "middle": span.middle,
            }
        )
    rows.sort(key=lambda row: (row["middle"], SAYERS.index(row["sayer"])))
    return pd.DataFrame(rows, columns=_FOUNDINGS)


def precise(dates: pd.DataFrame) -> pd.DataFrame:
    """Rows of `foundings` that date the founding itself to a month or a day, without *about*, *before* or *after*."""
    fits = (dates["sayer"] != PLEDGE) & (dates["bound"] == "exact") & (dates["date"].str.len() > len("2014"))
    return dates[fits].reset_index(drop=True)


def spread(dates: pd.DataFrame) -> tuple[int, int]:
    """Fewest and most days between the first and the last of some dates.

    Parameters
    ----------
    dates : pandas.DataFrame
        Columns earliest, latest, middle (datetime.date); at least one row.

    Returns
    -------
    tuple of int
        Between the nearest days that the first and the last date may mean (at least 0), and the farthest.
    """
    first, last = dates.loc[dates["middle"].idxmin()], dates.loc[dates["middle"].idxmax()]
    fewest = (last["earliest"] - first["latest"]).days
    return max(0, fewest), (dates["latest"].max() - dates["earliest"].min()).days


def order(first: Bounds, second: Bounds) -> str:
    """Whether the first span comes `BEFORE` or `AFTER` the second; `OPEN` if the dates are too imprecise to tell.

    Examples
    --------
    >>> order(bounds("2014-09-03"), bounds("2014-07"))
    'after'
    >>> order(bounds("2014-09-03"), bounds("2014-09"))
    'can’t tell'
    """
    if first.latest < second.earliest:
        return BEFORE
    if second.latest < first.earliest:
        return AFTER
    return SAME if first == second and first.exact else OPEN


def orders(dates: pd.DataFrame, others: Sequence[str]) -> pd.DataFrame:
    """Under each founding date, whether another event came before or after it.

    Parameters
    ----------
    dates : pandas.DataFrame
        As `foundings` returns them.
    others : sequence of str
        Dates that are given for the other event.

    Returns
    -------
    pandas.DataFrame
        ``dates`` with a column per date of ``others``: `BEFORE` if the other event came before the founding, `AFTER`,
        `SAME` or `OPEN`.
    """
    spans = [Bounds(row.earliest, row.latest) for row in dates.itertuples()]
    return dates.assign(**{other: [order(bounds(other), span) for span in spans] for other in others})


def dates_of(statements: pd.DataFrame, subject: str, attribute: str) -> list[str]:
    """Dates that statements give for one fact, differing reports and notes left aside, each once, in order of time."""
    rows = statements[(statements["subject"] == subject) & (statements["attribute"] == attribute)]
    rows = rows[~rows["alternative"] & (rows["said_by"] == "") & (rows["bound"] == "exact")]
    return sorted(rows["value"].unique(), key=lambda value: (bounds(value).middle, value))
