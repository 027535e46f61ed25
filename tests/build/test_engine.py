"""How papermill is told to run a chapter."""

import pytest

from afpak.build import engine
from afpak.build.engine import Begun


def test_all_cells_of_a_chapter_share_one_limit_of_time_from_the_first_on(monkeypatch):
    now, asked = [50.0], {}

    class Client:
        def __init__(self, *_, timeout_func, **__):
            self.timeout = timeout_func

        def execute(self):
            # The kernel takes long to start; that is no fault of the chapter.
            for begun in (100.0, 104.0, 109.5, 300.0):
                now[0] = begun
                asked[begun] = self.timeout(None)

    monkeypatch.setattr(engine, "_Client", Client)
    monkeypatch.setattr(engine.time, "monotonic", lambda: now[0])
    engine._ChapterEngine.execute_managed_notebook(None, "", make=None, seconds=10, cells=Begun())
    # A limit of nothing would be none.
    assert asked == {100.0: 10.0, 104.0: 6.0, 109.5: 0.5, 300.0: pytest.approx(0.01)}


def test_before_papermill_has_a_notebook_no_cell_has_begun():
    cells = Begun()
    assert (cells.last, cells.at(1.0), cells.seconds, cells.source(0)) == (None, None, 0, "")
