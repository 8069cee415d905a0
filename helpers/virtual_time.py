"""A program on a clock that jumps: `simulate` runs it, `compute` stands for work.

The idea: an asyncio program spends nearly all its time waiting, and an event loop knows,
whenever it has nothing to run, which timer comes next. So instead of sleeping until then
it may set its clock to that moment and go on. The `looptime` library does this; here it
is put on a private loop, in a thread of its own (a notebook cell's loop is busy running
the cell), watched by the same recorder as everything else. Times come out exact, to the
nanosecond, and a year passes in milliseconds.

What is real: the program, asyncio, the order of steps, exceptions, cancellation, output.
What is not: the clock that `asyncio.sleep`, `asyncio.timeout` and `loop.time` read. Python
code costs nothing on it; `compute` says how long work would have held the loop.

What to know:

- Threads and sockets live in real time. While `asyncio.to_thread` runs, the virtual clock
  moves no faster than the real one; a thread started by hand, or a server elsewhere, is
  not waited for when a timer is due: the clock jumps there first.
- `time.perf_counter` and `time.sleep` stay real. What a step really took is kept in
  `Step.real_seconds`, which is how a `time.sleep` is found out.
- Sets have no order: which of several tasks a failing `TaskGroup` cancels first can vary.
- A program that never ends is ended here, with a sentence. One that sits in
  `time.sleep(60)` cannot be: Python has no way to stop it, so it is left behind in its
  daemon thread. One call into C that neither returns nor lets other threads run
  (`10 ** 10 ** 10`) stops the whole process, here as anywhere.
"""

from __future__ import annotations

import asyncio
import contextvars
import ctypes
import inspect
import itertools
import linecache
import math
import sys
import threading
import time
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from traceback import walk_tb
from types import FrameType, TracebackType

import looptime

from helpers.recorder import naming, record_virtual
from helpers.timeline import Timeline, nanoseconds, seconds

PATIENCE = 4.0  # real seconds a simulation may take before it is asked to stop
MOST_TASKS = 10_000  # tasks one simulation may make: more would fill a small machine's memory
_TO_GIVE_WAY = 0.5  # real seconds in which a program that awaits will notice that it should stop
_TO_BE_INTERRUPTED = 1.0  # real seconds of trying to interrupt one that does not
_TO_TIDY_UP = 10.0  # real seconds for what we do ourselves when the program has ended
_TO_WIND_UP = 1.0  # real seconds left-over tasks have for their `except` and `finally`
_TICK = 1e-9  # seconds: the virtual clock counts whole nanoseconds
_FOR_OUTSIDERS = 0.1  # real seconds a loop with nothing to do waits for a thread to wake it


