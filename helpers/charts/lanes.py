"""Where everything goes: a timeline becomes lanes of bars, as plain frozen data.

All arithmetic of the static charts is here and tested as numbers; `gantt` only draws and
`text` only prints what this file decides. Times stay in seconds; the one thing known of
the drawing is its `resolution`, how many of the narrowest visible marks fit side by side.
A step narrower than one mark is said to be thin: it is drawn as a tick, wider than true.

Two things are too many to draw one by one, and both become a `Crowd`, which shows shares:
a task of more steps than marks fit, and the tasks beyond the first thirty lanes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from helpers.charts.crowd import Crowd, crowd_of, most_at_once
from helpers.charts.words import duration_text, summary
from helpers.timeline import (
    BLOCKING_AFTER,
    KINDS,
    NOTHING,
    OUTCOMES,
    TaskSpan,
    Timeline,
    Timer,
    nanoseconds,
    seconds,
)

MOST_LANES = 30  # of tasks; above it some are folded into one
NOTHING_RAN = "Nothing was recorded: no task and no callback ran."  # where there is no lane
_KEPT = 24  # lanes that stay when others are folded
_KEPT_FOR_CAUSE = 8  # of these, at most so many because something happened in them
_LIMIT = nanoseconds(BLOCKING_AFTER)
_MOST_CALLBACKS = 2000  # that are told apart where callbacks have lanes of their own
_LOOP_WORK = ("callback", "timer", "io")

# What `helpers.recorder.naming` calls callbacks of asyncio's own that any program has.
MACHINERY = frozenset({"end of a sleep", "stop the loop: its task is done", "wake-up from outside"})


@dataclass(frozen=True, slots=True)
class Bar:
    """One state from `start` to `end` (seconds). `text` is what it carries; `thin` says it
    is narrower than one mark.

    States: "running", "ready", "waiting", "overdue" for a task; "busy", "asleep" and
    "callback" for the loop.
    """

    state: str
    start: float
    end: float
    text: str = ""
    thin: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A step that held the loop too long: from, to, and for how many seconds of its own.

    `real` is True where the clock stood still and the time was really spent: a
    `time.sleep` in virtual time.
    """

    start: float
    end: float
    held: float
    real: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """How a task ended, and when; `text` is its exception."""

    outcome: str
    time: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One row. `kind` is "task", "fold", "callback", "kernel" or "loop"; `task` the id, where
    it is one task's; `depth` how far below the first ancestor in the picture. Either `bars` or
    `crowd` say what happened. `seconds_in` are the sums by state; `remarks` stand below the
    label."""

    kind: str
    label: str
    task: int | None = None
    depth: int = 0
    bars: tuple[Bar, ...] = ()
    crowd: Crowd | None = None
    blocks: tuple[Block, ...] = ()
    end: End | None = None
    seconds_in: tuple[tuple[str, float], ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrow:
    """A task is made: at `time`, from lane number `origin` to lane number `target`."""

    origin: int
    target: int
    time: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole chart: lanes from top to bottom, seen from `start` to `end` (seconds).

    `tasks` is how many tasks that stands for, without the one that entered the recording.
    """

    title: str
    clock: str
    duration: float
    tasks: int
    start: float
    end: float
    lanes: tuple[Lane, ...]
    arrows: tuple[Arrow, ...]
    notes: tuple[str, ...]

    @property
    def summary(self) -> list[str]:
        """What it is of, in words."""
        return summary(self.tasks, self.clock, self.duration, (self.start, self.end))

    @property
    def crowd_states(self) -> set[str]:
        """The states that occur in crowds."""
        crowds = (lane.seconds_in for lane in self.lanes if lane.crowd)
        return {state for sums in crowds for state, time in sums if time > 0}


def lay_out(
    timeline: Timeline,
    *,
    resolution: int = 280,
    most: int = MOST_LANES,
    between: tuple[float, float] | None = None,
) -> Layout:
    """The lanes of a timeline.

    `resolution` is how many of the narrowest marks fit side by side, `most` the number
    of tasks drawn one by one, `between` a window to look through, (from, to) in seconds.
    Raises ValueError when the window is empty or lies outside the recording.
    """
    view = _View(timeline, resolution, *_window(timeline, between))
    tasks = view.tasks()
    shown, folded = _choose(view, tasks, most)
    order = _family_order(timeline, shown)
    lanes = [_task_lane(view, id, depth) for id, depth in order]
    if folded:
        lanes.append(_fold_lane(view, folded))
    number = sum(task.role != "recording" for task in tasks)
    if all(task.role for task in tasks):
        lanes += _callback_lanes(view, most)
    lanes += _kernel_lane(view)
    if len(timeline.columns) or timeline.idle:
        own_lanes = any(lane.kind == "callback" for lane in lanes)
        lanes.append(_loop_lane(view, blocks=not own_lanes))
    arrows = _arrows(timeline, [id for id, _ in order], view)
    return Layout(
        timeline.title,
        timeline.clock,
        timeline.duration,
        number,
        view.start,
        view.end,
        tuple(lanes),
        tuple(arrows),
        timeline.notes,
    )


