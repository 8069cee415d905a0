"""Programs of the size of asyncio's own stress tests do the same recorded as unrecorded.

Each ends with an account of what happened in which order, which is compared whole; the
timeline is then compared with it in numbers.
"""

import asyncio
import sys

import pytest

from helpers import record


async def ten_thousand_tasks():
    order = []

    async def one(number):
        order.append(number)
        await asyncio.sleep(0)
        order.append(-number)
        return number

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(number)) for number in range(10_000)]
    return order, sum(task.result() for task in tasks)


async def a_thousand_cancellations():
    """At five different points of a task's life: before it began to after it ended."""
    order = []

    async def one(number):
        try:
            for turn in range(number % 5):
                order.append((number, turn))
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            order.append((number, "cancelled"))
            raise

    tasks = []
    for number in range(1_000):
        tasks.append(asyncio.create_task(one(number)))
        if number % 3 == 0:
            await asyncio.sleep(0)
        tasks[number // 2].cancel()
    for task in tasks:
        task.cancel()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    return order, [repr(end) for end in ends]


async def a_thousand_exceptions():
    async def one(number):
        await asyncio.sleep(0)
        raise ValueError(number)

    tasks = [asyncio.create_task(one(number)) for number in range(1_000)]
    return [repr(end) for end in await asyncio.gather(*tasks, return_exceptions=True)]


async def awaits_five_hundred_deep():
    async def chain(depth, order):
        if depth == 0:
            for _ in range(20):
                await asyncio.sleep(0)
            raise ValueError("from the bottom")
        try:
            await chain(depth - 1, order)
        finally:
            order.append(depth)

    async def one():
        order = []
        try:
            await chain(500, order)
        except ValueError as error:
            return order, str(error)

    return await asyncio.gather(one(), one())


async def a_million_words_through_a_pipe():
    """Two tasks and a queue that is mostly full or mostly empty."""
    queue, got = asyncio.Queue(3), []

    async def take():
        while (word := await queue.get()) is not None:
            got.append(word)

    taker = asyncio.create_task(take())
    for word in range(10_000):
        await queue.put(word)
    await queue.put(None)
    await taker
    return got


async def five_hundred_timers_and_timeouts():
    loop, fired = asyncio.get_running_loop(), []
    timers = [loop.call_later(0.0001 * (n % 7), fired.append, n) for n in range(500)]
    for timer in timers[::3]:
        timer.cancel()
    ends = []
    for number in range(50):
        try:
            async with asyncio.timeout(0.0001 if number % 2 else 30):
                await asyncio.sleep(0 if number % 2 == 0 else 30)
            ends.append("in time")
        except TimeoutError:
            ends.append("too late")
    await asyncio.sleep(0.01)
    return sorted(fired), ends


PROGRAMS = {
    ten_thousand_tasks: (10_000, {"returned": 10_000}),
    a_thousand_cancellations: (1_000, None),
    a_thousand_exceptions: (1_000, {"raised": 1_000}),
    awaits_five_hundred_deep: (2, {"returned": 2}),
    a_million_words_through_a_pipe: (1, {"returned": 1}),
    five_hundred_timers_and_timeouts: (0, {}),
}


@pytest.mark.parametrize("lines", [False, True], ids=["lines off", "lines on"])
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_recording_changes_nothing(program, lines):
    plain = asyncio.run(program())
    with record(lines=lines) as timeline:
        recorded = asyncio.run(program())
    assert recorded == plain
    made = [task for task in timeline.tasks if task.role == ""]
    number, outcomes = PROGRAMS[program]
    assert len(made) == number
    if outcomes is not None:
        assert {o: sum(t.outcome == o for t in made) for o in outcomes} == outcomes
    thinned = [note for note in timeline.notes if "for the first 10,000 changes" in note]
    assert len(thinned) == (lines and program is a_million_words_through_a_pipe)
    assert timeline.notes == tuple(thinned)


def test_the_thousand_cancellations_are_told_as_they_were():
    with record(lines=False) as timeline:
        _, ends = asyncio.run(a_thousand_cancellations())
    made = [task for task in timeline.tasks if task.role == ""]
    said = ["cancelled" if "Cancelled" in end else "returned" for end in ends]
    assert [task.outcome for task in made] == said
    assert not all(task.entered for task in made), "some were cancelled before they began"


def test_recursion_to_pythons_limit_is_the_programs_own_affair():
    async def deep(depth):
        return await deep(depth + 1)

    async def main():
        try:
            await asyncio.create_task(deep(0))
        except RecursionError:
            return "as ever"

    before = sys.getrecursionlimit()
    with record() as timeline:
        assert asyncio.run(main()) == "as ever"
    assert sys.getrecursionlimit() == before
    assert timeline.tasks[1].exception.startswith("RecursionError")
