"""What overlaps: the waits of several tasks, or only their lives.

Tasks that only queue for the loop are there at the same time, and gain nothing by it: no two
of them ever wait together. So the two are told apart. Lives are compared by the steps in
which they begin and end, not by the clock: in virtual time many steps share one moment.

The limit: a wait for a lock that the other holds is a wait like any other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from helpers.timeline import NOTHING, TaskSpan, Timeline, nanoseconds

ALL, SOME, NONE = "all", "some", "none"
Span = tuple[float, float, int]  # from, to, whose


def waits_overlap(timeline: Timeline, tasks: Sequence[TaskSpan]) -> str:
    """Whether these tasks wait at the same time: ALL (each with another, in one chain), SOME
    or NONE of them."""
    states = timeline.states
    rests = states.rests
    spans: list[Span] = []
    for whose, task in enumerate(tasks):
        steps = states.steps_of(task.id)
        waits = zip(states.since[steps].tolist(), states.until[steps].tolist(), strict=True)
        spans += [(since, until, whose) for since, until in waits]
        spans.append((int(rests.since[task.id]), int(rests.until[task.id]), whose))
    return _connected([span for span in spans if span[0] < span[1]], len(tasks))


def lives_overlap(timeline: Timeline, tasks: Sequence[TaskSpan]) -> str:
    """The same of when these tasks are there, from the step that made each to its last one."""
    lives = [(*_life(timeline, task), whose) for whose, task in enumerate(tasks)]
    return _connected(lives, len(tasks))


def _life(timeline: Timeline, task: TaskSpan) -> tuple[float, float]:
    """From which step to which that task is there; where there are no steps, in nanoseconds."""
    if not len(timeline.columns):
        begun, over = timeline.life(task.id)
        return nanoseconds(begun), nanoseconds(over)
    steps = timeline.task_steps(task.id)
    begin = -math.inf if task.created is None else _maker(timeline, task.created, steps)
    if task.ended is None:
        return begin, math.inf
    return begin, steps[-1] if steps else _step_at(timeline, task.ended)


def _maker(timeline: Timeline, created: float, steps: Sequence[int]) -> int:
    """The step that made a task; of an eager one, its own first step."""
    if steps and timeline.columns.inside[steps[0]] != NOTHING:
        return steps[0]
    if steps and timeline.columns.woken_by[steps[0]] >= 0:
        return timeline.columns.woken_by[steps[0]]
    return _step_at(timeline, created)


def _step_at(timeline: Timeline, moment: float) -> int:
    """The last step that had begun before then."""
    starts = timeline.states.column("start")
    return int(starts.searchsorted(nanoseconds(moment), side="left")) - 1


def _connected(spans: list[Span], number: int) -> str:
    """Whether overlapping spans connect ALL of so many owners, SOME or NONE.

    It is enough to compare each span with that of those before it which lasts longest: all that
    still last have met it, or one before it.
    """
    group = list(range(number))
    longest, owner, met = -math.inf, 0, False
    for begin, end, whose in sorted(spans):
        if begin < longest and whose != owner:
            met = True
            group[_first(group, whose)] = _first(group, owner)
        if end > longest:
            longest, owner = end, whose
    if not met:
        return NONE
    return ALL if len({_first(group, whose) for whose in range(number)}) == 1 else SOME


def _first(group: list[int], whose: int) -> int:
    """Who stands for the group that one is in."""
    while group[whose] != whose:
        group[whose] = whose = group[group[whose]]
    return whose
