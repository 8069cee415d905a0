"""The load chart: how many tasks run, are ready and wait, and how full what they share is.

Each state has a row with a scale of its own: among ten thousand tasks the one that runs would
not be seen otherwise. In each column of the picture, "running" is the share of the time in
which one of them ran (a loop runs one at a time); "ready" and "waiting" are the largest number
there was in it, so that no rush, however short, is averaged away.

The limit: a task that is ready or waits for no time at all is not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from textwrap import wrap

import numpy as np

from helpers.charts import frame as sheet
from helpers.charts import style
from helpers.charts.axis import axis_line
from helpers.charts.canvas import Canvas
from helpers.charts.chart import Chart
from helpers.charts.crowd import Shares, crowd_of
from helpers.charts.frame import EDGE, SMALL, Frame, words_width
from helpers.charts.layout import NOTHING_RAN
from helpers.charts.shared_lanes import chosen, remark
from helpers.charts.style import cells, cut, visible
from helpers.charts.view import window
from helpers.charts.words import duration_text, summary, window_text
from helpers.timeline import NANOSECONDS, Resource, Timeline
from helpers.timeline.options import PictureOptions
from helpers.timeline.states import Moments

_ROW, _AREA = 72.0, 48.0  # the height of a row, and of its curve
_FILLS = {"running": "running", "ready": "crowd ready", "waiting": "waiting"}
_LEAST = 1.5  # pixels: a few are not none
_BLOCKS = "▁▂▃▄▅▆▇█"
_KEY = "█ is the most in its row, ▁ the least, and a blank is none."
_NARROWEST = 60  # characters of a line


@dataclass(frozen=True, eq=False)
class Row:
    """One number over time: how large in each column, the largest it gets, what to say of it."""

    name: str
    sizes: Shares
    top: float
    remarks: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Load:
    """The rows of a load chart, seen from `start` to `end` (seconds), of so many tasks."""

    tasks: int
    start: float
    end: float
    rows: tuple[Row, ...]


def load(timeline: Timeline, options: PictureOptions | None = None) -> Chart:
    """The load chart of a timeline.

    Drawing or writing it raises ValueError when the part of the recording that `between` asks
    for is empty.
    """
    options = options or PictureOptions()
    title = timeline.title if options.title is None else options.title
    return Chart(
        kind="Load chart",
        title=title,
        draw=partial(_draw, timeline=timeline, title=title, options=options),
        write=partial(_write, timeline, title, options),
        describe=partial(_describe, timeline, title, options),
    )


# -- counting ------------------------------------------------------------------------------


def count(timeline: Timeline, columns: int, between: tuple[float, float] | None = None) -> Load:
    """How many tasks were in each state, in so many columns.

    Counted are all but the task that entered the recording; that one, if there is no other.
    """
    start, end = window(timeline, between)
    tasks = [task.id for task in timeline.tasks if task.role != "recording"]
    ids = tasks or [task.id for task in timeline.tasks]
    if not ids:
        return Load(0, start, end, ())
    edges = np.linspace(start, end if end > start else start + 1, columns + 1)
    crowd = crowd_of(timeline, ids, edges)
    share = float(crowd.running.mean())
    # However short a step, the column in which it ran shows it.
    busy = np.where(crowd.steps > 0, np.maximum(crowd.running, 1e-6), np.round(crowd.running, 6))
    rows = [Row("running", busy, 1.0, (f"{_percent(share)} of the time",))]
    for name, (begin, over) in _stays(timeline, ids).items():
        sizes = _largest(begin, over, edges)
        most, mean = f"up to {sizes.max():,.0f}", float(getattr(crowd, name).mean())
        remarks = (most, f"{_number(mean)} on average") if sizes.any() else ("none",)
        rows.append(Row(name, sizes, float(sizes.max()), remarks))
    rows += [_row_of(one, edges) for one in chosen(timeline.resources)[0]]
    return Load(len(tasks), start, end, tuple(rows))


def _row_of(one: Resource, edges: Shares) -> Row:
    """How full it was: in each column the largest."""
    moments, sizes = np.array(one.changes.moment), np.append(0.0, one.changes.size)
    borders = np.rint(edges * NANOSECONDS)
    largest: Shares = sizes[np.searchsorted(moments, borders[:-1], side="right")]
    column = np.searchsorted(borders, moments, side="right") - 1
    inside = (column >= 0) & (column < len(largest))
    np.maximum.at(largest, column[inside], sizes[1:][inside])
    limit = max(one.changes.limit, default=-1)
    waiting = (f"up to {one.most_waiting:,} waiting",) if one.most_waiting else ()
    return Row(one.name, largest, float(max(limit, sizes.max())), (remark(one), *waiting))


def _stays(timeline: Timeline, ids: Sequence[int]) -> dict[str, tuple[Moments, Moments]]:
    """From when to when those tasks were ready, and waited, each time."""
    states = timeline.states
    member = np.zeros(len(timeline.tasks) + 1, dtype=bool)  # the last is that of "no task", -1
    member[ids] = True
    mine = member[states.column("task")]
    since, until, start = states.since[mine], states.until[mine], states.column("start")[mine]
    rested, queued, gone = (moments[ids] for moments in states.rests[1:])
    paused = member[states.column("task")[states.pauses.step]]
    pauses, resumed = states.pauses.start[paused], states.pauses.end[paused]
    return {
        "ready": (np.concatenate([until, queued]), np.concatenate([start, gone])),
        "waiting": (
            np.concatenate([since, rested, pauses]),
            np.concatenate([until, queued, resumed]),
        ),
    }


def _largest(begin: Moments, over: Moments, edges: Shares) -> Shares:
    """In each column, the largest number of those stays there was at any one time."""
    lasting = over > begin
    changes = np.concatenate([begin[lasting], over[lasting]])
    moments, at = np.unique(changes, return_inverse=True)
    change = np.repeat([1.0, -1.0], lasting.sum())
    number = np.concatenate([[0.0], np.cumsum(np.bincount(at, change, len(moments)))])
    borders = np.rint(edges * NANOSECONDS)
    largest: Shares = number[np.searchsorted(moments, borders[:-1], side="right")]
    column = np.searchsorted(borders, moments, side="right") - 1
    inside = (column >= 0) & (column < len(largest))
    np.maximum.at(largest, column[inside], number[1:][inside])
    return largest


def _percent(share: float) -> str:
    if 0 < share < 0.01 or 0.99 < share < 1:
        return "under 1 %" if share < 0.5 else "over 99 %"
    return f"{100 * share:.0f} %"


def _number(number: float) -> str:
    if number < 0.05:
        return "under 0.1"
    return f"{number:.1f}".removesuffix(".0") if number < 10 else f"{number:,.0f}"


# -- as a picture ----------------------------------------------------------------------------


def _draw(canvas: Canvas, timeline: Timeline, title: str, options: PictureOptions) -> None:
    counted = count(timeline, sheet.resolution(options.width), options.between)
    frame = _frame(counted, title, options)
    notes = [("", f"Note: {note}") for note in timeline.notes]
    canvas.sheet(frame.width, frame.height(len(notes)))
    sheet.heading(canvas, frame, title, _facts(timeline, counted))
    if counted.rows:
        sheet.time_axis(canvas, frame)
    else:
        canvas.write(EDGE, frame.bottom - 10, NOTHING_RAN, sheet.BODY)
    for number, row in enumerate(counted.rows):
        sheet.name(canvas, frame, number, row.name, row.remarks)
        _curve(canvas, frame, number, row)
    sheet.below(canvas, frame, notes)


def _frame(counted: Load, title: str, options: PictureOptions) -> Frame:
    names = [words_width(row.name, sheet.BODY) for row in counted.rows]
    names += [words_width(remark, SMALL) for row in counted.rows for remark in row.remarks]
    scales = [words_width(f"{row.top:,.0f}", SMALL) for row in counted.rows]
    return sheet.frame(
        width=float(options.width),
        titled=bool(title),
        names=max(names, default=0.0),
        gap=sheet.GAP + max(scales, default=0.0) + 8,
        window=(counted.start, counted.end),
        heights=[_ROW] * len(counted.rows),
        signs=(),
    )


def _curve(canvas: Canvas, frame: Frame, number: int, row: Row) -> None:
    """The number as an area between none and the largest, with a line at either."""
    floor = frame.middles[number] + _AREA / 2
    ceiling = floor - _AREA
    scale = {floor: "0", ceiling: f"{row.top:,.0f}"} if row.top else {floor: "0"}
    for y, words in scale.items():
        canvas.line("grid", (frame.left, y), (frame.right, y))
        canvas.write(frame.left - 8, y, words, SMALL, colour=style.SOFT_INK, align="right")
    heights = np.maximum(row.sizes / (row.top or 1.0) * _AREA, _LEAST) * (row.sizes > 0)
    floors = np.full(len(heights), floor)
    sheet.area(canvas, frame, _FILLS.get(row.name, "size"), floors, floors - heights)


# -- in words ----------------------------------------------------------------------------------


def _facts(timeline: Timeline, counted: Load) -> list[str]:
    seen = (counted.start, counted.end)
    return summary(counted.tasks, timeline.clock, timeline.duration, seen)


def _write(timeline: Timeline, title: str, options: PictureOptions, width: int) -> str:
    """The rows as lines of blocks, and below them what else there is to say."""
    width = max(int(width), _NARROWEST)
    names = [*_FILLS, *(one.name for one in chosen(timeline.resources)[0])]
    margin = min(max(map(cells, names)), width // 3) + 2
    counted = count(timeline, width - margin, options.between)
    facts = ", ".join(_facts(timeline, counted))
    lines = [cut(f"{visible(title)}: {facts}" if title else facts, width)]
    if counted.rows:
        lines += [_name(row, margin) + _blocks(row) for row in counted.rows]
        lines += [" " * margin + axis_line(counted.start, counted.end, width - margin), "", _KEY]
    else:
        lines.append(NOTHING_RAN)
    lines += [f"{row.name}: {', '.join(row.remarks)}" for row in counted.rows]
    for note in timeline.notes:
        lines += wrap(f"Note: {visible(note)}", width)
    return "\n".join(line.rstrip() for line in lines)


def _name(row: Row, width: int) -> str:
    name = cut(visible(row.name), width - 2)
    return name + " " * (width - cells(name))


def _blocks(row: Row) -> str:
    """A character for each column, the higher the more."""
    level = np.ceil(row.sizes / (row.top or 1.0) * len(_BLOCKS) - 1e-9).astype(int)
    return "".join((" " + _BLOCKS)[number] for number in np.clip(level, 0, len(_BLOCKS)).tolist())


def _describe(timeline: Timeline, title: str, options: PictureOptions) -> str:
    """The alt text. Numbers only of the virtual clock: a busy machine cannot change these."""
    counted = count(timeline, sheet.resolution(options.width), options.between)
    name = f"Load chart '{visible(title)}'" if title else "Load chart"
    if options.between is not None:
        name += f", {window_text(counted.start, counted.end)}"
    tasks = f"{counted.tasks or 'no'} task" + "s" * (counted.tasks != 1)
    if timeline.clock != "virtual" or not counted.rows:
        return f"{name}: {tasks}, and over time how many run, are ready and wait."
    parts = [f"{name}: {tasks} in {duration_text(timeline.duration)} of virtual time"]
    parts += [f"{row.name.capitalize()}: {', '.join(row.remarks)}" for row in counted.rows]
    return ". ".join(parts) + "."
