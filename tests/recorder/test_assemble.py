"""Rows written by hand, and the timeline they make. No loop, no clock, no hook."""

import pytest

from helpers.recorder import rows
from helpers.recorder.assemble import assemble
from helpers.recorder.rows import Cut, TaskKind, TaskNote, TimerNote

BEGIN = 100.0  # all moments below are seconds after it


def cut(*steps, end=10.0, **parts):
    """Each step: queued, start, end, who, waiting. Moments count from the beginning."""
    made = Cut(begin=BEGIN, end=BEGIN + end, **parts)
    for queued, start, stop, who, waiting in steps:
        if rows.is_moment(queued):
            queued += BEGIN
        start = start - BEGIN if start < 0 else start + BEGIN
        made.rows.extend((queued, start, stop + BEGIN, who, waiting, rows.NOWHERE))
    return made


def task(name, created=None, ended=None, *, qualname="", machinery="", **rest):
    outcome = "pending" if ended is None else "returned"
    moments = {"created": created, "ended": ended}
    moments = {key: None if at is None else BEGIN + at for key, at in moments.items()}
    note = TaskNote(name, TaskKind(qualname, machinery=machinery), None)
    for field, value in {"outcome": outcome, **moments, **rest}.items():
        setattr(note, field, value)
    return note


def told(timeline):
    return [(s.label, s.kind, s.ready, s.start, s.end, s.woken_by) for s in timeline.steps]


def test_nothing_at_all_is_a_timeline():
    timeline = assemble(cut(end=2))
    assert (len(timeline.steps), timeline.tasks, timeline.duration) == (0, (), 2)
    assert timeline.iterations == []


def test_who_woke_whom_and_what_it_waits_for():
    """main makes child at 1.5, child wakes main at 3.5."""
    timeline = assemble(
        cut(
            (0.5, 1, 2, 0, rows.for_task(1)),
            (1.5, 3, 4, 1, 0),
            (3.5, 4, 5, 0, 1),
            tasks=[task("main", created=0.5), task("child", created=1.5, ended=4)],
            words=["", "sleep(3)"],
            due={2: 8.0},
            offset=BEGIN,
        )
    )
    assert told(timeline) == [
        ("main", "task", 0.5, 1, 2, None),
        ("child", "task", 1.5, 3, 4, 0),
        ("main", "task", 3.5, 4, 5, 1),
    ]
    assert [s.waiting_for for s in timeline.steps] == ["task 'child'", None, "sleep(3)"]
    assert [s.due for s in timeline.steps] == [None, None, 8.0]
    main, child = timeline.tasks
    assert (main.outcome, main.parent, main.role) == ("pending", None, "main")
    assert (child.created, child.started, child.ended, child.parent) == (1.5, 3, 4, 0)
    assert timeline.notes == ("still pending when the recording ended: 'main'",)


@pytest.mark.parametrize(
    ("queued", "ready", "woken_by"),
    [
        (rows.UNKNOWN, 3, None),
        (rows.OLD, 0, None),
        (1.5, 1.5, 0),
        (2.5, 2.5, None),
        (rows.by_socket(BEGIN + 2.5), 2.5, "io"),
        (rows.by_timer(0), 2.75, None),  # when the loop had last looked at its timers
    ],
    ids=["unknown", "old", "in a step", "in no step", "socket", "timer"],
)
def test_when_a_step_was_ready_and_by_whom(queued, ready, woken_by):
    made = cut(
        (rows.UNKNOWN, 1, 2, 0, 0),
        (queued, 3, 4, 0, 0),
        tasks=[task("main", created=0.5)],
        labels=[("timer", "ring", None)],
        timers=[TimerNote(BEGIN + 1.5, 2.7, rows.of_label(0))],
        offset=BEGIN,
    )
    made.polls.append(BEGIN + 2.75)
    step = assemble(made).steps[1]
    assert (step.ready, step.woken_by) == (ready, woken_by)


def test_what_a_thread_queued_is_the_threads():
    made = cut(
        (rows.UNKNOWN, 1, 2, 0, 0),
        (1.5, 3, 4, 0, 0),
        tasks=[task("main", created=0.5)],
        foreign=[[BEGIN + 1.4, BEGIN + 1.5]],
    )
    assert assemble(made).steps[1].woken_by == "thread"


def test_steps_inside_a_step_and_the_first_of_an_iteration():
    """The outer step is written last, as it ends last."""
    timeline = assemble(
        cut(
            (0.5, -2, 3, 1, 0),
            (0.5, 3, 4, 1, 0),
            (0.2, -1, 5, 0, 0),
            (0.2, 5, 6, 0, 0),
            tasks=[task("outer", created=0.1), task("inner", created=0.5)],
        )
    )
    assert [(s.label, s.start, s.inside) for s in timeline.steps] == [
        ("outer", 1, None), ("inner", 2, 0), ("inner", 3, 0), ("outer", 5, None),
    ]  # fmt: skip
    assert timeline.iterations == [0, 1]


