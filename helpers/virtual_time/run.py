"""One simulation: a worker thread that runs the program, and the caller who waits for it.

A program that does not end by itself is asked to, then interrupted; one that cannot be
(`time.sleep(60)`) is left behind in its thread, with nothing of ours in it.
"""

from __future__ import annotations

import asyncio
import contextvars
import ctypes
import linecache
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from dataclasses import replace
from traceback import walk_tb
from types import FrameType, TracebackType
from typing import Any

from helpers.recorder import Recording, naming, record_virtual
from helpers.recorder.processor import cpu_clock, processor_time
from helpers.timeline import Timeline
from helpers.virtual_time import clocks
from helpers.virtual_time.interrupts import interrupt, let_none_follow
from helpers.virtual_time.loop import Stop, VirtualLoop
from helpers.virtual_time.sentences import Circumstances, SimulationStopped, must_be_fresh, why

PATIENCE = 4.0  # real seconds a simulation may take before it is asked to stop
_STARVED = 2  # times its patience, for one that wants the processor and does not get it
_NAP = 0.1  # real seconds between two looks
_LEAST_OF_A_NAP = _NAP / 8  # that count, so that there is an end on the busiest machine
_TO_GIVE_WAY = 0.5  # real seconds in which a program that awaits will notice that it should stop
_TO_BE_INTERRUPTED = 1.0  # real seconds of trying to interrupt one that does not
_INTERRUPTS = 20  # tries at least
_TO_TIDY_UP = 10.0  # real seconds for what we do ourselves when the program has ended
_TO_WIND_UP = 1.0  # real seconds left-over tasks have for their `except` and `finally`


def simulate(
    coroutine: Coroutine[Any, Any, Any],
    *,
    title: str = "",
    lines: bool = True,
    patience: float = PATIENCE,
) -> Timeline:
    """Run a coroutine in virtual time and return its `Timeline`, with `.result`.

        timeline = simulate(main())     # three sleeps of 1, 2 and 3 s together: 3.0 s exactly

    It works in a notebook cell, in a coroutine and in a plain script: the program runs on
    a private loop in a thread of its own, with the caller's context variables, while the
    caller waits. The recording ends when the coroutine ends; tasks it leaves behind are
    "pending" in the timeline, and are then cancelled, as `asyncio.run` would.

    `lines=False` does without the source lines. `patience` is in real seconds; on a machine
    too busy to let the program run it is twice as many.

    Raises what the program raised, with the timeline so far as its `timeline`;
    `SimulationStopped` when the program waits for ever, goes on for ever, holds the loop
    for ever or makes more than 10,000 tasks; TypeError or ValueError, with a sentence,
    when given something else than a fresh coroutine object.
    """
    __tracebackhide__ = True  # IPython leaves this frame out of the learner's traceback
    must_be_fresh(coroutine)
    run = Run(coroutine, title, lines)
    run.carry_out(patience)
    return run.outcome()


