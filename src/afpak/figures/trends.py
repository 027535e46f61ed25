"""Figures of counts by year."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from afpak.analysis.trends import Break
from afpak.figures import cards, narrow, style
from afpak.figures.shown import Figure, written
from afpak.figures.style import Page

# Counts are drawn at their year, dates within it from half a year before.
_TICK = "A year’s tick stands at its middle."
_UNTOLD = "can’t be told from its years"


def published_counts(
    counts: pd.DataFrame, versions: pd.DataFrame, series: str, unit: str, breaks: Sequence[Break], source: str
) -> Figure:
    """One series by year, with every published version of each count.

    A version that gives another count than the one published last, for some year, has a mark of its own; all others
    share one.

    Parameters
    ----------
    counts : pandas.DataFrame
        Columns year and count: the version chosen for each year.
    versions : pandas.DataFrame
        Columns year, value, version: all versions.
    series, unit : str
        For axis and caption.
    breaks : sequence of Break
        Dates to mark.
    source : str
        Where the counts come from.
    """
    chosen = versions["year"].map(counts.set_index("year")["count"])
    differing = sorted(versions.loc[versions["value"] != chosen, "version"].unique())
    agreeing = versions[~versions["version"].isin(differing)]
    number = agreeing["version"].nunique()
    shared = "published version" if not differing else "version that agrees" if number == 1 else "versions that agree"

    def draw(page: Page) -> Drawing:
        words = {version: narrow.for_key(version, page) for version in [*differing, shared]}
        drawing, axes = page.subplots(
            3.4 + 0.16 * sum(word.count("\n") + 1 for word in words.values()) if page.narrow else 4.6
        )
        _years(axes, page, counts["year"])
        _mark(axes, page, breaks, counts["year"].min(), counts["year"].max())
        runs = (counts["year"].diff() > 1).cumsum()
        for _, run in counts.groupby(runs):
            # Years without a figure break the line: nothing is drawn between them.
            axes.plot(run["year"], run["count"], color=style.BLUE, marker="o", zorder=3)
        looks = {
            version: (_own_look(i), versions[versions["version"] == version]) for i, version in enumerate(differing)
        }
        if len(agreeing):
            looks = {shared: (("o", style.BLACK), agreeing)} | looks
        for version, ((marker, colour), rows) in looks.items():
            axes.plot(
                rows["year"],
                rows["value"],
                linestyle="none",
                marker=marker,
                markersize=7 if page.narrow else 9,
                markerfacecolor="none",
                color=colour,
                label=words[version],
                zorder=4,
            )
        axes.plot([], [], color=style.BLUE, marker="o", label="version published last")
        axes.set_ylabel(unit)
        axes.set_ylim(bottom=0)
        style.thousands(axes.yaxis)
        narrow.small_words(axes, page)
        drawing.legend(loc="outside lower center", ncols=1 if page.narrow else 2, fontsize=9)
        return drawing

    peak = counts.loc[counts["count"].idxmax()]
    first, last = counts.iloc[0], counts.iloc[-1]
    each = versions.groupby("year")["value"].nunique()
    years = ", ".join(str(year) for year in each.index[each > 1])
    marks = (
        "those that differ from it in some year have a mark of their own, all others share one."
        if differing
        else "all agree with it, and the data file lists them."
    )
    return Figure(
        draw,
        "published-counts",
        f"{series}: {unit} by year, Pakistan, {first['year']:.0f} to {last['year']:.0f}. The line joins, for "
        f"each year, the version published last. Open marks are the published versions: {marks} {_TICK}",
        f"Line of {unit} by year in the series {series}. It begins at {written(first['count'])} in "
        f"{first['year']:.0f}, is highest in {peak['year']:.0f} with {written(peak['count'])}, and ends at "
        f"{written(last['count'])} in {last['year']:.0f}. Open marks show the versions of each count"
        + (f"; they differ for {years}." if years else "; they agree for every year."),
        source,
        versions,
        partial(cards.counts_by_year, counts=counts),
    )


def small_multiples(
    wide: pd.DataFrame, meanings: pd.Series, name: str, unit: str, breaks: Sequence[Break], source: str
) -> Figure:
    """Series side by side, one panel each with its own scale, and what each counts under it.

    Parameters
    ----------
    wide : pandas.DataFrame
        Index year, one column per series.
    meanings : pandas.Series
        What each series counts, by series.
    name, unit : str
        Name of the figure and unit of the axes.
    breaks : sequence of Break
        Dates to mark.
    source : str
        Where the counts come from.
    """

    def draw(page: Page) -> Drawing:
        letters = 36 if page.narrow else 38
        under = [textwrap.wrap(str(meanings.get(series, "")), letters) for series in wide.columns]
        columns = 1 if page.narrow else 2
        rows = -(-wide.shape[1] // columns)
        height = 1.65 * rows + 0.16 * sum(map(len, under)) if page.narrow else 2.95 * rows
        drawing, grid = page.subplots(height, rows, columns, squeeze=False)
        for i, axes in enumerate(np.ravel(grid)):
            if i >= wide.shape[1]:
                axes.set_axis_off()
                continue
            series = str(wide.columns[i])
            _mark(axes, page, breaks, wide.index.min(), wide.index.max(), label=False)
            axes.plot(
                wide.index,
                wide[series],
                color=style.CYCLE[i % len(style.CYCLE)],
                marker=style.MARKERS[i % len(style.MARKERS)],
            )
            axes.set_title(series)
            axes.set_xlim(wide.index.min() - 0.7, wide.index.max() + 0.7)
            axes.set_ylim(0, wide[series].max() * 1.12)
            axes.set_ylabel(unit)
            style.thousands(axes.yaxis)
            axes.set_xlabel("\n".join(under[i]), loc="left", fontsize=9, color=style.GREY)
            if page.narrow:
                _years(axes, page, wide.index)
                narrow.small_words(axes, page)
        return drawing

    peaks = "; ".join(
        f"{series} from {wide[series].first_valid_index()} to {wide[series].last_valid_index()}, highest in "
        f"{wide[series].idxmax()} with {written(wide[series].max())}"
        for series in map(str, wide.columns)
    )
    return Figure(
        draw,
        name,
        f"Counts of {unit} in Pakistan by year, each series on its own scale. The text under each panel says all that "
        f"its series counts; dashed lines mark the dates of interest. {_TICK}",
        f"{wide.shape[1]} small line charts, one per series, of {unit} by year: {peaks}.",
        source,
        wide.reset_index(),
    )


def interrupted(lines: pd.DataFrame, breaks: Sequence[Break], series: str, unit: str, source: str) -> Figure:
    """Observed counts, the fitted interrupted series, and the earlier trend carried on.

    Parameters
    ----------
    lines : pandas.DataFrame
        As `afpak.analysis.trends.counterfactual` returns them.
    breaks : sequence of Break
        Dates in the model; those that could not be estimated are named in the caption.
    series, unit, source : str
        For caption and axis.
    """
    # The interval of a trend carried far forward would press everything else to the bottom.
    visible = np.nanmax(np.r_[lines["count"], lines["fitted_high"], lines["without"].dropna()])
    top = min(visible * 1.12, float(lines["count"].max()) * 2.5)
    above = (lines[["fitted_high", "without", "without_high"]] > top).any(axis=None)

    def draw(page: Page) -> Drawing:
        drawing, axes = page.subplots(4.6)
        _years(axes, page, lines["year"])
        _mark(axes, page, breaks, lines["year"].min(), lines["year"].max())
        axes.fill_between(
            lines["year"],
            lines["fitted_low"],
            lines["fitted_high"],
            color=style.BLUE,
            alpha=0.18,
            linewidth=0,
        )
        axes.plot(lines["year"], lines["fitted"], color=style.BLUE, label="fitted, with 95% interval of the mean")
        if lines["without"].notna().any():
            axes.plot(
                lines["year"],
                lines["without"],
                color=style.VERMILION,
                linestyle="--",
                label=narrow.for_key("earlier trend carried on, with its interval", page),
            )
            axes.fill_between(
                lines["year"],
                lines["without_low"],
                lines["without_high"],
                facecolor="none",
                edgecolor=style.VERMILION,
                alpha=0.35,
                hatch="///",
                linewidth=0,
            )
        axes.plot(lines["year"], lines["count"], "o", color=style.BLACK, label="published count", zorder=4)
        axes.set_ylim(0, top)
        axes.set_ylabel(unit)
        style.thousands(axes.yaxis)
        narrow.small_words(axes, page)
        drawing.legend(loc="outside lower center", ncols=1 if page.narrow else 2, fontsize=9)
        return drawing

    told = "; ".join(f"{one.day:%B %Y}: {one.estimable}" for one in breaks)
    last = lines.iloc[-1]
    beside = (
        f" In {last['year']:.0f} the model fits {written(last['fitted'])} where the earlier trend carried on leads to "
        f"{written(last['without'])} (95% interval {written(last['without_low'])} to {written(last['without_high'])})."
        if pd.notna(last["without"])
        else ""
    )
    return Figure(
        draw,
        "interrupted-series",
        f"{series}: counts of {unit}, fitted line and the earlier trend carried on. What the model could tell "
        "about each "
        f"date: {told or 'none given'}. {_TICK}"
        + (" Part of an interval lies above the top of the drawing; the data file has it whole." if above else ""),
        f"Published counts of {unit} from {lines['year'].iloc[0]} to {lines['year'].iloc[-1]} as points, a "
        "fitted line with "
        f"a narrow band, and a dashed line with a wide hatched band that carries the earlier trend on.{beside}",
        source,
        lines,
    )


def ratio_forest(table: pd.DataFrame, source: str) -> Figure:
    """Incidence-rate ratios of one model fitted to several series, with intervals, on a log scale.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns series, term, meaning (the term in words), ratio, low, high.
    source : str
        Where the counts come from.
    """
    terms, series = _by_date(table), list(dict.fromkeys(table["series"]))
    above, line = 0.62, 0.36  # of a row: from it to its heading on a wide page, and how far a line goes over it
    told = set(zip(table["meaning"], table["series"], strict=True))
    untold = any((term, name) not in told for term in terms for name in series)

    def draw(page: Page) -> Drawing:
        places = _forest_places(table, page)
        # The names above the rows need more height, and so do the terms above the names.
        rows = 1 - min(places.values())
        drawing, axes = page.subplots(1.0 + (0.36 if page.narrow else 0.37) * rows)
        for (term, name), place in places.items():
            i = terms.index(term)
            for row in table[(table["series"] == name) & (table["meaning"] == term)].itertuples():
                axes.errorbar(
                    [row.ratio],
                    [place],
                    xerr=[[row.ratio - row.low], [row.high - row.ratio]],
                    color=style.CYCLE[i],
                    marker=style.MARKERS[i],
                    capsize=3,
                )
            if (term, name) not in told:
                axes.annotate(
                    _UNTOLD, (0, place), xycoords=axes.get_yaxis_transform(), xytext=(8, 0),
                    textcoords="offset points", fontsize=style.SMALL, color=style.GREY, va="center",
                    bbox=style.PLATE,
                )  # fmt: skip
        for term in terms:
            own = [place for (one, _), place in places.items() if one == term]
            axes.annotate(
                "\n".join(textwrap.wrap(term, 34)) if page.narrow else term,
                (0, max(own) + (0.85 if page.narrow else above)),
                xycoords=axes.get_yaxis_transform(),
                xytext=(0 if page.narrow else 8, 0),
                textcoords="offset points",
                fontweight="bold",
                fontsize=9.5,
                bbox=narrow.plate(page),
            )
            # The line of no change ends under the heading, which it would run through.
            axes.plot([1, 1], [min(own) - line, max(own) + line], color=style.BLACK, linewidth=1, zorder=1)
        axes.set_xscale("log")
        steps = [0.1, 0.2, 0.5, 1, 2, 5, 10]
        low, high = table["low"].min() / 1.1, table["high"].max() * 1.1
        inside = [step for step in steps if low <= step <= high]
        axes.set_xticks(inside, [f"{step:g}" for step in inside])
        axes.minorticks_off()
        narrow.name_rows(
            axes, page, list(places.values()), [name for _, name in places], fontsize=style.SMALL if page.narrow else 11
        )
        axes.set_ylim(min(places.values()) - 0.7, 2.0 if page.narrow else 1.1)
        words = "incidence-rate ratio with 95% interval (1 = no change)"
        axes.set_xlabel(narrow.for_key(words, page))
        narrow.small_words(axes, page)
        return drawing

    parts = "; ".join(
        f"{row.series}, {row.meaning}: {written(row.ratio, 2)} ({written(row.low, 2)} to {written(row.high, 2)})"
        for row in table.itertuples()
    )
    return Figure(
        draw,
        "rate-ratios-by-series",
        "The same model on every series with enough years: incidence-rate ratios with 95% intervals."
        + (" Some series have too few years for some of the terms, which are then not estimated." if untold else ""),
        f"Incidence-rate ratios as points with bars on a logarithmic axis. {parts}.",
        source,
        table,
    )


def coverage(figures: pd.DataFrame, source: str) -> Figure:
    """Which series has published figures for which years, and how many metrics.

    Parameters
    ----------
    figures : pandas.DataFrame
        Columns series, year and metrics (number of metrics with a figure for that year).
    source : str
        Where the figures come from.
    """
    names = sorted(figures["series"].unique(), key=str.lower, reverse=True)
    most = int(figures["metrics"].max())

    def draw(page: Page) -> Drawing:
        drawing, axes = page.subplots(1.2 + (0.42 if page.narrow else 0.27) * len(names))
        smallest, largest = (4, 60) if page.narrow else (18, 130)
        axes.scatter(
            figures["year"],
            figures["series"].map(names.index),
            s=smallest + largest * figures["metrics"] / most,
            color=style.BLUE,
            alpha=0.85,
            linewidth=0,
            zorder=3,
        )
        narrow.name_rows(axes, page, range(len(names)), names)
        if page.narrow:
            axes.set_ylim(-0.5, len(names) - 0.3)
        _years(axes, page, figures["year"])
        for count in sorted({1, max(most // 2, 1), most}):
            axes.scatter(
                [],
                [],
                s=smallest + largest * count / most,
                color=style.BLUE,
                label=f"{count} metrics" if count > 1 else "1 metric",
            )
        narrow.small_words(axes, page)
        drawing.legend(loc="outside lower center", ncols=3, fontsize=9, columnspacing=1 if page.narrow else 2)
        return drawing

    spans = "; ".join(
        f"{name} {rows['year'].min()} to {rows['year'].max()} ({rows['year'].nunique()} years)"
        for name, rows in figures.groupby("series")
    )
    return Figure(
        draw,
        "coverage",
        "Years for which each series has published figures in the tables. The larger the dot, the more metrics.",
        f"Grid of dots, one row per series and one column per year. {spans}.",
        source,
        figures,
    )


def _forest_places(table: pd.DataFrame, page: Page) -> dict[tuple[str, str], float]:
    """Where the row of each term and series is, terms below each other.

    A wide page has a row for a series that can't tell the term, too. On a narrow one, where each name stands above
    its row, that of an empty row would seem to name the row above.
    """
    terms, series = _by_date(table), list(dict.fromkeys(table["series"]))
    told = set(zip(table["meaning"], table["series"], strict=True))
    places: dict[tuple[str, str], float] = {}
    below = 0.0
    for term in terms:
        own = [name for name in series if not page.narrow or (term, name) in told]
        places |= {(term, name): -(below + j) for j, name in enumerate(own)}
        below += len(own) + (1.4 if page.narrow else 1.1)
    return places


def _by_date(table: pd.DataFrame) -> list[str]:
    """The terms in words, in the order of their dates, the level of each before its trend."""
    pairs = dict(zip(table["term"], table["meaning"], strict=True))
    return [pairs[term] for term in sorted(pairs, key=lambda term: (term.partition("_")[2], term))]


def _own_look(i: int) -> tuple[str, str]:
    """Marker and colour of the i-th version that differs: no pair twice, none that of the line."""
    markers, colours = style.MARKERS[1:], style.CYCLE[1:]
    return markers[i % len(markers)], colours[(i + i // len(markers)) % len(colours)]


def _mark(axes: Axes, page: Page, breaks: Sequence[Break], first: int, last: int, label: bool = True) -> None:
    """Mark the dates that lie within the years drawn."""
    inside = [one.day for one in breaks if first <= one.day.year <= last]
    places = [day.year + day.timetuple().tm_yday / 366 - 0.5 for day in inside]
    words = [f"{day:%b %Y}" for day in inside]
    if label and page.narrow:
        narrow.dates_above(axes, sorted(zip(places, words, strict=True)))
    for where, name in zip(places, words, strict=True):
        axes.axvline(where, color=style.GREY, linestyle="--", linewidth=1, zorder=1)
        if label and not page.narrow:
            axes.annotate(
                name,
                (where, 1.0),
                xycoords=("data", "axes fraction"),
                xytext=(3, -1),
                textcoords="offset points",
                fontsize=9,
                color=style.GREY,
                va="top",
            )


def _years(axes: Axes, page: Page, years: Any) -> None:
    first, last = int(min(years)), int(max(years))
    axes.set_xlim(first - 0.7, last + 0.7)
    if page.narrow:
        # As many round years as stand beside each other.
        step = next((step for step in (1, 2, 4, 5, 10) if last - first <= 6 * step), 20)
        axes.set_xticks([year for year in range(first, last + 1) if year % step == 0])
        return
    step = 1 if last - first < 14 else 2
    axes.set_xticks(range(first, last + 1, step))
    axes.tick_params(axis="x", rotation=45 if last - first >= 10 else 0)
