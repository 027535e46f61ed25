"""What a chapter finds in its process, and what it can't do there."""

import multiprocessing
import os
import re
import signal
import sys
import threading
from multiprocessing import forkserver
from pathlib import Path

import matplotlib
import pytest

from afpak.build import kernel
from afpak.build.kernel import REACHED, READ, Surroundings, not_inputs, watch
from afpak.build.warm import WARM, start
from afpak.figures import style

from .running import hold, is_gone, job, run, shown, wait_until

kernels = pytest.mark.xdist_group("kernels")
needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="a system that does not list threads")


# Nothing passes from one chapter to the next

STATE = """
import os, random, sys, time
present = "statsmodels.api" in sys.modules
import matplotlib, numpy, pandas
from afpak.figures import style
"""
SPOIL = """
os.environ["SPOILT"], os.environ["TZ"] = "yes", "Asia/Karachi"
os.chdir("/")
pandas.set_option("display.max_rows", 7)
matplotlib.rcParams["font.size"] = 33.0
style.SMALL = -1
style.INVENTED = 1
random.seed(1)
numpy.random.seed(1)
sys.path.insert(0, "/spoilt")
"""
SHOW = """
{
    "forked": present, "parent": os.getppid(), "cwd": os.getcwd(), "environment": dict(os.environ),
    "rows": pandas.get_option("display.max_rows"), "font": matplotlib.rcParams["font.size"], "small": style.SMALL,
    "invented": hasattr(style, "INVENTED"), "path": list(sys.path), "clock": time.tzname,
    "drawn": [random.random(), float(numpy.random.random())],
}
"""
# What a person may have set, and what every chapter has instead.
OWN = {"TZ": "Asia/Karachi", "LC_ALL": "de_DE.UTF-8", "MPLBACKEND": "agg", "IPYTHONDIR": "/somewhere"}
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


@pytest.fixture(scope="module")
def seen(warm, tmp_path_factory, write_notebook):
    """What three chapters find that run one after the other, of which the first changes all that it can."""
    folder = tmp_path_factory.mktemp("isolation")
    sources = {"1-1-spoils": STATE + SPOIL, "1-2-next": STATE, "1-3-last": STATE}
    jobs = [job(write_notebook(folder / f"{name}.ipynb", source, SHOW)) for name, source in sources.items()]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (OWN | dict.fromkeys(THREADS, "7")).items():
            patch.setenv(name, value)
        patch.setenv("MINE", "kept")
        return jobs, [shown(outcome) for outcome in run(*jobs)]


@kernels
def test_a_chapter_can_change_its_own_process(seen):
    spoilt = seen[1][0]
    assert (spoilt["cwd"], spoilt["rows"], spoilt["font"], spoilt["small"]) == ("/", 7, 33.0, -1)
    assert spoilt["invented"] and spoilt["environment"]["SPOILT"] == "yes" and spoilt["path"][0] == "/spoilt"


@kernels
def test_what_a_chapter_changes_does_not_reach_the_next(seen):
    jobs, (_, *others) = seen
    for chapter, found in zip(jobs[1:], others, strict=True):
        assert found["cwd"] == str(chapter.cwd)
        assert "SPOILT" not in found["environment"] and "/spoilt" not in found["path"]
        # pandas has sixty rows by default; matplotlib and this package tell their own.
        assert (found["rows"], found["font"]) == (60, matplotlib.rcParamsDefault["font.size"])
        assert (found["small"], found["invented"]) == (style.SMALL, False)


@kernels
def test_chapters_are_forked_from_one_parent_that_has_the_libraries(seen):
    assert [one["forked"] for one in seen[1]] == [True] * 3
    assert len({one["parent"] for one in seen[1]}) == 1


@kernels
def test_chapters_draw_different_random_numbers(seen):
    for drawn in zip(*(one["drawn"] for one in seen[1]), strict=True):
        assert len(set(drawn)) == 3


@kernels
def test_settings_that_could_change_a_result_are_not_the_persons_own(seen):
    for found in seen[1][1:]:
        environment = found["environment"]
        assert {name: environment[name] for name in THREADS} == dict.fromkeys(THREADS, "1")
        assert {name for name, value in OWN.items() if environment[name] == value} == set()
        assert (found["clock"], environment["PYTHONHASHSEED"]) == (("UTC", "UTC"), "0")
        assert environment["MINE"] == "kept"


