"""What tasks are called: names that the program gave, names of ours, and several mains."""

import asyncio
import sys

import pytest
from stories import names, tells

from helpers import record


async def job(seconds):
    await asyncio.sleep(seconds)


async def quick():
    return 7


# -- names ---------------------------------------------------------------------------------


@tells(
    """
    main: 0 to 0.4, returned; its task group 0.4
    Task-2, by main: 0 to 0.1, returned; sleep(0.1) 0.1
    Task-1, by main: 0 to 0.2, returned; sleep(0.2) 0.2
    job-1, by main: 0 to 0.3, returned; sleep(0.3) 0.3
    None, by main: 0 to 0.4, returned; sleep(0.4) 0.4
    """
)
async def test_a_given_name_is_never_changed_whatever_it_looks_like():
    async with asyncio.TaskGroup() as group:
        group.create_task(job(0.1), name="Task-2")
        group.create_task(job(0.2), name="Task-1")
        group.create_task(job(0.3))
        group.create_task(job(0.4), name="None")


@tells(
    """
    main: 0 to 0.3, returned; gather 0.3
    Task-7, by main: 0 to 0.1, returned; sleep(0.1) 0.1
    Task-8, by main: 0 to 0.2, returned; sleep(0.2) 0.2
    job-1, by main: 0 to 0.3, returned; sleep(0.3) 0.3
    """
)
async def test_a_given_name_by_every_way_to_make_a_task():
    loop = asyncio.get_running_loop()
    await asyncio.gather(
        asyncio.create_task(job(0.1), name="Task-7"),
        loop.create_task(job(0.2), name="Task-8"),
        job(0.3),
    )


@tells(
    """
    main: 0 to 0.2, returned; sleep(0.1) 0.1, task 'Task-99' 0.1
    Task-99, by main: 0 to 0.2, returned; sleep(0.2) 0.2
    """
)
async def test_a_name_given_later():
    task = asyncio.create_task(job(0.2))
    await asyncio.sleep(0.1)
    task.set_name("Task-99")
    await task


@tells(
    """
    main: 0 to 0.3, returned; gather 0.3
    job-1, by main: 0 to 0.1, returned; sleep(0.1) 0.1
    job-2, by main: 0 to 0.3, returned; sleep(0.3) 0.3
    job-3, by main: 0 to 0.2, returned; sleep(0.2) 0.2
    """
)
async def test_our_numbers_keep_clear_of_given_names():
    await asyncio.gather(
        asyncio.create_task(job(0.1), name="job-1"), job(0.2), asyncio.create_task(job(0.3))
    )


@tells(
    """
    main: 0 to 0.2, returned; gather 0.2
    twin, by main: 0 to 0.1, returned; sleep(0.1) 0.1
    twin, by main: 0 to 0.2, returned; sleep(0.2) 0.2
    7, by main: 0 to 0.2, returned; sleep(0.2) 0.2
    """
)
async def test_a_name_given_twice_and_one_that_is_a_number():
    jobs = [asyncio.create_task(job(s), name="twin") for s in (0.1, 0.2)]
    await asyncio.gather(*jobs, asyncio.create_task(job(0.2), name=7))


@tells(
    """
    main: 0 to 0.2, returned; gather 0.2
    Fetcher.fetch-1, by main: 0 to 0.1, returned; sleep(0.1) 0.1
    Fetcher.fetch-2, by main: 0 to 0.2, returned; sleep(0.2) 0.2
    """
)
async def test_methods_are_called_by_class_and_name():
    class Fetcher:
        async def fetch(self, seconds):
            await asyncio.sleep(seconds)

    fetcher = Fetcher()
    await asyncio.gather(fetcher.fetch(0.1), fetcher.fetch(0.2))


# -- several mains -------------------------------------------------------------------------


async def main():
    await asyncio.sleep(0)


def told(timeline):
    return [f"{task.name}: {task.outcome}" for task in timeline.tasks]


def test_two_runs_in_one_script_are_told_apart():
    with record() as timeline:
        asyncio.run(main())
        asyncio.run(main())
    assert told(timeline) == ["main-1: returned", "main-2: returned"]


def test_one_run_needs_no_number():
    with record() as timeline:
        asyncio.run(main())
    assert told(timeline) == ["main: returned"]


def test_one_runner_used_many_times():
    with record() as timeline, asyncio.Runner() as runner:
        for _ in range(3):
            runner.run(main())
        runner.run(quick())
    assert told(timeline) == [
        "main-1: returned", "main-2: returned", "main-3: returned", "quick: returned",
    ]  # fmt: skip


def test_run_until_complete_again_and_again():
    with record() as timeline:
        loop = asyncio.new_event_loop()
        for _ in range(2):
            loop.run_until_complete(main())
        loop.run_until_complete(asyncio.wait([loop.create_task(main())]))
        loop.close()
    assert [task.name for task in timeline.tasks] == ["main-1", "main-2", "main-3", "wait"]


def test_a_main_that_makes_tasks_of_its_own_function():
    async def main(depth=1):
        if depth:
            await asyncio.gather(main(depth - 1), main(depth - 1))

    with record() as timeline:
        asyncio.run(main())
        asyncio.run(main(0))
    assert names(timeline) == [
        "main-1: returned; gather",
        "main-2, by main-1: returned",
        "main-3, by main-1: returned",
        "main-4: returned",
    ]


def test_a_main_with_a_given_name_keeps_it():
    with record() as timeline:
        for _ in range(2):
            loop = asyncio.new_event_loop()
            loop.run_until_complete(loop.create_task(main(), name="the program"))
            loop.close()
    assert told(timeline) == ["the program: returned"] * 2


def test_two_loops_side_by_side():
    with record() as timeline:
        first, second = asyncio.new_event_loop(), asyncio.new_event_loop()
        one, two = first.create_task(job(0.01), name="one"), second.create_task(main(), name="two")
        second.run_until_complete(two)
        first.run_until_complete(one)
        first.close()
        second.close()
    assert told(timeline) == ["one: returned", "two: returned"]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks are of 3.12")
def test_an_eager_task_that_is_recorded_within_its_first_step_and_named_by_nobody():
    """3.13.0 calls it "None", when that step is over."""
    told_inside = []

    async def inner():
        with record() as timeline:
            await asyncio.sleep(0)
        told_inside.extend(task.name for task in timeline.tasks)

    async def outer():
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        await asyncio.create_task(inner())

    with record() as timeline:
        asyncio.run(outer())
    assert [task.name for task in timeline.tasks] == ["outer", "inner-1"]
    assert "None" not in told_inside