class SimulationStopped(RuntimeError):
    """A simulated program would not end by itself. The message says why, and where.

    `reason` is "deadlock", "endless", "held" (the loop, by code that never awaits),
    "abandoned" (the same, and it could not be stopped), "crowd" (too many tasks) or
    "stubborn" (left-over tasks that would not be cancelled). `timeline` is what
    happened until then.
    """

    def __init__(self, message: str, reason: str, timeline: Timeline):
        super().__init__(message)
        self.reason = reason
        self.timeline = timeline

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: the sentence; a traceback would only lead into this file."""
        return [f"{type(self).__name__}: {self}"]


def simulate(
    coroutine: Coroutine, *, title: str = "", lines: bool = True, patience: float = PATIENCE
) -> Timeline:
    """Run a coroutine in virtual time and return its `Timeline`, with `.result`.

        timeline = simulate(main())     # three sleeps of 1, 2 and 3 s together: 3.0 s exactly

    It works in a notebook cell, in a coroutine and in a plain script: the program runs on
    a private loop in a thread of its own, with the caller's context variables, while the
    caller waits. The recording ends when the coroutine ends; tasks it leaves behind are
    "pending" in the timeline, and are then cancelled, as `asyncio.run` would.

    `lines=False` does without the source lines. `patience` is in real seconds.

    Raises what the program raised, with the timeline so far as its `timeline`;
    `SimulationStopped` when the program waits for ever, goes on for ever, holds the loop
    for ever or makes more than 10,000 tasks; TypeError or ValueError, with a sentence,
    when given something else than a fresh coroutine object.
    """
    __tracebackhide__ = True  # IPython leaves this frame out of the learner's traceback
    _must_be_fresh(coroutine)
    run = _Run(coroutine, title, lines)
    run.carry_out(patience)
    return run.outcome()


def compute(seconds: float) -> None:
    """Hold the loop for that many seconds, like real work: nothing else runs meanwhile.

    In real time it spins, as a calculation would. In `simulate` it moves the clock by
    exactly that much, and takes no time. In a thread, or outside a loop, it spins.

    Raises TypeError or ValueError for anything but a finite number of seconds, 0 or more.
    """
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise TypeError(f"compute needs a number of seconds, such as 0.3, and got {seconds!r}")
    if not (math.isfinite(seconds) and seconds >= 0):
        raise ValueError(f"compute needs a finite number of seconds, 0 or more; got {seconds!r}")
    loop = asyncio._get_running_loop()
    if isinstance(loop, VirtualLoop):
        loop.move(seconds)
    else:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            pass


# -- the loop ------------------------------------------------------------------------


class Moment(float):
    """When a timer is due, in seconds. Of two at one moment, the one made first is first.

    On a real clock no two timers are due at quite the same time, so they come in the
    order in which they were made. Here many are, and a heap alone would shuffle them.
    """

    __slots__ = ("number",)

    def __lt__(self, other):
        if isinstance(other, Moment) and float(self) == float(other):
            return self.number < other.number
        return float(self) < other


class _Stop(BaseException):
    """Ends the program from outside. Not an Exception, so that few programs swallow it."""

    def __init__(self, reason: str = "held"):
        super().__init__(reason)
        self.reason = reason


class VirtualLoop(looptime.LoopTimeEventLoop, asyncio.SelectorEventLoop):
    """asyncio's selector loop on looptime's clock, watched so that it always ends."""

    def __init__(self):
        self.over = False  # whether the program has ended
        self._computed = 0  # nanoseconds `compute` has added to looptime's clock
        self._made_tasks = 0
        self._timer_numbers = itertools.count()
        self._in_threads: list[asyncio.Future] = []
        self._threads_before = set(threading.enumerate())
        self._stop_for: str | None = None
        self._stop_at: float | None = None
        super().__init__(start=0.0, resolution=_TICK, noop_cycles=0)
        self._clock_resolution = _TICK  # else timers fire 16 ms early where clocks are coarse
        self._jump = self._selector.select  # looptime's: polls, then moves the clock
        self._selector.select = self._select

    def time(self) -> float:
        # An offset, because setup_looptime(start=...) forgets the threads it waits for.
        return seconds(nanoseconds(super().time()) + self._computed)

    def move(self, by: float) -> None:
        """Move the clock on by that many seconds, within the step that is running."""
        self._computed += nanoseconds(by)

    def call_at(self, when, callback, *args, context=None):
        moment = Moment(round(when, 9))  # 0.1 + 0.2 is 0.3 here
        moment.number = next(self._timer_numbers)
        return super().call_at(moment, callback, *args, context=context)

    def create_task(self, coro, **options):
        self._made_tasks += 1
        if self._made_tasks > MOST_TASKS and not self.over:
            self._stop_for = "crowd"
            coro.close()
            raise _Stop("crowd")
        return super().create_task(coro, **options)

    def run_in_executor(self, executor, func, *args):
        future = super().run_in_executor(executor, func, *args)
        self._in_threads = [f for f in self._in_threads if not f.done()] + [future]
        return future

    def stop_soon(self, reason: str) -> bool:
        """End the program at its next turn of the loop. May be called from any thread.

        True if it seems to be waiting for a thread or a socket.
        """
        outside = self._waits_outside()  # asked first: the thread may be quick to stop
        if not self.over:
            self._stop_for = reason
        self._write_to_self()
        return outside

    def leave(self) -> None:
        """Be a loop that is not running, also when an interrupt hit it while it stopped."""
        self._thread_id = None
        asyncio._set_running_loop(None)

    def allow(self, real_seconds: float) -> None:
        """The program is over; the loop may go on for that long, in real time, to wind up."""
        self.over = True
        self._stop_for = None
        self._stop_at = time.perf_counter() + real_seconds

    def _select(self, timeout):
        """Every turn of the loop comes through here: the place to notice that it must end."""
        if self._stop_for is not None:
            raise _Stop(self._stop_for)
        if self._stop_at is not None and time.perf_counter() > self._stop_at:
            raise _Stop("endless")
        if self._no_timer_helps(timeout) and not self._waits_outside():
            found = type(self._selector).select(self._selector, _FOR_OUTSIDERS)
            if not found and not self._threads_by_hand():
                raise _Stop("deadlock")
            return found
        found = self._jump(timeout)
        # After half a year a float no longer tells nanoseconds apart, and asyncio would
        # wait for ever for a timer that is due just now.
        self._clock_resolution = max(_TICK, math.ulp(self.time()))
        return found

    def _no_timer_helps(self, timeout) -> bool:
        return timeout is None or (timeout > 0 and math.isinf(self._scheduled[0].when()))

    def _waits_outside(self) -> bool:
        """Whether a socket, or a thread of `to_thread`, may still wake the loop."""
        own = 1  # the loop's own pipe, by which other threads wake it
        busy = any(not future.done() for future in self._in_threads)
        sockets = None if self._selector is None else self._selector.get_map()  # None when closed
        return busy or (sockets is not None and len(sockets) > own)

    def _threads_by_hand(self) -> bool:
        """Whether the program started threads itself: they may wake the loop later."""
        new = set(threading.enumerate()) - self._threads_before - {threading.current_thread()}
        return any(not thread.name.startswith("asyncio_") for thread in new)


# -- one run: the worker thread, and the caller who waits for it -----------------------


class _Run:
    """One simulation. `work` is all that runs in the thread; the rest is the caller's.

    While `_open`, the thread runs the loop, and may be interrupted in the learner's code;
    never while it begins or ends a recording, or tidies up.
    """

    def __init__(self, coroutine: Coroutine, title: str, lines: bool):
        self.coroutine, self.title, self.lines = coroutine, title, lines
        self.timeline = Timeline(title=title, clock="virtual")
        self.result: object = None
        self.error: BaseException | None = None
        self.fault: BaseException | None = None
        self.reason: str | None = None
        self.stuck_at = ""
        self.waits_outside = False
        self.stubborn: list[str] = []
        self.loop: VirtualLoop | None = None
        self.recording = None
        self._unwanted = False
        self._done = threading.Event()
        self._gate = threading.Lock()
        self._open = False

    # In the thread.

    def work(self) -> None:
        try:
            self.loop = VirtualLoop()
            if self._unwanted:  # stopped before it began
                self.loop.stop_soon("endless")
            try:
                self.recording = record_virtual(self.loop.time, self.title, lines=self.lines)
                with self.recording as self.timeline:
                    self._run_program()
            finally:
                self._wind_up()
        except BaseException as fault:  # ours, not the program's: the caller must hear of it
            self.fault = fault
            self.coroutine.close()
        finally:
            self._done.set()

    def _run_program(self) -> None:
        try:
            task = self.loop.create_task(self.coroutine)
            self.result = self._run_learners(self.loop.run_until_complete, task)
        except _Stop as stop:
            self.reason = self.reason or stop.reason
        except BaseException as error:
            self.error = error

    def _run_to_end(self, coroutine: Coroutine) -> None:
        """Run a coroutine of ours, in a task that uses up none of the program's default names."""
        task = asyncio.Task(coroutine, loop=self.loop, name="winding up")
        self._run_learners(self.loop.run_until_complete, task)

    def _run_learners(self, run, *awaitable):
        try:
            self._open = True
            return run(*awaitable)
        finally:
            self._open = False
            try:
                self._let_no_interrupt_follow()
            except _Stop:  # the last one, on its way when the gate was shut
                self._let_no_interrupt_follow()

    def _let_no_interrupt_follow(self) -> None:
        with self._gate:  # whoever is about to send one has sent it after this
            pass
        _interrupt(threading.get_ident(), None)

    def _wind_up(self) -> None:
        """Cancel what is left, as `asyncio.run` does, but do not wait for ever."""
        loop, left = self.loop, asyncio.all_tasks(self.loop)
        loop.set_exception_handler(lambda loop, context: None)
        loop.set_task_factory(None)
        loop.leave()
        loop.allow(_TO_WIND_UP)
        for task in left:
            with suppress(RecursionError):  # asyncio's own, where tasks wait in a circle
                task.cancel()
        try:
            loop.stop()  # one turn: a call to stop may still be in the queue
            self._run_learners(loop.run_forever)
            if left:
                self._run_to_end(asyncio.wait(left))
            self._run_to_end(loop.shutdown_asyncgens())
        except _Stop:
            self.stubborn = sorted(task.get_name() for task in left if not task.done())
            self.reason = self.reason or ("stubborn" if self.stubborn else None)
        finally:
            _bury(asyncio.all_tasks(loop))
            loop.leave()
            loop.close()

    # In the caller's thread.

    def carry_out(self, patience: float) -> None:
        context = contextvars.copy_context()
        self._worker = threading.Thread(
            target=context.run, args=(self.work,), name="simulation", daemon=True
        )
        try:
            self._worker.start()
            if not self._ends_within(patience):
                self._end()
        except BaseException:  # the Stop button: the program ends with us
            self._end()
            raise

    def _ends_within(self, real_seconds: float) -> bool:
        """Wait, in short naps: a long one would not be disturbed by Ctrl-C on every system."""
        give_up = time.perf_counter() + real_seconds
        while not self._done.wait(0.1):
            if time.perf_counter() > give_up:
                return False
        return True

    def _end(self) -> None:
        self._unwanted, soon = True, _TO_GIVE_WAY
        if self.loop is not None:
            soon += _TO_WIND_UP if self.loop.over else 0
            self.waits_outside = self.loop.stop_soon("endless")
        if self._worker.ident is None or self._ends_within(soon):
            return
        self.stuck_at = _where(self._worker.ident)
        give_up = time.perf_counter() + _TO_BE_INTERRUPTED
        while time.perf_counter() < give_up:
            self._interrupt_program()
            if self._done.wait(0.01):
                return
        in_learners_code = _own_frame(self._worker.ident) is not None
        if in_learners_code or not self._ends_within(_TO_TIDY_UP):
            self._abandon()

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
                    _interrupt(self._worker.ident, _Stop)
            finally:
                self._gate.release()

    def outcome(self) -> Timeline:
        __tracebackhide__ = True
        if self.fault is not None:
            raise self.fault
        timeline = replace(self.timeline, result=self.result)
        if self.reason is not None:
            raise SimulationStopped(_WHY[self.reason](self, timeline), self.reason, timeline)
        if self.error is not None:
            with suppress(Exception):  # an exception of theirs that lets nobody add to it
                self.error.timeline = timeline
            raise self.error.with_traceback(own_traceback(self.error))
        return timeline


