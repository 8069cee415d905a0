"""The recorder, told as stories: a small program, and what its timeline must say.

Times are exact where the test has its own clock; elsewhere only order and names count.
"""

import asyncio
import contextlib
import functools
import gc
import io
import itertools
import socket
import subprocess
import sys
import threading
import time
import weakref
from asyncio import events

import pytest

from helpers import record
from helpers.recorder import clocks, hooks
from helpers.recorder.recording import Recording, finish_leftovers

MS = 1_000_000


@pytest.fixture
def clock(monkeypatch):
    """A clock of the test's own: it moves when told, and by 1 ns whenever it is read."""

    class Clock:
        now = 1_000 * MS

        def __call__(self):
            self.now += 1
            return self.now / 1e9

        def work(self, seconds):
            self.now += round(seconds * 1e9)

    clock = Clock()
    monkeypatch.setattr(clocks, "moment", clock)
    return clock


@pytest.fixture(autouse=True)
def nothing_left_behind():
    """After every test asyncio is as it was, and no journal is open."""
    before = patched_places()
    yield
    assert patched_places() == before
    assert hooks.journals == {}
    assert hooks._undo == []


def patched_places():
    loop = asyncio.base_events.BaseEventLoop
    return {
        "Handle": events.Handle,
        "TimerHandle": events.TimerHandle,
        "Handle._run": events.Handle._run,
        "create_task": loop.create_task,
        "call_soon_threadsafe": loop.call_soon_threadsafe,
        "_add_callback": loop._add_callback,
        "stdout": sys.stdout,
    }


def run(program, **options):
    """Record a program around `asyncio.run`."""
    with record(**options) as timeline:
        asyncio.run(program)
    return timeline


def story(timeline):
    """Who ran, step by step; plain loop work in brackets."""
    return [s.label if s.task is not None else f"[{s.label}]" for s in timeline.steps]


def own_story(timeline):
    return [s.label for s in timeline.steps if s.task is not None]


async def spawn(coroutine, name):
    return asyncio.create_task(coroutine, name=name)


# -- time --------------------------------------------------------------------------------


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


# -- order, names, outcomes --------------------------------------------------------------


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


def test_outcomes_and_exceptions():
    async def returns():
        return 1

    async def fails():
        raise ValueError("no good")

    async def sleeps():
        await asyncio.sleep(60)

    async def main():
        tasks = [await spawn(c(), c.__name__) for c in (returns, fails, sleeps)]
        never = asyncio.create_task(sleeps(), name="never entered")
        tasks[2].cancel()
        never.cancel()
        await asyncio.gather(*tasks, never, return_exceptions=True)

    timeline = run(main())
    found = {t.name: (t.outcome, t.exception, t.entered) for t in timeline.tasks}
    assert found == {
        "main": ("returned", None, True),
        "returns": ("returned", None, True),
        "fails": ("raised", "ValueError: no good", True),
        "sleeps": ("cancelled", None, False),
        "never entered": ("cancelled", None, False),
    }
    assert timeline.task("never entered").started is not None, "its one step still ran"


def test_cancelled_after_its_first_step_it_was_entered():
    async def sleeps():
        await asyncio.sleep(60)

    async def main():
        task = await spawn(sleeps(), "sleeps")
        await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    task = run(main()).task("sleeps")
    assert (task.outcome, task.entered) == ("cancelled", True)


def test_tasks_without_a_name_are_called_by_their_coroutine():
    async def fetch():
        await asyncio.sleep(0)

    async def main():
        await asyncio.gather(fetch(), fetch(), asyncio.create_task(fetch(), name="mine"))

    timeline = run(main())
    assert [t.name for t in timeline.tasks] == ["main", "mine", "fetch-1", "fetch-2"]
    assert [t.parent for t in timeline.tasks] == [None, 0, 0, 0]
    assert [t.role for t in timeline.tasks] == ["main", "", "", ""]


def test_a_task_made_by_a_task_has_it_as_parent():
    async def leaf():
        pass

    async def branch():
        await asyncio.create_task(leaf(), name="leaf")

    async def main():
        await asyncio.create_task(branch(), name="branch")

    timeline = run(main())
    assert timeline.tasks[timeline.task("leaf").parent].name == "branch"
    assert timeline.most_tasks_at_once == 2


