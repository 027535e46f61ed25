"""The book's source in a folder of its own: pages, executed chapters, their figures, the bibliography."""

from __future__ import annotations

import ast
import base64
import html
import math
import re
import shutil
import textwrap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import nbformat
import yaml

from afpak import bundles, exercises
from afpak.build import marks, pictures, search, views
from afpak.build.executed import INJECTED
from afpak.build.foot import Foot, foot
from afpak.build.paths import Checkout
from afpak.build.pictures import twin
from afpak.build.prose import OutputError, filled
from afpak.build.report import first_sentence

# Where no link may be put: code, roles, links, tags, mathematics, headings and the lines of a directive.
_UNLINKED = re.compile(
    r"(?ms)^```.*?^```|\{[\w:]+\}`[^`]*`|`[^`\n]*`|!?\[(?:\\.|[^\]\\\n])*\]\((?:<[^>\n]*>|[^)\n]*)\)"
    r"|<a\b.*?</a>|<[^>\n]+>|\$\$.*?\$\$|\$[^$\n]+\$"
    r"|^#[^\n]*$|^:{3,}[^\n]*$|^:[\w-]+:[^\n]*$"
)
# The one number that the prose can take without a cell that gives it.
READING_TIME = "reading-time"
# A table with a number of its own.
_TABLE = re.compile(r"(?m)^:+\{table\}.*\n:name: table-(\S+)$")
# What a table or records are called: the caption.
_CALLED = re.compile(r"\A:+\{table\} (.+)|\A:+\{div\} afpak-records\n:name: .*\n\n(.+)")
_POINTED = 160  # letters
_EXERCISES = "## Exercises"
_HOW_TO_ANSWER = (
    "*To answer, take this chapter as a notebook (the arrow at the top of the page) and run it where the book is "
    "installed; the cell under a task checks its answer. The* [course](course) *packs all chapters for learners.*"
)
_ROLE = re.compile(r"\{glue:text\}`([^`]+)`")


@dataclass(frozen=True)
class Outputs:
    """What an executed chapter holds, by name.

    Parameters
    ----------
    figures : mapping of str to mapping
        The figures' bundles: caption, alternative, source, licence, svg, svgs (for other pages, by
        their names), png, csv.
    numbers : mapping of str to str
        What was glued.
    findings : tuple of mapping
        Findings on claims, in the order shown.
    anchors : tuple of Anchor
        Words that other pages link to a place of this one with.
    title : str
        Its first heading.
    """

    figures: Mapping[str, Mapping[str, Any]]
    numbers: Mapping[str, str]
    findings: tuple[Mapping[str, Any], ...]
    anchors: tuple[Anchor, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Anchor:
    """A word, and the place of a page that it leads to.

    ``once`` links its first mention on a page only; ``told`` says what stands there, for those who point at the link.
    """

    word: str
    page: str
    place: str
    once: bool
    told: str = ""


def read_outputs(notebook: Any, chapter: str) -> Outputs:
    """Collect figures, numbers and findings of an executed notebook and check them.

    Raises
    ------
    OutputError
        If a name is used twice, if prose uses a number that no cell gives, or if a cell wrote a warning or
        another message where readers would see it.
    """
    figures: dict[str, Mapping[str, Any]] = {}
    numbers: dict[str, str] = {}
    findings: list[Mapping[str, Any]] = []
    anchors: list[Anchor] = []
    faults: list[str] = []
    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        if output.output_type == "stream":
            faults.append(
                f"a cell wrote to {output.name}: {(output.text.strip().splitlines() or ['an empty line'])[0]}"
            )
        data = output.get("data", {})
        if bundles.FIGURE in data:
            name = data[bundles.FIGURE]["name"]
            faults += [f"two figures are named {name}"] if name in figures else []
            figures[name] = data[bundles.FIGURE]
        if bundles.NUMBER in data:
            name = data[bundles.NUMBER]["name"]
            faults += [f"two numbers are named {name}"] if name in numbers else []
            numbers[name] = data[bundles.NUMBER]["text"]
        findings += data.get(bundles.FINDINGS, [])
        told = data.get(bundles.ANCHORS, {"once": False, "places": {}})
        said = {entry["place"]: _told(entry["told"]) for entry in told.get("entries", [])}
        anchors += [
            Anchor(word, chapter, place, told["once"], said.get(place, "")) for word, place in told["places"].items()
        ]
    faults += views.faults(notebook, figures)
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    given = {*numbers, READING_TIME}
    faults += [f"the prose uses {name}, which no cell gives" for name in _ROLE.findall(prose) if name not in given]
    if faults:
        raise OutputError(f"chapter {chapter}: " + "; ".join(dict.fromkeys(faults)))
    return Outputs(figures, numbers, tuple(findings), tuple(anchors), marks.title_of(notebook))


def reading_time(notebook: Any) -> str:
    """Minutes that a page takes to read: 200 words of prose a minute, and half a minute for each figure or table."""
    prose = " ".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown" and not _is_answer(cell))
    shown = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])]
    looked_at = sum(bundles.FIGURE in data or "text/markdown" in data for data in shown)
    minutes = max(1, math.ceil(len(prose.split()) / 200 + looked_at / 2))
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def _is_answer(cell: Any) -> bool:
    """Whether a cell solves an exercise or holds an answer against what it should be: no page shows it."""
    return bool({exercises.SOLUTION, exercises.CHECK} & set(cell.metadata.get("tags", [])))


