"""Nothing is lost without a word: two recordings that begin together, programs that put their
hands where ours are, loops that are not asyncio's, loops that are closed."""

import asyncio
import gc
import sys
import threading
import time
import types
import weakref
from asyncio import events
from contextlib import ExitStack

import pytest

from helpers import record
from helpers.recorder import Recording


async def nap():
    await asyncio.sleep(0)


async def main():
    await asyncio.gather(nap(), nap())


def names(timeline):
    return [task.name for task in timeline.tasks]


ALL = ["main", "nap-1", "nap-2"]


# -- two threads in the same moment ------------------------------------------------------------


def test_a_journal_is_never_without_its_recording():
    """Another thread ends, or begins, a recording in the middle of the beginning of ours."""
    steps = []

    def look_around(frame, event, argument):
        """At each line of ours on the way in, once, another thread comes and goes."""
        place = (frame.f_code, frame.f_lineno)
        if event == "line" and "helpers" in frame.f_code.co_filename and place not in steps:
            steps.append(place)
            thread = threading.Thread(target=come_and_go)
            thread.start()
            thread.join(0.01)
            others.append(thread)
        return look_around

    def come_and_go():
        with record():
            pass

    others, plain = [], sys.gettrace()
    with ExitStack() as at_the_end:  # also if its time is up: else all tests after it fail, too
        sys.settrace(look_around)
        try:
            recording = Recording("")
            at_the_end.push(recording)
            recording.__enter__()
        finally:
            sys.settrace(plain)
        for thread in others:
            thread.join()
        asyncio.run(main())
    assert len(steps) > 10
    assert names(recording.timeline) == ALL


@pytest.mark.slow
def test_two_threads_that_record_in_the_same_moment():
    def work(results):
        for _ in range(100):
            with record(lines=False) as timeline:
                asyncio.run(nap())
            results.append(names(timeline))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        results = [[] for _ in range(3)]
        threads = [threading.Thread(target=work, args=(each,)) for each in results]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert results == [[["nap"]] * 100] * 3


# -- programs that put their hands where ours are ------------------------------------------


def log_slow_callbacks(slow):
    """As aiodebug and its many copies do it."""
    plain = events.Handle._run

    def logged(handle):
        start = time.monotonic()
        result = plain(handle)
        slow.append(time.monotonic() - start)
        return result

    events.Handle._run = logged
    return logged


@pytest.fixture
def put_back():
    plain = events.Handle._run
    yield
    events.Handle._run = plain


def test_a_patch_made_inside_a_recording_stays_and_works(put_back):
    slow = []
    with record() as first:
        ours = log_slow_callbacks(slow)
        asyncio.run(main())
    seen = len(slow)
    assert seen >= len(first.steps) > 0
    assert names(first) == ALL
    assert events.Handle._run is ours
    for _ in range(3):
        with record() as timeline:
            asyncio.run(main())
        assert names(timeline) == ALL
        assert len(timeline.steps) == len(first.steps)
        assert events.Handle._run is ours
    assert len(slow) == 4 * seen
    asyncio.run(main())
    assert len(slow) == 5 * seen


def test_a_patch_made_and_undone_inside_a_recording(put_back):
    slow, before = [], events.Handle._run
    with record() as timeline:
        plain = events.Handle._run
        log_slow_callbacks(slow)
        with record() as inner:
            asyncio.run(main())
        events.Handle._run = plain
        asyncio.run(main())
    assert slow
    assert names(inner) == ALL
    assert len(timeline.tasks) == 6
    assert events.Handle._run is before


def test_a_patch_that_was_taken_away_is_forgotten(put_back):
    """Else what the next one has of ours would pass each handle on to itself."""
    plain = events.Handle._run
    with record():
        log_slow_callbacks([])
        thread = threading.Thread(target=lambda: asyncio.run(recorded()))
        thread.start()
        thread.join()
    events.Handle._run = plain
    slow = []
    with record():
        log_slow_callbacks(slow)
    with record() as timeline:
        asyncio.run(main())
    assert names(timeline) == ALL
    assert len(slow) >= len(timeline.steps)


async def recorded():
    with record():
        await nap()


def test_a_patch_made_before_a_recording_works_in_it(put_back):
    slow = []
    ours = log_slow_callbacks(slow)
    with record() as timeline:
        asyncio.run(main())
    assert names(timeline) == ALL
    assert len(slow) >= len(timeline.steps)
    assert events.Handle._run is ours