# -- every way to make a task ------------------------------------------------------------


async def nap():
    await asyncio.sleep(0)


async def by_create_task():
    await asyncio.create_task(nap())


async def by_task_group():
    async with asyncio.TaskGroup() as group:
        group.create_task(nap())


async def by_gather():
    await asyncio.gather(nap())


async def by_ensure_future():
    await asyncio.ensure_future(nap())


async def by_loop():
    await asyncio.get_running_loop().create_task(nap())


async def by_class():
    await asyncio.Task(nap())


async def by_python_class():
    await asyncio.tasks._PyTask(nap(), loop=asyncio.get_running_loop())


async def by_factory():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(lambda loop, coro, **options: asyncio.Task(coro, loop=loop, **options))
    await loop.create_task(nap())


async def by_thread():
    def elsewhere(loop):
        asyncio.run_coroutine_threadsafe(nap(), loop).result()

    await asyncio.to_thread(elsewhere, asyncio.get_running_loop())


WAYS = [
    by_create_task, by_task_group, by_gather, by_ensure_future, by_loop, by_class,
    by_python_class, by_factory, by_thread,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_task_is_seen(way):
    timeline = run(way())
    (task,) = [t for t in timeline.tasks if t.coroutine == "nap"]
    assert task.outcome == "returned"
    assert len(timeline.task_steps(task.id)) == 2


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with Python 3.12")
class TestEager:
    async def program(self):
        async def quick():
            return 1

        async def slow():
            await asyncio.sleep(0)

        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        quick_task = asyncio.create_task(quick(), name="quick")
        slow_task = asyncio.create_task(slow(), name="slow")
        assert quick_task.done()
        await slow_task

    def test_the_first_step_runs_inside_its_makers(self):
        timeline = run(self.program())
        for name in ("quick", "slow"):
            first = timeline.task_steps(timeline.task(name).id)[0]
            step = timeline.steps[first]
            assert timeline.steps[step.inside].label.endswith("program")
            assert step.ready == step.start, "an eager first step is never ready"
            assert timeline.task(name).parent == 0
            assert timeline.task(name).entered
        assert timeline.task("quick").outcome == "returned"

    def test_one_made_by_hand_that_ends_at_once_is_the_known_gap(self):
        async def quick():
            return 1

        async def main():
            loop = asyncio.get_running_loop()
            asyncio.Task(quick(), loop=loop, eager_start=True, name="by hand")

        assert [t.name for t in run(main()).tasks] == ["main"]


def test_ten_thousand_and_one_tasks_and_nothing_left_behind():
    async def main():
        async with asyncio.TaskGroup() as group:
            for _ in range(10_001):
                group.create_task(nap())

    timeline = run(main(), lines=False)
    assert sum(t.coroutine == "nap" for t in timeline.tasks) == 10_001
    assert {t.outcome for t in timeline.tasks} == {"returned"}


# -- what a task waits for ---------------------------------------------------------------


async def on_sleep():
    await asyncio.sleep(0.005)


async def on_task():
    await asyncio.create_task(nap(), name="nap")


async def on_lock():
    lock = asyncio.Lock()
    await lock.acquire()
    asyncio.get_running_loop().call_soon(lock.release)
    await lock.acquire()


async def on_queue():
    queue = asyncio.Queue()
    asyncio.get_running_loop().call_soon(queue.put_nowait, 1)
    await queue.get()


async def on_future():
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(future.set_result, 1)
    await future


async def on_gather():
    await asyncio.gather(nap(), nap())


async def on_group():
    async with asyncio.TaskGroup() as group:
        group.create_task(nap())


async def on_thread():
    await asyncio.to_thread(int)


async def on_socket():
    here, there = socket.socketpair()
    with here, there:
        here.setblocking(False)
        asyncio.get_running_loop().call_soon(there.send, b"x")
        await asyncio.get_running_loop().sock_recv(here, 1)


async def on_timeout():
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.001):
            await asyncio.Event().wait()


WAITS = {
    on_sleep: "sleep(0.005)", on_task: "task 'nap'", on_lock: "Lock.acquire",
    on_queue: "Queue.get", on_future: "future", on_gather: "gather",
    on_group: "its task group", on_thread: "a thread", on_socket: "socket: data",
    on_timeout: "Event.wait",
}  # fmt: skip


