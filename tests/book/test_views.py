"""The views of the book as a browser shows them, from the files alone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import Browser, Locator, Page

from .conftest import ROOT, watched

# The page of each view, its name, and the still figure that stands for it.
VIEWS = {
    "1-4-incidents": ("counts-to-choose", "incidents-side-by-side"),
    "1-2-factions": ("genealogy-to-follow", "genealogy"),
    "2-3-relations": ("relations-to-choose", "network-record"),
}
MOST = 1_500_000  # bytes that a view may add to a page
every_view = pytest.mark.parametrize("name", VIEWS)


@contextmanager
def opened(published: Path, browser: Browser, name: str, width: int = 1000, **options: Any) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 900}, **options)
    tab = context.new_page()
    tab.goto((published / "html" / f"{name}.html").as_uri())
    yield tab
    context.close()


def view(tab: Page, name: str) -> Locator:
    return tab.locator(f"#view-{name}-{VIEWS[name][0]}")


def drawn(box: Locator, after: Callable[[], object]) -> None:
    """Do something that draws anew, and wait until it is done."""
    before = box.get_attribute("data-drawn") or ""
    after()
    box.page.wait_for_function(
        "([id, before]) => (document.getElementById(id).dataset.drawn || '') !== before",
        arg=[box.get_attribute("id"), before],
    )


def explore(tab: Page, name: str) -> Locator:
    box = view(tab, name)
    drawn(box, box.get_by_role("button", name="Explore this figure").click)
    return box


def told(box: Locator) -> str:
    return box.locator(".afpak-view-told").inner_text()


def marks(box: Locator) -> list[str]:
    """What is said of each mark of the drawing to those who can't see it."""
    return [
        label
        for label in box.locator("svg [aria-roledescription]").evaluate_all(
            "all => all.filter(one => one.tagName === 'path').map(one => one.getAttribute('aria-label') || '')"
        )
        if label
    ]


@every_view
@pytest.mark.parametrize("width", [320, 768, 1440])
def test_a_view_is_drawn_from_the_files_alone_without_errors_and_in_the_width_there_is(
    published: Path, browser: Browser, name: str, width: int
) -> None:
    with opened(published, browser, name, width) as tab:
        errors, asked = watched(tab)
        box = explore(tab, name)
        assert box.locator("svg.marks").is_visible()
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        assert box.locator("svg.marks").bounding_box()["width"] <= width
        assert errors == []
        assert {address.partition("://")[0] for address in asked} == {"file"}
        assert "marks. Hover over one" in told(box)


@every_view
def test_a_view_follows_the_window_and_back(published: Path, browser: Browser, name: str) -> None:
    with opened(published, browser, name, 1440) as tab:
        box = explore(tab, name)
        widths = []
        for width in (1440, 900, 320, 1440):
            tab.set_viewport_size({"width": width, "height": 900})
            tab.wait_for_function(
                "id => { const chart = document.querySelector(`#${id} .afpak-view-chart`);"
                " return Math.abs(chart.querySelector('svg').clientWidth - chart.clientWidth) <= 1; }",
                arg=box.get_attribute("id"),
            )
            widths.append(box.locator("svg.marks").bounding_box()["width"])
        assert widths[0] == widths[3] < 1000
        assert widths[2] < 320


@every_view
def test_nothing_is_loaded_before_a_view_is_asked_for_and_little_then(
    published: Path, browser: Browser, name: str
) -> None:
    with opened(published, browser, name) as tab:
        assert not tab.evaluate("'vega' in window || 'vegaEmbed' in window")
        _, asked = watched(tab)
        explore(tab, name)
        scripts = [Path(address.removeprefix("file://")) for address in asked]
        assert [path.name.partition("-")[0] for path in scripts] == ["vega"] * 3
    page = (published / "html" / f"{name}.html").read_text(encoding="utf-8")
    (block,) = re.findall(r'(?s)<div class="afpak-view".*?<script defer', page)
    own = [published / "html" / "_static" / f"afpak-views.{kind}" for kind in ("mjs", "css")]
    assert len(block.encode()) + sum(path.stat().st_size for path in [*scripts, *own]) < MOST


