import hashlib
import json
import shutil
import tempfile
from dataclasses import replace
from datetime import date
from importlib import metadata
from pathlib import Path

import nbformat
import pytest

from afpak.build import dependencies, run
from afpak.build.book import BookError
from afpak.build.cache import Cache, Kept
from afpak.build.dependencies import Depends
from afpak.build.execute import ChapterError, How, Job, Limits, Outcome
from afpak.build.given import Given
from afpak.build.inputs import edition_inputs, plan
from afpak.build.paths import Checkout
from afpak.build.warm import ORDINARY, WARM
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
    # The front page of the repository takes numbers from its chapters.
    (copied.book / "index.md").write_text("# Tiny\n", encoding="utf-8")
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
    # What is wrong with tables is for other tests.
    monkeypatch.setattr("afpak.build.inputs.validate", lambda _: [])
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
        ("execute", ChapterError(Job("1-1-tiny", Path("a"), Path("b"), Path("c"), {}), 2, "1 / 0", "no")),
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
    read = [project.root / name for name in ("_config.yml", "_toc.yml", "CITATION.cff")]
    for folder in (project.book, project.notebooks, project.editions):
        read += [path for path in folder.rglob("*") if path.is_file()]
    expected = {path.relative_to(project.root).as_posix(): path for path in read}
    frozen = [path for path in (published / "data").rglob("*") if path.is_file()]
    expected |= {f"data/{path.relative_to(published / 'data').as_posix()}": path for path in frozen}
    assert hashes == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in expected.items()}
    assert len(frozen) == len(list(project.data.rglob("*.*")))


def test_a_build_without_a_citation_file_stops_before_anything_runs(project, planned):
    project.citation.unlink()
    with pytest.raises(InputError, match=r"CITATION\.cff"):
        run.build(project, planned, How(1), Quiet())
    assert (project.published("paper-2022") / "html" / "index.html").read_text() == "the former book"


def test_the_foot_of_a_chapter_names_the_tables_that_it_read(project, planned, monkeypatch):
    staged = {}
    compiled = run.compile_book

    def compile_book(source: Path, output: Path, day: date) -> Path:
        staged["foot"] = nbformat.read(source / "1-1-tiny.ipynb", as_version=4).cells[-1].source
        return compiled(source, output, day)

    monkeypatch.setattr(run, "compile_book", compile_book)
    run.build(project, planned, How(1), Quiet())
    held = project.published("paper-2022") / "data" / "datapackage.json"
    assert f"| `data/datapackage.json` | `{hashlib.sha256(held.read_bytes()).hexdigest()[:12]}` |" in staged["foot"]
    assert "- `as_of = '2022-01-31'`" in staged["foot"]
    # No other was read.
    assert staged["foot"].count("\n| `") == 1


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


# What is executed again, and what is not


class Listening(Quiet):
    """A listener that remembers the outcomes too."""

    def __init__(self):
        super().__init__()
        self.outcomes = {}

    def done(self, outcome):
        super().done(outcome)
        self.outcomes[outcome.chapter] = outcome


@pytest.fixture(scope="module")
def once(warm, small_project, tmp_path_factory):
    """The small project after its chapters ran in kernels, what they gave, and what was told of them."""
    folder = tmp_path_factory.mktemp("once")
    checkout, progress = small_project(folder / "small"), Listening()
    checkout.builds.mkdir()
    executed = run._execute(checkout, plan(checkout, "some"), checkout.builds / "work", How(2), progress)
    shutil.move(checkout.builds / "work", folder / "work")
    return checkout, executed, progress, folder / "work"


@pytest.fixture
def again(once, tmp_path, monkeypatch):
    """A copy of the project with what is kept of its chapters, and a way to execute it that needs no kernels.

    A chapter that is executed gives what it gave in a kernel.
    """
    checkout, _, progress, _ = once
    copy = Checkout(tmp_path / "again")
    shutil.copytree(checkout.root, copy.root)
    asked = []

    def execute(jobs, workers, started, done, kind, limits):
        asked.append((kind, limits, [job.chapter for job in jobs]))
        for job in jobs:
            started(job.chapter)
            done(progress.outcomes[job.chapter])

    monkeypatch.setattr(run, "execute", execute)
    monkeypatch.setattr(run, "warm_up", lambda modules: None)

    def executing(how=How(2), edition="some", listener=None):  # noqa: B008
        work = Path(tempfile.mkdtemp(dir=copy.builds)) / "work"
        return run._execute(copy, plan(copy, edition), work, how, listener or Quiet())

    executing.checkout, executing.asked = copy, asked
    return executing


kernels = pytest.mark.xdist_group("kernels")
FIRST = "it was in no build of this edition yet"


def why(executed) -> dict[str, tuple[str, ...]]:
    """By chapter that was executed, why."""
    return {one.chapter: one.why for one in executed.ran if one.why}


