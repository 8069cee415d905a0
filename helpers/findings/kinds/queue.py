"""A queue that grows without end, or one side of which always waits for the other: which side is
the bottleneck.

Evidence: how full a queue was, and who waited for it. It grows where it has no limit, and got
fuller in each quarter of its time, in which there was always somebody who took from it. One side is
too slow where the other waited often, for most of its time there: for room, or several tasks for
the next item of one that puts. Silent on a buffer that is now full and now empty, on work that is
all put first, on a burst that is worked off, on a single task that waits for work, and on few
waits. Of a queue that changes very often, who put and took is known at first only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from helpers.findings.evidence import Evidence, aside, duration_text, quoted
from helpers.findings.finding import Finding
from helpers.timeline import NOTHING, Resource, nanoseconds, seconds
from helpers.timeline.records import Place
from helpers.timeline.resources import TO_PUT
from helpers.timeline.states import Column

KIND = "queue"
MANY = 10  # waits; of a queue that grows, times that somebody took from it
LARGE = 20  # items in a queue that grows
NEARLY_ALWAYS = 0.8  # of the time in which a task put or took
_SEVERAL = 2  # workers
_PARTS = 4  # of its time: one that grows has grown in each
_LIMIT_IT = "You could try a `maxsize`, so that `await put()` waits, or more tasks that take."
# Not a `maxsize`, where those who put would wait for themselves.
_PUT_LESS = "You could try more tasks that take from it, or a limit on what is put."


def look(evidence: Evidence) -> Iterator[Finding]:
    """Each queue with a bottleneck."""
    for resource in evidence.timeline.resources:
        if resource.kind == "Queue":
            queue = _Queue(evidence, resource)
            yield from _growing(queue)
            yield from _slow_consumer(queue)
            yield from _slow_producer(queue)


@dataclass(frozen=True)
class Waits:
    """Waits in columns: whose, from when to when, from which step on."""

    task: Column
    start: Column
    end: Column
    begun: Column

    def __len__(self) -> int:
        return len(self.task)

    @property
    def waited(self) -> int:
        """For how long, in all."""
        return int((self.end - self.start).sum())

    @property
    def share(self) -> float:
        """Which part that is of the time from each task's first wait to its last."""
        whole = 0
        for task in np.unique(self.task):
            mine = self.task == task
            whole += int(self.end[mine].max() - self.start[mine].min())
        return self.waited / whole if whole else 0.0


@dataclass(frozen=True)
class _Queue:
    evidence: Evidence
    resource: Resource

    @cached_property
    def sizes(self) -> Column:
        return np.array(self.resource.changes.size, np.int64)

    @cached_property
    def moments(self) -> Column:
        return np.array(self.resource.changes.moment, np.int64)

    @cached_property
    def by(self) -> Column:
        """Which task made each change, -1 for none: callbacks, and who had it before."""
        steps = np.array(self.resource.changes.step, np.int64)
        known = steps >= 0
        by = np.full(len(steps), NOTHING)
        by[known] = self.evidence.column("task")[steps[known]]
        return by

    @cached_property
    def exact(self) -> np.ndarray:
        """Of each change whether all is known of it."""
        until = self.resource.exact_until
        known: np.ndarray = self.moments < (np.inf if until is None else nanoseconds(until))
        return known

    def sides(self) -> tuple[set[int], set[int]]:
        """Who put, and who took; nobody, where that was not always a task."""
        change = np.diff(self.sizes, prepend=0)[self.exact]
        by = self.by[self.exact]
        put, took = (set(by[part].tolist()) for part in (change > 0, change < 0))
        return (put, took) if NOTHING not in put | took else (set(), set())

    def waits(self, slot: int) -> Waits:
        """Its waits, to put or to take, that came to their end."""
        stays, steps = self.resource.waits, self.evidence.column("task")
        task, over = (np.array(column, np.int64) for column in (stays.task, stays.over))
        mine = (np.array(stays.slot) == slot) & (task >= 0) & (over < len(steps))
        for cancelled in np.unique(task[mine]).tolist():  # its last wait was broken off
            if self.evidence.tasks[cancelled].outcome == "cancelled":
                mine &= (task != cancelled) | (over < self.evidence.last_step(cancelled))
        columns = (task, stays.start, stays.end, stays.begun)
        return Waits(*(np.array(column, np.int64)[mine] for column in columns))

    def place(self, waits: Waits) -> Place | None:
        """The line of most of those waits."""
        suspended = self.evidence.column("suspended")
        places: Counter[int] = Counter()
        for task in np.unique(waits.task).tolist():
            steps = self.evidence.states.steps_of(task)
            begun = waits.begun[waits.task == task]
            places.update(suspended[steps[np.searchsorted(steps, begun, "right") - 1]].tolist())
        most = places.most_common(1)[0][0]
        return None if most == NOTHING else self.evidence.places[most]


