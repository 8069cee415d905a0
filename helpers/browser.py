"""In a browser: one thread, no sockets, and JavaScript's event loop instead of ours.

Pyodide has one thread, and its own `WebLoop` hands every callback to the browser: it has no
ready queue that one could look into, and keeps no order between timers. Here are the pieces
that stand in for what a computer of one's own has; `browser_page` puts them in place, and
`browser_cells` has a notebook's cells run on them. `kernel` imports these in a browser only,
before any other room is loaded, so nobody else asks where they are.

- `PagesLoop` is asyncio's own `BaseEventLoop`, and the browser turns it: one `_run_once` for
  each message or timeout. Cells run on it, so what is recorded is asyncio's queue and timers.
- `aside` lets a program run to its end inside a step of another one, in the same thread. It
  takes another number for the thread meanwhile, so that each has a journal of its own.
- `Watch` ends a program that does not end: `sys.monitoring` tells us of the jumps and calls in
  the learner's code, where another thread would have interrupted it.
- `moment` is a clock that never gives one moment twice: a browser's ticks every 0.005 to
  0.1 ms, and the recorder tells what came first by the moments it has written down.
- `asyncio.to_thread` has no thread to go to. What it is given runs in the caller's step, with
  a `time.sleep` that only counts; its result is there when that time has passed. The loop says so,
  in `notes`.

Limits: a cell that does not end cannot be stopped, only its kernel be restarted.
"""

from __future__ import annotations

import contextlib
import heapq
import sys
import threading
import time
from asyncio import base_events, events, tasks
from collections.abc import Callable, Iterator
from typing import Any

STRETCH = 0.01  # seconds of turns in a row, before the page gets a word in
LONGEST = 86_400.0  # seconds: JavaScript counts milliseconds in 32 bits
NAP = 0.05  # seconds of `time.sleep` between two looks whether its time is up
TOOL = 4  # our number among those that use `sys.monitoring`

THREAD = (
    "A browser has one thread, so no other one can be started here. To see this run, open the"
    " lesson on a computer (HELP says how)."
)
SOCKET = (
    "A page in a browser can open no socket and no server, so this cannot run here. To see it"
    " run, open the lesson on a computer (HELP says how)."
)
PROCESS = (
    "A browser can start no other program, so this cannot run here. To see it run, open the"
    " lesson on a computer (HELP says how)."
)
FOREVER = (
    "This would wait forever: a browser has one thread, and it is the one that waits. To see"
    " it run, open the lesson on a computer (HELP says how)."
)
IN_THIS_STEP = (
    "a browser has one thread: what asyncio.to_thread was given ran in the step that asked for it,"
    " and its time.sleep was only counted"
)


class NotHere(RuntimeError):
    """Something that a browser does not have; its text is a sentence for the learner."""

    told = False  # whether the learner has read it


class NotHereOSError(NotHere, OSError):
    """A socket or another program; who is prepared to do without catches OSError."""


class ModuleNotHereError(NotHere, ModuleNotFoundError):
    """A package that needs what a browser does not have."""


met: list[NotHere] = []  # in callbacks, which have nobody to raise it to


# -- which thread this is ------------------------------------------------------------------------

_ident = threading.get_ident
_depth = 0  # how many programs run aside, one inside the other


def get_ident() -> int:
    """The thread's number; another one for what runs `aside`."""
    return _ident() + _depth


def current_frames() -> dict[int, Any]:
    return {get_ident(): sys._getframe(1)}


@contextlib.contextmanager
def aside() -> Iterator[None]:
    """While it lasts nothing is running here: no loop, no task; in a thread of another number."""
    global _depth
    with _left(events._get_running_loop()):
        events._set_running_loop(None)
        _depth += 1
        try:
            yield
        finally:
            _depth -= 1


class _Policy:
    """What a thread has, as far as asyncio goes: at first no loop."""

    def __init__(self) -> None:
        self._loop: Any = None

    def get_event_loop(self) -> Any:
        if self._loop is None:
            raise RuntimeError("There is no current event loop in thread 'asyncio_0'.")
        return self._loop

    def set_event_loop(self, loop: Any) -> None:
        self._loop = loop

    def new_event_loop(self) -> Any:
        return Loop()


@contextlib.contextmanager
def no_current_loop() -> Iterator[None]:
    """While it lasts asyncio knows of no loop that anybody has set, as in a new thread."""
    asked: Any = events
    before, asked._event_loop_policy = asked._event_loop_policy, _Policy()
    try:
        yield
    finally:
        asked._event_loop_policy = before


