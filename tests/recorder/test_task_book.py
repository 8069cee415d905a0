"""How tasks are known: each way to make one, how they end, and that none is kept alive."""

import asyncio
import contextlib
import functools
import gc
import sys
import weakref

import pytest
from programs import nap, run, spawn

from helpers import record
from helpers.recorder.task_book import TaskBook


async def by_create_task():
    await asyncio.create_task(nap())


async def by_task_group():
    async with asyncio.TaskGroup() as group:
        group.create_task(nap())


async def by_gather():
    await asyncio.gather(nap())


async def by_ensure_future():
    await asyncio.ensure_future(nap())


async def by_loop():
    await asyncio.get_running_loop().create_task(nap())


async def by_class():
    await asyncio.Task(nap())


async def by_python_class():
    await asyncio.tasks._PyTask(nap(), loop=asyncio.get_running_loop())


async def by_factory():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(lambda loop, coro, **options: asyncio.Task(coro, loop=loop, **options))
    await loop.create_task(nap())


async def by_thread():
    def elsewhere(loop):
        asyncio.run_coroutine_threadsafe(nap(), loop).result()

    await asyncio.to_thread(elsewhere, asyncio.get_running_loop())


WAYS = [
    by_create_task, by_task_group, by_gather, by_ensure_future, by_loop, by_class,
    by_python_class, by_factory, by_thread,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_task_is_seen(way):
    timeline = run(way())
    (task,) = [t for t in timeline.tasks if t.coroutine == "nap"]
    assert task.outcome == "returned"
    assert len(timeline.task_steps(task.id)) == 2


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with Python 3.12")
class TestEager:
    async def program(self):
        async def quick():
            return 1

        async def slow():
            await asyncio.sleep(0)

        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        quick_task = asyncio.create_task(quick(), name="quick")
        slow_task = asyncio.create_task(slow(), name="slow")
        assert quick_task.done()
        await slow_task

    def test_the_first_step_runs_inside_its_makers(self):
        timeline = run(self.program())
        for name in ("quick", "slow"):
            first = timeline.task_steps(timeline.task(name).id)[0]
            step = timeline.steps[first]
            assert timeline.steps[step.inside].label.endswith("program")
            assert step.ready == step.start, "an eager first step is never ready"
            assert timeline.task(name).parent == 0
            assert timeline.task(name).entered
        assert timeline.task("quick").outcome == "returned"


def test_ten_thousand_and_one_tasks_and_nothing_left_behind():
    async def main():
        async with asyncio.TaskGroup() as group:
            for _ in range(10_001):
                group.create_task(nap())

    timeline = run(main(), lines=False)
    assert sum(t.coroutine == "nap" for t in timeline.tasks) == 10_001
    assert {t.outcome for t in timeline.tasks} == {"returned"}


def test_outcomes_and_exceptions():
    async def returns():
        return 1

    async def fails():
        raise ValueError("no good")

    async def sleeps():
        await asyncio.sleep(60)

    async def main():
        tasks = [await spawn(c(), c.__name__) for c in (returns, fails, sleeps)]
        never = asyncio.create_task(sleeps(), name="never entered")
        tasks[2].cancel()
        never.cancel()
        await asyncio.gather(*tasks, never, return_exceptions=True)

    timeline = run(main())
    found = {t.name: (t.outcome, t.exception, t.entered) for t in timeline.tasks}
    assert found == {
        "main": ("returned", None, True),
        "returns": ("returned", None, True),
        "fails": ("raised", "ValueError: no good", True),
        "sleeps": ("cancelled", None, False),
        "never entered": ("cancelled", None, False),
    }
    assert timeline.task("never entered").started is not None, "its one step still ran"


def test_cancelled_after_its_first_step_it_was_entered():
    async def sleeps():
        await asyncio.sleep(60)

    async def main():
        task = await spawn(sleeps(), "sleeps")
        await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    task = run(main()).task("sleeps")
    assert (task.outcome, task.entered) == ("cancelled", True)


def test_it_keeps_nothing_alive():
    class Thing:
        pass

    async def make():
        return Thing()

    async def main():
        with record() as timeline:
            task = asyncio.create_task(make(), name="make")
            thing = weakref.ref(await task)
            gone = weakref.ref(task)
            del task
            await asyncio.sleep(0)
            gc.collect()
            assert gone() is None, "while it records"
            assert thing() is None
        return timeline

    assert asyncio.run(main()).task("make").outcome == "returned"


def test_a_lost_task_is_lost_as_ever():
    async def hang():
        await asyncio.get_running_loop().create_future()

    async def main():
        loop = asyncio.get_running_loop()
        complaints = []
        loop.set_exception_handler(lambda loop, context: complaints.append(context["message"]))
        with record() as timeline:
            asyncio.create_task(hang(), name="lost")  # noqa: RUF006 - that is the point
            await asyncio.sleep(0)
            gc.collect()
        return timeline, complaints

    timeline, complaints = asyncio.run(main())
    assert complaints == ["Task was destroyed but it is pending!"]
    assert timeline.task("lost").outcome == "destroyed"


@pytest.mark.parametrize("recorded", [False, True])
def test_a_failed_task_goes_when_its_last_reference_goes(recorded):
    async def fails():
        await asyncio.sleep(0)
        raise ValueError

    async def main():
        complaints = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: complaints.append(context["message"]))
        with record() if recorded else contextlib.nullcontext():
            task = asyncio.create_task(fails(), name="fails")
            await asyncio.sleep(0.001)
            del task
            return list(complaints)

    gc.disable()
    try:
        assert asyncio.run(main()) == ["Task exception was never retrieved"]
    finally:
        gc.enable()


