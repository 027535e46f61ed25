"""The importer as a person meets it: what it reads, what it refuses, what it says, what it writes."""

import csv
from datetime import datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest

from afpak.problems import InputError
from afpak.sources.schema import EVENT_FIELDS
from afpak.sources.summary import read_summary, worded

from .ged import HEADER, imported, row, written


def refused(path: Path, **options: object) -> str:
    with pytest.raises(InputError) as error:
        imported(path, **options)
    return str(error.value)


def report_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_has_the_declared_columns_in_order(tmp_path: Path) -> None:
    _, events = imported(written(tmp_path / "GEDEvent_v25_1.csv", [row(1)]))
    assert events.columns.tolist() == [field.name for field in EVENT_FIELDS]


def test_errors_name_file_row_column_value_and_expectation(tmp_path: Path) -> None:
    rows = [
        row(1, source_article="one\ntwo\nthree"),
        row(2, best="many"),
        row(3, date_start="31.12.2021", latitude="133.0"),
    ]
    said = refused(written(tmp_path / "GEDEvent_v25_1.csv", rows))
    # Rows are those that a spreadsheet shows: a line break in a cell begins no new one.
    assert "GEDEvent_v25_1.csv, row 3, column best: found 'many'; expected deaths, a whole number of 0 or more" in said
    assert "row 4, column date_start: found '31.12.2021'; expected a day, such as 2021-08-26" in said
    assert "row 4, column latitude: found '133.0'; expected a latitude between -90 and 90, or blank" in said
    assert "3 problems." in said
    assert "Nothing was imported" in said


def test_all_errors_are_counted_fifty_shown_and_all_reported(tmp_path: Path) -> None:
    rows = [row(n, best="x", low="-1") for n in range(1, 81)]
    report = tmp_path / "errors.csv"
    said = refused(written(tmp_path / "GEDEvent_v25_1.csv", rows), report=report)
    assert said.count(", row ") == 50
    assert "… and 110 more" in said
    assert "160 problems." in said
    assert "80 × column best" in said
    errors = [one for one in report_of(report) if one["sort"] == "error"]
    assert len(errors) == 160
    assert {(one["row"], one["event"], one["value"]) for one in errors if one["column"] == "best"} == {
        (str(n + 1), str(n), "x") for n in range(1, 81)
    }


