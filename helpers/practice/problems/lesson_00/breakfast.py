"""Three jobs at the same time."""

import asyncio

from helpers.practice import sentences
from helpers.practice.attempts import Jobs, attempt
from helpers.practice.checks import (
    carried_out_once,
    nothing_left_over,
    ran_together,
    returned,
    took,
)
from helpers.practice.exercises import Exercise
from helpers.practice.problems.lesson_00.lent import boil, brew, toast


def judge_breakfast(breakfast):
    jobs = Jobs()
    timeline = attempt(breakfast, jobs.watch(brew), jobs.watch(toast), jobs.watch(boil))
    ran_together(jobs.timeline, "brew", "toast", "boil")
    nothing_left_over(timeline)
    returned(timeline, ["tea", "toast", "water"])
    carried_out_once(jobs.timeline)
    took(timeline, 3)


async def breakfast(brew, toast, boil):
    async with asyncio.TaskGroup() as group:
        tea = group.create_task(brew(), name="brew")
        slice_ = group.create_task(toast(), name="toast")
        water = group.create_task(boil(), name="boil")
    return [await tea, await slice_, await water]


async def breakfast_by_gather(brew, toast, boil):
    return list(await asyncio.gather(brew(), toast(), boil()))


async def breakfast_in_a_group(brew, toast, boil):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(job()) for job in (brew, toast, boil)]
    return [task.result() for task in tasks]


async def breakfast_with_a_task_each(brew, toast, boil):
    tea = asyncio.create_task(brew())
    slice_ = asyncio.create_task(toast())
    water = await boil()
    return [await tea, await slice_, water]


async def breakfast_one_by_one(brew, toast, boil):
    tea = await brew()
    slice_ = await toast()
    return [tea, slice_, await boil()]


async def breakfast_awaiting_each_task_at_once(brew, toast, boil):
    return [await asyncio.create_task(job()) for job in (brew, toast, boil)]


async def breakfast_without_await(brew, toast, boil):
    return [brew(), toast(), boil()]


async def breakfast_of_tasks(brew, toast, boil):
    tasks = [asyncio.create_task(job()) for job in (brew, toast, boil)]
    await asyncio.sleep(4)
    return tasks


async def breakfast_as_it_comes(brew, toast, boil):
    jobs = asyncio.as_completed([brew(), toast(), boil()])
    return [await job for job in jobs]


async def breakfast_with_water_twice(brew, toast, boil):
    water = asyncio.create_task(boil())
    tea, slice_, _ = await asyncio.gather(brew(), toast(), boil())
    return [tea, slice_, await water]


BREAKFAST = Exercise(
    id="00-breakfast",
    title="Breakfast in three seconds",
    prompt=(
        "`brew()` takes 3 s, `toast()` 2 s and `boil()` 1 s. The function below makes them one "
        "after the other: 6 s. Change it so that all three are in progress together and breakfast "
        "is ready after 3 s. It should return the same list as before. (Awaiting a task gives you "
        "what the task returned.)"
    ),
    starter="""\
async def breakfast(brew, toast, boil):
    return [await brew(), await toast(), await boil()]
""",
    hints=(
        "As it is, each `await` waits for its job to end before the next job has even begun. What "
        "would have to happen before the first `await`, so that they overlap?",
        "The three readings above began together in an `asyncio.TaskGroup()`. In its block, `tea = "
        "group.create_task(brew())` makes a task, and doesn't wait for it.",
        "Make three tasks inside the group's block; once the block has ended, all three are done. "
        "Then `await tea` immediately gives you what `brew()` returned, and the same goes for the "
        "other two.",
    ),
    why=(
        "All three waits go on during the same three seconds, so breakfast takes as long as "
        "the longest of them."
    ),
    judge=judge_breakfast,
    solution=breakfast,
    also=(breakfast_by_gather, breakfast_in_a_group, breakfast_with_a_task_each),
    wrong=(
        (breakfast_one_by_one, sentences.one_after_the_other("boil", "brew", at=5)),
        (breakfast_awaiting_each_task_at_once, sentences.one_after_the_other("boil", "brew", at=5)),
        (breakfast_without_await, sentences.a_coroutine_came_back("brew")),
        (breakfast_of_tasks, sentences.a_task_came_back()),
        (
            breakfast_as_it_comes,
            sentences.came_back_in_another_order(
                ["water", "toast", "tea"], ["tea", "toast", "water"]
            ),
        ),
        (breakfast_with_water_twice, sentences.carried_out_again("boil", 2)),
    ),
)