async def many_ends():
    """Tasks of few functions, each several times, that end in every way, and one that is named
    like a default, renamed, cancelled before it begins."""

    async def returns(turns):
        for _ in range(turns):
            await asyncio.sleep(0)

    async def fails():
        await asyncio.sleep(0)
        raise ValueError("no good")

    tasks = [asyncio.create_task(returns(turns)) for turns in range(4)]
    tasks += [asyncio.create_task(fails()) for _ in range(3)]
    tasks += [asyncio.create_task(returns(9), name=f"Task-{n}") for n in range(2)]
    tasks += [asyncio.create_task(wrapped()) for wrapped in [first, second] * 2]
    await asyncio.sleep(0)
    tasks[3].set_name("renamed")
    tasks[7].cancel()
    tasks += [asyncio.create_task(returns(0)) for _ in range(3)]
    tasks[-1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def decorated(function):
    @functools.wraps(function)
    async def wrapper():
        return await function()

    return wrapper


@decorated
async def first():
    await asyncio.sleep(0)


@decorated
async def second():
    await asyncio.sleep(0)


def test_how_often_a_task_had_been_asked_to_end():
    async def goes_on():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(0)

    async def takes_it_back():
        try:
            async with asyncio.timeout(0.001):
                await asyncio.sleep(60)
        except TimeoutError:
            await asyncio.sleep(0)

    async def hangs():
        for _ in range(3):  # the last by the end of `asyncio.run`
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(60)

    async def main():
        with record() as timeline:
            kept = [asyncio.create_task(c()) for c in (goes_on, goes_on, takes_it_back, hangs, nap)]
            await asyncio.sleep(0.01)
            for task in kept[1], kept[3], kept[3]:
                task.cancel()
                await asyncio.sleep(0)
            ended = asyncio.create_task(asyncio.sleep(60), name="ends")
            await asyncio.sleep(0)
            ended.cancel()
            await asyncio.wait([ended, kept[1]])
        return timeline

    tasks = {task.name: task for task in asyncio.run(main()).tasks}
    asked = {name: (task.outcome, task.cancels) for name, task in tasks.items() if task.cancels}
    assert asked == {
        "goes_on-2": ("returned", 1),
        "hangs-1": ("pending", 2),
        "ends": ("cancelled", 1),
    }


def test_where_a_task_was_made():
    """The innermost line of the learner's own, also where a library's code is in between."""

    async def main():
        loop = asyncio.get_running_loop()
        kept = [asyncio.create_task(nap(), name="create_task")]
        kept.append(loop.create_task(nap(), name="loop"))
        async with asyncio.TaskGroup() as group:
            group.create_task(nap(), name="group")
        await asyncio.gather(nap())
        asyncio.Task(nap(), name="by hand")
        await spawn(nap(), "in a function")
        await asyncio.sleep(0)

    timeline = run(main())
    made = {}
    for task in timeline.tasks:
        if task.made_at:
            source, line = task.made_at
            made[task.name] = timeline.sources[source].splitlines()[line - 1].strip()
    assert made.pop("main") == "asyncio.run(program)"
    assert made.pop("nap-1") == "await asyncio.gather(nap())"
    assert made.pop("in a function") == "return asyncio.create_task(coroutine, name=name)"
    assert "by hand" not in made
    assert all(f'name="{name}"' in line for name, line in made.items())
    assert len(made) == 3


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks are new in 3.12")
def test_where_an_eager_task_was_made_also_one_that_has_ended_by_then():
    async def ends():
        pass

    async def main():
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        first = asyncio.create_task(ends())
        await asyncio.create_task(nap())
        assert first.done()

    timeline = run(main())
    made = {task.coroutine: task.made_at[1] for task in timeline.tasks if task.made_at}
    assert made["nap"] == made["ends"] + 1


def test_without_lines_it_is_not_known_where_a_task_was_made():
    assert {task.made_at for task in run(by_create_task(), lines=False).tasks} == {None}


def test_the_quick_way_to_know_a_task_and_the_careful_one_tell_the_same(monkeypatch):
    def told():
        return [
            (t.name, t.coroutine, t.parent, t.outcome, t.exception, t.entered)
            for t in run(many_ends()).tasks
        ]

    quick = told()
    with monkeypatch.context() as patch:
        patch.setattr(TaskBook, "new_task", TaskBook.begins)
        patch.setattr(TaskBook, "ended", ended_with_care)
        careful = told()
    assert quick == careful
    assert [name for name, coroutine, *_ in quick if coroutine in ("first", "second")] == [
        "first-1", "second-1", "first-2", "second-2",
    ]  # fmt: skip
    assert {"Task-0", "Task-1", "renamed"} <= {name for name, *_ in quick}
    assert [entered for *_, entered in quick].count(False) == 1


def ended_with_care(book, task, number, end):
    note = book.notes[number]
    note.ref = None
    book.numbers.pop(id(task), None)
    book._ended_otherwise(note, number, task, end)
