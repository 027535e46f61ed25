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
# Classes of groups that take in the TTP, and IS-K where they are that of all religious militants.
_CLASSES = ("TTP and allied", "TTP and splinters", "religious militants")


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
    """Attacks of TTP and IS-K in one year as shares of all, each missing where it is not published.

    ``least`` counts the two by name; ``most`` counts every group that a publisher puts in one class with them, or
    adds the attacks that no one is named for.
    """

    series: str
    year: int
    least: float | None
    most: float | None


def shares(inputs: Inputs) -> list[Share]:
    """Yearly shares in the attacks of a publisher, for every year with a count by group."""
    chosen, wide = preferred(inputs["annual"]), _wide(inputs)
    here = chosen[chosen["place"] == "Pakistan"].assign(year=lambda rows: rows["period"].astype(int))
    found = []
    for total_series, group_series, metric in _BY_GROUP:
        total = wide[total_series].dropna() if total_series in wide.columns else pd.Series(dtype="float64")
        rows = here[here["series"] == group_series]
        counts = rows[rows["metric"] == metric].pivot(index="year", columns="group", values="value")
        stated = rows[rows["metric"] == "share_attacks"].pivot(index="year", columns="group", values="value")
        for year in sorted(set(counts.index) | set(stated.index)):
            if year not in total.index:
                continue
            row = counts.loc[year].dropna() if year in counts.index else pd.Series(dtype="float64")
            least = most = None
            if "TTP" in row:
                # IS and IS-K are two names of one count.
                named = float(row["TTP"]) + max(
                    (float(row[group]) for group in ("IS-K", "IS") if group in row), default=0.0
                )
                least = named / float(total[year])
                if "unattributed" in row:
                    most = (named + float(row["unattributed"])) / float(total[year])
            classes = [float(row[group]) / float(total[year]) for group in _CLASSES if group in row]
            if year in stated.index:
                row = stated.loc[year].dropna()
                classes += [float(row[group]) / 100 for group in _CLASSES if group in row]
            if classes:
                # A class of allies or splinters may leave out IS-K, which the count by name has.
                most = max([*classes, *([] if least is None else [least])])
            if least is not None or most is not None:
                found.append(Share(group_series, int(year), least, most))
    return found


def _range(values: list[float]) -> str:
    return f"{min(values):.0%} to {max(values):.0%}" if min(values) != max(values) else f"{values[0]:.0%}"


def _series_years(shares: list[float]) -> str:
    """How many series-years have a share, and in how many of them it is more than half."""
    over = sum(share > _HALF for share in shares)
    if len(shares) == 1:
        return f"1 series-year, {'more' if over else 'not more'} than half in it"
    told = {0: "none", len(shares): "all"}.get(over, f"{over}")
    return f"{len(shares)} series-years, more than half in {told} of them"


@check("1.5-01")
def most_by_ttp_and_isk(inputs: Inputs) -> Finding:
    """Do counts by group make TTP and IS-K the authors of most attacks?"""
    found = shares(inputs)
    least = [share.least for share in found if share.least is not None]
    most = [share.most for share in found if share.most is not None]
    if not found:
        raise NotKnownError("which groups were named for how many attacks")
    yes = [share for share in found if share.least is not None and share.least > _HALF]
    no = [share for share in found if share.most is not None and share.most < _HALF]
    if len(yes) == len(found):
        verdict = Verdict.SUPPORTED
    elif len(no) == len(found):
        verdict = Verdict.CONTRADICTED
    elif (yes and no) or (any(one <= _HALF for one in least) and any(one > _HALF for one in most)):
        verdict = Verdict.CONTESTED
    else:
        verdict = Verdict.UNVERIFIABLE
    told = []
    if least:
        told.append(f"Counted by name, the two carried out {_range(least)} of all attacks in {_series_years(least)}.")
    if most:
        told.append(
            "With every group that the publisher puts in one class with them, or with all that no one is named "
            "for, it is "
            f"{_range(most)} in {_series_years(most)}."
        )
    return Finding(
        "1.5-01",
        verdict,
        " ".join(told),
        tuple(f"annual: {share.series}, {share.year}, by group" for share in found),
        "TTP plus IS-K by name, and the widest class that holds them (allies, splinters, all religious "
        "militants) or the "
        "unattributed added, each divided by the publisher’s total of the year. Supported if more than half "
        "by name in every "
        "year, contradicted if less than half at the widest in every year, contested if it depends on the scope.",
    )