@kernels
@needs_proc
def test_the_parent_of_kernels_has_one_thread_no_connection_and_what_chapters_import(seen):
    parent = Path(f"/proc/{seen[1][0]['parent']}")
    assert int(parent.name) == forkserver._forkserver._forkserver_pid
    assert len(list((parent / "task").iterdir())) == 1
    opened = [str(path.readlink()) for path in (parent / "fd").iterdir()]
    (socket,) = [re.fullmatch(r"socket:\[(\d+)\]", one)[1] for one in opened if one.startswith("socket")]
    # Of the socket files of the system the one that it listens on, which has the flag of those that do.
    rows = [line.split() for line in (parent / "net" / "unix").read_text().splitlines()[1:]]
    assert [row[3] for row in rows if row[6] == socket] == ["00010000"]
    loaded = (parent / "maps").read_text()
    assert [name for name in ("pandas", "scipy/stats", "statsmodels", "matplotlib") if f"/{name}/" not in loaded] == []


# The end of whoever asked for a kernel


@kernels
@pytest.mark.usefixtures("warm")
def test_a_kernel_ends_when_the_build_is_killed(tmp_path):
    (tmp_path / "cwd").mkdir()
    build = start(WARM, hold, str(tmp_path))
    # It answers to its connection file, so it runs.
    assert wait_until((tmp_path / "connection").exists) and wait_until((tmp_path / "pid").exists)
    os.kill(build.pid, signal.SIGKILL)
    assert is_gone(int((tmp_path / "pid").read_text()))


# What the build is told of a chapter


@pytest.fixture
def told(tmp_path):
    """A hook for the tables in a folder, and the lines that it tells."""
    lines: list[str] = []
    for folder in ("data", "libraries"):
        (tmp_path / folder).mkdir()
    return watch(str(tmp_path / "data"), [str(tmp_path / "libraries")], lines.append), lines


def opened(hook, path, mode="r", flags=os.O_RDONLY) -> None:
    """What Python says when it opens a file."""
    hook("open", (path, mode, flags))


def test_a_table_is_told_by_its_path_in_the_folder_however_it_is_named(told, tmp_path, monkeypatch):
    hook, lines = told
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "data")
    for path in ("data/record/a b.csv", tmp_path / "data/c.csv", b"data/d.csv", "link/e.csv", "data/../data/f.csv"):
        opened(hook, path)
        opened(hook, path)
    assert lines == [f"{READ} {name}" for name in ("record/a b.csv", "c.csv", "d.csv", "e.csv", "f.csv")]


def test_any_other_file_is_told_by_its_whole_path_but_those_of_libraries(told, tmp_path):
    hook, lines = told
    opened(hook, str(tmp_path / "mine.csv"))
    opened(hook, str(tmp_path / "libraries" / "style.txt"))
    # A folder whose name begins in the same way is another folder.
    opened(hook, str(tmp_path / "libraries-of-mine"))
    opened(hook, str(tmp_path / "data.csv"))
    names = ("mine.csv", "libraries-of-mine", "data.csv")
    assert lines == [f"{READ} {(tmp_path / name).resolve()}" for name in names]


@pytest.mark.parametrize(("mode", "flags"), [("w", 0), ("ab", 0), ("x", 0), ("r+", 0), (None, os.O_WRONLY),
                                             (None, os.O_RDWR | os.O_CREAT)])  # fmt: skip
def test_a_file_that_a_chapter_writes_is_nothing_that_it_depends_on(told, tmp_path, mode, flags):
    hook, lines = told
    for one in ((mode, flags), ("r", os.O_RDONLY)):
        opened(hook, str(tmp_path / "data" / "mine.csv"), *one)
    assert lines == []
    opened(hook, str(tmp_path / "data" / "other.csv"), None, os.O_RDONLY | os.O_CLOEXEC)
    assert lines == [f"{READ} other.csv"]


def test_a_file_that_is_open_already_is_not_opened(told):
    hook, lines = told
    opened(hook, 3)
    hook("import", ("json",))
    assert lines == []


