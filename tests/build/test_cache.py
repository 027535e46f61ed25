"""Results of chapters that are kept: found by all that they depend on, never torn, never too many."""

import gzip
import hashlib
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from afpak.build.cache import LIMIT, Cache, Kept
from afpak.build.dependencies import Depends

KNOWN = {"code cells": "a", "parameter year": "2009", "library pandas": "2.3.0", "module afpak.tables": "b"}
FILES = {"heights.csv": "h1", "rivers.csv": "r1"}


@pytest.fixture
def cache(tmp_path) -> Cache:
    return Cache(tmp_path / "cache")


def depends(files=FILES, **known) -> Depends:
    return Depends(KNOWN | {name.replace("_", " "): value for name, value in known.items()}, files)


def kept(text="[]", **read) -> Kept:
    return Kept(text, {f"{name}.csv": value for name, value in read.items()}, 1.5)


def entries(cache: Cache) -> list[Path]:
    return sorted(path for path in cache.folder.rglob("*.gz"))


# Found again


def test_what_was_kept_is_found_as_it_was(cache):
    result = kept('{"é": "\u2028\\n\\r"}', heights="h1")
    assert cache.find(depends()) is None and not cache.has_any(depends())
    cache.keep(depends(), result)
    assert cache.find(depends()) == result and cache.has_any(depends())


@pytest.mark.parametrize("changed", ["code cells", "parameter year", "library pandas", "module afpak.tables"])
def test_a_result_serves_only_the_same_of_all_that_was_known_before_it_ran(cache, changed):
    cache.keep(depends(), kept())
    other = Depends(KNOWN | {changed: "other"}, FILES)
    assert cache.find(other) is None and not cache.has_any(other)
    fewer = Depends({name: value for name, value in KNOWN.items() if name != changed}, FILES)
    assert cache.find(fewer) is None


def test_the_order_in_which_parameters_are_given_has_no_bearing(cache):
    cache.keep(depends(), kept())
    assert cache.find(Depends(dict(reversed(KNOWN.items())), FILES)) == kept()


def test_a_result_serves_while_the_files_that_it_read_are_the_same(cache):
    cache.keep(depends(), kept(heights="h1"))
    assert cache.find(depends({"heights.csv": "h1", "rivers.csv": "r2", "lakes.csv": "l1"}))
    for files in ({"heights.csv": "h2", "rivers.csv": "r1"}, {"rivers.csv": "r1"}, {}):
        assert cache.find(depends(files)) is None
        # It could still serve, for what is known before a chapter runs is the same.
        assert cache.has_any(depends(files))


def test_results_for_several_states_of_the_tables_stand_side_by_side(cache):
    for state in ("h1", "h2", "h3"):
        cache.keep(depends({"heights.csv": state}), kept(f'"of {state}"', heights=state))
    for state in ("h2", "h1", "h3"):
        assert cache.find(depends({"heights.csv": state})).outputs == f'"of {state}"'


def test_a_chapter_that_read_more_when_a_table_was_another_is_found_by_what_it_read_then(cache):
    cache.keep(depends({"heights.csv": "h1"}), kept('"one"', heights="h1"))
    both = {"heights.csv": "h2", "rivers.csv": "r1"}
    cache.keep(depends(both), kept('"two"', heights="h2", rivers="r1"))
    assert cache.find(depends(both)).outputs == '"two"'
    assert cache.find(depends(both | {"rivers.csv": "r2"})) is None
    assert cache.find(depends({"heights.csv": "h1", "rivers.csv": "r2"})).outputs == '"one"'


def test_a_file_outside_of_the_tables_counts_with_its_bytes_and_so_does_its_absence(cache, tmp_path):
    outside, missing = tmp_path / "mine.csv", tmp_path / "none.csv"
    outside.write_bytes(b"mine")
    read = {str(outside): hashlib.sha256(b"mine").hexdigest(), str(missing): ""}
    assert {path: depends().now(path) for path in read} == read
    cache.keep(depends(), Kept("[]", read, 1.0))
    assert cache.find(depends())
    outside.write_bytes(b"other")
    assert cache.find(depends()) is None
    outside.unlink()
    assert cache.find(depends()) is None
    outside.write_bytes(b"mine")
    assert cache.find(depends())
    missing.write_bytes(b"")
    assert cache.find(depends()) is None


