from __future__ import annotations

import pytest

from afpak.audit.dates import compare, overlap
from afpak.audit.findings import Verdict


@pytest.mark.parametrize(
    ("first", "second", "can"),
    [
        ("2018", "2018-06-13", True), ("2018-06", "2018-06-13", True), ("2018-06-13", "2018-06-13", True),
        ("2018-06", "2018-07", False), ("2016", "2018-06-13", False), ("2017", "2018", False),
        ("2017-12-31", "2018", False), ("2017/2018", "2018-06", True), ("2015/2016", "2018", False),
    ],
)  # fmt: skip
def test_dates_overlap_if_they_can_mean_one_day_in_either_order(first, second, can) -> None:
    assert overlap(first, second) is can
    assert overlap(second, first) is can


def test_a_stated_date_is_supported_by_the_record_before_any_other_source() -> None:
    assert compare("2016-07", "2016-07-26") is Verdict.SUPPORTED
    assert compare("2016-07", "2016-07-26", ["2015"]) is Verdict.SUPPORTED


def test_a_stated_date_that_only_another_source_gives_is_contested() -> None:
    assert compare("2016", "2018-06-13", ["2017", "2016-02"]) is Verdict.CONTESTED


def test_a_stated_date_that_no_source_gives_is_contradicted() -> None:
    assert compare("2016", "2018-06-13") is Verdict.CONTRADICTED
    assert compare("2016", "2018-06-13", ["2018-06-14", "2017"]) is Verdict.CONTRADICTED
