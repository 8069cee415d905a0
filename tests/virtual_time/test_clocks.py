"""The clocks that a simulated program asks, and the programs that ask them.

A program that polls until a deadline, paces itself, spins, or measures does in virtual time
what it does in real time.
"""

import asyncio
import datetime
import logging
import threading
import time
from time import monotonic
from time import perf_counter as stopwatch

import pytest

from helpers import compute, record, simulate
from helpers.virtual_time import clocks, put_forward


def duration(program):
    return simulate(program()).duration


# -- programs that wait by the clock -------------------------------------------------------


@pytest.mark.parametrize("clock", ["monotonic", "perf_counter", "time"])
def test_polling_until_a_deadline(clock):
    now = lambda: getattr(time, clock)()  # noqa: E731 - a function of the learner's own

    async def main():
        end = now() + 0.5
        while now() < end:
            await asyncio.sleep(0.1)

    assert duration(main) == 0.5


@pytest.mark.parametrize("clock", ["monotonic_ns", "perf_counter_ns", "time_ns"])
def test_polling_in_nanoseconds(clock):
    async def main():
        end = getattr(time, clock)() + 500_000_000
        while getattr(time, clock)() < end:
            await asyncio.sleep(0.1)

    assert duration(main) == 0.5


def test_polling_with_a_name_imported_from_time():
    async def main():
        start = monotonic()
        while monotonic() - start < 0.5:
            await asyncio.sleep(0.1)

    assert duration(main) == 0.5


@pytest.mark.parametrize(("begins", "ends"), [(9605.948413699, 0.4), (100.0, 0.3)])
def test_polling_from_a_moment_that_no_float_hits(begins, ends, monkeypatch):
    """Whether 0.1 + 0.2 is a little more than 0.3, or less, hangs on what the computer's clock
    says when it begins: the poll at the deadline is the last, or there is one more."""
    monkeypatch.setitem(clocks._REAL, "monotonic", lambda: begins)

    async def main():
        await asyncio.sleep(0.1)
        end = time.monotonic() + 0.2
        while time.monotonic() < end:
            await asyncio.sleep(0.1)

    assert duration(main) == ends


def test_a_wait_until_something_happens_with_a_time_limit():
    async def wait_until(condition, timeout=1.0):
        start = time.time()
        while time.time() - start < timeout:
            if condition():
                return True
            await asyncio.sleep(0.05)
        return False

    async def main():
        event = asyncio.Event()
        asyncio.get_running_loop().call_later(0.3, event.set)
        return await wait_until(event.is_set), await wait_until(lambda: False, 0.5)

    timeline = simulate(main())
    assert timeline.result == (True, False)
    assert timeline.duration == pytest.approx(0.3 + 0.5, abs=0.051)


def test_a_steady_beat():
    """Each beat is due a second after the one before, whatever the work between them takes."""

    async def main():
        beats, due = [], time.monotonic()
        for _ in range(3):
            beats.append(asyncio.get_running_loop().time())
            compute(0.3)
            due += 1
            await asyncio.sleep(due - time.monotonic())
        return beats

    assert simulate(main()).result == pytest.approx([0, 1, 2], abs=1e-6)


def test_a_rate_limit():
    class Bucket:
        def __init__(self, per_second):
            self.per_second, self.tokens, self.at = per_second, 0.0, time.monotonic()

        async def take(self):
            while True:
                now = time.monotonic()
                self.tokens += (now - self.at) * self.per_second
                self.at = now
                if self.tokens >= 1:
                    self.tokens -= 1
                    return
                await asyncio.sleep(0.01)

    async def main():
        bucket = Bucket(per_second=10)
        for _ in range(5):
            await bucket.take()

    assert duration(main) == pytest.approx(0.5, abs=0.02)


def test_waiting_by_giving_way_again_and_again():
    """The last millisecond by sleep(0): the clock has to move for it to end."""

    async def main():
        end = time.monotonic() + 0.105
        await asyncio.sleep(0.1)
        while time.monotonic() < end:
            await asyncio.sleep(0)

    assert duration(main) == 0.1


