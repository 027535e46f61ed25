"""The page that tells what changed, of two small builds whose differences are known by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
import yaml

from afpak.build import page
from afpak.build.book import compile_book
from afpak.build.diff import FigureRead, diff, with_notes
from afpak.build.stage import stage, write_page

from .test_diff import AFTER, BEFORE, finding, frame

FOUND = with_notes(diff(BEFORE, AFTER), {"1-01": ("Fazlullah leads.", "2022-01-05")})


@pytest.fixture(scope="module")
def text(checkout):
    return page.filled(checkout.book, FOUND)


def section(text: str, title: str) -> str:
    return re.split(rf"(?m)^## {title}$", text)[1].split("\n## ")[0]


def row(*cells: str) -> re.Pattern[str]:
    """A row of a table of Markdown, its cells padded by any spaces."""
    return re.compile(r"(?m)^\|\s*" + r"\s*\|\s*".join(map(re.escape, cells)) + r"\s*\|$")


def test_the_page_names_both_editions_and_fills_every_place(text):
    assert text.startswith("# What changed\n")
    assert "“Late” (as of 2022-06-30)" in text and "“Early” (as of 2020-12-31)" in text
    assert "$" not in text and "{{" not in text


def test_verdicts_come_first_with_both_sentences_the_day_and_the_rows(text):
    titles = re.findall(r"(?m)^## (.+)$", text)
    assert titles == ["Claims that look different now", "Numbers in the prose", "Figures", "Inputs", "Parameters"]
    verdicts = section(text, titles[0])
    assert "### ✓ supported → ✗ contradicted" in verdicts
    assert re.search(r"(?m)^1-01$", verdicts)
    for line in (
        ": *the paper says:* Fazlullah leads.",
        ": *the evidence said:* So it is.",
        ": *the evidence says now:* No more.",
        ": *could be known since:* 2022-01-05",
        ": *rows that differ:* row `noor` of *leaders* added; row `wali` of *leaders* changed",
    ):
        assert line in verdicts
    # Of the claims on which both have a finding one differs; the others are in one edition alone.
    assert "Verdicts that differ: 1, of 3 claims" in verdicts
    assert re.findall(r"(?m)^1-\d\d$", verdicts) == ["1-01"]


def test_numbers_figures_tables_and_parameters_are_told(text):
    numbers = section(text, "Numbers in the prose")
    assert "{dropdown} one: 5 numbers" in numbers and "[](one)" in numbers
    assert "{table} Numbers that differ in “one”." in numbers
    assert row("attacks", "2,061", "2,586", "+525").search(numbers)
    assert row("old", "1", "not there", "–").search(numbers)
    figures = section(text, "Figures")
    assert '<a href="one.html#figure-one-line">A line to 2021</a>' in figures
    # A figure that only the other edition has can't be led to.
    assert "A picture that goes" in figures and "figure-one-gone" not in figures
    inputs = section(text, "Inputs")
    assert row("leaders", "1", "1", "1", "3", "3").search(inputs)
    assert "Added (1): `noor`" in inputs and "Removed (1): `umar`" in inputs
    assert "- `wali`: end `(blank)` → `2022`; cause `(blank)` → `bomb`" in inputs
    parameters = section(text, "Parameters")
    assert row("years", r"\[1, 2\]", r"\[1, 2, 3\]", "[](one)").search(parameters)
    assert "every chapter" in parameters


def test_fences_of_the_page_are_closed(text):
    depth: list[int] = []
    for line in text.splitlines():
        match = re.match(r"(:{3,})(\{.*)?$", line)
        if match and match[2]:
            depth.append(len(match[1]))
        elif match:
            assert depth.pop() == len(match[1])
    assert depth == []


def test_editions_that_do_not_differ_get_a_page_that_says_so(checkout):
    text = page.filled(checkout.book, diff(BEFORE, BEFORE))
    assert "Verdicts that differ: 0, of 4 claims" in text
    assert section(text, "Figures").strip().endswith("None differs.")
    assert "###" not in text


def test_a_chapter_is_called_by_its_title_where_it_has_one(checkout):
    numbers = section(page.filled(checkout.book, FOUND, {"one": "1 The first"}), "Numbers in the prose")
    assert "{dropdown} 1 The first: 5 numbers" in numbers
    assert "{table} Numbers that differ in “1 The first”." in numbers


def test_many_rows_of_evidence_are_cut_and_counted(checkout):
    rows = [f"leaders: n{place:02}" for place in range(15)]
    table = replace(AFTER.tables["leaders"], rows=frame("leader\n" + "\n".join(f"n{place:02}" for place in range(15))))
    after = replace(
        BEFORE,
        tables={**BEFORE.tables, "leaders": table},
        findings={**BEFORE.findings, "1-01": finding("1-01", "contested", "Many.", *rows)},
    )
    text = page.filled(checkout.book, diff(BEFORE, after))
    told = next(line for line in text.splitlines() if "rows that differ" in line)
    # Twelve of the fifteen and the two of before, which are gone.
    assert told.count("` of *leaders* ") == 12 and told.endswith("and 5 more")


def test_a_caption_is_cut_to_its_first_sentence(checkout):
    def build(value: str):
        caption = "Strikes by the U.S. Air Force | by year. Dots are bounds."
        return replace(BEFORE, figures={"one": {"x": FigureRead(caption, frame(f"year n\n2019 {value}"))}})

    assert r">Strikes by the U.S. Air Force \| by year.</a>" in page.filled(
        checkout.book, diff(build("1.0"), build("2.0"))
    )


def test_the_front_page_leads_to_it():
    assert page.pointer("Early") == " [What changed](what-changed) compares it with another edition: “Early”."


def test_jupyter_book_takes_the_page_without_a_warning(copied, tmp_path, text):
    source = tmp_path / "source"
    stage(copied, {}, source, [], "The title", {"as_of": "2022-06-30", "compared": page.pointer("Early")})
    for path in source.glob("*.md"):
        path.unlink()
    (source / "index.md").write_text(f"# Front\n\n{{{{ edition }}}}.{page.pointer('Early')}\n", encoding="utf-8")
    for name in ("one", "rebuild"):
        (source / f"{name}.md").write_text(f"# Chapter {name}\n", encoding="utf-8")
    (source / "comparison.json").write_text("{}", encoding="utf-8")
    write_page(text, page.NAME, {}, source)
    pages = [{"file": name} for name in ("one", "rebuild", page.NAME)]
    contents = {"format": "jb-book", "root": "index", "parts": [{"caption": "All", "chapters": pages}]}
    (source / "_toc.yml").write_text(yaml.safe_dump(contents), encoding="utf-8")
    html = compile_book(source, tmp_path / "compiled", date(2022, 6, 30))
    made = (html / f"{page.NAME}.html").read_text(encoding="utf-8")
    assert made.count("<details") >= 3
    assert re.search(r'href="one\.html"[^>]*>(<[^>]+>)*Chapter one<', made)
    assert 'href="what-changed.html"' in (html / "index.html").read_text(encoding="utf-8")
    assert list((html / "_downloads").rglob("comparison.json"))
