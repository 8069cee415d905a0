"""What tasks shared in one recording: from rows to `Resource`s.

A row says that a thing's value became so and so, or that somebody began to wait. Who did it is
the step of that moment; a wait begins with the end of that step, and is over when the task is
ready again. Who holds a lock is who set it. A semaphore only counts: who takes from it holds one
of its slots, and who gives back was a holder, or nobody knows.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from helpers.recorder.misses import Misses
from helpers.recorder.people import People
from helpers.recorder.places import place_of
from helpers.recorder.rows import MOST_CHANGES as MOST
from helpers.recorder.rows import NOBODY, SHARED_WIDTH, WAITS, SharedNote
from helpers.recorder.steps import Clock, Column, Steps
from helpers.recorder.variables import variable_made_at, variable_used_at
from helpers.timeline import NOTHING
from helpers.timeline.resources import NO_LIMIT, TO_PUT, Changes, Resource, Stays

_UNKNOWN = -1  # a task's number


def resources(steps: Steps, people: People, clock: Clock, misses: Misses) -> tuple[Resource, ...]:
    """Those of the program's that were made or used in the recording, in order of making."""
    cut = steps.cut
    if not cut.shared:
        return ()
    table = np.frombuffer(cut.shared_rows).reshape(-1, SHARED_WIDTH)
    table = table[table[:, 0] <= cut.end]
    order = np.argsort(table[:, 1], kind="stable")
    table = table[order]
    bounds = np.searchsorted(table[:, 1], np.arange(len(cut.shared) + 1)).tolist()
    read = _Reader(steps, people, clock)
    found = []
    for number, note in enumerate(cut.shared):
        mine = table[bounds[number] : bounds[number + 1]]
        if _is_in_here(note, mine, cut.begin):
            one = misses.attempt("what tasks share", None, read.resource, note, mine)
            found += [] if one is None else [(note, one)]
    found.sort(key=lambda pair: pair[0].made or 0.0)
    return _named(found, misses)


def _is_in_here(note: SharedNote, table: Column, begin: float) -> bool:
    is_used = len(table) > 0 and table[-1, 0] >= begin
    return is_used or (note.made is not None and note.made >= begin)


def thinned(shared: tuple[Resource, ...]) -> tuple[str, ...]:
    """A note, where some changed too often for all of it to be noted."""
    names = [one.name for one in shared if one.exact_until is not None]
    first = min((one.exact_until for one in shared if one.exact_until is not None), default=0.0)
    if not names:
        return ()
    said = ", ".join(f"'{name}'" for name in names[:3]) + " and others" * (len(names) > 3)
    begun = f"who held or waited for {said} is known for the first {MOST:,} changes, until"
    return (f"{begun} {first:.3g} s; after that its size was looked at from time to time",)


# -- what they are called ----------------------------------------------------------------------


def _named(found: list[tuple[SharedNote, Resource]], misses: Misses) -> tuple[Resource, ...]:
    """Each with its variable's name; those of one name, or of none, are numbered."""
    names = [misses.attempt("what something is called", "", _variable, note) for note, _ in found]
    several = {name for name, number in Counter(names).items() if number > 1}
    counts: Counter[str] = Counter()
    done = []
    for name, (note, one) in zip(names, found, strict=True):
        base = name or note.kind
        if not name or name in several:
            counts[base] += 1
            name = f"{base} {counts[base]}"
        done.append(replace(one, name=name))
    return tuple(done)


def _variable(note: SharedNote) -> str:
    if note.variable:
        return note.variable
    look = variable_used_at if note.made is None else variable_made_at
    return look(note.spots)


# -- one of them -------------------------------------------------------------------------------


@dataclass
class _Stay:
    """A stay that is being put together, in the journal's moments."""

    who: int
    start: float
    slot: int = 0
    end: float | None = None
    step: int | None = None  # with which it begins, where its moment does not say it


