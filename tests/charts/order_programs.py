"""Programs whose order is asked for, recorded in virtual time: the Gantt chart, in seconds,
draws most of their steps on one tick."""

import asyncio

from helpers import compute, simulate
from helpers.recorder import record_virtual
from helpers.virtual_time import VirtualLoop


def rehearsal():
    """A timer that is due while a callback holds the loop, and callbacks that ask for others."""

    def bell():
        pass

    def coffee():
        pass

    def rehearse():
        compute(2)
        loop.call_soon(notes)

    def notes():
        loop.call_soon(coffee)

    def evening():
        loop.call_later(1, bell)
        loop.call_soon(rehearse)

    loop = VirtualLoop()
    with record_virtual(loop.time, "rehearsal") as timeline:
        loop.call_soon(evening)
        loop.call_later(3, loop.stop)
        loop.run_forever()
        loop.close()
    return timeline


def page():
    """Two tasks whose first steps come only when their maker suspends."""

    async def page():
        photos = asyncio.create_task(asyncio.sleep(2), name="photos")
        text = asyncio.create_task(asyncio.sleep(1), name="text")
        await text
        await photos

    return simulate(page(), title="a page")


def eleven_lines():
    """Who is woken stands behind who was queued before."""

    async def child():
        await asyncio.sleep(0)

    async def family():
        a = asyncio.create_task(child(), name="a")
        b = asyncio.create_task(child(), name="b")
        await a
        return b

    return simulate(family(), title="eleven lines")


def shouting(number, rounds):
    """So many tasks that step aside so many times."""

    async def shout():
        for _ in range(rounds):
            await asyncio.sleep(0)

    async def all_of_them():
        async with asyncio.TaskGroup() as group:
            for n in range(number):
                group.create_task(shout(), name=f"t{n}")

    return simulate(all_of_them())


def two_sleeps():
    """Two timers that are due at one moment."""

    async def both():
        await asyncio.gather(asyncio.sleep(1), asyncio.sleep(1))

    return simulate(both())
