"""A timeline seen through a window, at some resolution: what of it is in sight, and how wide.

The one thing known of the drawing is its `resolution`, how many of the narrowest visible marks
fit side by side. What is narrower than one mark is said to be thin: it is drawn as a tick,
wider than true.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from helpers.charts.layout import Bar, Block
from helpers.charts.words import duration_text
from helpers.timeline import BLOCKING_AFTER, Step, TaskSpan, Timeline, nanoseconds, seconds
from helpers.timeline.records import ANOTHER_THREAD, AROUND

_LIMIT = nanoseconds(BLOCKING_AFTER)


def window(
    timeline: Timeline, between: tuple[float, float] | None, until: float = 0
) -> tuple[float, float]:
    """From when to when one looks, in seconds: all of the recording, or a part of it; `until`
    looks on, beyond its end.

    A single short step would fill the whole of it, and look like much work. So of such a
    recording, in which nothing happened, a tenth of a second is shown, most of it empty.
    Raises ValueError when that part is empty or lies outside the recording.
    """
    if between is None:
        nothing = len(timeline.columns) == 1 and not timeline.idle and timeline.clock == "real"
        return 0.0, max(timeline.duration, until, BLOCKING_AFTER if nothing else 0.0)
    start, end = (float(moment) for moment in between)
    if not 0 <= start < end or start >= timeline.duration:
        raise ValueError(
            f"between=({start:g}, {end:g}) shows nothing: give a first and a later moment, in "
            f"seconds, of this recording, which lasts {duration_text(timeline.duration)}"
        )
    return start, min(end, timeline.duration)


class View:
    """A timeline seen through a window, at some resolution."""

    def __init__(self, timeline: Timeline, resolution: int, start: float, end: float):
        self.timeline, self.resolution, self.start, self.end = timeline, resolution, start, end
        self.mark = (end - start) / resolution
        self.own, self.spent = timeline.states.own, timeline.states.spent
        self.long = timeline.states.blocking  # steps that held the loop too long
        whose = timeline.states.column("task") + 1  # 0 is nobody's
        self.steps_of = np.bincount(whose.astype(np.intp), minlength=len(timeline.tasks) + 1)[1:]

    def sees(self, start: float, end: float) -> bool:
        return start <= self.end and end >= self.start

    def tasks(self) -> list[TaskSpan]:
        return [t for t in self.timeline.tasks if self.sees(*self.timeline.life(t.id))]

    def bar(self, state: str, start: float, end: float, text: str | None = None) -> Bar:
        """A bar cut to the window."""
        first, last = max(start, self.start), min(end, self.end)
        return Bar(state, first, last, text or "", last - first < self.mark or first == last)

    def edges(self) -> np.ndarray:
        """Columns for a crowd, as wide as one mark."""
        length = self.end - self.start or 1.0
        return np.linspace(self.start, self.start + length, self.resolution + 1)

    def merged(self, start: np.ndarray, end: np.ndarray) -> Iterator[tuple[float, float]]:
        """Spans in order of time (nanoseconds), those closer than half a mark made one."""
        inside = (start <= self.end * 1e9) & (end >= self.start * 1e9)
        start, end = start[inside], end[inside]
        if not len(start):
            return
        gap = np.flatnonzero(start[1:] - end[:-1] > self.mark / 2 * 1e9)
        firsts, lasts = start[np.r_[0, gap + 1]], end[np.r_[gap, len(end) - 1]]
        for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
            yield seconds(first), seconds(last)

    def blocks(self, chosen: np.ndarray) -> tuple[Block, ...]:
        """Those of the view's long steps that a mask chooses, cut to the window."""
        found = []
        for index in self.long[chosen].tolist():
            step = self.timeline.steps[index]
            if self.sees(step.start, step.end):
                start, end = max(step.start, self.start), min(step.end, self.end)
                real = bool(self.own[index] <= _LIMIT)
                held = seconds(int(self.spent[index]))
                found.append(Block(start, end, held, real, self._where(step)))
        return tuple(found)

    def _where(self, step: Step) -> str:
        """In which call and line it held the loop; if that was not seen, after which line."""
        if step.held_at:
            source, line, call = step.held_at
            words = f"in {call}(), line {line:,}" if call else f"in line {line:,}"
            if call in (AROUND, ANOTHER_THREAD):
                kept_up = ": another thread kept the interpreter" * (call == ANOTHER_THREAD)
                words = f"around line {line:,}{kept_up}"
        elif step.resumed_at:
            source, line = step.resumed_at
            words = f"after line {line:,}"
        else:
            return ""
        return f"{words} of {source}" if len(self.timeline.sources) > 1 else words
