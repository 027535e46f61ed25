"""Running the chapters through papermill, each in a kernel of its own."""

from __future__ import annotations

import logging
import os
import tempfile
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from afpak.build.kernel import REACHED, READ, Surroundings

if TYPE_CHECKING:
    from afpak.build.engine import Begun
    from afpak.build.warm import Kernels

SECONDS = 600
MEMORY = 4 * 1024**3
LINES_OF_TRACEBACK = 12


@dataclass(frozen=True)
class Job:
    """One chapter to run.

    Parameters
    ----------
    chapter : str
        Its identifier.
    notebook : Path
        Where it is read.
    cwd : Path
        Working directory of its kernel; made if it is not there.
    data : Path
        Folder of the tables.
    parameters : mapping of str to Any
        Values by name.
    """

    chapter: str
    notebook: Path
    cwd: Path
    data: Path
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Limits:
    """What one chapter may take.

    Parameters
    ----------
    seconds : float
        Time for all of its cells.
    memory : int
        Bytes that its kernel may hold; 0 for no limit. Where the system knows no such limit there is none.
    """

    seconds: float = SECONDS
    memory: int = MEMORY


@dataclass(frozen=True)
class How:
    """How a build goes about it; none of this has a bearing on the book.

    Parameters
    ----------
    workers : int
        Chapters running at the same time.
    fresh : bool
        Whether every chapter is executed, whatever is kept of it.
    kind : str
        Kind of kernels, of `afpak.build.warm.kinds`; the fastest that this system has if not given.
    limits : Limits
        What each chapter may take.
    """

    workers: int = 1
    fresh: bool = False
    kind: str = ""
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Outcome:
    """A chapter that ran.

    Parameters
    ----------
    chapter : str
        Its identifier.
    seconds : float
        How long it took, the start of its processes included.
    outputs : str
        What its code cells gave, as `afpak.build.executed` writes it.
    read : tuple of str
        Files that it opened: those of the data folder by their paths in it, others by their whole paths.
    cells : float
        How long its cells took of that.
    """

    chapter: str
    seconds: float
    outputs: str = ""
    read: tuple[str, ...] = ()
    cells: float = 0.0


class ChapterError(Exception):
    """A chapter that failed: notebook, cell, parameters and the last lines of the traceback, once."""

    def __init__(self, job: Job, cell: int | None, source: str, traceback: str) -> None:
        self.chapter = job.chapter
        values = "\n".join(f"    {name} = {value!r}" for name, value in job.parameters.items())
        where = f"cell {cell}" if cell is not None else "before its first cell"
        shown = "".join(f"    {line}\n" for line in source.strip().splitlines())
        lines = traceback.rstrip().splitlines()
        left_out = ["…"] if len(lines) > LINES_OF_TRACEBACK else []
        tail = "\n".join(f"    {line}" for line in [*left_out, *lines[-LINES_OF_TRACEBACK:]])
        super().__init__(
            f"chapter {job.chapter} failed in notebooks/{job.chapter}.ipynb, {where}\n"
            f"{shown}  with parameters\n{values}\n  and said\n{tail}"
        )


def execute(
    jobs: Sequence[Job],
    workers: int,
    started: Callable[[str], None],
    done: Callable[[Outcome], None],
    kind: str = "",
    limits: Limits | None = None,
) -> list[Outcome]:
    """Run all chapters, as many at once as there are workers.

    Parameters
    ----------
    jobs : sequence of Job
        In the order in which they should start: the longest first, so that none is left running alone.
    workers : int
        Chapters running at the same time.
    started, done : callable
        Told of each chapter as it is handed to a worker and as it ends.
    kind : str
        Kind of kernels, of `afpak.build.warm.kinds`; the fastest that this system has if not given.
    limits : Limits, optional
        What each chapter may take.

    Returns
    -------
    list of Outcome
        In the order of ``jobs``.

    Raises
    ------
    ChapterError
        Of the first chapter that fails; those that run are stopped and those not yet begun are not begun.
    """
    from afpak.build.warm import Kernels, kinds

    kind, limits = kind or kinds()[0], limits or Limits()
    outcomes: dict[str, Outcome] = {}
    waiting = deque(jobs)
    running: dict[Future[Outcome | Failure], Job] = {}
    kernels = Kernels()
    # A folder under the system's short temporary path: the path of a socket file has a limit.
    with (
        tempfile.TemporaryDirectory(prefix="afpak-", ignore_cleanup_errors=True) as runtime,
        # The kernels are processes; what waits for their answers need not be.
        ThreadPoolExecutor(workers) as pool,
    ):
        try:
            while waiting or running:
                while waiting and len(running) < workers:
                    job = waiting.popleft()
                    started(job.chapter)
                    own = Path(runtime) / str(len(outcomes) + len(running))
                    own.mkdir()
                    running[pool.submit(run, job, str(own), kind, limits, kernels)] = job
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    job, result = running.pop(future), future.result()
                    if isinstance(result, Failure):
                        raise ChapterError(job, result.cell, result.source, result.traceback)
                    outcomes[result.chapter] = result
                    done(result)
        except BaseException:
            # Whoever waits for a kernel learns from its end that there is no more to come.
            kernels.end()
            raise
    return [outcomes[job.chapter] for job in jobs]