# -- the window ---------------------------------------------------------------------------


def _window(timeline: Timeline, between) -> tuple[float, float]:
    if between is None:
        return 0.0, timeline.duration
    start, end = (float(moment) for moment in between)
    if not 0 <= start < end or start >= timeline.duration:
        raise ValueError(
            f"between=({start:g}, {end:g}) shows nothing: give a first and a later moment, in "
            f"seconds, of this recording, which lasts {timeline.duration:g} s"
        )
    return start, min(end, timeline.duration)


class _View:
    """A timeline seen through a window, at some resolution."""

    def __init__(self, timeline: Timeline, resolution: int, start: float, end: float):
        self.timeline, self.resolution, self.start, self.end = timeline, resolution, start, end
        self.mark = (end - start) / resolution
        self.own, real = timeline.states.own, timeline.states.column("real")
        self.spent = np.maximum(self.own, real) if len(real) else self.own
        self.long = np.flatnonzero(self.spent > _LIMIT)  # steps that held the loop too long
        whose = timeline.states.column("task") + 1  # 0 is nobody's
        self.steps_of = np.bincount(whose, minlength=len(timeline.tasks) + 1)[1:]

    def sees(self, start: float, end: float) -> bool:
        return start <= self.end and end >= self.start

    def tasks(self) -> list[TaskSpan]:
        return [t for t in self.timeline.tasks if self.sees(*self.timeline.life(t.id))]

    def bar(self, state: str, start: float, end: float, text: str | None = None) -> Bar:
        """A bar cut to the window."""
        first, last = max(start, self.start), min(end, self.end)
        return Bar(state, first, last, text or "", last - first < self.mark or first == last)

    def edges(self) -> np.ndarray:
        """Columns for a crowd, as wide as one mark."""
        length = self.end - self.start or 1.0
        return np.linspace(self.start, self.start + length, self.resolution + 1)

    def merged(self, start: np.ndarray, end: np.ndarray) -> Iterator[tuple[float, float]]:
        """Spans in order of time (nanoseconds), those closer than half a mark made one."""
        inside = (start <= self.end * 1e9) & (end >= self.start * 1e9)
        start, end = start[inside], end[inside]
        if not len(start):
            return
        gap = np.flatnonzero(start[1:] - end[:-1] > self.mark / 2 * 1e9)
        firsts, lasts = start[np.r_[0, gap + 1]], end[np.r_[gap, len(end) - 1]]
        for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
            yield seconds(first), seconds(last)


# -- which tasks, in which order -------------------------------------------------------------


def _choose(view: _View, tasks: Sequence[TaskSpan], most: int) -> tuple[list, list]:
    """Ids of the tasks drawn one by one, and of those folded; in order of creation.

    The first ones stay, and a few in which something happened. `most` does not count the
    task that entered the recording, nor a `main`: they always stay.
    """
    ids = [task.id for task in tasks]
    chosen = {task.id for task in tasks if task.role}
    if len(ids) - len(chosen) <= most:
        return ids, []
    kept = min(_KEPT, most) + len(chosen)
    blocking = set(view.timeline.states.column("task")[view.long].tolist())
    for_cause = [t.id for t in tasks if t.outcome == "raised" or t.id in blocking]
    chosen.update(for_cause[:_KEPT_FOR_CAUSE])
    others = [id for id in ids if id not in chosen]
    chosen.update(others[: max(kept - len(chosen), 0)])
    return [id for id in ids if id in chosen], [id for id in ids if id not in chosen]


def _family_order(timeline: Timeline, shown: Sequence[int]) -> list[tuple[int, int]]:
    """(id, depth): the recording task first, children under their parent, else by creation."""
    children: dict[int | None, list[int]] = {}
    for id in shown:
        parent = timeline.tasks[id].parent
        children.setdefault(parent if parent in shown and parent != id else None, []).append(id)
    first = sorted(children.get(None, []), key=lambda id: timeline.tasks[id].role != "recording")
    order, stack = [], [(id, 0) for id in reversed(first)]
    while stack:
        id, depth = stack.pop()
        order.append((id, depth))
        stack += [(child, depth + 1) for child in reversed(children.get(id, []))]
    return order


