"""Checks on leaders: who led, until when, and how it ended."""

from __future__ import annotations

from typing import Any

import pandas as pd

from afpak.audit.dates import compare, overlap
from afpak.audit.findings import Finding, NotKnownError, Verdict
from afpak.audit.registry import check
from afpak.tables import Inputs
from afpak.tables.dates import bounds, listed

# What a drone strike can be called: every drone strike is an airstrike, not the other way round.
_FROM_THE_AIR = "airstrike"
# Footnote 51 lists four heads.
_LISTED = 4


def tenure(inputs: Inputs, name: str, ended: bool = False) -> dict[str, Any]:
    """One row of the table of leaders.

    Parameters
    ----------
    inputs : Inputs
        What the edition may know.
    name : str
        Identifier of the tenure.
    ended : bool
        Whether the check needs its end too.

    Raises
    ------
    NotKnownError
        If the edition does not know the tenure, or its end.
    """
    rows = inputs["leaders"].set_index("tenure")
    if name not in rows.index:
        raise NotKnownError(f"of the tenure {name}")
    row = dict(rows.loc[name])
    if ended and not isinstance(row["tenure_end"], str):
        raise NotKnownError(f"how the tenure of {row['person']} ended")
    return row


def listed_as_killed(inputs: Inputs) -> pd.DataFrame:
    """IS-K heads whose end the paper dates in footnote 51, in order of that date."""
    leaders = inputs["leaders"]
    named = leaders["paper_sections"].map(lambda text: "fn51" in listed(text))
    rows = leaders[(leaders["organisation"] == "is-k") & (leaders["rank"] == "head") & named]
    return rows.sort_values("paper_end")


def _all_ended(inputs: Inputs) -> pd.DataFrame:
    """The heads of footnote 51; NotKnownError unless the edition knows how each tenure ended."""
    rows = listed_as_killed(inputs)
    known = rows[rows["tenure_end"].notna()]
    if len(known) < _LISTED:
        raise NotKnownError(f"how all {_LISTED} of the listed tenures ended")
    return rows


@check("1.4-14")
def four_emirs_by_drone(inputs: Inputs) -> Finding:
    """Are the four heads that the paper lists recorded as killed in drone strikes?"""
    rows = _all_ended(inputs)
    counted = rows["end_cause"].fillna("not known").value_counts()
    dissent = [
        f"{row.person} ({' or '.join(listed(row.cause_alternatives))} in other reports)"
        for row in rows.itertuples()
        if listed(row.cause_alternatives)
    ]
    drone, air = int(counted.get("drone strike", 0)), int(counted.get(_FROM_THE_AIR, 0))
    verdict = Verdict.CONTESTED if air else Verdict.SUPPORTED
    if drone + air < len(rows):
        verdict = Verdict.CONTRADICTED
    causes = ", ".join(f"{count} by {cause}" for cause, count in counted.items())
    return Finding(
        "1.4-14",
        verdict,
        f"Of the {len(rows)} heads that footnote 51 lists, the record has {causes}."
        + (f" Reports differ for {'; '.join(dissent)}." if dissent else ""),
        tuple(f"leaders: {name}" for name in rows["tenure"]),
        "Recorded cause of the end of each listed tenure. Contradicted if any is neither a drone strike nor an "
        "airstrike, contested if any is only called an airstrike; a differing report is named but does not outweigh "
        "the record. That the four of footnote 51 are the four of the text is an inference.",
    )


