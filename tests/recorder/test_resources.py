"""What tasks share: exact sizes, holders and lines, compared with a program's own count."""

import asyncio
import threading

import pytest
from shared_programs import deadlock

from helpers import record, simulate
from helpers.timeline import Timeline


def by_name(timeline: Timeline, name: str):
    return next(one for one in timeline.resources if one.name == name)


def names(timeline: Timeline, ids) -> list[str]:
    return [None if one is None else timeline.tasks[one].name for one in ids]


def stays(timeline, kind):
    return [(*names(timeline, [s.task]), s.start, s.end, s.slot) for s in kind]


# -- queues ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [asyncio.Queue, asyncio.PriorityQueue, asyncio.LifoQueue])
def test_a_queue_has_the_sizes_that_the_program_counts(kind):
    counted = {}

    async def main():
        loop, orders = asyncio.get_running_loop(), kind(maxsize=3)

        async def cook():
            for number in range(8):
                await asyncio.sleep(0.25)
                await orders.put(number)
                counted[loop.time()] = orders.qsize()

        async def waiter():
            for _ in range(8):
                await orders.get()
                counted[loop.time()] = orders.qsize()
                await asyncio.sleep(1)

        async with asyncio.TaskGroup() as group:
            group.create_task(cook(), name="cook")
            group.create_task(waiter(), name="waiter")

    timeline = simulate(main())
    orders = by_name(timeline, "orders")
    assert (orders.kind, orders.type, orders.maker) == ("Queue", kind.__name__, 0)
    assert set(orders.limits) == {3}
    assert {moment: orders.at(moment).size for moment in counted} == counted
    waits = stays(timeline, orders.waits)
    assert waits[0] == ("waiter", 0, 0.25, 0)
    late = [("cook", start, start + 0.75, 1) for start in (1.5, 2.5, 3.5)]
    assert waits[1:] == late
    assert orders.at(1.5).in_line == (orders.waits.task[1],)
    assert orders.at(2.3).waiting == 0


def test_puts_by_callbacks_and_a_subclass_that_keeps_each_thing_once():
    class Wishes(asyncio.Queue):
        def _init(self, maxsize):
            self._queue = set()

        def _put(self, item):
            self._queue.add(item)

        def _get(self):
            return self._queue.pop()

    async def main():
        wishes = Wishes()
        for delay, wish in ((1, "tea"), (2, "tea"), (3, "cake")):
            asyncio.get_running_loop().call_later(delay, wishes.put_nowait, wish)
        await asyncio.sleep(4)
        return [await wishes.get(), await wishes.get()]

    wishes = by_name(simulate(main()), "wishes")
    assert list(zip(wishes.moments, wishes.sizes, strict=True)) == [(1, 1), (3, 2), (4, 1), (4, 0)]


def test_a_queue_that_is_older_than_the_recording():
    async def main():
        orders = asyncio.Queue()
        orders.put_nowait(1)
        waiter = asyncio.create_task(two(orders), name="waiter")
        await asyncio.sleep(0)
        with record() as timeline:
            orders.put_nowait(2)
            await waiter
        return timeline

    async def two(orders):
        return [await orders.get(), await orders.get()]

    timeline = asyncio.run(main())
    (orders,) = timeline.resources
    assert (orders.made, orders.maker) == (None, None)
    assert orders.name == "orders"
    assert orders.sizes[-1] == 0
    assert names(timeline, [stay.task for stay in orders.waits]) == ["waiter"]


# -- semaphores and locks ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [asyncio.Semaphore, asyncio.BoundedSemaphore])
def test_a_semaphore_has_the_holders_that_the_program_counts(kind):
    inside, counted = [], {}

    async def main():
        loop, limit = asyncio.get_running_loop(), kind(3)

        async def guest(number):
            async with limit:
                inside.append(f"guest {number}")
                counted[loop.time()] = set(inside)
                await asyncio.sleep(1 + number / 8)
                inside.remove(f"guest {number}")
                counted[loop.time()] = set(inside)

        async with asyncio.TaskGroup() as group:
            for number in range(10):
                group.create_task(guest(number), name=f"guest {number}")

    timeline = simulate(main())
    limit = by_name(timeline, "limit")
    assert limit.holders_known
    for moment, holders in counted.items():
        use = limit.at(moment)
        assert set(names(timeline, use.holders)) == holders, moment
        assert (use.size, use.limit) == (len(holders), 3)
    assert limit.at(0.5).waiting == 7
    assert names(timeline, limit.at(0.5).in_line) == [f"guest {n}" for n in range(3, 10)]
    assert {stay.slot for stay in limit.holds} == {0, 1, 2}


