"""Watches a running loop and writes down what it does.

asyncio runs everything through `Handle._run`: a task's step, a callback, a timer, a ready
socket. While something is recorded, that method and the classes of new handles are ours; a
new handle notes when it was queued, and `_run` notes when a step began and ended, which task
it belonged to and what that task hangs on now. The rest (who woke whom, which step ran inside
which) follows from those moments and is worked out after the block, in `assemble`.

Every thread that records has one `Journal`; recordings are windows on it, so they may nest
and overlap. Journals hold numbers, in seconds of `perf_counter`, and no task, coroutine,
future or result. When the last recording has ended, all is as it was.

A fault of ours never reaches the program: recording stops, says so once, and what was seen
until then is kept. What cannot be seen: loops that keep their handles to themselves (uvloop),
and a task built by hand with `Task(eager_start=True)` that ends at once. Printed text is what
goes through `sys.stdout`: not what C code or a child process writes, nor output of a
function that had taken hold of `sys.stdout` before.
"""

from __future__ import annotations

import asyncio
import contextvars
import itertools
import os
import struct
import sys
import threading
import warnings
import weakref
from array import array
from asyncio import base_events, events, format_helpers, futures, tasks
from collections.abc import Callable, Iterator
from threading import get_ident
from time import perf_counter, sleep
from traceback import walk_tb
from types import BuiltinMethodType, CodeType, CoroutineType, FunctionType, MethodType

from helpers import kernel
from helpers.loading import load_whole
from helpers.recorder import naming
from helpers.timeline import Timeline

FULL = 4000  # numbers kept in a list before they are packed; small enough for the cache
START = 1  # where a row has the moment at which its step began
END = -3  # where the last row has the moment at which its step ended
# "Queued at" is a moment, below zero where a socket's readiness queued the handle, or one of:
UNKNOWN = 0.0  # before we were there
OLD_READY = float("inf")  # already in the queue when recording began
FIRST_TIMER = -(2.0**52)  # FIRST_TIMER - n is by timer number n

_moment = perf_counter  # every moment is read through this name
_queued_at = _moment  # and this one for new handles: see `_set_hooks`

_lock = threading.RLock()
_serials = itertools.count(1)
_journals: dict[int, Journal] = {}  # by thread
_AnyHandle, _AnyTimer = events.Handle, events.TimerHandle  # asyncio's own
_plain_run = _AnyHandle._run


# -- the public face ---------------------------------------------------------------------


def record(title: str = "", *, lines: bool = True, live: bool = False) -> Recording:
    """Record what the event loops of this thread do while a `with` block runs.

    Use it in a cell, inside a coroutine, or around `asyncio.run` in a script::

        with record("two greetings") as timeline:
            await main()

    `timeline` is a `Timeline`, complete when the block has ended, also by an exception.
    `title` stands above its chart. `lines=False` leaves out source lines, which makes
    recording cheaper. `live=True` shows the chart growing while the program runs, in a
    notebook. Recordings may nest and overlap; the program's own exceptions go through.
    """
    return Recording(title, lines=lines, live=live)


def record_virtual(now: Callable[[], float], title: str = "", *, lines: bool = True) -> Recording:
    """As `record`, with times from `now`, a loop's virtual clock in seconds.

    What a step took on the real clock goes to `Step.real_seconds`. Must be the first
    recording in its thread.
    """
    return Recording(title, lines=lines, virtual=now)


class Recording:
    """The context manager that `record` returns: one window on its thread's journal."""

    def __init__(self, title: str, *, lines: bool = True, live: bool = False, virtual=None):
        if not isinstance(title, str):
            raise TypeError(
                f"record() takes a title as text, and got {title!r}."
                " The program to record goes into the block: with record('title') as timeline: ..."
            )
        self.title, self.lines, self.live, self.virtual = title, lines, live, virtual
        self.timeline = Timeline(title=title, complete=False)
        self.state = "new"
        self.begin = self.end = 0.0
        self.journal: Journal | None = None
        self.task: int | None = None
        self.loop: weakref.ref | None = None  # the loop that ran when it was entered
        self.view = None

    def __enter__(self) -> Timeline:
        if self.state != "new":
            raise RuntimeError(
                "this recording was used already; write `with record() as timeline:` each time"
            )
        finish_leftovers()
        if self.virtual is not None and get_ident() in _journals:
            raise RuntimeError("a virtual clock needs a thread in which nothing is recorded yet")
        if self.live:
            self._show_live()  # takes a moment, which is not the program's
        self.state = "entering"
        try:
            self._begin()
        except Exception as fault:
            (_complain if self.journal is None else self.journal.fail)(fault)
        self.state = "recording"
        return self.timeline

    def _begin(self) -> None:
        self.journal = _journal_of_this_thread(self.virtual)
        self.journal.recordings.append(weakref.ref(self))
        if self.lines:
            self.journal.want_lines()
        _install()
        self.begin = self.journal.safe_clock()
        loop = asyncio._get_running_loop()
        self.loop = None if loop is None else weakref.ref(loop)
        self.task = self.journal.note_present(self.begin)

    def __exit__(self, kind, exception, traceback) -> None:
        if self.state == "recording":  # else it was finished from elsewhere, after an interrupt
            self.state = "leaving"
            self.finish()

    def is_stranded(self) -> bool:
        """Whether the loop on which it was entered is closed: whoever entered it hangs there in
        an await for ever. (An interrupt has that effect, where there is no `asyncio.run`.)"""
        if self.state != "recording" or self.loop is None:
            return False
        loop = self.loop()
        return loop is None or loop.is_closed()

    def finish(self) -> None:
        """Fill the timeline and leave the journal; may be repeated after an interrupt."""
        try:
            if self.state == "leaving" and not self.timeline.complete:
                self._fill()
        finally:
            _leave_journal(self.journal, self)
            self.state = "left"
        if self.view is not None:
            self._end_live()

    def _fill(self) -> None:
        if self.journal is None:
            self.timeline._become(Timeline(title=self.title, notes=("nothing was recorded",)))
            return
        self.end = self.end or max(self.begin, self.journal.safe_clock())
        try:
            self.timeline._become(self.snapshot())
        except Exception as fault:
            self.journal.fail(fault)
            self.timeline._become(Timeline(title=self.title, notes=tuple(self.journal.notes)))

    def size(self) -> int:
        """How much there is to put together, counted in steps: a task makes as much work as ten."""
        if self.journal is None:
            return 0
        return self.journal.count() + 10 * len(self.journal.tasks)

    def snapshot(self) -> Timeline:
        """The timeline so far, complete or not; may be called from any thread."""
        if self.state not in ("recording", "leaving"):
            return Timeline(title=self.title, complete=False)  # nothing has happened yet
        load_whole("helpers.recorder.assemble")
        from helpers.recorder.assemble import assemble

        return assemble(self.journal.cut(self), self)

    def _show_live(self) -> None:
        from helpers.charts.live import LiveChart

        try:
            self.view = LiveChart(self.snapshot, self.size, self.title)
            self.view.start()
        except Exception:  # a view is no reason to lose the run: the chart comes at its end
            self.view = None

    def _end_live(self) -> None:
        try:
            self.view.stop(self.timeline)
        except Exception:  # the timeline is complete; it can be shown as it is
            self.view = None


