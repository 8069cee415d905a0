"""How many tasks were running, ready and waiting: a crowd seen from afar.

Ten thousand tasks, or one task of ten thousand steps, cannot be drawn bar by bar. From
afar one sees shares: in each column of the picture, how many tasks were in each state on
average. The states are those of `timeline.states`, taken together here with whole arrays, so
that a million steps take a blink.

The limit: a crowd has no order in it any more, and no overdue marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from helpers.timeline import NANOSECONDS, Timeline
from helpers.timeline.states import Column, Moments

Shares = NDArray[np.float64]  # how many, on average


@dataclass(frozen=True, eq=False)
class Crowd:
    """Some tasks together. `edges` are the moments (seconds) between which each column lies;
    `running`, `ready` and `waiting` how many of the tasks were in that state, on average over
    the column; `steps` how many steps began in it; `size` how many tasks there are."""

    edges: Shares
    running: Shares
    ready: Shares
    waiting: Shares
    steps: Column
    size: int


def crowd_of(timeline: Timeline, ids: Sequence[int], edges: Shares) -> Crowd:
    """Those tasks as a crowd; `edges` are evenly spaced moments in seconds."""
    states, grid = timeline.states, _Grid(edges)
    member = np.zeros(len(timeline.tasks) + 1, dtype=bool)  # the last is that of "no task", -1
    member[ids] = True
    whose, start, end = (states.column(name) for name in ("task", "start", "end"))
    steps = np.flatnonzero(member[whose])
    pauses = np.flatnonzero(member[whose[states.pauses.step]])
    since, until, begun, ended = (
        grid.past(moments[steps]) for moments in (states.since, states.until, start, end)
    )
    rested, queued, gone = (grid.past(moments[ids]) for moments in states.rests[1:])
    paused, resumed = (grid.past(moments[pauses]) for moments in states.pauses[1:3])
    return Crowd(
        edges,
        running=_present(begun - ended - (paused - resumed)),
        ready=_present(until - begun + (queued - gone)),
        waiting=_present(since - until + (paused - resumed) + (rested - queued)),
        steps=grid.count(start[steps]),
        size=len(ids),
    )


def most_at_once(timeline: Timeline, ids: Sequence[int]) -> int:
    """The largest number of those tasks that were there at one time."""
    begin, end = (np.sort(moments[ids]) for moments in timeline.states.lives)
    ended = np.searchsorted(end, begin, side="right")  # by the moment each one is made
    born = np.searchsorted(begin, begin, side="right")
    return max(int((born - ended).max()), 1)


def _present(past: Shares) -> Shares:
    """How many were there in each column, from what was past at its edges."""
    present: Shares = np.maximum(np.diff(past), 0.0)
    return present


class _Grid:
    """Evenly spaced columns, and what of given moments (nanoseconds) falls into each."""

    def __init__(self, edges: Shares):
        self.columns = len(edges) - 1
        self.first, self.width = edges[0], (edges[-1] - edges[0]) / self.columns

    def past(self, moments: Moments) -> Shares:
        """At each edge: how far before it the moments lie, in sum and in widths of a column.

        The difference of two such sums, for starts and for ends, is how long something was
        there before that edge.
        """
        place = np.clip(self._place(moments), 0.0, self.columns)
        before = np.minimum(np.ceil(place).astype(np.intp), self.columns)
        number = np.cumsum(np.bincount(before, minlength=self.columns + 1))
        total = np.cumsum(np.bincount(before, weights=place, minlength=self.columns + 1))
        past: Shares = np.arange(self.columns + 1.0) * number - total
        return past

    def count(self, moments: Moments) -> Column:
        """How many of the moments lie in each column."""
        place = self._place(moments)
        place = place[(place >= 0) & (place <= self.columns)]
        at = np.minimum(place.astype(np.intp), self.columns - 1)
        return np.bincount(at, minlength=self.columns)

    def _place(self, moments: Moments) -> Shares:
        """Moments in widths of a column from the first edge."""
        place: Shares = (moments / NANOSECONDS - self.first) / self.width
        return place
