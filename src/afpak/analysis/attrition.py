"""Tenures of leaders: how long, ended how, and how soon followed by a successor."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from afpak.tables.dates import Bounds, bounds

HEADS = ("head",)


def tenures(
    leaders: pd.DataFrame, as_of: date, organisations: Sequence[str], ranks: Sequence[str] = HEADS
) -> pd.DataFrame:
    """Length of each tenure in days, with bounds where a date is only a month or a year.

    A tenure that has not ended is censored: an incumbent's at the as-of date, one whose end no source tells
    at the date on which a source last saw the person in the role. Censored means that the tenure is known
    to have lasted that long, not that it ended then.

    Two things that are not in a date itself narrow its bounds: a tenure can't begin after it was publicly
    known or after its own end, and, since two heads don't hold one office at a time, the tenure of a head
    can't begin before the earliest end of the head before.

    Parameters
    ----------
    leaders : pandas.DataFrame
        The table of leaders, cut at ``as_of``.
    as_of : datetime.date
        As-of date.
    organisations, ranks : sequence of str
        Whose tenures, and of which rank.

    Returns
    -------
    pandas.DataFrame
        One row per tenure, in order of organisation (as given) and start: the columns of ``leaders``, and
        ``start_earliest``, ``start_latest``, ``end_earliest``, ``end_latest`` (datetime.date), ``ended`` (bool),
        ``days_min``, ``days_max`` (shortest and longest length that the dates allow, in days, at least 0) and
        ``days`` (from the middle of the start to the middle of the end) and ``days_seen`` (the same, but for
        those in office only as far as a source last saw them there).
    """
    rows = leaders[leaders["organisation"].isin(list(organisations)) & leaders["rank"].isin(list(ranks))]
    records: list[dict[str, Any]] = []
    place = {name: i for i, name in enumerate(organisations)}
    ordered = sorted(
        rows.to_dict("records"), key=lambda record: (place[record["organisation"]], *_order(record, as_of))
    )
    vacant: dict[str, date] = {}  # by organisation, the earliest end of the last head
    for record in ordered:
        ended = isinstance(record["tenure_end"], str)
        end = _end(record, as_of)
        start = bounds(record["tenure_start"])
        latest = min([start.latest, end.latest, *_known(record)])
        earliest = start.earliest
        if record["rank"] == "head":
            earliest = min(max(earliest, vacant.get(record["organisation"], earliest)), latest)
            vacant[record["organisation"]] = end.earliest
        start = Bounds(earliest, max(latest, earliest))
        records.append(
            {
                **record,
                "start_earliest": start.earliest,
                "start_latest": start.latest,
                "end_earliest": end.earliest,
                "end_latest": end.latest,
                "ended": ended,
                "days_min": max((end.earliest - start.latest).days, 0),
                "days_max": (end.latest - start.earliest).days,
                "days": max((end.middle - start.middle).days, 0),
                "days_seen": max((_seen(record, end).middle - start.middle).days, 0),
            }
        )
    added = [
        "start_earliest",
        "start_latest",
        "end_earliest",
        "end_latest",
        "ended",
        "days_min",
        "days_max",
        "days",
        "days_seen",
    ]
    return pd.DataFrame(records, columns=[*leaders.columns, *added])


def gaps(lengths: pd.DataFrame) -> pd.DataFrame:
    """Days between the end of each head's tenure and the start of the next in the same organisation.

    Parameters
    ----------
    lengths : pandas.DataFrame
        As `tenures` returns them, heads only.

    Returns
    -------
    pandas.DataFrame
        One row per succession: organisation, left (person), followed_by, ended (date as text), began,
        days_min, days_max. Negative days mean that the dates, as precise as they are, may overlap.
    """
    rows = []
    for organisation, group in lengths.groupby("organisation", sort=False):
        heads = group[group["rank"] == "head"].to_dict("records")
        for left, following in itertools.pairwise(heads):
            if not left["ended"]:
                continue
            rows.append(
                {
                    "organisation": organisation,
                    "left": left["person"],
                    "followed_by": following["person"],
                    "ended": left["tenure_end"],
                    "began": following["tenure_start"],
                    "days_min": (following["start_earliest"] - left["end_latest"]).days,
                    "days_max": (following["start_latest"] - left["end_earliest"]).days,
                }
            )
    columns = ["organisation", "left", "followed_by", "ended", "began", "days_min", "days_max"]
    return pd.DataFrame(rows, columns=columns)


def survival_curve(survfunc: Any, confidence: float = 0.95) -> pd.DataFrame:
    """Kaplan-Meier estimate with pointwise intervals, as steps to draw.

    The interval is the log(-log) one of Kalbfleisch and Prentice (1980), which stays between 0 and 1;
    statsmodels gives the standard error (Greenwood's) but only a simultaneous band.

    Parameters
    ----------
    survfunc : statsmodels.duration.survfunc.SurvfuncRight
        Fitted on days and on whether each tenure ended.
    confidence : float
        Level of the interval.

    Returns
    -------
    pandas.DataFrame
        Columns day, survival, low, high, at_risk, ended; the first row is day 0 with survival 1. The
        interval is missing where survival is 0 or 1.
    """
    z = stats.norm.ppf(0.5 + confidence / 2)
    s = np.asarray(survfunc.surv_prob, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = z * np.asarray(survfunc.surv_prob_se, float) / (s * np.log(s))
        low, high = s ** np.exp(-spread), s ** np.exp(spread)
    inside = (s > 0) & (s < 1)
    frame = pd.DataFrame(
        {
            "day": np.asarray(survfunc.surv_times, float),
            "survival": s,
            "low": np.where(inside, np.minimum(low, high), np.nan),
            "high": np.where(inside, np.maximum(low, high), np.nan),
            "at_risk": np.asarray(survfunc.n_risk, float),
            "ended": np.asarray(survfunc.n_events, float),
        }
    )
    first = pd.DataFrame(
        {
            "day": [0.0],
            "survival": [1.0],
            "low": [np.nan],
            "high": [np.nan],
            "at_risk": [float(len(survfunc.time))],
            "ended": [0.0],
        }
    )
    return pd.concat([first, frame], ignore_index=True)


def median_survival(curve: pd.DataFrame) -> pd.Series:
    """Median of a survival curve with the interval got by inverting the pointwise one.

    Brookmeyer and Crowley (1982, Biometrics 38:29-41): the interval holds the days at which one half lies
    between the pointwise limits.

    Returns
    -------
    pandas.Series
        median, low, high in days; missing where the curve or the limit never falls to one half.
    """

    def first(column: str) -> float:
        # One half is not exact in the products that make up the curve.
        below = curve.loc[curve[column] <= 0.5 + 1e-9, "day"]
        return float(below.iloc[0]) if len(below) else np.nan

    return pd.Series({"median": first("survival"), "low": first("low"), "high": first("high")})


def _order(record: dict[str, Any], as_of: date) -> tuple[date, date]:
    """By the middle of the start, then of the end: a year comes among its months, not before them."""
    return bounds(record["tenure_start"]).middle, _end(record, as_of).middle


def _known(record: dict[str, Any]) -> list[date]:
    """Last day on which the start can have become known, if a source tells."""
    return [bounds(record["known_since"]).latest] if isinstance(record["known_since"], str) else []


def _seen(record: dict[str, Any], end: Bounds) -> Bounds:
    """End of the tenure, or for one that has not ended the last day on which a source saw the person in it."""
    if isinstance(record["tenure_end"], str) or not isinstance(record["last_seen"], str):
        return end
    return bounds(record["last_seen"])


def _end(record: dict[str, Any], as_of: date) -> Bounds:
    if isinstance(record["tenure_end"], str):
        return bounds(record["tenure_end"])
    if record["status"] == "incumbent":
        return Bounds(as_of, as_of)
    # Nothing is known of the role after the last time that a source saw the person in it.
    return bounds(record["last_seen"] if isinstance(record["last_seen"], str) else record["tenure_start"])
