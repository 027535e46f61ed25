"""Compiling the staged source with Jupyter Book, warnings as errors."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path


class BookError(Exception):
    """Jupyter Book refused the source; the message is what it said."""


def compile_book(source: Path, output: Path, day: date) -> Path:
    """Compile the book; return the folder of its pages.

    Parameters
    ----------
    source : Path
        Staged source with _config.yml and _toc.yml.
    output : Path
        Where Jupyter Book writes.
    day : datetime.date
        Date that the pages carry: that of the tables, not of the build, so that pages stay the same.

    Raises
    ------
    BookError
        On any warning or error, with the lines that name it.
    """
    # Jupyter Book's own command, by the interpreter that runs this: it needs no PATH. A compilation makes a great many
    # objects and ends; to look all the time for those that could be thrown away costs a fifth of its time, never to
    # look costs 2.4 MB a page. So it is done seldom. Of the module that is left out `afpak.cli` tells.
    script = "import gc, sys; gc.set_threshold(50_000, 10, 10); sys.modules['rfc3987_syntax'] = None; "
    command = [sys.executable, "-c", f"{script}from jupyter_book.cli.main import main; main()"]
    command += [
        "build",
        str(source),
        "--path-output",
        str(output),
        "--warningiserror",
        "--keep-going",
        "--quiet",
    ]
    noon = datetime.combine(day, time(12), tzinfo=UTC)
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(int(noon.timestamp())), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode != 0:
        said = (done.stdout + done.stderr).splitlines()
        named = [line for line in said if "WARNING" in line or "ERROR" in line or "Error" in line]
        lines = [line.replace(str(source) + os.sep, "") for line in dict.fromkeys(named or said[-20:])]
        raise BookError("Jupyter Book would not compile the book:\n" + "\n".join(f"  {line}" for line in lines))
    return output / "_build" / "html"
