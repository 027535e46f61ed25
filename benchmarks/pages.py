"""What each page of a built book weighs, by kind of file, and when its first words show, served from this machine.

Run from the checkout, with the book built: ``python benchmarks/pages.py [paper-2022]``. Writes results/pages.md.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import threading
from collections import Counter
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, sync_playwright

WIDTHS = (320, 768, 1440)
TIMES = 3
KINDS = {".html": "page", ".css": "style", ".js": "script", ".svg": "picture", ".png": "picture", ".woff2": "font"}
COLUMNS = ("page", "style", "script", "picture", "font", "other")
PAINT = "performance.getEntriesByName('first-contentful-paint').map(entry => entry.startTime)[0] ?? null"


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Keep the terminal for the results."""


def weights(html: Path, asked: list[str]) -> Counter[str]:
    """Bytes by kind of the files that a page asked for, each once."""
    found: Counter[str] = Counter()
    for name in {unquote(urlsplit(url).path).lstrip("/") for url in asked if urlsplit(url).scheme == "http"}:
        path = html / name
        if path.is_file():
            found[KINDS.get(path.suffix, "other")] += path.stat().st_size
    return found


def measured(browser: Browser, html: Path, address: str, width: int) -> tuple[Counter[str], float]:
    """Weight of a page, and milliseconds to its first words: the middle one of some visits, none with a cache."""
    paints: list[float] = []
    found: Counter[str] = Counter()
    for _ in range(TIMES):
        context = browser.new_context(viewport={"width": width, "height": 900})
        tab = context.new_page()
        asked: list[str] = []
        tab.on("request", lambda request, asked=asked: asked.append(request.url))
        tab.goto(address, wait_until="load")
        tab.wait_for_function(f"({PAINT}) !== null")
        paints.append(tab.evaluate(PAINT))
        found = weights(html, asked)
        context.close()
    return found, statistics.median(paints)


def table(html: Path) -> str:
    """A row for each page, as Markdown."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(html)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    lines = [
        f"| page | {' | '.join(f'{kind}, KB' for kind in COLUMNS)} | together, KB | "
        + " | ".join(f"first words at {width} px, ms" for width in WIDTHS)
        + " |",
        "| --- |" + " ---: |" * (len(COLUMNS) + 1 + len(WIDTHS)),
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for path in sorted(html.glob("*.html")):
            address = f"http://127.0.0.1:{server.server_port}/{path.name}"
            visits = [measured(browser, html, address, width) for width in WIDTHS]
            # A narrow window may leave out pictures; the widest loads most.
            found = visits[-1][0]
            kinds = " | ".join(f"{found[kind] / 1000:,.0f}" for kind in COLUMNS)
            paints = " | ".join(f"{paint:,.0f}" for _, paint in visits)
            lines.append(f"| {path.stem} | {kinds} | {found.total() / 1000:,.0f} | {paints} |")
        browser.close()
    server.shutdown()
    return "\n".join(lines)


def main() -> None:
    """Measure the pages of an edition and write the results beside this file."""
    here = Path(__file__).resolve().parent
    edition = sys.argv[1] if len(sys.argv) > 1 else "paper-2022"
    html = here.parent / "_build" / edition / "html"
    if not html.is_dir():
        sys.exit(f"{edition} is not built: run `afpak build {edition}` first")
    text = (
        f"# What the pages of {edition} weigh\n\n"
        "Bytes of the files as they are, none compressed. The time is from the request until the browser first drew "
        f"words or a picture: the middle one of {TIMES} visits with an empty cache, from a server on the same machine. "
        "It depends on the machine and on what else it does.\n\n"
        f"{table(html)}\n"
    )
    target = here / "results" / "pages.md"
    partly = target.with_suffix(".partly")
    partly.write_text(text, encoding="utf-8")
    partly.rename(target)


if __name__ == "__main__":
    main()
