"""The alt text of the Gantt chart: what is to be seen in it, in sentences.

It goes where outputs are compared, so it says only what a busy machine cannot change: names,
what is waited for, who overlaps, the order of the ends; and seconds only where they are exact,
on the virtual clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from helpers.charts.callbacks import is_machinery, loop_work
from helpers.charts.overlap import ALL, NONE, SOME, lives_overlap, waits_overlap
from helpers.charts.shared_lanes import shared_sentences
from helpers.charts.style import shortened, visible
from helpers.charts.view import window
from helpers.charts.words import SIGNS, duration_text, window_text
from helpers.timeline import KINDS, NOTHING, OUTCOMES, TaskSpan, Timeline, nanoseconds

Flags = NDArray[np.bool_]  # one of each step

_MOST_TOLD = 12  # tasks told one by one
_MOST_WAITS = 5  # of one task
_CLEARLY_BLOCKING = 0.2  # seconds; a busy machine may stretch any step beyond asyncio's 0.1 s


def alt_text(
    timeline: Timeline,
    *,
    title: str | None = None,
    between: tuple[float, float] | None = None,
) -> str:
    """What is to be seen in the chart, in sentences that are the same at every run.

    `title` and `between` are as in `helpers.timeline.options`. A step counts as blocking here
    from 0.2 s on: a busy machine may stretch any step a little beyond asyncio's limit of 0.1 s.
    """
    title = timeline.title if title is None else title
    name = f"Gantt chart '{visible(title)}'" if title else "Gantt chart"
    if between is not None:
        name += f", {window_text(*window(timeline, between))}"
    parts = [f"{name}: {_how_many(timeline, _told_of(timeline))}"]
    parts += [*sentences(timeline), _notes(timeline)]
    return ". ".join(part for part in parts if part) + "."


def sentences(timeline: Timeline) -> list[str]:
    """What happened: a sentence for each task where they are few, and what they have to do with
    one another. Without full stops."""
    tasks = _told_of(timeline)
    told = tasks if len(tasks) <= _MOST_TOLD else []
    held = _held(timeline)
    lives = told if tasks else timeline.tasks
    parts = [_life(timeline, task, held) for task in lives]
    if all(task.role for task in tasks):
        parts.append(_callbacks(timeline))
    parts.append(_others_that_held(timeline, lives, held))
    parts += [_overlap(timeline, tasks), _order_of_ends(timeline, told)]
    parts += shared_sentences(timeline)
    return [part for part in parts if part]


def _told_of(timeline: Timeline) -> list[TaskSpan]:
    return [task for task in timeline.tasks if task.role != "recording"]


def _callbacks(timeline: Timeline) -> str:
    """Which callbacks and timers ran, each name once, in order."""
    labels = timeline.states.column("label")[loop_work(timeline)]
    names = [timeline.strings[number] for number in _once(labels)]
    names = [visible(name) for name in names if not is_machinery(name)]
    more = ["and others"] if len(names) > _MOST_TOLD else []
    return "The loop runs " + ", ".join(names[:_MOST_TOLD] + more) if names else ""


def _held(timeline: Timeline) -> Flags:
    """Of each step, whether it clearly held the loop; the kernel's own are left out."""
    states, least = timeline.states, nanoseconds(_CLEARLY_BLOCKING)
    held: Flags = (states.spent > least) & (states.column("kind") != KINDS.index("kernel"))
    return held


def _others_that_held(timeline: Timeline, told: Sequence[TaskSpan], held: Flags) -> str:
    """Who else did than the tasks that are told one by one: each once, in order."""
    ids = {task.id for task in told}
    steps = (timeline.steps[index] for index in np.flatnonzero(held).tolist())
    labels = {
        step.label if step.task is None else timeline.tasks[step.task].name: None
        for step in steps
        if step.task not in ids
    }
    names = [f"'{_name(label)}'" for label in labels]
    more = ["and others"] if len(names) > _MOST_TOLD else []
    verb = SIGNS["blocking"].verb if len(names) == 1 else "hold the loop"
    return f"{', '.join(names[:_MOST_TOLD] + more)} {verb}" if names else ""


def _once(numbers: np.ndarray) -> list[int]:
    """Each number once, in order of first appearance."""
    found, first = np.unique(numbers, return_index=True)
    once: list[int] = found[np.argsort(first)].tolist()
    return once


