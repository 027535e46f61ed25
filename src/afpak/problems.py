"""What is wrong with an input, said to the person who can mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN_AT_MOST = 50


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one place.

    Parameters
    ----------
    file : str
        File as the person knows it, relative to the folder that was read.
    row : int or None
        Line of the file, the header being line 1; None if no single row is at fault.
    column : str
        Column or key; empty if the row or the file as a whole is at fault.
    value : str
        What stands there now.
    expected : str
        What should stand there, and what to do, in plain words.
    """

    file: str
    row: int | None
    column: str
    value: str
    expected: str

    def __lt__(self, other: Problem) -> bool:
        """Order by file and row; what concerns a whole file comes first."""
        return self._order < other._order

    @property
    def _order(self) -> tuple[str, int, str, str]:
        return (self.file, self.row or 0, self.column, self.expected)

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column:
            place += f", column {self.column}"
        found = f"found {self.value!r}; " if self.value else ""
        return f"{place}: {found}{self.expected}"


class InputError(Exception):
    """Input that can't be used: all that is wrong with it, at once.

    Parameters
    ----------
    problems : sequence of Problem or str
        Everything found, or the first of it; at least one.
    total : int, optional
        How many there are in all, where only the first are given.
    closing : sequence of str
        What is said after the count.
    """

    def __init__(
        self, problems: Sequence[Problem | str], total: int | None = None, closing: Sequence[str] = ()
    ) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join([listing(self.problems, total), *closing]))


def listing(problems: Sequence[Problem | str], total: int | None = None) -> str:
    """Say every problem on a line of its own, at most 50 of them, and count them all."""
    count = len(problems) if total is None else total
    lines = [str(problem) for problem in problems[:SHOWN_AT_MOST]]
    if count > len(lines):
        lines.append(f"… and {count - len(lines):,} more")
    noun = "problem" if count == 1 else "problems"
    return "\n".join([*lines, f"{count:,} {noun}."])
