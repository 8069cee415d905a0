"""The tasks of one journal: each has a number, and a note of plain values.

A task is known by its identity while it lives. It is not kept alive, so a weak reference tells
when it goes; its identity may belong to another one soon.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from types import CodeType, CoroutineType, FrameType
from typing import Any

from helpers.recorder import asyncio_internals as internals
from helpers.recorder import awaits, naming, rows
from helpers.recorder.asyncio_internals import AnyTask
from helpers.recorder.misses import Misses
from helpers.recorder.rows import TaskKind, TaskNote
from helpers.recorder.unheard import Unheard
from helpers.recorder.vocabulary import Vocabulary

_UNKNOWN = TaskKind("?")
_DEEPEST = 16  # frames between the making of a task and the line that asked for it


class _TaskRef(weakref.ref[AnyTask]):
    """A weak reference that knows which task it was, when that is gone."""

    __slots__ = ("identity",)
    identity: int


class TaskBook:
    """Numbers and notes; the number is the note's index."""

    __slots__ = (
        "_clock", "_destroyed", "_forget", "_kinds", "_machinery", "_made", "_misses", "_named",
        "_newest", "_vocabulary", "cancels", "early", "made_in", "notes", "numbers", "unheard",
    )  # fmt: skip

    def __init__(self, vocabulary: Vocabulary, misses: Misses, clock: Callable[[], float]) -> None:
        self._vocabulary, self._misses, self._clock = vocabulary, misses, clock
        self.notes: list[TaskNote] = []
        self.unheard = Unheard(clock)
        self.cancels: dict[int, int] = {}  # number -> requests to cancel that stand
        self.made_in: dict[int, int] = {}  # number -> `PLACE` where the task was made
        self._made: dict[int, int] = {}  # the same by the id of a task that has no number yet
        self.numbers: dict[int, int] = {}  # id of a living task -> its number
        self.early: dict[int, int] = {}  # the same for those known before their first step
        self._newest: tuple[Any, int | None] = (None, None)  # the eager task made last
        self._destroyed: dict[int, int] = {}  # id of a task that was -> its number
        self._named: set[int] = set()  # ids of tasks not known yet, whose names look like defaults
        self._kinds: dict[int, TaskKind] = {}  # by the id of the code of a native coroutine
        self._machinery: dict[object, str] = {}  # a task's function -> whose machinery it is
        self._forget = self._forget_task  # made once: every reference to a task has it

    def known(self, task: AnyTask) -> int | None:
        """The number of a task that was seen, or spoken of, before."""
        return self.numbers.get(id(task), self.early.get(id(task)))

    def number_of(self, task: AnyTask, queued: float | None = None) -> int:
        number = self.numbers.get(id(task))
        return self.begins(task, queued) if number is None else number

    def new_task(self, task: AnyTask, queued: float) -> int:
        """Number a task whose first step is now, and was queued then.

        As nearly all of them are: of a function that is known, and not spoken of before. Every
        task pays for this.
        """
        try:
            identity, coroutine = id(task), task.get_coro()
            kind = self._kinds.get(id(coroutine.cr_code))
            if (
                kind is not None
                and kind.qualname is coroutine.__qualname__
                and not (coroutine.cr_suspended or task._must_cancel)
                and identity not in self.early
                and identity not in self._named
                and identity not in self._destroyed
            ):
                note = TaskNote(task.get_name(), kind, queued)
                note.ref = ref = _TaskRef(task, self._forget)
                ref.identity = identity
                self.notes.append(note)
                self.numbers[identity] = number = len(self.notes) - 1
                if self._made:
                    self.made_in[number] = self._made.pop(identity, rows.NOWHERE)
                return number
        except MemoryError:
            raise
        except Exception:  # one of its parts: which, is found out by going through them
            pass
        return self.begins(task, queued)

    def begins(
        self, task: AnyTask, queued: float | None = None, begun_as: Any | None = None
    ) -> int:
        """The same for any task, also one that is known already, or older than the recording.

        `begun_as` is the coroutine of an eager task: its first step is behind it.
        """
        if self._destroyed and begun_as is None and self._is_woken_once_more(task):
            return self.numbers[id(task)]
        number = self.early.pop(id(task), None)
        if number is None:
            # Never ask an eager task that has ended for its coroutine: Python 3.12.1 crashes.
            coroutine = begun_as or self._coroutine_of(task)
            fresh = bool(begun_as) or not self._has(awaits.is_under_way, coroutine)
            number = self._add_note(task, coroutine, fresh)
        note = self.notes[number]
        if queued is not None:
            note.created = queued
        self._keep_number(self.numbers, task, number)
        if note.fresh and begun_as is None and self._has(internals.is_to_be_cancelled, task):
            note.entered = False
        return number

    def _is_woken_once_more(self, task: AnyTask) -> bool:
        """Whether that task was destroyed before: to close the coroutine of a lost task may wake
        it for a last step. Then it is known by its old number."""
        number = self._destroyed.pop(id(task), None)
        if number is None or not awaits.has_ended(self._coroutine_of(task)):
            return False  # if there is one, it is another task's, which was at that place
        self._keep_number(self.numbers, task, number)
        return True

    def early_task(self, task: AnyTask) -> int:
        """The number of a task that somebody speaks of; it may not have begun yet, and may
        still be cancelled before its body is entered."""
        number = self.known(task)
        if number is not None:
            return number
        coroutine = self._coroutine_of(task)
        if self._has(awaits.has_begun, coroutine):
            return self.begins(task)
        number = self._add_note(task, coroutine, True)
        self._keep_number(self.early, task, number)
        return number

    def eager_task(self, task: AnyTask, coroutine: Any, start: float) -> int:
        """The number of a task whose first step began then, and is over."""
        number = self.numbers.get(id(task))  # known, if a recording began in that step
        if number is None:
            number = self.begins(task, begun_as=coroutine)
        note = self.notes[number]
        note.created, note.fresh = start, True
        self._newest = (self.notes[number].ref, number)
        return number

    def is_made(self, task: AnyTask, frame: FrameType | None) -> None:
        """That task has just been made, by the innermost of the learner's code on that stack.
        Every task pays for this, while lines are wanted."""
        try:
            known = self._vocabulary.kinds.get
            for _ in range(_DEEPEST):
                if frame is None:
                    return
                kind = known(id(frame.f_code))
                if kind is None:
                    kind = self._vocabulary.kind(frame.f_code)
                if kind < 0:  # the learner's own; as `rows.place_in` has it
                    break
                frame = frame.f_back
            else:
                return
            newest, number = self._newest
            if newest is not None and newest() is task and number is not None:
                self.made_in[number] = ~kind | frame.f_lasti  # an eager one: it has its number
            else:
                self._made[id(task)] = ~kind | frame.f_lasti
        except Exception as fault:
            self._misses.add("where a task was made", fault)

    def forget_the_unborn(self) -> None:
        """A loop is closed: whoever was made on it, and has no number, will never have one."""
        self._made.clear()

    def is_named(self, task: AnyTask) -> None:
        """The program gave it that name, which may look like one of asyncio's own."""
        newest, number = self._newest
        if newest is None or newest() is not task:
            number = self.known(task)
        if number is not None:
            self.notes[number].name, self.notes[number].is_given = task.get_name(), True
        elif naming.is_default_name(task.get_name()):
            self._named.add(id(task))

    def ended(self, task: AnyTask, number: int, end: float) -> None:
        """Write down how a task ended, and forget it. Every task pays for this, too."""
        note = self.notes[number]
        note.ref = None
        self.numbers.pop(id(task), None)
        try:
            known = (
                note.outcome == "pending"  # else it was destroyed, and woken once more
                and task.get_name() == note.name
                and not task.cancelling()  # nor cancelled
                and not task.cancelled()
                and task._exception is None
            )
        except Exception:
            known = False
        if known:
            note.outcome, note.ended = "returned", end
        else:
            self._ended_otherwise(note, number, task, end)

    def _ended_otherwise(self, note: TaskNote, number: int, task: AnyTask, end: float) -> None:
        self._name_again(note, task)
        self._count_requests(task, number)
        try:
            if note.outcome == "destroyed":
                pass
            elif task.cancelled():
                note.outcome = "cancelled"
            elif (exception := internals.exception_of(task)) is None:
                note.outcome = "returned"
            else:
                note.outcome, note.exception = "raised", naming.exception_text(exception)
                self._misses.attempt(
                    "who heard of an error", None, self.unheard.raised, task, number
                )
            note.ended = end
        except Exception as fault:  # then it has no end
            note.outcome = "pending"
            self._misses.add("how a task ended", fault)

    def _name_again(self, note: TaskNote, task: AnyTask) -> None:
        """A name may be given at any time."""
        try:
            if (name := _name(task)) != note.name:
                note.name, note.is_given = name, name != naming.NO_NAME
        except Exception as fault:
            self._misses.add("the name of a task", fault)

    def _count_requests(self, task: AnyTask, number: int) -> None:
        """How often it has been asked to be cancelled: it counts itself, and says when asked."""
        if count := self._misses.attempt("who was to be cancelled", 0, internals.requests_of, task):
            self.cancels[number] = count

    def look_again(self, now: float) -> None:
        """What those still pending are called by now."""
        for number, note in enumerate(self.notes):
            task = note.ref() if note.ref is not None else None
            if task is not None:
                self._name_again(note, task)
                self._count_requests(task, number)
                if task.done():  # an interrupt hit us when it ended
                    self.ended(task, number, now)

    def _add_note(self, task: AnyTask, coroutine: Any, fresh: bool) -> int:
        note = TaskNote(type(task).__name__, _UNKNOWN, None)
        note.fresh = fresh
        try:
            note.name = _name(task)
        except Exception as fault:
            self._misses.add("the name of a task", fault)
        try:
            if coroutine is not None:
                note.kind = self._kind_of(coroutine)
        except Exception as fault:
            self._misses.add("what a task runs", fault)
        if self._named and id(task) in self._named:
            self._named.discard(id(task))
            note.is_given = True
        self.notes.append(note)
        self.made_in[len(self.notes) - 1] = self._made.pop(id(task), rows.NOWHERE)
        return len(self.notes) - 1

    def _kind_of(self, coroutine: Any) -> TaskKind:
        """What it has in common with others of its function; asked once for each function."""
        qualname, code = about_coroutine(coroutine)
        machinery = self._machinery_of(qualname, code, coroutine)
        library = self._misses.attempt("whose function it is", "", naming.library, coroutine)
        if type(coroutine) is not CoroutineType or code is not coroutine.cr_code:
            return TaskKind(qualname, code, machinery, library=library)
        meaning = self._vocabulary.meaning(code)
        self._kinds[id(code)] = kind = TaskKind(qualname, code, machinery, meaning, library)
        return kind

    def _machinery_of(self, qualname: str, code: CodeType | None, coroutine: Any) -> str:
        """Whether it is the kernel's or the loop's own."""
        key = qualname if code is None else id(code)
        known = self._machinery.get(key)
        if known is None:
            if code is not None:
                self._vocabulary.keep(code)
            known = self._machinery[key] = naming.machinery(coroutine)
        return known

    def _coroutine_of(self, task: AnyTask) -> Any:
        try:
            return task.get_coro()
        except Exception as fault:
            self._misses.add("what a task runs", fault)
            return None

    def _has(self, ask: Callable[[Any], bool], thing: Any) -> bool:
        try:
            return ask(thing)
        except Exception as fault:
            self._misses.add("whether a task had begun, or was cancelled before", fault)
            return False

    def _keep_number(self, numbers: dict[int, int], task: AnyTask, number: int) -> None:
        """Until the task goes."""
        numbers[id(task)] = number
        try:
            self.notes[number].ref = ref = _TaskRef(task, self._forget)
            ref.identity = id(task)
        except TypeError:  # a task class without weak references: it keeps its number
            self.notes[number].ref = None

    def _forget_task(self, ref: _TaskRef) -> None:
        """That task is gone without having ended: the garbage collector took it."""
        number = self.numbers.pop(ref.identity, None)
        if number is None:
            number = self.early.pop(ref.identity, None)
        if number is not None:
            note = self.notes[number]
            note.ended = self._misses.attempt("when a task was destroyed", None, self._clock)
            note.outcome = "destroyed" if note.ended else "pending"
            self._destroyed[ref.identity] = number


def _name(task: AnyTask) -> str:
    name = task.get_name()
    if type(name) is not str:
        raise TypeError(f"a name is text, and this is {type(name).__name__}")
    return name


def about_coroutine(coroutine: Any) -> tuple[str, CodeType | None]:
    """Its name, and the code at whose beginning its task begins, where that is known."""
    if type(coroutine) is CoroutineType and coroutine.__qualname__ not in naming.WRAPPERS:
        return coroutine.__qualname__, coroutine.cr_code
    link = awaits.wrapped(coroutine)
    code, frame = awaits.code_of(link), awaits.frame_of(link)
    begins = frame is not None and frame.f_lineno == frame.f_code.co_firstlineno
    return naming.coroutine_name(coroutine), code if begins else None
