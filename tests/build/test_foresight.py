"""What the parent of the kernels imports while the tables are still being read."""

import json

import pytest

from afpak.build.current import Request
from afpak.build.foresight import imported, likely
from afpak.build.hashing import digest

CHAPTERS = ["1-1-heights", "1-2-rivers"]


@pytest.fixture
def built(small):
    """The small project with the manifest of a build of it as it stands."""
    hashes = {f"notebooks/{one}.ipynb": digest(small.chapter(one).read_bytes()) for one in CHAPTERS}
    folder = small.published("some")
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"inputs": hashes}))
    return small


def test_where_nothing_is_built_all_chapters_are_likely_to_run(small):
    assert likely(small, Request("some"), False) == CHAPTERS
    assert likely(small, Request("some", only=("1-2-rivers",)), False) == ["1-2-rivers"]


def test_chapters_that_changed_since_are_likely_to_run(built, write_notebook):
    assert likely(built, Request("some"), False) == []
    assert likely(built, Request("some"), True) == CHAPTERS
    write_notebook(built.chapter("1-2-rivers"), "1")
    assert likely(built, Request("some"), False) == ["1-2-rivers"]
    write_notebook(built.chapter("1-3-new"), "1")
    assert likely(built, Request("some"), False) == ["1-2-rivers", "1-3-new"]


@pytest.mark.parametrize("text", ["{", "{}", ""])
def test_a_manifest_that_can_not_be_read_tells_nothing(built, text):
    (built.published("some") / "manifest.json").write_text(text)
    assert likely(built, Request("some"), False) == CHAPTERS


def test_what_chapters_name_is_imported_once(small, write_notebook):
    write_notebook(small.chapter("1-2-rivers"), "import numpy\nfrom afpak.tables import load_inputs")
    assert imported(small, CHAPTERS) == ["afpak.tables", "numpy"]
    assert imported(small, []) == []


def test_a_notebook_that_can_not_be_read_is_left_to_the_build(small):
    for text in ("{", "[]", "{}"):
        small.chapter("1-1-heights").write_text(text, encoding="utf-8")
        assert imported(small, CHAPTERS) == ["afpak.tables"]
