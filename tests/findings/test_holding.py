"""Which steps held the loop, where, and whom they kept waiting: each once."""

import asyncio
from contextlib import suppress

import pytest

from helpers import compute, simulate
from helpers.findings.evidence import Evidence
from helpers.findings.holding import held_loops, never_right, sleeps
from helpers.timeline import Idle, Step, TaskSpan, Timeline, Timer
from helpers.timeline.records import ANOTHER_THREAD, AROUND


def held(program):
    return held_loops(Evidence(simulate(program)))


async def works():
    await asyncio.sleep(0.1)
    compute(0.5)


async def program():
    task = asyncio.create_task(works())
    with suppress(TimeoutError):
        async with asyncio.timeout(0.2):
            await asyncio.sleep(0.3)
    await task


def test_whoever_waits_for_a_sleep_and_a_timeout_is_kept_waiting_once():
    (found,) = held(program())
    assert found.kept == {0: pytest.approx(0.4)}  # since its timeout, not its sleep as well


async def two_at_a_time():
    async def sleeper():
        await asyncio.sleep(0.3)

    await asyncio.gather(works(), works(), sleeper())


def test_one_line_is_told_once_with_all_its_steps():
    (found,) = held(two_at_a_time())
    assert found.call.name == "compute"
    assert len(found.steps) == 2
    assert found.kept[3] == pytest.approx(0.8)


def by_hand(call):
    """A step that was held for a second, and another task that was ready meanwhile."""
    steps = [
        Step(0, "task", "a", 0.0, 0.0, 1.0, resumed_at=("a.py", 1), held_at=("a.py", 2, call)),
        Step(1, "task", "b", 0.0, 1.0, 1.1, resumed_at=("a.py", 5)),
    ]
    tasks = [TaskSpan(0, "a", ended=1.0), TaskSpan(1, "b", ended=1.1)]
    return Timeline.of(tasks, steps, sources={"a.py": "x\n" * 9})


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("sorted", "'a' held the loop for 1 s: sorted(...) in line 2 of a.py."),
        ("", "'a' held the loop for 1 s in line 2 of a.py."),
        (AROUND, "'a' held the loop for 1 s, somewhere around line 2 of a.py."),
        (
            ANOTHER_THREAD,
            "Another thread kept the interpreter for 1 s, while 'a' was in line 2 of a.py: the "
            "loop could not go on.",
        ),
        ("range", "'a' held the loop for 1 s, somewhere after line 1 of a.py."),
        ("time.perf_counter", "'a' held the loop for 1 s, somewhere after line 1 of a.py."),
    ],
)
def test_it_is_told_as_surely_as_it_is_known(call, said):
    (found,) = by_hand(call).findings()
    assert found.sentence == f"{said} That kept 'b' waiting for 1 s."


def test_calls_that_should_never_be_made_in_a_coroutine():
    assert [never_right(name) for name in ("time.sleep", "requests.get", "compute", "f")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert [sleeps(name) for name in ("sleep", "requests.get")] == [True, False]


@pytest.mark.parametrize("kept_up", [True, False])
def test_a_loop_that_another_thread_kept_asleep_is_told_and_a_slow_machine_is_not(kept_up):
    steps = [
        Step(0, "task", "a", 0.0, 0.0, 0.0, waiting_for="sleep(1)", due=1.0),
        Step(0, "task", "a", 3.0, 3.0, 3.0),
    ]
    timeline = Timeline.of(
        [TaskSpan(0, "a", ended=3.0, outcome="returned")],
        steps,
        timers=[Timer("end of a sleep", 0, 1.0, queued=3.0)],
        idle=[Idle(0.0, 3.0, until=1.0, kept_up=kept_up)],
    )
    assert [found.sentence for found in timeline.findings()] == [
        "Another thread kept the interpreter for 2 s, while the loop slept, and the loop could not "
        "wake up. That kept 'a' waiting for 2 s."
    ] * kept_up


def test_a_line_that_hands_work_to_a_thread_is_not_what_held_the_loop():
    timeline = by_hand("")
    for line, told in (("x = 1", 1), ("await asyncio.to_thread(work)", 0)):
        sources = {"a.py": f"async def main():\n    {line}\n"}
        seen = Timeline.of(timeline.tasks, list(timeline.steps), sources=sources)
        assert len(seen.findings()) == told
