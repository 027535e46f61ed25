from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from afpak.analysis import options
from afpak.analysis.options import Coding

CLAIMS = pd.DataFrame(
    {
        "claim": ["3.2-1", "3.3-1", "3.4-1", "p", "q", "r"],
        "section": ["3.2", "3.3", "3.4", "3.2", "3.2", "3.2"],
        "text": ["fight", "talk", "ally", "p", "q", "r"],
        "role": ["recommendation", "recommendation", "recommendation", "premise", "premise", "premise"],
    }
)
SECTIONS = pd.DataFrame(
    {"section": ["3.2", "3.3", "3.4"], "title": ["Kinetic Measures", "Non-Kinetic Measures", "Dealing with IS-K"]}
)
ARGUMENT = pd.DataFrame(
    {"source": ["3.2-1", "3.3-1"], "relation": ["assumes", "supports"], "target": ["r", "q"], "basis": "b"}
)
TABLES = {"dates": pd.DataFrame({"date_id": ["a", "b", "c"], "kind": ["x", "x", "y"]})}
CODED = (
    Coding("3.2-1", "f", "army", options.ALONE, "w", ("p",), "dates", "m", {"date_id": ("a", "c"), "kind": ("x",)}),
    Coding("3.3-1", "t", "all", options.EITHER, "w", ("p", "q"), "", "m"),
    Coding("3.4-1", "a", "both", options.NEEDED, "w", (), "", "m"),
)
VERDICTS = {"p": "supported", "q": "contested", "r": "contradicted"}
WORST = ("contradicted", "contested", "supported")


def coded(argument: pd.DataFrame = ARGUMENT) -> pd.DataFrame:
    return options.options(CLAIMS, SECTIONS, argument, TABLES, VERDICTS, WORST, CODED).set_index("claim")


def test_means_come_from_the_title_of_the_section() -> None:
    assert coded()["means"].tolist() == [options.KINETIC, options.OTHER_MEANS, options.NOT_SAID]


def test_only_what_needs_kabul_can_not_be_done_alone() -> None:
    assert coded()["alone"].tolist() == [True, True, False]


def test_rows_meet_every_condition_and_no_table_means_none() -> None:
    assert coded()["rows"].tolist() == [1, 0, 0]


def test_the_worst_verdict_of_grounds_and_assumptions_is_named() -> None:
    table = coded()
    assert table["verdict"].tolist() == ["contradicted", "contested", None]
    assert table["assumed"].tolist() == [("r",), (), ()]
    # without the table of the argument only the grounds in the passage are left
    assert coded(ARGUMENT[:0]).loc["3.2-1", "verdict"] == "supported"


def test_a_coding_of_no_claim_is_refused() -> None:
    wrong = Coding("9.9-1", "", "", options.ALONE, "", (), "", "")
    with pytest.raises(KeyError):
        options.options(CLAIMS, SECTIONS, ARGUMENT, TABLES, VERDICTS, WORST, [wrong])


def test_recommendations_are_those_of_the_sections() -> None:
    assert options.recommendations(CLAIMS, ["3.2", "3.4"])["claim"].tolist() == ["3.2-1", "3.4-1"]


# The codings of the paper


def test_every_recommendation_of_section_3_is_coded_once_with_its_reasons(latest) -> None:
    wanted = options.recommendations(latest["claims"], ["3.1", "3.2", "3.3", "3.4"])
    assert [coding.claim for coding in options.CODINGS] == wanted["claim"].tolist()
    for coding in options.CODINGS:
        assert coding.kabul in (options.NEEDED, options.EITHER, options.ALONE)
        assert coding.short and coding.addressee and coding.kabul_reason and coding.measured
        assert bool(coding.table) == bool(coding.where)


def test_codings_fit_the_tables(paper, latest) -> None:
    claims = latest["claims"].set_index("claim")
    for coding in options.CODINGS:
        assert set(coding.reasons) <= set(claims.index)
        # a ground stands in the same section
        assert {claims.at[reason, "section"] for reason in coding.reasons} <= {claims.at[coding.claim, "section"]}
        # who needs the Afghan Taliban names them
        actors = str(claims.at[coding.claim, "actors"]).split(" | ")
        assert (coding.kabul != options.ALONE) == ("afghan-taliban" in actors)
        for column, values in coding.where.items():
            assert set(values) <= set(latest[coding.table][column])


# Stated and recorded values


STATED = pd.DataFrame(
    {
        "statement": ["s1", "s2", "s3"],
        "claim": ["c1", "c2", "c3"],
        "subject": ["fence", "fence", "other"],
        "attribute": "length",
        "value": ["2640", "2000/5000", "1"],
        "bound": ["exact", "about", "exact"],
        "at": [None, "2018", None],
    }
)
RECORDED = pd.DataFrame(
    {
        "statement": ["r1", "r2", "r3"],
        "subject": "fence",
        "attribute": ["length", "length", "cost"],
        "value": ["2600", "500/1500", "3"],
        "bound": ["about", "at-most", "exact"],
        "at": [None, "2021-08", None],
        "known_since": ["2021-12-25", "2022", None],
        "note": ["Of the border.", None, None],
        "source": ["A: b (2021) | C", "D: e (2022)", "F"],
        "url": ["u | v", "w", "x"],
    }
)


