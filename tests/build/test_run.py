import hashlib
import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import nbformat
import pytest

from afpak.build import run
from afpak.build.book import BookError
from afpak.build.execute import Outcome
from afpak.build.inputs import plan


class Quiet:
    """A listener that remembers what it was told."""

    def __init__(self):
        self.told = []

    def begin(self, chapters):
        self.told.append(f"begin {chapters}")

    def started(self, chapter):
        self.told.append(f"started {chapter}")

    def done(self, outcome):
        self.told.append(f"done {outcome.chapter}")

    def step(self, what):
        self.told.append(what)


@pytest.fixture(scope="module")
def planned(checkout):
    """A real plan, its chapters replaced by a tiny one: running chapters is tested elsewhere."""
    return replace(plan(checkout, "paper-2022"), parameters={"1-1-tiny": {"as_of": "2022-01-31"}})


@pytest.fixture
def project(copied, monkeypatch, write_notebook):
    """A copy with one tiny chapter, no kernel, and a published book."""
    shutil.rmtree(copied.notebooks)
    write_notebook(copied.chapter("1-1-tiny"), "1", parameters='as_of: "date" = "2022-01-31"  # A day', prose="Tiny.")
    published = copied.published("paper-2022")
    (published / "html").mkdir(parents=True)
    (published / "html" / "index.html").write_text("the former book")

    def execute(jobs, workers, started, done):
        for job in jobs:
            started(job.chapter)
            shutil.copyfile(job.notebook, job.executed)
            done(Outcome(job.chapter, 1.0))
        return [Outcome(job.chapter, 1.0) for job in jobs]

    def compile_book(source: Path, output: Path, day: date) -> Path:
        html = output / "_build" / "html"
        (html / "_sources").mkdir(parents=True)
        (html / "index.html").write_text("the new book")
        return html

    monkeypatch.setattr(run, "execute", execute)
    monkeypatch.setattr(run, "compile_book", compile_book)
    return copied


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def fail(error):
    def failing(*_, **__):
        raise error

    return failing


@pytest.mark.parametrize(
    ("step", "error"),
    [
        ("execute", KeyboardInterrupt()),
        ("stage", ValueError("staged wrong")),
        ("compile_book", BookError("a warning")),
        ("write_json", OSError("disk full")),
        ("put_in_place", OSError("no")),
    ],
)
def test_a_build_that_fails_leaves_the_published_book_and_no_work_folder(project, planned, monkeypatch, step, error):
    before = contents(project.builds)
    monkeypatch.setattr(run, step, fail(error))
    with pytest.raises(type(error)):
        run.build(project, planned, 1, Quiet())
    assert contents(project.builds) == before
    assert [path.name for path in project.builds.iterdir()] == ["paper-2022"]


def test_a_build_that_fails_leaves_the_sources_as_they_were(project, planned, monkeypatch):
    monkeypatch.setattr(run, "compile_book", fail(BookError("a warning")))
    before = contents(project.root)
    with pytest.raises(BookError):
        run.build(project, planned, 1, Quiet())
    assert contents(project.root) == before


@pytest.fixture
def built(project, planned):
    progress = Quiet()
    return run.build(project, planned, 1, progress), progress


def test_a_complete_build_replaces_the_former_and_leaves_no_work_folder(built, project):
    made, progress = built
    assert made.front_page.read_text() == "the new book"
    assert [path.name for path in project.builds.iterdir()] == ["paper-2022"]
    assert progress.told[:3] == ["begin 1", "started 1-1-tiny", "done 1-1-tiny"]


def test_the_manifest_names_every_input_with_its_hash(built, project):
    made, _ = built
    hashes = json.loads(made.manifest.read_text(encoding="utf-8"))["inputs"]
    published = project.published("paper-2022")
    read = [project.root / "_config.yml", project.root / "_toc.yml"]
    for folder in (project.book, project.notebooks, project.editions):
        read += [path for path in folder.rglob("*") if path.is_file()]
    expected = {path.relative_to(project.root).as_posix(): path for path in read}
    frozen = [path for path in (published / "data").rglob("*") if path.is_file()]
    expected |= {f"data/{path.relative_to(published / 'data').as_posix()}": path for path in frozen}
    assert hashes == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in expected.items()}
    assert len(frozen) == len(list(project.data.rglob("*.*")))


def test_a_build_publishes_the_readers_copy_of_each_chapter(built, project):
    copy = project.published("paper-2022") / "notebooks" / "1-1-tiny.ipynb"
    assert nbformat.read(copy, as_version=4).cells[0].source == "Tiny."


def test_at_least_one_chapter_runs_at_once():
    assert run.default_workers() >= 1
