"""What the lessons say of themselves, wherever else it is said: `python tools/course_map.py`.

Made from the notebooks are the README's map and its "Where did I see ...?", and the
course that `helpers.practice.progress` knows, `helpers/practice/course.json`: so that a
learner's map does not depend on what they did to their copies. A refresh of the lessons
writes them, too; a test says when they are behind.

Limits: of asyncio's names it knows those in code cells, not in text or in a solution.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

from notebook_rules.lesson import LESSONS, Lesson, calls_in, parsed

ROOT = LESSONS.parent
README, COURSE = ROOT / "README.md", ROOT / "helpers/practice/course.json"
MAP, INDEX = "the map", "where did I see"


def written(root: Path = ROOT) -> dict[Path, str]:
    """{file: its text}, as they should be for the lessons that are there.

    Raises ValueError where a lesson has no title, or README.md no place for a part.
    """
    lessons = Lesson.every(root / LESSONS.name)
    for lesson in lessons:
        _has_a_title(lesson)
    readme = (root / README.name).read_text(encoding="utf-8")
    readme = with_part(readme, MAP, map_of(lessons))
    readme = with_part(readme, INDEX, index_of(lessons))
    return {root / README.name: readme, root / COURSE.relative_to(ROOT): course_of(lessons)}


def _has_a_title(lesson: Lesson) -> None:
    try:
        lesson.title  # noqa: B018  (it raises)
    except ValueError as trouble:
        raise ValueError(f"{lesson.path.name}: {trouble}") from None


def write() -> None:
    for file, text in written().items():
        file.write_text(text, encoding="utf-8", newline="\n")


def with_part(page: str, name: str, part: str) -> str:
    """That page with the part between its two marks.

    Raises ValueError where a mark is missing.
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, mark, rest = page.partition(begin)
    _, other_mark, after = rest.partition(end)
    if not (mark and other_mark):
        raise ValueError(f"README.md needs the two lines {begin} and {end}, each alone")
    return f"{before}{begin}\n\n{part}\n\n{end}{after}"


# -- the map ------------------------------------------------------------------------------


def map_of(lessons: list[Lesson]) -> str:
    """The lessons as a Markdown table: a link, the question, the minutes."""
    rows = [
        f"| [{lesson.title}](notebooks/{lesson.path.name}) | {lesson.question} "
        f"| {minutes_of(lesson)} |"
        for lesson in lessons
    ]
    return "\n".join(["| lesson | the question it answers | minutes |", "|---|---|---:|", *rows])


def minutes_of(lesson: Lesson) -> int:
    """What its first cell promises, without the exercises; 0 where it promises nothing."""
    promised = re.search(r"(\d+) minutes", lesson.notebook.cells[0].source)
    return int(promised[1]) if promised else 0


def course_of(lessons: list[Lesson]) -> str:
    """What the package knows of the course, as JSON: title, question and ids of each lesson."""
    course = [
        {
            "lesson": lesson.path.stem,
            "title": lesson.title,
            "question": lesson.question,
            "predictions": ids_of(lesson, "predict"),
            "exercises": ids_of(lesson, "check"),
        }
        for lesson in lessons
    ]
    return json.dumps(course, indent=1, ensure_ascii=False) + "\n"


def ids_of(lesson: Lesson, verb: str) -> list[str]:
    """The ids in `predict("id", ...)` or `check("id", ...)`, each once, in order."""
    found = [
        call.args[0].value
        for _, cell in lesson.cells("code")
        for call in calls_in(cell.source)
        if getattr(call.func, "id", "") == verb and call.args
        if isinstance(call.args[0], ast.Constant)
    ]
    return list(dict.fromkeys(map(str, found)))


# -- the index ----------------------------------------------------------------------------


def index_of(lessons: list[Lesson]) -> str:
    """Every name of asyncio as a Markdown table: a name, and links to the lessons that use it."""
    seen: dict[str, list[str]] = {}
    for lesson in lessons:
        for name in asyncio_names(lesson):
            seen.setdefault(name, []).append(f"[{lesson.number}](notebooks/{lesson.path.name})")
    names = sorted(seen, key=lambda name: (name.lower(), name))
    rows = [f"| `asyncio.{name}` | {' '.join(seen[name])} |" for name in names]
    return "\n".join(["| name | lessons |", "|---|---|", *rows])


def asyncio_names(lesson: Lesson) -> set[str]:
    """The public names of asyncio that its code uses: `asyncio.X`, `from asyncio import X`."""
    found = set()
    for _, cell in lesson.cells("code"):
        for node in ast.walk(parsed(cell.source)):
            if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "asyncio":
                found.add(node.attr)
            if isinstance(node, ast.ImportFrom) and node.module == "asyncio":
                found.update(alias.name for alias in node.names)
    return {name for name in found if not name.startswith("_")}


if __name__ == "__main__":
    write()