class _Reader:
    """Reads the rows of one thing after the other."""

    def __init__(self, steps: Steps, people: People, clock: Clock) -> None:
        self._steps, self._people, self._clock = steps, people, clock
        self._begin, self._end = steps.cut.begin, steps.cut.end
        order = np.lexsort((np.arange(len(steps.who)), steps.who))
        self._order, self._who = order, steps.who[order]
        after = np.full(len(order), NOTHING)
        same = self._who[1:] == self._who[:-1]
        after[order[:-1][same]] = order[1:][same]
        self._after = after  # each step's next of the same task

    def resource(self, note: SharedNote, table: Column) -> Resource:
        """What those rows say of it."""
        at = self._steps.at(table[:, 0])
        stepped = np.where(at >= 0, self._steps.who[np.maximum(at, 0)], _UNKNOWN)
        told = table[:, 3].astype(np.int64)
        who = np.where(told != NOBODY, told, np.where(stepped < 0, _UNKNOWN, stepped))
        waits = table[:, 2] == WAITS
        values = table[~waits]
        sizes, limits, holds, known = self._values(note, values, who[~waits], told[~waits])
        stays = self._waits(note, table, waits, at, who, told)
        made_in = self._made_in(note)
        until = note.exact_until
        return Resource(
            kind=note.kind,
            name=note.kind,
            type=note.type,
            maker=None if made_in < 0 else self._id(int(self._steps.who[made_in])),
            made=None
            if note.made is None or note.made < self._begin
            else self._clock.one(note.made),
            made_at=place_of(note.spots[0]) if note.spots and self._steps.cut.has_lines else None,
            holders_known=known and until is None,
            exact_until=None if until is None else self._clock.one(max(until, self._begin)),
            changes=self._changes(values[:, 0], sizes, limits, _limit(note, limits), stays),
            holds=self._stays(holds if until is None else []),
            waits=self._stays(stays),
        )

    def _made_in(self, note: SharedNote) -> int:
        """The step that made it, -1 if unknown."""
        if note.made is None or note.made < self._begin:
            return NOTHING
        return int(self._steps.at(np.array([note.made]))[0])

    def _id(self, who: int) -> int | None:
        """The public id of a task."""
        found = NOTHING if who < 0 else int(self._people.ids[who])
        return None if found < 0 else found

    # -- values

    def _values(
        self, note: SharedNote, values: Column, who: Column, told: Column
    ) -> tuple[Column, Column, list[_Stay], bool]:
        """Size and limit after each row, who held it, and whether that is known all along."""
        sizes = values[:, 2].astype(np.int64)
        limits = np.full(len(sizes), NO_LIMIT if note.limit is None else note.limit)
        if note.kind == "Semaphore":
            return _Slots(note, sizes).read(values[:, 0], who, told)
        if note.kind == "Lock":
            limits[:] = 1
        if note.kind in ("Lock", "Condition"):
            return sizes, limits, _held(values[:, 0], sizes, who), True
        return sizes, limits, [], True

    # -- waits

    def _waits(
        self, note: SharedNote, table: Column, waits: Column, at: Column, who: Column, told: Column
    ) -> list[_Stay]:
        """Who waited for it, from when to when."""
        is_queue = note.kind == "Queue"
        size, found = 0, []
        for row in range(len(table)):
            if not waits[row]:
                size = int(table[row, 2])
            elif who[row] >= 0:
                slot = TO_PUT if is_queue and size else 0
                moment = float(table[row, 0])
                found.append(self._wait(int(who[row]), int(at[row]), moment, slot, told[row] >= 0))
        return found

    def _wait(self, who: int, step: int, moment: float, slot: int, is_older: bool) -> _Stay:
        steps = self._steps
        if is_older:  # it hung there when we first saw the thing
            first, last = np.searchsorted(self._who, [who, who + 1]).tolist()
            mine = self._order[first:last]
            place = int(np.searchsorted(steps.start[mine], moment, side="right"))
            step = int(mine[place - 1]) if place else NOTHING
            start = float(steps.end[step]) if place else self._begin
            after = int(mine[place]) if place < len(mine) else NOTHING
        else:
            start, after = float(steps.end[step]), int(self._after[step])
        end = self._people.notes[who].ended
        # The next step may begin at the very moment at which this one ends.
        return _Stay(who, start, slot, float(steps.ready[after]) if after >= 0 else end, step)

    # -- as columns

    def _changes(
        self, moments: Column, sizes: Column, limits: Column, first: int, waits: list[_Stay]
    ) -> Changes:
        """All changes in order. Of what is the same as before, nothing is told."""
        starts = np.array([stay.start for stay in waits], dtype=float)
        ends = np.array([self._end if s.end is None else s.end for s in waits], dtype=float)
        ends = ends[ends < self._end]
        moment = np.concatenate((moments, starts, ends))
        order = np.argsort(moment, kind="stable")
        began = np.array([stay.step for stay in waits])
        steps = np.concatenate((self._step_of(moments), began, self._step_of(ends)))
        steps = np.maximum.accumulate(steps[order].astype(np.int64))
        none = np.zeros(len(starts) + len(ends), dtype=np.int64)
        more = np.concatenate((np.zeros(len(moments)), np.ones(len(starts)), -np.ones(len(ends))))
        place = np.concatenate((np.arange(1, len(moments) + 1), none))
        place = np.maximum.accumulate(place[order]) if len(order) else place
        moment = np.maximum(moment[order], self._begin)
        columns = [np.append(0, sizes)[place], np.append(first, limits)[place]]
        columns.append(np.cumsum(more[order]))
        fresh = np.full(len(order), True)
        fresh[1:] = np.any([np.diff(column) != 0 for column in columns], axis=0)
        return Changes(
            _array("q", self._clock(moment)[fresh]),
            _array("i", steps[fresh]),
            *(_array("i", column[fresh]) for column in columns),
        )

    def _step_of(self, moments: Column) -> Column:
        """The last step that had begun."""
        return np.searchsorted(self._steps.start, moments, side="right") - 1

    def _stays(self, stays: list[_Stay]) -> Stays:
        """Those of them that reach into the recording."""
        mine = [s for s in stays if s.end is None or s.end >= self._begin]
        starts = np.array([max(stay.start, self._begin) for stay in mine], dtype=float)
        ends = np.array([self._end if s.end is None else s.end for s in mine], dtype=float)
        over, begun = self._step_of(ends), self._step_of(starts)
        for row, stay in enumerate(mine):
            begun[row] = begun[row] if stay.step is None else stay.step
        over[[stay.end is None for stay in mine]] = len(self._steps.start)
        ids = self._people.ids[[stay.who for stay in mine]] if mine else np.zeros(0)
        return Stays(
            _array("i", ids),
            _array("q", self._clock(starts)),
            _array("q", self._clock(ends)),
            _array("i", begun),
            _array("i", over),
            _array("i", np.array([stay.slot for stay in mine])),
        )


