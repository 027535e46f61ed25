"""Where an export is written to."""

from __future__ import annotations

import tempfile
from pathlib import Path

from afpak.problems import InputError


def folder_of(target: Path) -> Path:
    """Folder that a file is to be put into, made if there is none.

    Raises
    ------
    InputError
        If the file would be a folder, or nothing can be written there; before anything is made.
    """
    if target.is_dir():
        raise InputError([f"{target}: found a folder; expected the name of a file to write, as -o FILE"])
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=target.parent):
            pass
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError([f"{target}: can't be written there ({reason}); name another place: -o FILE"]) from error
    return target.parent
