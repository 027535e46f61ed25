from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import nbformat

from afpak import bundles
from afpak.build import views

HELD = json.dumps({"caption": "A </script><b> & more", "spec": {"datasets": {}}})
VIEW = {
    "name": "a-view",
    "caption": 'Who & "what"',
    "source": "A <source>",
    "twin": "still",
    "table": "<table><tr><td>1</td></tr></table>",
    "held": HELD,
}


def notebook(*shown: dict[str, str]):
    cells = [
        nbformat.v4.new_code_cell("x", outputs=[nbformat.v4.new_output("display_data", data={bundles.VIEW: one})])
        for one in shown
    ]
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("Prose"), *cells])


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))


def test_a_view_needs_its_still_figure_on_the_page() -> None:
    assert list(views.faults(notebook(VIEW), {"still"})) == []
    (fault,) = views.faults(notebook(VIEW), {"another"})
    assert fault == "the view a-view has no still figure: no cell shows still"


def test_two_views_of_one_name_are_a_fault() -> None:
    assert list(views.faults(notebook(VIEW, VIEW), {"still"})) == ["two views are named a-view"]


def test_the_block_holds_what_the_script_needs_and_no_tag_can_come_of_it() -> None:
    block = views.block(VIEW, "a-chapter")
    inside = re.search(r'class="afpak-view-held">(.*?)</script>', block)
    assert inside
    assert "<" not in inside[1]
    assert json.loads(inside[1]) == json.loads(HELD)
    parser = Tags()
    parser.feed(block)
    names = [name for name, _ in parser.tags]
    assert "b" not in names
    assert "source" not in names
    assert parser.tags[0] == (
        "div", {"class": "afpak-view", "id": "view-a-chapter-a-view", "data-twin": "figure-a-chapter-still"},
    )  # fmt: skip


def test_the_block_asks_for_nothing_but_the_books_own_script_and_style() -> None:
    parser = Tags()
    parser.feed(views.block(VIEW, "a-chapter"))
    asked = [value for _, attributes in parser.tags for name, value in attributes.items() if name in ("src", "href")]
    assert sorted(filter(None, asked)) == ["_static/afpak-views.css", "_static/afpak-views.mjs"]
    # The script waits for the page.
    assert [attributes for name, attributes in parser.tags if name == "script" and "src" in attributes] == [
        {"defer": None, "src": "_static/afpak-views.mjs"}
    ]
