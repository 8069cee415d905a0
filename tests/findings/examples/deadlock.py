"""Everyone left waits, and nobody is left who could wake them.

`who` waits for what nobody will give; not those who only wait for such a task.
"""

import asyncio
from contextlib import suppress

from cases import DEADLOCK, fault, innocent


@fault(DEADLOCK, who="Ada, Bob", does="3 tasks, 3 pending, 1 s; deadlock")
async def two_locks_in_opposite_order():
    pen, paper = asyncio.Lock(), asyncio.Lock()

    async def writer(first, second):
        async with first:
            await asyncio.sleep(1)
            async with second:  # fault
                await asyncio.sleep(1)

    async with asyncio.TaskGroup() as group:
        group.create_task(writer(pen, paper), name="Ada")
        group.create_task(writer(paper, pen), name="Bob")


@fault(DEADLOCK, who="transfer", does="2 tasks, 2 pending, 0.5 s; deadlock")
async def a_task_takes_the_lock_that_it_already_holds():
    account = asyncio.Lock()

    async def book():
        async with account:  # fault
            await asyncio.sleep(0.1)

    async def transfer():
        async with account:
            await asyncio.sleep(0.5)
            await book()  # fault

    await asyncio.create_task(transfer(), name="transfer")


@fault(DEADLOCK, who="main", does="2 tasks, 2 pending, 3 s; deadlock")
async def join_waits_for_task_done_that_nobody_calls():
    jobs = asyncio.Queue()
    for job in range(3):
        jobs.put_nowait(job)

    async def worker():
        while True:
            await jobs.get()
            await asyncio.sleep(1)

    working = asyncio.create_task(worker(), name="worker")
    await jobs.join()  # fault
    working.cancel()


@fault(DEADLOCK, who="main", does="1 task, 1 pending, 0 s; deadlock")
async def the_queue_is_filled_before_its_consumer_is_made():
    orders = asyncio.Queue(maxsize=2)

    async def consumer():
        while True:
            await orders.get()

    for order in range(5):
        await orders.put(order)  # fault
    eating = asyncio.create_task(consumer())
    await asyncio.sleep(1)
    eating.cancel()


@fault(DEADLOCK, who="reader", does="3 tasks, 1 raised, 2 pending, 1 s; deadlock")
async def the_one_who_would_set_the_event_has_failed():
    connected = asyncio.Event()

    async def connect():
        await asyncio.sleep(1)
        raise ConnectionError

    async def reader():
        await connected.wait()  # fault

    connecting = asyncio.create_task(connect(), name="connect")
    reading = asyncio.create_task(reader(), name="reader")
    await reading
    await connecting


# -- near misses ----------------------------------------------------------------------------


@innocent(near=DEADLOCK, does="3 tasks, 3 returned, 4 s")
async def two_locks_in_the_same_order():
    pen, paper = asyncio.Lock(), asyncio.Lock()

    async def writer():
        async with pen:
            await asyncio.sleep(1)
            async with paper:
                await asyncio.sleep(1)

    await asyncio.gather(writer(), writer())


@innocent(near=DEADLOCK, does="3 tasks, 2 returned, 1 cancelled", real=True)
async def a_server_waits_for_clients_that_do_not_come():
    async def answer(reader, writer):
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:  # it has made a task of its own, to look up the address
        serving = asyncio.create_task(server.serve_forever())
        await asyncio.sleep(0.05)
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


@innocent(near=DEADLOCK, does="1 task, 1 returned, 2 s")
async def a_wait_for_nothing_that_a_timeout_ends():
    never = asyncio.Event()
    with suppress(TimeoutError):
        async with asyncio.timeout(2):
            await never.wait()


@innocent(near=DEADLOCK, does="2 tasks, 1 returned, 1 cancelled, 3 s")
async def join_with_task_done_and_then_the_worker_is_sent_home():
    jobs = asyncio.Queue()
    for job in range(3):
        jobs.put_nowait(job)

    async def worker():
        while True:
            await jobs.get()
            await asyncio.sleep(1)
            jobs.task_done()

    working = asyncio.create_task(worker())
    await jobs.join()
    working.cancel()
    await asyncio.wait([working])
