"""What lesson 06 asks before it runs: what `await` does, and what it does not."""

import asyncio

from helpers.practice.predictions import Question
from helpers.virtual_time import simulate


def first_line_that_goes_on(line, timeline):
    """Of the second step of `main`; `line` is the lesson's."""
    second = timeline.task_steps(timeline.task("main").id)[1]
    return line(timeline.steps[second].resumed_at)


def what_came_out(timeline):
    reply, came_out = timeline.result
    return "the future reply" if came_out is reply else repr(came_out)


async def book(what, seconds):
    await asyncio.sleep(seconds)


async def trip(program):
    await program()


def drawn_as(name):
    """Charts call the wait for the function by that name: then it tells none of them apart."""

    def rename(function):
        function.__code__ = function.__code__.replace(co_name=name, co_qualname=name)
        return function

    return rename


def who_draws(chart, *programs):
    drawn = chart.text(order=False, findings=False)
    return [
        p.__name__ for p in programs if simulate(trip(p)).text(order=False, findings=False) == drawn
    ]


@drawn_as("as_needed")
async def car_first():
    hotel = asyncio.create_task(book("hotel", 3), name="hotel")
    car = asyncio.create_task(book("car", 1), name="car")
    await book("train", 1)
    await hotel
    await car


async def as_needed():
    hotel = asyncio.create_task(book("hotel", 3), name="hotel")
    await book("train", 1)
    car = asyncio.create_task(book("car", 1), name="car")
    await hotel
    await car


@drawn_as("as_needed")
async def car_last():
    hotel = asyncio.create_task(book("hotel", 3), name="hotel")
    await book("train", 1)
    await hotel
    await asyncio.create_task(book("car", 1), name="car")


def three_charts():
    return [simulate(trip(program)) for program in (car_first, as_needed, car_last)]


TASKS = Question(
    id="06-tasks",
    ask="How many tasks does it take to run the code above with `asyncio.run(main())`?",
    options=(1, 2, 3),
    measured=lambda timeline: len(timeline.tasks),
    because=(
        "`create_task` made one, and `asyncio.run` the other: it wraps the coroutine `main()` in a "
        "task. `await book(...)` makes none; it runs in the steps of `main`."
    ),
    replies={
        "A": "`create_task` makes one, for the hotel. But something has to drive `main` itself.",
        "C": "The train is booked by a plain `await`: no task, and no row in the chart.",
    },
)

GOES_ON = Question(
    id="06-goes-on",
    ask="After 0.4 s the booking of the train is resumed. Which of these lines continues first?",
    options=(
        'train = await book("train", 0.4)',
        "answer = await ask(what, seconds)",
        "await asyncio.sleep(seconds)",
    ),
    measured=first_line_that_goes_on,
    because=(
        "The whole chain was suspended, and is resumed where it had stopped: at the bottom. From "
        "there results are returned upwards, `ask` to `book` to `main`, all in this one step."
    ),
    replies={
        "A": "That line waits for `book`, which waits for `ask`: those two come first.",
        "B": (
            "`ask` has to return before this line can get its answer, and `ask` is still in its "
            "sleep."
        ),
    },
)

UP = Question(
    id="06-up",
    ask=(
        "`chain = plan(reply)`, with a future `reply` that has no result yet. What does "
        "`chain.send(None)` give back?"
    ),
    options=("None", "the coroutine object of `ask_agent`", "the future `reply`"),
    measured=what_came_out,
    because=(
        "`reply` went up through both awaits, and came out of `send`: the very object, not a copy. "
        "So whatever drives a chain learns what the chain waits for."
    ),
    replies={
        "A": (
            "None is what you put in. What comes out is what the innermost `await` has to wait for."
        ),
        "B": (
            "`plan` awaits that object, but the chain goes on: what comes out is from further down."
        ),
    },
)

DOWN = Question(
    id="06-down",
    ask="What does `plan` return?",
    options=("we take the night train", "we take the bus", "we take the None"),
    measured=lambda timeline: timeline.result,
    because=(
        "`await reply` took no notice of what was sent. Once resumed, it reads the result off the "
        "future. `send` only says: resume."
    ),
    replies={
        "B": "A generator can take what is sent to it. The `await` of a future doesn't look.",
        "C": (
            "`None` is what asyncio's own tasks send. But whatever is sent, it's never the result."
        ),
    },
)

