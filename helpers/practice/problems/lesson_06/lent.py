"""What the exercises of this lesson lend: three waits, and one job that holds the loop."""

import asyncio

from helpers.virtual_time import compute


async def train():
    await asyncio.sleep(1)
    return "train"


async def hotel():
    await asyncio.sleep(3)
    return "hotel"


async def car():
    await asyncio.sleep(2)
    return "car"


async def pack():
    compute(1)
    return "suitcase"
