"""Kernels forked from one parent process that has the libraries already.

Most of what a short chapter costs is its kernel importing the same libraries as all others. Here they are imported
once, in the server process of the standard library's multiprocessing; each chapter still gets a process of its own,
forked from that one. Where fork is not available the same process starts an interpreter of its own.
"""

from __future__ import annotations

import asyncio
import math
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Empty
from types import ModuleType
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from afpak.build.kernel import SETTLED, Surroundings, run_kernel

WARM, ORDINARY = "warm", "ordinary"
# What each kernel needs; modules that chapters import come on top.
_KERNEL = ("ipykernel.kernelapp", "ipykernel.zmqshell", "IPython.core.completer", "matplotlib_inline.backend_inline")

# Windows has one way to end a process.
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
# What a process finds when it starts belongs to the whole of this one.
_STARTING = threading.Lock()


def kinds() -> tuple[str, ...]:
    """Kinds of kernel that this system has, the faster first."""
    return (WARM, ORDINARY) if "forkserver" in multiprocessing.get_all_start_methods() else (ORDINARY,)


def settled() -> dict[str, str]:
    """Variables that are the same for every kernel; matplotlib gets the settings that it comes with."""
    matplotlib = find_spec("matplotlib")
    if matplotlib is None or matplotlib.origin is None:
        return SETTLED
    return SETTLED | {"MATPLOTLIBRC": str(Path(matplotlib.origin).parent / "mpl-data" / "matplotlibrc")}


def warm_up(modules: Sequence[str]) -> None:
    """Start the parent of all warm kernels, if it does not run yet; it imports the modules while this goes on.

    It has no thread, no connection but the socket file on which it is asked for processes, and computes nothing:
    what is forked from it begins as if it had imported the libraries itself.
    """
    multiprocessing.get_context("forkserver").set_forkserver_preload([*_KERNEL, *modules])
    with _environment(settled()), without_main():
        forkserver.ensure_running()


def start(kind: str, target: Any, *arguments: Any) -> BaseProcess:
    """Start a process of that kind that calls a function of a module."""
    method = multiprocessing.get_context("forkserver") if kind == WARM else multiprocessing.get_context("spawn")
    made: BaseProcess = method.Process(target=target, args=arguments)
    # The parent of warm kernels is started anew if it was killed.
    with _STARTING, without_main(), _environment(settled()):
        made.start()
    return made


