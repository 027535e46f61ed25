import csv
import os
from datetime import date
from pathlib import Path

import pytest

from afpak.build.edition import read_edition
from afpak.build.inputs import plan
from afpak.build.parameters import read_parameters
from afpak.problems import InputError


@pytest.fixture(scope="module")
def paper(checkout):
    return plan(checkout, "paper-2022")


@pytest.fixture
def tables_known_valid(monkeypatch):
    """Skip validation, which other tests do, where a test is about something else."""
    monkeypatch.setattr("afpak.build.inputs.validate", lambda _: [])


def refused(checkout, *arguments, **options):
    with pytest.raises(InputError) as caught:
        plan(checkout, *arguments, **options)
    return caught.value.problems


def test_every_chapter_has_a_value_for_each_of_its_parameters(checkout, paper):
    assert {*paper.parameters, *paper.left_out} == set(checkout.chapters)
    assert not set(paper.parameters) & set(paper.left_out)
    for chapter, values in paper.parameters.items():
        assert list(values) == list(read_parameters(checkout.chapter(chapter)))
        assert values["as_of"] == "2022-01-31"


def test_every_committed_edition_can_be_planned(checkout, tables_known_valid):
    for path in checkout.editions.glob("*.yaml"):
        assert plan(checkout, path.stem).edition == read_edition(checkout.editions, path.stem)


def test_the_tables_are_cut_at_the_date_of_the_edition(paper):
    assert paper.inputs.as_of.isoformat() == paper.edition.as_of == "2022-01-31"


@pytest.mark.usefixtures("tables_known_valid")
class TestWithValidTables:
    def test_values_of_a_chapter_win_over_its_defaults(self, checkout):
        chapter = read_edition(checkout.editions, "latest").chapters["1-4-incidents"]
        values = plan(checkout, "latest").parameters["1-4-incidents"]
        assert {name: values[name] for name in chapter} == dict(chapter)

    def test_the_command_line_wins_over_the_edition(self, checkout):
        planned = plan(checkout, "latest", ["last_year=2019", "first_year=2010"])
        values = planned.parameters["1-4-incidents"]
        assert (values["first_year"], values["last_year"]) == (2010, 2019)

    def test_as_of_replaces_the_date_of_the_edition_everywhere(self, checkout):
        planned = plan(checkout, "latest", as_of="2019-12-31")
        assert planned.edition.as_of == planned.inputs.as_of.isoformat() == "2019-12-31"
        assert {values["as_of"] for values in planned.parameters.values()} == {"2019-12-31"}

    def test_an_unknown_parameter_comes_with_the_nearest_name(self, checkout):
        (problem,) = refused(checkout, "paper-2022", ["frist_year=2007"])
        assert problem.file == "-p: frist_year"
        assert "did you mean 'first_year'?" in problem.expected

    def test_as_of_is_no_parameter_for_the_command_line(self, checkout):
        (problem,) = refused(checkout, "paper-2022", ["as_of=2021-01-31"])
        assert problem.file == "-p: as_of"
        assert "--as-of" in problem.expected

    def test_an_impossible_date_is_refused(self, checkout):
        (problem,) = refused(checkout, "paper-2022", as_of="2022-02-30")
        assert "2022-02-30" in str(problem)

    def test_a_value_that_is_not_in_the_tables_at_that_date_is_refused(self, checkout):
        (problem,) = refused(checkout, "paper-2022", ["place=Pakistan: Punjap"])
        assert problem.file == "-p: place"
        assert "not in column place of table annual" in problem.expected

    def test_unknown_chapters_and_names_in_an_edition_are_reported(self, copied):
        (copied.editions / "some.yaml").write_text(
            "title: x\nas_of: 2022-01-31\nparameters:\n  plase: Pakistan\nchapters:\n"
            "  1-4-incident:\n    series: PIPS\n  1-4-attrition:\n    rank: [head]\n",
            encoding="utf-8",
        )
        problems = refused(copied, "some")
        places = {problem.file for problem in problems}
        assert {
            "editions/some.yaml, parameters: plase",
            "editions/some.yaml, chapters: 1-4-incident",
            "editions/some.yaml, chapters, 1-4-attrition: rank",
        } <= places
        text = "\n".join(map(str, problems))
        for name in ("place", "1-4-incidents", "ranks"):
            assert f"did you mean {name!r}?" in text

    def test_all_wrong_values_are_reported_at_once(self, checkout):
        problems = refused(
            checkout, "paper-2022", ["frist_year=2007", "last_year=soon", "umbrella=tpt", "as_of=2020-01-01"]
        )
        named = {"frist_year", "last_year", "umbrella", "as_of"}
        assert {problem.file for problem in problems} == {f"-p: {name}" for name in named}

    def test_a_parameter_of_several_chapters_is_reported_once(self, checkout, copied, write_notebook):
        for name in ("8-1-one", "8-2-two"):
            write_notebook(copied.chapter(name), parameters="height: int = 3  # A height in metres")
        assert len(refused(copied, "paper-2022", ["height=tall"])) == 1

    def test_a_parameter_of_a_table_that_is_not_declared_is_reported(self, copied, write_notebook):
        write_notebook(copied.chapter("8-1-some"), parameters='x: "anual.series" = "PIPS"  # A series')
        (problem,) = refused(copied, "paper-2022")
        assert "anual" in str(problem)

    def test_faults_in_several_notebooks_are_reported_at_once(self, copied, write_notebook):
        for name in ("8-1-one", "8-2-two"):
            write_notebook(copied.chapter(name), parameters="x = 3")
        text = "\n".join(map(str, refused(copied, "paper-2022")))
        assert "8-1-one" in text and "8-2-two" in text


