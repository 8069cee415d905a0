"""Two reminders: a wait that lets go."""

import asyncio
import time

from helpers.practice import sentences
from helpers.practice.attempts import Raised, attempt
from helpers.practice.checks import (
    REAL_ALLOWANCE,
    NotYet,
    nothing_left_over,
    printed_at,
    printed_in_order,
    took,
    where,
)
from helpers.practice.exercises import Exercise


def judge_remind(remind):
    _reminded(remind, tea=0.5, eggs=0.3)
    with where("With two others, 'bread' for 0.4 s and 'milk' for 0.1 s"):
        _reminded(remind, bread=0.4, milk=0.1)


def _reminded(remind, **reminders):
    """They are given with the later one first."""

    async def program():  # gather, for a group would wrap what a reminder raises
        tasks = [asyncio.create_task(remind(*each), name=each[0]) for each in reminders.items()]
        await asyncio.gather(*tasks)

    begin = time.perf_counter()
    timeline = attempt(program, may_raise=TypeError)
    _let_go(timeline)
    _awaited_what_can_be(timeline)
    nothing_left_over(timeline)
    longest = max(reminders.values())
    _waited(timeline, time.perf_counter() - begin, longest)
    _waited_in_one_go(timeline)
    printed_in_order(timeline, *reversed(reminders))
    if timeline.duration > 0:  # else they waited in threads, where no virtual time passes
        for text, seconds in reminders.items():
            printed_at(timeline, text, seconds)
        took(timeline, longest)


def _let_go(timeline):
    """As `never_held_the_loop_longer_than`, but without the seconds, which vary in reality."""
    for step in timeline.steps:
        if step.task is not None and step.real_seconds > REAL_ALLOWANCE:
            raise NotYet(_HELD.format(name=timeline.tasks[step.task].name), timeline)


_HELD = (
    "'{name}' held the loop while it waited, and the other reminder could do nothing meanwhile. "
    "Probably a call that blocks, such as time.sleep: wait with `await asyncio.sleep(...)`, which "
    "lets go."
)


def _awaited_what_can_be(timeline):
    if isinstance(timeline.result, TypeError):
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
    if timeline.duration == 0 and real_seconds < wanted:
        raise NotYet(
            "Both reminders ended immediately, at 0 s: nothing was waited for. Is there an `await` "
            "in front of something that waits for that many seconds?",
            timeline,
        )


async def remind(text, seconds):
    await asyncio.sleep(seconds)
    print(text)


async def remind_from_a_thread(text, seconds):
    await asyncio.to_thread(time.sleep, seconds)
    print(text)


async def remind_with_a_timer(text, seconds):
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    loop.call_later(seconds, over.set_result, None)
    await over
    print(text)


async def remind_after_one_turn(text, seconds):
    await asyncio.sleep(0)
    time.sleep(seconds)
    print(text)


async def remind_by_awaiting_what_blocks(text, seconds):
    await time.sleep(seconds)
    print(text)


async def remind_in_a_task_nobody_awaits(text, seconds):
    async def later():
        await asyncio.sleep(seconds)
        print(text)

    asyncio.create_task(later(), name=f"later: {text}")  # noqa: RUF006  (this is the mistake)


async def remind_in_any_case_later(text, seconds):
    await asyncio.sleep(2 * seconds)
    print(text)


async def remind_without_await(text, seconds):
    asyncio.sleep(seconds)
    print(text)


async def remind_at_once(text, seconds):
    await asyncio.sleep(0)
    print(text)


async def remind_at_half_time(text, seconds):
    await asyncio.sleep(seconds / 2)
    print(text)
    await asyncio.sleep(seconds / 2)


async def remind_before_the_wait(text, seconds):
    print(text)
    await asyncio.sleep(seconds)


async def remind_twice(text, seconds):
    await asyncio.sleep(seconds)
    print(text)
    print(text)


async def remind_of_tea_or_eggs(text, seconds):
    await asyncio.sleep(0.3 if text == "eggs" else 0.5)
    print(text)


async def remind_by_looking_at_the_clock(text, seconds):
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while loop.time() < end:
        await asyncio.sleep(0.004)
    print(text)


REMIND = Exercise(
    id="01-reminders",
    title="Two reminders",
    prompt=(
        "`remind(text, seconds)` should wait for so many seconds and then print the text. The "
        "check starts two of them at once, `tea` for 0.5 s and `eggs` for 0.3 s. As it is, the "
        "eggs come after the tea. Change it, so that each is printed in time."
    ),
    starter="""\
async def remind(text, seconds):
    time.sleep(seconds)
    print(text)
""",
    hints=(
        "Both reminders run in one thread. Which call holds it, so that the other cannot begin?",
        "asyncio has a sleep of its own. A call of it alone does nothing: it has to be awaited.",
        "`await asyncio.sleep(seconds)` in place of `time.sleep(seconds)`.",
    ),
    judge=judge_remind,
    solution=remind,
    also=(remind_from_a_thread, remind_with_a_timer),
    wrong=(
        (remind_after_one_turn, _HELD.format(name="tea")),
        (remind_by_awaiting_what_blocks, _HELD.format(name="tea")),
        (
            remind_in_a_task_nobody_awaits,
            sentences.left_over("later: tea", at=0, waiting_for="sleep(0.5)"),
        ),
        (remind_without_await, sentences.never_awaited("sleep")),
        (
            remind_at_once,
            "Both reminders ended immediately, at 0 s: nothing was waited for. Is there an `await` "
            "in front of something that waits for that many seconds?",
        ),
        (remind_in_any_case_later, sentences.printed_at_another_time("tea", 1, 0.5)),
        (remind_at_half_time, sentences.printed_at_another_time("tea", 0.25, 0.5)),
        (remind_before_the_wait, sentences.printed_too_early("tea", "eggs", at=0)),
        (remind_twice, sentences.printed_too_often("tea", 2, 1)),
        (
            remind_of_tea_or_eggs,
            "With two others, 'bread' for 0.4 s and 'milk' for 0.1 s: "
            + sentences.printed_too_early("bread", "milk", at=0.5),
        ),
        (remind_by_looking_at_the_clock, _KEPT_ASKING.format(name="tea")),
    ),
)
