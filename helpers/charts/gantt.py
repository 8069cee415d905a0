"""The Gantt chart: a lane for each task, and in it when the task ran, was ready and waited.

What is where in time was decided by `lanes`; this file only knows how each thing is drawn in
its row of the sheet.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from helpers.charts import frame as sheet
from helpers.charts import shared_drawing, style
from helpers.charts.alt import alt_text
from helpers.charts.canvas import MARK, Canvas
from helpers.charts.chart import Chart
from helpers.charts.crowd import Crowd
from helpers.charts.frame import EDGE, SMALL, Frame, words_width
from helpers.charts.lanes import lay_out
from helpers.charts.layout import NOTHING_RAN, Bar, Block, End, Lane, Layout
from helpers.charts.page import in_notebook
from helpers.charts.signs import lane_signs, signs_of
from helpers.charts.style import TICK, fitted, text_width
from helpers.charts.text import text
from helpers.charts.words import duration_text
from helpers.timeline import Timeline
from helpers.timeline.options import GanttOptions, TextOptions

_INDENT = 14  # of a child's name below its parent's
_MOST_TOLD = 6  # exceptions written out below
_ELBOW, _ELBOW_STEP = 8, 6  # how far left of a beginning the arrow to it comes down


def gantt(timeline: Timeline, options: GanttOptions | None = None) -> Chart:
    """The Gantt chart of a timeline.

    Drawing or writing it raises ValueError when the part of the recording that `between` asks
    for is empty.
    """
    options = options or GanttOptions()
    title = timeline.title if options.title is None else options.title
    return Chart(
        kind="Gantt chart",
        title=title,
        draw=partial(_draw, timeline=timeline, title=title, options=options),
        write=partial(_write, timeline, options),
        describe=partial(alt_text, timeline, title=title, between=options.between),
    )


def _write(timeline: Timeline, options: GanttOptions, width: int) -> str:
    asked = TextOptions(
        width=width,
        title=options.title,
        most=options.most,
        between=options.between,
        fold_libraries=options.fold_libraries,
    )
    return text(timeline, asked)


def shown(timeline: Timeline) -> dict[str, str]:
    """The same as `notebook_output`, for a cell that shows it: the chart comes into view."""
    if in_notebook():
        from helpers.charts.arriving import come_into_view

        come_into_view()
    return notebook_output(timeline)


def notebook_output(timeline: Timeline) -> dict[str, str]:
    """What a notebook stores and shows for a timeline, by MIME type.

    Its short `repr` and its Gantt chart; one that is still recording has no chart yet.
    """
    if not timeline.complete:
        return {"text/plain": repr(timeline)}
    return gantt(timeline).output(plain=repr(timeline))


def _draw(canvas: Canvas, timeline: Timeline, title: str, options: GanttOptions) -> None:
    layout = lay_out(
        timeline,
        resolution=sheet.resolution(options.width),
        most=options.most,
        between=options.between,
        until=options.until,
        fold_libraries=options.fold_libraries,
    )
    frame = _frame(layout, title, options)
    notes = _notes(layout, frame)
    canvas.sheet(frame.width, frame.height(len(notes)))
    sheet.heading(canvas, frame, title, layout.summary)
    if layout.lanes:
        sheet.time_axis(canvas, frame)
        _arrows(canvas, layout, frame)
    else:
        canvas.write(EDGE, frame.bottom - 10, NOTHING_RAN, sheet.BODY)
    for number, lane in enumerate(layout.lanes):
        _lane(canvas, lane, frame, number)
    if layout.stopped is not None:
        sheet.stop(canvas, frame, layout.stopped)
    sheet.below(canvas, frame, notes)


# -- how much room there is ----------------------------------------------------------------


def _frame(layout: Layout, title: str, options: GanttOptions) -> Frame:
    number = len(layout.lanes)
    row = 34.0 if number <= 10 else 30.0 if number <= 18 else 26.0
    return sheet.frame(
        width=float(options.width),
        titled=bool(title),
        names=max(_names_width(layout), options.names),
        gap=sheet.GAP + _ELBOW_STEP * _levels(layout),
        window=(layout.start, layout.end),
        heights=[_height(lane, row) for lane in layout.lanes],
        signs=(*signs_of(layout), *lane_signs(layout)) if options.legend else (),
    )


def _height(lane: Lane, row: float) -> float:
    if lane.kind in shared_drawing.KINDS:
        return shared_drawing.height(lane)
    return {"fold": 92.0, "loop": 30.0, "kernel": 26.0}.get(lane.kind, row)


def _bar_height(frame: Frame, number: int) -> float:
    return min(16.0, frame.heights[number] * 0.5)


def with_room_for(options: GanttOptions, timeline: Timeline) -> GanttOptions:
    """These options, so that a chart can be compared with that one's: the axis goes on as far, and
    the names have as much room."""
    names = _names_width(
        lay_out(timeline, most=options.most, fold_libraries=options.fold_libraries)
    )
    until = max(options.until, timeline.duration)
    return replace(options, until=until, names=max(options.names, names))


def _names_width(layout: Layout) -> float:
    """Of the widest name or remark."""
    widths = [_indent(lane) + words_width(lane.label, sheet.BODY) for lane in layout.lanes]
    widths += [words_width(words, SMALL) for lane in layout.lanes for words in lane.remarks]
    return max(widths, default=0.0)


def _indent(lane: Lane) -> float:
    return _INDENT * min(lane.depth, 4)


# -- drawing -------------------------------------------------------------------------------


def _lane(canvas: Canvas, lane: Lane, frame: Frame, number: int) -> None:
    colour = style.INK if lane.kind in ("task", "callback") else style.SOFT_INK
    sheet.name(canvas, frame, number, lane.label, lane.remarks, indent=_indent(lane), colour=colour)
    if lane.kind in shared_drawing.KINDS:
        shared_drawing.draw(canvas, lane, frame, number)
        return
    if lane.crowd:
        _crowd(canvas, lane.crowd, frame, number)
    for bar in lane.bars:
        _DRAW[bar.state](canvas, bar, frame, number)
    for block in lane.blocks:
        _block(canvas, block, lane, frame, number)
    if lane.end:
        _end(canvas, lane.end, frame, number)


def _arrows(canvas: Canvas, layout: Layout, frame: Frame) -> None:
    """From the parent's step down, and with an elbow to where the child begins.

    Children made at about the same moment share the way down; those of a task further
    down the family come down further right, so that the ways are told apart.
    """
    deepest = _levels(layout)
    trunks: dict[int, float] = {}
    for arrow in layout.arrows:
        x = frame.x(arrow.time)
        elbow = _ELBOW + _ELBOW_STEP * max(deepest - layout.lanes[arrow.origin].depth, 0)
        trunk = trunks.get(arrow.origin, -np.inf)
        if not 4 < x - trunk < 2 * elbow:
            trunk = trunks[arrow.origin] = x - elbow
        begin, y = frame.middles[arrow.origin], frame.middles[arrow.target]
        canvas.line("arrow", (x, begin), (trunk, begin), (trunk, y), (x - 3, y))
        canvas.head(x - 0.5, y)


def _levels(layout: Layout) -> int:
    """How many levels of parents there are below the first; more than three look alike."""
    return min(max((layout.lanes[arrow.origin].depth for arrow in layout.arrows), default=0), 3)


def _solid(canvas: Canvas, bar: Bar, frame: Frame, number: int) -> None:
    """A filled bar, never narrower than a tick."""
    left, right, y = frame.x(bar.start), frame.x(bar.end), frame.middles[number]
    half = {"busy": 4.0, "callback": 7.0}.get(bar.state, _bar_height(frame, number) / 2)
    if right - left < TICK:
        left, right = (left + right - TICK) / 2, (left + right + TICK) / 2
    canvas.box(bar.state, left, y - half, right, y + half)


def _ready(canvas: Canvas, bar: Bar, frame: Frame, number: int) -> None:
    """Not drawn when narrower than the tick of the step it leads to, which would hide it."""
    half, y = _bar_height(frame, number) / 2 - 1, frame.middles[number]
    if not bar.thin:
        canvas.box("ready", frame.x(bar.start), y - half, frame.x(bar.end), y + half)


def _waiting(canvas: Canvas, bar: Bar, frame: Frame, number: int) -> None:
    """A line that carries, in a gap, what it waits for."""
    left, right, y = frame.x(bar.start), frame.x(bar.end), frame.middles[number]
    words = _waiting_words(bar.text, right - left - 18)
    if not words:
        canvas.line("waiting", (left, y), (right, y))
        return
    middle, half = (left + right) / 2, text_width(words, SMALL) / 2 + 4
    canvas.line("waiting", (left, y), (middle - half, y))
    canvas.line("waiting", (middle + half, y), (right, y))
    canvas.box("paper", middle - half, y - 7, middle + half, y + 7)
    canvas.write(middle, y, words, SMALL, colour=style.SOFT_INK, align="center")


def _waiting_words(text: str, room: float) -> str:
    if not text or room < 30:
        return ""
    words = fitted(text, SMALL, room)
    return words if len(words) == len(text) or len(words) >= 14 else ""


def _overdue(canvas: Canvas, bar: Bar, frame: Frame, number: int) -> None:
    """From the moment it was due, marked by a stroke, to when the loop noticed."""
    left, right, y = frame.x(bar.start), frame.x(bar.end), frame.middles[number]
    half = _bar_height(frame, number) / 2
    canvas.line("overdue", (left, y), (max(right, left + TICK), y))
    canvas.line("due", (left, y - half), (left, y + half))


def _asleep(canvas: Canvas, bar: Bar, frame: Frame, number: int) -> None:
    y = frame.middles[number]
    canvas.line("asleep", (frame.x(bar.start), y), (frame.x(bar.end), y))


_DRAW = {
    "running": _solid,
    "ready": _ready,
    "waiting": _waiting,
    "overdue": _overdue,
    "busy": _solid,
    "asleep": _asleep,
    "callback": _solid,
}


def _block(canvas: Canvas, block: Block, lane: Lane, frame: Frame, number: int) -> None:
    """A bracket over the step, and for how long it held the loop.

    Where others ran inside it, a bracket over each part of its own, and no words; nor over
    a crowd, where there is no one bar of it.
    """
    if block.real:
        _real_block(canvas, block, frame, number)
        return
    inside = [b for b in lane.bars if block.start <= b.start and b.end <= block.end]
    parts = [(b.start, b.end) for b in inside if b.state == "running" and not b.thin]
    for start, end in parts or [(block.start, block.end)]:
        _bracket(canvas, start, end, frame, number, _half_height(lane.crowd, frame, number))
    left, right = frame.x(block.start), frame.x(block.end)
    words = duration_text(block.held)
    if not lane.crowd and len(parts) <= 1 and right - left > text_width(words, SMALL) + 10:
        middle = (left + right) / 2, frame.middles[number]
        canvas.write(*middle, words, SMALL, colour="white", align="center")


def _half_height(crowd: Crowd | None, frame: Frame, number: int) -> float:
    """Of what is drawn in that lane."""
    return frame.heights[number] / 2 - 6 if crowd else _bar_height(frame, number) / 2


def _bracket(
    canvas: Canvas, start: float, end: float, frame: Frame, number: int, half: float
) -> None:
    left, right = frame.x(start), max(frame.x(end), frame.x(start) + TICK)
    top = frame.middles[number] - half - 3
    canvas.line("blocking", (left, top + 4), (left, top), (right, top), (right, top + 4))


def _real_block(canvas: Canvas, block: Block, frame: Frame, number: int) -> None:
    """A flag at a step of no length on the virtual clock that really took time."""
    x, y, half = frame.x(block.start), frame.middles[number], _bar_height(frame, number) / 2
    canvas.line("blocking", (x, y + half), (x, y - half - 7))
    words = f"held the loop for {duration_text(block.held)} of real time"
    canvas.write(x + 6, y - half - 4, words, SMALL, colour=style.WARNING_INK)


def _end(canvas: Canvas, end: End, frame: Frame, number: int) -> None:
    x, y = frame.x(end.time) + MARK / 2 + 2, frame.middles[number]
    canvas.mark(end.outcome, x, y)
    if end.text and _has_room(end, frame):
        left = x + MARK / 2 + 4
        canvas.box("paper", left, y - 7, left + words_width(end.text, SMALL), y + 7)
        canvas.write(left, y, end.text, SMALL, colour=style.WARNING_INK)


def _has_room(end: End, frame: Frame) -> bool:
    left = frame.x(end.time) + MARK + 8
    return text_width(style.drawable(end.text), SMALL) <= frame.width - EDGE - left


def _crowd(canvas: Canvas, crowd: Crowd, frame: Frame, number: int) -> None:
    """Shares as stacked areas: running below, then ready, then waiting."""
    y, half = frame.middles[number], _half_height(crowd, frame, number)
    most = max(float((crowd.running + crowd.ready + crowd.waiting).max()), 1e-12)
    floor = np.full(len(crowd.running), y + half)
    # However small its share, a column in which a step ran shows it.
    least = np.where((crowd.steps > 0) | (crowd.running > 1e-9), TICK, 0.0)
    heights = [np.maximum(crowd.running / most * 2 * half, least)]
    heights += [crowd.ready / most * 2 * half, crowd.waiting / most * 2 * half]
    for name, height in zip(("running", "crowd ready", "crowd waiting"), heights, strict=True):
        ceiling = np.maximum(floor - height, y - half)
        sheet.area(canvas, frame, name, floor, ceiling)
        floor = ceiling


def _notes(layout: Layout, frame: Frame) -> list[tuple[str, str]]:
    """Exceptions that found no room beside their lane, and the recording's own notes."""
    raised = [(lane.label, lane.end) for lane in layout.lanes if lane.end and lane.end.text]
    raised = [(label, end) for label, end in raised if not _has_room(end, frame)]
    told = [(end.outcome, f"{style.shortened(label, 40)}: {end.text}") for label, end in raised]
    more = len(told) - _MOST_TOLD
    rest = [("", f"and {more} more that raised")] if more > 0 else []
    return [*told[:_MOST_TOLD], *rest, *(("", f"Note: {note}") for note in layout.notes)]