def test_rows_with_errors_can_be_left_out_if_they_are_listed(tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    path = written(tmp_path / "GEDEvent_v25_1.csv", [row(1), row(2, best=""), row(3)])
    summary, events = imported(path, report=report, leave_out_errors=True)
    assert events["event_id"].tolist() == ["ucdp:1", "ucdp:3"]
    (account,) = summary.told.files
    assert (account.read, account.kept) == (3, 2)
    assert [(one.name, one.rows) for one in account.left_out] == [("rows with errors", 1)]
    assert [(one["sort"], one["row"], one["column"]) for one in report_of(report)] == [("error", "3", "best")]


def test_rows_without_form_are_told_with_their_own_numbers_and_move_no_others(tmp_path: Path) -> None:
    path = written(tmp_path / "GEDEvent_v25_1.csv", [row(1, source_article="a\nb"), row(2), row(3), row(4, best="x")])
    lines = path.read_bytes().decode().split("\r\n")
    # The second data row loses its last cells, the third gains one.
    lines[2] = ",".join(lines[2].split(",")[:10])
    lines[3] += ",more"
    path.write_bytes("\r\n".join(lines).encode())
    said = refused(path)
    assert "row 3: " in said
    assert "fewer cells than the header has columns" in said
    assert "row 4: " in said
    assert "more cells than the header has columns" in said
    assert "row 5, column best: found 'x'" in said


def test_a_failure_leaves_the_former_table_as_it_was_and_nothing_half_written(tmp_path: Path) -> None:
    good = written(tmp_path / "GEDEvent_v25_1.csv", [row(1)])
    imported(good)
    before = (tmp_path / "out" / "events.parquet").read_bytes()
    refused(written(tmp_path / "GEDEvent_v26_1.csv", [row(1, best="x")]))
    assert (tmp_path / "out" / "events.parquet").read_bytes() == before
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["events.parquet"]


def test_the_same_files_give_the_same_table(tmp_path: Path) -> None:
    numbers = [n * 7919 % 20_011 for n in range(20_000)]
    path = written(tmp_path / "GEDEvent_v25_1.csv", [row(n, side_b=("TTP", "IS")[n % 2]) for n in numbers])
    _, events = imported(path)
    # In order of time, and within a day in that of the file.
    assert events["event_id"].tolist() == [f"ucdp:{n}" for n in numbers]
    first = (tmp_path / "out" / "events.parquet").read_bytes()
    imported(path)
    assert (tmp_path / "out" / "events.parquet").read_bytes() == first


def test_a_missing_column_and_a_column_named_twice_are_told(tmp_path: Path) -> None:
    without = [name for name in HEADER if name not in ("best", "date_prec")]
    said = refused(written(tmp_path / "GEDEvent_v25_1.csv", [row(1)], without))
    assert "row 1, column best: the column is missing; UCDP GED, fewer columns needs it" in said
    assert "column date_prec" in said
    assert "stands in the header more than once" in refused(
        written(tmp_path / "twice.csv", [row(1)], [*HEADER, "best"])
    )


def test_older_and_trimmed_layouts_are_read_as_far_as_they_go(tmp_path: Path) -> None:
    short = [
        name for name in HEADER if name not in ("relid", "active_year", "code_status", "gwnoa", "gwnob", "geom_wkt")
    ]
    summary, events = imported(written(tmp_path / "ged201.csv", [row(1, event_clarity="2")], short))
    assert events["doubt"].tolist() == [True]
    assert summary.told.files[0].layout == "UCDP GED, fewer columns"
    assert summary.told.files[0].version == "20.1"


def test_an_unknown_layout_is_told_with_its_columns_and_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Datum,Ort,Tote\n1.1.2020,Quetta,3\n")
    said = refused(path)
    assert "no layout of UCDP, ACLED or GTD known here; its columns are: datum, ort, tote" in said
    assert "--as table --map FILE" in said
    assert "no file of acled's" in refused(path, provider="acled")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "only a pointer to a file that Git LFS keeps"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "a web page, not a data file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "a workbook in the old format (.xls)"),
        (b"PK\x03\x04" + b"\x00" * 600, "the archive is damaged"),
        (b"\x1f\x8b" + b"\x00" * 600, "the gzip file is damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 600, "not a text file"),
    ],
)
def test_what_is_no_data_file_is_said_to_be_what_it_is(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "GEDEvent_v25_1.csv"
    path.write_bytes(content)
    assert said in refused(path)


def test_a_file_that_is_not_there_and_a_wrong_size_of_memory(tmp_path: Path) -> None:
    assert "there is no such file" in refused(tmp_path / "nowhere.csv")
    assert "expected a size such as 1GB" in refused(written(tmp_path / "ged251.csv", [row(1)]), memory="much")


def test_providers_are_not_mixed(tmp_path: Path) -> None:
    ged = written(tmp_path / "ged251.csv", [row(1)])
    acled = tmp_path / "acled.csv"
    header = (
        "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,"
        "actor2,assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,location,"
        "latitude,longitude,geo_precision,source,source_scale,notes,fatalities,tags,timestamp"
    )
    acled.write_text(header + "\n")
    with pytest.raises(InputError, match="files of acled and ucdp"):
        imported([ged, acled])


@pytest.mark.parametrize("separator", [";", "\t"])
def test_semicolons_and_tabs_separate_too(tmp_path: Path, separator: str) -> None:
    _, events = imported(written(tmp_path / "GEDEvent_v25_1.csv", [row(1)], separator=separator))
    assert len(events) == 1


def test_text_that_is_not_utf_8_is_read_as_latin_1_and_said_so(tmp_path: Path) -> None:
    rows = [row(1, source_article="Caf\u00e9"), row(2)]
    summary, events = imported(written(tmp_path / "GEDEvent_v25_1.csv", rows, encoding="latin-1"))
    assert events["source_text"][0] == "Caf\u00e9"
    assert "read as latin-1, since it is not UTF-8" in worded(summary)
    assert len(events) == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_are_no_part_of_the_first_name(tmp_path: Path, encoding: str) -> None:
    _, events = imported(written(tmp_path / "GEDEvent_v25_1.csv", [row(1)], encoding=encoding))
    assert len(events) == 1


def test_a_workbook_is_read_cell_by_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([name.upper() for name in HEADER])
    cells = row(1)
    moment = datetime(2021, 3, 1)
    sheet.append([moment if name.startswith("date_s") or name == "date_end" else cells[name] for name in HEADER])
    numbers = row(2) | {"best": 12, "latitude": 33.25, "low": 2.0}
    sheet.append([numbers[name] for name in HEADER])
    book.save(tmp_path / "GEDEvent_v25_1.xlsx")
    _, events = imported(tmp_path / "GEDEvent_v25_1.xlsx")
    assert events["deaths_best"].tolist() == [3, 12]
    assert events["latitude"].tolist() == [33.0, 33.25]
    assert {str(day)[:10] for day in events["date_start"]} == {"2021-03-01"}


def test_a_parquet_file_of_the_layout_is_read_with_its_own_types(tmp_path: Path) -> None:
    path = written(tmp_path / "GEDEvent_v25_1.csv", [row(1), row(2, best="x")])
    with duckdb.connect() as con:
        con.execute(f"COPY (SELECT * FROM read_csv('{path}') WHERE id = 1) TO '{tmp_path / 'ged251.parquet'}'")
        con.execute(f"COPY (SELECT * FROM read_csv('{path}')) TO '{tmp_path / 'ged252.parquet'}'")
    _, events = imported(tmp_path / "ged251.parquet")
    assert events["deaths_best"].tolist() == [3]
    assert "ged252.parquet, row 2, column best: found 'x'" in refused(tmp_path / "ged252.parquet")


def test_the_table_carries_its_summary(tmp_path: Path) -> None:
    summary, _ = imported(written(tmp_path / "GEDEvent_v25_1.csv", [row(1), row(2, side_b="XXX770", low="9")]))
    assert read_summary(tmp_path / "out" / "events.parquet") == summary
    said = worded(summary)
    assert "GEDEvent_v25_1.csv: UCDP GED, 49 columns, 25.1 final" in said
    assert "public by 2025-06-30, by the table of releases" in said
    assert "2 rows read, 2 kept" in said
    assert "2021  Pakistan" in said
    assert "1  low estimate above the best" in said
    with pytest.raises(InputError, match="no event table of this project"):
        read_summary(tmp_path / "GEDEvent_v25_1.csv")


def test_names_that_the_tables_do_not_know_are_told(tmp_path: Path) -> None:
    rows = [row(1, side_b="A group of its own", adm_1="Nowhere province"), row(2, country="Chad", adm_1="Lac province")]
    summary, events = imported(written(tmp_path / "GEDEvent_v25_1.csv", rows))
    assert [(one.name, one.rows) for one in summary.told.unknown_actors] == [("A group of its own", 1)]
    assert [(one.name, one.rows) for one in summary.told.unknown_places] == [("Nowhere province (Pakistan)", 1)]
    by_id = events.set_index("event_id")
    # A division of a country that the tables hold is either known or blank; of another country it is as given.
    assert by_id["adm1"].isna()["ucdp:1"]
    assert by_id.at["ucdp:2", "adm1"] == "Lac province"


def test_frontier_regions_and_agencies_have_their_names_since_2018(tmp_path: Path) -> None:
    tribal = "Federally Administered Tribal Areas"
    rows = [
        row(1, adm_1=tribal, adm_2="FR Kohat"),
        row(2, adm_1=tribal, adm_2="Khyber agency"),
        row(3, adm_1="", adm_2=""),
    ]
    _, events = imported(written(tmp_path / "GEDEvent_v25_1.csv", rows))
    by_id = events.set_index("event_id")
    assert by_id.loc["ucdp:1", ["adm1", "adm2"]].tolist() == ["Khyber Pakhtunkhwa", "Kohat"]
    assert by_id.loc["ucdp:2", ["adm1", "adm2"]].tolist() == ["Khyber Pakhtunkhwa", "Khyber"]
    assert by_id.loc["ucdp:3", ["adm1", "adm2", "place"]].isna().all()


def test_the_day_of_publication_is_the_release_s_or_as_told_or_today(tmp_path: Path) -> None:
    known = written(tmp_path / "GEDEvent_v25_1.csv", [row(1)])
    unknown = written(tmp_path / "GEDEvent_v19_1.csv", [row(1)])
    assert {str(day)[:10] for day in imported(known)[1]["published"]} == {"2025-06-30"}
    assert {str(day)[:10] for day in imported(unknown)[1]["published"]} == {"2026-11-25"}
    assert {str(day)[:10] for day in imported(unknown, published="2019-06-01")[1]["published"]} == {"2019-06-01"}


def test_a_file_larger_than_the_memory_passes(tmp_path: Path) -> None:
    path = tmp_path / "GEDEvent_v25_1.csv"
    one = ",".join(row(1)[name] for name in HEADER).replace("A paper, 2021-03-02", "{}")
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(HEADER) + "\n")
        for n in range(240_000):
            told = f'"{n * 7919 % 1_000_003} {"x" * 1400}"'
            file.write(one.replace("1,PAK", f"{n},PAK", 1).format(told) + "\n")
    assert path.stat().st_size > 380_000_000
    summary, events = imported(path, memory="350MB")
    assert summary.events == 240_000
    assert events["deaths_best"].sum() == 720_000


