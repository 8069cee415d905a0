"""From cells to a script."""

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


async def save(what):
    await asyncio.sleep(3)
    return f"{what} saved"


async def add_up():
    await asyncio.sleep(1)
    return 42


def judge_main(main):
    jobs = Jobs()
    timeline = attempt(main, jobs.watch(save), jobs.watch(add_up))
    nothing_left_over(timeline)
    ran_together(jobs.timeline, "save(orders)", "add_up")
    returned(timeline, 42)
    carried_out_once(jobs.timeline)
    took(timeline, 3)


async def main(save, add_up):
    backup = asyncio.create_task(save("orders"), name="backup")
    bill = await add_up()
    await backup
    return bill


async def main_with_a_group(save, add_up):
    async with asyncio.TaskGroup() as group:
        group.create_task(save("orders"), name="backup")
        bill = group.create_task(add_up(), name="bill")
    return bill.result()


async def main_by_gather(save, add_up):
    _, bill = await asyncio.gather(save("orders"), add_up())
    return bill


async def main_one_by_one(save, add_up):
    await save("orders")
    return await add_up()


async def main_with_a_second_run(save, add_up):
    backup = asyncio.create_task(save("orders"), name="backup")
    bill = await add_up()
    asyncio.run(backup)
    return bill


async def main_and_a_guess(save, add_up):
    backup = asyncio.create_task(save("orders"), name="backup")  # noqa: F841, RUF006
    bill = await add_up()
    await asyncio.sleep(1)
    return bill


TO_A_SCRIPT = Exercise(
    id="07-to-a-script",
    title="From cells to a script",
    prompt=(
        'Three cells of a notebook: `backup = asyncio.create_task(save("orders"))`, then '
        "`bill = await add_up()`, then `bill`. The backup ended some time later, by itself. In the "
        "script, `asyncio.run(main(...))` cuts it off. Change `main` so that the backup is "
        "complete, still beside `add_up()`, and the bill is returned."
    ),
    starter="""\
async def main(save, add_up):
    backup = asyncio.create_task(save("orders"), name="backup")
    bill = await add_up()
    return bill
""",
    hints=(
        "In the notebook the kernel's loop went on after the last cell. How long does the loop of "
        "`asyncio.run` go on?",
        "It goes on until `main` returns. So `main` must not return before the backup is done.",
        "`await backup`, after `add_up()` and before the `return`; or both in a `TaskGroup`.",
    ),
    judge=judge_main,
    solution=main,
    also=(main_with_a_group, main_by_gather),
    wrong=(
        (main_one_by_one, sentences.one_after_the_other("add_up", "save(orders)", at=3)),
        (main_with_a_second_run, sentences.ran_a_loop_inside()),
        (main_and_a_guess, sentences.left_over("backup", at=2, waiting_for="sleep(3)")),
    ),
)
