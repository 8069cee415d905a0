"""What lesson 05 asks before it runs: results, errors, cancellation."""

from helpers.practice.predictions import Question
from helpers.practice.sentences import in_seconds

WHEN_HEARD = (
    "when `gold` fails: before `shop: gold is done: True`",
    "when the task is thrown away: before `shop: closes`",
    "when the program ends: after `shop: closes`",
)


def place_of(timeline, beginning):
    """Which line that was printed begins so, counted from 0."""
    return [printed.text.startswith(beginning) for printed in timeline.output].index(True)


def how_the_wait_ends(timeline):
    if timeline.task("guest").outcome == "pending":
        return "it doesn't: asyncio waits forever, and says nothing"
    return "with an error"


def what_download_prints(timeline):
    printed = [piece.text for piece in timeline.output]
    return [text for text in printed if text.startswith("download")] or "nothing"


def how_stubborn_ends(timeline):
    task = timeline.task("stubborn")
    return f"{task.outcome}, at {in_seconds(task.ended)}"


TOO_EARLY = Question(
    id="05-too-early",
    ask="`tea.result()` is asked one line after the task was made. What is `answer`?",
    options=("None", "3, after a pause of one second", "InvalidStateError"),
    measured=lambda timeline: timeline.result,
    because=(
        "`result()` never waits. It hands over what is there, and raises if the task isn't done. "
        "`await` is what waits."
    ),
    replies={
        "A": '`None` is what many functions return, so it couldn\'t mean "not yet" as well.',
        "B": (
            "A pause takes an `await`, and there is none before `tea.result()`: a plain call can't "
            "suspend."
        ),
    },
)

AGAIN = Question(
    id="05-again",
    ask="`tea` is awaited a second time. When is `again:` printed?",
    options=(
        "1 s: the second await gives the same result immediately",
        "2 s: `price` runs once more",
        "never: a RuntimeError, since it was awaited already",
    ),
    measured=lambda timeline: timeline.output[1].time,
    because=(
        "A task runs its coroutine once, keeps the result, and gives it to anyone who asks, as "
        "often as they ask."
    ),
    replies={
        "B": "A task that is done doesn't begin again. For a second run, make a second task.",
        "C": (
            "A coroutine object does that (lesson 02), as it has nowhere to keep a result. A task "
            "keeps its result."
        ),
    },
)

HEARD = Question(
    id="05-heard",
    ask="When does the shop hear that `gold` failed?",
    options=(1.0, 3.0, 4.0),
    unit="s",
    measured=lambda timeline: timeline.result,
    because=(
        "An exception stays inside its task until someone asks for it. The shop was waiting for "
        "`tea`, and came to `await gold` two seconds after `gold` had failed."
    ),
    replies={
        "A": "`gold` failed at 1 s. But the shop wasn't waiting for `gold` then.",
        "C": "4 s is the sum of the two waits. But those go on side by side.",
    },
)

GROUP = Question(
    id="05-group",
    ask="`gold` fails at 1 s. How does `tea` end?",
    options=("returned", "raised", "cancelled"),
    measured=lambda timeline: timeline.task("tea").outcome,
    because=(
        "When one of its tasks fails, a group cancels the others, waits until they have ended, and "
        "raises the errors as an ExceptionGroup. No task works on for nothing."
    ),
    replies={
        "A": "`tea` would have taken until 3 s, and the group was over at 1 s.",
        "B": (
            "`tea` itself did nothing wrong. The error that comes out of the group is that of "
            "`gold`."
        ),
    },
)

NEVER = Question(
    id="05-never",
    ask="When does the loop complain that the exception was never retrieved?",
    options=WHEN_HEARD,
    measured=lambda timeline: WHEN_HEARD[place_of(timeline, "loop:")],
    because=(
        "As long as someone holds the task, they may still ask it, with `await`, `result()` or "
        "`exception()`. Only when it's thrown away is it certain that nobody will."
    ),
    replies={
        "A": "At that moment the loop can't know whether someone will ask later.",
        "C": "After `del gold` the task is out of reach, long before the program ends.",
    },
)

