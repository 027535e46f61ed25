"""The built book for readers with a keyboard, a screen reader, a phone, a dark screen, paper or no script."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from .conftest import settle, watched
from .test_book import PAGES

pytestmark = pytest.mark.book
WIDTHS = (320, 768, 1440)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What colours decide, and what the width of a page does; all else is the same in each of its forms.
OF_COLOUR = ["color-contrast", "link-in-text-block"]
OF_WIDTH = ["target-size", "scrollable-region-focusable", "aria-hidden-focus"]
# Rows of a listing are alike; those of one of hundreds would take a minute.
KEEP_ROWS = (
    """() => document.querySelectorAll(".afpak-listing tbody tr:nth-child(n+16)").forEach(row => row.remove())"""
)
# Words of one place in the style have one contrast, and to work out that of each takes a minute: some of each are kept.
KEEP_SOME = """() => {
  const met = new Map();
  document.querySelectorAll("article :is(p, li, tr, td, dd, dt, span, a, code, em)").forEach(one => {
    if (!one.isConnected) return;
    let place = "";
    for (let up = one; up && up.tagName !== "ARTICLE"; up = up.parentElement) {
      const data = Object.entries(up.dataset).filter(([name]) => name === "verdict").join();
      place += ` ${up.tagName}.${up.className}${data}`;
    }
    met.set(place, (met.get(place) || 0) + 1);
    if (met.get(place) > 3) one.remove();
  });
}"""

Showing = Callable[[str, int, str], Page]


@pytest.fixture(scope="module")
def showing(published: Path, browser: Browser) -> Iterator[Showing]:
    """A page at a width, light or dark; all in one tab, which opens each page once in a row of tests."""
    tab = browser.new_page(color_scheme="light", reduced_motion="reduce")
    # A slow machine takes its time over the page of more than 600 rows.
    tab.set_default_timeout(120_000)
    at: list[object] = []

    def show(name: str, width: int, mode: str) -> Page:
        tab.emulate_media(color_scheme="dark" if mode == "dark" else "light", media="screen")
        tab.set_viewport_size({"width": width, "height": 900})
        if at[:1] != [name]:
            tab.goto((published / "html" / f"{name}.html").as_uri())
            settle(tab)
            tab.evaluate(KEEP_ROWS)
            # Folded parts hold text and code of their own.
            tab.evaluate("() => document.querySelectorAll('article details').forEach((one, i) => one.open = i < 2)")
        expect(tab.locator("html")).to_have_attribute("data-theme", mode)
        if at != [name, width]:
            # The scripts look anew at what scrolls when the window has had its size for a third of a second.
            tab.wait_for_timeout(400)
            at[:] = [name, width]
        return tab

    yield show
    tab.close()


def violations(tab: Page, rules: Sequence[str] = (), without: Sequence[str] = ()) -> dict[str, list[str]]:
    """Elements that break rules of axe-core, by rule; all rules of the levels A and AA if none are named."""
    options = {
        "runOnly": {"type": "rule", "values": [*rules]} if rules else {"type": "tag", "values": RULES},
        "rules": {rule: {"enabled": False} for rule in without},
        "resultTypes": ["violations"],
        "selectors": False,
        "iframes": False,
    }
    found = Axe().run(tab, options=options).response["violations"]
    return {one["id"]: [f"{node['html'][:120]} {node['failureSummary']}" for node in one["nodes"]] for one in found}


# Without a scheme of its own a page follows that of the system.
# Colours don't depend on how wide a window is, nor places on colours.
FORMS = [(320, "light"), (768, "light"), (1440, "light"), (1440, "dark")]
CASES = [(name, width, mode) for name, (width, mode) in product((*PAGES, "search"), FORMS)]


@pytest.mark.parametrize(("name", "width", "mode"), CASES)
def test_no_page_breaks_a_rule_of_accessibility_or_scrolls_sideways(
    showing: Showing, name: str, width: int, mode: str
) -> None:
    tab = showing(name, width, mode)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    if width < WIDTHS[-1]:
        # Colours are those of the widest window, and most else is; the narrowest has least room.
        if width == WIDTHS[0]:
            assert violations(tab, OF_WIDTH) == {}
        return
    if mode == "light":
        assert violations(tab, without=OF_COLOUR) == {}
        tab.evaluate(KEEP_SOME)
    assert violations(tab, OF_COLOUR) == {}


def test_the_rules_of_accessibility_find_what_breaks_them(browser: Browser) -> None:
    tab = browser.new_page()
    tab.set_content(
        '<html lang="en"><title>A page</title><main><h1>One</h1><p style="color: #bbb">pale words</p>'
        '<img src="data:,"><div style="height:20px;overflow:auto"><p style="height:300px">long</p></div></main>'
    )
    assert set(violations(tab)) == {"color-contrast", "image-alt", "scrollable-region-focusable"}
    assert set(violations(tab, OF_COLOUR)) == {"color-contrast"}
    assert set(violations(tab, without=OF_COLOUR)) == {"image-alt", "scrollable-region-focusable"}
    tab.close()


@pytest.fixture
def opened(published: Path, browser: Browser) -> Iterator[Callable[..., Page]]:
    """A page in a tab of its own; whatever is wrong in its console fails the test."""
    contexts: list[Any] = []
    noticed: list[list[str]] = []

    def opening(address: str, width: int = 1440, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        tab: Page = context.new_page()
        tab.set_default_timeout(120_000)
        noted, _ = watched(tab)
        noticed.append(noted)
        tab.goto(f"{(published / 'html').as_uri()}/{address}")
        if options.get("java_script_enabled", True):
            settle(tab)
        return tab

    yield opening
    for context in contexts:
        context.close()
    assert [error for noted in noticed for error in noted] == []


FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  return {
    name: (one.getAttribute("aria-label") || one.textContent || one.name || "").replace(/\\s+/g, " ").trim(),
    tag: one.tagName, ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}"""


