"""The README's "Where did I see ...?": every name of asyncio that a lesson's code uses, and where.

`python tools/lesson_index.py` writes it anew from the lessons; a refresh of the lessons does
so, too. Limit: it knows code cells, not text and not what a solution uses.
"""

from __future__ import annotations

from notebook_rules import LESSONS, Lesson, asyncio_names

README = LESSONS.parent / "README.md"
BEGIN, END = "<!-- where did I see: begin -->", "<!-- where did I see: end -->"


def table(lessons: list[Lesson]) -> str:
    """The index as a Markdown table: a name, and links to the lessons that use it."""
    seen: dict[str, list[str]] = {}
    for lesson in lessons:
        for name in asyncio_names(lesson):
            number = lesson.path.stem[:2]
            seen.setdefault(name, []).append(f"[{number}](notebooks/{lesson.path.name})")
    names = sorted(seen, key=lambda name: (name.lower(), name))
    rows = [f"| `asyncio.{name}` | {' '.join(seen[name])} |" for name in names]
    return "\n".join(["| name | lessons |", "|---|---|", *rows])


def with_index(readme: str, index: str) -> str:
    """That README with the index between its two marks.

    Raises ValueError where a mark is missing.
    """
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"README.md needs the two lines {BEGIN} and {END} around the index")
    return f"{before}{BEGIN}\n\n{index}\n\n{END}{after}"


def current() -> str:
    """README.md as it should be for the lessons that are there."""
    lessons = [Lesson.read(path) for path in sorted(LESSONS.glob("*.ipynb"))]
    return with_index(README.read_text(encoding="utf-8"), table(lessons))


def write() -> None:
    README.write_text(current(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
