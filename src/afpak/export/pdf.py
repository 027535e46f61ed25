"""The whole book as one PDF, printed by Chromium.

Only a print tells on which page a chapter begins. So the contents are printed a second time, with these numbers and
without the chapters, and what their pages show takes the place of what the first print shows there.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape, unescape
from pathlib import Path
from typing import Any

from pikepdf import Dictionary, NameTree, Object, ObjectStreamMode, Pdf, Stream

from afpak.export.source import AUTHOR, BOOK, LANGUAGE, LICENCE, Book, address
from afpak.export.target import folder_of
from afpak.problems import InputError

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_SECONDS = 400
_STYLE = (Path(__file__).parent / "print.css").read_text


class PrintError(InputError):
    """Chromium did not print; the message says what it said."""


def find_browser(given: Path | None = None) -> Path:
    """Path of Chromium.

    Raises
    ------
    InputError
        If there is none, with what to install.
    """
    if given is not None:
        if not given.is_file():
            raise InputError([f"{given}: no such program; --chromium takes the path of Chromium or Chrome"])
        return given
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise InputError(
            [
                f"none of {', '.join(BROWSERS)} is installed, and one of them prints the PDF; install Chromium "
                "(Debian: apt-get install chromium) or name it: --chromium PATH"
            ]
        )
    return Path(found)


def write_pdf(book: Book, output: Path, browser: Path) -> int:
    """Print the book, put it in place whole, and give its number of pages.

    Parameters
    ----------
    book : Book
        Read with an empty suffix.
    output : Path
        The file; its folder is made if need be.
    browser : Path
        Chromium.
    """
    with tempfile.TemporaryDirectory(prefix=f".{output.name}.", dir=folder_of(output)) as name:
        folder = Path(name).resolve()
        if (book.html / "_images").is_dir():
            shutil.copytree(book.html / "_images", folder / "_images")
        with Pdf.open(_print(document(book), folder, browser)) as printed:
            numbers = begins(printed, book)
            bare = replace(book, pages=tuple(replace(page, body="") for page in book.pages))
            with Pdf.open(_print(document(bare, numbers), folder, browser)) as contents:
                fill_in(printed, contents, min(numbers.values()) - 1)
            # The day of printing would make each print another file; the edition's own date is the one that matters.
            day = f"D:{book.as_of.replace('-', '')}120000Z"
            told = {"/Title": f"{BOOK}: {book.title}", "/Author": AUTHOR, "/CreationDate": day, "/ModDate": day}
            printed.trailer["/Info"] = printed.make_indirect(Dictionary(told))
            printed.Root["/Lang"] = LANGUAGE
            spaced(printed, headings(book))
            share(printed)
            finished = folder / "finished.pdf"
            # The structure that screen readers follow is a hundred thousand small objects, which pack well together.
            printed.save(finished, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)
            pages = len(printed.pages)
        finished.replace(output)
    return pages


def headings(book: Book) -> list[str]:
    """Text of every heading."""
    found = (heading for page in book.pages for heading in re.findall(r"(?s)<h[1-6][^>]*>(.*?)</h[1-6]>", page.body))
    return [" ".join(unescape(re.sub(r"<[^>]+>", "", heading)).split()) for heading in found]


def spaced(printed: Pdf, titles: Sequence[str]) -> None:
    """Give bookmarks the words of their headings: Chromium leaves out the space at which a heading was broken."""
    by_letters = {"".join(title.split()): title for title in titles}
    waiting = [printed.Root.get("/Outlines")]
    while waiting:
        one = waiting.pop()
        if one is None:
            continue
        if "/Title" in one:
            title = str(one["/Title"])
            one["/Title"] = by_letters.get("".join(title.split()), title)
        waiting += [one.get(name) for name in ("/First", "/Next")]


def begins(printed: Pdf, book: Book) -> dict[str, int]:
    """On which page each chapter begins, counted from 1, by its name.

    Raises
    ------
    PrintError
        If the print lacks one of them.
    """
    places = _places(printed)
    pages = {page.obj.objgen: number for number, page in enumerate(printed.pages, start=1)}
    found = {}
    for page in book.pages:
        place = places.get(address(page.name))
        number = pages.get(place[0].objgen) if place is not None else None
        if number is None:
            raise PrintError([f"the print has no place for the chapter {page.name}; version 131 or newer is needed"])
        found[page.name] = number
    return found


def _places(printed: Pdf) -> dict[str, Object]:
    """Named places of a print: arrays that begin with a page. Chromium lists them in one of two ways."""
    listed = printed.Root.get("/Dests", Dictionary()).items()
    tree = printed.Root.get("/Names", Dictionary()).get("/Dests")
    named = NameTree(tree).items() if tree is not None else ()
    places = {str(name).removeprefix("/"): place for name, place in (*listed, *named)}
    return {name: place["/D"] if isinstance(place, Dictionary) else place for name, place in places.items()}


def fill_in(printed: Pdf, contents: Pdf, count: int) -> None:
    """Have the first pages of a print show what those of another show; links, bookmarks and structure stay.

    Raises
    ------
    PrintError
        If the other was laid out in another way, so that its pages would not fit.
    """
    for number in range(count):
        page, other = printed.pages[number], contents.pages[number]
        if len(page.get("/Annots", [])) != len(other.get("/Annots", [])):
            raise PrintError([f"page {number + 1} of the contents was laid out in two ways; print again"])
        for name in ("/Contents", "/Resources"):
            page[name] = printed.copy_foreign(contents.make_indirect(other[name]))


def share(printed: Pdf) -> None:
    """Keep each picture once: Chromium writes the hatch of a bar, which it prints as one, anew for each bar."""
    first: dict[tuple[Any, ...], Object] = {}
    instead: dict[tuple[int, int], Object] = {}
    pictures = [one for one in printed.objects if isinstance(one, Stream) and one.get("/Subtype") == "/Image"]
    # Those that are masks of others come first, so that two pictures can be seen to have the same mask.
    for one in sorted(pictures, key=lambda one: "/SMask" in one):
        if "/SMask" in one:
            one["/SMask"] = instead[one["/SMask"].objgen]
        mask = one["/SMask"].objgen if "/SMask" in one else None
        told = (mask, *(repr(value) for name, value in sorted(one.items()) if name not in ("/SMask", "/Length")))
        instead[one.objgen] = first.setdefault((told, one.read_raw_bytes()), one)
    for holder in printed.objects:
        if not isinstance(holder, Dictionary | Stream):
            continue
        held = holder.get("/Resources", Dictionary()).get("/XObject", Dictionary())
        for name, shown in held.items():
            if shown.objgen in instead:
                held[name] = instead[shown.objgen]


def document(book: Book, numbers: Mapping[str, int] | None = None) -> str:
    """The book as one page of HTML: title, contents with the given page numbers, chapters."""
    headers = "".join(
        f'@page c{place} {{ @top-left {{ content: "{_css(page.title)}"; }} }} .c{place} {{ page: c{place}; }}\n'
        for place, page in enumerate(book.pages)
    )
    contents, part = [], ""
    for page in book.pages:
        if page.part != part:
            part = page.part
            contents.append(f'<li class="part">{escape(part)}</li>')
        number = (numbers or {}).get(page.name, "000")
        contents.append(
            f'<li><a href="#{address(page.name)}"><span>{escape(page.title)}</span><i></i>'
            f"<span>{number}</span></a></li>"
        )
    chapters = "".join(
        f'<div class="chapter c{place}" id="{address(page.name)}">{_opened(page.body)}</div>\n'
        for place, page in enumerate(book.pages)
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{LANGUAGE}"><head><meta charset="utf-8"><title>{BOOK}</title>'
        f"<style>{_STYLE(encoding='utf-8')}{headers}</style></head><body>"
        f'<div class="front"><p class="title">{BOOK}</p>'
        "<p>A reproducible reading of “Dealing with TTP and IS-K”</p>"
        f'<p class="edition">{escape(book.title)}<br>Nothing later than {book.as_of} enters it.</p>'
        f"<p>{LICENCE}</p><p>To cite it: {escape(book.citation)}</p></div>"
        f'<div class="contents"><h2>Contents</h2><ul>{"".join(contents)}</ul></div>{chapters}</body></html>'
    )


def _opened(body: str) -> str:
    """Folded parts open: paper has nothing to unfold."""
    return body.replace("<details", "<details open")


def _css(text: str) -> str:
    """Text within quotation marks in a style sheet."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\3c ")


def _print(html: str, folder: Path, browser: Path) -> Path:
    """Print HTML that stands in a folder with its pictures and asks for nothing else."""
    page, printed = folder / "book.html", folder / "book.pdf"
    page.write_text(html, encoding="utf-8")
    printed.unlink(missing_ok=True)
    command = [str(browser), "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    command += ["--hide-scrollbars"]
    command += [f"--user-data-dir={folder / 'profile'}", "--no-pdf-header-footer", "--generate-pdf-document-outline"]
    command += [f"--print-to-pdf={printed}", page.as_uri()]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS)
        said = (done.stderr.strip().splitlines() or ["nothing"])[-1]
    except subprocess.TimeoutExpired:
        said = f"it was not done after {_SECONDS} seconds"
    if not printed.is_file():
        raise PrintError([f"{browser.name} did not print the book: {said}; version 131 or newer is needed"])
    return printed
