"""A step that keeps the loop from everybody else: a blocking call, or long computing.

Evidence: a step of over 0.1 s. It is told by the line that held the loop, as far as that is known,
with whoever was kept waiting meanwhile, and the deadlines that were missed by it. Silent on
shorter pieces, and on a long one that kept nobody waiting, unless it is a call that should never
be made in a coroutine. Where another thread kept the interpreter, nobody on the loop
is accused; nor is anybody where only the machine was slow.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from helpers.findings.evidence import Evidence, at_line, duration_text, listed, times
from helpers.findings.finding import Finding
from helpers.findings.holding import Call, Held, held_loops, sleeps
from helpers.findings.lateness import late_because_of, told_late
from helpers.findings.reading import Function
from helpers.timeline import BLOCKING_AFTER, NOTHING, Idle, seconds

KIND = "loop held"
_NAMED = 5  # at most, of those it kept waiting


def look(evidence: Evidence) -> Iterator[Finding]:
    """Each line that held the loop, with all its steps and what came of it; and what kept it from
    waking up."""
    for held in evidence.once(held_loops):
        yield _finding(evidence, held)
    kept = [idle for idle in evidence.timeline.idle if idle.kept_up and _late(idle)]
    if kept:
        yield _asleep(evidence, kept)


def _finding(evidence: Evidence, held: Held) -> Finding:
    spent = [seconds(int(evidence.states.spent[step])) for step in held.steps]
    columns, call = evidence.timeline.columns, held.call
    tasks = tuple(sorted({columns.task[step] for step in held.steps} - {NOTHING}))
    who = evidence.names(tasks) or evidence.who(held.steps[0])
    late = [told_late(evidence, waits) for waits in late_because_of(evidence, held.steps)]
    missed = "".join(f" {one.sentence}" for one in late if "timeout" in one.sentence)
    if call.elsewhere:
        said = f"Another thread kept the interpreter {_how_long(spent)}, while {who} was"
        said += f"{at_line(call.place)}: the loop could not go on."
    else:
        said = f"{who} held the loop {_how_long(spent)}{_where(call, evidence, held.steps[0])}."
    return Finding(
        KIND,
        f"{said}{_cost(evidence, held.kept)}{missed}",
        _advice(evidence, call, is_task=bool(tasks)),
        "03" if call.name in ("", "compute") else "01",
        tasks,
        evidence.start(held.steps[0]),
        call.place,
        cost=sum(held.kept.values()) or sum(spent),
        also=tuple(late),
    )


def _late(idle: Idle) -> bool:
    return idle.until is not None and idle.end - idle.until > BLOCKING_AFTER


def _asleep(evidence: Evidence, kept: list[Idle]) -> Finding:
    """The loop slept, and another thread kept the interpreter: nobody on the loop did that."""
    spent = sorted((idle.end - (idle.until or 0.0) for idle in kept), reverse=True)
    whose, late = evidence.timeline.columns.task, dict[int | str, float]()
    for timer in evidence.timers:
        for idle in kept:
            was_set = timer.made <= idle.start and timer.due < idle.end
            if was_set and timer.queued is not None and timer.queued >= idle.end:
                task = NOTHING if timer.made_by is None else whose[timer.made_by]
                late[task] = late.get(task, 0.0) + idle.end - max(timer.due, idle.start)
    late.pop(NOTHING, None)
    tasks = tuple(sorted(who for who in late if isinstance(who, int)))
    return Finding(
        KIND,
        f"Another thread kept the interpreter {_how_long(spent)}, while the loop slept, and the "
        f"loop could not wake up.{_cost(evidence, late)}",
        "You could try another process for what that thread computes.",
        "03",
        tasks,
        kept[0].until or 0.0,
        cost=sum(late.values()) or sum(spent),
    )


# -- words --------------------------------------------------------------------------------------


def _how_long(held: list[float]) -> str:
    if len(held) == 1:
        return f"for {duration_text(held[0])}"
    return (
        f"{times(len(held))}, {duration_text(sum(held))} in all, {duration_text(held[0])} at most"
    )


def _where(call: Call, evidence: Evidence, step: int) -> str:
    if call.name:
        return f": {call.name}(...){at_line(call.place)}"
    if call.place and call.around:
        return f", somewhere around line {call.place[1]} of {call.place[0]}"
    if call.place and call.place == evidence.resumed_at(step):
        return f", somewhere after line {call.place[1]} of {call.place[0]}"
    return at_line(call.place)


def _cost(evidence: Evidence, kept: dict[int | str, float]) -> str:
    if not kept:
        return " While it does, nothing else can run."
    worst = sorted(kept, key=lambda who: -kept[who])
    most = duration_text(max(kept.values()))
    how_long = f" for {most}" if len(worst) == 1 else f", for up to {most}"
    names = [evidence.name(who) if isinstance(who, int) else who for who in worst[:_NAMED]]
    return f" That kept {listed([*names, *map(str, worst[_NAMED:])])} waiting{how_long}."


def _advice(evidence: Evidence, call: Call, *, is_task: bool) -> str:
    if call.elsewhere:
        return "You could try another process for what that thread computes."
    inside = evidence.reading.function_at(call.place) if call.place else None
    if not is_task:
        return _in_a_callback(call, inside)
    plain = isinstance(inside, ast.FunctionDef)
    if sleeps(call.name) and not plain:
        return "You could try `await asyncio.sleep(...)` instead."
    if call.name in ("", "compute"):
        return (
            "You could try `await asyncio.to_thread(...)`, or smaller pieces with "
            "`await asyncio.sleep(0)` between them."
        )
    if plain and inside:  # it cannot await
        return f"You could try `await asyncio.to_thread({inside.name}, ...)` where that is called."
    return f"You could try `await asyncio.to_thread({call.name}, ...)`."


def _in_a_callback(call: Call, inside: Function | None) -> str:
    """Where nothing can be awaited."""
    if sleeps(call.name):
        return "You could try `loop.call_later(...)` for what comes after the pause."
    name = inside.name if inside else "..."
    return f"You could try `loop.run_in_executor(None, {name})`, or a task, which can `await`."
