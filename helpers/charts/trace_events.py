"""A timeline as Chrome trace events, which https://ui.perfetto.dev opens.

One track per task, with a slice for each stretch of running, ready and waiting ("overdue"
lies inside "waiting"): a step bears the name of what ran, the task's function and the line at
which it went on, and is of the category "running". An instant says where a task raised, was
cancelled or destroyed. Two tracks for the loop: the callbacks, timers and I/O it ran, and when
it slept in its selector.
An arrow leads from the step that woke a task, at the moment it did, to what it woke; none where a
task did so to itself, as by `sleep(0)`. What the program printed is an instant, too. What tasks
share has a counter each, of its size and how many wait; each worker a track with what it ran.

The events are written as text, one a line, straight from the columns: a dictionary for
each would take several times as long. Limits: callbacks that are ready at the same time
would overlap on their one track, so only their running is drawn; in virtual time, a step
of no length hangs below the wait that begins at its moment; and a million steps make
some 200 MB, which a browser takes its time to open. A file whose name ends in `.gz` is
compressed to a sixth of that, and Perfetto opens it as it is.

The format: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
(times in microseconds; "X" slice, "i" instant, "s" and "f" two ends of an arrow, "M" names).
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from functools import lru_cache, partial
from itertools import chain
from typing import Any

from helpers.timeline import BY_IO, BY_THREAD, KINDS, NOTHING, Timeline, nanoseconds
from helpers.timeline.records import Place

LOOP, SELECTOR, FIRST_TASK = 1, 2, 3  # track numbers; task n is on track FIRST_TASK + n
_OPENING = '{"displayTimeUnit":"ns","traceEvents":[\n'
_CLOSING = "\n]}\n"
_OUTSIDE = {BY_THREAD: "another thread", BY_IO: "I/O"}
_RUNNING = ',"cat":"running"'
_KERNEL = KINDS.index("kernel")
# Perfetto takes letters as they are, and would show "\u00e9" as those six signs.
_dumps = partial(json.dumps, ensure_ascii=False)
_json = lru_cache(maxsize=10_000)(_dumps)  # of texts, most of which come often


def save_trace_events(timeline: Timeline, path: str | os.PathLike[str]) -> None:
    """Write Chrome trace events to a file, compressed if its name ends in `.gz`.

    Raises OSError when it cannot be written.
    """
    text = _OPENING + ",\n".join(_lines(timeline)) + _CLOSING
    content = text.encode("utf-8", "replace")  # half a surrogate pair becomes a "?"
    if os.fspath(path).endswith(".gz"):
        content = gzip.compress(content, compresslevel=1, mtime=0)
    with open(path, "wb") as file:
        file.write(content)


def trace_events(timeline: Timeline) -> Iterator[dict[str, Any]]:
    """The same events one by one, as dictionaries: to look at, or to add others to."""
    return map(json.loads, _lines(timeline))


def _lines(timeline: Timeline) -> Iterator[str]:
    """Every event as JSON text; events of one moment in the order in which they happened."""
    return chain(
        _names(timeline), _sleeps(timeline), _lives(timeline), _ends(timeline), _prints(timeline),
        _shared(timeline), _work(timeline),
    )  # fmt: skip


# -- what tasks share, and workers: a counter each, and a track each ------------------------


def _shared(timeline: Timeline) -> Iterator[str]:
    """How full each resource was, and how many waited, as counters."""
    for one in timeline.resources:
        name, c = _json(f"{one.kind}: {one.name}"), one.changes
        for moment, size, waiting in zip(c.moment, c.size, c.waiting, strict=True):
            yield (
                f'{{"ph":"C","pid":1,"ts":{moment}e-3,"name":{name},'
                f'"args":{{"size":{size},"waiting":{waiting}}}}}'
            )


def _workers(timeline: Timeline) -> dict[str, int]:
    """The tracks of workers, below those of tasks."""
    names = dict.fromkeys(span.worker or span.pool or span.kind for span in timeline.worker_spans)
    return {name: FIRST_TASK + len(timeline.tasks) + n for n, name in enumerate(names)}


def _work(timeline: Timeline) -> Iterator[str]:
    """What ran in workers, and for how long it had waited for one."""
    tracks = _workers(timeline)
    for span in timeline.worker_spans:
        start = span.submitted if span.began is None else span.began
        end = timeline.duration if span.ended is None else span.ended
        facts = {"waited for a worker, seconds": start - span.submitted, "outcome": span.outcome}
        track = tracks[span.worker or span.pool or span.kind]
        bounds = nanoseconds(start), nanoseconds(end)
        yield _slice(track, _json(span.label), *bounds, f',"args":{_dumps(facts)}')


# -- single events ------------------------------------------------------------------------


def _slice(track: int, name: str, start: int, end: int, more: str = "") -> str:
    return (
        f'{{"ph":"X","pid":1,"tid":{track},"ts":{start}e-3,'
        f'"dur":{end - start}e-3,"name":{name}{more}}}'
    )


def _instant(track: int, name: str, moment: int, details: dict[str, Any]) -> str:
    return (
        f'{{"ph":"i","s":"t","pid":1,"tid":{track},"ts":{moment}e-3,'
        f'"name":{_json(name)},"args":{_dumps(details)}}}'
    )


def _arrow(end: str, track: int, number: int, moment: int) -> str:
    """One end of an arrow: "s" where it starts, "f" where it leads to."""
    bound = ',"bp":"e"' if end == "f" else ""
    return (
        f'{{"ph":"{end}","pid":1,"tid":{track},"ts":{moment}e-3,'
        f'"id":{number},"cat":"wakes","name":"wakes"{bound}}}'
    )


def _named(what: str, track: int, name: str) -> str:
    return (
        f'{{"ph":"M","pid":1,"tid":{track},"ts":0,"name":"{what}","args":{{"name":{_json(name)}}}}}'
    )


# -- all events of one sort ---------------------------------------------------------------


def _names(timeline: Timeline) -> Iterator[str]:
    """What the tracks are called; Perfetto puts them in the order of their numbers."""
    yield _named("process_name", LOOP, timeline.title or "asyncio")
    tracks = [(LOOP, "loop: callbacks, timers, I/O"), (SELECTOR, "loop: asleep, nothing to do")]
    tracks += [(FIRST_TASK + task.id, task.name) for task in timeline.tasks]
    tracks += [(track, f"worker: {name}") for name, track in _workers(timeline).items()]
    for track, name in tracks:
        yield _named("thread_name", track, name)


def _sleeps(timeline: Timeline) -> Iterator[str]:
    """When the loop slept."""
    for idle in timeline.idle:
        yield _slice(SELECTOR, '"asleep"', nanoseconds(idle.start), nanoseconds(idle.end))


def _lives(timeline: Timeline) -> Iterator[str]:
    """Every stretch of every task and of the loop's own work, with the arrows between them."""
    woken, wakers = _wakes(timeline)
    for task, (state, start, end, step, reason) in timeline.states.all_spans():
        track = FIRST_TASK + task if task >= 0 else LOOP
        if state == "running" and step is not None:
            name = _what_runs(timeline, task, step) if task >= 0 else _loop_work(timeline, step)
            yield _slice(track, name, start, end, _RUNNING + _details(timeline, step))
            for number in wakers.pop(step, ()):
                yield _arrow("s", track, number, _moment_of(timeline, number, step))
        elif task >= 0:
            yield _slice(track, _json(f"{state}: {reason}" if reason else state), start, end)
        if step is not None and step in woken and state in ("ready", "running"):
            woken.discard(step)
            yield _arrow("f", track, step, start)


