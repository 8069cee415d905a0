"""Several threads, each with loops of its own: recordings do not mix, and none is blamed."""

import asyncio
import threading

from laws import LAWS
from programs import nap

from helpers import record
from helpers.recorder import hooks


def in_threads(*works):
    """Run them at once, each in a thread; what one raises is raised here."""
    raised = []

    def guarded(work):
        try:
            work()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


async def busy(name, turns):
    async def nap():
        await asyncio.sleep(0)
        await asyncio.sleep(0.0001)

    for _ in range(turns):
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(nap(), name=name)


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


def test_recordings_in_six_threads_at_once_do_not_mix():
    """They begin and end at different times, so that one hook is exchanged for another."""
    found = {}

    def work(name, turns):
        for turn in range(4):
            with record(lines=turn % 2 == 0) as found[name, turn]:
                asyncio.run(busy(name, turns))

    in_threads(*(lambda n=n: work(f"thread {n}", 3 * n + 2) for n in range(6)))
    for (name, _), timeline in found.items():
        turns = 3 * int(name.split()[1]) + 2
        assert [t.name for t in timeline.tasks] == ["busy"] + [name] * 3 * turns
        assert {t.outcome for t in timeline.tasks} == {"returned"}
        assert not timeline.notes
        for law in LAWS:
            law(timeline)


def test_a_thread_that_does_not_record_is_not_recorded_beside_one_that_does():
    ended = threading.Event()

    def recorded():
        with record() as found["timeline"]:
            asyncio.run(busy("mine", 10))
        ended.set()

    def not_recorded():
        while not ended.is_set():
            asyncio.run(busy("not mine", 1))

    found = {}
    in_threads(recorded, not_recorded)
    assert {t.name for t in found["timeline"].tasks} == {"busy", "mine"}
    labels = {s.label for s in found["timeline"].steps if s.task is not None}
    assert labels == {"busy", "mine"}


def test_a_loop_that_moves_to_another_thread_is_not_followed_there():
    loop = asyncio.new_event_loop()
    with record() as timeline:
        loop.run_until_complete(asyncio.sleep(0.0001))
        in_threads(lambda: loop.run_until_complete(busy("elsewhere", 2)))
        loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    assert "elsewhere" not in {s.label for s in timeline.steps}
    assert [t.coroutine for t in timeline.tasks if t.ended].count("sleep") == 2
    for law in LAWS:
        law(timeline)


def test_a_wake_up_from_a_thread_is_never_blamed_on_the_step_that_runs():
    """A hundred calls from another thread while a step holds the loop."""

    async def main():
        loop, came = asyncio.get_running_loop(), []

        def from_thread(number):
            came.append(number)

        def call(number):
            loop.call_soon_threadsafe(from_thread, number)

        for number in range(100):
            loop.call_soon(int)
            in_threads(lambda number=number: call(number))
            await asyncio.sleep(0)
        return len(came)

    with record() as timeline:
        assert asyncio.run(main()) == 100
    mine = [s.woken_by for s in timeline.steps if s.label.endswith("from_thread")]
    assert mine == ["thread"] * 100
    others = [s.woken_by for s in timeline.steps if s.label == "int"]
    assert len(others) == 100
    assert all(isinstance(waker, int) for waker in others)


def test_a_thread_whose_call_has_not_come_back_when_the_recording_ends():
    """The loop may run what a thread queued, and be done, before the thread gets on."""
    loop, go_on = asyncio.new_event_loop(), threading.Event()
    plain = loop._write_to_self

    def slow_write():
        plain()
        if threading.current_thread() is not threading.main_thread():
            go_on.wait(10)

    loop._write_to_self = slow_write
    future = loop.create_future()
    thread = threading.Thread(target=lambda: loop.call_soon_threadsafe(future.set_result, 7))
    with record() as timeline:
        loop.call_later(0.001, thread.start)
        assert loop.run_until_complete(future) == 7
    go_on.set()
    thread.join()
    loop.close()
    (step,) = [s for s in timeline.steps if s.label == "Future.set_result"]
    assert step.woken_by == "thread"


def test_a_snapshot_may_be_taken_from_another_thread_at_any_time():
    """As a live chart does. What it shows is lawful, and the recording loses nothing."""
    recording, over, seen = record("live"), threading.Event(), []

    async def main():
        with recording:
            await busy("recorded", 300)
            while not seen:
                await asyncio.sleep(0.001)
        over.set()

    def look():
        while not over.is_set():
            if recording.state == "recording":
                seen.append(recording.snapshot())

    in_threads(look, lambda: asyncio.run(main()))
    assert seen
    assert recording.timeline.notes == ()
    assert len(recording.timeline.tasks) == 901
    steps = [len(timeline.steps) for timeline in seen]
    assert steps == sorted(steps)
    for timeline in seen[:: max(1, len(seen) // 20)]:
        for law in LAWS[:3]:
            law(timeline)


def test_a_look_from_another_thread_sees_who_waits_while_a_task_holds_the_loop():
    """A task that has not had a step yet is in the queue, too, and is ready."""
    recording, held, looked = record("live"), threading.Event(), threading.Event()
    seen = []

    async def hold():
        held.set()
        assert looked.wait(60)

    async def main():
        with recording:
            async with asyncio.TaskGroup() as group:
                group.create_task(hold(), name="hold")
                group.create_task(asyncio.sleep(0), name="behind")

    def look():
        assert held.wait(60)
        seen.extend([recording.snapshot(), recording.snapshot()])
        looked.set()

    in_threads(look, lambda: asyncio.run(main()))
    for timeline in seen:
        behind = timeline.task("behind")
        assert (behind.started, behind.outcome) == (None, "pending")
        assert behind.parent == timeline.recording_task.id
        assert 0 < behind.created == behind.queued
        assert [state for state, *_ in timeline.spans(behind.id)] == ["ready"]
        assert timeline.steps[-1].label == "hold"
    assert [task.name for task in recording.timeline.tasks] == ["main", "hold", "behind"]


def test_a_recording_left_by_another_thread():
    recording = record()

    async def main():
        recording.__enter__()
        await busy("recorded", 2)

    asyncio.run(main())
    in_threads(lambda: recording.__exit__(None, None, None))
    assert recording.timeline.complete
    assert [t.name for t in recording.timeline.tasks].count("recorded") == 6
    assert not hooks.journals