# -- small tools ------------------------------------------------------------------------


def _must_be_fresh(coroutine) -> None:
    """Raise a sentence unless that is a coroutine object which has not begun."""
    if inspect.iscoroutine(coroutine):
        if inspect.getcoroutinestate(coroutine) != inspect.CORO_CREATED:
            raise ValueError(
                f"simulate needs a fresh coroutine object, and this one, {coroutine.__name__}(), "
                "has already begun or ended. A coroutine object runs once: make a new one by "
                f"calling the function again, simulate({coroutine.__name__}(...))."
            )
        return
    raise TypeError(_not_a_coroutine(coroutine))


def _not_a_coroutine(thing) -> str:
    name = getattr(thing, "__name__", type(thing).__name__)
    if inspect.iscoroutinefunction(thing):
        return (
            f"simulate needs a coroutine object, and {name} is the function that makes one. "
            f"Call it: simulate({name}(...))."
        )
    if asyncio.isfuture(thing):
        return (
            f"simulate needs a coroutine object, and this is a {name}, which already belongs to "
            "another loop. Make the task inside the program: simulate(main()), where main() "
            "calls create_task or gather."
        )
    if inspect.isasyncgen(thing) or inspect.isasyncgenfunction(thing):
        return (
            "simulate needs a coroutine object, and this is an async generator: it has a `yield`. "
            "Loop over it with `async for` inside an `async def main()`, and simulate(main())."
        )
    return (
        f"simulate needs a coroutine object, such as main(), and got {thing!r:.80}. Perhaps the "
        "function is written with `def` instead of `async def`, or was already awaited: it is "
        "simulate(main()), not simulate(await main())."
    )


