"""One build from its plan to the published book."""

from __future__ import annotations

import math
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from afpak.build import page
from afpak.build.book import compile_book
from afpak.build.cache import Cache, Kept
from afpak.build.dependencies import Depends, hashes, known
from afpak.build.diff import Difference, Notes, diff, with_notes
from afpak.build.execute import ChapterError, How, Job, Outcome, execute
from afpak.build.executed import assemble, write_notebook
from afpak.build.foot import Foot, read_citation
from afpak.build.foresight import imported
from afpak.build.inputs import Plan
from afpak.build.paths import Checkout
from afpak.build.publish import manifest, put_in_place, sha256, write_json
from afpak.build.report import as_record
from afpak.build.results import MANIFEST, counterpart, read_build, write_results
from afpak.build.stage import read_all, stage, write_page
from afpak.build.warm import ORDINARY, WARM, kinds, warm_up
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
class Ran:
    """What became of one chapter in a build.

    Parameters
    ----------
    edition : str
        The edition; a build that is compared with another runs chapters of both.
    chapter : str
        Its identifier.
    seconds : float
        How long it took; how long it once took, if what it gave was kept.
    why : tuple of str
        Why it was executed; empty if it was not.
    """

    edition: str
    chapter: str
    seconds: float
    why: tuple[str, ...]


@dataclass(frozen=True)
class Built:
    """A published book: its front page, its manifest, and what became of each chapter."""

    front_page: Path
    manifest: Path
    ran: tuple[Ran, ...] = ()


# Of the tables of a build, an earlier day and claims whose verdicts changed since: what no build knows of them.
Annotate = Callable[[Path, str, Sequence[str]], Notes]


