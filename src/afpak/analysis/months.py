"""Event counts by month: which source they are taken from, and their interrupted time series."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import numpy as np
import pandas as pd

from afpak.analysis import trends
from afpak.analysis.trends import Break
from afpak.problems import InputError
from afpak.tables.dates import bounds
from afpak.tables.inputs import parse_day

# A level needs a whole year on either side of a break, so that no season is taken for a change; a slope two.
MONTHS_FOR_LEVEL = 12
MONTHS_FOR_SLOPE = 24
# Fewer months than two of each name tell no season from a trend.
MONTHS_FOR_MODEL = 24
DAYS_IN_YEAR = 365.25
DAYS_IN_MONTH = DAYS_IN_YEAR / 12
# Two harmonics: a season that rises and falls once a year, and one that does so twice. Four terms instead of the
# eleven of one per calendar month, which a short series can't carry.
SEASON = ("sine_year", "cosine_year", "sine_half_year", "cosine_half_year")
# What a frame of counts holds besides terms of a model.
NOT_TERMS = ("month", "count", "days", "log_rate")
# Groups that hold other groups.
WHOLES = ("all", "militant")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class EventCounts(Protocol):
    """What this module asks of an event file; `afpak.sources.events.Events` has it."""

    @property
    def name(self) -> str:
        """Name of the provider's data."""

    @property
    def provider(self) -> str:
        """Short name of the provider."""

    @property
    def source(self) -> str:
        """What stands under a figure."""

    def months(self) -> pd.DataFrame:
        """Counts by month."""

    def provinces(self) -> pd.DataFrame:
        """Counts by division and year."""

    def days(self) -> pd.DataFrame:
        """Counts by day."""


@dataclass(frozen=True)
class Counted:
    """Event counts of one provider, and where they were counted from.

    Parameters
    ----------
    name, source : str
        The data in words, for prose and for the source line of a figure.
    provider : str
        ``ucdp``, ``acled``, ``gtd``, or ``table``.
    from_file : bool
        Whether they come from an event file of the reader's own and not from the tables of the book.
    passed_over : str
        Why the event file that there is does not stand, in words; blank if it does or there is none.
    months : pandas.DataFrame
        Columns release, place, group, month, events, deaths_best, deaths_low, deaths_high, deaths_civilians: a row
        for each covered month, zero where nothing happened; a bare year holds events whose month is unknown.
    provinces : pandas.DataFrame
        Columns release, country, place, group, year and the counts as above; only where something happened.
    days : pandas.DataFrame or None
        Columns country, group, day, events, deaths_best: days with events. Only an event file has days.
    """

    name: str
    source: str
    provider: str
    from_file: bool
    passed_over: str
    months: pd.DataFrame
    provinces: pd.DataFrame
    days: pd.DataFrame | None


def chosen(
    events: EventCounts | None,
    months: pd.DataFrame,
    provinces: pd.DataFrame,
    releases: pd.DataFrame,
    place: str = "Pakistan",
    provider: str = "ucdp",
) -> Counted:
    """Counts of the event file if there is one, else of the tables; never of both, never of two providers.

    An event file that covers fewer whole months of the country than a model needs is passed over, which is told.

    Of several releases of the provider in the tables a month of a country belongs to the final one that covers it,
    of several final ones to that of the highest version; only a month that no final release covers is taken from a
    candidate one. A group that the better release lacks in that month is not taken from another: events that only the
    earlier release has were dropped by the provider.

    Parameters
    ----------
    events : EventCounts or None
        The event file of the edition.
    months, provinces, releases : pandas.DataFrame
        The tables event-months, event-provinces and event-releases.
    place : str
        Country that is to be modelled.
    provider : str
        Whose releases, where there is no event file.

    Raises
    ------
    ValueError
        If there is no event file that stands and the tables have no row of the provider.
    """
    passed_over = ""
    if events is not None:
        counted = events.months().assign(release=events.name)
        own = counted[(counted["place"] == place) & (counted["group"] == "all")]
        whole = int((own["month"].str.len() == len("2021-01")).sum())
        if whole >= MONTHS_FOR_MODEL:
            mapped = events.provinces().assign(release=events.name)
            return Counted(events.name, events.source, events.provider, True, "", counted, mapped, events.days())
        passed_over = (
            f"the event file has {whole} whole months of {place}, where a model by month needs {MONTHS_FOR_MODEL}"
        )
    order = _ranked(releases[releases["provider"] == provider])
    own = months[months["release"].isin(order)]
    if own.empty:
        raise ValueError(
            f"{passed_over or 'no event file'}, and event-months has no count of {provider!r} as of this date"
        )
    rank = {release: i for i, release in enumerate(order)}
    by_month = _best(own["release"], [own["place"], own["month"]], rank)
    by_year = _best(own["release"], [own["place"], own["month"].str[:4]], rank)
    # A bare year stands for no month: it belongs to the release that the year belongs to.
    whole = own["month"].str.len() == len("2021")
    kept = own[own["release"] == by_month.where(~whole, by_year)]
    years = own.assign(best=by_year, year=own["month"].str[:4].astype(int)).drop_duplicates(["place", "year"])
    of_year = years.set_index(["place", "year"])["best"]
    belongs = pd.MultiIndex.from_arrays([provinces["country"], provinces["year"].astype(int)])
    mapped = provinces[provinces["release"] == of_year.reindex(belongs).to_numpy()]
    named = release_names(releases)
    used = ", ".join(named[one] for one in order if one in set(by_month))
    return Counted(
        f"{provider.upper()} {used}",
        f"{provider.upper()}, releases {used}; counted by month and place in the tables event-months and "
        "event-provinces of this book",
        provider,
        False,
        passed_over,
        kept.reset_index(drop=True),
        mapped.reset_index(drop=True),
        None,
    )