def test_wrong_tables_and_wrong_parameters_are_reported_together(copied, lines):
    lines(copied.data / "record/leaders.csv").put(2, "tenure_end", "2016-02-30")
    problems = refused(copied, "paper-2022", ["frist_year=2007"])
    assert [str(problem).partition(": found")[0].partition(": no such")[0] for problem in problems] == [
        "-p: frist_year",
        "record/leaders.csv, row 2, column tenure_end",
    ]


def test_a_chapter_whose_requirements_are_not_met_is_left_out_and_told_why(paper, checkout):
    told = paper.left_out["1-4-months"]
    assert "it needs an event file or rows of the table event-months" in told and "2022-01-31" in told
    assert "1-4-months" in plan(checkout, "latest").parameters


# Values for a part of the book

EDITION = "title: x\nas_of: 2022-01-31\n"
# The same parameter of three chapters of two parts.
CELL = "height: int = 1  # A height [metres]"


@pytest.fixture
def parts(copied, write_notebook):
    """A project of three tiny chapters in two parts, and a way to plan an edition of it."""
    for path in copied.notebooks.glob("*.ipynb"):
        path.unlink()
    for name in ("1-1-one", "1-2-two", "2-1-three"):
        write_notebook(copied.chapter(name), parameters=CELL)
    (copied.root / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nparts:\n"
        "  - caption: First part\n    chapters:\n      - file: 1-1-one\n      - file: 1-2-two\n"
        "  - caption: 2\n    chapters:\n      - file: 2-1-three\n".replace("caption: 2", "caption: '2'"),
        encoding="utf-8",
    )

    def of(text, *arguments, **options):
        (copied.editions / "some.yaml").write_text(EDITION + text, encoding="utf-8")
        return plan(copied, "some", *arguments, **options)

    return of


