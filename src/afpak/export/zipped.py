"""Zip files that are the same bytes for the same content."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from afpak.export.target import folder_of

# The first moment that the format knows: when a file was written is no part of what it says.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_ORDINARY_FILE = 0o100644 << 16


def write_zip(files: Mapping[str, bytes], target: Path) -> Path:
    """Write files into a zip, in order of their names, and rename it into place when it is whole.

    Parameters
    ----------
    files : mapping of str to bytes
        Content by path in the zip, with forward slashes.
    target : Path
        The file; its folder is made if there is none.
    """
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=folder_of(target))
    os.close(handle)
    unfinished = Path(name)
    try:
        with zipfile.ZipFile(unfinished, "w") as zipped:
            for path in sorted(files):
                entry = zipfile.ZipInfo(path, _MOMENT)
                entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, _ORDINARY_FILE, 3
                zipped.writestr(entry, files[path])
        unfinished.chmod(0o644)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def read_folder(folder: Path, prefix: str) -> dict[str, bytes]:
    """Every file of a folder by its path in a zip; what editors and Python leave behind is passed over."""
    return {
        f"{prefix}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _left_behind(path.relative_to(folder))
    }


def _left_behind(path: Path) -> bool:
    return any(part in ("__pycache__", ".ipynb_checkpoints", ".DS_Store") for part in path.parts)
