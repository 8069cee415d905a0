"""How many tasks were running, ready and waiting: a crowd seen from afar.

Ten thousand tasks, or one task of ten thousand steps, cannot be drawn bar by bar. From
afar one sees shares: in each column of the picture, how many tasks were in each state on
average. This is worked out here with whole arrays, so that a million steps take a blink.

The limit: a crowd has no order in it any more, and no overdue marks. `Timeline.spans`
is the definition of the states; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.timeline import NOTHING, Timeline, nanoseconds

_TYPES = {"b": np.int8, "i": np.int32, "q": np.int64}


@dataclass(frozen=True, eq=False)
class Crowd:
    """Some tasks together. `edges` are the moments (seconds) between which each column lies;
    `running`, `ready` and `waiting` how many of the tasks were in that state, on average over
    the column; `steps` how many steps began in it; `size` how many tasks there are."""

    edges: np.ndarray
    running: np.ndarray
    ready: np.ndarray
    waiting: np.ndarray
    steps: np.ndarray
    size: int


def column(timeline: Timeline, name: str) -> np.ndarray:
    """One column of the timeline's steps as an array, without copying it."""
    values = getattr(timeline.columns, name)
    return np.frombuffer(values, dtype=_TYPES[values.typecode]) if values else np.zeros(0, int)


def own_time(timeline: Timeline) -> np.ndarray:
    """Nanoseconds each step held the loop itself: what ran or slept inside it is taken off."""
    own = column(timeline, "end") - column(timeline, "start")
    for step, start, end in (_nested(timeline), sleeps_inside(timeline)):
        np.subtract.at(own, step, end - start)
    return own


def _nested(timeline: Timeline) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Steps that ran inside others: inside which, from when, to when."""
    inside = column(timeline, "inside")
    nested = np.flatnonzero(inside != NOTHING)
    return inside[nested], column(timeline, "start")[nested], column(timeline, "end")[nested]


def sleeps_inside(timeline: Timeline) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sleeps of a loop nested inside a step (under nest-asyncio): which step, from, to."""
    found = timeline.idle_inside.items()
    rows = [(step, start, end) for step, sleeps in found for start, end in sleeps]
    step, start, end = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3).T
    return step, start, end


def crowd_of(timeline: Timeline, ids: list[int], edges: np.ndarray) -> Crowd:
    """Those tasks as a crowd; `edges` are evenly spaced moments in seconds."""
    member = np.zeros(len(timeline.tasks) + 1, dtype=bool)  # the last is that of "no task", -1
    member[ids] = True
    begin, end = _lives(timeline)
    steps = np.flatnonzero(member[column(timeline, "task")])
    grid = _Grid(edges)
    running = _running(timeline, member, steps, grid)
    ready = _ready(timeline, ids, steps, begin, grid)
    waiting = grid.presence(begin[ids], end[ids]) - running - ready
    counts = grid.count(column(timeline, "start")[steps])
    return Crowd(edges, running, ready, np.maximum(waiting, 0.0), counts, len(ids))


def most_at_once(timeline: Timeline, ids: list[int]) -> int:
    """The largest number of those tasks that were there at one time."""
    begin, end = (np.sort(moments[ids]) for moments in _lives(timeline))
    ended = np.searchsorted(end, begin, side="right")  # by the moment each one is made
    born = np.searchsorted(begin, begin, side="right")
    return max(int((born - ended).max()), 1)


def _running(timeline, member, steps, grid) -> np.ndarray:
    """Time in steps; the time of what ran or slept inside them is not theirs."""
    running = grid.presence(column(timeline, "start")[steps], column(timeline, "end")[steps])
    for step, start, end in (_nested(timeline), sleeps_inside(timeline)):
        mine = member[column(timeline, "task")[step]]
        running = running - grid.presence(start[mine], end[mine])
    return np.maximum(running, 0.0)


def _ready(timeline, ids, steps, begin, grid) -> np.ndarray:
    """Time in the ready queue: from when it was put there, but not while still in the step
    before, which is where a `sleep(0)` puts itself back."""
    task = column(timeline, "task")[steps]
    order = np.argsort(_small(task), kind="stable")
    steps, task = steps[order], task[order]
    start = column(timeline, "start")[steps]
    came_from = begin[task]
    again = np.flatnonzero(task[1:] == task[:-1]) + 1
    came_from[again] = column(timeline, "end")[steps[again - 1]]
    ready = np.minimum(np.maximum(column(timeline, "ready")[steps], came_from), start)
    left = [timeline.tasks[i].queued for i in ids if timeline.tasks[i].queued is not None]
    still = np.array([nanoseconds(moment) for moment in left], dtype=np.int64)
    return grid.presence(ready, start) + grid.presence(still, np.full_like(still, timeline.length))


def _small(task: np.ndarray) -> np.ndarray:
    """The same numbers in 16 bits where they fit: numpy then sorts five times as fast."""
    fits = len(task) and task.max() <= np.iinfo(np.int16).max
    return task.astype(np.int16) if fits else task


def _lives(timeline: Timeline) -> tuple[np.ndarray, np.ndarray]:
    begin = [0 if t.created is None else nanoseconds(t.created) for t in timeline.tasks]
    end = [timeline.length if t.ended is None else nanoseconds(t.ended) for t in timeline.tasks]
    return np.array(begin, dtype=np.int64), np.array(end, dtype=np.int64)


class _Grid:
    """Evenly spaced columns, and how much of given spans (nanoseconds) falls into each."""

    def __init__(self, edges: np.ndarray):
        self.columns = len(edges) - 1
        self.first, self.width = edges[0], (edges[-1] - edges[0]) / self.columns

    def presence(self, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """How many of the spans cover each column, on average over its width."""
        return np.diff(self._begun(self._place(start)) - self._begun(self._place(end)))

    def count(self, moments: np.ndarray) -> np.ndarray:
        """How many of the moments lie in each column."""
        place = self._place(moments)
        place = place[(place >= 0) & (place <= self.columns)]
        at = np.minimum(place.astype(np.int64), self.columns - 1)
        return np.bincount(at, minlength=self.columns)

    def _place(self, moments: np.ndarray) -> np.ndarray:
        """Moments in widths of a column from the first edge."""
        return (moments / 1e9 - self.first) / self.width

    def _begun(self, place: np.ndarray) -> np.ndarray:
        """At each edge: the sum, over what lies before it, of how far before it lies."""
        place = np.clip(place, 0.0, self.columns)
        before = np.minimum(np.ceil(place).astype(np.int64), self.columns)
        number = np.cumsum(np.bincount(before, minlength=self.columns + 1))
        total = np.cumsum(np.bincount(before, weights=place, minlength=self.columns + 1))
        return np.arange(self.columns + 1) * number - total