@pytest.mark.parametrize(
    ("program", "words"), WAITS.items(), ids=lambda x: getattr(x, "__name__", "")
)
def test_what_a_task_waits_for(program, words):
    timeline = run(program())
    first = timeline.steps[timeline.task_steps(0)[0]]
    assert first.waiting_for == words
    assert (first.due is not None) == (program is on_sleep)


# -- callbacks, timers, sockets, threads -------------------------------------------------


def test_callbacks_and_timers_are_loop_work_with_names():
    def hello():
        pass

    async def main():
        loop = asyncio.get_running_loop()
        loop.call_soon(hello)
        loop.call_later(0.001, hello)
        loop.call_later(60, hello).cancel()
        await asyncio.sleep(0.005)

    timeline = run(main())
    work = [(s.kind, s.label) for s in timeline.steps if s.task is None]
    assert work[:2] == [("callback", "hello"), ("timer", "hello")]
    hellos = [t for t in timeline.timers if t.label == "hello"]
    assert [t.made_by for t in hellos] == [0, 0]
    assert [(t.queued is None, t.cancelled is None) for t in hellos] == [
        (False, True), (True, False),
    ]  # fmt: skip
    assert timeline.idle, "the loop slept in its selector"
    assert all(i.until is not None for i in timeline.idle)


def test_a_timer_made_before_its_loop_runs_is_noted_once():
    with record() as timeline:
        loop = asyncio.new_event_loop()
        loop.call_later(0.01, loop.stop)
        loop.run_forever()
        loop.close()
    assert [timer.queued is not None for timer in timeline.timers] == [True]


def test_each_timer_knows_the_step_that_ran_it():
    """Also where several have one label and one due time."""

    async def main():
        loop, due = asyncio.get_running_loop(), asyncio.get_running_loop().time() + 0.001
        for number in range(3):
            loop.call_at(due, print, number)
        loop.call_at(due, print, "never").cancel()
        await asyncio.sleep(0.002)

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        timeline = run(main())
    said = {printed.step: printed.text for printed in timeline.output}
    ran = [said.get(timer.step) for timer in timeline.timers if timer.label == "print"]
    assert ran == ["0\n", "1\n", "2\n", None]


def test_a_ready_socket_is_a_step_of_its_own():
    timeline = run(on_socket())
    readers = [s for s in timeline.steps if s.kind == "io"]
    assert readers
    assert readers[0].woken_by == "io"
    assert readers[0].ready <= readers[0].start


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


def test_what_it_printed_and_when():
    async def talker(word):
        print(word, "one")
        await asyncio.sleep(0)
        print(word, "two", end="")
        print("!")

    async def main():
        await asyncio.gather(talker("a"), talker("b"))

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        timeline = run(main())
    assert [p.text for p in timeline.output] == ["a one\n", "b one\n", "a two!\n", "b two!\n"]
    assert "".join(p.text for p in timeline.output) == out.getvalue()
    labels = [timeline.steps[p.step].label for p in timeline.output]
    assert labels == ["talker-1", "talker-2", "talker-1", "talker-2"]


def test_what_is_printed_without_any_loop_is_noted_too():
    out = io.StringIO()
    with contextlib.redirect_stdout(out), record() as timeline:
        print("no loop here")
    assert [(p.text, p.step) for p in timeline.output] == [("no loop here\n", None)]
    assert timeline.notes == ()


def test_lines_of_the_learners_own_code():
    async def inner():
        await asyncio.sleep(0)

    async def outer():
        await inner()

    timeline = run(outer())
    first, last = timeline.steps[0], timeline.steps[1]
    base = outer.__code__.co_firstlineno
    name = "test_recorder.py"
    assert first.resumed_at == (name, base)
    assert first.suspended_at == last.resumed_at == (name, inner.__code__.co_firstlineno + 1)
    assert "async def inner" in timeline.sources[name]


def test_without_lines_there_are_no_places():
    timeline = run(nap(), lines=False)
    assert timeline.places == ()
    assert timeline.steps[0].suspended_at is None


# -- where a recording begins and ends ---------------------------------------------------


