"""What a build keeps of its results beside the pages: one place knows how it lies in the folder of a build.

A folder of results holds ``manifest.json``, ``data/`` (the tables as the edition saw them), ``notebooks/``,
``findings.json``, ``numbers.json``, ``figures.json`` (captions and sources) and ``figures/CHAPTER/NAME.csv``.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from afpak.build.current import CHANGED
from afpak.build.diff import Build, FigureRead, TableRead
from afpak.build.inputs import Plan, plan
from afpak.build.paths import Checkout
from afpak.build.publish import write_json
from afpak.build.stage import Outputs
from afpak.problems import InputError
from afpak.tables.declaration import DECLARATION, read_declaration

MANIFEST = "manifest.json"
# Without these a folder is no build, or one by an earlier version of this package.
_HELD = (MANIFEST, "findings.json", "numbers.json", "figures.json", "data/datapackage.json")


def write_results(held: Mapping[str, Outputs], folder: Path) -> None:
    """Write the findings, the numbers of the prose, and the figures' data and words."""
    # Several pages may show one finding; all have it from the same inputs.
    every = {finding["claim"]: finding for one in held.values() for finding in one.findings}
    write_json([every[claim] for claim in sorted(every)], folder / "findings.json")
    write_json({chapter: one.numbers for chapter, one in held.items()}, folder / "numbers.json")
    words = {
        chapter: {name: {"caption": one["caption"], "source": one["source"]} for name, one in outputs.figures.items()}
        for chapter, outputs in held.items()
    }
    write_json(words, folder / "figures.json")
    for chapter, outputs in held.items():
        for name, figure in outputs.figures.items():
            path = folder / "figures" / chapter / f"{name}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(figure["csv"], encoding="utf-8")


def read_build(folder: Path) -> Build:
    """Read what a build was made from and came to.

    Parameters
    ----------
    folder : Path
        A published build, or any folder of results.
    """
    manifest = _read(folder / MANIFEST)
    declaration = read_declaration(folder / "data")
    captions = _read(folder / "figures.json")
    # Tables are compared row by row; their declaration holds the edition's date, which is compared as such.
    compared = {f"data/{path}" for path in (DECLARATION, *(table.path for table in declaration.tables.values()))}
    return Build(
        **manifest["edition"],
        parameters=manifest["parameters"],
        tables={
            name: TableRead(table.primary_key, _rows(folder / "data" / table.path))
            for name, table in declaration.tables.items()
        },
        files={name: value for name, value in manifest["inputs"].items() if name not in compared},
        versions=manifest["versions"],
        numbers=_read(folder / "numbers.json"),
        figures={
            chapter: {
                name: FigureRead(words["caption"], _rows(folder / "figures" / chapter / f"{name}.csv"))
                for name, words in figures.items()
            }
            for chapter, figures in captions.items()
        },
        findings={finding["claim"]: finding for finding in _read(folder / "findings.json")},
    )


def find_build(checkout: Checkout, name: str) -> Path:
    """Folder of a build by the name of its edition, or by its path.

    Raises
    ------
    InputError
        If it is not built, or was built by a version that kept too little, with the command that builds it.
    """
    published = checkout.published(name)
    folder = published if published.is_dir() else Path(name)
    if not folder.is_dir():
        raise InputError([f"{name}: not built; {_remedy(checkout, name)}"])
    lacking = [held for held in _HELD if not (folder / held).is_file()]
    if lacking:
        raise InputError([f"{name}: no whole build, for it lacks {', '.join(lacking)}; {_remedy(checkout, name)}"])
    return folder


def counterpart(checkout: Checkout, planned: Plan) -> Plan | None:
    """The plan of the edition that this one is compared with, of the chapters that this one runs; None if with none.

    Raises
    ------
    InputError
        If that edition can't be built.
    """
    if not planned.edition.compare_with:
        return None
    other = plan(checkout, planned.edition.compare_with)
    shared = {chapter: values for chapter, values in other.parameters.items() if chapter in planned.parameters}
    return replace(other, parameters=shared)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _rows(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")


def _remedy(checkout: Checkout, name: str) -> str:
    """What to run to get a build of that name, or which names there are."""
    edition = Path(name).name.removesuffix(CHANGED)
    editions = sorted(path.stem for path in checkout.editions.glob("*.yaml"))
    if edition in editions:
        values = " with the values that it is to differ in, such as -p NAME=VALUE" if name.endswith(CHANGED) else ""
        return f"run: afpak build {edition}{values}"
    built = sorted(path.parent.name for path in checkout.builds.glob(f"[!.]*/{MANIFEST}"))
    near = difflib.get_close_matches(name, [*built, *editions], n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return f"{hint}built: {', '.join(built) or 'nothing'}; editions: {', '.join(editions)}"
