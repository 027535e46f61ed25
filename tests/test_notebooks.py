"""What holds for every chapter as it is committed."""

from __future__ import annotations

import ast
import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from afpak.build.parameters import read_parameters

REPOSITORY = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)

CLAIM = re.compile(r"\b(?:\d+\.\d+|[a-z]+)-\d{2}\b")
GLUE = re.compile(r"\{glue:(\w+)\}`([^`]*)`")
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"


def cells(path: Path, kind: str) -> list[str]:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == kind]


def is_chapter(path: Path) -> bool:
    return path.stem[0].isdigit() or path.stem in sections()


def rows(name: str) -> list[dict[str, str]]:
    with (REPOSITORY / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sections() -> set[str]:
    return {row["section"] for row in rows("paper/sections.csv")}


def claims() -> set[str]:
    return {row["claim"] for row in rows("paper/claims.csv")}


def found_in(path: Path) -> set[str]:
    """Claims that a notebook puts to the data: named one by one, or as those of whole sections or paragraphs."""
    code = "\n".join(cells(path, "code"))
    found = set(re.findall(r'"((?:\d+\.\d+|[a-z]+)-\d{2})"', code))
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "of_sections":
            named = {one.value for one in node.args if isinstance(one, ast.Constant)}
            assert named <= sections()
            paragraphs = [ast.literal_eval(one.value) for one in node.keywords if one.arg == "paragraphs"]
            found |= {
                row["claim"]
                for row in rows("paper/claims.csv")
                if row["section"] in named and (not paragraphs or int(row["paragraph"]) in paragraphs[0])
            }
    return found


def test_there_are_chapters() -> None:
    assert len(NOTEBOOKS) >= 17
    assert sum(is_chapter(path) for path in NOTEBOOKS) >= 14


@every_notebook
def test_a_notebook_is_committed_without_outputs(path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert notebook["nbformat"] == 4
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None


@every_notebook
def test_a_notebook_defines_no_function_and_no_class(path) -> None:
    for source in cells(path, "code"):
        for node in ast.walk(ast.parse(source)):
            assert not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda)


@every_notebook
def test_a_notebook_has_one_cell_of_parameters_before_all_other_code(path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    tagged = ["parameters" in cell["metadata"].get("tags", []) for cell in code]
    assert tagged.count(True) == 1
    assert tagged[0]


@every_notebook
def test_parameters_are_literals_one_a_line_each_with_its_meaning(path) -> None:
    for line in filter(str.strip, cells(path, "code")[0].splitlines()):
        (node,) = ast.parse(line).body
        assert isinstance(node, ast.AnnAssign)
        ast.literal_eval(node.value)
        code, _, comment = line.partition("  # ")
        assert len(comment.split()) > 2
        assert ast.parse(code)


@every_notebook
def test_every_number_among_the_parameters_has_a_unit(path) -> None:
    for parameter in read_parameters(path).values():
        assert bool(parameter.unit) or parameter.item_type not in ("int", "float"), parameter.name
        assert "[" not in parameter.meaning


@every_notebook
def test_a_notebook_begins_with_its_title_and_a_chapter_with_what_the_paper_says(path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    first = notebook["cells"][0]
    text = "".join(first["source"])
    assert first["cell_type"] == "markdown"
    assert re.match(r"# \S", text)
    assert ("{admonition} What the paper says here" in text) is is_chapter(path)


@every_notebook
def test_a_chapter_names_claims_that_exist_and_finds_on_each(path) -> None:
    if not is_chapter(path):
        pytest.skip("a page that is no chapter of the paper")
    box = cells(path, "markdown")[0].split(":::")[1]
    named = set(CLAIM.findall(box))
    assert named
    assert named <= claims()
    found = found_in(path)
    assert found <= claims()
    # What the box says is put to the data in the same chapter.
    assert named <= found


def test_every_claim_is_put_to_the_data_in_some_chapter() -> None:
    assert claims() - set().union(*(found_in(path) for path in NOTEBOOKS if is_chapter(path))) == set()


def glued(path: Path) -> list[str]:
    """Names that a notebook glues, in order."""
    names = []
    for source in cells(path, "code"):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "glue":
                assert isinstance(node.args[0], ast.Constant)
                names.append(node.args[0].value)
    return names


@every_notebook
def test_every_number_in_the_prose_is_glued_and_every_glued_number_is_used(path) -> None:
    roles = GLUE.findall("\n".join(cells(path, "markdown")))
    assert {kind for kind, _ in roles} <= {"text"}
    # How long a page takes to read is told by the build.
    assert {name for _, name in roles} - {"reading-time"} == set(glued(path))


@every_notebook
def test_a_name_is_glued_once(path) -> None:
    assert [name for name, count in Counter(glued(path)).items() if count > 1] == []


@every_notebook
def test_a_number_is_glued_before_the_prose_that_uses_it(path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    known: set[str] = {"reading-time"}
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if ":class: afpak-found" in text:
            continue  # what was found is told first
        if cell["cell_type"] == "code":
            known |= set(re.findall(r'glue\("([^"]*)"', text))
        else:
            assert {name for _, name in GLUE.findall(text)} <= known


@every_notebook
def test_a_chapter_says_what_was_found_before_all_else(path) -> None:
    if not is_chapter(path):
        pytest.skip("a page that is no chapter of the paper")
    _, found, *_ = cells(path, "markdown")
    assert found.startswith(":::{admonition} What we found\n:class: afpak-found\n")
    # It is told from what is computed.
    assert GLUE.search(found)


@every_notebook
def test_every_page_says_what_can_be_learned_before_all_else(path) -> None:
    learning = cells(path, "markdown")[2 if is_chapter(path) else 1]
    assert learning.startswith(":::{admonition} For those who learn or teach\n:class: dropdown afpak-learning\n")
    assert len(re.findall(r"(?m)^- ", learning)) >= 2
    for part in ("After this chapter you can", "Before it:", "Reading time: about {glue:text}`reading-time`"):
        assert part in learning


@every_notebook
def test_every_page_has_two_to_four_exercises_each_with_a_solution_and_one_at_least_with_a_check(path) -> None:
    order = [
        (tag, cell)
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        for tag in cell["metadata"].get("tags", [])
        if tag in ("exercise", "solution", "check")
    ]
    pattern = "".join(tag[0] for tag, _ in order)
    assert re.fullmatch(r"(?:es+c?){2,4}", pattern)
    assert "c" in pattern
    for number, (_, cell) in enumerate((one for one in order if one[0] == "exercise"), start=1):
        heading = "".join(cell["source"]).splitlines()[0]
        assert re.match(rf"### {number} (Read a figure|Change a parameter|Question a claim|Write a check): \S", heading)
    for tag, cell in order:
        if tag == "check":
            assert cell["cell_type"] == "code"
            assert re.search(r"(?m)^exercises\.check\(answer_\d, ", "".join(cell["source"]))


def names(source: str, kind: type[ast.expr_context]) -> set[str]:
    nodes = ast.walk(ast.parse(source))
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, kind)}


@every_notebook
def test_a_check_needs_nothing_of_a_solution_but_its_answers(path) -> None:
    # The students' course has no solution.
    solved: set[str] = set()
    others: set[str] = set()
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        source, tags = "".join(cell["source"]), cell["metadata"].get("tags", [])
        if "solution" in tags:
            solved |= names(source, ast.Store)
            continue
        others |= names(source, ast.Store)
        lacking = (names(source, ast.Load) & solved) - others
        assert {name for name in lacking if not name.startswith("answer_")} == set()


@every_notebook
def test_answers_are_set_by_solutions_only(path) -> None:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code" and not {"solution", "check"} & set(cell["metadata"].get("tags", [])):
            assert "answer_" not in "".join(cell["source"])


@every_notebook
def test_a_notebook_ends_with_the_tables_that_it_read(path) -> None:
    if path.stem == "data-and-sources":
        pytest.skip("it shows all tables, and says so")
    notebook = json.loads(path.read_text(encoding="utf-8"))
    asking = [place for place, cell in enumerate(notebook["cells"]) if "tables.coverage(" in "".join(cell["source"])]
    assert asking == [len(notebook["cells"]) - 1]
    last = notebook["cells"][-1]
    assert last["source"] == ["tables.coverage(inputs.read, as_of)"]
    assert last["metadata"]["tags"] == ["hide-output"]


@every_notebook
def test_links_between_pages_lead_somewhere(path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", "\n".join(cells(path, "markdown"))):
        if "://" in target or target.startswith("#"):
            continue
        page = Path(target.partition("#")[0])
        stems = {one.stem for folder in ("notebooks", "book") for one in (REPOSITORY / folder).iterdir()}
        assert page.stem in stems


# No number in the prose is typed by hand


def bare(text: str) -> list[str]:
    """Numbers in prose that nothing computes: what is left when all that may stand is taken away."""
    month = rf"(?:{MONTHS})"
    number = r"\d+(?:\.\d+)*"
    numbers = rf"{number}(?:(?:, (?:and )?| and | to | or ){number})*"
    allowed = [
        r"(?s)```.*?```",
        r"\{[\w:]+\}`[^`]*`",  # a role
        r"`[^`]*`",  # code
        r"(?<=\])\([^)]*\)",  # the target of a link
        r"<https?://[^>]*>|https?://\S+",
        r"“[^”]*”",  # quoted from the paper
        r"(?m)^(?::{3,}.*|:\w+:.*)$",  # lines of a directive
        rf"(?m)^(#+ ){numbers}(?= )",  # the number of a section in a heading
        r"(?m)^\s*\d+\. ",  # a list
        CLAIM.pattern,
        rf"(?i)\bsections? {numbers}",
        rf"(?i)\bfootnotes? {numbers}",  # a place in the paper, as a section is
        r"\b(?:19|20)\d\d-\d\d(?:-\d\d)?\b",
        rf"\b\d{{1,2}} {month}(?: (?:19|20)\d\d)?\b",
        r"(?<![\d,.])(?:19\d\d|20[0-4]\d)\b(?![,.]\d|%)",  # a year, alone, after a month or in a work cited
    ]
    for pattern in allowed:
        text = re.sub(pattern, " ", text)
    return re.findall(r"\S*\d\S*", text)


@pytest.mark.parametrize(
    "text",
    [
        "# 1.4 and 2.5 The table",
        "## 3 Heading",
        "See section 1.5 and sections 1.4 and 2.5.",
        "The claim (1.4-14), and summary-02.",
        "On 15 August 2021, in June 2014, on 2022-01-31 and in 2013, from 2015 to 2020.",
        "By Dean 1992; Cameron and Trivedi 1990.",
        "There are {glue:text}`groups` groups, see `first_year = 2006` and `data/x-12.csv`.",
        "1. Set `first_year` to 2001.\n2. Choose another.",
        "The paper says “10 per cent in 3 years”.",
        "As [the page](https://example.org/12/34) says.",
        ":::{admonition} What the paper says here\n:class: afpak-2\nFour emirs.\n:::",
        "Footnote 51 lists them; footnotes 31 and 32 do not.",
        "two whole years on either side",
    ],
)
def test_references_dates_quotes_and_computed_numbers_may_stand(text) -> None:
    assert bare(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("There were 12 attacks.", ["12"]),
        ("A fall of 38% in all", ["38%"]),
        ("In 1,816 incidents", ["1,816"]),
        ("2061 in 2010", ["2061"]),
        ("1816 incidents", ["1816"]),
        ("p < 0.05", ["0.05"]),
        ("on June 15", ["15"]),
        ("a ratio of 1.5 to 2.0", ["1.5", "2.0"]),
        ('He said "4 emirs".', ['"4']),
        ("the 3 series {glue:text}`x`", ["3"]),
        ("section 1.5 has 7 parts", ["7"]),
        ("## Splits in 14 years", ["14"]),
        ("# 1.4 Trends in 7 series", ["7"]),
        ("The 95% interval", ["95%"]),
        ("1.4-14 and 99", ["99"]),
        ("footnote 51 has 4 names", ["4"]),
    ],
)
def test_numbers_typed_by_hand_are_found(text, found) -> None:
    assert bare(text) == found


@every_notebook
def test_no_number_in_a_chapters_prose_is_typed_by_hand(path) -> None:
    assert [found for text in cells(path, "markdown") for found in bare(text)] == []
