"""What tasks share, and what ran in workers: the records of `Timeline.resources` and
`Timeline.worker_spans`.

A `Resource` is a queue, lock, semaphore, event, condition or barrier of the program's own. How it
changed stands in columns of integers, as steps do: a row for each change, in order. Rows of one
moment (virtual time) are told apart by their step.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, fields

from helpers.timeline.records import Place, nanoseconds, seconds

RESOURCE_KINDS = ("Queue", "Lock", "Semaphore", "Event", "Condition", "Barrier")
WORKER_KINDS = ("thread", "process")
WORK_OUTCOMES = ("returned", "raised", "cancelled", "pending")
NO_LIMIT = -1
TO_PUT = 1  # the slot of a wait to put something into a queue


def _ints() -> array[int]:
    return array("i")


def _longs() -> array[int]:
    return array("q")


@dataclass(eq=True, slots=True)
class Changes:
    """A resource's changes: `moment` (nanoseconds), `step` (the last that had begun, -1 for
    none), and what is so from then on: `size`, `limit` (-1 for none), how many are `waiting`."""

    moment: array[int] = field(default_factory=_longs)
    step: array[int] = field(default_factory=_ints)
    size: array[int] = field(default_factory=_ints)
    limit: array[int] = field(default_factory=_ints)
    waiting: array[int] = field(default_factory=_ints)

    def __len__(self) -> int:
        return len(self.moment)


@dataclass(eq=True, slots=True)
class Stays:
    """Who held a resource, or waited for it, from when to when (nanoseconds), from which step to
    which: the first with which it is so, and the first with which it is no more (the number of
    steps, where it was so until the end). `task` is -1 where it is not known. `slot` is which one
    of a semaphore's is held; of a wait `TO_PUT`, or 0."""

    task: array[int] = field(default_factory=_ints)
    start: array[int] = field(default_factory=_longs)
    end: array[int] = field(default_factory=_longs)
    begun: array[int] = field(default_factory=_ints)
    over: array[int] = field(default_factory=_ints)
    slot: array[int] = field(default_factory=_ints)

    def __len__(self) -> int:
        return len(self.task)

    def __iter__(self) -> Iterator[Stay]:
        for row in range(len(self)):
            yield self.stay(row)

    def stay(self, row: int) -> Stay:
        task = self.task[row]
        start, end = seconds(self.start[row]), seconds(self.end[row])
        return Stay(None if task < 0 else task, start, end, self.slot[row])

    def during(self, step: int) -> list[int]:
        """The rows that are so when that step is over."""
        return [row for row in range(len(self)) if self.begun[row] <= step < self.over[row]]


