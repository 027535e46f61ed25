from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import partial

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from statsmodels.tsa.statespace.structural import UnobservedComponents

from afpak.analysis import forecasts, trends, versions
from afpak.audit import Verdict
from afpak.figures import Figure
from afpak.figures import forecasts as draw_forecasts
from afpak.figures.shown import IncompleteError
from afpak.tables import Inputs

from .test_drawings import apart, corners, out_of_the_canvas, overlapping, texts, tick_labels

SOURCE = "the tables of this book"
WRITTEN = date(2022, 1, 31)
SEARCH = {"method": "nm", "maxiter": 10_000, "disp": 0, "cov_type": "none"}
LEVEL = partial(UnobservedComponents, level="local level", use_exact_diffuse=True)
CLAIMS = pd.DataFrame(
    [
        ("4.1-01", "4.1", "1", "A balance holds.", "forecast", "2025-12", "no date in the paper; end of 2025 chosen"),
        (
            "4.1-02",
            "4.1",
            "2",
            "They work together.",
            "forecast",
            "2023-12",
            "no date in the paper; end of 2023 chosen",
        ),
        ("4.1-03", "4.1", "2", "Havens stay.", "forecast", "2022-06", "the paper: next months"),
        ("4.1-04", "4.1", "3", "Somebody is not dropped.", "forecast", None, None),
    ],
    columns=["claim", "section", "paragraph", "text", "kind", "judge_by", "horizon"],
)
EARLY = dict.fromkeys(CLAIMS["claim"], "pending")
LATE = {"4.1-01": "contradicted", "4.1-02": "contested", "4.1-03": "supported", "4.1-04": "unverifiable"}


def told(as_of: date) -> pd.DataFrame:
    return forecasts.statements(CLAIMS, LATE if as_of.year > 2022 else EARLY, "4.1", WRITTEN, as_of)


def counts_of(inputs: Inputs) -> dict[str, pd.Series]:
    """What was known when the paper was written, whatever the edition."""
    wide = trends.side_by_side(versions.preferred(inputs["annual"]), inputs["series"], "incident_metric").loc[:2021]
    chosen = forecasts.choice(wide[["NACTA/MoI", "PIPS"]], 2008, 10)
    return forecasts.training(wide, chosen, 2008)


def forecast(inputs: Inputs) -> tuple[dict[str, pd.Series], pd.DataFrame, pd.DataFrame]:
    counts = counts_of(inputs)
    fits = {name: LEVEL(np.log(own.to_numpy())).fit(**SEARCH) for name, own in counts.items()}
    lines = forecasts.together(
        {name: forecasts.back_transformed(fit, counts[name], inputs.as_of.year) for name, fit in fits.items()}
    )
    metrics = inputs["series"].set_index("series")["incident_metric"]
    came = pd.concat(
        [versions.all_versions(inputs["annual"], name, metrics[name]).assign(series=name) for name in counts]
    )
    checked = forecasts.judged(lines, came)
    return counts, forecasts.by_year(lines, checked), checked


def scenario_lanes(inputs: Inputs, source: str = SOURCE) -> Figure:
    months = forecasts.months_since(WRITTEN, inputs.as_of)
    return draw_forecasts.lanes(told(inputs.as_of), inputs.as_of, months, source)


def fans(inputs: Inputs, source: str = SOURCE) -> Figure:
    return draw_forecasts.fans(*forecast(inputs), "incidents", WRITTEN, source)


def backtest(inputs: Inputs, source: str = SOURCE) -> Figure:
    backtests = {name: forecasts.rolling_origin(own, LEVEL, SEARCH, 6, 3) for name, own in counts_of(inputs).items()}
    return draw_forecasts.tested(backtests, "incidents", source)


FIGURES: dict[str, Callable[..., Figure]] = {"scenario-lanes": scenario_lanes, "forecasts": fans, "backtest": backtest}
every_figure = pytest.mark.parametrize("name", FIGURES)
every_edition = pytest.mark.parametrize("edition", ["paper", "latest"])


