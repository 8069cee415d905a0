"""A wait is called by the call that the learner wrote, with its line and when it is due.

Not by asyncio's innermost function, which may be another one in each version of Python.
"""

import asyncio
import concurrent.futures
import contextlib
import functools
import sys
import threading
import time

import pytest
from stories import false, tells

from helpers import simulate
from helpers.charts.lanes import lay_out

INNER = "a wait is called by asyncio's innermost function"
TIMEOUT = "a wait with a timeout does not say when it is due"


async def job(seconds):
    await asyncio.sleep(seconds)
    return seconds


def later(seconds, function, *args):
    asyncio.get_running_loop().call_later(seconds, function, *args)


def future():
    return asyncio.get_running_loop().create_future()


# -- queues, locks, and the like -----------------------------------------------------------


@tells(
    """
    main at 0: Queue.join | await queue.join()
    worker at 0: sleep(0.2), due 0.2 | await asyncio.sleep(0.2)
    worker at 0.2: Queue.get | await queue.get()
    """,
    way="places",
)
async def test_a_queue_that_is_joined():
    queue = asyncio.Queue()
    queue.put_nowait("one")

    async def work():
        while True:
            await queue.get()
            await asyncio.sleep(0.2)
            queue.task_done()

    worker = asyncio.create_task(work(), name="worker")
    await queue.join()
    await asyncio.sleep(0)
    worker.cancel()


@tells("main: 0 to 0.3, returned; Queue.put 0.1, Queue.get 0.2")
async def test_a_queue_that_is_full_and_one_that_is_empty():
    full, empty = asyncio.Queue(1), asyncio.LifoQueue()
    full.put_nowait(1)
    later(0.1, full.get_nowait)
    later(0.3, empty.put_nowait, 1)
    await full.put(2)
    await empty.get()


@tells(
    """
    main at 0: Barrier.wait | await barrier.wait()
    late at 0: sleep(1), due 1 | await asyncio.sleep(1)
    """,
    way="places",
)
async def test_a_barrier():
    barrier = asyncio.Barrier(2)

    async def come_late():
        await asyncio.sleep(1)
        await barrier.wait()

    late = asyncio.create_task(come_late(), name="late")
    await barrier.wait()
    await late


@tells(
    """
    main at 0: Barrier.wait | async with barrier:
    late at 0: sleep(1), due 1 | await asyncio.sleep(1)
    """,
    way="places",
)
async def test_a_barrier_as_a_context_manager():
    barrier = asyncio.Barrier(2)

    async def come_late():
        await asyncio.sleep(1)
        async with barrier:
            pass

    late = asyncio.create_task(come_late(), name="late")
    async with barrier:
        pass
    await late


@tells(
    """
    main: 0 to 0.6, returned; Lock.acquire 0.1, Semaphore.acquire 0.2, Event.wait 0.3
    """
)
async def test_a_lock_a_semaphore_an_event():
    lock, semaphore, event = asyncio.Lock(), asyncio.BoundedSemaphore(1), asyncio.Event()
    await lock.acquire()
    await semaphore.acquire()
    later(0.1, lock.release)
    later(0.3, semaphore.release)
    later(0.6, event.set)
    async with lock, semaphore:
        await event.wait()


@tells(
    """
    main: 0 to 0.5, returned; Condition.wait 0.1, Condition.wait_for 0.2, Condition.wait_for 0.2
    crier, by main: 0 to 0.5, returned; sleep(0.1) 0.1, sleep(0.2) 0.2, sleep(0.2) 0.2
    """
)
async def test_a_condition_waited_for_in_both_ways():
    condition, cried = asyncio.Condition(), []

    async def cry():
        for seconds in (0.1, 0.2, 0.2):
            await asyncio.sleep(seconds)
            async with condition:
                cried.append(seconds)
                condition.notify_all()

    crier = asyncio.create_task(cry(), name="crier")
    async with condition:
        await condition.wait()
        await condition.wait_for(lambda: len(cried) == 3)
    await crier


