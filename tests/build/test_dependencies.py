"""What results of chapters depend on, and are found again by."""

import json
from pathlib import Path

import pytest

from afpak.build.cache import Cache, Kept
from afpak.build.dependencies import Depends, hashes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of frozen tables, of which there is none."""
    path = tmp_path / "data"
    path.mkdir()
    (path / "datapackage.json").write_text(json.dumps({"resources": []}), encoding="utf-8")
    return path


def test_a_chapter_that_looked_for_an_event_table_runs_again_when_there_is_one_and_no_other(folder, tmp_path) -> None:
    cache, without = Cache(tmp_path / "cache"), hashes(folder)
    kept = {}
    for chapter, read in (("looked", ["datapackage.json", "events.parquet"]), ("did not", ["datapackage.json"])):
        kept[chapter] = Kept(f"outputs of what {chapter}", {path: without[path] for path in read}, 1.0)
        cache.keep(Depends({"code cells": chapter}, without), kept[chapter])
    again = hashes(folder)
    assert {one: cache.find(Depends({"code cells": one}, again)) for one in kept} == kept
    (folder / "events.parquet").write_bytes(b"events")
    now = hashes(folder)
    found = {one: cache.find(Depends({"code cells": one}, now)) for one in kept}
    assert found == {"looked": None, "did not": kept["did not"]}
