"""A crowd seen from afar adds up to what `Timeline` says of each task."""

import numpy as np
import pytest
from chart_samples import EVERY, breakfast, crowd
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.charts.crowd import crowd_of, most_at_once
from helpers.timeline import Step, TaskSpan, Timeline


def totals(timeline, ids, columns=97):
    seen = crowd_of(timeline, ids, np.linspace(0.0, timeline.duration or 1.0, columns + 1))
    width = (timeline.duration or 1.0) / columns
    return [float(part.sum()) * width for part in (seen.running, seen.ready, seen.waiting)]


def sums(timeline, ids):
    ways = (timeline.time_running, timeline.time_ready, timeline.time_waiting)
    return [sum(way(id) for id in ids) for way in ways]


@pytest.mark.parametrize("name", EVERY)
def test_time_in_each_state_adds_up(name):
    timeline = EVERY[name]
    ids = [task.id for task in timeline.tasks]
    if ids:
        assert totals(timeline, ids) == pytest.approx(sums(timeline, ids), rel=1e-6, abs=1e-9)
        assert totals(timeline, ids[:1]) == pytest.approx(sums(timeline, ids[:1]), abs=1e-6)


@st.composite
def turns(draw):
    """Tasks that take turns of whole seconds; each in the queue since some earlier moment."""
    count, clock, steps = draw(st.integers(1, 4)), 0, []
    for _ in range(draw(st.integers(1, 15))):
        clock += draw(st.integers(0, 3))
        length = draw(st.integers(0, 4))
        ready = draw(st.integers(0, clock))
        task = draw(st.sampled_from([None, *range(count)]))
        kind = "callback" if task is None else "task"
        steps.append(Step(task, kind, "", ready, clock, clock + length))
        clock += length
    tasks = []
    for id in range(count):
        ends = [step.end for step in steps if step.task == id]
        ended = draw(st.sampled_from([None, ends[-1]])) if ends else None
        queued = None if ended is not None else draw(st.none() | st.just(clock + 1.0))
        tasks.append(TaskSpan(id, f"t-{id}", ended=ended, queued=queued))
    return Timeline.of(tasks, steps, duration=clock + 2)


@settings(max_examples=100, deadline=None)
@given(turns())
def test_it_adds_up_for_any_recording(timeline):
    ids = [task.id for task in timeline.tasks]
    assert totals(timeline, ids) == pytest.approx(sums(timeline, ids), abs=1e-6)


def test_each_column_counts_tasks_by_state():
    seen = crowd_of(crowd(4), [1, 2, 3, 4], np.linspace(0.0, 0.04, 5))
    assert seen.running == pytest.approx([1, 1, 1, 1])
    assert seen.ready == pytest.approx([3, 2, 1, 0])
    assert seen.waiting == pytest.approx([0, 0, 0, 0])
    assert seen.steps.tolist() == [1, 1, 1, 1]


def test_only_what_is_between_the_edges_counts():
    seen = crowd_of(crowd(4), [1, 2, 3, 4], np.linspace(0.01, 0.03, 3))
    assert seen.running == pytest.approx([1, 1])
    assert seen.ready == pytest.approx([2, 1])


def test_steps_of_no_length_are_counted():
    seen = crowd_of(breakfast(), [0], np.linspace(0.0, 4.4, 11))
    assert seen.steps.tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("lives", "most"),
    [
        ([(0, 1), (0, 2), (0, 3)], 3),
        ([(0, 1), (1, 2), (2, 3)], 1),
        ([(0, 2), (1, 3), (2, 4)], 2),
        ([(0, None), (5, None)], 2),
        ([(0, 0)], 1),
    ],
)
def test_most_at_once(lives, most):
    tasks = [TaskSpan(i, str(i), created=a, ended=b) for i, (a, b) in enumerate(lives)]
    assert most_at_once(Timeline.of(tasks, duration=9), list(range(len(lives)))) == most