@dataclass(frozen=True, slots=True)
class Stay:
    """One of `Stays`, in seconds; `task` is an id, or None."""

    task: int | None
    start: float
    end: float
    slot: int = 0


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a resource is taken at a moment: see `Resource`. `holders` and `in_line` are ids
    of tasks, who came first before who came later; None among them is somebody not known."""

    size: int
    limit: int | None
    waiting: int
    holders: tuple[int | None, ...] = ()
    in_line: tuple[int | None, ...] = ()


@dataclass(frozen=True)
class Resource:
    """A queue, lock, semaphore, event, condition or barrier of the program's own.

    `kind` is one of `RESOURCE_KINDS`, `type` its class (a `PriorityQueue` is a Queue), `name` the
    variable or attribute that first held it, else its kind with a number. `maker` is the id of the
    task that made it, `made` when (seconds; None: before the recording), `made_at` the line of
    the learner's own, or where an older one was first used.

    What `sizes` and `limits` say: of a queue, what is in it, and `maxsize`; of a semaphore, how
    many of its slots are taken, and how many there are; of a lock 0 or 1, of 1; of an event
    whether it is set; of a condition whether its own lock is held; of a barrier how many are in,
    and its parties. `waiting` is how many tasks are suspended for its sake, and not ready.

    `holders_known` is False where somebody released a semaphore who did not hold it: from
    then on it is not known who does. Of one that is older than the recording the first holders
    are not known, and a semaphore's limit is the most that it was seen to have.

    Of one that changes more than ten thousand times all is known until `exact_until` (seconds;
    None: to the end). From then on its size is known at some moments, and nothing of who held it
    or began to wait; `holders_known` is False.
    """

    kind: str
    name: str
    type: str = ""
    maker: int | None = None
    made: float | None = None
    made_at: Place | None = None
    holders_known: bool = True
    exact_until: float | None = None
    changes: Changes = field(default_factory=Changes)
    holds: Stays = field(default_factory=Stays)
    waits: Stays = field(default_factory=Stays)

    __hash__ = None  # type: ignore[assignment]  # it holds columns, which have no hash

    @property
    def moments(self) -> list[float]:
        """When it changed, in seconds, in order."""
        return [seconds(moment) for moment in self.changes.moment]

    @property
    def sizes(self) -> list[int]:
        """Its size from each of the moments on."""
        return self.changes.size.tolist()

    @property
    def limits(self) -> list[int | None]:
        """Its limit from each of the moments on."""
        return [None if limit < 0 else limit for limit in self.changes.limit]

    @property
    def waiting(self) -> list[int]:
        """How many waited from each of the moments on."""
        return self.changes.waiting.tolist()

    @property
    def most_waiting(self) -> int:
        """The most that ever waited at the same time."""
        return max(self.changes.waiting, default=0)

    def at(self, moment: float) -> Use:
        """How much of it is taken at that moment, in seconds: after all that happened then."""
        now = nanoseconds(moment)
        row = bisect_right(self.changes.moment, now) - 1
        held, wait = (
            [n for n in range(len(stays)) if stays.start[n] <= now < stays.end[n]]
            for stays in (self.holds, self.waits)
        )
        return self._use(row, held, wait)

    def after(self, step: int, names: bool = True) -> Use:
        """The same when the step of that index is over; without `names` no holders, nor who stands
        in line, which is quicker."""
        row = bisect_right(self.changes.step, step) - 1
        if not names:
            return self._use(row, [], [])
        return self._use(row, self.holds.during(step), self.waits.during(step))

    def _use(self, row: int, held: list[int], wait: list[int]) -> Use:
        if row < 0:
            return Use(0, None, 0)
        limit = self.changes.limit[row]
        return Use(
            self.changes.size[row],
            None if limit < 0 else limit,
            self.changes.waiting[row],
            tuple(_ids(self.holds, held)) if self.holders_known else (),
            tuple(_ids(self.waits, wait)),
        )


def _ids(stays: Stays, rows: list[int]) -> Iterator[int | None]:
    return (None if stays.task[row] < 0 else stays.task[row] for row in rows)


@dataclass(frozen=True, slots=True)
class WorkerSpan:
    """A call that ran in a worker: `to_thread`, `run_in_executor`, `submit`. Times in seconds.

    `label` is the function's name, `kind` one of `WORKER_KINDS`, `pool` what the pool is called,
    `workers` how many it may have. `worker` is the thread's name; None where it has not begun, and
    for a process. `task` is the id of the task that asked for it, `step` the step's index.

    From `submitted` to `began` it waited for a free worker. Of a process the loop cannot know
    which, nor when it began: `began` is None, and `ended` is when the answer was here. `ended` is
    None where it went on when the recording ended. `outcome` is one of `WORK_OUTCOMES`.
    """

    label: str
    submitted: float
    kind: str = "thread"
    pool: str = ""
    workers: int | None = None
    worker: str | None = None
    task: int | None = None
    step: int | None = None
    began: float | None = None
    ended: float | None = None
    outcome: str = "pending"


CHANGES = tuple(f.name for f in fields(Changes))
STAYS = tuple(f.name for f in fields(Stays))
