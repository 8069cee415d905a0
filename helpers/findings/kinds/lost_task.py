"""Tasks that nobody waits for: destroyed while pending, or not done when the program ended.

Evidence: the garbage collector took it; or the program returned before it, and `asyncio.run`
cancelled it (or `simulate` left it pending). Silent on a task that the program has cancelled, on
one that another unfinished task waits for, on a worker with an empty queue, and in a notebook,
where a later cell may await it. One that was kept may have been waited for and given up (`shield`,
`asyncio.wait`, `as_completed`): then nobody waited for it any more.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from helpers.findings.evidence import Evidence, at_line, duration_text
from helpers.findings.finding import Finding
from helpers.timeline import NOTHING, TaskSpan
from helpers.timeline.records import Place

KIND = "lost task"
_GIVES_UP = ("shield", "asyncio.wait", "as_completed")
_KEPT = "You could try to keep the task in a variable, or to make it in an `asyncio.TaskGroup`."
_AWAITED = (
    "You could try to `await` what was begun before the program ends, or an `asyncio.TaskGroup`."
)


def look(evidence: Evidence) -> Iterator[Finding]:
    """Each place at which such tasks were made, with all of them."""
    groups: dict[tuple[str, Place | None], list[TaskSpan]] = defaultdict(list)
    for task in (*_destroyed(evidence), *_left_over(evidence)):
        groups[task.outcome, evidence.made_at(task.id)].append(task)
    for (outcome, place), tasks in groups.items():
        told = _destroyed_finding if outcome == "destroyed" else _left_over_finding
        yield told(evidence, tasks, place)


def _destroyed(evidence: Evidence) -> list[TaskSpan]:
    return [task for task in evidence.tasks if task.outcome == "destroyed"]


def _left_over(evidence: Evidence) -> list[TaskSpan]:
    """Those the program did not wait for, when it returned."""
    main = evidence.main
    if main is None or main.outcome != "returned" or main.ended is None:
        return []
    left = [task for task in evidence.tasks if _is_left(evidence, task, main.ended)]
    waits = {evidence.waits_for(evidence.last_step(task.id)) for task in left}
    return [
        task
        for task in left
        if f"task '{task.name}'" not in waits
        and evidence.is_own(task.id)
        and not evidence.waits_for(evidence.last_wait(task.id)).endswith("Queue.get")
    ]


def _was_given_up(evidence: Evidence, task: TaskSpan) -> bool:
    """Whether somebody waited for what may have been that task, and went on without it: the
    wait does not say for which. One that nobody kept was none of them."""
    gives_up = {*_GIVES_UP, *(["wait_for"] if evidence.reading.contains("shield(") else [])}
    words = [n for n, word in enumerate(evidence.strings) if word in gives_up]
    steps = np.flatnonzero(np.isin(evidence.column("waiting_for"), words)).tolist()
    created = task.created or 0.0
    waited = any(evidence.waits_until(step) > created for step in steps)
    return waited and not _is_dropped(evidence, evidence.made_at(task.id))


def _is_dropped(evidence: Evidence, made: Place | None) -> bool:
    """Whether the line that makes it is a call alone, whose result goes nowhere."""
    around = evidence.code(made).within(made[1]) if made else []
    innermost = around[-1] if around else None
    return isinstance(innermost, ast.Expr) and isinstance(innermost.value, ast.Call)


def _is_left(evidence: Evidence, task: TaskSpan, end: float) -> bool:
    """Whether it was neither done nor asked to end, when the program ended."""
    if task.created is None or task.role or task.queued is not None:
        return False
    shut_down = task.outcome == "cancelled" and task.ended is not None and task.ended > end
    if shut_down:  # by nobody's step, when the program was over
        last = evidence.last_step(task.id)
        return last != NOTHING and evidence.timeline.columns.woken_by[last] == NOTHING
    return task.outcome == "pending"


def _destroyed_finding(evidence: Evidence, tasks: list[TaskSpan], place: Place | None) -> Finding:
    first = tasks[0]
    when = first.ended or 0.0
    wait = evidence.waits_for(evidence.last_step(first.id)) or "something"
    wait = "a future" if wait == "future" else wait
    return Finding(
        KIND,
        f"{evidence.names([t.id for t in tasks])} {_was(tasks)} destroyed by the garbage "
        f"collector at {duration_text(when)}, still waiting for {wait}: nobody kept the "
        f"task{'s' * (len(tasks) > 1)} made{at_line(place) or ' there'}.",
        _KEPT,
        "04",
        tuple(t.id for t in tasks),
        when,
        place,
    )


def _left_over_finding(evidence: Evidence, tasks: list[TaskSpan], place: Place | None) -> Finding:
    main = evidence.main
    end = main.ended if main and main.ended is not None else evidence.length
    cancelled = any(task.outcome == "cancelled" for task in tasks)
    fate = ": asyncio.run cancelled" + (" it" if len(tasks) == 1 else " them") if cancelled else ""
    any_more = " any more" if any(_was_given_up(evidence, task) for task in tasks) else ""
    return Finding(
        KIND,
        f"{evidence.names([t.id for t in tasks])}, made{at_line(place) or ' by the program'}, "
        f"{_was(tasks)} not done when the program ended at {duration_text(end)}, and nobody "
        f"waited for {'it' if len(tasks) == 1 else 'them'}{any_more}{fate}.",
        _AWAITED,
        "04",
        tuple(t.id for t in tasks),
        end,
        place,
    )


def _was(tasks: list[TaskSpan]) -> str:
    return "was" if len(tasks) == 1 else "were"