def test_a_patch_made_while_two_threads_record(put_back):
    slow, inside, patched = [], threading.Barrier(2), threading.Event()
    found = {}

    def other():
        with record() as found["other"]:
            inside.wait()
            patched.wait()
            asyncio.run(main())

    thread = threading.Thread(target=other)
    thread.start()
    with record() as found["mine"]:
        inside.wait()
        ours = log_slow_callbacks(slow)
        patched.set()
        asyncio.run(main())
        thread.join()
    assert [names(timeline) for timeline in found.values()] == [ALL, ALL]
    assert events.Handle._run is ours
    with record() as after:
        asyncio.run(main())
    assert names(after) == ALL


# -- other loops ---------------------------------------------------------------------------


class RunsThemItself(asyncio.SelectorEventLoop):
    """A loop that calls callbacks without `Handle._run`, as loops written in C do."""

    def _run_once(self):
        ready = self._ready
        self._ready = type(ready)()
        if not ready:
            self._ready = ready
            super()._run_once()
            return
        for handle in ready:
            if not handle._cancelled:
                handle._context.run(handle._callback, *handle._args)


def test_a_loop_that_never_calls_handle_run_is_said_to_be_unseen():
    loop = RunsThemItself()
    with record() as timeline:
        loop.run_until_complete(main())
    loop.close()
    assert any("RunsThemItself" in note for note in timeline.notes)


def test_a_recording_in_which_nothing_ran_has_no_note():
    with record() as timeline:
        pass
    assert timeline.notes == ()


def test_uvloop_imported_and_not_used_is_not_blamed(monkeypatch):
    monkeypatch.setitem(sys.modules, "uvloop", types.ModuleType("uvloop"))
    with record() as timeline:
        pass
    assert timeline.notes == ()
    with record() as timeline:
        asyncio.run(main())
    assert timeline.notes == ()


# -- closed loops --------------------------------------------------------------------------


def test_a_closed_loop_goes_while_the_recording_goes_on():
    gc.collect()
    with record() as timeline:
        gone = []
        for _ in range(3):
            loop = asyncio.new_event_loop()
            loop.run_until_complete(main())
            loop.close()
            gone.append(weakref.ref(loop))
            del loop
        gc.collect()
        assert [ref() for ref in gone] == [None] * 3
    assert len(timeline.tasks) == 9


class Eyes:
    """A selector made of attributes: as a test's mock is."""

    def __init__(self, plain):
        self._plain, self.looked = plain, 0
        self.select = self._look

    def _look(self, timeout=None):
        self.looked += 1
        return self._plain.select(timeout)

    def __getattr__(self, name):
        return getattr(self._plain, name)


def test_a_selector_that_has_its_own_select_gets_it_back():
    loop = asyncio.new_event_loop()
    eyes = loop._selector = Eyes(loop._selector)
    select = eyes.select
    with record() as timeline:
        loop.run_until_complete(main())
    assert eyes.select is select or eyes.select == select
    assert names(timeline) == ALL
    loop.close()


def test_a_selector_that_is_a_mock_keeps_its_select():
    from unittest import mock

    loop = asyncio.new_event_loop()
    plain = loop._selector
    loop._selector = mock.Mock(wraps=plain)
    select = loop._selector.select
    with record() as timeline:
        loop.run_until_complete(main())
    assert loop._selector.select is select
    looked = select.call_count
    loop.run_until_complete(main())
    assert select.call_count > looked > 0
    assert names(timeline) == ALL
    loop._selector = plain
    loop.close()


def test_twelve_thousand_mains_are_drawn_in_a_moment():
    from helpers.charts.lanes import lay_out
    from helpers.timeline import TaskSpan, Timeline

    def family(number):
        tasks = [
            TaskSpan(n, f"main-{n}", created=n / 1e3, started=n / 1e3, ended=(n + 1) / 1e3)
            for n in range(number)
        ]
        begin = time.thread_time()
        lay_out(Timeline.of(tasks, duration=number / 1e3))
        return time.thread_time() - begin

    few, many = (min(family(number) for _ in range(3)) for number in (1_500, 12_000))
    assert many < 30 * few, "eight times as many, not sixty-four times as long"
