"""Checks judge a timeline: silent when it is as it should be, a sentence when not.

Each takes a `Timeline` and raises `NotYet` with one of the `sentences`, which names who and
when, and guesses at the misconception behind it. What they judge is behaviour in time, never
how the code is written, so every style that behaves is right. They know plain data only,
so a check can be tried on a timeline written by hand:

    ran_together(timeline, "tea", "toast")

A name is a task's name, or its coroutine's where no task is called so. Times are the
timeline's own: exact in virtual time, and judged to the microsecond, as a sentence says
them. What really took time there is judged too, by `real_seconds`, but generously, because
a busy machine can hold up anything for a while.
"""

from __future__ import annotations

import asyncio
import inspect
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import pairwise

from helpers.practice import sentences
from helpers.practice.sentences import alike
from helpers.timeline import TaskSpan, Timeline, nanoseconds

# A step in virtual time may take this long in reality without being called blocking:
# a busy machine, or a garbage collection, can hold up an innocent one for as long.
REAL_ALLOWANCE = 0.25  # seconds


_circumstance: ContextVar[str] = ContextVar("what where says", default="")


class NotYet(Exception):
    """What is not right yet, in a sentence for the learner; `timeline` shows it, if any."""

    def __init__(self, sentence: str, timeline: Timeline | None = None):
        super().__init__(sentence)
        self.sentence = sentence
        self.timeline = timeline


class InReality(NotYet):
    """Not right yet by how long something really took. A busy machine may have held it up, so it
    is judged again, and said if it comes out the same every time."""


@contextmanager
def where(circumstance: str) -> Iterator[None]:
    """What the checks inside object to is told with these words before it: what was different
    this time, as in "With a slower kettle (2 s): ...". Charts of attempts inside say it, too."""
    token = _circumstance.set(circumstance)
    try:
        yield
    except NotYet as error:
        error.sentence = f"{circumstance}: {error.sentence}"
        raise
    finally:
        _circumstance.reset(token)


def circumstance() -> str:
    """What `where` says of what is tried now, "" where it says nothing."""
    return _circumstance.get()


# -- in time ----------------------------------------------------------------------------


def ran_together(timeline: Timeline, *names: str) -> None:
    """There is a moment at which all of them have begun and none has ended."""
    spans = [_begun(timeline, name) for name in names]
    late = max(spans, key=lambda span: _beginning(timeline, span))
    ended = [span for span in spans if span.ended is not None]
    early = min(ended, key=lambda span: _ending(timeline, span), default=None)
    if early in (None, late) or _beginning(timeline, late) < _ending(timeline, early):
        return
    at = late.started or 0.0
    if _making(timeline, late) < _ending(timeline, early):
        said = sentences.never_lets_go(late.name, early.name, at, since=late.created or 0.0)
    else:
        said = sentences.one_after_the_other(late.name, early.name, at)
    raise NotYet(said, timeline)


def ran_one_after_another(timeline: Timeline, *names: str) -> None:
    """Each began only when the one named before it had ended."""
    spans = [_begun(timeline, name) for name in names]
    for first, second in pairwise(spans):
        if first.ended is None or _beginning(timeline, second) < _ending(timeline, first):
            at = second.started or 0.0
            said = sentences.began_too_early(second.name, first.name, at, ended=first.ended)
            raise NotYet(said, timeline)


def carried_out_once(timeline: Timeline, *names: str) -> None:
    """Each of them (of all, if none is named) began, and no second time."""
    begun = Counter(span.name for span in timeline.tasks)
    for name in names or begun:
        if begun[name] == 0:
            raise NotYet(sentences.nothing_called(name, list(begun)), timeline)
        if begun[name] > 1:
            raise NotYet(sentences.carried_out_again(name, begun[name]), timeline)


def took(timeline: Timeline, seconds: float) -> None:
    """The whole recording lasted that long, to the microsecond (virtual time is exact)."""
    if not alike(timeline.duration, seconds):
        longer = timeline.duration > seconds
        say = sentences.took_longer if longer else sentences.ended_early
        raise NotYet(say(timeline.duration, seconds), timeline)


