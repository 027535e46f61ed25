"""Who events are laid to: shares by organisation, with those that no one is named for."""

from __future__ import annotations

import pandas as pd

from afpak.analysis.months import WHOLES

OTHER, UNATTRIBUTED, FURTHER = "other", "unattributed", "further"


def by_year(months: pd.DataFrame, place: str, metric: str = "events") -> pd.DataFrame:
    """Mentions of each group by year.

    An event of two organisations counts for both, so the sum over groups is of mentions and can exceed the events.

    Parameters
    ----------
    months : pandas.DataFrame
        As in `afpak.analysis.months.Counted`.
    place, metric : str
        Country; count.

    Returns
    -------
    pandas.DataFrame
        Columns year (int), group, mentions, share (of the mentions of the year; missing if there are none), covered
        (months of the year that are), and militant (events of the year). Events whose month is unknown are in their
        year. Every group has a row for every year.

    Raises
    ------
    ValueError
        If nothing is counted in that country.
    """
    here = months[months["place"] == place].assign(year=lambda rows: rows["month"].str[:4].astype(int))
    if here.empty:
        raise ValueError(f"no counts of {place!r}; there are: {', '.join(sorted(set(months['place'])))}")
    parts = here[~here["group"].isin(WHOLES)]
    wide = parts.pivot_table(index="year", columns="group", values=metric, aggfunc="sum", observed=True)
    whole = here[here["group"] == "militant"].groupby("year")[metric].sum()
    known = here[(here["group"] == "all") & (here["month"].str.len() == len("2021-01"))].groupby("year").size()
    wide = wide.reindex(sorted(set(here["year"]))).fillna(0).astype(float)
    long = wide.rename_axis(columns="group").stack().rename("mentions").reset_index()
    total = long.groupby("year")["mentions"].transform("sum")
    long["share"] = long["mentions"] / total.where(total > 0)
    long["covered"] = long["year"].map(known).fillna(0).astype(int)
    long["militant"] = long["year"].map(whole).astype(float)
    return long


def gathered(mentions: pd.DataFrame, most: int, first: int, last: int) -> pd.DataFrame:
    """The organisations with the most mentions, and the rest of them together.

    Parameters
    ----------
    mentions : pandas.DataFrame
        As `by_year` returns them.
    most : int
        How many organisations keep a name of their own.
    first, last : int
        Years, both included.

    Returns
    -------
    pandas.DataFrame
        Columns year, group (organisations in order of all their mentions, ``further`` for the rest of them, ``other``,
        ``unattributed``), mentions, share, covered, militant; every group in every year.
    """
    inside = mentions[mentions["year"].between(first, last)]
    totals = inside.groupby("group")["mentions"].sum()
    named = totals.drop([OTHER, UNATTRIBUTED], errors="ignore")
    named = named[named > 0].sort_values(ascending=False, kind="stable")
    kept = list(named.index[:most])
    own = inside["group"].where(inside["group"].isin([*kept, OTHER, UNATTRIBUTED]), FURTHER)
    groups = [*kept, *([FURTHER] if len(named) > most else []), OTHER, UNATTRIBUTED]
    wide = inside.assign(group=own).pivot_table(index="year", columns="group", values="mentions", aggfunc="sum")
    wide = wide.reindex(columns=groups).fillna(0.0)
    long = wide.rename_axis(columns="group").stack().rename("mentions").reset_index()
    total = long.groupby("year")["mentions"].transform("sum")
    long["share"] = long["mentions"] / total.where(total > 0)
    of_year = inside.drop_duplicates("year").set_index("year")[["covered", "militant"]]
    return long.join(of_year, on="year")
