"""Forecasts of yearly counts from what was known by a day, and the paper's forecasts against their dates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from afpak.tables.dates import bounds

# Shares of outcomes that the inner and the outer interval are made to hold, as their columns are named.
INNER, OUTER = 80, 95
_BOUNDS = (f"low_{INNER}", f"high_{INNER}", f"low_{OUTER}", f"high_{OUTER}")
_LINE = ("series", "year", "ahead", "middle", *_BOUNDS, "naive")
# Places of a count, from the lowest to the highest.
PLACES = (
    "below the outer interval",
    "below the inner interval",
    "inside the inner interval",
    "above the inner interval",
    "above the outer interval",
)
_DAYS_IN_A_MONTH = 365.25 / 12


def choice(wide: pd.DataFrame, first_year: int, fewest: int) -> pd.DataFrame:
    """Which series have enough years for a forecast, and why the others are left out.

    A local-level model has two variances to learn from the changes between years. A standard deviation that is
    estimated from n changes has itself a relative standard error of about 1 / sqrt(2 n): a quarter with nine
    changes, and more than a third with four.

    Parameters
    ----------
    wide : pandas.DataFrame
        Index year, one column per series, missing where a series has no figure, as
        `afpak.analysis.trends.side_by_side` returns it.
    first_year : int
        Calendar year in which training begins; earlier figures are not used.
    fewest : int
        Least number of years with a figure.

    Returns
    -------
    pandas.DataFrame
        One row per series: series, first and last (years; missing if the series has no figure from the first
        year on), years (with a figure), missing (years without one between first and last), used (bool), why
        (in words; says of a series that is used that it has enough).

    Raises
    ------
    ValueError
        If no series has enough years.
    """
    rows: list[dict[str, Any]] = []
    for name in wide.columns:
        counts = wide[name].loc[first_year:].dropna()
        zero = bool((counts <= 0).any())
        few = len(counts) < fewest
        rows.append(
            {
                "series": str(name),
                "first": int(counts.index.min()) if len(counts) else pd.NA,
                "last": int(counts.index.max()) if len(counts) else pd.NA,
                "years": len(counts),
                "missing": int(counts.index.max() - counts.index.min()) + 1 - len(counts) if len(counts) else 0,
                "used": not few and not zero,
                "why": "too few years" if few else "a count of zero has no logarithm" if zero else "enough years",
            }
        )
    table = pd.DataFrame(rows, columns=["series", "first", "last", "years", "missing", "used", "why"])
    if not table["used"].any():
        raise ValueError(f"no series has {fewest} years with a count from {first_year} on; ask for fewer years")
    return table.astype({"first": "Int64", "last": "Int64", "used": bool})


def training(wide: pd.DataFrame, chosen: pd.DataFrame, first_year: int) -> dict[str, pd.Series]:
    """Counts of each series that is used, from its first year with a figure to its last.

    Parameters
    ----------
    wide : pandas.DataFrame
        Index year, one column per series.
    chosen : pandas.DataFrame
        As `choice` returns it.
    first_year : int
        Calendar year in which training begins.

    Returns
    -------
    dict of str to pandas.Series
        By series: index year without a gap, counts as float, missing where the series has no figure. Nothing is
        filled: a state space model passes over a missing year and lets its uncertainty grow.
    """
    counts = {}
    for name in chosen.loc[chosen["used"], "series"]:
        own = wide[name].loc[first_year:]
        counts[str(name)] = own.loc[own.first_valid_index() : own.last_valid_index()].astype(float)
    return counts


def back_transformed(result: Any, counts: pd.Series, last_year: int) -> pd.DataFrame:
    """Forecasts of a model of log counts, as counts.

    The exponential of a mean of logarithms is a median: as likely to be passed as not, and lower than the mean.
    Bounds of an interval carry over as they are. The variances count as known, though they are estimates, so
    that intervals from short series are rather too narrow than too wide.

    Parameters
    ----------
    result : statsmodels results
        A state space model fitted to the natural logarithms of ``counts``.
    counts : pandas.Series
        Index year, the counts that it was fitted to, the last of them not missing.
    last_year : int
        Last calendar year to forecast; the first is the one after the last of the counts.

    Returns
    -------
    pandas.DataFrame
        Columns year (int), ahead (int, years from the last count), middle (the median), low_80, high_80,
        low_95, high_95, naive (the last count carried on), in the unit of the counts.

    Raises
    ------
    ValueError
        If no year lies between the last count and the last year, or the last count is missing.
    """
    from_year = int(counts.index[-1])
    steps = last_year - from_year
    if steps < 1:
        raise ValueError(f"the counts run to {from_year}; there is nothing to forecast up to {last_year}")
    if pd.isna(counts.iloc[-1]):
        raise ValueError(f"the last count, of {from_year}, is missing; end the counts where they end")
    forecast = result.get_forecast(steps)
    columns: dict[str, Any] = {
        "year": np.arange(from_year + 1, last_year + 1),
        "ahead": np.arange(1, steps + 1),
        "middle": np.exp(np.asarray(forecast.predicted_mean)),
    }
    for level in (INNER, OUTER):
        interval = np.exp(np.asarray(forecast.conf_int(alpha=1 - level / 100)))
        columns[f"low_{level}"], columns[f"high_{level}"] = interval[:, 0], interval[:, 1]
    return pd.DataFrame({**columns, "naive": float(counts.iloc[-1])})


def together(lines: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Forecasts of several series in one frame, with the column series in front."""
    return pd.concat([frame.assign(series=name) for name, frame in lines.items()], ignore_index=True)[list(_LINE)]


