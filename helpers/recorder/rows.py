"""The row: one step in six numbers; and all else that one thread's journal hands over.

A step is written as six floats, in the order of the columns below: 48 bytes. What a number
stands for is known here alone; who writes or reads rows asks by name. The questions work on
one number and on a whole numpy column alike.

`START` is below zero where an iteration of the loop begins with the step.

`QUEUED` is a moment (seconds of `perf_counter`), the same below zero where a socket's
readiness queued the handle, the number of a timer, or one of two words. `WHO` is a task's
number or a label's, `WAITING` a word's or a task's, `PLACE` an instruction's. A float holds
whole numbers up to 2**53 exactly, far more than there will ever be of any of these.
"""

from __future__ import annotations

import struct
from array import array
from dataclasses import dataclass, field
from time import sleep
from types import CodeType
from typing import Any

QUEUED, START, END, WHO, WAITING, PLACE = range(6)
WIDTH = 6
FULL = 4000  # so many numbers are kept in a list before they are packed; small enough for the cache

Number = Any  # one number, or a numpy column of them: the answer has the same shape


# -- queued ------------------------------------------------------------------------------------

UNKNOWN = 0.0  # before we were there
OLD = float("inf")  # already in the ready queue when recording began
_FIRST_TIMER = -(2.0**52)


def by_socket(moment: float) -> float:
    """Queued by a socket's readiness at that moment."""
    return -moment


def by_timer(number: int) -> float:
    """Queued by the timer of that number."""
    return _FIRST_TIMER - number


def is_by_socket(queued: Number) -> Number:
    return (queued < 0) & (queued > _FIRST_TIMER)


def socket_moment(queued: Number) -> Number:
    """When it was queued, where it is by a socket."""
    return -queued


def is_by_timer(queued: Number) -> Number:
    return queued <= _FIRST_TIMER


def timer_number(queued: Number) -> Number:
    """The number of the timer, where it is by a timer."""
    return _FIRST_TIMER - queued


def is_moment(queued: Number) -> Number:
    """Whether it is the moment at which somebody's step queued the handle."""
    return (queued > 0) & (queued < OLD)


# -- start ---------------------------------------------------------------------------------


def is_first(start: Number) -> Number:
    """Whether an iteration of the loop begins with the step."""
    return start < 0


def first(moment: float) -> float:
    """Begun at that moment, with an iteration of the loop."""
    return -moment


def begun(start: Number) -> Number:
    """The moment at which the step began."""
    return abs(start)


# -- who, and what it waits for ----------------------------------------------------------------

NOT_WAITING = 0  # a word's number: the first word is empty


def of_label(number: int) -> int:
    """`WHO`, of a step that is no task's: the number of its label."""
    return -1 - number


def is_label(who: Number) -> Number:
    return who < 0


def label_number(who: Number) -> Number:
    return -1 - who


def for_task(number: int) -> int:
    """`WAITING`, where it waits for the task of that number."""
    return -1 - number


def is_for_task(waiting: Number) -> Number:
    return waiting < 0


def awaited_task(waiting: Number) -> Number:
    return -1 - waiting


# -- place: where a task was suspended, while lines are wanted ---------------------------------

NOWHERE = -1
_OFFSET_BITS = 24


def of_own_code(number: int) -> int:
    """A code object of the learner's own, told from words, which are not below zero: where its
    places begin, turned around."""
    return ~(number << _OFFSET_BITS)


def place_in(own_code: int, offset: int) -> int:
    """An instruction of such a code object, as one number."""
    return ~own_code | offset


def is_place(place: Number) -> Number:
    return place >= 0


def code_and_offset(place: int) -> tuple[int, int]:
    return place >> _OFFSET_BITS, place & (1 << _OFFSET_BITS) - 1


# -- the rows of one journal -------------------------------------------------------------------


class Rows:
    """Rows as they are written: the newest in a list, which is quickest, the others packed.

    `lines` is whether places are wanted; without, there are none.
    """

    __slots__ = ("fresh", "lines", "packed", "packing")

    def __init__(self) -> None:
        self.fresh: list[float] = []
        self.packed = array("d")
        self.packing: int | None = None  # how many were packed before, while more of them are
        self.lines = False

    def __len__(self) -> int:
        return (len(self.packed) + len(self.fresh)) // WIDTH

    def write(
        self, queued: float, start: float, end: float, who: int, waiting: int, place: int
    ) -> None:
        """Write one row. (`hot` does the same without the call.)"""
        self.fresh.extend((queued, start, end, who, waiting, place))

    def pack(self) -> None:
        """Move the newest rows into the array, in one go: far cheaper than one by one."""
        self.packing = len(self.packed)  # for who copies the rows meanwhile, and for interrupts
        self.packed.frombytes(struct.pack(f"{len(self.fresh)}d", *self.fresh))
        self.fresh.clear()
        self.packing = None

    def mend(self) -> None:
        """After an interrupt in the middle of packing: no row twice."""
        if self.packing is not None:
            if len(self.packed) > self.packing:
                self.fresh.clear()
            self.packing = None

    def last_end(self) -> float:
        """When the last step ended, 0.0 if there is none."""
        rows = self.fresh or self.packed
        return rows[END - WIDTH] if rows else 0.0

    def copy(self, mine: bool) -> array[float]:
        """All rows; taken again when the thread that writes them packed meanwhile (unless that
        thread is `mine`)."""
        while True:
            packed, packing = len(self.packed), self.packing
            fresh = list(self.fresh)
            rows = self.packed[:]
            settled = len(rows) == packed and packing is None and self.packing is None
            if settled or mine:
                rows.extend(array("d", fresh))
                return rows
            sleep(0)  # let it get on


