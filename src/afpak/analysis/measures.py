"""Counter-terrorism measures: what the paper says of them, when they began, and counts before and after."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

from afpak.analysis.trends import PERIODS_FOR_LEVEL
from afpak.tables.dates import Bounds, bounds, listed

CATEGORIES = ("policy", "legislative", "tactical")
# Attributes in which the paper can date a measure.
DATING = ("date", "began", "published")

NOT_IN_PAPER, NOT_DATED, NO_RECORD = "not in the paper", "not dated in the paper", "no dated source"
_BOUNDS = {"before": "before ", "after": "after ", "about": "about ", "at-least": "at least ", "at-most": "at most "}
AGREES, DIFFERS, OTHER_SOURCE, IN_PART = "agrees", "differs", "agrees with another source", "agrees in some places only"

# Words of a challenge, and the groups or metrics of the table of yearly figures that count acts of that sort.
COUNTED: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    (r"\bIS-K\b", ("IS-K", "IS"), ()),
    (r"\bTTP\b", ("TTP", "TTP and allied", "TTP and splinters"), ()),
    (r"\bsectarian strife\b", (), ("sectarian_attacks", "sectarian_terrorism_incidents")),
    (r"\bethnic disputes\b", ("nationalists", "Baloch groups", "BLA"), ()),
    (r"\bIslamist terrorism\b", ("religious militants",), ()),
)


def counted(matrix: pd.DataFrame, figures: pd.DataFrame, country: str = "Pakistan") -> pd.DataFrame:
    """Which series count acts of the sort that a challenge of the matrix names.

    A series is found by the words of `COUNTED` in the challenge's name or detail. It counts attacks, which
    is not the same as measuring the challenge.

    Parameters
    ----------
    matrix : pandas.DataFrame
        The table of the matrix: challenge, side, name, detail (missing where nothing is specified), claim.
    figures : pandas.DataFrame
        The table of yearly figures.
    country : str
        Only figures of this country or its regions.

    Returns
    -------
    pandas.DataFrame
        The matrix with ``series``: names of the series in order, joined by ``, ``; missing where there is none.
    """
    here = figures[(figures["place"] == country) | figures["place"].str.startswith(f"{country}: ")]
    found = []
    for name, detail in zip(matrix["name"], matrix["detail"].fillna(""), strict=True):
        series: set[str] = set()
        for pattern, groups, metrics in COUNTED:
            if re.search(pattern, f"{name} {detail}", re.IGNORECASE):
                series |= set(here.loc[here["group"].isin(groups) | here["metric"].isin(metrics), "series"])
        found.append(", ".join(sorted(series, key=str.lower)) or None)
    return matrix.assign(series=pd.Series(found, index=matrix.index, dtype="object"))


def stated(measures: pd.DataFrame, dates: pd.DataFrame, statements: pd.DataFrame) -> pd.DataFrame:
    """Every date that the paper's text gives a measure, and whether the recorded one agrees.

    A less precise date agrees with a more precise one inside it. What footnotes say is passed over.

    Parameters
    ----------
    measures : pandas.DataFrame
        The table of measures.
    dates : pandas.DataFrame
        The table of dated events, cut at the as-of date.
    statements : pandas.DataFrame
        The paper's statements; those of the attributes in `DATING` are read.

    Returns
    -------
    pandas.DataFrame
        One row per statement: measure, value (as stated), bound (whether it is exact), claim, middle (datetime.date,
        of what the value may mean), agrees (bool: with the recorded date; false where none is recorded),
        agrees_with_other (bool: with a date that another source gives).
    """
    known = dates.set_index("date_id")
    said = statements[
        statements["said_by"].isna()
        & statements["attribute"].isin(DATING)
        & statements["subject"].isin(measures["measure"])
    ]
    rows = []
    for row in said.sort_values("statement").to_dict("records"):
        record = known.loc[row["subject"]].to_dict() if row["subject"] in known.index else {}
        others = listed(record.get("date_alternatives"))
        rows.append(
            {
                "measure": row["subject"],
                "value": row["value"],
                "bound": row["bound"],
                "claim": row["claim"],
                "middle": bounds(row["value"]).middle,
                "agrees": bool(record) and _agrees(row["value"], row["bound"], bounds(record["date"])),
                "agrees_with_other": any(_agrees(row["value"], row["bound"], bounds(other)) for other in others),
            }
        )
    return pd.DataFrame(
        rows, columns=["measure", "value", "bound", "claim", "middle", "agrees", "agrees_with_other"]
    ).astype({"agrees": bool, "agrees_with_other": bool})


def catalogue(
    measures: pd.DataFrame, dates: pd.DataFrame, statements: pd.DataFrame, subjects: pd.DataFrame
) -> pd.DataFrame:
    """Every measure once, with the paper's date beside the recorded one.

    Parameters
    ----------
    measures : pandas.DataFrame
        The table of measures: measure, category, means, claim (missing if no claim names it), note.
    dates : pandas.DataFrame
        The table of dated events, cut at the as-of date.
    statements : pandas.DataFrame
        The paper's statements; those of its footnotes are passed over.
    subjects : pandas.DataFrame
        The table of subjects, for names and the sections of the paper.

    Returns
    -------
    pandas.DataFrame
        One row per measure, by the middle of what its recorded date may mean, those without a date last by
        name: number (from 1), measure, name, category, means, where (the claim that names it, or the sections of
        the paper; missing if the paper leaves it out), in_paper (bool), stated (the paper's
        dates with the claim of each in brackets, joined by ``; ``; missing if none), recorded (as the table has
        it; missing if unknown), alternatives, agreement (in words), earliest, latest, middle (datetime.date or
        None), year (Int64; missing if the date may lie in two), note, source, url. A measure that the paper leaves
        out and that has no date as of the edition is not in it: it was not known yet.
    """
    known = dates.set_index("date_id")
    said = stated(measures, dates, statements)
    described = subjects.set_index("subject")
    rows: list[dict[str, Any]] = []
    for row in measures.to_dict("records"):
        measure, claim = row["measure"], _text(row["claim"])
        record = known.loc[measure].to_dict() if measure in known.index else {}
        subject = described.loc[measure].to_dict() if measure in described.index else {}
        sections = listed(record.get("paper_sections")) or listed(subject.get("paper_sections"))
        in_paper = claim is not None or bool(sections)
        if not record and not in_paper:
            continue
        own = said[said["measure"] == measure]
        span = bounds(record["date"]) if record else None
        alternatives = listed(record.get("date_alternatives"))
        rows.append(
            {
                "measure": measure,
                "name": subject.get("name") or record.get("name") or measure.replace("-", " ").capitalize(),
                "category": row["category"],
                "means": row["means"],
                "where": claim or (f"section {', '.join(sections)}" if sections else None),
                "in_paper": in_paper,
                "stated": "; ".join(f"{_BOUNDS.get(a.bound, '')}{a.value} ({a.claim})" for a in own.itertuples())
                or None,
                "recorded": record.get("date"),
                "alternatives": ", ".join(alternatives) or None,
                "agreement": _agreement(own, bool(record), in_paper),
                "earliest": span.earliest if span else None,
                "latest": span.latest if span else None,
                "middle": span.middle if span else None,
                "year": span.earliest.year if span and span.earliest.year == span.latest.year else None,
                **{column: _text(record.get(column)) for column in ("source", "url")},
                "note": _notes(_text(row["note"]), _text(record.get("note"))),
            }
        )
    columns = [
        "measure", "name", "category", "means", "where", "in_paper", "stated", "recorded",
        "alternatives", "agreement", "earliest", "latest", "middle", "year", "note", "source", "url",
    ]  # fmt: skip
    frame = pd.DataFrame(sorted(rows, key=_order), columns=columns)
    frame["year"] = frame["year"].astype("Int64")
    frame.insert(0, "number", range(1, len(frame) + 1))
    return frame


def years_of(listed_measures: pd.DataFrame) -> pd.DataFrame:
    """Years in which measures began.

    Parameters
    ----------
    listed_measures : pandas.DataFrame
        As `catalogue` returns them; those without a recorded date are passed over.

    Returns
    -------
    pandas.DataFrame
        One row per year in order: year (int), measures (how many), numbers (joined by ``, ``), names (joined
        by ``; ``).
    """
    dated = listed_measures[listed_measures["year"].notna()]
    rows = [
        {
            "year": int(year),
            "measures": len(group),
            "numbers": ", ".join(str(number) for number in group["number"]),
            "names": "; ".join(group["name"]),
        }
        for year, group in dated.groupby("year", sort=True)
    ]
    return pd.DataFrame(rows, columns=["year", "measures", "numbers", "names"])


def window(counts: pd.DataFrame, year: int, each_side: int) -> pd.DataFrame:
    """Whole calendar years with a count on either side of a year, that year itself left out.

    Parameters
    ----------
    counts : pandas.DataFrame
        Columns year and count; a year without a figure has no row.
    year : int
        Year left out.
    each_side : int
        Years on either side, 1 or more.

    Returns
    -------
    pandas.DataFrame
        Columns year, count, after (0 before, 1 after), in order.

    Raises
    ------
    ValueError
        If ``each_side`` is less than one.
    """
    if each_side < 1:
        raise ValueError(f"{each_side} years on either side: expected 1 or more")
    near = counts[counts["year"].between(year - each_side, year + each_side) & (counts["year"] != year)]
    frame = near[["year", "count"]].sort_values("year").reset_index(drop=True)
    return frame.assign(after=(frame["year"] > year).astype(int))


def windows(counts: pd.DataFrame, years: Sequence[int], each_side: int) -> dict[int, pd.DataFrame]:
    """Windows of the years around which a quasi-Poisson model can be fitted, by year.

    A window enters if it has enough years on either side (see `rate_ratio`), a year to spare, no side of nothing
    but zeros, and counts that are not all equal to the mean of their side.
    """
    found = {}
    for year in years:
        frame = window(counts, year, each_side)
        totals = frame.groupby("after")["count"].sum()
        if _enough(frame, each_side) and len(frame) > 2 and totals.gt(0).all() and _pearson(frame) > 1e-9:
            found[year] = frame
    return found


def rate(count: float, years: int, confidence: float = 0.95) -> tuple[float, float, float]:
    """A yearly rate with the exact interval of Garwood (1936, Biometrika 28:437-442).

    Parameters
    ----------
    count : float
        Number of incidents, nought or more.
    years : int
        Exposure in years; with none the rate is missing.
    confidence : float
        Level of the interval.

    Returns
    -------
    float, float, float
        Rate per year, its lower and its upper limit.
    """
    if years == 0:
        return np.nan, np.nan, np.nan
    low, high = confint_poisson(count, years, method="exact-c", alpha=1 - confidence)
    return count / years, float(low) if count else 0.0, float(high)


def rate_ratio(
    before: float, years_before: int, after: float, years_after: int, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Ratio of two Poisson rates, after to before, with its exact conditional interval.

    Given their sum, the count after is binomial; its share has the interval of Clopper and Pearson, and a
    share s of the sum is a ratio of rates of s / (1 - s) times years before over years after (Przyborowski and
    Wilenski 1940, Biometrika 31:313-323).

    Parameters
    ----------
    before, after : float
        Numbers of incidents, nought or more.
    years_before, years_after : int
        Exposure in years.
    confidence : float
        Level of the interval.

    Returns
    -------
    float, float, float
        Ratio, lower and upper limit. The ratio and the upper limit are infinite if nothing was counted before;
        all are missing if nothing was counted at all or a side has no year.
    """
    total = before + after
    if total == 0 or years_before == 0 or years_after == 0:
        return np.nan, np.nan, np.nan
    # Worked out on whole numbers, so that equal rates have a ratio of exactly one.
    ratio = after * years_before / (before * years_after) if before else np.inf
    limits = proportion_confint(after, total, alpha=1 - confidence, method="beta")
    low, high = (
        float(share) / (1 - float(share)) * years_before / years_after if share < 1 else np.inf for share in limits
    )
    return ratio, low, high


