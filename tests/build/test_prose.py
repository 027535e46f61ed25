"""What pages of prose take from chapters."""

from __future__ import annotations

import pytest

from afpak.build.prose import OutputError, filled
from afpak.build.stage import Outputs

FIGURE = {
    "alternative": "A line_that\nfalls [so]", "svg": "<svg/>", "svgs": {"phone": "<svg/>", "card": "<svg/>"},
    "csv": "x\n", "caption": "c", "source": "s",
}  # fmt: skip
BARE = FIGURE | {"svgs": {"phone": "<svg/>"}}
LISTED = ("pending", "contested", "not testable")
HELD = {
    "1-1-some": Outputs(
        {"fall": FIGURE, "bare": BARE}, {"years": "20"}, ({"claim": "1.1-01", "verdict": "contested"},)
    ),
    "audit": Outputs(
        {}, {"claims": "3"}, tuple({"claim": f"1.1-0{i}", "verdict": verdict} for i, verdict in enumerate(LISTED))
    ),
}


def told(text: str, left_out: tuple[str, ...] = ()) -> str:
    return filled(text, "index", HELD, left_out)


def test_a_number_stands_where_it_is_taken() -> None:
    assert told("# Book\n\nOver {glue:text}`1-1-some/years` years, {glue:text}`audit/claims`.\n") == (
        "# Book\n\nOver 20 years, 3.\n"
    )


def test_a_picture_is_a_link_to_its_chapter_with_its_alternative_as_text() -> None:
    assert told("{picture}`1-1-some/fall`\nIt fell.") == (
        "[![A line\\_that falls \\[so\\]](figures/1-1-some/fall-card.svg)](1-1-some)\nIt fell."
    )


def test_verdicts_count_each_claim_once_in_the_order_of_all_pages() -> None:
    links = told("{verdicts}`audit`").replace("</a> <a", "</a>\n<a").splitlines()
    assert [link.partition('href="')[2].partition('"')[0] for link in links] == [
        "audit.html#verdict=contested", "audit.html#verdict=pending", "audit.html#verdict=not%20testable",
    ]  # fmt: skip
    # 1.1-01 is found on by both.
    assert [link.removesuffix("</a>").rpartition(" ")[2] for link in links] == ["1", "1", "1"]


def test_a_verdict_is_a_link_to_the_row_of_its_claim() -> None:
    assert told("It fell {verdict}`audit/1.1-01`, so it says.") == (
        'It fell <a href="audit.html#claim-1-1-01" class="afpak-verdict" data-verdict="contested">'
        '<span aria-hidden="true">≈</span> contested</a>, so it says.'
    )


def test_a_verdict_is_told_though_its_chapter_is_among_those_that_could_be_left_out() -> None:
    assert "contested</a>, so" in told("It fell {verdict}`audit/1.1-01`, so it says.", ("audit", "1-4-other"))


def test_a_sentence_stays_without_the_verdict_of_a_chapter_not_executed() -> None:
    assert told("It fell {verdict}`1-4-other/1.4-01`, so it says.", ("1-4-other",)) == "It fell, so it says."


def test_a_block_that_takes_from_a_chapter_not_executed_is_left_out_whole() -> None:
    text = "One.\n\n::::{div} a\n{picture}`1-4-other/x`\nIts words.\n::::\n\nTwo {glue:text}`1-1-some/years`."
    assert told(text, ("1-4-other",)).split() == ["One.", "Two", "20."]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{glue:text}`1-1-some/yeers`", "it takes the number 1-1-some/yeers"),
        ("{picture}`1-1-some/rise`", "it takes the figure 1-1-some/rise"),
        ("{picture}`1-1-some/bare`", "it takes the figure 1-1-some/bare as a picture, but that has no card"),
        ("{glue:text}`nowhere/years`", "nowhere, which is no chapter"),
        ("{glue:text}`years`", "years, which is no chapter"),
        ("{verdict}`audit/9.9-99`", "it takes the verdict on 9.9-99"),
        ("{verdicts}`audit/all`", "counts the verdicts of audit"),
    ],
)
def test_what_no_chapter_gives_is_refused_with_the_page(text: str, fault: str) -> None:
    with pytest.raises(OutputError, match="page index: ") as caught:
        told(text)
    assert fault in str(caught.value)


@pytest.mark.parametrize("text", ["```md\n{glue:text}`a/b`\n\n{picture}`c/d`\n```", "Write ``{glue:text}`a/b` `` so."])
def test_code_is_left_as_it_is(text: str) -> None:
    assert told(text) == text
