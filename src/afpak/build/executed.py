"""An executed notebook: the committed one with what its code cells gave, and nothing that differs from run to run.

A run is kept apart from the notebook's words: what its code cells gave, in their order. So the words can change and
the run still stands.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

INJECTED = "injected-parameters"


def outputs_of(notebook: Any) -> str:
    """What the code cells of a notebook that papermill ran gave, as JSON.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        As papermill returns it, with the cell of parameters that it puts in.

    Returns
    -------
    str
        Object with ``injected``, the source of that cell or null, and ``outputs``, a list by code cell.
    """
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    injected = [cell.source for cell in code if INJECTED in cell.metadata.get("tags", [])]
    # How often a kernel has executed anything is no result.
    outputs = [[_timeless(output) for output in cell.outputs] for cell in code]
    content = {"injected": injected[0] if injected else None, "outputs": outputs}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def assemble(path: Path, parameters: Mapping[str, Any], outputs: str) -> Any:
    """Put together the executed notebook.

    Parameters
    ----------
    path : Path
        The committed notebook.
    parameters : mapping of str to Any
        Values that it ran with.
    outputs : str
        As `outputs_of` gives it, of a run of the same code cells.

    Returns
    -------
    nbformat.NotebookNode
        As papermill lays it out: after the cell of parameters one with the values.
    """
    kept = json.loads(outputs)
    notebook = nbformat.read(path, as_version=4)
    if kept["injected"] is not None:
        cell = nbformat.v4.new_code_cell(kept["injected"], id=INJECTED, metadata={"tags": [INJECTED]})
        declared = [i for i, one in enumerate(notebook.cells) if "parameters" in one.metadata.get("tags", [])]
        notebook.cells.insert(declared[0] + 1 if declared else 0, cell)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, (cell, given) in enumerate(zip(code, kept["outputs"], strict=True), start=1):
        cell.execution_count = count if cell.source.strip() else None
        cell.outputs = [nbformat.from_dict(output) for output in given]
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    notebook.metadata["papermill"] = {"parameters": dict(parameters)}
    return notebook


def write_notebook(notebook: Any, path: Path) -> None:
    """Write a notebook as nbformat does, which would check each once more."""
    path.write_text(nbformat.v4.writes(notebook) + "\n", encoding="utf-8")


def _timeless(output: Mapping[str, Any]) -> dict[str, Any]:
    return {key: None if key == "execution_count" else value for key, value in output.items()}
