"""A kind of exercise: here is a chart, write the program that draws it.

The chart is a run of the solution, and the judge compares with it what the learner's
function did: when each lent function began and ended, then the rows of the chart, each as
running, ready and waiting in time. Names of tasks, the order in which they were made within
one moment, and what a row waits for may differ, so every style that behaves alike is right.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import groupby, zip_longest
from operator import attrgetter
from typing import NamedTuple

from helpers.practice.attempts import Jobs, Program, attempt
from helpers.practice.checks import NotYet, nothing_left_over, where
from helpers.practice.exercises import exercises
from helpers.practice.sentences import in_seconds, quoted, times
from helpers.timeline import TaskSpan, Timeline
from helpers.virtual_time import simulate

Spans = Sequence[TaskSpan]


class Part(NamedTuple):
    """A stretch of a row that looks one way; seconds."""

    state: str
    start: float
    end: float


class Draws:
    """The judge of such an exercise: `judge=Draws(first_trip, train, hotel, car)`.

    Given are the solution and what it is lent; the learner's function is lent the same.
    """

    def __init__(self, solution: Program, *lent: Program):
        self._solution, self._lent = solution, lent

    def chart(self) -> Timeline:
        """The chart to draw: a recording of the solution, in virtual time."""
        return simulate(self._solution(*self._lent), title="the chart to draw", lines=False)

    def __call__(self, function: Program) -> None:
        """Raises NotYet, with a sentence, unless that function draws the chart."""
        wanted, jobs = Jobs(), Jobs()
        chart = simulate(self._solution(*map(wanted.watch, self._lent)), lines=False)
        timeline = attempt(function, *map(jobs.watch, self._lent))
        nothing_left_over(timeline)
        _same_jobs(timeline, jobs.timeline.tasks, wanted.timeline.tasks)
        _same_rows(timeline, chart)
        with where("It draws the chart, but were each job half a second longer"):
            nothing_left_over(attempt(function, *map(_longer, self._lent)))


def _longer(function: Program) -> Program:
    """The same, half a second longer: whoever only slept until the end is left with tasks."""

    async def longer() -> object:
        result = await function()
        await asyncio.sleep(0.5)
        return result

    return Jobs().watch(longer, function.__name__)


def chart_to_draw(exercise_id: str) -> Timeline:
    """The chart that the exercise of that name asks for; as last line of a cell it shows itself.

    Raises LookupError where no exercise of that name asks for one.
    """
    exercise = exercises().get(exercise_id)
    if exercise is None or not isinstance(exercise.judge, Draws):
        raise LookupError(f"no exercise called {exercise_id!r} asks for a chart")
    return exercise.judge.chart()


# -- two charts compared -----------------------------------------------------------------------


def _same_jobs(timeline: Timeline, jobs: Spans, wanted: Spans) -> None:
    for job, model in zip_longest(sorted(jobs, key=_begins), sorted(wanted, key=_begins)):
        if job is None or (model is not None and _begins(model) < _begins(job)):
            raise NotYet(_missing(model, jobs, wanted), timeline)
        if model is None or _begins(job) < _begins(model):
            raise NotYet(_surplus(job, wanted), timeline)


def _begins(job: TaskSpan) -> tuple[float, str]:
    return round(job.started or 0.0, 6), job.name


def _missing(model: TaskSpan, jobs: Spans, wanted: Spans) -> str:
    """A sentence about a job that the chart has at that time, and the learner's run has not."""
    number = sum(_begins(job) == _begins(model) for job in wanted)
    later = [_begins(job)[0] for job in jobs if _is_later(job, model)]
    return begins_later(model.name, _begins(model)[0], min(later, default=None), number)


def _surplus(job: TaskSpan, wanted: Spans) -> str:
    """A sentence about a job that the learner's run has at that time, and the chart has not."""
    later = [_begins(model)[0] for model in wanted if _is_later(model, job)]
    return begins_sooner(job.name, _begins(job)[0], min(later, default=None))


def _is_later(one: TaskSpan, other: TaskSpan) -> bool:
    """Whether it is a job of the same name, begun later."""
    return one.name == other.name and _begins(one) > _begins(other)


