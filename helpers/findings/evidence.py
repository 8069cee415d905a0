"""What the kinds ask about a recording, and the words in which they answer.

Columns are asked first: a recording of a million steps is searched with whole arrays, and only
the few steps that look suspicious are looked at one by one.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from helpers.findings.reading import Code, Function, Reading, called, here, last_name
from helpers.timeline import NOTHING, TaskSpan, Timeline, seconds
from helpers.timeline.durations import duration_text
from helpers.timeline.phrases import listed, quoted, times
from helpers.timeline.records import Place
from helpers.timeline.states import Column, States

_T = TypeVar("_T")

__all__ = ["Evidence", "aside", "at_line", "duration_text", "listed", "made", "quoted", "times"]


class Evidence:
    """A recording, and the questions that more than one kind asks of it."""

    def __init__(self, timeline: Timeline):
        self.timeline = timeline
        self.tasks, self.timers = timeline.tasks, timeline.timers
        self.places, self.strings = timeline.places, timeline.strings
        self.length = timeline.duration
        self.reading = Reading(timeline.sources)
        self._found: dict[Callable[[Evidence], Any], Any] = {}

    @cached_property
    def states(self) -> States:
        """When each task was running, ready, waiting and overdue."""
        return self.timeline.states

    def column(self, name: str) -> Column:
        """One of the recording's columns of steps."""
        return self.states.column(name)

    @property
    def has_lines(self) -> bool:
        """Whether lines were recorded."""
        return bool(self.timeline.columns.suspended)

    def once(self, ask: Callable[[Evidence], _T]) -> _T:
        """What that function finds in this recording: several kinds may ask, it is worked out
        once."""
        if ask not in self._found:
            self._found[ask] = ask(self)
        found: _T = self._found[ask]
        return found

    # -- where ------------------------------------------------------------------------------

    def suspended_at(self, step: int) -> Place | None:
        """Where a step's task stood when the step was over."""
        return self._place("suspended", step)

    def resumed_at(self, step: int) -> Place | None:
        """Where it went on."""
        return self._place("resumed", step)

    def _place(self, name: str, step: int) -> Place | None:
        column = getattr(self.timeline.columns, name)
        if step < 0 or not column or column[step] == NOTHING:
            return None
        return self.places[column[step]]

    def is_own(self, task: int) -> bool:
        """Whether it runs the learner's own code; taken for granted where no lines are known."""
        steps = self.states.steps_of(task)
        return not self.has_lines or any(
            self.resumed_at(step) or self.suspended_at(step) for step in steps[:2].tolist()
        )

    def root(self, task: int) -> Function | None:
        """The function that a task runs, where that is the learner's own and known."""
        first = int(self.states.firsts[task])
        place = self.resumed_at(first)
        return self.reading.function_at(place) if place else None

    def made_at(self, task: int) -> Place | None:
        """The line in which a task was made; where that was not recorded, that of the one call
        that can have made it."""
        if self.tasks[task].made_at is not None:
            return self.tasks[task].made_at
        first = int(self.states.firsts[task])
        maker = self.timeline.columns.woken_by[first] if first != NOTHING else NOTHING
        begin, end = self.resumed_at(maker), self.suspended_at(maker)
        there = begin or end
        if there is None:
            return None
        scope = self.code(there).scope_at(there[1])
        lines = self._making_lines(task, scope)
        if begin and end and begin[0] == end[0] and len(lines) > 1:
            lines = {line for line in lines if begin[1] <= line <= end[1]}
        if lines:
            return (there[0], lines.pop()) if len(lines) == 1 else None
        everywhere = [
            (source, line)
            for source, code in self.reading.all()
            for function in code.functions
            for line in self._making_lines(task, function)
        ]
        return everywhere[0] if len(everywhere) == 1 else None

    def _making_lines(self, task: int, scope: ast.AST) -> set[int]:
        """The lines of a function in which it makes a task of that coroutine, and that name."""
        coroutine = last_name(self.tasks[task].coroutine)
        calls = [n for n in here(scope) if isinstance(n, ast.Call) and _makes(n, coroutine)]
        named = [n for n in calls if _names(n, self.tasks[task].name)]
        return {n.lineno for n in named or calls}

    def woken_by(self, step: int) -> list[int]:
        """The steps that were put in the ready queue by that step."""
        found: list[int] = np.flatnonzero(self.column("woken_by") == step).tolist()
        return found

    def code(self, place: Place) -> Code:
        """The source of a place."""
        return self.reading.code(place[0])

    # -- what -------------------------------------------------------------------------------

    def waits_for(self, step: int) -> str:
        """What its task waits for after a step; "" where that is not known."""
        number = self.timeline.columns.waiting_for[step] if step >= 0 else NOTHING
        return "" if number == NOTHING else self.strings[number]

    def start(self, step: int) -> float:
        """When a step began, in seconds."""
        return seconds(self.timeline.columns.start[step])

    def end(self, step: int) -> float:
        """When it ended."""
        return seconds(self.timeline.columns.end[step])

    def last_step(self, task: int) -> int:
        """A task's last step, -1 for a task without one."""
        steps = self.states.steps_of(task)
        return int(steps[-1]) if len(steps) else NOTHING

    def last_wait(self, task: int) -> int:
        """The last of a task's steps after which it waited, -1 for none: one that was cancelled
        made one more step."""
        step = self.last_step(task)
        ended = step != NOTHING and self.tasks[task].outcome == "cancelled"
        return int(self.states.before[step]) if ended else step

    def next_step(self, step: int) -> int:
        """The same task's next step, -1 for none."""
        return int(self.states.following[step])

    def waits_until(self, step: int) -> float:
        """Until when its task waited after a step, in seconds."""
        after = self.next_step(step)
        return self.length if after == NOTHING else self.start(after)

    def has_run(self, source: str, function: Function | None) -> bool:
        """Whether anybody was seen in a function; other parts of a file may not have run."""
        code = self.reading.code(source)
        return function is None or any(
            name == source and code.function_at(line) is function for name, line in self.places
        )

    def steps_at(self, places: Iterable[int]) -> Column:
        """The steps of tasks that were suspended at one of those places (their numbers)."""
        wanted = np.array(sorted(places), np.int64)
        if not len(wanted):
            return np.zeros(0, np.int64)
        at = np.isin(self.column("suspended"), wanted)
        return np.flatnonzero(at & (self.column("task") != NOTHING))

    @cached_property
    def main(self) -> TaskSpan | None:
        """The task that `asyncio.run` or `simulate` made for the whole program."""
        return next((task for task in self.tasks if task.role == "main"), None)

    # -- words ------------------------------------------------------------------------------

    def name(self, task: int) -> str:
        """A task's name in quotes."""
        return quoted(self.tasks[task].name)

    def names(self, tasks: Sequence[int]) -> str:
        """ "'a', 'b' and 'c'"; of many the first few."""
        return listed([self.name(task) for task in tasks])

    def who(self, step: int) -> str:
        """Whose step it is: a task, or a callback."""
        task = self.timeline.columns.task[step]
        if task != NOTHING:
            return self.name(task)
        label = self.strings[self.timeline.columns.label[step]]
        return f"the callback {quoted(label)}"


def _makes(call: ast.Call, coroutine: str) -> bool:
    """Whether a call makes a task of that coroutine: `create_task(f())`, `gather(f(), ...)`."""
    given = [arg.value if isinstance(arg, ast.Starred) else arg for arg in call.args]
    given += [arg.elt for arg in given if isinstance(arg, ast.GeneratorExp | ast.ListComp)]
    return any(last_name(called(arg)) == coroutine for arg in given)


def _names(call: ast.Call, name: str) -> bool:
    """Whether a call gives that name, written out."""
    return any(
        keyword.arg == "name" and getattr(keyword.value, "value", None) == name
        for keyword in call.keywords
    )


def at_line(place: Place | None) -> str:
    """ "in line 7 of shop.py", with a space before it; "" where it is not known."""
    return "" if place is None else f" in line {place[1]} of {place[0]}"


def aside(place: Place | None) -> str:
    """ ", in line 7 of shop.py"; "" where it is not known."""
    return f",{at_line(place)}" if place else ""


def made(place: Place | None) -> str:
    """ ", made in line 7 of shop.py,"; "" where it is not known."""
    return f", made{at_line(place)}," if place else ""
