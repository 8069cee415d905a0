"""Calls that wait for a free worker, because the pool of threads has too few.

Evidence: when a call was handed over, at least as many of those before it were not over as its
pool has workers; so it waited until enough of them were. Silent where there are as many workers as
calls, on waits too short to matter, and on a thread that the machine was slow to start.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Iterator

from helpers.findings.evidence import Evidence, aside, duration_text
from helpers.findings.finding import Finding
from helpers.timeline import NOTHING, WorkerSpan
from helpers.timeline.records import Place

KIND = "too many threads wanted"
LONG = 0.02  # seconds of waiting for a worker
Wait = tuple[WorkerSpan, float]  # a call, and for how long it waited for a worker


def look(evidence: Evidence) -> Iterator[Finding]:
    """Each line in which calls of one pool waited for a worker."""
    pools: dict[tuple[str, int | None], list[WorkerSpan]] = defaultdict(list)
    for span in evidence.timeline.worker_spans:
        if span.kind == "thread":
            pools[span.pool, span.workers].append(span)
    for (_, workers), spans in pools.items():
        groups: dict[Place | None, list[Wait]] = defaultdict(list)
        for span, waited in _in_line(evidence, spans, workers or len(spans)):
            place = evidence.suspended_at(NOTHING if span.step is None else span.step)
            groups[place].append((span, waited))
        for place, waits in groups.items():
            yield _finding(evidence, place, waits)


def _in_line(evidence: Evidence, spans: list[WorkerSpan], workers: int) -> Iterator[Wait]:
    """The calls that waited until one of those before them was over, and for how long."""
    over = [evidence.length if span.ended is None else span.ended for span in spans]
    busy: list[float] = []  # when those before it are over, the earliest first
    for span, end in zip(spans, over, strict=True):
        busy = [other for other in busy if other > span.submitted]
        if len(busy) >= workers:
            until = min(busy[len(busy) - workers], end if span.began is None else span.began)
            if until - span.submitted > LONG:
                yield span, until - span.submitted
        insort(busy, end)


def _finding(evidence: Evidence, place: Place | None, waits: list[Wait]) -> Finding:
    tasks = sorted({span.task for span, _ in waits if span.task is not None})
    first, longest = waits[0][0], max(waited for _, waited in waits)
    calls = "The call" if len(waits) == 1 else "The calls"
    if len(waits) != len(tasks):
        calls = f"{len(waits):,} calls"
    up_to = "" if len(waits) == 1 else "up to "
    threads = "one thread, and it was"
    if first.workers and first.workers > 1:
        threads = f"{first.workers:,} threads, and all of them were"
    return Finding(
        KIND,
        f"{calls}{' of ' * bool(tasks)}{evidence.names(tasks)} waited {up_to}"
        f"{duration_text(longest)} for a free thread{aside(place)}: the pool has {threads} busy "
        "with the calls before.",
        "You could try a larger pool, or a limit that lets in as many calls as it has threads.",
        "",
        tuple(tasks),
        first.submitted,
        place,
        cost=sum(waited for _, waited in waits),
    )
