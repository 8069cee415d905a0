"""The tasks of one journal: each has a number, and a note of plain values.

A task is known by its identity while it lives. It is not kept alive, so a weak reference tells
when it goes; its identity may belong to another one soon.
"""

from __future__ import annotations

import weakref
from types import CoroutineType
from typing import Any

from helpers.recorder import asyncio_internals as internals
from helpers.recorder import naming
from helpers.recorder.asyncio_internals import AnyTask
from helpers.recorder.rows import TaskNote
from helpers.recorder.vocabulary import Vocabulary


class _TaskRef(weakref.ref[AnyTask]):
    """A weak reference that knows which task it was, when that is gone."""

    __slots__ = ("identity",)
    identity: int


class TaskBook:
    """Numbers and notes; the number is the note's index."""

    __slots__ = ("_forget", "_machinery", "_newest", "_vocabulary", "early", "notes", "numbers")

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.notes: list[TaskNote] = []
        self.numbers: dict[int, int] = {}  # id of a living task -> its number
        self.early: dict[int, int] = {}  # the same for those known before their first step
        self._newest = (0, -1)  # id and number of the eager task made last
        self._machinery: dict[object, str] = {}  # a task's function -> whose machinery it is
        self._forget = self._forget_task  # made once: every reference to a task has it

    def known(self, task: AnyTask) -> int | None:
        """The number of a task that was seen, or spoken of, before."""
        return self.numbers.get(id(task), self.early.get(id(task)))

    def number_of(self, task: AnyTask, queued: float | None = None) -> int:
        number = self.numbers.get(id(task))
        return self.new_task(task, queued) if number is None else number

    def new_task(
        self, task: AnyTask, queued: float | None = None, begun_as: Any | None = None
    ) -> int:
        """Number a task seen for the first time, or known before its first step, which is now
        and was queued then.

        `begun_as` is the coroutine of an eager task: its first step is behind it.
        """
        if not self.early or (number := self.early.pop(id(task), None)) is None:
            # Never ask an eager task that has ended for its coroutine: Python 3.12.1 crashes.
            coroutine = begun_as or task.get_coro()
            fresh = bool(begun_as) or not naming.is_under_way(coroutine)
            number = self._add_note(task, coroutine, fresh)
        note = self.notes[number]
        if queued is not None:
            note.created = queued
        if note.fresh and begun_as is None and internals.is_to_be_cancelled(task):
            note.entered = False
        self._keep_number(self.numbers, task, number)
        return number

    def early_task(self, task: AnyTask) -> int:
        """The number of a task that somebody speaks of; it may not have begun yet, and may
        still be cancelled before its body is entered."""
        number = self.known(task)
        if number is not None:
            return number
        coroutine = task.get_coro()
        if naming.has_begun(coroutine):
            return self.new_task(task)
        number = self._add_note(task, coroutine, True)
        self._keep_number(self.early, task, number)
        return number

    def eager_task(self, task: AnyTask, coroutine: Any, start: float) -> int:
        """The number of a task whose first step began then, and is over."""
        number = self.numbers.get(id(task))  # known, if a recording began in that step
        if number is None:
            number = self.new_task(task, begun_as=coroutine)
        note = self.notes[number]
        note.created, note.fresh = start, True
        self._newest = (id(task), number)
        return number

    def is_named(self, task: AnyTask) -> None:
        """The eager task made last has its name only now; it may have ended."""
        if self._newest[0] == id(task):
            self.notes[self._newest[1]].name = task.get_name()

    def ended(self, task: AnyTask, number: int, end: float) -> None:
        """Write down how a task ended, and forget it."""
        note = self.notes[number]
        note.ended, note.ref, note.name = end, None, task.get_name()
        if task.cancelled():
            note.outcome = "cancelled"
        elif (exception := internals.exception_of(task)) is None:
            note.outcome = "returned"
        else:
            note.outcome, note.exception = "raised", naming.exception_text(exception)
        self.numbers.pop(id(task), None)

    def look_again(self, now: float) -> None:
        """What those still pending are called by now."""
        for number, note in enumerate(self.notes):
            task = note.ref() if note.ref is not None else None
            if task is not None:
                note.name = task.get_name()
                if task.done():  # an interrupt hit us when it ended
                    self.ended(task, number, now)

    def _add_note(self, task: AnyTask, coroutine: Any, fresh: bool) -> int:
        note = note_on(task, coroutine, fresh)
        key = id(note.code) if note.code is not None else note.qualname
        machinery = self._machinery.get(key)
        if machinery is None:  # whether it is the kernel's or the loop's own: asked once for each
            if note.code is not None:
                self._vocabulary.keep(note.code)
            self._machinery[key] = machinery = naming.machinery(coroutine)
        note.machinery = machinery
        self.notes.append(note)
        return len(self.notes) - 1

    def _keep_number(self, numbers: dict[int, int], task: AnyTask, number: int) -> None:
        """Until the task goes."""
        numbers[id(task)] = number
        try:
            self.notes[number].ref = ref = _TaskRef(task, self._forget)
            ref.identity = id(task)
        except TypeError:  # a task class without weak references: it keeps its number
            self.notes[number].ref = None

    def _forget_task(self, ref: _TaskRef) -> None:
        """That task is gone without having ended."""
        self.numbers.pop(ref.identity, None)
        self.early.pop(ref.identity, None)


def note_on(task: AnyTask, coroutine: Any, fresh: bool) -> TaskNote:
    """A note on a task, as far as it shows now."""
    if type(coroutine) is CoroutineType:
        return TaskNote(task.get_name(), coroutine.__qualname__, coroutine.cr_code, fresh)
    qualname = getattr(coroutine, "__qualname__", None) or type(coroutine).__qualname__
    return TaskNote(task.get_name(), qualname, getattr(coroutine, "cr_code", None), fresh)
