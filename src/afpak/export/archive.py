"""The archive: all that an edition was built from and came to, to be kept and built again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from afpak.build.results import MANIFEST
from afpak.build.verify import TIMES
from afpak.export.crate import METADATA, ZENODO, crate, zenodo
from afpak.export.published import Published
from afpak.export.zipped import read_folder, write_zip
from afpak.problems import InputError

# Folder of the archive with what the build came to; what it was built from lies as in the checkout.
BUILT = "built"
_FOLDERS = ("src", "notebooks", "book", "data", "editions")
_FILES = (
    *("_config.yml", "_toc.yml", "pyproject.toml", "requirements.lock", "environment.yml", "Makefile"),
    *("CITATION.cff", "LICENSE", "LICENSE-DATA"),
)


def export_archive(published: Published, target: Path | None = None) -> Path:
    """Write the archive of a built edition; the file.

    It is the same bytes for the same build, and for every build that is the same but for its times.

    Raises
    ------
    InputError
        If something that it needs is not in the checkout.
    """
    root = published.checkout.root
    lacking = [name for name in (*_FILES, *_FOLDERS) if not (root / name).exists()]
    if lacking:
        raise InputError([f"{root}: the archive needs {', '.join(lacking)}, which is not there"])
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    files = {name: (root / name).read_bytes() for name in (*_FILES, *published.edition.tables.values())}
    for name in _FOLDERS:
        files |= read_folder(root / name, name)
    files |= read_folder(published.folder, BUILT)
    timeless = {name: value for name, value in published.manifest.items() if name != TIMES}
    files[f"{BUILT}/{MANIFEST}"] = _json(timeless)
    files["README.md"] = readme(published, citation).encode()
    files[ZENODO] = zenodo(published.manifest, citation)
    files[METADATA] = crate(files, published.manifest, citation, BUILT)
    return write_zip(files, target or published.asked_for / f"{published.edition.name}-archive.zip")


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode()


def readme(published: Published, citation: Mapping[str, Any]) -> str:
    """What the archive holds, and how the book is built again from it and held against it."""
    return (
        _README.replace("{title}", citation["title"])
        .replace("{name}", published.edition.name)
        .replace("{edition}", published.edition.title)
        .replace("{as_of}", published.edition.as_of)
        .replace("{python}", published.manifest["versions"]["python"])
    )


_README = """\
# {title}

The archive of the edition `{name}`, “{edition}”: nothing that was published after {as_of} is used in it.

## What is in it

- `built/`: what the build came to. `html/index.html` is the book and opens in any browser; `notebooks/` are the
  executed chapters, `data/` the tables as the edition saw them, `figures/` the data of the figures, `findings.json`
  and `numbers.json` the verdicts and the numbers of the prose, `manifest.json` the hash of every input, the
  parameters of every chapter and the versions of the libraries. How long the build took is left out.
- `src/`, `notebooks/`, `book/`, `data/`, `editions/`, `_config.yml`, `_toc.yml`: what it was built from. These tables
  are whole; the build cuts them at the edition's date.
- `requirements.lock`, `environment.yml`: every library, pinned. It was built with Python {python}.
- `ro-crate-metadata.json`: what every file is, with its hash, as an RO-Crate. `.zenodo.json`: for a deposit.
- `LICENSE`, `LICENSE-DATA`, `CITATION.cff`: what may be done with it, and how it is cited.

## To build it again

In this folder, with Python 3.11 or newer and make:

```sh
make book EDITION={name}
```

It makes an environment in `.venv`, which needs a network once, and builds the book into `_build/{name}`.

## To verify it

```sh
.venv/bin/afpak verify built
```

It builds the book anew and holds every file against the one in `built/`. With the same version of Python and of the
libraries every file is the same byte for byte. With another version `.venv/bin/afpak diff built {name}` tells whether
any verdict, number or figure differs.
"""