def rolling_origin(
    counts: pd.Series, model: Callable[..., Any], search: Mapping[str, Any], fewest: int, ahead: int
) -> pd.DataFrame:
    """Forecasts as they would have been made at the end of each earlier year, beside what came.

    The model is fitted anew at each origin, on the counts up to it and nothing else; see Tashman (2000,
    International Journal of Forecasting 16:437-450). The counts are those known at the end, not the first
    ones published at the time, so the test is a little kinder than life.

    Parameters
    ----------
    counts : pandas.Series
        Index year, counts; missing where there is none.
    model : callable
        Called with the logarithms of counts; returns a statsmodels state space model.
    search : mapping
        Passed to the ``fit`` of the model.
    fewest : int
        Years with a count before the first origin, the year of the origin included.
    ahead : int
        Most years ahead.

    Returns
    -------
    pandas.DataFrame
        One row per origin and later year with a count: origin, year, ahead, count, then middle, low_80,
        high_80, low_95, high_95 and naive as in `back_transformed`, and place, as in `place`. Years without a
        count are neither origins nor targets.

    Raises
    ------
    ValueError
        If the series is too short for any forecast.
    """
    rows = []
    known = counts.dropna()
    for origin in known.index[fewest - 1 : -1]:
        past = counts.loc[:origin]
        result = model(np.log(past.to_numpy(float))).fit(**search)
        lines = back_transformed(result, past, int(origin) + ahead)
        came = lines[lines["year"].isin(known.index)]
        rows.append(came.assign(origin=int(origin), count=known.loc[came["year"]].to_numpy(float)))
    columns = ["origin", "year", "ahead", "count", "middle", *_BOUNDS, "naive"]
    if not rows:
        raise ValueError(f"{len(known)} years with a count leave none to forecast after the first {fewest}")
    table = pd.concat(rows, ignore_index=True)[columns]
    table["place"] = [place(count, line) for count, line in zip(table["count"], table.itertuples(), strict=True)]
    return table


