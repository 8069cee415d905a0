"""Lessons as slides and as handouts, made by the very commands of the teacher's guide."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "notebooks/teachers_guide.md"
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def command(kind: str) -> list[str]:
    """The guide's command for "slides" or "html", with the Python that runs this."""
    pattern = rf"^\S+python (-m jupyter nbconvert .*--to {kind}) .*$"
    [line] = re.findall(pattern, GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    return [sys.executable, *shlex.split(line)]


def convert(kind: str, folder: Path, lessons=LESSONS) -> dict[str, Path]:
    """Make "slides" or "html" of those lessons in that folder; {lesson: file}.

    Raises AssertionError with what nbconvert said, where it failed.
    """
    words = [*command(kind), f"--output-dir={folder}", *map(str, lessons)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stderr
    ending = ".slides.html" if kind == "slides" else ".html"
    return {lesson.stem: folder / f"{lesson.stem}{ending}" for lesson in lessons}
