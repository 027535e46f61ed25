import calendar
import re
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afpak.tables import read_declaration
from afpak.tables.asof import cut
from afpak.tables.declaration import AsOf, Column, Mask, Table
from afpak.tables.read import read_table

COMPILED = "2024-06-01"
DATED = Table(
    "dated",
    "dated.csv",
    "Dated",
    "Rows with dates",
    (Column("happened", "string", ""), Column("published", "string", "")),
    ("happened",),
    AsOf("happened", "published"),
)
LEADERS = Table(
    "leaders",
    "leaders.csv",
    "Leaders",
    "Tenures",
    tuple(Column(name, "string", "") for name in ("start", "known", "end", "end_known", "cause", "status", "seen")),
    ("start",),
    AsOf(
        "start",
        "known",
        (
            Mask("end", "end_known", ("end", "end_known", "cause"), {"status": "incumbent"}),
            Mask("seen", "seen", ("seen",), {}),
        ),
    ),
)
SOURCED = Table(
    "sourced",
    "sourced.csv",
    "Sourced",
    "Rows with sources",
    tuple(Column(name, "string", "") for name in ("happened", "published", "source", "url")),
    ("happened",),
    AsOf("happened", "published"),
)
DAYS = st.dates(date(1995, 1, 1), date(2030, 12, 31))


def last_day(text: str) -> date:
    """Last day that a partial date or a span may mean, by the calendar module."""
    parts = [int(part) for part in text.split("/")[-1].split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1])


def shown(happened: str, published: str | None, as_of: str) -> bool:
    frame = pd.DataFrame({"happened": [happened], "published": [published]}, dtype=object)
    return len(cut(frame, DATED, date.fromisoformat(as_of), COMPILED)) == 1


@pytest.mark.parametrize(
    ("happened", "last"),
    [
        ("2021", "2021-12-31"),
        ("2020-02", "2020-02-29"),
        ("2021-02", "2021-02-28"),
        ("2021-05-09", "2021-05-09"),
        ("2019-03/2021-11", "2021-11-30"),
    ],
)
def test_a_row_counts_only_once_its_whole_period_is_over(happened, last):
    before = date.fromordinal(date.fromisoformat(last).toordinal() - 1).isoformat()
    assert shown(happened, "2000", last)
    assert not shown(happened, "2000", before)


@pytest.mark.parametrize(
    ("published", "last"), [("2022-01-31", "2022-01-31"), ("2022-01", "2022-01-31"), ("2022", "2022-12-31")]
)
def test_a_row_counts_only_once_it_was_certainly_published(published, last):
    before = date.fromordinal(date.fromisoformat(last).toordinal() - 1).isoformat()
    assert shown("2010", published, last)
    assert not shown("2010", published, before)


def test_a_row_of_unknown_publication_counts_from_the_day_of_compilation():
    assert shown("2010", None, "2024-06-01")
    assert not shown("2010", None, "2024-05-31")


def test_a_row_without_a_date_counts_as_having_happened():
    assert shown(None, "2022-01", "2022-01-31")
    assert not shown(None, "2022-01", "2022-01-30")
    # Without either date it counts from the day of compilation.
    assert shown(None, None, "2024-06-01")
    assert not shown(None, None, "2024-05-31")


def sources(*titles, on="2022-01-31"):
    """The titles that stay of a row that happened and was published in 2010, each with an address of its own."""
    addresses = {f"https://example.org/{number}": title for number, title in enumerate(titles)}
    frame = pd.DataFrame(
        {"happened": ["2010"], "published": ["2010"], "source": [" | ".join(titles)], "url": [" | ".join(addresses)]},
        dtype=object,
    )
    row = cut(frame, SOURCED, date.fromisoformat(on), COMPILED).iloc[0]
    kept = row["source"].split(" | ")
    # The addresses go with their titles.
    assert [addresses[address] for address in row["url"].split(" | ")] == kept
    return kept


