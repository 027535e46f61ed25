"""What a build of the book costs, beside the two usual ways to build one and beside the least that it could cost.

Run it from the project's folder on a machine with nothing else to do. With five repeats it takes three quarters of an
hour on two cores:

    make bench

In each repeat the same chapters of the same edition are built in turn by

(a) `papermill`, once per chapter, as its command line does it, then Jupyter Book with execution off;
(b) Jupyter Book, executing by itself;
(c) `afpak build --fresh`: every chapter executed;
(d) `afpak build` again: nothing changed;
(e) `afpak build` after a line was added to the code of one chapter, in each repeat another chapter;
(f) the limit: the libraries imported once, the time of the chapters' own cells divided by the cores, and Sphinx. The
    cells are timed one chapter at a time, in kernels that have the libraries.

Each runs in a process of its own. The peak memory of our own builds is measured apart, since measuring slows what is
measured: the sum over all processes of their proportional set size, in which a page that processes share counts once.
Growth is measured once for each number of chapters, which are copies of a small one, memory with it. Everything is
written to benchmarks/results: the figures as JSON, a table, a picture. `--render` writes the last two anew.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import nbformat
import psutil
import yaml

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
EDITION = "paper-2022"
BIN = Path(sys.executable).parent
# The growth is measured less often: its larger books take minutes.
GROWTH_REPEATS = 3
CONTENTS = ("data", "editions", "notebooks", "book", "_toc.yml", "_config.yml")
LIBRARIES = ("afpak", "papermill", "nbclient", "ipykernel", "jupyter-book", "sphinx", "myst-nb", "pandas", "matplotlib")
WAYS = {
    "a": "papermill once per chapter, then Jupyter Book",
    "b": "Jupyter Book executing by itself",
    "c": "afpak build, everything executed",
    "d": "afpak build, nothing changed",
    "e": "afpak build, one chapter changed",
    "f": "the limit",
}
SMALL = """import pandas as pd
import statsmodels.formula.api as smf
from matplotlib.figure import Figure
frame = pd.DataFrame({"year": range(2001, 2021), "count": [(7 * year) % 23 + number for year in range(20)]})
fit = smf.ols("count ~ year", data=frame).fit()
drawing = Figure()
drawing.subplots().plot(frame["year"], frame["count"])
round(fit.params["year"], 6)"""


def checkout(folder: Path) -> Path:
    """A copy of what a build reads, in a new folder."""
    folder.mkdir(parents=True)
    for name in CONTENTS:
        here = ROOT / name
        if here.is_dir():
            shutil.copytree(here, folder / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
        else:
            shutil.copyfile(here, folder / name)
    return folder


def run(command: Sequence[str | Path], cwd: Path) -> float:
    """Run a command; seconds that it took. What it says is shown if it fails."""
    begun = time.monotonic()
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - begun
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}")
    return seconds


def afpak(cwd: Path, *options: str) -> dict[str, float]:
    """Build with afpak: seconds of the whole command and, of the build's own clock, of each step."""
    whole = run([BIN / "afpak", "build", EDITION, *options], cwd)
    steps = manifest(cwd)["times"]["steps"]
    return {"whole": whole, **steps}


def manifest(cwd: Path) -> Any:
    """Manifest of the build in a checkout."""
    return json.loads((cwd / "_build" / EDITION / "manifest.json").read_text(encoding="utf-8"))


def papermill(built: Path, executed: Path) -> float:
    """Execute every chapter by papermill's command, with the parameters and in the folder of a build of ours."""
    shutil.rmtree(executed, ignore_errors=True)
    executed.mkdir()
    begun = time.monotonic()
    for chapter, values in manifest(built)["parameters"].items():
        cwd = built / "_build" / EDITION / "notebooks"
        notebook = built / "notebooks" / f"{chapter}.ipynb"
        output = executed / f"{chapter}.ipynb"
        run([BIN / "papermill", notebook, output, "-y", yaml.safe_dump(values), "--cwd", cwd], built)
    return time.monotonic() - begun


