"""What happened: a recording as plain, frozen data, and the questions one may ask of it.

A `Timeline` knows nothing of event loops, clocks or pictures. The recorder writes
one, charts draw it, checks judge it; it can be saved and loaded, so a picture can
be tested on a stored run. Steps live in columns of integers (nanoseconds since the
recording began, and indices into small tables) and become `Step` objects only when
somebody looks, which is what lets a million of them fit.

Public times are float seconds since the recording began. The words, used the same
everywhere in this package:

- **step**: one stretch on the loop, from being resumed to suspending or ending;
- **running**: in a step (time in steps nested inside it is theirs);
- **ready**: its handle is in the ready queue, from the moment it was put there;
- **waiting**: suspended, and not in the queue (also the time in which a nested step
  runs, or a nested loop sleeps, inside one's own: the code below has not come back yet);
- **overdue**: still waiting although its timer has passed, because the loop is held
  by a step and has not looked.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from itertools import accumulate

from helpers.loading import load_whole

NANOSECONDS = 1_000_000_000

# asyncio's own limit for a "slow callback" (`loop.slow_callback_duration`), in seconds.
# https://docs.python.org/3/library/asyncio-dev.html#debug-mode
BLOCKING_AFTER = 0.1

KINDS = ("task", "callback", "timer", "io", "kernel")
OUTCOMES = ("returned", "raised", "cancelled", "pending")
CLOCKS = ("real", "virtual")

NOTHING, BY_THREAD, BY_IO = -1, -2, -3  # what an index column says when it is no index
Span = tuple[str, int, int, int | None, str | None]
_WOKEN_BY = {BY_THREAD: "thread", BY_IO: "io", NOTHING: None}


def seconds(nanoseconds: int) -> float:
    """Whole nanoseconds as float seconds."""
    return nanoseconds / NANOSECONDS


def nanoseconds(seconds: float) -> int:
    """Float seconds as whole nanoseconds, rounded."""
    return round(seconds * NANOSECONDS)


@dataclass(frozen=True, slots=True)
class TaskSpan:
    """One task's life within a recording. Times in seconds.

    `created` is None for a task older than the recording; `started` is the start of
    its first recorded step; `ended` is None while it is pending. `entered` is False
    when it was cancelled before its body began. `queued` is the moment a task that
    is pending was last put in the ready queue, if it is still in there when the
    recording ends. `role` is "recording" for the task that entered the recording,
    "main" for one made by `asyncio.run`, else "".
    """

    id: int
    name: str
    coroutine: str = ""
    parent: int | None = None
    created: float | None = 0.0
    started: float | None = None
    ended: float | None = None
    outcome: str = "pending"
    exception: str | None = None
    entered: bool = True
    queued: float | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One stretch on the loop. Times in seconds.

    `task` is the id of the task, None where plain loop work ran. `inside` is the
    index of the step it ran within. `woken_by` is the index of the step that put it
    in the ready queue, or "thread", "io", or None. `resumed_at` and `suspended_at`
    are `(source, line)` of the innermost frame of the learner's own. `waiting_for`
    says what it waits for after this step, `due` when a timer will end that wait.
    `real_seconds` is what the step really took, in virtual time; else None.
    """

    task: int | None
    kind: str
    label: str
    ready: float
    start: float
    end: float
    inside: int | None = None
    woken_by: int | str | None = None
    resumed_at: tuple[str, int] | None = None
    suspended_at: tuple[str, int] | None = None
    waiting_for: str | None = None
    due: float | None = None
    real_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Timer:
    """A `call_later` or `call_at`. `made` and `due` in seconds; `queued` is the moment the
    loop moved it to the ready queue, None if it never did. `made_by` and `step` are indices of
    steps: the one that made it and the one that ran it, None where there is none (`step` also
    in a recording saved before it was kept)."""

    label: str
    made_by: int | None
    due: float
    queued: float | None = None
    cancelled: float | None = None
    made: float = 0.0
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Idle:
    """A span in which the loop slept in its selector, in seconds; `until` is when it would
    have woken by itself for a timer (None: no timer was set)."""

    start: float
    end: float
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Printed:
    """Text the program wrote to `stream` at `time` (seconds), in step `step` (index or None)."""

    time: float
    text: str
    step: int | None = None
    stream: str = "stdout"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span of one task's life in one state: "running", "ready", "waiting" or "overdue".

    Seconds. `step` is the index of the step it belongs to: the running step itself,
    the step that a ready stretch leads to, or the step after which it waits
    (None where there is none). An "overdue" stretch lies inside a waiting one.
    """

    state: str
    start: float
    end: float
    step: int | None = None
    waiting_for: str | None = None


@dataclass(eq=True)
class StepColumns:
    """Steps in columns, in order of start. Integer nanoseconds and indices; 45 bytes a step
    (53 with lines on). `label` and `waiting_for` index `Timeline.strings`, `resumed` and
    `suspended` index `Timeline.places` (both empty when lines were not recorded); `due`
    is sparse, `{step: nanoseconds}`; `real` is empty on the real clock. -1 means none."""

    task: array = field(default_factory=lambda: array("i"))
    kind: array = field(default_factory=lambda: array("b"))
    label: array = field(default_factory=lambda: array("i"))
    ready: array = field(default_factory=lambda: array("q"))
    start: array = field(default_factory=lambda: array("q"))
    end: array = field(default_factory=lambda: array("q"))
    inside: array = field(default_factory=lambda: array("i"))
    woken_by: array = field(default_factory=lambda: array("i"))
    waiting_for: array = field(default_factory=lambda: array("i"))
    resumed: array = field(default_factory=lambda: array("i"))
    suspended: array = field(default_factory=lambda: array("i"))
    real: array = field(default_factory=lambda: array("q"))
    due: dict[int, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.start)


class Steps(Sequence[Step]):
    """The steps of a timeline as a sequence of `Step`, built from columns when looked at."""

    def __init__(self, columns: StepColumns, strings: Sequence[str], places: Sequence):
        self._columns, self._strings, self._places = columns, strings, places

    def __len__(self) -> int:
        return len(self._columns)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        index = range(len(self))[index]  # negative indices and IndexError, as in a list
        c = self._columns
        return Step(
            task=_index_or_none(c.task[index]),
            kind=KINDS[c.kind[index]],
            label=self._strings[c.label[index]],
            ready=seconds(c.ready[index]),
            start=seconds(c.start[index]),
            end=seconds(c.end[index]),
            inside=_index_or_none(c.inside[index]),
            woken_by=_WOKEN_BY.get(c.woken_by[index], c.woken_by[index]),
            resumed_at=self._place(c.resumed, index),
            suspended_at=self._place(c.suspended, index),
            waiting_for=_lookup(self._strings, c.waiting_for[index]),
            due=seconds(c.due[index]) if index in c.due else None,
            real_seconds=seconds(c.real[index]) if c.real else None,
        )

    def _place(self, column: array, index: int) -> tuple[str, int] | None:
        return _lookup(self._places, column[index]) if column else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None


def _index_or_none(value: int) -> int | None:
    return None if value < 0 else value


def _lookup(table: Sequence, index: int):
    return None if index < 0 else table[index]


@dataclass(frozen=True)
class Timeline:
    """A recording: tasks, steps, timers, idle spans, output and sources.

    Made by `record` and `simulate`, or by `Timeline.of` from plain records. As the
    last line of a notebook cell it shows itself as a Gantt chart. `complete` is False
    on what `record` hands out until its block has ended.
    """

    title: str = ""
    clock: str = "real"
    length: int = 0  # nanoseconds; `duration` is the public face
    tasks: tuple[TaskSpan, ...] = ()
    columns: StepColumns = field(default_factory=StepColumns)
    strings: tuple[str, ...] = ()
    places: tuple[tuple[str, int], ...] = ()
    timers: tuple[Timer, ...] = ()
    idle: tuple[Idle, ...] = ()
    output: tuple[Printed, ...] = ()
    sources: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    complete: bool = True
    result: object = field(default=None, compare=False)

    __hash__ = None

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
        **rest,
    ) -> Timeline:
        """A timeline from plain records, as tests and examples write them by hand.

        `tasks` must be in order of creation with ids 0, 1, 2, ...; `steps` in order
        of start. `duration` in seconds, by default the last moment mentioned.
        """
        tasks, steps = tuple(tasks), list(steps)
        if [task.id for task in tasks] != list(range(len(tasks))):
            raise ValueError("task ids must be 0, 1, 2, ... in order of creation")
        if duration is None:
            moments = [step.end for step in steps] + [t.ended or 0.0 for t in tasks]
            duration = max(moments, default=0.0)
        columns, strings, places = _columns_of(steps)
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

    @property
    def longest_step(self) -> Step | None:
        """The step that held the loop longest, or None if there is none.

        Steps nested inside it, and the sleep of a loop nested inside it, are not counted
        in. Steps of the notebook kernel are left out.
        """
        own, kernel = self._own_time, KINDS.index("kernel")
        mine = (i for i, kind in enumerate(self.columns.kind) if kind != kernel)
        longest = max(mine, key=own.__getitem__, default=None)
        return None if longest is None else self.steps[longest]

    @property
    def most_tasks_at_once(self) -> int:
        """The largest number of the learner's tasks, made during the recording, not ended at
        one time. The recording task and a `main` made by `asyncio.run` do not count."""
        counted = [t for t in self.tasks if t.created is not None and not t.role]
        births = [(*self._birth(task), 1) for task in counted]
        deaths = [(*self._death(task), -1) for task in counted]
        return max(accumulate(change for *_, change in sorted(births + deaths)), default=0)

    # Moments alone are no order: in virtual time one task may end, and the next be made, at
    # the same one. So each comes with its step, and 0 (made) or 1 (ended) within the step.

    def _birth(self, task: TaskSpan) -> tuple[float, float, int]:
        """When, and in which step (-1: not known, before all of that moment), it was made."""
        steps = self.task_steps(task.id)
        if not steps:
            return task.created, NOTHING, 0
        made_in = self.columns.woken_by[steps[0]]
        if made_in < 0 and self.columns.inside[steps[0]] >= 0:
            made_in = steps[0]  # an eager task: made and begun in one go
        return task.created, max(made_in, NOTHING), 0

    def _death(self, task: TaskSpan) -> tuple[float, float, int]:
        """When, and after which step, it ended; without a step, before the births of that
        moment, unless its own is among them."""
        end = max(self.life(task.id)[1], task.created)
        if task.ended is None or (end == task.created and not self.task_steps(task.id)):
            return end, len(self.columns), 1
        return end, max(self.task_steps(task.id), default=-2), 1

    def task_steps(self, task_id: int) -> list[int]:
        """Indices of that task's steps, in order."""
        return self._steps_by_task.get(task_id, [])

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
        last, now = None, nanoseconds(self.life(task_id)[0])
        for index in self.task_steps(task_id):
            yield from self._step(index, last, now)
            last, now = index, max(now, self.columns.end[index])
        yield from self._rest(task_id, last, now)

    def all_spans(self) -> Iterator[tuple[int, Span]]:
        """(task id, span) for all tasks, in the order of the steps they lead to.

        Work of the loop's own is among them as task -1, which is never ready or pending.
        """
        last: list[int | None] = [None] * len(self.tasks)
        now = [nanoseconds(self.life(task.id)[0]) for task in self.tasks]
        for index, task in enumerate(self.columns.task):
            if task < 0:
                for span in self._step(index, None, self.columns.start[index]):
                    yield NOTHING, span
            else:
                for span in self._step(index, last[task], now[task]):
                    yield task, span
                last[task], now[task] = index, max(now[task], self.columns.end[index])
        for task in range(len(self.tasks)):
            for span in self._rest(task, last[task], now[task]):
                yield task, span

    def _step(self, index: int, last: int | None, now: int) -> Iterator[Span]:
        """From `now`, when its task's last step was over, to the end of this one."""
        c = self.columns
        start = c.start[index]
        ready = min(max(c.ready[index], now), start)
        if ready > now:
            yield from self._waiting(last, now, ready)
        if start > ready:
            yield "ready", ready, start, index, None
        if index in self._nested or index in self.idle_inside:
            yield from self._broken(index)
        else:
            yield "running", start, c.end[index], index, None

    def _rest(self, task_id: int, last: int | None, now: int) -> Iterator[Span]:
        """From `now`, when the task's last step was over, to its end."""
        queued, finish = self.tasks[task_id].queued, nanoseconds(self.life(task_id)[1])
        turn = max(finish if queued is None else min(nanoseconds(queued), finish), now)
        if turn > now:
            yield from self._waiting(last, now, turn)
        if finish > turn:
            yield "ready", turn, finish, None, None

    def _broken(self, index: int) -> Iterator[Span]:
        """A step with others inside it: running where they are not, waiting where they are."""
        c, now = self.columns, self.columns.start[index]
        steps = [(c.start[i], c.end[i], "a step inside it") for i in self.children(index)]
        sleeps = [(*idle, "a loop inside it") for idle in self.idle_inside.get(index, ())]
        for start, end, reason in sorted(steps + sleeps):
            if start > now:
                yield "running", now, start, index, None
            if end > start:
                yield "waiting", start, end, index, reason
            now = end
        yield "running", now, c.end[index], index, None

    def _waiting(self, after: int | None, start: int, end: int) -> Iterator[Span]:
        reason = None if after is None else _lookup(self.strings, self.columns.waiting_for[after])
        yield "waiting", start, end, after, reason
        due = end if after is None else max(self.columns.due.get(after, end), start)
        if due < end and self._held(due, end):
            yield "overdue", due, end, after, reason

    def _held(self, due: int, end: int) -> bool:
        """Whether steps kept the loop from noticing, until `end`, what was due (nanoseconds).

        Asleep in its selector it is late only by the clock's resolution; and as it looks at
        its timers before each round of steps, one that ran between the two shows it had not.
        """
        outer, outer_starts = self._outer_steps
        at = bisect_left(outer_starts, end) - 1
        if at < 0 or self.columns.end[outer[at]] <= due:
            return False
        asleep, sleep_starts = self._sleeps
        at = bisect_right(sleep_starts, due) - 1
        return at < 0 or asleep[at][1] < due

    # -- worked out once, when first asked for ----------------------------------------

    @cached_property
    def _outer_steps(self) -> tuple[list[int], list[int]]:
        c = self.columns
        outer = [index for index, inside in enumerate(c.inside) if inside < 0]
        return outer, [c.start[i] for i in outer]

    @cached_property
    def _sleeps(self) -> tuple[list[tuple[int, int]], list[int]]:
        asleep = sorted((nanoseconds(i.start), nanoseconds(i.end)) for i in self.idle)
        return asleep, [start for start, _ in asleep]

    @cached_property
    def idle_inside(self) -> dict[int, list[tuple[int, int]]]:
        """Where a loop nested inside a step slept (under nest-asyncio), by the innermost step."""
        c, found = self.columns, {}
        for start, end in self._sleeps[0]:
            step = bisect_right(c.start, start) - 1
            while step >= 0 and c.end[step] < end:
                step = c.inside[step]
            if step >= 0 and end > start:
                found.setdefault(step, []).append((start, end))
        return found

    @cached_property
    def _steps_by_task(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for index, task in enumerate(self.columns.task):
            if task >= 0:
                found.setdefault(task, []).append(index)
        return found

    @cached_property
    def _nested(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for index, outer in enumerate(self.columns.inside):
            if outer >= 0:
                found.setdefault(outer, []).append(index)
        return found

    @cached_property
    def _own_time(self) -> list[int]:
        """Nanoseconds each step held the loop itself, without what ran or slept inside it."""
        c = self.columns
        own = [end - start for start, end in zip(c.start, c.end, strict=True)]
        for index, outer in enumerate(c.inside):
            if outer >= 0:
                own[outer] -= c.end[index] - c.start[index]
        for index, sleeps in self.idle_inside.items():
            own[index] -= sum(end - start for start, end in sleeps)
        return own

    # -- pictures and files (imported when asked for: recording loads none of them) ----

    def gantt(self, **options):
        """The Gantt chart as a matplotlib `Figure`; options as in `helpers.charts.gantt.gantt`."""
        load_whole("helpers.charts.gantt")
        from helpers.charts.gantt import gantt

        return gantt(self, **options)

    def text(self, **options) -> str:
        """The same chart in characters; options as in `helpers.charts.text.text`."""
        from helpers.charts.text import text

        return text(self, **options)

    def player(self, **options):
        """A widget that steps through the recording; as `helpers.charts.player.player`."""
        load_whole("helpers.charts.player")
        from helpers.charts.player import player

        return player(self, **options)

    def save(self, path) -> None:
        """Write this recording to a JSON file; read it back with `Timeline.load`."""
        from helpers.timeline.storage import save

        save(self, path)

    @staticmethod
    def load(path) -> Timeline:
        """Read a recording that `save` wrote.

        Raises `helpers.timeline.storage.NotATimeline`, a ValueError, with a sentence when the
        file is not one of ours, is cut off, or comes from a newer format.
        """
        from helpers.timeline.storage import load

        return load(path)

    def save_trace_events(self, path) -> None:
        """Write Chrome trace events, a JSON file that https://ui.perfetto.dev opens; it is
        compressed if its name ends in `.gz`."""
        from helpers.charts.trace_events import save_trace_events

        save_trace_events(self, path)

    def _repr_mimebundle_(self, include=None, exclude=None):
        from helpers.charts import notebook_output

        return notebook_output(self)

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


class Table:
    """Values numbered in order of first sight: how strings and places become indices."""

    def __init__(self):
        self._numbers: dict = {}

    def number(self, value) -> int:
        """The index of that value; None is -1."""
        if value is None:
            return NOTHING
        return self._numbers.setdefault(value, len(self._numbers))

    def values(self) -> tuple:
        return tuple(self._numbers)


def _columns_of(steps: Sequence[Step]) -> tuple[StepColumns, tuple, tuple]:
    strings, places, c = Table(), Table(), StepColumns()
    lines = any(s.resumed_at or s.suspended_at for s in steps)
    words = {word: number for number, word in _WOKEN_BY.items()}
    for index, step in enumerate(steps):
        if index and step.start < steps[index - 1].start:
            raise ValueError(f"steps must be in order of start; step {index} starts too early")
        c.task.append(NOTHING if step.task is None else step.task)
        c.kind.append(_kind_number(step.kind))
        c.label.append(strings.number(step.label))
        for name in ("ready", "start", "end"):
            getattr(c, name).append(nanoseconds(getattr(step, name)))
        c.inside.append(NOTHING if step.inside is None else step.inside)
        c.woken_by.append(words.get(step.woken_by, step.woken_by))
        c.waiting_for.append(strings.number(step.waiting_for))
        if step.due is not None:
            c.due[index] = nanoseconds(step.due)
        if step.real_seconds is not None:
            c.real.append(nanoseconds(step.real_seconds))
        if lines:
            c.resumed.append(places.number(step.resumed_at))
            c.suspended.append(places.number(step.suspended_at))
    if c.real and len(c.real) != len(c):
        raise ValueError("real_seconds must be given for all steps, or for none")
    return c, strings.values(), places.values()


def _kind_number(kind: str) -> int:
    if kind not in KINDS:
        raise ValueError(f"a step's kind is one of {', '.join(KINDS)}; not {kind!r}")
    return KINDS.index(kind)


COLUMN_NAMES = tuple(f.name for f in fields(StepColumns) if f.name != "due")
