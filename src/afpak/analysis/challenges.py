"""Counts on either side of a date, truces and their lengths, strikes and the heads whom they killed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from afpak.analysis.factions import in_order
from afpak.analysis.versions import preferred
from afpak.tables.dates import Bounds, bounds, listed

# What is counted: attacks come one at a time, deaths many at a time.
ATTACKS, DEATHS = "attacks", "deaths"
# How the two sides of a date are told apart.
EXACT, NEAREST, MIXED = "spans that meet at the date", "nearest whole years", "year of the date, and one before"
SCOPE = ["series", "metric", "counted", "place", "group"]
STRIKES = ("drone strike", "airstrike", "ground raid")
# A truce declared so soon after another of the same group is its prolongation: truces were prolonged by weeks.
PROLONGED_WITHIN = timedelta(days=31)
# Statements that a truce is over count as one end if they follow each other so soon; later ones end something else.
ENDED_WITHIN = timedelta(days=92)


def known(annual: pd.DataFrame, spans: pd.DataFrame, definitions: pd.DataFrame, country: str) -> pd.DataFrame:
    """Counts of attacks and of deaths in a country, of its parts and of groups, one row per figure.

    Parameters
    ----------
    annual, spans : pandas.DataFrame
        Tables of figures by year and by span.
    definitions : pandas.DataFrame
        The table of series, which names what a series counts as attacks and as deaths.
    country : str
        Places begin with it.

    Returns
    -------
    pandas.DataFrame
        The version published last of each figure: series, metric, counted (attacks or deaths), place, group,
        period, value (float), first, last (datetime.date).
    """
    counted = {
        (row[0], row[column]): kind
        for row in definitions[["series", "incident_metric", "deaths_metric"]].itertuples(index=False)
        for column, kind in ((1, ATTACKS), (2, DEATHS))
        if isinstance(row[column], str)
    }
    figures = pd.concat([preferred(annual), preferred(spans)], ignore_index=True)
    figures["counted"] = [counted.get(pair) for pair in zip(figures["series"], figures["metric"], strict=True)]
    rows = figures[figures["counted"].notna() & (figures["place"].str.split(":").str[0] == country)]
    read = [bounds(str(period)) for period in rows["period"]]
    return rows[[*SCOPE, "period", "value"]].assign(
        value=rows["value"].astype(float),
        first=[span.earliest for span in read],
        last=[span.latest for span in read],
    ).reset_index(drop=True)  # fmt: skip


def pairs(figures: pd.DataFrame, day: date, reach: int) -> pd.DataFrame:
    """The figures of each scope on either side of a day, as far as there are any.

    A scope is a series, what it counts, a place and a group. Two spans that meet at the day are taken where they
    exist; otherwise the nearest whole calendar years that don't hold the day and lie at most ``reach`` years
    from its year. Where no such year lies after it, the year that holds the day stands in for it, which is a
    comparison of another kind: part of that year lies before the day.

    Parameters
    ----------
    figures : pandas.DataFrame
        As `known` returns them.
    day : datetime.date
        First day of the time after.
    reach : int
        Years on either side, one or more.

    Returns
    -------
    pandas.DataFrame
        One row per scope that has a pair (two if spans and years both do): the scope, basis, period_before,
        period_after (as the tables have them), before, after (counts), days_before, days_after.
    """
    rows = []
    for scope, own in figures.groupby(SCOPE, sort=True):
        for basis, first, second in _pairs(own, day, reach):
            rows.append(
                dict(zip(SCOPE, scope, strict=True))
                | {
                    "basis": basis,
                    "period_before": first["period"],
                    "period_after": second["period"],
                    "before": first["value"],
                    "after": second["value"],
                    "days_before": _days(first),
                    "days_after": _days(second),
                }
            )
    columns = [*SCOPE, "basis", "period_before", "period_after", "before", "after", "days_before", "days_after"]
    table = pd.DataFrame(rows, columns=columns)
    order = table["basis"].map({EXACT: 0, NEAREST: 1, MIXED: 2}) if len(table) else table["basis"]
    return (
        table.assign(_order=order)
        .sort_values(["counted", "_order", "group", "place", "series"], key=_all_first)
        .drop(columns="_order")
        .reset_index(drop=True)
    )


def ratios(both: pd.DataFrame, shares: tuple[Any, Any]) -> pd.DataFrame:
    """Ratio of the rates per day, after to before, with its exact conditional interval for attacks.

    Given their sum, the later of two Poisson counts is binomial; a share s of the sum is a ratio of
    s / (1 - s) times days before over days after (Przyborowski and Wilenski 1940). Deaths come many at a time,
    so a Poisson interval would be far too narrow for them; they get none.

    Parameters
    ----------
    both : pandas.DataFrame
        As `pairs` returns them.
    shares : tuple of two array-like
        Lower and upper limit of the share of the later count in the sum, by row.

    Returns
    -------
    pandas.DataFrame
        The rows with ratio (infinite if nothing was counted before, missing if nothing was counted at all),
        low and high (missing for deaths).
    """
    exposure = both["days_before"].astype(float) / both["days_after"].astype(float)
    low, high = (np.asarray(limit, dtype=float) for limit in shares)
    attacks = (both["counted"] == ATTACKS).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = both["after"].to_numpy(float) / both["before"].to_numpy(float) * exposure.to_numpy()
        low, high = low / (1 - low) * exposure.to_numpy(), high / (1 - high) * exposure.to_numpy()
    return both.assign(ratio=ratio, low=np.where(attacks, low, np.nan), high=np.where(attacks, high, np.nan))


def coverage(figures: pd.DataFrame, day: date) -> pd.DataFrame:
    """How many figures each scope has before the day, around it and after it.

    Returns
    -------
    pandas.DataFrame
        The scope, before (periods that end before the day), around (that hold it), after, and ``after_first``
        and ``before_last``: the nearest periods as the tables have them, missing where there is none.
    """
    rows = []
    for scope, own in figures.groupby(SCOPE, sort=True):
        earlier = own[own["last"] < day].sort_values("last")
        later = own[own["first"] >= day].sort_values("first")
        rows.append(
            dict(zip(SCOPE, scope, strict=True))
            | {
                "before": len(earlier),
                "around": len(own) - len(earlier) - len(later),
                "after": len(later),
                "before_last": earlier["period"].iloc[-1] if len(earlier) else None,
                "after_first": later["period"].iloc[0] if len(later) else None,
            }
        )
    return pd.DataFrame(rows, columns=[*SCOPE, "before", "around", "after", "before_last", "after_first"])


def attribution(figures: pd.DataFrame, groups: Sequence[str], since: int) -> pd.DataFrame:
    """Attacks laid to some groups beside all attacks of the same series and year, in the whole country.

    Parameters
    ----------
    figures : pandas.DataFrame
        As `known` returns them.
    groups : sequence of str
        Groups that do not overlap.
    since : int
        First year.

    Returns
    -------
    pandas.DataFrame
        One row per series and year with a figure for all attacks and for one of the groups at least: series,
        year (int), all, a column per group (missing where the series has none), remainder (attacks of others and
        those laid to nobody) and share (of the remainder, 0 to 1).
    """
    years = figures[
        (figures["counted"] == ATTACKS) & ~figures["place"].str.contains(":") & (figures["period"].str.len() == 4)
    ]
    wide = years.pivot(index=["series", "period"], columns="group", values="value").reindex(columns=["all", *groups])
    wide = wide[wide["all"].notna() & wide[list(groups)].notna().any(axis=1)].rename_axis(columns=None).reset_index()
    wide = wide.assign(year=wide["period"].astype(int)).drop(columns="period")
    wide = wide[wide["year"] >= since]
    remainder = wide["all"] - wide[list(groups)].sum(axis=1)
    table = wide.assign(remainder=remainder, share=remainder / wide["all"])
    return table[["series", "year", "all", *groups, "remainder", "share"]].reset_index(drop=True)


def strikes(annual: pd.DataFrame, country: str) -> pd.DataFrame:
    """Drone strikes in a country and the lowest and highest number killed in them, by series and year.

    Parameters
    ----------
    annual : pandas.DataFrame
        Table of figures by year; every series that counts drone strikes is taken.
    country : str
        The place.

    Returns
    -------
    pandas.DataFrame
        One row per series and year: series, year (int), strikes, killed_min, killed_max (float; missing where
        the series has no figure), of the versions published last.
    """
    lists = annual.loc[annual["metric"] == "drone_strikes", "series"].unique()
    rows = preferred(annual[annual["series"].isin(lists) & (annual["place"] == country)])
    rows = rows[rows["metric"].isin(["drone_strikes", "killed_min", "killed_max"])]
    wide = rows.pivot(index=["series", "period"], columns="metric", values="value")
    wide = wide.reindex(columns=["drone_strikes", "killed_min", "killed_max"]).astype(float)
    table = wide.rename(columns={"drone_strikes": "strikes"}).rename_axis(columns=None).reset_index()
    return table.assign(year=table["period"].astype(int))[["series", "year", "strikes", "killed_min", "killed_max"]]


def last_strikes(by_year: pd.DataFrame) -> pd.DataFrame:
    """First and last year with a strike by series, and how many years have a figure.

    Parameters
    ----------
    by_year : pandas.DataFrame
        As `strikes` returns them.

    Returns
    -------
    pandas.DataFrame
        series, years (with a figure), first, last (years with a strike), at_last (strikes in the last), most_in
        (year with most), most.
    """
    rows = []
    for series, own in by_year[by_year["strikes"] > 0].groupby("series", sort=True):
        most = own.loc[own["strikes"].idxmax()]
        last = own.loc[own["year"].idxmax()]
        rows.append((series, len(own), own["year"].min(), last["year"], last["strikes"], most["year"], most["strikes"]))
    return pd.DataFrame(rows, columns=["series", "years", "first", "last", "at_last", "most_in", "most"])


def heads_struck(leaders: pd.DataFrame) -> pd.DataFrame:
    """Heads of groups who were killed by a strike or a raid, with the country in which they were.

    Parameters
    ----------
    leaders : pandas.DataFrame
        The table of leaders.

    Returns
    -------
    pandas.DataFrame
        One row per head: organisation, person, date (as the table has it), day (datetime.date, its middle), cause,
        by (who did it), place, country (Pakistan, Afghanistan, or ``either`` if the table leaves it open), source,
        url; sorted by date.
    """
    rows = leaders[(leaders["rank"] == "head") & leaders["end_cause"].isin(STRIKES) & leaders["tenure_end"].notna()]
    table = pd.DataFrame(
        {
            "organisation": rows["organisation"],
            "person": rows["person"],
            "date": rows["tenure_end"],
            "day": [bounds(text).middle for text in rows["tenure_end"]],
            "cause": rows["end_cause"],
            "by": rows["ended_by"],
            "place": rows["end_place"],
            "country": [_country(text) for text in rows["end_place"]],
            "source": rows["source"],
            "url": rows["url"],
        }
    )
    return table.sort_values(["day", "person"]).reset_index(drop=True)


def readings(judgements: pd.DataFrame, claims: Sequence[str]) -> pd.DataFrame:
    """Readings of sources on some claims, by the day on which they could be known.

    Returns
    -------
    pandas.DataFrame
        claim, bearing (for, against, open), known_since (missing where undated), reason, source, url; undated last.
    """
    rows = judgements[judgements["claim"].isin(list(claims))].copy()
    rows["_day"] = [bounds(text).latest.isoformat() if isinstance(text, str) else "~" for text in rows["known_since"]]
    ordered = rows.sort_values(["_day", "claim", "judgement"])
    return ordered[["claim", "bearing", "known_since", "reason", "source", "url"]].reset_index(drop=True)


def bearings(read: pd.DataFrame, claims: Sequence[str]) -> pd.DataFrame:
    """How many readings speak for each claim, against it, and leave it open; claims without a reading have noughts.

    Returns
    -------
    pandas.DataFrame
        Indexed by claim in the order given; columns for, against, open (int).
    """
    wide = pd.crosstab(read["claim"], read["bearing"]) if len(read) else pd.DataFrame(index=pd.Index([], name="claim"))
    wide = wide.reindex(index=list(claims), columns=["for", "against", "open"], fill_value=0).fillna(0).astype(int)
    return wide.rename_axis(index="claim", columns=None)


def truces(events: pd.DataFrame, other: str) -> pd.DataFrame:
    """Truces and agreements between groups and another side, with their lengths in days.

    A truce begins with a ``ceasefire`` of a group. An agreement is the last ``talks`` that a ``ceasefire-end`` of
    the same group ended, where no truce stood between. A truce declared within `PROLONGED_WITHIN` of another that had
    not ended is its prolongation. Ends within `ENDED_WITHIN` of the first end of a truce are ends of the same truce:
    its shortest length goes to the first of them, its longest to the last. Other dates that the table gives for an
    event widen the span in the same way. What has an end and no beginning in the table, or a beginning and no end,
    has no length.

    Parameters
    ----------
    events : pandas.DataFrame
        The table of faction events.
    other : str
        The other side, the object of the events; talks among groups are left out.

    Returns
    -------
    pandas.DataFrame
        One row per truce or agreement, by its beginning: group, kind (truce, agreement), began, ended (as the
        table has them, missing if no event tells it; several ends separated by `` | ``), days_min, days_max
        (missing without a beginning or an end), person, begin_event, end_event, source, url (of both events).
    """
    own = in_order(events[events["object"] == other], ["talks", "ceasefire", "ceasefire-end"])
    rows: list[dict[str, Any]] = []
    for _, group in own.groupby("subject", sort=True):
        rows += _truces_of(group.to_dict("records"))
    columns = ["group", "kind", "began", "ended", "days_min", "days_max", "person", "begin_event", "end_event"]
    columns += ["source", "url"]
    table = pd.DataFrame(rows, columns=[*columns, "_day"]).sort_values(["_day", "group"])
    return table[columns].astype({"days_min": "Float64", "days_max": "Float64"}).reset_index(drop=True)


def talks(events: pd.DataFrame, other: str) -> pd.DataFrame:
    """Talks, truces and ends of truces with the other side, in order, as `afpak.analysis.factions.in_order`."""
    return in_order(events[events["object"] == other], ["talks", "ceasefire", "ceasefire-end"])


def _pairs(own: pd.DataFrame, day: date, reach: int) -> list[tuple[str, pd.Series, pd.Series]]:
    """Pairs of figures of one scope, with how they were chosen."""
    found = []
    before = own[own["last"] == day - timedelta(days=1)]
    after = own[own["first"] == day]
    meeting = [
        (first, second)
        for _, first in before.iterrows()
        for _, second in after.iterrows()
        if abs(_days(first) - _days(second)) <= 1
    ]
    if meeting:
        found.append((EXACT, *max(meeting, key=lambda both: _days(both[0]))))
    years = own[own["period"].str.fullmatch(r"\d{4}")].assign(year=lambda rows: rows["period"].astype(int))
    earlier = years[years["year"].between(day.year - reach, day.year - 1)].sort_values("year")
    later = years[years["year"].between(day.year + 1, day.year + reach)].sort_values("year")
    itself = years[years["year"] == day.year]
    if len(earlier) and len(later):
        found.append((NEAREST, earlier.iloc[-1], later.iloc[0]))
    elif len(earlier) and len(itself) and not meeting:
        found.append((MIXED, earlier.iloc[-1], itself.iloc[0]))
    return found


def _days(figure: pd.Series) -> int:
    return int((figure["last"] - figure["first"]).days) + 1


def _all_first(column: pd.Series) -> pd.Series:
    return column.replace({"all": ""}) if column.name == "group" else column


def _country(place: object) -> str:
    named = [name for name in ("Pakistan", "Afghanistan") if isinstance(place, str) and name in place]
    return named[0] if len(named) == 1 else "either"


def _truces_of(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Truces and agreements of one group, its events in order."""
    found: list[dict[str, Any]] = []
    truce: dict[str, Any] | None = None
    last_talks: dict[str, Any] | None = None
    last_declared: date | None = None
    for event in events:
        if event["kind"] == "talks":
            last_talks = event
        elif event["kind"] == "ceasefire":
            prolongs = (
                truce is not None
                and "_end" not in truce
                and last_declared is not None
                and event["middle"] - last_declared <= PROLONGED_WITHIN
            )
            last_declared = event["middle"]
            if not prolongs:
                truce = _begun(event, "truce")
                found.append(truce)
                last_talks = None
        else:
            if truce is None or ("_end" in truce and not _again(truce, event, last_talks)):
                truce = _begun(last_talks or event, "agreement")
                if last_talks is None:
                    truce |= {"began": None, "begin_event": None}
                found.append(truce)
                last_talks = None
            _end(truce, event)
    return found


