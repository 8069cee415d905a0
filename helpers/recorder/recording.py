"""`record`: the public face. A recording is a window on the journal of the thread that began it.

It begins and ends with a `with` block, and an interrupt may cut either short. Then the next
recording or cell finishes what was left undone.
"""

from __future__ import annotations

import asyncio
import sys
import weakref
from collections.abc import Callable
from dataclasses import replace
from threading import get_ident
from traceback import walk_tb
from types import TracebackType
from typing import Any

from helpers import kernel
from helpers.loading import load_whole
from helpers.recorder import asyncio_internals as internals
from helpers.recorder import hooks
from helpers.recorder.cutting import cut
from helpers.recorder.journal import Journal, complain
from helpers.recorder.stand_ins import journals
from helpers.timeline import Timeline
from helpers.timeline.durations import duration_text


def record(title: str = "", *, lines: bool = True, live: bool = False) -> Recording:
    """Record what the event loops of this thread do while a `with` block runs.

    Use it in a cell, inside a coroutine, or around `asyncio.run` in a script::

        with record("two greetings") as timeline:
            await main()

    `timeline` is a `Timeline`, complete when the block has ended, also by an exception.
    `title` stands above its chart. `lines=False` leaves out source lines, and what tasks
    share (`timeline.resources`), which makes recording cheaper. `live=True` shows the chart
    growing while the program runs, in a notebook. Recordings may nest and overlap; the program's
    own exceptions go through.
    """
    return Recording(title, lines=lines, live=live)


def record_virtual(now: Callable[[], float], title: str = "", *, lines: bool = True) -> Recording:
    """As `record`, with times from `now`, a loop's virtual clock in seconds.

    What a step took on the real clock goes to `Step.real_seconds`. Must be the first
    recording in its thread.
    """
    return Recording(title, lines=lines, virtual=now)


class Recording:
    """The context manager that `record` returns: one window on its thread's journal."""

    def __init__(
        self,
        title: str,
        *,
        lines: bool = True,
        live: bool = False,
        virtual: Callable[[], float] | None = None,
    ) -> None:
        if not isinstance(title, str):
            raise TypeError(
                f"record() takes a title as text, and got {title!r}."
                " The program to record goes into the block: with record('title') as timeline: ..."
            )
        self.title, self.lines, self.live, self.virtual = title, lines, live, virtual
        self.timeline = Timeline(title=title, complete=False)
        self.state = "new"
        self.stopped = False  # by Stop
        self.begin = self.end = 0.0
        self.journal: Journal | None = None
        self.task: int | None = None
        self.loop: weakref.ref[Any] | None = None  # the loop that ran when it was entered
        self.view: Any = None

    def __enter__(self) -> Timeline:
        if self.state != "new":
            raise RuntimeError(
                "this recording was used already; write `with record() as timeline:` each time"
            )
        finish_leftovers()
        if self.virtual is not None and get_ident() in journals:
            raise RuntimeError("a virtual clock needs a thread in which nothing is recorded yet")
        if self.live:
            self._show_live()  # takes a moment, which is not the program's
        self.state = "entering"
        try:
            self._begin()
        except Exception as fault:
            (complain if self.journal is None else self.journal.fail)(fault)
        self.state = "recording"
        return self.timeline

    def _begin(self) -> None:
        self.journal = hooks.enter_journal(self, self.virtual)
        if self.lines:
            self.journal.rows.lines = True  # to the journal's end: it is shared
        hooks.install()
        self.begin = self.journal.safe_clock()
        loop = internals.running_loop()
        self.loop = None if loop is None else weakref.ref(loop)
        self.task = self.journal.note_present(self.begin)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.state == "recording":  # else it was finished from elsewhere, after an interrupt
            self.state, self.stopped = "leaving", _is_stop(exception)
            self.finish()
            if exception is not None and self.stopped:
                self._show_stop(exception)

    def is_stranded(self) -> bool:
        """Whether the loop on which it was entered is closed: whoever entered it hangs there in
        an await for ever. (An interrupt has that effect, where there is no `asyncio.run`.)"""
        if self.state != "recording" or self.loop is None:
            return False
        loop = self.loop()
        return loop is None or loop.is_closed()

    def finish(self) -> None:
        """Fill the timeline and leave the journal; may be repeated after an interrupt."""
        try:
            if self.state == "leaving" and not self.timeline.complete:
                self._fill()
        finally:
            hooks.leave_journal(self.journal, self)
            self.state = "left"
        if self.view is not None:
            self._end_live()

    def _fill(self) -> None:
        if self.journal is None:
            self.timeline._become(Timeline(title=self.title, notes=("nothing was recorded",)))
            return
        self.end = self.end or max(self.begin, self.journal.safe_clock())
        try:
            self.timeline._become(_with_stop(self.snapshot()) if self.stopped else self.snapshot())
        except Exception as fault:
            self.journal.fail(fault)
            self.timeline._become(Timeline(title=self.title, notes=tuple(self.journal.notes)))

    def size(self) -> int:
        """How much there is to put together, counted in steps: a task makes as much work as ten."""
        if self.journal is None:
            return 0
        return len(self.journal.rows) + 10 * len(self.journal.tasks.notes)

    def snapshot(self) -> Timeline:
        """The timeline so far, complete or not; may be called from any thread."""
        if self.journal is None or self.state not in ("recording", "leaving"):
            return Timeline(title=self.title, complete=False)  # nothing has happened yet
        load_whole("helpers.recorder.assemble")
        from helpers.recorder.assemble import assemble

        return assemble(cut(self.journal, self))

    def _show_live(self) -> None:
        from helpers.charts.live import LiveChart

        try:
            self.view = LiveChart(self.snapshot, self.size, self.title)
            self.view.start()
        except Exception:  # a view is no reason to lose the run: the chart comes at its end
            self.view = None

    def _show_stop(self, stop: BaseException) -> None:
        from helpers.charts.stopped import show_instead

        try:
            show_instead(stop, self.timeline, seen=self.view is not None)
        except Exception:  # the traceback says the same
            return

    def _end_live(self) -> None:
        try:
            self.view.stop(self.timeline)
        except Exception:  # the timeline is complete; it can be shown as it is
            self.view = None


