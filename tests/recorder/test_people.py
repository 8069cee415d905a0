"""What tasks are called, and who made them."""

import asyncio

from programs import nap, run

from helpers import record


def test_tasks_without_a_name_are_called_by_their_coroutine():
    async def fetch():
        await asyncio.sleep(0)

    async def main():
        await asyncio.gather(fetch(), fetch(), asyncio.create_task(fetch(), name="mine"))

    timeline = run(main())
    assert [t.name for t in timeline.tasks] == ["main", "mine", "fetch-1", "fetch-2"]
    assert [t.parent for t in timeline.tasks] == [None, 0, 0, 0]
    assert [t.role for t in timeline.tasks] == ["main", "", "", ""]


def test_a_task_made_by_a_task_has_it_as_parent():
    async def leaf():
        pass

    async def branch():
        await asyncio.create_task(leaf(), name="leaf")

    async def main():
        await asyncio.create_task(branch(), name="branch")

    timeline = run(main())
    assert timeline.tasks[timeline.task("leaf").parent].name == "branch"
    assert timeline.most_tasks_at_once == 2


def test_inside_a_coroutine_the_task_that_entered_comes_first():
    async def main():
        older = asyncio.create_task(asyncio.sleep(0.001), name="older")
        await asyncio.sleep(0)
        with record() as timeline:
            await asyncio.create_task(nap(), name="newer")
            await older
        return timeline

    timeline = asyncio.run(main())
    assert [t.name for t in timeline.tasks] == ["main", "older", "newer"]
    assert [t.created is None for t in timeline.tasks] == [True, True, False]
    assert [t.role for t in timeline.tasks] == ["recording", "", ""]
    assert [t.outcome for t in timeline.tasks] == ["pending", "returned", "returned"]
    assert timeline.steps[0].label == "main"
    assert timeline.steps[0].start == 0
    assert timeline.steps[-1].end == timeline.duration
