from __future__ import annotations

from pathlib import Path

import pytest

from afpak.tables import Inputs, load_inputs

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture(scope="session")
def paper() -> Inputs:
    """What could be known when the paper was written."""
    return load_inputs("2022-01-31", data=DATA)


@pytest.fixture(scope="session")
def latest() -> Inputs:
    """All that the tables hold."""
    return load_inputs("2026-11-22", data=DATA)
