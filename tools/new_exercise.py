"""Begin an exercise: `python tools/new_exercise.py 04-both`.

It writes `helpers/practice/problems/lesson_04/both.py`, which works as it is and keeps
every promise of an exercise but one: where it says FILL IN, the author must. And it puts
the exercise's cells at the end of the exercises in lesson 04. How to write one is in the
first lines of `helpers/practice/exercises.py`.

Limits: it overwrites nothing; an exercise that is there is left as it is.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import keyword
import re
import sys
from pathlib import Path

import exercise_cells
import refresh_notebooks
from notebook_rules import Lesson
from notebook_rules.skeleton import EXERCISES

import helpers
from helpers.practice import exercises

ROOT = Path(__file__).resolve().parent.parent
PROBLEMS = ROOT / "helpers/practice/problems"
SKELETON = Path(__file__).with_name("skeletons") / "exercise.py"


def home_of(id: str) -> Path:
    """The file of the exercise with that id.

    Raises ValueError, with a sentence, where no exercise can be called so.
    """
    if not re.fullmatch(r"\d\d(-[a-z][a-z\d]*)+", id):
        raise ValueError(
            f"{id!r} is no id: it is the lesson's number and two or three words in small letters, "
            "such as 04-both"
        )
    lesson, _, words = id.partition("-")
    name = words.replace("-", "_")
    if keyword.iskeyword(name) or hasattr(builtins, name) or name in _taken():
        raise ValueError(f"the learner's function would be called {name}, which is taken; say more")
    return PROBLEMS / f"lesson_{lesson}" / f"{name}.py"


def _taken() -> set[str]:
    """What a lesson imports, and what the skeleton calls its own things."""
    body = ast.parse(SKELETON.read_text(encoding="utf-8")).body
    imported = {alias.name for node in body for alias in getattr(node, "names", ())}
    defined = {node.name for node in body if isinstance(node, ast.AsyncFunctionDef)}
    return {*helpers.__all__} | imported | defined - {"skeleton"}


def written(id: str) -> str:
    """The skeleton under that name."""
    text = SKELETON.read_text(encoding="utf-8")
    name = home_of(id).stem
    return (
        text.replace("00-skeleton", id).replace("SKELETON", name.upper()).replace("skeleton", name)
    )


def write(id: str) -> Path:
    """Write its file, and its lesson's folder where there is none.

    Raises FileExistsError where that exercise is there already.
    """
    home = home_of(id)
    if home.exists():
        raise FileExistsError(f"{home.relative_to(ROOT)} is there already")
    home.parent.mkdir(parents=True, exist_ok=True)
    front = home.with_name("__init__.py")
    if not front.exists():
        said = f'"""Lesson {id[:2]}, FILL IN: what its exercises practise."""\n'
        front.write_text(said, encoding="utf-8", newline="\n")
    home.write_text(written(id), encoding="utf-8", newline="\n")
    return home


def lesson_of(id: str) -> Lesson | None:
    """The lesson of its number, None if there is none yet.

    Raises ValueError where that lesson has no place for exercises.
    """
    lesson = next((lesson for lesson in Lesson.every() if lesson.number == id[:2]), None)
    if lesson is not None and EXERCISES not in [part.title for part in lesson.sections()]:
        raise ValueError(f"{lesson.path.name} has no section '## {EXERCISES}' to put it in")
    return lesson


def put_into(lesson: Lesson, id: str) -> None:
    """Add its cells to that lesson, not yet run."""
    importlib.invalidate_caches()
    exercises.exercises.cache_clear()
    exercise_cells.add(lesson, exercises.exercises()[id])
    refresh_notebooks.store(lesson.notebook, lesson.path)


def main(words: list[str]) -> None:
    if len(words) != 1:
        sys.exit(__doc__)
    try:
        home_of(words[0])
        lesson = lesson_of(words[0])
        home = write(words[0])
    except (ValueError, FileExistsError) as trouble:
        sys.exit(str(trouble))
    if lesson is not None:
        put_into(lesson, words[0])
    print(f"Written: {home.relative_to(ROOT)}. Fill in what says FILL IN, then")
    print(f"    python -m pytest -n 0 tests/practice/test_exercises.py -k {words[0]}")
    if lesson is not None:
        print(f"    python tools/refresh_notebooks.py {lesson.path.stem}")
    else:
        print(f"No lesson has the number {words[0][:2]} yet: python tools/new_lesson.py")


if __name__ == "__main__":
    main(sys.argv[1:])
