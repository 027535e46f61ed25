from datetime import date

from afpak.tables.own import OwnRows, own_rows_since

DAY = date(2022, 1, 31)


def test_one_line_tells_what_was_added_and_replaced():
    assert OwnRows("mine.csv", 1, 0).told(DAY) == "mine.csv: 1 row added, 0 replaced"
    assert OwnRows("mine.csv", 1200, 2).told(DAY) == "mine.csv: 1,200 rows added, 2 replaced"


def test_of_many_rows_that_were_cut_all_are_counted_and_the_first_are_named():
    cut = tuple((f"row-{number}", "known since 2024") for number in range(8))
    told = OwnRows("mine.csv", 0, 0, cut).told(DAY)
    assert told.startswith("mine.csv: 0 rows added, 0 replaced, 8 cut at 2022-01-31 (row-0: known since 2024; row-1")
    assert told.endswith("row-4: known since 2024; and 3 more)")


def test_what_was_cut_before_is_told_beside_what_is_cut_now():
    now = OwnRows("mine.csv", 1, 0, (("b", "known since 2020"),), ("c",))
    before = {"file": "mine.csv", "added": 2, "replaced": 0, "cut": [["a", "known since 2024"]], "masked": ["c", "d"]}
    assert own_rows_since(before, now) == OwnRows(
        "mine.csv", 1, 0, (("a", "known since 2024"), ("b", "known since 2020")), ("c", "d")
    )
    assert own_rows_since(None, now) == now
