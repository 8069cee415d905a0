"""What runs in workers, as far as the thread that asks for it can know.

A call handed to a pool has a future of `concurrent.futures`. While something is recorded its
methods say when a worker took the call, and when there was an answer; both before the loop can
hear of it. No method is replaced that a program's own error passes through.

Limits: of a pool of processes it is not known which one took a call, nor when. Executors of
another make say nothing. A call that was handed over before the recording is not in it.
"""

from __future__ import annotations

import functools
import sys
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import thread as thread_pools
from dataclasses import dataclass
from threading import get_ident
from types import FrameType
from typing import Any

from helpers.recorder import asyncio_internals as internals
from helpers.recorder import naming, timing

THREAD, PROCESS = "thread", "process"
_LOST = "what ran in a worker"
AnyFuture = Any


@dataclass(slots=True)
class WorkNote:
    """One call. Moments as they are read; None where that has not happened, or is not known."""

    label: str
    kind: str
    submitted: float
    pool: str = ""
    workers: int | None = None
    worker: str | None = None
    began: float | None = None
    ended: float | None = None
    outcome: str = "pending"


class Workers:
    """The calls of one journal. `open` has those that are not over, by the id of their future."""

    __slots__ = ("_pools", "notes", "open")

    def __init__(self) -> None:
        self.notes: list[WorkNote] = []
        self.open: dict[int, tuple[weakref.ref[AnyFuture], WorkNote]] = {}
        self._pools: list[weakref.ref[Any]] = []  # of processes: they have no name

    def is_submitted(self, item: Any, kind: str, frame: FrameType, now: float) -> None:
        """A call is being handed to a pool, from a frame of the pool's."""
        task = getattr(item, "fn", None) or item.task[0]
        label = _label(task, getattr(item, "args", ()))
        note = WorkNote(label, kind, now)
        pool = internals.locals_of(frame).get("self")
        most = getattr(pool, "_max_workers", None)
        note.workers = most if type(most) is int else None
        note.pool = self._name(pool, kind)
        self.notes.append(note)
        self.open[id(item.future)] = weakref.ref(item.future), note

    def _name(self, pool: Any, kind: str) -> str:
        if kind == THREAD:
            return str(getattr(pool, "_thread_name_prefix", ""))
        if pool is None:
            return ""
        known = [ref() for ref in self._pools]
        if pool not in known:
            self._pools.append(weakref.ref(pool))
            known.append(pool)
        return f"processes {known.index(pool) + 1}"

    def note_of(self, future: AnyFuture, over: bool) -> WorkNote | None:
        """That future's call; it is forgotten when it is `over`."""
        known = self.open.pop(id(future), None) if over else self.open.get(id(future))
        return known[1] if known is not None and known[0]() is future else None


def _label(function: Any, args: tuple[Any, ...]) -> str:
    """What is called; `to_thread` wraps it in a context's `run`."""
    while isinstance(function, functools.partial):
        args = (*function.args, *args)
        function = function.func
    run = getattr(function, "__name__", "") == "run"
    if run and type(getattr(function, "__self__", None)).__name__ == "Context" and args:
        return _label(args[0], ())
    return naming.callback_name(naming.bare_function(function))


# -- what stands in --------------------------------------------------------------------------

Heard = Callable[[Any, AnyFuture], None]


def patches(journals: dict[int, Any]) -> dict[tuple[Any, str], Callable[[Any], Any]]:
    """What is replaced, as `stand_ins` has it. Pools of processes only where there may be one:
    to import them takes long."""
    found = {
        (Future, "set_running_or_notify_cancel"): _begins(journals),
        (Future, "set_result"): _ends(journals, "returned"),
        (Future, "set_exception"): _ends(journals, "raised"),
        (Future, "cancel"): _is_cancelled(journals),
    }
    pools = {THREAD: thread_pools, PROCESS: sys.modules.get("concurrent.futures.process")}
    for kind, module in pools.items():
        if (item := getattr(module, "_WorkItem", None)) is not None:
            found[item, "__init__"] = _submitted(journals, kind)
    return found


def _submitted(journals: dict[int, Any], kind: str) -> Callable[[Any], Any]:
    def make(plain: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(plain)
        def __init__(item: Any, *args: Any, **options: Any) -> None:
            plain(item, *args, **options)
            if (journal := journals.get(get_ident())) is not None and not journal.failed:
                made = journal.workers.is_submitted
                journal.attempt(_LOST, made, item, kind, sys._getframe(1), journal.safe_clock())

        return __init__

    return make


def _tell(journals: dict[int, Any], future: AnyFuture, over: bool, note: Heard) -> None:
    """Have each journal that knows that future's call note something of it, in any thread."""
    for journal in list(journals.values()):
        if journal.workers.open and (known := journal.workers.note_of(future, over)) is not None:
            journal.attempt(_LOST, note, known, future)


def _begins(journals: dict[int, Any]) -> Callable[[Any], Any]:
    def began(note: WorkNote, future: AnyFuture) -> None:
        if note.kind == THREAD:
            note.worker, note.began = threading.current_thread().name, timing.moment()

    return _where_it_is_so(journals, False, began)


def _ends(journals: dict[int, Any], outcome: str) -> Callable[[Any], Any]:
    def ended(note: WorkNote, future: AnyFuture) -> None:
        note.ended, note.outcome = timing.moment(), outcome

    def make(plain: Callable[[AnyFuture, Any], None]) -> Callable[[AnyFuture, Any], None]:
        @functools.wraps(plain)
        def set_it(future: AnyFuture, value: Any) -> None:
            _tell(journals, future, True, ended)
            plain(future, value)

        return set_it

    return make


def _is_cancelled(journals: dict[int, Any]) -> Callable[[Any], Any]:
    def cancelled(note: WorkNote, future: AnyFuture) -> None:
        note.ended, note.outcome = timing.moment(), "cancelled"

    return _where_it_is_so(journals, True, cancelled)


def _where_it_is_so(journals: dict[int, Any], is_over: bool, note: Heard) -> Callable[[Any], Any]:
    """Of a method that says whether it did what it is for: where it did, it is noted."""

    def make(plain: Callable[[AnyFuture], bool]) -> Callable[[AnyFuture], bool]:
        @functools.wraps(plain)
        def asked(future: AnyFuture) -> bool:
            is_so = plain(future)
            if is_so:
                _tell(journals, future, is_over, note)
            return is_so

        return asked

    return make


class LateComers:
    """`run_in_executor`: when it is looked up, there may be a pool of a kind that there was none
    of before. `put` puts what is missing in place."""

    def __init__(self, plain: Callable[..., Any], put: Callable[[], None]) -> None:
        self.plain, self.put = plain, put

    def __get__(self, loop: Any, owner: type | None = None) -> Any:
        self.put()
        return self.plain if loop is None else self.plain.__get__(loop)
