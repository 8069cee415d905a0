"""What is there at a moment: steps under way on a stack, and tasks in the ready queues."""

import asyncio
import sys

import pytest
from programs import nap

from helpers import record
from helpers.recorder import present, rows

JOURNAL, ANOTHER = object(), object()


def look(journal=JOURNAL, number_of=None):
    return present.steps_under_way(sys._getframe(), journal, number_of)


def a_step(journal, queued, start, who, then=look):
    """Looks like the frame of one of our steps, in which something else goes on."""
    return then()


@pytest.fixture
def is_known(monkeypatch):
    monkeypatch.setattr(present, "step_frames", {a_step.__code__})


def test_steps_on_the_stack_are_told_from_the_innermost_on(is_known):
    def inner():
        return a_step(JOURNAL, 3.0, 4.0, 8)

    assert a_step(JOURNAL, 1.0, 2.0, 7, inner) == [(3.0, 4.0, 8), (1.0, 2.0, 7)]


def test_where_no_frame_of_a_step_is_nothing_is_under_way(is_known, monkeypatch):
    assert look() == present.steps_under_way(None, JOURNAL, None) == []
    monkeypatch.setattr(present, "step_frames", set())
    assert a_step(JOURNAL, 1.0, 2.0, 7) == []


def test_another_journals_step_and_one_that_has_not_begun_are_left_out(is_known):
    assert a_step(ANOTHER, 1.0, 2.0, 7) == []
    assert a_step(JOURNAL, 1.0, None, 7) == []


def test_a_step_of_which_nobody_knows_when_it_was_queued_is_there_all_the_same(is_known):
    assert a_step(JOURNAL, None, 2.0, 7) == [(rows.UNKNOWN, 2.0, 7)]


@pytest.mark.parametrize(("number", "found"), [(5, [(rows.UNKNOWN, 2.0, 5)]), (None, [])])
def test_while_a_task_is_made_its_step_is_known_by_its_coroutine(monkeypatch, number, found):
    def making(journal, loop, coro, start):
        return look(number_of={task: number}.get)

    async def main():
        nonlocal task
        coroutine, loop = nap(), asyncio.get_running_loop()
        task = asyncio.create_task(coroutine)
        assert making(JOURNAL, loop, coroutine, 2.0) == found
        await task

    task = None
    monkeypatch.setattr(present, "step_frames", {making.__code__})
    asyncio.run(main())


def test_a_recorded_step_is_seen_from_inside():
    recording, seen = record(), []

    async def main():
        journal = recording.journal
        seen.extend(look(journal, journal.tasks.number_of))
        seen.append(journal.safe_clock())

    with recording:
        asyncio.run(main())
        assert look(recording.journal) == []
    ((queued, start, who), now) = seen
    assert 0 < queued <= abs(start) <= now
    assert recording.timeline.tasks[who].name == "main"


def test_tasks_whose_step_is_queued_are_found_and_others_are_not():
    async def main():
        loop = asyncio.get_running_loop()
        waits = asyncio.create_task(asyncio.sleep(60))
        await asyncio.sleep(0)
        is_ready = asyncio.create_task(nap())
        loop.call_soon(int)
        queued = present.queued_tasks([loop, None])
        waits.cancel()
        assert queued == [(is_ready, None)], "by a plain handle, which does not say since when"

    asyncio.run(main())


def test_those_that_are_queued_are_numbered_and_since_when():
    async def main():
        loop, tasks = asyncio.get_running_loop(), recording.journal.tasks
        before = recording.journal.safe_clock()
        task = asyncio.create_task(nap())
        queued = present.note_queued(tasks, [loop])
        assert list(queued) == [tasks.known(task)]
        (moment,) = queued.values()
        assert before <= moment <= recording.journal.safe_clock()
        assert tasks.notes[tasks.known(task)].created == moment, "its first step is what is queued"
        await task

    recording = record()
    with recording:
        asyncio.run(main())
    assert recording.timeline.notes == ()
