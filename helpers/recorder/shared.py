"""What tasks share, of one journal: queues, locks, semaphores, events, conditions, barriers.

Each has a number, a note, and rows: at which moment its value became what, and when somebody
began to wait. Who did it is the step of that moment, and how long somebody waited follows from
their steps; both are worked out after the block. `shared_hooks` calls what is here.

Limits: what a library, the kernel or asyncio makes for its own use is not the program's, and is
left out. Of one older than the recording it is not known who held it. What another thread does
with one (none of them allows it) shows with the next change in ours. Of one that changes without
end all is noted for its first `MOST_CHANGES`, and then only its value, every so many steps: a
picture shows no more, and the rows of a busy queue would fill the memory.
"""

from __future__ import annotations

import asyncio
import weakref
from collections import Counter, deque
from collections.abc import Callable
from types import FrameType
from typing import Any

from helpers.recorder import asyncio_internals as internals
from helpers.recorder import naming, rows
from helpers.recorder.rows import MOST_CHANGES, NOBODY, SHARED_WIDTH, WAITS, Rows, SharedNote, Spot

NOT_OURS = -1  # the number of what is not the program's
KINDS = ("Queue", "Lock", "Semaphore", "Event", "Condition", "Barrier")
CLASSES: tuple[tuple[type, str], ...] = tuple((getattr(asyncio, kind), kind) for kind in KINDS)
_DEEPEST = 16  # frames

# Of all journals, by the identity of a thing: where its rows go (nowhere, if it is not the
# program's), the clock, and its number. One look-up, as each put and get pays for it.
Row = tuple[float, float, float, float]
KNOWN: dict[int, tuple[Callable[[Row], None], Callable[[], float], float]] = {}
_NOWHERE: deque[float] = deque(maxlen=0)


class _Ref(weakref.ref[Any]):
    """A weak reference that knows which it was, when that is gone."""

    __slots__ = ("identity",)
    identity: int


class Shared:
    """Numbers, notes and rows. `numbers` has a number by identity, as long as the thing lives."""

    __slots__ = (
        "_clock", "_counted", "_counts", "_forget", "_number_of", "_owner", "_refs", "_thinned",
        "notes", "numbers", "rows", "unborn",
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
        self._counts: Counter[float] = Counter()  # rows, by a thing's number
        self._counted = 0  # rows among them
        self._thinned: dict[int, int] = {}  # the numbers of those, by identity
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
        where = _NOWHERE if number < 0 else self.rows.fresh
        KNOWN[id(thing)] = where.extend, self._clock, float(number)

    def _let_go(self, identity: int) -> None:
        if self.numbers.pop(identity, None) is not None:
            KNOWN.pop(identity, None)
        self._thinned.pop(identity, None)

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
            self.pack()

    # -- those that change without end

    def pack(self) -> None:
        """Make room; and see which have changed too often."""
        self.rows.pack()
        self.sample()
        if len(self.rows.packed) - self._counted >= MOST_CHANGES:
            self._counts.update(self.rows.packed[self._counted + 1 :: SHARED_WIDTH])
            self._counted = len(self.rows.packed)
            for identity, number in [*self.numbers.items()]:
                if number != NOT_OURS and self._counts[number] >= MOST_CHANGES:
                    self._thin(identity, number)

    def _thin(self, identity: int, number: int) -> None:
        thing = self._refs[identity]() if identity in self._refs else None
        if thing is None or value_of(thing) is None:
            return
        self.notes[number].exact_until = self._clock()
        self._know(thing, NOT_OURS)
        self._thinned[identity] = number

    def sample(self, now: float | None = None) -> None:
        """What those are like now."""
        for identity, number in [*self._thinned.items()]:
            thing = self._refs[identity]()
            if thing is not None and (value := value_of(thing)) is not None:
                now = self._clock() if now is None else now
                self.rows.fresh.extend((now, number, value, NOBODY))

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
