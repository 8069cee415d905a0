"""The landing page: what the course is, its picture, and the map with every way to take a lesson.

The map is what the notebooks say of themselves, as in the README (`course_map`); the picture
and its alt text are the README's.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import course_map
import page_frame
from notebook_rules.lesson import Lesson

PLACE, PICTURE = "index.html", "assets/two_greetings.png"
ROOT = course_map.ROOT


def write(target: Path, lessons: list[Lesson], editions: page_frame.Editions) -> None:
    alt, picture = _picture()
    shutil.copyfile(ROOT / picture, target / PICTURE)
    rows = [
        {
            "title": lesson.title,
            "question": lesson.question,
            "minutes": course_map.minutes_of(lesson),
            "links": editions.links(lesson.path.stem),
        }
        for lesson in lessons
    ]
    page = page_frame.page(
        "landing.html.j2",
        PLACE,
        title="See the Loop",
        lessons=rows,
        alt=alt,
        picture=PICTURE,
        editions=editions.links(),
    )
    page_frame.put(target, PLACE, page)


def _picture() -> tuple[str, str]:
    """The alt text and the file of the README's picture."""
    readme = course_map.README.read_text(encoding="utf-8")
    [(alt, picture)] = re.findall(r"^!\[(.+)\]\((.+)\)$", readme, re.MULTILINE)
    return alt, picture
