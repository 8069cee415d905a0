"""Slides: one idea each, a prediction beside its program, and what a speaker needs to know.

A prediction's cell becomes a round: program, question, hands up, and the note that tells its
letter. Which of it fits on which page is slides.js's affair.
"""

from __future__ import annotations

import re

from nbconvert.filters import markdown2html
from nbformat import NotebookNode

from classroom import cells, pictures, stills
from classroom.room import for_a_room
from classroom.rounds import Round, is_notes, note, rounds_of

_FOLDED = re.compile(r"</?details>|<summary>.*?</summary>")
_TITLED = re.compile(r'<img alt="[A-Z][a-z ]+ &#x27;')  # "Gantt chart 'a page': ..."
_WHAT_RAN = (
    re.compile(r"simulate\((\w+\(.*\))[,)]"),
    re.compile(r"to_thread\(\w+, (\w+)"),
    re.compile(r'record\("([^"]+)"'),
    re.compile(r"await (\w+\(.*\))"),
)


def prepared(notebook: NotebookNode) -> NotebookNode:
    """The lesson's cells as slides have them."""
    rounds = {round.at: round for round in rounds_of(notebook)}
    made, ran = [], ""
    for number, cell in enumerate(notebook.cells):
        if cells.is_for_the_keyboard(cell) or (cells.is_set_up(cell) and number < 4):
            continue
        ran = _what_ran(cell) or ran
        if number in rounds:
            cell = _round(notebook, rounds[number])
        elif stills.is_what_if(cell):
            cell = _in_parts(cell, stills.stills(notebook, number))
        else:
            cell = _captioned(cells.with_pictures(cell), ran)
        made.append(cell)
    return cells.lesson_of(cells.each(made, for_a_room), notebook)


def _round(notebook: NotebookNode, round: Round) -> NotebookNode:
    letters = [*round.question.letters]
    hands = f'<p class="hands">Hands up: {", ".join(letters[:-1])} or {letters[-1]}?</p>'
    program = cells.program(notebook.cells, round.program)
    question = cells.asked(notebook.cells[round.at], hands)
    said = [note(round), *(_FOLDED.sub("", notebook.cells[n].source) for n in round.notes)]
    told = markdown2html("\n\n".join(said))
    cell = cells.shown_as(
        notebook.cells[round.at],
        f'<div class="round" data-id="{round.question.id}"><div class="program">{program}</div>'
        f'<div class="question">{question}</div>'
        f'<aside class="notes">{told}</aside></div>',
    )
    if cell.metadata["slideshow"]["slide_type"] == "subslide":  # it belongs to its program
        cell.metadata["slideshow"]["slide_type"] = "-"
    return cell


def _in_parts(cell: NotebookNode, parts: list[str]) -> NotebookNode:
    """That cell with each part as an output of its own, so that each may have its page."""
    shown = cells.shown_as(cell, parts[0])
    shown.outputs += [cells.shown_as(cell, part).outputs[0] for part in parts[1:]]
    cells.hide_code(shown)
    return shown


def _captioned(cell: NotebookNode, ran: str) -> NotebookNode:
    """Its chart with words for what ran, unless the chart has a title; for a page without code."""
    for out in cell.get("outputs", ()):
        markup = out.get("data", {}).get("text/html", "")
        if 'class="chart"' in markup and ran and not _TITLED.search(markup):
            out.data["text/html"] = pictures.caption(f"The chart of {ran}") + markup
    return cell


def _what_ran(cell: NotebookNode) -> str:
    if cell.cell_type != "code" or is_notes(cell):
        return ""
    found = [match[1] for pattern in _WHAT_RAN for match in pattern.finditer(cell.source)]
    return found[0] if found else ""
