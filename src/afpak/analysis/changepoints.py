"""Change points of monthly counts, found without being told where, and held against dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd
from scipy import stats

from afpak.analysis.months import DAYS_IN_MONTH, month_number


def on_log_scale(counts: pd.DataFrame) -> np.ndarray:
    """Logarithm of one more than the count of a month of mean length.

    A square root (Anscombe's) would make the spread of Poisson counts even, but counts of violence spread about in
    proportion to their level; on the logarithmic scale the spread is about even and a change is a ratio, as in the
    model. The one is added because months can have no event.

    Parameters
    ----------
    counts : pandas.DataFrame
        Columns count and days, as `afpak.analysis.months.series` returns them.

    Returns
    -------
    numpy.ndarray
        One value per month.
    """
    logs: np.ndarray = np.log1p(counts["count"].to_numpy(float) * DAYS_IN_MONTH / counts["days"].to_numpy(float))
    return logs


def bic_penalty(signal: np.ndarray) -> float:
    """What a change point must save in squared error by the Bayesian information criterion: 2 s² log n.

    Each change point adds two parameters, its place and a mean. The variance s² is taken from the differences of
    neighbouring months by their median, so that the changes themselves do not swell it; where months resemble their
    neighbours it is too small, and too many change points are found. That is why the penalty's multiples are shown.

    Raises
    ------
    ValueError
        If the series does not vary.
    """
    differences = np.diff(signal)
    # Of a series with many empty months more than half of the differences are nought.
    spread = float(np.median(np.abs(differences))) / stats.norm.ppf(0.75) or float(np.std(differences))
    if spread == 0:
        raise ValueError("every month has the same count; there is nothing to divide")
    return spread**2 / 2 * 2 * float(np.log(len(signal)))


def found(ends: Mapping[float, Sequence[int]], counts: pd.DataFrame) -> pd.DataFrame:
    """Change points at each multiple of the penalty.

    Parameters
    ----------
    ends : mapping of float to sequence of int
        By multiple, the ends of the segments as ruptures gives them: the index of the first month after each segment,
        the last one the number of months.
    counts : pandas.DataFrame
        The months, in order.

    Returns
    -------
    pandas.DataFrame
        Columns multiple and month (the first month of the new level), one row per change point.
    """
    months = counts["month"].tolist()
    rows = [(multiple, months[end]) for multiple, own in ends.items() for end in own if end < len(months)]
    return pd.DataFrame(rows, columns=["multiple", "month"])


def persistence(points: pd.DataFrame, multiples: Sequence[float]) -> pd.DataFrame:
    """Share of the penalties at which each change point is found.

    Returns
    -------
    pandas.DataFrame
        Columns month, found (number of multiples), share (of all), lowest and highest (multiple at which it is
        found), in order of months.
    """
    grouped = points.groupby("month")["multiple"].agg(found="size", lowest="min", highest="max").reset_index()
    grouped.insert(2, "share", grouped["found"] / len(multiples))
    return grouped


def segments(counts: pd.DataFrame, signal: np.ndarray, ends: Sequence[int]) -> pd.DataFrame:
    """Stretches between change points.

    Returns
    -------
    pandas.DataFrame
        Columns first and last (months), months (number), level (mean on the logarithmic scale brought back: events a
        month of mean length) and ratio (to the level before; missing for the first).
    """
    rows = []
    start = 0
    for end in ends:
        rows.append(
            {
                "first": counts["month"].iloc[start],
                "last": counts["month"].iloc[end - 1],
                "months": end - start,
                "level": float(np.expm1(signal[start:end].mean())),
            }
        )
        start = end
    frame = pd.DataFrame(rows)
    frame["ratio"] = frame["level"] / frame["level"].shift().replace(0, np.nan)
    return frame


def residuals(signal: np.ndarray, ends: Sequence[int]) -> np.ndarray:
    """What is left of the series when each stretch's mean is taken off."""
    return np.concatenate([part - part.mean() for part in np.split(signal, list(ends)[:-1])])


def beside(days: Sequence[date], points: Sequence[str], counts: pd.DataFrame) -> pd.DataFrame:
    """How near the change points are to some dates, and how near they would be to a date set at random.

    Parameters
    ----------
    days : sequence of datetime.date
        Dates within the months of the series.
    points : sequence of str
        Months of the change points.
    counts : pandas.DataFrame
        The series; every month of it is a place where a random date could lie.

    Returns
    -------
    pandas.DataFrame
        One row per date: day, nearest (month of the nearest change point; the earlier on a tie; blank if none is
        found), apart (months between the month of the date and that month, negative if the change point is earlier),
        by_chance (share of all months of the series that have a change point at least as near).
    """
    numbers = np.array([month_number(month) for month in counts["month"]])
    changes = np.array(sorted(month_number(month) for month in points))
    rows = []
    for day in days:
        if not len(changes):
            rows.append({"day": day, "nearest": "", "apart": pd.NA, "by_chance": np.nan})
            continue
        off = changes - month_number(f"{day:%Y-%m}")
        nearest = int(np.argmin(np.abs(off)))
        reach = np.abs(changes[None, :] - numbers[:, None]).min(axis=1)
        rows.append(
            {
                "day": day,
                "nearest": sorted(points)[nearest],
                "apart": int(off[nearest]),
                "by_chance": float((reach <= abs(off[nearest])).mean()),
            }
        )
    return pd.DataFrame(rows, columns=["day", "nearest", "apart", "by_chance"])