@pytest.mark.usefixtures("tables_known_valid")
class TestParts:
    @staticmethod
    def heights(planned):
        return [values["height"] for values in planned.parameters.values()]

    def test_the_narrower_wins(self, parts):
        text = "parameters:\n  height: 2\n"
        assert self.heights(parts("")) == [1, 1, 1]
        assert self.heights(parts(text)) == [2, 2, 2]
        text += "parts:\n  First part:\n    height: 3\n"
        assert self.heights(parts(text)) == [3, 3, 2]
        text += "chapters:\n  1-2-two:\n    height: 4\n"
        assert self.heights(parts(text)) == [3, 4, 2]
        assert self.heights(parts(text, ["height=5"])) == [5, 5, 5]

    def test_a_part_that_yaml_reads_as_a_number_is_found(self, parts):
        assert self.heights(parts("parts:\n  2:\n    height: 3\n")) == [1, 1, 3]

    def test_an_unknown_part_comes_with_the_nearest(self, parts):
        with pytest.raises(InputError) as caught:
            parts("parts:\n  Frist part:\n    height: 3\n")
        assert "editions/some.yaml, parts: Frist part: no such name; did you mean 'First part'?" in str(caught.value)

    def test_a_name_that_no_chapter_of_the_part_takes_is_refused(self, parts, copied, write_notebook):
        write_notebook(copied.chapter("2-1-three"), parameters="width: int = 1  # A width [metres]")
        with pytest.raises(InputError) as caught:
            parts("parts:\n  First part:\n    width: 3\n")
        assert "editions/some.yaml, parts, First part: width: no such name; did you mean 'height'?" in str(caught.value)

    def test_a_wrong_value_of_a_part_is_told_with_its_place(self, parts):
        with pytest.raises(InputError) as caught:
            parts("parts:\n  First part:\n    height: tall\n")
        assert str(caught.value).startswith("editions/some.yaml, parts, First part: height: found 'tall'; expected")

    def test_the_date_is_no_parameter_of_a_part(self, parts):
        with pytest.raises(InputError, match=r"parts, First part: as_of: .*set by as_of or --as-of"):
            parts("parts:\n  First part:\n    as_of: 2020-01-01\n")

    def test_only_the_chapters_asked_for_are_executed(self, parts):
        planned = parts("", only=["1-2-two"])
        assert list(planned.parameters) == ["1-2-two"]
        assert set(planned.left_out) == {"1-1-one", "2-1-three"}
        assert "--only 1-2-two" in planned.left_out["1-1-one"]
        assert (planned.edition.name, planned.edition.title) == ("some-changed", "x, changed: only 1-2-two")

    def test_an_unknown_chapter_comes_with_the_nearest(self, parts):
        with pytest.raises(InputError, match="--only: 1-2-tow: no such name; did you mean '1-2-two'"):
            parts("", only=["1-2-tow"])

    def test_a_value_that_only_a_chapter_left_out_takes_is_refused(self, parts, copied, write_notebook):
        write_notebook(copied.chapter("2-1-three"), parameters="width: int = 1  # A width [metres]")
        with pytest.raises(InputError, match=r"-p: width: without effect, .*: 2-1-three"):
            parts("", ["width=3"], only=["1-2-two"])

    def test_a_chapter_asked_for_that_can_not_be_executed_is_refused(self, checkout):
        with pytest.raises(InputError, match=r"--only: 1-4-months: .*it needs an event file"):
            plan(checkout, "paper-2022", only=["1-4-months"])


# Files of the person's own


@pytest.fixture
def own(tmp_path, checkout, lines):
    """Write a table of one row of the book's leaders with other cells; its path."""

    def of(**cells):
        row = lines(checkout.data / "record/leaders.csv").records()[0] | cells
        path = tmp_path / "my_leaders.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(row))
            writer.writeheader()
            writer.writerow(row)
        return path

    return of


@pytest.mark.usefixtures("tables_known_valid")
class TestOwnTables:
    def test_a_table_makes_the_build_another_book(self, checkout, own, paper):
        planned = plan(checkout, "paper-2022", tables=[f"leaders={own(tenure='is-k-invented')}"])
        assert planned.edition.name == "paper-2022-changed"
        assert planned.edition.title.endswith(", changed: table leaders with my_leaders.csv")
        assert len(planned.inputs["leaders"]) == len(paper.inputs["leaders"]) + 1
        assert planned.inputs.origins["leaders"] == {"is-k-invented": "my_leaders.csv"}
        # The declaration is that of the checkout, which stays when the folder of the check is gone.
        assert planned.declaration.root == checkout.data

    def test_a_table_of_the_edition_does_not_and_lies_in_the_folder_of_the_checkout(self, copied, own):
        own(tenure="is-k-invented").rename(copied.root / "mine.csv")
        (copied.editions / "some.yaml").write_text(EDITION + "tables:\n  leaders: mine.csv\n", encoding="utf-8")
        planned = plan(copied, "some")
        assert (planned.edition.name, planned.edition.title) == ("some", "x")
        assert planned.inputs.origins["leaders"] == {"is-k-invented": "mine.csv"}

    def test_a_later_date_is_refused_without_a_table_and_allowed_with_one(self, checkout, own):
        (problem,) = refused(checkout, "latest", as_of="2026-12-01")
        assert "the tables were compiled on 2026-11-22" in problem
        options = {"tables": [f"leaders={own(tenure='is-k-invented')}"], "today": date(2026, 12, 24)}
        assert plan(checkout, "latest", as_of="2026-12-01", **options).inputs.as_of == date(2026, 12, 1)

    def test_wrong_names_are_told_with_wrong_parameters(self, checkout):
        problems = refused(checkout, "paper-2022", ["frist_year=2007"], tables=["leders=a.csv"])
        assert [problem.file for problem in problems] == ["-p: frist_year", "--table: leders"]
        assert "did you mean 'leaders'?" in problems[1].expected


