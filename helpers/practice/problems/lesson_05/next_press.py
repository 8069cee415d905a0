"""A future by hand: from a function that is called back to something one can await."""

import asyncio

from helpers.practice import sentences
from helpers.practice.attempts import attempt
from helpers.practice.checks import NotYet, returned
from helpers.practice.exercises import Exercise
from helpers.practice.sentences import alike, in_seconds

AT = 1.2345  # seconds after which it is pressed, by two people; no round number of looks


class Button:
    """Calls whoever listens, at each press, on the loop's own thread."""

    def __init__(self):
        self.listeners, self.troubles = [], []

    def on_press(self, callback):
        self.listeners.append(callback)

    def remove(self, callback):
        if callback in self.listeners:
            self.listeners.remove(callback)

    def press(self, name):
        for callback in [*self.listeners]:
            try:
                callback(name)
            except asyncio.InvalidStateError as error:
                self.troubles.append(error)


def judge_next_press(next_press):
    button, back_at = Button(), []

    async def a_day():
        loop = asyncio.get_running_loop()
        for name in ("Ada", "Grace"):
            loop.call_later(AT, button.press, name)
        async with asyncio.timeout(60):
            name = await next_press(button)
        back_at.append(loop.time())
        return name

    timeline = attempt(a_day, may_raise=TimeoutError)
    if not back_at:
        raise NotYet(_NEVER, timeline)
    returned(timeline, "Ada")
    if button.troubles:
        raise NotYet(_TWICE, timeline)
    if not alike(back_at[0], AT):
        raise NotYet(
            f"The button was pressed at {in_seconds(AT)}, but next_press returned at "
            f"{in_seconds(back_at[0])}. Don't keep looking: await a future, and let the press set "
            "its result.",
            timeline,
        )
    if button.listeners:
        raise NotYet(_STILL_LISTENING, timeline)


_NEVER = (
    "The button was pressed at 1.2345 s, and after a minute next_press was still waiting. What "
    "sets the result of what you await, and does the button know of it?"
)
_TWICE = (
    "The button was pressed twice, and the second press raised InvalidStateError: a future takes "
    "only one result. Check `done()` on the future before you set it, or stop listening inside the "
    "callback."
)
_STILL_LISTENING = (
    "The right name came back in time, but your callback still listens to the button. Remove it, "
    "or the button collects one more with every call."
)


async def next_press(button):
    pressed = asyncio.get_running_loop().create_future()

    def tell(name):
        button.remove(tell)
        pressed.set_result(name)

    button.on_press(tell)
    return await pressed


async def next_press_asking_first(button):
    pressed = asyncio.Future()

    def tell(name):
        if not pressed.done():
            pressed.set_result(name)

    button.on_press(tell)
    try:
        return await pressed
    finally:
        button.remove(tell)


async def next_press_by_an_event(button):
    names, pressed = [], asyncio.Event()

    def tell(name):
        names.append(name)
        pressed.set()

    button.on_press(tell)
    await pressed.wait()
    button.remove(tell)
    return names[0]


async def next_press_set_twice(button):
    pressed = asyncio.get_running_loop().create_future()
    button.on_press(pressed.set_result)
    name = await pressed
    button.remove(pressed.set_result)
    return name


async def next_press_still_listening(button):
    pressed = asyncio.get_running_loop().create_future()

    def tell(name):
        if not pressed.done():
            pressed.set_result(name)

    button.on_press(tell)
    return await pressed


async def next_press_looking_again_and_again(button):
    names = []
    button.on_press(names.append)
    while not names:
        await asyncio.sleep(0.1)
    button.remove(names.append)
    return names[0]


async def next_press_that_nobody_sets(button):
    return await asyncio.get_running_loop().create_future()


async def next_press_without_waiting(button):
    names = []
    button.on_press(names.append)
    return names


NEXT_PRESS = Exercise(
    id="05-next-press",
    title="The next press",
    prompt=(
        "A button calls plain functions: after `button.on_press(f)` it calls `f(name)` at every "
        "press, until `button.remove(f)`. Write `next_press(button)`: it waits for the next press "
        "and returns the name of whoever pressed. Someone may press again right away; and when "
        "`next_press` returns, none of its callbacks may be left on the button."
    ),
    starter="""\
async def next_press(button):
    button.on_press(print)
""",
    hints=(
        "What can you await that some other code sets? "
        "`asyncio.get_running_loop().create_future()` makes one.",
        "Give the button a function of yours that sets the future's result, and await the future.",
        "The second press comes before your function runs again, so the callback itself has to "
        "make sure that the result is set only once: call `button.remove(...)` in it, or check `if "
        "not pressed.done():` there and remove it later.",
    ),
    why=(
        "The press itself ends the wait, a second press does no harm, and no callback is left on "
        "the button."
    ),
    judge=judge_next_press,
    solution=next_press,
    also=(next_press_asking_first, next_press_by_an_event),
    wrong=(
        (next_press_set_twice, _TWICE),
        (next_press_still_listening, _STILL_LISTENING),
        (
            next_press_looking_again_and_again,
            "The button was pressed at 1.2345 s, but next_press returned at 1.3 s. Don't keep "
            "looking: await a future, and let the press set its result.",
        ),
        (next_press_that_nobody_sets, _NEVER),
        (next_press_without_waiting, sentences.something_else_came_back([], "Ada")),
    ),
)
