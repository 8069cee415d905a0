"""A task that must not be lost."""

import asyncio

from helpers.practice import sentences
from helpers.practice.attempts import Jobs, attempt
from helpers.practice.checks import (
    carried_out_once,
    nothing_left_over,
    ran_together,
    returned,
    took,
)
from helpers.practice.exercises import Exercise


async def save(order):
    await asyncio.sleep({"tea": 1, "cake": 3, "soup": 2, "pie": 4}[order])
    return f"{order} saved"


def judge_take_orders(take_orders):
    jobs = Jobs()
    timeline = attempt(take_orders, jobs.watch(save), ["tea", "cake", "soup"])
    nothing_left_over(timeline)
    ran_together(jobs.timeline, "save(tea)", "save(cake)", "save(soup)")
    returned(timeline, 3)
    carried_out_once(jobs.timeline)
    took(timeline, 3)
    nothing_left_over(attempt(take_orders, save, ["pie", "tea"]))  # no fixed sleep does for all


async def take_orders(save, orders):
    async with asyncio.TaskGroup() as group:
        for order in orders:
            group.create_task(save(order), name=order)
    return len(orders)


async def take_orders_keeping_tasks(save, orders):
    tasks = [asyncio.create_task(save(order), name=order) for order in orders]
    await asyncio.wait(tasks)
    return len(orders)


async def take_orders_hoping(save, orders):
    for order in orders:
        asyncio.create_task(save(order), name=order)  # noqa: RUF006  (this is the mistake)
    await asyncio.sleep(0)
    return len(orders)


async def take_orders_sleeping_long_enough(save, orders):
    for order in orders:
        asyncio.create_task(save(order), name=order)  # noqa: RUF006  (this is the mistake)
    await asyncio.sleep(3)
    return len(orders)


async def take_orders_awaiting_the_last(save, orders):
    for order in orders:
        task = asyncio.create_task(save(order), name=order)
    await task
    return len(orders)


async def take_orders_one_by_one(save, orders):
    for order in orders:
        await save(order)
    return len(orders)


TAKE_ORDERS = Exercise(
    id="04-lost-orders",
    title="No order may be lost",
    prompt=(
        "`save(order)` takes longer for some orders than for others. The function below starts a "
        "task for each order and returns. Nothing waits for those tasks, so they are cut off when "
        "the program ends, and orders are lost. Repair it: it saves all the orders at the same "
        "time, and only then returns how many there were."
    ),
    starter="""\
async def take_orders(save, orders):
    for order in orders:
        asyncio.create_task(save(order), name=order)
    return len(orders)
""",
    hints=(
        "When the function returns, its tasks are still waiting. What could wait for them before "
        "that?",
        "Either keep the tasks in a list and await them all after the `for` loop, or let a "
        "`TaskGroup` do both.",
        "Put `async with asyncio.TaskGroup() as group:` around the `for` loop, and call "
        "`group.create_task(save(order), name=order)` inside it.",
    ),
    why=("The function waits for every order before it returns, so none can be cut off."),
    judge=judge_take_orders,
    solution=take_orders,
    also=(take_orders_keeping_tasks,),
    wrong=(
        (take_orders_hoping, sentences.left_over("tea", at=0, waiting_for="sleep(1)")),
        (
            take_orders_sleeping_long_enough,
            sentences.left_over("cake", at=3),
        ),
        (take_orders_awaiting_the_last, sentences.left_over("cake", at=2, waiting_for="sleep(3)")),
        (take_orders_one_by_one, sentences.one_after_the_other("save(soup)", "save(tea)", at=4)),
    ),
)