@check("summary-02")
def rise_after_kabul(inputs: Inputs) -> Finding:
    """Did attacks rise from 2020 to 2021, in all and by the groups that the claim names?"""
    wide = _wide(inputs)
    rows = wide.loc[wide.index.isin([2020, 2021])].dropna(axis=1)
    if len(rows) < 2 or rows.shape[1] == 0:
        raise NotKnownError("how many attacks there were in 2020 and in 2021")
    rose = [str(name) for name in rows.columns if rows.at[2021, name] > rows.at[2020, name]]
    told = "; ".join(f"{name} {rows.at[2020, name]:,.0f} to {rows.at[2021, name]:,.0f}" for name in rows.columns)
    ttp = _rise_of_ttp(inputs)
    if len(rose) == rows.shape[1] and ttp is not None and ttp > 0:
        verdict = Verdict.SUPPORTED
    elif not rose and (ttp is None or ttp <= 0):
        verdict = Verdict.CONTRADICTED
    else:
        verdict = Verdict.CONTESTED if ttp is not None else Verdict.UNVERIFIABLE
    by_group = (
        f"PIPS reports that those of the TTP {_moved(ttp)}" if ttp is not None else "No count of the TTP has both years"
    )
    return Finding(
        "summary-02",
        verdict,
        f"From 2020 to 2021 attacks by all groups rose in {len(rose)} of {rows.shape[1]} series: {told}. "
        f"{by_group}.{_level_of_ttp(inputs)} Of IS-K alone no count has both years. The takeover fell in the middle of "
        "August, which a yearly count can’t show.",
        tuple(f"annual: {name}, 2020 and 2021" for name in rows.columns),
        "Each series’ count by all groups in 2021 against 2020, and the published change of the TTP’s. "
        "Supported if all rose "
        "and the TTP’s too.",
    )


def _moved(change: float) -> str:
    """A published change from 2020 to 2021 in words."""
    if change == 0:
        return "were as many in 2021 as in 2020"
    return f"{'rose' if change > 0 else 'fell'} by {abs(change):.0f} per cent in 2021, against 2020"


def _level_of_ttp(inputs: Inputs) -> str:
    """The TTP's attacks from 2019 to 2021 in words, since a rise from a low year can be a return; empty if not known.

    The published change stands by itself: it can't be computed from these counts where 2020 has none.
    """
    chosen = preferred(inputs["annual"])
    rows = chosen[
        (chosen["metric"] == "terrorist_attacks")
        & (chosen["group"] == "TTP")
        & (chosen["series"] == "PIPS")
        & (chosen["place"] == "Pakistan")
    ].set_index("period")["value"]
    if not {"2019", "2021"} <= set(rows.index):
        return ""
    own = f" Its own counts of them are {rows['2019']:.0f} for 2019 and {rows['2021']:.0f} for 2021"
    return f"{own}; for 2020 " + (f"it has {rows['2020']:.0f}." if "2020" in rows.index else "no count is known.")


def _rise_of_ttp(inputs: Inputs) -> float | None:
    """Published change of the TTP's attacks from 2020 to 2021 in per cent; None if there is none."""
    chosen = preferred(inputs["annual"])
    rows = chosen[
        (chosen["metric"] == "increase_vs_previous_year")
        & (chosen["group"] == "TTP")
        & (chosen["period"] == "2021")
        & (chosen["series"] == "PIPS")
        & (chosen["place"] == "Pakistan")
    ]
    return None if rows.empty else float(rows["value"].iloc[0])
