"""Trends in counts by year: series side by side, their agreement, and interrupted time series."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.diagnostic import acorr_ljungbox

from afpak.tables.inputs import parse_day

# A level needs two whole periods on either side of a break, a change of slope four: with fewer, the term
# would fit its one or two points exactly and its error would mean nothing.
PERIODS_FOR_LEVEL = 2
PERIODS_FOR_SLOPE = 4
# What a frame of counts holds besides terms of a model.
NOT_TERMS = ("year", "count", "lowest", "highest", "versions")
# Fewer years than this don't show a course.
YEARS_FOR_A_COLUMN = 3
# Bonett and Wright's interval rests on a normal approximation that fails for very short series.
YEARS_FOR_INTERVAL = 6


def by_year(chosen: pd.DataFrame, series: str, metric: str, place: str = "Pakistan") -> pd.DataFrame:
    """One series as a frame of years and counts.

    Parameters
    ----------
    chosen : pandas.DataFrame
        One version per figure, as `afpak.analysis.versions.preferred` returns them.
    series, metric, place : str
        Which figures; only those not limited to one armed group.

    Returns
    -------
    pandas.DataFrame
        Columns year (int), count, lowest and highest over all versions (float, in the unit of the
        metric), versions (int), sorted by year. Years without a figure have no row.

    Raises
    ------
    ValueError
        If there is no such figure at all, with the metrics that the series has.
    """
    rows = chosen[
        (chosen["series"] == series)
        & (chosen["metric"] == metric)
        & (chosen["place"] == place)
        & (chosen["group"] == "all")
    ]
    if rows.empty:
        has = sorted(chosen.loc[(chosen["series"] == series) & (chosen["place"] == place), "metric"].unique())
        raise ValueError(
            f"series {series!r} has no metric {metric!r} for {place} as of this date; "
            f"it has: {', '.join(has) or 'none'}"
        )
    return (
        pd.DataFrame(
            {
                "year": rows["period"].astype(int),
                "count": rows["value"].astype(float),
                "lowest": rows["lowest"].astype(float),
                "highest": rows["highest"].astype(float),
                "versions": rows["versions"].astype(int),
            }
        )
        .sort_values("year")
        .reset_index(drop=True)
    )


def side_by_side(
    chosen: pd.DataFrame, definitions: pd.DataFrame, metric_column: str, place: str = "Pakistan"
) -> pd.DataFrame:
    """Series that count the same sort of thing, one column each, one row per year.

    Parameters
    ----------
    chosen : pandas.DataFrame
        One version per figure.
    definitions : pandas.DataFrame
        Table of series, with the metric that stands for each in ``metric_column``.
    metric_column : str
        ``incident_metric`` or ``deaths_metric``.
    place : str
        Country or region.

    Returns
    -------
    pandas.DataFrame
        Index year (every year from the first to the last), columns the series that have a figure for at
        least three years; missing where a series has none. Never spliced, never filled.
    """
    whole = chosen[(chosen["place"] == place) & (chosen["group"] == "all")]
    published = set(zip(whole["series"], whole["metric"], strict=True))
    columns = {}
    for row in definitions.sort_values("series").itertuples():
        series, metric = str(row.series), getattr(row, metric_column)
        if (series, metric) in published:
            frame = by_year(chosen, series, metric, place)
            if len(frame) >= YEARS_FOR_A_COLUMN:
                columns[series] = frame.set_index("year")["count"]
    if not columns:
        return pd.DataFrame()
    wide = pd.DataFrame(columns)
    return wide.reindex(range(int(wide.index.min()), int(wide.index.max()) + 1)).rename_axis("year")


def agreement(wide: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """How far each pair of series agrees over the years that both cover.

    The rank correlation is Spearman's; its interval is that of Bonett and Wright (2000, Psychometrika
    65:23-28): Fisher's transformation with variance (1 + rho²/2) / (n - 3). It treats years as
    independent, which yearly counts of violence are not, so it is too narrow rather than too wide.

    Parameters
    ----------
    wide : pandas.DataFrame
        Index year, one column per series.
    confidence : float
        Level of the interval.

    Returns
    -------
    pandas.DataFrame
        One row per pair with columns first, second, years (number of common years), from, to, rho, low,
        high (missing below six common years, or where rho is ±1), ratio_low and ratio_high (smallest and
        largest yearly ratio first / second; missing where the second is zero), times_low and times_high (smallest and
        largest yearly ratio of the larger to the smaller, whichever it is; missing where either is zero).
    """
    rows = []
    z = stats.norm.ppf(0.5 + confidence / 2)
    for first, second in combinations(wide.columns, 2):
        both = wide[[first, second]].dropna()
        n = len(both)
        if n < 3:
            continue
        rho = float(stats.spearmanr(both[first], both[second]).statistic)
        low = high = np.nan
        if n >= YEARS_FOR_INTERVAL and abs(rho) < 1:
            half = z * np.sqrt((1 + rho**2 / 2) / (n - 3))
            low, high = np.tanh(np.arctanh(rho) - half), np.tanh(np.arctanh(rho) + half)
        ratio = (both[first] / both[second].where(both[second] != 0)).dropna()
        smaller = both.min(axis=1)
        times = (both.max(axis=1) / smaller.where(smaller != 0)).dropna()
        rows.append(
            {
                "first": first,
                "second": second,
                "years": n,
                "from": int(both.index.min()),
                "to": int(both.index.max()),
                "rho": rho,
                "low": low,
                "high": high,
                "ratio_low": ratio.min(),
                "ratio_high": ratio.max(),
                "times_low": times.min(),
                "times_high": times.max(),
            }
        )
    columns = [
        *("first", "second", "years", "from", "to", "rho", "low", "high"),
        *("ratio_low", "ratio_high", "times_low", "times_high"),
    ]
    return pd.DataFrame(rows, columns=columns)


def ratios(wide: pd.DataFrame, base: str) -> pd.DataFrame:
    """Each other series as a multiple of one, by year; missing where either is, or the other is zero.

    Returns
    -------
    pandas.DataFrame
        Index year, one column per other series: base / other. Years in which none is known are left out.
    """
    others = wide.drop(columns=base)
    table = others.where(others != 0).rdiv(wide[base], axis=0)
    return table.dropna(how="all")


def extremes(wide: pd.DataFrame) -> pd.DataFrame:
    """Years of peak and of the trough after it, by series.

    Returns
    -------
    pandas.DataFrame
        One row per series: series, first, last, years (with a figure), missing (years without one between
        first and last), peak (year; the first one on a tie), at_peak, trough (year of the least count
        after the peak; missing if the peak is the last year), at_trough, last_count.
    """
    rows: list[dict[str, Any]] = []
    for name in wide.columns:
        counts = wide[name].dropna()
        peak = int(counts.idxmax())
        after = counts.loc[peak + 1 :]
        trough = int(after.idxmin()) if len(after) else pd.NA
        rows.append(
            {
                "series": name,
                "first": int(counts.index.min()),
                "last": int(counts.index.max()),
                "years": len(counts),
                "missing": int(counts.index.max() - counts.index.min()) + 1 - len(counts),
                "peak": peak,
                "at_peak": float(counts.loc[peak]),
                "trough": trough,
                "at_trough": float(after.min()) if len(after) else np.nan,
                "last_count": float(counts.iloc[-1]),
            }
        )
    frame = pd.DataFrame(rows)
    frame["trough"] = frame["trough"].astype("Int64")
    return frame


@dataclass(frozen=True)
class Break:
    """A date at which a series may change, and which changes its data can tell.

    Parameters
    ----------
    day : datetime.date
        The date.
    before, after : int
        Whole years (whole months in `afpak.analysis.months`) with a count between it and the break before, or the
        beginning, and between it and the next break, or the end.
    level, slope : str
        Name of the term in the design, or empty if the data can't tell it.
    """

    day: date
    before: int
    after: int
    level: str
    slope: str

    @property
    def terms(self) -> tuple[str, ...]:
        """Terms that enter the model."""
        return tuple(term for term in (self.level, self.slope) if term)

    @property
    def estimable(self) -> str:
        """What can be estimated, in words."""
        if self.slope:
            return "level and slope"
        return "level only" if self.level else "nothing"


def design(frame: pd.DataFrame, breaks: Sequence[str]) -> tuple[pd.DataFrame, tuple[Break, ...]]:
    """Terms of an interrupted time series on yearly counts.

    For each break the level term is the share of the year that lies after it (0 before, 1 after, and in the
    year of the break what is left of it), and the slope term is the time since the break in years,
    averaged over the year. A count for a calendar year covers the whole year, so a step at 1 January of
    the year of the break, as is often drawn, would date the change wrongly by up to a year.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns year and count.
    breaks : sequence of str
        Days, ``YYYY-MM-DD``.

    Returns
    -------
    pandas.DataFrame, tuple of Break
        The frame with ``time`` (years since the middle of the first one) and the terms of every break that
        the data can tell, and what they can tell. A level needs two whole years with a count on either
        side, a slope four, counted to the next break or the end of the series; a term that the years at
        hand can't tell apart from the others is left out too.
    """
    if frame.empty:
        raise ValueError("no year with a count lies between the first and the last year asked for")
    terms = frame.copy()
    terms["time"] = (frame["year"] - frame["year"].min()).astype(float)
    days = sorted(parse_day(text) for text in breaks)
    told = []
    for i, day in enumerate(days):
        before = _whole_years(frame, days[i - 1] if i else None, day)
        after = _whole_years(frame, day, days[i + 1] if i + 1 < len(days) else None)
        elapsed = [_elapsed(int(year), day) for year in frame["year"]]
        names = []
        for kind, fewest, values in (
            ("level", PERIODS_FOR_LEVEL, [share for share, _ in elapsed]),
            ("slope", PERIODS_FOR_SLOPE, [mean for _, mean in elapsed]),
        ):
            name = f"{kind}_{day.year}_{day.month:02d}"
            others = terms.drop(columns=[name for name in NOT_TERMS if name in terms]).to_numpy(float)
            told_apart = min(before, after) >= fewest and tells_apart(others, values)
            if told_apart:
                terms[name] = values
            names.append(name if told_apart else "")
        told.append(Break(day, before, after, *names))
    return terms, tuple(told)


def _whole_years(frame: pd.DataFrame, since: date | None, until: date | None) -> int:
    """Years with a count that lie wholly between two days."""
    years = frame["year"]
    inside = pd.Series(True, index=years.index)
    if since is not None:
        inside &= years > since.year
    if until is not None:
        inside &= years < until.year
    return int(inside.sum())


def tells_apart(others: np.ndarray, values: Sequence[float] | np.ndarray) -> bool:
    """Whether a further term can be told apart from those there are and a constant, with a row to spare."""
    columns = np.column_stack([np.ones(len(others)), others, values])
    return bool(len(columns) > columns.shape[1] and np.linalg.matrix_rank(columns) == columns.shape[1])


def long_enough(
    wide: pd.DataFrame, breaks: Sequence[str], first: int, last: int
) -> dict[str, tuple[pd.DataFrame, tuple[Break, ...]]]:
    """Designs of every series in which at least one break can be estimated within some years.

    Parameters
    ----------
    wide : pandas.DataFrame
        Index year, one column per series.
    breaks : sequence of str
        Days, ``YYYY-MM-DD``.
    first, last : int
        Calendar years, both included.

    Returns
    -------
    dict of str to (pandas.DataFrame, tuple of Break)
        By series, as `design` returns them; series too short for any break are left out.
    """
    designs = {}
    for name in wide.columns:
        counts = wide[name].loc[first:last].dropna()
        frame = pd.DataFrame({"year": counts.index.astype(int), "count": counts.to_numpy(float)})
        terms, told = design(frame, breaks) if len(frame) else (frame, ())
        if any(one.terms for one in told):
            designs[str(name)] = (terms, told)
    return designs


def formula(breaks: Sequence[Break]) -> str:
    """Model formula of an interrupted time series: count on time and on the terms of each break."""
    return " + ".join(["count ~ time", *(term for one in breaks for term in one.terms)])


def dispersion(poisson: Any) -> pd.DataFrame:
    """Tests of a Poisson model against overdispersed ones, as statsmodels computes them.

    Parameters
    ----------
    poisson : statsmodels results
        A fitted `statsmodels.discrete.discrete_model.Poisson`.

    Returns
    -------
    pandas.DataFrame
        One row per test: method, alternative (the variance under it), statistic, p. The tests of Dean
        (1992, Journal of the American Statistical Association 87:451-457) are score tests; those of
        Cameron and Trivedi (1990, Journal of Econometrics 46:347-364) are auxiliary regressions.
    """
    table = poisson.get_diagnostic().test_dispersion().summary_frame().rename(columns={"pvalue": "p"})
    # Dean A and B are the same here, and statsmodels 0.15 repeats the regression for NB2 under the name of NB1.
    table = table[table["method"].isin(["Dean B", "Dean C", "CT nb2", "CT nb2 HC3"])]
    return table[["method", "alternative", "statistic", "p"]].reset_index(drop=True)


def overdispersed(tests: pd.DataFrame, level: float = 0.05) -> bool:
    """Whether Dean's test against the negative binomial variance (NB2) rejects the Poisson model.

    One of the tests had to be chosen before the counts were seen; Dean's keeps its power in short
    series, where Cameron and Trivedi's regression has few degrees of freedom. The test is one-sided, since
    only more variance than the mean asks for another model: half of the two-sided p in the table.
    """
    dean = tests.set_index("method").loc["Dean B"]
    return bool(dean["statistic"] > 0 and dean["p"] / 2 < level)


def autocorrelation(residuals: np.ndarray | pd.Series, lags: int = 2) -> pd.DataFrame:
    """Ljung and Box's test on the residuals: one row per lag with lag, statistic and p."""
    table = acorr_ljungbox(np.asarray(residuals, float), lags=lags)
    return pd.DataFrame(
        {"lag": table.index.astype(int), "statistic": table["lb_stat"].values, "p": table["lb_pvalue"].values}
    )


