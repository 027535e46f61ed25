"""Events by first-level division, and classes to draw them in."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

UNKNOWN = "unknown"
# Each class about three times the one before: counts by province run over three orders of magnitude.
STEPS = (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000)


def years_covered(months: pd.DataFrame, place: str) -> list[int]:
    """Years of which every month is covered, in order."""
    own = months[
        (months["place"] == place) & (months["group"] == "all") & (months["month"].str.len() == len("2021-01"))
    ]
    each = own["month"].str[:4].astype(int).value_counts()
    return sorted(each.index[each == 12])


def by_place(
    provinces: pd.DataFrame, months: pd.DataFrame, places: pd.DataFrame, group: str, first: int, last: int
) -> pd.DataFrame:
    """Events of each division over some years.

    Parameters
    ----------
    provinces, months : pandas.DataFrame
        As in `afpak.analysis.months.Counted`; the months tell which years are covered.
    places : pandas.DataFrame
        Table of divisions: place, country, name, disputed.
    group : str
        ``all`` or ``militant``.
    first, last : int
        Years, both included.

    Returns
    -------
    pandas.DataFrame
        One row per division: place, country, name, disputed (text, blank if not), covered (whether every year is, in
        that country), events and deaths_best (Int64: 0 if nothing happened, missing if not covered throughout, so that
        totals over different years never stand side by side). A row with place ``unknown`` for each covered country
        holds the events that no division is known for.
    """
    wanted = range(first, last + 1)
    whole = {country: set(wanted) <= set(years_covered(months, country)) for country in places["country"].unique()}
    own = provinces[(provinces["group"] == group) & provinces["year"].astype(int).isin(wanted)]
    sums = own.groupby(["country", "place"])[["events", "deaths_best"]].sum()
    frame = places[["place", "country", "name", "disputed"]]
    unknown = [{"place": UNKNOWN, "country": country, "name": UNKNOWN} for country, covered in whole.items() if covered]
    frame = pd.concat([frame, pd.DataFrame(unknown, columns=frame.columns)], ignore_index=True)
    frame["disputed"] = frame["disputed"].fillna("")
    frame["covered"] = frame["country"].map(whole)
    counts = sums.reindex(pd.MultiIndex.from_frame(frame[["country", "place"]]))
    for column in ("events", "deaths_best"):
        values = pd.array(counts[column].to_numpy(), dtype="Int64")
        frame[column] = pd.Series(values).fillna(0).where(frame["covered"])
    return frame


def classes(events: Sequence[int]) -> list[tuple[int, int]]:
    """Classes of counts from 1 to the highest: lowest and highest count of each, both included; none if all are 0."""
    highest = max(events, default=0)
    steps = [step for step in STEPS if step <= highest]
    return [(low, (steps[i + 1] - 1) if i + 1 < len(steps) else _end(low)) for i, low in enumerate(steps)]


def class_of(events: int, bands: Sequence[tuple[int, int]]) -> int:
    """Number of the class that a count is in, from 0; -1 for a count of 0.

    Raises
    ------
    ValueError
        If no class holds the count.
    """
    if events == 0:
        return -1
    for i, (low, high) in enumerate(bands):
        if low <= events <= high:
            return i
    raise ValueError(f"no class holds {events}")


def _end(low: int) -> int:
    later = [step for step in STEPS if step > low]
    return later[0] - 1 if later else 10 * low - 1
