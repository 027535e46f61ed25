"""Answers to exercises, put to what they should be in the last cell of each exercise.

An exercise of a chapter is a cell of prose tagged ``exercise``, then cells tagged ``solution``, then, if its answer
can be computed, one tagged ``check``. The course for students has ``...`` in place of the answer.
"""

from __future__ import annotations

import html
import math
from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

EXERCISE, SOLUTION, CHECK = "exercise", "solution", "check"


class NotYet(AssertionError):  # noqa: N818 - it is read by a learner
    """An answer that is not the one expected."""

    def _render_traceback_(self) -> list[str]:
        """What Jupyter shows: the hint alone, without the lines of this module that led to it."""
        return [str(self)]


@dataclass(frozen=True)
class Told:
    """What is said of an answer, under its cell."""

    text: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": f"<p>{html.escape(self.text)}</p>"}


def check(answer: object, expected: object, hint: str, tolerance: float = 0.0) -> Told:
    """Hold an answer against what it should be.

    Parameters
    ----------
    answer : object
        The learner's; ``...`` if there is none yet.
    expected : object
        A number, a text, a truth value, a sequence (in order) or a set (in any order) of these, best computed in
        another way than the solution does.
    hint : str
        What to think of if it is not right; it must not give the answer away.
    tolerance : float
        By how much a number may differ, in its own unit.

    Returns
    -------
    Told
        That it is right, or that there is no answer yet.

    Raises
    ------
    NotYet
        If it is not right, with the hint.
    """
    if answer is ...:
        return Told("Not answered yet: put your answer in the place of the three dots.")
    if _same(answer, expected, tolerance):
        return Told("Right.")
    raise NotYet(f"Not yet. You answered {answer!r}. {hint}")


def _same(answer: Any, expected: Any, tolerance: float) -> bool:
    if isinstance(expected, pd.Series | pd.Index):
        expected = expected.tolist()
    if isinstance(answer, pd.Series | pd.Index | np.ndarray):
        answer = answer.tolist()
    if isinstance(expected, str):
        return isinstance(answer, str) and _plain(answer) == _plain(expected)
    if isinstance(expected, Set):
        return (
            isinstance(answer, Collection)
            and not isinstance(answer, str)
            and len(set(answer)) == len(expected)
            and all(any(_same(one, wanted, tolerance) for one in answer) for wanted in expected)
        )
    if isinstance(expected, Sequence):
        return (
            isinstance(answer, Sequence)
            and not isinstance(answer, str)
            and len(answer) == len(expected)
            and all(_same(one, wanted, tolerance) for one, wanted in zip(answer, expected, strict=True))
        )
    if _is_truth(expected) or _is_truth(answer):
        return _is_truth(expected) and _is_truth(answer) and bool(answer) == bool(expected)
    if isinstance(expected, Real):
        # What can't be written exactly in two ways is never called wrong for its last digits.
        return isinstance(answer, Real) and math.isclose(answer, expected, rel_tol=1e-9, abs_tol=tolerance)
    return bool(answer == expected)


def _is_truth(value: object) -> bool:
    return isinstance(value, bool) or type(value).__name__ in ("bool_", "bool")


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
