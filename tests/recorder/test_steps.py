"""Ready, running, waiting; who woke whom; what ran inside what."""

import asyncio
import contextlib
import io
import itertools
import selectors
import subprocess
import sys
import threading
import time
from bisect import bisect_right

import pytest
from programs import own_story, run

from helpers import record


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


class CountingLoop(asyncio.SelectorEventLoop):
    """Counts its own iterations, and tells in which of them something is said."""

    iteration, name = 0, "loop"

    def _run_once(self):
        self.iteration += 1
        super()._run_once()

    def say(self):
        print(self.name, self.iteration)


def test_the_borders_of_iterations_are_known(monkeypatch):
    """Against the loop's own count, with callbacks, timers, sockets and a thread."""

    async def talk(turns):
        loop = asyncio.get_running_loop()
        for _ in range(turns):
            loop.say()
            await asyncio.sleep(0)
            loop.call_soon(loop.say)
        await asyncio.to_thread(int)
        loop.call_later(0.001, loop.say)
        await asyncio.sleep(0.002)
        loop.say()

    async def main():
        await asyncio.gather(talk(1), talk(3), talk(2))

    loop = CountingLoop()
    with contextlib.redirect_stdout(io.StringIO()), record() as timeline:
        loop.run_until_complete(main())
    loop.close()
    iterations_agree(timeline)


def test_one_that_was_under_way_when_recording_began_is_not_among_them():
    async def later():
        asyncio.get_running_loop().say()

    async def main():
        loop, others = asyncio.get_running_loop(), [asyncio.create_task(later()) for _ in "ab"]
        await asyncio.sleep(0)
        others += [asyncio.create_task(later()) for _ in "ab"]
        loop.call_soon(loop.say)
        with record() as found:
            await asyncio.gather(*others)
            for _ in range(3):
                await asyncio.create_task(later())
        return found

    loop = CountingLoop()
    with contextlib.redirect_stdout(io.StringIO()):
        timeline = loop.run_until_complete(main())
    loop.close()
    assert timeline.iterations[0] > 0
    iterations_agree(timeline)


def test_where_the_selector_cannot_be_watched_no_border_is_guessed():
    async def main():
        await asyncio.sleep(0.001)

    selector = NoRoom()
    with record() as timeline:
        loop = asyncio.SelectorEventLoop(selector)
        loop.run_until_complete(main())
        loop.close()
    assert timeline.iterations == []
    assert {step.first for step in timeline.steps} == {None}
    first, wake_up = timeline.steps[0], timeline.steps[1]
    assert wake_up.start - first.end > 0.0005, "no step reaches back into the loop's sleep"


def test_a_nested_loop_has_iterations_of_its_own():
    """They lie inside the step that runs it; after it the outer iteration goes on."""
    outer, inner = CountingLoop(), CountingLoop()
    outer.name, inner.name = "outer", "inner"

    async def talk():
        for _ in range(3):
            asyncio.get_running_loop().say()
            await asyncio.sleep(0)

    def run_inner():
        asyncio._set_running_loop(None)
        inner.run_until_complete(talk())
        asyncio._set_running_loop(outer)

    async def main():
        outer.call_soon(run_inner)
        outer.call_soon(outer.say)  # in the same iteration, after it
        await talk()

    with contextlib.redirect_stdout(io.StringIO()), record() as timeline:
        outer.run_until_complete(main())
    outer.close()
    inner.close()
    said = {said.step: said.text.split() for said in timeline.output}
    inside, begins = timeline.columns.inside, timeline.iterations
    borders = {
        step: sum(begin <= step and inside[begin] == inside[step] for begin in begins)
        for step in said
    }
    told = [(name, int(number)) for name, number in said.values()]
    first = {"outer": told[0][1] - 1, "inner": 0}
    assert [number - first[name] for name, number in told] == list(borders.values())
    assert [name for name, _ in told].count("inner") == 3
    assert told[-1][0] == "outer"


def test_a_recording_that_begins_in_a_nested_loop_knows_the_outer_one_was_under_way():
    outer, inner, recording = CountingLoop(), asyncio.SelectorEventLoop(), record()
    outer.name = "outer"

    async def begin():
        recording.__enter__()
        await asyncio.sleep(0)

    def run_inner():
        asyncio._set_running_loop(None)
        inner.run_until_complete(begin())
        asyncio._set_running_loop(outer)

    async def main():
        outer.call_soon(run_inner)
        outer.call_soon(outer.say)  # in the iteration that was under way
        for _ in range(2):
            await asyncio.sleep(0)
            outer.say()
        recording.__exit__(None, None, None)

    with contextlib.redirect_stdout(io.StringIO()):
        outer.run_until_complete(main())
    outer.close()
    inner.close()
    said = {said.step: int(said.text.split()[1]) for said in recording.timeline.output}
    first = min(said)
    numbers = [number - said[first] for number in said.values()]
    borders = [
        sum(first < begin <= step for begin in recording.timeline.iterations) for step in said
    ]
    assert numbers == borders == [0, 0, 1]
    assert not recording.timeline.steps[first].first


class NoRoom:
    """A selector without room for anything new."""

    __slots__ = ("_selector",)

    def __init__(self):
        self._selector = selectors.DefaultSelector()

    def select(self, timeout=None):
        return self._selector.select(timeout)

    def __getattr__(self, name):
        return getattr(self._selector, name)


def iterations_agree(timeline):
    """What was said in one iteration by the loop's own count was so by the timeline, and only
    that. (The loop also counts iterations in which nothing ran.)"""
    pairs = {
        (int(line.split()[1]), bisect_right(timeline.iterations, said.step))
        for said in timeline.output
        for line in said.text.splitlines()
    }
    told, known = zip(*sorted(pairs), strict=True)
    assert len(pairs) == len(set(told)) == len(set(known)) > 3
    assert sorted(known) == list(known)


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