@tells(
    """
    main: 0 to 0.2, returned; gather 0.2
    one, by main: 0 to 0.1, returned; sleep(0.1) 0.1
    two, by main: 0 to 0.2, returned; Lock.acquire 0.1, sleep(0.1) 0.1
    """
)
async def test_a_condition_that_another_one_holds():
    condition = asyncio.Condition()

    async def hold(seconds):
        async with condition:
            await asyncio.sleep(seconds)

    one = asyncio.create_task(hold(0.1), name="one")
    await asyncio.gather(one, asyncio.create_task(hold(0.1), name="two"))


# -- several at a time ---------------------------------------------------------------------


@tells(
    """
    main at 0: as_completed | await first
    main at 0.1: as_completed | await first
    one at 0: sleep(0.1), due 0.1 | await asyncio.sleep(seconds)
    two at 0: sleep(0.2), due 0.2 | await asyncio.sleep(seconds)
    """,
    way="places",
)
async def test_as_completed():
    one = asyncio.create_task(job(0.1), name="one")
    two = asyncio.create_task(job(0.2), name="two")
    for first in asyncio.as_completed([one, two]):
        await first


@pytest.mark.skipif(sys.version_info < (3, 13), reason="came with Python 3.13")
@tells(
    """
    main at 0: as_completed | async for task in asyncio.as_completed([one, two]):
    main at 0.1: as_completed | async for task in asyncio.as_completed([one, two]):
    one at 0: sleep(0.1), due 0.1 | await asyncio.sleep(seconds)
    two at 0: sleep(0.2), due 0.2 | await asyncio.sleep(seconds)
    """,
    way="places",
)
async def test_as_completed_in_async_for():
    one = asyncio.create_task(job(0.1), name="one")
    two = asyncio.create_task(job(0.2), name="two")
    async for task in asyncio.as_completed([one, two]):
        assert task in (one, two)


@false(INNER)
@tells(
    """
    main at 0: as_completed, due 0.1 | await first
    slow at 0: sleep(5), due 5 | await asyncio.sleep(seconds)
    """,
    way="places",
)
async def test_as_completed_with_a_timeout():
    slow = asyncio.create_task(job(5), name="slow")
    for first in asyncio.as_completed([slow], timeout=0.1):
        with pytest.raises(TimeoutError):
            await first
    slow.cancel()


@false(TIMEOUT)
@tells(
    """
    main at 0: asyncio.wait, due 0.1 | await asyncio.wait([slow], timeout=0.1)
    main at 0.1: asyncio.wait | await asyncio.wait([slow])
    slow at 0: sleep(0.5), due 0.5 | await asyncio.sleep(seconds)
    """,
    way="places",
)
async def test_wait_with_and_without_a_timeout():
    slow = asyncio.create_task(job(0.5), name="slow")
    await asyncio.wait([slow], timeout=0.1)
    await asyncio.wait([slow])


@tells(
    """
    main at 0: gather | await asyncio.gather(one, asyncio.gather(two))
    one at 0: sleep(0.1), due 0.1 | await asyncio.sleep(seconds)
    two at 0: sleep(0.2), due 0.2 | await asyncio.sleep(seconds)
    """,
    way="places",
)
async def test_a_gather_in_a_gather():
    one = asyncio.create_task(job(0.1), name="one")
    two = asyncio.create_task(job(0.2), name="two")
    await asyncio.gather(one, asyncio.gather(two))


@tells(
    """
    main at 0: shield | await asyncio.shield(safe)
    safe at 0: sleep(0.5), due 0.5 | await asyncio.sleep(seconds)
    """,
    way="places",
)
async def test_a_shield():
    safe = asyncio.create_task(job(0.5), name="safe")
    await asyncio.shield(safe)


@tells(
    """
    main: 0 to 0.2, returned; its task group 0.2
    one, by main: 0 to 0.2, returned; sleep(0.2) 0.2
    """
)
async def test_a_task_group():
    async with asyncio.TaskGroup() as group:
        group.create_task(job(0.2), name="one")


# -- timeouts ------------------------------------------------------------------------------


