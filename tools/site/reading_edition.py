"""The reading edition: each lesson as a page, and HELP.md as one, with the search over them.

The cells are shown by the handout's own template (notebooks/classroom/handout), which this one
extends; `lesson_cells` says what becomes of what asks a kernel, `page_parts` makes of the result
a page that needs neither inline styles nor a large file.

Limits: text cells that speak of clicking and running are left as they are; the page says in its
first lines that here nothing runs.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import page_frame
import search_index
from lesson_cells import as_read
from lesson_films import Films
from nbconvert import HTMLExporter
from nbconvert.filters import markdown2html
from notebook_rules.lesson import LESSONS, Lesson
from page_parts import Parts, Pictures
from traitlets.config.loader import PyFileConfigLoader

FOLDER, HELP = "read", "help.html"
CLASSROOM = LESSONS / "classroom"
_TEMPLATES = Path(__file__).parent / "templates"


def write(target: Path, lessons: list[Lesson], films: Films, editions: page_frame.Editions) -> None:
    """The pages of these lessons, HELP, and the search over all of it."""
    pictures = Pictures(target / FOLDER)
    parts = {lesson.path.stem: parts_of(lesson, films, pictures) for lesson in lessons}
    for number, lesson in enumerate(lessons):
        around = {
            "previous": lessons[number - 1] if number else None,
            "next": lessons[number + 1] if number + 1 < len(lessons) else None,
        }
        write_lesson(target, lesson, parts[lesson.path.stem], editions, around)
    help_parts = write_help(target)
    entries = [
        entry
        for lesson in lessons
        for entry in search_index.entries(parts[lesson.path.stem], place_of(lesson), lesson.title)
    ]
    search_index.write(target, entries + search_index.entries(help_parts, HELP, "Help"))


def place_of(lesson: Lesson) -> str:
    return f"{FOLDER}/{lesson.path.stem}.html"


def parts_of(lesson: Lesson, films: Films, pictures: Pictures) -> Parts:
    """The lesson's cells as HTML, its pictures written beside the page."""
    notebook = as_read(lesson, films.get(lesson.path.stem, {}))
    for cell in notebook.cells:
        for out in cell.get("outputs", ()):
            if "text/html" in out.get("data", {}):
                out.data["text/html"] = pictures.taken_out(out.data["text/html"])
    body, _ = exporter().from_notebook_node(notebook)
    parts = Parts(body)
    parts.tidy()
    parts.frame_pictures(pictures)
    return parts


@cache
def exporter() -> HTMLExporter:
    """nbconvert as it makes a handout, with our template around the handout's."""
    config: Any = PyFileConfigLoader("nbconvert_config.py", str(CLASSROOM)).load_config()
    config.HTMLExporter.template_name = "reading"
    config.HTMLExporter.embed_images = False
    # It reads HTML that Pygments made a moment ago, for half of the time that all of this takes.
    config.HTMLExporter.filters = {**config.HTMLExporter.filters, "clean_html": lambda html: html}
    config.TemplateExporter.extra_template_basedirs = [str(_TEMPLATES)]
    config.TemplateExporter.extra_template_paths = [str(CLASSROOM)]
    return HTMLExporter(config=config)


def write_lesson(
    target: Path,
    lesson: Lesson,
    parts: Parts,
    editions: page_frame.Editions,
    around: dict[str, Lesson | None],
) -> None:
    place = place_of(lesson)
    page = page_frame.page(
        "lesson.html.j2",
        place,
        title=page_frame.title_of(lesson),
        cells=str(parts),
        has_player=parts.has_film(),
        sections=parts.sections(),
        editions=editions.links(lesson.path.stem),
        **{way: other and (place_of(other), other.title) for way, other in around.items()},
    )
    page_frame.put(target, place, page)


def write_help(target: Path) -> Parts:
    """HELP.md as a page; its links to lessons lead to their pages."""
    text = (LESSONS.parent / "HELP.md").read_text(encoding="utf-8")
    parts = Parts(markdown2html(text))
    parts.tidy(like_github=True)
    page = page_frame.page("help.html.j2", HELP, title="Help", body=str(parts))
    page_frame.put(target, HELP, page)
    return parts