def release_names(releases: pd.DataFrame) -> dict[str, str]:
    """What each release is called, ``22.1 (final)``; rows of the table event-releases."""
    return {str(row.release): f"{row.version} ({row.kind})" for row in releases.itertuples()}


def _ranked(releases: pd.DataFrame) -> list[str]:
    """Releases, the best first: final before candidate, a higher version before a lower."""

    def worth(row: Any) -> tuple[bool, tuple[int, ...]]:
        return row.kind == "final", tuple(int(part) for part in re.findall(r"\d+", str(row.version)))

    return [str(row.release) for row in sorted(releases.itertuples(), key=worth, reverse=True)]


def _best(release: pd.Series, key: list[pd.Series], rank: dict[str, int]) -> pd.Series:
    """For each row the best release that has any row with the same key."""
    names = {place: name for name, place in rank.items()}
    best: pd.Series = release.map(rank).groupby(key).transform("min").map(names)
    return best


def covered(months: pd.DataFrame) -> pd.DataFrame:
    """What of each country is covered.

    Returns
    -------
    pandas.DataFrame
        One row per place and release: place, release, first, last (``YYYY-MM``), months (covered), missing (months
        between the first and the last that are not), events (of all kinds, those of unknown month too).
    """
    rows = []
    whole = months[months["group"] == "all"]
    for (place, release), own in whole.groupby(["place", "release"], sort=True):
        known = own.loc[own["month"].str.len() == len("2021-01"), "month"]
        if known.empty:
            continue
        span = month_number(known.max()) - month_number(known.min()) + 1
        rows.append(
            {
                "place": place,
                "release": release,
                "first": known.min(),
                "last": known.max(),
                "months": len(known),
                "missing": span - len(known),
                "events": int(own["events"].sum()),
            }
        )
    return pd.DataFrame(rows, columns=["place", "release", "first", "last", "months", "missing", "events"])


def month_number(month: str) -> int:
    """Months since January of the year 0, to count with.

    Raises
    ------
    InputError
        If the text is no month ``YYYY-MM``.
    """
    if not _MONTH.fullmatch(month):
        raise InputError([f"{month!r} is not a month; expected YYYY-MM, such as 2008-01"])
    return int(month[:4]) * 12 + int(month[5:]) - 1


