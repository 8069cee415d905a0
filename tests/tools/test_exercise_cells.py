"""The cells of an exercise are made from the exercise, and in every lesson they agree with it."""

from pathlib import Path

import exercise_cells
import nbformat
import nbformat.v4 as new
import pytest
from notebook_rules import Lesson
from notebook_rules.skeleton import checks_in, exercises_of

from helpers.practice.exercises import exercises

EVERY = Lesson.every()


@pytest.mark.parametrize("lesson", EVERY, ids=lambda lesson: lesson.path.stem)
def test_the_exercises_of_a_lesson_are_as_the_package_has_them(lesson):
    again = Lesson(lesson.path, nbformat.from_dict(lesson.notebook))
    changed = exercise_cells.fill(again)
    assert changed == [], "change helpers/practice/problems, then refresh the lesson"
    assert again.notebook == lesson.notebook


def test_each_exercise_is_asked_in_one_lesson():
    asked = [
        id
        for lesson in EVERY
        for part in exercises_of(lesson)
        for _, id, _ in checks_in(part.cells)
    ]
    assert sorted(asked) == sorted(exercises())


# -- on a small lesson -----------------------------------------------------------------------


def lesson(*cells):
    sources = [("markdown", "# 00 Start: how?"), ("markdown", "## Exercises"), *cells]
    kinds = {"markdown": new.new_markdown_cell, "code": new.new_code_cell}
    notebook = new.new_notebook(cells=[kinds[kind](source) for kind, source in sources])
    return Lesson(Path("00_start.ipynb"), notebook)


def sources(lesson):
    return [cell.source for cell in lesson.notebook.cells]


OLD = [
    ("markdown", "### 7. Breakfast, once\n\nAs it was asked last year."),
    ("code", "chart_of_its_own()"),
    ("code", "def breakfast(): ..."),
    ("code", "check('00-breakfast', breakfast)  # and more"),
    ("code", "hint('00-breakfast')"),
]


def test_cells_that_lag_are_made_anew_and_what_stands_between_is_left():
    old = lesson(*OLD, ("markdown", "## Takeaways"))
    exercise = exercises()["00-breakfast"]
    assert exercise_cells.fill(old) == ["00-breakfast"]
    text, starter, check, offers = exercise_cells.cells_of(exercise, 1)
    assert sources(old)[2:] == [
        text, "chart_of_its_own()", starter, check, offers, "## Takeaways"
    ]  # fmt: skip
    assert text.startswith("### 1. Breakfast in three seconds\n\n`brew()` takes 3 s")
    assert check == 'check("00-breakfast", breakfast)'
    assert exercise_cells.fill(old) == []


@pytest.mark.parametrize(
    "cells",
    [
        [],
        OLD[:2],
        OLD[:4],
        [OLD[0], OLD[3], OLD[4]],
        [("code", source.replace("00-breakfast", "00-no-such")) for _, source in OLD],
    ],
)
def test_what_is_not_whole_is_left_for_the_rules_to_complain_about(cells):
    odd = lesson(*cells)
    before = sources(odd)
    assert exercise_cells.fill(odd) == []
    assert sources(odd) == before


def test_an_exercise_is_added_behind_the_last_and_is_as_it_should_be():
    growing = lesson(("markdown", "## Takeaways"))
    for id in ("00-tea-and-toast", "00-breakfast"):
        exercise_cells.add(growing, exercises()[id])
    titles = [part.title for part in exercises_of(growing)]
    assert titles == ["1. Tea and toast", "2. Breakfast in three seconds"]
    assert sources(growing)[-1] == "## Takeaways"
    assert exercise_cells.fill(growing) == []