def test_two_locks_in_a_deadlock():
    timeline = simulate(deadlock())
    left, right = by_name(timeline, "left"), by_name(timeline, "right")
    assert stays(timeline, left.holds) == [("Ada", 0, 5, 0)]
    assert stays(timeline, right.holds) == [("Ben", 0, 5, 0)]
    assert stays(timeline, left.waits) == [("Ben", 1, 5, 0)]
    assert stays(timeline, right.waits) == [("Ada", 1, 5, 0)]


def test_a_cancelled_acquire_leaves_the_line_and_a_slot_that_was_handed_over_is_given_back():
    async def main():
        limit = asyncio.Semaphore(1)

        async def hold(seconds):
            async with limit:
                await asyncio.sleep(seconds)

        first = asyncio.create_task(hold(2), name="first")
        await asyncio.sleep(0)
        late = asyncio.create_task(hold(1), name="late")
        last = asyncio.create_task(hold(1), name="last")
        await asyncio.sleep(1)
        late.cancel()
        await asyncio.gather(first, late, last, return_exceptions=True)

    timeline = simulate(main())
    limit = by_name(timeline, "limit")
    assert stays(timeline, limit.waits) == [("late", 0, 1, 0), ("last", 0, 2, 0)]
    assert stays(timeline, limit.holds) == [("first", 0, 2, 0), ("last", 2, 3, 0)]
    assert set(limit.sizes) == {0, 1}


def test_a_lock_that_another_task_releases():
    async def main():
        door = asyncio.Lock()
        await door.acquire()

        async def open_it():
            await asyncio.sleep(1)
            door.release()

        await asyncio.create_task(open_it(), name="porter")
        async with door:
            await asyncio.sleep(1)

    timeline = simulate(main())
    door = by_name(timeline, "door")
    assert stays(timeline, door.holds) == [("main", 0, 1, 0), ("main", 1, 2, 0)]


def test_a_semaphore_that_somebody_else_releases_names_no_holders():
    async def main():
        bell = asyncio.Semaphore(0)
        asyncio.get_running_loop().call_later(1, bell.release)
        await bell.acquire()
        await asyncio.sleep(1)

    bell = by_name(simulate(main()), "bell")
    assert not bell.holders_known
    assert bell.at(1.5).holders == ()
    assert (bell.at(0.5).size, bell.at(0.5).limit, bell.at(0.5).waiting) == (0, 0, 1)


# -- events, conditions, barriers ------------------------------------------------------------------


def test_an_event_a_condition_and_a_barrier():
    async def main():
        bell, board, table = asyncio.Event(), asyncio.Condition(), asyncio.Barrier(2)

        async def guest(delay):
            await asyncio.sleep(delay)
            await table.wait()
            await bell.wait()
            async with board:
                await board.wait()

        async with asyncio.TaskGroup() as group:
            group.create_task(guest(0), name="early")
            group.create_task(guest(1), name="late")
            await asyncio.sleep(2)
            bell.set()
            await asyncio.sleep(1)
            async with board:
                board.notify_all()

    timeline = simulate(main())
    assert [one.name for one in timeline.resources] == ["bell", "board", "table"]
    bell, board, table = timeline.resources
    assert set(stays(timeline, bell.waits)) == {("early", 1, 2, 0), ("late", 1, 2, 0)}
    assert (bell.at(1).size, bell.at(2).size) == (0, 1)
    assert {stay[:3] for stay in stays(timeline, board.waits)} == {("early", 2, 3), ("late", 2, 3)}
    assert [(s.size, s.limit, s.waiting) for s in map(table.at, (0, 1))] == [(1, 2, 1), (0, 2, 0)]


# -- elsewhere -----------------------------------------------------------------------------------


def test_what_was_made_outside_every_recording_and_used_in_two_loops():
    def run_both():
        with record() as timeline:
            asyncio.run(use("first"))
            asyncio.run(use("second"))
        return timeline

    async def use(name):
        basket = asyncio.Queue()
        await basket.put(name)

    assert [one.name for one in run_both().resources] == ["basket 1", "basket 2"]


def test_another_thread_is_not_ours():
    async def elsewhere():
        theirs = asyncio.Queue()
        await theirs.put(1)

    with record() as timeline:
        thread = threading.Thread(target=asyncio.run, args=(elsewhere(),))
        thread.start()
        thread.join()
    assert timeline.resources == ()


def test_live_looks_from_another_thread_see_them_too():
    async def main():
        orders = asyncio.Queue()
        with record() as timeline:
            orders.put_nowait(1)
            await asyncio.sleep(0)
        return timeline

    assert [one.sizes for one in asyncio.run(main()).resources] == [[1]]