def _is_model(cell: Any) -> bool:
    return cell.cell_type == "code" and "model" in cell.metadata.get("tags", [])


def _place(cell: Any) -> str:
    """What makes a cell a place that pages lead to: ``{ref}`words <cell-ID>` ``."""
    return f"(cell-{cell.id})=\n"


def read_all(executed: Mapping[str, Path]) -> dict[str, Outputs]:
    """What each executed chapter holds; OutputError as of `read_outputs`."""
    return {chapter: read_outputs(nbformat.read(path, as_version=4), chapter) for chapter, path in executed.items()}


def stage(
    checkout: Checkout,
    executed: Mapping[str, Path],
    source: Path,
    references: Sequence[Mapping[str, Any]],
    title: str,
    substitutions: Mapping[str, str],
    left_out: Collection[str] = (),
    stubs: Mapping[str, str] = MappingProxyType({}),
    told: Foot | None = None,
) -> dict[str, Outputs]:
    """Write the complete source of the book.

    Parameters
    ----------
    checkout : Checkout
        Where pages and configuration stand.
    executed : mapping of str to Path
        Executed notebook by chapter.
    source : Path
        Folder to write; must not exist.
    references : sequence of mapping
        Rows of the table of references, for the bibliography.
    title : str
        Title of the edition, shown under that of the book.
    substitutions : mapping of str to str
        Words that the pages take with ``{{ name }}``.
    left_out : collection of str
        Pages of this book that the edition has no use for: not written, and not in the table of contents.
    stubs : mapping of str to str
        By chapter that was not executed, the sentence that stands in its place, so that links to it lead somewhere.
    told : Foot, optional
        What the foot of each chapter tells; chapters have no foot without it.

    Returns
    -------
    dict of str to Outputs
        What each chapter holds.

    Raises
    ------
    OutputError
        If a chapter, or a page, promises what no chapter gives.
    """
    shutil.copytree(checkout.book, source)
    contents = yaml.safe_load((checkout.root / "_toc.yml").read_text(encoding="utf-8"))
    (source / "_toc.yml").write_text(
        yaml.safe_dump(without_pages(contents, left_out), sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
    for name in left_out:
        (source / f"{name}.md").unlink(missing_ok=True)
    configuration = yaml.safe_load((checkout.root / "_config.yml").read_text(encoding="utf-8"))
    options = configuration["sphinx"]["config"]
    options["html_theme_options"] = launch_options(options.get("html_theme_options", {}))
    options["myst_substitutions"] = {"edition": title, **substitutions}
    (source / "_config.yml").write_text(yaml.safe_dump(configuration, sort_keys=True), encoding="utf-8")
    (source / "references.bib").write_text(bibliography(references), encoding="utf-8")
    for chapter, reason in stubs.items():
        # A notebook like the chapter itself, so that links to it lead there.
        nbformat.write(stub(checkout.chapter(chapter), reason), source / f"{chapter}.ipynb")
    notebooks = {chapter: nbformat.read(path, as_version=4) for chapter, path in executed.items()}
    held = {chapter: read_outputs(notebook, chapter) for chapter, notebook in notebooks.items()}
    anchors = [anchor for one in held.values() for anchor in one.anchors]
    addresses = {anchor.word: f"{anchor.page}.html#{anchor.place}" for anchor in anchors if not anchor.once}
    pages = _showing(notebooks, anchors)
    verdicts = {str(one["claim"]): str(one["verdict"]) for each in held.values() for one in each.findings}
    (source / search.FILE).parent.mkdir(parents=True, exist_ok=True)
    (source / search.FILE).write_text(search.script(notebooks), encoding="utf-8")
    for chapter, notebook in notebooks.items():
        _write_figures(held[chapter], source / "figures" / chapter)
        # The reader's copy of the executed chapter has its numbers in the prose too.
        numbers = {**held[chapter].numbers, READING_TIME: reading_time(notebook)}
        nbformat.write(_with_numbers(notebook, numbers), executed[chapter])
        made = _linked(marks.mark(_for_the_book(notebook, chapter), addresses, pages, verdicts), chapter, anchors)
        if told:
            text = foot(told, chapter, marks.title_of(made))
            made.cells.append(nbformat.v4.new_markdown_cell(text, id="foot"))
        nbformat.write(made, source / f"{chapter}.ipynb")
    for page in source.glob("*.md"):
        text = filled(page.read_text(encoding="utf-8"), page.stem, held, checkout.chapters)
        write_page(text, page.stem, held, source)
    return held


def launch_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options of the theme, without buttons that would open a chapter elsewhere if no repository is named."""
    return {
        name: value
        for name, value in options.items()
        if options.get("repository_url") or name not in ("launch_buttons", "repository_url")
    }


def _showing(notebooks: Mapping[str, Any], anchors: Sequence[Anchor]) -> dict[str, dict[str, str]]:
    """By claim, titles of the pages that show its finding, by their names; not of that which lists all."""
    lists = {(anchor.word, anchor.page) for anchor in anchors}
    found: dict[str, dict[str, str]] = {}
    for chapter, notebook in notebooks.items():
        for claim in marks.shown_in(notebook):
            if (claim, chapter) not in lists:
                found.setdefault(claim, {})[chapter] = marks.title_of(notebook)
    return found


def stub(notebook: Path, reason: str) -> Any:
    """The page of a chapter that was not executed: its title, and why there is no more; its models' places too."""
    cells = nbformat.read(notebook, as_version=4).cells
    headings = (line for cell in cells if cell.cell_type == "markdown" for line in cell.source.splitlines())
    title = next((line for line in headings if line.startswith("# ")), f"# {notebook.stem}")
    text = f"{title}\n\n:::{{admonition}} Not in this book\n:class: note\n{reason}\n:::\n"
    places = "".join(_place(cell) for cell in cells if _is_model(cell))
    page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(places + text, id="left-out")])
    page.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return page


