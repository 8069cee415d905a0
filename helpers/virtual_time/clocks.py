"""The clocks of the `time` module, as a simulated program reads them.

A program that polls until a deadline, keeps a beat or measures a wait asks `time.monotonic`
and its like. In virtual time these begin at the real time and move with the loop's clock. So
that a program ends that spins until a moment comes, real time passes on them too, but only
between two looks while virtual time stands still, and only once that has taken `_A_WHILE`.

While something is simulated, functions of ours stand in the module `time`, and under their
names in modules that are the learner's or an installed package's. Each looks at who asks:
code in the simulation's thread is told virtual time; Python's own library (asyncio's debug
mode, logging), the course, and every other thread are told the real one.

What cannot be followed is said in a note: `datetime.now`, and a clock that was taken hold of
before, as a default argument is. Not noticed: `time.localtime()` and what else reads the
system's clock in C; such a clock kept in an object.
"""

from __future__ import annotations

import functools
import math
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import get_ident
from time import perf_counter
from types import CodeType, FunctionType, ModuleType
from typing import Any

from helpers.recorder import asyncio_internals as internals
from helpers.recorder import naming

_A_WHILE = 0.05  # real seconds; a busy machine takes less from a program between two steps
_MOST_FUNCTIONS = 500  # looked through for clocks that cannot be followed
_UNITS = {
    "monotonic": 1, "perf_counter": 1, "time": 1,
    "monotonic_ns": 10**9, "perf_counter_ns": 10**9, "time_ns": 10**9,
}  # fmt: skip
_REAL: dict[str, Callable[[], Any]] = {name: getattr(time, name) for name in _UNITS}
_SET_BY_PEOPLE = frozenset(("time", "time_ns"))
_CALENDAR = frozenset(("now", "utcnow", "today"))

_lock = threading.Lock()
_told: dict[int, _Clocks] = {}  # by thread
_served = 0  # simulations that go on


class _Clocks:
    """The clocks of one simulation. Whoever looks at them (the program, each package by itself)
    has a reading of their own: a tool that measures on the side changes nobody's time."""

    __slots__ = ("_now", "_readings", "put_forward", "started")

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._readings: dict[str, _Reading] = {}
        self.started = {name: read() for name, read in _REAL.items()}
        self.put_forward = 0.0  # by how many seconds somebody has set the computer's clock

    def moved(self, who: str) -> float:
        """Seconds since it began."""
        if who not in self._readings:
            self._readings[who] = _Reading(self._now)
        return self._readings[who].elapsed()


class _Reading:
    """How far the clocks have moved, as one of those who look at them sees it."""

    __slots__ = ("_found", "_now", "_said", "_since", "_spent")

    def __init__(self, now: Callable[[], float]) -> None:
        self._now, self._said = now, math.nan
        self._since = 0.0  # the first look at this virtual moment, in real time
        self._found = 0.0  # real seconds from there to the last one, if they count
        self._spent = 0.0  # those of earlier virtual moments

    def elapsed(self) -> float:
        """Seconds on the clocks: a virtual loop's begins at 0."""
        said, moment = self._now(), perf_counter()
        if said != self._said:
            self._said, self._since = said, moment
            self._spent, self._found = self._spent + self._found, 0.0
        elif moment - self._since >= _A_WHILE:
            self._found = moment - self._since
        return said + self._spent + self._found


def _stand_in(name: str) -> Callable[[], Any]:
    real, unit = _REAL[name], _UNITS[name]

    @functools.wraps(real)
    def read() -> Any:
        clocks = _told.get(get_ident())
        who = None if clocks is None else _who_asks(sys._getframe(1).f_code)
        if clocks is None or who is None:
            return real()
        moved = clocks.moved(who) + (clocks.put_forward if name in _SET_BY_PEOPLE else 0)
        return clocks.started[name] + (moved if unit == 1 else round(moved * unit))

    return read


def _who_asks(code: CodeType) -> str | None:
    """Who asks: "" the program, or an installed package by its name; None for anybody who is no
    part of what is simulated."""
    return "" if naming.is_an_answer(code) else _who(code.co_filename)


@functools.lru_cache(maxsize=1000)
def _who(file: str) -> str | None:
    """The same, from the file with the code."""
    package = file.partition("-packages")[2].replace("\\", "/").lstrip("/").partition("/")[0]
    if file.startswith(naming.HERE):  # this course, where it is installed, too
        return None
    if package:
        return None if package == "looptime" else package  # the loop's own clock is made with it
    return None if file.startswith(naming.LIBRARY) else ""


_STAND_INS = {name: _stand_in(name) for name in _UNITS}
_TO_OURS = {id(real): _STAND_INS[name] for name, real in _REAL.items()}
_TO_REAL = {id(_STAND_INS[name]): real for name, real in _REAL.items()}


