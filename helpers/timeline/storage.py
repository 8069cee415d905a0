"""Recordings on disk: JSON of our own, written whole or not at all, read with suspicion.

A file holds what a `Timeline` holds, and in the same shape: tables by columns, one
column a line, times of steps in whole nanoseconds. `json.load` reads it, and so does
any other tool. `format` and `version` come first; a file from a newer version is refused
with a word, not guessed at.

A file may come from anywhere: nothing in it is executed, nothing is allotted because
it says so, and all of it is checked before a timeline is made of it, so that no picture
has to. Whatever is wrong, the answer is one sentence (`NotATimeline`). The limit: reading
takes up to about 25 times the file's size in memory if the file is made to hurt, and 6
times if it is one of ours, so a file above `LARGEST` is not read at all. What a program
returned (`Timeline.result`) is not saved: it can be anything.
"""

from __future__ import annotations

import json
import os
import stat
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from itertools import count
from operator import le, lt
from pathlib import Path
from typing import Any
from uuid import uuid4

from helpers.timeline import (
    BY_IO,
    CLOCKS,
    COLUMN_NAMES,
    KINDS,
    NOTHING,
    OUTCOMES,
    Dropped,
    Idle,
    Printed,
    StepColumns,
    TaskSpan,
    Timeline,
    Timer,
    nanoseconds,
)
from helpers.timeline.shared_tables import resource_tables, resources, worker_spans
from helpers.timeline.stored import (
    ADDED_LATER,
    LONGEST,
    TABLES_ADDED_LATER,
    Check,
    Refusal,
    damaged,
    listed,
    moment,
    numbers,
    one_of,
    or_none,
    rows,
    single,
    text,
    texts_by_name,
    time,
    truth,
    whole,
)

__all__ = ["PARTS_ADDED_LATER", "NotATimeline", "load", "save"]
FORMAT = "see-the-loop timeline"
VERSION = 1
LARGEST = 256 * 2**20  # bytes; about four million steps

ROLES = ("", "recording", "main")
_TIMER_KIND = KINDS.index("timer")
PARTS_ADDED_LATER = {"stopped", *TABLES_ADDED_LATER}
EMPTY_OR_FULL = ("resumed", "suspended", "real", "first")


class NotATimeline(ValueError):
    """A file that is not a recording, or not a whole one, or one from a newer version."""


# -- writing ------------------------------------------------------------------------------


def save(timeline: Timeline, path: str | os.PathLike[str]) -> None:
    """Write a recording to a file, in place of what was there; `load` reads it back.

    The file appears whole or not at all; a device or a pipe is simply written to. Raises
    ValueError when the recording is still going on or is too long to be read again, and OSError
    when it cannot be written.
    """
    if not timeline.complete:
        raise ValueError(
            "this recording is still going on; save it after the `with record(...)` block"
        )
    if os.path.exists(path) and not os.path.isfile(path):  # it stays what it is
        with open(path, "w", encoding="ascii", newline="\n") as file:
            file.writelines(_lines(timeline))
        return
    path = Path(os.path.realpath(path))  # where a link points to, so that it stays a link
    draft = path.with_name(f".{uuid4().hex}.draft")
    try:
        with open(draft, "x", encoding="ascii", newline="\n") as file:
            file.writelines(_lines(timeline))
        if draft.stat().st_size > LARGEST:
            raise ValueError(
                f"this recording takes more than {LARGEST >> 20} MB as a file, more than can be "
                "read again; record a shorter part of the program"
            )
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _lines(timeline: Timeline) -> Iterator[str]:
    """The file, line by line: single values first, then tables with one column a line."""
    for number, (name, value) in enumerate(_head(timeline)):
        yield f"{',' if number else '{'}{_json(name)}:{_json(value)}\n"
    for name, columns in _tables(timeline):
        yield f",{_json(name)}:"
        for number, (column, values) in enumerate(columns):
            yield f"{',' if number else '{'}{_json(column)}:{_json(values)}\n"
        yield "}\n"
    yield "}\n"


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def _head(timeline: Timeline) -> Iterator[tuple[str, object]]:
    yield from (("format", FORMAT), ("version", VERSION))
    for name in ("title", "clock", "length", "notes", "stopped", "sources", "strings"):
        yield name, getattr(timeline, name)


def _tables(timeline: Timeline) -> Iterator[tuple[str, Iterable[tuple[str, list[Any]]]]]:
    steps = timeline.columns
    sources, lines = (
        [place[0] for place in timeline.places],
        [place[1] for place in timeline.places],
    )
    yield "places", (("source", sources), ("line", lines))
    yield "tasks", _columns(TaskSpan, timeline.tasks)
    yield "steps", ((name, getattr(steps, name).tolist()) for name in COLUMN_NAMES)
    yield "due", (("step", list(steps.due)), ("time", list(steps.due.values())))
    spots = list(steps.held.values())
    where = ("place", [place for place, _ in spots]), ("call", [call for _, call in spots])
    yield "held", (("step", list(steps.held)), *where)
    yield "timers", _columns(Timer, timeline.timers)
    yield "idle", _columns(Idle, timeline.idle)
    yield "output", _columns(Printed, timeline.output)
    yield "dropped", _columns(Dropped, timeline.dropped)
    yield from resource_tables(timeline.resources, timeline.worker_spans)


