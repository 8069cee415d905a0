"""The clock jumps: times are exact, and `compute` moves it within a step."""

import asyncio
import time
from asyncio import sleep

import pytest
from sleepers import sleeper, three

from helpers.virtual_time import compute, simulate


def spent(timeline, task):
    return (
        timeline.time_running(task.id),
        timeline.time_ready(task.id),
        timeline.time_waiting(task.id),
    )


# -- exact times ---------------------------------------------------------------------------


def test_sleeps_of_1_2_and_3_seconds_together_take_exactly_3():
    timeline = simulate(three(), title="three")
    assert (timeline.duration, timeline.result) == (3.0, [1, 2, 3])
    assert (timeline.title, timeline.clock, timeline.complete) == ("three", "virtual", True)
    ends = [(t.coroutine, t.ended, t.outcome) for t in timeline.tasks if t.coroutine == "sleeper"]
    assert ends == [("sleeper", float(s), "returned") for s in (1, 2, 3)]


def test_a_day_asleep_takes_no_real_time():
    began = time.perf_counter()
    assert simulate(sleeper(86_400)).duration == 86_400.0
    assert time.perf_counter() - began < 60


@pytest.mark.parametrize(
    ("sleeps", "total"),
    [
        ([0.1, 0.2], 0.3),
        ([0.1] * 10, 1.0),
        ([1 / 3] * 3, 0.999999999),
        ([5e-9] * 5, 25e-9),
        ([0.7, 0.1], 0.8),
        ([365 * 86400], 365 * 86400.0),
        ([40_000_000.5, 0.25], 40_000_000.75),
    ],
)
def test_sums_are_exact_to_the_nanosecond(sleeps, total):
    async def one_by_one():
        for seconds in sleeps:
            await sleep(seconds)

    assert simulate(one_by_one()).duration == total


def test_of_timers_due_together_the_one_made_first_goes_first():
    order = []

    async def at_one(number):
        await sleep(1)
        order.append(number)

    async def late():
        await sleep(0.7)
        await sleep(0.3)
        order.append("late")

    async def main():
        await asyncio.gather(late(), *map(at_one, range(20)))

    simulate(main())
    assert order == [*range(20), "late"]


def test_the_same_program_gives_the_same_timeline():
    def facts(timeline):
        steps = [(s.task, s.label, s.ready, s.start, s.end, s.waiting_for) for s in timeline.steps]
        return steps, [(t.name, t.created, t.ended, t.outcome) for t in timeline.tasks]

    async def main():
        queue = asyncio.Queue()

        async def put(number):
            await sleep(number * 0.01)
            compute(0.005)
            await queue.put(number)

        tasks = [asyncio.create_task(put(n), name=f"put {n}") for n in range(10)]
        return [await queue.get() for _ in tasks]

    first, second = simulate(main()), simulate(main())
    assert first.result == list(range(10))
    assert facts(first) == facts(second)


def test_timeouts_jump_too():
    async def main():
        try:
            async with asyncio.timeout(100):
                await sleep(1000)
        except TimeoutError:
            return asyncio.get_running_loop().time()

    assert simulate(main()).result == 100.0


# -- compute ----------------------------------------------------------------------------


def test_compute_holds_the_loop_while_others_are_ready():
    async def work():
        compute(0.02)

    async def main():
        async with asyncio.TaskGroup() as group:
            for number in range(10):
                group.create_task(work(), name=str(number))

    timeline = simulate(main())
    assert timeline.duration == 0.2
    for number in range(10):
        running, ready, waiting = spent(timeline, timeline.task(str(number)))
        assert (running, ready, waiting) == (0.02, round(number * 0.02, 9), 0.0)


def test_a_timer_behind_a_long_step_is_overdue():
    async def main():
        task = asyncio.create_task(sleeper(0.1), name="sleeper")
        await sleep(0)
        compute(0.5)
        await task

    timeline = simulate(main())
    assert timeline.duration == 0.5
    assert timeline.time_overdue(timeline.task("sleeper").id) == 0.4


def test_compute_takes_no_real_time_in_virtual_time_and_does_without():
    async def main():
        compute(86_400)

    began = time.perf_counter()
    assert simulate(main()).duration == 86_400.0
    assert time.perf_counter() - began < 60
    for run in (lambda: asyncio.run(main_for(0.05)), lambda: compute(0.05)):
        began = time.perf_counter()
        run()
        assert time.perf_counter() - began >= 0.05


async def main_for(seconds):
    compute(seconds)


def test_in_a_thread_compute_spins_in_real_time():
    async def main():
        began = time.perf_counter()
        await asyncio.to_thread(compute, 0.05)
        return time.perf_counter() - began

    assert simulate(main()).result >= 0.05


def test_the_clock_still_waits_for_a_thread_after_compute():
    async def main():
        thread = asyncio.to_thread(time.sleep, 0.05)
        task = asyncio.create_task(thread)
        await sleep(0)
        compute(1)
        await asyncio.wait([task], timeout=1000)
        return asyncio.get_running_loop().time()

    assert simulate(main()).result < 1000


@pytest.mark.parametrize(
    ("given", "error"),
    [("1", TypeError), (None, TypeError), (True, TypeError), (-1, ValueError)]
    + [(float(word), ValueError) for word in ("inf", "nan")],
)
def test_compute_wants_a_number_of_seconds(given, error):
    with pytest.raises(error, match="seconds"):
        compute(given)


def test_what_blocks_for_real_takes_no_virtual_time_and_is_noted():
    async def main():
        time.sleep(0.3)

    timeline = simulate(main())
    assert timeline.duration == 0.0
    assert max(step.real_seconds for step in timeline.steps) >= 0.3
