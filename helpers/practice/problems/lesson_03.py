"""Lesson 03, the event loop: plain functions that plan calls, judged by what was called when.

No coroutine is asked of the learner here. `_called` runs theirs on a virtual loop, and keeps
a diary: what was called, with what, at which second. An exception in a callback goes to the
loop's exception handler, so that is where it is fetched from.
"""

import asyncio
import time

from helpers.practice.attempts import attempt
from helpers.practice.checks import NotYet
from helpers.practice.exercises import Exercise
from helpers.timeline import Timeline, nanoseconds
from helpers.virtual_time import compute

BLOCKED = 0.25  # real seconds after which a function certainly does not return at once


class _Diary:
    """What was called at which second of the loop: `entries` are (seconds, name, arguments)."""

    def __init__(self, loop: asyncio.AbstractEventLoop):
        self.loop = loop
        self.entries: list[tuple[float, str, tuple]] = []
        self.faults: list[BaseException] = []
        loop.set_exception_handler(self._note_fault)

    def lend(self, name: str, work: float = 0.0):
        """A function to lend out. It writes itself down, after holding the loop for `work` s."""

        def lent(*args):
            compute(work)
            self.entries.append((self.loop.time(), name, args))

        lent.__name__ = lent.__qualname__ = name
        return lent

    def _note_fault(self, loop, context) -> None:
        self.faults.append(context.get("exception") or RuntimeError(context["message"]))


def _called(plan, until: float) -> tuple[_Diary, Timeline]:
    """Run `plan(loop, diary)` and all it asked for, up to that second."""
    diaries = []

    async def program():
        loop = asyncio.get_running_loop()
        diaries.append(diary := _Diary(loop))
        plan(loop, diary)
        await asyncio.sleep(until - loop.time())

    timeline = attempt(program)
    diary = diaries[0]
    if diary.faults:
        raise NotYet(_about_fault(diary.faults[0]), timeline)
    return diary, timeline


def _about_fault(fault: BaseException) -> str:
    said = f"The loop called a callback and got {type(fault).__name__}: {fault}."
    if isinstance(fault, UnboundLocalError):
        return (
            f"{said} A name that a function gives a value to is its own. If you mean the one of "
            "the function around it, write `nonlocal` and that name as its first line."
        )
    if isinstance(fault, TypeError) and "not callable" in str(fault):
        return (
            f"{said} Probably a function was called where it should be handed over: "
            "`call_later(1, show, 2)` hands over show and its argument, while "
            "`call_later(1, show(2))` calls show at once and hands over what it returned."
        )
    return f"{said} A callback's exception goes to the loop, not to you: look at that callback."


def _s(seconds: float) -> str:
    return f"{round(seconds, 6):g} s"


# -- countdown ------------------------------------------------------------------------------


def judge_countdown(countdown):
    for seconds in (0, 1):  # short, so that whoever waits with time.sleep is told by us
        _returns_at_once(countdown, seconds)
    for seconds in (3, 0):
        _shows_all_in_time(countdown, seconds)


def _counted_down(countdown, seconds):
    """The diary and timeline of one countdown, and when the function returned."""
    returned_at = []

    def plan(loop, diary):
        countdown(loop, diary.lend("show"), seconds)
        returned_at.append(loop.time())

    return *_called(plan, until=seconds + 10), returned_at[0]


def _returns_at_once(countdown, seconds):
    _, timeline, returned_at = _counted_down(countdown, seconds)
    first = timeline.steps[0]
    if returned_at > 0 or (first.real_seconds or 0.0) > BLOCKED:
        raise NotYet(
            "countdown did not return at once: it held the loop, and nothing else could run "
            "meanwhile. Do not wait in it: ask the loop for calls at later times, and return.",
            timeline,
        )


def _shows_all_in_time(countdown, seconds):
    diary, timeline, _ = _counted_down(countdown, seconds)
    numbers = [args for _, _, args in diary.entries]
    wanted = [(left,) for left in range(seconds, -1, -1)]
    if numbers != wanted:
        raise NotYet(
            f"For seconds={seconds}, show was called with {_numbers(numbers)}, and "
            f"{_numbers(wanted)} was wanted, in this order.{_about_lambda(numbers)}",
            timeline,
        )
    for at, _, (left,) in diary.entries:
        _show_in_time(left, at, seconds - left, timeline)


def _about_lambda(calls) -> str:
    if len(calls) < 2 or len(set(calls)) > 1:
        return ""
    return (
        " Every time with the same: a lambda reads its names when it is called, and then your "
        "`for` is over. Hand the argument over too, as in `call_later(1, show, 2)`."
    )