@false(TIMEOUT)
@tells(
    """
    main at 0: Event.wait, due 0.3 | await asyncio.Event().wait()
    main at 0.3: sleep(0.2), due 0.5 | await asyncio.sleep(0.2)
    """,
    way="places",
)
async def test_a_timeout_around_a_wait():
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.3):
            await asyncio.Event().wait()
    await asyncio.sleep(0.2)


@false(TIMEOUT)
@tells(
    """
    main at 0: sleep(5), due 0.3 | await asyncio.sleep(5)
    main at 0.3: sleep(0.1), due 0.4 | await asyncio.sleep(0.1)
    """,
    way="places",
)
async def test_a_timeout_around_a_longer_and_a_shorter_sleep():
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.3):
            await asyncio.sleep(5)
    async with asyncio.timeout(9):
        await asyncio.sleep(0.1)


@false(TIMEOUT)
@tells(
    """
    main at 0: sleep(0.2), due 0.2 | await asyncio.sleep(0.2)
    main at 0.2: Event.wait, due 0.5 | await asyncio.Event().wait()
    main at 0.5: sleep(1), due 1.5 | await asyncio.sleep(1)
    """,
    way="places",
)
async def test_a_timeout_moved_while_it_runs():
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.3) as limit:
            await asyncio.sleep(0.2)
            limit.reschedule(0.5)
            await asyncio.Event().wait()
    await asyncio.sleep(1)


@false(TIMEOUT)
@tells(
    """
    main at 0: future, due 0.2 | await reply
    """,
    way="places",
)
async def test_timeouts_inside_each_other():
    reply = future()
    later(0.1, reply.set_result, None)
    async with asyncio.timeout(0.3), asyncio.timeout(0.2):
        await reply


@pytest.mark.skipif(sys.version_info < (3, 12), reason="3.11's wait_for makes a task")
@false(TIMEOUT)
@tells(
    """
    main at 0: wait_for, due 0.2 | await asyncio.wait_for(event.wait(), 0.2)
    main at 0.2: sleep(5), due 0.4 | await asyncio.sleep(seconds)
    """,
    way="places",
)
async def test_wait_for_what_takes_too_long():
    event = asyncio.Event()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), 0.2)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(job(5), 0.2)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="3.12's wait_for makes no task")
@false(INNER)
@tells(
    """
    main at 0: wait_for, due 0.2 | await asyncio.wait_for(stubborn(), 0.2)
    main at 0.2: wait_for | await asyncio.wait_for(stubborn(), 0.2)
    stubborn-1 at 0: sleep(5), due 5 | await asyncio.sleep(5)
    stubborn-1 at 0.2: sleep(0.3), due 0.5 | await asyncio.sleep(0.3)
    """,
    way="places",
)
async def test_wait_for_what_takes_its_time_to_be_cancelled():
    async def stubborn():
        try:
            await asyncio.sleep(5)
        finally:
            await asyncio.sleep(0.3)

    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stubborn(), 0.2)


# -- inside generators and context managers ------------------------------------------------


@tells(
    """
    main at 0: sleep(0.1), due 0.1 | await asyncio.sleep(0.1)
    main at 0.1: Queue.get | yield await queue.get()
    """,
    way="places",
)
async def test_waits_inside_an_async_generator():
    queue = asyncio.Queue()
    later(0.3, queue.put_nowait, 1)

    async def read():
        await asyncio.sleep(0.1)
        yield await queue.get()

    assert [item async for item in read()] == [1]


@tells(
    """
    main at 0: sleep(0.1), due 0.1 | await asyncio.sleep(0.1)
    main at 0.1: Lock.acquire | await lock.acquire()
    main at 0.3: sleep(0.2), due 0.5 | await asyncio.sleep(0.2)
    """,
    way="places",
)
async def test_waits_inside_a_context_manager():
    lock = asyncio.Lock()
    await lock.acquire()
    later(0.3, lock.release)

    @contextlib.asynccontextmanager
    async def opened():
        await asyncio.sleep(0.1)
        await lock.acquire()
        yield
        await asyncio.sleep(0.2)

    async with opened():
        pass


