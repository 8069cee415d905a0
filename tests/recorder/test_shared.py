"""Numbers and notes of what tasks share: of what lives, and of what is the program's."""

import asyncio
import gc

from helpers import record, simulate
from helpers.recorder.shared import Shared, value_of
from helpers.recorder.stand_ins import journals


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
