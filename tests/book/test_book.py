"""The built book, read from its files and in a real browser."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Seen, settle, watched

pytestmark = pytest.mark.book
ROOT = Path(__file__).parents[2]
Seeing = Callable[[str, int], Seen]

CHAPTERS = {
    "summary": "Summary and research questions",
    "introduction": "Introduction, problem, literature and method",
    "1-1-background": "1.1 Background: the time line since 1973",
    "1-2-factions": "1.2 The TTP’s faction history",
    "1-3-islamic-state": "1.3 The rise of the Islamic State and IS-K",
    "1-4-incidents": "1.4 Terrorist activities: the incident trends",
    "1-4-attrition": "1.4 and 2.5 The IS-K leadership attrition table",
    "1-5-measures": "1.5 Dealing with terrorism: the counter-terrorism measures",
    "2-1-withdrawal": "2.1 and 2.2 The withdrawal and the take-over",
    "2-3-relations": "2.3 to 2.5 Relations: who stands with whom",
    "2-6-challenges": "2.6 Challenges for Pakistan",
    "3-options": "3 Options: a mechanism, force and other means, and IS-K",
    "4-1-scenarios": "4.1 Projected scenarios and prospects",
    "4-2-footing": "4.2 and 4.3 Conclusion and recommendations: what they stand on",
}
# That on the events by month stands there to say why it is not in this edition.
PAGES = (
    *(*CHAPTERS, "1-4-months"),
    *("index", "audit", "checks", "glossary", "data-and-sources", "methods", "course", "rebuild", "event-files"),
    "bibliography",
)
# The day on which a forecast falls due is this book's choice and may lie after the edition; it tells of nothing later.
DUE = re.compile(r"to be judged by \d{4}(-\d{2}){0,2} \([^)]*\)")


@pytest.mark.parametrize("width", [390, 1200])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_without_errors_from_its_folder_alone(seen: Seeing, name: str, width: int) -> None:
    page = seen(name, width)
    assert page.errors == []
    assert page.asked
    assert [url for url in page.asked if urlsplit(url).scheme not in ("file", "data")] == []
    # Text never has to be scrolled sideways; wide tables scroll by themselves.
    assert page.width <= width


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_is_there_with_its_title_figures_and_findings(seen: Seeing, name: str) -> None:
    page = seen(name, 1200)
    assert page.heading.rstrip("#") == CHAPTERS[name]
    assert len(page.pictures) >= 2
    for picture in page.pictures:
        assert len(picture["alt"]) >= 40
        assert picture["drawn"], picture["alt"]
        (caption,) = picture["captions"]
        assert "Source:" in caption
        assert "Licence: CC BY 4.0" in caption
        for file in ("Data (CSV)", "Picture (SVG)", "Picture (PNG)"):
            assert file in caption
        assert re.match(r"Fig\. \d+ \S", caption)
    assert "What the paper says here" in page.text
    assert re.search(r"\b[\w.]+-\d\d · \S (supported|contradicted|contested|inconsistent|unverifiable)\b", page.text)


@pytest.mark.parametrize("name", PAGES)
def test_no_directive_role_or_traceback_is_left_in_a_page(seen: Seeing, name: str) -> None:
    prose = seen(name, 1200).prose
    for mark in (":::", "{glue", "{figure", "{table", "{div", "{download", "Traceback", "<NA>", "{{"):
        assert mark not in prose, mark
    # Missing values as Python writes them; “None of them” is English.
    assert re.findall(r".{0,40}\b(?:nan|None(?!\s+[a-z]))\b", prose) == []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_speaks_of_a_later_time(seen: Seeing, name: str) -> None:
    assert re.findall(r"[^.]{0,60}\b202[3-9]\b", DUE.sub("", seen(name, 1200).prose)) == []


@cache
def targets_in(page: Path) -> set[str]:
    return set(re.findall(r'id="([^"]+)"', page.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", PAGES)
def test_every_link_within_the_book_leads_somewhere(published: Path, name: str) -> None:
    page = published / "html" / f"{name}.html"
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r'(?:href|src)="([^"]+)"', text):
        parts = urlsplit(target)
        if parts.scheme or parts.netloc or not (parts.path or parts.fragment):
            continue
        file = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        assert file.exists(), target
        if "=" in parts.fragment:
            # A choice of rows, by a filter that the listing there has and a value that one of them has.
            name, _, value = parts.fragment.partition("=")
            assert f' data-{name}="{unquote(value)}"' in file.read_text(encoding="utf-8"), target
        elif parts.fragment and file.suffix == ".html":
            assert parts.fragment in targets_in(file), target


def test_the_data_of_every_figure_can_be_downloaded_and_read(published: Path) -> None:
    html = published / "html"
    for name in CHAPTERS:
        links = re.findall(r'href="(_downloads/[^"]+\.csv)"', (html / f"{name}.html").read_text(encoding="utf-8"))
        assert len(links) >= 2
        for link in links:
            assert len(pd.read_csv(html / link)) > 0


def test_the_chart_of_incidents_carries_the_published_counts(published: Path) -> None:
    html = published / "html"
    page = (html / "1-4-incidents.html").read_text(encoding="utf-8")
    link = next(link for link in re.findall(r'href="(_downloads/[^"]+\.csv)"', page) if "published-counts" in link)
    counts = pd.read_csv(html / link)
    # As NACTA's figures were reported in September 2017, early in 2018 and in 2019.
    for year, values in {2002: {56, 49}, 2010: {2061}, 2014: {1816, 1861}, 2017: {681, 741}, 2019: {482}}.items():
        assert set(counts.loc[counts["year"] == year, "value"]) == values


def test_nothing_later_than_the_as_of_date_is_in_the_tables_of_the_build(published: Path) -> None:
    annual = pd.read_csv(published / "data" / "series" / "annual.csv", dtype=str)
    assert annual["published"].notna().all()
    assert (annual["published"].str[:7] <= "2022-01").all()
    assert (annual["period"] <= "2021").all()
    events = pd.read_csv(published / "data" / "record" / "faction_events.csv", dtype=str)
    assert (events["date"].str[:7] <= "2022-01").all()


def test_an_edition_that_compares_with_none_has_no_page_of_changes(published: Path) -> None:
    assert not (published / "html" / "what-changed.html").exists()
    assert not (published / "comparison.json").exists()
    # What a comparison with it needs is kept beside the pages.
    counts = pd.read_csv(published / "figures" / "1-4-incidents" / "published-counts.csv")
    assert set(counts.loc[counts["year"] == 2010, "value"]) == {2061}
    assert "published-counts" in json.loads((published / "figures.json").read_text(encoding="utf-8"))["1-4-incidents"]


def test_no_table_of_the_build_speaks_of_a_later_time(published: Path) -> None:
    for path in (published / "data").rglob("*.csv"):
        table = pd.read_csv(path, dtype=str).drop(columns=["judge_by", "horizon"], errors="ignore")
        assert re.findall(r".{0,60}\b202[3-9]\b", table.to_csv()) == [], path.name


def test_the_dates_of_the_model_are_those_of_the_table(published: Path) -> None:
    manifest = json.loads((published / "manifest.json").read_text(encoding="utf-8"))
    dates = pd.read_csv(ROOT / "data" / "record" / "dates.csv").set_index("date_id")["date"]
    assert manifest["parameters"]["1-4-incidents"]["break_dates"] == [dates["zarb-e-azb"], dates["fall-of-kabul"]]


def test_the_manifest_names_every_table_with_its_hash(published: Path) -> None:
    manifest = json.loads((published / "manifest.json").read_text(encoding="utf-8"))
    tables = [path for path in (published / "data").rglob("*") if path.is_file()]
    assert tables
    for path in tables:
        name = path.relative_to(published).as_posix()
        assert manifest["inputs"][name] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert set(manifest["parameters"]) >= set(CHAPTERS)
    assert all(values["as_of"] == "2022-01-31" for values in manifest["parameters"].values())


def test_the_findings_of_the_chapters_are_written_down(published: Path) -> None:
    findings = json.loads((published / "findings.json").read_text(encoding="utf-8"))
    verdicts = {finding["claim"]: finding["verdict"] for finding in findings}
    # One head of the four died in a ground raid; the record dates Fazlullah's death to June 2018.
    assert verdicts["1.4-14"] == "contradicted"
    assert verdicts["1.2-21"] == "contradicted"
    assert verdicts["1.4-31"] == "supported"


def test_every_claim_of_the_paper_has_one_finding(published: Path) -> None:
    findings = json.loads((published / "findings.json").read_text(encoding="utf-8"))
    claims = pd.read_csv(published / "data" / "paper" / "claims.csv", dtype=str)["claim"]
    assert sorted(finding["claim"] for finding in findings) == sorted(claims)
    assert len(claims) >= 600
    verdicts = {"supported", "contradicted", "contested", "inconsistent", "unverifiable", "not testable", "pending"}
    assert {finding["verdict"] for finding in findings} <= verdicts
    assert all(finding["sentence"] and finding["method"] and finding["basis"] for finding in findings)


def opened(browser: Browser, page: Path) -> tuple[Page, list[str]]:
    """A page in a wide window, and the errors of its console."""
    tab = browser.new_page(viewport={"width": 1200, "height": 900})
    errors, _ = watched(tab)
    tab.goto(page.as_uri())
    settle(tab)
    return tab, errors


def test_the_audit_lists_every_claim_and_filters_searches_and_sorts(published: Path, browser: Browser) -> None:
    claims = pd.read_csv(published / "data" / "paper" / "claims.csv", dtype=str)
    verdicts = {
        finding["claim"]: finding["verdict"]
        for finding in json.loads((published / "findings.json").read_text(encoding="utf-8"))
    }
    tab, errors = opened(browser, published / "html" / "audit.html")
    box = tab.locator("#listing-claims")
    rows = box.locator("tbody tr")
    status = box.get_by_role("status")
    expect(rows).to_have_count(len(claims))
    section = box.get_by_label("section", exact=True)
    section.select_option("1.4")
    expect(rows).to_have_count(int((claims["section"] == "1.4").sum()))
    box.get_by_label("verdict", exact=True).select_option("contradicted")
    expected = {claim for claim in claims.loc[claims["section"] == "1.4", "claim"] if verdicts[claim] == "contradicted"}
    expect(status).to_contain_text(f"{len(expected)} of {len(claims)} rows")
    assert {text.strip() for text in box.locator("tbody td.claim").all_inner_texts()} == expected
    box.get_by_role("button", name="Show all").click()
    box.get_by_label("Search").fill("Darzab")
    expect(status).to_contain_text(re.compile(r"^1?\d of"))
    assert 0 < rows.count() < 20
    assert all("darzab" in text.lower() for text in rows.all_text_contents())
    # Numbers of claims and names with a hyphen are found as they are typed.
    box.get_by_label("Search").fill("1.4-14")
    expect(box.locator("tbody td.claim").get_by_text("1.4-14", exact=True)).to_be_visible()
    box.get_by_label("Search").fill("IS-K Mastung")
    expect(rows.nth(2)).to_contain_text("Mastung")
    box.get_by_label("Search").fill("no such words")
    expect(status).to_contain_text("nothing found")
    box.get_by_role("button", name="Show all").click()
    box.get_by_label("Order by").select_option("verdict")
    shown = rows.evaluate_all("rows => rows.map(row => row.dataset.verdict)")
    assert len(shown) == len(claims)
    assert shown == sorted(shown, key=str)
    assert errors == []
    tab.close()


def test_a_claim_in_a_chapter_leads_to_its_row_whatever_is_filtered_away(published: Path, browser: Browser) -> None:
    tab, errors = opened(browser, published / "html" / "1-2-factions.html")
    link = tab.locator(".admonition a", has_text="1.2-21").first
    assert link.get_attribute("href") == "audit.html#claim-1-2-21"
    link.click()
    row = tab.locator("#claim-1-2-21")
    # A slow machine takes its time over the page of more than 600 rows.
    expect(row).to_have_class(re.compile("afpak-target"), timeout=30_000)
    expect(row).to_be_visible()
    expect(row).to_contain_text("contradicted")
    tab.locator("#listing-claims").get_by_label("section", exact=True).select_option("4.3")
    expect(row).to_have_count(0)
    tab.evaluate("location.hash = '#claim-1-4-14'")
    expect(tab.locator("#claim-1-4-14")).to_be_visible()
    assert errors == []
    tab.close()


def test_the_audit_reads_without_any_script(published: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((published / "html" / "audit.html").as_uri())
    claims = pd.read_csv(published / "data" / "paper" / "claims.csv", dtype=str)
    assert tab.locator("#listing-claims tbody tr").count() == len(claims)
    assert tab.locator("#listing-claims caption").is_visible()
    context.close()


def test_a_name_leads_to_its_entry_in_the_glossary_once_a_page(published: Path) -> None:
    page = (published / "html" / "1-4-attrition.html").read_text(encoding="utf-8")
    links = re.findall(r'href="glossary\.html#(term-[^"]+)"', page)
    assert links
    assert len(links) == len(set(links))


def test_contradictions_of_the_paper_are_linked_from_both_claims(published: Path) -> None:
    findings = {
        finding["claim"]: finding for finding in json.loads((published / "findings.json").read_text(encoding="utf-8"))
    }
    # May and June 2014 for one operation; July and September 2014 for the founding of IS-K.
    for first, second in (("1.2-19", "1.5-14"), ("1.3-03", "2.5-07")):
        assert second in findings[first]["linked"]
        assert first in findings[second]["linked"]


def test_the_vendored_script_is_the_one_of_its_package() -> None:
    script = ROOT / "book" / "_static" / "vendor" / "list-2.3.1.min.js"
    # Of dist/list.min.js in version 2.3.1 of the npm package list.js, without its line on a source map.
    assert (
        hashlib.sha256(script.read_bytes()).hexdigest()
        == "d47050d543f9cf1cd9522d5cd72bebac8e354330fcfac37814bb5ade23e149d1"
    )
    assert (script.parent / "list-LICENSE.txt").read_text(encoding="utf-8").startswith("The MIT License")
