"""A lesson's cells as they stand in the reading edition, before the handout's template shows them.

What asks a kernel in a notebook is there as something to read: a prediction is a form with the
run and its answer folded below, an exercise has its hints and its solution folded, and a player
carries its film. Parts that go around a cell are in its metadata, `before` and `after`; the
template puts them there.

Without JavaScript all of it can be read: what is folded is a `<details>`.
"""

from __future__ import annotations

import base64
import html
import inspect
import re
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode
from notebook_rules.lesson import Lesson, slide_of
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from helpers.charts.gantt import gantt
from helpers.practice.exercises import Exercise, exercises
from helpers.practice.markup import markup
from helpers.practice.predict import Prediction
from helpers.practice.predictions import Question, predictions
from helpers.timeline import Timeline
from helpers.timeline.options import GanttOptions

_VERB = re.compile(r'^(predict|compare)\("([^"]+)"\)', re.MULTILINE)
_CHECK = re.compile(r'check\("([^"]+)"')
_CHART_WIDTH = 560  # CSS pixels, of a chart among the options
_SLIDERS = (
    '<p class="aside">Sliders move only where the lesson runs; this is the picture they '
    "begin with.</p>"
)


class Fold(NamedTuple):
    """The cells between a question and its answer, by number: the first, and the last."""

    asked: list[str]
    first: int
    last: int


def as_read(lesson: Lesson, films: dict[str, bytes]) -> NotebookNode:
    """A copy of that notebook for the template; `films` by the id of a cell."""
    notebook: NotebookNode = nbformat.from_dict(lesson.notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            _prepare(cell, films.get(cell.id))
    notebook.cells = [cell for cell in notebook.cells if not _left_out(cell)]
    for fold in folds(notebook.cells):
        around(notebook.cells[fold.first], before=_opening(fold))
        around(notebook.cells[fold.last], after="</details>")
    return notebook


def _prepare(cell: NotebookNode, film: bytes | None) -> None:
    if judged := _CHECK.match(cell.source):
        cell.source, cell.outputs = "", []
        around(cell, after=help_with(exercises()[judged[1]]))
    for verb, id in _VERB.findall(cell.source):
        stored = next(out for out in cell.outputs if _starts(out, verb))
        made = form if verb == "predict" else answer
        stored.data = {"text/html": made(predictions()[id], stored.data["text/html"])}
    if film:
        [still, *rest] = [out for out in cell.outputs if out.output_type == "display_data"]
        still.data = {"text/html": player(still.data["text/html"], film)}
        cell.outputs = [out for out in cell.outputs if out not in rest]
    if "what_if(" in cell.source and cell.outputs:
        around(cell, after=_SLIDERS)


def _starts(out: NotebookNode, verb: str) -> bool:
    words = {"predict": "Predict:", "compare": "Measured:"}[verb]
    return f"<strong>{words}</strong>" in out.get("data", {}).get("text/html", "")


def around(cell: NotebookNode, *, before: str = "", after: str = "") -> None:
    """Put that outside of what is before and after the cell already."""
    cell.metadata["before"] = before + cell.metadata.get("before", "")
    cell.metadata["after"] = cell.metadata.get("after", "") + after


def _left_out(cell: NotebookNode) -> bool:
    """Teacher's notes, and the calls of which nothing is to be read."""
    if slide_of(cell) == "notes":
        return True
    return cell.cell_type == "code" and bool(re.match(r"(# hint|progress)\(", cell.source))


# -- predictions ---------------------------------------------------------------------------


def form(question: Question, stored: str) -> str:
    """The question with its options to choose from."""
    options = "".join(
        f'<label><input type="radio" name="{question.id}" value="{option.letter}"{spoken}>'
        f'<b>{option.letter}.</b> <span class="option">{shown}</span></label>'
        for option in Prediction(question, {}).options
        for spoken in [f' aria-label="{html.escape(option.spoken)}"' if option.spoken else ""]
        for shown in [_option(option.value, option.text, option.html)]
    )
    return (
        f'<form class="predict" id="predict-{question.id}" data-asks="{question.id}"><fieldset>'
        f"<legend><strong>Predict:</strong> {markup(question.ask)}</legend>{options}</fieldset>"
        '<p role="status" class="chosen"></p></form>'
    )


def _option(value: object, text: str, marked: str) -> str:
    if isinstance(value, Timeline):
        return gantt(value, GanttOptions(width=_CHART_WIDTH, legend=False)).element()
    return f'<span class="lines">{html.escape(text)}</span>' if "\n" in text else marked


def answer(question: Question, stored: str) -> str:
    """What was measured, as stored, and what is said to those who had predicted otherwise."""
    replies = "".join(
        f'<li data-letter="{letter}"><b>If you said {letter}:</b> <span>{markup(reply)}</span></li>'
        for letter, reply in sorted(question.replies.items())
    )
    return (
        f'<div class="answer" id="answer-{question.id}"><p class="yours" hidden></p>{stored}'
        f'<details class="others"><summary>What the other answers miss</summary><ul>{replies}</ul>'
        "</details></div>"
    )


def folds(cells: list[NotebookNode]) -> list[Fold]:
    """What is folded in those cells: from the last question asked to the last answer given."""
    found, open_, first = [], list[str](), 0
    asked: list[str] = []
    for number, cell in enumerate(cells):
        for verb, id in _VERB.findall(cell.source) if cell.cell_type == "code" else ():
            if verb == "predict":
                asked, first = ([*asked, id] if open_ else [id]), number + 1
                open_.append(id)
            else:
                open_.remove(id)
                if not open_:
                    found.append(Fold(asked, first, number))
    return found


def _opening(fold: Fold) -> str:
    asked = " ".join(fold.asked)
    what = "Decided? See what happened" if fold.last > fold.first else "Decided? See the answer"
    return f'<details class="run" data-answers="{asked}"><summary>{what}</summary>'


# -- exercises and players -----------------------------------------------------------------


def help_with(exercise: Exercise) -> str:
    """Its hints, one by one, and a solution: each folded."""
    count = len(exercise.hints)
    hints = "".join(
        f"<details><summary>Hint {number} of {count}</summary><p>{markup(hint)}</p></details>"
        for number, hint in enumerate(exercise.hints, start=1)
    )
    code = highlight(inspect.getsource(exercise.solution), PythonLexer(), HtmlFormatter())
    return (
        f'<div class="help" id="exercise-{exercise.id}">{hints}'
        "<details><summary>One way to do it</summary>"
        f'<div class="code">{code}</div><p>{markup(exercise.why)}</p></details></div>'
    )


def player(still: str, film: bytes) -> str:
    """The picture that stands for a player, with its film, for the page's script to play."""
    return f'<div class="film" data-film="{base64.b64encode(film).decode()}">{still}</div>'
