"""A recording as one block of bytes, small enough to travel to a browser with its widget.

A recording that is too long is cut first, and says so. What the browser cannot know from
the columns alone (in which order things of one moment happened, when a task was overdue)
is worked out here, by `moments` and by the timeline itself, and packed with the rest.
"""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from helpers.charts.moments import Film
from helpers.charts.signs import signs_in
from helpers.timeline import (
    COLUMN_NAMES,
    NOTHING,
    StepColumns,
    TaskSpan,
    Timeline,
    nanoseconds,
    seconds,
)

MOST_LIVE_TASKS = 40

# -- cutting -----------------------------------------------------------------------------------


def first_steps(timeline: Timeline, most: int) -> Timeline:
    """The recording up to its first `most` steps, with a note on what was left out."""
    total = len(timeline.columns)
    if total <= most:
        return timeline
    length = timeline.columns.start[most]
    end = seconds(length)
    note = (
        f"The player shows the first {most:,} of {total:,} steps, the first {end:.6g} s of "
        f"{timeline.duration:.6g} s; the rest was left out."
    )
    known = [t.id for t in timeline.tasks if (t.created or 0) <= end]
    shown = _cut(timeline, 0, most, known)
    return replace(
        shown,
        length=length,
        tasks=tuple(map(partial(_as_of, timeline, most), shown.tasks, known)),
        timers=tuple(t for t in shown.timers if t.made <= end),
        idle=tuple(i for i in shown.idle if i.end <= end),
        output=tuple(p for p in shown.output if p.time <= end),
        notes=(*timeline.notes, note),
    )


def last_steps(timeline: Timeline, most: int) -> Timeline:
    """The recording from its last `most` steps on, with the tasks seen in them."""
    total = len(timeline.columns)
    first = max(total - most, 0)
    seen = set(timeline.columns.task[first:])
    known = [t.id for t in timeline.tasks if t.ended is None or t.id in seen]
    if not first and len(known) <= MOST_LIVE_TASKS:
        return timeline
    shown = _cut(timeline, first, total, known[-MOST_LIVE_TASKS:])
    begin = seconds(timeline.columns.start[first])
    return replace(
        shown,
        timers=tuple(t for t in shown.timers if t.queued is None or t.queued >= begin),
        idle=tuple(i for i in shown.idle if i.end >= begin),
        output=tuple(p for p in shown.output if p.time >= begin),
    )


def _cut(timeline: Timeline, first: int, stop: int, known: Sequence[int]) -> Timeline:
    """Steps from `first` to before `stop`, and those tasks; both are counted from 0 again."""

    def step(index: int | None) -> int | None:
        return index - first if index is not None and first <= index < stop else None

    ids = {old: new for new, old in enumerate(known)}
    tasks = (timeline.tasks[id] for id in known)
    return replace(
        timeline,
        columns=_cut_columns(timeline.columns, first, stop, ids),
        tasks=tuple(replace(t, id=ids[t.id], parent=ids.get(t.parent)) for t in tasks),
        timers=tuple(
            replace(t, made_by=step(t.made_by), step=step(t.step)) for t in timeline.timers
        ),
        output=tuple(replace(p, step=step(p.step)) for p in timeline.output),
    )


def _cut_columns(columns: StepColumns, first: int, stop: int, ids: dict[int, int]) -> StepColumns:
    cut = {name: getattr(columns, name)[first:stop] for name in COLUMN_NAMES}
    cut["task"] = array("i", (ids.get(task, NOTHING) for task in cut["task"]))
    for name in ("inside", "woken_by"):
        cut[name] = array("i", (i if i < 0 else max(i - first, NOTHING) for i in cut[name]))
    due = {i - first: t for i, t in columns.due.items() if first <= i < stop}
    return StepColumns(**cut, due=due)


