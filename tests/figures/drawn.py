"""Every figure of the book on the real tables, made as the chapters make them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import statsmodels.formula.api as smf
from statsmodels.duration.survfunc import SurvfuncRight

from afpak.analysis import attrition, factions, trends, versions
from afpak.figures import Figure
from afpak.figures import attrition as draw_attrition
from afpak.figures import factions as draw_factions
from afpak.figures import trends as draw_trends
from afpak.tables import Inputs

BREAKS = ("2014-06-15", "2021-08-15")
HAC = {"cov_type": "HAC", "cov_kwds": {"maxlags": 1}}
SOURCE = "the tables of this book"


def counts_of(inputs: Inputs, series: str = "NACTA/MoI", metric: str = "terrorist_incidents") -> pd.DataFrame:
    return trends.by_year(versions.preferred(inputs["annual"]), series, metric)


def published_counts(inputs: Inputs, source: str = SOURCE) -> Figure:
    counts = counts_of(inputs)
    every = versions.all_versions(inputs["annual"], "NACTA/MoI", "terrorist_incidents")
    _, dates = trends.design(counts, BREAKS)
    return draw_trends.published_counts(counts, every, "NACTA/MoI", "terrorist incidents", dates, source)


def side_by_side(inputs: Inputs, column: str) -> pd.DataFrame:
    return trends.side_by_side(versions.preferred(inputs["annual"]), inputs["series"], column)


def incidents(inputs: Inputs, source: str = SOURCE) -> Figure:
    _, dates = trends.design(counts_of(inputs), BREAKS)
    meanings = inputs["series"].set_index("series")["counts"]
    return draw_trends.small_multiples(
        side_by_side(inputs, "incident_metric"), meanings, "incidents-side-by-side", "incidents", dates, source
    )


def deaths(inputs: Inputs, source: str = SOURCE) -> Figure:
    _, dates = trends.design(counts_of(inputs), BREAKS)
    meanings = inputs["series"].set_index("series")["counts"]
    return draw_trends.small_multiples(
        side_by_side(inputs, "deaths_metric"), meanings, "deaths-side-by-side", "deaths", dates, source
    )


def model(inputs: Inputs, series: str, metric: str) -> tuple[pd.DataFrame, tuple[trends.Break, ...]]:
    counts = counts_of(inputs, series, metric)
    terms, breaks = trends.design(counts[counts["year"].between(2006, 2025)].reset_index(drop=True), BREAKS)
    result = smf.negativebinomial(trends.formula(breaks), data=terms).fit(disp=0, maxiter=500, **HAC)
    return trends.counterfactual(result, terms, breaks), breaks


def interrupted_nacta(inputs: Inputs, source: str = SOURCE) -> Figure:
    lines, breaks = model(inputs, "NACTA/MoI", "terrorist_incidents")
    return draw_trends.interrupted(lines, breaks, "NACTA/MoI", "terrorist incidents", source)


def interrupted_pips(inputs: Inputs, source: str = SOURCE) -> Figure:
    lines, breaks = model(inputs, "PIPS", "terrorist_attacks")
    return draw_trends.interrupted(lines, breaks, "PIPS", "terrorist attacks", source)


def ratio_table(inputs: Inputs) -> pd.DataFrame:
    designs = trends.long_enough(side_by_side(inputs, "incident_metric"), BREAKS, 2006, 2025)
    fits = {
        name: smf.poisson(trends.formula(told), data=own).fit(disp=0, **HAC) for name, (own, told) in designs.items()
    }
    table = pd.concat([trends.rate_ratios(fit).assign(series=name) for name, fit in fits.items()], ignore_index=True)
    return table[table["term"] != "time"]


def ratio_forest(inputs: Inputs, source: str = SOURCE) -> Figure:
    return draw_trends.ratio_forest(ratio_table(inputs), source)


def coverage(inputs: Inputs, source: str = SOURCE) -> Figure:
    here = inputs["annual"][inputs["annual"]["place"] == "Pakistan"]
    years = here.assign(year=here["period"].astype(int)).groupby(["series", "year"], as_index=False)
    return draw_trends.coverage(years.agg(metrics=("metric", "nunique")), source)


def tenures(inputs: Inputs) -> tuple[pd.DataFrame, dict[str, str]]:
    lengths = attrition.tenures(inputs["leaders"], inputs.as_of, ["is-k", "ttp"])
    return lengths, inputs["organisations"].set_index("organisation")["short"].to_dict()


def lanes(inputs: Inputs, source: str = SOURCE) -> Figure:
    lengths, names = tenures(inputs)
    return draw_attrition.lanes(lengths, names, inputs.as_of, source)


def survival(inputs: Inputs, source: str = SOURCE) -> Figure:
    lengths, names = tenures(inputs)
    curves = {}
    for organisation, group in lengths.groupby("organisation", sort=False):
        curve = attrition.survival_curve(SurvfuncRight(group["days"], group["ended"].astype(int)))
        curve.attrs["censored"] = group.loc[~group["ended"], "days"].tolist()
        curves[names[organisation]] = curve
    return draw_attrition.survival(curves, source)


KINDS = ("formed", "joined", "split", "merged", "expelled", "pledged", "leader-change")


def genealogy(inputs: Inputs, source: str = SOURCE) -> Figure:
    events = factions.in_order(inputs["faction-events"], KINDS)
    rows = factions.lanes(events, inputs["organisations"], "ttp", inputs.as_of)
    return draw_factions.genealogy(events, rows, "ttp", inputs.as_of, source)


def outside_by_reign(inputs: Inputs, source: str = SOURCE) -> Figure:
    history = factions.spells(inputs["faction-events"], "ttp", inputs.as_of)
    reigns = attrition.tenures(inputs["leaders"], inputs.as_of, ["ttp"])
    return draw_factions.outside_by_reign(factions.outside(history), reigns, inputs.as_of, source)


def splits_and_mergers(inputs: Inputs, source: str = SOURCE) -> Figure:
    last = inputs.as_of.year
    return draw_factions.splits_and_mergers(factions.by_year(inputs["faction-events"], "ttp", 2002, last), source)


FIGURES: dict[str, Callable[..., Figure]] = {
    "published-counts": published_counts,
    "incidents-side-by-side": incidents,
    "deaths-side-by-side": deaths,
    "interrupted-series of NACTA": interrupted_nacta,
    "interrupted-series of PIPS": interrupted_pips,
    "rate-ratios-by-series": ratio_forest,
    "coverage": coverage,
    "tenures": lanes,
    "survival": survival,
    "genealogy": genealogy,
    "outside-by-reign": outside_by_reign,
    "splits-and-mergers": splits_and_mergers,
}
