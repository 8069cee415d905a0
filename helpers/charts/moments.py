"""What the loop looked like at one moment: who runs, who is ready, who waits for what.

A `Film` has the frames of a recording and since when its facts hold; here they are looked at
from one position. The rules at the edges:

- *Nested steps* (an eager task's first step, a loop inside a loop): `running` lists the
  innermost first. An eager first step never was in the queue.
- *Overdue*: the timer's time has passed while a step held the loop, which has not looked.
- *Kernel* steps are in the queue like others; they belong to nobody.
- *Older tasks* wait, for something unknown, until they are first seen; *pending* ones
  stand where they last suspended when the recording ends.

Limits: handles that were queued and cancelled before they ran left no step, so they are
not in the queue shown. The player looks at the same columns in the same way in the browser
(`film.js`), and a test compares its answers with these.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from helpers.charts.film import SLEEP, Film, Position
from helpers.timeline import TaskSpan, Timeline, nanoseconds, seconds


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
    film = Film(timeline)
    if t is not None and frame is None:
        return moment_of(film, film.at(t))
    if frame is not None and t is None:
        return moment_of(film, film.at_frame(frame))
    raise ValueError("Say which moment: either a time in seconds, or frame=..., not both.")


def moment_of(film: Film, now: Position) -> Moment:
    """The state of the loop at a position of its film."""
    asleep, until = _sleeping(film, now.frame)
    return Moment(
        time=seconds(now.time),
        frame=now.frame,
        ready=tuple(_ready(film, now)),
        timers=tuple(_ticking(film, now)),
        waiting=tuple(_suspended(film, now)),
        running=tuple(_running(film, now)),
        asleep=asleep,
        until=until,
        printed=_printed(film, now),
    )


def _running(film: Film, now: Position) -> Iterator[Running]:
    index = bisect_right(film.starts, now.frame) - 1
    while index >= 0:
        if film.ends[index] > now.frame:
            step = film.timeline.steps[index]
            yield Running(index, film.what(index), step.start, step.task, step.resumed_at)
        index = film.columns.inside[index]


def _sleeping(film: Film, frame: int) -> tuple[bool, float | None]:
    if film.kinds[frame] != SLEEP:
        return False, None
    return True, film.timeline.idle[film.indexes[frame]].until


def _ready(film: Film, now: Position) -> Iterator[Queued]:
    c = film.columns
    for step in film.queue(now).tolist():
        task = None if c.task[step] < 0 else c.task[step]
        yield Queued(film.what(step), seconds(c.ready[step]), film.put_by(step), step, task)
    for id, frame in film.left_over.items():
        task = film.timeline.tasks[id]
        if task.queued is not None and now.is_past(nanoseconds(task.queued), frame):
            yield Queued(task.name, task.queued, "", None, id)


def _ticking(film: Film, now: Position) -> list[Ticking]:
    found = []
    rows = zip(film.timeline.timers, *(column.tolist() for column in film.timers), strict=True)
    for timer, made, from_frame, until, until_frame in rows:
        if now.is_past(made, from_frame) and not now.is_past(until, until_frame):
            left = seconds(nanoseconds(timer.due) - now.time)
            found.append(Ticking(timer.label, timer.due, left, film.set_by(timer)))
    return sorted(found, key=attrgetter("due"))


def _suspended(film: Film, now: Position) -> Iterator[Suspended]:
    for task in film.timeline.tasks:
        if now.is_past(nanoseconds(task.created or 0.0), film.created[task.id]):
            steps = film.timeline.task_steps(task.id)
            done = bisect_right(steps, now.frame, key=film.starts.__getitem__)
            if _waits(film, task, steps, done, now):
                yield _suspension(film, task, steps[done - 1] if done else None, now)


def _waits(film: Film, task: TaskSpan, steps: list[int], done: int, now: Position) -> bool:
    """Whether that task, `done` of whose steps have begun, is not running, and what ends its
    wait has not happened yet."""
    if done and film.ends[steps[done - 1]] > now.frame:
        return False
    if done == len(steps):
        return not now.is_past(film.states.rests.until[task.id], film.rested[task.id])
    return not now.is_past(film.columns.ready[steps[done]], film.queued[steps[done]])


def _suspension(film: Film, task: TaskSpan, last: int | None, now: Position) -> Suspended:
    if last is None:
        return Suspended(task.id, task.name, None, task.created or 0.0)
    step = film.timeline.steps[last]
    start, end = film.states.overdue.get(last, (now.time, now.time))
    overdue = start < now.time <= end
    return Suspended(
        task.id, task.name, step.waiting_for, step.end, step.due, overdue, step.suspended_at
    )


def _printed(film: Film, now: Position) -> str:
    pieces = zip(film.timeline.output, film.printed.tolist(), strict=True)
    return "".join(p.text for p, frame in pieces if now.is_past(nanoseconds(p.time), frame))
