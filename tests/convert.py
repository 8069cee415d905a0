"""Lessons as slides, worksheets, keys and handouts: made here as the guide's command makes them."""

from __future__ import annotations

import re
import shlex
import sys
from functools import cache
from pathlib import Path

import nbformat
from classroom import conversion
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "notebooks/teachers_guide.md"
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def command() -> list[str]:
    """The guide's one command, with the Python that runs this, and without its lesson."""
    pattern = r"^\S+python (notebooks/classroom) \d\d_\w+$"
    [line] = re.findall(pattern, GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    return [sys.executable, *shlex.split(line)]


@cache
def stored(path: Path) -> NotebookNode:
    """That lesson's notebook, to read and not to change."""
    return nbformat.read(path, as_version=4)


@cache
def prepared(kind: str, path: Path) -> NotebookNode:
    """The cells of that kind of page, before a template shows them."""
    return conversion.OF_A_LESSON[kind](nbformat.read(path, as_version=4))


def convert(kind: str, folder: Path, path: Path) -> Path:
    """That lesson as a page of that kind, in that folder."""
    [made] = conversion.make([kind], [path], folder)
    return made
