"""Checks on the history of the factions."""

from __future__ import annotations

from afpak.analysis.attrition import tenures
from afpak.analysis.factions import by_reign, in_order, spells
from afpak.audit.findings import Finding, NotKnownError, Verdict
from afpak.audit.leaders import tenure
from afpak.audit.registry import check
from afpak.tables import Inputs
from afpak.tables.dates import bounds, listed

_UMBRELLA = "ttp"


@check("1.2-12")
def founder_of_jamaat_ul_ahrar(inputs: Inputs) -> Finding:
    """Did Omar Khalid Khorasani leave and found Jamaat-ul-Ahrar?"""
    events = inputs["faction-events"]
    splits = events[(events["subject"] == "jamaat-ul-ahrar") & events["kind"].isin(["split", "formed"])]
    leaders = inputs["leaders"]
    heads = leaders[(leaders["organisation"] == "jamaat-ul-ahrar") & (leaders["rank"] == "head")]
    if splits.empty or heads.empty:
        raise NotKnownError("of Jamaat-ul-Ahrar")
    split, first = splits.iloc[0], heads.sort_values("tenure_start").iloc[0]
    named = any("Omar Khalid" in name for name in listed(split["person"]))
    is_head = "Omar Khalid" in first["person"]
    verdict = Verdict.SUPPORTED if is_head else Verdict.CONTESTED if named else Verdict.CONTRADICTED
    return Finding(
        "1.2-12",
        verdict,
        f"The group broke away on {split['date']}. {first['person']} was announced as its head; Omar Khalid "
        "Khorasani is "
        f"{'named among those who broke away, and some reports call him its founder' if named else 'not named'}.",
        (f"faction-events: {split['event']}", f"leaders: {first['tenure']}"),
        "Persons named in the event of the split, and the first head in the table of leaders.",
    )


@check("1.2-22")
def noor_wali_unified(inputs: Inputs) -> Finding:
    """Did more groups come back, and fewer leave, under Noor Wali than under Fazlullah?"""
    events = inputs["faction-events"]
    reigns = tenures(inputs["leaders"], inputs.as_of, [_UMBRELLA])
    table = by_reign(spells(events, _UMBRELLA, inputs.as_of), events, reigns, _UMBRELLA).set_index("person")
    if not {"Mullah Fazlullah", "Noor Wali Mehsud"} <= set(table.index):
        raise NotKnownError("of both reigns that the claim compares")
    before, after = table.loc["Mullah Fazlullah"], table.loc["Noor Wali Mehsud"]
    fewer_left, more_came = after["left"] < before["left"], after["returned"] > before["returned"]
    if fewer_left and more_came:
        verdict = Verdict.SUPPORTED
    else:
        verdict = Verdict.CONTESTED if fewer_left or more_came else Verdict.CONTRADICTED
    return Finding(
        "1.2-22",
        verdict,
        f"Under Fazlullah {before['left']} groups left and {before['returned']} came back; under Noor Wali "
        f"{after['left']} left and {after['returned']} came back, and the number outside went from "
        f"{after['at_start']} to {after['at_end']}.",
        (
            "leaders: ttp-fazlullah",
            "leaders: ttp-noor-wali-mehsud",
            "faction-events: all with object ttp",
            "faction-events: all with object jamaat-ul-ahrar",
        ),
        "Departures and returns in the table of events by reign; supported if both moved as claimed, "
        "contested if one did. "
        "Who was the cause can't be told from dates. A group whose leaving again no source dates counts as "
        "inside until then, "
        "so returns and the number outside need not add up.",
    )


@check("1.2-20")
def strength_after_fazlullah(inputs: Inputs) -> Finding:
    """Did groups come into the TTP after Fazlullah's death, and when did the first?"""
    end = bounds(tenure(inputs, "ttp-fazlullah", ended=True)["tenure_end"]).latest
    events = inputs["faction-events"]
    came = events[(events["object"] == _UMBRELLA) & events["kind"].isin(["joined", "merged"])]
    later = came["date"].map(lambda text: bounds(text).earliest > end).astype(bool)
    after = in_order(came[later])
    if after.empty:
        return Finding(
            "1.2-20",
            Verdict.UNVERIFIABLE,
            "The table holds no group that came into the TTP after Fazlullah’s death.",
            (),
            "Groups that joined or merged after the recorded death.",
        )
    years = (after["middle"].iloc[0] - end).days / 365.25
    return Finding(
        "1.2-20",
        # Groups that join are a sign of strength and no measure of it.
        Verdict.UNVERIFIABLE,
        f"At least {len(after)} groups came into the TTP after his death, the first of them about {years:.1f} years "
        f"later, in {after.iloc[0]['date']}; {len(came) - len(after)} came before it. No source in the tables gives "
        "its strength before and after.",
        tuple(f"faction-events: {event}" for event in after["event"]),
        "Groups that joined or merged before and after the recorded death. Strength itself has no series, so the order "
        "of arrivals is shown and decides nothing.",
    )
