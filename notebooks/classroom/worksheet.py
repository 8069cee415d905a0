"""A worksheet: what the lesson asks, and room for answers. None of them is on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from nbformat import NotebookNode

from classroom import cells
from classroom.cells import text
from classroom.room import for_a_room
from classroom.rounds import Round, begins_a_part, is_hidden, is_notes, rounds_of, since_the_heading

_NAME = '<p class="name">Name <span class="blank"></span> Date <span class="blank"></span></p>'
_HOW = (
    "Choose **before** you see a program run, and write down why in a few words. What counts is "
    "the ready queue: whenever you are in doubt, write down what is in it."
)
_STEPS = 6  # boxes for the queue after so many steps
_LINES = 10  # to write an exercise on
_NARROW = 54  # characters a line of a program that leaves room for its question
_BOTH = 74  # and with a line of code of an option beside it
_PRE = re.compile(r"<pre>(.*?)</pre>", re.DOTALL)


def prepared(notebook: NotebookNode) -> NotebookNode:
    """The worksheet of that lesson."""
    made = [text(f"# Worksheet: {cells.title_of(notebook)}\n\n{_NAME}\n\n{_HOW}")]
    parts_told: set[int] = set()
    for number, round in enumerate(rounds_of(notebook), start=1):
        made += _introduction(notebook, round, parts_told)
        made.append(cells.markup(_asked(notebook, round, number)))
    made += _exercises(notebook)
    return cells.lesson_of(made, notebook)


def _introduction(notebook: NotebookNode, round: Round, told: set[int]) -> Iterator[NotebookNode]:
    """The words of its part, each once; none that follow an answer, since they tell it."""
    part = since_the_heading(notebook.cells, round.at)
    if not part or not begins_a_part(notebook.cells[part[0]]):
        return
    for number in part:
        cell = notebook.cells[number]
        if cell.cell_type == "markdown" and number not in told and not is_notes(cell):
            told.add(number)
            yield text(for_a_room(cell.source))


def _asked(notebook: NotebookNode, round: Round, number: int) -> str:
    cell = notebook.cells[round.at]
    boxes = " ".join(f'<span class="choice">{letter}</span>' for letter in round.question.letters)
    answer = f'<p class="answer">My answer: {boxes} because</p>'
    question = cells.asked(cell, answer).replace("Predict:", f"{number}.", 1)
    queue = _queue() if _has_a_strip(notebook, round.at) else ""
    program = cells.program(notebook.cells, round.program)
    way = " beside" if _is_narrow(notebook, round, question) else ""
    return (
        f'<div class="asked{way}"><div class="program">{program}</div>'
        f'<div class="question">{question}</div>{cells.lines_to_write_on(2)}{queue}</div>'
    )


def _is_narrow(notebook: NotebookNode, round: Round, question: str) -> bool:
    """Whether its program leaves room for the question beside it."""
    programs = [notebook.cells[number] for number in round.program]
    lines = [line for cell in programs for line in cell.source.splitlines()]
    pictured = any(is_hidden(cell) for cell in programs)
    if not lines or pictured:
        return False
    wide = max(map(len, lines))
    told = [len(unescape(line)) for pre in _PRE.findall(question) for line in pre.splitlines()]
    return wide <= _NARROW and wide + max(told, default=0) <= _BOTH


def _has_a_strip(notebook: NotebookNode, at: int) -> bool:
    """Whether the lesson shows the ready queue of that program, step by step."""
    for cell in notebook.cells[at + 1 :]:
        if begins_a_part(cell) or "predict(" in cell.source:
            return False
        if any("Chart of order" in str(out.get("data", "")) for out in cell.get("outputs", ())):
            return True
    return False


def _queue() -> str:
    heads = "".join(f'<th scope="col">after step {n}</th>' for n in range(1, _STEPS + 1))
    return (
        '<table class="queue"><caption>The ready queue, the next one on top</caption><thead><tr>'
        f"{heads}</tr></thead><tbody><tr>{'<td></td>' * _STEPS}</tr></tbody></table>"
    )


def _exercises(notebook: NotebookNode) -> Iterator[NotebookNode]:
    inside = False
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            inside = cell.source.startswith("## Exercises")
        if not inside or is_notes(cell) or cells.is_for_the_keyboard(cell):
            continue
        if cell.cell_type == "markdown":
            yield text(for_a_room(cell.source))
        elif "<img" in str(cell.outputs):
            shown = cells.with_pictures(cell)
            shown.source = ""
            yield shown
        else:
            yield cells.markup(cells.code(cell.source) + cells.lines_to_write_on(_LINES))
