"""When a task begins and ends, and who made it.

Eager tasks in every way there is to make one, tasks that the garbage collector takes while
they wait, tasks that never had a step.
"""

import asyncio
import functools
import gc
import sys
import weakref

import pytest
from stories import lives, tells

from helpers import record, simulate
from helpers.virtual_time import SimulationStopped, compute

EAGER = pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with Python 3.12")


async def job(seconds):
    await asyncio.sleep(seconds)


async def quick():
    return 7


async def hang():
    await asyncio.get_running_loop().create_future()


# -- eager tasks ---------------------------------------------------------------------------


def by_hand(coroutine, **options):
    loop = asyncio.get_running_loop()
    return asyncio.Task(coroutine, loop=loop, eager_start=True, **options)


@EAGER
@tells(
    """
    main: 0 to 1.5, returned; sleep(1) 1, task 'job-1' 0.5
    job-1, by main: 1 to 1.5, returned; sleep(0.5) 0.5
    """
)
async def test_one_made_by_hand_begins_where_it_is_made():
    await asyncio.sleep(1)
    await by_hand(job(0.5))


@EAGER
@tells(
    """
    main: 0 to 1, returned; sleep(1) 1
    quick-1, by main: 1 to 1, returned
    quick-2, by main: 1 to 1, returned
    """
)
async def test_two_made_by_hand_that_end_immediately():
    await asyncio.sleep(1)
    by_hand(quick())
    assert by_hand(quick()).result() == 7


@EAGER
@tells(
    """
    main: 0 to 1, returned; sleep(1) 1
    fails-1, by main: 0 to 0, raised
    cancels-1, by main: 0 to 0, cancelled
    """
)
async def test_made_by_hand_it_may_fail_or_be_cancelled_immediately():
    async def fails():
        raise ValueError

    async def cancels():
        raise asyncio.CancelledError

    by_hand(fails()).exception()
    by_hand(cancels())
    await asyncio.sleep(1)


@EAGER
@tells(
    """
    main: 0 to 0.5, returned; task 'outer' 0.5
    outer, by main: 0 to 0.5, returned; task 'inner' 0.5
    inner, by outer: 0 to 0.5, returned; sleep(0.5) 0.5
    """
)
async def test_one_made_by_hand_inside_another_one():
    async def outer():
        await by_hand(job(0.5), name="inner")

    await by_hand(outer(), name="outer")


@EAGER
@tells(
    """
    main: 0 to 1, returned; a step inside it 0.3, sleep(0.5) 0.5
    worker, by main: 0 to 0.3, returned
    """
)
async def test_work_in_an_eager_step_is_its_own_not_its_makers():
    async def work():
        compute(0.3)

    by_hand(work(), name="worker")
    compute(0.2)
    await asyncio.sleep(0.5)


@EAGER
def test_the_time_that_an_eager_step_takes_is_its_own_not_its_makers():
    async def work():
        compute(0.3)
        await asyncio.sleep(0.1)
        compute(0.4)

    async def main():
        task = by_hand(work(), name="worker")
        compute(0.2)
        await task

    timeline = simulate(main())
    worker = timeline.task("worker").id
    running = [timeline.time_running(task) for task in (0, worker)]
    assert running == pytest.approx([0.2, 0.7])


@EAGER
@tells(
    """
    main: 0 to 0.5, returned; gather 0.5
    job-1, by main: 0 to 0.5, returned; sleep(0.5) 0.5
    job-2, by main: 0 to 0.5, returned; sleep(0.5) 0.5
    job-3, by main: 0 to 0.5, returned; sleep(0.5) 0.5
    """
)
async def test_many_made_by_hand_in_one_go():
    loop = asyncio.get_running_loop()
    make = functools.partial(asyncio.Task, loop=loop, eager_start=True)
    await asyncio.gather(*map(make, [job(0.5), job(0.5), job(0.5)]))


