from __future__ import annotations

import base64
import io
import math
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure as Drawing
from PIL import Image

from afpak.bundles import FIGURE, NUMBER
from afpak.figures import (
    Figure,
    Records,
    Table,
    cited,
    credit,
    glue,
    listed_in_words,
    p_value,
    share_in_words,
    shown,
    span,
    with_interval,
)
from afpak.figures.shown import IncompleteError, reference_in_words, written
from afpak.figures.style import Page
from afpak.figures.verdicts import chip

FRAME = pd.DataFrame({"year": [2014, 2015], "count": [10.0, 20.0]})


def draw(page: Page) -> Drawing:
    drawing, axes = page.subplots(2)
    axes.plot([2014, 2015], [10, 20])
    return drawing


def figure(**changes: Any) -> Figure:
    plain = {
        "draw": draw, "name": "counts", "caption": "Counts by year.",
        "alternative": "A line that rises from 10 in 2014 to 20 in 2015, with nothing else.",
        "source": "a page", "data": FRAME,
    }  # fmt: skip
    return Figure(**(plain | changes))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("alternative", "", "text alternative"),
        ("alternative", "a" * 39, "text alternative"),
        ("alternative", " " * 60, "text alternative"),
        ("source", "", "needs a source"),
        ("source", " \n", "needs a source"),
        ("caption", "", "needs a caption"),
        ("caption", "  ", "needs a caption"),
        ("data", FRAME.iloc[:0], "no data"),
        ("name", "", "expected a name"),
        ("name", "Counts", "expected a name"),
        ("name", "two words", "expected a name"),
        ("name", "-counts", "expected a name"),
        ("name", "counts--of", "expected a name"),
        ("name", "../counts", "expected a name"),
    ],
)
def test_an_incomplete_figure_can_not_be_made(field, value, words) -> None:
    with pytest.raises(IncompleteError, match=words):
        figure(**{field: value})


def test_a_complete_figure_can_be_made_with_the_shortest_alternative() -> None:
    assert figure(alternative="a" * 40).name == "counts"


def test_a_drawing_is_the_same_twice_and_has_no_date() -> None:
    first, second = figure().svg, figure().svg
    assert first == second
    assert "<dc:date>" not in first and "<dc:creator>" not in first


def test_a_drawing_is_a_png_of_200_dots_to_the_inch_the_same_twice() -> None:
    first, second = figure().png, figure().png
    assert first == second
    with Image.open(io.BytesIO(first)) as picture:
        assert picture.format == "PNG"
        assert picture.size == (1400, 400)
        assert {name for name in picture.info if name != "dpi"} == set()


def test_a_png_leaves_the_svg_as_it_was() -> None:
    one, other = figure(), figure()
    assert one.png
    assert one.svg == other.svg
    assert base64.b64decode(other._repr_mimebundle_()[FIGURE]["png"]) == one.png
    assert other._repr_mimebundle_()[FIGURE]["licence"] == "CC BY 4.0"


def test_records_mark_a_verdict_with_whose_it_is() -> None:
    frame = pd.DataFrame({"claim": ["1.1-01"], "verdict": ["supported"], "what": ["x"]})
    bundle = Records(frame, ["claim", "verdict"], "r", "Rows.", "a page", marked="verdict")._repr_mimebundle_()
    assert f"1.1-01 · {chip('supported', '1.1-01')}\n: *what:* x" in bundle["text/markdown"]
    assert "1.1-01 · supported" in bundle["text/html"]


def test_records_fold_long_lists_away_and_leave_out_empty_ones() -> None:
    frame = pd.DataFrame({"claim": ["1.1-01", "1.1-02"], "says": ["x", "y"], "ways": [["a → b", "c_d"], []]})
    bundle = Records(frame, ["claim"], "r", "Rows.", "a page", folded=["ways"])._repr_mimebundle_()
    assert (
        "1.1-01\n: *says:* x\n: :::{dropdown} ways (2)\n  - a → b\n  - c\\_d\n  :::\n\n1.1-02\n: *says:* y\n\n"
    ) in bundle["text/markdown"]
    assert bundle["text/html"].count("<details><summary>ways (2)</summary><ul><li>a → b</li><li>c_d</li></ul>") == 1
    assert bundle["text/html"].count("<details>") == 1


def test_a_figure_carries_its_words_escaped_and_its_parts_for_the_build() -> None:
    bundle = figure(caption='A < B & "C"', source="S & T")._repr_mimebundle_()
    assert "A &lt; B &amp; &quot;C&quot;" in bundle["text/html"] and "S &amp; T" in bundle["text/html"]
    assert bundle[FIGURE]["csv"] == "year,count\n2014,10.0\n2015,20.0\n"
    assert bundle[FIGURE]["caption"] == 'A < B & "C"'
    assert bundle[FIGURE]["svg"].count("<svg") == 1


def width_of(svg: str) -> float:
    """Width of a drawing in inches: a point is a 72nd of one."""
    found = re.search(r'<svg [^>]*width="([\d.]+)pt"', svg)
    assert found
    return float(found[1]) / 72