def test_the_keyboard_goes_through_a_page_and_its_place_always_shows(opened: Callable[..., Page]) -> None:
    tab = opened("index.html", reduced_motion="reduce")
    tab.keyboard.press("Tab")
    first = tab.evaluate(FOCUSED)
    assert first["name"] == "Skip to main content"
    assert first["seen"]
    met = [first]
    for _ in range(80):
        tab.keyboard.press("Tab")
        at = tab.evaluate(FOCUSED)
        if at["tag"] == "BODY":
            break
        met.append(at)
    assert [one for one in met if not (one["ring"] and one["seen"])] == []
    names = [one["name"] for one in met]
    assert len(set(names)) > 30
    for name in ("Toggle primary sidebar", "Color mode", "Summary and research questions"):
        assert any(name in one for one in names), name


def test_the_skip_link_leads_past_the_menu(opened: Callable[..., Page]) -> None:
    tab = opened("1-4-incidents.html")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.url.endswith("#main-content")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.querySelector('#main-content').contains(document.activeElement)")


def test_the_menu_of_a_phone_opens_and_closes_by_keyboard(opened: Callable[..., Page]) -> None:
    tab = opened("1-4-incidents.html", 320)
    link = tab.locator("nav.bd-links a", has_text="faction history")
    expect(link).not_to_be_in_viewport()
    tab.locator(".primary-toggle").focus()
    tab.keyboard.press("Enter")
    expect(link).to_be_in_viewport()
    tab.keyboard.press("Escape")
    expect(link).not_to_be_in_viewport()
    tab.locator(".primary-toggle").focus()
    tab.keyboard.press("Enter")
    link.focus()
    tab.keyboard.press("Enter")
    expect(tab).to_have_url(re.compile("1-2-factions"))


