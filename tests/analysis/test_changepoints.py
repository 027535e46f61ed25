"""Change points: found where they were put, held against dates."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
import ruptures

from afpak.analysis import changepoints

from .test_months import made_up


def steps(noise: float = 0.0) -> pd.DataFrame:
    """Sixty months from January 2010: 20 at a level of 10, 25 at 40, 15 at 5."""
    level = np.repeat([10.0, 40.0, 5.0], [20, 25, 15])
    wobble = np.exp(noise * np.random.default_rng(4).standard_normal(60))
    return made_up("2010-01", 60).assign(count=level * wobble, days=30)


def search(counts: pd.DataFrame, *multiples: float) -> dict[float, list[int]]:
    signal = changepoints.on_log_scale(counts)
    pelt = ruptures.Pelt(model="l2", min_size=6, jump=1).fit(signal)
    criterion = changepoints.bic_penalty(signal)
    return {multiple: pelt.predict(pen=multiple * criterion) for multiple in multiples}


def test_steps_are_found_in_the_months_in_which_they_were_put() -> None:
    counts = steps(0.15)
    ends = search(counts, 1, 2, 4)
    points = changepoints.found(ends, counts)
    for multiple in (1, 2, 4):
        # 20 months after January 2010 is September 2011, 45 after it October 2013.
        assert points.loc[points["multiple"] == multiple, "month"].tolist() == ["2011-09", "2013-10"]
    lasting = changepoints.persistence(points, [1, 2, 4])
    assert lasting[["month", "found", "share", "lowest", "highest"]].values.tolist() == [
        ["2011-09", 3, 1.0, 1, 4],
        ["2013-10", 3, 1.0, 1, 4],
    ]


def test_a_level_without_steps_has_no_change_point() -> None:
    counts = steps(0.15).assign(count=lambda rows: 20 * np.exp(0.15 * np.random.default_rng(5).standard_normal(60)))
    assert search(counts, 2)[2] == [60]
    assert changepoints.found(search(counts, 2), counts).empty


def test_logarithms_are_of_a_month_of_mean_length() -> None:
    frame = pd.DataFrame({"count": [0.0, 28.0], "days": [31, 28]})
    # One event a day is 365.25 / 12 = 30.4375 a month of mean length.
    assert changepoints.on_log_scale(frame).tolist() == pytest.approx([0, math.log(31.4375)])


def test_the_penalty_by_hand() -> None:
    signal = np.array([0.0, 1.0, 0.0, 3.0, 0.0])
    # Differences 1, 1, 3, 3 in size: median 2; for normal ones the median is 0.6745 of the deviation, which for a
    # difference is root two times that of a month.
    variance = (2 / 0.67449) ** 2 / 2
    assert changepoints.bic_penalty(signal) == pytest.approx(2 * variance * math.log(5), rel=1e-4)


def test_a_series_that_is_mostly_flat_has_a_penalty_and_one_that_is_all_flat_has_none() -> None:
    assert changepoints.bic_penalty(np.array([0.0, 0, 0, 0, 0, 5, 0])) > 0
    with pytest.raises(ValueError, match="same count"):
        changepoints.bic_penalty(np.zeros(9))


def test_stretches_have_their_levels_and_ratios() -> None:
    counts = steps()
    signal = changepoints.on_log_scale(counts)
    stretches = changepoints.segments(counts, signal, [20, 45, 60])
    assert stretches["first"].tolist() == ["2010-01", "2011-09", "2013-10"]
    assert stretches["last"].tolist() == ["2011-08", "2013-09", "2014-12"]
    assert stretches["months"].tolist() == [20, 25, 15]
    scale = 30.4375 / 30
    assert stretches["level"].tolist() == pytest.approx([10 * scale, 40 * scale, 5 * scale])
    assert stretches["ratio"].tolist()[1:] == pytest.approx([4, 1 / 8])
    assert math.isnan(stretches["ratio"].iloc[0])
    assert np.abs(changepoints.residuals(signal, [20, 45, 60])).max() < 1e-12
    assert changepoints.residuals(np.array([1.0, 3.0, 5.0]), [2, 3]).tolist() == [-1, 1, 0]


def test_nearness_to_a_date_and_by_chance() -> None:
    counts = made_up("2010-01", 10)
    near = changepoints.beside([date(2010, 3, 20), date(2010, 7, 1)], ["2010-04", "2010-09"], counts).set_index("day")
    first = near.loc[date(2010, 3, 20)]
    assert (first["nearest"], first["apart"]) == ("2010-04", 1)
    # Months one or none from April or September: March, April, May, August, September, October, of ten.
    assert first["by_chance"] == pytest.approx(0.6)
    second = near.loc[date(2010, 7, 1)]
    # April is three months before July, September two after it; all ten months but January are within two.
    assert (second["nearest"], second["apart"]) == ("2010-09", 2)
    assert second["by_chance"] == pytest.approx(0.9)


def test_without_change_points_nothing_is_near() -> None:
    near = changepoints.beside([date(2010, 3, 20)], [], made_up("2010-01", 10))
    assert near["nearest"].tolist() == [""] and near["apart"].isna().all() and near["by_chance"].isna().all()
