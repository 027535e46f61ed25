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
from afpak.build.execute import How, Outcome, default_workers
from afpak.build.given import Given
from afpak.build.inputs import edition_inputs, plan
from afpak.problems import InputError
from afpak.tables.overlay import OwnFile


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
    return replace(plan(checkout, "paper-2022"), parameters={"1-1-tiny": {"as_of": "2022-01-31"}}, left_out={})


@pytest.fixture
def project(copied, monkeypatch, write_notebook):
    """A copy with one tiny chapter, no kernel, and a published book."""
    shutil.rmtree(copied.notebooks)
    write_notebook(copied.chapter("1-1-tiny"), "1", parameters='as_of: "date" = "2022-01-31"  # A day', prose="Tiny.")
    published = copied.published("paper-2022")
    (published / "html").mkdir(parents=True)
    (published / "html" / "index.html").write_text("the former book")

    def execute(jobs, workers, started, done, kind, limits):
        outcomes = []
        for job in jobs:
            started(job.chapter)
            code = [cell for cell in nbformat.read(job.notebook, as_version=4).cells if cell.cell_type == "code"]
            gave = json.dumps({"injected": None, "outputs": [[] for _ in code]})
            outcomes.append(Outcome(job.chapter, 1.0, gave, ("datapackage.json",)))
            done(outcomes[-1])
        return outcomes

    def compile_book(source: Path, output: Path, day: date) -> Path:
        html = output / "_build" / "html"
        (html / "_sources").mkdir(parents=True)
        (html / "index.html").write_text("the new book")
        return html

    monkeypatch.setattr(run, "execute", execute)
    monkeypatch.setattr(run, "warm_up", lambda modules: None)
    monkeypatch.setattr(run, "compile_book", compile_book)
    return copied


