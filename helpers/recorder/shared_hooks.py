"""What stands in for asyncio's queues, locks and their like while something is recorded.

No method of theirs is replaced that may raise, so that no line of ours is in a traceback: what
is heard is an attribute that they set, or look up, at the right moment. A descriptor with
`__set__` alone hears each change, and is passed by where the attribute is read.
"""

from __future__ import annotations

import asyncio
import functools
import sys
from asyncio import locks, mixins, queues
from collections.abc import Callable
from threading import get_ident
from types import CodeType, MethodType
from typing import Any

from helpers.recorder.journal import Journal
from helpers.recorder.rows import NOBODY, WAITS
from helpers.recorder.shared import CLASSES, KNOWN, NOT_OURS
from helpers.recorder.stand_ins import journals

A_WAIT, BY_ITS_STEP = float(WAITS), float(NOBODY)  # packed quicker than whole numbers


def _journal() -> Journal | None:
    """The journal of this thread, if it wants lines: without, recording is to be cheap."""
    journal = journals.get(get_ident())
    return journal if journal is not None and journal.rows.lines else None


class _Made:
    """`__init__` of a class of theirs: whoever looks it up is about to make one."""

    def __init__(self, plain: Callable[..., None]) -> None:
        self.plain = plain

    def __get__(self, thing: Any, owner: type | None = None) -> Any:
        if thing is None:
            return self.plain
        if (journal := _journal()) is not None:
            made = journal.shared.is_made
            journal.attempt("what tasks share", made, thing, sys._getframe(1))
        return MethodType(self.plain, thing)


def _get_loop(plain: Callable[..., Any]) -> Any:
    """`_get_loop`, which they ask for when somebody must wait, and then only: whoever looks it up
    is about to. A property, as Python calls these quickest."""

    def look_up(thing: Any) -> Any:
        try:
            extend, clock, number = KNOWN[id(thing)]
            extend((clock(), number, A_WAIT, BY_ITS_STEP))
        except Exception as fault:
            _late(thing, fault, "who waited in line", lambda: WAITS)
        return MethodType(plain, thing)

    return property(look_up)


def _late(thing: Any, fault: Exception, part: str, value: Callable[[], int]) -> None:
    """One that is used for the first time, and so not yet among the known; or our fault."""
    if (journal := _journal()) is not None:
        if type(fault) is not KeyError:
            journal.misses.add(part, fault)
            return
        try:
            number = journal.shared.meets(thing, sys._getframe(2))
            if number != NOT_OURS:
                journal.shared.add(journal.clock(), number, value(), NOBODY)
        except Exception as second:
            journal.misses.add(part, second)


class _Set:
    """An attribute of theirs, each change of which is noted."""

    def __init__(self, name: str, part: str, note: Callable[[Journal, Any, Any], None]) -> None:
        self.name, self.part, self.note = name, part, note

    def __set__(self, thing: Any, value: Any) -> None:
        if (journal := _journal()) is not None:
            journal.attempt(self.part, self.note, journal, thing, value)
        thing.__dict__[self.name] = value


def _number(journal: Journal, thing: Any, depth: int) -> int:
    number = journal.shared.numbers.get(id(thing))
    return journal.shared.meets(thing, sys._getframe(depth)) if number is None else number


def _note(journal: Journal, thing: Any, value: Any) -> None:
    """That is its value now, and the step under way did it."""
    number = _number(journal, thing, 4)
    if number != NOT_OURS and type(value) in (int, bool):
        journal.shared.add(journal.clock(), number, int(value), NOBODY)


def _note_semaphore(journal: Journal, semaphore: Any, value: Any) -> None:
    """The same; who releases one hands it on to the first in line, if there is somebody."""
    number = _number(journal, semaphore, 4)
    if number != NOT_OURS:
        who, before = NOBODY, semaphore.__dict__.get("_value", value)
        if value < before:
            waiters = semaphore.__dict__.get("_waiters") or ()
            first = next((future for future in waiters if not future.done()), None)
            who = NOBODY if first is None else journal.shared.handed_to(first)
        journal.shared.add(journal.clock(), number, int(value), who)


def _meet(journal: Journal, thing: Any, value: Any) -> None:
    """It has been made."""
    _number(journal, thing, 4)


def _wake(self: Any, waiters: Any) -> None:
    # As asyncio has it, on all Pythons that we know; without a docstring, to be compared.
    while waiters:
        waiter = waiters.popleft()
        if not waiter.done():
            waiter.set_result(None)
            break


def _wakeup_next(plain: Callable[..., None]) -> Callable[..., None]:
    """What a queue calls when something has been put in, or taken out. As each message pays for
    it, asyncio's own few lines are in it, where they are those that we know."""

    def _wakeup_next(queue: Any, waiters: Any) -> None:
        try:
            extend, clock, number = KNOWN[id(queue)]
            extend((clock(), number, len(queue._queue), BY_ITS_STEP))
        except Exception as fault:
            _late(queue, fault, SIZES, lambda: len(queue._queue))
        while waiters:
            waiter = waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
                break

    def around(queue: Any, waiters: Any) -> None:
        _wakeup_next(queue, ())
        plain(queue, waiters)

    code, known = getattr(plain, "__code__", None), _wake.__code__
    is_known = isinstance(code, CodeType) and code.co_code == known.co_code
    is_known = is_known and plain.__code__.co_names == known.co_names
    return functools.wraps(plain)(_wakeup_next if is_known else around)


def _event(value: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """`Event.set` and `clear`. Each queue has an event that it clears again and again."""

    def make(plain: Callable[..., None]) -> Callable[..., None]:
        def change(event: Any) -> None:
            if event._value is not bool(value):
                if (journal := _journal()) is not None:
                    journal.attempt(VALUES, _note_event, journal, event, value)
                plain(event)

        return functools.wraps(plain)(change)

    return make


def _note_event(journal: Journal, event: Any, value: int) -> None:
    number = _number(journal, event, 4)
    if number != NOT_OURS:
        journal.shared.add(journal.clock(), number, value, NOBODY)


SIZES = "how full a queue was"
HOLDERS = "who held a lock or a semaphore"
VALUES = "when an event was set"
PARTIES = "who came to a barrier"

Patches = dict[tuple[Any, str], Callable[[Any], Any]]
# As in `stand_ins`; a class attribute that there was none of is taken away again.
_BOUND = getattr(mixins, "_LoopBoundMixin", asyncio.Lock)  # they all have it
SHARED: Patches = {
    (queues.Queue, "_wakeup_next"): _wakeup_next,
    (_BOUND, "_get_loop"): _get_loop,
    (locks.Event, "set"): _event(1),
    (locks.Event, "clear"): _event(0),
    **{(owner, "__init__"): _Made for owner, _ in CLASSES},
}
ATTRIBUTES: Patches = {
    (locks.Lock, "_locked"): lambda _: _Set("_locked", HOLDERS, _note),
    (locks.Semaphore, "_value"): lambda _: _Set("_value", HOLDERS, _note_semaphore),
    (locks.Condition, "_waiters"): lambda _: _Set("_waiters", "what tasks share", _meet),
    (locks.Barrier, "_count"): lambda _: _Set("_count", PARTIES, _note),
}