def test_inside_a_coroutine_the_task_that_entered_comes_first():
    async def main():
        older = asyncio.create_task(asyncio.sleep(0.001), name="older")
        await asyncio.sleep(0)
        with record() as timeline:
            await asyncio.create_task(nap(), name="newer")
            await older
        return timeline

    timeline = asyncio.run(main())
    assert [t.name for t in timeline.tasks] == ["main", "older", "newer"]
    assert [t.created is None for t in timeline.tasks] == [True, True, False]
    assert [t.role for t in timeline.tasks] == ["recording", "", ""]
    assert [t.outcome for t in timeline.tasks] == ["pending", "returned", "returned"]
    assert timeline.steps[0].label == "main"
    assert timeline.steps[0].start == 0
    assert timeline.steps[-1].end == timeline.duration


def test_a_task_still_pending_is_said_to_be():
    async def main():
        with record() as timeline:
            task = asyncio.create_task(nap(), name="left over")
        await task
        return timeline

    timeline = asyncio.run(main())
    task = timeline.task("left over")
    assert (task.outcome, task.ended, task.started) == ("pending", None, None)
    assert task.queued == task.created
    assert "pending" in repr(timeline)
    assert any("left over" in note for note in timeline.notes)


def test_an_exception_goes_through_and_the_timeline_is_complete():
    async def main():
        await nap()
        raise ZeroDivisionError

    recording = record()
    with pytest.raises(ZeroDivisionError), recording:
        asyncio.run(main())
    assert recording.timeline.complete
    assert recording.timeline.tasks[0].outcome == "raised"


def test_cancelled_in_the_middle():
    async def recorded(box):
        with record() as timeline:
            box.append(timeline)
            await asyncio.sleep(60)

    async def main():
        box = []
        task = asyncio.create_task(recorded(box), name="recorded")
        await asyncio.sleep(0.001)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        return box[0]

    timeline = asyncio.run(main())
    assert timeline.complete
    assert timeline.recording_task.name == "recorded"


def test_recordings_nest_and_overlap():
    async def main():
        outer, inner = record("outer"), record("inner")
        first = outer.__enter__()
        await asyncio.create_task(nap(), name="a")
        second = inner.__enter__()
        await asyncio.create_task(nap(), name="b")
        outer.__exit__(None, None, None)
        await asyncio.create_task(nap(), name="c")
        inner.__exit__(None, None, None)
        return first, second

    first, second = asyncio.run(main())
    assert [t.name for t in first.tasks] == ["main", "a", "b"]
    assert [t.name for t in second.tasks] == ["main", "b", "c"]


def test_threads_do_not_mix():
    found, barrier = {}, threading.Barrier(2)

    def work(name):
        async def main():
            for _ in range(50):
                await asyncio.create_task(nap(), name=name)

        barrier.wait()
        with record() as found[name]:
            asyncio.run(main())

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in "ab":
        assert {t.name for t in found[name].tasks} == {"main", name}
        assert len(found[name].tasks) == 51


def test_another_threads_loop_is_not_recorded():
    with record() as timeline:
        thread = threading.Thread(target=lambda: asyncio.run(nap()))
        thread.start()
        thread.join()
    assert timeline.tasks == ()
    assert len(timeline.steps) == 0


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


# -- it leaves no trace ------------------------------------------------------------------


def test_the_loop_is_given_back_whole():
    async def main():
        loop = asyncio.get_running_loop()
        before = vars(loop._selector).copy(), loop.get_task_factory(), type(loop._ready)
        with record():
            await nap()
        assert (vars(loop._selector), loop.get_task_factory(), type(loop._ready)) == before
        assert loop.get_exception_handler() is None

    asyncio.run(main())


def test_what_the_program_changed_stays_changed():
    def factory(loop, coro, **options):
        return asyncio.Task(coro, loop=loop, **options)

    mine = io.StringIO()

    async def main():
        with record():
            asyncio.get_running_loop().set_task_factory(factory)
            sys.stdout = mine
        assert asyncio.get_running_loop().get_task_factory() is factory

    before = sys.stdout
    try:
        asyncio.run(main())
        assert sys.stdout is mine
    finally:
        sys.stdout = before


