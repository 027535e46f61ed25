"""UCDP's layouts and their traps."""

import gzip
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afpak.problems import InputError
from afpak.sources import ucdp

from .ged import CANDIDATE, GED, HEADER, imported, raw, row, written

real = pytest.mark.skipif(not GED.exists(), reason="the real files lie beside the repository only where they were put")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("GEDEvent_v25_1.csv", ("25.1", "final")),
        ("ged251-csv.zip", ("25.1", "final")),
        ("ucdp_ged_22_1_pakistan_hdx.csv", ("22.1", "final")),
        ("GEDEvent_v22_0_2.csv", ("22.0.2", "candidate")),
        ("GEDEvent_v24_0_11.csv", ("24.0.11", "candidate")),
        ("GEDEvent_v21_01_21_12.csv", ("21.01.21.12", "candidate")),
        ("ucdp_candidate_2021_afghanistan_pakistan.csv", ("", "candidate")),
        ("conflict_data_pak.csv", ("", "")),
        ("events_2015_01_export.csv", ("", "")),
    ],
)
def test_a_file_name_tells_version_and_kind(name: str, expected: tuple[str, str]) -> None:
    assert ucdp.version(name) == expected


def test_releases_are_in_order() -> None:
    names = [
        "GEDEvent_v21_0_3",
        "GEDEvent_v21_0_12",
        "GEDEvent_v21_01_21_12",
        "GEDEvent_v22_0_1",
        "ged211",
        "GEDEvent_v22_1",
    ]
    ranks = [ucdp.rank(*ucdp.version(name)) for name in names]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)


def test_the_standard_layout_is_read_column_by_column(tmp_path: Path) -> None:
    _, events = imported(written(tmp_path / "GEDEvent_v25_1.csv", [row(7, code_status="Check deaths")]))
    (event,) = events.to_dict("records")
    assert event["event_id"] == "ucdp:7"
    assert (event["source"], event["source_version"], event["release_kind"]) == ("ucdp", "25.1", "final")
    assert (str(event["date_start"])[:10], str(event["date_end"])[:10], event["date_precision"]) == (
        "2021-03-01",
        "2021-03-01",
        "day",
    )
    assert (event["adm1"], event["adm1_given"], event["place"]) == (
        "Khyber Pakhtunkhwa",
        "Khyber Pakhtunkwa province",
        "pk-kp",
    )
    assert (event["adm2"], event["adm2_given"]) == ("Bannu", "Bannu district")
    assert (event["latitude"], event["longitude"], event["place_precision"]) == (33.0, 70.6, "exact")
    assert (event["actor1"], event["actor2"]) == ("Government of Pakistan", "TTP")
    assert (event["organisation1"], event["organisation2"]) == ("pakistan", "ttp")
    assert list(event["groups"]) == ["ttp"]
    assert (event["militant"], event["unattributed"], event["doubt"]) == (True, False, True)
    # The file's order is best, high, low.
    assert (event["deaths_best"], event["deaths_low"], event["deaths_high"], event["deaths_civilian"]) == (3, 2, 4, 0)
    assert event["event_type"] == "state-based"
    # Not recorded by UCDP: absent, never zero and never false.
    assert pd.isna(event["injured"])
    assert pd.isna(event["suicide"])
    assert pd.isna(event["target"])
    assert str(event["published"])[:10] == "2025-06-30"


def test_an_event_that_nobody_survived_to_count_stays_without_a_number(tmp_path: Path) -> None:
    cells = {"deaths_a": "", "deaths_b": "", "deaths_civilians": "", "deaths_unknown": ""}
    _, events = imported(written(tmp_path / "GEDEvent_v25_1.csv", [row(1, **cells)]))
    assert events["deaths_civilian"].isna().all()


def test_one_sided_violence_has_a_target_and_the_others_have_none(tmp_path: Path) -> None:
    rows = [
        row(1, type_of_violence="3", side_a="TTP", side_b="Civilians"),
        row(2, type_of_violence="3", side_a="Government of Pakistan", side_b="Civilians"),
        row(3, type_of_violence="2", side_a="TTP", side_b="Lashkar of a tribe"),
        row(4, side_a="Government of India", side_b="Government of Pakistan"),
        row(5, side_a="Government of Pakistan", side_b="XXX770"),
    ]
    _, events = imported(written(tmp_path / "GEDEvent_v25_1.csv", rows))
    events = events.set_index("event_id")
    assert events.at["ucdp:1", "target"] == "Civilians"
    assert pd.isna(events.at["ucdp:4", "target"])
    assert events["militant"].to_dict() == {
        "ucdp:1": True,
        "ucdp:2": False,
        "ucdp:3": False,
        "ucdp:4": False,
        "ucdp:5": True,
    }
    assert events["unattributed"].to_dict()["ucdp:5"]
    assert not events["unattributed"].to_dict()["ucdp:4"]


