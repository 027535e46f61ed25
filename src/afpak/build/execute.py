"""Running the chapters through papermill, each in a process and a kernel of its own."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

# More threads than one in each kernel would make the kernels wait for each other on a small machine.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")
SECONDS_PER_CELL = 300
LINES_OF_TRACEBACK = 12


@dataclass(frozen=True)
class Job:
    """One chapter to run: where its notebook is read, where the executed one goes, its parameters."""

    chapter: str
    notebook: Path
    executed: Path
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """A chapter that ran, and how long it took in seconds."""

    chapter: str
    seconds: float


class ChapterError(Exception):
    """A chapter that failed: notebook, cell, parameters and the last lines of the traceback, once."""

    def __init__(self, job: Job, cell: int | None, source: str, traceback: str) -> None:
        self.chapter = job.chapter
        values = "\n".join(f"    {name} = {value!r}" for name, value in job.parameters.items())
        where = f"cell {cell}" if cell is not None else "before its first cell"
        shown = "\n".join(f"    {line}" for line in source.strip().splitlines())
        lines = traceback.rstrip().splitlines()
        left_out = ["…"] if len(lines) > LINES_OF_TRACEBACK else []
        tail = "\n".join(f"    {line}" for line in [*left_out, *lines[-LINES_OF_TRACEBACK:]])
        super().__init__(
            f"chapter {job.chapter} failed in notebooks/{job.chapter}.ipynb, {where}\n"
            f"{shown}\n  with parameters\n{values}\n  and said\n{tail}"
        )


def execute(
    jobs: Sequence[Job],
    workers: int,
    started: Callable[[str], None],
    done: Callable[[Outcome], None],
) -> list[Outcome]:
    """Run all chapters, as many at once as there are workers.

    Parameters
    ----------
    jobs : sequence of Job
        In the order in which they should start.
    workers : int
        Chapters running at the same time.
    started, done : callable
        Told of each chapter as it is handed to a worker and as it ends.

    Returns
    -------
    list of Outcome
        In the order of ``jobs``.

    Raises
    ------
    ChapterError
        Of the first chapter that fails; those not yet begun are not begun.
    """
    outcomes: dict[str, Outcome] = {}
    # papermill changes the working directory, which belongs to the whole process: so processes, not threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=workers, mp_context=context, initializer=_leave_quietly) as pool:
        waiting = list(jobs)
        running: dict[Future[Outcome | _Failure], Job] = {}
        try:
            while waiting or running:
                while waiting and len(running) < workers:
                    job = waiting.pop(0)
                    started(job.chapter)
                    with _deaf():
                        running[pool.submit(_run, job)] = job
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    job, result = running.pop(future), _result(future)
                    if isinstance(result, _Failure):
                        raise ChapterError(job, result.cell, result.source, result.traceback)
                    outcomes[result.chapter] = result
                    done(result)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return [outcomes[job.chapter] for job in jobs]


def _result(future: Future[Outcome | _Failure]) -> Outcome | _Failure:
    """What a worker brought back; a worker that was killed brings nothing back and says nothing."""
    try:
        return future.result()
    except BrokenProcessPool:
        return _Failure(None, "", "its process, or one beside it, was killed from outside: out of memory, perhaps")


@contextmanager
def _deaf() -> Iterator[None]:
    """Start workers deaf to Ctrl-C: until they are ready to leave quietly they would each print a traceback."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)


def _leave_quietly() -> None:
    """End a worker on Ctrl-C without a traceback of its own; its kernel is shut down on the way out."""
    signal.signal(signal.SIGINT, lambda *_: sys.exit(130))


@dataclass(frozen=True)
class _Failure:
    cell: int | None
    source: str
    traceback: str


def _run(job: Job) -> Outcome | _Failure:
    """Run one chapter in this process; failures come back as values, since exceptions don't pickle well."""
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    os.environ.update(_ONE_THREAD)
    begun = time.monotonic()
    # A folder of its own under the system's short temporary path: the path of a socket file has a limit.
    runtime = tempfile.TemporaryDirectory(prefix="afpak-")
    os.environ["JUPYTER_RUNTIME_DIR"] = runtime.name
    # papermill's own reader of parameters does not know our types and says so; ours has checked them.
    logging.getLogger("papermill").setLevel(logging.ERROR)
    said = Path(runtime.name) / "said"
    try:
        with _quiet(said):
            _execute(job, runtime.name)
    except papermill.PapermillExecutionError as error:
        return _Failure(_number(job.notebook, error.cell_index), error.source, _plain(error.traceback))
    except CellTimeoutError:
        return _Failure(None, "", f"a cell ran for more than {SECONDS_PER_CELL} seconds and was stopped")
    except DeadKernelError as error:
        return _Failure(None, "", f"the kernel died: {error}\n{said.read_text(errors='replace')}")
    finally:
        runtime.cleanup()
    return Outcome(job.chapter, time.monotonic() - begun)


def _execute(job: Job, runtime: str) -> None:
    import papermill
    from traitlets.config import Config

    papermill.execute_notebook(
        str(job.notebook),
        str(job.executed),
        parameters=dict(job.parameters),
        cwd=str(job.executed.parent),
        kernel_name="python3",
        progress_bar=False,
        log_output=False,
        # Else papermill writes the whole notebook to disk around every cell.
        request_save_on_cell_execute=False,
        execution_timeout=SECONDS_PER_CELL,
        # Kernels that start together can be given the same free port; socket files have no such race.
        config=Config({"KernelManager": {"transport": "ipc", "ip": f"{runtime}/kernel"}})
        if os.name == "posix"
        else Config(),
    )


@contextmanager
def _quiet(path: Path) -> Iterator[None]:
    """Send what this process and its kernel write to a file: kernels speak on their way out."""
    kept = os.dup(1), os.dup(2)
    with path.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        try:
            yield
        finally:
            for number, descriptor in enumerate(kept, start=1):
                os.dup2(descriptor, number)
                os.close(descriptor)


def _number(notebook: Path, index: int) -> int:
    """Place of a cell in the notebook as JupyterLab shows it, from 1, given its index in the executed one.

    papermill puts a cell with the values right after the parameters cell, which the notebook does not have.
    """
    cells = nbformat.read(notebook, as_version=4).cells
    declared = [i for i, cell in enumerate(cells) if "parameters" in cell.metadata.get("tags", [])]
    return index if declared and index > declared[0] else index + 1


def _plain(traceback: Sequence[str] | str) -> str:
    """A traceback without the colours that IPython puts in."""
    from nbconvert.filters.ansi import strip_ansi

    text = traceback if isinstance(traceback, str) else "\n".join(traceback)
    plain: str = strip_ansi(text)  # type: ignore[no-untyped-call]
    return plain
