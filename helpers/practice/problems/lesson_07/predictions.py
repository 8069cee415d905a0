"""What lesson 07 asks before it runs: notebooks, scripts and threads."""

import inspect

from helpers.practice.predictions import Question

HOW_IT_FAILS = (
    "it raises immediately: `main` takes no step",
    "it raises at the `await`: `main` has begun",
    "it raises nothing: the cell never ends",
)


def who_says_so(complaints):
    wanted = "Cannot run the event loop while another loop is running"
    return next(call for call, message in complaints.items() if message == wanted)


IN_A_CELL = Question(
    id="07-in-a-cell",
    ask="How does `asyncio.run(main())` fail in a cell?",
    options=HOW_IT_FAILS,
    measured=lambda state: HOW_IT_FAILS[state != inspect.CORO_CREATED],
    because=(
        "A thread has at most one running loop, and in this thread that's the notebook's: your "
        "cell runs in a step of it. `asyncio.run` looks for that first, and refuses."
    ),
    replies={
        "B": "`main` would have begun on a loop. But `asyncio.run` didn't get as far as that.",
        "C": (
            "If it waited here, your cell would hold the loop that must end your cell. The error "
            "spares you that."
        ),
    },
)

LEFT_OVER = Question(
    id="07-left-over",
    ask="How does the task `till` end? (Pending: it doesn't, the program ends first.)",
    options=("returned", "cancelled", "pending"),
    measured=lambda shop: shop.task("till").outcome,
    because=(
        "When `main` is done, `asyncio.run` cancels every task that is left, and runs the loop "
        "until they have ended: `till` took one more step, for its `finally`."
    ),
    replies={
        "A": "`asyncio.run` waits for `main`, but not for what `main` started.",
        "C": "That's a notebook, where nobody tidies up: see the next part.",
    },
)

EARLY = Question(
    id="07-early",
    ask="What is printed?",
    options=(
        "main: returns",
        "main: returns\nsave: first step",
        "main: returns\nsave: first step\nsave: done",
    ),
    measured=lambda done: done.stdout.splitlines(),
    because=(
        "The end of `main` queued the callback that stops the loop, behind the first step of "
        "`save`. So `save` took that step. It was still waiting at its first `await` when "
        "`asyncio.run` cancelled what was left."
    ),
    replies={
        "A": (
            "The first step of `save` was in the ready queue before `main` ended, and the loop "
            "calls what is in its queue."
        ),
        "C": "Nothing waits for `save`. After its first step it was left over.",
    },
)

HEART = Question(
    id="07-heart",
    ask=(
        "The next cell awaits, then blocks in `time.sleep(0.5)`. How many beats come while it "
        "blocks?"
    ),
    options=("5: the heart beats on", "1: the one that is due", "0"),
    measured=lambda after, before: after - before,
    because=(
        "`time.sleep` held the loop, and `heart` needs the loop for every beat. Its timer was "
        "overdue, and the missed beats were simply lost."
    ),
    replies={
        "A": "A task has no thread of its own to go on beating in.",
        "B": "That beat came only after the block, and the others were lost.",
    },
)

MESSAGES = Question(
    id="07-messages",
    ask="Which of them says *Cannot run the event loop while another loop is running*?",
    options=(
        "asyncio.run(c)",
        "here.run_until_complete(c)",
        "another.run_until_complete(c)",
        "get_event_loop(), in a thread",
    ),
    measured=who_says_so,
    run_before=True,
    because=(
        "`another` is a separate loop, and isn't running. But the kernel's loop is running in this "
        "thread, and a thread has at most one running loop."
    ),
    replies={
        "A": "`asyncio.run` looks before it even makes a loop, and has a message of its own.",
        "B": "`here` is running already, and says just that.",
        "D": "In that thread no loop is running at all.",
    },
)

BELL = Question(
    id="07-bell",
    ask=(
        "`press` runs at 0.3 s, the oven ends at 1.5 s. How much earlier than the oven does "
        "`guest` end?"
    ),
    options=("1.2 s: when the bell is pressed", "0 s: together with the oven"),
    measured=lambda timeline: timeline.task("oven").ended - timeline.task("guest").ended,
    because=(
        "`set_result` queued the wake-up of `guest`, but nothing woke the loop: it slept in its "
        "selector until its next timer, the oven's. Then `guest` came first in the queue."
    ),
    replies={
        "A": "The press came then, but from another thread. The loop was asleep, and slept on.",
    },
)

STOP = Question(
    id="07-stop",
    ask=(
        "Stop comes at 0.3 s; the cell is in `time.sleep(1.5)` and then awaits. Where does it stop?"
    ),
    options=("in `time.sleep`", "at the `await` after it", "nowhere"),
    measured=lambda place: place,
    because=(
        "In a cell that awaits, Stop only asks the loop to cancel the cell's task. The cell held "
        "the loop, so that happened when it next suspended."
    ),
    replies={
        "A": (
            "`KeyboardInterrupt` would come out there if the kernel hadn't replaced it with a "
            "request to the loop. And a task can't be cancelled in the middle of a step."
        ),
        "C": "Stop was heard. It was just heard late.",
    },
)

DEADLOCK = Question(
    id="07-deadlock",
    ask=(
        "In a cell, what comes of `run_coroutine_threadsafe(price('tea'), "
        "loop).result(timeout=0.5)`?"
    ),
    options=(3, "TimeoutError", "RuntimeError"),
    measured=lambda answer: answer,
    because=(
        "The cell waited for the loop, and the loop for the cell: a **deadlock**. Only when the "
        "time was up and the cell awaited did `price` take its first step."
    ),
    replies={
        "A": "`price` never got to run: the cell held the loop while it waited for the answer.",
        "C": "asyncio doesn't notice: to it your thread is as good as any other.",
    },
)

NESTED = Question(
    id="07-nested",
    ask="How many of the two cells will have run, a second later?",
    options=(2, 1, 0),
    measured=lambda done: int(done.stdout.split()[-1]),
    because=(
        "The inner loop of the first cell came to the second cell's first step, in a context that "
        "was still entered. That step failed, and nothing tries it again."
    ),
    replies={
        "A": "The second cell was called, but inside the first one, in a context that was taken.",
        "C": "The first cell runs to its end: it's the one that has entered the context.",
    },
)