def test_wrong_rows_of_a_table_stop_the_plan_with_its_name_as_typed(checkout, own, monkeypatch):
    path = own(tenure="is-k-invented", organisation="is-q")
    monkeypatch.chdir(path.parent)
    (problem,) = refused(checkout, "paper-2022", tables=["leaders=my_leaders.csv"])
    assert str(problem).startswith("my_leaders.csv, row 2, column organisation: found 'is-q'; must name a row")


# Tables that were found in order once


@pytest.fixture
def validated(monkeypatch):
    """How often tables were validated; ``validated.problems`` is what is found then."""

    def validate(declaration):
        validate.count += 1
        return list(validate.problems)

    validate.count, validate.problems = 0, []
    monkeypatch.setattr("afpak.build.inputs.validate", validate)
    return validate


def seals(checkout):
    return sorted((checkout.cache / "valid").glob("*"))


def test_tables_that_are_in_order_are_validated_once(small, validated):
    for as_of in (None, "2021-12-31", None):
        plan(small, "some", as_of=as_of)
    assert validated.count == 1 and len(seals(small)) == 1


@pytest.mark.parametrize("name", ["heights.csv", "datapackage.json"])
def test_another_byte_of_the_tables_is_validated_again(small, validated, name):
    plan(small, "some")
    path = small.data / name
    former = path.read_text(encoding="utf-8")
    path.write_text(f"{former}\n", encoding="utf-8")
    plan(small, "some")
    assert validated.count == 2
    # A state that is known is known again.
    path.write_text(former, encoding="utf-8")
    plan(small, "some")
    assert validated.count == 2 and len(seals(small)) == 2


def test_another_package_and_other_libraries_validate_again(small, validated, monkeypatch):
    plan(small, "some")
    for count, (name, value) in enumerate((("package_hashes", {}), ("installed", [])), start=2):
        monkeypatch.setattr(f"afpak.build.inputs.{name}", lambda value=value: value)
        plan(small, "some")
        assert validated.count == count


def test_a_table_of_ones_own_is_validated_with_the_others_and_again_on_another_day(small, validated):
    (small.root / "mine.csv").write_text("peak,metres\nMine,1\n", encoding="utf-8")
    given = [f"heights={small.root / 'mine.csv'}"]
    for day in (date(2026, 12, 1), date(2026, 12, 1), date(2026, 12, 2)):
        plan(small, "some", tables=given, today=day)
    # That it tells of no later day than today is part of what is checked.
    assert validated.count == 2
    (small.root / "mine.csv").write_text("peak,metres\nMine,2\n", encoding="utf-8")
    plan(small, "some", tables=given, today=date(2026, 12, 2))
    assert validated.count == 3


def test_tables_that_are_wrong_are_never_taken_for_right(small, validated):
    validated.problems = ["a table is wrong"]
    for count in (1, 2):
        assert refused(small, "some") == ("a table is wrong",)
        assert validated.count == count and seals(small) == []
    validated.problems = []
    plan(small, "some")
    assert validated.count == 3


def test_no_more_is_remembered_than_must_be_and_the_oldest_goes(small, validated, monkeypatch):
    monkeypatch.setattr("afpak.build.inputs._SEALS", 3)
    heights, made = small.data / "heights.csv", []
    for number in range(5):
        heights.write_text(f"peak,metres\nK2,{number}\n", encoding="utf-8")
        plan(small, "some")
        (new,) = set(seals(small)) - set(made)
        os.utime(new, (number, number))
        made.append(new)
    assert seals(small) == sorted(made[-3:])


def test_a_build_that_takes_a_seal_away_meanwhile_is_no_harm(small, validated, monkeypatch):
    plan(small, "some")
    listed = Path.iterdir

    def late(self):
        found = list(listed(self))
        if self.name == "valid":
            for path in found:
                path.unlink()
        return iter(found)

    monkeypatch.setattr(Path, "iterdir", late)
    (small.data / "heights.csv").write_text("peak,metres\n", encoding="utf-8")
    plan(small, "some")
    assert validated.count == 2


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"nbformat": 4}', "<<<<<<< HEAD\n{}"])
def test_a_file_that_is_no_notebook_is_told_of_in_words(small, validated, text):
    small.chapter("1-2-rivers").write_text(text, encoding="utf-8")
    (problem,) = refused(small, "some")
    assert str(problem).startswith("notebooks/1-2-rivers.ipynb: not a notebook (") and "\n" not in str(problem)
