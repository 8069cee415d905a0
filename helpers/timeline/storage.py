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
import reprlib
import stat
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from itertools import count
from operator import le, lt
from pathlib import Path
from typing import Any, TypeVar
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
    seconds,
)

FORMAT = "see-the-loop timeline"
VERSION = 1
LARGEST = 256 * 2**20  # bytes; about four million steps
LONGEST = 2**62  # nanoseconds; 146 years, and well inside a column's 64 bits

ROLES = ("", "recording", "main")
Check = Callable[[Any], bool]
_R = TypeVar("_R")
_TIMER_KIND = KINDS.index("timer")
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
    for name in ("title", "clock", "length", "notes", "sources", "strings"):
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
    except _Refusal as refusal:
        raise NotATimeline(
            f"{os.fspath(path)!r} cannot be read as a recording: {refusal}"
        ) from None


class _Refusal(Exception):
    """Why a file is not read: the second half of a sentence."""


def _content(path: str | os.PathLike[str]) -> bytes:
    """The file's bytes, if it is a file and not too large."""
    status = os.stat(path)
    if stat.S_ISDIR(status.st_mode):
        raise _Refusal("it is a folder. Name the file inside it.")
    if not stat.S_ISREG(status.st_mode):
        raise _Refusal("it is not a file on disk, but a device or a pipe.")
    if status.st_size > LARGEST:
        raise _Refusal(f"it is larger than {LARGEST >> 20} MB, which no recording of ours is.")
    with open(path, "rb") as file:
        content = file.read(status.st_size)
    if not content.strip():
        raise _Refusal("it is empty. Save the timeline again.")
    return content


def _parsed(content: bytes) -> dict[str, Any]:
    """The JSON object in those bytes, if it says that it is a recording of this version."""
    try:
        document = json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise _Refusal("it is not text. Is it a picture, or a compressed file?") from None
    except json.JSONDecodeError as error:
        if content.startswith(b'{"format":"' + FORMAT.encode()):
            raise _Refusal("it is cut off or damaged. Save the timeline again.") from error
        raise _Refusal(
            f"it is not JSON (see line {error.lineno}). Is it the right file?"
        ) from error
    except RecursionError:
        raise _Refusal("it is nested far deeper than a recording is.") from None
    except ValueError:  # an integer of thousands of digits
        raise _Refusal("it holds a number that is far too long.") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _Refusal("it is JSON, but not written by `timeline.save`. Is it the right file?")
    _check_version(document.get("version"))
    return document


def _no_number(word: str) -> None:
    raise _Refusal(f"it holds {word} where a number belongs. It was damaged or edited.")


def _check_version(version: object) -> None:
    if type(version) is not int or version < 1:
        raise _damaged("has no version number")
    if version > VERSION:
        raise _Refusal(
            f"it is in format {version}, and this version of helpers reads up to {VERSION}. "
            "Update the course (git pull), then try again."
        )


def _timeline(document: dict[str, Any]) -> Timeline:
    """The timeline in a JSON object, everything in it checked."""
    strings = tuple(_listed(document, "strings", _text))
    places = _rows(document, "places", _PLACE, _pair)
    tasks = _rows(document, "tasks", _TASK, _task_span)
    columns = _step_columns(document, tasks=len(tasks), strings=len(strings), places=len(places))
    step = _or_none(_whole(0, len(columns)))
    timeline = Timeline(
        title=_single(document, "title", _text),
        clock=_single(document, "clock", _one_of(CLOCKS)),
        length=_single(document, "length", _whole(0, LONGEST)),
        tasks=tasks,
        columns=columns,
        strings=strings,
        places=places,
        timers=_timers(document, columns, strings),
        idle=_rows(document, "idle", _IDLE, Idle),
        output=_rows(document, "output", _OUTPUT | {"step": step}, Printed),
        dropped=_rows(document, "dropped", _DROPPED | {"step": step}, _dropped),
        sources=_single(document, "sources", _texts_by_name),
        notes=tuple(_listed(document, "notes", _text)),
    )
    _check_order(timeline)
    return timeline


def _timers(
    document: dict[str, Any], columns: StepColumns, strings: tuple[str, ...]
) -> tuple[Timer, ...]:
    step = _or_none(_whole(0, len(columns)))
    timers = _rows(document, "timers", _TIMER | {"made_by": step, "step": step}, Timer)
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


# What a value may be. Each of these says yes or no, and is not surprised by anything.


def _text(value: object) -> bool:
    return type(value) is str


def _truth(value: object) -> bool:
    return type(value) is bool


def _moment(value: Any) -> bool:
    """Seconds, possibly before the recording began: when a timer is due."""
    return type(value) in (int, float) and abs(value) <= seconds(LONGEST)  # False for NaN


def _time(value: Any) -> bool:
    return _moment(value) and bool(value >= 0)


def _whole(low: int, high: int) -> Check:
    return lambda value: type(value) is int and low <= value < high