@pytest.mark.parametrize(
    ("event", "arguments", "address"),
    [
        ("socket.connect", (None, ("192.0.2.1", 80)), "192.0.2.1:80"),
        ("socket.connect", (None, ("2001:db8::1", 443, 0, 0)), "2001:db8::1:443"),
        ("socket.sendto", (None, ("192.0.2.1", 53)), "192.0.2.1:53"),
        ("socket.sendmsg", (None, ("192.0.2.1", 53)), "192.0.2.1:53"),
        ("socket.getaddrinfo", ("name.example", 80, 0, 0, 0), "name.example"),
        ("socket.getaddrinfo", (b"name.example", 80, 0, 0, 0), "name.example"),
        ("socket.gethostbyname", ("name.example",), "name.example"),
        ("socket.gethostbyaddr", ("192.0.2.1",), "192.0.2.1"),
    ],
)
def test_a_reach_for_the_network_is_told_and_refused(told, event, arguments, address):
    hook, lines = told
    with pytest.raises(PermissionError, match="chapters run without a network") as caught:
        hook(event, arguments)
    assert f"a connection to {address}:" in str(caught.value)
    (line,) = lines
    assert re.fullmatch(rf"{REACHED} \d+\.\d{{6}} {re.escape(address)}", line)


@pytest.mark.parametrize(
    ("event", "arguments"),
    [
        ("socket.connect", (None, "/tmp/socket")),
        ("socket.connect", (None, b"\0abstract")),
        ("socket.sendmsg", (None, None)),
        # What a server asks for that listens on all addresses of its machine.
        ("socket.getaddrinfo", (None, 80, 0, 0, 0)),
        ("socket.bind", (None, ("127.0.0.1", 0))),
    ],
)
def test_what_reaches_no_machine_passes(told, event, arguments):
    hook, lines = told
    hook(event, arguments)
    assert lines == []


@pytest.mark.parametrize(("system", "refused"), [("posix", True), ("nt", False)])
def test_this_machine_is_out_of_reach_where_kernels_can_do_without(told, monkeypatch, system, refused):
    hook, lines = told
    monkeypatch.setattr(kernel.os, "name", system)
    for arguments in ((None, ("127.0.0.1", 9)), (None, ("::1", 9, 0, 0)), (None, ("192.0.2.1", 9))):
        try:
            hook("socket.connect", arguments)
        except PermissionError:
            continue
    addresses = [line.split()[-1] for line in lines]
    assert addresses == (["127.0.0.1:9", "::1:9", "192.0.2.1:9"] if refused else ["192.0.2.1:9"])


def test_files_of_the_system_the_libraries_and_the_chapter_itself_are_no_inputs(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", ["", "/of/python"])
    where = Surroundings("/room", "/tables", "/notes/log", "/notes/said", "/notes/ipython")
    found = not_inputs(where)
    assert {"/usr", "/proc", "/of/python", sys.prefix, sys.base_prefix, "/room", "/notes"} <= set(found)
    assert str(Path(kernel.__file__).parents[1]) in found
    # An empty one would be the working directory, or everything.
    assert not {"", "/", "/tables", str(tmp_path), str(Path.home())} & set(found)


@pytest.mark.parametrize(
    ("asked", "most", "set_to"),
    [(2000, -1, (2000, -1)), (2000, 5000, (2000, 5000)), (2000, 1000, (1000, 1000)), (0, -1, None)],
)
def test_a_limit_of_memory_is_within_what_the_system_allows(monkeypatch, asked, most, set_to):
    resource = pytest.importorskip("resource")
    found = []
    monkeypatch.setattr(resource, "getrlimit", lambda what: (-1, most))
    monkeypatch.setattr(resource, "setrlimit", lambda what, limits: found.append((what, limits)))
    kernel._limit(asked)
    assert found == ([(resource.RLIMIT_DATA, set_to)] if set_to else [])
    assert resource.RLIM_INFINITY == -1


def test_the_process_that_builds_has_no_parent_to_die_with():
    assert multiprocessing.parent_process() is None
    before = threading.enumerate()
    kernel.die_with_parent()
    assert threading.enumerate() == before
