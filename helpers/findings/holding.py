"""Which steps held the loop, at which line, and whom they kept waiting.

A step of over 0.1 s is told by the line that held the loop, where that is known (`held_at`, or the
only call in the step that is known to block). Whoever was ready meanwhile, or overdue, was kept
waiting: each from its own moment to the end of the step, and once, however many timers it has.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

import numpy as np

from helpers.findings.evidence import Evidence, quoted
from helpers.findings.reading import Scope, called, first_line, here, holds, last_line, last_name
from helpers.timeline import BLOCKING_AFTER, KINDS, NOTHING, Timer, nanoseconds, seconds
from helpers.timeline.records import ANOTHER_THREAD, AROUND, Place

_KERNEL = KINDS.index("kernel")
_LOOKED_AT = 8  # of the longest steps: whom they kept waiting
_DEEPEST = 3  # plain functions that call one another
_NOTICED = 0.001  # seconds
_TOLD_OF_TASKS = "end of a sleep"  # of these the task itself is overdue
# Calls that hold whoever makes them, by the ends of their names.
BLOCKS = (
    "time.sleep", "compute", "subprocess.run", "subprocess.check_output", "subprocess.check_call",
    "os.system", "requests.get", "requests.post", "requests.request", "urlopen", "input",
)  # fmt: skip
# A step that stands there waits for a thread that does not let go of the interpreter.
_HANDS_OVER = {"to_thread", "run_in_executor"}
# Too short to hold anything: what did it came before, in C code that is no call, or the machine
# stood still.
_TOO_SHORT = (
    "perf_counter", "monotonic", "time", "gather", "wait", "create_task", "range", "len", "zip",
    "enumerate", "isinstance", "append", "super", "id", "type",
)  # fmt: skip


@dataclass(frozen=True)
class Call:
    """What held the loop: a line, or one `around` it, and the call there, as far as they are
    known; or `elsewhere`, in another thread that kept the interpreter meanwhile."""

    place: Place | None
    name: str = ""
    around: bool = False
    elsewhere: bool = False


@dataclass(frozen=True)
class Held:
    """The steps that one line held the loop in, the longest first; whom they kept waiting (tasks by
    id, timers in words), and for how many seconds."""

    call: Call
    steps: tuple[int, ...]
    kept: dict[int | str, float]


def held_loops(evidence: Evidence) -> list[Held]:
    """Each line that held the loop with all its steps, if it kept anybody waiting, or should
    never be called."""
    calls = {step: _call(evidence, step) for step in evidence.states.blocking.tolist()}
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for step, call in calls.items():
        if _counts(evidence, step, call):
            key = (call.place, call.name) if call.place else (None, _whose(evidence, step))
            groups[call.elsewhere, *key].append(step)
    found = []
    for steps in groups.values():
        longest = sorted(steps, key=lambda step: -int(evidence.states.spent[step]))
        kept = _kept_waiting(evidence, longest[:_LOOKED_AT])
        if kept or never_right(calls[steps[0]].name):
            found.append(Held(calls[steps[0]], tuple(longest), kept))
    return found


def _counts(evidence: Evidence, step: int, call: Call) -> bool:
    """On the virtual clock, a step that only this machine made slow does not count."""
    if evidence.timeline.columns.kind[step] == _KERNEL:
        return False
    if {last_name(call.name), _whose(evidence, step)} & _HANDS_OVER:
        return False
    if call.place and not call.name and not call.elsewhere and _hands_over(evidence, call.place):
        return False
    on_the_clock = evidence.states.own[step] > nanoseconds(BLOCKING_AFTER)
    return bool(on_the_clock) or sleeps(call.name)


def _hands_over(evidence: Evidence, place: Place) -> bool:
    """Whether that line hands work over to a thread: then that one was at work."""
    inside = (n for n in ast.walk(evidence.code(place).tree) if isinstance(n, ast.Call))
    return any(n.lineno == place[1] and last_name(called(n)) in _HANDS_OVER for n in inside)


def _whose(evidence: Evidence, step: int) -> str:
    task = evidence.timeline.columns.task[step]
    return evidence.who(step) if task == NOTHING else evidence.tasks[task].coroutine


def never_right(name: str) -> bool:
    """Whether a call should never be made in a coroutine, whoever else is there."""
    return (_blocks(name) and name != "compute") or sleeps(name)


def _blocks(name: str) -> bool:
    return any(name == blocks or name.endswith(f".{blocks}") for blocks in BLOCKS)


def sleeps(name: str) -> bool:
    """What held the loop and is called so is no sleep of asyncio's."""
    return last_name(name) == "sleep"


# -- which line -------------------------------------------------------------------------------


