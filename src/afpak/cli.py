"""The commands: thin; what they do lives in `afpak.build` and `afpak.tables`."""

from __future__ import annotations

import functools
import http.server
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TextColumn
from rich.progress import Progress as Bar
from rich.text import Text

from afpak.problems import InputError

if TYPE_CHECKING:
    from afpak.build.current import Request
    from afpak.build.execute import How, Limits, Outcome
    from afpak.build.paths import Checkout

BAD_INPUT, FAILURE = 2, 1


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="afpak")
def main() -> None:
    """Rebuild and read a policy paper from data."""
    # The library that checks the form of notebooks would otherwise build thirty-eight grammars of internet addresses,
    # none of which a notebook has; that takes longer than all else that a command loads.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def _told(command: Callable[..., None]) -> Callable[..., None]:
    """Say expected failures in words and end with the status that tells them apart."""

    @functools.wraps(command)
    def wrapper(*args: Any, **options: Any) -> None:
        status = _survived(functools.partial(command, *args, **options))
        if status:
            sys.exit(status)

    return wrapper


def _survived(command: Callable[[], None]) -> int:
    """Run a command, say expected failures in words, and give the status that tells them apart."""
    from afpak.build.book import BookError
    from afpak.build.execute import ChapterError
    from afpak.build.prose import OutputError

    try:
        command()
    except InputError as error:
        click.echo(str(error), err=True)
        return BAD_INPUT
    except (BookError, ChapterError, OutputError) as error:
        click.echo(f"{error}\nThe published book was left as it was.", err=True)
        return FAILURE
    except KeyboardInterrupt:
        click.echo("\nInterrupted; a published book was left as it was.", err=True)
        return FAILURE
    return 0


@main.command(epilog="Example: afpak build paper-2022 -p first_year=2007 --as-of 2021-12-31")
@click.argument("edition", default="paper-2022")
@click.option(
    "-p", "assignments", metavar="NAME=VALUE", multiple=True, help="Value of a parameter; may be given again."
)
@click.option("--as-of", metavar="YYYY-MM-DD", help="Nothing later enters; replaces the edition's date.")
@click.option("--events", metavar="FILE.parquet", type=click.Path(path_type=Path), help="Imported event table.")
@click.option(
    "--table",
    "tables",
    metavar="TABLE=FILE.csv",
    multiple=True,
    help="Rows of your own: they replace those of the book's table with the same key and add the others. Likewise.",
)
@click.option("--only", metavar="CHAPTER", multiple=True, help="Execute this chapter and no other; likewise.")
@click.option("--jobs", type=click.IntRange(min=1), help="Chapters at once; as many as processors by default.")
@click.option("--explain", is_flag=True, help="Say of each chapter why it was executed or was not.")
@click.option("--fresh", is_flag=True, help="Execute every chapter, also those of which nothing changed.")
@click.option("--watch", is_flag=True, help="Build again whenever something changes, until Ctrl-C.")
@click.option(
    "--time-limit", metavar="SECONDS", type=click.FloatRange(min=1), help="For one chapter; 600 seconds by default."
)
@click.option(
    "--memory-limit",
    metavar="MB",
    type=click.IntRange(min=256),
    help="For one chapter, where the system knows such limits; 4096 MB by default.",
)
@click.option(
    "--kernels",
    "kind",
    type=click.Choice(["warm", "ordinary"]),
    help="warm: forked from one process that has the libraries, the default where the system can; ordinary: each "
    "starts by itself.",
)
@_told
def build(
    edition: str,
    assignments: tuple[str, ...],
    as_of: str | None,
    events: Path | None,
    tables: tuple[str, ...],
    only: tuple[str, ...],
    jobs: int | None,
    explain: bool,
    fresh: bool,
    watch: bool,
    time_limit: float | None,
    memory_limit: int | None,
    kind: str | None,
) -> None:
    """Build an edition of the book into _build/EDITION/html.

    With -p, --as-of, --events, --table or --only it goes into _build/EDITION-changed/html: the edition itself stays as
    it is. Paths are relative to the working directory.

    A chapter is executed only if its code, its parameters, the tables that it reads, the package or the libraries
    changed since a build that is kept.
    """
    from afpak.build.current import Request, fingerprint, is_current
    from afpak.build.paths import find_checkout

    checkout = find_checkout()
    request = Request(edition, assignments, as_of, tables, events, only)

    def made_of() -> str:
        return fingerprint(checkout, request)

    def build_once() -> None:
        now = made_of()
        if not fresh and is_current(checkout, request, now):
            front = _relative(checkout.published(request.name) / "html" / "index.html")
            click.echo(f"{request.name} is up to date: nothing that it is made of has changed. Open {front}")
            return
        from afpak.build.execute import How, default_workers

        how = How(jobs or default_workers(), fresh, kind or "", _limits(time_limit, memory_limit))
        _build(checkout, request, how, now, explain)

    if not watch:
        build_once()
        return
    from afpak.build.watch import rebuild

    def build_and_wait() -> None:
        _survived(build_once)
        click.echo("Waiting for changes; Ctrl-C stops.")

    rebuild(checkout, request.files, made_of, build_and_wait)


