from __future__ import annotations

import csv
import re
from pathlib import Path

import pandas as pd
import pytest

from afpak.analysis.versions import all_versions, disagreements, preferred, version_table

REPOSITORY = Path(__file__).resolve().parents[2]
COLUMNS = ["series", "metric", "place", "group", "period", "version", "value", "published", "source", "url"]


def figures(*rows: tuple[str, str, float, str | None]) -> pd.DataFrame:
    """Figures of one series from (period, version, value, published)."""
    return pd.DataFrame(
        [
            ("S", "attacks", "Pakistan", "all", period, version, value, published, "a page", "https://example.org")
            for period, version, value, published in rows
        ],
        columns=COLUMNS,
    )


def chosen(frame: pd.DataFrame) -> str:
    table = preferred(frame)
    assert len(table) == 1
    return str(table["version"].iloc[0])


def test_the_version_published_last_stands_for_a_figure() -> None:
    rows = [("2014", "a", 10.0, "2019-01-01"), ("2014", "b", 12.0, "2018-06-01")]
    assert chosen(figures(*rows)) == "a"
    assert chosen(figures(*reversed(rows))) == "a"


def test_the_last_version_is_found_by_date_and_not_by_label_or_value() -> None:
    assert chosen(figures(("2014", "z", 99.0, "2015-01-02"), ("2014", "a", 1.0, "2015-01-03"))) == "a"


def test_of_two_versions_of_one_day_the_label_that_sorts_last_is_taken() -> None:
    rows = [("2014", "second", 2.0, "2018-06-01"), ("2014", "first", 3.0, "2018-06-01")]
    assert chosen(figures(*rows)) == "second"
    assert chosen(figures(*reversed(rows))) == "second"


def test_a_version_of_unknown_date_yields_to_any_that_has_one() -> None:
    assert chosen(figures(("2014", "z", 1.0, None), ("2014", "a", 2.0, "1999"))) == "a"


def test_a_version_of_unknown_date_stands_when_it_is_alone() -> None:
    assert chosen(figures(("2014", "z", 1.0, None))) == "z"


def test_a_year_of_publication_counts_as_its_last_day() -> None:
    # "2018" may mean up to 31 December 2018, which is after 1 July 2018 and before 1 January 2019.
    assert chosen(figures(("2014", "year", 1.0, "2018"), ("2014", "day", 2.0, "2018-07-01"))) == "year"
    assert chosen(figures(("2014", "year", 1.0, "2018"), ("2014", "day", 2.0, "2019-01-01"))) == "day"


def test_the_spread_goes_over_all_versions_and_not_over_the_chosen_one() -> None:
    row = preferred(figures(("2014", "a", 7.0, "2015"), ("2014", "b", 5.0, "2017"), ("2014", "c", 9.0, "2016"))).iloc[0]
    assert (row["version"], row["value"]) == ("b", 5.0)
    assert (row["versions"], row["lowest"], row["highest"]) == (3, 5.0, 9.0)


def test_figures_of_other_years_groups_and_places_are_kept_apart() -> None:
    frame = pd.concat([figures(("2014", "a", 1.0, "2015"), ("2015", "a", 2.0, "2016"))] * 3, ignore_index=True)
    frame.loc[2:3, "group"] = "TTP"
    frame.loc[4:5, "place"] = "Afghanistan"
    table = preferred(frame)
    assert len(table) == 6
    assert (table["versions"] == 1).all()


