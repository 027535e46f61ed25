"""Events by division, and their classes."""

from __future__ import annotations

import pandas as pd
import pytest

from afpak.analysis import provinces

PLACES = pd.DataFrame(
    [("p1", "P", "One", None), ("p2", "P", "Two", "claimed by two"), ("q1", "Q", "Three", None)],
    columns=["place", "country", "name", "disputed"],
)
MONTHS = pd.DataFrame(
    [("P", f"{year}-{month:02d}") for year in (2020, 2021) for month in (1, 2)]
    + [("Q", "2021-01"), ("Q", "2021-02"), ("Q", "2020")],
    columns=["place", "month"],
).assign(group="all")
COUNTS = pd.DataFrame(
    [
        ("P", "p1", "militant", "2020", 4, 8),
        ("P", "p1", "militant", "2021", 1, None),
        ("P", "p1", "all", "2021", 50, 50),
        ("P", "unknown", "militant", "2021", 2, 3),
        ("Q", "q1", "militant", "2021", 7, 9),
        ("Q", "q1", "militant", "2019", 99, 99),
    ],
    columns=["country", "place", "group", "year", "events", "deaths_best"],
).astype({"events": "Int64", "deaths_best": "Int64"})


def told(first: int, last: int, country: str = "P") -> dict[str, tuple[object, object]]:
    frame = provinces.by_place(COUNTS, MONTHS, PLACES, "militant", country, first, last)
    return {
        f"{row.country} {row.place}": (None if pd.isna(row.events) else int(row.events), bool(row.covered))
        for row in frame.itertuples()
    }


def test_no_event_and_not_covered_are_two_things() -> None:
    assert told(2020, 2021) == {
        "P p1": (5, True),
        "P p2": (0, True),
        "Q q1": (None, False),  # covered in 2021 alone
        "P unknown": (2, True),
    }


def test_countries_covered_in_the_same_months_stand_together() -> None:
    assert told(2021, 2021) == {
        "P p1": (1, True),
        "P p2": (0, True),
        "Q q1": (7, True),
        "P unknown": (2, True),
        "Q unknown": (0, True),
    }


def test_deaths_that_nobody_knows_are_not_nought() -> None:
    frame = provinces.by_place(COUNTS, MONTHS, PLACES, "militant", "P", 2021, 2021).set_index("place")
    assert pd.isna(frame.at["p1", "deaths_best"])
    assert frame.at["p2", "deaths_best"] == 0 and frame.at["q1", "deaths_best"] == 9


def test_disputed_is_kept_in_words() -> None:
    frame = provinces.by_place(COUNTS, MONTHS, PLACES, "all", "P", 2021, 2021).set_index("place")
    assert frame.at["p2", "disputed"] == "claimed by two" and frame.at["p1", "disputed"] == ""
    assert frame.at["p1", "events"] == 50


def test_a_time_that_is_not_covered_and_a_division_that_is_not_known_are_refused() -> None:
    with pytest.raises(ValueError, match="no month of Q is covered from 2019 to 2020"):
        told(2019, 2020, "Q")
    with pytest.raises(ValueError, match="lacks: p1"):
        provinces.by_place(COUNTS, MONTHS, PLACES[PLACES["place"] != "p1"], "militant", "P", 2021, 2021)


def test_classes_reach_from_one_to_the_highest() -> None:
    assert provinces.classes([0, 4, 25]) == [(1, 2), (3, 9), (10, 29)]
    assert provinces.classes([0, 0]) == [] and provinces.classes([]) == []
    assert provinces.classes([1]) == [(1, 2)]
    assert provinces.classes([25_000])[-1] == (10_000, 99_999)


@pytest.mark.parametrize(("events", "number"), [(0, -1), (1, 0), (2, 0), (3, 1), (9, 1), (10, 2), (29, 2)])
def test_the_class_of_a_count(events, number) -> None:
    assert provinces.class_of(events, provinces.classes([25])) == number


def test_a_count_out_of_all_classes_is_refused() -> None:
    with pytest.raises(ValueError, match="no class holds 30"):
        provinces.class_of(30, [(1, 2), (3, 9), (10, 29)])
