"""Waits in a row that need nothing of each other: their times add up.

Evidence: a row of such waits in the text (`rows` says which), and in the recording a task that
waited there again and again, for as long as could be saved. Silent on what uses the result before,
on several tasks that share the work (that is a limit), and on locks, queues and whatever else
lets one at a time through.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from helpers.findings.evidence import Evidence, aside, duration_text
from helpers.findings.finding import Finding
from helpers.findings.reading import Function, called, here, last_name
from helpers.findings.rows import Row, keeps_to_itself, rows_in
from helpers.timeline.records import Place

KIND = "one after the other"
LONG = 0.1  # seconds that could be saved
_DEEPEST = 4  # functions that call one another
_IN_ORDER = re.compile(r"Lock|Semaphore|Queue|Event|Condition|Barrier")
# Waits that come once in a call.
_ONE_WAIT = re.compile(
    r"sleep\(|task |gather|asyncio\.wait|wait_for|its task group|shield|a thread"
)


@dataclass(frozen=True)
class Wait:
    """After which step, in which line, whether that is the row itself; from when to when."""

    step: int
    place: Place
    in_row: bool
    start: float
    end: float

    @property
    def seconds(self) -> float:
        """For how long."""
        return self.end - self.start


def look(evidence: Evidence) -> Iterator[Finding]:
    """Each such row that one task waited for."""
    if not evidence.has_lines or not evidence.reading.contains("await", "async with"):
        return
    for source, code in evidence.reading.all():
        for row in rows_in(code.tree):
            found = _waited(evidence, source, row)
            if len(found) == 1:
                ((task, waits),) = found.items()
                yield from _finding(evidence, task, (source, row.line), row, waits)


def _waited(evidence: Evidence, source: str, row: Row) -> dict[int, list[Wait]]:
    """By task, all its waits in that row; none where it is not certain that they were there."""
    functions = _reached(evidence, last_name(row.function))
    name = last_name(row.function)
    if _is_asked(evidence, row):
        functions = []
    elif not any(isinstance(f, ast.AsyncFunctionDef) and f.name == name for f in functions):
        return {}
    known = evidence.reading.functions
    if (
        functions
        and not row.as_tasks
        and not all(keeps_to_itself(function, known) for function in functions)
    ):
        return {}
    steps = evidence.steps_at(
        number
        for number, place in enumerate(evidence.places)
        if _is_at(evidence, source, row, place, functions)
    )
    found: dict[int, list[Wait]] = defaultdict(list)
    for step in steps.tolist():
        task, place = evidence.timeline.columns.task[step], evidence.suspended_at(step)
        if place is None or evidence.root(task) in functions:
            continue  # the task is one of those that are waited for
        if _IN_ORDER.search(evidence.waits_for(step)):
            return {}
        in_row = place[0] == source and place[1] in row.lines
        found[task].append(
            Wait(step, place, in_row, evidence.end(step), evidence.waits_until(step))
        )
    certain = {
        task: waits for task, waits in found.items() if _goes_there(evidence, task, source, row)
    }
    return certain if len(certain) == len(found) else {}


def _is_at(
    evidence: Evidence, source: str, row: Row, place: Place, functions: list[Function]
) -> bool:
    in_the_row = place[0] == source and place[1] in row.lines
    return in_the_row or evidence.reading.function_at(place) in functions


def _reached(evidence: Evidence, name: str, depth: int = 0) -> list[Function]:
    """The functions of that name, and those that they call."""
    found = [node for _, node in evidence.reading.functions.get(name, ())]
    for node in list(found) if depth < _DEEPEST else ():
        for call in here(node):
            if (other := last_name(called(call))) and other != name:
                found += _reached(evidence, other, depth + 1)
    return found


def _goes_there(evidence: Evidence, task: int, source: str, row: Row) -> bool:
    """Whether a task runs the function with the row, and comes to what it calls by no other way."""
    where = evidence.code((source, row.line)).function_at(row.line)
    root = evidence.root(task)
    around = [root, *_reached(evidence, root.name)] if root else [where]
    if where not in around:
        return False
    calls = [c for f in around if f for c in here(f) if called(c) == row.function]
    return all(call in row.calls for call in calls)


def _is_asked(evidence: Evidence, row: Row) -> bool:
    """Whether a library's session is asked there."""
    return row.asks and last_name(row.function) not in evidence.reading.functions


# -- how many -----------------------------------------------------------------------------------


def _by_call(waits: list[Wait]) -> list[float]:
    """For how long each call was waited for: one begins where the first one began, and wherever
    the row itself waits (for a task)."""
    calls: list[float] = []
    for wait in waits:
        if wait.in_row or wait.place == waits[0].place or not calls:
            calls.append(wait.seconds)
        else:
            calls[-1] += wait.seconds
    return calls


def _are_known(evidence: Evidence, waits: list[Wait]) -> bool:
    """Whether each call waits once where the first one began: for what takes one wait, as a library
    may take several, and not in a loop of its own."""
    first = [wait for wait in waits if wait.in_row or wait.place == waits[0].place]
    around = () if waits[0].in_row else evidence.code(waits[0].place).within(waits[0].place[1])
    again = any(isinstance(n, ast.For | ast.While | ast.AsyncFor) for n in around)
    return not again and all(_ONE_WAIT.match(evidence.waits_for(wait.step)) for wait in first)


def _at_least(waits: list[Wait]) -> int:
    """How often it came back to where the first one began, after it had waited elsewhere."""
    places = [wait.place for wait in waits]
    changes = zip(places, [None, *places], strict=False)
    return sum(place == places[0] != before for place, before in changes)


def _finding(
    evidence: Evidence, task: int, place: Place, row: Row, waits: list[Wait]
) -> Iterator[Finding]:
    calls, total = _by_call(waits), sum(wait.seconds for wait in waits)
    things, longest = f"{len(calls):,} things", max(calls)
    alone = f"{duration_text(longest)}, as long as the longest"
    if not _are_known(evidence, waits):
        number = max(row.number, _at_least(waits))
        if number < 2 or len(waits) < number:
            return
        things = f"{number:,} things" if row.number else "several things"
        alone, longest = "about as long as the slowest", total / number
    if total - longest < LONG:
        return
    yield Finding(
        KIND,
        f"{evidence.name(task)} waited for {things} one after the other, {duration_text(total)} "
        f"in all{aside(place)}. None of them needs what another gives: together they would "
        f"take {alone}.",
        "You could try `asyncio.gather(...)`, or tasks in one `asyncio.TaskGroup`.",
        "06",
        (task,),
        waits[0].start,
        place,
        cost=total - longest,
    )