def test_a_name_means_another_organisation_after_its_day(tmp_path: Path) -> None:
    days = {"1": "2021-08-14", "2": "2021-08-15"}
    rows = [
        row(
            int(n), side_a="Government of Afghanistan", side_b="IS", country="Afghanistan", date_start=day, date_end=day
        )
        for n, day in days.items()
    ]
    _, events = imported(written(tmp_path / "GEDEvent_v25_1.csv", rows))
    assert events["organisation1"].tolist() == ["afghan-republic", "afghan-taliban"]
    # IS is mapped in Pakistan only in these names, and the Taliban are a state by then.
    assert [list(groups) for groups in events["groups"]] == [[], []]


def test_the_portal_export_has_a_field_more_than_names_and_american_dates(tmp_path: Path) -> None:
    renamed = {"best": "best_est", "high": "high_est", "low": "low_est"}
    header = [renamed.get(name, name) for name in HEADER if name not in ("gwnoa", "gwnob")]
    dates = {"date_start": "03/27/1990 00:00:00", "date_end": "04/02/1990 00:00:00", "year": "1990", "date_prec": "2"}
    one = row(5, **dates)
    one |= {new: one[old] for old, new in renamed.items()}
    _, events = imported(written(tmp_path / "portal.csv", [one, {**one, "id": "6"}], header, trailing=True))
    assert events["event_id"].tolist() == ["ucdp:5", "ucdp:6"]
    assert [str(day)[:10] for day in events["date_start"]] == ["1990-03-27"] * 2
    assert [str(day)[:10] for day in events["date_end"]] == ["1990-04-02"] * 2
    assert events["deaths_high"].tolist() == [4, 4]


def test_the_tag_row_of_the_humanitarian_exchange_is_left_out_and_counted(tmp_path: Path) -> None:
    header = [*HEADER[: HEADER.index("country") + 1], "iso3", *HEADER[HEADER.index("country") + 1 :]]
    tags = dict.fromkeys(header, "") | {"year": "#date+year", "best": "#affected+killed"}
    path = written(tmp_path / "conflict_data_pak.csv", [tags, row(1) | {"iso3": "PAK"}], header)
    summary, events = imported(path)
    assert len(events) == 1
    assert [(tally.name, tally.rows) for tally in summary.told.files[0].left_out] == [
        ("row of tags under the header", 1)
    ]
    assert summary.told.files[0].read == 2


def test_a_release_without_a_header_is_read_by_the_standard_names(tmp_path: Path) -> None:
    path = written(tmp_path / "GEDEvent_v24_0_1.csv", [row(1), row(2)])
    path.write_text("".join(path.read_text().splitlines(keepends=True)[1:]))
    summary, events = imported(path)
    assert events["event_id"].tolist() == ["ucdp:1", "ucdp:2"]
    assert summary.told.files[0].read == 2


def test_columns_are_found_by_name_in_any_order_with_quoted_names(tmp_path: Path) -> None:
    header = list(reversed(HEADER))
    path = written(tmp_path / "GEDEvent_v25_1.csv", [row(1)], header)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([",".join(f'"{name}"' for name in header), *lines[1:]]))
    _, events = imported(path)
    assert events["deaths_low"].tolist() == [2]


def test_line_breaks_in_quotes_and_trailing_spaces_are_no_part_of_names(tmp_path: Path) -> None:
    rows = [row(1, source_article='"Paper, 2021-03-02,A\nheadline";""Other""', side_b="TTP "), row(2, side_b="TTP")]
    _, events = imported(written(tmp_path / "GEDEvent_v25_1.csv", rows))
    assert events["actor2"].tolist() == ["TTP", "TTP"]
    assert "\n" in events["source_text"][0]


