import json
from pathlib import Path

import nbformat
import pytest

from afpak.build.execute import ChapterError, Job, execute


def run(jobs, workers=1):
    told = []
    outcomes = execute(
        jobs, workers, lambda name: told.append(("started", name)), lambda done: told.append(("done", done.chapter))
    )
    return outcomes, told


def job(notebook: Path, folder: Path, **parameters) -> Job:
    folder.mkdir(exist_ok=True)
    return Job(notebook.stem, notebook, folder / notebook.name, parameters)


# Each waits for the other's sign, so that neither ends unless both run at the same time.
MEETING = """
import json, os, pathlib, sys, time
folder = pathlib.Path(signs)
seen = {"prefix": sys.prefix, "cwd": os.getcwd(), "threads": os.environ.get("OMP_NUM_THREADS")}
(folder / own).write_text(json.dumps(seen))
for _ in range(600):
    if (folder / other).exists():
        break
    time.sleep(0.1)
else:
    raise TimeoutError("ran alone")
[own, number]
"""


def test_chapters_run_side_by_side_each_with_its_parameters(tmp_path, write_notebook):
    import sys

    cell = 'signs: str = ""  # folder\nown: str = ""  # name\nother: str = ""  # name\nnumber: int = 0  # number'
    jobs = []
    for own, other, number in (("one", "two", 1), ("two", "one", 2)):
        notebook = write_notebook(tmp_path / f"{own}.ipynb", MEETING, parameters=cell)
        jobs.append(job(notebook, tmp_path / "executed", signs=str(tmp_path), own=own, other=other, number=number))
    outcomes, told = run(jobs, workers=2)
    assert [outcome.chapter for outcome in outcomes] == ["one", "two"]
    assert told[:2] == [("started", "one"), ("started", "two")]
    assert sorted(told[2:]) == [("done", "one"), ("done", "two")]
    for done, number in zip(jobs, (1, 2), strict=True):
        last = nbformat.read(done.executed, as_version=4).cells[-1]
        assert last.outputs[0].data["text/plain"] == f"['{done.chapter}', {number}]"
        seen = json.loads((tmp_path / done.chapter).read_text())
        assert Path(seen["prefix"]) == Path(sys.prefix)
        assert Path(seen["cwd"]) == done.executed.parent
        assert seen["threads"] == "1"
        assert nbformat.read(done.notebook, as_version=4).cells[-1].outputs == []


def test_a_failing_cell_is_named_once_with_its_source_parameters_and_last_lines(tmp_path, write_notebook, capfd):
    failing = "\n".join(
        [
            "def deep(n):",
            "    if n == 0:",
            "        raise ValueError('the well is dry')",
            "    return deep(n - 1)",
            "deep(9)",
        ]
    )
    notebook = write_notebook(
        tmp_path / "1-1-well.ipynb",
        "a = 1",
        failing,
        "raise KeyError('never run')",
        parameters="depth: int = 3  # A depth",
    )
    other = write_notebook(tmp_path / "1-2-other.ipynb", "1", parameters="x: int = 1  # One")
    told = []
    with pytest.raises(ChapterError) as caught:
        execute(
            [job(notebook, tmp_path / "executed", depth=7), job(other, tmp_path / "executed")],
            1,
            told.append,
            told.append,
        )
    said = str(caught.value)
    assert caught.value.chapter == "1-1-well"
    assert "notebooks/1-1-well.ipynb, cell 3" in said
    assert "depth = 7" in said
    assert "    deep(9)" in said
    assert said.rstrip().endswith("ValueError: the well is dry")
    assert said.count("ValueError: the well is dry") == 1
    assert "never run" not in said
    assert "\x1b" not in said
    assert len(said.split("and said")[1].strip().splitlines()) <= 13  # twelve lines and the mark of those left out
    assert told == ["1-1-well"]
    assert capfd.readouterr() == ("", "")


def test_of_two_cells_with_the_same_source_the_one_that_failed_is_named(tmp_path, write_notebook):
    notebook = write_notebook(
        tmp_path / "1-1-twice.ipynb", "left = 1", "left -= 1\n1 / (left + 1)", "left -= 1\n1 / (left + 1)"
    )
    with pytest.raises(ChapterError, match="cell 3"):
        run([job(notebook, tmp_path / "executed")])


def test_a_kernel_that_dies_is_the_failure_of_its_chapter(tmp_path, write_notebook):
    notebook = write_notebook(tmp_path / "1-1-gone.ipynb", "import os\nos._exit(3)")
    with pytest.raises(ChapterError, match="chapter 1-1-gone failed") as caught:
        run([job(notebook, tmp_path / "executed")])
    assert "the kernel died" in str(caught.value)


def test_a_worker_that_is_killed_is_the_failure_of_its_chapter(tmp_path, write_notebook):
    # The parent of the kernel is the worker; this is what a machine out of memory does to it.
    killing = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nimport time\ntime.sleep(60)"
    notebook = write_notebook(tmp_path / "1-1-killed.ipynb", killing)
    with pytest.raises(ChapterError, match="chapter 1-1-killed failed") as caught:
        run([job(notebook, tmp_path / "executed")])
    assert "killed from outside" in str(caught.value)
