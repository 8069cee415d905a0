"""Checks judge a timeline: silent when it is as it should be, a sentence when not.

Each takes a `Timeline` and raises `NotYet` with a sentence that names who and when, and
guesses at the misconception behind it. What they judge is behaviour in time, never how
the code is written, so every style that behaves is right. They know plain data only, so
a check can be tried on a timeline written by hand:

    ran_together(timeline, "tea", "toast")

A name is a task's name, or its coroutine's where no task is called so. Times are the
timeline's own: exact in virtual time. What really took time there is judged too, by
`real_seconds`, but generously, because a busy machine can hold up anything for a while.
"""

from __future__ import annotations

import asyncio
import inspect
import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from helpers.timeline import Step, TaskSpan, Timeline, nanoseconds

# A step in virtual time may take this long in reality without being called blocking:
# a busy machine, or a garbage collection, can hold up an innocent one for as long.
REAL_ALLOWANCE = 0.25  # seconds


class NotYet(Exception):
    """What is not right yet, in a sentence for the learner; `timeline` shows it, if any."""

    def __init__(self, sentence: str, timeline: Timeline | None = None):
        super().__init__(sentence)
        self.sentence = sentence
        self.timeline = timeline


# -- in time ----------------------------------------------------------------------------


def ran_together(timeline: Timeline, *names: str) -> None:
    """There is a moment at which all of them have begun and none has ended."""
    spans = [_begun(timeline, name) for name in names]
    late = max(spans, key=lambda span: _beginning(timeline, span))
    ended = [span for span in spans if span.ended is not None]
    early = min(ended, key=lambda span: _ending(timeline, span), default=None)
    if early in (None, late) or _beginning(timeline, late) < _ending(timeline, early):
        return
    both = f"'{late.name}' began at {_s(late.started)}, when '{early.name}' had already ended"
    if _making(timeline, late) < _ending(timeline, early):
        raise _not_yet(
            timeline,
            f"{both}, although it was there from {_s(late.created)} on. Probably '{early.name}' "
            "never lets go of the loop: between its start and its end it awaits nothing that "
            "suspends.",
        )
    raise _not_yet(
        timeline,
        f"{both}: they ran one after the other. Probably '{early.name}' was awaited to its end "
        f"before '{late.name}' was started. Start both first (create_task, gather or a "
        "TaskGroup), then await.",
    )


def ran_one_after_another(timeline: Timeline, *names: str) -> None:
    """Each began only when the one named before it had ended."""
    spans = [_begun(timeline, name) for name in names]
    for first, second in pairwise(spans):
        if first.ended is None or _beginning(timeline, second) < _ending(timeline, first):
            when = "it never did" if first.ended is None else _s(first.ended)
            raise _not_yet(
                timeline,
                f"'{second.name}' began at {_s(second.started)}, before '{first.name}' had "
                f"ended ({when}). Probably both were started at once: await "
                f"'{first.name}' before you start '{second.name}'.",
            )


def ran_in_order(timeline: Timeline, *names: str) -> None:
    """They took their first steps in the order of these names; they may overlap."""
    spans = [_begun(timeline, name) for name in names]
    for first, second in pairwise(spans):
        if _beginning(timeline, second) < _beginning(timeline, first):
            raise _not_yet(
                timeline,
                f"'{second.name}' took its first step at {_s(second.started)}, before "
                f"'{first.name}' ({_s(first.started)}). First steps come in the order in which "
                f"tasks are made: start '{first.name}' before '{second.name}'.",
            )


def took(timeline: Timeline, seconds: float) -> None:
    """The whole recording lasted that long, to the nanosecond (virtual time is exact)."""
    if nanoseconds(timeline.duration) > nanoseconds(seconds):
        raise _not_yet(
            timeline,
            f"It took {_s(timeline.duration)}, and {_s(seconds)} would do. Something waited for "
            "its turn that could have waited at the same time as the rest: start everything "
            "first, then await.",
        )
    if nanoseconds(timeline.duration) < nanoseconds(seconds):
        raise _not_yet(
            timeline,
            f"It ended after {_s(timeline.duration)}, and the work needs {_s(seconds)}. Something "
            "was left out or not waited for: await everything you start.",
        )


def never_held_the_loop_longer_than(timeline: Timeline, seconds: float) -> None:
    """No step ran for longer than that, neither on its own clock nor in reality.

    In virtual time a real 0.25 s are always allowed: see `REAL_ALLOWANCE`.
    """
    for step in timeline.steps:
        if step.kind == "kernel":
            continue
        real = step.real_seconds or 0.0
        if nanoseconds(step.end - step.start) > nanoseconds(seconds):
            raise _held(timeline, step, step.end - step.start)
        if real > max(seconds, REAL_ALLOWANCE):
            raise _held(timeline, step, real, " of real time")


def _held(timeline: Timeline, step: Step, length: float, of: str = "") -> NotYet:
    who = f"'{timeline.tasks[step.task].name}'" if step.task is not None else f"'{step.label}'"
    # Real seconds vary from run to run: a tenth is all a sentence can promise.
    length = round(length, 1) if of else length
    return _not_yet(
        timeline,
        f"{who} held the loop for {_s(length)}{of}, from {_s(step.start)} on, and nothing else "
        "could run. Probably a call that blocks, such as time.sleep: wait with "
        "`await asyncio.sleep(...)`, and put work that blocks into a thread with "
        "`await asyncio.to_thread(...)`.",
    )