def last(path) -> str:
    return nbformat.read(path, as_version=4).cells[-1].outputs[-1].data["text/plain"]


@kernels
def test_what_never_ran_runs_and_the_executed_notebooks_hold_what_it_gave(once):
    _, executed, progress, work = once
    assert why(executed) == {"1-1-heights": (FIRST,), "1-2-rivers": (FIRST,)}
    # 8611 + 7708 and 3180 + 700 stand in the tables; the offset is 1.
    assert last(work / "notebooks" / "1-1-heights.ipynb") == "16320"
    assert last(work / "notebooks" / "1-2-rivers.ipynb") == "3880"
    assert {name: set(outcome.read) for name, outcome in progress.outcomes.items()} == {
        "1-1-heights": {"datapackage.json", "heights.csv"}, "1-2-rivers": {"datapackage.json", "rivers.csv"},
    }  # fmt: skip
    assert executed.manifest["parameters"]["1-1-heights"] == {"as_of": "2022-01-31", "offset": 1}
    assert set(executed.manifest["times"]["seconds"]) == {"1-1-heights", "1-2-rivers"}
    # The folders that chapters work in are gone.
    assert {path.name for path in work.iterdir()} == {"data", "notebooks"}


@kernels
def test_where_nothing_changed_nothing_runs_and_the_notebooks_are_the_same(again, once):
    progress = Quiet()
    made = again(listener=progress)
    assert why(made) == {} and again.asked[0][2] == []
    assert progress.told == ["begin 0", "2 of 2 chapters kept"]
    assert [one.seconds for one in made.ran] == [one.seconds for one in once[1].ran]
    assert made.manifest["times"]["seconds"] == {}
    for name, path in made.notebooks.items():
        assert path.read_bytes() == (once[3] / "notebooks" / f"{name}.ipynb").read_bytes()


def in_notebook(change, chapter="1-1-heights"):
    def changing(checkout, monkeypatch):
        notebook = nbformat.read(checkout.chapter(chapter), as_version=4)
        change(notebook.cells)
        nbformat.write(notebook, checkout.chapter(chapter))

    return changing


def in_table(name, text):
    def changing(checkout, monkeypatch):
        path = checkout.data / name
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    return changing


def in_edition(text):
    def changing(checkout, monkeypatch):
        with (checkout.editions / "some.yaml").open("a", encoding="utf-8") as file:
            file.write(text)

    return changing


def in_declaration(**values):
    def changing(checkout, monkeypatch):
        path = checkout.data / "datapackage.json"
        path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | values), encoding="utf-8")

    return changing


def in_module(name):
    def changing(checkout, monkeypatch):
        real = dependencies._hash_of
        monkeypatch.setattr(dependencies, "_hash_of", lambda module: "f00" if module == name else real(module))

    return changing


def in_library(name, version):
    def changing(checkout, monkeypatch):
        real = dependencies._library

        def library(one):
            found = real(one)
            return (version, found[1]) if one == name else found

        monkeypatch.setattr(dependencies, "_library", library)

    return changing


def source(number, text):
    return lambda cells: cells[number].update(source=text)


def tag(number, name):
    return lambda cells: cells[number].metadata.update(tags=[name])


HEIGHTS, RIVERS, BOTH = ["1-1-heights"], ["1-2-rivers"], ["1-1-heights", "1-2-rivers"]
PANDAS = metadata.version("pandas")


@kernels
@pytest.mark.parametrize(
    ("change", "chapters", "told"),
    [
        (in_notebook(source(-1, "inputs['heights'].size")), HEIGHTS, "code cells changed"),
        (in_notebook(tag(-1, "raises-exception")), HEIGHTS, "code cells changed"),
        (in_edition("parameters: {offset: 5}\n"), HEIGHTS, "parameter offset changed: 1 before, now 5"),
        (in_table("heights.csv", "Nanga Parbat,8126\n"), HEIGHTS, "file heights.csv changed"),
        (in_table("rivers.csv", "Swat,240\n"), RIVERS, "file rivers.csv changed"),
        (in_declaration(title="Other tables"), BOTH, "file datapackage.json changed"),
        (in_module("afpak.tables.inputs"), BOTH, "module afpak.tables.inputs changed"),
        (in_library("pandas", "99.0"), BOTH, f"library pandas changed: {PANDAS} before, now 99.0"),
        # Required by pandas, imported by no chapter.
        (in_library("python-dateutil", "99.0"), BOTH, "library python-dateutil changed: "),
        (in_notebook(source(0, "# Other words")), [], ""),
        (in_notebook(tag(-1, "hide-input")), [], ""),
        (in_notebook(lambda cells: cells.insert(1, nbformat.v4.new_markdown_cell("More words."))), [], ""),
        (in_table("lakes.csv", "Attabad,2300\n"), [], ""),
        (in_declaration(created="2026-12-24T00:00:00Z"), [], ""),
        (in_edition("# A remark\n"), [], ""),
        (in_module("afpak.build.book"), [], ""),
        (in_library("sphinx", "99.0"), [], ""),
    ],
)  # fmt: skip
def test_a_chapter_runs_again_for_what_it_depends_on_alone_and_says_for_what(
    again, monkeypatch, change, chapters, told
):
    change(again.checkout, monkeypatch)
    made = again()
    found = why(made)
    assert list(found) == chapters and sorted(again.asked[0][2]) == chapters
    assert all(len(reasons) == 1 and reasons[0].startswith(told) for reasons in found.values())
    # And then it is kept.
    assert why(again()) == {}


