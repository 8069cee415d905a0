"""A semaphore that limits nothing, or far too many tasks that wait for one.

Evidence, in the text: one that is made anew by each call that enters it; or one that is entered
where nothing is awaited, so that it is left again before anybody else could come. In the
recording: nobody ever waited for a limit that is larger than the number of tasks that came;
or hundreds of times as many tasks as it lets through stood before it, all living. Silent on a
limit that was reached once, and on one that is older than the recording.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from helpers.findings.evidence import Evidence, made, quoted
from helpers.findings.finding import Finding
from helpers.findings.reading import FUNCTIONS, Code, Function, called, here, last_line, last_name
from helpers.timeline import NOTHING, Resource
from helpers.timeline.records import Place

KIND = "limit without effect"
MANY = 1000  # tasks waiting for one limit
_FEW = 4  # tasks that come by, or the limit may be meant for a busier day
_LIMITS = ("Semaphore", "BoundedSemaphore")
_DEEPEST = 3  # functions that pass it on


@dataclass(frozen=True)
class Entry:
    """`async with limit:` in the text; where that limit is made, and how large it is."""

    source: str
    code: Code
    block: ast.AsyncWith
    name: str
    made: ast.Assign

    @property
    def place(self) -> Place:
        """Where it is made."""
        return self.source, self.made.lineno


def look(evidence: Evidence) -> Iterator[Finding]:
    """Each such limit, once."""
    if not evidence.has_lines or not evidence.reading.contains(*_LIMITS):
        return
    told: set[Place | None] = set()
    for source, code in evidence.reading.all():
        made: dict[int, list[Entry]] = {}
        for entry in _entries(source, code):
            made.setdefault(id(entry.made), []).append(entry)
        for entries in made.values():
            for found in _judged(evidence, entries):
                told.add(found.line)
                yield found
    for resource in evidence.timeline.resources:
        if resource.kind == "Semaphore" and resource.made_at not in told:
            yield from _by_number(evidence, resource)


# -- in the text --------------------------------------------------------------------------------


def _entries(source: str, code: Code) -> Iterator[Entry]:
    for block in ast.walk(code.tree):
        if isinstance(block, ast.AsyncWith) and len(block.items) == 1:
            name = ast.unparse(block.items[0].context_expr)
            made = _made(code, block.lineno, name)
            if made is not None and _is_limit(made.value):
                yield Entry(source, code, block, name, made)


def _made(code: Code, line: int, name: str, depth: int = 0) -> ast.Assign | None:
    """The one assignment that a name means there: in the innermost function that has any, or in
    those who pass it on; an attribute's, in its class."""
    for scope in (*reversed(code.around(line)), code.tree):
        own = isinstance(scope, ast.ClassDef) and name.startswith("self.")
        if not own and not isinstance(scope, (*FUNCTIONS, ast.Module)):
            continue
        inside = ast.walk(scope) if own else here(scope)
        found = [n for n in inside if isinstance(n, ast.Assign) and _sets(n, name)]
        if found:
            return found[0] if len(found) == 1 else None
        if isinstance(scope, FUNCTIONS) and name in _parameters(scope):
            return _passed_on(code, scope, name, depth + 1) if depth < _DEEPEST else None
    return None


def _parameters(function: Function) -> list[str]:
    given = function.args
    return [arg.arg for arg in (*given.posonlyargs, *given.args, *given.kwonlyargs)]


def _passed_on(code: Code, function: Function, name: str, depth: int) -> ast.Assign | None:
    """What all calls of a function give for that parameter, if it is one and the same."""
    at = _parameters(function).index(name)
    found: list[ast.Assign | None] = []
    for call in ast.walk(code.tree):
        if isinstance(call, ast.Call) and called(call) == function.name:
            given = [k.value for k in call.keywords if k.arg == name] or call.args[at : at + 1]
            made = [_made(code, call.lineno, ast.unparse(value), depth) for value in given]
            found += made or [None]
    return found[0] if found and all(one is found[0] for one in found) else None


def _sets(node: ast.Assign, name: str) -> bool:
    return any(ast.unparse(target) == name for target in node.targets)


def _is_limit(value: ast.expr) -> bool:
    return last_name(called(value)) in _LIMITS


