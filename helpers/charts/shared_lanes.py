"""The lanes of what tasks share, and of workers: below the tasks, where there is something to see.

A queue is a curve of its size, a lock or a semaphore slots with their holders, an event, a
condition or a barrier marks where it changes; each says how many wait in line. A worker has a
bar for each call that it ran. What is where is decided here; `shared_drawing` draws it, and
`shared_text` writes it.

Of resources those are drawn at which somebody waited, or that were used more than once; of more
than a few, those with the longest waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np

from helpers.charts.layout import Bar, Held, InLine, Lane, Level
from helpers.charts.style import visible
from helpers.charts.view import View
from helpers.timeline import Resource, Timeline, WorkerSpan, seconds
from helpers.timeline.resources import NO_LIMIT, TO_PUT

SHARED = ("queue", "slots", "marks", "worker", "note")  # the kinds of these lanes
MOST_RESOURCES, MOST_WORKERS = 6, 8  # lanes
MOST_SLOTS = 6  # drawn one by one
_MOST_NAMES = 5  # of functions, in a sentence
_WORDS = {  # what stands below the name
    "Queue": "queue", "Lock": "lock", "Semaphore": "semaphore", "Event": "event",
    "Condition": "condition", "Barrier": "barrier",
}  # fmt: skip


def shared_lanes(view: View) -> list[Lane]:
    """Those of resources, then those of workers."""
    return [*_resource_lanes(view), *_worker_lanes(view)]


# -- what tasks share --------------------------------------------------------------------------


def chosen(resources: Iterable[Resource]) -> tuple[list[Resource], int]:
    """Those that are drawn, in their order, and how many more there would be."""
    used = [one for one in resources if len(one.changes) > 2 or len(one.waits)]
    waited = {id(one): sum(one.waits.end) - sum(one.waits.start) for one in used}
    first = sorted(used, key=lambda one: -waited[id(one)])[:MOST_RESOURCES]
    kept = {id(one) for one in first}
    return [one for one in used if id(one) in kept], len(used) - len(kept)


def _resource_lanes(view: View) -> Iterator[Lane]:
    shown, more = chosen(view.timeline.resources)
    for one in shown:
        yield resource_lane(view, one)
    if more:
        yield Lane("note", f"{more:,} more that tasks share")


def shared_sentences(timeline: Timeline) -> list[str]:
    """What tasks share, and what runs in workers: what a busy machine cannot change, and on the
    virtual clock how full things get, too. Without full stops."""
    shown, _ = chosen(timeline.resources)
    exact = timeline.clock == "virtual"
    found = [_sentence(one, exact) for one in shown]
    names = list(dict.fromkeys(span.label for span in timeline.worker_spans))
    calls = len(timeline.worker_spans)
    if calls:
        said = ", ".join(visible(name) for name in names[:_MOST_NAMES])
        more = " and others" if len(names) > _MOST_NAMES else ""
        number = f"{calls:,} calls run" if calls > 1 else "A call runs"
        found.append(f"{number} in workers: {said}{more}")
    return found


def _sentence(one: Resource, exact: bool) -> str:
    limit, name = max(one.changes.limit, default=NO_LIMIT), visible(one.name)
    words = f"The {_WORDS[one.kind]} '{name}'"
    if one.kind == "Queue":
        words += f" has room for {limit:,}" if limit >= 0 else " has no limit"
    elif one.kind == "Semaphore":
        words += f" has {limit:,} slot" + "s" * (limit != 1)
    elif one.kind == "Barrier":
        words += f" is for {limit:,}"
    else:
        words += " is shared"
    if exact and one.kind == "Queue":
        words += f", and holds up to {max(one.changes.size, default=0):,}"
    if exact and one.most_waiting:
        most = one.most_waiting
        words += f"; up to {most:,} tasks wait for it at the same time" if most > 1 else ""
        words += "; one task at a time waits for it" if most == 1 else ""
    return words


def resource_lane(view: View, one: Resource) -> Lane:
    """The lane of one resource."""
    levels = tuple(_levels(view, one))
    slots = max((level.limit or 0 for level in levels), default=0)
    has_slots = one.kind in ("Lock", "Semaphore") and one.holders_known and slots <= MOST_SLOTS
    kind = "queue" if one.kind == "Queue" else "slots" if has_slots else "marks"
    if one.kind == "Semaphore" and not has_slots:
        kind = "queue"
    return Lane(
        kind,
        one.name,
        resource=view.timeline.resources.index(one),
        levels=levels,
        held=tuple(_held(view, one)) if has_slots else (),
        in_line=tuple(_in_line(view, one)),
        slots=max(slots, 1),
        remarks=(remark(one), *_until(one)),
    )


def remark(one: Resource) -> str:
    """What it is, and how full it gets."""
    words = _WORDS[one.kind]
    most = max(one.changes.size, default=0)
    limit = max(one.changes.limit, default=NO_LIMIT)
    if one.kind == "Queue":
        return f"queue, up to {most:,}" + (f" of {limit:,}" if limit >= 0 else "")
    if one.kind == "Semaphore":
        return f"semaphore of {limit:,}"
    return f"barrier for {limit:,}" if one.kind == "Barrier" else words


def _until(one: Resource) -> tuple[str, ...]:
    return () if one.exact_until is None else (f"exact until {one.exact_until:.3g} s",)


def _levels(view: View, one: Resource) -> Iterator[Level]:
    """Its size from when to when; of what is narrower than a mark the largest."""
    c, end = one.changes, view.end
    moments = [*(seconds(moment) for moment in c.moment), max(end, view.timeline.duration)]
    for row in range(len(c)):
        first, last = moments[row], moments[row + 1]
        if view.sees(first, last) and (last > first or row == len(c) - 1):
            limit = None if c.limit[row] < 0 else c.limit[row]
            yield Level(max(first, view.start), min(last, end), c.size[row], limit)


def _held(view: View, one: Resource) -> Iterator[Held]:
    tasks = view.timeline.tasks
    for stay in one.holds:
        if view.sees(stay.start, stay.end):
            holder = "somebody" if stay.task is None else tasks[stay.task].name
            first, last = max(stay.start, view.start), min(stay.end, view.end)
            yield Held(first, last, stay.slot, holder)


def _in_line(view: View, one: Resource) -> Iterator[InLine]:
    """From when to when how many wait; at a queue only who wants to put something in, as the
    others wait for what is not there."""
    waits = [w for w in one.waits if one.kind != "Queue" or w.slot == TO_PUT]
    return _counted(view, [(wait.start, wait.end) for wait in waits])


def _counted(view: View, waits: list[tuple[float, float]]) -> Iterator[InLine]:
    changes = sorted({moment for wait in waits for moment in wait})
    starts, ends = (np.sort([wait[part] for wait in waits]) for part in (0, 1))
    for first, last in pairwise(changes):
        number = int(np.searchsorted(starts, first, side="right"))
        number -= int(np.searchsorted(ends, first, side="right"))
        if number and view.sees(first, last):
            yield InLine(max(first, view.start), min(last, view.end), number)


# -- workers -----------------------------------------------------------------------------------


def _worker_lanes(view: View) -> Iterator[Lane]:
    """One for each worker; and one for calls that no worker began, or of which it is not known."""
    spans = [s for s in view.timeline.worker_spans if view.sees(s.submitted, _over(view, s))]
    workers = list(dict.fromkeys(span.worker for span in spans if span.worker))
    for worker in workers[:MOST_WORKERS]:
        mine = [span for span in spans if span.worker == worker]
        yield Lane("worker", worker, bars=tuple(_bars(view, mine)), remarks=("thread",))
    if more := workers[MOST_WORKERS:]:
        yield Lane("note", f"{len(more):,} more threads")
    yield from _lines(view, [span for span in spans if span.worker])
    for pool in dict.fromkeys(span.pool for span in spans if not span.worker):
        mine = [span for span in spans if not span.worker and span.pool == pool]
        process = mine[0].kind == "process"
        words = "processes: asked for until answered" if process else "never begun"
        label = pool or ("processes" if process else "threads")
        yield Lane("worker", label, bars=tuple(_unknown(view, mine)), remarks=(words,))


def _lines(view: View, spans: list[WorkerSpan]) -> Iterator[Lane]:
    """How many calls waited for a free worker, for each pool where some did, longer than a mark
    is wide: a thread takes a moment to begin."""
    for pool in dict.fromkeys(span.pool for span in spans):
        waits = [
            (span.submitted, span.began)
            for span in spans
            if span.pool == pool and span.began and span.began - span.submitted > view.mark
        ]
        if waits:
            in_line = tuple(_counted(view, waits))
            yield Lane("worker", "in line", in_line=in_line, remarks=(f"for {pool}",))


def _over(view: View, span: WorkerSpan) -> float:
    return view.timeline.duration if span.ended is None else span.ended


def _bars(view: View, spans: list[WorkerSpan]) -> Iterator[Bar]:
    """What it ran."""
    for span in spans:
        began = span.submitted if span.began is None else span.began
        yield view.bar("work", began, _over(view, span), span.label)


def _unknown(view: View, spans: list[WorkerSpan]) -> Iterator[Bar]:
    for span in spans:
        yield view.bar("in line", span.submitted, _over(view, span), span.label)
