"""Chapters run through papermill, each in a kernel of its own; whatever goes wrong is told, and nothing is left."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from afpak.build.execute import ChapterError, Limits, Outcome, default_workers, execute
from afpak.build.warm import ORDINARY, WARM

from .running import SLEEP, TELL, is_gone, job, run, shown, wait_until

pytestmark = [pytest.mark.xdist_group("kernels"), pytest.mark.usefixtures("warm")]


def failed(*jobs, **options) -> ChapterError:
    with pytest.raises(ChapterError) as caught:
        run(*jobs, **options)
    return caught.value


# Each waits for the other's sign, so that neither ends unless both run at the same time.
MEETING = """
import os, pathlib, sys, time
folder = pathlib.Path(signs)
(folder / own).touch()
for _ in range(600):
    if (folder / other).exists():
        break
    time.sleep(0.1)
else:
    raise TimeoutError("ran alone")
[own, number, os.getcwd(), sys.prefix]
"""


def test_chapters_run_side_by_side_each_with_its_parameters_in_its_folder(tmp_path, write_notebook):
    cell = 'signs: str = ""  # folder\nown: str = ""  # name\nother: str = ""  # name\nnumber: int = 0  # number'
    jobs = []
    for own, other, number in (("one", "two", 1), ("two", "one", 2)):
        notebook = write_notebook(tmp_path / f"{own}.ipynb", MEETING, parameters=cell)
        jobs.append(job(notebook, signs=str(tmp_path), own=own, other=other, number=number))
    told = []
    outcomes = execute(
        jobs, 2, lambda name: told.append(("started", name)), lambda done: told.append(("done", done.chapter))
    )
    assert [outcome.chapter for outcome in outcomes] == ["one", "two"]
    assert told[:2] == [("started", "one"), ("started", "two")]
    assert sorted(told[2:]) == [("done", "one"), ("done", "two")]
    for done, outcome, number in zip(jobs, outcomes, (1, 2), strict=True):
        assert shown(outcome) == [done.chapter, number, str(done.cwd), sys.prefix]
        assert all(cell.outputs == [] for cell in nbformat.read(done.notebook, as_version=4).cells)


# What goes wrong in a cell


def test_a_failing_cell_is_named_once_with_its_source_parameters_and_last_lines(tmp_path, write_notebook, capfd):
    deep = "def deep(n):\n    if n == 0:\n        raise ValueError('the well is dry')\n    return deep(n - 1)\ndeep(9)"
    cells = ("a = 1", deep, "raise KeyError('never run')")
    notebook = write_notebook(tmp_path / "1-1-well.ipynb", *cells, parameters="depth: int = 3  # A depth")
    other = write_notebook(tmp_path / "1-2-other.ipynb", "1", parameters="x: int = 1  # One")
    told = []
    with pytest.raises(ChapterError) as caught:
        execute([job(notebook, depth=7), job(other)], 1, told.append, told.append)
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
    cells = ("left = 1", "left -= 1\n1 / (left + 1)", "left -= 1\n1 / (left + 1)")
    notebook = write_notebook(tmp_path / "1-1-twice.ipynb", *cells)
    assert "cell 3" in str(failed(job(notebook)))


# Kernels that die, hang or grow


def test_a_kernel_that_is_killed_is_the_failure_of_its_chapter(tmp_path, write_notebook):
    kill = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
    error = failed(job(write_notebook(tmp_path / "1-1-killed.ipynb", "1", kill)))
    assert error.chapter == "1-1-killed"
    assert "chapter 1-1-killed failed in notebooks/1-1-killed.ipynb, cell 2\n    import os, signal" in str(error)
    assert "the kernel died: killed from outside, or out of memory" in str(error)


def test_the_last_words_of_a_kernel_are_told(tmp_path, write_notebook):
    crash = "import os\nos.write(2, b'a library speaks of its end')\nos._exit(3)"
    assert "a library speaks of its end" in str(failed(job(write_notebook(tmp_path / "1-1-crash.ipynb", crash))))


def test_a_chapter_that_hangs_is_stopped_with_all_that_it_started(tmp_path, write_notebook):
    start = "import subprocess\nopen(child, 'w').write(str(subprocess.Popen(['sleep', '600']).pid))"
    cells = 'pid: str = ""  # file\nchild: str = ""  # file'
    notebook = write_notebook(tmp_path / "1-1-hung.ipynb", f"{TELL}\n{start}", SLEEP, "1", parameters=cells)
    files = {"pid": str(tmp_path / "pid"), "child": str(tmp_path / "child")}
    error = failed(job(notebook, **files), limits=Limits(seconds=2))
    assert "chapter 1-1-hung failed in notebooks/1-1-hung.ipynb, cell 3\n    import time" in str(error)
    assert "ran for more than 2 seconds and was stopped in this cell: see --time-limit" in str(error)
    assert all(is_gone(int(Path(file).read_text())) for file in files.values())


def test_a_chapter_that_wants_too_much_memory_fails_in_its_cell(tmp_path, write_notebook):
    # More than the limit, and asked for without being used: a machine of any size can say no to it.
    notebook = write_notebook(tmp_path / "1-1-large.ipynb", "1", "held = bytearray(3 * 1024**3)")
    error = failed(job(notebook), limits=Limits(memory=2 * 1024**3))
    assert "chapter 1-1-large failed in notebooks/1-1-large.ipynb, cell 2\n    held = " in str(error)
    assert "MemoryError" in str(error)
    assert str(error).endswith("A chapter may take 2,048 MB: see --memory-limit")


def test_a_kernel_that_has_not_enough_memory_to_start_is_the_failure_of_its_chapter(tmp_path, write_notebook):
    error = failed(job(write_notebook(tmp_path / "1-1-tiny.ipynb", "1")), limits=Limits(memory=1024**2))
    assert "chapter 1-1-tiny failed in notebooks/1-1-tiny.ipynb, before its first cell" in str(error)
    assert str(error).endswith("A chapter may take 1 MB: see --memory-limit")


# What is left when a build ends early


def sleeper(folder, write_notebook):
    """A chapter that never ends by itself, and the file that says which process it is."""
    notebook = write_notebook(folder / "1-1-asleep.ipynb", TELL, SLEEP, parameters='pid: str = ""  # file')
    return job(notebook, pid=str(folder / "pid")), folder / "pid"


def test_when_a_chapter_fails_those_that_run_beside_it_are_stopped(tmp_path, write_notebook):
    asleep, pid = sleeper(tmp_path, write_notebook)
    wait = "import os, time\nwhile not os.path.exists(pid):\n    time.sleep(0.01)\nraise ValueError('no')"
    notebook = write_notebook(tmp_path / "1-2-fails.ipynb", wait, parameters='pid: str = ""  # file')
    never = job(write_notebook(tmp_path / "1-3-never.ipynb", "open('begun', 'w')"))
    error = failed(asleep, job(notebook, pid=str(pid)), never, workers=2)
    assert error.chapter == "1-2-fails"
    assert is_gone(int(pid.read_text()))
    assert not never.cwd.exists()


@pytest.mark.parametrize("when", ["started", "done"])
def test_when_a_build_is_interrupted_its_kernels_are_stopped(tmp_path, write_notebook, when):
    asleep, pid = sleeper(tmp_path, write_notebook)
    other = job(write_notebook(tmp_path / "1-2-other.ipynb", "1"))

    def interrupt(told):
        if getattr(told, "chapter", told) == "1-2-other":
            assert wait_until(pid.exists)
            raise KeyboardInterrupt

    listeners = {"started": lambda _: None, "done": lambda _: None} | {when: interrupt}
    with pytest.raises(KeyboardInterrupt):
        execute([asleep, other], 2, **listeners)
    assert is_gone(int(pid.read_text()))


# Without a network


def test_a_chapter_that_reaches_for_the_network_fails_with_its_name_and_the_address(tmp_path, write_notebook):
    fetch = "import urllib.request\nurllib.request.urlopen('http://192.0.2.1/table.csv')"
    error = failed(job(write_notebook(tmp_path / "1-1-fetch.ipynb", "1", fetch)))
    assert "chapter 1-1-fetch failed in notebooks/1-1-fetch.ipynb, cell 2" in str(error)
    assert "a connection to 192.0.2.1: chapters run without a network" in str(error)


SWALLOWED = """
import os, socket
def tried(ask, *arguments):
    try:
        ask(*arguments)
    except OSError as error:
        return type(error)
    return None
