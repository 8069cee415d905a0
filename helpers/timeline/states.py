"""Running, ready, waiting, overdue, and when: the one place that works them out.

The idea: a task's life is its steps, one after another, and before each of them the task
first waits and then is ready. So two moments a step are enough (`since`, from when it
waited; `until`, when it got into the ready queue), two a task for what follows its last
step, and two short lists of exceptions: what took time away inside a step, and which waits
were overdue. All of it is columns of nanoseconds, worked out with whole arrays when first
asked for, so that a million steps take a blink. Whoever tells, counts or draws states
(`Timeline.stretches`, the crowds of the charts, the player) reads these columns.

The rules:

- a handle that was queued while its own task still ran (`sleep(0)`) makes the task ready
  from the end of that step on, not before;
- time in a step nested inside a step, and in which a loop nested inside it sleeps, is the
  outer task's waiting; the innermost step has it;
- a wait is *overdue* from when its timer is due until it ends, if a step kept the loop from
  noticing. Asleep in its selector the loop is late only by the clock's resolution; and as
  it looks at its timers before each round of steps, one that ran meanwhile shows it had not.

The limit: it believes the columns. Times in the wrong order, which no recorder writes, give
stretches that overlap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from helpers.timeline.records import (
    BLOCKING_AFTER,
    NANOSECONDS,
    NOTHING,
    Idle,
    StepColumns,
    TaskSpan,
    nanoseconds,
)

Column = NDArray[np.integer[Any]]
Moments = Column  # nanoseconds
Span = tuple[str, int, int, int | None, str | None]  # state, start, end, step, waiting_for

INSIDE = ("a loop inside it", "a step inside it")  # what a step may wait for in its middle
_A_LOOP, _A_STEP = range(len(INSIDE))


class Rests(NamedTuple):
    """What follows each task's last step, a row a task: it waits from `since` to `until`, and
    is ready from then to `end`. `after` is that step, -1 for a task without one."""

    after: Column
    since: Moments
    until: Moments
    end: Moments


class Pauses(NamedTuple):
    """What took time away inside steps, in order: inside which `step`, from when to when, and
    whether it was a loop's sleep or another step (`reason`, an index of INSIDE)."""

    step: Column
    start: Moments
    end: Moments
    reason: Column


