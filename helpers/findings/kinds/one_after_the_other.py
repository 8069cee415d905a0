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

from helpers.findings.evidence import Evidence, at_line, duration_text
from helpers.findings.finding import Finding
from helpers.findings.reading import Function, called, here, last_name
from helpers.findings.rows import Row, keeps_to_itself, rows_in
from helpers.timeline.records import Place

KIND = "one after the other"
LONG = 0.1  # seconds that could be saved
_DEEPEST = 4  # functions that call one another
_IN_ORDER = re.compile(r"Lock|Semaphore|Queue|Event|Condition|Barrier")
Wait = tuple[Place, bool, float, float]  # where, in the row itself?, from when, to when


def look(evidence: Evidence) -> Iterator[Finding]:
    """Each such row that one task waited for."""
    if not evidence.has_lines or not evidence.reading.contains("await", "async with"):
        return
    for source, code in evidence.reading.all():
        for row in rows_in(code.tree):
            found = _waited(evidence, source, row)
            if len(found) == 1:
                ((task, waits),) = found.items()
                yield from _finding(evidence, task, (source, row.line), _by_call(waits))


def _waited(evidence: Evidence, source: str, row: Row) -> dict[int, list[Wait]]:
    """By task, all its waits in that row; none where it is not certain that they were there."""
    functions = _reached(evidence, last_name(row.function))
    name = last_name(row.function)
    if not any(isinstance(f, ast.AsyncFunctionDef) and f.name == name for f in functions):
        return {}
    known = evidence.reading.functions
    if not row.as_tasks and not all(keeps_to_itself(function, known) for function in functions):
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
        found[task].append((place, in_row, evidence.end(step), evidence.waits_until(step)))
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


def _by_call(waits: list[Wait]) -> list[tuple[float, float]]:
    """From when to when each call was waited for: one begins where the first one began, and
    wherever the row itself waits (for a task)."""
    first = waits[0][0]
    calls: list[tuple[float, float]] = []
    for place, in_row, start, end in waits:
        if in_row or place == first or not calls:
            calls.append((start, end))
        else:
            calls[-1] = (calls[-1][0], end)
    return calls


def _finding(
    evidence: Evidence, task: int, place: Place, calls: list[tuple[float, float]]
) -> Iterator[Finding]:
    spent = [end - start for start, end in calls]
    saved = sum(spent) - max(spent)
    if saved < LONG:
        return
    yield Finding(
        KIND,
        f"{evidence.name(task)} waited for {len(calls):,} things one after the other, "
        f"{duration_text(sum(spent))} in all,{at_line(place)}. None of them needs what another "
        f"gives: together they would take {duration_text(max(spent))}, as long as the longest.",
        "You could try `asyncio.gather(...)`, or tasks in one `asyncio.TaskGroup`.",
        "06",
        (task,),
        calls[0][0],
        place,
        cost=saved,
    )
