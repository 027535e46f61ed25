"""Checks on counts of incidents."""

from __future__ import annotations

import pandas as pd

from afpak.analysis.trends import side_by_side
from afpak.analysis.versions import preferred
from afpak.audit.findings import Finding, Verdict
from afpak.audit.registry import check
from afpak.tables import Inputs

_HALF = 0.5


def _wide(inputs: Inputs) -> pd.DataFrame:
    return side_by_side(preferred(inputs["annual"]), inputs["series"], "incident_metric")


@check("1.5-17")
def measures_brought_down(inputs: Inputs) -> Finding:
    """Did counts fall after the middle of 2014 in every series, which a cause would need at the least?"""
    wide = _wide(inputs)
    told = []
    for name in wide.columns:
        counts = wide[name].dropna()
        before, after = counts.loc[2009:2013], counts.loc[2015:2019]
        if len(before) >= 2 and len(after) >= 2:
            told.append((str(name), float(after.mean() / before.mean())))
    fell = [name for name, ratio in told if ratio < 1]
    if not told:
        verdict = Verdict.UNVERIFIABLE
    elif not fell:
        verdict = Verdict.CONTRADICTED
    else:
        # The fall is there; that the measures caused it is what no yearly count can show.
        verdict = Verdict.UNVERIFIABLE if len(fell) == len(told) else Verdict.CONTESTED
    ratios = ", ".join(f"{name} {ratio:.2f}" for name, ratio in told)
    return Finding(
        "1.5-17",
        verdict,
        f"The yearly mean of 2015 to 2019 was lower than that of 2009 to 2013 in {len(fell)} of {len(told)} series "
        f"({ratios} times the earlier mean). That the measures were the cause, yearly counts can’t show.",
        tuple(f"annual: {name}" for name, _ in told),
        "Mean yearly count 2015 to 2019 divided by that of 2009 to 2013, each series by itself, with two "
        "years or more on "
        "either side. A fall in all is needed for the claim and does not prove it.",
    )


@check("1.5-01")
def most_by_ttp_and_isk(inputs: Inputs) -> Finding:
    """Do counts by group make TTP and IS-K the authors of most attacks?"""
    annual = inputs["annual"]
    chosen, wide = preferred(annual), _wide(inputs)
    shares = []
    for series, metric in (("GTD (via OWID)", "terrorist_incidents"), ("PIPS", "terrorist_attacks")):
        if series not in wide.columns:
            continue
        total = wide[series].dropna()
        by_group = chosen[
            chosen["series"].isin([series, "GTD (extract)"] if series.startswith("GTD") else [series])
            & (chosen["metric"] == metric)
            & (chosen["place"] == "Pakistan")
            & chosen["group"].isin(["TTP", "TTP and allied", "TTP and splinters", "IS-K", "IS"])
        ]
        for period, rows in by_group.groupby("period"):
            year = int(str(period))
            if year not in total.index:
                continue
            # 'TTP and allied' takes in the TTP itself: the widest count of the year is used, never their sum.
            ttp = rows.loc[rows["group"].str.startswith("TTP"), "value"].max()
            isk = rows.loc[~rows["group"].str.startswith("TTP"), "value"].max()
            if pd.notna(ttp):
                shares.append((series, year, float(ttp + (0 if pd.isna(isk) else isk)) / float(total[year])))
    if not shares:
        return Finding(
            "1.5-01",
            Verdict.UNVERIFIABLE,
            "No count by group is known as of this edition’s date.",
            (),
            "Counts by group.",
        )
    above = [share for share in shares if share[2] > _HALF]
    low, high = min(share[2] for share in shares), max(share[2] for share in shares)
    verdict = Verdict.SUPPORTED if len(above) == len(shares) else Verdict.CONTESTED if above else Verdict.CONTRADICTED
    years = sorted({year for _, year, _ in shares})
    return Finding(
        "1.5-01",
        verdict,
        f"Attacks that the publisher attributes to the two groups, and to allies where it counts them together, are "
        f"{low:.0%} to {high:.0%} of all in the {len(shares)} series-years with such a count ({years[0]} to "
        f"{years[-1]}); "
        f"more than half in {len(above)}. Attacks that no one is named for stay in the total.",
        tuple(f"annual: {series}, {year}" for series, year, _ in shares),
        "Widest count of the TTP plus that of IS-K, divided by the publisher’s total of the year. Supported "
        "if more than half in "
        "every year, contradicted if in none.",
    )


@check("summary-02")
def rise_after_kabul(inputs: Inputs) -> Finding:
    """Did counts rise from 2020 to 2021, the year of the fall of Kabul?"""
    wide = _wide(inputs)
    rows = wide.loc[wide.index.isin([2020, 2021])].dropna(axis=1)
    if len(rows) < 2 or rows.shape[1] == 0:
        return Finding("summary-02", Verdict.UNVERIFIABLE, "No series has both years.", (), "Counts of 2020 and 2021.")
    rose = [str(name) for name in rows.columns if rows.at[2021, name] > rows.at[2020, name]]
    told = "; ".join(f"{name} {rows.at[2020, name]:,.0f} to {rows.at[2021, name]:,.0f}" for name in rows.columns)
    verdict = Verdict.SUPPORTED if len(rose) == rows.shape[1] else Verdict.CONTESTED if rose else Verdict.CONTRADICTED
    return Finding(
        "summary-02",
        verdict,
        f"From 2020 to 2021 attacks rose in {len(rose)} of {rows.shape[1]} series: {told}. Yearly totals of "
        "all groups; the "
        f"takeover fell in the middle of August.",
        tuple(f"annual: {name}, 2020 and 2021" for name in rows.columns),
        "Each series’ count of attacks by all groups, 2021 against 2020.",
    )