def test_odd_estimates_are_flagged_and_kept_as_they_are(tmp_path: Path) -> None:
    rows = [
        row(1, low="5", best="3", high="4"),
        row(2, high="1", best="3"),
        row(3, deaths_b="9"),
        row(4, best="0", low="0"),
    ]
    summary, events = imported(written(tmp_path / "GEDEvent_v25_1.csv", rows))
    assert events["deaths_low"].tolist() == [5, 2, 2, 0]
    flags = {one.name: one.rows for one in summary.told.files[0].flagged}
    assert flags["low estimate above the best"] == 1
    assert flags["low estimate above the high"] == 2
    assert flags["best estimate above the high"] == 1
    assert flags["deaths by side do not add up to the best estimate"] == 2
    assert len(events) == 4


def test_special_marks_of_the_date_are_kept(tmp_path: Path) -> None:
    rows = [
        row(1, date_prec="5", date_start="2021-01-01", date_end="2021-12-31"),
        row(2, date_prec="2", date_start="2021-01-30", date_end="2021-02-03"),
        row(3, date_start="2020-12-31", date_end="2020-12-31"),
    ]
    summary, events = imported(written(tmp_path / "GEDEvent_v25_1.csv", rows))
    assert sorted(events["date_precision"]) == ["day", "days", "year"]
    flags = {one.name: one.rows for one in summary.told.files[0].flagged}
    assert flags["spans two months or more"] == 2
    assert flags["filed under another year than that of its first day"] == 1


def test_a_final_release_replaces_the_candidate_for_its_years_and_countries(tmp_path: Path) -> None:
    final = written(tmp_path / "GEDEvent_v22_1.csv", [row(1, best="9"), row(2)])
    candidate = written(
        tmp_path / "GEDEvent_v21_01_21_12.csv",
        [
            row(1, best="3"),
            row(3),  # dropped by the provider: the final release of this year and country has no such event
            row(4, country="Afghanistan", adm_1="Hilmand province"),
            row(5, year="2022", date_start="2022-01-05", date_end="2022-01-05"),
        ],
    )
    for files in ([final, candidate], [candidate, final]):
        summary, events = imported(files)
        assert sorted(events["event_id"]) == ["ucdp:1", "ucdp:2", "ucdp:4", "ucdp:5"]
        assert events.set_index("event_id").at["ucdp:1", "deaths_best"] == 9
        by_file = {one.file: one for one in summary.told.files}
        assert by_file["GEDEvent_v21_01_21_12.csv"].kept == 2
        assert sum(one.rows for one in by_file["GEDEvent_v21_01_21_12.csv"].left_out) == 2


def test_a_later_candidate_release_stands_for_the_months_that_it_covers(tmp_path: Path) -> None:
    january = {"date_start": "2022-01-05", "date_end": "2022-01-05", "year": "2022"}
    february = {"date_start": "2022-02-05", "date_end": "2022-02-05", "year": "2022"}
    march = {"date_start": "2022-03-05", "date_end": "2022-03-05", "year": "2022"}
    first = written(tmp_path / "GEDEvent_v22_0_1.csv", [row(1, **january), row(2, **january)])
    cumulative = written(tmp_path / "GEDEvent_v22_01_22_02.csv", [row(1, **january, best="5"), row(3, **february)])
    third = written(tmp_path / "GEDEvent_v22_0_3.csv", [row(4, **march)])
    _, events = imported([first, cumulative, third])
    assert sorted(events["event_id"]) == ["ucdp:1", "ucdp:3", "ucdp:4"]
    assert events.set_index("event_id").at["ucdp:1", "deaths_best"] == 5


def test_the_same_line_again_is_left_out_and_a_differing_one_is_refused(tmp_path: Path) -> None:
    summary, events = imported(written(tmp_path / "GEDEvent_v24_0_1.csv", [row(1), row(2), row(1)]))
    assert len(events) == 2
    assert [(one.name, one.rows) for one in summary.told.files[0].left_out] == [("the same row again", 1)]
    with pytest.raises(InputError, match=r"stands in 2 rows that differ \(the last is row 4\)"):
        imported(written(tmp_path / "GEDEvent_v24_0_2.csv", [row(1), row(2), row(1, best="8")]))


def test_candidate_releases_are_known_by_their_marks_where_the_name_says_nothing(tmp_path: Path) -> None:
    summary, _ = imported(written(tmp_path / "download.csv", [row(1), row(2, code_status="Check dyad")]))
    assert summary.told.files[0].kind == "candidate"
    summary, _ = imported(written(tmp_path / "other.csv", [row(1), row(2)]))
    assert summary.told.files[0].kind == "final"