def _arrows(timeline: Timeline, order: Sequence[int], view: _View) -> list[Arrow]:
    row = {id: number for number, id in enumerate(order)}
    births = [(timeline.tasks[id], number) for id, number in row.items()]
    return [
        Arrow(row[task.parent], number, task.created)
        for task, number in births
        if task.parent in row and task.created is not None and view.sees(task.created, task.created)
    ]


# -- the lanes ---------------------------------------------------------------------------------


def _task_lane(view: _View, id: int, depth: int) -> Lane:
    timeline, task = view.timeline, view.timeline.tasks[id]
    crowded = view.steps_of[id] > view.resolution
    bars = () if crowded else tuple(_bars(view, id))
    crowd = crowd_of(timeline, [id], view.edges()) if crowded else None
    return Lane(
        "task",
        task.name or "(no name)",
        task=id,
        depth=depth,
        bars=bars,
        crowd=crowd,
        blocks=_blocks(view, timeline.states.column("task")[view.long] == id),
        end=_end(view, task),
        seconds_in=_sums_of_crowd(crowd) if crowd else _sums(bars),
    )


def _end(view: _View, task: TaskSpan) -> End | None:
    """None where the end is not in view, and for the task inside which the recording ended."""
    moment = view.timeline.life(task.id)[1]
    if moment > view.end + 1e-9 or (task.role == "recording" and task.outcome == "pending"):
        return None
    return End(task.outcome, moment, task.exception or "")


def _bars(view: _View, id: int) -> Iterator[Bar]:
    """Its bars side by side: a waiting one stops where it becomes overdue."""
    spans = list(view.timeline.spans(id))
    for (state, start, end, _, reason), following in zip(spans, [*spans[1:], None], strict=True):
        if following and following[0] == "overdue":
            end = following[1]
        if view.sees(seconds(start), seconds(end)) and (end > start or state == "running"):
            yield view.bar(state, seconds(start), seconds(end), reason)


def _blocks(view: _View, chosen: np.ndarray) -> tuple[Block, ...]:
    """Those of the view's long steps that a mask chooses, cut to the window."""
    found = []
    for index in view.long[chosen].tolist():
        step = view.timeline.steps[index]
        if view.sees(step.start, step.end):
            start, end = max(step.start, view.start), min(step.end, view.end)
            real = bool(view.own[index] <= _LIMIT)
            found.append(Block(start, end, seconds(int(view.spent[index])), real))
    return tuple(found)


def _sums(bars: Sequence[Bar]) -> tuple[tuple[str, float], ...]:
    time = dict.fromkeys(("running", "ready", "waiting", "overdue"), 0.0)
    for bar in bars:
        time[bar.state] += bar.end - bar.start
    time["waiting"] += time["overdue"]  # which is a part of it
    return tuple(time.items())


def _sums_of_crowd(crowd: Crowd) -> tuple[tuple[str, float], ...]:
    width = crowd.edges[1] - crowd.edges[0]
    states = ("running", "ready", "waiting")
    return tuple((s, float(getattr(crowd, s).sum() * width)) for s in states)


def _fold_lane(view: _View, folded: Sequence[int]) -> Lane:
    crowd = crowd_of(view.timeline, list(folded), view.edges())
    ends = Counter(view.timeline.tasks[id].outcome for id in folded)
    at_once = most_at_once(view.timeline, list(folded))
    return Lane(
        "fold",
        f"{len(folded):,} more task" + "s" * (len(folded) != 1),
        crowd=crowd,
        seconds_in=_sums_of_crowd(crowd),
        remarks=(
            f"up to {at_once:,} at once",
            *(f"{ends[name]:,} {name}" for name in OUTCOMES if ends[name]),
        ),
    )


# -- a program of callbacks: lanes for them, since there is no task to look at ----------------


@dataclass
class _Life:
    """One callback from when it was asked for to when it ran, was cancelled, or the end."""

    label: str
    begin: float
    end: float
    bars: list[Bar]
    steps: list[int]
    cancelled: bool = False

    def takes_up(self, other: _Life) -> None:
        """Go on as that later one of the same name, in the same lane."""
        self.end, self.cancelled = other.end, other.cancelled
        self.bars += other.bars
        self.steps += other.steps


def _callback_lanes(view: _View, most: int) -> list[Lane]:
    """Callbacks and timers by name; those of one name that overlap in lanes side by side."""
    work = _loop_work(view)
    if len(work) > _MOST_CALLBACKS:
        return []
    rows: list[_Life] = []
    for life in sorted(_callback_lives(view, work.tolist()), key=lambda life: life.begin):
        free = (row for row in rows if row.label == life.label and row.end <= life.begin)
        row = next(free, None)
        rows.append(life) if row is None else row.takes_up(life)
    return [_callback_lane(view, row) for row in rows[:most]]


