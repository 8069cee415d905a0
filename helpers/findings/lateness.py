"""Sleeps that ended late and timeouts that fired late, because the loop was held: by whom.

Late is over 0.1 s after the timer was due, while steps kept the loop. What ran meanwhile is the
cause: one long step, or a crowd of short ones. Of a long one `loop held` tells, with what came
of it; so that it is told once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from helpers.findings.evidence import Evidence, aside, duration_text
from helpers.findings.finding import Finding
from helpers.timeline import BLOCKING_AFTER, NOTHING, nanoseconds, seconds

KIND = "late timers, late deadlines"
LATE = nanoseconds(BLOCKING_AFTER)
_FEW = 3  # who held the loop is named
_CROWD = 0.2  # of what the busiest ran: so much makes one of the crowd


@dataclass(frozen=True)
class Late:
    """A wait of a task that ended late, in nanoseconds; after which step, and a timeout or not.
    `cause` is the one step that ran for most of that time, -1 where it was a crowd."""

    task: int
    step: int
    due: int
    over: int
    timeout: bool
    cause: int = NOTHING


def late_waits(evidence: Evidence) -> list[Late]:
    """All of them."""
    return [*_sleeps(evidence), *_timeouts(evidence)]


def late_because_of(evidence: Evidence, steps: Sequence[int]) -> Iterator[list[Late]]:
    """What came late by one of those long steps: the sleeps, and the timeouts."""
    late = [one for one in evidence.once(late_waits) if one.cause in steps]
    for timeout in (False, True):
        if waits := [one for one in late if one.timeout == timeout]:
            yield waits


def _sleeps(evidence: Evidence) -> Iterator[Late]:
    whose = evidence.timeline.columns.task
    for step, (due, over) in evidence.states.overdue.items():
        wait = evidence.waits_for(step)  # what a time limit ends, `_timeouts` tells
        if over - due >= LATE and (not wait or wait.startswith("sleep")):
            cause = _cause(evidence, whose[step], due, over)
            yield Late(whose[step], step, due, over, False, cause)


def _timeouts(evidence: Evidence) -> Iterator[Late]:
    whose = evidence.timeline.columns.task
    for timer in evidence.timers:
        if timer.label != "timeout" or timer.queued is None or timer.made_by is None:
            continue
        due, over = nanoseconds(timer.due), nanoseconds(timer.queued)
        task = whose[timer.made_by]
        if over - due >= LATE and task != NOTHING and evidence.states.held_from(due, over):
            step = _step_before(evidence, task, over)
            yield Late(task, step, due, over, True, _cause(evidence, task, due, over))


def _step_before(evidence: Evidence, task: int, moment: int) -> int:
    """A task's last step that had begun then."""
    steps = evidence.states.steps_of(task)
    return int(steps[np.searchsorted(evidence.column("start")[steps], moment) - 1])


def _parts(evidence: Evidence, due: int, over: int) -> tuple[np.ndarray, np.ndarray]:
    """The steps that ran in that time, and for how much of it."""
    start, end = evidence.column("start"), evidence.column("end")
    first = int(np.searchsorted(start, over))
    part = np.minimum(end[:first], over) - np.maximum(start[:first], due)
    steps = np.flatnonzero(part > 0)
    return steps, part[steps]


def _cause(evidence: Evidence, task: int, due: int, over: int) -> int:
    """The long step, or the longest of a few, that made a task late; -1 where it was none of
    others'."""
    steps, part = _parts(evidence, due, over)
    long = np.isin(steps, evidence.states.blocking) & (evidence.column("task")[steps] != task)
    if part[long].sum() * 2 < over - due:
        return NOTHING
    return int(steps[long][part[long].argmax()]) if long.any() else NOTHING


# -- behind a crowd -----------------------------------------------------------------------------


def behind_a_crowd(evidence: Evidence, late: list[Late]) -> list[Late]:
    """Of late waits those of tasks that did not make others late themselves; all, if all did."""
    ran = np.zeros(len(evidence.tasks), np.int64)
    for one in late:
        ran = np.maximum(ran, _who_ran(evidence, one))
    crowd = set(np.flatnonzero(ran > _CROWD * ran.max(initial=0)).tolist())
    return [one for one in late if one.task not in crowd] or late


def _who_ran(evidence: Evidence, late: Late) -> np.ndarray:
    """For how long each task ran in that time; the late one did not make itself late."""
    steps, part = _parts(evidence, late.due, late.over)
    whose = evidence.column("task")[steps]
    others = (whose != NOTHING) & (whose != late.task)
    ran: np.ndarray = np.bincount(
        whose[others], weights=part[others], minlength=len(evidence.tasks)
    ).astype(np.int64)
    return ran


# -- words --------------------------------------------------------------------------------------


def told_late(evidence: Evidence, waits: list[Late]) -> Finding:
    """Those waits, all of sleeps or all of timeouts, as a finding about who waited."""
    worst = max(waits, key=lambda one: one.over - one.due)
    tasks, place = sorted({one.task for one in waits}), evidence.suspended_at(worst.step)
    what, does = ("timeout", "fired") if worst.timeout else ("sleep", "ended")
    late, due = seconds(worst.over - worst.due), seconds(worst.due)
    up_to, many = ("", "") if len(waits) == 1 else ("up to ", "s")
    return Finding(
        KIND,
        f"The {what}{many} of {evidence.names(tasks)} {does} {up_to}{duration_text(late)} late, at "
        f"{duration_text(seconds(worst.over))} instead of {duration_text(due)}{aside(place)}"
        f"{_because(evidence, worst)}.",
        "You could try to hold the loop for shorter stretches: while it is held, no timer fires.",
        "03",
        tuple(tasks),
        seconds(worst.over),
        place,
        cost=late,
    )


def _because(evidence: Evidence, late: Late) -> str:
    """Who held the loop then: named, or of many how many, and the worst of them."""
    if late.cause != NOTHING:
        return ""
    ran = _who_ran(evidence, late)
    there = np.flatnonzero(ran * 100 > late.over - late.due)
    if not len(there) and not (ran > 0).any():
        return ": the loop was held"
    if 0 < len(there) <= _FEW and ran[there].sum() * 2 > late.over - late.due:
        return f": {evidence.names(there.tolist())} held the loop"
    worst = int(ran.argmax())
    longest = duration_text(seconds(int(ran[worst])))
    return (
        f": {int((ran > 0).sum()):,} tasks ran in turn meanwhile, {evidence.name(worst)} the "
        f"longest, {longest}"
    )