@contextlib.contextmanager
def _left(outer: Any) -> Iterator[None]:
    """Leave that loop and its task for a while."""
    task = None if outer is None else tasks.current_task(outer)
    if task is not None:
        tasks._leave_task(outer, task)
    try:
        yield
    finally:
        events._set_running_loop(outer)
        if task is not None:
            tasks._enter_task(outer, task)


# -- which moment this is ------------------------------------------------------------------------

_plain_clock = time.perf_counter
_LEAST = 1e-9  # seconds between two readings
_last = 0.0
_asleep: float | None = None  # while a loop wakes: the moment at which it went to sleep


def moment() -> float:
    """Seconds, as `time.perf_counter`, never the same twice.

    A loop of ours sleeps between two calls of the browser's, and its selector is told of it
    afterwards: until that returns, it is still the moment at which it went to sleep.
    """
    global _last, _asleep
    if _asleep is not None:
        _asleep += _LEAST
        return _asleep
    now = _plain_clock()
    _last = now if now > _last else _last + _LEAST
    return _last


# -- loops without sockets -----------------------------------------------------------------------


class Waiting:
    """In place of a selector, where nothing can be waited for but time."""

    def __init__(self) -> None:
        self.looks_only = False  # whether the next look is one that must not wait

    def select(self, timeout: float | None = None) -> list[Any]:
        """Wait so long, for real, and everything with it; or only look."""
        global _asleep
        _asleep = None
        looks_only, self.looks_only = self.looks_only, False
        if timeout is None and not looks_only:
            raise NotHere(FOREVER)
        if timeout and timeout > 0 and not looks_only:
            _plain_sleep(timeout)
        return []

    def get_map(self) -> dict[Any, Any]:
        return {}

    def close(self) -> None:
        pass


def refuse(sentence: str) -> Callable[..., Any]:
    """A function that says so, whatever it is given."""

    def refused(*_: Any, **__: Any) -> Any:
        raise NotHereOSError(sentence)

    return refused


class Loop(base_events.BaseEventLoop):
    """asyncio's loop without files and sockets: what `asyncio.run` gets, and virtual time."""

    def __init__(self, selector: object = None) -> None:
        super().__init__()
        self.notes: list[str] = []  # for whoever records it
        self._selector = Waiting()

    def _process_events(self, found: object) -> None:
        pass

    def _write_to_self(self) -> None:
        pass

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        if isinstance(error := context.get("exception"), NotHere):
            met.append(error)  # the cell says it, in place of a traceback, unless one has
        else:
            super().call_exception_handler(context)

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override]
        """Run it now, count the seconds it sleeps, and have the result ready after those."""
        if IN_THIS_STEP not in self.notes:
            self.notes.append(IN_THIS_STEP)
        future = self.create_future()
        with aside(), no_current_loop(), counted_sleeps() as slept:
            try:
                value, error = func(*args), None
            except Exception as raised:
                value, error = None, raised

        def settle() -> None:
            if not future.done():
                future.set_exception(error) if error else future.set_result(value)

        self.call_later(sum(slept), settle)
        return future


_SOCKETS = (
    "create_connection create_server create_datagram_endpoint create_unix_connection getaddrinfo"
    " create_unix_server sock_connect sock_accept sock_recv sock_sendall add_reader add_writer"
)
for _name in _SOCKETS.split():
    setattr(Loop, _name, refuse(SOCKET))
for _name in ("subprocess_exec", "subprocess_shell"):
    setattr(Loop, _name, refuse(PROCESS))