@EAGER
@tells(
    """
    main: 0 to 0.5, returned; task 'job-1' 0.5
    job-1: 0 to 0.5, returned; sleep(0.5) 0.5
    """
)
async def test_one_made_by_hand_in_a_callback():
    loop, made = asyncio.get_running_loop(), loop_future()
    loop.call_soon(lambda: made.set_result(by_hand(job(0.5))))
    await asyncio.sleep(0)
    await made.result()


def loop_future():
    return asyncio.get_running_loop().create_future()


@EAGER
@tells(
    """
    main: 0 to 0.5, returned; task 'mine' 0.5
    mine, by main: 0 to 0.5, returned; sleep(0.5) 0.5
    """
)
async def test_a_task_class_of_ones_own_that_is_always_eager():
    class Eager(asyncio.Task):
        def __init__(self, coroutine, *, loop, name):
            super().__init__(coroutine, loop=loop, name=name, eager_start=True)

    await Eager(job(0.5), loop=asyncio.get_running_loop(), name="mine")


@EAGER
@tells(
    """
    main: 0 to 0.5, returned; gather 0.5
    quick-1, by main: 0 to 0, returned
    job-1, by main: 0 to 0.5, returned; sleep(0.5) 0.5
    """
)
async def test_an_eager_factory():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    await asyncio.gather(quick(), job(0.5))


@EAGER
@tells(
    """
    main: 0 to 0.5, returned; task 'mine' 0.5
    mine, by main: 0 to 0.5, returned; sleep(0.5) 0.5
    """
)
async def test_an_eager_factory_of_ones_own():
    class Mine(asyncio.Task):
        pass

    asyncio.get_running_loop().set_task_factory(asyncio.create_eager_task_factory(Mine))
    await asyncio.create_task(job(0.5), name="mine")


@EAGER
@tells(
    """
    main: 0 to 0.5, returned; task 'python' 0.5
    python, by main: 0 to 0.5, returned; sleep(0.5) 0.5
    short, by main: 0 to 0, returned
    """
)
async def test_eager_tasks_of_asyncios_python_class():
    loop = asyncio.get_running_loop()
    make = functools.partial(asyncio.tasks._PyTask, loop=loop, eager_start=True)
    task = make(job(0.5), name="python")
    make(quick(), name="short")
    await task


@pytest.mark.skipif(sys.version_info < (3, 14), reason="create_task(eager_start=...) is of 3.14")
@tells(
    """
    main: 0 to 0.5, returned; task 'job-1' 0.5
    job-1, by main: 0 to 0.5, returned; sleep(0.5) 0.5
    quick-1, by main: 0 to 0, returned
    """
)
async def test_create_task_with_eager_start():
    task = asyncio.create_task(job(0.5), eager_start=True)
    asyncio.create_task(quick(), eager_start=True)  # noqa: RUF006
    await task


@EAGER
def test_an_eager_task_older_than_the_recording_is_not_new():
    async def main():
        older = by_hand(job(0.01), name="older")
        with record() as timeline:
            await older
        return timeline

    timeline = asyncio.run(main())
    assert [task.name for task in timeline.tasks] == ["main", "older"]
    assert timeline.task("older").created is None


# -- tasks that are lost -------------------------------------------------------------------


@tells(
    """
    main: 0 to 2, returned; sleep(1) 1, sleep(1) 1
    hang-1, by main: 0 to 1, destroyed; future 1
    """
)
async def test_a_task_that_the_garbage_collector_takes():
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    asyncio.create_task(hang())  # noqa: RUF006 - that is the point
    await asyncio.sleep(1)
    gc.collect()
    await asyncio.sleep(1)


