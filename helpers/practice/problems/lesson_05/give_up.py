"""Cancel a slow one, cleanly."""

import asyncio
import contextlib

from helpers.practice import sentences
from helpers.practice.attempts import Jobs, attempt
from helpers.practice.checks import (
    NotYet,
    cancelled_cleanly,
    nothing_left_over,
    returned,
    took,
    where,
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


async def broken_search():
    await asyncio.sleep(1)
    raise LookupError("the catalogue is on fire")


def judge_search_for(search_for):
    _gives_up(search_for, 2)
    timeline = attempt(search_for, quick_search, 2)
    nothing_left_over(timeline)
    returned(timeline, "found")
    took(timeline, 1)
    with where("With 3 s to search"):
        _gives_up(search_for, 3)
    timeline = attempt(search_for, broken_search, 2, may_raise=(LookupError, ExceptionGroup))
    if not isinstance(timeline.result, LookupError):
        raise NotYet(_ERROR_LOST, timeline)
    _lets_itself_be_cancelled(search_for)


def _gives_up(search_for, seconds):
    jobs = Jobs()
    timeline = attempt(search_for, jobs.watch(slow_search, "search"), seconds)
    cancelled_cleanly(jobs.timeline, "search", at=seconds + 0.5)
    nothing_left_over(timeline)
    returned(timeline, "gave up")
    took(timeline, seconds + 0.5)


def _lets_itself_be_cancelled(search_for):
    jobs = Jobs()

    async def visitor():
        task = asyncio.create_task(search_for(jobs.watch(slow_search, "search"), 9), name="yours")
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.wait([task])
        return "cancelled" if task.cancelled() else repr(task.exception() or task.result())

    timeline = attempt(visitor)
    if timeline.result != "cancelled":
        raise NotYet(_SWALLOWED.format(result=timeline.result), timeline)
    if any(span.outcome != "cancelled" for span in jobs.timeline.tasks):
        raise NotYet(_LEFT_ALONE, timeline)


_ERROR_LOST = (
    "A search raised LookupError, and search_for didn't let that out as it was. An error is not a "
    "time-out: catch TimeoutError and nothing else, and wait for the search without a group."
)
_LEFT_ALONE = (
    "search_for itself was cancelled at 1 s, and ended, but its search did not end as cancelled. A "
    "task that you make has to be ended on every way out: cancel it in a `finally`, and wait for "
    "it. Or make no task: awaited inside `asyncio.timeout`, the search is cancelled together with "
    "search_for."
)
_SWALLOWED = (
    "search_for itself was cancelled at 1 s, long before its time was up, but ended with {result}. "
    "That CancelledError came from outside: let it through. `asyncio.timeout` tells the two apart, "
    "and raises TimeoutError only when its own time is up."
)


async def search_for(search, seconds):
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


async def search_for_by_a_task(search, seconds):
    task = asyncio.create_task(search(), name="search")
    try:
        await asyncio.wait([task], timeout=seconds)
        return task.result() if task.done() else "gave up"
    finally:
        task.cancel()
        await asyncio.wait([task])  # cancel() only asks


async def search_for_by_a_timer(search, seconds):
    task = asyncio.create_task(search(), name="search")
    timer = asyncio.get_running_loop().call_later(seconds, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        return "gave up"
    finally:
        timer.cancel()


async def search_for_and_leave_it(search, seconds):
    task = asyncio.create_task(search(), name="search")
    await asyncio.wait([task], timeout=seconds)
    if task.done():
        return task.result()
    task.cancel()
    await asyncio.wait([task])
    return "gave up"


async def search_for_whatever_happens(search, seconds):
    try:
        return await asyncio.wait_for(search(), seconds)
    except Exception:
        return "gave up"


async def search_for_two_seconds(search, seconds):
    try:
        return await asyncio.wait_for(search(), 2)
    except TimeoutError:
        return "gave up"


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


async def search_for_in_a_group(search, seconds):
    async with asyncio.TaskGroup() as group:
        task = group.create_task(search(), name="search")
        done, _ = await asyncio.wait([task], timeout=seconds)
        if not done:
            task.cancel()
    return "gave up" if task.cancelled() else task.result()


SEARCH_FOR = Exercise(
    id="05-give-up",
    title="Give up in good time",
    prompt=(
        "Write `search_for(search, seconds)`. It runs `search()`, and returns the result as soon "
        "as that is there. If there is none after that many seconds, it cancels the search, waits "
        'until the search has cleaned up after itself, and returns `"gave up"`. If `search_for` '
        "itself is cancelled, it ends as cancelled, and so does the search."
    ),
    starter="""\
async def search_for(search, seconds):
    return await search()
""",
    hints=(
        "While your function awaits `search()`, it can't do anything else. What could cancel that "
        "await when the time is up?",
        "`async with asyncio.timeout(seconds):` cancels the task that is in its block, which is "
        "your own, when the time is up. With `await search()` in the block, the CancelledError "
        "comes out where the search waits, and the block ends only after the search has cleaned "
        "up.",
        "On leaving, the block turns that CancelledError into a TimeoutError. Put `try:` around "
        'the block, and `except TimeoutError: return "gave up"`. A CancelledError from outside '
        "stays what it is, and gets through.",
    ),
    why=(
        "When its time is up, the search is cancelled, and has cleaned up before you answer. An "
        "error, or a CancelledError from outside, still gets through."
    ),
    judge=judge_search_for,
    solution=search_for,
    also=(search_for_by_wait_for, search_for_by_a_task),
    wrong=(
        (search_for_without_patience, sentences.asked_and_left("search", at=2)),
        (search_for_without_end, sentences.went_on("search", at=10.5)),
        (search_for_the_full_time, sentences.took_longer(2, 1)),
        (search_for_and_be_cancelled, sentences.ended_as_cancelled()),
        (search_for_by_a_timer, _SWALLOWED.format(result="'gave up'")),
        (search_for_and_leave_it, _LEFT_ALONE),
        (search_for_whatever_happens, _ERROR_LOST),
        (search_for_in_a_group, _ERROR_LOST),
        (
            search_for_two_seconds,
            "With 3 s to search: " + sentences.cancelled_at_another_time("search", 2.5, 3.5),
        ),
    ),
)
