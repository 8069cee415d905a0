"""A task that was asked to end, caught the request, and went on.

Evidence: its sleep was broken off, in a `try` whose handler takes the CancelledError and does not
raise it again (or in a `with suppress(...)` of it), and afterwards it waited anew. Silent on
cleaning up in the handler, or in what it calls, however slowly, when it then ends; on a timeout of
its own; on a task group that wakes the task it belongs to; and on `uncancel()`, which says that it
knows.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from helpers.findings.evidence import Evidence, at_line, duration_text
from helpers.findings.finding import Finding
from helpers.findings.reading import Function, called, here, holds, last_name
from helpers.timeline import NOTHING, Timer
from helpers.timeline.records import Place

KIND = "swallowed cancellation"
_TOO_MANY = 4  # waits in a loop in a handler: that is no cleaning up any more
_DEEPEST = 4  # functions that call one another
_ROUND = (ast.While, ast.For)
_ASKED_BY = {"'timeout'": "a timeout", "task group: ": "its task group"}
_CATCHES = ("CancelledError", "BaseException")


def look(evidence: Evidence) -> Iterator[Finding]:
    """The first time of each task, at each place."""
    if not evidence.reading.contains(*_CATCHES, "except:"):
        return
    told = set()
    for timer in evidence.timers:
        step = _step_that_was_asked(evidence, timer)
        if step == NOTHING:
            continue
        task, place = evidence.timeline.columns.task[step], evidence.resumed_at(step)
        catcher = place and _catcher(evidence, place)
        if catcher and (task, place) not in told and _went_on(evidence, step, catcher):
            told.add((task, place))
            yield _finding(evidence, step, (place[0], catcher.lineno))  # type: ignore[index]


def _step_that_was_asked(evidence: Evidence, timer: Timer) -> int:
    """The step in which a task found that its sleep was broken off by somebody else; -1."""
    if timer.cancelled is None or timer.queued is not None or timer.made_by is None:
        return NOTHING
    columns = evidence.timeline.columns
    if timer.label != "end of a sleep" or columns.task[timer.made_by] == NOTHING:
        return NOTHING
    step = evidence.next_step(timer.made_by)
    if step == NOTHING or step == evidence.last_step(columns.task[step]):
        return NOTHING  # it ended, as it was asked to
    return NOTHING if _by_itself(evidence, step) else step


def _by_itself(evidence: Evidence, step: int) -> bool:
    """Whether a timeout or a task group of its own woke it."""
    columns, waker = evidence.timeline.columns, evidence.timeline.columns.woken_by[step]
    task = columns.task[step]
    if waker < 0 or evidence.tasks[task].outcome == "cancelled":
        return True  # not known by whom; or it did end
    if evidence.strings[columns.label[waker]].startswith("task group"):
        cause = columns.woken_by[waker]
        child = columns.task[cause] if cause >= 0 else NOTHING
        return child == NOTHING or evidence.tasks[child].parent == task
    own = (t for t in evidence.timers if t.step == waker and t.made_by is not None)
    return any(columns.task[timer.made_by] == task for timer in own)  # type: ignore[index]


# -- who caught it ----------------------------------------------------------------------------

_Catcher = ast.ExceptHandler | ast.With | ast.AsyncWith


def _catcher(evidence: Evidence, place: Place) -> _Catcher | None:
    """The innermost handler, or `suppress`, around that place that lets no cancellation out."""
    for node in reversed(evidence.code(place).within(place[1])):
        if isinstance(node, ast.Try) and any(holds(part, place[1]) for part in node.body):
            for handler in node.handlers:
                if _takes_it(handler.type):
                    return None if _passes_on(handler) else handler
        elif isinstance(node, ast.With) and any(_suppresses(i.context_expr) for i in node.items):
            return node
    return None


def _takes_it(caught: ast.expr | None) -> bool:
    """Whether an `except` of that takes a CancelledError (a bare one does)."""
    parts = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(p is None or last_name(ast.unparse(p)) in _CATCHES for p in parts)


def _passes_on(handler: ast.ExceptHandler) -> bool:
    return any(
        isinstance(n, ast.Raise) or last_name(called(n)) == "uncancel" for n in here(handler)
    )


def _suppresses(entered: ast.expr) -> bool:
    return last_name(called(entered)) == "suppress" and any(
        _takes_it(caught)
        for caught in entered.args  # type: ignore[attr-defined]
    )


def _went_on(evidence: Evidence, step: int, catcher: _Catcher) -> bool:
    """Whether it waited anew: not in the handler, nor in what that calls; or there without end."""
    steps = evidence.states.steps_of(evidence.timeline.columns.task[step]).tolist()
    after = [evidence.suspended_at(s) for s in steps[steps.index(step) :]]
    waits = [place for place in after if place]
    if not isinstance(catcher, ast.ExceptHandler):
        return bool(waits)
    function = evidence.resumed_at(step)
    source = function[0] if function else ""
    cleaning = _called_in(evidence, catcher)
    goes_round = [n for n in here(catcher) if isinstance(n, _ROUND)]
    again = Counter(
        place
        for place in waits
        if place[0] == source and any(holds(n, place[1]) for n in goes_round)
    )
    return max(again.values(), default=0) >= _TOO_MANY or any(
        place[0] == source
        and not holds(catcher, place[1])
        and evidence.reading.function_at(place) not in cleaning
        for place in waits
    )


def _called_in(evidence: Evidence, node: ast.AST, depth: int = 0) -> list[Function]:
    """The functions that are called there, and those that they call."""
    found: list[Function] = []
    for call in here(node) if depth < _DEEPEST else ():
        for _, function in evidence.reading.functions.get(last_name(called(call)), ()):
            found += [function, *_called_in(evidence, function, depth + 1)]
    return found


def _finding(evidence: Evidence, step: int, place: Place) -> Finding:
    columns = evidence.timeline.columns
    task = evidence.tasks[columns.task[step]]
    asked = evidence.start(step)
    until = task.ended if task.ended is not None else evidence.length
    waker = evidence.who(columns.woken_by[step])
    by = next((word for mark, word in _ASKED_BY.items() if mark in waker), waker)
    return Finding(
        KIND,
        f"{evidence.name(task.id)} was asked to end at {duration_text(asked)}, by {by}, and went "
        f"on until {duration_text(until)}: its CancelledError is caught{at_line(place)} and goes "
        "no further.",
        "You could try to clean up in `finally:`, or to end the `except` with a bare `raise`.",
        "05",
        (task.id,),
        asked,
        place,
        cost=until - asked,
    )
