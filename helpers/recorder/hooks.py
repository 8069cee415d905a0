"""What is put in place while something is recorded, and taken back after it.

asyncio runs everything through `Handle._run`: a task's step, a callback, a timer, a ready
socket. While something is recorded, that method is ours, and so are all `stand_ins`. When the
last recording has ended, all is as it was, but for what the program itself has put there since.

What cannot be seen: loops that keep their handles to themselves (uvloop): they are named in
a note.
"""

from __future__ import annotations

import functools
import os
import sys
import threading
import weakref
from collections.abc import Callable
from threading import get_ident
from typing import Any

from helpers.recorder import asyncio_internals as internals
from helpers.recorder import workers
from helpers.recorder.asyncio_internals import Loop
from helpers.recorder.held import Lookout
from helpers.recorder.hot import make_run, make_select
from helpers.recorder.journal import Handle, Journal
from helpers.recorder.present import step_frames
from helpers.recorder.shared_hooks import ATTRIBUTES, SHARED
from helpers.recorder.stand_ins import (
    STAND_INS,
    Tee,
    journals,
    lift_what_the_program_put_there,
    note_that_it_runs,
    read_the_clock_of,
    watch_first_step,
)
from helpers.recorder.workers import LateComers

lock = threading.RLock()
lookout = Lookout(journals.values)
_plain_run: Callable[[Handle], None] | None = internals.plain_run
_NOTHING = object()


# -- into place, and back ----------------------------------------------------------------------

_undo: list[tuple[Any, str, Any, Any]] = []  # owner, name, what was there, ours
_placed: Any = None  # the last `Handle._run` of ours
_over_ours: Any = None  # what the program has put over it: it calls ours, which then must choose


def install() -> None:
    """Put our pieces in place; what is there already stays."""
    if not internals.shows_steps:
        return
    with lock:
        _put({**STAND_INS, **_loops_of_other_kinds()})
        if any(journal.rows.lines for journal in journals.values()):  # a put and a get pay for it
            _put(SHARED)
            _put(ATTRIBUTES, new=True)
        _put({(internals.BaseLoop, "run_in_executor"): lambda plain: LateComers(plain, _put_late)})
        _put_late()
        _put({(internals.Loop, "__init_subclass__"): _init_subclass})
        _set_run(list(journals.values()))
        lookout.begin()


def _put_late() -> None:
    """What may be imported in the middle of a recording."""
    with lock:
        _put(workers.patches(journals))


def _init_subclass(plain: Callable[..., None]) -> Any:
    """A class of loops of another kind may be defined, or imported, while something is recorded."""

    def __init_subclass__(cls: Any, /, **options: Any) -> None:
        super(internals.Loop, cls).__init_subclass__(**options)
        with lock:
            _put(_loops_of_other_kinds())

    return classmethod(__init_subclass__)


def _put(patches: dict[tuple[Any, str], Callable[[Any], Any]], new: bool = False) -> None:
    done = {(owner, name) for owner, name, _, _ in _undo}
    for (owner, name), make in patches.items():
        plain = getattr(owner, name, None)  # there may be no sys.stdout
        if (new or plain is not None) and (owner, name) not in done:
            had = vars(owner).get(name, _NOTHING)
            _undo.append((owner, name, had, ours := make(plain)))
            setattr(owner, name, ours)


def _loops_of_other_kinds() -> dict[tuple[Any, str], Callable[[Any], Any]]:
    """Classes of loops that are none of asyncio's own (uvloop's): of them only that they ran is
    to be known."""
    return {(kind, "run_forever"): note_that_it_runs for kind in internals.loops_of_other_kinds()}


def uninstall() -> None:
    """Put back what was there, except where the program has put something of its own since."""
    global _placed
    lookout.stop()
    if internals.shows_steps:
        lift_what_the_program_put_there()
        if _is_ours(internals.Handle._run):
            internals.Handle._run = _plain_run  # type: ignore[assignment, method-assign]
        _placed = None
    while _undo:
        owner, name, had, ours = _undo[-1]
        if vars(owner).get(name) is ours:
            setattr(owner, name, had) if had is not _NOTHING else delattr(owner, name)
        _undo.pop()
    # A redirection begun in a recording, and ended after it, has put this back.
    while type(sys.stdout) is Tee:
        sys.stdout = sys.stdout._plain


