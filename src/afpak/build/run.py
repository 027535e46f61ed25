"""One build from its plan to the published book."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from afpak.build.book import compile_book
from afpak.build.execute import Job, Outcome, execute
from afpak.build.inputs import Plan
from afpak.build.paths import Checkout
from afpak.build.publish import manifest, put_in_place, write_json
from afpak.build.stage import stage
from afpak.tables.inputs import freeze, parse_day


class Progress(Protocol):
    """Who wants to know how far the build is."""

    def begin(self, chapters: int) -> None:
        """Be told how many chapters there are."""

    def started(self, chapter: str) -> None:
        """Be told of a chapter that starts."""

    def done(self, outcome: Outcome) -> None:
        """Be told of a chapter that ended."""

    def step(self, what: str) -> None:
        """Be told what comes next."""


@dataclass(frozen=True)
class Built:
    """A published book: its front page and its manifest."""

    front_page: Path
    manifest: Path


def build(checkout: Checkout, plan: Plan, workers: int, progress: Progress) -> Built:
    """Execute, stage, compile and publish.

    Everything is written beside the published book, in a folder of this build alone, and renamed into place
    at the end; whatever fails or interrupts before leaves the published book as it was.

    Parameters
    ----------
    checkout : Checkout
        The project.
    plan : Plan
        What `afpak.build.inputs.plan` found to be in order.
    workers : int
        Chapters running at the same time.
    progress : Progress
        Told of each step.

    Returns
    -------
    Built
        Where the book is.
    """
    checkout.builds.mkdir(exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{plan.edition.name}.", dir=checkout.builds))
    try:
        frozen = freeze(plan.inputs, plan.declaration, work / "data")
        notebooks = work / "notebooks"
        notebooks.mkdir()
        jobs = [
            Job(chapter, checkout.chapter(chapter), notebooks / f"{chapter}.ipynb", values)
            for chapter, values in plan.parameters.items()
        ]
        progress.begin(len(jobs))
        outcomes = execute(jobs, workers, progress.started, progress.done)
        progress.step("compiling the book")
        held = stage(
            checkout,
            {job.chapter: job.executed for job in jobs},
            work / "source",
            _rows(plan.inputs["references"]),
            plan.edition.title,
            {"as_of": plan.inputs.as_of.isoformat()},
        )
        html = compile_book(work / "source", work / "compiled", parse_day(plan.declaration.created))
        for job in jobs:
            # What a reader downloads is the executed chapter, not its staged form with directives in it.
            shutil.copyfile(job.executed, html / "_sources" / job.executed.name)
        progress.step("putting it in place")
        complete = work / "complete"
        complete.mkdir()
        html.rename(complete / "html")
        notebooks.rename(complete / "notebooks")
        (work / "data").rename(complete / "data")
        # Several pages may show one finding; all have it from the same inputs.
        every = {finding["claim"]: finding for one in held.values() for finding in one.findings}
        write_json([every[claim] for claim in sorted(every)], complete / "findings.json")
        write_json({chapter: one.numbers for chapter, one in held.items()}, complete / "numbers.json")
        inputs = {f"data/{path.relative_to(work / 'data').as_posix()}": path for path in frozen}
        write_json(
            manifest(
                {
                    "name": plan.edition.name,
                    "title": plan.edition.title,
                    "as_of": plan.inputs.as_of.isoformat(),
                },
                _sources(checkout) | {name: complete / name for name in inputs},
                plan.parameters,
                [asdict(account) for account in plan.inputs.accounts],
                {outcome.chapter: outcome.seconds for outcome in outcomes},
                datetime.now(UTC).isoformat(timespec="seconds"),
            ),
            complete / "manifest.json",
        )
        published = checkout.published(plan.edition.name)
        put_in_place(complete, published)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Built(published / "html" / "index.html", published / "manifest.json")


def default_workers() -> int:
    """As many chapters at once as there are processors for this process."""
    affinity: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _sources(checkout: Checkout) -> dict[str, Path]:
    """Files of the checkout that a build reads besides the tables."""
    files = [checkout.root / "_config.yml", checkout.root / "_toc.yml"]
    for folder in (checkout.book, checkout.notebooks, checkout.editions):
        files += [path for path in folder.rglob("*") if path.is_file() and ".ipynb_checkpoints" not in path.parts]
    return {path.relative_to(checkout.root).as_posix(): path for path in files}


def _rows(frame: pd.DataFrame) -> list[Mapping[str, Any]]:
    return [
        {str(key): (None if pd.isna(value) else value) for key, value in row.items()}
        for row in frame.to_dict("records")
    ]
