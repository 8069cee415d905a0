"""From cells to a script: what went on by itself has to be ended, one way or the other."""

import asyncio
import contextlib

from helpers.practice import sentences
from helpers.practice.attempts import Jobs, attempt
from helpers.practice.checks import (
    NotYet,
    carried_out_once,
    nothing_left_over,
    ran_together,
    returned,
    took,
    where,
)
from helpers.practice.exercises import Exercise


async def beat():
    for _ in range(200):  # so long that it comes to the same as without an end
        await asyncio.sleep(0.75)


async def save(what):
    await asyncio.sleep(3)
    return f"{what} saved"


async def add_up():
    await asyncio.sleep(1)
    return 42


def judge_main(main):
    jobs = Jobs()
    timeline = attempt(main, jobs.watch(beat), jobs.watch(save), jobs.watch(add_up))
    ran_together(jobs.timeline, "beat", "save(orders)", "add_up")
    _is_complete(jobs.timeline, timeline)
    _has_been_stopped(jobs.timeline, timeline)
    nothing_left_over(timeline)
    returned(timeline, 42)
    carried_out_once(jobs.timeline)
    took(timeline, 3)
    with where("With more orders, whose backup takes 4 s"):
        jobs = Jobs()
        timeline = attempt(main, beat, jobs.watch(save_more, "save"), add_up)
        _is_complete(jobs.timeline, timeline)


async def save_more(what):
    await asyncio.sleep(4)
    return f"{what} saved"


def _is_complete(jobs, timeline) -> None:
    if jobs.task("save(orders)").outcome != "returned":
        raise NotYet(
            f"main returned at {sentences.in_seconds(timeline.duration)}, before the backup was "
            "complete. In a script nothing goes on after main: wait for the backup there.",
            timeline,
        )


def _has_been_stopped(jobs, timeline) -> None:
    heart = jobs.task("beat")
    if heart.outcome == "returned":
        raise NotYet(
            "main waited for the heart to stop by itself, until "
            f"{sentences.in_seconds(heart.ended)}. A real one never would: cancel it when the rest "
            "is done.",
            timeline,
        )
    if heart.outcome == "pending":
        raise NotYet(
            "The heart was still beating when main returned. In a notebook it may; in a script, "
            "stop what you started: `cancel()` the heart, and wait for its end.",
            timeline,
        )


async def main(beat, save, add_up):
    heart = asyncio.create_task(beat(), name="heart")
    backup = asyncio.create_task(save("orders"), name="backup")
    bill = await add_up()
    await backup
    heart.cancel()
    await asyncio.wait([heart])
    return bill


async def main_with_a_group(beat, save, add_up):
    async with asyncio.TaskGroup() as group:
        heart = group.create_task(beat(), name="heart")
        backup = group.create_task(save("orders"), name="backup")
        bill = await add_up()
        await backup
        heart.cancel()
    return bill


async def main_by_gather(beat, save, add_up):
    heart = asyncio.create_task(beat(), name="heart")
    try:
        _, bill = await asyncio.gather(save("orders"), add_up())
        return bill
    finally:
        heart.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await heart


async def main_that_knows_how_long_it_takes(beat, save, add_up):
    heart = asyncio.create_task(beat(), name="heart")
    backup = asyncio.create_task(save("orders"), name="backup")
    bill = await add_up()
    await asyncio.sleep(2)
    if not backup.done():
        await asyncio.sleep(0.1)  # surely now
    heart.cancel()
    await asyncio.wait([heart])
    return bill


async def main_as_in_the_cells(beat, save, add_up):
    heart = asyncio.create_task(beat(), name="heart")
    backup = asyncio.create_task(save("orders"), name="backup")
    bill = await add_up()
    return bill if heart and backup else None


async def main_that_leaves_the_heart(beat, save, add_up):
    heart = asyncio.create_task(beat(), name="heart")
    backup = asyncio.create_task(save("orders"), name="backup")
    bill = await add_up()
    await backup
    return bill if heart else None


async def main_that_waits_for_the_heart(beat, save, add_up):
    async with asyncio.TaskGroup() as group:
        group.create_task(beat(), name="heart")
        group.create_task(save("orders"), name="backup")
        bill = group.create_task(add_up(), name="bill")
    return bill.result()


async def main_one_by_one(beat, save, add_up):
    heart = asyncio.create_task(beat(), name="heart")
    await save("orders")
    bill = await add_up()
    heart.cancel()
    return bill


TO_A_SCRIPT = Exercise(
    id="07-to-a-script",
    title="From cells to a script",
    prompt=(
        "Three cells of a notebook: `heart = asyncio.create_task(beat())`, which beats forever; "
        '`backup = asyncio.create_task(save("orders"))`; and `bill = await add_up()`. They went '
        "on side by side, and the backup ended some time later. Write them as a `main` for a "
        "script: it returns the bill as soon as the backup is complete as well, and by then it has "
        "stopped the heart."
    ),
    starter="""\
async def main(beat, save, add_up):
    heart = asyncio.create_task(beat(), name="heart")
    backup = asyncio.create_task(save("orders"), name="backup")
    bill = await add_up()
    return bill
""",
    hints=(
        "In the notebook the kernel's loop went on after the last cell. How long does the loop of "
        "`asyncio.run` go on?",
        "Until `main` returns. So `main` must wait for the backup. And what about the heart?",
        "The heart never ends by itself: `heart.cancel()` when the rest is done, and then "
        "`await asyncio.wait([heart])`.",
    ),
    why=(
        "A script ends when `main` does, so `main` waits for what has to be finished, and cancels "
        "what has no end."
    ),
    judge=judge_main,
    solution=main,
    also=(main_with_a_group, main_by_gather),
    wrong=(
        (
            main_that_knows_how_long_it_takes,
            "With more orders, whose backup takes 4 s: main returned at 3.1 s, before the backup "
            "was complete. In a script nothing goes on after main: wait for the backup there.",
        ),
        (
            main_as_in_the_cells,
            "main returned at 1 s, before the backup was complete. In a script nothing goes on "
            "after main: wait for the backup there.",
        ),
        (
            main_that_leaves_the_heart,
            "The heart was still beating when main returned. In a notebook it may; in a script, "
            "stop what you started: `cancel()` the heart, and wait for its end.",
        ),
        (
            main_that_waits_for_the_heart,
            "main waited for the heart to stop by itself, until 150 s. A real one never would: "
            "cancel it when the rest is done.",
        ),
        (main_one_by_one, sentences.one_after_the_other("add_up", "save(orders)", at=3)),
    ),
)
