"""The lanes of the Gantt chart in characters, for terminals, diffs and screen readers.

Above them stands what is to be seen, in the sentences of the picture's alt text, and then the
steps in their order, as `order` tells them: who listens gets a story first, not dashes. Of a
recording of more than two dozen steps that would be a long one, so it is left out, which is said.
Of a part of a recording only its steps are told.

Below them stands what is wrong (`timeline.findings()`), unless only a part is looked at.

A character is one mark wide: a step shorter than that is shown as "|", and if several things
fall on one character the more telling one is shown. Exact times stand in the table below the
lanes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from helpers.charts import shared_text
from helpers.charts.alt import sentences
from helpers.charts.axis import axis_line, cell
from helpers.charts.crowd import Crowd
from helpers.charts.lanes import lay_out
from helpers.charts.layout import NOTHING_RAN, Bar, Block, Lane, Layout
from helpers.charts.order import in_sentences
from helpers.charts.shared_lanes import SHARED
from helpers.charts.signs import in_order, signs_of
from helpers.charts.strip import strip_of
from helpers.charts.style import cell_by_cell, cells, cut, shortened, visible, wrapped
from helpers.charts.words import SIGNS, duration_text
from helpers.timeline import KINDS, Timeline, nanoseconds, seconds
from helpers.timeline.options import TextOptions

_MARK = {name: sign.character for name, sign in SIGNS.items()}
# What may fall on one character: later ones are drawn over earlier ones.
_OVER = ("asleep", "busy", "waiting", "ready", "overdue", "callback", "running")
_NARROWEST, _COLUMN = 60, 9  # the fewest characters of a line, and of a column in the table
_FEW_STEPS = 24
_MOST_WAITS = 4  # told by name, of each task
_TOO_MANY = "{:,} steps are too many to tell one by one; timeline.order() tells a part of them."
_SUMS = ("running", "ready", "waiting", "overdue")


def text(timeline: Timeline, options: TextOptions | None = None) -> str:
    """The Gantt chart of a timeline in characters. Ends without a line break."""
    options = options or TextOptions()
    width = max(int(options.width), _NARROWEST)
    title = timeline.title if options.title is None else options.title
    first = _lay_out(timeline, options, width)
    margin = min(max((_label_cells(lane) for lane in first.lanes), default=0), width // 3) + 2
    room = width - margin - 2  # two for the mark at the end
    layout = _lay_out(timeline, options, room)
    lines = [cut(_heading(layout, title), width)]
    lines += _story(timeline, options, width)
    lines += _lanes(layout, margin, room) if layout.lanes else [NOTHING_RAN]
    many = options.order and _steps(timeline) > _FEW_STEPS
    told = [*_remarks(layout), *_waits(timeline, layout)]
    told += [_TOO_MANY.format(_steps(timeline))] if many else []
    told += [f"Note: {note}" for note in layout.notes]
    lines += [line for words in told for line in wrapped(words, width)]
    lines += _findings(timeline, width) if options.findings and options.between is None else []
    return "\n".join(line.rstrip() for line in lines).rstrip()


def _lay_out(timeline: Timeline, options: TextOptions, room: int) -> Layout:
    return lay_out(
        timeline,
        resolution=room,
        most=options.most,
        between=options.between,
        fold_libraries=options.fold_libraries,
    )


def _lanes(layout: Layout, margin: int, room: int) -> list[str]:
    """The lanes with their axis, the legend and the table."""
    width = margin + room + 2
    lines = [_row(lane, layout, margin, room) for lane in layout.lanes]
    lines.append(" " * margin + axis_line(layout.start, layout.end, room, beyond=2))
    return [*lines, "", *_side_by_side(_legend(layout), width), "", *_table(layout, margin, width)]


# -- the steps ------------------------------------------------------------------------------


def _story(timeline: Timeline, options: TextOptions, width: int) -> list[str]:
    """In sentences, with an empty line below: what is to be seen, unless only a part is looked
    at; and the steps."""
    story = []
    if options.sentences and options.between is None:
        story += [line for told in sentences(timeline) for line in wrapped(f"{told}.", width)]
    steps = _order(timeline, options.between, width) if options.order else []
    if steps:
        story += ["", *steps]
    return [*story, ""] if story else []


def _order(timeline: Timeline, between: tuple[float, float] | None, width: int) -> list[str]:
    """Told one by one; nothing where they are many."""
    if not 0 < _steps(timeline) <= _FEW_STEPS:
        return []
    strip = strip_of(timeline, between=between, most=2 * _FEW_STEPS)
    notes = (line for note in strip.notes for line in wrapped(note, width))
    return [*in_sentences(strip, width), *notes] if strip.columns else []


def _steps(timeline: Timeline) -> int:
    """How many there are; the kernel's are not told."""
    kernel = timeline.states.column("kind") == KINDS.index("kernel")
    return int((~kernel).sum())


def _findings(timeline: Timeline, width: int) -> list[str]:
    """What is wrong, with an empty line before; nothing where nothing was found."""
    found = timeline.findings()
    if not found:
        return []
    ways = (found.text(narrower).split("\n") for narrower in range(width, 0, -1))
    fits = next(told for told in ways if all(cells(line) <= width for line in told))
    return ["", "What was found, the worst first:", *fits]


# -- the rows ------------------------------------------------------------------------------


