"""The loop whose clock jumps, and `compute`, which moves it within a step.

asyncio's own selector loop on looptime's clock. Everything the loop does comes through its
selector, so there it is noticed that a program must end: it waits for what nobody will ever
do, it has been told to, or its time is up.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from contextvars import Context
from typing import Any

import looptime

from helpers.recorder import held, stand_ins
from helpers.timeline import nanoseconds, seconds

MOST_TASKS = 10_000  # tasks one simulation may make: more would fill a small machine's memory
_TICK = 1e-9  # seconds: the virtual clock counts whole nanoseconds
_MOST_OF_A_TURN = 0.1  # real seconds that count, of a turn of the loop while it winds up
_FOR_OUTSIDERS = 0.1  # real seconds a loop with nothing to do waits for a thread to wake it


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
        held.moved(stand_ins.journals.get(threading.get_ident()), seconds)
    else:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            pass


class Moment(float):
    """When a timer is due, in seconds. Of two at one moment, the one made first is first.

    On a real clock no two timers are due at quite the same time, so they come in the
    order in which they were made. Here many are, and a heap alone would shuffle them.
    """

    __slots__ = ("number",)

    number: int

    def __lt__(self, other: object) -> bool:
        if isinstance(other, Moment) and float(self) == float(other):
            return self.number < other.number
        return float(self) < other  # type: ignore[operator]  # as any float


class Stop(BaseException):
    """Ends the program from outside. Not an Exception, so that few programs swallow it."""

    def __init__(self, reason: str = "held"):
        super().__init__(reason)
        self.reason = reason


class VirtualLoop(looptime.LoopTimeEventLoop, asyncio.SelectorEventLoop):
    """asyncio's selector loop on looptime's clock, watched so that it always ends."""

    def __init__(self) -> None:
        self.over = False  # whether the program has ended
        self._computed = 0  # nanoseconds `compute` has added to looptime's clock
        self._made_tasks = 0
        self._timer_numbers = itertools.count()
        self._in_threads: list[asyncio.Future[Any]] = []
        self._threads_before = set(threading.enumerate())
        self._stop_for: str | None = None
        self._time_left: float | None = None  # real seconds
        self._looked = 0.0  # when, on the real clock
        super().__init__(start=0.0, resolution=_TICK, noop_cycles=0)
        self._clock_resolution = _TICK  # else timers fire 16 ms early where clocks are coarse
        self._jump = self._selector.select  # looptime's: polls, then moves the clock
        self._selector.select = self._select  # type: ignore[assignment,method-assign]

    def time(self) -> float:
        # An offset, because setup_looptime(start=...) forgets the threads it waits for.
        return seconds(nanoseconds(super().time()) + self._computed)

    def move(self, by: float) -> None:
        """Move the clock on by that many seconds, within the step that is running."""
        self._computed += nanoseconds(by)

    def call_at(  # type: ignore[override]  # whose types tie arguments to the callback's
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        moment = Moment(round(when, 9))  # 0.1 + 0.2 is 0.3 here
        moment.number = next(self._timer_numbers)
        return super().call_at(moment, callback, *args, context=context)

    def create_task(self, coro: Coroutine[Any, Any, Any], **options: Any) -> asyncio.Task[Any]:
        self._made_tasks += 1
        if self._made_tasks > MOST_TASKS and not self.over:
            self._stop_for = "crowd"
            coro.close()
            raise Stop("crowd")
        return super().create_task(coro, **options)

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
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
        self._write_to_self()  # type: ignore[attr-defined]
        return outside

    def leave(self) -> None:
        """Be a loop that is not running, also when an interrupt hit it while it stopped."""
        self._thread_id = None
        asyncio._set_running_loop(None)

    def allow(self, real_seconds: float) -> None:
        """The program is over; the loop may go on for that long, in real time, to wind up."""
        self.over = True
        self._stop_for = None
        self._time_left, self._looked = real_seconds, time.perf_counter()

    def _select(self, timeout: float | None) -> Any:
        """Every turn of the loop comes through here: the place to notice that it must end."""
        if self._stop_for is not None:
            raise Stop(self._stop_for)
        if self._time_left is not None:
            self._time_goes_by(self._time_left)
        if self._no_timer_helps(timeout) and not self._waits_outside():
            by_hand = self._threads_by_hand()  # asked first: one may wake us late, and be gone
            found = type(self._selector).select(self._selector, _FOR_OUTSIDERS)
            if not found and not by_hand:
                raise Stop("deadlock")
            return found
        found = self._jump(timeout)
        # After half a year a float no longer tells nanoseconds apart, and asyncio would
        # wait for ever for a timer that is due just now.
        self._clock_resolution = max(_TICK, math.ulp(self.time()))
        return found

    def _time_goes_by(self, left: float) -> None:
        """However long a turn was, only so much of it counts: the machine may have stood still."""
        before, self._looked = self._looked, time.perf_counter()
        self._time_left = left - min(self._looked - before, _MOST_OF_A_TURN)
        if self._time_left < 0:
            raise Stop("endless")

    def _no_timer_helps(self, timeout: float | None) -> bool:
        if timeout is None:
            return True
        timers: list[asyncio.TimerHandle] = self._scheduled  # type: ignore[attr-defined]
        return timeout > 0 and math.isinf(timers[0].when())

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
