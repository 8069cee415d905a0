"""A key: the letters, why, what to say to each wrong camp; and a solution of each exercise."""

from __future__ import annotations

import inspect
import re

from nbformat import NotebookNode

from classroom import cells
from classroom.cells import text
from classroom.rounds import Round, camps, rounds_of
from helpers.practice.exercises import exercises

_CHECK = re.compile(r"^check\(\"([\w-]+)\"", re.MULTILINE)


def prepared(notebook: NotebookNode) -> NotebookNode:
    """The key to that lesson's worksheet."""
    rounds = rounds_of(notebook)
    letters = ", ".join(f"{n} **{r.letter}**" for n, r in enumerate(rounds, start=1))
    made = [text(f"# Key: {cells.title_of(notebook)}\n\nIn short: {letters}.\n\n## Predictions")]
    for number, round in enumerate(rounds, start=1):
        made += _answer(notebook, round, number)
    made.append(text(_ONE_WAY))
    for number, id in enumerate(_asked(notebook), start=1):
        exercise = exercises()[id]
        made += [
            text(f"### {number}. {exercise.title}"),
            cells.markup(cells.code(inspect.getsource(exercise.solution).strip())),
            text(exercise.why),
        ]
    return cells.lesson_of(made, notebook)


_ONE_WAY = "## Exercises\n\nOne way to do each. An answer that behaves alike is as right."


def _answer(notebook: NotebookNode, round: Round, number: int) -> list[NotebookNode]:
    said = "\n\n".join([round.question.because, *camps(round)])
    return [
        text(f"### {number}. {round.question.ask}"),
        cells.markup(
            f'<p class="id">{round.question.id}</p>'
            + cells.option(notebook.cells[round.at], round.letter)
        ),
        text(said),
    ]


def _asked(notebook: NotebookNode) -> list[str]:
    sources = (cell.source for cell in notebook.cells if cell.cell_type == "code")
    return [id for source in sources for id in _CHECK.findall(source)]
