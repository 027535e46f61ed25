from dataclasses import dataclass, field
from datetime import date

import nbformat
import pandas as pd
import pytest

from afpak.build.requirements import read_requirements, unmet
from afpak.problems import InputError

TABLES = ("event-months", "leaders")


@dataclass
class Seen:
    """Tables of an edition: one with a row, one without."""

    as_of: date = date(2022, 1, 31)
    tables: dict = field(default_factory=lambda: {"leaders": pd.DataFrame({"a": [1]}), "event-months": pd.DataFrame()})

    def __getitem__(self, name):
        return self.tables[name]


@pytest.fixture
def read(tmp_path, write_notebook):
    def of(requires):
        path = write_notebook(tmp_path / "1-1-some.ipynb")
        notebook = nbformat.read(path, as_version=4)
        if requires is not None:
            notebook.metadata["afpak"] = {"requires": requires}
        nbformat.write(notebook, path)
        return read_requirements(path, TABLES)

    return of


def test_requirements_are_entries_of_alternatives(read):
    assert read(None) == read([]) == ()
    assert read(["events|event-months", "leaders"]) == (("events", "event-months"), ("leaders",))


@pytest.mark.parametrize(
    ("requires", "said"),
    [
        ("leaders", "expected a list"),
        ([3], "expected a list"),
        (["leader"], "found 'leader'; did you mean 'leaders'?"),
        (["event|leaders"], "found 'event'; did you mean 'events'?"),
        ([""], "expected 'events' or the name of a declared table"),
    ],
)
def test_what_names_nothing_is_refused_with_the_notebook(read, requires, said):
    with pytest.raises(InputError) as caught:
        read(requires)
    assert str(caught.value).startswith("1-1-some.ipynb, metadata, column requires: ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("requirements", "has_events", "lacking"),
    [
        ((), False, ""),
        ((("leaders",),), False, ""),
        ((("event-months", "leaders"),), False, ""),
        ((("events", "event-months"),), True, ""),
        ((("events", "event-months"),), False, "an event file or rows of the table event-months"),
        ((("events",), ("leaders",), ("event-months",)), False, "an event file; and rows of the table event-months"),
        ((("event-months",),), True, "rows of the table event-months"),
    ],
)
def test_what_an_edition_lacks_is_told(requirements, has_events, lacking):
    told = unmet(requirements, Seen(), has_events)
    assert told == (f"it needs {lacking}, which this edition does not have as of 2022-01-31" if lacking else "")
