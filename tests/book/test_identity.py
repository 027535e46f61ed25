"""Two builds of the real book are the same, byte for byte."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from .conftest import built


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file but the manifest, by its path in the folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / "manifest.json"
    }


def timeless(folder: Path) -> dict[str, object]:
    """The manifest without its times."""
    manifest: dict[str, object] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest.pop("times")
    return manifest


def test_a_build_in_another_folder_at_another_time_with_other_jobs_is_the_same_byte_for_byte(published, tmp_path):
    again = built(tmp_path / "a folder elsewhere", jobs=1)
    first, second = hashes(published), hashes(again)
    assert {name.partition("/")[0] for name in first} >= {"html", "notebooks", "figures", "data", "findings.json"}
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    assert timeless(published) == timeless(again)
