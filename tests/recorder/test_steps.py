"""Ready, running, waiting; who woke whom; what ran inside what."""

import asyncio
import itertools
import subprocess
import sys
import threading
import time

import pytest
from programs import own_story, run


def test_ten_tasks_that_compute_take_turns_and_queue(clock):
    async def compute():
        clock.work(0.020)

    async def main():
        async with asyncio.TaskGroup() as group:
            for number in range(10):
                group.create_task(compute(), name=f"t{number}")

    timeline = run(main())
    tasks = [timeline.task(f"t{number}") for number in range(10)]
    running = [round(timeline.time_running(t.id), 6) for t in tasks]
    ready = [round(timeline.time_ready(t.id), 6) for t in tasks]
    assert running == [0.02] * 10
    assert ready == [round(0.02 * number, 6) for number in range(10)]
    steps = [s for s in timeline.steps if s.label in {t.name for t in tasks}]
    assert all(a.end <= b.start for a, b in itertools.pairwise(steps))


def test_ten_tasks_on_the_real_clock():
    async def compute():
        end = time.perf_counter() + 0.020
        while time.perf_counter() < end:
            pass

    async def main():
        await asyncio.gather(*(compute() for _ in range(10)))

    timeline = run(main())
    tasks = [t for t in timeline.tasks if t.role == ""]
    assert len(tasks) == 10
    assert all(timeline.time_running(t.id) >= 0.020 for t in tasks)
    ready = [timeline.time_ready(t.id) for t in tasks]
    assert ready == sorted(ready)
    assert ready[-1] >= 9 * 0.020


def test_a_sleep_behind_a_block_is_overdue_not_running_not_ready(clock, monkeypatch):
    monkeypatch.setattr(asyncio.BaseEventLoop, "time", lambda loop: clock.now / 1e9)

    async def sleeper():
        await asyncio.sleep(0.1)

    async def blocker():
        clock.work(0.5)

    async def main():
        first = asyncio.create_task(sleeper(), name="sleeper")
        await asyncio.create_task(blocker(), name="blocker")
        await first

    timeline = run(main())
    task = timeline.task("sleeper")
    assert timeline.time_running(task.id) == pytest.approx(0, abs=1e-6)
    assert timeline.time_waiting(task.id) == pytest.approx(0.5, abs=1e-5)
    assert timeline.time_overdue(task.id) == pytest.approx(0.4, abs=1e-5)
    assert timeline.time_ready(task.id) == pytest.approx(0, abs=1e-6)


def test_sleep_zero_goes_straight_from_running_to_ready(clock):
    async def polite():
        await asyncio.sleep(0)

    timeline = run(polite())
    states = [s.state for s in timeline.stretches(0)]
    assert states == ["ready", "running", "ready", "running"]
    assert timeline.steps[1].woken_by == 0


def test_the_order_of_steps_and_who_woke_whom():
    async def worker(event):
        await event.wait()

    async def main():
        event = asyncio.Event()
        task = asyncio.create_task(worker(event), name="worker")
        await asyncio.sleep(0)
        event.set()
        await task

    timeline = run(main())
    assert own_story(timeline) == ["main", "worker", "main", "worker", "main"]
    steps = timeline.steps
    waker = {i: s.woken_by for i, s in enumerate(steps) if s.task is not None}
    indices = list(waker)
    assert waker[indices[1]] == indices[0], "made by main's first step"
    assert waker[indices[3]] == indices[2], "woken by event.set() in main's second step"
    assert waker[indices[4]] == indices[3], "main waits for the task, which ended here"
    assert [steps[i].waiting_for for i in indices] == [
        None, "Event.wait", "task 'worker'", None, None,
    ]  # fmt: skip


def test_a_wake_up_from_a_thread_is_not_blamed_on_a_step():
    async def main():
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        thread = threading.Thread(target=loop.call_soon_threadsafe, args=(future.set_result, None))
        thread.start()
        thread.join()  # so it happens during this very step
        await future

    timeline = run(main())
    (step,) = [s for s in timeline.steps if s.woken_by == "thread"]
    assert step.task is None
    last = timeline.steps[timeline.task_steps(0)[-1]]
    assert timeline.steps[last.woken_by] == step, "which in turn wakes main"


def test_a_nested_loop_runs_inside_a_step():
    script = """
import asyncio, nest_asyncio2
from helpers import record
nest_asyncio2.apply()
async def inner():
    await asyncio.sleep(0.001)
async def main():
    asyncio.run(inner())
with record() as timeline:
    asyncio.run(main())
steps = timeline.steps
outer = [i for i, s in enumerate(steps) if s.label == "main"][0]
assert {s.inside for s in steps if s.label == "inner-1"} == {outer}, list(steps)
assert timeline.time_waiting(timeline.task("main").id) > 0.0005
print("fine")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "fine\n", done.stderr