def scores(backtest: pd.DataFrame) -> pd.DataFrame:
    """How a backtest came out, by years ahead.

    Parameters
    ----------
    backtest : pandas.DataFrame
        As `rolling_origin` returns it.

    Returns
    -------
    pandas.DataFrame
        One row per number of years ahead: ahead, forecasts (how many), inside_80 and inside_95 (how many
        counts lay inside), error and naive_error (mean absolute error of the middle and of the last count carried on,
        in the unit of the counts), ratio (error / naive_error: below one, the model did better; missing
        if the naive forecast made no error). Forecasts from neighbouring origins share most of their past
        and, beyond one year ahead, part of their future, so they are not so many independent trials.
    """
    rows = []
    for ahead, own in backtest.groupby("ahead"):
        error = float((own["count"] - own["middle"]).abs().mean())
        naive = float((own["count"] - own["naive"]).abs().mean())
        rows.append(
            {
                "ahead": int(str(ahead)),
                "forecasts": len(own),
                "inside_80": int(own["count"].between(own["low_80"], own["high_80"]).sum()),
                "inside_95": int(own["count"].between(own["low_95"], own["high_95"]).sum()),
                "error": error,
                "naive_error": naive,
                "ratio": error / naive if naive else np.nan,
            }
        )
    return pd.DataFrame(rows, columns=["ahead", "forecasts", "inside_80", "inside_95", "error", "naive_error", "ratio"])


def place(count: float, line: Any) -> str:
    """Where a count lies beside a forecast: one of `PLACES`. The bounds themselves are inside."""
    if count > line.high_95:
        return PLACES[4]
    if count > line.high_80:
        return PLACES[3]
    if count >= line.low_80:
        return PLACES[2]
    return PLACES[1] if count >= line.low_95 else PLACES[0]


def judged(lines: pd.DataFrame, came: pd.DataFrame) -> pd.DataFrame:
    """Every published version of every count beside its forecast.

    Parameters
    ----------
    lines : pandas.DataFrame
        As `together` returns them.
    came : pandas.DataFrame
        Columns series, year, value, version, published: every version, as
        `afpak.analysis.versions.all_versions` returns them, with their series. Years that were not forecast
        are passed over.

    Returns
    -------
    pandas.DataFrame
        One row per version of a forecast year: series, year, version, published, value, middle, low_80,
        high_80, low_95, high_95, naive, place. Empty, with these columns, if nothing has come.
    """
    wanted = ["series", "year", "version", "published", "value"]
    table = came[wanted].merge(lines.drop(columns="ahead"), on=["series", "year"], how="inner")
    table["place"] = [place(row.value, row) for row in table.itertuples()]
    return table


def by_year(lines: pd.DataFrame, versions: pd.DataFrame) -> pd.DataFrame:
    """Forecasts, one row per series and year, with what came.

    Parameters
    ----------
    lines : pandas.DataFrame
        As `together` returns them.
    versions : pandas.DataFrame
        As `judged` returns them.

    Returns
    -------
    pandas.DataFrame
        The columns of ``lines``, then versions (how many; 0 if nothing was published), lowest and highest
        (over the versions, missing without one), place (text; if versions lie in different places, that of the
        lowest and that of the highest, joined by `` to ``; missing without a version).
    """
    rows = []
    for line in lines.itertuples():
        own = versions[(versions["series"] == line.series) & (versions["year"] == line.year)].sort_values("value")
        where = list(dict.fromkeys([own["place"].iloc[0], own["place"].iloc[-1]])) if len(own) else []
        rows.append(
            {
                "versions": len(own),
                "lowest": own["value"].min() if len(own) else np.nan,
                "highest": own["value"].max() if len(own) else np.nan,
                "place": " to ".join(where) if where else None,
            }
        )
    return pd.concat([lines.reset_index(drop=True), pd.DataFrame(rows)], axis=1)