@pytest.mark.parametrize(
    ("title", "stays"),
    [
        ("Dawn: a report (17 Oct 2025)", False),
        ("Dawn: a report (Feb 2025)", False),
        ("Dawn: a report (2025)", False),
        ("Dawn: a report (datelined 23 Apr 2025)", False),
        ("Dawn: a report (September 2025)", False),
        ("Dawn: a report (1 Feb 2022)", False),  # the day after the as-of date
        ("Dawn: a report (31 Jan 2022)", True),
        ("Dawn: a report (Feb 2022)", False),
        ("Dawn: a report (Jan 2022)", True),
        ("Dawn: a report (2022)", True),  # may have been by then
        ("Dawn: a report (2023)", False),
        ("Dawn: a report", True),  # not dated
        ("Dawn: a report on 2025", True),
        ("Dawn: a report (2025) of the court", True),  # not at the end
        ("Dawn: a report (page 5)", True),
    ],
)
def test_a_source_of_after_the_as_of_date_does_not_show(title, stays):
    assert sources("Old (2010)", title, "Older (3 Mar 2009)") == (
        ["Old (2010)", title, "Older (3 Mar 2009)"] if stays else ["Old (2010)", "Older (3 Mar 2009)"]
    )


def test_a_source_shows_from_its_own_day_on():
    both = ["Old (2010)", "New (17 Oct 2025)"]
    assert sources(*both, on="2025-10-16") == ["Old (2010)"]
    assert sources(*both, on="2025-10-17") == both


def test_a_source_without_a_date_stays_alone():
    assert sources("Undated", "New (2025)", "Newer (Feb 2026)") == ["Undated"]


def test_the_earliest_source_stays_if_none_would_remain():
    assert sources("Newer (Feb 2026)", "New (17 Oct 2025)", "Newest (2027)") == ["New (17 Oct 2025)"]
    assert sources("New (2025)") == ["New (2025)"]


def leaders(**cells):
    row = {
        "start": "2010",
        "known": "2010-05",
        "end": None,
        "end_known": None,
        "cause": None,
        "status": "ended",
        "seen": None,
    }
    return pd.DataFrame([row | cells], dtype=object)


def as_of(frame, day):
    return cut(frame, LEADERS, date.fromisoformat(day), COMPILED).iloc[0]


@pytest.mark.parametrize(
    ("end", "end_known"),
    [("2015-03", "2021-07-01"), ("2021-07-01", "2015"), ("2015", None)],
    ids=["known later", "happened later", "known at an unknown time"],
)
def test_a_leader_whose_end_was_not_known_is_incumbent(end, end_known):
    row = as_of(leaders(end=end, end_known=end_known, cause="arrest"), "2021-06-30")
    assert row["status"] == "incumbent"
    assert row[["end", "end_known", "cause"]].isna().all()
    assert row["start"] == "2010"


def test_a_leader_whose_end_was_known_has_ended():
    row = as_of(leaders(end="2015-03", end_known="2021-07-01", cause="arrest"), "2021-07-01")
    assert row[["status", "end", "end_known", "cause"]].tolist() == ["ended", "2015-03", "2021-07-01", "arrest"]


def test_a_later_sighting_is_blanked_and_the_status_stays():
    frame = leaders(status="unknown", seen="2018-07")
    assert pd.isna(as_of(frame, "2018-07-30")["seen"])
    assert as_of(frame, "2018-07-30")["status"] == "unknown"
    assert as_of(frame, "2018-07-31")["seen"] == "2018-07"


def test_the_frame_given_is_left_as_it_was():
    frame = leaders(end="2015", end_known="2023", cause="arrest", seen="2020")
    before = frame.copy()
    cut(frame, LEADERS, date(2015, 1, 1), COMPILED)
    pd.testing.assert_frame_equal(frame, before)


def test_rows_keep_their_order_and_are_renumbered():
    frame = pd.DataFrame({"happened": ["2012", "2025", "2010"], "published": ["2013"] * 3}, dtype=object)
    kept = cut(frame, DATED, date(2020, 1, 1), COMPILED)
    assert kept["happened"].tolist() == ["2012", "2010"]
    assert kept.index.tolist() == [0, 1]


def test_a_table_without_a_rule_is_returned_whole_and_as_a_copy():
    table = Table("plain", "plain.csv", "Plain", "No dates", (Column("a", "string", ""),), ("a",))
    frame = pd.DataFrame({"a": ["1999", "2999"]})
    kept = cut(frame, table, date(2000, 1, 1), COMPILED)
    pd.testing.assert_frame_equal(kept, frame)
    kept.loc[0, "a"] = "changed"
    assert frame.loc[0, "a"] == "1999"


@pytest.fixture(scope="module")
def real(checkout):
    """Every real table that is cut, with its declaration and the day of compilation."""
    declaration = read_declaration(checkout.data)
    dated = {name: table for name, table in declaration.tables.items() if table.as_of}
    return [(table, read_table(declaration, name), declaration.created) for name, table in dated.items()]