class Kernels:
    """The kernels that run now, so that all can be ended at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: list[BaseProcess] = []
        self._ended = False

    def start(self, kind: str, *arguments: Any) -> BaseProcess:
        """Start one; its arguments are those of `afpak.build.kernel.run_kernel`."""
        with self._lock:
            if self._ended:
                raise RuntimeError("all kernels were told to end")
            try:
                process = start(kind, run_kernel, *arguments)
            except (EOFError, ConnectionError):
                # The parent of warm kernels could not import a module. In a kernel of its own the chapter says which.
                process = start(ORDINARY, run_kernel, *arguments)
            self._running = [one for one in self._running if one.is_alive()] + [process]
        return process

    def end(self) -> None:
        """End all; none can be started any more."""
        with self._lock:
            self._ended = True
            for process in self._running:
                _signal(process, _KILL)


def _signal(process: BaseProcess, number: int) -> None:
    """Send a signal to a kernel and to what it started; nothing happens if it has ended."""
    if process.pid is None or process.exitcode is not None:
        return
    with suppress(ProcessLookupError):
        # It leads a session of its own, unless it has only just begun.
        leads = hasattr(os, "getpgid") and os.getpgid(process.pid) == process.pid
        (os.killpg if leads else os.kill)(process.pid, number)


@contextmanager
def without_main() -> Iterator[None]:
    """Keep processes that start from importing the script that this one is running: they need nothing of it."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set variables for as long as a process takes to start; some are read by libraries when they are imported."""
    former = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in former.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class ChapterProvisioner(LocalProvisioner):
    """Starts the kernel of a chapter as a process of ours, by fork or anew; the rest is as Jupyter does it."""

    def __init__(self, kernels: Kernels, kind: str, surroundings: Surroundings, **traits: Any) -> None:
        super().__init__(**traits)
        self._kernels, self._kind, self._surroundings = kernels, kind, surroundings
        self._started: BaseProcess | None = None

    @property
    def has_process(self) -> bool:
        """Whether a kernel was started and not yet waited for."""
        return self._started is not None

    async def launch_kernel(self, cmd: list[str], **options: Any) -> KernelConnectionInfo:
        """Start the process; ``cmd`` is the command that Jupyter would run, of which only the arguments are taken."""
        environment = dict(options["env"]) | settled()
        self._started = self._kernels.start(self._kind, cmd[1:], environment, self._surroundings)
        self.pid = self._started.pid
        return self.connection_info

    async def poll(self) -> int | None:
        """Exit status; None while the kernel runs."""
        return 0 if self._started is None else self._started.exitcode

    async def wait(self) -> int | None:
        """Wait until the process has ended; Jupyter's own looks ten times a second, a killed kernel takes less."""
        while (status := await self.poll()) is None:
            await asyncio.sleep(0.005)
        self._started = None
        return status

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel and the processes that it started; nothing happens if it has ended."""
        if self._started is not None:
            _signal(self._started, signum)

    async def kill(self, restart: bool = False) -> None:
        """End it at once."""
        await self.send_signal(_KILL)

    async def terminate(self, restart: bool = False) -> None:
        """Ask it to end."""
        await self.send_signal(signal.SIGTERM)


class ChapterKernelClient(AsyncKernelClient):
    """A client that is ready when its kernel is; Jupyter's own waits a fifth of a second longer, to be sure."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel has answered, and has said that it has nothing more to say.

        Parameters
        ----------
        timeout : float, optional
            Seconds; for ever if not given.

        Raises
        ------
        RuntimeError
            If the kernel has died, or the time is over.
        """
        deadline = math.inf if timeout is None else time.monotonic() + timeout
        # On a machine with much else to do an answer can come after the next question. Any of them will do: a client
        # that only took the answer to its last question would ask another at each, and never be done.
        asked: set[str] = set()
        while True:
            asked.add(self.kernel_info())
            try:
                reply = await self.get_shell_msg(timeout=1)
                while reply["parent_header"].get("msg_id") in asked:
                    told = await self.get_iopub_msg(timeout=0.2)
                    if (
                        told["parent_header"].get("msg_id") in asked
                        and told["content"].get("execution_state") == "idle"
                    ):
                        self._handle_kernel_info_reply(reply)
                        return
            except Empty:
                # Not there yet, or not yet connected to what it tells everybody.
                if not await self.is_alive():
                    raise RuntimeError("the kernel died before it answered") from None
                if time.monotonic() > deadline:
                    raise RuntimeError(f"the kernel did not answer in {timeout:g} seconds") from None


class ChapterKernelManager(AsyncKernelManager):
    """A manager of kernels whose kernel is the one of this interpreter, whatever the user has installed."""

    client_factory = ChapterKernelClient

    def __init__(self, kernels: Kernels, kind: str, surroundings: Surroundings, **traits: Any) -> None:
        super().__init__(**traits)
        self._kernel_spec = KernelSpec(
            argv=["ipykernel", "-f", "{connection_file}", "--HistoryManager.enabled=False"],
            display_name="Python 3",
            language="python",
        )
        # Jupyter would look for an installed provisioner by name, in every package there is.
        self.provisioner = ChapterProvisioner(kernels, kind, surroundings, kernel_spec=self._kernel_spec, parent=self)

    async def _async_wait(self, pollinterval: float = 0.005) -> None:
        """Wait for the end of a kernel; a killed one takes less than the tenth of a second of Jupyter's own."""
        await super()._async_wait(pollinterval)