def finish_leftovers() -> None:
    """Finish what an interrupt left undone: called by the next recording or cell.

    An interrupt may hit the very entrance of `__exit__`. Journals keep no recording alive, so
    that one that nobody can leave any more is known by its being gone.
    """
    with _lock:
        cut_short = _in_last_traceback()
        for journal in list(_journals.values()):
            for recording in journal.alive() if journal.thread == get_ident() else ():
                if recording in cut_short or recording.is_stranded():
                    recording.state = "leaving"
                if recording.state != "recording":
                    recording.finish()
            if not journal.alive():
                _leave_journal(journal)
        if not _journals:
            _uninstall()
            # A redirection begun in a recording, and ended after it, has put this back.
            while type(sys.stdout) is _Tee:
                sys.stdout = sys.stdout._plain


def _in_last_traceback() -> list[Recording]:
    """Recordings whose way in or out the last exception shown to the user (by IPython, say) cut
    short: their traceback keeps them alive."""
    error = getattr(sys, "last_exc", None) or getattr(sys, "last_value", None)
    ways = {Recording.__enter__.__code__, Recording.__exit__.__code__}
    return [
        frame.f_locals["self"]
        for frame, _ in walk_tb(getattr(error, "__traceback__", None))
        if frame.f_code in ways
    ]


kernel.before_each_cell(finish_leftovers)


# -- what is ours while something is recorded ------------------------------------------------


class _Kind(type):
    """The type of our timers: to be one of them is to be one of asyncio's. While ours stand in
    for `events.TimerHandle`, asyncio's own compare themselves with others by this question."""

    def __instancecheck__(cls, thing):
        return isinstance(thing, cls.__base__)


class _Handle(_AnyHandle):
    """A handle that knows when it was queued. The body is `Handle.__init__`'s, in one call."""

    __slots__ = ("queued",)

    def __init__(self, callback, args, loop, context=None):
        self._context = contextvars.copy_context() if context is None else context
        self._loop = loop
        self._callback = callback
        self._args = args
        self._cancelled = False
        self._repr = None
        if loop.get_debug():
            self._source_traceback = format_helpers.extract_stack(sys._getframe(1))
        else:
            self._source_traceback = None
        try:
            self.queued = _queued_at()
        except Exception:
            self.queued = UNKNOWN


class _UnknownHandle(_AnyHandle):
    """The same for a Python whose `Handle` has other fields than those we know."""

    __slots__ = ("queued",)

    def __init__(self, callback, args, loop, context=None):
        super().__init__(callback, args, loop, context)
        if self._source_traceback:
            del self._source_traceback[-1]  # this very frame
        try:
            self.queued = _queued_at()
        except Exception:
            self.queued = UNKNOWN


class _TimerHandle(_AnyTimer, metaclass=_Kind):
    """A timer that is entered in its thread's journal when it is made and when it is cancelled."""

    __slots__ = ("journal", "number")

    def __init__(self, when, callback, args, loop, context=None):
        super().__init__(when, callback, args, loop, context)
        if self._source_traceback:
            del self._source_traceback[-1]  # this very frame
        self.journal, self.number = 0, -1
        journal = _journals.get(get_ident())
        if journal is not None:
            journal.safely(journal.note_timer, self)

    def cancel(self):
        if not self._cancelled and self.number >= 0:
            journal = _journals.get(get_ident())
            if journal is not None and journal.serial == self.journal:
                journal.safely(journal.note_cancelled, self.number)
        super().cancel()


_FIELDS = {
    "_callback", "_args", "_cancelled", "_loop", "_source_traceback", "_repr", "__weakref__",
    "_context",
}  # fmt: skip
_QueuedHandle = _Handle if set(_AnyHandle.__slots__) == _FIELDS else _UnknownHandle
# Their names show in asyncio's own messages and reprs, which must not change.
_QueuedHandle.__name__, _TimerHandle.__name__ = "Handle", "TimerHandle"


def _create_task(plain):
    """`loop.create_task` that also sees a task whose first step runs at once (an eager one)."""

    def create_task(loop, coro, **options):
        may_be_eager = loop._task_factory is not None or "eager_start" in options
        if not may_be_eager and not loop._debug:
            return plain(loop, coro, **options)
        journal = _journals.get(get_ident())
        if may_be_eager and journal is not None and not journal.failed:
            task = run_eagerly(journal, loop, coro, options)
        else:
            task = plain(loop, coro, **options)
        _forget_our_frame(task)
        return task

    def run_eagerly(journal, loop, coro, options):
        task, begun, start = None, naming.has_begun(coro), journal.safe_clock()
        try:
            task = plain(loop, coro, **options)
            return task
        finally:
            if not begun:
                journal.safely(journal.note_eager, task, coro, start)

    journal_frames.add(run_eagerly.__code__)
    return create_task


