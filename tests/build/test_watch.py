"""Building again whenever something changes."""

import os
import threading

import pytest

from afpak.build import watch


class ReplacedError(Exception):
    """This process would have made way for a new one."""


@pytest.fixture(autouse=True)
def stays(monkeypatch):
    """Whoever edits the package while its tests run is not to take them away."""

    def execv(path, arguments):
        raise ReplacedError(path, arguments)

    monkeypatch.setattr(os, "execv", execv)


@pytest.fixture
def saving(monkeypatch):
    """Feed saves to the watch, a list for each time that it begins; each begins with word that it is ready."""

    def feed(*saves):
        waiting = [list(batch) for batch in saves]

        def watched(*_, **__):
            yield set()
            yield from waiting.pop(0) if waiting else ()

        monkeypatch.setattr(watch.watchfiles, "watch", watched)

    return feed


SAVED = {(2, "a file")}


def test_it_builds_once_and_again_after_a_change(small, saving):
    saving([SAVED], [])
    states, built = iter(["first", "first", "second", "second"]), []
    watch.rebuild(small, [], lambda: next(states), lambda: built.append("built"))
    assert len(built) == 2


def test_a_file_saved_as_it_was_is_no_change(small, saving):
    saving([SAVED], [SAVED], [])
    built = []
    watch.rebuild(small, [], lambda: "the same", lambda: built.append("built"))
    assert len(built) == 1


def test_what_is_saved_during_a_build_is_built_next(small, saving):
    saving([])
    states, built = iter(["first", "saved meanwhile", "saved meanwhile"]), []
    watch.rebuild(small, [], lambda: next(states), lambda: built.append("built"))
    assert len(built) == 2


def test_a_package_that_changed_is_loaded_by_a_new_process(small, saving, monkeypatch):
    saving([SAVED], [])
    packages, states, built = iter(["old", "old", "new"]), iter(["first", "first", "second"]), []
    monkeypatch.setattr(watch, "_code", lambda: next(packages))
    monkeypatch.setattr(watch.sys, "orig_argv", ["python", "-m", "afpak", "build", "--watch"])
    with pytest.raises(ReplacedError) as caught:
        watch.rebuild(small, [], lambda: next(states), lambda: built.append("built"))
    # The interpreter and its arguments, as they were.
    python = watch.sys.executable
    assert caught.value.args == (python, [python, "-m", "afpak", "build", "--watch"])
    assert len(built) == 1


def test_a_package_that_changed_during_a_build_does_not_build_with_the_old_one(small, saving, monkeypatch):
    saving([SAVED])
    package, built = ["old"], []
    monkeypatch.setattr(watch, "_code", lambda: package[0])

    def build():
        built.append(package[0])
        package[0] = "new"

    with pytest.raises(ReplacedError):
        watch.rebuild(small, [], lambda: package[0], build)
    assert built == ["old"]


def test_it_ends_when_interrupted_before_and_after_a_build(small, monkeypatch):
    for words, builds in (([], 0), ([set(), set()], 1)):
        built = []
        monkeypatch.setattr(watch.watchfiles, "watch", lambda *_, words=words, **__: iter(words))
        watch.rebuild(small, [], lambda: "made", lambda built=built: built.append("built"))
        assert len(built) == builds


def test_all_that_is_there_of_what_a_build_is_made_of_is_watched(small, monkeypatch, tmp_path):
    watched = []
    monkeypatch.setattr(watch.watchfiles, "watch", lambda *paths, **_: watched.append(set(paths)) or iter(()))
    (small.editions / "some.yaml").write_text("title: x\nas_of: 2022-01-31\ntables: {heights: own.csv}\n")
    (small.root / "own.csv").touch()
    mine, missing = tmp_path / "mine.csv", tmp_path / "none.csv"
    mine.touch()
    watch.rebuild(small, [mine, missing], lambda: "made", lambda: None)
    folders = {small.data, small.book, small.notebooks, small.editions, watch.PACKAGE}
    files = {small.root / name for name in ("_config.yml", "_toc.yml", "own.csv")}
    assert watched == [folders | files | {mine}]


def test_real_saves_are_seen_those_of_an_editor_that_puts_a_new_file_in_place_too(small):
    """Each build is answered with the next save; none follows the last."""
    contents, given = small.root / "_toc.yml", small.root / "mine.csv"
    given.write_text("0")

    def replace(path, text):
        new = path.with_name(f"{path.name}~")
        new.write_text(text)
        new.replace(path)

    saves = [
        lambda: (small.book / "index.md").write_text("1"),
        lambda: replace(contents, "2"),
        lambda: replace(contents, "3"),
        lambda: replace(given, "4"),
        lambda: replace(given, "5"),
    ]

    def made_of():
        return [path.read_text() for path in (small.book / "index.md", contents, given)]

    seen = []

    def build():
        seen.append(made_of())
        assert seen[-1][0] != "missed", "a save was not seen"
        if len(seen) > len(saves):
            raise KeyboardInterrupt
        # After this build it waits; a save that it does not see would be followed by none.
        threading.Timer(0.3, saves[len(seen) - 1]).start()

    late = threading.Timer(60, lambda: (small.book / "index.md").write_text("missed"))
    late.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            watch.rebuild(small, [given], made_of, build)
    finally:
        late.cancel()
    assert [one[0] for one in seen] == ["# Small\n", *["1"] * 5]
    assert [one[1] for one in seen][2:] == ["2", "3", "3", "3"]
    assert [one[2] for one in seen] == ["0", "0", "0", "0", "4", "5"]