@tells(
    """
    main: 0 to 3, returned; sleep(1) 1, sleep(1) 1, sleep(1) 1
    reader-1, by main: 0 to 2, destroyed; Queue.get 2
    reader-2, by main: 0 to the end, pending; Queue.get 3
    """
)
async def test_a_task_whose_queue_is_dropped():
    async def reader(queue):
        await queue.get()

    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    dropped, kept = asyncio.Queue(), asyncio.Queue()
    asyncio.create_task(reader(dropped))  # noqa: RUF006
    task = asyncio.create_task(reader(kept))
    await asyncio.sleep(1)
    gc.collect()  # the queue keeps who waits for it
    await asyncio.sleep(1)
    del dropped
    gc.collect()
    await asyncio.sleep(1)
    assert not task.done()


@tells(
    """
    main: 0 to 3, returned; sleep(1) 1, sleep(2) 2
    second, by main: 0 to 1, destroyed; future 1
    first, by main: 0 to 1, destroyed; task 'second' 1
    """
)
async def test_two_tasks_lost_together():
    """One waits for the other, and nobody holds either."""

    async def waits(other):
        await other

    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    second = asyncio.Task(hang(), name="second")
    first = asyncio.Task(waits(second), name="first")
    del second, first
    await asyncio.sleep(1)
    gc.collect()
    await asyncio.sleep(2)


@tells(
    """
    main: 0 to 1, returned; sleep(1) 1
    hang-1, by main: 0 to 0.5, destroyed; future 0.5
    """
)
async def test_a_task_lost_in_the_middle_of_a_step():
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    asyncio.get_running_loop().call_later(0.5, gc.collect)
    asyncio.create_task(hang())  # noqa: RUF006
    await asyncio.sleep(1)


@tells(
    """
    main: 0 to 2, returned; sleep(2) 2
    background, by main: 0 to 1, returned; sleep(1) 1
    """
)
async def test_a_forgotten_task_that_a_timer_keeps_is_not_lost():
    asyncio.create_task(job(1), name="background")  # noqa: RUF006
    gc.collect()
    await asyncio.sleep(2)


def test_a_task_that_outlives_the_recording_is_pending_whatever_becomes_of_it():
    async def main():
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        with record() as timeline:
            gone = weakref.ref(asyncio.create_task(hang(), name="hang"))
            await asyncio.sleep(0)
        gc.collect()
        assert gone() is None
        return timeline

    assert asyncio.run(main()).task("hang").outcome == "pending"


@EAGER
@tells(
    """
    main: 0 to 2, returned; sleep(1) 1, sleep(1) 1
    hang-1, by main: 0 to 1, destroyed; future 1
    """
)
async def test_an_eager_task_that_is_lost():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: None)
    loop.set_task_factory(asyncio.eager_task_factory)
    asyncio.create_task(hang())  # noqa: RUF006
    await asyncio.sleep(1)
    gc.collect()
    await asyncio.sleep(1)


# -- tasks that never had a step -----------------------------------------------------------


def stopped(program):
    """What there is to see of a program that had to be stopped."""
    with pytest.raises(SimulationStopped) as stop:
        simulate(program(), patience=0.3)
    return stop.value


def test_a_loop_that_never_lets_its_task_begin():
    async def main():
        task = asyncio.create_task(job(1), name="starved")
        while not task.done():
            pass

    stop = stopped(main)
    assert stop.reason == "held"
    assert lives(stop.timeline) == [
        "main: 0 to 0, raised",
        "starved, by main: 0 to the end, pending",
    ]
    for draw in (stop.timeline.text, stop.timeline.gantt, stop.timeline.player):
        assert draw()


@tells(
    """
    main: 0 to 0, returned
    never, by main: 0 to the end, pending
    """
)
async def test_a_task_made_by_the_last_step():
    asyncio.create_task(job(1), name="never")  # noqa: RUF006


@tells(
    """
    main: 0 to 1, returned; sleep(1) 1
    cancelled, by main: 0 to 0, cancelled
    """
)
async def test_a_task_cancelled_before_its_first_step():
    asyncio.create_task(job(1), name="cancelled").cancel()
    await asyncio.sleep(1)
