"""The cells of an exercise in its lesson, made from the exercise: its one home is the package.

An exercise is in `helpers/practice/problems/`: its title, prompt and starter, beside
the judge that needs them. In the lesson, under `## Exercises`, its cells are

    ### 1. Title, and the prompt        (here may be a cell of its own, such as a chart)
    the starter
    check("04-both", both)
    # hint("04-both") and # solution("04-both")

and a refresh makes them so, by the id in `check`. Change the exercise, not the cell.

Limits: it fills the cells that are there. `tools/new_exercise.py` puts them there.
"""

from __future__ import annotations

import nbformat.v4 as new
from nbformat import NotebookNode
from notebook_rules.lesson import Lesson, Section
from notebook_rules.skeleton import EXERCISES, checks_in, exercises_of

from helpers.practice.exercises import Exercise, exercises


def cells_of(exercise: Exercise, place: int) -> list[str]:
    """The sources of its cells as the `place`th of a lesson: text, starter, check, offers."""
    function = exercise.solution.__name__
    return [
        f"### {place}. {exercise.title}\n\n{exercise.prompt}",
        exercise.starter.strip(),
        f'check("{exercise.id}", {function})',
        f'# hint("{exercise.id}")\n# solution("{exercise.id}")',
    ]


def fill(lesson: Lesson) -> list[str]:
    """Make the exercises' cells of that lesson; the ids of those that were not so before."""
    changed = []
    for place, part in enumerate(exercises_of(lesson), start=1):
        for exercise, cells in _asked(part):
            wanted = cells_of(exercise, place)
            if [cell.source for cell in cells] != wanted:
                changed.append(exercise.id)
            for cell, source in zip(cells, wanted, strict=True):
                cell.source = source
    return changed


def _asked(part: Section) -> list[tuple[Exercise, list[NotebookNode]]]:
    """The exercise that a section asks, with its four cells; nothing, if they are not there."""
    numbers = [number for number, _ in part.cells]
    cells = [cell for _, cell in part.cells]
    found = []
    for at, id, _ in checks_in(part.cells)[:1]:
        here = numbers.index(at)
        if id in exercises() and 2 <= here < len(cells) - 1:
            four = [cells[0], *cells[here - 1 : here + 2]]
            found.append((exercises()[id], four))
    return found


def add(lesson: Lesson, exercise: Exercise) -> None:
    """Put its cells behind the last exercise of that lesson, which has a section for them."""
    whole = [part for part in lesson.sections() if part.title == EXERCISES]
    parts = exercises_of(lesson)
    text, *code = cells_of(exercise, len(parts) + 1)
    cells = [new.new_markdown_cell(text, metadata=_slide("slide"))]
    cells += [new.new_code_cell(source, metadata=_slide("-")) for source in code]
    end = [*whole, *parts][-1].cells[-1][0] + 1
    lesson.notebook.cells[end:end] = cells
    lesson.__dict__.pop("prose", None)  # what was read of the cells before is out of date
    lesson.__dict__.pop("headings", None)


def _slide(kind: str) -> dict[str, dict[str, str]]:
    return {"slideshow": {"slide_type": kind}}
