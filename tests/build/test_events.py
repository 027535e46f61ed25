"""The names that the importer is given, and the totals that the book ships, held against the raw files."""

import csv
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from afpak.build.events import default_output, names_of, rows_for_tables
from afpak.build.paths import Checkout, find_checkout
from afpak.problems import InputError
from afpak.sources.names import ANY
from afpak.tables import load_inputs

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "data"
FILES = {
    "ucdp-ged-22.1": REAL / "ucdp_ged_22_1_pakistan_hdx.csv",
    "ucdp-candidate-21.01.21.12": REAL / "ucdp_candidate_2021_afghanistan_pakistan.csv",
}
real = pytest.mark.skipif(not REAL.is_dir(), reason="the real files lie beside the repository only where they were put")


@pytest.fixture(scope="module")
def checkout() -> Checkout:
    return find_checkout(ROOT)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def raw(release: str) -> list[dict[str, str]]:
    return [row for row in rows(FILES[release]) if not row["year"].startswith("#")]


def test_names_are_shaped_for_the_importer(checkout: Checkout) -> None:
    names = names_of(load_inputs(data=checkout.data).tables)
    places = names.places.set_index(["country", "spelling"])["place"]
    assert places["Pakistan", "khyber pakhtunkwa"] == "pk-kp"
    assert places["Pakistan", "federally administered tribal areas"] == "pk-kp"
    assert not names.places.duplicated(["country", "spelling"]).any()
    own = names.actors[(names.actors["provider"] == "ucdp") & (names.actors["actor"] == "Government of Afghanistan")]
    # The Taliban took Kabul on 15 August 2021.
    before = own[own["organisation"] == "afghan-republic"]
    assert before["until"].tolist() == ["2021-08-14"]
    taken = own[own["organisation"] == "afghan-taliban"]
    assert taken["since"].tolist() == ["2021-08-15"]
    # A table of the user's own calls organisations as the table of organisations does.
    spelled = names.actors[names.actors["provider"] == ANY].set_index("actor")
    assert spelled.loc[["IS-K", "ISKP", "Daesh Khorasan"], "organisation"].tolist() == ["is-k"] * 3
    assert spelled.at["India", "kind"] == "state"
    release = names.releases["ucdp", "22.1"]
    assert (release.first, release.last) == ("1989-01-01", "2021-12-31")


def test_an_unknown_release_is_refused_with_the_nearest(checkout: Checkout) -> None:
    with pytest.raises(InputError, match=r"did you mean 'ucdp-ged-22\.1'"):
        rows_for_tables(checkout, pd.DataFrame(), "ucdp-ged-221")


def test_a_table_goes_where_git_does_not_look(checkout: Checkout) -> None:
    where = default_output(checkout, (Path("elsewhere/GEDEvent_v25_1.csv.gz"),))
    assert where == ROOT / "events" / "GEDEvent_v25_1.parquet"
    assert "/events/" in (ROOT / ".gitignore").read_text().splitlines()


@real
@pytest.mark.parametrize("release", FILES)
def test_monthly_totals_equal_counts_of_the_raw_file(release: str) -> None:
    events: Counter[tuple[str, str]] = Counter()
    deaths: dict[str, Counter[tuple[str, str]]] = {name: Counter() for name in ("best", "low", "high")}
    for row in raw(release):
        month = row["date_start"][:4] if row["date_prec"] == "5" else row["date_start"][:7]
        events[row["country"], month] += 1
        for name, counter in deaths.items():
            counter[row["country"], month] += int(row[name])
    shipped = [
        row
        for row in rows(ROOT / "data" / "series" / "event_months.csv")
        if row["release"] == release and row["group"] == "all"
    ]
    assert {(row["place"], row["month"]): int(row["events"]) for row in shipped if row["events"] != "0"} == dict(events)
    for name, counter in deaths.items():
        found = {(row["place"], row["month"]): int(row[f"deaths_{name}"]) for row in shipped if row["events"] != "0"}
        assert found == {key: counter[key] for key in events}


@real
@pytest.mark.parametrize(("organisation", "side"), [("ttp", "TTP"), ("is-k", "IS"), ("bla", "BLA")])
def test_totals_of_an_organisation_equal_counts_of_the_raw_file(organisation: str, side: str) -> None:
    expected: Counter[str] = Counter()
    for row in raw("ucdp-ged-22.1"):
        sides = [row["side_a"].strip(), row["side_b"].strip()]
        if side in sides and row["type_of_violence"] != "2":
            expected[row["date_start"][:4]] += 1
    found: Counter[str] = Counter()
    for row in rows(ROOT / "data" / "series" / "event_months.csv"):
        if (row["release"], row["group"], row["place"]) == ("ucdp-ged-22.1", organisation, "Pakistan"):
            found[row["month"][:4]] += int(row["events"])
    assert {year: count for year, count in found.items() if count} == dict(expected)


@real
@pytest.mark.parametrize("release", FILES)
def test_provincial_totals_equal_counts_of_the_raw_file(release: str) -> None:
    merged = {"Federally Administered Tribal Areas": "pk-kp", "Khyber Pakhtunkwa province": "pk-kp"}
    expected: Counter[tuple[str, str]] = Counter()
    for row in raw(release):
        if row["adm_1"].strip() in merged and row["country"] == "Pakistan":
            expected[merged[row["adm_1"].strip()], row["year"]] += 1
        elif not row["adm_1"].strip():
            expected[f"unknown in {row['country']}", row["year"]] += 1
    shipped = [
        row
        for row in rows(ROOT / "data" / "series" / "event_provinces.csv")
        if row["release"] == release and row["group"] == "all"
    ]
    found = {
        (row["place"] if row["place"] != "unknown" else f"unknown in {row['country']}", row["year"]): int(row["events"])
        for row in shipped
        if row["place"] in ("pk-kp", "unknown")
    }
    assert found == dict(expected)
    assert sum(int(row["events"]) for row in shipped) == len(raw(release))


def test_every_month_that_a_release_covers_has_its_row() -> None:
    shipped = rows(ROOT / "data" / "series" / "event_months.csv")
    for release, place, months in (
        ("ucdp-ged-22.1", "Pakistan", 33 * 12),
        ("ucdp-candidate-21.01.21.12", "Afghanistan", 12),
        ("ucdp-candidate-21.01.21.12", "Pakistan", 12),
    ):
        own = [row for row in shipped if (row["release"], row["place"]) == (release, place)]
        for group in {row["group"] for row in own}:
            assert sum(len(row["month"]) == 7 for row in own if row["group"] == group) == months
