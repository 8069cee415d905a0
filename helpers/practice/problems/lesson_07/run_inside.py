"""A run inside a run."""

import asyncio
import threading

from helpers.practice import sentences
from helpers.practice.attempts import Jobs, attempt
from helpers.practice.checks import (
    NotYet,
    nothing_left_over,
    ran_together,
    returned,
    took,
)
from helpers.practice.exercises import Exercise

PRICES = {"tea": 3, "cake": 5, "sandwich": 4}


async def fetch(item):
    """Each takes a tenth of a second for each letter of its name."""
    await asyncio.sleep(len(item) / 10)
    return PRICES[item]


def judge_shopping(shopping):
    jobs, by_threads = Jobs(), []

    async def program(lent):
        home, elsewhere = asyncio.get_running_loop(), []
        run_in_thread = home.run_in_executor
        home.run_in_executor = lambda *args: (
            by_threads.append(run_in_thread(*args)) or by_threads[-1]
        )

        async def fetch(item):
            if asyncio.get_running_loop() is not home:
                elsewhere.append(item)
                return PRICES[item]
            return await lent(item)

        prices = await shopping(fetch, ["cake", "tea", "sandwich"])
        if elsewhere:
            raise NotYet(_OTHER_LOOP.format(item=elsewhere[0]))
        return prices

    timeline = attempt(program, jobs.watch(fetch))
    if not jobs.timeline.tasks:
        returned(timeline, [5, 3, 4])  # says what came back in the place of prices
    ran_together(jobs.timeline, "fetch(cake)", "fetch(tea)", "fetch(sandwich)")
    nothing_left_over(timeline)
    returned(timeline, [5, 3, 4])
    if not by_threads or timeline.duration < 0.8:  # beside threads, time is real
        took(timeline, 0.8)


_OTHER_LOOP = (
    "'{item}' was fetched on another loop, in another thread. That gets round the error, at the "
    "price of a thread and a loop for each item; and what belongs to this loop, such as an open "
    "connection, couldn't be used there. Make `price` a coroutine function, and await it."
)


async def shopping(fetch, items):
    async def price(item):
        return await fetch(item)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(price(item), name=item) for item in items]
    return [task.result() for task in tasks]


async def shopping_by_gather(fetch, items):
    return list(await asyncio.gather(*map(fetch, items)))


async def shopping_by_tasks(fetch, items):
    tasks = [asyncio.create_task(fetch(item), name=item) for item in items]
    return [await task for task in tasks]


async def shopping_from_threads(fetch, items):
    loop = asyncio.get_running_loop()

    def price(item):
        return asyncio.run_coroutine_threadsafe(fetch(item), loop).result()

    return list(await asyncio.gather(*(asyncio.to_thread(price, item) for item in items)))


async def shopping_for_promises(fetch, items):
    loop = asyncio.get_running_loop()
    return [asyncio.run_coroutine_threadsafe(fetch(item), loop) for item in items]


async def shopping_in_turn(fetch, items):
    async def price(item):
        return await fetch(item)

    return [await price(item) for item in items]


async def shopping_until_complete(fetch, items):
    def price(item):
        return asyncio.get_running_loop().run_until_complete(fetch(item))

    return [price(item) for item in items]


async def shopping_in_threads(fetch, items):
    def price(item):
        return asyncio.run(fetch(item))

    return [await asyncio.to_thread(price, item) for item in items]


async def shopping_in_threads_by_hand(fetch, items):
    prices = []

    def price(item):
        prices.append(asyncio.run(fetch(item)))

    for item in items:
        thread = threading.Thread(target=price, args=(item,))
        thread.start()
        thread.join()
    return prices


async def shopping_without_await(fetch, items):
    async def price(item):
        return await fetch(item)

    return [price(item) for item in items]


RUN_INSIDE = Exercise(
    id="07-run-inside",
    title="A run inside a run",
    prompt=(
        "Somebody wrote `price` as a plain function, so that it can be called without `await`. It "
        "works from a script's top level, and fails as soon as a coroutine calls it. Repair "
        "`shopping`: it should return the list of prices, in the order of `items`, and fetch all "
        "of them at the same time, on the loop that runs `shopping`."
    ),
    starter="""\
async def shopping(fetch, items):
    def price(item):
        return asyncio.run(fetch(item))

    return [price(item) for item in items]
""",
    hints=(
        "`shopping` is running on a loop already. Does anything here need a new one?",
        "No: where a loop is running, `await` takes the place of `asyncio.run`. So make `price` a "
        "coroutine function, or do without it.",
        "To fetch all at the same time, make a task for each item in a `TaskGroup`, and collect "
        "the results in order; or let `gather` do both.",
    ),
    why=(
        "A loop was running already, so no second one was needed: all the prices were fetched on "
        "that one, at the same time."
    ),
    judge=judge_shopping,
    solution=shopping,
    also=(shopping_by_gather, shopping_by_tasks, shopping_from_threads),
    wrong=(
        (shopping_in_turn, sentences.one_after_the_other("fetch(sandwich)", "fetch(cake)", at=0.7)),
        (
            shopping_until_complete,
            sentences.raised("RuntimeError", "This event loop is already running"),
        ),
        (shopping_in_threads, _OTHER_LOOP.format(item="cake")),
        (shopping_in_threads_by_hand, _OTHER_LOOP.format(item="cake")),
        (shopping_without_await, sentences.a_coroutine_came_back("price")),
        (shopping_for_promises, sentences.a_threads_future_came_back()),
    ),
)
