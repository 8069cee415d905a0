"""Rules of form: headings in order, short code and text, the words of the house, minutes that are
true, known tags, a place in the slides."""

from __future__ import annotations

from statistics import median

import minutes
import wording

from notebook_rules.lesson import Lesson, slide_of, tags_of, words_in

CODE_LINES = 20
TEXT_WORDS, USUAL_TEXT_WORDS = 120, 60
TAGS = {"raises-exception", "nbval-ignore-output", "nbval-skip"}
SLIDES = {"slide", "subslide", "fragment", "skip", "notes", "-"}


def headings_are_in_order(lesson: Lesson) -> list[str]:
    """One title; below it no level is skipped: a screen reader goes by them."""
    complaints, level = [], 0
    for number, new, words in lesson.headings:
        if new > level + 1:
            complaints.append(f"cell {number}: heading {words!r} skips a level")
        if new == 1 and level > 0:
            complaints.append(f"cell {number}: a second title, {words!r}")
        level = new
    return complaints


def code_is_short(lesson: Lesson) -> list[str]:
    return [
        f"cell {number} has {len(cell.source.splitlines())} lines of code, over {CODE_LINES}"
        for number, cell in lesson.cells("code")
        if len(cell.source.splitlines()) > CODE_LINES
    ]


def code_hides_no_output(lesson: Lesson) -> list[str]:
    """A `;` at the end keeps a value off the screen in JupyterLab, but not under nbval."""
    return [
        f"cell {number} ends with a semicolon, which nbval does not heed; assign the value instead"
        for number, cell in lesson.cells("code")
        if cell.source.rstrip().endswith(";")
    ]


def text_is_short(lesson: Lesson) -> list[str]:
    lengths = [(number, len(words_in(text))) for number, text in lesson.prose]
    complaints = [
        f"cell {number} has {length} words, over {TEXT_WORDS}"
        for number, length in lengths
        if length > TEXT_WORDS
    ]
    usual = median(length for _, length in lengths) if lengths else 0
    if usual > USUAL_TEXT_WORDS:
        complaints.append(f"half its text cells have over {usual:g} words; aim at 20 to 60")
    return complaints


def words_are_those_of_the_house(lesson: Lesson) -> list[str]:
    """No word is used that is out, in text, or in what code says; see `wording`."""
    return [
        f"cell {number} says {offence}"
        for number, cell in enumerate(lesson.notebook.cells)
        for offence in wording.offences(
            cell.source if cell.cell_type == "markdown" else wording.said_in(cell.source)
        )
    ]


def takes_the_minutes_that_it_promises(lesson: Lesson) -> list[str]:
    """Counted as `minutes` does."""
    return minutes.promise_is_kept(lesson.notebook)


def tags_are_known(lesson: Lesson) -> list[str]:
    return [
        f"cell {number} has the tag {tag!r}; known are {', '.join(sorted(TAGS))}"
        for number, cell in enumerate(lesson.notebook.cells)
        for tag in tags_of(cell)
        if tag not in TAGS
    ]


def every_cell_has_its_place_in_the_slides(lesson: Lesson) -> list[str]:
    complaints = []
    for number, cell in enumerate(lesson.notebook.cells):
        kind = slide_of(cell)
        if kind not in SLIDES:
            complaints.append(f"cell {number} has the slide type {kind!r}")
    return complaints
