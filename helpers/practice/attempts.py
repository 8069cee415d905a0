"""One attempt: the learner's function, run where it can do no harm, and what it did.

`attempt` runs it in virtual time, with its output caught and its warnings read, and turns
everything that can go wrong into a sentence. `Jobs` lends it the building blocks of an
exercise and writes down when each of them ran, as a `Timeline` of its own: so a check
sees the work itself, whether the learner wrapped it in a task, a gather, or nothing.

The limits are `simulate`'s. Output beyond 100,000 characters ends the attempt.
"""

from __future__ import annotations

import asyncio
import builtins
import functools
import inspect
import re
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from contextvars import ContextVar
from dataclasses import replace
from io import TextIOBase
from typing import Any, NoReturn, cast

from helpers.practice import sentences
from helpers.practice.checks import NotYet, circumstance, holds_results
from helpers.timeline import TaskSpan, Timeline
from helpers.virtual_time import SimulationStopped, own_traceback, simulate

Program = Callable[..., Any]  # the learner's function, or one that is lent: any style

PATIENCE = 1.5  # real seconds: a check must answer within five, whatever it is given
MOST_OUTPUT = 100_000  # characters
_seen: ContextVar[list[Timeline] | None] = ContextVar("timelines of the attempts", default=None)


class Raised(NotYet):
    """The learner's code raised; `trace` is its traceback, cut down to the learner's lines."""

    def __init__(self, error: BaseException, timeline: Timeline | None):
        super().__init__(_said(error), timeline)
        self.error = error
        self.trace = _trace(error)


def attempt(
    function: Program,
    *args: object,
    may_raise: type[BaseException] | tuple[type[BaseException], ...] = (),
) -> Timeline:
    """Run `function(*args)` in virtual time and return its timeline, with `.result`.

    `function` is a coroutine function or a plain one. An exception of a type in
    `may_raise` is its result. Raises NotYet with a sentence for everything else: what
    the function raised, why it had to be stopped, a coroutine it forgot to await.
    """
    _asyncio_is_whole()
    page = _Page()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with _kept_whole() as replaced, redirect_stdout(page), redirect_stderr(page):
            timeline, error = _simulated(_program(function, args))
    if (seen := _seen.get()) is not None:
        seen.append(replace(timeline, title=circumstance()))
    if page.full:
        raise NotYet(_FLOOD, timeline)
    if replaced:
        raise NotYet(_REPLACED.format(names=", ".join(replaced)), timeline)
    if isinstance(error, may_raise):
        return replace(timeline, result=error)
    if error is not None:
        raise _not_yet(error, timeline)
    _nothing_forgotten(timeline, warned)
    return timeline


def _not_yet(error: BaseException, timeline: Timeline) -> NotYet:
    if isinstance(error, NotYet | SimulationStopped):
        return NotYet(str(error), timeline)
    return Raised(error, timeline)


def _program(function: Program, args: tuple[object, ...]) -> Coroutine[Any, Any, Any]:
    """The coroutine to simulate; a plain function is called inside one."""
    if inspect.iscoroutinefunction(function):
        return cast(Coroutine[Any, Any, Any], function(*args))

    async def program() -> object:
        return function(*args)

    return program()


def _simulated(coroutine: Coroutine[Any, Any, Any]) -> tuple[Timeline, BaseException | None]:
    try:
        return simulate(coroutine, lines=False, patience=PATIENCE), None
    except BaseException as error:
        timeline = getattr(error, "timeline", None)
        if timeline is None:  # not the program's: the Stop button, or a fault of ours
            raise
        return timeline, error


def show_instead(timeline: Timeline) -> None:
    """Let charts show that in the place of the latest attempt: the same, told better."""
    if seen := _seen.get():
        seen[-1] = replace(timeline, title=seen[-1].title)


@contextmanager
def watching_attempts() -> Iterator[list[Timeline]]:
    """Inside this block, the timelines of all attempts are kept in the list it gives; the title
    of each is what `where` said of it."""
    timelines: list[Timeline] = []
    token = _seen.set(timelines)
    try:
        yield timelines
    finally:
        _seen.reset(token)


# -- the building blocks lent to the learner -----------------------------------------------


class Jobs:
    """Lends coroutine functions to the learner, and remembers when they ran.

    jobs = Jobs()
    timeline = attempt(breakfast, jobs.watch(brew), jobs.watch(toast))
    ran_together(jobs.timeline, "brew", "toast")
    """

    def __init__(self) -> None:
        self._spans: list[TaskSpan] = []
        self._over: float | None = None  # when the program ended, if jobs were left over

    def watch(self, function: Program, name: str = "") -> Program:
        """The same coroutine function, watched. A job is called by the function's name, or by
        `name`, which is what the learner's function calls it; and by its arguments if it has
        any: "brew", "fetch(menu)"."""
        name = name or function.__name__

        @functools.wraps(function)
        async def watched(*args: object, **kwargs: object) -> object:
            job = self._begin(name, args)
            try:
                result = await function(*args, **kwargs)
            except asyncio.CancelledError:
                self._end(job, "cancelled")
                raise
            except BaseException as error:
                self._end(job, "raised", f"{type(error).__name__}: {error}")
                raise
            self._end(job, "returned")
            return result

        # A chart calls a task by its code's name: the learner should meet the lent function's.
        ours: Any = watched
        ours.__name__ = ours.__qualname__ = name
        ours.__code__ = ours.__code__.replace(co_name=name, co_qualname=name)
        return watched

    def _begin(self, name: str, args: tuple[object, ...]) -> int:
        called = f"{name}({', '.join(map(str, args))})" if args else name
        job, now = len(self._spans), _now()
        self._spans.append(TaskSpan(id=job, name=called, coroutine=name, created=now, started=now))
        return job

    def _end(self, job: int, outcome: str, exception: str | None = None) -> None:
        now = _now()
        if getattr(asyncio._get_running_loop(), "over", False):  # cut off: it was left over
            self._over = now if self._over is None else self._over
            return
        ended = replace(self._spans[job], ended=now, outcome=outcome, exception=exception)
        self._spans[job] = ended

    @property
    def timeline(self) -> Timeline:
        """What the jobs did, each as if it were a task; it has no steps."""
        moments = [self._over or 0.0, *(s.ended or s.started or 0.0 for s in self._spans)]
        return Timeline.of(self._spans, title="the jobs", clock="virtual", duration=max(moments))


