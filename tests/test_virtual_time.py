"""Programs on a clock that jumps: exact times, honest limits, and an end to everything."""

import _thread
import asyncio
import contextvars
import io
import signal
import sys
import threading
import time
import weakref
from asyncio import base_events, events, sleep
from contextlib import redirect_stdout

import pytest

from helpers.recorder import hooks
from helpers.virtual_time import MOST_TASKS, SimulationStopped, compute, simulate

older = weakref.WeakSet()  # threads that were there when the test began
WHO = contextvars.ContextVar("who", default="nobody")


def whats_there():
    classes = (events.Handle, events.TimerHandle, base_events.BaseEventLoop, asyncio.Task)
    modules = (asyncio, events, base_events)
    contents = [dict(vars(one)) for one in (*classes, *modules)]
    for content in contents:
        content.pop("_event_loop_policy", None)  # asyncio.run makes it, once
    return contents, sys.stdout, dict(hooks.journals)


@pytest.fixture(autouse=True)
def _nothing_stays_patched():
    older.update(threading.enumerate())
    before = whats_there()
    yield
    assert whats_there() == before


def spent(timeline, task):
    return (
        timeline.time_running(task.id),
        timeline.time_ready(task.id),
        timeline.time_waiting(task.id),
    )


def all_threads_end():
    threads = [t for t in threading.enumerate() if t.name == "simulation" and t not in older]
    for thread in threads:
        thread.join(30)
    return not any(thread.is_alive() for thread in threads)


# -- exact times ---------------------------------------------------------------------------


async def sleeper(seconds):
    await sleep(seconds)
    return seconds


async def three():
    return await asyncio.gather(sleeper(1), sleeper(2), sleeper(3))


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
    await asyncio.to_thread(time.sleep, 4)


@pytest.mark.parametrize(
    ("program", "reason", "words"),
    [
        (each_other, "deadlock", "'a' waits for task 'b' and 'b' waits for task 'a'"),
        (locked_out, "deadlock", "waits for"),
        (for_ever, "deadlock", "for ever"),
        (spins_without_await, "held", "spins_without_await(), line"),
        (spins_through_the_loop, "endless", "its own clock went to 0 s"),
        (ticks_for_ever, "endless", "no way out"),
        (swallows_everything, "endless", "no way out"),
        (spins_in_finally, "deadlock", "for ever"),
        (a_million_tasks, "crowd", f"{MOST_TASKS:,} tasks"),
        (will_not_be_cancelled, "stubborn", "'stubborn' had not"),
        (waits_for_a_thread, "endless", "waits for a thread or a socket"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_would_never_end_ends_with_a_sentence(program, reason, words):
    patience = 1.0 if reason in ("held", "endless") else 60.0  # the others end by themselves
    with pytest.raises(SimulationStopped) as caught:
        simulate(program(), patience=patience)
    assert caught.value.reason == reason
    assert words in str(caught.value)
    assert caught.value.timeline.complete
    assert all_threads_end()


def test_what_python_cannot_stop_is_left_behind_and_harms_nobody():
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


def test_the_stop_button_ends_the_program_too():
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


def test_a_fault_of_ours_is_not_passed_off_as_the_programs(monkeypatch):
    def broken(*args, **options):
        raise ArithmeticError("ours")

    monkeypatch.setattr("helpers.virtual_time.run.record_virtual", broken)
    with pytest.raises(ArithmeticError) as caught:
        simulate(three())
    assert not hasattr(caught.value, "timeline")
    assert caught.traceback[-1].name == "broken"