def test_it_keeps_nothing_alive():
    class Thing:
        pass

    async def make():
        return Thing()

    async def main():
        with record() as timeline:
            task = asyncio.create_task(make(), name="make")
            thing = weakref.ref(await task)
            gone = weakref.ref(task)
            del task
            await asyncio.sleep(0)
            gc.collect()
            assert gone() is None, "while it records"
            assert thing() is None
        return timeline

    assert asyncio.run(main()).task("make").outcome == "returned"


def test_a_lost_task_is_lost_as_ever():
    async def hang():
        await asyncio.get_running_loop().create_future()

    async def main():
        loop = asyncio.get_running_loop()
        complaints = []
        loop.set_exception_handler(lambda loop, context: complaints.append(context["message"]))
        with record() as timeline:
            asyncio.create_task(hang(), name="lost")  # noqa: RUF006 - that is the point
            await asyncio.sleep(0)
            gc.collect()
        return timeline, complaints

    timeline, complaints = asyncio.run(main())
    assert complaints == ["Task was destroyed but it is pending!"]
    assert timeline.task("lost").outcome == "pending"


@pytest.mark.parametrize("recorded", [False, True])
def test_a_failed_task_goes_when_its_last_reference_goes(recorded):
    async def fails():
        await asyncio.sleep(0)
        raise ValueError

    async def main():
        complaints = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: complaints.append(context["message"]))
        with record() if recorded else contextlib.nullcontext():
            task = asyncio.create_task(fails(), name="fails")
            await asyncio.sleep(0.001)
            del task
            return list(complaints)

    gc.disable()
    try:
        assert asyncio.run(main()) == ["Task exception was never retrieved"]
    finally:
        gc.enable()


def test_reprs_and_debug_mode_do_not_change():
    async def look():
        loop = asyncio.get_running_loop()
        soon, later = loop.call_soon(nap.__name__.upper), loop.call_later(9, nap.__name__.upper)
        task = asyncio.create_task(nap(), name="x")
        stacks = [h._source_traceback[-1].name for h in (soon, later, task)]
        made = loop.call_soon_threadsafe(nap.__name__.upper)._source_traceback[-1].name
        words = [type(soon).__name__, repr(later).split()[0]]
        later.cancel()
        await task
        return stacks, made, words

    plain = asyncio.run(look(), debug=True)
    with record():
        recorded = asyncio.run(look(), debug=True)
    assert recorded == plain


# -- faults and misuse -------------------------------------------------------------------


def test_a_fault_of_ours_stops_the_recording_not_the_program(monkeypatch):
    readings = iter(range(1, 12))

    def failing():
        try:
            return next(readings) * MS
        except StopIteration:
            raise OSError("the clock is broken") from None

    monkeypatch.setattr(clocks, "moment", failing)
    done = []

    async def main():
        for number in range(10):
            await asyncio.sleep(0)
            done.append(number)

    with pytest.warns(RuntimeWarning, match="fault of its own") as warned:
        timeline = run(main())
    assert done == list(range(10))
    assert len(warned) == 1
    assert timeline.complete
    assert any("stopped early" in note for note in timeline.notes)


def test_record_wants_a_title_not_a_program():
    program = nap()
    with pytest.raises(TypeError, match="The program to record goes into the block"):
        record(program)
    program.close()


def test_a_recording_is_used_once():
    recording = record()
    with recording:
        pass
    with pytest.raises(RuntimeError, match="used already"), recording:
        pass


def test_an_exit_cut_short_by_an_interrupt_is_finished_by_the_next(monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Recording, "snapshot", interrupted)
        patch.setattr(hooks, "leave_journal", interrupted)
        recording = record()
        with pytest.raises(KeyboardInterrupt), recording:
            asyncio.run(nap())
    assert hooks.journals, "it was left in the middle"
    finish_leftovers()
    assert recording.timeline.complete
    assert recording.timeline.tasks[0].name == "nap"


def test_a_decorated_coroutine_is_called_by_what_was_decorated():
    def watched(function):
        @functools.wraps(function)
        async def wrapper():
            return await function()

        return wrapper

    @watched
    async def fetch():
        await asyncio.sleep(0)

    assert run(fetch()).tasks[0].name == "fetch"
