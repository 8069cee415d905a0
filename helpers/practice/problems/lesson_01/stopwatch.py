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
        clocks = set(getattr(getattr(stopwatch, "__code__", None), "co_names", ()))
        raise NotYet(_wrong_time(measured, seconds, clocks), timeline)


_PROCESSOR = (
    "Your stopwatch asks a clock that counts what the processor does, and waiting gives it nothing "
    "to do. Use one that goes on while a job waits."
)
_CALENDAR = (
    "Your stopwatch reads the computer's clock, by `datetime`, and anybody can set it. Which of "
    "the clocks in `time` can nobody set?"
)
_OF_THE_PROCESSOR = {"process_time", "process_time_ns", "thread_time", "thread_time_ns"}
_OF_THE_CALENDAR = {"now", "utcnow", "today"}


def _wrong_time(measured, seconds, clocks):
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
    if clocks & _OF_THE_PROCESSOR:  # and what it says, luck has a part in
        return _PROCESSOR
    if clocks & _OF_THE_CALENDAR:
        return _CALENDAR
    if abs(measured) < 0.5:
        return said + (
            "Both looks at the clock came before the job, or both after it: look once, await the "
            "job, and look again."
        )
    if alike(round(-measured, 1), seconds):
        return said + "The other way round: subtract the earlier reading from the later."
    if alike(round(measured / 1e9, 1), seconds):
        return said + "Those are nanoseconds: a second has 1e9 of them."
    if abs(measured - seconds) <= 0.5:
        return said + "Return what the clock says, without rounding it to whole seconds."
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


async def stopwatch_by_the_processor(job):
    begin = time.process_time()
    result = await job()
    return result, time.process_time() - begin


async def stopwatch_in_nanoseconds(job):
    begin = time.perf_counter_ns()
    result = await job()
    return result, time.perf_counter_ns() - begin


async def stopwatch_the_other_way_round(job):
    begin = time.monotonic()
    result = await job()
    return result, begin - time.monotonic()


async def stopwatch_in_whole_seconds(job):
    begin = time.monotonic()
    result = await job()
    return result, round(time.monotonic() - begin)


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
        (stopwatch_by_the_processor, _PROCESSOR),
        (
            stopwatch_in_nanoseconds,
            "Your stopwatch said 2000000000 s for a job that takes 2 s. Those are nanoseconds: a "
            "second has 1e9 of them.",
        ),
        (
            stopwatch_the_other_way_round,
            "Your stopwatch said -2 s for a job that takes 2 s. The other way round: subtract the "
            "earlier reading from the later.",
        ),
        (
            stopwatch_in_whole_seconds,
            "Your stopwatch said 2 s for a job that takes 1.5 s. Return what the clock says, "
            "without rounding it to whole seconds.",
        ),
        (stopwatch_without_await, sentences.a_coroutine_came_back("job")),
        (
            stopwatch_of_a_task_nobody_awaits,
            sentences.left_over("job", at=10, waiting_for="sleep(2)"),
        ),
    ),
)
