"""A chart as a matplotlib figure, which shows itself in a notebook, and as a PNG file.

The figure belongs to nobody but the caller: pyplot never hears of it, so none can leak. The
limit: matplotlib knows no theme, so a picture is a white card on any page.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray
from PIL import Image

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
from helpers.charts.page import in_notebook
from helpers.charts.words import SIGNS, Lines

Pixels = NDArray[np.uint8]  # rows of dots of red, green, blue and opacity

_POINTS = 72 / 96  # in a pixel
_COLOURS = 128  # in a PNG
_SHARP = 2.0  # dots to a CSS pixel


class Picture(Figure):
    """A chart as a matplotlib figure: save it with `savefig`, or draw on it.

    As the last line of a cell it shows itself. `alt` says in words what is to be seen, and
    `as_text()` is the same chart in characters.
    """

    def __init__(self, chart: Drawable):
        super().__init__(dpi=96)
        FigureCanvasAgg(self)
        self.chart = chart
        canvas = PaintedCanvas(self)
        chart.draw(canvas)
        canvas.finish()

    @property
    def alt(self) -> str:
        """The alt text."""
        return self.chart.alt

    def as_text(self, width: int = 80) -> str:
        """The chart in characters, so many to a line at most."""
        return self.chart.as_text(width)

    def png(self, scale: float = _SHARP) -> bytes:
        """A PNG file, `scale` dots to a CSS pixel; the same bytes for the same data."""
        few = _in_few_colours(self._pixels(96 * scale))
        out = io.BytesIO()
        few.save(out, format="png")
        return out.getvalue()

    def _pixels(self, dpi: float) -> Pixels:
        """The figure drawn at that resolution; it keeps its own.

        Letters are not fitted to the grid of dots: so fine a grid does not show it, and
        fitting them is the largest part of all the work.
        """
        canvas, usual = FigureCanvasAgg(self), self.dpi
        self.dpi = dpi
        try:
            with rc_context({"text.hinting": "none"}):
                canvas.draw()  # type: ignore[no-untyped-call]
            return np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
        finally:
            self.dpi = usual

    def __repr__(self) -> str:
        return repr(self.chart)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        if in_notebook():
            from helpers.charts.arriving import come_into_view

            come_into_view()
        return self.chart.output(picture=self)


def _in_few_colours(pixels: Pixels) -> Image.Image:
    """As an image with a palette, which makes the file a third as large: a chart has few colours.

    They are looked for where a dot differs from the one on its left, a few in a hundred: that
    takes a fraction of the time, and misses none.
    """
    method, dither = Image.Quantize.FASTOCTREE, Image.Dither.NONE
    dots = np.ascontiguousarray(pixels).view(np.uint32).ravel()
    new = dots[np.concatenate([[True], dots[1:] != dots[:-1]])].view(np.uint8).reshape(1, -1, 4)
    colours = Image.fromarray(new).convert("RGB").quantize(_COLOURS, method=method, dither=dither)
    few = Image.fromarray(pixels).convert("RGB").quantize(palette=colours, dither=dither)
    _keep_exact(few, tuple(pixels[0, 0, :3].tolist()))
    return few


def _keep_exact(few: Image.Image, paper: tuple[int, ...]) -> None:
    """Make the colour of the paper, in the corner, what it was: rounding would show."""
    palette, place = few.getpalette() or [], few.getpixel((0, 0))
    if isinstance(place, int):
        few.putpalette([*palette[: 3 * place], *paper, *palette[3 * place + 3 :]])


def _marker(lines: Lines) -> Path:
    """The sign of an end as matplotlib has it: one path, y upwards."""
    points = [(x, -y) for line in lines for x, y in line]
    codes = [Path.LINETO if n else Path.MOVETO for line in lines for n in range(len(line))]
    return Path(points, codes)


_MARKERS = {name: _marker(sign.lines) for name, sign in SIGNS.items() if sign.lines}


class PaintedCanvas(Canvas):
    """Collects shapes, and puts them on a matplotlib figure."""

    def __init__(self, figure: Figure):
        self._figure = figure
        self._axes: Axes = figure.add_axes((0, 0, 1, 1), frameon=False)
        self._fills: dict[str, list[Path]] = {}
        self._lines: dict[str, list[tuple[Point, ...]]] = {}
        self._marks: dict[str, list[Point]] = {}

    def sheet(self, width: float, height: float) -> None:
        self._figure.set_size_inches(width / 96, height / 96)
        self._figure.set_facecolor(style.CARD)
        self._axes.set(xlim=(0, width), ylim=(height, 0))
        self._axes.set_axis_off()

    def shape(self, name: str, corners: Iterable[Point]) -> None:
        look(FILLS, name)
        corners = list(corners)
        self._fills.setdefault(name, []).append(Path([*corners, corners[0]], closed=True))

    def line(self, name: str, *points: Point) -> None:
        look(STROKES, name)
        self._lines.setdefault(name, []).append(points)

    def mark(self, outcome: str, x: float, y: float) -> None:
        look(_MARKERS, outcome)
        self._marks.setdefault(outcome, []).append((x, y))

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
        self._axes.text(
            x,
            y,
            style.drawable(text, bold),
            color=colour,
            fontsize=size * _POINTS,
            fontweight="bold" if bold else "normal",
            family=list(style.families(bold)),
            horizontalalignment=align,
            verticalalignment="center_baseline",
            parse_math=False,
            zorder=LETTERS,
        )

    def finish(self) -> None:
        """Hand over what was collected."""
        for name, shapes in self._fills.items():
            self._axes.add_artist(_filled(FILLS[name], shapes))
        for name, lines in self._lines.items():
            self._axes.add_collection(_stroked(STROKES[name], lines), autolim=False)
        for outcome, places in self._marks.items():
            self._put_marks(outcome, places)

    def _put_marks(self, outcome: str, places: list[Point]) -> None:
        """Discs, and the sign in each."""
        sign = SIGNS[outcome]
        colour = sign.colour[0]
        face, stroke = (colour, style.CARD) if sign.filled else (style.CARD, colour)
        xs, ys = zip(*places, strict=True)
        [discs] = self._axes.plot(xs, ys, "o", zorder=MARKS)
        discs.set(markersize=(MARK - 1.5) * _POINTS, markerfacecolor=face, markeredgecolor=colour)
        [signs] = self._axes.plot(xs, ys, linestyle="none", zorder=MARKS + 1)
        signs.set(
            marker=_MARKERS[outcome],
            markersize=MARK * 0.62 * _POINTS,
            markeredgecolor=stroke,
            markerfacecolor="none",
            markeredgewidth=1.8 * _POINTS,
        )


def _filled(fill: Fill, shapes: list[Path]) -> PathPatch:
    patch = PathPatch(
        Path.make_compound_path(*shapes),
        facecolor=fill.colour,
        edgecolor=fill.hatch or "none",
        hatch="//////" if fill.hatch else None,
        linewidth=fill.edge * _POINTS,
        zorder=fill.layer,
        snap=True,
    )
    if hasattr(patch, "set_hatch_linewidth"):  # not in a browser's matplotlib
        patch.set_hatch_linewidth(1.1 * _POINTS)
    return patch


def _stroked(stroke: Stroke, lines: list[tuple[Point, ...]]) -> LineCollection:
    return LineCollection(
        lines,
        colors=stroke.colour,
        linewidths=stroke.width * _POINTS,
        linestyles=(0, stroke.dashes) if stroke.dashes else "solid",
        capstyle="butt",
        zorder=stroke.layer,
    )