# -- programs that measure -----------------------------------------------------------------


def test_what_a_sleep_took():
    async def main():
        start = time.perf_counter()
        await asyncio.gather(asyncio.sleep(1), asyncio.sleep(3))
        return time.perf_counter() - start

    assert simulate(main()).result == pytest.approx(3, abs=1e-6)


def test_what_compute_took():
    async def main():
        start = stopwatch()
        compute(0.3)
        return stopwatch() - start

    assert simulate(main()).result == pytest.approx(0.3, abs=1e-6)


def test_what_really_blocks_is_measured_as_it_is():
    async def main():
        start = time.perf_counter()
        time.sleep(0.06)
        return time.perf_counter() - start

    assert 0.05 < simulate(main()).result < 60


def test_a_spin_ends():
    async def main():
        end = time.perf_counter() + 0.05
        while time.perf_counter() < end:
            pass

    timeline = simulate(main())
    assert timeline.duration == 0
    assert timeline.steps[0].real_seconds > 0.04


def test_a_clock_never_goes_back_and_is_never_far_from_the_real_one_at_the_start():
    async def main():
        readings = []
        for _ in range(3):
            readings.append(time.monotonic())
            time.sleep(0.005)
            readings.append(time.monotonic())
            await asyncio.sleep(0.001)
        return readings

    before = time.monotonic()
    readings = simulate(main()).result
    assert readings == sorted(readings)
    assert before - 1e-6 <= readings[0] < before + 60


def test_many_steps_at_one_moment_take_no_time():
    """Real time passes only between two looks at one moment: what the steps took is not in it."""

    async def main():
        start = time.perf_counter()
        time.sleep(0.06)
        await asyncio.sleep(1)
        return time.perf_counter() - start

    assert simulate(main()).result == pytest.approx(1, abs=1e-6)


# -- whose clock it is ---------------------------------------------------------------------


def test_everyone_elses_clock_is_the_real_one():
    """asyncio's, logging's, a thread's, and ours."""
    made = []

    class Keep(logging.Handler):
        def emit(self, record):
            made.append(record.created)

    log = logging.Logger("kept")
    log.addHandler(Keep())

    async def main():
        await asyncio.sleep(1_000_000)
        log.warning("now")
        return await asyncio.to_thread(time.monotonic)

    before, epoch = time.monotonic(), time.time()
    in_thread = simulate(main()).result
    assert before <= in_thread < before + 60
    assert epoch - 1 <= made[0] < epoch + 60


def test_an_installed_package_is_told_the_programs_time():
    names = {"time": time, "asyncio": asyncio}
    source = """
async def wait_until_over(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await asyncio.sleep(0.1)
"""
    exec(compile(source, "/lib/site-packages/waiting/__init__.py", "exec"), names)

    async def main():
        await names["wait_until_over"](0.5)

    assert duration(main) == 0.5


def test_a_tool_that_measures_on_the_side_changes_nobodys_time():
    """As one does that times each garbage collection."""
    names = {"time": time}
    source = "def look(): return time.perf_counter()"
    exec(compile(source, "/lib/site-packages/tool.py", "exec"), names)

    async def main():
        start = time.perf_counter()
        names["look"]()
        time.sleep(0.06)
        names["look"]()
        await asyncio.sleep(1)
        return time.perf_counter() - start

    assert simulate(main()).result == pytest.approx(1, abs=1e-6)


def test_a_module_imported_in_virtual_time_is_left_with_the_real_clock(tmp_path, monkeypatch):
    (tmp_path / "imported_late.py").write_text("from time import monotonic as now\n")
    monkeypatch.syspath_prepend(tmp_path)

    async def main():
        import imported_late

        return imported_late

    module = simulate(main()).result
    assert module.now is time.monotonic is monotonic


