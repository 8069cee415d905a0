"""Eager tasks that are made by hand: `asyncio.Task(coroutine, loop=loop, eager_start=True)`.

Python 3.12's eager tasks have their first step while they are made. What `loop.create_task`
makes passes by our hooks; aiohttp and others call the class itself, which is C, and asks
nobody but the loop: "are you running?". At that moment the new task is complete and has not
begun. It is found among the newest objects that the garbage collector knows: a few
microseconds, for such tasks alone.

Its first step is over when it ends, which a callback of ours hears before it is queued, or
when it is registered with the tasks that wait. Then a row is written, as for any step.

Limits: from Python 3.14 on tasks are registered where nobody sees it. There the first step of
one that goes on to wait is given no length, and the timeline says so. A loop whose class has
an `is_running` of its own is not asked.
"""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from helpers.recorder import asyncio_internals as internals
from helpers.recorder import awaits, naming, rows
from helpers.recorder.asyncio_internals import AnyTask, Loop
from helpers.recorder.misses import Misses
from helpers.recorder.task_book import TaskBook

Write = Callable[[float, float, float | None, int, AnyTask], None]


@dataclass(slots=True, eq=False)
class _Beginning:
    """A first step that is not over, as far as we know."""

    task: weakref.ref[AnyTask]
    number: int
    start: float

    def is_of(self, task: AnyTask) -> bool:
        return self.task() is task


class EagerTasks:
    """The eager tasks of one journal whose first step is under way, outermost first.

    `heard` is the callback of ours that such a task has while it is.
    """

    __slots__ = ("_misses", "_tasks", "_write", "heard", "making", "open")

    def __init__(self, tasks: TaskBook, misses: Misses, write: Write) -> None:
        self._tasks, self._misses, self._write = tasks, misses, write
        self.open: list[_Beginning] = []
        self.making = 0  # tasks that `loop.create_task` makes now, and that have not asked yet
        self.heard: Callable[[AnyTask], None] = self.is_over  # the same object each time

    def may_begin(self, loop: Loop, asked_by: FrameType, now: Callable[[], float]) -> bool:
        """Somebody asks whether that loop runs: perhaps a new task. True if it was one."""
        if not asks_for_a_task(asked_by):
            return False
        if self.making:  # that one is seen by whoever makes it
            self.making -= 1
            return False
        task = _new_task(loop, asked_by)
        if task is None or self._tasks.known(task) is not None:
            return False
        is_named = not internals.has_default_name(task)  # asked before its name is
        number = self._tasks.eager_task(task, task.get_coro(), start := now())
        if is_named and naming.is_default_name(task.get_name()):
            self._tasks.is_named(task)
        self.open.append(_Beginning(weakref.ref(task), number, start))
        task.add_done_callback(self.heard)
        return True

    def is_over(self, task: AnyTask) -> None:
        """That task has ended, or been suspended; it may be any other task."""
        for beginning in reversed(self.open[:]):
            if beginning.is_of(task):
                self.open.remove(beginning)
                task.remove_done_callback(self.heard)
                self._write(rows.UNKNOWN, beginning.start, None, beginning.number, task)

    def settle(self) -> None:
        """Another step begins: whatever is still open has been suspended at some time since."""
        while self.open:
            beginning = self.open.pop()
            fault = LookupError("its end did not show")
            self._misses.add("how long the first step of an eager task ran", fault)
            task = beginning.task()
            if task is not None:
                task.remove_done_callback(self.heard)
                self._write(rows.UNKNOWN, beginning.start, beginning.start, beginning.number, task)

    def under_way(self) -> list[tuple[float, float, int]]:
        """Rows without an end, innermost first."""
        return [(rows.UNKNOWN, each.start, each.number) for each in reversed(self.open)]


def asks_for_a_task(asked_by: FrameType) -> bool:
    """Whether code that asks `loop.is_running()` may be making an eager task, and does not ask
    in so many words."""
    code = asked_by.f_code
    if "is_running" not in code.co_names or code is internals.PYTHON_TASKS_INIT:
        return True
    return any(type(const) is tuple and "eager_start" in const for const in code.co_consts)


def _new_task(loop: Loop, asked_by: FrameType) -> AnyTask | None:
    """The task that is being made: one of that loop's that has not begun, and is not queued."""
    if asked_by.f_code is internals.PYTHON_TASKS_INIT:
        return internals.locals_of(asked_by)["self"]
    for generation in (0, 1):  # the collector may have come by since
        things = gc.get_objects(generation)
        try:
            for thing in reversed(things):
                if issubclass(type(thing), internals.C_TASK) and _is_being_made(thing, loop):
                    return thing
        finally:  # nothing may be held for longer: somebody's tuple is just being filled
            things.clear()
    return None


def _is_being_made(task: AnyTask, loop: Loop) -> bool:
    coroutine = task.get_coro()
    return (
        coroutine is not None
        and task.get_loop() is loop
        and not awaits.has_begun(coroutine)
        and not internals.is_registered(task, loop)
    )
