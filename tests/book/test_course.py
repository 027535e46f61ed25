"""The course as a student has it: unpacked elsewhere, its package installed, every notebook run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from afpak.build.edition import read_edition
from afpak.build.paths import find_checkout
from afpak.export.course import export_course
from afpak.export.published import Published

from .conftest import EDITION, ROOT

pytestmark = pytest.mark.book


@pytest.fixture(scope="module")
def unpacked(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the student's course, with a kernel that has its wheel and, from here, the pinned libraries."""
    checkout = find_checkout(ROOT)
    manifest = json.loads((published / "manifest.json").read_text(encoding="utf-8"))
    book = Published(checkout, read_edition(checkout.editions, EDITION), published, manifest)
    folder = tmp_path_factory.mktemp("course")
    with zipfile.ZipFile(export_course(book, "student", folder / "course.zip")) as archive:
        archive.extractall(folder)
    (course,) = (path for path in folder.iterdir() if path.is_dir())
    venv.create(course / ".venv", with_pip=True)
    python = course / ".venv" / "bin" / "python"
    (wheel,) = course.glob("*.whl")
    install = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel]
    subprocess.run(install, check=True, capture_output=True)
    # The libraries are those of requirements.txt, which is cut from the lock that they were installed from.
    places = {"base": str(course / ".venv"), "platbase": str(course / ".venv")}
    own = Path(sysconfig.get_path("purelib", vars=places))
    (own / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return course


@pytest.fixture(scope="module")
def kernel(unpacked: Path) -> Iterator[KernelManager]:
    """A kernel of the course's own environment, in the folder of its notebooks."""
    manager = KernelManager()
    python = str(unpacked / ".venv" / "bin" / "python")
    manager.kernel_spec.argv = [python, "-m", "ipykernel", "-f", "{connection_file}"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    manager.start_kernel(env=environment, cwd=str(unpacked / "notebooks"))
    yield manager
    manager.shutdown_kernel(now=True)


def run(kernel: KernelManager, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Run a notebook from top to bottom, with nothing that the one before has named."""
    notebook.cells.insert(0, nbformat.v4.new_code_cell("%reset -f"))
    NotebookClient(notebook, km=kernel, timeout=300).execute()
    return notebook


def said(notebook: nbformat.NotebookNode) -> list[str]:
    """What the checks say."""
    checks = (cell for cell in notebook.cells if "check" in cell.metadata.get("tags", []))
    return [output["data"]["text/plain"] for cell in checks for output in cell.outputs]


def test_the_course_has_every_chapter_and_the_package_of_its_wheel(unpacked: Path, published: Path) -> None:
    chapters = {path.stem for path in (published / "notebooks").glob("*.ipynb")}
    assert {path.stem for path in (unpacked / "notebooks").glob("*.ipynb")} == chapters
    asked = [unpacked / ".venv" / "bin" / "python", "-c", "import afpak; print(afpak.__file__)"]
    done = subprocess.run(asked, check=True, capture_output=True, text=True, cwd=unpacked)
    assert Path(done.stdout.strip()).is_relative_to(unpacked)


def test_no_file_of_the_course_holds_a_solution(unpacked: Path) -> None:
    solutions = [
        line.strip()
        for path in (ROOT / "notebooks").glob("*.ipynb")
        for cell in nbformat.read(path, as_version=4).cells
        if "solution" in cell.metadata.get("tags", [])
        for line in cell.source.splitlines()
        if len(line) > 60
    ]
    assert len(solutions) > 50
    held = "\n".join(
        path.read_text(encoding="utf-8", errors="ignore")
        for path in unpacked.rglob("*")
        if path.is_file() and path.suffix in (".ipynb", ".md", ".csv", ".txt", ".json", ".cff")
        if ".venv" not in path.parts
    )
    with zipfile.ZipFile(next(unpacked.glob("*.whl"))) as wheel:
        held += "\n".join(wheel.read(name).decode("utf-8", errors="ignore") for name in wheel.namelist())
    plain = held.replace('\\"', '"')
    assert [line for line in solutions if line in plain] == []


@pytest.mark.parametrize("chapter", sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb")))
def test_a_students_notebook_runs_as_it_is(unpacked: Path, kernel: KernelManager, chapter: str) -> None:
    path = unpacked / "notebooks" / f"{chapter}.ipynb"
    if not path.is_file():
        pytest.skip("not in this edition")
    notebook = run(kernel, nbformat.read(path, as_version=4))
    checks = [cell for cell in notebook.cells if "check" in cell.metadata.get("tags", [])]
    assert len(said(notebook)) == len(checks)
    assert all(text.startswith("Not answered yet") for text in said(notebook))


def test_a_wrong_answer_stops_with_its_hint(unpacked: Path, kernel: KernelManager) -> None:
    notebook = nbformat.read(unpacked / "notebooks" / "summary.ipynb", as_version=4)
    answer = next(cell for cell in notebook.cells if re.match(r"answer_1 = \.\.\.", cell.source))
    answer.source = "answer_1 = -1"
    check = next(cell for cell in notebook.cells if "check" in cell.metadata.get("tags", []))
    (hint,) = re.findall(r'hint = "([^"]+)"', check.source)
    with pytest.raises(CellExecutionError, match="Not yet") as caught:
        run(kernel, notebook)
    assert hint in str(caught.value)
