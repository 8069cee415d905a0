"""A task raised, and nobody asked, or only much later."""

import asyncio

from cases import ERROR_NOBODY_HEARD, fault, innocent


@fault(ERROR_NOBODY_HEARD, who="upload", does="2 tasks, 1 returned, 1 raised, 3 s")
async def fire_and_forget_raises_unheard():
    async def upload():
        await asyncio.sleep(1)
        raise ConnectionError("the server hung up")  # fault

    asyncio.create_task(upload(), name="upload")  # noqa: RUF006  # fault
    await asyncio.sleep(3)


@fault(ERROR_NOBODY_HEARD, who="fetch-2", does="4 tasks, 3 returned, 1 raised, 3 s")
async def asyncio_wait_is_awaited_and_no_result_is_looked_at():
    async def fetch(seconds):
        await asyncio.sleep(seconds)
        if seconds == 2:
            raise ValueError("no such page")  # fault

    tasks = [asyncio.create_task(fetch(seconds)) for seconds in (1, 2, 3)]  # fault
    done, _ = await asyncio.wait(tasks)
    return len(done)


@fault(ERROR_NOBODY_HEARD, who="quick", does="3 tasks, 2 returned, 1 raised, 9 s")
async def an_error_after_one_second_is_heard_behind_a_wait_of_nine():
    async def slow():
        await asyncio.sleep(9)

    async def quick():
        await asyncio.sleep(1)
        raise RuntimeError("disk full")  # fault

    first = asyncio.create_task(slow(), name="slow")
    second = asyncio.create_task(quick(), name="quick")  # fault
    await first
    try:
        await second  # fault
    except RuntimeError:
        return


@fault(ERROR_NOBODY_HEARD, who="job-1, job-3", does="5 tasks, 3 returned, 2 raised, 4 s")
async def a_done_callback_that_only_discards_hears_no_error():
    async def job(number):
        await asyncio.sleep(number)
        if number % 2:
            raise KeyError(number)  # fault

    running = set()
    for number in (1, 2, 3, 4):
        task = asyncio.create_task(job(number))  # fault
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.sleep(4)


@fault(ERROR_NOBODY_HEARD, who="poller", does="2 tasks, 1 returned, 1 raised, 6 s")
async def the_poller_died_early_and_only_done_is_asked():
    async def poller():
        for reading in (3, 2, 1, 0):
            await asyncio.sleep(1)
            1 / reading  # fault

    polling = asyncio.create_task(poller(), name="poller")  # fault
    await asyncio.sleep(6)
    return polling.done()


# -- near misses ----------------------------------------------------------------------------


@innocent(near=ERROR_NOBODY_HEARD, does="3 tasks, 2 returned, 1 raised, 2 s")
async def an_error_comes_out_of_a_gather_and_is_caught():
    async def fetch(seconds):
        await asyncio.sleep(seconds)
        if seconds == 2:
            raise ValueError("no such page")

    try:
        await asyncio.gather(fetch(1), fetch(2))
    except ValueError:
        return


@innocent(near=ERROR_NOBODY_HEARD, does="3 tasks, 1 returned, 1 raised, 1 cancelled, 1 s")
async def an_error_in_a_group_cancels_the_others_and_is_caught():
    async def fetch(seconds):
        await asyncio.sleep(seconds)
        if seconds == 1:
            raise ValueError("no such page")

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fetch(1))
            group.create_task(fetch(5))
    except* ValueError:
        pass


@innocent(near=ERROR_NOBODY_HEARD, does="2 tasks, 1 returned, 1 raised, 1 s")
async def the_exception_of_a_finished_task_is_asked_for():
    async def upload():
        await asyncio.sleep(1)
        raise ConnectionError

    task = asyncio.create_task(upload())
    await asyncio.wait([task])
    return repr(task.exception())


@innocent(near=ERROR_NOBODY_HEARD, does="4 tasks, 2 returned, 2 raised, 3 s")
async def errors_are_gathered_with_the_results_and_counted():
    async def fetch(seconds):
        await asyncio.sleep(seconds)
        if seconds > 1:
            raise ValueError(seconds)

    results = await asyncio.gather(*map(fetch, (1, 2, 3)), return_exceptions=True)
    return sum(isinstance(result, ValueError) for result in results)
