"""What would never end ends with a sentence, and what is no program gets one."""

import asyncio
import threading
from asyncio import sleep

import pytest
from sleepers import three

from helpers.timeline import Step, TaskSpan, Timeline
from helpers.virtual_time import MOST_TASKS, SimulationStopped, simulate
from helpers.virtual_time.sentences import Circumstances, why

told_to_go_on = threading.Event()

# -- programs that would never end -------------------------------------------------------------


async def each_other():
    tasks = {}

    async def wait_for(name):
        await sleep(0)
        await tasks[name]

    tasks["a"] = asyncio.create_task(wait_for("b"), name="a")
    tasks["b"] = asyncio.create_task(wait_for("a"), name="b")
    await asyncio.wait(tasks.values())


async def locked_out():
    lock = asyncio.Lock()
    async with lock, lock:
        pass


async def for_ever():
    await sleep(float("inf"))


async def spins_without_await():
    while True:
        pass


async def spins_through_the_loop():
    while True:
        await sleep(0)


async def ticks_for_ever():
    while True:
        await sleep(3600)


async def swallows_everything():
    while True:
        try:
            await sleep(0)
        except BaseException:
            continue


async def spins_in_finally():
    try:
        await asyncio.Future()
    finally:
        while True:
            pass


async def a_million_tasks():
    tasks = [asyncio.create_task(sleep(1)) for _ in range(1_000_000)]
    await asyncio.wait(tasks)


async def will_not_be_cancelled():
    async def stubborn():
        while True:
            try:
                await sleep(1)
            except asyncio.CancelledError:
                continue

    task = asyncio.create_task(stubborn(), name="stubborn")
    await sleep(1)
    return task


async def waits_for_a_thread():
    await asyncio.to_thread(told_to_go_on.wait, 60)


@pytest.mark.parametrize(
    ("program", "reason", "words"),
    [
        (each_other, "deadlock", "'a' waits for task 'b' and 'b' waits for task 'a'"),
        (locked_out, "deadlock", "waits for"),
        (for_ever, "deadlock", "forever"),
        (spins_without_await, "held", "spins_without_await(), line"),
        (spins_through_the_loop, "endless", "its own clock stood still at 0 s"),
        (ticks_for_ever, "endless", "no way out"),
        (swallows_everything, "endless", "stood still at 0 s"),
        (spins_in_finally, "deadlock", "forever"),
        (a_million_tasks, "crowd", f"{MOST_TASKS:,} tasks"),
        (will_not_be_cancelled, "stubborn", "'stubborn' had not"),
        (waits_for_a_thread, "endless", "waits for a thread or a socket"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_would_never_end_ends_with_a_sentence(program, reason, words, all_threads_end):
    told_to_go_on.clear()
    spins = program is spins_in_finally or reason in ("held", "endless")
    patience = 1.0 if spins else 60.0  # the others end by themselves
    try:
        with pytest.raises(SimulationStopped) as caught:
            simulate(program(), patience=patience)
    finally:
        told_to_go_on.set()
    assert caught.value.reason == reason
    assert words in str(caught.value)
    assert caught.value.timeline.complete
    assert all_threads_end()


def test_a_block_that_was_over_just_when_the_program_was_stopped_is_told():
    """By hand: which of the two it is, in a real run, is a matter of luck."""
    steps = [
        Step(0, "task", "main", 0, 0, 0, real_seconds=seconds) for seconds in (0.7, 0.7, 0.001)
    ]
    timeline = Timeline.of([TaskSpan(0, "main")], steps, clock="virtual")
    assert why("endless", timeline, Circumstances()).startswith("One step held the loop")


def test_what_python_cannot_stop_is_left_behind_and_harms_nobody(all_threads_end):
    over = threading.Lock()
    over.acquire()

    async def held_up():
        over.acquire(timeout=60)

    with pytest.raises(SimulationStopped, match="left behind") as caught:
        simulate(held_up(), patience=0.5)
    assert caught.value.reason == "abandoned"
    assert "over.acquire(timeout=60)" in str(caught.value)
    assert simulate(three()).duration == 3.0  # while the other is still there
    over.release()
    assert all_threads_end()


# -- given something else ------------------------------------------------------------------------


async def generator():
    yield 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (three, "Call it: simulate(three(...))"),
        (3, "got 3"),
        (None, "simulate(await main())"),
        (generator, "async generator"),
        (lambda: asyncio.gather(sleep(0)), "another loop"),
        (print, "got <built-in function print>"),
    ],
)
def test_given_something_else_it_says_what_it_wants(given, words):
    async def cell():
        thing = given() if getattr(given, "__name__", "") == "<lambda>" else given
        try:
            simulate(thing)
        finally:
            if asyncio.isfuture(thing):
                await thing

    with pytest.raises(TypeError) as caught:
        asyncio.run(cell())
    assert words in str(caught.value)


def test_a_coroutine_object_runs_once():
    coroutine = three()
    simulate(coroutine)
    with pytest.raises(ValueError, match="already begun or ended"):
        simulate(coroutine)
