"""The foot of a chapter."""

from __future__ import annotations

from pathlib import Path

import pytest

from afpak.build.foot import Citation, Foot, foot, read_citation
from afpak.problems import InputError

TOLD = Foot(
    Citation(("Some people", "Khan, Ayesha"), "The book", "1.2.3"), "What was known", "2022-01-31",
    {"1-1-some": {"data/rivers.csv": "cd" * 32, "data/heights.csv": "ab" * 32}},
    {"1-1-some": {"offset": 1, "dates": ["2014-06-15"]}},
)  # fmt: skip


def test_a_chapter_is_cited_by_authors_title_book_version_edition_and_date() -> None:
    assert (
        "Some people; Khan, Ayesha. “Heights”. In: *The book*, version 1.2.3. "
        "Edition “What was known”, as of 2022-01-31."
    ) in foot(TOLD, "1-1-some", "Heights")


def test_the_tables_that_it_read_stand_in_order_with_twelve_digits_of_their_hashes() -> None:
    rows = [line for line in foot(TOLD, "1-1-some", "Heights").splitlines() if line.startswith("| `")]
    assert rows == ["| `data/heights.csv` | `abababababab` |", "| `data/rivers.csv` | `cdcdcdcdcdcd` |"]


def test_parameters_stand_as_they_are_typed() -> None:
    lines = foot(TOLD, "1-1-some", "Heights").splitlines()
    assert "- `offset = 1`" in lines
    assert "- `dates = ['2014-06-15']`" in lines


def test_a_chapter_without_tables_and_parameters_says_so() -> None:
    text = foot(TOLD, "1-2-other", "Rivers")
    assert "It read no table." in text and "It takes no parameters." in text


def test_a_citation_file_is_read_with_entities_and_persons(tmp_path: Path) -> None:
    path = tmp_path / "CITATION.cff"
    path.write_text(
        "title: The book\nversion: 0.10\nauthors:\n- name: Some people\n- given-names: Ayesha\n  family-names: Khan\n"
        "- given-names: Omar\n"
    )
    # A version that YAML takes for a number is still told.
    assert read_citation(path) == Citation(("Some people", "Khan, Ayesha", "Omar"), "The book", "0.1")


def test_the_books_own_citation_names_its_title() -> None:
    assert read_citation(Path(__file__).parents[2] / "CITATION.cff").title.startswith("After the Withdrawal")


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (None, ["expected beside _config.yml"]),
        ("title: [", ["expected a citation file in YAML"]),
        ("- a", ["title", "version", "authors"]),
        ("title: T\nversion: 1\nauthors: none", ["authors"]),
        ("title: T\nauthors: [{name: A}]", ["version"]),
    ],
    ids=["missing", "not YAML", "a list", "no authors", "no version"],
)
def test_a_file_that_does_not_say_how_to_cite_is_refused_with_all_that_lacks(
    tmp_path: Path, text: str | None, faults: list[str]
) -> None:
    path = tmp_path / "CITATION.cff"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError, match=r"CITATION\.cff") as caught:
        read_citation(path)
    assert all(fault in str(caught.value) for fault in faults)
