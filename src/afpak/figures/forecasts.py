"""Figures and tables of forecasts: of yearly counts, and of the paper's own scenarios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import NullLocator

from afpak.analysis.forecasts import INNER, OUTER, PLACES
from afpak.figures import narrow, style
from afpak.figures.shown import Figure, Records, Table, span, written
from afpak.figures.style import Page
from afpak.figures.verdicts import LOOKS

# Marker, colour and filling of each verdict; the word stands beside the marker.
VERDICTS: Mapping[str, tuple[str, str, bool]] = {
    verdict: (look.marker, look.colour, True) for verdict, look in LOOKS.items()
}
# Marker, colour and filling of each place of a count beside its forecast.
_PLACES: Mapping[str, tuple[str, str, bool]] = {
    PLACES[0]: ("v", style.VERMILION, True),
    PLACES[1]: ("v", style.VERMILION, False),
    PLACES[2]: ("D", style.GREEN, True),
    PLACES[3]: ("^", style.VERMILION, False),
    PLACES[4]: ("^", style.VERMILION, True),
}
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)
_COMPUTED = "computed from the counts above"


def lanes(rows: pd.DataFrame, as_of: date, months: float, source: str) -> Figure:
    """The paper's forecasts as lanes from the paper to the date by which each can be judged.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `afpak.analysis.forecasts.statements` returns them.
    as_of : datetime.date
        As-of date, marked by a line.
    months : float
        The as-of date in months after the paper.
    source : str
        Where the statements and the verdicts come from.
    """
    scenarios = list(dict.fromkeys(rows["scenario"]))
    furthest = float(max([12.0, months, *rows["months"].dropna()]))

    def draw(page: Page) -> Drawing:
        lane = 0.33 if page.narrow else 0.3  # inches
        drawing, axes = page.subplots(1.5 + lane * len(rows) + 1.2 * lane * len(scenarios))
        ticks: list[float] = []
        labels: list[str] = []
        position = 0.0
        for scenario in scenarios:
            ticks.append(position)
            labels.append(_scenario(scenario))
            for row in rows[rows["scenario"] == scenario].itertuples():
                position -= 1
                ticks.append(position)
                labels.append(f"{row.claim} {row.verdict}" if page.narrow else str(row.claim))
                if not page.narrow:
                    _word(axes, position, str(row.verdict))
                if pd.isna(row.months):
                    continue
                passed = min(max(months, 0.0), float(row.months))
                axes.plot([0, passed], [position] * 2, color=style.BLUE, linewidth=2.2, solid_capstyle="butt")
                axes.plot([passed, row.months], [position] * 2, color=style.GREY, linestyle=":", linewidth=1.6)
                _marked(axes, [row.months], [position], VERDICTS[str(row.verdict)], 8)
            position -= 1.2
        axes.axvline(months, color=style.BLACK, linestyle="--", linewidth=1.2, label=f"as of {as_of}")
        judged = rows["months"].dropna()
        if months > 0 and len(judged):
            axes.plot([], [], color=style.BLUE, linewidth=2.2, label="time passed")
        if (judged > months).any():
            axes.plot([], [], color=style.GREY, linestyle=":", linewidth=1.6, label="time to come")
        marked = set(rows.loc[rows["months"].notna(), "verdict"].astype(str))
        for verdict in (one for one in VERDICTS if one in marked):
            marker, colour, _ = VERDICTS[verdict]
            axes.plot([], [], marker=marker, color=colour, markersize=8, linestyle="none", label=verdict)
        narrow.name_rows(axes, page, ticks, labels, above=5.0, fontsize=style.SMALL if page.narrow else 10)
        headings = set(map(_scenario, scenarios))
        for name in axes.texts if page.narrow else axes.get_yticklabels():
            name.set_fontweight("bold" if name.get_text() in headings else "normal")
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(position + 0.6, 0.8)
        axes.set_xticks(range(12 * int(np.floor(min(0.0, months) / 12)), int(furthest) + 3, 12))
        axes.set_xlim(min(0.0, months) - 1, furthest + 2)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel("months after the paper")
        close = {"ncols": 2, "fontsize": style.SMALL, "handlelength": 1.6, "columnspacing": 1.0}
        wide = {"ncols": 3, "fontsize": 9.5}
        drawing.legend(loc="outside lower center", **(close if page.narrow else wide))
        return drawing

    told = "; ".join(
        f"{_scenario(row.scenario)}, claim {row.claim}, "
        + ("no date" if pd.isna(row.months) else f"to be judged {row.months} months after the paper")
        + f", {row.verdict}"
        for row in rows.itertuples()
    )
    return Figure(
        draw,
        "scenario-lanes",
        f"The forecasts of the paper’s scenarios, each from the paper to the date by which it can be judged, with its "
        f"verdict as of {as_of}. Where the paper gives no date, one was chosen for this book.",
        f"Horizontal lanes, one per statement, on an axis of months after the paper. The as-of date lies at "
        f"{written(months)} months. {told}.",
        source,
        rows.drop(columns="text"),
    )


def fans(
    counts: Mapping[str, pd.Series], lines: pd.DataFrame, versions: pd.DataFrame, unit: str, known_by: date, source: str
) -> Figure:
    """Counts known by a day, the forecast made from them, and what came, one panel per series.

    Parameters
    ----------
    counts : mapping of str to pandas.Series
        By series: index year, the counts that the forecast was made from.
    lines : pandas.DataFrame
        As `afpak.analysis.forecasts.by_year` returns them.
    versions : pandas.DataFrame
        As `afpak.analysis.forecasts.judged` returns them; empty if nothing has come.
    unit : str
        What is counted.
    known_by : datetime.date
        Last day of what the forecast was made from.
    source : str
        Where the counts come from.
    """

    def draw(page: Page) -> Drawing:
        high, rest = (2.4, 2.1) if page.narrow else (3.05, 0.9)
        drawing, grid = page.subplots(high * len(counts) + rest, len(counts), 1, squeeze=False, sharex=True)
        first = min(past.index[0] for past in counts.values())
        last = max(lines["year"].max(), known_by.year)
        seen: dict[str, Any] = {}
        for i, (name, past) in enumerate(counts.items()):
            axes = grid[i][0]
            own = lines[lines["series"] == name]
            came = versions[versions["series"] == name]
            (line,) = axes.plot(past.index, past, color=style.BLACK, marker="o", linewidth=1.4)
            seen["count known"] = line
            seen |= _intervals(axes, own, True, _bar(page, last - first))
            axes.axvline(past.index[-1] + 0.5, color=style.GREY, linestyle="--", linewidth=1)
            for place, rows in came.groupby("place", sort=False):
                seen[str(place)] = _marked(
                    axes, rows["year"], rows["value"], _PLACES[str(place)], 6 if page.narrow else 8
                )
            _log_axis(axes, [*past.dropna(), *own["low_95"], *own["high_95"], *came["value"]])
            axes.set_title(name)
            axes.set_ylabel(f"{unit} (log scale)")
        _whole_years(grid[-1][0], page, first, last)
        _explain(drawing, page, seen)
        return drawing

    told = " ".join(
        f"{name}: {past.notna().sum()} counts from {past.index[0]} to {past.index[-1]}, the last "
        f"{written(past.iloc[-1])}. " + " ".join(_told(row) for row in lines[lines["series"] == name].itertuples())
        for name, past in counts.items()
    )
    return Figure(
        draw,
        "forecasts",
        f"Forecasts of {unit} from the counts known on {known_by}, and what was published later. Thick bars: inner "
        f"interval ({INNER}%); thin bars: outer interval ({OUTER}%). The dashed line stands after the last count "
        "known.",
        f"{len(counts)} panels, one per series, with counts as a line and forecasts as upright bars. {told}",
        source,
        lines,
    )


def tested(backtests: Mapping[str, pd.DataFrame], unit: str, source: str) -> Figure:
    """Forecasts one year ahead from the end of every earlier year, beside the counts, one panel per series.

    Parameters
    ----------
    backtests : mapping of str to pandas.DataFrame
        By series, as `afpak.analysis.forecasts.rolling_origin` returns them.
    unit : str
        What is counted.
    source : str
        Where the counts come from.
    """
    near = {name: table[table["ahead"] == 1] for name, table in backtests.items()}

    def draw(page: Page) -> Drawing:
        high, rest = (2.3, 1.8) if page.narrow else (2.8, 0.8)
        drawing, grid = page.subplots(high * len(near) + rest, len(near), 1, squeeze=False, sharex=True)
        every = pd.concat(near.values())["year"]
        first, last = int(every.min()), int(every.max())
        seen: dict[str, Any] = {}
        for i, (name, rows) in enumerate(near.items()):
            axes = grid[i][0]
            seen |= _intervals(axes, rows, False, _bar(page, last - first))
            for place, own in rows.groupby("place", sort=False):
                seen[str(place)] = _marked(
                    axes, own["year"], own["count"], _PLACES[str(place)], 6 if page.narrow else 8
                )
            _log_axis(axes, [*rows["count"], *rows["low_95"], *rows["high_95"]])
            axes.set_title(name)
            axes.set_ylabel(f"{unit} (log scale)")
        _whole_years(grid[-1][0], page, first, last)
        _explain(drawing, page, seen)
        return drawing

    told = " ".join(
        f"{name}: "
        + "; ".join(
            f"{row['year']:.0f} forecast {written(row['middle'])}, inner interval "
            f"{span(row['low_80'], row['high_80'])}, counted {written(row['count'])}, {row['place']}"
            for row in rows.to_dict("records")
        )
        + "."
        for name, rows in near.items()
    )
    return Figure(
        draw,
        "backtest",
        f"The same method put to earlier years: each count of {unit} beside the forecast made from the years before "
        f"it, one year ahead. Thick bars: inner interval ({INNER}%); thin bars: outer interval ({OUTER}%).",
        f"{len(near)} panels, one per series, with a forecast as an upright bar and the count as a marker for each "
        f"year. {told}",
        source,
        pd.concat([table.assign(series=name) for name, table in backtests.items()], ignore_index=True),
    )


def statements(rows: pd.DataFrame) -> Records:
    """The paper's forecasts, as `afpak.analysis.forecasts.statements` returns them.

    A date that has not come by the edition is told in months after the paper, so that no page names a later year
    than its edition.
    """
    return Records(
        pd.DataFrame(
            {
                "scenario": rows["scenario"].map(_scenario),
                "claim": rows["claim"],
                "verdict": rows["verdict"],
                "statement": rows["text"],
                "to be judged": [_when(row) for row in rows.itertuples()],
                "where that date comes from": [_origin(row) for row in rows.itertuples()],
            }
        ),
        ["scenario", "claim", "verdict"],
        "scenario-statements",
        "What the scenarios say will or may come, as statements that can be put to the record.",
        "the paper, section by section; dates: table claims of this book",
    )


def choice(series: pd.DataFrame, first_year: int, source: str) -> Table:
    """Which series are forecast, as `afpak.analysis.forecasts.choice` returns it."""
    return Table(
        pd.DataFrame(
            {
                "series": series["series"],
                "from": series["first"].astype("str").where(series["first"].notna(), None),
                "to": series["last"].astype("str").where(series["last"].notna(), None),
                "years with a count": series["years"],
                "years missing between": series["missing"],
                "forecast": np.where(series["used"], "yes", "no"),
                "why": series["why"],
            }
        ),
        "series-forecast",
        f"Yearly counts of incidents known on the day, from {first_year} on, and which of them are forecast.",
        source,
        decimals=0,
    )


def outcomes(lines: pd.DataFrame, source: str) -> Table:
    """Forecasts with what came, as `afpak.analysis.forecasts.by_year` returns them."""
    came = [
        span(row.lowest, row.highest) if row.versions else "nothing published by this date"
        for row in lines.itertuples()
    ]
    return Table(
        pd.DataFrame(
            {
                "series": lines["series"],
                "year": lines["year"].astype(str),
                "middle": [written(number) for number in lines["middle"]],
                f"inner interval ({INNER}%)": [
                    span(low, high) for low, high in zip(lines["low_80"], lines["high_80"], strict=True)
                ],
                f"outer interval ({OUTER}%)": [
                    span(low, high) for low, high in zip(lines["low_95"], lines["high_95"], strict=True)
                ],
                "last count carried on": [written(number) for number in lines["naive"]],
                "published": came,
                "it lies": lines["place"],
            }
        ),
        "forecast-outcomes",
        "Forecasts by year and what was published later, over all versions of each count.",
        source,
    )


def scores(table: pd.DataFrame) -> Table:
    """Backtests of several models, as `afpak.analysis.forecasts.scores` returns them, with model and series."""
    return Table(
        pd.DataFrame(
            {
                "series": table["series"],
                "model": table["model"],
                "years ahead": table["ahead"].astype(str),
                f"inside the inner interval ({INNER}%)": _of(table, "inside_80"),
                f"inside the outer interval ({OUTER}%)": _of(table, "inside_95"),
                "mean error": [written(number) for number in table["error"]],
                "error of the last count carried on": [written(number) for number in table["naive_error"]],
                "ratio": table["ratio"],
            }
        ),
        "scores",
        "Forecasts of earlier years from the years before them. A ratio below one: the model’s middle came nearer than "
        "the last count carried on.",
        _COMPUTED,
    )


def reading(lines: pd.DataFrame) -> str:
    """Say in words, series by series, where what came lies beside its forecast.

    Parameters
    ----------
    lines : pandas.DataFrame
        As `afpak.analysis.forecasts.by_year` returns them.
    """
    told = []
    for name, own in lines.groupby("series", sort=False):
        came = own[own["versions"] > 0]
        if came.empty:
            told.append(f"for {name} nothing has been published yet")
            continue
        where = came.groupby("place", sort=False)["year"].agg(list)
        told.append(f"for {name} " + ", ".join(f"{place} in {_list(years)}" for place, years in where.items()))
    return "; ".join(told)


def _told(row: Any) -> str:
    """One year of a forecast in words."""
    came = (
        f"published {span(row.lowest, row.highest)}, {row.place}"
        if row.versions
        else "nothing published by the as-of date"
    )
    return (
        f"{row.year}: middle {written(row.middle)}, inner interval {span(row.low_80, row.high_80)}, "
        f"outer {span(row.low_95, row.high_95)}; {came}."
    )


def _scenario(number: Any) -> str:
    """Name of a scenario; what the section says before the first is its lead-in."""
    return f"Scenario {number}" if number else "Lead-in"


def _when(row: Any) -> str:
    if pd.isna(row.months):
        return "no date"
    return str(row.judge_by) if row.due else f"{row.months} months after the paper"


def _origin(row: Any) -> str | None:
    if not isinstance(row.horizon, str):
        return None
    return row.horizon if row.due else row.horizon.partition(";")[0]


def _of(table: pd.DataFrame, column: str) -> list[str]:
    return [f"{inside} of {number}" for inside, number in zip(table[column], table["forecasts"], strict=True)]


def _list(items: Sequence[object]) -> str:
    *first, last = map(str, items)
    return f"{', '.join(first)} and {last}" if first else last


def _word(axes: Axes, position: float, verdict: str) -> None:
    """The verdict in words, in a column beside the lanes."""
    axes.text(1.015, position, verdict, transform=axes.get_yaxis_transform(), fontsize=9.5, va="center")


def _marked(axes: Axes, x: Any, y: Any, look: tuple[str, str, bool], size: float) -> Any:
    marker, colour, filled = look
    (line,) = axes.plot(
        x,
        y,
        marker=marker,
        color=colour,
        markerfacecolor=colour if filled else "white",
        markeredgewidth=1.4,
        markeredgecolor=colour,
        markersize=size,
        linestyle="none",
        zorder=6,
        clip_on=False,
    )
    return line


def _bar(page: Page, years: int) -> float:
    """Width of the bar of an inner interval, in points; less where so many years would leave no room between them."""
    return min(9.0, 0.5 * 72 * (page.width - 0.8) / (years + 1)) if page.narrow else 9.0


def _intervals(axes: Axes, rows: pd.DataFrame, naive: bool, bar: float) -> dict[str, Any]:
    """Upright bars for both intervals and a stroke for the middle; what the legend needs."""
    seen: dict[str, Any] = {}
    seen["outer interval"] = axes.vlines(
        rows["year"], rows["low_95"], rows["high_95"], color=style.BLUE, linewidth=1.6, zorder=3
    )
    seen["inner interval"] = axes.vlines(
        rows["year"], rows["low_80"], rows["high_80"], color=style.SKY, linewidth=bar, zorder=4
    )
    seen["middle of the forecast"] = axes.hlines(
        rows["middle"], rows["year"] - 0.3, rows["year"] + 0.3, color=style.BLACK, linewidth=1.8, zorder=5
    )
    if naive and len(rows):
        (line,) = axes.plot(
            [rows["year"].min() - 1, rows["year"].max() + 0.45],
            [rows["naive"].iloc[0]] * 2,
            color=style.ORANGE,
            linestyle=":",
            zorder=2,
        )
        seen["last count carried on"] = line
    return seen


def _in_order(seen: Mapping[str, Any]) -> dict[str, Any]:
    """Legend entries in one order, whichever panel met them first."""
    order = [
        "count known", "last count carried on", "middle of the forecast", "inner interval", "outer interval",
        *reversed(PLACES),
    ]  # fmt: skip
    return {(f"count {name}" if name in PLACES else name): seen[name] for name in order if name in seen}


def _explain(drawing: Drawing, page: Page, seen: Mapping[str, Any]) -> None:
    told = _in_order(seen)
    columns = 1 if page.narrow else 2
    drawing.legend(told.values(), told.keys(), loc="outside lower center", ncols=columns, fontsize=9)


def _log_axis(axes: Axes, values: Sequence[float]) -> None:
    low, high = min(values) / 1.25, max(values) * 1.25
    inside = [step for step in _STEPS if low <= step <= high]
    axes.set_yscale("log")
    axes.set_yticks(inside, [f"{step:,}" for step in inside])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_ylim(low, high)


def _whole_years(axes: Axes, page: Page, first: int, last: int) -> None:
    step = -(-(last - first) // 5) if page.narrow else 1 if last - first < 10 else 2
    axes.set_xticks(range(int(first), int(last) + 1, max(1, int(step))))
    axes.set_xlim(first - 0.7, last + 0.7)
