"""Holding two builds against each other."""

import hashlib
import json
import shutil

import pytest

from afpak.build.current import Request
from afpak.build.verify import as_lines, held_against, request_of
from afpak.problems import InputError

MANIFEST = {"inputs": {"data/annual.csv": "0a"}, "versions": {"pandas": "2.3.3"}, "times": {"finished": "then"}}


@pytest.fixture
def folders(tmp_path):
    """Two builds that are the same."""
    first = tmp_path / "first"
    for name, content in {
        "html/index.html": b"<p>one</p>\n<p>two</p>\n",
        "html/_images/map.png": bytes([137, 80, 78, 71, 255, 0, 1, 2]),
        "notebooks/audit.ipynb": b"{}\n",
        "figures/audit/bars.csv": b"a,b\n1,2\n",
        "findings.json": b"[]\n",
        "manifest.json": json.dumps(MANIFEST).encode(),
    }.items():
        (first / name).parent.mkdir(parents=True, exist_ok=True)
        (first / name).write_bytes(content)
    second = tmp_path / "second"
    shutil.copytree(first, second)
    return first, second


def test_two_builds_that_differ_in_their_times_alone_are_the_same(folders):
    first, second = folders
    (second / "manifest.json").write_text(json.dumps({**MANIFEST, "times": {"finished": "now"}}))
    found = held_against(first, second)
    assert found.unlike == ()
    assert dict(found.counted) == {"html": 2, "notebooks": 1, "figures": 1, "results": 2}
    assert "every file is the same byte for byte" in as_lines("paper-2022", found)


def spoil_a_line(folder):
    (folder / "html/index.html").write_text("<p>one</p>\n<p>three</p>\n")


def spoil_a_byte(folder):
    (folder / "html/_images/map.png").write_bytes(bytes([137, 80, 78, 71, 254, 0, 1, 2]))


def lose_a_file(folder):
    (folder / "figures/audit/bars.csv").unlink()


def add_a_file(folder):
    (folder / "html/more.html").touch()


def add_a_line(folder):
    (folder / "findings.json").write_text("[]\n[]\n")


def end_lines_otherwise(folder):
    (folder / "findings.json").write_bytes(b"[]\r\n")


def have_another_version(folder):
    (folder / "manifest.json").write_text(json.dumps({**MANIFEST, "versions": {"pandas": "2.3.4"}}))


@pytest.mark.parametrize(
    ("change", "path", "how"),
    [
        (spoil_a_line, "html/index.html", "line 2: '<p>two</p>' before, now '<p>three</p>'"),
        (spoil_a_byte, "html/_images/map.png", "differs from byte 5 on"),
        (lose_a_file, "figures/audit/bars.csv", "only in the published build"),
        (add_a_file, "html/more.html", "only in the build made now"),
        (add_a_line, "findings.json", "1 lines before, now 2"),
        (end_lines_otherwise, "findings.json", "line endings differ from byte 3 on"),
        (have_another_version, "manifest.json, versions", "pandas"),
    ],
)
def test_each_difference_is_told_with_its_place(folders, change, path, how):
    first, second = folders
    change(second)
    found = held_against(first, second)
    assert [(one.path, one.how) for one in found.unlike] == [(path, how)]
    assert f"  {path}: {how}" in as_lines("paper-2022", found)


@pytest.fixture
def published(tmp_path):
    """A build with two files of a person's own, and these files."""
    mine, events = tmp_path / "mine.csv", tmp_path / "ged.parquet"
    mine.write_bytes(b"abc")
    events.write_bytes(b"def")
    asked = {
        "edition": "latest", "assignments": ["first_year=2008"], "as_of": "2025-01-31", "only": ["1-4-months"],
        "files": {"table leaders": "mine.csv", "events": "ged.parquet"},
    }  # fmt: skip
    inputs = {
        "table leaders: mine.csv": hashlib.sha256(b"abc").hexdigest(),
        "events: ged.parquet": hashlib.sha256(b"def").hexdigest(),
    }
    folder = tmp_path / "latest-changed"
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps({"asked": asked, "inputs": inputs}))
    return folder, mine, events


def test_a_build_is_asked_for_again_as_it_was(published):
    folder, mine, events = published
    request = request_of(folder, [f"leaders={mine}"], events)
    assert request == Request(
        "latest", ("first_year=2008",), "2025-01-31", (f"leaders={mine}",), events, ("1-4-months",)
    )
    assert request.name == "latest-changed"


def test_files_that_a_build_was_made_with_must_be_given_again_and_be_the_same(published):
    folder, mine, events = published
    with pytest.raises(InputError) as caught:
        request_of(folder)
    assert "built with mine.csv; give it again: --table leaders=FILE" in str(caught.value)
    assert "built with ged.parquet; give it again: --events FILE" in str(caught.value)
    mine.write_bytes(b"abcd")
    with pytest.raises(InputError, match="is not the file that latest-changed was built with"):
        request_of(folder, [f"leaders={mine}"], events)
    mine.unlink()
    with pytest.raises(InputError, match="there is no such file"):
        request_of(folder, [f"leaders={mine}"], events)


def test_a_file_that_a_build_was_not_made_with_is_refused(published):
    folder, mine, events = published
    with pytest.raises(InputError, match="built without table annual"):
        request_of(folder, [f"leaders={mine}", f"annual={mine}"], events)


def test_a_build_that_does_not_say_what_it_was_asked_for_is_to_be_built_again(tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps({"inputs": {}}))
    with pytest.raises(InputError, match="does not say what it was built with; run: afpak build"):
        request_of(tmp_path)