def _wakes(timeline: Timeline) -> tuple[set[int], dict[int, list[int]]]:
    """Which steps were woken by another task's or the loop's, and, by the waker, whom it woke."""
    tasks = timeline.columns.task
    wakers: dict[int, list[int]] = {}
    for number, waker in enumerate(timeline.columns.woken_by):
        if waker >= 0 and (tasks[waker] != tasks[number] or tasks[number] < 0):
            wakers.setdefault(waker, []).append(number)
    return set(chain.from_iterable(wakers.values())), wakers


def _moment_of(timeline: Timeline, woken: int, waker: int) -> int:
    """When it was woken: within the waker's step and before its end, or no arrow is drawn."""
    c = timeline.columns
    return max(min(c.ready[woken], c.end[waker] - 1), c.start[waker])


def _what_runs(timeline: Timeline, task: int, step: int) -> str:
    """The task's function and the line at which it goes on, as JSON."""
    c, span = timeline.columns, timeline.tasks[task]
    resumed = c.resumed[step] if c.resumed else NOTHING
    line = "" if resumed == NOTHING else f", line {timeline.places[resumed][1]}"
    return _json(f"{span.coroutine or span.name}{line}")


def _loop_work(timeline: Timeline, step: int) -> str:
    """The label of a callback, a timer or I/O, as JSON; the kernel's own is said to be so."""
    c = timeline.columns
    label = timeline.strings[c.label[step]]
    return _json(f"kernel: {label}" if c.kind[step] == _KERNEL else label)


def _details(timeline: Timeline, step: int) -> str:
    """What is known of a step beyond its times, as the end of an event."""
    c = timeline.columns
    resumed = c.resumed[step] if c.resumed else NOTHING
    suspended = c.suspended[step] if c.suspended else NOTHING
    woken_by = c.woken_by[step]
    if resumed == suspended == NOTHING and woken_by not in _OUTSIDE and step not in c.held:
        return ""
    places = timeline.places
    return _args(
        None if resumed == NOTHING else places[resumed],
        None if suspended == NOTHING else places[suspended],
        _OUTSIDE.get(woken_by),
        timeline.steps[step].held_at if step in c.held else None,
    )


@lru_cache(maxsize=10_000)
def _args(
    resumed: Place | None,
    suspended: Place | None,
    woken_by: str | None,
    held: tuple[str, int, str] | None,
) -> str:
    facts = {
        "resumed at": resumed and "{}:{}".format(*resumed),
        "suspended at": suspended and "{}:{}".format(*suspended),
        "held the loop at": held and "{}:{} {}".format(*held).rstrip(),
        "woken by": woken_by,
    }
    return f',"args":{_dumps({key: fact for key, fact in facts.items() if fact})}'


def _ends(timeline: Timeline) -> Iterator[str]:
    """How tasks ended that did not simply return."""
    for task in timeline.tasks:
        if task.ended is not None and task.outcome in ("raised", "cancelled", "destroyed"):
            details: dict[str, Any] = {"exception": task.exception} if task.exception else {}
            if not task.entered:
                details["entered"] = False
            yield _instant(FIRST_TASK + task.id, task.outcome, nanoseconds(task.ended), details)


def _prints(timeline: Timeline) -> Iterator[str]:
    """What the program printed, on the track of the task that did."""
    tasks = timeline.columns.task
    for printed in timeline.output:
        task = -1 if printed.step is None else tasks[printed.step]
        track = FIRST_TASK + task if task >= 0 else LOOP
        details = {"text": printed.text, "stream": printed.stream}
        yield _instant(track, printed.text.strip(), nanoseconds(printed.time), details)
