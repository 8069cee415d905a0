"""Two cups: an object can be awaited once."""

import asyncio

from helpers.practice import sentences
from helpers.practice.attempts import Jobs, Raised, attempt
from helpers.practice.checks import (
    NotYet,
    nothing_left_over,
    returned,
    took,
)
from helpers.practice.exercises import Exercise


def cups():
    """A `make` that numbers its cups. The first takes 1 s, the second 2 s, and so on."""
    made = 0

    async def make():
        nonlocal made
        made += 1
        number = made
        await asyncio.sleep(number)
        return f"cup {number}"

    return make


def judge_two_cups(two_cups):
    jobs = Jobs()
    timeline = attempt(two_cups, jobs.watch(cups()), may_raise=RuntimeError)
    _awaited_each_order_once(timeline)
    orders = jobs.timeline.tasks
    if len(orders) != 2:
        raise NotYet(
            f"make() was carried out {sentences.times(len(orders))}, and two cups were wanted. "
            "Each cup is an order of its own: call `make()` twice, and await each call.",
            timeline,
        )
    if orders[1].started < 1:
        raise NotYet(
            "The second cup was begun before the first was ready, so both were brewed at the same "
            "time. Await the first before you start the second.",
            timeline,
        )
    nothing_left_over(timeline)
    returned(timeline, ["cup 1", "cup 2"])
    took(timeline, 3)


def _awaited_each_order_once(timeline):
    if not isinstance(timeline.result, RuntimeError):
        return
    if "already awaited" not in str(timeline.result):
        raise Raised(timeline.result, timeline)
    raise NotYet(
        f"The second await of the same order raised RuntimeError: {timeline.result}. An order can "
        "be carried out only once, and a second cup is a second order: call `make()` again.",
        timeline,
    )


async def two_cups(make):
    first = await make()
    second = await make()
    return [first, second]


async def two_cups_in_one_line(make):
    return [await make(), await make()]


async def two_cups_by_counting(make):
    return [await make() for _ in range(2)]


async def two_cups_of_one_order(make):
    order = make()
    first = await order
    second = await order
    return [first, second]


async def two_cups_that_are_one(make):
    cup = await make()
    return [cup, cup]


async def two_cups_of_one_task(make):
    order = asyncio.create_task(make(), name="order")
    return [await order, await order]


async def two_cups_at_once(make):
    return await asyncio.gather(make(), make())


async def two_cups_never_begun(make):
    return [make(), make()]


ONE_CUP = (
    "make() was carried out once, and two cups were wanted. Each cup is an order of its own: call "
    "`make()` twice, and await each call."
)

TWO_CUPS = Exercise(
    id="02-two-cups",
    title="Two cups",
    prompt=(
        "`make()` brews one cup and returns it. The function below is given `make` and should "
        "return a list of two cups, brewed one after the other. It fails. Why? Repair it."
    ),
    starter="""\
async def two_cups(make):
    order = make()
    return [await order, await order]
""",
    hints=(
        "Run it as it is, with `await two_cups(...)` and a small `make` of your own: what message "
        "do you get, and from which of the two awaits?",
        "`order` is one coroutine object, and it can run only once. How do you get a second one?",
        "Each call of `make()` is a new order: call it twice, and await each call.",
    ),
    why=(
        "Each call of `make()` gives you a new coroutine object, and each of those can be awaited "
        "once."
    ),
    judge=judge_two_cups,
    solution=two_cups,
    also=(two_cups_in_one_line, two_cups_by_counting),
    wrong=(
        (
            two_cups_of_one_order,
            "The second await of the same order raised RuntimeError: cannot reuse already awaited "
            "coroutine. An order can be carried out only once, and a second cup is a second order: "
            "call `make()` again.",
        ),
        (two_cups_that_are_one, ONE_CUP),
        (two_cups_of_one_task, ONE_CUP),
        (
            two_cups_at_once,
            "The second cup was begun before the first was ready, so both were brewed at the same "
            "time. Await the first before you start the second.",
        ),
        (two_cups_never_begun, sentences.a_coroutine_came_back("make")),
    ),
)
