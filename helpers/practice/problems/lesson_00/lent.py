"""What the exercises of this lesson lend: three jobs in a kitchen."""

import asyncio


async def boil():
    await asyncio.sleep(1)
    return "water"


async def toast():
    await asyncio.sleep(2)
    return "toast"


async def brew():
    await asyncio.sleep(3)
    return "tea"