def rate_ratios(result: Any, confidence: float = 0.95, without: Sequence[str] = ()) -> pd.DataFrame:
    """Incidence-rate ratios with their intervals, one row per term of a log-linear count model.

    Parameters
    ----------
    result : statsmodels results
        Fitted from a formula with the terms of a design.
    confidence : float
        Level of the intervals.
    without : sequence of str
        Terms to leave out, such as those of a season.

    Returns
    -------
    pandas.DataFrame
        Columns term, meaning (the term in words), ratio, low, high, p. ``time`` and ``slope`` terms are
        ratios per year, ``level`` terms the ratio of the count right after the break to what the earlier
        trend leads to. The constant and the dispersion are left out.
    """
    interval = np.asarray(result.conf_int(1 - confidence))
    names = list(result.model.exog_names)[: len(result.params)]
    rows = [
        {
            "term": name,
            "meaning": _meaning(name),
            "ratio": float(np.exp(result.params.iloc[i])),
            "low": float(np.exp(interval[i, 0])),
            "high": float(np.exp(interval[i, 1])),
            "p": float(result.pvalues.iloc[i]),
        }
        for i, name in enumerate(names)
        if name not in ("Intercept", "alpha", *without)
    ]
    return pd.DataFrame(rows, columns=["term", "meaning", "ratio", "low", "high", "p"])


