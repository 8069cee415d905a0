"""A recording in the order of its steps, as plain data: a column for each step, cell by cell.

The idea: a recording is read like a comic. Each step of the loop is a panel, in which one task
runs and the others are ready or wait; under it stands **the ready queue after it**, and what
happened, in the player's sentence. A sleep of the loop is a panel, too, without a number: what
is ready after it was found by the loop, not queued by a step. Seconds do not stretch this axis;
the time is told where it moves.

The rules at the edges:

- A cell says what its task does *when the step is over*; only the one that runs says "running".
  So the ready cells of a column are those of its queue.
- A step inside which others run (eager tasks, a loop in a loop) has a panel in which it begins
  and one in which it goes on; while the others run, it waits for them.
- What the loop finds when it looks at its timers and sockets is in the queue from the iteration
  on that begins so, not after the step before, though no time may pass between them.
- The steps with which `asyncio.run` closes its loop are one panel.
- The notebook kernel's own steps are not the learner's: left out, counted, and not in a queue.

Limits: at most `most` panels and a dozen rows beyond the tasks that run in them; how many steps
and tasks that leaves out is said. On the real clock a moment is told to the hundredth.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

import numpy as np

from helpers.charts.callbacks import CLOSING, STOP, is_machinery
from helpers.charts.film import END, LOOK, SLEEP, START, WAKE, Film, Position
from helpers.charts.lanes import family_order
from helpers.charts.moments import Moment, Queued, moment_of
from helpers.charts.narration import Narration
from helpers.charts.view import window
from helpers.charts.words import duration_text
from helpers.timeline import KINDS, NOTHING, Timeline, seconds
from helpers.timeline.states import INSIDE

MOST_ROWS = 12  # when not so many run
_KERNEL = KINDS.index("kernel")
_CLOSES = "asyncio.run stops the loop and closes what is left of generators and threads:"
_LOOP = -1

Row = int | str  # a task's id, the label of a callback, or _LOOP


class Shot(NamedTuple):
    """A stretch in which the loop does one thing: from one frame of the film to another.

    `step` is None where the loop sleeps; `begins` and `is_over` say whether the step does so
    here, and not before a step that ran inside it, or after one. `steps` is how many it stands
    for: those with which the loop is closed are one shot, of the first of them.
    """

    step: int | None
    first: int
    last: int
    begins: bool = True
    is_over: bool = True
    steps: int = 1


class Panel(NamedTuple):
    """A stretch that is shown: the number of its step (of the one before it, where the loop
    sleeps), and the iteration of the loop that begins with it, if one does."""

    shot: Shot
    number: int
    iteration: int | None

    @property
    def last(self) -> int:
        """The number of the last step that it stands for."""
        return self.number + self.shot.steps - 1


@dataclass(frozen=True, slots=True)
class Cell:
    """What a row shows in one column. `state` is a sign's name: "running", "callback", "ready",
    "waiting", "overdue" or "asleep". `text` is what it waits for, or which callback it is;
    `place` its place in the ready queue, from 1, or 0; `end` how its task ended there."""

    state: str
    text: str = ""
    place: int = 0
    end: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One panel. `number` counts the steps from 1; None where the loop sleeps. `steps` is how
    many it stands for. `iteration` is that of the loop, where one begins; `time` the moment,
    where it moved.

    `cells` are those of the rows, None where there is nothing; `runs` is the row that runs,
    and `queues` those whose handles it put in the queue. `queue` is what is ready after it,
    first in first, and `sentence` what happened.
    """

    number: int | None
    goes_on: bool
    iteration: int | None
    time: str
    cells: tuple[Cell | None, ...]
    runs: int | None
    queues: tuple[int, ...]
    queue: tuple[str, ...]
    sentence: str
    steps: int = 1

    @property
    def label(self) -> str:
        """Which step, or steps, it is of; "" where the loop sleeps."""
        if self.number is None:
            return ""
        last = f" to {self.number + self.steps - 1:,}" if self.steps > 1 else ""
        return f"{self.number:,}{last}"


@dataclass(frozen=True, slots=True)
class Strip:
    """The panels in order, and the rows' names with how deep each stands below its parent.

    `steps` is how many there are to see, the first and the last of them here are `first` and
    `last` (0 for none); `notes` say what is left out.
    """

    rows: tuple[tuple[str, int], ...] = ()
    columns: tuple[Column, ...] = ()
    steps: int = 0
    first: int = 0
    last: int = 0
    notes: tuple[str, ...] = field(default=())


