"""The pages of a published build, less what only a screen can use, ready to be bound into one book."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from posixpath import basename
from urllib.parse import unquote

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from afpak.problems import InputError

BOOK = "After the Withdrawal"
AUTHOR = "The afpak project"
LANGUAGE = "en"
LICENCE = "Text and tables: Creative Commons Attribution 4.0 International (CC BY 4.0). Code: MIT licence."
FRONT = "index"
# What a page has for a screen alone: scripts, controls, links to itself, code that the page has folded away.
_SCREEN_ONLY = (
    "script, noscript, style, template, iframe, .headerlink, button, input, select, form, .afpak-controls, "
    ".toctree-wrapper, #searchbox, details.above-input, .vega-embed, svg, link"
)


@dataclass(frozen=True)
class Page:
    """One page of the book: its name, its title, the part that it stands in, and what it shows as well-formed XML."""

    name: str
    title: str
    part: str
    body: str


@dataclass(frozen=True)
class Book:
    """A published edition: its name, title, as-of date, folder of pages, and its pages in order."""

    name: str
    title: str
    as_of: str
    html: Path
    pages: tuple[Page, ...]

    @property
    def citation(self) -> str:
        """How to cite it."""
        return f"{AUTHOR}: {BOOK}. Edition “{self.title}”, as of {self.as_of}."


def read_book(folder: Path, parts: Mapping[str, Sequence[str]], suffix: str = "") -> Book:
    """Read a published build.

    Parameters
    ----------
    folder : Path
        Folder of the build.
    parts : mapping of str to sequence of str
        Names of pages by the part that they stand in; those that the edition lacks are left out.
    suffix : str
        What follows the name of a page in the addresses of links: empty if all pages stand in one file.

    Raises
    ------
    InputError
        If its front page is missing.
    """
    html = folder / "html"
    if not (html / f"{FRONT}.html").is_file():
        raise InputError([f"{folder.name}: the build has no pages; run: afpak build {folder.name}"])
    edition = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["edition"]
    places = [("", FRONT), *((part, name) for part, names in parts.items() for name in names)]
    articles = {name: article_of(html / f"{name}.html") for _, name in places if (html / f"{name}.html").is_file()}
    places = [(part, name) for part, name in places if name in articles]
    for name, article in articles.items():
        _name(article, name)
    known = {name: {str(one["id"]) for one in article.find_all(id=True)} for name, article in articles.items()}
    pages = []
    for part, name in places:
        article = articles[name]
        _lead(article, name, known, suffix)
        heading = article.find("h1")
        title = heading.get_text().strip() if heading else name
        pages.append(Page(name, title, part, article.decode_contents(formatter="minimal").strip()))
    return Book(folder.name, edition["title"], edition["as_of"], html, tuple(pages))


def article_of(path: Path) -> Tag:
    """What a page shows, less what only a screen can use."""
    article = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").find("article")
    if not isinstance(article, Tag):
        raise InputError([f"{path.name}: the page has no article; build the edition again"])
    for one in article.select(_SCREEN_ONLY):
        one.decompose()
    for one in article.select("a.download"):
        before = one.previous_sibling
        if isinstance(before, NavigableString) and before.strip() == "·":
            before.extract()
        one.decompose()
    for one in article.select("details.below-input > summary"):
        one.clear()
        one.attrs.pop("aria-label", None)
        one.append("Details")
    for one in article.select("div.cell, div.cell_input, div.cell_output"):
        if not one.get_text(strip=True) and not one.find("img"):
            one.decompose()
    return article


def address(page: str, place: str = "") -> str:
    """Name of a place that is unique in the whole book and a name in XML."""
    return f"p-{page}" + (f"--{re.sub(r'[^A-Za-z0-9_.-]', '-', place)}" if place else "")


def _name(article: Tag, page: str) -> None:
    """Make the names of places unique in the book; of places with one name the first keeps it."""
    seen: set[str] = set()
    for one in article.find_all(id=True):
        name = address(page, str(one["id"]))
        if name in seen:
            del one["id"]
        else:
            one["id"] = name
            seen.add(name)
    for one in article.find_all(True):
        for attribute in ("aria-labelledby", "aria-describedby", "aria-controls", "for"):
            one.attrs.pop(attribute, None)


def _lead(article: Tag, page: str, known: Mapping[str, set[str]], suffix: str) -> None:
    """Have links lead within the book; those to what is not in it become plain words."""
    for link in article.find_all("a", href=True):
        href = str(link["href"])
        if re.match(r"[a-z]+:", href):
            continue
        path, _, place = href.partition("#")
        target = basename(path).removesuffix(".html") if path else page
        if target not in known or (path and not path.endswith(".html")):
            link.unwrap()
            continue
        there = address(target, unquote(place))
        there = there if there in known[target] else ""
        if suffix:
            link["href"] = f"{target}{suffix}" + (f"#{there}" if there else "")
        else:
            link["href"] = f"#{there or address(target)}"
