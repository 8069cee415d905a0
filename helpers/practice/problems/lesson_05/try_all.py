"""Errors that come out of a TaskGroup."""

import asyncio

from helpers.practice import sentences
from helpers.practice.attempts import Jobs, attempt
from helpers.practice.checks import (
    NotYet,
    cancelled_cleanly,
    nothing_left_over,
    ran_together,
    returned,
    took,
)
from helpers.practice.exercises import Exercise


async def bread():
    await asyncio.sleep(3)
    return "bread"


async def apples():
    await asyncio.sleep(2)
    return "apples"


async def milk():
    await asyncio.sleep(1)
    raise LookupError("no milk")


async def butter():
    await asyncio.sleep(1)
    raise ValueError("butter is too dear")


def judge_try_all(try_all):
    jobs = Jobs()
    timeline = attempt(try_all, [jobs.watch(bread), jobs.watch(apples)])
    nothing_left_over(timeline)
    ran_together(jobs.timeline, "bread", "apples")
    returned(timeline, ["bread", "apples"])
    took(timeline, 3)
    _two_fail(try_all)


def _two_fail(try_all):
    jobs = Jobs()
    timeline = attempt(try_all, [jobs.watch(job) for job in (bread, milk, butter)])
    nothing_left_over(timeline)
    if isinstance(timeline.result, list) and len(timeline.result) == 1:
        raise NotYet(
            "Two jobs failed at the same moment, and only one thing came back: "
            f"{timeline.result[0]!r}. A TaskGroup raises all the errors as one ExceptionGroup, and "
            "its `.exceptions` holds each of them.",
            timeline,
        )
    returned(timeline, ["butter is too dear", "no milk"])
    cancelled_cleanly(jobs.timeline, "bread", at=1)
    took(timeline, 1)


async def try_all(jobs):
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(job()) for job in jobs]
    except ExceptionGroup as failed:
        return sorted(str(error) for error in failed.exceptions)
    return [task.result() for task in tasks]


async def try_all_with_a_star(jobs):
    troubles = []
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(job()) for job in jobs]
    except* Exception as failed:
        troubles += sorted(map(str, failed.exceptions))
    return troubles or [task.result() for task in tasks]


async def try_all_by_hand(jobs):
    tasks = [asyncio.create_task(job()) for job in jobs]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    for task in pending:
        task.cancel()
    if pending:
        await asyncio.wait(pending)
    troubles = [str(task.exception()) for task in done if task.exception()]
    return sorted(troubles) or [task.result() for task in tasks]


async def try_all_with_gather(jobs):
    try:
        return list(await asyncio.gather(*(job() for job in jobs)))
    except Exception as error:
        return [str(error)]


async def try_all_and_wait_for_the_rest(jobs):
    answers = await asyncio.gather(*(job() for job in jobs), return_exceptions=True)
    troubles = sorted(str(answer) for answer in answers if isinstance(answer, Exception))
    return troubles or answers


async def try_all_with_the_groups_own_words(jobs):
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(job()) for job in jobs]
    except Exception as failed:
        return [str(failed)]
    return [task.result() for task in tasks]


async def try_all_catching_one_kind(jobs):
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(job()) for job in jobs]
    except LookupError as error:
        return [str(error)]
    return [task.result() for task in tasks]


TRY_ALL = Exercise(
    id="05-try-all",
    title="Whatever went wrong",
    prompt=(
        "`jobs` is a list of coroutine functions. Run all of them at the same time. If all "
        "succeed, return their results, in order. As soon as one fails, cancel the rest, and "
        "return a sorted list of what the errors say (`str(error)`). Two may fail at the same "
        "moment."
    ),
    starter="""\
async def try_all(jobs):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(job()) for job in jobs]
    return [task.result() for task in tasks]
""",
    hints=(
        "The group does most of it: it cancels the others, and waits for them. What does it raise "
        "then?",
        "It raises an `ExceptionGroup`, and in its `.exceptions` is everything that the tasks "
        "raised.",
        "Put a `try:` around the `async with`, and return the sorted list under `except "
        "ExceptionGroup as failed:`. (Python allows no `return` under `except*`.)",
    ),
    why=(
        "When one job fails, the others are cancelled and have ended before you answer, and every "
        "error is in the answer, not just the first."
    ),
    judge=judge_try_all,
    solution=try_all,
    also=(try_all_with_a_star, try_all_by_hand),
    wrong=(
        (try_all_with_gather, sentences.left_over("bread-1", at=1, waiting_for="sleep(3)")),
        (try_all_and_wait_for_the_rest, sentences.went_on("bread", at=3)),
        (
            try_all_with_the_groups_own_words,
            "Two jobs failed at the same moment, and only one thing came back: 'unhandled errors "
            "in a TaskGroup (2 sub-exceptions)'. A TaskGroup raises all the errors as one "
            "ExceptionGroup, and its `.exceptions` holds each of them.",
        ),
        (
            try_all_catching_one_kind,
            sentences.raised(
                "ExceptionGroup", "unhandled errors in a TaskGroup (2 sub-exceptions)"
            ),
        ),
    ),
)