def test_whole_numbers_of_a_program_without_them_are_read_as_whole(tmp_path: Path) -> None:
    path = written(tmp_path / "GEDEvent_v25_1.csv", [row(201403090001)])
    with duckdb.connect() as con:
        con.execute(
            f"COPY (SELECT * REPLACE (CAST(id AS DOUBLE) AS id, CAST(best AS DOUBLE) AS best) FROM read_csv('{path}')) "
            f"TO '{tmp_path / 'ged251.parquet'}'"
        )
    _, events = imported(tmp_path / "ged251.parquet")
    assert events["event_id"].tolist() == ["ucdp:201403090001"]


def test_rows_of_one_event_that_differ_stand_in_the_report(tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    path = written(tmp_path / "GEDEvent_v25_1.csv", [row(1), row(2), row(1, best="9")])
    assert "stands in 2 rows that differ" in refused(path, report=report)
    assert [(one["row"], one["what"]) for one in report_of(report) if one["sort"] == "error"] == [
        ("2", "another row of this event differs"),
        ("4", "another row of this event differs"),
    ]


def test_a_file_without_an_event_is_no_success(tmp_path: Path) -> None:
    assert "no event in it that could be kept" in refused(written(tmp_path / "GEDEvent_v25_1.csv", []))
    assert not (tmp_path / "out" / "events.parquet").exists()


def test_a_day_to_come_is_flagged_and_a_missing_column_told(tmp_path: Path) -> None:
    header = [name for name in HEADER if name != "adm_2"]
    day = {"date_start": "2031-01-01", "date_end": "2031-01-01", "year": "2031"}
    summary, _ = imported(written(tmp_path / "GEDEvent_v25_1.csv", [row(1), row(2, **day)], header))
    (account,) = summary.told.files
    assert {one.name: one.rows for one in account.flagged} == {"later than the day of the import": 1}
    assert account.missing == ("adm_2",)
    assert "columns that it lacks: adm_2" in worded(summary)