@pytest.fixture(scope="module")
def figure(paper, latest):
    made: dict[tuple[str, str], Figure] = {}

    def get(name: str, edition: str) -> Figure:
        if (name, edition) not in made:
            made[name, edition] = FIGURES[name]({"paper": paper, "latest": latest}[edition])
        return made[name, edition]

    return get


# What holds for every figure


@every_edition
@every_figure
def test_a_figure_can_be_read_and_its_words_do_not_lie_on_each_other(name, edition, figure) -> None:
    one = figure(name, edition)
    assert one.name == name
    assert len(one.alternative) > 80
    for words in (one.alternative, one.caption):
        assert not re.search(r"\bnan\b|\bNaT\b|<NA>|\bNone\b|not known", words)
    assert out_of_the_canvas(one.drawing) == []
    assert overlapping(one.drawing) == []
    placed = texts(one.drawing)
    renderer = one.drawing.canvas.get_renderer()
    boxes = [(text, corners(text, renderer)) for text, _ in placed]
    ticks = {id(label) for axes in one.drawing.axes for side in tick_labels(axes) for label in side}
    assert [
        (a.get_text(), b.get_text())
        for i, (a, box) in enumerate(boxes)
        for b, other in boxes[i + 1 :]
        if not (id(a) in ticks and id(b) in ticks) and not apart(box, other)
    ] == []


@every_edition
@every_figure
def test_no_text_is_smaller_than_nine_points(name, edition, figure) -> None:
    sizes = {text.get_text(): text.get_fontsize() for text in figure(name, edition).drawing.findobj(Text)}
    assert {text: size for text, size in sizes.items() if text.strip() and size < 9} == {}


@every_edition
@every_figure
def test_a_figure_made_twice_is_the_same_drawing(name, edition, paper, latest) -> None:
    inputs = {"paper": paper, "latest": latest}[edition]
    assert (FIGURES[name](inputs).svg == FIGURES[name](inputs).svg) is True


@every_figure
def test_a_figure_can_not_be_drawn_without_a_source(name, paper) -> None:
    with pytest.raises(IncompleteError, match="needs a source"):
        FIGURES[name](paper, " ")


def labels(one: Figure) -> list[str]:
    """Every text in a drawing, tick labels too."""
    one.drawing.draw_without_rendering()
    return [text.get_text() for text in one.drawing.findobj(Text) if text.get_visible()]


@every_figure
def test_no_figure_of_the_papers_time_shows_a_later_year(name, figure) -> None:
    one = figure(name, "paper")
    for text in (one.caption, one.alternative, *labels(one)):
        assert not re.search(r"\b202[3-9]\b", text)


# The lanes


def test_every_verdict_has_a_mark_of_its_own() -> None:
    assert set(draw_forecasts.VERDICTS) == {str(one) for one in Verdict}
    assert len({(marker, filled) for marker, _, filled in draw_forecasts.VERDICTS.values()}) == len(Verdict)


def test_every_place_of_a_count_has_a_mark_of_its_own() -> None:
    assert tuple(draw_forecasts._PLACES) == forecasts.PLACES
    assert len({(marker, filled) for marker, _, filled in draw_forecasts._PLACES.values()}) == 5


def test_the_lanes_tell_date_and_verdict_of_each_statement(figure) -> None:
    one = figure("scenario-lanes", "latest")
    for words in (
        "Lead-in, claim 4.1-01, to be judged 47 months after the paper, contradicted",
        "Scenario 1, claim 4.1-02, to be judged 23 months after the paper, contested",
        "Scenario 1, claim 4.1-03, to be judged 5 months after the paper, supported",
        "Scenario 2, claim 4.1-04, no date, unverifiable",
        "The as-of date lies at 58 months",
    ):
        assert words in one.alternative
    shown = labels(one)
    assert {"Lead-in", "Scenario 1", "Scenario 2", "4.1-03", "contested", "as of 2026-11-22"} <= set(shown)
    early = figure("scenario-lanes", "paper")
    # Four rows, and the key.
    assert early.alternative.count("pending") == labels(early).count("pending") - 1 == 4


