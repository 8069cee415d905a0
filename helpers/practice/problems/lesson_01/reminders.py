"""Reminders: waits that let go, all at the same time."""

import asyncio
import time

from helpers.practice import sentences
from helpers.practice.attempts import Raised, attempt
from helpers.practice.checks import (
    REAL_ALLOWANCE,
    InReality,
    NotYet,
    nothing_left_over,
    printed_at,
    printed_in_order,
    took,
    where,
)
from helpers.practice.exercises import Exercise
from helpers.practice.sentences import alike, in_seconds


def judge_remind(remind):
    _reminded(remind, ("tea", 0.5), ("eggs", 0.3))
    with where("With three others, 'bread' for 0.4 s, 'milk' for 0.1 s and 'soup' for 0.25 s"):
        _reminded(remind, ("bread", 0.4), ("milk", 0.1), ("soup", 0.25))
    with where("With an empty list"):
        took(attempt(remind, []), 0)


def _reminded(remind, *reminders):
    """They are given with the latest one first."""
    begin = time.perf_counter()
    timeline = attempt(remind, list(reminders), may_raise=(TypeError, ExceptionGroup))
    _let_go(timeline)
    _awaited_what_can_be(timeline)
    nothing_left_over(timeline)
    _waited_in_one_go(timeline)
    _waited(timeline, time.perf_counter() - begin, max(seconds for _, seconds in reminders))
    _waited_together(timeline, sum(seconds for _, seconds in reminders))
    in_time = sorted(reminders, key=lambda reminder: reminder[1])
    printed_in_order(timeline, *(text for text, _ in in_time))
    if timeline.duration > 0:  # else they waited in threads, where no virtual time passes
        for text, seconds in reminders:
            printed_at(timeline, text, seconds)
        took(timeline, in_time[-1][1])


def _let_go(timeline):
    """As `never_held_the_loop_longer_than`, but without the seconds, which vary in reality."""
    for step in timeline.steps:
        if step.task is not None and step.real_seconds > REAL_ALLOWANCE:
            raise InReality(_HELD.format(name=timeline.tasks[step.task].name), timeline)


_HELD = (
    "'{name}' held the loop while it waited, and no other reminder could do anything meanwhile. "
    "Look for a blocking call, such as time.sleep, and wait with `await asyncio.sleep(...)` "
    "instead: that lets go."
)


def _awaited_what_can_be(timeline):
    if isinstance(timeline.result, Exception):
        raise Raised(timeline.result, timeline)


def _waited_in_one_go(timeline):
    """Some steps are a style; a thousand are a wait that keeps the loop busy."""
    for span in timeline.tasks:
        if len(timeline.task_steps(span.id)) > MOST_STEPS:
            raise NotYet(_KEPT_ASKING.format(name=span.name), timeline)


MOST_STEPS = 100
_KEPT_ASKING = (
    "'{name}' looked at the clock again and again until its time had come, and kept the loop busy "
    "all the while. `await asyncio.sleep(seconds)` asks the loop once, and lets it sleep."
)


def _waited(timeline, real_seconds, wanted):
    in_threads = any("thread" in (step.waiting_for or "") for step in timeline.steps)
    if timeline.duration == 0 and not (in_threads and real_seconds >= wanted):
        raise NotYet(
            "It ended immediately, at 0 s: nothing was waited for. Is there an `await` in front of "
            "something that waits for that many seconds?",
            timeline,
        )


def _waited_together(timeline, in_all):
    if alike(timeline.duration, in_all):
        raise NotYet(_ONE_BY_ONE.format(took=in_seconds(timeline.duration)), timeline)


_ONE_BY_ONE = (
    "It took {took}, the sum of all the waits: each reminder began to wait only after the one "
    "before it. Let them wait at the same time, each in its own task."
)


async def remind(reminders):
    async def one(text, seconds):
        await asyncio.sleep(seconds)
        print(text)

    async with asyncio.TaskGroup() as group:
        for text, seconds in reminders:
            group.create_task(one(text, seconds), name=text)


async def remind_by_gather(reminders):
    async def one(text, seconds):
        await asyncio.sleep(seconds)
        print(text)

    await asyncio.gather(*(one(text, seconds) for text, seconds in reminders))


async def remind_one_by_one_in_order_of_time(reminders):
    now = 0
    for text, seconds in sorted(reminders, key=lambda reminder: reminder[1]):
        await asyncio.sleep(seconds - now)
        now = seconds
        print(text)


async def remind_from_threads(reminders):
    async def one(text, seconds):
        await asyncio.to_thread(time.sleep, seconds)
        print(text)

    async with asyncio.TaskGroup() as group:
        for text, seconds in reminders:
            group.create_task(one(text, seconds), name=text)


async def remind_with_timers(reminders):
    loop = asyncio.get_running_loop()
    for text, seconds in reminders:
        loop.call_later(seconds, print, text)
    await asyncio.sleep(max((seconds for _, seconds in reminders), default=0))
    await asyncio.sleep(0)


