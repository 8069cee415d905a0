"""`sleep(0)`, or tiny sleeps, in a loop that looks whether something has happened yet."""

import asyncio

from cases import BUSY_WAITING, fault, innocent

from helpers import compute


@fault(BUSY_WAITING, who="impatient", does="3 tasks, 3 returned, 2 s")
async def sleep_zero_until_a_flag_is_set():
    ready = False

    async def work():
        nonlocal ready
        for _ in range(100):
            compute(0.02)
            await asyncio.sleep(0)
        ready = True

    async def impatient():
        while not ready:
            await asyncio.sleep(0)  # fault

    async with asyncio.TaskGroup() as group:
        group.create_task(work(), name="work")
        group.create_task(impatient(), name="impatient")


@fault(BUSY_WAITING, who="main", does="2 tasks, 2 returned, 1 s")
async def tiny_sleeps_until_a_task_is_done():
    async def download():
        await asyncio.sleep(0.9995)

    task = asyncio.create_task(download())
    while not task.done():
        await asyncio.sleep(0.002)  # fault


@fault(BUSY_WAITING, who="consumer", does="3 tasks, 3 returned, 1.5 s")
async def asking_again_and_again_whether_the_queue_is_empty():
    orders = asyncio.Queue()

    async def producer():
        for order in range(3):
            await asyncio.sleep(0.4995)
            await orders.put(order)

    async def consumer():
        for _ in range(3):
            while orders.empty():
                await asyncio.sleep(0.005)  # fault
            orders.get_nowait()

    async with asyncio.TaskGroup() as group:
        group.create_task(producer(), name="producer")
        group.create_task(consumer(), name="consumer")


@fault(BUSY_WAITING, who="second", does="3 tasks, 3 returned, 1.5 s")
async def looking_at_a_lock_until_it_is_free():
    printer = asyncio.Lock()

    async def first():
        async with printer:
            await asyncio.sleep(0.9995)

    async def second():
        await asyncio.sleep(0)
        while printer.locked():
            await asyncio.sleep(0.01)  # fault
        async with printer:
            await asyncio.sleep(0.5)

    await asyncio.gather(
        asyncio.create_task(first(), name="first"), asyncio.create_task(second(), name="second")
    )


@fault(BUSY_WAITING, who="reader", does="2 tasks, 2 returned, 0.8 s")
async def is_set_and_a_millisecond_instead_of_event_wait():
    connected = asyncio.Event()

    async def until_connected():
        while not connected.is_set():
            await asyncio.sleep(0.001)  # fault

    async def reader():
        await until_connected()  # fault
        await asyncio.sleep(0.3)

    task = asyncio.create_task(reader(), name="reader")
    await asyncio.sleep(0.4995)
    connected.set()
    await task


# -- near misses ----------------------------------------------------------------------------


@innocent(near=BUSY_WAITING, does="3 tasks, 3 returned, 1 s")
async def sleep_zero_between_the_pieces_of_a_long_computation():
    async def work():
        for _ in range(50):
            compute(0.02)
            await asyncio.sleep(0)

    async def tick():
        await asyncio.sleep(0.5)

    await asyncio.gather(work(), tick())


@innocent(near=BUSY_WAITING, does="2 tasks, 2 returned, 1 s")
async def one_sleep_zero_lets_the_new_task_begin():
    async def begin():
        await asyncio.sleep(1)

    task = asyncio.create_task(begin())
    await asyncio.sleep(0)
    await task


@innocent(near=BUSY_WAITING, does="1 task, 1 returned, 1.2 s")
async def an_animation_draws_a_frame_every_twenty_milliseconds():
    for _ in range(60):
        compute(0.005)
        await asyncio.sleep(0.015)


@innocent(near=BUSY_WAITING, does="1 task, 1 returned, 12 s")
async def a_slow_machine_is_asked_every_three_seconds():
    now = asyncio.get_running_loop().time
    started = now()

    def machine_is_running():  # a machine elsewhere, which tells nobody that it has stopped
        return now() < started + 10

    while machine_is_running():
        await asyncio.sleep(3)