def _call(evidence: Evidence, step: int) -> Call:
    """What held the loop in that step."""
    held = getattr(evidence.timeline.steps[step], "held_at", None)
    if held and held[2] in (AROUND, ANOTHER_THREAD):
        place = held[0], held[1]
        return Call(place, "", around=held[2] == AROUND, elsewhere=held[2] == ANOTHER_THREAD)
    if held and last_name(held[2] or "") not in _TOO_SHORT:
        return Call((held[0], held[1]), held[2] or "")
    begin, end = evidence.resumed_at(step), evidence.suspended_at(step)
    began = begin or ((end[0], 1) if end else None)
    if began is None:
        return Call(None)
    calls = set(_calls_that_ran(evidence, began, end))
    return calls.pop() if len(calls) == 1 else Call(begin)


def _calls_that_ran(evidence: Evidence, begin: Place, end: Place | None) -> Iterator[Call]:
    """The calls known to block between those two places; more where it is not quite known what
    ran, so that none of many is accused."""
    scope = evidence.code(begin).scope_at(begin[1])
    last = evidence.code(end).scope_at(end[1]) if end else scope
    first_to_last = _lines_between(scope, begin[1], end) if last is scope else (begin[1], inf)
    for line, call in _blocking_calls(evidence, begin[0], scope):
        if first_to_last[0] <= line <= first_to_last[1]:
            yield call
    if end and last is not scope:
        for line, call in _blocking_calls(evidence, end[0], last):
            if line <= end[1]:
                yield call


def _lines_between(scope: Scope, begin: int, end: Place | None) -> tuple[float, float]:
    """The lines that ran: from where it went on to where it was suspended; all of a loop that
    leads back to where it began."""
    last = end[1] if end else inf
    loops = [n for n in here(scope) if isinstance(n, ast.For | ast.While | ast.AsyncFor)]
    around = [n for n in loops if holds(n, begin) and (end is None or holds(n, end[1]))]
    if around and (end is None or last <= begin):
        return first_line(around[0]), max(last, last_line(around[0]))
    return min(begin, last), max(begin, last)


def _blocking_calls(
    evidence: Evidence, source: str, scope: Scope, depth: int = 0
) -> Iterator[tuple[int, Call]]:
    """(line there, the call that blocks): those written there, and those in plain functions that
    are called there."""
    for node in here(scope):
        if not isinstance(node, ast.Call):
            continue
        line, name = node.lineno, called(node)
        if _blocks(name):
            yield line, Call((source, line), name)
        elif depth < _DEEPEST:
            for where, other in evidence.reading.functions.get(last_name(name), ()):
                if isinstance(other, ast.FunctionDef):
                    inner = _blocking_calls(evidence, where, other, depth + 1)
                    yield from ((line, call) for _, call in inner)


# -- whom it kept waiting ---------------------------------------------------------------------


def _kept_waiting(evidence: Evidence, steps: list[int]) -> dict[int | str, float]:
    """Who could not go on while those steps ran, and for how long: others that were ready or
    overdue, and timers. Whoever waits for two things waits once."""
    kept: dict[int | str, float] = defaultdict(float)
    tasks = np.zeros(len(evidence.tasks), np.int64)
    for step in steps:
        begin, end = (int(evidence.column(name)[step]) for name in ("start", "end"))
        late = _ready_in(evidence, step, begin, end)
        for who, longest in _late_in(evidence, step, begin, end):
            if isinstance(who, int):
                late[who] = max(late[who], longest)
            else:
                kept[who] += seconds(longest)
        tasks += late
    for task in np.flatnonzero(tasks).tolist():
        kept[task] = seconds(int(tasks[task]))
    return {who: late for who, late in kept.items() if late > _NOTICED}


def _ready_in(evidence: Evidence, step: int, begin: int, end: int) -> np.ndarray:
    """By task, for how long it was ready meanwhile, in nanoseconds."""
    whose, until = evidence.column("task"), evidence.states.until
    queued = (until < end) & (evidence.column("start") >= end)
    queued &= (whose != NOTHING) & (whose != whose[step])
    late = np.zeros(len(evidence.tasks), np.int64)
    np.maximum.at(late, whose[queued], end - np.maximum(until[queued], begin))
    return late


def _late_in(
    evidence: Evidence, step: int, begin: int, end: int
) -> Iterator[tuple[int | str, int]]:
    whose = evidence.column("task")
    for other, (due, over) in evidence.states.overdue.items():
        if due < end and over > begin and whose[other] != whose[step]:
            yield int(whose[other]), min(over, end) - max(due, begin)
    for timer in evidence.timers:
        due, queued = nanoseconds(timer.due), nanoseconds(timer.queued or 0.0)
        if due < end <= queued and timer.label != _TOLD_OF_TASKS:
            yield _timer(evidence, timer), end - max(due, begin)


def _timer(evidence: Evidence, timer: Timer) -> int | str:
    """A timer, or the task whose timeout it is."""
    whose = evidence.timeline.columns.task
    if timer.label == "timeout" and timer.made_by is not None and whose[timer.made_by] != NOTHING:
        return int(whose[timer.made_by])
    return f"the timer {quoted(timer.label)}"
