"""What a build keeps: written, read again, and found by name."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from afpak.build.diff import diff
from afpak.build.edition import read_edition
from afpak.build.inputs import plan
from afpak.build.publish import manifest, sha256, versions, write_json
from afpak.build.results import counterpart, find_build, read_build, write_results
from afpak.build.stage import Outputs
from afpak.problems import InputError
from afpak.tables.inputs import freeze

from .test_diff import AFTER, BEFORE

FIGURE = {
    "name": "fall", "caption": "Attacks by year", "alternative": "…", "source": "NACTA", "svg": "<svg/>",
    "csv": "year,attacks\n2009,2586\n2010,\n",
}  # fmt: skip
FOUND = {"claim": "1.1-01", "verdict": "supported", "sentence": "So it is.", "evidence": ["leaders: fazlullah"]}
HELD = {
    "1-1-background": Outputs({"fall": FIGURE}, {"years": "20"}, (FOUND,)),
    "audit": Outputs({}, {"claims": "1"}, (FOUND, {**FOUND, "claim": "1.1-02"})),
}


@pytest.fixture(scope="module")
def planned(checkout):
    made = plan(checkout, "paper-2022")
    return replace(made, parameters={chapter: made.parameters[chapter] for chapter in HELD})


@pytest.fixture(scope="module")
def kept(checkout, planned, tmp_path_factory):
    """A folder of results as a build leaves it."""
    return keep(checkout, planned, tmp_path_factory.mktemp("kept") / "paper-2022")


def keep(checkout, planned, folder):
    frozen = freeze(planned.inputs, planned.declaration, folder / "data")
    files = {path.relative_to(folder).as_posix(): path for path in frozen}
    files |= {f"notebooks/{chapter}.ipynb": checkout.chapter(chapter) for chapter in checkout.chapters}
    edition = {"name": "paper-2022", "title": "The title", "as_of": "2022-01-31"}
    write_json(manifest(edition, files, {}, planned.parameters, [], {}, "2026-01-01"), folder / "manifest.json")
    write_results(HELD, folder)
    return folder


def lay_out(build, folder):
    """Write a small build as builds write theirs."""
    resources = []
    for name, table in build.tables.items():
        path = folder / "data" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        table.rows.to_csv(path, index=False)
        fields = [{"name": column, "type": "string", "description": column} for column in table.rows.columns]
        schema = {"fields": fields, "primaryKey": list(table.key)}
        resources.append({"name": name, "path": path.name, "title": name, "description": name, "schema": schema})
    write_json({"created": build.as_of, "resources": resources}, folder / "data" / "datapackage.json")
    told = {"name": build.name, "title": build.title, "as_of": build.as_of}
    hashes = {**build.files, "data/datapackage.json": "e" * 64}
    write_json(
        {"edition": told, "inputs": hashes, "parameters": build.parameters, "versions": build.versions},
        folder / "manifest.json",
    )
    write_json(list(build.findings.values()), folder / "findings.json")
    write_json(build.numbers, folder / "numbers.json")
    captions = {
        chapter: {name: {"caption": figure.caption, "source": "x"} for name, figure in figures.items()}
        for chapter, figures in build.figures.items()
    }
    write_json(captions, folder / "figures.json")
    for chapter, figures in build.figures.items():
        for name, figure in figures.items():
            path = folder / "figures" / chapter / f"{name}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            figure.data.to_csv(path, index=False)
    return folder


@pytest.mark.parametrize("build", [BEFORE, AFTER], ids=["before", "after"])
def test_a_build_on_disk_does_not_differ_from_what_was_put_there(build, tmp_path):
    found = diff(read_build(lay_out(build, tmp_path)), build)
    assert not found.differ()
    assert (found.before, found.compared) == (found.after, diff(build, build).compared)


def test_what_is_written_is_read_again(kept, planned, checkout):
    build = read_build(kept)
    assert (build.name, build.title, build.as_of) == ("paper-2022", "The title", "2022-01-31")
    assert build.numbers == {"1-1-background": {"years": "20"}, "audit": {"claims": "1"}}
    figure = build.figures["1-1-background"]["fall"]
    assert figure.caption == "Attacks by year"
    # A blank stays one.
    assert figure.data.to_dict("list") == {"year": ["2009", "2010"], "attacks": ["2586", ""]}
    assert list(build.findings) == ["1.1-01", "1.1-02"]
    assert build.findings["1.1-01"] == FOUND
    assert build.parameters["audit"]["as_of"] == "2022-01-31"
    assert build.versions == versions()
    leaders = build.tables["leaders"]
    assert leaders.key == planned.declaration.tables["leaders"].primary_key
    raw = pd.read_csv(kept / "data" / "record" / "leaders.csv", dtype=str, keep_default_na=False)
    assert leaders.rows.equals(raw)
    assert build.files["notebooks/audit.ipynb"] == sha256(checkout.chapter("audit"))
    assert not any(name.startswith("data/") for name in build.files)


def test_a_file_beside_the_tables_is_told_by_its_hash(tmp_path):
    build = replace(BEFORE, files={**BEFORE.files, "data/events.parquet": "f" * 64})
    (change,) = diff(BEFORE, read_build(lay_out(build, tmp_path))).files
    assert (change.name, change.before, change.after) == ("data/events.parquet", None, "f" * 64)


def test_a_build_is_found_by_its_name_and_by_its_folder(copied, kept, monkeypatch):
    monkeypatch.chdir(copied.root)
    assert find_build(copied, str(kept)) == kept
    copied.builds.mkdir()
    (copied.builds / "early").symlink_to(kept)
    assert find_build(copied, "early") == copied.published("early")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("paper-2022", "paper-2022: not built; run: afpak build paper-2022"),
        ("latest-changed", "run: afpak build latest with the values that it is to differ in, such as -p NAME=VALUE"),
        ("papers-2022", "did you mean 'paper-2022'? built: nothing; editions: latest, paper-2022"),
        ("notebooks", "no whole build, for it lacks manifest.json, findings.json, numbers.json, figures.json"),
    ],
)
def test_a_build_that_is_not_there_is_refused_with_what_to_run(copied, monkeypatch, name, said):
    monkeypatch.chdir(copied.root)
    with pytest.raises(InputError) as caught:
        find_build(copied, name)
    assert said in str(caught.value)


def test_a_build_that_kept_too_little_is_to_be_built_again(copied, checkout, planned):
    folder = keep(checkout, planned, copied.published("paper-2022"))
    (folder / "figures.json").unlink()
    with pytest.raises(InputError, match=r"lacks figures\.json; run: afpak build paper-2022"):
        find_build(copied, "paper-2022")


def test_the_other_edition_is_planned_for_the_same_chapters(checkout):
    latest = plan(checkout, "latest")
    assert read_edition(checkout.editions, "latest").compare_with == "paper-2022"
    some = replace(latest, parameters={"1-4-incidents": latest.parameters["1-4-incidents"]})
    other = counterpart(checkout, some)
    assert other is not None
    assert (other.edition.name, other.inputs.as_of.isoformat()) == ("paper-2022", "2022-01-31")
    assert list(other.parameters) == ["1-4-incidents"]
    assert other.parameters["1-4-incidents"]["as_of"] == "2022-01-31"


def test_an_edition_that_compares_with_none_has_no_other(checkout, planned):
    assert counterpart(checkout, planned) is None
