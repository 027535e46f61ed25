"""The course: what students and instructors get, and that a student gets no solution."""

from __future__ import annotations

import ast
import re
import zipfile
from pathlib import Path

import nbformat
import pytest

from afpak.export import course, pinned
from afpak.export.plain import plain
from afpak.export.zipped import write_zip

ROOT = Path(__file__).parents[2]
PARAMETERS = 'as_of: "date" = "2026-11-22"  # Last day “so far”\nyears: "list[int]" = [1, 2]  # Years [year]\n'


def code(source: str, *tags: str):
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)})
    cell.outputs = [nbformat.v4.new_output("stream", text="left over")]
    cell.execution_count = 3
    return cell


def words(source: str, *tags: str):
    return nbformat.v4.new_markdown_cell(source, metadata={"tags": list(tags)})


@pytest.fixture
def executed():
    return nbformat.v4.new_notebook(
        cells=[
            words("# Made up\n\n:::{admonition} What it says\n:class: x\nSee [a](other.ipynb).\n:::"),
            code(PARAMETERS, "parameters"),
            code("as_of = '2022-01-31'", "injected-parameters"),
            words("### 1 Read a figure: one", "exercise"),
            code("helper = 20 + 1\nanswer_1 = helper * 2", "solution"),
            code('exercises.check(answer_1, 42, "Twice.")', "check"),
            words("### 2 Question a claim: two", "exercise"),
            code("answer_2, answer_3 = 'secret', 'words'", "solution"),
            code("other = answer_2", "solution"),
            words("Because it rests on a single source.", "solution"),
        ]
    )


def made(executed, role):
    return course.for_role(executed, "made-up", {"as_of": "2022-01-31", "years": [3]}, role, lambda _: None).cells


def test_a_student_gets_a_place_for_each_answer_and_no_solution(executed) -> None:
    cells = made(executed, "student")
    assert [cell.source for cell in cells if "answer" in cell.metadata.get("tags", [])] == [
        "answer_1 = ...  # your answer",
        "answer_2 = ...  # your answer\nanswer_3 = ...  # your answer",
        "*Your answer:*",
    ]
    text = nbformat.v4.writes(nbformat.v4.new_notebook(cells=cells))
    for solved in ("helper", "secret", "single source", "other =", "left over", '"solution"'):
        assert solved not in text
    assert 'exercises.check(answer_1, 42, "Twice.")' in [cell.source for cell in cells]


def test_an_instructor_gets_every_solution_and_no_output(executed) -> None:
    cells = made(executed, "instructor")
    solved = [cell.source for cell in cells if "solution" in cell.metadata.get("tags", [])]
    assert solved[0] == "# Solution\nhelper = 20 + 1\nanswer_1 = helper * 2"
    assert solved[-1] == "**Solution**\n\nBecause it rests on a single source."
    assert len(solved) == 4
    assert all(cell.outputs == [] and cell.execution_count is None for cell in cells if cell.cell_type == "code")


@pytest.mark.parametrize("role", course.ROLES)
def test_the_values_of_the_edition_are_the_defaults_and_nothing_overrules_them(executed, role) -> None:
    cells = [cell.source for cell in made(executed, role)]
    assert 'as_of: "date" = "2022-01-31"  # Last day “so far”\nyears: "list[int]" = [3]  # Years [year]\n' in cells
    assert "as_of = '2022-01-31'" not in cells


@pytest.mark.parametrize("value", ["it's “so”", 'a "b"', 3, 2.5, True, [], ["a", "b"]])
def test_a_value_is_written_so_that_python_reads_it_back(value) -> None:
    source = course.with_values("a: str = 'é'  # é is kept [unit]", {"a": value})
    (line,) = ast.parse(source).body
    assert ast.literal_eval(line.value) == value
    assert source.endswith("  # é is kept [unit]")


def test_answers_set_anywhere_in_a_solution_are_found_once_and_in_order() -> None:
    assert course.answers("if x:\n    answer_2 = 1\nelse:\n    answer_2 = 2\nanswer_1, y = answer_2, 3") == [
        "answer_2",
        "answer_1",
    ]


