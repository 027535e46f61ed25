from __future__ import annotations

import re

import pandas as pd
import pytest

from afpak import audit
from afpak.analysis import options
from afpak.figures import Figure
from afpak.figures import options as draw
from afpak.figures.shown import IncompleteError
from afpak.figures.verdicts import LOOKS

from . import test_drawings as checks

SOURCE = "the tables of this book"


@pytest.fixture(scope="module")
def verdicts(paper, latest):
    sections = ("3.1", "3.2", "3.3", "3.4")
    return {
        inputs.as_of: {
            one.claim: str(one.verdict) for one in audit.findings(inputs, audit.of_sections(inputs, *sections))
        }
        for inputs in (paper, latest)
    }


def coded(inputs, verdicts) -> pd.DataFrame:
    book = (inputs["claims"], inputs["sections"], inputs["argument"][:0], inputs.tables)
    return options.options(*book, verdicts[inputs.as_of], draw.WORST)


def values(inputs, subject: str, attribute: str) -> pd.DataFrame:
    return options.values(inputs["statements"], inputs["record-statements"], subject, attribute, {})


def made(inputs, verdicts, source=SOURCE) -> list[Figure]:
    return [
        draw.matrix(coded(inputs, verdicts), inputs.as_of, source),
        draw.stated(values(inputs, "border-fence", "length"), "fence-length", "Length", "km", inputs.as_of, source),
        draw.stated(values(inputs, "border-fence", "cost"), "fence-cost", "Cost", "million", inputs.as_of, source, 1e6),
        draw.stated(values(inputs, "is-k", "strength"), "strength", "Fighters", "fighters", inputs.as_of, source),
    ]


def test_figures_say_in_words_what_they_show_and_nothing_lies_on_anything(paper, latest, verdicts) -> None:
    for inputs in (paper, latest):
        for one in made(inputs, verdicts):
            assert not one.data.empty and len(one.alternative) > 80 and one.alternative != one.caption
            for words in (one.alternative, one.caption):
                assert not re.search(r"\bnan\b|\bNaT\b|<NA>|\bNone\b|not known|\n", words)
            assert checks.out_of_the_canvas(one.drawing) == []
            assert checks.overlapping(one.drawing) == []
            placed = checks.texts(one.drawing)
            renderer = one.drawing.canvas.get_renderer()
            ticks = {id(label) for axes in one.drawing.axes for side in checks.tick_labels(axes) for label in side}
            boxes = [(text, checks.corners(text, renderer)) for text, _ in placed]
            assert [
                (a.get_text(), b.get_text())
                for i, (a, box) in enumerate(boxes)
                for b, other in boxes[i + 1 :]
                if not (id(a) in ticks and id(b) in ticks) and not checks.apart(box, other)
            ] == []
            assert min(text.get_fontsize() for text, _ in placed) >= 9


def test_figures_need_a_source_and_are_the_same_twice(paper, verdicts) -> None:
    with pytest.raises(IncompleteError, match="needs a source"):
        made(paper, verdicts, "")
    for first, second in zip(made(paper, verdicts), made(paper, verdicts), strict=True):
        assert (first.svg == second.svg) is True


def test_the_matrix_answers_for_every_option(paper, verdicts) -> None:
    one = draw.matrix(coded(paper, verdicts), paper.as_of, SOURCE)
    rows = one.data.set_index("claim")
    assert len(rows) == len(options.CODINGS)
    # joint action needs Kabul and stands in the section on force; the mechanism is to hold either way
    assert rows.loc["3.2-11", ["by force", "needs Kabul’s help", "possible without it"]].tolist() == [
        "yes",
        "yes",
        "no",
    ]
    assert rows.loc["3.1-08", ["by force", "needs Kabul’s help", "possible without it"]].tolist() == [
        "not said", "no", "yes",
    ]  # fmt: skip
    assert rows.loc["3.3-03", ["by force", "rows in the tables"]].tolist() == ["no", "no"]
    for claim in rows.index:
        assert f"{claim}, " in one.alternative


def test_verdicts_are_ordered_from_the_worst_and_none_is_missing() -> None:
    assert set(draw.WORST) == set(LOOKS) and len(draw.WORST) == len(LOOKS)
    assert draw.WORST[0] == "contradicted" and draw.WORST[-2:] == ("supported", "not testable")


