"""A recording as a film: its frames, and from which of them on each fact holds.

The idea: a recording is a film. Its **frames** are the moments at which the loop does
something: it takes a handle from the ready queue (a step starts), that step suspends or
ends (it gives the loop back), the loop falls asleep in its selector, and wakes; or it only looks
at its timers and sockets, and finds something. Between two frames nothing changes but the
clock, save what a step does while it runs.

A **position** is a time and a frame, because time alone is not enough: in virtual time
many steps share one moment, and "before" and "after" must still be told apart. Likewise
each fact (a handle was queued, a timer was made, a line was printed) has a time and the
frame from which it holds; it has happened when `(time, frame)` is not later than the
position. A fact made by a step holds, on a clock that moved, from its own time on; where
the clock stood still, from the end of that step: inside a step the order is not known. What
the loop finds when it looks is in the queue from that look on, though no time may have passed
since the step before it.

Everything here is columns (numpy, nanoseconds, frame numbers): `moments` looks at them at one
position, `narration` tells them frame by frame, and `packing` sends them to the browser.

Limit: a cancelled timer leaves when it was cancelled; on a clock that stood still, with the
first step of the task that made it, at that time, after it was made.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from helpers.timeline import KINDS, NOTHING, Idle, Timeline, Timer, nanoseconds, seconds
from helpers.timeline.states import Column, Moments

Mask = NDArray[np.bool_]

FRAME_KINDS = ("begin", "start", "end", "sleep", "wake", "look", "finish")
BEGIN, START, END, SLEEP, WAKE, LOOK, FINISH = range(len(FRAME_KINDS))
FOUND = TIMER, SOCKET = KINDS.index("timer"), KINDS.index("io")  # kinds of steps found by a look
OUTSIDE = ("", "another thread", "the selector", "its timer")  # who may put a handle in the queue
_BY_TIMER = NOTHING - OUTSIDE.index("its timer")
_NEVER = 2**62  # nanoseconds
_KERNEL = KINDS.index("kernel")
_KIND_BITS = 3  # of a frame, as the number that its making appends


@dataclass(frozen=True, slots=True)
class Frame:
    """One moment at which the loop does something, `time` in seconds.

    `kind` is one of FRAME_KINDS; `index` is the step that starts or ends, or the idle
    span that begins ("sleep") or is over ("wake"), or the first step after the loop has
    looked ("look"); None at the film's two ends.
    """

    kind: str
    time: float
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where in the film one is: nanoseconds, and the last frame that has happened."""

    time: int
    frame: int

    def is_past(self, time: int, frame: int) -> bool:
        """Whether a fact of that time, which holds from that frame on, has happened."""
        return time < self.time or (time == self.time and frame <= self.frame)


class Timers(NamedTuple):
    """From when to when timers are set, a row a timer: times, and the frames from which the
    two facts hold. One that is set for ever is so until `_NEVER`."""

    made: Moments
    made_frame: Column
    until: Moments
    until_frame: Column