def _same_rows(timeline: Timeline, chart: Timeline) -> None:
    mine, model = _rows(timeline), _rows(chart)
    if len(mine) != len(model):
        raise NotYet(rows_below(len(mine) - 1, len(model) - 1), timeline)
    for (row, name), (wanted, _) in zip(mine, model, strict=True):
        if row[0].start != wanted[0].start:
            raise NotYet(row_begins(name, row[0].start, wanted[0].start), timeline)
        for here, there in zip_longest(row, wanted):
            if here != there:
                raise NotYet(_differs(name, here, there), timeline)


def _rows(timeline: Timeline) -> list[tuple[list[Part], str]]:
    """The parts of each row, with its name: the top row, then the others as they begin."""
    rows = [(_row(timeline, task.id), task.name) for task in timeline.tasks]
    top, *others = [pair for pair in rows if pair[0]]
    return [top, *sorted(others, key=lambda pair: [(p.start, p.end) for p in pair[0]])]


def _row(timeline: Timeline, task: int) -> list[Part]:
    """What is to be seen of a row: no steps of no width, nor where one wait follows another."""
    parts = [
        Part(stretch.state, round(stretch.start, 6), round(stretch.end, 6))
        for stretch in timeline.stretches(task)
        if stretch.state != "overdue"
    ]
    seen = [part for part in parts if part.end > part.start]
    together = [(state, list(part)) for state, part in groupby(seen, key=attrgetter("state"))]
    return [Part(state, part[0].start, part[-1].end) for state, part in together]


def _differs(name: str, here: Part | None, there: Part | None) -> str:
    """A sentence about the first part of a row that is not as in the chart."""
    moment = min(part.start for part in (here, there) if part)
    if here and there and here[:2] == there[:2]:
        return part_ends(name, here.state, moment, here.end, there.end)
    return part_is(name, moment, _state(here, moment), _state(there, moment))


def _state(part: Part | None, moment: float) -> str:
    return part.state if part and part.start <= moment else "not there"


# -- what is said of a difference --------------------------------------------------------------


def begins_later(name: str, at: float, later: float | None = None, number: int = 1) -> str:
    """In the chart so many jobs of that name begin at `at`; one of them `later`, or never."""
    often, it = ("", "it") if number == 1 else (f" {times(number)}", "one of them")
    begins = f"In the chart {quoted(name)} begins{often} at {in_seconds(at)}. In yours {it}"
    if later is None:
        return f"{begins} does not, then or later. Call it, and await what the call gives you."
    return (
        f"{begins} begins at {in_seconds(later)}. What does your function do at that moment: await "
        "something else, or hold the loop? What should overlap must be started (create_task, "
        "gather or a TaskGroup) before you await the other."
    )


def begins_sooner(name: str, at: float, later: float | None = None) -> str:
    """In the learner's run a job begins at `at`; in the chart only `later`, or not again."""
    begins = f"In yours {quoted(name)} begins at {in_seconds(at)}."
    if later is None:
        return f"{begins} That is once more than in the chart: which call is one too many?"
    return (
        f"{begins} In the chart it begins only at {in_seconds(later)}. What has ended, or for how "
        "long has the top row waited, at that moment? Await that first."
    )


def rows_below(mine: int, wanted: int) -> str:
    """So many rows lie below the top one."""
    rows = f"{mine} row" if mine == 1 else f"{mine or 'no'} rows"
    return (
        f"Everything begins when it should, but your chart has {rows} below the top row, and the "
        f"one to draw has {wanted or 'none'}. A task has a row of its own; what you await without "
        "making a task of it runs in the row of whoever awaits it."
    )


def row_begins(name: str, at: float, wanted: float) -> str:
    return (
        f"The row {quoted(name)} begins at {in_seconds(at)}, and in the chart at "
        f"{in_seconds(wanted)}. A row begins where its task is made, not where the task comes to "
        "do something: make the task at that moment."
    )


def part_ends(name: str, state: str, since: float, end: float, wanted: float) -> str:
    """A part of a row is too long or too short."""
    return (
        f"From {in_seconds(since)} on {quoted(name)} is {state}, in the chart, too; but in yours "
        f"until {in_seconds(end)}, in the chart until {in_seconds(wanted)}. What ends it there?"
    )


def part_is(name: str, at: float, state: str, wanted: str) -> str:
    """A part of a row is in another state."""
    return (
        f"At {in_seconds(at)} {quoted(name)} is {state}, and in the chart {wanted}. Solid is "
        "running: Python code at work. Hatched is ready: somebody else holds the loop. A pale "
        "line is waiting: it has awaited something."
    )