def never_held_the_loop_longer_than(timeline: Timeline, seconds: float) -> None:
    """No step ran for longer than that, neither on its own clock nor in reality.

    In virtual time a real 0.25 s are always allowed: see `REAL_ALLOWANCE`.
    """
    for step in timeline.steps:
        if step.kind == "kernel":
            continue
        name = step.label if step.task is None else timeline.tasks[step.task].name
        length, real = step.end - step.start, step.real_seconds or 0.0
        if length > seconds and not alike(length, seconds):
            raise NotYet(sentences.held_the_loop(name, length, step.start), timeline)
        if real > max(seconds, REAL_ALLOWANCE):
            said = sentences.held_the_loop(name, real, step.start, in_reality=True)
            raise InReality(said, timeline)


def at_most_in_progress(timeline: Timeline, most: int, names: Iterable[str] = ()) -> None:
    """Never more than that many (of the named, or of all tasks made) were in progress."""
    moment, busy = _fullest_moment(timeline, names)
    if len(busy) > most:
        raise NotYet(sentences.too_many_in_progress(busy, most, moment), timeline)


def at_least_in_progress(timeline: Timeline, least: int, names: Iterable[str] = ()) -> None:
    """At some moment at least that many (of the named, or of all tasks) were in progress."""
    _, busy = _fullest_moment(timeline, names)
    if len(busy) < least:
        raise NotYet(sentences.too_few_in_progress(len(busy), least), timeline)


def _fullest_moment(timeline: Timeline, names: Iterable[str]) -> tuple[float, list[str]]:
    names = list(names)
    spans = [_begun(timeline, name) for name in names] if names else _made(timeline)
    begun = {span.started for span in spans if span.started is not None}
    best: tuple[float, list[str]] = (0.0, [])
    for moment in sorted(begun):
        busy = [s.name for s in spans if _in_progress(timeline, s, moment)]
        if len(busy) > len(best[1]):
            best = (moment, busy)
    return best


def _in_progress(timeline: Timeline, span: TaskSpan, moment: float) -> bool:
    return span.started is not None and span.started <= moment < _end(timeline, span)


# -- ends -------------------------------------------------------------------------------


def nothing_left_over(timeline: Timeline) -> None:
    """Every task had ended when the program returned; not a step later, by luck."""
    for span in _made(timeline):
        if span.outcome == "destroyed":
            raise NotYet(sentences.lost(span.name), timeline)
        if span.outcome == "pending":
            waiting = _waiting(timeline, span)
            raise NotYet(sentences.left_over(span.name, timeline.duration, waiting), timeline)
    for span in _ended_after_it(timeline):
        say = sentences.asked_and_left if span.outcome == "cancelled" else sentences.left_over
        raise NotYet(say(span.name, timeline.duration), timeline)


def _ended_after_it(timeline: Timeline) -> list[TaskSpan]:
    """Tasks that took their last step when the program, the first task, had taken its own."""
    lasts = [timeline.task_steps(span.id)[-1:] for span in timeline.tasks]
    if not lasts or not lasts[0]:  # written by hand, without steps
        return []
    made = {span.id for span in _made(timeline)}
    return [
        span
        for span, last in zip(timeline.tasks, lasts, strict=True)
        if span.id in made and last > lasts[0]
    ]


def cancelled_cleanly(timeline: Timeline, name: str, at: float | None = None) -> None:
    """That task had begun, was cancelled (at that second, if given), and let itself be."""
    span = _begun(timeline, name)
    if span.outcome != "cancelled":
        raise NotYet(_not_cancelled(timeline, span), timeline)
    if at is not None and not alike(_end(timeline, span), at):
        said = sentences.cancelled_at_another_time(span.name, _end(timeline, span), at)
        raise NotYet(said, timeline)


def _not_cancelled(timeline: Timeline, span: TaskSpan) -> str:
    if span.outcome == "returned":
        return sentences.went_on(span.name, _end(timeline, span))
    if span.outcome == "raised":
        return sentences.raised_instead(span.name, span.exception)
    if span.outcome == "destroyed":
        return sentences.lost(span.name)
    return sentences.asked_and_left(span.name, timeline.duration)


def ended_as(timeline: Timeline, name: str, outcome: str) -> None:
    """That task ended as "returned", "raised" or "cancelled"."""
    span = _find(timeline, name)
    if span.outcome == "pending":
        waiting = _waiting(timeline, span)
        raise NotYet(sentences.left_over(span.name, timeline.duration, waiting), timeline)
    if span.outcome == "destroyed":
        raise NotYet(sentences.lost(span.name), timeline)
    if span.outcome != outcome:
        end = _end(timeline, span)
        said = sentences.ended_otherwise(span.name, span.outcome, outcome, end, span.exception)
        raise NotYet(said, timeline)