refused = [
    tried(socket.socket().connect, ("192.0.2.1", 80)),
    tried(socket.socket(type=socket.SOCK_DGRAM).sendto, b"x", ("192.0.2.2", 53)),
    tried(socket.getaddrinfo, "name.example", 80),
    tried(socket.gethostbyname, "other.example"),
    tried(socket.socket().connect, ("127.0.0.1", 9)),
]
with socket.socket(socket.AF_UNIX) as listening:
    listening.bind("own")
    listening.listen()
    allowed = tried(socket.socket(socket.AF_UNIX).connect, "own")
open("tried", "w").write(repr([refused == [PermissionError] * 5, allowed]))
"""


@pytest.mark.skipif(os.name != "posix", reason="without socket files Python itself uses the loopback")
def test_a_chapter_that_passes_over_the_refusal_fails_all_the_same(tmp_path, write_notebook):
    chapter = job(write_notebook(tmp_path / "1-1-quiet.ipynb", "1", SWALLOWED, "2"))
    said = str(failed(chapter))
    assert "chapter 1-1-quiet failed in notebooks/1-1-quiet.ipynb, cell 2" in said
    addresses = "192.0.2.1:80, 192.0.2.2:53, name.example, other.example, 127.0.0.1:9"
    assert f"asked for a connection to {addresses}: chapters run without a network" in said
    assert (chapter.cwd / "tried").read_text() == "[True, None]"


# What a chapter gives and reads

READS = """
from pathlib import Path
import statsmodels.api
open(outside).read()
open(Path(tables) / "record" / "own table.csv").read()
open(Path(tables) / "record" / "own table.csv").read()
for missing in (Path(tables) / "none.csv", Path(outside + " none")):
    try:
        missing.read_text()
    except FileNotFoundError:
        pass
