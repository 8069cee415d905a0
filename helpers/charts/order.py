"""The chart of order: a strip that is read like a comic, a panel for each step of the loop.

In each panel, from the top: which step it is, and the time where it moves; what every task does;
the ready queue when the step is over, first in first out; and what happened, in a sentence. What
the panels are is decided by `strip`; here they are drawn, and written in characters: as sentences,
not as a picture of letters, so that they can be listened to.

The limit: a panel is never squeezed. What does not fit side by side goes on in the next line, and
of a long recording a part is shown, which says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby

from helpers.charts import frame as sheet
from helpers.charts import style
from helpers.charts.canvas import MARK, Canvas
from helpers.charts.chart import Chart
from helpers.charts.frame import BODY, EDGE, SMALL, Frame, words_width
from helpers.charts.layout import NOTHING_RAN
from helpers.charts.signs import in_order
from helpers.charts.strip import MOST_ROWS, Cell, Column, Strip, strip_of
from helpers.charts.style import cut, drawable, fitted, text_width, visible, wrapped
from helpers.charts.words import summary, window_text
from helpers.timeline import Timeline
from helpers.timeline.options import OrderOptions

_PANEL, _WIDEST = 116.0, 170.0  # the least and the largest width of a panel, in pixels
_HEAD, _ROW, _LETTERS, _BOX = 44.0, 28.0, 15.0, 19.0  # heights
_SPACE = 24.0  # between lines of panels
_TRUNK, _CELL = 8, 17  # from a panel's left side: where an arrow goes down, where a cell begins
_QUEUED = 5  # so many names of a queue are written
_TOLD = 12  # sentences of an alt text
_FEW_ROWS = "Some tasks have no row in a line of panels in which they do not run."
_NARROWEST = 60  # characters of a line


def order(timeline: Timeline, options: OrderOptions | None = None) -> Chart:
    """The chart of order of a timeline.

    Drawing or writing it raises ValueError when the part of the recording that `between` asks
    for is empty, or `first` is beyond its last step.
    """
    options = options or OrderOptions()
    title = timeline.title if options.title is None else options.title
    strip = cache(partial(strip_of, timeline, options.first, options.most, options.between))
    return Chart(
        kind="Chart of order",
        title=title,
        draw=lambda canvas: _draw(canvas, timeline, strip(), title, options),
        write=lambda width: _write(timeline, strip(), title, width),
        describe=lambda: _describe(timeline, strip(), title, options),
    )


def _facts(timeline: Timeline, strip: Strip) -> list[str]:
    tasks = sum(task.role != "recording" for task in timeline.tasks)
    steps = f"{strip.steps:,} step" + "s" * (strip.steps != 1)
    return [*summary(tasks, timeline.clock, timeline.duration), steps]


# -- as a picture: how much room there is ------------------------------------------------------


@dataclass(frozen=True)
class _Line:
    """Panels side by side, and below each its queue and its sentence, as they are written."""

    columns: tuple[Column, ...]
    queues: tuple[list[str], ...]
    sentences: tuple[list[str], ...]

    @property
    def rows(self) -> list[int]:
        """Those in which there is something; of very many, those that run here come first."""
        cells = zip(*(column.cells for column in self.columns), strict=True)
        there = [row for row, along in enumerate(cells) if any(along)]
        run = [row for row in there if any(column.runs == row for column in self.columns)]
        others = [row for row in there if row not in run]
        return sorted(run + others[: max(MOST_ROWS - len(run), 0)])

    @property
    def leaves_out(self) -> bool:
        """Whether there are more rows."""
        cells = zip(*(column.cells for column in self.columns), strict=True)
        return sum(any(along) for along in cells) > len(self.rows)

    @property
    def heights(self) -> list[float]:
        """Of its head, its rows, its queues, and its sentences."""
        boxes = max(2, *(len(queue) for queue in self.queues))
        return [_HEAD, *[_ROW] * len(self.rows), _BOX * boxes + 10, self.told + _SPACE]

    @property
    def told(self) -> float:
        """The height of the longest sentence."""
        return _LETTERS * max(len(sentence) for sentence in self.sentences)


@dataclass(frozen=True)
class _Sheet:
    """Where the panels are: lines of them, `width` pixels each, in a frame that has all that
    these consist of below each other."""

    strip: Strip
    lines: list[_Line]
    width: float
    frame: Frame

    def part(self, line: int, part: int) -> int:
        """The frame's number of a part of that line, as in its `heights`; -1 is the last."""
        first = sum(len(before.heights) for before in self.lines[:line])
        return first + part % len(self.lines[line].heights)

    def row(self, line: int, row: int) -> int:
        return self.part(line, 1 + self.lines[line].rows.index(row))

    def middle(self, line: int, row: int) -> float:
        return self.frame.middles[self.row(line, row)]

    def top(self, line: int, part: int) -> float:
        number = self.part(line, part)
        return self.frame.middles[number] - self.frame.heights[number] / 2

    def bottom(self, line: int) -> float:
        return self.top(line, -1) + self.lines[line].told + 4

    def left(self, panel: int) -> float:
        return self.frame.left + panel * self.width