def test_where_iterations_are_not_known_none_is_said_to_begin():
    timeline = assemble(cut((0.5, 1, 2, 0, 0), tasks=[task("a")], knows_iterations=False))
    assert timeline.iterations == []
    assert timeline.steps[0].first is None


def test_what_was_over_before_the_recording_began_is_not_in_it():
    before, across, after = (-3, -3, -2, 0, 0), (-1.5, -1, 1, 1, 0), (1.5, 2, 3, 1, 0)
    made = cut(end=4, tasks=[task("gone", -4, -2), task("there", -1.5)])
    for queued, start, end, who, waiting in (before, across, after):
        made.rows.extend((BEGIN + queued, BEGIN + start, BEGIN + end, who, waiting, -1))
    timeline = assemble(made)
    assert [(s.start, s.end, s.ready) for s in timeline.steps] == [(0, 1, 0), (2, 3, 1.5)]
    (there,) = timeline.tasks
    assert (there.name, there.created) == ("there", None)


def test_timers_know_who_made_them_and_which_step_ran_them():
    ring = rows.of_label(0)
    made = cut(
        (0.5, 1, 2, 0, 0),
        (rows.by_timer(1), 3, 4, ring, 0),
        tasks=[task("main", created=0.5)],
        labels=[("timer", "ring", None)],
        timers=[
            TimerNote(BEGIN + 1.1, 5.0, ring, cancelled=BEGIN + 2),
            TimerNote(BEGIN + 1.2, 2.9, ring, cancelled=BEGIN + 3.5),  # its own step cancels it
            TimerNote(rows.UNKNOWN, float("inf"), ring),
        ],
        offset=BEGIN,
    )
    made.polls.append(BEGIN + 2.95)
    first, second, third = assemble(made).timers
    assert (first.made_by, first.due, first.queued, first.cancelled, first.step) == (
        0, 5, None, 2, None,
    )  # fmt: skip
    assert (second.queued, second.cancelled, second.step) == (2.95, None, 1)
    assert (third.made_by, third.made, third.step) == (None, 0, None)
    assert third.due > 1e9, "a hundred years stand for ever"


def test_the_kernels_tasks_are_no_tasks_and_share_a_kind():
    timeline = assemble(
        cut(
            (0.5, 1, 2, 0, 0),
            (1.5, 2, 3, rows.of_label(0), 0),
            (1.6, 3, 4, 1, rows.for_task(0)),
            tasks=[task("Task-1", 0.5, machinery="kernel", qualname="Kernel.poll"), task("mine")],
            labels=[("callback", "wake-up", None)],
        )
    )
    assert [t.name for t in timeline.tasks] == ["mine"]
    assert [(s.label, s.kind, s.task) for s in timeline.steps] == [
        ("kernel: Kernel.poll", "kernel", None),
        ("wake-up", "kernel", None),
        ("mine", "task", 0),
    ]
    assert timeline.steps[2].waiting_for == "a task of the kernel"


def test_a_virtual_clock_says_when_and_the_real_one_how_long():
    made = cut((0.5, 1, 2, 0, 0), (2.5, 3, 4, 0, 0), tasks=[task("main", 0.5)])
    made.jumps = [(BEGIN, 7.0), (BEGIN + 2.5, 67.0)]
    timeline = assemble(made)
    assert (timeline.clock, timeline.duration) == ("virtual", 60)
    assert [(s.start, s.end, s.real_seconds) for s in timeline.steps] == [(0, 0, 1), (60, 60, 1)]


def test_sleeps_of_the_loop_and_what_was_printed():
    made = cut(
        (0.5, 1, 2, 0, 0),
        end=5,
        tasks=[task("main", 0.5)],
        output=[
            (BEGIN - 1, "before\n", True),
            (BEGIN + 1.5, "a", True),
            (BEGIN + 1.6, "b\n", True),
            (BEGIN + 1.7, "by a thread\n", False),
            (BEGIN + 3, "in no step\n", True),
        ],
    )
    made.idle.extend((BEGIN + 2, BEGIN + 3, BEGIN + 2.5))
    made.idle.extend((BEGIN + 4, BEGIN + 9, -1.0))
    timeline = assemble(made)
    assert [(i.start, i.end, i.until) for i in timeline.idle] == [(2, 3, 2.5), (4, 5, None)]
    assert [(p.text, p.step) for p in timeline.output] == [
        ("ab\n", 0), ("by a thread\n", None), ("in no step\n", None),
    ]  # fmt: skip