@settings(max_examples=20)
@given(day=DAYS)
def test_the_rows_shown_of_the_real_tables_are_those_over_and_public_by_then(real, day):
    for table, frame, created in real:
        rule = table.as_of
        expected = [
            tuple(key)
            for key, happened, published in zip(
                frame[list(table.primary_key)].itertuples(index=False),
                # A row without a date counts as having happened.
                frame[rule.happened].fillna("1000"),
                frame[rule.published].fillna(created),
                strict=True,
            )
            if last_day(happened) <= day and last_day(published) <= day
        ]
        found = cut(frame, table, day, created)[list(table.primary_key)]
        assert list(found.itertuples(index=False, name=None)) == expected


def first_day(title: str) -> date | None:
    """First day that the date at the end of a source's title may mean; None if it has none."""
    found = re.search(r"\(([^()]*)\)$", title)
    words = found[1].split() if found else []
    if not words or not re.fullmatch("[0-9]{4}", words[-1]):
        return None
    months = {calendar.month_abbr[number]: number for number in range(1, 13)}
    month = months.get(words[-2][:3]) if len(words) > 1 else None
    day = int(words[-3]) if month and len(words) > 2 and words[-3].isdigit() else 1
    return date(int(words[-1]), month or 1, day)


def sources_of(frame: pd.DataFrame, table: Table) -> dict[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Titles of sources with their addresses, by the key of each row."""
    keys = frame[list(table.primary_key)].itertuples(index=False, name=None)
    return {
        key: tuple(zip(source.split(" | "), url.split(" | "), strict=True))
        for key, source, url in zip(keys, frame["source"], frame["url"], strict=True)
    }


@pytest.fixture(scope="module")
def sourced(real):
    """Tables that name sources in their rows, each with its sources, and of each title the first day that it means.

    The others hold totals, whose sources stand with their release.
    """
    tables = [(table, frame, created, sources_of(frame, table)) for table, frame, created in real if "source" in frame]
    titles = {title for *_, every in tables for pairs in every.values() for title, _ in pairs}
    return tables, {title: first_day(title) for title in titles}


@settings(max_examples=20)
@given(day=DAYS)
def test_the_sources_shown_of_the_real_tables_are_those_of_that_time(sourced, day):
    tables, dated = sourced
    for table, frame, created, every in tables:
        shown = sources_of(cut(frame, table, day, created), table)
        for key, pairs in shown.items():
            timely = tuple(pair for pair in every[key] if (dated[pair[0]] or date.min) <= day)
            earliest = tuple(sorted(every[key], key=lambda pair: dated[pair[0]] or date.max)[:1])
            assert pairs == (timely or earliest), key


@settings(max_examples=20)
@given(days=st.tuples(DAYS, DAYS).map(sorted))
def test_an_earlier_date_never_shows_more(real, days):
    earlier, later = days
    for table, frame, created in real:
        key = list(table.primary_key)
        few, many = (cut(frame, table, day, created) for day in (earlier, later))
        replaced = {name for mask in table.as_of.masks for name in mask.replacements}
        columns = few.columns.difference([*key, *replaced, "source", "url"])
        shown, shown_later = (
            dict(
                zip(
                    one[key].itertuples(index=False, name=None),
                    one[columns].itertuples(index=False, name=None),
                    strict=True,
                )
            )
            for one in (few, many)
        )
        assert len(shown) == len(few)
        assert shown.keys() <= shown_later.keys()
        for name, cells in shown.items():
            for column, cell, cell_later in zip(columns, cells, shown_later[name], strict=True):
                assert pd.isna(cell) or cell == cell_later, (table.name, name, column)
        if "source" not in frame:
            continue
        # A later date may show more sources of a row.
        sources_later = sources_of(many, table)
        for name, pairs in sources_of(few, table).items():
            assert set(pairs) <= set(sources_later[name]), (table.name, name)


@settings(max_examples=20)
@given(days=st.tuples(DAYS, DAYS).map(sorted))
def test_cutting_twice_is_the_same_as_cutting_once_at_the_earlier_date(real, days):
    earlier, later = days
    for table, frame, created in real:
        once = cut(frame, table, earlier, created)
        pd.testing.assert_frame_equal(cut(once, table, earlier, created), once)
        twice = cut(cut(frame, table, later, created), table, earlier, created)
        pd.testing.assert_frame_equal(twice, once)
