"""Answers to exercises: what counts as right, as not yet, and as none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from afpak.exercises import NotYet, check


@pytest.mark.parametrize(
    ("answer", "expected", "tolerance"),
    [
        (2010, 2010, 0),
        (np.int64(2010), 2010, 0),
        (0.1 + 0.2, 0.3, 0),
        (0.69, 0.6942, 0.01),
        ("  Hakimullah  Mehsud", "hakimullah mehsud", 0),
        (["b", "a"], {"a", "b"}, 0),
        ({"a", "b"}, {"a", "b"}, 0),
        (pd.Series([1, 2]), [1, 2], 0),
        ((1, 2), pd.Index([1, 2]), 0),
        (np.True_, True, 0),
        (None, None, 0),
    ],
)
def test_a_right_answer_is_called_right(answer, expected, tolerance) -> None:
    assert check(answer, expected, "no hint", tolerance).text == "Right."


@pytest.mark.parametrize(
    ("answer", "expected", "tolerance"),
    [
        (2009, 2010, 0),
        (0.72, 0.69, 0.01),
        (float("nan"), 1.0, 0.5),
        ("2010", 2010, 0),
        (2010, "2010", 0),
        (["a"], {"a", "b"}, 0),
        (["a", "b", "c"], {"a", "b"}, 0),
        ("ab", {"a", "b"}, 0),
        ([2, 1], [1, 2], 0),
        ([1], [1, 2], 0),
        ("12", ["1", "2"], 0),
        (1, True, 0),
        (True, 1, 0),
        (None, 3, 0),
    ],
)
def test_any_other_is_not_yet_and_comes_with_its_hint(answer, expected, tolerance) -> None:
    with pytest.raises(NotYet, match="Look at the axis") as told:
        check(answer, expected, "Look at the axis.", tolerance)
    assert repr(answer) in str(told.value)


def test_three_dots_are_no_answer_and_no_failure() -> None:
    told = check(..., 3, "no hint")
    assert "Not answered yet" in told.text
    assert told._repr_mimebundle_()["text/plain"] == told.text


def test_a_notebook_shows_the_hint_and_no_line_of_code(capsys) -> None:
    shell = InteractiveShell()
    told = shell.run_cell("from afpak.exercises import check\ncheck(1, 2, 'Look at the axis.')")
    assert isinstance(told.error_in_exec, NotYet)
    assert capsys.readouterr().out.strip() == "Not yet. You answered 1. Look at the axis."