def test_choosing_changes_nothing_in_the_table_given() -> None:
    frame = figures(("2014", "b", 1.0, "2018"), ("2014", "a", 2.0, "2019"))
    before = frame.copy(deep=True)
    preferred(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_every_figure_of_the_real_table_is_chosen_once(latest) -> None:
    # The set of keys and the extremes, from the raw file; the five corrected rows are all dropped.
    with (REPOSITORY / "data/corrections.csv").open(encoding="utf-8", newline="") as file:
        dropped = {row["key"] for row in csv.DictReader(file) if row["action"] == "drop" and row["table"] == "annual"}
    spread: dict[tuple[str, ...], list[float]] = {}
    with (REPOSITORY / "data/series/annual.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = " | ".join(f"{c}={row[c]}" for c in ("series", "metric", "place", "group", "period", "version"))
            if key not in dropped:
                figure = tuple(row[c] for c in ("series", "metric", "place", "group", "period"))
                spread.setdefault(figure, []).append(float(row["value"]))
    table = preferred(latest["annual"])
    found = {
        tuple(str(row[c]) for c in ("series", "metric", "place", "group", "period")): (
            row["versions"],
            row["lowest"],
            row["highest"],
        )
        for row in table.to_dict("records")
    }
    assert len(found) == len(table)
    assert found == {key: (len(values), min(values), max(values)) for key, values in spread.items()}


# Facts of the three publications, as the compiler of the series listed them.
PUBLISHED = {
    "NACTA to the press 2017-09": {
        2001: 110, 2002: 56, 2003: 88, 2004: 159, 2005: 113, 2006: 1444, 2007: 1820, 2008: 1575, 2009: 1938,
        2010: 2061, 2011: 1680, 2012: 1316, 2013: 1571, 2014: 1816, 2015: 1139, 2016: 785,
    },
    "NAP review 2018": {
        2002: 49, 2003: 50, 2004: 143, 2005: 240, 2006: 1456, 2007: 1820, 2008: 1575, 2010: 2061, 2014: 1861,
        2015: 1139, 2016: 785, 2017: 681,
    },
    "NACTA report on 2018 (2019-04)": {2010: 2061, 2014: 1816, 2015: 1139, 2016: 785, 2017: 741, 2018: 584},
}  # fmt: skip


def nacta(inputs) -> pd.DataFrame:
    return all_versions(inputs["annual"], "NACTA/MoI", "terrorist_incidents")


@pytest.mark.parametrize("version", PUBLISHED)
def test_each_published_version_of_the_nacta_series_can_be_put_together_again(version, paper) -> None:
    rows = nacta(paper)
    rows = rows[rows["version"] == version]
    assert dict(zip(rows["year"], rows["value"], strict=True)) == PUBLISHED[version]


@pytest.mark.parametrize(("year", "values"), [(2002, {56, 49}), (2014, {1816, 1861}), (2017, {681, 741})])
def test_the_versions_of_a_nacta_year_are_those_that_were_published(year, values, paper) -> None:
    rows = nacta(paper)
    assert set(rows.loc[rows["year"] == year, "value"]) == values


def test_the_published_table_in_the_compilers_notes_is_the_one_in_this_test() -> None:
    notes = REPOSITORY.parent / "shared/reference/series/README.md"
    if not notes.is_file():
        pytest.skip("the compiler's notes lie outside the repository and are not here")
    rows = re.findall(r"^\| (20\d\d) \|(.*)\|(.*)\|(.*)\|$", notes.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) == 19
    # The third column of the notes joins two publications; the one of April 2019 ends with 2018.
    for cell, name in (
        (1, "NACTA to the press 2017-09"),
        (2, "NAP review 2018"),
        (3, "NACTA report on 2018 (2019-04)"),
    ):
        told = {
            int(r[0]): int(r[cell].strip().replace(",", ""))
            for r in rows
            if re.fullmatch(r"[\d, ]+\d ?", r[cell].strip())
        }
        told = {year: value for year, value in told.items() if cell < 3 or year < 2019}
        assert told == PUBLISHED[name]


def test_disagreements_hold_every_version_of_the_figures_that_differ_and_no_other() -> None:
    frame = figures(
        ("2014", "a", 1.0, "2016"), ("2014", "b", 1.0, "2015"), ("2015", "b", 3.0, "2017"), ("2015", "a", 2.0, "2018"),
        ("2016", "a", 4.0, "2018"),
    )  # fmt: skip
    table = disagreements(frame)
    assert table[["period", "version", "value"]].values.tolist() == [["2015", "b", 3.0], ["2015", "a", 2.0]]


def test_disagreements_of_the_nacta_series_are_the_years_whose_versions_differ(paper) -> None:
    table = disagreements(paper["annual"])
    own = table[(table["series"] == "NACTA/MoI") & (table["metric"] == "terrorist_incidents")]
    by_year: dict[str, set[int]] = {}
    for version in PUBLISHED.values():
        for year, value in version.items():
            by_year.setdefault(str(year), set()).add(value)
    assert set(own["period"]) == {year for year, values in by_year.items() if len(values) > 1}


def test_all_versions_leave_out_groups_places_and_other_metrics() -> None:
    frame = pd.concat([figures(("2014", "a", 1.0, "2015"))] * 5, ignore_index=True)
    frame["version"] = list("abcde")
    frame.loc[1, "group"] = "TTP"
    frame.loc[2, "place"] = "Afghanistan"
    frame.loc[3, "metric"] = "killed"
    frame.loc[4, "series"] = "T"
    assert list(all_versions(frame, "S", "attacks")["version"]) == ["a"]
    assert list(all_versions(frame, "S", "attacks", "Afghanistan")["version"]) == ["c"]


def test_the_table_of_versions_has_a_row_for_each_year_that_differs() -> None:
    frame = figures(
        ("2014", "late", 5.0, "2019"), ("2014", "early", 4.0, "2016"), ("2015", "early", 7.0, "2016"),
        ("2016", "late", 8.0, "2019"), ("2016", "middle", 9.0, "2017"), ("2015", "late", 7.0, "2019"),
    )  # fmt: skip
    table = version_table(all_versions(frame, "S", "attacks"))
    assert list(table.columns) == ["year", "early", "middle", "late"]
    assert list(table["year"]) == ["2014", "2016"]
    assert table["late"].tolist() == [5.0, 8.0]
    assert table["early"].iloc[0] == 4.0 and pd.isna(table["early"].iloc[1])
    assert table["middle"].iloc[1] == 9.0 and pd.isna(table["middle"].iloc[0])


def test_the_table_of_versions_is_empty_where_all_agree() -> None:
    frame = figures(("2014", "a", 4.0, "2016"), ("2014", "b", 4.0, "2017"))
    assert version_table(all_versions(frame, "S", "attacks")).empty


def test_the_table_of_nacta_versions_has_the_years_and_numbers_published(paper) -> None:
    table = version_table(nacta(paper)).set_index("year")
    # 2002 56/49, 2003 88/50, 2004 159/143, 2005 113/240, 2006 1444/1456, 2014 1816/1861, 2017 681/741
    assert list(table.index) == ["2002", "2003", "2004", "2005", "2006", "2014", "2017"]
    assert table.at["2014", "NAP review 2018"] == 1861
    assert table.at["2014", "NACTA report on 2018 (2019-04)"] == 1816
    assert pd.isna(table.at["2017", "NACTA to the press 2017-09"])
