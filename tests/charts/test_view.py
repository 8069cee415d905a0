"""A part of a recording, looked at through a window."""

import pytest
from chart_samples import breakfast

from helpers.charts.lanes import lay_out
from helpers.timeline import Step, TaskSpan, Timeline


def lane(timeline, label, **options):
    return next(lane for lane in lay_out(timeline, **options).lanes if lane.label == label)


def bars(timeline, label, **options):
    return [(b.state, b.start, b.end, b.text) for b in lane(timeline, label, **options).bars]


def test_a_window_cuts_bars_and_leaves_out_what_is_outside():
    layout = lay_out(breakfast(), between=(0.5, 1.5))
    assert (layout.start, layout.end) == (0.5, 1.5)
    assert bars(breakfast(), "toast", between=(0.5, 1.5)) == [
        ("running", 0.5, 0.8, ""),
        ("waiting", 0.8, 1.0, "sleep(0.2)"),
        ("running", 1.0, 1.5, ""),
    ]
    assert layout.arrows == ()
    assert all(row.end is None for row in layout.lanes)


def test_tasks_whose_life_is_elsewhere_are_left_out():
    labels = [row.label for row in lay_out(breakfast(), between=(4.25, 4.4)).lanes]
    assert labels == ["this cell", "radio", "loop"]


@pytest.mark.parametrize("between", [(1.0, 1.0), (2.0, 1.0), (-1.0, 1.0), (5.0, 6.0)])
def test_an_empty_window_is_refused_with_the_length_of_the_recording(between):
    with pytest.raises(ValueError, match=r"shows nothing: .* lasts 4\.4 s"):
        lay_out(breakfast(), between=between)


def test_a_window_may_reach_beyond_the_end():
    """And whoever tells of it tells what is seen."""
    for end in (100, float("inf")):
        assert lay_out(breakfast(), between=(4.0, end)).end == 4.4
        seen = "'breakfast', seen from 4 s to 4.4 s: 5 tasks"
        assert breakfast().gantt(between=(4.0, end)).alt.startswith(f"Gantt chart {seen}")
        assert breakfast().load(between=(4.0, end)).alt.startswith(f"Load chart {seen}")


def one_step(seconds, clock="real"):
    """A cell that makes no task and never waits."""
    tasks = [TaskSpan(0, "this cell", created=None, ended=None, role="recording")]
    return Timeline.of(tasks, [Step(0, "task", "this cell", 0, 0, seconds)], clock=clock)


def test_where_nothing_happened_the_one_short_step_does_not_fill_the_chart():
    layout = lay_out(one_step(0.0001))
    assert (layout.start, layout.end, layout.duration) == (0, 0.1, 0.0001)
    assert [bar.thin for bar in layout.lanes[0].bars] == [True]
    assert layout.summary == ["no tasks", "100 µs"]


@pytest.mark.parametrize("timeline", [one_step(0.6), one_step(0.001, "virtual"), breakfast()])
def test_otherwise_all_of_the_recording_is_the_chart(timeline):
    assert lay_out(timeline).end == timeline.duration