def strip_of(
    timeline: Timeline,
    first: int = 1,
    most: int = 24,
    between: tuple[float, float] | None = None,
) -> Strip:
    """The panels of a recording, from step number `first` on, `most` of them.

    `between`, in seconds, looks at the steps of that time alone. Raises ValueError when that
    is empty, or when there is no such step.
    """
    film = Film(timeline)
    panels = _numbered(film, _folded(film, _together(film, _shots(film))))
    steps = max((panel.last for panel in panels), default=0)
    if first > max(steps, 1):
        raise ValueError(f"first={first} is beyond the last step: this recording has {steps}")
    start, end = window(timeline, between)
    seen = [p for p in panels if _is_seen(film, p.shot, start, end)]
    seen = [p for p in seen if p.last + (p.shot.step is None) >= first][:most]
    told = [panel for panel in seen if panel.shot.step is not None]
    artist = _Artist(film, seen)
    reach = (
        steps,
        min((panel.number for panel in told), default=0),
        max((panel.last for panel in told), default=0),
    )
    return Strip(artist.names, artist.columns, *reach, tuple(artist.notes(*reach)))


# -- which panels there are -----------------------------------------------------------------


def _shots(film: Film) -> Iterator[Shot]:
    """All that the loop does, one after the other."""
    open_steps: list[int] = []  # the innermost last
    since, begun = 0, True
    frames = zip(film.kinds.tolist(), film.indexes.tolist(), strict=True)
    for frame, (kind, index) in enumerate(frames):
        if kind in (START, SLEEP) and open_steps:
            yield Shot(open_steps[-1], since, frame, begun, False)
        if kind == START:
            open_steps.append(index)
            since, begun = frame, True
        elif kind == SLEEP:
            since = frame
        elif kind == END:
            yield Shot(open_steps.pop(), since, frame, begun)
            since, begun = frame, False
        elif kind == WAKE:
            yield Shot(None, since, frame)
            since, begun = frame, False
    last = len(film) - 1
    if open_steps:
        yield Shot(open_steps[-1], since, last, begun)
    elif film.kinds[last] == SLEEP:
        yield Shot(None, since, last)


def _together(film: Film, shots: Iterator[Shot]) -> list[Shot]:
    """Without the kernel's, and without what is no panel: a part of a step in which nothing is
    told, and a sleep that only the kernel interrupted."""
    kept: list[Shot] = []
    for shot in shots:
        if shot.step is None:
            if kept and kept[-1].step is None:
                shot = shot._replace(first=kept.pop().first)
        elif film.columns.kind[shot.step] == _KERNEL or not (shot.begins or shot.is_over):
            continue
        kept.append(shot)
    return kept


def _folded(film: Film, shots: Sequence[Shot]) -> list[Shot]:
    """With one shot for the steps in which `asyncio.run` closes its loop: it stops, runs what
    is left of async generators and of the executor, and stops after each."""
    kept: list[Shot] = []
    for _, group in groupby(shots, key=lambda shot: _is_asyncios(film, shot)):
        together = list(group)
        labels = ["" if shot.step is None else film.what(shot.step) for shot in together]
        closing = [place for place, label in enumerate(labels) if label in CLOSING]
        stops = [place for place, label in enumerate(labels) if label == STOP]
        first = max((stop for stop in stops if closing and stop < closing[0]), default=None)
        if first is None:
            kept += together
            continue
        last = max(stops[-1], closing[-1])
        steps = sum(shot.step is not None for shot in together[first : last + 1])
        one = together[first]._replace(last=together[last].last, steps=steps)
        kept += [*together[:first], one, *together[last + 1 :]]
    return kept


def _is_asyncios(film: Film, shot: Shot) -> bool:
    """Whether that is a sleep, or a callback of asyncio's own."""
    step = shot.step
    return step is None or (film.columns.task[step] < 0 and is_machinery(film.what(step)))


def _numbered(film: Film, shots: Sequence[Shot]) -> list[Panel]:
    """Steps counted from 1, and iterations of the loop; one in which only the kernel ran is
    not counted."""
    borders = deque(enumerate(film.iterations, 1))
    number_of: dict[int, int] = {}
    panels: list[Panel] = []
    steps = 0
    for shot in shots:
        if shot.step is not None and shot.begins:
            number_of[shot.step] = steps + 1
            steps += shot.steps
        number = steps if shot.step is None else number_of[shot.step]
        opened = []
        while borders and borders[0][1] < shot.last:
            opened.append(borders.popleft()[0])
        iteration = opened[0] if opened else None
        panels.append(Panel(shot, number, iteration))
    return panels


def _is_seen(film: Film, shot: Shot, start: float, end: float) -> bool:
    begins, over = (seconds(int(film.times[frame])) for frame in (shot.first, shot.last))
    return begins <= end and over >= start


# -- what is in them ------------------------------------------------------------------------


