from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from afpak.analysis import attrition, factions

REPOSITORY = Path(__file__).resolve().parents[2]
AS_OF = date(2020, 1, 1)


def events(*rows: tuple[str, str, str, str | None]) -> pd.DataFrame:
    """Events from (date, subject, kind, object), numbered in the order given."""
    return pd.DataFrame(
        [
            {
                "event": f"e{i:02d}",
                "date": day,
                "subject": who,
                "kind": kind,
                "object": whom,
                "person": f"leader of e{i:02d}",
            }
            for i, (day, who, kind, whom) in enumerate(rows, start=1)
        ],
        columns=["event", "date", "subject", "kind", "object", "person"],
    )


def course(*rows: tuple[str, str, str, str | None]) -> list[tuple[str, str, date, date]]:
    """Spells of one table: organisation, state, begin, end."""
    table = factions.spells(events(*rows), "u", AS_OF)
    return [tuple(row) for row in table[["organisation", "state", "begin", "end"]].itertuples(index=False)]


def test_events_come_by_the_middle_of_their_date_then_by_identifier() -> None:
    table = factions.in_order(
        events(
            ("2010", "a", "split", "u"),
            ("2010-07-01", "b", "split", "u"),
            ("2010-07-02", "c", "split", "u"),
            ("2010-07-02", "d", "talks", "u"),
        )
    )
    # 2010 runs from 1 January over 364 days; half of them is 182: 2 July, as for c and d.
    assert table["event"].tolist() == ["e02", "e01", "e03", "e04"]
    assert table.loc[1, ["earliest", "latest", "middle"]].tolist() == [
        date(2010, 1, 1),
        date(2010, 12, 31),
        date(2010, 7, 2),
    ]


def test_only_the_kinds_asked_for_are_kept() -> None:
    table = factions.in_order(events(("2010", "a", "split", "u"), ("2011", "b", "talks", "u")), ["talks"])
    assert table["subject"].tolist() == ["b"]


@pytest.mark.parametrize("kind", ["split", "expelled", "formed"])
def test_a_group_that_left_is_outside_until_the_as_of_date(kind) -> None:
    assert course(("2010-03-01", "a", kind, "u")) == [("a", "outside", date(2010, 3, 1), AS_OF)]


@pytest.mark.parametrize("kind", ["joined", "merged"])
def test_a_group_that_came_back_is_inside(kind) -> None:
    assert course(("2010-03-01", "a", "split", "u"), ("2012-03-01", "a", kind, "u")) == [
        ("a", "outside", date(2010, 3, 1), date(2012, 3, 1)),
        ("a", "inside", date(2012, 3, 1), AS_OF),
    ]


def test_an_expulsion_after_the_split_begins_nothing_new() -> None:
    table = factions.spells(events(("2010-03-01", "a", "split", "u"), ("2010-04-01", "a", "expelled", "u")), "u", AS_OF)
    assert table[["begin_event", "end_event"]].values.tolist() == [["e01", None]]


@pytest.mark.parametrize("kind", ["joined", "merged", "pledged"])
def test_a_group_under_another_flag_is_elsewhere(kind) -> None:
    assert course(("2010-03-01", "a", "split", "u"), ("2012-03-01", "a", kind, "v")) == [
        ("a", "outside", date(2010, 3, 1), date(2012, 3, 1)),
        ("a", "elsewhere", date(2012, 3, 1), AS_OF),
    ]


def test_a_group_can_leave_again() -> None:
    states = [row[1:3] for row in course(
        ("2010-03-01", "a", "split", "u"), ("2011-03-01", "a", "merged", "u"), ("2012-03-01", "a", "expelled", "u"),
        ("2013-03-01", "a", "pledged", "v"), ("2014-03-01", "a", "joined", "u"),
    )]  # fmt: skip
    assert states == [
        ("outside", date(2010, 3, 1)), ("inside", date(2011, 3, 1)), ("outside", date(2012, 3, 1)),
        ("elsewhere", date(2013, 3, 1)), ("inside", date(2014, 3, 1)),
    ]  # fmt: skip


