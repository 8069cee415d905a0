"""A handout: all that the lesson shows and says, to read afterwards, on a screen or on paper."""

from __future__ import annotations

from nbformat import NotebookNode

from classroom import cells, stills
from classroom.room import for_a_room
from classroom.rounds import rounds_of


def prepared(notebook: NotebookNode) -> NotebookNode:
    """The lesson's cells as a handout has them."""
    made = []
    asked = {round.at for round in rounds_of(notebook)}
    for number, cell in enumerate(notebook.cells):
        if cells.is_for_the_keyboard(cell):
            continue
        if number in asked:
            markup = cells.asked(cell, "<p>Decide before you read on.</p>")
            cell = cells.shown_as(cell, f'<div class="question">{markup}</div>')
        elif stills.is_what_if(cell):
            cell = cells.shown_as(cell, "".join(stills.stills(notebook, number)))
            cells.hide_code(cell)
        else:
            cell = cells.with_pictures(cell)
        made.append(cell)
    return cells.lesson_of(cells.each(cells.without_notes(made), for_a_room), notebook)
