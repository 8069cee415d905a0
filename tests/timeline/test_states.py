"""Who ran, who was ready, who waited, who was overdue, and how long: from plain records."""

import gc
import weakref

import pytest
from any_recording import recordings
from by_hand import step, ten_tasks_of_20_ms
from hypothesis import given

from helpers.timeline import Idle, TaskSpan, Timeline, nanoseconds


def told(timeline, task=0):
    """A task's stretches, as words and seconds."""
    return [(s.state, s.start, s.end) for s in timeline.stretches(task)]


def shares(timeline, task=0):
    """How long a task was running, ready, waiting, overdue."""
    ask = (timeline.time_running, timeline.time_ready, timeline.time_waiting)
    return tuple(question(task) for question in (*ask, timeline.time_overdue))


# -- running, ready, waiting ------------------------------------


def test_ten_tasks_of_20_ms_run_20_ms_each_and_are_ready_ever_longer():
    timeline = ten_tasks_of_20_ms()
    assert [timeline.time_running(n) for n in range(10)] == [0.02] * 10
    assert [timeline.time_ready(n) for n in range(10)] == [n * 20 / 1000 for n in range(10)]
    assert [timeline.time_waiting(n) for n in range(10)] == [0.0] * 10
    assert timeline.most_tasks_at_once == 10
    assert timeline.duration == 0.2


LIVES = {
    "created, queued, run, done": (
        TaskSpan(0, "a", created=1, ended=3, outcome="returned"),
        [step(0, 2, 3, ready=1)],
        [("ready", 1, 2), ("running", 2, 3)],
    ),
    "a sleep between two steps": (
        TaskSpan(0, "a", created=0, ended=6, outcome="returned"),
        [step(0, 0, 1), step(0, 5, 6, ready=4)],
        [("running", 0, 1), ("waiting", 1, 4), ("ready", 4, 5), ("running", 5, 6)],
    ),
    "sleep(0) goes from running straight to ready": (
        TaskSpan(0, "a", created=0, ended=4, outcome="returned"),
        [step(0, 0, 1), step(0, 3, 4, ready=1)],
        [("running", 0, 1), ("ready", 1, 3), ("running", 3, 4)],
    ),
    "pending: still waiting at the end": (
        TaskSpan(0, "a", created=0),
        [step(0, 0, 1), step(None, 8, 9)],
        [("running", 0, 1), ("waiting", 1, 9)],
    ),
    "pending: back in the queue at the end": (
        TaskSpan(0, "a", created=0, queued=6),
        [step(0, 0, 1), step(None, 8, 9)],
        [("running", 0, 1), ("waiting", 1, 6), ("ready", 6, 9)],
    ),
    "pending: never had its turn": (
        TaskSpan(0, "a", created=2, queued=2),
        [step(None, 8, 9)],
        [("ready", 2, 9)],
    ),
    "older than the recording": (
        TaskSpan(0, "a", created=None, ended=5, outcome="returned"),
        [step(0, 4, 5, ready=3)],
        [("waiting", 0, 3), ("ready", 3, 4), ("running", 4, 5)],
    ),
    "ended, though no step of it was seen": (
        TaskSpan(0, "a", created=1, ended=3, outcome="cancelled"),
        [],
        [("waiting", 1, 3)],
    ),
    "a step of no length is not lost": (
        TaskSpan(0, "a", created=0, ended=2, outcome="returned"),
        [step(0, 0, 0), step(0, 2, 2)],
        [("running", 0, 0), ("waiting", 0, 2), ("running", 2, 2)],
    ),
    "queued while it still ran, as by its own callback": (
        TaskSpan(0, "a", created=0, ended=4, outcome="returned"),
        [step(0, 0, 2), step(0, 3, 4, ready=1)],
        [("running", 0, 2), ("ready", 2, 3), ("running", 3, 4)],
    ),
}


@pytest.mark.parametrize(("span", "steps", "life"), LIVES.values(), ids=LIVES)
def test_a_life_told_in_stretches(span, steps, life):
    assert told(Timeline.of([span], steps)) == life


@pytest.mark.parametrize(("span", "steps", "life"), LIVES.values(), ids=LIVES)
def test_running_ready_and_waiting_are_a_whole_life(span, steps, life):
    timeline = Timeline.of([span], steps)
    begin, end = timeline.life(0)
    running, ready, waiting, _ = shares(timeline)
    assert running + ready + waiting == end - begin


