"""Errors of tasks: whether anybody asked for them, and when.

A task that raised keeps its exception for whoever awaits it or asks for its result; asyncio
itself remembers whether somebody did, to complain when the task goes and nobody had. There
is no moment at which it says so. So the few tasks that raised are looked at whenever the loop
looks at its selector, and when they go: a moment is known to within an iteration of the loop.

Limits: who asked is not known. Of a task of another make, or on a loop that hands its complaints
to a method of its own, nothing is known once the task has gone.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from helpers.recorder import asyncio_internals as internals
from helpers.recorder.asyncio_internals import AnyTask


class Unheard:
    """The tasks of one journal that raised, and of whose exceptions nobody has heard yet.

    `heard` says by a task's number when somebody asked, None where nobody has.
    """

    __slots__ = ("_clock", "_gone", "heard", "open")

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.heard: dict[int, float | None] = {}
        self.open: dict[int, tuple[weakref.ref[AnyTask], int]] = {}  # id of a task -> its number
        self._gone: dict[int, int] = {}  # the same of tasks that went since the loop looked last

    def raised(self, task: AnyTask, number: int) -> None:
        """That task has ended with an exception."""
        if internals.is_heard(task) is None:
            return
        identity, complains = id(task), internals.complains_as_usual(task)

        def goes(ref: object) -> None:
            if self.open.get(identity, (None,))[0] is ref:
                del self.open[identity]
                if complains:  # and has not, or will presently: the collector clears this first
                    self.heard[number] = self._clock()
                    self._gone[identity] = number
                else:
                    self.heard.pop(number, None)

        self.heard[number] = None
        self.open[identity] = weakref.ref(task, goes), number

    def look(self, now: float | None = None) -> None:
        """Notice whose exceptions have been asked for since the last time; it is now, or then."""
        self._gone.clear()
        for identity, (ref, number) in list(self.open.items()):
            task = ref()
            if task is not None and internals.is_heard(task):
                del self.open[identity]
                self.heard[number] = self._clock() if now is None else now

    def nobody_did(self, context: dict[str, Any]) -> None:
        """asyncio complains about a task, whose exception nobody will hear of now."""
        identity = id(context.get("future", context.get("task")))
        number = self._gone.pop(identity, None)
        if identity in self.open:
            number = self.open.pop(identity)[1]
        if number is not None:
            self.heard[number] = None
