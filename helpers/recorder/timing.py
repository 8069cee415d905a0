"""The clocks: every moment of a journal is read here, in seconds of `perf_counter`.

A virtual clock only moves between two readings of the real one. So moments stay real, and
what the virtual clock said is a list of its jumps, read out when the rows are.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

moment: Callable[[], float] = perf_counter  # always read as `timing.moment`: tests have their own


class VirtualClock:
    """Gives real moments, and notes when the virtual clock, `now` in seconds, has jumped."""

    __slots__ = ("_now", "_said", "jumps")

    def __init__(self, now: Callable[[], float]):
        self._now = now
        self._said: float | None = None
        self.jumps: list[tuple[float, float]] = []  # at which moment, to what

    def __call__(self) -> float:
        real, said = moment(), self._now()
        if said != self._said:
            self._said = said
            self.jumps.append((real, said))
        return real
