"""The book's source in a folder of its own: pages, executed chapters, their figures, the bibliography."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import yaml

from afpak.build.paths import Checkout
from afpak.figures.shown import FIGURE_MIME, NUMBER_MIME

FINDINGS_MIME = "application/vnd.afpak.findings+json"
_ROLE = re.compile(r"\{glue:text\}`([^`]+)`")


@dataclass(frozen=True)
class Outputs:
    """What an executed chapter holds, by name.

    Parameters
    ----------
    figures : mapping of str to mapping
        The figures' bundles: caption, alternative, source, svg, csv.
    numbers : mapping of str to str
        What was glued.
    findings : tuple of mapping
        Findings on claims, in the order shown.
    """

    figures: Mapping[str, Mapping[str, str]]
    numbers: Mapping[str, str]
    findings: tuple[Mapping[str, Any], ...]


class OutputError(Exception):
    """An executed chapter that shows less than its prose promises."""


def read_outputs(notebook: Any, chapter: str) -> Outputs:
    """Collect figures, numbers and findings of an executed notebook and check them.

    Raises
    ------
    OutputError
        If a name is used twice, if prose uses a number that no cell gives, or if a cell wrote a warning or
        another message where readers would see it.
    """
    figures: dict[str, Mapping[str, str]] = {}
    numbers: dict[str, str] = {}
    findings: list[Mapping[str, Any]] = []
    faults: list[str] = []
    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        if output.output_type == "stream":
            faults.append(
                f"a cell wrote to {output.name}: {(output.text.strip().splitlines() or ['an empty line'])[0]}"
            )
        data = output.get("data", {})
        if FIGURE_MIME in data:
            name = data[FIGURE_MIME]["name"]
            faults += [f"two figures are named {name}"] if name in figures else []
            figures[name] = data[FIGURE_MIME]
        if NUMBER_MIME in data:
            name = data[NUMBER_MIME]["name"]
            faults += [f"two numbers are named {name}"] if name in numbers else []
            numbers[name] = data[NUMBER_MIME]["text"]
        findings += data.get(FINDINGS_MIME, [])
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    faults += [f"the prose uses {name}, which no cell gives" for name in _ROLE.findall(prose) if name not in numbers]
    if faults:
        raise OutputError(f"chapter {chapter}: " + "; ".join(dict.fromkeys(faults)))
    return Outputs(figures, numbers, tuple(findings))


def stage(
    checkout: Checkout,
    executed: Mapping[str, Path],
    source: Path,
    references: Sequence[Mapping[str, Any]],
    title: str,
    substitutions: Mapping[str, str],
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

    Returns
    -------
    dict of str to Outputs
        What each chapter holds.
    """
    shutil.copytree(checkout.book, source)
    shutil.copyfile(checkout.root / "_toc.yml", source / "_toc.yml")
    configuration = yaml.safe_load((checkout.root / "_config.yml").read_text(encoding="utf-8"))
    options = configuration["sphinx"]["config"]
    options["myst_substitutions"] = {"edition": title, **substitutions}
    (source / "_config.yml").write_text(yaml.safe_dump(configuration, sort_keys=True), encoding="utf-8")
    (source / "references.bib").write_text(bibliography(references), encoding="utf-8")
    held = {}
    for chapter, path in executed.items():
        notebook = nbformat.read(path, as_version=4)
        held[chapter] = read_outputs(notebook, chapter)
        _write_figures(held[chapter], source / "figures" / chapter)
        # The reader's copy of the executed chapter has its numbers in the prose too.
        nbformat.write(_with_numbers(notebook, held[chapter].numbers), path)
        nbformat.write(_for_the_book(notebook, chapter), source / f"{chapter}.ipynb")
    return held


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
        (folder / f"{name}.csv").write_text(figure["csv"], encoding="utf-8")


def _with_numbers(notebook: Any, numbers: Mapping[str, str]) -> Any:
    """The notebook with every number in its prose instead of the role that calls for it."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _ROLE.sub(lambda match: numbers[match.group(1)], cell.source)
    return notebook


def _for_the_book(notebook: Any, chapter: str) -> Any:
    """The notebook as the book shows it: figures as directives, code folded unless it is a model."""
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs = [output for output in cell.outputs if NUMBER_MIME not in output.get("data", {})]
        for output in cell.outputs:
            data = output.get("data", {})
            if FIGURE_MIME in data:
                output.data = {"text/markdown": _directive(data[FIGURE_MIME], chapter)}
            elif "text/markdown" in data:
                # Labels are unique in the book, names in a chapter.
                data["text/markdown"] = data["text/markdown"].replace(":name: table-", f":name: table-{chapter}-")
        tags = cell.metadata.setdefault("tags", [])
        if "injected-parameters" in tags:
            # The reader sees the parameters in force, in the cell that explains them.
            tags.append("remove-cell")
        elif "model" not in tags:
            tags.append("hide-input")
    return notebook


def _directive(figure: Mapping[str, str], chapter: str) -> str:
    place = f"figures/{chapter}/{figure['name']}"
    alternative = " ".join(figure["alternative"].split())
    return (
        f":::{{figure}} {place}.svg\n"
        f":name: figure-{chapter}-{figure['name']}\n"
        f":alt: {alternative}\n"
        f":class: afpak-figure\n\n"
        f"{figure['caption']} Source: {figure['source']}. {{download}}`Data (CSV) <{place}.csv>` · "
        f"{{download}}`Picture (SVG) <{place}.svg>`\n:::\n"
    )