def _sheet(strip: Strip, title: str, options: OrderOptions) -> _Sheet:
    framed = partial(
        sheet.frame,
        width=float(options.width),
        titled=bool(title),
        names=_names(strip),
        gap=14,
        window=(0.0, 0.0),
        signs=_signs(strip) if options.legend else (),
    )
    bare = framed(heights=())
    room, number = bare.right - bare.left + MARK, max(len(strip.columns), 1)
    width = min(room / min(max(int(room / _PANEL), 1), number), _WIDEST)
    side_by_side = int(room / width + 1e-6)
    lines = [
        _written(strip.columns[first : first + side_by_side], width - 12)
        for first in range(0, len(strip.columns), side_by_side)
    ]
    heights = [height for line in lines for height in line.heights]
    if heights:
        heights[-1] -= _SPACE  # the axis of other charts leaves room enough
    return _Sheet(strip, lines, width, framed(heights=heights))


def _names(strip: Strip) -> float:
    widths = [_indent(depth) + words_width(name, BODY) for name, depth in strip.rows]
    widest = min(max(widths, default=0.0), 140.0)
    return max(widest, words_width("ready queue", SMALL)) if strip.rows else 0.0


def _indent(depth: int) -> float:
    return 12.0 * min(depth, 4)


def _written(columns: tuple[Column, ...], room: float) -> _Line:
    queues = tuple(_queue(column.queue, room - 12) for column in columns)
    return _Line(columns, queues, tuple(_lines(column.sentence, room) for column in columns))


def _queue(names: Sequence[str], room: float) -> list[str]:
    shown, more = _in_groups(names)
    boxes = [
        fitted(name, SMALL, room - 30 * (number > 1)) + (f"  × {number:,}" if number > 1 else "")
        for name, number in shown
    ]
    return boxes + ([f"and {more:,} more"] if more else [])


def _in_groups(names: Sequence[str]) -> tuple[list[tuple[str, int]], int]:
    """The first names of a queue, each with how often it stands there in a row; and how many
    follow that are not among them."""
    groups = [(name, len(list(same))) for name, same in groupby(names)]
    shown = groups if len(groups) <= _QUEUED else groups[: _QUEUED - 1]
    return shown, len(names) - sum(number for _, number in shown)


def _lines(sentence: str, room: float) -> list[str]:
    """The sentence in lines so many pixels wide; a word that is too long goes on in the next."""
    lines: list[str] = []
    line = ""
    for word in drawable(sentence).split(" "):
        longer = f"{line} {word}" if line else word
        if text_width(longer, SMALL) <= room:
            line = longer
            continue
        lines += [line] if line else []
        while text_width(word, SMALL) > room:
            part = _start(word, room)
            lines, word = [*lines, part], word[len(part) :]
        line = word
    return [*lines, line]


def _start(word: str, room: float) -> str:
    """As much of a word as fits, one letter at least."""
    length = 1
    while length < len(word) and text_width(word[: length + 1], SMALL) <= room:
        length += 1
    return word[:length]


def _signs(strip: Strip) -> tuple[str, ...]:
    """The signs that occur, in the legend's order."""
    cells = [cell for column in strip.columns for cell in column.cells if cell]
    found = {cell.state for cell in cells} | {cell.end for cell in cells if cell.end}
    return in_order(found | {"queues" for column in strip.columns if column.queues})


# -- as a picture: drawing -------------------------------------------------------------------


