"""The row: one step in five numbers; and all else that one thread's journal hands over.

A step is written as five floats, in the order of the columns below, and five thousand steps
are two hundred kilobytes. What a number stands for is known here alone; who writes or reads
rows asks by name. The questions work on one number and on a whole numpy column alike.

`START` is below zero where an iteration of the loop begins with the step.

`QUEUED` is a moment (seconds of `perf_counter`), the same below zero where a socket's
readiness queued the handle, the number of a timer, or one of two words. `WHO` is a task's
number or a label's, `WAITING` a word's or a task's. A float holds whole numbers up to 2**53
exactly, far more than there will ever be of any of these.
"""

from __future__ import annotations

import struct
from array import array
from dataclasses import dataclass, field
from time import sleep
from types import CodeType
from typing import Any

QUEUED, START, END, WHO, WAITING = range(5)
WIDTH = 5
FULL = 4000  # numbers kept in a list before they are packed; small enough for the cache

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


# -- places: where a task was suspended, a column apart ----------------------------------------

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

    `places` has one more number for each row, while `lines` are wanted.
    """

    __slots__ = ("fresh", "lines", "packed", "packing", "places")

    def __init__(self) -> None:
        self.fresh: list[float] = []
        self.packed = array("d")
        self.packing = False
        self.lines = False
        self.places = array("q")

    def __len__(self) -> int:
        return (len(self.packed) + len(self.fresh)) // WIDTH

    def want_lines(self) -> None:
        """From now on there are places, too."""
        if not self.lines:
            self._fit_places()
            self.lines = True

    def do_without_lines(self) -> None:
        self.lines, self.places = False, array("q")

    def write(
        self, queued: float, start: float, end: float, who: int, waiting: int, place: int
    ) -> None:
        """Write one row. (`hot` does the same without the call.)"""
        self.fresh.extend((queued, start, end, who, waiting))
        if self.lines:
            self.places.append(place)

    def are_many(self) -> bool:
        """Whether it is time to pack."""
        return len(self.fresh) > FULL

    def pack(self) -> None:
        """Move the newest rows into the array, in one go: far cheaper than one by one."""
        self.packing = True  # for who copies the rows meanwhile, and for interrupts
        self.packed.frombytes(struct.pack(f"{len(self.fresh)}d", *self.fresh))
        self.fresh.clear()
        self.packing = False

    def mend(self) -> None:
        """After an interrupt in the middle of writing: no row twice, no place without a row."""
        if self.packing:
            self.packing = False
            fresh = array("d", self.fresh)
            if fresh and self.packed[-len(fresh) :] == fresh:
                self.fresh.clear()
        if self.lines:
            self._fit_places()

    def _fit_places(self) -> None:
        """As many places as there are rows."""
        del self.places[len(self) :]
        self.places.extend([NOWHERE] * (len(self) - len(self.places)))

    def last_end(self) -> float:
        """When the last step ended, 0.0 if there is none."""
        rows = self.fresh or self.packed
        return rows[END - WIDTH] if rows else 0.0

    def copy(self, mine: bool) -> tuple[array[float], array[int]]:
        """All rows and places; taken again when the thread that writes them packed meanwhile
        (unless that thread is `mine`)."""
        while True:
            packed, packing = len(self.packed), self.packing
            fresh, places = list(self.fresh), self.places[:]
            rows = self.packed[:]
            settled = len(rows) == packed and not packing and not self.packing
            if settled or mine:
                rows.extend(array("d", fresh))
                del places[len(rows) // WIDTH :]
                places.extend([NOWHERE] * (len(rows) // WIDTH - len(places)) * self.lines)
                return rows, places
            sleep(0)  # let it get on


# -- what is handed over -----------------------------------------------------------------------


@dataclass(slots=True)
class TaskNote:
    """What a journal knows of one task, as plain values. Moments in seconds of `perf_counter`."""

    name: str
    qualname: str = ""  # its coroutine's: not the code's, a wrapper bears the name of what it wraps
    code: CodeType | None = None
    is_given: bool = False  # whether the program gave it that name, though it looks like a default
    fresh: bool = True  # made while it was recorded
    machinery: str = ""  # "kernel", "loop", or "" for the program's own
    created: float | None = None  # when its first step was queued
    entered: bool = True
    ended: float | None = None
    outcome: str = "pending"
    exception: str | None = None
    ref: Any = None  # a weak reference, while it lives


@dataclass(slots=True)
class TimerNote:
    """One timer. `made` and `cancelled` are moments (0.0: before our time), `when` is the loop's
    own time, `label` a label's number."""

    made: float
    when: float
    label: int
    cancelled: float | None = None


@dataclass(slots=True)
class Cut:
    """One recording's share of a journal: copies, as the watched thread may go on writing."""

    begin: float
    end: float
    rows: array[float] = field(default_factory=lambda: array("d"))
    places: array[int] = field(default_factory=lambda: array("q"))
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
    jumps: list[tuple[float, float]] | None = None  # moment, virtual time; None: a real clock
    offset: float = 0.0  # our clock minus the loop's
    notes: list[str] = field(default_factory=list)
    misses: dict[str, tuple[int, str]] = field(default_factory=dict)  # see `misses`
    title: str = ""
    task: int | None = None  # the one that entered the recording
    is_over: bool = True
    knows_iterations: bool = True
