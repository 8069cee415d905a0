"""Recording keeps nothing: no task, no result, no loop, and many recordings no memory."""

import asyncio
import contextlib
import gc
import os
import tracemalloc
import weakref
from itertools import pairwise

import pytest

from helpers import record
from helpers.recorder import hooks

# 1,000 and more by SEE_THE_LOOP_RECORDINGS=1000
RECORDINGS = int(os.environ.get("SEE_THE_LOOP_RECORDINGS", "60"))


class Thing:
    """Something that can be seen to go."""


async def work():
    """A bit of everything: tasks, a timer, a callback, an exception, a cancellation."""

    async def fail():
        raise ValueError("no good")

    async def nap():
        await asyncio.sleep(0)
        return Thing()

    loop = asyncio.get_running_loop()
    loop.call_soon(Thing)
    loop.call_later(30, Thing).cancel()
    hanging = asyncio.create_task(asyncio.sleep(30))
    await asyncio.gather(nap(), fail(), nap(), return_exceptions=True)
    hanging.cancel()


def record_once(lines):
    with record(lines=lines):
        asyncio.run(work())


def objects_and_memory():
    gc.collect()
    return len(gc.get_objects()), tracemalloc.get_traced_memory()[0]


@pytest.mark.parametrize("lines", [False, True], ids=["lines off", "lines on"])
def test_recordings_leave_no_objects_and_no_memory(lines):
    """A leak grows with each round of them; a table of Python's own that doubles, only once."""
    tracemalloc.start()
    try:
        seen = [objects_and_memory()]
        for _ in range(5):
            for _ in range(RECORDINGS // 5):
                record_once(lines)
            seen.append(objects_and_memory())
    finally:
        tracemalloc.stop()
    grown = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(seen)]
    assert min(objects for objects, _ in grown) < 10, grown
    assert min(memory for _, memory in grown) < 10_000, grown


def test_tasks_and_results_can_go_at_once_while_it_records():
    """Without the garbage collector: their last reference is the program's own."""
    gone = []

    async def make():
        thing = Thing()
        weakref.finalize(thing, gone.append, "result")
        await asyncio.sleep(0)
        return thing

    async def main():
        task = asyncio.create_task(make())
        weakref.finalize(task, gone.append, "task")
        weakref.finalize(task.get_coro(), gone.append, "coroutine")
        await task
        del task
        await asyncio.sleep(0)
        assert sorted(gone) == ["coroutine", "result", "task"]

    gc.disable()
    try:
        with record():
            asyncio.run(main())
    finally:
        gc.enable()
    assert len(gone) == 3


def test_exceptions_and_what_their_frames_hold_can_go_at_once():
    gone = []

    async def fail():
        thing = Thing()
        weakref.finalize(thing, gone.append, "thing")
        raise ValueError("no good")

    async def main():
        with contextlib.suppress(ValueError):
            await asyncio.create_task(fail())
        await asyncio.sleep(0)
        gc.collect()  # a task and its exception's traceback hold each other
        assert gone == ["thing"]

    with record():
        asyncio.run(main())


def test_callbacks_and_their_arguments_can_go_at_once():
    gone = []

    async def main():
        thing = Thing()
        weakref.finalize(thing, gone.append, "argument")
        asyncio.get_running_loop().call_soon(lambda thing: None, thing)
        del thing
        await asyncio.sleep(0)
        assert gone == ["argument"]

    with record():
        asyncio.run(main())


def test_a_recording_that_is_over_keeps_only_its_timeline():
    recording = record()
    with recording as timeline:
        asyncio.run(work())
    journal = weakref.ref(recording.journal)
    loops = [ref for ref in recording.journal.loops if ref() is not None]
    del recording
    gc.collect()
    assert journal() is None
    assert not [ref for ref in loops if ref() is not None]
    assert timeline.complete


def test_a_recording_that_nobody_can_leave_any_more_is_left_by_the_next():
    async def abandon():
        record().__enter__()

    asyncio.run(abandon())
    assert hooks.journals, "it went on"
    with record():
        pass
    assert not hooks.journals
    assert not hooks._undo


def test_what_the_recorder_looked_at_does_not_live_as_long_as_an_exception():
    """Up to 3.12 to read a frame's variables leaves a copy of them in it. A traceback keeps the
    frame, and so it kept the step's handle, and what that was about."""
    made = []

    async def thing():
        made.append(weakref.ref(found := Thing()))
        return found

    async def inner():
        with record():
            await asyncio.gather(thing(), asyncio.Event().wait())

    async def main():
        task = asyncio.create_task(inner())
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])
        return made[0](), task

    gc.disable()
    try:
        with record():
            kept, _ = asyncio.run(main())
    finally:
        gc.enable()
    assert kept is None