class States:
    """The states of a recording's tasks; `Timeline.states` has it.

    Before step i, its task waited from `since[i]` to `until[i]`, and was ready from then to
    the step's start; it ran from there to the step's end, but for the `pauses`. Steps that
    are nobody's never wait and are never ready: both moments are their start.
    """

    def __init__(
        self,
        columns: StepColumns,
        tasks: Sequence[TaskSpan],
        idle: Sequence[Idle],
        strings: Sequence[str],
        length: int,
    ):
        self._columns, self._tasks, self._idle = columns, tasks, idle
        self._strings, self._length = strings, length

    def column(self, name: str) -> Column:
        """One of the recording's own columns of steps as an array, without copying it."""
        values = getattr(self._columns, name)
        kind = np.dtype(values.typecode)
        return np.frombuffer(values, kind) if values else np.zeros(0, kind)

    # -- whose steps -------------------------------------------------------------------------

    def steps_of(self, task: int) -> Column:
        """Indices of that task's steps, in order."""
        order, first = self._by_task
        return order[first[task + 1] : first[task + 2]]

    @cached_property
    def _by_task(self) -> tuple[Column, Column]:
        """Indices of all steps, task after task; and where each task's begin (first nobody's)."""
        whose = self.column("task") + 1
        number = np.bincount(whose.astype(np.intp), minlength=len(self._tasks) + 1)
        return _in_order(whose), np.concatenate([[0], np.cumsum(number)])

    @cached_property
    def firsts(self) -> Column:
        """Each task's first step, -1 for a task without one."""
        return self._step_of_each(0)

    def _step_of_each(self, side: int) -> Column:
        """Each task's first step (side 0) or last one (side -1); -1 for a task without one."""
        order, first = self._by_task
        begin, end = first[1 : len(self._tasks) + 1], first[2 : len(self._tasks) + 2]
        found, some = np.full(len(begin), NOTHING), begin < end
        found[some] = order[begin[some] if side == 0 else end[some] - 1]
        return found

    @cached_property
    def before(self) -> Column:
        """For each step, the same task's step before it, -1 for none."""
        earlier, later = self._pairs
        return self._one_each(later, earlier)

    @cached_property
    def following(self) -> Column:
        """For each step, the same task's next step, -1 for none."""
        earlier, later = self._pairs
        return self._one_each(earlier, later)

    def _one_each(self, steps: Column, others: Column) -> Column:
        found = np.full(len(self._columns), NOTHING)
        found[steps] = others
        return found

    @cached_property
    def _pairs(self) -> tuple[Column, Column]:
        """Steps that follow one another in some task: all earlier ones, all later ones."""
        order, first = self._by_task
        steps = order[first[1] :]
        whose = self.column("task")[steps]
        again = np.flatnonzero(whose[1:] == whose[:-1])
        return steps[again], steps[again + 1]

    @cached_property
    def lives(self) -> tuple[Moments, Moments]:
        """From when to when each task is there."""
        born = [0 if t.created is None else nanoseconds(t.created) for t in self._tasks]
        gone = [self._length if t.ended is None else nanoseconds(t.ended) for t in self._tasks]
        return np.array(born, np.int64), np.array(gone, np.int64)

    # -- when it waited, and when it was ready ---------------------------------------------------

    @cached_property
    def since(self) -> Moments:
        """For each step, from when its task waited: since its step before, or its birth."""
        whose, since = self.column("task"), self.column("start").copy()
        mine = whose != NOTHING
        since[mine] = self.lives[0][whose[mine]]
        earlier, later = self._pairs
        since[later] = self.column("end")[earlier]
        self._never_back(since)
        return since

    def _never_back(self, since: Moments) -> None:
        """Where a later step ended before an earlier one (a hand may write so), the later end
        counts: a running maximum, task by task."""
        earlier, later = self._pairs
        if not (since[later] < since[earlier]).any():
            return
        order, first = self._by_task
        steps = order[first[1] :]
        values, ranks = np.unique(since[steps], return_inverse=True)
        apart = self.column("task")[steps].astype(np.int64) * len(values)
        since[steps] = values[np.maximum.accumulate(apart + ranks) - apart]

    @cached_property
    def until(self) -> Moments:
        """For each step, when its task stopped waiting, because it got into the ready queue."""
        return np.minimum(np.maximum(self.column("ready"), self.since), self.column("start"))

    @cached_property
    def rests(self) -> Rests:
        """What follows each task's last step."""
        after, since, end = self._step_of_each(-1), self.lives[0].copy(), self.lives[1]
        stepped = np.flatnonzero(after != NOTHING)
        last = after[stepped]
        since[stepped] = np.maximum(self.since[last], self.column("end")[last])
        until = end.copy()
        for task in self._tasks:
            if task.queued is not None:
                until[task.id] = min(nanoseconds(task.queued), end[task.id])
        return Rests(after, since, np.maximum(until, since), end)

    # -- the exceptions --------------------------------------------------------------------------

    @cached_property
    def pauses(self) -> Pauses:
        """What took time away inside steps."""
        inside = self.column("inside")
        nested = np.flatnonzero(inside != NOTHING)
        asleep, woken = self._sleeps
        host = self.innermost(asleep, woken)
        slept = np.flatnonzero((host != NOTHING) & (woken > asleep))
        rows = Pauses(
            np.concatenate([inside[nested], host[slept]]),
            np.concatenate([self.column("start")[nested], asleep[slept]]),
            np.concatenate([self.column("end")[nested], woken[slept]]),
            np.repeat([_A_STEP, _A_LOOP], [len(nested), len(slept)]),
        )
        order = np.lexsort((rows.reason, rows.end, rows.start, rows.step))
        return Pauses(*(column[order] for column in rows))

    @cached_property
    def sleeps_inside(self) -> Pauses:
        """Those of the pauses in which a loop nested inside a step slept (nest-asyncio)."""
        chosen = self.pauses.reason == _A_LOOP
        return Pauses(*(column[chosen] for column in self.pauses))

    @cached_property
    def own(self) -> Moments:
        """How long each step held the loop itself, without what ran or slept inside it."""
        own = self.column("end") - self.column("start")
        np.subtract.at(own, self.pauses.step, self.pauses.end - self.pauses.start)
        return own

    @cached_property
    def spent(self) -> Moments:
        """The same, or what the step really took where that is more: on the virtual clock a
        step takes no time, however long it holds the loop."""
        real = self.column("real")
        return np.maximum(self.own, real) if len(real) else self.own

    @cached_property
    def blocking(self) -> Column:
        """The steps that held the loop for too long."""
        return np.flatnonzero(self.spent > nanoseconds(BLOCKING_AFTER))

    @cached_property
    def overdue(self) -> dict[int, tuple[int, int]]:
        """The steps after which the wait became overdue: from when to when."""
        due = self._columns.due
        after = np.array(sorted(due), np.int64)
        after = after[self.column("task")[after] != NOTHING]
        moment = np.array([due[step] for step in after.tolist()], np.int64)
        start, end = self._waits_after(after)
        start = np.maximum(moment, start)
        late = (start < end) & self._held(start, end)
        rows = (column[late].tolist() for column in (after, start, end))
        return {step: (begin, over) for step, begin, over in zip(*rows, strict=True)}

    def _waits_after(self, steps: Column) -> tuple[Moments, Moments]:
        """From when to when the tasks of these steps waited after them."""
        following = self.following[steps]
        rest = (column[self.column("task")[steps]] for column in self.rests[1:3])
        known = (column[following] for column in (self.since, self.until))
        start, end = (
            np.where(following == NOTHING, last, found)
            for last, found in zip(rest, known, strict=True)
        )
        return start, end

    def held_from(self, due: int, end: int) -> bool:
        """Whether steps kept the loop from noticing, until `end`, what was due (nanoseconds)."""
        return bool(self._held(np.array([due]), np.array([end]))[0])

    def _held(self, due: Moments, end: Moments) -> NDArray[np.bool_]:
        begun, over = self._outermost
        busy_until = over[np.searchsorted(begun, end, side="left")]
        asleep, woken = self._sleeps
        awake_since = _after_nothing(woken)[np.searchsorted(asleep, due, side="right")]
        return (busy_until > due) & (awake_since < due)

    @cached_property
    def _outermost(self) -> tuple[Moments, Moments]:
        """When each step began that is inside no other; when it was over, after nothing."""
        outer = self.column("inside") == NOTHING
        return self.column("start")[outer], _after_nothing(self.column("end")[outer])

    @cached_property
    def _sleeps(self) -> tuple[Moments, Moments]:
        """When the loop fell asleep, and woke."""
        spans = np.array([(i.start, i.end) for i in self._idle]).reshape(-1, 2)
        asleep, woken = np.rint(spans * NANOSECONDS).astype(np.int64).T
        order = np.lexsort((woken, asleep))
        return asleep[order], woken[order]

    def innermost(self, start: Moments, end: Moments) -> Column:
        """The innermost step around each of those spans, -1 where there is none."""
        step = np.searchsorted(self.column("start"), start, side="right") - 1
        while True:
            too_short = (step >= 0) & (self.column("end")[step] < end)
            if not too_short.any():
                return step
            step = np.where(too_short, self.column("inside")[step], step)

    # -- told stretch by stretch -----------------------------------------------------------------

    def spans(self, task: int) -> Iterator[Span]:
        """One task's stretches in order of time."""
        steps, before = self.steps_of(task), NOTHING
        moments = (column[steps].tolist() for column in self._moments())
        for step, *row in zip(steps.tolist(), *moments, strict=True):
            yield from self._round(before, step, *row)
            before = step
        yield from self._rest(task)

    def waits(self, task: int, start: int = 0, end: int | None = None) -> dict[str, int]:
        """How long one task waited for what, between two moments (by default those of the whole
        recording): by name, the longest first; "" is what is not known."""
        found: Counter[str] = Counter()
        end = self._length if end is None else end
        for state, since, until, _, reason in self.spans(task):
            if state == "waiting" and since < end and until > start:
                found[reason or ""] += min(until, end) - max(since, start)
        return dict(found.most_common())

    def all_spans(self) -> Iterator[tuple[int, Span]]:
        """(task, span) for all tasks, in the order of the steps they lead to.

        Work of the loop's own is among them as task -1, which is never ready or pending.
        """
        columns = (self.column("task"), self.before, *self._moments())
        rows = zip(*(column.tolist() for column in columns), strict=True)
        for step, (task, before, *row) in enumerate(rows):
            for span in self._round(before, step, *row):
                yield task, span
        for task in range(len(self._tasks)):
            for span in self._rest(task):
                yield task, span

    def _moments(self) -> tuple[Moments, ...]:
        return self.since, self.until, self.column("start"), self.column("end")

    def _round(
        self, before: int, step: int, since: int, until: int, start: int, end: int
    ) -> Iterator[Span]:
        """A step, with the wait after the one before it."""
        if until > since:
            yield from self._wait(before, since, until)
        if start > until:
            yield "ready", until, start, step, None
        for pause, over, reason in self._paused.get(step, ()):
            if pause > start:
                yield "running", start, pause, step, None
            if over > pause:
                yield "waiting", pause, over, step, reason
            start = over
        yield "running", start, end, step, None

    def _rest(self, task: int) -> Iterator[Span]:
        """What follows a task's last step."""
        after, since, until, end = (int(column[task]) for column in self.rests)
        if until > since:
            yield from self._wait(after, since, until)
        if end > until:
            yield "ready", until, end, None, None

    def _wait(self, after: int, start: int, end: int) -> Iterator[Span]:
        if after == NOTHING:
            yield "waiting", start, end, None, None
            return
        number = self._columns.waiting_for[after]
        reason = None if number == NOTHING else self._strings[number]
        yield "waiting", start, end, after, reason
        if after in self.overdue:
            yield "overdue", *self.overdue[after], after, reason

    @cached_property
    def _paused(self) -> dict[int, list[tuple[int, int, str]]]:
        found: dict[int, list[tuple[int, int, str]]] = {}
        for step, start, end, reason in zip(*(c.tolist() for c in self.pauses), strict=True):
            found.setdefault(step, []).append((start, end, INSIDE[reason]))
        return found


def _after_nothing(moments: Moments) -> Moments:
    """The moments, one before all time in front of them."""
    return np.concatenate([[np.iinfo(np.int64).min], moments])


def _in_order(numbers: Column) -> Column:
    """Indices that put small numbers in order, equal ones as they come. By 16 bits at a time:
    numpy then sorts five times as fast."""
    order = np.argsort((numbers & 0xFFFF).astype(np.uint16), kind="stable")
    high = numbers >> 16
    if high.any():
        order = order[np.argsort(high[order].astype(np.uint16), kind="stable")]
    return order
