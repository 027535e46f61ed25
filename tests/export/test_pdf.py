"""Parts of the PDF that need no browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfWriter

from afpak.export.pdf import find_browser, headings, spaced
from afpak.export.source import Book, Page
from afpak.problems import InputError


def test_headings_are_read_as_they_show() -> None:
    body = "<h1>1.5 Dealing with <em>terror</em>:\n the &amp; measures</h1><p>no</p><h3 id='x'>Before</h3>"
    book = Book("some", "Some", "2022-01-31", Path("html"), (Page("a", "A", "", body),))
    assert headings(book) == ["1.5 Dealing with terror: the & measures", "Before"]


def test_bookmarks_have_the_words_of_their_headings() -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    first = writer.add_outline_item(title="The counter-terrorismmeasures", page_number=0)
    writer.add_outline_item(title="Beforeand after", page_number=0, parent=first)
    writer.add_outline_item(title="Of no heading", page_number=0)
    spaced(writer, ["Before and after", "The counter-terrorism measures"])
    top, nested, other = writer.outline
    assert top.title == "The counter-terrorism measures"
    assert [one.title for one in nested] == ["Before and after"]
    assert other.title == "Of no heading"


def test_a_browser_that_is_not_there_is_told_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match=r"(?i)chromium"):
        find_browser()
