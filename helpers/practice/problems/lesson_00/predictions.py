"""What lesson 00 asks before it runs: waiting, ready, running."""

from helpers.practice.predictions import Question

ALL_AT_ONCE = Question(
    id="00-all-at-once",
    ask="How long do three readings take now?",
    options=(1.0, 2.0, 3.0),
    unit="s",
    measured=lambda timeline: timeline.duration,
    because=(
        "All three wait during the same second. Waiting needs nobody's attention, so waits can "
        "happen side by side."
    ),
    replies={
        "B": (
            "Two of them overlapping, and the third after them, would be 2 s. But nobody waits for "
            "`door` before `window` begins."
        ),
        "C": (
            "3 s was one by one: there `window` began when `door` had ended. In a group all three "
            "begin."
        ),
    },
)

BREAD = Question(
    id="00-bread",
    ask="`soup` works from 0 s to 0.2 s. What does `bread` do meanwhile?",
    options=("running", "ready", "waiting"),
    measured=lambda timeline: timeline.stretches(timeline.task("bread").id)[0].state,
    because=(
        "`bread` could begin, so it isn't waiting for anything. But the loop is running `soup`, "
        "and the first step of `bread` is in the ready queue until that lets go: ready."
    ),
    replies={
        "A": "The loop runs one thing at a time, and `soup` has it until 0.2 s.",
        "C": "Give it the loop, and it begins: there is nothing else it needs. That is ready.",
    },
)

SOUP = Question(
    id="00-soup",
    ask="`soup` sleeps for 0.5 s. `dinner` works from 0.1 s to 0.7 s. When does `soup` end?",
    options=(0.5, 0.7, 1.2),
    unit="s",
    measured=lambda timeline: timeline.task("soup").ended,
    because=(
        "At 0.5 s its time was up, but the loop was held and couldn't notice. It looked at its "
        "timers again at 0.7 s, and only then was `soup` woken, and ended."
    ),
    replies={
        "A": "Its time was up then. But even to end, it needs the loop, and `dinner` held it.",
        "C": "Its 0.5 s count from 0 s on, whether the loop is held or not.",
    },
)

EIGHT = Question(
    id="00-eight",
    ask="`readings(sensors=8, one_by_one=False)`: how long?",
    options=("1 s, as before", "8 s, one for each", "3 s, somewhere in between"),
    measured=lambda timeline: timeline.duration,
    because=(
        "Eight waits of one second fit into the same second. Work would not: running is one at a "
        "time."
    ),
    replies={
        "B": "8 s is what `one_by_one=True` takes, where each is awaited before the next is made.",
        "C": "Three sensors took 1 s as well. Five more waits add nothing to it.",
    },
)
