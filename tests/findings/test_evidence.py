"""What kinds of findings ask about a recording: who waited where, for what, and who made whom."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from helpers import simulate
from helpers.findings.evidence import Evidence, aside, at_line, made
from helpers.timeline import NOTHING, TaskSpan, Timeline

HERE = Path(__file__).read_text(encoding="utf-8").splitlines()


def line(mark):
    """The line of this file that ends with that mark."""
    (found,) = [number for number, text in enumerate(HERE, 1) if text.endswith(f"# {mark}")]
    return found


async def guest(door):
    await door.wait()  # at the door


async def host(door):
    asyncio.get_running_loop().call_soon(door.set)
    await asyncio.sleep(60)  # in bed


async def party():
    door = asyncio.Event()
    one = asyncio.create_task(guest(door), name="one")  # makes one
    two = asyncio.create_task(guest(door), name="two")  # makes two
    late = asyncio.create_task(host(door), name="late")  # makes late
    await asyncio.sleep(1)
    late.cancel()
    await asyncio.wait([one, two, late])


async def nobody_came():
    await asyncio.sleep(0)  # never reached


@pytest.fixture(scope="module")
def timeline():
    return simulate(party())


@pytest.fixture
def evidence(timeline):
    return Evidence(timeline)


def number(evidence, name):
    return next(task.id for task in evidence.tasks if task.name == name)


def test_where_a_task_stood_and_what_it_waited_for(evidence):
    step = evidence.last_wait(number(evidence, "late"))
    assert evidence.suspended_at(step)[1] == line("in bed")
    assert evidence.waits_for(step) == "sleep(60)"
    assert (evidence.end(step), evidence.waits_until(step)) == (0.0, 1.0)


def test_one_that_was_cancelled_made_one_more_step_than_the_last_after_which_it_waited(evidence):
    late, one = number(evidence, "late"), number(evidence, "one")
    assert evidence.next_step(evidence.last_wait(late)) == evidence.last_step(late)
    assert evidence.next_step(evidence.last_step(late)) == NOTHING
    assert evidence.last_wait(one) == evidence.last_step(one)


def test_there_is_nothing_to_say_of_no_step(evidence):
    assert (evidence.suspended_at(NOTHING), evidence.resumed_at(NOTHING)) == (None, None)
    assert evidence.waits_for(NOTHING) == ""
    assert list(evidence.steps_at([])) == []


def test_who_waited_at_a_place_and_who_woke_them(evidence):
    at_the_door = [n for n, place in enumerate(evidence.places) if place[1] == line("at the door")]
    waits = evidence.steps_at(at_the_door).tolist()
    assert [evidence.who(step) for step in waits] == ["'one'", "'two'"]
    assert [evidence.waits_until(step) for step in waits] == [0.0, 0.0]
    (waker,) = {evidence.timeline.columns.woken_by[evidence.next_step(step)] for step in waits}
    assert evidence.who(waker) == "the callback 'Event.set'"
    assert evidence.woken_by(waker) == [evidence.next_step(step) for step in waits]


def test_a_tasks_function_and_whether_it_is_the_learners_own(evidence):
    one = number(evidence, "one")
    assert evidence.root(one).name == "guest"
    assert evidence.is_own(one)
    assert evidence.main.coroutine == "party"


def test_functions_in_which_nobody_was_seen_may_not_have_run(evidence):
    (source,) = {place[0] for place in evidence.places}
    code = evidence.code((source, 1))
    ran = code.function_at(line("at the door")), code.function_at(line("never reached"))
    assert [evidence.has_run(source, function) for function in (*ran, None)] == [True, False, True]


def without_made_at(timeline):
    tasks = tuple(replace(task, made_at=None) for task in timeline.tasks)
    return Evidence(replace(timeline, tasks=tasks))


@pytest.mark.parametrize("name", ["one", "two", "late"])
def test_the_line_that_made_a_task_is_found_in_the_text_where_it_was_not_recorded(timeline, name):
    for evidence in (Evidence(timeline), without_made_at(timeline)):
        assert evidence.made_at(number(evidence, name))[1] == line(f"makes {name}")


def test_where_two_calls_can_have_made_a_task_none_is_named(timeline):
    evidence = without_made_at(timeline)
    one = number(evidence, "one")
    renamed = [replace(t, name="renamed later") if t.id == one else t for t in evidence.tasks]
    evidence = Evidence(replace(evidence.timeline, tasks=tuple(renamed)))
    assert evidence.made_at(one) is None


def test_without_lines_each_task_is_taken_for_the_learners_own():
    evidence = Evidence(simulate(party(), lines=False))
    assert not evidence.has_lines
    assert all(evidence.is_own(task.id) for task in evidence.tasks)
    assert evidence.root(0) is None


def test_a_task_without_a_step_has_no_last_one():
    evidence = Evidence(Timeline.of([TaskSpan(0, "idle")]))
    assert (evidence.last_step(0), evidence.last_wait(0)) == (NOTHING, NOTHING)
    assert evidence.main is None


# -- words -------------------------------------------------------------------------------------


def test_names_of_tasks_in_a_row(evidence):
    assert evidence.names([number(evidence, name) for name in ("one", "two")]) == "'one' and 'two'"


def test_places_in_words():
    assert f"It waits{at_line(('shop.py', 7))}." == "It waits in line 7 of shop.py."
    assert at_line(None) == ""
    assert f"It waits{aside(('shop.py', 7))}: why?" == "It waits, in line 7 of shop.py: why?"
    assert f"A task{made(('shop.py', 7))} waits" == "A task, made in line 7 of shop.py, waits"
    assert aside(None) == made(None) == ""