def _limit(note: SharedNote, limits: Column) -> int:
    """Before anything happened to it."""
    if len(limits):
        return int(limits[0])
    return NO_LIMIT if note.limit is None else note.limit


def _array(typecode: str, column: Column) -> array[int]:
    return array(typecode, column.astype(typecode).tobytes())


# -- who holds it ------------------------------------------------------------------------------


def _held(moments: Column, sizes: Column, who: Column) -> list[_Stay]:
    """Who held a lock: who set it, until anybody let it go."""
    found: list[_Stay] = []
    for moment, size, holder in zip(moments.tolist(), sizes.tolist(), who.tolist(), strict=True):
        if found and found[-1].end is None:
            found[-1].end = moment
        if size:
            found.append(_Stay(holder, moment))
    return found


class _Slots:
    """A semaphore's slots. Its value says how many are free."""

    def __init__(self, note: SharedNote, values: Column) -> None:
        self._is_older = note.made is None
        first = int(values[0]) if len(values) else 0
        most = int(values.max()) if len(values) else 0
        self.limit = first
        if self._is_older:
            self.limit = most if note.limit is None else note.limit
        self.free, self.known = first, True
        self.stays: list[_Stay] = []
        self._open: list[_Stay] = []
        self._values = values

    def read(
        self, moments: Column, who: Column, told: Column
    ) -> tuple[Column, Column, list[_Stay], bool]:
        sizes, limits = [], []
        table = zip(moments.tolist(), self._values.tolist(), who.tolist(), strict=True)
        for row, (moment, value, task) in enumerate(table):
            if row == 0 and self._is_older:
                for _ in range(self.limit - value):
                    self._take(_UNKNOWN, moment)
            while value < self.free:
                self.free -= 1
                self._take(task, moment)
            while value > self.free:
                self.free += 1
                self._give(task, moment)
            sizes.append(self.limit - self.free)
            limits.append(self.limit)
        handed = np.flatnonzero(told != NOBODY)
        for row in handed[handed > 0].tolist():  # it was never free in between
            sizes[row - 1], limits[row - 1] = sizes[row], limits[row]
        return np.array(sizes, int), np.array(limits, int), self.stays, self.known

    def _take(self, task: int, moment: float) -> None:
        taken = {stay.slot for stay in self._open}
        slot = next(n for n in range(len(taken) + 1) if n not in taken)
        self._open.append(_Stay(task, moment, slot))
        self.stays.append(self._open[-1])

    def _give(self, task: int, moment: float) -> None:
        order = {task: 0, _UNKNOWN: 1}
        stay = min(self._open, key=lambda stay: order.get(stay.who, 2), default=None)
        self.known = self.known and stay is not None and stay.who in order
        if stay is None:
            self.limit += 1
            return
        self._open.remove(stay)
        stay.end = moment
