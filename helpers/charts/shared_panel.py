"""What the player says of what tasks share, at each of its frames: sizes, holders, who waits.

The limit: of a resource that changed many thousand times, names would be too many to send; then
it says how many.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from helpers.charts.film import Film
from helpers.charts.shared_lanes import chosen
from helpers.charts.style import shortened
from helpers.timeline import Resource, Timeline
from helpers.timeline.resources import TO_PUT, Use

_MOST_WITH_NAMES = 2_000  # changes, of one resource
_MOST = 20_000
_MOST_NAMES = 5


def shared_in(film: Film) -> list[dict[str, Any]]:
    """Each resource's name and kind, the frames from which something else is to be said, and
    that: plain data fit for JSON."""
    return [
        {"name": one.name, "kind": one.kind, "frames": frames, "told": told}
        for one in chosen(film.timeline.resources)[0]
        for frames, told in [_rows(film, one)]
    ]


def _rows(film: Film, one: Resource) -> tuple[list[int], list[str]]:
    frames: list[int] = []
    told: list[str] = []
    for step in dict.fromkeys(one.changes.step.tolist()[:_MOST]):
        if step < len(film.ends):
            use = one.after(step, names=len(one.changes) <= _MOST_WITH_NAMES)
            words = _sentence(film.timeline, one, use)
            if not told or words != told[-1]:
                frames.append(0 if step < 0 else int(film.ends[step]))
                told.append(words)
    return frames, told


def _sentence(timeline: Timeline, one: Resource, use: Use) -> str:
    parts = [_state(timeline, one, use)]
    if use.waiting:
        verb = "wait" if use.waiting > 1 else "waits"
        names = _names(timeline, use.in_line)
        what = _what_for(one, use)
        parts.append(f"{use.waiting:,} {verb}{what}" + (f": {names}" if names else ""))
    return "; ".join(parts)


def _state(timeline: Timeline, one: Resource, use: Use) -> str:
    held = _names(timeline, use.holders)
    by = f" by {held}" if held else ""
    of = "" if use.limit is None else f" of {use.limit:,}"
    words = {
        "Queue": f"{use.size:,}{of} in it",
        "Lock": f"held{by}" if use.size else "free",
        "Semaphore": f"{use.size:,}{of} taken{by}",
        "Event": "set" if use.size else "not set",
        "Condition": f"its lock is held{by}" if use.size else "its lock is free",
        "Barrier": f"{use.size:,}{of} are there",
    }
    return words[one.kind]


def _what_for(one: Resource, use: Use) -> str:
    """At a queue: to put something in, or for something."""
    if one.kind != "Queue":
        return ""
    return " to put" if use.size and any(s == TO_PUT for s in one.waits.slot) else " for something"


def _names(timeline: Timeline, ids: Sequence[int | None]) -> str:
    return ", ".join(_each(timeline, ids))


def _each(timeline: Timeline, ids: Sequence[int | None]) -> Iterator[str]:
    for id in ids[:_MOST_NAMES]:
        known = id is not None and id < len(timeline.tasks)
        yield shortened(timeline.tasks[id].name, 40) if known else "somebody"  # type: ignore[index]
    if len(ids) > _MOST_NAMES:
        yield f"{len(ids) - _MOST_NAMES:,} more"
