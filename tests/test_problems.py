import pytest

from afpak.problems import InputError, Problem, listing


def test_a_problem_says_file_row_column_value_and_what_was_expected():
    problem = Problem("series/annual.csv", 12, "value", "many", "expected a number")
    assert str(problem) == "series/annual.csv, row 12, column value: found 'many'; expected a number"


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (Problem("a.csv", None, "", "", "not found"), "a.csv: not found"),
        (Problem("a.csv", None, "x", "", "expected, and missing"), "a.csv, column x: expected, and missing"),
        (Problem("a.csv", 3, "", "", "too long"), "a.csv, row 3: too long"),
    ],
)
def test_what_is_not_at_fault_is_not_named(problem, said):
    assert str(problem) == said


def test_problems_are_sorted_by_row_whether_or_not_all_have_one():
    whole, late, early = (Problem("a.csv", row, "", "", "wrong") for row in (None, 10, 9))
    assert [problem.row for problem in sorted([late, whole, early])] in ([None, 9, 10], [9, 10, None])


@pytest.mark.parametrize(("number", "shown"), [(1, 1), (49, 49), (50, 50), (51, 50), (230, 50)])
def test_a_listing_shows_at_most_fifty_and_counts_all(number, shown):
    said = listing([Problem("a.csv", row, "", "", "wrong") for row in range(2, number + 2)])
    assert said.count("wrong") == shown
    assert f"{number} problem" in said.splitlines()[-1]
    assert ("… and" in said) == (number > shown)
    if number > shown:
        assert f"… and {number - shown} more" in said


def test_one_problem_is_not_called_problems():
    assert listing(["wrong"]).endswith("1 problem.")
    assert listing(["wrong", "worse"]).endswith("2 problems.")


def test_an_input_error_keeps_every_problem_and_says_them():
    error = InputError([f"problem number {number}" for number in range(60)])
    assert len(error.problems) == 60
    assert "problem number 49" in str(error)
    assert "problem number 50" not in str(error)
