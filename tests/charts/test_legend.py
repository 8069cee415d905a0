"""The legend is of what occurs in the chart, and of nothing else."""

import pytest
from chart_samples import breakfast, crowd, eager, greetings

from helpers.charts.words import SIGNS


def words(figure):
    return [text.get_text() for text in figure.axes[0].texts]


ALL = {sign.words for sign in SIGNS.values()}
ALWAYS = {"loop busy"}


@pytest.mark.parametrize(
    ("timeline", "signs"),
    [
        (
            greetings(),
            {"waiting", "running, too", "creates", "returned", "loop asleep", "callback"},
        ),
        (
            breakfast(),
            {"running", "running, too", "ready", "waiting", "overdue", "blocking", "creates"}
            | {"returned", "raised", "cancelled", "still pending", "loop asleep", "callback"},
        ),
        (eager(), {"running", "waiting", "blocking", "creates", "returned"}),
        (
            crowd(100),
            {"running", "running, too", "ready", "waiting", "how many", "creates", "returned"},
        ),
    ],
    ids=["greetings", "breakfast", "eager", "crowd"],
)
def test_the_legend_is_of_what_occurs_and_of_nothing_else(timeline, signs):
    found = set(words(timeline.gantt())) & ALL
    expected = {text for text in ALL if any(starts(text, s) for s in signs | ALWAYS)}
    assert found == expected


def starts(text, sign):
    """`running` is an entry of its own beside `running, too short ...`."""
    return text == sign if sign == "running" else text.startswith(sign)


def test_the_legend_can_be_left_out():
    assert "creates a task" not in words(greetings().gantt(legend=False))