def jupyter_book(source: Path, output: Path, *options: str) -> float:
    """Compile a book with Jupyter Book's command."""
    shutil.rmtree(output, ignore_errors=True)
    return run([BIN / "jupyter-book", "build", source, "--path-output", output, *options], source)


def executing_source(folder: Path, chapters: Sequence[str]) -> Path:
    """The book as Jupyter Book executes it by itself: the committed notebooks, with the tables beside them.

    Chapters that the edition leaves out are left out here too. There is no comparison with another edition.
    """
    (folder / "source").mkdir(parents=True)
    shutil.copytree(ROOT / "data", folder / "data")
    source = folder / "source"
    for path in (ROOT / "book").rglob("*"):
        if path.is_file():
            (source / path.relative_to(ROOT / "book")).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, source / path.relative_to(ROOT / "book"))
    for chapter in chapters:
        shutil.copyfile(ROOT / "notebooks" / f"{chapter}.ipynb", source / f"{chapter}.ipynb")
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    config["execute"] = {"execute_notebooks": "force", "timeout": 600}
    (source / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    for part in contents["parts"]:
        part["chapters"] = [
            page for page in part["chapters"] if page["file"] in chapters or (source / f"{page['file']}.md").is_file()
        ]
    contents["parts"] = [part for part in contents["parts"] if part["chapters"]]
    (source / "_toc.yml").write_text(yaml.safe_dump(contents), encoding="utf-8")
    (source / "references.bib").touch()
    return source


def change(cwd: Path, chapter: str, mark: str) -> None:
    """Add a line to the last code cell of a chapter."""
    path = cwd / "notebooks" / f"{chapter}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell = [cell for cell in notebook.cells if cell.cell_type == "code"][-1]
    cell.source = f"# {mark}\n{cell.source}"
    nbformat.write(notebook, path)


# What the limit is made of is timed in a process of its own, by this script called with a part's name.
def cells(cwd: Path) -> None:
    """Print the seconds of all cells, chapters run one at a time in warm kernels, as JSON."""
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    from afpak.build.execute import Job, execute
    from afpak.build.paths import find_checkout
    from afpak.build.run import imported
    from afpak.build.warm import warm_up

    project = find_checkout(cwd)
    built = project.published(EDITION)
    values = manifest(cwd)["parameters"]
    warm_up(imported(project, values))
    jobs = [
        Job(name, project.chapter(name), built / "notebooks", built / "data", given) for name, given in values.items()
    ]
    outcomes = execute(jobs, 1, lambda _: None, lambda _: None)
    sys.stdout.write(json.dumps({outcome.chapter: outcome.cells for outcome in outcomes}))


def imports(cwd: Path) -> str:
    """Source of a program that imports what all chapters import."""
    from afpak.build.paths import find_checkout
    from afpak.build.run import imported

    project = find_checkout(cwd)
    return "\n".join(f"import {name}" for name in imported(project, manifest(cwd)["parameters"]))


def limit(cwd: Path, source: Path, work: Path) -> dict[str, float]:
    """The least that a build could cost: imports once, the cells on all cores, Sphinx."""
    alone = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", imports(cwd)], check=True, env=os.environ | alone)
    loaded = time.monotonic() - begun
    told = subprocess.run(
        [sys.executable, __file__, "--part", "cells", "--checkout", str(cwd)],
        capture_output=True,
        text=True,
        check=True,
    )
    own = sum(json.loads(told.stdout).values())
    sphinx = jupyter_book(source, work / "limit", "--quiet")
    execution = loaded + own / cores()
    return {"imports": loaded, "cells": own, "executing": execution, "compiling": sphinx, "whole": execution + sphinx}


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0))


class Watched:
    """Measures the memory of a command and of all that it starts, at the cost of some of its time."""

    def __init__(self, every: float) -> None:
        self.peak = 0
        self._every = every
        self._over = threading.Event()

    def __enter__(self) -> Watched:
        self._thread = threading.Thread(target=self._measure)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _measure(self) -> None:
        own = psutil.Process()
        while not self._over.wait(self._every):
            total = 0
            for process in own.children(recursive=True):
                try:
                    total += process.memory_full_info().pss
                except (psutil.Error, OSError):
                    continue
            self.peak = max(self.peak, total)


