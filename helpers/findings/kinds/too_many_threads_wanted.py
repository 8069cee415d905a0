"""Calls that wait for a free worker, because the pool of threads has too few.

Evidence: the one pool that the program makes, with its size written out, and more tasks that
wait for a call in it than it has workers: whoever came last waits at least until a call before
it is over. Silent where there are as many workers as calls, and on waits too short to matter.

The limit: calls in a pool are known by who waits for them. Those of which many are gathered, and
pools of a size that is not written out, are not counted.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from helpers.findings.evidence import Evidence, at_line, duration_text
from helpers.findings.finding import Finding
from helpers.findings.reading import called, last_name
from helpers.timeline import NOTHING
from helpers.timeline.records import Place

KIND = "too many threads wanted"
LONG = 0.02  # seconds of waiting for a worker
_POOL = "ThreadPoolExecutor"
Wait = tuple[float, float, int]  # from when, to when, after which step


def look(evidence: Evidence) -> Iterator[Finding]:
    """Each line in which tasks waited for a worker."""
    size = _size_of_the_pool(evidence) if evidence.reading.contains(_POOL) else None
    if size is None:
        return
    groups: dict[Place | None, list[tuple[float, Wait]]] = defaultdict(list)
    for stood, wait in _for_a_worker(_waits(evidence), size):
        groups[evidence.suspended_at(wait[2])].append((stood, wait))
    for place, waits in groups.items():
        yield _finding(evidence, size, place, waits)


def _size_of_the_pool(evidence: Evidence) -> int | None:
    """How many workers the only pool has that was made; None where that is not known."""
    pools = [
        node
        for source, code in evidence.reading.all()
        for node in ast.walk(code.tree)
        if last_name(called(node)) == _POOL
        and evidence.has_run(source, code.function_at(node.lineno))  # type: ignore[attr-defined]
    ]
    if len(pools) != 1 or not isinstance(pools[0], ast.Call):
        return None
    given = [*pools[0].args[:1], *(k.value for k in pools[0].keywords if k.arg == "max_workers")]
    size = getattr(given[0], "value", None) if given else None
    return size if isinstance(size, int) else None


def _waits(evidence: Evidence) -> list[Wait]:
    """All waits for a call in it, in order."""
    words = {"a concurrent future"} if evidence.reading.contains("run_in_executor") else set()
    if evidence.reading.contains("set_default_executor"):
        words |= {"a thread", *(w for w in evidence.strings if w.endswith("getaddrinfo"))}
    wanted = [number for number, word in enumerate(evidence.strings) if word in words]
    steps = np.flatnonzero(np.isin(evidence.column("waiting_for"), wanted)).tolist()
    return sorted((evidence.end(step), evidence.waits_until(step), step) for step in steps)


def _for_a_worker(waits: list[Wait], size: int) -> Iterator[tuple[float, Wait]]:
    """For how long each stood in line at least: until so many of those before it were over that
    there was a worker left."""
    for at, (begin, until, step) in enumerate(waits):
        before = sorted(over for _, over, _ in waits[:at] if over > begin)
        stood = before[len(before) - size] - begin if len(before) >= size else 0.0
        if stood > LONG:
            yield stood, (begin, until, step)


def _finding(
    evidence: Evidence, size: int, place: Place | None, waits: list[tuple[float, Wait]]
) -> Finding:
    columns = evidence.timeline.columns
    tasks = sorted({columns.task[step] for _, (_, _, step) in waits} - {NOTHING})
    longest = max(stood for stood, _ in waits)
    workers = "one worker" if size == 1 else f"{size:,} workers"
    up_to = "" if len(waits) == 1 else "up to "
    return Finding(
        KIND,
        f"{evidence.names(tasks)} waited {up_to}{duration_text(longest)} for a free thread,"
        f"{at_line(place)}: the pool has {workers}, and they were busy with the calls before.",
        "You could try a larger pool, or a limit that lets in as many calls as it has workers.",
        "",
        tuple(tasks),
        waits[0][1][0],
        place,
        cost=sum(stood for stood, _ in waits),
    )