def carried_on(lines: pd.DataFrame, share: float = 0.01) -> list[str]:
    """Series whose forecast is in the middle no other than the last count carried on.

    A local-level model comes to that where it finds no noise in the counts, so that every change between two
    years is taken as a change of level.

    Parameters
    ----------
    lines : pandas.DataFrame
        As `together` returns them.
    share : float
        Most by which the middle may differ from the last count, as a share of it, in any year.
    """
    apart = (lines["middle"] / lines["naive"] - 1).abs().groupby(lines["series"], sort=False).max()
    return [str(name) for name in apart.index[apart <= share]]


# The paper's own forecasts


def statements(
    claims: pd.DataFrame, verdicts: Mapping[str, str], section: str, written: date, as_of: date
) -> pd.DataFrame:
    """The forecasts of a section of scenarios, each with the date by which to judge it and its verdict.

    Parameters
    ----------
    claims : pandas.DataFrame
        Table of claims: claim, section, paragraph, text, kind, judge_by (partial date; missing if none),
        horizon (where that date comes from; missing if none).
    verdicts : mapping of str to str
        Verdict of each claim as of the edition; all that are asked for must be there.
    section : str
        Section of the scenarios. Its first paragraph leads in, each later one is a scenario.
    written : datetime.date
        When the paper was written.
    as_of : datetime.date
        As-of date.

    Returns
    -------
    pandas.DataFrame
        One row per claim of kind forecast, in the order of the text: scenario (int, 0 for the lead-in), claim,
        text, judge_by, horizon, months (from the month in which the paper was written to that of judge_by;
        missing without one), due (bool: the last day that judge_by may mean is not after the as-of date),
        verdict.

    Raises
    ------
    KeyError
        If a claim has no verdict.
    ValueError
        If the section makes no forecast.
    """
    own = forecast_claims(claims, section)
    if own.empty:
        raise ValueError(f"section {section!r} makes no forecast in the table of claims")
    missing = sorted(set(own["claim"]) - set(verdicts))
    if missing:
        raise KeyError(f"no verdict on: {', '.join(missing)}")
    last = [bounds(text).latest if isinstance(text, str) and text else None for text in own["judge_by"]]
    return pd.DataFrame(
        {
            "scenario": own["paragraph"].astype(int) - 1,
            "claim": own["claim"],
            "text": own["text"],
            "judge_by": own["judge_by"],
            "horizon": own["horizon"],
            "months": pd.array(
                [None if day is None else 12 * (day.year - written.year) + day.month - written.month for day in last],
                dtype="Int64",
            ),
            "due": [day is not None and day <= as_of for day in last],
            "verdict": [verdicts[claim] for claim in own["claim"]],
        }
    ).reset_index(drop=True)


def forecast_claims(claims: pd.DataFrame, section: str) -> pd.DataFrame:
    """Claims of one section that are forecasts, in the order of the text."""
    own = claims[(claims["section"] == section) & (claims["kind"] == "forecast")]
    return own.sort_values(["paragraph", "claim"], key=_numeric, kind="stable").reset_index(drop=True)


def months_since(written: date, as_of: date) -> float:
    """Months from one day to another, of equal length; negative if the second is earlier."""
    return (as_of - written).days / _DAYS_IN_A_MONTH


def tally(verdicts: Iterable[str]) -> dict[str, int]:
    """How many statements have each verdict, the most frequent first; on a tie, in order of the alphabet."""
    counted = pd.Series(list(verdicts), dtype="str").value_counts()
    return {str(name): int(counted[name]) for name in sorted(counted.index, key=lambda one: (-counted[one], one))}


def _numeric(column: pd.Series) -> pd.Series:
    return column.astype(int) if column.name == "paragraph" else column


__all__ = [
    "INNER",
    "OUTER",
    "PLACES",
    "back_transformed",
    "by_year",
    "carried_on",
    "choice",
    "forecast_claims",
    "judged",
    "months_since",
    "place",
    "rolling_origin",
    "scores",
    "statements",
    "tally",
    "together",
    "training",
]
