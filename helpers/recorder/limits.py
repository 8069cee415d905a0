"""Waits that a time limit ends: `asyncio.timeout`, `wait_for`, `wait` and `as_completed`.

The loop knows such a limit as a timer, and each names a task in its way: the one that a
`Timeout` holds, or else the one that made the timer. Of that task's waits it limits those
during which it is set. Nothing of this costs a step anything: it is read from the rows.

The limit: a timer that a program sets by hand to end a wait (`call_later`) is not known as
one. A sleep is over by its own timer, also where a time limit will come first.
"""

from __future__ import annotations

import numpy as np

from helpers.recorder import asyncio_internals as internals
from helpers.recorder import rows
from helpers.recorder.rows import TimerNote
from helpers.recorder.steps import Column, Steps


def limits(steps: Steps, makers: list[int]) -> dict[int, float]:
    """When a limit ends the wait after a step, by the step's index, on the loop's clock; of
    several the first. `makers` has the step in which each timer was made, -1 for none."""
    cut = steps.cut
    found: dict[int, float] = {}
    kinds = [internals.LIMITS.get(id(code)) for _, _, code in cut.labels]
    ran = {int(steps.timer[row]): row for row in np.flatnonzero(steps.timer >= 0).tolist()}
    waits = _Waits(steps)
    for number, (timer, maker) in enumerate(zip(cut.timers, makers, strict=True)):
        kind = kinds[rows.label_number(timer.label)]
        who = timer.limits if timer.limits >= 0 or maker < 0 else int(steps.who[maker])
        if kind is None or who < 0:
            continue
        for row in waits.during(who, timer, ran.get(number)):
            if kind == "as_completed" and waits.word(row) != kind:
                continue
            found[row] = min(timer.when, found.get(row, timer.when))
    return found


class _Waits:
    """The waits of each task, in order: after which step, and until when."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self._order: Column = np.argsort(steps.who, kind="stable")
        self._who = steps.who[self._order]
        self._known: dict[int, tuple[Column, Column, Column]] = {}

    def word(self, row: int) -> str:
        number = int(self._steps.waiting[row])
        return "" if rows.is_for_task(number) else self._steps.cut.words[number]

    def _of(self, who: int) -> tuple[Column, Column, Column]:
        """That task's steps, when each ended, and when the wait after it was over."""
        if who not in self._known:
            first, after = np.searchsorted(self._who, [who, who + 1]).tolist()
            mine = self._order[first:after]
            over = np.append(self._steps.ready[mine[1:]], self._steps.cut.end)
            self._known[who] = mine, self._steps.end[mine], over
        return self._known[who]

    def during(self, who: int, timer: TimerNote, ran: int | None) -> list[int]:
        """The steps of that task after which it waited when that timer was taken away, or ran
        (in step number `ran`)."""
        mine, begun, over = self._of(who)
        first, after = int(np.searchsorted(over, timer.made)), len(mine)
        if timer.cancelled is not None:
            after = int(np.searchsorted(over, timer.cancelled, side="right"))
        if ran is not None:
            fires = self._steps.start[ran]
            after = min(after, int(np.searchsorted(begun, fires, side="right")))
        chosen: list[int] = mine[first:after].tolist()
        return [row for row in chosen if self._steps.waiting[row] != rows.NOT_WAITING]
