"""Which lanes there are of what tasks share, and what lies in each, as numbers."""

import asyncio

from shared_programs import deadlock, kitchen, pool, signal, turnstile

from helpers import simulate
from helpers.charts.alt import alt_text
from helpers.charts.lanes import lay_out
from helpers.charts.layout import InLine
from helpers.charts.shared_lanes import MOST_RESOURCES, SHARED, chosen
from helpers.timeline import TaskSpan, Timeline

TOLD = ("queue, up to 3 of 3",)


def lanes_of(timeline, **options):
    return [lane for lane in lay_out(timeline, **options).lanes if lane.kind in SHARED]


def test_a_queue_is_a_curve_with_a_limit_and_who_wants_to_put_something_in_stands_in_line():
    (orders,) = lanes_of(simulate(kitchen()))
    assert (orders.kind, orders.label, orders.remarks) == ("queue", "orders", TOLD)
    assert {level.limit for level in orders.levels} == {3}
    sizes = [(level.start, level.size) for level in orders.levels]
    assert sizes[:5] == [(0.0, 0), (0.25, 0), (0.5, 1), (0.75, 2), (1.0, 3)]
    assert orders.in_line[0] == InLine(1.5, 2.25, 1)


def test_a_semaphore_has_slots_with_holders():
    (limit,) = lanes_of(simulate(turnstile()))
    assert (limit.kind, limit.slots, limit.remarks) == ("slots", 3, ("semaphore of 3",))
    first = [held for held in limit.held if held.start == 0]
    assert [(held.slot, held.holder) for held in first] == [(n, f"guest {n}") for n in range(3)]
    assert limit.in_line[0] == InLine(0.0, 1.0, 7)


def test_two_locks_in_a_deadlock():
    left, right = lanes_of(simulate(deadlock()))
    assert [held.holder for held in (*left.held, *right.held)] == ["Ada", "Ben"]
    assert [wait.number for wait in (*left.in_line, *right.in_line)] == [1, 1]


def test_an_event_is_marks():
    (bell,) = lanes_of(simulate(signal()))
    assert (bell.kind, bell.label) == ("marks", "bell")
    assert [(level.start, level.size) for level in bell.levels] == [(0, 0), (1, 1)]


def test_a_worker_has_a_bar_for_each_call_and_those_that_wait_for_one_stand_in_line():
    lanes = lanes_of(pool(calls=12, workers=4))
    assert [lane.label for lane in lanes] == [*(f"pool_{n}" for n in range(4)), "in line"]
    bars = [bar for lane in lanes for bar in lane.bars]
    assert [bar.text for bar in bars if bar.state == "work"] == ["fetch"] * 12
    assert lanes[-1].in_line == (InLine(0.0, 0.5, 8), InLine(0.5, 1.0, 4))


def test_a_part_of_a_recording_has_its_part_of_them():
    (orders,) = lanes_of(simulate(kitchen()), between=(1, 2))
    assert min(level.start for level in orders.levels) == 1
    assert max(level.end for level in orders.levels) == 2
    assert orders.in_line == (InLine(1.5, 2, 1),)


def test_what_nobody_waited_for_and_what_is_many_is_not_drawn():
    async def main(number):
        unused = asyncio.Lock()
        doors = [asyncio.Lock() for _ in range(number)]

        async def through():
            for door in doors:
                async with door:
                    await asyncio.sleep(1)

        await asyncio.gather(through(), through())
        return unused

    assert [lane.label for lane in lanes_of(simulate(main(1)))] == ["doors"]
    lanes = lanes_of(simulate(main(9)))
    assert len(lanes) == MOST_RESOURCES + 1
    assert lanes[-1].label == "3 more that tasks share"


def test_a_recording_without_any_has_no_such_lane():
    assert lanes_of(Timeline.of([TaskSpan(0, "a")])) == []
    assert chosen(()) == ([], 0)


def test_the_alt_text_names_them():
    told = alt_text(simulate(kitchen()))
    assert "The queue 'orders' has room for 3, and holds up to 3; one task" in told
    assert "12 calls run in workers: fetch" in alt_text(pool(calls=12, workers=4))
