"""Which line holds the loop: looked up while it does, so nobody pays who does not.

A step that is over has told its lines of suspension, not where its time went. So a thread of
ours looks in now and then: where a step has been under way for a while, it notes at which
line of the learner's own the thread stands, and what is called there. In virtual time
`compute` takes none; it says here how far it moved the clock.

Limits: a sample, not a measurement; of a step that does two things the line is told at which it
was seen longer. A step that goes on in C code without letting other threads run is seen late,
when that lets go, which is at that call or (an operator) at the next one: so a look that came
late is noted as such, and `let_go` says what it may have been. Where another thread has used
the processor meanwhile, and this one hardly, that is noted instead: also of a loop that sleeps,
which then cannot wake up. Where no thread can be
started (in a browser), and where lines are not wanted, nothing is noted.
"""

from __future__ import annotations

import _thread
import os
import sys
from collections.abc import Callable, Iterable
from time import perf_counter, sleep  # for looking, not for the record: that is `timing`
from types import FrameType
from typing import Any, Protocol

from helpers.recorder import asyncio_internals as internals
from helpers.recorder import naming, rows
from helpers.recorder.let_go import is_begun, lets_go
from helpers.recorder.misses import Misses
from helpers.recorder.present import step_frames
from helpers.recorder.processor import is_kept_up, processor_time
from helpers.recorder.rows import BEFORE, IN_TIME, KEPT_UP, LATE, Holds, Sight

INTERVAL = 0.03  # seconds between two looks: three or so before a step counts as long
SHORT = 0.05  # seconds: no note is made of a step before
_LATE = 2.5 * INTERVAL  # a look so long after the one before was kept waiting
_AT_MOST = 0.5  # seconds that a fork waits for the end of our thread
_THREADS = "/proc/self/task"  # where Linux lists those of this process


class Watched(Protocol):
    """What is asked of a journal."""

    thread: int
    processor: int | None
    holds: Holds
    kept_up: list[tuple[float, float]]
    opened: list[tuple[float, int, Any]]
    rows: Any
    failed: bool
    misses: Misses


class Lookout:
    """The thread that looks in. It runs while something is recorded, and belongs to no module
    that lists threads."""

    def __init__(self, watched: Callable[[], Iterable[Watched]]) -> None:
        self._watched = watched
        self._end: Any = None  # a lock: released when the thread shall end
        self._coming = 0  # threads that are started, and have not begun
        self._alive: set[int] = set()  # the system's number of each that has, and has not ended
        self._looked = 0.0  # when
        self._used: dict[int, tuple[float, float]] = {}  # by thread: its own, the process's seconds

    def begin(self) -> None:
        if self._end is not None:
            return
        self._end = end = _thread.allocate_lock()
        end.acquire()
        try:
            self._coming += 1
            _thread.start_new_thread(self._run, (end,))
        except RuntimeError:  # there are no threads here
            self._coming, self._end = 0, None

    def stop(self) -> None:
        end, self._end = self._end, None
        if end is not None:
            end.release()

    def leave_alone(self) -> None:
        """Before a fork, at which Python warns of a process that has threads: ours ends. Until
        another recording begins nobody looks in."""
        ending = self._alive.copy()
        self.stop()
        give_up = perf_counter() + _AT_MOST
        while (self._coming or ending) and perf_counter() < give_up:
            sleep(0.001)
            ending = {thread for thread in ending | self._alive if not _has_ended(thread)}

    def forget(self) -> None:
        """After a fork: the thread is the parent's."""
        self._coming, self._end = 0, None
        self._alive.clear()

    def _run(self, end: Any) -> None:
        me = _thread.get_native_id()
        self._alive.add(me)
        self._coming -= 1
        while not end.acquire(timeout=INTERVAL):
            try:
                self.look()
            except Exception:  # then this look has found nothing
                continue
        self._alive.discard(me)  # the system gives its number to another thread soon

    def look(self) -> None:
        """Note where each watched thread stands."""
        before, self._looked = self._looked, perf_counter()
        used, self._used = self._used, {}
        for journal in list(self._watched()):
            now = self._used[journal.thread] = processor_time(journal.processor)
            then = used.get(journal.thread, now)
            kept_up = is_kept_up(perf_counter() - before, now[0] - then[0], now[1] - then[1])
            if kept_up and self._looked - before > _LATE:
                journal.kept_up.append((before, self._looked))
            note(journal, sys._current_frames().get(journal.thread), before, kept_up)


def _has_ended(thread: int) -> bool:
    """Whether the system, too, has seen that thread's end; taken for granted if it does not say."""
    return not os.path.exists(f"{_THREADS}/{thread}")


def note(journal: Watched, frame: FrameType | None, since: float, kept_up: bool = False) -> None:
    """The step under way on that stack, if it is no short one, has done since that moment (or
    its beginning) what it does now."""
    own, start = _where(journal, frame)
    if own is not None and start is not None:
        now, began = perf_counter(), rows.begun(start)
        if now - began >= SHORT:
            sight = _sight(frame, own, now - since > _LATE, kept_up)
            _add(journal, start, sight, now - max(since, began))


def _sight(innermost: FrameType | None, own: FrameType, late: bool, kept_up: bool) -> Sight:
    """What is seen there, and how sure that is."""
    code, offset, inside = own.f_code, own.f_lasti, innermost is not own
    if kept_up and (late or (not inside and not lets_go(code, offset).startswith("CALL"))):
        return code, offset, KEPT_UP
    if not late or innermost is None:
        return code, offset, IN_TIME
    if not is_begun(innermost.f_code, innermost.f_lasti):
        return code, offset, IN_TIME if inside else LATE
    caller = innermost.f_back  # which was about to call: what took long came before that
    if inside and caller is own:
        return code, offset, BEFORE
    if not inside and caller is not None and naming.is_own(caller.f_code):
        return caller.f_code, caller.f_lasti, BEFORE
    return code, offset, LATE


def _add(journal: Watched, start: float, own: Sight, seconds: float) -> None:
    if journal.rows.lines and not journal.failed:
        spots = journal.holds.setdefault(start, {})
        spots[own] = spots.get(own, 0.0) + seconds


def _where(journal: Watched, frame: FrameType | None) -> tuple[FrameType | None, float | None]:
    """The innermost frame of the learner's own on that stack, and `START` of the step it is in."""
    own: FrameType | None = None
    while frame is not None:
        code = frame.f_code
        if code in step_frames:
            inside = internals.locals_of(frame)
            if inside.get("journal") is journal and inside.get("start"):
                return own, inside["start"]
        elif own is None and naming.is_own(code):
            own = frame
        frame = frame.f_back
    # The step in which recording began shows no frame of ours.
    return own, journal.opened[-1][0] if journal.opened else None


def moved(journal: Watched | None, seconds: float) -> None:
    """The step under way in this thread, which is that journal's, moves its virtual clock by so
    many seconds."""
    if journal is not None:
        try:
            own, start = _where(journal, sys._getframe(1))
            if own is not None and start is not None:
                _add(journal, start, (own.f_code, own.f_lasti, IN_TIME), seconds)
        except Exception as fault:
            journal.misses.add("which line held the loop", fault)
