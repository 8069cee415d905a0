"""Everybody left waits, and nobody is left who could wake them.

Evidence: the program itself is still pending at the end, no task is ready, no timer is set, and
none waits for a thread, a socket, or anything else outside the loop. Told are those who wait for
what nobody will give; not those who only wait for such a task. Silent on a server that waits
for clients, and wherever a timer or the world outside may still wake somebody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from helpers.findings.evidence import Evidence, at_line, duration_text
from helpers.findings.finding import Finding

KIND = "deadlock"
_TOLD = 3  # waits of another kind, or in another line
# What a task may wait for that only another task, or a callback, can give.
_FOR_OTHERS = ("its task group", "gather", "asyncio.wait", "wait_for", "shield", "as_completed")
_GIVEN = {
    "Lock.acquire": "a lock that is never released",
    "Semaphore.acquire": "a semaphore that is never released",
    "BoundedSemaphore.acquire": "a semaphore that is never released",
    "Event.wait": "an event that nobody sets",
    "Condition.wait": "a condition that nobody notifies",
    "Condition.wait_for": "a condition that nobody notifies",
    "Barrier.wait": "a barrier to which too few come",
    "Queue.join": "a queue whose items are never all reported done by task_done()",
    "Queue.get": "a queue into which nobody puts anything any more",
    "Queue.put": "room in a full queue, from which nobody takes anything any more",
    "future": "a future that nobody sets",
}
_ADVICE = {
    "Lock.acquire": (
        "You could try to take locks in the same order everywhere, and not to take one twice."
    ),
    "Queue.join": "You could try `queue.task_done()` after each item, in a `finally:`.",
    "Queue.get": "You could try to put an end mark, such as None, behind the last item.",
    "Queue.put": "You could try to start the consumer before the queue is filled.",
    "Event.wait": "You could try `async with asyncio.timeout(...)` around the wait.",
    "future": "You could try `async with asyncio.timeout(...)` around the wait.",
}


def look(evidence: Evidence) -> Iterator[Finding]:
    """One finding for the whole of it."""
    if not _nothing_can_happen(evidence):
        return
    pending = [task.id for task in evidence.tasks if task.outcome == "pending"]
    waits = {task: _wait(evidence, task) for task in pending}
    stuck = {task: wait for task, wait in waits.items() if wait in _GIVEN}
    for_others = [task for task, wait in waits.items() if _is_for_others(wait)]
    if not stuck or len(stuck) + len(for_others) < len(waits):
        return
    yield _finding(evidence, _without_the_idle(stuck), len(waits))


def _nothing_can_happen(evidence: Evidence) -> bool:
    main = evidence.main
    if main is None or main.outcome != "pending":
        return False
    ready = any(t.outcome == "pending" and t.queued is not None for t in evidence.tasks)
    timers = any(timer.queued is None and timer.cancelled is None for timer in evidence.timers)
    return not ready and not timers


def _wait(evidence: Evidence, task: int) -> str:
    """What it waits for in the end; PriorityQueue.get and LifoQueue.get as Queue.get."""
    wait = evidence.waits_for(evidence.last_step(task))
    what, _, call = wait.rpartition(".")
    return f"Queue.{call}" if what.endswith("Queue") else wait


def _is_for_others(wait: str) -> bool:
    return wait.startswith("task ") or wait in _FOR_OTHERS


def _without_the_idle(stuck: dict[int, str]) -> dict[int, str]:
    """Workers that wait for the next item are not the fault where something else is stuck."""
    busy = {task: wait for task, wait in stuck.items() if wait != "Queue.get"}
    return busy or stuck


def _finding(evidence: Evidence, stuck: dict[int, str], pending: int) -> Finding:
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for task, wait in stuck.items():
        groups[wait, at_line(evidence.suspended_at(evidence.last_step(task)))].append(task)
    told = [
        f"{evidence.names(tasks)} wait{'s' * (len(tasks) == 1)} for {_GIVEN[wait]},{line}"
        for (wait, line), tasks in groups.items()
    ]
    behind = {0: "", 1: " One more task waits for that."}.get(
        pending - len(stuck), f" {pending - len(stuck):,} more tasks wait for that."
    )
    first = next(iter(stuck))
    return Finding(
        KIND,
        f"From {duration_text(evidence.length)} on, nothing can happen any more: "
        f"{'; '.join(told[:_TOLD])}.{behind}",
        _ADVICE.get(stuck[first], ""),
        "05",
        tuple(stuck),
        evidence.length,
        evidence.suspended_at(evidence.last_step(first)),
    )