def _set_task_name(plain):
    """Python 3.12 names a task when it has been made: an eager one may have ended by then."""

    def _set_task_name(task, name):
        plain(task, name)
        journal = _journals.get(get_ident())
        if journal is not None and name is not None:
            journal.safely(journal.note_name, task)

    return _set_task_name


def _call_soon_threadsafe(plain):
    """`loop.call_soon_threadsafe` that says when another thread used it."""

    def call_soon_threadsafe(loop, callback, *args, context=None):
        journal = _journals.get(loop._thread_id)
        if journal is None or journal.thread == get_ident():
            handle = plain(loop, callback, *args, context=context)
        else:
            # Noted before it is queued: the loop may run it before we are back here.
            call = [perf_counter(), UNKNOWN]
            journal.safely(journal.foreign.append, call)
            handle = plain(loop, callback, *args, context=context)
            call[1] = getattr(handle, "queued", UNKNOWN)
        _forget_our_frame(handle)
        return handle

    return call_soon_threadsafe


def _add_callback(plain):
    """`loop._add_callback`, by which the loop queues the handle of a socket that is ready."""

    def _add_callback(loop, handle):
        if type(handle) is _QueuedHandle:
            try:
                handle.queued = -_queued_at()
            except Exception:
                handle.queued = UNKNOWN
        return plain(loop, handle)

    return _add_callback


def _forget_our_frame(made) -> None:
    """In debug mode asyncio shows where something was made: one frame of that is ours."""
    try:
        stack = getattr(made, "_source_traceback", None)
        if stack and stack[-1].filename == __file__:
            del stack[-1]
    except Exception:  # a task factory may return anything at all
        return


_PATCHES = {
    (events, "Handle"): lambda plain: _QueuedHandle,
    (events, "TimerHandle"): lambda plain: _TimerHandle,
    (base_events.BaseEventLoop, "create_task"): _create_task,
    (base_events.BaseEventLoop, "call_soon_threadsafe"): _call_soon_threadsafe,
    (base_events.BaseEventLoop, "_add_callback"): _add_callback,
    (sys, "stdout"): lambda plain: _Tee(plain),
}
if hasattr(tasks, "_set_task_name"):
    _PATCHES[tasks, "_set_task_name"] = _set_task_name
journal_frames: set[CodeType] = set()  # code whose frames tell of a step that is under way
_undo: list[tuple[object, str, object, object]] = []  # owner, name, what was there, ours


def _install() -> None:
    """Put our pieces in place; what is there already stays."""
    with _lock:
        done = {(owner, name) for owner, name, _, _ in _undo}
        for (owner, name), make in _PATCHES.items():
            plain = getattr(owner, name, None)
            if plain is not None and (owner, name) not in done:  # there may be no sys.stdout
                _undo.append((owner, name, plain, ours := make(plain)))
                setattr(owner, name, ours)
        _set_hooks(list(_journals.values()))


def _uninstall() -> None:
    """Put back what was there, except where the program has put something of its own since."""
    if _is_ours(_AnyHandle._run):
        _AnyHandle._run = _plain_run
    while _undo:
        owner, name, plain, ours = _undo[-1]
        if getattr(owner, name, None) is ours:
            setattr(owner, name, plain)
        _undo.pop()


def _set_hooks(journals: list[Journal]) -> None:
    """With one journal `_run` is that journal's own; with several it looks the thread's up.
    A virtual clock must be read whenever a moment is, or its jumps would be noticed late."""
    global _queued_at
    _AnyHandle._run = journals[0].run if len(journals) == 1 else _run_in_one_of_several
    virtual = any(journal.virtual for journal in journals)
    _queued_at = _moment_in_this_thread if virtual else _moment


def _is_ours(run) -> bool:
    return run is _run_in_one_of_several or getattr(run, "__code__", None) in journal_frames


def _run_in_one_of_several(handle):
    journal = _journals.get(get_ident())
    (journal.run if journal is not None else _plain_run)(handle)


def _moment_in_this_thread() -> float:
    journal = _journals.get(get_ident())
    return journal.clock() if journal is not None else _moment()


def _journal_of_this_thread(virtual) -> Journal:
    global _plain_run
    with _lock:
        if not _is_ours(_AnyHandle._run):
            _plain_run = _AnyHandle._run
        thread = get_ident()
        if thread not in _journals:
            _journals[thread] = Journal(thread, virtual)
        return _journals[thread]


def _leave_journal(journal: Journal | None, recording: Recording | None = None) -> None:
    """Take that recording out, and with the last one all that is ours.

    Repeatable: each line is harmless when it was done before, and the journal is forgotten
    last, so that what an interrupt leaves undone is found by `finish_leftovers`.
    """
    with _lock:
        if journal is None or any(other is not recording for other in journal.alive()):
            return
        journal.let_go()
        others = [other for other in _journals.values() if other is not journal]
        if others:
            _set_hooks(others)
        else:
            _uninstall()
        if _journals.get(journal.thread) is journal:
            del _journals[journal.thread]


def _forget_all() -> None:
    """In a child process after a fork: what was recorded is the parent's; the child goes on as
    if nothing had been."""
    global _lock
    _lock = threading.RLock()  # another thread, which is not here, may have held it
    for journal in _journals.values():
        journal.let_go()
    _uninstall()
    _journals.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)


class _Tee:
    """Stands in for `sys.stdout`: passes everything on, and notes what was written when."""

    def __init__(self, plain):
        self._plain = plain

    def write(self, text):
        written = self._plain.write(text)
        journal = _journals.get(get_ident())
        # A thread that records nothing works for somebody who does: `to_thread`, an executor.
        for listener in [journal] if journal is not None else list(_journals.values()):
            listener.safely(listener.note_output, text)
        return written

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def __getattr__(self, name):
        return getattr(self._plain, name)


# -- the journal -------------------------------------------------------------------------------