def _loop_work(view: _View) -> np.ndarray:
    """Indices of the steps that were no task's and not the kernel's."""
    kinds = [KINDS.index(name) for name in _LOOP_WORK]
    return np.flatnonzero(np.isin(view.timeline.states.column("kind"), kinds))


def _callback_lives(view: _View, work: list[int]) -> Iterator[_Life]:
    """Those steps, each with the timer that it ran, and the timers that no step is known to run."""
    timeline = view.timeline
    timers = {timer.step: timer for timer in timeline.timers if timer.step is not None}
    for index in work:
        step, timer = timeline.steps[index], timers.get(index)
        begin = timer.made if timer else step.ready
        if _is_shown(view, step.label, begin, step.end):
            bars = list(_timer_bars(view, timer)) if timer else []
            bars += [view.bar("ready", step.ready, step.start)] * (step.start > step.ready)
            bars.append(view.bar("running", step.start, step.end))
            yield _Life(step.label, begin, step.end, bars, [index])
    for timer in timeline.timers:
        end = _set_until(timeline, timer)
        if timer.step is None and _is_shown(view, timer.label, timer.made, end):
            bars = list(_timer_bars(view, timer))
            yield _Life(timer.label, timer.made, end, bars, [], timer.cancelled is not None)


def _is_shown(view: _View, label: str, begin: float, end: float) -> bool:
    return not is_machinery(label) and view.sees(begin, end)


def is_machinery(label: str) -> bool:
    """Whether that is a callback of asyncio's own which any program has."""
    return label in MACHINERY or label.startswith("BaseEventLoop.")


def _timer_bars(view: _View, timer: Timer) -> Iterator[Bar]:
    """A timer waits until the loop moves it to the ready queue; overdue if it was held then."""
    end, due = _set_until(view.timeline, timer), timer.due
    late = due < end and view.timeline.states.held_from(nanoseconds(due), nanoseconds(end))
    due = due if late else end
    if due > timer.made:
        yield view.bar("waiting", timer.made, due, f"until {duration_text(timer.due)}")
    if end > due:
        yield view.bar("overdue", due, end)


def _set_until(timeline: Timeline, timer: Timer) -> float:
    """Until when a timer is set: queued, cancelled, or the recording's end."""
    ends = [time for time in (timer.queued, timer.cancelled) if time is not None]
    return min(ends, default=timeline.duration)


def _callback_lane(view: _View, row: _Life) -> Lane:
    end = End("cancelled", row.end) if row.cancelled and row.end <= view.end else None
    blocks = _blocks(view, np.isin(view.long, row.steps))
    return Lane("callback", row.label, bars=tuple(row.bars), blocks=blocks, end=end)


# -- the loop itself -----------------------------------------------------------------------------


def _kernel_lane(view: _View) -> list[Lane]:
    """The notebook's own work, where there is enough of it to explain why others waited."""
    mine = view.timeline.states.column("kind") == KINDS.index("kernel")
    bars = _merged_steps(view, "busy", mine)
    return [Lane("kernel", "kernel", bars=bars)] if not all(bar.thin for bar in bars) else []


def _loop_lane(view: _View, blocks: bool) -> Lane:
    """Asleep in its selector, busy with steps, and which of them were no task's.

    `blocks` says whether those that held it too long are marked here: not where
    callbacks have lanes of their own.
    """
    timeline = view.timeline
    inside = timeline.states.column("inside")
    work = np.isin(np.arange(len(inside)), _loop_work(view))
    spans = [(i.start, i.end) for i in timeline.idle if view.sees(i.start, i.end)]
    asleep = tuple(view.bar("asleep", *span) for span in spans if span[1] - span[0] >= view.mark)
    busy = tuple(view.bar("busy", *span) for span in view.merged(*_awake(timeline)))
    callbacks = _merged_steps(view, "callback", work & (inside == NOTHING))
    held = _blocks(view, work[view.long]) if blocks else ()
    return Lane("loop", "loop", bars=asleep + busy + callbacks, blocks=held)


def _awake(timeline: Timeline) -> tuple[np.ndarray, np.ndarray]:
    """From when to when the loop was in steps: the outermost ones, less the time in which
    a loop nested inside one of them slept."""
    outer = timeline.states.column("inside") == NOTHING
    _, asleep, woken, _ = timeline.states.sleeps_inside
    start = np.concatenate([timeline.states.column("start")[outer], woken])
    end = np.concatenate([timeline.states.column("end")[outer], asleep])
    return np.sort(start), np.sort(end)


def _merged_steps(view: _View, state: str, chosen: np.ndarray) -> tuple[Bar, ...]:
    start = view.timeline.states.column("start")[chosen]
    end = view.timeline.states.column("end")[chosen]
    return tuple(view.bar(state, *span) for span in view.merged(start, end))
