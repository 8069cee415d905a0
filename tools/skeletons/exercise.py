"""FILL IN: what the exercise practises, in one line."""

import asyncio

from helpers.practice import sentences
from helpers.practice.attempts import Jobs, attempt
from helpers.practice.checks import nothing_left_over, ran_together, returned, took
from helpers.practice.exercises import Exercise


async def fetch(page):
    """Lent to the learner; each page takes as many seconds as its name has letters."""
    await asyncio.sleep(len(page))
    return page.upper()


def judge_skeleton(skeleton):
    jobs = Jobs()
    timeline = attempt(skeleton, jobs.watch(fetch))
    ran_together(jobs.timeline, "fetch(menu)", "fetch(map)")
    nothing_left_over(timeline)
    returned(timeline, ["MENU", "MAP"])
    took(timeline, 4)


async def skeleton(fetch):
    return list(await asyncio.gather(fetch("menu"), fetch("map")))


async def skeleton_with_tasks(fetch):
    async with asyncio.TaskGroup() as group:
        menu = group.create_task(fetch("menu"))
        map_ = group.create_task(fetch("map"))
    return [menu.result(), map_.result()]


async def skeleton_one_by_one(fetch):
    return [await fetch("menu"), await fetch("map")]


async def skeleton_without_await(fetch):
    return [fetch("menu"), fetch("map")]


SKELETON = Exercise(
    id="00-skeleton",
    title="FILL IN: the title",
    prompt=(
        "FILL IN: what is lent and how long each takes, what the function should do and return, "
        "and how the learner knows that it is done. Markdown."
    ),
    starter="""\
async def skeleton(fetch):
    ...  # FILL IN: something that runs, and is not right yet
""",
    hints=(
        "FILL IN: a nudge, as a question.",
        "FILL IN: nearly there.",
    ),
    why="FILL IN: why a right answer is right, in one sentence about this program.",
    judge=judge_skeleton,
    solution=skeleton,
    also=(skeleton_with_tasks,),
    wrong=(
        (
            skeleton_one_by_one,
            sentences.one_after_the_other("fetch(map)", "fetch(menu)", at=4),
        ),
        (skeleton_without_await, sentences.a_coroutine_came_back("fetch")),
    ),
)
