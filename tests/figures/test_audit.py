"""Figures and tables of the audit: what is drawn, and that words, data and drawing say the same."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch

from afpak.analysis.footing import Footing, Overview, Stand, Weakness
from afpak.figures import Figure, Records, Table, audit
from afpak.figures.verdicts import LOOKS, ORDER

from .drawn import FOOTINGS, footing_of
from .test_drawings import texts

COUNTS = pd.DataFrame(
    {verdict: [0, 0] for verdict in ORDER}
    | {"supported": [12, 1], "contested": [3, 0], "pending": [0, 5], "all": [15, 6]},
    index=pd.Index(["1.1", "4.1"], name="section"),
)  # fmt: skip


DRAWN = ("supported", "contested", "pending")  # of which there are claims, in the order of all


def axes_of(figure: Figure) -> Axes:
    (axes,) = figure.drawing.axes
    return axes


def legend_of(figure: Figure) -> list[str]:
    (legend,) = figure.drawing.legends
    return [text.get_text() for text in legend.get_texts()]


def rows_of(table: Table) -> list[list[str]]:
    """Cells of the table as MyST shows them, header first."""
    lines = [line for line in table._repr_mimebundle_()["text/markdown"].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in (lines[0], *lines[2:])]


def markdown_of(records: Records) -> str:
    return records._repr_mimebundle_()["text/markdown"]


# Bars of verdicts


@pytest.fixture(scope="module")
def bars() -> Figure:
    return audit.verdict_bars(COUNTS, "by-section", "Claims by section.", "section")


def test_bars_of_a_row_are_stacked_and_as_wide_as_its_counts(bars) -> None:
    axes = axes_of(bars)
    # One container per verdict, one bar per row; bars of a row begin where the one before ends.
    assert len(axes.containers) == len(DRAWN)
    for row, name in enumerate(COUNTS.index):
        end = 0.0
        for verdict, container in zip(DRAWN, axes.containers, strict=True):
            bar = container[row]
            assert (bar.get_x(), bar.get_width()) == (end, COUNTS.at[name, verdict])
            end += bar.get_width()
        assert end == COUNTS.at[name, "all"]


def test_bars_look_as_their_verdicts_do_everywhere(bars) -> None:
    for verdict, container in zip(DRAWN, axes_of(bars).containers, strict=True):
        assert (to_hex(container[0].get_facecolor()), container[0].get_hatch() or "") == (
            LOOKS[verdict].colour, LOOKS[verdict].hatch,
        )  # fmt: skip
    assert legend_of(bars) == ["✓ supported", "≈ contested", "… pending"]


def test_bars_name_rows_from_top_to_bottom_and_what_is_counted(bars) -> None:
    axes = axes_of(bars)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["1.1", "4.1"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]  # the first row is on top
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("claims", "section")


def test_a_bar_that_is_wide_enough_has_its_number_in_it(bars) -> None:
    # Of 15 claims a bar of one is too narrow; two are the least.
    assert sorted(text.get_text() for text in axes_of(bars).texts) == ["12", "3", "5"]


def test_bars_are_told_in_words_and_can_be_downloaded(bars) -> None:
    assert "1.1: 15 claims, 12 supported, 3 contested" in bars.alternative
    assert "4.1: 6 claims, 1 supported, 5 pending" in bars.alternative
    assert "0 " not in bars.alternative and "contradicted" not in bars.alternative
    assert bars.data["section"].tolist() == ["1.1", "4.1"] and bars.data["all"].tolist() == [15, 6]
    assert (bars.name, bars.caption) == ("by-section", "Claims by section.")


# The footing of one conclusion

EDGES = pd.DataFrame(
    [
        ("1.1-01", "supports", "1.1-02"),
        ("1.1-03", "supports", "1.1-02"),  # neither weak nor a direct reason
        ("1.1-02", "concludes", "4.2-01"),
        ("4.2-01", "assumes", "2.1-01"),
        ("3.1-01", "opposes", "4.2-01"),
        ("9.9-01", "supports", "9.9-02"),  # of another conclusion
    ],
    columns=["source", "relation", "target"],
)
VERDICTS = {
    "1.1-01": "contradicted",
    "1.1-02": "supported",
    "1.1-03": "supported",
    "2.1-01": "unverifiable",
    "3.1-01": "supported",
    "4.2-01": "not testable",
}
STAND = Stand(
    "4.2-01",
    Footing.SHAKEN,
    ("1.1-01", "1.1-03", "1.1-02", "2.1-01"),
    (
        Weakness("1.1-01", "contradicted", ("1.1-01", "1.1-02", "4.2-01")),
        Weakness("2.1-01", "unverifiable", ("2.1-01", "4.2-01")),
    ),
    ("3.1-01",),
)


@pytest.fixture(scope="module")
def footing() -> Figure:
    return audit.footing(STAND, EDGES, VERDICTS, "Kabul will not act")


def places(figure: Figure) -> dict[str, tuple[float, float]]:
    """Where the label of each claim stands."""
    texts = {text.get_text().rpartition(" ")[2]: text.get_position() for text in axes_of(figure).texts}
    return {name: (float(x), float(y)) for name, (x, y) in texts.items()}


def arrows(figure: Figure) -> Iterable[FancyArrowPatch]:
    return [patch for patch in axes_of(figure).patches if isinstance(patch, FancyArrowPatch)]


def test_the_footing_draws_direct_reasons_weak_premises_and_opponents_and_counts_the_rest(footing) -> None:
    assert set(places(footing)) == {"1.1-01", "1.1-02", "2.1-01", "3.1-01", "4.2-01"}
    assert len(list(arrows(footing))) == 4
    assert "Not drawn: 1 more premise." in footing.caption


def test_the_footing_reads_from_left_to_right_and_ends_in_the_conclusion(footing) -> None:
    x = {name: place[0] for name, place in places(footing).items()}
    assert x["1.1-01"] < x["1.1-02"] < x["4.2-01"]
    # What is assumed is given too, so it stands before what assumes it; so does what opposes.
    assert x["2.1-01"] < x["4.2-01"] and x["3.1-01"] < x["4.2-01"]
    assert all(x[name] < x["4.2-01"] for name in x if name != "4.2-01")
    assert len(set(places(footing).values())) == 5


def test_arrows_of_the_footing_lead_the_way_that_the_caption_says(footing) -> None:
    around = {name: (x, y) for name, (x, y) in places(footing).items()}

    def nearest(point: tuple[float, float]) -> str:
        # A label stands right above its mark.
        return min(around, key=lambda name: (around[name][0] - point[0]) ** 2 + (around[name][1] - point[1]) ** 2)

    drawn = {}
    for arrow in arrows(footing):
        begin, end = arrow._posA_posB
        drawn[nearest(begin), nearest(end)] = arrow.get_linestyle()
    assert drawn == {
        ("1.1-01", "1.1-02"): "-", ("1.1-02", "4.2-01"): "-", ("2.1-01", "4.2-01"): "--", ("3.1-01", "4.2-01"): ":",
    }  # fmt: skip


def test_on_a_phone_the_footing_reads_from_the_conclusion_down_and_each_claim_stands_under_what_it_leads_to(
    footing,
) -> None:
    (axes,) = footing.narrow.axes
    at = {text.get_text().rpartition(" ")[2]: text.get_position() for text in axes.texts}
    rows = sorted(at, key=lambda name: -at[name][1])
    assert rows == ["4.2-01", "1.1-02", "1.1-01", "2.1-01", "3.1-01"]
    assert at["4.2-01"][0] < at["1.1-02"][0] == at["2.1-01"][0] == at["3.1-01"][0] < at["1.1-01"][0]
    ways = [patch for patch in axes.patches if isinstance(patch, FancyArrowPatch)]
    assert len(ways) == 4
    for way in ways:
        (begin_x, begin_y), (end_x, end_y) = way._posA_posB
        assert end_x < begin_x and end_y > begin_y  # up to the left


def test_a_claim_that_leads_to_two_others_stands_once_on_a_phone() -> None:
    edges = pd.DataFrame(
        [("a", "supports", "b"), ("b", "concludes", "c"), ("a", "concludes", "c")],
        columns=["source", "relation", "target"],
    )
    stand = Stand("c", Footing.SHAKEN, ("a", "b"), (Weakness("a", "contested", ("a", "b", "c")),), ())
    (axes,) = audit.footing(stand, edges, {}, "words").narrow.axes
    assert len(axes.texts) == 3
    assert len(axes.patches) == 3


def test_the_footing_marks_each_claim_by_its_verdict_and_explains_the_marks(footing) -> None:
    texts = {text.get_text() for text in axes_of(footing).texts}
    assert texts == {"✗ 1.1-01", "✓ 1.1-02", "? 2.1-01", "✓ 3.1-01", "– 4.2-01"}
    assert legend_of(footing) == ["✓ supported", "✗ contradicted", "? unverifiable", "– not testable"]


def test_the_footing_is_told_in_words_and_can_be_downloaded(footing) -> None:
    assert footing.name == "footing-4-2-01"
    assert "ends in 4.2-01, which is shaken" in footing.alternative and "4 claims" in footing.alternative
    assert "1.1-01, contradicted, by way of 1.1-01 → 1.1-02 → 4.2-01" in footing.alternative
    assert "2.1-01, unverifiable, by way of 2.1-01 → 4.2-01" in footing.alternative
    assert "Kabul will not act" in footing.caption and "Footing: shaken" in footing.caption
    data = footing.data.set_index("claim")
    assert data.loc["1.1-01", ["verdict", "shortest way"]].tolist() == ["contradicted", "1.1-01 → 1.1-02 → 4.2-01"]
    assert data.loc["1.1-02", "shortest way"] == ""


def test_a_claim_without_a_verdict_can_be_drawn() -> None:
    stand = Stand("b", Footing.UNTESTED, ("a",), (), ())
    edges = pd.DataFrame([("a", "supports", "b")], columns=["source", "relation", "target"])
    figure = audit.footing(stand, edges, {}, "words")
    assert set(places(figure)) == {"a", "b"} and "weak ones: none" in figure.alternative.lower()


def test_the_caption_of_the_footing_names_only_arrows_that_are_drawn(footing) -> None:
    assert "Dashed arrows: taken for granted; dotted arrows: speaks against. " in footing.caption
    assert "whose words are in the audit" in footing.caption
    stand = Stand("b", Footing.FIRM, ("a",), (), ())
    solid = audit.footing(stand, EDGES.iloc[:1].replace({"1.1-01": "a", "1.1-02": "b"}), {}, "words")
    assert "Dashed" not in solid.caption and "dotted" not in solid.caption
    assert "Not drawn: no more premises." in solid.caption


@pytest.mark.parametrize("claim", FOOTINGS)
def test_the_head_of_no_arrow_lies_under_the_label_of_what_it_leads_to(claim, paper) -> None:
    drawing = footing_of(paper, claim=claim).drawing
    boxes = [(text.get_text().rpartition(" ")[2], box) for text, box in texts(drawing) if text.axes]
    axes = drawing.axes[0]
    tips = [axes.transData.transform(patch._posA_posB[1]) for patch in axes.patches]
    marks = [axes.transData.transform(line.get_xydata()[0]) for line in axes.lines]
    head = 0.11 * drawing.dpi
    for tip in tips:
        # An arrow that ends at a mark keeps a little away from it; the others end at the edge of a label.
        at_mark = min(math.dist(tip, mark) for mark in marks) < 1
        if not at_mark:
            assert not any(box.padded(-2).contains(*tip) for _, box in boxes)
            assert min(math.dist(tip, mark) for mark in marks) > head - 1


# Many conclusions at once

FIRM = Stand("4.2-02", Footing.FIRM, ("1.1-02",), (), ())
ALONE = Stand("4.3-01", Footing.UNTESTED, (), (), ())
LABELS = {"4.2-01": "Kabul will not act", "4.2-02": "A plan is needed", "4.3-01": "Help the economy"}


def test_premises_are_counted_as_holding_and_weak() -> None:
    figure = audit.footings_by_premises([STAND, FIRM], LABELS)
    rows = figure.data.set_index("claim")
    assert rows.loc["4.2-01", ["footing", "premises", "weak"]].tolist() == ["shaken", 4, 2]
    assert rows.loc["4.2-02", ["footing", "premises", "weak"]].tolist() == ["firm", 1, 0]
    assert "4.2-01: shaken, 4 claims, 2 weak" in figure.alternative
    axes = axes_of(figure)
    for label, claim in zip(axes.get_yticklabels(), figure.data["claim"], strict=True):
        assert claim in label.get_text() and LABELS[claim].split()[0] in label.get_text()
    ends = {
        claim: sum(container[row].get_width() for container in axes.containers)
        for row, claim in enumerate(figure.data["claim"])
    }
    assert ends == {"4.2-01": 4, "4.2-02": 1}


def test_on_a_phone_names_stand_above_their_bars(bars) -> None:
    premises = audit.footings_by_premises(
        [STAND, FIRM], LABELS | {"4.2-02": "A plan is needed that is worth its words"}
    )
    for figure, first in ((bars, "1.1"), (premises, "◐ 4.2-01 Kabul will not act")):
        (axes,) = figure.narrow.axes
        names = [text for text in axes.texts if text.get_text() in {first} or "\n" in text.get_text()]
        assert names[0].get_text() == first and names[0].get_horizontalalignment() == "left"
        assert all(not label.get_text() for label in axes.get_yticklabels())
        assert [container[0].get_width() for container in axes.containers] == [
            container[0].get_width() for container in axes_of(figure).containers
        ]


def test_the_whole_argument_has_a_box_for_each_section_and_end_and_an_arrow_for_each_link() -> None:
    whole = Overview(
        pd.DataFrame({"section": ["1.1", "2.1"], "claims": [2, 3], "weak": [1, 0]}),
        pd.DataFrame(
            [
                ("4.2-01", "Kabul will not act", "conclusion", "shaken", "Q1"),
                ("4.2-02", "A plan is needed", "conclusion", "firm", ""),
                ("4.3-01", "Help the economy", "recommendation", "untested", "Q2"),
                ("4.3-02", "Close the border", "recommendation", "fallen", ""),
            ],
            columns=["claim", "label", "role", "footing", "answers"],
        ),
        pd.DataFrame(
            [("1.1", "4.2-01"), ("2.1", "4.2-01"), ("1.1", "4.2-02"), ("4.2-01", "4.2-02"), ("4.2-01", "4.3-01")],
            columns=["source", "target"],
        ),
    )
    figure = audit.overview(whole)
    texts = [" ".join(text.get_text().split()) for text in axes_of(figure).texts]
    for box in (
        "1.1 2 claims, 1 weak", "2.1 3 claims, 0 weak", "◐ 4.2-01 Kabul will not act (Q1)", "● 4.2-02 A plan is needed",
        "⊘ 4.3-01 Help the economy (Q2)", "○ 4.3-02 Close the border",
    ):  # fmt: skip
        assert box in texts
    assert len(list(arrows(figure))) == 5
    assert "4.2-01, Kabul will not act, shaken, from 1.1, 2.1, answers Q1" in figure.alternative
    assert "4.3-02, Close the border, fallen, from nothing that the paper says" in figure.alternative
    assert len(figure.data) == 6  # five links, and the end that nothing leads to
    # On a phone what leads to a box is named in it, sections before others.
    (axes,) = figure.narrow.axes
    words = [" ".join(text.get_text().split()) for text in axes.texts if text.get_text()]
    assert words == [
        "sections", "1.1 2 claims, 1 weak", "2.1 3 claims, 0 weak",
        "conclusions", "◐ 4.2-01 Kabul will not act (Q1)", "1.1, 2.1", "● 4.2-02 A plan is needed", "1.1", "4.2-01",
        "recommendations", "⊘ 4.3-01 Help the economy (Q2)", "4.2-01", "○ 4.3-02 Close the border",
    ]  # fmt: skip
    arrows_in_boxes = [patch for patch in axes.patches if isinstance(patch, FancyArrowPatch)]
    assert [arrow.get_linestyle() for arrow in arrows_in_boxes] == ["-", "-", "--", "--"]


def test_what_each_stands_on_is_a_record() -> None:
    markdown = markdown_of(audit.stands([STAND, ALONE], {"4.2-01": "It *won’t*.", "4.3-01": "Help."}, "conclusions"))
    assert ":name: table-conclusions" in markdown
    assert "4.2-01 · ◐ shaken\n" in markdown and "4.3-01 · ⊘ untested\n" in markdown
    assert ": *says:* It \\*won’t\\*." in markdown
    assert ": *rests on:* 4 claims, 2 of them weak" in markdown
    assert ": *rests on:* nothing that the paper says" in markdown
    assert (
        "\n: :::{dropdown} weak premises, each with its shortest way (2)\n"
        "  - 1.1-01 (contradicted) → 1.1-02 → 4.2-01\n  - 2.1-01 (unverifiable) → 4.2-01\n  :::\n"
    ) in markdown
    assert ": *opposed by:* 3.1-01" in markdown
    assert markdown.count("weak premises") == 1  # the other has none


def test_every_footing_has_a_sign_of_its_own() -> None:
    signs = [
        markdown_of(audit.stands([Stand("c", footing, (), (), ())], {"c": "s"}, "n")).split(f" {footing}")[0][-1]
        for footing in Footing
    ]
    assert len(set(signs)) == len(Footing)


def test_questions_are_shown_with_their_place() -> None:
    asked = pd.DataFrame(
        [("Q1", "questions", 1, "Can it?"), ("Q2", "questions", 2, "What else?")],
        columns=["question", "section", "paragraph", "text"],
    )
    markdown = markdown_of(audit.questions(asked))
    assert "Q1\n: *asks:* Can it?\n: *in the paper:* questions ¶1" in markdown
    assert "Q2\n: *asks:* What else?\n: *in the paper:* questions ¶2" in markdown


# Tables


def test_coverage_is_shown_in_per_cent_with_titles_and_numbers_of_sections() -> None:
    sections = pd.DataFrame(
        [("summary", 3, 1, 1, 0, 0, 1, 2 / 3, 1 / 3), ("1.1", 4, 0, 1, 2, 1, 0, 0.5, 1.0)],
        columns=["section", "claims", "check", "join", "reading", "paper", "none", "executed", "decided"],
    )
    table = audit.coverage(sections, {"summary": "Executive Summary", "1.1": "Background"})
    assert rows_of(table) == [
        ["section", "claims", "own check", "join", "reading", "the paper alone", "nothing", "executed", "decided"],
        ["Executive Summary", "3", "1", "1", "0", "0", "1", "67%", "33%"],
        ["1.1 Background", "4", "0", "1", "2", "1", "0", "50%", "100%"],
    ]


def test_contradictions_are_shown_with_their_claims() -> None:
    rows = pd.DataFrame(
        [("a ≠ b", "1.2-19 | 1.5-14", "text", "x, date: 1.2-19 has 2014-05, 1.5-14 has 2014-06.")],
        columns=["contradiction", "claims", "where", "sentence"],
    )
    markdown = markdown_of(audit.contradictions(rows))
    assert "1.2-19, 1.5-14 · text\n: *sentence:* x, date: 1.2-19 has 2014-05, 1.5-14 has 2014-06." in markdown
    assert "a ≠ b" not in markdown


CHANGES = ["claim", "before", "now", "since", "sentence"]


def test_changes_are_shown_from_what_to_what_and_since_when() -> None:
    rows = pd.DataFrame(
        [
            ("1.1-01", "pending", "supported", "2023-12-31", "It came."),
            ("1.1-02", "supported", "contested", None, "No."),
        ],
        columns=CHANGES,
    )
    markdown = markdown_of(audit.changes(rows, {"1.1-01": "It will come.", "1.1-02": "Yes."}))
    assert (
        "1.1-01 · pending → supported\n: *the paper says:* It will come.\n: *could be known since:* 2023-12-31\n"
        ": *the evidence says now:* It came." in markdown
    )
    assert "1.1-02 · supported → contested\n: *the paper says:* Yes.\n: *the evidence says now:* No." in markdown


def test_no_changes_and_no_contradictions_can_be_shown() -> None:
    assert "::::{div} afpak-records" in markdown_of(audit.changes(pd.DataFrame(columns=CHANGES), {}))
    empty = pd.DataFrame({name: pd.Series(dtype="object") for name in ("contradiction", "claims", "where", "sentence")})
    assert "::::{div} afpak-records" in markdown_of(audit.contradictions(empty))


def test_unused_references_are_those_and_only_those() -> None:
    rows = pd.DataFrame(
        [
            ("fn01", "news", "A title", "Someone", "2021-08", False),
            ("fn02", "interview", None, "An official", None, False),
            ("fn03", "news", "Used", "Someone", "2021", True),
        ],
        columns=["reference", "kind", "title", "author", "date", "used"],
    )
    assert rows_of(audit.unused(rows)) == [
        ["reference", "kind", "title", "date"],
        ["footnote 1", "news", "A title", "2021-08"],
        ["footnote 2", "interview", "An official", "–"],
    ]


def test_the_headline_has_a_row_for_every_verdict_those_of_no_claim_too() -> None:
    rows = rows_of(audit.headline({"supported": 1200, "pending": 3}))
    assert rows[0] == ["verdict", "claims"]
    assert rows[1:] == [
        [f"{LOOKS[verdict].mark} {verdict}", {"supported": "1,200", "pending": "3"}.get(verdict, "0")]
        for verdict in ORDER
    ]


def test_words_for_a_box_are_broken_between_words_only() -> None:
    assert audit.wrapped("one two three", 7) == "one two\nthree"
    assert audit.wrapped("counterterrorism", 7) == "counterterrorism"
