"""The cut at an as-of date: nothing that happened, or was published, after it."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

from afpak.tables.dates import bounds, listed
from afpak.tables.declaration import Table

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATED = re.compile(rf"\((?:[^()]*?)(?:(\d{{1,2}}) )?(?:({'|'.join(_MONTHS)})[a-z]* )?(\d{{4}})\)$")


def cut(frame: pd.DataFrame, table: Table, as_of: date, undated: str | pd.Series) -> pd.DataFrame:
    """Rows that had happened and were public by a date, and no more of each than was known then.

    A row counts as having happened only when the last day that its date may mean is not after the as-of
    date: a figure for the whole of 2022 is not known in June 2022. A row whose date of publication is
    unknown counts as published on the day on which the tables were compiled, since all that is certain
    is that it was public by then.

    Parameters
    ----------
    frame : pandas.DataFrame
        The whole table.
    table : Table
        Its declaration, which names the two columns; a table without an ``asOf`` rule is returned whole.
    as_of : datetime.date
        The as-of date, itself included.
    undated : str or pandas.Series
        Day on which a row without a date of publication counts as published: one for all, such as that on which the
        tables were compiled, or one for each row of ``frame``.

    Returns
    -------
    pandas.DataFrame
        A copy with the rows that stay, in order, index renumbered.
    """
    if table.as_of is None:
        return frame.copy()
    rule = table.as_of
    blanks = undated if isinstance(undated, pd.Series) else pd.Series(undated, index=frame.index)
    known = _by(frame[rule.happened], as_of, "") & _by(frame[rule.published], as_of, blanks)
    kept, blanks = frame[known].reset_index(drop=True), blanks[known].reset_index(drop=True)
    for mask in rule.masks:
        told = kept[mask.happened].notna()
        hidden = told & ~(_by(kept[mask.happened], as_of, "") & _by(kept[mask.published], as_of, blanks))
        for column in mask.columns:
            kept[column] = kept[column].mask(hidden)
        for column, value in mask.replacements.items():
            kept.loc[hidden, column] = value
    if {"source", "url"} <= set(kept.columns):
        known = [_known_sources(source, url, as_of) for source, url in zip(kept["source"], kept["url"], strict=True)]
        kept["source"] = [source for source, _ in known]
        kept["url"] = [url for _, url in known]
    return kept


def _known_sources(sources: str, urls: str, as_of: date) -> tuple[str, str]:
    """Sources of a row without those whose title ends with a date after the as-of date, as ``(17 Oct 2025)``.

    A row was known by the as-of date, so a source of that time should be among them; if none is dated so, the
    earliest stays, since a row without a source says nothing.
    """
    pairs = list(zip(listed(sources), listed(urls), strict=True))
    dated = [(title_date(source), source, url) for source, url in pairs]
    kept = [(source, url) for day, source, url in dated if day is None or day <= as_of]
    if not kept:
        kept = [min(((day, source, url) for day, source, url in dated if day is not None), key=lambda one: one[0])[1:]]
    return " | ".join(source for source, _ in kept), " | ".join(url for _, url in kept)


def title_date(title: str) -> date | None:
    """The first day that the date in brackets at the end of a source's title may mean; None if it has none."""
    match = _DATED.search(title)
    if not match:
        return None
    day, month, year = match.groups()
    number = f"-{_MONTHS.index(month[:3]) + 1:02d}" if month else ""
    return bounds(f"{year}{number}" + (f"-{int(day):02d}" if day and month else "")).earliest


def _by(dates: pd.Series, as_of: date, blank: str | pd.Series) -> pd.Series:
    """Whether each date is certainly not after the as-of date; a blank stands for ``blank``, the same or by row."""
    latest = [bounds(text).latest if text else date.min for text in dates.fillna(blank)]
    return pd.Series([day <= as_of for day in latest], index=dates.index, dtype=bool)
