"""The player: step through a recording, and see what the loop had before it at each moment.

    timeline.player()

An anywidget: `player.js` and `player.css` beside this file are all it needs, and the whole
recording travels with it as one compressed block of columns (`packed`), so it works in a
saved notebook with widget state and no kernel. What each moment *means* is defined in
`moments` and `narration`; the browser computes the same from the columns. Where widgets do
not run (on paper, on GitHub), the static chart with its alt text is there instead.

Limits: a recording of more than 100,000 steps is cut, and the player says what it left out.
"""

from __future__ import annotations

import json
import zlib
from array import array
from dataclasses import replace
from pathlib import Path

import anywidget
import traitlets

from helpers.charts import notebook_output
from helpers.charts.moments import Film
from helpers.timeline import COLUMN_NAMES, NOTHING, StepColumns, Timeline, nanoseconds, seconds

MOST_STEPS = 100_000
HERE = Path(__file__).parent
_WIDGET = "application/vnd.jupyter.widget-view+json"
_RUN_ME = "The player of a recording. Run this cell to step through it."


def player(timeline: Timeline, *, most_steps: int = MOST_STEPS) -> Player:
    """A widget that steps through the recording, forward and back.

    `most_steps` is how many steps travel to the browser: the first ones, if there are
    more. Raises ValueError when it is not at least 1.
    """
    if most_steps < 1:
        raise ValueError(f"most_steps is {most_steps}; a player needs at least one step to show.")
    return Player(timeline, most_steps=most_steps)


class Player(anywidget.AnyWidget):
    """The widget itself. `data` is a packed recording; `live` is true while it still grows."""

    _esm = HERE / "player.js"
    _css = HERE / "player.css"
    data = traitlets.Bytes().tag(sync=True)
    live = traitlets.Bool(False).tag(sync=True)

    def __init__(self, timeline: Timeline, *, most_steps: int = MOST_STEPS, live: bool = False):
        shown = timeline if live else first_steps(timeline, most_steps)
        super().__init__(data=packed(shown), live=live)
        self._timeline = timeline

    def _repr_mimebundle_(self, **kwargs):
        """The widget, and for readers that have none the static chart with its alt text."""
        still, metadata = _bundle(notebook_output(self._timeline))
        return {**still, _WIDGET: self._view()}, metadata

    def _view(self) -> dict:
        return {"version_major": 2, "version_minor": 1, "model_id": self.model_id}


def _bundle(output) -> tuple[dict, dict]:
    """A mime bundle with its metadata, which IPython lets one leave out."""
    return output if isinstance(output, tuple) else (output, {})


# -- cutting -----------------------------------------------------------------------------------


def first_steps(timeline: Timeline, most: int) -> Timeline:
    """The recording up to its first `most` steps, with a note on what was left out."""
    total = len(timeline.columns)
    if total <= most:
        return timeline
    cut = seconds(timeline.columns.start[most])
    note = (
        f"The player shows the first {most:,} of {total:,} steps, the first {cut:.6g} s of "
        f"{timeline.duration:.6g} s; the rest was left out."
    )
    shown = excerpt(timeline, 0, most)
    return replace(shown, notes=(*timeline.notes, note))


def excerpt(timeline: Timeline, first: int, stop: int) -> Timeline:
    """The steps from `first` to before `stop`, and all that happened by the end of them.

    Times stay as they are. A task that ended later is pending; what a step of before
    `first` did has no known cause.
    """
    columns = _cut_columns(timeline.columns, first, stop)
    whole = stop >= len(timeline.columns)
    length = timeline.length if whole else timeline.columns.start[stop]
    end = seconds(length)
    index = _shift(first, stop)
    return replace(
        timeline,
        length=length,
        columns=columns,
        tasks=tuple(_task_until(t, end) for t in timeline.tasks if (t.created or 0) <= end),
        timers=tuple(
            replace(t, made_by=index(t.made_by)) for t in timeline.timers if t.made <= end
        ),
        idle=tuple(i for i in timeline.idle if i.end <= end),
        output=tuple(replace(p, step=index(p.step)) for p in timeline.output if p.time <= end),
    )


def _cut_columns(columns: StepColumns, first: int, stop: int) -> StepColumns:
    cut = {name: getattr(columns, name)[first:stop] for name in COLUMN_NAMES}
    for name in ("inside", "woken_by"):
        cut[name] = array("i", (_moved(i, first) for i in cut[name]))
    due = {i - first: t for i, t in columns.due.items() if first <= i < stop}
    return StepColumns(**cut, due=due)


def _moved(index: int, first: int) -> int:
    return index if index < 0 else max(index - first, NOTHING)


def _shift(first: int, stop: int):
    def index(step: int | None) -> int | None:
        return step - first if step is not None and first <= step < stop else None

    return index


def _task_until(task, end: float):
    if task.ended is None or task.ended <= end:
        return task
    return replace(task, ended=None, outcome="pending", exception=None, queued=None)


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
        "tasks": [_task_row(film, t) for t in timeline.tasks],
        "timers": [_timer_row(*pair) for pair in zip(film.timers, film.timer_frames, strict=True)],
        "idle": [[_ns(i.start), _ns(i.end), _ns(i.until)] for i in timeline.idle],
        "output": [
            [_ns(p.time), frame, p.text, p.stream]
            for p, frame in zip(timeline.output, film.printed_frames, strict=True)
        ],
    }


def _task_row(film: Film, task) -> list:
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


def _timer_row(timer, frames: tuple[int, int, int]) -> list:
    times = (timer.made, timer.due, timer.queued, timer.cancelled)
    return [timer.label, *map(_ns, times), *frames]


def _ns(time: float | None) -> int | None:
    return None if time is None else nanoseconds(time)