# -- what held a step ----------------------------------------------------------------------------

Spot = tuple[CodeType, int]  # code of the learner's own, and an instruction in it
# How sure it is that the time went there: it was seen in time; or late, so that it may have been
# what came before that spot; or before the call that stands there; or another thread kept it up.
IN_TIME, LATE, BEFORE, KEPT_UP = range(4)
Sight = tuple[CodeType, int, int]  # a spot, and one of these
Holds = dict[float, dict[Sight, float]]  # by `START` of a step: for how many seconds, where


# -- what is handed over -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TaskKind:
    """What the tasks of one function have in common."""

    qualname: str  # the coroutine's: not the code's, a wrapper bears the name of what it wraps
    code: CodeType | None = None
    machinery: str = ""  # "kernel", "loop", or "" for the program's own
    meaning: int | None = None  # of its code in a chain of awaits, see `vocabulary`; None: look
    library: str = ""  # whose function it is, "" for the program's own


class TaskNote:
    """What a journal knows of one task, as plain values. Moments in seconds of `perf_counter`.

    One is made for every task, so it takes what is known of all; the rest is set by name.
    """

    __slots__ = (
        "created", "ended", "entered", "exception", "fresh", "is_given", "kind", "name",
        "outcome", "ref",
    )  # fmt: skip

    def __init__(self, name: str, kind: TaskKind, created: float | None) -> None:
        self.name, self.kind = name, kind
        self.created = created  # when its first step was queued
        self.is_given = False  # whether the program gave it that name, though it looks like ours
        self.fresh = self.entered = True  # made while it was recorded; not cancelled before
        self.outcome = "pending"
        self.ended: float | None = None
        self.exception: str | None = None
        self.ref: Any = None  # a weak reference, while it lives

    @property
    def machinery(self) -> str:
        return self.kind.machinery


@dataclass(slots=True)
class TimerNote:
    """One timer. `made` and `cancelled` are moments (0.0: before our time), `when` is the loop's
    own time, `label` a label's number, `limits` that of the task whose waits it ends, -1 where
    that is not known."""

    made: float
    when: float
    label: int
    cancelled: float | None = None
    limits: int = -1


@dataclass(slots=True)
class DroppedNote:
    """A coroutine object that went before it had begun; `made` and `dropped`, where known, are a
    file's name with a line, and a spot in the learner's code."""

    moment: float
    qualname: str
    code: CodeType
    made: tuple[str, int] | None
    dropped: Spot | None


@dataclass(slots=True)
class SharedNote:
    """A queue, a lock, or another thing that tasks share. `made` is a moment (None: older than the
    journal), `spots` where it was made, or first used, in the learner's code: innermost, and who
    called that. `variable` is a global one that holds it, `limit` its own, where that is known;
    `exact_until` the moment from which only its value was looked up, every so many steps."""

    kind: str
    type: str
    made: float | None
    spots: tuple[Spot, ...] = ()
    variable: str = ""
    limit: int | None = None
    exact_until: float | None = None


# A row of what is shared: a moment, a number, a value, and a task's number.
SHARED_WIDTH = 4
MOST_CHANGES = 10_000  # and waits, of one thing, that are all noted
WAITS = -1  # a value that is none: somebody begins to wait
NOBODY = -1  # no task's number: the step of that moment says who


@dataclass(slots=True)
class Cut:
    """One recording's share of a journal: copies, as the watched thread may go on writing."""

    begin: float
    end: float
    rows: array[float] = field(default_factory=lambda: array("d"))
    has_lines: bool = False  # whether there are places in the rows
    tasks: list[TaskNote] = field(default_factory=list)
    labels: list[tuple[str, str, CodeType | None]] = field(default_factory=list)  # kind, name
    words: list[str] = field(default_factory=lambda: [""])
    codes: list[CodeType] = field(default_factory=list)
    timers: list[TimerNote] = field(default_factory=list)
    due: dict[int, float] = field(default_factory=dict)  # row -> when, on the loop's clock
    queued: dict[int, float | None] = field(default_factory=dict)  # who is ready, since when
    idle: array[float] = field(default_factory=lambda: array("d"))  # begin, end, until; each
    polls: array[float] = field(default_factory=lambda: array("d"))  # when the loop had looked
    foreign: list[list[float]] = field(default_factory=list)  # called, queued: by other threads
    output: list[tuple[float, str, bool]] = field(default_factory=list)  # when, what, by its thread
    holds: Holds = field(default_factory=dict)
    kept_up: list[tuple[float, float]] = field(default_factory=list)  # by other threads: see `held`
    made_in: dict[int, int] = field(default_factory=dict)  # a task's number -> a `PLACE`
    cancels: dict[int, int] = field(default_factory=dict)  # a task's number -> how many
    heard: dict[int, float | None] = field(default_factory=dict)  # see `unheard`
    dropped: list[DroppedNote] = field(default_factory=list)
    work: list[Any] = field(default_factory=list)  # see `workers`
    shared: list[SharedNote] = field(default_factory=list)
    shared_rows: array[float] = field(default_factory=lambda: array("d"))
    jumps: list[tuple[float, float]] | None = None  # moment, virtual time; None: a real clock
    offset: float = 0.0  # our clock minus the loop's
    notes: list[str] = field(default_factory=list)
    misses: dict[str, tuple[int, str]] = field(default_factory=dict)  # see `misses`
    title: str = ""
    task: int | None = None  # the one that entered the recording
    is_over: bool = True
    knows_iterations: bool = True