def _heading(layout: Layout, title: str) -> str:
    return ": ".join(filter(None, (visible(title), ", ".join(layout.summary))))


def _label_cells(lane: Lane) -> int:
    return 2 * lane.depth + cells(visible(lane.label))


def _label(lane: Lane, width: int) -> str:
    """The lane's name, indented below its parent's, filled up to `width` cells."""
    indent = "  " * min(lane.depth, 4, (width - 2) // 3)
    name = indent + cut(visible(lane.label), width - 2 - len(indent))
    return name + " " * (width - cells(name))


def _row(lane: Lane, layout: Layout, margin: int, room: int) -> str:
    if lane.kind in SHARED:
        return _label(lane, margin) + "".join(shared_text.row(lane, layout, room))
    marks = _crowd(lane.crowd, room) if lane.crowd else [" "] * (room + 2)
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
    return cell(moment, layout.start, layout.end, room)


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
    words = cell_by_cell(f" {visible(bar.text)} ")
    first, last = (_cell(layout, moment, room) for moment in (bar.start, bar.end))
    free = last - first - 4
    if bar.text and len(words) <= free:
        at = first + (last - first - len(words)) // 2
        marks[at : at + len(words)] = words


def _crowd(crowd: Crowd, room: int) -> list[str]:
    """What most of the tasks do, column by column; blank where there is none."""
    shares = np.stack([crowd.waiting, crowd.ready, crowd.running])
    names = np.array([_MARK["waiting"], _MARK["ready"], _MARK["running"]])
    most = np.where(shares.max(axis=0) > 1e-9, names[shares.argmax(axis=0)], " ")
    return [*most.tolist()[:room], " ", " "]


def _legend(layout: Layout) -> list[str]:
    """Of the signs that have a character. A crowd's column shows what most of it does."""
    found = in_order({*signs_of(layout), *layout.crowd_states})
    signs = [SIGNS[name] for name in found if SIGNS[name].character]
    return [f"{sign.character} {sign.words}" for sign in signs]


def _side_by_side(parts: Sequence[str], width: int) -> Iterator[str]:
    line = ""
    for part in parts:
        if line and len(line) + 3 + len(part) > width:
            yield line
            line = ""
        line = f"{line}   {part}" if line else part
    yield line


def _table(layout: Layout, margin: int, room: int) -> list[str]:
    """How long each lane was in each state."""
    rows = [(lane, dict(lane.seconds_in)) for lane in layout.lanes if lane.seconds_in]
    states = [s for s in _SUMS if s != "overdue" or any(sums.get(s) for _, sums in rows)]
    times = [[duration_text(sums.get(state, 0.0)) for state in states] for _, sums in rows]
    width = max([_COLUMN, *(len(time) + 2 for line in times for time in line)])
    margin = min(margin, room - width * len(states))
    lines = [_label(lane, margin) for lane, _ in rows]
    lines = [name + _columns(line, width) for name, line in zip(lines, times, strict=True)]
    return [" " * margin + _columns(states, width), *lines] if rows else []


def _columns(words: Sequence[str], width: int) -> str:
    return "".join(f"{word:>{width}}" for word in words)


def _remarks(layout: Layout) -> Iterator[str]:
    """What is in the fold, who held the loop, and what was raised."""
    for lane in layout.lanes:
        if lane.kind in SHARED:
            yield from shared_text.told(lane)
        elif lane.remarks:
            yield f"{lane.label}: {', '.join(lane.remarks)}"
    for lane in layout.lanes:
        if lane.blocks:
            yield f"{_who_held(lane)} held the loop {_held(lane.blocks)}"
    for lane in layout.lanes:
        if lane.end and lane.end.text:
            yield f"{_MARK[lane.end.outcome]} {_short(lane.label)}: {lane.end.text}"


def _who_held(lane: Lane) -> str:
    """In the loop's own lane are callbacks that have none of their own."""
    if lane.kind != "loop":
        return _short(lane.label)
    return "a callback" if len(lane.blocks) == 1 else "callbacks"


def _waits(timeline: Timeline, layout: Layout) -> Iterator[str]:
    """What each waited for, in sum: the longest, and the rest together."""
    seen = nanoseconds(layout.start), nanoseconds(layout.end)
    for lane in layout.lanes:
        if lane.task is None:
            continue
        found = timeline.states.waits(lane.task, *seen)
        waits = [(name, seconds(time)) for name, time in found.items()]
        named, more = waits[:_MOST_WAITS], waits[_MOST_WAITS:]
        told = [
            f"{_short(name) or 'what is not known'} {duration_text(time)}" for name, time in named
        ]
        if more:
            rest = duration_text(sum(time for _, time in more))
            told.append(f"{len(more):,} other{'s' * (len(more) > 1)} {rest}")
        if told:
            yield f"{_short(lane.label)} waited: {', '.join(told)}"


def _held(blocks: Sequence[Block]) -> str:
    """How often, how long in all, and the longest of them with where it was."""
    longest = max(blocks, key=lambda block: block.held)
    held = duration_text(longest.held) + " of real time" * longest.real
    where = f" {longest.where}" * bool(longest.where)
    if len(blocks) == 1:
        return f"for {held}{where}"
    total = duration_text(sum(block.held for block in blocks))
    return f"{len(blocks):,} times, {total} in all, longest {held}{where}"


def _short(name: str) -> str:
    return shortened(visible(name), 40)