class PagesLoop(Loop):
    """A loop that never blocks: the browser calls `turn` whenever there may be something to do.

    `call(seconds, function)` has the browser call a function, and returns what `cancel` takes.
    """

    def __init__(self, call: Callable[..., Any], cancel: Callable[[Any], None]) -> None:
        self._call, self._cancel = call, cancel
        self._asked: tuple[float, Any] | None = None  # when the browser will call, and its number
        self._turning = False
        self._slept_since: float | None = None
        self._until: float | None = None
        super().__init__()
        self._thread_id = _ident()  # it counts as running from now on

    def is_running(self) -> bool:
        return True

    def __del__(self) -> None:
        """It is never closed, and no warning is due."""

    def _call_soon(self, callback: Any, args: Any, context: Any) -> Any:
        handle = super()._call_soon(callback, args, context)  # type: ignore[misc]
        self._ask(0.0)
        return handle

    def call_at(  # type: ignore[override]
        self, when: float, callback: Any, *args: Any, context: Any = None
    ) -> Any:
        timer = super().call_at(when, callback, *args, context=context)
        self._ask(max(0.0, when - self.time()))
        return timer

    def _write_to_self(self) -> None:
        self._ask(0.0)

    def _ask(self, delay: float) -> None:
        """Have the browser call us in so many seconds, or sooner if that is asked for already."""
        if self._turning:  # asked for at the end of the turn
            return
        delay = min(delay, LONGEST)
        due = _plain_clock() + delay
        if self._asked is not None:
            if self._asked[0] <= due:
                return
            self._cancel(self._asked[1])
        self._asked = due, self._call(delay, self.turn)

    def turn(self, *_: object) -> None:
        """Run what is ready, for a short while; then ask to be called again."""
        self._asked = None
        if self._turning:  # something waits inside one of our steps
            return
        self._turning = True
        try:
            with running(self):
                self._wake()
                enough = _plain_clock() + STRETCH
                self._one_turn()
                while self._ready and _plain_clock() < enough:  # type: ignore[attr-defined]
                    self._one_turn()
        finally:
            self._turning = False
            self._rest()

    def _one_turn(self) -> None:
        self._selector.looks_only = True
        self._run_once()  # type: ignore[attr-defined]

    def _wake(self) -> None:
        """Tell the selector that it has slept."""
        global _asleep
        if self._slept_since is not None:
            _asleep, self._slept_since = self._slept_since, None
            try:
                self._selector.looks_only = True
                self._selector.select(self._until)
            finally:
                _asleep = None

    def _rest(self) -> None:
        timers: list[Any] = self._scheduled  # type: ignore[attr-defined]
        while timers and timers[0]._cancelled:
            self._timer_cancelled_count -= 1  # type: ignore[attr-defined]
            heapq.heappop(timers)._scheduled = False
        if self._ready:  # type: ignore[attr-defined]
            self._ask(0.0)
            return
        self._selector.looks_only = True
        self._selector.select(0)  # the last step is over
        self._slept_since = moment()
        self._until = max(0.0, timers[0]._when - self.time()) if timers else None
        if self._until is not None:
            self._ask(self._until)


@contextlib.contextmanager
def running(loop: Any) -> Iterator[None]:
    """Be the running loop of this thread for a while, and nobody's task."""
    hooks = sys.get_asyncgen_hooks()
    with _left(events._get_running_loop()):
        sys.set_asyncgen_hooks(loop._asyncgen_firstiter_hook, loop._asyncgen_finalizer_hook)
        events._set_running_loop(loop)
        try:
            yield
        finally:
            sys.set_asyncgen_hooks(*hooks)


# -- time.sleep, and programs that must end ------------------------------------------------------

_plain_sleep = time.sleep
_counting: list[float] | None = None
_watch: Watch | None = None


def sleep(seconds: float) -> None:
    """`time.sleep`: only counted in what `to_thread` was given, and cut short where a program's
    time is up."""
    if _counting is not None:
        _counting.append(seconds)
        return
    while _watch is not None and seconds > NAP:
        _plain_sleep(NAP)
        seconds -= NAP
        _watch.look_in()
    _plain_sleep(seconds)


@contextlib.contextmanager
def counted_sleeps() -> Iterator[list[float]]:
    global _counting
    before, _counting = _counting, []
    try:
        yield _counting
    finally:
        _counting = before


class Watch:
    """Calls `look_in` now and then while code runs that is the learner's, at its jumps and calls:
    where another thread would have interrupted it. What that raises, it raises there."""

    def __init__(self, look_in: Callable[[], None], is_own: Callable[[Any], bool]) -> None:
        self.look_in, self._is_own = look_in, is_own
        self._outer: Watch | None = None

    def _look(self, code: Any, *_: object) -> object:
        if not self._is_own(code):
            return sys.monitoring.DISABLE
        self.look_in()
        return None

    def __enter__(self) -> None:
        global _watch
        self._outer, _watch = _watch, self
        if self._outer is None:
            sys.monitoring.use_tool_id(TOOL, "see the loop")
        self._listen()

    def _listen(self) -> None:
        seen = sys.monitoring.events
        for event in (seen.JUMP, seen.PY_START):
            sys.monitoring.register_callback(TOOL, event, self._look)
        sys.monitoring.restart_events()
        sys.monitoring.set_events(TOOL, seen.JUMP | seen.PY_START)

    def __exit__(self, *_: object) -> None:
        global _watch
        _watch = self._outer
        if self._outer is not None:
            self._outer._listen()
        else:
            sys.monitoring.set_events(TOOL, 0)
            sys.monitoring.free_tool_id(TOOL)
