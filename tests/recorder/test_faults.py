"""Whatever fails inside the recorder, the program never sees it.

A fault is made at every reading of the clock in turn, and at every write to memory. Each time:
the program does what it does unrecorded, everything is put back, and at most one warning is
heard.
"""

import asyncio
import itertools
import sys
import threading
import warnings
from array import array

import pytest
from laws import steps_are_in_order
from programs import run, run_plain, run_recorded

from helpers import record
from helpers.recorder import hooks, rows, timing
from helpers.recorder.journal import Journal


async def a_bit_of_everything():
    """Its own account of what it did, in order."""
    loop, told = asyncio.get_running_loop(), []

    async def nap(name, turns):
        for turn in range(turns):
            told.append((name, turn))
            await asyncio.sleep(0)
        print(name, "is done")
        return name

    async def fail():
        await asyncio.sleep(0.0001)
        raise ValueError("no good")

    thread = threading.Thread(target=loop.call_soon_threadsafe, args=(told.append, "thread"))
    thread.start()
    thread.join()
    loop.call_soon(told.append, "soon")
    loop.call_later(30, told.append, "never").cancel()
    hanging = asyncio.create_task(asyncio.Event().wait(), name="hanging")
    told += await asyncio.gather(nap("a", 3), nap("b", 2), return_exceptions=True)
    told += [repr(end) for end in await asyncio.gather(fail(), return_exceptions=True)]
    hanging.cancel()
    with record():
        await asyncio.create_task(nap("inside", 1))
    if sys.version_info >= (3, 12):
        loop.set_task_factory(asyncio.eager_task_factory)
        told.append(await asyncio.create_task(nap("eager", 1), name="eager"))
    return told


# -- at every point ------------------------------------------------------------------------


class Broken:
    """Counts how often something of the recorder's is used; raises at one of these times."""

    def __init__(self, at, for_ever, error):
        self.at, self.for_ever, self.error, self.count = at, for_ever, error, 0

    def __call__(self):
        self.count += 1
        if self.count == self.at or (self.for_ever and self.count > self.at):
            raise self.error


@pytest.mark.parametrize("for_ever", [False, True], ids=["once", "from then on"])
def test_the_clock_fails_at_every_reading_in_turn(monkeypatch, for_ever):
    plain = run_plain(a_bit_of_everything)
    clock = timing.moment

    def run_with_fault_at(reading):
        broken = Broken(reading, for_ever, OSError("the clock is broken"))
        monkeypatch.setattr(timing, "moment", lambda: broken() or clock())
        *done, timeline, heard = run_recorded(a_bit_of_everything)
        monkeypatch.setattr(timing, "moment", clock)
        return broken.count, tuple(done), timeline, heard

    readings, done, timeline, heard = run_with_fault_at(0 if not for_ever else 10**9)
    assert (done, heard) == (plain, [])
    for reading in range(1, readings + 1):
        _, done, timeline, heard = run_with_fault_at(reading)
        assert done == plain, f"reading {reading}"
        assert len(heard) <= 1, "a new handle's moment is simply not known"
        assert timeline.complete
        assert 0 <= timeline.duration < 60
        assert any("stopped early" in note for note in timeline.notes) == bool(heard)
        steps_are_in_order(timeline)


class FullList(list):
    def append(self, thing):
        self.full()
        super().append(thing)

    def extend(self, things):
        self.full()
        super().extend(things)


class FullArray(array):
    def append(self, thing):
        self.full()
        super().append(thing)

    def extend(self, things):
        self.full()
        super().extend(things)

    def frombytes(self, data):
        self.full()
        super().frombytes(data)


COLUMNS = {
    "rows": ("fresh", "packed"),
    "tasks": ("notes",),
    "vocabulary": ("labels", "words", "codes"),
    "": ("timers", "foreign", "output", "loops", "notes", "idle", "polls"),
}


def fill_memory(monkeypatch, full):
    """From now on a journal's lists and arrays ask `full` before they grow."""
    make_run = hooks.make_run

    def make_run_in_full_memory(journal, plain_run):
        for part, names in COLUMNS.items():
            owner = getattr(journal, part) if part else journal
            for name in names:
                setattr(owner, name, that_may_be_full(getattr(owner, name), full))
        return make_run(journal, plain_run)

    monkeypatch.setattr(rows, "FULL", 60)  # pack often
    monkeypatch.setattr(hooks, "make_run", make_run_in_full_memory)


def that_may_be_full(plain, full):
    column = FullArray(plain.typecode, plain) if isinstance(plain, array) else FullList(plain)
    column.full = full
    return column


def test_memory_runs_out_at_every_write_in_turn(monkeypatch):
    plain = run_plain(a_bit_of_everything)
    for write in itertools.count(1):
        with monkeypatch.context() as patch:
            full = Broken(write, False, MemoryError())
            fill_memory(patch, full)
            *done, timeline, heard = run_recorded(a_bit_of_everything)
        assert tuple(done) == plain, f"write {write}"
        assert len(heard) <= 1
        assert timeline.complete
        steps_are_in_order(timeline)
        if full.count < write:
            break
    assert write > 60, "every write had its turn"


def test_a_fault_of_ours_stops_the_recording_not_the_program(monkeypatch):
    readings = iter(range(1, 12))

    def failing():
        try:
            return next(readings)
        except StopIteration:
            raise OSError("the clock is broken") from None

    monkeypatch.setattr(timing, "moment", failing)
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


def test_where_warnings_are_errors_the_program_still_sees_nothing(monkeypatch):
    broken = Broken(20, True, OSError("the clock is broken"))
    clock = timing.moment
    monkeypatch.setattr(timing, "moment", lambda: broken() or clock())
    with record() as timeline:
        asyncio.run(a_bit_of_everything())
    assert any("stopped early" in note for note in timeline.notes)


def test_a_second_fault_is_heard_too(monkeypatch):
    """Python shows a warning only the first time it comes from a place."""
    for _ in range(2):
        with monkeypatch.context() as patch, warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("default")
            patch.setattr(timing, "moment", Broken(1, True, OSError()))
            with record():
                pass
        assert len(heard) == 1


def test_what_the_program_catches_does_not_tell_of_our_fault(monkeypatch):
    told = []

    def look_around():
        told.append(sys.exc_info()[1])
        try:
            raise ValueError("the program's own")
        except ValueError as error:
            told.append(error.__context__)

    def identify(journal, handle):
        raise OSError("a fault of ours")

    async def main():
        with record() as timeline:
            monkeypatch.setattr(Journal, "identify", identify)
            asyncio.get_running_loop().call_soon(look_around)
            await asyncio.sleep(0.01)
        return timeline

    timeline = asyncio.run(main())
    assert any("what a step is" in note for note in timeline.notes)
    assert told == [None, None]
