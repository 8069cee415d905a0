"""What one thread writes: its loops' steps, timers, sleeps and output, while it is recorded.

Every thread that records has one `Journal`; recordings are windows on it, so they may nest
and overlap. It holds numbers, in seconds of `perf_counter`, and no task, coroutine, future or
result. Who woke whom, which step ran inside which and who made a task follow from those
moments, and are worked out after the block.

A fault of ours never reaches the program: the journal writes nothing more, says so once, and
what was seen until then is kept.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import warnings
import weakref
from array import array
from collections.abc import Callable
from threading import get_ident
from time import perf_counter
from types import FrameType, FunctionType, MethodType
from typing import Any

from helpers.recorder import asyncio_internals as internals
from helpers.recorder import awaits, naming, rows, timing
from helpers.recorder.asyncio_internals import AnyTask, Loop
from helpers.recorder.eager import EagerTasks
from helpers.recorder.misses import Misses
from helpers.recorder.present import UnderWay, note_queued, steps_under_way
from helpers.recorder.processor import cpu_clock
from helpers.recorder.rows import DroppedNote, Holds, Rows, TimerNote
from helpers.recorder.shared import Shared
from helpers.recorder.task_book import TaskBook
from helpers.recorder.timing import VirtualClock
from helpers.recorder.vocabulary import Vocabulary
from helpers.recorder.waits import Waits
from helpers.recorder.workers import Workers

Handle = Any  # asyncio's own, one of ours, or somebody else's
_serials = itertools.count(1)
LOOKED = 0.0  # the loop has looked at its selector: an iteration begins with the next step


class Journal:
    """What one thread's loops did, while something is recorded there.

    Named slots, as each step reads several of them: that is quicker.
    """

    __slots__ = (
        "__weakref__", "clock", "dropped", "eager", "failed", "foreign", "holds", "idle",
        "is_blind", "is_over", "kept_up", "last", "loop", "loops", "misses", "notes", "offset",
        "old", "opened", "output", "polls", "processor", "recordings", "rows", "run",
        "run_of_another", "selectors", "serial", "shared", "stop_watching_first_step", "tasks",
        "thread", "timers", "unseen", "virtual", "vocabulary", "waits", "watch_first_step",
        "watch_sleep", "workers",
    )  # fmt: skip

    def __init__(self, thread: int, virtual: Callable[[], float] | None = None):
        self.serial, self.thread = next(_serials), thread
        self.virtual = VirtualClock(virtual) if virtual else None
        self.clock: Callable[[], float] = self.virtual or timing.moment
        self.recordings: list[weakref.ref[Any]] = []
        self.failed, self.is_over = False, False
        self.is_blind = False  # whether there was a loop whose looks we could not see
        self.notes = internals.shortcomings()
        self.loop: Loop | None = None  # whose steps take the short way through `run`
        # The end of the step before, LOOKED, or None where something else came between.
        self.last: float | None = None
        self.opened: list[tuple[float, int, Any]] = []  # under way when recording began
        self.rows, self.vocabulary, self.misses = Rows(), Vocabulary(), Misses()
        self.tasks = TaskBook(self.vocabulary, self.misses, self.clock)
        self.waits = Waits(self.rows, self.tasks, self.vocabulary, self.misses)
        self.eager = EagerTasks(self.tasks, self.misses, self.write)
        self.shared = Shared(self.clock, self.tasks.number_of, self.vocabulary.meaning)
        self.workers = Workers()
        self.timers: list[TimerNote] = []
        self.dropped: list[DroppedNote] = []  # see `unawaited`
        self.holds: Holds = {}  # see `held`
        self.kept_up: list[tuple[float, float]] = []  # from when to when: there, too
        self.processor = cpu_clock()  # of this thread
        self.old: dict[int, float] = {}  # id of an older handle -> what stands for "queued at"
        self.idle, self.polls = array("d"), array("d")
        self.foreign: list[list[float]] = []
        self.output: list[tuple[float, str, bool]] = []  # when, what, by this very thread
        self.loops: list[weakref.ref[Loop]] = []
        self.offset: float | None = None  # our clock minus the loop's
        # What the hooks put in place for this journal alone.
        self.run: Callable[[Handle], None] | None = None
        self.watch_first_step: Callable[[Journal, Loop], object] = _is_not_watched
        self.stop_watching_first_step: Callable[[], None] = _nothing
        self.watch_sleep: Callable[[Journal, Loop], bool] = _is_not_watched
        self.run_of_another: Callable[[Journal], Callable[[Handle], None] | None] = _is_alone
        self.selectors: dict[int, Callable[[], None]] = {}  # id of a loop -> gives its own back
        self.unseen: dict[int, tuple[weakref.ref[Loop], str]] = {}  # ran, and showed no step yet

    def note(self, sentence: str) -> None:
        """For the timeline's notes; once, however often it holds."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def alive(self) -> list[Any]:
        """The recordings that go on, or wait to be finished."""
        found = (ref() for ref in self.recordings)
        return [recording for recording in found if recording and recording.state != "left"]

    def safe_clock(self) -> float:
        """A moment, whatever happens: for use where a fault must not show."""
        try:
            return self.clock()
        except Exception as fault:
            self.fail(fault)
            return self.last or self.rows.last_end() or perf_counter()

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
        self.rows.mend()
        complain(fault)

    def safely(self, action: Callable[..., object], *args: object) -> None:
        """Do it; a fault in it is ours, and never the program's."""
        try:
            action(*args)
        except Exception as fault:
            self.fail(fault)
        except BaseException:
            self.rows.mend()
            raise

    def attempt(self, part: str, action: Callable[..., object], *args: object) -> None:
        """Do it; a fault in it costs that part, and no more."""
        try:
            action(*args)
        except Exception as fault:
            self.misses.add(part, fault)
        except BaseException:
            self.rows.mend()
            raise

    # -- loops

    def takes(self, handle: Handle) -> bool:
        """Whether a step that is not on the usual loop is to be written; makes its loop the usual
        one. False for other threads, after a fault, and where all has ended."""
        if get_ident() != self.thread or self.failed or self.is_over:
            return False
        try:
            if self.eager.open:
                self._settle_eager_tasks()
            if self.close_opened() or self.last != LOOKED:
                self.last = None  # the end of a step on another loop says nothing here
            if self._meets(handle._loop):
                self.last = LOOKED  # it had not begun to run: it looked before we were there
        except Exception as fault:
            self.fail(fault)
            return False
        if self.unseen:
            self.unseen.pop(id(handle._loop), None)
        self.loop = None if self.opened or self.is_blind else handle._loop
        return True

    def _meets(self, loop: Loop) -> bool:
        """`attach`, whatever that loop is."""
        try:
            return self.attach(loop)
        except Exception as fault:
            self.misses.add("a loop", fault)
            return False

    def attach(self, loop: Loop) -> bool:
        """Get to know a loop: what is in its queue, its timers, and when it sleeps. False if it
        was known."""
        if any(ref() is loop for ref in self.loops):
            return False
        self.loops.append(weakref.ref(loop))
        self.attempt("what the loop's clock says", self._compare_clocks, loop)
        if internals.keeps_handles_to_itself(loop):
            self.note(_KEEPS_TO_ITSELF.format(_kind(loop)))
            self.is_blind = True
            return True
        for shortcoming in internals.shortcomings_of(loop):
            self.note(shortcoming)
        self.attempt("what was in the queue before", self._note_older, loop)
        if not self.watch_sleep(self, loop):
            self.note("when the loop slept is not in here: its selector cannot be watched")
            self.is_blind = True
        return True

    def _compare_clocks(self, loop: Loop) -> None:
        if self.offset is None:
            self.offset = self.clock() - loop.time()

    def _note_older(self, loop: Loop) -> None:
        """Handles and timers that are older than this journal."""
        for handle in internals.ready_handles(loop):
            if not hasattr(handle, "queued"):
                self.old[id(handle)] = rows.OLD
        for timer in internals.timer_handles(loop):
            if not timer.cancelled() and not self.is_own(timer):
                self.attempt("a timer", self.note_timer, timer)

    def runs(self, loop: Loop) -> None:
        """That loop begins to run. One that runs handles in a way of its own may show no step."""
        if internals.keeps_handles_to_itself(loop):
            self.attach(loop)
        elif internals.runs_in_its_own_way(loop):
            self.unseen[id(loop)] = (weakref.ref(loop), _kind(loop))

    def closes(self, loop: Loop) -> None:
        """That loop is about to be closed. Whoever is in its queue will never have a step."""
        if get_ident() == self.thread and not self.failed:
            note_queued(self.tasks, [loop])
        self.loops = [ref for ref in self.loops if ref() not in (None, loop)]
        self.lost(loop)
        if (give_back := self.selectors.pop(id(loop), None)) is not None:
            give_back()
        self.tasks.forget_the_unborn()

    def end(self) -> None:
        """Nothing more is written. (Some lines of ours may live on in the program's hands.)"""
        self.loop, self.is_over = None, True
        while self.selectors:
            self.selectors.popitem()[1]()
        self.tasks.unheard.open.clear()
        self.attempt("what tasks share", self.shared.end)
        if self.eager.open:
            self._settle_eager_tasks()

    def lost(self, loop: Loop) -> None:
        """That loop runs in another thread now, where it is not ours to watch."""
        if self.loop is loop:
            self.loop = None

    # -- where a recording begins

    def note_present(self, begin: float) -> int | None:
        """What is there when a recording begins; returns the number of the task that began it."""
        loop = internals.running_loop()
        if loop is None:
            return None
        for running in [loop, *internals.loops_that_run(sys._getframe())]:
            self._meets(running)
        for other in asyncio.all_tasks(loop):
            self.attempt("a task that was there before", self.tasks.early_task, other)
        task = asyncio.current_task(loop)
        if not self.opened and not self._steps_under_way():
            self._open_steps(loop, task, begin)
        return None if task is None else self.tasks.number_of(task)

    def _open_steps(self, loop: Loop, current: AnyTask, begin: float) -> None:
        """Note the steps that are under way, outermost first: several, where a task began this
        recording in its eager first step, within its maker's."""
        if current is None:
            label = self.vocabulary.label("callback", "this callback", None)
            self.opened.append((begin, label, None))
            return
        running = [task for task in asyncio.all_tasks(loop) if internals.is_in_a_step(task)]
        for task in [*(task for task in running if task is not current), current]:
            self.opened.append((begin, self.tasks.number_of(task), weakref.ref(task)))

    def close_opened(self) -> bool:
        """End the steps in which recording began, but for those we are still inside of. Whether
        there was one."""
        before = len(self.opened)
        for opened in reversed(self.opened[:]):
            start, who, ref = opened
            task = ref() if ref is not None else None
            if task is None or not internals.is_in_a_step(task):
                self.opened.remove(opened)
                self.write(rows.UNKNOWN, start, self.clock(), who, task)
        return len(self.opened) < before

    # -- steps

    def pack(self) -> None:
        """Make room: the newest rows are many."""
        self.rows.pack()
        self.attempt("what tasks share", self.shared.pack)

    def begun(self) -> float:
        """`START` of a step that begins now. (`hot` does the same without the call.)"""
        return rows.first(self.clock()) if self.last == LOOKED else self.clock()

    def identify(self, handle: Handle) -> tuple[AnyTask, int, float]:
        """Task, `WHO` and `QUEUED` of a handle that is no plain step of a C task."""
        callback, queued = handle._callback, getattr(handle, "queued", None)
        function = callback.__func__ if type(callback) is MethodType else callback
        if queued is not None and internals.shows_ready_sockets and type(function) is FunctionType:
            # Like one before, as a rule. (No step of a task ever gets a label.)
            kind = "io" if rows.is_by_socket(queued) else "callback"
            number = self.vocabulary.known_label(kind, function)
            if number is not None:
                return None, number, queued
        queued, kind = self.queued(handle), "callback"
        if internals.is_step(callback) and naming.is_task(owner := callback.__self__):
            return owner, self.tasks.number_of(owner, queued), queued
        if isinstance(handle, internals.TimerHandle):
            kind = "timer"
        elif rows.is_by_socket(queued):
            kind = "io"
        elif not internals.shows_ready_sockets:
            queued = rows.UNKNOWN  # a reader is queued many times, and says when it was made
        return None, self.vocabulary.label_of(kind, callback), queued

    def queued(self, handle: Handle) -> float:
        """`QUEUED` of a handle that does not say it itself, too."""
        if hasattr(handle, "number"):  # one of our timers
            return rows.by_timer(handle.number) if self.is_own(handle) else rows.UNKNOWN
        queued: float | None = getattr(handle, "queued", None)
        if queued is not None:
            return queued
        known = self.old.pop(id(handle), None)
        if known is not None:
            return known
        # An older reader: queued by its socket, in the last look at the selector.
        return rows.by_socket(self.polls[-1]) if self.polls else rows.UNKNOWN

    def not_understood(self, fault: Exception) -> tuple[None, int, float, float | None]:
        """Task, `WHO`, `QUEUED` and the beginning of a step that cannot be read: it is written as
        something that the loop did. No beginning where that fails, too."""
        self.misses.add("what a step is", fault)
        try:
            return None, rows.of_label(0), rows.UNKNOWN, self.begun()
        except Exception as second:
            self.fail(second)
            return None, 0, rows.UNKNOWN, None

    def write_in_part(self, queued: float, start: float, who: int, fault: Exception) -> None:
        """Something went wrong at the end of a step: without it, that step is written."""
        self.misses.add("how a step ended", fault)
        try:
            self.rows.mend()
            end = self.clock()
            if self.rows.last_end() < rows.begun(start):  # not written yet
                self.rows.write(queued, start, end, who, rows.NOT_WAITING, rows.NOWHERE)
            self.last = end
        except Exception as second:
            self.fail(second)

    def write(
        self, queued: float, start: float, end: float | None, who: int, task: AnyTask
    ) -> None:
        """Write one step, the long way round: `hot` does the same without the calls. An end of
        None is now."""
        waiting, place = rows.NOT_WAITING, rows.NOWHERE
        if end is None:
            end = self.last = self.clock()
        if task is not None:
            if task.done():
                self.tasks.ended(task, who, end)
            else:
                waiting = self.waits.read(task, internals.waiter_of(task), who)
                place = self.waits.place
        self.rows.write(queued, start, end, who, waiting, place)

    def eager_may_begin(self, loop: Loop, asked_by: FrameType) -> None:
        """Perhaps an eager task is being made by hand: then its first step begins now."""
        if self.eager.may_begin(loop, asked_by, self.clock):
            self.loop = None  # the next step settles what is open by then
            if len(self.eager.open) == 1:
                self.watch_first_step(self, loop)

    def _settle_eager_tasks(self) -> None:
        self.attempt("an eager task", self.eager.settle)
        self.stop_watching_first_step()

    def note_eager(self, task: AnyTask, coroutine: Any, start: float) -> None:
        """A task made by an eager factory: its first step has run inside its maker's."""
        if naming.is_task(task) and awaits.has_begun(coroutine):
            number = self.tasks.eager_task(task, coroutine, start)
            self.write(rows.UNKNOWN, start, self.clock(), number, task)

    # -- the rest of what happens

    def is_own(self, timer: Handle) -> bool:
        """Whether that timer was made, and noted, while this journal was being written."""
        return getattr(timer, "journal", None) == self.serial and timer.number >= 0

    def note_timer(self, timer: Handle) -> None:
        """A timer that is being made, or is older than this journal."""
        number = len(self.timers)
        is_being_made = getattr(timer, "number", 0) < 0
        made = self.clock() if is_being_made else 0.0
        label = self.vocabulary.label_of("timer", timer._callback)
        note = TimerNote(made, timer.when(), label)
        if (task := internals.limited_task(timer._callback)) is not None:
            note.limits = self.tasks.early_task(task)
        self.timers.append(note)
        if hasattr(timer, "number"):
            timer.journal, timer.number = self.serial, number
        else:
            self.old[id(timer)] = rows.by_timer(number)

    def note_cancelled(self, number: int) -> None:
        self.timers[number].cancelled = self.clock()

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

    def _steps_under_way(self) -> list[UnderWay]:
        return steps_under_way(sys._getframe(), self, self.tasks.number_of)

    def out_of_sight(self) -> list[str]:
        """A sentence for each loop that ran and has shown no step, and those that a loop says of
        itself (a browser's does), unless it is a note already."""
        found = {_KEEPS_TO_ITSELF.format(kind): None for _, kind in self.unseen.values()}
        for ref in self.loops:
            found |= dict.fromkeys(internals.notes_of(ref()))
        return [sentence for sentence in found if sentence not in self.notes]


_KEEPS_TO_ITSELF = (
    "{} keeps its handles to itself, so most of what it did is not in here;"
    " asyncio's own loop shows everything"
)


def _kind(loop: Loop) -> str:
    return f"{type(loop).__module__}.{type(loop).__qualname__}"


def _nothing() -> None:
    pass


def _is_alone(journal: Journal) -> None:
    """For a journal that no hook serves: there is no other one."""


def _is_not_watched(journal: Journal, loop: Loop) -> bool:
    """For a journal that no hook serves: when its loops sleep is not seen."""
    return False


def complain(fault: BaseException) -> None:
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
