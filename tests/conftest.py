"""What all tests share: the repository, copies of it to spoil, and its tables as plain lines."""

# ruff: noqa: E402
import sys

# As the command does: the library that checks the form of notebooks would take seconds to build grammars of internet
# addresses, in each process that tests run in.
sys.modules.setdefault("rfc3987_syntax", None)

import csv
import shutil
from pathlib import Path

import nbformat
import pytest
from hypothesis import settings

from afpak.build.paths import Checkout, find_checkout
from afpak.tables import Inputs, load_inputs

# A slow machine is no fault of the code.
settings.register_profile("afpak", deadline=None, max_examples=50)
settings.load_profile("afpak")

COPIED = ("data", "editions", "notebooks", "book", "_toc.yml", "_config.yml", "CITATION.cff")


class Lines:
    """A CSV file as the csv module reads it, its cells found by line and column; the header is line 1."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open(encoding="utf-8", newline="") as file:
            self.header, *self.rows = csv.reader(file)

    def records(self) -> list[dict[str, str]]:
        return [dict(zip(self.header, row, strict=True)) for row in self.rows]

    def find(self, **cells: str) -> int:
        """Line of the first row with these cells."""
        for line, record in enumerate(self.records(), start=2):
            if all(record[column] == value for column, value in cells.items()):
                return line
        raise LookupError(cells)

    def get(self, line: int, column: str) -> str:
        return self.rows[line - 2][self.header.index(column)]

    def put(self, line: int, column: str, value: str) -> None:
        self.rows[line - 2][self.header.index(column)] = value
        self.save()

    def append(self, line: int, **cells: str) -> int:
        """Append a copy of a row with other cells; return its line."""
        record = self.records()[line - 2] | cells
        self.rows.append([record[column] for column in self.header])
        self.save()
        return len(self.rows) + 1

    def save(self) -> None:
        with self.path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([self.header, *self.rows])


def copy_of(checkout: Checkout, folder: Path) -> Checkout:
    folder.mkdir(parents=True)
    for name in COPIED:
        here = checkout.root / name
        if here.is_dir():
            shutil.copytree(here, folder / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
        else:
            shutil.copyfile(here, folder / name)
    return Checkout(folder)


@pytest.fixture(scope="session")
def checkout() -> Checkout:
    """The repository itself; not to be changed."""
    return find_checkout(Path(__file__).parent)


@pytest.fixture
def copied(checkout, tmp_path) -> Checkout:
    """A copy of the repository's tables, editions, notebooks and pages, to be spoiled."""
    return copy_of(checkout, tmp_path / "copied")


@pytest.fixture(scope="session")
def copy(checkout, tmp_path_factory):
    """Make copies as `copied`, for fixtures that several tests share."""
    return lambda: copy_of(checkout, tmp_path_factory.mktemp("copy") / "copied")


@pytest.fixture(scope="session")
def lines() -> type[Lines]:
    """The class that opens a CSV file line by line."""
    return Lines


@pytest.fixture(scope="session")
def write_notebook():
    """Write a notebook of code cells; ``parameters`` is the source of its parameters cell."""

    def write(path: Path, *cells: str, parameters: str | None = None, prose: str = "") -> Path:
        notebook = nbformat.v4.new_notebook()
        if prose:
            notebook.cells.append(nbformat.v4.new_markdown_cell(prose))
        if parameters is not None:
            notebook.cells.append(nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}))
        notebook.cells += [nbformat.v4.new_code_cell(source) for source in cells]
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "language": "python",
            "display_name": "Python 3",
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)
        return path

    return write


@pytest.fixture
def no_network(monkeypatch):
    """Any attempt to reach another machine fails."""

    def refuse(*_, **__):
        raise AssertionError("the network was used")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)


@pytest.fixture(scope="session")
def paper(checkout) -> Inputs:
    """What could be known when the paper was written."""
    return load_inputs("2022-01-31", checkout.data)


@pytest.fixture(scope="session")
def latest(checkout) -> Inputs:
    """All that the tables hold."""
    return load_inputs("2026-11-22", checkout.data)
