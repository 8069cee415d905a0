"""Calls in executors that wait for a free worker. Threads live in real time.

What a thread does takes until `soon` has ended it: so long that all are in line, however slow
the machine is.
"""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from cases import TOO_MANY_THREADS, fault, innocent

PAUSE = 0.04
FOR_EVER = 30


async def soon(work):
    """Ends that work when all who were ready have had their turn, and a pause is over."""
    await asyncio.sleep(0)
    await asyncio.sleep(PAUSE)
    work.set()


@fault(
    TOO_MANY_THREADS,
    who="resize-3, resize-4, resize-5, resize-6",
    does="7 tasks, 7 returned",
    real=True,
)
async def six_to_thread_calls_for_a_default_pool_of_two():
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2))
    work = threading.Event()

    async def resize():
        await asyncio.to_thread(work.wait, FOR_EVER)  # fault

    async with asyncio.TaskGroup() as group:
        for _ in range(6):
            group.create_task(resize())
        await soon(work)


@fault(TOO_MANY_THREADS, who="query-2, query-3, query-4", does="6 tasks, 6 returned", real=True)
async def a_pool_of_one_for_four_queries():
    loop, work = asyncio.get_running_loop(), threading.Event()

    with ThreadPoolExecutor(1) as pool:

        async def query():
            await loop.run_in_executor(pool, work.wait, FOR_EVER)  # fault

        await asyncio.gather(*(query() for _ in range(4)), soon(work))


@fault(TOO_MANY_THREADS, who="short", does="4 tasks, 4 returned", real=True)
async def two_listeners_that_block_fill_the_pool_and_a_short_call_waits():
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2))
    news = threading.Event()

    async def listener():
        await asyncio.to_thread(news.wait, FOR_EVER)

    async def short():
        await asyncio.to_thread(len, "short")  # fault

    async with asyncio.TaskGroup() as group:
        for _ in range(2):
            group.create_task(listener())
        group.create_task(short(), name="short")
        await soon(news)


@fault(TOO_MANY_THREADS, who="resolve", does="4 tasks, 4 returned", real=True)
async def an_address_is_looked_up_behind_slow_files():
    loop, files = asyncio.get_running_loop(), threading.Event()
    loop.set_default_executor(ThreadPoolExecutor(3))

    async def read_file():
        calls = [loop.run_in_executor(None, files.wait, FOR_EVER) for _ in range(2)]
        await asyncio.gather(*calls)

    async def resolve():
        await loop.getaddrinfo("127.0.0.1", 80)  # fault

    tasks = [
        asyncio.create_task(read_file(), name="read 1"),
        asyncio.create_task(read_file(), name="read 2"),
        asyncio.create_task(resolve(), name="resolve"),
    ]
    await soon(files)
    await asyncio.wait(tasks)


@fault(TOO_MANY_THREADS, who="main", does="1 task, 1 returned", real=True)
async def a_call_for_every_row_on_two_threads():
    loop, work = asyncio.get_running_loop(), threading.Event()
    with ThreadPoolExecutor(2) as pool:
        rows = [loop.run_in_executor(pool, work.wait, FOR_EVER) for _ in range(16)]  # fault
        loop.call_later(PAUSE, work.set)
        await asyncio.gather(*rows)  # fault


# -- near misses ----------------------------------------------------------------------------


@innocent(near=TOO_MANY_THREADS, does="5 tasks, 5 returned", real=True)
async def as_many_calls_as_there_are_workers():
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(4))

    async def read():
        await asyncio.to_thread(time.sleep, PAUSE)

    await asyncio.gather(*(read() for _ in range(4)))


@innocent(near=TOO_MANY_THREADS, does="4 tasks, 4 returned", real=True)
async def a_semaphore_as_large_as_the_pool_keeps_the_line_outside():
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2))
    limit = asyncio.Semaphore(2)

    async def read():
        async with limit:
            await asyncio.to_thread(time.sleep, PAUSE)

    await asyncio.gather(read(), read(), read())


@innocent(near=TOO_MANY_THREADS, does="2 tasks, 2 returned", real=True)
async def one_call_uses_what_the_call_before_it_gave():
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))

    async def read():
        text = await asyncio.to_thread(str.upper, "text")
        return await asyncio.to_thread(text.split)

    await asyncio.create_task(read())