@dataclass(frozen=True)
class Failure:
    """Why a chapter failed: the cell, as JupyterLab counts them, its source, and what was said."""

    cell: int | None
    source: str
    traceback: str


def run(job: Job, runtime: str, kind: str, limits: Limits, kernels: Kernels) -> Outcome | Failure:
    """Run one chapter through papermill.

    Parameters
    ----------
    job : Job
        The chapter.
    runtime : str
        Empty folder for sockets and notes, with a short path.
    kind : str
        Kind of its kernel.
    limits : Limits
        What it may take.
    kernels : Kernels
        Told of its kernel, so that it can be ended from outside.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    from afpak.build.engine import Begun, execute_notebook
    from afpak.build.executed import outputs_of

    begun = time.monotonic()
    # papermill's own reader of parameters does not know our types and says so; ours has checked them.
    logging.getLogger("papermill").setLevel(logging.ERROR)
    # A chapter that is stopped leaves a question to its kernel that nobody answers any more.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    job.cwd.mkdir(parents=True, exist_ok=True)
    log, said = Path(runtime) / "log", Path(runtime) / "said"
    log.touch()
    said.touch()
    surroundings = Surroundings(
        str(job.cwd), str(job.data), str(log), str(said), str(Path(runtime) / "ipython"), limits.memory
    )
    cells = Begun()
    try:
        notebook = execute_notebook(
            job.notebook, job.parameters, surroundings, kind, runtime, limits.seconds, cells, kernels
        )
    except papermill.PapermillExecutionError as error:
        traceback = _plain(error.traceback).rstrip()
        if limits.memory and traceback.splitlines()[-1].startswith("MemoryError"):
            traceback += f"\n{_allowed(limits)}"
        return Failure(_number(job.notebook, error.cell_index), error.source, traceback)
    except CellTimeoutError:
        reason = (
            f"the chapter ran for more than {limits.seconds:g} seconds and was stopped in this cell: see --time-limit"
        )
        return _failure(job, cells, cells.last, reason)
    except DeadKernelError:
        reason = "the kernel died: killed from outside, or out of memory, perhaps"
        return _failure(job, cells, cells.last, f"{reason}\n{said.read_text(errors='replace')}")
    except RuntimeError as error:
        if cells.last is not None:
            raise
        # Of a kernel that did not get as far as to answer Jupyter tells with an error of no kind of its own.
        reason = f"{error}\n{said.read_text(errors='replace')}".rstrip()
        return _failure(job, cells, None, f"{reason}\n{_allowed(limits)}" if limits.memory else reason)
    told = [line.split(" ", maxsplit=2) for line in log.read_text(encoding="utf-8").splitlines()]
    reached = [(float(parts[1]), parts[2]) for parts in told if parts[0] == REACHED]
    if reached:
        addresses = ", ".join(dict.fromkeys(address for _, address in reached))
        reason = f"the chapter asked for a connection to {addresses}: chapters run without a network"
        return _failure(job, cells, cells.at(reached[0][0]), reason)
    return Outcome(
        job.chapter,
        time.monotonic() - begun,
        outputs_of(notebook),
        tuple(sorted(" ".join(parts[1:]) for parts in told if parts[0] == READ)),
        cells.seconds,
    )


def _allowed(limits: Limits) -> str:
    return f"A chapter may take {limits.memory / 1024**2:,.0f} MB: see --memory-limit"


def _failure(job: Job, cells: Begun, index: int | None, reason: str) -> Failure:
    """A failure in a cell, given its index in the notebook that papermill runs."""
    if index is None:
        return Failure(None, "", reason)
    return Failure(_number(job.notebook, index), cells.source(index), reason)


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


def default_workers() -> int:
    """As many chapters at once as there are processors for this process."""
    affinity: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
