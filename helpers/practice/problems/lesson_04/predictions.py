"""What lesson 04 asks before it runs: when tasks take their steps."""

from itertools import pairwise
from statistics import median_low

from helpers.practice.predictions import Question
from helpers.practice.sentences import in_seconds


def whether_it_survives(timeline):
    said = "".join(printed.text for printed in timeline.output)
    return "no, it is destroyed" if "destroyed" in said else "yes"


def how_many_steps(timeline):
    """In 0.2 s at its usual pace: a machine that stops meanwhile takes fewer."""
    begins = [timeline.steps[step].start for step in timeline.task_steps(0)]
    steps = 0.2 / median_low([after - before for before, after in pairwise(begins)])
    if steps > 1000:
        return "over a thousand"
    if steps < 2:
        return "2: one before the sleep, one after it"
    return "about 20" if 10 < steps < 50 else f"{steps:.0f}"


FIRST_LINES = Question(
    id="04-first-lines",
    ask="Which three lines are printed first, and in which order?",
    options=(
        "photos: first step\ntext: first step\npage: two tasks made",
        "photos: first step\npage: two tasks made\ntext: first step",
        "page: two tasks made\nphotos: first step\ntext: first step",
        "page: two tasks made\ntext: first step\nphotos: first step",
    ),
    measured=lambda timeline: [printed.text for printed in timeline.output[:3]],
    because=(
        "`create_task` only queues the first step of a task. `page` kept running until it "
        "suspended at `await text`. Then the loop took what was in the ready queue, first in, "
        "first out: `photos`, then `text`."
    ),
    replies={
        "A": (
            "`page` was running all that time, and the loop runs one thing at a time: nothing else "
            "could print before `page` let go."
        ),
        "B": (
            "`page` awaits nothing between its two `create_task` lines, so there was no gap for "
            "`photos` to slip into."
        ),
        "D": (
            "Awaiting `text` doesn't move its first step to the front of the queue. It only makes "
            "`page` wait."
        ),
    },
)

PAUSE = Question(
    id="04-pause",
    ask="Which three lines are printed first now?",
    options=(
        "photos: first step\ntext: first step\npage: two tasks made",
        "photos: first step\npage: two tasks made\ntext: first step",
        "page: two tasks made\nphotos: first step\ntext: first step",
    ),
    measured=lambda timeline: [printed.text for printed in timeline.output[:3]],
    because=(
        "At `sleep(0)` the queue held the first step of `photos`, and the next step of `page` went "
        "in behind it. `text` didn't exist yet."
    ),
    replies={
        "A": (
            "`text` was made only once `page` was running again, and `page` kept running long "
            "enough to print."
        ),
        "C": (
            "That was the order without the pause. `sleep(0)` lets everything that is already in "
            "the queue go first."
        ),
    },
)

BUSY = Question(
    id="04-busy",
    ask="How long does `busy_page()` take?",
    options=(2.0, 2.5, 3.5),
    unit="s",
    measured=lambda timeline: timeline.duration,
    because=(
        "For 1.5 s both tasks were ready (hatched) and nothing more. Their sleeps began only when "
        "`busy_page` let go of the loop: 1.5 s of work, then 2 s of sleep."
    ),
    replies={
        "A": (
            "If the sleeps began before the work, it would be 2 s: with an `await "
            "asyncio.sleep(0)` before `compute`, they do."
        ),
        "B": "`text` was done at 2.5 s. But `photos` slept from 1.5 s on, for 2 s.",
    },
)

WRAPPED = Question(
    id="04-wrapped",
    ask=(
        "`plain()` takes 3 s. What about `wrapped()`, with two tasks, and `half_wrapped()`, with "
        "one?"
    ),
    options=(
        "`wrapped` 2 s, `half_wrapped` 2 s",
        "`wrapped` 2 s, `half_wrapped` 3 s",
        "`wrapped` 3 s, `half_wrapped` 2 s",
        "`wrapped` 3 s, `half_wrapped` 3 s",
    ),
    measured=lambda both, half: (
        f"`wrapped` {in_seconds(both.duration)}, `half_wrapped` {in_seconds(half.duration)}"
    ),
    because=(
        "`wrapped` makes its second task only after the first has ended: it is `plain()` with more "
        "objects. In `half_wrapped` the task `photos` sleeps beside `half_wrapped` itself, which "
        "runs `load` for the text in its own steps."
    ),
    replies={
        "A": (
            "Two tasks overlap only if both exist at the same time. In `wrapped` the first `await` "
            "is in the way."
        ),
        "B": (
            "It isn't the number of tasks that counts. Look at what each function has started "
            "before it awaits for the first time."
        ),
        "D": (
            "In `half_wrapped` the first step of `photos` is queued, and runs as soon as the "
            "`load` for the text sleeps."
        ),
    },
)