def test_a_waiting_stretch_says_what_for_and_after_which_step():
    timeline = Timeline.of([TaskSpan(0, "a")], [step(0, 0, 1, waiting_for="a lock")], duration=3)
    waiting = timeline.stretches(0)[-1]
    assert (waiting.state, waiting.waiting_for, waiting.step) == ("waiting", "a lock", 0)


# -- overdue ---------------------------------------------------


def sleeper(due, ready, *others, idle=()):
    """A task that sleeps after its step at 0 until its timer at `due`, queued at `ready`."""
    own = [step(0, 0, 0, due=due, waiting_for=f"sleep({due})"), step(0, ready, ready)]
    span = TaskSpan(0, "sleeper", ended=ready, outcome="returned")
    steps = sorted([*own, *others], key=lambda s: s.start)
    return Timeline.of([span], steps, idle=idle)


def test_a_short_sleep_behind_a_long_block_is_overdue_neither_running_nor_ready():
    timeline = sleeper(0.1, 0.5, step(None, 0, 0.5))
    assert shares(timeline) == (0.0, 0.0, 0.5, 0.4)
    assert ("overdue", 0.1, 0.5) in told(timeline)


OVERDUE = {
    "in time": (sleeper(1, 1, step(None, 0, 0.5)), 0),
    "late, as the clock is coarse: the loop slept": (
        sleeper(1, 1.25, step(None, 0, 0.5), idle=[Idle(0.5, 1.25, until=1)]),
        0,
    ),
    "the loop woke just when it was due": (
        sleeper(1, 1.5, step(None, 1, 1.5), idle=[Idle(0.5, 1, until=1)]),
        0,
    ),
    "two blocks in one round, due between them": (
        sleeper(1, 3, step(None, 0, 0.75), step(None, 1.5, 3)),
        2,
    ),
    "due before it began to wait": (sleeper(0, 3, step(None, 0, 3)), 3),
    "a nested loop slept inside another step when it was due": (
        sleeper(1, 1.25, step(None, 0, 2), idle=[Idle(0.5, 1.25, until=1)]),
        0,
    ),
}


@pytest.mark.parametrize(("timeline", "overdue"), OVERDUE.values(), ids=OVERDUE)
def test_overdue_is_what_steps_kept_the_loop_from_noticing(timeline, overdue):
    assert timeline.time_overdue(0) == overdue


# -- steps inside steps ---------------------------------------------------


def test_time_in_a_nested_step_belongs_to_the_inner_task():
    spans = [TaskSpan(0, "outer", ended=4, outcome="returned"), TaskSpan(1, "eager", created=1)]
    timeline = Timeline.of(spans, [step(0, 0, 4), step(1, 1, 3, inside=0)])
    assert told(timeline, 0) == [("running", 0, 1), ("waiting", 1, 3), ("running", 3, 4)]
    assert told(timeline, 1) == [("running", 1, 3), ("waiting", 3, 4)]
    assert timeline.time_running(0) == timeline.time_running(1) == 2
    assert timeline.children(0) == [1]


def test_a_step_filled_by_the_one_inside_it_is_not_lost():
    spans = [TaskSpan(0, "outer", ended=2, outcome="returned"), TaskSpan(1, "eager", ended=2)]
    timeline = Timeline.of(spans, [step(0, 0, 2), step(1, 0, 2, inside=0)])
    assert told(timeline, 0) == [("waiting", 0, 2), ("running", 2, 2)]


def test_while_a_nested_loop_sleeps_the_outer_step_is_not_running():
    spans = [TaskSpan(0, "this cell", role="recording"), TaskSpan(1, "main", created=1)]
    steps = [step(0, 0, 9), step(1, 1, 2, inside=0), step(1, 7, 8, inside=0)]
    timeline = Timeline.of(spans, steps, idle=[Idle(2, 7)])
    assert timeline.time_running(0) == 2  # from 0 to 1 and from 8 to 9
    assert [s.waiting_for for s in timeline.stretches(0) if s.state == "waiting"] == [
        "a step inside it",
        "a loop inside it",
        "a step inside it",
    ]


def test_the_spans_of_all_tasks_are_those_of_each():
    spans = [TaskSpan(n, name) for n, name in enumerate("abc")]
    steps = [step(0, 0, 6), step(1, 1, 5, inside=0), step(2, 6, 8, ready=2), step(None, 8, 9)]
    timeline = Timeline.of(spans, steps, idle=[Idle(5, 5.5)])
    found = list(timeline.states.all_spans())
    for task in range(3):
        assert [span for owner, span in found if owner == task] == list(timeline.spans(task))
    loop_work = [span for owner, span in found if owner == -1]
    assert loop_work == [("running", 8_000_000_000, 9_000_000_000, 3, None)]