def _numbers(calls) -> str:
    return ", ".join(", ".join(map(str, args)) for args in calls) or "nothing"


def _show_in_time(left, at, due, timeline):
    if nanoseconds(at) != nanoseconds(due):
        raise NotYet(
            f"show({left}) was called at {_s(at)}, and should be at {_s(due)}. A delay counts "
            "from the moment at which you ask for the call, not from the call before it.",
            timeline,
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
        "Write `countdown(loop, show, seconds)`. It sees to it that `show(3)`, `show(2)`, "
        "`show(1)`, `show(0)` are called (for `seconds=3`), the first as soon as possible, and "
        "each of the others one second after the one before. The function itself returns at once."
    ),
    starter="""\
def countdown(loop, show, seconds):
    for left in range(seconds, -1, -1):
        loop.call_soon(show, left)
""",
    hints=(
        "`call_soon` puts all four into the queue at 0 s. Which method asks for a call later?",
        "The delay counts from now. How many seconds from now should `show(2)` be called, if "
        "`show(3)` is called now?",
        "`loop.call_later(seconds - left, show, left)`: the arguments of `show` follow it.",
    ),
    judge=judge_countdown,
    solution=countdown,
    also=(countdown_one_after_the_other, countdown_by_the_clock),
    wrong=(
        (
            countdown_all_after_one_second,
            "show(1) was called at 1 s, and should be at 2 s. A delay counts from the moment at "
            "which you ask for the call, not from the call before it.",
        ),
        (
            countdown_with_parentheses,
            "The loop called a callback and got TypeError: 'NoneType' object is not callable. "
            "Probably a function was called where it should be handed over: "
            "`call_later(1, show, 2)` hands over show and its argument, while "
            "`call_later(1, show(2))` calls show at once and hands over what it returned.",
        ),
        (
            countdown_that_waits,
            "countdown did not return at once: it held the loop, and nothing else could run "
            "meanwhile. Do not wait in it: ask the loop for calls at later times, and return.",
        ),
        (
            countdown_that_computes_between,
            "countdown did not return at once: it held the loop, and nothing else could run "
            "meanwhile. Do not wait in it: ask the loop for calls at later times, and return.",
        ),
        (
            countdown_without_zero,
            "For seconds=3, show was called with 3, 2, 1, and 3, 2, 1, 0 was wanted, in this "
            "order.",
        ),
        (
            countdown_by_lambda,
            "For seconds=3, show was called with 0, 0, 0, 0, and 3, 2, 1, 0 was wanted, in this "
            "order. Every time with the same: a lambda reads its names when it is called, and then "
            "your `for` is over. Hand the argument over too, as in `call_later(1, show, 2)`.",
        ),
        (
            countdown_for_three,
            "For seconds=0, show was called with 0, 2, 1, 0, and 0 was wanted, in this order.",
        ),
    ),
)


# -- a watch that each press starts anew ------------------------------------------------------

WATCH, PRESSES = 4, (2, 5)  # seconds


def judge_night_watch(night_watch):
    _judge_watch(night_watch, presses=())
    _judge_watch(night_watch, presses=PRESSES)


def _judge_watch(night_watch, presses):
    def plan(loop, diary):
        pressed = night_watch(loop, WATCH, diary.lend("alarm"))
        if not callable(pressed):
            raise NotYet(
                f"night_watch returned {pressed!r:.60}, and a function was wanted, one that the "
                "button can call: `return pressed`, without parentheses."
            )
        for second in presses:
            loop.call_later(second, pressed)

    diary, timeline = _called(plan, until=30)
    alarms = [at for at, _, _ in diary.entries]
    due = max(presses, default=0) + WATCH
    if [nanoseconds(at) for at in alarms] != [nanoseconds(due)]:
        raise NotYet(_about_alarms(alarms, presses, due), timeline)


def _about_alarms(alarms, presses, due) -> str:
    button = f"Pressed at {' and '.join(map(_s, presses))}" if presses else "Never pressed"
    came = " and ".join(map(_s, alarms)) if alarms else "never"
    said = f"{button}, with {_s(WATCH)} to wait: the alarm came at {came}, and should at {_s(due)}."
    said = said.replace("came at never", "never came")
    if len(alarms) > 1:
        return f"{said} Probably the old timer is still set when a press starts a new one."
    if not alarms:
        return f"{said} Probably a timer was cancelled, and no new one was started."
    return f"{said} Each press has to start the time anew."


def night_watch(loop, seconds, alarm):
    timer = loop.call_later(seconds, alarm)

    def pressed():
        nonlocal timer
        timer.cancel()
        timer = loop.call_later(seconds, alarm)

    return pressed