def _limits(seconds: float | None, memory: int | None) -> Limits:
    from afpak.build.execute import Limits

    usual = Limits()
    return Limits(seconds or usual.seconds, memory * 1024**2 if memory else usual.memory)


def _warm_up(checkout: Checkout, request: Request, how: How) -> None:
    """Have the parent of the kernels import what is likely to be needed, while this process reads and checks."""
    from afpak.build.foresight import imported, likely
    from afpak.build.warm import WARM, kinds, warm_up

    chapters = likely(checkout, request, how.fresh)
    if chapters and (how.kind or kinds()[0]) == WARM:
        warm_up(imported(checkout, chapters))


def _build(checkout: Checkout, request: Request, how: How, made_of: str, explain: bool) -> None:
    """Build what is asked for and say what came of it."""
    # Told to end, a build clears up behind it as if it was interrupted.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with _Shown() as progress:
        progress.step("checking all inputs")
        _warm_up(checkout, request, how)
        from afpak.audit import change_notes
        from afpak.build import run
        from afpak.build.explain import as_lines
        from afpak.build.inputs import plan_of

        planned = plan_of(checkout, request)
        built = run.build(checkout, planned, how, progress, change_notes, asked=request.asked, made_of=made_of)
    for account in planned.inputs.accounts:
        if account.own is not None:
            click.echo(account.own.told(planned.inputs.as_of))
    if planned.inputs.events is not None:
        click.echo(planned.inputs.events.what_enters)
    if explain:
        click.echo(as_lines(built.ran))
    click.echo(f"Built {planned.edition.name}. Open {_relative(built.front_page)}")


@main.command(epilog="Example: afpak verify paper-2022")
@click.argument("build", default="paper-2022")
@click.option("--events", metavar="FILE.parquet", type=click.Path(path_type=Path), help="That it was built with.")
@click.option("--table", "tables", metavar="TABLE=FILE.csv", multiple=True, help="That it was built with; likewise.")
@click.option("--jobs", type=click.IntRange(min=1), help="Chapters at once; as many as processors by default.")
@_told
def verify(build: str, events: Path | None, tables: tuple[str, ...], jobs: int | None) -> None:
    """Build a published book again, executing every chapter, and say what differs from it.

    BUILD is the name of a build in _build, such as paper-2022 or paper-2022-changed. It stays as it is. The exit status
    is 0 if every file is the same byte for byte, the manifest but for its times, and 1 if not.
    """
    from afpak.audit import change_notes
    from afpak.build import run
    from afpak.build import verify as verification
    from afpak.build.current import fingerprint
    from afpak.build.execute import How, default_workers
    from afpak.build.inputs import plan_of
    from afpak.build.paths import find_checkout
    from afpak.build.results import find_build

    checkout = find_checkout()
    published = find_build(checkout, build)
    request = verification.request_of(published, tables, events)
    checkout.builds.mkdir(exist_ok=True)  # a published build may stand elsewhere, as in an archive
    with TemporaryDirectory(prefix=f".{request.name}.", dir=checkout.builds) as folder, _Shown() as progress:
        progress.step("checking all inputs")
        again = Path(folder) / request.name
        run.build(
            checkout,
            plan_of(checkout, request),
            How(jobs or default_workers(), fresh=True),
            progress,
            change_notes,
            asked=request.asked,
            made_of=fingerprint(checkout, request),
            target=again,
        )
        progress.step("holding the two against each other")
        found = verification.held_against(published, again)
    click.echo(verification.as_lines(build, found))
    sys.exit(FAILURE if found.unlike else 0)