def _as_of(timeline: Timeline, stop: int, task: TaskSpan, id: int) -> TaskSpan:
    """A task as it was known before that step: one with steps to come was pending."""
    steps = timeline.task_steps(id)
    if task.ended is None or not steps or steps[-1] < stop:
        return task
    return replace(task, ended=None, outcome="pending", exception=None)


# -- packing -----------------------------------------------------------------------------------


def packed(timeline: Timeline) -> bytes:
    """All the browser needs of a recording: a JSON head and binary columns, deflated.

    Before deflating: the head's length (4 bytes, little-endian), the head in UTF-8, then
    the columns, each beginning at a multiple of 8. The head names them in order, with
    the type of their numbers. Times are nanoseconds.
    """
    film = Film(timeline)
    columns = _step_columns(film)
    head = _head(film)
    head["columns"] = [[name, values.typecode, len(values)] for name, values in columns.items()]
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    parts = [len(text).to_bytes(4, "little"), text]
    size = 4 + len(text)
    for values in columns.values():
        padding = -size % 8
        parts += [b"\0" * padding, values.tobytes()]
        size += padding + len(values) * values.itemsize
    return zlib.compress(b"".join(parts), level=1)


def _step_columns(film: Film) -> dict[str, array]:
    c = film.columns
    columns = {name: getattr(c, name) for name in ("task", "kind", "label", "inside", "woken_by")}
    columns |= {name: getattr(c, name) for name in ("waiting_for", "resumed", "suspended")}
    columns |= {name: array("d", getattr(c, name)) for name in ("ready", "start", "end", "real")}
    columns["queued"] = array("i", film.queued)
    columns["due_step"], columns["due"] = array("i", c.due), array("d", c.due.values())
    columns["frame_kind"] = array("b", (kind for kind, _ in film.order))
    columns["frame_index"] = array("i", (index for _, index in film.order))
    columns["frame_time"] = array("d", film.times)
    overdue = _overdue(film.timeline)
    columns["overdue_step"] = array("i", (step for step, _, _ in overdue))
    columns["overdue_from"] = array("d", (start for _, start, _ in overdue))
    columns["overdue_to"] = array("d", (end for _, _, end in overdue))
    return columns


def _overdue(timeline: Timeline) -> list[tuple[int, int, int]]:
    """The step after which a task was overdue, from when to when."""
    late = {timeline.columns.task[step] for step in timeline.columns.due}
    return [
        (step, start, end)
        for task in sorted(late - {NOTHING})
        for state, start, end, step, _ in timeline.spans(task)
        if state == "overdue"
    ]


def _head(film: Film) -> dict:
    timeline = film.timeline
    return {
        "title": timeline.title,
        "clock": timeline.clock,
        "length": timeline.length,
        "complete": timeline.complete,
        "strings": timeline.strings,
        "places": timeline.places,
        "sources": timeline.sources,
        "notes": timeline.notes,
        "signs": signs_in(timeline),
        "tasks": [_task_row(film, t) for t in timeline.tasks],
        "timers": [_timer_row(film, n) for n in range(len(film.timers))],
        "idle": [[_ns(i.start), _ns(i.end), _ns(i.until)] for i in timeline.idle],
        "output": [
            [_ns(p.time), frame, p.text, p.stream]
            for p, frame in zip(timeline.output, film.printed_frames, strict=True)
        ],
    }


def _task_row(film: Film, task: TaskSpan) -> list:
    return [
        task.name,
        task.coroutine,
        task.parent,
        _ns(task.created),
        film.created_frames[task.id],
        _ns(task.ended),
        task.outcome,
        task.exception,
        _ns(task.queued),
        None if task.queued is None else film.left_over_frame(task),
        task.role,
        task.entered,
    ]


def _timer_row(film: Film, number: int) -> list:
    timer = film.timers[number]
    times = (timer.made, timer.due, timer.queued, timer.cancelled)
    return [timer.label, *map(_ns, times), *film.timer_frames[number], film.set_by(timer)]


def _ns(time: float | None) -> int | None:
    return None if time is None else nanoseconds(time)
