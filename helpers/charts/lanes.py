"""Which lanes a Gantt chart has, and what lies in each: a timeline becomes a `Layout`.

All arithmetic of the chart is here and tested as numbers; `gantt` only draws and `text` only
prints what this file decides.

Two things are too many to draw one by one, and both become a `Crowd`, which shows shares:
a task of more steps than marks fit, and the tasks beyond the first thirty lanes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

import numpy as np

from helpers.charts.callbacks import callback_lanes, loop_work
from helpers.charts.crowd import Crowd, crowd_of, most_at_once
from helpers.charts.layout import Arrow, Bar, End, Lane, Layout
from helpers.charts.shared_lanes import shared_lanes
from helpers.charts.view import View, window
from helpers.timeline import KINDS, NOTHING, OUTCOMES, TaskSpan, Timeline, seconds
from helpers.timeline.options import GanttOptions

_MARKS = 280  # of the narrowest, that fit side by side
_KEPT = 24  # lanes that stay when others are folded
_KEPT_FOR_CAUSE = 8  # of these, at most so many because something happened in them


def lay_out(
    timeline: Timeline,
    *,
    resolution: int = _MARKS,
    most: int = GanttOptions.most,
    between: tuple[float, float] | None = None,
    until: float = 0,
    fold_libraries: bool = False,
) -> Layout:
    """The lanes of a timeline.

    `resolution` is how many of the narrowest marks fit side by side, `most` the number
    of tasks drawn one by one, `between` a window to look through, (from, to) in seconds. Without
    a window, the chart goes on to the second `until`, where that is later than the end.
    `fold_libraries` makes one lane of all tasks of a library.
    Raises ValueError when the window is empty or lies outside the recording.
    """
    view = View(timeline, resolution, *window(timeline, between, until))
    tasks = view.tasks()
    order, rows = _lanes_of_tasks(view, tasks, most, fold_libraries)
    return Layout(
        title=timeline.title,
        clock=timeline.clock,
        duration=timeline.duration,
        tasks=sum(task.role != "recording" for task in tasks),
        start=view.start,
        end=view.end,
        lanes=(*rows, *_lanes_without_a_task(view, tasks, most)),
        arrows=tuple(_arrows(timeline, order, view)),
        notes=timeline.notes,
        stopped=_stopped(timeline, view),
    )


def _stopped(timeline: Timeline, view: View) -> float | None:
    end = timeline.duration
    return end if timeline.stopped and view.start <= end <= view.end else None


def _lanes_of_tasks(
    view: View, tasks: Sequence[TaskSpan], most: int, fold_libraries: bool
) -> tuple[list[int], list[Lane]]:
    """Ids of the tasks that have lanes of their own, and all lanes, those of folds below."""
    libraries = _by_library(tasks) if fold_libraries else {}
    own = [task for task in tasks if task.library not in libraries]
    shown, folded = _choose(view, own, most)
    order = family_order(view.timeline, shown)
    rows = [_task_lane(view, id, depth) for id, depth in order]
    rows += _fold_lane(view, folded)
    rows += [_library_lane(view, name, ids) for name, ids in libraries.items()]
    return [id for id, _ in order], rows


def whole_lanes(timeline: Timeline) -> list[Lane]:
    """The same lanes, none folded: what the player has, in which one can scroll. What a task
    did is not in them, the film has it."""
    view = View(timeline, _MARKS, 0.0, timeline.duration)
    order = family_order(timeline, range(len(timeline.tasks)))
    names = ((id, depth, timeline.tasks[id].name or "(no name)") for id, depth in order)
    rows = [Lane("task", name, task=id, depth=depth) for id, depth, name in names]
    loop = Lane("loop", "loop")
    return [*rows, *_callback_lanes(view, timeline.tasks, _MARKS), *_kernel_lane(view), loop]


def _lanes_without_a_task(view: View, tasks: Sequence[TaskSpan], most: int) -> list[Lane]:
    """Callbacks, where there is nothing else to see; what tasks share, and workers; the kernel's
    lane, and the loop's."""
    callbacks = _callback_lanes(view, tasks, most)
    shared = shared_lanes(view)
    return [*callbacks, *shared, *_kernel_lane(view), *_loop_lane(view, blocks=not callbacks)]


def _callback_lanes(view: View, tasks: Sequence[TaskSpan], most: int) -> list[Lane]:
    return callback_lanes(view, most) if all(task.role for task in tasks) else []


# -- which tasks, in which order -------------------------------------------------------------


def _choose(view: View, tasks: Sequence[TaskSpan], most: int) -> tuple[list[int], list[int]]:
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


def _by_library(tasks: Sequence[TaskSpan]) -> dict[str, list[int]]:
    """Ids of the tasks that are a library's affair, by its name."""
    found: dict[str, list[int]] = {}
    for task in tasks:
        if task.library:
            found.setdefault(task.library, []).append(task.id)
    return found


def family_order(timeline: Timeline, shown: Sequence[int]) -> list[tuple[int, int]]:
    """(id, depth): the recording task first, children under their parent, else by creation."""
    children: dict[int | None, list[int]] = {}
    there = set(shown)
    for id in shown:
        parent = timeline.tasks[id].parent
        children.setdefault(parent if parent in there and parent != id else None, []).append(id)
    first = sorted(children.get(None, []), key=lambda id: timeline.tasks[id].role != "recording")
    order, stack = [], [(id, 0) for id in reversed(first)]
    while stack:
        id, depth = stack.pop()
        order.append((id, depth))
        stack += [(child, depth + 1) for child in reversed(children.get(id, []))]
    return order


