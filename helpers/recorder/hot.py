"""The closures that each step of a loop pays for: `run` around a handle, `select` around a sleep.

Each line here costs every recorded program some nanoseconds a step, so they do without calls
and look up what they can beforehand. What is rare goes to the journal.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import get_ident
from types import BuiltinMethodType as BUILTIN
from typing import Any

from helpers.recorder import asyncio_internals as internals
from helpers.recorder import rows
from helpers.recorder.asyncio_internals import STEP, WAKE_UP
from helpers.recorder.asyncio_internals import shows_waits as SHOWS_WAITS
from helpers.recorder.journal import LOOKED, Handle, Journal
from helpers.recorder.present import step_frames


def make_run(journal: Journal, plain_run: Callable[[Handle], None]) -> Callable[[Handle], None]:
    """`Handle._run` while something is recorded. It writes a row as `Rows.write` does."""
    clock, number_of = journal.clock, journal.tasks.numbers.get
    written, write, waits = journal.rows, journal.rows.fresh.extend, journal.waits

    def run(handle: Handle) -> None:
        start = interrupt = None
        try:
            if handle._loop is journal.loop or journal.takes(handle):
                task: Any = handle._callback
                if type(task) is STEP or (type(task) is BUILTIN and task.__name__ == WAKE_UP):
                    task = task.__self__  # type: ignore[attr-defined]
                    try:
                        queued = handle.queued
                    except AttributeError:  # older than the recording
                        queued = journal.queued(handle)
                    who: Any = number_of(id(task))
                    if who is None:
                        who = journal.tasks.new_task(task, queued)
                else:
                    task, who, queued = journal.identify(handle)
                start = journal.last
                if not start:  # it follows no other: an iteration begins with it, or may
                    start = clock() if start is None else -clock()
        except Exception as fault:
            task, who, queued, start = journal.not_understood(fault)
        except BaseException as error:  # an interrupt; a task would wait for ever for its step
            interrupt, journal.last, start = error, None, None
        if start is None:  # not where our fault is handled: the program's own would tell of it
            try:
                (journal.run_of_another(journal) or plain_run)(handle)
                if interrupt is not None:
                    raise interrupt
                return
            finally:
                handle = task = interrupt = None
        try:
            plain_run(handle)
        except BaseException:  # an interrupt or an exit: the only ones that come through
            journal.safely(journal.write, queued, start, None, who, task)
            handle = task = None
            raise
        try:
            journal.last = end = clock()
            waiting, place = 0.0, -1.0
            if task is None:
                pass
            elif SHOWS_WAITS and (waiter := task._fut_waiter) is not None:
                waiting, place = waits.read(task, waiter, who), waits.place
            elif task.done():
                journal.tasks.ended(task, who, end)
            elif written.lines:
                waits.read(task, None, who)
                place = waits.place
            write((queued, start, end, who, waiting, place))
            # A traceback may keep this frame; as with asyncio's own, it shall keep nothing.
            handle = task = waiter = None
        except Exception as fault:
            journal.write_in_part(queued, start, who, fault)
            handle = task = waiter = None
        except BaseException:  # an interrupt
            journal.rows.mend()
            handle = task = waiter = None
            raise

    step_frames.add(run.__code__)
    return run


def make_select(journal: Journal, loop: Any, plain: Callable[..., Any]) -> Callable[..., Any]:
    """`selector.select` while something is recorded: the loop asleep, and when it looked."""
    fresh, unheard, full = journal.rows.fresh, journal.tasks.unheard, rows.FULL
    shows_timers = internals.shows_timers(loop)

    def select(timeout: float | None = None) -> Any:
        if get_ident() != journal.thread:
            journal.attempt("where a loop runs", journal.lost, loop)
            return plain(timeout)
        journal.last = LOOKED
        if len(fresh) > full:
            journal.safely(journal.pack)
        if unheard.open:
            journal.attempt("which errors were heard of", unheard.look)
        if timeout == 0 and shows_timers and not loop._scheduled and not journal.opened:
            return plain(timeout)  # a glance: no timer can be due, and sockets have their own mark
        if journal.failed:
            return plain(timeout)
        journal.safely(journal.close_opened)
        start = journal.safe_clock()
        try:
            return plain(timeout)
        finally:
            journal.attempt("when the loop slept", journal.note_look, start, timeout)

    return select
