"""What is said of a place where nothing can be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from afpak.export.target import folder_of
from afpak.problems import InputError


def test_a_folder_that_is_not_there_is_made_and_left_empty(tmp_path: Path) -> None:
    assert folder_of(tmp_path / "some" / "where" / "book.pdf") == tmp_path / "some" / "where"
    assert list((tmp_path / "some" / "where").iterdir()) == []


@pytest.mark.parametrize("name", [".", ""])
def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="found a folder; expected the name of a file"):
        folder_of(tmp_path / name)


def test_a_place_below_a_file_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"file/book\.pdf: can't be written there \(.+\); name another place"):
        folder_of(tmp_path / "file" / "book.pdf")
    with pytest.raises(InputError, match="can't be written there"):
        folder_of(Path("/proc/book.pdf"))
