"""Events by first-level division, and classes to draw them in."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

UNKNOWN = "unknown"
# Each class about three times the one before: counts by province run over three orders of magnitude.
STEPS = (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000)


def months_covered(months: pd.DataFrame, country: str, first: int, last: int) -> list[str]:
    """Months of some years (both included) that are covered of a country, in order."""
    own = months[(months["place"] == country) & (months["group"] == "all")]
    known = own.loc[own["month"].str.len() == len("2021-01"), "month"]
    return sorted(month for month in known.unique() if first <= int(month[:4]) <= last)


def by_place(
    provinces: pd.DataFrame,
    months: pd.DataFrame,
    places: pd.DataFrame,
    group: str,
    country: str,
    first: int,
    last: int,
) -> pd.DataFrame:
    """Events of each division over some years.

    Parameters
    ----------
    provinces, months : pandas.DataFrame
        As in `afpak.analysis.months.Counted`; the months tell what is covered.
    places : pandas.DataFrame
        Table of divisions: place, country, name, disputed.
    group : str
        ``all`` or ``militant``.
    country : str
        The country that is asked for. Another is covered if the very same months of it are, so that totals over
        unlike times never stand side by side.
    first, last : int
        Years, both included.

    Returns
    -------
    pandas.DataFrame
        One row per division: place, country, name, disputed (text, blank if not), covered (bool), events and
        deaths_best (Int64: 0 if nothing happened, missing if not covered). A row with place ``unknown`` for each
        covered country holds the events that no division is known for.

    Raises
    ------
    ValueError
        If no month of the country is covered in these years, or events are in a division that ``places`` lacks.
    """
    asked = months_covered(months, country, first, last)
    if not asked:
        raise ValueError(f"no month of {country} is covered from {first} to {last}")
    covered = {
        other: months_covered(months, other, first, last) == asked for other in sorted(places["country"].unique())
    }
    own = provinces[(provinces["group"] == group) & provinces["year"].astype(int).between(first, last)]
    lost = sorted(set(own["place"]) - set(places["place"]) - {UNKNOWN})
    if lost:
        raise ValueError(f"events in divisions that the table of places lacks: {', '.join(lost)}")
    sums = own.groupby(["country", "place"])[["events", "deaths_best"]].sum(min_count=1)
    frame = places[["place", "country", "name", "disputed"]]
    unknown = [{"place": UNKNOWN, "country": other, "name": UNKNOWN} for other, whole in covered.items() if whole]
    frame = pd.concat([frame, pd.DataFrame(unknown, columns=frame.columns)], ignore_index=True)
    frame["disputed"] = frame["disputed"].fillna("")
    frame["covered"] = frame["country"].map(covered)
    key = pd.MultiIndex.from_frame(frame[["country", "place"]])
    quiet = ~key.isin(sums.index)
    for column in ("events", "deaths_best"):
        values = pd.Series(pd.array(sums[column].reindex(key).to_numpy(), dtype="Int64"))
        # Where nothing happened nobody died; where nobody knows the deaths of what did they stay without a number.
        frame[column] = values.mask(quiet, 0).where(frame["covered"])
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