def test_values_are_read_with_bounds_and_ordered_by_the_time_to_which_they_belong() -> None:
    table = options.values(STATED, RECORDED, "fence", "length", {"c1": "1.1-01"})
    assert table["statement"].tolist() == ["s2", "r2", "r1", "s1"]
    assert table["low"].tolist() == [2000, 500, 2600, 2640]
    assert table["high"].tolist() == [5000, 1500, 2600, 2640]
    assert table["dated"].tolist() == ["2018", "2021-08", "2021-12-25", None]
    assert table["day"].tolist()[1] == date(2021, 8, 16)
    assert table["who"].tolist() == ["the paper, c2", "D: e (2022)", "Of the border", "the paper, 1.1-01"]


def test_differences_are_taken_between_middles_in_per_cent_of_the_recorded_one() -> None:
    table = options.values(STATED, RECORDED, "fence", "length", {})
    pairs = options.differences(table).set_index(["paper", "record"])
    assert pairs.loc[("s1", "r1"), "difference"] == 40
    assert pairs.loc[("s1", "r1"), "percent"] == pytest.approx(100 * 40 / 2600)
    assert pairs.loc[("s2", "r2"), ["stated", "recorded", "difference"]].tolist() == [3500, 1000, 2500]
    assert len(pairs) == 4


def test_no_value_gives_an_empty_table_with_its_columns() -> None:
    table = options.values(STATED, RECORDED, "nothing", "length", {})
    assert table.empty and "low" in table.columns and options.differences(table).empty


# Parts


def test_parts_have_their_first_pledge_to_the_whole_or_to_what_stands_above_it() -> None:
    statements = pd.DataFrame(
        {"claim": ["3.4-1", "3.4-2", "3.4-3", "1.3-1"], "subject": "is-k",
         "attribute": ["component", "component", "formed", "component"],
         "value": ["one", "two", "three", "other"]}
    )  # fmt: skip
    events = pd.DataFrame(
        {
            "event": ["e1", "e2", "e3", "e4"],
            "date": ["2015-08", "2014-07", "2014", "2013"],
            "kind": ["pledged", "pledged", "pledged", "split"],
            "subject": ["one", "one", "four", "two"],
            "object": ["is-k", "islamic-state", "islamic-state", "is-k"],
            "source": "s",
            "url": "u",
        }
    )
    recorded = pd.DataFrame(
        {"subject": "is-k", "attribute": "component", "value": ["two"], "source": ["t"], "url": ["v"]}
    )
    table = options.composition(statements, events, recorded, "3.4", "is-k", "islamic-state").set_index("part")
    assert table["pledged"].to_dict() == {"one": "2014-07", "two": None, "four": "2014"}
    assert table["listed"].to_dict() == {"one": True, "two": True, "four": False}
    assert table["named"].to_dict() == {"one": False, "two": True, "four": False}
    assert table["source"].to_dict() == {"one": "s", "two": "t", "four": "s"}


def test_grounds_without_a_record_are_kept_and_have_none() -> None:
    statements = pd.DataFrame(
        {
            "claim": ["3.4-1", "3.4-2", "1.3-1"],
            "subject": "is-k",
            "attribute": "recruits-from",
            "value": ["one", "two", "x"],
        }
    )
    recorded = pd.DataFrame(
        {
            "subject": "is-k",
            "attribute": "recruits-from",
            "value": ["two"],
            "note": ["n"],
            "source": ["t"],
            "url": ["v"],
        }
    )
    table = options.pools(statements, recorded, "3.4", "is-k")
    assert table["recorded"].tolist() == [False, True]
    assert table["note"].tolist() == [None, "n"]


# Since a policy


DATES = pd.DataFrame(
    {
        "date_id": ["policy", "early", "same", "late", "vague", "undated-measure"],
        "name": "n",
        "date": ["2018-05-31", "2018-01", "2018-05-31", "2021", "2018", "2020"],
        "date_alternatives": ["2018-05-29", None, None, "2021-08", None, None],
        "source": "s",
        "url": "u",
    }
)
MEASURES = pd.DataFrame(
    {"measure": ["policy", "early", "same", "late", "vague", "no-date"], "means": "m", "claim": None}
)


def test_a_measure_is_later_only_if_every_reading_of_its_date_is() -> None:
    table = options.since(MEASURES, DATES, "policy").set_index("measure")
    assert table["place"].to_dict() == {
        "early": options.BEFORE, "vague": options.OPEN, "same": options.OPEN, "late": options.AFTER,
    }  # fmt: skip


def test_a_policy_without_a_date_leaves_nothing_to_tell() -> None:
    assert options.since(MEASURES, DATES, "no-date").empty