def _or_none(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _one_of(words: tuple[str, ...]) -> Check:
    return lambda value: type(value) is str and value in words


def _place(value: object) -> bool:
    return type(value) is list and len(value) == 2 and _text(value[0]) and _LINE(value[1])


def _texts_by_name(value: object) -> bool:
    return type(value) is dict and all(map(_text, value.values()))


_LINE = _whole(0, LONGEST)
_SOME_STEP = _or_none(_whole(0, LONGEST))  # a narrower one takes its place, once steps are known
_TASK: dict[str, Check] = {
    "id": _whole(0, LONGEST),
    "name": _text,
    "coroutine": _text,
    "parent": _or_none(_whole(0, LONGEST)),
    "created": _or_none(_time),
    "started": _or_none(_time),
    "ended": _or_none(_time),
    "outcome": _one_of(OUTCOMES),
    "exception": _or_none(_text),
    "entered": _truth,
    "queued": _or_none(_time),
    "role": _one_of(ROLES),
    "heard": _or_none(_time),
    "unheard": _truth,
    "made_at": _or_none(lambda value: _place(value)),
    "cancels": _whole(0, LONGEST),
    "library": _text,
}
_TIMER: dict[str, Check] = {
    "label": _text,
    "made_by": _SOME_STEP,
    "due": _moment,
    "queued": _or_none(_time),
    "cancelled": _or_none(_time),
    "made": _time,
    "step": _SOME_STEP,
}
_IDLE: dict[str, Check] = {"start": _time, "end": _time, "until": _or_none(_moment)}
_OUTPUT: dict[str, Check] = {"time": _time, "text": _text, "step": _SOME_STEP, "stream": _text}
_DROPPED: dict[str, Check] = {
    "coroutine": _text,
    "time": _time,
    "step": _SOME_STEP,
    "dropped_at": _or_none(_place),
    "made_at": _or_none(_place),
}
# An older file lacks these, and has this instead.
ADDED_LATER = {
    ("timers", "step"): None, ("steps", "first"): None, ("tasks", "heard"): None,
    ("tasks", "unheard"): False, ("tasks", "made_at"): None,
    ("tasks", "cancels"): 0, ("tasks", "library"): "",
}  # fmt: skip
TABLES_ADDED_LATER = {"held", "dropped"}
_DUE: dict[str, Check] = {"step": _SOME_STEP, "time": _whole(-LONGEST, LONGEST)}
_PLACE: dict[str, Check] = {"source": _text, "line": _whole(0, LONGEST)}


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


# Taking values out of the document, with their checks.


def _single(table: dict[str, Any], name: str, fits: Check) -> Any:
    """One value of the document."""
    if name not in table:
        raise _damaged(f"has no {name}")
    if not fits(table[name]):
        raise _damaged(f"says {name} is {reprlib.repr(table[name])}")
    return table[name]


def _listed(table: dict[str, Any], name: str, fits: Check) -> list[Any]:
    """A list of the document, each of its values checked."""
    values: list[Any] = _single(table, name, lambda value: type(value) is list)
    for row, value in enumerate(values):
        if not fits(value):
            raise _damaged(f"says {name} number {row} is {reprlib.repr(value)}")
    return values


def _rows(
    document: dict[str, Any], name: str, checks: dict[str, Check], record: Callable[..., _R]
) -> tuple[_R, ...]:
    """A table of the document, one record a row."""
    if name in TABLES_ADDED_LATER and name not in document:
        return ()
    table = _single(document, name, lambda value: type(value) is dict)
    rows = len(_listed(table, next(iter(checks)), lambda value: True))
    nothing = {
        column: [value] * rows for (part, column), value in ADDED_LATER.items() if part == name
    }
    columns = [_listed(nothing | table, column, fits) for column, fits in checks.items()]
    if len(set(map(len, columns))) > 1:
        raise _damaged(f"has columns of unequal length in {name}")
    return tuple(map(record, *columns))


def _step_columns(
    document: dict[str, Any], *, tasks: int, strings: int, places: int
) -> StepColumns:
    """The steps' columns: whole numbers, each within its bounds, equally many."""
    table = _single(document, "steps", lambda value: type(value) is dict)
    steps = len(_single(table, "start", lambda value: type(value) is list))
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
        getattr(columns, name).extend(_numbers(table, name, low, high))
        lengths = (steps, 0) if name in EMPTY_OR_FULL else (steps,)
        if len(getattr(columns, name)) not in lengths:
            raise _damaged(f"has columns of unequal length in steps ({name})")
    columns.due.update(_rows(document, "due", _DUE | {"step": _whole(0, steps)}, _pair))
    where = {"place": _whole(0, places), "call": _whole(0, strings)}
    for step, place, call in _rows(document, "held", {"step": _whole(0, steps)} | where, _row):
        columns.held[step] = place, call
    return columns


def _numbers(table: dict[str, Any], name: str, low: int, high: int) -> list[int]:
    """A list of whole numbers from `low` to below `high`, checked a million at a blink."""
    values: list[int] = _single(table, name, lambda value: type(value) is list)
    if not set(map(type, values)) <= {int}:
        raise _damaged(f"has something else than whole numbers in steps ({name})")
    if values and not low <= min(values) <= max(values) < high:
        raise _damaged(f"has a number out of bounds in steps ({name})")
    return values


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
            raise _damaged(f"has {what}")


def _damaged(what: str) -> _Refusal:
    return _Refusal(f"it {what}. It was damaged or edited; save the timeline again.")
