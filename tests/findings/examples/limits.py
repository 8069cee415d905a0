"""A limit that limits nothing, or far too many tasks that wait for it.

`who` made the limit.
"""

import asyncio

from cases import LIMIT_WITHOUT_EFFECT, fault, innocent


@fault(
    LIMIT_WITHOUT_EFFECT,
    who=", ".join(f"fetch-{n}" for n in range(1, 11)),
    does="11 tasks, 11 returned, 1 s",
)
async def each_call_makes_a_semaphore_of_its_own():
    async def fetch(page):
        limit = asyncio.Semaphore(3)  # fault
        async with limit:  # fault
            await asyncio.sleep(1)

    await asyncio.gather(*(fetch(page) for page in range(10)))


@fault(LIMIT_WITHOUT_EFFECT, who="main", does="13 tasks, 13 returned, 2 s")
async def the_limit_is_held_while_tasks_are_made_not_while_they_work():
    limit = asyncio.Semaphore(4)  # fault

    async def fetch(page):
        await asyncio.sleep(2)

    tasks = []
    for page in range(12):
        async with limit:  # fault
            tasks.append(asyncio.create_task(fetch(page)))
    await asyncio.gather(*tasks)


@fault(LIMIT_WITHOUT_EFFECT, who="main", does="11 tasks, 11 returned, 1 s")
async def the_coroutine_is_made_inside_the_limit_and_awaited_outside():
    limit = asyncio.Semaphore(2)  # fault

    async def fetch(page):
        await asyncio.sleep(1)

    async def limited(page):
        async with limit:  # fault
            answer = fetch(page)
        await answer

    async with asyncio.TaskGroup() as group:
        for page in range(10):
            group.create_task(limited(page))


@fault(LIMIT_WITHOUT_EFFECT, who="main", does="5 tasks, 5 returned, 5 s")
async def a_limit_of_a_hundred_for_four_workers():
    limit = asyncio.Semaphore(100)  # fault

    async def worker():
        for _ in range(5):
            async with limit:  # fault
                await asyncio.sleep(1)

    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(worker())


@fault(LIMIT_WITHOUT_EFFECT, who="main", does="2001 tasks, 2001 returned, 40 s")
async def two_thousand_tasks_are_made_for_a_limit_of_five():
    limit = asyncio.Semaphore(5)  # fault

    async def fetch(page):
        async with limit:  # fault
            await asyncio.sleep(0.1)

    await asyncio.gather(*(fetch(page) for page in range(2000)))  # fault


# -- near misses ----------------------------------------------------------------------------


@innocent(near=LIMIT_WITHOUT_EFFECT, does="13 tasks, 13 returned, 4 s")
async def twelve_downloads_three_at_a_time():
    limit = asyncio.Semaphore(3)

    async def fetch(page):
        async with limit:
            await asyncio.sleep(1)

    await asyncio.gather(*(fetch(page) for page in range(12)))


@innocent(near=LIMIT_WITHOUT_EFFECT, does="6 tasks, 6 returned, 5 s")
async def the_limit_is_reached_only_once_but_then_it_counts():
    limit = asyncio.Semaphore(4)

    async def fetch(seconds):
        async with limit:
            await asyncio.sleep(seconds)

    await asyncio.gather(*(fetch(seconds) for seconds in (2, 2, 3, 3, 3)))


@innocent(near=LIMIT_WITHOUT_EFFECT, does="4 tasks, 4 returned, 334 s")
async def a_thousand_jobs_in_a_queue_for_three_workers():
    jobs = asyncio.Queue()
    for job in range(1000):
        jobs.put_nowait(job)

    async def worker():
        while not jobs.empty():
            jobs.get_nowait()
            await asyncio.sleep(1)

    await asyncio.gather(worker(), worker(), worker())
