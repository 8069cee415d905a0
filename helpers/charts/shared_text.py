"""How the lanes of what tasks share, and of workers, are written in characters.

A digit says how many are in a queue, hold a semaphore, wait for a free worker, or whether an event
is set ("+" is ten or more, in a character the most there was); a lock has the name of its holder,
a worker that of the function it runs, in brackets. A dot is a call that waits for a free worker.
"""

from __future__ import annotations

from collections.abc import Iterator

from helpers.charts.axis import cell
from helpers.charts.layout import Lane, Layout
from helpers.charts.style import cell_by_cell, visible

KEYS = {
    "queue": "a digit is how many there are",
    "marks": "a digit is how many there are",
    "slots": "a digit is how many hold it",
    "worker": "a digit is how many wait",
}


def row(lane: Lane, layout: Layout, room: int) -> list[str]:
    """A lane, character by character."""
    marks = [" "] * (room + 2)
    if lane.kind == "slots" and lane.slots == 1:
        for held in lane.held:
            _put(marks, layout, room, held.start, held.end, held.holder)
    else:
        _digits(marks, lane, layout, room)
    for bar in lane.bars:
        words = None if bar.state == "in line" else bar.text
        _put(marks, layout, room, bar.start, bar.end, words)
    return marks


def told(lane: Lane) -> Iterator[str]:
    """What is to be said of it below."""
    words = [*lane.remarks]
    if lane.in_line:
        most = max(wait.number for wait in lane.in_line)
        words.append(f"up to {most:,} waiting in line")
    named = (lane.kind == "slots" and lane.slots == 1) or (lane.kind == "worker" and lane.bars)
    if lane.kind in KEYS and not named:
        words.append(KEYS[lane.kind])
    if words:
        yield f"{lane.label}: {', '.join(words)}"


def _digits(marks: list[str], lane: Lane, layout: Layout, room: int) -> None:
    most = [-1] * room
    counts = [(level.start, level.end, level.size) for level in lane.levels]
    if lane.kind == "worker":  # nobody holds anything there: those in line are what there is
        counts = [(wait.start, wait.end, wait.number) for wait in lane.in_line]
    for start, end, number in counts:
        first = min(cell(start, layout.start, layout.end, room), room - 1)
        last = max(cell(end, layout.start, layout.end, room), first + 1)
        for at in range(first, min(last, room)):
            most[at] = max(most[at], number)
    for at, number in enumerate(most):
        if number >= 0:
            marks[at] = str(number) if number < 10 else "+"


def _put(
    marks: list[str], layout: Layout, room: int, start: float, end: float, words: str | None
) -> None:
    """Brackets from start to end, with as much of the words as fits; dots for None."""
    first = min(cell(start, layout.start, layout.end, room), room - 1)
    last = max(cell(end, layout.start, layout.end, room), first + 1)
    if words is None:
        marks[first:last] = "." * (last - first)
    elif last - first < 3:
        marks[first:last] = "|" * (last - first)
    else:
        inside = (cell_by_cell(visible(words)) + [" "] * room)[: last - first - 2]
        marks[first:last] = ["[", *inside, "]"]