def night_watch_that_looks_again(loop, seconds, alarm):
    due = loop.time() + seconds

    def look():
        if loop.time() >= due:
            alarm()
        else:
            loop.call_at(due, look)

    def pressed():
        nonlocal due
        due = loop.time() + seconds

    loop.call_at(due, look)
    return pressed


def night_watch_counting_presses(loop, seconds, alarm):
    presses = []

    def alarm_unless_pressed(seen):
        if len(presses) == seen:
            alarm()

    def watch():
        loop.call_later(seconds, alarm_unless_pressed, len(presses))

    def pressed():
        presses.append(loop.time())
        watch()

    watch()
    return pressed


def night_watch_that_forgets_the_new_handle(loop, seconds, alarm):
    timer = loop.call_later(seconds, alarm)

    def pressed():
        timer.cancel()
        loop.call_later(seconds, alarm)

    return pressed


def night_watch_without_nonlocal(loop, seconds, alarm):
    timer = loop.call_later(seconds, alarm)

    def pressed():
        timer.cancel()  # noqa: F823  (this is the mistake)
        timer = loop.call_later(seconds, alarm)  # noqa: F841

    return pressed


def night_watch_that_falls_asleep(loop, seconds, alarm):
    timer = loop.call_later(seconds, alarm)
    return timer.cancel


def night_watch_for_one_press(loop, seconds, alarm):
    timer = loop.call_later(seconds, alarm)

    def pressed():
        if not timer.cancelled():
            timer.cancel()
            loop.call_later(seconds, alarm)

    return pressed


def night_watch_without_a_button(loop, seconds, alarm):
    loop.call_later(seconds, alarm)


NIGHT_WATCH = Exercise(
    id="03-night-watch",
    title="The night watch",
    prompt=(
        "A guard presses a button now and then. If the button is not pressed for `seconds`, "
        "`alarm()` has to be called. Write `night_watch(loop, seconds, alarm)`: it starts the "
        "watch and returns a function `pressed()`, which the guard's button will call. Each press "
        "starts the time anew."
    ),
    starter="""\
def night_watch(loop, seconds, alarm):
    loop.call_later(seconds, alarm)
    def pressed():
        loop.call_later(seconds, alarm)
    return pressed
""",
    hints=(
        "When a press starts a new timer, what becomes of the old one?",
        "`call_later` returns a handle. Keep it, and cancel it before you start the next.",
        "The next press has to cancel the *new* timer: give the same name the new handle, with "
        "`nonlocal timer` as the first line of `pressed`.",
    ),
    judge=judge_night_watch,
    solution=night_watch,
    also=(night_watch_that_looks_again, night_watch_counting_presses),
    wrong=(
        (
            night_watch_that_forgets_the_new_handle,
            "Pressed at 2 s and 5 s, with 4 s to wait: the alarm came at 6 s and 9 s, and should "
            "at 9 s. Probably the old timer is still set when a press starts a new one.",
        ),
        (
            night_watch_without_nonlocal,
            "The loop called a callback and got UnboundLocalError: cannot access local variable "
            "'timer' where it is not associated with a value. A name that a function gives a "
            "value to is its own. If you mean the one of the function around it, write "
            "`nonlocal` and that name as its first line.",
        ),
        (
            night_watch_that_falls_asleep,
            "Pressed at 2 s and 5 s, with 4 s to wait: the alarm never came, and should at 9 s. "
            "Probably a timer was cancelled, and no new one was started.",
        ),
        (
            night_watch_for_one_press,
            "Pressed at 2 s and 5 s, with 4 s to wait: the alarm came at 6 s, and should at 9 s. "
            "Each press has to start the time anew.",
        ),
        (
            night_watch_without_a_button,
            "night_watch returned None, and a function was wanted, one that the button can call: "
            "`return pressed`, without parentheses.",
        ),
    ),
)


# -- long work, with a look at the timers between two jobs ------------------------------------

JOBS, JOB, TICK = ("job 1", "job 2", "job 3", "job 4"), 0.5, 0.6  # names; seconds


def judge_work_through(work_through):
    diary, timeline = _worked(work_through, JOBS)
    names = [name for _, name, _ in diary.entries]
    _all_done_in_order(names, timeline)
    at = {name: moment for moment, name, _ in diary.entries}
    if names.index("timer") > names.index(JOBS[-1]):
        raise NotYet(
            f"A timer that was set for {_s(TICK)} was called at {_s(at['timer'])}, after all the "
            "jobs. The loop calls all that stands in its queue when an iteration begins, and looks "
            "at its timers only then: let each job ask for the next one, when it is done.",
            timeline,
        )
    if nanoseconds(at["done"]) != nanoseconds(len(JOBS) * JOB):
        raise NotYet(
            f"The jobs take {_s(len(JOBS) * JOB)} together, and done was called at "
            f"{_s(at['done'])}. Do not wait between two jobs: one turn of the loop is enough.",
            timeline,
        )
    diary, timeline = _worked(work_through, ())
    _called_once("done", [name for _, name, _ in diary.entries], timeline, " without any jobs")


