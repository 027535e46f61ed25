"""The flow of pledges and the line of founding dates say and show what they are given."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd
import pytest

from afpak import audit
from afpak.analysis import pledges
from afpak.audit.statements import ABOUT_DAYS, recorded, stated
from afpak.figures import pledges as draw
from afpak.figures.shown import IncompleteError
from afpak.tables import load_inputs

from .test_timeline import untidy

EDITIONS = ("2022-01-31", "2026-11-22", "2020-12-31")
FLAGS = ["islamic-state", "is-k"]
SOURCE = "the tables of this book"
every_edition = pytest.mark.parametrize("edition", EDITIONS)


class Drawn:
    """What the chapter computes, for one edition."""

    def __init__(self, as_of: str, data) -> None:
        self.inputs = load_inputs(as_of, data)
        said, told = pd.DataFrame(stated(self.inputs)), pd.DataFrame(recorded(self.inputs))
        claims, events = self.inputs["claims"], self.inputs["faction-events"]
        telling = list(claims.loc[(claims["section"] == "1.3") & (claims["kind"] == "event"), "claim"])
        verdicts = {one.claim: one.verdict for one in audit.findings(self.inputs, telling)}
        self.names = self.inputs["organisations"].set_index("organisation")["short"].to_dict()
        self.moved = pledges.moves(events, self.inputs["organisations"], FLAGS)
        self.told = pledges.named(claims, telling, said, self.moved, FLAGS, verdicts)
        self.founded = events[(events["kind"] == "formed") & events["subject"].isin(FLAGS)]
        self.dates = pledges.foundings(said, told, self.moved, "is-k", "isk-announced", ABOUT_DAYS)

    def flow(self, moved: pd.DataFrame | None = None, source: str = SOURCE):
        rows = self.moved if moved is None else moved
        return draw.flow(rows, self.told, self.founded, self.names, "Islamic State", self.inputs.as_of, source)


@pytest.fixture(scope="module")
def of_edition(checkout):
    made: dict[str, Drawn] = {}

    def get(as_of: str) -> Drawn:
        if as_of not in made:
            made[as_of] = Drawn(as_of, checkout.data)
        return made[as_of]

    return get


def upright(figure) -> list[str]:
    """Untidy texts but those of turned tick labels, whose boxes overlap where the words do not."""
    return [text for text in untidy(figure) if not re.fullmatch(r"\d{4}-\d\d on \d{4}-\d\d", text)]


@every_edition
def test_texts_of_both_figures_are_legible_and_apart(edition, of_edition) -> None:
    assert upright(of_edition(edition).flow()) == []
    assert upright(draw.founding(of_edition(edition).dates, "IS-K", SOURCE)) == []


@every_edition
def test_the_flow_has_an_arrow_for_each_move_and_a_lane_for_each_group(edition, of_edition) -> None:
    one = of_edition(edition)
    figure = one.flow()
    arrows = [
        text for text in figure.drawing.axes[0].texts if getattr(text, "arrow_patch", None) and not text.get_text()
    ]
    before = sum(bound == "before" for dates in one.told["note_dates"] for _, bound, _ in dates)
    assert len(arrows) == len(one.moved) + before
    labels = [" ".join(label.get_text().split()) for label in figure.drawing.axes[0].get_yticklabels()]
    silent = pledges.without_move(one.told)
    assert len(labels) == one.moved["group"].nunique() + len(silent) + 1
    assert labels[-1] == "Islamic State"
    for text in silent["text"]:
        assert any(label.startswith(text.rstrip(".")) for label in labels)


def test_the_flow_tells_moves_groups_without_one_and_what_the_paper_leaves_out(of_edition) -> None:
    figure = of_edition("2022-01-31").flow()
    for part in (
        "2014-07 Tehreek-e-Khilafat pledged",
        "2014-11-17 Jundullah pledged",
        "2015-01-10 Shahid defectors pledged, not in the paper",
        "Chechen Islamists joined IS-K (1.3-16)",
    ):
        assert part in figure.alternative
    assert set(figure.data["event"]) == set(of_edition("2022-01-31").moved["event"])


def test_arrows_lead_into_the_flag_and_those_of_leavers_out_of_it(of_edition) -> None:
    one = of_edition("2022-01-31")
    moved = one.moved.iloc[:1]
    for direction, downwards in ((pledges.TOWARDS, True), (pledges.AWAY, False)):
        figure = one.flow(moved.assign(direction=direction))
        (arrow,) = [
            text
            for text in figure.drawing.axes[0].texts
            if getattr(text, "arrow_patch", None) and text.arrowprops["color"] == "#cc79a7"
        ]
        tip, tail = arrow.xy[1], arrow.get_position()[1]
        assert tip > tail if downwards else tip < tail
    assert "0 arrows lead into it and 1 out" in figure.alternative


def test_a_month_is_a_span_and_a_day_is_none(of_edition) -> None:
    one = of_edition("2022-01-31")
    axes = one.flow().drawing.axes[0]
    spans = [line for line in axes.lines if line.get_alpha() == 0.45]
    imprecise = one.moved[one.moved["latest"] > one.moved["earliest"]]
    assert len(spans) == len(imprecise) > 0
    assert list(spans[0].get_xdata()) == [imprecise["earliest"].iloc[0], imprecise["latest"].iloc[0]]


def test_no_flow_can_be_drawn_without_a_move(of_edition) -> None:
    one = of_edition("2022-01-31")
    with pytest.raises(IncompleteError, match="no move"):
        one.flow(one.moved.iloc[:0])


@pytest.mark.parametrize("source", ["", " "])
def test_a_figure_can_not_be_drawn_without_a_source(source, of_edition) -> None:
    one = of_edition("2022-01-31")
    with pytest.raises(IncompleteError, match="needs a source"):
        one.flow(source=source)
    with pytest.raises(IncompleteError, match="needs a source"):
        draw.founding(one.dates, "IS-K", source)


def founding_date(text: str, bound: str, sayer: str, who: str, earliest: date, latest: date) -> dict:
    return {
        "date": text, "bound": bound, "sayer": sayer, "who": who, "earliest": earliest, "latest": latest,
        "middle": earliest + (latest - earliest) / 2,
    }  # fmt: skip


def test_the_line_of_founding_dates_tells_each_with_who_gives_it(of_edition) -> None:
    figure = draw.founding(of_edition("2022-01-31").dates, "IS-K", SOURCE)
    for part in ("paper: 2014-07, claim 1.3-03", "pledge: 2014-11-17, Jundullah"):
        assert part in figure.alternative
    assert len(figure.data) == len(of_edition("2022-01-31").dates)


def test_a_date_long_before_the_others_does_not_squeeze_them() -> None:
    rows = [
        founding_date("2007", "about", pledges.TEXT, "1-01", date(2006, 12, 1), date(2008, 1, 31)),
        founding_date("2014-07", "exact", pledges.TEXT, "1-02", date(2014, 7, 1), date(2014, 7, 31)),
        founding_date("2015-01-26", "exact", pledges.RECORD, "A; B", date(2015, 1, 26), date(2015, 1, 26)),
    ]
    figure = draw.founding(pd.DataFrame(rows), "IS-K", SOURCE)
    left, right = figure.drawing.axes[0].get_xlim()
    # Half a year, from July to January, and its margins.
    assert 209 < right - left < 260
    marks = [line.get_xdata(orig=False)[0] for line in figure.drawing.axes[0].lines if line.get_marker() != "None"]
    assert len(marks) == 3 and all(left < mark < right for mark in marks)
    assert "paper: about 2007, claim 1-01" in figure.alternative and "2015-01-26, A and 1 more" in figure.alternative
    assert "An arrow at the edge" in figure.caption
    assert "An arrow at the edge" not in draw.founding(pd.DataFrame(rows[1:]), "IS-K", SOURCE).caption
    assert upright(figure) == []


@pytest.mark.parametrize("edition", ["2022-01-31", "2020-12-31"])
def test_no_year_after_the_edition_stands_in_it(edition, of_edition) -> None:
    one = of_edition(edition)
    shown = [one.flow(), draw.founding(one.dates, "IS-K", SOURCE)]
    words = " ".join(figure.caption + figure.alternative + figure.data.to_csv() for figure in shown)
    for table in (draw.moves_table(one.moved, one.names), draw.named_table(one.told, one.moved)):
        words += table._repr_mimebundle_()["text/plain"]
    assert not re.search(r"\b202[3-9]\b", words)


def test_sayers_are_told_apart_by_their_marks() -> None:
    assert set(draw.SAID_BY) == set(pledges.SAYERS)
    assert len({marker for marker, _ in draw.SAID_BY.values()}) == len(draw.SAID_BY)


def test_tables_show_what_they_are_given(of_edition) -> None:
    one = of_edition("2022-01-31")
    named = draw.named_table(one.told, one.moved).frame.set_index("claim")
    assert named.loc["1.3-09", "what its notes imply"] == "2014-11 (fn35)"
    assert named.loc["1.3-10", "what its notes imply"] == "before 2014-10-21 (fn36)"
    assert named.loc["1.3-08", "recorded moves of the group"] == "2014-07 Tehreek-e-Khilafat"
    assert "Jundullah" in named.loc["1.3-06", "of groups that came out of it"]
    assert pd.isna(named.loc["1.3-16", "recorded moves of the group"])
    moves = draw.moves_table(one.moved, one.names).frame
    assert moves["sources"].str.contains("https?://").all()
    ordered = pledges.orders(one.dates, ["2014-09-03"])
    table = draw.order_table(ordered, ["2014-09-03"], "IS-K", "AQIS", SOURCE).frame
    assert list(table["AQIS, 2014-09-03"]) == list(ordered["2014-09-03"])


def test_orders_in_words() -> None:
    dates = pd.DataFrame({"2014": [pledges.BEFORE, pledges.OPEN, pledges.BEFORE, pledges.SAME]})
    told = draw.orders_in_words(dates, "2014")
    assert told == "it came before under 2; it came on the same day under 1; the order can’t be told under 1"


def test_dates_in_words() -> None:
    rows = pd.DataFrame({"date": ["2007", "2014-07"], "bound": ["about", "exact"], "earliest": [date.min] * 2})
    assert draw.dates_in_words(rows) == "about 2007; 2014-07"
    assert draw.dates_in_words(rows.iloc[:0]) == "none"