def test_pages_without_a_view_have_nothing_of_it(published: Path) -> None:
    pages = {page.stem: page.read_text(encoding="utf-8") for page in (published / "html").glob("*.html")}
    assert {name for name, text in pages.items() if 'class="afpak-view' in text or "afpak-views.mjs" in text or "vega" in text} == set(VIEWS)


@every_view
def test_without_scripts_the_still_figure_and_the_values_are_there(
    published: Path, browser: Browser, name: str
) -> None:
    with opened(published, browser, name, java_script_enabled=False) as tab:
        assert tab.locator(f"#figure-{name}-{VIEWS[name][1]} img").is_visible()
        box = view(tab, name)
        assert box.get_by_role("button").count() == 0
        box.locator("summary").click()
        assert box.locator("table").is_visible()


@every_view
def test_on_paper_the_still_figure_stands_for_the_view(published: Path, browser: Browser, name: str) -> None:
    with opened(published, browser, name) as tab:
        box = explore(tab, name)
        tab.emulate_media(media="print")
        assert not box.is_visible()
        assert tab.locator(f"#figure-{name}-{VIEWS[name][1]} img").is_visible()


@every_view
def test_every_control_has_a_name_and_the_keyboard_reaches_and_works_it(
    published: Path, browser: Browser, name: str
) -> None:
    with opened(published, browser, name) as tab:
        box = view(tab, name)
        box.get_by_role("button", name="Explore this figure").focus()
        drawn(box, lambda: tab.keyboard.press("Enter"))
        controls = box.locator(".afpak-view-panel :is(button, select, input)")
        for control in controls.all():
            assert control.evaluate(
                "one => one.tagName === 'BUTTON' ? one.textContent : one.labels[0].textContent"
            ).strip()
        reached = set()
        for _ in range(controls.count() + 1):
            tab.keyboard.press("Tab")
            reached.add(tab.evaluate("document.activeElement.outerHTML"))
        assert {control.evaluate("one => one.outerHTML") for control in controls.all()} <= reached
        box.get_by_role("button", name="Next").focus()
        drawn(box, lambda: tab.keyboard.press("Enter"))
        assert re.match(r"1 of \d+\. ", told(box))
        drawn(box, lambda: tab.keyboard.press("Enter"))
        assert re.match(r"2 of \d+\. ", told(box))
        # What was reached stays reached: drawing anew takes the place from nobody.
        assert tab.evaluate("document.activeElement.textContent") == "Next"


def test_series_are_chosen_and_what_each_counts_is_told(published: Path, browser: Browser) -> None:
    rows = pd.read_csv(published / "data" / "series" / "annual.csv", dtype=str)
    own = rows[(rows["series"] == "NACTA/MoI") & (rows["place"] == "Pakistan") & (rows["group"] == "all")]
    incidents = own[own["metric"] == "terrorist_incidents"].drop_duplicates(["period", "value"])
    with opened(published, browser, "1-4-incidents") as tab:
        box = explore(tab, "1-4-incidents")
        drawn(box, box.get_by_role("button", name="None").click)
        assert told(box) == "Nothing is told for this choice."
        assert box.locator("svg.marks").count() == 0
        drawn(box, box.get_by_role("checkbox", name="NACTA/MoI").check)
        assert told(box).startswith(f"{len(incidents)} marks.")
        shown = marks(box)
        for period, value in zip(incidents["period"], incidents["value"], strict=True):
            assert any(f"NACTA/MoI, {period}: {int(value):,} incidents." in one for one in shown)
        assert box.locator(".afpak-view-notes li").count() == 1
        drawn(box, lambda: box.get_by_role("combobox", name="What is counted").select_option("deaths"))
        assert all("deaths." in one for one in marks(box))
        assert "deaths" in box.locator("svg.marks").text_content()
        before = box.locator("svg.marks").inner_html()
        drawn(box, lambda: box.get_by_role("combobox", name="Scale").select_option("log"))
        assert box.locator("svg.marks").inner_html() != before
        drawn(box, box.get_by_role("button", name="All").click)
        assert box.locator(".afpak-view-notes li").count() > 1


