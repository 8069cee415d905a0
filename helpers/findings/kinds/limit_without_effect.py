"""A semaphore that limits nothing, or far too many tasks that wait for one.

Evidence, in the text: one that is made anew by each call that enters it; or one that is entered
where nothing is awaited, so that it is left again before anybody else could come. In the
recording: nobody ever waited for a limit that is larger than the number of tasks there ever were;
or hundreds of times as many tasks as it lets through stood before it, all living. Silent on a
limit that was reached once.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from helpers.findings.evidence import Evidence, at_line
from helpers.findings.finding import Finding
from helpers.findings.reading import FUNCTIONS, Code, called, here, last_line, last_name
from helpers.timeline import NOTHING
from helpers.timeline.records import Place

KIND = "limit without effect"
MANY = 1000  # tasks waiting for one limit
_FEW = 4  # tasks that come by, or the limit may be meant for a busier day
_LIMITS = ("Semaphore", "BoundedSemaphore")
_WAITS = tuple(f"{name}.acquire" for name in _LIMITS)


@dataclass(frozen=True)
class Entry:
    """`async with limit:` in the text; where that limit is made, and how large it is."""

    source: str
    code: Code
    block: ast.AsyncWith
    name: str
    made: ast.Assign

    @property
    def size(self) -> int | None:
        """The number it lets through, where it is written out."""
        given = self.made.value.args if isinstance(self.made.value, ast.Call) else []
        value = getattr(given[0], "value", None) if given else 1
        return value if isinstance(value, int) else None

    @property
    def place(self) -> Place:
        """Where it is made."""
        return self.source, self.made.lineno


def look(evidence: Evidence) -> Iterator[Finding]:
    """Each entry of such a limit; what waits before one needs no text."""
    if not evidence.has_lines or not evidence.reading.contains(*_LIMITS):
        return
    for source, code in evidence.reading.all():
        made: dict[int, list[Entry]] = {}
        for entry in _entries(source, code):
            made.setdefault(id(entry.made), []).append(entry)
        for entries in made.values():
            yield from _judged(evidence, entries)


def _entries(source: str, code: Code) -> Iterator[Entry]:
    for block in ast.walk(code.tree):
        if isinstance(block, ast.AsyncWith) and len(block.items) == 1:
            name = ast.unparse(block.items[0].context_expr)
            made = _made(code, block, name)
            if made is not None and _is_limit(made.value):
                yield Entry(source, code, block, name, made)


def _made(code: Code, block: ast.AsyncWith, name: str) -> ast.Assign | None:
    """The one assignment that a name means there: in the innermost function that has any."""
    scopes = [n for n in code.around(block.lineno) if isinstance(n, FUNCTIONS)]
    for scope in (*reversed(scopes), code.tree):
        found = [n for n in here(scope) if isinstance(n, ast.Assign) and _sets(n, name)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


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
        said = f"limits nothing: each of {evidence.names(runs)} makes one that no other ever sees."
        advice = "You could try to make it once, before the tasks that share it."
        yield _finding(evidence, entry, runs, said, advice)
    elif not any(_waits(n) for one in entries for part in one.block.body for n in here(part)):
        said = (
            "limits nothing: its `async with` is left before anything is awaited, and what was "
            "begun inside goes on outside."
        )
        advice = "You could try to do the waiting inside the `async with`."
        yield _finding(evidence, entry, _makers(evidence, entry), said, advice)
    elif entry.size is not None:
        yield from _by_number(evidence, entry, entry.size, len(runs))


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


def _by_number(evidence: Evidence, entry: Entry, size: int, runs: int) -> Iterator[Finding]:
    waited, most = _in_line(evidence)
    makers = _makers(evidence, entry)
    if not waited and _FEW <= runs < size:
        said = f"limits nothing: it lets {size:,} through, and only {runs:,} tasks ever came."
        yield _finding(evidence, entry, makers, said, "You could try a smaller limit, or none.")
    elif most >= max(MANY, 100 * size):
        said = f"lets {size:,} through, and {most:,} tasks stood before it, with all they hold."
        advice = f"You could try {size:,} workers that take their work from an `asyncio.Queue`."
        yield _finding(evidence, entry, makers, said, advice)


def _in_line(evidence: Evidence) -> tuple[bool, int]:
    """Whether anybody waited for a semaphore; how many at most did so at the same time."""
    words = [number for number, word in enumerate(evidence.strings) if word in _WAITS]
    steps = np.flatnonzero(np.isin(evidence.column("waiting_for"), words))
    after = evidence.states.following[steps]
    begin, known = evidence.column("end")[steps], after != NOTHING
    end = evidence.states.until[after[known]]
    moments = np.concatenate([begin, end])
    change = np.concatenate([np.ones(len(begin), int), -np.ones(len(end), int)])
    most = np.cumsum(change[np.lexsort((change, moments))]).max(initial=0)
    return bool(len(steps)), int(most)


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
    return Finding(
        KIND,
        f"{entry.name}, the semaphore made{at_line(entry.place)}, {said}",
        tip,
        "",
        tuple(tasks),
        max(evidence.tasks[tasks[0]].created or 0.0, 0.0) if tasks else 0.0,
        entry.place,
        cost=0.0,
    )
