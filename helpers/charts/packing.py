"""A recording as one block of bytes, small enough to travel to a browser with its widget.

A recording that is too long is cut first, and says so. What a player shows is worked out
here, by the timeline's states, by `film` and by `narration`, and travels as columns: the
browser looks up, and works nothing out again.
"""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.charts.film import OUTSIDE, Film
from helpers.charts.lanes import whole_lanes
from helpers.charts.layout import Bar, Lane
from helpers.charts.narration import Narration
from helpers.charts.shared_panel import shared_in
from helpers.charts.signs import signs_in, signs_in_order
from helpers.charts.sleeps import woken_by
from helpers.timeline import (
    COLUMN_NAMES,
    NOTHING,
    StepColumns,
    TaskSpan,
    Timeline,
    nanoseconds,
    seconds,
)
from helpers.timeline.records import Table
from helpers.timeline.states import INSIDE, Column, Moments

if TYPE_CHECKING:
    from helpers.findings import Findings

MOST_LIVE_TASKS = 40
_WAYS = {"b": 2**7, "i": 2**31, "d": 2**53}  # types of differences, and what they hold no more
_EXACT = 2**53  # from here on, sums of the browser's numbers are not exact

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
        stopped=False,
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

    def parent(task: TaskSpan) -> int | None:
        return None if task.parent is None else ids.get(task.parent)

    ids = {old: new for new, old in enumerate(known)}
    tasks = (timeline.tasks[id] for id in known)
    return replace(
        timeline,
        columns=_cut_columns(timeline.columns, first, stop, ids),
        tasks=tuple(replace(t, id=ids[t.id], parent=parent(t)) for t in tasks),
        resources=() if first else timeline.resources,  # they speak of steps by number
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
    held = {i - first: at for i, at in columns.held.items() if first <= i < stop}
    return StepColumns(**cut, due=due, held=held)


def _as_of(timeline: Timeline, stop: int, task: TaskSpan, id: int) -> TaskSpan:
    """A task as it was known before that step: one with steps to come was pending."""
    steps = timeline.task_steps(id)
    if task.ended is None or not steps or steps[-1] < stop:
        return task
    return replace(task, ended=None, outcome="pending", exception=None)


# -- packing -----------------------------------------------------------------------------------


def packed(timeline: Timeline, found: Findings | None = None) -> bytes:
    """All the browser needs of a recording: a JSON head and binary columns, deflated.

    Before deflating: the head's length (4 bytes, little-endian), the head in UTF-8, then the
    columns, each beginning at a multiple of 8. The head names them in order: name, type of
    the numbers, how many there are, and how they travel (`_sent`). Times are nanoseconds;
    texts are numbers of the head's `strings`; -1 is none. `found` is what is wrong in the whole
    recording, of which this may be the first steps.
    """
    film, strings = Film(timeline), Table(timeline.strings)
    told = Narration(film, strings)
    columns = {"told": _numbers(told.told), "told_names": _numbers(told.names)}
    columns |= _frames(film, strings) | _steps(film) | _exceptions(film, strings)
    columns |= _tasks(film, strings) | _timers(film, strings) | _lanes(film, strings)
    sent = {name: _sent(values) for name, values in columns.items()}
    head = _head(film) | {"forms": told.forms, "strings": strings.values()}
    head |= _found(found, len(timeline.tasks))
    head["columns"] = [[name, *about] for name, (about, _) in sent.items()]
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    parts = [len(text).to_bytes(4, "little") + text, *(content for _, content in sent.values())]
    return zlib.compress(b"".join(part + b"\0" * (-len(part) % 8) for part in parts), level=1)


def _sent(values: Column) -> tuple[tuple[str, int, str], bytes]:
    """A column's type, its length and how it travels; and its bytes.

    Neighbours are alike, so what travels is how far each number is from the one before it, in
    the narrowest type that holds that; "" where only the numbers themselves can.
    """
    kind, values = ("d" if values.dtype == np.int64 else "i"), values.astype(np.int64)
    steps, exact = np.diff(values, prepend=0), _largest(values) < _EXACT
    for way, end in _WAYS.items():
        if exact and _largest(steps) < end:
            return (kind, len(values), way), steps.astype(way).tobytes()
    return (kind, len(values), ""), values.astype(kind).tobytes()


def _largest(values: Column) -> int:
    return int(max(values.max(initial=0), -values.min(initial=0)))


def _numbers(values: Iterable[int] | Column) -> Column:
    """A column of whole numbers that are no times: of frames, steps, texts."""
    return np.asarray(values if isinstance(values, np.ndarray) else list(values)).astype(np.int32)


def _times(seconds: Iterable[float | None]) -> Moments:
    return np.array([NOTHING if s is None else nanoseconds(s) for s in seconds], np.int64)


def _head(film: Film) -> dict[str, Any]:
    timeline = film.timeline
    return {
        "title": timeline.title,
        "clock": timeline.clock,
        "length": timeline.length,
        "complete": timeline.complete,
        "stopped": timeline.stopped,
        "places": timeline.places,
        "sources": timeline.sources,
        "notes": timeline.notes,
        "signs": signs_in(timeline),
        "signsInOrder": signs_in_order(film),
        "outside": OUTSIDE,
        "shared": shared_in(film),
        "output": [
            [nanoseconds(p.time), frame, p.text]
            for p, frame in zip(timeline.output, film.printed.tolist(), strict=True)
        ],
    }


def _found(found: Findings | None, tasks: int) -> dict[str, Any]:
    """What is wrong, as much of it as is shown."""
    if found is None:
        return {"found": [], "foundRest": ""}
    rows = [
        {
            "kind": one.kind,
            "sentence": one.sentence,
            "help": one.help,
            "when": nanoseconds(one.when),
            "task": next((task for task in one.tasks if task < tasks), NOTHING),
        }
        for one in found.shown
    ]
    return {"found": rows, "foundRest": found.rest}


def _frames(film: Film, strings: Table[str]) -> dict[str, Column]:
    idle = film.timeline.idle
    return {
        "frame_kind": _numbers(film.kinds),
        "frame_index": _numbers(film.indexes),
        "frame_time": film.times,
        "iterations": _numbers(film.iterations),
        "idle_start": _times(i.start for i in idle),
        "idle_end": _times(i.end for i in idle),
        "idle_until": _times(i.until for i in idle),
        "idle_woken_by": _numbers(strings.number(words) for words in woken_by(film)),
    }


def _steps(film: Film) -> dict[str, Column]:
    """What is known of each step. A task's steps are called as the task is: no label."""
    states, whose = film.states, film.states.column("task")
    as_they_are = ("kind", "inside", "waiting_for", "resumed", "suspended")
    return {
        "task": whose,
        "label": _numbers(np.where(whose < 0, states.column("label"), NOTHING)),
        **{name: states.column(name).astype(np.int32) for name in as_they_are},
        "woken_by": _numbers(film.put),
        "queued": _numbers(film.queued),
        **{name: states.column(name) for name in ("ready", "start", "end")},
        "until": states.until,
    }


def _exceptions(film: Film, strings: Table[str]) -> dict[str, Column]:
    """What is true of few steps: a timer ends their wait, which was overdue; something took
    time away from them; they held the loop for too long."""
    states, due = film.states, film.columns.due
    pauses, blocking = states.pauses, states.blocking
    real = states.column("real")
    reasons = np.array([strings.number(text) for text in INSIDE])
    return {
        "due_step": _numbers(due),
        "due": np.array(list(due.values()), np.int64),
        "overdue_step": _numbers(states.overdue),
        "overdue_from": np.array([start for start, _ in states.overdue.values()], np.int64),
        "overdue_to": np.array([end for _, end in states.overdue.values()], np.int64),
        "pause_step": _numbers(pauses.step),
        "pause_start": pauses.start,
        "pause_end": pauses.end,
        "pause_reason": _numbers(reasons[pauses.reason]),
        "held_step": _numbers(film.columns.held),
        "held_place": _numbers(place for place, _ in film.columns.held.values()),
        "held_call": _numbers(
            strings.number(film.timeline.strings[call]) for _, call in film.columns.held.values()
        ),
        "blocking_step": _numbers(blocking),
        "blocking_own": states.own[blocking],
        "blocking_real": real[blocking] if len(real) else np.zeros(len(blocking), np.int64),
    }


def _tasks(film: Film, strings: Table[str]) -> dict[str, Column]:
    tasks = film.timeline.tasks
    return {
        "task_name": _numbers(strings.number(t.name) for t in tasks),
        "task_parent": _numbers(NOTHING if t.parent is None else t.parent for t in tasks),
        "task_role": _numbers(strings.number(t.role) for t in tasks),
        "task_outcome": _numbers(strings.number(t.outcome) for t in tasks),
        "task_exception": _numbers(strings.number(t.exception) for t in tasks),
        "task_created": _times(t.created for t in tasks),
        "task_created_frame": _numbers(film.created),
        "task_ended": _times(t.ended for t in tasks),
        "task_rested": film.states.rests.until,
        "task_rested_frame": _numbers(film.rested),
        "left_over": _numbers(film.left_over),
        "left_over_since": _times(tasks[id].queued for id in film.left_over),
        "left_over_frame": _numbers(film.left_over.values()),
    }


def _lanes(film: Film, strings: Table[str]) -> dict[str, Column]:
    """The chart's rows from top to bottom; and of those that are callbacks', what is in them."""
    lanes = whole_lanes(film.timeline)
    mine = [(row, lane) for row, lane in enumerate(lanes) if lane.kind == "callback"]
    bars = [(row, lane, bar) for row, lane in mine for bar in lane.bars]
    steps = [(row, step) for row, lane in mine for step in lane.steps]
    ends = [lane.end.time if lane.end else None for lane in lanes]
    return {
        "row_kind": _numbers(strings.number(lane.kind) for lane in lanes),
        "row_label": _numbers(strings.number(lane.label) for lane in lanes),
        "row_task": _numbers(NOTHING if lane.task is None else lane.task for lane in lanes),
        "row_depth": _numbers(lane.depth for lane in lanes),
        "row_ended": _times(ends),
        "bar_row": _numbers(row for row, _, _ in bars),
        "bar_state": _numbers(strings.number(bar.state) for _, _, bar in bars),
        "bar_start": _times(bar.start for _, _, bar in bars),
        "bar_end": _times(bar.end for _, _, bar in bars),
        "bar_text": _numbers(strings.number(bar.text) for _, _, bar in bars),
        "bar_step": _numbers(_step_of(film, lane, bar) for _, lane, bar in bars),
        "own_row": _numbers(row for row, _ in steps),
        "own_step": _numbers(step for _, step in steps),
    }


def _step_of(film: Film, lane: Lane, bar: Bar) -> int:
    """The step that a running bar is, or that a ready one ends with."""
    moments = {"running": bar.start, "ready": bar.end}
    start = film.columns.start
    at = nanoseconds(moments.get(bar.state, NOTHING))
    return next((step for step in lane.steps if start[step] == at), NOTHING)


def _timers(film: Film, strings: Table[str]) -> dict[str, Column]:
    """Timers; one that is set for ever is so until after the end."""
    timers, rows = film.timeline.timers, film.timers
    return {
        "timer_label": _numbers(strings.number(t.label) for t in timers),
        "timer_set_by": _numbers(strings.number(film.set_by(t)) for t in timers),
        "timer_due": _times(t.due for t in timers),
        "timer_step": _numbers(NOTHING if t.step is None else t.step for t in timers),
        "timer_made": rows.made,
        "timer_made_frame": _numbers(rows.made_frame),
        "timer_until": np.minimum(rows.until, film.timeline.length + 1),
        "timer_until_frame": _numbers(rows.until_frame),
    }