@check("1.4-15")
def split_after_the_fourth(inputs: Inputs) -> Finding:
    """Did the rival leadership arise only after the last of the four listed heads was dead?"""
    rival = tenure(inputs, "is-k-north-moawiya")
    rows = _all_ended(inputs)
    last = rows.iloc[-1]
    began, ended = bounds(rival["tenure_start"]), bounds(last["tenure_end"])
    if began.latest < ended.earliest:
        verdict = Verdict.CONTRADICTED
    else:
        verdict = Verdict.SUPPORTED if began.earliest >= ended.latest else Verdict.CONTESTED
    references = inputs["references"].set_index("reference")
    earlier = [
        f"{name}, dated {references.at[name, 'date']}"
        for name in ("fn49", "fn64")
        if bounds(references.at[name, "date"]).latest < ended.earliest
    ]
    return Finding(
        "1.4-15",
        verdict,
        f"{rival['person']} claimed the leadership in {rival['tenure_start']}, which is the first recorded "
        "sign of two camps; "
        f"{last['person']}, the last of the {len(rows)}, was killed on {last['tenure_end']}."
        + (
            f" The paper’s own footnotes on the rival camp are older than that: {'; '.join(earlier)}."
            if earlier
            else ""
        ),
        ("leaders: is-k-north-moawiya", f"leaders: {last['tenure']}", "references: fn49", "references: fn64"),
        "The latest day that the start of the rival claim may mean against the earliest day of the last "
        "death. A claim to the "
        "leadership stands for the split, of which no source gives a day.",
    )


@check("1.4-31")
def months_of_four_deaths(inputs: Inputs) -> Finding:
    """Do the months that footnote 51 gives agree with the record?"""
    rows = _all_ended(inputs)
    verdicts = [compare(row.paper_end, row.tenure_end, listed(row.end_alternatives)) for row in rows.itertuples()]
    agreeing = sum(verdict is Verdict.SUPPORTED for verdict in verdicts)
    if Verdict.CONTRADICTED in verdicts:
        verdict = Verdict.CONTRADICTED
    else:
        verdict = Verdict.CONTESTED if Verdict.CONTESTED in verdicts else Verdict.SUPPORTED
    return Finding(
        "1.4-31",
        verdict,
        f"{agreeing} of the {len(rows)} months agree with the recorded days: "
        + "; ".join(f"{row.person}, {row.paper_end} and {row.tenure_end}" for row in rows.itertuples())
        + ".",
        tuple(f"leaders: {name}" for name in rows["tenure"]),
        "A month agrees with any day in it.",
    )


@check("1.2-09")
def passed_to_fazlullah(inputs: Inputs) -> Finding:
    """Did Fazlullah follow in 2013 upon Hakimullah's death by a drone?"""
    before, after = tenure(inputs, "ttp-hakimullah-mehsud", ended=True), tenure(inputs, "ttp-fazlullah")
    holds = (
        overlap("2013", after["tenure_start"])
        and before["end_cause"] == "drone strike"
        and bounds(before["tenure_end"]).latest <= bounds(after["tenure_start"]).latest
    )
    return Finding(
        "1.2-09",
        Verdict.SUPPORTED if holds else Verdict.CONTRADICTED,
        f"{before['person']}: {before['end_cause']}, {before['tenure_end']}. {after['person']} followed on "
        f"{after['tenure_start']}.",
        ("leaders: ttp-hakimullah-mehsud", "leaders: ttp-fazlullah"),
        "Year of the start of the second tenure, cause and date of the end of the first.",
    )


@check("1.2-15")
def hakimullah_place(inputs: Inputs) -> Finding:
    """Did Hakimullah die in South Waziristan in November 2013?"""
    row = tenure(inputs, "ttp-hakimullah-mehsud", ended=True)
    date_holds = overlap("2013-11", row["tenure_end"])
    place_holds = "South Waziristan" in row["end_place"]
    return Finding(
        "1.2-15",
        Verdict.SUPPORTED if date_holds and place_holds else Verdict.CONTRADICTED,
        f"The record has {row['tenure_end']}, {row['end_place']}: the month "
        f"{'agrees' if date_holds else 'does not agree'}, the place {'agrees' if place_holds else 'does not'}.",
        ("leaders: ttp-hakimullah-mehsud",),
        "Month and place of the recorded end; both must agree.",
    )
