"""When the first step comes."""

import asyncio

from helpers.practice import sentences
from helpers.practice.attempts import attempt
from helpers.practice.checks import (
    NotYet,
    nothing_left_over,
    printed_in_order,
    returned,
    took,
)
from helpers.practice.exercises import Exercise
from helpers.practice.sentences import alike, in_seconds


async def load():
    print("load: first step")
    await asyncio.sleep(2)
    return "map"


def judge_report(report):
    timeline = attempt(report, load)
    printed_in_order(timeline, "load: first step", "loading has begun")
    moment = next(p.time for p in timeline.output if "loading has begun" in p.text)
    if not alike(moment, 0):
        raise NotYet(
            f"'loading has begun' was printed at {in_seconds(moment)}, long after the first step, "
            "which came at 0 s. You waited longer than it takes to let the task begin: one turn of "
            "the loop is enough.",
            timeline,
        )
    nothing_left_over(timeline)
    returned(timeline, "map")
    took(timeline, 2)


async def report(load):
    task = asyncio.create_task(load(), name="load")
    await asyncio.sleep(0)
    print("loading has begun")
    return await task


async def report_from_a_group(load):
    async with asyncio.TaskGroup() as group:
        task = group.create_task(load())
        await asyncio.sleep(0)
        print("loading has begun")
    return task.result()


async def report_told_by_a_task(load):
    async def tell():
        print("loading has begun")

    result, _ = await asyncio.gather(load(), tell())
    return result


async def report_too_late(load):
    result = await asyncio.create_task(load(), name="load")
    print("loading has begun")
    return result


async def report_after_a_while(load):
    task = asyncio.create_task(load(), name="load")
    await asyncio.sleep(0.1)
    print("loading has begun")
    return await task


async def report_and_forget(load):
    asyncio.create_task(load(), name="load")  # noqa: RUF006  (this is the mistake)
    await asyncio.sleep(0)
    print("loading has begun")


REPORT = Exercise(
    id="04-first-step",
    title="Not before it has begun",
    prompt=(
        "`load()` prints `load: first step` as soon as it runs, and takes 2 s. The function below "
        "says `loading has begun` too early. Change it so that the line comes right after the "
        "task's first step, still at 0 s, and the whole still takes 2 s and returns what `load` "
        "returned."
    ),
    starter="""\
async def report(load):
    task = asyncio.create_task(load(), name="load")
    print("loading has begun")
    return await task
""",
    hints=(
        "`create_task` only puts the task in the ready queue. Who must let go of the loop before "
        "the task can take its first step?",
        "Your own function must suspend once, for just one turn of the loop, before it prints.",
        "`await asyncio.sleep(0)` suspends and comes back at the next turn.",
    ),
    judge=judge_report,
    solution=report,
    also=(report_from_a_group, report_told_by_a_task),
    wrong=(
        (
            report_too_late,
            "'loading has begun' was printed at 2 s, long after the first step, which came at "
            "0 s. You waited longer than it takes to let the task begin: one turn of the loop is "
            "enough.",
        ),
        (
            report_after_a_while,
            "'loading has begun' was printed at 0.1 s, long after the first step, which came at "
            "0 s. You waited longer than it takes to let the task begin: one turn of the loop is "
            "enough.",
        ),
        (report_and_forget, sentences.left_over("load", at=0, waiting_for="sleep(2)")),
    ),
)
