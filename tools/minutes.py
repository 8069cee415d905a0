"""How long a lesson takes, counted: what it promises must be true.

Read are its text and what comparisons say, at 130 words a minute; code is four seconds a
line, a prediction one minute, a chart, a player or a slider half a minute. The exercises
have minutes of their own, five to ten each. An appendix, folded code and the teacher's
notes count for nothing.

A lesson takes 40 minutes at most, and one of over 25 has a good place for a break, marked
in those words, somewhere in its middle.

Limits: it counts what is stored, so a lesson has to be refreshed first; and readers differ.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from nbformat import NotebookNode

WORDS_A_MINUTE, SECONDS_A_LINE, A_PREDICTION, A_CHART = 130, 4, 1.0, 0.5
LONGEST, LONGEST_WITHOUT_A_BREAK = 40, 25
BREAK = "good place for a break"
AN_EXERCISE = (5, 10)

_HEADING = re.compile(r"^## +(.+?) *$", re.MULTILINE)
_WORD = re.compile(r"\w[\w'.()-]*")
_PICTURES = ("<Timeline", "<Gantt", "<Chart of order", "The player", "What if", "A live")
_PROMISE = re.compile(r"\b(\d+) minutes")
_EXERCISES = re.compile(r"\b(\d+)(?: minutes)? (?:more )?for the exercises")


@dataclass(frozen=True)
class Counted:
    """One cell's minutes, and whether a break is offered there."""

    minutes: float
    is_break: bool


def counted(notebook: NotebookNode) -> list[Counted]:
    """The minutes of each cell that a learner reads before the exercises are done."""
    return [
        Counted(_minutes(cell), cell.cell_type == "markdown" and BREAK in cell.source)
        for section, cell in _read(notebook)
        if not section.startswith(("Exercises", "Appendix"))
    ]


def _read(notebook: NotebookNode) -> Iterator[tuple[str, NotebookNode]]:
    """(the section it is in, cell) of each cell but the teacher's notes."""
    section = ""
    for cell in notebook.cells:
        if cell.metadata.get("slideshow", {}).get("slide_type") == "notes":
            continue
        if cell.cell_type == "markdown" and (found := _HEADING.findall(cell.source)):
            section = found[-1]
        yield section, cell


def _minutes(cell: NotebookNode) -> float:
    if cell.cell_type == "markdown":
        return len(_WORD.findall(cell.source)) / WORDS_A_MINUTE
    shown = [out.get("data", {}).get("text/plain", "") for out in cell.outputs]
    answers = sum(len(text.split()) for text in shown if text.startswith("Measured:"))
    charts = any(text.startswith(_PICTURES) for text in shown)
    lines, predictions = _code(cell)
    seconds = lines * SECONDS_A_LINE / 60
    return answers / WORDS_A_MINUTE + charts * A_CHART + predictions * A_PREDICTION + seconds


def _code(cell: NotebookNode) -> tuple[int, int]:
    """(lines to read, predictions) in a cell of code; what is folded is not read."""
    if cell.metadata.get("jupyter", {}).get("source_hidden"):
        return 0, 0
    lines = sum(bool(line.strip()) for line in cell.source.splitlines())
    verbs = [
        getattr(node.func, "id", "")
        for node in ast.walk(_parsed(cell.source))
        if isinstance(node, ast.Call)
    ]
    asked = verbs.count("predict")
    return lines - asked - verbs.count("compare"), asked


def _parsed(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError:  # a cell of IPython's magic
        return ast.Module(body=[], type_ignores=[])


# -- what it promises ----------------------------------------------------------------------


def promise_is_kept(notebook: NotebookNode) -> list[str]:
    """Complaints about the minutes that the lesson's opening names."""
    total = sum(cell.minutes for cell in counted(notebook))
    opening = notebook.cells[0].source if notebook.cells else ""
    promised = int(found[1]) if (found := _PROMISE.search(opening)) else 0
    said = []
    if total > LONGEST:
        over = total - LONGEST
        said.append(
            f"it takes {total:.1f} minutes, {over:.1f} over {LONGEST}: take out some"
            f" {max(round(over * WORDS_A_MINUTE), 1)} words, or move something to an appendix"
        )
    elif not total - 1 <= promised <= total + 6:
        said.append(f"it promises {promised} minutes, and takes {total:.0f}")
    return said + _exercises_are_named(notebook, opening) + _has_a_break(notebook)


def _exercises_are_named(notebook: NotebookNode, opening: str) -> list[str]:
    number = sum(
        "\ncheck(" in f"\n{cell.source}" for s, cell in _read(notebook) if s == "Exercises"
    )
    least, most = (number * minutes for minutes in AN_EXERCISE)
    named = int(found[1]) if (found := _EXERCISES.search(opening)) else 0
    if least <= named <= most:
        return []
    return [f"its opening gives {named} minutes for {number} exercises; say {least} to {most}"]


def _has_a_break(notebook: NotebookNode) -> list[str]:
    cells = counted(notebook)
    total = sum(cell.minutes for cell in cells)
    if total <= LONGEST_WITHOUT_A_BREAK:
        return []
    so_far = accumulate(cell.minutes for cell in cells)
    at = [done / total for cell, done in zip(cells, so_far, strict=True) if cell.is_break]
    if any(0.35 <= share <= 0.7 for share in at):
        return []
    return [f"it takes {total:.0f} minutes, and marks no '{BREAK}' in its middle"]
