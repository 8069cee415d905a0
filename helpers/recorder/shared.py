"""What tasks share, of one journal: queues, locks, semaphores, events, conditions, barriers.

Each has a number, a note, and rows: at which moment its value became what, and when somebody
began to wait. Who did it is the step of that moment, and how long somebody waited follows from
their steps; both are worked out after the block. `shared_hooks` calls what is here.

Limits: what a library, the kernel or asyncio makes for its own use is not the program's, and is
left out. Of one older than the recording it is not known who held it. What another thread does
with one (none of them allows it) shows with the next change in ours.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable
from types import FrameType
from typing import Any

from helpers.recorder import asyncio_internals as internals
from helpers.recorder import naming, rows
from helpers.recorder.rows import NOBODY, WAITS, Rows, SharedNote, Spot

NOT_OURS = -1  # the number of what is not the program's
KINDS = ("Queue", "Lock", "Semaphore", "Event", "Condition", "Barrier")
CLASSES: tuple[tuple[type, str], ...] = tuple((getattr(asyncio, kind), kind) for kind in KINDS)
_DEEPEST = 16  # frames

# Of all journals, by the identity of a thing: where its rows go, the clock, and its number; nothing
# where it is not the program's. One look-up, as each put and get pays for it.
KNOWN: dict[int, tuple[Any, ...]] = {}


class _Ref(weakref.ref[Any]):
    """A weak reference that knows which it was, when that is gone."""

    __slots__ = ("identity",)
    identity: int


class Shared:
    """Numbers, notes and rows. `numbers` has a number by identity, as long as the thing lives."""

    __slots__ = (
        "_clock", "_forget", "_number_of", "_owner", "_refs", "notes", "numbers", "rows",
        "unborn",
    )  # fmt: skip

    def __init__(
        self, clock: Callable[[], float], number_of: Callable[[Any], int], owner: Callable[..., int]
    ) -> None:
        self._clock, self._number_of, self._owner = clock, number_of, owner
        self.rows = Rows()
        self.notes: list[SharedNote] = []
        self.numbers: dict[int, int] = {}
        self.unborn: dict[int, SharedNote | None] = {}  # made, and not used: None if not ours
        self._refs: dict[int, _Ref] = {}
        self._forget = self._goes

    def is_made(self, thing: Any, frame: FrameType | None) -> None:
        """That thing is being made, from that frame."""
        identity = id(thing)
        self._let_go(identity)
        note = None
        frame = _maker(thing, frame)
        if frame is not None and self._is_own(frame):
            note = SharedNote(*_kind_of(thing), self._clock(), self._spots(frame))
        self.unborn[identity] = note
        self._watch(thing)

    def meets(self, thing: Any, frame: FrameType | None) -> int:
        """The number of one that is used for the first time, or seen for the first time."""
        identity = id(thing)
        is_new = identity in self.unborn
        note = self.unborn.pop(identity, None)
        if not is_new:
            user = _user(thing, frame)
            if user is not None and not self._is_own(user):
                return NOT_OURS  # a library's, as far as this use shows
            note = None if user is None else self._older(thing, user)
            self._watch(thing)
        number = NOT_OURS if note is None else len(self.notes)
        self._know(thing, number)
        if note is not None:
            note.limit = _limit_of(thing)
            self.notes.append(note)
            self._adopt(thing, number)
            if not is_new:
                self._note_older(thing, number)
        return number

    def _older(self, thing: Any, frame: FrameType) -> SharedNote:
        names = (name for name, value in [*frame.f_globals.items()] if value is thing)
        name = next((name for name in names if not name.startswith("_")), "")
        return SharedNote(*_kind_of(thing), None, self._spots(frame), name)

    def _note_older(self, thing: Any, number: int) -> None:
        """What it is like now, and who waits for it already."""
        now = self._clock()
        if (value := value_of(thing)) is not None:
            self.add(now, number, value, NOBODY)
        for future in _futures_of(thing):
            if (task := task_that_waits(future)) is not None:
                self.add(now, number, WAITS, self._number_of(task))

    def _adopt(self, thing: Any, number: int) -> None:
        """What asyncio made for it: a condition's lock, a barrier's condition."""
        for name in ("_lock", "_cond"):
            part = vars(thing).get(name)
            if part is not None and self._is_spare(part):
                self.unborn.pop(id(part), None)
                self._know(part, number)

    def _know(self, thing: Any, number: int) -> None:
        self.numbers[id(thing)] = number
        KNOWN[id(thing)] = () if number < 0 else (self.rows.fresh.extend, self._clock, number)

    def _let_go(self, identity: int) -> None:
        if self.numbers.pop(identity, None) is not None:
            KNOWN.pop(identity, None)

    def end(self) -> None:
        """Nothing more is written."""
        for identity in [*self.numbers]:
            self._let_go(identity)

    def _is_spare(self, part: Any) -> bool:
        identity = id(part)
        return self.unborn.get(identity, 0) is None or self.numbers.get(identity) == NOT_OURS

    def add(self, moment: float, number: int, value: int, who: int) -> None:
        """One more row."""
        self.rows.fresh.extend((moment, number, value, who))
        if len(self.rows.fresh) > rows.FULL:
            self.rows.pack()

    def handed_to(self, future: Any) -> int:
        """The number of the task that hangs on that future."""
        task = task_that_waits(future)
        return NOBODY if task is None else self._number_of(task)

    # -- whose it is

    def _is_own(self, frame: FrameType) -> bool:
        return self._owner(frame.f_code) < 0

    def _spots(self, frame: FrameType | None) -> tuple[Spot, ...]:
        found: list[Spot] = []
        for _ in range(_DEEPEST):
            if frame is None or len(found) == 2 or not self._is_own(frame):
                break
            found.append((frame.f_code, frame.f_lasti))
            frame = frame.f_back
        return tuple(found)

    # -- until it goes

    def _watch(self, thing: Any) -> None:
        self._refs[id(thing)] = ref = _Ref(thing, self._forget)
        ref.identity = id(thing)

    def _goes(self, ref: _Ref) -> None:
        if self._refs.get(ref.identity) is ref:
            del self._refs[ref.identity]
            self._let_go(ref.identity)
            self.unborn.pop(ref.identity, None)


def _kind_of(thing: Any) -> tuple[str, str]:
    kind = next(kind for owner, kind in CLASSES if isinstance(thing, owner))
    return kind, type(thing).__name__


def value_of(thing: Any) -> int | None:
    """How many are in it, or free, or have come; whether it is held, or set."""
    for name in ("_queue", "_locked", "_value", "_count"):
        if name in vars(thing):
            value = vars(thing)[name]
            return len(value) if name == "_queue" else int(value)
    return None


def _limit_of(thing: Any) -> int | None:
    if (most := vars(thing).get("_maxsize")) is not None:
        return int(most) if most > 0 else None
    if (parties := vars(thing).get("_parties")) is not None:
        return int(parties)
    bound = vars(thing).get("_bound_value")
    return None if bound is None else int(bound)


def _futures_of(thing: Any) -> list[Any]:
    inside = vars(thing)
    return [
        future
        for name in ("_getters", "_putters", "_waiters")
        for future in inside.get(name) or ()
        if not future.done()
    ]


def task_that_waits(future: Any) -> Any:
    """The task that hangs on a future, None where there is none."""
    for callback, *_ in internals.callbacks_of(future):
        if internals.is_step(callback) and naming.is_task(callback.__self__):
            return callback.__self__
    return None


# -- frames ------------------------------------------------------------------------------------

_NAMES = {*KINDS, "BoundedSemaphore", "PriorityQueue", "LifoQueue"}


def _maker(thing: Any, frame: FrameType | None) -> FrameType | None:
    """The frame that calls its class; None where that is asyncio's: `as_completed` makes a queue
    for its own use, a condition a lock."""
    classes = {each.__name__ for each in type(thing).__mro__}
    while frame is not None and frame.f_code.co_filename.startswith(naming.ASYNCIO):
        if frame.f_code.co_qualname.partition(".")[0] not in classes:
            return None
        frame = frame.f_back
    return frame


def _user(thing: Any, frame: FrameType | None) -> FrameType | None:
    """The innermost frame that is not asyncio's; None where another one of asyncio's has that
    thing for its own use."""
    while frame is not None and frame.f_code.co_filename.startswith(naming.ASYNCIO):
        name = frame.f_code.co_qualname.partition(".")[0]
        if name in _NAMES and all(name != each.__name__ for each in type(thing).__mro__):
            return None
        frame = frame.f_back
    return frame
