"""Timers that came late, and deadlines that were overrun.

Evidence: a sleep ended, or a timeout fired, over 0.1 s after it was due, because the loop was held
(by one long step, or by a crowd of short ones); or a timeout fired in time, and the task it
was for went on cleaning up. Told are those who waited, not those who held the loop: of these
`loop held` tells. Silent on what the clock's resolution explains.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from helpers.findings.evidence import Evidence, at_line, duration_text
from helpers.findings.finding import Finding
from helpers.findings.reading import here, holds
from helpers.timeline import BLOCKING_AFTER, NOTHING, nanoseconds, seconds
from helpers.timeline.records import Place

KIND = "late timers, late deadlines"
LATE = nanoseconds(BLOCKING_AFTER)


@dataclass(frozen=True)
class Late:
    """A wait of a task that ended late, in nanoseconds; after which step, and a timeout or not."""

    task: int
    step: int
    due: int
    over: int
    timeout: bool


def look(evidence: Evidence) -> Iterator[Finding]:
    """One finding for all sleeps, one for all timeouts; one for each deadline overrun."""
    late = [*_late_sleeps(evidence), *_late_timeouts(evidence)]
    holders = {one: _who_ran(evidence, one) for one in late}
    culprits = set().union(*holders.values())
    for timeout in (False, True):
        waits = [one for one in late if one.timeout == timeout and one.task not in culprits]
        if waits:
            worst = max(waits, key=lambda one: one.over - one.due)
            yield _finding(evidence, waits, worst, sorted(holders[worst]))
    yield from _overrun(evidence)


def _late_sleeps(evidence: Evidence) -> Iterator[Late]:
    whose = evidence.timeline.columns.task
    for step, (due, over) in evidence.states.overdue.items():
        if over - due >= LATE:
            yield Late(whose[step], step, due, over, timeout=False)


def _late_timeouts(evidence: Evidence) -> Iterator[Late]:
    whose = evidence.timeline.columns.task
    for timer in evidence.timers:
        if timer.label != "timeout" or timer.queued is None or timer.made_by is None:
            continue
        due, over = nanoseconds(timer.due), nanoseconds(timer.queued)
        task = whose[timer.made_by]
        if over - due >= LATE and task != NOTHING and evidence.states.held_from(due, over):
            yield Late(task, _step_before(evidence, task, over), due, over, timeout=True)


def _step_before(evidence: Evidence, task: int, moment: int) -> int:
    """A task's last step that had begun then."""
    steps = evidence.states.steps_of(task)
    return int(steps[np.searchsorted(evidence.column("start")[steps], moment) - 1])


def _who_ran(evidence: Evidence, late: Late) -> set[int]:
    """The tasks whose steps kept the loop in that time, for a noticeable part of it."""
    start, end = evidence.column("start"), evidence.column("end")
    first = np.searchsorted(start, late.over)
    part = np.minimum(end[:first], late.over) - np.maximum(start[:first], late.due)
    long = np.flatnonzero(part * 100 > late.over - late.due)
    return set(evidence.column("task")[long].tolist()) - {late.task, NOTHING}


def _finding(evidence: Evidence, waits: list[Late], worst: Late, holders: list[int]) -> Finding:
    tasks, place = sorted({one.task for one in waits}), evidence.suspended_at(worst.step)
    what, does = ("timeout", "fired") if worst.timeout else ("sleep", "ended")
    late, due = seconds(worst.over - worst.due), seconds(worst.due)
    up_to, many = ("", "") if len(waits) == 1 else ("up to ", "s")
    because = f": {evidence.names(holders)} held the loop" if holders else ": the loop was held"
    return Finding(
        KIND,
        f"The {what}{many} of {evidence.names(tasks)} {does} {up_to}{duration_text(late)} late,"
        f"{at_line(place)} at {duration_text(seconds(worst.over))} instead of "
        f"{duration_text(due)}{because}.",
        "You could try to hold the loop for less long: no deadline is kept while it is held.",
        "03",
        tuple(tasks),
        seconds(worst.over),
        place,
        cost=late,
    )


# -- a deadline that is overrun by cleaning up ----------------------------------------------------


def _overrun(evidence: Evidence) -> Iterator[Finding]:
    whose = evidence.timeline.columns.task
    for timer in evidence.timers:
        if timer.label != "timeout" or timer.step is None or timer.made_by is None:
            continue
        task = whose[timer.made_by]
        found = [s for s in evidence.woken_by(timer.step) if whose[s] == task != NOTHING]
        for step in found[:1]:
            until = _cleaned_until(evidence, step)
            if until - timer.due > BLOCKING_AFTER:
                yield _overrun_finding(evidence, task, step, timer.due, until)


def _cleaned_until(evidence: Evidence, step: int) -> float:
    """Until when its task waited in a `finally`, or a handler, of what was broken off."""
    broken, until = evidence.resumed_at(step), 0.0
    while (
        broken and step != NOTHING and _is_cleaning(evidence, broken, evidence.suspended_at(step))
    ):
        step = evidence.next_step(step)
        until = evidence.start(step) if step != NOTHING else evidence.length
    return until


def _is_cleaning(evidence: Evidence, broken: Place, place: Place | None) -> bool:
    if place is None or place[0] != broken[0]:
        return False
    tries = [n for n in evidence.code(place).within(place[1]) if isinstance(n, ast.Try)]
    return any(
        any(holds(n, broken[1]) and not _has_the_timeout(n, broken[1]) for n in node.body)
        and any(holds(n, place[1]) for n in (*node.finalbody, *node.handlers))
        for node in tries
    )


def _has_the_timeout(node: ast.stmt, line: int) -> bool:
    """Whether the timeout is inside that statement: what comes after it is no cleaning up."""
    inside = (n for n in here(node) if isinstance(n, ast.AsyncWith | ast.Await) and holds(n, line))
    return any(word in ast.unparse(n) for n in inside for word in ("timeout", "wait_for"))


def _overrun_finding(evidence: Evidence, task: int, step: int, due: float, until: float) -> Finding:
    place = evidence.suspended_at(step)
    return Finding(
        KIND,
        f"The timeout of {evidence.name(task)} fired in time, at {duration_text(due)}, but it "
        f"took until {duration_text(until)} to take effect: cleaning up waited{at_line(place)} "
        f"for {evidence.waits_for(step) or 'something'}.",
        "You could try a limit for cleaning up, too.",
        "05",
        (task,),
        due,
        place,
        cost=until - due,
    )