def yearly_changes(result: Any, breaks: Sequence[Break], confidence: float = 0.95) -> pd.DataFrame:
    """By how much the count changes a year in each stretch between dates at which its trend may change.

    Parameters
    ----------
    result : statsmodels results
        Fitted from a formula with the terms of a design.
    breaks : sequence of Break
        The breaks of that design. One whose slope the data can't tell ends no stretch.
    confidence : float
        Level of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per stretch, in order: since, until (datetime.date; missing for the beginning and the end of the
        series), ratio, low, high: the count of a year as a multiple of that of the year before. It is the product of
        the ratios of the first trend and of all changes of slope up to then, so its interval is not that of any one.
    """
    names = list(result.model.exog_names)
    days = [None, *(one.day for one in breaks if one.slope), None]
    added = ["time", *(one.slope for one in breaks if one.slope)]
    weights = np.zeros(len(result.params))
    rows = []
    for i, name in enumerate(added):
        weights[names.index(name)] = 1.0
        test = result.t_test(weights)
        low, high = np.exp(np.ravel(test.conf_int(1 - confidence)))
        ratio = float(np.exp(test.effect[0]))
        rows.append({"since": days[i], "until": days[i + 1], "ratio": ratio, "low": float(low), "high": float(high)})
    return pd.DataFrame(rows).astype({"since": object, "until": object})


