"""The Gantt chart as a matplotlib figure: lanes in, picture out.

Drawn in CSS pixels from top to bottom: heading, lanes, time axis, legend, notes. What is
where in time was decided by `lanes`; this file only knows heights, widths and words. The
figure belongs to nobody but the caller: pyplot never hears of it, so none can leak.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from helpers.charts import legend as legend_of
from helpers.charts import style
from helpers.charts.axis import time_ticks
from helpers.charts.canvas import MARK, Canvas
from helpers.charts.lanes import MOST_LANES, NOTHING_RAN, Bar, Block, End, Lane, Layout, lay_out
from helpers.charts.style import TICK, fitted, summary, text_width
from helpers.charts.words import duration_text
from helpers.timeline import Timeline

_EDGE = 20  # of the sheet, left and right
_BODY, _SMALL, _TITLE = 13, 11.5, 17  # type sizes
_LABEL_GAP = 24  # between names and time
_INDENT = 14  # of a child's name below its parent's
_MOST_TOLD = 6  # exceptions written out below
_COLOURS = 128  # in a PNG
_ELBOW, _ELBOW_STEP = 8, 6  # how far left of a beginning the arrow to it comes down


class Chart(Figure):
    """A matplotlib figure that also shows itself, with alt text, as the last line of a cell."""

    alt = name = ""

    def __repr__(self) -> str:
        """Without the size, which follows from what happened to be seen."""
        return f"<Gantt chart {self.name!r}>" if self.name else "<Gantt chart>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        from helpers.charts import picture_output

        return picture_output(self, repr(self))


def gantt(
    timeline: Timeline,
    *,
    title: str | None = None,
    width: float = style.WIDTH,
    legend: bool = True,
    most: int = MOST_LANES,
    between: tuple[float, float] | None = None,
) -> Chart:
    """The Gantt chart of a timeline, as a matplotlib `Figure` (save it with `.savefig`).

    `title` stands above it, by default the timeline's own; `width` is in CSS pixels (96 to
    the inch); `legend` explains the marks that occur; above `most` tasks some are folded
    into one lane; `between=(start, end)`, in seconds, looks at a part of the recording.
    Raises ValueError when that part is empty.
    """
    from helpers.charts.text import alt_text

    figure = Chart(dpi=96)
    FigureCanvasAgg(figure)
    figure.name = timeline.title if title is None else title
    draw_on(partial(Canvas, figure), timeline, figure.name, width, legend, most, between)
    figure.alt = alt_text(timeline, title=figure.name, between=between)
    return figure


def draw_on(new_canvas, timeline: Timeline, title: str, width: float, legend, most, between):
    """Draw a timeline on the canvas that `new_canvas(width, height)` makes, and return it.

    Any canvas will do that has the methods of `helpers.charts.canvas.Canvas`.
    """
    width = max(float(width), 400.0)
    layout = lay_out(timeline, resolution=int((width - 200) / TICK), most=most, between=between)
    return _draw(new_canvas, layout, _Frame.around(layout, width, title, legend), title)


def png(figure: Figure, scale: float = 2.0) -> bytes:
    """The figure as a PNG file, `scale` dots to a CSS pixel; the same bytes for the same data."""
    image = Image.fromarray(_pixels(figure, 96 * scale)).convert("RGB")
    # A chart has few colours: a palette of them makes the file a third as large.
    few = image.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    _keep_exact(few, image.getpixel((0, 0)))
    out = io.BytesIO()
    few.save(out, format="png")
    return out.getvalue()


def _keep_exact(few: Image.Image, paper: tuple[int, ...]) -> None:
    """Make the colour of the paper, in the corner, what it was: rounding would show."""
    palette, place = few.getpalette(), 3 * few.getpixel((0, 0))
    few.putpalette([*palette[:place], *paper, *palette[place + 3 :]])


def _pixels(figure: Figure, dpi: float) -> np.ndarray:
    """The figure drawn at that resolution; it keeps its own."""
    canvas, usual = FigureCanvasAgg(figure), figure.dpi
    figure.dpi = dpi
    try:
        canvas.draw()
        return np.asarray(canvas.buffer_rgba())
    finally:
        figure.dpi = usual


# -- how much room there is ----------------------------------------------------------------


@dataclass(frozen=True)
class _Frame:
    """The sheet: where the lanes stand, and which pixel is which moment."""

    width: float
    labels: float  # where the lanes' names end
    left: float  # of the part that is time
    right: float
    start: float  # seconds
    end: float
    middles: tuple[float, ...]  # of the lanes, from the top
    heights: tuple[float, ...]
    bottom: float  # of the last lane
    legend: tuple[tuple[tuple[str, float], ...], ...]  # rows of (sign, its left side)

    @classmethod
    def around(cls, layout: Layout, width: float, title: str, with_legend: bool) -> _Frame:
        top = 62.0 if title else 42.0
        row = 34.0 if len(layout.lanes) <= 10 else 30.0 if len(layout.lanes) <= 18 else 26.0
        heights = [_height(lane, row) for lane in layout.lanes]
        labels = _EDGE + _label_width(layout)
        lows = list(np.cumsum(heights) + top)
        return cls(
            width=width,
            left=labels + _LABEL_GAP + _ELBOW_STEP * _levels(layout),
            labels=labels,
            right=width - _EDGE - MARK - 6,
            start=layout.start,
            end=layout.end,
            middles=tuple(low - height / 2 for low, height in zip(lows, heights, strict=True)),
            heights=tuple(heights),
            bottom=lows[-1] if lows else top + 34,
            legend=legend_of.rows(layout, _EDGE, width - _EDGE) if with_legend else (),
        )

    def x(self, moment: float) -> float:
        """The pixel of a moment (seconds)."""
        span = self.end - self.start
        return self.left + (self.right - self.left) * (
            (moment - self.start) / span if span else 0.0
        )

    @property
    def end_of_legend(self) -> float:
        axis = 34 if self.middles else 0
        return self.bottom + axis + legend_of.ROW * len(self.legend)

    def bar_height(self, lane: int) -> float:
        return min(16.0, self.heights[lane] * 0.5)


def _height(lane: Lane, row: float) -> float:
    return {"fold": 92.0, "loop": 30.0, "kernel": 26.0}.get(lane.kind, row)


def _label_width(layout: Layout) -> float:
    """Wide enough for the names and remarks, but not for a very long one."""
    widths = [_indent(lane) + _words_width(lane.label, _BODY) for lane in layout.lanes]
    widths += [_words_width(words, _SMALL) for lane in layout.lanes for words in lane.remarks]
    return min(max(widths, default=0.0) + 1, 220.0)


def _words_width(words: str, size: float) -> float:
    return text_width(style.drawable(words), size)


def _indent(lane: Lane) -> float:
    return _INDENT * min(lane.depth, 4)


# -- drawing, from top to bottom ---------------------------------------------------------------


def _draw(new_canvas, layout: Layout, frame: _Frame, title: str):
    footers = _footers(layout, frame)
    canvas = new_canvas(frame.width, frame.end_of_legend + 20 * len(footers) + 12)
    _heading(canvas, layout, frame, title)
    if layout.lanes:
        _axis(canvas, frame)
        _arrows(canvas, layout, frame)
    else:
        canvas.write(_EDGE, frame.bottom - 10, NOTHING_RAN, _BODY)
    for number, lane in enumerate(layout.lanes):
        _lane(canvas, lane, frame, number)
    legend_of.draw(canvas, frame.legend, frame.end_of_legend - legend_of.ROW * len(frame.legend))
    _notes(canvas, footers, frame.end_of_legend)
    canvas.finish()
    return canvas


def _lane(canvas: Canvas, lane: Lane, frame: _Frame, number: int) -> None:
    _label(canvas, lane, frame, number)
    if lane.crowd:
        _crowd(canvas, lane, frame, number)
    for bar in lane.bars:
        _DRAW[bar.state](canvas, bar, frame, number)
    for block in lane.blocks:
        _block(canvas, block, lane, frame, number)
    if lane.end:
        _end(canvas, lane.end, frame, number)


def _heading(canvas: Canvas, layout: Layout, frame: _Frame, title: str) -> None:
    y = 26.0
    if title:
        room = frame.width - 2 * _EDGE
        words = fitted(title, _TITLE, room, bold=True)
        canvas.write(_EDGE, y, words, _TITLE, fontweight="bold")
        y += 23
    canvas.write(_EDGE, y, "  ·  ".join(summary(layout)), _SMALL, color=style.SOFT_INK)


def _axis(canvas: Canvas, frame: _Frame) -> None:
    top, bottom = frame.middles[0] - frame.heights[0] / 2, frame.bottom + 4
    for moment, words in time_ticks(frame.start, frame.end, int((frame.right - frame.left) / 110)):
        x = frame.x(moment)
        canvas.line("grid", (x, top), (x, bottom))
        canvas.write(x, bottom + 11, words, _SMALL, color=style.SOFT_INK, ha="center")


def _arrows(canvas: Canvas, layout: Layout, frame: _Frame) -> None:
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


def _label(canvas: Canvas, lane: Lane, frame: _Frame, number: int) -> None:
    colour = style.INK if lane.kind in ("task", "callback") else style.SOFT_INK
    left, y = _EDGE + _indent(lane), frame.middles[number]
    room = frame.labels - left
    y -= 8 * len(lane.remarks)
    canvas.write(left, y, fitted(lane.label, _BODY, room), _BODY, color=colour)
    for remark in lane.remarks:
        y += 16
        canvas.write(left, y, fitted(remark, _SMALL, room), _SMALL, color=style.SOFT_INK)


def _solid(canvas: Canvas, bar: Bar, frame: _Frame, number: int) -> None:
    """A filled bar, never narrower than a tick."""
    left, right, y = frame.x(bar.start), frame.x(bar.end), frame.middles[number]
    half = {"busy": 4.0, "callback": 7.0}.get(bar.state, frame.bar_height(number) / 2)
    if right - left < TICK:
        left, right = (left + right - TICK) / 2, (left + right + TICK) / 2
    canvas.box(bar.state, left, y - half, right, y + half)


def _ready(canvas: Canvas, bar: Bar, frame: _Frame, number: int) -> None:
    """Not drawn when narrower than the tick of the step it leads to, which would hide it."""
    half, y = frame.bar_height(number) / 2 - 1, frame.middles[number]
    if not bar.thin:
        canvas.box("ready", frame.x(bar.start), y - half, frame.x(bar.end), y + half)


def _waiting(canvas: Canvas, bar: Bar, frame: _Frame, number: int) -> None:
    """A line that carries, in a gap, what it waits for."""
    left, right, y = frame.x(bar.start), frame.x(bar.end), frame.middles[number]
    words = _waiting_words(bar.text, right - left - 18)
    if not words:
        canvas.line("waiting", (left, y), (right, y))
        return
    middle, half = (left + right) / 2, text_width(words, _SMALL) / 2 + 4
    canvas.line("waiting", (left, y), (middle - half, y))
    canvas.line("waiting", (middle + half, y), (right, y))
    canvas.box("paper", middle - half, y - 7, middle + half, y + 7)
    canvas.write(middle, y, words, _SMALL, color=style.SOFT_INK, ha="center")


def _waiting_words(text: str, room: float) -> str:
    if not text or room < 30:
        return ""
    words = fitted(text, _SMALL, room)
    return words if len(words) == len(text) or len(words) >= 14 else ""


def _overdue(canvas: Canvas, bar: Bar, frame: _Frame, number: int) -> None:
    """From the moment it was due, marked by a stroke, to when the loop noticed."""
    left, right, y = frame.x(bar.start), frame.x(bar.end), frame.middles[number]
    half = frame.bar_height(number) / 2
    canvas.line("overdue", (left, y), (max(right, left + TICK), y))
    canvas.line("due", (left, y - half), (left, y + half))


def _asleep(canvas: Canvas, bar: Bar, frame: _Frame, number: int) -> None:
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


def _block(canvas: Canvas, block: Block, lane: Lane, frame: _Frame, number: int) -> None:
    """A bracket over the step, and for how long it held the loop.

    Where others ran inside it, a bracket over each part of its own, and no words.
    """
    if block.real:
        _real_block(canvas, block, frame, number)
        return
    inside = [b for b in lane.bars if block.start <= b.start and b.end <= block.end]
    parts = [(b.start, b.end) for b in inside if b.state == "running" and not b.thin]
    for start, end in parts or [(block.start, block.end)]:
        _bracket(canvas, start, end, frame, number)
    left, right = frame.x(block.start), frame.x(block.end)
    words = duration_text(block.held)
    if len(parts) <= 1 and right - left > text_width(words, _SMALL) + 10:
        middle = (left + right) / 2, frame.middles[number]
        canvas.write(*middle, words, _SMALL, color="white", ha="center")


def _bracket(canvas: Canvas, start: float, end: float, frame: _Frame, number: int) -> None:
    left, right = frame.x(start), max(frame.x(end), frame.x(start) + TICK)
    top = frame.middles[number] - frame.bar_height(number) / 2 - 3
    canvas.line("blocking", (left, top + 4), (left, top), (right, top), (right, top + 4))


def _real_block(canvas: Canvas, block: Block, frame: _Frame, number: int) -> None:
    """A flag at a step of no length on the virtual clock that really took time."""
    x, y, half = frame.x(block.start), frame.middles[number], frame.bar_height(number) / 2
    canvas.line("blocking", (x, y + half), (x, y - half - 7))
    words = f"held the loop for {duration_text(block.held)} of real time"
    canvas.write(x + 6, y - half - 4, words, _SMALL, color=style.WARNING_INK)


def _end(canvas: Canvas, end: End, frame: _Frame, number: int) -> None:
    x, y = frame.x(end.time) + MARK / 2 + 2, frame.middles[number]
    canvas.mark(end.outcome, x, y)
    if end.text and _has_room(end, frame):
        left = x + MARK / 2 + 4
        canvas.box("paper", left, y - 7, left + _words_width(end.text, _SMALL), y + 7)
        canvas.write(left, y, end.text, _SMALL, color=style.WARNING_INK)


def _has_room(end: End, frame: _Frame) -> bool:
    left = frame.x(end.time) + MARK + 8
    return text_width(style.drawable(end.text), _SMALL) <= frame.width - _EDGE - left


def _crowd(canvas: Canvas, lane: Lane, frame: _Frame, number: int) -> None:
    """Shares as stacked areas: running below, then ready, then waiting."""
    crowd, y = lane.crowd, frame.middles[number]
    half = frame.heights[number] / 2 - 6
    most = max(float((crowd.running + crowd.ready + crowd.waiting).max()), 1e-12)
    xs = np.linspace(frame.left, frame.right, len(crowd.edges))
    floor = np.full(len(crowd.running), y + half)
    # However small its share, a column in which a step ran shows it.
    least = np.where((crowd.steps > 0) | (crowd.running > 1e-9), TICK, 0.0)
    heights = [np.maximum(crowd.running / most * 2 * half, least)]
    heights += [crowd.ready / most * 2 * half, crowd.waiting / most * 2 * half]
    for name, height in zip(("running", "crowd ready", "crowd waiting"), heights, strict=True):
        ceiling = np.maximum(floor - height, y - half)
        canvas.shape(name, _stairs(xs, floor, ceiling))
        floor = ceiling


def _stairs(xs: np.ndarray, floor: np.ndarray, ceiling: np.ndarray) -> np.ndarray:
    """The outline between two step functions over the same columns."""
    along = np.repeat(xs, 2)[1:-1]
    upper = np.column_stack([along, np.repeat(ceiling, 2)])
    lower = np.column_stack([along, np.repeat(floor, 2)])
    return np.concatenate([upper, lower[::-1], upper[:1]])


# -- below the lanes -------------------------------------------------------------------


def _footers(layout: Layout, frame: _Frame) -> list[tuple[str, str]]:
    """Exceptions that found no room beside their lane, and the recording's own notes."""
    raised = [lane for lane in layout.lanes if lane.end and lane.end.text]
    raised = [lane for lane in raised if not _has_room(lane.end, frame)]
    words = [f"{style.shortened(lane.label, 40)}: {lane.end.text}" for lane in raised]
    told = [(lane.end.outcome, line) for lane, line in zip(raised, words, strict=True)][:_MOST_TOLD]
    if len(raised) > _MOST_TOLD:
        told.append(("", f"and {len(raised) - _MOST_TOLD} more that raised"))
    return [*told, *(("", f"Note: {note}") for note in layout.notes)]


def _notes(canvas: Canvas, footers: list[tuple[str, str]], top: float) -> None:
    y = top + 12
    for outcome, words in footers:
        left = _EDGE + 30 if outcome else _EDGE
        if outcome:
            canvas.mark(outcome, _EDGE + 17, y)
        words = fitted(words, _SMALL, canvas.width - left - _EDGE)
        canvas.write(left, y, words, _SMALL, color=style.SOFT_INK)
        y += 20