def _begun(event: dict[str, Any], kind: str) -> dict[str, Any]:
    return {
        "group": event["subject"],
        "kind": kind,
        "began": event["date"],
        "ended": None,
        "days_min": None,
        "days_max": None,
        "person": event["person"],
        "begin_event": event["event"],
        "end_event": None,
        "source": event["source"],
        "url": event["url"],
        "_day": event["middle"],
        "_begin": _readings(event),
    }


def _again(truce: dict[str, Any], event: dict[str, Any], last_talks: dict[str, Any] | None) -> bool:
    """Whether an end is one more statement of an end already told."""
    return last_talks is None and event["middle"] - truce["_first_end"] <= ENDED_WITHIN


def _end(truce: dict[str, Any], event: dict[str, Any]) -> None:
    """Put an end to a truce, or one more end."""
    first, last = _readings(event)
    begin_first, begin_last = truce["_begin"]
    earliest, latest = truce.get("_end", (first, last))
    truce["_end"] = (min(earliest, first), max(latest, last))
    truce.setdefault("_first_end", event["middle"])
    truce["ended"] = event["date"] if truce["ended"] is None else f"{truce['ended']} | {event['date']}"
    truce["end_event"] = event["event"] if truce["end_event"] is None else f"{truce['end_event']} | {event['event']}"
    if truce["began"] is not None:
        truce["days_min"] = max((truce["_end"][0] - begin_last).days, 0)
        truce["days_max"] = (truce["_end"][1] - begin_first).days
    known_pairs = dict(zip(listed(truce["source"]), listed(truce["url"]), strict=True))
    known_pairs |= dict(zip(listed(event["source"]), listed(event["url"]), strict=True))
    truce["source"], truce["url"] = " | ".join(known_pairs), " | ".join(known_pairs.values())


def _readings(event: dict[str, Any]) -> tuple[date, date]:
    """First and last day that an event's date, or another that the table gives for it, may mean."""
    spans: list[Bounds] = [bounds(text) for text in (event["date"], *listed(event["date_alternatives"]))]
    return min(span.earliest for span in spans), max(span.latest for span in spans)
