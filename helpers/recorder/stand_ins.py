"""What stands in for asyncio's own while something is recorded: handles, and methods of loops.

Each does what the original does, and tells the journal of its thread. A new handle notes when
it was queued, a timer when it was made and cancelled; methods say who was made, named, closed
or called by another thread. `hooks` puts them in place.

Limits: printed text is what goes through `sys.stdout`: not what C code or a child process
writes, nor output of a function that had taken hold of `sys.stdout` before.
"""

from __future__ import annotations

import contextvars
import sys
import warnings
from asyncio import base_events, events, tasks
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import get_ident
from time import perf_counter
from types import FunctionType
from typing import Any

from helpers.recorder import asyncio_internals as internals
from helpers.recorder import awaits, rows, timing
from helpers.recorder.asyncio_internals import AnyTask, Loop
from helpers.recorder.journal import Handle, Journal
from helpers.recorder.present import step_frames
from helpers.recorder.unawaited import warn_unawaited

_HERE = str(Path(__file__).parent)

journals: dict[int, Journal] = {}  # by thread
_queued_at: Callable[[], float] = perf_counter  # the moment of a new handle


def read_the_clock_of(watched: list[Journal]) -> None:
    """Where new handles read when they are queued. A virtual clock must be read whenever a
    moment is, or its jumps would be noticed late."""
    global _queued_at
    virtual = any(journal.virtual for journal in watched)
    _queued_at = _moment_in_this_thread if virtual else timing.moment


def _moment_in_this_thread() -> float:
    journal = journals.get(get_ident())
    return journal.clock() if journal is not None else timing.moment()


# -- handles that know more than asyncio's own -------------------------------------------------


class _Kind(type):
    """The type of our timers: to be one of them is to be one of asyncio's. While ours stand in
    for `events.TimerHandle`, asyncio's own compare themselves with others by this question."""

    def __instancecheck__(cls, thing: object) -> bool:
        return isinstance(thing, cls.__base__)  # type: ignore[arg-type]


class _Handle(internals.Handle):
    """A handle that knows when it was queued. The body is `Handle.__init__`'s, in one call."""

    __slots__ = ("queued",)

    def __init__(self, callback: Any, args: Any, loop: Any, context: Any = None) -> None:
        self._context = contextvars.copy_context() if context is None else context
        self._loop = loop
        self._callback = callback
        self._args = args
        self._cancelled = False
        self._repr = None
        try:
            is_debugged = loop._debug is not False and loop.get_debug()  # quicker than to ask it
        except AttributeError:
            is_debugged = loop.get_debug()
        if is_debugged:
            self._source_traceback = internals.extract_stack(sys._getframe(1))
            _forget_our_frames(self)
        else:
            self._source_traceback = None
        try:
            self.queued = _queued_at()
        except Exception:
            self.queued = rows.UNKNOWN


class _UnknownHandle(internals.Handle):
    """The same for a Python whose `Handle` has other fields than those we know."""

    __slots__ = ("queued",)

    def __init__(self, callback: Any, args: Any, loop: Any, context: Any = None) -> None:
        super().__init__(callback, args, loop, context)
        _forget_our_frames(self)
        try:
            self.queued = _queued_at()
        except Exception:
            self.queued = rows.UNKNOWN


class _TimerHandle(internals.TimerHandle, metaclass=_Kind):
    """A timer that is entered in its thread's journal when it is made and when it is cancelled."""

    __slots__ = ("journal", "number")

    def __init__(self, when: float, callback: Any, args: Any, loop: Any, context: Any = None):
        super().__init__(when, callback, args, loop, context)
        _forget_our_frames(self)
        self.journal, self.number = 0, -1
        journal = journals.get(get_ident())
        if journal is not None:
            journal.attempt("a timer", journal.note_timer, self)

    def cancel(self) -> None:
        if not self.cancelled() and self.number >= 0:
            journal = journals.get(get_ident())
            if journal is not None and journal.serial == self.journal:
                journal.attempt("a timer's end", journal.note_cancelled, self.number)
        super().cancel()

    def _run(self) -> None:
        """As any handle runs, also where the program has put something of its own there."""
        _QueuedHandle._run(self)


_QueuedHandle = _Handle if internals.has_known_fields else _UnknownHandle
# Their names show in asyncio's own messages and reprs, which must not change.
_HANDLES = {_QueuedHandle: internals.Handle, _TimerHandle: internals.TimerHandle}
for _stand_in, _plain in _HANDLES.items():
    _stand_in.__name__ = _stand_in.__qualname__ = _plain.__name__
    for _name, _member in vars(_stand_in).items():
        if isinstance(_member, FunctionType):
            _member.__qualname__ = f"{_plain.__name__}.{_name}"
_VARIABLES = {stand_in: frozenset(vars(stand_in)) for stand_in in _HANDLES}