class TaskNote:
    """What the journal knows of a task: plain values, and a weak reference for its name."""

    __slots__ = (
        "code", "created", "ended", "entered", "exception", "fresh", "machinery", "name",
        "outcome", "qualname", "ref",
    )  # fmt: skip

    def __init__(self, name: str, coroutine, fresh: bool):
        self.name, self.fresh = name, fresh
        # Not the code's name: a decorator's wrapper bears the name of what it wraps.
        if type(coroutine) is CoroutineType:
            self.code, self.qualname = coroutine.cr_code, coroutine.__qualname__
        else:
            self.code = getattr(coroutine, "cr_code", None)
            self.qualname = getattr(coroutine, "__qualname__", None) or type(coroutine).__qualname__
        self.machinery, self.entered = "", True
        self.created = None  # when its first step was queued
        self.ended = self.exception = self.ref = None
        self.outcome = "pending"

    @property
    def coroutine(self) -> str:
        """What its coroutine is called."""
        return naming.short_name(self.qualname)


class _TaskRef(weakref.ref):
    """A weak reference that knows which task it was, when that is gone."""

    __slots__ = ("identity",)


class Journal:
    """What one thread's loops did, in columns of numbers, while something is recorded there."""

    # Named, as each step reads several of them: from a slot that is quicker.
    __slots__ = (
        "__weakref__", "_virtual_now", "clock", "code_numbers", "codes", "due", "early", "failed",
        "foreign", "forget", "fresh", "idle", "jumps", "label_numbers", "labels", "last", "lines",
        "loop", "loops", "machinery", "newest", "notes", "numbers", "offset", "old", "opened",
        "output", "packing", "places", "polls", "recordings", "rows", "run", "selectors", "serial",
        "tasks", "thread", "timers", "virtual", "wait_words", "word_numbers", "words",
    )  # fmt: skip

    def __init__(self, thread: int, virtual: Callable[[], float] | None):
        self.serial, self.thread = next(_serials), thread
        self.virtual, self.jumps, self._virtual_now = virtual, [], None
        self.clock = self._virtual_clock if virtual else _moment
        self.recordings: list[weakref.ref[Recording]] = []
        self.failed, self.notes = False, []
        self.loop = None  # the loop whose steps take the short way through `run`
        self.last = 0.0  # the end of the step before, while nothing came between
        self.opened: list[tuple] = []  # steps under way when recording began: start, who, task
        self.packing = False
        self.rows = array("d")  # packed: queued, start, end, who, waiting
        self.fresh: list[float] = []  # the newest of them
        self.lines, self.places = False, array("q")  # code << 24 | offset, a step each, with lines
        self.tasks: list[TaskNote] = []
        self.numbers: dict[int, int] = {}  # id of a living task -> its number
        self.early: dict[int, int] = {}  # the same for those known before their first step
        self.forget = self._forget  # made once: every reference to a task has it
        self.newest = (0, -1)  # id and number of the eager task made last
        self.labels: list[tuple[str, str, CodeType | None]] = []  # kind, name, code
        self.label_numbers: dict = {}
        self.words: list[str] = ["", "step inside"]
        self.word_numbers: dict[str, int] = {}
        self.codes: list[CodeType] = []
        self.code_numbers: dict[int, int] = {}  # id of a code object -> number, -1: not their own
        self.machinery: dict = {}  # a task's function -> whose machinery it is
        self.wait_words: dict[int, int] = {}  # id of the code a task hangs in -> word
        self.due: dict[int, float] = {}  # row -> when, on the loop's clock
        self.timers: list[list] = []  # made, when, label, cancelled
        self.old: dict[int, int] = {}  # id of an older handle -> what stands for "queued at"
        self.idle, self.polls, self.foreign = array("d"), array("d"), []
        self.output: list[tuple[float, str, bool]] = []  # when, what, by this very thread
        self.loops: list[weakref.ref] = []
        self.selectors: list[tuple] = []
        self.offset: float | None = None  # our clock minus the loop's
        self.run = _make_run(self)

    def alive(self) -> list[Recording]:
        """The recordings that go on, or wait to be finished."""
        found = (ref() for ref in self.recordings)
        return [recording for recording in found if recording and recording.state != "left"]

    # -- clocks

    def _virtual_clock(self) -> float:
        """The real moment; a virtual clock only moves between two of them, which is noted."""
        real, now = _moment(), self.virtual()
        if now != self._virtual_now:
            self._virtual_now = now
            self.jumps.append((real, now))
        return real

    def safe_clock(self) -> float:
        """A moment, whatever happens: for use where a fault must not show."""
        try:
            return self.clock()
        except Exception as fault:
            self.fail(fault)
            return self.last or self._last_known() or perf_counter()

    def _last_known(self) -> float:
        return self.fresh[END] if self.fresh else self.rows[END] if self.rows else 0.0

    # -- faults

    def fail(self, fault: BaseException) -> None:
        """A fault of ours: write nothing more, say so once, leave the program alone."""
        if self.failed:
            return
        self.failed, self.loop = True, None
        self.notes = [
            *self.notes,
            f"recording stopped early: a fault inside the recorder ({type(fault).__name__})",
        ]
        try:
            self.mend()
        except Exception:  # out of memory, still: do without the lines
            self.lines, self.places = False, array("q")
        _complain(fault)

    def safely(self, action: Callable, *args) -> None:
        """Do it; a fault in it is ours, and never the program's."""
        try:
            action(*args)
        except Exception as fault:
            self.fail(fault)
        except BaseException:
            self.mend()
            raise

    def mend(self) -> None:
        """After an interrupt in the middle of writing: no row twice, no place without a row."""
        if self.packing:
            self.packing = False
            fresh = array("d", self.fresh)
            if fresh and self.rows[-len(fresh) :] == fresh:
                self.fresh.clear()
        if self.lines:
            del self.places[self.count() :]
            self.places.extend([-1] * (self.count() - len(self.places)))

    # -- loops

    def takes(self, handle) -> bool:
        """Whether a step that is not on the usual loop is to be written; makes its loop the usual
        one. False for other threads, after a fault, and where all has ended."""
        if get_ident() != self.thread or self.failed or _journals.get(self.thread) is not self:
            return False
        try:
            self.last = 0.0  # the end of a step on another loop says nothing here
            self.attach(handle._loop)
            self.close_opened()
        except Exception as fault:
            self.fail(fault)
            return False
        self.loop = None if self.opened else handle._loop
        return True

    def attach(self, loop) -> None:
        """Get to know a loop: what is in its queue, its timers, and when it sleeps."""
        if any(ref() is loop for ref in self.loops):
            return
        self.loops.append(weakref.ref(loop))
        if self.offset is None:
            self.offset = self.clock() - loop.time()
        if not hasattr(loop, "_ready"):
            kind = f"{type(loop).__module__}.{type(loop).__qualname__}"
            self.notes.append(
                f"{kind} keeps its handles to itself, so most of what it did is not in here;"
                " asyncio's own loop shows everything"
            )
            return
        for handle in list(loop._ready):
            if not hasattr(handle, "queued"):
                self.old[id(handle)] = OLD_READY
        for timer in list(loop._scheduled):
            if not timer.cancelled() and not self.is_own(timer):
                self.note_timer(timer)
        self._watch_selector(loop)

    def _watch_selector(self, loop) -> None:
        try:
            selector = loop._selector
            plain, had = selector.select, vars(selector).get("select")
            ours = _make_select(self, loop, plain)
            self.selectors.append((selector, had, ours))
            selector.select = ours
        except (AttributeError, TypeError):  # another kind of loop
            self.notes.append("when the loop slept is not in here: its selector cannot be watched")

    def let_go(self) -> None:
        """Give the selectors back."""
        self.loop = None
        while self.selectors:
            selector, had, ours = self.selectors[-1]
            if vars(selector).get("select") is ours:
                if had is None:
                    del selector.select
                else:
                    selector.select = had
            self.selectors.pop()

    # -- tasks

    def new_task(self, task, queued: float | None = None, begun_as=None) -> int:
        """Number a task seen for the first time, or known before its first step, which is now
        and was queued then.

        `begun_as` is the coroutine of an eager task: its first step is behind it.
        """
        if not self.early or (number := self.early.pop(id(task), None)) is None:
            # Never ask an eager task that has ended for its coroutine: Python 3.12.1 crashes.
            coroutine = begun_as or task.get_coro()
            number = self._add_note(task, coroutine, begun_as or not naming.is_under_way(coroutine))
        note = self.tasks[number]
        if queued is not None:
            note.created = queued
        if note.fresh and begun_as is None and task._must_cancel:
            note.entered = False
        self._keep_number(self.numbers, task, number)
        return number

    def early_task(self, task) -> int:
        """The number of a task that somebody speaks of; it may not have begun yet, and may
        still be cancelled before its body is entered."""
        number = self.numbers.get(id(task), self.early.get(id(task)))
        if number is not None:
            return number
        coroutine = task.get_coro()
        if naming.has_begun(coroutine):
            return self.new_task(task)
        number = self._add_note(task, coroutine, True)
        self._keep_number(self.early, task, number)
        return number

    def _add_note(self, task, coroutine, fresh) -> int:
        note = TaskNote(task.get_name(), coroutine, bool(fresh))
        key = id(note.code) if note.code is not None else note.qualname
        machinery = self.machinery.get(key)
        if machinery is None:  # whether it is the kernel's or the loop's own: asked once for each
            self.codes.append(note.code)  # alive, so that its id stays its own
            self.machinery[key] = machinery = naming.machinery(coroutine)
        note.machinery = machinery
        self.tasks.append(note)
        return len(self.tasks) - 1

    def _keep_number(self, numbers: dict[int, int], task, number: int) -> None:
        """Until the task goes: its id may belong to another one soon."""
        numbers[id(task)] = number
        try:
            self.tasks[number].ref = ref = _TaskRef(task, self.forget)
            ref.identity = id(task)
        except TypeError:  # a task class without weak references: it keeps its number
            self.tasks[number].ref = None

    def _forget(self, ref: _TaskRef) -> None:
        """That task is gone without having ended."""
        self.numbers.pop(ref.identity, None)
        self.early.pop(ref.identity, None)

    def number_of(self, task, queued: float | None = None) -> int:
        number = self.numbers.get(id(task))
        return self.new_task(task, queued) if number is None else number

    def ended(self, task, number: int, end: float) -> None:
        """Write down how a task ended, and forget it."""
        note = self.tasks[number]
        note.ended, note.ref, note.name = end, None, task.get_name()
        if task.cancelled():
            note.outcome = "cancelled"
        elif (exception := task._exception) is None:
            note.outcome = "returned"
        else:
            note.outcome, note.exception = "raised", naming.exception_text(exception)
        self.numbers.pop(id(task), None)

    def note_present(self, begin: float) -> int | None:
        """What is there when a recording begins; returns the number of the task that began it."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return None
        self.attach(loop)
        for other in asyncio.all_tasks(loop):
            self.early_task(other)
        task = asyncio.current_task(loop)
        if not self.opened and not self._steps_under_way(sys._getframe()):
            self._open_steps(loop, task, begin)
        return None if task is None else self.number_of(task)

    def _open_steps(self, loop, current, begin: float) -> None:
        """Note the steps that are under way, outermost first: several, where a task began this
        recording in its eager first step, within its maker's."""
        if current is None:
            self.opened.append((begin, self._this_callback(), None))
            return
        outer = [task for task in asyncio.all_tasks(loop) if _runs(task) and task is not current]
        for task in [*outer, current]:
            self.opened.append((begin, self.number_of(task), weakref.ref(task)))

    def note_eager(self, task, coroutine, start: float) -> None:
        """A task made by an eager factory: its first step has run inside its maker's."""
        if not (naming.is_task(task) and naming.has_begun(coroutine)):
            return
        number = self.numbers.get(id(task))  # known, if a recording began in that step
        if number is None:
            number = self.new_task(task, begun_as=coroutine)
        note = self.tasks[number]
        note.created, note.fresh = start, True
        self.write(UNKNOWN, start, self.clock(), number, task)
        self.newest = (id(task), number)

    def _this_callback(self) -> int:
        return self._label("callback", "this callback", None)

    def note_name(self, task) -> None:
        """The name of the eager task made last, which may have ended by now."""
        if self.newest[0] == id(task):
            self.tasks[self.newest[1]].name = task.get_name()

    # -- steps

    def identify(self, handle) -> tuple[object, int, float]:
        """Task, number and moment of queueing for a handle that is no plain step of a C task."""
        callback = handle._callback
        function = callback.__func__ if type(callback) is MethodType else callback
        if type(handle) is _QueuedHandle and type(function) is FunctionType:
            # Like one before, as a rule. (No step of a task ever gets a label.)
            kind = "io" if handle.queued < 0 else "callback"
            number = self.label_numbers.get((kind, id(function.__code__)))
            if number is not None:
                return None, number, handle.queued
        queued, kind = self.queued(handle), "callback"
        if _is_step(callback) and naming.is_task(owner := callback.__self__):
            return owner, self.number_of(owner, queued), queued
        if isinstance(handle, _AnyTimer):
            kind = "timer"
        elif FIRST_TIMER < queued < 0:
            kind = "io"
        return None, self._label_of(kind, callback), queued

    def queued(self, handle) -> float:
        if type(handle) is _TimerHandle:
            return FIRST_TIMER - handle.number if self.is_own(handle) else UNKNOWN
        queued = getattr(handle, "queued", None)
        if queued is not None:
            return queued
        known = self.old.pop(id(handle), None)
        if known is not None:
            return known
        # An older reader: queued by its socket, in the last look at the selector.
        return -self.polls[-1] if self.polls else UNKNOWN

    def is_own(self, timer) -> bool:
        """Whether that timer was made, and noted, while this journal was being written."""
        return type(timer) is _TimerHandle and timer.number >= 0 and timer.journal == self.serial

    def _label_of(self, kind: str, callback) -> int:
        """The (negative) number of what a step that runs this callback is called."""
        function = naming.bare_function(callback)
        code = naming.code_of(function)
        number = self.label_numbers.get((kind, id(code)))
        if number is None or code is None:
            key = (kind, id(code))
            if naming.is_kernel_module(naming.callback_module(function)):
                kind = "kernel"
            number = self._label(kind, naming.callback_name(function), code)
            self.label_numbers[key] = number
        return number

    def _label(self, kind: str, name: str, code: CodeType | None) -> int:
        key = (kind, name, id(code))
        if key not in self.label_numbers:
            self.labels.append((kind, name, code))
            self.label_numbers[key] = -len(self.labels)
        return self.label_numbers[key]

    def write(self, queued: float, start: float, end: float | None, who: int, task) -> None:
        """Write one step, the long way round: `run` does the same without the calls. An end of
        None is now."""
        waiting, place = 0, -1
        if end is None:
            end = self.last = self.clock()
        if task is not None:
            if task.done():
                self.ended(task, who, end)
            else:
                place = self.place(task) if self.lines else -1
                if task._fut_waiter is not None:
                    waiting = self.waiting(task, task._fut_waiter)
        self.fresh.extend((queued, start, end, who, waiting))
        if self.lines:
            self.places.append(place)

    def waiting(self, task, waiter) -> int:
        """What a suspended task hangs on, as a number: a word's, or below zero a task's."""
        if type(waiter) in PLAIN_FUTURES:
            coroutine = inner = task.get_coro()
            while type(inner) is CoroutineType:
                coroutine, inner = inner, inner.cr_await
            word = self.wait_words.get(id(getattr(coroutine, "cr_code", None)))
            return self._new_wait(coroutine, waiter) if word is None else word
        if (number := self.numbers.get(id(waiter))) is not None:
            return -1 - number
        if naming.is_task(waiter) and not waiter.done():
            return -1 - self.early_task(waiter)
        return self._word(naming.wait_name(naming.innermost(task), waiter))

    def _new_wait(self, coroutine, waiter) -> int:
        """A wait seen for the first time, or a sleep: those differ each time."""
        code = getattr(coroutine, "cr_code", None)
        if id(code) == naming.SLEEP and (asked := naming.sleep_of(coroutine)) is not None:
            delay, self.due[self.count()] = asked
            return self._word(f"sleep({naming.delay_text(delay)})")
        word = self._word(naming.wait_name(coroutine, waiter))
        if code is not None:
            self.codes.append(code)  # alive, so that its id stays its own
            self.wait_words[id(code)] = word
        return word

    def _word(self, word: str) -> int:
        number = self.word_numbers.get(word)
        if number is None:
            number = self.word_numbers[word] = len(self.words)
            self.words.append(word)
        return number

    def place(self, task) -> int:
        """Where a suspended task stands in the learner's own code: code number and offset."""
        coroutine, found, number = task.get_coro(), None, -1
        while type(coroutine) is CoroutineType:
            code = coroutine.cr_code
            known = self.code_numbers.get(id(code))
            if known is None:
                known = self.code_number(code)
            if known >= 0:
                found, number = coroutine, known
            coroutine = coroutine.cr_await
        return -1 if found is None else number << 24 | found.cr_frame.f_lasti

    def code_number(self, code: CodeType) -> int:
        number = len(self.codes)
        self.codes.append(code)
        self.code_numbers[id(code)] = number if naming.is_own(code) else -1
        return self.code_numbers[id(code)]

    def want_lines(self) -> None:
        """From now on note source lines, too (to the journal's end: it is shared)."""
        if not self.lines:
            self.places.extend([-1] * (self.count() - len(self.places)))
            self.lines = True

    def count(self) -> int:
        """The number of steps written."""
        return (len(self.rows) + len(self.fresh)) // 5

    def pack(self) -> None:
        """Move the newest rows into the array, in one go: far cheaper than one by one."""
        self.packing = True  # for who copies the rows meanwhile, and for interrupts
        self.rows.frombytes(struct.pack(f"{len(self.fresh)}d", *self.fresh))
        self.fresh.clear()
        self.packing = False

    def close_opened(self) -> None:
        """End the steps in which recording began, but for those we are still inside of."""
        for opened in reversed(self.opened[:]):
            start, who, ref = opened
            task = ref() if ref is not None else None
            if task is None or not _runs(task):
                self.opened.remove(opened)
                self.write(UNKNOWN, start, self.clock(), who, task)

    # -- the rest of what happens

    def note_timer(self, timer) -> None:
        number = len(self.timers)
        made = self.clock() if type(timer) is _TimerHandle and timer.number < 0 else 0.0
        label = self._label_of("timer", timer._callback)
        self.timers.append([made, timer.when(), label, None])
        if type(timer) is _TimerHandle:
            timer.journal, timer.number = self.serial, number
        else:
            self.old[id(timer)] = FIRST_TIMER - number

    def note_cancelled(self, number: int) -> None:
        self.timers[number][3] = self.clock()

    def note_output(self, text: str) -> None:
        if not self.failed:
            self.output.append((self.clock(), text, get_ident() == self.thread))

    def note_look(self, start: float, timeout: float | None) -> None:
        """The loop has looked at its selector, and may have slept in it."""
        end = self.clock()
        self.polls.append(end)
        if timeout is None or timeout > 0:
            until = -1.0 if timeout is None else start + timeout
            self.idle.extend((start, end, until))

    def lost(self, loop) -> None:
        """That loop runs in another thread now, where it is not ours to watch."""
        if self.loop is loop:
            self.loop = None

    # -- a window

    def cut(self, recording: Recording) -> Cut:
        """What this journal holds for one recording, as plain data; from any thread."""
        end = recording.end or self.safe_clock()
        mine = get_ident() == self.thread
        frame = sys._getframe() if mine else sys._current_frames().get(self.thread)
        under_way = [] if self.failed else self._steps_under_way(frame)
        opened = [] if self.failed else [(UNKNOWN, start, who) for start, who, _ in self.opened]
        ready: dict[int, float | None] = {}
        if mine and not self.failed:
            self.safely(self._look_at_tasks, end)
            self.safely(self._look_into_queues, ready)
        rows, places = self._copy_rows()
        over = set() if mine else set(rows[START::5])  # the watched thread went on meanwhile
        end = end if mine else recording.end or self.safe_clock()
        for queued, start, who in [*opened, *reversed(under_way)]:  # outermost first
            if start not in over:
                rows.extend((queued, start, end, who, 0))
                places.extend([-1] * self.lines)
        cut = Cut(self, rows, places, end, ready)
        if not mine and not self.failed:
            self._look_into_queues_from_outside(cut)
        return cut

    def _copy_rows(self) -> tuple[array, array]:
        """All rows; taken again when the watched thread packed them meanwhile."""
        while True:
            packed, packing = len(self.rows), self.packing
            fresh, places = list(self.fresh), self.places[:]
            rows = self.rows[:]
            settled = len(rows) == packed and not packing and not self.packing
            if settled or get_ident() == self.thread:
                rows.extend(array("d", fresh))
                del places[len(rows) // 5 :]
                places.extend([-1] * (len(rows) // 5 - len(places)) * self.lines)
                return rows, places
            sleep(0)  # let it get on

    def _steps_under_way(self, frame) -> list[tuple[float, float, int]]:
        """Steps that have begun and not ended, read off the thread's own stack: no step pays
        for it. Innermost first; (queued, start, who)."""
        found = []
        while frame is not None:
            if frame.f_code in journal_frames:
                inside = frame.f_locals
                if inside.get("journal") is self and inside.get("start"):
                    found += self._step_of(inside)
            frame = frame.f_back
        return found

    def _step_of(self, inside: dict) -> list[tuple[float, float, int]]:
        """The step that a frame of ours tells of, from its variables."""
        who = inside.get("who")
        if who is None:  # a task is being made; if it is eager, this is its first step
            living = asyncio.all_tasks(inside["loop"])
            task = next((task for task in living if task.get_coro() is inside["coro"]), None)
            if task is None:
                return []
            mine = get_ident() == self.thread  # only the watched thread may number a task
            who = self.number_of(task) if mine else self.numbers.get(id(task))
        return [] if who is None else [(inside.get("queued") or UNKNOWN, inside["start"], who)]

    def _look_at_tasks(self, now: float) -> None:
        """What those still pending are called by now."""
        for number, note in enumerate(self.tasks):
            task = note.ref() if note.ref is not None else None
            if task is not None:
                note.name = task.get_name()
                if task.done():  # an interrupt hit us when it ended
                    self.ended(task, number, now)

    def _look_into_queues(self, queued: dict[int, float | None]) -> None:
        """Who is in the ready queue, and since when."""
        for task, moment in self._queued_tasks():
            number = self.early_task(task)
            queued[number] = moment
            if id(task) in self.early:  # what is queued is its first step
                self.tasks[number].created = moment

    def _look_into_queues_from_outside(self, cut: Cut) -> None:
        """The same from another thread, which must not number a task: those that nobody knows
        yet are in the cut alone."""
        for task, moment in self._queued_tasks():
            number = self.numbers.get(id(task), self.early.get(id(task)))
            if number is None or number >= len(cut.tasks):
                number = len(cut.tasks)
                note = TaskNote(task.get_name(), coroutine := task.get_coro(), True)
                note.machinery, note.created = naming.machinery(coroutine), moment
                cut.tasks.append(note)
            cut.queued[number] = moment

    def _queued_tasks(self) -> Iterator[tuple[object, float | None]]:
        """Each task whose step is in a ready queue, and when it was put there, if we know."""
        for ref in self.loops:
            for handle in list(getattr(ref(), "_ready", ())):
                callback = handle._callback
                if not _is_step(callback) or not naming.is_task(task := callback.__self__):
                    continue
                if not task.done():
                    yield task, getattr(handle, "queued", None)


class Cut:
    """One recording's share of a journal, handed to `assemble`: copies, as the watched thread
    may go on writing. What rows speak of was there before them, so the tables come last."""

    def __init__(self, journal: Journal, rows: array, places: array, end: float, queued: dict):
        self.rows, self.places, self.end = rows, places, end
        self.queued = queued  # task number -> since when it is in the ready queue
        self.idle, self.polls = journal.idle[:], journal.polls[:]
        self.foreign, self.output = journal.foreign[:], journal.output[:]
        self.timers, self.due = journal.timers[:], journal.due.copy()
        self.tasks, self.labels = journal.tasks[:], journal.labels[:]
        self.words, self.codes, self.notes = journal.words[:], journal.codes[:], journal.notes[:]
        self.virtual, self.jumps, self.offset = journal.virtual, journal.jumps[:], journal.offset
        if "uvloop" in sys.modules and not journal.loops:
            self.notes.append("nothing was seen: uvloop keeps its handles to itself")


# -- the hot path ------------------------------------------------------------------------------


async def _nothing():
    pass


def _step_type() -> type:
    """The type of the callback that runs a C task's step; asyncio has no public name for it."""
    loop, coroutine, seen = events.AbstractEventLoop(), _nothing(), []
    loop.get_debug = lambda: False
    loop.call_soon = lambda callback, *args, context=None: seen.append(callback)
    task = asyncio.Task(coroutine, loop=loop, name="probe")  # no default name is used up by us
    task._log_destroy_pending = False
    coroutine.close()
    return type(seen[0])


STEP = _step_type()  # a method of the class, where asyncio is all Python
_PYTHON_STEPS = {"__step", "__wakeup"}
PLAIN_FUTURES = (asyncio.Future, futures._PyFuture)  # nobody's subclass: a task is none of them


def _is_step(callback) -> bool:
    """Whether a callback bound to a task is its step or wake-up, not, say, its `cancel`."""
    if type(callback) is BuiltinMethodType:
        return callback.__name__ == "task_wakeup"
    if type(callback) is MethodType:
        function = callback.__func__
        return type(function) is FunctionType and function.__name__ in _PYTHON_STEPS
    return type(callback) is STEP


def _runs(task) -> bool:
    """Whether that task is in a step right now."""
    return getattr(task.get_coro(), "cr_running", False)


def _complain(fault: BaseException) -> None:
    """Say, once, that recording stopped. (Not where, or Python shows it only the first time.)"""
    message = RuntimeWarning(
        "See the Loop stopped recording because of a fault of its own"
        f" ({naming.exception_text(fault)}). Your program goes on as if nothing had been"
        " recorded; the timeline holds what was seen until then."
    )
    try:
        warnings.warn_explicit(message, RuntimeWarning, __file__, 0)
    except Exception:  # warnings are errors here: then this one is not heard
        return


def _make_run(journal: Journal):
    """`Handle._run` while something is recorded: each line here is paid by every step."""
    plain_run, clock, number_of = _plain_run, journal.clock, journal.numbers.get
    write = journal.fresh.extend
    step, builtin = (STEP if STEP is not MethodType else None), BuiltinMethodType

    def run(handle):
        start = interrupt = None
        try:
            if handle._loop is journal.loop or journal.takes(handle):
                callback = handle._callback
                if type(callback) is step or (
                    type(callback) is builtin and callback.__name__ == "task_wakeup"
                ):
                    task = callback.__self__
                    try:
                        queued = handle.queued
                    except AttributeError:  # older than the recording
                        queued = journal.queued(handle)
                    who = number_of(id(task))
                    if who is None:
                        who = journal.new_task(task, queued)
                else:
                    task, who, queued = journal.identify(handle)
                start = journal.last or clock()
        except Exception as fault:
            journal.fail(fault)
        except BaseException as error:  # an interrupt; a task would wait for ever for its step
            interrupt, journal.last = error, 0.0
        if start is None:  # not where our fault is handled: the program's own would tell of it
            try:
                plain_run(handle)
                if interrupt is not None:
                    raise interrupt
                return
            finally:
                handle = callback = task = interrupt = None
        try:
            plain_run(handle)
        except BaseException:  # an interrupt or an exit: the only ones that come through
            journal.safely(journal.write, queued, start, None, who, task)
            handle = callback = task = None
            raise
        try:
            journal.last = end = clock()
            waiting = 0
            if task is None:
                pass
            elif (waiter := task._fut_waiter) is not None:
                waiting = journal.waiting(task, waiter)
            elif task.done():
                journal.ended(task, who, end)
                task = None  # it stands nowhere any more
            write((queued, start, end, who, waiting))
            if journal.lines:
                journal.places.append(-1 if task is None else journal.place(task))
            # A traceback may keep this frame; as with asyncio's own, it shall keep nothing.
            handle = callback = task = waiter = None
        except Exception as fault:
            journal.fail(fault)
        except BaseException:  # an interrupt
            journal.mend()
            handle = callback = task = waiter = None
            raise

    journal_frames.add(run.__code__)
    return run


def _make_select(journal: Journal, loop, plain):
    """`selector.select` while something is recorded: the loop asleep, and when it looked."""

    def select(timeout=None):
        if get_ident() != journal.thread:
            journal.safely(journal.lost, loop)
            return plain(timeout)
        journal.last = 0.0
        if len(journal.fresh) > FULL:
            journal.safely(journal.pack)
        if timeout == 0 and not loop._scheduled and not journal.opened:
            return plain(timeout)  # a glance: no timer can be due, and sockets have their own mark
        if journal.failed:
            return plain(timeout)
        journal.safely(journal.close_opened)
        start = journal.safe_clock()
        try:
            return plain(timeout)
        finally:
            journal.safely(journal.note_look, start, timeout)

    return select
