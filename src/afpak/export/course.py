"""The course: the notebooks of an edition with its tables and the package, for those who learn and those who teach."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
import yaml

from afpak import bundles
from afpak.build.executed import INJECTED
from afpak.exercises import CHECK, EXERCISE, SOLUTION
from afpak.export.pinned import build_wheel, requirements
from afpak.export.plain import plain
from afpak.export.published import Published
from afpak.export.zipped import read_folder, write_zip
from afpak.problems import InputError

STUDENT, INSTRUCTOR = "student", "instructor"
ROLES = (STUDENT, INSTRUCTOR)
ANSWER = "answer"
# Pages of the book that go with the course, where the book has them.
PAGES = ("course", "methods")
_LICENCES = ("LICENSE", "LICENSE-DATA", "CITATION.cff")
_TABLE = re.compile(r"^:{3,}\{table\} (?P<caption>[^\n]+)\n:name: table-(?P<name>[\w-]+)$", re.MULTILINE)


def export_course(published: Published, role: str, target: Path | None = None) -> Path:
    """Write the course of a built edition as a zip; the file.

    Parameters
    ----------
    published : Published
        The edition.
    role : str
        ``student``, without any solution, or ``instructor``.
    target : Path, optional
        The file; in the folder of exports if not given.

    Raises
    ------
    InputError
        If something that the course needs is not in the checkout.
    """
    root = published.checkout.root
    lacking = [name for name in (*_LICENCES, "requirements.lock") if not (root / name).is_file()]
    if lacking:
        raise InputError([f"{root}: the course needs {', '.join(lacking)}, which is not there"])
    wheel, packed = build_wheel(root)
    chapters = list(published.parameters)
    pages = [name for name in PAGES if (published.checkout.book / f"{name}.md").is_file()]
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    texts = {
        "README.md": readme(published, role, citation, pages),
        "requirements.txt": requirements(root, wheel, packed),
    }
    for chapter, values in published.parameters.items():
        executed = nbformat.read(published.folder / "notebooks" / f"{chapter}.ipynb", as_version=4)
        texts[f"notebooks/{chapter}.ipynb"] = nbformat.v4.writes(
            for_role(executed, chapter, values, role, leading(chapters, pages, "notebooks"))
        )
    words = {"edition": published.edition.title, "as_of": published.edition.as_of, "compared": ""}
    for name in pages:
        text = (published.checkout.book / f"{name}.md").read_text(encoding="utf-8")
        texts[f"pages/{name}.md"] = plain(text, words=words, lead=leading(chapters, pages, "pages"))
    files = {name: text.encode() for name, text in texts.items()}
    files |= {wheel: packed} | {name: (root / name).read_bytes() for name in _LICENCES}
    files |= read_folder(published.folder / "data", "data")
    folder = f"{published.edition.name}-course-{role}"
    return write_zip(
        {f"{folder}/{name}": content for name, content in files.items()},
        target or published.asked_for / f"{folder}.zip",
    )


def for_role(
    executed: Any, chapter: str, values: Mapping[str, Any], role: str, lead: Callable[[str], str | None]
) -> Any:
    """A chapter as the course has it: not executed, with the edition's values as defaults, in plain Markdown.

    Parameters
    ----------
    executed : nbformat.NotebookNode
        As a build keeps it, with the numbers in its prose; it is changed.
    chapter : str
        Its identifier.
    values : mapping of str to Any
        The edition's values of its parameters.
    role : str
        ``student`` or ``instructor``.
    lead : callable
        As of `leading`.
    """
    named = labels(executed, chapter)
    executed.cells = [cell for cell in executed.cells if INJECTED not in _tags(cell)]
    if role == STUDENT:
        executed.cells = without_solutions(executed.cells)
    for cell in executed.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            if "parameters" in _tags(cell):
                cell.source = with_values(cell.source, values)
        else:
            cell.source = plain(cell.source, named, lead=lead)
        if SOLUTION in _tags(cell):
            cell.source = f"# Solution\n{cell.source}" if cell.cell_type == "code" else f"**Solution**\n\n{cell.source}"
    executed.metadata.pop("papermill", None)
    return executed


def without_solutions(cells: Sequence[Any]) -> list[Any]:
    """The cells with a place for the answer instead of each solution: one for code and one for words."""
    kept: list[Any] = []
    run: list[Any] = []
    for cell in cells:
        if SOLUTION in _tags(cell):
            run.append(cell)
            continue
        kept += _places(run)
        run = []
        kept.append(cell)
    return kept + _places(run)


def _places(solutions: Sequence[Any]) -> list[Any]:
    """Where the answers go that some solutions give."""
    places = []
    for kind in dict.fromkeys(cell.cell_type for cell in solutions):
        ofkind = [cell for cell in solutions if cell.cell_type == kind]
        metadata = {"tags": [ANSWER]}
        if kind == "code":
            names = dict.fromkeys(name for cell in ofkind for name in answers(cell.source))
            source = "\n".join(f"{name} = ...  # your answer" for name in names) or "# your answer"
            places.append(nbformat.v4.new_code_cell(source, id=ofkind[0].id, metadata=metadata))
        else:
            places.append(nbformat.v4.new_markdown_cell("*Your answer:*", id=ofkind[0].id, metadata=metadata))
    return places


def answers(source: str) -> list[str]:
    """Names of the answers that a cell sets, in their order."""
    found = [
        (node.lineno, node.col_offset, node.id)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id.startswith("answer_")
    ]
    return list(dict.fromkeys(name for _, _, name in sorted(found)))


def with_values(source: str, values: Mapping[str, Any]) -> str:
    """A cell of parameters with other defaults; types and comments stay.

    Whoever changes a value then changes the one that is in force: a cell of papermill's own would overrule it.
    """
    lines = source.encode().splitlines(keepends=True)
    for node in reversed(ast.parse(source).body):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            value = node.value
            if node.target.id not in values or value.end_lineno is None or value.end_col_offset is None:
                continue
            first, last = value.lineno - 1, value.end_lineno - 1
            before, after = lines[first][: value.col_offset], lines[last][value.end_col_offset :]
            lines[first : last + 1] = [before + _literal(values[node.target.id]).encode() + after]
    return b"".join(lines).decode()


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return repr(value)


def labels(executed: Any, chapter: str) -> dict[str, str]:
    """Words for each figure and table of an executed chapter, by the label that the book gives it."""
    found: dict[str, str] = {}
    for data in (output.get("data", {}) for cell in executed.cells for output in cell.get("outputs", [])):
        if bundles.FIGURE in data:
            figure = data[bundles.FIGURE]
            found[f"figure-{chapter}-{figure['name']}"] = f"the figure “{_opening(figure['caption'])}”"
        for table in _TABLE.finditer(data.get("text/markdown", "")):
            found[f"table-{chapter}-{table['name']}"] = f"the table “{_opening(plain(table['caption']))}”"
    return found


def _opening(caption: str) -> str:
    """The first sentence of a caption, up to its colon if it has one."""
    return re.split(r"(?<=\w\w)[.:;](?:\s|$)", caption.strip(), maxsplit=1)[0]


def leading(chapters: Collection[str], pages: Collection[str], folder: str) -> Callable[[str], str | None]:
    """Where a link of the book leads in the course, from a folder of it; None for a page that the course lacks."""

    def lead(target: str) -> str | None:
        if "://" in target or target.startswith("mailto:"):
            return target
        path = Path(target.partition("#")[0])
        for room, ending, known in (("notebooks", "ipynb", chapters), ("pages", "md", pages)):
            if path.stem in known:
                return f"{'' if room == folder else f'../{room}/'}{path.stem}.{ending}"
        return None

    return lead


def _tags(cell: Any) -> list[str]:
    tags: list[str] = cell.metadata.get("tags", [])
    return tags


def readme(published: Published, role: str, citation: Mapping[str, Any], pages: Sequence[str]) -> str:
    """What the course is, how it is installed, and how its exercises work."""
    left_out = [name for name in published.checkout.chapters if name not in published.parameters]
    lacking = f" Not in this edition: {', '.join(f'`{name}`' for name in left_out)}." if left_out else ""
    also = f"- `pages/`: {', '.join(f'[{name}](pages/{name}.md)' for name in pages)}.\n" if pages else ""
    opening = "pages/course.md" if "course" in pages else "notebooks/introduction.ipynb"
    return (
        _README.replace("{title}", citation["title"])
        .replace("{edition}", published.edition.title)
        .replace("{as_of}", published.edition.as_of)
        .replace("{role}", _OF_ROLE[role])
        .replace("{lacking}", lacking)
        .replace("{pages}", also)
        .replace("{opening}", opening)
        .replace("{authors}", ", ".join(_name(one) for one in citation["authors"]))
        .replace("{version}", str(citation["version"]))
        .replace("{year}", str(citation["date-released"])[:4])
        .replace("{doi}", f" https://doi.org/{citation['doi']}" if "doi" in citation else "")
    )


def _name(author: Mapping[str, str]) -> str:
    return author.get("name") or " ".join(filter(None, (author.get("given-names"), author.get("family-names"))))


_OF_ROLE = {
    STUDENT: (
        "An exercise is a cell with a heading of its own. Below it stands a place for the answer. Where the answer can "
        "be computed, that is a cell such as `answer_1 = ...  # your answer`: put your answer in the place of the "
        "three dots and run the cell, then the one below it, which holds your answer against one that is found in "
        "another way. It says “Right.”, or stops with “Not yet.” and a hint. As long as the three dots stand it says "
        "that there is no answer yet, and the notebook runs to its end. The cell of the check shows how it "
        "computes what it expects: read it when you have an answer of your own. Where the answer is in words, write "
        "it where it says *Your answer:*; nothing checks it. No solution is in this folder."
    ),
    INSTRUCTOR: (
        "An exercise is a cell with a heading of its own, tagged `exercise`. Its solution follows, in cells tagged "
        "`solution`, and, where the answer can be computed, a cell tagged `check`, which holds the answer against one "
        "that is found in another way. With the solutions every check says “Right.”. The course for students is the "
        "same without the solutions: `answer_1 = ...` stands in their place, and a wrong answer stops with a "
        "hint. Solutions in words are one good answer among others."
    ),
}

_README = """\
# {title}

