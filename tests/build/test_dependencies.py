"""What results of chapters depend on, and are found again by."""

import ast
import json
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import nbformat
import pandas
import pytest
import zmq

from afpak.build import dependencies
from afpak.build.cache import Cache, Kept
from afpak.build.dependencies import Depends, differences, hashes, imports_of, known, versions_of
from afpak.build.inputs import plan
from afpak.tables.inputs import freeze


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of frozen tables, of which there is none."""
    path = tmp_path / "data"
    path.mkdir()
    (path / "datapackage.json").write_text(json.dumps({"resources": []}), encoding="utf-8")
    return path


def test_a_chapter_that_looked_for_an_event_table_runs_again_when_there_is_one_and_no_other(folder, tmp_path) -> None:
    cache, without = Cache(tmp_path / "cache"), hashes(folder)
    kept = {}
    for chapter, read in (("looked", ["datapackage.json", "events.parquet"]), ("did not", ["datapackage.json"])):
        kept[chapter] = Kept(f"outputs of what {chapter}", {path: without[path] for path in read}, 1.0)
        cache.keep(Depends({"code cells": chapter}, without), kept[chapter])
    again = hashes(folder)
    assert {one: cache.find(Depends({"code cells": one}, again)) for one in kept} == kept
    (folder / "events.parquet").write_bytes(b"events")
    now = hashes(folder)
    found = {one: cache.find(Depends({"code cells": one}, now)) for one in kept}
    assert found == {"looked": None, "did not": kept["did not"]}


# Modules

# Imports what each chapter does and tells which modules of the package were loaded by that; libraries stay loaded.
LOAD = """
import json, sys
loaded = {}
for chapter, lines in json.load(sys.stdin).items():
    for name in [name for name in sys.modules if name.partition(".")[0] == "afpak"]:
        del sys.modules[name]
    exec(lines, {})
    loaded[chapter] = [name for name in sys.modules if name.partition(".")[0] == "afpak"]
