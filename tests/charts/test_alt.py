"""The alt text says what is to be seen, in the same words at every run."""

import asyncio

import pytest
from chart_samples import (
    EVERY,
    asleep_for,
    breakfast,
    callbacks,
    cell,
    crowd,
    eager,
    greetings,
    rude,
    strange,
)

from helpers.charts.alt import alt_text
from helpers.timeline import Step, TaskSpan, Timeline
from helpers.virtual_time import simulate


@pytest.mark.parametrize("name", EVERY)
def test_only_printable_characters(name):
    assert alt_text(EVERY[name]).isprintable()


@pytest.mark.parametrize(
    ("timeline", "words"),
    [
        (
            greetings(),
            "Gantt chart 'two greetings': 2 tasks. 'Hello' waits for sleep(1) and returns. "
            "'World' waits for sleep(1.5) and returns. Their waits overlap. They end in the order "
            "Hello, World.",
        ),
        (
            callbacks(),
            "Gantt chart 'callbacks': no tasks. 'this cell' waits for sleep(2). "
            "The loop runs soon, tick, late, read. 'tick' holds the loop.",
        ),
        (
            asleep_for(3.0),
            "Gantt chart 'asleep': 1 task in 3 s of virtual time. "
            "'sleeper' waits for sleep(3) and returns at 3 s.",
        ),
        (
            crowd(100, raised=(7,)),
            "Gantt chart '100 tasks': 100 tasks in 1 s of virtual time, of which 99 returned, "
            "1 raised. Their lives overlap, but none of their waits.",
        ),
        (Timeline(), "Gantt chart: no tasks."),
    ],
    ids=["greetings", "callbacks", "asleep", "crowd", "nothing"],
)
def test_it_says_what_is_to_be_seen(timeline, words):
    assert alt_text(timeline) == words


def test_it_tells_every_end():
    told = alt_text(breakfast())
    assert "'tea' waits for sleep(1), holds the loop and returns at 2.5 s." in told
    assert "raises ValueError: burnt at 4 s" in told
    assert "'eggs' waits for Event.wait and ends, cancelled at 4.1 s." in told
    assert "'radio' waits for Queue.get and is still pending at the end." in told
    assert told.endswith("They end in the order tea, toast, eggs, main. Note: Mind it.")


def test_of_very_many_waits_the_first_are_told_and_how_many_more():
    steps = [Step(0, "task", "a", n, n, n, waiting_for=f"w{n}") for n in range(9)]
    told = [alt_text(Timeline.of([TaskSpan(0, "a")], steps[:number])) for number in (6, 9)]
    assert "then w4, then w5 and" in told[0]
    assert "then w4, then 4 other things and" in told[1]


def test_it_tells_who_holds_the_loop_whoever_it_is():
    """Also the cell itself, a callback, one of many tasks; and a `time.sleep` in virtual time."""
    assert "'this cell' holds the loop." in alt_text(eager())
    assert "'rude' waits for sleep(2), holds the loop and returns at 2 s." in alt_text(rude())
    steps = [Step(id, "task", "t", 0, id, id + (id % 5 == 3)) for id in range(20)]
    tasks = [TaskSpan(id, f"t-{id}", ended=20.0, outcome="returned") for id in range(20)]
    told = alt_text(Timeline.of(tasks, steps))
    assert "20 returned. 't-3', 't-8', 't-13', 't-18' hold the loop. Their waits overlap." in told


def test_the_kernels_own_work_is_nobodys_fault():
    steps = [Step(None, "kernel", "heartbeat", 0, 0, 1)]
    assert "holds the loop" not in alt_text(Timeline.of([cell()], steps))


async def page_of_two():
    """The page is made before its parts, and ends after both, at the same virtual moment."""
    async with asyncio.TaskGroup() as page:
        page.create_task(asyncio.sleep(2), name="photos")
        page.create_task(asyncio.sleep(1), name="text")


async def main_and_page():
    await asyncio.create_task(page_of_two(), name="page")


def test_tasks_that_end_at_the_same_virtual_moment_are_told_in_the_order_of_their_ends():
    told = alt_text(simulate(main_and_page()))
    assert "'photos' waits for sleep(2) and returns at 2 s" in told
    assert "'page' waits for its task group and returns at 2 s" in told
    assert told.endswith("They end in the order text, photos, page, main_and_page.")


def test_a_task_whose_last_step_ran_within_anothers_ended_before_it():
    steps = [
        Step(0, "task", "host", 0, 0, 0),
        Step(1, "task", "eager", 0, 0, 0, inside=0),
        Step(2, "task", "more eager", 0, 0, 0, inside=1),
        Step(3, "task", "last", 0, 0, 0),
    ]
    names = ("host", "eager", "more eager", "last")
    tasks = [TaskSpan(i, name, ended=0.0, outcome="returned") for i, name in enumerate(names)]
    told = alt_text(Timeline.of(tasks, steps, clock="virtual"))
    assert "They end in the order more eager, eager, host, last" in told


def test_it_is_the_same_on_a_busy_machine():
    assert alt_text(greetings(late=0.15)) == alt_text(greetings())
    assert str(1.0012) not in alt_text(greetings())


@pytest.mark.parametrize(
    ("held", "said"), [(0.15, False), (0.25, True)], ids=["a hiccup", "a real block"]
)
def test_it_speaks_of_blocking_only_where_it_is_beyond_doubt(held, said):
    steps = [Step(0, "task", "a", 0, 0, held)]
    timeline = Timeline.of([TaskSpan(0, "a", ended=held, outcome="returned")], steps)
    assert ("holds the loop" in alt_text(timeline)) is said


@pytest.mark.parametrize(
    ("lives", "words"),
    [
        ([(0, 1), (1, 2), (2, 3)], "They run one after the other"),
        ([(0, 3), (0, 2), (0, 1)], "Their waits overlap"),
        ([(0, 1), (0.5, 2), (3, 4)], "Some of their waits overlap"),
        ([(0, None), (0, None)], "Their waits overlap"),
    ],
)
def test_it_says_whether_tasks_wait_at_the_same_time(lives, words):
    tasks = [cell()]
    for id, (created, ended) in enumerate(lives, start=1):
        outcome = "pending" if ended is None else "returned"
        tasks.append(TaskSpan(id, f"t-{id}", "", 0, created, created, ended, outcome))
    assert words in alt_text(Timeline.of(tasks, duration=5.0))


def test_it_says_which_part_is_shown_and_under_which_title():
    words = alt_text(breakfast(), title="the end", between=(4.0, 4.4))
    assert words.startswith("Gantt chart 'the end', seen from 4 s to 4.4 s: 5 tasks")


def test_a_very_long_name_is_cut_in_the_middle():
    told = alt_text(strange())
    assert "a" * 60 not in told
    assert "'aaa" in told
    assert "aaa…aaa" in told