def test_a_group_that_came_in_before_it_ever_left_is_followed_from_its_leaving_on() -> None:
    assert course(("2009-03-01", "a", "joined", "u"), ("2010-03-01", "a", "split", "u")) == [
        ("a", "outside", date(2010, 3, 1), AS_OF)
    ]


def test_a_group_that_never_left_has_no_spell() -> None:
    assert (
        course(("2009-03-01", "a", "joined", "u"), ("2010-03-01", "b", "split", "v"), ("2011", "c", "formed", None))
        == []
    )


def test_merging_twice_begins_nothing_the_second_time() -> None:
    assert course(
        ("2010-03-01", "a", "split", "u"), ("2012-03-01", "a", "merged", "u"), ("2013-03-01", "a", "merged", "u")
    ) == [
        ("a", "outside", date(2010, 3, 1), date(2012, 3, 1)),
        ("a", "inside", date(2012, 3, 1), AS_OF),
    ]


def test_a_pledge_to_the_umbrella_does_not_put_a_group_outside() -> None:
    rows = course(
        ("2010-03-01", "a", "split", "u"), ("2011-03-01", "a", "merged", "u"), ("2012-03-01", "a", "pledged", "u")
    )
    assert [state for _, state, *_ in rows] == ["outside", "inside"]


def test_a_pledge_to_the_umbrella_does_not_bring_a_group_inside() -> None:
    assert course(("2010-03-01", "a", "split", "u"), ("2012-03-01", "a", "pledged", "u")) == [
        ("a", "outside", date(2010, 3, 1), AS_OF)
    ]


@pytest.mark.parametrize("kind", ["split", "expelled", "formed"])
def test_a_group_that_left_a_splinter_is_outside_until_it_comes_into_the_umbrella(kind) -> None:
    # a leaves and comes back; b leaves a while a is inside, c leaves b; only b comes into the umbrella.
    assert course(
        ("2010-03-01", "a", "split", "u"), ("2011-03-01", "a", "merged", "u"), ("2012-03-01", "b", kind, "a"),
        ("2013-03-01", "c", kind, "b"), ("2014-03-01", "b", "joined", "u"),
    ) == [
        ("a", "outside", date(2010, 3, 1), date(2011, 3, 1)),
        ("a", "inside", date(2011, 3, 1), AS_OF),
        ("b", "outside", date(2012, 3, 1), date(2014, 3, 1)),
        ("c", "outside", date(2013, 3, 1), AS_OF),
        ("b", "inside", date(2014, 3, 1), AS_OF),
    ]  # fmt: skip


def test_a_group_that_left_another_before_that_one_was_a_splinter_is_none() -> None:
    rows = course(("2009-03-01", "b", "split", "a"), ("2010-03-01", "a", "split", "u"))
    assert [organisation for organisation, *_ in rows] == ["a"]


def test_a_splinter_that_comes_into_another_splinter_is_elsewhere_and_outside_once_it_leaves_it() -> None:
    states = [row[1:3] for row in course(
        ("2010-03-01", "a", "split", "u"), ("2011-03-01", "b", "split", "u"), ("2012-03-01", "b", "joined", "a"),
        ("2013-03-01", "b", "split", "a"),
    ) if row[0] == "b"]  # fmt: skip
    assert states == [
        ("outside", date(2011, 3, 1)), ("elsewhere", date(2012, 3, 1)), ("outside", date(2013, 3, 1)),
    ]  # fmt: skip


def test_a_spell_keeps_the_dates_as_the_table_has_them_the_events_and_the_leader() -> None:
    table = factions.spells(events(("2010", "a", "split", "u"), ("2012-03", "a", "merged", "u")), "u", AS_OF)
    columns = ["begin_date", "end_date", "begin_event", "end_event", "person"]
    assert table[columns].iloc[0].tolist() == ["2010", "2012-03", "e01", "e02", "leader of e01"]
    assert table["begin"].iloc[0] == date(2010, 7, 2)
    assert pd.isna(table["end_date"].iloc[1]) and pd.isna(table["end_event"].iloc[1])


