"""The long table: read by a parser that refuses what is not well formed."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from typing import Any

import numpy as np
import pandas as pd
import pytest

from afpak.bundles import ANCHORS
from afpak.figures.listing import Listing
from afpak.figures.shown import IncompleteError

FRAME = pd.DataFrame(
    {
        "claim": ["1.1-01", "1.1-02"],
        "verdict": ["supported", "not testable"],
        "who acts": ["TTP | IS-K", None],
        "says": ['A < B & "C"', "it's | that"],
        "sources": ['<a href="https://a.org/?x=1&amp;y=2">A &amp; B</a>', ""],
        "note": ["<em>one</em>", None],
    }
)


def listing(frame: pd.DataFrame = FRAME, **changes: Any) -> Listing:
    plain = {
        "name": "claims", "caption": "Claims & verdicts.", "source": "a <page>", "key": "claim", "anchor": "claim",
        "filters": ["verdict", "who acts"], "marks": {"verdict": {"supported": "✓"}}, "details": ["sources", "note"],
        "html_columns": ["sources", "note"],
    }  # fmt: skip
    return Listing(frame, **(plain | changes))


def parsed(made: Listing) -> ElementTree.Element:
    return ElementTree.fromstring(made._repr_mimebundle_()["text/html"])


def text(element: ElementTree.Element | None) -> str:
    assert element is not None
    return "".join(element.itertext())


def rows(made: Listing) -> list[ElementTree.Element]:
    return parsed(made).findall(".//tbody/tr")


def cell(row: ElementTree.Element, column: str) -> ElementTree.Element:
    (found,) = [one for one in row.findall("td") if one.get("data-label") == column]
    return found


def test_the_listing_is_a_table_with_caption_headings_and_source_as_text() -> None:
    root = parsed(listing())
    assert (root.get("class"), root.get("id")) == ("afpak-listing", "listing-claims")
    assert text(root.find(".//caption")) == "Claims & verdicts."
    heads = root.findall(".//th")
    assert [text(one) for one in heads] == ["claim", "verdict", "who acts", "says"]
    assert [one.get("data-column") for one in heads] == ["claim", "verdict", "who-acts", "says"]
    assert {one.get("scope") for one in heads} == {"col"}
    assert text(root.find("p")) == "Source: a <page>"


def test_signs_of_html_in_a_cell_are_shown_as_they_are() -> None:
    first, second = rows(listing())
    assert text(cell(first, "says")).startswith('A < B & "C"')
    assert text(cell(second, "says")) == "it's, that"
    nasty = FRAME.assign(says="<script>alert(1)</script>", verdict='"><b>', **{"who acts": "<i> | &"})
    made = parsed(listing(nasty))
    assert not made.findall(".//script") and not made.findall(".//b") and not made.findall(".//i")
    assert made.findall(".//tbody/tr")[0].get("data-who-acts") == "<i> | &"


def test_each_row_has_an_anchor_and_links_to_itself() -> None:
    made = listing()
    assert [row.get("id") for row in rows(made)] == ["claim-1-1-01", "claim-1-1-02"]
    for row in rows(made):
        link = cell(row, "claim").find("a")
        assert link is not None and link.get("href") == f"#{row.get('id')}"
    assert [text(cell(row, "claim")) for row in rows(made)] == ["1.1-01", "1.1-02"]


def test_other_pages_link_by_the_key_or_by_the_words_of_a_row() -> None:
    bundle = listing()._repr_mimebundle_()[ANCHORS]
    assert bundle == {"once": False, "places": {"1.1-01": "claim-1-1-01", "1.1-02": "claim-1-1-02"}}
    frame = pd.DataFrame({"term": ["Tehreek-e-Taliban Pakistan", "ISI", "No one"], "means": ["a", "b", "c"]})
    words = {"Tehreek-e-Taliban Pakistan": ["TTP", "Tehreek-e-Taliban Pakistan"], "No one": []}
    terms = Listing(frame, "terms", "c", "s", "term", "term", words=words, once=True)
    assert terms._repr_mimebundle_()[ANCHORS] == {
        "once": True,
        "places": {
            "TTP": "term-Tehreek-e-Taliban-Pakistan",
            "Tehreek-e-Taliban Pakistan": "term-Tehreek-e-Taliban-Pakistan",
            "ISI": "term-ISI",
        },
    }
    assert [row.get("id") for row in rows(terms)] == ["term-Tehreek-e-Taliban-Pakistan", "term-ISI", "term-No-one"]


def test_the_search_is_told_of_each_row_what_it_says_and_how_else_it_is_written() -> None:
    frame = FRAME.assign(written=["A; Ab*", None])
    made = listing(frame, sort="who acts", spellings="written", told="says")._repr_mimebundle_()[ANCHORS]
    assert made["entries"] == [
        {
            "place": "claim-1-1-01",
            "name": "1.1-01",
            "sort": "TTP, IS-K",
            "spellings": ["A", "Ab"],
            "told": 'A < B & "C"',
        },
        {"place": "claim-1-1-02", "name": "1.1-02", "sort": "", "spellings": [], "told": "it's, that"},
    ]


@pytest.mark.parametrize("key", ['A "quoted" name', "R&AW", "<none>", "Jaish (JeM)", "Qari ’Abd"])
def test_any_key_makes_a_place_that_its_own_link_finds(key) -> None:
    made = Listing(pd.DataFrame({"term": [key], "means": ["m"]}), "terms", "c", "s", "term", "term")
    (row,) = rows(made)
    link = cell(row, "term").find("a")
    assert link is not None and link.text == key
    assert row.get("id") == made.place(key)
    assert link.get("href") == f"#{made.place(key)}"
    assert not any(letter.isspace() for letter in made.place(key))


def test_a_mark_stands_before_a_value_that_has_one_and_is_not_read_aloud() -> None:
    first, second = rows(listing())
    (mark,) = cell(first, "verdict").findall("span")
    assert (mark.get("class"), mark.get("data-verdict"), text(mark)) == ("afpak-verdict", "supported", "✓ supported")
    (sign,) = mark.findall("span")
    assert (sign.text, sign.get("aria-hidden")) == ("✓", "true")
    assert text(cell(second, "verdict")) == "not testable" and not cell(second, "verdict").findall("span")


def test_a_cell_of_several_values_is_filtered_by_each_and_shown_as_a_list() -> None:
    first, second = rows(listing())
    assert parsed(listing()).get("data-filters") == "verdict who-acts"
    assert (first.get("data-verdict"), first.get("data-who-acts")) == ("supported", "TTP | IS-K")
    assert (second.get("data-verdict"), second.get("data-who-acts")) == ("not testable", "")
    assert text(cell(first, "who acts")) == "TTP, IS-K"
    assert first.get("data-says") is None  # no filter


def test_without_filters_there_are_none() -> None:
    root = parsed(listing(filters=()))
    assert root.get("data-filters") == ""
    assert all(not name.startswith("data-") for row in root.findall(".//tbody/tr") for name in row.attrib)


def test_details_are_folded_under_the_last_column_each_under_its_name() -> None:
    first, second = rows(listing())
    (entries,) = first.findall(".//details/dl")
    assert [text(one) for one in entries.findall("dt")] == ["sources", "note"]
    (link,) = entries.findall("dd/a")
    assert (link.get("href"), link.text) == ("https://a.org/?x=1&y=2", "A & B")
    assert cell(first, "says").find("details") is not None
    assert not second.findall(".//details")  # nothing to tell
    assert not first.findall("td[@data-label='sources']")


def test_a_detail_is_text_unless_it_is_said_to_be_html() -> None:
    first, _ = rows(listing(FRAME.assign(sources="A & B | <C>"), html_columns=["note"]))
    told = {text(name): entry for name, entry in zip(first.findall(".//dt"), first.findall(".//dd"), strict=True)}
    assert text(told["sources"]) == "A & B, <C>" and not told["sources"].findall("*")
    assert [one.tag for one in told["note"]] == ["em"]


def test_a_detail_that_is_missing_or_empty_is_left_out() -> None:
    frame = FRAME.assign(sources="", note=["n", np.nan])
    first, second = rows(listing(frame))
    assert [text(one) for one in first.findall(".//dt")] == ["note"]
    assert not second.findall(".//details")


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_a_missing_value_is_an_empty_cell(missing) -> None:
    frame = FRAME.assign(says=missing, verdict=missing, **{"who acts": missing})
    for row in rows(listing(frame, details=())):
        assert [text(cell(row, column)) for column in ("says", "verdict", "who acts")] == ["", "", ""]
        assert row.get("data-verdict") == "" and row.get("data-who-acts") == ""


def test_columns_of_html_are_left_as_they_are() -> None:
    first, _ = rows(listing(details=(), html_columns=["sources"]))
    link = cell(first, "sources").find("a")
    assert link is not None and link.text == "A & B"
    assert text(cell(first, "note")) == "<em>one</em>"  # not declared, so escaped


def test_two_rows_of_one_key_are_refused() -> None:
    with pytest.raises(IncompleteError, match="claims: two rows have the same claim"):
        listing(FRAME.assign(claim="1.1-01"))


def test_two_keys_that_make_one_anchor_are_refused() -> None:
    # A link to either would lead to the first: 1.1-01 and 1-1-01 both become claim-1-1-01.
    with pytest.raises(IncompleteError):
        listing(FRAME.assign(claim=["1.1-01", "1-1-01"]))


@pytest.mark.parametrize("field", ["name", "caption", "source"])
def test_an_incomplete_listing_can_not_be_made(field) -> None:
    with pytest.raises(IncompleteError):
        listing(**{field: " "})


def test_a_key_that_is_no_column_is_refused() -> None:
    with pytest.raises(KeyError):
        listing(key="nothing")


def test_a_listing_of_no_rows_is_a_table_of_headings() -> None:
    made = listing(FRAME.iloc[:0])
    assert rows(made) == [] and made.anchors == {}


def test_a_reader_of_plain_text_has_the_rows_without_the_details() -> None:
    plain = listing()._repr_mimebundle_()["text/plain"]
    assert plain.startswith("Claims & verdicts.\n") and plain.endswith("Source: a <page>")
    assert "1.1-02" in plain and "https://a.org" not in plain
