"""The site as a folder: what is where in it, and in which order it is made.

    index.html          the landing page (`landing_page`)
    read/04_tasks.html  a lesson to read (`reading_edition`), its pictures in read/pictures/
    help.html           HELP.md: the usual obstacles, and the glossary
    search.html         search over all lessons (`search_index`)
    run/                the edition that runs in the browser (tools/browser_edition)

Limits: nothing here knows what a lesson says; what the pages of a lesson share with a handout is
in notebooks/classroom/handout.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import landing_page
import page_frame
import reading_edition
from lesson_films import Films, films_of
from notebook_rules.lesson import Lesson

BUILT = ".see-the-loop-site"  # lies in a folder that may be made anew
BROWSER_EDITION = "run"


class NotOursError(Exception):
    """The folder holds something that is no site of ours; the message says what to do."""


def build(
    target: Path, *, films: bool = True, browser_edition: bool = True, pyodide: Path | None = None
) -> None:
    """Make the whole site in that folder.

    `films` has the lessons run, for their players; `pyodide` is a folder with one. Raises
    NotOursError where the folder holds anything else.
    """
    begin(target)
    lessons = Lesson.every()
    editions = page_frame.Editions(browser=BROWSER_EDITION if browser_edition else None)
    write(target, lessons, films_of(lessons) if films else {}, editions)
    if browser_edition:
        from browser_edition import build_browser_edition

        build_browser_edition(target / BROWSER_EDITION, pyodide=pyodide)


def begin(target: Path) -> None:
    """An empty folder with our mark in it."""
    if target.exists() and any(target.iterdir()):
        if not (target / BUILT).exists():
            raise NotOursError(
                f"{target} holds files that are no site of ours. Name a new or an empty folder."
            )
        shutil.rmtree(target)
    target.mkdir(parents=True, exist_ok=True)
    (target / BUILT).write_text("Made by tools/site, which may make it anew.\n", encoding="utf-8")


def write(target: Path, lessons: list[Lesson], films: Films, editions: page_frame.Editions) -> None:
    """All that is ours in the site: what is shared, the pages to read, and the page before them."""
    page_frame.write_shared(target)
    reading_edition.write(target, lessons, films, editions)
    landing_page.write(target, lessons, editions)
