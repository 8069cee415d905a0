"""Eager tasks made by hand are seen where they begin, and nothing of ours stays with them."""

import asyncio
import gc
import io
import sys
from contextlib import redirect_stdout

import pytest
from programs import nap

from helpers import record

pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 12), reason="eager tasks came with Python 3.12"
)


def by_hand(coroutine, **options):
    loop = asyncio.get_running_loop()
    return asyncio.Task(coroutine, loop=loop, eager_start=True, **options)


async def quick():
    return 7


def outcomes(timeline):
    return {task.name: task.outcome for task in timeline.tasks}


def run(program):
    with record() as timeline:
        asyncio.run(program())
    assert timeline.notes == ()
    return timeline


def hosts(timeline):
    """For each task whose first step ran inside another step, whose that was."""
    firsts = {task.name: timeline.steps[timeline.task_steps(task.id)[0]] for task in timeline.tasks}
    return {
        name: timeline.steps[first.inside].label
        for name, first in firsts.items()
        if first.inside is not None
    }


def test_the_first_step_lies_inside_its_makers():
    async def outer():
        by_hand(quick(), name="inner")
        await asyncio.sleep(0)
        by_hand(quick(), name="later")

    async def main():
        await by_hand(outer(), name="outer")

    timeline = run(main)
    assert hosts(timeline) == {"outer": "main", "inner": "outer", "later": "outer"}
    assert set(outcomes(timeline).values()) == {"returned"}


def test_a_hundred_of_them_and_garbage_in_between():
    async def main():
        tasks = []
        for number in range(100):
            circle = []
            circle.append(circle)
            if number % 7 == 0:
                gc.collect(number % 3)
            tasks.append(by_hand(nap() if number % 2 else quick(), name=f"t{number}"))
        await asyncio.gather(*tasks)

    timeline = run(main)
    assert outcomes(timeline) == {f"t{n}": "returned" for n in range(100)} | {"main": "returned"}
    assert set(hosts(timeline).values()) == {"main"}


def test_ordinary_tasks_beside_them_are_not_taken_for_eager():
    async def main():
        ordinary = [asyncio.create_task(nap(), name="ordinary"), asyncio.Task(nap(), name="plain")]
        assert asyncio.get_running_loop().is_running()
        await asyncio.gather(*ordinary, by_hand(nap(), name="eager"))

    timeline = run(main)
    assert hosts(timeline) == {"eager": "main"}


def test_code_that_asks_in_so_many_words_may_make_them_as_well():
    async def main():
        loop = asyncio.get_running_loop()
        ordinary = asyncio.create_task(nap(), name="ordinary")
        if loop.is_running():
            await asyncio.Task(nap(), loop=loop, eager_start=True, name="eager")
        await ordinary

    timeline = run(main)
    assert hosts(timeline) == {"eager": "main"}
    assert outcomes(timeline)["ordinary"] == "returned"


def test_beside_an_eager_factory_each_is_seen_once():
    async def outer():
        by_hand(quick(), name="by hand inside")

    async def main():
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        await asyncio.create_task(outer(), name="outer")
        by_hand(quick(), name="by hand")
        await asyncio.create_task(nap(), name="nap")

    timeline = run(main)
    assert hosts(timeline) == {
        "outer": "main", "by hand inside": "outer", "by hand": "main", "nap": "main",
    }  # fmt: skip
    assert len(timeline.tasks) == 5


def test_what_it_calls_soon_and_makes_in_its_first_step_is_as_ever():
    told = []

    async def begins():
        loop = asyncio.get_running_loop()
        loop.call_soon(told.append, "soon")
        child = asyncio.create_task(nap(), name="child")
        told.append(repr(loop.call_soon).partition(" ")[0])
        await child

    async def main():
        loop = asyncio.get_running_loop()
        await by_hand(begins(), name="begins")
        assert "call_soon" not in vars(loop)

    timeline = run(main)
    assert told[1:] == ["soon"]
    child = timeline.task("child")
    assert timeline.tasks[child.parent].name == "begins"


def test_a_call_soon_of_the_programs_own_is_left_alone():
    called = []

    async def main():
        loop = asyncio.get_running_loop()
        plain = loop.call_soon

        def mine(callback, *args, context=None):
            called.append(callback)
            return plain(callback, *args, context=context)

        loop.call_soon = mine
        await by_hand(nap(), name="eager")
        assert vars(loop)["call_soon"] is mine
        del loop.call_soon

    with record() as timeline:
        asyncio.run(main())
    assert outcomes(timeline)["eager"] == "returned"
    assert called


def test_nothing_of_ours_stays_with_a_task_that_waits():
    async def main():
        task = by_hand(nap(), name="eager")
        assert not task._callbacks
        await task

    run(main)


def test_a_recording_that_begins_in_its_first_step():
    async def begins():
        with record() as timeline:
            await asyncio.sleep(0)
        return timeline

    async def main():
        return await by_hand(begins(), name="begins")

    timeline = asyncio.run(main())
    assert timeline.recording_task.name == "begins"
    assert len(timeline.tasks) == 2
    assert not [note for note in timeline.notes if "understood" in note]


def test_a_recording_that_ends_in_its_first_step():
    async def ends(recording):
        recording.__exit__(None, None, None)
        await asyncio.sleep(0)

    async def main():
        recording = record()
        recording.__enter__()
        await by_hand(ends(recording), name="ends")
        return recording.timeline

    timeline = asyncio.run(main())
    assert outcomes(timeline)["ends"] == "pending"
    assert hosts(timeline) == {"ends": "main"}
    assert [note for note in timeline.notes if "eager" in note] == []


def test_one_that_prints_itself_and_one_that_ends_the_program():
    async def says():
        print(asyncio.current_task().get_name())
        raise SystemExit(3)

    async def main():
        by_hand(says(), name="says")

    out = io.StringIO()
    with redirect_stdout(out), record() as timeline, pytest.raises(SystemExit):
        asyncio.run(main())
    assert out.getvalue() == "says\n"
    assert "says" in outcomes(timeline)


def test_debug_mode_shows_no_frame_of_ours():
    async def main():
        task = by_hand(nap(), name="eager")
        soon = asyncio.get_running_loop().call_soon(int)
        await task
        return [made._source_traceback[-1].name for made in (task, soon)]

    with record():
        assert asyncio.run(main(), debug=True) == ["by_hand", "main"]