def _with_stop(timeline: Timeline) -> Timeline:
    """That recording, ended by Stop."""
    note = f"Stopped after {duration_text(timeline.duration)}: the chart ends there."
    return replace(timeline, stopped=True, notes=(*timeline.notes, note))


def _is_stop(exception: BaseException | None) -> bool:
    """Whether the Stop button did that: an interrupt, or the cell's own task is cancelled."""
    if isinstance(exception, asyncio.CancelledError) and internals.running_loop():
        task = asyncio.current_task()  # a timeout around the recording cancels it, too
        return task is not None and task.cancelling() > 0 and kernel.stop_was_pressed()
    return isinstance(exception, KeyboardInterrupt)


def finish_leftovers() -> None:
    """Finish what an interrupt left undone: called by the next recording or cell.

    An interrupt may hit the very entrance of `__exit__`. Journals keep no recording alive, so
    that one that nobody can leave any more is known by its being gone.
    """
    with hooks.lock:
        cut_short = _in_last_traceback()
        for journal in list(journals.values()):
            for recording in journal.alive() if journal.thread == get_ident() else ():
                if recording in cut_short or recording.is_stranded():
                    recording.state = "leaving"
                if recording.state != "recording":
                    recording.finish()
            if not journal.alive():
                hooks.leave_journal(journal)
        if not journals:
            hooks.uninstall()


def _in_last_traceback() -> list[Recording]:
    """Recordings whose way in or out the last exception shown to the user (by IPython, say) cut
    short: their traceback keeps them alive."""
    error = getattr(sys, "last_exc", None) or getattr(sys, "last_value", None)
    ways = {Recording.__enter__.__code__, Recording.__exit__.__code__}
    return [
        frame.f_locals["self"]
        for frame, _ in walk_tb(getattr(error, "__traceback__", None))
        if frame.f_code in ways
    ]


kernel.before_each_cell(finish_leftovers)
