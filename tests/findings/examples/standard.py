"""Programs as the documentation of asyncio and of libraries shows them: right from end to end."""

import asyncio
import contextvars
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from cases import innocent


@innocent(does="1 task, 1 returned, 1 s")
async def hello_and_a_second_later_world():
    print("hello")
    await asyncio.sleep(1)
    print("world")


@innocent(does="4 tasks, 4 returned, 4 s")
async def factorials_gathered():
    async def factorial(number):
        product = 1
        for factor in range(2, number + 1):
            await asyncio.sleep(1)
            product *= factor
        return product

    return await asyncio.gather(factorial(3), factorial(4), factorial(5))


@innocent(does="4 tasks, 4 returned, 3 s")
async def results_as_they_are_completed():
    async def fetch(seconds):
        await asyncio.sleep(seconds)
        return seconds

    return [await first for first in asyncio.as_completed([fetch(3), fetch(1), fetch(2)])]


@innocent(does="4 tasks, 1 returned, 3 cancelled, 4.5 s")
async def three_workers_share_a_queue_until_it_is_joined():
    jobs = asyncio.Queue()
    for tenths in (5, 10, 15, 20, 25, 30):
        jobs.put_nowait(tenths / 10)

    async def worker():
        while True:
            seconds = await jobs.get()
            await asyncio.sleep(seconds)
            jobs.task_done()

    workers = [asyncio.create_task(worker()) for _ in range(3)]
    await jobs.join()
    for task in workers:
        task.cancel()
    await asyncio.gather(*workers, return_exceptions=True)


@innocent(does="3 tasks, 3 returned, 2 s")
async def an_event_opens_the_door_for_two():
    door = asyncio.Event()

    async def guest():
        await door.wait()
        await asyncio.sleep(1)

    async with asyncio.TaskGroup() as group:
        group.create_task(guest())
        group.create_task(guest())
        await asyncio.sleep(1)
        door.set()


@innocent(does="4 tasks, 4 returned, 3 s")
async def a_condition_tells_when_there_is_bread():
    bread, baked = 0, asyncio.Condition()

    async def customer():
        nonlocal bread
        async with baked:
            await baked.wait_for(lambda: bread > 0)
            bread -= 1

    async def baker():
        nonlocal bread
        for _ in range(2):
            await asyncio.sleep(1.5)
            async with baked:
                bread += 1
                baked.notify()

    await asyncio.gather(customer(), customer(), baker())


@innocent(does="4 tasks, 4 returned, 4 s")
async def a_barrier_starts_the_race_when_all_have_come():
    start = asyncio.Barrier(3)

    async def runner(seconds):
        await asyncio.sleep(seconds)
        await start.wait()
        await asyncio.sleep(1)

    await asyncio.gather(runner(1), runner(2), runner(3))


@innocent(does="2 tasks, 2 returned, 4 s")
async def an_async_generator_gives_lines_as_they_come():
    async def lines():
        for number in range(4):
            await asyncio.sleep(1)
            yield f"line {number}"

    async def show():
        return [line async for line in lines()]

    await asyncio.create_task(show())


@innocent(does="3 tasks, 3 returned, 2.25 s")
async def one_session_for_all_requests():
    @asynccontextmanager
    async def session():
        await asyncio.sleep(0.25)
        try:
            yield get
        finally:
            await asyncio.sleep(0)

    async def get(seconds):
        await asyncio.sleep(seconds)
        return seconds

    async with session() as ask, asyncio.TaskGroup() as group:
        answers = [group.create_task(ask(seconds)) for seconds in (1, 2)]
    return [answer.result() for answer in answers]


@innocent(does="1 task, 1 returned, 1.5 s")
async def a_deadline_is_moved_when_it_becomes_known():
    with suppress(TimeoutError):
        async with asyncio.timeout(None) as deadline:
            await asyncio.sleep(0.5)
            deadline.reschedule(asyncio.get_running_loop().time() + 1)
            await asyncio.sleep(60)


@innocent(does="2 tasks, 2 returned, 2 s")
async def a_future_is_set_by_the_other_side():
    answer = asyncio.get_running_loop().create_future()

    async def other_side():
        await asyncio.sleep(2)
        answer.set_result("42")

    side = asyncio.create_task(other_side())
    text = await answer
    await side
    return text


@innocent(does="1 task, 1 returned, 5 s")
async def callbacks_print_the_time_and_stop_by_themselves():
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    end = loop.time() + 5

    def show():
        if loop.time() < end:
            loop.call_later(1, show)
        else:
            over.set()

    loop.call_soon(show)
    await over.wait()


@innocent(does="3 tasks, 3 returned, 1 s")
async def each_request_has_a_number_of_its_own():
    number = contextvars.ContextVar("number")

    async def handle(value):
        number.set(value)
        await asyncio.sleep(1)
        return number.get()

    return await asyncio.gather(handle(1), handle(2))


@innocent(does="4 tasks, 4 returned", real=True)
async def an_echo_over_a_real_socket():
    async def echo(reader, writer):
        writer.write(await reader.readline())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server:  # it looks up the address, and accepts, in tasks of its own
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"hello\n")
        await writer.drain()
        await reader.readline()
        writer.close()
        await writer.wait_closed()


@innocent(does="3 tasks, 3 returned, 3 s")
async def the_most_urgent_first():
    jobs = asyncio.PriorityQueue()
    for urgency in (3, 1, 2, 5, 4, 6):
        jobs.put_nowait(urgency)

    async def worker():
        while not jobs.empty():
            await jobs.get()
            await asyncio.sleep(1)

    await asyncio.gather(worker(), worker())


@innocent(does="1 task, 1 returned, 0.6 s")
async def doors_are_closed_in_the_opposite_order():
    @asynccontextmanager
    async def door(seconds):
        yield seconds
        await asyncio.sleep(seconds)

    async with AsyncExitStack() as stack:
        for tenths in (1, 2, 3):
            await stack.enter_async_context(door(tenths / 10))


@innocent(does="4 tasks, 3 returned, 1 cancelled, 5 s")
async def a_service_runs_until_it_is_told_to_stop():
    stop = asyncio.Event()

    async def refresh():
        while True:
            await asyncio.sleep(2)

    async def press_stop():
        await asyncio.sleep(5)
        stop.set()

    async def serve():
        refreshing = asyncio.create_task(refresh())
        await stop.wait()
        refreshing.cancel()
        with suppress(asyncio.CancelledError):
            await refreshing

    async with asyncio.TaskGroup() as group:
        group.create_task(press_stop())
        group.create_task(serve())


@innocent(does="3 tasks, 2 returned, 1 cancelled, 1 s")
async def the_faster_of_two_sources_wins():
    async def source(seconds):
        await asyncio.sleep(seconds)
        return seconds

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(source(seconds)) for seconds in (1, 3)]
        done, late = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in late:
            task.cancel()
    return [task.result() for task in done]
