"""What is there at a moment: steps that are under way, and who stands in the ready queues.

Read off a thread's own stack and its loops' queues when somebody asks, so no step pays for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from types import CodeType, FrameType
from typing import Any

from helpers.recorder import asyncio_internals as internals
from helpers.recorder import naming, rows
from helpers.recorder.asyncio_internals import AnyTask, Loop
from helpers.recorder.task_book import TaskBook

step_frames: set[CodeType] = set()  # code whose frames tell of a step that is under way

UnderWay = tuple[float, float, int]  # queued, start, who
Number = Callable[[AnyTask], int | None]


def steps_under_way(frame: FrameType | None, journal: object, number_of: Number) -> list[UnderWay]:
    """Steps of that journal that have begun and not ended, on that stack; innermost first."""
    found = []
    while frame is not None:
        if frame.f_code in step_frames:
            inside = internals.locals_of(frame)
            if inside.get("journal") is journal and inside.get("start"):
                found += _step_of(inside, number_of)
        frame = frame.f_back
    return found


def _step_of(inside: dict[str, Any], number_of: Number) -> list[UnderWay]:
    """The step that a frame of ours tells of, from its variables."""
    who = inside.get("who")
    if who is None:  # a task is being made; if it is eager, this is its first step
        living = asyncio.all_tasks(inside["loop"])
        task = next((task for task in living if task.get_coro() is inside["coro"]), None)
        who = None if task is None else number_of(task)
    queued = inside.get("queued") or rows.UNKNOWN
    return [] if who is None else [(queued, inside["start"], who)]


def queued_tasks(loops: Iterable[Loop | None]) -> list[tuple[AnyTask, float | None]]:
    """Each task whose step is in a ready queue, and when it was put there, if we know."""
    return [
        (task, getattr(handle, "queued", None))
        for loop in loops
        for task, handle in internals.queued_tasks(loop)
        if naming.is_task(task) and not task.done()
    ]


def note_queued(tasks: TaskBook, loops: Iterable[Loop | None]) -> dict[int, float | None]:
    """The numbers of those in the ready queues of these loops, and since when."""
    queued = {}
    for task, moment in queued_tasks(loops):
        number = tasks.early_task(task)
        queued[number] = moment
        if id(task) in tasks.early:  # what is queued is its first step
            tasks.notes[number].created = moment
    return queued
