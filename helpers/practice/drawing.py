"""A kind of exercise: here is a chart, write the program that draws it.

The chart is a run of the solution, and the judge compares with it what the learner's
function did: when each lent function began and ended, then the rows of the chart, each as
running, ready and waiting in time. Names of tasks, the order in which they were made within
one moment, and what a row waits for may differ, so every style that behaves alike is right.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby, zip_longest
from operator import attrgetter

from helpers.practice.attempts import Jobs, attempt
from helpers.practice.checks import NotYet, nothing_left_over
from helpers.practice.exercises import exercises
from helpers.timeline import Timeline
from helpers.virtual_time import simulate


class Draws:
    """The judge of such an exercise: `judge=Draws(first_trip, train, hotel, car)`.

    Given are the solution and what it is lent; the learner's function is lent the same.
    """

    def __init__(self, solution: Callable, *lent: Callable):
        self._solution, self._lent = solution, lent

    def chart(self) -> Timeline:
        """The chart to draw: a recording of the solution, in virtual time."""
        return simulate(self._solution(*self._lent), title="the chart to draw", lines=False)

    def __call__(self, function: Callable) -> None:
        """Raises NotYet, with a sentence, unless that function draws the chart."""
        wanted, jobs = Jobs(), Jobs()
        chart = simulate(self._solution(*map(wanted.watch, self._lent)), lines=False)
        timeline = attempt(function, *map(jobs.watch, self._lent))
        nothing_left_over(timeline)
        _same_jobs(timeline, jobs.timeline.tasks, wanted.timeline.tasks)
        _same_rows(timeline, chart)


def chart_to_draw(exercise_id: str) -> Timeline:
    """The chart that the exercise of that name asks for; as last line of a cell it shows itself.

    Raises LookupError where no exercise of that name asks for one.
    """
    exercise = exercises().get(exercise_id)
    if exercise is None or not isinstance(exercise.judge, Draws):
        raise LookupError(f"no exercise called {exercise_id!r} asks for a chart")
    return exercise.judge.chart()


# -- two charts compared -----------------------------------------------------------------------


def _same_jobs(timeline: Timeline, jobs, wanted) -> None:
    order = attrgetter("started", "name")
    for job, model in zip_longest(sorted(jobs, key=order), sorted(wanted, key=order)):
        if job is None or (model is not None and order(model) < order(job)):
            raise NotYet(_missing(model, jobs, wanted), timeline)
        if model is None or order(job) < order(model):
            raise NotYet(_surplus(job, wanted), timeline)


def _missing(model, jobs, wanted) -> str:
    """A sentence about a job that the chart has at that time, and the learner's run has not."""
    times = sum((m.name, m.started) == (model.name, model.started) for m in wanted)
    often, it = ("", "it") if times == 1 else (f" {times} times", "one of them")
    begins = f"In the chart '{model.name}' begins{often} at {model.started:g} s. In yours {it}"
    later = [job.started for job in jobs if job.name == model.name and job.started > model.started]
    if not later:
        return f"{begins} does not, then or later. Call it, and await what the call gives you."
    return (
        f"{begins} begins at {min(later):g} s. What does your function do at that moment: await "
        "something else, or hold the loop? What should overlap must be started (create_task, "
        "gather or a TaskGroup) before you await the other."
    )


def _surplus(job, wanted) -> str:
    """A sentence about a job that the learner's run has at that time, and the chart has not."""
    begins = f"In yours '{job.name}' begins at {job.started:g} s."
    later = [m.started for m in wanted if m.name == job.name and m.started > job.started]
    if not later:
        return f"{begins} That is once more than in the chart: which call is one too many?"
    return (
        f"{begins} In the chart it begins only at {min(later):g} s. What has ended, or for how "
        "long has the top row waited, at that moment? Await that first."
    )


def _same_rows(timeline: Timeline, chart: Timeline) -> None:
    mine, model = _rows(timeline), _rows(chart)
    if len(mine) != len(model):
        raise NotYet(_ROWS.format(mine=len(mine) - 1, model=len(model) - 1), timeline)
    for (row, name), (wanted, _) in zip(mine, model, strict=True):
        if row[0][1] != wanted[0][1]:
            raise NotYet(_BEGINS.format(name=name, mine=row[0][1], model=wanted[0][1]), timeline)
        for here, there in zip_longest(row, wanted):
            if here != there:
                raise NotYet(_differs(name, here, there), timeline)


_ROWS = (
    "Everything begins when it should, but your chart has {mine} below the top row, and the one "
    "to draw has {model}. A task has a row of its own; what you await without making a task of "
    "it runs in the row of whoever awaits it."
)
_BEGINS = (
    "The row '{name}' begins at {mine:g} s, and in the chart at {model:g} s. A row begins where "
    "its task is made, not where the task comes to do something: make the task at that moment."
)


def _rows(timeline: Timeline) -> list[tuple[list, str]]:
    """Each row as (state, start, end) in turn, with its name: the top row, then the others."""
    rows = [(_row(timeline, task.id), task.name) for task in timeline.tasks]
    top, *others = [pair for pair in rows if pair[0]]
    return [top, *sorted(others, key=lambda pair: [(start, end) for _, start, end in pair[0]])]


def _row(timeline: Timeline, task: int) -> list[tuple[str, float, float]]:
    """What is to be seen of a row: no steps of no width, nor where one wait follows another."""
    seen = [s for s in timeline.stretches(task) if s.state != "overdue" and s.end > s.start]
    together = [(state, list(part)) for state, part in groupby(seen, key=attrgetter("state"))]
    return [(state, part[0].start, part[-1].end) for state, part in together]


def _differs(name: str, here, there) -> str:
    """A sentence about the first part of a row that is not as in the chart."""
    moment = min(part[1] for part in (here, there) if part)
    if here and there and here[:2] == there[:2]:
        return (
            f"From {moment:g} s on '{name}' is {here[0]}, in the chart, too; but in yours until "
            f"{here[2]:g} s, in the chart until {there[2]:g} s. What ends it there?"
        )
    return (
        f"At {moment:g} s '{name}' is {_state(here, moment)}, and in the chart "
        f"{_state(there, moment)}. {_MEANING}"
    )


def _state(part, moment: float) -> str:
    return part[0] if part and part[1] <= moment else "not there"


_MEANING = (
    "Solid is running: Python code at work. Hatched is ready: somebody else holds the loop. A "
    "pale line is waiting: it has awaited something."
)