def _draw(
    canvas: Canvas, timeline: Timeline, strip: Strip, title: str, options: OrderOptions
) -> None:
    page = _sheet(strip, title, options)
    few = [_FEW_ROWS] if any(line.leaves_out for line in page.lines) else []
    told = (*strip.notes, *few, *(f"Note: {note}" for note in timeline.notes))
    notes = [("", note) for note in told]
    canvas.sheet(page.frame.width, page.frame.height(len(notes)))
    sheet.heading(canvas, page.frame, title, _facts(timeline, strip))
    if not strip.columns:
        canvas.write(EDGE, page.frame.bottom - 10, NOTHING_RAN, BODY)
    for number, line in enumerate(page.lines):
        _margin(canvas, page, number)
        before: tuple[Cell | None, ...] = (None,) * len(strip.rows)
        for place, column in enumerate(line.columns):
            _border(canvas, page, number, place, column)
            _head(canvas, page, number, place, column)
            _cells(canvas, page, number, place, column, before)
            _arrows(canvas, page, number, place, column)
            _foot(canvas, page, number, place, line)
            before = column.cells
        _right_side(canvas, page, number, len(line.columns))
    sheet.below(canvas, page.frame, notes)


def _margin(canvas: Canvas, page: _Sheet, line: int) -> None:
    """The rows' names, and what stands below the rows."""
    for row in page.lines[line].rows:
        name, depth = page.strip.rows[row]
        sheet.name(canvas, page.frame, page.row(line, row), name, indent=_indent(depth))
    top = page.top(line, -2) + 6 + _BOX / 2
    for words in ("ready queue", "after it"):
        canvas.write(EDGE, top, words, SMALL, colour=style.SOFT_INK)
        top += _LETTERS


def _border(canvas: Canvas, page: _Sheet, line: int, place: int, column: Column) -> None:
    """On the left of a panel: a heavy one where an iteration of the loop begins."""
    x, top, bottom = page.left(place), page.top(line, 0), page.bottom(line)
    if column.iteration is None:
        canvas.line("grid", (x, top + 18), (x, bottom))
        return
    canvas.line("iteration", (x, top + 2), (x, bottom))
    words = f"iteration {column.iteration:,}"
    canvas.write(x + 7, top + 10, words, SMALL, colour=style.SOFT_INK, bold=True)


def _right_side(canvas: Canvas, page: _Sheet, line: int, panels: int) -> None:
    x = page.left(panels)
    canvas.line("grid", (x, page.top(line, 0) + 18), (x, page.bottom(line)))


def _head(canvas: Canvas, page: _Sheet, line: int, place: int, column: Column) -> None:
    x, y = page.left(place), page.top(line, 0) + 29
    left = x + 7
    if column.label:
        words = column.label + (" goes on" if column.goes_on else "")
        canvas.write(left, y, words, BODY, bold=True)
        left += text_width(words, BODY, True) + 10
    room = x + page.width - left - 2
    fits = words_width(column.time, SMALL) <= room
    time = column.time if fits else "to " + column.time.rpartition(" to ")[2]
    canvas.write(left, y, fitted(time, SMALL, room), SMALL, colour=style.WARNING_INK)


def _cells(
    canvas: Canvas,
    page: _Sheet,
    line: int,
    place: int,
    column: Column,
    before: tuple[Cell | None, ...],
) -> None:
    left, right = page.left(place), page.left(place + 1)
    for row in page.lines[line].rows:
        cell = column.cells[row]
        if cell:
            y, new = page.middle(line, row), cell != before[row]
            _DRAW.get(cell.state, _waits)(canvas, cell, left, right, y, new)


def _runs(canvas: Canvas, cell: Cell, left: float, right: float, y: float, new: bool) -> None:
    canvas.box(cell.state, left + 3, y - 9, right - 3, y + 9)
    words = fitted(cell.text or "runs", SMALL, right - left - 14 - MARK * bool(cell.end))
    canvas.write(left + 9, y, words, SMALL, colour="white")
    if cell.end:
        canvas.mark(cell.end, right - 6 - MARK / 2, y)


def _ready(canvas: Canvas, cell: Cell, left: float, right: float, y: float, new: bool) -> None:
    """Hatched, with its place in the queue."""
    canvas.box("ready", left + _CELL, y - 8, right - 3, y + 8)
    words = f"ready, {_nth(cell.place)}"
    middle, half = (left + _CELL + right - 3) / 2, text_width(words, SMALL) / 2 + 4
    canvas.box("label", middle - half, y - 7.5, middle + half, y + 7.5)
    canvas.write(middle, y, words, SMALL, align="center")


def _nth(place: int) -> str:
    return {1: "next"}.get(place, f"place {place:,}")


