"""The time line and the drawing of deviations say and show what they are given."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from scipy.stats import binomtest

from afpak import audit
from afpak.analysis import timeline
from afpak.audit.evidence import sources_of
from afpak.audit.statements import ABOUT_DAYS, names_of, recorded, stated
from afpak.figures import timeline as draw
from afpak.figures.shown import IncompleteError
from afpak.figures.verdicts import LOOKS, ORDER
from afpak.tables import load_inputs

EDITIONS = ("2022-01-31", "2026-11-22", "2020-12-31")
SECTIONS = ["1.1", "1.3", "2.1", "2.4", "introduction", "summary"]
YEARS = [1973, 1979, 1989, 1996, 2001, 2014, 2021]
SOURCE = "the tables of this book"
every_edition = pytest.mark.parametrize("edition", EDITIONS)


@pytest.fixture(scope="module")
def of_edition(checkout):
    """Dates, undated events and inputs of an edition, computed once."""
    made: dict[str, tuple] = {}

    def get(as_of: str) -> tuple:
        if as_of not in made:
            inputs = load_inputs(as_of, checkout.data)
            said, told = pd.DataFrame(stated(inputs)), pd.DataFrame(recorded(inputs))
            verdicts = {one.claim: one.verdict for one in audit.findings(inputs)}
            dates = timeline.beside(
                said, told, inputs["attributes"], inputs["claims"], verdicts, names_of(inputs), ABOUT_DAYS
            )
            made[as_of] = (dates, timeline.undated(inputs["dates"], said, ["1.1"]), inputs, told)
        return made[as_of]

    return get


def line(of_edition, edition: str, sections=SECTIONS):
    dates, undated, inputs, _ = of_edition(edition)
    return draw.timeline(dates[dates["section"].isin(sections)], undated, YEARS, inputs.as_of, SOURCE)


def row(fact: str, value: str, days: int | None, **other) -> dict:
    day = date(2010, 1, 1)
    return {
        "statement": f"{fact}a", "claim": fact, "section": "1", "fact": fact, "name": f"Event {fact}", "value": value,
        "bound": "exact", "precision": "year", "recorded": None if days is None else "2010-01-01", "others": None,
        "recorded_precision": "day", "days": days, "others_agree": False, "at": day,
        "recorded_at": None if days is None else day, "verdict": "supported", "footnotes": None, "rows": (),
    } | other  # fmt: skip


def frame(*rows: dict) -> pd.DataFrame:
    made = pd.DataFrame(rows)
    made["days"] = made["days"].astype("Int64")
    return made


NOTHING = pd.DataFrame(columns=["date_id", "date", "date_alternatives", "name", "source", "url", "recorded_at"])


def boxes(figure) -> list[tuple[Text, object]]:
    """Texts that are drawn, axes without an axis among them, with their places in pixels."""
    FigureCanvasAgg(figure.drawing)
    figure.drawing.canvas.draw()
    renderer = figure.drawing.canvas.get_renderer()
    ticks = {
        id(label)
        for axes in figure.drawing.axes
        if not axes.axison
        for axis in (axes.xaxis, axes.yaxis)
        for label in (*axis.get_ticklabels(), axis.label, axis.get_offset_text())
    }
    texts = [
        text
        for text in figure.drawing.findobj(Text)
        if text.get_visible() and text.get_text().strip() and id(text) not in ticks
    ]
    return [(text, text.get_window_extent(renderer)) for text in texts]


def untidy(figure) -> list[str]:
    """Texts that leave the canvas, are too small, or lie on another."""
    width, height = figure.drawing.canvas.get_width_height()
    placed = boxes(figure)
    found = [text.get_text() for text, box in placed if box.x0 < 0 or box.x1 > width or box.y0 < 0 or box.y1 > height]
    found += [text.get_text() for text, _ in placed if text.get_fontsize() < 9]
    for i, (a, box) in enumerate(placed):
        found += [
            f"{a.get_text()} on {b.get_text()}"
            for b, other in placed[i + 1 :]
            if min(box.x1, other.x1) - max(box.x0, other.x0) > 1 and min(box.y1, other.y1) - max(box.y0, other.y0) > 1
        ]
    return found


@every_edition
def test_texts_of_the_time_line_are_legible_and_apart(edition, of_edition) -> None:
    assert untidy(line(of_edition, edition)) == []


@every_edition
def test_a_time_line_of_the_whole_paper_is_legible_too(edition, of_edition) -> None:
    everything = list(of_edition(edition)[0]["section"].unique())
    assert untidy(line(of_edition, edition, everything)) == []


@every_edition
def test_texts_of_the_deviations_are_legible_and_apart(edition, of_edition) -> None:
    figure = draw.deviations(timeline.directions(of_edition(edition)[0]), 3, SOURCE)
    assert [text for text in untidy(figure) if not re.fullmatch(r"[\d,]+ on [\d,]+", text)] == []


def test_the_time_line_tells_every_date_with_claim_mark_and_record(of_edition) -> None:
    figure = line(of_edition, "2022-01-31")
    for part in (
        "Paper 1973 ✓ (1.1-02). Record 1973-07-17",
        "2020-02-28 ✗",
        "Paper before 1989-02 ✓ (1.1-23). Record 1988-04-14",
        "Paper: no date. Record 1978-04-27 (also 1978-04-28)",
    ):
        assert part in figure.alternative
    dates = of_edition("2022-01-31")[0]
    own = dates[dates["section"].isin(SECTIONS)]
    assert set(own["claim"]) <= set(figure.data["claim"].dropna())
    assert figure.data["claim"].notna().sum() == len(own)


@pytest.mark.parametrize("edition", ["2022-01-31", "2020-12-31"])
def test_no_year_after_the_edition_stands_in_it(edition, of_edition) -> None:
    dates, undated, inputs, told = of_edition(edition)
    everything = draw.timeline(dates, undated, YEARS, inputs.as_of, SOURCE)
    sources = {one: sources_of(inputs, [one]) for one in told["row"]}
    shown = everything.caption + everything.alternative + everything.data.to_csv() + everything.svg
    shown += draw.entries(dates, undated, sources)._repr_mimebundle_()["text/plain"]
    words = re.sub(r"https?://\S+|<[^>]*>", " ", shown)
    # The paper itself, of 2022, names the years 2021 and 2022, and a policy for the years up to 2023.
    words = words.replace("Policy 2018-23", "")
    assert not re.search(r"\b202[3-9]\b", words)


def test_one_entry_holds_all_dates_of_a_fact() -> None:
    figure = draw.timeline(
        frame(row("a", "2010", 0), row("a", "2011", 365, statement="b", claim="b", at=date(2011, 1, 1))),
        NOTHING, [], date(2012, 1, 1), SOURCE,
    )  # fmt: skip
    assert "1 entries" in figure.alternative
    assert "Paper 2010 ✓ (a); 2011 ✓ (b). Record 2010-01-01" in figure.alternative
    assert list(figure.data["days"]) == [0, 365]


def test_a_date_that_differs_never_stands_on_the_wrong_side_of_its_record() -> None:
    day = date(2015, 1, 1)
    figure = draw.timeline(
        frame(
            row("a", "2014", -1, at=date(2014, 12, 31), recorded_at=day),
            row("b", "2015", 0, at=day, recorded_at=day),
            row("c", "2015-01-03", 1, at=date(2015, 1, 2), recorded_at=day),
        ),
        NOTHING, [], date(2016, 1, 1), SOURCE,
    )  # fmt: skip
    lines = [one for one in figure.drawing.axes[0].lines if one.get_linestyle() == "--" and len(one.get_xdata()) == 2]
    slopes = [one.get_ydata()[0] - one.get_ydata()[1] for one in lines]
    # The axis runs downwards: the earlier date stands above its record, the later one below it.
    assert len(slopes) == 2
    assert slopes[0] < -0.05 and slopes[1] > 0.05


@pytest.mark.parametrize("page", ["drawing", "narrow"])
@pytest.mark.parametrize("edition", ["2022-01-31", "2020-12-31"])
def test_a_date_that_differs_stands_in_the_row_of_its_own_entry(edition, page, of_edition) -> None:
    axes = getattr(line(of_edition, edition), page).axes[0]
    records = [one.get_ydata()[0] for one in axes.lines if one.get_marker() == "<"]
    broken = [one for one in axes.lines if one.get_linestyle() == "--" and len(one.get_xdata()) == 2]
    assert len(records) > 10 and len(broken) > 1
    for one in broken:
        paper, record = one.get_ydata()
        assert min(records, key=lambda y: abs(y - paper)) == record


def test_dates_that_agree_have_a_level_unbroken_line() -> None:
    figure = draw.timeline(frame(row("a", "2010", 0)), NOTHING, [], date(2012, 1, 1), SOURCE)
    (level,) = [one for one in figure.drawing.axes[0].lines if list(one.get_xdata()) == [0.4, 1.35]]
    assert level.get_ydata()[0] == level.get_ydata()[1]
    assert level.get_linestyle() == "-"


def test_an_entry_without_a_record_says_so() -> None:
    figure = draw.timeline(frame(row("a", "2010", None)), NOTHING, [2000], date(2012, 1, 1), SOURCE)
    assert "Paper 2010 ✓ (a). Record has no date" in figure.alternative
    assert figure.data["recorded"].isna().all()


def test_periods_without_an_entry_have_no_band() -> None:
    figure = draw.timeline(frame(row("a", "2010", 0)), NOTHING, [1990, 2000, 2005, 2020], date(2022, 1, 1), SOURCE)
    words = {text.get_text() for text in figure.drawing.axes[0].texts}
    assert "2005 to 2019" in words
    assert not {"1990 to 1999", "2000 to 2004", "2020 and after", "before 1990"} & words


def test_the_entries_name_their_sources(of_edition) -> None:
    dates, undated, inputs, told = of_edition("2022-01-31")
    sources = {one: sources_of(inputs, [one]) for one in told["row"]}
    records = draw.entries(dates, undated, sources)
    assert len(records.frame) == len(dates) + len(undated)
    with_record = records.frame[records.frame["the record"] != "no date by the as-of date"]
    assert with_record["sources"].str.contains("https?://").all()
    mosul = records.frame[records.frame["the paper"].str.startswith("2014-07 (2.5")].iloc[0]
    assert (mosul["the two"], mosul["the record"]) == ("21 days too late", "2014-06-10")


def test_deviations_tell_each_fact_with_its_days_and_direction() -> None:
    off = timeline.directions(frame(row("a", "2009", -1), row("b", "2012", 730), row("c", "2010", 0)))
    figure = draw.deviations(off, 1, SOURCE)
    assert "Event a, 2009 in a beside 2010-01-01: 1 day too early" in figure.alternative
    assert "Event b, 2012 in b beside 2010-01-01: 730 days too late" in figure.alternative
    assert "2 facts, 1 to the left" in figure.alternative and "Event c" not in figure.alternative
    markers = {one.get_marker() for one in figure.drawing.axes[0].lines if one.get_linestyle() == "None"}
    assert markers == {"<", ">"}


def test_without_a_deviation_nothing_can_be_drawn() -> None:
    with pytest.raises(IncompleteError, match="no date differs"):
        draw.deviations(timeline.directions(frame(row("a", "2010", 0))), 1, SOURCE)


@pytest.mark.parametrize("source", ["", " "])
def test_a_figure_can_not_be_drawn_without_a_source(source) -> None:
    rows = frame(row("a", "2009", -1))
    with pytest.raises(IncompleteError, match="needs a source"):
        draw.timeline(rows, NOTHING, [], date(2012, 1, 1), source)
    with pytest.raises(IncompleteError, match="needs a source"):
        draw.deviations(timeline.directions(rows), 0, source)


def test_tables_show_counts_and_shares() -> None:
    rows = frame(row("a", "2009", -1), row("b", "2010", 0, footnotes="fn01", verdict="contested"))
    table = draw.precision_table(timeline.by_precision(rows), SOURCE).frame
    assert table.iloc[-1].to_list() == ["all", 2, 1, 1, 0, 0, "50%"]
    footnotes = draw.footnote_table(timeline.by_footnote(rows, ORDER), SOURCE).frame
    assert list(footnotes.columns) == ["claims", "all", "✓ supported", "≈ contested", "all dates agree"]
    assert footnotes.iloc[0].to_list() == ["with a footnote", 1, 0, 1, "1 of 1"]
    assert footnotes.iloc[1].to_list() == ["without one", 1, 1, 0, "0 of 1"]


def test_a_sign_test_of_too_few_dates_says_so() -> None:
    assert draw.sign_in_words(binomtest(5, 5), 6).startswith("too few dates differ")
    # Six signs of one sort: p = 2 / 2**6 = 0.03125; the exact interval begins at 0.025 ** (1 / 6) = 0.541.
    told = draw.sign_in_words(binomtest(6, 6), 6)
    assert told == "6 of 6 are too early, 100% (exact 95% interval 54% to 100%), exact p 0.031"


def test_missing_dates_in_words() -> None:
    assert draw.missing_in_words(frame(row("a", "1990/1999", None))) == "Event a, 1990 to 1999 (a)"
    assert draw.missing_in_words(frame(row("a", "2010", 0)).iloc[:0]) == "none"


def test_no_verdict_looks_like_the_mark_of_the_record() -> None:
    assert "<" not in {look.marker for look in LOOKS.values()}
