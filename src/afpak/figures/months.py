"""Figures and tables of event counts by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from afpak.analysis.attribution import FURTHER, OTHER, UNATTRIBUTED
from afpak.analysis.trends import Break
from afpak.figures import narrow, style
from afpak.figures.shown import Figure, Table, p_value, with_interval, written
from afpak.figures.style import Page

_COMPUTED = "computed from the counts above"
_WIDE = 4.6
# Letters of the longest words of a key in two columns for which a narrow page has room.
_TWO_COLUMNS = 34
_HATCHES = ("", "//", "--", "\\\\", "xx", "||", "++", "/")
_GROUPS = {
    "all": "all events of organised violence",
    "militant": "events with an armed organisation",
    OTHER: "others, not listed here",
    UNATTRIBUTED: "nobody named",
    FURTHER: "further organisations",
}


def group_in_words(group: str, names: Mapping[str, str]) -> str:
    """What the events of a group are: ``events of TTP``, ``events with an armed organisation``."""
    return _GROUPS.get(group) or f"events of {names.get(group, group)}"


def covered(spans: pd.DataFrame, source: str) -> Table:
    """What is covered, as `afpak.analysis.months.covered` returns it."""
    shown = spans.rename(columns={"place": "country", "months": "months covered", "missing": "missing between"})
    return Table(
        shown, "covered", "Which months of each country are covered, and by which release.", source, decimals=0
    )


def monthly_counts(
    events: pd.DataFrame, deaths: pd.DataFrame, days: Sequence[date], what: str, place: str, source: str
) -> Figure:
    """Events and deaths by month, the deaths with their low and high estimates.

    Parameters
    ----------
    events : pandas.DataFrame
        Columns month and count.
    deaths : pandas.DataFrame
        As `afpak.analysis.months.estimates` returns them; without any row only events are drawn.
    days : sequence of datetime.date
        Dates to mark.
    what, place, source : str
        The group in words, the country, and where the counts come from.
    """
    panels = 2 if len(deaths) else 1

    def draw(page: Page) -> Drawing:
        drawing, grid = page.subplots(2.8 * panels, panels, sharex=True, squeeze=False)
        for axes, frame, column, colour, unit in zip(
            np.ravel(grid), (events, deaths), ("count", "best"), (style.BLUE, style.VERMILION), ("events", "deaths"),
            strict=False,
        ):  # fmt: skip
            _time(axes, page, list(events["month"]))
            _mark(axes, page, days, label=axes is grid[0, 0])
            for run in _runs(frame):
                axes.plot(_middles(run), run[column], color=colour, linewidth=1.1)
                if column == "best" and run["low"].notna().any():
                    axes.fill_between(_middles(run), run["low"], run["high"], color=style.GREY, alpha=0.4, linewidth=0)
            axes.set_ylabel(f"{unit} a month")
            axes.set_ylim(bottom=0)
            style.thousands(axes.yaxis)
            narrow.small_words(axes, page)
        return drawing

    most = events.loc[events["count"].idxmax()]
    first, last = events.iloc[0], events.iloc[-1]
    return Figure(
        draw,
        "monthly-counts",
        f"{place}, {what}: events{' and deaths' if len(deaths) else ''} by month from {first['month']} to "
        f"{last['month']}. "
        + (
            "The line of deaths is the best estimate; the band, where there is one, runs from the low to the high "
            "estimate. Deaths are those of all sides. "
            if len(deaths)
            else ""
        )
        + _dashed(days),
        f"Line chart of events by month: {written(first['count'])} in {first['month']}, highest in {most['month']} "
        f"with {written(most['count'])}, {written(last['count'])} in {last['month']}.{_deadliest(deaths)}",
        source,
        events.merge(deaths, on="month", how="outer").rename(
            columns={"count": "events", "best": "deaths_best", "low": "deaths_low", "high": "deaths_high"}
        ),
    )


def interrupted(lines: pd.DataFrame, breaks: Sequence[Break], told: str, what: str, unit: str, source: str) -> Figure:
    """Counts by month, the fitted interrupted series, and the earlier trend carried on.

    Parameters
    ----------
    lines : pandas.DataFrame
        As `afpak.analysis.months.counterfactual` returns them.
    breaks : sequence of Break
        Dates in the model.
    told : str
        What the months can tell of each, in words.
    what, unit, source : str
        Country and group in words; unit of the counts; where they come from.
    """
    # The interval of a trend carried far forward would press everything else to the bottom.
    visible = np.nanmax(np.r_[lines["count"], lines["fitted_high"], lines["without"].dropna()])
    top = min(visible * 1.12, max(float(lines["count"].max()), 1) * 2.5)
    above = (lines[["fitted_high", "without", "without_high"]] > top).any(axis=None)

    def draw(page: Page) -> Drawing:
        drawing, axes = page.subplots(_WIDE)
        _time(axes, page, list(lines["month"]))
        _mark(axes, page, [one.day for one in breaks if _within(one.day, lines)])
        when = _middles(lines)
        axes.plot(when, lines["count"], ".", color=style.BLACK, markersize=4, label="counted", zorder=4)
        axes.plot(when, lines["fitted"], color=style.BLUE, label="fitted, with 95% interval of the mean")
        axes.fill_between(when, lines["fitted_low"], lines["fitted_high"], color=style.BLUE, alpha=0.2, linewidth=0)
        if lines["without"].notna().any():
            axes.plot(
                when, lines["without"], "--", color=style.VERMILION, linewidth=1.3,
                label=narrow.for_key("earlier trend carried on, with its interval", page),
            )  # fmt: skip
            axes.fill_between(
                when,
                lines["without_low"],
                lines["without_high"],
                facecolor="none",
                edgecolor=style.VERMILION,
                alpha=0.35,
                hatch="///",
                linewidth=0,
            )
        axes.set_ylim(0, top)
        axes.set_ylabel(f"{unit} a month")
        style.thousands(axes.yaxis)
        narrow.small_words(axes, page)
        drawing.legend(loc="outside lower center", ncols=1 if page.narrow else 2, fontsize=9)
        return drawing

    last = lines.iloc[-1]
    beside = (
        f" In {last['month']} the model fits {written(last['fitted'])} where the earlier trend carried on leads to "
        f"{written(last['without'])} (95% interval {written(last['without_low'])} to {written(last['without_high'])})."
        if pd.notna(last["without"])
        else " No date could be estimated, so that no earlier trend is carried on."
    )
    return Figure(
        draw,
        "interrupted-months",
        f"{what}: {unit} by month, fitted line with its season, and the earlier trend carried on. What the months can "
        f"tell of each date: {told}."
        + (" Part of an interval lies above the top of the drawing; the data file has it whole." if above else ""),
        f"{unit.capitalize()} by month as points from {lines['month'].iloc[0]} to {last['month']}, with a fitted line "
        f"that rises and falls with the season inside a band.{beside}",
        source,
        lines,
    )


def readings(each: Mapping[str, pd.DataFrame]) -> Table:
    """The same terms under several ways of allowing for autocorrelation.

    Parameters
    ----------
    each : mapping of str to pandas.DataFrame
        By reading in words, the ratios as `afpak.analysis.months.rate_ratios` returns them.
    """
    first = next(iter(each.values()))
    columns = {name: _intervals(ratios) for name, ratios in each.items()}
    return Table(
        pd.DataFrame({"term": first["meaning"], **columns}),
        "readings",
        "Ratios with 95% intervals: the change of level, and the yearly change of the trend, that each reading finds.",
        _COMPUTED,
    )


def autocorrelation(each: Mapping[str, pd.DataFrame]) -> Table:
    """Ljung and Box's test of the residuals of several models, by lag.

    Parameters
    ----------
    each : mapping of str to pandas.DataFrame
        By model in words, as `afpak.analysis.trends.autocorrelation` returns it.
    """
    first = next(iter(each.values()))
    columns = {
        name: [f"{row.statistic:.1f} ({p_value(row.p)})" for row in tests.itertuples()] for name, tests in each.items()
    }
    return Table(
        pd.DataFrame({"months back": first["lag"].astype(str), **columns}),
        "autocorrelation",
        "Ljung–Box test of the residuals up to a year back: statistic, and p in brackets. A small p says that a month "
        "tells something of later ones that the model does not.",
        _COMPUTED,
    )


def by_first_month(each: Mapping[str, tuple[int, pd.DataFrame]], what: str) -> Table:
    """Ratios of the same model begun in other months.

    Parameters
    ----------
    each : mapping of str to (int, pandas.DataFrame)
        By first month: the number of months, and the ratios as `afpak.analysis.months.rate_ratios` returns them.
    what : str
        Country and group in words.
    """
    terms = list(dict.fromkeys(term for _, ratios in each.values() for term in ratios["meaning"]))
    rows = []
    for first, (number, ratios) in each.items():
        cells = dict(zip(ratios["meaning"], _intervals(ratios), strict=True))
        rows.append({"first month": first, "months": number, **{term: cells.get(term) for term in terms}})
    return Table(
        pd.DataFrame(rows),
        "first-months",
        f"{what}: ratios with 95% intervals by the month in which the model begins.",
        _COMPUTED,
        decimals=0,
    )


def change_points(
    counts: pd.DataFrame,
    stretches: pd.DataFrame,
    points: pd.DataFrame,
    days: Sequence[date],
    multiple: float,
    what: str,
    unit: str,
    source: str,
) -> Figure:
    """Counts with the levels between change points, and which change points each penalty finds.

    Parameters
    ----------
    counts : pandas.DataFrame
        Columns month, count.
    stretches : pandas.DataFrame
        As `afpak.analysis.changepoints.segments` returns them, at the penalty ``multiple``.
    points : pandas.DataFrame
        Columns multiple, month: all change points.
    days : sequence of datetime.date
        Dates to mark.
    multiple : float
        The penalty that is drawn, as a multiple.
    what, unit, source : str
        Country and group in words; unit of the counts; where they come from.
    """

    def draw(page: Page) -> Drawing:
        drawing, (top, bottom) = page.subplots(5.8, 2, sharex=True, gridspec_kw={"height_ratios": [3, 2]})
        for axes in (top, bottom):
            _time(axes, page, list(counts["month"]))
            _mark(axes, page, days, label=axes is top)
            narrow.small_words(axes, page)
        top.plot(_middles(counts), counts["count"], ".", color=style.GREY, markersize=4, label="counted")
        for i, row in enumerate(stretches.itertuples()):
            ends = _position(row.first) - 1 / 24, _position(row.last) + 1 / 24
            label = f"level, penalty × {multiple:g}" if i == 0 else None
            top.plot(ends, [row.level, row.level], color=style.BLUE, solid_capstyle="butt", label=label)
        top.set_yscale("symlog", linthresh=1, linscale=0.4)
        ticks = [tick for tick in (0, 1, 3, 10, 30, 100, 300, 1000, 3000) if tick <= counts["count"].max() * 1.3]
        top.set_yticks(ticks, [f"{tick:,}" for tick in ticks])
        top.minorticks_off()
        top.set_ylim(0, max(float(counts["count"].max()), 1) * 1.6)
        top.set_ylabel(f"{unit} a month (log scale)")
        bottom.plot(
            points["month"].map(_position) - 1 / 24, points["multiple"], "D", color=style.VERMILION, markersize=5,
            label="change point", linestyle="none",
        )  # fmt: skip
        bottom.set_ylabel("penalty, multiple")
        drawing.legend(loc="outside lower center", ncols=2 if page.narrow else 3, fontsize=9)
        return drawing

    by_multiple = "; ".join(
        f"× {value:g}: {', '.join(own['month'])}" for value, own in points.groupby("multiple", sort=True)
    )
    levels = "; ".join(f"{row.first} to {row.last} about {written(row.level, 1)}" for row in stretches.itertuples())
    return Figure(
        draw,
        "change-points",
        f"{what}: {unit} by month with the levels between the change points found at penalty × {multiple:g} (above), "
        f"and the change points that each multiple of the penalty finds (below; the first month of the new level). "
        f"{_dashed(days)}",
        f"Above, points of {unit} by month with level lines: {levels}. Below, the change points by multiple of the "
        f"penalty: {by_multiple or 'none at any'}.",
        source,
        points.assign(unit=unit) if len(points) else stretches,
    )


def persistence(lasting: pd.DataFrame, penalties: int) -> Table:
    """Change points and the share of penalties, as `afpak.analysis.changepoints.persistence` returns them."""
    return Table(
        pd.DataFrame(
            {
                "first month of the new level": lasting["month"],
                "found at": [f"{found} of {penalties}" for found in lasting["found"]],
                "share of penalties": lasting["share"],
                "multiples": [
                    f"{low:g}" if low == high else f"{low:g} to {high:g}"
                    for low, high in zip(lasting["lowest"], lasting["highest"], strict=True)
                ],
            }
        ),
        "persistence",
        "Change points by the penalties at which they are found. One that few penalties find may be noise.",
        _COMPUTED,
    )


def beside(near: pd.DataFrame, names: Mapping[str, str], multiple: float) -> Table:
    """Dates and their nearest change points, as `afpak.analysis.changepoints.beside` returns them.

    ``names`` says by day (``YYYY-MM-DD``) what happened; a day may be without.
    """
    return Table(
        pd.DataFrame(
            {
                "date": [f"{day}" for day in near["day"]],
                "what": [names.get(f"{day}") for day in near["day"]],
                "nearest change point": near["nearest"].replace("", None),
                "months from the date": [None if pd.isna(n) else written(float(n)) for n in near["apart"]],
                "months as near, share": near["by_chance"],
            }
        ),
        "beside-dates",
        f"Dates and the change points nearest to them at penalty × {multiple:g}. The last column is the share of all "
        "months of the series that lie as near to a change point: how often a date set at random would do as well.",
        _COMPUTED,
    )


def window_in_words(compared: pd.DataFrame, window: int) -> str:
    """How long the windows are, as counted: ``180 days``, or ``6 months (the nearest to 180 days)``.

    Parameters
    ----------
    compared : pandas.DataFrame
        Rows of `afpak.analysis.removals.table`.
    window : int
        Days on either side that were asked for.
    """
    asked = f"{window} days"
    known = compared.dropna(subset=["unit", "width"])
    used = dict.fromkeys(
        f"{row.width} {row.unit}{'' if row.width == 1 else 's'}" for row in known.itertuples(index=False)
    )
    return asked if not used or list(used) == [asked] else f"{' or '.join(used)} (the nearest to {asked})"


def removals(tested: pd.DataFrame, names: Mapping[str, str], window: int, source: str) -> Figure:
    """Ratios of events after to before each removal, beside the ratios at all other dates.

    Parameters
    ----------
    tested : pandas.DataFrame
        Rows of `afpak.analysis.removals.table` that were tested, with ``holm`` (p adjusted for their number).
    names : mapping of str to str
        Names of the organisations.
    window : int
        Days on either side.
    source : str
        Where the counts come from.
    """

    def draw(page: Page) -> Drawing:
        told = [(row.person, f"({names[row.organisation]}, {row.place}, {row.ended})") for row in tested.itertuples()]
        labels = ["\n".join(narrow.for_key(words, page) for words in both) for both in told]
        lines = max(label.count("\n") + 1 for label in labels)
        drawing, axes = page.subplots(1.5 + (0.3 + 0.16 * lines) * len(tested))
        rows = -np.arange(len(tested))
        axes.hlines(rows, tested["usual_low"], tested["usual_high"], color=style.PALE, linewidth=9,
                    label="middle 95% of all dates")  # fmt: skip
        axes.plot(
            tested["ratio"], rows, "D", color=style.VERMILION, markersize=7, label="at the removal", linestyle="none"
        )
        if page.narrow:
            # Names stand over their rows: the line would run through them.
            axes.vlines([1] * len(rows), rows - 0.1, rows + 0.1, color=style.BLACK, linewidth=1)
        else:
            axes.axvline(1, color=style.BLACK, linewidth=1)
        axes.set_xscale("log")
        low = min(tested["usual_low"].min(), tested["ratio"].min()) / 1.3
        high = max(tested["usual_high"].max(), tested["ratio"].max()) * 1.3
        steps = [step for step in (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100) if low <= step <= high]
        axes.set_xticks(steps, [f"{step:g}" for step in steps])
        axes.minorticks_off()
        axes.set_xlim(low, high)
        narrow.name_rows(axes, page, rows.tolist(), labels)
        axes.set_ylim(-len(tested) + (0.6 if page.narrow else 0.4), 0.85 if page.narrow else 0.6)
        axes.set_xlabel("events after, divided by events before")
        narrow.small_words(axes, page)
        drawing.legend(loc="outside lower center", ncols=1 if page.narrow else 2, fontsize=9)
        return drawing

    words = "; ".join(
        f"{row.person} ({names[row.organisation]}, {row.place}): {written(row.before)} before, {written(row.after)} "
        f"after, ratio {written(row.ratio, 2)}, usual {written(row.usual_low, 2)} to {written(row.usual_high, 2)}"
        for row in tested.itertuples()
    )
    return Figure(
        draw,
        "removals",
        f"Events of the organisation in {window_in_words(tested, window)} after a leader was killed or captured, "
        "divided by those in as long before. The bar is where the middle 95% of the same ratios lie when every date is "
        "taken for one.",
        f"One row per removal with a mark for the ratio and a bar for the usual ratios, on a logarithmic axis. "
        f"{words}.",
        source,
        tested,
    )


def removals_or_none(
    tested: pd.DataFrame, untested: pd.DataFrame, names: Mapping[str, str], window: int, source: str
) -> Figure | Table:
    """The figure of removals, or, if none could be tested, the table that says why."""
    return removals(tested, names, window, source) if len(tested) else left_out(untested, names, source)


def tested_removals(tested: pd.DataFrame, names: Mapping[str, str], window: int, source: str) -> Table:
    """Counts and tests of the removals; ``holm`` is p adjusted for their number, ``window`` as for `removals`."""
    return Table(
        pd.DataFrame(
            {
                # In one cell, so that what was found has room on the page.
                "removal": [_removal(row, names) for row in tested.itertuples(index=False)],
                "counted in": tested["place"],
                "before": tested["before"].map(written),
                "after": tested["after"].map(written),
                "ratio": tested["ratio"],
                "dates": tested["dates"].map(written),
                "p": tested["p"].map(p_value),
                "p, Holm": tested["holm"].map(p_value),
            }
        ),
        "removals-tested",
        f"Removals that could be tested: events in {window_in_words(tested, window)} before and after, their ratio "
        "(with half an event added to each, so that none is divided by nought), the number of dates with which it is "
        "compared, the share of them at least as extreme, doubled (p), and p adjusted for the number of removals by "
        "Holm’s method.",
        source,
    )


def left_out(untested: pd.DataFrame, names: Mapping[str, str], source: str) -> Table:
    """Removals that could not be tested, by the reason and the country."""
    rows = [
        {
            "why not": why,
            "counted in": place or None,
            "removals": "; ".join(_removal(row, names) for row in own.itertuples(index=False)),
        }
        for (why, place), own in untested.fillna({"place": ""}).groupby(["why", "place"], sort=False)
    ]
    return Table(
        pd.DataFrame(rows, columns=["why not", "counted in", "removals"]),
        "removals-left-out",
        "Removals that could not be tested, and why.",
        source,
    )


def attribution(shares: pd.DataFrame, names: Mapping[str, str], place: str, metric: str, source: str) -> Figure:
    """Shares of the mentions of each group by year, stacked, nobody named at the top.

    Parameters
    ----------
    shares : pandas.DataFrame
        As `afpak.analysis.attribution.gathered` returns them.
    names : mapping of str to str
        Names of the organisations.
    place, metric, source : str
        Country, what is counted in words, and where it comes from.
    """
    groups = list(dict.fromkeys(shares["group"]))
    wide = shares.pivot(index="year", columns="group", values="share")[groups].fillna(0.0)
    years = list(map(int, wide.index))
    drawn = [group for group in groups if wide[group].any()]

    def draw(page: Page) -> Drawing:
        labels = [_named(group, names) for group in drawn]
        columns = _columns(labels) if page.narrow else 3
        drawing, axes = page.subplots(_WIDE + 0.1 * len(drawn) if columns == 1 else _WIDE)
        below = np.zeros(len(wide))
        for i, group in enumerate(drawn):
            colour, hatch = _look(i, group)
            axes.bar(
                wide.index, 100 * wide[group], 0.85, bottom=100 * below, color=colour, hatch=hatch,
                edgecolor="white" if hatch and group != UNATTRIBUTED else style.BLACK, linewidth=0.4,
                label=labels[i],
            )  # fmt: skip
            below = below + wide[group].to_numpy()
        step = -(-len(years) // (6 if page.narrow else 16))
        axes.set_xticks(years[::step], [str(year) for year in years[::step]])
        axes.tick_params(axis="x", rotation=45 if len(years) > 8 and not page.narrow else 0)
        axes.set_ylim(0, 100)
        axes.set_ylabel(f"% of mentions ({metric})")
        narrow.small_words(axes, page)
        drawing.legend(loc="outside lower center", ncols=columns, fontsize=9)
        return drawing

    ends = [years[0]] if len(years) == 1 else [years[0], years[-1]]
    told = "; ".join(
        f"{year}: " + ", ".join(f"{_named(group, names)} {written(100 * wide.at[year, group])}%" for group in groups)
        for year in ends
    )
    return Figure(
        draw,
        "attribution",
        f"{place}: share of each organisation in the {metric} with an armed organisation, by year. An event of two "
        "organisations counts for both, so that these are shares of mentions.",
        f"Stacked bars by year, from {years[0]} to {years[-1]}, of the share of mentions. {told}.",
        source,
        shares,
    )


def attributed(shares: pd.DataFrame, names: Mapping[str, str], place: str, source: str) -> Table:
    """Mentions of each group by year with their share, a year a row."""
    groups = list(dict.fromkeys(shares["group"]))
    cells = shares.assign(
        cell=[
            f"{written(row.mentions)} ({written(100 * row.share)}%)" if pd.notna(row.share) else written(row.mentions)
            for row in shares.itertuples()
        ]
    )
    wide = cells.pivot(index="year", columns="group", values="cell")[groups]
    wide.columns = pd.Index([_named(str(group), names) for group in groups])
    years = shares.drop_duplicates("year").set_index("year")
    wide.insert(0, "events in all", years["militant"].map(written))
    wide.insert(1, "months covered", years["covered"].astype(str))
    frame = wide.reset_index().assign(year=lambda rows: rows["year"].astype(str))
    return Table(
        frame,
        "attributed",
        f"{place}: mentions of each organisation in the events with an armed organisation, and their share of the "
        "mentions of the year.",
        source,
    )


def _removal(row: Any, names: Mapping[str, str]) -> str:
    return f"{row.person} ({names[row.organisation]}, {row.cause}, {row.ended})"


def _named(group: str, names: Mapping[str, str]) -> str:
    return _GROUPS.get(group) or names.get(group, group)


def _columns(labels: Sequence[str]) -> int:
    """How many columns of a key a narrow page has room for."""
    half = -(-len(labels) // 2)
    left, right = (max(map(len, own), default=0) for own in (labels[:half], labels[half:]))
    return 2 if left + right <= _TWO_COLUMNS else 1


def _look(i: int, group: str) -> tuple[str, str]:
    """Colour and hatch of a group: what is not an organisation of this book looks the same in every chart."""
    if group == UNATTRIBUTED:
        return "white", "////"
    if group == OTHER:
        return style.GREY, ""
    if group == FURTHER:
        return style.PALE, ""
    return style.CYCLE[i % 6], _HATCHES[i % len(_HATCHES)]


def _intervals(ratios: pd.DataFrame) -> list[str]:
    return [with_interval(row.ratio, row.low, row.high) for row in ratios.itertuples()]


def _deadliest(deaths: pd.DataFrame) -> str:
    if deaths.empty:
        return ""
    row = deaths.loc[deaths["best"].idxmax()]
    band = (
        f" (estimates from {written(row['low'])} to {written(row['high'])})"
        if pd.notna(row["low"]) and pd.notna(row["high"])
        else ""
    )
    return f" Below it deaths by month, highest in {row['month']} with {written(row['best'])}{band}."


def _dashed(days: Sequence[date]) -> str:
    if not days:
        return "None of the dates asked for lies within these months."
    return f"Dashed lines: {', '.join(f'{day.day} {day:%B %Y}' for day in days)}."


def _position(month: str) -> float:
    """Middle of a month on an axis of years."""
    return int(month[:4]) + (int(month[5:]) - 0.5) / 12


def _middles(frame: pd.DataFrame) -> pd.Series:
    return frame["month"].map(_position)


def _runs(frame: pd.DataFrame) -> list[pd.DataFrame]:
    """Stretches without a missing month: nothing is drawn between them."""
    gap = (_middles(frame).diff() > 1.5 / 12).cumsum()
    return [run for _, run in frame.groupby(gap)]


def _time(axes: Axes, page: Page, months: Sequence[str]) -> None:
    """Ticks at whole years, or, where there are few, at months."""
    first, last = months[0], months[-1]
    years = list(range(int(first[:4]), int(last[:4]) + 2))
    if len(years) > 4:
        shown = years[:: -(-len(years) // (6 if page.narrow else 14))]
        axes.set_xticks(shown, [str(year) for year in shown])
    else:
        some = list(months)[:: max(1, -(-len(months) // (4 if page.narrow else 6)))]
        axes.set_xticks([_position(month) for month in some], some)
    margin = 0.04 + 0.015 * (_position(last) - _position(first))
    axes.set_xlim(_position(first) - margin, _position(last) + margin)


def _within(day: date, frame: pd.DataFrame) -> bool:
    return bool(frame["month"].iloc[0] <= f"{day:%Y-%m}" <= frame["month"].iloc[-1])


def _mark(axes: Axes, page: Page, days: Sequence[date], label: bool = True) -> None:
    for day in days:
        axes.axvline(_of_day(day), color=style.GREY, linestyle="--", linewidth=1, zorder=1)
    if not label:
        return
    ordered = sorted(days)
    if page.narrow:
        narrow.dates_above(axes, [(_of_day(day), f"{day:%b %Y}") for day in ordered])
        return
    # A label that would lie on that of a date shortly after stands on the other side of its line.
    close = {a for a, b in pairwise(ordered) if (b - a).days < 700}
    for day in ordered:
        axes.annotate(
            f"{day:%b %Y}",
            (_of_day(day), 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(-3 if day in close or day == ordered[-1] else 3, -1),
            textcoords="offset points",
            fontsize=9,
            color=style.GREY,
            ha="right" if day in close or day == ordered[-1] else "left",
            va="top",
        )


def _of_day(day: date) -> float:
    return day.year + (day.timetuple().tm_yday - 1) / 366