The notebooks of the book as a course, in the edition “{edition}”: nothing that was published after {as_of} is used.

## To install it

You need Python 3.11 or newer. In this folder make an environment and start to use it:

```sh
python -m venv .venv
. .venv/bin/activate         # on Windows: .venv\\Scripts\\activate
```

Then one command installs everything, each library at the version that the book was made with and held against its hash:

```sh
python -m pip install -r requirements.txt
```

This is the only step that needs a network. For a class-room without one, run this beforehand on the same system and
Python, and add `--no-index --find-links libraries` to the command above:

```sh
python -m pip download -r requirements.txt -d libraries
```

## To work in it

```sh
python -m jupyter lab
```

Begin with [{opening}]({opening}). Each notebook runs from top to bottom by itself. Its first code cell
holds its parameters, with the values of this edition; change one and run the notebook again.

- `notebooks/`: the chapters.{lacking}
- `data/`: the tables, as far as they could be known on {as_of}. `datapackage.json` describes every column.
{pages}
## The exercises

{role}

## Licence and citation

The code is under the MIT licence ([LICENSE](LICENSE)); the text and the arrangement of the tables are
under CC BY 4.0 ([LICENSE-DATA](LICENSE-DATA)). Change and share them, and name the source:

> {authors} ({year}). *{title}*, version {version}.{doi}

[CITATION.cff](CITATION.cff) has the same for programs that keep references, and names the paper that the book reads.
"""

__all__ = ["ANSWER", "CHECK", "EXERCISE", "INSTRUCTOR", "ROLES", "STUDENT", "export_course", "for_role"]
