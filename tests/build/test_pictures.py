"""A figure on a page: both its drawings, one of them for narrow screens."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup

from afpak.build.book import BookError, compile_book
from afpak.build.pictures import MEDIA, twin

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 22)
FIGURE = (
    ":::{figure} figures/a/fall.svg\n:name: figure-a-fall\n:alt: It falls.\n:class: afpak-figure\n\nThe fall\n:::\n"
)
PAGE = f"# A page\n\n{FIGURE}\n![Another](figures/a/other.svg)\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A book of one page with two drawings, one of them a figure, and the extension of the real one."""
    (tmp_path / "source" / "figures" / "a").mkdir(parents=True)
    options = {
        "title": "Tiny",
        "execute": {"execute_notebooks": "off"},
        "parse": {"myst_enable_extensions": ["colon_fence"]},
    }
    options["sphinx"] = {"config": {"numfig": True}}
    real = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]["extensions"]
    options["sphinx"]["config"]["extensions"] = [name for name in real if name != "sphinxcontrib.bibtex"]
    (tmp_path / "source" / "_config.yml").write_text(yaml.safe_dump(options))
    (tmp_path / "source" / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    (tmp_path / "source" / "index.md").write_text(PAGE)
    for name in ("fall", "fall-phone", "other"):
        svg = f'<svg xmlns="http://www.w3.org/2000/svg"><title>{name}</title></svg>'
        (tmp_path / "source" / "figures" / "a" / f"{name}.svg").write_text(svg)
    return tmp_path / "source"


def test_a_figure_is_a_picture_of_two_drawings_with_one_alternative(source: Path, tmp_path: Path) -> None:
    html = compile_book(source, tmp_path / "out", DAY)
    page = BeautifulSoup((html / "index.html").read_text(encoding="utf-8"), "html.parser")
    (held,) = page.select("article picture")
    assert held.find_parent("figure")["id"] == "figure-a-fall"
    narrow, wide = held.find_all(True)
    assert (narrow.name, narrow["media"], wide.name, wide["alt"]) == ("source", MEDIA, "img", "It falls.")
    for one, address in (("fall-phone", narrow["srcset"]), ("fall", wide["src"])):
        assert f"<title>{one}</title>" in (html / address).read_text(encoding="utf-8")
    assert [image["alt"] for image in page.select("article img") if not image.find_parent("picture")] == ["Another"]


def test_a_figure_without_the_drawing_for_a_phone_stops_the_book(source: Path, tmp_path: Path) -> None:
    (source / "figures" / "a" / "fall-phone.svg").unlink()
    with pytest.raises(BookError, match=r"fall-phone\.svg"):
        compile_book(source, tmp_path / "out", DAY)


def test_a_twin_stands_beside_the_drawing_for_a_column() -> None:
    assert twin("figures/1-1/fall.svg", "phone") == "figures/1-1/fall-phone.svg"
    assert twin("fall.of.svg", "card") == "fall.of-card.svg"


def test_the_style_sheet_has_the_same_bound_for_a_narrow_screen() -> None:
    rules = (ROOT / "book" / "_static" / "afpak.css").read_text(encoding="utf-8")
    (bound,) = re.findall(r"@media ([^{]+?) \{ figure \.afpak-figure", rules)
    assert bound == MEDIA
