"""Check the JavaScript of the widgets and of the site: types, which stand in comments, and style.

    python tools/check_javascript.py

TypeScript and ESLint do that. npm puts them into tools/javascript/, where they are pinned.
Whoever learns, or runs the tests, needs none of it: so where there is no Node, or npm cannot
fetch the tools, this says in one line that nothing was checked, and is content. With CI=true
in the environment, where there is Node, that is a failure.

Modules that are made when the player is put together are written to tools/javascript/made/,
where the type checker finds them as if they lay beside the others.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tools" / "javascript"
OLDEST = (20, 19)  # of Node, for these versions of the tools
_MODULES = FOLDER / "node_modules"
_FETCHED = _MODULES / "fetched"  # a copy of the lock file that npm went by


class NotCheckedError(Exception):
    """Why nothing can be checked here. `needed` where that must not pass for a success."""

    def __init__(self, reason: str, *, needed: bool):
        super().__init__(f"The JavaScript was not checked: {reason}.")
        self.needed = needed


def main() -> int:
    """What the shell is told: 0 when all is well, or nothing could be checked; else 1."""
    try:
        node, npm = find_node()
        fetch_tools(npm)
    except NotCheckedError as error:
        print(error)
        return int(error.needed)
    write_made_modules()
    failed = [words for words in checks(node) if subprocess.run(words, cwd=ROOT).returncode]
    print(f"The JavaScript is {'not ' if failed else ''}as it should be.")
    return int(bool(failed))


def find_node() -> tuple[str, str]:
    """The paths of Node and npm. Raises NotCheckedError where they are missing, or too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise NotCheckedError(f"there is no {'npm' if node else 'Node'} here", needed=False)
    said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip()
    if version(said) < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        raise NotCheckedError(f"Node {wanted} or later is needed, not {said}", needed=in_ci())
    return node, npm


def version(said: str) -> tuple[int, ...]:
    """The numbers in what `node --version` says."""
    return tuple(map(int, re.findall(r"\d+", said)[:2]))


def in_ci() -> bool:
    return os.environ.get("CI") == "true"


def fetch_tools(npm: str) -> None:
    """Have npm fetch the tools, unless those of this lock file are there."""
    lock = (FOLDER / "package-lock.json").read_bytes()
    if _FETCHED.exists() and _FETCHED.read_bytes() == lock:
        return
    words = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(words, cwd=FOLDER, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it does not say why"])[0]
        raise NotCheckedError(f"npm cannot fetch the tools ({last})", needed=in_ci())
    _FETCHED.write_bytes(lock)


def write_made_modules() -> None:
    from helpers.charts.player import assets

    made = FOLDER / "made"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    for name, text in assets.made().items():
        (made / f"{name}.js").write_text(text, encoding="utf-8")


def checks(node: str) -> list[list[str]]:
    """The commands, each of which must succeed."""
    return [
        [node, str(_MODULES / "typescript/bin/tsc"), "--project", str(FOLDER)],
        [
            *(
                node,
                str(_MODULES / "eslint/bin/eslint.js"),
                "helpers",
                "tools/site",
                "tools/javascript",
            ),
            *("--config", "tools/javascript/eslint.config.js", "--max-warnings=0"),
        ],
    ]


if __name__ == "__main__":
    sys.exit(main())