def _set_run(watched: list[Journal]) -> None:
    """With one journal `_run` is that journal's own; with several it looks the thread's up."""
    global _placed
    lift_what_the_program_put_there()
    if not _is_under_the_programs():
        _placed = watched[0].run if len(watched) == 1 else _run_in_one_of_several
        internals.Handle._run = _placed  # type: ignore[method-assign]
    read_the_clock_of(watched)


def _is_under_the_programs() -> bool:
    """Whether the program has put a `_run` of its own over ours, and it is still there. Then it
    stays on top, and what it has of ours passes each handle on to whom it belongs to."""
    global _over_ours
    there = internals.Handle._run
    if _placed is not None and there is not _placed and not _is_ours(there):
        _over_ours = there
    elif there is not _over_ours:  # taken away again, or itself under another
        _over_ours = None
    return _over_ours is not None


def _is_ours(run: Any) -> bool:
    return run is _run_in_one_of_several or getattr(run, "__code__", None) in step_frames


def _run_in_one_of_several(handle: Handle) -> None:
    journal = journals.get(get_ident())
    (journal.run if journal is not None else _plain_run)(handle)  # type: ignore[misc]


def run_of_another(journal: Journal) -> Callable[[Handle], None] | None:
    """What runs a handle that reached the `run` of a journal whose own it is not: another
    journal's, if the program still has the first one in its hands; else None."""
    other = journals.get(get_ident()) if _over_ours is not None else None
    return other.run if other is not None and other is not journal else None


# -- selectors: one loop's own, so each is watched when its loop is met ------------------------


def watch_sleep(journal: Journal, loop: Loop) -> bool:
    """Have that journal notice when that loop sleeps; False where it cannot be done."""
    try:
        selector = loop._selector  # type: ignore[attr-defined]
        plain, had = selector.select, vars(selector).get("select")
        ours = make_select(journal, loop, plain)
        journal.selectors[id(loop)] = functools.partial(_give_back, selector, had, plain, ours)
        selector.select = ours
    except (AttributeError, TypeError):  # another kind of loop
        return False
    return True


def _give_back(selector: Any, had: Any, plain: Any, ours: Any) -> None:
    if vars(selector).get("select") is ours:
        del selector.select
        if had is not None or not hasattr(selector, "select"):  # a mock takes a `del` for good
            selector.select = plain


# -- journals come and go ----------------------------------------------------------------------


def enter_journal(recording: Any, virtual: Callable[[], float] | None) -> Journal:
    """The journal that is being written in this thread, a new one where there is none; the
    recording is in it before any other thread can see that journal without one."""
    global _plain_run
    with lock:
        thread = get_ident()
        journal = journals.get(thread)
        if journal is None:
            journal = Journal(thread, virtual)
            journal.watch_sleep, journal.run_of_another = watch_sleep, run_of_another
            journal.watch_first_step = watch_first_step
            if internals.shows_steps and not _is_ours(internals.Handle._run):
                _plain_run = _plain_run if _is_under_the_programs() else internals.Handle._run
            if _plain_run is not None:
                journal.run = make_run(journal, _plain_run)
        journal.recordings.append(weakref.ref(recording))
        journals[thread] = journal
        return journal


def leave_journal(journal: Journal | None, recording: object = None) -> None:
    """Take that recording out, and with the last one all that is ours.

    Repeatable: each line is harmless when it was done before, and the journal is forgotten
    last, so that what an interrupt leaves undone is found by `recording.finish_leftovers`.
    """
    with lock:
        if journal is None or any(other is not recording for other in journal.alive()):
            return
        journal.end()
        others = [other for other in journals.values() if other is not journal]
        if others:
            _set_run(others)
        else:
            uninstall()
        if journals.get(journal.thread) is journal:
            del journals[journal.thread]


def _forget_all() -> None:
    """In a child process after a fork: what was recorded is the parent's; the child goes on as
    if nothing had been."""
    global lock
    lock = threading.RLock()  # another thread, which is not here, may have held it
    lookout.forget()
    for journal in journals.values():
        journal.end()
    uninstall()
    journals.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=lookout.leave_alone, after_in_child=_forget_all)
