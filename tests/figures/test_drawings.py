"""What holds for every figure, whatever it shows."""

from __future__ import annotations

import ast
import inspect
import io
import re
from html import unescape
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Drawing
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

from afpak.figures import Figure, style
from afpak.figures.shown import IncompleteError

from .drawn import FIGURES

DRAWN = Path(__file__).parent / "drawn.py"
SOURCES = Path(__file__).resolve().parents[2] / "src/afpak/figures"
EDITIONS = ("paper", "latest")
every_figure = pytest.mark.parametrize("name", FIGURES)
# The others, of the audit and of the paper as a whole, name their source themselves.
WITH_SOURCE = [name for name, make in FIGURES.items() if "source" in inspect.signature(make).parameters]
SMALLEST = 9  # points
CARDS = ("published-counts", "tenures", "splits-and-mergers")
every_edition = pytest.mark.parametrize("edition", EDITIONS)
every_page = pytest.mark.parametrize("page", (style.COLUMN.name, style.PHONE.name))


@pytest.fixture(scope="module")
def figure(paper, latest):
    """Each figure of each edition, drawn once."""
    made: dict[tuple[str, str], Figure] = {}

    def get(name: str, edition: str) -> Figure:
        if (name, edition) not in made:
            made[name, edition] = FIGURES[name]({"paper": paper, "latest": latest}[edition])
            get.first[name, edition] = made[name, edition].svg
        return made[name, edition]

    get.first = {}
    return get


@pytest.fixture(scope="module")
def laid_out(figure):
    """The drawing of each figure of each edition for a page, and its texts with their places, laid out once."""
    known: dict[tuple[str, str, str], tuple[Drawing, list[tuple[Text, Bbox]]]] = {}

    def get(name: str, edition: str, page: str) -> tuple[Drawing, list[tuple[Text, Bbox]]]:
        if (name, edition, page) not in known:
            one = figure(name, edition)
            if page == style.CARD.name:
                drawing = style.drawn(one.card, style.CARD)
            else:
                drawing = {style.COLUMN.name: one.drawing, style.PHONE.name: one.narrow}[page]
            known[name, edition, page] = drawing, texts(drawing)
        return known[name, edition, page]

    return get


def functions_in(path: Path) -> dict[str, ast.FunctionDef]:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return {node.name: node for node in body if isinstance(node, ast.FunctionDef)}


def makers() -> dict[tuple[str, str], ast.FunctionDef]:
    """By module and name, the functions that return a figure.

    One that returns a figure or a table hands on the figure that another of its module has made.
    """
    return {
        (path.stem, name): node
        for path in SOURCES.glob("*.py")
        for name, node in functions_in(path).items()
        if isinstance(node.returns, ast.Name) and node.returns.id == "Figure"
    }


def takes_a_source(node: ast.FunctionDef) -> bool:
    return "source" in {one.arg for one in (*node.args.args, *node.args.kwonlyargs)}


def test_every_function_that_makes_a_figure_is_among_those_tested() -> None:
    found = makers()
    called = set(re.findall(r"draw_(\w+)\.(\w+)\(", DRAWN.read_text(encoding="utf-8")))
    assert found
    assert set(found) == called


def test_whoever_calls_a_function_that_takes_a_source_takes_one() -> None:
    found = makers()
    for node in functions_in(DRAWN).values():
        for module, name in re.findall(r"draw_(\w+)\.(\w+)\(", ast.unparse(node)):
            assert takes_a_source(node) == takes_a_source(found[module, name]), node.name


@every_edition
@every_figure
def test_a_figure_has_name_words_and_data(name, edition, figure) -> None:
    one = figure(name, edition)
    assert isinstance(one, Figure)
    assert one.name == name.split(" of ")[0]
    assert len(one.alternative) > 80
    assert one.caption != one.alternative
    assert not one.data.empty
    for words in (one.alternative, one.caption):
        assert not re.search(r"\bnan\b|\bNaT\b|<NA>|\bNone\b", words)
    assert "not known" not in one.alternative


def without_words(svg: str, figure: Figure) -> str:
    """A drawing as text, without the comments that hold the words drawn, line by line."""
    shown = {line for text in figure.drawing.findobj(Text) for line in text.get_text().split("\n")}
    return re.sub(r"<!-- (.*?) -->", lambda found: "" if unescape(found[1]) in shown else found[0], svg)


# Those of the paper's own edition are made twice when the whole book is built twice (book/test_identity.py).
@every_figure
def test_a_figure_made_twice_is_the_same_drawing(name, figure, latest) -> None:
    figure(name, "latest")
    assert (figure.first[name, "latest"] == FIGURES[name](latest).svg) is True


@every_edition
@every_figure
def test_a_drawing_is_well_formed_and_has_no_date(name, edition, figure) -> None:
    one = figure(name, edition)
    drawn = figure.first[name, edition]
    ElementTree.fromstring(drawn)
    assert "<dc:date>" not in drawn
    # The only comments are the words that the drawing shows as paths; a date among them is one of those.
    assert not re.search(r"<!-- .*(19|20)\d\d-\d\d-\d\d.* -->", without_words(drawn, one))


