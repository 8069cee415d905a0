"""The rows of one recording as columns, in order of start, and what follows from them.

Who woke whom is the step during which a handle was queued; what ran inside what is told by
beginnings and ends. Plain arithmetic on whole columns, no event loop in sight.

Between two moments that matter the interpreter does some work: clocks that tick each 100 ns
(Windows) tell them apart. One that ticks each 10 µs does not, and may name the neighbouring step.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from helpers.recorder import rows
from helpers.recorder.misses import Misses
from helpers.recorder.rows import END, PLACE, QUEUED, START, WAITING, WHO, WIDTH, Cut, Sight
from helpers.timeline import BY_IO as WOKEN_BY_IO
from helpers.timeline import BY_THREAD as WOKEN_BY_THREAD
from helpers.timeline import NANOSECONDS, NOTHING, seconds

A_CENTURY = 3.2e9  # seconds; their nanoseconds still fit a column

Column = NDArray[Any]
_NOTHING = np.zeros(0, dtype=bool)


class Clock:
    """Turns the journal's moments into nanoseconds since the recording began."""

    def __init__(self, cut: Cut) -> None:
        self.virtual = cut.jumps is not None
        self._begin = begin = cut.begin
        self._offset = cut.offset
        if cut.jumps is not None:
            jumps = np.array(cut.jumps, dtype=float).reshape(-1, 2)
            self._real, self._said = jumps[:, 0], _nanoseconds(jumps[:, 1])
            self._zero = int(self._read(np.array([begin]))[0])

    def _read(self, moments: Column) -> Column:
        """What the virtual clock said at real moments: it only moves in jumps."""
        at = np.searchsorted(self._real, moments, side="right") - 1
        return self._said[np.maximum(at, 0)]

    def __call__(self, moments: Column) -> Column:
        moments = np.maximum(moments, self._begin)
        if self.virtual:
            return self._read(moments) - self._zero
        return _nanoseconds(moments - self._begin)

    def real(self, durations: Column) -> Column:
        """What steps took on the real clock, where that is another one; else nothing."""
        return _nanoseconds(durations if self.virtual else durations[:0])

    def one(self, moment: float) -> float:
        """One moment, as float seconds."""
        return seconds(int(self(np.array([moment]))[0]))

    def all(self, moments: Iterable[float | None]) -> list[float | None]:
        """Moments as float seconds; None stays None."""
        moments = list(moments)
        column = np.array([-1.0 if m is None else m for m in moments])
        found = (self(column) / NANOSECONDS).tolist()
        return [None if m is None else s for m, s in zip(moments, found, strict=True)]

    def loop_time(self, when: float) -> int:
        """A time of the loop's own clock; for ever is a hundred years (so is not a number)."""
        when = min(A_CENTURY, when)
        if self.virtual:
            return round(when * 1e9) - self._zero
        return round((when + self._offset - self._begin) * 1e9)


def _nanoseconds(seconds: Column) -> Column:
    return np.rint(seconds * 1e9).astype(np.int64)


