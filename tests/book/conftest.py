"""The whole book, built once from a copy of the repository, and a browser to open it with."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, sync_playwright

from afpak.build.execute import How
from afpak.build.inputs import plan
from afpak.build.paths import Checkout
from afpak.build.run import build

ROOT = Path(__file__).parents[2]


class Silent:
    def begin(self, chapters: int) -> None: ...
    def started(self, chapter: str) -> None: ...
    def done(self, outcome: Any) -> None: ...
    def step(self, what: str) -> None: ...


def built(root: Path, jobs: int) -> Path:
    """Build paper-2022 from a copy of the repository in a new folder, every chapter executed; the published book."""
    for name in ("book", "data", "editions", "notebooks"):
        shutil.copytree(ROOT / name, root / name)
    for name in ("_config.yml", "_toc.yml"):
        shutil.copyfile(ROOT / name, root / name)
    checkout = Checkout(root)
    build(checkout, plan(checkout, "paper-2022"), How(jobs), Silent())
    return checkout.published("paper-2022")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Folder of the edition paper-2022, built by the package itself, once for all workers."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    root, done = shared / "checkout", shared / "checkout.built"
    with FileLock(shared / "checkout.lock"):
        if not done.exists():
            # What a worker that failed left behind is no book.
            shutil.rmtree(root, ignore_errors=True)
            built(root, jobs=2)
            done.touch()
    return Checkout(root).published("paper-2022")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without it these tests skip on a newcomer's machine and fail in CI."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is not installed; .ci/run installs it")
        pytest.skip("chromium is not installed: the built book is not opened in a browser")
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        browser = playwright.chromium.launch(executable_path=path, args=options)
        yield browser
        browser.close()