def told_changes(changes: pd.DataFrame, breaks: Sequence[Break], what: str, first: str, last: str, unit: str) -> str:
    """Yearly changes in everyday words, and of which dates they tell nothing.

    Parameters
    ----------
    changes : pandas.DataFrame
        As `yearly_changes` returns them.
    breaks : sequence of Break
        All breaks that were asked for.
    what : str
        What is counted, in the plural: ``events``.
    first, last : str
        First and last year or month of the series.
    unit : str
        What the counts are by, in the plural: ``years``.
    """
    sentences = []
    for row in changes.to_dict("records"):
        since = first if row["since"] is None else f"{row['since']:%B %Y}"
        until = last if row["until"] is None else f"{row['until']:%B %Y}"
        ratio, low, high = (100 * (row[name] - 1) for name in ("ratio", "low", "high"))
        if low > 0 or high < 0:
            ends = sorted((abs(low), abs(high)))
            moved = (
                f"{'rose' if ratio > 0 else 'fell'} by {abs(ratio):.0f}% a year "
                f"(95% interval {ends[0]:.0f}% to {ends[1]:.0f}%)"
            )
        else:
            signed = [f"{end:+d}%".replace("-", "−") if end else "0%" for end in map(round, (ratio, low, high))]
            moved = f"neither clearly rose nor fell: {signed[0]} a year (95% interval {signed[1]} to {signed[2]})"
        sentences.append(f"From {since} to {until} {what} {moved}.")
    for one in breaks:
        if not one.slope:
            only = "beyond a step " if one.level else ""
            sentences.append(
                f"How {what} moved after {one.day:%B %Y} {only}can’t be told: too few whole {unit} lie beside it."
            )
    return " ".join(sentences)


