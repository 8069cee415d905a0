"""One side of a queue that always waits for the other: which side is the bottleneck.

Evidence: many waits for room in it, which are most of a task's life, and all ended by the same
tasks, which take from it; or several tasks that nearly always wait for the next item, and all
that is put comes from one. Silent on a buffer that is now full and now empty, on a single task
that waits for work, and on few waits.

The limit: how full a queue was is not recorded, so one that grows without end is not seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from helpers.findings.evidence import Evidence, at_line, duration_text
from helpers.findings.finding import Finding
from helpers.timeline import NOTHING, seconds
from helpers.timeline.records import Place
from helpers.timeline.states import Column

KIND = "queue"
MANY = 10  # waits
NEARLY_ALWAYS = 0.8  # of the time in which a task put or took
_SEVERAL = 2  # workers
Waits = list[tuple[Place | None, Column]]


def look(evidence: Evidence) -> Iterator[Finding]:
    """Each line in which tasks wait for one side only."""
    for call, told in (("put", _slow_consumer), ("get", _slow_producer)):
        words = [n for n, word in enumerate(evidence.strings) if word.endswith(f"Queue.{call}")]
        if words:
            yield from told(evidence, _waits(evidence, words))


def _waits(evidence: Evidence, words: list[int]) -> Waits:
    """The steps after which tasks wait for that, by line and queue; only waits that came to their
    end."""
    steps = np.flatnonzero(np.isin(evidence.column("waiting_for"), words))
    steps = steps[evidence.states.following[steps] != NOTHING]
    found: dict[Place | None, list[int]] = defaultdict(list)
    for step in steps.tolist():
        if not _is_broken_off(evidence, step):
            found[evidence.suspended_at(step)].append(step)
    return [
        (place, np.array(part))
        for place, each in found.items()
        for part in _queue_by_queue(evidence, each)
    ]


def _queue_by_queue(evidence: Evidence, steps: list[int]) -> list[list[int]]:
    """Which queue it was is not known here. But who waits for one, and who ends those waits, have
    to do with each other; those who have not are at another."""
    whose = evidence.timeline.columns.task
    parts: list[tuple[set[int], list[int]]] = []
    for step in steps:
        waker = evidence.timeline.columns.woken_by[evidence.next_step(step)]
        who = {whose[step], whose[waker] if waker >= 0 else NOTHING} - {NOTHING}
        apart = [part for part in parts if not part[0] & who]
        joined = [part for part in parts if part[0] & who]
        people = who.union(*(part[0] for part in joined))
        parts = [*apart, (people, sorted([step, *(s for part in joined for s in part[1])]))]
    return sorted((part for _, part in parts), key=lambda part: part[0])


def _is_broken_off(evidence: Evidence, step: int) -> bool:
    task = evidence.timeline.columns.task[step]
    last = evidence.next_step(step) == evidence.last_step(task)
    return last and evidence.tasks[task].outcome == "cancelled"


def _slow_consumer(evidence: Evidence, waits: Waits) -> Iterator[Finding]:
    for place, steps in waits:
        producers, consumers, waited, share = _sides(evidence, steps)
        if len(steps) < MANY or share < NEARLY_ALWAYS or not consumers or consumers & producers:
            continue
        yield Finding(
            KIND,
            f"{evidence.names(sorted(producers))} waited {len(steps):,} times for room in a full "
            f"queue,{at_line(place)}, {duration_text(waited)} in all: "
            f"{evidence.names(sorted(consumers))} cannot take items as fast as they come.",
            "You could try more tasks that take from the queue.",
            "",
            tuple(sorted(consumers)),
            evidence.end(int(steps[0])),
            place,
            cost=waited,
        )


def _slow_producer(evidence: Evidence, waits: Waits) -> Iterator[Finding]:
    for place, steps in waits:
        workers, producers, _, share = _sides(evidence, steps)
        few = len(workers) < _SEVERAL or len(steps) < MANY
        if few or share < NEARLY_ALWAYS or len(producers) != 1 or producers & workers:
            continue
        yield Finding(
            KIND,
            f"{evidence.names(sorted(workers))} nearly always waited for the next item of a queue,"
            f"{at_line(place)}: {evidence.names(sorted(producers))} cannot put items as fast as "
            f"{len(workers):,} of them could take them.",
            "You could try fewer tasks that take from the queue, or more that put.",
            "",
            tuple(producers),
            evidence.end(int(steps[0])),
            place,
            cost=0.0,
        )


def _sides(evidence: Evidence, steps: Column) -> tuple[set[int], set[int], float, float]:
    """Who waited; who ended their waits; for how long in all, and for which part of the time
    between their first and last wait. No one, where something else ended one."""
    whose, after = evidence.column("task"), evidence.states.following[steps]
    waiting, wakers = whose[steps], evidence.column("woken_by")[after]
    waited = evidence.states.until[after] - evidence.column("end")[steps]
    if (wakers < 0).any() or (whose[wakers] == NOTHING).any():
        return set(waiting.tolist()), set(), 0.0, 0.0
    whole = 0
    for task in np.unique(waiting).tolist():
        mine = np.flatnonzero(waiting == task)
        whole += int(
            evidence.states.until[after[mine[-1]]] - evidence.column("end")[steps[mine[0]]]
        )
    total = int(waited.sum())
    return (
        set(waiting.tolist()),
        set(whose[wakers].tolist()),
        seconds(total),
        total / whole if whole else 0.0,
    )