SEVERAL = (
    ("2010-01-01", "a", "split", "u"),
    ("2011-01-01", "b", "expelled", "u"),
    ("2012-01-01", "a", "merged", "u"),
    ("2012-01-01", "c", "split", "u"),
    ("2013-01-01", "b", "pledged", "v"),
    ("2014-01-01", "d", "joined", "u"),
)


def test_the_number_outside_goes_up_and_down_with_the_spells() -> None:
    steps = factions.outside(factions.spells(events(*SEVERAL), "u", AS_OF))
    # a: +1 in 2010; b: +1 in 2011; a back and c gone on one day of 2012: no change; b elsewhere in 2013.
    assert dict(zip(steps["day"], steps["count"], strict=True)) == {
        date(2010, 1, 1): 1, date(2011, 1, 1): 2, date(2012, 1, 1): 2, date(2013, 1, 1): 1,
    }  # fmt: skip


def test_a_spell_without_an_end_stays_outside_however_its_missing_end_is_written() -> None:
    history = factions.spells(events(*SEVERAL), "u", AS_OF)
    for missing in (None, np.nan):
        written = history.assign(end_date=[text if isinstance(text, str) else missing for text in history["end_date"]])
        assert factions.outside(written)["count"].tolist() == [1, 2, 2, 1]


def test_nobody_outside_gives_no_step() -> None:
    assert factions.outside(factions.spells(events(("2009", "a", "joined", "u")), "u", AS_OF)).empty


def reigns(*rows: tuple[str, date, date]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "person": person, "tenure_start": begin.isoformat(), "tenure_end": end.isoformat(),
                "start_earliest": begin, "start_latest": begin, "end_earliest": end, "end_latest": end,
            }
            for person, begin, end in rows
        ]
    )  # fmt: skip


def test_each_reign_has_its_departures_returns_and_mean_number_outside() -> None:
    table = events(*SEVERAL)
    first, second = date(2009, 1, 1), date(2012, 7, 1)
    heads = reigns(("X", first, second), ("Y", second, date(2014, 7, 1)))
    result = factions.by_reign(factions.spells(table, "u", AS_OF), table, heads, "u").set_index("person")
    columns = ["left", "returned", "joined", "at_start", "at_end", "most"]
    # X: a, b and c left, a came back. Y: d came in anew; b's pledge takes it elsewhere.
    assert result.loc["X", columns].tolist() == [3, 1, 0, 0, 2, 2]
    assert result.loc["Y", columns].tolist() == [0, 0, 1, 2, 1, 2]
    # Mean over the days, by counting them.
    steps = {date(2010, 1, 1): 1, date(2011, 1, 1): 2, date(2012, 1, 1): 2, date(2013, 1, 1): 1}
    for person, begin, end in (("X", first, second), ("Y", second, date(2014, 7, 1))):
        days = [begin + timedelta(days=i) for i in range((end - begin).days)]
        counts = [
            max((day, count) for day, count in {date(1, 1, 1): 0, **steps}.items() if day <= one)[1] for one in days
        ]
        assert result.at[person, "mean"] == pytest.approx(np.mean(counts))
        assert result.at[person, "years"] == pytest.approx(len(days) / 365.25)


def test_a_group_that_left_twice_in_a_reign_is_one_group_and_its_returns_are_two_events() -> None:
    table = events(
        ("2010-01-01", "a", "split", "u"), ("2010-02-01", "a", "expelled", "u"), ("2011-01-01", "a", "merged", "u"),
        ("2012-01-01", "a", "merged", "u"),
    )  # fmt: skip
    row = factions.by_reign(
        factions.spells(table, "u", AS_OF), table, reigns(("X", date(2009, 1, 1), date(2014, 1, 1))), "u"
    ).iloc[0]
    assert (row["left"], row["returned"], row["joined"]) == (1, 2, 0)