def test_the_key_of_the_lanes_names_only_lines_that_are_drawn(figure) -> None:
    late, early = (set(labels(figure("scenario-lanes", edition))) for edition in ("latest", "paper"))
    assert "time passed" in late and "time to come" not in late
    assert "time to come" in early and "time passed" not in early


def test_on_a_phone_claim_and_verdict_stand_above_each_lane(figure) -> None:
    one = figure("scenario-lanes", "latest")
    (axes,) = one.narrow.axes
    names = {text.get_text(): text.get_fontweight() for text in axes.texts}
    rows = zip(one.data["claim"], one.data["verdict"], strict=True)
    assert {name for name, weight in names.items() if weight == "normal"} == {f"{a} {b}" for a, b in rows}
    assert {name for name, weight in names.items() if weight == "bold"} == {
        f"Scenario {number}" if number else "Lead-in" for number in one.data["scenario"]
    }


def test_on_a_phone_few_years_are_named_and_bars_do_not_touch(figure) -> None:
    for name in ("forecasts", "backtest"):
        panels = figure(name, "latest").narrow.axes
        assert 3 <= len(panels[-1].get_xticks()) <= 7
        for axes in panels:
            low, high = axes.get_xlim()
            bars = max(line.get_linewidth()[0] for line in axes.collections)
            assert bars < 72 * (3.2 - 0.8) / (high - low)


def lanes_drawn(one: Figure) -> list[tuple[float, float]]:
    """Beginning and end of every solid lane."""
    return [
        tuple(line.get_xdata())
        for line in one.drawing.axes[0].lines
        if line.get_linestyle() == "-" and len(line.get_xdata()) == 2
    ]


def test_a_lane_is_solid_as_far_as_time_has_passed(figure) -> None:
    assert lanes_drawn(figure("scenario-lanes", "paper")) == [(0, 0)] * 3
    assert lanes_drawn(figure("scenario-lanes", "latest")) == [(0, 47), (0, 23), (0, 5)]
    # From 31 January to 30 April 2022 are 89 days: 2.92 months
    day = date(2022, 4, 30)
    one = draw_forecasts.lanes(told(day), day, forecasts.months_since(WRITTEN, day), SOURCE)
    assert np.array(lanes_drawn(one)) == pytest.approx(np.array([[0, 2.92]] * 3), abs=0.01)
    before = date(2020, 12, 31)
    one = draw_forecasts.lanes(told(before), before, forecasts.months_since(WRITTEN, before), SOURCE)
    assert lanes_drawn(one) == [(0, 0)] * 3
    assert "at −13 months" in one.alternative


def markdown(shown) -> str:
    return shown._repr_mimebundle_()["text/markdown"]


def test_records_name_a_date_only_when_it_has_come() -> None:
    text = markdown(draw_forecasts.statements(told(date(2022, 1, 31))))
    assert not re.search(r"\b202[3-9]\b", text)
    assert text.count("23 months after the paper") == 1
    assert "*where that date comes from:* the paper: next months" in text
    assert "Lead-in · 4.1-01 · pending" in text
    text = markdown(draw_forecasts.statements(told(date(2024, 1, 1))))
    assert "*to be judged:* 2023-12" in text
    assert "no date in the paper; end of 2023 chosen" in text
    assert "*to be judged:* 47 months after the paper" in text
    assert "2025" not in text
    assert "*to be judged:* no date" in text


# Forecasts and counts


def test_the_forecasts_tell_every_year_with_its_interval_and_what_came(figure) -> None:
    one = figure("forecasts", "latest")
    assert "NACTA/MoI: 12 counts from 2008 to 2019, the last 482." in one.alternative
    assert "PIPS: 13 counts from 2008 to 2021, the last 207." in one.alternative
    for row in one.data.to_dict("records"):
        words = (
            f"{row['year']}: middle {row['middle']:,.0f}, inner interval {row['low_80']:,.0f} to {row['high_80']:,.0f}"
        )
        assert words in one.alternative
    # 2022 and 2023 as NACTA and the ministry gave them
    for words in ("published 1,025", "published 1,514", "published 262", "published 699"):
        assert words in one.alternative
    assert one.alternative.count("nothing published by the as-of date") == 6  # 2020, 2021, 2024 to 2026; 2026


