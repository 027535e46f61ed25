"""A project small enough to build in no time, and the parent of the kernels that run its chapters."""

import json
from pathlib import Path

import pytest

from afpak.build.foresight import imported
from afpak.build.paths import Checkout
from afpak.build.warm import warm_up

TABLES = {
    "heights": "peak,metres\nK2,8611\nTirich Mir,7708\n",
    "rivers": "river,kilometres\nIndus,3180\nKabul,700\n",
    "lakes": "lake,metres\nSaiful Muluk,3224\n",
}
OFFSET = 'as_of: "date" = "2022-01-31"  # A day\noffset: int = 1  # What is added [metres]'
AS_OF = 'as_of: "date" = "2022-01-31"  # A day'


@pytest.fixture(scope="session")
def warm(checkout):
    """The parent of all warm kernels of this process, told to import what the real chapters do."""
    warm_up(imported(checkout, checkout.chapters))


def declared(name: str, text: str) -> dict:
    header = text.splitlines()[0].split(",")
    fields = [{"name": column, "type": "string", "description": column} for column in header]
    fields[1:] = [field | {"type": "integer"} for field in fields[1:]]
    return {
        "name": name, "path": f"{name}.csv", "title": name, "description": name,
        "schema": {"fields": fields, "primaryKey": header[:1], "missingValues": [""]},
    }  # fmt: skip


@pytest.fixture(scope="session")
def small_project(checkout, write_notebook):
    """Write a project of three small tables and a chapter for each of the two first."""

    def write(root: Path) -> Checkout:
        made = Checkout(root)
        for folder in (made.data, made.book, made.notebooks, made.editions):
            folder.mkdir(parents=True)
        package = json.loads((checkout.data / "datapackage.json").read_text(encoding="utf-8"))
        (corrections,) = [one for one in package["resources"] if one["name"] == "corrections"]
        resources = [declared(name, text) for name, text in TABLES.items()]
        package = {"created": "2026-11-22T00:00:00Z", "resources": [*resources, corrections]}
        (made.data / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
        for name, text in TABLES.items():
            (made.data / f"{name}.csv").write_text(text, encoding="utf-8")
        header = ",".join(field["name"] for field in corrections["schema"]["fields"])
        (made.data / "corrections.csv").write_text(f"{header}\n", encoding="utf-8")
        (made.book / "index.md").write_text("# Small\n", encoding="utf-8")
        (made.editions / "some.yaml").write_text("title: Some\nas_of: 2022-01-31\n", encoding="utf-8")
        (root / "_config.yml").write_text("title: Small\n", encoding="utf-8")
        cited = "title: Small, read again\nversion: 1.2.3\nauthors:\n  - name: Some people\n"
        (root / "CITATION.cff").write_text(cited, encoding="utf-8")
        pages = "".join(f"      - file: {name}\n" for name in ("1-1-heights", "1-2-rivers"))
        contents = f"format: jb-book\nroot: index\nparts:\n  - caption: Only\n    chapters:\n{pages}"
        (root / "_toc.yml").write_text(contents, encoding="utf-8")
        load = "from afpak.tables import load_inputs\n\ninputs = load_inputs(as_of)"
        heights = 'int(inputs["heights"]["metres"].sum()) + offset'
        write_notebook(made.chapter("1-1-heights"), load, heights, parameters=OFFSET, prose="# Heights")
        rivers = 'int(inputs["rivers"]["kilometres"].sum())'
        write_notebook(made.chapter("1-2-rivers"), load, rivers, parameters=AS_OF, prose="# Rivers")
        return made

    return write


@pytest.fixture
def small(small_project, tmp_path) -> Checkout:
    """A small project, to be spoiled."""
    return small_project(tmp_path / "small")
