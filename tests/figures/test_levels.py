"""Figures and tables of the withdrawal, on the real tables, made as the chapter makes them."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd
import pytest

from afpak.analysis import levels
from afpak.audit import statements
from afpak.figures import Figure
from afpak.figures import levels as draw
from afpak.tables import Inputs, load_inputs

from .test_drawings import out_of_the_canvas, overlapping, texts
from .test_sourcing import on_each_other

EVENTS = ["doha-agreement", "us-withdrawal-target", "fall-of-kabul", "us-withdrawal-complete"]
TROOPS = ("us-forces-afghanistan", "troop-level")


def targets(inputs: Inputs) -> pd.DataFrame:
    signed = inputs["dates"].loc[inputs["dates"]["date_id"] == "doha-agreement", "date"]
    return levels.announced(inputs["record-statements"], "us-withdrawal-target", list(signed))


def pair(inputs: Inputs) -> tuple[pd.DataFrame, pd.DataFrame]:
    undated = {"2.1-14": "2017-01-20/2021-01-20"}
    own = levels.stated(inputs["statements"], *TROOPS, inputs["claims"], undated)
    return levels.recorded(inputs["record-statements"], *TROOPS), own


def troops(inputs: Inputs) -> Figure:
    marked = levels.decisions(inputs["dates"], targets(inputs), ["obama-surge-speech", "oef-ended", *EVENTS])
    return draw.troops(*pair(inputs), marked, date(2019, 7, 1), inputs.as_of, "American troops")


def numbers(inputs: Inputs) -> pd.DataFrame:
    names = statements.names_of(inputs)
    return levels.numbers(inputs["statements"], inputs["record-statements"], inputs["references"], names)


def prisoners(inputs: Inputs) -> Figure:
    return draw.prisoners(numbers(inputs), inputs.as_of)


def withdrawal(inputs: Inputs) -> Figure:
    names = statements.names_of(inputs)
    rows = levels.withdrawal(inputs["statements"], targets(inputs), inputs["dates"], EVENTS, "doha-agreement", names)
    return draw.withdrawal(rows, inputs.as_of)


MADE = {"troop-levels": troops, "prisoners": prisoners, "withdrawal": withdrawal}


@pytest.fixture(scope="module")
def early(checkout) -> Inputs:
    """Before the withdrawal."""
    return load_inputs("2020-12-31", checkout.data)


@pytest.mark.parametrize("edition", ["early", "paper", "latest"])
@pytest.mark.parametrize("name", MADE)
def test_a_figure_is_legible_and_tells_what_it_shows(name, edition, request) -> None:
    figure = MADE[name](request.getfixturevalue(edition))
    assert figure.name == name
    assert len(figure.alternative) > 80
    assert not re.search(r"\bnan\b|<NA>|None|NaT", figure.alternative + figure.caption)
    assert out_of_the_canvas(figure.drawing) == []
    assert overlapping(figure.drawing) == []
    assert on_each_other(figure) == []
    assert min(text.get_fontsize() for text, _ in texts(figure.drawing)) >= 9


def test_the_words_hold_the_numbers_drawn(paper) -> None:
    told = troops(paper).alternative
    for part in ("2021-01-15: 2,500", "2020-10-07: at most 5,000", "2.1-16, 2021-02: about 8,000", "F 2021-08-15"):
        assert part in told
    told = prisoners(paper).alternative
    assert "2021-08: at least 7,000 (paper, 2.2-06)" in told
    assert "2021-07-15: 7,000 (record, Dawn/AFP)" in told
    told = withdrawal(paper).alternative
    assert "End of the 14 months of the accord (2.1-30), 2021-04-29, set 2020-02-29" in told
    assert "Last American troops leave Afghanistan (introduction-03), before 2021-08-15" in told
    assert "recorded: Last American troops leave Afghanistan, 2021-08-30" in told


def test_nothing_later_than_the_edition_is_told(early) -> None:
    assert "2021-08-30" not in troops(early).alternative
    assert "recorded: The Afghan Taliban enter Kabul" not in withdrawal(early).alternative


def test_factors_are_told_in_words_and_in_the_table(paper) -> None:
    record, own = pair(paper)
    compared = levels.factors(own, record, statements.ABOUT_SHARE)
    # 8,000 by 2,500, the number given at the turn of January to February 2021.
    assert "2.1-16: 8,000, 3.20 times what is recorded at the same time" in draw.factors_in_words(compared)
    # Without that number, by 2,500 of January and March and by 3,500 of March.
    without = record[~record["at"].str.startswith("2021-01-28")]
    compared = levels.factors(own, without, statements.ABOUT_SHARE)
    assert "2.1-16: 8,000, 2.29 to 3.20 times what is recorded before and after" in draw.factors_in_words(compared)
    table = draw.factors(compared).frame.set_index("claim")
    assert table.at["2.1-16", "recorded"] == "2,500 to 3,500"
    assert "not dated" not in table.at["2.1-16", "time"]
    undated = draw.factors(compared.assign(dated=False)).frame.set_index("claim")
    assert "not dated by the paper" in undated.at["2.1-16", "time"]
    nothing = levels.factors(own, record.iloc[:0], statements.ABOUT_SHARE)
    assert "nothing to compare with" in draw.factors_in_words(nothing)
    assert (draw.factors(nothing).frame["recorded"] == "–").all()


def agreed(rows: pd.DataFrame) -> dict[str, str]:
    """Whether all numbers of a thing can be so, by thing."""
    things = draw.agreement(levels.agreement(rows, statements.ABOUT_SHARE)).frame
    return dict(zip(things["of whom"] + ": " + things["what"], things["all can be so"], strict=True))


def test_tables_tell_bounds_and_sources(paper) -> None:
    record, _ = pair(paper)
    table = draw.troops_table(record).frame
    assert "at most 5,000" in table["number"].tolist()
    assert table["source"].str.startswith("[").all()
    every = numbers(paper)
    told = agreed(every)
    # At least 7,000 and about 2,300 can't both be so; at least 7,000 and at least 2,000 can.
    assert told["All militants freed from Afghan prisons in August 2021: released"] == "no"
    without = agreed(every[every["says"] != "India Today (fn60)"])
    assert without["All militants freed from Afghan prisons in August 2021: released"] == "yes: 7,000 or more"
    assert told["TTP prisoners freed in Afghanistan in August 2021: released"] == "no"
    said = draw.prisoners_table(numbers(paper)).frame
    assert "the paper, 2.2-06" in said["said by"].tolist()
    assert len(draw.recurring(levels.recurring(numbers(paper))).frame) > 4


def test_readings_may_be_none(early) -> None:
    none = early["judgements"].iloc[:0]
    assert draw.readings(none).frame.empty


def test_names_of_rows_begin_large_and_hold_no_identifier_of_a_table(paper) -> None:
    names = [label.get_text().replace("\n", " ") for label in withdrawal(paper).drawing.axes[0].get_yticklabels()]
    assert "Target of 2021-07-08" in names and "End of the 14 months of the accord (2.1-30)" in names
    assert all(name[0].isupper() for name in names)
    key = [text.get_text() for text in troops(paper).drawing.legends[1].get_texts()]
    assert "E  2021-07-08  The withdrawal set for 2021-08-31" in key
