from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from afpak.build.book import BookError, compile_book
from afpak.build.mathematics import FormulaError, mathml

ROOT = Path(__file__).parents[2]
SPACE = "{http://www.w3.org/1998/Math/MathML}"


def shape(element):
    """Tags and words of MathML, as nested tuples; rows of one part are that part."""
    parts = [shape(one) for one in element]
    tag = element.tag.removeprefix(SPACE)
    if tag in {"mrow", "math"} and len(parts) == 1:
        return parts[0]
    return (tag, *parts) if parts else (tag, element.text)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"\rho", ("mi", "ρ")),
        (r"\frac{1}{n - 3}", ("mfrac", ("mn", "1"), ("mrow", ("mi", "n"), ("mo", "−"), ("mn", "3")))),
        (r"e^{\beta}", ("msup", ("mi", "e"), ("mi", "β"))),
        (
            r"\sum_{i=1}^{n} x_i",
            (
                "math",
                ("munderover", ("mo", "∑"), ("mrow", ("mi", "i"), ("mo", "="), ("mn", "1")), ("mi", "n")),
                ("msub", ("mi", "x"), ("mi", "i")),
            ),
        ),
        ("a < b", ("math", ("mi", "a"), ("mo", "<"), ("mi", "b"))),
    ],
)
def test_a_formula_becomes_the_mathml_that_says_it(formula, expected):
    tree = ElementTree.fromstring(mathml(formula, block=True))
    assert tree.get("display") == "block"
    assert tree.get("alttext") == formula
    found = shape(tree)
    assert (("math", *found[1:]) if found[0] == "mrow" else found) == expected


def test_a_formula_within_a_line_is_not_a_block():
    assert ElementTree.fromstring(mathml("x")).get("display") == "inline"


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        (r"\foo x", r"unknown command \\foo"),
        (r"\frac{1}", "argument"),
        ("{x", "not closed"),
        ("x}", "closes nothing"),
        (r"\left( x", "missing right"),
        ("x_", "missing"),
        ("", "no available tokens"),
        ("a & b", "outside of a table"),
    ],
)
def test_a_formula_that_breaks_off_or_is_not_known_is_refused(formula, reason):
    with pytest.raises(FormulaError, match=reason):
        mathml(formula)


@pytest.fixture
def source(tmp_path):
    """A book of one page, with the extensions and the options on mathematics of the real one."""
    real = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    folder = tmp_path / "source"
    folder.mkdir()
    options = {"title": "Tiny", "execute": {"execute_notebooks": "off"}, "parse": real["parse"]}
    named = ("extensions", "myst_", "html_math_renderer")
    wanted = {name: value for name, value in real["sphinx"]["config"].items() if name.startswith(named)}
    wanted["extensions"].remove("sphinxcontrib.bibtex")  # this book has no bibliography
    options["sphinx"] = {"config": wanted}
    (folder / "_config.yml").write_text(yaml.safe_dump(options))
    (folder / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    return folder


def test_a_page_has_its_formulas_as_mathml_and_asks_for_no_script(source, tmp_path):
    words = "# A page\n\nOf $n$ years, at \\$31 million and \\$5.\n\nFrom $31 million to $40 million.\n\n"
    (source / "index.md").write_text(words + "$$\\frac{1 + \\rho^2/2}{n - 3}$$ (variance)\n\nSee {eq}`variance`.\n")
    page = (compile_book(source, tmp_path / "out", date(2026, 11, 22)) / "index.html").read_text(encoding="utf-8")
    assert page.count("<math ") == 2
    assert "<mfrac>" in page
    assert "mathjax" not in page.lower()
    # A dollar before an amount stays one.
    assert "at $31 million and $5." in page
    assert "From $31 million to $40 million." in page


def test_a_formula_that_cannot_be_read_stops_the_book_and_is_named(source, tmp_path):
    (source / "index.md").write_text("# A page\n\nWords.\n\nHere $\\foo x$ stands.\n")
    with pytest.raises(BookError, match=r"index\.md.*\\foo x.*unknown command") as caught:
        compile_book(source, tmp_path / "out", date(2026, 11, 22))
    assert str(source) not in str(caught.value)
