"""Every number of the charts: bars, arrows, marks, folds."""

from helpers.charts.lanes import lay_out
from helpers.timeline import Step, TaskSpan, Timeline


def test_a_bar_for_each_state_in_order():
    timeline = Timeline.of(
        [TaskSpan(0, "a", ended=3.0, outcome="returned")],
        [
            Step(0, "task", "a", 0.0, 1.0, 1.5, waiting_for="sleep(1)"),
            Step(0, "task", "a", 2.5, 2.5, 3.0),
        ],
    )
    lane = lay_out(timeline).lanes[0]
    assert [(b.state, b.start, b.end, b.text) for b in lane.bars] == [
        ("ready", 0.0, 1.0, ""),
        ("running", 1.0, 1.5, ""),
        ("waiting", 1.5, 2.5, "sleep(1)"),
        ("running", 2.5, 3.0, ""),
    ]
