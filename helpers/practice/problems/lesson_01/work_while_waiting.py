"""Work while you wait."""

import asyncio

from helpers.practice import sentences
from helpers.practice.attempts import Jobs, attempt
from helpers.practice.checks import (
    NotYet,
    nothing_left_over,
    ran_together,
    returned,
    took,
)
from helpers.practice.exercises import Exercise
from helpers.virtual_time import compute


async def download(page):
    """Each page takes a tenth of a second for each letter of its name."""
    await asyncio.sleep(len(page) / 10)
    return page * 3


def count(text):
    if not isinstance(text, str):
        kind = type(text).__name__
        raise TypeError(f"count needs a text, but got a {kind}: was download(...) awaited?")
    if asyncio._get_running_loop() is None:
        raise RuntimeError(
            "count was moved to a thread. It is Python code, which a thread makes no faster, and "
            "0.5 s can be had without: call count(text) itself"
        )
    compute(0.1)
    return len(text)


def judge_count_all(count_all):
    jobs = Jobs()
    timeline = attempt(count_all, jobs.watch(download), count, ["menu", "us", "map"])
    ran_together(jobs.timeline, "download(menu)", "download(us)", "download(map)")
    nothing_left_over(timeline)
    returned(timeline, [12, 6, 9])
    if timeline.duration > 0.5 and not sentences.alike(timeline.duration, 0.5):
        raise NotYet(
            _COUNTED_LATE.format(took=sentences.in_seconds(timeline.duration)),
            timeline,
        )
    took(timeline, 0.5)


_COUNTED_LATE = (
    "The downloads overlap, yet it took {took} where 0.5 s would do. The first text arrived at 0.2 "
    "s: was it counted then? Count each text as soon as it arrives, while the other downloads are "
    "still waiting."
)


async def count_all(download, count, pages):
    async def handle(page):
        return count(await download(page))

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(handle(page), name=page) for page in pages]
    return [task.result() for task in tasks]


async def count_all_by_gather(download, count, pages):
    async def handle(page):
        text = await download(page)
        return count(text)

    return await asyncio.gather(*(handle(page) for page in pages))


async def count_all_as_they_come(download, count, pages):
    async def labelled(page):
        return page, await download(page)

    counts = {}
    for coming in asyncio.as_completed([labelled(page) for page in pages]):
        page, text = await coming
        counts[page] = count(text)
    return [counts[page] for page in pages]


async def count_all_when_all_are_there(download, count, pages):
    texts = await asyncio.gather(*(download(page) for page in pages))
    return [count(text) for text in texts]


async def count_all_one_by_one(download, count, pages):
    return [count(await download(page)) for page in pages]


async def count_all_in_order_of_pages(download, count, pages):
    tasks = [asyncio.create_task(download(page), name=page) for page in pages]
    return [count(await task) for task in tasks]


async def count_all_without_await(download, count, pages):
    return [count(download(page)) for page in pages]


async def count_all_in_threads(download, count, pages):
    async def handle(page):
        return await asyncio.to_thread(count, await download(page))

    return await asyncio.gather(*map(handle, pages))


COUNT_ALL = Exercise(
    id="01-work-while-waiting",
    title="Work while you wait",
    prompt=(
        "`download(page)` waits for 0.2 s to 0.4 s; `count(text)` is a plain function that works "
        "for 0.1 s. Return the counts of all pages as a list, in the order of `pages`, as soon as "
        "possible: the three pages of the check can be done in 0.5 s. Draw it first: when can the "
        "first `count` begin?"
    ),
    starter="""\
async def count_all(download, count, pages):
    texts = [await download(page) for page in pages]
    return [count(text) for text in texts]
""",
    hints=(
        "The waits should overlap. Lesson 00 showed how: a `TaskGroup`, with a task for each page.",
        "Don't wait for the last download before you count the first text: until the next one "
        "arrives, the loop has nothing else to do.",
        "Put both parts into one small coroutine function: `async def handle(page): return "
        "count(await download(page))`.",
        "Make one task for each page with `group.create_task(handle(page))`, and after the group's "
        "block, return `[task.result() for task in tasks]`.",
    ),
    why=(
        "The first pages are counted while others are still on their way: most of the work fits "
        "into the waits."
    ),
    judge=judge_count_all,
    solution=count_all,
    also=(count_all_by_gather, count_all_as_they_come),
    wrong=(
        (
            count_all_one_by_one,
            sentences.one_after_the_other("download(map)", "download(menu)", at=0.8),
        ),
        (
            count_all_when_all_are_there,
            _COUNTED_LATE.format(took="0.7 s"),
        ),
        (
            count_all_in_order_of_pages,
            _COUNTED_LATE.format(took="0.7 s"),
        ),
        (
            count_all_without_await,
            sentences.raised(
                "TypeError", "count needs a text, but got a coroutine: was download(...) awaited?"
            ),
        ),
        (
            count_all_in_threads,
            sentences.raised(
                "RuntimeError",
                "count was moved to a thread. It is Python code, which a thread makes no "
                "faster, and 0.5 s can be had without: call count(text) itself",
            ),
        ),
    ),
)
