"""Numbers and notes of what tasks share: of what lives, and of what is the program's."""

import asyncio
import gc

from helpers import record, simulate
from helpers.recorder.rows import MOST_CHANGES
from helpers.recorder.shared import Shared, value_of
from helpers.recorder.stand_ins import journals
from helpers.timeline import Timeline


def test_nothing_is_kept_alive_and_no_number_outlives_its_owner():
    async def main():
        for _ in range(3):
            orders = asyncio.Queue()
            orders.put_nowait(1)
        del orders
        gc.collect()

    with record() as timeline:
        (journal,) = journals.values()
        asyncio.run(main())
        assert (journal.shared.numbers, journal.shared.unborn) == ({}, {})
        assert not journal.shared._refs
    assert [one.sizes for one in timeline.resources] == [[1], [1], [1]]


def test_what_a_thing_is_like_now():
    orders = asyncio.Queue()
    orders.put_nowait(1)
    values = [value_of(orders), value_of(asyncio.Semaphore(3)), value_of(asyncio.Event())]
    assert values == [1, 3, 0]
    assert value_of(asyncio.Condition()) is None


def test_rows_are_packed_when_there_are_many():
    shared = Shared(lambda: 0.0, lambda task: 0, lambda code: 0)
    for number in range(3000):
        shared.add(float(number), 0, 1, -1)
    assert len(shared.rows.fresh) < 4010
    assert len(shared.rows.copy(True)) == 3000 * 4


def test_what_asyncio_makes_for_its_own_use_is_not_the_programs():
    async def main():
        jobs = [asyncio.create_task(asyncio.sleep(seconds)) for seconds in (1, 2)]
        for first in asyncio.as_completed(jobs):
            await first
        async with asyncio.Condition(), asyncio.timeout(1), asyncio.TaskGroup():
            pass
        mine = asyncio.PriorityQueue()
        await mine.put(1)

    found = [(resource.kind, resource.name) for resource in simulate(main()).resources]
    assert ("Queue", "mine") in found
    assert len([kind for kind, _ in found if kind == "Queue"]) == 1
    assert {kind for kind, _ in found} <= {"Queue", "Condition"}


def test_of_what_changes_without_end_the_size_is_looked_at_from_time_to_time(tmp_path):
    async def main(orders, door):
        for number in range(8000):
            await orders.put(number)
            async with door:
                if number % 2:
                    await orders.get()
            await asyncio.sleep(0)

    with record() as timeline:
        orders, door = asyncio.Queue(), asyncio.Lock()
        asyncio.run(main(orders, door))
    found = {resource.name: resource for resource in timeline.resources}
    orders, door = found["orders"], found["door"]
    assert set(range(1, 1000)) <= set(orders.sizes)
    assert 0 < orders.exact_until < timeline.duration
    assert MOST_CHANGES < len(orders.changes) + len(door.changes) < 3 * MOST_CHANGES
    assert (orders.sizes[-1], orders.at(timeline.duration).size) == (4000, 4000)
    assert not door.holders_known
    assert not len(door.holds)
    assert any("for the first 10,000 changes, until" in note for note in timeline.notes)
    timeline.save(tmp_path / "saved.json")
    assert Timeline.load(tmp_path / "saved.json").resources == timeline.resources


def test_what_changes_seldom_is_exact_beside_what_changes_without_end():
    async def main():
        orders, bell = asyncio.Queue(), asyncio.Event()
        for number in range(6000):
            orders.put_nowait(number)
            orders.get_nowait()
            if number % 1000 == 0:
                bell.set()
                bell.clear()
            await asyncio.sleep(0)

    orders, bell = simulate(main()).resources
    assert (bell.sizes, bell.exact_until) == ([1, 0] * 6, None)
    assert orders.exact_until is None or orders.sizes[-1] == 0