class Film:
    """The frames of a recording in order, and since when its facts hold.

    By frame: `kinds` (numbers of FRAME_KINDS), `indexes` (as in `Frame`, -1 for none) and
    `times`. By step: `starts` and `ends`, the frames at which it starts and ends (one still
    running when an unfinished recording was looked at ends after the last frame).
    """

    def __init__(self, timeline: Timeline):
        self.timeline, self.columns, self.states = timeline, timeline.columns, timeline.states
        camera = _Camera(timeline, self._finds())
        order = camera.shoot()
        self.kinds, self.indexes = order & (1 << _KIND_BITS) - 1, order >> _KIND_BITS
        self.times = self._when(camera)
        self.starts, self.ends = (self._frames_of(kind) for kind in (START, END))

    def __len__(self) -> int:
        return len(self.kinds)

    def _when(self, camera: _Camera) -> Moments:
        """The time of each frame; no frame is earlier than the one before it."""
        looked = np.zeros(len(self.columns), np.int64)
        looked[list(camera.finds)] = list(camera.finds.values())
        moments = {
            START: self.states.column("start"),
            END: self.states.column("end"),
            SLEEP: np.array([nanoseconds(i.start) for i in self.timeline.idle], np.int64),
            WAKE: np.array(camera.awake, np.int64),
            LOOK: looked,
        }
        times = np.zeros(len(self), np.int64)
        for kind, column in moments.items():
            chosen = self.kinds == kind
            times[chosen] = column[self.indexes[chosen]]
        times[self.kinds == FINISH] = self.timeline.length
        return np.maximum.accumulate(times)

    def _frames_of(self, kind: int) -> Column:
        """The frame of that kind of each step; after the last one where there is none."""
        frames = np.full(len(self.columns), len(self))
        chosen = np.flatnonzero(self.kinds == kind)
        frames[self.indexes[chosen]] = chosen
        return frames

    @property
    def frames(self) -> list[Frame]:
        """All frames as plain data."""
        rows = zip(*(c.tolist() for c in (self.kinds, self.times, self.indexes)), strict=True)
        return [Frame(FRAME_KINDS[k], seconds(t), None if i < 0 else i) for k, t, i in rows]

    # -- the loop's iterations --------------------------------------------------------------

    @cached_property
    def looked(self) -> Column:
        """Per step: the one with which its iteration of the loop began; -1 if that was before
        the recording, or is not known."""
        first = np.zeros(len(self.columns), bool)
        first[list(self.timeline.iterations)] = True
        looked: Column = np.maximum.accumulate(np.where(first, np.arange(len(first)), NOTHING))
        return looked

    @cached_property
    def _looked_for(self) -> Column:
        """The steps of timers and sockets that were in the queue when their iteration began."""
        steps = np.flatnonzero(np.isin(self.states.column("kind"), FOUND) & (self.looked >= 0))
        ready, begins = self.states.column("ready")[steps], self.looked[steps]
        return steps[ready <= self.states.column("start")[begins]]

    def _finds(self) -> dict[int, int]:
        """By the first step of an iteration that began with a look that found something: when
        the last of it was put in the queue."""
        steps, ready = self._looked_for, self.states.column("ready")
        begins = np.flatnonzero(np.diff(self.looked[steps], prepend=NOTHING))
        latest = np.maximum.reduceat(ready[steps], begins)
        return dict(zip(self.looked[steps[begins]].tolist(), latest.tolist(), strict=True))

    @cached_property
    def found(self) -> Column:
        """Per step: the frame at which the loop, looking or waking, found its timer due or its
        socket ready; -1 where there is none."""
        found, steps = np.full(len(self.columns), NOTHING), self._looked_for
        frames = self.starts[self.looked[steps]] - 1
        looks = np.isin(self.kinds[frames], (LOOK, WAKE))
        looks &= self.states.column("ready")[steps] >= self.times[frames - 1]
        found[steps[looks]] = frames[looks]
        return found

    @cached_property
    def iterations(self) -> list[int]:
        """The frames with which the loop's iterations begin, in which more than the kernel ran:
        a look or a sleep, if there is one, else the start of the first step. Empty where it is
        not known."""
        ours = np.flatnonzero(self.states.column("kind") != _KERNEL)
        if not self.timeline.iterations:
            return []
        opens = ours[np.diff(self.looked[ours], prepend=NOTHING - 1) != 0]
        return [self._border(frame) for frame in self.starts[opens].tolist()]

    def _border(self, frame: int) -> int:
        """Back from the first step of an iteration to the sleep or the look before it, also
        over steps of the kernel."""
        begins, kernels = frame, self.states.column("kind") == _KERNEL
        while frame > 1:
            frame -= 1
            kind, index = self.kinds[frame], self.indexes[frame]
            if kind in (SLEEP, LOOK):
                begins = frame
            elif kind not in (START, END, WAKE) or (kind != WAKE and not kernels[index]):
                break
        return begins

    # -- positions -------------------------------------------------------------------------

    def at(self, t: float) -> Position:
        """The position at `t` seconds, after all that happened at that time."""
        time = nanoseconds(t)
        return Position(time, max(int(np.searchsorted(self.times, time, side="right")) - 1, 0))

    def at_frame(self, frame: int) -> Position:
        """The position at a frame, counted from 0, or from the end when negative.

        Raises IndexError, in words, when the film has no such frame.
        """
        try:
            frame = range(len(self))[frame]
        except IndexError:
            last = len(self) - 1
            raise IndexError(f"this recording has frames 0 to {last}, no {frame}") from None
        return Position(int(self.times[frame]), frame)

    # -- from which frame on a fact holds ---------------------------------------------------

    def since(self, times: Moments, causes: Column) -> Column:
        """The frames from which facts of those times hold, made by those steps (below 0: by
        none that is known)."""
        since = np.searchsorted(self.times, times, side="left")
        known = np.flatnonzero(causes >= 0)
        steps = causes[known]
        moved = times[known] > self.states.column("start")[steps]
        since[known] = np.where(moved, self.starts[steps], self.ends[steps])
        return since

    @cached_property
    def queued(self) -> Column:
        """Per step: the frame from which its handle is in the ready queue.

        It is the frame of its own start for a step that never was in there, as an eager
        task's first.
        """
        ready, cause = self.states.column("ready"), self.states.column("woken_by").copy()
        for timer in self.timeline.timers:
            if timer.step is not None and timer.made_by is not None and cause[timer.step] < 0:
                cause[timer.step] = timer.made_by
        eager = (self.states.column("inside") >= 0) & (ready == self.states.column("start"))
        since = np.maximum(self.since(ready, cause), self.found)
        return np.where(eager, self.starts, since)

    @cached_property
    def was_queued(self) -> Mask:
        """Per step: whether its handle was in the queue at all."""
        return self.queued < self.starts

    def queue(self, at: Position) -> Column:
        """The steps whose handles are in the ready queue, first in first."""
        steps = np.flatnonzero(self.was_queued & (self.starts > at.frame))
        return steps[self.has_been_queued(steps, at.time, at.frame)]

    def has_been_queued(self, steps: Column, time: Moments | int, frame: Column | int) -> Mask:
        """Whether these steps' handles had been put in the queue by those positions."""
        ready = self.states.column("ready")[steps]
        past: Mask = (ready < time) | ((ready == time) & (self.queued[steps] <= frame))
        return past

    @cached_property
    def left_over(self) -> dict[int, int]:
        """The tasks that never left the ready queue: from which frame on each was in it."""
        found, end = {}, self.timeline.duration
        for task in self.timeline.tasks:
            if task.ended is None and task.queued is not None and task.queued <= end:
                found[task.id] = nanoseconds(task.queued)
        times = np.array(list(found.values()), np.int64)
        since = self.since(times, self.states.rests.after[list(found)])
        return dict(zip(found, since.tolist(), strict=True))

    @cached_property
    def created(self) -> Column:
        """Per task: the frame from which it exists (0 for those older than the recording). An
        eager task does from the start of its first step."""
        first = self.states.firsts
        makers = np.append(self.states.column("woken_by"), NOTHING)[first]  # the last: of -1
        old = np.array([task.created is None for task in self.timeline.tasks], bool)
        since = np.where(old, 0, self.since(self.states.lives[0], makers))
        eager = (first >= 0) & ~old & ~np.append(self.was_queued, True)[first]
        return np.where(eager, np.append(self.starts, 0)[first], since)

    @cached_property
    def rested(self) -> Column:
        """Per task: the frame from which the wait after its last step is over; beyond the last
        one if it never is, 0 if there is no such wait."""
        rests, over = self.states.rests, np.zeros(len(self.timeline.tasks), np.int64)
        for task in self.timeline.tasks:
            if task.ended is None:
                over[task.id] = self.left_over.get(task.id, len(self))
            elif task.outcome == "destroyed":
                over[task.id] = np.searchsorted(self.times, nanoseconds(task.ended))
        waits = (rests.until > rests.since) | (rests.after == NOTHING)
        return np.where(waits, over, 0)

    @cached_property
    def printed(self) -> Column:
        """Per printed piece of text: the frame from which it stands on the screen."""
        output = self.timeline.output
        times = np.array([nanoseconds(p.time) for p in output], np.int64)
        return self.since(times, _steps([p.step for p in output]))

    @cached_property
    def timers(self) -> Timers:
        """From when to when each timer is set."""
        timers = self.timeline.timers
        made = np.array([nanoseconds(t.made) for t in timers], np.int64)
        makers = _steps([t.made_by for t in timers])
        set_from = self.since(made, makers)
        over = [t.cancelled if t.queued is None else t.queued for t in timers]
        until = np.array([_NEVER if t is None else nanoseconds(t) for t in over], np.int64)
        set_until = np.where(until == _NEVER, len(self), self.since(until, makers))
        for number, timer in enumerate(timers):
            if timer.step is not None:
                set_until[number] = self.queued[timer.step]
            if timer.queued is None and timer.cancelled is not None:
                set_until[number] = self._cancelled(timer, int(until[number]), set_from[number])
        return Timers(made, set_from, until, set_until)

    def _cancelled(self, timer: Timer, time: int, made: int) -> int:
        """The frame from which a timer is cancelled: by the task that made it, if it was in a
        step at that time, and after it was made."""
        task = NOTHING if timer.made_by is None else self.columns.task[timer.made_by]
        if task != NOTHING:
            steps = self.states.steps_of(task)
            over = np.searchsorted(self.states.column("end")[steps], time, side="left")
            later = np.searchsorted(self.ends[steps], made, side="left")
            for step in steps[max(over, later) :][:1].tolist():
                if self.columns.start[step] <= time:
                    return int(self.since(np.array([time]), np.array([step]))[0])
        return int(np.searchsorted(self.times, time, side="left"))

    # -- names ------------------------------------------------------------------------------

    def what(self, step: int) -> str:
        """What a step runs: its task's name, or the label of plain loop work."""
        task = self.columns.task[step]
        if task >= 0:
            return self.timeline.tasks[task].name
        return self.timeline.strings[self.columns.label[step]]

    def set_by(self, timer: Timer) -> str:
        """Who made a timer, in words; "" when it is not known."""
        return "" if timer.made_by is None else self.what(timer.made_by)

    def put_by(self, step: int) -> str:
        """Who put a step's handle in the ready queue, in words; "" when it is not known."""
        by = self.put[step]
        return self.what(by) if by >= 0 else OUTSIDE[NOTHING - by]

    @cached_property
    def put(self) -> Column:
        """Per step: who put it in the ready queue: a step, or below 0 one of OUTSIDE."""
        by = self.states.column("woken_by")
        by_timer = (by < 0) & (self.states.column("kind") == KINDS.index("timer"))
        return np.where(by_timer, _BY_TIMER, by)


