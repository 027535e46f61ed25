"""Where everything lies: the one module that knows the folders of a checkout and of a build."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from afpak.problems import InputError


@dataclass(frozen=True)
class Checkout:
    """The project's folder and what stands in it."""

    root: Path

    @property
    def data(self) -> Path:
        """The tables."""
        return self.root / "data"

    @property
    def notebooks(self) -> Path:
        """The chapters."""
        return self.root / "notebooks"

    @property
    def book(self) -> Path:
        """The prose pages and the style."""
        return self.root / "book"

    @property
    def editions(self) -> Path:
        """The editions."""
        return self.root / "editions"

    @property
    def builds(self) -> Path:
        """All that builds write."""
        return self.root / "_build"

    @property
    def cache(self) -> Path:
        """What builds keep for those after them."""
        return self.builds / ".cache"

    @property
    def citation(self) -> Path:
        """How the book is to be cited."""
        return self.root / "CITATION.cff"

    @property
    def sources(self) -> dict[str, Path]:
        """Files that a build reads besides the tables, by their paths in the checkout."""
        files = [self.root / "_config.yml", self.root / "_toc.yml"]
        files += [self.citation] if self.citation.is_file() else []
        for folder in (self.book, self.notebooks, self.editions):
            files += [path for path in folder.rglob("*") if path.is_file() and ".ipynb_checkpoints" not in path.parts]
        return {path.relative_to(self.root).as_posix(): path for path in files}

    @property
    def tables(self) -> tuple[Path, ...]:
        """Files of the data folder, the declaration among them, in order of their names."""
        return tuple(sorted(path for path in self.data.rglob("*") if path.is_file()))

    def published(self, edition: str) -> Path:
        """Folder of a published edition."""
        return self.builds / edition

    def chapter(self, name: str) -> Path:
        """Notebook of a chapter."""
        return self.notebooks / f"{name}.ipynb"

    @property
    def chapters(self) -> tuple[str, ...]:
        """Identifiers of all chapters, in order of their names."""
        return tuple(sorted(path.stem for path in self.notebooks.glob("*.ipynb")))

    @property
    def parts(self) -> dict[str, tuple[str, ...]]:
        """Parts of the book by caption, each with its pages in order, as the table of contents has them."""
        contents = yaml.safe_load((self.root / "_toc.yml").read_text(encoding="utf-8"))
        return {part["caption"]: tuple(page["file"] for page in part["chapters"]) for part in contents["parts"]}


def find_checkout(start: Path | None = None) -> Checkout:
    """Find the checkout at or above a folder; InputError if there is none."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "_toc.yml").is_file() and (folder / "data" / "datapackage.json").is_file():
            return Checkout(folder)
    raise InputError([f"{here}: not inside a checkout of the book; change to its folder and run again"])
