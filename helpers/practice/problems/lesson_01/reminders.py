"""Two reminders: a wait that lets go."""

import asyncio
import time

from helpers.practice import sentences
from helpers.practice.attempts import Raised, attempt
from helpers.practice.checks import (
    REAL_ALLOWANCE,
    NotYet,
    nothing_left_over,
    printed_in_order,
    took,
)
from helpers.practice.exercises import Exercise


def judge_remind(remind):
    async def program():  # gather, for a group would wrap what a reminder raises
        tea = asyncio.create_task(remind("tea", 0.5), name="tea")
        eggs = asyncio.create_task(remind("eggs", 0.3), name="eggs")
        await asyncio.gather(tea, eggs)

    begin = time.perf_counter()
    timeline = attempt(program, may_raise=TypeError)
    _let_go(timeline)
    _awaited_what_can_be(timeline)
    nothing_left_over(timeline)
    _waited(timeline, time.perf_counter() - begin)
    printed_in_order(timeline, "eggs", "tea")
    if timeline.duration > 0:  # else they waited in threads, where no virtual time passes
        took(timeline, 0.5)


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


def _waited(timeline, real_seconds):
    if timeline.duration == 0 and real_seconds < 0.5:
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
        (remind_in_any_case_later, sentences.took_longer(1, 0.5)),
    ),
)