DOOR = Question(
    id="05-door",
    ask="Which line comes right after `guest: rings`?",
    options=("guest: the host let me in", "host: the door is open"),
    measured=lambda timeline: timeline.output[1].text,
    because=(
        "`set_result` runs nothing. It queues the wake-up of whatever waits for the future, as "
        "`create_task` queues a first step. `host` keeps running until it suspends."
    ),
    replies={
        "A": (
            "`host` was running when it set the result, and kept running: a plain call such as "
            "`set_result` doesn't let go of the loop."
        ),
    },
)

NOBODY_SETS_IT = Question(
    id="05-nobody-sets-it",
    ask="How does the wait for `door` end?",
    options=(
        "with an error, when nothing else is going on",
        "with `None`",
        "it doesn't: asyncio waits forever, and says nothing",
    ),
    measured=how_the_wait_ends,
    because=(
        "asyncio can't know that nobody will set it: a signal or another thread might. Only our "
        "simulation, where there is no outside, gives up. A real program just hangs."
    ),
    replies={
        "A": "That nothing is going on is quite normal: a server at night looks the same.",
        "B": (
            "A future has no default. It is pending until it gets a result or an exception, or is "
            "cancelled."
        ),
    },
)

CANCEL = Question(
    id="05-cancel",
    ask="Which line comes right after `visitor: cancelled it`?",
    options=(
        "download: cleans up",
        "visitor: now done: True",
        "neither: the task is gone, and its `finally` does not run",
    ),
    measured=lambda timeline: timeline.output[2].text,
    because=(
        "`cancel()` only asks: the task was not done yet. It took one last step, in which "
        "`CancelledError` came out of its `sleep(10)` and the `finally` ran. Then it was done."
    ),
    replies={
        "B": (
            "`visitor` has to let go of the loop first, so that `download` can take its last step."
        ),
        "C": (
            "Nothing cuts a task off in the middle. It gets an exception, and exceptions pass "
            "through `finally`."
        ),
    },
)

CANCEL_EARLY = Question(
    id="05-cancel-early",
    ask="What does `download` print?",
    options=("download: begins\ndownload: cleans up", "download: cleans up", "nothing"),
    measured=what_download_prints,
    because=(
        "If a task is cancelled before its first step, that step raises `CancelledError` before "
        "the first line of the body. The `try` was never entered, so its `finally` never ran."
    ),
    replies={
        "A": (
            "`download: begins` is printed in the first step, and that was still in the queue when "
            "`cancel()` was called."
        ),
        "B": "A `finally` runs only if its `try` was entered.",
    },
)

GOODBYE = Question(
    id="05-goodbye",
    ask="When is `upload` done?",
    options=(
        "1 s: an `await` in its `finally` is cancelled, too",
        "1.5 s: the clean-up runs to its end",
        "10.5 s: it ends its sleep first",
    ),
    measured=lambda timeline: timeline.task("upload").ended,
    because=(
        "One `cancel()` raises `CancelledError` once. Whatever the task awaits after that, it "
        "awaits as usual. Only a second `cancel()` would interrupt the goodbye."
    ),
    replies={
        "A": (
            "The exception was raised at `sleep(10)`, and that was that. There's no curse on the "
            "clean-up."
        ),
        "C": "`CancelledError` came out of that sleep, so the sleep was over at 1 s.",
    },
)

STUBBORN = Question(
    id="05-stubborn",
    ask="How does `stubborn` end?",
    options=("cancelled, at 0.5 s", "returned, at 2.5 s"),
    measured=how_stubborn_ends,
    because=(
        "`CancelledError` was raised, caught, and gone. The task began its next attempt, "
        "and its owner had to wait for two seconds more."
    ),
    replies={
        "A": (
            "`cancel()` asks with an exception. `stubborn` swallowed that, and carried on as if "
            "nothing had been asked."
        ),
    },
)
