"""What lesson 01 asks before it runs: what waiting costs, and what work does."""

from helpers.practice.predictions import Question
from helpers.practice.sentences import in_seconds


def who_got_by(took):
    """One by one it takes 1 s at least. A way that took so long may have been held up by the
    machine: then only its seconds are told."""
    if all(time_taken < 0.95 for time_taken in took.values()):
        return list(took)
    return ", ".join(f"{name}: {in_seconds(round(took[name], 1))}" for name in took)


FIRST_DONE = Question(
    id="01-first-done",
    ask="The download waits with `time.sleep`. Which of the two tasks is done first?",
    options=("clock", "download"),
    measured=lambda timeline: min(timeline.tasks[1:], key=lambda task: task.ended).name,
    because=(
        "`time.sleep` comes back after 2 s, and until then this thread does nothing else. The "
        "clock was ready all that time (hatched), and couldn't even begin."
    ),
    replies={
        "A": (
            "The clock needs less time. But it needs the loop too, and `download` was holding that."
        ),
    },
)

SAVED = Question(
    id="01-saved",
    ask="Which of the other two get by with about 0.2 s?",
    options=(["threads"], ["asyncio"], ["threads", "asyncio"]),
    measured=who_got_by,
    because=(
        "All five waits were in progress at the same time: with threads, because five threads "
        "waited side by side; with asyncio, because a waiting task needs no thread at all."
    ),
    replies={
        "A": "Tasks can wait at the same time just as well, as long as each lets go of the loop.",
        "B": (
            "A blocking call holds only its own thread. The other four threads do their waiting "
            "meanwhile."
        ),
    },
)

REAL = Question(
    id="01-real",
    ask="Five pages from a real server, each in its own task: how long do they take?",
    options=(0.2, 1.0, 2.0),
    unit="s",
    measured=lambda timeline: timeline.duration,
    because=(
        "The server took 0.2 s for each page, and the five waits overlapped, as the sleeps did. To "
        "the loop, waiting for a page is like waiting for a timer: until something happens, it's "
        "free."
    ),
    replies={
        "B": (
            "Each task lets go of the loop while its page is on the way, so the others can ask for "
            "theirs."
        ),
        "C": (
            "Sending and receiving is work, and is done one at a time. But it takes only "
            "milliseconds."
        ),
    },
)

THREADS = Question(
    id="01-threads",
    ask="`with_asyncio(ask_and_let_go)` had five tasks. In how many threads did they run?",
    options=(1, 5, 6),
    measured=lambda asked: len(set(asked)),
    because="An event loop runs in one thread, and all its tasks take turns there.",
    replies={
        "B": (
            "`in_threads` needed five. The tasks of `with_asyncio` share the thread of their loop."
        ),
        "C": "`in_threads` needed five threads beside this one. `with_asyncio` starts none.",
    },
)

CROWD = Question(
    id="01-crowd",
    ask="How long does it take with 1,000 cities instead of five?",
    options=(0.2, 40.0, 200.0),
    unit="s",
    measured=lambda timeline: timeline.duration,
    because=(
        "Waiting needs nobody's attention, so a thousand waits fit into the 0.2 s of one. All that "
        "is added is the work of starting and ending a thousand tasks."
    ),
    replies={
        "B": (
            "A pool of five threads would take that long, five at a time. Here nothing limits how "
            "many wait."
        ),
        "C": "One after another would take that long. Here no city waits for the one before.",
    },
)

WORK = Question(
    id="01-work",
    ask="How long does `with_asyncio(forecast)` take for its five forecasts?",
    options=(0.2, 0.6, 1.0),
    unit="s",
    measured=lambda timeline: timeline.duration,
    because=(
        "There is one thread, and a task that computes doesn't let go of it. All five were ready "
        "from 0 s on, but ran one after the other."
    ),
    replies={
        "A": (
            "Five sleeps would fit into 0.2 s. But `forecast` works, and one thread does all the "
            "work."
        ),
        "B": (
            "For 0.6 s, some of the work must overlap. But `forecast` has no `await`, so it never "
            "lets the next one begin."
        ),
    },
)

THREADS_WORK = Question(
    id="01-threads-work",
    ask="`in_threads(primes)`: how many processors are at work for the five threads, on average?",
    options=("1, because they take turns", "5, one for each thread"),
    measured=lambda busy: busy,
    because=(
        "In the usual build of Python, a thread has to hold a lock to run Python code, and only "
        "one can hold it. So threads take turns, too: five are no faster than one."
    ),
    replies={
        "B": (
            "There are five threads, and all five want to compute. But only one of them may run "
            "Python code at a time."
        ),
    },
)

ERRANDS = Question(
    id="01-errands",
    ask="How long does `errands()` take?",
    options=(1.1, 1.5, 5.5),
    unit="s",
    measured=lambda timeline: timeline.duration,
    because=(
        "The five waits of 1 s cost 1 s together. The five pieces of work cost 0.5 s: they are "
        "done one after the other."
    ),
    replies={
        "A": (
            "The waits overlap, but the work doesn't: after 1 s there are five times 0.1 s to do, "
            "not one."
        ),
        "C": "That's what they take one after the other. Tick `one by one` below to see it.",
    },
)

CLOCKS = Question(
    id="01-clocks",
    ask="Which of these clocks can be set while a program runs?",
    options=(["time"], ["time", "monotonic", "perf_counter"], ["time", "monotonic"]),
    measured=lambda adjustable: adjustable,
    because=(
        "`time.time` follows the calendar, corrections included. An interval measured with it can "
        "come out too long, too short, or negative. The other two never go back."
    ),
    replies={
        "B": (
            "`perf_counter` and `monotonic` only ever go forward, whatever is done to the "
            "computer's clock."
        ),
        "C": (
            "`monotonic` has its promise in its name: it never goes back, even when the "
            "computer's clock is set."
        ),
    },
)