LETS_GO = Question(
    id="06-lets-go",
    ask="Which of the six awaits let `other` run?",
    options=(
        ["sleep(0)", "a taken lock"],
        ["a task that is done", "sleep(0)", "a taken lock"],
        ["a task that is done", "a queue with something in it", "sleep(0)", "a taken lock"],
    ),
    measured=lambda timeline: timeline.result,
    because=(
        "An `await` lets go only if it has to wait. In the other four, what is asked for is "
        "there already, and the code runs straight on. `sleep(0)` is made to let go."
    ),
    replies={
        "B": (
            "A task that is done is a future with a result: reading it takes no wait, and no "
            "iteration."
        ),
        "C": "`get` waits for something to be there. Here it was, and `get` just took it.",
    },
)

TOY = Question(
    id="06-toy",
    ask="What does `two_tours(ToyTask)` print?",
    options=(
        ["two tours", "lake", "bridge", "tower", "harbour", "inn"],
        ["two tours", "lake", "tower", "inn", "bridge", "harbour"],
        ["lake", "bridge", "two tours", "tower", "harbour", "inn"],
    ),
    measured=lambda toy: [printed.text for printed in toy.output],
    because=(
        "The loop runs callbacks, first in, first out, and can't tell whether a toy or a real task "
        "has queued them. `call_soon` queues the first step, as in `create_task`."
    ),
    replies={
        "B": "`tour` sleeps between its stops, and while it sleeps the loop runs the other one.",
        "C": "`ToyTask(...)` only asks for a first step, which comes once `two_tours` has let go.",
    },
)

NAPS = Question(
    id="06-naps",
    ask="`two_naps()` awaits the same `nap` twice. How long does it take?",
    options=(
        "1 s: the second await has the result already",
        "2 s: each await is a nap of its own",
        "it fails at the second await",
    ),
    measured=lambda timeline: timeline.duration,
    because=(
        "Each `await` calls `__await__` again, and this one makes a new future and sets a new "
        "timer. What an object does when it is awaited twice is for its author to say."
    ),
    replies={
        "A": (
            "A task would do that, since it keeps its result. A `Nap` keeps nothing but its "
            "seconds."
        ),
        "C": (
            "That's how coroutine objects behave: each runs once. A `Nap` isn't one, and can be "
            "awaited again."
        ),
    },
)

CHART_1 = Question(
    id="06-chart-1",
    ask="Which one drew it?",
    options=("`plainly`", "`in_a_group`", "`with_one_task`"),
    measured=lambda chart, in_a_group, plainly, with_one_task: who_draws(
        chart, in_a_group, plainly, with_one_task
    ),
    run_before=True,
    because=(
        "Two bookings overlap, but there is one row: the other booking, `sleep(1)`, is in the top "
        "row. A coroutine awaited plainly runs in the row of the task that awaits it."
    ),
    replies={
        "A": (
            "`plainly` makes no task: there'd be no row below the top one, and it takes 3 s in all."
        ),
        "B": "`in_a_group` makes two tasks: there'd be two rows below the top one.",
    },
)

CHART_4 = Question(
    id="06-chart-4",
    ask="Which chart does `as_needed` draw?",
    options=three_charts,
    measured=lambda timeline: timeline,
    because=(
        "`car` is made after the plain await, at 1 s, and before `await hotel`. It's done at 2 s. "
        "Nobody asks before 3 s, and by then its result is there."
    ),
    replies={
        "A": (
            "There `car` begins at 0 s. But the plain await of the train comes before the line "
            "that makes `car`."
        ),
        "C": (
            "There `car` begins when `hotel` has ended. But `car` is made one line above `await "
            "hotel`."
        ),
    },
)

LIMIT = Question(
    id="06-limit",
    ask="Five jobs of 1 s, two at a time: how long does it take?",
    options=(2.0, 2.5, 3.0, 5.0),
    unit="s",
    measured=lambda timeline: timeline.duration,
    because=(
        "Two, two, and the fifth alone. All five tasks are there from the beginning. The row "
        "`gate` has those inside, and above them how many wait."
    ),
    replies={
        "A": "Four jobs fit into 2 s, two and two. But the fifth only begins then.",
        "B": "5 divided by 2 is 2.5. But the last job is alone, and takes its full second.",
        "D": (
            "One at a time, they'd take that long. Here there are always two inside, until only "
            "the last is left."
        ),
    },
)

MISTAKE = Question(
    id="06-mistake",
    ask="How long does it take, and how does it end?",
    options=("0 s: it fails immediately", "2 s: with both results", "3 s: and then it fails"),
    measured=lambda timeline: timeline.duration,
    because=(
        "Arguments are worked out before a function is called. So both awaits ran to their ends, "
        "one after the other, and then `gather` was given two strings."
    ),
    replies={
        "A": "`gather` does fail as soon as it is called. But first its arguments are worked out.",
        "B": (
            "With `gather` alone the two bookings would overlap. Here the first `await` has to end "
            "before the second booking is even called."
        ),
    },
)
