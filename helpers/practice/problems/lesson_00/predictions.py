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
            "2 s would be two readings side by side, and the third after them. But nothing makes "
            "any reading wait for another."
        ),
        "C": (
            "3 s was one by one, where `window` began only after `door` had ended. Here all three "
            "begin before any has ended."
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
        "and until `soup` lets go, the first step of `bread` has to queue: it is ready."
    ),
    replies={
        "A": "The loop runs one thing at a time, and `soup` has it until 0.2 s.",
        "C": (
            "A task that waits needs something else to happen first. `bread` needs nothing but the "
            "loop."
        ),
    },
)

SOUP = Question(
    id="00-soup",
    ask="`soup` sleeps for 0.5 s. `dinner` works from 0.1 s to 0.7 s. When does `soup` end?",
    options=(0.5, 0.7, 1.2),
    unit="s",
    measured=lambda timeline: timeline.task("soup").ended,
    because=(
        "At 0.5 s its time was up, but `dinner` held the loop, which couldn't notice. At 0.7 s the "
        "loop looked at its timers again: only then was `soup` woken, and it ended."
    ),
    replies={
        "A": (
            "Its time was up then. But even ending takes a step on the loop, which `dinner` was "
            "holding."
        ),
        "C": (
            "1.2 s is 0.5 s on top of 0.7 s. But a sleep's time runs from its start, whether the "
            "loop is held or not."
        ),
    },
)

EIGHT = Question(
    id="00-eight",
    ask="How long does `readings(sensors=8, one_by_one=False)` take?",
    options=("1 s, as before", "8 s, one for each", "3 s, somewhere in between"),
    measured=lambda timeline: timeline.duration,
    because=(
        "Eight one-second waits fit into the same second. Eight pieces of work wouldn't: only one "
        "can run at a time."
    ),
    replies={
        "B": "8 s is what `one_by_one=True` takes, where each is awaited before the next is made.",
        "C": "Three sensors took 1 s, not more than one does. Five more waits add nothing either.",
    },
)