def at_most_in_progress(timeline: Timeline, most: int, names: Iterable[str] = ()) -> None:
    """Never more than that many (of the named, or of all tasks made) were in progress."""
    moment, busy = _fullest_moment(timeline, names)
    if len(busy) > most:
        raise _not_yet(
            timeline,
            f"At {_s(moment)} {len(busy)} were in progress at once ({_listed(busy)}), and at most "
            f"{most} may be. Probably all were started without anything that holds them back: "
            f"an asyncio.Semaphore({most}) around the work does.",
        )


def at_least_in_progress(timeline: Timeline, least: int, names: Iterable[str] = ()) -> None:
    """At some moment at least that many (of the named, or of all tasks) were in progress."""
    _, busy = _fullest_moment(timeline, names)
    if len(busy) < least:
        raise _not_yet(
            timeline,
            f"At no time were more than {len(busy)} in progress at once, and there should be "
            f"{least}. Probably one is awaited to its end before the next is started: start "
            "them first, then await.",
        )


def _fullest_moment(timeline: Timeline, names: Iterable[str]) -> tuple[float, list[str]]:
    names = list(names)
    spans = [_begun(timeline, name) for name in names] if names else _made(timeline)
    spans = [span for span in spans if span.started is not None]
    best: tuple[float, list[str]] = (0.0, [])
    for moment in sorted({span.started for span in spans}):
        busy = [s.name for s in spans if s.started <= moment < _end(timeline, s)]
        if len(busy) > len(best[1]):
            best = (moment, busy)
    return best


# -- ends -------------------------------------------------------------------------------


def nothing_left_over(timeline: Timeline) -> None:
    """Every task had ended when the recording ended."""
    for span in _made(timeline):
        if span.outcome == "pending":
            raise _not_yet(
                timeline,
                f"'{span.name}' was still going when the program ended, at "
                f"{_s(timeline.duration)}{_waiting(timeline, span)}: nobody awaited it. "
                "asyncio.run() would cancel it there. Keep the task and await it, or start it "
                "in a TaskGroup, which waits for its tasks.",
            )


def cancelled_cleanly(timeline: Timeline, name: str, at: float | None = None) -> None:
    """That task had begun, was cancelled (at that second, if given), and let itself be."""
    span = _begun(timeline, name)
    if span.outcome == "returned":
        raise _not_yet(
            timeline,
            f"'{span.name}' was not cancelled: it went on and returned, at {_s(span.ended)}. "
            "Probably nobody called cancel() in time, or the task catches CancelledError "
            "without raising it again.",
        )
    if span.outcome == "raised":
        raise _not_yet(
            timeline,
            f"'{span.name}' did not end as cancelled: it raised {span.exception}. Clean up in "
            "`finally`, and let the CancelledError pass.",
        )
    if span.outcome == "pending":
        raise _not_yet(
            timeline,
            f"'{span.name}' was still going when the program ended, at {_s(timeline.duration)}. "
            "cancel() only asks: await the task afterwards, so that it can take its last step.",
        )
    if at is not None and nanoseconds(span.ended) != nanoseconds(at):
        raise _not_yet(
            timeline,
            f"'{span.name}' was cancelled at {_s(span.ended)}, and should be at {_s(at)}. Look at "
            "what you await before you cancel.",
        )


def ended_as(timeline: Timeline, name: str, outcome: str) -> None:
    """That task ended as "returned", "raised" or "cancelled"."""
    span = _find(timeline, name)
    if span.outcome != outcome:
        raised = f" ({span.exception})" if span.outcome == "raised" else ""
        when = "" if span.ended is None else f", at {_s(span.ended)}"
        raise _not_yet(
            timeline,
            f"'{span.name}' ended as {span.outcome}{raised}{when}, and should end as {outcome}.",
        )


# -- what came out ------------------------------------------------------------------------


def printed_in_order(timeline: Timeline, *lines: str) -> None:
    """These lines were printed, in this order; others may stand between them."""
    printed = _printed_lines(timeline)
    position = -1
    for number, line in enumerate(lines):
        later = [i for i, (_, text) in enumerate(printed) if text == line and i > position]
        if later:
            position = later[0]
            continue
        earlier = [time for time, text in printed if text == line]
        if earlier:
            raise _not_yet(
                timeline,
                f"'{line}' was printed at {_s(earlier[0])}, and should come after "
                f"'{lines[number - 1]}'. Ask which task ran first, and what it awaited.",
            )
        raise _not_yet(
            timeline,
            f"The line '{line}' was never printed. Look at what should print it: was it "
            "awaited, and did it reach that line?",
        )


def _printed_lines(timeline: Timeline) -> list[tuple[float, str]]:
    """Each whole line with the time at which it began."""
    lines, begun, text = [], 0.0, ""
    for piece in timeline.output:
        for part in piece.text.splitlines(keepends=True):
            begun = begun if text else piece.time
            text += part
            if text.endswith("\n"):
                lines.append((begun, text.rstrip("\n")))
                text = ""
    return [*lines, (begun, text)] if text else lines


