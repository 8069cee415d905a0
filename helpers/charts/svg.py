"""A chart as SVG text: the same drawing on another canvas, for pictures that move.

Writing a chart down takes a tenth of the time of painting it (letters are the browser's work
then), so a slider can redraw as one drags it. The limit: letters come from the reader's
machine, so their width is not exactly what was reckoned with.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

from helpers.charts import style
from helpers.charts.canvas import (
    FILLS,
    LETTERS,
    MARK,
    MARKS,
    STROKES,
    Align,
    Canvas,
    Drawable,
    Fill,
    Point,
    Stroke,
    look,
)
from helpers.charts.page import CLASS
from helpers.charts.words import SIGNS

_HATCH = "loop-hatch"
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_SIGN = MARK * 0.62  # the width of the sign in an end mark


def svg(chart: Drawable) -> str:
    """A chart as an `<svg>` element with its alt text."""
    canvas = SvgCanvas()
    chart.draw(canvas)
    return canvas.text(chart.alt)


class SvgCanvas(Canvas):
    """Collects shapes as SVG elements."""

    def __init__(self) -> None:
        self._width = self._height = 0.0
        self._shapes: dict[str, list[str]] = {}
        self._lines: dict[str, list[str]] = {}
        self._elements: list[tuple[float, str]] = []  # with their layers

    def sheet(self, width: float, height: float) -> None:
        self._width, self._height = width, height

    def shape(self, name: str, corners: Iterable[Point]) -> None:
        look(FILLS, name)
        self._shapes.setdefault(name, []).append(_outline(corners) + "Z")

    def line(self, name: str, *points: Point) -> None:
        look(STROKES, name)
        self._lines.setdefault(name, []).append(_outline(points))

    def mark(self, outcome: str, x: float, y: float) -> None:
        sign, card = look(SIGNS, outcome), style.CARD
        face, stroke = (sign.colour[0], card) if sign.filled else (card, sign.colour[0])
        radius, size = (MARK - 1.5) / 2, _scale(outcome)
        disc = (
            f'<circle cx="{x:g}" cy="{y:g}" r="{radius}" fill="{face}" stroke="{sign.colour[0]}"/>'
        )
        strokes = "".join(
            "M" + "L".join(f"{x + size * right:.2f} {y + size * down:.2f}" for right, down in line)
            for line in sign.lines
        )
        path = f'<path d="{strokes}" fill="none" stroke="{stroke}" stroke-width="1.8"/>'
        self._elements.append((MARKS, disc + path))

    def write(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        colour: str = style.INK,
        align: Align = "left",
        bold: bool = False,
    ) -> None:
        words = html.escape(style.visible(text))
        element = (
            f'<text x="{x:.1f}" y="{y + 0.35 * size:.1f}" font-size="{size:g}" fill="{colour}" '
            f'text-anchor="{_ANCHORS[align]}" font-weight="{"bold" if bold else "normal"}">'
            f"{words}</text>"
        )
        self._elements.append((LETTERS, element))

    def text(self, alt: str) -> str:
        """The whole sheet as one element: one path for each style."""
        shapes = [(FILLS[n].layer, _path(d, _filled(FILLS[n]))) for n, d in self._shapes.items()]
        lines = [(STROKES[n].layer, _path(d, _stroked(STROKES[n]))) for n, d in self._lines.items()]
        elements = sorted([*self._elements, *shapes, *lines], key=lambda element: element[0])
        size = f'width="{self._width:g}" height="{self._height:g}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{CLASS}" role="img" '
            f'aria-label="{html.escape(alt)}" {size} '
            f'viewBox="0 0 {self._width:g} {self._height:g}" '
            f'style="max-width: 100%; height: auto; background: {style.CARD}; white-space: pre" '
            f'font-family="{style.FONT}, Verdana, sans-serif">'
            f"{_PATTERN}{''.join(element for _, element in elements)}</svg>"
        )


_READY = SIGNS["ready"]
_PATTERN = (
    f'<defs><pattern id="{_HATCH}" width="5" height="5" patternUnits="userSpaceOnUse">'
    f'<rect width="5" height="5" fill="{_READY.colour[0]}"/>'
    f'<path d="M-1 1L1 -1M0 5L5 0M4 6L6 4" stroke="{_READY.edge[0]}" stroke-width="1.1"/>'
    "</pattern></defs>"
)


def _outline(points: Iterable[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _path(outlines: list[str], look: str) -> str:
    return f'<path d="{"".join(outlines)}" {look}/>'


def _filled(fill: Fill) -> str:
    face = f"url(#{_HATCH})" if fill.hatch else fill.colour
    return f'fill="{face}" stroke="{fill.hatch or "none"}" stroke-width="{fill.edge:g}"'


def _stroked(stroke: Stroke) -> str:
    pattern = " ".join(f"{stroke.width * length:g}" for length in stroke.dashes)
    dashed = f' stroke-dasharray="{pattern}"' if pattern else ""
    return f'fill="none" stroke="{stroke.colour}" stroke-width="{stroke.width:g}"{dashed}'


def _scale(outcome: str) -> float:
    """What makes that sign as large as matplotlib draws it, whose markers fill their field."""
    points = [point for line in SIGNS[outcome].lines for point in line]
    return _SIGN / (2 * max(max(abs(x), abs(y)) for x, y in points))