class Run:
    """One simulation. `work` is all that runs in the thread; the rest is the caller's.

    While `_open`, the thread runs the loop, and may be interrupted in the learner's code;
    never while it begins or ends a recording, or tidies up.
    """

    def __init__(self, coroutine: Coroutine[Any, Any, Any], title: str, lines: bool):
        self.coroutine, self.title, self.lines = coroutine, title, lines
        self.names = clocks.names_of(coroutine)
        self.notes = tuple(clocks.unfollowed(coroutine))
        self.timeline = Timeline(title=title, clock="virtual")
        self.result: object = None
        self.error: BaseException | None = None
        self.fault: BaseException | None = None
        self.reason: str | None = None
        self.stuck_at = ""
        self.waits_outside = False
        self.stubborn: tuple[str, ...] = ()
        self.loop: VirtualLoop | None = None
        self.recording: Recording | None = None
        self._clock: int | None = None
        self._unwanted = False
        self._done = threading.Event()
        self._gate = threading.Lock()
        self._open = self._interrupted = False

    # In the thread.

    def work(self) -> None:
        try:
            self._clock = cpu_clock()
            loop = self.loop = VirtualLoop()
            if self._unwanted:  # stopped before it began
                loop.stop_soon("endless")
            try:
                self.recording = record_virtual(loop.time, self.title, lines=self.lines)
                with self.recording as self.timeline, clocks.telling(loop.time):
                    self._run_program(loop)
            finally:
                self._wind_up(loop)
        except BaseException as fault:  # ours, not the program's: the caller must hear of it
            self.fault = fault
            self.coroutine.close()
        finally:
            self._done.set()

    def _run_program(self, loop: VirtualLoop) -> None:
        try:
            task = loop.create_task(self.coroutine)
            self.result = self._run_learners(loop.run_until_complete, task)
        except Stop as stop:
            self.reason = self.reason or stop.reason
        except BaseException as error:
            self.error = error

    def _run_to_end(self, loop: VirtualLoop, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Run a coroutine of ours, in a task that uses up none of the program's default names."""
        task = asyncio.Task(coroutine, loop=loop, name="winding up")
        self._run_learners(loop.run_until_complete, task)

    def _run_learners(self, run: Callable[..., Any], *awaitable: object) -> Any:
        try:
            self._open = True
            return run(*awaitable)
        finally:
            self._open = False
            try:
                self._let_no_interrupt_follow()
            except Stop:  # the last one, on its way when the gate was shut
                self._let_no_interrupt_follow()

    def _let_no_interrupt_follow(self) -> None:
        with self._gate:  # whoever is about to send one has sent it after this
            pass
        if self._interrupted:
            let_none_follow()

    def _wind_up(self, loop: VirtualLoop) -> None:
        """Cancel what is left, as `asyncio.run` does, but do not wait for ever."""
        left = asyncio.all_tasks(loop)
        loop.set_exception_handler(lambda loop, context: None)
        loop.set_task_factory(None)
        loop.leave()
        loop.allow(_TO_WIND_UP)
        self._left = _TO_WIND_UP
        for task in left:
            with suppress(RecursionError):  # asyncio's own, where tasks wait in a circle
                task.cancel()
        try:
            loop.stop()  # one turn: a call to stop may still be in the queue
            self._run_learners(loop.run_forever)
            if left:
                self._run_to_end(loop, asyncio.wait(left))
            self._run_to_end(loop, loop.shutdown_asyncgens())
        except Stop:
            self.stubborn = tuple(sorted(task.get_name() for task in left if not task.done()))
            self.reason = self.reason or ("stubborn" if self.stubborn else None)
        finally:
            _bury(asyncio.all_tasks(loop))
            loop.leave()
            loop.close()

    # In the caller's thread.

    def carry_out(self, patience: float) -> None:
        context = contextvars.copy_context()
        worker: Any = threading.Thread(
            target=context.run, args=(self.work,), name="simulation", daemon=True
        )
        # Where no thread can be had (in a browser), this one may run in the caller's.
        worker.look_in, worker.is_own = self._look_in, naming.is_own
        self._worker: threading.Thread = worker
        self._left, self._looked = patience, time.perf_counter()
        self._begun = time.process_time()
        with clocks.following(self.names):
            try:
                self._worker.start()
                del worker.look_in
                if not self._ends_in_time(patience):
                    self._end()
            except BaseException:  # the Stop button: the program ends with us
                self._end()
                raise

    def _ends_in_time(self, patience: float) -> bool:
        """Whether it ends within so many real seconds, or some more on a busy machine: a program
        that is kept from the processor by others is no program without an end. One that is over
        has had its time: what is left of it may wind up."""
        took = 0.0
        while not self._done.is_set():
            took += self._nap()
            if self.loop is not None and self.loop.over:
                return self._ends_within(_TO_WIND_UP)
            had_its_share = took > patience and self._used() > patience / 2
            if took > _STARVED * patience or had_its_share:
                return False
        return True

    def _used(self) -> float:
        """Processor time of the program's own thread: what others of this process use is not
        charged to it. Where no clock tells one thread's, all that are at work since it began."""
        if self._clock is None:
            return time.process_time() - self._begun
        return processor_time(self._clock)[0]

    def _ends_within(self, real_seconds: float) -> bool:
        """Wait, in short naps: a long one would not be disturbed by Ctrl-C on every system."""
        while not self._done.is_set():
            if real_seconds <= 0:
                return False
            real_seconds -= self._nap()
        return True

    def _nap(self) -> float:
        """Wait a moment for the program's end; how many real seconds that gave the program.

        Not those in which others had the processor; nor more than the moment, however long it
        was: a machine that stands still (a laptop asleep, say) lets nobody run.
        """
        begun, kept = time.perf_counter(), self._kept_waiting()
        self._done.wait(_NAP)
        given = time.perf_counter() - begun - (self._kept_waiting() - kept)
        return max(_LEAST_OF_A_NAP, min(given, _NAP))

    def _kept_waiting(self) -> float:
        """Real seconds in which the program's thread could have gone on, and the system let others,
        as far as it says so; Linux does."""
        try:
            with open(f"/proc/self/task/{self._worker.native_id}/schedstat") as of_thread:
                return int(of_thread.read().split()[1]) / 1e9
        except (OSError, ValueError, IndexError):
            return 0.0

    def _end(self) -> None:
        self._unwanted, soon = True, _TO_GIVE_WAY
        if self.loop is not None:
            soon += _TO_WIND_UP if self.loop.over else 0
            self.waits_outside = self.loop.stop_soon("endless")
        if self._worker.ident is None or self._ends_within(soon):
            return
        self.stuck_at = _where(self._worker.ident)
        give_up, tries = time.perf_counter() + _TO_BE_INTERRUPTED, 0
        while tries < _INTERRUPTS or time.perf_counter() < give_up:
            tries += 1
            self._interrupt_program()
            if self._done.wait(0.01):
                return
        in_learners_code = _own_frame(self._worker.ident) is not None
        if in_learners_code or not self._ends_within(_TO_TIDY_UP):
            self._abandon()

    def _look_in(self) -> None:
        """Where nobody waits for it: called now and then in the learner's code, raises `Stop` there
        when the program's time is up. Of the time between two looks no more than a nap counts."""
        loop, now = self.loop, time.perf_counter()
        if loop is None or not self._open:
            return
        self._left -= min(now - self._looked, _NAP)
        self._looked = now
        if self._left < 0:
            self.waits_outside = loop.stop_soon("endless")
        if self._left < -_TO_GIVE_WAY:
            self.reason, self.stuck_at = self.reason or "held", _where(threading.get_ident())
            raise Stop

    def _abandon(self) -> None:
        """Leave the thread behind, but nothing of ours in it."""
        self.reason = "abandoned" if self.reason in (None, "held") else self.reason
        if self.recording is not None:
            self.recording.__exit__(None, None, None)

    def _interrupt_program(self) -> None:
        if self._gate.acquire(timeout=0.05):
            try:
                if self._open and _own_frame(self._worker.ident) is not None:
                    self.reason = self.reason or "held"
                    self._interrupted = True
                    interrupt(self._worker.ident or 0, Stop)
            finally:
                self._gate.release()

    def outcome(self) -> Timeline:
        __tracebackhide__ = True
        if self.fault is not None:
            raise self.fault
        notes = (*self.timeline.notes, *self.notes)
        timeline = replace(self.timeline, result=self.result, notes=notes)
        if self.reason is not None:
            known = Circumstances(self.stuck_at, self.waits_outside, self.stubborn)
            raise SimulationStopped(why(self.reason, timeline, known), self.reason, timeline)
        if self.error is not None:
            with suppress(Exception):  # an exception of theirs that lets nobody add to it
                self.error.timeline = timeline  # type: ignore[attr-defined]
            raise self.error.with_traceback(own_traceback(self.error))
        return timeline


# -- small tools -----------------------------------------------------------------------------


def _bury(tasks: Iterable[Any]) -> None:
    """Let go of tasks that would not end, without the complaints of their destruction."""
    for task in tasks:
        task._log_destroy_pending = False
        coroutine = task.get_coro()
        try:
            coroutine.close()
        except BaseException:  # it goes on all the same: to destroy it would run it once more
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(coroutine))  # so it is kept for ever


def own_traceback(error: BaseException) -> TracebackType | None:
    """That exception's traceback, of the learner's own lines only; None if it has none."""
    own = None
    for frame, line in reversed(list(walk_tb(error.__traceback__))):
        if naming.is_own(frame.f_code):
            own = TracebackType(own, frame, frame.f_lasti, line)
    return own


def _own_frame(thread_id: int | None) -> FrameType | None:
    """The learner's innermost frame in that thread now; None if none of theirs is running."""
    frame = sys._current_frames().get(thread_id or 0)
    while frame is not None and not naming.is_own(frame.f_code):
        frame = frame.f_back
    return frame


def _where(thread_id: int | None) -> str:
    """That frame in words, such as ", in main(), line 3: `time.sleep(60)`"."""
    frame = _own_frame(thread_id)
    if frame is None:
        return ""
    line = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
    text = f": `{line}`" if line else ""
    return f", in {frame.f_code.co_name}(), line {frame.f_lineno}{text}"