def test_a_group_that_left_a_splinter_counts_among_those_that_left_and_came_back() -> None:
    table = events(
        ("2010-01-01", "a", "split", "u"), ("2011-01-01", "b", "split", "a"), ("2012-01-01", "b", "merged", "u"),
        ("2012-02-01", "c", "split", "v"), ("2012-03-01", "c", "joined", "u"),
    )  # fmt: skip
    row = factions.by_reign(
        factions.spells(table, "u", AS_OF), table, reigns(("X", date(2010, 6, 1), date(2014, 1, 1))), "u"
    ).iloc[0]
    # b left the splinter a and came back; c left another organisation, so it came in anew; a left before the reign.
    assert (row["left"], row["returned"], row["joined"]) == (1, 1, 1)
    assert (row["at_start"], row["most"], row["at_end"]) == (1, 2, 1)


def test_an_event_on_the_day_of_a_succession_counts_under_the_new_head_only() -> None:
    table = events(("2010-01-01", "a", "split", "u"))
    heads = reigns(("X", date(2009, 1, 1), date(2010, 1, 1)), ("Y", date(2010, 1, 1), date(2011, 1, 1)))
    assert factions.by_reign(factions.spells(table, "u", AS_OF), table, heads, "u")["left"].tolist() == [0, 1]


def test_an_event_on_the_as_of_day_counts_under_the_head_in_office() -> None:
    # The as-of date itself is included, so an event on it belongs to the reign that it cuts off.
    table = events(("2020-01-01", "a", "split", "u"))
    heads = attrition.tenures(
        pd.DataFrame(
            [["t", "u", "X", "head", "2015-01-01", None, "incumbent", None, None]],
            columns=[
                "tenure",
                "organisation",
                "person",
                "rank",
                "tenure_start",
                "tenure_end",
                "status",
                "last_seen",
                "known_since",
            ],
        ),
        AS_OF,
        ["u"],
    )
    row = factions.by_reign(factions.spells(table, "u", AS_OF), table, heads, "u").iloc[0]
    assert (row["left"], row["at_end"]) == (1, 1)


def test_years_without_an_event_have_a_zero_and_groups_count_once_a_year() -> None:
    table = factions.by_year(
        events(
            ("2010-01-01", "a", "split", "u"), ("2010-09", "a", "expelled", "u"), ("2010", "b", "formed", "u"),
            ("2012-01-01", "a", "merged", "u"), ("2012-02-01", "c", "joined", "u"), ("2012-03-01", "a", "split", "v"),
            ("2012-04-01", "d", "talks", "u"),
        ),
        "u", 2010, 2013,
    )  # fmt: skip
    assert table.values.tolist() == [[2010, 2, 0], [2011, 0, 0], [2012, 0, 2], [2013, 0, 0]]


# Lanes


def organisations(*rows: tuple[str, str, str | None, str | None]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"organisation": name, "short": name.upper(), "kind": kind, "formed": formed, "ended": ended}
            for name, kind, formed, ended in rows
        ]
    )


def test_lanes_come_by_block_and_beginning_and_states_have_none() -> None:
    table = events(
        ("2012-01-01", "late", "split", "u"), ("2010-01-01", "early", "split", "u"),
        ("2011-01-01", "pledger", "pledged", "flag"), ("2009-01-01", "other", "leader-change", None),
        ("2013-01-01", "u", "talks", "land"),
    )  # fmt: skip
    orgs = organisations(
        ("u", "umbrella", "2008-01-01", None), ("late", "faction", "2005", None), ("early", "faction", "2015", None),
        ("pledger", "faction", None, None), ("flag", "network", None, None), ("other", "faction", None, "2014-06-01"),
        ("land", "state", None, None), ("absent", "faction", None, None),
    )  # fmt: skip
    lanes = factions.lanes(table, orgs, "u", AS_OF)
    assert lanes["organisation"].tolist() == ["u", "late", "early", "flag", "pledger", "other"]
    assert lanes["lane"].tolist() == list(range(6))
    rows = lanes.set_index("organisation")
    # 'late' was formed in 2005 (middle 2 July), years before its split; 'early' acts before its recorded forming.
    assert rows.at["late", "begin"] == date(2005, 7, 2)
    assert rows.at["early", "begin"] == date(2010, 1, 1)
    assert rows.loc[["u", "late", "early"], "formed"].all() and not rows.at["pledger", "formed"]
    assert (rows.at["other", "ended"], rows.at["other", "end"]) == (True, date(2014, 6, 1))
    assert (rows.at["u", "ended"], rows.at["u", "end"]) == (False, AS_OF)


