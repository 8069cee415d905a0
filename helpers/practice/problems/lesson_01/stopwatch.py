"""A stopwatch: which clock."""

import asyncio
import time

from helpers.practice import sentences
from helpers.practice.attempts import Jobs, attempt
from helpers.practice.checks import (
    NotYet,
    nothing_left_over,
    returned,
)
from helpers.practice.exercises import Exercise
from helpers.practice.sentences import alike, in_seconds, times
from helpers.virtual_time import compute


async def climb():
    await asyncio.sleep(2)


async def lift():
    compute(0.5)
    await asyncio.sleep(1)


def judge_stopwatch(stopwatch):
    _measured(stopwatch, climb, 2)
    _measured(stopwatch, lift, 1.5)


def _measured(stopwatch, job, seconds):
    jobs = Jobs()

    async def program():
        await asyncio.sleep(10)  # so that the loop's clock is not at 0 when it begins
        return await stopwatch(jobs.watch(job, "job"))

    timeline = attempt(program)
    nothing_left_over(timeline)
    carried_out = len(jobs.timeline.tasks)
    if carried_out != 1:
        raise NotYet(
            f"job() was carried out {times(carried_out)}, and should "
            "be once: await it between the two looks at the clock.",
            timeline,
        )
    result = timeline.result
    if isinstance(result, bool) or not isinstance(result, int | float):
        returned(timeline, float(seconds))
    elif not alike(result, seconds):
        raise NotYet(_wrong_time(result, seconds), timeline)


def _wrong_time(result, seconds):
    # What a wall clock says differs from run to run: a tenth is all a sentence can promise.
    said = in_seconds(result if alike(round(result, 1), seconds) else round(result, 1))
    said = f"It said {said} for a job that takes {in_seconds(seconds)} on the loop's clock. "
    if abs(result) < 0.5:
        return said + (
            "Either both looks at the clock came before the job, or after it; or it was another "
            "clock than the loop's, `asyncio.get_running_loop().time()`."
        )
    return said + (
        "A clock's reading alone means nothing. Look at it before and after the job, and return "
        "the difference."
    )


async def stopwatch(job):
    loop = asyncio.get_running_loop()
    begin = loop.time()
    await job()
    return loop.time() - begin


async def stopwatch_by_a_task(job):
    clock = asyncio.get_running_loop().time
    task = asyncio.create_task(job(), name="job")
    begin = clock()
    await asyncio.wait([task])
    return clock() - begin


async def stopwatch_by_perf_counter(job):
    begin = time.perf_counter()
    await job()
    return time.perf_counter() - begin


async def stopwatch_that_forgets_to_subtract(job):
    await job()
    return asyncio.get_running_loop().time()


async def stopwatch_started_too_late(job):
    loop = asyncio.get_running_loop()
    await job()
    begin = loop.time()
    return loop.time() - begin


async def stopwatch_without_await(job):
    loop = asyncio.get_running_loop()
    begin = loop.time()
    job()
    return loop.time() - begin


async def stopwatch_that_returns_the_result(job):
    return await job()


async def stopwatch_of_a_task_nobody_awaits(job):
    loop = asyncio.get_running_loop()
    begin = loop.time()
    asyncio.create_task(job(), name="job")  # noqa: RUF006  (this is the mistake)
    return loop.time() - begin


STOPWATCH = Exercise(
    id="01-stopwatch",
    title="A stopwatch",
    prompt=(
        "Write `stopwatch(job)`: it awaits `job()` and returns how many seconds that took, on the "
        "loop's own clock. The one below is wrong twice over: `time.time` may jump, and in the "
        "check's virtual time a wait takes no time outside."
    ),
    starter="""\
async def stopwatch(job):
    begin = time.time()
    await job()
    return time.time() - begin
""",
    hints=(
        "The loop's clock is a method of the loop. How does a coroutine get hold of the loop it "
        "runs on?",
        "`loop = asyncio.get_running_loop()`, and then `loop.time()` in place of `time.time()`.",
    ),
    why=("Both readings come from the loop's own clock, the one that its sleeps go by."),
    judge=judge_stopwatch,
    solution=stopwatch,
    also=(stopwatch_by_a_task,),
    wrong=(
        (
            stopwatch_by_perf_counter,
            "It said 0 s for a job that takes 2 s on the loop's clock. Either both looks at the "
            "clock came before the job, or after it; or it was another clock than the loop's, "
            "`asyncio.get_running_loop().time()`.",
        ),
        (
            stopwatch_started_too_late,
            "It said 0 s for a job that takes 2 s on the loop's clock. Either both looks at the "
            "clock came before the job, or after it; or it was another clock than the loop's, "
            "`asyncio.get_running_loop().time()`.",
        ),
        (
            stopwatch_that_forgets_to_subtract,
            "It said 12 s for a job that takes 2 s on the loop's clock. A clock's reading alone "
            "means nothing. Look at it before and after the job, and return the difference.",
        ),
        (stopwatch_that_returns_the_result, sentences.nothing_came_back(2.0)),
        (stopwatch_without_await, sentences.never_awaited("job")),
        (
            stopwatch_of_a_task_nobody_awaits,
            sentences.left_over("job", at=10, waiting_for="sleep(2)"),
        ),
    ),
)
