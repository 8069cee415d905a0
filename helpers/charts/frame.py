"""The sheet of a chart: where its parts stand, and the parts that every chart has.

From top to bottom: a heading, rows with their names on the left, an axis, the legend, notes.
A chart says what its rows are, and draws what lies in them; the rest is here, so that all
charts look like one family. All in CSS pixels, but for the moments, which are seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from helpers.charts import legend, style
from helpers.charts.axis import time_ticks
from helpers.charts.canvas import MARK, Canvas
from helpers.charts.style import fitted, text_width

Heights = NDArray[np.float64]

EDGE = 20  # of the sheet, left and right
BODY, SMALL, TITLE = 13, 11.5, 17  # type sizes
GAP = 24  # between names and time
NARROWEST = 400  # a sheet can be
_NAMES = 220  # the widest they can be
_NOTE = 20  # the height of one
_AXIS = 34  # its height


@dataclass(frozen=True)
class Frame:
    """Where the rows stand, and which pixel is which moment."""

    width: float  # of the sheet
    names: float  # where the rows' names end
    left: float  # of the part that is time
    right: float
    start: float  # seconds
    end: float
    heights: tuple[float, ...]  # of the rows, from the top
    middles: tuple[float, ...]
    bottom: float  # of the last row
    legend: legend.Rows

    def x(self, moment: float) -> float:
        """The pixel of a moment (seconds)."""
        span = self.end - self.start
        share = (moment - self.start) / span if span else 0.0
        return self.left + (self.right - self.left) * share

    @property
    def top(self) -> float:
        """Of the first row."""
        return self.middles[0] - self.heights[0] / 2

    @property
    def end_of_legend(self) -> float:
        axis = _AXIS if self.middles else 0
        return self.bottom + axis + legend.ROW * len(self.legend)

    def height(self, notes: int) -> float:
        """Of a sheet with so many notes below the legend."""
        return self.end_of_legend + _NOTE * notes + 12


def frame(
    *,
    width: float,
    titled: bool,
    names: float,
    gap: float,
    window: tuple[float, float],
    heights: Sequence[float],
    signs: Sequence[str],
) -> Frame:
    """The frame of a chart with rows of those `heights`.

    `names` is how wide the rows' names are, `gap` what lies between them and time, `window`
    from when to when one looks (seconds), and `signs` what the legend explains.
    """
    width = max(width, NARROWEST)
    top, *lows = accumulate(heights, initial=62.0 if titled else 42.0)
    names = EDGE + min(names + 1, _NAMES)
    return Frame(
        width=width,
        names=names,
        left=names + gap,
        right=width - EDGE - MARK - 6,
        start=window[0],
        end=window[1],
        heights=tuple(heights),
        middles=tuple(low - height / 2 for low, height in zip(lows, heights, strict=True)),
        bottom=lows[-1] if lows else top + 34,
        legend=legend.rows(signs, EDGE, width - EDGE),
    )


def resolution(width: float) -> int:
    """How many of the narrowest marks fit side by side on a sheet of that width, about."""
    return int((max(width, NARROWEST) - 200) / style.TICK)


def words_width(words: str, size: float) -> float:
    return text_width(style.drawable(words), size)


def heading(canvas: Canvas, frame: Frame, title: str, facts: Sequence[str]) -> None:
    """The title, and in small type below it what the chart is of."""
    y = 26.0
    if title:
        words = fitted(title, TITLE, frame.width - 2 * EDGE, bold=True)
        canvas.write(EDGE, y, words, TITLE, bold=True)
        y += 23
    canvas.write(EDGE, y, "  ·  ".join(facts), SMALL, colour=style.SOFT_INK)


def time_axis(canvas: Canvas, frame: Frame) -> None:
    """Round moments below the rows, with a line through all of them."""
    bottom = frame.bottom + 4
    for moment, words in time_ticks(frame.start, frame.end, int((frame.right - frame.left) / 110)):
        x = frame.x(moment)
        canvas.line("grid", (x, frame.top), (x, bottom))
        canvas.write(x, bottom + 11, words, SMALL, colour=style.SOFT_INK, align="center")


def stop(canvas: Canvas, frame: Frame, moment: float) -> None:
    """A line through all rows where Stop ended the recording, and that word above it."""
    x = frame.x(moment)
    canvas.line("stop", (x, frame.top - 2), (x, frame.bottom + 4))
    canvas.write(x, frame.top - 10, "Stop", SMALL, colour=style.WARNING_INK, align="center")


def name(
    canvas: Canvas,
    frame: Frame,
    row: int,
    words: str,
    remarks: Sequence[str] = (),
    *,
    indent: float = 0.0,
    colour: str = style.INK,
) -> None:
    """The name of a row, and in small type remarks below it."""
    left, y = EDGE + indent, frame.middles[row] - 8 * len(remarks)
    room = frame.names - left
    canvas.write(left, y, fitted(words, BODY, room), BODY, colour=colour)
    for remark in remarks:
        y += 16
        canvas.write(left, y, fitted(remark, SMALL, room), SMALL, colour=style.SOFT_INK)


def area(canvas: Canvas, frame: Frame, name: str, floor: Heights, ceiling: Heights) -> None:
    """A shape in the style of that name between two step functions, which have a value (a
    pixel from the top) for each of the columns that all of the time is divided into."""
    along = np.repeat(np.linspace(frame.left, frame.right, len(floor) + 1), 2)[1:-1]
    upper = np.column_stack([along, np.repeat(ceiling, 2)])
    lower = np.column_stack([along, np.repeat(floor, 2)])
    canvas.shape(name, np.concatenate([upper, lower[::-1]]).tolist())


def below(canvas: Canvas, frame: Frame, notes: Sequence[tuple[str, str]]) -> None:
    """The legend, and below it notes: each an end to put its mark before it, or "", and words."""
    legend.draw(canvas, frame.legend, frame.end_of_legend - legend.ROW * len(frame.legend))
    y = frame.end_of_legend + 12
    for outcome, words in notes:
        left = EDGE + 30 if outcome else EDGE
        if outcome:
            canvas.mark(outcome, EDGE + 17, y)
        words = fitted(words, SMALL, frame.width - left - EDGE)
        canvas.write(left, y, words, SMALL, colour=style.SOFT_INK)
        y += _NOTE