def told_levels(ratios: pd.DataFrame) -> str:
    """The steps at the dates as multiples, in words; rows of `rate_ratios`."""
    sentences = [
        f"Right {row.meaning.removeprefix('level ')} the count is {row.ratio:.2f} times what the earlier trend leads "
        f"to ({row.low:.2f} to {row.high:.2f}){', which is no clear step' if row.low <= 1 <= row.high else ''}."
        for row in ratios.itertuples()
        if row.term.startswith("level")
    ]
    return " ".join(sentences) or "No step at a date can be estimated."


def counterfactual(result: Any, terms: pd.DataFrame, breaks: Sequence[Break]) -> pd.DataFrame:
    """Fitted counts, and the counts that the model expects had no break changed anything.

    Parameters
    ----------
    result : statsmodels results
        Fitted from a formula on ``terms``.
    terms : pandas.DataFrame
        As `design` returns it.
    breaks : sequence of Break
        Breaks whose terms are set to zero for the counterfactual.

    Returns
    -------
    pandas.DataFrame
        Columns year, count, fitted, fitted_low, fitted_high, without, without_low, without_high: means
        with 95% intervals. The counterfactual is missing before the first estimated break. It carries the earlier
        trend forward and nothing else; it is a line of comparison, not what would have happened.
    """
    absent = terms.copy()
    names = [name for one in breaks for name in one.terms]
    absent[names] = 0.0
    with warnings.catch_warnings():
        # statsmodels says that it predicts with the log link, which is the one the model was fitted with.
        warnings.filterwarnings("ignore", message="using default log-link")
        fitted = result.get_prediction(terms).summary_frame(alpha=0.05)
        without = result.get_prediction(absent).summary_frame(alpha=0.05)
    columns = ["predicted", "ci_lower", "ci_upper"]
    out = pd.DataFrame({"year": terms["year"].to_numpy(), "count": terms["count"].to_numpy()})
    out[["fitted", "fitted_low", "fitted_high"]] = fitted[columns].to_numpy()
    out[["without", "without_low", "without_high"]] = without[columns].to_numpy()
    estimated = [one.day.year for one in breaks if one.terms]
    before = out["year"] < min(estimated) if estimated else pd.Series(True, index=out.index)
    out.loc[before, ["without", "without_low", "without_high"]] = np.nan
    return out


def _meaning(term: str) -> str:
    """A term of the design in words: ``level_2014_06`` is the level after June 2014."""
    kind, _, rest = term.partition("_")
    if not rest:
        return "each year, before any break"
    month = date(int(rest[:4]), int(rest[5:]), 1)
    return (
        f"level after {month:%B %Y}"
        if kind == "level"
        else f"each year after {month:%B %Y}, on top of the earlier trend"
    )


def _elapsed(year: int, day: date) -> tuple[float, float]:
    """Share of a year after a day, and the years since the day averaged over the whole year."""
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    length = (end - start).days
    after = min(max((end - day).days, 0), length)
    share = after / length
    if share < 1:
        return share, share * share / 2
    return 1.0, (start - day) / timedelta(days=365.25) + 0.5


__all__ = [
    "Break",
    "agreement",
    "autocorrelation",
    "by_year",
    "counterfactual",
    "design",
    "dispersion",
    "extremes",
    "formula",
    "long_enough",
    "overdispersed",
    "rate_ratios",
    "ratios",
    "side_by_side",
    "tells_apart",
    "told_changes",
    "told_levels",
    "yearly_changes",
]
