"""A coroutine object that was made and dropped: nothing of it ever ran.

Evidence: the recorder saw it go. The line is that of the call which made it, where there is only
one that can have; else where the program stood when it went. Silent on one that was closed, kept,
or passed on, and on what a library drops.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from helpers.findings.evidence import Evidence, at_line, times
from helpers.findings.finding import Finding
from helpers.findings.reading import Scope, awaits, called, here, last_name
from helpers.timeline import NOTHING, Dropped
from helpers.timeline.records import Place

KIND = "never awaited"


def look(evidence: Evidence) -> Iterator[Finding]:
    """Each line at which such objects were made."""
    groups: dict[tuple[Place, str], list[Dropped]] = defaultdict(list)
    for dropped in evidence.timeline.dropped:
        place = _made_at(evidence, dropped)
        if place is not None:
            groups[place, dropped.coroutine].append(dropped)
    for (place, _), each in groups.items():
        yield _finding(evidence, place, each)


def _made_at(evidence: Evidence, dropped: Dropped) -> Place | None:
    """The call that made it: in the function where it was dropped, the only one that is not
    awaited. (When a function is over, what it still had is dropped: then the step tells which.)"""
    if dropped.made_at is not None:
        return dropped.made_at
    step, place = NOTHING if dropped.step is None else dropped.step, dropped.dropped_at
    stood = place or evidence.resumed_at(step)
    if stood is None:
        return None
    task = evidence.timeline.columns.task[step] if step != NOTHING else NOTHING
    scopes: list[Scope | None] = [evidence.code(stood).scope_at(stood[1])]
    if place is None and task != NOTHING:
        scopes.append(evidence.root(task))
    for scope in scopes:
        lines = _unawaited(scope, last_name(dropped.coroutine)) if scope else set()
        if len(lines) == 1:
            return stood[0], lines.pop()
    return place


def _unawaited(scope: Scope, name: str) -> set[int]:
    """The lines of a function in which something of that name is called, and not awaited."""
    awaited = {id(wait.value) for wait in awaits(scope)}
    calls = [n for n in here(scope) if isinstance(n, ast.Call) and id(n) not in awaited]
    return {n.lineno for n in calls if last_name(called(n)) == name}


def _finding(evidence: Evidence, place: Place, each: list[Dropped]) -> Finding:
    columns, first = evidence.timeline.columns, each[0]
    found = {columns.task[one.step] for one in each if one.step is not None}
    tasks = sorted(found - {NOTHING})
    often = "" if len(each) == 1 else f" {times(len(each))}"
    who = evidence.names(tasks) or "The program"
    return Finding(
        KIND,
        f"{who} called {first.coroutine}(...){often}{at_line(place)} and never awaited it: the "
        "call only makes a coroutine object, and nothing of it has run.",
        "You could try `await` in front of the call.",
        "02",
        tuple(tasks),
        first.time,
        place,
    )
