"""Programs in which tasks share something, for tests of recorder and charts; in virtual time."""

import asyncio

from helpers.timeline import Step, TaskSpan, Timeline, WorkerSpan


async def kitchen():
    """A producer and a consumer that is slower, with room for three."""
    orders = asyncio.Queue(maxsize=3)

    async def cook():
        for number in range(8):
            await asyncio.sleep(0.25)
            await orders.put(number)

    async def waiter():
        for _ in range(8):
            await orders.get()
            await asyncio.sleep(1)

    async with asyncio.TaskGroup() as group:
        group.create_task(cook(), name="cook")
        group.create_task(waiter(), name="waiter")


async def turnstile():
    """Ten tasks, three at a time."""
    limit = asyncio.Semaphore(3)

    async def guest(number):
        async with limit:
            await asyncio.sleep(1 + number / 8)

    async with asyncio.TaskGroup() as group:
        for number in range(10):
            group.create_task(guest(number), name=f"guest {number}")


async def deadlock():
    """Two locks, taken in two orders, for five seconds."""
    left, right = asyncio.Lock(), asyncio.Lock()

    async def take(first, second):
        async with first:
            await asyncio.sleep(1)
            async with second:
                pass

    tasks = [
        asyncio.create_task(take(left, right), name="Ada"),
        asyncio.create_task(take(right, left), name="Ben"),
    ]
    await asyncio.wait(tasks, timeout=5)


async def signal():
    """One waits for a bell that rings after a second."""
    bell = asyncio.Event()
    waiting = asyncio.create_task(bell.wait(), name="guest")
    await asyncio.sleep(1)
    bell.set()
    await waiting
    await asyncio.sleep(1)


def pool(calls, workers):
    """Calls of half a second each on a pool of so many: written by hand, as threads take time."""
    spans = [
        WorkerSpan(
            "fetch", 0.0, "thread", "pool", workers, f"pool_{n % workers}", 0, 0,
            n // workers * 0.5, (n // workers + 1) * 0.5, "returned",
        )
        for n in range(calls)
    ]  # fmt: skip
    end = max(span.ended for span in spans)
    steps = [Step(0, "task", "main", 0, 0, 0.01), Step(0, "task", "main", end, end, end + 0.01)]
    main = TaskSpan(0, "main", started=0.0, ended=end + 0.01, outcome="returned", role="main")
    return Timeline.of([main], steps, worker_spans=tuple(spans))