def _judged(evidence: Evidence, entries: list[Entry]) -> Iterator[Finding]:
    """One limit, with all the places that enter it."""
    ran = [entry for entry in entries if _has_run(evidence, entry)]
    if not ran:
        return
    entry, runs = ran[0], sorted({task for one in ran for task in _who_runs(evidence, one)})
    made_in, entered_in = (entry.code.function_at(n.lineno) for n in (entry.made, entry.block))
    own = made_in is not None and made_in is entered_in and _is_only_used_here(made_in, entry.name)
    if own and len(runs) > 1:
        each = evidence.names(runs)
        said = f"limits nothing: each of {each} makes its own, which no other ever sees."
        advice = "You could try to make it once, before the tasks that share it."
        yield _finding(evidence, entry, runs, said, advice)
    elif not any(_waits(n) for one in entries for part in one.block.body for n in here(part)):
        said = (
            "limits nothing: its `async with` block is over before anything is awaited, and what "
            "was begun inside goes on outside."
        )
        advice = "You could try to do the waiting inside the `async with`."
        yield _finding(evidence, entry, _makers(evidence, entry), said, advice)


def _has_run(evidence: Evidence, entry: Entry) -> bool:
    made_in, entered_in = (entry.code.function_at(n.lineno) for n in (entry.made, entry.block))
    return all(evidence.has_run(entry.source, function) for function in (made_in, entered_in))


def _is_only_used_here(scope: ast.AST, name: str) -> bool:
    """Whether it goes nowhere but into its `async with`."""
    return sum(isinstance(n, ast.Name) and n.id == name for n in ast.walk(scope)) == 2


def _waits(node: ast.AST) -> bool:
    if isinstance(node, ast.comprehension):
        return bool(node.is_async)
    return isinstance(node, ast.Await | ast.AsyncWith | ast.AsyncFor | ast.Yield)


def _who_runs(evidence: Evidence, entry: Entry) -> list[int]:
    """The tasks that stood inside that `async with`, in lines of its own."""
    lines = range(entry.block.lineno, last_line(entry.block) + 1)
    at = [
        n
        for n, (name, line) in enumerate(evidence.places)
        if name == entry.source and line in lines
    ]
    tasks = evidence.column("task")[evidence.steps_at(at)]
    return [int(task) for task in np.unique(tasks)]


def _makers(evidence: Evidence, entry: Entry) -> list[int]:
    """The task that runs the function in which it is made; at the top of a cell, that cell."""
    function = entry.code.function_at(entry.made.lineno)
    for task in evidence.tasks:
        if (function is None and task.role) or (function and evidence.root(task.id) is function):
            return [task.id]
    return []


def _finding(evidence: Evidence, entry: Entry, tasks: list[int], said: str, tip: str) -> Finding:
    return _told(evidence, entry.name, entry.place, tasks, said, tip)


# -- in the recording ---------------------------------------------------------------------------


def _by_number(evidence: Evidence, limit: Resource) -> Iterator[Finding]:
    size, most = max(limit.changes.limit, default=0), limit.most_waiting
    came, known = set(limit.holds.task), limit.holders_known and limit.made is not None
    makers = [] if limit.maker is None else [limit.maker]
    said = tip = ""
    if known and most == 0 and _FEW <= len(came) < size and NOTHING not in came:
        said = f"limits nothing: it lets {size:,} in at a time, and only {len(came)} tasks came."
        tip = "You could try a smaller limit, or none."
    elif most >= max(MANY, 100 * size):
        said = f"lets {size:,} in at a time, and {most:,} tasks stood in line, with all they hold."
        tip = f"You could try {size:,} workers that take their work from an `asyncio.Queue`."
    if said:
        yield _told(evidence, limit.name, limit.made_at, makers, said, tip)


def _told(
    evidence: Evidence, name: str, place: Place | None, tasks: list[int], said: str, tip: str
) -> Finding:
    return Finding(
        KIND,
        f"The semaphore {quoted(name)}{made(place)} {said}",
        tip,
        "",
        tuple(tasks),
        max(evidence.tasks[tasks[0]].created or 0.0, 0.0) if tasks else 0.0,
        place,
        cost=0.0,
    )