def test_a_figure_carries_a_drawing_of_its_own_for_each_page() -> None:
    carried = figure()._repr_mimebundle_()[FIGURE]
    assert set(carried["svgs"]) == {"phone"}
    assert width_of(carried["svg"]) == pytest.approx(7.0)
    assert width_of(carried["svgs"]["phone"]) == pytest.approx(3.2)
    assert carried["svgs"]["phone"] == figure().svgs["phone"]


def test_a_figure_that_other_pages_lead_to_has_a_card_that_may_show_less() -> None:
    def less(page: Page) -> Drawing:
        drawing, axes = page.subplots(1)
        axes.set_axis_off()
        return drawing

    carried = figure(card=less)._repr_mimebundle_()[FIGURE]["svgs"]
    assert set(carried) == {"phone", "card"}
    assert width_of(carried["card"]) == pytest.approx(2.5)


@pytest.mark.parametrize(
    ("field", "value"),
    [("caption", ""), ("caption", " "), ("source", ""), ("source", "\t"), ("name", "Table"), ("name", "a_b")],
)
def test_an_incomplete_table_or_record_can_not_be_made(field, value) -> None:
    plain = {"name": "t", "caption": "c", "source": "s"}
    with pytest.raises(IncompleteError):
        Table(FRAME, **(plain | {field: value}))
    with pytest.raises(IncompleteError):
        Records(FRAME, ["year"], **(plain | {field: value}))


def rows_of(table: Table) -> list[list[str]]:
    """Cells of the table as MyST shows them, header first."""
    lines = [line for line in table._repr_mimebundle_()["text/markdown"].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in (lines[0], *lines[2:])]


def test_a_table_writes_numbers_with_separators_and_missing_ones_as_a_dash() -> None:
    frame = pd.DataFrame({"n": [1234567, 8], "x": [1234.5, np.nan], "w": ["a", None], "b": [True, False]})
    assert rows_of(Table(frame, "t", "c", "s")) == [
        ["n", "x", "w", "b"], ["1,234,567", "1,234.50", "a", "yes"], ["8", "–", "–", "no"],
    ]  # fmt: skip


def test_a_table_without_rows_says_that_there_are_none() -> None:
    text = Table(FRAME[:0], "counts", "Counts.", "a page")._repr_mimebundle_()["text/markdown"]
    assert [line.split() for line in text.splitlines() if line.startswith("|")] == [
        ["|", "year", "|", "count", "|"], ["|:-------|:--------|"], ["|", "none", "|", "|"],
    ]  # fmt: skip


def test_a_table_writes_every_negative_number_with_a_true_minus() -> None:
    frame = pd.DataFrame({"whole": [-3, -1200], "part": [-0.5, -2.25]})
    assert rows_of(Table(frame, "t", "c", "s"))[1:] == [["−3", "−0.50"], ["−1,200", "−2.25"]]


def test_a_table_says_caption_and_source_and_shows_infinity_as_such() -> None:
    table = Table(pd.DataFrame({"x": [math.inf]}), "t", "What  it\nis.", "a page")
    markdown = table._repr_mimebundle_()["text/markdown"]
    assert "What it is." in markdown and "Source: a page" in markdown and ":name: table-t" in markdown
    assert rows_of(table)[1] == ["∞"]


@pytest.mark.parametrize("text", ["a|b", "*a*", "_a_", "[a](b)", "{a}`b`", "$a$", "~a~", "<a>", "#a", "a\\b"])
def test_what_stands_in_a_cell_is_shown_as_it_is(text) -> None:
    markdown = Table(pd.DataFrame({"x": [text]}), "t", "c", "s")._repr_mimebundle_()["text/markdown"]
    # Lines of the table: header, rule, the one row.
    _, _, cell = [line for line in markdown.splitlines() if line.startswith("|")]
    shown_text = cell[1:-1].strip()
    # Taking each backslash away that stands before a special sign gives the text back.
    back, i = "", 0
    while i < len(shown_text):
        if shown_text[i] == "\\" and shown_text[i + 1] in "\\`*_{}[]<>|$~#":
            i += 1
        else:
            assert shown_text[i] not in "`*_{}[]<>|$~#"
        back += shown_text[i]
        i += 1
    assert back == text


def test_columns_of_links_are_not_escaped() -> None:
    table = Table(pd.DataFrame({"l": ["[a](<https://example.org/a_b>)"]}), "t", "c", "s", links=["l"])
    assert rows_of(table)[1] == ["[a](<https://example.org/a_b>)"]


def test_records_leave_out_what_is_missing_and_head_each_row() -> None:
    frame = pd.DataFrame({"who": ["A*", "B"], "what": ["x", None], "note": [None, None]})
    markdown = Records(frame, ["who"], "r", "Rows.", "a page")._repr_mimebundle_()["text/markdown"]
    assert "A\\*\n: *what:* x" in markdown
    assert "B\n: –" in markdown
    assert "note" not in markdown
    assert "Source: a page" in markdown


