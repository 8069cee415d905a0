"""A wait is called by the call that the learner wrote, with its line and when it is due.

Not by asyncio's innermost function, which may be another one in each version of Python.
"""

import asyncio
import contextlib
import functools
import sys

import pytest
from stories import tells


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


@tells(
    """
    main at 0: sleep(5), due 5 | await asyncio.sleep(5)
    main at 0.3: sleep(0.1), due 0.4 | await asyncio.sleep(0.1)
    """,
    way="places",
)
async def test_a_timeout_around_a_longer_and_a_shorter_sleep():
    """A sleep is due by its own timer: else one that was cut short would be told as over."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.3):
            await asyncio.sleep(5)
    async with asyncio.timeout(9):
        await asyncio.sleep(0.1)


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
@tells(
    """
    main at 0: wait_for, due 0.2 | await asyncio.wait_for(event.wait(), 0.2)
    main at 0.2: sleep(5), due 5.2 | await asyncio.sleep(seconds)
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
