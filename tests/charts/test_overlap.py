"""Waits that overlap are told apart from lives that do."""

import asyncio
import sys

import pytest

from helpers.charts.alt import alt_text
from helpers.charts.overlap import ALL, NONE, SOME, lives_overlap, waits_overlap
from helpers.timeline import Step, TaskSpan, Timeline
from helpers.virtual_time import compute, simulate

sleep = asyncio.sleep


async def work(seconds):
    compute(seconds)


async def work_in_parts(seconds):
    for _ in range(3):
        compute(seconds / 3)
        await sleep(0)


async def both(*waits):
    async with asyncio.TaskGroup() as group:
        for wait in waits:
            group.create_task(wait)


async def one_by_one(*waits):
    for wait in waits:
        await asyncio.create_task(wait)


async def late(before, wait):
    await sleep(before)
    await wait


async def hands_on(first, second):
    """A task's last act is to make the next one."""

    made = []

    async def relay():
        await first
        made.append(asyncio.create_task(second))

    await asyncio.create_task(relay())
    await made[0]


async def ping_pong():
    there, back = asyncio.Queue(), asyncio.Queue()

    async def server():
        while await there.get():
            compute(0.1)
            await back.put(1)

    async def client():
        for ball in (1, 1, 0):
            await there.put(ball)
            if ball:
                await back.get()

    await both(server(), client())


async def eager(*bodies):
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    await asyncio.gather(*(asyncio.create_task(body) for body in bodies))


PROGRAMS = {
    "together": (lambda: both(sleep(1), sleep(2)), "Their waits overlap"),
    "only queue": (
        lambda: both(work(1), work(2)),
        "Their lives overlap, but none of their waits",
    ),
    "queue in parts": (
        lambda: both(work_in_parts(3), work_in_parts(3)),
        "Their lives overlap, but none of their waits",
    ),
    "one works, one waits": (
        lambda: both(work(1), sleep(2)),
        "Their lives overlap, but none of their waits",
    ),
    "no time passes": (
        lambda: both(work(0), work(0)),
        "Their lives overlap, but none of their waits",
    ),
    "one by one": (lambda: one_by_one(sleep(1), sleep(2)), "They run one after the other"),
    "one by one, no time": (lambda: one_by_one(work(0), work(0)), "They run one after the other"),
    "the last act": (lambda: hands_on(sleep(1), sleep(1)), "They run one after the other"),
    "two and one": (
        lambda: both(sleep(1), sleep(1), late(1, sleep(1)), work(0)),
        "Some of their waits overlap",
    ),
    "two pairs": (
        lambda: one_by_one(both(sleep(1), sleep(2)), both(sleep(1), sleep(2))),
        "Some of their waits overlap",
    ),
    "a chain": (
        lambda: both(sleep(2), late(1, sleep(2)), late(2.5, sleep(2))),
        "Their waits overlap",
    ),
    "ping-pong": (ping_pong, "Their lives overlap, but none of their waits"),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_says_what_overlaps(name):
    program, words = PROGRAMS[name]
    assert words in alt_text(simulate(program()))


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks are of 3.12")
def test_eager_tasks_that_end_where_they_begin_run_one_after_the_other():
    assert "They run one after the other" in alt_text(simulate(eager(work(1), work(2))))
    assert "Their waits overlap" in alt_text(simulate(eager(sleep(1), sleep(2))))


@pytest.mark.parametrize(
    ("lives", "found"),
    [
        ([(0, 1), (1, 2), (2, 3)], NONE),
        ([(0, 10), (0, 0), (0, 10)], SOME),
        ([(0, 10), (1, 2), (3, 4)], ALL),
        ([(5, 6), (0, 9), (1, 5)], ALL),
        ([(0, 2), (1, 3), (5, 7), (6, 8)], SOME),
        ([], NONE),
    ],
)
def test_a_chain_connects_all_of_them(lives, found):
    tasks = [
        TaskSpan(id, "t", created=begin, ended=end, outcome="returned")
        for id, (begin, end) in enumerate(lives)
    ]
    timeline = Timeline.of(tasks, duration=10.0)
    assert lives_overlap(timeline, tasks) == waits_overlap(timeline, tasks) == found


def test_a_task_that_never_began_and_one_that_is_still_there():
    tasks = [
        TaskSpan(0, "a", created=0.2, started=0.2, ended=1.2, outcome="returned"),
        TaskSpan(1, "b", created=0.5, ended=None, outcome="pending", queued=0.5),
    ]
    steps = [Step(0, "task", "a", at, at, at + 0.5) for at in (0.2, 0.7)]
    timeline = Timeline.of(tasks, steps, duration=2.0)
    assert (lives_overlap(timeline, tasks), waits_overlap(timeline, tasks)) == (ALL, NONE)
