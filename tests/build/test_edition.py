import pytest

from afpak.build.edition import read_edition
from afpak.problems import InputError

GOOD = 'title: "A title"\nas_of: 2022-01-31\n'


@pytest.fixture
def read(tmp_path):
    """Read an edition from its text; the message if it is refused."""
    folder = tmp_path / "editions"
    folder.mkdir()

    def of(text: str | bytes):
        (folder / "some.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_edition(folder, "some")

    return of


def test_the_committed_editions_are_read(checkout):
    names = sorted(path.stem for path in checkout.editions.glob("*.yaml"))
    assert {"latest", "paper-2022"} <= set(names)
    for name in names:
        text = (checkout.editions / f"{name}.yaml").read_text(encoding="utf-8")
        assert f"as_of: {read_edition(checkout.editions, name).as_of}\n" in text


def test_an_edition_says_title_date_and_values(read):
    edition = read(GOOD + "parameters:\n  place: Pakistan\nchapters:\n  1-4-incidents:\n    last_year: 2025\n")
    assert (edition.name, edition.title, edition.as_of) == ("some", "A title", "2022-01-31")
    assert edition.parameters == {"place": "Pakistan"}
    assert edition.chapters == {"1-4-incidents": {"last_year": 2025}}


def test_an_edition_names_parts_files_and_another_edition(read, tmp_path):
    (tmp_path / "editions" / "other.yaml").write_text(GOOD, encoding="utf-8")
    edition = read(
        GOOD + "parts:\n  The frame:\n    place: Pakistan\n  2:\n    place: Kabul\ntables:\n  leaders: own/a.csv\n"
        "events: events/ged.parquet\ncompare_with: other\n"
    )
    assert edition.parts == {"The frame": {"place": "Pakistan"}, "2": {"place": "Kabul"}}
    assert (edition.tables, edition.events) == ({"leaders": "own/a.csv"}, "events/ged.parquet")
    assert edition.compare_with == "other"


@pytest.mark.parametrize(
    "text", [GOOD, GOOD + "parameters:\nchapters:\nparts:\ntables:\nevents:\n", GOOD + "chapters:\n  a:\n"]
)
def test_what_is_left_out_is_empty(read, text):
    edition = read(text)
    assert edition.parameters == {}
    assert not any(edition.chapters.values())
    assert (edition.parts, edition.tables, edition.events, edition.compare_with) == ({}, {}, "", "")


def test_a_date_in_quotes_is_the_same_date(read):
    assert read('title: "A title"\nas_of: "2022-01-31"\n').as_of == "2022-01-31"


def test_an_unknown_edition_comes_with_the_nearest_and_all_known(checkout):
    with pytest.raises(InputError) as caught:
        read_edition(checkout.editions, "paper2022")
    assert "no edition 'paper2022'" in str(caught.value)
    assert "did you mean 'paper-2022'?" in str(caught.value)
    assert "latest" in str(caught.value)


def test_an_edition_is_a_name_and_not_a_path(read, tmp_path):
    read(GOOD)
    (tmp_path / "outside.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(InputError, match="no edition"):
        read_edition(tmp_path / "editions", "../outside")


@pytest.mark.parametrize(
    ("text", "row", "column", "said"),
    [
        (GOOD + "chapters: [1, 2\n", 4, "", "not YAML"),
        (GOOD + "parameters:\n\tplace: x\n", 4, "", "not YAML"),
        ("", None, "", "expected the keys"),
        ("just words\n", None, "", "expected the keys"),
        (GOOD + "chapter: {}\n", None, "chapter", "no such key"),
        ("as_of: 2022-01-31\n", None, "title", "missing"),
        ('title: "A title"\n', None, "as_of", "missing"),
        (GOOD + "parameters: 3\n", None, "parameters", "names and values"),
        (GOOD + "chapters: [a]\n", None, "chapters", "names and values"),
        (GOOD + "chapters:\n  1-4-incidents: 3\n", None, "chapters, 1-4-incidents", "names and values"),
        (GOOD + "parts: 3\n", None, "parts", "names and values"),
        (GOOD + "parts:\n  1 Some: 3\n", None, "parts, 1 Some", "names and values"),
        (GOOD + "tables: leaders\n", None, "tables", "names and values"),
        (GOOD + "tables:\n  leaders: 3\n", None, "tables, leaders", "path of a CSV file"),
        (GOOD + "tables:\n  leaders:\n", None, "tables, leaders", "path of a CSV file"),
        (GOOD + "events: [a.parquet]\n", None, "events", "path of an event table"),
        (GOOD + "compare_with: some\n", None, "compare_with", "another edition than this one"),
        (GOOD + "compare_with: other\n", None, "compare_with", "no such edition; known: some"),
        (GOOD + "compare_with: somme\n", None, "compare_with", "did you mean 'some'?"),
        ("title: x\nas_of: 2022-02-30\n", None, "", "impossible date"),
        ('title: x\nas_of: "2022-02-30"\n', None, "as_of", "not a day of the calendar"),
        ("title: x\nas_of: 2022\n", None, "as_of", "not a day of the calendar"),
        ("title: x\nas_of:\n", None, "as_of", "not a day of the calendar"),
        ("title: x\nas_of: 2022-01-31 10:00:00\n", None, "as_of", "not a day of the calendar"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(read, text, row, column, said):
    with pytest.raises(InputError) as caught:
        read(text)
    (problem,) = caught.value.problems
    assert (problem.file, problem.row, problem.column) == ("editions/some.yaml", row, column)
    assert said in problem.expected


@pytest.mark.parametrize("text", [b"title: \x07bell\nas_of: 2022-01-31\n", b"title: Sa\xefd\nas_of: 2022-01-31\n"])
def test_a_file_that_is_no_text_is_not_blamed_on_a_date(read, text):
    with pytest.raises(InputError) as caught:
        read(text)
    assert "editions/some.yaml" in str(caught.value)
    assert "date" not in str(caught.value)


def test_all_wrong_and_missing_keys_are_reported_at_once(read):
    with pytest.raises(InputError) as caught:
        read("titel: x\nparameters: 3\n")
    assert sorted(problem.column for problem in caught.value.problems) == ["as_of", "parameters", "titel", "title"]
