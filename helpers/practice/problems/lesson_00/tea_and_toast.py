"""Two of them in order, the third beside them."""

import asyncio

from helpers.practice import sentences
from helpers.practice.attempts import Jobs, attempt
from helpers.practice.checks import (
    carried_out_once,
    nothing_left_over,
    ran_one_after_another,
    ran_together,
    returned,
    took,
    where,
)
from helpers.practice.exercises import Exercise
from helpers.practice.problems.lesson_00.lent import boil, brew, toast


def judge_tea_and_toast(tea_and_toast):
    _had_both(tea_and_toast, boil, 4)
    with where("With a slower kettle, which takes 1.5 s"):
        _had_both(tea_and_toast, boil_slowly, 4.5)


def _had_both(tea_and_toast, boil, seconds):
    jobs = Jobs()
    kettle = jobs.watch(boil, "boil")
    timeline = attempt(tea_and_toast, kettle, jobs.watch(brew), jobs.watch(toast))
    ran_one_after_another(jobs.timeline, "boil", "brew")
    ran_together(jobs.timeline, "brew", "toast")  # in time these overlap, whenever toast begins
    nothing_left_over(timeline)
    returned(timeline, ["tea", "toast"])
    carried_out_once(jobs.timeline)
    took(timeline, seconds)


async def boil_slowly():
    await asyncio.sleep(1.5)
    return "water"


async def tea_and_toast(boil, brew, toast):
    toasting = asyncio.create_task(toast(), name="toast")
    await boil()
    tea = await brew()
    return [tea, await toasting]


async def tea_and_toast_by_gather(boil, brew, toast):
    async def make_tea():
        await boil()
        return await brew()

    return list(await asyncio.gather(make_tea(), toast()))


async def tea_and_toast_once_the_water_boils(boil, brew, toast):
    await boil()
    return list(await asyncio.gather(brew(), toast()))


async def tea_and_toast_one_by_one(boil, brew, toast):
    await boil()
    tea = await brew()
    return [tea, await toast()]


async def tea_and_toast_all_at_once(boil, brew, toast):
    _, tea, slice_ = await asyncio.gather(boil(), brew(), toast())
    return [tea, slice_]


async def tea_and_toast_with_cold_water(boil, brew, toast):
    boil()
    return list(await asyncio.gather(brew(), toast()))


async def tea_and_toast_when_a_second_is_over(boil, brew, toast):
    water = asyncio.create_task(boil(), name="boil")
    await asyncio.sleep(1)
    tea, slice_ = await asyncio.gather(brew(), toast())
    await water
    return [tea, slice_]


async def tea_and_toast_on_a_signal(boil, brew, toast):
    boiling = asyncio.Event()

    async def make_tea():
        await boiling.wait()
        return await brew()

    tea, toasting = asyncio.create_task(make_tea()), asyncio.create_task(toast())
    await boil()
    boiling.set()
    return [await tea, await toasting]


TEA_AND_TOAST = Exercise(
    id="00-tea-and-toast",
    title="Tea and toast",
    prompt=(
        "Tea needs water: `boil()` (1 s) must have ended before `brew()` (3 s) begins. `toast()` "
        "(2 s) needs nothing else. Have both ready after 4 s, and return `[tea, toast]`. Draw the "
        "chart on paper first: which bars overlap?"
    ),
    starter="""\
async def tea_and_toast(boil, brew, toast):
    ...  # return [tea, toast]
""",
    hints=(
        "Two of the bars have to follow one another: 1 + 3 s. The third fits beside them if it "
        "starts early enough.",
        "A task made with `asyncio.create_task(toast())` goes on while you await something else.",
        "First make a task of the toast, then `await boil()`, then `await brew()`, and finally "
        "await the task for its result.",
    ),
    why=(
        "Tea needs water, so `brew` began once `boil` had ended. Toast needs neither: it "
        "overlapped with `brew`, and cost no extra time."
    ),
    judge=judge_tea_and_toast,
    solution=tea_and_toast,
    also=(
        tea_and_toast_by_gather,
        tea_and_toast_once_the_water_boils,
        tea_and_toast_on_a_signal,
    ),
    wrong=(
        (tea_and_toast_one_by_one, sentences.one_after_the_other("toast", "brew", at=4)),
        (tea_and_toast_all_at_once, sentences.began_too_early("brew", "boil", at=0, ended=1)),
        (tea_and_toast_with_cold_water, sentences.never_awaited("boil")),
        (
            tea_and_toast_when_a_second_is_over,
            "With a slower kettle, which takes 1.5 s: "
            + sentences.began_too_early("brew", "boil", at=1, ended=1.5),
        ),
    ),
)
