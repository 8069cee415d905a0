"""Cancel a slow one, cleanly."""

import asyncio
import contextlib

from helpers.practice import sentences
from helpers.practice.attempts import Jobs, attempt
from helpers.practice.checks import (
    cancelled_cleanly,
    nothing_left_over,
    returned,
    took,
)
from helpers.practice.exercises import Exercise


async def slow_search():
    try:
        await asyncio.sleep(10)
        return "found"
    finally:
        await asyncio.sleep(0.5)  # closing what was opened takes a moment


async def quick_search():
    await asyncio.sleep(1)
    return "found"


def judge_search_for(search_for):
    jobs = Jobs()
    timeline = attempt(search_for, jobs.watch(slow_search), 2)
    cancelled_cleanly(jobs.timeline, "slow_search", at=2.5)
    nothing_left_over(timeline)
    returned(timeline, "gave up")
    took(timeline, 2.5)
    timeline = attempt(search_for, quick_search, 2)
    nothing_left_over(timeline)
    returned(timeline, "found")
    took(timeline, 1)


async def search_for(search, seconds):
    task = asyncio.create_task(search(), name="search")
    await asyncio.wait([task], timeout=seconds)
    if task.done():
        return task.result()
    task.cancel()
    await asyncio.wait([task])  # cancel() only asks
    return "gave up"


async def search_for_with_a_timeout(search, seconds):
    try:
        async with asyncio.timeout(seconds):
            return await search()
    except TimeoutError:
        return "gave up"


async def search_for_by_wait_for(search, seconds):
    try:
        return await asyncio.wait_for(search(), seconds)
    except TimeoutError:
        return "gave up"


async def search_for_by_a_timer(search, seconds):
    task = asyncio.create_task(search(), name="search")
    timer = asyncio.get_running_loop().call_later(seconds, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        return "gave up"
    finally:
        timer.cancel()


async def search_for_without_patience(search, seconds):
    task = asyncio.create_task(search(), name="search")
    await asyncio.wait([task], timeout=seconds)
    if task.done():
        return task.result()
    task.cancel()
    return "gave up"


async def search_for_without_end(search, seconds):
    result = await search()
    return result or "gave up"


async def search_for_the_full_time(search, seconds):
    task = asyncio.create_task(search(), name="search")
    await asyncio.sleep(seconds)
    if task.done():
        return task.result()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    return "gave up"


async def search_for_and_be_cancelled(search, seconds):
    task = asyncio.create_task(search(), name="search")
    await asyncio.wait([task], timeout=seconds)
    if not task.done():
        task.cancel()
    return await task


SEARCH_FOR = Exercise(
    id="05-give-up",
    title="Give up in good time",
    prompt=(
        "Write `search_for(search, seconds)`. It runs `search()`, and returns its result as soon "
        "as it is there. If it is not there after that many seconds, it cancels the search, waits "
        'until it has cleaned up after itself, and returns `"gave up"`.'
    ),
    starter="""\
async def search_for(search, seconds):
    return await search()
""",
    hints=(
        "While you `await search()` yourself, you cannot do anything else. As a task it goes on "
        "by itself, and you may cancel it.",
        "`await asyncio.wait([task], timeout=seconds)` comes back when the task is done or the "
        "time is up; `task.done()` tells you which.",
        "`task.cancel()` only asks. Await the task after it, inside "
        "`try: ... except asyncio.CancelledError: pass`, so that its `finally` can run.",
        "`async with asyncio.timeout(seconds):` does all of this; it raises TimeoutError.",
    ),
    judge=judge_search_for,
    solution=search_for,
    also=(search_for_with_a_timeout, search_for_by_wait_for, search_for_by_a_timer),
    wrong=(
        (search_for_without_patience, sentences.asked_and_left("slow_search", at=2)),
        (search_for_without_end, sentences.went_on("slow_search", at=10.5)),
        (search_for_the_full_time, sentences.took_longer(2, 1)),
        (search_for_and_be_cancelled, sentences.ended_as_cancelled()),
    ),
)
