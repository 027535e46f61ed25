"""The lanes of the genealogy begin as its caption says."""

from __future__ import annotations

import pytest

from afpak.analysis import factions
from afpak.figures import style

from .drawn import FIGURES, KINDS


@pytest.mark.parametrize("page", (style.COLUMN, style.PHONE), ids=lambda page: page.name)
@pytest.mark.parametrize("edition", ("paper", "latest"))
def test_dots_lead_to_every_group_whose_beginning_is_not_known_and_to_no_other(edition, page, paper, latest) -> None:
    inputs = {"paper": paper, "latest": latest}[edition]
    events = factions.in_order(inputs["faction-events"], KINDS)
    lanes = factions.lanes(events, inputs["organisations"], "ttp", inputs.as_of)
    (axes,) = style.drawn(FIGURES["genealogy"](inputs).draw, page).axes
    left = axes.get_xlim()[0]
    dotted = {
        int(line.get_ydata()[0])
        for line in axes.lines
        if line.get_linestyle() == ":" and len(set(line.get_ydata())) == 1
        if axes.xaxis.convert_units(line.get_xdata(orig=True)[1]) > left
    }
    assert not lanes["formed"].all()
    assert dotted == set(lanes.loc[~lanes["formed"], "lane"])


def test_the_caption_explains_dots_and_the_key_shows_a_leader_change_as_the_lanes_do(latest) -> None:
    figure = FIGURES["genealogy"](latest)
    assert "dotted where it is a pledge of allegiance" in figure.caption
    assert "Grey dots lead to the first event" in figure.caption
    (legend,) = figure.drawing.legends
    (key,) = [
        line
        for line, text in zip(legend.get_lines(), legend.get_texts(), strict=True)
        if text.get_text() == "leader change"
    ]
    drawn = [line for line in figure.drawing.axes[0].lines if line.get_marker() == "|"]
    assert {(one.get_markersize(), one.get_markeredgewidth()) for one in drawn} == {
        (key.get_markersize(), key.get_markeredgewidth())
    }