@main.command(epilog="Example: afpak editions --json")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_told
def editions(as_json: bool) -> None:
    """List the editions: name, as-of date, whether and when built, title, files of their own."""
    from afpak.build import catalogue
    from afpak.build.paths import find_checkout

    found = catalogue.editions(find_checkout())
    click.echo(catalogue.editions_as_json(found) if as_json else catalogue.editions_as_lines(found))


@main.command(epilog="Example: afpak params 1-4-incidents --edition latest")
@click.argument("chapter")
@click.option("--edition", metavar="EDITION", default="", help="Show the values in this edition too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_told
def params(chapter: str, edition: str, as_json: bool) -> None:
    """Print the parameters of a chapter: type, unit, meaning, default.

    Each is set with afpak build -p NAME=VALUE, or in the file of an edition.
    """
    from afpak.build import catalogue
    from afpak.build.paths import find_checkout

    found = catalogue.parameters(find_checkout(), chapter, edition)
    told = catalogue.parameters_as_json if as_json else catalogue.parameters_as_lines
    click.echo(told(found, edition))


@main.command(epilog="Example: afpak check")
@_told
def check() -> None:
    """Validate every table and say what each holds."""
    from afpak.build.paths import find_checkout
    from afpak.tables import load_inputs, read_declaration
    from afpak.tables.validate import validate

    data = find_checkout().data
    problems = validate(read_declaration(data))
    if problems:
        raise InputError(problems)
    click.echo(load_inputs(data=data).coverage.to_string(index=False))
    click.echo("All tables are valid.")


@main.command(epilog="Example: afpak audit paper-2022 --section 1.4 --verdict contradicted")
@click.argument("edition", default="paper-2022")
@click.option("--claim", "claims", metavar="ID", multiple=True, help="This claim; may be given again.")
@click.option("--section", "sections", metavar="SECTION", multiple=True, help="Claims of this section; likewise.")
@click.option("--verdict", "verdicts", metavar="VERDICT", multiple=True, help="Claims with this verdict; likewise.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, as findings.json of a build has it.")
@_told
def audit(
    edition: str, claims: tuple[str, ...], sections: tuple[str, ...], verdicts: tuple[str, ...], as_json: bool
) -> None:
    """Put the paper's claims to the data of an edition and say what was found.

    The options narrow each other: --section 1.4 --verdict contested gives the contested claims of section 1.4. Verdicts
    are supported, contradicted, contested, inconsistent, unverifiable, "not testable" and pending.
    """
    from afpak.audit.report import as_lines, as_records, chosen
    from afpak.build.edition import read_edition
    from afpak.build.given import read_given
    from afpak.build.inputs import edition_inputs
    from afpak.build.paths import find_checkout
    from afpak.tables import read_declaration

    checkout = find_checkout()
    audited = read_edition(checkout.editions, edition)
    given = read_given(checkout, audited, read_declaration(checkout.data).tables)
    _, inputs = edition_inputs(checkout, audited.as_of, given)
    found = chosen(inputs, claims, sections, verdicts)
    click.echo(as_records(found) if as_json else as_lines(inputs, found))


@main.group(epilog="Example: afpak events import GEDEvent_v25_1.csv --report report.csv")
def events() -> None:
    """Bring event files of UCDP, ACLED or GTD to one table, and count from it.

    An event table is used with: afpak build latest --events FILE.parquet
    """


@events.command("import", epilog="Example: afpak events import GEDEvent_v25_1.csv --report report.csv")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--as",
    "provider",
    type=click.Choice(["ucdp", "acled", "gtd", "table"]),
    help="Found out by the layout if not given.",
)
@click.option(
    "--map",
    "mapping",
    metavar="FILE.yaml",
    type=click.Path(path_type=Path),
    help="For --as table: which column is what.",
)
@click.option(
    "-o", "--output", metavar="FILE.parquet", type=click.Path(path_type=Path), help="events/NAME.parquet if not given."
)
@click.option(
    "--version", "version", metavar="VERSION", default="", help="Of the data, where the file's name does not tell it."
)
@click.option(
    "--published",
    metavar="YYYY-MM-DD",
    default="",
    help="Day by which the data were public; today if nothing tells it.",
)
@click.option(
    "--report", metavar="FILE.csv", type=click.Path(path_type=Path), help="Every error, repair, flag and row left out."
)
@click.option(
    "--leave-out-errors", is_flag=True, help="Import the other rows; needs --report, which lists those left out."
)
@click.option("--memory", default="1GB", show_default=True, help="Of this much memory; beyond it the disk is used.")
@_told
def import_files(
    files: tuple[Path, ...],
    provider: str | None,
    mapping: Path | None,
    output: Path | None,
    version: str,
    published: str,
    report: Path | None,
    leave_out_errors: bool,
    memory: str,
) -> None:
    """Read event files into one validated Parquet table.

    FILE is CSV, TSV, XLSX or Parquet, plain, gzipped or zipped; several files are of one provider. Nothing is
    written unless every row is in order, or --leave-out-errors is given.
    """
    from afpak.build.edition import read_edition
    from afpak.build.events import default_output, read_names
    from afpak.build.paths import find_checkout
    from afpak.sources.imports import Options, import_events
    from afpak.sources.summary import worded
    from afpak.tables.inputs import parse_day

    if leave_out_errors and report is None:
        raise InputError(["--leave-out-errors needs --report FILE: rows that are left out must be listed somewhere"])
    if published:
        parse_day(published)
    checkout = find_checkout()
    where = output or default_output(checkout, files)
    options = Options(
        today=f"{date.today():%Y-%m-%d}",
        provider=provider or "",
        mapping=mapping,
        version=version,
        published=published,
        report=report,
        leave_out_errors=leave_out_errors,
        memory=memory,
    )
    with Console(stderr=True).status(f"reading {', '.join(path.name for path in files)}"):
        summary = import_events(files, where, read_names(checkout), options)
    click.echo(worded(summary))
    if report is not None:
        click.echo(f"Report: {report}")
    public = max(one.published for one in summary.told.files)
    later = f" --as-of {public}" if public > read_edition(checkout.editions, "latest").as_of else ""
    click.echo(f"Wrote {_relative(where)}. Use it: afpak build latest{later} --events {_relative(where)}")


