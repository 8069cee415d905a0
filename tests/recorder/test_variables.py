"""A thing is called by what first holds it, read off the source."""

import asyncio

import pytest

from helpers import simulate


class Shop:
    def __init__(self):
        self.limit = asyncio.Semaphore(3)
        self.doors = {}


class OwnQueue(asyncio.Queue):
    def __init__(self):
        super().__init__(maxsize=7)


def hand_on(orders):
    return orders


async def plain():
    orders = asyncio.Queue()
    return use(orders)


async def attribute():
    return Shop()


async def pair():
    there, back = asyncio.Queue(), asyncio.Queue()
    return there, back


async def several():
    doors = [asyncio.Lock() for _ in range(2)]
    return use(doors)


async def keyword():
    return hand_on(orders=asyncio.Queue())


async def subscript():
    shop = Shop()
    shop.doors["front"] = asyncio.Lock()
    return shop


async def walrus():
    return use((bell := asyncio.Event()) and bell)


async def annotated():
    orders: asyncio.Queue[int] = asyncio.Queue(3)
    return orders


async def subclass():
    parcels = OwnQueue()
    return use(parcels)


async def nameless():
    return hand_on(asyncio.Lock()), hand_on(asyncio.Lock()), hand_on(asyncio.Semaphore(1))


async def again():
    for _ in range(2):
        orders = asyncio.Queue()
        orders.put_nowait(1)


@pytest.mark.parametrize(
    ("program", "names"),
    [
        (plain, ["orders"]),
        (attribute, ["self.limit"]),
        (pair, ["there", "back"]),
        (several, ["doors 1", "doors 2"]),
        (keyword, ["orders"]),
        (subscript, ["self.limit", "shop.doors['front']"]),
        (walrus, ["bell"]),
        (annotated, ["orders"]),
        (subclass, ["parcels"]),
        (nameless, ["Lock 1", "Lock 2", "Semaphore 1"]),
        (again, ["orders 1", "orders 2"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_names(program, names):
    async def main():
        use(await program())

    assert [one.name for one in simulate(main()).resources] == names


def use(made):
    """What was never used is in no recording, but for locks and semaphores."""
    for each in made if isinstance(made, tuple | list) else [made]:
        if isinstance(each, asyncio.Queue):
            each.put_nowait(1)
        elif isinstance(each, asyncio.Event):
            each.set()
    return made