def test_an_archive_from_a_mac_is_read_without_its_shadows(tmp_path: Path) -> None:
    plain = written(tmp_path / "GEDEvent_v25_1.csv", [row(1)])
    with zipfile.ZipFile(tmp_path / "ged251-csv.zip", "w") as archive:
        archive.write(plain, "GEDEvent_v25_1.csv")
        archive.writestr("__MACOSX/._GEDEvent_v25_1.csv", b"\x00\x05\x16\x07")
    summary, events = imported(tmp_path / "ged251-csv.zip")
    assert len(events) == 1
    assert summary.told.files[0].version == "25.1"
    (tmp_path / "GEDEvent_v25_1.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    summary, events = imported(tmp_path / "GEDEvent_v25_1.csv.gz")
    assert len(events) == 1
    assert summary.told.files[0].version == "25.1"


text = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=("Cs", "Zs", "Cc")), max_size=12
)


@settings(max_examples=8)
@given(
    st.lists(st.tuples(text, st.integers(0, 5000), st.integers(0, 3)), min_size=1, max_size=12),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_whatever_the_file_looks_like_its_values_come_through(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, int, int]], separator: str, ending: str
) -> None:
    folder = tmp_path_factory.mktemp("ged")
    made = [
        row(n, source_article=f'{words} "{words}"{separator}x', best=str(best), adm_2="" if gap else words)
        for n, (words, best, gap) in enumerate(rows, start=1)
    ]
    _, events = imported(written(folder / "GEDEvent_v25_1.csv", made, separator=separator, ending=ending))
    events = events.set_index("event_id").loc[[f"ucdp:{n}" for n in range(1, len(rows) + 1)]]
    assert events["source_text"].tolist() == [one["source_article"].strip() for one in made]
    assert events["deaths_best"].tolist() == [best for _, best, _ in rows]
    assert [None if pd.isna(name) else name for name in events["adm2_given"]] == [one["adm_2"] or None for one in made]


@real
def test_counts_of_the_real_files_equal_those_of_the_raw_ones(tmp_path: Path) -> None:
    for path, pakistan_2021 in ((GED, (189, 448)), (CANDIDATE, (212, 569))):
        summary, _ = imported(path, output=tmp_path / "real.parquet")
        counts: Counter[tuple[int, str]] = Counter()
        sums: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0, 0])
        for one in raw(path):
            key = (int(one["year"]), one["country"])
            counts[key] += 1
            sums[key] = [total + int(one[name]) for total, name in zip(sums[key], ("best", "low", "high"), strict=True)]
        found = {(one.year, one.country): one for one in summary.years}
        assert {key: one.events for key, one in found.items()} == dict(counts)
        assert {key: [one.deaths_best, one.deaths_low, one.deaths_high] for key, one in found.items()} == dict(sums)
        # As published with the description of the formats.
        own = found[(2021, "Pakistan")]
        assert (own.events, own.deaths_best) == pakistan_2021


@real
def test_the_real_files_together_take_each_year_from_the_better_release(tmp_path: Path) -> None:
    summary, events = imported([CANDIDATE, GED], output=tmp_path / "both.parquet")
    found = {(one.year, one.country): (one.events, one.deaths_best) for one in summary.years}
    assert found[(2021, "Pakistan")] == (189, 448)
    assert found[(2021, "Afghanistan")][0] == 4512
    assert events["event_id"].is_unique
    flagged = {one.file: {tally.name: tally.rows for tally in one.flagged} for one in summary.told.files}
    for path, country in ((GED, "Pakistan"), (CANDIDATE, "Afghanistan")):
        rows = [one for one in raw(path) if one["country"] == country]
        low_above = sum(int(one["low"]) > int(one["best"]) for one in rows)
        assert flagged[path.name]["low estimate above the best"] == low_above


@real
def test_flags_and_marks_of_the_real_files(tmp_path: Path) -> None:
    _, events = imported(CANDIDATE, output=tmp_path / "candidate.parquet")
    rows = raw(CANDIDATE)
    doubtful = sum(one["code_status"] != "Clear" or one["event_clarity"] == "2" for one in rows)
    assert events["doubt"].sum() == doubtful
    wide = sum(one["where_prec"] in "456" for one in rows)
    assert events["place_precision"].isin(["first-level division", "part of the country", "country"]).sum() == wide
    long = sum(one["date_start"] != one["date_end"] for one in rows)
    assert (events["date_start"] != events["date_end"]).sum() == long