def _interrupt(thread_id: int, exception: type | None) -> None:
    """Raise that exception in that thread at its next bytecode; None takes it back."""
    raised = None if exception is None else ctypes.py_object(exception)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread_id), raised)


def _bury(tasks) -> None:
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


def _own_frame(thread_id: int) -> FrameType | None:
    """The learner's innermost frame in that thread now; None if none of theirs is running."""
    frame = sys._current_frames().get(thread_id)
    while frame is not None and not naming.is_own(frame.f_code):
        frame = frame.f_back
    return frame


def _where(thread_id: int) -> str:
    """That frame in words, such as ", in main(), line 3: `time.sleep(60)`"."""
    frame = _own_frame(thread_id)
    if frame is None:
        return ""
    line = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
    text = f": `{line}`" if line else ""
    return f", in {frame.f_code.co_name}(), line {frame.f_lineno}{text}"


# -- what is said when a program had to be stopped ------------------------------------------


def _deadlock(run: _Run, timeline: Timeline) -> str:
    return (
        f"The program waits for ever: at {timeline.duration:g} s no timer is set and nothing is "
        f"ready. {_waits(timeline)}Probably tasks wait for each other, or for a set(), put(), "
        "release() or result that nobody is left to give. Follow who waits for what, and let one "
        "of them go on."
    )


