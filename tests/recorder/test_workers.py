"""Calls in workers: which worker, from when to when, and how they ended. No test waits for time:
threads wait for events."""

import asyncio
import functools
import threading
import traceback
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import thread as thread_pools

from helpers import record
from helpers.recorder import timing
from helpers.recorder.workers import patches


def by_label(timeline, label):
    return [span for span in timeline.worker_spans if span.label == label]


def test_it_leaves_no_trace():
    def places():
        known = {key: vars(key[0]).get(key[1]) for key in patches({})}
        return known | {"run": vars(asyncio.BaseEventLoop).get("run_in_executor")}

    before = places()
    with record():
        assert places() != before
    assert places() == before


def load():
    return "loaded"


def test_a_call_in_a_thread_has_its_name_its_worker_and_its_moments():
    async def main():
        return await asyncio.create_task(asyncio.to_thread(load), name="reader")

    with record() as timeline:
        asyncio.run(main())
    (span,) = timeline.worker_spans
    assert (span.label, span.kind, span.outcome) == ("load", "thread", "returned")
    assert span.worker == "asyncio_0"
    assert timeline.tasks[span.task].name == "reader"
    assert timeline.steps[span.step].task == span.task
    assert 0 <= span.submitted <= span.began <= span.ended <= timeline.duration


def test_calls_that_wait_for_a_free_worker():
    go, started = threading.Event(), threading.Event()

    def first():
        started.set()
        go.wait()

    async def main():
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, thread_name_prefix="images") as pool:
            one = loop.run_in_executor(pool, first)
            two = loop.run_in_executor(pool, functools.partial(load))
            started.wait()
            go.set()
            await asyncio.gather(one, two)

    with record() as timeline:
        asyncio.run(main())
    one, two = timeline.worker_spans
    assert [one.worker, two.worker] == ["images_0"] * 2
    assert (one.workers, one.pool) == (1, "images")
    assert two.submitted <= one.ended <= two.began


def test_how_calls_end():
    def fail():
        raise ValueError("no good")

    async def main():
        go = threading.Event()
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1) as pool:
            hold = pool.submit(go.wait)
            failing = loop.run_in_executor(pool, fail)
            dropped = pool.submit(load)
            assert dropped.cancel()
            go.set()
            (error,) = await asyncio.gather(failing, return_exceptions=True)
            assert hold.result()
        return error

    with record() as timeline:
        error = asyncio.run(main())
    assert by_label(timeline, "fail")[0].outcome == "raised"
    (dropped,) = by_label(timeline, "load")
    assert (dropped.outcome, dropped.began, dropped.worker) == ("cancelled", None, None)
    frames = traceback.extract_tb(error.__traceback__)
    assert not any("helpers" in frame.filename for frame in frames)


def test_a_call_that_outlives_the_recording_is_pending():
    go, started = threading.Event(), threading.Event()

    def long():
        started.set()
        go.wait()

    async def main():
        with record() as timeline:
            call = asyncio.get_running_loop().run_in_executor(None, long)
            started.wait()
        go.set()
        await call
        return timeline

    (span,) = asyncio.run(main()).worker_spans
    assert (span.outcome, span.ended) == ("pending", None)


class Pool:
    _max_workers = 2

    def submit(self, item):
        item(future := Future(), load, (), {})
        return future


def test_a_pool_of_processes_as_far_as_it_can_be_known():
    """By hand, as its manager does it: no process is started."""
    from concurrent.futures import process

    with record() as timeline:
        asyncio.BaseEventLoop.run_in_executor  # noqa: B018  # looked up, as by a program
        future = Pool().submit(process._WorkItem)
        future.set_running_or_notify_cancel()
        future.set_result(3)
    (span,) = timeline.worker_spans
    assert (span.kind, span.pool, span.worker, span.began) == ("process", "processes 1", None, None)
    assert (span.outcome, span.workers) == ("returned", 2)
    assert span.ended is not None


def test_a_fault_costs_that_call_alone(monkeypatch):
    async def main():
        return await asyncio.to_thread(load), await asyncio.to_thread(load)

    monkeypatch.setattr("helpers.recorder.workers._label", lambda *_: 1 / 0)
    with record() as timeline:
        assert asyncio.run(main()) == ("loaded", "loaded")
    assert timeline.worker_spans == ()
    assert any("what ran in a worker, 2 times" in note for note in timeline.notes)


def test_the_clock_of_a_worker_may_fail(monkeypatch):
    clock = timing.moment

    def in_this_thread():
        if threading.current_thread() is not threading.main_thread():
            raise OSError("broken")
        return clock()

    with record() as timeline:
        monkeypatch.setattr(timing, "moment", in_this_thread)
        assert asyncio.run(asyncio.to_thread(load)) == "loaded"
        monkeypatch.setattr(timing, "moment", clock)
    assert all(span.began is None for span in timeline.worker_spans)


def test_the_names_that_are_patched_are_there():
    assert "__init__" in vars(thread_pools._WorkItem)