def _steps(indexes: Sequence[int | None]) -> Column:
    return np.array([NOTHING if index is None else index for index in indexes], np.int64)


class _Camera:
    """Finds the frames of a recording: what the loop does, one after the other.

    A frame is one number, the index above the kind: very many are made.
    """

    def __init__(self, timeline: Timeline, finds: dict[int, int]):
        self.timeline, self.columns, self.finds = timeline, timeline.columns, finds
        self.order = [BEGIN | NOTHING << _KIND_BITS]
        self.awake: list[int] = []  # when the loop has looked, after each idle span
        self.open: list[int] = []  # the steps under way, the innermost last

    def shoot(self) -> Column:
        sleeps = deque(enumerate(self.timeline.idle))
        inside, order = self.columns.inside, self.order
        for step, start in enumerate(self.columns.start):
            while sleeps and nanoseconds(sleeps[0][1].end) <= start:
                self._sleep(*sleeps.popleft(), before=step)
            self._close(outer=inside[step])
            if step in self.finds:
                self._look(step)
            order.append(START | step << _KIND_BITS)
            self.open.append(step)
        for sleep in sleeps:
            self._sleep(*sleep, before=len(self.columns))
        if self.timeline.complete:
            self._close()
            order.append(FINISH | NOTHING << _KIND_BITS)
        else:
            self._close(until=self.timeline.length - 1)
        return np.array(order, np.int64)

    def _look(self, step: int) -> None:
        """The loop looks before that step, unless it has slept: then it has looked, too."""
        last = self.order[-1]
        kind, index = last & (1 << _KIND_BITS) - 1, last >> _KIND_BITS
        since = {START: self.columns.start, END: self.columns.end}.get(kind)
        if kind == BEGIN or (since is not None and since[index] <= self.finds[step]):
            self.order.append(LOOK | step << _KIND_BITS)

    def _sleep(self, index: int, idle: Idle, *, before: int) -> None:
        """The two frames of an idle span, which comes before that step."""
        self._close(until=nanoseconds(idle.start))
        self.order.append(SLEEP | index << _KIND_BITS)
        self.awake.append(self._has_looked(nanoseconds(idle.end), before))
        still_asleep = not self.timeline.complete and idle.end >= self.timeline.duration
        if not still_asleep:
            self.order.append(WAKE | index << _KIND_BITS)

    def _has_looked(self, awake: int, before: int) -> int:
        """When the loop, awake again, has queued all it found: a few microseconds later."""
        c = self.columns
        for step in range(before, len(c)):
            if c.ready[step] > c.start[before]:
                break
            if c.woken_by[step] < 0:  # else a step queued it, later
                awake = max(awake, c.ready[step])
        return awake

    def _close(self, *, outer: int = NOTHING, until: int | None = None) -> None:
        """End what is open: all down to the step `outer`, or all that ended by `until`."""
        while self.open and self.open[-1] != outer:
            if until is not None and self.columns.end[self.open[-1]] > until:
                return
            self.order.append(END | self.open.pop() << _KIND_BITS)
