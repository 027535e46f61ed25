"""What a page weighs, and that it needs nothing but its own folder."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from .conftest import Seen
from .test_book import PAGES

pytestmark = pytest.mark.book
ROOT = Path(__file__).parents[2]
Seeing = Callable[[str, int], Seen]
# With all that it loads and before any of it is compressed; a third of it is the theme's style and font of icons.
LIMIT = 1_800_000
# The list of every claim is as long as it is, and so are the relations by period and teller.
LONG = {"audit": 2_900_000, "2-3-relations": 2_100_000}
# What would tell others who reads, or ask them for something.
ASKING = re.compile(
    r"\bfetch\(|XMLHttpRequest|sendBeacon|new WebSocket|EventSource\(|gtag|google-analytics|plausible|matomo"
)


def loaded(asked: list[str]) -> dict[str, int]:
    """Bytes by file that a page loads."""
    files = {Path(unquote(urlsplit(url).path)) for url in asked if urlsplit(url).scheme == "file"}
    return {path.name: path.stat().st_size for path in files}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_with_all_that_it_loads_is_below_the_limit(seen: Seeing, name: str) -> None:
    files = loaded(seen(name, 1200).asked)
    assert f"{name}.html" in files
    assert "afpak.css" in files
    # The largest first, for whoever has to make it lighter.
    largest = sorted(files.items(), key=lambda file: -file[1])[:6]
    assert sum(files.values()) <= LONG.get(name, LIMIT), largest


@pytest.mark.parametrize("name", PAGES)
def test_a_page_leaves_out_what_only_the_search_needs(seen: Seeing, name: str) -> None:
    files = loaded(seen(name, 1200).asked)
    assert {"fontawesome.js", "searchindex.js", "afpak-places.js", "minisearch-7.2.0.js"} & set(files) == set()


@pytest.mark.parametrize("name", (*PAGES, "search"))
def test_scripts_styles_and_pictures_of_a_page_are_files_of_the_book(published: Path, name: str) -> None:
    html = published / "html"
    text = (html / f"{name}.html").read_text(encoding="utf-8")
    loading = re.findall(r'<(?:script|img|iframe|source|embed)\b[^>]*?\bsrc="([^"]+)"', text)
    loading += re.findall(r'<link\b(?=[^>]*rel="(?:stylesheet|preload|icon)")[^>]*?\bhref="([^"]+)"', text)
    assert len(loading) >= 8
    for address in loading:
        parts = urlsplit(address)
        assert not parts.netloc, address
        assert parts.scheme == "data" or (html / unquote(parts.path)).is_file(), address


def test_no_script_of_the_books_own_asks_another_host_for_anything() -> None:
    # Vega can load files that a specification names; those of this book name none, as the next test says.
    scripts = [path for path in sorted((ROOT / "book").rglob("*.js")) if not path.name.startswith("vega")]
    assert len(scripts) >= 4
    for script in scripts:
        code = re.sub(r"/\*.*?\*/|(?m:^\s*//.*$)", "", script.read_text(encoding="utf-8"), flags=re.S)
        assert ASKING.findall(code) == [], script.name


def test_no_view_names_a_file_to_load(published: Path) -> None:
    pages = [path.read_text(encoding="utf-8") for path in sorted((published / "html").glob("*.html"))]
    held = [one for page in pages for one in re.findall(r'(?s)class="afpak-view-held">(.*?)</script>', page)]
    assert len(held) == 3
    for one in held:
        # All data are rows that the specification holds by name.
        assert {tuple(data) for data in sources(json.loads(one)["spec"])} == {("name",)}


def sources(spec: object) -> Iterator[Mapping[str, object]]:
    """Every ``data`` of a specification."""
    if isinstance(spec, dict):
        yield from [spec["data"]] if isinstance(spec.get("data"), dict) else []
        for name, value in spec.items():
            yield from sources(value) if name != "datasets" else ()
    elif isinstance(spec, list):
        for value in spec:
            yield from sources(value)


def test_what_would_ask_another_host_would_be_noticed() -> None:
    for code in ("fetch('x')", "new XMLHttpRequest()", "navigator.sendBeacon('x')", "new WebSocket('x')"):
        assert ASKING.findall(code)


def test_the_script_of_the_search_is_the_one_of_its_package() -> None:
    script = ROOT / "book" / "_on_demand" / "_static" / "vendor" / "minisearch-7.2.0.js"
    # Of dist/umd/index.js in version 7.2.0 of the npm package minisearch, without its line on a source map.
    assert (
        hashlib.sha256(script.read_bytes()).hexdigest()
        == "4e02b9fa52f244c377d737c7d06cda6bce967d137254e8532d6c79f68469bef3"
    )
    assert "Permission is hereby granted, free of charge" in (script.parent / "minisearch-LICENSE.txt").read_text(
        "utf-8"
    )
