import re
import shutil
from datetime import date
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat.v4 import new_markdown_cell, new_notebook

from afpak.build.book import BookError, compile_book
from afpak.build.stage import launch_options


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "_config.yml").write_text("title: Tiny\nexecute:\n  execute_notebooks: 'off'\n")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    (folder / "index.md").write_text("# A tiny book\n\nWords.\n")
    return folder


def test_a_sound_source_becomes_pages(source, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    html = compile_book(source, tmp_path / "out", date(2026, 11, 22))
    page = (html / "index.html").read_text(encoding="utf-8")
    assert "A tiny book" in page
    # The pages carry the year that they were given, never that of the build's clock or of 1970.
    assert "1970" not in page


def test_a_warning_stops_the_book_and_names_the_page(source, tmp_path):
    (source / "index.md").write_text("# A tiny book\n\n[nowhere](missing.md)\n")
    with pytest.raises(BookError, match=r"index\.md.*missing\.md") as caught:
        compile_book(source, tmp_path / "out", date(2026, 11, 22))
    assert str(source) not in str(caught.value)


ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("url", ["", "https://github.com/some/where"])
def test_chapters_open_on_binder_and_colab_once_the_repository_is_named(tmp_path, url):
    source = tmp_path / "source"
    for folder in ("_static", "_on_demand", "_templates"):
        shutil.copytree(ROOT / "book" / folder, source / folder)
    configuration = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    options = configuration["sphinx"]["config"]["html_theme_options"]
    assert options["repository_url"] == ""
    configuration["sphinx"]["config"]["html_theme_options"] = launch_options(options | {"repository_url": url})
    (source / "_config.yml").write_text(yaml.safe_dump(configuration), encoding="utf-8")
    (source / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n- file: some-chapter\n")
    (source / "index.md").write_text("# A tiny book\n")
    (source / "references.bib").touch()
    notebook = new_notebook(cells=[new_markdown_cell("# Some chapter", id="title")])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, source / "some-chapter.ipynb")
    html = compile_book(source, tmp_path / "out", date(2026, 11, 22))
    page = (html / "some-chapter.html").read_text(encoding="utf-8")
    places = ["mybinder.org/v2/gh/some/where/main?urlpath=lab/tree/notebooks/some-chapter.ipynb"]
    places.append("colab.research.google.com/github/some/where/blob/main/notebooks/some-chapter.ipynb")
    assert [place in page for place in places] == [bool(url)] * 2
    assert bool(re.search("binder|colab", page, re.IGNORECASE)) is bool(url)