def test_when_the_paper_was_written_nothing_had_come(figure, paper) -> None:
    one = figure("forecasts", "paper")
    assert one.alternative.count("nothing published by the as-of date") == len(one.data) == 4
    assert "; published " not in one.alternative
    _, by_year, _ = forecast(paper)
    assert draw_forecasts.reading(by_year) == (
        "for NACTA/MoI nothing has been published yet; for PIPS nothing has been published yet"
    )
    assert markdown(draw_forecasts.outcomes(by_year, SOURCE)).count("nothing published by this date") == 4


def test_a_missing_year_breaks_the_line(figure) -> None:
    (line,) = [line for line in figure("forecasts", "latest").drawing.axes[1].lines if line.get_marker() == "o"]
    drawn = dict(zip(line.get_xdata(), line.get_ydata(), strict=True))
    assert np.isnan(drawn[2012])
    assert drawn[2011] == 1966
    assert drawn[2013] == 1717


def test_the_backtest_draws_only_one_year_ahead_and_gives_all_to_download(figure) -> None:
    one = figure("backtest", "paper")
    for axes, name in zip(one.drawing.axes, ("NACTA/MoI", "PIPS"), strict=True):
        own = one.data[(one.data["series"] == name) & (one.data["ahead"] == 1)]
        drawn = sorted(
            (float(x), float(y))
            for line in axes.lines
            if line.get_linestyle() == "None"
            for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
        )
        assert drawn == sorted(zip(own["year"].astype(float), own["count"], strict=True))
    assert set(one.data["ahead"]) == {1, 2, 3}
    assert "2015 forecast" in one.alternative
    assert "counted 625, below the outer interval" in one.alternative


LINES = pd.DataFrame(
    {
        "series": ["A", "A", "A", "B", "B", "C"],
        "year": [2022, 2023, 2024, 2022, 2023, 2022],
        "versions": [1, 2, 1, 1, 0, 0],
        "place": [
            "inside the inner interval",
            "above the inner interval",
            "above the inner interval",
            "below the outer interval",
            None,
            None,
        ],
    }
)


def test_the_reading_says_where_each_count_lies() -> None:
    assert draw_forecasts.reading(LINES) == (
        "for A inside the inner interval in 2022, above the inner interval in 2023 and 2024; "
        "for B below the outer interval in 2022; for C nothing has been published yet"
    )
    three = LINES.iloc[[1, 2]].assign(year=[2023, 2024])
    three = pd.concat([three, three.iloc[[0]].assign(year=2025)])
    assert draw_forecasts.reading(three).endswith("in 2023, 2024 and 2025")


# Tables


def test_the_table_of_series_says_which_are_left_out_and_why() -> None:
    wide = pd.DataFrame({"A": [5.0, 6.0, 7.0], "B": [np.nan, np.nan, 1.0]}, index=pd.RangeIndex(2010, 2013))
    wide["C"] = [4.0, np.nan, np.nan]
    text = markdown(draw_forecasts.choice(forecasts.choice(wide, 2011, 2), 2011, SOURCE))
    cells = [re.findall(r"[^|]+", line) for line in text.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in row] for row in cells[2:]]
    assert rows == [
        ["A", "2011", "2012", "2", "0", "yes", "enough years"],
        ["B", "2012", "2012", "1", "0", "no", "too few years"],
        ["C", "–", "–", "0", "0", "no", "too few years"],
    ]


def test_the_table_of_scores_says_how_many_of_how_many() -> None:
    table = pd.DataFrame(
        {
            "series": ["A"],
            "model": ["local level"],
            "ahead": [1],
            "forecasts": [7],
            "inside_80": [5],
            "inside_95": [6],
            "error": [1234.4],
            "naive_error": [1000.0],
            "ratio": [1.2344],
        }
    )
    text = markdown(draw_forecasts.scores(table))
    assert all(words in text for words in ("5 of 7", "6 of 7", "1,234", "1,000", "1.23"))
