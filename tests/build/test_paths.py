import pytest
import yaml

from afpak.build.paths import find_checkout
from afpak.problems import InputError


def test_the_checkout_is_found_from_any_folder_below(copied):
    assert find_checkout(copied.notebooks).root == copied.root.resolve()


def test_outside_a_checkout_the_folder_is_named(tmp_path):
    with pytest.raises(InputError, match="not inside a checkout") as caught:
        find_checkout(tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_chapters_are_the_notebooks_by_name(copied):
    for path in copied.notebooks.iterdir():
        path.unlink()
    for name in ("2-1-b.ipynb", "1-2-a.ipynb", "notes.txt"):
        (copied.notebooks / name).touch()
    assert copied.chapters == ("1-2-a", "2-1-b")
    assert [copied.chapter(name).is_file() for name in copied.chapters] == [True, True]


def test_parts_hold_the_pages_of_the_contents_in_order(checkout):
    contents = yaml.safe_load((checkout.root / "_toc.yml").read_text(encoding="utf-8"))
    pages = [page["file"] for part in contents["parts"] for page in part["chapters"]]
    assert [page for part in checkout.parts.values() for page in part] == pages
    # Chapters of one section of the paper stand in one part, which is named after it.
    for caption, part in checkout.parts.items():
        sections = {page[0] for page in part if page[0].isdigit()}
        assert sections in ({caption[0]}, set())


def test_every_chapter_has_its_page_in_the_contents(checkout):
    contents = yaml.safe_load((checkout.root / "_toc.yml").read_text(encoding="utf-8"))
    pages = {page["file"] for part in contents["parts"] for page in part["chapters"]}
    assert set(checkout.chapters) <= pages
