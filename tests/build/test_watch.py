"""Building again whenever something changes."""

import os

import pytest

from afpak.build import watch


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


def test_it_builds_once_and_again_after_a_change(copied, saving):
    saving([SAVED], [])
    states, built = iter(["first", "first", "second", "second"]), []
    watch.rebuild(copied, [], lambda: next(states), lambda: built.append("built"))
    assert len(built) == 2


def test_a_file_saved_as_it_was_is_no_change(copied, saving):
    saving([SAVED], [SAVED], [])
    built = []
    watch.rebuild(copied, [], lambda: "the same", lambda: built.append("built"))
    assert len(built) == 1


def test_what_is_saved_during_a_build_is_built_next(copied, saving):
    saving([])
    states, built = iter(["first", "saved meanwhile", "saved meanwhile"]), []
    watch.rebuild(copied, [], lambda: next(states), lambda: built.append("built"))
    assert len(built) == 2


def test_a_package_that_changed_is_loaded_by_a_new_process(copied, saving, monkeypatch):
    saving([SAVED], [])
    packages, states, started = iter(["old", "old", "new"]), iter(["first", "first", "second"]), []
    monkeypatch.setattr(watch, "_code", lambda: next(packages))

    def execv(*arguments):
        started.append(arguments)
        raise SystemExit

    monkeypatch.setattr(os, "execv", execv)
    built = []
    with pytest.raises(SystemExit):
        watch.rebuild(copied, [], lambda: next(states), lambda: built.append("built"))
    assert (len(built), len(started)) == (1, 1)


def test_a_real_save_is_seen(copied, monkeypatch):
    # The save happens in the first build; a second state ends the watch.
    page, built = copied.book / "index.md", []

    def build():
        built.append("built")
        if len(built) == 1:
            page.write_text("# Another\n", encoding="utf-8")
        else:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watch.rebuild(copied, [], lambda: page.read_text(encoding="utf-8"), build)
    assert len(built) == 2
