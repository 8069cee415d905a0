"""Nothing was fetched: two forgotten awaits."""

import asyncio

from helpers.practice import sentences
from helpers.practice.attempts import Jobs, attempt
from helpers.practice.checks import (
    NotYet,
    carried_out_once,
    nothing_left_over,
    ran_one_after_another,
    returned,
    took,
)
from helpers.practice.exercises import Exercise


async def fetch(page):
    """Each page takes as many seconds as its name has letters."""
    await asyncio.sleep(len(page))
    return page.upper()


async def save(text):
    if not isinstance(text, str):
        kind = type(text).__name__
        raise TypeError(f"save needs a text, and got a {kind}: was fetch(...) awaited?")
    await asyncio.sleep(0.5)


def judge_copy_pages(copy_pages):
    jobs = Jobs()
    timeline = attempt(copy_pages, jobs.watch(fetch), jobs.watch(save), ["menu", "map"])
    _saved_before_the_next(jobs.timeline)
    ran_one_after_another(jobs.timeline, "fetch(menu)", "save(MENU)", "fetch(map)", "save(MAP)")
    nothing_left_over(timeline)
    returned(timeline, 2)
    carried_out_once(jobs.timeline)
    took(timeline, 8)
    returned(attempt(copy_pages, fetch, save, []), 0)


def _saved_before_the_next(timeline):
    jobs = {span.name: span for span in timeline.tasks}
    if list(jobs) != ["fetch(menu)", "fetch(map)", "save(MENU)", "save(MAP)"]:
        return
    if jobs["fetch(map)"].ended <= jobs["save(MENU)"].started:
        raise NotYet(
            "Both pages were fetched before the first text was saved. Fetch and save in the same "
            "loop: save a text as soon as it is there, then go on to the next page.",
            timeline,
        )


async def copy_pages(fetch, save, pages):
    count = 0
    for page in pages:
        text = await fetch(page)
        await save(text)
        count += 1
    return count


async def copy_pages_one_inside_the_other(fetch, save, pages):
    for page in pages:
        await save(await fetch(page))
    return len(pages)


async def copy_pages_without_saving(fetch, save, pages):
    count = 0
    for page in pages:
        text = await fetch(page)
        save(text)
        count += 1
    return count


async def copy_pages_without_fetching(fetch, save, pages):
    count = 0
    for page in pages:
        text = fetch(page)
        await save(text)
        count += 1
    return count


async def copy_pages_fetching_all_of_them_first(fetch, save, pages):
    texts = [await fetch(page) for page in pages]
    for text in texts:
        await save(text)
    return len(pages)


async def copy_pages_all_at_once(fetch, save, pages):
    async def copy(page):
        await save(await fetch(page))

    await asyncio.gather(*map(copy, pages))
    return len(pages)


async def copy_pages_and_leave_saving_behind(fetch, save, pages):
    for page in pages:
        asyncio.create_task(save(await fetch(page)))  # noqa: RUF006  (this is the mistake)
    return len(pages)


COPY_PAGES = Exercise(
    id="02-nothing-fetched",
    title="Nothing was fetched",
    prompt=(
        "`fetch(page)` returns a text after a while, and `save(text)` stores it, which takes a "
        "while, too. The function below ends at once, and nothing is stored. Mend it: fetch a "
        "page, save its text, then go on to the next; at the end return how many were saved."
    ),
    starter="""\
async def copy_pages(fetch, save, pages):
    count = 0
    for page in pages:
        text = fetch(page)
        save(text)
        count += 1
    return count
""",
    hints=(
        "`fetch` and `save` are coroutine functions. What does a call of one give you?",
        "`text` is not a text yet, but a coroutine object. Nobody runs it.",
        "Two words are missing: an `await` before each of the two calls.",
    ),
    judge=judge_copy_pages,
    solution=copy_pages,
    also=(copy_pages_one_inside_the_other,),
    wrong=(
        (copy_pages_without_saving, sentences.never_awaited("save")),
        (
            copy_pages_without_fetching,
            sentences.raised(
                "TypeError", "save needs a text, and got a coroutine: was fetch(...) awaited?"
            ),
        ),
        (
            copy_pages_fetching_all_of_them_first,
            "Both pages were fetched before the first text was saved. Fetch and save in the same "
            "loop: save a text as soon as it is there, then go on to the next page.",
        ),
        (
            copy_pages_all_at_once,
            sentences.began_too_early("fetch(map)", "save(MENU)", at=0, ended=4.5),
        ),
        (
            copy_pages_and_leave_saving_behind,
            sentences.began_too_early("fetch(map)", "save(MENU)", at=4, ended=4.5),
        ),
    ),
)
