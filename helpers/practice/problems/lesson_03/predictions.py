"""What lesson 03 asks before it runs: queue, timers, selector."""

from helpers.charts.moments import Film, moment
from helpers.practice.predictions import Question


def names(items):
    return ", ".join(item.what for item in items)


def where_all_are(timeline):
    """After the first step, which is `performance`."""
    now = moment(timeline, frame=Film(timeline).ends[0])
    return [f"ready: {names(now.ready)}", f"timers: {names(now.timers)}"]


def where_deliver_is(timeline):
    now = moment(timeline, 0.1)
    if "deliver" in names(now.ready):
        return "in the ready queue"
    return "in the timer heap" if "deliver" in names(now.timers) else "in neither of them"


SOON = Question(
    id="03-soon",
    ask="The loop is asked to call `evening`. What is printed?",
    options=(
        "lights\ndoors\nguests\nmusic\nevening is planned",
        "evening is planned\nlights\ndoors\nguests\nmusic",
        "evening is planned\nlights\ndoors\nmusic\nguests",
    ),
    measured=lambda timeline: [printed.text for printed in timeline.output],
    because=(
        "`call_soon` calls nothing. It puts a callback at the end of the ready queue and comes "
        "back. When `guests` was queued, `music` was there already."
    ),
    replies={
        "A": (
            "The first four are printed by callbacks, and the loop calls none of them until "
            "`evening` has returned."
        ),
        "B": "`guests` came last, when `music` was already in the queue. Nothing jumps the queue.",
    },
)

ITERATION_3 = Question(
    id="03-iteration-3",
    ask="What is left for iteration 3?",
    options=("music, guests", "guests", "nothing: everything was called in iteration 2"),
    measured=lambda queues, timeline: queues(timeline)[2],
    because=(
        "Iteration 2 began with `lights`, `doors` and `music`, and called these three. `guests` "
        "was queued meanwhile: that is for iteration 3."
    ),
    replies={
        "A": "`music` was in the queue when iteration 2 began, so iteration 2 called it.",
        "C": "`guests` was queued during iteration 2: too late to be called in it.",
    },
)

TIMERS = Question(
    id="03-timers",
    ask="`performance` has just returned. What is where?",
    options=(
        "ready: applause, curtain, lights, bell\ntimers: closing",
        "ready: lights, bell, curtain, applause\ntimers: closing",
        "ready: lights\ntimers: bell, curtain, applause, closing",
    ),
    measured=where_all_are,
    because=(
        "What is for later is not in the queue. It is in the timer heap, and moves to the queue "
        "when its time has come and the loop has noticed."
    ),
    replies={
        "A": "Only `call_soon` puts something into the queue right away. The others are for later.",
        "B": "The queue isn't sorted by time: what is for later is not in it at all.",
    },
)

CANCELLED = Question(
    id="03-cancelled",
    ask="`closing` is set for 3 s, as always. At which seconds does the loop wake up?",
    options=("1, 2, 3", "2, 3", "3"),
    measured=lambda timeline: [f"{asleep.end:g}" for asleep in timeline.idle],
    because=(
        "A cancelled callback is never called. A cancelled timer that comes to the front of the "
        "heap is dropped, and the loop doesn't wake up for it."
    ),
    replies={
        "A": "All that was set for 1 s was the `bell`, and that has been called off.",
        "C": "Only `music` and `bell` were called off; `applause` is still set for 2 s.",
    },
)

LATE = Question(
    id="03-late",
    ask="What is printed, in which order?",
    options=(
        "bell\nrehearsed\nnotes\ncoffee",
        "rehearsed\nbell\nnotes\ncoffee",
        "rehearsed\nnotes\nbell\ncoffee",
        "rehearsed\nnotes\ncoffee\nbell",
    ),
    measured=lambda timeline: [printed.text for printed in timeline.output],
    because=(
        "The loop was held, and looked at its timers at 2 s. By then `notes` was in the queue, and "
        "`bell` came in behind it. Then the loop called both: `notes`, which asked for `coffee`, "
        "and `bell`. `coffee` was left for the next iteration."
    ),
    replies={
        "A": "Nothing interrupts a callback. The loop couldn't look before 2 s.",
        "B": "A late timer gets no priority. Its callback joins the queue at the end.",
        "D": "The loop doesn't wait for an empty queue: it looks at its timers in each iteration.",
    },
)

PIECES = Question(
    id="03-pieces",
    ask="Four scenes, all in the queue together. When does the bell ring?",
    options=(1.0, 1.5, 2.0),
    unit="s",
    measured=lambda timeline: timeline.output[0].time,
    because=(
        "All four scenes were in the queue when the iteration began, so all four were called in "
        "it. The loop looked at its timers only after the last."
    ),
    replies={
        "A": "At 1 s a scene ended, but the iteration had two more to call.",
        "B": (
            "The loop would look at its timers at 1.5 s if each scene had an iteration of its own. "
            "Tick the box below."
        ),
    },
)

SOCKET = Question(
    id="03-socket",
    ask="Nothing is sent before 0.2 s. Where is `deliver` at 0.1 s?",
    options=("in the ready queue", "in the timer heap", "in neither of them"),
    measured=where_deliver_is,
    because=(
        "Only the selector knew of it. When the data had come, the selector said that the socket "
        "was ready, and the loop put `deliver` into the ready queue."
    ),
    replies={
        "A": "There was nothing to read yet, so there was no reason to queue it.",
        "B": "A timer is due at a set time. `send` has such a time, but `deliver` has none.",
    },
)

RAISES = Question(
    id="03-raises",
    ask="`thunder` raises, and `music` comes after it. Is `music` printed?",
    options=("yes: the loop keeps running", "no: the loop ends with the exception"),
    measured=lambda timeline: any(printed.text.startswith("music") for printed in timeline.output),
    because=(
        "The loop catches the exception, hands it to its exception handler, and calls whatever is "
        "next in the queue. Only `KeyboardInterrupt` and `SystemExit` go through and end the loop."
    ),
    replies={
        "B": (
            "The exception reaches the loop, which called `thunder`. But the loop catches it, and "
            "keeps running."
        ),
    },
)

TASKS = Question(
    id="03-tasks",
    ask="All have taken their first step. Which of them have their next step in the ready queue?",
    options=("sleeper, speaker, passer-by", "passer-by", "none"),
    measured=lambda now: [queued.what for queued in now.ready],
    because=(
        "`sleep(0)` is the odd one: it suspends, and the next step goes straight to the end of the "
        "queue. The others wait, and are in no queue: a future holds the way back to each."
    ),
    replies={
        "A": (
            "Their first steps were there, and have been taken. Now two of them wait for something."
        ),
        "C": "`passer-by` waits for nothing: it only lets the others go first.",
    },
)