def test_what_is_not_yet_so_at_the_as_of_date_does_not_form_or_end_a_lane() -> None:
    lanes = factions.lanes(
        events(("2012-01-01", "a", "split", "u")),
        organisations(("u", "umbrella", "2021", None), ("a", "faction", None, "2020")),
        "u",
        AS_OF,
    ).set_index("organisation")
    assert not lanes.at["a", "ended"] and lanes.at["a", "end"] == AS_OF
    assert not lanes.at["u", "formed"]


def test_a_lane_that_ended_reaches_to_the_last_event_in_which_the_group_acts() -> None:
    lanes = factions.lanes(
        events(("2012-01-01", "a", "split", "u"), ("2016-01-01", "a", "merged", "u")),
        organisations(("u", "umbrella", None, None), ("a", "faction", None, "2015")),
        "u",
        AS_OF,
    ).set_index("organisation")
    assert lanes.at["a", "end"] == date(2016, 1, 1)


# The real table


def raw(as_of: str) -> list[dict[str, str]]:
    """Rows of the file that had happened and were known by a day, with plain comparisons of padded dates."""

    def last(text: str, blank: str) -> str:
        return {0: blank, 4: text + "-12-31", 7: text + "-31", 10: text}[len(text)]

    with (REPOSITORY / "data/record/faction_events.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if last(row["date"], "") <= as_of and last(row["known_since"], "2026-11-22") <= as_of]


LEAVE, COME = {"formed", "split", "expelled"}, {"joined", "merged"}


def middle(row: dict[str, str]) -> str:
    """The day by which events are sorted: the middle of the year or month, near enough for the real rows."""
    return row["date"] + {4: "-07-02", 7: "-15", 10: ""}[len(row["date"])]


def splinters(rows: list[dict[str, str]]) -> dict[str, str]:
    """Groups that left the umbrella or a group that had left it before them, and the day on which each first did."""
    first: dict[str, str] = {}
    for row in sorted(rows, key=lambda one: (middle(one), one["event"])):
        if row["kind"] in LEAVE and row["object"] in {"ttp", *first}:
            first.setdefault(row["subject"], middle(row))
    return first


def test_the_splinters_of_the_real_table_are_these(paper) -> None:
    # Read off the file: split from or expelled by the TTP, and Hizb-ul-Ahrar, which split from Jamaat-ul-Ahrar.
    assert set(factions.spells(paper["faction-events"], "ttp", paper.as_of)["organisation"]) == {
        "hafiz-gul-bahadur-group", "kurram-ttp", "punjabi-taliban", "ahrar-ul-hind", "ttp-mehsud", "jamaat-ul-ahrar",
        "ttp-hakimullah-group", "shahidullah-defectors", "hizb-ul-ahrar",
    }  # fmt: skip


def test_hizb_ul_ahrar_was_outside_from_its_split_to_the_merger_of_2020(paper) -> None:
    history = factions.spells(paper["faction-events"], "ttp", paper.as_of)
    own = history[history["organisation"] == "hizb-ul-ahrar"]
    assert own[["state", "begin_date"]].values.tolist() == [["outside", "2017-11-11"], ["inside", "2020-08-17"]]


@pytest.mark.parametrize("edition", ["paper", "latest"])
def test_departures_and_arrivals_by_year_are_those_of_the_file(edition, request) -> None:
    inputs = request.getfixturevalue(edition)
    left: dict[int, set[str]] = defaultdict(set)
    came: dict[int, int] = defaultdict(int)
    for row in raw(inputs.as_of.isoformat()):
        # Hizb-ul-Ahrar left Jamaat-ul-Ahrar, which had left the umbrella.
        if row["object"] in ("ttp", "jamaat-ul-ahrar") and row["kind"] in LEAVE:
            left[int(row["date"][:4])].add(row["subject"])
        if row["object"] == "ttp" and row["kind"] in COME:
            came[int(row["date"][:4])] += 1
    table = factions.by_year(inputs["faction-events"], "ttp", 2004, 2025)
    assert table.values.tolist() == [[year, len(left[year]), came[year]] for year in range(2004, 2026)]
    assert table["left"].sum() > 5


@pytest.mark.parametrize("edition", ["paper", "latest"])
def test_the_reigns_have_the_counts_of_the_file(edition, request) -> None:
    inputs = request.getfixturevalue(edition)
    heads = attrition.tenures(inputs["leaders"], inputs.as_of, ["ttp"])
    table = factions.by_reign(
        factions.spells(inputs["faction-events"], "ttp", inputs.as_of), inputs["faction-events"], heads, "ttp"
    )
    rows = raw(inputs.as_of.isoformat())
    towards = [row for row in rows if row["object"] == "ttp"]
    # Days of the reigns, as they are known to the day.
    spans = [
        ("2007-12-14", "2009-08-05"),
        ("2009-08-22", "2013-11-01"),
        ("2013-11-07", "2018-06-13"),
        ("2018-06-23", "9999"),
    ]
    first = splinters(rows)
    for (begin, end), row in zip(spans, table.to_dict("records"), strict=True):
        left = {
            one["subject"] for one in rows
            if one["kind"] in LEAVE and one["object"] in {"ttp", *first} and begin <= middle(one) < end
        }  # fmt: skip
        came = [one for one in towards if one["kind"] in COME and begin <= middle(one) < end]
        back = [one for one in came if first.get(one["subject"], "9999") < middle(one)]
        assert (row["left"], row["returned"], row["joined"]) == (len(left), len(back), len(came) - len(back))


@pytest.mark.parametrize("edition", ["paper", "latest"])
def test_the_number_outside_at_the_end_is_counted_from_the_last_move_of_each_group(edition, request) -> None:
    inputs = request.getfixturevalue(edition)
    last: dict[str, str] = {}
    for row in sorted(raw(inputs.as_of.isoformat()), key=lambda one: (middle(one), one["event"])):
        if row["object"] in {"ttp", *last} and row["kind"] in LEAVE:
            last[row["subject"]] = "outside"
        elif row["object"] == "ttp" and row["kind"] == "pledged":
            continue  # a pledge to the umbrella changes nothing
        elif row["subject"] in last and row["kind"] in COME | {"pledged"} and row["object"]:
            last[row["subject"]] = "inside" if row["object"] == "ttp" else "elsewhere"
    history = factions.spells(inputs["faction-events"], "ttp", inputs.as_of)
    assert factions.outside(history)["count"].iloc[-1] == sum(state == "outside" for state in last.values())
    assert set(history["organisation"]) == set(last)


@pytest.mark.parametrize("edition", ["paper", "latest"])
def test_every_real_lane_begins_before_it_ends_and_the_umbrella_is_first(edition, request) -> None:
    inputs = request.getfixturevalue(edition)
    lanes = factions.lanes(inputs["faction-events"], inputs["organisations"], "ttp", inputs.as_of)
    assert lanes["organisation"].iloc[0] == "ttp"
    assert (lanes["begin"] <= lanes["end"]).all()
    assert "pakistan" not in set(lanes["organisation"])
