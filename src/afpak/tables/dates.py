"""Dates that keep their precision.

A date in the tables is text as precise as its source: ``2014``, ``2014-07`` or ``2014-07-15``. It is
never padded to a day. What can be computed from it are its bounds: the first and the last day that it
may mean.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass(frozen=True)
class Bounds:
    """The first and the last day that a date may mean, both included."""

    earliest: date
    latest: date

    @property
    def exact(self) -> bool:
        """Whether the date is known to the day."""
        return self.earliest == self.latest

    @property
    def middle(self) -> date:
        """The day half-way between the bounds, for drawing and for one central figure."""
        return self.earliest + (self.latest - self.earliest) // 2


@lru_cache(maxsize=4096)
def bounds(text: str) -> Bounds:
    """Bounds of a partial date, or of a span ``FIRST/LAST`` of two partial dates.

    Parameters
    ----------
    text : str
        ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, or two of them joined by ``/``.

    Returns
    -------
    Bounds
        First and last day, both included.

    Raises
    ------
    ValueError
        If the text has another form or names no day of the calendar.

    Examples
    --------
    >>> bounds("2014-02")
    Bounds(earliest=datetime.date(2014, 2, 1), latest=datetime.date(2014, 2, 28))
    """
    first, slash, last = text.partition("/")
    if slash:
        if "/" in last:
            raise ValueError(f"{text!r} is not of the form FIRST/LAST")
        span = Bounds(bounds(first).earliest, bounds(last).latest)
        if span.earliest > span.latest:
            raise ValueError(f"{text!r} ends before it begins")
        return span
    match = _PARTIAL.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a date of the form YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        # A part that is not given is the first one possible and the last; a part given as 00 is no date.
        earliest = date(year or 0, 1 if month is None else month, 1 if day is None else day)
        last_month = 12 if month is None else month
        last_day = calendar.monthrange(earliest.year, last_month)[1] if day is None else day
        return Bounds(earliest, date(earliest.year, last_month, last_day))
    except ValueError as error:
        raise ValueError(f"{text!r} is not a day of the calendar") from error


def precision(text: str) -> str:
    """Say how precise a partial date is: ``year``, ``month`` or ``day``."""
    return {4: "year", 7: "month", 10: "day"}[len(text)]


def listed(text: object) -> tuple[str, ...]:
    """Items of a cell that holds several, separated by `` | ``; nothing for a blank."""
    return tuple(text.split(" | ")) if isinstance(text, str) and text else ()
