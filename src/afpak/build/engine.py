"""The engine with which papermill runs a chapter: kernels of ours, one limit for the whole chapter, no saving between.

papermill's own would write the whole notebook to disk around every cell and take whatever kernel is installed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import papermill
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines

from afpak.build.kernel import Surroundings
from afpak.build.warm import ChapterKernelManager, Kernels

_NAME = "afpak"


class Begun:
    """Which cell of a notebook was begun last, and how long its cells took; papermill tells of neither if one hangs."""

    def __init__(self) -> None:
        self.manager: NotebookExecutionManager | None = None

    @property
    def last(self) -> int | None:
        """Index of the cell that was begun last; None if none was."""
        cells = self.manager.nb.cells if self.manager else []
        begun = [index for index, cell in enumerate(cells) if cell.metadata.get("papermill", {}).get("start_time")]
        return begun[-1] if begun else None

    def at(self, moment: float) -> int | None:
        """Index of the cell that ran at a time, in seconds since 1970; None if none had begun."""
        cells = self.manager.nb.cells if self.manager else []
        starts = [cell.metadata.get("papermill", {}).get("start_time") for cell in cells]
        begun = [i for i, start in enumerate(starts) if start and datetime.fromisoformat(start).timestamp() <= moment]
        return begun[-1] if begun else None

    @property
    def seconds(self) -> float:
        """Time that its cells took."""
        cells = self.manager.nb.cells if self.manager else []
        return sum(cell.metadata.get("papermill", {}).get("duration") or 0.0 for cell in cells)

    def source(self, index: int) -> str:
        """Source of a cell."""
        return str(self.manager.nb.cells[index].source) if self.manager else ""


Make = Callable[[], ChapterKernelManager]


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    def __init__(
        self, manager: NotebookExecutionManager, make: Callable[[], ChapterKernelManager], **traits: Any
    ) -> None:
        super().__init__(manager, **traits)
        self._make = make

    def create_kernel_manager(self) -> ChapterKernelManager:
        self.km = self._make()
        return self.km


class _ChapterEngine(Engine):  # type: ignore[misc]
    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        make: Make,
        seconds: float,
        cells: Begun,
        **_: Any,
    ) -> None:
        cells.manager = nb_man
        ends: list[float] = []

        def left(_: Any) -> float:
            # One limit for the chapter, from its first cell on: each cell has what those before it have left.
            ends[:] = ends or [time.monotonic() + seconds]
            return max(0.01, ends[0] - time.monotonic())

        client = _Client(
            nb_man,
            make,
            kernel_name=kernel_name,
            timeout_func=left,
            # It holds nothing that is needed once its outputs are here.
            shutdown_kernel="immediate",
        )
        client.execute()


def execute_notebook(
    notebook: Path,
    parameters: Mapping[str, Any],
    surroundings: Surroundings,
    kind: str,
    runtime: str,
    seconds: float,
    cells: Begun,
    kernels: Kernels,
) -> Any:
    """Execute a notebook with parameters through papermill and return it; nothing is written.

    Parameters
    ----------
    notebook : Path
        The chapter.
    parameters : mapping of str to Any
        Values by name.
    surroundings : Surroundings
        Where its kernel runs.
    kind : str
        Kind of its kernel.
    runtime : str
        Folder for the kernel's sockets.
    seconds : float
        What all its cells may take together.
    cells : Begun
        Told of the cells while they run.
    kernels : Kernels
        Starts its kernel.
    """
    papermill_engines.register(_NAME, _ChapterEngine)
    # Kernels that start together can be given the same free port; socket files have no such race.
    transport = {"transport": "ipc", "ip": f"{runtime}/kernel"} if os.name == "posix" else {}

    def make() -> ChapterKernelManager:
        return ChapterKernelManager(
            kernels, kind, surroundings, connection_file=f"{runtime}/connection.json", **transport
        )

    return papermill.execute_notebook(
        str(notebook),
        None,
        parameters=dict(parameters),
        engine_name=_NAME,
        progress_bar=False,
        request_save_on_cell_execute=False,
        make=make,
        seconds=seconds,
        cells=cells,
    )