Path("mine").write_text("1")
written = Path(outside + " written")
written.write_text("2")
sorted(Path(written).read_text() + Path("mine").read_text())
"""
SETTLED = "import os, time\n[list({'ä', 'b', 'c', 'd'}), time.tzname, os.environ['OMP_NUM_THREADS'], repr(Ellipsis)]"


@pytest.fixture(scope="module")
def both(tmp_path_factory, write_notebook):
    """Outcomes of one chapter in a warm and in an ordinary kernel, and its folder."""
    folder = tmp_path_factory.mktemp("both")
    (folder / "data" / "record").mkdir(parents=True)
    (folder / "data" / "record" / "own table.csv").write_text("a")
    (folder / "outside").write_text("b")
    cells = 'tables: str = ""  # folder\noutside: str = ""  # file'
    notebook = write_notebook(folder / "1-1-both.ipynb", SETTLED, READS, parameters=cells)
    values = {"tables": str(folder / "data"), "outside": str(folder / "outside")}
    return {kind: run(job(notebook, **values), kind=kind)[0] for kind in (WARM, ORDINARY)}, folder


def test_an_ordinary_kernel_gives_what_a_warm_one_gives(both):
    outcomes, _ = both
    kept = {kind: replace(outcome, seconds=0, cells=0) for kind, outcome in outcomes.items()}
    assert kept[WARM] == kept[ORDINARY]


def test_the_order_of_sets_and_the_clock_are_those_of_every_build(both):
    environment = {"PYTHONHASHSEED": "0", "TZ": "UTC", "OMP_NUM_THREADS": "1"}
    # What any Python says that is told so.
    said = subprocess.run(
        [sys.executable, "-c", SETTLED.replace("\n[", "\nprint([") + ")"],
        capture_output=True, text=True, check=True, env=os.environ | environment,
    )  # fmt: skip
    for outcome in both[0].values():
        first = json.loads(outcome.outputs)["outputs"][2][0]["data"]["text/plain"]
        assert "".join(first.split()) == "".join(said.stdout.split())


def test_the_files_that_a_chapter_opens_to_read_are_told_once_and_no_other(both):
    outcomes, folder = both
    outside = folder / "outside"
    expected = {"record/own table.csv", "none.csv", str(outside), f"{outside} none"}
    assert [set(outcome.read) for outcome in outcomes.values()] == [expected] * 2
    assert [len(outcome.read) for outcome in outcomes.values()] == [4, 4]


def test_what_differs_between_runs_is_not_in_what_a_chapter_gives(both):
    outcome: Outcome = both[0][WARM]
    assert 0 < outcome.cells < outcome.seconds
    given = json.loads(outcome.outputs)
    assert [[one["execution_count"] for one in cell] for cell in given["outputs"]] == [[], [], [None], [None]]
    assert given["outputs"][-1][0]["data"]["text/plain"] == "['1', '2']"
    assert "papermill" not in outcome.outputs


def test_at_least_one_chapter_runs_at_once():
    assert default_workers() >= 1
