"""Events of an organisation before and after its leader was killed or captured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

import numpy as np
import pandas as pd

from afpak.analysis.months import DAYS_IN_MONTH, month_number, month_text
from afpak.tables.dates import bounds, precision

KILLED = ("drone strike", "airstrike", "ground raid", "bombing", "killed")
CAPTURED = ("arrest",)


@dataclass(frozen=True)
class Tested:
    """A removal beside all other dates at which the same could be counted.

    Parameters
    ----------
    before, after : float
        Events in the windows; the month or day of the removal is in neither.
    ratio : float
        After to before, half an event added to each so that neither is nought.
    p : float
        Twice the smaller of two shares: of admissible dates with a ratio at most, and at least, that of the removal;
        at most 1. The removal's own date is among the admissible ones, so p is never nought.
    dates : int
        Number of admissible dates, the removal's among them.
    usual_low, usual_high : float
        Between these lie the middle 95% of the ratios of all admissible dates.
    """

    before: float
    after: float
    ratio: float
    p: float
    dates: int
    usual_low: float
    usual_high: float


def removed(leaders: pd.DataFrame, ranks: Sequence[str], causes: Sequence[str] = KILLED + CAPTURED) -> pd.DataFrame:
    """Tenures that ended by the leader being killed or captured.

    Returns
    -------
    pandas.DataFrame
        The rows of ``leaders`` of these ranks whose end is known and of these causes, in order of their ends.
    """
    rows = leaders[leaders["rank"].isin(list(ranks)) & leaders["end_cause"].isin(list(causes))]
    rows = rows[rows["tenure_end"].notna()]
    return rows.sort_values(["tenure_end", "organisation"]).reset_index(drop=True)


def ratios(counts: pd.Series, width: int) -> pd.DataFrame:
    """Events in the windows around every admissible date.

    Parameters
    ----------
    counts : pandas.Series
        Events by month or by day, one value for each in unbroken order, missing where not covered.
    width : int
        Months or days of a window.

    Returns
    -------
    pandas.DataFrame
        Index as ``counts``: only covered dates with whole, covered windows on both sides. Columns before (the
        ``width`` values before the date), after (those after it), ratio ((after + 1/2) / (before + 1/2)).
    """
    before = counts.shift(1).rolling(width).sum()
    after = counts[::-1].shift(1).rolling(width).sum()[::-1]
    table = pd.DataFrame({"before": before, "after": after})[counts.notna()].dropna()
    return table.assign(ratio=(table["after"] + 0.5) / (table["before"] + 0.5))


def permutation(counts: pd.Series, at: object, width: int) -> Tested | None:
    """Hold the ratio at one date against the same ratio at every admissible date; None if it is not admissible.

    Only dates from the first event on are admissible, as there was no organisation to count before. Windows of
    neighbouring dates overlap, so the dates are far fewer independent ones than their number.
    """
    happened = counts.index[counts > 0]
    if not len(happened):
        return None
    table = ratios(counts.loc[happened[0] :], width)
    if at not in table.index:
        return None
    row = table.loc[at]
    # Ratios that are equal on paper may differ in the last binary place.
    least = float((table["ratio"] <= row["ratio"] * (1 + 1e-9)).mean())
    most = float((table["ratio"] >= row["ratio"] * (1 - 1e-9)).mean())
    low, high = table["ratio"].quantile([0.025, 0.975])
    p = min(1.0, 2 * min(least, most))
    return Tested(row["before"], row["after"], row["ratio"], p, len(table), float(low), float(high))


def by_month(months: pd.DataFrame, place: str, organisation: str) -> pd.Series:
    """Events of an organisation in a country: index every month from the first covered to the last, in numbers."""
    own = months[
        (months["place"] == place) & (months["group"] == organisation) & (months["month"].str.len() == len("2021-01"))
    ]
    counts = pd.Series(own["events"].astype(float).to_numpy(), index=own["month"].map(month_number).to_numpy())
    return counts.reindex(range(int(counts.index.min()), int(counts.index.max()) + 1))


def by_day(days: pd.DataFrame, months: pd.DataFrame, place: str, organisation: str) -> pd.Series:
    """Events known to the day: index every day of the covered months, nought without an event, missing if not covered.

    Parameters
    ----------
    days, months : pandas.DataFrame
        As in `afpak.analysis.months.Counted`; the months tell what is covered.
    """
    covered = by_month(months, place, organisation)
    first = bounds(month_text(int(covered.index[0]))).earliest
    last = bounds(month_text(int(covered.index[-1]))).latest
    calendar = pd.date_range(first, last)
    own = days[(days["country"] == place) & (days["group"] == organisation)]
    counts = pd.Series(own["events"].astype(float).to_numpy(), index=pd.to_datetime(own["day"]))
    whole = counts.groupby(level=0).sum().reindex(calendar, fill_value=0.0)
    there = covered.reindex(calendar.year * 12 + calendar.month - 1).notna().to_numpy()
    return whole.where(there)


def table(
    leaders: pd.DataFrame,
    months: pd.DataFrame,
    days: pd.DataFrame | None,
    places: Sequence[str],
    window: int,
    fewest: int = 10,
) -> pd.DataFrame:
    """Each removal with what was counted around it, or why nothing can be.

    Parameters
    ----------
    leaders : pandas.DataFrame
        As `removed` returns them.
    months, days : pandas.DataFrame
        As in `afpak.analysis.months.Counted`. With days, windows are of days where the removal is known to the day;
        else of the number of months nearest to the window, and the removal's month is left out.
    places : sequence of str
        Countries; an organisation is tested in each where it has counts.
    window : int
        Days on either side, at least 30.
    fewest : int
        Events in both windows together below which no test is made.

    Returns
    -------
    pandas.DataFrame
        One row per removal and country: organisation, person, ended (text of the date), cause, place, unit (``day`` or
        ``month``), width (of a window, in that unit), before, after, ratio, p, dates, usual_low, usual_high (as in
        `Tested`; missing where not tested), why (why not; blank if tested).
    """
    if window < 30:
        raise ValueError(f"a window of {window} days is shorter than the months that are counted; give 30 or more")
    counted = months.groupby("group")["place"].unique()
    rows = []
    for leader in leaders.to_dict("records"):
        own = {key: leader[key] for key in ("organisation", "person")}
        own |= {"ended": leader["tenure_end"], "cause": leader["end_cause"]}
        here = [place for place in places if place in counted.get(leader["organisation"], ())]
        if not here:
            rows.append({**own, "why": "the source has no counts of this organisation"})
        for place in here:
            rows.append({**own, "place": place, **_tested(leader, months, days, place, window, fewest)})
    columns = [
        *("organisation", "person", "ended", "cause", "place", "unit", "width"),
        *("before", "after", "ratio", "p", "dates", "usual_low", "usual_high", "why"),
    ]
    frame = pd.DataFrame(rows, columns=columns)
    numbers = dict.fromkeys(("before", "after", "ratio", "p", "usual_low", "usual_high"), float)
    return frame.astype({"width": "Int64", "dates": "Int64", **numbers})


def _tested(
    leader: dict[str, str], months: pd.DataFrame, days: pd.DataFrame | None, place: str, window: int, fewest: int
) -> dict[str, object]:
    """Counts and test of one removal in one country, or why not."""
    known = precision(leader["tenure_end"])
    if known == "year":
        return {"why": "its date is known only to the year"}
    if known == "day" and days is not None:
        counts = by_day(days, months, place, leader["organisation"])
        at: object = pd.Timestamp(date.fromisoformat(leader["tenure_end"]))
        unit, width = "day", window
    else:
        counts = by_month(months, place, leader["organisation"])
        at = month_number(leader["tenure_end"][:7])
        unit, width = "month", max(1, int(np.floor(window / DAYS_IN_MONTH + 0.5)))
    found = permutation(counts, at, width)
    told: dict[str, object] = {"unit": unit, "width": width}
    if found is None:
        return {**told, "why": "a window reaches out of the time covered, or before the organisation’s first event"}
    told |= {"before": found.before, "after": found.after}
    if found.before + found.after < fewest:
        return {**told, "why": f"fewer than {fewest} events in both windows together"}
    return {**told, **asdict(found), "why": ""}