TAKES = Question(
    id="04-takes",
    ask="Which of the three does `create_task` take?",
    options=(["load('text', 1)"], ["load('text', 1)", "load"], ["load('text', 1)", "a future"]),
    measured=lambda timeline: [task.name for task in timeline.tasks[1:]],
    because=(
        "A task drives a coroutine and nothing else. When you read *a coroutine was expected, got "
        "<function load ...>*, the parentheses are missing."
    ),
    replies={
        "B": "`load` is a function, a recipe. Only calling it makes an object that can be run.",
        "C": "A future has no code to run: you can await one, but it takes no steps.",
    },
)

ENDLESS = Question(
    id="04-endless",
    ask="When does the whole program end?",
    options=("at 1.2 s", "never: `clock` keeps it alive"),
    measured=lambda timeline: (
        "at 1.2 s" if timeline.duration < 2 else "never: `clock` keeps it alive"
    ),
    because=(
        "After the main coroutine, `asyncio.run` only cancels the tasks that are left, and waits "
        "for their end. `simulate` does the same after its chart, where `clock` is still pending."
    ),
    replies={
        "B": (
            "A thread can keep a program alive like that. But a task is cancelled when the main "
            "coroutine is done."
        ),
    },
)

AFTER_A_CLOCK = Question(
    id="04-after-a-clock",
    ask="Are the photos loaded within that minute?",
    options=("yes, at 1.2 s", "yes, at 1.7 s", "no"),
    measured=lambda timeline: "yes" if timeline.result else "no",
    because=(
        "`await clock()` comes back when `clock` returns, and it never returns. The line below it "
        "is never reached, in this minute or any other."
    ),
    replies={
        "A": (
            "That takes two things going on at the same time. Without a task, `load` isn't even "
            "called before `clock` is done."
        ),
        "B": (
            "`clock` sleeps for half a second, and then again, and again: it doesn't return after "
            "the first."
        ),
    },
)

ALIVE = Question(
    id="04-alive",
    ask="Which of the two tasks survive `gc.collect()`?",
    options=("both", "on a timer", "on a future", "neither"),
    measured=lambda timeline: [t.name for t in timeline.tasks[1:] if t.outcome == "returned"],
    because=(
        "The loop holds its timers, a timer holds its future, and that future holds the task. The "
        "other task and its future held only each other, so Python threw both away."
    ),
    replies={
        "A": "What could ever wake the second one? Nothing else knows its future.",
        "C": "It's the other way round. Ask what will wake each of them.",
        "D": "The loop can still reach the first one, through its timer.",
    },
)

ON_A_STREAM = Question(
    id="04-on-a-stream",
    ask="Does the task survive `gc.collect()`?",
    options=("yes", "no, it is destroyed"),
    measured=whether_it_survives,
    because=(
        "The task waits for a future that only `reader` holds. The loop does hold the connection, "
        "but that has only a weak reference to `reader`, one that doesn't keep it alive."
    ),
    replies={
        "A": (
            "The loop does hold the connection. But on the way from there to the task, one link is "
            "weak."
        ),
    },
)

ASKING = Question(
    id="04-asking",
    ask="In real time, how many steps does this cell take in those 0.2 s?",
    options=("2: one before the sleep, one after it", "about 20", "over a thousand"),
    measured=how_many_steps,
    because=(
        "`sleep(0)` goes straight back into the ready queue. So there was always something to run, "
        "the loop never slept, and a processor was busy with one question."
    ),
    replies={
        "A": (
            "A cell that waits takes two: one step to let go, and one when it is "
            "resumed. This cell doesn't wait, it asks."
        ),
        "B": (
            "Nothing slows it down: between two questions there is one iteration, which takes "
            "microseconds."
        ),
    },
)

ELEVEN_LINES = Question(
    id="04-eleven-lines",
    ask="What does `family()` print?",
    options=(
        "family waits for a\na begins\na ends\nfamily goes on\nb begins\nb ends",
        "family waits for a\na begins\nb begins\na ends\nfamily goes on\nb ends",
        "family waits for a\na begins\nb begins\na ends\nb ends\nfamily goes on",
    ),
    measured=lambda timeline: [printed.text for printed in timeline.output],
    because=(
        "When `a` ended, the next step of `b` was already in the ready queue, and that of `family` "
        "was queued behind it. Being woken doesn't let you jump the queue."
    ),
    replies={
        "A": (
            "`sleep(0)` lets everything in the queue go first, and the first step of `b` was in it."
        ),
        "B": (
            "The end of `a` doesn't run `family`. It only queues the next step of `family`, behind "
            "that of `b`."
        ),
    },
)
