"""Programs beside the story that their timeline must tell: the form of the tables of truth.

A story is one line a task, in order of creation: its name, who made it, from when to when it
was there, how it ended, and what it waited for, each wait with its length in seconds:

    fetch, by main: 0 to 1.5, returned; Lock.acquire 1, sleep(0.5) 0.5

The programs run in virtual time, so the numbers are exact, and a story is written by hand,
before the program runs. Two more ways to tell one: `places` has the learner's line of each
wait and when it is due, and `names` leaves out the numbers, for what needs real time.

Every timeline told here also obeys the laws, and can be drawn.
"""

import asyncio
import functools
import gc
import inspect
import warnings
from collections.abc import Callable, Coroutine

import pytest
from laws import LAWS

from helpers import record, simulate
from helpers.timeline import TaskSpan, Timeline

Program = Callable[[], Coroutine]
Test = Callable[[], None]


def tells(
    story: str, *, way: str = "lives", real: bool = False, who: str = ""
) -> Callable[[Program], Test]:
    """A test that the program below tells this story, recorded in virtual or in real time; with
    `who`, the story of those tasks alone whose names begin so."""

    def decorate(program: Program) -> Test:
        @functools.wraps(program, assigned=("__name__", "__module__", "__doc__"), updated=())
        def test() -> None:
            timeline = recorded(program) if real else simulated(program)
            told = [line for line in WAYS[way](timeline) if line.startswith(who)]
            assert told == inspect.cleandoc(story).splitlines()

        del test.__wrapped__  # pytest would take the program for the test
        return test

    return decorate


def false(reason: str) -> pytest.MarkDecorator:
    """What is still false. The day it becomes true this mark must go."""
    return pytest.mark.xfail(strict=True, reason=reason)


def simulated(program: Program) -> Timeline:
    """The program's timeline in virtual time; it is lawful, and can be drawn."""
    gc.collect()  # what earlier tests left is not this program's
    return _looked_at(simulate(program()))


def recorded(program: Program) -> Timeline:
    """The same in real time."""
    gc.collect()
    with record() as timeline, warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # sockets that asyncio closes late
        asyncio.run(program())
    return _looked_at(timeline)


def _looked_at(timeline: Timeline) -> Timeline:
    assert not [note for note in timeline.notes if "fault" in note]
    for law in LAWS:
        law(timeline)
    assert timeline.text()
    return timeline


# -- ways to tell it ------------------------------------------------------------------------


def lives(timeline: Timeline) -> list[str]:
    """Who was there, made by whom, from when to when; how it ended, and what it waited for."""
    return [_life(timeline, task) for task in timeline.tasks]


def _life(timeline: Timeline, task: TaskSpan) -> str:
    begin = "before" if task.created is None else f"{task.created:g}"
    end = "the end" if task.ended is None else f"{task.ended:g}"
    waits = [f"{what} {_length(begin, end)}" for what, begin, end in _waits(timeline, task)]
    told = f"{_who(timeline, task)}: {begin} to {end}, {task.outcome}"
    return told + ("; " + ", ".join(waits) if waits else "")


def places(timeline: Timeline) -> list[str]:
    """Each wait of each task on a line of its own: when, for what, until when at the latest,
    and the line where the learner wrote it."""
    return [line for task in timeline.tasks for line in _places(timeline, task)]


def _places(timeline: Timeline, task: TaskSpan) -> list[str]:
    told = []
    for index in timeline.task_steps(task.id):
        step = timeline.steps[index]
        if step.waiting_for is None:
            continue
        due = "" if step.due is None else f", due {step.due:g}"
        line = _line(timeline, step.suspended_at)
        told.append(f"{_name(task)} at {step.end:g}: {step.waiting_for}{due} | {line}")
    return told


def names(timeline: Timeline) -> list[str]:
    """Who was there, made by whom, how it ended, what it waited for; no numbers."""
    return [_in_words(timeline, task) for task in timeline.tasks]


def _in_words(timeline: Timeline, task: TaskSpan) -> str:
    steps = [timeline.steps[index] for index in timeline.task_steps(task.id)]
    waits = dict.fromkeys(step.waiting_for for step in steps if step.waiting_for)
    told = f"{_who(timeline, task)}: {task.outcome}"
    return told + ("; " + ", ".join(waits) if waits else "")


WAYS = {way.__name__: way for way in (lives, places, names)}


# -- small tools ----------------------------------------------------------------------------


def _who(timeline: Timeline, task: TaskSpan) -> str:
    maker = "" if task.parent is None else f", by {_name(timeline.tasks[task.parent])}"
    return _name(task) + maker


def _name(task: TaskSpan) -> str:
    """A task's name; the program itself is called main, whatever its function is."""
    return "main" if task.role == "main" and task.name.startswith("test_") else task.name


def _waits(timeline: Timeline, task: TaskSpan) -> list[tuple[str, float, float]]:
    return [
        (stretch.waiting_for or "?", stretch.start, stretch.end)
        for stretch in timeline.stretches(task.id)
        if stretch.state == "waiting"
    ]


def _length(begin: float, end: float) -> str:
    return f"{end - begin:.9g}"


def _line(timeline: Timeline, place: tuple[str, int] | None) -> str:
    if place is None:
        return "?"
    source, line = place
    return timeline.sources[source].splitlines()[line - 1].strip()
