"""Queues and locks are as they were after a recording, and nothing of ours shows meanwhile."""

import asyncio
import inspect
import traceback

import pytest
from nothing_left import patched_places

from helpers import record
from helpers.recorder import shared_hooks
from helpers.recorder.shared_hooks import ATTRIBUTES, SHARED


def places():
    return {**patched_places(), **{key: vars(key[0]).get(key[1]) for key in SHARED | ATTRIBUTES}}


def test_it_leaves_no_trace():
    before = places()
    with record():
        door = asyncio.Lock()
        asyncio.run(hold(door))
        assert places() != before
    assert places() == before
    assert vars(door)["_locked"] is False
    asyncio.run(hold(asyncio.Lock()))


async def hold(door):
    async with door:
        await asyncio.sleep(0)


async def full():
    orders = asyncio.Queue(1)
    orders.put_nowait(1)
    orders.put_nowait(2)


async def empty():
    asyncio.Queue().get_nowait()


async def misspelt():
    asyncio.Queue(maxsiz=3)


async def not_held():
    asyncio.Lock().release()


async def once_too_often():
    asyncio.BoundedSemaphore(1).release()


async def not_notified():
    asyncio.Condition().notify()


async def elsewhere():
    event = asyncio.Event()
    event._loop = object()
    await event.wait()


@pytest.mark.parametrize(
    "program",
    [full, empty, misspelt, not_held, once_too_often, not_notified, elsewhere],
    ids=lambda program: program.__name__,
)
def test_no_line_of_ours_is_in_a_traceback(program):
    with record() as timeline:
        try:
            asyncio.run(program())
        except Exception as error:
            raised = error
    assert timeline.complete
    files = [frame.filename for frame in traceback.extract_tb(raised.__traceback__)]
    assert not any("helpers" in file for file in files)


def test_they_look_as_ever_in_a_recording():
    plain = inspect.signature(asyncio.Queue), inspect.signature(asyncio.Event.set)
    with record():
        assert (inspect.signature(asyncio.Queue), inspect.signature(asyncio.Event.set)) == plain
        assert asyncio.Event.set.__qualname__ == "Event.set"


def test_what_asyncio_or_a_library_makes_for_itself_is_none_of_the_programs():
    made = {"asyncio": asyncio}
    library = asyncio.__file__.replace("asyncio", "other")
    exec(compile("def make():\n    return asyncio.Lock()", library, "exec"), made)

    async def main():
        orders = asyncio.Queue()
        orders.put_nowait(1)
        await hold(made["make"]())

    with record() as timeline:
        asyncio.run(main())
    assert [one.name for one in timeline.resources] == ["orders"]


@pytest.mark.parametrize("is_known", [True, False])
def test_a_queue_wakes_who_waits_also_in_a_way_that_we_do_not_know(is_known, monkeypatch):
    plain, calls = asyncio.Queue._wakeup_next, []

    def wakeup_next(self, waiters):
        calls.append(len(waiters))
        plain(self, waiters)

    if not is_known:
        monkeypatch.setattr(asyncio.Queue, "_wakeup_next", wakeup_next)
    with record() as timeline:
        assert asyncio.run(a_bit_of_everything()) == [1, 2]
    assert {*timeline.resources[0].sizes} == {0, 1}
    assert bool(calls) is not is_known
    code, ours = plain.__code__, shared_hooks._wake.__code__
    assert (code.co_code, code.co_names) == (ours.co_code, ours.co_names)


# -- faults: each costs its own part -----------------------------------------------------------


async def a_bit_of_everything():
    orders, door = asyncio.Queue(1), asyncio.Lock()
    limit, bell = asyncio.Semaphore(1), asyncio.Event()

    async def eat():
        async with door, limit:
            return [await orders.get(), await orders.get()]

    eater = asyncio.create_task(eat())
    await orders.put(1)
    await orders.put(2)
    bell.set()
    return await eater


@pytest.mark.parametrize("part", ["meets", "is_made", "add", "handed_to", "numbers"])
def test_a_fault_costs_that_part_alone(part, monkeypatch):
    def broken(*_):
        raise ValueError("broken")

    if part == "numbers":
        monkeypatch.setattr(shared_hooks, "len", broken, raising=False)
    else:
        monkeypatch.setattr(f"helpers.recorder.shared.Shared.{part}", broken)
    with record() as timeline:
        assert asyncio.run(a_bit_of_everything()) == [1, 2]
    assert [task.outcome for task in timeline.tasks] == ["returned"] * len(timeline.tasks)
    assert len(timeline.steps) > 3
    if part != "handed_to":  # nobody was handed anything
        assert any("not understood, and left out" in note for note in timeline.notes)


def test_a_queue_that_keeps_its_things_in_no_way_of_ours_is_left_out():
    class Odd(asyncio.Queue):
        def _init(self, maxsize):
            self._things = []

        def qsize(self):
            return len(self._things)

        def empty(self):
            return not self._things

        def _put(self, item):
            self._things.append(item)

        def _get(self):
            return self._things.pop()

    async def main():
        odd, orders = Odd(), asyncio.Queue()
        await odd.put(1)
        await orders.put(await odd.get())
        return await orders.get()

    with record() as timeline:
        assert asyncio.run(main()) == 1
    assert [one.sizes for one in timeline.resources if one.name == "orders"] == [[1, 0]]
    assert any("how full a queue was, 2 times" in note for note in timeline.notes)


def test_without_lines_nobody_pays_for_them():
    before = places()
    with record(lines=False) as timeline:
        assert {key: places()[key] for key in SHARED} == {key: before[key] for key in SHARED}
        asyncio.run(a_bit_of_everything())
    assert timeline.resources == ()
