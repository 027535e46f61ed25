"""The whole book, built once for all workers, and its pages as a browser shows them, each opened once at each width."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Page, sync_playwright

from afpak.build.current import Request, fingerprint, is_current
from afpak.build.paths import Checkout, find_checkout

ROOT = Path(__file__).parents[2]
EDITION = "paper-2022"
COMMAND = "from afpak.cli import main; main()"


def built(root: Path, *options: str) -> Path:
    """Build the edition by the command from a copy of the repository in a new folder; the published book."""
    for name in ("book", "data", "editions", "notebooks"):
        shutil.copytree(ROOT / name, root / name)
    for name in ("_config.yml", "_toc.yml", "CITATION.cff"):
        shutil.copyfile(ROOT / name, root / name)
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "build", EDITION, *options],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return Checkout(root).published(EDITION)


def taken_over(root: Path) -> bool:
    """Take over the book that `make book` has built from just these sources, if there is one.

    `test_identity` holds it against a build of its own, so that it is what these sources come to is tested.
    """
    checkout = find_checkout(ROOT)
    request, book = Request(EDITION), Checkout(root)
    made_of = fingerprint(checkout, request)
    if not is_current(checkout, request, made_of):
        return False

    def link(source: str, target: str) -> None:
        # No build writes to a file that stands in a published book: it puts another in its place.
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)

    try:
        shutil.copytree(checkout.published(EDITION), book.published(EDITION), copy_function=link)
    except (OSError, shutil.Error):
        return False  # another build has just put its book in place
    return is_current(book, request, made_of)


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
            if not taken_over(root):
                shutil.rmtree(root, ignore_errors=True)
                built(root, "--jobs", "2")
            done.touch()
    return Checkout(root).published(EDITION)


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


def settle(tab: Page) -> None:
    """Wait until all scripts, fonts and pictures of a page are there and the browser has nothing left to do."""
    tab.wait_for_load_state("load")
    tab.evaluate(
        "async () => { await document.fonts.ready;"
        " for (let again = 0; again < 3; again += 1) await new Promise(done => requestIdleCallback(() => done())); }"
    )


@dataclass(frozen=True)
class Seen:
    """What is seen of a page that is opened at a width.

    Parameters
    ----------
    errors : list of str
        Errors of its console and of its scripts.
    asked : list of str
        Addresses that it asked for.
    width : int
        How wide it would have to be to be read without scrolling sideways.
    heading, text : str
        First heading and all text that shows.
    prose : str
        Text without what stands in code, shown or not.
    pictures : list of dict
        Of each picture in a figure: ``alt``, whether it is ``drawn``, and the ``captions`` of its figure.
    """

    errors: list[str]
    asked: list[str]
    width: int
    heading: str
    text: str
    prose: str
    pictures: list[dict[str, Any]]


_SEEN = """() => {
  const article = document.querySelector("article"), bare = article.cloneNode(true);
  bare.querySelectorAll("pre, code").forEach(one => one.remove());
  return {
    width: document.documentElement.scrollWidth,
    heading: document.querySelector("h1").innerText,
    text: article.innerText,
    prose: bare.textContent,
    pictures: Array.from(document.querySelectorAll("figure img"), image => ({
      alt: image.getAttribute("alt") || "",
      drawn: image.complete && image.naturalWidth > 0,
      captions: Array.from(image.closest("figure").querySelectorAll("figcaption"), caption => caption.innerText),
    })),
  };
}"""


def watched(tab: Page) -> tuple[list[str], list[str]]:
    """Lists that fill with the errors of a tab and with the addresses that it asks for."""
    errors: list[str] = []
    asked: list[str] = []
    tab.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on("request", lambda request: asked.append(request.url))
    return errors, asked


@pytest.fixture(scope="session")
def seen(published: Path, browser: Browser) -> Iterator[Callable[[str, int], Seen]]:
    """What is seen of a page, by its name and the width; each is opened once, all in one tab."""
    tab = browser.new_page()
    errors, asked = watched(tab)
    known: dict[tuple[str, int], Seen] = {}

    def see(name: str, width: int) -> Seen:
        if (name, width) not in known:
            tab.goto("about:blank")
            errors.clear()
            asked.clear()
            tab.set_viewport_size({"width": width, "height": 900})
            tab.goto((published / "html" / f"{name}.html").as_uri())
            settle(tab)
            known[name, width] = Seen([*errors], [*asked], **tab.evaluate(_SEEN))
        return known[name, width]

    yield see
    tab.close()