def month_text(number: int) -> str:
    """The month ``YYYY-MM`` of a number that `month_number` gave."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def series(months: pd.DataFrame, place: str, group: str, metric: str, first: str = "", last: str = "") -> pd.DataFrame:
    """Counts of one group in one country by month.

    Parameters
    ----------
    months : pandas.DataFrame
        As in `Counted`.
    place, group, metric : str
        Country; group; ``events``, ``deaths_best`` or another count.
    first, last : str
        Months, both included; empty for the first and the last covered.

    Returns
    -------
    pandas.DataFrame
        Columns month (``YYYY-MM``), count (float) and days (int, length of the month), sorted. Months that are not
        covered, or whose number nobody knows, have no row. Events whose month is unknown are in none.

    Raises
    ------
    ValueError
        If there is no such place, group or metric, with those that there are; or no month is left.
    InputError
        If first or last is no month.
    """
    start, end = (month_number(month) if month else None for month in (first, last))
    metrics = [name for name in months.columns if name == "events" or name.startswith("deaths")]
    if metric not in metrics:
        raise ValueError(f"no metric {metric!r}; there are: {', '.join(metrics)}")
    here = months[months["place"] == place]
    if here.empty:
        raise ValueError(
            f"no counts of {place!r} as of this date; there are: {', '.join(sorted(set(months['place'])))}"
        )
    own = here[(here["group"] == group) & (here["month"].str.len() == len("2021-01"))]
    if own.empty:
        has = ", ".join(sorted(here["group"].unique()))
        raise ValueError(f"no group {group!r} in {place} as of this date; there are: {has}")
    frame = pd.DataFrame({"month": own["month"], "count": own[metric].astype("Float64")}).dropna()
    numbers = frame["month"].map(month_number)
    inside = pd.Series(True, index=frame.index)
    if start is not None:
        inside &= numbers >= start
    if end is not None:
        inside &= numbers <= end
    frame = frame[inside].sort_values("month").reset_index(drop=True)
    if frame.empty:
        raise ValueError(f"no month of {place} is covered between {first or 'the first'} and {last or 'the last'}")
    frame["count"] = frame["count"].astype(float)
    frame["days"] = [(bounds(month).latest - bounds(month).earliest).days + 1 for month in frame["month"]]
    return frame


def estimates(months: pd.DataFrame, place: str, group: str, first: str = "", last: str = "") -> pd.DataFrame:
    """Deaths by month as a best, a low and a high estimate.

    Parameters
    ----------
    months, place, group, first, last
        As for `series`.

    Returns
    -------
    pandas.DataFrame
        Columns month, best, low, high (float), sorted. Low and high are missing where the provider gives none; a
        month without a best estimate has no row, and there may be none at all.
    """
    kept = series(months, place, group, "events", first, last)["month"]
    own = months[(months["place"] == place) & (months["group"] == group) & months["month"].isin(kept)]
    columns = {"deaths_best": "best", "deaths_low": "low", "deaths_high": "high"}
    frame = own[["month", *columns]].rename(columns=columns).astype(dict.fromkeys(columns.values(), "Float64"))
    return (
        frame.astype(dict.fromkeys(columns.values(), float))
        .dropna(subset="best")
        .sort_values("month")
        .reset_index(drop=True)
    )


def missing(counts: pd.DataFrame) -> int:
    """Months between the first and the last of a series that have no count."""
    numbers = counts["month"].map(month_number)
    return int(numbers.max() - numbers.min()) + 1 - len(counts)


def design(counts: pd.DataFrame, breaks: Sequence[str]) -> tuple[pd.DataFrame, tuple[Break, ...]]:
    """Terms of an interrupted time series on monthly counts.

    For each break the level term is the share of the month that lies after it, and the slope term the time since
    the break in years, averaged over the month: the month of a break is shared in proportion to its days and not
    left out, since half of it belongs to each side and it says so.

    Parameters
    ----------
    counts : pandas.DataFrame
        As `series` returns them.
    breaks : sequence of str
        Days, ``YYYY-MM-DD``.

    Returns
    -------
    pandas.DataFrame, tuple of Break
        The frame with ``log_rate`` (logarithm of count and a half by day), ``time`` (years from the middle of the
        first month to that of each), the terms of `SEASON`, and those of every break that the months can tell. A
        level needs 12 whole months with a count on either side, counted to the next break or the end of the series, a
        slope 24. A break's ``before`` and ``after`` are those months.

    Raises
    ------
    ValueError
        If there are fewer than 24 months.
    """
    if len(counts) < MONTHS_FOR_MODEL:
        raise ValueError(
            f"{len(counts)} months with a count are too few for a model with a season: it needs {MONTHS_FOR_MODEL}"
        )
    terms = counts.copy()
    starts = np.array([bounds(month).earliest.toordinal() for month in counts["month"]])
    lengths = counts["days"].to_numpy(int)
    middles = starts + lengths / 2
    terms["log_rate"] = np.log((counts["count"] + 0.5) / counts["days"])
    terms["time"] = (middles - middles[0]) / DAYS_IN_YEAR
    angle = 2 * np.pi * (counts["month"].str[5:].astype(int) - 1).to_numpy() / 12
    for name, values in zip(SEASON, (np.sin(angle), np.cos(angle), np.sin(2 * angle), np.cos(2 * angle)), strict=True):
        terms[name] = values
    days = sorted(parse_day(text) for text in breaks)
    told = []
    for i, day in enumerate(days):
        here = day.toordinal()
        since = days[i - 1].toordinal() if i else -math.inf
        until = days[i + 1].toordinal() if i + 1 < len(days) else math.inf
        before = int(((starts >= since) & (starts + lengths <= here)).sum())
        after = int(((starts >= here) & (starts + lengths <= until)).sum())
        left = np.clip(starts + lengths - here, 0, lengths)
        share = left / lengths
        elapsed = np.where(share < 1, share * left / 2, middles - here) / DAYS_IN_YEAR
        names = []
        for kind, fewest, values in (
            ("level", MONTHS_FOR_LEVEL, share),
            ("slope", MONTHS_FOR_SLOPE, elapsed),
        ):
            name = f"{kind}_{day.year}_{day.month:02d}"
            others = terms.drop(columns=list(NOT_TERMS)).to_numpy(float)
            told_apart = min(before, after) >= fewest and trends.tells_apart(others, values)
            if told_apart:
                terms[name] = values
            names.append(name if told_apart else "")
        told.append(Break(day, before, after, *names))
    return terms, tuple(told)


def formula(breaks: Sequence[Break], left: str = "count") -> str:
    """Model formula of the interrupted time series: time, the terms of each break, and the season."""
    return " + ".join([f"{left} ~ time", *(term for one in breaks for term in one.terms), *SEASON])


def newey_west_lags(months: int) -> int:
    """Lags of the errors that allow for autocorrelation, by Newey and West's rule.

    The rule is the whole part of 4 (n / 100)^(2/9), as Newey and West (1994, Review of Economic Studies
    61:631-653) have it for the weights of their paper of 1987 (Econometrica 55:703-708).
    """
    return math.floor(4 * math.pow(months / 100, 2 / 9))


def rate_ratios(result: Any) -> pd.DataFrame:
    """Ratios of the trend and of every break, as `afpak.analysis.trends.rate_ratios`; the season is left out."""
    return trends.rate_ratios(result, without=SEASON)


def counterfactual(result: Any, terms: pd.DataFrame, breaks: Sequence[Break]) -> pd.DataFrame:
    """Fitted counts, and those that the earlier trend leads to, with 95% intervals of the mean.

    Parameters
    ----------
    result : statsmodels results
        A generalised linear model fitted from `formula` on ``terms`` with the logarithm of ``days`` as offset.
    terms, breaks
        As `design` returns them.

    Returns
    -------
    pandas.DataFrame
        Columns month, count, fitted, fitted_low, fitted_high, without, without_low, without_high. The counterfactual
        is missing before the month of the first estimated break. It carries the earlier trend on and nothing else.
    """
    absent = terms.assign(**{term: 0.0 for one in breaks for term in one.terms})
    offset = np.log(terms["days"])
    out = terms[["month", "count"]].copy()
    for name, frame in (("fitted", terms), ("without", absent)):
        told = result.get_prediction(frame, offset=offset).summary_frame(alpha=0.05)
        out[name] = told["mean"].to_numpy()
        out[[f"{name}_low", f"{name}_high"]] = told[["mean_ci_lower", "mean_ci_upper"]].to_numpy()
    estimated = [f"{one.day:%Y-%m}" for one in breaks if one.terms]
    before = out["month"] < min(estimated) if estimated else pd.Series(True, index=out.index)
    out.loc[before, ["without", "without_low", "without_high"]] = np.nan
    return out


def told(breaks: Sequence[Break]) -> str:
    """What the months can tell of each break, in words."""
    return "; ".join(
        f"{one.day.day} {one.day:%B %Y}: {one.estimable} ({one.before} whole months before, {one.after} after)"
        for one in breaks
    )


def marked(counts: pd.DataFrame, breaks: Sequence[str]) -> list[date]:
    """Days that lie within the months of a series."""
    first, last = bounds(counts["month"].iloc[0]).earliest, bounds(counts["month"].iloc[-1]).latest
    return [day for day in sorted(map(parse_day, breaks)) if first <= day <= last]