def test_records_give_the_reason_of_every_coding(paper, verdicts) -> None:
    frame = draw.options_records(coded(paper, verdicts), verdicts[paper.as_of]).frame.set_index("claim")
    assert frame.loc["3.2-11", "help of the Afghan Taliban"].startswith("needed: ")
    assert frame.loc["3.2-09", "grounds given beside it"] == "none"
    assert re.fullmatch(r"3\.3-04 \(. [a-z ]+\)", frame.loc["3.3-03", "grounds given beside it"])
    assert (frame["assumed, by the table of the argument"] == "nothing entered").all()
    assert frame.loc["3.3-03", "rows in the tables"].startswith("none. ")


def test_numbers_are_told_with_their_bounds_and_in_the_unit_drawn(paper, latest) -> None:
    told = draw.stated(values(paper, "is-k", "strength"), "strength", "Fighters", "fighters", paper.as_of, SOURCE)
    assert "under 2,000: at most 2,000" in told.alternative
    assert "the paper, 3.4-13: 2,000 to 5,000" in told.alternative
    assert "2018, the paper, 1.4-61: about 2,000" in told.alternative
    cost = draw.stated(values(paper, "border-fence", "cost"), "c", "Cost", "million", paper.as_of, SOURCE, 1e6)
    assert "with outposts and forts: 550" in cost.alternative and "about 500" in cost.alternative
    assert "begin at nought" in cost.caption


def test_a_table_of_numbers_links_the_record_and_not_the_paper(paper) -> None:
    table = values(paper, "border-fence", "length")
    frame = draw.stated_table(table, "t", "Length", "km").frame
    assert frame["source"].str.startswith("[").tolist() == (table["whose"] == "record").tolist()
    assert frame["km"].tolist() == ["2,611", "about 2,600", "about 2,600", "2,640"]


def test_parts_and_grounds_are_named_in_words_and_no_institute_is(paper, verdicts) -> None:
    names = {"imu": "IMU"}
    parts = options.composition(
        paper["statements"], paper["faction-events"], paper["record-statements"], "3.4", "is-k", "islamic-state"
    )
    frame = draw.composition(parts, names, "IS-K").frame.set_index("part")
    assert frame.loc["IMU", "recorded pledge"] == "2015-08-06"
    assert frame.loc["ethnic Uyghurs", "recorded pledge"] == "none"
    assert frame.loc["shahidullah defectors", "listed by the paper"] == "no"
    grounds = options.pools(paper["statements"], paper["record-statements"], "3.4", "is-k")
    shown = draw.pools(grounds, names, verdicts[paper.as_of]).frame
    assert shown["claim"].tolist() == ["3.4-23", "3.4-24", "3.4-25", "3.4-27", "3.4-28"]
    assert "radicalised cells of university students" in shown["the paper’s unverified claim"].tolist()
    # A claim that no statement of the record bears out may have its verdict from a reading.
    silent = "nothing in the record’s statements"
    assert shown.set_index("claim").at["3.4-25", "recorded of it"] == silent
    read = draw.pools(grounds, names, verdicts[paper.as_of], ["3.4-25"]).frame.set_index("claim")["recorded of it"]
    assert read["3.4-25"] == f"{silent}; the verdict is from readings of sources" and read["3.4-27"] == silent


def test_measures_say_whether_the_paper_has_them(paper) -> None:
    later = options.since(paper["measures"], paper["dates"], "nisp-2018")
    frame = draw.since(later, "P").frame
    assert frame.loc[
        frame["measure"].str.contains("revised"), ["in the paper", "before or after it"]
    ].to_numpy().tolist() == [["no", "after"]]


def test_words_for_a_sentence_without_repetition() -> None:
    table = pd.DataFrame({"whose": ["record", "record", "paper"], "low": [5.0, 5.0, 1.0], "high": [5.0, 5.0, 2.0],
                          "bound": ["about", "about", "exact"]})  # fmt: skip
    assert draw.in_words(table, "record") == "about 5"
    assert draw.in_words(table, "paper") == "1 to 2"
    assert draw.in_words(table[:0], "paper") == "none"
    assert draw.listed_names(pd.Series([], dtype=object), {}) == "none"


def test_the_caption_of_the_numbers_speaks_only_of_what_is_drawn(paper) -> None:
    length, cost, strength = (
        draw.stated(values(paper, *what), "n", "What", "unit", paper.as_of, SOURCE)
        for what in (("border-fence", "length"), ("border-fence", "cost"), ("is-k", "strength"))
    )
    # No length is given as a range; of the strength the paper gives one.
    assert "is a range" not in length.caption and "a pale upright line is what the paper" in length.caption
    assert "is a range" in strength.caption and "a pale band is what the paper" in strength.caption
    for one in (length, cost, strength):
        cut = any("…" in label.get_text() for label in one.drawing.axes[0].get_yticklabels())
        assert ("are cut" in one.caption) is cut
