"""What a chart is drawn on: shapes, lines, marks and words, asked for by name, in CSS pixels.

A chart says *what* stands where ("a box in the style of `ready`"), and any `Canvas` will do:
`picture` has one that paints with matplotlib, `svg` one that writes SVG. How each name looks is
one table here, so both draw the same. y grows downwards, as on a page.

Canvases collect shapes by name and hand each name over once: matplotlib draws a thousand shapes
as one path as fast as one, and a thousand times slower, hatching and all, one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from helpers.charts import style
from helpers.charts.words import SIGNS

Point = tuple[float, float]
Align = Literal["left", "center", "right"]
_Look = TypeVar("_Look")

MARK = 14  # the width of an end mark
LETTERS, MARKS = 7, 8  # their layers


@dataclass(frozen=True, slots=True)
class Fill:
    """A filled shape: later layers cover earlier ones. `hatch` is the colour of its hatching,
    "" for none; `edge` the width of its outline, in that colour."""

    colour: str
    layer: float
    hatch: str = ""
    edge: float = 0.0


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line, `width` pixels wide; `dashes` are on and off, in widths."""

    colour: str
    layer: float
    width: float
    dashes: tuple[float, ...] = ()


def _colour(name: str) -> str:
    return SIGNS[name].colour[0]


_HATCH = SIGNS["ready"].edge[0]
FILLS = {
    "paper": Fill(style.CARD, 2.5),  # words stand on it: no arrow passes through them
    "crowd waiting": Fill(_colour("crowd"), 2),
    "crowd ready": Fill(_colour("ready"), 3, _HATCH),
    "ready": Fill(_colour("ready"), 3, _HATCH, 0.75),
    "waiting": Fill(_colour("waiting"), 2),
    "running": Fill(_colour("running"), 4),
    "busy": Fill(_colour("busy"), 4),
    "callback": Fill(_colour("callback"), 5),
    "label": Fill(style.CARD, 5.5),  # words stand on it: no line and no hatching below them
    "queued": Fill(_colour("ready"), 3),
    # What tasks share, and workers: no state of a task's.
    "size": Fill("#DDB3CC", 3),
    "held": Fill("#E3BFD4", 3),
    "in line": Fill("#F7EDF3", 2),
    "work": Fill("#6A4C7D", 3),
    "head": Fill(_colour("creates"), 2),
}
STROKES = {
    "grid": Stroke(style.FAINT, 1, 1),
    "iteration": Stroke(style.SOFT_INK, 1, 1.5),
    "arrow": Stroke(_colour("creates"), 2, 1),
    "waiting": Stroke(_colour("waiting"), 3, 2.5),
    "asleep": Stroke(_colour("asleep"), 3, 2.5),
    "limit": Stroke("#8F3B6E", 4, 1.5, (3, 2)),
    "hatch": Stroke("#B56A98", 2.4, 1),
    "mark": Stroke("#8F3B6E", 4, 2),
    "overdue": Stroke(_colour("overdue"), 4, 4, (1.1, 0.9)),
    "due": Stroke(_colour("overdue"), 5, 2),
    "blocking": Stroke(_colour("blocking"), 6, 2.5),
    "stop": Stroke(_colour("blocking"), 6, 1.5, (4, 3)),
}


def look(table: Mapping[str, _Look], name: str) -> _Look:
    """How that name looks. Raises ValueError, with the names there are, for any other."""
    if name not in table:
        raise ValueError(f"nothing is drawn as {name!r}; there are {', '.join(table)}")
    return table[name]


class Canvas(Protocol):
    """A sheet to draw on. The names of shapes and lines are those of FILLS and STROKES."""

    def sheet(self, width: float, height: float) -> None:
        """Take a sheet of that size, in pixels: the first thing that is asked of a canvas."""

    def shape(self, name: str, corners: Iterable[Point]) -> None:
        """A filled shape with those corners, in the style of that name."""

    def line(self, name: str, *points: Point) -> None:
        """A line through those points."""

    def mark(self, outcome: str, x: float, y: float) -> None:
        """The sign for how a task ended, its middle at x, y."""

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
        """Words at a height of `size` pixels, standing on the middle line `y`."""

    def box(self, name: str, left: float, top: float, right: float, bottom: float) -> None:
        """A filled rectangle."""
        self.shape(name, [(left, top), (right, top), (right, bottom), (left, bottom)])

    def head(self, x: float, y: float) -> None:
        """The head of an arrow that points right, its tip at x, y."""
        self.shape("head", [(x - 5, y - 3.5), (x, y), (x - 5, y + 3.5)])


class Drawable(Protocol):
    """A chart, as far as `picture` and `svg` know it."""

    @property
    def draw(self) -> Callable[[Canvas], None]:
        """Puts it on a canvas."""

    @property
    def alt(self) -> str:
        """What is to be seen, in sentences."""

    def as_text(self, width: int = 80) -> str:
        """The same in characters, so many to a line at most."""

    def output(self, plain: str = "", picture: Any = None) -> dict[str, str]:
        """What a notebook stores and shows, by MIME type; `picture` is one painted already."""