def test_a_mark_tells_of_itself_when_it_is_hovered_over(published: Path, browser: Browser) -> None:
    with opened(published, browser, "1-4-incidents") as tab:
        box = explore(tab, "1-4-incidents")
        drawn(box, box.get_by_role("button", name="None").click)
        drawn(box, box.get_by_role("checkbox", name="NACTA/MoI").check)
        mark = box.locator("svg path[aria-label^='NACTA/MoI, 2010']").first
        mark.hover()
        assert told(box).startswith("NACTA/MoI, 2010: ")
        assert tab.locator("#vg-tooltip-element").inner_text().startswith("NACTA/MoI, 2010: ")


def test_an_organisation_is_followed_and_the_others_grow_faint(published: Path, browser: Browser) -> None:
    events = pd.read_csv(published / "data" / "record" / "faction_events.csv", dtype=str)
    own = events[
        ((events["subject"] == "jamaat-ul-ahrar") | (events["object"] == "jamaat-ul-ahrar"))
        & ~events["kind"].isin(["talks", "ceasefire", "ceasefire-end"])
    ]
    with opened(published, browser, "1-2-factions") as tab:
        box = explore(tab, "1-2-factions")
        faint = "all => all.filter(one => one.getAttribute('opacity') === '0.15').length"
        assert box.locator("svg path").evaluate_all(faint) == 0
        drawn(box, lambda: box.get_by_role("combobox", name="Follow").select_option("jamaat-ul-ahrar"))
        assert told(box).startswith(f"{len(own)} marks.")
        assert box.locator("svg path").evaluate_all(faint) > 0
        seen = []
        for _ in range(len(own)):
            drawn(box, box.get_by_role("button", name="Next").click)
            seen.append(told(box))
        assert all(any(summary in one for one in seen) for summary in own["summary"])
        assert all("Source: " in one and "(known to the " in one for one in seen)


def test_a_period_and_a_teller_are_chosen(published: Path, browser: Browser) -> None:
    with opened(published, browser, "2-3-relations") as tab:
        box = explore(tab, "2-3-relations")
        first = box.get_by_role("combobox", name="Period").locator("option").first.inner_text()
        drawn(box, lambda: box.get_by_role("combobox", name="Period").select_option(first))
        drawn(box, lambda: box.get_by_role("combobox", name="As told by").select_option("paper"))
        shown = [one for one in marks(box) if ", as the " in one]
        assert shown
        assert all(f"as the paper has it, {first}" in one for one in shown)
        assert told(box).startswith(f"{len(shown)} marks.")
        # A sign is a mark and, in the key, a word; never a colour alone.
        letters = set(box.locator("svg text").all_text_contents()) & {"+", "−", "±"}
        assert letters >= {"+", "−"}
        assert box.locator(".afpak-view-key").inner_text().split() == ["+", "together", "−", "against", "±", "mixed"]


@pytest.mark.parametrize(
    ("script", "digest"),
    [
        ("vega-6.4.0", "8f6a3587cf8d4f42c7e08120e3eb05d067e746d554e39d2dcf52acc0bd5ba28f"),
        ("vega-lite-6.4.1", "aeb23656e635221d797b0588e25bf5a8a885c842100f89b70bdc7e41d8282d2e"),
        ("vega-embed-7.3.0", "6719f03edf72beff23310ee56cd0f1a9ebbf7ddcc656d3e5cc2f9067ab835671"),
    ],
)
def test_each_vendored_script_is_the_one_of_its_package(script: str, digest: str) -> None:
    # Of build/*.min.js in the npm package of that name and version, without its line on a source map.
    path = ROOT / "book" / "_static" / "vendor" / f"{script}.min.mjs"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
    licence = path.parent / f"{script.rpartition('-')[0]}-LICENSE.txt"
    assert "Redistribution and use in source and binary forms" in licence.read_text(encoding="utf-8")
