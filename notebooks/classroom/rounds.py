"""A prediction in its lesson: the program it asks about, its letter, what each camp thinks.

`rounds_of` finds them in a notebook. The right letter is the one option without a reply, as
everywhere (`helpers.practice.predictions`); the tests compare it with what the lesson measured.

Limits: which cells are the program is guessed from the notebook. It is the code since the last
heading or answer; where there is none, whatever defines the names that the question mentions,
else that the text since the heading mentions.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from helpers.practice.predictions import Question, predictions

_VERB = re.compile(r"^(predict|compare)\(\"([\w-]+)\"\)", re.MULTILINE)
_PRACTICE = re.compile(r"^(predict|compare)\(", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z_]\w*")
_TICKS = re.compile(r"`([^`]+)`")
_HEADING = re.compile(r"^#{1,3} ", re.MULTILINE)


def program_of(source: str) -> str:
    """A cell's code up to its prediction or comparison, whose words stand in its output."""
    practice = _PRACTICE.search(source)
    return source[: practice.start()].rstrip() if practice else source


@dataclass(frozen=True)
class Round:
    """A prediction, at the cell `at`; the cells of its program; its `notes`, by cell."""

    question: Question
    at: int
    program: tuple[int, ...]
    notes: tuple[int, ...]

    @property
    def letter(self) -> str:
        """The right one."""
        [right] = set(self.question.letters) - set(self.question.replies)
        return right


def rounds_of(notebook: NotebookNode) -> list[Round]:
    """All of that lesson's, in order; questions that are asked for the class's own are none."""
    found = []
    for at, cell in enumerate(notebook.cells):
        for verb, id in _verbs(cell):
            if verb == "predict":
                question = predictions()[id]
                found.append(
                    Round(
                        question,
                        at,
                        _program(notebook.cells, at, question),
                        _notes(notebook.cells, at),
                    )
                )
    return found


def _verbs(cell: NotebookNode) -> list[tuple[str, str]]:
    return _VERB.findall(cell.source) if cell.cell_type == "code" else []


def is_notes(cell: NotebookNode) -> bool:
    """Whether it is for the speaker alone."""
    return cell.metadata.get("slideshow", {}).get("slide_type") == "notes"


def is_hidden(cell: NotebookNode) -> bool:
    """Whether its code is folded, since it would give something away."""
    return bool(cell.metadata.get("jupyter", {}).get("source_hidden"))


def begins_a_part(cell: NotebookNode) -> bool:
    """Whether there is a heading in it."""
    return cell.cell_type == "markdown" and bool(_HEADING.search(cell.source))


def since_the_heading(cells: list[NotebookNode], at: int) -> range:
    """From the last heading or answer before that cell, up to it."""
    for number in range(at - 1, -1, -1):
        if begins_a_part(cells[number]):
            return range(number, at)
        if any(verb == "compare" for verb, _ in _verbs(cells[number])):
            return range(number + 1, at)
    return range(at)


def _program(cells: list[NotebookNode], at: int, question: Question) -> tuple[int, ...]:
    here = [n for n in (*since_the_heading(cells, at), at) if _is_program(cells[n])]
    if here:
        return tuple(here)
    said = [question.ask, *(value for value in question.values if isinstance(value, str))]
    text = [c.source for c in cells[_heading(cells, at) : at] if c.cell_type == "markdown"]
    return tuple(_defining(cells, at, said) or _defining(cells, at, text[:1]))


def _is_program(cell: NotebookNode) -> bool:
    return (
        cell.cell_type == "code"
        and bool(program_of(cell.source))
        and (not is_hidden(cell) or _has_picture(cell))
        and not cell.source.startswith(("import ", "from "))
    )


def _has_picture(cell: NotebookNode) -> bool:
    return any("<img " in out.get("data", {}).get("text/html", "") for out in cell.outputs)


def _heading(cells: list[NotebookNode], at: int) -> int:
    return next((n for n in range(at - 1, -1, -1) if begins_a_part(cells[n])), 0)


def _defining(cells: list[NotebookNode], at: int, texts: list[str]) -> list[int]:
    """The cells that define what is named in code in those texts, and what those need."""
    named = {
        name for text in texts for code in _TICKS.findall(text) for name in _NAME.findall(code)
    }
    defined = dict(_definitions(cells[:at]))
    found: set[int] = set()
    while new := {defined[name] for name in named if name in defined} - found:
        found |= new
        named = {name for number in new for name in _NAME.findall(cells[number].source)}
    return sorted(found)


def _definitions(cells: list[NotebookNode]) -> Iterator[tuple[str, int]]:
    """(name, cell) of each function and class; the later one counts."""
    for number, cell in enumerate(cells):
        if cell.cell_type == "code" and not is_hidden(cell):
            try:
                body = ast.parse(cell.source).body
            except SyntaxError:  # a cell of IPython's magic
                continue
            for node in body:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    yield node.name, number


def _notes(cells: list[NotebookNode], at: int) -> tuple[int, ...]:
    """The teacher's notes of that round: up to the next heading or question."""
    found = []
    for number in range(at + 1, len(cells)):
        cell = cells[number]
        if begins_a_part(cell) or any(verb == "predict" for verb, _ in _verbs(cell)):
            break
        if is_notes(cell):
            found.append(number)
    return tuple(found)


# -- in words -----------------------------------------------------------------------------


def camps(round: Round) -> list[str]:
    """What to say to each wrong camp: Markdown, a line each."""
    return [f"**{letter}:** {reply}" for letter, reply in sorted(round.question.replies.items())]


def note(round: Round) -> str:
    """What a speaker needs before the answer is shown: the letter, why, the wrong camps."""
    lines = [f"**Answer: {round.letter}.** {round.question.because}", "To those who said:"]
    return "\n\n".join([*lines, *camps(round)])
