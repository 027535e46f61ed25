from datetime import date
from keyword import iskeyword

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afpak.build.parameters import parse_assignment, read_parameters, resolve, unknown_names
from afpak.problems import InputError

TABLES = {("leaders", "rank"): ["head", "acting", "deputy"], ("annual", "series"): ["PIPS", "SATP"]}


def values(table, column):
    return TABLES[table, column]


@pytest.fixture
def read(tmp_path, write_notebook):
    return lambda source: read_parameters(write_notebook(tmp_path / "1-1-some.ipynb", parameters=source))


@pytest.fixture
def resolved(read):
    """Resolve one parameter ``x`` of a type and default from layers; the value and what is wrong."""

    def of(type_, default, *layers):
        declared = read(f'x: "{type_}" = {default}  # a meaning')
        found, problems = resolve(declared, layers, "1-1-some", values)
        return found["x"], problems

    return of


def test_a_line_declares_name_type_default_and_meaning(read):
    parameters = read(
        'first_year: int = 2006  # First year that is modelled\n\nday: "date" = "2022-01-31"  # A day # of days\n'
    )
    assert list(parameters) == ["first_year", "day"]
    first, day = parameters.values()
    assert (first.type, first.default, first.meaning, first.line) == (
        "int",
        2006,
        "First year that is modelled",
        1,
    )
    assert (day.type, day.default, day.line) == ("date", "2022-01-31", 3)
    assert "A day" in day.meaning


@pytest.mark.parametrize(
    ("comment", "meaning", "unit"),
    [
        ("First year that is modelled [year]", "First year that is modelled", "year"),
        ("Penalty that is drawn [multiples of the criterion]", "Penalty that is drawn", "multiples of the criterion"),
        ("Days [or months] counted", "Days [or months] counted", ""),
        ("Days [or months] counted [days]", "Days [or months] counted", "days"),
        ("No unit []", "No unit []", ""),
    ],
)
def test_the_unit_stands_in_brackets_at_the_end_of_the_comment(read, comment, meaning, unit):
    parameter = read(f"x: int = 3  # {comment}")["x"]
    assert (parameter.meaning, parameter.unit) == (meaning, unit)


def test_a_unit_alone_is_no_meaning(read):
    with pytest.raises(InputError, match="expected a comment with the meaning"):
        read("x: int = 3  # [days]")


NAMES = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True).filter(lambda name: not iskeyword(name))
LITERALS = st.one_of(
    st.tuples(st.just("int"), st.integers(-(10**9), 10**9)),
    st.tuples(st.just("float"), st.floats(allow_nan=False, allow_infinity=False)),
    st.tuples(st.just("bool"), st.booleans()),
    st.tuples(st.just("str"), st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")))),
    st.tuples(st.just("date"), st.dates().map(str)),
    st.tuples(st.just("list[int]"), st.lists(st.integers())),
    st.tuples(st.just("list[annual.series]"), st.lists(st.sampled_from(["PIPS", "SATP"]))),
)


@given(cell=st.dictionaries(NAMES, st.tuples(LITERALS, st.from_regex(r"[A-Za-z][a-z ]{0,20}[a-z]", fullmatch=True))))
def test_any_cell_of_literals_is_read_as_it_was_written(tmp_path_factory, write_notebook, cell):
    source = "\n".join(
        f'{name}: "{type_}" = {default!r}  # {meaning}' for name, ((type_, default), meaning) in cell.items()
    )
    path = write_notebook(tmp_path_factory.mktemp("cell") / "chapter.ipynb", parameters=source)
    parameters = read_parameters(path)
    assert {name: (p.type, p.default, p.meaning) for name, p in parameters.items()} == {
        name: (type_, default, meaning) for name, ((type_, default), meaning) in cell.items()
    }
    assert resolve(parameters, [], "chapter", values) == ({n: v[0][1] for n, v in cell.items()}, [])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 3  # a meaning", "expected name"),
        ("import os  # a meaning", "expected name"),
        ("x.y: int = 3  # a meaning", "expected name"),
        ("x: complex = 3  # a meaning", "not a parameter type"),
        ('x: "leaders" = 3  # a meaning', "not a parameter type"),
        ('x: "list[list[int]]" = []  # a meaning', "not a parameter type"),
        ("x: int = 2000 + 6  # a meaning", "expected a literal"),
        ('x: str = str("a")  # a meaning', "expected a literal"),
        ("x: int = 2006", "expected a comment"),
        ("x: int = 2006  #  ", "expected a comment"),
        ("# above\nx: int = 2006", "expected a comment"),
        ("x: int  # a meaning", "expected a literal"),
    ],
)
def test_what_is_no_declaration_is_refused_with_its_line(read, source, expected):
    with pytest.raises(InputError) as caught:
        read(source)
    (problem,) = caught.value.problems
    assert problem.file.startswith("1-1-some.ipynb")
    assert problem.row == source.count("\n") + 1
    assert problem.value == source.splitlines()[-1].split("  #")[0]
    assert expected in problem.expected


@pytest.mark.parametrize("source", ["x: int = = 3  # a meaning", "x: int = [1,  # a meaning", "x: 'int = 3"])
def test_a_cell_that_is_not_python_is_refused_with_the_notebook(read, source):
    with pytest.raises(InputError, match=r"1-1-some\.ipynb"):
        read(source)


def test_all_lines_at_fault_are_reported(read):
    with pytest.raises(InputError) as caught:
        read("x = 3  # a meaning\ny: int = 4  # a meaning\nz: int = 5")
    assert [problem.row for problem in caught.value.problems] == [1, 3]