def _endless(run: _Run, timeline: Timeline) -> str:
    if run.waits_outside:
        return (
            "The program did not end within a few seconds of real time. It waits for a thread "
            f"or a socket, and those are not simulated. {_waits(timeline)}Use shorter real "
            "work here, or record the program instead of simulating it."
        )
    return (
        "The program did not end within a few seconds of real time, in which its own clock went "
        f"to {timeline.duration:,g} s. {_busiest(timeline)}Probably a `while True` has no way "
        "out: give it a condition, a `return`, or somebody who cancels it."
    )


def _held(run: _Run, timeline: Timeline) -> str:
    return (
        f"One step held the loop for seconds of real time{run.stuck_at}. No other task can run "
        "before it awaits something that suspends. Probably a loop without an `await` in it, or "
        "a blocking call: wait with `await asyncio.sleep(...)`, and move work that blocks to "
        "`asyncio.to_thread`."
    )


def _abandoned(run: _Run, timeline: Timeline) -> str:
    return _held(run, timeline) + (
        " Python cannot stop such a call, so it was left behind in a thread of its own, where it "
        "goes on until it returns. Nothing else depends on it."
    )


def _crowd(run: _Run, timeline: Timeline) -> str:
    return (
        f"The program made more than {MOST_TASKS:,} tasks, and was stopped before they filled "
        "the memory. Probably a loop makes tasks without an end, or a task makes more like "
        "itself. Try it with a hundred: the picture is the same."
    )


def _stubborn(run: _Run, timeline: Timeline) -> str:
    return (
        f"The program had ended, but {_listed(map(repr, run.stubborn))} had not, and would not "
        "be cancelled. Probably it catches CancelledError, or everything with a bare `except:`, "
        "and goes on: let the exception pass, with `raise`. asyncio.run() would wait for it for "
        "ever."
    )


_WHY = {
    "deadlock": _deadlock,
    "endless": _endless,
    "held": _held,
    "abandoned": _abandoned,
    "crowd": _crowd,
    "stubborn": _stubborn,
}


def _waits(timeline: Timeline) -> str:
    """Who waits for what at the end of that timeline, as a sentence."""
    said = []
    for task in timeline.tasks:
        steps = timeline.task_steps(task.id)
        if task.outcome == "pending" and steps:
            reason = timeline.steps[steps[-1]].waiting_for or "something nobody has set"
            said.append(f"{task.name!r} waits for {reason}")
    return _listed(said) + ". " if said else ""


def _busiest(timeline: Timeline) -> str:
    if not timeline.tasks:
        return ""
    task = max(timeline.tasks, key=lambda task: len(timeline.task_steps(task.id)))
    return f"{task.name!r} took the most steps, {len(timeline.task_steps(task.id)):,}. "


def _listed(words, most: int = 5) -> str:
    words = list(words)
    if len(words) > most:
        words = [*words[: most - 1], f"{len(words) - most + 1} more"]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