def _growing(queue: _Queue) -> Iterator[Finding]:
    put, took = queue.sides()
    changes, who = queue.resource.changes, queue.evidence.names(sorted(took))
    if not took or max(changes.limit) > 0 or not _has_grown(queue, took):
        return
    begin, end = changes.moment[0], changes.moment[-1]
    why, advice = f"{who} cannot take them as fast as they come", _LIMIT_IT
    if took & put:
        why, advice = f"{who} put more into it than they take out", _PUT_LESS
    yield _finding(
        queue,
        sorted(took),
        f"The queue {_name(queue)} kept growing, to {changes.size[-1]:,} items in "
        f"{duration_text(seconds(end - begin))}: {why}.",
        advice,
        queue.resource.made_at,
        begin,
        seconds(end - begin),
    )


def _has_grown(queue: _Queue, took: set[int]) -> bool:
    """Whether it was fuller after each part of its time, though somebody took from it in each."""
    begin, end, last = queue.moments[0], queue.moments[-1], int(queue.sizes[-1])
    taking = queue.moments[np.isin(queue.by, sorted(took)) & queue.exact]
    known = queue.moments[queue.exact][-1]
    if last < LARGE or len(taking) < MANY or begin == end:
        return False
    edges = [begin + (end - begin) * part // _PARTS for part in range(_PARTS + 1)]
    sizes = queue.sizes[np.searchsorted(queue.moments, edges, "right") - 1]
    grows = np.diff(sizes) >= last / (2 * _PARTS)
    return bool(grows.all() and np.histogram(taking, _PARTS, (begin, known))[0].all())


def _slow_consumer(queue: _Queue) -> Iterator[Finding]:
    waits, (_, took) = queue.waits(TO_PUT), queue.sides()
    waiting = set(waits.task.tolist())
    if len(waits) < MANY or waits.share < NEARLY_ALWAYS or not took or took & waiting:
        return
    waited = seconds(waits.waited)
    often = "" if queue.resource.exact_until is None else "at least "
    place, name = queue.place(waits), queue.evidence.names
    yield _finding(
        queue,
        sorted(took),
        f"{name(sorted(waiting))} waited {often}{len(waits):,} times for room in the queue "
        f"{_name(queue)}{aside(place)}, {often}{duration_text(waited)} in all: "
        f"{name(sorted(took))} cannot take items as fast as they come.",
        "You could try more tasks that take from the queue.",
        place,
        int(waits.start[0]),
        waited,
    )


def _slow_producer(queue: _Queue) -> Iterator[Finding]:
    waits, (put, _) = queue.waits(0), queue.sides()
    waiting = set(waits.task.tolist())
    few = len(waiting) < _SEVERAL or len(waits) < MANY
    if few or waits.share < NEARLY_ALWAYS or len(put) != 1 or put & waiting:
        return
    place, name = queue.place(waits), queue.evidence.names
    yield _finding(
        queue,
        sorted(put),
        f"{name(sorted(waiting))} nearly always waited for the next item of the queue "
        f"{_name(queue)}{aside(place)}: {name(sorted(put))} cannot put items as fast as "
        f"{len(waiting):,} tasks can take them.",
        "You could try fewer tasks that take from the queue, or more that put.",
        place,
        int(waits.start[0]),
        0.0,
    )


def _name(queue: _Queue) -> str:
    return quoted(queue.resource.name)


def _finding(
    queue: _Queue,
    who: list[int],
    said: str,
    advice: str,
    place: Place | None,
    when: int,
    cost: float,
) -> Finding:
    return Finding(KIND, said, advice, "", tuple(who), seconds(when), place, cost=cost)
