"""A sheet of paper in CSS pixels, on which rectangles, lines, marks and words are put.

matplotlib draws a thousand shapes of one style as fast as one if they come as one path,
and a thousand times slower, hatching and all, if they come one by one. So shapes are
collected by style here, and each style is handed over once. y grows downwards, as on a page.
"""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from helpers.charts import style
from helpers.charts.words import SIGNS, Lines

POINTS = 72 / 96  # in a pixel


def _fill(name: str, **more) -> dict:
    return {"facecolor": SIGNS[name].colour[0], "edgecolor": "none", **more}


def _line(name: str, width: float, **more) -> dict:
    return {"colors": SIGNS[name].colour[0], "linewidths": width * POINTS, **more}


_HATCHED = {"edgecolor": SIGNS["ready"].edge[0], "hatch": "//////"}
_DASHES = (0, (1.1, 0.9))
# name -> (how it is filled or stroked, which layer); later layers cover earlier ones
FILLS = {
    "paper": ({"facecolor": style.CARD, "edgecolor": "none"}, 2.5),  # words stand on it: no arrow
    "crowd waiting": (_fill("crowd"), 2),
    "crowd ready": (_fill("ready", **_HATCHED, linewidth=0.0), 3),
    "ready": (_fill("ready", **_HATCHED, linewidth=0.75 * POINTS), 3),
    "running": (_fill("running"), 4),
    "busy": (_fill("busy"), 4),
    "callback": (_fill("callback"), 5),
    "head": (_fill("creates"), 2),
}
LINES = {
    "grid": ({"colors": style.FAINT, "linewidths": 1 * POINTS}, 1),
    "arrow": (_line("creates", 1), 2),
    "waiting": (_line("waiting", 2.5), 3),
    "asleep": (_line("asleep", 2.5), 3),
    "overdue": (_line("overdue", 4, linestyles=_DASHES), 4),
    "due": (_line("overdue", 2), 5),
    "blocking": (_line("blocking", 2.5), 6),
}


def _marker(lines: Lines) -> Path:
    """The sign of an end as matplotlib has it: one path, y upwards."""
    points = [(x, -y) for line in lines for x, y in line]
    codes = [Path.LINETO if n else Path.MOVETO for line in lines for n in range(len(line))]
    return Path(points, codes)


MARKERS = {name: _marker(sign.lines) for name, sign in SIGNS.items() if sign.lines}
MARK = 14  # the width of an end mark


class Canvas:
    """Collects shapes, and puts them on a figure of `width` x `height` pixels."""

    def __init__(self, figure: Figure, width: float, height: float):
        self.width = width
        figure.set_size_inches(width / 96, height / 96)
        figure.set_facecolor(style.CARD)
        self.axes: Axes = figure.add_axes((0, 0, 1, 1), frameon=False)
        self.axes.set(xlim=(0, width), ylim=(height, 0), xticks=(), yticks=())
        self._fills: dict[str, list] = {}
        self._lines: dict[str, list] = {}
        self._marks: dict[str, list] = {}

    def box(self, name: str, left: float, top: float, right: float, bottom: float) -> None:
        """A filled rectangle in the style of that name."""
        corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        self.shape(name, corners)

    def shape(self, name: str, corners) -> None:
        """A filled shape with those corners; the last is the first again."""
        self._fills.setdefault(name, []).append(corners)

    def head(self, x: float, y: float) -> None:
        """The head of an arrow that points right, its tip at x, y."""
        self.shape("head", [(x - 5, y - 3.5), (x, y), (x - 5, y + 3.5), (x - 5, y - 3.5)])

    def line(self, name: str, *points: tuple[float, float]) -> None:
        self._lines.setdefault(name, []).append(points)

    def mark(self, outcome: str, x: float, y: float) -> None:
        """The sign for how a task ended."""
        self._marks.setdefault(outcome, []).append((x, y))

    def write(self, x: float, y: float, text: str, size: float, **how) -> None:
        """Words at a height of `size` pixels, standing on the middle line `y`."""
        how = {"color": style.INK, "va": "center_baseline", **how}
        bold = how.get("fontweight") == "bold"
        self.axes.text(
            x,
            y,
            style.drawable(text, bold),
            fontsize=size * POINTS,
            family=list(style.families(bold)),
            parse_math=False,
            zorder=7,
            **how,
        )

    def finish(self) -> None:
        """Hand over what was collected."""
        for name, shapes in self._fills.items():
            how, layer = FILLS[name]
            outline = Path.make_compound_path(*(Path(shape, closed=True) for shape in shapes))
            filled = PathPatch(outline, zorder=layer, snap=True, **how)
            filled.set_hatch_linewidth(1.1 * POINTS)
            self.axes.add_artist(filled)
        for name, lines in self._lines.items():
            how, layer = LINES[name]
            stroked = LineCollection(lines, capstyle="butt", zorder=layer, **how)
            self.axes.add_collection(stroked, autolim=False)
        for outcome, places in self._marks.items():
            self._put_marks(outcome, places)

    def _put_marks(self, outcome: str, places: list) -> None:
        colour, filled = SIGNS[outcome].colour[0], SIGNS[outcome].filled
        xs, ys = zip(*places, strict=True)
        disc = {"marker": "o", "markersize": (MARK - 1.5) * POINTS, "linestyle": "none"}
        face, stroke = (colour, style.CARD) if filled else (style.CARD, colour)
        self.axes.plot(xs, ys, markerfacecolor=face, markeredgecolor=colour, zorder=8, **disc)
        self.axes.plot(
            xs,
            ys,
            linestyle="none",
            marker=MARKERS[outcome],
            markersize=MARK * 0.62 * POINTS,
            markeredgecolor=stroke,
            markerfacecolor="none",
            markeredgewidth=1.8 * POINTS,
            zorder=9,
        )
