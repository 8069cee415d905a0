"""How the lanes of what tasks share, and of workers, are drawn: see `shared_lanes`."""

from __future__ import annotations

from helpers.charts import style
from helpers.charts.canvas import Canvas
from helpers.charts.frame import SMALL, Frame
from helpers.charts.layout import Bar, Held, InLine, Lane
from helpers.charts.shared_lanes import SHARED as KINDS
from helpers.charts.style import TICK, fitted, text_width

SLOT = 20.0  # the height of a slot
_LINE = 14.0  # and of the strip that says how many wait
_CURVE = 34.0
__all__ = ["KINDS", "draw", "height"]
_HATCH = 6.0  # from one stroke to the next


def height(lane: Lane) -> float:
    """Of the row."""
    strip = _LINE if lane.in_line else 0.0
    body = {"queue": _CURVE, "slots": SLOT * lane.slots, "marks": 12.0, "worker": 20.0}
    return max(body.get(lane.kind, 10.0) + strip + 12, 30.0 + 12 * len(lane.remarks))


def draw(canvas: Canvas, lane: Lane, frame: Frame, number: int) -> None:
    """All that lies in that row; its name is written already."""
    middle, strip = frame.middles[number], _LINE if lane.in_line else 0.0
    body = height(lane) - 12 - strip
    top = middle - min(body + strip, frame.heights[number] - 12) / 2 + strip
    for wait in lane.in_line:
        _in_line(canvas, wait, frame, top - strip)
    for bar in lane.bars:
        _work(canvas, bar, frame, middle)
    for held in lane.held:
        _held(canvas, held, frame, top + SLOT * held.slot)
    if lane.kind == "queue":
        _curve(canvas, lane, frame, top)
    elif lane.kind == "marks":
        _marks(canvas, lane, frame, top + 6)
    elif lane.kind == "slots":
        _slots(canvas, lane, frame, top)


# -- a curve -----------------------------------------------------------------------------------


def _curve(canvas: Canvas, lane: Lane, frame: Frame, top: float) -> None:
    """Its size, with a line at the limit."""
    limit = max((level.limit or 0 for level in lane.levels), default=0)
    most = max([limit, 1, *(level.size for level in lane.levels)])
    floor, room = top + _CURVE, _CURVE - 2
    scale = {floor: "0", floor - room * (limit or most) / most: f"{limit or most:,}"}
    for y, words in scale.items():
        canvas.write(frame.left - 8, y, words, SMALL, colour=style.SOFT_INK, align="right")
    canvas.line("grid", (frame.left, floor), (frame.right, floor))
    for level in lane.levels:
        if level.size:
            left, right = frame.x(level.start), frame.x(level.end)
            ceiling = floor - room * level.size / most
            canvas.box("size", left, ceiling, max(right, left + TICK), floor)
    if limit:
        y = floor - room * limit / most
        canvas.line("limit", (frame.left, y), (frame.right, y))


# -- slots -------------------------------------------------------------------------------------


def _slots(canvas: Canvas, lane: Lane, frame: Frame, top: float) -> None:
    """A line below each, so that an empty one is seen."""
    for slot in range(lane.slots):
        y = top + SLOT * (slot + 1) - 1
        canvas.line("grid", (frame.left, y), (frame.right, y))


def _held(canvas: Canvas, held: Held, frame: Frame, top: float) -> None:
    left, right = frame.x(held.start), frame.x(held.end)
    right = max(right, left + TICK)
    canvas.box("held", left, top + 1, right - 0.5, top + SLOT - 2)
    words = fitted(held.holder, SMALL, right - left - 8) if right - left > 24 else ""
    if words:
        middle = (left + right) / 2, top + SLOT / 2 - 0.5
        canvas.write(*middle, words, SMALL, colour=style.INK, align="center")


# -- who waits in line ---------------------------------------------------------------------------


def _in_line(canvas: Canvas, wait: InLine, frame: Frame, top: float) -> None:
    left, right = frame.x(wait.start), frame.x(wait.end)
    hatched(canvas, left, top + 1, right, top + _LINE - 2)
    words = f"{wait.number:,} waiting"
    for said in (words, f"{wait.number:,}"):
        half = text_width(said, SMALL) / 2 + 3
        if right - left > 2 * half + 4:
            x, y = (left + right) / 2, top + _LINE / 2 - 0.5
            canvas.box("label", x - half, y - 6, x + half, y + 6)
            canvas.write(x, y, said, SMALL, colour=style.SOFT_INK, align="center")
            return


def hatched(canvas: Canvas, left: float, top: float, right: float, bottom: float) -> None:
    """A box with strokes across."""
    right = max(right, left + TICK)
    canvas.box("in line", left, top, right, bottom)
    x, rise = left - (bottom - top), bottom - top
    while x < right:
        first, last = max(x, left), min(x + rise, right)
        if last > first:
            canvas.line("hatch", (first, bottom - (first - x)), (last, bottom - (last - x)))
        x += _HATCH


# -- marks, and work ---------------------------------------------------------------------------


def _marks(canvas: Canvas, lane: Lane, frame: Frame, y: float) -> None:
    """A thick line while it is set, held or partly full, and a stroke where that changes."""
    canvas.line("grid", (frame.left, y), (frame.right, y))
    for level in lane.levels:
        if level.size:
            left, right = frame.x(level.start), frame.x(level.end)
            canvas.box("size", left, y - 3, max(right, left + TICK), y + 3)
            canvas.line("mark", (left, y - 6), (left, y + 6))


def _work(canvas: Canvas, bar: Bar, frame: Frame, y: float) -> None:
    """A call in its worker; before it, hatched, the wait for a free one."""
    left, right = frame.x(bar.start), max(frame.x(bar.end), frame.x(bar.start) + TICK)
    if bar.state == "in line":
        hatched(canvas, left, y - 7, right, y + 7)
    else:
        canvas.box("work", left, y - 9, max(right - 1, left + 1), y + 9)
    words = fitted(bar.text, SMALL, right - left - 8) if right - left > 24 else ""
    if words and bar.state != "in line":
        canvas.write((left + right) / 2, y, words, SMALL, colour="white", align="center")