@kernels
def test_other_words_stand_with_what_the_chapter_gave_before(again, monkeypatch):
    in_notebook(source(0, "# Other words"))(again.checkout, monkeypatch)
    path = again().notebooks["1-1-heights"]
    assert nbformat.read(path, as_version=4).cells[0].source == "# Other words"
    assert last(path) == "16320"


@kernels
def test_a_state_that_was_built_before_is_still_kept(again, monkeypatch):
    former = (again.checkout.data / "heights.csv").read_text(encoding="utf-8")
    in_table("heights.csv", "Nanga Parbat,8126\n")(again.checkout, monkeypatch)
    assert list(why(again())) == HEIGHTS
    (again.checkout.data / "heights.csv").write_text(former, encoding="utf-8")
    assert why(again()) == {}


@kernels
def test_a_fresh_build_runs_every_chapter_and_keeps_what_they_give(again):
    reasons = ("every chapter was asked for",)
    assert why(again(How(2, fresh=True))) == {"1-1-heights": reasons, "1-2-rivers": reasons}
    assert why(again()) == {}


@kernels
def test_an_emptied_cache_is_a_reason(again):
    shutil.rmtree(again.checkout.cache / "results")
    gone = ("its kept result is gone: the cache was emptied or is full",)
    assert why(again()) == {"1-1-heights": gone, "1-2-rivers": gone}


@kernels
def test_another_edition_of_the_same_values_needs_no_run(again):
    again.checkout.editions.joinpath("twin.yaml").write_text("title: Twin\nas_of: 2022-01-31\n", encoding="utf-8")
    assert why(again(edition="twin")) == {}


@kernels
def test_a_failure_is_not_kept_and_what_succeeded_before_it_is(again, monkeypatch):
    succeed = run.execute
    for name in ("heights.csv", "rivers.csv"):
        in_table(name, "Other,1\n")(again.checkout, monkeypatch)

    def fails(jobs, workers, started, done, kind, limits):
        heights, rivers = sorted(jobs, key=lambda job: job.chapter)
        succeed([rivers], workers, started, done, kind, limits)
        raise ChapterError(heights, 2, "1 / 0", "ZeroDivisionError")

    monkeypatch.setattr(run, "execute", fails)
    with pytest.raises(ChapterError):
        again()
    monkeypatch.setattr(run, "execute", succeed)
    assert why(again()) == {"1-1-heights": ("it failed when it last ran",)}
    assert why(again()) == {}


@kernels
def test_how_kernels_are_made_is_said_if_it_is_not_the_fast_way(again, monkeypatch):
    limits = Limits(5, 6)
    said = "no fork on this system: each chapter starts an interpreter of its own"
    for system, asked, kind, told in (
        ((WARM, ORDINARY), "", WARM, False),
        ((WARM, ORDINARY), ORDINARY, ORDINARY, False),
        ((ORDINARY,), "", ORDINARY, True),
    ):
        progress = Quiet()
        monkeypatch.setattr(run, "kinds", lambda system=system: system)
        again(How(1, fresh=True, kind=asked, limits=limits), listener=progress)
        assert again.asked[-1][:2] == (kind, limits)
        assert (said in progress.told) == told


def test_the_longest_chapter_starts_first_and_one_that_never_ran_before_all(small, write_notebook):
    cache = Cache(small.cache)
    for name in ("1-3-new", "1-4-new-and-larger", "1-5-failed"):
        write_notebook(small.chapter(name), "1" * (500 if "larger" in name else 1))
    for name, seconds in (("1-1-heights", 2.0), ("1-2-rivers", 30.0)):
        cache.note("some", name, Depends({}, {}), Kept("[]", {}, seconds))
    cache.note("some", "1-5-failed", Depends({}, {}), None)
    cache.note("other", "1-3-new", Depends({}, {}), Kept("[]", {}, 1.0))
    names = [path.stem for path in sorted(small.notebooks.iterdir())]
    found = run.longest_first(small, cache, "some", names)
    assert found[0] == "1-4-new-and-larger" and set(found[1:3]) == {"1-3-new", "1-5-failed"}
    assert found[3:] == ["1-2-rivers", "1-1-heights"]