@pytest.mark.parametrize("cells", [0, 2])
def test_exactly_one_cell_is_tagged(tmp_path, cells):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_code_cell("x: int = 1  # one", metadata={"tags": ["parameters"]}) for _ in range(cells)
    ]
    nbformat.write(notebook, tmp_path / "some.ipynb")
    with pytest.raises(InputError, match=f"found {cells}"):
        read_parameters(tmp_path / "some.ipynb")


def test_the_narrower_layer_wins(resolved):
    layers = [("edition", {"x": 2}), ("chapter", {"x": 3}), ("-p", dict([parse_assignment("x=4")]))]
    for number in range(4):
        assert resolved("int", 1, *layers[:number]) == (number + 1, [])


def test_a_name_that_the_chapter_does_not_take_is_passed_over(read):
    assert resolve(read("x: int = 1  # one"), [("edition", {"y": 3})], "c", values) == ({"x": 1}, [])


@pytest.mark.parametrize(
    ("type_", "default", "given_", "value"),
    [
        ("float", "0.5", 3, 3.0),
        ("date", "'2022-01-31'", date(2021, 8, 15), "2021-08-15"),
        ("list[date]", "[]", [date(2021, 8, 15), "2014-06-15"], ["2021-08-15", "2014-06-15"]),
        ("list[float]", "[]", [1, 2.5], [1.0, 2.5]),
        ("leaders.rank", "'head'", "acting", "acting"),
        ("list[leaders.rank]", "[]", ["acting", "head"], ["acting", "head"]),
    ],
)
def test_a_value_of_an_edition_comes_to_the_chapter_as_its_type(resolved, type_, default, given_, value):
    found, problems = resolved(type_, default, ("edition", {"x": given_}))
    assert (found, problems) == (value, [])
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("type_", "default", "text", "value"),
    [
        ("int", "1", "2007", 2007),
        ("int", "1", "-3", -3),
        ("float", "0.5", "3", 3.0),
        ("bool", "True", "False", False),
        ("str", "'a'", "2007", "2007"),
        ("str", "'a'", "", ""),
        ("date", "'2022-01-31'", "2021-08-15", "2021-08-15"),
        ("leaders.rank", "'head'", "acting", "acting"),
        ("list[int]", "[]", "[1, 2]", [1, 2]),
        ("list[leaders.rank]", "[]", "['head']", ["head"]),
    ],
)
def test_a_value_typed_on_the_command_line_is_read_by_its_type(resolved, type_, default, text, value):
    found, problems = resolved(type_, default, ("-p", dict([parse_assignment(f"x={text}")])))
    assert (found, problems) == (value, [])
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("type_", "default", "given_", "expected"),
    [
        ("int", "1", True, "expected a whole number"),
        ("int", "1", "2007", "expected a whole number"),
        ("int", "1", 2007.0, "expected a whole number"),
        ("float", "0.5", False, "expected a number"),
        ("bool", "True", 1, "expected True or False"),
        ("str", "'a'", 3, "expected text"),
        ("str", "'a'", None, "expected text"),
        ("date", "'2022-01-31'", "2022-02-30", "not a day of the calendar"),
        ("date", "'2022-01-31'", "2022", "not a day of the calendar"),
        ("date", "'2022-01-31'", 2022, "expected a day as YYYY-MM-DD"),
        ("list[str]", "[]", "a", "expected a list"),
        ("list[int]", "[]", [1, "two"], "expected a whole number"),
        ("leaders.rank", "'head'", "heads", "did you mean 'head'?"),
        ("leaders.rank", "'head'", "king", "known: acting, deputy, head"),
        ("list[leaders.rank]", "[]", ["head", "deputty"], "did you mean 'deputy'?"),
        ("leaders.rank", "'head'", 3, "not in column rank of table leaders"),
    ],
)
def test_a_value_of_another_type_is_reported_with_its_origin(resolved, type_, default, given_, expected):
    _, (problem,) = resolved(type_, default, ("editions/some.yaml", {"x": given_}))
    assert str(problem).startswith("editions/some.yaml: x: found ")
    assert expected in problem.expected


@pytest.mark.parametrize("text", ["soon", "2007.5", "True", "[2007]", "1 +", "2007,"])
def test_what_is_no_int_on_the_command_line_is_reported(resolved, text):
    _, (problem,) = resolved("int", "1", ("-p", dict([parse_assignment(f"x={text}")])))
    assert str(problem).startswith("-p: x: found ")
    assert problem.expected == "expected a whole number"


def test_a_default_of_another_type_is_reported_with_the_chapter(resolved):
    _, (problem,) = resolved("int", "'many'")
    assert str(problem).startswith("1-1-some, parameters cell: x: found ")


def test_what_was_found_is_said_once_quoted(resolved):
    _, (problem,) = resolved("int", "1", ("editions/some.yaml", {"x": "many"}))
    assert "found 'many';" in str(problem)


def test_an_unknown_name_comes_with_the_nearest_one():
    known = ["first_year", "last_year", "series"]
    problems = unknown_names("-p", ["frist_year", "series", "serie"], known)
    assert [problem.file for problem in problems] == ["-p: frist_year", "-p: serie"]
    for problem, near in zip(problems, ["first_year", "series"], strict=True):
        assert f"did you mean {near!r}?" in problem.expected
    assert "first_year, last_year, series" in problems[0].expected


@given(NAMES, st.text())
def test_an_assignment_is_split_at_its_first_equals_sign(name, value):
    assert parse_assignment(f"{name}={value}") == (name, value)


@pytest.mark.parametrize("text", ["first_year", "=2007", " =2007", ""])
def test_what_is_no_assignment_is_refused_with_an_example(text):
    with pytest.raises(InputError, match="expected NAME=VALUE") as caught:
        parse_assignment(text)
    assert repr(text) in str(caught.value)
