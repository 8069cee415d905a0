"""Calls at later times, all asked for beforehand."""

import time

from helpers.practice.checks import InReality, NotYet, where
from helpers.practice.exercises import Exercise
from helpers.practice.problems.lesson_03.diary import about_fault, called
from helpers.practice.sentences import alike, in_seconds
from helpers.virtual_time import compute

BLOCKED = 0.25  # real seconds after which a function certainly has not returned immediately
LATER = 5  # seconds on the loop's clock, which need not be at 0 when a countdown begins


def judge_countdown(countdown):
    for seconds in (0, 1):  # short, so that whoever waits with time.sleep is told by us
        _returns_immediately(countdown, seconds)
    for seconds in (3, 0):
        with where(f"For seconds={seconds}"):
            _shows_all_in_time(countdown, seconds)
    with where(f"When it is called at {in_seconds(LATER)} on the loop's clock"):
        _shows_all_in_time(countdown, 2, begin=LATER)


def _counted_down(countdown, seconds, begin=0):
    """The diary and timeline of one countdown, and when the function returned."""
    returned_at = []

    def plan(loop, diary):
        countdown(loop, diary.lend("show"), seconds)
        returned_at.append(loop.time())

    return *called("countdown", plan, until=begin + seconds + 10, begin=begin), returned_at[0]


def _returns_immediately(countdown, seconds):
    _, timeline, returned_at = _counted_down(countdown, seconds)
    first = timeline.steps[0]
    if returned_at > 0:
        raise NotYet(_HELD, timeline)
    if (first.real_seconds or 0.0) > BLOCKED:
        raise InReality(_HELD, timeline)


_HELD = (
    "countdown did not return immediately: it held the loop, and nothing else could run meanwhile. "
    "Don't wait inside it: ask the loop for calls at later times, and return."
)


def _shows_all_in_time(countdown, seconds, begin=0):
    diary, timeline, _ = _counted_down(countdown, seconds, begin)
    numbers = [args for _, _, args in diary.entries]
    wanted = [(left,) for left in range(seconds, -1, -1)]
    if numbers != wanted:
        raise NotYet(
            f"show was called with {_numbers(numbers)}, and should be called with "
            f"{_numbers(wanted)}, in that order.{_about_lambda(numbers)}",
            timeline,
        )
    for at, _, (left,) in diary.entries:
        _show_in_time(left, at, begin, seconds, timeline)


def _about_lambda(calls) -> str:
    if len(calls) < 2 or len(set(calls)) > 1:
        return ""
    return (
        " It's the same number every time. If you wrote a lambda: it looks up its names when it is "
        "called, and by then your `for` is over. Hand the argument over as well, as in "
        "`call_later(1, show, 2)`."
    )


def _numbers(calls) -> str:
    return ", ".join(", ".join(map(str, args)) for args in calls) or "nothing"


def _show_in_time(left, at, begin, seconds, timeline):
    due = begin + seconds - left
    if not alike(at, due):
        raise NotYet(
            f"show({left}) was called at {in_seconds(at)}, and should be at {in_seconds(due)}. "
            f"{_THE_CLOCK if begin else _DELAYS}",
            timeline,
        )


_DELAYS = "A delay counts from the moment you ask for the call, not from the call before it."
_THE_CLOCK = (
    "The loop's clock needn't be at 0 when a countdown begins: with `call_at`, count from "
    "`loop.time()`."
)


def countdown(loop, show, seconds):
    for left in range(seconds, -1, -1):
        loop.call_later(seconds - left, show, left)


def countdown_one_after_the_other(loop, show, seconds):
    def tick(left):
        show(left)
        if left > 0:
            loop.call_later(1, tick, left - 1)

    loop.call_soon(tick, seconds)


def countdown_by_the_clock(loop, show, seconds):
    start = loop.time()
    for passed in range(seconds + 1):
        loop.call_at(start + passed, show, seconds - passed)