class Steps:
    """The rows of one recording as columns, in order of start, and what follows from them."""

    def __init__(self, cut: Cut, misses: Misses) -> None:
        self.cut = cut
        table, none = np.frombuffer(cut.rows).reshape(-1, WIDTH), np.full(0, NOTHING)
        before = table[:, END] < cut.begin
        gone = misses.attempt("timers of before", none, _timer_of, table[before, QUEUED])
        self._old_timers = set(gone.tolist())
        mine = np.flatnonzero(~before)
        start = np.maximum(rows.begun(table[mine, START]), cut.begin)
        end = np.maximum(table[mine, END], start)
        order = np.lexsort((-end, start))
        mine = mine[order]
        self.start: Column = start[order]
        self.end: Column = end[order]
        self.who, self.waiting = (table[mine, c].astype(np.int64) for c in (WHO, WAITING))
        self.first = rows.is_first(table[mine, START]) if cut.knows_iterations else _NOTHING
        self._queued = table[mine, QUEUED]
        none = np.full(len(mine), NOTHING)
        self.inside = misses.attempt("what ran inside what", none, _inside, self.start, self.end)
        self.ready, self.woken_by, self.timer = self.start, none, none
        misses.attempt("who was ready, and who woke whom", None, self._find_ready, cut.begin)
        nowhere: dict[int, dict[Sight, float]] = {}
        ask = self._held, table[mine, START]
        self.held = misses.attempt("which lines held the loop", nowhere, *ask)
        new_row = dict(zip(mine.tolist(), range(len(mine)), strict=True)) if cut.due else {}
        self.due = {new_row[r]: w for r, w in cut.due.items() if r in new_row}
        self.places: Column = table[mine, PLACE].astype(np.int64) if cut.has_lines else _NOTHING

    def _held(self, starts: Column) -> dict[int, dict[Sight, float]]:
        """By the index of a step: where it was seen, for how many seconds."""
        if not self.cut.holds:
            return {}
        row = {start: index for index, start in enumerate(starts.tolist())}
        return {row[start]: spots for start, spots in self.cut.holds.items() if start in row}

    def was_over(self, timer: int, cancelled: float | None) -> bool:
        """Whether that timer had run, or been cancelled, before this recording began."""
        return timer in self._old_timers or (cancelled is not None and cancelled < self.cut.begin)

    def _find_ready(self, begin: float) -> None:
        """When each step was put in the ready queue, and who put it there."""
        queued, timer = self._queued, _timer_of(self._queued)
        by_io = rows.is_by_socket(queued)
        moment = np.where(by_io, rows.socket_moment(queued), self.start)
        moment = np.where(queued == rows.OLD, begin, moment)
        moment = np.where(rows.is_moment(queued), queued, moment)
        moment = np.where(rows.is_by_timer(queued), self._noticed(), moment)
        ready = np.minimum(np.maximum(moment, begin), self.start)
        known = rows.is_moment(queued) & (queued >= begin)
        woken_by = np.where(known, self.at(moment), NOTHING)
        woken_by = np.minimum(woken_by, np.arange(len(queued)) - 1)
        woken_by = np.where(known, woken_by, NOTHING)
        foreign = np.isin(queued, self._from_threads())
        woken_by = np.where(known & foreign, WOKEN_BY_THREAD, woken_by)
        woken_by = np.where(by_io, WOKEN_BY_IO, woken_by)
        self.ready, self.woken_by, self.timer = ready, woken_by, timer

    def _from_threads(self) -> Column:
        """When handles were queued by other threads. A call that has not come back yet, while
        the loop has run what it queued, is taken to be the first handle queued since."""
        found = [queued for _, queued in self.cut.foreign if queued != rows.UNKNOWN]
        for called, queued in self.cut.foreign:
            since = self._queued[rows.is_moment(self._queued) & (self._queued >= called)]
            if queued == rows.UNKNOWN and len(since):
                found.append(float(since.min()))
        return np.array(found)

    def _noticed(self) -> Column:
        """For each step, the end of the loop's last look at timers and sockets before it."""
        polls = np.frombuffer(self.cut.polls)
        if not len(polls):
            return self.start
        at = np.searchsorted(polls, self.start, side="right") - 1
        return np.where(at >= 0, polls[np.maximum(at, 0)], self.start)

    def at(self, moments: Column) -> Column:
        """The innermost step under way at each moment, -1 where there is none."""
        if not len(self.start):
            return np.full(len(moments), NOTHING)
        index = np.searchsorted(self.start, moments, side="right") - 1
        while True:
            over = (index >= 0) & (self.end[index] < moments)
            if not over.any():
                return index
            index = np.where(over, self.inside[index], index)


def _timer_of(queued: Column) -> Column:
    """The number of the timer that queued each step, -1 for none."""
    number = np.where(rows.is_by_timer(queued), rows.timer_number(queued), NOTHING)
    return number.astype(np.int64)


def _inside(start: Column, end: Column) -> Column:
    """For each step the one it ran directly within, -1 for none."""
    inside = np.full(len(start), NOTHING, dtype=np.int64)
    if len(start) < 2 or not (np.maximum.accumulate(end)[:-1] > start[1:]).any():
        return inside  # the usual case: one after the other
    around: list[int] = []
    starts, ends = start.tolist(), end.tolist()
    for index, begun in enumerate(starts):
        while around and ends[around[-1]] <= begun:
            around.pop()
        if around:
            inside[index] = around[-1]
        around.append(index)
    return inside
