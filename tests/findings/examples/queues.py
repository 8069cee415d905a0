"""A queue that grows without end, or one side of which always waits for the other.

`who` is the bottleneck: the side that is too slow for the other.
"""

import asyncio
from contextlib import suppress

from cases import QUEUE, fault, innocent


@fault(QUEUE, who="consumer", does="3 tasks, 1 returned, 2 cancelled, 5 s")
async def a_queue_without_a_limit_grows_behind_a_slow_consumer():
    orders = asyncio.Queue()  # fault

    async def producer():
        while True:
            await asyncio.sleep(0.01)
            await orders.put("order")  # fault

    async def consumer():
        while True:
            await orders.get()  # fault
            await asyncio.sleep(0.1)

    tasks = [
        asyncio.create_task(producer(), name="producer"),
        asyncio.create_task(consumer(), name="consumer"),
    ]
    await asyncio.wait(tasks, timeout=5)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


@fault(QUEUE, who="writer", does="3 tasks, 2 returned, 1 cancelled, 2.995 s")
async def log_lines_come_five_times_as_fast_as_they_are_written():
    lines = asyncio.Queue()  # fault

    async def writer():
        while True:
            await lines.get()  # fault
            await asyncio.sleep(0.025)

    async def program():
        for number in range(599):
            lines.put_nowait(f"line {number}")  # fault
            await asyncio.sleep(0.005)

    writing = asyncio.create_task(writer(), name="writer")
    await asyncio.create_task(program(), name="program")
    writing.cancel()
    await asyncio.wait([writing])


@fault(QUEUE, who="consumer", does="3 tasks, 3 returned, 30 s")
async def the_producer_always_waits_for_one_slow_consumer():
    orders = asyncio.Queue(maxsize=2)  # fault

    async def producer():
        for order in range(30):
            await orders.put(order)  # fault

    async def consumer():
        for _ in range(30):
            await orders.get()  # fault
            await asyncio.sleep(1)

    await asyncio.gather(
        asyncio.create_task(producer(), name="producer"),
        asyncio.create_task(consumer(), name="consumer"),
    )


@fault(QUEUE, who="producer", does="6 tasks, 2 returned, 4 cancelled, 21 s")
async def four_workers_always_wait_for_one_slow_producer():
    jobs = asyncio.Queue()  # fault

    async def producer():
        for job in range(20):
            await asyncio.sleep(1)
            await jobs.put(job)  # fault

    async def worker():
        while True:
            await jobs.get()  # fault
            await asyncio.sleep(0.1)

    workers = [asyncio.create_task(worker()) for _ in range(4)]
    await asyncio.create_task(producer(), name="producer")
    await asyncio.sleep(1)
    for task in workers:
        task.cancel()
    await asyncio.wait(workers)


@fault(QUEUE, who="visit-1, visit-2", does="3 tasks, 1 returned, 2 cancelled, 10.5 s")
async def a_crawler_finds_three_links_for_every_page_it_visits():
    links = asyncio.Queue()  # fault
    links.put_nowait("/")
    links.put_nowait("/about")

    async def visit():
        while True:
            page = await links.get()  # fault
            await asyncio.sleep(0.2)
            for number in range(3):
                links.put_nowait(f"{page[:20]}/{number}")  # fault

    visits = [asyncio.create_task(visit()) for _ in range(2)]
    with suppress(TimeoutError):
        async with asyncio.timeout(10.5):
            await asyncio.gather(*visits)


# -- near misses ----------------------------------------------------------------------------


@innocent(near=QUEUE, does="3 tasks, 3 returned, 33.2 s")
async def a_healthy_buffer_between_two_of_the_same_speed():
    orders = asyncio.Queue(maxsize=8)

    async def producer():
        for order in range(60):
            await asyncio.sleep(0.2 if order % 10 else 3.2)
            await orders.put(order)
        await orders.put(None)

    async def consumer():
        while await orders.get() is not None:
            await asyncio.sleep(0.5)

    await asyncio.gather(producer(), consumer())


@innocent(near=QUEUE, does="2 tasks, 2 returned, 4 s")
async def all_the_work_is_put_first_and_then_done():
    jobs = asyncio.Queue()
    for job in range(8):
        jobs.put_nowait(job)

    async def worker():
        while not jobs.empty():
            jobs.get_nowait()
            await asyncio.sleep(0.5)

    await asyncio.create_task(worker())


@innocent(near=QUEUE, does="3 tasks, 2 returned, 1 cancelled, 7 s")
async def a_burst_in_the_middle_is_soon_worked_off():
    mails = asyncio.Queue()

    async def sender():
        while True:
            await mails.get()
            await asyncio.sleep(0.2)
            mails.task_done()

    async def writer():
        for burst in (1, 12, 2):
            for _ in range(burst):
                mails.put_nowait("mail")
            await asyncio.sleep(2)

    sending = asyncio.create_task(sender())
    await asyncio.create_task(writer())
    await mails.join()
    await asyncio.sleep(1)
    sending.cancel()
    await asyncio.wait([sending])
