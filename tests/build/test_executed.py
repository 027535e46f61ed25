"""A notebook and what its code cells gave are put together again."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from afpak.build.executed import assemble, outputs_of, write_notebook

INJECTED = "# Parameters\nyear = 2009\n"


@pytest.fixture
def chapter(tmp_path):
    """A chapter of prose, parameters, and two cells, one of them empty."""
    parameters = new_code_cell("year: int = 2006  # A year", metadata={"tags": ["parameters"]})
    cells = [new_markdown_cell("# Old"), parameters, new_markdown_cell("Then."), new_code_cell(""),
             new_code_cell("print(year)\nyear", metadata={"tags": ["hide-input"]})]  # fmt: skip
    path = tmp_path / "1-1-some.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "x"}}), path)
    return path


def as_run(path, year=2009):
    """The chapter as papermill runs it, with the outputs of a second run in one kernel."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(2, new_code_cell(INJECTED, metadata={"tags": ["injected-parameters"]}))
    for cell in notebook.cells:
        cell.metadata["papermill"] = {"start_time": "2026-01-01T00:00:00", "duration": 1.5}
    last = notebook.cells[-1]
    last.execution_count = 9
    last.outputs = [
        new_output("stream", name="stdout", text=f"{year}\n"),
        new_output("execute_result", {"text/plain": f"{year}", "text/html": "<b>é\u2028</b>"}, execution_count=9),
    ]
    return notebook


def test_what_code_cells_gave_is_kept_without_what_differs_from_run_to_run(chapter):
    result = {"output_type": "execute_result", "execution_count": None, "metadata": {},
              "data": {"text/plain": "2009", "text/html": "<b>é\u2028</b>"}}  # fmt: skip
    stream = {"output_type": "stream", "name": "stdout", "text": "2009\n"}
    kept = outputs_of(as_run(chapter))
    assert json.loads(kept) == {"injected": INJECTED, "outputs": [[], [], [], [stream, result]]}
    # A line of its own, so that it can follow another in a file.
    assert "\n" not in kept


def test_a_chapter_without_values_has_no_cell_of_them(chapter):
    notebook = as_run(chapter)
    del notebook.cells[2]
    assert json.loads(outputs_of(notebook))["injected"] is None
    assert len(assemble(chapter, {}, outputs_of(notebook)).cells) == 5


def test_the_executed_notebook_is_laid_out_as_papermill_does(chapter):
    made = assemble(chapter, {"year": 2009}, outputs_of(as_run(chapter)))
    nbformat.validate(made)
    theirs = parameterize_notebook(load_notebook_node(str(chapter)), {"year": 2009}, language="python")
    assert [(cell.source, cell.metadata.get("tags", [])) for cell in made.cells] == [
        (cell.source, cell.metadata.tags) for cell in theirs.cells
    ]
    assert made.metadata.papermill == {"parameters": {"year": 2009}}
    assert made.metadata.kernelspec == theirs.metadata.kernelspec


def test_values_stand_first_if_no_cell_declares_them(chapter):
    notebook = nbformat.read(chapter, as_version=4)
    del notebook.cells[1].metadata["tags"]
    nbformat.write(notebook, chapter)
    made = assemble(chapter, {"year": 2009}, outputs_of(as_run(chapter)))
    assert [cell.source for cell in made.cells[:2]] == [INJECTED, "# Old"]


def test_cells_are_counted_from_one_whatever_the_kernel_counted(chapter):
    code = [one for one in assemble(chapter, {}, outputs_of(as_run(chapter))).cells if one.cell_type == "code"]
    # An empty cell is not executed.
    assert [cell.execution_count for cell in code] == [1, 2, None, 4]
    assert [output.get("execution_count") for output in code[-1].outputs] == [None, 4]


def test_prose_and_tags_are_those_of_today_and_outputs_those_of_the_run(chapter):
    kept = outputs_of(as_run(chapter))
    notebook = nbformat.read(chapter, as_version=4)
    notebook.cells[0].source = "# New"
    notebook.cells.insert(1, new_markdown_cell("More."))
    notebook.cells[-1].metadata["tags"] = ["remove-input"]
    nbformat.write(notebook, chapter)
    made = assemble(chapter, {"year": 2009}, kept)
    assert [cell.source for cell in made.cells if cell.cell_type == "markdown"] == ["# New", "More.", "Then."]
    assert made.cells[-1].metadata.tags == ["remove-input"]
    assert made.cells[-1].outputs[1].data["text/plain"] == "2009"


def test_outputs_of_another_number_of_cells_are_refused(chapter):
    kept = outputs_of(as_run(chapter))
    notebook = nbformat.read(chapter, as_version=4)
    notebook.cells.append(new_code_cell("1"))
    nbformat.write(notebook, chapter)
    with pytest.raises(ValueError, match="zip"):
        assemble(chapter, {"year": 2009}, kept)


def test_two_runs_make_the_same_file_and_the_one_that_nbformat_writes(chapter, tmp_path):
    texts = []
    for name, count in (("a", 1), ("b", 9)):
        run = as_run(chapter)
        run.cells[-1].execution_count = run.cells[-1].outputs[1].execution_count = count
        made = assemble(chapter, {"year": 2009}, outputs_of(run))
        write_notebook(made, tmp_path / name)
        nbformat.write(made, tmp_path / f"{name}.ipynb")
        texts += [(tmp_path / one).read_text(encoding="utf-8") for one in (name, f"{name}.ipynb")]
    assert len(set(texts)) == 1
