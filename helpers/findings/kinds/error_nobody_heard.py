"""A task that raised, and nobody asked; or only long afterwards.

Evidence: the recorder knows which errors nobody had asked for in the end. And one that was asked
for came late, if nobody waited for the task when it raised, and the task that had made it was
still waiting for another. Silent on errors that come out of a group or a gather, on those that
are looked at, and in a notebook, where a later cell may ask.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from helpers.findings.evidence import Evidence, aside, duration_text, made
from helpers.findings.finding import Finding
from helpers.timeline import NOTHING, TaskSpan
from helpers.timeline.records import Place

KIND = "error nobody heard"
LATE = 1.0  # seconds
_LISTENS = ("gather:", "wait:", "task group:", "result from")  # callbacks of those who wait
_FOR_ANOTHER = ("task ", "gather", "asyncio.wait", "its task group")


def look(evidence: Evidence) -> Iterator[Finding]:
    """Each place at which such tasks were made; and each error that was heard late."""
    main = evidence.main
    if main is None or main.ended is None:
        return
    raised = [t for t in evidence.tasks if t.outcome == "raised" and not t.role]
    unheard: dict[Place | None, list[TaskSpan]] = defaultdict(list)
    for task in raised:
        if task.unheard:
            unheard[evidence.made_at(task.id)].append(task)
        yield from _late(evidence, task)
    for place, tasks in unheard.items():
        yield _unheard(evidence, tasks, place)


def _unheard(evidence: Evidence, tasks: list[TaskSpan], place: Place | None) -> Finding:
    first, many = tasks[0], len(tasks) > 1
    when = first.ended or 0.0
    said = f"{'errors, the first' if many else 'an error'} at {duration_text(when)}"
    return Finding(
        KIND,
        f"{evidence.names([t.id for t in tasks])}{made(place)} raised {said} "
        f"({first.exception}), and nobody ever asked for {'them' if many else 'it'}.",
        "You could try to `await` each task, or to make them in an `asyncio.TaskGroup`.",
        "05",
        tuple(t.id for t in tasks),
        when,
        place,
    )


def _late(evidence: Evidence, task: TaskSpan) -> Iterator[Finding]:
    """Heard, but only when the task that had made it was done with waiting for another."""
    if task.heard is None or task.ended is None or task.heard - task.ended < LATE:
        return
    if task.parent is None or _somebody_listens(evidence, task):
        return
    wait = _wait_at(evidence, task.parent, task.ended)
    if wait == NOTHING or not evidence.waits_for(wait).startswith(_FOR_ANOTHER):
        return
    place = evidence.made_at(task.id)
    yield Finding(
        KIND,
        f"{evidence.name(task.id)} raised an error at {duration_text(task.ended)} "
        f"({task.exception}), and nobody heard of it until {duration_text(task.heard)}: "
        f"{evidence.name(task.parent)} was waiting for "
        f"{evidence.waits_for(wait)}{aside(evidence.suspended_at(wait))}.",
        "You could try an `asyncio.TaskGroup`, which hears of an error when it is raised.",
        "05",
        (task.id,),
        task.ended,
        place,
        cost=task.heard - task.ended,
    )


def _somebody_listens(evidence: Evidence, task: TaskSpan) -> bool:
    """Whether the end of a task woke another, or called back one of asyncio's helpers."""
    columns = evidence.timeline.columns
    return any(
        columns.task[step] != NOTHING or evidence.strings[columns.label[step]].startswith(_LISTENS)
        for step in evidence.woken_by(evidence.last_step(task.id))
    )


def _wait_at(evidence: Evidence, task: int, moment: float) -> int:
    """The step after which a task waited at that moment, -1 for none."""
    steps = evidence.states.steps_of(task).tolist()
    ended = [step for step in steps if evidence.end(step) <= moment]
    return ended[-1] if ended else NOTHING