def write_page(text: str, page: str, held: Mapping[str, Outputs], source: Path) -> None:
    """Write a page of Markdown into the staged source, with a link at each word that leads to another page."""
    anchors = [anchor for one in held.values() for anchor in one.anchors]
    (source / f"{page}.md").write_text(link(text, page, anchors, set()), encoding="utf-8")


def without_pages(contents: Mapping[str, Any], left_out: Collection[str]) -> dict[str, Any]:
    """The table of contents less some pages, and less the parts that held nothing else."""
    parts = [
        part | {"chapters": [chapter for chapter in part["chapters"] if chapter["file"] not in left_out]}
        for part in contents["parts"]
    ]
    return dict(contents) | {"parts": [part for part in parts if part["chapters"]]}


def link(text: str, page: str, anchors: Sequence[Anchor], seen: set[str], titled: bool = True) -> str:
    """Markdown with links from words to the places that they lead to.

    Those that are linked at their first mention only lead to other pages than this one.

    The links are written as HTML, since the places are of the pages as they are shown, not of their source.

    Parameters
    ----------
    text : str
        Markdown.
    page : str
        The page that it stands on.
    anchors : sequence of Anchor
        Words and places.
    seen : set of str
        Places that the page has linked to already; grows.
    titled : bool
        Whether links say what stands there. In long tables of links that would make a page heavy.
    """
    places, words = _leading_from(page, tuple(anchors))
    if not places:
        return text

    def linked(match: re.Match[str]) -> str:
        anchor = places[match.group()]
        if anchor.once and anchor.place in seen:
            return match.group()
        seen.add(anchor.place)
        told = f' title="{html.escape(anchor.told)}"' if titled and anchor.told else ""
        return f'<a href="{anchor.page}.html#{anchor.place}"{told}>{match.group()}</a>'

    parts, end = [], 0
    for gap in _UNLINKED.finditer(text):
        parts += [words.sub(linked, text[end : gap.start()]), gap.group()]
        end = gap.end()
    return "".join([*parts, words.sub(linked, text[end:])])


