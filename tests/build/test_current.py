"""Whether a published build is still what its inputs come to, told from bytes alone."""

import json
import os
import shutil
from pathlib import Path

import pytest

from afpak.build import current
from afpak.build.current import Request, fingerprint, is_current, of_editions
from afpak.build.inputs import plan_of
from afpak.build.paths import Checkout

ASKED = Request("some")


@pytest.fixture
def elsewhere(small, tmp_path):
    """A copy of the small project in another folder, its files of another time and written in another order."""
    root = tmp_path / "somewhere" / "else"
    for path in sorted(small.root.rglob("*"), reverse=True):
        if path.is_file():
            copy = root / path.relative_to(small.root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            os.utime(copy, (1, 1))
    return Checkout(root)


def test_it_is_the_same_in_another_folder_and_at_another_time(small, elsewhere):
    assert fingerprint(small, ASKED) == fingerprint(elsewhere, ASKED)
    # What builds write and what lies about has no part in it.
    for name in ("_build/some/manifest.json", "README.md", "notebooks/.ipynb_checkpoints/1-1-heights.ipynb"):
        (elsewhere.root / name).parent.mkdir(parents=True, exist_ok=True)
        (elsewhere.root / name).write_text("x")
    assert fingerprint(small, ASKED) == fingerprint(elsewhere, ASKED)


@pytest.mark.parametrize(
    "name",
    [
        "data/heights.csv", "data/datapackage.json", "notebooks/1-1-heights.ipynb", "book/index.md",
        "editions/some.yaml", "_config.yml", "_toc.yml",
    ],
)  # fmt: skip
def test_one_byte_more_in_any_file_makes_another(small, elsewhere, name):
    with (elsewhere.root / name).open("a") as file:
        file.write(" ")
    assert fingerprint(small, ASKED) != fingerprint(elsewhere, ASKED)


@pytest.mark.parametrize("name", ["data/record/new.csv", "notebooks/new.ipynb", "book/_static/new.css", "editions/new"])
def test_a_file_more_and_a_file_less_make_another(small, elsewhere, name):
    before = fingerprint(small, ASKED)
    (elsewhere.root / name).parent.mkdir(parents=True, exist_ok=True)
    (elsewhere.root / name).touch()
    assert fingerprint(elsewhere, ASKED) != before
    (elsewhere.root / name).unlink()
    assert fingerprint(elsewhere, ASKED) == before
    (elsewhere.data / "lakes.csv").unlink()
    assert fingerprint(elsewhere, ASKED) != before


def test_a_file_under_another_name_makes_another(small, elsewhere):
    (elsewhere.data / "lakes.csv").rename(elsewhere.data / "seas.csv")
    assert fingerprint(small, ASKED) != fingerprint(elsewhere, ASKED)


def test_another_module_or_library_makes_another(small, monkeypatch):
    made = {fingerprint(small, ASKED)}
    monkeypatch.setattr(current, "package_hashes", lambda: {"a.py": "0"})
    made.add(fingerprint(small, ASKED))
    monkeypatch.setattr(current, "installed", lambda: ["pandas-9.0.dist-info"])
    made.add(fingerprint(small, ASKED))
    assert len(made) == 3


def test_all_that_is_asked_for_counts_and_not_where_files_lie(small, tmp_path):
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mine.csv").write_text("a")
    (tmp_path / "other" / "more.csv").write_text("a")
    one, other, more = (str(tmp_path / name) for name in ("one/mine.csv", "other/mine.csv", "other/more.csv"))
    requests = [
        ASKED,
        Request("other"),
        Request("some", ("offset=2",)),
        Request("some", ("offset=2", "first=3")),
        Request("some", as_of="2021-01-31"),
        Request("some", only=("1-1-heights",)),
        Request("some", tables=(f"heights={one}",)),
        Request("some", tables=(f"rivers={one}",)),
        # The name of a file stands in the book.
        Request("some", tables=(f"heights={more}",)),
        Request("some", events=Path(one)),
    ]
    made = [fingerprint(small, request) for request in requests]
    assert len(set(made)) == len(made)
    assert fingerprint(small, Request("some", tables=(f"heights={other}",))) == made[6]
    Path(one).write_text("b")
    changed = [index for index, request in enumerate(requests) if fingerprint(small, request) != made[index]]
    assert changed == [6, 7, 9]
    Path(one).unlink()
    assert fingerprint(small, requests[6]) != made[6]


def test_files_that_an_edition_names_count(small):
    path = small.editions / "some.yaml"
    path.write_text("title: Some\nas_of: 2022-01-31\ntables: {heights: mine.csv}\nevents: ged.parquet\n")
    assert list(of_editions(small)) == ["mine.csv", "ged.parquet"]
    made = [fingerprint(small, ASKED)]
    for name in ("mine.csv", "ged.parquet"):
        (small.root / name).write_text("x")
        made.append(fingerprint(small, ASKED))
    assert len(set(made)) == 3


@pytest.mark.parametrize("text", ["title: [", "- a list", "tables: none", "", "as_of: 2022-02-30"])
def test_an_edition_that_can_not_be_read_is_left_to_the_build(small, text):
    (small.editions / "wrong.yaml").write_text(text)
    assert list(of_editions(small)) == []
    assert fingerprint(small, ASKED)


# What is asked for


@pytest.mark.parametrize(
    "request_",
    [Request("some"), Request("some", ("offset=2",)), Request("some", as_of="2021-12-31"),
     Request("some", only=("1-1-heights",)), Request("some", tables=("heights=mine.csv",))],
    ids=["edition", "value", "date", "chapter", "table"],
)  # fmt: skip
def test_a_request_has_the_name_that_its_build_gets(small, monkeypatch, request_):
    monkeypatch.chdir(small.root)
    (small.root / "mine.csv").write_text("peak,metres\nMine,1\n")
    assert plan_of(small, request_).edition.name == request_.name
    assert request_.name == ("some" if request_ == ASKED else "some-changed")


def test_a_manifest_is_told_all_but_where_files_lie():
    asked = Request(
        "some", ("a=1",), "2021-12-31", ("heights = my/own/mine.csv",), Path("my/own/ged.parquet"), ("1-1-heights",)
    ).asked
    assert asked == {
        "edition": "some", "assignments": ["a=1"], "as_of": "2021-12-31", "only": ["1-1-heights"],
        "files": {"table heights": "mine.csv", "events": "ged.parquet"},
    }  # fmt: skip
    assert json.loads(json.dumps(asked)) == asked


# What is published


@pytest.fixture
def published(small):
    folder = small.published("some")
    (folder / "html").mkdir(parents=True)
    (folder / "html" / "index.html").touch()
    (folder / "manifest.json").write_text(json.dumps({"fingerprint": "f00"}))
    return folder


def test_a_build_made_of_just_this_is_current(small, published):
    assert is_current(small, ASKED, "f00")
    assert not is_current(small, ASKED, "f01")
    # Another request has another place.
    assert not is_current(small, Request("some", only=("1-1-heights",)), "f00")


@pytest.mark.parametrize("text", ["", "{", "{}", "\udcff", None])
def test_a_build_whose_manifest_can_not_be_read_is_not_current(small, published, text):
    path = published / "manifest.json"
    path.unlink()
    if text is not None:
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert not is_current(small, ASKED, "f00")


def test_a_build_without_its_pages_is_not_current(small, published):
    (published / "html" / "index.html").unlink()
    assert not is_current(small, ASKED, "f00")