def returned(timeline: Timeline, expected: object) -> None:
    """The program returned that; a sentence about tasks and coroutines returned instead."""
    holds_results(timeline)
    result = timeline.result
    if type(result) is type(expected) and result == expected:
        return
    raise _not_yet(timeline, _wrong_result(result, expected))


def holds_results(timeline: Timeline) -> None:
    """What the program returned holds no coroutine object in the place of a result."""
    found = [value for value in _inside(timeline.result) if inspect.iscoroutine(value)]
    for coroutine in found:
        coroutine.close()
    if found:
        name = found[0].__name__
        raise _not_yet(
            timeline,
            f"What came back is a coroutine object, {name}(), where its result was wanted. Calling "
            f"a coroutine function only makes the object, and its body never ran: write "
            f"`await {name}(...)`, or give it to create_task or gather.",
        )


def _inside(result: object) -> list:
    if isinstance(result, dict):
        return list(result.values())
    return list(result) if isinstance(result, list | tuple | set) else [result]


def _wrong_result(result: object, expected: object) -> str:
    for value in _inside(result):
        if hasattr(value, "add_done_callback"):
            return _no_result_yet(value)
    if result is None:
        return f"Nothing came back (None), and {expected!r} was wanted. Is there a `return`?"
    if _same_in_another_order(result, expected):
        return (
            f"The right results came back in another order: {result!r:.200}, and {expected!r} was "
            "wanted. Collect them in the order in which you asked, not in the order in which "
            "they came."
        )
    return f"{result!r:.200} came back, and {expected!r} was wanted."


def _no_result_yet(future: object) -> str:
    kind = "task" if hasattr(future, "get_coro") else "future"
    if asyncio.isfuture(future):
        how = "await it, or ask it for .result() when it is done"
    else:
        how = "it comes from another thread, so `await asyncio.wrap_future(...)` around it"
    return (
        f"What came back is a {kind} where its result was wanted. A {kind} is not its result: "
        f"{how}."
    )


def _same_in_another_order(result: object, expected: object) -> bool:
    if not (isinstance(result, list) and isinstance(expected, list)):
        return False
    return sorted(map(repr, result)) == sorted(map(repr, expected))


# -- looking things up --------------------------------------------------------------------


def _find(timeline: Timeline, name: str) -> TaskSpan:
    for attribute in ("name", "coroutine"):
        for span in timeline.tasks:
            if getattr(span, attribute) == name:
                return span
    there = _listed([span.name for span in _made(timeline)]) or "none at all"
    raise _not_yet(timeline, f"Nothing called '{name}' was started; there was {there}.")


def _begun(timeline: Timeline, name: str) -> TaskSpan:
    span = _find(timeline, name)
    if span.started is None or not span.entered:
        why = "it was cancelled before its first step" if span.outcome == "cancelled" else ""
        raise _not_yet(
            timeline,
            f"'{span.name}' never began: {why or 'it was made, but never got its turn'}. A task "
            "takes its first step only when the one who made it suspends: await something.",
        )
    return span


def _made(timeline: Timeline) -> list[TaskSpan]:
    """The tasks the program made itself."""
    return [span for span in timeline.tasks if not span.role and span.created is not None]


# In virtual time much happens at one moment; what comes first then, the steps know. So each
# of these is (nanoseconds, step, id), to be compared. A timeline written by hand may have no
# steps: there, what ends at a moment ends before anything begins at it.


def _making(timeline: Timeline, span: TaskSpan) -> tuple[int, float, int]:
    made_in = [timeline.steps[step].woken_by for step in timeline.task_steps(span.id)[:1]]
    step = made_in[0] if made_in and isinstance(made_in[0], int) else math.inf
    return nanoseconds(span.created or 0.0), step, span.id


def _beginning(timeline: Timeline, span: TaskSpan) -> tuple[int, float, int]:
    step = min(timeline.task_steps(span.id), default=math.inf)
    return nanoseconds(span.started), step, span.id


def _ending(timeline: Timeline, span: TaskSpan) -> tuple[int, float, int]:
    step = max(timeline.task_steps(span.id), default=-1)
    return nanoseconds(span.ended), step, span.id


def _end(timeline: Timeline, span: TaskSpan) -> float:
    return timeline.duration if span.ended is None else span.ended


def _waiting(timeline: Timeline, span: TaskSpan) -> str:
    steps = timeline.task_steps(span.id)
    reason = timeline.steps[steps[-1]].waiting_for if steps else None
    return f", waiting for {reason}" if reason else ""


def _not_yet(timeline: Timeline, sentence: str) -> NotYet:
    return NotYet(sentence, timeline)


def _s(seconds: float) -> str:
    return f"{round(seconds, 6):g} s"


def _listed(names: Sequence[str], most: int = 6) -> str:
    shown = [f"'{name}'" for name in names[:most]]
    return ", ".join(shown) + (f" and {len(names) - most} more" if len(names) > most else "")