def _columns(record: type[Any], rows: Iterable[Any]) -> Iterator[tuple[str, list[Any]]]:
    return ((f.name, [getattr(row, f.name) for row in rows]) for f in fields(record))


# -- reading ------------------------------------------------------------------------------


def load(path: str | os.PathLike[str]) -> Timeline:
    """Read a recording that `save` wrote.

    Raises NotATimeline with a sentence when the file is anything else, is damaged, cut
    off, too large, or from a newer version; FileNotFoundError when there is no file.
    """
    try:
        return _timeline(_parsed(_content(path)))
    except Refusal as refusal:
        raise NotATimeline(
            f"{os.fspath(path)!r} cannot be read as a recording: {refusal}"
        ) from None


def _content(path: str | os.PathLike[str]) -> bytes:
    """The file's bytes, if it is a file and not too large."""
    status = os.stat(path)
    if stat.S_ISDIR(status.st_mode):
        raise Refusal("it is a folder. Name the file inside it.")
    if not stat.S_ISREG(status.st_mode):
        raise Refusal("it is not a file on disk, but a device or a pipe.")
    if status.st_size > LARGEST:
        raise Refusal(f"it is larger than {LARGEST >> 20} MB, which no recording of ours is.")
    with open(path, "rb") as file:
        content = file.read(status.st_size)
    if not content.strip():
        raise Refusal("it is empty. Save the timeline again.")
    return content


def _parsed(content: bytes) -> dict[str, Any]:
    """The JSON object in those bytes, if it says that it is a recording of this version."""
    try:
        document = json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise Refusal("it is not text. Is it a picture, or a compressed file?") from None
    except json.JSONDecodeError as error:
        if content.startswith(b'{"format":"' + FORMAT.encode()):
            raise Refusal("it is cut off or damaged. Save the timeline again.") from error
        raise Refusal(f"it is not JSON (see line {error.lineno}). Is it the right file?") from error
    except RecursionError:
        raise Refusal("it is nested far deeper than a recording is.") from None
    except ValueError:  # an integer of thousands of digits
        raise Refusal("it holds a number that is far too long.") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise Refusal("it is JSON, but not written by `timeline.save`. Is it the right file?")
    _check_version(document.get("version"))
    return document


def _no_number(word: str) -> None:
    raise Refusal(f"it holds {word} where a number belongs. It was damaged or edited.")


def _check_version(version: object) -> None:
    if type(version) is not int or version < 1:
        raise damaged("has no version number")
    if version > VERSION:
        raise Refusal(
            f"it is in format {version}, and this version of helpers reads up to {VERSION}. "
            "Update the course (git pull), then try again."
        )


def _timeline(document: dict[str, Any]) -> Timeline:
    """The timeline in a JSON object, everything in it checked."""
    strings = tuple(listed(document, "strings", text))
    places = rows(document, "places", _PLACE, _pair)
    tasks = rows(document, "tasks", _TASK, _task_span)
    columns = _step_columns(document, tasks=len(tasks), strings=len(strings), places=len(places))
    step = or_none(whole(0, len(columns)))
    timeline = Timeline(
        title=single(document, "title", text),
        clock=single(document, "clock", one_of(CLOCKS)),
        length=single(document, "length", whole(0, LONGEST)),
        tasks=tasks,
        columns=columns,
        strings=strings,
        places=places,
        timers=_timers(document, columns, strings),
        idle=rows(document, "idle", _IDLE, Idle),
        output=rows(document, "output", _OUTPUT | {"step": step}, Printed),
        dropped=rows(document, "dropped", _DROPPED | {"step": step}, _dropped),
        resources=resources(document, len(tasks), len(columns)),
        worker_spans=worker_spans(document, len(tasks), len(columns)),
        sources=single(document, "sources", texts_by_name),
        notes=tuple(listed(document, "notes", text)),
        stopped=single({"stopped": False} | document, "stopped", truth),
    )
    _check_order(timeline)
    return timeline


def _timers(
    document: dict[str, Any], columns: StepColumns, strings: tuple[str, ...]
) -> tuple[Timer, ...]:
    step = or_none(whole(0, len(columns)))
    timers = rows(document, "timers", _TIMER | {"made_by": step, "step": step}, Timer)
    return timers if "step" in document["timers"] else _with_steps(timers, columns, strings)


def _with_steps(
    timers: tuple[Timer, ...], columns: StepColumns, strings: tuple[str, ...]
) -> tuple[Timer, ...]:
    """Timers of a file that does not say which step ran them: one of that name, queued at that
    very moment. Of several, the loop takes the timer that was due first."""
    ran: dict[tuple[str, int], deque[int]] = defaultdict(deque)
    for step, kind in enumerate(columns.kind):
        if kind == _TIMER_KIND:
            ran[strings[columns.label[step]], columns.ready[step]].append(step)
    found = list(timers)
    for number, timer in sorted(enumerate(timers), key=lambda row: row[1].due):
        steps = timer.queued is not None and ran.get((timer.label, nanoseconds(timer.queued)))
        if steps:
            found[number] = replace(timer, step=steps.popleft())
    return tuple(found)


