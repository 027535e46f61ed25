"""One build from its plan to the published book."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from afpak.build import page
from afpak.build.book import compile_book
from afpak.build.diff import Difference, Notes, diff, with_notes
from afpak.build.execute import Job, Outcome, execute
from afpak.build.inputs import Plan
from afpak.build.paths import Checkout
from afpak.build.publish import manifest, put_in_place, sha256, write_json
from afpak.build.report import as_record
from afpak.build.results import counterpart, is_current, read_build, sources, write_results
from afpak.build.stage import read_all, stage, write_page
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


# Of the tables of a build, an earlier day and claims whose verdicts changed since: what no build knows of them.
Annotate = Callable[[Path, str, Sequence[str]], Notes]


def build(checkout: Checkout, plan: Plan, workers: int, progress: Progress, annotate: Annotate | None = None) -> Built:
    """Execute, compare if the edition does, stage, compile and publish.

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
    annotate : callable, optional
        Tells of claims whose verdicts changed what the paper says and since when it could be known, as
        `afpak.audit.change_notes` does; the comparison of a build without it lacks that.

    Returns
    -------
    Built
        Where the book is.

    Raises
    ------
    InputError
        Before anything runs, if the edition that this one is compared with can't be built.
    """
    former = counterpart(checkout, plan)
    checkout.builds.mkdir(exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{plan.edition.name}.", dir=checkout.builds))
    try:
        compared = _compared(checkout, former, work, workers, progress) if former else None
        complete = work / "complete"
        executed = _execute(checkout, plan, complete, workers, progress)
        progress.step("staging the book")
        held = stage(
            checkout,
            executed,
            work / "source",
            _rows(plan.inputs["references"]),
            plan.edition.title,
            {
                "as_of": plan.inputs.as_of.isoformat(),
                "compared": page.pointer(former.edition.title) if former else "",
            },
            [] if former else [page.NAME],
            plan.left_out,
        )
        write_results(held, complete)
        if compared:
            progress.step(f"comparing with {compared.name}")
            difference = compared_builds(compared, complete, annotate)
            write_json(as_record(difference), complete / "comparison.json")
            shutil.copyfile(complete / "comparison.json", work / "source" / "comparison.json")
            write_page(page.filled(checkout.book, difference), page.NAME, held, work / "source")
        progress.step("compiling the book")
        html = compile_book(work / "source", work / "compiled", parse_day(plan.declaration.created))
        for path in executed.values():
            # What a reader downloads is the executed chapter, not its staged form with directives in it.
            shutil.copyfile(path, html / "_sources" / path.name)
        progress.step("putting it in place")
        html.rename(complete / "html")
        published = checkout.published(plan.edition.name)
        put_in_place(complete, published)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Built(published / "html" / "index.html", published / "manifest.json")


def compared_builds(before: Path, after: Path, annotate: Annotate | None = None) -> Difference:
    """Hold two folders of results against each other, with notes on the verdicts that changed."""
    difference = diff(read_build(before), read_build(after))
    changed = [one.claim for one in difference.changed_verdicts]
    if annotate is None or not changed:
        return difference
    return with_notes(difference, annotate(after / "data", difference.before.as_of, changed))


def _execute(checkout: Checkout, plan: Plan, folder: Path, workers: int, progress: Progress) -> dict[str, Path]:
    """Run the chapters in a new folder, write its manifest, and return the executed notebooks."""
    frozen = freeze(plan.inputs, plan.declaration, folder / "data")
    (folder / "notebooks").mkdir()
    jobs = [
        Job(chapter, checkout.chapter(chapter), folder / "notebooks" / f"{chapter}.ipynb", values)
        for chapter, values in plan.parameters.items()
    ]
    progress.begin(len(jobs))
    outcomes = execute(jobs, workers, progress.started, progress.done)
    write_json(
        manifest(
            {"name": plan.edition.name, "title": plan.edition.title, "as_of": plan.inputs.as_of.isoformat()},
            sources(checkout) | {path.relative_to(folder).as_posix(): path for path in frozen},
            given_files(plan),
            plan.parameters,
            [asdict(account) for account in plan.inputs.accounts],
            {outcome.chapter: outcome.seconds for outcome in outcomes},
            datetime.now(UTC).isoformat(timespec="seconds"),
        ),
        folder / "manifest.json",
    )
    return {job.chapter: job.executed for job in jobs}


def given_files(plan: Plan) -> dict[str, str]:
    """Hashes of a person's own files, by their names in the manifest: the table that each was laid over, and its name.

    Where a file lies is the person's own business and stays out of the book.
    """
    overlays = plan.declaration.overlays
    hashes = {f"table {name}: {overlay.file}": overlay.sha256 for name, overlay in overlays.items()}
    return hashes | ({f"events: {plan.events.name}": sha256(plan.events)} if plan.events else {})


def _compared(checkout: Checkout, plan: Plan, work: Path, workers: int, progress: Progress) -> Path:
    """Folder with the results of the edition to compare with: as published, or executed now if that is out of date."""
    published, name = checkout.published(plan.edition.name), plan.edition.name
    if is_current(checkout, plan, published, work / "frozen"):
        progress.step(f"{name}, to compare with, is built and up to date")
        return published
    progress.step(f"executing {name}, to compare with")
    folder = work / name
    executed = _execute(checkout, plan, folder, workers, progress)
    write_results(read_all(executed), folder)
    return folder


def default_workers() -> int:
    """As many chapters at once as there are processors for this process."""
    affinity: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _rows(frame: pd.DataFrame) -> list[Mapping[str, Any]]:
    return [
        {str(key): (None if pd.isna(value) else value) for key, value in row.items()}
        for row in frame.to_dict("records")
    ]
