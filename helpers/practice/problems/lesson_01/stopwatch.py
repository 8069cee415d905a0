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
from helpers.virtual_time import compute, put_forward

AN_HOUR = 3600


async def climb():
    await asyncio.sleep(2)
    return "view"


async def lift():
    compute(0.5)
    await asyncio.sleep(1)
    return "attic"


async def summer_time():
    await asyncio.sleep(1)
    put_forward(AN_HOUR)
    await asyncio.sleep(2)
    return "sun"


def judge_stopwatch(stopwatch):
    _measured(stopwatch, climb, "view", 2.0)
    _measured(stopwatch, lift, "attic", 1.5)
    _measured(stopwatch, summer_time, "sun", 3.0)


def _measured(stopwatch, job, gives, seconds):
    jobs = Jobs()

    async def program():
        await asyncio.sleep(10)  # so that the loop's clock is not at 0 when it begins
        return await stopwatch(jobs.watch(job, "job"))

    timeline = attempt(program)
    nothing_left_over(timeline)
    carried_out = len(jobs.timeline.tasks)
    if carried_out != 1:
        raise NotYet(
            f"job() was carried out {times(carried_out)}, and should be once: await it once, "
            "between the two looks at the clock.",
            timeline,
        )
    result = timeline.result
    if not (isinstance(result, tuple | list) and len(result) == 2 and result[0] == gives):
        returned(timeline, (gives, seconds))
    measured = result[1]
    if isinstance(measured, bool) or not isinstance(measured, int | float):
        returned(timeline, (gives, seconds))
    elif not alike(round(measured, 1), seconds):
        raise NotYet(_wrong_time(measured, seconds), timeline)


def _wrong_time(measured, seconds):
    # What a wall clock says differs from run to run: a tenth is all a sentence can promise.
    said = (
        f"Your stopwatch said {in_seconds(round(measured, 1))} for a job that takes "
        f"{in_seconds(seconds)}. "
    )
    if alike(round(measured - AN_HOUR, 1), seconds):
        return said + (
            "While the job ran, somebody put the computer's clock forward by an hour, and "
            "`time.time` follows it. Which of Python's clocks can nobody set?"
        )
    if abs(measured) < 0.5:
        return said + (
            "Both looks at the clock came before the job, or both after it: look once, await the "
            "job, and look again."
        )
    return said + (
        "A single reading of a clock tells you nothing. Look at it before and after the job, and "
        "return the difference."
    )


async def stopwatch(job):
    loop = asyncio.get_running_loop()
    begin = loop.time()
    result = await job()
    return result, loop.time() - begin


async def stopwatch_by_a_task(job):
    task = asyncio.create_task(job(), name="job")
    begin = time.monotonic()
    await asyncio.wait([task])
    return task.result(), time.monotonic() - begin


async def stopwatch_by_perf_counter(job):
    begin = time.perf_counter()
    result = await job()
    return [result, time.perf_counter() - begin]


async def stopwatch_by_the_calendar(job):
    begin = time.time()
    result = await job()
    return result, time.time() - begin


async def stopwatch_that_forgets_the_result(job):
    begin = time.perf_counter()
    await job()
    return round(time.perf_counter() - begin, 1)


async def stopwatch_that_forgets_to_subtract(job):
    return await job(), asyncio.get_running_loop().time()


async def stopwatch_started_too_late(job):
    loop = asyncio.get_running_loop()
    result = await job()
    begin = loop.time()
    return result, loop.time() - begin


async def stopwatch_without_await(job):
    loop = asyncio.get_running_loop()
    begin = loop.time()
    result = job()
    return result, loop.time() - begin


async def stopwatch_that_returns_the_result(job):
    return await job()


async def stopwatch_of_a_task_nobody_awaits(job):
    loop = asyncio.get_running_loop()
    begin = loop.time()
    task = asyncio.create_task(job(), name="job")
    return task, loop.time() - begin


STOPWATCH = Exercise(
    id="01-stopwatch",
    title="A stopwatch",
    prompt=(
        "Write `stopwatch(job)`: it awaits `job()` and returns a pair: what the job returned, and "
        "how many seconds that took. The version below forgets the result. And in the check, "
        "somebody sets the computer's clock while a job runs."
    ),
    starter="""\
async def stopwatch(job):
    begin = time.time()
    await job()
    return time.time() - begin
""",
    hints=(
        "`result = await job()` keeps what the job returned. For the seconds: which clock can "
        "nobody set?",
        "Use `time.perf_counter()`, or the loop's own clock, `asyncio.get_running_loop().time()`: "
        "read it before and after the job, and subtract.",
    ),
    why=(
        "Both readings come from a clock that only goes forward and that nobody can set, so the "
        "difference is the time that went by."
    ),
    judge=judge_stopwatch,
    solution=stopwatch,
    also=(stopwatch_by_a_task, stopwatch_by_perf_counter),
    wrong=(
        (
            stopwatch_by_the_calendar,
            "Your stopwatch said 3603 s for a job that takes 3 s. While the job ran, somebody put "
            "the computer's clock forward by an hour, and `time.time` follows it. Which of "
            "Python's clocks can nobody set?",
        ),
        (stopwatch_that_forgets_the_result, sentences.something_else_came_back(2.0, ("view", 2.0))),
        (
            stopwatch_started_too_late,
            "Your stopwatch said 0 s for a job that takes 2 s. Both looks at the clock came before "
            "the job, or both after it: look once, await the job, and look again.",
        ),
        (
            stopwatch_that_forgets_to_subtract,
            "Your stopwatch said 12 s for a job that takes 2 s. A single reading of a clock tells "
            "you nothing. Look at it before and after the job, and return the difference.",
        ),
        (
            stopwatch_that_returns_the_result,
            sentences.something_else_came_back("view", ("view", 2.0)),
        ),
        (stopwatch_without_await, sentences.a_coroutine_came_back("job")),
        (
            stopwatch_of_a_task_nobody_awaits,
            sentences.left_over("job", at=10, waiting_for="sleep(2)"),
        ),
    ),
)