def build(
    checkout: Checkout,
    plan: Plan,
    how: How,
    progress: Progress,
    annotate: Annotate | None = None,
    *,
    asked: Mapping[str, Any] | None = None,
    made_of: str = "",
    target: Path | None = None,
) -> Built:
    """Execute, compare if the edition does, stage, compile and publish.

    Everything is written beside the published book, in a folder of this build alone, and renamed into place
    at the end; whatever fails or interrupts before leaves the published book as it was.

    Parameters
    ----------
    checkout : Checkout
        The project.
    plan : Plan
        What `afpak.build.inputs.plan` found to be in order.
    how : How
        How to go about it.
    progress : Progress
        Told of each step.
    annotate : callable, optional
        Tells of claims whose verdicts changed what the paper says and since when it could be known, as
        `afpak.audit.change_notes` does; the comparison of a build without it lacks that.
    asked, made_of : mapping of str to Any, str
        For its manifest: what the build was asked for with, and one hash of all that it is made of.
    target : Path, optional
        Folder that the build goes to instead of that of its edition.

    Returns
    -------
    Built
        Where the book is.

    Raises
    ------
    InputError
        Before anything runs, if the edition that this one is compared with can't be built, or if nothing says how the
        book is to be cited.
    """
    citation = read_citation(checkout.citation)
    former = counterpart(checkout, plan)
    checkout.builds.mkdir(exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{plan.edition.name}.", dir=checkout.builds))
    try:
        complete = work / "complete"
        ran: list[Ran] = []
        laps = [("", time.monotonic())]
        if former:
            progress.step(f"{former.edition.name}, to compare with")
            compared = _execute(checkout, former, work / former.edition.name, how, progress)
            write_json(compared.manifest, work / former.edition.name / MANIFEST)
            write_results(read_all(compared.notebooks), work / former.edition.name)
            ran += compared.ran
        done = _execute(checkout, plan, complete, how, progress, made_of, asked)
        write_json(done.manifest, complete / MANIFEST)
        laps.append(("executing", time.monotonic()))
        progress.step("staging the book")
        held = stage(
            checkout,
            done.notebooks,
            work / "source",
            _rows(plan.inputs["references"]),
            plan.edition.title,
            {
                "as_of": plan.inputs.as_of.isoformat(),
                "compared": page.pointer(former.edition.title) if former else "",
            },
            [] if former else [page.NAME],
            plan.left_out,
            Foot(citation, plan.edition.title, plan.inputs.as_of.isoformat(), done.read, plan.parameters),
        )
        write_results(held, complete)
        if former:
            progress.step(f"comparing with {former.edition.name}")
            difference = compared_builds(work / former.edition.name, complete, annotate)
            write_json(as_record(difference), complete / "comparison.json")
            shutil.copyfile(complete / "comparison.json", work / "source" / "comparison.json")
            titles = {chapter: one.title for chapter, one in held.items() if one.title}
            write_page(page.filled(checkout.book, difference, titles), page.NAME, held, work / "source")
        laps.append(("staging", time.monotonic()))
        progress.step("compiling the book")
        html = compile_book(work / "source", work / "compiled", parse_day(plan.declaration.created))
        for path in done.notebooks.values():
            # What a reader downloads is the executed chapter, not its staged form with directives in it.
            shutil.copyfile(path, html / "_sources" / path.name)
        laps.append(("compiling", time.monotonic()))
        write_json(_timed(done.manifest, laps), complete / MANIFEST)
        progress.step("putting it in place")
        html.rename(complete / "html")
        published = target or checkout.published(plan.edition.name)
        put_in_place(complete, published, checkout.cache / f"{published.name}.lock")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Built(published / "html" / "index.html", published / "manifest.json", (*ran, *done.ran))


def _timed(manifest: Mapping[str, Any], laps: Sequence[tuple[str, float]]) -> dict[str, Any]:
    """The manifest with the time that each step of the build took, in seconds."""
    steps = {name: round(end - begun, 2) for (_, begun), (name, end) in pairwise(laps)}
    finished = datetime.now(UTC).isoformat(timespec="seconds")
    return dict(manifest) | {"times": manifest["times"] | {"finished": finished, "steps": steps}}


def compared_builds(before: Path, after: Path, annotate: Annotate | None = None) -> Difference:
    """Hold two folders of results against each other, with notes on the verdicts that changed."""
    difference = diff(read_build(before), read_build(after))
    changed = [one.claim for one in difference.changed_verdicts]
    if annotate is None or not changed:
        return difference
    return with_notes(difference, annotate(after / "data", difference.before.as_of, changed))


@dataclass(frozen=True)
class _Executed:
    """Executed notebook by chapter, what became of each chapter, the manifest, and by chapter what tables it read."""

    notebooks: Mapping[str, Path]
    ran: Sequence[Ran]
    manifest: Mapping[str, Any]
    read: Mapping[str, Mapping[str, str]]


def _execute(
    checkout: Checkout,
    plan: Plan,
    folder: Path,
    how: How,
    progress: Progress,
    made_of: str = "",
    asked: Mapping[str, Any] | None = None,
) -> _Executed:
    """Run the chapters in a new folder, or take what is kept of them."""
    cache, name = Cache(checkout.cache), plan.edition.name
    told = {chapter: known(checkout.chapter(chapter), values) for chapter, values in plan.parameters.items()}
    kind = how.kind or kinds()[0]
    unknown = [one for one in told if how.fresh or not cache.has_any(Depends(told[one], {}))]
    if kind == ORDINARY and not how.kind:
        progress.step("no fork on this system: each chapter starts an interpreter of its own")
    elif kind == WARM and unknown:
        # While its libraries are imported, the tables are frozen.
        warm_up(imported(checkout, unknown))
    frozen = freeze(plan.inputs, plan.declaration, folder / "data")
    (folder / "notebooks").mkdir()
    files = hashes(folder / "data")
    depends = {chapter: Depends(values, files) for chapter, values in told.items()}
    kept = {} if how.fresh else {one: found for one in depends if (found := cache.find(depends[one]))}
    why = {
        one: ("every chapter was asked for",) if how.fresh else cache.why(name, one, depends[one])
        for one in depends
        if one not in kept
    }
    # Each has a folder of its own to work in, below the one that holds the tables.
    rooms = folder / "rooms"
    jobs = [
        Job(chapter, checkout.chapter(chapter), rooms / chapter, folder / "data", plan.parameters[chapter])
        for chapter in longest_first(checkout, cache, name, why)
    ]
    if jobs and kind == WARM:
        warm_up(imported(checkout, why))
    progress.begin(len(jobs))
    if kept:
        progress.step(f"{len(kept)} of {len(depends)} chapters kept")

    def keep(outcome: Outcome) -> None:
        read = {path: depends[outcome.chapter].now(path) for path in outcome.read}
        kept[outcome.chapter] = Kept(outcome.outputs, read, outcome.seconds)
        cache.keep(depends[outcome.chapter], kept[outcome.chapter])
        progress.done(outcome)

    try:
        execute(jobs, how.workers, progress.started, keep, kind, how.limits)
    except ChapterError as error:
        cache.note(name, error.chapter, depends[error.chapter], None)
        raise
    shutil.rmtree(rooms, ignore_errors=True)
    executed = {}
    for chapter, values in plan.parameters.items():
        executed[chapter] = folder / "notebooks" / f"{chapter}.ipynb"
        write_notebook(assemble(checkout.chapter(chapter), values, kept[chapter].outputs), executed[chapter])
        cache.note(name, chapter, depends[chapter], kept[chapter])
    cache.bound()
    described = manifest(
        {"name": name, "title": plan.edition.title, "as_of": plan.inputs.as_of.isoformat()},
        checkout.sources | {path.relative_to(folder).as_posix(): path for path in frozen},
        given_files(plan),
        plan.parameters,
        [asdict(account) for account in plan.inputs.accounts],
        {chapter: kept[chapter].seconds for chapter in why},
        datetime.now(UTC).isoformat(timespec="seconds"),
        made_of,
        asked,
    )
    ran = [Ran(name, one, kept[one].seconds, why.get(one, ())) for one in plan.parameters]
    hashed = {path.removeprefix("data/"): value for path, value in described["inputs"].items()}
    read = {one: {f"data/{path}": hashed[path] for path in kept[one].read if path in hashed} for one in plan.parameters}
    return _Executed(executed, ran, described, read)


def longest_first(checkout: Checkout, cache: Cache, edition: str, chapters: Iterable[str]) -> list[str]:
    """Chapters in the order in which to run them, so that no long one is left running alone.

    By how long each took last; those that never ran come first, by the size of their notebooks.
    """

    def length(chapter: str) -> tuple[float, int]:
        last = cache.last(edition, chapter)
        took = last["seconds"] if last and last["seconds"] else math.inf
        return took, checkout.chapter(chapter).stat().st_size

    return sorted(chapters, key=length, reverse=True)


def given_files(plan: Plan) -> dict[str, str]:
    """Hashes of a person's own files, by their names in the manifest: the table that each was laid over, and its name.

    Where a file lies is the person's own business and stays out of the book.
    """
    overlays = plan.declaration.overlays
    hashes = {f"table {name}: {overlay.file}": overlay.sha256 for name, overlay in overlays.items()}
    return hashes | ({f"events: {plan.events.name}": sha256(plan.events)} if plan.events else {})


def _rows(frame: pd.DataFrame) -> list[Mapping[str, Any]]:
    return [
        {str(key): (None if pd.isna(value) else value) for key, value in row.items()}
        for row in frame.to_dict("records")
    ]