def lift_what_the_program_put_there() -> None:
    """In a recording `events.Handle` is a class of ours. What a program sets there (a `_run`
    that logs slow callbacks) is meant for asyncio's own, and goes there."""
    for stand_in, plain in _HANDLES.items():
        for name in set(vars(stand_in)) - _VARIABLES[stand_in]:
            setattr(plain, name, vars(stand_in)[name])
            delattr(stand_in, name)


def _forget_our_frames(made: object) -> None:
    """In debug mode asyncio shows where something was made; some frames of that are ours."""
    try:
        stack = getattr(made, "_source_traceback", None)
        if stack:
            stack[:] = [frame for frame in stack if not frame.filename.startswith(_HERE)]
    except Exception:  # a task factory may return anything at all
        return


# -- methods and functions that say what they do -----------------------------------------------


def _create_task(plain: Callable[..., AnyTask]) -> Callable[..., AnyTask]:
    """`loop.create_task` that also sees a task whose first step runs in it (an eager one)."""

    def create_task(loop: Any, coro: Any, **options: Any) -> AnyTask:
        is_named = options.get("name") is not None
        try:  # as nearly every task is made
            is_plain = loop._task_factory is None and loop._debug is False
        except AttributeError:
            is_plain = False
        journal = journals.get(get_ident())
        if is_plain and not is_named and "eager_start" not in options:
            task = plain(loop, coro, **options)
            if journal is not None and journal.rows.lines:
                journal.tasks.is_made(task, sys._getframe(1))
            return task
        may_be_eager = internals.may_be_eager(loop, options)
        if may_be_eager and journal is not None and not journal.failed:
            task = run_eagerly(journal, loop, coro, options)
        else:
            task = plain(loop, coro, **options)
        if is_named and journal is not None:
            journal.attempt("the name of a task", journal.tasks.is_named, task)
        if journal is not None and journal.rows.lines:
            journal.tasks.is_made(task, sys._getframe(1))
        _forget_our_frames(task)
        return task

    def run_eagerly(journal: Journal, loop: Any, coro: Any, options: dict[str, Any]) -> AnyTask:
        task, begun, start = None, awaits.has_begun(coro), journal.safe_clock()
        making, journal.eager.making = journal.eager.making, 1
        try:
            task = plain(loop, coro, **options)
            return task
        finally:
            journal.eager.making = making
            if not begun:
                journal.attempt("an eager task", journal.note_eager, task, coro, start)

    step_frames.add(run_eagerly.__code__)
    return create_task


def _set_task_name(plain: Callable[..., None]) -> Callable[..., None]:
    """Up to Python 3.12 a task gets its name when it has been made: an eager one may have ended
    by then."""

    def _set_task_name(task: AnyTask, name: object) -> None:
        plain(task, name)
        journal = journals.get(get_ident())
        if journal is not None and name is not None:
            journal.attempt("the name of a task", journal.tasks.is_named, task)

    return _set_task_name


def _call_soon_threadsafe(plain: Callable[..., Handle]) -> Callable[..., Handle]:
    """`loop.call_soon_threadsafe` that says when another thread used it."""

    def call_soon_threadsafe(loop: Any, callback: Any, *args: Any, context: Any = None) -> Handle:
        journal = journals.get(internals.thread_of(loop) or 0)
        if journal is None or journal.thread == get_ident():
            handle = plain(loop, callback, *args, context=context)
        else:
            # Noted before it is queued: the loop may run it before we are back here.
            call = [perf_counter(), rows.UNKNOWN]
            journal.attempt("a wake-up by a thread", journal.foreign.append, call)
            handle = plain(loop, callback, *args, context=context)
            call[1] = getattr(handle, "queued", rows.UNKNOWN)
        _forget_our_frames(handle)
        return handle

    return call_soon_threadsafe


def _add_callback(plain: Callable[..., None]) -> Callable[..., None]:
    """`loop._add_callback`, by which the loop queues the handle of a socket that is ready."""

    def _add_callback(loop: Any, handle: Handle) -> None:
        if type(handle) is _QueuedHandle:
            try:
                handle.queued = rows.by_socket(_queued_at())
            except Exception:
                handle.queued = rows.UNKNOWN
        return plain(loop, handle)

    return _add_callback


def _is_running(plain: Callable[..., bool]) -> Callable[..., bool]:
    """`loop.is_running`, which a task asks that is made by hand and wants to begin."""

    def is_running(loop: Any) -> bool:
        answer = plain(loop)
        journal = journals.get(get_ident())
        if answer and journal is not None and not journal.failed:
            journal.attempt("an eager task", journal.eager_may_begin, loop, sys._getframe(1))
        return answer

    return is_running