@pytest.mark.parametrize(
    ("myst", "markdown"),
    [
        (":::{admonition} A title\n:class: x\nOne.\n\nTwo.\n:::", "> **A title**\n>\n> One.\n>\n> Two."),
        ("::::{note}\n:::{tip} In\nx\n:::\n::::", "> **Note**\n>\n> > **In**\n> >\n> > x"),
        ("```{code-block} sh\nmake book\n```", "```sh\nmake book\n```"),
        ("```sh\n{numref}`a`\n```", "```sh\n{numref}`a`\n```"),
        ("(label)=\n# T\n+++\nx", "# T\nx"),
        ("Read {numref}`figure-c-n` well", "Read the figure “Caption” well"),
        ("{numref}`figure-c-n` shows", "The figure “Caption” shows"),
        ("Count {glue:text}`n`, `{glue:text}` not", "Count 7, `{glue:text}` not"),
        ("[here](a.ipynb) and [gone](b.md) and {doc}`the end <c>`", "[here](a.ipynb) and gone and the end"),
        ("As of {{ as_of }}", "As of 2022-01-31"),
        ("```{tableofcontents}\n```\nx", "x"),
    ],
)
def test_myst_becomes_markdown_that_any_reader_shows(myst, markdown) -> None:
    shown = plain(
        myst,
        {"figure-c-n": "the figure “Caption”"},
        {"n": "7"},
        {"as_of": "2022-01-31"},
        lambda target: target if target.startswith("a") else None,
    )
    assert shown == markdown


def test_links_lead_to_what_the_course_has() -> None:
    lead = course.leading(["one"], ["methods"], "notebooks")
    assert lead("methods.md#a") == "../pages/methods.md"
    assert lead("one.ipynb") == "one.ipynb"
    assert lead("bibliography.md") is None
    assert lead("https://example.org/a") == "https://example.org/a"
    assert course.leading(["one"], ["methods"], "pages")("one.ipynb") == "../notebooks/one.ipynb"


def test_the_requirements_hold_what_the_package_needs_and_no_tool_of_development() -> None:
    text = pinned.requirements(ROOT, "afpak-0-py3-none-any.whl", b"wheel")
    names = {entry["name"] for entry in pinned._ENTRY.finditer(text)}
    assert {"pandas", "jupyterlab", "papermill", "numpy", "aiohttp", "tornado"} <= names
    assert not {"pytest", "mypy", "ruff", "playwright", "hatchling", "lifelines", "roc-validator"} & names
    # sha256 of the five letters, by sha256sum
    assert text.splitlines()[1:3] == [
        "./afpak-0-py3-none-any.whl \\",
        "    --hash=sha256:" + "ba59926159d2aa256eb8739b8da7e2b574b960e1202c6d624cbe981cef996c91",
    ]
    # Each is as it stands in the lock, to its last hash.
    lock = re.split(r"\n(?=[a-zA-Z0-9])", (ROOT / "requirements.lock").read_text(encoding="utf-8").strip())
    entries = re.split(r"\n(?=[a-zA-Z0-9])", text.strip())[1:]
    assert len(entries) > 100
    assert set(entries) < set(lock)


def test_a_wheel_is_the_same_bytes_when_it_is_built_again() -> None:
    name, first = pinned.build_wheel(ROOT)
    assert name.endswith("-py3-none-any.whl")
    assert pinned.build_wheel(ROOT) == (name, first)


def test_a_zip_is_the_same_bytes_whatever_the_order_and_leaves_nothing_beside_it(tmp_path) -> None:
    one = write_zip({"b": b"2", "a/c": b"1"}, tmp_path / "one" / "x.zip")
    two = write_zip({"a/c": b"1", "b": b"2"}, tmp_path / "two" / "x.zip")
    assert one.read_bytes() == two.read_bytes()
    assert zipfile.ZipFile(one).namelist() == ["a/c", "b"]
    assert [path.name for path in one.parent.iterdir()] == ["x.zip"]
