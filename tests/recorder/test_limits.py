"""A wait is due when the time limit around it is; `test_waits` has the ordinary ones."""

import asyncio
import contextlib

from stories import tells

from helpers import simulate
from helpers.recorder import limits

sleep = asyncio.sleep


@tells(
    """
    main at 0: Event.wait, due 0.2 | await asyncio.Event().wait()
    main at 0.2: wait_for | await asyncio.wait_for(done.wait(), None)
    helper at 0: sleep(0.3), due 0.3 | await sleep(0.3)
    """,
    way="places",
)
async def test_no_limit_is_none_and_one_that_is_over_limits_nothing_more():
    done = asyncio.Event()

    async def help_on():
        await sleep(0.3)
        done.set()

    helper = asyncio.create_task(help_on(), name="helper")
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.2):
            await asyncio.Event().wait()
    await asyncio.wait_for(done.wait(), None)
    await helper


@tells(
    """
    main at 0: Event.wait, due 0.5 | await done.wait()
    helper at 0: sleep(0.1), due 0.1 | await sleep(0.1)
    helper at 0.1: sleep(0.1), due 0.2 | await sleep(0.1)
    """,
    way="places",
)
async def test_a_limit_that_another_task_moves():
    """What counts is the limit that was set in the end: the wait went on after the first."""
    done = asyncio.Event()

    async def help_on(limit):
        await sleep(0.1)
        limit.reschedule(asyncio.get_running_loop().time() + 0.4)
        await sleep(0.1)
        done.set()

    async with asyncio.timeout(0.15) as limit:
        helper = asyncio.create_task(help_on(limit), name="helper")
        await done.wait()
    await helper


@tells(
    """
    main at 0: as_completed, due 0.3 | await each
    main at 0.1: Event.wait | await event.wait()
    main at 0.2: as_completed, due 0.3 | await each
    """,
    way="places",
    who="main",
)
async def test_a_limit_of_as_completed_is_for_its_own_waits_alone():
    event = asyncio.Event()
    asyncio.get_running_loop().call_later(0.2, event.set)
    quick, slow = (asyncio.create_task(sleep(s), name=f"{s}") for s in (0.1, 5))
    for each in asyncio.as_completed([quick, slow], timeout=0.3):
        with contextlib.suppress(TimeoutError):
            await each
        await event.wait()
    slow.cancel()


def test_many_limits_are_looked_up_in_as_many_looks(monkeypatch):
    """A task with thousands of limits, one after the other: each finds its own wait."""
    looks = []
    plain = limits._Waits.during
    monkeypatch.setattr(
        limits._Waits, "during", lambda *a: looks.append(found := plain(*a)) or found
    )

    async def main():
        queue = asyncio.Queue()
        for number in range(1_000):
            asyncio.get_running_loop().call_later(0.5, queue.put_nowait, number)
            async with asyncio.timeout(1):
                await queue.get()

    steps = [step for step in simulate(main()).steps if step.waiting_for == "Queue.get"]
    assert [step.due - step.end for step in steps] == [1.0] * 1_000
    assert [len(found) for found in looks] == [1] * 1_000