def _how_many(timeline: Timeline, tasks: Sequence[TaskSpan]) -> str:
    number = f"{len(tasks) or 'no'} task" + "s" * (len(tasks) != 1)
    if timeline.clock == "virtual":
        number += f" in {duration_text(timeline.duration)} of virtual time"
    if len(tasks) <= _MOST_TOLD:
        return number
    ends = Counter(task.outcome for task in tasks)
    return f"{number}, of which " + ", ".join(f"{ends[o]} {o}" for o in OUTCOMES if ends[o])


def _life(timeline: Timeline, task: TaskSpan, held: Flags) -> str:
    """One task in one sentence: what it waits for, whether it blocks, how it ends.

    `held` says of each step whether it clearly held the loop.
    """
    mine = np.flatnonzero(timeline.states.column("task") == task.id)
    waits = _waits(timeline, mine)
    parts = [f"{SIGNS['waiting'].verb} " + ", then ".join(waits)] if waits else []
    if held[mine].any():
        parts.append(SIGNS["blocking"].verb)
    if task.role != "recording" or (not parts and task.ended is not None):
        parts.append(_ending(timeline, task))
    parts = parts or ["runs"]  # whether a cell goes on after its recording is nobody's question
    *most, last = parts
    return f"{_quoted(task)} " + (f"{', '.join(most)} and {last}" if most else last)


def _name(name: str) -> str:
    return shortened(visible(name), 40)


def _quoted(task: TaskSpan) -> str:
    return f"'{_name(task.name)}'"


def _waits(timeline: Timeline, steps: np.ndarray) -> list[str]:
    """What those steps wait for, each thing once, in order; of many the first few."""
    numbers = _once(timeline.states.column("waiting_for")[steps])
    names = [_name(timeline.strings[number]) for number in numbers if number != NOTHING]
    if len(names) <= _MOST_WAITS + 1:
        return names
    return [*names[:_MOST_WAITS], f"{len(names) - _MOST_WAITS:,} other things"]


def _ending(timeline: Timeline, task: TaskSpan) -> str:
    when = ""
    if timeline.clock == "virtual" and task.ended is not None:
        when = f" at {duration_text(task.ended)}"
    verb = SIGNS[task.outcome].verb
    if task.outcome == "raised":
        verb += f" {shortened(visible(task.exception or 'an exception'), 80)}"
    return verb + when


_OVERLAP = {  # how many of the waits overlap, and of the lives
    (ALL, ""): "Their waits overlap",
    (SOME, ""): "Some of their waits overlap",
    (NONE, ALL): "Their lives overlap, but none of their waits",
    (NONE, SOME): "Some of their lives overlap, but none of their waits",
    (NONE, NONE): "They run one after the other",
}


def _overlap(timeline: Timeline, tasks: Sequence[TaskSpan]) -> str:
    """Whether they wait together, or are only there together, or neither."""
    born = [t for t in tasks if t.role != "main"]
    if len(born) < 2:
        return ""
    waits = waits_overlap(timeline, born)
    return _OVERLAP[waits, lives_overlap(timeline, born) if waits == NONE else ""]


def _order_of_ends(timeline: Timeline, tasks: Sequence[TaskSpan]) -> str:
    ended = [
        (_end_in_order(timeline, task.id, task.ended), task.name)
        for task in tasks
        if task.ended is not None
    ]
    if len(ended) < 2:
        return ""
    ended.sort(key=lambda pair: pair[0])
    return "They end in the order " + ", ".join(_name(name) for _, name in ended)


def _end_in_order(timeline: Timeline, task: int, ended: float) -> tuple[float, int, int]:
    """When it ended; at one and the same virtual moment, tasks end as their last steps do.

    Steps are numbered as they start: a step ends after the last one that ran within it.
    """
    steps = timeline.task_steps(task)
    if not steps:
        return ended, NOTHING, 0
    innermost = steps[-1]
    while within := timeline.children(innermost):
        innermost = within[-1]
    return ended, innermost, -steps[-1]


def _notes(timeline: Timeline) -> str:
    return " ".join(f"Note: {visible(note).rstrip('.')}" for note in timeline.notes)
