"""The tables that event files are read with: places, districts, actors, releases and outlines."""

import calendar
import csv
import itertools
import re
from pathlib import Path

import pandas as pd
import pytest
import shapely

from afpak.tables import Inputs
from afpak.tables.dates import bounds, listed

REAL = Path(__file__).parents[3] / "shared" / "data"
GED = REAL / "ucdp_ged_22_1_pakistan_hdx.csv"
CANDIDATE = REAL / "ucdp_candidate_2021_afghanistan_pakistan.csv"
SORTS = (" capital territory", " province", " territory")
ALWAYS = ("0001-01-01", "9999-12-31")
# A place is precise to 2 where UCDP knows the point or its surroundings.
PRECISE = ("1", "2")
NEAR = 0.3


def compared(division: str) -> str:
    """A division's name as it is compared: in lower case, without the word for its sort."""
    name = division.lower()
    for sort in SORTS:
        name = name.removesuffix(sort)
    return name


def spellings(places: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Country, spelling as compared, and place."""
    return [
        (country, compared(text), place)
        for country, place, name, others in places[["country", "place", "name", "spellings"]].itertuples(index=False)
        for text in (name, *listed(others))
    ]


@pytest.fixture(scope="module")
def leading(latest: Inputs) -> dict[tuple[str, str], str]:
    return {(country, text): place for country, text, place in spellings(latest["places"])}


@pytest.fixture(scope="module")
def real() -> list[dict[str, str]]:
    """Rows of both real files, read by the csv module."""
    rows: list[dict[str, str]] = []
    for path in (GED, CANDIDATE):
        if not path.is_file():
            pytest.skip(f"{path.name} does not lie beside the repository")
        with path.open(encoding="utf-8", newline="") as file:
            rows += [row for row in csv.DictReader(file) if not row["year"].startswith("#")]
    return rows


def test_a_spelling_leads_to_one_place_and_is_there_once(latest: Inputs) -> None:
    found = [(country, text) for country, text, _ in spellings(latest["places"])]
    assert [one for one in set(found) if found.count(one) > 1] == []


def test_pakistan_has_seven_divisions_and_afghanistan_thirty_four(latest: Inputs) -> None:
    places = latest["places"]
    assert places["country"].value_counts().to_dict() == {"Afghanistan": 34, "Pakistan": 7}
    assert set(places.loc[places["country"] == "Pakistan", "kind"]) == {
        "province",
        "capital territory",
        "administered territory",
    }
    assert places["iso"].is_unique
    beginnings = places["country"].map({"Afghanistan": "AF-", "Pakistan": "PK-"})
    assert all(code.startswith(begin) for code, begin in zip(places["iso"], beginnings, strict=True))
    assert all(place[:2] == code[:2].lower() for place, code in zip(places["place"], places["iso"], strict=True))


def test_what_is_disputed_is_said_of_the_parts_of_kashmir_alone(latest: Inputs) -> None:
    places = latest["places"].set_index("place")
    assert set(places.index[places["disputed"].notna()]) == {"pk-ajk", "pk-gb"}
    assert set(places.index[places["kind"] == "administered territory"]) == {"pk-ajk", "pk-gb"}


@pytest.mark.parametrize(
    ("country", "given", "place"),
    [
        ("Pakistan", "Khyber Pakhtunkwa province", "pk-kp"),
        ("Pakistan", "North-West Frontier Province", "pk-kp"),
        ("Pakistan", "N.W.F.P.", "pk-kp"),
        ("Pakistan", "Federally Administered Tribal Areas", "pk-kp"),
        ("Pakistan", "FATA", "pk-kp"),
        ("Pakistan", "Baluchistan", "pk-balochistan"),
        ("Pakistan", "Sind", "pk-sindh"),
        ("Pakistan", "Azad Jammu & Kashmir", "pk-ajk"),
        ("Pakistan", "Northern Areas", "pk-gb"),
        ("Pakistan", "Islamabad Capital territory", "pk-islamabad"),
        ("Pakistan", "Federal Capital Territory", "pk-islamabad"),
        ("Afghanistan", "Hilmand province", "af-helmand"),
        ("Afghanistan", "HIRAT Province", "af-herat"),
        ("Afghanistan", "Panjsher", "af-panjshir"),
        ("Afghanistan", "Paktya", "af-paktia"),
        ("Afghanistan", "Sari Pul", "af-sar-e-pol"),
        ("Afghanistan", "Maidan Wardak", "af-wardak"),
        ("Afghanistan", "Daykundi", "af-daykundi"),
    ],
)
def test_names_that_differ_lead_to_their_place(leading, country: str, given: str, place: str) -> None:
    assert leading[country, compared(given)] == place


def test_every_division_of_the_real_files_has_a_place(leading, real: list[dict[str, str]]) -> None:
    given = {(row["country"], row["adm_1"]) for row in real if row["adm_1"]}
    assert len(given) == 42
    assert {one for one in given if (one[0], compared(one[1])) not in leading} == set()


def test_a_district_is_given_once_and_never_as_the_rule_would_have_it(latest: Inputs) -> None:
    districts = latest["districts"]
    assert not (districts["country"] + districts["given"].str.lower()).duplicated().any()
    kp = districts[districts["place"] == "pk-kp"]
    assert {"Bajaur", "Khyber", "Kurram", "Mohmand", "Orakzai", "North Waziristan", "South Waziristan"} <= set(
        kp["name"]
    )
    assert set(kp.loc[kp["given"].str.match(r"FR|F\.R\.|Frontier"), "name"]) == {
        "Bannu", "Dera Ismail Khan", "Kohat", "Lakki Marwat", "Peshawar", "Tank",
    }  # fmt: skip
    assert not districts["name"].str.contains(r"(?i)agency|\bdistrict\b|^FR\b").any()


def test_every_district_of_the_former_tribal_areas_in_the_real_files_is_known(
    latest: Inputs, real: list[dict[str, str]]
) -> None:
    given = {row["adm_2"].lower() for row in real if "Tribal" in row["adm_1"] and row["adm_2"]}
    assert len(given) == 11
    assert given - set(latest["districts"]["given"].str.lower()) == set()


def test_an_actor_stands_for_one_thing_at_a_time(latest: Inputs) -> None:
    table = latest["event-actors"]
    keys = table[["provider", "actor", "country"]].fillna("").agg(tuple, axis=1)
    for key, rows in table.groupby(keys.map(repr)):
        days = [
            (
                ALWAYS[0] if pd.isna(first) else bounds(first).earliest.isoformat(),
                ALWAYS[1] if pd.isna(last) else bounds(last).latest.isoformat(),
            )
            for first, last in zip(rows["from"], rows["to"], strict=True)
        ]
        assert all(one[0] <= one[1] for one in days), key
        assert all(a[1] < b[0] or b[1] < a[0] for a, b in itertools.combinations(days, 2)), key
    # A name that holds for any country has no row for one country besides.
    everywhere = set(table.loc[table["country"].isna(), ["provider", "actor"]].itertuples(index=False, name=None))
    somewhere = set(table.loc[table["country"].notna(), ["provider", "actor"]].itertuples(index=False, name=None))
    assert everywhere & somewhere == set()


def test_a_placeholder_and_civilians_stand_for_no_organisation_and_all_others_do(latest: Inputs) -> None:
    table = latest["event-actors"]
    nobody = table["kind"].isin(["civilians", "unattributed"])
    assert (table["organisation"].isna() == nobody).all()
    assert (table["actor"] == table["actor"].str.strip()).all()
    kinds = latest["organisations"].set_index("organisation")["kind"]
    states = table[table["kind"] == "state"]
    # The Taliban are a state since they govern.
    assert set(states.loc[states["organisation"].map(kinds) != "state", "organisation"]) == {"afghan-taliban"}
    assert (states.loc[states["organisation"] == "afghan-taliban", "from"] == "2021-08-15").all()
    assert not (table.loc[table["kind"] == "organisation", "organisation"].map(kinds) == "state").any()


def test_a_mapping_is_named_after_its_provider(latest: Inputs) -> None:
    table = latest["event-actors"]
    assert all(name.startswith(f"{by}-") for name, by in zip(table["mapping"], table["provider"], strict=True))


def test_names_of_the_real_files_are_there_to_the_letter(latest: Inputs, real: list[dict[str, str]]) -> None:
    sides = {row[side].strip() for row in real for side in ("side_a", "side_b")}
    table = latest["event-actors"]
    ours = set(table.loc[table["provider"] == "ucdp", "actor"])
    # The placeholder for Afghanistan is formed as that for Pakistan and not met there.
    assert ours - sides == {"XXX700"}
    # What stays without an organisation has no share in most events.
    known = [row for row in real if {row["side_a"].strip(), row["side_b"].strip()} <= ours]
    assert len(known) / len(real) > 0.9


def test_a_release_covers_the_days_that_its_version_tells(latest: Inputs) -> None:
    table = latest["event-releases"]
    assert table["version"].is_unique
    for row in table.itertuples():
        parts = [int(part) for part in row.version.split(".")]
        year = 2000 + parts[0]
        if row.kind == "final":
            assert parts[1:] == [1]
            assert (row.first_day, row.last_day) == ("1989-01-01", f"{year - 1}-12-31")
            assert row.release == f"ucdp-ged-{row.version}"
            continue
        first, last = (1, parts[3]) if len(parts) == 4 else (parts[2], parts[2])
        assert row.first_day == f"{year}-{first:02d}-01"
        assert row.last_day == f"{year}-{last:02d}-{calendar.monthrange(year, last)[1]}"
        assert row.release == f"ucdp-candidate-{row.version}"


def test_no_release_is_public_before_its_last_day_has_passed(latest: Inputs) -> None:
    told = latest["event-releases"].dropna(subset=["published"])
    assert len(told) >= 10
    assert (told["published"] > told["last_day"]).all()


def test_the_edition_of_the_paper_knows_no_release_that_came_later(paper: Inputs) -> None:
    assert set(paper["event-releases"]["release"]) == {"ucdp-ged-21.1"}


@pytest.fixture(scope="module")
def outlines(latest: Inputs) -> dict[str, shapely.Geometry]:
    table = latest["outlines"]
    return dict(zip(table["place"], map(shapely.from_wkt, table["wkt"]), strict=True))


def test_every_place_has_one_outline(latest: Inputs, outlines: dict[str, shapely.Geometry]) -> None:
    assert len(latest["outlines"]) == len(outlines)
    assert set(outlines) == set(latest["places"]["place"])
    assert all(shape.is_valid and not shape.is_empty for shape in outlines.values())


def test_neighbours_share_their_edges_and_leave_no_gap(outlines: dict[str, shapely.Geometry]) -> None:
    shapes = list(outlines.values())
    assert shapely.coverage_is_valid(shapes)
    whole = shapely.union_all(shapes)
    assert [len(part.interiors) for part in shapely.get_parts(whole)] == [0] * len(shapely.get_parts(whole))
    # Nothing is counted twice: the parts are as large as the whole.
    assert sum(shape.area for shape in shapes) == pytest.approx(whole.area, abs=1e-9)


def test_outlines_have_three_decimals(latest: Inputs) -> None:
    assert not any(re.search(r"\.\d{4}", text) for text in latest["outlines"]["wkt"])


@pytest.mark.parametrize(
    ("place", "longitude", "latitude"),
    [
        # Capitals and towns, from an atlas.
        ("pk-islamabad", 73.06, 33.70), ("pk-kp", 71.52, 34.01), ("pk-balochistan", 66.99, 30.18),
        ("pk-sindh", 68.37, 25.40), ("pk-punjab", 74.34, 31.55), ("pk-ajk", 73.47, 34.37), ("pk-gb", 74.31, 35.92),
        # Miram Shah and Wana were in the tribal areas.
        ("pk-kp", 70.07, 33.00), ("pk-kp", 69.57, 32.30),
        ("af-kabul", 69.17, 34.53), ("af-panjshir", 69.52, 35.31), ("af-parwan", 69.17, 35.01),
        ("af-daykundi", 66.13, 33.72), ("af-uruzgan", 65.87, 32.63), ("af-jowzjan", 65.75, 36.67),
    ],
)  # fmt: skip
def test_a_town_lies_in_its_province(
    outlines: dict[str, shapely.Geometry], place: str, longitude: float, latitude: float
) -> None:
    point = shapely.Point(longitude, latitude)
    assert [name for name, shape in outlines.items() if shape.contains(point)] == [place]


def test_precise_points_of_the_real_files_lie_in_the_outline_of_their_division(
    leading, outlines: dict[str, shapely.Geometry], real: list[dict[str, str]]
) -> None:
    away = [
        outlines[leading[row["country"], compared(row["adm_1"])]].distance(
            shapely.Point(float(row["longitude"]), float(row["latitude"]))
        )
        for row in real
        if row["adm_1"] and row["where_prec"] in PRECISE
    ]
    assert len(away) > 6000
    assert sum(distance == 0 for distance in away) / len(away) > 0.97
    assert sum(distance > NEAR for distance in away) <= 1
