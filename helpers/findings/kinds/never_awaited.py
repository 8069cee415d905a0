"""A coroutine object that was made and dropped: nothing of it ever ran.

Evidence: the recorder saw it go. The line is that of the call which made it, where only one can
have; where several can, they are all named. Silent on one that was closed, kept, or passed on, and
on what a library drops.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from helpers.findings.evidence import Evidence, at_line, listed, times
from helpers.findings.finding import Finding
from helpers.findings.reading import (
    SCOPES,
    Function,
    Scope,
    awaits,
    called,
    here,
    last_name,
    names_set,
)
from helpers.timeline import NOTHING, Dropped
from helpers.timeline.records import Place

KIND = "never awaited"
Lines = frozenset[Place]


def look(evidence: Evidence) -> Iterator[Finding]:
    """Each line at which such objects were made; or the lines of which it was one."""
    groups: dict[tuple[Lines, str], list[Dropped]] = defaultdict(list)
    unsure: dict[tuple[Lines, str, int | None], list[Dropped]] = defaultdict(list)
    for dropped in evidence.timeline.dropped:
        lines = _made_at(evidence, dropped)
        if len(lines) == 1:
            groups[lines, dropped.coroutine].append(dropped)
        elif lines:
            unsure[lines, dropped.coroutine, dropped.step].append(dropped)
    for (lines, coroutine, _), each in unsure.items():
        if len(each) == len(lines):  # one of each
            for line, one in zip(sorted(lines), each, strict=True):
                groups[frozenset({line}), coroutine].append(one)
        else:
            groups[lines, coroutine] += each
    for (lines, _), each in groups.items():
        yield _finding(evidence, sorted(lines), each)


def _made_at(evidence: Evidence, dropped: Dropped) -> Lines:
    """The lines in which it can have been made, by a call that is not awaited: in the function
    where it was dropped, or in one that was over there and dropped what it still had."""
    if dropped.made_at is not None:
        return frozenset({dropped.made_at})
    step = NOTHING if dropped.step is None else dropped.step
    stood = dropped.dropped_at or evidence.resumed_at(step)
    if stood is None:
        return frozenset()
    name, code = last_name(dropped.coroutine), evidence.code(stood)
    mine = _unawaited(code.scope_at(stood[1]), name)
    here_kept = [kept for line, kept in mine if line == stood[1]]
    if here_kept and dropped.dropped_at:  # by itself; or as its name was given another
        same = {line for line, kept in mine if kept is not None and kept == here_kept[0]}
        return frozenset((stood[0], line) for line in same or {stood[1]})
    found = {(stood[0], line) for line, kept in mine if kept is not None}
    for source, function in _over_there(evidence, stood, step):
        found |= {(source, line) for line, _ in _unawaited(function, name)}
    found = found or {(stood[0], line) for line, _ in mine}
    return frozenset(found or {dropped.dropped_at} - {None})  # type: ignore[arg-type]


def _over_there(evidence: Evidence, stood: Place, step: int) -> Iterator[tuple[str, Function]]:
    """The functions that are called in that line; and what the task of that step runs."""
    around = evidence.code(stood).within(stood[1])
    for call in here(around[-1]) if around else ():
        yield from evidence.reading.functions.get(last_name(called(call)), ())
    task = evidence.timeline.columns.task[step] if step != NOTHING else NOTHING
    root = evidence.root(task) if task != NOTHING else None
    if root:
        yield from (known for known in evidence.reading.functions[root.name] if known[1] is root)


def _unawaited(scope: Scope, name: str) -> list[tuple[int, str | None]]:
    """Each such line, and the name that is given to what was called, None for a call alone; one
    that is awaited further down only where there is no other: that may not have been reached."""
    found = list(_called_there(scope, name))
    waited = {wait.value.id for wait in awaits(scope) if isinstance(wait.value, ast.Name)}
    return [(line, kept) for line, kept in found if kept not in waited] or found


def _called_there(scope: Scope, name: str) -> Iterator[tuple[int, str | None]]:
    awaited = {id(wait.value) for wait in awaits(scope)}
    for part in here(scope):
        if not isinstance(part, ast.stmt) or isinstance(part, SCOPES):
            continue
        own = (n for child in _expressions(part) for n in here(child))
        calls = [n for n in own if isinstance(n, ast.Call) and id(n) not in awaited]
        kept = names_set(part) if isinstance(part, ast.Assign | ast.AnnAssign) else set()
        for call in calls:
            if last_name(called(call)) == name:
                yield call.lineno, min(kept, default=None)


def _expressions(part: ast.stmt) -> list[ast.AST]:
    """What a statement holds itself, without the statements inside it."""
    inside = ast.stmt | ast.ExceptHandler | ast.match_case
    return [n for n in ast.iter_child_nodes(part) if not isinstance(n, inside)]


def _finding(evidence: Evidence, lines: list[Place], each: list[Dropped]) -> Finding:
    columns, first = evidence.timeline.columns, each[0]
    found = {columns.task[one.step] for one in each if one.step is not None}
    tasks = sorted(found - {NOTHING})
    often = "" if len(each) == 1 else f" {times(len(each))}"
    who, it = evidence.names(tasks) or "The program", "it" if len(each) == 1 else "them"
    place = lines[0] if len(lines) == 1 else None
    numbers = listed([str(line) for _, line in lines], 6)
    where = at_line(place) or f", somewhere in lines {numbers} of {lines[0][0]},"
    return Finding(
        KIND,
        f"{who} called {first.coroutine}(...){often}{where} and never awaited {it}: the "
        "call only makes a coroutine object, and nothing of it has run.",
        "You could try `await` in front of the call.",
        "02",
        tuple(tasks),
        first.time,
        place,
    )
