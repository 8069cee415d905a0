"""Timers that came late, and deadlines that were overrun.

Evidence: a sleep ended, or a timeout fired, over 0.1 s after it was due, because a crowd of short
steps held the loop (what one long step brought about, `loop held` tells with it); or a timeout
fired in time, and the task it was for went on cleaning up. Told are those who waited. Silent on
what the clock's resolution explains.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from helpers.findings.evidence import Evidence, aside, duration_text
from helpers.findings.finding import Finding
from helpers.findings.holding import held_loops
from helpers.findings.lateness import KIND, behind_a_crowd, late_waits, told_late
from helpers.findings.reading import here, holds
from helpers.timeline import BLOCKING_AFTER, NOTHING
from helpers.timeline.records import Place

__all__ = ["KIND", "look"]


def look(evidence: Evidence) -> Iterator[Finding]:
    """One finding for all sleeps, one for all timeouts; one for each deadline overrun."""
    held = {step for held in evidence.once(held_loops) for step in held.steps}
    late = [one for one in evidence.once(late_waits) if one.cause not in held]
    for timeout in (False, True):
        waits = behind_a_crowd(evidence, [one for one in late if one.timeout == timeout])
        if waits:
            yield told_late(evidence, waits)
    yield from _overrun(evidence)


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
        f"took until {duration_text(until)} to take effect: cleaning up waited for "
        f"{evidence.waits_for(step) or 'something'}{aside(place)}.",
        "You could try a limit for cleaning up, too.",
        "05",
        (task,),
        due,
        place,
        cost=until - due,
    )