def _arrows(timeline: Timeline, order: Sequence[int], view: View) -> list[Arrow]:
    row = {id: number for number, id in enumerate(order)}
    births = [(timeline.tasks[id], number) for id, number in row.items()]
    return [
        Arrow(row[task.parent], number, task.created)
        for task, number in births
        if task.parent in row and task.created is not None and view.sees(task.created, task.created)
    ]


# -- the lanes ---------------------------------------------------------------------------------


def _task_lane(view: View, id: int, depth: int) -> Lane:
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
        blocks=view.blocks(timeline.states.column("task")[view.long] == id),
        end=_end(view, task),
        seconds_in=_sums_of_crowd(crowd) if crowd else _sums(bars),
    )


def _end(view: View, task: TaskSpan) -> End | None:
    """None where the end is not in view, and for the task inside which the recording ended."""
    moment = view.timeline.life(task.id)[1]
    if moment > view.end + 1e-9 or (task.role == "recording" and task.outcome == "pending"):
        return None
    return End(task.outcome, moment, task.exception or "")


def _bars(view: View, id: int) -> Iterator[Bar]:
    """Its bars side by side: a waiting one stops where it becomes overdue."""
    spans = list(view.timeline.spans(id))
    for (state, start, end, _, reason), following in zip_longest(spans, spans[1:]):
        if following and following[0] == "overdue":
            end = following[1]
        if view.sees(seconds(start), seconds(end)) and (end > start or state == "running"):
            yield view.bar(state, seconds(start), seconds(end), reason)


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


def _fold_lane(view: View, folded: Sequence[int]) -> list[Lane]:
    """One lane for all those, if there are any."""
    label = f"{len(folded):,} more task" + "s" * (len(folded) != 1)
    return [_folded(view, label, folded)] if folded else []


def _library_lane(view: View, name: str, ids: Sequence[int]) -> Lane:
    """One lane for a library's tasks, with those of their steps that held the loop."""
    label = f"{len(ids):,} task" + "s" * (len(ids) != 1) + f" of {name}"
    theirs = np.isin(view.timeline.states.column("task")[view.long], ids)
    return replace(_folded(view, label, ids), blocks=view.blocks(theirs))


def _folded(view: View, label: str, ids: Sequence[int]) -> Lane:
    crowd = crowd_of(view.timeline, list(ids), view.edges())
    ends = Counter(view.timeline.tasks[id].outcome for id in ids)
    most = most_at_once(view.timeline, list(ids))
    return Lane(
        "fold",
        label,
        crowd=crowd,
        seconds_in=_sums_of_crowd(crowd),
        remarks=(
            f"up to {most:,} at a time",
            *(f"{ends[name]:,} {name}" for name in OUTCOMES if ends[name]),
        ),
    )


# -- the loop itself -----------------------------------------------------------------------------


def _kernel_lane(view: View) -> list[Lane]:
    """The notebook's own work, where there is enough of it to explain why others waited."""
    mine = view.timeline.states.column("kind") == KINDS.index("kernel")
    bars = _merged_steps(view, "busy", mine)
    return [Lane("kernel", "kernel", bars=bars)] if not all(bar.thin for bar in bars) else []


def _loop_lane(view: View, blocks: bool) -> list[Lane]:
    """Asleep in its selector, busy with steps, and which of them were no task's.

    `blocks` says whether those that held it too long are marked here: not where
    callbacks have lanes of their own.
    """
    timeline = view.timeline
    if not len(timeline.columns) and not timeline.idle:
        return []
    inside = timeline.states.column("inside")
    work = loop_work(timeline)
    spans = [(i.start, i.end) for i in timeline.idle if view.sees(i.start, i.end)]
    asleep = tuple(view.bar("asleep", *span) for span in spans if span[1] - span[0] >= view.mark)
    busy = tuple(view.bar("busy", *span) for span in view.merged(*_awake(timeline)))
    callbacks = _merged_steps(view, "callback", work & (inside == NOTHING))
    held = view.blocks(work[view.long]) if blocks else ()
    return [Lane("loop", "loop", bars=asleep + busy + callbacks, blocks=held)]


def _awake(timeline: Timeline) -> tuple[np.ndarray, np.ndarray]:
    """From when to when the loop was in steps: the outermost ones, less the time in which
    a loop nested inside one of them slept."""
    outer = timeline.states.column("inside") == NOTHING
    _, asleep, woken, _ = timeline.states.sleeps_inside
    start = np.concatenate([timeline.states.column("start")[outer], woken])
    end = np.concatenate([timeline.states.column("end")[outer], asleep])
    return np.sort(start), np.sort(end)


def _merged_steps(view: View, state: str, chosen: np.ndarray) -> tuple[Bar, ...]:
    start = view.timeline.states.column("start")[chosen]
    end = view.timeline.states.column("end")[chosen]
    return tuple(view.bar(state, *span) for span in view.merged(start, end))
