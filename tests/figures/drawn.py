"""Every figure of the book on the real tables, made as the chapters make them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path

import numpy as np
import pandas as pd
import ruptures
import statsmodels.api as sm
import statsmodels.formula.api as smf
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint
from statsmodels.tsa.statespace.structural import UnobservedComponents

from afpak import audit
from afpak.analysis import (
    attribution,
    attrition,
    balance,
    challenges,
    changepoints,
    factions,
    footing,
    forecasts,
    levels,
    measures,
    months,
    names,
    options,
    pledges,
    provinces,
    removals,
    sourcing,
    timeline,
    trends,
    verdicts,
    versions,
)
from afpak.audit import statements
from afpak.build.paths import find_checkout
from afpak.figures import Figure
from afpak.figures import attrition as draw_attrition
from afpak.figures import audit as draw_audit
from afpak.figures import challenges as draw_challenges
from afpak.figures import factions as draw_factions
from afpak.figures import forecasts as draw_forecasts
from afpak.figures import glossary as draw_glossary
from afpak.figures import levels as draw_levels
from afpak.figures import maps as draw_maps
from afpak.figures import measures as draw_measures
from afpak.figures import months as draw_months
from afpak.figures import options as draw_options
from afpak.figures import pledges as draw_pledges
from afpak.figures import relations as draw_relations
from afpak.figures import sourcing as draw_sourcing
from afpak.figures import timeline as draw_timeline
from afpak.figures import trends as draw_trends
from afpak.figures.months import group_in_words
from afpak.figures.verdicts import ORDER
from afpak.tables import Inputs, load_inputs

BREAKS = ("2014-06-15", "2021-08-15")
HAC = {"cov_type": "HAC", "cov_kwds": {"maxlags": 1, "use_correction": True}}
SLOW_AND_SURE = {"method": "nm", "maxiter": 10_000, "disp": 0}
SOURCE = "the tables of this book"


@dataclass(frozen=True)
class Audited:
    """What the audit makes of the tables of one edition."""

    inputs: Inputs
    findings: pd.DataFrame  # joined with section, kind and role of the claim
    stated: pd.DataFrame
    recorded: pd.DataFrame
    names: dict[str, str]

    @property
    def verdicts(self) -> dict[str, str]:
        return dict(zip(self.findings["claim"], self.findings["verdict"].astype(str), strict=True))


_AUDITED: dict[int, Audited] = {}


def audited(inputs: Inputs) -> Audited:
    """The audit of some tables, made once: it takes longer than all the drawings that need it."""
    if id(inputs) not in _AUDITED:
        claims = inputs["claims"].set_index("claim")[["section", "kind", "role"]]
        _AUDITED[id(inputs)] = Audited(
            inputs,  # kept, so that no other tables get the same id
            pd.DataFrame(audit.findings(inputs)).set_index("claim").join(claims).reset_index(),
            pd.DataFrame(statements.stated(inputs)),
            pd.DataFrame(statements.recorded(inputs)),
            statements.names_of(inputs),
        )
    return _AUDITED[id(inputs)]


def short_names(inputs: Inputs) -> dict[str, str]:
    return inputs["organisations"].set_index("organisation")["short"].to_dict()


def sections(inputs: Inputs) -> list[str]:
    return list(inputs["sections"].sort_values("order")["section"])


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
    result = smf.negativebinomial(trends.formula(breaks), data=terms).fit(**SLOW_AND_SURE, **HAC)
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


# Chapter 1.1


def dates_beside(inputs: Inputs) -> pd.DataFrame:
    known = audited(inputs)
    book = (known.stated, known.recorded, inputs["attributes"], inputs["claims"])
    return timeline.beside(*book, known.verdicts, known.names, statements.ABOUT_DAYS)


def time_line(inputs: Inputs, source: str = SOURCE) -> Figure:
    dates = dates_beside(inputs)
    dates = dates[dates["section"].isin(["1.1", "1.3", "2.1", "2.4", "introduction", "summary"])]
    undated = timeline.undated(inputs["dates"], audited(inputs).stated, ["1.1"])
    return draw_timeline.timeline(dates, undated, [1973, 1979, 1989, 1996, 2001, 2014, 2021], inputs.as_of, source)


def deviations(inputs: Inputs, source: str = SOURCE) -> Figure:
    dates = dates_beside(inputs)
    agreeing = int((dates["days"] == 0).sum())
    return draw_timeline.deviations(timeline.directions(dates), agreeing, source)


# Chapter 1.3

FLAGS = ["islamic-state", "is-k"]


def moves(inputs: Inputs) -> pd.DataFrame:
    return pledges.moves(inputs["faction-events"], inputs["organisations"], FLAGS)


def flow(inputs: Inputs, source: str = SOURCE) -> Figure:
    known, moved, called = audited(inputs), moves(inputs), short_names(inputs)
    claims, events = inputs["claims"], inputs["faction-events"]
    telling = claims.loc[(claims["section"] == "1.3") & (claims["kind"] == "event"), "claim"]
    told = pledges.named(claims, telling, known.stated, moved, FLAGS, known.verdicts)
    announced = events[(events["kind"] == "formed") & events["subject"].isin(FLAGS)]
    return draw_pledges.flow(moved, told, announced, called, called[FLAGS[0]], inputs.as_of, source)


def founding(inputs: Inputs, source: str = SOURCE) -> Figure:
    known = audited(inputs)
    about = statements.ABOUT_DAYS
    given = pledges.foundings(known.stated, known.recorded, moves(inputs), "is-k", "isk-announced", about)
    return draw_pledges.founding(given, short_names(inputs)["is-k"], source)


# Chapter 1.4 by month

PENALTIES = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)


@cache
def newest() -> Inputs:
    return load_inputs(f"{date(2026, 11, 22)}", find_checkout(Path(__file__).parent).data)


def with_months(inputs: Inputs) -> Inputs:
    """No count by month was public when the paper was written; the chapter is left out of that edition."""
    return inputs if len(inputs["event-months"]) else newest()


def chosen_counts(inputs: Inputs) -> months.Counted:
    return months.chosen(None, inputs["event-months"], inputs["event-provinces"], inputs["event-releases"])


def monthly_counts(inputs: Inputs, source: str = SOURCE, first: str = "2008-01") -> Figure:
    rows = chosen_counts(with_months(inputs)).months
    events = months.series(rows, "Pakistan", "militant", "events", first)
    deaths = months.estimates(rows, "Pakistan", "militant", first)
    what = group_in_words("militant", {})
    return draw_months.monthly_counts(events, deaths, months.marked(events, BREAKS), what, "Pakistan", source)


def interrupted_months(inputs: Inputs, source: str = SOURCE, first: str = "2008-01") -> Figure:
    rows = chosen_counts(with_months(inputs)).months
    terms, breaks = months.design(months.series(rows, "Pakistan", "militant", "events", first), BREAKS)
    poisson = smf.glm(months.formula(breaks), data=terms, offset=np.log(terms["days"]), family=sm.families.Poisson())
    result = poisson.fit(cov_type="HAC", cov_kwds={"maxlags": 4, "use_correction": True})
    lines = months.counterfactual(result, terms, breaks)
    return draw_months.interrupted(lines, breaks, months.told(breaks), "Pakistan", "events", source)


def change_points(inputs: Inputs, source: str = SOURCE, group: str = "militant") -> Figure:
    rows = chosen_counts(with_months(inputs)).months
    counts = months.series(rows, "Pakistan", group, "events", "2008-01")
    signal = changepoints.on_log_scale(counts)
    search = ruptures.Pelt(model="l2", min_size=6, jump=1).fit(signal)
    ends = {one: search.predict(pen=one * changepoints.bic_penalty(signal)) for one in PENALTIES}
    stretches = changepoints.segments(counts, signal, ends[1.0])
    points = changepoints.found(ends, counts)
    days = months.marked(counts, BREAKS)
    return draw_months.change_points(counts, stretches, points, days, 1.0, f"Pakistan, {group}", "events", source)


def leaders_removed(inputs: Inputs, source: str = SOURCE) -> Figure:
    tables = with_months(inputs)
    removed = removals.removed(tables["leaders"], ["head", "deputy"])
    around = removals.table(removed, chosen_counts(tables).months, None, ["Pakistan"], 180)
    tested = around[around["why"] == ""].assign(holm=1.0)
    return draw_months.removals(tested, short_names(tables), 180, source)


def attributed(inputs: Inputs, source: str = SOURCE) -> Figure:
    tables = with_months(inputs)
    mentions = attribution.by_year(chosen_counts(tables).months, "Pakistan")
    shares = attribution.gathered(mentions, 5, 2008, 2026)
    return draw_months.attribution(shares, short_names(tables), "Pakistan", "events", source)


def divisions(inputs: Inputs, source: str = SOURCE, *, first: int, name: str) -> Figure:
    tables = with_months(inputs)
    counted = chosen_counts(tables)
    mapped = provinces.by_place(
        counted.provinces, counted.months, tables["places"], "militant", "Pakistan", first, 2021
    )
    what = group_in_words("militant", {})
    return draw_maps.provinces(mapped, tables["outlines"], name, f"{first} to 2021", what, source)


# Chapter 1.5


def listed_measures(inputs: Inputs) -> pd.DataFrame:
    return measures.catalogue(inputs["measures"], inputs["dates"], inputs["statements"], inputs["subjects"])


def security_matrix(inputs: Inputs, source: str = SOURCE) -> Figure:
    return draw_measures.matrix(measures.counted(inputs["matrix"], inputs["annual"]), source)


def measures_in_time(inputs: Inputs, source: str = SOURCE) -> Figure:
    stated = measures.stated(inputs["measures"], inputs["dates"], inputs["statements"])
    listed, counts = listed_measures(inputs), counts_of(inputs)
    return draw_measures.timeline(listed, stated, counts, "NACTA/MoI", "terrorist incidents", inputs.as_of, source)


def placebo_years(inputs: Inputs, source: str = SOURCE) -> Figure:
    counts = counts_of(inputs)
    counts = counts[counts["year"] >= 2006]
    table = measures.placebo(counts, measures.years_of(listed_measures(inputs)), 3)
    fits = {
        year: smf.glm("count ~ after", data=frame, family=sm.families.Poisson()).fit(scale="X2")
        for year, frame in measures.windows(counts, table["year"], 3).items()
    }
    return draw_measures.placebo(table.merge(measures.widened(fits), on="year", how="left"), "NACTA/MoI", source)


# Chapter 2.1

WITHDRAWAL = ["doha-agreement", "us-withdrawal-target", "fall-of-kabul", "us-withdrawal-complete"]
TROOPS = ("us-forces-afghanistan", "troop-level")


def targets(inputs: Inputs) -> pd.DataFrame:
    signed = inputs["dates"].loc[inputs["dates"]["date_id"] == "doha-agreement", "date"]
    return levels.announced(inputs["record-statements"], "us-withdrawal-target", list(signed))


def troops(inputs: Inputs) -> Figure:
    undated = {"2.1-14": "2017-01-20/2021-01-20"}
    own = levels.stated(inputs["statements"], *TROOPS, inputs["claims"], undated)
    record = levels.recorded(inputs["record-statements"], *TROOPS)
    turns = ["obama-surge-speech", "oef-ended", "doha-agreement", "fall-of-kabul", "us-withdrawal-complete"]
    marked = levels.decisions(inputs["dates"], targets(inputs), turns)
    return draw_levels.troops(record, own, marked, date(2019, 7, 1), inputs.as_of, "American troops")


def prisoners(inputs: Inputs) -> Figure:
    book = (inputs["statements"], inputs["record-statements"], inputs["references"])
    return draw_levels.prisoners(levels.numbers(*book, audited(inputs).names), inputs.as_of)


def withdrawal(inputs: Inputs) -> Figure:
    book = (inputs["statements"], targets(inputs), inputs["dates"])
    told = levels.withdrawal(*book, WITHDRAWAL, "doha-agreement", audited(inputs).names)
    return draw_levels.withdrawal(told, inputs.as_of)


# Chapter 2.3


def network(inputs: Inputs, source: str = SOURCE, *, whose: str) -> Figure:
    starts = ("1994-01-01", "2001-10-07", "2007-12-14", "2014-06-15", "2021-08-15")
    spans = balance.periods(starts, inputs.as_of)
    until = {"paper": min(inputs.as_of, date(2022, 1, 31)), "record": inputs.as_of}
    tables = {"paper": "paper-relations", "record": "relations"}
    ties = {
        one: balance.edges(balance.in_periods(inputs[table], spans, until[one], lasting=True))
        for one, table in tables.items()
    }
    places = balance.places(pd.concat(list(ties.values())), 2)
    own = (ties[whose], balance.triads(ties[whose]))
    return draw_relations.network(*own, spans, places, inputs["organisations"], whose, source)


# Chapter 2.6

TAKE_OVER = date(2021, 8, 15)


def before_and_after(inputs: Inputs, source: str = SOURCE) -> Figure:
    known = challenges.known(inputs["annual"], inputs["spans"], inputs["series"], "Pakistan")
    pairs = challenges.pairs(known[known["series"] != "GTI (IEP)"], TAKE_OVER, 3)
    share = proportion_confint(pairs["after"], pairs["before"] + pairs["after"], alpha=0.05, method="beta")
    return draw_challenges.forest(challenges.ratios(pairs, share), TAKE_OVER, inputs.as_of, source)


def strikes(inputs: Inputs, source: str = SOURCE) -> Figure:
    by_year, heads = challenges.strikes(inputs["annual"], "Pakistan"), challenges.heads_struck(inputs["leaders"])
    return draw_challenges.strikes(by_year, heads, TAKE_OVER, inputs.as_of, source)


def truces(inputs: Inputs, source: str = SOURCE) -> Figure:
    spells = challenges.truces(inputs["faction-events"], "pakistan")
    return draw_challenges.truces(spells, short_names(inputs), inputs.as_of, source)


# Chapter 3


def conditions(inputs: Inputs, source: str = SOURCE) -> Figure:
    book = (inputs["claims"], inputs["sections"], inputs["argument"], inputs.tables)
    coded = options.options(*book, audited(inputs).verdicts, draw_options.WORST)
    wanted = options.recommendations(inputs["claims"], ["3.1", "3.2", "3.3", "3.4"])["claim"]
    return draw_options.matrix(coded[coded["claim"].isin(wanted)].reset_index(drop=True), inputs.as_of, source)


def values(inputs: Inputs, subject: str, attribute: str) -> pd.DataFrame:
    places = {claim: claim for claim in inputs["claims"]["claim"]}
    return options.values(inputs["statements"], inputs["record-statements"], subject, attribute, places)


def fence_length(inputs: Inputs, source: str = SOURCE) -> Figure:
    what = "Length of the fence or of the border that it follows"
    length = values(inputs, "border-fence", "length")
    return draw_options.stated(length, "fence-length", what, "km", inputs.as_of, source)


def fence_cost(inputs: Inputs, source: str = SOURCE) -> Figure:
    cost, unit = values(inputs, "border-fence", "cost"), "million US dollars"
    return draw_options.stated(cost, "fence-cost", "Cost of the fence", unit, inputs.as_of, source, 1e6)


def strength(inputs: Inputs, source: str = SOURCE) -> Figure:
    fighters = values(inputs, "is-k", "strength")
    return draw_options.stated(fighters, "strength", "Fighters of IS-K", "fighters", inputs.as_of, source)


# Chapter 4.1

WRITTEN = date(2022, 1, 31)
LEVEL = partial(UnobservedComponents, level="local level", use_exact_diffuse=True)
SEARCH = {**SLOW_AND_SURE, "cov_type": "none"}


def scenario_lanes(inputs: Inputs, source: str = SOURCE) -> Figure:
    told = forecasts.statements(inputs["claims"], audited(inputs).verdicts, "4.1", WRITTEN, inputs.as_of)
    return draw_forecasts.lanes(told, inputs.as_of, forecasts.months_since(WRITTEN, inputs.as_of), source)


@cache
def when_written() -> Inputs:
    return load_inputs(f"{WRITTEN}", find_checkout(Path(__file__).parent).data)


def learnt_from(inputs: Inputs) -> dict[str, pd.Series]:
    """The counts that were known when the paper was written, whatever the edition."""
    known = inputs if inputs.as_of <= WRITTEN else when_written()
    wide = side_by_side(known, "incident_metric")
    return forecasts.training(wide, forecasts.choice(wide, 2008, 10), 2008)


def fans(inputs: Inputs, source: str = SOURCE) -> Figure:
    counts = learnt_from(inputs)
    last = max([inputs.as_of.year, *(own.index[-1] + 1 for own in counts.values())])
    fits = {name: LEVEL(np.log(own.to_numpy())).fit(**SEARCH) for name, own in counts.items()}
    each = {name: forecasts.back_transformed(fit, counts[name], last) for name, fit in fits.items()}
    lines = forecasts.together(each)
    metrics = inputs["series"].set_index("series")["incident_metric"]
    came = pd.concat(
        [versions.all_versions(inputs["annual"], name, metrics[name]).assign(series=name) for name in counts]
    )
    checked = forecasts.judged(lines, came)
    return draw_forecasts.fans(counts, forecasts.by_year(lines, checked), checked, "incidents", WRITTEN, source)


def backtest(inputs: Inputs, source: str = SOURCE) -> Figure:
    tested = {name: forecasts.rolling_origin(own, LEVEL, SEARCH, 6, 3) for name, own in learnt_from(inputs).items()}
    return draw_forecasts.tested(tested, "incidents", source)


# The audit, the argument and the chapters on the paper as a whole. Their figures name their source themselves.


def by_section(inputs: Inputs) -> Figure:
    counts = verdicts.counted(audited(inputs).findings, "section", sections(inputs), ORDER)
    return draw_audit.verdict_bars(counts, "by-section", "Claims by section and verdict.", "section")


def by_kind(inputs: Inputs) -> Figure:
    kinds = ["date", "count", "event", "relation", "attribution", "cause", "forecast", "norm"]
    counts = verdicts.counted(audited(inputs).findings, "kind", kinds, ORDER)
    return draw_audit.verdict_bars(counts, "by-kind", "Claims by kind and verdict.", "kind of claim")


def by_role(inputs: Inputs) -> Figure:
    roles = ["premise", "scenario", "conclusion", "recommendation"]
    counts = verdicts.counted(audited(inputs).findings, "role", roles, ORDER)
    return draw_audit.verdict_bars(counts, "by-role", "Claims by part in the argument and verdict.", "part")


def ends(inputs: Inputs) -> list[footing.Stand]:
    claims = inputs["claims"]
    chosen = claims.loc[claims["role"].isin(["conclusion", "recommendation"]), "claim"]
    return footing.stands(inputs["argument"], audited(inputs).verdicts, list(chosen))


def argument(inputs: Inputs) -> Figure:
    claims = inputs["claims"].set_index("claim")
    whole = footing.overview(ends(inputs), inputs["argument"], claims, audited(inputs).verdicts)
    return draw_audit.overview(whole)


def premises(inputs: Inputs) -> Figure:
    return draw_audit.footings_by_premises(ends(inputs), inputs["claims"].set_index("claim")["label"])


def footing_of(inputs: Inputs, *, claim: str) -> Figure:
    edges, found = inputs["argument"], audited(inputs).verdicts
    (stand,) = footing.stands(edges, found, [claim])
    return draw_audit.footing(stand, edges, found, inputs["claims"].set_index("claim").at[claim, "label"])


def footnote_kinds(inputs: Inputs) -> Figure:
    return draw_sourcing.kinds_by_section(sourcing.kinds_by_section(inputs["references"], inputs["sections"]))


def footnote_years(inputs: Inputs) -> Figure:
    return draw_sourcing.by_year(sourcing.by_year(inputs["references"]))


def footnoted(inputs: Inputs) -> Figure:
    return draw_sourcing.footnoted(sourcing.footnoted(inputs["claims"], inputs["sections"]))


def spellings(inputs: Inputs) -> Figure:
    book = (inputs["organisations"], inputs["subjects"], inputs["leaders"])
    found = names.entries(*book, inputs.as_of, sections(inputs))
    return draw_glossary.spellings(names.counted(found), 5)


# Those of the chapter on the footing
FOOTINGS = ("4.2-05", "4.2-12", "4.3-04", "summary-06")

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
    "timeline": time_line,
    "deviations": deviations,
    "flow": flow,
    "founding-dates": founding,
    "monthly-counts": monthly_counts,
    "monthly-counts of a year": partial(monthly_counts, first="2021-01"),
    "interrupted-months": interrupted_months,
    "interrupted-months of few years": partial(interrupted_months, first="2019-01"),
    "change-points": change_points,
    "change-points of IS-K": partial(change_points, group="is-k"),
    "removals": leaders_removed,
    "attribution": attributed,
    "provinces": partial(divisions, first=2008, name="provinces"),
    "provinces-last-year": partial(divisions, first=2021, name="provinces-last-year"),
    "security-matrix": security_matrix,
    "measures": measures_in_time,
    "placebo-years": placebo_years,
    "troop-levels": troops,
    "prisoners": prisoners,
    "withdrawal": withdrawal,
    "network-paper": partial(network, whose="paper"),
    "network-record": partial(network, whose="record"),
    "before-and-after": before_and_after,
    "strikes": strikes,
    "truces": truces,
    "options": conditions,
    "fence-length": fence_length,
    "fence-cost": fence_cost,
    "strength": strength,
    "scenario-lanes": scenario_lanes,
    "forecasts": fans,
    "backtest": backtest,
    "by-section": by_section,
    "by-kind": by_kind,
    "by-role": by_role,
    "argument": argument,
    "premises": premises,
    **{f"footing-{claim.replace('.', '-')}": partial(footing_of, claim=claim) for claim in FOOTINGS},
    "kinds-by-section": footnote_kinds,
    "by-year": footnote_years,
    "footnoted": footnoted,
    "spellings": spellings,
}
