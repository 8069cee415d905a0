"""Pyodide's files, each of the sum that `pins.json` says, and a lock file that has the course.

The lock file is Pyodide's list of packages: what stands there `import` finds, and the page
loads all of it in one go, as one file is fetched while others are.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from browser_edition.wheels import Wheel

PINS: dict[str, Any] = json.loads(Path(__file__).with_name("pins.json").read_text("utf-8"))


class WrongFile(Exception):
    """A file is not the one that is pinned."""


def wanted() -> dict[str, str]:
    """The files of that release that the course needs, with the sum (SHA-256) of each."""
    found: dict[str, str] = dict(PINS["core"])
    for each in PINS["packages"].values():
        found[each["file_name"]] = each["sha256"]
    return found


def bring(folder: Path, source: Path | None) -> None:
    """Put those files into a folder, from another one, or from where the pins say.

    Raises WrongFile where one has another sum.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, sum_ in wanted().items():
        if source is not None:
            shutil.copyfile(source / name, folder / name)
        else:
            with urllib.request.urlopen(PINS["address"] + name) as found:
                (folder / name).write_bytes(found.read())
        check(folder / name, sum_)


def check(path: Path, sum_: str) -> None:
    """Raises WrongFile unless that file has that sum."""
    if hashlib.sha256(path.read_bytes()).hexdigest() != sum_:
        raise WrongFile(f"{path.name} is not the one of Pyodide {PINS['pyodide']} (pins.json)")


def lock(wheels: Iterable[Wheel]) -> dict[str, Any]:
    """Pyodide's lock file for this edition."""
    packages = {name: _entry(each) for name, each in PINS["packages"].items()}
    for wheel in wheels:
        about = {
            "name": wheel.name,
            "version": wheel.version,
            "file_name": wheel.path.name,
            "sha256": hashlib.sha256(wheel.path.read_bytes()).hexdigest(),
            "imports": list(wheel.imports),
            "depends": list(wheel.depends),
        }
        packages[wheel.name] = _entry(about)
    return {"info": PINS["info"], "packages": packages}


def _entry(about: dict[str, Any]) -> dict[str, Any]:
    rest = {"install_dir": "site", "package_type": "package", "unvendored_tests": False}
    return {**rest, **about}