def test_light_and_dark_are_chosen_by_keyboard(opened: Callable[..., Page]) -> None:
    tab = opened("index.html", color_scheme="light")
    switch = tab.locator(".theme-switch-button:visible").first
    switch.focus()
    shown = set()
    for _ in range(3):
        tab.keyboard.press("Enter")
        expect(switch).to_be_focused()
        shown.add(tab.evaluate("document.documentElement.dataset.mode"))
    assert shown == {"light", "dark", "auto"}


def test_the_search_opens_by_keyboard_and_leads_to_its_page(opened: Callable[..., Page]) -> None:
    tab = opened("1-4-incidents.html")
    tab.keyboard.press("Control+k")
    expect(tab.locator("#pst-search-dialog input")).to_be_focused()
    tab.keyboard.type("1.4-14")
    tab.keyboard.press("Enter")
    expect(tab).to_have_url(re.compile(r"search\.html\?q=1\.4-14"))
    link = tab.locator("#afpak-places a").first
    expect(link).to_have_text("1.4-14")
    link.focus()
    tab.keyboard.press("Enter")
    expect(tab).to_have_url(re.compile(r"audit\.html#claim-1-4-14$"))
    expect(tab.locator("#claim-1-4-14")).to_be_in_viewport(timeout=30_000)


def test_folded_code_opens_by_keyboard_and_is_called_what_it_says(opened: Callable[..., Page]) -> None:
    tab = opened("1-4-incidents.html")
    fold = tab.locator("details.hide").first
    summary = fold.locator("summary")
    assert summary.get_attribute("aria-label") is None
    expect(summary).to_contain_text("Show the code")
    expect(fold.locator("pre")).not_to_be_visible()
    summary.focus()
    tab.keyboard.press("Enter")
    expect(fold.locator("pre")).to_be_visible()


def column(table: Any, number: int) -> list[str]:
    texts: list[str] = table.locator(f"tbody tr td:nth-child({number})").all_inner_texts()
    return [text.strip() for text in texts]


def test_a_table_sorts_by_its_headings_and_filters_by_keyboard(opened: Callable[..., Page]) -> None:
    tab = opened("1-4-incidents.html")
    box = tab.locator(".afpak-sortable", has=tab.locator("#table-1-4-incidents-agreement"))
    table = box.locator("table")
    before = column(table, 4)
    assert len(before) >= 6
    expect(table.locator("caption")).to_be_visible()
    head = table.locator("thead th").nth(3)
    head.locator("button").focus()
    tab.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    # "0.57 (0.35 to 0.90)" stands by its first number, what is missing stands last.
    first = [float(re.split(r"[ (]", text)[0].replace(",", "")) for text in column(table, 4) if text != "–"]
    assert len(set(first)) > 2
    assert first == sorted(first)
    tab.keyboard.press("Space")
    expect(head).to_have_attribute("aria-sort", "descending")
    again = column(table, 4)
    assert [float(text.split(" ")[0].replace(",", "")) for text in again if text != "–"] == sorted(first, reverse=True)
    tab.keyboard.press("Space")
    expect(head).to_have_attribute("aria-sort", "none")
    assert column(table, 4) == before
    word = column(table, 1)[0]
    box.get_by_label("Search this table").focus()
    tab.keyboard.type(word.lower())
    expect(box.get_by_role("status")).to_have_text(re.compile(rf"^\d+ of {len(before)} rows$"))
    shown = box.locator("tbody tr").all_inner_texts()
    assert 0 < len(shown) < len(before)
    assert all(word in text for text in shown)