def _waits(canvas: Canvas, cell: Cell, left: float, right: float, y: float, new: bool) -> None:
    """A pale line through the panel; where it begins, it carries what is waited for."""
    canvas.line(cell.state, (left, y), (right, y))
    words = fitted(cell.text, SMALL, right - left - _CELL - 10) if new else ""
    if words:
        half, middle = text_width(words, SMALL) / 2 + 4, (left + _CELL + right) / 2 - 2
        canvas.box("label", middle - half, y - 7, middle + half, y + 7)
        canvas.write(middle, y, words, SMALL, colour=style.SOFT_INK, align="center")


_DRAW = {"running": _runs, "callback": _runs, "ready": _ready}


def _arrows(canvas: Canvas, page: _Sheet, line: int, place: int, column: Column) -> None:
    """From what runs to those that it puts in the queue."""
    if column.runs is None:
        return
    trunk, start = page.left(place) + _TRUNK, page.middle(line, column.runs)
    for row in {*column.queues}.intersection(page.lines[line].rows):
        y = page.middle(line, row)
        canvas.line("arrow", (trunk, start), (trunk, y), (trunk + 6, y))
        canvas.head(trunk + _CELL - _TRUNK - 0.5, y)


def _foot(canvas: Canvas, page: _Sheet, line: int, place: int, told: _Line) -> None:
    """The queue as boxes, the next one on top, and the sentence."""
    left, right = page.left(place) + 6, page.left(place + 1) - 6
    y = page.top(line, -2) + 6
    for name in told.queues[place]:
        canvas.box("queued", left, y + 1, right, y + _BOX - 1)
        canvas.write(left + 6, y + _BOX / 2, name, SMALL)
        y += _BOX
    if not told.queues[place]:
        canvas.write(left, y + _BOX / 2, "empty", SMALL, colour=style.SOFT_INK)
    y = page.top(line, -1) + _LETTERS / 2
    for words in told.sentences[place]:
        canvas.write(left, y, words, SMALL)
        y += _LETTERS


# -- in words ----------------------------------------------------------------------------------


def _write(timeline: Timeline, strip: Strip, title: str, width: int) -> str:
    """Each panel as sentences: what happened, and the queue after it."""
    width = max(int(width), _NARROWEST)
    facts = ", ".join(_facts(timeline, strip))
    lines = [cut(f"{visible(title)}: {facts}" if title else facts, width)]
    lines += list(in_sentences(strip, width)) if strip.columns else [NOTHING_RAN]
    for note in (*strip.notes, *(f"Note: {note}" for note in timeline.notes)):
        lines += wrapped(note, width)
    return "\n".join(line.rstrip() for line in lines)


def in_sentences(strip: Strip, width: int) -> Iterator[str]:
    """The panels in lines of so many characters."""
    margin = len(f"{strip.last:,}") + 2
    for column in strip.columns:
        when = f"iteration {column.iteration:,} of the loop" if column.iteration else ""
        if when or column.time:
            yield ", ".join(filter(None, (when, column.time))).capitalize() + ":"
        number = "-" if column.number is None else f"{column.number:,}."
        again = "goes on. " * column.goes_on
        words = f"{again}{column.sentence} Ready queue: {_in_a_row(column.queue)}."
        told = wrapped(words, width - margin - 1)
        for line in told:
            yield f"{number:>{margin}} {line}"
            number = ""


def _in_a_row(queue: Sequence[str]) -> str:
    shown, more = _in_groups(queue)
    told = [f"'{name}'" + f" ({number:,} times)" * (number > 1) for name, number in shown]
    return ", ".join(told + [f"and {more:,} more"] * (more > 0)) or "empty"


def _describe(timeline: Timeline, strip: Strip, title: str, options: OrderOptions) -> str:
    """The alt text: what happens, one after the other. On a real clock only what it is of: a
    busy machine may change the rest."""
    name = f"Chart of order '{visible(title)}'" if title else "Chart of order"
    if options.between is not None:
        name += f", {window_text(*options.between)}"
    runs = [column for column in strip.columns if column.number is not None]
    if not runs:
        return f"{name}: no step."
    told = [f"{name}, a panel for each step of the loop, with the ready queue after it"]
    if timeline.clock != "virtual":
        return f"{told[0]}: {_facts(timeline, strip)[0]}."
    told += [f"{visible(column.sentence).rstrip('.')}" for column in runs[:_TOLD]]
    more = ["and so on"] if len(runs) > _TOLD or strip.last < strip.steps else []
    return ". ".join(told + more) + "."
