"""Factions over time: who was inside the umbrella, who left it, and under which leader."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from afpak.tables.dates import bounds

LEAVING = ("formed", "split", "expelled")
RETURNING = ("joined", "merged")
OUTSIDE, INSIDE, ELSEWHERE = "outside", "inside", "elsewhere"


def in_order(events: pd.DataFrame, kinds: Sequence[str] | None = None) -> pd.DataFrame:
    """Events by date with their bounds.

    Parameters
    ----------
    events : pandas.DataFrame
        The table of faction events.
    kinds : sequence of str, optional
        Kinds to keep; all if not given.

    Returns
    -------
    pandas.DataFrame
        The rows kept, with ``earliest``, ``latest`` and ``middle`` (datetime.date), sorted by the middle of what
        each date may mean, then by identifier.
    """
    kept = events if kinds is None else events[events["kind"].isin(list(kinds))]
    spans = [bounds(text) for text in kept["date"]]
    dated = kept.assign(
        earliest=[span.earliest for span in spans],
        latest=[span.latest for span in spans],
        middle=[span.middle for span in spans],
    )
    return dated.sort_values(["middle", "event"]).reset_index(drop=True)


def spells(events: pd.DataFrame, umbrella: str, as_of: date) -> pd.DataFrame:
    """Time that each splinter spent outside the umbrella, back inside, or under another flag.

    A splinter is an organisation that was formed out of the umbrella or of another splinter, split from it or was
    expelled by it.
    From then on it is outside; when it joins or merges into the umbrella it is inside; when it merges into
    another organisation or pledges allegiance to one it is elsewhere. The events alone decide: a group
    that drifted apart without a dated event stays where its last event left it.

    Parameters
    ----------
    events : pandas.DataFrame
        The table of faction events, cut at ``as_of``.
    umbrella : str
        Organisation that they left.
    as_of : datetime.date
        End of spells that had not ended.

    Returns
    -------
    pandas.DataFrame
        One row per spell: organisation, state (outside, inside, elsewhere), begin, end (datetime.date, the
        middle of what the dates may mean), begin_date (as the table has it), end_date (missing if the spell had
        not ended), begin_event, end_event, person (leader named in the event that began it).
    """
    rows: list[dict[str, Any]] = []
    ordered = in_order(events, [*LEAVING, *RETURNING, "pledged"])
    for organisation, first in _departures(ordered, umbrella).items():
        own = ordered[(ordered["subject"] == organisation) & (ordered["middle"] >= first)]
        current: dict[str, Any] | None = None
        for event in own.to_dict("records"):
            state = _state(event, umbrella)
            if state is None or (current is not None and current["state"] == state):
                continue
            if current is not None:
                current |= {"end": event["middle"], "end_date": event["date"], "end_event": event["event"]}
                rows.append(current)
            current = {
                "organisation": organisation,
                "state": state,
                "begin": event["middle"],
                "begin_date": event["date"],
                "begin_event": event["event"],
                "person": event["person"],
                "end": as_of,
                "end_date": None,
                "end_event": None,
            }
        if current is not None:
            rows.append(current)
    columns = [
        "organisation",
        "state",
        "begin",
        "end",
        "begin_date",
        "end_date",
        "begin_event",
        "end_event",
        "person",
    ]
    return pd.DataFrame(rows, columns=columns).sort_values(["begin", "organisation"]).reset_index(drop=True)


def _departures(ordered: pd.DataFrame, umbrella: str) -> dict[str, date]:
    """Splinters and the day on which each first left; a group that leaves a splinter is one too."""
    departures: dict[str, date] = {}
    leaving = ordered[ordered["kind"].isin(LEAVING)]
    for event in leaving.to_dict("records"):
        if event["object"] == umbrella or event["object"] in departures:
            departures.setdefault(event["subject"], event["middle"])
    return departures


def outside(history: pd.DataFrame) -> pd.DataFrame:
    """How many splinters were outside the umbrella, as steps: one row per change with day and count."""
    away = history[history["state"] == OUTSIDE]
    changes = [(begin, 1) for begin in away["begin"]]
    changes += [(end, -1) for end, told in zip(away["end"], away["end_date"], strict=True) if isinstance(told, str)]
    steps: dict[date, int] = {}
    count = 0
    for day, change in sorted(changes):
        count += change
        steps[day] = count
    return pd.DataFrame({"day": list(steps), "count": list(steps.values())})


def by_reign(history: pd.DataFrame, events: pd.DataFrame, reigns: pd.DataFrame, umbrella: str) -> pd.DataFrame:
    """Departures, returns and splinters outside, for each head of the umbrella.

    Parameters
    ----------
    history : pandas.DataFrame
        As `spells` returns them.
    events : pandas.DataFrame
        The table of faction events.
    reigns : pandas.DataFrame
        Tenures of the umbrella's heads, as `afpak.analysis.attrition.tenures` returns them.
    umbrella : str
        The umbrella.

    Returns
    -------
    pandas.DataFrame
        One row per head: person, began, ended (as the table has them), years (length), left (groups that
        left the umbrella or one of its splinters), returned (events by which a group that had left came
        back), joined (events by which any other group came in), at_start, at_end, most, mean (splinters
        outside; the mean is over time).
    """
    first_left = history.groupby("organisation")["begin"].min()
    dated = in_order(events)
    steps = outside(history)
    rows = []
    for reign in reigns.to_dict("records"):
        begin, end = _middle(reign, "start"), _middle(reign, "end")
        # An event on the day of a succession belongs to the successor; one on the as-of day to whoever is in office.
        before_end = dated["middle"] < end if isinstance(reign["tenure_end"], str) else dated["middle"] <= end
        within = dated[(dated["middle"] >= begin) & before_end]
        to_umbrella = within[within["object"] == umbrella]
        leaving = within["kind"].isin(LEAVING) & within["object"].isin([umbrella, *first_left.index])
        came = to_umbrella[to_umbrella["kind"].isin(RETURNING)]
        back = [
            subject in first_left.index and first_left[subject] < day
            for subject, day in zip(came["subject"], came["middle"], strict=True)
        ]
        at_start, at_end, most, mean = _level(steps, begin, end)
        rows.append(
            {
                "person": reign["person"],
                "began": reign["tenure_start"],
                "ended": reign["tenure_end"],
                "years": (end - begin).days / 365.25,
                "left": within.loc[leaving, "subject"].nunique(),
                "returned": sum(back),
                "joined": len(back) - sum(back),
                "at_start": at_start,
                "at_end": at_end,
                "most": most,
                "mean": mean,
            }
        )
    columns = ["person", "began", "ended", "years", "left", "returned", "joined", "at_start", "at_end", "most", "mean"]
    return pd.DataFrame(rows, columns=columns)


def by_year(events: pd.DataFrame, umbrella: str, first: int, last: int) -> pd.DataFrame:
    """Groups that left the umbrella and groups that came into it, by calendar year.

    Returns
    -------
    pandas.DataFrame
        Every year from first to last: year, left (the umbrella or one of its splinters), came. Zero means
        that the table holds no such event; it does not mean that none happened.
    """
    dated = events.assign(year=events["date"].str[:4].astype(int))
    splinters = _departures(in_order(events), umbrella)
    leaving = dated[dated["kind"].isin(LEAVING) & dated["object"].isin([umbrella, *splinters])]
    towards = dated[dated["object"] == umbrella]
    years = range(first, last + 1)
    left = leaving.groupby("year")["subject"].nunique()
    came = towards[towards["kind"].isin(RETURNING)].groupby("year")["event"].nunique()
    return pd.DataFrame(
        {
            "year": list(years),
            "left": [int(left.get(year, 0)) for year in years],
            "came": [int(came.get(year, 0)) for year in years],
        }
    )


def lanes(events: pd.DataFrame, organisations: pd.DataFrame, umbrella: str, as_of: date) -> pd.DataFrame:
    """One lane per organisation of the genealogy, from its beginning to its end.

    Organisations enter that act in an event or are joined, left, merged into or pledged to; states do
    not. The umbrella comes first, then the groups that left or joined it, then those tied to another flag,
    then the rest; within each of these by the day on which they enter, so that lines between lanes stay short.

    Parameters
    ----------
    events : pandas.DataFrame
        Events to draw.
    organisations : pandas.DataFrame
        The table of organisations.
    umbrella : str
        First lane.
    as_of : datetime.date
        End of lanes that had not ended.

    Returns
    -------
    pandas.DataFrame
        organisation, short, begin, end (datetime.date), formed, ended (bool: the table says when), lane (0 at
        the top).
    """
    dated = in_order(events)
    table = organisations.set_index("organisation")
    names = dict.fromkeys([umbrella, *dated["subject"], *dated["object"].dropna()])
    towards = dated[dated["object"] == umbrella]["subject"]
    flags = set(dated.loc[dated["kind"].isin(["pledged", "formed"]), "object"].dropna()) - {umbrella}
    flagged = flags | set(dated.loc[dated["object"].isin(flags), "subject"])
    rows = []
    for name in names:
        row = table.loc[name]
        if row["kind"] in ("state", "state body"):
            continue
        own = dated[(dated["subject"] == name) | (dated["object"] == name)]
        acted = own.loc[own["subject"] == name, "middle"]
        formed = isinstance(row["formed"], str) and bounds(row["formed"]).earliest <= as_of
        ended = isinstance(row["ended"], str) and bounds(row["ended"]).latest <= as_of
        if name == umbrella:
            block = 0
        elif name in set(towards):
            block = 1
        else:
            block = 2 if name in flagged else 3
        rows.append(
            {
                "organisation": name,
                "short": row["short"],
                "begin": min([own["middle"].min()] + ([bounds(row["formed"]).middle] if formed else [])),
                "end": max([bounds(row["ended"]).middle, *acted]) if ended else as_of,
                "formed": formed,
                "ended": ended,
                "block": block,
            }
        )
    frame = pd.DataFrame(rows).sort_values(["block", "begin", "organisation"])
    return frame.drop(columns="block").reset_index(drop=True).assign(lane=range(len(frame)))


def _state(event: dict[str, Any], umbrella: str) -> str | None:
    if event["object"] == umbrella:
        if event["kind"] in RETURNING:
            return INSIDE
        return OUTSIDE if event["kind"] in LEAVING else None
    if event["kind"] in ("joined", "merged", "pledged") and isinstance(event["object"], str):
        return ELSEWHERE
    # Leaving a splinter of the umbrella is being outside the umbrella too.
    return OUTSIDE if event["kind"] in LEAVING and isinstance(event["object"], str) else None


def _middle(reign: dict[str, Any], side: str) -> date:
    earliest, latest = reign[f"{side}_earliest"], reign[f"{side}_latest"]
    return earliest + (latest - earliest) // 2  # type: ignore[no-any-return]


def _level(steps: pd.DataFrame, begin: date, end: date) -> tuple[int, int, int, float]:
    """Count at the begin and the end of a span, its maximum and its mean over time."""

    def at(day: date) -> int:
        before = steps[steps["day"] <= day]
        return int(before["count"].iloc[-1]) if len(before) else 0

    days = [begin, *[day for day in steps["day"] if begin < day < end], end]
    counts = [at(day) for day in days[:-1]]
    weights = [(after - before).days for before, after in itertools.pairwise(days)]
    total = sum(weights)
    mean = sum(c * w for c, w in zip(counts, weights, strict=True)) / total if total else float("nan")
    return counts[0], at(end), max(counts), mean