def countdown_that_begins_with_a_call(loop, show, seconds):
    show(seconds)
    for passed in range(1, seconds + 1):
        loop.call_later(passed, show, seconds - passed)


def countdown_from_the_clocks_beginning(loop, show, seconds):
    for passed in range(seconds + 1):
        loop.call_at(passed, show, seconds - passed)


def countdown_all_after_one_second(loop, show, seconds):
    loop.call_soon(show, seconds)
    for left in range(seconds - 1, -1, -1):
        loop.call_later(1, show, left)


def countdown_with_parentheses(loop, show, seconds):
    for left in range(seconds, -1, -1):
        loop.call_later(seconds - left, show(left))


def countdown_that_waits(loop, show, seconds):
    for left in range(seconds, -1, -1):
        show(left)
        time.sleep(1)


def countdown_that_computes_between(loop, show, seconds):
    show(seconds)
    for left in range(seconds - 1, -1, -1):
        compute(1)
        show(left)


def countdown_without_zero(loop, show, seconds):
    for left in range(seconds, 0, -1):
        loop.call_later(seconds - left, show, left)


def countdown_by_lambda(loop, show, seconds):
    for left in range(seconds, -1, -1):
        loop.call_later(seconds - left, lambda: show(left))  # noqa: B023  (this is the mistake)


def countdown_for_three(loop, show, seconds):
    loop.call_soon(show, seconds)
    loop.call_later(1, show, 2)
    loop.call_later(2, show, 1)
    loop.call_later(3, show, 0)


COUNTDOWN = Exercise(
    id="03-countdown",
    title="Countdown",
    prompt=(
        "Write `countdown(loop, show, seconds)`. For `seconds=3` it makes sure that `show(3)`, "
        "`show(2)`, `show(1)` and `show(0)` are called: the first as soon as possible, each of the "
        "others one second after the one before. The function itself returns immediately."
    ),
    starter="""\
def countdown(loop, show, seconds):
    for left in range(seconds, -1, -1):
        loop.call_soon(show, left)
""",
    hints=(
        "`call_soon` queues all four of them right away. Which method asks for a call later?",
        "The delay counts from now. How many seconds from now should `show(2)` be called, if "
        "`show(3)` is called now?",
        "`loop.call_later(seconds - left, show, left)`: whatever follows `show` is handed to it as "
        "arguments.",
    ),
    why=(
        "No function here waits: the loop is asked for calls at later times, and does all the "
        "waiting itself."
    ),
    judge=judge_countdown,
    solution=countdown,
    also=(
        countdown_one_after_the_other,
        countdown_by_the_clock,
        countdown_that_begins_with_a_call,
    ),
    wrong=(
        (
            countdown_all_after_one_second,
            "For seconds=3: show(1) was called at 1 s, and should be at 2 s. A delay counts from "
            "the moment you ask for the call, not from the call before it.",
        ),
        (
            countdown_with_parentheses,
            about_fault(TypeError("'NoneType' object is not callable")),
        ),
        (
            countdown_from_the_clocks_beginning,
            "When it is called at 5 s on the loop's clock: show(1) was called at 5 s, and should "
            "be at 6 s. The loop's clock needn't be at 0 when a countdown begins: with `call_at`, "
            "count from `loop.time()`.",
        ),
        (countdown_that_waits, _HELD),
        (countdown_that_computes_between, _HELD),
        (
            countdown_without_zero,
            "For seconds=3: show was called with 3, 2, 1, and should be called with 3, 2, 1, 0, in "
            "that order.",
        ),
        (
            countdown_by_lambda,
            "For seconds=3: show was called with 0, 0, 0, 0, and should be called with 3, 2, 1, 0, "
            "in that order. It's the same number every time. If you wrote a lambda: it looks up "
            "its names when it is called, and by then your `for` is over. Hand the argument over "
            "as well, as in `call_later(1, show, 2)`.",
        ),
        (
            countdown_for_three,
            "For seconds=0: show was called with 0, 2, 1, 0, and should be called with 0, in that "
            "order.",
        ),
    ),
)
