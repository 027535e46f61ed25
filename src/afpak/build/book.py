"""Compiling the staged source with Jupyter Book, warnings as errors."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


class BookError(Exception):
    """Jupyter Book refused the source; the message is what it said."""


def compile_book(source: Path, output: Path) -> Path:
    """Compile the book; return the folder of its pages.

    Parameters
    ----------
    source : Path
        Staged source with _config.yml and _toc.yml.
    output : Path
        Where Jupyter Book writes.

    Raises
    ------
    BookError
        On any warning or error, with the lines that name it.
    """
    # Jupyter Book's own command, by the interpreter that runs this: it needs no PATH.
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
    command += [
        "build",
        str(source),
        "--path-output",
        str(output),
        "--warningiserror",
        "--keep-going",
        "--quiet",
    ]
    # Sphinx puts the date of the build into pages; that of no build in particular keeps pages the same.
    environment = os.environ | {"SOURCE_DATE_EPOCH": "0", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode != 0:
        said = (done.stdout + done.stderr).splitlines()
        named = [line for line in said if "WARNING" in line or "ERROR" in line or "Error" in line]
        lines = [line.replace(str(source) + os.sep, "") for line in dict.fromkeys(named or said[-20:])]
        raise BookError("Jupyter Book would not compile the book:\n" + "\n".join(f"  {line}" for line in lines))
    return output / "_build" / "html"
