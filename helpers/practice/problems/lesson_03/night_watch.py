"""A watch that starts again at each press."""

from helpers.practice.checks import NotYet, where
from helpers.practice.exercises import Exercise
from helpers.practice.problems.lesson_03.diary import about_fault, called
from helpers.practice.sentences import alike, in_seconds

WATCH, PRESSES, LATER = 4, (2.2, 4.7), 10  # seconds; no watch may be true by whole ones only


def judge_night_watch(night_watch):
    _judge_watch(night_watch, presses=())
    _judge_watch(night_watch, presses=PRESSES)
    with where(f"Begun at {in_seconds(LATER)} on the loop's clock"):
        _judge_watch(night_watch, presses=(), begin=LATER)


def _judge_watch(night_watch, presses, begin=0):
    def plan(loop, diary):
        pressed = night_watch(loop, WATCH, diary.lend("alarm"))
        if not callable(pressed):
            raise NotYet(
                f"night_watch returned {pressed!r:.60}, and should return a function that the "
                "button can call: `return pressed`, without parentheses."
            )
        for second in presses:
            loop.call_later(second, pressed)

    diary, timeline = called("night_watch", plan, until=30, begin=begin)
    alarms = [at for at, _, _ in diary.entries]
    due = begin + max(presses, default=0) + WATCH
    if len(alarms) != 1 or not alike(alarms[0], due):
        raise NotYet(_about_alarms(alarms, presses, due), timeline)


def _about_alarms(alarms, presses, due) -> str:
    button = f"Pressed at {' and '.join(map(in_seconds, presses))}" if presses else "Never pressed"
    came = f"came at {' and '.join(map(in_seconds, alarms))}" if alarms else "never came"
    said = (
        f"{button}, with {in_seconds(WATCH)} to wait: the alarm {came}, and was due at "
        f"{in_seconds(due)}."
    )
    if not presses and not alarms:
        return f"{said} Probably only a press starts a timer: the watch begins with the call."
    if not presses and len(alarms) > 1:
        return f"{said} Ask for it once: the next press starts the time again."
    if len(alarms) > 1:
        return f"{said} Probably the old timer is still set when a press starts a new one."
    if not alarms:
        return f"{said} Probably a timer was cancelled, and no new one was started."
    return (
        f"{said} Count the {in_seconds(WATCH)} from the last press, or from the call where there "
        "was none."
    )


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


def night_watch_that_looks_every_second(loop, seconds, alarm):
    last = loop.time()

    def look():
        if loop.time() - last >= seconds:
            alarm()
        else:
            loop.call_later(1, look)

    def pressed():
        nonlocal last
        last = loop.time()

    loop.call_later(1, look)
    return pressed


def night_watch_from_the_clocks_beginning(loop, seconds, alarm):
    timer = loop.call_at(seconds, alarm)

    def pressed():
        nonlocal timer
        timer.cancel()
        timer = loop.call_at(loop.time() + seconds, alarm)

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


def night_watch_that_begins_with_a_press(loop, seconds, alarm):
    timer = None

    def pressed():
        nonlocal timer
        if timer:
            timer.cancel()
        timer = loop.call_later(seconds, alarm)

    return pressed


def night_watch_without_a_button(loop, seconds, alarm):
    loop.call_later(seconds, alarm)


NIGHT_WATCH = Exercise(
    id="03-night-watch",
    title="The night watch",
    prompt=(
        "A guard presses a button now and then. If the button isn't pressed for `seconds`, "
        "`alarm()` has to be called. Write `night_watch(loop, seconds, alarm)`: it starts the "
        "watch and returns a function `pressed()`, which the guard's button will call. With each "
        "press, the time starts over."
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
        "`call_later` returns a handle. Keep it, and cancel it before you set the next timer.",
        "The next press has to cancel the *new* timer: assign its handle to the same name, with "
        "`nonlocal timer` as the first line of `pressed`.",
    ),
    why=(
        "The alarm comes once, the full time after the last press: no timer from before that press "
        "can ring it any more."
    ),
    judge=judge_night_watch,
    solution=night_watch,
    also=(night_watch_that_looks_again, night_watch_counting_presses),
    wrong=(
        (
            night_watch_that_forgets_the_new_handle,
            "Pressed at 2.2 s and 4.7 s, with 4 s to wait: the alarm came at 6.2 s and 8.7 s, and "
            "was due at 8.7 s. Probably the old timer is still set when a press starts a new one.",
        ),
        (
            night_watch_without_nonlocal,
            about_fault(
                UnboundLocalError(
                    "cannot access local variable 'timer' where it is not associated with a value"
                )
            ),
        ),
        (
            night_watch_that_falls_asleep,
            "Pressed at 2.2 s and 4.7 s, with 4 s to wait: the alarm never came, and was due at "
            "8.7 s. Probably a timer was cancelled, and no new one was started.",
        ),
        (
            night_watch_for_one_press,
            "Pressed at 2.2 s and 4.7 s, with 4 s to wait: the alarm came at 6.2 s, and was due at "
            "8.7 s. Count the 4 s from the last press, or from the call where there was none.",
        ),
        (
            night_watch_that_looks_every_second,
            "Pressed at 2.2 s and 4.7 s, with 4 s to wait: the alarm came at 9 s, and was due at "
            "8.7 s. Count the 4 s from the last press, or from the call where there was none.",
        ),
        (
            night_watch_from_the_clocks_beginning,
            "Begun at 10 s on the loop's clock: Never pressed, with 4 s to wait: the alarm came at "
            "10 s, and was due at 14 s. Count the 4 s from the last press, or from the call where "
            "there was none.",
        ),
        (
            night_watch_that_begins_with_a_press,
            "Never pressed, with 4 s to wait: the alarm never came, and was due at 4 s. Probably "
            "only a press starts a timer: the watch begins with the call.",
        ),
        (
            night_watch_without_a_button,
            "night_watch returned None, and should return a function that the button can call: "
            "`return pressed`, without parentheses.",
        ),
    ),
)