def names_of(coroutine: Any) -> dict[str, Any]:
    """The names that a coroutine's function finds in its module."""
    names: dict[str, Any] = coroutine.cr_frame.f_globals
    return names


@contextmanager
def following(names: dict[str, Any]) -> Iterator[None]:
    """While it lasts, the clocks can be told virtual time; `names` are the program's globals."""
    _serve(+1, names)
    try:
        yield
    finally:
        _serve(-1, names)


@contextmanager
def telling(now: Callable[[], float]) -> Iterator[None]:
    """While it lasts, code in this thread is told `now`, a loop's virtual time in seconds."""
    _told[get_ident()] = _Clocks(now)
    try:
        yield
    finally:
        _told.pop(get_ident(), None)


def put_forward(seconds: float) -> None:
    """Somebody sets the computer's clock: `time.time` jumps by that many seconds, for the
    simulation in this thread, and no other clock does. Raises RuntimeError outside of one."""
    if get_ident() not in _told:
        raise RuntimeError("only a simulated program's clock is put forward: call it inside one")
    _told[get_ident()].put_forward += seconds


def _serve(more: int, names: dict[str, Any]) -> None:
    """One simulation more, or one less; the last one puts everything back."""
    global _served
    with _lock:
        _served += more
        change = _TO_OURS if _served else _TO_REAL
        for known in [vars(time), names, *_modules()]:
            for name, thing in list(known.items()):
                if id(thing) in change:
                    known[name] = change[id(thing)]


def _modules() -> Iterator[dict[str, Any]]:
    """The names in each module that may be told: not Python's library's, and not ours."""
    for module in list(sys.modules.values()):
        if issubclass(type(module), ModuleType):
            names = ModuleType.__getattribute__(module, "__dict__")  # or lazy ones would load
            file = names.get("__file__")
            if file is None:
                told = names.get("__name__") == "__main__"
            else:
                told = type(file) is str and (_is_packages(file) or not _is_library(file))
            if told:
                yield names


def _is_packages(file: str) -> bool:
    """Whether it is an installed package's: ours is none, wherever it is."""
    return "-packages" in file and not file.startswith(naming.HERE)


@functools.lru_cache(maxsize=5000)
def _is_library(file: str) -> bool:
    return file.startswith(naming.LIBRARY)


# -- what cannot be followed -----------------------------------------------------------------


def unfollowed(coroutine: Any) -> list[str]:
    """A note for each clock that stays real though that program asks it, as far as its code
    says: the code of the coroutine, and of the learner's functions and classes it names."""
    found: dict[str, None] = {}
    for code, names, kept in _code_of(coroutine):
        if _CALENDAR & set(code.co_names) and _means_dates(code, names):
            asked = next(name for name in code.co_names if name in _CALENDAR)
            found[f"{_short(code)} asks datetime.{asked}"] = None
        for thing in kept:
            if id(thing) in _TO_OURS:
                found[f"{_short(code)} keeps time.{thing.__name__}"] = None
    return [f"{who}, and that clock stays real in virtual time" for who in found]


def _short(code: CodeType) -> str:
    return naming.short_name(code.co_qualname)


def _means_dates(code: CodeType, names: dict[str, Any]) -> bool:
    """Whether that code names the module datetime, or a class of it."""
    known = [names.get(name) for name in code.co_names]
    return "datetime" in code.co_names or any(
        getattr(thing, "__module__", None) == "datetime" for thing in known if type(thing) is type
    )


_Seen = tuple[CodeType, dict[str, Any], list[Any]]  # code, its globals, what it keeps


def _code_of(coroutine: Any) -> Iterator[_Seen]:
    """The code that a coroutine runs, and what it names in turn: each once."""
    frame = coroutine.cr_frame
    to_do: list[_Seen] = [
        (frame.f_code, frame.f_globals, list(internals.locals_of(frame).values()))
    ]
    seen: set[CodeType] = set()
    while to_do and len(seen) < _MOST_FUNCTIONS:
        code, names, kept = to_do.pop()
        if code in seen or not naming.is_own(code):
            continue
        seen.add(code)
        yield code, names, kept
        to_do += [(inner, names, []) for inner in code.co_consts if type(inner) is CodeType]
        for thing in [*map(names.get, code.co_names), *kept]:
            to_do += [_of_function(function) for function in _functions(thing)]


def _of_function(function: FunctionType) -> _Seen:
    kept = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    for cell in function.__closure__ or ():
        try:
            kept.append(cell.cell_contents)
        except ValueError:  # nothing is in it yet
            continue
    return function.__code__, function.__globals__, kept


def _functions(thing: object) -> list[FunctionType]:
    """That function, or those of that class."""
    if isinstance(thing, type):
        return [each for each in vars(thing).values() if type(each) is FunctionType]
    return [thing] if type(thing) is FunctionType else []