def halved(content):
    return content[: len(content) // 2]


def flipped(content):
    spoilt = bytearray(content)
    for place in range(20, len(spoilt), 3):
        spoilt[place] ^= 0xFF
    return bytes(spoilt)


@pytest.mark.parametrize(
    "damage",
    [
        halved,
        flipped,
        lambda _: b"",
        lambda _: b"\x1f\x8b",
        lambda content: content[:-4],
        lambda _: b"plain",
        lambda _: gzip.compress(b"no json\n[]"),
        lambda _: gzip.compress(b"\xff\xfe\n[]"),
    ],
    ids=["halved", "flipped", "empty", "begun", "four bytes short", "not packed", "no JSON", "no text"],
)
def test_a_spoilt_entry_is_none_and_is_mended_by_the_next_run(cache, damage):
    texts = random.Random(1).sample(range(10**9), 500)
    result = kept(f"{texts}", heights="h1")
    cache.keep(depends(), result)
    (path,) = entries(cache)
    path.write_bytes(damage(path.read_bytes()))
    assert cache.find(depends()) is None
    cache.keep(depends(), result)
    assert cache.find(depends()) == result and entries(cache) == [path]


def test_an_entry_that_can_not_be_written_leaves_nothing(cache, monkeypatch):
    cache.keep(depends(), kept())
    before = sorted(cache.folder.rglob("*"))

    def full(self, target):
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space"):
        cache.keep(depends(), kept(heights="h1"))
    assert sorted(cache.folder.rglob("*")) == before


def test_a_folder_that_another_build_takes_away_meanwhile_is_made_again(cache, monkeypatch):
    make, taken = tempfile.mkstemp, []

    def late(dir, prefix):
        if not taken:
            taken.append(dir)
            dir.rmdir()
        return make(dir=dir, prefix=prefix)

    monkeypatch.setattr(tempfile, "mkstemp", late)
    cache.keep(depends(), kept())
    assert taken and cache.find(depends()) == kept()


# Why a chapter runs


def test_a_chapter_says_which_of_the_things_changed_that_it_depends_on(cache):
    assert cache.why("some", "1-1", depends()) == ("it was in no build of this edition yet",)
    cache.note("some", "1-1", depends(), kept(heights="h1"))
    assert cache.why("other", "1-1", depends()) == ("it was in no build of this edition yet",)
    now = Depends(
        {"code cells": "z", "parameter year": "2010", "library pandas": "2.3.1", "parameter place": '"Sind"'},
        {"heights.csv": "h2", "rivers.csv": "r2"},
    )
    assert cache.why("some", "1-1", now) == (
        "code cells changed",
        "library pandas changed: 2.3.0 before, now 2.3.1",
        "module afpak.tables is gone",
        'parameter place is new: "Sind"',
        "parameter year changed: 2009 before, now 2010",
        # Of the two tables that changed the one that it read.
        "file heights.csv changed",
    )


def test_a_chapter_of_which_nothing_changed_lost_its_result(cache):
    cache.note("some", "1-1", depends(), kept(heights="h1"))
    (why,) = cache.why("some", "1-1", depends())
    assert why == "its kept result is gone: the cache was emptied or is full"


def test_a_chapter_that_failed_says_so_and_has_no_time(cache):
    cache.note("some", "1-1", depends(), kept())
    assert cache.last("some", "1-1")["seconds"] == 1.5
    cache.note("some", "1-1", depends(), None)
    assert cache.why("some", "1-1", depends()) == ("it failed when it last ran",)
    assert cache.last("some", "1-1")["seconds"] == 0
    assert entries(cache) == []


def test_a_note_that_can_not_be_read_is_none(cache):
    cache.note("some", "1-1", depends(), kept())
    (path,) = cache.folder.rglob("1-1.json")
    path.write_text("{")
    assert cache.last("some", "1-1") is None


# Never too many


def fill(cache: Cache, count: int) -> list[Path]:
    """Entries of the same size, each used an hour after the one before."""
    made = []
    for number in range(count):
        cache.keep(depends(code_cells=f"{number:02}"), kept("x" * 100, heights="h1"))
        (path,) = set(entries(cache)) - set(made)
        os.utime(path, (number * 3600, number * 3600))
        made.append(path)
    assert len({path.stat().st_size for path in made}) == 1
    return made


def test_those_used_longest_ago_go_first_and_no_more_than_must(cache):
    made = fill(cache, 6)
    size = made[0].stat().st_size
    # The oldest is used again, and the folder holds three and a half.
    assert cache.find(depends(code_cells="00"))
    Cache(cache.folder, limit=size * 7 // 2).bound()
    assert entries(cache) == sorted([made[0], made[4], made[5]])
    assert len(list((cache.folder / "results").iterdir())) == 3
    Cache(cache.folder, limit=size * 3).bound()
    assert len(entries(cache)) == 3
    Cache(cache.folder, limit=size - 1).bound()
    assert entries(cache) == [] and list((cache.folder / "results").iterdir()) == []


def test_within_the_limit_nothing_goes(cache):
    made = fill(cache, 3)
    cache.bound()
    assert entries(cache) == sorted(made)
    assert LIMIT == 500_000_000
    Cache(cache.folder / "none").bound()


# Several builds at once

# Keeps, looks for and takes away the same few results, and accepts none that is not whole.
BUSY = """
import random, sys
from pathlib import Path
from afpak.build.cache import Cache, Kept
from afpak.build.dependencies import Depends
folder, seed = Path(sys.argv[1]), int(sys.argv[2])
cache, chance, found = Cache(folder, limit=3000), random.Random(seed), 0
for _ in range(400):
    number = chance.randrange(6)
    depends = Depends({"code cells": str(number)}, {"a.csv": "1"})
    whole = Kept(str(list(random.Random(number).sample(range(10**9), 60))), {"a.csv": "1"}, float(number))
    what = chance.random()
    if what < 0.4:
        cache.keep(depends, whole)
    elif what < 0.6:
        cache.bound()
    elif (seen := cache.find(depends)) is not None:
        found += 1
        assert seen == whole, seen
    cache.note("some", "chapter", depends, whole)
    assert cache.last("some", "chapter") is not None
print(found)
"""


def test_builds_that_share_a_cache_never_see_half_an_entry_nor_an_error(cache):
    command = [sys.executable, "-c", BUSY, str(cache.folder)]
    running = [
        subprocess.Popen([*command, str(seed)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for seed in (1, 2)
    ]
    told = [one.communicate() for one in running]
    assert [(one.returncode, error) for one, (_, error) in zip(running, told, strict=True)] == [(0, "")] * 2
    assert all(int(out) > 0 for out, _ in told)
    # Nothing half-written is left behind.
    assert {path.suffix for path in cache.folder.rglob("*") if path.is_file()} <= {".gz", ".json"}
    Cache(cache.folder, limit=3000).bound()
    assert sum(path.stat().st_size for path in entries(cache)) <= 3000