def test_two_simulations_in_two_threads_have_a_clock_each():
    async def main(seconds):
        start = time.monotonic()
        await asyncio.sleep(seconds)
        return time.monotonic() - start

    found = {}
    threads = [
        threading.Thread(target=lambda s=s: found.update({s: simulate(main(s)).result}))
        for s in (10, 1000)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == pytest.approx({10: 10, 1000: 1000}, abs=1e-6)
    assert time.monotonic is monotonic


def test_another_thread_keeps_its_clock_meanwhile():
    seen, go_on = [], threading.Event()

    def outside():
        assert go_on.wait(60)
        seen.extend([time.monotonic(), stopwatch()])
        go_on.clear()

    async def main():
        await asyncio.sleep(1_000_000)
        go_on.set()
        while go_on.is_set():
            time.sleep(0.001)

    thread = threading.Thread(target=outside)
    thread.start()
    before, start = time.monotonic(), stopwatch()
    simulate(main())
    thread.join()
    assert before <= seen[0] < before + 60
    assert start <= seen[1] < start + 60


def test_all_is_as_it_was_after_it():
    names = ("monotonic", "perf_counter", "time", "monotonic_ns", "perf_counter_ns", "time_ns")
    before = {name: getattr(time, name) for name in names}, monotonic, stopwatch

    async def main():
        raise ValueError("over")

    with pytest.raises(ValueError, match="over"):
        simulate(main())
    assert ({name: getattr(time, name) for name in names}, monotonic, stopwatch) == before


def test_what_the_program_itself_put_there_stays():
    async def main():
        time.monotonic = stopwatch

    plain = time.monotonic
    try:
        simulate(main())
        assert time.monotonic is stopwatch
    finally:
        time.monotonic = plain


def test_a_recording_on_the_real_clock_changes_no_clock():
    plain = time.monotonic
    with record():
        assert time.monotonic is plain


def test_a_clock_that_cannot_be_followed_is_said_to_be_real():
    async def main():
        end = datetime.datetime.now() + datetime.timedelta(seconds=0.001)
        while datetime.datetime.now() < end:
            await asyncio.sleep(0.1)

    timeline = simulate(main())
    assert any("datetime.now" in note for note in timeline.notes)


def test_a_clock_that_was_taken_hold_of_before_is_said_to_be_real():
    def stamp(clock=stopwatch):
        return clock()

    async def main():
        stamp()

    assert simulate(main()).notes == (
        "stamp keeps time.perf_counter, and that clock stays real in virtual time",
    )


def test_a_date_in_a_method_of_a_class_is_found():
    class Log:
        def stamp(self):
            return datetime.date.today()

    async def main():
        Log().stamp()

    (note,) = simulate(main()).notes
    assert note.startswith("Log.stamp asks datetime.today")


def test_a_program_that_asks_no_clock_gets_no_note():
    async def main():
        await asyncio.sleep(0.1)

    assert simulate(main()).notes == ()


def test_the_loops_own_clock_needs_no_note_and_is_exact():
    async def main():
        loop = asyncio.get_running_loop()
        end = loop.time() + 0.5
        while loop.time() < end:
            await asyncio.sleep(0.1)
        return loop.time()

    timeline = simulate(main())
    assert (timeline.result, timeline.notes) == (0.5, ())


def test_the_computers_clock_can_be_set_and_no_other_clock_goes_by_it():
    async def main():
        before = time.time(), time.time_ns(), time.perf_counter(), time.monotonic()
        put_forward(3600)
        await asyncio.sleep(1)
        return [round(now - then) for now, then in zip(
            (time.time(), time.time_ns() / 1e9, time.perf_counter(), time.monotonic()),
            (before[0], before[1] / 1e9, *before[2:]), strict=True,
        )]  # fmt: skip

    assert simulate(main()).result == [3601, 3601, 1, 1]
    with pytest.raises(RuntimeError, match="inside one"):
        put_forward(3600)


def test_the_course_is_told_real_time_also_where_it_is_installed_as_packages_are(monkeypatch):
    monkeypatch.setattr(clocks.naming, "HERE", "/x/site-packages/helpers")
    ours, theirs = "/x/site-packages/helpers/kernel.py", "/x/site-packages/aiohttp/a.py"
    assert [clocks._who.__wrapped__(file) for file in (ours, theirs)] == [None, "aiohttp"]
    assert [clocks._is_packages(file) for file in (ours, theirs)] == [False, True]
