"""A step that keeps the loop from everybody else: blocking calls, long computing."""

import asyncio
import time

from cases import LOOP_HELD, fault, innocent

from helpers import compute


@fault(LOOP_HELD, who="retry", does="3 tasks, 3 returned", real=True)
async def time_sleep_between_two_tries_holds_the_heartbeat():
    async def heartbeat():
        for _ in range(4):
            await asyncio.sleep(0.05)

    async def retry():
        for _ in range(2):
            await asyncio.sleep(0.01)
            time.sleep(0.15)  # fault

    await asyncio.gather(
        asyncio.create_task(heartbeat(), name="heartbeat"),
        asyncio.create_task(retry(), name="retry"),
    )


@fault(LOOP_HELD, who="login", does="3 tasks, 3 returned, 1.45 s")
async def hashing_passwords_in_a_handler_holds_the_other_clients():
    async def login():
        for _ in range(2):
            await asyncio.sleep(0.1)
            compute(0.4)  # fault

    async def client():
        for _ in range(5):
            await asyncio.sleep(0.15)

    async with asyncio.TaskGroup() as group:
        group.create_task(client(), name="client")
        group.create_task(login(), name="login")


@fault(LOOP_HELD, who="report", does="3 tasks, 3 returned, 2 s")
async def a_plain_function_nine_lines_after_an_innocent_await_holds_the_loop():
    def parsed(text):
        compute(0.5)  # fault
        return text.split()

    async def report():
        await asyncio.sleep(0.3)
        text = "line " * 10
        title = text.title()
        first = title[:4]
        last = title[-4:]
        size = len(first) + len(last)
        words = parsed(text)  # fault
        await asyncio.sleep(0.3)
        return size, words

    async def clock():
        for _ in range(4):
            await asyncio.sleep(0.4)

    await asyncio.gather(
        asyncio.create_task(report(), name="report"), asyncio.create_task(clock(), name="clock")
    )


@fault(LOOP_HELD, who="indexer", does="2 tasks, 2 returned, 0.6 s")
async def many_small_pieces_without_an_await_between_them_hold_the_loop():
    async def indexer():
        for _ in range(20):
            compute(0.03)  # fault

    task = asyncio.create_task(indexer(), name="indexer")
    await asyncio.sleep(0.1)
    await task


@fault(LOOP_HELD, who="download-1, download-2, download-3", does="4 tasks, 4 returned, 0.75 s")
async def blocking_downloads_in_a_gather_run_one_by_one():
    async def download(number):
        compute(0.25)  # fault
        return number

    await asyncio.gather(*(download(number) for number in range(3)))


# -- near misses ----------------------------------------------------------------------------


@innocent(near=LOOP_HELD, does="3 tasks, 3 returned, 0.5 s")
async def long_work_in_short_pieces_lets_the_others_go_on():
    async def work():
        for _ in range(10):
            compute(0.04)
            await asyncio.sleep(0.01)

    async def ticks():
        for _ in range(4):
            await asyncio.sleep(0.1)

    await asyncio.gather(work(), ticks())


@innocent(near=LOOP_HELD, does="3 tasks, 3 returned", real=True)
async def a_blocking_call_in_a_thread_holds_nobody():
    async def ticks():
        for _ in range(6):
            await asyncio.sleep(0.02)

    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.to_thread(time.sleep, 0.15))
        group.create_task(ticks())


@innocent(near=LOOP_HELD, does="2 tasks, 2 returned, 3.05 s")
async def a_slow_answer_is_waited_for_not_computed():
    async def answer():
        await asyncio.sleep(3)
        compute(0.05)

    await asyncio.create_task(answer())
