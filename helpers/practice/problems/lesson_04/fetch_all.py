"""Start them all, collect in order."""

import asyncio

from helpers.practice import sentences
from helpers.practice.attempts import Jobs, attempt
from helpers.practice.checks import (
    carried_out_once,
    nothing_left_over,
    ran_together,
    returned,
    took,
    where,
)
from helpers.practice.exercises import Exercise


async def fetch(page):
    """Each page takes as many seconds as its name has letters."""
    await asyncio.sleep(len(page))
    return page.upper()


def judge_fetch_all(fetch_all):
    jobs = Jobs()
    timeline = attempt(fetch_all, jobs.watch(fetch), ["map", "menu", "us"])
    ran_together(jobs.timeline, "fetch(map)", "fetch(menu)", "fetch(us)")
    nothing_left_over(timeline)
    returned(timeline, ["MAP", "MENU", "US"])
    carried_out_once(jobs.timeline)
    took(timeline, 4)
    returned(attempt(fetch_all, fetch, ["contact"]), ["CONTACT"])
    returned(attempt(fetch_all, fetch, []), [])
    with where("With the same page asked for twice"):
        returned(attempt(fetch_all, fetch, ["us", "map", "us"]), ["US", "MAP", "US"])


async def fetch_all(fetch, pages):
    tasks = [asyncio.create_task(fetch(page), name=page) for page in pages]
    return [await task for task in tasks]


async def fetch_all_in_a_group(fetch, pages):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch(page)) for page in pages]
    return [task.result() for task in tasks]


async def fetch_all_by_gather(fetch, pages):
    return list(await asyncio.gather(*(fetch(page) for page in pages)))


async def fetch_all_one_by_one(fetch, pages):
    return [await asyncio.create_task(fetch(page)) for page in pages]


async def fetch_all_as_they_come(fetch, pages):
    results = []

    async def collect(page):
        results.append(await fetch(page))

    await asyncio.gather(*map(collect, pages))
    return results


async def fetch_all_without_await(fetch, pages):
    return [asyncio.create_task(fetch(page)) for page in pages]


async def fetch_exactly_three(fetch, pages):
    first, second, third = (asyncio.create_task(fetch(page)) for page in pages)
    return [await first, await second, await third]


async def fetch_all_back_to_front(fetch, pages):
    results = []
    for coming in asyncio.as_completed([fetch(page) for page in pages]):
        results.insert(0, await coming)
    return results


async def fetch_all_by_page(fetch, pages):
    tasks = {page: asyncio.create_task(fetch(page)) for page in pages}
    return [await task for task in tasks.values()]


FETCH_ALL = Exercise(
    id="04-fetch-all",
    title="All pages together, in order",
    prompt=(
        "`fetch(page)` takes longer for some pages than for others. Write `fetch_all(fetch, "
        "pages)`: it makes a task for every page, so that all are on their way together, and "
        "returns their results as a list, in the order of `pages`. It has to work for any number "
        "of pages, including none."
    ),
    starter="""\
async def fetch_all(fetch, pages):
    results = []
    for page in pages:
        results.append(await fetch(page))
    return results
""",
    hints=(
        "The `for` loop awaits each page before it comes to the next. What can you make for each "
        "page without waiting for it?",
        "Take two loops: the first makes a list of tasks, with `asyncio.create_task(fetch(page))`, "
        "and the second awaits them.",
        "`tasks = [asyncio.create_task(fetch(page)) for page in pages]`, and then a list of "
        "`await task` for each task, in the same order.",
    ),
    why=(
        "All the pages were on their way before any of them was waited for, and the results are in "
        "the order of `pages`, whichever came first."
    ),
    judge=judge_fetch_all,
    solution=fetch_all,
    also=(fetch_all_in_a_group, fetch_all_by_gather),
    wrong=(
        (fetch_all_one_by_one, sentences.one_after_the_other("fetch(us)", "fetch(map)", at=7)),
        (
            fetch_all_as_they_come,
            sentences.came_back_in_another_order(["US", "MAP", "MENU"], ["MAP", "MENU", "US"]),
        ),
        (
            fetch_all_back_to_front,
            sentences.came_back_in_another_order(["MENU", "MAP", "US"], ["MAP", "MENU", "US"]),
        ),
        (
            fetch_all_by_page,
            "With the same page asked for twice: "
            + sentences.something_else_came_back(["US", "MAP"], ["US", "MAP", "US"]),
        ),
        (fetch_all_without_await, sentences.left_over("fetch-1", at=0, waiting_for="sleep(3)")),
        (
            fetch_exactly_three,
            sentences.raised("ValueError", "not enough values to unpack (expected 3, got 1)"),
        ),
    ),
)
