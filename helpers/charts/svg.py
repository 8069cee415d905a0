"""The Gantt chart as SVG text: the same drawing on another canvas, for pictures that move.

`gantt` decides what is drawn and says it to a canvas; this one writes it down instead of
painting it. That takes a tenth of the time (letters are the browser's work then), so a
slider can redraw as one drags it. The limit: letters come from the reader's machine, so
their width is not exactly what `gantt` reckoned with.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

from matplotlib.path import Path

from helpers.charts import style
from helpers.charts.canvas import FILLS, LINES, MARK, MARKERS, POINTS
from helpers.charts.gantt import draw_on
from helpers.charts.lanes import MOST_LANES
from helpers.charts.words import SIGNS
from helpers.timeline import Timeline

_HATCH = "loop-hatch"
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_LETTERS, _MARKS = 7, 8  # the layers of words and marks, as on the other canvas


def svg(
    timeline: Timeline,
    *,
    title: str | None = None,
    width: float = style.WIDTH,
    legend: bool = True,
    most: int = MOST_LANES,
    between: tuple[float, float] | None = None,
) -> str:
    """The Gantt chart of a timeline as an `<svg>` element with alt text; options as in `gantt`."""
    from helpers.charts.text import alt_text

    title = timeline.title if title is None else title
    canvas = draw_on(SvgCanvas, timeline, title, width, legend, most, between)
    return canvas.text(alt_text(timeline, title=title, between=between))


class SvgCanvas:
    """Collects shapes as SVG elements on a sheet of `width` x `height` pixels."""

    def __init__(self, width: float, height: float):
        self.width, self.height = width, height
        self._shapes: dict[str, list[str]] = {}
        self._layers: list[tuple[int, str]] = []

    def box(self, name: str, left: float, top: float, right: float, bottom: float) -> None:
        """A filled rectangle in the style of that name."""
        self.shape(name, [(left, top), (right, top), (right, bottom), (left, bottom)])

    def shape(self, name: str, corners) -> None:
        """A filled shape with those corners."""
        self._shapes.setdefault(name, []).append(_outline(corners) + "Z")

    def head(self, x: float, y: float) -> None:
        """The head of an arrow that points right, its tip at x, y."""
        self.shape("head", [(x - 5, y - 3.5), (x, y), (x - 5, y + 3.5)])

    def line(self, name: str, *points: tuple[float, float]) -> None:
        self._shapes.setdefault(name, []).append(_outline(points))

    def mark(self, outcome: str, x: float, y: float) -> None:
        """The sign for how a task ended."""
        colour, card = SIGNS[outcome].colour[0], style.CARD
        face, stroke = (colour, card) if SIGNS[outcome].filled else (card, colour)
        disc = f'<circle cx="{x:g}" cy="{y:g}" r="{(MARK - 1.5) / 2}" fill="{face}" '
        sign = _marker(MARKERS[outcome], MARK * 0.62, x, y)
        lines = f'<path d="{sign}" fill="none" stroke="{stroke}" stroke-width="1.8"/>'
        self._layers.append((_MARKS, f'{disc} stroke="{colour}"/>{lines}'))

    def write(self, x: float, y: float, text: str, size: float, **how) -> None:
        """Words at a height of `size` pixels, standing on the middle line `y`."""
        anchor = _ANCHORS[how.get("ha", "left")]
        weight = how.get("fontweight", "normal")
        colour = how.get("color", style.INK)
        self._layers.append(
            (
                _LETTERS,
                f'<text x="{x:.1f}" y="{y + 0.35 * size:.1f}" font-size="{size:g}" fill="{colour}" '
                f'text-anchor="{anchor}" font-weight="{weight}">'
                f"{html.escape(style.visible(text))}</text>",
            )
        )

    def finish(self) -> None:
        """Hand over what was collected: one path for each style."""
        for name, outlines in self._shapes.items():
            how, layer = FILLS[name] if name in FILLS else LINES[name]
            look = _filled(how) if name in FILLS else _stroked(how)
            self._layers.append((layer, f'<path d="{"".join(outlines)}" {look}/>'))

    def text(self, alt: str) -> str:
        """The whole sheet as one element."""
        content = "".join(element for _, element in sorted(self._layers, key=lambda e: e[0]))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{html.escape(alt)}" '
            f'width="{self.width:g}" height="{self.height:g}" '
            f'viewBox="0 0 {self.width:g} {self.height:g}" '
            f'style="max-width: 100%; height: auto; background: {style.CARD}; white-space: pre" '
            f'font-family="{style.FONT}, Verdana, sans-serif">{_PATTERN}{content}</svg>'
        )


_READY = SIGNS["ready"]
_PATTERN = (
    f'<defs><pattern id="{_HATCH}" width="5" height="5" patternUnits="userSpaceOnUse">'
    f'<rect width="5" height="5" fill="{_READY.colour[0]}"/>'
    f'<path d="M-1 1L1 -1M0 5L5 0M4 6L6 4" stroke="{_READY.edge[0]}" stroke-width="1.1"/>'
    "</pattern></defs>"
)


def _outline(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _filled(how: dict) -> str:
    face = f"url(#{_HATCH})" if how.get("hatch") else how["facecolor"]
    edge = how.get("linewidth", 0.0) / POINTS
    return f'fill="{face}" stroke="{how["edgecolor"]}" stroke-width="{edge:g}"'


def _stroked(how: dict) -> str:
    width = how["linewidths"] / POINTS
    _, dashes = how.get("linestyles", (0, ()))
    pattern = " ".join(f"{width * length:g}" for length in dashes)
    dashed = f' stroke-dasharray="{pattern}"' if pattern else ""
    return f'fill="none" stroke="{how["colors"]}" stroke-width="{width:g}"{dashed}'


def _marker(path: Path, size: float, x: float, y: float) -> str:
    """That marker in its middle at x, y, as large as matplotlib draws one of `size` pixels."""
    scale = size / (2 * abs(path.vertices).max())
    points = [f"{x + scale * right:.2f} {y - scale * up:.2f}" for right, up in path.vertices]
    codes = [Path.MOVETO] + [Path.LINETO] * len(points) if path.codes is None else path.codes
    letters = ["M" if code == Path.MOVETO else "L" for code in codes]
    return "".join(letter + point for letter, point in zip(letters, points, strict=False))
