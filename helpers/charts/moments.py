"""What the loop looked like at one moment: who runs, who is ready, who waits for what.

The idea: a recording is a film. Its **frames** are the moments at which the loop does
something: it takes a handle from the ready queue (a step starts), that step suspends or
ends (it gives the loop back), the loop falls asleep in its selector, and wakes. Between
two frames nothing changes but the clock, save what a step does while it runs.

A **position** is a time and a frame, because time alone is not enough: in virtual time
many steps share one moment, and "before" and "after" must still be told apart. Likewise
each fact (a handle was queued, a timer was made, a line was printed) has a time and the
frame from which it holds; it has happened when `(time, frame)` is not later than the
position. A fact made by a step holds, on a clock that moved, from its own time on; where
the clock stood still, from the end of that step: inside a step the order is not known.

The rules at the edges:

- *Nested steps* (an eager task's first step, a loop inside a loop): `running` lists the
  innermost first. An eager first step never was in the queue.
- *Overdue*: the timer's time has passed while a step held the loop, which has not looked.
- *A cancelled timer* leaves when it was cancelled; on a clock that stood still, with the
  first step of the task that made it, at that time, after it was made.
- *Kernel* steps are in the queue like others; they belong to nobody.
- *Older tasks* wait, for something unknown, until they are first seen; *pending* ones
  stand where they last suspended when the recording ends.

Limits: handles that were queued and cancelled before they ran left no step, so they are
not in the queue shown. `player.js` answers the same questions from columns in the browser,
and a test compares its answers with these.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

from helpers.timeline import (
    BY_IO,
    BY_THREAD,
    KINDS,
    Idle,
    TaskSpan,
    Timeline,
    Timer,
    nanoseconds,
    seconds,
)

FRAME_KINDS = ("begin", "start", "end", "sleep", "wake", "finish")
BEGIN, START, END, SLEEP, WAKE, FINISH = range(len(FRAME_KINDS))
TIMER = KINDS.index("timer")


@dataclass(frozen=True, slots=True)
class Frame:
    """One moment at which the loop does something, `time` in seconds.

    `kind` is one of FRAME_KINDS; `index` is the step that starts or ends, or the idle
    span that begins ("sleep") or is over ("wake"); None at the film's two ends.
    """

    kind: str
    time: float
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    """A handle in the ready queue: what it will run, since when (seconds), put there by whom.

    `step` is the step it leads to and `task` its task; None where there is none.
    """

    what: str
    since: float
    put_by: str
    step: int | None = None
    task: int | None = None


@dataclass(frozen=True, slots=True)
class Ticking:
    """A timer not yet due, or not yet noticed: `left` seconds to go, negative when overdue.

    `set_by` is the name of the task (or callback) that made it, "" when it is not known.
    """

    what: str
    due: float
    left: float
    set_by: str = ""


@dataclass(frozen=True, slots=True)
class Suspended:
    """A task that waits: for what, since when, until when if a timer ends it (seconds), and
    where in the learner's source, as `(source, line)`."""

    task: int
    name: str
    waiting_for: str | None
    since: float
    due: float | None = None
    overdue: bool = False
    at: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """A step that has begun and not ended; `at` is where the learner's code was resumed."""

    step: int
    what: str
    since: float
    task: int | None = None
    at: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """The loop at one position of its film. Times in seconds.

    `ready` in the queue's order, `timers` by time due, `waiting` by order of creation,
    `running` innermost first (empty between steps). `until` is when the sleeping loop
    would wake by itself; None when it is not asleep, or has no timer.
    """

    time: float
    frame: int
    ready: tuple[Queued, ...] = ()
    timers: tuple[Ticking, ...] = ()
    waiting: tuple[Suspended, ...] = ()
    running: tuple[Running, ...] = ()
    asleep: bool = False
    until: float | None = None
    printed: str = ""


def moment(timeline: Timeline, t: float | None = None, *, frame: int | None = None) -> Moment:
    """The state of the loop at `t` seconds, or at a frame counted from 0 (negative: from the end).

    At `t` all frames of that time have happened. Raises IndexError for a frame that is
    not there, and ValueError unless exactly one of the two is given.
    """
    if (t is None) == (frame is None):
        raise ValueError("Say which moment: either a time in seconds, or frame=..., not both.")
    film = Film(timeline)
    return film.at(t) if frame is None else film.at_frame(frame)