def peak(action: Callable[[], object]) -> float:
    """Peak memory of what an action starts, in MB."""
    with Watched(0.1) as watched:
        action()
    return watched.peak / 1e6


def grown(folder: Path, number: int) -> Path:
    """A checkout with copies of one small chapter, no two with the same code, and a front page."""
    checkout(folder)
    shutil.rmtree(folder / "notebooks")
    shutil.rmtree(folder / "book")
    (folder / "notebooks").mkdir()
    (folder / "book" / "_static").mkdir(parents=True)
    (folder / "book" / "index.md").write_text("# Copies\n", encoding="utf-8")
    names = [f"9-9-copy-{place:03}" for place in range(number)]
    for place, name in enumerate(names):
        notebook = nbformat.v4.new_notebook()
        given = 'as_of: "date" = "2022-01-31"  # Nothing later is used\nnumber: int = 0  # A number'
        notebook.cells = [
            nbformat.v4.new_markdown_cell(f"# Copy {place}", id="title"),
            nbformat.v4.new_code_cell(given, id="parameters", metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell(f"# Copy {place}\n{SMALL}", id="all"),
        ]
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, folder / "notebooks" / f"{name}.ipynb")
    pages = [{"file": name} for name in names]
    contents = {"format": "jb-book", "root": "index", "parts": [{"caption": "Copies", "chapters": pages}]}
    (folder / "_toc.yml").write_text(yaml.safe_dump(contents), encoding="utf-8")
    config = yaml.safe_load((folder / "_config.yml").read_text(encoding="utf-8"))
    config["sphinx"]["config"] |= {"html_css_files": [], "html_js_files": []}
    (folder / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    return folder


def growth(work: Path, numbers: Sequence[int], repeats: int) -> list[dict[str, float]]:
    """Seconds and peak memory by number of chapters: medians of repeats that go through all numbers in turn."""
    folders = {number: grown(work / f"grown-{number}", number) for number in numbers}
    seen: dict[int, list[dict[str, float]]] = {number: [] for number in numbers}
    for _ in range(repeats):
        for number, folder in folders.items():
            with Watched(0.5) as watched:
                timed = afpak(folder, "--fresh")
            seen[number].append({**timed, "peak_mb": watched.peak / 1e6})
            say(f"{number} chapters: {seen[number][-1]}")
    return [
        {"chapters": number, **{name: middle(rows, name) for name in rows[0]}, "repeats": repeats}
        for number, rows in seen.items()
    ]


def say(text: str) -> None:
    """Tell how far it is."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")


def measure(repeats: int, numbers: Sequence[int]) -> dict[str, Any]:
    """All figures."""
    times: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    changed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        work = Path(name)
        ours = checkout(work / "ours")
        say("warming the disk cache")
        afpak(ours, "--fresh")
        chapters = list(manifest(ours)["parameters"])
        # The source as it is staged for Jupyter Book, for the ways that compile what is executed already.
        source = staged(ours, work / "staged")
        by_itself = executing_source(work / "by-itself", chapters)
        for repeat in range(repeats):
            executing = papermill(ours, work / "executed")
            compiling = jupyter_book(source, work / "compiled", "--quiet")
            times["a"].append({"executing": executing, "compiling": compiling, "whole": executing + compiling})
            times["b"].append({"whole": jupyter_book(by_itself, work / "compiled-by-itself", "--quiet")})
            times["c"].append(afpak(ours, "--fresh"))
            times["d"].append({"whole": run([BIN / "afpak", "build", EDITION], ours)})
            chapter = chapters[(2 * repeat + 1) * len(chapters) // (2 * repeats)]
            change(ours, chapter, f"repeat {repeat}")
            changed.append(chapter)
            times["e"].append(afpak(ours))
            times["f"].append(limit(ours, source, work))
            say(f"repeat {repeat + 1}: " + ", ".join(f"{way} {rows[-1]['whole']:.1f} s" for way, rows in times.items()))
        say("memory")
        memory = {
            "c": peak(lambda: afpak(ours, "--fresh")),
            "d": peak(lambda: run([BIN / "afpak", "build", EDITION], ours)),
        }
        change(ours, changed[0], "memory")
        memory["e"] = peak(lambda: afpak(ours))
        # Jupyter Book does not tell the one from the other.
        for row in times["b"]:
            row["compiling"] = middle(times["a"], "compiling")
            row["executing"] = row["whole"] - row["compiling"]
        for row in times["d"]:
            row |= {"executing": 0.0, "compiling": 0.0}
        grew = growth(work, numbers, GROWTH_REPEATS) if numbers else []
    return {
        "machine": machine(),
        "chapters": len(chapters),
        "changed": changed,
        "times": times,
        "peak_mb": memory,
        "growth": grew,
    }


def staged(cwd: Path, folder: Path) -> Path:
    """The staged source of a build of ours, made again: a build removes it when it is compiled."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    from afpak.build import page
    from afpak.build.inputs import plan
    from afpak.build.paths import find_checkout
    from afpak.build.stage import stage

    project = find_checkout(cwd)
    planned = plan(project, EDITION)
    executed = {name: project.published(EDITION) / "notebooks" / f"{name}.ipynb" for name in planned.parameters}
    references = planned.inputs["references"].astype(object)
    rows = references.where(references.notna(), None).to_dict("records")
    words = {"as_of": planned.edition.as_of, "compared": ""}
    stage(project, executed, folder, rows, planned.edition.title, words, [page.NAME], planned.left_out)
    return folder


def machine() -> dict[str, Any]:
    """What it was measured on."""
    named = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "day": time.strftime("%Y-%m-%d"),
        "processor": named[0].partition(":")[2].strip() if named else platform.processor(),
        "cores": cores(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
        "disk cache": "warm: one build before the first that is timed",
    }


def middle(rows: Sequence[dict[str, float]], name: str) -> float:
    """Median of a figure over the repeats."""
    return statistics.median(row[name] for row in rows)


def table(found: dict[str, Any]) -> str:
    """The figures in Markdown."""
    about, times = found["machine"], found["times"]
    executing, whole = middle(times["c"], "executing"), middle(times["c"], "whole")
    repeats = len(times["c"])
    lines = [
        "# What a build of the book costs",
        "",
        f"Measured on {about['day']}: {about['processor']}, {about['cores']} cores, {about['memory_gb']} GB, "
        f"{about['system']}, Python {about['python']}; "
        + ", ".join(f"{name} {version}" for name, version in about["libraries"].items())
        + f". Disk cache {about['disk cache']}. The {found['chapters']} chapters of {EDITION}, all ways in turn, "
        f"{repeats} repeats. Made by `make bench`; all figures are in `build.json`.",
        "",
        "Seconds: median (lowest to highest). Whole is the command from its start to its end. Executing is from the "
        "checked inputs to the executed notebooks; while they are checked the parent of our kernels begins to import, "
        "so that a part lies before. Ratios are of medians, in both directions: how many times as long as (c) a "
        "way takes, and after the stroke how many times as long (c) takes.",
        "",
        "| | way | executing | compiling | whole | executing, ratio to (c) | whole, ratio to (c) | peak memory |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for way, words in WAYS.items():
        rows = times[way]
        memory = found["peak_mb"].get(way)
        lines.append(
            f"| ({way}) | {words} | {spread(rows, 'executing')} | {spread(rows, 'compiling')} | "
            f"{spread(rows, 'whole')} | "
            f"{both_ways(middle(rows, 'executing'), executing)} | {both_ways(middle(rows, 'whole'), whole)} | "
            f"{f'{memory:,.0f} MB' if memory else '–'} |"
        )
    both = middle(times["f"], "imports"), middle(times["f"], "cells")
    lines += [
        "",
        f"The limit (f): {both[0]:.1f} s of imports, {both[1]:.1f} s of cells on {about['cores']} cores, and Sphinx.",
        "Jupyter Book does not tell what of (b) is executing: here it is the whole less the median compilation of (a). "
        "Its pages have no parameters, and lack the figures and numbers that staging puts in. (d) executes and "
        "compiles nothing. The chapters changed in (e), one in each repeat: " + ", ".join(found["changed"]) + ".",
    ]
    if found["growth"]:
        lines += [
            "",
            "## Growth",
            "",
            "Generated checkouts with copies of one small chapter (pandas, statsmodels, matplotlib, one drawing); "
            f"medians of {found['growth'][0]['repeats']}.",
            "",
            "| chapters | executing | per chapter | compiling | whole | peak memory |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for row in found["growth"]:
            lines.append(
                f"| {row['chapters']} | {row['executing']:.1f} s | {row['executing'] / row['chapters']:.2f} s | "
                f"{row['compiling']:.1f} s | {row['whole']:.1f} s | {row['peak_mb']:,.0f} MB |"
            )
    return "\n".join(lines) + "\n"


def both_ways(one: float, other: float) -> str:
    """How many times as long the one takes as the other, and the other way round."""
    return f"{one / other:.2f} / {other / one:.2f}" if one else "–"


def spread(rows: Sequence[dict[str, float]], name: str) -> str:
    """Median and range."""
    values = [row[name] for row in rows]
    return f"{statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def picture(found: dict[str, Any], path: Path) -> None:
    """Bars of the medians: executing, compiling and the rest."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    ways = list(WAYS)
    parts = {"executing": "#0072b2", "compiling": "#e69f00"}
    with rc_context({"font.size": 10, "svg.hashsalt": "bench", "font.family": "DejaVu Sans"}):
        drawing = Figure(figsize=(8, 3.6), layout="constrained")
        axes = drawing.subplots()
        left = [0.0] * len(ways)
        for part, colour in parts.items():
            values = [middle(found["times"][way], part) for way in ways]
            axes.barh(ways, values, left=left, color=colour, label=part, edgecolor="white")
            left = [one + value for one, value in zip(left, values, strict=True)]
        whole = [middle(found["times"][way], "whole") for way in ways]
        rest = [max(0.0, all_ - told) for all_, told in zip(whole, left, strict=True)]
        axes.barh(ways, rest, left=left, color="#b8b8b8", label="checking, staging, publishing", edgecolor="white")
        for place, (way, value) in enumerate(zip(ways, whole, strict=True)):
            axes.annotate(f" {value:.1f} s  {WAYS[way]}", (value, place), va="center", fontsize=9)
        axes.invert_yaxis()
        axes.set_xlim(0, max(whole) * 1.75)
        axes.set_xlabel(f"seconds, median of {len(found['times']['c'])}, {found['machine']['cores']} cores")
        axes.legend(loc="lower right", frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
        drawing.savefig(path, metadata={"Date": None, "Creator": None})


def main() -> None:
    """Measure and write, or time one part."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--repeats", type=int, default=5)
    options.add_argument("--growth", type=int, nargs="*", default=[15, 50, 100, 150], metavar="CHAPTERS")
    options.add_argument("--results", type=Path, default=RESULTS, help="folder that is written to")
    options.add_argument("--render", action="store_true", help="write table and picture of build.json anew")
    options.add_argument("--only-growth", action="store_true", help="measure the growth anew, keep the rest")
    options.add_argument("--part", choices=["cells"], help=argparse.SUPPRESS)
    options.add_argument("--checkout", type=Path, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.part:
        cells(asked.checkout)
        return
    kept = asked.results / "build.json"
    if asked.render:
        found = json.loads(kept.read_text(encoding="utf-8"))
    elif asked.only_growth:
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            found = json.loads(kept.read_text(encoding="utf-8"))
            found["growth"] = growth(Path(name), asked.growth, GROWTH_REPEATS)
        kept.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    else:
        found = measure(asked.repeats, asked.growth)
        asked.results.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (asked.results / "build.md").write_text(table(found), encoding="utf-8")
    picture(found, asked.results / "build.svg")
    sys.stdout.write(table(found))


if __name__ == "__main__":
    main()
