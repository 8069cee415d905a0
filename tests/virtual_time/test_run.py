"""One run: wherever it is called, it leaves things as they were, and what it raised comes back."""

import _thread
import asyncio
import contextvars
import io
import itertools
import selectors
import signal
import threading
import time
from asyncio import sleep
from contextlib import redirect_stdout
from functools import partial
from types import SimpleNamespace

import pytest
from sleepers import sleeper, three

from helpers.recorder.processor import cpu_clock
from helpers.virtual_time import SimulationStopped, loop, run, simulate

WHO = contextvars.ContextVar("who", default="nobody")


# -- where it can be called, and what goes through -------------------------------------------


def test_it_works_inside_a_running_loop_and_leaves_it_running():
    async def cell():
        other = asyncio.create_task(sleeper(0.01))
        timeline = simulate(three())
        return timeline.duration, await other

    assert asyncio.run(cell()) == (3.0, 0.01)


def test_a_simulation_may_run_another():
    async def outer():
        inner = simulate(three())
        await sleep(1)
        return inner.duration

    timeline = simulate(outer())
    assert (timeline.result, timeline.duration) == (3.0, 1.0)


def test_context_variables_and_output_go_through():
    async def main():
        print("hello from", WHO.get())
        WHO.set("the program")

    token, page = WHO.set("the caller"), io.StringIO()
    with redirect_stdout(page):
        timeline = simulate(main())
    assert page.getvalue() == "hello from the caller\n"
    assert "".join(p.text for p in timeline.output) == "hello from the caller\n"
    assert WHO.get() == "the caller"
    WHO.reset(token)


def test_main_is_no_task_of_the_learners_own():
    timeline = simulate(three())
    assert [t.role for t in timeline.tasks] == ["main", "", "", ""]
    assert timeline.most_tasks_at_once == 3


def test_what_is_left_over_is_pending_in_the_timeline_and_cancelled_after_it():
    ended = []

    async def left_over():
        try:
            await sleep(10)
        finally:
            ended.append("cleaned up")

    async def main():
        task = asyncio.create_task(left_over(), name="left over")
        await sleep(1)
        return task

    timeline = simulate(main())
    assert timeline.task("left over").outcome == "pending"
    assert timeline.duration == 1.0
    assert ended == ["cleaned up"]


# -- exceptions ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [ValueError("no"), SystemExit(3), KeyboardInterrupt(), asyncio.CancelledError()]
)
def test_what_the_program_raises_comes_back_as_itself_with_the_timeline(error):
    async def main():
        await sleep(2)
        raise error

    with pytest.raises(type(error)) as caught:
        simulate(main(), title="so far")
    assert caught.value is error
    assert error.timeline.duration == 2.0
    assert error.timeline.title == "so far"


def test_the_traceback_shows_the_programs_own_lines():
    async def inner():
        return 1 / 0

    async def main():
        async with asyncio.timeout(1):
            await asyncio.gather(inner())

    with pytest.raises(ZeroDivisionError) as caught:
        simulate(main())
    functions = [entry.frame.code.name for entry in caught.traceback]
    assert functions[-2:] == ["main", "inner"]
    assert "run_until_complete" not in functions


def test_a_fault_of_ours_is_not_passed_off_as_the_programs(monkeypatch):
    def broken(*args, **options):
        raise ArithmeticError("ours")

    monkeypatch.setattr("helpers.virtual_time.run.record_virtual", broken)
    with pytest.raises(ArithmeticError) as caught:
        simulate(three())
    assert not hasattr(caught.value, "timeline")
    assert caught.traceback[-1].name == "broken"


def test_the_stop_button_ends_the_program_too(all_threads_end):
    async def main():
        _thread.interrupt_main()
        while True:
            await sleep(0)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may ignore it
    try:
        with pytest.raises(KeyboardInterrupt):
            simulate(main())
    finally:
        signal.signal(signal.SIGINT, before)
    assert all_threads_end()


def test_a_thread_started_by_hand_is_waited_for():
    async def main():
        loop, bell = asyncio.get_running_loop(), asyncio.Event()
        ring = threading.Timer(0.3, loop.call_soon_threadsafe, [bell.set])
        ring.start()
        return await bell.wait()

    assert simulate(main()).result is True


def spin_and_set(event):
    """Half a second of this thread's own work, however long that takes."""
    while time.thread_time() < 0.5:
        pass
    event.set()


@pytest.mark.skipif(cpu_clock() is None, reason="no clock tells one thread's processor time")
def test_the_work_of_another_thread_is_not_charged_to_the_program(monkeypatch):
    async def kept_from_it():
        release.wait(60)
        return "done"

    release = threading.Event()
    monkeypatch.setattr(run, "_STARVED", 1000)
    threading.Thread(target=spin_and_set, args=[release]).start()
    assert simulate(kept_from_it(), patience=0.2).result == "done"


def test_where_no_clock_tells_its_own_a_program_is_charged_what_all_have_used(monkeypatch):
    async def kept_from_it():
        release.wait(60)
        return "done"

    used, release = [0.0], threading.Event()
    monkeypatch.setattr(run, "_STARVED", 1000)
    monkeypatch.setattr(run, "cpu_clock", lambda: None)
    monkeypatch.setattr(time, "process_time", lambda: used[0])
    threading.Timer(1.0, release.set).start()
    assert simulate(kept_from_it(), patience=0.4).result == "done"

    used, release = itertools.chain([0.0], itertools.repeat(9.0)), threading.Event()
    monkeypatch.setattr(time, "process_time", lambda: next(used))
    with pytest.raises(SimulationStopped):
        simulate(kept_from_it(), patience=0.4)
    release.set()


def leaping_clock():
    """Of a machine that stood still for a minute before each reading."""
    now = itertools.count(step=60)
    return SimpleNamespace(perf_counter=lambda: next(now), process_time=lambda: 0.0)


def test_a_machine_that_stands_still_costs_a_program_no_patience(monkeypatch):
    async def main():
        return await asyncio.to_thread(release.wait, 20)

    release = threading.Event()
    monkeypatch.setattr(run, "time", leaping_clock())
    threading.Timer(0.3, release.set).start()
    assert simulate(main()).result is True


def test_a_machine_that_stands_still_makes_nobody_stubborn(monkeypatch):
    async def main():
        left = [asyncio.create_task(sleeper(5)) for _ in range(3)]
        await sleep(1)
        return len(left)

    monkeypatch.setattr(loop, "time", leaping_clock())
    assert simulate(main()).result == 3


def test_a_thread_that_wakes_the_loop_just_when_it_has_looked_in_vain_is_heard(monkeypatch):
    plain, go = selectors.DefaultSelector.select, threading.Event()

    def in_vain(selector, timeout=None):
        found = plain(selector, timeout)
        if timeout == loop._FOR_OUTSIDERS and not found:
            go.set()
            thread.join()
        return found

    def ring(bell):
        go.wait(60)
        bell()

    async def main():
        nonlocal thread
        rung = asyncio.Event()
        bell = partial(asyncio.get_running_loop().call_soon_threadsafe, rung.set)
        thread = threading.Thread(target=ring, args=[bell])
        thread.start()
        return await rung.wait()

    thread = None
    monkeypatch.setattr(selectors.DefaultSelector, "select", in_vain)
    assert simulate(main()).result is True
