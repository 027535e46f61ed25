"""The paper is cited and never copied, and nothing committed tells of the machine that it was made on."""

from __future__ import annotations

import csv
import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
PAPER = REPOSITORY.parent / "shared/reference/paper.txt"
RUN = 12
SUFFIXES = {".md", ".ipynb", ".csv", ".py", ".yml", ".yaml", ".json", ".toml"}
# Titles are the names of works and sections, which can't be said in other words.
TITLES = {"data/paper/references.csv": "title", "data/paper/sections.csv": "title"}
# A row of the record names its sources by their titles, and the paper cites some of the same works.
SOURCES = "source"
# Written in parts, so that this file does not hold them itself.
HOSTS = (
    "py" + "pi.org", "files.python" + "hosted.org", "conda.ana" + "conda.org", "registry.npm" + "js.org", "npm" + "js",
    "deb" + "ian.org",
)  # fmt: skip
FOLDERS = ("ho" + "me", "wo" + "rk", "ro" + "ot", "Us" + "ers")


@cache
def committed() -> tuple[str, ...]:
    """Files that are committed or will be with the next commit of everything."""
    try:
        told = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=REPOSITORY, capture_output=True, check=True, text=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout: which files are committed can't be told")
    return tuple(sorted(name for name in set(told.stdout.split("\0")) if name and (REPOSITORY / name).is_file()))


def words(text: str) -> list[str]:
    """Words in lower case: no addresses, no marks, no breaks in a word at the end of a line."""
    text = re.sub(r"https?://\S+", " ", text)
    text = re.sub(r"</?\w+>", " ", text)
    text = re.sub(r"(?<=[a-z])-\s*\n\s*(?=[a-z])", "", text)
    text = text.lower().replace("’", "'")
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*", text)


def runs(text: str) -> set[tuple[str, ...]]:
    all_words = words(text)
    return {tuple(all_words[i : i + RUN]) for i in range(len(all_words) - RUN + 1)}


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        # Sources of a cell are a list of lines; they are one text.
        return (
            ["".join(value)]
            if all(isinstance(one, str) for one in value)
            else [t for one in value for t in strings(one)]
        )
    return [t for one in value.values() for t in strings(one)] if isinstance(value, dict) else []


def passages(name: str, path: Path) -> list[str]:
    """Texts of a file, each on its own: cells of a table, strings of JSON, else the whole."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return [
                cell
                for row in csv.DictReader(file)
                for column, cell in row.items()
                if cell and column != TITLES.get(name) and not (name.startswith("data/record/") and column == SOURCES)
            ]
    text = path.read_text(encoding="utf-8")
    if path.suffix in (".ipynb", ".json"):
        return strings(json.loads(text))
    return [text]


def copied(passage: str, paper: set[tuple[str, ...]]) -> list[str]:
    return sorted(" ".join(run) for run in runs(passage) & paper)


def test_a_run_of_twelve_words_is_found_and_one_of_eleven_is_not() -> None:
    paper = runs("One two three four, five six seven\neight nine ten: eleven “twelve” thirteen.")
    assert copied("and ONE two, three four five six seven eight nine ten eleven twelve!", paper)
    assert copied("two three four five six seven eight nine ten eleven TWELVE thirteen", paper)
    assert copied("two three four five six seven eight nine ten eleven twelve fourteen", paper) == []


def test_breaks_of_words_and_lines_do_not_hide_a_run() -> None:
    paper = runs("a b c d e f g h i j k withdrawal")
    assert copied("a b c d e f\ng h i j k with-\ndrawal", paper)


def test_only_titles_are_excepted(tmp_path) -> None:
    table = tmp_path / "references.csv"
    table.write_text("title,note\nthe title,the note\n", encoding="utf-8")
    assert passages("data/paper/references.csv", table) == ["the note"]
    assert passages("data/paper/claims.csv", table) == ["the title", "the note"]
    table.write_text("source,reason\nthe title,the reason\n", encoding="utf-8")
    assert passages("data/record/judgements.csv", table) == ["the reason"]
    assert passages("data/paper/claims.csv", table) == ["the title", "the reason"]


def test_cells_of_a_notebook_are_read_as_text(tmp_path) -> None:
    notebook = tmp_path / "a.ipynb"
    notebook.write_text(
        json.dumps({"cells": [{"source": ["one\n", "two"], "cell_type": "markdown"}]}), encoding="utf-8"
    )
    assert "one\ntwo" in passages("a.ipynb", notebook)


def test_no_run_of_twelve_words_of_the_paper_stands_in_a_committed_file() -> None:
    if not PAPER.is_file():
        pytest.skip("the paper's text lies outside the repository and is not here")
    text = PAPER.read_text(encoding="utf-8")
    # The paper's own title, on its first page, may be cited like any other.
    title_page, disclaimer, _ = text.partition("The views expressed")
    assert disclaimer and len(words(title_page)) < 80
    paper = runs(text) - runs(title_page)
    assert len(paper) > 5000
    names = [name for name in committed() if Path(name).suffix in SUFFIXES]
    assert {"README.md", "pyproject.toml", "data/paper/claims.csv"} <= set(names)
    found = {
        name: hits
        for name in names
        if (hits := [h for p in passages(name, REPOSITORY / name) for h in copied(p, paper)])
    }
    assert found == {}


def machine(text: str) -> list[str]:
    """Absolute paths of a home or work folder, and hosts of package registries."""
    path = rf"(?<![\w.~\-\]}}/])(?:file://)?/(?:{'|'.join(FOLDERS)})/[\w.-]+|[A-Z]:\\(?:{'|'.join(FOLDERS)})\\"
    hosts = "|".join(re.escape(host) for host in HOSTS)
    return re.findall(rf"{path}|(?i:{hosts})", text)


def test_paths_and_hosts_would_be_found() -> None:
    for folder in FOLDERS:
        assert machine(f"see /{folder}/somebody/x")
        assert machine(f'"file:///{folder}/x"')
        assert machine(f"https://example.org/{folder}/x") == []
        assert machine(f"~/{folder}/x and ./{folder}/x and a/{folder}/x") == []
    assert machine(f"C:\\{FOLDERS[3]}\\somebody")
    for host in HOSTS:
        assert machine(f"https://{host}/x") and machine(host.upper())
    assert machine("an ordinary sentence about https://example.org") == []


def test_no_committed_file_tells_of_the_machine_that_it_was_made_on() -> None:
    found = {}
    for name in committed():
        try:
            text = (REPOSITORY / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if hits := machine(text):
            found[name] = sorted(set(hits))
    assert found == {}