SORTED = {
    "numbers": (["1,234", "−3.5", "–", "12", "0.57 (0.35 to 0.90)", "< 0.001", "34 %"],
                ["−3.5", "< 0.001", "0.57 (0.35 to 0.90)", "12", "34 %", "1,234", "–"]),
    "dates": (["2014-06-15", "–", "2014", "June 2013", "2 May 2011", "2014-06"],
              ["2 May 2011", "June 2013", "2014", "2014-06", "2014-06-15", "–"]),
    "claims": (["1.10-02", "1.2-21", "1.2-3", "not known", "summary-02", "1.4-14", "introduction-1"],
               ["1.2-3", "1.2-21", "1.4-14", "1.10-02", "introduction-1", "summary-02", "not known"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", SORTED)
def test_a_column_is_put_in_the_order_of_what_it_holds(browser: Browser, kind: str) -> None:
    given, expected = SORTED[kind]
    given = [*given, *(["–"] * (7 - len(given)))]
    expected = [*expected, *(["–"] * (7 - len(expected)))]
    static = Path(__file__).parents[2] / "book" / "_static"
    tab = browser.new_page()
    rows = "".join(f"<tr><td>{text.replace('<', '&lt;')}</td></tr>" for text in given)
    tab.set_content(f"<table class='afpak-table'><thead><tr><th>one</th></tr></thead><tbody>{rows}</tbody></table>")
    for script in ("vendor/list-2.3.1.min.js", "afpak-listing.js"):
        tab.add_script_tag(path=static / script)
    tab.evaluate("document.dispatchEvent(new Event('DOMContentLoaded'))")
    press = tab.get_by_role("button", name="one")
    press.click()
    assert column(tab.locator("table"), 1) == expected
    press.click()
    last = [text for text in expected if text in ("–", "not known")]
    there = [text for text in expected if text not in ("–", "not known")]
    assert column(tab.locator("table"), 1) == [*reversed(there), *last]
    tab.close()


def test_an_address_says_what_a_listing_shows_and_what_it_shows_becomes_its_address(
    opened: Callable[..., Page], published: Path
) -> None:
    claims = pd.read_csv(published / "data" / "paper" / "claims.csv", dtype=str)
    verdicts = {one["claim"]: one["verdict"] for one in json.loads((published / "findings.json").read_text("utf-8"))}
    tab = opened("audit.html#verdict=contradicted&section=1.4")
    box = tab.locator("#listing-claims")
    expected = {claim for claim in claims.loc[claims["section"] == "1.4", "claim"] if verdicts[claim] == "contradicted"}
    assert len(expected) > 1
    expect(box.get_by_role("status")).to_have_text(f"{len(expected)} of {len(claims)} rows", timeout=30_000)
    assert {text.strip() for text in box.locator("tbody td.claim").all_inner_texts()} == expected
    expect(box.get_by_label("verdict", exact=True)).to_have_value("contradicted")
    # By keyboard: the first letters of a value choose it.
    box.get_by_label("section", exact=True).focus()
    tab.keyboard.press("Home")
    expect(box.get_by_label("section", exact=True)).to_have_value("")
    assert tab.url.endswith("audit.html#verdict=contradicted")
    box.get_by_label("Search").focus()
    tab.keyboard.type("Buner & 1")
    assert tab.url.endswith("#verdict=contradicted&search=Buner+%26+1")
    box.get_by_role("button", name="Show all").focus()
    tab.keyboard.press("Enter")
    assert tab.url.endswith("audit.html")
    expect(box.locator("tbody tr")).to_have_count(len(claims))
    tab.evaluate("location.hash = '#verdict=doubtful&section=1.2'")
    expect(box.get_by_role("status")).to_contain_text("no row has verdict “doubtful”")
    expect(box.get_by_label("section", exact=True)).to_have_value("1.2")


@pytest.mark.parametrize(("width", "name"), [(320, "-phone.svg"), (640, "-phone.svg"), (641, ".svg"), (1440, ".svg")])
def test_a_figure_is_shown_as_it_was_drawn_for_the_screen(opened: Callable[..., Page], width: int, name: str) -> None:
    tab = opened("1-4-incidents.html", width)
    shown = tab.locator("figure img.afpak-figure").evaluate_all("all => all.map(one => one.currentSrc)")
    assert shown
    assert all(re.search(rf"/[a-z-]+(?<!-phone){re.escape(name)}$", address) for address in shown), shown
    sizes = "all => all.map(one => [one.clientWidth, one.closest('figure').clientWidth])"
    for box, room in tab.locator("figure img.afpak-figure").evaluate_all(sizes):
        assert min(room, 28 * 16) - 1 <= box <= room
    tab.emulate_media(media="print")
    tab.wait_for_function(
        "[...document.querySelectorAll('figure img')].every(one => !one.currentSrc.includes('-phone'))"
    )


@pytest.mark.parametrize("width", [320, 1440])
def test_what_scrolls_by_itself_is_reached_scrolled_and_named(opened: Callable[..., Page], width: int) -> None:
    tab = opened("1-4-incidents.html", width)
    tab.wait_for_timeout(450)
    scrolling = tab.locator("[data-afpak-scrolls]")
    if width == 320:
        assert scrolling.count() >= 4
        scrolling.locator("table").first.scroll_into_view_if_needed()
        scrolling.filter(has=tab.locator("table")).first.focus()
        tab.keyboard.press("ArrowRight")
        tab.wait_for_function("[...document.querySelectorAll('[data-afpak-scrolls]')].some(one => one.scrollLeft > 0)")
    assert tab.locator("figure [data-afpak-scrolls], figure[data-afpak-scrolls]").count() == 0
    # A hint stands before each table that scrolls, and before no other.
    hints = tab.locator(".afpak-hint:has(+ .pst-scrollable-table-container)")
    assert hints.count() >= 5
    for hint in hints.all():
        scrolls = hint.locator("+ .pst-scrollable-table-container").get_attribute("data-afpak-scrolls") == "yes"
        expect(hint).to_be_visible(visible=scrolls and hint.evaluate("one => !one.closest('details:not([open])')"))
    for one in scrolling.all():
        assert one.get_attribute("tabindex") == "0"
        assert one.get_attribute("role") == "group"
        assert len(one.get_attribute("aria-label") or "") >= 4


def test_a_chapter_reads_without_any_script(opened: Callable[..., Page]) -> None:
    tab = opened("1-4-incidents.html", 320, java_script_enabled=False)
    assert tab.locator(".afpak-controls").count() == 0
    tables = tab.locator("table.afpak-table").all()
    assert len(tables) >= 5
    for table in tables:
        if table.evaluate("one => one.closest('details') !== null"):
            continue
        expect(table.locator("caption")).to_be_visible()
        assert table.locator("tbody tr").count() >= 1
    for picture in tab.locator("figure img").all():
        assert len(picture.get_attribute("alt") or "") >= 40
    fold = tab.locator("details.hide").first
    fold.locator("summary").click()
    expect(fold.locator("pre")).to_be_visible()
    expect(tab.locator(".afpak-paper p").last).to_be_visible()
    for hidden in (".toggle-hidden", ".afpak-hint"):
        assert tab.locator(hidden).count() == 0


FOUND = [
    ("fazlullah", "Mullah Fazlullah"),
    ("Fazal Hayat", "Mullah Fazlullah"),
    ("FAZLULAH", "Mullah Fazlullah"),
    ("Tehrik e Taliban", "Tehreek-e-Taliban Pakistan"),
    ("tehreek-i-taliban pakistan", "Tehreek-e-Taliban Pakistan"),
    ("TTP", "Tehreek-e-Taliban Pakistan"),
    ("IS-K", "Islamic State Khorasan"),
    ("isk", "Islamic State Khorasan"),
    ("ISKP", "Islamic State Khorasan"),
    ("Daesh", "Islamic State"),
    ("Al-Qa‘ida", "al-Qaeda"),
    ("1.4-14", "1.4-14"),
]


@pytest.mark.parametrize(("asked", "name"), FOUND)
def test_the_search_finds_claims_and_names_in_any_spelling(opened: Callable[..., Page], asked: str, name: str) -> None:
    tab = opened(f"search.html?q={asked.replace(' ', '+')}")
    places = tab.locator("#afpak-places")
    expect(places.locator("h2")).to_have_text("Claims, people and organisations")
    expect(places.get_by_role("status")).to_have_text(re.compile(r"^\d+ found"))
    assert name.lower() in " | ".join(places.locator("a").all_inner_texts()[:3]).lower()
    link = places.locator("a").first
    page, _, row = (link.get_attribute("href") or "").partition("#")
    assert page.removeprefix("./") in ("audit.html", "glossary.html")
    assert row


def test_the_search_says_when_it_finds_nothing(opened: Callable[..., Page]) -> None:
    tab = opened("search.html?q=xqzwv")
    expect(tab.locator("#afpak-places").get_by_role("status")).to_have_text("None found.")
    expect(tab.locator("#search-results .search-summary")).to_have_attribute("role", "status")


def test_every_alias_of_a_leader_is_known_to_the_search(published: Path) -> None:
    text = (published / "html" / "_static" / "afpak-places.js").read_text(encoding="utf-8")
    places = json.loads(text.removeprefix("window.AFPAK_PLACES = ").rstrip().removesuffix(";"))
    known = {spelling.casefold() for place in places for spelling in (place["name"], *place["spellings"])}
    leaders = pd.read_csv(published / "data" / "record" / "leaders.csv", dtype=str)
    aliases = {one for text in leaders["aliases"].dropna() for one in re.split(r" \| |; ", text)}
    assert len(aliases) > 20
    assert [one for one in aliases if one.casefold() not in known] == []
    claims = pd.read_csv(published / "data" / "paper" / "claims.csv", dtype=str)
    assert set(claims["claim"]) <= {place["name"] for place in places}


def test_on_paper_there_are_no_menus_and_nothing_is_cut_off(opened: Callable[..., Page]) -> None:
    # As wide as the text of a sheet of A4.
    tab = opened("1-4-incidents.html", 690)
    tab.emulate_media(media="print")
    tab.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    for hidden in (
        "nav.bd-links", ".bd-header-article", ".prev-next-footer", ".afpak-controls", ".afpak-hint", "details.hide",
        "#pst-back-to-top", ".bd-sidebar-secondary",
    ):  # fmt: skip
        assert tab.locator(f"{hidden}:visible").count() == 0, hidden
    assert tab.evaluate("document.documentElement.scrollWidth") <= 690
    cut = """() => Array.from(document.querySelectorAll("article table, article img, article pre"))
      .filter(one => one.offsetParent && one.getBoundingClientRect().right > 691)
      .map(one => one.id || one.outerHTML.slice(0, 80))"""
    assert tab.evaluate(cut) == []
    whole = "() => Array.from(document.querySelectorAll('figure'), one => getComputedStyle(one).breakInside)"
    assert set(tab.evaluate(whole)) == {"avoid"}
    link = tab.locator("article a[href^='http']").first
    assert "http" in link.evaluate("one => getComputedStyle(one, '::after').content")
    # As a file it can be read: some pages of a size that a printer takes.
    assert tab.pdf(format="A4").startswith(b"%PDF-")


def test_a_verdict_has_a_mark_and_a_word_in_light_and_dark(showing: Showing) -> None:
    for mode in ("light", "dark"):
        tab = showing("audit", 1440, mode)
        chips = tab.locator(".afpak-verdict")
        looks = chips.evaluate_all(
            "chips => chips.map(one => [one.dataset.verdict, one.textContent, getComputedStyle(one).borderLeftColor])"
        )
        assert len({verdict for verdict, _, _ in looks}) >= 2
        assert all(verdict in text and len(text) > len(verdict) + 1 for verdict, text, _ in looks)
        assert len({colour for _, _, colour in looks}) == len({verdict for verdict, _, _ in looks})


def test_motion_is_for_those_who_want_it(opened: Callable[..., Page]) -> None:
    tab = opened("index.html", reduced_motion="reduce")
    longest = """() => Math.max(...Array.from(document.querySelectorAll("*"), one => {
      const style = getComputedStyle(one);
      return Math.max(...(style.transitionDuration + "," + style.animationDuration).split(",").map(parseFloat));
    }))"""
    assert tab.evaluate(longest) <= 0.01
    assert tab.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
