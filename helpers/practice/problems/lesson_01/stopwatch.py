"""A stopwatch: which clock."""

import asyncio
import time

from helpers.practice.attempts import Jobs, attempt
from helpers.practice.checks import (
    NotYet,
    nothing_left_over,
    returned,
)
from helpers.practice.exercises import Exercise
from helpers.virtual_time import compute


async def climb():
    await asyncio.sleep(2)


async def lift():
    compute(0.5)
    await asyncio.sleep(1)


def judge_stopwatch(stopwatch):
    jobs = Jobs()
    _measured(stopwatch, jobs, climb, 2)
    _measured(stopwatch, jobs, lift, 1.5)


def _measured(stopwatch, jobs, job, seconds):
    async def program():
        await asyncio.sleep(10)  # so that the loop's clock does not stand at 0 when it begins
        return await stopwatch(jobs.watch(job))

    timeline = attempt(program)
    nothing_left_over(timeline)
    times = sum(span.name == job.__name__ for span in jobs.timeline.tasks)
    if times != 1:
        raise NotYet(
            f"job() was carried out {'not once' if times == 0 else f'{times} times'}, and should "
            "be once: await it between the two looks at the clock.",
            timeline,
        )
    result = timeline.result
    if isinstance(result, bool) or not isinstance(result, int | float):
        returned(timeline, float(seconds))
    elif abs(result - seconds) > 1e-6:
        raise NotYet(_wrong_time(result, seconds), timeline)


def _wrong_time(result, seconds):
    said = f"It said {result:.1f} s for a job that takes {seconds:g} s on the loop's clock. "
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
        "`loop = asyncio.get_running_loop()`, and then `loop.time()` where `time.time()` stands.",
    ),
    judge=judge_stopwatch,
    solution=stopwatch,
    also=(stopwatch_by_a_task,),
    wrong=(
        (
            stopwatch_by_perf_counter,
            "It said 0.0 s for a job that takes 2 s on the loop's clock. Either both looks at the "
            "clock came before the job, or after it; or it was another clock than the loop's, "
            "`asyncio.get_running_loop().time()`.",
        ),
        (
            stopwatch_started_too_late,
            "It said 0.0 s for a job that takes 2 s on the loop's clock. Either both looks at the "
            "clock came before the job, or after it; or it was another clock than the loop's, "
            "`asyncio.get_running_loop().time()`.",
        ),
        (
            stopwatch_that_forgets_to_subtract,
            "It said 12.0 s for a job that takes 2 s on the loop's clock. A clock's reading alone "
            "means nothing. Look at it before and after the job, and return the difference.",
        ),
        (
            stopwatch_that_returns_the_result,
            "Nothing came back (None), and 2.0 was wanted. Is there a `return`?",
        ),
        (
            stopwatch_without_await,
            "climb() was called, but never awaited: the call only made a coroutine object, and its "
            "body never ran. Write `await climb(...)`, or give it to create_task.",
        ),
        (
            stopwatch_of_a_task_nobody_awaits,
            "'job' was still going when the program ended, at 10 s, waiting for sleep(2): nobody "
            "awaited it. asyncio.run() would cancel it there. Keep the task and await it, or start "
            "it in a TaskGroup, which waits for its tasks.",
        ),
    ),
)
