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
    assert set(paper.parameters) == set(checkout.chapters)
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
