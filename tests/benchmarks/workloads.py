"""The programs that are timed: many short tasks, two that talk a great deal, a few long ones."""

import asyncio


async def many_tasks(tasks: int = 10_000, turns: int = 10) -> None:
    """Workload A: that many tasks in a group, each giving the loop back so many times."""
    async with asyncio.TaskGroup() as group:
        for _ in range(tasks):
            group.create_task(take_turns(turns))


async def take_turns(turns: int) -> None:
    for _ in range(turns):
        await asyncio.sleep(0)


async def round_trips(trips: int = 100_000) -> None:
    """Workload B: two tasks and two queues, one message to and fro so many times."""
    there, back = asyncio.Queue(), asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        group.create_task(echo(there, back, trips), name="echo")
        group.create_task(call(there, back, trips), name="call")


async def echo(there: asyncio.Queue, back: asyncio.Queue, trips: int) -> None:
    for _ in range(trips):
        await back.put(await there.get())


async def call(there: asyncio.Queue, back: asyncio.Queue, trips: int) -> None:
    for number in range(trips):
        await there.put(number)
        await back.get()


async def long_lives(turns: int = 10_000, tasks: int = 12) -> None:
    """Workload C: a few tasks, each giving the loop back so often: what steps alone cost."""
    await many_tasks(tasks, turns)


WORKLOADS = {"A": many_tasks, "B": round_trips, "C": long_lives}
