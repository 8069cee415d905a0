"""Lanes for callbacks and timers: what the Gantt chart shows of a program without tasks.

A callback has a lane from when it was asked for to when it ran; a timer from when it was set.
Those of one name share a lane, as long as they do not overlap; one that asks for itself again
goes on in its own. Callbacks of asyncio's own, which any program has, have none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from helpers.charts.layout import Bar, End, Lane
from helpers.charts.view import View
from helpers.charts.words import duration_text
from helpers.timeline import KINDS, Timeline, Timer, nanoseconds

_MOST_CALLBACKS = 2000  # that are told apart
_LOOP_WORK = [KINDS.index(kind) for kind in ("callback", "timer", "io")]

# What `helpers.recorder.naming` calls callbacks of asyncio's own that any program has.
STOP = "stop the loop: its task is done"
MACHINERY = frozenset({"end of a sleep", STOP, "wake-up from outside"})
CLOSING = frozenset({"BaseEventLoop.shutdown_asyncgens", "BaseEventLoop.shutdown_default_executor"})


@dataclass
class _Life:
    """One callback from when it was asked for to when it ran, was cancelled, or the end."""

    label: str
    begin: float
    end: float
    bars: list[Bar]
    asked_by: int | None  # a step
    ran: int | None = None  # a step
    cancelled: bool = False
    steps: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.steps += [] if self.ran is None else [self.ran]

    def has_room_for(self, other: _Life) -> bool:
        """Whether that later one can go on in the same lane."""
        by_itself = self.ran is not None and self.ran == other.asked_by
        return self.label == other.label and (self.end <= other.begin or by_itself)

    def takes_up(self, other: _Life) -> None:
        """Go on as that later one, from where this one ends."""
        now = self.bars[-1].end if self.bars else self.begin
        for bar in other.bars:
            if bar.start >= now:
                self.bars.append(bar)
            elif bar.end > now or bar.state == "running":
                self.bars.append(replace(bar, start=now, end=max(bar.end, now)))
        self.end, self.ran, self.cancelled = other.end, other.ran, other.cancelled
        self.steps += other.steps


def callback_lanes(view: View, most: int) -> list[Lane]:
    """Callbacks and timers by name; those of one name that overlap in lanes side by side."""
    work = np.flatnonzero(loop_work(view.timeline))
    if len(work) > _MOST_CALLBACKS:
        return []
    rows: list[_Life] = []
    for life in sorted(_callback_lives(view, work.tolist()), key=lambda life: life.begin):
        row = next((row for row in rows if row.has_room_for(life)), None)
        rows.append(life) if row is None else row.takes_up(life)
    return [_callback_lane(view, row) for row in rows[:most]]


def loop_work(timeline: Timeline) -> NDArray[np.bool_]:
    """Of each step, whether it was no task's and not the kernel's."""
    work: NDArray[np.bool_] = np.isin(timeline.states.column("kind"), _LOOP_WORK)
    return work


def _callback_lives(view: View, work: list[int]) -> Iterator[_Life]:
    """Those steps, each with the timer that it ran, and the timers that no step is known to run."""
    timeline = view.timeline
    timers = {timer.step: timer for timer in timeline.timers if timer.step is not None}
    for index in work:
        step, timer = timeline.steps[index], timers.get(index)
        begin = timer.made if timer else step.ready
        if _is_shown(view, step.label, begin, step.end):
            bars = list(_timer_bars(view, timer)) if timer else []
            bars += [view.bar("ready", step.ready, step.start)] * (step.start > step.ready)
            bars.append(view.bar("running", step.start, step.end))
            asked_by = timer.made_by if timer else timeline.columns.woken_by[index]
            yield _Life(step.label, begin, step.end, bars, asked_by, index)
    for timer in timeline.timers:
        end = _set_until(timeline, timer)
        if timer.step is None and _is_shown(view, timer.label, timer.made, end):
            bars, cancelled = list(_timer_bars(view, timer)), timer.cancelled is not None
            yield _Life(timer.label, timer.made, end, bars, timer.made_by, cancelled=cancelled)


def _is_shown(view: View, label: str, begin: float, end: float) -> bool:
    return not is_machinery(label) and view.sees(begin, end)


def is_machinery(label: str) -> bool:
    """Whether that is a callback of asyncio's own which any program has."""
    return label in MACHINERY or label.startswith("BaseEventLoop.")


def _timer_bars(view: View, timer: Timer) -> Iterator[Bar]:
    """A timer waits until the loop moves it to the ready queue; overdue if it was held then."""
    end, due = _set_until(view.timeline, timer), timer.due
    late = due < end and view.timeline.states.held_from(nanoseconds(due), nanoseconds(end))
    due = due if late else end
    if due > timer.made:
        yield view.bar("waiting", timer.made, due, f"until {duration_text(timer.due)}")
    if end > due:
        yield view.bar("overdue", due, end)


def _set_until(timeline: Timeline, timer: Timer) -> float:
    """Until when a timer is set: queued, cancelled, or the recording's end."""
    ends = [time for time in (timer.queued, timer.cancelled) if time is not None]
    return min(ends, default=timeline.duration)


def _callback_lane(view: View, row: _Life) -> Lane:
    end = End("cancelled", row.end) if row.cancelled and row.end <= view.end else None
    blocks = view.blocks(np.isin(view.long, row.steps))
    bars, steps = tuple(row.bars), tuple(row.steps)
    return Lane("callback", row.label, bars=bars, blocks=blocks, end=end, steps=steps)
