"""The legend: only of what occurs in the chart, in words a newcomer can read."""

from __future__ import annotations

from collections.abc import Sequence

from helpers.charts import style
from helpers.charts.canvas import Canvas, Point
from helpers.charts.style import TICK, text_width
from helpers.charts.words import LANES, SIGNS

Rows = tuple[tuple[tuple[str, float], ...], ...]  # lines of (sign, its left side)

ROW = 24  # the height of one
_SIZE = 11.5  # of its words
_WORDS = {**{name: sign.words for name, sign in SIGNS.items()}, **LANES}
_SAMPLE, _GAP = 30, 24  # what a sample takes, and what is free after an entry


def rows(signs: Sequence[str], left: float, right: float) -> Rows:
    """The entries in lines from `left` to `right` (pixels): each a sign and where it stands."""
    lines: list[list[tuple[str, float]]] = [[]]
    x = left
    for sign in signs:
        room = _SAMPLE + text_width(_WORDS[sign], _SIZE)
        if lines[-1] and x + room > right:
            lines.append([])
            x = left
        lines[-1].append((sign, x))
        x += room + _GAP
    return tuple(tuple(line) for line in lines if line)


def draw(canvas: Canvas, lines: Rows, top: float) -> None:
    """Put those lines on the canvas, from `top` (pixels) downwards."""
    y = top + ROW / 2
    for line in lines:
        for sign, x in line:
            _sample(canvas, sign, x, y)
            canvas.write(x + _SAMPLE, y, _WORDS[sign], _SIZE, colour=style.SOFT_INK)
        y += ROW


# What each sign looks like in a field of 24 pixels, from its left end and middle line:
# filled boxes (left, top, right, bottom) and strokes.
_BOXES: dict[str, dict[str, tuple[float, float, float, float]]] = {
    "running": {"running": (0, -6, 24, 6)},
    "ready": {"ready": (0, -6, 24, 6)},
    "busy": {"busy": (0, -4, 24, 4)},
    "tick": {"running": (16, -7, 16 + TICK, 7)},
    "callback": {"callback": (16, -7, 16 + TICK, 7)},
    "blocking": {"running": (0, -3, 24, 6)},
    "size": {"size": (0, -6, 24, 6)},
    "held": {"held": (0, -6, 24, 6)},
    "in line": {"in line": (0, -6, 24, 6)},
    "work": {"work": (0, -6, 24, 6)},
    "crowd": {
        "running": (0, 4, 24, 9),
        "crowd ready": (0, -4, 24, 4),
        "crowd waiting": (0, -9, 24, -4),
    },
}
_STROKES: dict[str, dict[str, list[Point]]] = {
    "waiting": {"waiting": [(0, 0), (24, 0)]},
    "asleep": {"asleep": [(0, 0), (24, 0)]},
    "overdue": {"overdue": [(0, 0), (24, 0)], "due": [(0, -7), (0, 7)]},
    "blocking": {"blocking": [(0, -2), (0, -6), (24, -6), (24, -2)]},
    "limit": {"limit": [(0, 0), (24, 0)]},
    "creates": {"arrow": [(10, -8), (10, 0), (18, 0)]},
    "queues": {"arrow": [(10, -8), (10, 0), (18, 0)]},
}


def _sample(canvas: Canvas, sign: str, x: float, y: float) -> None:
    for name, (left, top, right, bottom) in _BOXES.get(sign, {}).items():
        canvas.box(name, x + left, y + top, x + right, y + bottom)
    if sign == "in line":
        for left in range(0, 24, 6):
            canvas.line(
                "hatch", (x + left, y + 6), (x + min(left + 12, 24), y + 6 - min(12, 24 - left))
            )
    for name, points in _STROKES.get(sign, {}).items():
        canvas.line(name, *((x + right, y + down) for right, down in points))
    if sign in ("creates", "queues"):
        canvas.head(x + 22, y)
    if sign in SIGNS and SIGNS[sign].lines:
        canvas.mark(sign, x + 17, y)