def test_nested_thrice():
    spans = [TaskSpan(n, name) for n, name in enumerate("abc")]
    steps = [step(0, 0, 6), step(1, 1, 5, inside=0), step(2, 2, 4, inside=1)]
    timeline = Timeline.of(spans, steps)
    assert [timeline.time_running(n) for n in range(3)] == [2, 2, 2]


# -- any recording at all ---------------------------------------------------


def state_at(timeline, task, time):
    """Which state that task is in, by the words of the glossary; None before and after."""
    begin, end = timeline.life(task)
    if not begin <= time < end:
        return None
    steps = [(i, s) for i, s in enumerate(timeline.steps)]
    around = [i for i, s in steps if s.start <= time < s.end]
    mine = [i for i in around if timeline.steps[i].task == task]
    if mine:
        innermost = max(around, key=lambda i: (timeline.steps[i].start, i))
        asleep = any(i.start <= time < i.end for i in timeline.idle)
        return "running" if mine == [innermost] and not asleep else "waiting"
    following = [s for _, s in steps if s.task == task and s.start > time]
    if following:
        return "ready" if following[0].ready <= time else "waiting"
    queued = timeline.tasks[task].queued
    return "ready" if queued is not None and queued <= time else "waiting"


@given(recordings())
def test_at_each_moment_a_task_is_in_the_state_that_the_words_say(timeline):
    for task in range(len(timeline.tasks)):
        life = [s for s in timeline.stretches(task) if s.state != "overdue"]
        for half in range(int(timeline.duration)):
            time = half + 0.5
            here = [s.state for s in life if s.start <= time < s.end]
            expected = state_at(timeline, task, time)
            assert here == [expected] * (expected is not None), (task, time)


@given(recordings())
def test_overdue_is_the_end_of_a_wait_and_begins_when_its_timer_is_due(timeline):
    for task in range(len(timeline.tasks)):
        wait = None
        for stretch in timeline.stretches(task):
            if stretch.state == "overdue":
                due = timeline.steps[stretch.step].due
                assert stretch.start == max(due, wait.start)
                assert (stretch.end, stretch.step) == (wait.end, wait.step)
                assert not any(i.start <= stretch.start < i.end for i in timeline.idle)
            wait = stretch


@given(recordings())
def test_own_times_and_sleeps_are_all_the_time_there_is(timeline):
    """Each moment is in one innermost step, or in one sleep, or in neither."""
    busy = sum(timeline.states.own.tolist())
    outer = [s for s in timeline.steps if s.inside is None]
    covered = sum(nanoseconds(s.end - s.start) for s in outer)
    sleeps = timeline.states.sleeps_inside
    assert busy == covered - int((sleeps.end - sleeps.start).sum())


def test_a_step_that_ended_before_an_earlier_one_does_not_turn_time_back():
    """No recorder writes that; a hand may."""
    steps = [step(0, 0, 6), step(1, 1, 2), step(0, 3, 4), step(0, 7, 8, ready=5)]
    timeline = Timeline.of([TaskSpan(0, "a"), TaskSpan(1, "b")], steps)
    assert timeline.states.since.tolist() == [0, 0, 6_000_000_000, 6_000_000_000]
    assert told(timeline) == [
        ("running", 0, 6),
        ("running", 3, 4),
        ("ready", 6, 7),
        ("running", 7, 8),
    ]


def test_very_many_tasks_are_put_in_order_too():
    """More than 16 bits can number."""
    many = 70_000
    steps = [step(many - 1 - n, n, n + 1) for n in range(many)]
    timeline = Timeline.of([TaskSpan(n, "") for n in range(many)], steps)
    for task in (0, 1, 65_535, 65_536, many - 1):
        assert timeline.task_steps(task) == [many - 1 - task]


def test_a_recording_of_nothing_has_no_states():
    states = Timeline().states
    assert [len(c) for c in (states.own, states.since, states.until, *states.pauses)] == [0] * 7
    assert list(states.all_spans()) == []


def test_a_timeline_that_was_asked_goes_as_soon_as_nobody_has_it():
    """Its columns may be large: they do not wait for the garbage collector."""
    timeline = ten_tasks_of_20_ms()
    assert timeline.time_ready(3) > 0
    there = weakref.ref(timeline)
    gc.disable()
    try:
        del timeline
        assert there() is None
    finally:
        gc.enable()
