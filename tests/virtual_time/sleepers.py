"""Programs that sleep, for the tests of virtual time."""

import asyncio
from asyncio import sleep


async def sleeper(seconds):
    await sleep(seconds)
    return seconds


async def three():
    return await asyncio.gather(sleeper(1), sleeper(2), sleeper(3))
