"""What is put in place while something is recorded, and taken back after it.

asyncio runs everything through `Handle._run`: a task's step, a callback, a timer, a ready
socket. While something is recorded, that method and the classes of new handles are ours; a
new handle notes when it was queued. When the last recording has ended, all is as it was, but
for what the program itself has put there since.

What cannot be seen: loops that keep their handles to themselves (uvloop), and a task built by
hand with `Task(eager_start=True)` that ends at once. Printed text is what goes through
`sys.stdout`: not what C code or a child process writes, nor output of a function that had
taken hold of `sys.stdout` before.
"""

from __future__ import annotations

import contextvars
import os
import sys
import threading
from asyncio import base_events, events, tasks
from collections.abc import Callable, Iterable
from threading import get_ident
from time import perf_counter
from typing import Any

from helpers.recorder import asyncio_internals as internals
from helpers.recorder import awaits, rows, timing
from helpers.recorder.asyncio_internals import AnyTask, Loop
from helpers.recorder.hot import make_run, make_select
from helpers.recorder.journal import Handle, Journal, step_frames

lock = threading.RLock()
journals: dict[int, Journal] = {}  # by thread
_queued_at: Callable[[], float] = perf_counter  # the moment of a new handle: see `_set_run`
_plain_run: Callable[[Handle], None] | None = internals.plain_run


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
        if loop.get_debug():
            self._source_traceback = internals.extract_stack(sys._getframe(1))
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
        _forget_our_frame(self)
        try:
            self.queued = _queued_at()
        except Exception:
            self.queued = rows.UNKNOWN


class _TimerHandle(internals.TimerHandle, metaclass=_Kind):
    """A timer that is entered in its thread's journal when it is made and when it is cancelled."""

    __slots__ = ("journal", "number")

    def __init__(self, when: float, callback: Any, args: Any, loop: Any, context: Any = None):
        super().__init__(when, callback, args, loop, context)
        _forget_our_frame(self)
        self.journal, self.number = 0, -1
        journal = journals.get(get_ident())
        if journal is not None:
            journal.safely(journal.note_timer, self)

    def cancel(self) -> None:
        if not self.cancelled() and self.number >= 0:
            journal = journals.get(get_ident())
            if journal is not None and journal.serial == self.journal:
                journal.safely(journal.note_cancelled, self.number)
        super().cancel()


_QueuedHandle = _Handle if internals.has_known_fields else _UnknownHandle
# Their names show in asyncio's own messages and reprs, which must not change.
_QueuedHandle.__name__, _TimerHandle.__name__ = "Handle", "TimerHandle"


def _forget_our_frame(made: object) -> None:
    """In debug mode asyncio shows where something was made: one frame of that is ours."""
    try:
        stack = getattr(made, "_source_traceback", None)
        if stack and stack[-1].filename == __file__:
            del stack[-1]
    except Exception:  # a task factory may return anything at all
        return


# -- methods and functions that say what they do -----------------------------------------------


def _create_task(plain: Callable[..., AnyTask]) -> Callable[..., AnyTask]:
    """`loop.create_task` that also sees a task whose first step runs at once (an eager one)."""

    def create_task(loop: Any, coro: Any, **options: Any) -> AnyTask:
        may_be_eager = internals.may_be_eager(loop, options)
        is_named = bool(options) and options.get("name") is not None
        if not (may_be_eager or is_named or internals.is_in_debug_mode(loop)):
            return plain(loop, coro, **options)
        journal = journals.get(get_ident())
        if may_be_eager and journal is not None and not journal.failed:
            task = run_eagerly(journal, loop, coro, options)
        else:
            task = plain(loop, coro, **options)
        if is_named and journal is not None:
            journal.attempt("the name of a task", journal.tasks.is_named, task)
        _forget_our_frame(task)
        return task

    def run_eagerly(journal: Journal, loop: Any, coro: Any, options: dict[str, Any]) -> AnyTask:
        task, begun, start = None, awaits.has_begun(coro), journal.safe_clock()
        try:
            task = plain(loop, coro, **options)
            return task
        finally:
            if not begun:
                journal.safely(journal.note_eager, task, coro, start)

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
            journal.safely(journal.foreign.append, call)
            handle = plain(loop, callback, *args, context=context)
            call[1] = getattr(handle, "queued", rows.UNKNOWN)
        _forget_our_frame(handle)
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


class _Tee:
    """Stands in for `sys.stdout`: passes everything on, and notes what was written when."""

    def __init__(self, plain: Any) -> None:
        self._plain = plain

    def write(self, text: str) -> Any:
        written = self._plain.write(text)
        journal = journals.get(get_ident())
        # A thread that records nothing works for somebody who does: `to_thread`, an executor.
        for listener in [journal] if journal is not None else list(journals.values()):
            listener.safely(listener.note_output, text)
        return written

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._plain, name)


# -- into place, and back ----------------------------------------------------------------------

