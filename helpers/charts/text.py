"""The same lanes in characters, and the alt text of the picture.

For terminals, diffs and screen readers. A character is one mark wide: a step shorter than
that is shown as "|", and if several things fall on one character the more telling one is
shown. Exact times stand in the table below the lanes.

The alt text goes where outputs are compared, so it says only what a busy machine cannot
change: names, what is waited for, who overlaps, the order of the ends; and seconds only
where they are exact, on the virtual clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from textwrap import wrap

import numpy as np

from helpers.charts.axis import time_ticks
from helpers.charts.lanes import (
    MOST_LANES,
    NOTHING_RAN,
    Bar,
    Block,
    Lane,
    Layout,
    is_machinery,
    lay_out,
)
from helpers.charts.style import cells, shortened, summary, visible, window_text
from helpers.charts.words import SIGNS, duration_text
from helpers.timeline import KINDS, NOTHING, OUTCOMES, TaskSpan, Timeline

_MARK = {name: sign.character for name, sign in SIGNS.items()}
# What may fall on one character: later ones are drawn over earlier ones.
_OVER = ("asleep", "busy", "waiting", "ready", "overdue", "callback", "running")
_NARROWEST, _COLUMN = 60, 9  # the fewest characters of a line, and of a column in the table
_SUMS = ("running", "ready", "waiting", "overdue")
_CLEARLY_BLOCKING = 0.2  # seconds; a busy machine may stretch any step beyond asyncio's 0.1 s


def text(
    timeline: Timeline,
    *,
    width: int = 80,
    most: int = MOST_LANES,
    between: tuple[float, float] | None = None,
) -> str:
    """The chart of a timeline in characters, `width` of them to a line at most.

    At least 60 are taken. `most` and `between` are as in `gantt`. Ends without a line break.
    """
    width = max(int(width), _NARROWEST)
    first = lay_out(timeline, resolution=width, most=most, between=between)
    margin = min(max((_label_cells(lane) for lane in first.lanes), default=0), width // 3) + 2
    room = width - margin - 2  # two for the mark at the end
    layout = lay_out(timeline, resolution=room, most=most, between=between)
    lines = [_cut(_heading(layout), width)]
    if not layout.lanes:
        lines.append(NOTHING_RAN)
    else:
        lines += [_row(lane, layout, margin, room) for lane in layout.lanes]
        lines += [_axis(layout, margin, room), "", *_wrapped(_legend(layout), width)]
        lines += ["", *_table(layout, margin)]
    lines += [_cut(line, width) for line in _remarks(layout)]
    for note in layout.notes:
        lines += wrap(f"Note: {visible(note)}", width)
    return "\n".join(line.rstrip() for line in lines).rstrip()


# -- the rows ------------------------------------------------------------------------------


def _heading(layout: Layout) -> str:
    return ": ".join(filter(None, (visible(layout.title), ", ".join(summary(layout)))))


def _label_cells(lane: Lane) -> int:
    return 2 * lane.depth + cells(visible(lane.label))


def _label(lane: Lane, width: int) -> str:
    """The lane's name, indented below its parent's, filled up to `width` cells."""
    indent = "  " * min(lane.depth, 4)
    name = indent + _cut(visible(lane.label), width - 2 - len(indent))
    return name + " " * (width - cells(name))


def _cut(words: str, width: int) -> str:
    """The words, shortened until they take at most `width` cells."""
    length = width
    while cells(words) > width:
        words, length = shortened(words, length), length - 1
    return words


def _row(lane: Lane, layout: Layout, margin: int, room: int) -> str:
    marks = _crowd(lane, room) if lane.crowd else [" "] * (room + 2)
    for bar in sorted(lane.bars, key=_over):
        _put(marks, bar, layout, room)
    for bar in lane.bars:
        if bar.state == "waiting":
            _carry(marks, bar, layout, room)
    if lane.end:
        at = max(_cell(layout, lane.end.time, room), 0)
        while at < room and marks[at] in (_MARK["running"], _MARK["tick"]):
            at += 1
        marks[at] = _MARK[lane.end.outcome]
    return _label(lane, margin) + "".join(marks)


def _over(bar: Bar) -> int:
    return _OVER.index(bar.state)


def _cell(layout: Layout, moment: float, room: int) -> int:
    span = layout.end - layout.start
    return int((moment - layout.start) / span * room + 1e-9) if span else 0


def _put(marks: list[str], bar: Bar, layout: Layout, room: int) -> None:
    first = min(_cell(layout, bar.start, room), room - 1)
    if not bar.thin:
        last = max(_cell(layout, bar.end, room), first + 1)
        marks[first:last] = _MARK[bar.state] * (last - first)
    elif bar.state in ("running", "callback", "overdue", "busy"):
        marks[first] = _MARK["tick"] if bar.state == "running" else _MARK[bar.state]
    elif marks[first] == " ":
        marks[first] = _MARK[bar.state]


def _carry(marks: list[str], bar: Bar, layout: Layout, room: int) -> None:
    """Write on a waiting line what it waits for, if it fits."""
    words = f" {visible(bar.text)} "
    first, last = (_cell(layout, moment, room) for moment in (bar.start, bar.end))
    free = last - first - 4
    if bar.text and cells(words) == len(words) and len(words) <= free:
        at = first + (last - first - len(words)) // 2
        marks[at : at + len(words)] = words


def _crowd(lane: Lane, room: int) -> list[str]:
    """What most of the tasks do, column by column; blank where there is none."""
    crowd = lane.crowd
    shares = np.stack([crowd.waiting, crowd.ready, crowd.running])
    names = np.array([_MARK["waiting"], _MARK["ready"], _MARK["running"]])
    most = np.where(shares.max(axis=0) > 1e-9, names[shares.argmax(axis=0)], " ")
    return [*most.tolist()[:room], " ", " "]


def _axis(layout: Layout, margin: int, room: int) -> str:
    line = ""
    for moment, words in time_ticks(layout.start, layout.end, max(room // 12, 1)):
        at = margin + _cell(layout, moment, room)
        if at >= len(line) and at + len(words) <= margin + room + 2:
            line = line.ljust(at) + words + "  "
    return line


def _legend(layout: Layout) -> list[str]:
    bars = [bar for lane in layout.lanes for bar in lane.bars]
    found = {bar.state for bar in bars if not bar.thin} | layout.crowd_states
    found |= {lane.end.outcome for lane in layout.lanes if lane.end}
    thin = {bar.state for bar in bars if bar.thin}
    found |= thin & {"callback", "overdue", "busy"}
    found |= {"tick"} if "running" in thin else set()
    return [f"{sign.character} {sign.words}" for name, sign in SIGNS.items() if name in found]


def _wrapped(parts: Sequence[str], width: int) -> Iterator[str]:
    line = ""
    for part in parts:
        if line and len(line) + 3 + len(part) > width:
            yield line
            line = ""
        line = f"{line}   {part}" if line else part
    yield line


def _table(layout: Layout, margin: int) -> list[str]:
    """How long each lane was in each state."""
    rows = [(lane, dict(lane.seconds_in)) for lane in layout.lanes if lane.seconds_in]
    states = [s for s in _SUMS if s != "overdue" or any(sums.get(s) for _, sums in rows)]
    times = [[duration_text(sums.get(state, 0.0)) for state in states] for _, sums in rows]
    width = max([_COLUMN, *(len(time) + 2 for line in times for time in line)])
    lines = [_label(lane, margin) for lane, _ in rows]
    lines = [name + _columns(line, width) for name, line in zip(lines, times, strict=True)]
    return [" " * margin + _columns(states, width), *lines] if rows else []


def _columns(words: Sequence[str], width: int) -> str:
    return "".join(f"{word:>{width}}" for word in words)


def _remarks(layout: Layout) -> Iterator[str]:
    """What is in the fold, who held the loop, and what was raised."""
    for lane in layout.lanes:
        if lane.remarks:
            yield f"{lane.label}: {', '.join(lane.remarks)}"
    for lane in layout.lanes:
        if lane.blocks:
            yield f"{_short(lane.label)} held the loop for {_stretches(lane.blocks)}"
    for lane in layout.lanes:
        if lane.end and lane.end.text:
            yield f"{_MARK[lane.end.outcome]} {_short(lane.label)}: {visible(lane.end.text)}"


def _stretches(blocks: Sequence[Block]) -> str:
    """The longest of them first."""
    longest = sorted(blocks, key=lambda block: -block.held)[:5]
    real = " of real time" if longest[0].real else ""
    return ", ".join(duration_text(block.held) for block in longest) + real + " at a stretch"


def _short(name: str) -> str:
    return shortened(visible(name), 40)


# -- alt text ---------------------------------------------------------------------------------

_MOST_TOLD = 12  # tasks told one by one


def alt_text(
    timeline: Timeline,
    *,
    title: str | None = None,
    between: tuple[float, float] | None = None,
) -> str:
    """What is to be seen in the chart, in sentences that are the same at every run.

    `title` and `between` are as in `gantt`. A step counts as blocking here from 0.2 s on: a
    busy machine may stretch any step a little beyond asyncio's limit of 0.1 s.
    """
    tasks = [t for t in timeline.tasks if t.role != "recording"]
    title = timeline.title if title is None else title
    name = f"Gantt chart '{visible(title)}'" if title else "Gantt chart"
    if between is not None:
        name += f", {window_text(*between)}"
    told = tasks if len(tasks) <= _MOST_TOLD else []
    held = timeline.states.own > _CLEARLY_BLOCKING * 1e9
    parts = [f"{name}: {_how_many(timeline, tasks)}"]
    parts += [_life(timeline, task, held) for task in (told if tasks else timeline.tasks)]
    if all(task.role for task in tasks):
        parts.append(_callbacks(timeline))
    parts += [_overlap(tasks), _order_of_ends(timeline, told), _notes(timeline)]
    return ". ".join(part for part in parts if part) + "."


def _callbacks(timeline: Timeline) -> str:
    """Which callbacks and timers ran, each name once, in order."""
    kinds = [KINDS.index(kind) for kind in ("callback", "timer", "io")]
    labels = timeline.states.column("label")[np.isin(timeline.states.column("kind"), kinds)]
    names = [timeline.strings[number] for number in _once(labels)]
    names = [visible(name) for name in names if not is_machinery(name)]
    more = ["and others"] if len(names) > _MOST_TOLD else []
    return "The loop runs " + ", ".join(names[:_MOST_TOLD] + more) if names else ""


def _once(numbers: np.ndarray) -> list[int]:
    """Each number once, in order of first appearance."""
    found, first = np.unique(numbers, return_index=True)
    return found[np.argsort(first)].tolist()


def _how_many(timeline: Timeline, tasks: Sequence[TaskSpan]) -> str:
    number = f"{len(tasks) or 'no'} task" + "s" * (len(tasks) != 1)
    if timeline.clock == "virtual":
        number += f" in {duration_text(timeline.duration)} of virtual time"
    if len(tasks) <= _MOST_TOLD:
        return number
    ends = Counter(task.outcome for task in tasks)
    return f"{number}, of which " + ", ".join(f"{ends[o]} {o}" for o in OUTCOMES if ends[o])


def _life(timeline: Timeline, task: TaskSpan, held: np.ndarray) -> str:
    """One task in one sentence: what it waits for, whether it blocks, how it ends.

    `held` says of each step whether it clearly held the loop.
    """
    mine = np.flatnonzero(timeline.states.column("task") == task.id)
    waits = _waits(timeline, mine)
    parts = [f"{SIGNS['waiting'].verb} " + ", then ".join(waits)] if waits else []
    if held[mine].any():
        parts.append(SIGNS["blocking"].verb)
    if task.role != "recording" or not parts:
        parts.append(_ending(timeline, task))
    *most, last = parts
    return f"{_quoted(task)} " + (f"{', '.join(most)} and {last}" if most else last)


def _quoted(task: TaskSpan) -> str:
    return f"'{_short(task.name)}'"


def _waits(timeline: Timeline, steps: np.ndarray) -> list[str]:
    """What those steps wait for, each thing once, in order; at most five things."""
    numbers = _once(timeline.states.column("waiting_for")[steps])
    return [_short(timeline.strings[number]) for number in numbers if number != NOTHING][:5]


def _ending(timeline: Timeline, task: TaskSpan) -> str:
    when = ""
    if timeline.clock == "virtual" and task.ended is not None:
        when = f" at {duration_text(task.ended)}"
    verb = SIGNS[task.outcome].verb
    if task.outcome == "raised":
        verb += f" {shortened(visible(task.exception or 'an exception'), 80)}"
    return verb + when


def _overlap(tasks: Sequence[TaskSpan]) -> str:
    """Whether they were alive together: one made before the other had ended."""
    born = [t for t in tasks if t.role != "main"]
    if len(born) < 2:
        return ""
    pairs = list(pairwise(born))
    together = [_meet(one, other) for one, other in pairs]
    if all(together):
        return "They overlap" if len(born) > 2 else "Both overlap"
    return "Some of them overlap" if any(together) else "They run one after the other"


def _meet(earlier: TaskSpan, later: TaskSpan) -> bool:
    return earlier.ended is None or later.created is None or later.created < earlier.ended


def _order_of_ends(timeline: Timeline, tasks: Sequence[TaskSpan]) -> str:
    ended = [task for task in tasks if task.ended is not None]
    if len(ended) < 2:
        return ""
    ended.sort(key=lambda task: _end_in_order(timeline, task))
    return "They end in the order " + ", ".join(_short(t.name) for t in ended)


def _end_in_order(timeline: Timeline, task: TaskSpan) -> tuple[float, int, int]:
    """When it ended; at one and the same virtual moment, tasks end as their last steps do.

    Steps are numbered as they start: a step ends after the last one that ran within it.
    """
    steps = timeline.task_steps(task.id)
    if not steps:
        return task.ended, NOTHING, 0
    innermost = steps[-1]
    while within := timeline.children(innermost):
        innermost = within[-1]
    return task.ended, innermost, -steps[-1]


def _notes(timeline: Timeline) -> str:
    return " ".join(f"Note: {visible(note).rstrip('.')}" for note in timeline.notes)
