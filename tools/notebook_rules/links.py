"""Rules of links and pictures: they lead somewhere, and say in words what is to be seen."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from notebook_rules.lesson import Lesson, headings_in, pictures_in, without_code

CONTENTS = "00_start_here.ipynb"

_IMG = re.compile(r"<img\b[^>]*>")
_ALT = re.compile(r"""\balt=(["'])(.*?)\1""", re.DOTALL)


def links_lead_somewhere(lesson: Lesson) -> list[str]:
    """Relative ones to a file that exists, `#...` to a heading that exists; the web by https."""
    return [
        f"cell {number} links to {target}: {trouble}"
        for number, _, target in lesson.links()
        if (trouble := trouble_with(target, lesson.path))
    ]


def trouble_with(target: str, page: Path) -> str:
    """Why that link on that page leads nowhere; empty if it leads somewhere."""
    place, _, anchor = unquote(target).partition("#")
    file = page.parent / place if place else page
    if target.startswith(("https:", "mailto:")):
        return ""
    if re.match(r"\w+:|/", target):
        return "neither relative nor https"
    if not file.exists():
        return "there is no such file"
    if anchor and anchor not in _anchors(file):
        return "there is no such heading"
    return ""


def _anchors(file: Path) -> set[str]:
    """What `#...` may say: in a notebook the heading with dashes, as JupyterLab makes it; on a
    page the same in small letters without punctuation, as GitHub does."""
    if file.suffix == ".ipynb":
        return {anchor_in_a_notebook(words) for *_, words in Lesson.read(file).headings}
    headings = headings_in(without_code(file.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w -]", "", words).lower().replace(" ", "-") for _, words in headings}


def anchor_in_a_notebook(words: str) -> str:
    return re.sub(r"\s", "-", re.sub(r"[`*]", "", words))


def has_navigation(lesson: Lesson) -> list[str]:
    """The last cell leads back, to the contents and on; the ends lack one of them.

    The contents are the map in lesson 00; a learner who goes there stays among their own copies,
    while the README leads to the originals.
    """
    course = sorted(lesson.path.parent.glob("[0-9][0-9]_*.ipynb"))
    if lesson.path not in course:
        return []
    here = course.index(lesson.path)
    wanted = {"the contents": CONTENTS if here > 0 else "../README.md"}
    if here > 0:
        wanted["the previous lesson"] = course[here - 1].name
    if here + 1 < len(course):
        wanted["the next lesson"] = course[here + 1].name
    last = len(lesson.notebook.cells) - 1
    there = {target.partition("#")[0] for number, _, target in lesson.links() if number == last}
    return [
        f"its last cell has no link to {what}, {target}"
        for what, target in wanted.items()
        if target not in there
    ]


def pictures_have_words(lesson: Lesson) -> list[str]:
    """Alt text that says what is to be seen, in text cells and in output alike."""
    complaints = []
    for number, text in lesson.prose:
        for alt in [alt for alt, _ in pictures_in(text)] + _alts(text):
            complaints += _judge_alt(number, alt)
    for number, out in lesson.outputs():
        data = out.get("data", {})
        for alt in _alts(data.get("text/html", "")):
            complaints += _judge_alt(number, alt)
        bare = "image/png" in data and "<img" not in data.get("text/html", "")
        if bare and data.get("text/plain", "").startswith("<Figure"):
            complaints.append(f"cell {number} puts out a picture without words")
    return complaints


def _alts(html: str) -> list[str]:
    """The alt text of each <img> in it, empty where there is none."""
    found = (_ALT.search(image) for image in _IMG.findall(html))
    return [alt.group(2) if alt else "" for alt in found]


def _judge_alt(number: int, alt: str) -> list[str]:
    if len(alt.split()) >= 3:
        return []
    return [f"cell {number} has a picture whose alt text is {alt!r}: say what is to be seen"]
