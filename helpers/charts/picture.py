"""A chart as a matplotlib figure, which shows itself in a notebook, and as a PNG file.

The figure belongs to nobody but the caller: pyplot never hears of it, so none can leak. The
limit: matplotlib knows no theme, so a picture is a white card on any page.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
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
    Fill,
    Point,
    Stroke,
    look,
)
from helpers.charts.chart import Chart
from helpers.charts.words import SIGNS, Lines

_POINTS = 72 / 96  # in a pixel
_COLOURS = 128  # in a PNG
_SHARP = 2.0  # dots to a CSS pixel


class Picture(Figure):
    """A chart as a matplotlib figure: save it with `savefig`, or draw on it.

    As the last line of a cell it shows itself. `alt` says in words what is to be seen, and
    `as_text()` is the same chart in characters.
    """

    def __init__(self, chart: Chart):
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
        image = Image.fromarray(self._pixels(96 * scale)).convert("RGB")
        # A chart has few colours: a palette of them makes the file a third as large.
        method, dither = Image.Quantize.FASTOCTREE, Image.Dither.NONE
        few = image.quantize(_COLOURS, method=method, dither=dither)
        _keep_exact(few, image.getpixel((0, 0)))
        out = io.BytesIO()
        few.save(out, format="png")
        return out.getvalue()

    def _pixels(self, dpi: float) -> np.ndarray[Any, Any]:
        """The figure drawn at that resolution; it keeps its own."""
        canvas, usual = FigureCanvasAgg(self), self.dpi
        self.dpi = dpi
        try:
            canvas.draw()  # type: ignore[no-untyped-call]
            return np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
        finally:
            self.dpi = usual

    def __repr__(self) -> str:
        return repr(self.chart)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return self.chart.output(picture=self)


def _keep_exact(few: Image.Image, paper: Any) -> None:
    """Make the colour of the paper, in the corner, what it was: rounding would show."""
    palette, place = few.getpalette() or [], 3 * int(few.getpixel((0, 0)))  # type: ignore[arg-type]
    few.putpalette([*palette[:place], *paper, *palette[place + 3 :]])


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
        self._axes.set(xlim=(0, width), ylim=(height, 0), xticks=(), yticks=())

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
        face, stroke = (sign.colour[0], style.CARD) if sign.filled else (style.CARD, sign.colour[0])
        xs, ys = zip(*places, strict=True)
        self._axes.plot(
            xs,
            ys,
            linestyle="none",
            marker="o",
            markersize=(MARK - 1.5) * _POINTS,
            markerfacecolor=face,
            markeredgecolor=sign.colour[0],
            zorder=MARKS,
        )
        self._axes.plot(
            xs,
            ys,
            linestyle="none",
            marker=_MARKERS[outcome],
            markersize=MARK * 0.62 * _POINTS,
            markeredgecolor=stroke,
            markerfacecolor="none",
            markeredgewidth=1.8 * _POINTS,
            zorder=MARKS + 1,
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