def _worked(work_through, jobs):
    def plan(loop, diary):
        loop.call_later(TICK, diary.lend("timer"))
        work_through(loop, [diary.lend(name, JOB) for name in jobs], diary.lend("done"))

    return _called(plan, until=30)


def _all_done_in_order(names, timeline):
    jobs = [name for name in names if name in JOBS]
    if jobs != list(JOBS):
        raise NotYet(
            f"Called were {', '.join(jobs) or 'no jobs'}, and {', '.join(JOBS)} was wanted: each "
            "job once, in their order.",
            timeline,
        )
    _called_once("done", names, timeline)
    if names.index("done") < names.index(JOBS[-1]):
        raise NotYet(
            f"done was called before {JOBS[-1]} was. When your function returns, nothing that it "
            "queued has been called yet: the last job has to be followed by done.",
            timeline,
        )


def _called_once(name, names, timeline, when=""):
    if names.count(name) != 1:
        times = f"{names.count(name)} times" if name in names else "never"
        raise NotYet(f"{name} was called {times}{when}, and should be called once.", timeline)


def work_through(loop, jobs, done):
    def work(number):
        if number == len(jobs):
            done()
        else:
            jobs[number]()
            loop.call_soon(work, number + 1)

    loop.call_soon(work, 0)


def work_through_an_iterator(loop, jobs, done):
    left = iter(jobs)

    def work():
        for job in left:
            job()
            loop.call_later(0, work)
            return
        done()

    work()


def work_through_a_shrinking_list(loop, jobs, done):
    if not jobs:
        done()
        return
    first, *rest = jobs
    first()
    loop.call_soon(work_through_a_shrinking_list, loop, rest, done)


def work_through_all_at_once(loop, jobs, done):
    for job in jobs:
        loop.call_soon(job)
    loop.call_soon(done)


def work_through_in_one_callback(loop, jobs, done):
    def work():
        for job in jobs:
            job()
        done()

    loop.call_soon(work)


def work_through_and_be_done_too_soon(loop, jobs, done):
    def work(number):
        jobs[number]()
        if number + 1 < len(jobs):
            loop.call_soon(work, number + 1)

    if jobs:
        loop.call_soon(work, 0)
    done()


def work_through_with_pauses(loop, jobs, done):
    for number, job in enumerate(jobs):
        loop.call_later(number, job)
    loop.call_later(len(jobs), done)


WORK_THROUGH = Exercise(
    id="03-work-through",
    title="Work that lets others through",
    prompt=(
        "`jobs` is a list of functions; each of them holds the loop for a while. The version below "
        "calls them all in a row, and every timer of the program is late. Write it so that all "
        "jobs are called, in their order and without pauses, and between two of them the loop can "
        "look at its timers; `done()` is called after the last. With an empty list only `done()` "
        "is called."
    ),
    starter="""\
def work_through(loop, jobs, done):
    for job in jobs:
        job()
    done()
""",
    hints=(
        "The loop looks at its timers between two iterations. So each job needs an iteration of "
        "its own.",
        "What is queued while an iteration runs is called in the next one: who should ask for job "
        "2, and when?",
        "Write a callback that does one job and then asks for itself, `call_soon(work, number + "
        "1)`; when no job is left it calls `done()`.",
    ),
    judge=judge_work_through,
    solution=work_through,
    also=(work_through_an_iterator, work_through_a_shrinking_list),
    wrong=(
        (
            work_through_all_at_once,
            "A timer that was set for 0.6 s was called at 2 s, after all the jobs. The loop calls "
            "all that stands in its queue when an iteration begins, and looks at its timers only "
            "then: let each job ask for the next one, when it is done.",
        ),
        (
            work_through_in_one_callback,
            "A timer that was set for 0.6 s was called at 2 s, after all the jobs. The loop calls "
            "all that stands in its queue when an iteration begins, and looks at its timers only "
            "then: let each job ask for the next one, when it is done.",
        ),
        (
            work_through_and_be_done_too_soon,
            "done was called before job 4 was. When your function returns, nothing that it queued "
            "has been called yet: the last job has to be followed by done.",
        ),
        (
            work_through_with_pauses,
            "The jobs take 2 s together, and done was called at 4 s. Do not wait between two jobs: "
            "one turn of the loop is enough.",
        ),
    ),
)
