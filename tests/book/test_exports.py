"""The book as PDF and as EPUB, bound from the built book and held against its pages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from afpak.build.paths import find_checkout
from afpak.export.epub import SUFFIX, write_epub
from afpak.export.pdf import write_pdf
from afpak.export.source import read_book

pytestmark = pytest.mark.book
ROOT = Path(__file__).parents[2]
XHTML = "{http://www.w3.org/1999/xhtml}"


def needed(program: str) -> Path:
    """Path of a program; without it the tests skip on a newcomer's machine and fail in CI."""
    path = shutil.which(program)
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{program} is not installed")
    return Path(str(path))


def titles(published: Path) -> dict[str, str]:
    """First heading of each page in the table of contents, as the published page has it."""
    found = {}
    for name in ["index", *(name for names in find_checkout(ROOT).parts.values() for name in names)]:
        path = published / "html" / f"{name}.html"
        if path.is_file():
            heading = re.search(r"<h1>(.*?)<a", path.read_text(encoding="utf-8"))
            assert heading
            found[name] = re.sub(r"<[^>]+>|&.*?;", "", heading[1]).strip()
    return found


@pytest.fixture(scope="session")
def printed(published: Path, tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    """The book as PDF."""
    output = tmp_path_factory.mktemp("pdf") / "book.pdf"
    write_pdf(read_book(published, find_checkout(ROOT).parts), output, needed("chromium"))
    assert [path.name for path in output.parent.iterdir()] == ["book.pdf"]
    return PdfReader(output)


@pytest.fixture(scope="session")
def bound(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book as EPUB."""
    output = tmp_path_factory.mktemp("epub") / "book.epub"
    write_epub(read_book(published, find_checkout(ROOT).parts, SUFFIX), output)
    return output


def test_every_chapter_has_a_bookmark_and_begins_where_the_contents_say(printed: PdfReader, published: Path) -> None:
    bookmarks = {
        re.sub(r"\s+", " ", str(one.title)): printed.get_destination_page_number(one)
        for one in printed.outline
        if not isinstance(one, list)
    }
    nested = [printed.outline]
    while nested:
        for one in nested.pop():
            if isinstance(one, list):
                nested.append(one)
            else:
                bookmarks.setdefault(str(one.title), printed.get_destination_page_number(one))
    contents = " ".join((printed.pages[1].extract_text() + " " + printed.pages[2].extract_text()).split())
    for name, title in titles(published).items():
        assert title in bookmarks, name
        number = (bookmarks[title] or 0) + 1
        assert re.search(rf"{re.escape(title)}[ .]*{number}\b", contents), name
        assert title.split()[0] in printed.pages[number - 1].extract_text()


def test_links_within_the_pdf_lead_somewhere_and_none_to_a_file(printed: PdfReader) -> None:
    known, internal = set(printed.named_destinations), 0
    for page in printed.pages:
        for annotation in page.get("/Annots") or []:
            link = annotation.get_object()
            action = link["/A"].get_object() if "/A" in link else {}
            assert not str(action.get("/URI", "")).startswith("file:")
            if "/Dest" in link:
                internal += 1
                assert str(link["/Dest"]) in known
    assert internal > 500


def test_drawings_stay_vectors_fonts_are_embedded_and_metadata_tells_the_book(printed: PdfReader) -> None:
    fonts, pictures = set(), 0
    for page in printed.pages:
        resources = page["/Resources"].get_object()
        for one in resources.get("/Font", {}).values():
            font = one.get_object()
            below = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            if font["/Subtype"] != "/Type3":
                fonts.add("/FontFile2" in (d := below["/FontDescriptor"].get_object()) or "/FontFile3" in d)
        for one in resources.get("/XObject", {}).values():
            pictures += one.get_object()["/Subtype"] == "/Image"
    assert fonts == {True}
    assert pictures == 0
    assert printed.metadata is not None
    assert str(printed.metadata.title).startswith("After the Withdrawal")
    assert printed.trailer["/Root"]["/Lang"] == "en"
    assert round(float(printed.pages[0].mediabox.height)) == 842


def test_the_epub_is_well_formed_and_holds_every_page_without_a_script(bound: Path, published: Path) -> None:
    with zipfile.ZipFile(bound) as book:
        assert book.namelist()[0] == "mimetype"
        assert book.read("mimetype") == b"application/epub+zip"
        for name, title in titles(published).items():
            tree = ElementTree.fromstring(book.read(f"book/{name}.xhtml"))
            heading = tree.find(f".//{XHTML}h1")
            assert heading is not None
            assert "".join(heading.itertext()).strip() == title
            assert tree.find(f".//{XHTML}script") is None
            assert all(one.get("alt") for one in tree.iter(f"{XHTML}img"))
            shown = [one.get("src") for one in tree.iter(f"{XHTML}img")]
            # A reader on a narrow screen is given the drawing made for one.
            narrow = [one.get("srcset") for one in tree.iter(f"{XHTML}source")]
            assert {f"book/{path}" for path in (*shown, *narrow)} <= set(book.namelist())
            assert len(narrow) == len(list(tree.iter(f"{XHTML}figure")))


def test_the_epub_is_the_same_bytes_each_time(bound: Path, published: Path, tmp_path: Path) -> None:
    write_epub(read_book(published, find_checkout(ROOT).parts, SUFFIX), tmp_path / "again.epub")
    assert (tmp_path / "again.epub").read_bytes() == bound.read_bytes()


def test_epubcheck_finds_nothing_wrong(bound: Path) -> None:
    program = needed("epubcheck").resolve()
    command = ["java", "-jar", program] if zipfile.is_zipfile(program) else [program]
    done = subprocess.run([*command, "--failonwarnings", bound], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
