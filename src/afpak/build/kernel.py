"""What a chapter's kernel does before it is one: settle in its process, and watch what the chapter reads.

The process is either forked from a parent that has the libraries already, or started anew; from `run_kernel` on it is
the same. Everything that the user's own settings could change in a result is set aside here, and whatever a chapter
reads of the build's folder is written down, so that the build knows what its results depend on.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import connection, process
from pathlib import Path
from typing import Any

# More threads than one in each kernel would make the kernels wait for each other on a small machine.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")
# The same in every kernel, whoever builds: the order of sets, the drawing of figures, language and clock.
SETTLED = ONE_THREAD | {
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
}
READ, REACHED = "read", "reached"
_NETWORK = ("socket.connect", "socket.sendto", "socket.sendmsg")
_NAMES = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
_SYSTEM = ("/dev", "/etc", "/lib", "/lib64", "/proc", "/run", "/sys", "/usr", "/var/lib")
_LOOPBACK = ("127.", "::1", "localhost")


@dataclass(frozen=True)
class Surroundings:
    """Where a kernel runs.

    Parameters
    ----------
    cwd : str
        Its working directory.
    watched : str
        Folder of the tables.
    log : str
        File that is told what the chapter opens, as `watch` tells it.
    said : str
        File for what the process writes past Jupyter, such as the last words of a crash.
    profile : str
        Folder for IPython's settings, which are none.
    memory : int
        Bytes that the process may hold; 0 for no limit.
    """

    cwd: str
    watched: str
    log: str
    said: str
    profile: str
    memory: int = 0


def run_kernel(arguments: Sequence[str], environment: Mapping[str, str], surroundings: Surroundings) -> None:
    """Become a kernel; return when it is shut down.

    Parameters
    ----------
    arguments : sequence of str
        Those of ipykernel's command line.
    environment : mapping of str to str
        Replaces that of the process, which is its parent's.
    surroundings : Surroundings
        Where it runs.
    """
    die_with_parent()
    if hasattr(os, "setsid"):
        # An interrupt typed at a terminal is for the build, which stops its kernels itself.
        os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    # The user's own profile of IPython could change what a cell shows.
    os.environ["IPYTHONDIR"] = surroundings.profile
    os.chdir(surroundings.cwd)
    _speak_into(surroundings.said)
    _limit(surroundings.memory)
    _reseed()
    # What the parent imported stays: to look through it for what could be thrown away would copy it, page by page.
    gc.freeze()
    log = os.open(surroundings.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    own = not_inputs(surroundings)
    sys.addaudithook(watch(surroundings.watched, own, lambda line: os.write(log, f"{line}\n".encode())))

    from ipykernel.kernelapp import IPKernelApp

    # Jupyter would take the process that asked for the kernel for its parent; it is the one that was forked from.
    IPKernelApp.launch_instance(argv=[*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])


def watch(folder: str, own: Sequence[str], tell: Callable[[str], object]) -> Callable[[str, tuple[Any, ...]], None]:
    """Make an audit hook that tells of the files that are opened and refuses to reach other machines.

    Parameters
    ----------
    folder : str
        Folder of the tables; of its files the path in it is told, of others the whole path. Each is told of once.
    own : sequence of str
        Folders whose files are none of a chapter's inputs, such as those of the libraries.
    tell : callable
        Told a line: `READ` and a path, or `REACHED`, the time in seconds since 1970, and an address.

    Returns
    -------
    callable
        For `sys.addaudithook`. It sees what goes through Python: a library that opens a file or a connection without
        it is not seen.
    """
    seen: set[str] = set()
    inside, *others = (os.path.join(os.path.realpath(one), "") for one in (folder, *own))  # noqa: PTH118

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path = arguments[0]
            name = os.path.realpath(os.fsdecode(path)) if isinstance(path, str | bytes | os.PathLike) else ""
            if not name or name in seen:
                return
            # What a chapter writes itself and reads again is nothing that it depends on.
            seen.add(name)
            if _writes(arguments[1], arguments[2]):
                return
            if name.startswith(inside):
                tell(f"{READ} {Path(name[len(inside) :]).as_posix()}")
            elif not name.startswith(tuple(others)):
                tell(f"{READ} {name}")
        elif event in _NETWORK:
            address = arguments[1]
            # Socket files, and whatever else is no address of a machine.
            if isinstance(address, tuple):
                _refuse(f"{address[0]}:{address[1]}", tell)
        elif event in _NAMES and arguments[0]:
            _refuse(os.fsdecode(arguments[0]), tell)

    return hook


def _writes(mode: str | None, flags: int) -> bool:
    """Whether a file is opened to be written, given what Python tells of it: a mode, or flags of the system."""
    return any(letter in "wax+" for letter in mode) if mode else bool(flags & (os.O_WRONLY | os.O_RDWR))


def not_inputs(surroundings: Surroundings) -> tuple[str, ...]:
    """Folders whose files are none of a chapter's inputs: the system's, Python's, the libraries', and its own."""
    home = Path.home()
    caches = (os.environ.get("XDG_CACHE_HOME", home / ".cache"), os.environ.get("XDG_CONFIG_HOME", home / ".config"))
    library = Path(__file__).parents[1]
    folders = (*_SYSTEM, sys.prefix, sys.base_prefix, *sys.path, library, *caches)
    own = (surroundings.cwd, Path(surroundings.log).parent)
    return tuple(str(folder) for folder in (*folders, *own) if str(folder))


def _refuse(address: str, tell: Callable[[str], object]) -> None:
    if os.name != "posix" and address.startswith(_LOOPBACK):
        # Where there are no socket files Python itself talks to the kernel's process over loopback.
        return
    tell(f"{REACHED} {time.time():.6f} {address}")
    raise PermissionError(
        f"a connection to {address}: chapters run without a network, so that a book can be built again anywhere; put "
        "what is needed into a table of data/"
    )


def die_with_parent() -> None:
    """End this process as soon as the one that asked for it is gone, however that went."""
    parent = process.parent_process()
    if parent is None:
        return
    sentinel = parent.sentinel

    def wait() -> None:
        connection.wait([sentinel])
        os._exit(1)

    threading.Thread(target=wait, name="parent", daemon=True).start()


def _speak_into(path: str) -> None:
    """Send what the process writes past Jupyter to a file: kernels speak on their way out."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.close(file)


def _limit(memory: int) -> None:
    if memory:
        try:
            import resource
        except ImportError:
            # Windows has no such limit.
            return
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(
            resource.RLIMIT_DATA, (memory if most == resource.RLIM_INFINITY else min(memory, most), most)
        )


def _reseed() -> None:
    """Seed anew what a fork shares with its parent; a chapter that needs a seed sets it. `random` does so itself."""
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()
