import pytest

from afpak.tables import read_declaration
from afpak.tables.validate import validate


def at(problems, file, row, column):
    """The only problem reported there."""
    found = [p for p in problems if (p.file, p.row, p.column) == (file, row, column)]
    assert len(found) == 1, [str(problem) for problem in problems]
    return found[0]


def test_every_committed_table_is_valid_without_a_network(checkout, no_network):
    assert [str(problem) for problem in validate(read_declaration(checkout.data))] == []


class TestForm:
    """Types, constraints and keys, all spoiled in one copy: each is reported, so all are."""

    @pytest.fixture(scope="class")
    def spoiled(self, checkout, lines, tmp_path_factory):
        from tests_conftest import copy_of

        raise NotImplementedError
