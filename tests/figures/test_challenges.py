from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from afpak.analysis import challenges
from afpak.figures import Figure, Table
from afpak.figures import challenges as draw
from afpak.figures.shown import IncompleteError

from . import test_drawings as checks

DAY = date(2021, 8, 15)
SOURCE = "the tables of this book"


def ratios_of(inputs, left_out=("GTI (IEP)",)):
    figures = challenges.known(inputs["annual"], inputs["spans"], inputs["series"], "Pakistan")
    figures = figures[~figures["series"].isin(left_out)]
    both = challenges.pairs(figures, DAY, 3)
    share = proportion_confint(both["after"], both["before"] + both["after"], method="beta")
    return challenges.ratios(both, share), challenges.coverage(figures, DAY)


def names(inputs) -> dict[str, str]:
    return inputs["organisations"].set_index("organisation")["short"].to_dict()


def before_and_after(inputs, source=SOURCE) -> Figure:
    return draw.forest(ratios_of(inputs)[0], DAY, inputs.as_of, source)


def strikes(inputs, source=SOURCE) -> Figure:
    by_year, heads = challenges.strikes(inputs["annual"], "Pakistan"), challenges.heads_struck(inputs["leaders"])
    return draw.strikes(by_year, heads, DAY, inputs.as_of, source)


def truces(inputs, source=SOURCE) -> Figure:
    return draw.truces(challenges.truces(inputs["faction-events"], "pakistan"), names(inputs), inputs.as_of, source)


every_figure = pytest.mark.parametrize("make", [before_and_after, strikes, truces])


@every_figure
def test_a_figure_says_in_words_what_it_shows_and_nothing_lies_on_anything(make, paper, latest) -> None:
    for inputs in (paper, latest):
        one = make(inputs)
        assert isinstance(one, Figure) and not one.data.empty
        assert len(one.alternative) > 80 and one.alternative != one.caption
        for words in (one.alternative, one.caption):
            assert not re.search(r"\bnan\b|\bNaT\b|<NA>|\bNone\b|not known|\n", words)
        assert checks.out_of_the_canvas(one.drawing) == []
        assert checks.overlapping(one.drawing) == []
        placed = checks.texts(one.drawing)
        renderer = one.drawing.canvas.get_renderer()
        boxes = [(text, checks.corners(text, renderer)) for text, _ in placed]
        ticks = {id(label) for axes in one.drawing.axes for side in checks.tick_labels(axes) for label in side}
        assert [
            (a.get_text(), b.get_text())
            for i, (a, box) in enumerate(boxes)
            for b, other in boxes[i + 1 :]
            if not (id(a) in ticks and id(b) in ticks) and not checks.apart(box, other)
        ] == []
        assert min(text.get_fontsize() for text, _ in placed) >= 9


@every_figure
def test_a_figure_needs_a_source_and_is_the_same_twice(make, paper) -> None:
    with pytest.raises(IncompleteError, match="needs a source"):
        make(paper, " ")
    assert (make(paper).svg == make(paper).svg) is True


def test_the_forest_tells_counts_ratio_and_interval(paper, latest) -> None:
    # PIPS: 146 attacks in 2020 and 207 in 2021; the ratio by hand
    assert f"attacks, PIPS, 2020 and 2021: 146 → 207: ×{207 / 146:.2f} (" in before_and_after(paper).alternative
    told = before_and_after(latest).alternative
    # 165 and 250 attacks in the twelve months before and after, as PIPS gave them in August 2022
    assert f"attacks, PIPS, 365 days each side: 165 → 250: ×{250 / 165:.2f} (" in told
    assert re.search(r"deaths, PIPS, 365 days each side: 294 → 433: ×1\.47[;.]", told)


def test_what_was_compared_how_is_told_by_the_marker_too(paper, latest) -> None:
    looks = list(draw.BASES.values())
    assert len({(marker, filled) for marker, _, filled in looks}) == len(looks)
    assert set(draw.BASES) == {challenges.EXACT, challenges.NEAREST, challenges.MIXED}


def test_without_a_pair_a_table_says_what_each_series_has(paper) -> None:
    ratios, known = ratios_of(paper)
    shown = draw.compared(ratios[:0], known, DAY, paper.as_of, SOURCE)
    assert isinstance(shown, Table) and len(shown.frame) == len(known)
    assert isinstance(draw.compared(ratios, known, DAY, paper.as_of, SOURCE), Figure)


def test_what_could_not_be_compared_is_listed_and_what_was_is_not(latest) -> None:
    ratios, known = ratios_of(latest)
    frame = draw.one_sided(known, ratios, SOURCE).frame
    listed = set(zip(frame["series"], frame["metric"], frame["place"], frame["group"], strict=True))
    assert ("PIPS", "terrorist attacks", "Pakistan: Khyber Pakhtunkhwa", "all") in listed
    assert ("PIPS", "terrorist attacks", "Pakistan", "all") not in listed
    assert ((frame["around"] + frame["after"]) > 0).all()
    assert draw.one_sided(known[:0], ratios, SOURCE).frame.empty


