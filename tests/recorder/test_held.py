"""Which line holds the loop: it is looked up while it does, in real and in virtual time."""

import asyncio
import dis
import threading
import time
from types import SimpleNamespace

import pytest

from helpers import compute, record, simulate
from helpers.recorder import assemble, hooks, places, rows
from helpers.recorder import held as looking
from helpers.timeline import Timeline
from helpers.timeline.records import ANOTHER_THREAD, AROUND

look = hooks.lookout.look  # a thread of ours does it, but any may, also the one that is watched


@pytest.fixture
def nobody_looks(monkeypatch):
    """Only the test itself does, so that no sample is a matter of luck: nor a thread that looks
    in for a recording that is over, and has not heard so yet."""
    while hooks.lookout._coming or hooks.lookout._alive:
        time.sleep(0.001)
    monkeypatch.setattr(hooks.lookout, "begin", lambda: None)
    monkeypatch.setattr(looking, "is_kept_up", lambda *times: False)  # by what others have left


def held(timeline):
    """(text of the line, call) of each step that was held, by what is known."""
    found = []
    for step in timeline.steps:
        if step.held_at:
            source, line, call = step.held_at
            found.append((timeline.sources[source].splitlines()[line - 1].strip(), call))
    return found


def recorded(program, **options):
    with record(**options) as timeline:
        asyncio.run(program())
    return timeline


async def a_long_step():
    await asyncio.sleep(0)
    time.sleep(0.11)
    look()
    await asyncio.sleep(0)


def test_a_step_of_over_a_tenth_of_a_second_tells_its_line_and_call(nobody_looks):
    assert held(recorded(a_long_step)) == [("look()", "look")]


def test_without_lines_nothing_is_noted(nobody_looks):
    timeline = recorded(a_long_step, lines=False)
    assert held(timeline) == []
    assert timeline.places == ()


def test_a_shorter_step_tells_nothing(nobody_looks):
    async def program():
        time.sleep(0.06)
        look()

    timeline = recorded(program)
    [step] = [step for step in timeline.steps if step.label == "program"]
    assert bool(step.held_at) == (step.end - step.start > 0.1)  # on a machine that stood still


def test_of_two_lines_the_one_is_told_at_which_it_was_seen_longer(nobody_looks):
    async def program():
        time.sleep(0.11)
        look()
        time.sleep(0.02)
        look()  # it was here for a moment only

    timeline = recorded(program)
    ((line, call),) = held(timeline)
    assert (line, call) == ("look()", "look")


def test_the_step_in_which_the_recording_began_is_looked_at_too(nobody_looks):
    async def main():
        with record() as timeline:
            time.sleep(0.11)
            look()
            await asyncio.sleep(0)
        return timeline

    assert held(asyncio.run(main())) == [("look()", "look")]


def test_the_thread_that_looks_is_there_while_something_is_recorded(monkeypatch):
    """The step lasts until it has been looked at, however late the machine lets our thread run."""
    before, seen, note = set(threading.enumerate()), threading.Lock(), looking._add
    seen.acquire()

    def note_once(journal, start, own, seconds):
        if seen.locked() and time.perf_counter() - rows.begun(start) > 0.11:
            note(journal, start, own, seconds)
            seen.release()

    async def program():
        seen.acquire(timeout=60)
        assert set(threading.enumerate()) <= before

    monkeypatch.setattr(looking, "_add", note_once)
    assert held(recorded(program)) == [("seen.acquire(timeout=60)", "seen.acquire")]
    assert hooks.lookout._end is None


def test_in_virtual_time_compute_says_where_it_is_called(nobody_looks):
    async def program():
        compute(0.04)
        compute(0.3)
        await asyncio.sleep(1)
        compute(0.05)
        await asyncio.sleep(1)
        for _ in range(3):
            compute(0.06)

    assert held(simulate(program())) == [("compute(0.3)", "compute"), ("compute(0.06)", "compute")]