@lru_cache(maxsize=2)
def _leading_from(page: str, anchors: tuple[Anchor, ...]) -> tuple[Mapping[str, Anchor], re.Pattern[str]]:
    """Words that are links on a page, and a pattern that finds them, the longest first."""
    places = {anchor.word: anchor for anchor in anchors if anchor.page != page or not anchor.once}
    longest_first = sorted(places, key=lambda word: (-len(word), word))
    return places, re.compile(rf"(?<![\w./-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w/]|-\w)")


def bibliography(references: Sequence[Mapping[str, Any]]) -> str:
    """The references as BibTeX, keys as in the table; notes and interviews without a title are left out.

    What the paper printed is kept, its errors too; the note of an entry says where in the paper it stands.
    Addresses are written as they are: BibTeX takes them verbatim.
    """
    entries = []
    for row in references:
        if not row["title"]:
            continue
        place = f"footnote {row['number']}" if row["list"] == "footnote" else f"bibliography, entry {row['number']}"
        fields = {
            "author": " and ".join(f"{{{_latex(name)}}}" for name in (row["author"] or "").split("; ") if name),
            "title": f"{{{_latex(row['title'])}}}",
            "howpublished": _latex(row["outlet"] or ""),
            "year": (row["date"] or "")[:4],
            "url": row["url"] or "",
            "note": f"In the paper: {place}" + (f", dated {row['date']}" if row["date"] else ""),
        }
        lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
        entries.append(f"@misc{{{row['reference']},\n{lines}\n}}\n")
    return "\n".join(entries)


def _latex(text: str) -> str:
    """Escape what would end a field or begin a command; the reader of the file takes the rest as it is."""
    named = {"\\": "\\textbackslash{}", "{": "\\lbrace{}", "}": "\\rbrace{}", "%": "\\%"}
    return "".join(named.get(character, character) for character in text)


def _write_figures(held: Outputs, folder: Path) -> None:
    if held.figures:
        folder.mkdir(parents=True)
    for name, figure in held.figures.items():
        (folder / f"{name}.svg").write_text(figure["svg"], encoding="utf-8")
        for page, drawing in figure["svgs"].items():
            (folder / twin(f"{name}.svg", page)).write_text(drawing, encoding="utf-8")
        (folder / f"{name}.png").write_bytes(base64.b64decode(figure["png"]))
        (folder / f"{name}.csv").write_text(figure["csv"], encoding="utf-8")


