"""What ended each sleep of the loop, in words: the selector's part of the story.

A loop that wakes up queues what it found, and runs that first. So the first step after a sleep
tells what ended it: a timer that was due, a socket that was ready, or another thread. Where that
step was in the queue already, or there is none, nothing is known, and nothing is said.
"""

from __future__ import annotations

import numpy as np

from helpers.charts.film import OUTSIDE, WAKE, Film
from helpers.timeline import NOTHING, nanoseconds

_THREAD, _SELECTOR = (NOTHING - OUTSIDE.index(who) for who in ("another thread", "the selector"))


def woken_by(film: Film) -> list[str]:
    """For each idle span of the recording what ended it; "" where that is not known."""
    found = [""] * len(film.timeline.idle)
    wakes = np.flatnonzero(film.kinds == WAKE)
    firsts = np.searchsorted(film.starts, wakes)  # steps are in order of their starts
    for idle, step in zip(film.indexes[wakes].tolist(), firsts.tolist(), strict=True):
        if step < len(film.starts):
            asleep = nanoseconds(film.timeline.idle[idle].start)
            if film.states.column("ready")[step] >= asleep:
                found[idle] = _who_put(film, step)
    return found


def _who_put(film: Film, step: int) -> str:
    if film.timeline.steps[step].kind == "timer":
        return "a timer"
    return {_THREAD: "another thread", _SELECTOR: "a socket"}.get(int(film.put[step]), "")
