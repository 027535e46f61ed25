"""Hashes of what a build is made of."""

import hashlib
import json
import subprocess
import sys

import afpak.build.hashing
from afpak.build.hashing import PACKAGE, digest, installed, package_hashes


def test_text_is_hashed_as_its_bytes():
    # FIPS 180-2 for the first.
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert digest("é") == digest("é".encode()) == hashlib.sha256(b"\xc3\xa9").hexdigest()


def test_every_module_of_the_package_is_hashed_once(checkout):
    found = package_hashes()
    source = checkout.root / "src" / "afpak"
    assert found == {
        path.relative_to(source).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in source.rglob("*.py")
    }
    assert source.samefile(PACKAGE) and "build/hashing.py" in found


def test_the_installed_libraries_are_those_that_pip_lists():
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "list", "--format", "json", "--disable-pip-version-check"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    pairs = {
        (one["name"].lower().replace("-", "_").replace(".", "_"), one["version"]) for one in json.loads(listed.stdout)
    }
    names = [name.removesuffix(".dist-info").rpartition("-") for name in installed()]
    assert {(name.lower().replace("-", "_").replace(".", "_"), version) for name, _, version in names} == pairs


def test_a_library_of_another_version_is_another(tmp_path, monkeypatch):
    monkeypatch.setattr(afpak.build.hashing.sysconfig, "get_path", lambda name: str(tmp_path))
    (tmp_path / "some-1.0.dist-info").mkdir()
    (tmp_path / "some").mkdir()
    assert installed() == ["some-1.0.dist-info"]
    (tmp_path / "some-1.0.dist-info").rename(tmp_path / "some-1.1.dist-info")
    assert installed() == ["some-1.1.dist-info"]