def test_records_as_html_are_escaped() -> None:
    frame = pd.DataFrame({"who": ["<A>"], "what": ["x & y"]})
    html = Records(frame, ["who"], "r", "Rows.", "a page")._repr_mimebundle_()["text/html"]
    assert "<dt>&lt;A&gt;</dt>" in html and "x &amp; y" in html


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234567, 0, "1,234,567"), (1234.567, 1, "1,234.6"), (-12, 0, "−12"), (-1234.5, 2, "−1,234.50"), (0, 2, "0.00"),
        (None, 0, "not known"), (math.nan, 2, "not known"), (pd.NA, 0, "not known"), ("June 2014", 0, "June 2014"),
        (np.float64("nan"), 0, "not known"), (np.int64(5000), 0, "5,000"), (2.5, 0, "2"), (3.5, 0, "4"),
    ],
)  # fmt: skip
def test_a_number_in_prose_has_separators_decimals_and_a_true_minus(value, decimals, text) -> None:
    assert written(value, decimals) == text


@pytest.mark.parametrize("value", [math.inf, -math.inf, np.inf])
def test_an_infinite_number_can_not_stand_in_prose(value) -> None:
    with pytest.raises(IncompleteError, match="infinite"):
        written(value)


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.0, "<\u00a00.001"), (0.00099, "<\u00a00.001"), (0.001, "0.001"), (0.0456, "0.046"), (1.0, "1.000")],
)
def test_a_p_value_is_never_written_as_nought(p, text) -> None:
    assert p_value(p) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        *[(0, 10, "none of 10"), (3, 10, "3 of 10"), (10, 10, "all 10"), (2, 2, "both"), (1, 1, "1 of 1")],
        *[(0, 1, "none of 1"), (0, 0, "none"), (1_200, 1_200, "all 1,200"), (1_000, 1_200, "1,000 of 1,200")],
    ],
)
def test_a_part_of_a_whole_is_said_in_words_where_it_is_none_or_all(part, whole, text) -> None:
    assert share_in_words(part, whole) == text


def test_a_list_in_a_sentence_ends_with_and() -> None:
    listed = [listed_in_words(parts) for parts in ([], ["a"], ["a", "b"], ["a", "b", "c"])]
    assert listed == ["none", "a", "a and b", "a, b and c"]


def test_a_reference_is_named_by_where_it_stands() -> None:
    named = [reference_in_words(one) for one in ("fn22", "fn03", "fn28a", "bib07", "bib10")]
    assert named == ["footnote 22", "footnote 3", "footnote 28a", "bibliography entry 7", "bibliography entry 10"]


def test_a_span_is_one_number_where_its_ends_read_the_same() -> None:
    assert span(159, 275) == "159 to 275"
    assert span(547, 547) == "547"
    assert span(1.001, 1.002, 2) == "1.00"
    assert span(-183, 211) == "−183 to 211"


def test_a_number_stands_with_its_interval_or_alone() -> None:
    assert with_interval(0.886, 0.1234, 0.98) == "0.89 (0.12 to 0.98)"
    assert with_interval(0.886, math.nan, math.nan) == "0.89"


def test_sources_and_addresses_become_links() -> None:
    assert (
        cited("A | B", "https://a.example | https://b.example") == "[A](<https://a.example>); [B](<https://b.example>)"
    )
    assert cited("A [1] * b", "https://a.example") == "[A \\[1\\] \\* b](<https://a.example>)"
    assert cited(None, "https://a.example") == "–"
    assert cited("A", math.nan) == "–"


def test_sources_without_an_address_each_are_refused() -> None:
    with pytest.raises(ValueError):
        cited("A | B", "https://a.example")


def test_each_publisher_is_credited_once_in_the_order_of_the_series() -> None:
    definitions = pd.DataFrame({"series": ["a", "b", "c"], "publisher": ["P", "Q", "P"]})
    assert credit(definitions, ["c", "b", "a"]).startswith("P; Q. ")
    with pytest.raises(KeyError):
        credit(definitions, ["z"])


@pytest.fixture
def displayed(monkeypatch):
    kept: list[dict[str, Any]] = []
    monkeypatch.setattr(shown, "display", lambda data, raw: kept.append(data))
    return kept


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"value": 2061}, "2,061"), ({"value": 547, "unit": "days"}, "547 days"), ({"value": 38.2, "unit": "%"}, "38%"),
        ({"value": 0.8857, "decimals": 2}, "0.89"), ({"value": "2010"}, "2010"), ({"value": math.nan}, "not known"),
    ],
)  # fmt: skip
def test_a_glued_number_has_format_and_unit(arguments, text, displayed) -> None:
    glue("a-name", **arguments)
    assert displayed[0][NUMBER] == {"name": "a-name", "text": text}
    assert displayed[0]["text/plain"] == f"a-name: {text}"


def test_a_number_that_is_not_known_has_no_unit(displayed) -> None:
    # The median of a curve that never falls to one half is not known; it is not so many days.
    glue("a-name", math.nan, unit="days")
    assert displayed[0][NUMBER]["text"] == "not known"


@pytest.mark.parametrize("name", ["", "A", "a b", "a_b", "-a"])
def test_a_glued_number_needs_a_name_of_the_right_form(name, displayed) -> None:
    with pytest.raises(IncompleteError):
        glue(name, 1)
    assert displayed == []