def _now() -> float:
    loop = asyncio._get_running_loop()
    return 0.0 if loop is None else loop.time()  # driven by hand, there is no clock


# -- what can be wrong with any program ------------------------------------------------------


class _Flood(BaseException):
    """Ends a program that prints without end."""


class _Page(TextIOBase):
    """Takes what is printed (the recorder keeps it), until it is too much."""

    def __init__(self) -> None:
        self._length = 0

    @property
    def full(self) -> bool:
        return self._length > MOST_OUTPUT

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._length += len(text)
        if self.full:
            raise _Flood
        return len(text)


def _asyncio_is_whole() -> None:
    lost = [name for name, own in _ASYNCIO.items() if getattr(asyncio, name, None) is not own]
    if lost:
        raise NotYet(_LOST.format(names=", ".join(f"asyncio.{name}" for name in lost)))


@contextmanager
def _kept_whole() -> Iterator[list[str]]:
    """Puts back what the program replaced in modules that all share, and lists it.

    `input` is ours meanwhile: it would hold the loop until somebody types.
    """
    shared = {module: dict(vars(module)) for module in (asyncio, builtins, time)}
    depth = sys.getrecursionlimit()
    replaced: list[str] = []
    builtins.input = _no_input
    try:
        yield replaced
    finally:
        sys.setrecursionlimit(depth)
        ours = {(builtins, "input"): _no_input}
        for module, contents in shared.items():
            for name, value in contents.items():
                there = getattr(module, name, None)
                if there is not value:
                    setattr(module, name, value)
                    if there is not ours.get((module, name), value):
                        replaced.append(f"{module.__name__}.{name}")


def _no_input(prompt: object = "") -> NoReturn:
    raise NotYet(
        "Your program calls input(), which holds the loop until somebody types: no other task "
        "can run meanwhile. Here it is not needed; take the values from the arguments."
    )


# What lent functions and solutions need; an earlier cell may have replaced it.
_ASYNCIO = {
    name: getattr(asyncio, name)
    for name in ("sleep", "create_task", "gather", "wait", "wait_for", "timeout", "TaskGroup")
}
_LOST = (
    "An earlier cell replaced {names} by something else, so nothing can be checked. Give what "
    "is yours another name, restart the kernel, and run the lesson again from the top."
)
_REPLACED = (
    "Your program replaced {names}, which everything else uses too (it has been put back). "
    "Choose another name for your own."
)
_FLOOD = (
    f"Your program printed more than {MOST_OUTPUT:,} characters and was stopped. Probably a "
    "print is in a loop that has no end, or prints far more than you meant."
)
_NEVER_AWAITED = re.compile(r"coroutine '(?:.*\.)?([^']+)' was never awaited")


def _nothing_forgotten(timeline: Timeline, warned: list[warnings.WarningMessage]) -> None:
    holds_results(timeline)
    for warning in warned:
        if found := _NEVER_AWAITED.search(str(warning.message)):
            raise NotYet(sentences.never_awaited(found[1]), timeline)


def _said(error: BaseException) -> str:
    """A sentence about an exception that ended the learner's program."""
    if isinstance(error, SystemExit):
        return (
            "Your program called sys.exit() (or exit()), which ends the whole program and not "
            "only this function. Use `return`."
        )
    if isinstance(error, asyncio.CancelledError):
        return sentences.ended_as_cancelled()
    if "Event loop stopped before Future completed" in _text(error):
        return "Your program stopped the event loop itself. Leave that to whoever started it."
    if "asyncio.run() cannot be called" in _text(error):
        return sentences.ran_a_loop_inside()
    said = sentences.raised(type(error).__name__, _text(error))
    advice = sentences.advice_on(_text(error), _raising_line(error))
    return f"{said.rstrip('.')}. {advice}" if advice else said


def _raising_line(error: BaseException) -> str:
    """The learner's line of code that raised; "" if its text is not known."""
    own = traceback.extract_tb(own_traceback(error))
    return (own[-1].line or "") if own else ""


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # a __str__ of the learner's own
        return "(an exception that cannot say what it is)"


_CELL = re.compile(r'File "[^"\n]*ipykernel_\d+[^"\n]*"')


def _trace(error: BaseException) -> str:
    """The traceback as Python prints it, without the lines that are not the learner's."""
    try:
        _keep_own_lines(error)
        said = sentences.in_their_names("".join(traceback.format_exception(error)))
        return _CELL.sub('File "your cell"', said)
    except Exception:  # as above
        return ""


def _keep_own_lines(error: BaseException | None) -> None:
    if error is not None:
        error.__traceback__ = own_traceback(error)
        for other in (error.__cause__, error.__context__, *getattr(error, "exceptions", ())):
            _keep_own_lines(other)