@events.command("show", epilog="Example: afpak events show events/GEDEvent_v25_1.parquet")
@click.argument("table", metavar="FILE.parquet", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_told
def show_events(table: Path, as_json: bool) -> None:
    """Say again what an event table holds and how its files were read."""
    from afpak.sources.summary import read_summary, worded

    summary = read_summary(table)
    click.echo(json.dumps(asdict(summary), indent=2, ensure_ascii=False) if as_json else worded(summary))


@events.command("totals", epilog="Example: afpak events totals events/ged.parquet --by month > months.csv")
@click.argument("table", metavar="FILE.parquet", type=click.Path(path_type=Path))
@click.option("--by", type=click.Choice(["month", "province", "day"]), default="month", show_default=True, help="Unit.")
@click.option("--release", metavar="RELEASE", help="Print rows for the book's tables, of this release.")
@_told
def totals(table: Path, by: str, release: str | None) -> None:
    """Print events and deaths by country and armed organisation as CSV.

    Every month that the files cover has a row, zero where nothing happened. Blank deaths are not known. Provinces
    are counted by year.
    """
    from afpak.build.events import rows_for_tables
    from afpak.build.paths import find_checkout
    from afpak.sources.events import read_events

    if release is not None and by == "day":
        raise InputError(["--release goes with --by month or --by province: the book has no table of days"])
    counted = read_events(table)
    frame = {"month": counted.months, "province": counted.provinces, "day": counted.days}[by]()
    if release is not None:
        frame = rows_for_tables(find_checkout(), frame, release)
    click.echo(frame.to_csv(index=False, lineterminator="\n"), nl=False)


@main.command(epilog="Example: afpak diff paper-2022 latest --only verdicts")
@click.argument("before")
@click.argument("after")
@click.option(
    "--only",
    type=click.Choice(["verdicts", "numbers", "figures", "inputs", "parameters", "versions"]),
    multiple=True,
    help="This kind of difference; may be given again.",
)
@click.option("--all", "everything", is_flag=True, help="Show long lists whole.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON, for other programs.")
@click.option("--exit-code", is_flag=True, help="End with status 1 if anything differs.")
@_told
def diff(before: str, after: str, only: tuple[str, ...], everything: bool, as_json: bool, exit_code: bool) -> None:
    """Say what differs between two builds: verdicts, numbers, figures, inputs, parameters.

    BEFORE and AFTER are names of builds in _build, such as paper-2022 or paper-2022-changed, or folders of builds. The
    exit status is 0 whether or not they differ, unless --exit-code is given.
    """
    from afpak.audit import change_notes
    from afpak.build import report
    from afpak.build.paths import find_checkout
    from afpak.build.results import find_build
    from afpak.build.run import compared_builds

    checkout = find_checkout()
    # To tell since when verdicts could be known takes a while.
    annotate = change_notes if not only or "verdicts" in only else None
    difference = compared_builds(find_build(checkout, before), find_build(checkout, after), annotate)
    click.echo(report.as_json(difference, only) if as_json else report.as_lines(difference, only, everything))
    sys.exit(FAILURE if exit_code and difference.differ(only) else 0)


@main.command(epilog="Example: afpak lab --no-browser", context_settings={"ignore_unknown_options": True})
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
@_told
def lab(no_browser: bool, options: tuple[str, ...]) -> None:
    """Open JupyterLab on the chapters, with the kernel of this environment; OPTIONS are JupyterLab's own."""
    from afpak.build.paths import find_checkout

    command = [sys.executable, "-m", "jupyterlab", "--notebook-dir", str(find_checkout().root)]
    command += ["--LabApp.default_url=/lab/tree/notebooks", *(["--no-browser"] if no_browser else []), *options]
    # The kernel named python3 of this interpreter comes first, whatever kernels the user has installed.
    environment = os.environ | {
        "JUPYTER_PATH": str(Path(sys.prefix) / "share" / "jupyter"),
        "JUPYTER_PREFER_ENV_PATH": "1",
    }
    sys.exit(subprocess.run(command, env=environment, check=False).returncode)


@main.command(epilog="Example: afpak serve paper-2022 --port 8001")
@click.argument("edition", default="paper-2022")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free one.")
@_told
def serve(edition: str, port: int) -> None:
    """Serve a built edition on this machine alone."""
    from afpak.build.paths import find_checkout

    folder = find_checkout().published(edition) / "html"
    if not folder.is_dir():
        raise InputError([f"{_relative(folder)}: not built yet; run: afpak build {edition}"])
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise InputError(
            [f"port {port} can't be used ({error.strerror}); try another: afpak serve {edition} --port 0"]
        ) from error
    with server:
        click.echo(f"{edition}: http://127.0.0.1:{server.server_port}/ (Ctrl-C stops)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo()


@main.group(name="export", epilog="Example: afpak export course --role student paper-2022")
def export_() -> None:
    """Take a built edition away: as PDF, EPUB, course or archive; in _build/exports unless -o names a file."""


@export_.command(epilog="Example: afpak export pdf paper-2022")
@click.argument("edition", default="paper-2022")
@click.option("-o", "--output", metavar="FILE.pdf", type=click.Path(path_type=Path), help="Where to write it.")
@click.option("--chromium", metavar="PATH", type=click.Path(path_type=Path), help="Found by its name if not given.")
@_told
def pdf(edition: str, output: Path | None, chromium: Path | None) -> None:
    """Print the whole book of a built edition as PDF, by Chromium."""
    from afpak.export.pdf import find_browser, write_pdf
    from afpak.export.source import read_book

    browser = find_browser(chromium)
    checkout, folder = _built(edition)
    target = output or checkout.builds / "exports" / f"{folder.name}.pdf"
    pages = write_pdf(read_book(folder, checkout.parts), target, browser)
    click.echo(f"Wrote {_relative(target)}, {pages} pages.")


@export_.command(epilog="Example: afpak export epub paper-2022")
@click.argument("edition", default="paper-2022")
@click.option("-o", "--output", metavar="FILE.epub", type=click.Path(path_type=Path), help="Where to write it.")
@_told
def epub(edition: str, output: Path | None) -> None:
    """Bind the whole book of a built edition as EPUB."""
    from afpak.export.epub import SUFFIX, write_epub
    from afpak.export.source import read_book

    checkout, folder = _built(edition)
    target = output or checkout.builds / "exports" / f"{folder.name}.epub"
    write_epub(read_book(folder, checkout.parts, SUFFIX), target)
    click.echo(f"Wrote {_relative(target)}.")


@export_.command("course", epilog="Example: afpak export course --role student paper-2022")
@click.argument("edition", default="paper-2022")
@click.option("--role", type=click.Choice(["student", "instructor"]), required=True, help="student: without solutions.")
@click.option(
    "-o", "--output", metavar="FILE.zip", type=click.Path(path_type=Path), help="_build/exports if not given."
)
@_told
def export_course(edition: str, role: str, output: Path | None) -> None:
    """Zip the notebooks of a built edition with its tables and the package, so that they run as they are."""
    from afpak.build.paths import find_checkout
    from afpak.export import course
    from afpak.export.published import find_published

    click.echo(f"Wrote {_relative(course.export_course(find_published(find_checkout(), edition), role, output))}")


@export_.command("archive", epilog="Example: afpak export archive paper-2022")
@click.argument("edition", default="paper-2022")
@click.option(
    "-o", "--output", metavar="FILE.zip", type=click.Path(path_type=Path), help="_build/exports if not given."
)
@_told
def export_archive(edition: str, output: Path | None) -> None:
    """Zip all that an edition was built from and came to, with RO-Crate metadata, to be kept and built again."""
    from afpak.build.paths import find_checkout
    from afpak.export import archive
    from afpak.export.published import find_published

    click.echo(f"Wrote {_relative(archive.export_archive(find_published(find_checkout(), edition), output))}")


def _built(name: str) -> tuple[Checkout, Path]:
    """The checkout and the folder of a build; says so if the build is older than what stands in the checkout."""
    from afpak.build.current import fingerprint
    from afpak.build.current import is_current as current
    from afpak.build.paths import find_checkout
    from afpak.build.results import find_build
    from afpak.build.verify import request_of

    checkout = find_checkout()
    folder = find_build(checkout, name)
    try:
        request = request_of(folder)
        older = not current(checkout, request, fingerprint(checkout, request))
    except InputError:
        return checkout, folder  # made with a person's own files: whether they are the same can't be told without them
    if older:
        click.echo(f"{name} is older than its sources; for a newer one, first run: afpak build {name}", err=True)
    return checkout, folder


@main.command(epilog="Example: afpak clean")
@_told
def clean() -> None:
    """Remove all that builds wrote; the environment and the tables stay."""
    from afpak.build.paths import find_checkout

    builds = find_checkout().builds
    if builds.exists():
        shutil.rmtree(builds)
        click.echo(f"Removed {_relative(builds)}")
    else:
        click.echo("Nothing to remove.")


class _TimeSoFar(ProgressColumn):
    """Seconds since the start; rich's own column stops once the last chapter is done, the build does not."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = time.monotonic()

    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._begun

    def render(self, task: Task) -> Text:
        """Draw the time."""
        return Text(f"{self.seconds():.0f} s")


class _Shown:
    """The progress bar: chapters done, the ones running, the time so far.

    Where there is no terminal, as in a log, each thing that happens gets a line instead.
    """

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._time = _TimeSoFar()
        self._bar = Bar(
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("chapters"),
            self._time,
            TextColumn("{task.description}"),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("starting", total=None)
        self._running: list[str] = []
        self._done, self._chapters = 0, 0

    def __enter__(self) -> _Shown:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def begin(self, chapters: int) -> None:
        """Be told how many chapters there are; told again, they are those of another edition."""
        self._done, self._chapters = 0, chapters
        self._bar.update(self._task, total=chapters, completed=0)

    def started(self, chapter: str) -> None:
        """Be told of a chapter that starts."""
        self._running.append(chapter)
        self.step(", ".join(self._running))

    def done(self, outcome: Outcome) -> None:
        """Be told of a chapter that ended."""
        self._done += 1
        self._running.remove(outcome.chapter)
        self._bar.advance(self._task)
        self.step(", ".join(self._running) or "all chapters done")

    def step(self, what: str) -> None:
        """Be told what comes next."""
        self._bar.update(self._task, description=what)
        if not self._console.is_terminal:
            chapters = f"{self._done} of {self._chapters} chapters done, " if self._chapters else ""
            self._console.print(f"{self._time.seconds():5.1f} s  {chapters}{what}", highlight=False)


def _relative(path: Path) -> Path:
    """The path as seen from the working directory, where that is shorter."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