# -- what came out ------------------------------------------------------------------------


def printed_in_order(timeline: Timeline, *lines: str) -> None:
    """These lines were printed, in this order; others may come between."""
    printed = _printed_lines(timeline)
    texts = [text for _, text in printed]
    for line in lines:
        _printed_often_enough(timeline, texts, line, lines.count(line))
    position = -1
    for number, line in enumerate(lines):
        later = [i for i, text in enumerate(texts) if text == line and i > position]
        if not later:
            at = printed[texts.index(line)][0]
            before = [other for other in lines[:number] if other != line]
            raise NotYet(sentences.printed_too_early(line, before[-1], at), timeline)
        position = later[0]


def printed_at(timeline: Timeline, line: str, seconds: float) -> None:
    """That line was printed once, at that second."""
    moments = [moment for moment, text in _printed_lines(timeline) if text == line]
    if not moments:
        raise NotYet(sentences.never_printed(line), timeline)
    if len(moments) > 1:
        raise NotYet(sentences.printed_too_often(line, len(moments), 1), timeline)
    if not alike(moments[0], seconds):
        raise NotYet(sentences.printed_at_another_time(line, moments[0], seconds), timeline)


def _printed_often_enough(timeline: Timeline, texts: list[str], line: str, wanted: int) -> None:
    if line not in texts:
        raise NotYet(sentences.never_printed(line), timeline)
    if (number := texts.count(line)) < wanted:
        raise NotYet(sentences.printed_too_seldom(line, number, wanted), timeline)


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
    raise NotYet(_wrong_result(result, expected), timeline)


def holds_results(timeline: Timeline) -> None:
    """What the program returned holds no coroutine object in the place of a result."""
    found = [value for value in _inside(timeline.result) if inspect.iscoroutine(value)]
    for coroutine in found:
        coroutine.close()
    if found:
        raise NotYet(sentences.a_coroutine_came_back(found[0].__name__), timeline)


def _inside(result: object) -> list[object]:
    if isinstance(result, dict):
        return list(result.values())
    return list(result) if isinstance(result, list | tuple | set) else [result]


def _wrong_result(result: object, expected: object) -> str:
    for value in _inside(result):
        if hasattr(value, "add_done_callback"):
            return _no_result_yet(value)
    if result is None:
        return sentences.nothing_came_back(expected)
    if _same_in_another_order(result, expected):
        return sentences.came_back_in_another_order(result, expected)
    return sentences.something_else_came_back(result, expected)


def _no_result_yet(future: object) -> str:
    if not asyncio.isfuture(future):
        return sentences.a_threads_future_came_back()
    return sentences.a_task_came_back("task" if hasattr(future, "get_coro") else "future")


def _same_in_another_order(result: object, expected: object) -> bool:
    if not (isinstance(result, list) and isinstance(expected, list)):
        return False
    here, there = [repr(value) for value in result], [repr(value) for value in expected]
    return here != there and sorted(here) == sorted(there)


# -- looking things up --------------------------------------------------------------------


def _find(timeline: Timeline, name: str) -> TaskSpan:
    for attribute in ("name", "coroutine"):
        for span in timeline.tasks:
            if getattr(span, attribute) == name:
                return span
    there = [span.name for span in _made(timeline)]
    raise NotYet(sentences.nothing_called(name, there), timeline)


def _begun(timeline: Timeline, name: str) -> TaskSpan:
    span = _find(timeline, name)
    if span.started is None or not span.entered:
        cancelled = span.outcome == "cancelled"
        raise NotYet(sentences.never_began(span.name, cancelled=cancelled), timeline)
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
    return nanoseconds(span.started or 0.0), step, span.id


def _ending(timeline: Timeline, span: TaskSpan) -> tuple[int, float, int]:
    step = max(timeline.task_steps(span.id), default=-1)
    return nanoseconds(_end(timeline, span)), step, span.id


def _end(timeline: Timeline, span: TaskSpan) -> float:
    return timeline.duration if span.ended is None else span.ended


def _waiting(timeline: Timeline, span: TaskSpan) -> str | None:
    steps = timeline.task_steps(span.id)
    return timeline.steps[steps[-1]].waiting_for if steps else None
