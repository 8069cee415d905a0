"""Timers and deadlines that came late, because the loop was held or somebody cleaned up.

`who` waited for the timer, or set the deadline.
"""

import asyncio
from contextlib import suppress

from cases import LATE, LOOP_HELD, fault, innocent

from helpers import compute


@fault(LATE, who="ask", does="3 tasks, 3 returned, 2.1 s", within=LOOP_HELD)
async def a_timeout_fires_late_because_another_task_holds_the_loop():
    async def ask():
        with suppress(TimeoutError):
            async with asyncio.timeout(0.5):  # fault
                await asyncio.sleep(10)  # fault

    async def report():
        await asyncio.sleep(0.1)
        compute(2)

    await asyncio.gather(
        asyncio.create_task(ask(), name="ask"), asyncio.create_task(report(), name="report")
    )


@fault(LATE, who="ask", does="2 tasks, 2 returned, 4 s")
async def a_deadline_of_one_second_is_overrun_by_three_of_cleaning_up():
    async def session():
        try:
            await asyncio.sleep(10)
        finally:
            await asyncio.sleep(3)  # fault

    async def ask():
        with suppress(TimeoutError):
            async with asyncio.timeout(1):  # fault
                await session()  # fault

    await asyncio.create_task(ask(), name="ask")


@fault(LATE, who="metronome", does="11 tasks, 11 returned, 1.64 s")
async def a_metronome_comes_late_behind_a_crowd_of_short_steps():
    async def step():
        for _ in range(2):
            await asyncio.sleep(0.2)
            compute(0.08)

    async def metronome():
        for _ in range(4):
            await asyncio.sleep(0.1)  # fault

    beat = asyncio.create_task(metronome(), name="metronome")
    await asyncio.gather(*(step() for _ in range(9)))
    await beat


@fault(LATE, who="consumer", does="4 tasks, 3 returned, 1 raised, 1.65 s", within=LOOP_HELD)
async def waiting_for_news_is_given_up_a_second_late():
    news = asyncio.Queue()

    async def consumer():
        async with asyncio.timeout(0.5):  # fault
            await news.get()  # fault

    async def parse():
        await asyncio.sleep(0.45)
        compute(0.6)

    return await asyncio.gather(
        asyncio.create_task(consumer(), name="consumer"),
        asyncio.create_task(parse(), name="parse 1"),
        asyncio.create_task(parse(), name="parse 2"),
        return_exceptions=True,
    )


@fault(LATE, who="heartbeat", does="2 tasks, 2 returned, 1.5 s", within=LOOP_HELD)
async def a_heartbeat_misses_its_second_because_main_computes():
    async def heartbeat():
        await asyncio.sleep(0.5)  # fault

    beat = asyncio.create_task(heartbeat(), name="heartbeat")
    await asyncio.sleep(0.1)
    compute(1.4)
    await beat


# -- near misses ----------------------------------------------------------------------------


@innocent(near=LATE, does="1 task, 1 returned", real=True)
async def sleeps_are_late_by_no_more_than_the_clock_can_tell():
    for _ in range(10):
        await asyncio.sleep(0.005)


@innocent(near=LATE, does="2 tasks, 1 returned, 1 cancelled, 1.02 s")
async def a_timeout_comes_on_time_and_the_cleaning_up_is_short():
    async def session():
        try:
            await asyncio.sleep(10)
        finally:
            await asyncio.sleep(0.02)

    task = asyncio.create_task(session())
    with suppress(TimeoutError):
        await asyncio.wait_for(task, 1)


@innocent(near=LATE, does="3 tasks, 3 returned, 2.07 s")
async def a_deadline_far_away_is_met_though_there_is_work():
    async def work():
        for _ in range(10):
            compute(0.05)
            await asyncio.sleep(0.15)

    async def ask():
        async with asyncio.timeout(5):
            await asyncio.sleep(2.02)

    await asyncio.gather(work(), ask())