def before_and_after(
    counts: pd.DataFrame, years: Sequence[int], each_side: int, confidence: float = 0.95
) -> pd.DataFrame:
    """Counts, rates and the ratio of rates around each of some years.

    Parameters
    ----------
    counts : pandas.DataFrame
        Columns year and count.
    years : sequence of int
        Years that are left out of their own window.
    each_side : int
        Whole years on either side.
    confidence : float
        Level of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per year: year; years_before, count_before, rate_before, rate_before_low, rate_before_high and
        the same after (rates per year, missing where no year has a count); ratio, low, high (missing unless
        either side has two years with a count, or as many as were asked for if that is one); dispersion
        (Pearson's chi-squared of the counts around the mean of their side over its degrees of freedom;
        missing without a year to spare or where a side has nothing but zeros); full (bool: no year of the window
        lacks a count).
    """
    rows = []
    for year in years:
        frame = window(counts, year, each_side)
        row: dict[str, Any] = {"year": int(year)}
        for side, name in ((0, "before"), (1, "after")):
            own = frame.loc[frame["after"] == side, "count"]
            told = rate(float(own.sum()), len(own), confidence)
            row |= {f"years_{name}": len(own), f"count_{name}": float(own.sum()) if len(own) else np.nan}
            row |= dict(zip((f"rate_{name}", f"rate_{name}_low", f"rate_{name}_high"), told, strict=True))
        ratio = (np.nan, np.nan, np.nan)
        if _enough(frame, each_side):
            ratio = rate_ratio(
                row["count_before"], row["years_before"], row["count_after"], row["years_after"], confidence
            )
        row |= dict(zip(("ratio", "low", "high"), ratio, strict=True))
        row["dispersion"] = dispersion(frame) if _enough(frame, each_side) else np.nan
        row["full"] = len(frame) == 2 * each_side
        rows.append(row)
    columns = [
        "year", "years_before", "count_before", "rate_before", "rate_before_low", "rate_before_high", "years_after",
        "count_after", "rate_after", "rate_after_low", "rate_after_high", "ratio", "low", "high", "dispersion", "full",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def dispersion(frame: pd.DataFrame) -> float:
    """Pearson's chi-squared of a window's counts around the mean of their side, over its degrees of freedom.

    Near one for Poisson counts. Missing without a year to spare, or where a side has nothing but zeros.
    """
    degrees = len(frame) - frame["after"].nunique()
    if degrees < 1 or frame.groupby("after")["count"].sum().eq(0).any():
        return np.nan
    return float(_pearson(frame) / degrees)


def widened(fits: Mapping[int, Any], confidence: float = 0.95) -> pd.DataFrame:
    """Ratios of quasi-Poisson models, with intervals that allow for the dispersion within the windows.

    Parameters
    ----------
    fits : mapping of int to statsmodels results
        By year: generalised linear models of the Poisson family of ``count ~ after``, fitted with
        ``scale="X2"``, so that their scale is Pearson's chi-squared over its degrees of freedom.
    confidence : float
        Level of the intervals, from Student's t with the degrees of freedom of the residuals.

    Returns
    -------
    pandas.DataFrame
        One row per year: year, quasi_ratio, quasi_low, quasi_high, scale. A scale below one is taken as one, since
        so few years can't show that counts vary less than Poisson counts do.
    """
    rows = []
    for year, fit in fits.items():
        error = np.sqrt(np.asarray(fit.normalized_cov_params)[1, 1] * max(float(fit.scale), 1.0))
        half = stats.t.ppf(0.5 + confidence / 2, fit.df_resid) * error
        slope = float(np.asarray(fit.params)[1])
        rows.append(
            {
                "year": year,
                "quasi_ratio": np.exp(slope),
                "quasi_low": np.exp(slope - half),
                "quasi_high": np.exp(slope + half),
                "scale": float(fit.scale),
            }
        )
    return pd.DataFrame(rows, columns=["year", "quasi_ratio", "quasi_low", "quasi_high", "scale"])


def placebo(counts: pd.DataFrame, years: pd.DataFrame, each_side: int, confidence: float = 0.95) -> pd.DataFrame:
    """The same ratio for every year that has enough years with a count on either side, measure or none.

    Parameters
    ----------
    counts : pandas.DataFrame
        Columns year and count.
    years : pandas.DataFrame
        Years of measures, as `years_of` returns them.
    each_side : int
        Whole years on either side.
    confidence : float
        Level of the intervals.

    Returns
    -------
    pandas.DataFrame
        As `before_and_after`, only years for which there is a ratio, with ``measures`` (how many began in that year)
        and ``numbers`` (theirs; an empty text if none).

    Raises
    ------
    ValueError
        If no year has enough years with a count around it.
    """
    possible = range(int(counts["year"].min()), int(counts["year"].max()) + 1) if len(counts) else range(0)
    table = before_and_after(counts, possible, each_side, confidence)
    own = years.set_index("year")
    table = table[table["ratio"].notna()].reset_index(drop=True)
    if table.empty:
        raise ValueError(
            f"no year has counts in enough of the {each_side} years before and after it; choose a longer series, an "
            "earlier first year or another number of years on either side"
        )
    return table.assign(
        measures=[int(own["measures"].get(year, 0)) for year in table["year"]],
        numbers=[str(own["numbers"].get(year, "")) for year in table["year"]],
    )


def placebo_summary(table: pd.DataFrame) -> pd.DataFrame:
    """Years with a measure beside years without one.

    Parameters
    ----------
    table : pandas.DataFrame
        As `placebo` returns it, with ``quasi_low`` and ``quasi_high`` of `widened` (missing where not fitted).

    Returns
    -------
    pandas.DataFrame
        Two rows: years ("with a measure", "without one"), number (of years), below (ratio under one), exact_below
        and quasi_below (the whole interval under one), lowest, median, highest (ratio; missing where there is no
        year).
    """
    rows = []
    for label, own in (
        ("with a measure", table[table["measures"] > 0]),
        ("without one", table[table["measures"] == 0]),
    ):
        rows.append(
            {
                "years": label,
                "number": len(own),
                "below": int((own["ratio"] < 1).sum()),
                "exact_below": int((own["high"] < 1).sum()),
                "quasi_below": int((own["quasi_high"] < 1).sum()),
                "lowest": own["ratio"].min(),
                "median": own["ratio"].median(),
                "highest": own["ratio"].max(),
            }
        )
    return pd.DataFrame(rows)


def overlaps(listed_measures: pd.DataFrame, each_side: int) -> pd.DataFrame:
    """Pairs of dated measures and the calendar years that their windows share.

    Parameters
    ----------
    listed_measures : pandas.DataFrame
        As `catalogue` returns them; those without a recorded date are passed over.
    each_side : int
        Whole years on either side; the year of a measure itself is not in its window.

    Returns
    -------
    pandas.DataFrame
        One row per pair: first, second (numbers), shared (how many years), same (bool: the same windows, since
        both began in one year).
    """
    dated = listed_measures[listed_measures["year"].notna()]
    within = {
        int(number): set(range(int(year) - each_side, int(year) + each_side + 1)) - {int(year)}
        for number, year in zip(dated["number"], dated["year"], strict=True)
    }
    rows = [
        {
            "first": first,
            "second": second,
            "shared": len(within[first] & within[second]),
            "same": within[first] == within[second],
        }
        for first, second in combinations(within, 2)
    ]
    return pd.DataFrame(rows, columns=["first", "second", "shared", "same"])


def by_series(
    wide: pd.DataFrame, years: Sequence[int], each_side: int, first: int, confidence: float = 0.95
) -> pd.DataFrame:
    """The ratio of rates around each year in every series.

    Parameters
    ----------
    wide : pandas.DataFrame
        Index year, one column per series.
    years : sequence of int
        Years that are left out of their own window.
    each_side : int
        Whole years on either side.
    first : int
        First calendar year used.
    confidence : float
        Level of the intervals.

    Returns
    -------
    pandas.DataFrame
        As `before_and_after`, with ``series`` first; only years for which the series has a ratio.
    """
    tables = []
    for name in wide.columns:
        own = wide[name].loc[first:].dropna()
        counts = pd.DataFrame({"year": own.index.astype(int), "count": own.to_numpy(float)})
        table = before_and_after(counts, years, each_side, confidence)
        table.insert(0, "series", str(name))
        tables.append(table[table["ratio"].notna()])
    empty = before_and_after(pd.DataFrame({"year": [], "count": []}), [], each_side).assign(series="")
    return pd.concat(tables, ignore_index=True) if tables else empty


def _enough(frame: pd.DataFrame, each_side: int) -> bool:
    """Whether either side has the years that a ratio needs: two, as a level of the trends does."""
    fewest = min(each_side, PERIODS_FOR_LEVEL)
    return all(int((frame["after"] == side).sum()) >= fewest for side in (0, 1))


def _pearson(frame: pd.DataFrame) -> float:
    means = frame.groupby("after")["count"].transform("mean")
    return float(((frame["count"] - means) ** 2 / means).sum())


def _agreement(own: pd.DataFrame, recorded: bool, in_paper: bool) -> str:
    """How the paper's dates of a measure stand to the recorded one, in words."""
    if not in_paper:
        return NOT_IN_PAPER
    if own.empty:
        return NOT_DATED
    if not recorded:
        return NO_RECORD
    if own["agrees"].all():
        return AGREES
    if own["agrees"].any():
        return IN_PART
    return OTHER_SOURCE if own["agrees_with_other"].any() else DIFFERS


def _agrees(value: str, bound: str, recorded: Bounds) -> bool:
    """Whether a stated date and a recorded one can mean the same day, or the order that was stated."""
    stated = bounds(value)
    if bound in ("before", "at-most"):
        return recorded.earliest <= stated.latest
    if bound in ("after", "at-least"):
        return recorded.latest >= stated.earliest
    return stated.earliest <= recorded.latest and recorded.earliest <= stated.latest


def _order(row: Mapping[str, Any]) -> tuple[date, str, str]:
    return row["middle"] or date.max, str(CATEGORIES.index(row["category"])), row["measure"]


def _notes(of_measure: str | None, of_date: str | None) -> str | None:
    """Both notes as sentences; once where the one repeats the other."""
    kept = [text for text in (of_measure, of_date) if text]
    if len(kept) == 2 and kept[1].startswith(kept[0]):
        kept = kept[1:]
    return " ".join(text if text.endswith(".") else f"{text}." for text in kept) or None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


__all__ = [
    "before_and_after",
    "by_series",
    "catalogue",
    "counted",
    "dispersion",
    "overlaps",
    "placebo",
    "placebo_summary",
    "rate",
    "rate_ratio",
    "stated",
    "widened",
    "window",
    "windows",
    "years_of",
]