def test_in_virtual_time_a_real_sleep_is_seen_as_in_real_time(nobody_looks):
    async def program():
        await asyncio.sleep(3)
        time.sleep(0.11)
        look()

    assert held(simulate(program())) == [("look()", "look")]


def test_it_is_kept_in_a_file(nobody_looks, tmp_path):
    async def program():
        compute(0.3)

    timeline, path = simulate(program()), tmp_path / "a.json"
    timeline.save(path)
    assert Timeline.load(path).steps == timeline.steps


def test_a_thread_that_has_ended_is_not_waited_for_at_a_fork():
    """The system may have given its number to another, which does not end."""
    lookout = hooks.Lookout(list)
    lookout.begin()
    lookout.leave_alone()
    assert lookout._alive == set()


# -- seen late: what the operator before a call took is not the call's --------------------------


def slow_operators(big, text):
    found = text in big
    size = len(big)
    first = sorted(text)
    power = size**found
    last = sorted(text)
    return first, power, last


def sights(how, line):
    """As if it had been seen so at the call in that line of `slow_operators`."""
    code = slow_operators.__code__
    calls = [i for i in dis.get_instructions(code) if i.opname.startswith("CALL")]
    (offset,) = [i.offset for i in calls if i.positions.lineno == code.co_firstlineno + line]
    return {(code, offset, how): 1.0}


def told(found):
    """(line within `slow_operators`, call)"""
    return found and (found[0][1] - slow_operators.__code__.co_firstlineno, found[1])


@pytest.mark.parametrize(
    ("how", "line", "said"),
    [
        (rows.IN_TIME, 3, (3, "sorted")),
        (rows.LATE, 3, (3, AROUND)),  # or `in`, two lines before
        (rows.LATE, 2, (1, "")),  # `len` was not it
        (rows.BEFORE, 5, (4, "")),  # sorted had not begun
        (rows.KEPT_UP, 3, (3, ANOTHER_THREAD)),
    ],
)
def test_a_look_that_came_late_names_a_call_only_if_nothing_else_can_have_been_slow(
    how, line, said
):
    assert told(places._longest_seen(sights(how, line))) == said


def test_of_a_call_that_had_not_begun_nothing_is_told_where_nothing_before_it_was_slow():
    def work(data):
        return sorted(data)

    call = next(i for i in dis.get_instructions(work) if i.opname.startswith("CALL"))
    assert places._longest_seen({(work.__code__, call.offset, rows.LATE): 1.0})[1] == "sorted"
    assert places._longest_seen({(work.__code__, call.offset, rows.BEFORE): 1.0}) is None


def test_what_was_seen_in_time_for_most_of_the_while_is_believed():
    both = sights(rows.LATE, 3) | sights(rows.IN_TIME, 3)
    assert told(places._longest_seen(both)) == (3, "sorted")


def test_a_step_that_another_thread_keeps_up_is_seen_so(nobody_looks, monkeypatch):
    monkeypatch.setattr(looking, "is_kept_up", lambda *times: True)
    (found,) = held(recorded(a_long_call_of_nobody))
    assert found == ("look()", ANOTHER_THREAD)


async def a_long_call_of_nobody():
    until = time.perf_counter() + 0.11
    while time.perf_counter() < until:
        pass
    look()
    await asyncio.sleep(0)


def test_a_look_that_comes_late_as_others_use_the_processor_is_noted_though_no_step_runs(
    monkeypatch,
):
    monkeypatch.setattr(looking, "is_kept_up", lambda *times: True)
    journal = SimpleNamespace(thread=0, processor=None, kept_up=[], opened=[])
    lookout = looking.Lookout(lambda: [journal])
    lookout._looked = before = time.perf_counter() - 1
    lookout.look()
    ((since, now),) = journal.kept_up
    assert since == before < now
    for until, end, is_so in ((since + 0.5, now, True), (since - 2, now, False)):
        assert assemble._is_kept_up(journal, until, end) is is_so
