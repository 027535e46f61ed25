from datetime import date

import pytest

from afpak.build.book import BookError, compile_book


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