def _with_numbers(notebook: Any, numbers: Mapping[str, str]) -> Any:
    """The notebook with every number in its prose instead of the role that calls for it."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _ROLE.sub(lambda match: numbers[match.group(1)], cell.source)
    return notebook


def _for_the_book(notebook: Any, chapter: str) -> Any:
    """The notebook as the book shows it: figures as directives, code folded unless it is a model, no solutions."""
    notebook.cells = [cell for cell in notebook.cells if not _is_answer(cell)]
    for model in [cell for cell in notebook.cells if _is_model(cell)]:
        before = nbformat.v4.new_markdown_cell(_place(model), id=f"{model.id}-place"[:64])
        notebook.cells.insert(notebook.cells.index(model), before)
    injected = next((cell.source for cell in notebook.cells if INJECTED in cell.metadata.get("tags", [])), "")
    drawn = {output.data[bundles.FIGURE]["name"] for output in _shown(notebook) if bundles.FIGURE in output.data}
    tabled = {name for output in _shown(notebook) for name in _TABLE.findall(output.data.get("text/markdown", ""))}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _referring(cell.source, chapter, tabled - drawn)
            if cell.source.strip() == _EXERCISES:
                cell.source = f"{_EXERCISES}\n\n{_HOW_TO_ANSWER}\n"
        if cell.cell_type != "code":
            continue
        cell.outputs = [output for output in cell.outputs if bundles.NUMBER not in output.get("data", {})]
        for output in cell.outputs:
            data = output.get("data", {})
            if bundles.FIGURE in data:
                output.data = {"text/markdown": _directive(data[bundles.FIGURE], chapter)}
            elif bundles.VIEW in data:
                output.data = {"text/html": views.block(data[bundles.VIEW], chapter)}
            elif "text/markdown" in data:
                # Labels are unique in the book, names in a chapter.
                data["text/markdown"] = data["text/markdown"].replace(":name: table-", f":name: table-{chapter}-")
        tags = cell.metadata.setdefault("tags", [])
        if "parameters" in tags:
            # The reader sees the parameters in force, in the cell that explains them.
            cell.source = in_force(cell.source, injected)
        if INJECTED in tags:
            tags.append("remove-cell")
        elif "model" not in tags:
            tags.append("hide-input")
        if "hide-output" in tags and _fold(cell):
            tags.remove("hide-output")
    return notebook


def _fold(cell: Any) -> bool:
    """Fold the table or the records that a cell shows away under what they are called, if it shows any."""
    for output in cell.outputs:
        text = output.get("data", {}).get("text/markdown", "")
        if called := _CALLED.search(text):
            title = first_sentence(called[1] or called[2]).rstrip(".")
            output.data["text/markdown"] = f":::::::{{dropdown}} {title}\n\n{text}\n:::::::\n"
            return True
    return False


def _told(text: str) -> str:
    """The beginning of what is told of a place, as long as can be read while one points at a link."""
    return textwrap.shorten(text, _POINTED, placeholder=" …")


def in_force(declared: str, injected: str) -> str:
    """A cell of parameters with the values that a build gave them; types and meanings stay.

    Parameters
    ----------
    declared : str
        Source of the cell that declares them, one a line.
    injected : str
        Source of the cell that was run after it; empty if none was.
    """
    given = {
        statement.targets[0].id: ast.get_source_segment(injected, statement.value) or ""
        for statement in ast.parse(injected).body
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
    }
    lines = declared.splitlines()
    for statement in reversed(ast.parse(declared).body):  # so that places before it stay
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        value = statement.value
        if value is None or value.lineno != value.end_lineno or statement.target.id not in given:
            continue
        line = lines[value.lineno - 1].encode()  # places in it are counted in bytes
        begin, end = line[: value.col_offset], line[value.end_col_offset :]
        lines[value.lineno - 1] = begin.decode() + given[statement.target.id] + end.decode()
    return "\n".join(lines)


def _shown(notebook: Any) -> list[Any]:
    """Outputs with data, of all cells."""
    return [output for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output]


def _referring(text: str, chapter: str, instead: Collection[str]) -> str:
    """Prose with references to the tables that a chapter shows instead of figures of the same name.

    A figure for which an edition has too little to draw is a table that says so.
    """
    begin = f"{{numref}}`figure-{chapter}-"
    for name in instead:
        text = text.replace(f"{begin}{name}`", f"{{numref}}`table-{chapter}-{name}`")
    return text


def _linked(notebook: Any, chapter: str, anchors: Sequence[Anchor]) -> Any:
    """The notebook with a link at each word that leads to another page."""
    always = [anchor for anchor in anchors if not anchor.once]
    seen: set[str] = set()
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = link(cell.source, chapter, anchors, seen)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/markdown" in data:
                data["text/markdown"] = link(data["text/markdown"], chapter, always, seen, titled=False)
    return notebook


def _directive(figure: Mapping[str, str], chapter: str) -> str:
    place = f"figures/{chapter}/{figure['name']}"
    alternative = " ".join(figure["alternative"].split())
    return (
        f":::{{figure}} {place}.svg\n"
        f":name: figure-{chapter}-{figure['name']}\n"
        f":alt: {alternative}\n"
        f":class: {pictures.CLASS}\n\n"
        f"{figure['caption']}\n\n"
        f"Source: {figure['source'].rstrip('.')}. Licence: {figure['licence']}. "
        f"{{download}}`Data (CSV) <{place}.csv>` · {{download}}`Picture (SVG) <{place}.svg>` · "
        f"{{download}}`Picture (PNG) <{place}.png>`\n:::\n"
    )
