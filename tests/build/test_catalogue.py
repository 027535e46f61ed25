import json

import pytest

from afpak.build import catalogue
from afpak.problems import InputError

CELL = (
    'as_of: "date" = "2022-01-31"  # A day\nheight: int = 3  # Height of what is measured [metres]\n'
    "names: list[str] = ['a']  # Names"
)


@pytest.fixture
def tiny(copied, write_notebook, monkeypatch):
    """A project of one chapter and two editions, one of them built."""
    monkeypatch.setattr("afpak.build.inputs.validate", lambda _: [])
    for path in [*copied.notebooks.glob("*.ipynb"), *copied.editions.glob("*.yaml")]:
        path.unlink()
    write_notebook(copied.chapter("1-1-tiny"), parameters=CELL)
    (copied.editions / "old.yaml").write_text("title: The old one\nas_of: 2020-12-31\n", encoding="utf-8")
    (copied.editions / "newer.yaml").write_text(
        "title: The newer one\nas_of: 2022-01-31\nparameters: {height: 4}\ntables: {leaders: own/a.csv}\n"
        "events: ged.parquet\ncompare_with: old\n",
        encoding="utf-8",
    )
    built = copied.published("old")
    built.mkdir(parents=True)
    (built / "manifest.json").write_text('{"times": {"finished": "2026-11-25T09:13:48+00:00"}}', encoding="utf-8")
    return copied


def test_each_edition_has_a_line_with_all_that_it_is_made_of(tiny):
    assert catalogue.editions_as_lines(catalogue.editions(tiny)).splitlines() == [
        "newer  as of 2022-01-31  not built                   The newer one; table leaders with own/a.csv; "
        "events of ged.parquet; compared with old",
        "old    as of 2020-12-31  built 2026-11-25 09:13 UTC  The old one",
    ]


def test_editions_as_json_have_null_for_what_they_lack(tiny):
    newer, old = json.loads(catalogue.editions_as_json(catalogue.editions(tiny)))
    assert newer == {
        "name": "newer", "title": "The newer one", "as_of": "2022-01-31", "tables": {"leaders": "own/a.csv"},
        "events": "ged.parquet", "compare_with": "old", "built": None,
    }  # fmt: skip
    assert old == {
        "name": "old", "title": "The old one", "as_of": "2020-12-31", "tables": {}, "events": None,
        "compare_with": None, "built": "2026-11-25T09:13:48+00:00",
    }  # fmt: skip


def test_faults_of_all_edition_files_are_told_at_once(tiny):
    for name in ("a", "b"):
        (tiny.editions / f"{name}.yaml").write_text("title: x\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        catalogue.editions(tiny)
    assert [problem.file for problem in caught.value.problems] == ["editions/a.yaml", "editions/b.yaml"]


def test_parameters_are_told_with_type_unit_meaning_and_default(tiny):
    assert catalogue.parameters_as_lines(catalogue.parameters(tiny, "1-1-tiny")).splitlines() == [
        "as_of: date", "    A day", "    default: 2022-01-31",
        "height: int [metres]", "    Height of what is measured", "    default: 3",
        "names: list[str]", "    Names", "    default: ['a']",
    ]  # fmt: skip


def test_parameters_are_told_with_the_value_of_an_edition(tiny):
    found = catalogue.parameters(tiny, "1-1-tiny", "old")
    assert "    in old: 2020-12-31" in catalogue.parameters_as_lines(found, "old").splitlines()
    (tiny.editions / "higher.yaml").write_text("title: x\nas_of: 2022-01-31\nparameters: {height: 4}\n", "utf-8")
    record = json.loads(catalogue.parameters_as_json(catalogue.parameters(tiny, "1-1-tiny", "higher"), "higher"))[1]
    assert record == {
        "name": "height", "type": "int", "unit": "metres", "default": 3, "meaning": "Height of what is measured",
        "value": 4,
    }  # fmt: skip
    assert "value" not in json.loads(catalogue.parameters_as_json(found))[1]


def test_an_unknown_chapter_comes_with_the_nearest(tiny):
    with pytest.raises(InputError, match="no chapter '1-1-tyni'; did you mean '1-1-tiny'"):
        catalogue.parameters(tiny, "1-1-tyni")


def test_a_chapter_that_the_edition_leaves_out_has_no_values(checkout, monkeypatch):
    monkeypatch.setattr("afpak.build.inputs.validate", lambda _: [])
    with pytest.raises(InputError, match="1-4-months in paper-2022: This chapter is not in this edition"):
        catalogue.parameters(checkout, "1-4-months", "paper-2022")
