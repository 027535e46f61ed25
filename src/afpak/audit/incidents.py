"""Checks on counts of incidents."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from afpak.analysis.trends import side_by_side
from afpak.analysis.versions import preferred
from afpak.audit.findings import Finding, NotKnownError, Verdict
from afpak.audit.registry import check
from afpak.tables import Inputs

_HALF = 0.5
# Publisher's total, the series that breaks it down by group, and the metric.
_BY_GROUP = (
    ("GTD (via OWID)", "GTD (extract)", "terrorist_incidents"),
    ("PIPS", "PIPS", "terrorist_attacks"),
)


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


@dataclass(frozen=True)
class Share:
    """Attacks attributed to TTP and IS-K in one year, as shares of all: at least, and at most.

    ``most`` adds the attacks that no one is named for; missing where the publisher does not count them.
    """

    series: str
    year: int
    least: float
    most: float | None


def shares(inputs: Inputs) -> list[Share]:
    """Yearly shares of TTP and IS-K in the attacks of a publisher, for every year with a count by group."""
    chosen, wide = preferred(inputs["annual"]), _wide(inputs)
    found = []
    for total_series, group_series, metric in _BY_GROUP:
        if total_series not in wide.columns:
            continue
        total = wide[total_series].dropna()
        rows = chosen[
            (chosen["series"] == group_series) & (chosen["metric"] == metric) & (chosen["place"] == "Pakistan")
        ]
        counts = rows.assign(year=rows["period"].astype(int)).pivot(index="year", columns="group", values="value")
        for year, row in counts.astype("float64").iterrows():
            # 'TTP and allied' takes in the TTP itself: the widest count of the year is used, never a sum of both.
            ttp = row.filter(regex="^TTP").max()
            if pd.isna(ttp) or year not in total.index:
                continue
            named = ttp + row.reindex(["IS-K", "IS"]).max() if row.reindex(["IS-K", "IS"]).notna().any() else ttp
            unnamed = row.get("unattributed")
            most = None if unnamed is None or pd.isna(unnamed) else float((named + unnamed) / total[year])
            found.append(Share(group_series, int(str(year)), float(named / total[year]), most))
    return found


@check("1.5-01")
def most_by_ttp_and_isk(inputs: Inputs) -> Finding:
    """Do counts by group make TTP and IS-K the authors of most attacks?"""
    found = shares(inputs)
    if not found:
        raise NotKnownError("which groups were named for how many attacks")
    more = [share for share in found if share.least > _HALF]
    less = [share for share in found if share.most is not None and share.most < _HALF]
    if len(more) == len(found):
        verdict = Verdict.SUPPORTED
    elif len(less) == len(found):
        verdict = Verdict.CONTRADICTED
    else:
        verdict = Verdict.CONTESTED if more or less else Verdict.UNVERIFIABLE
    years = sorted(share.year for share in found)
    low, high = min(share.least for share in found), max(share.least for share in found)
    whole = [share for share in found if share.most is not None]
    unnamed = (
        f" Where attacks that no one is named for are counted too, they are "
        f"{min(share.most - share.least for share in whole if share.most is not None):.0%} to "
        f"{max(share.most - share.least for share in whole if share.most is not None):.0%} of all."
        if whole
        else " How many attacks no one is named for is not published with these counts."
    )
    return Finding(
        "1.5-01",
        verdict,
        f"Attacks attributed to the two groups, and to allies where a publisher counts them together, are {low:.0%} to "
        f"{high:.0%} of all in {len(found)} series-years ({years[0]} to {years[-1]}): more than half in {len(more)}, "
        f"and less than half even with all that no one is named for in {len(less)}.{unnamed}",
        tuple(f"annual: {share.series}, {share.year}, by group" for share in found),
        "Widest count of the TTP plus that of IS-K, divided by the publisher’s total of the year; at most this plus "
        "the unattributed. Supported if more than half in every year, contradicted if less than half at most in every "
        "year, contested if both occur or only some years decide.",
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
