"""Which line holds the loop: looked up while it does, so nobody pays who does not.

A step that is over has told its lines of suspension, not where its time went. So a thread of
ours looks in now and then: where a step has been under way for a while, it notes at which
line of the learner's own the thread stands, and what is called there. In virtual time
`compute` takes none; it says here how far it moved the clock.

Limits: a sample, not a measurement; of a step that does two things the line is told at which it
was seen longer. A step that goes on in C code without letting other threads run is seen when
that lets go, which is at that call. Where no thread can be started (in a browser), and where
lines are not wanted, nothing is noted.
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
from helpers.recorder.misses import Misses
from helpers.recorder.present import step_frames
from helpers.recorder.rows import Holds, Spot

INTERVAL = 0.03  # seconds between two looks: three or so before a step counts as long
SHORT = 0.05  # seconds: no note is made of a step before
_AT_MOST = 0.5  # seconds that a fork waits for the end of our thread
_THREADS = "/proc/self/task"  # where Linux lists those of this process


class Watched(Protocol):
    """What is asked of a journal."""

    thread: int
    holds: Holds
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
        for journal in list(self._watched()):
            note(journal, sys._current_frames().get(journal.thread), before)


def _has_ended(thread: int) -> bool:
    """Whether the system, too, has seen that thread's end; taken for granted if it does not say."""
    return not os.path.exists(f"{_THREADS}/{thread}")


def note(journal: Watched, frame: FrameType | None, since: float) -> None:
    """The step under way on that stack, if it is no short one, has done since that moment (or
    its beginning) what it does now."""
    own, start = _where(journal, frame)
    if own is not None and start is not None:
        now, began = perf_counter(), rows.begun(start)
        if now - began >= SHORT:
            _add(journal, start, own, now - max(since, began))


def _add(journal: Watched, start: float, own: Spot, seconds: float) -> None:
    if journal.rows.lines and not journal.failed:
        spots = journal.holds.setdefault(start, {})
        spots[own] = spots.get(own, 0.0) + seconds


def _where(journal: Watched, frame: FrameType | None) -> tuple[Spot | None, float | None]:
    """The innermost code of the learner's own on that stack, and `START` of the step it is in."""
    own: Spot | None = None
    while frame is not None:
        code = frame.f_code
        if code in step_frames:
            inside = internals.locals_of(frame)
            if inside.get("journal") is journal and inside.get("start"):
                return own, inside["start"]
        elif own is None and naming.is_own(code):
            own = code, frame.f_lasti
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
                _add(journal, start, own, seconds)
        except Exception as fault:
            journal.misses.add("which line held the loop", fault)
