"""Where everything goes: a timeline becomes lanes of bars, as plain frozen data.

All arithmetic of the static charts is here and tested as numbers; `gantt` only draws and
`text` only prints what this file decides. Times stay in seconds; the one thing known of
the drawing is its `resolution`, how many of the narrowest visible marks fit side by side.
A step narrower than one mark is said to be thin: it is drawn as a tick, wider than true.

Two things are too many to draw one by one, and both become a `Crowd`, which shows shares:
a task of more steps than marks fit, and the tasks beyond the first thirty lanes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from helpers.charts.crowd import Crowd, column, crowd_of, own_time
from helpers.timeline import BLOCKING_AFTER, KINDS, NOTHING, TaskSpan, Timeline, seconds

MOST_LANES = 30  # of tasks; above it some are folded into one
_KEPT = 24  # lanes that stay when others are folded
_KEPT_FOR_CAUSE = 8  # of these, at most so many because something happened in them
_LOOP_WORK = ("callback", "timer", "io")


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
    """One row. `kind` is "task", "fold", "kernel" or "loop"; `task` the id, where it is one
    task's; `depth` how far below the first ancestor in the picture. Either `bars` or `crowd`
    say what happened. `seconds_in` are the sums by state."""

    kind: str
    label: str
    task: int | None = None
    depth: int = 0
    bars: tuple[Bar, ...] = ()
    crowd: Crowd | None = None
    blocks: tuple[Block, ...] = ()
    end: End | None = None
    seconds_in: tuple[tuple[str, float], ...] = ()

    @property
    def is_task(self) -> bool:
        """Whether it stands for one task or several."""
        return self.kind in ("task", "fold")


@dataclass(frozen=True, slots=True)
class Arrow:
    """A task is made: at `time`, from lane number `origin` to lane number `target`."""

    origin: int
    target: int
    time: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole chart: lanes from top to bottom, seen from `start` to `end` (seconds)."""

    title: str
    clock: str
    duration: float
    start: float
    end: float
    lanes: tuple[Lane, ...]
    arrows: tuple[Arrow, ...]
    notes: tuple[str, ...]

    @property
    def states(self) -> set[str]:
        """The states that occur in bars and crowds."""
        found = {bar.state for lane in self.lanes for bar in lane.bars}
        for lane in self.lanes:
            found |= {state for state, time in lane.seconds_in if lane.crowd and time > 0}
        return found


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
    shown, folded = _choose(timeline, view.tasks(), most)
    order = _family_order(timeline, shown)
    lanes = [_task_lane(view, id, depth) for id, depth in order]
    if folded:
        lanes.append(_fold_lane(view, folded))
    lanes += _kernel_lane(view)
    if len(timeline.columns) or timeline.idle:
        lanes.append(_loop_lane(view))
    arrows = _arrows(timeline, [id for id, _ in order], view)
    return Layout(
        timeline.title,
        timeline.clock,
        timeline.duration,
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
        self.own = own_time(timeline)

    def sees(self, start: float, end: float) -> bool:
        return start <= self.end and end >= self.start

    def tasks(self) -> list[TaskSpan]:
        return [t for t in self.timeline.tasks if self.sees(*self.timeline.life(t.id))]

    def bar(self, state: str, start: float, end: float, text: str | None = None) -> Bar:
        """A bar cut to the window."""
        first, last = max(start, self.start), min(end, self.end)
        return Bar(state, first, last, text or "", last - first < self.mark)

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


def _choose(timeline: Timeline, tasks: Sequence[TaskSpan], most: int) -> tuple[list, list]:
    """Ids of the tasks drawn one by one, and of those folded; in order of creation."""
    ids = [task.id for task in tasks]
    if len(ids) <= most:
        return ids, []
    kept = min(_KEPT, most)
    blocking = _tasks_that_block(timeline)
    for_cause = [t.id for t in tasks if t.role or t.outcome == "raised" or t.id in blocking]
    chosen = set(for_cause[: min(_KEPT_FOR_CAUSE, kept)])
    for id in ids:
        if len(chosen) >= kept:
            break
        chosen.add(id)
    return [id for id in ids if id in chosen], [id for id in ids if id not in chosen]


def _tasks_that_block(timeline: Timeline) -> set[int]:
    long = own_time(timeline) > BLOCKING_AFTER * 1e9
    return set(column(timeline, "task")[long].tolist())


def _family_order(timeline: Timeline, shown: Sequence[int]) -> list[tuple[int, int]]:
    """(id, depth) with children under their parent, otherwise in order of creation."""
    children: dict[int | None, list[int]] = {}
    for id in shown:
        parent = timeline.tasks[id].parent
        children.setdefault(parent if parent in shown and parent != id else None, []).append(id)
    order, stack = [], [(id, 0) for id in reversed(children.get(None, []))]
    while stack:
        id, depth = stack.pop()
        order.append((id, depth))
        stack += [(child, depth + 1) for child in reversed(children.get(id, []))]
    return sorted(order, key=lambda row: timeline.tasks[row[0]].role != "recording")


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
    crowded = _number_of_steps(view, id) > view.resolution
    bars = () if crowded else tuple(_bars(view, id))
    crowd = crowd_of(timeline, [id], view.edges()) if crowded else None
    return Lane(
        "task",
        task.name,
        task=id,
        depth=depth,
        bars=bars,
        crowd=crowd,
        blocks=tuple(_blocks(view, column(timeline, "task") == id)),
        end=_end(view, task),
        seconds_in=_sums_of_crowd(crowd) if crowd else _sums(bars),
    )


def _end(view: _View, task: TaskSpan) -> End | None:
    """None where the end is not in view, and for the task inside which the recording ended."""
    moment = view.timeline.life(task.id)[1]
    if moment > view.end or (task.role == "recording" and task.outcome == "pending"):
        return None
    return End(task.outcome, moment, task.exception or "")


def _number_of_steps(view: _View, id: int) -> int:
    return int(np.count_nonzero(column(view.timeline, "task") == id))


def _bars(view: _View, id: int) -> Iterator[Bar]:
    """Its bars side by side: a waiting one stops where it becomes overdue."""
    spans = list(view.timeline.spans(id))
    for (state, start, end, _, reason), following in zip(spans, [*spans[1:], None], strict=True):
        if following and following[0] == "overdue":
            end = following[1]
        if view.sees(seconds(start), seconds(end)) and (end > start or state == "running"):
            yield view.bar(state, seconds(start), seconds(end), reason)


def _blocks(view: _View, chosen: np.ndarray) -> Iterator[Block]:
    """Steps, of those chosen by a mask, that held the loop longer than asyncio puts up with."""
    timeline, limit = view.timeline, BLOCKING_AFTER * 1e9
    real = column(timeline, "real")
    spent = np.maximum(view.own, real) if len(real) else view.own
    for index in np.flatnonzero(chosen & (spent > limit)).tolist():
        step = timeline.steps[index]
        if view.sees(step.start, step.end):
            start, end = max(step.start, view.start), min(step.end, view.end)
            yield Block(start, end, seconds(int(spent[index])), bool(view.own[index] <= limit))


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
    label = f"{len(folded):,} more tasks".replace(",", " ")
    return Lane("fold", label, crowd=crowd, seconds_in=_sums_of_crowd(crowd))


def _kernel_lane(view: _View) -> list[Lane]:
    mine = column(view.timeline, "kind") == KINDS.index("kernel")
    bars = _merged_steps(view, "busy", mine)
    return [Lane("kernel", "the notebook itself", bars=bars)] if bars else []


def _loop_lane(view: _View) -> Lane:
    """Asleep in its selector, busy with steps, and which of them were no task's."""
    timeline = view.timeline
    kind, inside = column(timeline, "kind"), column(timeline, "inside")
    work = np.isin(kind, [KINDS.index(name) for name in _LOOP_WORK])
    spans = [(i.start, i.end) for i in timeline.idle if view.sees(i.start, i.end)]
    asleep = tuple(view.bar("asleep", *span) for span in spans if span[1] - span[0] >= view.mark)
    busy = _merged_steps(view, "busy", inside == NOTHING)
    callbacks = _merged_steps(view, "callback", work & (inside == NOTHING))
    return Lane("loop", "loop", bars=asleep + busy + callbacks, blocks=tuple(_blocks(view, work)))


def _merged_steps(view: _View, state: str, chosen: np.ndarray) -> tuple[Bar, ...]:
    start = column(view.timeline, "start")[chosen]
    end = column(view.timeline, "end")[chosen]
    return tuple(view.bar(state, *span) for span in view.merged(start, end))