_PATCHES: dict[tuple[Any, str], Callable[[Any], Any]] = {
    (events, "Handle"): lambda plain: _QueuedHandle,
    (events, "TimerHandle"): lambda plain: _TimerHandle,
    (base_events.BaseEventLoop, "create_task"): _create_task,
    (base_events.BaseEventLoop, "call_soon_threadsafe"): _call_soon_threadsafe,
    (base_events.BaseEventLoop, "_add_callback"): _add_callback,
    (tasks, "_set_task_name"): _set_task_name,
    (sys, "stdout"): _Tee,
}
_undo: list[tuple[Any, str, Any, Any]] = []  # owner, name, what was there, ours


def install() -> None:
    """Put our pieces in place; what is there already stays."""
    if not internals.shows_steps:
        return
    with lock:
        done = {(owner, name) for owner, name, _, _ in _undo}
        for (owner, name), make in _PATCHES.items():
            plain = getattr(owner, name, None)  # there may be no sys.stdout
            if plain is not None and (owner, name) not in done:
                _undo.append((owner, name, plain, ours := make(plain)))
                setattr(owner, name, ours)
        _set_run(list(journals.values()))


def uninstall() -> None:
    """Put back what was there, except where the program has put something of its own since."""
    if internals.shows_steps and _is_ours(internals.Handle._run):
        internals.Handle._run = _plain_run  # type: ignore[assignment, method-assign]
    while _undo:
        owner, name, plain, ours = _undo[-1]
        if getattr(owner, name, None) is ours:
            setattr(owner, name, plain)
        _undo.pop()
    # A redirection begun in a recording, and ended after it, has put this back.
    while type(sys.stdout) is _Tee:
        sys.stdout = sys.stdout._plain


def _set_run(watched: list[Journal]) -> None:
    """With one journal `_run` is that journal's own; with several it looks the thread's up.
    A virtual clock must be read whenever a moment is, or its jumps would be noticed late."""
    global _queued_at
    run = watched[0].run if len(watched) == 1 else _run_in_one_of_several
    internals.Handle._run = run  # type: ignore[assignment, method-assign]
    virtual = any(journal.virtual for journal in watched)
    _queued_at = _moment_in_this_thread if virtual else timing.moment


def _is_ours(run: Any) -> bool:
    return run is _run_in_one_of_several or getattr(run, "__code__", None) in step_frames


def _run_in_one_of_several(handle: Handle) -> None:
    journal = journals.get(get_ident())
    (journal.run if journal is not None else _plain_run)(handle)  # type: ignore[misc]


def _moment_in_this_thread() -> float:
    journal = journals.get(get_ident())
    return journal.clock() if journal is not None else timing.moment()


# -- selectors: one loop's own, so each is watched when its loop is met ------------------------


def watch_sleep(journal: Journal, loop: Loop) -> bool:
    """Have that journal notice when that loop sleeps; False where it cannot be done."""
    try:
        selector = loop._selector  # type: ignore[attr-defined]
        plain, had = selector.select, vars(selector).get("select")
        ours = make_select(journal, loop, plain)
        journal.selectors.append((selector, had, ours))
        selector.select = ours
    except (AttributeError, TypeError):  # another kind of loop
        return False
    return True


def _give_selectors_back(journal: Journal) -> None:
    while journal.selectors:
        selector, had, ours = journal.selectors[-1]
        if vars(selector).get("select") is ours:
            if had is None:
                del selector.select
            else:
                selector.select = had
        journal.selectors.pop()


# -- journals come and go ----------------------------------------------------------------------


def journal_of_this_thread(virtual: Callable[[], float] | None) -> Journal:
    """The journal that is being written in this thread, a new one where there is none."""
    global _plain_run
    with lock:
        thread = get_ident()
        if internals.shows_steps and not _is_ours(internals.Handle._run):
            _plain_run = internals.Handle._run
        if thread not in journals:
            journal = Journal(thread, virtual)
            journal.watch_sleep = watch_sleep
            if _plain_run is not None:
                journal.run = make_run(journal, _plain_run)
            journals[thread] = journal
        return journals[thread]


def leave_journal(journal: Journal | None, recording: object = None) -> None:
    """Take that recording out, and with the last one all that is ours.

    Repeatable: each line is harmless when it was done before, and the journal is forgotten
    last, so that what an interrupt leaves undone is found by `recording.finish_leftovers`.
    """
    with lock:
        if journal is None or any(other is not recording for other in journal.alive()):
            return
        _close(journal)
        others = [other for other in journals.values() if other is not journal]
        if others:
            _set_run(others)
        else:
            uninstall()
        if journals.get(journal.thread) is journal:
            del journals[journal.thread]


def _close(journal: Journal) -> None:
    journal.loop, journal.is_over = None, True
    _give_selectors_back(journal)


def _forget_all() -> None:
    """In a child process after a fork: what was recorded is the parent's; the child goes on as
    if nothing had been."""
    global lock
    lock = threading.RLock()  # another thread, which is not here, may have held it
    for journal in journals.values():
        _close(journal)
    uninstall()
    journals.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
