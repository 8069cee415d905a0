"""A recording whole: the `Timeline`, and the questions one may ask of it.

A `Timeline` knows nothing of event loops, clocks or pictures. The recorder writes one, charts
draw it, checks judge it; it can be saved and loaded, so a picture can be tested on a stored
run. What it is made of, and the words for it, stand in `records`; which task was in which
state when is worked out by `states`, on the first question that needs it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from itertools import accumulate
from types import MethodType
from typing import TYPE_CHECKING, Any, overload

from helpers.loading import load_whole
from helpers.timeline.options import (
    GanttOptions,
    OrderOptions,
    PictureOptions,
    PlayerOptions,
    TextOptions,
    takes,
)
from helpers.timeline.records import (
    KINDS,
    NOTHING,
    OUTCOMES,
    Dropped,
    Idle,
    Place,
    Printed,
    Step,
    StepColumns,
    Steps,
    Stretch,
    TaskSpan,
    Timer,
    columns_of,
    nanoseconds,
    seconds,
)
from helpers.timeline.resources import Resource, WorkerSpan

if TYPE_CHECKING:
    from helpers.charts.picture import Picture
    from helpers.charts.player import Player
    from helpers.findings import Findings
    from helpers.timeline.states import Span, States


class _Load:
    """Two things of one name: `Timeline.load(path)` reads a recording from a file, and
    `timeline.load()` is the chart of how many tasks of a recording ran, were ready and waited."""

    @overload
    def __get__(
        self, timeline: None, owner: type[Timeline]
    ) -> Callable[[str | os.PathLike[str]], Timeline]: ...

    @overload
    def __get__(self, timeline: Timeline, owner: type[Timeline]) -> Callable[..., Picture]: ...

    def __get__(self, timeline: Timeline | None, owner: type[Timeline]) -> Callable[..., Any]:
        if timeline is not None:
            return MethodType(_Load.load, timeline)
        from helpers.timeline.storage import load

        return load

    @takes(PictureOptions)
    def load(timeline: Timeline, options: PictureOptions) -> Picture:
        """How many tasks ran, were ready and waited over time, as a matplotlib `Figure`.

        `.alt` is its alt text, and `.as_text()` the same in characters. Raises ValueError when
        `between` lies outside the recording.
        """
        load_whole("helpers.charts.load")
        from helpers.charts.load import load

        return load(timeline, options).picture()


@dataclass(frozen=True)
class Timeline:
    """A recording: tasks, steps, timers, idle spans, output and sources.

    Made by `record` and `simulate`, or by `Timeline.of` from plain records. As the
    last line of a notebook cell it shows itself as a Gantt chart. `complete` is False
    on what `record` hands out until its block has ended, `stopped` True if Stop ended it.
    """

    title: str = ""
    clock: str = "real"
    length: int = 0  # nanoseconds; `duration` is the public face
    tasks: tuple[TaskSpan, ...] = ()
    columns: StepColumns = field(default_factory=StepColumns)
    strings: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    timers: tuple[Timer, ...] = ()
    idle: tuple[Idle, ...] = ()
    output: tuple[Printed, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    resources: tuple[Resource, ...] = ()
    worker_spans: tuple[WorkerSpan, ...] = ()
    sources: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    complete: bool = True
    stopped: bool = False
    result: object = field(default=None, compare=False)

    __hash__ = None  # type: ignore[assignment]  # it holds columns, which have no hash

    def _become(self, other: Timeline) -> None:
        """Take over all of `other`: how a recording fills, once, the timeline it handed out."""
        self.__dict__.clear()
        self.__dict__.update({f.name: getattr(other, f.name) for f in fields(Timeline)})

    @classmethod
    def of(
        cls,
        tasks: Iterable[TaskSpan] = (),
        steps: Iterable[Step] = (),
        *,
        duration: float | None = None,
        **rest: Any,
    ) -> Timeline:
        """A timeline from plain records, as tests and examples write them by hand.

        `tasks` must be in order of creation with ids 0, 1, 2, ...; `steps` in order
        of start. `duration` in seconds, by default the last moment mentioned; `rest` are
        further fields. Raises ValueError with a sentence when they make no timeline.
        """
        tasks, steps = tuple(tasks), list(steps)
        if [task.id for task in tasks] != list(range(len(tasks))):
            raise ValueError("task ids must be 0, 1, 2, ... in order of creation")
        if duration is None:
            moments = [step.end for step in steps] + [t.ended or 0.0 for t in tasks]
            duration = max(moments, default=0.0)
        columns, strings, places = columns_of(steps)
        return cls(
            tasks=tasks,
            columns=columns,
            strings=strings,
            places=places,
            length=nanoseconds(duration),
            **rest,
        )

    # -- what happened -------------------------------------------------------------

    @property
    def steps(self) -> Steps:
        """All steps in order of start, as a sequence of `Step`."""
        return Steps(self.columns, self.strings, self.places)

    @cached_property
    def iterations(self) -> list[int]:
        """Indices of the steps with which an iteration of the loop begins, in order: it has
        looked at its timers and sockets, and runs what is ready now. Those of a loop nested in
        a step are among them. One in which nothing ran is not, nor one that was under way when
        the recording began. Empty where it is not known (a loop whose selector cannot be
        watched, an older file)."""
        return [index for index, first in enumerate(self.columns.first) if first]

    @property
    def duration(self) -> float:
        """Seconds from the beginning of the recording to its end."""
        return seconds(self.length)

    @property
    def recording_task(self) -> TaskSpan | None:
        """The task that entered the recording, None in a plain script."""
        return next((t for t in self.tasks if t.role == "recording"), None)

    def task(self, name: str) -> TaskSpan:
        """The task with that name (the first, if several have it).

        Raises KeyError with the names there are, when there is none.
        """
        for task in self.tasks:
            if task.name == name:
                return task
        names = ", ".join(repr(t.name) for t in self.tasks) or "no task at all"
        raise KeyError(f"no task is called {name!r}; this recording has {names}")

    # -- questions ------------------------------------------------------------------

    def time_running(self, task_id: int) -> float:
        """Seconds that task spent in steps of its own (without steps nested inside)."""
        return self._time_in("running", task_id)

    def time_ready(self, task_id: int) -> float:
        """Seconds that task spent in the ready queue, waiting for its turn."""
        return self._time_in("ready", task_id)

    def time_waiting(self, task_id: int) -> float:
        """Seconds that task was suspended and not in the ready queue (overdue included)."""
        return self._time_in("waiting", task_id)

    def time_overdue(self, task_id: int) -> float:
        """Seconds of its waiting in which its timer had passed, but the loop was held."""
        return self._time_in("overdue", task_id)

    def _time_in(self, state: str, task_id: int) -> float:
        return seconds(sum(end - start for s, start, end, *_ in self.spans(task_id) if s == state))

    def waits(self, task_id: int) -> dict[str, float]:
        """What that task waited for, in sum: seconds by name, the longest first.

        A wait is called as in `Step.waiting_for`, so sleeps of different lengths are apart; what
        is not known has the name "". Together they are `time_waiting` (overdue included).
        Raises IndexError when no task has that id.
        """
        self._known(task_id)
        return {name: seconds(time) for name, time in self.states.waits(task_id).items()}

    def _known(self, task_id: int) -> None:
        """IndexError, in a sentence, where no task has that id."""
        if task_id not in range(len(self.tasks)):
            there = f"0 to {len(self.tasks) - 1}" if self.tasks else "none"
            raise IndexError(
                f"no task of this recording has the id {task_id!r}; the ids are {there}. "
                "timeline.task(name).id is that of a task by name."
            )

    @property
    def longest_step(self) -> Step | None:
        """The step that held the loop longest, or None if there is none.

        Steps nested inside it, and the sleep of a loop nested inside it, are not counted
        in. Steps of the notebook kernel are left out.
        """
        kernel = KINDS.index("kernel")
        own = self.states.own.tolist()
        mine = (i for i, kind in enumerate(self.columns.kind) if kind != kernel)
        longest = max(mine, key=own.__getitem__, default=None)
        return None if longest is None else self.steps[longest]

    @property
    def most_tasks_at_once(self) -> int:
        """The largest number of the learner's tasks, made during the recording, not ended at
        one time. The recording task and a `main` made by `asyncio.run` do not count."""
        counted = [(t, t.created) for t in self.tasks if t.created is not None and not t.role]
        births = [(*self._birth(task, created), 1) for task, created in counted]
        deaths = [(*self._death(task, created), -1) for task, created in counted]
        return max(accumulate(change for *_, change in sorted(births + deaths)), default=0)

    # Moments alone are no order: in virtual time one task may end, and the next be made, at
    # the same one. So each comes with its step, and 0 (made) or 1 (ended) within the step.

    def _birth(self, task: TaskSpan, created: float) -> tuple[float, int, int]:
        """When, and in which step (-1: not known, before all of that moment), it was made."""
        steps = self.task_steps(task.id)
        if not steps:
            return created, NOTHING, 0
        made_in = self.columns.woken_by[steps[0]]
        if made_in < 0 and self.columns.inside[steps[0]] >= 0:
            made_in = steps[0]  # an eager task: made and begun in one go
        return created, max(made_in, NOTHING), 0

    def _death(self, task: TaskSpan, created: float) -> tuple[float, int, int]:
        """When, and after which step, it ended; without a step, before the births of that
        moment, unless its own is among them."""
        end = max(self.life(task.id)[1], created)
        if task.ended is None or (end == created and not self.task_steps(task.id)):
            return end, len(self.columns), 1
        return end, max(self.task_steps(task.id), default=-2), 1

    def task_steps(self, task_id: int) -> list[int]:
        """Indices of that task's steps, in order."""
        self._known(task_id)
        steps: list[int] = self.states.steps_of(task_id).tolist()
        return steps

    def children(self, step: int) -> list[int]:
        """Indices of the steps that ran directly inside that step, in order."""
        return self._nested.get(step, [])

    def life(self, task_id: int) -> tuple[float, float]:
        """From when to when that task is in the picture, in seconds."""
        task = self.tasks[task_id]
        begin = 0.0 if task.created is None else task.created
        return begin, self.duration if task.ended is None else task.ended

    def stretches(self, task_id: int) -> list[Stretch]:
        """That task's life as running, ready and waiting stretches in order of time.

        Together they cover its life without gap or overlap; "overdue" stretches lie
        inside the waiting ones and come right after them. Stretches of no length are
        left out, except the last running one of a step: a step is never lost.
        """
        return [
            Stretch(state, seconds(start), seconds(end), step, reason)
            for state, start, end, step, reason in self.spans(task_id)
        ]

    def spans(self, task_id: int) -> Iterator[Span]:
        """The same stretches as plain tuples in integer nanoseconds: quick, for very many.

        A span is (state, start, end, step, waiting_for).
        """
        self._known(task_id)
        return self.states.spans(task_id)

    # -- worked out once, when first asked for ----------------------------------------

    @cached_property
    def states(self) -> States:
        """When each task was running, ready, waiting and overdue, in columns.

        numpy is first loaded here, unless it was before.
        """
        load_whole("helpers.timeline.states")
        from helpers.timeline.states import States

        return States(self.columns, self.tasks, self.idle, self.strings, self.length)

    @cached_property
    def _nested(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for index, outer in enumerate(self.columns.inside):
            if outer >= 0:
                found.setdefault(outer, []).append(index)
        return found

    # -- pictures and files (imported when asked for: recording loads none of them) ----

    @takes(GanttOptions)
    def gantt(self, options: GanttOptions) -> Picture:
        """The Gantt chart as a matplotlib `Figure`: show it, save it with `savefig`, draw on it.

        `.alt` is its alt text. Raises ValueError when `between` lies outside the recording.
        """
        load_whole("helpers.charts.gantt")
        from helpers.charts.gantt import gantt

        return gantt(self, options).picture()

    @takes(OrderOptions)
    def order(self, options: OrderOptions) -> Picture:
        """The steps one after the other, as a matplotlib `Figure`: a panel for each, which shows
        what every task does, and the ready queue when the step is over.

        `.alt` is its alt text, and `.as_text()` the same in sentences. Raises ValueError when
        `between` lies outside the recording, or `first` beyond its last step.
        """
        load_whole("helpers.charts.order")
        from helpers.charts.order import order

        return order(self, options).picture()

    load = _Load()

    @takes(TextOptions)
    def text(self, options: TextOptions) -> str:
        """The Gantt chart in characters. Raises ValueError when `between` lies outside the
        recording."""
        from helpers.charts.text import text

        return text(self, options)

    @takes(PlayerOptions)
    def player(self, options: PlayerOptions) -> Player:
        """A widget that steps through the recording, forward and back.

        Raises ValueError where it would have no step to show.
        """
        load_whole("helpers.charts.player")
        from helpers.charts.player import player

        return player(self, most_steps=options.most_steps)

    def findings(self) -> Findings:
        """What is wrong or wasteful in it, in words: a list, worst first, empty where nothing
        was found. Of a recording without lines, less is found."""
        load_whole("helpers.findings")
        from helpers.findings import find

        return find(self)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write this recording to a JSON file; read it back with `Timeline.load`."""
        from helpers.timeline.storage import save

        save(self, path)

    def save_trace_events(self, path: str | os.PathLike[str]) -> None:
        """Write Chrome trace events, a JSON file that https://ui.perfetto.dev opens; it is
        compressed if its name ends in `.gz`."""
        from helpers.charts.trace_events import save_trace_events

        save_trace_events(self, path)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        from helpers.charts.gantt import shown

        return shown(self)

    def __repr__(self) -> str:
        """Short and stable: counts and outcomes; seconds only in virtual time, which is exact."""
        title = f" {self.title!r}" if self.title else ""
        if not self.complete:
            return f"<Timeline{title}: still recording; complete when its block ends>"
        length = f", {self.duration:g} s" if self.clock == "virtual" else ""
        return f"<Timeline{title}: {_count(self.tasks)}{length}>"


def _count(tasks: Sequence[TaskSpan]) -> str:
    """How many tasks ended how; the one that entered the recording is not counted."""
    outcomes = [task.outcome for task in tasks if task.role != "recording"]
    if not outcomes:
        return "no tasks"
    parts = [f"{len(outcomes)} task" + "s" * (len(outcomes) != 1)]
    ends = [(outcomes.count(outcome), outcome) for outcome in OUTCOMES]
    return ", ".join(parts + [f"{number} {outcome}" for number, outcome in ends if number])