class Film:
    """The frames of a recording in order, and the state of the loop at each.

    `order` holds `(kind, index)` per frame, `times` their nanoseconds; `starts[i]` and
    `ends[i]` are the frames at which step i starts and ends (a step still running when an
    unfinished recording was looked at ends after its last frame).
    """

    def __init__(self, timeline: Timeline):
        self.timeline, self.columns = timeline, timeline.columns
        self.order: list[tuple[int, int]] = []
        self.times: list[int] = []
        self.starts = [0] * len(self.columns)
        self.ends = [0] * len(self.columns)
        self._shoot()

    # -- the frames -----------------------------------------------------------------

    def _shoot(self) -> None:
        self._add(BEGIN, -1, 0)
        open_steps: list[int] = []
        sleeps = deque(enumerate(self.timeline.idle))
        for index, start in enumerate(self.columns.start):
            while sleeps and nanoseconds(sleeps[0][1].end) <= start:
                self._sleep(*sleeps.popleft(), open_steps, before=index)
            self._close(open_steps, outer=self.columns.inside[index])
            self.starts[index] = self._add(START, index, start)
            open_steps.append(index)
        for sleep in sleeps:
            self._sleep(*sleep, open_steps, before=len(self.columns))
        self._finish(open_steps)

    def _add(self, kind: int, index: int, time: int) -> int:
        self.order.append((kind, index))
        self.times.append(max(time, self.times[-1]) if self.times else time)
        return len(self.order) - 1

    def _sleep(self, index: int, idle: Idle, open_steps: list[int], *, before: int) -> None:
        """The two frames of an idle span, which comes before that step."""
        self._close(open_steps, until=nanoseconds(idle.start))
        self._add(SLEEP, index, nanoseconds(idle.start))
        still_asleep = not self.timeline.complete and idle.end >= self.timeline.duration
        if not still_asleep:
            self._add(WAKE, index, self._has_looked(nanoseconds(idle.end), before))

    def _has_looked(self, awake: int, before: int) -> int:
        """When the loop, awake again, has queued all it found: a few microseconds later."""
        c = self.columns
        for i in range(before, len(c)):
            if c.ready[i] > c.start[before]:
                break
            awake = max(awake, c.ready[i])
        return awake

    def _close(self, open_steps: list[int], *, outer: int = -1, until: int | None = None) -> None:
        """End what is open: all down to the step `outer`, or all that ended by `until`."""
        while open_steps and open_steps[-1] != outer:
            if until is not None and self.columns.end[open_steps[-1]] > until:
                return
            index = open_steps.pop()
            self.ends[index] = self._add(END, index, self.columns.end[index])

    def _finish(self, open_steps: list[int]) -> None:
        if self.timeline.complete:
            self._close(open_steps)
            self._add(FINISH, -1, self.timeline.length)
            return
        self._close(open_steps, until=self.timeline.length - 1)
        for index in open_steps:
            self.ends[index] = len(self.order)

    @property
    def frames(self) -> list[Frame]:
        """All frames as plain data."""
        return [
            Frame(FRAME_KINDS[kind], seconds(time), None if index < 0 else index)
            for (kind, index), time in zip(self.order, self.times, strict=True)
        ]

    def frame_at(self, t: float) -> int:
        """The last frame that has happened at `t` seconds."""
        return max(bisect_right(self.times, nanoseconds(t)) - 1, 0)

    # -- from which frame on a fact holds ---------------------------------------------

    def _since(self, time: int, cause: int | None) -> int:
        """The frame from which a fact of that time holds, made by step `cause` if known."""
        if cause is None or cause < 0:
            return bisect_left(self.times, time)
        if time > self.columns.start[cause]:
            return self.starts[cause]
        return self.ends[cause]

    @cached_property
    def queued(self) -> list[int]:
        """Per step: the frame from which its handle is in the ready queue.

        It is the frame of its own start for a step that never was in there.
        """
        return [self._queued(i) for i in range(len(self.columns))]

    def _queued(self, index: int) -> int:
        c = self.columns
        if c.inside[index] >= 0 and c.ready[index] == c.start[index]:
            return self.starts[index]
        cause = c.woken_by[index]
        return self._since(c.ready[index], self._set_by.get(index) if cause < 0 else cause)

    @cached_property
    def _set_by(self) -> dict[int, int | None]:
        """By the step that ran it: the step in which a timer was made."""
        return {t.step: t.made_by for t in self.timers if t.step is not None}

    @cached_property
    def timers(self) -> tuple[Timer, ...]:
        return self.timeline.timers

    @cached_property
    def timer_frames(self) -> list[tuple[int, int, int]]:
        """Per timer: the frames from which it is made, queued and cancelled (-1: never)."""
        return [self._frames_of_timer(timer) for timer in self.timers]

    def _frames_of_timer(self, timer: Timer) -> tuple[int, int, int]:
        made = self._since(nanoseconds(timer.made), timer.made_by)
        queued = cancelled = -1
        if timer.queued is not None:
            queued = self._since(nanoseconds(timer.queued), timer.made_by)
        if timer.cancelled is not None:
            cancelled = self._since_cancelled(timer, made)
        return made, queued, cancelled

    def _since_cancelled(self, timer: Timer, made: int) -> int:
        time, c = nanoseconds(timer.cancelled), self.columns
        task = -1 if timer.made_by is None else c.task[timer.made_by]
        for step in self.timeline.task_steps(task) if task >= 0 else ():
            if c.start[step] <= time <= c.end[step] and self.ends[step] >= made:
                return self._since(time, step)
        return bisect_left(self.times, time)

    @cached_property
    def printed_frames(self) -> list[int]:
        """Per printed piece of text: the frame from which it stands on the screen."""
        return [self._since(nanoseconds(p.time), p.step) for p in self.timeline.output]

    @cached_property
    def created_frames(self) -> list[int]:
        """Per task: the frame from which it exists (0 for those older than the recording)."""
        return [self._created(task) for task in self.timeline.tasks]

    def _created(self, task: TaskSpan) -> int:
        if task.created is None:
            return 0
        steps = self.timeline.task_steps(task.id)
        cause = self.columns.woken_by[steps[0]] if steps else None
        return self._since(nanoseconds(task.created), cause)

    # -- the state at a position ------------------------------------------------------

    def at(self, t: float) -> Moment:
        """The state at `t` seconds, after all that happened at that time."""
        return self._moment(nanoseconds(t), self.frame_at(t))

    def at_frame(self, frame: int) -> Moment:
        """The state at a frame, counted from 0, or from the end when negative.

        Raises IndexError, in words, when the film has no such frame.
        """
        try:
            frame = range(len(self.order))[frame]
        except IndexError:
            last = len(self.order) - 1
            raise IndexError(f"this recording has frames 0 to {last}, no {frame}") from None
        return self._moment(self.times[frame], frame)

    def _moment(self, time: int, frame: int) -> Moment:
        now = _Position(time, frame)
        running = self._running(now)
        asleep, until = self._sleeping(frame)
        return Moment(
            time=seconds(time),
            frame=frame,
            ready=tuple(self._ready(now)),
            timers=tuple(self._ticking(now)),
            waiting=tuple(self._suspended(now)),
            running=tuple(running),
            asleep=asleep,
            until=until,
            printed=self._printed(now),
        )

    def _running(self, now: _Position) -> list[Running]:
        found, c = [], self.columns
        index = bisect_right(self.starts, now.frame) - 1
        while index >= 0:
            if self.ends[index] > now.frame:
                step = self.timeline.steps[index]
                what = self.what(index)
                found.append(Running(index, what, step.start, step.task, step.resumed_at))
            index = c.inside[index]
        return found

    def _sleeping(self, frame: int) -> tuple[bool, float | None]:
        kind, index = self.order[frame]
        if kind != SLEEP:
            return False, None
        return True, self.timeline.idle[index].until

    def _ready(self, now: _Position):
        c = self.columns
        for i in range(bisect_right(self.starts, now.frame), len(c)):
            if self.queued[i] < self.starts[i] and now.is_past(c.ready[i], self.queued[i]):
                task = None if c.task[i] < 0 else c.task[i]
                yield Queued(self.what(i), seconds(c.ready[i]), self.put_by(i), i, task)
        for task in self.timeline.tasks:
            if task.ended is None and task.queued is not None:
                since = nanoseconds(task.queued)
                if now.is_past(since, self.left_over_frame(task)):
                    yield Queued(task.name, task.queued, "", None, task.id)

    def left_over_frame(self, task: TaskSpan) -> int:
        """From which frame a task is in the queue that it never left."""
        steps = self.timeline.task_steps(task.id)
        return self._since(nanoseconds(task.queued), steps[-1] if steps else None)

    def _ticking(self, now: _Position) -> list[Ticking]:
        found = []
        for timer, (made, queued, cancelled) in zip(self.timers, self.timer_frames, strict=True):
            if not now.is_past(nanoseconds(timer.made), made):
                continue
            if timer.queued is not None and now.is_past(nanoseconds(timer.queued), queued):
                continue
            if cancelled >= 0 and now.is_past(nanoseconds(timer.cancelled), cancelled):
                continue
            left = seconds(nanoseconds(timer.due) - now.time)
            found.append(Ticking(timer.label, timer.due, left, self.set_by(timer)))
        return sorted(found, key=attrgetter("due"))

    def _suspended(self, now: _Position):
        for task in self.timeline.tasks:
            created = nanoseconds(task.created or 0.0)
            if not now.is_past(created, self.created_frames[task.id]):
                continue
            steps = self.timeline.task_steps(task.id)
            done = bisect_right(steps, now.frame, key=self.starts.__getitem__)
            if self._waits(task, steps, done, now):
                yield self._suspension(task, steps[done - 1] if done else None, now)

    def _waits(self, task: TaskSpan, steps: list[int], done: int, now: _Position) -> bool:
        """Whether that task, `done` of whose steps have begun, is neither running, nor ready,
        nor ended."""
        c = self.columns
        if done and self.ends[steps[done - 1]] > now.frame:
            return False
        if done < len(steps):
            following = steps[done]
            return not now.is_past(c.ready[following], self.queued[following])
        if done and c.end[steps[done - 1]] >= self.timeline.length:
            return False  # the recording ended within its step
        if task.ended is not None:
            return not steps and nanoseconds(task.ended) > now.time
        return task.queued is None or not now.is_past(
            nanoseconds(task.queued), self.left_over_frame(task)
        )

    def _suspension(self, task: TaskSpan, last: int | None, now: _Position) -> Suspended:
        if last is None:
            return Suspended(task.id, task.name, None, task.created or 0.0)
        step = self.timeline.steps[last]
        overdue = any(start < now.time <= end for start, end in self._overdue(task.id, last))
        return Suspended(
            task.id, task.name, step.waiting_for, step.end, step.due, overdue, step.suspended_at
        )

    def _overdue(self, task: int, after: int) -> list[tuple[int, int]]:
        """When that task was overdue in its wait after that step, as `Timeline.spans` says."""
        spans = self.timeline.spans(task) if after in self.columns.due else ()
        return [(a, b) for state, a, b, step, _ in spans if (state, step) == ("overdue", after)]

    def _printed(self, now: _Position) -> str:
        pieces = zip(self.timeline.output, self.printed_frames, strict=True)
        return "".join(p.text for p, frame in pieces if now.is_past(nanoseconds(p.time), frame))

    # -- names ------------------------------------------------------------------------

    def what(self, index: int) -> str:
        """What a step runs: its task's name, or the label of plain loop work."""
        task = self.columns.task[index]
        if task >= 0:
            return self.timeline.tasks[task].name
        return self.timeline.strings[self.columns.label[index]]

    def set_by(self, timer: Timer) -> str:
        """Who made a timer, in words; "" when it is not known."""
        return "" if timer.made_by is None else self.what(timer.made_by)

    def put_by(self, index: int) -> str:
        """Who put a step's handle in the ready queue, in words; "" when it is not known."""
        by = self.columns.woken_by[index]
        if by >= 0:
            return self.what(by)
        words = {BY_THREAD: "another thread", BY_IO: "the selector"}
        if self.columns.kind[index] == TIMER:
            return "its timer"
        return words.get(by, "")


@dataclass(frozen=True, slots=True)
class _Position:
    """Where in the film we are: nanoseconds, and the last frame that has happened."""

    time: int
    frame: int

    def is_past(self, time: int, frame: int) -> bool:
        """Whether a fact of that time, which holds from that frame on, has happened."""
        return time < self.time or (time == self.time and frame <= self.frame)
