"""Two builds of the real book are the same, byte for byte.

They are held against each other here with nothing of the package, whose own comparison `afpak verify` shows.
"""

from __future__ import annotations

import difflib
import json
from pathlib import Path

import pytest

from .conftest import built

pytestmark = pytest.mark.book
MANIFEST = "manifest.json"


def files(folder: Path) -> dict[str, bytes]:
    """Every file by its path in the folder; the manifest without its times, which must be there."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    manifest = json.loads(found[MANIFEST])
    assert manifest.pop("times")
    return found | {MANIFEST: json.dumps(manifest, indent=2).encode()}


def unlike(first: Path, second: Path) -> str:
    """Empty if all files of two builds are the same; else the files that are not, and how the first of them differs."""
    before, after = files(first), files(second)
    names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if not names:
        return ""
    told = f"{len(names)} of {len(before.keys() | after.keys())} files differ: {', '.join(names[:20])}"
    one, other = before.get(names[0]), after.get(names[0])
    if one is None or other is None:
        return f"{told}\n{names[0]}: only in the {'second' if one is None else 'first'}"
    try:
        lines = one.decode().splitlines(), other.decode().splitlines()
    except UnicodeDecodeError:
        place = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
        return f"{told}\n{names[0]}: {len(one)} and {len(other)} bytes, unlike from byte {place} on"
    changes = difflib.unified_diff(*lines, f"first/{names[0]}", f"second/{names[0]}", n=1, lineterm="")
    return "\n".join([told, *(line[:300] for line in list(changes)[:30])]) + f"\n{len(one)} and {len(other)} bytes"


@pytest.fixture(scope="session")
def again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build in another folder, at another time, one chapter after the other, each in an interpreter of its own."""
    root = tmp_path_factory.mktemp("a folder elsewhere") / "checkout"
    return built(root, "--fresh", "--jobs", "1", "--kernels", "ordinary")


# The second build is asked for first: while it goes on, another worker sees to the first.
def test_a_build_in_another_folder_with_other_jobs_and_other_kernels_is_the_same_byte_for_byte(
    again: Path, published: Path
) -> None:
    assert unlike(published, again) == ""
    found = files(again)
    for kind in ("html/", "notebooks/", "figures/", "data/"):
        assert [name for name in found if name.startswith(kind) and found[name]], kind
    assert {"findings.json", "numbers.json", "figures.json", MANIFEST} <= found.keys()
    # Every chapter was really executed for it.
    times = json.loads((again / MANIFEST).read_text(encoding="utf-8"))["times"]
    assert set(times["seconds"]) == {Path(name).stem for name in found if name.startswith("notebooks/")}


def build_of(folder: Path, **other: bytes) -> Path:
    content = {"page.html": b"<p>\none\n</p>\n", "picture.png": b"\x89PNG\xff\x00", MANIFEST: b'{"of": 1, "times": 2}'}
    for name, text in (content | other).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    return folder


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"page.html": b"<p>\ntwo\n</p>\n"}, ["1 of 3 files differ: page.html", "-one", "+two"]),
        ({"page.html": b"<p>\none\n</p>"}, ["1 of 3 files differ: page.html", "13 and 12 bytes"]),
        ({"picture.png": b"\x89PNG\xff\x01"}, ["1 of 3 files differ: picture.png", "unlike from byte 5 on"]),
        ({"new.html": b""}, ["1 of 4 files differ: new.html", "new.html: only in the second"]),
        ({MANIFEST: b'{"of": 3, "times": 2}'}, ["1 of 3 files differ: manifest.json", '-  "of": 1', '+  "of": 3']),
        ({MANIFEST: b'{"of": 1, "times": 4}'}, []),
    ],
    ids=["a word", "the end of a line", "a byte", "a file", "the manifest", "its times"],
)
def test_what_differs_would_be_noticed_and_told(tmp_path: Path, other: dict[str, bytes], told: list[str]) -> None:
    found = unlike(build_of(tmp_path / "first"), build_of(tmp_path / "second", **other))
    assert bool(found) == bool(told)
    for part in told:
        assert part in found