def _unregister_eager_task(plain: Callable[..., None]) -> Callable[..., None]:
    """What asyncio's Python tasks call when an eager first step is over."""

    def _unregister_eager_task(task: AnyTask) -> None:
        plain(task)
        journal = journals.get(get_ident())
        if journal is not None:
            journal.attempt("an eager task", journal.eager.is_over, task)

    return _unregister_eager_task


def watch_first_step(journal: Journal, loop: Loop) -> None:
    """Have that journal hear when a task that begins eagerly now has ended, or waits. (Not always:
    every callback and every new task would pay for it.)"""
    watching: list[tuple[Any, str, Any]] = []

    def call_soon(callback: Any, *args: Any, context: Any = None) -> Handle | None:
        if callback is journal.eager.heard:
            told(args[0])
            return None
        handle = plain_call_soon(callback, *args, context=context)
        _forget_our_frames(handle)
        return handle

    def add(task: AnyTask) -> None:
        plain_add(task)
        if get_ident() == journal.thread:
            told(task)

    def told(task: AnyTask) -> None:
        journal.attempt("an eager task", journal.eager.is_over, task)
        if not journal.eager.open:
            journal.stop_watching_first_step()

    def stop() -> None:
        for owner, name, ours in watching:
            if vars(owner).get(name) is ours:
                delattr(owner, name)

    plain_call_soon, scheduled = loop.call_soon, internals.scheduled_tasks()
    plain_add: Any = getattr(scheduled, "add", None)
    for owner, name, ours in ((loop, "call_soon", call_soon), (scheduled, "add", add)):
        if owner is not None and name not in vars(owner):  # else it is watched, or not asyncio's
            setattr(owner, name, ours)
            watching.append((owner, name, ours))
    journal.stop_watching_first_step = stop


def _check_running(plain: Callable[..., None]) -> Callable[..., None]:
    """What `loop.run_forever` asks first: a loop that runs may never show a step of its own."""

    def _check_running(loop: Any) -> None:
        plain(loop)
        _notice_that_it_runs(loop)

    return _check_running


def note_that_it_runs(plain: Callable[..., None]) -> Callable[..., None]:
    """The same for a loop of another kind."""

    def run_forever(loop: Any) -> None:
        _notice_that_it_runs(loop)
        plain(loop)

    return run_forever


def _notice_that_it_runs(loop: Any) -> None:
    journal = journals.get(get_ident())
    if journal is not None:
        journal.attempt("which loops ran", journal.runs, loop)


def _loop_close(plain: Callable[..., None]) -> Callable[..., None]:
    """`loop.close`, before which we let go of that loop."""

    def close(loop: Any) -> None:
        for journal in list(journals.values()):
            journal.attempt("which tasks a loop had when it was closed", journal.closes, loop)
        plain(loop)

    return close


def _call_exception_handler(plain: Callable[..., None]) -> Callable[..., None]:
    """`loop.call_exception_handler`, by which asyncio complains of errors that nobody heard of."""

    def call_exception_handler(loop: Any, context: dict[str, Any]) -> None:
        journal = journals.get(get_ident())
        if journal is not None and journal.tasks.unheard.heard:
            journal.attempt("who heard of an error", journal.tasks.unheard.nobody_did, context)
        plain(loop, context)

    return call_exception_handler


class Tee:
    """Stands in for `sys.stdout`: passes everything on, and notes what was written when."""

    def __init__(self, plain: Any) -> None:
        self._plain = plain

    def write(self, text: str) -> Any:
        written = self._plain.write(text)
        journal = journals.get(get_ident())
        # A thread that records nothing works for somebody who does: `to_thread`, an executor.
        for listener in [journal] if journal is not None else list(journals.values()):
            listener.attempt("printed text", listener.note_output, text)
        return written

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._plain, name)


# What is replaced: (owner, name), and what makes ours out of what is there.
STAND_INS: dict[tuple[Any, str], Callable[[Any], Any]] = {
    (events, "Handle"): lambda plain: _QueuedHandle,
    (events, "TimerHandle"): lambda plain: _TimerHandle,
    (base_events.BaseEventLoop, "create_task"): _create_task,
    (base_events.BaseEventLoop, "call_soon_threadsafe"): _call_soon_threadsafe,
    (base_events.BaseEventLoop, "_add_callback"): _add_callback,
    (base_events.BaseEventLoop, "_check_running"): _check_running,
    (base_events.BaseEventLoop, "is_running"): _is_running,
    (tasks, "_unregister_eager_task"): _unregister_eager_task,
    (base_events.BaseEventLoop, "close"): _loop_close,
    (base_events.BaseEventLoop, "call_exception_handler"): _call_exception_handler,
    (tasks, "_set_task_name"): _set_task_name,
    (warnings, "_warn_unawaited_coroutine"): warn_unawaited(journals),
    (sys, "stdout"): Tee,
}