@every_edition
@every_figure
def test_the_data_of_a_figure_read_back_as_they_are(name, edition, figure) -> None:
    one = figure(name, edition)
    back = pd.read_csv(io.StringIO(one.csv))
    assert list(back.columns) == [str(column) for column in one.data.columns]
    assert len(back) == len(one.data)


@pytest.mark.parametrize("source", ["", "  "])
@pytest.mark.parametrize("name", WITH_SOURCE)
def test_a_figure_can_not_be_drawn_without_a_source(name, source, paper) -> None:
    with pytest.raises(IncompleteError, match="needs a source"):
        FIGURES[name](paper, source)


def texts(drawing: Drawing) -> list[tuple[Text, Bbox]]:
    """Every text that is drawn, with its place in pixels."""
    FigureCanvasAgg(drawing)
    # All is put in its place; the picture itself is not needed.
    drawing.draw_without_rendering()
    renderer = drawing.canvas.get_renderer()
    found = []
    # Of axes that are off only the names of the two axes are not drawn; ticks are left out below.
    unseen = {
        id(text)
        for axes in drawing.axes
        if not axes.axison
        for axis in (axes.xaxis, axes.yaxis)
        for text in (axis.label, axis.get_offset_text())
    }
    for text in drawing.findobj(Text):
        if not text.get_visible() or not text.get_text().strip():
            continue
        if id(text) in unseen:
            continue
        found.append(
            (
                text,
                Text.get_window_extent(text, renderer)
                if isinstance(text, Annotation)
                else text.get_window_extent(renderer),
            )
        )
    ticks = {
        id(label)
        for axes in drawing.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())
        for label in (tick.label1, tick.label2)
    }
    drawn = {id(label) for axes in drawing.axes for labels in tick_labels(axes) for label in labels}
    return [(text, box) for text, box in found if id(text) not in ticks or id(text) in drawn]


def tick_labels(axes) -> list[list[Text]]:
    """Labels of each side of each axis that lie within its limits and are drawn."""
    sides = []
    for axis, (low, high) in ((axes.xaxis, sorted(axes.get_xlim())), (axes.yaxis, sorted(axes.get_ylim()))):
        inside = [tick for tick in axis.get_major_ticks() if low - 1e-9 <= tick.get_loc() <= high + 1e-9]
        for side in ("label1", "label2"):
            labels = [getattr(tick, side) for tick in inside]
            sides.append(
                [label for label in labels if axes.axison and label.get_visible() and label.get_text().strip()]
            )
    return sides


def out_of_the_canvas(drawing: Drawing, placed: list[tuple[Text, Bbox]] | None = None) -> list[str]:
    placed = texts(drawing) if placed is None else placed
    width, height = drawing.canvas.get_width_height()
    return [
        text.get_text()
        for text, box in placed
        if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1
    ]


def corners(label: Text, renderer) -> list[tuple[float, float]]:
    """Corners of the box of a label as it is drawn, turned as the label is."""
    angle = label.get_rotation()
    label.set_rotation(0)
    flat = label.get_window_extent(renderer)
    label.set_rotation(angle)
    turned = label.get_window_extent(renderer)
    turn = mpl.transforms.Affine2D().rotate_deg(angle)
    half_width, half_height = flat.width / 2, flat.height / 2
    x, y = (turned.x0 + turned.x1) / 2, (turned.y0 + turned.y1) / 2
    around = [
        (-half_width, -half_height),
        (half_width, -half_height),
        (half_width, half_height),
        (-half_width, half_height),
    ]
    return [(x + dx, y + dy) for dx, dy in turn.transform(around)]


def apart(first: list[tuple[float, float]], second: list[tuple[float, float]]) -> bool:
    """Whether a straight line parts two boxes (a pixel of touch allowed)."""
    for box in (first, second):
        for (x0, y0), (x1, y1) in pairwise([*box, box[0]]):
            length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 or 1.0
            nx, ny = (y0 - y1) / length, (x1 - x0) / length
            a, b = ([nx * x + ny * y for x, y in corner] for corner in (first, second))
            if max(a) <= min(b) + 1 or max(b) <= min(a) + 1:
                return True
    return False


def overlapping(drawing: Drawing, placed: list[tuple[Text, Bbox]] | None = None) -> list[tuple[str, str]]:
    if placed is None:
        texts(drawing)
    renderer = drawing.canvas.get_renderer()
    return [
        (a.get_text(), b.get_text())
        for axes in drawing.axes
        for side in tick_labels(axes)
        for i, a in enumerate(side)
        for b in side[i + 1 :]
        if not apart(corners(a, renderer), corners(b, renderer))
    ]


@every_page
@every_edition
@every_figure
def test_no_word_of_a_figure_runs_out_of_the_canvas(name, edition, page, laid_out) -> None:
    assert out_of_the_canvas(*laid_out(name, edition, page)) == []


@every_page
@every_edition
@every_figure
def test_the_tick_labels_of_an_axis_do_not_lie_on_each_other(name, edition, page, laid_out) -> None:
    assert overlapping(*laid_out(name, edition, page)) == []


