"""A what-if as three stills: its program is run again here, in virtual time, at three settings.

Limits: what the program needs is taken from the lesson's imports and definitions; a value that
another cell works out is not there. Which settings show most is said in `SETTINGS`; a program
that is not there gets its start, and the other end of its first and of its last slider.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode

from classroom import pictures
from helpers.charts.gantt import gantt, with_room_for
from helpers.practice.what_if import WhatIf, what_if
from helpers.timeline import Timeline
from helpers.timeline.options import GanttOptions

Setting = dict[str, Any]

SETTINGS: dict[str, tuple[Setting, ...]] = {
    "readings": ({}, {"one_by_one": False}, {"one_by_one": False, "sensors": 8}),
    "errands": ({}, {"work": 0.3}, {"one_by_one": True}),
    "rehearse_in_pieces": ({}, {"one_by_one": True}, {"one_by_one": True, "pieces": 8}),
    "bookings": ({}, {"pattern": "all together"}, {"pattern": "two at a time"}),
}
_OPTIONS = GanttOptions(width=900, most=12)


def is_what_if(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and "what_if(" in cell.source and bool(cell.outputs)


def stills(notebook: NotebookNode, at: int) -> list[str]:
    """The three, as HTML: what was called, its numbers, its chart."""
    shown = _asked(notebook, at)
    runs = [*_runs(shown)]
    options = _OPTIONS
    for _, timeline in runs:
        options = with_room_for(options, timeline)
    return [
        f'<div class="still">{pictures.caption(words)}'
        f'<div class="chart">{pictures.plain(gantt(timeline, options).element(moving=False))}</div>'
        "</div>"
        for words, timeline in runs
    ]


def _asked(notebook: NotebookNode, at: int) -> WhatIf:
    """What that cell shows, made anew from the lesson's imports and definitions."""
    names: dict[str, Any] = {}
    for cell in notebook.cells[:at]:
        if cell.cell_type == "code":
            for node in _defining(cell.source):
                exec(compile(ast.Module([node], []), "<a lesson>", "exec"), names)
    made: list[WhatIf] = []
    names["what_if"] = lambda *given, **sliders: made.append(what_if(*given, **sliders))
    exec(notebook.cells[at].source, names)
    return made[0]


def _defining(source: str) -> Iterator[ast.stmt]:
    try:
        body = ast.parse(source).body
    except SyntaxError:  # a cell of IPython's magic
        return
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    yield from (node for node in body if isinstance(node, kinds))


def _runs(shown: WhatIf) -> Iterator[tuple[str, Timeline]]:
    """(the call and its numbers in words, what was recorded) of each setting."""
    start = shown.values
    for setting in SETTINGS.get(shown.program.__name__) or _ends(shown):
        for name, value in (start | setting).items():
            shown.controls[name].value = value
        if shown.timeline is not None:
            call, *numbers = repr(shown).removeprefix("What if? ").splitlines()
            yield f"{call}: {', '.join(' '.join(line.split()) for line in numbers)}", shown.timeline


def _ends(shown: WhatIf) -> tuple[Setting, ...]:
    others = [{name: _other_end(shown.controls[name])} for name in shown.controls]
    return ({}, others[0], others[-1]) if len(others) > 1 else ({}, *others)


def _other_end(control: Any) -> Any:
    if isinstance(control.value, bool):
        return not control.value
    return control.max if hasattr(control, "max") else control.options[-1]
