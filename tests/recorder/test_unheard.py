"""Errors of tasks: whether somebody asked for them, and when; or nobody by the end."""

import asyncio
import gc

import pytest
from programs import run

from helpers import record, simulate


async def fails():
    await asyncio.sleep(0.1)
    raise ValueError("no good")


async def never_asked():
    task = asyncio.create_task(fails())
    await asyncio.sleep(1)
    assert task.done()


async def asked_late():
    task = asyncio.create_task(fails())
    await asyncio.sleep(1)
    try:
        await task
    except ValueError:
        await asyncio.sleep(1)


async def asked_for_its_exception():
    task = asyncio.create_task(fails())
    await asyncio.wait([task])
    await asyncio.sleep(0.4)
    assert task.exception()
    await asyncio.sleep(1)


async def asked_and_gone_in_one_step():
    task = asyncio.create_task(fails())
    await asyncio.sleep(0.5)
    assert task.exception()
    del task
    await asyncio.sleep(1)


async def in_a_group():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails())
    except* ValueError:
        await asyncio.sleep(1)


async def in_gather():
    await asyncio.gather(fails(), return_exceptions=True)
    await asyncio.sleep(1)


@pytest.mark.parametrize(
    ("program", "heard"),
    [
        (never_asked, None),
        (asked_late, 1.0),
        (asked_for_its_exception, 0.5),
        (asked_and_gone_in_one_step, 0.5),
        (in_a_group, 0.1),
        (in_gather, 0.1),
    ],
)
def test_when_somebody_asked_for_what_a_task_raised(program, heard):
    timeline = simulate(program())
    (task,) = [task for task in timeline.tasks if task.coroutine == "fails"]
    assert task.outcome == "raised"
    assert (task.heard, task.unheard) == (heard, heard is None)


@pytest.mark.parametrize("is_in_a_circle", [False, True])
def test_one_that_goes_unheard_is_unheard(is_in_a_circle):
    """Of one that the garbage collector finds, the reference goes before asyncio complains."""

    async def program():
        loop, circle = asyncio.get_running_loop(), []
        loop.set_exception_handler(lambda loop, context: told.append(context["message"]))
        task = asyncio.create_task(fails())
        if is_in_a_circle:
            circle.append(task)
            task.add_done_callback(lambda task, circle=circle: circle)
            task.circle = circle
        await asyncio.wait([task])
        del task, circle
        await asyncio.sleep(0.1)
        gc.collect()
        await asyncio.sleep(0.1)

    told = []
    timeline = simulate(program())
    (task,) = [task for task in timeline.tasks if task.coroutine == "fails"]
    assert (task.heard, task.unheard) == (None, True)
    assert told == ["Task exception was never retrieved"]


def test_what_ends_the_program_is_heard_by_whoever_runs_it():
    with pytest.raises(ValueError, match="no good") as raised:
        simulate(fails())
    (task,) = raised.value.timeline.tasks
    assert (task.heard, task.unheard) == (0.1, False)
    with pytest.raises(ValueError, match="no good"), record() as timeline:
        asyncio.run(fails())
    (task,) = [task for task in timeline.tasks if task.coroutine == "fails"]
    assert (task.heard is None, task.unheard) == (False, False)


def test_nothing_is_said_of_a_task_that_did_not_raise():
    async def program():
        await asyncio.create_task(asyncio.sleep(0))
        hanging = asyncio.create_task(asyncio.sleep(9))
        await asyncio.sleep(0)
        hanging.cancel()
        await asyncio.wait([hanging])

    assert {(task.heard, task.unheard) for task in run(program()).tasks} == {(None, False)}


def test_a_loop_that_complains_in_its_own_way_leaves_it_open_once_the_task_has_gone():
    class Silent(asyncio.SelectorEventLoop):
        def call_exception_handler(self, context):
            pass

    async def program():
        task = asyncio.create_task(fails())
        await asyncio.sleep(0.15)
        del task
        gc.collect()
        await asyncio.sleep(0)

    with record() as timeline, asyncio.Runner(loop_factory=Silent) as runner:
        runner.run(program())
    (task,) = [task for task in timeline.tasks if task.coroutine == "fails"]
    assert (task.outcome, task.heard, task.unheard) == ("raised", None, False)
