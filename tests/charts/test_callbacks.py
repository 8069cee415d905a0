"""Lanes for callbacks and timers, where a program has no tasks."""

import pytest
from chart_samples import callbacks

from helpers.charts.callbacks import MACHINERY
from helpers.charts.lanes import lay_out
from helpers.charts.layout import End
from helpers.recorder import asyncio_internals, naming
from helpers.timeline import Idle, Step, Timeline, Timer


def lane(timeline, label, **options):
    return next(lane for lane in lay_out(timeline, **options).lanes if lane.label == label)


def bars(timeline, label, **options):
    return [(b.state, b.start, b.end, b.text) for b in lane(timeline, label, **options).bars]


def test_callbacks_have_lanes_of_their_own_where_there_is_no_task():
    rows = [row.label for row in lay_out(callbacks()).lanes]
    assert rows == ["this cell", "soon", "tick", "late", "never", "read", "loop"]


def test_a_timer_waits_until_it_is_due_and_is_overdue_behind_a_long_step():
    assert bars(callbacks(), "late") == [
        ("waiting", 0.0006, 0.7, "until 0.7 s"),
        ("overdue", 0.7, 0.95, ""),
        ("ready", 0.95, 0.951, ""),
        ("running", 0.951, 0.952, ""),
    ]
    assert [state for state, *_ in bars(callbacks(), "tick")] == ["waiting", "running"]


def ticks(late):
    """Three timers of one name and one due time; the loop queues all three `late` s later."""
    queued = 1 + late
    starts = [queued + number * late for number in range(3)]
    steps = [Step(None, "callback", "main", 0, 0, 0)]
    steps += [Step(None, "timer", "tick", queued, start, start + late) for start in starts]
    timers = tuple(Timer("tick", 0, 1, queued, step=1 + number) for number in range(3))
    return Timeline.of((), steps, timers=timers, idle=[Idle(0, queued, 1)])


@pytest.mark.parametrize("late", [0.0, 0.001])  # on the virtual clock, and on the real one
def test_three_timers_of_one_name_and_moment_are_three_lanes(late):
    rows = [row for row in lay_out(ticks(late)).lanes if row.label == "tick"]
    assert [[bar.state for bar in row.bars if bar.state != "ready"] for row in rows] == [
        ["waiting", "running"]
    ] * 3
    assert [row.bars[-1].start for row in rows] == [1 + late * (1 + n) for n in range(3)]
    assert {(row.bars[0].start, row.bars[0].end) for row in rows} == {(0, 1 + late)}


def test_a_callback_that_sets_itself_again_goes_on_in_its_lane():
    """On the real clock it does so in its own step, a moment before that is over."""
    steps = [Step(None, "callback", "tick", 0, 0, 0.01)]
    steps += [Step(None, "timer", "tick", n, n, n + 0.01) for n in (1, 2)]
    steps += [Step(None, "callback", "tick", 2.005, 2.01, 2.02, woken_by=2)]
    timers = [Timer("tick", n - 1, n, n, made=n - 0.995, step=n) for n in (1, 2)]
    timers += [Timer("tick", 3, 9, made=2.015), Timer("tick", 3, 9, made=2.016)]
    timeline = Timeline.of((), steps, timers=timers, duration=3)
    first, other = (row for row in lay_out(timeline).lanes if row.label == "tick")
    assert [(bar.state, bar.start, bar.end) for bar in first.bars] == [
        ("running", 0.0, 0.01),
        ("waiting", 0.01, 1.0),
        ("running", 1.0, 1.01),
        ("waiting", 1.01, 2.0),
        ("running", 2.0, 2.01),
        ("running", 2.01, 2.02),
        ("waiting", 2.02, 3.0),
    ]
    assert [(bar.state, bar.start) for bar in other.bars] == [("waiting", 2.016)]


def test_a_timer_whose_step_is_not_known_still_waits_until_it_was_queued():
    step = Step(None, "timer", "tick", 1, 1, 2)
    timeline = Timeline.of((), [step], timers=[Timer("tick", None, 1, 1)])
    assert bars(timeline, "tick") == [("waiting", 0.0, 1.0, "until 1 s"), ("running", 1.0, 2.0, "")]


def test_a_timer_that_the_loop_slept_past_is_not_overdue_though_a_nested_loop_slept_in_a_step():
    steps = [Step(None, "callback", "outer", 0, 0, 3), Step(None, "timer", "tick", 2.1, 3, 3)]
    timers = [Timer("tick", None, 2, 2.1, step=1)]
    timeline = Timeline.of((), steps, timers=timers, idle=[Idle(1, 2.1, 2)])
    assert [state for state, *_ in bars(timeline, "tick")] == ["waiting", "ready", "running"]


def test_a_cancelled_timer_ends_cancelled():
    assert lane(callbacks(), "never").end == End("cancelled", 0.8)


def test_callbacks_of_one_name_share_a_lane_unless_they_overlap():
    apart = [Step(None, "callback", "f", n, n, n + 0.5) for n in range(3)]
    together = [Step(None, "callback", "f", 0, n, n + 0.5) for n in range(3)]
    assert [row.label for row in lay_out(Timeline.of((), apart)).lanes] == ["f", "loop"]
    assert [row.label for row in lay_out(Timeline.of((), together)).lanes] == ["f"] * 3 + ["loop"]


def test_asyncios_own_callbacks_get_no_lane_and_are_called_as_the_recorder_calls_them():
    steps = [Step(None, "timer", "end of a sleep", 0, 0, 1)]
    assert [row.label for row in lay_out(Timeline.of((), steps)).lanes] == ["loop"]
    named = {*asyncio_internals.CALLBACKS.values(), *naming._CALLBACKS_BY_NAME.values()}
    assert named >= MACHINERY
