import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from afpak.build.publish import manifest, put_in_place, sha256, write_json


def book(folder: Path, text: str) -> Path:
    (folder / "html").mkdir(parents=True)
    (folder / "html" / "index.html").write_text(text)
    return folder


def words(folder: Path) -> str:
    return (folder / "html" / "index.html").read_text()


@pytest.mark.parametrize(
    ("content", "known"),
    [
        (b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),  # FIPS 180-2
    ],
)
def test_the_hash_is_that_of_the_standard(tmp_path, content, known):
    (tmp_path / "file").write_bytes(content)
    assert sha256(tmp_path / "file") == known


def test_the_manifest_hashes_every_input(checkout):
    files = {path.relative_to(checkout.root).as_posix(): path for path in checkout.data.rglob("*.csv")}
    made = manifest(
        {"name": "x"},
        files,
        {"table leaders: mine.csv": "0a1b"},
        {"b": {"y": 1}, "a": {"x": 2}},
        [{"table": "t"}],
        {"a": 1.23456},
        "2026-01-01T00:00:00",
    )
    assert list(made["inputs"]) == sorted([*files, "table leaders: mine.csv"])
    assert made["inputs"].pop("table leaders: mine.csv") == "0a1b"
    for name, found in made["inputs"].items():
        assert found == hashlib.sha256((checkout.root / name).read_bytes()).hexdigest()
    assert made["parameters"] == {"a": {"x": 2}, "b": {"y": 1}}
    assert made["tables"] == [{"table": "t"}]


def test_only_the_times_differ_between_builds_of_the_same_inputs():
    first, second = (
        manifest({}, {}, {}, {}, [], {"a": seconds}, ended)
        for seconds, ended in ((1.0, "2026-01-01"), (2.0, "2027-02-02"))
    )
    assert first.pop("times") != second.pop("times")
    assert first == second


def test_json_is_the_same_for_the_same_content_and_readable(tmp_path):
    write_json({"b": "é", "a": 1}, tmp_path / "one.json")
    write_json({"a": 1, "b": "é"}, tmp_path / "other.json")
    text = (tmp_path / "one.json").read_text(encoding="utf-8")
    assert text == (tmp_path / "other.json").read_text(encoding="utf-8")
    assert json.loads(text) == {"a": 1, "b": "é"}
    assert "é" in text and text.endswith("}\n")


def test_the_first_build_is_put_in_place(tmp_path):
    put_in_place(book(tmp_path / "new", "new"), tmp_path / "builds" / "paper", tmp_path / "lock")
    assert words(tmp_path / "builds" / "paper") == "new"
    assert not (tmp_path / "new").exists()


def test_a_new_build_replaces_all_of_the_former(tmp_path):
    published = book(tmp_path / "builds" / "paper", "old")
    (published / "html" / "gone.html").touch()
    put_in_place(book(tmp_path / "new", "new"), published, tmp_path / "lock")
    assert words(published) == "new"
    assert not (published / "html" / "gone.html").exists()
    assert [path.name for path in (tmp_path / "builds").iterdir()] == ["paper"]


def break_rename(monkeypatch, of: Path, error: type[BaseException]) -> None:
    rename = Path.rename

    def broken(self, target):
        if self == of:
            raise error("no")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", broken)


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_the_former_build_is_kept_if_the_new_one_cannot_be_renamed(tmp_path, monkeypatch, error):
    published = book(tmp_path / "builds" / "paper", "old")
    new = book(tmp_path / "new", "new")
    break_rename(monkeypatch, new, error)
    with pytest.raises(error):
        put_in_place(new, published, tmp_path / "lock")
    assert words(published) == "old"
    assert [path.name for path in (tmp_path / "builds").iterdir()] == ["paper"]


def test_the_former_build_is_kept_if_it_cannot_be_moved(tmp_path, monkeypatch):
    published = book(tmp_path / "builds" / "paper", "old")
    break_rename(monkeypatch, published, OSError)
    with pytest.raises(OSError, match="no"):
        put_in_place(book(tmp_path / "new", "new"), published, tmp_path / "lock")
    assert words(published) == "old"


PUTTING = """
import sys
from pathlib import Path
from afpak.build.publish import put_in_place
folder, own = Path(sys.argv[1]), sys.argv[2]
for number in range(40):
    new = folder / f"{own}-{number}"
    (new / "html").mkdir(parents=True)
    for page in range(5):
        (new / "html" / f"{page}.html").write_text(f"{own} {number}")
    put_in_place(new, folder / "builds" / "paper", folder / "lock")
"""


def test_of_builds_that_end_at_once_each_is_put_in_place_whole(tmp_path):
    running = [
        subprocess.Popen([sys.executable, "-c", PUTTING, str(tmp_path), own], stderr=subprocess.PIPE, text=True)
        for own in ("one", "other")
    ]
    assert [(process.communicate()[1], process.returncode) for process in running] == [("", 0), ("", 0)]
    published = tmp_path / "builds" / "paper"
    pages = [(published / "html" / f"{page}.html").read_text() for page in range(5)]
    assert len(set(pages)) == 1 and pages[0] in ("one 39", "other 39")
    assert [path.name for path in (tmp_path / "builds").iterdir()] == ["paper"]


def test_after_a_crash_between_the_renames_a_second_failure_still_loses_nothing(tmp_path, monkeypatch):
    published = tmp_path / "builds" / "paper"
    new = book(tmp_path / "new", "new")
    book(published, "old")
    # What a power cut leaves behind: the former build moved aside, the new one not yet there.
    renamed = []
    rename = Path.rename
    monkeypatch.setattr(Path, "rename", lambda self, target: renamed.append(target) or rename(self, target))
    put_in_place(book(tmp_path / "probe", "probe"), published, tmp_path / "lock")
    aside = renamed[0]
    monkeypatch.undo()
    published.rename(aside)
    break_rename(monkeypatch, new, OSError)
    with pytest.raises(OSError, match="no"):
        put_in_place(new, published, tmp_path / "lock")
    assert [words(path) for path in (tmp_path / "builds").iterdir()] == ["probe"]
