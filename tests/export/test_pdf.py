"""Parts of the PDF that need no browser."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pikepdf import Dictionary, Name, OutlineItem, Pdf
from pypdf import PdfReader

from afpak.export.pdf import find_browser, headings, share, spaced
from afpak.export.source import Book, Page
from afpak.problems import InputError


def test_headings_are_read_as_they_show() -> None:
    body = "<h1>1.5 Dealing with <em>terror</em>:\n the &amp; measures</h1><p>no</p><h3 id='x'>Before</h3>"
    book = Book("some", "Some", "2022-01-31", Path("html"), (Page("a", "A", "", body),))
    assert headings(book) == ["1.5 Dealing with terror: the & measures", "Before"]


def test_bookmarks_have_the_words_of_their_headings() -> None:
    printed = Pdf.new()
    printed.add_blank_page(page_size=(100, 100))
    with printed.open_outline() as outline:
        first = OutlineItem("The counter-terrorismmeasures", 0)
        first.children.append(OutlineItem("Beforeand after", 0))
        outline.root.extend([first, OutlineItem("Of no heading", 0)])
    spaced(printed, ["Before and after", "The counter-terrorism measures"])
    with printed.open_outline() as outline:
        top, other = outline.root
        assert top.title == "The counter-terrorism measures"
        assert [one.title for one in top.children] == ["Before and after"]
        assert other.title == "Of no heading"


def with_pictures(*pictures: tuple[bytes, bytes | None]) -> Pdf:
    """A page with pictures of one pixel, each with its mask if it has one."""
    printed = Pdf.new()
    printed.add_blank_page(page_size=(100, 100))
    shown = {}
    for place, (content, mask) in enumerate(pictures):
        one = printed.make_stream(content, Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1)
        if mask is not None:
            one.SMask = printed.make_stream(mask, Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1)
        shown[f"/x{place}"] = one
    printed.pages[0].Resources = Dictionary(XObject=Dictionary(shown))
    return printed


def written(printed: Pdf) -> PdfReader:
    file = io.BytesIO()
    printed.save(file)
    return PdfReader(file)


def test_a_picture_is_kept_once_and_pictures_that_differ_stay() -> None:
    alike = with_pictures((b"red", b"half"), (b"red", b"half"), (b"red", b"full"), (b"red", None), (b"blue", b"half"))
    share(alike)
    read = written(alike)
    shown = read.pages[0]["/Resources"]["/XObject"]
    assert [
        (one.get_data(), one["/SMask"].get_data() if "/SMask" in one else None)
        for one in (shown[f"/x{place}"].get_object() for place in range(5))
    ] == [(b"red", b"half"), (b"red", b"half"), (b"red", b"full"), (b"red", None), (b"blue", b"half")]
    assert shown.raw_get("/x0") == shown.raw_get("/x1")
    assert len({shown.raw_get(f"/x{place}").idnum for place in range(5)}) == 4
    streams = [read.get_object(number) for number in range(1, len(read.xref_objStm) + read.trailer["/Size"])]
    assert sum(getattr(one, "get", dict)("/Subtype") == "/Image" for one in streams if isinstance(one, dict)) == 6


def test_a_browser_that_is_not_there_is_told_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match=r"(?i)chromium"):
        find_browser()
