"""Everybody left waits, and nobody is left who could wake them.

Evidence: the program itself is still pending at the end, no task is ready, no timer is set, and
none waits for a thread, a socket, or anything else outside the loop. Told are those who wait for
what nobody will give; not those who only wait for such a task. Or all of them waited so, for a
lock, a barrier, a queue's end or room in it, until a timeout or Ctrl-C broke it off. Silent on a
server that waits for clients, and wherever a timer or the world outside may still wake somebody;
before a timeout also on whoever waits for news (an event, the next item), which may just not come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from helpers.findings.evidence import Evidence, at_line, duration_text, quoted
from helpers.findings.finding import Finding
from helpers.findings.reading import called, here, last_name
from helpers.timeline import NOTHING, Idle, Resource, TaskSpan, nanoseconds

KIND = "deadlock"
LONG = 0.1  # seconds
_TIMEOUTS = ("timeout",)
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
# The same of one that has a name.
_HELD = ("lock", "semaphore")
_NAMED = {
    "Event.wait": "the event {}, which nobody sets",
    "Condition.wait": "the condition {}, which nobody notifies",
    "Condition.wait_for": "the condition {}, which nobody notifies",
    "Barrier.wait": "the barrier {}, to which too few come",
    "Queue.get": "the queue {}, into which nobody puts anything any more",
    "Queue.put": "room in the full queue {}, from which nobody takes anything any more",
}
# What only somebody here can give: who waits for it until a timeout did not wait for news.
_INSIDE = (
    "Lock.acquire", "Semaphore.acquire", "BoundedSemaphore.acquire", "Barrier.wait", "Queue.join",
    "Queue.put",
)  # fmt: skip
# By the method that is waited for, no longer than a while.
_INSIDE_OF = {"join": "Queue.join", "put": "Queue.put", "acquire": "Lock.acquire"}
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
        yield from _broken_off(evidence)
        return
    pending = [task.id for task in evidence.tasks if task.outcome == "pending"]
    waits = {task: _wait(evidence, task) for task in pending}
    stuck = {task: wait for task, wait in waits.items() if wait in _GIVEN}
    for_others = [task for task, wait in waits.items() if _is_for_others(wait)]
    if not stuck or len(stuck) + len(for_others) < len(waits):
        return
    last = {task: evidence.last_step(task) for task in stuck}
    since = f"From {duration_text(evidence.length)} on, nothing can happen any more"
    yield _finding(evidence, _without_the_idle(stuck), last, len(waits), since, evidence.length)


def _broken_off(evidence: Evidence) -> Iterator[Finding]:
    """The longest sleep of the loop in which nothing but a timeout, or Ctrl-C, could happen."""
    idle = max(evidence.timeline.idle, key=lambda idle: idle.end - idle.start, default=None)
    if idle is None or idle.end - idle.start < LONG:
        return
    ended_by = _ended_by(evidence, idle)
    stood = ((task.id, _stands(evidence, task, idle.start)) for task in evidence.tasks)
    steps = {task: step for task, step in stood if step is not None}
    waits = {task: _wait_after(evidence, step) for task, step in steps.items()}
    stuck = {task: wait for task, wait in waits.items() if wait in _INSIDE}
    others = [w for w in waits.values() if _is_for_others(w) or w in ("Queue.get", "wait_for")]
    if ended_by and stuck and len(stuck) + len(others) == len(waits):
        since = (
            f"From {duration_text(idle.start)} on, nothing could happen any more until {ended_by} "
            f"at {duration_text(idle.end)}"
        )
        yield _finding(evidence, stuck, steps, len(waits), since, idle.start)


def _ended_by(evidence: Evidence, idle: Idle) -> str:
    """What ended that sleep, if nothing else was to come; "" where something was."""
    set_then = [
        timer
        for timer in evidence.timers
        if timer.made <= idle.start
        and (timer.queued is None or timer.queued >= idle.end)
        and (timer.cancelled is None or timer.cancelled >= idle.end)
    ]
    if any(timer.label not in _TIMEOUTS for timer in set_then):
        return ""
    if any(timer.queued is not None and timer.due <= idle.end for timer in set_then):
        return "a timeout fired"
    main = evidence.main
    interrupted = main is not None and main.outcome == "cancelled" and main.ended is not None
    return "it was interrupted" if interrupted and idle is evidence.timeline.idle[-1] else ""


def _stands(evidence: Evidence, task: TaskSpan, moment: float) -> int | None:
    """The step after which a task waited at that moment; None for one that was not there. -1
    for one that had not begun."""
    begin, end = evidence.timeline.life(task.id)
    if begin > moment or (end <= moment and task.ended is not None):
        return None
    steps = evidence.states.steps_of(task.id).tolist()
    before = [step for step in steps if evidence.end(step) <= moment]
    return before[-1] if before else NOTHING


def _nothing_can_happen(evidence: Evidence) -> bool:
    main = evidence.main
    if main is None or main.outcome != "pending":
        return False
    ready = any(t.outcome == "pending" and t.queued is not None for t in evidence.tasks)
    timers = any(timer.queued is None and timer.cancelled is None for timer in evidence.timers)
    return not ready and not timers


def _wait(evidence: Evidence, task: int) -> str:
    """What it waits for in the end; PriorityQueue.get and LifoQueue.get as Queue.get."""
    return _wait_after(evidence, evidence.last_step(task))


def _wait_after(evidence: Evidence, step: int) -> str:
    wait = evidence.waits_for(step)
    place = evidence.suspended_at(step) if wait == "wait_for" else None
    for node in evidence.code(place).within(place[1])[-1:] if place else ():
        inside = [n.args[0] for n in here(node) if last_name(called(n)) == "wait_for" and n.args]  # type: ignore[attr-defined]
        return _INSIDE_OF.get(last_name(called(inside[0])), wait) if len(inside) == 1 else wait
    what, _, call = wait.rpartition(".")
    return f"Queue.{call}" if what.endswith("Queue") else wait


def _is_for_others(wait: str) -> bool:
    return wait.startswith("task ") or wait in _FOR_OTHERS


def _without_the_idle(stuck: dict[int, str]) -> dict[int, str]:
    """Workers that wait for the next item are not the fault where something else is stuck."""
    busy = {task: wait for task, wait in stuck.items() if wait != "Queue.get"}
    return busy or stuck


def _for_what(evidence: Evidence, task: int, wait: str, step: int, when: float) -> str:
    """What a task waits for after that step, by name where that is known; and who has it then."""
    for thing in evidence.timeline.resources:
        if any(thing.waits.task[row] == task for row in thing.waits.during(step)):
            kind, name = thing.kind.lower(), quoted(thing.name)
            if kind in _HELD:
                return f"the {kind} {name}, {_held_by(evidence, task, thing, when)}"
            if wait in _NAMED:
                return _NAMED[wait].format(name)
    return _GIVEN[wait]


def _held_by(evidence: Evidence, task: int, thing: Resource, when: float) -> str:
    now = int(np.searchsorted(evidence.column("start"), nanoseconds(when), "right")) - 1
    holders = sorted({thing.holds.task[row] for row in thing.holds.during(now)})
    if holders == [task]:
        return "which it holds itself"
    if not holders or NOTHING in holders or not thing.holders_known:
        return "which is never released"
    ends = [evidence.tasks[holder].ended for holder in holders]  # by a timeout's hand, but later
    over = all(end is not None and end <= when for end in ends)
    return f"held by {evidence.names(holders)}{', which has ended' * (over and len(holders) == 1)}"


def _finding(
    evidence: Evidence,
    stuck: dict[int, str],
    steps: dict[int, int],
    pending: int,
    since: str,
    when: float,
) -> Finding:
    """`steps` are those after which each waits, `pending` how many wait in all."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for task, wait in stuck.items():
        what = _for_what(evidence, task, wait, steps[task], when)
        groups[what, at_line(evidence.suspended_at(steps[task]))].append(task)
    told = [
        f"{evidence.names(tasks)} wait{'s' * (len(tasks) == 1)} for {what}{',' * bool(line)}{line}"
        for (what, line), tasks in groups.items()
    ]
    behind = {0: "", 1: " One more task waits for that."}.get(
        pending - len(stuck), f" {pending - len(stuck):,} more tasks wait for that."
    )
    first = next(iter(stuck))
    return Finding(
        KIND,
        f"{since}: {'; '.join(told[:_TOLD])}.{behind}",
        _ADVICE.get(stuck[first], ""),
        "05",
        tuple(stuck),
        when,
        evidence.suspended_at(steps[first]),
    )
