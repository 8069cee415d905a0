"""Steps live in columns, and come back as they were given."""

import pytest

from helpers.timeline import Step, TaskSpan, Timeline, nanoseconds, seconds

FULL = Step(
    task=0,
    kind="task",
    label="cook()",
    ready=0.25,
    start=0.5,
    end=1.5,
    inside=None,
    woken_by="thread",
    resumed_at=("cell 1", 3),
    suspended_at=("cell 1", 4),
    waiting_for="sleep(1)",
    due=2.5,
    real_seconds=0.125,
)
BARE = Step(task=None, kind="io", label="", ready=2, start=2, end=2, woken_by=0, real_seconds=0.0)


def test_steps_come_back_as_they_were_given():
    timeline = Timeline.of([TaskSpan(0, "a")], [FULL, BARE])
    assert list(timeline.steps) == [FULL, BARE]
    assert timeline.steps == [FULL, BARE]
    assert timeline.steps[-1] == BARE
    assert timeline.steps[:1] == [FULL]
    assert len(timeline.steps) == 2


def test_a_step_that_is_not_there_is_an_index_error():
    with pytest.raises(IndexError):
        Timeline.of([], [BARE]).steps[1]


@pytest.mark.parametrize("time", [0.0, 1e-9, 0.1, 1 / 3, 12.345678901, 1e6 + 1e-9])
def test_seconds_and_nanoseconds_are_the_same_time(time):
    assert nanoseconds(seconds(nanoseconds(time))) == nanoseconds(time)
    assert abs(seconds(nanoseconds(time)) - time) <= 0.5e-9