def test_strikes_tell_every_year_and_every_head(latest) -> None:
    told = strikes(latest).alternative
    assert "2010 128 (killed 755 to 1,108)" in told and "2018 1 (killed 1 to 3)" in told
    heads = challenges.heads_struck(latest["leaders"])
    for number, row in enumerate(heads.itertuples(), start=1):
        assert f"{number} {row.person}, {row.date}" in told


def test_a_range_of_which_one_end_is_known_is_a_bound(paper) -> None:
    assert "2010 128 (killed at least 751)" in strikes(paper).alternative


def test_truces_tell_their_lengths_and_those_without_one(latest) -> None:
    told = truces(latest).alternative
    assert "TTP, truce, from 2021-11-09, 30 days" in told
    assert "TTP, truce, from 2008-04-23, length not recorded" in told
    assert "Gul Bahadur group, agreement, until 2014-05-30, length not recorded" in told


def test_the_table_of_truces_has_a_line_and_a_link_for_each(latest) -> None:
    spells = challenges.truces(latest["faction-events"], "pakistan")
    frame = draw.truces_table(spells, names(latest)).frame
    assert len(frame) == len(spells)
    assert frame["source"].str.startswith("[").all()
    assert frame["began"].tolist().count("not recorded") == spells["began"].isna().sum()


def test_heads_are_numbered_as_in_the_figure(latest) -> None:
    struck = challenges.heads_struck(latest["leaders"])
    frame = draw.heads(struck, names(latest)).frame
    assert frame["no."].tolist() == [str(i + 1) for i in range(len(struck))]
    assert frame["head"].tolist() == struck["person"].tolist()


def test_claims_stand_with_readings_and_the_mark_of_their_verdict() -> None:
    claims = pd.DataFrame({"claim": ["a", "b"], "text": ["A.", "B."]})
    weighed = pd.DataFrame({"for": [1, 0], "against": [2, 0], "open": [0, 0]}, index=["b", "a"])
    frame = draw.hopes(claims, {"a": "unverifiable", "b": "contested"}, weighed).frame
    assert frame["the paper says"].tolist() == ["B.", "A."]
    assert frame["verdict"].tolist() == ["≈ contested", "? unverifiable"]
    assert frame["against"].tolist() == [2, 0]


def test_readings_without_a_date_say_so() -> None:
    read = pd.DataFrame(
        {"claim": ["a"], "bearing": ["for"], "known_since": [None], "reason": ["r"], "source": ["s"], "url": ["u"]}
    )
    assert draw.readings(read).frame["known since"].tolist() == ["undated"]


def test_attribution_shows_the_share_in_per_cent() -> None:
    table = pd.DataFrame(
        {"series": ["A"], "year": [2021], "all": [200.0], "TTP": [50.0], "remainder": [150.0], "share": [0.75]}
    )
    frame = draw.attribution(table, SOURCE).frame
    assert frame.loc[0, ["year", "of others or of nobody named", "per cent of all"]].tolist() == ["2021", 150.0, 75.0]


def test_no_ratio_in_words_is_none(paper) -> None:
    ratios, _ = ratios_of(paper)
    assert draw.in_words(ratios[:0]) == "none"
    assert draw.in_words(ratios.assign(ratio=np.inf, low=1.0, high=np.inf)).startswith(
        "CRSS, 2020 and 2021: 260 → 403: ×∞"
    )


@pytest.mark.parametrize("page", ["drawing", "narrow"])
def test_no_mark_of_a_head_hides_another(page, latest) -> None:
    drawing = getattr(strikes(latest), page)
    checks.texts(drawing)  # lays it out
    axes = drawing.axes[2]
    marks = [one.get_transform().transform(one.get_xydata()[0]) for one in axes.lines if one.get_marker() == "X"]
    assert len(marks) == len(challenges.heads_struck(latest["leaders"]))
    points = 72 / drawing.dpi
    assert min(np.hypot(*(a - b)) for i, a in enumerate(marks) for b in marks[:i]) * points > 5


def test_the_numbers_of_heads_lead_to_their_list(latest) -> None:
    assert "list of heads" in strikes(latest).caption and "table of heads" not in strikes(latest).caption


def test_on_a_phone_the_line_of_no_change_keeps_clear_of_words(latest) -> None:
    drawing = before_and_after(latest).narrow
    placed = {id(text): box for text, box in checks.texts(drawing)}
    for axes in drawing.axes:
        lines = [axes.transData.transform(one.get_xydata()) for one in axes.lines if set(one.get_xdata()) == {1}]
        boxes = [placed[id(text)] for text in axes.texts]
        assert len(lines) == len(boxes)
        for (x, first), (_, second) in lines:
            low, high = sorted((first, second))
            assert not any(box.x0 < x < box.x1 and box.y0 < high and low < box.y1 for box in boxes)