def _place(value: object) -> bool:
    return type(value) is list and len(value) == 2 and text(value[0]) and _LINE(value[1])


_LINE = whole(0, LONGEST)
_SOME_STEP = or_none(whole(0, LONGEST))  # a narrower one takes its place, once steps are known
_TASK: dict[str, Check] = {
    "id": whole(0, LONGEST),
    "name": text,
    "coroutine": text,
    "parent": or_none(whole(0, LONGEST)),
    "created": or_none(time),
    "started": or_none(time),
    "ended": or_none(time),
    "outcome": one_of(OUTCOMES),
    "exception": or_none(text),
    "entered": truth,
    "queued": or_none(time),
    "role": one_of(ROLES),
    "heard": or_none(time),
    "unheard": truth,
    "made_at": or_none(lambda value: _place(value)),
    "cancels": whole(0, LONGEST),
    "library": text,
}
_TIMER: dict[str, Check] = {
    "label": text,
    "made_by": _SOME_STEP,
    "due": moment,
    "queued": or_none(time),
    "cancelled": or_none(time),
    "made": time,
    "step": _SOME_STEP,
}
_IDLE: dict[str, Check] = {
    "start": time,
    "end": time,
    "until": or_none(moment),
    "kept_up": truth,
}
_OUTPUT: dict[str, Check] = {"time": time, "text": text, "step": _SOME_STEP, "stream": text}
_DROPPED: dict[str, Check] = {
    "coroutine": text,
    "time": time,
    "step": _SOME_STEP,
    "dropped_at": or_none(_place),
    "made_at": or_none(_place),
}
_DUE: dict[str, Check] = {"step": _SOME_STEP, "time": whole(-LONGEST, LONGEST)}
_PLACE: dict[str, Check] = {"source": text, "line": whole(0, LONGEST)}


def _dropped(coroutine: str, time: float, step: int | None, *places: Any) -> Dropped:
    dropped_at, made_at = (place and tuple(place) for place in places)
    return Dropped(coroutine, time, step, dropped_at, made_at)


def _task_span(*values: Any) -> TaskSpan:
    span = TaskSpan(*values)
    return replace(span, made_at=tuple(span.made_at)) if span.made_at else span  # type: ignore[arg-type]


def _row(*values: Any) -> tuple[Any, ...]:
    return values


def _pair(first: Any, second: Any) -> tuple[Any, Any]:
    return first, second


def _step_columns(
    document: dict[str, Any], *, tasks: int, strings: int, places: int
) -> StepColumns:
    """The steps' columns: whole numbers, each within its bounds, equally many."""
    table = single(document, "steps", lambda value: type(value) is dict)
    steps = len(single(table, "start", lambda value: type(value) is list))
    table = {column: [] for part, column in ADDED_LATER if part == "steps"} | table
    bounds = {
        "task": (NOTHING, tasks),
        "kind": (0, len(KINDS)),
        "label": (0, strings),
        "inside": (NOTHING, steps),
        "woken_by": (BY_IO, steps),
        "waiting_for": (NOTHING, strings),
        "resumed": (NOTHING, places),
        "suspended": (NOTHING, places),
        "first": (0, 2),
    }
    columns = StepColumns()
    for name in COLUMN_NAMES:
        low, high = bounds.get(name, (0, LONGEST))
        getattr(columns, name).extend(numbers(table, name, low, high))
        lengths = (steps, 0) if name in EMPTY_OR_FULL else (steps,)
        if len(getattr(columns, name)) not in lengths:
            raise damaged(f"has columns of unequal length in steps ({name})")
    columns.due.update(rows(document, "due", _DUE | {"step": whole(0, steps)}, _pair))
    where = {"place": whole(0, places), "call": whole(0, strings)}
    for step, place, call in rows(document, "held", {"step": whole(0, steps)} | where, _row):
        columns.held[step] = place, call
    return columns


def _check_order(timeline: Timeline) -> None:
    """What pictures rely on: times in order, and no chain of indices that leads in a circle."""
    c, tasks = timeline.columns, timeline.tasks
    laws = {
        "tasks that are not numbered 0, 1, 2, ...": all(t.id == i for i, t in enumerate(tasks)),
        "a task older than its parent": all(t.parent is None or t.parent < t.id for t in tasks),
        "a step that starts before it is ready": all(map(le, c.ready, c.start)),
        "a step that ends before it starts": all(map(le, c.start, c.end)),
        "steps that are not in order of start": all(map(le, c.start, c.start[1:])),
        "a step inside a later one": all(map(lt, c.inside, count())),
        "a step woken by a later one": all(map(lt, c.woken_by, count())),
    }
    for what, holds in laws.items():
        if not holds:
            raise damaged(f"has {what}")
