"""Marks of verdicts that lead from a chapter to the list of all findings and back."""

from __future__ import annotations

from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from afpak import bundles
from afpak.build.marks import all_counted, counts, mark, opening, shown_in, title_of
from afpak.figures.verdicts import chip

PAPER = ":::{admonition} What the paper says here\n:class: afpak-paper\nThis.\n:::"
FOUND = ":::{admonition} What we found\n:class: afpak-found\nThat.\n:::"
ROW = {"1.4-14": "audit.html#claim-1-4-14"}


def finding(claim: str, verdict: str) -> dict[str, str]:
    return {"claim": claim, "verdict": verdict}


def made(*found: dict[str, str], prose: tuple[str, ...] = (f"# Some\n\n{PAPER}\n\nMore.",), html: str = "") -> Any:
    markdown = "\n".join(f"{one['claim']} · {chip(one['verdict'], one['claim'])}\n: x" for one in found)
    data: dict[str, Any] = {"text/markdown": markdown, bundles.FINDINGS: list(found)}
    data |= {"text/html": html} if html else {}
    cells = [new_markdown_cell(text) for text in prose]
    return new_notebook(cells=[*cells, new_code_cell("1", outputs=[new_output("display_data", data=data)])])


def sources(notebook: Any) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def shown(notebook: Any, kind: str = "text/markdown") -> str:
    return str(notebook.cells[-1].outputs[0].data[kind])


def test_claims_are_counted_once_and_in_the_order_of_verdicts() -> None:
    found = [finding("c", "pending"), finding("a", "supported"), finding("b", "pending"), finding("a", "supported")]
    assert list(counts(found).items()) == [("supported", 1), ("pending", 2)]


def test_a_mark_leads_to_the_row_of_its_claim_and_can_be_led_to() -> None:
    assert shown(mark(made(finding("1.4-14", "contested")), ROW, {})) == (
        '1.4-14 · <a class="afpak-verdict" data-verdict="contested" id="finding-1-4-14" '
        'href="audit.html#claim-1-4-14"><span aria-hidden="true">≈</span> contested</a>\n: x'
    )


def test_a_claim_shown_twice_is_led_to_once_and_one_without_a_row_leads_nowhere() -> None:
    text = shown(mark(made(finding("1.4-14", "contested"), finding("1.4-14", "contested")), {}, {}))
    assert text.count('id="finding-1-4-14"') == 1
    assert text.count("contested</span>") == 2
    assert "href" not in text


def test_the_opening_leads_to_the_first_finding_of_each_verdict() -> None:
    found = [finding("1.1-01", "supported"), finding("1.1-02", "contested"), finding("1.1-03", "supported")]
    text = opening(found)
    assert "3 claims of the paper" in text
    assert text.index('href="#finding-1-1-01"') < text.index('href="#finding-1-1-02"')
    assert "finding-1-1-03" not in text
    assert " 2</a>" in text and " 1</a>" in text
    assert "1 claim of the paper" in opening(found[:1])


@pytest.mark.parametrize(
    ("prose", "place"),
    [
        ((f"# Some\n\n{PAPER}\n\nMore.",), 1),
        ((f"# Some\n\n{PAPER}\n\nMore.", FOUND, "On."), 2),
        ((f"# Some\n\n{PAPER}",), 1),
    ],
    ids=["below the box of the paper", "below that of what was found", "where nothing follows"],
)
def test_the_opening_stands_below_the_boxes_and_takes_no_word_away(prose: tuple[str, ...], place: int) -> None:
    notebook = mark(made(finding("1.4-14", "contested"), prose=prose), ROW, {})
    texts = sources(notebook)
    assert ":::{div} afpak-verdicts" in texts[place]
    assert texts[place - 1].rstrip().endswith(":::")
    assert "\n".join(texts[:place] + texts[place + 1 :]).split() == "\n".join(prose).split()
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def test_a_box_with_a_longer_fence_ends_where_that_ends() -> None:
    box = "::::{admonition} What we found\n:class: afpak-found\n:::{note}\nA\n:::\nB\n::::\n\nAfter."
    texts = sources(mark(made(finding("1.4-14", "contested"), prose=(box,)), ROW, {}))
    assert texts[0].endswith("B\n::::\n") and texts[2] == "After."


def test_claims_in_the_box_of_the_paper_have_the_sign_of_their_verdict_and_others_none() -> None:
    box = f"{PAPER.removesuffix(':::')}It says so (1.4-14, 1.4-15 and 1.4-1).\n:::\n\nBelow it 1.4-14 stands alone."
    (text,) = sources(mark(made(prose=(box,)), ROW, {}, {"1.4-14": "contested", "1.4-1": "supported"}))
    assert text.count("afpak-sign") == 2
    for claim, verdict, sign in (("1.4-14", "contested", "≈"), ("1.4-1", "supported", "✓")):
        assert (
            f'{claim}&nbsp;<span class="afpak-sign" role="img" aria-label="{verdict}" title="{verdict}">{sign}</span>'
        ) in text
    assert "1.4-15 and" in text and text.endswith("Below it 1.4-14 stands alone.")


def test_a_page_without_a_box_or_without_findings_has_no_opening() -> None:
    assert sources(mark(made(finding("1.4-14", "contested"), prose=("# Some",)), ROW, {})) == ["# Some"]
    assert len(sources(mark(made(), ROW, {}))) == 1


def test_a_row_leads_to_the_chapters_that_show_its_claim_or_says_that_there_is_none() -> None:
    html = '<dd><span data-shown-in="1.4-14">later</span></dd><dd><span data-shown-in="1.1-01">later</span></dd>'
    pages = {"1.4-14": {"1-4-a": "A & B", "1-4-b": "C"}}
    assert shown(mark(made(html=html), ROW, pages), "text/html") == (
        '<dd><a href="1-4-a.html#finding-1-4-14">A &amp; B</a>; <a href="1-4-b.html#finding-1-4-14">C</a></dd>'
        "<dd>no chapter of this book</dd>"
    )


def test_what_a_page_shows_and_is_called() -> None:
    notebook = made(finding("1.4-14", "contested"), finding("1.4-15", "supported"))
    assert shown_in(notebook) == {"1.4-14", "1.4-15"}
    assert title_of(notebook) == "Some"
    assert title_of(new_notebook()) == ""


def test_counts_lead_to_the_list_filtered() -> None:
    assert all_counted([finding("a", "not testable")], "audit") == (
        '<a class="afpak-chip" data-verdict="not testable" href="audit.html#verdict=not%20testable">'
        '<span class="afpak-verdict" data-verdict="not testable"><span aria-hidden="true">–</span> not testable</span> '
        "1</a>"
    )
