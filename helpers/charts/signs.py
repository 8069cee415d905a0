"""Which signs occur: decided here, for legend, text chart, alt text and player alike.

Two questions, one answer where both may be asked (a test compares them): what is drawn in a
Gantt chart, which may show a part, fold tasks, and have lanes for callbacks; and what occurs in
a recording that is looked at whole and bar by bar, as the player does.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from helpers.charts.callbacks import loop_work
from helpers.charts.film import Film
from helpers.charts.lanes import whole_lanes
from helpers.charts.layout import Layout
from helpers.charts.words import LANES, SIGNS
from helpers.timeline import KINDS, NOTHING, Timeline

_KERNEL = KINDS.index("kernel")
_MARKS = 280  # that fit side by side in a chart: a step shorter than one is drawn as a tick


def signs_of(layout: Layout) -> tuple[str, ...]:
    """The signs that occur in a Gantt chart's lanes, in the legend's order."""
    bars = [bar for lane in layout.lanes for bar in lane.bars]
    thin = {bar.state for bar in bars if bar.thin}
    found = {bar.state for bar in bars if not bar.thin}
    found |= thin & {"callback", "overdue", "busy"}  # never narrower than they can be seen
    found |= layout.crowd_states & {"running", "ready"}
    found |= {lane.end.outcome for lane in layout.lanes if lane.end}
    there = {
        "tick": "running" in thin,
        "blocking": any(lane.blocks for lane in layout.lanes),
        "crowd": bool(layout.crowd_states),
        "creates": bool(layout.arrows),
    }
    return in_order(found | {sign for sign, occurs in there.items() if occurs})


def lane_signs(layout: Layout) -> tuple[str, ...]:
    """What is drawn in the lanes of what tasks share, and of workers, in the legend's order."""
    lanes = layout.lanes
    there = {
        "size": any(level.size for lane in lanes if not lane.held for level in lane.levels),
        "limit": any(
            level.limit for lane in lanes if lane.kind == "queue" for level in lane.levels
        ),
        "held": any(lane.held for lane in lanes),
        "in line": any(lane.in_line for lane in lanes),
    }
    states = {bar.state for lane in lanes for bar in lane.bars}
    return tuple(sign for sign in LANES if there.get(sign) or sign in states)


def signs_in(timeline: Timeline) -> tuple[str, ...]:
    """The signs that occur in a whole recording, in the legend's order."""
    states, kind = timeline.states, timeline.states.column("kind")
    mine = states.column("task") != NOTHING
    start, end = states.column("start"), states.column("end")
    since, until, gone = states.rests[1:]
    waits = (states.until > states.since)[mine].any() or (until > since).any()
    callbacks = loop_work(timeline) & (states.column("inside") == NOTHING)
    there = {
        "running": (end > start)[mine].any(),
        "tick": ((end - start)[mine] < timeline.length / _MARKS).any(),
        "ready": (start > states.until)[mine].any() or (gone > until).any(),
        "waiting": waits or (states.pauses.end > states.pauses.start).any(),
        "overdue": bool(states.overdue),
        "blocking": (kind[states.blocking] != _KERNEL).any(),  # the kernel's is nobody's fault
        "creates": any(t.created is not None and t.parent is not None for t in timeline.tasks),
        "wakes": _wakes(timeline),
        "busy": len(kind) > 0,
        "asleep": any(idle.end > idle.start for idle in timeline.idle),
        "callback": callbacks.any(),
    }
    ends = {t.outcome for t in timeline.tasks if t.ended is not None or t.role != "recording"}
    found = {sign for sign, occurs in there.items() if occurs}
    return in_order(ends | found | _of_callbacks(timeline))


def _of_callbacks(timeline: Timeline) -> set[str]:
    """What is in the lanes of callbacks, where there are any."""
    lanes = [lane for lane in whole_lanes(timeline) if lane.kind == "callback"]
    bars = [bar for lane in lanes for bar in lane.bars]
    found = {bar.state for bar in bars if bar.end > bar.start}
    thin = {"tick"} if any(bar.thin and bar.state == "running" for bar in bars) else set()
    return found | thin | {lane.end.outcome for lane in lanes if lane.end}


def signs_in_order(film: Film) -> tuple[str, ...]:
    """The signs that occur in it on an axis of order, on which no step and no wait is too short
    to be seen, in the legend's order."""
    found, states = set(signs_in(film.timeline)) - {"tick"}, film.states
    mine, following = states.column("task") != NOTHING, states.following
    rows = [step for lane in whole_lanes(film.timeline) for step in lane.steps]  # of callbacks
    waits = (following >= 0) & (film.queued[following] > film.ends)
    there = {
        "running": mine.any() or bool(rows),
        "ready": film.was_queued[mine].any() or film.was_queued[rows].any(),
        "waiting": waits.any(),
    }
    return in_order(found | {sign for sign, occurs in there.items() if occurs})


def _wakes(timeline: Timeline) -> bool:
    """Whether a step woke another task, or a callback: not its own, and no first step."""
    by, whose = timeline.states.column("woken_by"), timeline.states.column("task")
    woken = np.flatnonzero(by >= 0)
    known = np.array([t.created is not None for t in timeline.tasks] + [False])  # -1 is the last
    numbers, firsts = np.unique(whose, return_index=True)
    born = firsts[known[numbers]]
    own = (whose[woken] != NOTHING) & (whose[woken] == whose[by[woken]])
    return bool((~own & ~np.isin(woken, born)).any())


def in_order(signs: Iterable[str]) -> tuple[str, ...]:
    """Those signs in the legend's order."""
    wanted = set(signs)
    return tuple(sign for sign in SIGNS if sign in wanted)