print(json.dumps(loaded))
"""


def import_lines(path: Path) -> str:
    code = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    nodes = [node for source in code for node in ast.walk(ast.parse(source))]
    return "\n".join(ast.unparse(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))


def test_a_chapter_depends_on_every_module_of_the_package_that_it_loads(checkout):
    # Chapters of three kinds; none that needs a library which takes seconds to import.
    chapters = ("glossary", "audit", "2-3-relations")
    lines = {chapter: import_lines(checkout.chapter(chapter)) for chapter in chapters}
    told = subprocess.run(
        [sys.executable, "-c", LOAD], input=json.dumps(lines), capture_output=True, text=True, check=True
    )
    loaded = json.loads(told.stdout)
    assert set(loaded) == set(chapters) and all("afpak.tables.inputs" in names for names in loaded.values())
    lacking = {
        chapter: set(names) - set(imports_of(checkout.chapter(chapter)).modules) for chapter, names in loaded.items()
    }
    assert {chapter: names for chapter, names in lacking.items() if names} == {}


def test_a_chapter_does_not_depend_on_what_it_does_not_import(checkout):
    glossary, months = (imports_of(checkout.chapter(chapter)) for chapter in ("glossary", "1-4-months"))
    # What stages and compiles the book has no part in a result, nor has the figure of another chapter.
    assert not {"afpak.cli", "afpak.build.stage", "afpak.build.book", "afpak.figures.months"} & set(glossary.modules)
    assert "afpak.figures.months" in months.modules
    assert "statsmodels" in months.libraries and "statsmodels" not in glossary.libraries


def test_the_kernel_and_what_brings_results_home_count_for_every_chapter(tmp_path, write_notebook):
    found = imports_of(write_notebook(tmp_path / "a.ipynb", "1"))
    assert {"afpak.build.kernel", "afpak.build.engine", "afpak.build.executed", "afpak.build.warm"} <= set(
        found.modules
    )
    assert found.named == ()


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("import afpak.tables.dates as d, pandas", {"afpak.tables.dates", "pandas"}),
        ("from afpak.tables import dates, load_inputs", {"afpak.tables", "afpak.tables.dates"}),
        ("if True:\n    from scipy import stats", {"scipy"}),
        ("from afpak.figures import *", {"afpak.figures"}),
        ("# import numpy\ntext = 'import numpy'", set()),
        ("%matplotlib inline\nimport numpy", {"numpy"}),
        ("%%time\nimport pandas\n!ls", {"pandas"}),
        ("%time import numpy", {"numpy"}),
        ("this is no Python", set()),
        ("await asking()\nimport numpy", {"numpy"}),
    ],
)
def test_a_cell_names_the_modules_that_it_imports(tmp_path, write_notebook, source, named):
    assert set(imports_of(write_notebook(tmp_path / "a.ipynb", source)).named) == named


def test_a_module_comes_with_those_that_it_imports_and_the_packages_that_it_lies_in(tmp_path, write_notebook):
    found = imports_of(write_notebook(tmp_path / "a.ipynb", "import afpak.figures.timeline"))
    assert {"afpak", "afpak.figures", "afpak.figures.timeline", "afpak.figures.style"} <= set(found.modules)
    assert {"matplotlib", "pandas"} <= set(found.libraries)


# What is known before a chapter runs


@pytest.fixture
def notebook(tmp_path, write_notebook):
    """A chapter of one cell, and a way to write it anew."""

    def write(*cells, prose="Words.", parameters="year: int = 1  # A year", tags=()):
        path = write_notebook(tmp_path / "1-1-some.ipynb", *cells, prose=prose, parameters=parameters)
        written = nbformat.read(path, as_version=4)
        written.cells[-1].metadata["tags"] = list(tags)
        written.cells[-1].metadata["scrolled"] = bool(tags)
        nbformat.write(written, path)
        return path

    return write


def key(path, parameters):
    return Depends(known(path, parameters), {}).key


def test_words_ids_and_how_a_cell_is_shown_have_no_bearing(notebook):
    first = key(notebook("year + 1"), {"year": 2009})
    # Each writing gives the cells new identifiers.
    assert key(notebook("year + 1"), {"year": 2009}) == first
    assert key(notebook("year + 1", prose="Other words."), {"year": 2009}) == first
    assert key(notebook("year + 1", tags=["hide-input", "remove-cell"]), {"year": 2009}) == first


def test_code_tags_that_change_a_run_and_values_have(notebook):
    asked = {"year": 2009}
    keys = [
        key(notebook("year + 1"), asked),
        key(notebook("year + 1 "), asked),
        key(notebook("year", "+ 1"), asked),
        key(notebook("year + 1", tags=["raises-exception"]), asked),
        key(notebook("year + 1", tags=["skip-execution"]), asked),
        key(notebook("year + 1", parameters="year: int = 2  # A year"), asked),
        key(notebook("year + 1"), {"year": 2010}),
        key(notebook("year + 1"), {"year": "2009"}),
        key(notebook("year + 1"), {"years": 2009}),
        key(notebook("year + 1"), {}),
    ]
    assert len(set(keys)) == len(keys)


def test_the_order_of_parameters_has_no_bearing(notebook):
    path = notebook("1")
    assert key(path, {"a": 1, "b": [2, 1]}) == key(path, {"b": [2, 1], "a": 1}) != key(path, {"a": 1, "b": [1, 2]})


def test_a_module_and_a_library_count_with_what_they_are(notebook, monkeypatch):
    path = notebook("import pandas\nfrom afpak.tables import load_inputs")
    before = known(path, {"year": 2009})
    assert before["library pandas"] == pandas.__version__ and before["python"] == platform.python_version()
    assert before["parameter year"] == "2009"
    source = Path(dependencies.__file__).parents[1] / "tables" / "inputs.py"
    real = dependencies._hash_of
    monkeypatch.setattr(dependencies, "_hash_of", lambda name: "new" if name == "afpak.tables.inputs" else real(name))
    after = known(path, {"year": 2009})
    assert differences(before, after) == ["module afpak.tables.inputs changed"]
    assert (
        source.is_file()
        and real("afpak.tables.inputs")
        == subprocess.run(["sha256sum", source], capture_output=True, text=True, check=True).stdout.partition(" ")[0]
    )


# Libraries


def test_a_library_counts_with_all_that_it_requires():
    assert {"pandas", "numpy"} <= set(versions_of(["pandas"]))
    found = versions_of(["nbclient"])
    # It asks for jupyter_client, and that for zmq.
    assert found["pyzmq"] == zmq.__version__
    assert found == {name: metadata.version(name) for name in found}
    assert "pandas" not in found


def test_a_module_is_traced_to_the_library_that_holds_it_under_another_name():
    assert versions_of(["yaml"]) == {"pyyaml": metadata.version("pyyaml")}


def test_the_standard_library_has_no_version_of_its_own_and_this_package_none_at_all():
    assert versions_of(["json", "sys", "asyncio", "afpak"]) == {}
    assert versions_of(["no_such_module"]) == {}


# Tables


@pytest.fixture
def frozen(small, tmp_path):
    """A way to freeze the tables of a small project, and their hashes."""

    def freezing(as_of="2022-01-31"):
        planned = plan(small, "some", as_of=as_of)
        freezing.count += 1
        root = tmp_path / f"frozen {freezing.count}" / "data"
        freeze(planned.inputs, planned.declaration, root)
        return hashes(root)

    freezing.count = 0
    return freezing


@pytest.fixture(autouse=True)
def tables_known_valid(monkeypatch):
    """Validation is tested elsewhere."""
    monkeypatch.setattr("afpak.build.inputs.validate", lambda _: [])


def test_tables_that_are_frozen_again_are_the_same(frozen):
    first = frozen()
    assert set(first) == {"datapackage.json", "events.parquet", "heights.csv", "rivers.csv", "lakes.csv",
                          "corrections.csv"}  # fmt: skip
    assert frozen() == first


def test_a_row_changes_the_hash_of_its_table_alone(frozen, small, lines):
    first = frozen()
    lines(small.data / "rivers.csv").put(2, "kilometres", "3181")
    now = frozen()
    assert [name for name in first if first[name] != now[name]] == ["rivers.csv"]


def test_what_became_of_rows_counts_with_their_table(frozen, small, lines):
    """A chapter shows how many rows were cut, though the rows that are left are the same."""
    package = json.loads((small.data / "datapackage.json").read_text(encoding="utf-8"))
    package["resources"][0]["asOf"] = {"happened": "seen", "published": "seen"}
    package["resources"][0]["schema"]["fields"].append({"name": "seen", "type": "string", "description": "seen"})
    (small.data / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    heights = small.data / "heights.csv"
    heights.write_text("peak,metres,seen\nK2,8611,1856\nMeasured later,1,2024\n", encoding="utf-8")
    first = frozen()
    with heights.open("a", encoding="utf-8") as file:
        file.write("Measured later still,1,2025\n")
    now = frozen()
    assert [name for name in first if first[name] != now[name]] == ["heights.csv"]


def test_of_the_declaration_the_day_of_compilation_counts_only_if_the_edition_has_reached_it(frozen, small):
    path = small.data / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))

    def compiled(day, as_of):
        path.write_text(json.dumps(package | {"created": day}), encoding="utf-8")
        return frozen(as_of)

    first = compiled("2026-11-22", "2022-01-31")
    assert compiled("2026-12-24", "2022-01-31") == first
    # Rows that don't say when they were published count as published on that day.
    reached, not_reached = compiled("2026-11-22", "2026-11-22"), compiled("2026-11-23", "2026-11-22")
    assert [name for name in reached if reached[name] != not_reached[name]] == ["datapackage.json"]
    package["resources"][2]["title"] = "Other lakes"
    now = compiled("2026-11-22", "2022-01-31")
    assert [name for name in first if first[name] != now[name]] == ["datapackage.json"]


# In words


def test_what_changed_is_told_in_words_with_values_where_they_say_something():
    before = {"python": "3.11.7", "parameter a": "1", "library x": "1.0", "module m": "f00", "file a.csv": "f01"}
    now = {"python": "3.12.0", "parameter a": "2", "library y": "2.0", "module m": "f02", "parameter b": '"é"'}
    assert differences(before, now) == [
        "file a.csv is gone",
        "library x is gone",
        "library y is new: 2.0",
        "module m changed",
        "parameter a changed: 1 before, now 2",
        'parameter b is new: "é"',
        "python changed: 3.11.7 before, now 3.12.0",
    ]
    assert differences(before, before) == []