async def remind_in_tasks_that_block(reminders):
    async def one(text, seconds):
        time.sleep(seconds)
        print(text)

    async with asyncio.TaskGroup() as group:
        for text, seconds in reminders:
            group.create_task(one(text, seconds), name=text)


async def remind_by_awaiting_what_blocks(reminders):
    async def one(text, seconds):
        await time.sleep(seconds)
        print(text)

    async with asyncio.TaskGroup() as group:
        for text, seconds in reminders:
            group.create_task(one(text, seconds), name=text)


async def remind_one_after_the_other(reminders):
    for text, seconds in reminders:
        await asyncio.sleep(seconds)
        print(text)


async def remind_in_tasks_nobody_awaits(reminders):
    async def one(text, seconds):
        await asyncio.sleep(seconds)
        print(text)

    for text, seconds in reminders:
        asyncio.create_task(one(text, seconds), name=text)  # noqa: RUF006  (this is the mistake)


async def remind_later_in_any_case(reminders):
    await remind((text, 2 * seconds) for text, seconds in reminders)


async def remind_without_await(reminders):
    for text, seconds in reminders:
        asyncio.sleep(seconds)
        print(text)


async def remind_immediately(reminders):
    for text, _ in reminders:
        await asyncio.sleep(0)
        print(text)


async def remind_before_the_wait(reminders):
    async def one(text, seconds):
        print(text)
        await asyncio.sleep(seconds)

    await asyncio.gather(*(one(text, seconds) for text, seconds in reminders))


async def remind_twice(reminders):
    await remind([*reminders, *reminders])


async def remind_of_tea_and_eggs(reminders):
    await asyncio.sleep(0.3)
    print(reminders[1][0])
    await asyncio.sleep(0.2)
    print(reminders[0][0])


async def remind_of_some(reminders):
    """It takes the last of an empty list."""
    await remind([*reminders[:-1], reminders[-1]])


async def remind_by_looking_at_the_clock(reminders):
    loop = asyncio.get_running_loop()
    begin = loop.time()
    left = dict(reminders)
    while left:
        for text in [text for text in left if loop.time() - begin >= left[text]]:
            print(text)
            del left[text]
        await asyncio.sleep(0.002)


REMIND = Exercise(
    id="01-reminders",
    title="Reminders",
    prompt=(
        "`reminders` is a list of pairs: a text, and a number of seconds. Write `remind`: it "
        "prints each text when its seconds are over, counted from the call, and ends when all have "
        "been printed. With `[('tea', 0.5), ('eggs', 0.3)]` the eggs come first, and it takes 0.5 "
        "s; an empty list takes no time. The one below keeps everybody waiting."
    ),
    starter="""\
async def remind(reminders):
    for text, seconds in reminders:
        time.sleep(seconds)
        print(text)
""",
    hints=(
        "Which call holds the thread, so that nothing else can begin? And even without that call, "
        "what would keep the eggs waiting for the tea?",
        "`await asyncio.sleep(seconds)` lets go. But awaited in the `for` loop, it makes each "
        "reminder begin its wait only after the one before is printed. With a task for each, all "
        "of them wait together.",
        "Put a single reminder, its wait and its print, into a small coroutine function inside "
        "yours: `async def one(text, seconds): ...`.",
        "In an `async with asyncio.TaskGroup() as group:` block, call `group.create_task(one(text, "
        "seconds), name=text)` for each of them; the end of the block waits for them all.",
    ),
    why=(
        "Nothing holds the loop while it waits, and every text's seconds count from the call: the "
        "eggs don't have to wait for the tea."
    ),
    judge=judge_remind,
    solution=remind,
    also=(
        remind_by_gather,
        remind_one_by_one_in_order_of_time,
        remind_from_threads,
        remind_with_timers,
    ),
    wrong=(
        (remind_in_tasks_that_block, _HELD.format(name="tea")),
        (remind_by_awaiting_what_blocks, _HELD.format(name="tea")),
        (remind_one_after_the_other, _ONE_BY_ONE.format(took="0.8 s")),
        (
            remind_in_tasks_nobody_awaits,
            sentences.left_over("tea", at=0, waiting_for="sleep(0.5)"),
        ),
        (remind_without_await, sentences.never_awaited("sleep")),
        (
            remind_immediately,
            "It ended immediately, at 0 s: nothing was waited for. Is there an `await` in front of "
            "something that waits for that many seconds?",
        ),
        (remind_later_in_any_case, sentences.printed_at_another_time("tea", 1, 0.5)),
        (remind_before_the_wait, sentences.printed_too_early("tea", "eggs", at=0)),
        (remind_twice, sentences.printed_too_often("tea", 2, 1)),
        (
            remind_of_tea_and_eggs,
            "With three others, 'bread' for 0.4 s, 'milk' for 0.1 s and 'soup' for 0.25 s: "
            + sentences.never_printed("soup"),
        ),
        (
            remind_of_some,
            "With an empty list: " + sentences.raised("IndexError", "list index out of range"),
        ),
        (
            remind_by_looking_at_the_clock,
            _KEPT_ASKING.format(name="remind_by_looking_at_the_clock"),
        ),
    ),
)
