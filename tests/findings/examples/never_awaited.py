"""A coroutine object that was made, and dropped."""

import asyncio
from functools import partial

from cases import NEVER_AWAITED, fault, innocent


@fault(NEVER_AWAITED, who="main", does="1 task, 1 returned, 1 s")
async def the_await_before_save_was_forgotten():
    async def save(text):
        await asyncio.sleep(1)

    save("draft")  # fault
    await save("letter")


@fault(NEVER_AWAITED, who="main", does="1 task, 1 returned, 0 s")
async def asyncio_sleep_without_await_does_not_sleep():
    for _ in range(3):
        asyncio.sleep(1)  # fault


@fault(NEVER_AWAITED, who="guard", does="2 tasks, 2 returned, 1 s")
async def a_coroutine_object_in_a_condition_is_always_true():
    async def may_enter(user):
        await asyncio.sleep(1)
        return user == "admin"

    async def guard():
        await asyncio.sleep(1)
        if may_enter("guest"):  # fault
            return "come in"
        return "sorry"

    await asyncio.create_task(guard(), name="guard")


@fault(NEVER_AWAITED, who="main", does="1 task, 1 returned, 2 s")
async def only_the_first_of_three_prepared_coroutines_is_awaited():
    async def fetch(page):
        await asyncio.sleep(2)
        return page

    prepared = [fetch(page) for page in range(3)]  # fault
    return await prepared[0]


@fault(NEVER_AWAITED, who="main", does="1 task, 1 returned, 1 s")
async def an_error_comes_between_making_the_coroutine_and_awaiting_it():
    async def close(connection):
        await asyncio.sleep(1)

    try:
        closing = close("first")  # fault
        port = int("eighty")
        await closing
        return port
    except ValueError:
        await close("second")


# -- near misses ----------------------------------------------------------------------------


@innocent(near=NEVER_AWAITED, does="3 tasks, 3 returned, 2 s")
async def coroutine_objects_are_kept_and_passed_on_later():
    async def fetch(seconds):
        await asyncio.sleep(seconds)

    later = [fetch(1), fetch(1)]
    await asyncio.sleep(1)
    await asyncio.gather(*later)


@innocent(near=NEVER_AWAITED, does="1 task, 1 returned, 1 s")
async def a_coroutine_object_nobody_needs_is_closed():
    async def undo():
        await asyncio.sleep(1)

    plan_b = undo()
    await asyncio.sleep(1)
    plan_b.close()


@innocent(near=NEVER_AWAITED, does="1 task, 1 returned, 1 s")
async def a_coroutine_function_is_handed_over_and_called_elsewhere():
    async def greet(name):
        await asyncio.sleep(1)
        return name

    async def call(function):
        return await function()

    return await call(partial(greet, "Ada"))