def contents(folder: Path) -> dict[str, bytes]:
    """Files of a folder, those that builds keep for others left out."""
    files = (path for path in folder.rglob("*") if path.is_file() and ".cache" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def books(project) -> set[str]:
    """Names of the published books, and of whatever else lies beside them."""
    return {path.name for path in project.builds.iterdir()} - {".cache"}


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
        run.build(project, planned, How(1), Quiet())
    assert contents(project.builds) == before
    assert books(project) == {"paper-2022"}


def test_a_build_that_fails_leaves_the_sources_as_they_were(project, planned, monkeypatch):
    monkeypatch.setattr(run, "compile_book", fail(BookError("a warning")))
    before = contents(project.root)
    with pytest.raises(BookError):
        run.build(project, planned, How(1), Quiet())
    assert contents(project.root) == before


@pytest.fixture
def built(project, planned):
    progress = Quiet()
    return run.build(project, planned, How(1), progress), progress


def test_a_complete_build_replaces_the_former_and_leaves_no_work_folder(built, project):
    made, progress = built
    assert made.front_page.read_text() == "the new book"
    assert books(project) == {"paper-2022"}
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


def test_a_persons_table_is_in_the_manifest_with_its_hash_and_without_its_folder(project, planned, tmp_path):
    key = planned.inputs["leaders"].at[0, "tenure"]
    mine = tmp_path / "private folder" / "mine.csv"
    mine.parent.mkdir()
    header, row = ("tenure,organisation,person,role,rank,tenure_start,status,source,url,known_since",
                   f"{key},is-k,Nobody,A role,head,2019,incumbent,A test,https://example.org/a,2019")  # fmt: skip
    mine.write_text(f"{header}\n{row}\n", encoding="utf-8")
    given = Given({"leaders": OwnFile(mine, str(mine))})
    declaration, inputs = edition_inputs(project, "2022-01-31", given)
    made = run.build(project, replace(planned, declaration=declaration, inputs=inputs), How(1), Quiet())
    manifest = json.loads(made.manifest.read_text(encoding="utf-8"))
    assert manifest["inputs"]["table leaders: mine.csv"] == hashlib.sha256(mine.read_bytes()).hexdigest()
    (account,) = [account for account in manifest["tables"] if account["own"]]
    assert account["table"] == "leaders"
    assert account["own"] == {"file": "mine.csv", "added": 0, "replaced": 1, "cut": [], "masked": []}
    for path in made.manifest.parent.rglob("*.json"):
        assert "private folder" not in path.read_text(encoding="utf-8")


def test_a_chapter_left_out_has_a_page_and_no_result(project, planned, write_notebook, staged):
    write_notebook(project.chapter("1-2-other"), "1", parameters="", prose="# Another\n\nIts text.")
    made = run.build(project, replace(planned, left_out={"1-2-other": "It lacks something."}), How(1), Quiet())
    page = staged["1-2-other.ipynb"].decode("utf-8")
    assert "# Another" in page and "It lacks something." in page and "Its text." not in page
    published = made.manifest.parent
    assert sorted(path.name for path in (published / "notebooks").iterdir()) == ["1-1-tiny.ipynb"]
    assert list(json.loads((published / "numbers.json").read_text(encoding="utf-8"))) == ["1-1-tiny"]


def test_a_build_publishes_the_readers_copy_of_each_chapter(built, project):
    copy = project.published("paper-2022") / "notebooks" / "1-1-tiny.ipynb"
    assert nbformat.read(copy, as_version=4).cells[0].source == "Tiny."


# An edition that is compared with another


@pytest.fixture
def chapters(project):
    """The tiny project without values for chapters that it does not have."""
    for path in project.editions.glob("*.yaml"):
        path.write_text(path.read_text(encoding="utf-8").partition("chapters:")[0], encoding="utf-8")
    return project


@pytest.fixture
def later(chapters):
    """A real plan of the edition that compares, its chapters replaced by the tiny one."""
    return replace(plan(chapters, "latest"), parameters={"1-1-tiny": {"as_of": "2026-11-22"}})


@pytest.fixture
def staged(project, monkeypatch):
    """What stood in the staged source when it was compiled, by name."""
    compile_book, seen = run.compile_book, {}

    def watched(source, output, day):
        seen.update(contents(source))
        return compile_book(source, output, day)

    monkeypatch.setattr(run, "compile_book", watched)
    return seen


def test_an_edition_carries_its_comparison_with_another(chapters, later, staged):
    progress = Quiet()
    asked = []

    def annotate(data, since, claims):
        asked.append((data.name, since, claims))
        return {}

    made = run.build(chapters, later, How(1), progress, annotate)
    record = json.loads((made.manifest.parent / "comparison.json").read_text(encoding="utf-8"))
    assert (record["before"]["name"], record["after"]["name"]) == ("paper-2022", "latest")
    assert record["parameters"] == [
        {"name": "as_of", "chapters": ["1-1-tiny"], "before": "2022-01-31", "after": "2026-11-22"}
    ]
    annual = next(one["rows"] for one in record["tables"] if one["table"] == "annual")
    assert annual["after"] - annual["before"] == len(annual["added"]) > 0
    # The chapters of the other edition run first, in a folder that is gone in the end.
    assert progress.told[:4] == [
        "paper-2022, to compare with", "begin 1", "started 1-1-tiny", "done 1-1-tiny",
    ]  # fmt: skip
    assert "comparing with paper-2022" in progress.told
    assert books(chapters) == {"paper-2022", "latest"}
    assert (chapters.published("paper-2022") / "html" / "index.html").read_text() == "the former book"
    # No finding, so no verdict to ask the audit about.
    assert asked == []
    assert b"$" not in staged["what-changed.md"] and "With all that the tables hold" in staged[
        "what-changed.md"
    ].decode("utf-8")
    assert json.loads(staged["comparison.json"]) == record
    assert b"what-changed" in staged["_toc.yml"] and b"[What changed](what-changed)" in staged["_config.yml"]


def test_chapters_of_the_other_edition_that_are_kept_are_not_executed_again(chapters, later, planned):
    run.build(chapters, replace(plan(chapters, "paper-2022"), parameters=planned.parameters), How(1), Quiet())
    progress = Quiet()
    made = run.build(chapters, later, How(1), progress)
    assert progress.told[:3] == ["paper-2022, to compare with", "begin 0", "1 of 1 chapters kept"]
    assert progress.told.count("started 1-1-tiny") == 1
    assert [(one.edition, one.chapter, bool(one.why)) for one in made.ran] == [
        ("paper-2022", "1-1-tiny", False),
        ("latest", "1-1-tiny", True),
    ]
    assert (made.manifest.parent / "comparison.json").is_file()


def test_an_edition_that_compares_with_none_has_no_such_page(chapters, planned, staged):
    made = run.build(chapters, planned, How(1), Quiet())
    assert "what-changed.md" not in staged
    assert b"what-changed" not in staged["_toc.yml"] and b"what-changed" not in staged["_config.yml"]
    assert not (made.manifest.parent / "comparison.json").exists()


def test_an_edition_whose_other_can_not_be_built_is_refused_before_anything_runs(chapters, later):
    (chapters.editions / "paper-2022.yaml").unlink()
    progress = Quiet()
    with pytest.raises(InputError, match="no edition 'paper-2022'"):
        run.build(chapters, later, How(1), progress)
    assert progress.told == []


def test_a_build_keeps_what_a_comparison_needs(built, project):
    published = project.published("paper-2022")
    for name in ("numbers.json", "figures.json", "findings.json"):
        assert (published / name).is_file()


def test_at_least_one_chapter_runs_at_once():
    assert default_workers() >= 1
