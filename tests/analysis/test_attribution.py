"""Shares by organisation."""

from __future__ import annotations

import pandas as pd
import pytest

from afpak.analysis import attribution

# In 2020: ten militant events, of which two are of a and b both; in 2021 none.
GIVEN = [
    ("all", "2020-01", 12), ("militant", "2020-01", 9), ("a", "2020-01", 6), ("b", "2020-01", 3), ("c", "2020-01", 1),
    ("other", "2020-01", 1), ("unattributed", "2020-01", 0),
    ("all", "2020-02", 1), ("militant", "2020-02", 0), ("a", "2020-02", 0), ("b", "2020-02", 0), ("c", "2020-02", 0),
    ("unattributed", "2020-02", 0),
    ("militant", "2020", 1), ("unattributed", "2020", 1),
    ("all", "2021-01", 0), ("militant", "2021-01", 0), ("a", "2021-01", 0),
]  # fmt: skip
MONTHS = pd.DataFrame(GIVEN, columns=["group", "month", "events"]).assign(place="P")


def test_shares_are_of_mentions_and_hold_events_of_unknown_month() -> None:
    mentions = attribution.by_year(MONTHS, "P")
    year = mentions[mentions["year"] == 2020].set_index("group")
    assert year["mentions"].to_dict() == {"a": 6, "b": 3, "c": 1, "other": 1, "unattributed": 1}
    # Twelve mentions in ten events.
    assert year.at["a", "share"] == pytest.approx(6 / 12)
    assert year["militant"].unique().tolist() == [10]
    assert year["covered"].unique().tolist() == [2]


def test_a_year_without_events_has_no_share_and_every_group() -> None:
    mentions = attribution.by_year(MONTHS, "P")
    year = mentions[mentions["year"] == 2021]
    assert set(year["group"]) == {"a", "b", "c", "other", "unattributed"}
    assert year["share"].isna().all() and (year["mentions"] == 0).all()


def test_the_largest_keep_their_names_and_the_rest_is_one() -> None:
    shares = attribution.gathered(attribution.by_year(MONTHS, "P"), 1, 2020, 2020)
    assert shares["group"].tolist() == ["a", "further", "other", "unattributed"]
    assert shares["share"].tolist() == pytest.approx([6 / 12, 4 / 12, 1 / 12, 1 / 12])
    assert shares["militant"].unique().tolist() == [10]
    whole = attribution.gathered(attribution.by_year(MONTHS, "P"), 3, 2020, 2020)
    assert whole["group"].tolist() == ["a", "b", "c", "other", "unattributed"]


def test_nobody_named_is_shown_though_there_is_none() -> None:
    few = MONTHS[MONTHS["group"].isin(["all", "militant", "a"])]
    shares = attribution.gathered(attribution.by_year(few, "P"), 3, 2020, 2021).set_index(["year", "group"])
    assert shares.at[(2020, "unattributed"), "mentions"] == 0
    assert shares.at[(2020, "a"), "share"] == 1


def test_a_country_without_counts_is_refused() -> None:
    with pytest.raises(ValueError, match="no counts of 'Q'; there are: P"):
        attribution.by_year(MONTHS, "Q")