@every_page
@every_edition
@every_figure
def test_the_texts_of_a_figure_do_not_lie_on_each_other(name, edition, page, laid_out) -> None:
    drawing, shown = laid_out(name, edition, page)
    renderer = drawing.canvas.get_renderer()
    ticks = {id(label) for axes in drawing.axes for side in tick_labels(axes) for label in side}
    boxes = [(text, corners(text, renderer)) for text, _ in shown]
    on_each_other = [
        (a.get_text(), b.get_text())
        for i, (a, box) in enumerate(boxes)
        for b, other in boxes[i + 1 :]
        if not (id(a) in ticks and id(b) in ticks) and not apart(box, other)
    ]
    assert on_each_other == []


@every_page
@every_edition
@every_figure
def test_no_text_is_too_small_to_read(name, edition, page, laid_out) -> None:
    sizes = {text.get_text(): text.get_fontsize() for text, _ in laid_out(name, edition, page)[1]}
    assert {text: size for text, size in sizes.items() if size < SMALLEST} == {}


@every_edition
@pytest.mark.parametrize("name", CARDS)
def test_a_card_can_be_read_at_its_size(name, edition, laid_out) -> None:
    drawing, shown = laid_out(name, edition, style.CARD.name)
    assert out_of_the_canvas(drawing, shown) == []
    assert overlapping(drawing) == []
    boxes = [(text.get_text(), box) for text, box in shown]
    pairs = [(a, b) for i, (a, box) in enumerate(boxes) for b, other in boxes[i + 1 :] if box.overlaps(other)]
    assert pairs == []
    assert min(text.get_fontsize() for text, _ in shown) >= SMALLEST


def test_the_pictures_of_the_front_page_are_figures_with_a_card(checkout) -> None:
    front = (checkout.book / "index.md").read_text(encoding="utf-8")
    assert sorted(name.partition("/")[2] for name in re.findall(r"\{picture\}`([^`]+)`", front)) == sorted(CARDS)


@every_figure
def test_a_figure_has_a_card_if_the_front_page_shows_it(name, figure) -> None:
    assert (figure(name, "latest").card is not None) == (name in CARDS)


def out_of_their_boxes(drawing: Drawing, placed: list[tuple[Text, Bbox]] | None = None) -> list[str]:
    """Texts that begin in a box of a drawing and run over its edge."""
    placed = texts(drawing) if placed is None else placed
    boxes = [box for axes in drawing.axes for box in axes.patches if isinstance(box, (Rectangle, FancyBboxPatch))]
    edges = [box.get_window_extent(drawing.canvas.get_renderer()) for box in boxes]
    return [
        text.get_text()
        for text, own in placed
        for edge in edges
        if edge.contains(*text.get_transform().transform(text.get_position()))
        and not (edge.x0 <= own.x0 and own.x1 <= edge.x1 and edge.y0 - 1 <= own.y0 and own.y1 <= edge.y1 + 1)
    ]


@every_page
@every_edition
@pytest.mark.parametrize("name", ["argument", "security-matrix"])
def test_words_in_boxes_stay_in_them(name, edition, page, laid_out) -> None:
    assert out_of_their_boxes(*laid_out(name, edition, page)) == []


def test_text_out_of_the_canvas_and_labels_on_each_other_would_be_noticed() -> None:
    drawing = Drawing(figsize=(6, 4))
    axes = drawing.subplots()
    axes.plot([0, 1], [0, 1])
    axes.text(0.9, 0.5, "far too long a text for the little place that is left beside it")
    axes.set_xticks([0.0, 0.02, 1.0], ["one label", "another", "third"])
    assert out_of_the_canvas(drawing) == ["far too long a text for the little place that is left beside it"]
    assert overlapping(drawing) == [("one label", "another")]


def test_words_over_the_edge_of_a_box_and_words_on_axes_that_are_off_would_be_noticed() -> None:
    drawing = Drawing(figsize=(6, 4))
    axes = drawing.subplots()
    axes.add_patch(Rectangle((0.1, 0.1), 0.2, 0.2))
    axes.text(0.11, 0.2, "too long for its box")
    axes.text(0.5, 0.5, "in no box")
    axes.set_xlabel("not drawn")
    axes.axis("off")
    assert out_of_their_boxes(drawing) == ["too long for its box"]
    assert [text.get_text() for text, _ in texts(drawing)] == ["too long for its box", "in no box"]


@every_page
@every_edition
@every_figure
def test_every_axis_says_what_it_measures(name, edition, page, laid_out) -> None:
    # Years and names of groups speak for themselves; a scale of numbers needs a label.
    for axes in laid_out(name, edition, page)[0].axes:
        if not axes.axison:
            continue
        for axis, side in ((axes.xaxis, 0), (axes.yaxis, 2)):
            labels = [label.get_text() for label in tick_labels(axes)[side]]
            bare = [
                text for text in labels if not re.fullmatch(r"(19|20)\d\d", text) and re.fullmatch(r"[−\d.,]+", text)
            ]
            shared = axis is axes.yaxis and any(
                other.get_ylabel() for other in axes.get_shared_y_axes().get_siblings(axes)
            )
            assert not bare or axis.get_label_text() or shared