@tells(
    """
    main at 0: sleep(0.5), due 0.5 | yield from asyncio.sleep(self.seconds).__await__()
    """,
    way="places",
)
async def test_a_wait_inside_an_await_method():
    class Delayed:
        def __init__(self, seconds):
            self.seconds = seconds

        def __await__(self):
            yield from asyncio.sleep(self.seconds).__await__()

    await Delayed(0.5)


@tells(
    """
    main at 0: sleep(0.5), due 0.5 | await asyncio.sleep(seconds)
    """,
    way="places",
)
async def test_a_wait_three_calls_deep():
    async def middle():
        return await job(0.5)

    @functools.wraps(middle)
    async def wrapper(*args):
        return await middle(*args)

    await wrapper()


@tells(
    """
    main at 0: future | await reply
    main at 0.1: task 'one' | await one
    one at 0: sleep(0.3), due 0.3 | await asyncio.sleep(seconds)
    """,
    way="places",
)
async def test_a_bare_future_and_a_task():
    reply = future()
    later(0.1, reply.set_result, None)
    one = asyncio.create_task(job(0.3), name="one")
    await reply
    await one


# -- threads, processes, sockets: in real time ---------------------------------------------


def nap():
    time.sleep(0.01)


@tells("main: returned; a thread", way="names", real=True)
async def test_to_thread():
    await asyncio.to_thread(nap)


@tells("main: returned; a concurrent future", way="names", real=True)
async def test_an_executor_by_both_ways():
    loop = asyncio.get_running_loop()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        await loop.run_in_executor(pool, nap)
        await asyncio.wrap_future(pool.submit(nap))


@tells(
    """
    main: returned; create_subprocess_exec, Process.wait, Process.communicate
    """,
    way="names",
    real=True,
    who="main",
)
async def test_a_child_process():
    pipe = asyncio.subprocess.PIPE
    sleeper = [sys.executable, "-c", "import time; time.sleep(0.05); print('done')"]
    process = await asyncio.create_subprocess_exec(*sleeper, stdout=asyncio.subprocess.DEVNULL)
    await process.wait()
    process = await asyncio.create_subprocess_exec(*sleeper, stdout=pipe)
    out, _ = await process.communicate()
    assert out.strip() == b"done"


@contextlib.asynccontextmanager
async def an_echo():
    """A server that says everything back, each line a little later."""

    async def echo(reader, writer):
        while line := await reader.readline():
            await asyncio.sleep(0.02)
            writer.write(line)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[:2]


@tells(
    """
    client, by main: returned; open_connection, StreamReader.readline, StreamReader.readexactly
    """,
    way="names",
    real=True,
    who="client",
)
async def test_streams():
    async def talk(address):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"one\ntwo\n")
        assert await reader.readline() == b"one\n"
        assert await reader.readexactly(4) == b"two\n"
        return writer

    async with an_echo() as address:
        writer = await asyncio.create_task(talk(address), name="client")
        writer.close()
        await writer.wait_closed()
        await asyncio.sleep(0.05)


@tells("main: returned; socket: data", way="names", real=True)
async def test_a_bare_socket():
    import socket

    here, there = socket.socketpair()
    with here, there:
        here.setblocking(False)
        thread = threading.Timer(0.01, there.send, [b"x"])
        thread.start()
        await asyncio.get_running_loop().sock_recv(here, 1)
        thread.join()


# -- timers --------------------------------------------------------------------------------


def ring():
    pass


async def three_timers():
    for _ in range(3):
        later(0.5, ring)
    await asyncio.sleep(1)


def test_timers_that_are_equal_in_everything_are_each_there():
    timeline = simulate(three_timers())
    rings = [timer for timer in timeline.timers if timer.label == "ring"]
    assert [(timer.made, timer.due, timer.queued) for timer in rings] == [(0, 0.5, 0.5)] * 3
    assert [step.label for step in timeline.steps if step.kind == "timer"].count("ring") == 3


def test_timers_that_are_equal_in_everything_have_a_lane_each():
    lanes = [lane for lane in lay_out(simulate(three_timers())).lanes if lane.kind == "callback"]
    assert [lane.label for lane in lanes] == ["ring"] * 3
    assert [[bar.end for bar in lane.bars if bar.state == "waiting"] for lane in lanes] == [
        [0.5]
    ] * 3
