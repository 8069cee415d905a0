"""What a recording is made of: plain, frozen records, and the columns that hold very many.

Tasks, timers, idle spans and what was printed are records. Steps are too many for that: they
live in columns of integers (nanoseconds since the recording began, and indices into small
tables) and become `Step` objects only when somebody looks, which is what lets a million of
them fit. Nothing is worked out here.

Public times are float seconds since the recording began. The words, used the same
everywhere in this package:

- **step**: one stretch on the loop, from being resumed to suspending or ending;
- **running**: in a step (time in steps nested inside it is theirs);
- **ready**: its handle is in the ready queue, from the moment it was put there;
- **waiting**: suspended, and not in the queue (also the time in which a nested step
  runs, or a nested loop sleeps, inside one's own: the code below has not come back yet);
- **overdue**: still waiting although its timer has passed, because the loop is held
  by a step and has not looked.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Generic, TypeVar, overload

NANOSECONDS = 1_000_000_000

# asyncio's own limit for a "slow callback" (`loop.slow_callback_duration`), in seconds.
# https://docs.python.org/3/library/asyncio-dev.html#debug-mode
BLOCKING_AFTER = 0.1

KINDS = ("task", "callback", "timer", "io", "kernel")
OUTCOMES = ("returned", "raised", "cancelled", "destroyed", "pending")
CLOCKS = ("real", "virtual")

NOTHING, BY_THREAD, BY_IO = -1, -2, -3  # what an index column says when it is no index
Place = tuple[str, int]  # (source, line)
# In `held_at` in place of a call: in that line, or shortly before; or nothing there was slow.
AROUND, ANOTHER_THREAD = "(around)", "(another thread)"
_WOKEN_BY: dict[int, str | None] = {BY_THREAD: "thread", BY_IO: "io", NOTHING: None}
_T = TypeVar("_T")


def seconds(nanoseconds: int) -> float:
    """Whole nanoseconds as float seconds."""
    return nanoseconds / NANOSECONDS


def nanoseconds(seconds: float) -> int:
    """Float seconds as whole nanoseconds, rounded."""
    return round(seconds * NANOSECONDS)


@dataclass(frozen=True, slots=True)
class TaskSpan:
    """One task's life within a recording. Times in seconds.

    `created` is None for a task older than the recording; `started` is the start of
    its first recorded step; `ended` is None while it is pending. One that the garbage
    collector took while it waited is "destroyed". `entered` is False
    when it was cancelled before its body began. `queued` is the moment a task that
    is pending was last put in the ready queue, if it is still in there when the
    recording ends. `role` is "recording" for the task that entered the recording,
    "main" for one made by `asyncio.run`, else "". `library` is the installed package whose
    coroutine function it runs, or "asyncio" for an errand of asyncio's own; "" for any other.

    `made_at` is the line of the learner's own that made it, as (source, line): that of the
    call of `create_task`, `gather` or `asyncio.run`; None where lines were not recorded, and of a
    task made past the loop (`asyncio.Task(...)` by hand, a library's C code).

    `cancels` is how many requests to cancel it stood when it ended, or when the recording did: one
    that `uncancel` took back, as a timeout does with its own, is not counted. When and by whom
    they were made is not known here. One that returned with a request standing went on
    though it had been asked to end.

    Of one that raised: `heard` is when somebody first asked for it, by awaiting the task or
    by its `result()` or `exception()`, to within an iteration of the loop; `unheard` that by
    the end of the recording nobody had. Neither, where that is not known.
    """

    id: int
    name: str
    coroutine: str = ""
    parent: int | None = None
    created: float | None = 0.0
    started: float | None = None
    ended: float | None = None
    outcome: str = "pending"
    exception: str | None = None
    entered: bool = True
    queued: float | None = None
    role: str = ""
    heard: float | None = None
    unheard: bool = False
    made_at: tuple[str, int] | None = None
    cancels: int = 0
    library: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One stretch on the loop. Times in seconds.

    `task` is the id of the task, None where plain loop work ran. `inside` is the
    index of the step it ran within. `woken_by` is the index of the step that put it
    in the ready queue, or "thread", "io", or None. `resumed_at` and `suspended_at`
    are `(source, line)` of the innermost frame of the learner's own. `waiting_for`
    says what it waits for after this step, `due` when a timer will end that wait: its
    own, as of a sleep, or else that of a time limit around it.
    `real_seconds` is what the step really took, in virtual time; else None. `first` is
    whether an iteration of the loop began with it, None where that is not known.
    `held_at` is the line at which a step of over 0.1 s spent its time, as far as it was seen:
    (source, line, what is called there, or ""); None where it was not. AROUND in place of a
    call says that it was that line, or one shortly before; ANOTHER_THREAD, that it was held up
    there by a thread that kept the interpreter.
    """

    task: int | None
    kind: str
    label: str
    ready: float
    start: float
    end: float
    inside: int | None = None
    woken_by: int | str | None = None
    resumed_at: tuple[str, int] | None = None
    suspended_at: tuple[str, int] | None = None
    waiting_for: str | None = None
    due: float | None = None
    real_seconds: float | None = None
    first: bool | None = None
    held_at: tuple[str, int, str] | None = None


@dataclass(frozen=True, slots=True)
class Timer:
    """A `call_later` or `call_at`. Times in seconds.

    `made_by` is the index of the step that made it; `queued` the moment the loop moved it
    to the ready queue, `step` the index of the step that then ran it (None in a recording
    that was saved before this was kept). Each is None where it did not happen.
    """

    label: str
    made_by: int | None
    due: float
    queued: float | None = None
    cancelled: float | None = None
    made: float = 0.0
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Idle:
    """A span in which the loop slept in its selector, in seconds; `until` is when it would
    have woken by itself for a timer (None: no timer was set). `kept_up` says that it woke later, as
    another thread kept the interpreter."""

    start: float
    end: float
    until: float | None = None
    kept_up: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """A coroutine object that was never awaited: its last reference went at `time` (seconds),
    in step `step` (index or None).

    `dropped_at` is where the learner's code stood then, as (source, line): for a call as a
    statement of its own, the line of that call. `made_at` is where it was made, which is known
    in asyncio's debug mode only.
    """

    coroutine: str
    time: float
    step: int | None = None
    dropped_at: tuple[str, int] | None = None
    made_at: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Printed:
    """Text the program wrote to `stream` at `time` (seconds), in step `step` (index or None)."""

    time: float
    text: str
    step: int | None = None
    stream: str = "stdout"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span of one task's life in one state: "running", "ready", "waiting" or "overdue".

    Seconds. `step` is the index of the step it belongs to: the running step itself,
    the step that a ready stretch leads to, or the step after which it waits
    (None where there is none). An "overdue" stretch lies inside a waiting one.
    """

    state: str
    start: float
    end: float
    step: int | None = None
    waiting_for: str | None = None


@dataclass(eq=True)
class StepColumns:
    """Steps in columns, in order of start. Integer nanoseconds and indices; 46 bytes a step
    (54 with lines on). `label` and `waiting_for` index `Timeline.strings`, `resumed` and
    `suspended` index `Timeline.places` (both empty when lines were not recorded); `due`
    is sparse, `{step: nanoseconds}`; `real` is empty on the real clock; `first` is 1 where an
    iteration of the loop begins, and empty where that is not known; `held` is sparse, too, and
    indexes both tables: `{step: (place, string)}`. -1 means none."""

    task: array[int] = field(default_factory=lambda: array("i"))
    kind: array[int] = field(default_factory=lambda: array("b"))
    label: array[int] = field(default_factory=lambda: array("i"))
    ready: array[int] = field(default_factory=lambda: array("q"))
    start: array[int] = field(default_factory=lambda: array("q"))
    end: array[int] = field(default_factory=lambda: array("q"))
    inside: array[int] = field(default_factory=lambda: array("i"))
    woken_by: array[int] = field(default_factory=lambda: array("i"))
    waiting_for: array[int] = field(default_factory=lambda: array("i"))
    resumed: array[int] = field(default_factory=lambda: array("i"))
    suspended: array[int] = field(default_factory=lambda: array("i"))
    real: array[int] = field(default_factory=lambda: array("q"))
    first: array[int] = field(default_factory=lambda: array("b"))
    due: dict[int, int] = field(default_factory=dict)
    held: dict[int, tuple[int, int]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.start)


class Steps(Sequence[Step]):
    """The steps of a timeline as a sequence of `Step`, built from columns when looked at."""

    def __init__(self, columns: StepColumns, strings: Sequence[str], places: Sequence[Place]):
        self._columns, self._strings, self._places = columns, strings, places

    def __len__(self) -> int:
        return len(self._columns)

    @overload
    def __getitem__(self, index: int) -> Step: ...

    @overload
    def __getitem__(self, index: slice) -> list[Step]: ...

    def __getitem__(self, index: int | slice) -> Step | list[Step]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        index = range(len(self))[index]  # negative indices and IndexError, as in a list
        c = self._columns
        return Step(
            task=_index_or_none(c.task[index]),
            kind=KINDS[c.kind[index]],
            label=self._strings[c.label[index]],
            ready=seconds(c.ready[index]),
            start=seconds(c.start[index]),
            end=seconds(c.end[index]),
            inside=_index_or_none(c.inside[index]),
            woken_by=_WOKEN_BY.get(c.woken_by[index], c.woken_by[index]),
            resumed_at=self._place(c.resumed, index),
            suspended_at=self._place(c.suspended, index),
            waiting_for=_lookup(self._strings, c.waiting_for[index]),
            due=seconds(c.due[index]) if index in c.due else None,
            real_seconds=seconds(c.real[index]) if c.real else None,
            first=bool(c.first[index]) if c.first else None,
            held_at=self._held(index),
        )

    def _held(self, index: int) -> tuple[str, int, str] | None:
        if index not in self._columns.held:
            return None
        place, call = self._columns.held[index]
        return (*self._places[place], self._strings[call])

    def _place(self, column: array[int], index: int) -> Place | None:
        return _lookup(self._places, column[index]) if column else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # nor have lists, which it equals


def _index_or_none(value: int) -> int | None:
    return None if value < 0 else value


def _lookup(table: Sequence[_T], index: int) -> _T | None:
    return None if index < 0 else table[index]


class Table(Generic[_T]):
    """Values numbered in order of first sight: how strings and places become indices.

    `values` are those that have their numbers already, from 0 on.
    """

    def __init__(self, values: Iterable[_T] = ()) -> None:
        self._values = list(values)
        self._numbers: dict[_T, int] = {}
        for number, value in enumerate(self._values):
            self._numbers.setdefault(value, number)

    def number(self, value: _T | None) -> int:
        """The index of that value; None is -1."""
        if value is None:
            return NOTHING
        number = self._numbers.setdefault(value, len(self._values))
        if number == len(self._values):
            self._values.append(value)
        return number

    def values(self) -> tuple[_T, ...]:
        """The values by their numbers."""
        return tuple(self._values)


def columns_of(steps: Sequence[Step]) -> tuple[StepColumns, tuple[str, ...], tuple[Place, ...]]:
    """Those steps as columns, with the strings and the places they point to.

    Raises ValueError when they are not in order of start, when one is of no known kind, or
    when only some of them say what they really took, or what began an iteration.
    """
    strings, places, c = Table[str](), Table[Place](), StepColumns()
    lines = any(s.resumed_at or s.suspended_at for s in steps)
    for index, step in enumerate(steps):
        if index and step.start < steps[index - 1].start:
            raise ValueError(f"steps must be in order of start; step {index} starts too early")
        c.task.append(NOTHING if step.task is None else step.task)
        c.kind.append(_kind_number(step.kind))
        c.label.append(strings.number(step.label))
        for name in ("ready", "start", "end"):
            getattr(c, name).append(nanoseconds(getattr(step, name)))
        c.inside.append(NOTHING if step.inside is None else step.inside)
        c.woken_by.append(_waker_number(step.woken_by))
        c.waiting_for.append(strings.number(step.waiting_for))
        if step.due is not None:
            c.due[index] = nanoseconds(step.due)
        if step.real_seconds is not None:
            c.real.append(nanoseconds(step.real_seconds))
        if step.held_at is not None:
            source, line, call = step.held_at
            c.held[index] = places.number((source, line)), strings.number(call)
        if step.first is not None:
            c.first.append(step.first)
        if lines:
            c.resumed.append(places.number(step.resumed_at))
            c.suspended.append(places.number(step.suspended_at))
    for name, column in (("real_seconds", c.real), ("first", c.first)):
        if column and len(column) != len(c):
            raise ValueError(f"{name} must be given for all steps, or for none")
    return c, strings.values(), places.values()


def _kind_number(kind: str) -> int:
    if kind not in KINDS:
        raise ValueError(f"a step's kind is one of {', '.join(KINDS)}; not {kind!r}")
    return KINDS.index(kind)


def _waker_number(woken_by: int | str | None) -> int:
    if isinstance(woken_by, int):
        return woken_by
    return next(number for number, word in _WOKEN_BY.items() if word == woken_by)


COLUMN_NAMES = tuple(f.name for f in fields(StepColumns) if f.name not in ("due", "held"))