class _Artist:
    """Fills the panels that are seen."""

    def __init__(self, film: Film, panels: Sequence[Panel]):
        self.film, self.timeline, self.panels = film, film.timeline, panels
        self.narration = Narration(film)
        self.moments = [moment_of(film, self._after(panel.shot)) for panel in panels]
        self.queues = [
            [queued for queued in moment.ready if self._is_queued(queued)]
            for panel, moment in zip(panels, self.moments, strict=True)
        ]
        self.by_label = all(task.role for task in self.timeline.tasks)
        self.rows, self.hidden = self._rows()
        self.row = {key: number for number, (key, _) in enumerate(self.rows)}

    @property
    def names(self) -> tuple[tuple[str, int], ...]:
        """Of the rows, each with its depth."""
        return tuple((self._name(key), depth) for key, depth in self.rows)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The panels; a time is told where it is another than the last one told."""
        told, columns = "", []
        for number, panel in enumerate(self.panels):
            begins, over = (self._time(frame) for frame in panel.shot[1:3])
            time = begins if begins != told else ""
            if over != begins:
                time = f"{begins} to {over}"
            told = over
            columns.append(self._column(number, time))
        return tuple(columns)

    def notes(self, steps: int, first: int, last: int) -> Iterator[str]:
        """What is not here."""
        if steps > last - first + 1:
            more = f"; order(first={last + 1}) goes on from there" if last < steps else ""
            which = f"are steps {first:,} to {last:,}" if last > first else f"is step {first:,}"
            yield f"Here {which} of {steps:,}{more}."
        kernel = int((self.film.states.column("kind") == _KERNEL).sum())
        if kernel:
            plural = (
                "step of the notebook itself is"
                if kernel == 1
                else "steps of the notebook itself are"
            )
            yield f"{kernel:,} {plural} left out, also from the ready queue."
        if self.hidden:
            plural = "task has" if self.hidden == 1 else "tasks have"
            yield f"{self.hidden:,} more {plural} no row: none of them runs in these steps."

    # -- the rows

    def _name(self, row: Row) -> str:
        if isinstance(row, str):
            return row
        return "loop" if row == _LOOP else self.timeline.tasks[row].name or "(no name)"

    def _rows(self) -> tuple[list[tuple[Row, int]], int]:
        """Tasks as in the Gantt chart, then callbacks where no other task is, then the loop;
        and how many tasks have none."""
        runs = {self._runs(panel.shot): None for panel in self.panels}
        ready = {self._row_of(queued): None for queue in self.queues for queued in queue}
        waits = {s.task: None for moment in self.moments for s in moment.waiting}
        tasks = [row for row in [*runs, *ready, *waits] if isinstance(row, int) and row != _LOOP]
        tasks = list(dict.fromkeys(tasks))
        shown = tasks[: max(MOST_ROWS, sum(row in runs for row in tasks))]
        rows: list[tuple[Row, int]] = [*family_order(self.timeline, sorted(shown))]
        rows += [(label, 0) for label in [*runs, *ready] if isinstance(label, str)][:MOST_ROWS]
        rows = list(dict.fromkeys(rows))
        loop: list[tuple[Row, int]] = [(_LOOP, 0)] if _LOOP in [*runs, *ready] else []
        return rows + loop, len(tasks) - len(shown)

    def _runs(self, shot: Shot) -> Row:
        if shot.step is None:
            return _LOOP
        task = self.film.columns.task[shot.step]
        return task if task >= 0 else self._called(self.film.what(shot.step))

    def _row_of(self, queued: Queued) -> Row:
        return self._called(queued.what) if queued.task is None else queued.task

    def _called(self, label: str) -> Row:
        """The row of a callback: its own, in a program without tasks."""
        return label if self.by_label and not is_machinery(label) else _LOOP

    # -- one panel

    def _after(self, shot: Shot) -> Position:
        """When it is over: just before the frame at which another step begins inside it."""
        cut_short = shot.step is not None and self.film.kinds[shot.last] != END
        frame = max(shot.last - (cut_short and shot.last > shot.first), 0)
        frame -= bool(self.film.kinds[frame] == LOOK)
        return Position(int(self.film.times[shot.last]), frame)

    def _is_queued(self, queued: Queued) -> bool:
        """Whether it is not the kernel's."""
        return queued.step is None or self.film.columns.kind[queued.step] != _KERNEL

    def _column(self, number: int, time: str) -> Column:
        panel, queue = self.panels[number], self.queues[number]
        shot = panel.shot
        return Column(
            number=None if shot.step is None else panel.number,
            goes_on=shot.step is not None and not shot.begins,
            iteration=panel.iteration,
            time=time,
            cells=self._cells(shot, self.moments[number], queue),
            runs=self.row.get(self._runs(shot)),
            queues=self._put(shot),
            queue=tuple(queued.what or "(no name)" for queued in queue),
            sentence=self._found(panel) + self._told(shot, self.moments[number]),
            steps=shot.steps,
        )

    def _cells(self, shot: Shot, moment: Moment, queue: list[Queued]) -> tuple[Cell | None, ...]:
        cells: dict[Row, Cell] = {}
        if self.by_label:
            cells = self._timers(moment)
        for wait in moment.waiting:
            state = "overdue" if wait.overdue else "waiting"
            cells[wait.task] = Cell(state, wait.waiting_for or "")
        for running in moment.running:
            if running.task is not None:
                cells[running.task] = Cell("waiting", INSIDE[1])
        for place, queued in reversed(list(enumerate(queue, 1))):
            row = self._row_of(queued)
            cells[row] = Cell("ready", queued.what if row == _LOOP else "", place)
        cells[self._runs(shot)] = self._running(shot)
        return tuple(cells.get(key) for key, _ in self.rows)

    def _timers(self, moment: Moment) -> dict[Row, Cell]:
        """Those that are set, the one that is due first of each name; also one that the loop has
        not looked at yet."""
        due = {timer.step: timer.due for timer in self.timeline.timers}
        late = [(q.what, due[q.step]) for q in moment.ready if q.step in due]
        cells: dict[Row, Cell] = {}
        for what, time in [*late, *((timer.what, timer.due) for timer in moment.timers)]:
            state = "overdue" if time < moment.time else "waiting"
            cells.setdefault(self._called(what), Cell(state, f"until {duration_text(time)}"))
        cells.pop(_LOOP, None)
        return cells

    def _running(self, shot: Shot) -> Cell:
        if shot.step is None:
            return Cell("asleep", "sleeps")
        task = self.film.columns.task[shot.step]
        if task < 0:
            return Cell("callback", "closes" if shot.steps > 1 else self.film.what(shot.step))
        span, last = self.timeline.tasks[task], self.timeline.task_steps(task)[-1] == shot.step
        ended = span.ended is not None and last and shot.is_over
        return Cell("running", end=span.outcome if ended else "")

    def _is_eager(self, step: int) -> bool:
        """Whether it begins inside another, without having been in the queue."""
        inside = self.film.columns.inside[step] != NOTHING
        return inside and not self.film.was_queued[step]

    def _put(self, shot: Shot) -> tuple[int, ...]:
        """The rows whose handles this puts in the queue."""
        if shot.step is None:
            return ()
        film, after = self.film, self._after(shot)
        steps = np.flatnonzero((film.put == shot.step) & film.was_queued)
        steps = steps[film.states.column("kind")[steps] != _KERNEL]
        begin = int(film.times[shot.first]), shot.first
        new = film.has_been_queued(steps, after.time, after.frame)
        new &= ~film.has_been_queued(steps, *begin)
        rows = {self.row.get(self._runs(Shot(step, 0, 0))) for step in steps[new].tolist()}
        return tuple(sorted(row for row in rows - {self.row[self._runs(shot)]} if row is not None))

    # -- in words

    def _time(self, frame: int) -> str:
        moment = seconds(int(self.film.times[frame]))
        exact = self.timeline.clock == "virtual"
        return duration_text(moment if exact else round(moment, 2))

    def _found(self, panel: Panel) -> str:
        """What the loop finds where it looks before a step, and does not sleep."""
        shot = panel.shot
        if shot.step is None or panel.iteration is None:
            return ""
        before = range(self.film.iterations[panel.iteration - 1], shot.first)
        looks = [frame for frame in before if self.film.kinds[frame] == LOOK]
        return "".join(f"{self.narration.sentence(frame)} " for frame in looks)

    def _told(self, shot: Shot, moment: Moment) -> str:
        """What the player says: when a step is over, or, where others run in it, begins."""
        if shot.steps > 1:
            return f"{_CLOSES} {shot.steps:,} steps of its own."
        kinds, frames = self.film.kinds, [shot.last]
        if shot.step is None and kinds[shot.last] == WAKE:
            if any(not self._is_queued(queued) for queued in moment.ready):
                return self.narration.sentence(shot.last - 1) + " The loop wakes up."
            frames = [shot.last - 1, shot.last]
        elif shot.step is None:
            pass
        elif kinds[shot.last] != END:
            frames = [self.film.starts[shot.step]]
        elif shot.begins and self._is_eager(shot.step):
            frames = [shot.first, shot.last]
        return " ".join(self.narration.sentence(int(frame)) for frame in frames)
