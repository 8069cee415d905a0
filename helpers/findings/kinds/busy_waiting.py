"""A task that looks again and again whether something has happened yet.

Evidence: a `while` loop which does nothing but look and give way, with `sleep(0)` or a tiny
sleep, and did so many times in a row. Silent on computing in pieces, on animations, and on slow
looks at what cannot tell (a machine elsewhere, every three seconds).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import numpy as np

from helpers.findings.evidence import Evidence, aside, duration_text
from helpers.findings.finding import Finding
from helpers.findings.reading import awaits, called, last_name, names_read, names_set
from helpers.timeline import NOTHING
from helpers.timeline.states import Column

KIND = "busy waiting"
MANY = 20  # looks
TINY = 0.02  # seconds of a sleep; a look fifty times a second, or more often
_LOOKS = frozenset((  # calls that look and do nothing; any other may be the work itself
    "done", "is_set", "empty", "full", "locked", "cancelled", "is_alive", "poll", "exists",
    "closed", "is_closing", "is_running", "qsize", "get", "len", "any", "all", "bool",
))  # fmt: skip
_SLEEP = re.compile(r"sleep\(([\d.e-]+)\)")


def look(evidence: Evidence) -> Iterator[Finding]:
    """Whoever looked too often."""
    if not evidence.has_lines or not evidence.reading.contains("while"):
        return
    steps = evidence.steps_at(_looking_places(evidence))
    waits = evidence.column("waiting_for")[steps]
    tiny = [number for number in np.unique(waits).tolist() if _is_tiny(evidence, number)]
    steps = steps[np.isin(waits, tiny)]
    rows = np.stack([evidence.column("task")[steps], evidence.column("suspended")[steps]])
    found, inverse, number = np.unique(rows, axis=1, return_inverse=True, return_counts=True)
    for at in np.flatnonzero(number >= MANY).tolist():
        yield _finding(evidence, int(found[0, at]), steps[inverse.reshape(-1) == at])


def _looking_places(evidence: Evidence) -> list[int]:
    return [
        number
        for number, (source, line) in enumerate(evidence.places)
        if _only_looks(evidence.reading.code(source).within(line))
    ]


def _only_looks(around: list[ast.stmt]) -> bool:
    """Whether the innermost loop there does nothing but look, and give way."""
    loops = [node for node in around if isinstance(node, ast.While | ast.For | ast.AsyncFor)]
    if not loops or not isinstance(loop := loops[-1], ast.While):
        return False
    return _looks_outside(loop) and all(
        _gives_way(n) or _is_a_way_out(n) or _is_idle(n) for n in loop.body
    )


def _looks_outside(loop: ast.While) -> bool:
    """Whether the loop ends by what others do: it looks at more than it changes itself."""
    tests = [loop.test, *(n.test for n in loop.body if isinstance(n, ast.If) and _is_a_way_out(n))]
    if not all(_is_a_look(test) for test in tests):
        return False
    read = set().union(*map(names_read, tests))
    return bool(read - set().union(*map(names_set, loop.body)))


def _is_a_look(test: ast.expr) -> bool:
    """Whether a test only looks: it may also do the work, wait, read a file, or ask the clock."""
    inside = list(ast.walk(test))
    calls = {last_name(called(n)) for n in inside if isinstance(n, ast.Call)}
    return calls <= _LOOKS and not any(isinstance(n, ast.NamedExpr | ast.Await) for n in inside)


def _gives_way(node: ast.stmt) -> bool:
    """`await asyncio.sleep(...)`, and nothing else."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Await):
        return False
    return last_name(called(node.value.value)) == "sleep"


def _is_a_way_out(node: ast.stmt) -> bool:
    """`if it_has_happened: break`, or `return`."""
    if not isinstance(node, ast.If) or node.orelse or awaits(node):
        return False
    return isinstance(node.body[-1], ast.Break | ast.Return)


def _is_idle(node: ast.stmt) -> bool:
    """Counting the looks, or nothing."""
    return isinstance(node, ast.Pass | ast.AugAssign)


def _is_tiny(evidence: Evidence, number: int) -> bool:
    """Whether the wait of that number is a sleep that long, or only a giving way."""
    if number == NOTHING:
        return True
    sleep = _SLEEP.fullmatch(evidence.strings[number])
    return sleep is not None and float(sleep[1]) <= TINY


def _finding(evidence: Evidence, task: int, steps: Column) -> Finding:
    first, last = int(steps[0]), int(steps[-1])
    after = evidence.next_step(last)
    until = evidence.start(after) if after != NOTHING else evidence.end(last)
    begin, place = evidence.end(first), evidence.suspended_at(first)
    pause = evidence.waits_for(first) or "sleep(0)"
    return Finding(
        KIND,
        f"{evidence.name(task)} looked {len(steps):,} times in {duration_text(until - begin)} "
        f"whether something had happened, with {pause} in between{aside(place)}. Each look "
        "costs the loop a step, and still the news is found out late.",
        "You could try to wait for the thing itself: `await` the task, an `asyncio.Event`, or "
        "`queue.get()`.",
        "04",
        (task,),
        begin,
        place,
        cost=until - begin,
    )
